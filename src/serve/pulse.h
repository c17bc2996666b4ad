/*
 * lyt_pulse: which channels have fallen silent. A channel that was busy and from which
 * nothing has come for long is more likely broken than in a house without complaints. Pure.
 *
 * Silent is longer than `least`, and longer than twenty times the usual pause between two
 * messages of that channel (a running mean over the last fifty).
 *
 * Threads   plain values.
 * Units     microseconds on a monotonic clock.
 */
#ifndef LYT_PULSE_H
#define LYT_PULSE_H

#include <stdint.h>

#include <lyt/str.h>

enum { lyt_pulse_channels = 32, lyt_pulse_name = 65 };

typedef struct lyt_pulse {
    struct lyt_pulse_row {
        char channel[lyt_pulse_name];
        int64_t last_us, mean_us, n;
        bool is_told;
    } rows[lyt_pulse_channels];
    size_t n;
} lyt_pulse;

/* A message came. Of more channels than there is room for the quietest is forgotten. */
void lyt_pulse_note(lyt_pulse *pulse, lyt_str channel, int64_t now_us);

/* A channel that is silent now, each time it falls silent once; NULL: none. */
const char *lyt_pulse_find_silent(lyt_pulse *pulse, int64_t now_us, int64_t least_us);

#endif
