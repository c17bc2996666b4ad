/*
 * What the readers of lyt_import share: store_import.c has messages and what is told of guests,
 * store_import_case.c incidents, whose numbers are others in another store.
 */
#ifndef LYT_IMPORT_INSIDE_H
#define LYT_IMPORT_INSIDE_H

#include "book.h"
#include "store_import.h"
#include "store_inner.h"

typedef enum lyt_pair_kind {
    LYT_PAIR_MESSAGE,
    LYT_PAIR_OFFER,
    LYT_PAIR_PROMISE,
} lyt_pair_kind;

/* A number in the file, and what it is here. */
typedef struct lyt_pair {
    lyt_pair_kind kind;
    int64_t old, now;
} lyt_pair;

typedef struct lyt_import {
    lyt_store *store;
    const lyt_json *tree;
    lyt_imported *out;
    lyt_error *err;
    lyt_str guest;
    const char *list; /* in hand, with the row's index: for refusals */
    size_t index;
    lyt_pair *pairs;
    size_t n_pairs, cap_pairs;
    lyt_book *book;    /* of what the store has; empty where it has no facts */
    bool has_facts;    /* the store's incidents are sums of facts */
    bool has_cases;    /* it has incidents */
} lyt_import;

/* A member that may be absent or null: then empty, or 0. LYT_EFORMAT names list, row and member. */
LYT_MUST_USE lyt_status lyt_import_text(lyt_import *in, const lyt_json *row, const char *member,
                                        lyt_str *out);
LYT_MUST_USE lyt_status lyt_import_number(lyt_import *in, const lyt_json *row, const char *member,
                                          bool is_needed, int64_t *out);
LYT_MUST_USE lyt_status lyt_import_sql(lyt_import *in, sqlite3_stmt **out, const char *sql);
/* The first column of the first row, or 0; finalizes the statement. */
LYT_MUST_USE lyt_status lyt_import_ask(lyt_import *in, sqlite3_stmt *s, int64_t *out);

LYT_MUST_USE lyt_status lyt_import_pair(lyt_import *in, lyt_pair_kind kind, int64_t old,
                                        int64_t now);
/* 0: it did not come along. */
int64_t lyt_import_find(const lyt_import *in, lyt_pair_kind kind, int64_t old);

/* What the store's facts add up to. */
LYT_MUST_USE lyt_status lyt_import_book(lyt_import *in);
LYT_MUST_USE lyt_status lyt_import_incident(lyt_import *in, const lyt_json *row);

#endif
