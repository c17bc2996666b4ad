/*
 * lyt_refinedfolder: the folder `refined` in a state folder: models that lyt refine made, one for
 * each model of a pack that it began with, and last.json: what the last try came to.
 *
 * Threads   one at a time; files are replaced whole.
 */
#ifndef LYT_REFINEDFOLDER_H
#define LYT_REFINEDFOLDER_H

#include "online.h"

typedef struct lyt_refinedfolder {
    char path[lyt_state_path_max + 16];
} lyt_refinedfolder;

/* Of a state folder; nothing is made. */
void lyt_refinedfolder_of(lyt_refinedfolder *out, const char *state);

/* Makes it, for its owner's eyes alone. LYT_EIO. */
LYT_MUST_USE lyt_status lyt_refinedfolder_make(const lyt_refinedfolder *folder, lyt_error *err);

/* Corrections that the last try had; 0 when there was none, or last.json cannot be read. */
size_t lyt_refinedfolder_last(const lyt_refinedfolder *folder);
LYT_MUST_USE lyt_status lyt_refinedfolder_set_last(const lyt_refinedfolder *folder, size_t lessons,
                                                   const char *verdict, int64_t now_us,
                                                   lyt_error *err);

/*
 * Takes the models but one away (NULL: all, and last.json): the words of guests are in them.
 * *n: how many. LYT_EIO: err names the file that stayed.
 */
LYT_MUST_USE lyt_status lyt_refinedfolder_clear(const lyt_refinedfolder *folder, const char *but,
                                                size_t *n, lyt_error *err);

#endif
