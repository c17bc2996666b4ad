#include "evidence.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t none = UINT32_MAX;

static const double share_of_span = 0.8;
/* a clause beside the strongest belongs to it when it says nearly as much */
static const double share_of_clause = 0.75;

static double size_of(double weight)
{
    return weight < 0 ? -weight : weight;
}

/* A corrected word says so: what the guest wrote and what it was taken for. */
static lyt_str spelling(const lyt_token *token, lyt_arena *arena)
{
    static const char begin[] = "spelling:";
    size_t head = sizeof begin - 1, len = head + token->norm.len + 1 + token->corrected.len;
    char *text = lyt_arena_room(arena, len, 1);

    if (!text)
        return (lyt_str){NULL, 0};
    memcpy(text, begin, head);
    memcpy(text + head, token->norm.ptr, token->norm.len);
    text[head + token->norm.len] = '>';
    memcpy(text + head + token->norm.len + 1, token->corrected.ptr, token->corrected.len);
    return (lyt_str){text, len};
}

/* The tokens that a row speaks of; false for none. */
static bool tokens_of(const lyt_why *why, const lyt_reason *from, uint32_t *first, uint32_t *last)
{
    const uint32_t number = lyt_reason_cue(from);

    *first = *last = from->token;
    if (number != none) {
        const lyt_cue *cue = &why->input->cues[number];

        *first = cue->first;
        *last = cue->end > cue->first ? cue->end - 1 : cue->first;
    } else if (from->other != none) {
        *first = from->token < from->other ? from->token : from->other;
        *last = from->token < from->other ? from->other : from->token;
    }
    return *first != none;
}

static lyt_str name_of(const lyt_why *why, const lyt_reason *from, lyt_arena *arena)
{
    const lyt_text *text = why->input->text;
    const uint32_t cue = lyt_reason_cue(from);

    if (cue != none)
        return why->input->cues[cue].name;
    if (from->token != none && from->other == none &&
        text->tokens[from->token].flags & (LYT_TOKEN_CORRECTED | LYT_TOKEN_RESPELT) &&
        text->tokens[from->token].corrected.len)
        return spelling(&text->tokens[from->token], arena);
    return lyt_reason_name(why->scratch, from, text, arena);
}

static lyt_evidence to_evidence(const lyt_why *why, const lyt_reason *from, lyt_arena *arena)
{
    const lyt_text *text = why->input->text;
    lyt_evidence out = {.feature = name_of(why, from, arena), .weight = from->weight};
    uint32_t first, last;

    if (!tokens_of(why, from, &first, &last))
        return out;
    out.start = text->tokens[first].start;
    out.end = text->tokens[last].end;
    out.text = lyt_str_slice(text->original, out.start, out.end);
    return out;
}

static int by_place(const lyt_evidence *x, const lyt_evidence *y)
{
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return lyt_str_compare(x->feature, y->feature);
}

static int by_size(const void *a, const void *b)
{
    const lyt_evidence *x = a, *y = b;
    double p = size_of(x->weight), q = size_of(y->weight);

    if (p > q || p < q)
        return p > q ? -1 : 1;
    return by_place(x, y);
}

/* Of two that weigh the same: the earlier in the text, then by name. */
static bool breaks_tie(const lyt_why *why, const lyt_reason *x, const lyt_reason *y,
                       lyt_arena *arena)
{
    const lyt_token *tokens = why->input->text->tokens;
    uint32_t a, a_last, b, b_last;

    (void)tokens_of(why, x, &a, &a_last);
    (void)tokens_of(why, y, &b, &b_last);
    if (tokens[a].start != tokens[b].start)
        return tokens[a].start < tokens[b].start;
    if (tokens[a_last].end != tokens[b_last].end)
        return tokens[a_last].end < tokens[b_last].end;
    return lyt_str_compare(name_of(why, x, arena), name_of(why, y, arena)) < 0;
}

/* Whether x comes before y: heavier, or else as breaks_tie() has it. */
static inline bool comes_before(const lyt_why *why, const lyt_reason *x, const lyt_reason *y,
                                lyt_arena *arena)
{
    if (x->weight > y->weight || x->weight < y->weight)
        return x->weight > y->weight;
    return breaks_tie(why, x, y, arena);
}

/* Which reasons speak for it, without a branch: about every other does. Returns how many. */
static size_t find_those_for(const lyt_why *why, uint32_t *out)
{
    size_t n = 0;

    for (uint32_t i = 0; i < why->n_reasons; i++) {
        out[n] = i;
        n += why->reasons[i].weight > 0;
    }
    return n;
}

/* The heaviest that speak for it, in order; returns how many. room: of one a reason. */
static size_t choose(const lyt_why *why, lyt_arena *arena, uint32_t *room,
                     const lyt_reason *best[lyt_evidence_max])
{
    const size_t n_for = find_those_for(why, room);
    double least = 0;
    size_t n = 0;

    for (size_t i = 0; i < n_for; i++) {
        const lyt_reason *r = &why->reasons[room[i]];
        size_t at = n;

        if (r->weight < least || (r->token == none && lyt_reason_cue(r) == none))
            continue;
        if (n == lyt_evidence_max && !comes_before(why, r, best[n - 1], arena))
            continue;
        if (n == lyt_evidence_max)
            at--;
        else
            n++;
        for (; at > 0 && comes_before(why, r, best[at - 1], arena); at--)
            best[at] = best[at - 1];
        best[at] = r;
        least = n == lyt_evidence_max ? best[n - 1]->weight : 0;
    }
    return n;
}

/* All that say something, the heaviest first. */
static lyt_status all_rows(const lyt_why *why, lyt_arena *arena, lyt_evidence **out, size_t *n)
{
    *n = 0;
    *out = lyt_arena_room(arena, why->n_reasons + 1, sizeof **out);
    if (!*out)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < why->n_reasons; i++)
        if (lyt_reason_kind_of(&why->reasons[i]) != LYT_REASON_NOTHING)
            (*out)[(*n)++] = to_evidence(why, &why->reasons[i], arena);
    qsort(*out, *n, sizeof **out, by_size);
    return lyt_arena_status(arena);
}

lyt_status lyt_evidence_rows(const lyt_why *why, bool all, lyt_arena *arena, lyt_evidence **out,
                             size_t *n)
{
    const lyt_reason *best[lyt_evidence_max];
    uint32_t *room;

    if (all)
        return all_rows(why, arena, out, n);
    room = lyt_arena_room(arena, why->n_reasons, sizeof *room);
    if (!room)
        return lyt_arena_status(arena);
    *n = choose(why, arena, room, best);
    *out = lyt_arena_room(arena, *n + 1, sizeof **out);
    for (size_t i = 0; i < *n && *out; i++)
        (*out)[i] = to_evidence(why, best[i], arena);
    return lyt_arena_status(arena);
}

static bool counts(const lyt_token *token)
{
    return token->kind != LYT_TOKEN_PUNCT;
}

/* A rule speaks through all the words it reaches over. */
static void spread_cue(const lyt_why *why, const lyt_reason *reason, double *weights)
{
    const lyt_cue *cue = &why->input->cues[lyt_reason_cue(reason)];
    uint32_t n = 0;

    for (uint32_t i = cue->first; i < cue->end; i++)
        n += counts(&why->input->text->tokens[i]);
    for (uint32_t i = cue->first; i < cue->end && n; i++)
        if (counts(&why->input->text->tokens[i]))
            weights[i] += reason->weight / n;
}

/* What speaks for it, by token; a pair half to each of its words. */
static double *token_weights(const lyt_why *why, lyt_arena *arena)
{
    const lyt_text *text = why->input->text;
    double *weights = lyt_arena_array(arena, text->n_tokens + 1, sizeof *weights);

    if (!weights)
        return NULL;
    for (size_t i = 0; i < why->n_reasons; i++) {
        const lyt_reason *reason = &why->reasons[i];

        if (reason->other != none) {
            const double half = reason->weight / 2;

            weights[reason->token] += half;
            weights[reason->other] += half;
        } else if (lyt_reason_cue(reason) != none) {
            spread_cue(why, reason, weights);
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
    const double *weights = token_weights(why, arena);
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

lyt_status lyt_evidence_add_score(const lyt_message *message, lyt_score_band band, lyt_arena *arena,
                                  lyt_evidence **rows, size_t *n)
{
    lyt_evidence *list = lyt_arena_array(arena, *n + 1, sizeof *list);
    lyt_str feature = {NULL, 0};
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_buf_add_text(&text, "score:");
    lyt_buf_add_real(&text, message->score, 2);
    lyt_buf_add_char(&text, '/');
    lyt_buf_add_real(&text, message->scale, 2);
    lyt_buf_addf(&text, ":%s", lyt_score_band_name(band));
    if (!lyt_buf_status(&text))
        feature = lyt_arena_copy(arena, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
    if (!list || !feature.ptr)
        return LYT_ENOMEM;
    for (size_t i = 0; i < *n; i++)
        list[i] = (*rows)[i];
    list[*n] = (lyt_evidence){.text = lyt_str_slice(message->text, 0, 0), .feature = feature};
    *rows = list;
    ++*n;
    return LYT_OK;
}
