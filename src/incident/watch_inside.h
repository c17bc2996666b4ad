/* What watch.c (facts), watch_tick.c (time) and watch_act.c (commands) share. */
#ifndef LYT_WATCH_INSIDE_H
#define LYT_WATCH_INSIDE_H

#include "watch.h"

/* One look at the book: what it is about and where what follows goes. */
typedef struct lyt_round {
    const lyt_watch *watch;
    const lyt_settings *settings;
    lyt_book *book;
    lyt_facts *out;
    int64_t now_us;
    lyt_error *err;
} lyt_round;

lyt_round lyt_round_of(const lyt_watch *watch, int64_t now_us, lyt_facts *out, lyt_error *err);

LYT_MUST_USE lyt_status lyt_round_emit(const lyt_round *r, lyt_fact fact);
/* A fact of that incident with a number and a time it falls due. */
LYT_MUST_USE lyt_status lyt_round_timer(const lyt_round *r, int64_t id, lyt_fact_kind kind,
                                        int64_t due_us, int64_t number);
/* Tells a team, duty or person, on the first channel of whoever that is now. */
LYT_MUST_USE lyt_status lyt_round_tell(const lyt_round *r, int64_t id, const char *to,
                                       lyt_notice notice, int64_t step);
LYT_MUST_USE lyt_status lyt_round_tell_guest(const lyt_round *r, int64_t id, lyt_notice notice);
/* All who were told before. */
LYT_MUST_USE lyt_status lyt_round_tell_all(const lyt_round *r, int64_t id, lyt_notice notice);

/* Sends the alarm, or holds it, and arms reminders and ladder. */
LYT_MUST_USE lyt_status lyt_round_alarm(const lyt_round *r, int64_t id);
/* Tells all that the routes name, and the owner. */
LYT_MUST_USE lyt_status lyt_round_tell_routes(const lyt_round *r, int64_t id, lyt_notice notice);
/* Children speak for themselves again when their parent is over (watch_child.c). */
LYT_MUST_USE lyt_status lyt_round_free_children(const lyt_round *r, int64_t parent);
/*
 * What was told of before has become a danger to people with what was just heard: its alarm goes
 * again, by the routes of a danger, whoever has taken it on; of a child that of the parent.
 */
LYT_MUST_USE lyt_status lyt_round_danger(const lyt_round *r, int64_t id);
/* The next step of the ladder; also where there is none any more. */
LYT_MUST_USE lyt_status lyt_round_step(const lyt_round *r, int64_t id);
LYT_MUST_USE lyt_status lyt_round_start_clocks(const lyt_round *r, int64_t id, bool anew);
LYT_MUST_USE lyt_status lyt_round_stop_clock(const lyt_round *r, int64_t id, lyt_clock_kind kind);
/* Lets the clocks go on after a pause; text: who ended it. */
LYT_MUST_USE lyt_status lyt_round_resume(const lyt_round *r, int64_t id, lyt_str by);

/* Fixes that are said to have ended what has just opened come back (watch_fix.c). */
LYT_MUST_USE lyt_status lyt_round_fixes_back(const lyt_round *r, int64_t id);
LYT_MUST_USE lyt_status lyt_round_fix_late(const lyt_round *r, int64_t fix);

/*
 * Of the same failure to the same guest the manager hears; of what waits for the morning or the end
 * of a silence with the alarm, or when somebody takes it on before. The number of the one before
 * while nobody was told of it; 0: there is nothing to tell.
 */
int64_t lyt_round_untold_repeat(const lyt_case *c);
LYT_MUST_USE lyt_status lyt_round_repeat(const lyt_round *r, int64_t id, int64_t before);

/* Whether somebody has still to take it on. */
bool lyt_round_is_waiting(const lyt_case *c);

/* Whether an alarm of it would have to wait now: for a parent, a silence, the morning. */
bool lyt_round_is_held(const lyt_round *r, const lyt_case *c);
/* The silence that covers it now; NULL: none. */
const lyt_silence *lyt_round_silence(const lyt_round *r, const lyt_case *c);

#endif
