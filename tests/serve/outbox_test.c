#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "outbox_plan.h"
#include "outbox_render.h"
#include "testing.h"

/*
 * The ledger's side of the outbox, without a service: a day written as a row of words, and what
 * stands in the outbox after it.
 */
LYT_SUITE(outbox);

static const char desk_text[] =
    "desk: havnen\npack: hotel\nzone: Europe/Copenhagen\nmanager: boss\n"
    "people:\n"
    "  - {id: mette, name: Mette Holm, role: contact, language: da, channels: [sms, mail]}\n"
    "  - {id: boss, name: B, role: manager, channels: [bus]}\n"
    "teams: [{id: technical}]\n"
    "ladders: [{id: up, steps: [{after_min: 20, to: boss}]}]\n"
    "routes: [{id: all, to: [team, mette], ladder: up}]\n"
    "reminders: {every_min: 5, at_most: 2}\n"
    "ways:\n"
    "  - {id: hooks, kind: webhook, url: \"https://example.com\", secret: k}\n"
    "  - {id: pager, kind: pagerduty, secret: k}\n"
    "  - {id: sms, kind: 46elks, secret: k, from: H, to: [{who: mette, address: "
    "\"+4540404422\"}]}\n"
    "  - {id: mail, kind: mail, url: \"smtps://m\", from: h@x, to: [{who: mette, address: m@x}]}\n"
    "  - {id: ops, kind: slack, secret: k, events: [health], internal: true}\n";

typedef struct bench {
    char folder[64];
    char database[128];
    testing_alloc alloc;
    testing_clock clock;
    lyt_settings *settings;
    lyt_core core;
    lyt_books books;
    lyt_batch batch;
    int64_t feedback;
    lyt_error err;
} bench;

static void open_books(bench *b)
{
    lyt_store_counts counts;
    lyt_store_options how = {&b->alloc.alloc, b->database, false, 0, 1000};

    cr_assert_eq(lyt_store_open(&b->books.store, &how, &b->err), LYT_OK, "%s", b->err.text);
    cr_assert_eq(lyt_store_count(b->books.store, &counts, NULL), LYT_OK);
    b->books.core = &b->core;
    b->books.last_seq = counts.last_seq;
    cr_assert_eq(lyt_desk_new(&b->books.desk, &b->alloc.alloc, 1), LYT_OK);
    cr_assert_eq(lyt_streams_new(&b->books.streams, &b->alloc.alloc), LYT_OK);
    cr_assert_eq(lyt_keyset_new(&b->books.keys, &b->alloc.alloc, 1, 1000), LYT_OK);
    cr_assert_eq(
        lyt_cases_new(&b->books.cases, &b->alloc.alloc, b->settings, b->books.store, &b->err),
        LYT_OK, "%s", b->err.text);
    cr_assert_eq(lyt_batch_init(&b->batch, &b->alloc.alloc), LYT_OK);
}

static void close_books(bench *b)
{
    lyt_batch_deinit(&b->batch);
    lyt_cases_free(b->books.cases);
    lyt_keyset_free(b->books.keys);
    lyt_streams_free(b->books.streams);
    lyt_desk_free(b->books.desk);
    lyt_store_close(b->books.store);
    memset(&b->books, 0, sizeof b->books);
}

static void bench_init(bench *b)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};

    memset(b, 0, sizeof *b);
    testing_folder(b->folder);
    testing_write(b->folder, "desk.yaml", lyt_str_of(desk_text));
    snprintf(b->database, sizeof b->database, "%s/desk.yaml", b->folder);
    cr_assert_eq(lyt_settings_read(&b->settings, b->database, &how, &b->err), LYT_OK, "%u: %s",
                 b->err.line, b->err.text);
    snprintf(b->database, sizeof b->database, "%s/lyt.db", b->folder);
    testing_alloc_init(&b->alloc, 0);
    testing_clock_init(&b->clock, (int64_t)1764072000 * 1000000);
    b->core.options.settings = b->settings;
    b->core.options.clock = &b->clock.clock;
    b->core.options.alloc = &b->alloc.alloc;
    open_books(b);
}

static void bench_deinit(bench *b)
{
    close_books(b);
    lyt_settings_free(b->settings);
    testing_folder_remove(b->folder);
    cr_expect_eq(b->alloc.live, 0);
}

static void add_heard(bench *b, const char *place)
{
    lyt_feedback f = {.id = ++b->feedback,
                      .source_id = LYT_STR("x"),
                      .channel = LYT_STR("sms"),
                      .property = LYT_STR("havnen"),
                      .place = lyt_str_of(place),
                      .sender = lyt_str_of(place)};
    lyt_done_item *done = calloc(1, sizeof *done);
    lyt_buf slip, part;

    done->id = f.id;
    done->judgement.json = LYT_STR("{}");
    done->judgement.language = LYT_STR("da");
    done->judgement.n_failures = 1;
    done->judgement.failures[0] = (lyt_judged_failure){.scenario = LYT_STR("heating-broken"),
                                                       .team = LYT_STR("technical"),
                                                       .severity = 3,
                                                       .words = {{"cold", 4}},
                                                       .n_words = 1};
    lyt_buf_init(&slip, NULL);
    lyt_buf_init(&part, NULL);
    lyt_slip_put(&slip, &f, 0);
    lyt_workframe_add_done(&part, done);
    cr_assert_eq(lyt_batch_add_verdict(&b->batch, lyt_buf_str(&slip), lyt_buf_str(&part)), LYT_OK);
    lyt_buf_deinit(&slip);
    lyt_buf_deinit(&part);
    free(done);
}

static void add_order(bench *b, const char *json)
{
    lyt_submission order;
    lyt_buf frame;

    cr_assert_eq(lyt_submission_parse(&order, lyt_str_of(json), &b->err), LYT_OK, "%s: %s", json,
                 b->err.text);
    lyt_buf_init(&frame, NULL);
    lyt_order_put(&frame, &order);
    cr_assert_eq(lyt_batch_add_order(&b->batch, LYT_STR(""), lyt_buf_str(&frame)), LYT_OK);
    lyt_buf_deinit(&frame);
    lyt_submission_deinit(&order);
}

static void add_report(bench *b, lyt_outbox_op op, int64_t row, const char *way)
{
    int64_t now = b->clock.wall_us;
    lyt_outbox_report report = {.op = op,
                                .row = row,
                                .attempts = 1,
                                .at_us = now,
                                .due_us = now + 5000000,
                                .way = lyt_str_of(way),
                                .reason = LYT_STR("answered 500")};
    lyt_buf frame;

    lyt_buf_init(&frame, NULL);
    lyt_outbox_report_put(&frame, &report);
    cr_assert_eq(lyt_batch_add_outbox(&b->batch, lyt_buf_str(&frame)), LYT_OK);
    lyt_buf_deinit(&frame);
}

static bool take(const char **word, const char *name)
{
    size_t n = strlen(name);

    if (strncmp(*word, name, n) != 0)
        return false;
    *word += n;
    return true;
}

/* One word of a day: "hear214", "sent3", "tick15", "retry:hooks" … */
static void add_step(bench *b, const char *word)
{
    char json[200];

    if (take(&word, "hear")) {
        add_heard(b, word);
    } else if (take(&word, "sent")) {
        add_report(b, LYT_OUTBOX_OP_SENT, atoi(word), "");
    } else if (take(&word, "again")) {
        add_report(b, LYT_OUTBOX_OP_AGAIN, atoi(word), "");
    } else if (take(&word, "dead")) {
        add_report(b, LYT_OUTBOX_OP_DEAD, atoi(word), "");
    } else if (take(&word, "gone")) {
        add_report(b, LYT_OUTBOX_OP_GONE, atoi(word), "");
    } else if (take(&word, "noway:")) {
        add_report(b, LYT_OUTBOX_OP_NO_WAY, 0, word);
    } else if (take(&word, "tick")) {
        b->clock.wall_us += atoi(word) * (int64_t)60000000;
        cr_assert_eq(lyt_batch_add_tick(&b->batch), LYT_OK);
    } else if (take(&word, "ack")) {
        snprintf(json, sizeof json, "{\"type\":\"incident.ack\",\"incident\":%s,\"by\":\"mette\"}",
                 word);
        add_order(b, json);
    } else if (strchr(word, ':')) {
        snprintf(json, sizeof json, "{\"type\":\"outbox.%.*s\",\"way\":\"%s\",\"by\":\"boss\"}",
                 (int)strcspn(word, ":"), word, strchr(word, ':') + 1);
        add_order(b, json);
    } else {
        snprintf(json, sizeof json, "{\"type\":\"outbox.%.*s\",\"row\":%s,\"by\":\"boss\"}",
                 (int)strcspn(word, "0123456789"), word, word + strcspn(word, "0123456789"));
        add_order(b, json);
    }
}

static void apply(bench *b)
{
    cr_assert_eq(lyt_batch_apply(&b->batch, &b->books, &b->err), LYT_OK, "%s", b->err.text);
    (void)lyt_batch_reset(&b->batch, false);
}

static void live(bench *b, const char *day)
{
    char words[400];

    snprintf(words, sizeof words, "%s", day);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        if (strcmp(word, "restart") == 0) {
            close_books(b);
            open_books(b);
            continue;
        }
        add_step(b, word);
        apply(b);
    }
}

static lyt_status note_row(void *user, const lyt_outbox_row *row)
{
    char *list = user;

    sprintf(list + strlen(list), "%.*s%c ", LYT_STR_ARG(row->way), "wfsdx"[row->state]);
    return LYT_OK;
}

static const char *outbox(bench *b)
{
    static char list[2000];

    list[0] = '\0';
    cr_assert_eq(lyt_store_outbox_each(b->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                       note_row, list, NULL),
                 LYT_OK);
    return list;
}

static lyt_status count_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    (void)seq;
    (void)at_us;
    (void)topic;
    (void)json;
    ++*(int *)user;
    return LYT_OK;
}

static int events(bench *b, const char *topic)
{
    int n = 0;

    cr_assert_eq(lyt_store_each_event(b->books.store, 0, lyt_str_of(topic), INT64_MAX, count_event,
                                      &n, NULL),
                 LYT_OK);
    return n;
}

/* w waiting, f failed, s sent, d dead, x dropped; in the order of their numbers */
static const struct {
    int row;
    const char *day, *outbox;
    int dead_told;
} days[] = {
    /* the team and mette are told: each a webhook, the pager once, mette by SMS */
    {__LINE__, "hear214", "hooksw pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 hear215", "hooksw pagerw hooksw smsw hooksw pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 hear214", "hooksw pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 sent1 sent2 again3 sent4", "hookss pagers hooksf smss ", 0},
    {__LINE__, "hear214 restart sent1 restart", "hookss pagerw hooksw smsw ", 0},
    /* the same report twice: a restart between sending and writing it down */
    {__LINE__, "hear214 sent1 sent1", "hookss pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 sent1 again1 dead1", "hookss pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 again1 sent1", "hookss pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 sent99", "hooksw pagerw hooksw smsw ", 0},
    /* dead: the operator hears once; mette is told by mail, and then her ladder's next step, the
     * manager, on the bus (webhook and pager hear of that, too) */
    {__LINE__, "hear214 dead4", "hooksw pagerw hooksw smsd opsw hooksw pagerw mailw ", 1},
    {__LINE__, "hear214 dead1", "hooksd pagerw hooksw smsw opsw ", 1},
    {__LINE__, "hear214 dead1 dead3", "hooksd pagerw hooksd smsw opsw ", 1},
    {__LINE__, "hear214 dead1 dead2", "hooksd pagerd hooksw smsw opsw opsw ", 2},
    {__LINE__, "hear214 dead1 restart dead3", "hooksd pagerw hooksd smsw opsw ", 1},
    {__LINE__, "hear214 dead1 sent3 hear215 dead6",
     "hooksd pagerw hookss smsw opsw hooksd pagerw "
     "hooksw smsw opsw ",
     2},
    {__LINE__, "hear214 dead4 dead8",
     "hooksw pagerw hooksw smsd opsw hooksw pagerw maild opsw hooksw "
     "pagerw ",
     2},
    /* the way of the operator is dead: nobody is told that way */
    {__LINE__, "hear214 dead1 dead5", "hooksd pagerw hooksw smsw opsd ", 2},
    /* by hand */
    {__LINE__, "hear214 dead1 retry1", "hooksw pagerw hooksw smsw opsw ", 1},
    {__LINE__, "hear214 dead1 dead3 retry:hooks", "hooksw pagerw hooksw smsw opsw ", 1},
    {__LINE__, "hear214 dead1 drop:hooks", "hooksx pagerw hooksx smsw opsw ", 1},
    {__LINE__, "hear214 drop1 retry1 sent1 drop1", "hookss pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 drop4", "hooksw pagerw hooksw smsx ", 0},
    {__LINE__, "hear214 drop4 again4", "hooksw pagerw hooksw smsx ", 0},
    {__LINE__, "hear214 drop4 sent4", "hooksw pagerw hooksw smss ", 0},
    {__LINE__, "hear214 noway:hooks", "hooksd pagerw hooksd smsw opsw ", 1},
    {__LINE__, "noway:nothing", "", 0},
    /* taken: what asks somebody to take it need not go any more; all hear that it is taken */
    {__LINE__, "hear214 sent1 sent2 sent3 sent4 tick6",
     "hookss pagers hookss smss hooksw pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 sent1 sent2 sent3 sent4 tick6 sent5 ack1",
     "hookss pagers hookss smss hookss pagerx hooksx smsx hooksw pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 ack1", "hooksw pagerw hooksw smsw hooksw pagerw hooksw smsw ", 0},
    /* and a channel that is dead then is nobody's emergency */
    {__LINE__, "hear214 ack1 dead8 ",
     "hooksw pagerw hooksw smsw hooksw pagerw hooksw smsd opsw hooksw pagerw mailw ", 1},
};

Test(outbox, AL_16_a_row_for_each_cause_and_way_through_all_that_may_happen)
{
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        bench *b = malloc(sizeof *b);

        bench_init(b);
        live(b, days[i].day);
        cr_expect_str_eq(outbox(b), days[i].outbox, "row %d: %s", days[i].row, outbox(b));
        cr_expect_eq(events(b, "health.way-dead"), days[i].dead_told, "row %d: %d", days[i].row,
                     events(b, "health.way-dead"));
        bench_deinit(b);
        free(b);
    }
}

Test(outbox, AL_16_a_transaction_that_fails_leaves_nothing_behind)
{
    static const char *const last[] = {"hear215", "dead4", "ack1", "retry:hooks", "gone1"};

    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        for (long n = 1, failed = 1; failed; n++) {
            bench *b = malloc(sizeof *b);
            char before[500];
            int64_t seq;

            bench_init(b);
            live(b, "hear214 again2");
            snprintf(before, sizeof before, "%s", outbox(b));
            seq = b->books.last_seq;
            add_step(b, last[i]);
            b->alloc.fail_at = b->alloc.asked + n;
            failed = lyt_batch_apply(&b->batch, &b->books, &b->err) != LYT_OK;
            b->alloc.fail_at = 0;
            if (failed) {
                cr_expect_str_eq(outbox(b), before, "%s, %ld", last[i], n);
                cr_expect_eq(b->books.last_seq, seq);
                apply(b); /* and the second time it is all there */
            }
            cr_expect_str_neq(outbox(b), i == 3 ? "" : before, "%s, %ld", last[i], n);
            bench_deinit(b);
            free(b);
        }
    }
}

typedef struct rendered {
    bench *b;
    lyt_buf *out;
    bool is_internal;
} rendered;

static lyt_status render_row(void *user, const lyt_outbox_row *row)
{
    rendered *r = user;
    lyt_way way = *lyt_settings_way(r->b->settings, row->way);
    lyt_out_sheet sheet;
    lyt_out_job job = {
        .settings = r->b->settings, .way = &way, .facts = &sheet.facts, .publisher = "p", .row = 1};

    way.is_internal = r->is_internal;
    cr_assert_eq(lyt_out_sheet_read(&sheet, &r->b->alloc.alloc, r->b->books.store, row,
                                    r->is_internal, &r->b->err),
                 LYT_OK, "%s", r->b->err.text);
    lyt_out_words(r->out, &job, false);
    lyt_out_sheet_deinit(&sheet);
    return LYT_OK;
}

static void render(bench *b, int64_t row_id, bool is_internal, lyt_buf *out)
{
    rendered r = {b, out, is_internal};

    lyt_buf_reset(out);
    cr_assert_eq(lyt_store_outbox_get(b->books.store, row_id, render_row, &r, &b->err), LYT_OK);
}

Test(outbox, PR_10_what_goes_out_is_no_more_than_the_bus_has)
{
    bench *b = malloc(sizeof *b);
    lyt_buf out;

    bench_init(b);
    lyt_buf_init(&out, NULL);
    live(b, "hear214 ack1");
    render(b, 1, false, &out);
    cr_expect_str_eq(out.data, "heating-broken – 214: \"cold\". Severity 3, incident 1.");
    render(b, 4, false, &out);
    cr_expect_str_eq(out.data, "heating-broken – 214: \"cold\". Alvor 3, sag 1.",
                     "mette reads Danish: %s", out.data);
    render(b, 5, false, &out);
    cr_expect_str_eq(out.data, "Incident 1 has been taken by mette: heating-broken – 214.");
    render(b, 5, true, &out);
    cr_expect_str_eq(out.data, "Incident 1 has been taken by Mette Holm: heating-broken – 214.",
                     "names stay within the house: %s", out.data);
    lyt_buf_deinit(&out);
    bench_deinit(b);
    free(b);
}

static lyt_status last_row(void *user, const lyt_outbox_row *row)
{
    *(int64_t *)user = row->id;
    return LYT_OK;
}

/* A row for an event of that JSON about incident 1, whose alarm has the number 1. */
static int64_t add_row(bench *b, int64_t seq, const char *json)
{
    lyt_outbox_row row = {.way = LYT_STR("hooks"), .alarm_seq = 1, .incident = 1};
    int64_t rows = 0;

    cr_assert_eq(lyt_store_add_event(b->books.store, LYT_STR("notice.x"), lyt_str_of(json), 1,
                                     &row.seq, NULL),
                 LYT_OK);
    cr_assert_eq(row.seq, seq);
    cr_assert_eq(lyt_store_outbox_add(b->books.store, &row, NULL), LYT_OK);
    cr_assert_eq(lyt_store_outbox_each(b->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                       last_row, &rows, NULL),
                 LYT_OK);
    return rows;
}

Test(outbox, what_the_bus_hides_or_only_plays_goes_out_no_other_way)
{
    bench *b = malloc(sizeof *b);
    int64_t seq;
    lyt_buf out;

    bench_init(b);
    lyt_buf_init(&out, NULL);
    live(b, "hear214");
    seq = b->books.last_seq;
    render(b, add_row(b, seq + 1, "{\"scenario\":\"heating-broken\",\"place\":\"214\"}"), true,
           &out);
    cr_expect_str_eq(out.data, "heating-broken – 214: \"cold\". Severity 0, incident 1.");
    render(b, add_row(b, seq + 2, "{\"scenario\":\"restricted\",\"place\":\"\"}"), true, &out);
    cr_expect_str_eq(out.data, "restricted. Severity 0, incident 1.", "%s", out.data);
    render(b,
           add_row(b, seq + 3, "{\"scenario\":\"heating-broken\",\"place\":\"\",\"drill\":true}"),
           false, &out);
    cr_expect_str_eq(out.data, "DRILL: heating-broken: \"cold\". Severity 0, incident 1.", "%s",
                     out.data);
    lyt_buf_deinit(&out);
    bench_deinit(b);
    free(b);
}

Test(outbox, orders_that_make_no_sense_are_refused_with_the_reason)
{
    static const struct {
        int row;
        const char *json, *says;
    } rows[] = {
        {__LINE__, "{\"type\":\"outbox.retry\",\"by\":\"m\"}", "row: give"},
        {__LINE__, "{\"type\":\"outbox.retry\",\"row\":1,\"way\":\"a\",\"by\":\"m\"}", "row: give"},
        {__LINE__, "{\"type\":\"outbox.retry\",\"row\":0,\"by\":\"m\"}", "row: must be"},
        {__LINE__, "{\"type\":\"outbox.retry\",\"row\":\"1\",\"by\":\"m\"}", "row: must be"},
        {__LINE__, "{\"type\":\"outbox.drop\",\"row\":1}", "by: must name"},
        {__LINE__, "{\"type\":\"outbox.drop\",\"way\":3,\"by\":\"m\"}", "way: must be"},
        {__LINE__, "{\"type\":\"outbox.burn\",\"row\":1,\"by\":\"m\"}", "outbox.drop"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_submission order;
        lyt_error err = {0};

        cr_expect_eq(lyt_submission_parse(&order, lyt_str_of(rows[i].json), &err), LYT_EINVAL,
                     "row %d", rows[i].row);
        cr_expect_not_null(strstr(err.text, rows[i].says), "row %d: %s", rows[i].row, err.text);
        lyt_submission_deinit(&order);
    }
}
