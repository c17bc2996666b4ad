#include <math.h>
#include <stdio.h>
#include <string.h>

#include "classify.h"
#include "testing.h"
#include "whatif.h"

LYT_SUITE(whatif);

#define FAILURE(scenario, team, severity)                                                          \
    "{\"scenario\":\"" scenario "\",\"probability\":0.9,\"severity\":" severity                    \
    ",\"team\":\"" team "\"}"
#define VERDICT(kind, failures)                                                                    \
    "{\"text\":\"\",\"kind\":\"" kind "\",\"failures\":[" failures "],\"pack\":\"0\"}"
#define DIRTY FAILURE("room-not-cleaned", "housekeeping", "2")

/* What was said, and what the small pack says now. */
static const struct {
    int row;
    const char *text, *property, *verdict;
    lyt_whatif_kind kind; /* LYT_WHATIF_KINDS: nothing changes */
    const char *before, *after;
} rows[] = {
    {__LINE__, "My room was not cleaned today", "elsewhere", VERDICT("complaint", DIRTY),
     LYT_WHATIF_KINDS, "", ""},
    {__LINE__, "My room was not cleaned today", "elsewhere", VERDICT("complaint", ""),
     LYT_WHATIF_GAINED, "", "room-not-cleaned"},
    /* a question alarmed nobody, so this alarm is new */
    {__LINE__, "My room was not cleaned at all", "elsewhere", VERDICT("question", DIRTY),
     LYT_WHATIF_GAINED, "", "room-not-cleaned"},
    {__LINE__, "thank you for everything", "elsewhere", VERDICT("complaint", DIRTY),
     LYT_WHATIF_LOST, "room-not-cleaned", ""},
    {__LINE__, "My room was not cleaned today", "elsewhere",
     VERDICT("complaint", FAILURE("room-not-cleaned", "reception", "2")), LYT_WHATIF_REROUTED,
     "room-not-cleaned", "room-not-cleaned"},
    {__LINE__, "My room was not cleaned today", "elsewhere",
     VERDICT("complaint", FAILURE("leak", "maintenance", "3")), LYT_WHATIF_REROUTED, "leak",
     "room-not-cleaned"},
    {__LINE__, "My room was not cleaned today", "elsewhere",
     VERDICT("complaint", FAILURE("room-not-cleaned", "housekeeping", "1")), LYT_WHATIF_SEVERITY,
     "room-not-cleaned", "room-not-cleaned"},
    /* at this property noise is on trial */
    {__LINE__, "loud music from the bar all night", "havnen",
     VERDICT("complaint", FAILURE("noise", "housekeeping", "1")), LYT_WHATIF_LOST, "noise", ""},
};
enum { n_rows = sizeof rows / sizeof *rows };

typedef struct bed {
    char folder[64], path[96];
    lyt_store *store;
    lyt_pack *pack;
    lyt_classifier *classifier;
} bed;

static void add_row(bed *b, const char *text, const char *property, const char *verdict,
                    int64_t received_us)
{
    lyt_feedback feedback = {
        .source_id = LYT_STR("s"),
        .channel = LYT_STR("sms"),
        .property = lyt_str_of(property),
        .text = lyt_str_of(text),
        .score = NAN,
        .received_us = received_us,
    };
    int64_t id = 0;

    cr_assert_eq(lyt_store_begin(b->store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_feedback(b->store, &feedback, &id, NULL), LYT_OK);
    if (verdict)
        cr_assert_eq(lyt_store_add_verdict(b->store, id, 1, lyt_str_of(verdict), 2, NULL), LYT_OK);
    cr_assert_eq(lyt_store_commit(b->store, NULL), LYT_OK);
}

static void bed_init(bed *b)
{
    char folder[256], lexicons[256];

    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    testing_folder(b->folder);
    snprintf(b->path, sizeof b->path, "%s/lyt.db", b->folder);
    cr_assert_eq(lyt_store_open(&b->store, &(lyt_store_options){.path = b->path}, NULL), LYT_OK);
    cr_assert_eq(lyt_pack_load(
                     &b->pack, folder,
                     &(lyt_pack_options){.fs = lyt_fs_system(), .lexicons_folder = lexicons}, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_classifier_of_pack(&b->classifier, b->pack, NULL, NULL), LYT_OK);
}

static void bed_deinit(bed *b)
{
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
    lyt_store_close(b->store);
    testing_folder_remove(b->folder);
}

static bool has_change(const lyt_whatif *result, size_t row)
{
    for (size_t i = 0; i < result->n_changes; i++) {
        const lyt_whatif_change *c = &result->changes[i];

        if (c->kind != rows[row].kind || strcmp(c->before.scenario, rows[row].before) != 0 ||
            strcmp(c->after.scenario, rows[row].after) != 0)
            continue;
        for (int64_t j = 0; j < c->n && j < lyt_whatif_examples; j++)
            if (c->id[j] == (int64_t)row + 1 &&
                lyt_str_equal(lyt_buf_str(&c->text[j]), lyt_str_of(rows[row].text)))
                return true;
    }
    return false;
}

Test(whatif, SC_06_gained_lost_and_sent_elsewhere)
{
    int64_t wanted[LYT_WHATIF_KINDS + 1] = {0};
    lyt_whatif result;
    lyt_error err = {0};
    bed b;

    bed_init(&b);
    for (size_t i = 0; i < n_rows; i++) {
        add_row(&b, rows[i].text, rows[i].property, rows[i].verdict, 100);
        wanted[rows[i].kind]++;
    }
    cr_assert_eq(lyt_whatif_run(&result, b.store, INT64_MIN, b.classifier, &err), LYT_OK, "%s",
                 err.text);
    cr_expect_eq(result.messages, n_rows);
    cr_expect_eq(result.same, wanted[LYT_WHATIF_KINDS]);
    for (size_t i = 0; i < LYT_WHATIF_KINDS; i++)
        cr_expect_eq(result.n_of[i], wanted[i], "kind %zu: %lld", i, (long long)result.n_of[i]);
    for (size_t i = 0; i < n_rows; i++)
        cr_expect(rows[i].kind == LYT_WHATIF_KINDS || has_change(&result, i),
                  "row at line %d: not told", rows[i].row);
    lyt_whatif_deinit(&result);
    bed_deinit(&b);
}

/* What is too old, waits, is parked or has no text is no part of it; what is damaged is counted. */
Test(whatif, which_messages_count)
{
    lyt_whatif result;
    bed b;

    bed_init(&b);
    add_row(&b, "My room was not cleaned", "x", VERDICT("complaint", DIRTY), 100);
    add_row(&b, "My room was not cleaned", "x", VERDICT("complaint", DIRTY), 99);
    add_row(&b, "My room was not cleaned", "x", NULL, 100);
    add_row(&b, "", "x", VERDICT("other", ""), 100);
    add_row(&b, "My room was not cleaned", "x", "{broken", 100);
    add_row(&b, "My room was not cleaned", "x", NULL, 100);
    cr_assert_eq(lyt_store_begin(b.store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_park(b.store, 6, LYT_STR("why"), 5, NULL), LYT_OK);
    cr_assert_eq(lyt_store_commit(b.store, NULL), LYT_OK);
    cr_assert_eq(lyt_whatif_run(&result, b.store, 100, b.classifier, NULL), LYT_OK);
    cr_expect_eq(result.messages, 2);
    cr_expect_eq(result.unread, 1);
    cr_expect_eq(result.alarms_before, 1);
    cr_expect_eq(result.same, 1);
    lyt_whatif_deinit(&result);
    bed_deinit(&b);
}

static lyt_status add_id(void *user, const lyt_judged_row *row)
{
    *(int64_t *)user += row->id;
    return LYT_OK;
}

static lyt_status stop_at_first(void *user, const lyt_judged_row *row)
{
    *(int64_t *)user += row->id;
    return LYT_EEND;
}

static lyt_status refuse(void *user, const lyt_judged_row *row)
{
    (void)user;
    (void)row;
    return LYT_ESTATE;
}

Test(whatif, a_walk_ends_where_it_is_told)
{
    int64_t sum = 0;
    bed b;

    bed_init(&b);
    for (int i = 0; i < 3; i++)
        add_row(&b, "cold", "x", VERDICT("other", ""), 100);
    cr_expect_eq(lyt_store_each_judged(b.store, 0, 0, stop_at_first, &sum, NULL), LYT_OK);
    cr_expect_eq(sum, 1);
    sum = 0;
    cr_expect_eq(lyt_store_each_judged(b.store, INT64_MIN, 2, add_id, &sum, NULL), LYT_OK);
    cr_expect_eq(sum, 3, "after the second comes the third");
    sum = 0;
    cr_expect_eq(lyt_store_each_judged(b.store, 101, 0, add_id, &sum, NULL), LYT_OK);
    cr_expect_eq(sum, 0, "none is as young");
    cr_expect_eq(lyt_store_each_judged(b.store, 0, 0, refuse, NULL, NULL), LYT_ESTATE);
    bed_deinit(&b);
}
