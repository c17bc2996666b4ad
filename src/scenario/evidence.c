#include "evidence.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t none = UINT32_MAX;

static const double share_of_span = 0.8;
/* a clause beside the strongest belongs to it when it says nearly as much */
static const double share_of_clause = 0.75;

typedef struct row {
    uint64_t key;
    size_t order; /* of the reason: qsort is not stable */
    uint32_t token, other, cue;
    lyt_str feature;
    double weight;
    double heaviest;
} row;

static double size_of(double weight)
{
    return weight < 0 ? -weight : weight;
}

/* Reasons of one key are one row. A bias and the like have no word to be merged by. */
static uint64_t key_of(const lyt_reason *reason, size_t index)
{
    if (reason->cue != none)
        return (UINT64_C(1) << 63) | reason->cue;
    if (reason->token == none)
        return (UINT64_C(3) << 62) | index;
    if (reason->other != none)
        return (UINT64_C(1) << 62) | (uint64_t)reason->token << 31 | reason->other;
    return reason->token;
}

static int by_key(const void *a, const void *b)
{
    const row *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static lyt_status merge(const lyt_why *why, lyt_arena *arena, row **out, size_t *n)
{
    row *rows = lyt_arena_array(arena, why->n_reasons + 1, sizeof *rows);
    size_t kept = 0;

    if (!rows)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < why->n_reasons; i++) {
        const lyt_reason *reason = &why->reasons[i];

        rows[i] = (row){key_of(reason, i), i,
                        reason->token,     reason->other,
                        reason->cue,       reason->feature,
                        reason->weight,    size_of(reason->weight)};
    }
    qsort(rows, why->n_reasons, sizeof *rows, by_key);
    for (size_t i = 0; i < why->n_reasons; i++) {
        row *last = kept ? &rows[kept - 1] : NULL;

        if (!last || last->key != rows[i].key) {
            rows[kept++] = rows[i];
            continue;
        }
        last->weight += rows[i].weight;
        if (rows[i].heaviest > last->heaviest) {
            last->heaviest = rows[i].heaviest;
            last->feature = rows[i].feature;
        }
    }
    *out = rows;
    *n = kept;
    return LYT_OK;
}

/* A corrected word says so: what the guest wrote and what it was taken for. */
static lyt_status spelling(const lyt_token *token, lyt_arena *arena, lyt_str *out)
{
    static const char begin[] = "spelling:";
    size_t head = sizeof begin - 1, len = head + token->norm.len + 1 + token->corrected.len;
    char *text = lyt_arena_alloc(arena, len + 1);

    if (!text)
        return lyt_arena_status(arena);
    memcpy(text, begin, head);
    memcpy(text + head, token->norm.ptr, token->norm.len);
    text[head + token->norm.len] = '>';
    memcpy(text + head + token->norm.len + 1, token->corrected.ptr, token->corrected.len);
    *out = (lyt_str){text, len};
    return LYT_OK;
}

static lyt_status to_evidence(const lyt_why *why, const row *from, lyt_arena *arena,
                              lyt_evidence *out)
{
    const lyt_text *text = why->input->text;
    uint32_t first = from->token, last = from->token;

    *out = (lyt_evidence){.feature = from->feature, .weight = from->weight};
    if (from->cue != none) {
        const lyt_cue *cue = &why->input->cues[from->cue];

        out->feature = cue->name;
        first = cue->first;
        last = cue->end > cue->first ? cue->end - 1 : cue->first;
    } else if (from->token == none) {
        return LYT_OK;
    } else if (from->other != none) {
        first = from->token < from->other ? from->token : from->other;
        last = from->token < from->other ? from->other : from->token;
    } else if (text->tokens[first].flags & (LYT_TOKEN_CORRECTED | LYT_TOKEN_RESPELT) &&
               text->tokens[first].corrected.len) {
        lyt_status status = spelling(&text->tokens[first], arena, &out->feature);

        if (status)
            return status;
    }
    out->start = text->tokens[first].start;
    out->end = text->tokens[last].end;
    out->text = lyt_str_slice(text->original, out->start, out->end);
    return LYT_OK;
}

static int by_place(const lyt_evidence *x, const lyt_evidence *y)
{
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return lyt_str_compare(x->feature, y->feature);
}

static int by_weight(const void *a, const void *b)
{
    const lyt_evidence *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return by_place(x, y);
}

static int by_size(const void *a, const void *b)
{
    const lyt_evidence *x = a, *y = b;
    double p = size_of(x->weight), q = size_of(y->weight);

    if (p > q || p < q)
        return p > q ? -1 : 1;
    return by_place(x, y);
}

lyt_status lyt_evidence_rows(const lyt_why *why, bool all, lyt_arena *arena, lyt_evidence **out,
                             size_t *n)
{
    lyt_evidence *evidence;
    row *rows = NULL;
    size_t n_rows = 0, kept = 0;
    lyt_status status = merge(why, arena, &rows, &n_rows);

    if (status)
        return status;
    evidence = lyt_arena_array(arena, n_rows + 1, sizeof *evidence);
    if (!evidence)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < n_rows; i++) {
        if (!all && (rows[i].weight <= 0 || (rows[i].token == none && rows[i].cue == none)))
            continue;
        status = to_evidence(why, &rows[i], arena, &evidence[kept++]);
        if (status)
            return status;
    }
    qsort(evidence, kept, sizeof *evidence, all ? by_size : by_weight);
    *out = evidence;
    *n = all || kept < lyt_evidence_max ? kept : lyt_evidence_max;
    return LYT_OK;
}

static bool counts(const lyt_token *token)
{
    return token->kind != LYT_TOKEN_PUNCT;
}

/* A rule speaks through all the words it reaches over. */
static void spread_cue(const lyt_why *why, const lyt_reason *reason, double *weights)
{
    const lyt_cue *cue = &why->input->cues[reason->cue];
    uint32_t n = 0;

    for (uint32_t i = cue->first; i < cue->end; i++)
        n += counts(&why->input->text->tokens[i]);
    for (uint32_t i = cue->first; i < cue->end && n; i++)
        if (counts(&why->input->text->tokens[i]))
            weights[i] += reason->weight / n;
}

static double *token_weights(const lyt_why *why, lyt_arena *arena)
{
    const lyt_text *text = why->input->text;
    double *weights = lyt_arena_array(arena, text->n_tokens + 1, sizeof *weights);

    if (!weights)
        return NULL;
    for (size_t i = 0; i < why->n_reasons; i++) {
        const lyt_reason *reason = &why->reasons[i];

        if (reason->cue != none) {
            spread_cue(why, reason, weights);
        } else if (reason->token != none && reason->other != none) {
            weights[reason->token] += reason->weight / 2;
            weights[reason->other] += reason->weight / 2;
        } else if (reason->token != none) {
            weights[reason->token] += reason->weight;
        }
    }
    for (size_t i = 0; i < text->n_tokens; i++)
        if (weights[i] < 0)
            weights[i] = 0;
    return weights;
}

static double clause_weight(const lyt_text *text, size_t clause, const double *weights)
{
    double sum = 0;

    for (uint32_t i = text->clauses[clause].first; i < text->clauses[clause].end; i++)
        sum += weights[i];
    return sum;
}

/* Tokens [first, end) of the strongest clause and its equals right beside it. */
static void strongest(const lyt_text *text, const double *weights, size_t *first, size_t *end)
{
    size_t best = 0, from, to;
    double most = -1;

    for (size_t i = 0; i < text->n_clauses; i++) {
        double weight = clause_weight(text, i, weights);

        if (weight > most) {
            most = weight;
            best = i;
        }
    }
    from = best;
    to = best + 1;
    while (from > 0 && most > 0 && clause_weight(text, from - 1, weights) >= share_of_clause * most)
        from--;
    while (to < text->n_clauses && most > 0 &&
           clause_weight(text, to, weights) >= share_of_clause * most)
        to++;
    *first = text->clauses[from].first;
    *end = text->clauses[to - 1].end;
}

lyt_status lyt_evidence_span(const lyt_why *why, lyt_arena *arena, uint32_t *start, uint32_t *end)
{
    const lyt_text *text = why->input->text;
    double *weights = token_weights(why, arena);
    size_t first = 0, stop = 0, best_first, best_last;
    double total = 0, sum = 0;

    if (!weights)
        return lyt_arena_status(arena);
    *start = *end = 0;
    if (text->n_tokens == 0)
        return LYT_OK;
    strongest(text, weights, &first, &stop);
    for (size_t i = first; i < stop; i++)
        total += weights[i];
    best_first = first;
    best_last = stop - 1;
    for (size_t from = first, to = first; to < stop && total > 0; to++) {
        sum += weights[to];
        while (from < to && sum - weights[from] >= share_of_span * total)
            sum -= weights[from++];
        if (sum >= share_of_span * total &&
            text->tokens[to].end - text->tokens[from].start <
                text->tokens[best_last].end - text->tokens[best_first].start) {
            best_first = from;
            best_last = to;
        }
    }
    *start = text->tokens[best_first].start;
    *end = text->tokens[best_last].end;
    return LYT_OK;
}
