/*
 * lyt_out_note, lyt_out_way, lyt_out_request: one notice on its way out of the house, where it
 * goes, and the bytes that become of it. Without a socket in sight: out_post.h sends them.
 *
 * Lifetime  a note and a way borrow all their texts. A request owns its buffers from
 *           lyt_out_request_init() to lyt_out_request_deinit().
 * Threads   plain values.
 * Units     times are microseconds since 1970 UTC; texts are UTF-8, empty for absent.
 */
#ifndef LYT_OUT_NOTE_H
#define LYT_OUT_NOTE_H

#include "buf.h"

/* kind, name in the settings */
#define LYT_OUT_KINDS(X)                                                                           \
    X(LYT_OUT_WEBHOOK, "webhook")           /* Standard Webhooks */                                \
    X(LYT_OUT_MAIL, "mail")                 /* SMTP */                                             \
    X(LYT_OUT_GATEWAYAPI, "gatewayapi")     /* SMS, POST /rest/mtsms */                            \
    X(LYT_OUT_TWILIO, "twilio")             /* SMS, Messages.json */                               \
    X(LYT_OUT_46ELKS, "46elks")             /* SMS, POST /a1/sms */                                \
    X(LYT_OUT_SLACK, "slack")               /* incoming webhook, also Mattermost and others */     \
    X(LYT_OUT_TEAMS, "teams")               /* workflow webhook with an adaptive card */           \
    X(LYT_OUT_ALERTMANAGER, "alertmanager") /* POST /api/v2/alerts */                              \
    X(LYT_OUT_PAGERDUTY, "pagerduty")       /* Events API v2 */                                    \
    X(LYT_OUT_MEWS, "mews")                 /* a note on the guest's stay, Connector API */

typedef enum lyt_out_kind {
#define X(name, text) name,
    LYT_OUT_KINDS(X)
#undef X
        LYT_OUT_KIND_COUNT
} lyt_out_kind;

const char *lyt_out_kind_name(lyt_out_kind kind);

/* What the notice means for receivers that keep a list of what is open. */
typedef enum lyt_out_step { LYT_OUT_OPEN, LYT_OUT_TAKEN, LYT_OUT_OVER } lyt_out_step;

typedef struct lyt_out_note {
    lyt_str key;    /* the same at every attempt; letters, digits and "-", at most 64 */
    lyt_str thread; /* the same for all notices of one incident, as key */
    lyt_str event;  /* "alarm", "reminder" …; "health" */
    lyt_out_step step;
    lyt_str text;    /* for people, from the template */
    lyt_str subject; /* the same in one line */
    lyt_str data;    /* the event as JSON */
    lyt_str to;      /* number or mail address; empty where the way has one receiver */
    lyt_str scenario, place, property, team, state;
    lyt_str language; /* of text: "da", "en" */
    int64_t incident;
    int severity;      /* 0 to 4 */
    int64_t at_us;     /* when it happened */
    int64_t since_us;  /* when the incident was opened */
    int64_t now_us;    /* of this attempt */
    int64_t stands_us; /* how long an alert stands without being sent again; 0: 5 minutes */
} lyt_out_note;

typedef struct lyt_out_way {
    lyt_out_kind kind;
    lyt_str url;
    lyt_str from;   /* sender of SMS and mail */
    lyt_str secret; /* the file's content, trimmed; see out_format.h */
    lyt_str source; /* this house, for receivers that have several */
} lyt_out_way;

typedef struct lyt_out_request {
    bool is_mail;
    lyt_buf url;
    lyt_buf headers;            /* "Name: value", each ended by a newline */
    lyt_buf body;               /* HTTP body, or the mail with CRLF */
    lyt_buf login;              /* "user:password" */
    lyt_buf mail_from, mail_to; /* of the envelope */
} lyt_out_request;

void lyt_out_request_init(lyt_out_request *request, const lyt_alloc *alloc);
void lyt_out_request_reset(lyt_out_request *request);
/* What was secret in it is overwritten. */
void lyt_out_request_deinit(lyt_out_request *request);
/* The first failure of its buffers. */
LYT_MUST_USE lyt_status lyt_out_request_status(const lyt_out_request *request);

#endif
