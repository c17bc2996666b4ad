/*
 * lyt_send_input: lines from several files, one after the other, as they come: never waits
 * longer than it is told, so that answers are taken while a pipe is silent.
 *
 * Lifetime  init to deinit; paths are borrowed.
 * Threads   one at a time.
 */
#ifndef LYT_SEND_INPUT_H
#define LYT_SEND_INPUT_H

#include <stdint.h>

#include "buf.h"

enum { lyt_send_line_max = 256 * 1024 };

typedef struct lyt_send_input {
    char **paths; /* "-" is in_fd */
    size_t n_paths, at_path;
    int in_fd, fd;    /* fd: -1 between two files */
    const char *name; /* of the file being read, "stdin" for in_fd */
    uint64_t line;    /* number of the line last given, from 1 */
    lyt_buf data;
    size_t used;   /* bytes of data already given */
    bool skipping; /* in the middle of a line that is too long */
    bool at_end;
} lyt_send_input;

/* No paths: in_fd alone. */
void lyt_send_input_init(lyt_send_input *input, char **paths, size_t n_paths, int in_fd);
void lyt_send_input_deinit(lyt_send_input *input);

/* What the index-th file is called in complaints. */
const char *lyt_send_input_name(const lyt_send_input *input, size_t index);

/*
 * The next line without its end (LF or CRLF), borrowed until the next call; name and line say
 * where it stands. LYT_EBUSY: none came within timeout_ms. LYT_EEND: no more. LYT_ELIMIT: this
 * line is longer than lyt_send_line_max; it is skipped. LYT_ENOTFOUND, LYT_EIO: the file cannot
 * be read; err names it, the next call goes on with the next file.
 */
LYT_MUST_USE lyt_status lyt_send_input_next(lyt_send_input *input, int timeout_ms, lyt_str *line,
                                            lyt_error *err);

#endif
