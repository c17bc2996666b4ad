/*
 * lyt_incident: the case that an alarm opens. States and allowed moves are one
 * table; everything here is pure: time is an argument, nothing is stored.
 *
 *   new ──► acknowledged ──► in-work ──► remedied ──► confirmed ──► closed
 *    └──────────┴───────────────┴──► void    └───────── unconfirmed ─────┤
 *                                                       reopened ◄───────┘
 *
 * Threads   plain values.
 * Units     times are microseconds since 1970 UTC.
 */
#ifndef LYT_INCIDENT_H
#define LYT_INCIDENT_H

#include <stdint.h>

#include <lyt/str.h>

/* state, name on the wire */
#define LYT_INCIDENT_STATES(X)                                                                     \
    X(LYT_INCIDENT_NEW, "new")                                                                     \
    X(LYT_INCIDENT_ACKNOWLEDGED, "acknowledged")                                                   \
    X(LYT_INCIDENT_IN_WORK, "in-work")                                                             \
    X(LYT_INCIDENT_REMEDIED, "remedied")                                                           \
    X(LYT_INCIDENT_CONFIRMED, "confirmed")                                                         \
    X(LYT_INCIDENT_CLOSED, "closed")                                                               \
    X(LYT_INCIDENT_REOPENED, "reopened")                                                           \
    X(LYT_INCIDENT_VOID, "void")

typedef enum lyt_incident_state {
#define X(name, text) name,
    LYT_INCIDENT_STATES(X)
#undef X
        LYT_INCIDENT_STATE_COUNT
} lyt_incident_state;

enum { lyt_incident_text_max = 64, lyt_incident_note_max = 500 };

typedef struct lyt_incident {
    int64_t id;
    lyt_incident_state state;
    int severity;
    char scenario[lyt_incident_text_max];
    char team[lyt_incident_text_max];
    char property[lyt_incident_text_max];
    char place[lyt_incident_text_max]; /* "" when unknown */
    int64_t opened_us, updated_us;     /* updated: last message or move */
    int64_t last_message_us;
    int64_t n_messages;
    char owner[lyt_incident_text_max]; /* who acknowledged; "" for nobody */
    bool is_drill;                     /* a failure on purpose; not kept by the store */
} lyt_incident;

/* The state's name on the wire; static storage. */
const char *lyt_incident_state_name(lyt_incident_state state);
/* LYT_EINVAL leaves out untouched. */
LYT_MUST_USE lyt_status lyt_incident_state_parse(lyt_incident_state *out, lyt_str name);

/* Whether a team still has to do something: not closed, not void. */
bool lyt_incident_is_open(lyt_incident_state state);

/* Whether the table allows the move. A state never moves to itself. */
bool lyt_incident_may_move(lyt_incident_state from, lyt_incident_state to);

/*
 * Moves the incident and sets updated_us; acknowledging sets the owner.
 * LYT_ESTATE: not allowed; err says from where to where and what is allowed.
 */
LYT_MUST_USE lyt_status lyt_incident_move(lyt_incident *incident, lyt_incident_state to, lyt_str by,
                                          int64_t now_us, lyt_error *err);

#endif
