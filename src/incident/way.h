/*
 * lyt_way: one way out of the house beside the bus: what kind of receiver it is, where, and
 * which notices go there (docs/ways-out.md). Part of the settings.
 *
 * A way with receivers (`to`: SMS and mail) takes what is told to one of them: to a
 * team in the list always, to a person when the notice's channel has the way's name. Any other
 * way takes what its events, severities and `who` say, whatever the channel.
 *
 * Lifetime  texts live with the settings.
 * Threads   plain values.
 */
#ifndef LYT_WAY_H
#define LYT_WAY_H

#include "route.h"

/* kind, name in the settings; the order is that of channel/out_note.h */
#define LYT_WAY_KINDS(X)                                                                           \
    X(LYT_WAY_WEBHOOK, "webhook")                                                                  \
    X(LYT_WAY_MAIL, "mail")                                                                        \
    X(LYT_WAY_GATEWAYAPI, "gatewayapi")                                                            \
    X(LYT_WAY_TWILIO, "twilio")                                                                    \
    X(LYT_WAY_46ELKS, "46elks")                                                                    \
    X(LYT_WAY_SLACK, "slack")                                                                      \
    X(LYT_WAY_TEAMS, "teams")                                                                      \
    X(LYT_WAY_ALERTMANAGER, "alertmanager")                                                        \
    X(LYT_WAY_PAGERDUTY, "pagerduty")                                                              \
    X(LYT_WAY_MEWS, "mews")

typedef enum lyt_way_kind {
#define X(name, text) name,
    LYT_WAY_KINDS(X)
#undef X
        LYT_WAY_KIND_COUNT
} lyt_way_kind;

const char *lyt_way_kind_name(lyt_way_kind kind);

typedef enum lyt_way_language { LYT_WAY_DA, LYT_WAY_EN, LYT_WAY_LANGUAGES } lyt_way_language;

/* Words of the house's own for one event; event: a lyt_notice, or LYT_NOTICE_COUNT for health. */
typedef struct lyt_way_text {
    unsigned event;
    lyt_way_language language;
    const char *subject; /* NULL: as ever */
    const char *text;
} lyt_way_text;

typedef struct lyt_way_receiver {
    const char *who;     /* a person or team */
    const char *address; /* "+4512345678" or "mette@havnen.dk" */
} lyt_way_receiver;

typedef struct lyt_way {
    const char *id;
    lyt_way_kind kind;
    const char *url;         /* NULL: the kind's own, or within the secret */
    const char *secret_file; /* NULL: none */
    const char *from;        /* of SMS and mail */
    const lyt_way_receiver *to;
    size_t n_to;
    uint32_t events; /* bit of each lyt_notice, and of LYT_NOTICE_COUNT for health */
    int severity_min;
    lyt_names who; /* 0: whoever is told */
    lyt_way_language language;
    bool for_guests;     /* guests are written to by it; `to` may be empty then */
    bool is_internal;    /* may have the guest's own words */
    bool allows_private; /* may go to addresses within the house, and without TLS */
    const char *ca_file; /* NULL: the system's certificates */
    int64_t give_up_us;  /* after the notice */
    int64_t timeout_us;  /* of one attempt */
    int64_t repeat_us;   /* an Alertmanager is told again of what is open */
    const lyt_way_text *texts;
    size_t n_texts;
} lyt_way;

/* Whether it has receivers of its own. */
bool lyt_way_is_addressed(lyt_way_kind kind);
/* Whether it is the house's own system of guests: it takes LYT_NOTICE_RECOVERED and nothing else. */
bool lyt_way_is_records(lyt_way_kind kind);
/* Whether the receiver keeps a list of what is open, so that one of several told is enough. */
bool lyt_way_is_board(lyt_way_kind kind);

/* The address of that person or team; NULL: none. */
const char *lyt_way_address(const lyt_way *way, lyt_str who);

/* What is on its way to somebody. */
typedef struct lyt_way_notice {
    unsigned event; /* a lyt_notice, or LYT_NOTICE_COUNT for health */
    int severity;
    lyt_str who, channel; /* empty of health */
    bool is_person;       /* who is one: has channels */
} lyt_way_notice;

bool lyt_way_takes(const lyt_way *way, const lyt_way_notice *notice);

#endif
