/*
 * lyt_store_each_field(): the database's own tables and columns, for whoever has to say what is
 * kept. Only reads.
 *
 * Errors and threads as in store.h; texts are borrowed for the call.
 */
#ifndef LYT_STORE_FIELDS_H
#define LYT_STORE_FIELDS_H

#include "store.h"

typedef lyt_status (*lyt_field_fn)(void *user, lyt_str table, lyt_str column);

/* Table by table in the order they were made, each one's columns in theirs; as walks in store.h. */
LYT_MUST_USE lyt_status lyt_store_each_field(lyt_store *store, lyt_field_fn each, void *user,
                                             lyt_error *err);

#endif
