/*
 * lyt_submission: what a sender or staff sends to the submit socket, read from
 * JSON and checked; everything behind it is valid. Pure.
 *
 * Lifetime  lyt_submission_parse() to lyt_submission_deinit(), in the caller's storage.
 * Threads   plain values.
 */
#ifndef LYT_SUBMISSION_H
#define LYT_SUBMISSION_H

#include "json.h"
#include "store.h"

enum {
    lyt_submission_max = 256 * 1024, /* bytes of a whole message */
    lyt_text_max = 64 * 1024,
    lyt_id_max = 64,
    lyt_sealed_max = 256,
    lyt_command_max = 8 * 1024, /* bytes of a command */
    lyt_place_max = lyt_incident_text_max - 1,
    lyt_tap_digits = 14,   /* of a tag's uid */
    lyt_answered_max = 48, /* letters of the name of who is texted back */
};

typedef enum lyt_submission_kind {
    LYT_SUBMIT_FEEDBACK,
    LYT_SUBMIT_MOVE,    /* incident to a state */
    LYT_SUBMIT_RESOLVE, /* incident through remedied and confirmed to closed */
    LYT_SUBMIT_DO,      /* whatever else may be done with one; raw says what */
    LYT_SUBMIT_CORRECT, /* a feedback: what should have been said of it stands in raw */
    LYT_SUBMIT_OUTBOX,  /* of what is to go out of the house; raw says what */
    LYT_SUBMIT_EVENT,   /* what somebody did, without words; raw, as the next three */
    LYT_SUBMIT_NOTE,    /* what is known of a guest, or an order */
    LYT_SUBMIT_STAY,    /* who is in the house */
    LYT_SUBMIT_FORGET,  /* takes back what is known of a guest, or of one thing */
    LYT_SUBMIT_CONSENT, /* a guest wants no more messages, or messages again; raw says which */
    LYT_SUBMIT_ANSWER,  /* somebody of the house is texted back; raw says who and what */
    LYT_SUBMIT_REFUND,  /* who wrote a message asks for money back; incident: the feedback */
} lyt_submission_kind;

/*
 * Where the guest can be written to, as the door sealed it (channel/contactseal.h): all that is
 * known of it here is what kind it is.
 */
typedef struct lyt_reply_to {
    lyt_str sealed; /* empty: nowhere */
    lyt_str kind;   /* "phone", "mail", "other" */
    lyt_str language;
    bool is_typed;
} lyt_reply_to;

typedef struct lyt_submission {
    lyt_submission_kind kind;
    lyt_feedback feedback; /* without id and received_us */
    lyt_reply_to reply_to; /* of a feedback */
    int64_t incident;      /* of LYT_SUBMIT_CORRECT: the feedback */
    lyt_incident_state to;
    lyt_str by, note;
    lyt_str within; /* of MOVE and RESOLVE: only an incident of this property; empty: any */
    bool urgent;    /* looks like danger to people: goes before the others; set by the intake */
    lyt_str raw;    /* the whole JSON of LYT_SUBMIT_DO and what follows it */
    lyt_json *tree;
    char property[lyt_place_max + 1];
    lyt_str tap; /* uid of the signed tag it was sent with; empty: none */
    int64_t tap_counter;
} lyt_submission;

/* Whether it is something to hear of; else it is a command. */
static inline bool lyt_submission_is_feed(const lyt_submission *s)
{
    return s->kind == LYT_SUBMIT_EVENT || s->kind == LYT_SUBMIT_NOTE || s->kind == LYT_SUBMIT_STAY;
}

/* The channel of what fails on purpose: it goes the whole way and is in no figure of guests'. */
#define LYT_CHANNEL_DRILL "drill"

/* "reply_to" of a feedback or of a guest's consent; absent: sealed is empty. Errors as below. */
LYT_MUST_USE lyt_status lyt_reply_to_read(lyt_reply_to *out, const lyt_json *whole, lyt_error *err);

/*
 * Texts in out are borrowed from out itself. lyt_submission_deinit() it after a failure, too:
 * feedback.source_id is then the sender's id as far as it could be read.
 *
 * LYT_EFORMAT, LYT_ELIMIT, LYT_EINVAL: err->text is "<field>: <what to do>". LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_submission_parse(lyt_submission *out, lyt_str json, lyt_error *err);
void lyt_submission_deinit(lyt_submission *submission);

#endif
