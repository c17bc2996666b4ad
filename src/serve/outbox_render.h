/*
 * A row of the outbox as what goes out: what the store says of its event, the words of the
 * way's template, and the request in the form of the receiver (channel/out_format.h).
 *
 * Threads   one at a time.
 */
#ifndef LYT_OUTBOX_RENDER_H
#define LYT_OUTBOX_RENDER_H

#include "classify.h"
#include "fs.h"
#include "json.h"
#include "out_format.h"
#include "settings.h"
#include "store_outbox.h"
#include "waytext.h"

/* The names of a pack's scenarios, copied, so that the pack may go. */
typedef struct lyt_out_names lyt_out_names;

/* classifier may be NULL: then every scenario goes by its id. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_out_names_new(lyt_out_names **out, const lyt_alloc *alloc,
                                          const lyt_classifier *classifier);
/* The same of a pack that nothing is classified with; NULL: ids. */
LYT_MUST_USE lyt_status lyt_out_names_of(lyt_out_names **out, const lyt_alloc *alloc,
                                         const lyt_pack *pack);
void lyt_out_names_free(lyt_out_names *names);
/* How many, and their ids in the pack's order. NULL: 0. */
size_t lyt_out_names_count(const lyt_out_names *names);
const char *lyt_out_names_id(const lyt_out_names *names, size_t index);
/* Whose that scenario is, and how grave, at that property (properties/<id>.yaml of the pack). */
void lyt_out_names_at(const lyt_out_names *names, size_t index, lyt_str property,
                      const char **team, int *severity);
/* Adds "scenarios": [{"scenario", "da", "en"}] to the object that is open. NULL: an empty list. */
void lyt_out_names_write(lyt_jw *jw, const lyt_out_names *names);
/*
 * Adds to the array that is open what the scenario's file says of prevention: {"scenario",
 * "owner", "da": [step …], "en"}. Nothing where it says nothing; names may be NULL.
 */
void lyt_out_names_write_prevention(lyt_jw *jw, const lyt_out_names *names, lyt_str id);

/* What a notice is made of; all borrowed, empty for absent. */
typedef struct lyt_out_facts {
    unsigned event; /* a lyt_notice, or LYT_NOTICE_COUNT */
    int64_t incident;
    int severity;
    bool is_drill; /* the words begin with it, whatever they are */
    int64_t at_us, since_us;
    lyt_str who, owner, scenario, place, property, team, state, evidence, what, note, message;
    lyt_str data; /* the event's JSON */
} lyt_out_facts;

/* What is read of the store for one row. */
typedef struct lyt_out_sheet {
    const lyt_alloc *alloc;
    lyt_json *event, *alarm;
    lyt_buf data, evidence, message;
    lyt_incident incident;
    lyt_out_facts facts;
} lyt_out_sheet;

/*
 * LYT_OK: lyt_out_sheet_deinit() it; otherwise it is empty. is_internal: with the guest's own
 * words. Where the event does not name the incident's scenario it hides it from those who hear
 * the bus, and then neither evidence nor words are read. LYT_ENOTFOUND: the event is not there any
 * more.
 */
LYT_MUST_USE lyt_status lyt_out_sheet_read(lyt_out_sheet *out, const lyt_alloc *alloc,
                                           lyt_store *store, const lyt_outbox_row *row,
                                           bool is_internal, lyt_error *err);
void lyt_out_sheet_deinit(lyt_out_sheet *sheet);

typedef struct lyt_out_job {
    const lyt_settings *settings;
    const lyt_way *way;
    const lyt_out_names *names;       /* NULL: ids */
    const lyt_way_language *language; /* NULL: that of who is told */
    const lyt_out_facts *facts;
    const char *publisher; /* whose rows these are: part of the keys */
    int64_t row;
    lyt_str secret;
    int64_t now_us;
} lyt_out_job;

/* Adds the text for people, or its one line, in the language of who is told. */
void lyt_out_words(lyt_buf *out, const lyt_out_job *job, bool is_subject);

/* The whole request. Errors as lyt_out_write(). */
LYT_MUST_USE lyt_status lyt_out_compose(lyt_out_request *out, const lyt_out_job *job,
                                        lyt_error *err);

/*
 * The way's secret into out (emptied first), a line each; empty for a way without one.
 * LYT_EINVAL: it has not the form that the kind needs. Else as lyt_secrets_load().
 */
LYT_MUST_USE lyt_status lyt_out_secret(lyt_buf *out, const lyt_fs *fs, const lyt_way *way,
                                       lyt_error *err);

#endif
