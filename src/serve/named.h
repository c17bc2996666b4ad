/*
 * lyt_named: the named subscribers: who is attached under which name, what goes to whom,
 * acknowledgements, redelivery, dead letters. The rules are lyt_cursor's; here they
 * meet sockets, store and ledger.
 *
 * A name has one active connection; others that attach to it stand by, and the oldest of
 * them takes over at once when the active one goes. What is kept of a subscriber the ledger
 * commits; at most one such order a name is on the way.
 *
 * Lifetime  lyt_named_new() to lyt_named_free(); what the options name outlives it.
 * Threads   the replayer's.
 */
#ifndef LYT_NAMED_H
#define LYT_NAMED_H

#include "access.h"
#include "core.h"
#include "json.h"

typedef struct lyt_named lyt_named;

typedef struct lyt_named_options {
    lyt_core *core;
    lyt_store *store; /* to read from */
    lyt_sock *replay, *ledger;
    const lyt_door *door;
    const lyt_log *log;
} lyt_named_options;

/* Who asks: the frames before the question, to be sent back before every answer. */
typedef struct lyt_asking {
    lyt_str head[3]; /* routing id, perhaps an empty delimiter, perhaps a tag */
    size_t n_head;
    const char *user;
} lyt_asking;

LYT_MUST_USE lyt_status lyt_named_new(lyt_named **out, const lyt_named_options *options,
                                      lyt_error *err);
void lyt_named_free(lyt_named *named);

/*
 * Takes a request if it is one of attach, ack, nack, beat, detach, dead, raise, forget and
 * subscribers (false: it is none). Writes the answer's members; is_silent: there is no answer.
 */
bool lyt_named_take(lyt_named *named, const lyt_asking *from, const lyt_json *request, lyt_jw *jw,
                    bool *is_silent, lyt_status *status, lyt_error *err);

/*
 * Whether it is a word that a subscriber owes us: an acknowledgement, a sign of life. It is taken
 * whatever else was asked for, or what was done would count as not done and who lives as dead.
 */
bool lyt_named_is_word(lyt_str request);

/* A question came over that connection: whoever has a name there lives. */
void lyt_named_heard(lyt_named *named, lyt_str id);

/* An order of ours that the ledger has committed. */
void lyt_named_committed(lyt_named *named, lyt_str order);

/* Gives out what can be given, and shows signs of life when they are due. */
void lyt_named_step(lyt_named *named);
/* Before the end: what is still to be kept goes to the ledger. */
void lyt_named_flush(lyt_named *named);
/* How long it may be left alone, at most max_ms. */
int64_t lyt_named_wait_ms(const lyt_named *named, int64_t max_ms);

#endif
