/*
 * What the store keeps beside words: behaviour events as they came, notes on guests, stays.
 * Part of lyt_store (store.h), whose rules and errors hold here, too.
 */
#ifndef LYT_STORE_GUEST_H
#define LYT_STORE_GUEST_H

#include "gesture.h"
#include "stay.h"
#include "store.h"

/* An event as one JSON object. */
LYT_MUST_USE lyt_status lyt_store_add_behaviour(lyt_store *store, lyt_str subject, lyt_str json,
                                                int64_t at_us, lyt_error *err);
/* In the order they came. */
LYT_MUST_USE lyt_status lyt_store_each_behaviour(lyt_store *store, lyt_fact_fn each, void *user,
                                                 lyt_error *err);

LYT_MUST_USE lyt_status lyt_store_add_note(lyt_store *store, const lyt_note *note, lyt_error *err);
typedef lyt_status (*lyt_note_fn)(void *user, const lyt_note *note);
/* guest empty: of all. In the order they came. */
LYT_MUST_USE lyt_status lyt_store_each_note(lyt_store *store, lyt_str guest, lyt_note_fn each,
                                            void *user, lyt_error *err);
/* item empty: all notes of the guest. */
LYT_MUST_USE lyt_status lyt_store_erase_notes(lyt_store *store, lyt_str guest, lyt_str item,
                                              lyt_error *err);

/* Inserts or replaces the stay of that id. */
LYT_MUST_USE lyt_status lyt_store_put_stay(lyt_store *store, const lyt_stay *stay, lyt_error *err);
typedef lyt_status (*lyt_stay_fn)(void *user, const lyt_stay *stay);
LYT_MUST_USE lyt_status lyt_store_each_stay(lyt_store *store, lyt_stay_fn each, void *user,
                                            lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_erase_stays(lyt_store *store, lyt_str guest, lyt_error *err);

/* Facts with a number above `after`, in order. */
typedef lyt_status (*lyt_numbered_fact_fn)(void *user, int64_t number, lyt_str json);
LYT_MUST_USE lyt_status lyt_store_each_fact_after(lyt_store *store, int64_t after,
                                                  lyt_numbered_fact_fn each, void *user,
                                                  lyt_error *err);

#endif
