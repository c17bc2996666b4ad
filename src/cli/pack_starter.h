/*
 * lyt_pack_starter: the files of a new pack: one scenario in English and Danish,
 * complete enough to pass `lyt pack check`, small enough to be read in five minutes.
 */
#ifndef LYT_PACK_STARTER_H
#define LYT_PACK_STARTER_H

#include <stddef.h>

typedef struct lyt_starter_file {
    const char *path; /* in the pack's folder */
    const char *text; /* @NAME@ stands for the pack's id */
} lyt_starter_file;

/* Static storage; *n of them. */
const lyt_starter_file *lyt_pack_starter(size_t *n);

#endif
