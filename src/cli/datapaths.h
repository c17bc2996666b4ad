/*
 * lyt_datapaths: where the shipped packs and lexicons lie, for the commands that
 * work on a pack itself and not only with it.
 *
 * Lifetime  lyt_datapaths_find() to lyt_datapaths_deinit(), in the caller's storage.
 */
#ifndef LYT_DATAPATHS_H
#define LYT_DATAPATHS_H

#include "command.h"
#include "pack.h"

typedef struct lyt_datapaths {
    lyt_buf lexicons;     /* <data>/lexicons */
    lyt_buf packs;        /* <data>/models */
    lyt_buf built_models; /* where the build put the models of shipped packs */
    lyt_buf words;        /* and the tables of words */
    lyt_buf moods;        /* <data>/models/polarity.lytm */
    lyt_buf more_moods;   /* and polarity-more.lytm, of more languages */
    const char *dictionaries;
} lyt_datapaths;

/* LYT_EXIT_FAILED with a complaint when there is no data; deinit is safe in any case. */
lyt_exit lyt_datapaths_find(lyt_datapaths *out, lyt_console *console);
void lyt_datapaths_deinit(lyt_datapaths *paths);

/*
 * Adds the folder of a pack: name as it is when it has a "/" or is a folder with a
 * pack.yaml here, else that of a shipped pack.
 */
void lyt_datapaths_pack(const lyt_datapaths *paths, const char *name, lyt_buf *out);

/* Options that load or build a pack; paths, console and log outlive them. */
lyt_pack_options lyt_datapaths_options(const lyt_datapaths *paths, lyt_console *console,
                                       const lyt_log *log);

#endif
