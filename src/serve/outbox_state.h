/* What outbox.c works with. Private to it. */
#ifndef LYT_OUTBOX_STATE_H
#define LYT_OUTBOX_STATE_H

#include "core.h"
#include "out_post.h"
#include "outbox_compose.h"
#include "outbox_report.h"

enum { slots_max = 32 };

typedef enum slot_state {
    SLOT_FREE,
    SLOT_FLYING,
    SLOT_ENDED, /* the ledger is still to be told */
    SLOT_TOLD,  /* and it has not said yet that it stands in the store */
} slot_state;

/* A row, as long as this actor has to do with it. */
typedef struct ticket {
    size_t way;
    int64_t id, seq, alarm_seq, incident, attempts, at_us, give_up_us;
    unsigned event;
    char who[lyt_incident_text_max];
    bool has_words; /* what it says stands beside it: guestsend.h */
    bool is_answer; /* and is for somebody of the house */
} ticket;

typedef struct slot {
    slot_state state;
    bool is_repeat; /* of an alert that stands; the ledger hears nothing of it */
    ticket row;
    lyt_outbox_report report;
    char reason[200];
} slot;

/* An alert that stands at an Alertmanager, or was resolved a moment ago. */
typedef struct standing {
    ticket row;
    int64_t next_us, until_us; /* until: 0 for as long as it is open */
} standing;

typedef struct way_state {
    int64_t look_us;   /* when to ask the store again, on the monotonic clock */
    int64_t before_us; /* nothing goes before (a receiver asked for it), on the same */
} way_state;

typedef struct state {
    lyt_core *core;
    const lyt_settings *settings;
    lyt_log log;
    lyt_sock *ledger;
    lyt_frames *frames;
    lyt_store *store;
    lyt_poster *poster;
    lyt_outbox_composer composer;
    lyt_buf frame;
    slot slots[slots_max];
    way_state *ways;
    standing *standing;
    size_t n_standing, cap_standing;
    int64_t turn_us; /* monotonic: since when other settings are to be used */
} state;

#endif
