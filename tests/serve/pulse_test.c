#include <stdio.h>
#include <string.h>

#include "pulse.h"
#include "testing.h"

LYT_SUITE(pulse);

static const int64_t minute = 60000000;

static int64_t busy(lyt_pulse *pulse, const char *channel, int n, int64_t every, int64_t from)
{
    for (int i = 0; i < n; i++)
        lyt_pulse_note(pulse, lyt_str_of(channel), from += every);
    return from;
}

Test(pulse, AL_22_a_busy_channel_that_falls_silent_is_told_of_once)
{
    static lyt_pulse pulse;
    int64_t last = busy(&pulse, "sms", 30, minute, 0);

    cr_expect_null(lyt_pulse_find_silent(&pulse, last + 59 * minute, 60 * minute));
    cr_expect_str_eq(lyt_pulse_find_silent(&pulse, last + 60 * minute, 60 * minute), "sms");
    cr_expect_null(lyt_pulse_find_silent(&pulse, last + 90 * minute, 60 * minute));
    lyt_pulse_note(&pulse, LYT_STR("sms"), last + 100 * minute);
    cr_expect_null(lyt_pulse_find_silent(&pulse, last + 101 * minute, 60 * minute));
    cr_expect_str_eq(lyt_pulse_find_silent(&pulse, last + 400 * minute, 60 * minute), "sms");
}

Test(pulse, one_that_was_never_busy_may_be_silent)
{
    static const struct {
        int line;
        int n;
        int64_t every, after;
        bool is_silent;
    } rows[] = {
        {__LINE__, 19, 1, 1000, false},
        {__LINE__, 20, 1, 1000, true},
        {__LINE__, 40, 30, 599, false},
        {__LINE__, 40, 30, 601, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static lyt_pulse pulse;
        int64_t last;

        memset(&pulse, 0, sizeof pulse);
        last = busy(&pulse, "sms", rows[i].n, rows[i].every * minute, 0);
        cr_expect_eq(lyt_pulse_find_silent(&pulse, last + rows[i].after * minute, minute) != NULL,
                     rows[i].is_silent, "row at line %d", rows[i].line);
    }
}

Test(pulse, of_too_many_channels_the_quietest_is_forgotten)
{
    static lyt_pulse pulse;
    int64_t last = busy(&pulse, "old", 30, minute, 0);
    char name[16];

    for (int i = 0; i < lyt_pulse_channels; i++) {
        snprintf(name, sizeof name, "c%d", i);
        last = busy(&pulse, name, 30, minute, last);
    }
    cr_expect_eq(pulse.n, lyt_pulse_channels);
    for (const char *c; (c = lyt_pulse_find_silent(&pulse, last + 100000 * minute, minute));)
        cr_expect_str_neq(c, "old");
}
