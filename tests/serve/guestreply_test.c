#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "guestreply.h"
#include "guestsend.h"
#include "outbox_report.h"
#include "pack.h"
#include "testing.h"

/*
 * What guests are told, as the ledger decides it, without a service: a day written as a row of
 * words, and what stands in the outbox and beside it after it.
 */
LYT_SUITE(guestreply);

static const char desk_text[] =
    "desk: havnen\npack: minipack\nzone: Europe/Copenhagen\nmanager: boss\n"
    "people: [{id: boss, name: B, role: manager, trained: true, channels: [bus]}]\n"
    "teams: [{id: housekeeping}]\nroutes: [{id: all, to: [boss]}]\n"
    "grouping: {parent_places: 3, parent_min: 60, guest_window_min: 60}\n"
    "authority: {currency: DKK, roles: {manager: {incident: 900, guest: 9000, month: 9000}}}\n"
    "gestures: [{id: fruit, name: {en: F, da: F}, kind: extra, cost: 60}]\n"
    "messages: {contact: [way, vej], sms_parts: 3, automatic: [room-not-cleaned]}\n"
    "replies: {house: Havnen, language: da, a_day: 4}\n"
    "ways:\n"
    "  - {id: sms, kind: twilio, secret: k, from: \"+4592450000\", guests: true}\n"
    "  - {id: pms, kind: webhook, url: \"https://example.com\", secret: k, events: [recovered]}\n";

typedef struct bench {
    char folder[64], database[128];
    testing_alloc alloc;
    testing_clock clock;
    lyt_settings *settings;
    lyt_pack *pack;
    lyt_classifier *classifier;
    lyt_core core;
    lyt_judge judge;
    lyt_stock *stock;
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
    cr_assert_eq(lyt_stock_new(&b->stock,
                               &(lyt_stock_options){.alloc = &b->alloc.alloc,
                                                    .fs = lyt_fs_system(),
                                                    .state = b->folder,
                                                    .classifier = b->classifier,
                                                    .settings = b->settings},
                               &b->err),
                 LYT_OK, "%s", b->err.text);
    b->core.stock = b->stock;
    b->books.stock = b->stock;
    cr_assert_eq(lyt_batch_init(&b->batch, &b->alloc.alloc), LYT_OK);
}

static void close_books(bench *b)
{
    lyt_batch_deinit(&b->batch);
    lyt_cases_free(b->books.cases);
    lyt_stock_free(b->stock);
    lyt_keyset_free(b->books.keys);
    lyt_streams_free(b->books.streams);
    lyt_desk_free(b->books.desk);
    lyt_store_close(b->books.store);
    memset(&b->books, 0, sizeof b->books);
}

static void load_pack(bench *b)
{
    char pack[256], lexicons[256];
    lyt_pack_options o = {.fs = lyt_fs_system(), .lexicons_folder = lexicons};

    snprintf(pack, sizeof pack, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(&b->pack, pack, &o, &b->err), LYT_OK, "%s", b->err.text);
    cr_assert_eq(lyt_classifier_of_pack(&b->classifier, b->pack, NULL, &b->err), LYT_OK);
}

static void bench_init(bench *b)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};

    memset(b, 0, sizeof *b);
    load_pack(b);
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
    b->core.judge = &b->judge;
    open_books(b);
}

static void bench_deinit(bench *b)
{
    close_books(b);
    lyt_settings_free(b->settings);
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
    testing_folder_remove(b->folder);
    cr_expect_eq(b->alloc.live, 0);
}

static void add_order(bench *b, const char *json)
{
    lyt_submission order;
    lyt_buf frame;

    cr_assert_eq(lyt_submission_parse(&order, lyt_str_of(json), &b->err), LYT_OK, "%s: %s", json,
                 b->err.text);
    lyt_buf_init(&frame, NULL);
    order.feedback.received_us = b->clock.wall_us;
    lyt_order_put(&frame, &order);
    cr_assert_eq(lyt_batch_add_order(&b->batch, LYT_STR(""), lyt_buf_str(&frame)), LYT_OK);
    lyt_buf_deinit(&frame);
    lyt_submission_deinit(&order);
}

static void add_verdict(bench *b, const char *guest, const char *place, const char *scenario,
                        bool twice)
{
    lyt_feedback f = {.id = b->feedback,
                      .source_id = LYT_STR("x"),
                      .channel = LYT_STR("sms"),
                      .property = LYT_STR("havnen"),
                      .place = lyt_str_of(place),
                      .sender = lyt_str_of(guest)};
    lyt_done_item *done = calloc(1, sizeof *done);
    lyt_buf slip, part;

    done->id = f.id;
    done->judgement.json = LYT_STR("{}");
    done->judgement.language = LYT_STR("da");
    done->judgement.n_failures = 1 + twice;
    for (int i = 0; i <= (int)twice; i++)
        done->judgement.failures[i] =
            (lyt_judged_failure){.scenario = i ? LYT_STR("noise") : lyt_str_of(scenario),
                                 .team = LYT_STR("housekeeping"),
                                 .severity = 2};
    lyt_buf_init(&slip, NULL);
    lyt_buf_init(&part, NULL);
    lyt_slip_put(&slip, &f, 0);
    lyt_workframe_add_done(&part, done);
    cr_assert_eq(lyt_batch_add_verdict(&b->batch, lyt_buf_str(&slip), lyt_buf_str(&part)), LYT_OK);
    lyt_buf_deinit(&slip);
    lyt_buf_deinit(&part);
    free(done);
}

static void add_report(bench *b, lyt_outbox_op op, int64_t row, const char *reason)
{
    lyt_outbox_report report = {.op = op,
                                .row = row,
                                .attempts = 1,
                                .at_us = b->clock.wall_us,
                                .due_us = b->clock.wall_us + 5000000,
                                .reason = lyt_str_of(reason)};
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

/* "anna@214" with words, by a number that was sent from, typed, or without any */
static void add_text(bench *b, const char *who, const char *how, const char *words,
                     const char *scenario, bool twice)
{
    char guest[40], json[400], to[120] = "";
    const char *place = strchr(who, '@');

    snprintf(guest, sizeof guest, "%.*s", (int)strcspn(who, "@"), who);
    if (how)
        snprintf(to, sizeof to, ",\"reply_to\":{\"sealed\":\"1.%s\",\"kind\":\"phone\"%s}", guest,
                 how);
    snprintf(json, sizeof json,
             "{\"channel\":\"sms\",\"property\":\"havnen\",\"id\":\"%lld\",\"from\":\"%s\","
             "\"text\":\"%s\"%s}",
             (long long)++b->feedback, guest, words, to);
    add_order(b, json);
    if (place)
        add_verdict(b, guest, place + 1, scenario, twice);
}

static void add_do(bench *b, const char *verb, const char *incident, const char *more)
{
    char json[300];

    snprintf(json, sizeof json,
             "{\"type\":\"incident.do\",\"verb\":\"%s\",\"incident\":%s,\"by\":\"boss\"%s}", verb,
             incident, more);
    add_order(b, json);
}

static void add_consent(bench *b, const char *guest, bool stops)
{
    char json[200];

    snprintf(json, sizeof json,
             "{\"type\":\"guest.%s\",\"guest\":\"%s\",\"how\":\"sms\",\"lang\":\"da\",\"property\":"
             "\"havnen\",\"reply_to\":{\"sealed\":\"1.%s\",\"kind\":\"phone\"}}",
             stops ? "stop" : "start", guest, guest);
    add_order(b, json);
}

/* One word of a day. */
static void add_step(bench *b, const char *word)
{
    if (take(&word, "text:"))
        add_text(b, word, "", "Ikke rent", "room-not-cleaned", false);
    else if (take(&word, "both:"))
        add_text(b, word, "", "Ikke rent og larm", "room-not-cleaned", true);
    else if (take(&word, "cold:"))
        add_text(b, word, "", "Koldt", "room-too-cold", false);
    else if (take(&word, "typed:"))
        add_text(b, word, ",\"typed\":true", "Ikke rent", "room-not-cleaned", false);
    else if (take(&word, "card:"))
        add_text(b, word, NULL, "Ikke rent", "room-not-cleaned", false);
    else if (take(&word, "nej:"))
        add_text(b, word, "", "nej", "", false);
    else if (take(&word, "ja:"))
        add_text(b, word, "", "ja", "", false);
    else if (take(&word, "stop:"))
        add_consent(b, word, true);
    else if (take(&word, "start:"))
        add_consent(b, word, false);
    else if (take(&word, "forget:")) {
        char json[100];

        snprintf(json, sizeof json, "{\"type\":\"guest.forget\",\"guest\":\"%s\"}", word);
        add_order(b, json);
    } else if (take(&word, "work"))
        add_do(b, "move", word, ",\"state\":\"in-work\"");
    else if (take(&word, "cause"))
        add_do(b, "cause", word, ",\"note\":\"why\"");
    else if (take(&word, "action"))
        add_do(b, "action", word, ",\"note\":\"what\"");
    else if (take(&word, "remedy"))
        add_do(b, "move", word, ",\"state\":\"remedied\"");
    else if (take(&word, "ask"))
        add_do(b, "ask", word, "");
    else if (take(&word, "resolve"))
        add_do(b, "resolve", word, ",\"note\":\"done\"");
    else if (take(&word, "reopen"))
        add_do(b, "move", word, ",\"state\":\"reopened\",\"note\":\"again\"");
    else if (take(&word, "void"))
        add_do(b, "move", word, ",\"state\":\"void\",\"note\":\"no\"");
    else if (take(&word, "give"))
        add_do(b, "offer", word, ",\"whom\":\"fruit\"");
    else if (take(&word, "reply"))
        add_do(b, "reply", word, "");
    else if (take(&word, "own"))
        add_do(b, "reply", word, ",\"note\":\"Vi kommer\"");
    else if (take(&word, "sent"))
        add_report(b, LYT_OUTBOX_OP_SENT, atoi(word), "");
    else if (take(&word, "again"))
        add_report(b, LYT_OUTBOX_OP_AGAIN, atoi(word), "answered 500");
    else if (take(&word, "wrong"))
        add_report(b, LYT_OUTBOX_OP_DEAD, atoi(word), "answered 400");
    else if (take(&word, "dead"))
        add_report(b, LYT_OUTBOX_OP_DEAD, atoi(word), "answered 503");
    else if (take(&word, "carrier"))
        add_report(b, LYT_OUTBOX_OP_DEAD, atoi(word), LYT_GUEST_OPTED_OUT);
    else if (take(&word, "drop") || take(&word, "retry")) {
        char json[100];

        snprintf(json, sizeof json, "{\"type\":\"outbox.%s\",\"row\":%s,\"by\":\"boss\"}",
                 word[-1] == 'p' ? "drop" : "retry", word);
        add_order(b, json);
    } else if (take(&word, "hours")) {
        b->clock.wall_us += atoi(word) * (int64_t)3600000000;
        cr_assert_eq(lyt_batch_add_tick(&b->batch), LYT_OK);
    } else
        cr_assert_fail("what is %s?", word);
}

static void apply(bench *b)
{
    cr_assert_eq(lyt_batch_apply(&b->batch, &b->books, &b->err), LYT_OK, "%s", b->err.text);
    (void)lyt_batch_reset(&b->batch, false);
}

static void live(bench *b, const char *day)
{
    char words[500];

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

    sprintf(list + strlen(list), "%s%c ", lyt_notice_name((lyt_notice)row->event),
            "wfsdx"[row->state]);
    return LYT_OK;
}

static lyt_status note_reply(void *user, const lyt_reply_row *row)
{
    char *list = user;

    if (row->seq == 0)
        sprintf(list + strlen(list), "%lld-%.*s:%s ", (long long)row->incident,
                LYT_STR_ARG(row->kind), lyt_reply_state_name(row->state));
    return LYT_OK;
}

/* What goes out, and then what does not. */
static const char *told(bench *b)
{
    static char list[2000];

    list[0] = '\0';
    cr_assert_eq(lyt_store_outbox_each(b->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                       note_row, list, NULL),
                 LYT_OK);
    strcat(list, "| ");
    for (int64_t incident = 0; incident < 8; incident++)
        cr_assert_eq(
            lyt_store_each_reply(b->books.store, incident, LYT_STR(""), note_reply, list, NULL),
            LYT_OK);
    return list;
}

static lyt_status keep_state(void *user, const lyt_reply_row *row)
{
    *(lyt_reply_state *)user = row->state;
    return LYT_OK;
}

/* What stands beside the outbox says the same as the outbox. */
static lyt_status agrees(void *user, const lyt_outbox_row *row)
{
    static const lyt_reply_state states[] = {LYT_REPLY_QUEUED, LYT_REPLY_QUEUED, LYT_REPLY_SENT,
                                             LYT_REPLY_DEAD, LYT_REPLY_DROPPED};
    lyt_reply_state state = LYT_REPLY_HELD;

    if (lyt_guestsend_is(row) && lyt_store_get_reply(((bench *)user)->books.store, row->seq,
                                                     keep_state, &state, NULL) == LYT_OK)
        cr_expect_eq(state, states[row->state], "row %lld", (long long)row->id);
    return LYT_OK;
}

/* w waiting, f failed, s sent, d dead, x dropped */
static const struct {
    int row;
    const char *day, *told;
} days[] = {
    {__LINE__, "text:anna@214", "replyw | "},
    {__LINE__, "card:anna@214", "| "},
    {__LINE__, "typed:anna@214", "| 1-reply:draft "},
    {__LINE__, "cold:anna@214", "| 1-reply:held "}, /* the pack has nothing to say of it */
    {__LINE__, "typed:anna@214 reply1", "replyw | "},
    {__LINE__, "typed:anna@214 own1", "replyw | "},
    {__LINE__, "card:anna@214 reply1", "| "},
    /* once a guest and incident; each guest of an incident for themselves */
    {__LINE__, "text:anna@214 sent1 text:anna@214", "replys | "},
    {__LINE__, "text:anna@214 text:bo@214", "replyw replyw | "},
    {__LINE__, "text:anna@214 restart text:anna@214", "replyw | "},
    {__LINE__, "both:anna@214", "replyw | 2-reply:held "},
    /* STOP: once confirmed, and nothing more; what waited does not go */
    {__LINE__, "text:anna@214 stop:anna", "replyx opted-outw | "},
    {__LINE__, "text:anna@214 sent1 stop:anna sent2 stop:anna hours2 text:anna@215",
     "replys opted-outs | "},
    {__LINE__, "text:anna@214 sent1 stop:anna restart hours2 text:anna@215 reply2",
     "replys opted-outw | "},
    {__LINE__, "stop:anna start:anna text:anna@214", "opted-outw opted-inw replyw | "},
    {__LINE__, "start:anna", "| "},
    {__LINE__, "stop:anna text:bo@214", "opted-outw replyw | "},
    {__LINE__, "text:anna@214 sent1 stop:anna own1", "replys opted-outw | "},
    {__LINE__, "text:anna@214 carrier1 hours2 text:anna@215 own1", "replyd | "},
    /* follow-ups */
    {__LINE__, "text:anna@214 sent1 work1 remedy1 ask1", "replys follow-upw | "},
    {__LINE__, "text:anna@214 sent1 work1 remedy1 ask1 sent2 nej:anna work1 remedy1 ask1",
     "replys follow-ups follow-upw | "},
    {__LINE__, "text:anna@214 sent1 work1 remedy1 ask1 reopen1", "replys follow-upx | "},
    {__LINE__, "text:anna@214 sent1 stop:anna work1 remedy1 ask1",
     "replys opted-outw | 1-follow-up:held "},
    {__LINE__, "card:anna@214 work1 remedy1 ask1", "| 1-follow-up:held "},
    /* how it ended, for the house's own system */
    {__LINE__, "text:anna@214 sent1 work1 cause1 action1 remedy1 ask1 sent2 ja:anna",
     "replys follow-ups recoveredw | "},
    {__LINE__, "card:anna@214 work1 cause1 give1 resolve1", "recoveredw | "},
    {__LINE__, "card:anna@214 void1", "| "},
    /* three places are one cause: its remedy is told to each guest once */
    {__LINE__, "text:a@1 text:b@2 text:c@3 sent1 sent2 sent3 work4 remedy4",
     "replys replys replys solvedw solvedw solvedw | "},
    {__LINE__, "text:a@1 text:b@2 text:c@3 work4 cause4 resolve4",
     "replyw replyw replyw solvedw solvedw solvedw | "},
    {__LINE__, "text:a@1 typed:b@2 card:c@3 sent1 work4 remedy4",
     "replys solvedw | 2-solved:draft "},
    {__LINE__, "text:a@1 text:b@2 text:c@3 stop:a work4 remedy4",
     "replyx replyw replyw opted-outw solvedw solvedw | 1-solved:held "},
    {__LINE__, "text:a@1 text:b@2 text:c@3 void1 work4 remedy4",
     "replyw replyw replyw solvedw solvedw | "},
    /* so many a day by itself, and then people decide */
    {__LINE__, "text:a@1 hours2 text:a@2 hours2 text:a@3 hours2 text:a@4 hours2 text:a@5",
     "replyw replyw replyw replyw | 5-reply:draft "},
    {__LINE__, "text:a@1 hours2 text:a@2 hours23 text:a@3 hours2 text:a@4 hours2 text:a@5",
     "replyw replyw replyw replyw replyw | "},
    /* whoever drops it or has it tried again says so of the message, too */
    {__LINE__, "text:anna@214 drop1", "replyx | "},
    {__LINE__, "text:anna@214 wrong1 retry1", "replyw | "},
    /* STOP is answered however much was sent that day */
    {__LINE__, "text:a@1 hours2 text:a@2 hours2 text:a@3 hours2 text:a@4 stop:a",
     "replyx replyx replyx replyx opted-outw | "},
    /* forgotten: what waits finds nobody */
    {__LINE__, "text:anna@214 sent1 forget:anna own1", "replys | "},
};

Test(guestreply, CH_06_CH_15_AL_06_RE_08_RE_14_whatever_happens_in_a_day)
{
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        bench *b = malloc(sizeof *b);

        bench_init(b);
        live(b, days[i].day);
        cr_expect_str_eq(told(b), days[i].told, "row %d: %s", days[i].row, told(b));
        cr_assert_eq(lyt_store_outbox_each(b->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                           agrees, b, NULL),
                     LYT_OK);
        bench_deinit(b);
        free(b);
    }
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

Test(guestreply, a_wrong_number_is_no_dead_way)
{
    static const struct {
        int line;
        const char *day;
        int dead;
    } rows[] = {
        {__LINE__, "text:anna@214 wrong1", 0},
        {__LINE__, "text:anna@214 carrier1", 0},
        {__LINE__, "text:anna@214 dead1", 1},
        {__LINE__, "text:anna@214 again1", 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bench *b = malloc(sizeof *b);

        bench_init(b);
        live(b, rows[i].day);
        cr_expect_eq(events(b, "health.way-dead"), rows[i].dead, "line %d", rows[i].line);
        bench_deinit(b);
        free(b);
    }
}

static lyt_status find_guest(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    (void)seq;
    (void)at_us;
    for (size_t i = 0; i + 4 <= json.len; i++)
        *(bool *)user = *(bool *)user || memcmp(json.ptr + i, "anna", 4) == 0;
    for (size_t i = 0; i + 4 <= topic.len; i++)
        *(bool *)user = *(bool *)user || memcmp(topic.ptr + i, "anna", 4) == 0;
    return LYT_OK;
}

Test(guestreply, PR_10_no_event_says_which_guest)
{
    bench *b = malloc(sizeof *b);
    bool is_there = false;

    bench_init(b);
    live(b, "text:anna@214 sent1 work1 cause1 action1 remedy1 ask1 sent2 ja:anna stop:anna");
    cr_assert_eq(lyt_store_each_event(b->books.store, 0, LYT_STR(""), INT64_MAX, find_guest,
                                      &is_there, NULL),
                 LYT_OK);
    cr_expect(!is_there);
    cr_expect_eq(events(b, "notice.havnen.guest.reply"), 1);
    cr_expect_eq(events(b, "consent.havnen.opted-out"), 1);
    bench_deinit(b);
    free(b);
}

Test(guestreply, a_transaction_that_fails_leaves_nothing_behind)
{
    static const char *const last[] = {"text:carl@215", "stop:anna", "own1",   "ask1",
                                       "carrier1",      "sent1",     "reply2", "ja:anna"};

    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        for (long n = 1, failed = 1; failed; n++) {
            bench *b = malloc(sizeof *b);
            char before[500];
            int64_t seq;

            bench_init(b);
            live(b, "text:anna@214 typed:bo@216 work1 cause1 action1 remedy1");
            if (strcmp(last[i], "ja:anna") == 0)
                live(b, "ask1");
            snprintf(before, sizeof before, "%s", told(b));
            seq = b->books.last_seq;
            add_step(b, last[i]);
            b->alloc.fail_at = b->alloc.asked + n;
            failed = lyt_batch_apply(&b->batch, &b->books, &b->err) != LYT_OK;
            b->alloc.fail_at = 0;
            if (failed) {
                cr_expect_str_eq(told(b), before, "%s, %ld", last[i], n);
                cr_expect_eq(b->books.last_seq, seq);
                (void)lyt_batch_reset(&b->batch, false);
                b->feedback -= strchr(last[i], ':') && last[i][0] != 's';
                add_step(b, last[i]);
                apply(b); /* and the second time it is all there */
            }
            cr_expect_str_neq(told(b), before, "%s, %ld", last[i], n);
            bench_deinit(b);
            free(b);
        }
    }
}

Test(guestreply, what_receivers_say_of_a_guest_is_not_kept)
{
    static const struct {
        int line;
        lyt_way_kind kind;
        bool is_answered;
        int status;
        const char *said, *kept;
    } rows[] = {
        {__LINE__, LYT_WAY_TWILIO, true, 400, "answered 400: {\"code\": 21211, \"to\": \"+4540\"}",
         "answered 400"},
        {__LINE__, LYT_WAY_TWILIO, true, 400, "answered 400: {\"code\": 21610}",
         LYT_GUEST_OPTED_OUT},
        {__LINE__, LYT_WAY_46ELKS, true, 400, "answered 400: 21610", "answered 400"},
        {__LINE__, LYT_WAY_MAIL, true, 550, "answered 550: <anna@b.dk> unknown", "answered 550"},
        {__LINE__, LYT_WAY_MAIL, false, 0, "RCPT <anna@b.dk> failed",
         "the mail server did not answer as it should"},
        {__LINE__, LYT_WAY_GATEWAYAPI, false, 0, "Couldn't connect to server",
         "Couldn't connect to server"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_out_result result = {.is_answered = rows[i].is_answered, .status = rows[i].status};
        char room[200];

        snprintf(room, sizeof room, "%s", rows[i].said);
        lyt_guestsend_reason(room, sizeof room, rows[i].kind, &result, room);
        cr_expect_str_eq(room, rows[i].kept, "line %d", rows[i].line);
    }
}
