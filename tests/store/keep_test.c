#include <math.h>
#include <stdio.h>
#include <string.h>

#include "store_guest.h"
#include "store_keep.h"
#include "store_oldest.h"
#include "store_outbox.h"
#include "store_snapshot.h"
#include "testing.h"

LYT_SUITE(keep);

static const int64_t day = (int64_t)86400 * 1000000;

typedef struct house {
    char folder[64];
    lyt_store *store;
    lyt_keep_rules rules;
    lyt_buf seen;
} house;

static void open_house(house *h)
{
    char path[128];
    lyt_error err = {.text = ""};

    snprintf(path, sizeof path, "%s/lyt.db", h->folder);
    cr_assert_eq(lyt_store_open(&h->store, &(lyt_store_options){.path = path}, &err), LYT_OK, "%s",
                 err.text);
}

static void begin(house *h, const char *rules)
{
    lyt_error err = {.text = ""};

    memset(h, 0, sizeof *h);
    testing_folder(h->folder);
    lyt_buf_init(&h->seen, NULL);
    cr_assert_eq(lyt_keep_parse(&h->rules, NULL, lyt_str_of(rules), "retention.yaml", &err), LYT_OK,
                 "%s", err.text);
    open_house(h);
}

static void end(house *h)
{
    lyt_store_close(h->store);
    lyt_buf_deinit(&h->seen);
    testing_folder_remove(h->folder);
}

static int64_t message(house *h, const char *property, int64_t at_us, bool judged)
{
    lyt_feedback f = {.source_id = LYT_STR("sms-1"),
                      .channel = LYT_STR("sms"),
                      .property = lyt_str_of(property),
                      .sender = LYT_STR("g-anna"),
                      .text = LYT_STR("it is freezing"),
                      .score = NAN,
                      .received_us = at_us};
    int64_t id = 0;
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_store_add_feedback(h->store, &f, &id, &err), LYT_OK, "%s", err.text);
    if (judged)
        cr_assert_eq(lyt_store_add_verdict(
                         h->store, id, 1,
                         LYT_STR("{\"text\":\"it is freezing\",\"kind\":\"failure\",\"failures\":[{"
                                 "\"scenario\":\"cold\",\"probability\":0.9,\"evidence\":[{"
                                 "\"text\":\"freezing\"}]}]}"),
                         at_us, &err),
                     LYT_OK);
    return id;
}

/* One that tells of somebody's health. */
static int64_t special_message(house *h, const char *property, int64_t at_us)
{
    lyt_feedback f = {.source_id = LYT_STR("sms-2"),
                      .channel = LYT_STR("sms"),
                      .property = lyt_str_of(property),
                      .sender = LYT_STR("g-bo"),
                      .text = LYT_STR("my asthma"),
                      .score = NAN,
                      .received_us = at_us};
    int64_t id = 0;
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_store_add_feedback(h->store, &f, &id, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_store_add_verdict(h->store, id, 1,
                                       LYT_STR("{\"text\":\"my asthma\",\"special\":[{\"kind\":"
                                               "\"health\",\"start\":3,\"end\":9}],"
                                               "\"failures\":[]}"),
                                       at_us, &err),
                 LYT_OK);
    return id;
}

static void incident(house *h, int64_t id, bool open, int64_t feedback, int64_t at_us)
{
    lyt_incident i = {.id = id,
                      .state = open ? LYT_INCIDENT_NEW : LYT_INCIDENT_CLOSED,
                      .property = "havnen",
                      .opened_us = at_us,
                      .updated_us = at_us};
    lyt_error err;

    cr_assert_eq(lyt_store_put_incident(h->store, &i, &err), LYT_OK);
    cr_assert_eq(lyt_store_add_history(h->store, id, feedback, LYT_STR("opened"), LYT_STR(""),
                                       LYT_STR("anna was sad"), at_us, &err),
                 LYT_OK);
    cr_assert_eq(lyt_store_add_fact(h->store, id,
                                    LYT_STR("{\"fact\":\"opened\",\"guest\":\"g-anna\"}"), at_us,
                                    &err),
                 LYT_OK);
    cr_assert_eq(lyt_store_add_fact(h->store, id,
                                    LYT_STR("{\"fact\":\"told\",\"who\":\"x\",\"text\":\"pager\"}"),
                                    at_us, &err),
                 LYT_OK);
    cr_assert_eq(lyt_store_add_fact(h->store, id,
                                    LYT_STR("{\"fact\":\"noted\",\"text\":\"a word on anna\"}"),
                                    at_us, &err),
                 LYT_OK);
}

static int64_t event(house *h, const char *topic, const char *json, int64_t at_us)
{
    int64_t seq = 0;
    lyt_error err;

    cr_assert_eq(
        lyt_store_add_event(h->store, lyt_str_of(topic), lyt_str_of(json), at_us, &seq, &err),
        LYT_OK);
    return seq;
}

static int64_t run(house *h, int64_t now_us, int64_t most)
{
    lyt_keep_run r = {.rules = &h->rules, .now_us = now_us};
    bool is_done = false;
    lyt_error err = {.text = ""};
    int64_t n = 0;

    for (int i = 0; !is_done && i < 10000; i++)
        cr_assert_eq(lyt_store_keep_step(h->store, &r, most, &is_done, &err), LYT_OK, "%s",
                     err.text);
    cr_assert(is_done);
    for (int i = 0; i < LYT_KEEP_KIND_COUNT; i++)
        n += r.n_gone[i];
    return n;
}

static lyt_status add_due(void *user, const lyt_keep_due *due)
{
    house *h = user;

    if (due->n)
        lyt_buf_addf(&h->seen, "%s %.*s %lld|", lyt_keep_name(due->kind),
                     LYT_STR_ARG(due->property), (long long)due->n);
    return LYT_OK;
}

static const char *due(house *h, int64_t now_us)
{
    lyt_error err = {.text = ""};

    lyt_buf_reset(&h->seen);
    lyt_buf_add_text(&h->seen, "");
    cr_assert_eq(lyt_store_each_due(h->store, &h->rules, now_us, add_due, h, &err), LYT_OK, "%s",
                 err.text);
    return h->seen.data;
}

static lyt_status add_feedback(void *user, const lyt_feedback *f, lyt_str verdict)
{
    lyt_buf_addf(user, "%.*s/%.*s/%.*s %.*s", LYT_STR_ARG(f->text), LYT_STR_ARG(f->sender),
                 LYT_STR_ARG(f->source_id), LYT_STR_ARG(verdict));
    return LYT_OK;
}

/* "" when there is none. */
static const char *feedback(house *h, int64_t id)
{
    lyt_buf_reset(&h->seen);
    lyt_buf_add_text(&h->seen, "");
    (void)!lyt_store_get_feedback(h->store, id, add_feedback, &h->seen, NULL);
    return h->seen.data;
}

static lyt_status add_fact(void *user, lyt_str json)
{
    lyt_buf_addf(user, "%.*s|", LYT_STR_ARG(json));
    return LYT_OK;
}

Test(keep, PR_04_words_go_after_their_days_and_the_rest_stays)
{
    house h;
    int64_t old, young, waiting, held;

    begin(&h, "retention: {text: 30, verdicts: 100}\nproperties: {havnen: {text: 10}}\n");
    old = message(&h, "havnen", 0, true);
    held = message(&h, "havnen", 0, true);
    waiting = message(&h, "havnen", 0, false);
    young = message(&h, "byen", 0, true);
    incident(&h, 1, true, held, 0);
    cr_expect_str_eq(due(&h, 20 * day), "text havnen 1|");
    cr_expect_eq(run(&h, 20 * day, 1), 1, "one row a step comes through as well");
    cr_expect_str_eq(due(&h, 20 * day), "", "the next look finds nothing older");
    cr_expect_str_eq(feedback(&h, old),
                     "// {\"text\":\"\",\"kind\":\"failure\",\"failures\":[{\"scenario\":\"cold\","
                     "\"probability\":0.9}]}");
    cr_expect(strstr(feedback(&h, held), "freezing"), "its incident is open");
    cr_expect(strstr(feedback(&h, waiting), "freezing"), "it waits for a verdict");
    cr_expect(strstr(feedback(&h, young), "freezing"), "30 days there");
    incident(&h, 1, false, held, 0);
    cr_expect_str_eq(due(&h, 31 * day), "text  1|text havnen 1|");
    cr_expect_eq(run(&h, 31 * day, 100), 2);
    cr_expect_eq(run(&h, 31 * day, 100), 0);
    end(&h);
}

Test(keep, PR_07_what_tells_of_health_goes_sooner)
{
    house h;
    int64_t plain, special, held, there;

    begin(&h, "retention: {text: 30, special: 7}\nproperties: {byen: {special: 3}}\n");
    plain = message(&h, "havnen", 0, true);
    special = special_message(&h, "havnen", 0);
    held = special_message(&h, "havnen", 0);
    there = special_message(&h, "byen", 0);
    incident(&h, 1, true, held, 0);
    cr_expect_str_eq(due(&h, 5 * day), "special byen 1|");
    cr_expect_eq(run(&h, 5 * day, 1), 1);
    cr_expect_str_eq(feedback(&h, there), "// {\"text\":\"\",\"failures\":[]}",
                     "not even the kind");
    cr_expect_str_eq(due(&h, 10 * day), "special  1|");
    cr_expect_eq(run(&h, 10 * day, 1), 1);
    cr_expect_str_eq(feedback(&h, special), "// {\"text\":\"\",\"failures\":[]}");
    cr_expect(strstr(feedback(&h, plain), "freezing"));
    cr_expect(strstr(feedback(&h, held), "asthma"), "its incident is open");
    cr_expect_eq(run(&h, 10 * day, 100), 0);
    end(&h);
}

static lyt_source source(house *h, int64_t feedback, const char *channel, const char *id,
                         int64_t since_us)
{
    lyt_feedback with = {
        .channel = lyt_str_of(channel), .property = LYT_STR("havnen"), .source_id = lyt_str_of(id)};
    lyt_source out = (lyt_source)-1;
    lyt_error err = {.text = ""};

    cr_expect_eq(lyt_store_compare_source(h->store, feedback, &with, since_us, &out, &err), LYT_OK,
                 "%s", err.text);
    return out;
}

Test(keep, CH_03_which_id_a_message_came_with_until_it_is_let_go_of)
{
    house h;
    int64_t id, young;

    begin(&h, "retention: {text: 1, verdicts: 3}\n");
    id = message(&h, "havnen", 5, true);
    young = message(&h, "havnen", 2 * day, true);
    cr_expect_eq(source(&h, id, "sms", "sms-1", 5), LYT_SOURCE_SAME);
    cr_expect_eq(source(&h, id, "sms", "sms-1", 6), LYT_SOURCE_OTHER, "too old");
    cr_expect_eq(source(&h, id, "sms", "sms-2", 5), LYT_SOURCE_OTHER);
    cr_expect_eq(source(&h, id, "nfc", "sms-1", 5), LYT_SOURCE_OTHER);
    cr_expect_eq(run(&h, 2 * day, 100), 1);
    cr_expect_eq(source(&h, id, "sms", "sms-1", 5), LYT_SOURCE_GONE);
    cr_expect_eq(source(&h, id, "sms", "sms-1", 6), LYT_SOURCE_OTHER, "when it came is known");
    cr_expect_eq(source(&h, id, "nfc", "sms-1", 5), LYT_SOURCE_OTHER, "and from where");
    cr_expect_eq(source(&h, young, "sms", "sms-1", 5), LYT_SOURCE_SAME);
    cr_expect_eq(run(&h, 4 * day, 100), 2, "all of the old one, the words of the young one");
    cr_expect_eq(source(&h, id, "sms", "sms-1", 5), LYT_SOURCE_GONE);
    cr_expect_eq(source(&h, id + 100, "sms", "sms-1", 5), LYT_SOURCE_GONE);
    end(&h);
}

Test(keep, numbers_are_never_given_twice)
{
    house h;
    int64_t gone = 0, seq;
    lyt_store_counts counts;

    begin(&h, "retention: {text: 5, verdicts: 10, events: 10}\n");
    for (int i = 0; i < 3; i++)
        message(&h, "havnen", i, true);
    for (int i = 0; i < 3; i++)
        event(&h, "alarm.x", "{}", i);
    cr_expect_eq(run(&h, 20 * day, 2), 9, "three words, three messages, three events");
    cr_expect_eq(lyt_store_events_gone(h.store, &gone, NULL), LYT_OK);
    cr_expect_eq(gone, 3);
    lyt_store_close(h.store);
    open_house(&h);
    cr_expect_eq(lyt_store_count(h.store, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 0);
    cr_expect_eq(counts.events, 0);
    cr_expect_eq(counts.last_seq, 3);
    cr_expect_eq(lyt_store_last_seq(h.store, &seq, NULL), LYT_OK);
    cr_expect_eq(seq, 3);
    cr_expect_eq(message(&h, "havnen", 30 * day, true), 4);
    cr_expect_eq(event(&h, "alarm.x", "{}", 30 * day), 4);
    end(&h);
}

Test(keep, OP_12_events_go_from_the_oldest_up_to_the_first_young_one)
{
    house h;
    int64_t words, n = 0;
    lyt_store_counts counts;

    begin(&h, "retention: {events: 10}\n");
    words = message(&h, "havnen", 0, true);
    cr_assert_eq(words, 1);
    event(&h, "alarm.x", "{}", 0);
    event(&h, "correction.havnen", "{\"feedback\":1}", 0);
    event(&h, "correction.havnen", "{\"feedback\":9}", 0);
    event(&h, "alarm.y", "{}", 15 * day);
    event(&h, "alarm.z", "{}", 0); /* a clock that stepped back */
    cr_expect_str_eq(due(&h, 20 * day), "events  2|");
    n = run(&h, 20 * day, 1);
    cr_expect_eq(n, 2);
    cr_expect_eq(lyt_store_count(h.store, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.events, 3, "the lesson, and from the first young one on");
    end(&h);
}

Test(keep, closed_incidents_lose_what_people_wrote)
{
    static const char left[] =
        "{\"fact\":\"opened\"}|{\"fact\":\"told\",\"who\":\"x\",\"text\":\"pager\"}|"
        "{\"fact\":\"noted\"}|{\"fact\":\"opened\",\"guest\":\"g-anna\"}|";
    house h;

    begin(&h, "retention: {incidents: 10}\n");
    incident(&h, 1, false, 0, 0);
    incident(&h, 2, true, 0, 0);
    incident(&h, 3, false, 0, 15 * day);
    cr_expect_str_eq(due(&h, 20 * day), "incidents  1|");
    cr_expect_eq(run(&h, 20 * day, 1), 1);
    cr_expect_str_eq(due(&h, 20 * day), "");
    lyt_buf_reset(&h.seen);
    cr_expect_eq(lyt_store_each_fact(h.store, add_fact, &h.seen, NULL), LYT_OK);
    cr_expect(lyt_str_begins(lyt_buf_str(&h.seen), lyt_str_of(left)), "%s", h.seen.data);
    end(&h);
}

static int64_t outbox(house *h, int64_t seq, int64_t incident, lyt_outbox_state state,
                      int64_t at_us)
{
    lyt_outbox_row row = {.seq = seq,
                          .incident = incident,
                          .event = 1,
                          .at_us = at_us,
                          .due_us = at_us,
                          .give_up_us = at_us,
                          .way = LYT_STR("sms"),
                          .who = LYT_STR("mette"),
                          .channel = LYT_STR("sms")};
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_store_outbox_add(h->store, &row, &err), LYT_OK, "%s", err.text);
    row.id = seq;
    row.state = state;
    cr_assert_eq(lyt_store_outbox_put(h->store, &row, &err), LYT_OK, "%s", err.text);
    return seq;
}

/* Of each kind one that is old, then one of a clock that was far ahead, then others: (number, day). */
static void keep_one_of_each(house *h, int64_t at_us)
{
    lyt_note note = {.kind = LYT_NOTE_ORDER, .guest = "anna", .item = "tea", .source = ""};
    int64_t id = message(h, "havnen", at_us, true);

    note.at_us = at_us;
    incident(h, id, false, id, at_us);
    event(h, "alarm.x", "{}", at_us);
    outbox(h, id, id, LYT_OUTBOX_SENT, at_us);
    cr_assert_eq(lyt_store_add_behaviour(h->store, LYT_STR("anna"), LYT_STR("{}"), at_us, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_store_add_note(h->store, &note, NULL), LYT_OK);
}

Test(keep, OP_12_a_row_of_a_clock_that_was_wrong_stops_nothing_and_goes_with_those_after_it)
{
    const int64_t far = 30000 * day;
    static const int64_t days[] = {0, -1, -1, -1, 2, 15, -1};
    static const struct {
        int64_t day;
        const char *due;
        int64_t n;
    } runs[] = {
        {5, "", 0},
        /* of nine kinds six are here, of them text and verdicts are of one message */
        {11, "text  1|verdicts  1|events  1|incidents  1|outbox  1|behaviour  1|notes  1|", 7},
        {13, "text  4|verdicts  4|events  4|incidents  4|outbox  4|behaviour  4|notes  4|", 28},
        {20, "", 0},
        {26, "text  1|verdicts  1|events  1|incidents  1|outbox  1|behaviour  1|notes  1|", 7},
    };
    house h;

    for (int64_t most = 1; most <= 100; most += 99) {
        begin(&h, "retention: {text: 10, verdicts: 10, events: 10, incidents: 10, outbox: 10, "
                  "behaviour: 10, notes: 10}\n");
        for (size_t i = 0; i < sizeof days / sizeof *days; i++)
            keep_one_of_each(&h, days[i] < 0 ? far + (int64_t)i : days[i] * day);
        for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
            cr_expect_str_eq(due(&h, runs[i].day * day), runs[i].due, "day %d: %s", (int)runs[i].day, h.seen.data);
            cr_expect_eq(run(&h, runs[i].day * day, most), runs[i].n, "day %d", (int)runs[i].day);
        }
        /* the last is of a clock that was wrong, and nothing after it says when it was */
        cr_expect(strstr(feedback(&h, 7), "freezing"));
        end(&h);
    }
}

static lyt_status add_row(void *user, const lyt_outbox_row *row)
{
    lyt_buf_addf(user, "%lld ", (long long)row->id);
    return LYT_OK;
}

static lyt_status add_way(void *user, const lyt_way_row *row)
{
    lyt_buf_addf(user, "%.*s %lld/%lld/%lld", LYT_STR_ARG(row->way),
                 (long long)row->counts[LYT_OUTBOX_WAITING],
                 (long long)row->counts[LYT_OUTBOX_SENT], (long long)row->counts[LYT_OUTBOX_DEAD]);
    return LYT_OK;
}

Test(keep, PR_04_what_was_sent_goes_and_how_much_it_was_stays)
{
    house h;

    begin(&h, "retention: {outbox: 10}\n");
    incident(&h, 1, false, 0, 0);
    incident(&h, 2, true, 0, 0);
    outbox(&h, 1, 1, LYT_OUTBOX_SENT, 0);
    outbox(&h, 2, 2, LYT_OUTBOX_SENT, 0);    /* its incident is open */
    outbox(&h, 3, 1, LYT_OUTBOX_WAITING, 0); /* it has still to go */
    outbox(&h, 4, 1, LYT_OUTBOX_DEAD, day);
    outbox(&h, 5, 0, LYT_OUTBOX_SENT, day);
    outbox(&h, 6, 1, LYT_OUTBOX_SENT, 15 * day);
    cr_expect_str_eq(due(&h, 20 * day), "outbox  3|");
    cr_expect_eq(run(&h, 20 * day, 2), 3);
    cr_expect_str_eq(due(&h, 20 * day), "");
    lyt_buf_reset(&h.seen);
    cr_expect_eq(
        lyt_store_outbox_each(h.store, LYT_STR(""), lyt_outbox_any, 0, 100, add_row, &h.seen, NULL),
        LYT_OK);
    cr_expect_str_eq(h.seen.data, "2 3 6 ");
    lyt_buf_reset(&h.seen);
    cr_expect_eq(lyt_store_each_way(h.store, add_way, &h.seen, NULL), LYT_OK);
    cr_expect_str_eq(h.seen.data, "sms 1/4/1");
    end(&h);
}

static lyt_status add_note(void *user, const lyt_note *note)
{
    lyt_buf_addf(user, "%s ", note->item);
    return LYT_OK;
}

static lyt_status add_stay(void *user, const lyt_stay *stay)
{
    lyt_buf_addf(user, "%s ", stay->id);
    return LYT_OK;
}

Test(keep, PR_04_what_guests_did_notes_and_stays_go)
{
    static const lyt_stay stays[] = {{"s1", "anna", "havnen", "214", 0, 5 * day},
                                     {"s2", "anna", "havnen", "214", 6 * day, 19 * day},
                                     {"s3", "bo", "skoven", "12", 0, 14 * day},
                                     {"s4", "bo", "skoven", "12", 0, 16 * day}};
    lyt_note old = {
        .kind = LYT_NOTE_ORDER, .guest = "anna", .item = "tea", .source = "", .at_us = 0};
    lyt_note young = {
        .kind = LYT_NOTE_ORDER, .guest = "anna", .item = "wine", .source = "", .at_us = 15 * day};
    house h;

    begin(&h,
          "retention: {behaviour: 10, notes: 10, stays: 10}\nproperties: {skoven: {stays: 5}}\n");
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(lyt_store_put_stay(h.store, &stays[i], NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_note(h.store, &old, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_note(h.store, &young, NULL), LYT_OK);
    for (int64_t at = 0; at < 20; at += 5)
        cr_assert_eq(lyt_store_add_behaviour(h.store, LYT_STR("anna"),
                                             at < 10 ? LYT_STR("\"old\"") : LYT_STR("\"new\""),
                                             at * day, NULL),
                     LYT_OK);
    cr_expect_str_eq(due(&h, 20 * day), "behaviour  2|notes  1|stays  1|stays skoven 1|");
    cr_expect_eq(run(&h, 20 * day, 1), 5);
    cr_expect_str_eq(due(&h, 20 * day), "", "the next day nothing older is found");
    lyt_buf_reset(&h.seen);
    cr_expect_eq(lyt_store_each_behaviour(h.store, add_fact, &h.seen, NULL), LYT_OK);
    cr_expect_eq(lyt_store_each_note(h.store, LYT_STR(""), add_note, &h.seen, NULL), LYT_OK);
    cr_expect_eq(lyt_store_each_stay(h.store, add_stay, &h.seen, NULL), LYT_OK);
    cr_expect_str_eq(h.seen.data, "\"new\"|\"new\"|wine s2 s4 ");
    end(&h);
}

Test(keep, IN_08_the_sum_of_facts_goes_with_the_words_that_are_in_it)
{
    int64_t last = 0, n = -1;
    lyt_buf bytes;
    house h;

    begin(&h, "retention: {incidents: 10}\n");
    lyt_buf_init(&bytes, NULL);
    cr_expect_eq(lyt_store_facts_changed(h.store, &n, NULL), LYT_OK);
    cr_expect_eq(n, 0);
    incident(&h, 1, false, 0, 0);
    cr_assert_eq(lyt_store_last_fact(h.store, &last, NULL), LYT_OK);
    cr_assert_eq(lyt_store_put_snapshot(h.store, last, LYT_STR("a word on anna"), 0, NULL), LYT_OK);
    cr_expect_eq(run(&h, 5 * day, 1), 0);
    cr_expect_eq(lyt_store_get_snapshot(h.store, &last, &bytes, NULL), LYT_OK);
    cr_expect_str_eq(bytes.data, "a word on anna");
    cr_expect_eq(run(&h, 20 * day, 1), 1);
    cr_expect_eq(lyt_store_get_snapshot(h.store, &last, &bytes, NULL), LYT_ENOTFOUND);
    cr_expect_eq(lyt_store_facts_changed(h.store, &n, NULL), LYT_OK);
    cr_expect_eq(n, 1);
    lyt_buf_deinit(&bytes);
    end(&h);
}

Test(keep, a_failure_changes_nothing_and_the_step_is_taken_again)
{
    house h;
    lyt_keep_run r;
    bool is_done = false;
    lyt_error err;

    begin(&h, "retention: {text: 1}\n");
    message(&h, "havnen", 0, true);
    r = (lyt_keep_run){.rules = &h.rules, .now_us = 5 * day};
    cr_assert_eq(lyt_store_begin(h.store, &err), LYT_OK);
    cr_expect_neq(lyt_store_keep_step(h.store, &r, 10, &is_done, &err), LYT_OK,
                  "inside of a transaction");
    lyt_store_rollback(h.store);
    cr_expect(strstr(feedback(&h, 1), "freezing"));
    cr_expect_eq(lyt_store_keep_step(h.store, &r, 10, &is_done, &err), LYT_OK);
    cr_expect_not(strstr(feedback(&h, 1), "freezing"));
    end(&h);
}

Test(keep, SC_05_versions_are_wanted_since_the_oldest_message_or_alarm)
{
    static const struct {
        int line;
        const char *topic; /* of an event at 20 days; NULL: a message then */
        int64_t is_days;
    } rows[] = {
        {__LINE__, "health.started", INT64_MAX},
        {__LINE__, "correction.havnen", INT64_MAX},
        {__LINE__, NULL, 18},
        {__LINE__, "alarm.havnen.desk.1.cold", 18},
    };
    char path[128];
    lyt_error err;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t oldest = 0, wanted = rows[i].is_days;
        house h;

        begin(&h, "retention: {text: 30}\n");
        if (!rows[i].topic)
            message(&h, "havnen", 20 * day, true);
        else
            cr_assert_eq(lyt_store_add_event(h.store, lyt_str_of(rows[i].topic), LYT_STR("{}"),
                                             20 * day, &(int64_t){0}, &err),
                         LYT_OK);
        if (wanted < INT64_MAX)
            message(&h, "havnen", 21 * day, true);
        snprintf(path, sizeof path, "%s/lyt.db", h.folder);
        cr_assert_eq(lyt_store_oldest(path, &oldest, &err), LYT_OK, "%s", err.text);
        cr_expect_eq(oldest, wanted < INT64_MAX ? wanted * day : wanted, "row at line %d: %lld",
                     rows[i].line, (long long)oldest);
        end(&h);
    }
    cr_expect_neq(lyt_store_oldest("/nowhere/lyt.db", &(int64_t){0}, &err), LYT_OK);
}
