/*
 * lyt_day: a simulated day with known truth (docs/formats.md 1.5), and the score of what was
 * heard against it.
 *
 * Lifetime  lyt_day_read() to lyt_day_free().
 * Threads   one at a time.
 */
#ifndef LYT_DEMO_DAY_H
#define LYT_DEMO_DAY_H

#include "fs.h"
#include "json.h"

typedef struct lyt_day_message {
    const char *id, *at, *text; /* at: "07:12" */
    char *submission;           /* the JSON that is sent */
    const char **truth;         /* scenario ids */
    size_t n_truth;
    const char **heard; /* scenario ids, as alarms came */
    size_t n_heard, cap_heard;
    int64_t feedback; /* 0 until accepted */
    lyt_json *source; /* holds the texts above */
} lyt_day_message;

typedef struct lyt_day {
    lyt_day_message *messages;
    size_t n;
} lyt_day;

/* LYT_EFORMAT names file and line. LYT_ENOTFOUND, LYT_EIO, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_day_read(lyt_day *out, const char *path, lyt_error *err);
void lyt_day_free(lyt_day *day);

/* NULL when no message has that id. */
lyt_day_message *lyt_day_find(const lyt_day *day, lyt_str id);

/* Notes an alarm; once a scenario, whatever comes twice. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_day_heard(lyt_day_message *message, lyt_str scenario);

bool lyt_day_is_true(const lyt_day_message *message, const char *scenario);
bool lyt_day_was_heard(const lyt_day_message *message, const char *scenario);

typedef struct lyt_day_score {
    size_t truth, found, missed, wrong;
} lyt_day_score;
lyt_day_score lyt_day_count(const lyt_day *day);

#endif
