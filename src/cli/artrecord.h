/*
 * lyt_artrecord: the record of processing activities that Article 30 of the GDPR asks of a house,
 * as far as Lyt knows it: what is kept (of the database's own tables), of whom, what for and how
 * long (of the rules of retention), who gets it (ways out, people, named subscribers) and where it
 * comes from (gateways). Markdown in English or Danish, or JSON.
 *
 * What Lyt cannot know stands in it as a gap to be filled in: legal grounds, agreements with
 * whoever processes, what receivers do with what they get.
 *
 * Lifetime  plain; everything is borrowed for the call.
 * Threads   one at a time.
 */
#ifndef LYT_ARTRECORD_H
#define LYT_ARTRECORD_H

#include "inbound.h"
#include "markup.h"
#include "settings.h"
#include "store_keep.h"

typedef struct lyt_artrecord {
    lyt_store *store;
    const char *database;         /* its path */
    const char *controller;       /* who answers for it; NULL: not said */
    const char *version;          /* of Lyt */
    const lyt_settings *settings; /* NULL: a service without desk.yaml */
    const lyt_channels *channels; /* NULL: without channels.yaml */
    const lyt_keep_rules *rules;  /* NULL: without retention.yaml, nothing is let go of */
    int64_t now_us;
    lyt_page_language language; /* of the Markdown */
    bool json;
} lyt_artrecord;

/* Into out; LYT_ENOMEM, and the store's. */
LYT_MUST_USE lyt_status lyt_artrecord_write(const lyt_artrecord *record, lyt_buf *out,
                                            lyt_error *err);

#endif
