#include "kind.h"

/* In hundredths, so that no compiler rounds them otherwise. */
enum {
    per_failure = 320,      /* times its probability */
    per_complaint = 150,    /* a cue */
    per_negative = 45,      /* a point of polarity below 0 */
    per_lone_negation = 40, /* a clause that negates and is not pleased */
    per_request = 190,
    per_question = 150,
    per_question_mark = 120,
    per_praise = 150,
    per_positive = 50, /* a point of polarity above 0 */
    per_wish = 230,
    per_hedge = 50, /* towards a wish */
    per_chat = 90,
    per_intensity = 30, /* towards what else is felt */
    other_anyway = 70,
    points_max = 8, /* of polarity that count */
};

typedef struct sums {
    int score[LYT_KINDS];
    int positive, negative;
    bool asks;
} sums;

static void add_cue(sums *s, const lyt_lexcue *cue)
{
    bool negated = cue->negated;

    if (cue->roles >> LYT_WORD_COMPLAINS & 1)
        s->score[negated ? LYT_KIND_PRAISE : LYT_KIND_COMPLAINT] +=
            negated ? per_praise / 2 : per_complaint;
    if (cue->roles >> LYT_WORD_PRAISES & 1)
        s->score[negated ? LYT_KIND_COMPLAINT : LYT_KIND_PRAISE] +=
            negated ? per_complaint : per_praise;
    if (cue->roles >> LYT_WORD_REQUESTS & 1)
        s->score[LYT_KIND_REQUEST] += per_request;
    if (cue->roles >> LYT_WORD_ASKS & 1)
        s->score[LYT_KIND_QUESTION] += per_question;
    if (cue->roles >> LYT_WORD_WISHES & 1)
        s->score[LYT_KIND_WISH] += per_wish;
    if (cue->roles >> LYT_WORD_HEDGE & 1)
        s->score[LYT_KIND_WISH] += per_hedge;
    if (cue->roles >> LYT_WORD_CHATS & 1)
        s->score[LYT_KIND_OTHER] += per_chat;
}

static void add_words(sums *s, const lyt_text *text)
{
    for (size_t i = 0; i < text->n_tokens; i++) {
        int polarity = text->tokens[i].polarity;

        if (polarity > 0)
            s->positive += polarity;
        else
            s->negative -= polarity;
    }
    for (size_t i = 0; i < text->n_clauses; i++) {
        const lyt_clause *clause = &text->clauses[i];

        s->asks |= clause->question;
        if (clause->has_negator && clause->negative && !clause->question)
            s->score[LYT_KIND_COMPLAINT] += per_lone_negation;
    }
    if (s->positive > points_max)
        s->positive = points_max;
    if (s->negative > points_max)
        s->negative = points_max;
}

lyt_kind lyt_kind_find(const lyt_text *text, const lyt_lexcue *cues, size_t n, double failure)
{
    sums s = {.score = {0}};
    int intensity = 0;
    lyt_kind best = LYT_KIND_COMPLAINT;

    for (size_t i = 0; i < n; i++) {
        add_cue(&s, &cues[i]);
        intensity += (cues[i].roles >> LYT_WORD_INTENSIFIER & 1) ? per_intensity : 0;
    }
    add_words(&s, text);
    s.score[LYT_KIND_COMPLAINT] +=
        (int)(failure * per_failure) + s.negative * per_negative + (s.negative ? intensity : 0);
    s.score[LYT_KIND_PRAISE] += s.positive * per_positive + (s.positive ? intensity : 0);
    s.score[LYT_KIND_QUESTION] += s.asks ? per_question_mark : 0;
    s.score[LYT_KIND_OTHER] += other_anyway;
    for (int kind = 0; kind < LYT_KINDS; kind++)
        if (kind != LYT_KIND_OPT_OUT && s.score[kind] > s.score[best])
            best = (lyt_kind)kind;
    /* "Lovely room but noise from the bar": who praises and tells of a failure wants it mended */
    return best == LYT_KIND_PRAISE && failure > 0 ? LYT_KIND_COMPLAINT : best;
}

bool lyt_kind_alarms(lyt_kind kind)
{
    return kind == LYT_KIND_COMPLAINT || kind == LYT_KIND_REQUEST;
}

const char *lyt_kind_name(lyt_kind kind)
{
    switch (kind) {
    case LYT_KIND_COMPLAINT:
        return "complaint";
    case LYT_KIND_REQUEST:
        return "request";
    case LYT_KIND_QUESTION:
        return "question";
    case LYT_KIND_PRAISE:
        return "praise";
    case LYT_KIND_WISH:
        return "wish";
    case LYT_KIND_OPT_OUT:
        return "opt-out";
    case LYT_KIND_OTHER:
        return "other";
    case LYT_KINDS:
        break;
    }
    return "";
}

bool lyt_failure_alarms(lyt_kind kind, int severity, bool shadow)
{
    enum { severe = 3 };

    return !shadow && (lyt_kind_alarms(kind) || severity >= severe);
}
