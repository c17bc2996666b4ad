#include <string.h>

#include "stay.h"
#include "testing.h"

LYT_SUITE(stay);

Test(stay, who_is_in_the_house_and_until_when)
{
    static const lyt_stay given[] = {
        {"s1", "anna", "havnen", "214", 100, 300},
        {"s2", "anna", "havnen", "310", 150, 200},
        {"s3", "bo", "havnen", "215", 100, 300},
    };
    static const struct {
        int line;
        const char *guest;
        int64_t at_us;
        const char *place; /* NULL: none */
    } rows[] = {
        {__LINE__, "anna", 100, "214"}, {__LINE__, "anna", 160, "310"},
        {__LINE__, "anna", 200, "214"}, {__LINE__, "anna", 299, "214"},
        {__LINE__, "anna", 300, NULL},  {__LINE__, "anna", 99, NULL},
        {__LINE__, "bo", 160, "215"},   {__LINE__, "eva", 160, NULL},
        {__LINE__, "", 160, NULL},
    };
    char long_name[80];
    lyt_stays *stays;
    lyt_stay stay;

    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    cr_assert_eq(lyt_stays_new(&stays, NULL), LYT_OK);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(lyt_stays_put(stays, &given[i]), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is = lyt_stays_find(stays, lyt_str_of(rows[i].guest), rows[i].at_us, &stay);

        cr_expect_eq(is, rows[i].place != NULL, "row at line %d", rows[i].line);
        cr_expect(!is || strcmp(stay.place, rows[i].place) == 0, "row at line %d", rows[i].line);
    }
    /* the same id is the same stay, wherever and however long it is now */
    cr_expect_eq(lyt_stays_put(stays, &(lyt_stay){"s1", "anna", "havnen", "402", 100, 400}),
                 LYT_OK);
    cr_expect_eq(lyt_stays_size(stays), 3);
    cr_expect(lyt_stays_find(stays, LYT_STR("anna"), 350, &stay));
    cr_expect_str_eq(stay.place, "402");
    cr_expect_eq(lyt_stays_put(stays, &(lyt_stay){"s4", "a", "b", "c", 5, 5}), LYT_EINVAL);
    cr_expect_eq(lyt_stays_put(stays, &(lyt_stay){"s4", long_name, "b", "c", 5, 6}), LYT_ELIMIT);
    cr_expect_eq(lyt_stays_erase(stays, "anna"), 2);
    cr_expect_not(lyt_stays_find(stays, LYT_STR("anna"), 160, &stay));
    cr_expect(lyt_stays_find(stays, LYT_STR("bo"), 160, &stay));
    /* of two that overlap it is the one that ends first, whichever was heard of first */
    cr_expect_eq(lyt_stays_put(stays, &(lyt_stay){"s5", "eva", "havnen", "501", 100, 200}), LYT_OK);
    cr_expect_eq(lyt_stays_put(stays, &(lyt_stay){"s6", "eva", "havnen", "502", 100, 300}), LYT_OK);
    cr_expect(lyt_stays_find(stays, LYT_STR("eva"), 150, &stay));
    cr_expect_str_eq(stay.place, "501");
    cr_expect(lyt_stays_find(stays, LYT_STR("eva"), 200, &stay));
    cr_expect_str_eq(stay.place, "502");
    lyt_stays_free(stays);
}

Test(stay, memory_may_end_at_any_time)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_stays *stays = NULL;

        if (!lyt_stays_new(&stays, &failing.alloc))
            (void)!lyt_stays_put(stays, &(lyt_stay){"s", "a", "b", "c", 1, 2});
        lyt_stays_free(stays);
    }
}
