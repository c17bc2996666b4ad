#include <stdio.h>
#include <string.h>

#include "simweek.h"
#include "testing.h"

/*
 * A week with a judge of three words; the real one is in tests/e2e/recovery_test.py. Ledger, outbox
 * and sender are those of a service.
 */
LYT_SUITE(simweek);

static lyt_status fake_open(void *context, void **session, lyt_error *err)
{
    (void)err;
    *session = context;
    return LYT_OK;
}

static lyt_status fake_judge(void *session, const lyt_question *question, lyt_judgement *out,
                             lyt_error *err)
{
    static const lyt_judged_failure failures[] = {
        {{"room-too-cold", 13}, {"maintenance", 11}, 0.9, 2, 0, 0, {{NULL, 0}}, 0, 0, 0},
        {{"food-cold", 9}, {"food-and-beverage", 17}, 0.9, 2, 0, 0, {{NULL, 0}}, 0, 0, 0},
        {{"locked-in", 9}, {"security", 8}, 0.9, 4, 0, 0, {{NULL, 0}}, 0, 0, 0},
    };
    static const char *const words[] = {"cold", "food", "locked"};

    (void)session;
    (void)err;
    out->n_failures = 0;
    out->language = LYT_STR("en");
    out->place = question->place;
    for (size_t i = 0; i < 3; i++)
        if (strstr(question->text.ptr, words[i]))
            out->failures[out->n_failures++] = failures[i];
    return LYT_OK;
}

static void fake_free(void *session)
{
    (void)session;
}

static const lyt_judge judge = {
    .version = 1, .open = fake_open, .judge = fake_judge, .free = fake_free};
static const lyt_week_text texts[] = {{"it is cold", "en", true},
                                      {"the food", "en", true},
                                      {"we are locked in", "en", true},
                                      {"all is well", "en", false}};

static lyt_settings *read_settings(void)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_settings *settings = NULL;
    lyt_error err = {0};
    char path[512];

    snprintf(path, sizeof path, "%s/models/hotel/week.yaml", testing_data());
    cr_assert_eq(lyt_settings_read(&settings, path, &how, &err), LYT_OK, "%s", err.text);
    return settings;
}

static void live(lyt_week *out, const lyt_settings *settings, uint64_t seed)
{
    lyt_week_options o = {.settings = settings,
                          .judge = &judge,
                          .texts = texts,
                          .n_texts = 4,
                          .seed = seed,
                          .from_us = 1795388400000000,
                          .n_feedback = 300,
                          .n_events = 2000,
                          .n_rooms = 60,
                          .n_days = 3,
                          .complaint_percent = 50};
    lyt_error err = {0};

    cr_assert_eq(lyt_week_run(out, &o, &err), LYT_OK, "%s", err.text);
}

/* Nothing is left, though much of it was not taken at once; and it all adds up. */
static void expect_outbox(const lyt_week *week, const lyt_week_faults *faults)
{
    const lyt_simhouse_outbox *o = &faults->outbox;
    lyt_simpost_counts c = lyt_simpost_count(lyt_simhouse_post(week->house));

    cr_expect_gt(o->made, 1000);
    cr_expect_eq(faults->unsent, 0);
    cr_expect_eq(faults->not_arrived, 0);
    cr_expect_eq(faults->out_of_order, 0);
    cr_expect_eq(faults->malformed, 0);
    cr_expect_eq(o->states[LYT_OUTBOX_SENT] + o->states[LYT_OUTBOX_DROPPED], o->made);
    cr_expect_gt(o->tried_again, 10);
    cr_expect_gt(o->died, 0);
    cr_expect_eq(week->n_looked_after, o->died, "each dead letter is looked at once");
    cr_expect_gt(c.lost, 0);
    cr_expect_gt(c.refused_for_now, 0);
    cr_expect_gt(c.refused_for_good, 0);
    cr_expect_gt(c.unanswered, 0);
    cr_expect_gt(c.again, 0, "what arrived unanswered comes again, with the same key");
}

Test(simweek, OP_11_the_same_seed_makes_the_same_week_and_nothing_is_left)
{
    lyt_settings *s = read_settings();
    uint64_t first = 0;

    for (int i = 0; i < 4; i++) {
        lyt_week_faults faults;
        lyt_error err = {0};
        lyt_week week;
        uint64_t hash;

        live(&week, s, i < 2 ? 5 : (uint64_t)i);
        hash = lyt_book_hash(lyt_care_book(week.care));
        cr_expect_eq(week.n_feedback, 300);
        cr_expect_eq(week.n_events, 2000);
        cr_expect_gt(lyt_book_size(lyt_care_book(week.care)), 50);
        cr_expect_gt(week.told[LYT_NOTICE_NEXT], 0, "some are forgotten and go up the ladder");
        cr_expect_gt(week.told[LYT_NOTICE_APPROVAL], 0);
        cr_expect_gt(week.n_findings, 0);
        cr_assert_eq(lyt_week_check(&faults, &week, s, &err), LYT_OK, "%s", err.text);
        cr_expect_eq(faults.open_incidents, 0);
        cr_expect_eq(faults.open_offers, 0);
        cr_expect_eq(faults.open_promises, 0);
        cr_expect_eq(faults.above_authority, 0);
        cr_expect_eq(faults.clocks_wrong, 0);
        cr_expect_gt(faults.n_offers, 0);
        cr_expect(faults.rebuilt);
        expect_outbox(&week, &faults);
        if (i == 0)
            first = hash;
        cr_expect_eq(hash == first, i < 2, "seed %d", i);
        lyt_week_free(&week);
    }
    lyt_settings_free(s);
}

/* What the check is for: the same week, held against a house that allows less. */
Test(simweek, the_check_finds_what_is_above_authority_and_what_is_open)
{
    lyt_settings *s = read_settings();
    lyt_week_faults faults;
    lyt_error err = {0};
    lyt_week week;
    lyt_facts facts;
    lyt_outbox_row row = {.seq = 1,
                          .event = LYT_NOTICE_COUNT,
                          .way = LYT_STR("nowhere"),
                          .who = LYT_STR("mette")};
    lyt_care_heard heard = {.property = LYT_STR("havnen"),
                            .scenario = LYT_STR("food-cold"),
                            .team = LYT_STR("bar"),
                            .severity = 1,
                            .now_us = 1797000000000000};
    int64_t incident;

    live(&week, s, 5);
    /* something that is in memory and not in the database, and a letter that nobody sends */
    cr_assert_eq(lyt_facts_init(&facts, NULL), LYT_OK);
    cr_assert_eq(lyt_care_hear((lyt_care *)(uintptr_t)week.care, &heard, &facts, &incident, &err),
                 LYT_OK);
    lyt_facts_deinit(&facts);
    cr_assert_eq(lyt_store_begin(lyt_simhouse_store(week.house), &err), LYT_OK);
    cr_assert_eq(lyt_store_outbox_add(lyt_simhouse_store(week.house), &row, &err), LYT_OK, "%s",
                 err.text);
    cr_assert_eq(lyt_store_commit(lyt_simhouse_store(week.house), &err), LYT_OK);
    s->authority.limits[LYT_ROLE_CONTACT].incident = 4000;
    cr_assert_eq(lyt_week_check(&faults, &week, s, &err), LYT_OK);
    cr_expect_gt(faults.above_authority, 0);
    cr_expect_eq(faults.open_incidents, 1);
    cr_expect_eq(faults.unsent, 1);
    cr_expect_not(faults.rebuilt, "a fact is missing");
    lyt_week_free(&week);
    lyt_settings_free(s);
}
