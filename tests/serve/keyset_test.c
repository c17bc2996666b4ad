#include <stdio.h>

#include "keyset.h"
#include "testing.h"

LYT_SUITE(keyset);

static const uint64_t seed[2] = {1, 2};

Test(keyset, remembers_for_a_while)
{
    lyt_keyset *set;

    cr_assert_eq(lyt_keyset_new(&set, NULL, seed, 100), LYT_OK);
    cr_expect_eq(lyt_keyset_find(set, LYT_STR("sms"), LYT_STR("1"), 0), 0);
    cr_assert_eq(lyt_keyset_put(set, LYT_STR("sms"), LYT_STR("1"), 7, 1000), LYT_OK);
    cr_expect_eq(lyt_keyset_find(set, LYT_STR("sms"), LYT_STR("1"), 1100), 7);
    cr_expect_eq(lyt_keyset_find(set, LYT_STR("sms"), LYT_STR("1"), 1101), 0);
    cr_expect_eq(lyt_keyset_find(set, LYT_STR("nfc"), LYT_STR("1"), 1000), 0);
    cr_expect_eq(lyt_keyset_find(set, LYT_STR("sms1"), LYT_STR(""), 1000), 0);
    cr_assert_eq(lyt_keyset_put(set, LYT_STR("sms"), LYT_STR("1"), 8, 1200), LYT_OK);
    cr_expect_eq(lyt_keyset_find(set, LYT_STR("sms"), LYT_STR("1"), 1201), 8);
    lyt_keyset_forget(set, LYT_STR("sms"), LYT_STR("1"));
    cr_expect_eq(lyt_keyset_find(set, LYT_STR("sms"), LYT_STR("1"), 1201), 0);
    cr_expect_eq(lyt_keyset_size(set), 0);
    lyt_keyset_free(set);
}

Test(keyset, grows_and_drops_what_is_old)
{
    testing_alloc failing;
    lyt_keyset *set;
    char id[16];

    testing_alloc_init(&failing, 0);
    cr_assert_eq(lyt_keyset_new(&set, &failing.alloc, seed, 5000), LYT_OK);
    for (int i = 1; i <= 50000; i++) {
        int n = snprintf(id, sizeof id, "%d", i);

        cr_assert_eq(lyt_keyset_put(set, LYT_STR("c"), (lyt_str){id, (size_t)n}, i, i), LYT_OK);
    }
    for (int i = 45000; i <= 50000; i++) {
        int n = snprintf(id, sizeof id, "%d", i);

        cr_expect_eq(lyt_keyset_find(set, LYT_STR("c"), (lyt_str){id, (size_t)n}, 50000), i);
    }
    cr_expect_lt(lyt_keyset_size(set), 25000);
    lyt_keyset_free(set);
    cr_expect_eq(failing.live, 0);
}

Test(keyset, without_memory_nothing_changes)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_keyset *set = NULL;
        lyt_status status = lyt_keyset_new(&set, &failing.alloc, seed, 1000000);
        char id[16];

        for (int i = 1; i <= 2000 && !status; i++) {
            int len = snprintf(id, sizeof id, "%d", i);

            status = lyt_keyset_put(set, LYT_STR("c"), (lyt_str){id, (size_t)len}, i, 0);
            if (status)
                cr_expect_eq(lyt_keyset_find(set, LYT_STR("c"), LYT_STR("1"), 0), 1);
        }
        lyt_keyset_free(set);
    }
}
