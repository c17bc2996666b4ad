/*
 * lyt_status, lyt_error: how every fallible function of Lyt answers.
 *
 * Two kinds, never mixed: conditions that a header tells the caller to handle
 * (LYT_EEND, LYT_ENOTFOUND, LYT_EBUSY, LYT_ELIMIT), and faults that travel up
 * unchanged. The library never prints, logs, exits or aborts.
 *
 * Threads   plain values; no global state.
 */
#ifndef LYT_STATUS_H
#define LYT_STATUS_H

#include <stdint.h>

#if defined(__GNUC__)
#define LYT_API __attribute__((visibility("default")))
#define LYT_MUST_USE __attribute__((warn_unused_result))
#define LYT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define LYT_API
#define LYT_MUST_USE
#define LYT_PRINTF(fmt, args)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* name, text for people; the one list that enum, names and texts come from */
#define LYT_STATUS_LIST(X)                                                                         \
    X(LYT_OK, "ok")                                                                                \
    X(LYT_ENOMEM, "out of memory")                                                                 \
    X(LYT_EIO, "reading or writing failed")                                                        \
    X(LYT_EFORMAT, "malformed input")                                                              \
    X(LYT_ELIMIT, "a limit was reached")                                                           \
    X(LYT_EINVAL, "invalid argument")                                                              \
    X(LYT_ENOTFOUND, "not found")                                                                  \
    X(LYT_EEXISTS, "exists already")                                                               \
    X(LYT_EBUSY, "busy, try again")                                                                \
    X(LYT_ESTATE, "not allowed in this state")                                                     \
    X(LYT_EFULL, "no space left")                                                                  \
    X(LYT_ECLOSED, "the other side has gone")                                                      \
    X(LYT_ETIMEOUT, "timed out")                                                                   \
    X(LYT_EEND, "end of input")

typedef enum lyt_status {
#define X(name, text) name,
    LYT_STATUS_LIST(X)
#undef X
} lyt_status;

/*
 * What went wrong, in the caller's storage. `file` is a path, a field or an
 * option, empty when there is none; `line` and `column` count from 1, 0 when
 * unknown; `offset` counts bytes from 0.
 */
typedef struct lyt_error {
    lyt_status code;
    uint32_t line;
    uint32_t column;
    uint64_t offset;
    char file[192];
    char text[256];
} lyt_error;

/* The status's constant, "LYT_EIO"; "LYT_UNKNOWN" for a number that is none. Static storage. */
LYT_API const char *lyt_status_name(lyt_status status);

/* The status in words, without a full stop. Static storage. */
LYT_API const char *lyt_status_text(lyt_status status);

/*
 * Fills err (NULL allowed) and returns code, so that a function can
 * `return lyt_error_set(...)`. File and position are cleared.
 */
LYT_API lyt_status lyt_error_set(lyt_error *err, lyt_status code, const char *format, ...)
    LYT_PRINTF(3, 4);

/* The same with a place: file borrowed (NULL for none), line and column from 1 or 0. */
LYT_API lyt_status lyt_error_at(lyt_error *err, lyt_status code, const char *file, uint32_t line,
                                uint32_t column, const char *format, ...) LYT_PRINTF(6, 7);

/*
 * Writes "file:line:column: text" (parts that are unknown left out) into
 * out, at most out_bytes with the NUL. Returns out.
 */
LYT_API char *lyt_error_format(const lyt_error *err, char *out, unsigned long out_bytes);

#ifdef __cplusplus
}
#endif
#endif
