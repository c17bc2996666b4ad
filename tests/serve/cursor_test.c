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
    cr_expect_eq(lyt_cursor_give(c, 4, 5000, 0), LYT_OK);
    cr_expect_eq(lyt_cursor_room(c), 0);
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
        lyt_cursor_again(c, due.seq, now);
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
            lyt_cursor_again(c, due.seq, 10);
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
    lyt_cursor_again(c, 1, second / 2);
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
