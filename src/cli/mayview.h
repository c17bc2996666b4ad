/*
 * lyt_mayview: what somebody who reads a service's database may see of it. The house's settings say
 * what is sensitive and which roles see it; the service keeps in the database what they said last
 * (store_house.h), so that commands that need no service go by the same.
 *
 * Whoever may read the state folder could read the file without Lyt: this keeps what is restricted
 * from who did not ask for it, and off their screens; the folder's permissions keep it from others.
 *
 * Lifetime  lyt_mayview_read() to lyt_mayview_deinit(). A zeroed one hides nothing.
 * Threads   plain values.
 */
#ifndef LYT_MAYVIEW_H
#define LYT_MAYVIEW_H

#include "json.h"
#include "store_house.h"

typedef struct lyt_mayview {
    lyt_json *house; /* owned; NULL: no house said anything */
    lyt_buf hidden;  /* a JSON list of scenarios: "[]" where who asks may see all */
    size_t n_hidden;
} lyt_mayview;

/* by: a person of the house; a name that the house does not have sees as little as nobody. */
LYT_MUST_USE lyt_status lyt_mayview_read(lyt_mayview *out, lyt_store *store, lyt_str by,
                                         lyt_error *err);
void lyt_mayview_deinit(lyt_mayview *mayview);

/* One of n_hidden. Borrowed. */
lyt_str lyt_mayview_hidden(const lyt_mayview *mayview, size_t index);

#endif
