#include <stdio.h>
#include <stdlib.h>

#include "keyset.h"
#include "testing.h"

LYT_SUITE(keyset);

enum { seed = 1 };

/* What a store would say: which id a feedback came with, and when. */
typedef struct known {
    int ids[4000];
    int64_t at_us[4000];
    int wanted;
    int64_t since_us;
    size_t n_asked;
    lyt_status status;
} known;

static lyt_status is_it(void *user, int64_t feedback, bool *yes)
{
    known *k = user;

    k->n_asked++;
    *yes = k->ids[feedback] == k->wanted && k->at_us[feedback] >= k->since_us;
    return k->status;
}

static lyt_str name_of(char room[16], int id)
{
    return (lyt_str){room, (size_t)snprintf(room, 16, "%d", id)};
}

static lyt_status put(lyt_keyset *set, known *k, int id, int64_t feedback, int64_t at_us)
{
    char room[16];

    k->ids[feedback] = id;
    k->at_us[feedback] = at_us;
    return lyt_keyset_put(set, LYT_STR("sms"), name_of(room, id), feedback, at_us);
}

static int64_t find(const lyt_keyset *set, known *k, int id, int64_t now_us)
{
    char room[16];
    int64_t found = -1;

    k->wanted = id;
    k->since_us = now_us - 100;
    cr_expect_eq(
        lyt_keyset_find(set, LYT_STR("sms"), name_of(room, id), now_us, is_it, k, &found),
        k->status);
    return found;
}

Test(keyset, remembers_for_a_while)
{
    known *k = calloc(1, sizeof *k);
    lyt_keyset *set;
    int64_t found;

    cr_assert(k);
    cr_assert_eq(lyt_keyset_new(&set, NULL, seed, 100), LYT_OK);
    cr_expect_eq(find(set, k, 1, 0), 0);
    cr_assert_eq(put(set, k, 1, 7, 1000), LYT_OK);
    cr_expect_eq(find(set, k, 1, 1100), 7);
    k->n_asked = 0;
    cr_expect_eq(find(set, k, 1, 1101), 0);
    cr_expect_eq(k->n_asked, 0, "all of that part is too old: nobody is asked");
    cr_expect_eq(find(set, k, 1, 900), 7, "a clock that stepped back");
    cr_assert_eq(
        lyt_keyset_find(set, LYT_STR("nfc"), LYT_STR("1"), 1000, is_it, k, &found), LYT_OK);
    cr_expect_eq(found, 0);
    cr_assert_eq(lyt_keyset_find(set, LYT_STR("sms1"), LYT_STR(""), 1000, is_it, k, &found),
                 LYT_OK);
    cr_expect_eq(found, 0);
    /* the same key again, when the first is too old: the last one counts */
    cr_assert_eq(put(set, k, 1, 8, 1200), LYT_OK);
    cr_expect_eq(find(set, k, 1, 1201), 8);
    cr_expect_eq(find(set, k, 1, 1301), 0);
    k->status = LYT_EIO;
    cr_expect_eq(find(set, k, 1, 1201), 0, "the store's failure is ours");
    lyt_keyset_free(set);
    free(k);
}

Test(keyset, one_that_only_looks_alike_is_another)
{
    known *k = calloc(1, sizeof *k);
    lyt_keyset *set;

    cr_assert(k);
    cr_assert_eq(lyt_keyset_new(&set, NULL, seed, 100), LYT_OK);
    cr_assert_eq(put(set, k, 1, 7, 1000), LYT_OK);
    /* as if the two ids had one hash */
    k->ids[7] = 2;
    cr_expect_eq(find(set, k, 1, 1000), 0);
    cr_expect_eq(k->n_asked, 1);
    lyt_keyset_free(set);
    free(k);
}

static lyt_status any(void *user, int64_t feedback, bool *yes)
{
    ++*(size_t *)user;
    *yes = feedback > 0;
    return LYT_OK;
}

/* Millions of keys: each is found, none that is not there, in little more than 9 bytes each. */
Test(keyset, keeps_millions_in_little_room)
{
    enum { n = 3000000 };
    testing_alloc counting;
    lyt_keyset *set;
    size_t n_asked = 0, n_wrong = 0;

    testing_alloc_init(&counting, 0);
    cr_assert_eq(lyt_keyset_new(&set, &counting.alloc, seed, n), LYT_OK);
    for (int i = 1; i <= n; i++) {
        char room[16];

        cr_assert_eq(lyt_keyset_put(set, LYT_STR("c"), name_of(room, i), i, i), LYT_OK);
        if (i % 256 == 0)
            lyt_keyset_mark(set, i);
    }
    cr_expect_eq(lyt_keyset_size(set), n);
    cr_expect_lt(lyt_keyset_bytes(set), (size_t)n * 12, "%zu bytes a key",
                 lyt_keyset_bytes(set) / n);
    for (int i = 1; i <= n; i += 7) {
        char room[16];
        int64_t found = 0;

        (void)!lyt_keyset_find(set, LYT_STR("c"), name_of(room, i), n, any, &n_asked, &found);
        n_wrong += found != i;
    }
    cr_expect_eq(n_wrong, 0, "%zu were not found", n_wrong);
    n_asked = 0;
    for (int i = n + 1; i <= n + 100000; i++) {
        char room[16];
        int64_t found = 0;

        (void)!lyt_keyset_find(set, LYT_STR("c"), name_of(room, i), n, any, &n_asked, &found);
    }
    cr_expect_eq(n_asked, 0, "44 bits tell them apart");
    /* and all of it goes with time */
    lyt_keyset_mark(set, 3 * (int64_t)n);
    cr_expect_eq(lyt_keyset_size(set), 0);
    lyt_keyset_free(set);
    cr_expect_eq(counting.live, 0);
}

Test(keyset, what_is_old_goes_and_numbers_may_leap)
{
    known *k = calloc(1, sizeof *k);
    lyt_keyset *set;
    char room[16];
    int64_t found;

    cr_assert(k);
    cr_assert_eq(lyt_keyset_new(&set, NULL, seed, 100), LYT_OK);
    for (int i = 1; i < 4000; i++) {
        lyt_keyset_mark(set, i);
        cr_assert_eq(put(set, k, i, i, i), LYT_OK);
        cr_expect_eq(find(set, k, i, i), i);
        cr_expect_eq(find(set, k, i > 50 ? i - 50 : i, i), i > 50 ? i - 50 : i);
    }
    cr_expect_lt(lyt_keyset_size(set), 2000);
    /* a feedback far above the others does not fit into their part */
    cr_assert_eq(lyt_keyset_put(set, LYT_STR("sms"), LYT_STR("far"), INT64_C(1) << 40, 4000),
                 LYT_OK);
    cr_assert_eq(lyt_keyset_find(set, LYT_STR("sms"), LYT_STR("far"), 4000, any, &(size_t){0},
                                 &found),
                 LYT_OK);
    cr_expect_eq(found, INT64_C(1) << 40);
    cr_assert_eq(lyt_keyset_find(set, LYT_STR("sms"), name_of(room, 3999), 4000, any, &(size_t){0},
                                 &found),
                 LYT_OK);
    cr_expect_eq(found, 3999);
    lyt_keyset_free(set);
    free(k);
}

Test(keyset, back_to_the_mark)
{
    known *k = calloc(1, sizeof *k);
    lyt_keyset *set;

    cr_assert(k);
    cr_assert_eq(lyt_keyset_new(&set, NULL, seed, 100), LYT_OK);
    for (int round = 0; round < 20; round++) {
        /* the last ones of a round were never committed; their numbers are given again */
        for (int i = 1; i <= 100; i++)
            cr_assert_eq(put(set, k, round * 1000 + i, round * 100 + i, 50), LYT_OK);
        lyt_keyset_mark(set, 50);
        for (int i = 101; i <= 150; i++)
            cr_assert_eq(put(set, k, round * 1000 + i, round * 100 + i, 50), LYT_OK);
        cr_expect_eq(find(set, k, round * 1000 + 150, 50), round * 100 + 150);
        lyt_keyset_rollback(set);
        cr_expect_eq(find(set, k, round * 1000 + 150, 50), 0);
        cr_expect_eq(lyt_keyset_size(set), (size_t)(round + 1) * 100);
        lyt_keyset_rollback(set);
    }
    for (int round = 0; round < 20; round++)
        for (int i = 1; i <= 100; i++)
            cr_expect_eq(find(set, k, round * 1000 + i, 50), round * 100 + i);
    lyt_keyset_free(set);
    free(k);
}

Test(keyset, without_memory_nothing_changes)
{
    testing_alloc failing = {.fail_at = 0};
    known *k = calloc(1, sizeof *k);

    cr_assert(k);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_keyset *set = NULL;
        lyt_status status = lyt_keyset_new(&set, &failing.alloc, seed, 1000000);

        for (int i = 1; i < 3000 && !status; i++) {
            size_t before = lyt_keyset_size(set);

            status = put(set, k, i, i, 50);
            if (!status)
                continue;
            cr_expect_eq(lyt_keyset_size(set), before);
            cr_expect_eq(find(set, k, i, 50), 0);
            if (before)
                cr_expect_eq(find(set, k, 1, 50), 1);
        }
        lyt_keyset_free(set);
    }
    free(k);
}
