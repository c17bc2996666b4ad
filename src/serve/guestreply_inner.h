/* What guestreply.c (what is said), guestconsent.c (STOP) and guestnote.c (how it ended) share. */
#ifndef LYT_GUESTREPLY_INNER_H
#define LYT_GUESTREPLY_INNER_H

#include "cases_inner.h"
#include "guestreply.h"

/* Something that might be said to a guest. */
typedef struct lyt_saying {
    lyt_reply_kind kind;
    int64_t incident; /* 0: of none */
    lyt_str guest, language, scenario, property;
    lyt_str message;   /* of the scenario; empty: its first, or the kind's own words */
    lyt_str own_words; /* somebody wrote them */
    lyt_str by;        /* who decided; empty: Lyt */
    bool by_itself;    /* nobody asked for it */
    int64_t heard;     /* the message it answers; 0: none */
} lyt_saying;

/* What came of thinking about it. Begin with lyt_thought_init(), end with lyt_thought_deinit(). */
typedef struct lyt_thought {
    lyt_reply_state state; /* DRAFT, HELD or QUEUED: it may go */
    lyt_status refusal;    /* of HELD: as an answer to somebody who wanted it sent */
    const lyt_way *way;
    lyt_buf text, why;
    char language[20], message[64];
} lyt_thought;

void lyt_thought_init(lyt_thought *thought, const lyt_alloc *alloc);
void lyt_thought_deinit(lyt_thought *thought);
LYT_MUST_USE lyt_status lyt_guestreply_think(lyt_books *books, const lyt_saying *saying,
                                             lyt_thought *out, lyt_error *err);

/* The row of the reply, and with state QUEUED that of the outbox; seq: of the event. */
LYT_MUST_USE lyt_status lyt_guestreply_keep(lyt_batch *batch, lyt_books *books,
                                            const lyt_saying *saying, const lyt_thought *thought,
                                            int64_t seq, lyt_error *err);

/* About that incident and its first guest, by itself. */
lyt_saying lyt_guestreply_saying(const lyt_books *books, int64_t incident, lyt_reply_kind kind);
/* What may go goes, with its fact and event; anything else is kept as what it is. */
LYT_MUST_USE lyt_status lyt_guestreply_consider(lyt_batch *batch, lyt_books *books,
                                                const lyt_saying *saying, lyt_error *err);
/* thought->state is QUEUED. */
LYT_MUST_USE lyt_status lyt_guestreply_say(lyt_batch *batch, lyt_books *books,
                                           const lyt_saying *saying, const lyt_thought *thought,
                                           lyt_error *err);
/* The carrier will not send to the guest of that reply: it is as if the guest had said STOP. */
LYT_MUST_USE lyt_status lyt_guestreply_carrier_stop(lyt_batch *batch, lyt_books *books, int64_t seq,
                                                    lyt_error *err);
/* A row of the incident's history; incident 0: nothing. */
LYT_MUST_USE lyt_status lyt_guestreply_note(lyt_books *books, int64_t incident, const char *what,
                                            lyt_str note, lyt_error *err);

/* How an incident ended, to the ways that want it (LYT_NOTICE_RECOVERED). */
LYT_MUST_USE lyt_status lyt_guestnote_closed(lyt_batch *batch, lyt_books *books, int64_t incident,
                                             lyt_error *err);

#endif
