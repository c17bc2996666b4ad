#include <math.h>
#include <stdio.h>

#include "counted.h"
#include "testing.h"

LYT_SUITE(counted);

static void add(lyt_store *store)
{
    lyt_feedback f = {.source_id = LYT_STR("x"), .channel = LYT_STR("sms"), .score = NAN};
    int64_t id, seq;

    cr_assert_eq(lyt_store_add_feedback(store, &f, &id, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_event(store, LYT_STR("a"), LYT_STR("{}"), 1, &seq, NULL), LYT_OK);
}

/* Each look at the clock takes as long, and so does counting. */
typedef struct slowness {
    int64_t now_us, step_us;
} slowness;

static int64_t slow_us(void *context)
{
    slowness *s = context;

    return s->now_us += s->step_us;
}

Test(counted, what_took_long_is_taken_again_for_a_while)
{
    char folder[64], path[96];
    slowness slow = {0, 100000};
    const lyt_clock clock = {slow_us, slow_us, &slow};
    lyt_counted counted = {.is_known = false};
    lyt_store_counts counts;
    lyt_store *store = NULL;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, NULL), LYT_OK);
    add(store);
    cr_assert_eq(lyt_counted_get(&counted, store, &clock, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 1);
    add(store);
    for (int i = 0; i < 10; i++)
        cr_assert_eq(lyt_counted_get(&counted, store, &clock, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 1);
    cr_expect_eq(counts.last_seq, 2, "that one costs nothing");
    cr_assert_eq(lyt_counted_get(NULL, store, &clock, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 2);
    slow.now_us += 2000000;
    cr_assert_eq(lyt_counted_get(&counted, store, &clock, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 2);
    /* what is quick is always of now */
    slow.now_us += 2000000;
    slow.step_us = 99999;
    for (int i = 3; i < 6; i++) {
        add(store);
        cr_assert_eq(lyt_counted_get(&counted, store, &clock, &counts, NULL), LYT_OK);
        cr_expect_eq(counts.feedback, i);
    }
    lyt_store_close(store);
    testing_folder_remove(folder);
}
