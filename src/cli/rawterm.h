/*
 * lyt_rawterm: the terminal as a keyboard and a picture: keys come one by one, on a screen of
 * its own. However the process ends, by a signal of any kind too, the terminal is as it was
 * before (only SIGKILL leaves no chance for that).
 *
 * Lifetime  lyt_rawterm_begin() to lyt_rawterm_end(); one at a time in a process.
 * Threads   the main one.
 */
#ifndef LYT_RAWTERM_H
#define LYT_RAWTERM_H

#include <lyt/status.h>
#include <lyt/str.h>

typedef enum lyt_key_kind {
    LYT_KEY_NONE, /* nothing within the time */
    LYT_KEY_LETTER,
    LYT_KEY_UP,
    LYT_KEY_DOWN,
    LYT_KEY_ENTER,
    LYT_KEY_BACK,
    LYT_KEY_ESCAPE,
    LYT_KEY_RESIZED, /* the terminal has another size, or the process came back */
    LYT_KEY_END,     /* there is no more input */
} lyt_key_kind;

typedef struct lyt_key {
    lyt_key_kind kind;
    char bytes[5]; /* of LYT_KEY_LETTER: one code point in UTF-8 */
} lyt_key;

/* LYT_ESTATE: in or out is no terminal. */
LYT_MUST_USE lyt_status lyt_rawterm_begin(int in_fd, int out_fd, lyt_error *err);
void lyt_rawterm_end(void);

/* Waits at most that long. */
lyt_key lyt_rawterm_key(int timeout_ms);
/* 24 and 80 when it does not say. */
void lyt_rawterm_size(int *rows, int *columns);
/* Writes a picture of lines over the one before. */
void lyt_rawterm_show(lyt_str picture);

#endif
