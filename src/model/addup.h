/*
 * lyt_addup: what all features of a text but its characters add up to, of the text and of each
 * of its clauses, each row of the table read once.
 *
 * Threads   one at a time a scratch.
 */
#ifndef LYT_ADDUP_H
#define LYT_ADDUP_H

#include "modelview.h"

/* Adds to scratch->sum what the features found say of the text, after lyt_tally_weigh(). */
void lyt_addup_text(lyt_scratch *scratch);

/*
 * The same, and what they say of each clause by itself to scratch->clause_sum, which has room for
 * n_clauses; what brings a group of a clause to its length to scratch->clause_factor. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_addup_clauses(const lyt_model *model, lyt_scratch *scratch);

#endif
