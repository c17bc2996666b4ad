/* The pages on incidents one by one: a list, what caused them, and what a shift hands over. */
#include <math.h>

#include "review.h"

#define COLUMNS(table) table, sizeof table / sizeof *table

static double minutes(int64_t from_us, int64_t to_us)
{
    return to_us ? (double)(to_us - from_us) / 60e6 : NAN;
}

static lyt_str state_name(lyt_incident_state state, lyt_page_language language)
{
    static const char *const danish[LYT_INCIDENT_STATE_COUNT] = {
        [LYT_INCIDENT_NEW] = "ny",
        [LYT_INCIDENT_ACKNOWLEDGED] = "taget",
        [LYT_INCIDENT_IN_WORK] = "i arbejde",
        [LYT_INCIDENT_REMEDIED] = "udbedret",
        [LYT_INCIDENT_CONFIRMED] = "bekræftet",
        [LYT_INCIDENT_CLOSED] = "lukket",
        [LYT_INCIDENT_REOPENED] = "genåbnet",
        [LYT_INCIDENT_VOID] = "ingen fejl",
    };

    return lyt_bi_in((lyt_bi){lyt_incident_state_name(state), danish[state]}, language);
}

static void add_moment(lyt_sheet *sheet, const lyt_zone *zone, int64_t at_us)
{
    lyt_buf text;

    lyt_buf_init(&text, sheet->texts.alloc);
    if (at_us)
        lyt_review_moment(&text, zone, at_us);
    lyt_sheet_add_text(sheet, lyt_buf_str(&text));
    if (!sheet->status)
        sheet->status = text.status;
    lyt_buf_deinit(&text);
}

static void add_incident(lyt_sheet *sheet, const lyt_review_ask *ask, const lyt_record *record,
                         int64_t n_alarms)
{
    add_moment(sheet, ask->zone, record->opened_us);
    lyt_sheet_add(sheet, (double)record->id);
    lyt_sheet_add_text(sheet, record->scenario);
    lyt_sheet_add(sheet, record->severity);
    lyt_sheet_add_text(sheet, record->team);
    lyt_sheet_add_text(sheet, record->property);
    lyt_sheet_add_text(sheet, record->place);
    lyt_sheet_add_text(sheet, state_name(record->state, ask->language));
    lyt_sheet_add_text(sheet, record->owner);
    lyt_sheet_add(sheet, (double)n_alarms);
    lyt_sheet_add(sheet, minutes(record->opened_us, record->acknowledged_us));
    lyt_sheet_add(sheet, minutes(record->opened_us, record->contacted_us));
    lyt_sheet_add(sheet, minutes(record->opened_us, record->remedied_us));
    lyt_sheet_add(sheet, minutes(record->opened_us, record->closed_us));
    lyt_sheet_add_words(sheet, record->cause);
    lyt_sheet_add_words(sheet, record->action);
}

static const lyt_column incident_columns[] = {
    {"opened", {"Opened", "Åbnet"}, LYT_COLUMN_TEXT},
    {"incident", {"No.", "Nr."}, LYT_COLUMN_COUNT},
    {"scenario", {"Scenario", "Scenarie"}, LYT_COLUMN_TEXT},
    {"severity", {"Severity", "Alvor"}, LYT_COLUMN_COUNT},
    {"team", {"Team", "Hold"}, LYT_COLUMN_TEXT},
    {"property", {"Property", "Ejendom"}, LYT_COLUMN_TEXT},
    {"place", {"Place", "Sted"}, LYT_COLUMN_TEXT},
    {"state", {"State", "Tilstand"}, LYT_COLUMN_TEXT},
    {"owner", {"Owner", "Ejer"}, LYT_COLUMN_TEXT},
    {"alarms", {"Alarms", "Alarmer"}, LYT_COLUMN_COUNT},
    {"acknowledge_min", {"Taken", "Taget"}, LYT_COLUMN_MINUTES},
    {"contact_min", {"Contact", "Kontakt"}, LYT_COLUMN_MINUTES},
    {"remedy_min", {"Remedied", "Udbedret"}, LYT_COLUMN_MINUTES},
    {"close_min", {"Closed", "Lukket"}, LYT_COLUMN_MINUTES},
    {"cause", {"Cause", "Årsag"}, LYT_COLUMN_TEXT},
    {"action", {"What was done", "Hvad blev gjort"}, LYT_COLUMN_TEXT},
};

/* By index of the record; NULL when there is no memory. */
static int64_t *count_alarms(lyt_review *review, const lyt_chronicle *c)
{
    int64_t *n = lyt_review_room(review, (c->n_records + 1) * sizeof *n);

    for (size_t i = 0; n && i < c->n_alarms; i++)
        n[c->alarms[i].record]++;
    return n;
}

static lyt_status fill_incidents(lyt_review *review, const lyt_review_ask *ask)
{
    const lyt_chronicle *c = ask->chronicle;
    const int64_t *n_alarms = count_alarms(review, c);
    lyt_sheet *sheet;

    if (!n_alarms)
        return LYT_ENOMEM;
    sheet = lyt_review_add(review, "incidents", (lyt_bi){"Incidents", "Sager"},
                           COLUMNS(incident_columns));
    for (size_t i = 0; i < c->n_records; i++)
        if (lyt_extent_has(ask->span, c->records[i].opened_us) && !c->records[i].is_drill)
            add_incident(sheet, ask, &c->records[i], n_alarms[i]);
    return LYT_OK;
}

/* What is being done so that it does not come again, the one that is due first at the top. */
static void add_fixes(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_column columns[] = {
        {"scenario", {"Scenario", "Scenarie"}, LYT_COLUMN_TEXT},
        {"place", {"Place", "Sted"}, LYT_COLUMN_TEXT},
        {"fix", {"What", "Hvad"}, LYT_COLUMN_TEXT},
        {"number", {"No.", "Nr."}, LYT_COLUMN_COUNT},
        {"owner", {"Owner", "Ejer"}, LYT_COLUMN_TEXT},
        {"due", {"Due", "Frist"}, LYT_COLUMN_TEXT},
        {"overdue_days", {"Overdue, days", "Over fristen, dage"}, LYT_COLUMN_REAL},
        {"came_back", {"Came back", "Kom igen"}, LYT_COLUMN_COUNT},
    };
    static const double day_us = 86400e6;
    const lyt_book *book = ask->chronicle->book;
    lyt_sheet *sheet = lyt_review_add(
        review, "fixes", (lyt_bi){"Fixes under way", "Løsninger på vej"}, COLUMNS(columns));
    const lyt_fix *last = NULL;

    for (;;) {
        const lyt_fix *next = NULL;
        bool is_late, is_hidden;

        for (size_t i = 0; book && i < lyt_book_fixes(book); i++) {
            const lyt_fix *fix = lyt_book_fix_at(book, i);
            const struct lyt_hidden *hidden =
                lyt_chronicle_hides(ask->chronicle, lyt_str_of(fix->scenario));
            bool is_after = !last || fix->due_us > last->due_us ||
                            (fix->due_us == last->due_us && fix->id > last->id);

            if (hidden && hidden->is_left_out)
                continue;
            if (!fix->done_us && is_after && (!next || fix->due_us < next->due_us))
                next = fix;
        }
        if (!next)
            return;
        last = next;
        is_late = next->due_us < ask->now_us;
        is_hidden = lyt_chronicle_hides(ask->chronicle, lyt_str_of(next->scenario)) != NULL;
        lyt_sheet_add_text(sheet,
                           is_hidden ? LYT_STR(LYT_RECORD_RESTRICTED) : lyt_str_of(next->scenario));
        lyt_sheet_add_text(sheet, is_hidden ? LYT_STR("") : lyt_str_of(next->place));
        lyt_sheet_add_words(sheet, is_hidden ? LYT_STR("") : lyt_str_of(next->text));
        lyt_sheet_add(sheet, (double)next->id);
        lyt_sheet_add_text(sheet, lyt_str_of(next->owner));
        add_moment(sheet, ask->zone, next->due_us);
        lyt_sheet_add(sheet, is_late ? (double)(ask->now_us - next->due_us) / day_us : NAN);
        lyt_sheet_add(sheet, (double)next->n_back);
    }
}

static lyt_status fill_cause(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_review_grouping causes = {
        .key = "causes",
        .title = {"Causes as written down", "Årsager som de er skrevet ned"},
        .heading = {"Cause", "Årsag"},
        .by = LYT_BY_CAUSE,
        .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_GUESTS | LYT_FIGURES_COST,
        .is_ranked = true,
    };
    static const lyt_review_grouping scenarios = {
        .key = "scenarios",
        .title = {"What failed most", "Hvad gik oftest galt"},
        .heading = {"Scenario", "Scenarie"},
        .by = LYT_BY_SCENARIO,
        .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_GUESTS | LYT_FIGURES_COST,
        .is_ranked = true,
    };
    lyt_status status = lyt_review_groups(review, ask, &causes);

    if (status)
        return status;
    lyt_review_bars(review, "incidents");
    status = lyt_review_groups(review, ask, &scenarios);
    if (!status)
        add_fixes(review, ask);
    return status;
}

/* When the first of an incident's clocks that run falls due; 0: none runs. */
static int64_t next_due(const lyt_case *c)
{
    int64_t due_us = 0;

    for (int k = 0; k < LYT_CLOCK_KIND_COUNT; k++) {
        const lyt_case_clock *clock = &c->clocks[k];

        if (clock->started_us && !clock->stopped_us && clock->due_us &&
            (!due_us || clock->due_us < due_us))
            due_us = clock->due_us;
    }
    return due_us;
}

static void add_open(lyt_review *review, const lyt_review_ask *ask, int64_t *n_open,
                     int64_t *n_overdue)
{
    static const lyt_column columns[] = {
        {"scenario", {"Scenario", "Scenarie"}, LYT_COLUMN_TEXT},
        {"incident", {"No.", "Nr."}, LYT_COLUMN_COUNT},
        {"severity", {"Severity", "Alvor"}, LYT_COLUMN_COUNT},
        {"property", {"Property", "Ejendom"}, LYT_COLUMN_TEXT},
        {"place", {"Place", "Sted"}, LYT_COLUMN_TEXT},
        {"state", {"State", "Tilstand"}, LYT_COLUMN_TEXT},
        {"owner", {"Owner", "Ejer"}, LYT_COLUMN_TEXT},
        {"opened", {"Opened", "Åbnet"}, LYT_COLUMN_TEXT},
        {"due", {"Due", "Frist"}, LYT_COLUMN_TEXT},
        {"overdue_min", {"Overdue", "Overskredet"}, LYT_COLUMN_MINUTES},
    };
    const lyt_chronicle *c = ask->chronicle;
    lyt_sheet *sheet = lyt_review_add(review, "open", (lyt_bi){"Not over yet", "Ikke afsluttet"},
                                      COLUMNS(columns));

    for (size_t i = 0; i < c->n_records; i++) {
        const lyt_record *record = &c->records[i];
        const lyt_case *known = c->book ? lyt_book_find(c->book, record->id) : NULL;
        int64_t due_us = known ? next_due(known) : 0;
        bool is_overdue = due_us && due_us <= ask->now_us;

        if (lyt_record_is_over(record) || record->is_drill)
            continue;
        lyt_sheet_add_text(sheet, record->scenario);
        lyt_sheet_add(sheet, (double)record->id);
        lyt_sheet_add(sheet, record->severity);
        lyt_sheet_add_text(sheet, record->property);
        lyt_sheet_add_text(sheet, record->place);
        lyt_sheet_add_text(sheet, state_name(record->state, ask->language));
        lyt_sheet_add_text(sheet, record->owner);
        add_moment(sheet, ask->zone, record->opened_us);
        add_moment(sheet, ask->zone, due_us);
        lyt_sheet_add(sheet, is_overdue ? minutes(due_us, ask->now_us) : NAN);
        ++*n_open;
        *n_overdue += is_overdue;
    }
}

static void add_promises(lyt_review *review, const lyt_review_ask *ask, int64_t *n)
{
    static const lyt_column columns[] = {
        {"promise", {"Promised", "Lovet"}, LYT_COLUMN_TEXT},
        {"incident", {"No.", "Nr."}, LYT_COLUMN_COUNT},
        {"by", {"By", "Af"}, LYT_COLUMN_TEXT},
        {"due", {"Due", "Frist"}, LYT_COLUMN_TEXT},
        {"overdue_min", {"Overdue", "Overskredet"}, LYT_COLUMN_MINUTES},
    };
    const lyt_book *book = ask->chronicle->book;
    lyt_sheet *sheet = lyt_review_add(
        review, "promises", (lyt_bi){"Promises to keep", "Løfter at holde"}, COLUMNS(columns));

    for (size_t i = 0; book && i < lyt_book_promises(book); i++) {
        const lyt_promise *promise = lyt_book_promise_at(book, i);

        const lyt_record *record =
            lyt_chronicle_record(ask->chronicle, lyt_book_root(book, promise->incident));

        /* an incident that is left out of the report keeps its promises to itself */
        if (promise->kept_us || !record)
            continue;
        lyt_sheet_add_words(sheet, record->is_restricted ? LYT_STR(LYT_RECORD_RESTRICTED)
                                                         : lyt_str_of(promise->text));
        lyt_sheet_add(sheet, (double)promise->incident);
        lyt_sheet_add_text(sheet, lyt_str_of(promise->by));
        add_moment(sheet, ask->zone, promise->due_us);
        lyt_sheet_add(sheet,
                      promise->due_us <= ask->now_us ? minutes(promise->due_us, ask->now_us) : NAN);
        ++*n;
    }
}

/* The figures in the length of one SMS, whatever they are: below 160 letters of GSM-7. */
static lyt_status add_sms(lyt_review *review, const lyt_review_ask *ask, const int64_t n[4])
{
    static const lyt_column columns[] = {
        {"text", {"Text", "Tekst"}, LYT_COLUMN_TEXT},
    };
    lyt_sheet *sheet =
        lyt_review_add(review, "sms", (lyt_bi){"As one SMS", "Som en SMS"}, COLUMNS(columns));
    lyt_buf text;

    lyt_buf_init(&text, sheet->texts.alloc);
    lyt_buf_add_text(&text, ask->language == LYT_PAGE_DA ? "Vagtskifte " : "Shift ");
    lyt_review_moment(&text, ask->zone, ask->now_us);
    lyt_buf_addf(&text,
                 ask->language == LYT_PAGE_DA
                     ? ": nye %lld, ikke afsluttet %lld, over fristen %lld, løfter %lld."
                     : ": new %lld, not over %lld, overdue %lld, promises %lld.",
                 (long long)n[0], (long long)n[1], (long long)n[2], (long long)n[3]);
    lyt_sheet_add_text(sheet, lyt_buf_str(&text));
    if (!sheet->status)
        sheet->status = text.status;
    lyt_buf_deinit(&text);
    return LYT_OK;
}

static lyt_status fill_shift(lyt_review *review, const lyt_review_ask *ask)
{
    const lyt_chronicle *c = ask->chronicle;
    int64_t n[4] = {0};
    lyt_status status;

    for (size_t i = 0; i < c->n_records; i++)
        n[0] += c->records[i].state != LYT_INCIDENT_VOID && !c->records[i].is_drill &&
                lyt_extent_has(ask->span, c->records[i].opened_us);
    add_open(review, ask, &n[1], &n[2]);
    add_promises(review, ask, &n[3]);
    status = fill_incidents(review, ask);
    return status ? status : add_sms(review, ask, n);
}

/* The first message of each incident, by index of the record; NULL when there is no memory. */
static const lyt_voice **first_messages(lyt_review *review, const lyt_chronicle *c)
{
    const lyt_voice **first = lyt_review_room(review, (c->n_records + 1) * sizeof *first);

    for (size_t i = c->n_alarms; first && i-- > 0;)
        first[c->alarms[i].record] = lyt_chronicle_voice(c, c->alarms[i].message);
    return first;
}

/* How long it may wait for somebody; 0: as long as it likes. */
static int64_t taking_limit_us(const lyt_chronicle *c, const lyt_record *record)
{
    const lyt_case *known = c->book ? lyt_book_find(c->book, record->id) : NULL;
    const lyt_case_clock *clock = known ? &known->clocks[LYT_CLOCK_ACK] : NULL;

    return clock && clock->due_us ? clock->due_us - clock->started_us : 0;
}

static void add_drill(lyt_sheet *sheet, const lyt_review_ask *ask, const lyt_record *record,
                      const lyt_voice *message, const lyt_record *before)
{
    static const lyt_bi outcomes[] = {
        {"nobody took it", "ingen tog den"},
        {"too late", "for sent"},
        {"in time", "i tide"},
        {"ended before that", "afsluttet inden da"},
    };
    int64_t from_us = message ? message->received_us : record->opened_us;
    int64_t limit_us = taking_limit_us(ask->chronicle, record);
    double took = minutes(record->opened_us, record->acknowledged_us);
    double took_before = before ? minutes(before->opened_us, before->acknowledged_us) : NAN;
    /* where only the machine's part was tried, nobody had the time to take it */
    bool is_short = !record->acknowledged_us && record->closed_us &&
                    (!limit_us || record->closed_us - record->opened_us < limit_us);
    bool is_late = limit_us && record->acknowledged_us - record->opened_us > limit_us;
    int outcome = is_short ? 3 : !record->acknowledged_us ? 0 : is_late ? 1 : 2;

    add_moment(sheet, ask->zone, record->opened_us);
    lyt_sheet_add(sheet, (double)record->id);
    lyt_sheet_add_text(sheet, record->scenario);
    lyt_sheet_add_text(sheet, record->place);
    lyt_sheet_add(sheet, (double)(record->opened_us - from_us) / 1e6);
    lyt_sheet_add(sheet, record->told_us ? (double)(record->told_us - from_us) / 1e6 : NAN);
    lyt_sheet_add_text(sheet, record->owner);
    lyt_sheet_add(sheet, took);
    lyt_sheet_add(sheet, limit_us ? (double)limit_us / 60e6 : NAN);
    lyt_sheet_add_text(sheet, lyt_bi_in(outcomes[outcome], ask->language));
    lyt_sheet_add(sheet, took - took_before);
}

static lyt_status fill_drill(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_column columns[] = {
        {"opened", {"Drill", "Øvelse"}, LYT_COLUMN_TEXT},
        {"incident", {"No.", "Nr."}, LYT_COLUMN_COUNT},
        {"scenario", {"Scenario", "Scenarie"}, LYT_COLUMN_TEXT},
        {"place", {"Place", "Sted"}, LYT_COLUMN_TEXT},
        {"heard_s", {"Heard after, s", "Hørt efter, s"}, LYT_COLUMN_REAL},
        {"told_s", {"Somebody told after, s", "Nogen fik besked efter, s"}, LYT_COLUMN_REAL},
        {"owner", {"Owner", "Ejer"}, LYT_COLUMN_TEXT},
        {"acknowledge_min", {"Taken", "Taget"}, LYT_COLUMN_MINUTES},
        {"limit_min", {"Limit", "Grænse"}, LYT_COLUMN_MINUTES},
        {"outcome", {"Outcome", "Udfald"}, LYT_COLUMN_TEXT},
        {"change_min", {"Than last time, min", "End sidste gang, min"}, LYT_COLUMN_REAL},
    };
    const lyt_chronicle *c = ask->chronicle;
    const lyt_voice **first = first_messages(review, c);
    const lyt_record *before = NULL;
    lyt_sheet *sheet;

    if (!first)
        return LYT_ENOMEM;
    sheet = lyt_review_add(review, "drills", (lyt_bi){"Drills", "Øvelser"}, COLUMNS(columns));
    for (size_t i = 0; i < c->n_records; i++) {
        if (!c->records[i].is_drill)
            continue;
        if (lyt_extent_has(ask->span, c->records[i].opened_us))
            add_drill(sheet, ask, &c->records[i], first[i], before);
        before = &c->records[i];
    }
    lyt_review_bars(review, "acknowledge_min");
    return LYT_OK;
}

const lyt_review_kind lyt_review_drill = {"drill", {"Drills", "Øvelser"}, 365, fill_drill};
const lyt_review_kind lyt_review_incidents = {
    "incidents", {"Incidents", "Sager"}, 30, fill_incidents};
const lyt_review_kind lyt_review_cause = {"cause", {"Causes", "Årsager"}, 30, fill_cause};
const lyt_review_kind lyt_review_shift = {"shift", {"Handing over", "Vagtskifte"}, 0, fill_shift};
