#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guestreply.h"
#include "guestsend.h"
#include "ledgerday.h"
#include "pack.h"

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
    "refunds: {scenarios: [room-not-cleaned]}\n"
    "ways:\n"
    "  - {id: sms, kind: twilio, secret: k, from: \"+4592450000\", guests: true}\n"
    "  - {id: pms, kind: webhook, url: \"https://example.com\", secret: k, events: [recovered]}\n";

/* The worked example's words for guests. Loaded once a test: they never change. */
typedef struct guest_words {
    lyt_pack *pack;
    lyt_classifier *classifier;
} guest_words;

static void load_words(guest_words *w)
{
    char pack[256], lexicons[256];
    lyt_pack_options o = {.fs = lyt_fs_system(), .lexicons_folder = lexicons};
    lyt_error err = {0};

    snprintf(pack, sizeof pack, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(&w->pack, pack, &o, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_classifier_of_pack(&w->classifier, w->pack, NULL, &err), LYT_OK);
}

static void free_words(guest_words *w)
{
    lyt_classifier_close(w->classifier);
    lyt_pack_free(w->pack);
}

static void add_verdict(ledgerday *d, const char *guest, const char *place, const char *scenario,
                        bool twice)
{
    lyt_feedback f = {.id = d->feedback,
                      .source_id = LYT_STR("x"),
                      .channel = LYT_STR("sms"),
                      .property = LYT_STR("havnen"),
                      .place = lyt_str_of(place),
                      .sender = lyt_str_of(guest)};
    lyt_done_item *done = calloc(1, sizeof *done);

    done->id = f.id;
    done->judgement.json = LYT_STR("{}");
    done->judgement.language = LYT_STR("da");
    done->judgement.n_failures = 1 + twice;
    for (int i = 0; i <= (int)twice; i++)
        done->judgement.failures[i] =
            (lyt_judged_failure){.scenario = i ? LYT_STR("noise") : lyt_str_of(scenario),
                                 .team = LYT_STR("housekeeping"),
                                 .severity = 2};
    ledgerday_add_verdict(d, &f, done);
    free(done);
}

/* "anna@214" with words, by a number that was sent from, typed, or without any */
static void add_text(ledgerday *d, const char *who, const char *how, const char *words,
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
             (long long)++d->feedback, guest, words, to);
    ledgerday_add_order(d, json);
    if (place)
        add_verdict(d, guest, place + 1, scenario, twice);
}

static void add_do(ledgerday *d, const char *verb, const char *incident, const char *more)
{
    char json[300];

    snprintf(json, sizeof json,
             "{\"type\":\"incident.do\",\"verb\":\"%s\",\"incident\":%s,\"by\":\"boss\"%s}", verb,
             incident, more);
    ledgerday_add_order(d, json);
}

static void add_consent(ledgerday *d, const char *guest, bool stops)
{
    char json[200];

    snprintf(json, sizeof json,
             "{\"type\":\"guest.%s\",\"guest\":\"%s\",\"how\":\"sms\",\"lang\":\"da\",\"property\":"
             "\"havnen\",\"reply_to\":{\"sealed\":\"1.%s\",\"kind\":\"phone\"}}",
             stops ? "stop" : "start", guest, guest);
    ledgerday_add_order(d, json);
}

/* One word of a day. */
static void add_step(ledgerday *d, const char *word)
{
    if (ledgerday_take(&word, "text:"))
        add_text(d, word, "", "Ikke rent", "room-not-cleaned", false);
    else if (ledgerday_take(&word, "both:"))
        add_text(d, word, "", "Ikke rent og larm", "room-not-cleaned", true);
    else if (ledgerday_take(&word, "cold:"))
        add_text(d, word, "", "Koldt", "room-too-cold", false);
    else if (ledgerday_take(&word, "typed:"))
        add_text(d, word, ",\"typed\":true", "Ikke rent", "room-not-cleaned", false);
    else if (ledgerday_take(&word, "card:"))
        add_text(d, word, NULL, "Ikke rent", "room-not-cleaned", false);
    else if (ledgerday_take(&word, "nej:"))
        add_text(d, word, "", "nej", "", false);
    else if (ledgerday_take(&word, "ja:"))
        add_text(d, word, "", "ja", "", false);
    else if (ledgerday_take(&word, "retur:"))
        add_text(d, word, "", "RETUR", "", false);
    else if (ledgerday_take(&word, "page")) {
        char json[80];

        snprintf(json, sizeof json, "{\"type\":\"guest.refund\",\"feedback\":%s}", word);
        ledgerday_add_order(d, json);
    } else if (ledgerday_take(&word, "stop:"))
        add_consent(d, word, true);
    else if (ledgerday_take(&word, "start:"))
        add_consent(d, word, false);
    else if (ledgerday_take(&word, "forget:")) {
        char json[100];

        snprintf(json, sizeof json, "{\"type\":\"guest.forget\",\"guest\":\"%s\"}", word);
        ledgerday_add_order(d, json);
    } else if (ledgerday_take(&word, "work"))
        add_do(d, "move", word, ",\"state\":\"in-work\"");
    else if (ledgerday_take(&word, "cause"))
        add_do(d, "cause", word, ",\"note\":\"why\"");
    else if (ledgerday_take(&word, "action"))
        add_do(d, "action", word, ",\"note\":\"what\"");
    else if (ledgerday_take(&word, "remedy"))
        add_do(d, "move", word, ",\"state\":\"remedied\"");
    else if (ledgerday_take(&word, "ask"))
        add_do(d, "ask", word, "");
    else if (ledgerday_take(&word, "resolve"))
        add_do(d, "resolve", word, ",\"note\":\"done\"");
    else if (ledgerday_take(&word, "reopen"))
        add_do(d, "move", word, ",\"state\":\"reopened\",\"note\":\"again\"");
    else if (ledgerday_take(&word, "void"))
        add_do(d, "move", word, ",\"state\":\"void\",\"note\":\"no\"");
    else if (ledgerday_take(&word, "give"))
        add_do(d, "offer", word, ",\"whom\":\"fruit\"");
    else if (ledgerday_take(&word, "reply"))
        add_do(d, "reply", word, "");
    else if (ledgerday_take(&word, "own"))
        add_do(d, "reply", word, ",\"note\":\"Vi kommer\"");
    else if (ledgerday_take(&word, "sent"))
        ledgerday_add_report(d, LYT_OUTBOX_OP_SENT, atoi(word), "", "");
    else if (ledgerday_take(&word, "again"))
        ledgerday_add_report(d, LYT_OUTBOX_OP_AGAIN, atoi(word), "", "answered 500");
    else if (ledgerday_take(&word, "wrong"))
        ledgerday_add_report(d, LYT_OUTBOX_OP_DEAD, atoi(word), "", "answered 400");
    else if (ledgerday_take(&word, "dead"))
        ledgerday_add_report(d, LYT_OUTBOX_OP_DEAD, atoi(word), "", "answered 503");
    else if (ledgerday_take(&word, "carrier"))
        ledgerday_add_report(d, LYT_OUTBOX_OP_DEAD, atoi(word), "", LYT_GUEST_OPTED_OUT);
    else if (ledgerday_take(&word, "drop") || ledgerday_take(&word, "retry")) {
        char json[100];

        snprintf(json, sizeof json, "{\"type\":\"outbox.%s\",\"row\":%s,\"by\":\"boss\"}",
                 word[-1] == 'p' ? "drop" : "retry", word);
        ledgerday_add_order(d, json);
    } else if (ledgerday_take(&word, "hours")) {
        d->clock.wall_us += atoi(word) * (int64_t)3600000000;
        cr_assert_eq(lyt_batch_add_tick(&d->batch), LYT_OK);
    } else
        cr_assert_fail("what is %s?", word);
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
static const char *told(ledgerday *d)
{
    static char list[2000];

    list[0] = '\0';
    cr_assert_eq(lyt_store_outbox_each(d->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                       note_row, list, NULL),
                 LYT_OK);
    strcat(list, "| ");
    for (int64_t incident = 0; incident < 8; incident++)
        cr_assert_eq(
            lyt_store_each_reply(d->books.store, incident, LYT_STR(""), note_reply, list, NULL),
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

    if (lyt_guestsend_is(row) && lyt_store_get_reply(((ledgerday *)user)->books.store, row->seq,
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
    /* money back: once a case, of what the house gives it for, whichever of its guests asks */
    {__LINE__, "text:anna@214 sent1 retur:anna", "replys refundw | "},
    {__LINE__, "text:anna@214 sent1 retur:anna sent2 retur:anna", "replys refunds | "},
    {__LINE__, "text:anna@214 sent1 restart retur:anna restart retur:anna", "replys refundw | "},
    {__LINE__, "text:anna@214 text:bo@214 sent1 sent2 retur:bo", "replys replys refundw | "},
    {__LINE__, "text:anna@214 sent1 retur:bo", "replys | "},
    {__LINE__, "cold:anna@214 retur:anna", "| 1-reply:held "},
    {__LINE__, "text:anna@214 sent1 page1 retur:anna", "replys | "},
    {__LINE__, "text:anna@214 sent1 void1 retur:anna", "replys | "},
    {__LINE__, "text:anna@214 stop:anna retur:anna", "replyx opted-outw | 1-refund:held "},
    {__LINE__, "typed:anna@214 retur:anna", "refundw | 1-reply:draft "},
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
     "replys follow-ups againw follow-upw | "},
    /* words that complain are an answer, too; who never left a number hears nothing */
    {__LINE__, "text:anna@214 sent1 work1 remedy1 ask1 sent2 text:anna@214",
     "replys follow-ups againw | "},
    {__LINE__, "card:anna@214 work1 remedy1 ask1 nej:anna", "| 1-follow-up:held "},
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
    guest_words w;

    load_words(&w);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        ledgerday *d = malloc(sizeof *d);

        ledgerday_init(d, desk_text, w.classifier);
        ledgerday_live(d, days[i].day, add_step);
        cr_expect_str_eq(told(d), days[i].told, "row %d: %s", days[i].row, told(d));
        cr_assert_eq(lyt_store_outbox_each(d->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                           agrees, d, NULL),
                     LYT_OK);
        ledgerday_deinit(d);
        free(d);
    }
    free_words(&w);
}

Test(guestreply, a_wrong_number_is_no_dead_way)
{
    guest_words w;
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

    load_words(&w);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ledgerday *d = malloc(sizeof *d);

        ledgerday_init(d, desk_text, w.classifier);
        ledgerday_live(d, rows[i].day, add_step);
        cr_expect_eq(ledgerday_events(d, "health.way-dead"), rows[i].dead, "line %d", rows[i].line);
        ledgerday_deinit(d);
        free(d);
    }
    free_words(&w);
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
    guest_words w;
    ledgerday *d = malloc(sizeof *d);
    bool is_there = false;

    load_words(&w);
    ledgerday_init(d, desk_text, w.classifier);
    ledgerday_live(d,
                   "text:anna@214 sent1 work1 cause1 action1 remedy1 ask1 sent2 ja:anna stop:anna",
                   add_step);
    cr_assert_eq(lyt_store_each_event(d->books.store, 0, LYT_STR(""), INT64_MAX, find_guest,
                                      &is_there, NULL),
                 LYT_OK);
    cr_expect(!is_there);
    cr_expect_eq(ledgerday_events(d, "notice.havnen.guest.reply"), 1);
    cr_expect_eq(ledgerday_events(d, "consent.havnen.opted-out"), 1);
    ledgerday_deinit(d);
    free(d);
    free_words(&w);
}

Test(guestreply, a_transaction_that_fails_leaves_nothing_behind)
{
    guest_words w;
    static const char *const last[] = {"text:carl@215", "stop:anna", "own1",   "ask1",
                                       "carrier1",      "sent1",     "reply2", "ja:anna"};

    load_words(&w);
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        for (long n = 1, failed = 1; failed; n++) {
            ledgerday *d = malloc(sizeof *d);
            char before[500];
            int64_t seq;

            ledgerday_init(d, desk_text, w.classifier);
            ledgerday_live(d, "text:anna@214 typed:bo@216 work1 cause1 action1 remedy1", add_step);
            if (strcmp(last[i], "ja:anna") == 0)
                ledgerday_live(d, "ask1", add_step);
            snprintf(before, sizeof before, "%s", told(d));
            seq = d->books.last_seq;
            add_step(d, last[i]);
            d->alloc.fail_at = d->alloc.asked + n;
            failed = lyt_batch_apply(&d->batch, &d->books, &d->err) != LYT_OK;
            d->alloc.fail_at = 0;
            if (failed) {
                cr_expect_str_eq(told(d), before, "%s, %ld", last[i], n);
                cr_expect_eq(d->books.last_seq, seq);
                (void)lyt_batch_reset(&d->batch, false);
                d->feedback -= strchr(last[i], ':') && last[i][0] != 's';
                add_step(d, last[i]);
                ledgerday_apply(d); /* and the second time it is all there */
            }
            cr_expect_str_neq(told(d), before, "%s, %ld", last[i], n);
            ledgerday_deinit(d);
            free(d);
        }
    }
    free_words(&w);
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

static lyt_status count_asked(void *user, lyt_str text)
{
    *(int *)user += lyt_str_begins(text, LYT_STR("{\"fact\":\"refund-asked\""));
    return LYT_OK;
}

static int asked(ledgerday *d)
{
    int n = 0;

    cr_assert_eq(lyt_store_each_fact(d->books.store, count_asked, &n, NULL), LYT_OK);
    return n;
}

/* What the button of the status page and the word in an answer make of it in the log. */
Test(guestreply, RE_11_a_request_for_money_back_is_counted_once)
{
    static const struct {
        int row;
        const char *day;
        int asked;
    } rows[] = {
        {__LINE__, "card:anna@214 page1", 1},
        {__LINE__, "card:anna@214 page1 page1 page1", 1},
        {__LINE__, "card:anna@214 page1 restart page1", 1},
        {__LINE__, "text:anna@214 page1 retur:anna retur:anna", 1},
        {__LINE__, "card:anna@214 card:bo@214 page1 page2", 1},
        {__LINE__, "card:anna@214 card:bo@311 page1 page2", 2},
        {__LINE__, "cold:anna@214 page1", 0},
        {__LINE__, "card:anna@214 void1 page1", 0},
        {__LINE__, "card:anna@214 page9", 0},
        {__LINE__, "page1", 0},
    };
    guest_words w;

    load_words(&w);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ledgerday *d = malloc(sizeof *d);

        ledgerday_init(d, desk_text, w.classifier);
        ledgerday_live(d, rows[i].day, add_step);
        cr_expect_eq(asked(d), rows[i].asked, "row %d: %d", rows[i].row, asked(d));
        ledgerday_deinit(d);
        free(d);
    }
    free_words(&w);
}
