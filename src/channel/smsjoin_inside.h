/*
 * What lyt_smsjoin is made of: for smsjoin.c and smsjoin_save.c only.
 */
#ifndef LYT_SMSJOIN_INSIDE_H
#define LYT_SMSJOIN_INSIDE_H

#include "smsjoin.h"

enum { lyt_smsjoin_parts_max = 255 };

typedef struct lyt_piece {
    char *text; /* NULL: not there yet */
    char *id;
} lyt_piece;

typedef struct lyt_waiting {
    uint64_t key; /* provider, from, to, reference, number of parts */
    unsigned parts, n_have;
    int64_t since_us; /* the first came */
    int64_t sent_us;  /* the earliest of its parts */
    bool is_due;      /* whole, or pushed out */
    bool is_late;     /* takes no more parts */
    lyt_piece *pieces;
    char *head; /* what they have in common, as JSON */
} lyt_waiting;

typedef struct lyt_gone {
    uint64_t hash;
    int64_t at_us;
} lyt_gone;

struct lyt_smsjoin {
    lyt_smsjoin_options options;
    lyt_waiting **waiting;
    size_t n_waiting;
    size_t bytes;
    lyt_waiting *shown;
    lyt_gone *gone; /* a ring */
    size_t n_gone, next_gone;
};

/* Forgets all. */
void lyt_smsjoin_empty(lyt_smsjoin *join);

/* Everything but text, id and place among the parts. */
void lyt_smsjoin_head(const lyt_inbound *part, lyt_buf *out);
LYT_MUST_USE lyt_status lyt_smsjoin_head_read(lyt_str head, lyt_arena *arena, lyt_inbound *out);

#endif
