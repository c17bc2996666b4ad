#include "pulse.h"

#include <stdio.h>
#include <string.h>

enum { known_from = 20, mean_over = 50, pauses = 20 };

static struct lyt_pulse_row *row_of(lyt_pulse *pulse, lyt_str channel)
{
    struct lyt_pulse_row *oldest = &pulse->rows[0];

    for (size_t i = 0; i < pulse->n; i++) {
        struct lyt_pulse_row *row = &pulse->rows[i];

        if (lyt_str_equal(lyt_str_of(row->channel), channel))
            return row;
        if (row->last_us < oldest->last_us)
            oldest = row;
    }
    if (pulse->n < lyt_pulse_channels)
        oldest = &pulse->rows[pulse->n++];
    memset(oldest, 0, sizeof *oldest);
    snprintf(oldest->channel, sizeof oldest->channel, "%.*s", LYT_STR_ARG(channel));
    return oldest;
}

void lyt_pulse_note(lyt_pulse *pulse, lyt_str channel, int64_t now_us)
{
    struct lyt_pulse_row *row = row_of(pulse, channel);
    int64_t over = row->n < mean_over ? row->n : mean_over;

    if (row->n)
        row->mean_us += (now_us - row->last_us - row->mean_us) / over;
    row->n++;
    row->last_us = now_us;
    row->is_told = false;
}

const char *lyt_pulse_find_silent(lyt_pulse *pulse, int64_t now_us, int64_t least_us)
{
    for (size_t i = 0; i < pulse->n; i++) {
        struct lyt_pulse_row *row = &pulse->rows[i];
        int64_t silent_us = now_us - row->last_us;

        if (row->is_told || row->n < known_from || silent_us < least_us ||
            silent_us / pauses < row->mean_us)
            continue;
        row->is_told = true;
        return row->channel;
    }
    return NULL;
}
