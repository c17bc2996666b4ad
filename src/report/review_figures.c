/* The figures that most pages have, as columns, and rows of them. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "review.h"

typedef struct figure {
    lyt_column column;
    unsigned sets; /* LYT_FIGURES_… it belongs to */
    size_t offset; /* in lyt_sums */
    bool is_real;
} figure;

#define COUNT(key, en, da, sets, field)                                                            \
    {                                                                                              \
        {key, {en, da}, LYT_COLUMN_COUNT}, sets, offsetof(lyt_sums, field), false                  \
    }
#define SHARE(key, en, da, sets, field)                                                            \
    {                                                                                              \
        {key, {en, da}, LYT_COLUMN_SHARE}, sets, offsetof(lyt_sums, field), true                   \
    }
#define MINUTES(key, en, da, sets, clock, field)                                                   \
    {                                                                                              \
        {key, {en, da}, LYT_COLUMN_MINUTES}, sets,                                                 \
            offsetof(lyt_sums, took) + (clock) * sizeof(lyt_lasting) +                             \
                offsetof(lyt_lasting, field),                                                      \
            true                                                                                   \
    }

static const figure figures[] = {
    COUNT("messages", "Messages", "Beskeder", LYT_FIGURES_COUNTS, messages),
    COUNT("guests", "Guests", "Gæster", LYT_FIGURES_GUESTS, guests),
    COUNT("alarms", "Alarms", "Alarmer", LYT_FIGURES_COUNTS, alarms),
    COUNT("incidents", "Incidents", "Sager", LYT_FIGURES_COUNTS, incidents),
    COUNT("open", "Open", "Åbne", LYT_FIGURES_COUNTS, open),
    COUNT("repeats", "Repeats", "Gentagne", LYT_FIGURES_COUNTS, repeats),
    COUNT("reopened", "Reopened", "Genåbnede", LYT_FIGURES_TIMES, reopened),
    COUNT("void", "No failure", "Ingen fejl", LYT_FIGURES_TIMES, voided),
    MINUTES("acknowledge_median_min", "Taken", "Taget", LYT_FIGURES_BRIEF | LYT_FIGURES_TIMES,
            LYT_CLOCK_ACK, median_min),
    MINUTES("acknowledge_p90_min", "Taken p90", "Taget p90", LYT_FIGURES_TIMES, LYT_CLOCK_ACK,
            p90_min),
    MINUTES("contact_median_min", "Contact", "Kontakt", LYT_FIGURES_TIMES, LYT_CLOCK_CONTACT,
            median_min),
    MINUTES("contact_p90_min", "Contact p90", "Kontakt p90", LYT_FIGURES_TIMES, LYT_CLOCK_CONTACT,
            p90_min),
    MINUTES("remedy_median_min", "Remedied", "Udbedret", LYT_FIGURES_BRIEF | LYT_FIGURES_TIMES,
            LYT_CLOCK_REMEDY, median_min),
    MINUTES("remedy_p90_min", "Remedied p90", "Udbedret p90", LYT_FIGURES_TIMES, LYT_CLOCK_REMEDY,
            p90_min),
    MINUTES("close_median_min", "Closed", "Lukket", LYT_FIGURES_TIMES, LYT_CLOCK_CLOSE, median_min),
    MINUTES("close_p90_min", "Closed p90", "Lukket p90", LYT_FIGURES_TIMES, LYT_CLOCK_CLOSE,
            p90_min),
    COUNT("on_the_spot", "On the spot", "På stedet", LYT_FIGURES_PACE, pace[LYT_PACE_ON_THE_SPOT]),
    COUNT("same_day", "Same day", "Samme dag", LYT_FIGURES_PACE, pace[LYT_PACE_SAME_DAY]),
    COUNT("within_24_h", "24 h", "24 t", LYT_FIGURES_PACE, pace[LYT_PACE_24_H]),
    COUNT("later", "Later", "Senere", LYT_FIGURES_PACE, pace[LYT_PACE_LATER]),
    COUNT("not_yet", "Not yet", "Endnu ikke", LYT_FIGURES_PACE, pace[LYT_PACE_NOT_YET]),
    SHARE("within_24_h_share", "Within 24 h", "Inden 24 t", LYT_FIGURES_PACE, within_24_share),
    COUNT("scored", "Scores", "Karakterer", LYT_FIGURES_BANDS, scored),
    COUNT("low", "0-6", "0-6", LYT_FIGURES_BANDS, low),
    SHARE("low_share", "share", "andel", LYT_FIGURES_BANDS, low_share),
    COUNT("middle", "7-8", "7-8", LYT_FIGURES_BANDS, middle),
    SHARE("middle_share", "share", "andel", LYT_FIGURES_BANDS, middle_share),
    COUNT("high", "9-10", "9-10", LYT_FIGURES_BANDS, high),
    SHARE("high_share", "share", "andel", LYT_FIGURES_BANDS, high_share),
    SHARE("nps", "NPS", "NPS", LYT_FIGURES_BANDS, nps),
    COUNT("given", "Gestures", "Gestusser", LYT_FIGURES_COST, given),
    {{"cost_dkk", {"DKK", "DKK"}, LYT_COLUMN_MONEY},
     LYT_FIGURES_COST,
     offsetof(lyt_sums, cost_dkk),
     true},
    {{"cost_eur", {"EUR", "EUR"}, LYT_COLUMN_MONEY},
     LYT_FIGURES_COST,
     offsetof(lyt_sums, cost_eur),
     true},
};
enum { n_figures = sizeof figures / sizeof *figures };

/* In the review's memory; NULL when there is none. */
static const lyt_column *make_columns(lyt_review *review, lyt_column first, bool has_property,
                                      unsigned sets, size_t *n)
{
    lyt_column columns[n_figures + 2];
    lyt_column *kept;

    *n = 0;
    columns[(*n)++] = first;
    if (has_property)
        columns[(*n)++] = (lyt_column){"property", {"Property", "Ejendom"}, LYT_COLUMN_TEXT};
    for (size_t i = 0; i < n_figures; i++)
        if (figures[i].sets & sets)
            columns[(*n)++] = figures[i].column;
    kept = lyt_review_room(review, *n * sizeof *kept);
    if (kept)
        memcpy(kept, columns, *n * sizeof *kept);
    return kept;
}

static void add_figures(lyt_sheet *sheet, const lyt_sums *sums, unsigned sets)
{
    for (size_t i = 0; i < n_figures; i++) {
        const char *at = (const char *)sums + figures[i].offset;

        if (figures[i].sets & sets)
            lyt_sheet_add(sheet, figures[i].is_real ? *(const double *)(const void *)at
                                                    : (double)*(const int64_t *)(const void *)at);
    }
}

static int by_weight(const void *a, const void *b)
{
    const lyt_group *x = a, *y = b;
    int64_t order = x->is_rest - y->is_rest;

    if (!order)
        order = y->sums.incidents - x->sums.incidents;
    if (!order)
        order = y->sums.alarms - x->sums.alarms;
    if (!order)
        order = y->sums.messages - x->sums.messages;
    if (!order)
        order = lyt_str_compare(x->property, y->property);
    if (!order)
        order = lyt_str_compare(x->name, y->name);
    return order < 0 ? -1 : order > 0;
}

static void add_name(lyt_sheet *sheet, const lyt_group *group, lyt_page_language language)
{
    static const lyt_bi unknown = {"(not known)", "(ukendt)"};
    lyt_buf text;

    if (!group->is_rest) {
        lyt_sheet_add_words(sheet, group->name.len ? group->name : lyt_bi_in(unknown, language));
        return;
    }
    lyt_buf_init(&text, sheet->texts.alloc);
    lyt_buf_addf(&text, language == LYT_PAGE_DA ? "(%zu med få gæster)" : "(%zu with few guests)",
                 group->n_merged);
    lyt_sheet_add_text(sheet, lyt_buf_str(&text));
    if (!sheet->status)
        sheet->status = text.status;
    lyt_buf_deinit(&text);
}

static bool has_figures(const lyt_sums *sums, unsigned sets)
{
    return ((sets & LYT_FIGURES_BANDS) && sums->scored) ||
           ((sets & LYT_FIGURES_COST) && sums->given);
}

static void add_rows(const lyt_review_ask *ask, const lyt_review_grouping *grouping,
                     const lyt_groups *groups, lyt_sheet *sheet)
{
    for (size_t i = 0; i < groups->n; i++) {
        const lyt_group *group = &groups->items[i];

        if (grouping->is_sparse && !has_figures(&group->sums, grouping->figures))
            continue;
        add_name(sheet, group, ask->language);
        if (grouping->by == LYT_BY_PLACE)
            lyt_sheet_add_text(sheet, group->property);
        add_figures(sheet, &group->sums, grouping->figures);
    }
}

lyt_status lyt_review_groups(lyt_review *review, const lyt_review_ask *ask,
                             const lyt_review_grouping *grouping)
{
    static const lyt_bi note = {
        "Groups of fewer than 5 guests are counted together, so that no guest can be told.",
        "Grupper med færre end 5 gæster er talt sammen, så ingen gæst kan kendes.",
    };
    lyt_column first = {"name", grouping->heading, LYT_COLUMN_TEXT};
    const lyt_column *columns;
    lyt_groups groups;
    lyt_sheet *sheet;
    size_t n;
    lyt_status status = lyt_groups_make(
        &groups, lyt_review_alloc(review),
        &(lyt_groups_options){ask->chronicle, ask->zone, ask->span, grouping->by, ask->shifts,
                              grouping->hides_small ? lyt_review_least_guests : 0});

    if (status)
        return status;
    columns = make_columns(review, first, grouping->by == LYT_BY_PLACE, grouping->figures, &n);
    if (columns) {
        if (grouping->is_ranked && groups.n)
            qsort(groups.items, groups.n, sizeof *groups.items, by_weight);
        sheet = lyt_review_add(review, grouping->key, grouping->title, columns, n);
        add_rows(ask, grouping, &groups, sheet);
        if (groups.n && groups.items[groups.n - 1].is_rest)
            sheet->note = note;
    }
    lyt_groups_free(&groups);
    return columns ? LYT_OK : LYT_ENOMEM;
}

static lyt_status add_total(const lyt_review *review, const lyt_review_ask *ask, lyt_extent span,
                            lyt_bi name, unsigned sets, lyt_sheet *sheet)
{
    static const lyt_lasting never = {0, NAN, NAN};
    lyt_sums nothing = {.low_share = NAN,
                        .middle_share = NAN,
                        .high_share = NAN,
                        .nps = NAN,
                        .spot_share = NAN,
                        .day_share = NAN,
                        .within_24_share = NAN,
                        .took = {never, never, never, never}};
    lyt_groups groups;
    lyt_status status = lyt_groups_make(
        &groups, lyt_review_alloc(review),
        &(lyt_groups_options){ask->chronicle, ask->zone, span, LYT_BY_ALL, {{0}, 0}, 0});

    if (status)
        return status;
    lyt_sheet_add_text(sheet, lyt_bi_in(name, ask->language));
    add_figures(sheet, groups.n ? &groups.items[0].sums : &nothing, sets);
    lyt_groups_free(&groups);
    return LYT_OK;
}

lyt_status lyt_review_totals(lyt_review *review, const lyt_review_ask *ask, unsigned sets)
{
    lyt_column first = {"period", {"Period", "Periode"}, LYT_COLUMN_TEXT};
    int64_t length_us = ask->span.until_us - ask->span.since_us;
    lyt_extent before = {ask->span.since_us - length_us, ask->span.since_us};
    const lyt_column *columns;
    lyt_sheet *sheet;
    size_t n;
    lyt_status status;

    columns = make_columns(review, first, false, sets, &n);
    if (!columns)
        return LYT_ENOMEM;
    sheet = lyt_review_add(review, "totals", (lyt_bi){"In all", "I alt"}, columns, n);
    status =
        add_total(review, ask, ask->span, (lyt_bi){"this period", "denne periode"}, sets, sheet);
    return status ? status
                  : add_total(review, ask, before, (lyt_bi){"the one before", "den foregående"},
                              sets, sheet);
}
