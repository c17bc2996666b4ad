/* What simweek.c (staff), simweek_guests.c (guests) and simweek_check.c share. */
#ifndef LYT_SIMWEEK_INSIDE_H
#define LYT_SIMWEEK_INSIDE_H

#include "simweek.h"

typedef enum lyt_todo_kind {
    LYT_TODO_SAY,     /* id: number of the message; a guest writes */
    LYT_TODO_DO,      /* id: index of a deed */
    LYT_TODO_TAKE,    /* id: incident; a person takes it on */
    LYT_TODO_CONTACT, /* and speaks to the guest */
    LYT_TODO_GIVE,
    LYT_TODO_MEND,
    LYT_TODO_CLOSE,  /* cause, action and close are still to be written */
    LYT_TODO_ANSWER, /* the guest */
    LYT_TODO_DECIDE, /* id: incident; on an offer that waits */
    LYT_TODO_KEEP,   /* id: promise */
    LYT_TODO_FIXED,  /* id: fix */
    LYT_TODO_LOOK,   /* somebody looks at what could not be sent */
} lyt_todo_kind;

typedef struct lyt_todo {
    int64_t at_us;
    uint64_t order; /* of two at one time the earlier made comes first */
    lyt_todo_kind kind;
    int64_t id;
    char who[lyt_incident_text_max];
} lyt_todo;

typedef struct lyt_deed {
    const char *type;
    int64_t at_us, promised_us; /* 0: none */
    int64_t number;             /* of the id */
    int64_t ref;                /* 0: none */
    int guest;                  /* index of a stay; -1: of the floor */
    int room;
} lyt_deed;

typedef struct lyt_lodging {
    char guest[16];
    int room;
    int64_t from_us, to_us;
    char sealed[lyt_contact_sealed_bytes]; /* where the guest can be written to; empty: nowhere */
} lyt_lodging;

typedef struct lyt_busy {
    const char *person;
    int64_t until_us;
} lyt_busy;

typedef struct lyt_weekrun {
    const lyt_week_options *o;
    lyt_week *week;
    uint64_t state; /* of the random numbers */
    lyt_todo *heap;
    size_t n_heap, cap_heap;
    uint64_t n_orders;
    lyt_lodging *stays;
    size_t n_stays, cap_stays;
    lyt_deed *deeds;
    size_t n_deeds, cap_deeds;
    lyt_busy *staff;
    void *session;
    lyt_judgement *judgement;
    lyt_buf json;    /* of an order */
    bool is_looking; /* somebody is going to look at what could not be sent */
    int64_t now_us;
    lyt_error *err;
} lyt_weekrun;

static const int64_t lyt_week_minute_us = 60 * (int64_t)1000000;

/* 0 up to below n. */
uint64_t lyt_week_draw(lyt_weekrun *run, uint64_t n);
bool lyt_week_chance(lyt_weekrun *run, uint64_t percent);
/* Minutes from low to high, most of them near low. */
int64_t lyt_week_minutes(lyt_weekrun *run, int64_t low, int64_t high);

/* When that person gets to it: in so many minutes, and not before what they are at is done. */
int64_t lyt_week_free_at(lyt_weekrun *run, const char *who, int64_t low, int64_t high);

LYT_MUST_USE lyt_status lyt_week_plan(lyt_weekrun *run, int64_t at_us, lyt_todo_kind kind,
                                      int64_t id, const char *who);

/* An order as JSON in run->json, to the house. */
LYT_MUST_USE lyt_status lyt_week_order(lyt_weekrun *run, lyt_care_reply *reply, bool *is_done);

/* simweek_post.c: who does what when something has arrived, and what could not be sent. */
LYT_MUST_USE lyt_status lyt_week_arrived(void *run, const lyt_outbox_row *row);
/* Whether who is told so acts when it has arrived, and not at once. */
bool lyt_week_goes_out(const lyt_weekrun *run, const lyt_fact *told);
LYT_MUST_USE lyt_status lyt_week_look(lyt_weekrun *run);
/* What somebody does who has heard of something. */
LYT_MUST_USE lyt_status lyt_week_heard(lyt_weekrun *run, lyt_notice notice, int64_t incident,
                                       const char *who);

/* simweek_guests.c: who stays, and all that is said and done by guests, planned. */
LYT_MUST_USE lyt_status lyt_week_make(lyt_weekrun *run);
LYT_MUST_USE lyt_status lyt_week_say(lyt_weekrun *run, int64_t number);
LYT_MUST_USE lyt_status lyt_week_do(lyt_weekrun *run, const lyt_deed *deed);

#endif
