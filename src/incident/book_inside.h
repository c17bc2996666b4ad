/*
 * The inside of lyt_book, for the files book….c alone.
 *
 * Undo is a log of what was before, written ahead of each change and played
 * backwards; a mark empties it. Arrays never shrink, so undoing needs no memory.
 */
#ifndef LYT_BOOK_INSIDE_H
#define LYT_BOOK_INSIDE_H

#include "book.h"

typedef struct lyt_book_links lyt_book_links;
typedef struct lyt_book_chainhead lyt_book_chainhead;

/* A message and the incident that heard it. */
typedef struct lyt_book_row {
    int64_t message;
    int64_t incident;
} lyt_book_row;

typedef enum lyt_undo_kind {
    LYT_UNDO_CASE_ADDED,
    LYT_UNDO_CASE,
    LYT_UNDO_ROW_ADDED,
    LYT_UNDO_ROW,
    LYT_UNDO_TOLD_ADDED,
    LYT_UNDO_TOLD,
    LYT_UNDO_SILENCE_ADDED,
    LYT_UNDO_SILENCE,
    LYT_UNDO_OFFER_ADDED,
    LYT_UNDO_OFFER,
    LYT_UNDO_PROMISE_ADDED,
    LYT_UNDO_PROMISE,
    LYT_UNDO_FIX_ADDED,
    LYT_UNDO_FIX,
} lyt_undo_kind;

typedef struct lyt_undo {
    lyt_undo_kind kind;
    size_t at;
    union {
        lyt_case incident;
        lyt_book_row row;
        int64_t last;
        int64_t until_us;
        lyt_offer offer;
        lyt_promise promise;
        lyt_fix fix;
    } before;
} lyt_undo;

struct lyt_book {
    const lyt_alloc *alloc;
    lyt_case *cases; /* cases[i].id == i + 1 */
    size_t n, cap;
    lyt_book_row *rows;
    size_t n_rows, cap_rows;
    lyt_told *told;
    size_t n_told, cap_told;
    lyt_silence *silences;
    size_t n_silences, cap_silences;
    lyt_offer *offers;
    size_t n_offers, cap_offers;
    lyt_promise *promises;
    size_t n_promises, cap_promises;
    lyt_fix *fixes;
    size_t n_fixes, cap_fixes;
    lyt_undo *undo;
    size_t n_undo, cap_undo;
    int64_t n_touched; /* changes of cases */
    /* those before it are over: who looks for what is due begins here */
    size_t first_silence, first_offer, first_promise, first_fix;
    /* book_index.c: of the cases, to spare looking at all of them */
    lyt_book_links *links;
    uint32_t *heap; /* of those that something is due of */
    uint32_t *map;  /* from a chain's key to its head, counted from 1; 0: free */
    lyt_book_chainhead *heads;
    size_t cap_links, n_heap, cap_heap, cap_map, n_heads, cap_heads;
};

/* Room for one case more, and for every chain that a change may need. LYT_ENOMEM, LYT_ELIMIT. */
LYT_MUST_USE lyt_status lyt_book_index_reserve(lyt_book *book);
void lyt_book_index_free(lyt_book *book);
/* It is in no chain yet: before lyt_book_index_add() of any. */
void lyt_book_index_absent(lyt_book *book, size_t at);
/* The case is new; it changed; it is what it was before; it goes. */
void lyt_book_index_add(lyt_book *book, size_t at);
void lyt_book_index_changed(lyt_book *book, size_t at);
void lyt_book_index_undone(lyt_book *book, size_t at);
void lyt_book_index_remove(lyt_book *book, size_t at);

/* Of the folding: room for one undo, NULL without memory. */
lyt_undo *lyt_book_remember(lyt_book *book, lyt_undo_kind kind, size_t at);
/* Offers and promises (book_fold_remedy.c). */
LYT_MUST_USE lyt_status lyt_book_fold_remedy(lyt_book *book, const lyt_fact *fact, lyt_error *err);
lyt_status lyt_book_damaged(const lyt_fact *fact, const char *why, lyt_error *err);
lyt_status lyt_book_no_memory(lyt_error *err);
/* False when the text is too long for where it goes. */
bool lyt_book_copy(char *out, size_t size_bytes, lyt_str text);

#endif
