#include "casework.h"

#include <string.h>

#include "book_save.h"

void casework_init(casework *w)
{
    memset(w, 0, sizeof *w);
    cr_assert_eq(lyt_book_new(&w->book, NULL), LYT_OK);
    cr_assert_eq(lyt_facts_init(&w->facts, NULL), LYT_OK);
    w->grouping = lyt_grouping_default();
}

void casework_saved(const lyt_book *book, const lyt_book *again)
{
    lyt_book *loaded = NULL;
    lyt_error err = {0};
    lyt_buf first, second;

    lyt_buf_init(&first, NULL);
    lyt_buf_init(&second, NULL);
    cr_assert_eq(lyt_book_save(book, &first), LYT_OK);
    cr_assert_eq(lyt_book_save(again, &second), LYT_OK);
    cr_expect(lyt_str_equal(lyt_buf_str(&first), lyt_buf_str(&second)),
              "saved as its facts make it, byte by byte");
    cr_assert_eq(lyt_book_load(&loaded, NULL, lyt_buf_str(&first), &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_book_hash(loaded), lyt_book_hash(book), "the saved book is the same");
    lyt_buf_reset(&second);
    cr_assert_eq(lyt_book_save(loaded, &second), LYT_OK);
    cr_expect(lyt_str_equal(lyt_buf_str(&first), lyt_buf_str(&second)));
    lyt_book_free(loaded);
    lyt_buf_deinit(&first);
    lyt_buf_deinit(&second);
}

static void replay(const casework *w)
{
    lyt_book *again;
    lyt_error err = {0};
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    cr_assert_eq(lyt_book_new(&again, NULL), LYT_OK);
    for (size_t i = 0; i < w->facts.n; i++) {
        lyt_json *json;
        lyt_fact fact;

        lyt_buf_reset(&text);
        lyt_fact_write(&text, &w->facts.items[i]);
        cr_assert_eq(lyt_buf_status(&text), LYT_OK);
        cr_assert_eq(lyt_json_parse(&json, lyt_buf_str(&text), 1 << 20, &err), LYT_OK);
        cr_assert_eq(lyt_fact_read(&fact, json, &err), LYT_OK, "%s", err.text);
        cr_assert_eq(lyt_book_fold(again, &fact, &err), LYT_OK, "%s", err.text);
        lyt_json_free(json);
        lyt_book_mark(again);
    }
    cr_expect_eq(lyt_book_hash(again), lyt_book_hash(w->book),
                 "the facts make the book they came from");
    casework_saved(w->book, again);
    lyt_buf_deinit(&text);
    lyt_book_free(again);
}

void casework_deinit(casework *w)
{
    replay(w);
    lyt_facts_deinit(&w->facts);
    lyt_book_free(w->book);
}

int64_t casework_hear(casework *w, int64_t at, const char *scenario, const char *place,
                      const char *guest, int severity, int64_t message)
{
    lyt_hearing heard = {.property = LYT_STR("havnen"),
                         .scenario = lyt_str_of(scenario),
                         .team = LYT_STR("maintenance"),
                         .place = lyt_str_of(place),
                         .guest = lyt_str_of(guest),
                         .language = LYT_STR("da"),
                         .owner = LYT_STR("maintenance"),
                         .severity = severity,
                         .message = message,
                         .now_us = at * a_minute};
    int64_t incident = 0;

    w->now_us = heard.now_us;
    cr_assert_eq(lyt_book_hear(w->book, &heard, &w->grouping, &w->facts, &incident, &w->err),
                 LYT_OK, "%s", w->err.text);
    return incident;
}

lyt_act casework_act(casework *w, int64_t incident, const char *by, const char *text)
{
    return (lyt_act){.incident = incident,
                     .by = lyt_str_of(by),
                     .text = lyt_str_of(text),
                     .now_us = ++w->now_us};
}

void casework_move(casework *w, int64_t incident, lyt_incident_state to, lyt_status want)
{
    lyt_act act = casework_act(w, incident, "Mette", "because");

    cr_expect_eq(lyt_act_move(w->book, &act, to, &w->facts, &w->err), want, "%lld to %s: %s",
                 (long long)incident, lyt_incident_state_name(to), w->err.text);
}

void casework_write_up(casework *w, int64_t incident)
{
    lyt_act act = casework_act(w, incident, "Mette", "valve stuck");

    cr_assert_eq(lyt_act_write(w->book, &act, LYT_FACT_CAUSE, &w->facts, &w->err), LYT_OK);
    cr_assert_eq(lyt_act_write(w->book, &act, LYT_FACT_ACTION, &w->facts, &w->err), LYT_OK);
}

size_t casework_count(const casework *w, lyt_fact_kind kind, int64_t incident)
{
    size_t n = 0;

    for (size_t i = 0; i < w->facts.n; i++)
        n +=
            w->facts.items[i].kind == kind && (!incident || w->facts.items[i].incident == incident);
    return n;
}
