/*
 * The moments that matter: at which step of the journey things fail, and what that does to the
 * scores guests give.
 *
 * A score counts at a step when its message was heard as a failure of that step, or when the guest who gave
 * it had met one there before. It is compared with the scores of guests who met no failure.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "journey.h"
#include "mem.h"
#include "review.h"

#define COLUMNS(table) table, sizeof table / sizeof *table

enum { no_step = lyt_steps_max, n_places };

typedef struct moment {
    int64_t alarms, incidents, guests, scored, low;
    double sum; /* of scores, as shares of the best */
} moment;

/* That a guest met a failure of a step; several make a guest one of that step once. */
typedef struct meeting {
    lyt_str guest;
    int64_t at_us; /* the first */
    uint64_t steps;
} meeting;

typedef struct journal {
    const lyt_review_ask *ask;
    moment at[n_places];
    moment never; /* guests who met no failure */
    meeting *meetings;
    size_t n_meetings;
    uint64_t *heard; /* of each voice: the steps it was heard to tell of */
} journal;

static int step_of(const journal *j, const lyt_record *record)
{
    const lyt_journey *journey = j->ask->journey;
    int step = -1;

    /* where a trigger saw it go wrong; a step that the journey has no more is none */
    if (journey && record->step.len)
        step = lyt_journey_find(journey, record->step);
    if (journey && step < 0)
        step = lyt_journey_step(journey, record->scenario);
    return step < 0 ? no_step : step;
}

static bool counts(const journal *j, const lyt_record *record)
{
    return !record->is_drill && record->state != LYT_INCIDENT_VOID &&
           lyt_extent_has(j->ask->span, record->opened_us);
}

static int by_guest(const void *a, const void *b)
{
    const meeting *x = a, *y = b;
    int order = lyt_str_compare(x->guest, y->guest);

    return order ? order : x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

/* Each guest once a step, with when that was first; bits beyond the steps are of no_step. */
static void collect_meetings(journal *j)
{
    const lyt_chronicle *c = j->ask->chronicle;
    size_t n = 0;

    for (size_t i = 0; i < c->n_records; i++) {
        const lyt_record *record = &c->records[i];
        int step = step_of(j, record);

        if (!counts(j, record))
            continue;
        j->at[step].incidents++;
        if (record->guest.len)
            j->meetings[n++] =
                (meeting){record->guest, record->opened_us, UINT64_C(1) << step};
        else
            j->at[step].guests++; /* of whom nobody knows who it is, each is one */
    }
    if (n)
        qsort(j->meetings, n, sizeof *j->meetings, by_guest);
    j->n_meetings = n;
    for (size_t i = 0; i < n; i++) {
        uint64_t before = 0;

        for (size_t k = i; k > 0 && lyt_str_equal(j->meetings[k - 1].guest, j->meetings[i].guest); k--)
            before |= j->meetings[k - 1].steps;
        for (int step = 0; step < n_places; step++)
            j->at[step].guests += (int64_t)((j->meetings[i].steps & ~before) >> step & 1);
    }
}

static size_t voice_index(const lyt_chronicle *c, int64_t id)
{
    const lyt_voice *voice = lyt_chronicle_voice(c, id);

    return voice ? (size_t)(voice - c->voices) : c->n_voices;
}

static void collect_alarms(journal *j)
{
    const lyt_chronicle *c = j->ask->chronicle;

    for (size_t i = 0; i < c->n_alarms; i++) {
        const lyt_record *record = &c->records[c->alarms[i].record];
        int step = step_of(j, record);
        size_t voice;

        if (!counts(j, record))
            continue;
        j->at[step].alarms++;
        voice = c->alarms[i].message ? voice_index(c, c->alarms[i].message) : c->n_voices;
        if (voice < c->n_voices)
            j->heard[voice] |= UINT64_C(1) << step;
    }
}

/* The steps where that guest had met a failure by then. */
static uint64_t met_before(const journal *j, lyt_str guest, int64_t at_us, bool *ever)
{
    uint64_t steps = 0;
    size_t from = 0, to = j->n_meetings;

    *ever = false;
    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (lyt_str_compare(j->meetings[middle].guest, guest) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < j->n_meetings && lyt_str_equal(j->meetings[from].guest, guest); from++) {
        *ever = true;
        if (j->meetings[from].at_us <= at_us)
            steps |= j->meetings[from].steps;
    }
    return steps;
}

static void count_score(moment *to, const lyt_voice *voice)
{
    to->scored++;
    to->low += lyt_band_of(voice->score, voice->scale) == LYT_BAND_LOW;
    to->sum += voice->score / voice->scale;
}

static void collect_scores(journal *j)
{
    const lyt_chronicle *c = j->ask->chronicle;

    for (size_t i = 0; i < c->n_voices; i++) {
        const lyt_voice *voice = &c->voices[i];
        uint64_t steps = j->heard[i];
        bool ever = false;

        if (voice->is_drill || !lyt_extent_has(j->ask->span, voice->received_us) ||
            lyt_band_of(voice->score, voice->scale) == LYT_BAND_NONE)
            continue;
        if (voice->sender.len)
            steps |= met_before(j, voice->sender, voice->received_us, &ever);
        for (int step = 0; step < n_places; step++)
            if (steps >> step & 1)
                count_score(&j->at[step], voice);
        /* a score from before the failure is of neither */
        if (!steps && !ever)
            count_score(&j->never, voice);
    }
}

static double mean_of(const moment *m)
{
    return m->scored ? 10 * m->sum / (double)m->scored : NAN;
}

static void add_row(lyt_sheet *sheet, const journal *j, lyt_str name, const moment *m, bool is_never)
{
    lyt_sheet_add_text(sheet, name);
    if (is_never) {
        lyt_sheet_add_none(sheet, 3);
    } else {
        lyt_sheet_add(sheet, (double)m->alarms);
        lyt_sheet_add(sheet, (double)m->incidents);
        lyt_sheet_add(sheet, (double)m->guests);
    }
    lyt_sheet_add(sheet, (double)m->scored);
    lyt_sheet_add(sheet, mean_of(m));
    lyt_sheet_add(sheet, m->scored ? (double)m->low / (double)m->scored : NAN);
    lyt_sheet_add(sheet, is_never ? NAN : mean_of(m) - mean_of(&j->never));
}

static void add_steps(lyt_review *review, const journal *j)
{
    static const lyt_column columns[] = {
        {"step", {"Step", "Trin"}, LYT_COLUMN_TEXT},
        {"alarms", {"Alarms", "Alarmer"}, LYT_COLUMN_COUNT},
        {"incidents", {"Incidents", "Sager"}, LYT_COLUMN_COUNT},
        {"guests", {"Guests hit", "Ramte gæster"}, LYT_COLUMN_COUNT},
        {"scored", {"Scores", "Karakterer"}, LYT_COLUMN_COUNT},
        {"mean", {"Mean, of 10", "Middel, af 10"}, LYT_COLUMN_REAL},
        {"low_share", {"0-6", "0-6"}, LYT_COLUMN_SHARE},
        {"effect", {"Effect", "Virkning"}, LYT_COLUMN_REAL},
    };
    const lyt_journey *journey = j->ask->journey;
    lyt_page_language language = j->ask->language;
    lyt_sheet *sheet =
        lyt_review_add(review, "steps",
                       (lyt_bi){"Step by step of the journey", "Trin for trin af rejsen"},
                       COLUMNS(columns));

    sheet->note = (lyt_bi){
        "Scores: of messages that told of a failure there, and of guests who had met one there. "
        "Effect: their mean less that of guests who met no failure; of few scores it is chance.",
        "Karakterer: i beskeder, der fortalte om en fejl dér, og fra gæster, der havde mødt en dér. "
        "Virkning: deres middel minus middel af gæster, der ikke mødte fejl; af få er det tilfældigt.",
    };
    for (size_t i = 0; journey && i < journey->n_steps; i++)
        add_row(sheet, j, lyt_str_of(language == LYT_PAGE_DA ? journey->steps[i].da
                                                             : journey->steps[i].en),
                &j->at[i], false);
    if (j->at[no_step].incidents || j->at[no_step].alarms || !journey || !journey->n_steps)
        add_row(sheet, j,
                lyt_bi_in((lyt_bi){"no step is named", "intet trin er nævnt"}, language),
                &j->at[no_step], false);
    add_row(sheet, j, lyt_bi_in((lyt_bi){"met no failure", "mødte ingen fejl"}, language),
            &j->never, true);
}

/* What fails at which step, the most frequent first within a step. */
typedef struct failing {
    lyt_str scenario;
    int step;
    int64_t incidents;
} failing;

static int by_name(const void *a, const void *b)
{
    const failing *x = a, *y = b;
    int order = lyt_str_compare(x->scenario, y->scenario);

    return order ? order : (x->step > y->step) - (x->step < y->step);
}

static int by_step(const void *a, const void *b)
{
    const failing *x = a, *y = b;

    if (x->step != y->step)
        return x->step < y->step ? -1 : 1;
    if (x->incidents != y->incidents)
        return x->incidents > y->incidents ? -1 : 1;
    return by_name(a, b);
}

static lyt_status add_scenarios(lyt_review *review, const journal *j)
{
    static const lyt_column columns[] = {
        {"step", {"Step", "Trin"}, LYT_COLUMN_TEXT},
        {"scenario", {"Scenario", "Scenarie"}, LYT_COLUMN_TEXT},
        {"incidents", {"Incidents", "Sager"}, LYT_COLUMN_COUNT},
    };
    const lyt_chronicle *c = j->ask->chronicle;
    const lyt_journey *journey = j->ask->journey;
    failing *all = lyt_mem_array(lyt_review_alloc(review), c->n_records + 1, sizeof *all);
    lyt_sheet *sheet;
    size_t n = 0, kept = 0;

    if (!all)
        return LYT_ENOMEM;
    for (size_t i = 0; i < c->n_records; i++)
        if (counts(j, &c->records[i]))
            all[n++] = (failing){c->records[i].scenario, step_of(j, &c->records[i]), 1};
    if (n)
        qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++) {
        if (kept && by_name(&all[kept - 1], &all[i]) == 0)
            all[kept - 1].incidents++;
        else
            all[kept++] = all[i];
    }
    if (kept)
        qsort(all, kept, sizeof *all, by_step);
    sheet = lyt_review_add(review, "scenarios", (lyt_bi){"What fails there", "Hvad der går galt dér"},
                           COLUMNS(columns));
    for (size_t i = 0; i < kept; i++) {
        lyt_sheet_add_text(sheet, all[i].step == no_step
                                      ? LYT_STR("")
                                      : lyt_bi_in(journey->steps[all[i].step], j->ask->language));
        lyt_sheet_add_text(sheet, all[i].scenario);
        lyt_sheet_add(sheet, (double)all[i].incidents);
    }
    lyt_mem_free(lyt_review_alloc(review), all);
    return LYT_OK;
}

static lyt_status fill_moments(lyt_review *review, const lyt_review_ask *ask)
{
    const lyt_alloc *alloc = lyt_review_alloc(review);
    journal j = {.ask = ask};
    lyt_status status = LYT_ENOMEM;

    j.meetings = lyt_mem_array(alloc, ask->chronicle->n_records + 1, sizeof *j.meetings);
    j.heard = lyt_mem_array(alloc, ask->chronicle->n_voices + 1, sizeof *j.heard);
    if (j.meetings && j.heard) {
        collect_meetings(&j);
        collect_alarms(&j);
        collect_scores(&j);
        add_steps(review, &j);
        lyt_review_bars(review, "incidents");
        status = add_scenarios(review, &j);
    }
    lyt_mem_free(alloc, j.meetings);
    lyt_mem_free(alloc, j.heard);
    return status;
}

const lyt_review_kind lyt_review_moments = {
    "moments", {"Moments that matter", "Øjeblikke der tæller"}, 30, fill_moments};
