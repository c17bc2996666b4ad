/*
 * What the tests of what time brings share: a hotel from its worked example, Lyt watching,
 * and time in minutes since the shift began.
 */
#ifndef LYT_SHIFTWORK_H
#define LYT_SHIFTWORK_H

#include "casework.h"
#include "housework.h"
#include "watch.h"

typedef struct shift {
    casework w;
    lyt_settings *s;
    lyt_watch watch;
    int64_t start_us;
} shift;

void shift_init(shift *t, const char *utc);
void shift_deinit(shift *t);
int64_t shift_hear(shift *t, int64_t minute, const char *scenario, const char *place,
                   const char *guest, int severity);
void shift_tick_us(shift *t, int64_t now_us);
void shift_tick(shift *t, int64_t minute);
lyt_act shift_act(shift *t, int64_t minute, int64_t incident, const char *by, const char *text);
void shift_after(shift *t, size_t from, lyt_status status);
void shift_acknowledge(shift *t, int64_t minute, int64_t id, const char *by, int64_t until_min);
void shift_move(shift *t, int64_t minute, int64_t id, lyt_incident_state to);
size_t shift_told(const shift *t, int64_t id, lyt_notice notice, const char *who);

#endif
