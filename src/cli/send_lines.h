/*
 * lyt_send_lines: lines of files or stdin into a running service, a message each. What the
 * service answers is counted; what it refuses, and what cannot be sent, is told with file and
 * line, and the other lines go on.
 *
 * Threads   one at a time.
 */
#ifndef LYT_SEND_LINES_H
#define LYT_SEND_LINES_H

#include "delivery.h"

typedef struct lyt_send_lines_options {
    const lyt_call *call; /* its operands are the files */
    /* Where the service is and how it is spoken to; on_done and user are not looked at. */
    lyt_delivery_options service;
    bool json;  /* print the service's answers as they come, and no sum */
    bool plain; /* a line is words, not JSON */
    /*
     * Makes the n-th message (from 1) of a line; given is the line's JSON object, NULL where lines
     * are words. NULL, or what is wrong with the line; both texts and out's bytes are borrowed.
     */
    const char *(*make)(void *user, const lyt_json *given, lyt_str line, uint64_t n, lyt_buf *out);
    void *user;
} lyt_send_lines_options;

/* LYT_EXIT_FAILED: a line was refused, could not be sent or got no answer, or it was stopped. */
lyt_exit lyt_send_lines(const lyt_send_lines_options *options);

#endif
