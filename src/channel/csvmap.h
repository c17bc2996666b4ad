/*
 * lyt_csvmap: what the columns of a survey's export mean. Without one, columns are known by their
 * names (surveyfield.h); a mapping file says it where names do not, as JSON:
 *
 *   {"separator": ";", "dates": "dmy", "scale": 5, "rest": "skip",
 *    "columns": {"Q1": "score", "Q2": "text", "Rum": "place", "Alder": "skip"},
 *    "values": {"Meget tilfreds": 5, "Ved ikke": null},
 *    "channel": "survey", "property": "havnen", "place": "lobby", "lang": "da"}
 *
 * Lifetime  lyt_csvmap_parse() to lyt_csvmap_deinit(), in the caller's storage.
 * Threads   read-only once parsed.
 */
#ifndef LYT_CSVMAP_H
#define LYT_CSVMAP_H

#include "json.h"
#include "surveyfield.h"

enum { lyt_csvmap_bytes_max = 64 * 1024 };

typedef enum lyt_date_order {
    LYT_DATE_DMY, /* 12-11-2025 is in November */
    LYT_DATE_MDY,
} lyt_date_order;

typedef struct lyt_csvmap {
    char separator; /* 0: found out */
    lyt_date_order dates;
    double scale;    /* the best score there is; 0: 10 where a question asks to recommend */
    bool skips_rest; /* columns that nobody named are left out, instead of becoming meta */
    lyt_str channel, property, place, lang; /* for every row; empty: none */
    const lyt_json *columns, *values;       /* NULL: none */
    lyt_json *tree;
} lyt_csvmap;

/* "auto", "surveyxact", "enalyzer", "google-forms"; false: there is none of that name. */
bool lyt_csvmap_find(lyt_csvmap *out, lyt_str name);
/* The names, for messages: "auto, enalyzer, …". Static. */
const char *lyt_csvmap_names(void);

/*
 * LYT_EFORMAT: err has line and column, or the member (err->file, beside the name). LYT_ENOMEM,
 * LYT_ELIMIT. out can be deinited after a failure.
 */
LYT_MUST_USE lyt_status lyt_csvmap_parse(lyt_csvmap *out, lyt_str json, const char *name,
                                         lyt_error *err);
void lyt_csvmap_deinit(lyt_csvmap *map);

/* Whether two names are the same but for capitals and blanks. */
bool lyt_csvmap_is_same(lyt_str a, lyt_str b);

/* What the mapping says of a column; false: nothing. *skip: leave it out. */
bool lyt_csvmap_column(const lyt_csvmap *map, lyt_str name, lyt_survey_field *field, bool *skip);

/*
 * The number that stands for an answer. False: the mapping does not have it; else *none says that
 * the answer is no score ("Ved ikke").
 */
bool lyt_csvmap_value(const lyt_csvmap *map, lyt_str answer, double *value, bool *none);

/*
 * A date as spreadsheets and surveys write it: 2025-11-12, 12-11-2025, 12.11.2025 14.03,
 * 11/12/2025 2:03:05 PM, 2025/11/12 2:03:05 PM GMT+1, RFC 3339. A four-digit year in front means
 * year, month, day whatever the order.
 *
 * *local_us: what clocks showed, as if UTC. *has_zone: the text says how far from UTC that is, and
 * *local_us is UTC. LYT_EFORMAT.
 */
LYT_MUST_USE lyt_status lyt_csv_date(int64_t *local_us, bool *has_zone, lyt_str text,
                                     lyt_date_order order);

#endif
