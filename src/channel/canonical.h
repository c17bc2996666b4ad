/*
 * lyt_inbound: one thing that came in, in our own form whatever gateway sent it.
 *
 * Lifetime  all texts lie in the arena it was received into, or are borrowed from request or
 *           settings: good until the arena is reset and as long as those two are there.
 * Threads   plain values.
 * Units     times are microseconds from 1970 UTC, 0 for unknown; texts are valid UTF-8
 *           without NUL, empty for absent.
 */
#ifndef LYT_CANONICAL_H
#define LYT_CANONICAL_H

#include "json.h"

/* what it is, its name in counters */
#define LYT_INBOUND_KINDS(X)                                                                       \
    X(FEEDBACK, "feedback")   /* words or a score of a guest, or of staff who report something */  \
    X(PART, "part")           /* a piece of a long SMS: for the joiner (smsjoin.h) */              \
    X(REPORT, "report")       /* what became of a message that we sent */                          \
    X(OPT_OUT, "opt-out")     /* the sender wants no more messages; confirmed at most once */      \
    X(OPT_IN, "opt-in")       /* the sender wants messages again */                                \
    X(STAFF, "staff")         /* a registered number moves an incident */                          \
    X(CHALLENGE, "challenge") /* the gateway only asked whether we are there */                    \
    X(FETCH, "fetch")         /* ids only: meta says what to ask the provider for */

typedef enum lyt_inbound_kind {
#define X(name, text) LYT_INBOUND_##name,
    LYT_INBOUND_KINDS(X)
#undef X
        LYT_INBOUND_N_KINDS
} lyt_inbound_kind;

/* "feedback", "opt-out" … Static storage. */
const char *lyt_inbound_kind_name(lyt_inbound_kind kind);

typedef enum lyt_report_state {
    LYT_REPORT_NONE,
    LYT_REPORT_UNDERWAY,  /* accepted, queued, buffered, sent */
    LYT_REPORT_DELIVERED, /* on the phone */
    LYT_REPORT_FAILED,    /* will never arrive */
    LYT_REPORT_UNKNOWN,   /* a word that we do not know; status has it */
} lyt_report_state;

/* "delivered" …; "" for LYT_REPORT_NONE. Static storage. */
const char *lyt_report_state_name(lyt_report_state state);

typedef enum lyt_staff_verb {
    LYT_STAFF_NONE,
    LYT_STAFF_ACK,     /* OK 123 */
    LYT_STAFF_RESOLVE, /* LØST 123 new radiator */
    LYT_STAFF_UNCLEAR, /* begins like an order and is none; `problem` says what is wrong with it */
} lyt_staff_verb;

enum {
    lyt_inbound_text_max = 64 * 1024, /* bytes, as the service has it; what is longer is cut */
    lyt_inbound_id_max = 64,
    lyt_inbound_place_max = 63,
    lyt_inbound_note_max = 500,
    /* fields, and bytes of each: with the longest text, all letters escaped, still a submission */
    lyt_inbound_meta_max = 64,
    lyt_inbound_field_max = 256,
};

typedef struct lyt_meta {
    lyt_str name, value;
} lyt_meta;

typedef struct lyt_inbound {
    lyt_inbound_kind kind;
    lyt_str provider;    /* name of the endpoint in the settings: "twilio" */
    lyt_str provider_id; /* the gateway's own id of the message; empty when it has none */
    /*
     * What the service tells copies by, at most 64 bytes: endpoint and provider's id, or, without
     * one, a SHA-256 of endpoint, sender, text, score and provider's time.
     */
    lyt_str id;
    lyt_str channel; /* sms, survey, staff … */
    /*
     * The guest's side, also of a REPORT: "+4540404422", or what stands for it (the name that a
     * sender may show, a mail address). Not for keeping: that is what `sender` is for.
     */
    lyt_str from;
    lyt_str sender; /* the pseudonym of `from`; empty when there is no from or no key */
    /* `from` again, sealed (contactseal.h), for the service to answer by; empty: nobody sealed it
     */
    lyt_str sealed, sealed_kind;
    bool is_typed;       /* `from` is what somebody typed, not what it was sent from */
    lyt_str to;          /* our number "+4592450000", or a short code as it is: "1204" */
    lyt_str keyword;     /* of the settings, when the text began with it */
    lyt_str text;        /* without the keyword */
    lyt_str lang_hint;   /* what it is written in, if somebody knows; goes to the service */
    lyt_str reply_lang;  /* what to answer in when the text does not tell */
    double score, scale; /* score NAN: none; scale 0: unknown */
    lyt_str property, place;
    int64_t sent_us, received_us;
    /* a long SMS: a PART's place in it, or what became of it */
    unsigned parts;     /* how many it has; 0 or 1: not a long one */
    unsigned part;      /* of a PART: which, from 1 */
    unsigned reference; /* of a PART: what its parts have in common, together with from and to */
    bool partial;       /* some never came; "[…]" stands in the text where they are missing */
    lyt_str encoding;   /* gsm-7, ucs-2, binary …, as far as the gateway says */
    /* of a REPORT: provider_id is the message that we sent, `from` who should have had it */
    lyt_report_state report;
    lyt_str status, error, reference_text; /* the gateway's words; what we gave it to send back */
    bool opted_out;                        /* of a REPORT: refused since the guest opted out */
    bool is_confirmed; /* of an OPT_OUT or OPT_IN: the gateway has told the guest so already */
    /* of a STAFF */
    lyt_staff_verb verb;
    int64_t incident;
    lyt_str person; /* who has that number, also of FEEDBACK on channel staff */
    lyt_str within; /* the property whose incidents they may move; empty: all */
    lyt_str note;
    const char *problem; /* of an UNCLEAR: a name of lyt_staff_problem_text() */
    /* whatever else the gateway sent; kept no longer than the settings say */
    lyt_meta *meta;
    size_t n_meta, meta_cap;
} lyt_inbound;

/*
 * What the service is told of it: orders of staff go as such, and what begins like one and is none
 * is a message. So is STOP where nobody knows who wants it: no key for pseudonyms, no sender.
 */
void lyt_inbound_as_told(lyt_inbound *inbound);

/*
 * Writes what the service's submit socket takes for it (docs/schema/feedback.json, or a command
 * of docs/formats.md for STAFF with ACK or RESOLVE, OPT_OUT and OPT_IN, and a REPORT that says that
 * the guest opted out): never `from`, always the pseudonym. Members
 * that the schema does not have (provider, to, keyword, parts, partial, encoding, meta …) follow
 * after it; the service passes over them.
 *
 * LYT_EINVAL: of another kind. Failures of memory are the buffer's.
 */
LYT_MUST_USE lyt_status lyt_inbound_submission(const lyt_inbound *inbound, lyt_buf *out);

/* All of it, for people and tests; `from` only with with_numbers. */
void lyt_inbound_write(const lyt_inbound *inbound, bool with_numbers, lyt_jw *jw);

#endif
