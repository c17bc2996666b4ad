#include "flip.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { tried_max = 16, longest = 4096 };

typedef struct candidate {
    uint32_t start, end;
    double weight; /* of what speaks for the scenario, its share of each row */
} candidate;

typedef struct search {
    lyt_session *session;
    const lyt_message *message;
    const char *scenario;
    candidate *words; /* by weight, heaviest first */
    size_t n_words;
    lyt_buf text; /* the message without some */
    lyt_flip *best;
    double best_log_odds;
    lyt_error *err;
} search;

static int heaviest_first(const void *a, const void *b)
{
    const candidate *x = a, *y = b;

    if (x->weight < y->weight || x->weight > y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->start > y->start) - (x->start < y->start);
}

static int in_order(const void *a, const void *b)
{
    const candidate *x = a, *y = b;

    return (x->start > y->start) - (x->start < y->start);
}

static bool overlaps(const candidate *word, const lyt_evidence *row)
{
    return word->start < row->end && row->start < word->end;
}

static void weigh(candidate *words, size_t n_words, const lyt_evidence *rows, size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++) {
        size_t n = 0;

        for (size_t j = 0; j < n_words; j++)
            n += overlaps(&words[j], &rows[i]);
        for (size_t j = 0; j < n_words && n; j++)
            if (overlaps(&words[j], &rows[i]))
                words[j].weight += rows[i].weight / (double)n;
    }
}

/* The words that are worth trying. */
static lyt_status choose_words(search *s, const lyt_alloc *alloc)
{
    const lyt_evidence *rows;
    lyt_judged reading;
    double log_odds;
    size_t n_rows;
    lyt_status status = lyt_session_read(s->session, s->message, &reading, s->err);

    if (status)
        return status;
    s->words = lyt_mem_array(alloc, reading.text.n_tokens + 1, sizeof *s->words);
    if (!s->words)
        return lyt_error_set(s->err, LYT_ENOMEM, "out of memory");
    for (size_t i = 0; i < reading.text.n_tokens; i++) {
        const lyt_token *token = &reading.text.tokens[i];

        if (token->end > token->start)
            s->words[s->n_words++] = (candidate){token->start, token->end, 0};
    }
    status = lyt_explain(s->session, s->message, s->scenario, &rows, &n_rows, &log_odds, s->err);
    if (status)
        return status;
    weigh(s->words, s->n_words, rows, n_rows);
    qsort(s->words, s->n_words, sizeof *s->words, heaviest_first);
    s->n_words = s->n_words < tried_max ? s->n_words : tried_max;
    return LYT_OK;
}

/* The text without words[set[0]], words[set[1]] …; they are sorted by place first. */
static lyt_str without(search *s, const size_t *set, size_t n, candidate *gone)
{
    const lyt_str text = s->message->text;
    size_t from = 0;

    for (size_t i = 0; i < n; i++)
        gone[i] = s->words[set[i]];
    qsort(gone, n, sizeof *gone, in_order);
    lyt_buf_reset(&s->text);
    for (size_t i = 0; i < n; i++) {
        if (gone[i].start > from)
            lyt_buf_add(&s->text, lyt_str_slice(text, from, gone[i].start));
        from = gone[i].end > from ? gone[i].end : from;
    }
    lyt_buf_add(&s->text, lyt_str_slice(text, from, text.len));
    return lyt_buf_str(&s->text);
}

static bool is_reported(const lyt_verdict *verdict, const char *scenario)
{
    for (size_t i = 0; i < verdict->n_failures; i++)
        if (strcmp(verdict->failures[i].scenario, scenario) == 0)
            return true;
    return false;
}

static void keep(search *s, const candidate *gone, size_t n, const lyt_verdict *verdict)
{
    lyt_flip *flip = s->best;
    const char *then = verdict->n_failures ? verdict->failures[0].scenario : "";
    const size_t room = sizeof flip->then - 1, len = strlen(then);

    flip->n = n;
    for (size_t i = 0; i < n; i++) {
        flip->words[i] = lyt_str_slice(s->message->text, gone[i].start, gone[i].end);
        flip->start[i] = gone[i].start;
        flip->end[i] = gone[i].end;
    }
    memcpy(flip->then, then, len < room ? len : room);
    flip->then[len < room ? len : room] = '\0';
}

static lyt_status try_set(search *s, const size_t *set, size_t n)
{
    candidate gone[lyt_flip_words_max];
    lyt_message message = *s->message;
    const lyt_verdict *verdict;
    const lyt_evidence *rows;
    lyt_flip found;
    double log_odds;
    size_t n_rows;
    lyt_status status;

    message.text = without(s, set, n, gone);
    if (lyt_buf_status(&s->text))
        return lyt_error_set(s->err, LYT_ENOMEM, "out of memory");
    status = lyt_classify(s->session, &message, &verdict, s->err);
    if (status || is_reported(verdict, s->scenario))
        return status;
    found = *s->best;
    keep(s, gone, n, verdict);
    status = lyt_explain(s->session, &message, s->scenario, &rows, &n_rows, &log_odds, s->err);
    if (status)
        return status;
    if (found.n == n && log_odds >= s->best_log_odds)
        *s->best = found;
    else
        s->best_log_odds = log_odds;
    return LYT_OK;
}

/* All sets of n of the words, in order. */
static lyt_status try_all(search *s, size_t n)
{
    size_t set[lyt_flip_words_max] = {0, 1, 2};

    if (s->n_words < n)
        return LYT_OK;
    for (;;) {
        size_t i = n;
        lyt_status status = try_set(s, set, n);

        if (status)
            return status;
        while (i > 0 && set[i - 1] == s->n_words - n + i - 1)
            i--;
        if (i == 0)
            return LYT_OK;
        set[i - 1]++;
        for (; i < n; i++)
            set[i] = set[i - 1] + 1;
    }
}

lyt_status lyt_flip_find(lyt_session *session, const lyt_message *message, const char *scenario,
                         const lyt_alloc *alloc, lyt_flip *out, lyt_error *err)
{
    search s = {
        .session = session, .message = message, .scenario = scenario, .best = out, .err = err};
    const lyt_verdict *verdict;
    lyt_status status = lyt_classify(session, message, &verdict, err);

    *out = (lyt_flip){0};
    /* of a whole letter no three words decide, and each try reads all of it */
    if (status || !is_reported(verdict, scenario) || message->text.len > longest)
        return status;
    lyt_buf_init(&s.text, alloc);
    status = choose_words(&s, alloc);
    for (size_t n = 1; !status && !out->n && n <= lyt_flip_words_max; n++)
        status = try_all(&s, n);
    lyt_buf_deinit(&s.text);
    lyt_mem_free(alloc, s.words);
    return status;
}
