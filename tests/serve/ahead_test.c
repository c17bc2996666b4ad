#include "ahead.h"
#include "testing.h"

LYT_SUITE(ahead);

Test(ahead, verdicts_are_told_apart_by_their_transaction)
{
    lyt_ahead a = {.number = 1};

    lyt_ahead_out(&a, 10);
    lyt_ahead_out(&a, 20);
    lyt_ahead_out(&a, 30);
    cr_expect_eq(a.bytes_out, 60);
    cr_expect_eq(lyt_ahead_back(&a, 0), LYT_AHEAD_KEPT, "handed out after its commit");
    cr_expect_eq(lyt_ahead_back(&a, 1), LYT_AHEAD_MINE);
    lyt_ahead_end(&a, false);
    cr_expect_eq(a.n_out, 0);
    cr_expect_eq(lyt_ahead_back(&a, 1), LYT_AHEAD_VOID);
    lyt_ahead_out(&a, 1);
    cr_expect_eq(lyt_ahead_back(&a, 2), LYT_AHEAD_MINE);
    cr_expect_eq(lyt_ahead_back(&a, 1), LYT_AHEAD_VOID);
    cr_expect_eq(a.n_voids, 0, "all are back");
    lyt_ahead_out(&a, 1);
    lyt_ahead_end(&a, true);
    cr_expect_eq(lyt_ahead_back(&a, 2), LYT_AHEAD_KEPT);
}

Test(ahead, with_too_many_failures_nothing_goes_out_ahead)
{
    lyt_ahead a = {.number = 1};

    for (int i = 0; i < lyt_ahead_void_max; i++) {
        cr_expect(lyt_ahead_may(&a));
        lyt_ahead_out(&a, 1);
        lyt_ahead_end(&a, false);
        lyt_ahead_end(&a, false);
    }
    cr_expect_not(lyt_ahead_may(&a));
    /* in any order, and between them a commit */
    cr_expect_eq(lyt_ahead_back(&a, 3), LYT_AHEAD_VOID);
    cr_expect(lyt_ahead_may(&a));
    cr_expect_eq(lyt_ahead_back(&a, 3), LYT_AHEAD_KEPT);
    for (uint64_t number = 1; number < 2 * lyt_ahead_void_max; number += 2)
        if (number != 3)
            cr_expect_eq(lyt_ahead_back(&a, number), LYT_AHEAD_VOID);
    cr_expect_eq(a.n_voids, 0);
}

Test(ahead, what_is_waited_for_in_vain_is_waited_for_less_often)
{
    lyt_ahead a = {.number = 1};
    int n_waits = 0;

    cr_expect_not(lyt_ahead_waits(&a), "nothing is out");
    for (int i = 0; i < 1000; i++) {
        lyt_ahead_out(&a, 1);
        if (lyt_ahead_waits(&a)) {
            n_waits++;
            lyt_ahead_waited(&a);
        }
        lyt_ahead_end(&a, true);
    }
    cr_expect_lt(n_waits, 25, "%d waits in vain", n_waits);
    /* and again at once when it is worth it */
    for (int i = 0; i < 100; i++) {
        lyt_ahead_out(&a, 1);
        if (lyt_ahead_waits(&a)) {
            cr_expect_eq(lyt_ahead_back(&a, a.number), LYT_AHEAD_MINE);
            lyt_ahead_waited(&a);
        }
        lyt_ahead_end(&a, true);
    }
    lyt_ahead_out(&a, 1);
    cr_expect(lyt_ahead_waits(&a));
    for (int i = 0; i < 100; i++)
        lyt_ahead_out(&a, 1);
    cr_expect_not(lyt_ahead_waits(&a), "too many");
}
