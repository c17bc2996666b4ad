#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledgerday.h"
#include "outbox_plan.h"
#include "outbox_render.h"

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

static void add_heard(ledgerday *d, const char *place)
{
    lyt_feedback f = {.id = ++d->feedback,
                      .source_id = LYT_STR("x"),
                      .channel = LYT_STR("sms"),
                      .property = LYT_STR("havnen"),
                      .place = lyt_str_of(place),
                      .sender = lyt_str_of(place)};
    lyt_done_item *done = calloc(1, sizeof *done);

    done->id = f.id;
    done->judgement.json = LYT_STR("{}");
    done->judgement.language = LYT_STR("da");
    done->judgement.n_failures = 1;
    done->judgement.failures[0] = (lyt_judged_failure){.scenario = LYT_STR("heating-broken"),
                                                       .team = LYT_STR("technical"),
                                                       .severity = 3,
                                                       .words = {{"cold", 4}},
                                                       .n_words = 1};
    ledgerday_add_verdict(d, &f, done);
    free(done);
}

/* One word of a day: "hear214", "sent3", "tick15", "retry:hooks" … */
static void add_step(ledgerday *d, const char *word)
{
    static const char failed[] = "answered 500";
    char json[200];

    if (ledgerday_take(&word, "hear")) {
        add_heard(d, word);
    } else if (ledgerday_take(&word, "sent")) {
        ledgerday_add_report(d, LYT_OUTBOX_OP_SENT, atoi(word), "", failed);
    } else if (ledgerday_take(&word, "again")) {
        ledgerday_add_report(d, LYT_OUTBOX_OP_AGAIN, atoi(word), "", failed);
    } else if (ledgerday_take(&word, "dead")) {
        ledgerday_add_report(d, LYT_OUTBOX_OP_DEAD, atoi(word), "", failed);
    } else if (ledgerday_take(&word, "gone")) {
        ledgerday_add_report(d, LYT_OUTBOX_OP_GONE, atoi(word), "", failed);
    } else if (ledgerday_take(&word, "noway:")) {
        ledgerday_add_report(d, LYT_OUTBOX_OP_NO_WAY, 0, word, failed);
    } else if (ledgerday_take(&word, "tick")) {
        d->clock.wall_us += atoi(word) * (int64_t)60000000;
        cr_assert_eq(lyt_batch_add_tick(&d->batch), LYT_OK);
    } else if (ledgerday_take(&word, "ack")) {
        snprintf(json, sizeof json, "{\"type\":\"incident.ack\",\"incident\":%s,\"by\":\"mette\"}",
                 word);
        ledgerday_add_order(d, json);
    } else if (ledgerday_take(&word, "merge")) {
        snprintf(json, sizeof json,
                 "{\"type\":\"incident.do\",\"verb\":\"merge\",\"incident\":%s,\"other\":2,\"by\":"
                 "\"mette\"}",
                 word);
        ledgerday_add_order(d, json);
    } else if (strchr(word, ':')) {
        snprintf(json, sizeof json, "{\"type\":\"outbox.%.*s\",\"way\":\"%s\",\"by\":\"boss\"}",
                 (int)strcspn(word, ":"), word, strchr(word, ':') + 1);
        ledgerday_add_order(d, json);
    } else {
        snprintf(json, sizeof json, "{\"type\":\"outbox.%.*s\",\"row\":%s,\"by\":\"boss\"}",
                 (int)strcspn(word, "0123456789"), word, word + strcspn(word, "0123456789"));
        ledgerday_add_order(d, json);
    }
}

static lyt_status note_row(void *user, const lyt_outbox_row *row)
{
    char *list = user;

    sprintf(list + strlen(list), "%.*s%c ", LYT_STR_ARG(row->way), "wfsdx"[row->state]);
    return LYT_OK;
}

static const char *outbox(ledgerday *d)
{
    static char list[2000];

    list[0] = '\0';
    cr_assert_eq(lyt_store_outbox_each(d->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                       note_row, list, NULL),
                 LYT_OK);
    return list;
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
    /* what went into another is worked on there: of it nobody need be reminded */
    {__LINE__, "hear214 sent1 sent2 sent3 sent4 tick6 hear305 merge1",
     "hookss pagers hookss smss hooksx pagerx hooksx smsx hooksw pagerw hooksw smsw ", 0},
    {__LINE__, "hear214 ack1", "hooksw pagerw hooksw smsw hooksw pagerw hooksw smsw ", 0},
    /* and a channel that is dead then is nobody's emergency */
    {__LINE__, "hear214 ack1 dead8 ",
     "hooksw pagerw hooksw smsw hooksw pagerw hooksw smsd opsw hooksw pagerw mailw ", 1},
};

Test(outbox, AL_16_a_row_for_each_cause_and_way_through_all_that_may_happen)
{
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        ledgerday *d = malloc(sizeof *d);

        ledgerday_init(d, desk_text, NULL);
        ledgerday_live(d, days[i].day, add_step);
        cr_expect_str_eq(outbox(d), days[i].outbox, "row %d: %s", days[i].row, outbox(d));
        cr_expect_eq(ledgerday_events(d, "health.way-dead"), days[i].dead_told, "row %d: %d",
                     days[i].row, ledgerday_events(d, "health.way-dead"));
        ledgerday_deinit(d);
        free(d);
    }
}

Test(outbox, AL_16_a_transaction_that_fails_leaves_nothing_behind)
{
    static const char *const last[] = {"hear215", "dead4", "ack1", "retry:hooks", "gone1"};

    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        for (long n = 1, failed = 1; failed; n++) {
            ledgerday *d = malloc(sizeof *d);
            char before[500];
            int64_t seq;

            ledgerday_init(d, desk_text, NULL);
            ledgerday_live(d, "hear214 again2", add_step);
            snprintf(before, sizeof before, "%s", outbox(d));
            seq = d->books.last_seq;
            add_step(d, last[i]);
            d->alloc.fail_at = d->alloc.asked + n;
            failed = lyt_batch_apply(&d->batch, &d->books, &d->err) != LYT_OK;
            d->alloc.fail_at = 0;
            if (failed) {
                cr_expect_str_eq(outbox(d), before, "%s, %ld", last[i], n);
                cr_expect_eq(d->books.last_seq, seq);
                ledgerday_apply(d); /* and the second time it is all there */
            }
            cr_expect_str_neq(outbox(d), i == 3 ? "" : before, "%s, %ld", last[i], n);
            ledgerday_deinit(d);
            free(d);
        }
    }
}

typedef struct rendered {
    ledgerday *d;
    lyt_buf *out;
    bool is_internal;
} rendered;

static lyt_status render_row(void *user, const lyt_outbox_row *row)
{
    rendered *r = user;
    lyt_way way = *lyt_settings_way(r->d->settings, row->way);
    lyt_out_sheet sheet;
    lyt_out_job job = {
        .settings = r->d->settings, .way = &way, .facts = &sheet.facts, .publisher = "p", .row = 1};

    way.is_internal = r->is_internal;
    cr_assert_eq(lyt_out_sheet_read(&sheet, &r->d->alloc.alloc, r->d->books.store, row,
                                    r->is_internal, &r->d->err),
                 LYT_OK, "%s", r->d->err.text);
    lyt_out_words(r->out, &job, false);
    lyt_out_sheet_deinit(&sheet);
    return LYT_OK;
}

static void render(ledgerday *d, int64_t row_id, bool is_internal, lyt_buf *out)
{
    rendered r = {d, out, is_internal};

    lyt_buf_reset(out);
    cr_assert_eq(lyt_store_outbox_get(d->books.store, row_id, render_row, &r, &d->err), LYT_OK);
}

Test(outbox, PR_10_what_goes_out_is_no_more_than_the_bus_has)
{
    ledgerday *d = malloc(sizeof *d);
    lyt_buf out;

    ledgerday_init(d, desk_text, NULL);
    lyt_buf_init(&out, NULL);
    ledgerday_live(d, "hear214 ack1", add_step);
    render(d, 1, false, &out);
    cr_expect_str_eq(out.data, "heating-broken – 214: \"cold\". Severity 3, incident 1.");
    render(d, 4, false, &out);
    cr_expect_str_eq(out.data, "heating-broken – 214: \"cold\". Alvor 3, sag 1.",
                     "mette reads Danish: %s", out.data);
    render(d, 5, false, &out);
    cr_expect_str_eq(out.data, "Incident 1 has been taken by mette: heating-broken – 214.");
    render(d, 5, true, &out);
    cr_expect_str_eq(out.data, "Incident 1 has been taken by Mette Holm: heating-broken – 214.",
                     "names stay within the house: %s", out.data);
    lyt_buf_deinit(&out);
    ledgerday_deinit(d);
    free(d);
}

static lyt_status last_row(void *user, const lyt_outbox_row *row)
{
    *(int64_t *)user = row->id;
    return LYT_OK;
}

/* A row for an event of that JSON about incident 1, whose alarm has the number 1. */
static int64_t add_row(ledgerday *d, int64_t seq, const char *json)
{
    lyt_outbox_row row = {.way = LYT_STR("hooks"), .alarm_seq = 1, .incident = 1};
    int64_t rows = 0;

    cr_assert_eq(lyt_store_add_event(d->books.store, LYT_STR("notice.x"), lyt_str_of(json), 1,
                                     &row.seq, NULL),
                 LYT_OK);
    cr_assert_eq(row.seq, seq);
    cr_assert_eq(lyt_store_outbox_add(d->books.store, &row, NULL), LYT_OK);
    cr_assert_eq(lyt_store_outbox_each(d->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                       last_row, &rows, NULL),
                 LYT_OK);
    return rows;
}

Test(outbox, what_the_bus_hides_or_only_plays_goes_out_no_other_way)
{
    ledgerday *d = malloc(sizeof *d);
    int64_t seq;
    lyt_buf out;

    ledgerday_init(d, desk_text, NULL);
    lyt_buf_init(&out, NULL);
    ledgerday_live(d, "hear214", add_step);
    seq = d->books.last_seq;
    render(d, add_row(d, seq + 1, "{\"scenario\":\"heating-broken\",\"place\":\"214\"}"), true,
           &out);
    cr_expect_str_eq(out.data, "heating-broken – 214: \"cold\". Severity 0, incident 1.");
    render(d, add_row(d, seq + 2, "{\"scenario\":\"restricted\",\"place\":\"\"}"), true, &out);
    cr_expect_str_eq(out.data, "restricted. Severity 0, incident 1.", "%s", out.data);
    render(d,
           add_row(d, seq + 3, "{\"scenario\":\"heating-broken\",\"place\":\"\",\"drill\":true}"),
           false, &out);
    cr_expect_str_eq(out.data, "DRILL: heating-broken: \"cold\". Severity 0, incident 1.", "%s",
                     out.data);
    lyt_buf_deinit(&out);
    ledgerday_deinit(d);
    free(d);
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
