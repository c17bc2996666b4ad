#include <math.h>
#include <string.h>

#include "golden.h"
#include "json.h"
#include "review.h"
#include "staybook.h"
#include "store_guest.h"

LYT_SUITE(review);

/* A stay and a departure; what is cold has no step. */
static struct lyt_journey_row journey_rows[] = {{"cold", -1}, {"noise", 0}};
static const lyt_journey journey = {.n_steps = 2,
                                    .steps = {{"The stay", "Opholdet"}, {"Departure", "Afrejsen"}},
                                    .ids = {"stay", "departure"},
                                    .rows = journey_rows,
                                    .n_rows = 2};

static lyt_review_ask ask_of(const staybook *s, const lyt_chronicle *c, lyt_page_language language)
{
    return (lyt_review_ask){.chronicle = c,
                            .zone = s->zone,
                            .span = s->week,
                            .now_us = staybook_us(9200),
                            .language = language,
                            .shifts = {{420, 900, 1380}, 3},
                            .journey = &journey,
                            .margin = 400};
}

/* All pages as text and JSON, in both languages; and as HTML. */
Test(review, pages_are_as_accepted)
{
    staybook s;
    lyt_chronicle *c;
    char name[80];

    staybook_init(&s, true);
    c = staybook_read(&s);
    for (size_t i = 0; i < lyt_reviews(); i++) {
        const lyt_review_kind *kind = lyt_review_at(i);
        lyt_buf text, page;

        lyt_buf_init(&text, NULL);
        lyt_buf_init(&page, NULL);
        for (int language = 0; language < 2; language++) {
            lyt_review_ask ask = ask_of(&s, c, (lyt_page_language)language);
            lyt_review *review;

            cr_assert_eq(lyt_review_make(&review, NULL, kind, &ask), LYT_OK);
            lyt_review_text(review, &text);
            if (language == LYT_PAGE_EN) {
                lyt_review_json(review, &text);
                lyt_review_html(review, &page);
            }
            lyt_review_free(review);
        }
        snprintf(name, sizeof name, "report-%s.txt", kind->name);
        golden_expect(name, &text);
        snprintf(name, sizeof name, "report-%s.html", kind->name);
        golden_expect(name, &page);
        lyt_buf_deinit(&text);
        lyt_buf_deinit(&page);
    }
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

/* Every figure of a page's first table is in its CSV and JSON alike. */
Test(review, the_same_figures_in_all_forms)
{
    staybook s;
    lyt_chronicle *c;

    staybook_init(&s, true);
    c = staybook_read(&s);
    for (size_t i = 0; i < lyt_reviews(); i++) {
        lyt_review_ask ask = ask_of(&s, c, LYT_PAGE_EN);
        lyt_review *review;
        lyt_buf csv, text, tables;
        lyt_json *json;
        lyt_str keys, key, value;
        const lyt_json *rows = NULL, *member;
        void *cursor = NULL;
        size_t n_lines = 0;

        lyt_buf_init(&csv, NULL);
        lyt_buf_init(&text, NULL);
        lyt_buf_init(&tables, NULL);
        cr_assert_eq(lyt_review_make(&review, NULL, lyt_review_at(i), &ask), LYT_OK);
        lyt_review_json(review, &text);
        cr_assert_eq(lyt_json_parse(&json, lyt_buf_str(&text), 1 << 20, NULL), LYT_OK);
        lyt_review_tables(review, &tables);
        keys = lyt_buf_str(&tables);
        key = lyt_str_slice(keys, 0, lyt_str_find(keys, ',', 0));
        while (lyt_json_each(json, &cursor, &value, &member))
            rows = lyt_str_equal(value, key) ? member : rows;
        cr_assert_not_null(rows, "%.*s", LYT_STR_ARG(key));
        cr_assert_eq(lyt_review_csv(review, NULL, &csv), LYT_OK);
        for (size_t k = 0; k < csv.len; k++)
            n_lines += csv.data[k] == '\n';
        cr_expect_eq(n_lines, lyt_json_len(rows) + 1, "%s", lyt_review_at(i)->name);
        cr_expect_eq(lyt_review_csv(review, "nothing", &csv), LYT_ENOTFOUND);
        lyt_json_free(json);
        lyt_review_free(review);
        lyt_buf_deinit(&csv);
        lyt_buf_deinit(&text);
        lyt_buf_deinit(&tables);
    }
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

static const lyt_json *row_of(const lyt_json *json, const char *table, size_t index)
{
    const lyt_json *row = lyt_json_at(lyt_json_get(json, table), index);

    cr_assert_not_null(row, "%s", table);
    return row;
}

static double real_of(const lyt_json *json, const char *key)
{
    double value = NAN;

    cr_expect(lyt_json_real(lyt_json_get(json, key), &value), "%s", key);
    return value;
}

static lyt_json *json_of(const staybook *s, const lyt_chronicle *c, const lyt_review_kind *kind)
{
    lyt_review_ask ask = ask_of(s, c, LYT_PAGE_EN);
    lyt_review *review;
    lyt_json *json;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    cr_assert_eq(lyt_review_make(&review, NULL, kind, &ask), LYT_OK);
    lyt_review_json(review, &text);
    cr_assert_eq(lyt_json_parse(&json, lyt_buf_str(&text), 1 << 20, NULL), LYT_OK);
    lyt_review_free(review);
    lyt_buf_deinit(&text);
    return json;
}

Test(review, RP_06_RP_09_RP_11_RP_13_figures_by_hand)
{
    static const struct {
        const char *id, *guest;
        int from;
    } stays[] = {{"s1", "anna", 0}, {"s2", "anna", 20000}, {"s3", "anna", 40000}, {"s4", "bo", 20000}};
    staybook s;
    lyt_chronicle *c, *with_stays;
    lyt_json *json;
    const lyt_json *row;

    staybook_init(&s, true);
    c = staybook_read(&s);

    json = json_of(&s, c, &lyt_review_nps);
    row = row_of(json, "business-case", 0);
    cr_expect_float_eq(real_of(row, "recommendations"), 1 * (2.5 - 1.2), 1e-6);
    cr_expect_float_eq(real_of(row, "worth"), 400 * 1.3, 1e-2);
    row = row_of(json, "business-case", 1);
    cr_expect_float_eq(real_of(row, "worth"), 400 * 2.1, 1e-2);
    /* bo met none; anna was recovered and gave 10, carl was too but gave 8 before; dora waits */
    row = row_of(json, "paradox", 0);
    cr_expect(lyt_json_number(row, "guests") == 1 && lyt_json_number(row, "high") == 1);
    row = row_of(json, "paradox", 1);
    cr_expect(lyt_json_number(row, "guests") == 2 && lyt_json_number(row, "scored") == 1);
    cr_expect_float_eq(real_of(row, "mean"), 10, 1e-6);
    row = row_of(json, "paradox", 2);
    cr_expect(lyt_json_number(row, "guests") == 1 && lyt_json_number(row, "scored") == 0);
    lyt_json_free(json);

    json = json_of(&s, c, &lyt_review_cost);
    row = row_of(json, "recoveries", 0);
    cr_expect_float_eq(real_of(row, "cost"), 150, 1e-6);
    cr_expect_eq(lyt_json_number(row, "confirmed"), 1);
    cr_expect_float_eq(real_of(row, "cost_each"), 150, 1e-6);
    cr_expect_eq(lyt_json_number(row, "back"), 1, "anna wrote two days later");
    cr_expect_eq(lyt_json_typeof(lyt_json_get(row, "stays")), LYT_JSON_NULL, "nobody told of any");
    lyt_json_free(json);

    /* with stays: the one it happened in is none, and a guest who comes twice is one */
    cr_assert_eq(lyt_store_begin(s.store, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++)
        cr_assert_eq(lyt_store_put_stay(s.store,
                                        &(lyt_stay){stays[i].id, stays[i].guest, "havnen", "214",
                                                    staybook_us(stays[i].from),
                                                    staybook_us(stays[i].from + 1440)},
                                        NULL),
                     LYT_OK);
    cr_assert_eq(lyt_store_commit(s.store, NULL), LYT_OK);
    with_stays = staybook_read(&s);
    json = json_of(&s, with_stays, &lyt_review_cost);
    cr_expect_eq(lyt_json_number(row_of(json, "recoveries", 0), "stays"), 1);
    cr_expect_eq(lyt_json_number(row_of(json, "recoveries", 1), "stays"), 0);
    lyt_json_free(json);
    lyt_chronicle_free(with_stays);

    json = json_of(&s, c, &lyt_review_shift);
    cr_expect_eq(lyt_json_len(lyt_json_get(json, "open")), 1);
    row = row_of(json, "open", 0);
    cr_expect_eq(lyt_json_number(row, "incident"), 4);
    cr_expect_float_eq(real_of(row, "overdue_min"), 9200 - 9030, 1e-6);
    row = row_of(json, "promises", 0);
    cr_expect_float_eq(real_of(row, "overdue_min"), 100, 1e-6);
    row = row_of(json, "sms", 0);
    cr_expect(lyt_str_equal(
        lyt_json_text(row, "text"),
        LYT_STR("Shift 2026-11-29 09:20: new 3, not over 1, overdue 1, promises 1.")));
    lyt_json_free(json);

    json = json_of(&s, c, &lyt_review_drill);
    cr_expect_eq(lyt_json_len(lyt_json_get(json, "drills")), 3);
    row = row_of(json, "drills", 0);
    cr_expect_float_eq(real_of(row, "heard_s"), 60, 1e-6);
    cr_expect_float_eq(real_of(row, "told_s"), 120, 1e-6);
    cr_expect_float_eq(real_of(row, "acknowledge_min"), 9, 1e-6);
    cr_expect_float_eq(real_of(row, "limit_min"), 15, 1e-6);
    cr_expect(lyt_str_equal(lyt_json_text(row, "outcome"), LYT_STR("in time")));
    row = row_of(json, "drills", 1);
    cr_expect(lyt_str_equal(lyt_json_text(row, "outcome"), LYT_STR("too late")));
    cr_expect_float_eq(real_of(row, "change_min"), 11, 1e-6);
    row = row_of(json, "drills", 2);
    cr_expect(lyt_str_equal(lyt_json_text(row, "outcome"), LYT_STR("ended before that")));
    lyt_json_free(json);

    json = json_of(&s, c, &lyt_review_incidents);
    cr_expect_eq(lyt_json_len(lyt_json_get(json, "incidents")), 4);
    row = row_of(json, "incidents", 1);
    cr_expect_float_eq(real_of(row, "remedy_min"), 2900, 1e-6);
    lyt_json_free(json);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

static void expect_on_no_page(const staybook *s, const lyt_chronicle *c, const char *const *never,
                              size_t n_never)
{
    for (size_t i = 0; i < lyt_reviews(); i++) {
        lyt_review_ask ask = ask_of(s, c, LYT_PAGE_EN);
        lyt_review *review;
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_assert_eq(lyt_review_make(&review, NULL, lyt_review_at(i), &ask), LYT_OK);
        lyt_review_text(review, &out);
        lyt_review_json(review, &out);
        lyt_review_html(review, &out);
        for (size_t k = 0; k < n_never; k++)
            cr_expect_null(strstr(out.data, never[k]), "%s: %s", lyt_review_at(i)->name, never[k]);
        lyt_review_free(review);
        lyt_buf_deinit(&out);
    }
}

/* What was promised to whom met it, and how it is being mended, would tell of it, too. */
static const char *const of_noise[] = {"noise",        "bar open late",       "music off",
                                       "a quiet room", "shut the bar at ten", "2??"};

/* No page names what was left out. */
Test(review, IN_09_what_is_left_out_is_on_no_page)
{
    staybook s;
    lyt_chronicle *c;
    size_t n;

    staybook_init(&s, true);
    c = staybook_read(&s);
    cr_assert_eq(lyt_chronicle_leave_out(c, LYT_STR("noise"), &n), LYT_OK);
    expect_on_no_page(&s, c, of_noise, sizeof of_noise / sizeof *of_noise);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(review, IN_09_what_is_restricted_counts_and_is_named_on_no_page)
{
    testing_alloc failing;
    staybook s;
    lyt_chronicle *c, *all;
    lyt_json *json;

    staybook_init(&s, true);
    c = staybook_read(&s);
    all = staybook_read(&s);
    testing_alloc_init(&failing, 1);
    c->alloc = &failing.alloc;
    cr_expect_eq(lyt_chronicle_restrict(c, LYT_STR("noise")), LYT_ENOMEM);
    c->alloc = NULL;
    cr_expect_null(lyt_chronicle_hides(c, LYT_STR("noise")));
    cr_assert_eq(lyt_chronicle_restrict(c, LYT_STR("noise")), LYT_OK);
    cr_assert_eq(lyt_chronicle_restrict(c, LYT_STR("noise")), LYT_OK);
    expect_on_no_page(&s, c, of_noise, sizeof of_noise / sizeof *of_noise);
    for (size_t i = 0; i < all->n_records; i++) {
        cr_expect_eq(c->records[i].is_restricted,
                     lyt_str_equal(all->records[i].scenario, LYT_STR("noise")));
        cr_expect_eq(c->records[i].acknowledged_us, all->records[i].acknowledged_us);
    }
    json = json_of(&s, c, &lyt_review_cause);
    cr_expect_eq(lyt_json_len(lyt_json_get(json, "fixes")), 2);
    cr_expect(
        lyt_str_equal(lyt_json_text(row_of(json, "fixes", 0), "fix"), LYT_STR("a new valve")));
    cr_expect(lyt_str_equal(lyt_json_text(row_of(json, "fixes", 1), "scenario"),
                            LYT_STR(LYT_RECORD_RESTRICTED)));
    lyt_json_free(json);
    lyt_chronicle_free(all);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(review, RP_02_causes_are_ranked_and_the_fixes_under_way_stand_with_them)
{
    lyt_chronicle *c;
    const lyt_json *row;
    lyt_json *json;
    staybook s;

    staybook_init(&s, true);
    c = staybook_read(&s);
    json = json_of(&s, c, &lyt_review_cause);
    cr_expect_eq(lyt_json_len(lyt_json_get(json, "fixes")), 2, "the one that is done is not there");
    row = row_of(json, "fixes", 0);
    cr_expect(lyt_str_equal(lyt_json_text(row, "scenario"), LYT_STR("cold")));
    cr_expect(lyt_str_equal(lyt_json_text(row, "owner"), LYT_STR("oskar")));
    cr_expect_gt(real_of(row, "overdue_days"), 0);
    row = row_of(json, "fixes", 1);
    cr_expect(lyt_str_equal(lyt_json_text(row, "fix"), LYT_STR("shut the bar at ten")));
    cr_expect(lyt_str_equal(lyt_json_text(row, "place"), LYT_STR("2??")));
    cr_expect_neq(lyt_json_typeof(lyt_json_get(row, "overdue_days")), LYT_JSON_REAL);
    cr_expect_gt(lyt_json_len(lyt_json_get(json, "scenarios")), 0);
    lyt_json_free(json);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(review, of_nothing)
{
    lyt_chronicle nothing = {.alloc = NULL};
    staybook s;

    staybook_init(&s, false);
    for (size_t i = 0; i < lyt_reviews(); i++) {
        lyt_review_ask ask = ask_of(&s, &nothing, LYT_PAGE_DA);
        lyt_review *review;
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_assert_eq(lyt_review_make(&review, NULL, lyt_review_at(i), &ask), LYT_OK);
        lyt_review_text(review, &out);
        lyt_review_json(review, &out);
        lyt_review_html(review, &out);
        cr_expect_eq(lyt_review_csv(review, NULL, &out), LYT_OK);
        cr_expect_eq(lyt_buf_status(&out), LYT_OK);
        cr_expect_null(strstr(out.data, "nan"));
        lyt_review_free(review);
        lyt_buf_deinit(&out);
    }
    staybook_deinit(&s);
}

Test(review, without_memory)
{
    staybook s;
    lyt_chronicle *c;

    staybook_init(&s, true);
    c = staybook_read(&s);
    for (size_t i = 0; i < lyt_reviews(); i++) {
        testing_alloc failing = {.fail_at = 0};

        for (long n = 1; testing_each_failure(&failing, &n);) {
            lyt_review_ask ask = ask_of(&s, c, LYT_PAGE_EN);
            lyt_review *review = NULL;
            lyt_status status = lyt_review_make(&review, &failing.alloc, lyt_review_at(i), &ask);
            lyt_buf out;

            lyt_buf_init(&out, &failing.alloc);
            if (!status) {
                lyt_review_text(review, &out);
                lyt_review_html(review, &out);
                status = lyt_buf_status(&out);
            }
            if (failing.asked >= failing.fail_at)
                cr_expect_eq(status, LYT_ENOMEM, "%s, %ld", lyt_review_at(i)->name, n);
            lyt_review_free(review);
            lyt_buf_deinit(&out);
            cr_expect_eq(failing.live, 0);
        }
    }
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

/*
 * Anna was kept awake at 60, gave 10 at 3000; dora at 9000. Bo gave 9 and never met a failure, nor did
 * who gave 4 without a name; the 3 of 5 told of noise that was none. Carl's 8 came before the cold.
 */
Test(review, RP_08_moments_by_hand)
{
    staybook s;
    lyt_chronicle *c;
    lyt_json *json;
    const lyt_json *row;
    double mean;

    staybook_init(&s, true);
    c = staybook_read(&s);
    json = json_of(&s, c, &lyt_review_moments);
    row = row_of(json, "steps", 0);
    cr_expect(lyt_str_equal(lyt_json_text(row, "step"), LYT_STR("The stay")));
    cr_expect_eq(lyt_json_number(row, "incidents"), 2);
    cr_expect_eq(lyt_json_number(row, "guests"), 2);
    cr_expect_eq(lyt_json_number(row, "scored"), 1);
    cr_expect_float_eq(real_of(row, "mean"), 10, 1e-6);
    cr_expect_float_eq(real_of(row, "effect"), 10 - 10 * (.4 + .9 + .6) / 3, 1e-2);
    row = row_of(json, "steps", 1);
    cr_expect_eq(lyt_json_number(row, "incidents"), 0);
    cr_expect_eq(lyt_json_number(row, "scored"), 0);
    cr_expect_not(lyt_json_real(lyt_json_get(row, "mean"), &mean), "there is none");
    row = row_of(json, "steps", 2);
    cr_expect(lyt_str_equal(lyt_json_text(row, "step"), LYT_STR("no step is named")));
    cr_expect_eq(lyt_json_number(row, "incidents"), 1);
    cr_expect_eq(lyt_json_number(row, "scored"), 0, "the 8 was given before it was cold");
    row = row_of(json, "steps", 3);
    cr_expect_eq(lyt_json_number(row, "scored"), 3);
    row = row_of(json, "scenarios", 0);
    cr_expect(lyt_str_equal(lyt_json_text(row, "scenario"), LYT_STR("noise")));
    cr_expect_eq(lyt_json_number(row, "incidents"), 2);
    cr_expect_eq(lyt_journey_step(&journey, LYT_STR("noise")), 0);
    cr_expect_eq(lyt_journey_step(&journey, LYT_STR("nois")), -1);
    lyt_json_free(json);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}
