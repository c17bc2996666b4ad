/*
 * lyt_lines: a file or stdin, line by line, in bounded memory.
 *
 * A line ends at LF, CRLF or the end of the file; the last one need not end. A
 * byte order mark at the beginning of the file is no part of the first line.
 *
 * Lifetime  lyt_lines_open() to lyt_lines_close(); a line lives until the next one.
 * Threads   one at a time.
 */
#ifndef LYT_LINES_H
#define LYT_LINES_H

#include <stdint.h>

#include "buf.h"

typedef struct lyt_lines lyt_lines;

typedef struct lyt_line {
    lyt_str text;    /* as the bytes came: neither valid UTF-8 nor free of NUL */
    uint32_t number; /* from 1 */
    bool is_long;    /* over limit_bytes; text holds the first limit_bytes of it */
} lyt_line;

typedef struct lyt_lines_options {
    const char *path; /* "-": in_fd */
    int in_fd;        /* not closed */
    size_t limit_bytes;
    /* called before each read, which may block: the moment to write what is ready */
    void (*before_read)(void *context);
    void *context;
} lyt_lines_options;

/* LYT_ENOTFOUND; LYT_EIO: a folder, or no permission; LYT_ENOMEM. err names the path. */
LYT_MUST_USE lyt_status lyt_lines_open(lyt_lines **out, const lyt_lines_options *options,
                                       lyt_error *err);
/* NULL is accepted. */
void lyt_lines_close(lyt_lines *lines);

/* LYT_EEND: no more. LYT_EIO, LYT_ENOMEM: nothing more can be read. */
LYT_MUST_USE lyt_status lyt_lines_next(lyt_lines *lines, lyt_line *out, lyt_error *err);

/* "stdin" or the path. Lives with lines. */
const char *lyt_lines_name(const lyt_lines *lines);

/*
 * LYT_OK, or what makes the line no message, with file, line and byte column:
 * LYT_ELIMIT: too long. LYT_EFORMAT: not UTF-8, or a NUL.
 */
LYT_MUST_USE lyt_status lyt_line_check(const lyt_line *line, const char *name, lyt_error *err);

#endif
