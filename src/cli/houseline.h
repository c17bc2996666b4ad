/*
 * lyt_houseline: one question to a running service, for the commands about incidents, guests
 * and figures: finds the socket, comes in with a key, asks, and prints JSON where wanted.
 *
 * Threads   one at a time.
 */
#ifndef LYT_HOUSELINE_H
#define LYT_HOUSELINE_H

#include "online.h"

/* Where the service is, as the command's options say; NULLs as in online.h. */
typedef struct lyt_houseline {
    const char *state, *key, *server_key;
    const char *endpoint; /* --replay or --submit */
    bool submits;         /* it is a command, not a question */
    int64_t language;     /* as LYT_HOUSEWORDS_LANGUAGE left it: what is refused is said in it */
} lyt_houseline;

/* *out is the caller's (lyt_json_free). Says nothing; err may be NULL. */
LYT_MUST_USE lyt_status lyt_houseline_try(const lyt_houseline *line, lyt_str question,
                                          lyt_json **out, lyt_error *err);
/* The same, and complains. */
lyt_exit lyt_houseline_ask(const lyt_call *call, const lyt_houseline *line, lyt_str question,
                           lyt_json **out);

/* What an answer says to people; user is the caller's own. */
typedef void (*lyt_houseline_print_fn)(lyt_buf *out, const lyt_json *answer, const void *user);

/*
 * Asks, and prints what print makes of the answer; print NULL: the answer as it came, JSON with a
 * newline. question's bytes are borrowed; one that failed for want of memory is not asked.
 */
lyt_exit lyt_houseline_show(const lyt_call *call, const lyt_houseline *line,
                            const lyt_buf *question, lyt_houseline_print_fn print,
                            const void *user);

/* The number of an incident, a feedback, …: 1 or more; 0 when it is none. */
int64_t lyt_houseline_number(const char *text);

/* Who does it: given, or the login's name. */
const char *lyt_houseline_who(const char *given);

/* "31.50 DKK" of øre or cents. */
void lyt_houseline_money(lyt_buf *out, int64_t amount, lyt_str currency);
/* "95 s", "12 min", "3.5 h": seconds as people say them. */
void lyt_houseline_span(lyt_buf *out, double seconds);

#endif
