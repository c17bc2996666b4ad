/* The pages on guests: how satisfied they are, and what failures cost and gestures win. */
#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "review.h"

#define COLUMNS(table) table, sizeof table / sizeof *table

/*
 * Recommendations a satisfied (7-8) and a very satisfied guest (9-10) gives, as quoted by Klaus
 * Lund, "Intelligent Service Recovery", for two trades.
 */
static const struct {
    lyt_bi trade;
    double satisfied, very_satisfied;
} quoted[] = {
    {{"banks", "banker"}, 1.2, 2.5},
    {{"car trade", "bilbranchen"}, 2.9, 5.0},
};

static void add_business_case(lyt_review *review, const lyt_review_ask *ask, double middle)
{
    static const lyt_column columns[] = {
        {"trade", {"As in", "Som i"}, LYT_COLUMN_TEXT},
        {"middle", {"Guests at 7-8", "Gæster på 7-8"}, LYT_COLUMN_COUNT},
        {"satisfied", {"Each tells", "Hver anbefaler"}, LYT_COLUMN_REAL},
        {"very_satisfied", {"At 9-10 each tells", "På 9-10 hver"}, LYT_COLUMN_REAL},
        {"recommendations", {"More recommendations", "Flere anbefalinger"}, LYT_COLUMN_REAL},
        {"margin", {"Worth each", "Værdi af hver"}, LYT_COLUMN_MONEY},
        {"worth", {"Worth in all", "Værdi i alt"}, LYT_COLUMN_MONEY},
    };
    lyt_sheet *sheet = lyt_review_add(
        review, "business-case",
        (lyt_bi){"If those at 7-8 were at 9-10", "Hvis de på 7-8 var på 9-10"}, COLUMNS(columns));

    sheet->note = (lyt_bi){
        "guests at 7-8 × (told at 9-10 − told at 7-8) × worth of a recommendation (--margin). The "
        "figures of told are quoted for these trades, not measured here.",
        "gæster på 7-8 × (anbefalinger på 9-10 − på 7-8) × værdi af en anbefaling (--margin). "
        "Antallet af anbefalinger er citeret for disse brancher, ikke målt her.",
    };
    for (size_t i = 0; i < sizeof quoted / sizeof *quoted; i++) {
        double more = middle * (quoted[i].very_satisfied - quoted[i].satisfied);

        lyt_sheet_add_text(sheet, lyt_bi_in(quoted[i].trade, ask->language));
        lyt_sheet_add(sheet, middle);
        lyt_sheet_add(sheet, quoted[i].satisfied);
        lyt_sheet_add(sheet, quoted[i].very_satisfied);
        lyt_sheet_add(sheet, more);
        lyt_sheet_add(sheet, ask->margin);
        lyt_sheet_add(sheet, more * ask->margin);
    }
}

typedef struct later_scores {
    int64_t guests, scored, low, middle, high;
    double sum; /* of scores, as a share of the best */
} later_scores;

/* A guest: when the last failure of theirs was opened and made good; 0: never. */
typedef struct guest_row {
    lyt_str name;
    int64_t failed_us, remedied_us;
} guest_row;

static int by_guest(const void *a, const void *b)
{
    const guest_row *x = a, *y = b;

    return lyt_str_compare(x->name, y->name);
}

/* The guests of the period, each once; *rows is the caller's. */
static lyt_status find_guests(const lyt_review *review, const lyt_review_ask *ask, guest_row **out,
                              size_t *n)
{
    const lyt_chronicle *c = ask->chronicle;
    guest_row *rows =
        lyt_mem_array(lyt_review_alloc(review), c->n_voices + c->n_records + 1, sizeof *rows);
    size_t n_rows = 0;

    *n = 0;
    if (!rows)
        return LYT_ENOMEM;
    for (size_t i = 0; i < c->n_voices; i++)
        if (c->voices[i].sender.len && !c->voices[i].is_drill &&
            lyt_extent_has(ask->span, c->voices[i].received_us))
            rows[n_rows++] = (guest_row){.name = c->voices[i].sender};
    for (size_t i = 0; i < c->n_records; i++) {
        const lyt_record *record = &c->records[i];

        if (record->guest.len && !record->is_drill && record->state != LYT_INCIDENT_VOID &&
            lyt_extent_has(ask->span, record->opened_us))
            rows[n_rows++] = (guest_row){record->guest, record->opened_us, record->remedied_us};
    }
    if (n_rows)
        qsort(rows, n_rows, sizeof *rows, by_guest);
    for (size_t i = 0; i < n_rows; i++) {
        guest_row *last = *n ? &rows[*n - 1] : NULL;

        if (!last || !lyt_str_equal(last->name, rows[i].name)) {
            rows[(*n)++] = rows[i];
        } else if (rows[i].failed_us > last->failed_us) {
            last->failed_us = rows[i].failed_us;
            last->remedied_us = rows[i].remedied_us;
        }
    }
    *out = rows;
    return LYT_OK;
}

typedef enum guest_fate { FATE_NEVER_FAILED, FATE_RECOVERED, FATE_NOT_YET, FATE_COUNT } guest_fate;

static void count_score(later_scores *to, const lyt_voice *voice)
{
    lyt_band band = lyt_band_of(voice->score, voice->scale);

    if (band == LYT_BAND_NONE)
        return;
    to->scored++;
    to->low += band == LYT_BAND_LOW;
    to->middle += band == LYT_BAND_MIDDLE;
    to->high += band == LYT_BAND_HIGH;
    to->sum += voice->score / voice->scale;
}

/* Only scores that were given after what happened. */
static void count_scores(const lyt_review_ask *ask, const guest_row *rows, size_t n,
                         later_scores to[FATE_COUNT])
{
    const lyt_chronicle *c = ask->chronicle;

    for (size_t i = 0; i < n; i++)
        to[!rows[i].failed_us    ? FATE_NEVER_FAILED
           : rows[i].remedied_us ? FATE_RECOVERED
                                 : FATE_NOT_YET]
            .guests++;
    for (size_t i = 0; i < c->n_voices; i++) {
        const lyt_voice *voice = &c->voices[i];
        guest_row key = {.name = voice->sender};
        const guest_row *row;

        if (!voice->sender.len || voice->is_drill || !lyt_extent_has(ask->span, voice->received_us))
            continue;
        row = bsearch(&key, rows, n, sizeof *rows, by_guest);
        if (!row)
            continue;
        if (!row->failed_us)
            count_score(&to[FATE_NEVER_FAILED], voice);
        else if (row->remedied_us && voice->received_us > row->remedied_us)
            count_score(&to[FATE_RECOVERED], voice);
        else if (!row->remedied_us && voice->received_us > row->failed_us)
            count_score(&to[FATE_NOT_YET], voice);
    }
}

/* Whether who was recovered is happier afterwards than who never met a failure. */
static lyt_status add_paradox(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_column columns[] = {
        {"guests_who", {"Guests who", "Gæster som"}, LYT_COLUMN_TEXT},
        {"guests", {"Guests", "Gæster"}, LYT_COLUMN_COUNT},
        {"scored", {"Later scores", "Senere karakterer"}, LYT_COLUMN_COUNT},
        {"mean", {"Mean, of 10", "Middel, af 10"}, LYT_COLUMN_REAL},
        {"low", {"0-6", "0-6"}, LYT_COLUMN_COUNT},
        {"middle", {"7-8", "7-8"}, LYT_COLUMN_COUNT},
        {"high", {"9-10", "9-10"}, LYT_COLUMN_COUNT},
        {"nps", {"NPS", "NPS"}, LYT_COLUMN_SHARE},
    };
    static const lyt_bi names[FATE_COUNT] = {
        {"met no failure", "ikke mødte fejl"},
        {"met one that was made good", "mødte en der blev rettet"},
        {"met one that was not (yet)", "mødte en der ikke (endnu) er rettet"},
    };
    later_scores to[FATE_COUNT] = {{0}};
    guest_row *rows;
    lyt_sheet *sheet;
    size_t n;
    lyt_status status = find_guests(review, ask, &rows, &n);

    if (status)
        return status;
    count_scores(ask, rows, n, to);
    lyt_mem_free(lyt_review_alloc(review), rows);
    sheet = lyt_review_add(review, "paradox", (lyt_bi){"After a recovery", "Efter en genopretning"},
                           COLUMNS(columns));
    for (int i = 0; i < FATE_COUNT; i++) {
        double scored = (double)to[i].scored;

        lyt_sheet_add_text(sheet, lyt_bi_in(names[i], ask->language));
        lyt_sheet_add(sheet, (double)to[i].guests);
        lyt_sheet_add(sheet, scored);
        lyt_sheet_add(sheet, to[i].scored ? 10 * to[i].sum / scored : NAN);
        lyt_sheet_add(sheet, (double)to[i].low);
        lyt_sheet_add(sheet, (double)to[i].middle);
        lyt_sheet_add(sheet, (double)to[i].high);
        lyt_sheet_add(sheet, to[i].scored ? (double)(to[i].high - to[i].low) / scored : NAN);
    }
    return LYT_OK;
}

static lyt_status fill_nps(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_review_grouping groupings[] = {
        {.key = "channels",
         .title = {"By channel", "Efter kanal"},
         .heading = {"Channel", "Kanal"},
         .by = LYT_BY_CHANNEL,
         .figures = LYT_FIGURES_BANDS,
         .is_sparse = true},
        {.key = "properties",
         .title = {"By property", "Efter ejendom"},
         .heading = {"Property", "Ejendom"},
         .by = LYT_BY_PROPERTY,
         .figures = LYT_FIGURES_BANDS,
         .hides_small = true,
         .is_sparse = true},
        {.key = "scenarios",
         .title = {"Where this failed", "Hvor dette gik galt"},
         .heading = {"Scenario", "Scenarie"},
         .by = LYT_BY_SCENARIO,
         .figures = LYT_FIGURES_BANDS,
         .is_sparse = true},
    };
    lyt_groups all;
    lyt_status status = lyt_review_totals(review, ask, LYT_FIGURES_BANDS);

    if (status)
        return status;
    lyt_review_bars(review, "low");
    lyt_review_bars(review, "middle");
    lyt_review_bars(review, "high");
    for (size_t i = 0; !status && i < sizeof groupings / sizeof *groupings; i++)
        status = lyt_review_groups(review, ask, &groupings[i]);
    if (!status)
        status = lyt_groups_make(
            &all, lyt_review_alloc(review),
            &(lyt_groups_options){ask->chronicle, ask->zone, ask->span, LYT_BY_ALL, {{0}, 0}, 0});
    if (status)
        return status;
    add_business_case(review, ask, all.n ? (double)all.items[0].sums.middle : 0);
    lyt_groups_free(&all);
    return add_paradox(review, ask);
}

static bool stayed_again(const lyt_chronicle *c, const lyt_record *record)
{
    for (size_t i = 0; record->guest.len && record->remedied_us && i < c->n_stays; i++)
        if (c->stays[i].from_us > record->remedied_us &&
            lyt_str_equal(c->stays[i].guest, record->guest))
            return true;
    return false;
}

/* One row a currency: what was given, and what each guest who said it helped cost. */
static void add_recoveries(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_column columns[] = {
        {"currency", {"Currency", "Valuta"}, LYT_COLUMN_TEXT},
        {"cost", {"Given", "Givet"}, LYT_COLUMN_MONEY},
        {"incidents", {"Incidents with gestures", "Sager med gestus"}, LYT_COLUMN_COUNT},
        {"confirmed",
         {"Of them, guest says it helped", "Heraf: gæsten siger det hjalp"},
         LYT_COLUMN_COUNT},
        {"cost_each", {"Cost of each of those", "Pris for hver af dem"}, LYT_COLUMN_MONEY},
        {"back", {"Heard from again, later", "Hørt fra igen, senere"}, LYT_COLUMN_COUNT},
        {"stays", {"Stayed again, later", "Boede der igen, senere"}, LYT_COLUMN_COUNT},
    };
    static const char *const names[LYT_CURRENCY_COUNT] = {"DKK", "EUR"};
    const lyt_chronicle *c = ask->chronicle;
    lyt_sheet *sheet = lyt_review_add(
        review, "recoveries", (lyt_bi){"What a recovery costs", "Hvad en genopretning koster"},
        COLUMNS(columns));

    sheet->note = (lyt_bi){
        "Heard from again: a message of the same guest at least a day after the remedy. Stayed "
        "again: a stay of theirs that began later, where another system tells of stays.",
        "Hørt fra igen: en besked fra samme gæst mindst en dag efter udbedringen. Boede der igen: "
        "et ophold, der begyndte senere, hvor et andet system fortæller om ophold.",
    };
    for (int k = 0; k < LYT_CURRENCY_COUNT; k++) {
        int64_t cost = 0, incidents = 0, confirmed = 0, back = 0, stays = 0;

        for (size_t i = 0; i < c->n_records; i++) {
            const lyt_record *record = &c->records[i];
            bool again = false;

            if (!record->cost[k] || !lyt_extent_has(ask->span, record->opened_us))
                continue;
            for (size_t v = 0; record->guest.len && record->remedied_us && v < c->n_voices; v++)
                again = again ||
                        (lyt_str_equal(c->voices[v].sender, record->guest) &&
                         c->voices[v].received_us > record->remedied_us + (int64_t)86400 * 1000000);
            cost += record->cost[k];
            incidents++;
            confirmed += record->score > 6;
            back += again;
            stays += stayed_again(c, record);
        }
        lyt_sheet_add_text(sheet, lyt_str_of(names[k]));
        lyt_sheet_add(sheet, (double)cost / 100);
        lyt_sheet_add(sheet, (double)incidents);
        lyt_sheet_add(sheet, (double)confirmed);
        lyt_sheet_add(sheet, confirmed ? (double)cost / 100 / (double)confirmed : NAN);
        lyt_sheet_add(sheet, (double)back);
        lyt_sheet_add(sheet, c->n_stays ? (double)stays : NAN);
    }
}

static lyt_status fill_cost(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_review_grouping scenarios = {
        .key = "scenarios",
        .title = {"What it was given for", "Hvad der blev givet for"},
        .heading = {"Scenario", "Scenarie"},
        .by = LYT_BY_SCENARIO,
        .figures = LYT_FIGURES_COST,
        .is_ranked = true,
        .is_sparse = true,
    };

    add_recoveries(review, ask);
    return lyt_review_groups(review, ask, &scenarios);
}

const lyt_review_kind lyt_review_nps = {
    "nps", {"Satisfied and very satisfied", "Tilfredse og meget tilfredse"}, 30, fill_nps};
const lyt_review_kind lyt_review_cost = {
    "cost", {"Gestures and what they win", "Gestusser og hvad de vinder"}, 30, fill_cost};
