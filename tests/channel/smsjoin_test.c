#include <math.h>
#include <stdio.h>
#include <string.h>

#include "smsjoin.h"
#include "testing.h"

LYT_SUITE(smsjoin);

enum { second = 1000000 };
static const int64_t t0 = 1795326000000000;

typedef struct joinbed {
    lyt_smsjoin *join;
    lyt_arena *arena;
    lyt_inbound got;
} joinbed;

static void open_bed(joinbed *bed, const lyt_smsjoin_options *options)
{
    cr_assert_eq(lyt_smsjoin_new(&bed->join, options), LYT_OK);
    cr_assert_eq(lyt_arena_new(&bed->arena, NULL, "joinbed", 8 << 20), LYT_OK);
}

static void close_bed(joinbed *bed)
{
    lyt_smsjoin_free(bed->join);
    lyt_arena_free(bed->arena);
}

static lyt_inbound part_of(unsigned reference, unsigned parts, unsigned part, const char *text)
{
    static const char *const ids[] = {"", "id1", "id2", "id3", "id4", "id5"};

    return (lyt_inbound){.kind = LYT_INBOUND_PART,
                         .provider = LYT_STR("vonage"),
                         .provider_id = lyt_str_of(ids[part < 6 ? part : 0]),
                         .channel = LYT_STR("sms"),
                         .from = LYT_STR("+4540404422"),
                         .to = LYT_STR("+4592450000"),
                         .text = lyt_str_of(text),
                         .score = (double)NAN,
                         .sent_us = t0 + part * second,
                         .parts = parts,
                         .part = part,
                         .reference = reference};
}

static lyt_status add(joinbed *bed, unsigned reference, unsigned parts, unsigned part,
                      const char *text, int64_t now_us)
{
    lyt_inbound one = part_of(reference, parts, part, text);

    return lyt_smsjoin_add(bed->join, &one, now_us);
}

/* The next message, dropped; NULL: there is none. */
static const char *take(joinbed *bed, int64_t now_us)
{
    lyt_status status = lyt_smsjoin_next(bed->join, now_us, bed->arena, &bed->got);

    if (status == LYT_EEND)
        return NULL;
    cr_assert_eq(status, LYT_OK);
    lyt_smsjoin_drop(bed->join, now_us);
    return bed->got.text.ptr;
}

static void swap(unsigned *a, unsigned *b)
{
    unsigned kept = *a;

    *a = *b;
    *b = kept;
}

/* Heap's way through all orders of n. */
static void each_order(unsigned *order, unsigned k, unsigned n, void (*tried)(unsigned *, unsigned))
{
    if (k == 1) {
        tried(order, n);
        return;
    }
    for (unsigned i = 0; i < k; i++) {
        each_order(order, k - 1, n, tried);
        swap(&order[k % 2 ? 0 : i], &order[k - 1]);
    }
}

static const char *const pieces[] = {"Der er ", "koldt på ", "214, og ", "badet er ", "beskidt"};
static size_t n_orders;

static void try_order(unsigned *order, unsigned n)
{
    char whole[128] = "";
    joinbed bed;

    for (unsigned i = 0; i < n; i++)
        strcat(whole, pieces[i]);
    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    for (unsigned i = 0; i < n; i++) {
        cr_expect_null(take(&bed, t0 + i));
        /* 16-bit references as well as 8-bit ones; each part comes twice */
        for (int copy = 0; copy < 2; copy++)
            cr_expect_eq(add(&bed, n % 2 ? 0xfffe : 17, n, order[i], pieces[order[i] - 1], t0 + i),
                         LYT_OK);
    }
    cr_expect_str_eq(take(&bed, t0 + n), whole);
    cr_expect_eq(bed.got.kind, LYT_INBOUND_FEEDBACK);
    cr_expect_eq(bed.got.parts, n);
    cr_expect_not(bed.got.partial);
    cr_expect_eq(bed.got.sent_us, t0 + second);
    /* whichever came first, it goes by the first's id: a copy is known as one */
    cr_expect(lyt_str_equal(bed.got.provider_id, LYT_STR("id1")));
    cr_expect_null(take(&bed, t0 + 3600 * (int64_t)second));
    cr_expect_eq(lyt_smsjoin_due_us(bed.join), INT64_MAX);
    n_orders++;
    close_bed(&bed);
}

/* CH-05 */
Test(smsjoin, CH_05_parts_come_in_any_order)
{
    for (unsigned n = 2; n <= 5; n++) {
        unsigned order[] = {1, 2, 3, 4, 5};

        each_order(order, n, n, try_order);
    }
    cr_expect_eq(n_orders, 2 + 6 + 24 + 120);
}

Test(smsjoin, what_is_missing_is_marked)
{
    static const struct {
        int line;
        unsigned there; /* bits of four parts */
        const char *text, *id;
    } rows[] = {
        {__LINE__, 0x7, "Der er koldt på 214, og […]", "id1"},
        {__LINE__, 0xe, "[…]koldt på 214, og badet er ", "id2"},
        {__LINE__, 0xd, "Der er […]214, og badet er ", "id1"},
        {__LINE__, 0x9, "Der er […]badet er ", "id1"},
        {__LINE__, 0x4, "[…]214, og […]", "id3"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        joinbed bed;

        open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
        for (unsigned part = 1; part <= 4; part++)
            if (rows[i].there & 1u << (part - 1))
                cr_assert_eq(add(&bed, 17, 4, part, pieces[part - 1], t0 + part), LYT_OK);
        cr_expect_null(take(&bed, t0 + 60 * second));
        cr_expect_leq(lyt_smsjoin_due_us(bed.join), t0 + 60 * second + 4);
        cr_expect_str_eq(take(&bed, lyt_smsjoin_due_us(bed.join)), rows[i].text,
                         "row at line %d: %s", rows[i].line, bed.got.text.ptr);
        cr_expect(bed.got.partial, "row at line %d", rows[i].line);
        cr_expect(lyt_str_equal(bed.got.provider_id, lyt_str_of(rows[i].id)));
        close_bed(&bed);
    }
}

Test(smsjoin, what_comes_too_late_goes_out_alone)
{
    joinbed bed;

    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    cr_assert_eq(add(&bed, 17, 3, 1, "a", t0), LYT_OK);
    cr_assert_eq(add(&bed, 17, 3, 3, "c", t0), LYT_OK);
    cr_expect_str_eq(take(&bed, t0 + 61 * second), "a[…]c");
    /* the copy of one that has gone is known, hours later, too */
    cr_assert_eq(add(&bed, 17, 3, 3, "c", t0 + 70 * second), LYT_OK);
    cr_expect_null(take(&bed, t0 + 300 * (int64_t)second));
    cr_assert_eq(add(&bed, 17, 3, 2, "b", t0 + 300 * (int64_t)second), LYT_OK);
    cr_expect_str_eq(take(&bed, t0 + 300 * (int64_t)second), "[…]b[…]");
    cr_assert_eq(add(&bed, 17, 3, 2, "b", t0 + 3600 * (int64_t)second), LYT_OK);
    cr_expect_eq(lyt_smsjoin_waiting(bed.join), 0);
    /* a day later the reference is used anew, for other words */
    cr_assert_eq(add(&bed, 17, 3, 2, "B", t0 + 86400 * (int64_t)second), LYT_OK);
    cr_expect_null(take(&bed, t0 + 86400 * (int64_t)second));
    close_bed(&bed);
}

Test(smsjoin, messages_are_kept_apart)
{
    lyt_inbound other = part_of(17, 2, 1, "x");
    joinbed bed;

    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    cr_assert_eq(add(&bed, 17, 2, 1, "a", t0), LYT_OK);
    other.from = LYT_STR("+4540404423");
    cr_assert_eq(lyt_smsjoin_add(bed.join, &other, t0), LYT_OK);
    cr_assert_eq(add(&bed, 18, 2, 1, "r", t0), LYT_OK);
    /* the same reference again while the first still waits: two messages */
    cr_assert_eq(add(&bed, 17, 2, 1, "second", t0), LYT_OK);
    cr_expect_eq(lyt_smsjoin_waiting(bed.join), 4);
    cr_assert_eq(add(&bed, 17, 2, 2, "b", t0), LYT_OK);
    cr_expect_str_eq(take(&bed, t0), "ab");
    cr_assert_eq(add(&bed, 17, 2, 2, "end", t0), LYT_OK);
    cr_expect_str_eq(take(&bed, t0), "secondend");
    other.part = 2;
    other.text = LYT_STR("y");
    cr_assert_eq(lyt_smsjoin_add(bed.join, &other, t0), LYT_OK);
    cr_expect_str_eq(take(&bed, t0), "xy");
    cr_expect(lyt_str_equal(bed.got.from, LYT_STR("+4540404423")));
    close_bed(&bed);
}

Test(smsjoin, what_is_shown_stays_until_it_is_dropped)
{
    joinbed bed;

    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    lyt_smsjoin_drop(bed.join, t0);
    cr_assert_eq(add(&bed, 17, 3, 1, "a", t0), LYT_OK);
    cr_assert_eq(lyt_smsjoin_next(bed.join, t0 + 60 * second, bed.arena, &bed.got), LYT_OK);
    /* comes while the service is being asked: not into what was shown */
    cr_assert_eq(add(&bed, 17, 3, 2, "b", t0 + 60 * second), LYT_OK);
    cr_assert_eq(lyt_smsjoin_next(bed.join, t0 + 61 * second, bed.arena, &bed.got), LYT_OK);
    cr_expect_str_eq(bed.got.text.ptr, "a[…]");
    cr_assert_eq(add(&bed, 17, 3, 1, "a", t0 + 61 * second), LYT_OK);
    lyt_smsjoin_drop(bed.join, t0 + 61 * second);
    cr_expect_eq(lyt_smsjoin_waiting(bed.join), 1);
    cr_expect_str_eq(take(&bed, t0 + 121 * second), "[…]b[…]");
    close_bed(&bed);
}

Test(smsjoin, a_clock_that_steps_back_delays_no_longer_than_the_limit)
{
    joinbed bed;

    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    cr_assert_eq(add(&bed, 17, 2, 1, "a", t0), LYT_OK);
    cr_expect_null(take(&bed, t0 - 3600 * (int64_t)second));
    cr_expect_str_eq(take(&bed, t0 - 3540 * (int64_t)second), "a[…]");
    close_bed(&bed);
}

Test(smsjoin, nothing_grows_without_bound)
{
    size_t n_out = 0, most = 0;
    char text[100];
    joinbed bed;

    memset(text, 'x', sizeof text);
    open_bed(&bed, &(lyt_smsjoin_options){
                       .seed = 7, .max_waiting = 8, .max_bytes = 2000, .max_remembered = 16});
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "%099u", i);
        cr_assert_eq(add(&bed, i, 2, 1, text, t0 + i), LYT_OK);
        while (take(&bed, t0 + i)) {
            cr_expect(bed.got.partial);
            n_out++;
        }
        if (lyt_smsjoin_waiting(bed.join) > most)
            most = lyt_smsjoin_waiting(bed.join);
        lyt_arena_reset(bed.arena);
    }
    cr_expect_leq(most, 8);
    /* pushed out, never lost */
    cr_expect_eq(n_out + lyt_smsjoin_waiting(bed.join), 1000);
    /* one who never takes anything out is told */
    for (unsigned i = 0; i < 10; i++)
        if (add(&bed, 2000 + i, 2, 1, "y", t0 + 2000))
            n_out = 0;
    cr_expect_eq(n_out, 0);
    close_bed(&bed);
}

Test(smsjoin, refuses_what_is_no_part)
{
    lyt_inbound whole = part_of(1, 2, 1, "a");
    joinbed bed;

    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    cr_expect_eq(add(&bed, 1, 2, 3, "a", t0), LYT_EINVAL);
    cr_expect_eq(add(&bed, 1, 2, 0, "a", t0), LYT_EINVAL);
    cr_expect_eq(add(&bed, 1, 1, 1, "a", t0), LYT_EINVAL);
    cr_expect_eq(add(&bed, 1, 256, 1, "a", t0), LYT_EINVAL);
    whole.kind = LYT_INBOUND_FEEDBACK;
    cr_expect_eq(lyt_smsjoin_add(bed.join, &whole, t0), LYT_EINVAL);
    cr_expect_eq(lyt_smsjoin_waiting(bed.join), 0);
    close_bed(&bed);
}

/* CH-04: what was written down after any step goes on from there. */
Test(smsjoin, goes_on_after_a_restart)
{
    static const unsigned order[] = {3, 1, 4, 2};
    lyt_meta meta = {LYT_STR("keyword"), LYT_STR("DER")};
    lyt_inbound first = part_of(17, 4, 3, pieces[2]);
    lyt_buf saved, again;
    joinbed bed;

    first.meta = &meta;
    first.n_meta = 1;
    lyt_buf_init(&saved, NULL);
    lyt_buf_init(&again, NULL);
    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    for (int i = 0; i < 4; i++) {
        if (i == 0)
            cr_assert_eq(lyt_smsjoin_add(bed.join, &first, t0), LYT_OK);
        else
            cr_assert_eq(add(&bed, 17, 4, order[i], pieces[order[i] - 1], t0), LYT_OK);
        lyt_buf_reset(&saved);
        lyt_smsjoin_save(bed.join, &saved);
        close_bed(&bed);
        open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
        cr_assert_eq(lyt_smsjoin_load(bed.join, lyt_buf_str(&saved), NULL), LYT_OK, "%s",
                     saved.data);
        lyt_buf_reset(&again);
        lyt_smsjoin_save(bed.join, &again);
        cr_expect_str_eq(again.data, saved.data);
    }
    cr_expect_str_eq(take(&bed, t0), "Der er koldt på 214, og badet er ");
    cr_expect_eq(bed.got.n_meta, 1);
    cr_expect(lyt_str_equal(bed.got.meta[0].value, LYT_STR("DER")));
    cr_expect(lyt_str_equal(bed.got.from, LYT_STR("+4540404422")));
    cr_expect(isnan(bed.got.score));
    lyt_buf_reset(&saved);
    lyt_smsjoin_save(bed.join, &saved);
    /* what has gone leaves neither number nor word */
    cr_expect_null(strstr(saved.data, "4040"), "%s", saved.data);
    cr_expect_null(strstr(saved.data, "koldt"));
    close_bed(&bed);
    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    cr_assert_eq(lyt_smsjoin_load(bed.join, lyt_buf_str(&saved), NULL), LYT_OK);
    cr_assert_eq(add(&bed, 17, 4, 2, pieces[1], t0 + second), LYT_OK);
    cr_expect_eq(lyt_smsjoin_waiting(bed.join), 0);
    close_bed(&bed);
    lyt_buf_deinit(&saved);
    lyt_buf_deinit(&again);
}

Test(smsjoin, refuses_a_bad_file)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"smsjoin\":2}",
        "{\"smsjoin\":1,\"waiting\":[{}]}",
        "{\"smsjoin\":1,\"waiting\":[{\"parts\":2,\"head\":{},\"key\":\"x\",\"due\":true}]}",
        "{\"smsjoin\":1,\"waiting\":[{\"parts\":2,\"head\":{},\"key\":\"0123456789abcdef\","
        "\"due\":true,\"pieces\":[]}]}",
        "{\"smsjoin\":1,\"waiting\":[{\"parts\":2,\"head\":{},\"key\":\"0123456789abcdef\","
        "\"due\":true,\"since\":-1,\"pieces\":[{\"part\":1}]}]}",
        "{\"smsjoin\":1,\"waiting\":[{\"parts\":2,\"head\":{},\"key\":\"0123456789abcdef\","
        "\"due\":true,\"pieces\":[{\"part\":1},{\"part\":1}]}]}",
        "{\"smsjoin\":1,\"gone\":[{\"hash\":\"no\"}]}",
    };
    joinbed bed;

    open_bed(&bed, &(lyt_smsjoin_options){.seed = 7});
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lyt_error err = {.text = ""};

        cr_expect_eq(lyt_smsjoin_load(bed.join, lyt_str_of(bad[i]), &err), LYT_EFORMAT, "%s",
                     bad[i]);
        cr_expect(err.text[0]);
        cr_expect_eq(lyt_smsjoin_waiting(bed.join), 0);
    }
    close_bed(&bed);
}

Test(smsjoin, memory_that_ends_changes_nothing)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_smsjoin_options options = {.seed = 7, .alloc = &failing.alloc};
        lyt_smsjoin *join = NULL;
        lyt_inbound one = part_of(17, 2, 1, "a");

        if (lyt_smsjoin_new(&join, &options))
            continue;
        if (lyt_smsjoin_add(join, &one, t0)) {
            cr_expect_eq(lyt_smsjoin_waiting(join), 0);
        } else {
            one = part_of(17, 2, 2, "b");
            (void)!lyt_smsjoin_add(join, &one, t0);
            cr_expect_eq(lyt_smsjoin_waiting(join), 1);
        }
        lyt_smsjoin_free(join);
    }
    cr_expect_eq(failing.live, 0);
}
