#include "clockstep.h"
#include "testing.h"

LYT_SUITE(clockstep);

Test(clockstep, OP_12_only_a_clock_that_was_set_is_seen)
{
    static const int64_t second = 1000000;
    static const struct {
        int line;
        int64_t speed, wall_s, mono_s, by_s;
    } rows[] = {
        {__LINE__, 1, 10, 10, 0},        {__LINE__, 1, 3610, 10, 3600},
        {__LINE__, 1, -3590, 10, -3600}, {__LINE__, 1, 39, 10, 0},
        {__LINE__, 1, 40, 10, 30},       {__LINE__, 1, -20, 10, -30},
        {__LINE__, 1, -19, 10, 0},       {__LINE__, 1, 86400, 86400, 0},
        {__LINE__, 60, 600, 10, 0},      {__LINE__, 60, 4200, 10, 3600},
        {__LINE__, 60, 570, 10, -30},    {__LINE__, 60, 0, 10, -600},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        testing_clock clock;
        lyt_clockstep step = {.has_begun = false};

        testing_clock_init(&clock, (int64_t)1764000000 * second);
        cr_expect_eq(lyt_clockstep_look(&step, &clock.clock, rows[i].speed), 0, "the first look");
        clock.wall_us += rows[i].wall_s * second;
        clock.mono_us += rows[i].mono_s * second;
        cr_expect_eq(lyt_clockstep_look(&step, &clock.clock, rows[i].speed), rows[i].by_s * second,
                     "line %d", rows[i].line);
        cr_expect_eq(lyt_clockstep_look(&step, &clock.clock, rows[i].speed), 0, "seen once");
    }
}

Test(clockstep, is_told_in_words)
{
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_clockstep_say(&out, -3600400000);
    lyt_buf_add_text(&out, ", ");
    lyt_clockstep_say(&out, 30600000);
    cr_expect_str_eq(out.data, "3600 s back, 31 s forwards");
    lyt_buf_deinit(&out);
}
