/*
 * lyt_tongues: which language a message is in, and each of its words where guests
 * mix them ("Værelset is so dirty og AC virker ikke").
 *
 * A word's evidence (lyt_langid_word) is kept in a bounded record, so that known words
 * cost a look-up. The words' languages are the cheapest way through the message when
 * a change of language costs something (A. Viterbi 1967).
 *
 * Lifetime  init to deinit, caller's storage; langid outlives it.
 * Threads   one at a time.
 */
#ifndef LYT_TONGUES_H
#define LYT_TONGUES_H

#include "arena.h"
#include "langid.h"
#include "token.h"

typedef struct lyt_tongues {
    const lyt_alloc *alloc;
    const lyt_langid *langid;
    uint64_t seed;
    uint8_t possible[lyt_languages_max]; /* langid's indices, the likeliest first */
    size_t n_possible;
    double bias[lyt_languages_max]; /* of the possible ones */
    unsigned char *records;
    size_t record_rows, row_bytes;
} lyt_tongues;

/* What is told of a message. Indices are langid's. */
typedef struct lyt_told {
    int best; /* -1: no word with letters, or no language is possible */
    double probability;
    size_t words;
    const uint8_t *by_token; /* NULL: all tokens are of `best` */
} lyt_told;

enum {
    lyt_tongue_mask = 0x7f, /* of by_token: the language */
    lyt_tongue_turn = 0x80, /* a longer stretch of another language begins here */
};

/*
 * bias: of each of langid's languages, as lyt_langid_decide() wants it; copied.
 * record_rows: words on record, a power of two. seed: secret, for the record. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_tongues_init(lyt_tongues *tongues, const lyt_alloc *alloc,
                                         const lyt_langid *langid, const double *bias,
                                         size_t record_rows, uint64_t seed);
/* A zeroed one is accepted. */
void lyt_tongues_deinit(lyt_tongues *tongues);

/* out lies in the arena. LYT_ELIMIT: the arena's cap. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_tongues_read(lyt_tongues *tongues, lyt_str text, const lyt_raws *raws,
                                         lyt_arena *arena, lyt_told *out);

#endif
