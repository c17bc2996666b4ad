/* A book as bytes: that each book of the other tests comes back is in casework_deinit(). */
#include <string.h>

#include "book_save.h"
#include "casework.h"

LYT_SUITE(booksave);

/* Something of all that a book holds. */
static void fill(casework *w)
{
    static const lyt_fact facts[] = {
        {.kind = LYT_FACT_SILENCED,
         .other = 1,
         .due_us = 9,
         .at_us = 5,
         .which = 1,
         .by = {"mette", 5},
         .text = {"painting", 8},
         .place = {"214", 3}},
        {.kind = LYT_FACT_TOLD,
         .incident = 1,
         .at_us = 6,
         .which = 2,
         .who = {"jonas", 5},
         .text = {"sms", 3}},
        {.kind = LYT_FACT_CLOCK_STARTED,
         .incident = 1,
         .at_us = 6,
         .which = 2,
         .due_us = 80,
         .warn_us = 60},
        {.kind = LYT_FACT_OFFERED,
         .incident = 2,
         .other = 1,
         .number = -40000,
         .which = 1,
         .at_us = 7,
         .warn_us = 2,
         .by = {"jonas", 5},
         .who = {"voucher", 7}},
        {.kind = LYT_FACT_PROMISED,
         .incident = 2,
         .other = 1,
         .due_us = 70,
         .at_us = 8,
         .by = {"jonas", 5},
         .text = {"a warm r\xc3\xb8"
                  "om",
                  12}},
        {.kind = LYT_FACT_FIX_OPENED,
         .incident = 2,
         .other = 1,
         .due_us = 70,
         .at_us = 8,
         .who = {"tove", 4},
         .scenario = {"cold", 4},
         .text = {"a new valve", 11}},
        {.kind = LYT_FACT_MERGED, .incident = 3, .other = 2, .at_us = 9},
    };

    casework_hear(w, 0, "cold", "214", "anna", 2, 1);
    casework_hear(w, 1, "cold", "215", "bo", 3, 2);
    casework_hear(w, 2, "noise", "301", "carl", 1, 3);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        cr_assert_eq(lyt_book_emit(w->book, &w->facts, &facts[i], &w->err), LYT_OK, "%s",
                     w->err.text);
}

Test(booksave, IN_08_cut_off_changed_or_of_another_version_it_is_refused)
{
    casework w;
    lyt_book *loaded = NULL;
    lyt_error err;
    lyt_buf bytes;

    casework_init(&w);
    fill(&w);
    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_book_save(w.book, &bytes), LYT_OK);
    for (size_t n = 0; n < bytes.len; n++) {
        cr_expect_eq(lyt_book_load(&loaded, NULL, lyt_str_slice(lyt_buf_str(&bytes), 0, n), &err),
                     LYT_EFORMAT, "%zu bytes", n);
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.data[n] = (char)(bytes.data[n] ^ (1 << bit));
            cr_expect_eq(lyt_book_load(&loaded, NULL, lyt_buf_str(&bytes), &err), LYT_EFORMAT,
                         "bit %u of byte %zu", bit, n);
            bytes.data[n] = (char)(bytes.data[n] ^ (1 << bit));
        }
    }
    lyt_buf_add_char(&bytes, 0);
    cr_expect_eq(lyt_book_load(&loaded, NULL, lyt_buf_str(&bytes), &err), LYT_EFORMAT);
    bytes.data[7] = 2;
    cr_expect_eq(lyt_book_load(&loaded, NULL, lyt_buf_str(&bytes), &err), LYT_EFORMAT);
    cr_expect_str_eq(err.text, "byte 7: version 2 is not known, only 1");
    cr_expect_null(loaded);
    lyt_buf_deinit(&bytes);
    casework_deinit(&w);
}

Test(booksave, what_was_loaded_goes_on_like_what_was_saved)
{
    casework w, other;
    lyt_buf bytes;

    casework_init(&w);
    casework_init(&other);
    lyt_book_free(other.book);
    fill(&w);
    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_book_save(w.book, &bytes), LYT_OK);
    cr_assert_eq(lyt_book_load(&other.book, NULL, lyt_buf_str(&bytes), NULL), LYT_OK);
    for (int64_t i = 0; i < 300; i++) {
        const char *places[] = {"", "214", "215", "301", "302"}, *guests[] = {"", "anna", "dan"};
        int64_t at = 3 + 7 * i;
        int64_t one = casework_hear(&w, at, i % 4 ? "cold" : "noise", places[i % 5], guests[i % 3],
                                    2, 10 + i);

        cr_expect_eq(casework_hear(&other, at, i % 4 ? "cold" : "noise", places[i % 5],
                                   guests[i % 3], 2, 10 + i),
                     one, "message %lld", (long long)(10 + i));
    }
    casework_saved(w.book, other.book);
    /* its facts are those of the second half alone */
    lyt_facts_deinit(&other.facts);
    lyt_book_free(other.book);
    lyt_buf_deinit(&bytes);
    casework_deinit(&w);
}

Test(booksave, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    casework w;
    lyt_buf bytes;

    casework_init(&w);
    fill(&w);
    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_book_save(w.book, &bytes), LYT_OK);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_book *loaded = NULL;
        lyt_buf again;
        lyt_status status = lyt_book_load(&loaded, &failing.alloc, lyt_buf_str(&bytes), NULL);

        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        lyt_buf_init(&again, &failing.alloc);
        if (!status && !lyt_book_save(loaded, &again))
            cr_expect(lyt_str_equal(lyt_buf_str(&again), lyt_buf_str(&bytes)));
        lyt_book_free(loaded);
        lyt_buf_deinit(&again);
    }
    lyt_buf_deinit(&bytes);
    casework_deinit(&w);
}
