#include <stdio.h>
#include <string.h>

#include "cursor.h"
#include "testing.h"

LYT_SUITE(cursor);

enum { second = 1000000 };

static lyt_cursor *fresh(int64_t floor, int64_t credit, int64_t most)
{
    lyt_cursor_limits limits = {credit, 1000, most, 1000};
    lyt_cursor *c;

    cr_assert_eq(lyt_cursor_new(&c, NULL, floor, &limits), LYT_OK);
    return c;
}

/* "g5" gives, "p6" passes over, "d5" is done with, "r2" raises; what is expected then. */
Test(cursor, the_floor_follows_what_is_done)
{
    static const struct {
        int line;
        const char *steps;
        int64_t floor, seen;
        size_t out;
    } rows[] = {
        {__LINE__, "", 2, 2, 0},
        {__LINE__, "p3 p4", 4, 4, 0},
        {__LINE__, "g3", 2, 3, 1},
        {__LINE__, "g3 d3", 3, 3, 0},
        {__LINE__, "g3 p4 d3", 4, 4, 0},
        {__LINE__, "g3 g4 d4", 2, 4, 1},
        {__LINE__, "g3 g4 d4 d3", 4, 4, 0},
        {__LINE__, "g3 g5 d3 p6", 4, 6, 1},
        {__LINE__, "g3 g4 g5 d4 d3", 4, 5, 1},
        {__LINE__, "g3 d3 d3 d9", 3, 3, 0},
        {__LINE__, "r1", 2, 2, 1},
        {__LINE__, "g3 d3 r1 g4 d4", 4, 4, 1},
        {__LINE__, "g3 d3 r1 g4 d4 d1", 4, 4, 0},
        {__LINE__, "r1 g3 g4 d3", 3, 4, 2},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_cursor *c = fresh(2, 10, 5);
        const char *at = rows[i].steps;

        while (*at) {
            char what = *at++;
            int seq = 0, n = 0;

            cr_assert_eq(sscanf(at, "%d%n", &seq, &n), 1);
            at += n;
            at += *at == ' ';
            if (what == 'g')
                cr_expect_eq(lyt_cursor_give(c, seq, 1, 0), LYT_OK);
            else if (what == 'p')
                lyt_cursor_pass(c, seq);
            else if (what == 'd')
                (void)!lyt_cursor_done(c, seq, NULL);
            else
                cr_expect_eq(lyt_cursor_raise(c, seq, 0), LYT_OK);
        }
        cr_expect_eq(lyt_cursor_floor(c), rows[i].floor, "row at line %d: %d", rows[i].line,
                     (int)lyt_cursor_floor(c));
        cr_expect_eq(lyt_cursor_seen(c), rows[i].seen, "row at line %d", rows[i].line);
        cr_expect_eq(lyt_cursor_out(c), rows[i].out, "row at line %d", rows[i].line);
        lyt_cursor_free(c);
    }
}

Test(cursor, BU_06_credit_and_bytes_bound_what_is_out)
{
    lyt_cursor *c = fresh(0, 3, 5);

    for (int seq = 1; seq <= 3; seq++) {
        cr_expect_eq(lyt_cursor_room(c), 4 - (size_t)seq);
        cr_expect_eq(lyt_cursor_give(c, seq, 10, 0), LYT_OK);
    }
    cr_expect_eq(lyt_cursor_room(c), 0);
    cr_expect_eq(lyt_cursor_done(c, 2, NULL), LYT_OK);
    cr_expect_eq(lyt_cursor_room(c), 1);
    /* one that is large goes out, and then nothing does */
    cr_expect_eq(lyt_cursor_done(c, 1, NULL), LYT_OK);
    cr_expect_eq(lyt_cursor_give(c, 4, 999, 0), LYT_OK);
    cr_expect_eq(lyt_cursor_room(c), 0);
    /* and what was acknowledged weighs no more */
    cr_expect_eq(lyt_cursor_done(c, 4, NULL), LYT_OK);
    cr_expect_eq(lyt_cursor_room(c), 2);
    lyt_cursor_free(c);
}

/* How many go out at one moment, each as large as that. */
static int given_again(lyt_cursor *c, int64_t now_us, size_t size_bytes)
{
    lyt_cursor_due due;
    int n = 0;

    while (lyt_cursor_find_due(c, now_us, &due) && !due.is_spent && n < 100) {
        lyt_cursor_again(c, due.seq, size_bytes, now_us);
        n++;
    }
    return n;
}

/* Who attaches again with less credit than before has not asked for all of it at once. */
Test(cursor, BU_06_what_comes_again_keeps_to_the_credit)
{
    lyt_cursor_limits less = {2, 1000, 5, 1000};
    lyt_cursor *c = fresh(0, 10, 5);
    lyt_cursor_due due;

    for (int seq = 1; seq <= 10; seq++)
        cr_expect_eq(lyt_cursor_give(c, seq, 1, 0), LYT_OK);
    lyt_cursor_lose(c, 10);
    lyt_cursor_limit(c, &less);
    cr_expect_eq(given_again(c, 10, 1), 2);
    cr_expect_eq(lyt_cursor_room(c), 0);
    /* what waits for credit wakes nobody */
    cr_expect_eq(lyt_cursor_wake_us(c), 10 + second);
    cr_expect_eq(lyt_cursor_done(c, 2, NULL), LYT_OK);
    cr_assert(lyt_cursor_find_due(c, 10, &due));
    cr_expect_eq(due.seq, 3);
    cr_expect_eq(given_again(c, 10, 1), 1);
    /* what was never with it is not counted as delivered to it, however often it is lost */
    for (int i = 0; i < 20; i++)
        lyt_cursor_lose(c, 10);
    cr_expect_eq(lyt_cursor_out(c), 9);
    for (int seq = 1; seq <= 10; seq++)
        (void)!lyt_cursor_done(c, seq, NULL);
    cr_expect_eq(lyt_cursor_floor(c), 10);
    cr_expect_eq(lyt_cursor_room(c), 2);
    lyt_cursor_free(c);
}

/* Nobody is given it, so it need not wait until somebody can take it. */
Test(cursor, BU_05_what_is_spent_is_buried_whatever_the_credit)
{
    lyt_cursor_limits less = {1, 1000, 1, 1000};
    lyt_cursor *c = fresh(0, 3, 1);
    lyt_cursor_due due;

    for (int seq = 1; seq <= 3; seq++)
        cr_expect_eq(lyt_cursor_give(c, seq, 1, 0), LYT_OK);
    lyt_cursor_lose(c, 10);
    lyt_cursor_limit(c, &less);
    lyt_cursor_again(c, 2, 1, 10);
    cr_assert(lyt_cursor_find_due(c, 10, &due));
    cr_expect_eq(due.seq, 1);
    cr_expect(due.is_spent);
    cr_expect_eq(lyt_cursor_wake_us(c), 10);
    cr_expect_eq(lyt_cursor_done(c, 1, NULL), LYT_OK);
    cr_expect_not(lyt_cursor_find_due(c, 10, &due));
    lyt_cursor_free(c);
}

Test(cursor, BU_06_dead_letters_that_are_raised_keep_to_the_credit)
{
    lyt_cursor *c = fresh(100, 3, 5);

    for (int seq = 1; seq <= 50; seq++)
        cr_expect_eq(lyt_cursor_raise(c, seq, 0), LYT_OK);
    cr_expect_eq(given_again(c, 0, 1), 3);
    cr_expect_eq(lyt_cursor_done(c, 1, NULL), LYT_OK);
    cr_expect_eq(given_again(c, 0, 2000), 1);
    /* one that is larger than all may be */
    cr_expect_eq(lyt_cursor_done(c, 2, NULL), LYT_OK);
    cr_expect_eq(given_again(c, 0, 1), 0);
    cr_expect_eq(lyt_cursor_done(c, 4, NULL), LYT_OK);
    cr_expect_eq(given_again(c, 0, 1), 2);
    lyt_cursor_free(c);
}

Test(cursor, BU_05_the_wait_doubles_up_to_ten_minutes)
{
    lyt_cursor *c = fresh(0, 1, 100);
    int64_t now = 0, wait_s = 1;

    cr_expect_eq(lyt_cursor_give(c, 1, 1, now), LYT_OK);
    for (int i = 0; i < 20; i++) {
        cr_expect_eq(lyt_cursor_wake_us(c) - now, wait_s * second, "the wait after %d", i + 1);
        now = lyt_cursor_wake_us(c);
        lyt_cursor_again(c, 1, 1, now);
        wait_s = wait_s * 2 < 600 ? wait_s * 2 : 600;
    }
    lyt_cursor_free(c);
}

/* One that nobody deals with must not make a list without end of those after it that are done. */
Test(cursor, BU_06_what_is_done_behind_one_that_is_not_is_bounded)
{
    lyt_cursor *c = fresh(0, 10, 5);
    int64_t seq = 1;

    cr_expect_eq(lyt_cursor_give(c, seq, 1, 0), LYT_OK);
    while (lyt_cursor_room(c) && seq < 100000) {
        cr_assert_eq(lyt_cursor_give(c, ++seq, 1, 0), LYT_OK);
        cr_assert_eq(lyt_cursor_done(c, seq, NULL), LYT_OK);
    }
    cr_expect_lt(seq, 30000);
    cr_expect_eq(lyt_cursor_done(c, 1, NULL), LYT_OK);
    cr_expect_eq(lyt_cursor_floor(c), seq);
    cr_expect_eq(lyt_cursor_room(c), 10);
    lyt_cursor_free(c);
}

Test(cursor, BU_05_an_event_comes_again_after_twice_the_wait_and_then_is_spent)
{
    lyt_cursor *c = fresh(0, 3, 3);
    int64_t now = 0;
    lyt_cursor_due due;

    cr_expect_eq(lyt_cursor_give(c, 1, 1, now), LYT_OK);
    for (int64_t wait = second; wait <= 2 * second; wait *= 2) {
        cr_expect_not(lyt_cursor_find_due(c, now + wait - 1, &due));
        cr_expect_eq(lyt_cursor_wake_us(c), now + wait);
        now += wait;
        cr_assert(lyt_cursor_find_due(c, now, &due));
        cr_expect_not(due.is_spent);
        lyt_cursor_again(c, due.seq, 1, now);
    }
    cr_expect_not(lyt_cursor_find_due(c, now + 4 * second - 1, &due));
    cr_assert(lyt_cursor_find_due(c, now + 4 * second, &due));
    cr_expect(due.is_spent);
    cr_expect_eq(due.deliveries, 3);
    lyt_cursor_free(c);
}

Test(cursor, a_lost_connection_blames_only_the_oldest)
{
    lyt_cursor *c = fresh(0, 3, 2);
    lyt_cursor_due due;

    for (int seq = 1; seq <= 3; seq++)
        cr_expect_eq(lyt_cursor_give(c, seq, 1, 0), LYT_OK);
    for (int round = 0; round < 4; round++) {
        lyt_cursor_lose(c, 10);
        cr_assert(lyt_cursor_find_due(c, 10, &due));
        cr_expect_eq(due.seq, 1);
        cr_expect_eq(due.is_spent, round > 0, "round %d", round);
        while (lyt_cursor_find_due(c, 10, &due) && !due.is_spent)
            lyt_cursor_again(c, due.seq, 1, 10);
        if (round == 0)
            cr_expect_not(lyt_cursor_find_due(c, 10, &due));
    }
    cr_expect_eq(lyt_cursor_done(c, 1, NULL), LYT_OK);
    lyt_cursor_lose(c, 20);
    cr_assert(lyt_cursor_find_due(c, 20, &due));
    cr_expect_eq(due.seq, 2);
    cr_expect_not(due.is_spent);
    lyt_cursor_free(c);
}

Test(cursor, what_is_put_off_comes_later_each_time)
{
    lyt_cursor *c = fresh(0, 3, 5);
    lyt_cursor_due due;

    cr_expect_eq(lyt_cursor_give(c, 1, 1, 0), LYT_OK);
    cr_expect_eq(lyt_cursor_put_off(c, 1, -1, 0), LYT_OK);
    cr_expect_eq(lyt_cursor_wake_us(c), second / 2);
    lyt_cursor_again(c, 1, 1, second / 2);
    cr_expect_eq(lyt_cursor_put_off(c, 1, -1, second), LYT_OK);
    cr_expect_eq(lyt_cursor_wake_us(c), 2 * second);
    cr_expect_eq(lyt_cursor_put_off(c, 1, 7, 0), LYT_OK);
    cr_assert(lyt_cursor_find_due(c, 7000, &due));
    cr_expect_eq(lyt_cursor_put_off(c, 2, 7, 0), LYT_ENOTFOUND);
    lyt_cursor_free(c);
}

Test(cursor, a_dead_letter_that_is_raised_says_so_when_done)
{
    lyt_cursor *c = fresh(5, 3, 5);
    bool was_raised = false;
    lyt_cursor_due due;

    cr_expect_eq(lyt_cursor_raise(c, 3, 100), LYT_OK);
    cr_expect_eq(lyt_cursor_raise(c, 3, 100), LYT_EEXISTS);
    cr_assert(lyt_cursor_find_due(c, 100, &due));
    cr_expect_eq(due.seq, 3);
    cr_expect_eq(due.deliveries, 0);
    cr_expect_eq(lyt_cursor_done(c, 3, &was_raised), LYT_OK);
    cr_expect(was_raised);
    cr_expect_eq(lyt_cursor_floor(c), 5);
    lyt_cursor_free(c);
}
