/*
 * lyt_import: what lyt_store_export() gave out of a guest, read back into a store: this one after a
 * loss, or another's, where numbers are others'.
 *
 * Messages come with what was heard in them, and are not judged again. What is there already stays as it
 * is, so that a file may be read twice. Incidents come with their history and, in a house with
 * settings, with their facts; one that is open is left out, since its times have long been due. So is one
 * that other guests are in, where facts are kept: those were not given out. What is sealed
 * (the address) is only to be opened where it came from, and is left out as well.
 *
 * Threads   one at a time, and nobody else writes. Errors as in store.h.
 */
#ifndef LYT_STORE_IMPORT_H
#define LYT_STORE_IMPORT_H

#include "json.h"
#include "store.h"

typedef struct lyt_imported {
    int64_t messages, incidents, others; /* others: notes, stays, behaviour, consent, what was sent */
    int64_t there;                       /* rows that were there already */
    int64_t left_out;                    /* incidents that are open, or cannot be had as a whole */
} lyt_imported;

/*
 * All of it or nothing, in one transaction, outside of one. LYT_EFORMAT: err names the member
 * ("messages[3].accepted_us") and what it must be.
 */
LYT_MUST_USE lyt_status lyt_store_import(lyt_store *store, const lyt_json *tree, lyt_imported *out,
                                         lyt_error *err);

#endif
