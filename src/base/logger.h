/*
 * lyt_log: where a room says what a person who runs Lyt should know.
 *
 * Each line has a level, a stable id (LYT-QUEUE-FULL), one sentence and
 * key=value fields. NULL for the logger is silent. A function logs or returns
 * an error, never both. Never the text of a feedback above trace.
 *
 * Lifetime  plain struct; parent and sink are borrowed and outlive it.
 * Threads   a sink that several threads share must be safe for them;
 *           lyt_log_stderr's is (one write a line).
 */
#ifndef LYT_LOGGER_H
#define LYT_LOGGER_H

#include <stdint.h>

#include "buf.h"
#include "clock.h"

typedef enum lyt_log_level {
    LYT_LOG_ERROR,
    LYT_LOG_WARN,
    LYT_LOG_INFO,
    LYT_LOG_DEBUG,
    LYT_LOG_TRACE,
} lyt_log_level;

typedef struct lyt_log_field {
    const char *key;
    const char *text; /* NULL: the number counts */
    int64_t number;
} lyt_log_field;

typedef struct lyt_log lyt_log;
struct lyt_log {
    lyt_log_level level; /* the least urgent that is written */
    const char *name;    /* "serve/ledger"; NULL for none */
    void (*sink)(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                 const char *sentence, const lyt_log_field *fields, size_t n_fields);
    void *context;
};

/* A child with its own name and its parent's sink and level. */
lyt_log lyt_log_child(const lyt_log *parent, const char *name);

/* One line a call on file descriptor 2, with the clock's time; clock is borrowed. */
lyt_log lyt_log_stderr(lyt_log_level level, const lyt_clock *clock);
/* The same, each line a JSON object. */
lyt_log lyt_log_stderr_json(lyt_log_level level, const lyt_clock *clock);

void lyt_log_write(const lyt_log *log, lyt_log_level level, const char *id, const char *sentence,
                   const lyt_log_field *fields, size_t n_fields);

/* The line that the stderr sink writes, for sinks of others. Ends with a newline. */
void lyt_log_line(lyt_buf *out, int64_t wall_us, const lyt_log *log, lyt_log_level level,
                  const char *id, const char *sentence, const lyt_log_field *fields,
                  size_t n_fields);

/*
 * The same as JSON: at, level, id, name (where there is one), text, and each field by its key.
 * What is not UTF-8 (a path may be anything) becomes U+FFFD.
 */
void lyt_log_json(lyt_buf *out, int64_t wall_us, const lyt_log *log, lyt_log_level level,
                  const char *id, const char *sentence, const lyt_log_field *fields,
                  size_t n_fields);

/* Level by its name ("error" … "trace"). LYT_EINVAL leaves out untouched. */
LYT_MUST_USE lyt_status lyt_log_level_parse(lyt_log_level *out, lyt_str name);

static inline lyt_log_field lyt_log_text(const char *key, const char *text)
{
    return (lyt_log_field){.key = key, .text = text ? text : ""};
}

#define LYT_KV(k, t) lyt_log_text((k), (t))
#define LYT_KN(k, n) ((lyt_log_field){.key = (k), .number = (int64_t)(n)})

/* lyt_log_say(log, LYT_LOG_WARN, "LYT-X", "Sentence.", LYT_KN("n", 3), LYT_KV("file", path)) */
#define lyt_log_say(log, level, id, ...) LYT_LOG_SAY_(log, level, id, __VA_ARGS__, LYT_KN(NULL, 0))
#define LYT_LOG_SAY_(log, level, id, sentence, ...)                                                \
    lyt_log_write(log, level, id, sentence, (const lyt_log_field[]){__VA_ARGS__},                  \
                  sizeof((const lyt_log_field[]){__VA_ARGS__}) / sizeof(lyt_log_field) - 1)

#endif
