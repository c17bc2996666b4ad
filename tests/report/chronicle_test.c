#include <math.h>
#include <stdio.h>
#include <string.h>

#include "staybook.h"

LYT_SUITE(chronicle);

static void expect_record(const lyt_chronicle *c, int64_t id, const char *scenario,
                          const int minutes[5], int line)
{
    const lyt_record *r = lyt_chronicle_record(c, id);
    const int64_t times[5] = {r ? r->opened_us : -1, r ? r->acknowledged_us : -1,
                              r ? r->contacted_us : -1, r ? r->remedied_us : -1,
                              r ? r->closed_us : -1};

    cr_assert_not_null(r, "line %d", line);
    cr_expect(lyt_str_equal(r->scenario, lyt_str_of(scenario)), "line %d", line);
    for (int i = 0; i < 5; i++)
        cr_expect_eq(times[i], minutes[i] ? staybook_us(minutes[i]) : 0, "line %d: time %d", line,
                     i);
}

Test(chronicle, of_a_house_with_settings)
{
    staybook s;
    lyt_chronicle *c;
    const lyt_record *r;

    staybook_init(&s, true);
    c = staybook_read(&s);
    cr_assert_eq(c->n_records, 7, "without the merged one and the parent");
    expect_record(c, 1, "noise", (const int[]){60, 75, 80, 100, 160}, __LINE__);
    expect_record(c, 2, "cold", (const int[]){1700, 1730, 0, 4600, 4700}, __LINE__);
    expect_record(c, 3, "noise", (const int[]){3100, 0, 0, 0, 3110}, __LINE__);
    expect_record(c, 4, "noise", (const int[]){9000, 0, 0, 0, 0}, __LINE__);
    cr_expect_null(lyt_chronicle_record(c, 5));
    cr_expect_null(lyt_chronicle_record(c, 6));
    r = lyt_chronicle_record(c, 1);
    cr_expect_eq(r->cost[LYT_DKK], 15000);
    cr_expect_eq(r->n_given, 1);
    cr_expect_eq(r->score, 9);
    cr_expect(lyt_str_equal(r->cause, LYT_STR("bar open late")));
    cr_expect(lyt_str_equal(r->action, LYT_STR("music off")));
    r = lyt_chronicle_record(c, 2);
    cr_expect_eq(r->n_reopened, 1);
    cr_expect_eq(r->cost[LYT_DKK], 0, "nobody approved it");
    cr_expect(r->is_unconfirmed);
    r = lyt_chronicle_record(c, 4);
    cr_expect_eq(r->repeat_of, 1);
    cr_expect_eq(r->severity, 3);
    cr_expect_not(lyt_record_is_over(r));
    cr_assert_eq(c->n_alarms, 9);
    cr_expect_eq(c->records[c->alarms[5].record].id, 4, "what was merged counts where it went");
    cr_expect_eq(c->alarms[5].message, 0);
    cr_assert_eq(c->n_voices, 12);
    cr_expect(lyt_chronicle_voice(c, 3)->score == 4 && !lyt_chronicle_voice(c, 3)->has_text);
    cr_expect(isnan(lyt_chronicle_voice(c, 1)->score));
    cr_expect_null(lyt_chronicle_voice(c, 13));
    cr_expect(lyt_chronicle_voice(c, 11)->is_drill && lyt_chronicle_record(c, 7)->is_drill);
    cr_expect_eq(lyt_chronicle_record(c, 7)->told_us, staybook_us(9302));
    cr_expect_not(lyt_chronicle_record(c, 1)->is_drill);
    cr_expect_not_null(c->book);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(chronicle, of_a_service_without)
{
    staybook s;
    lyt_chronicle *c;

    staybook_init(&s, false);
    c = staybook_read(&s);
    cr_assert_eq(c->n_records, 3);
    cr_expect_null(c->book);
    expect_record(c, 1, "noise", (const int[]){60, 75, 0, 100, 160}, __LINE__);
    expect_record(c, 2, "cold", (const int[]){1700, 1730, 0, 0, 0}, __LINE__);
    expect_record(c, 3, "noise", (const int[]){3100, 0, 0, 0, 3110}, __LINE__);
    cr_expect(lyt_str_equal(lyt_chronicle_record(c, 1)->guest, LYT_STR("anna")),
              "the sender of its first message");
    cr_expect(lyt_str_equal(lyt_chronicle_record(c, 1)->action, LYT_STR("music off")));
    cr_assert_eq(c->n_alarms, 4);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

static void add_fact(staybook *s, lyt_fact fact)
{
    lyt_buf json;

    lyt_buf_init(&json, NULL);
    lyt_fact_write(&json, &fact);
    cr_assert_eq(lyt_store_begin(s->store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_fact(s->store, fact.incident, lyt_buf_str(&json), fact.at_us, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_store_commit(s->store, NULL), LYT_OK);
    lyt_buf_deinit(&json);
}

Test(chronicle, a_split_is_no_new_alarm)
{
    staybook s;
    lyt_chronicle *c;
    size_t of_one = 0, of_ten = 0;

    staybook_init(&s, true);
    add_fact(&s, (lyt_fact){.kind = LYT_FACT_OPENED,
                            .incident = 10,
                            .at_us = staybook_us(9500),
                            .number = 2,
                            .who = LYT_STR("bent"),
                            .property = LYT_STR("havnen"),
                            .scenario = LYT_STR("noise"),
                            .team = LYT_STR("bar")});
    add_fact(&s, (lyt_fact){.kind = LYT_FACT_TAKEN,
                            .incident = 10,
                            .at_us = staybook_us(9500),
                            .other = 1,
                            .number = 2});
    c = staybook_read(&s);
    cr_expect_eq(c->n_alarms, 9);
    for (size_t i = 0; i < c->n_alarms; i++) {
        of_one += c->records[c->alarms[i].record].id == 1;
        of_ten += c->records[c->alarms[i].record].id == 10;
    }
    cr_expect_eq(of_one, 1);
    cr_expect_eq(of_ten, 1);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(chronicle, a_scenario_is_left_out)
{
    testing_alloc failing;
    lyt_chronicle *c;
    staybook s;
    size_t n = 99;

    staybook_init(&s, true);
    c = staybook_read(&s);
    testing_alloc_init(&failing, 1);
    c->alloc = &failing.alloc;
    cr_expect_eq(lyt_chronicle_leave_out(c, LYT_STR("noise"), &n), LYT_ENOMEM);
    c->alloc = NULL;
    cr_expect_eq(c->n_records, 7);
    cr_assert_eq(lyt_chronicle_leave_out(c, LYT_STR("nothing"), &n), LYT_OK);
    cr_expect_eq(n, 0);
    cr_assert_eq(lyt_chronicle_leave_out(c, LYT_STR("noise"), &n), LYT_OK);
    cr_expect_eq(n, 6);
    cr_assert_eq(c->n_records, 1);
    cr_assert_eq(c->n_alarms, 1);
    cr_expect_eq(c->records[c->alarms[0].record].id, 2);
    cr_expect_eq(c->n_voices, 12);
    cr_assert_eq(lyt_chronicle_leave_out(c, LYT_STR("cold"), &n), LYT_OK);
    cr_expect_eq(c->n_records + c->n_alarms, 0);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(chronicle, damaged_facts_are_refused_and_named)
{
    static const struct {
        int line;
        const char *json, *why;
    } rows[] = {
        {__LINE__, "not json", ""},
        {__LINE__, "{\"fact\":\"moved\",\"incident\":99,\"at\":1,\"which\":1}", ""},
        {__LINE__, "{\"fact\":\"opened\",\"incident\":99,\"at\":1}", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_chronicle *c = NULL;
        lyt_error err = {0};
        staybook s;

        staybook_init(&s, true);
        cr_assert_eq(lyt_store_begin(s.store, NULL), LYT_OK);
        cr_assert_eq(lyt_store_add_fact(s.store, 99, lyt_str_of(rows[i].json), 1, NULL), LYT_OK);
        cr_assert_eq(lyt_store_commit(s.store, NULL), LYT_OK);
        cr_expect_neq(lyt_chronicle_read(&c, NULL, s.store, &err), LYT_OK, "line %d", rows[i].line);
        cr_expect_null(c);
        cr_expect_neq(err.text[0], '\0');
        /* and the store can go on */
        cr_expect_eq(lyt_store_begin(s.store, NULL), LYT_OK);
        lyt_store_rollback(s.store);
        staybook_deinit(&s);
    }
}

Test(chronicle, of_nothing)
{
    staybook s;
    lyt_store *empty;
    lyt_chronicle *c = NULL;
    char path[128];

    staybook_init(&s, false);
    snprintf(path, sizeof path, "%s/empty.db", s.folder);
    cr_assert_eq(lyt_store_open(&empty, &(lyt_store_options){.path = path}, NULL), LYT_OK);
    cr_assert_eq(lyt_chronicle_read(&c, NULL, empty, NULL), LYT_OK);
    cr_expect_eq(c->n_records + c->n_alarms + c->n_voices, 0);
    lyt_chronicle_free(c);
    lyt_store_close(empty);
    staybook_deinit(&s);
}

/* Somebody writes while it is read: neither waits for the other. */
Test(chronicle, a_writer_is_not_held_up)
{
    staybook s;
    lyt_store *reader;
    lyt_chronicle *c = NULL;
    lyt_feedback feedback = {.source_id = LYT_STR("y"),
                             .channel = LYT_STR("sms"),
                             .text = LYT_STR("x"),
                             .score = NAN,
                             .received_us = 1};
    int64_t id = 0;

    staybook_init(&s, true);
    cr_assert_eq(
        lyt_store_open(&reader, &(lyt_store_options){.path = s.path, .read_only = true}, NULL),
        LYT_OK);
    cr_assert_eq(lyt_store_begin(s.store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_feedback(s.store, &feedback, &id, NULL), LYT_OK);
    cr_assert_eq(lyt_chronicle_read(&c, NULL, reader, NULL), LYT_OK);
    cr_expect_eq(c->n_voices, 12, "what is not committed is not there");
    lyt_chronicle_free(c);
    cr_assert_eq(lyt_store_commit(s.store, NULL), LYT_OK);
    cr_assert_eq(lyt_chronicle_read(&c, NULL, reader, NULL), LYT_OK);
    cr_expect_eq(c->n_voices, 13);
    lyt_chronicle_free(c);
    lyt_store_close(reader);
    staybook_deinit(&s);
}

Test(chronicle, without_memory)
{
    testing_alloc failing = {.fail_at = 0};
    staybook s;

    staybook_init(&s, true);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_chronicle *c = NULL;
        lyt_status status = lyt_chronicle_read(&c, &failing.alloc, s.store, NULL);

        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", lyt_status_name(status));
        if (failing.asked >= failing.fail_at)
            cr_expect_eq(status, LYT_ENOMEM, "%ld", n);
        lyt_chronicle_free(c);
        cr_expect_eq(failing.live, 0);
    }
    staybook_deinit(&s);
}
