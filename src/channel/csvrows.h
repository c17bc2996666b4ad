/*
 * lyt_csvrows: rows of a survey's export into feedback. The first row has the columns' names.
 *
 * A row's id is made of what it says (and of how many rows before it said exactly the same), so
 * that the same file twice is the same feedback, also when it has grown at its end.
 *
 * Lifetime  lyt_csvrows_open() to lyt_csvrows_close(), in the caller's storage; text, map and
 *           config are borrowed until then.
 * Threads   one at a time.
 */
#ifndef LYT_CSVROWS_H
#define LYT_CSVROWS_H

#include "csv.h"
#include "csvmap.h"
#include "inbound.h"
#include "rowset.h"

typedef struct lyt_csvrows_options {
    const lyt_alloc *alloc;
    lyt_str text;     /* UTF-8, without a mark */
    const char *name; /* of the file, in errors */
    const lyt_csvmap *map;
    const lyt_gateway_config *config; /* as for lyt_mail_receive() */
    /* The UTC of what local clocks show, in microseconds; NULL: the file's times are UTC. */
    int64_t (*to_utc)(void *context, int64_t local_us);
    void *context;
    int64_t now_us;
} lyt_csvrows_options;

typedef struct lyt_csvcolumn {
    lyt_survey_field field;
    bool skip;
    lyt_str name;
} lyt_csvcolumn;

typedef struct lyt_csvrows {
    lyt_csvrows_options options;
    lyt_csv csv;
    lyt_buf names; /* what the columns' names point into */
    lyt_csvcolumn *columns;
    size_t n_columns;
    double scale; /* of scores that do not say */
    lyt_rowset seen;
} lyt_csvrows;

/*
 * LYT_EFORMAT: no column is known as text or score, or one of the mapping is not in the file; err
 * has file and line. LYT_ENOTFOUND: the file is empty. LYT_ENOMEM. Close it all the same.
 */
LYT_MUST_USE lyt_status lyt_csvrows_open(lyt_csvrows *rows, const lyt_csvrows_options *options,
                                         lyt_error *err);
void lyt_csvrows_close(lyt_csvrows *rows);

/*
 * The next row as feedback in the arena. LYT_EEND. LYT_EFORMAT, LYT_ELIMIT: this row cannot be
 * read; err has file, line and column, and the next call goes on. LYT_ENOTFOUND: it has neither
 * text nor score. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_csvrows_next(lyt_csvrows *rows, lyt_inbound *out, lyt_arena *arena,
                                         lyt_error *err);

/* 0 to 1: how much of the file has been read. */
double lyt_csvrows_done(const lyt_csvrows *rows);

#endif
