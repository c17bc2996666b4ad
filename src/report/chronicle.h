/*
 * lyt_chronicle: all that reports count, read from a store at one moment: incidents with
 * when each step was taken, what was heard, and messages without their words. Of a house with
 * settings it is what the facts add up to (incident/book.h); of a service without, what the
 * history says.
 *
 * Lifetime  lyt_chronicle_read() to lyt_chronicle_free(); all texts live with it.
 * Threads   never changes after; any number may read.
 * Units     times are microseconds since 1970 UTC, 0 for never; costs øre and cents.
 */
#ifndef LYT_CHRONICLE_H
#define LYT_CHRONICLE_H

#include "book.h"
#include "store.h"

/* An incident. What was merged into another and parents of many are left out. */
typedef struct lyt_record {
    int64_t id;
    lyt_incident_state state;
    int severity;
    lyt_str property, scenario, team, place, guest, owner;
    int64_t opened_us;
    int64_t told_us;         /* the first time anybody was told of it */
    int64_t acknowledged_us; /* the first move that shows that somebody has it */
    int64_t contacted_us;    /* the first words to the guest; only a house with settings knows */
    int64_t remedied_us;     /* the last time: what did not hold is none */
    int64_t closed_us;
    int64_t n_reopened;
    int64_t repeat_of; /* an earlier incident of the same guest; 0: none */
    int64_t score;     /* of the guest's answer, 0 to 10; -1: none */
    bool is_unconfirmed;
    bool is_drill;                    /* a failure on purpose: in no figure but those of drills */
    bool is_restricted;               /* lyt_chronicle_restrict() has been there */
    lyt_str cause, action;            /* the last of each */
    int64_t may_tell_us;              /* since when the guest lets it be told; 0: does not */
    int64_t cost[LYT_CURRENCY_COUNT]; /* of what was given */
    int64_t n_given;
} lyt_record;

/* A failure heard in a message, which opened or joined that incident: an alarm. */
typedef struct lyt_hearsay {
    int64_t at_us, message; /* 0: staff or an event said so */
    size_t record;          /* index */
} lyt_hearsay;

typedef struct lyt_voice {
    int64_t id, received_us;
    lyt_str channel, property, place, sender; /* sender: a pseudonym, may be empty */
    double score, scale;                      /* NaN: none */
    bool has_text, is_judged, is_parked;
    bool is_drill; /* it came on the channel of drills */
} lyt_voice;

/* A guest in the house, as another system told (lyt event); texts live with the chronicle. */
typedef struct lyt_sojourn {
    lyt_str guest;
    int64_t from_us;
} lyt_sojourn;

struct lyt_hidden {
    lyt_str scenario;
    bool is_left_out;
};

typedef struct lyt_chronicle {
    const lyt_alloc *alloc;
    struct lyt_arena *texts;
    lyt_book *book;      /* NULL: a service without settings */
    lyt_record *records; /* by number */
    size_t n_records, cap_records;
    lyt_hearsay *alarms; /* as they came */
    size_t n_alarms, cap_alarms;
    lyt_voice *voices; /* by number */
    size_t n_voices, cap_voices;
    lyt_sojourn *stays; /* none: nobody told of any */
    size_t n_stays, cap_stays;
    struct lyt_hidden *hidden; /* scenarios that were left out or restricted */
    size_t n_hidden, cap_hidden;
} lyt_chronicle;

/*
 * Reads within a transaction of its own, and holds nobody up. LYT_EFORMAT: facts that cannot
 * be; err says which. LYT_ENOMEM, and what the store says. out untouched on failure.
 */
LYT_MUST_USE lyt_status lyt_chronicle_read(lyt_chronicle **out, const lyt_alloc *alloc,
                                           lyt_store *store, lyt_error *err);
/* NULL is accepted. */
void lyt_chronicle_free(lyt_chronicle *chronicle);

/*
 * Leaves out all incidents of that scenario, with their alarms: what not everybody who reads the
 * figures may know of. Messages stay, as messages. Returns how many incidents it were. LYT_ENOMEM
 * changes nothing.
 */
LYT_MUST_USE lyt_status lyt_chronicle_leave_out(lyt_chronicle *chronicle, lyt_str scenario,
                                                size_t *n);

/*
 * All incidents of that scenario are of LYT_RECORD_RESTRICTED from now on, nowhere, and without
 * what people wrote: they count in every figure, and who reads these does not learn of what.
 * LYT_ENOMEM changes nothing.
 */
#define LYT_RECORD_RESTRICTED "restricted"
LYT_MUST_USE lyt_status lyt_chronicle_restrict(lyt_chronicle *chronicle, lyt_str scenario);
/* Whether that scenario was left out or restricted; NULL: neither. */
const struct lyt_hidden *lyt_chronicle_hides(const lyt_chronicle *chronicle, lyt_str scenario);

/* NULL: none of that number. */
const lyt_record *lyt_chronicle_record(const lyt_chronicle *chronicle, int64_t id);
const lyt_voice *lyt_chronicle_voice(const lyt_chronicle *chronicle, int64_t id);

/* Whether nothing is left to do. */
bool lyt_record_is_over(const lyt_record *record);

#endif
