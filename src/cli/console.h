/*
 * lyt_console: the two streams of a command. Results go to out, complaints to
 * err; neither is ever mixed into the other.
 *
 * Results are collected and written when the buffer is full, at lyt_console_flush()
 * and before every complaint, so that both come in order on a terminal. The first
 * failure to write is kept: a command asks lyt_console_ok() in its loop and
 * ends; lyt_console_finish() turns it into a complaint and exit code 1.
 *
 * Lifetime  lyt_console_init() or lyt_console_init_system() to lyt_console_finish(),
 *           in the caller's storage; sinks are borrowed and outlive it.
 * Threads   one at a time.
 */
#ifndef LYT_CONSOLE_H
#define LYT_CONSOLE_H

#include <stdarg.h>

#include "buf.h"
#include "logger.h"

typedef enum lyt_exit {
    LYT_EXIT_DONE = 0,
    LYT_EXIT_FAILED = 1, /* the work could not be done, or not all of it */
    LYT_EXIT_MISUSE = 2, /* the command line says something that cannot be */
} lyt_exit;

/* Where bytes end up. write: all or nothing; LYT_EFULL, LYT_ECLOSED, LYT_EIO. */
typedef struct lyt_sink {
    lyt_status (*write)(void *context, lyt_str bytes);
    void *context;
    bool is_terminal;
} lyt_sink;

typedef struct lyt_console {
    lyt_sink out, err;
    int in_fd; /* what `-` and no file mean; never closed here */
    bool colour;
    const lyt_clock *clock;
    lyt_buf pending; /* of out */
    lyt_status out_status;
    bool has_progress; /* a progress line stands on err */
    int64_t progress_us;
} lyt_console;

typedef struct lyt_console_options {
    lyt_sink out, err;
    int in_fd;
    bool colour;            /* wanted where out is a terminal */
    const lyt_clock *clock; /* NULL: the system's */
} lyt_console_options;

void lyt_console_init(lyt_console *console, const lyt_console_options *options);

/*
 * The process's own descriptors 0, 1 and 2. One that is closed is taken by /dev/null,
 * so that no file opened later can land on it, and writing to it fails.
 * Colour where out is a terminal, $NO_COLOR is empty and $TERM is not "dumb".
 */
void lyt_console_init_system(lyt_console *console);

/* A sink that adds to a buffer, for tests. */
lyt_sink lyt_sink_buf(lyt_buf *buf);

/* Results. Not for numbers with a decimal point (see lyt_buf_addf). */
void lyt_console_write(lyt_console *console, lyt_str bytes);
void lyt_console_printf(lyt_console *console, const char *format, ...) LYT_PRINTF(2, 3);
/* A buffer's bytes; a buffer that failed counts as a failure to write. */
void lyt_console_write_buf(lyt_console *console, const lyt_buf *buf);
void lyt_console_flush(lyt_console *console);
/* False once a result could not be written: there is no point in going on. */
bool lyt_console_ok(const lyt_console *console);

/* One line on err: "lyt: …". Returns LYT_EXIT_FAILED or LYT_EXIT_MISUSE, for `return`. */
lyt_exit lyt_console_complain(lyt_console *console, const char *format, ...) LYT_PRINTF(2, 3);
lyt_exit lyt_console_misuse(lyt_console *console, const char *format, ...) LYT_PRINTF(2, 3);
/* The same from an error, "file:line:column: text"; LYT_EXIT_FAILED. */
lyt_exit lyt_console_error(lyt_console *console, const lyt_error *err);
/* Bytes to err as they are: a usage text. */
void lyt_console_err_write(lyt_console *console, lyt_str bytes);

/*
 * A line on err that is written over, at most ten times a second; only where err
 * is a terminal. done is 0 to 1, below 0 when unknown.
 */
void lyt_console_progress(lyt_console *console, const char *stage, double done);
/* Takes the line away. */
void lyt_console_progress_end(lyt_console *console);
/* The same as the callback that the rooms below take; context is the console. Goes on: true. */
bool lyt_console_on_progress(void *context, const char *stage, double done);

/* A logger that writes its lines as complaints; console is borrowed. */
lyt_log lyt_console_log(lyt_console *console, lyt_log_level level);

/*
 * Writes what is pending, complains when results were lost, and frees. Returns code,
 * or LYT_EXIT_FAILED instead of LYT_EXIT_DONE when results were lost.
 */
lyt_exit lyt_console_finish(lyt_console *console, lyt_exit code);

typedef enum lyt_style {
    LYT_STYLE_NONE,
    LYT_STYLE_BOLD,
    LYT_STYLE_DIM,
    LYT_STYLE_HOT, /* the guest's own words */
} lyt_style;
/* The escape sequence, or "" without colour. Static storage. */
const char *lyt_console_style(const lyt_console *console, lyt_style style);

#endif
