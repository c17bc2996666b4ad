#include <string.h>

#include "casework.h"
#include "housework.h"

LYT_SUITE(authority);

typedef struct desk {
    casework w;
    lyt_settings *s;
    int64_t offer;
    bool is_given;
} desk;

static void desk_init(desk *d)
{
    casework_init(&d->w);
    d->s = housework_example("hotel");
    d->w.grouping.parent_us = 0;
    casework_hear(&d->w, 29000000, "cold", "214", "anna", 2, 1); /* in 2025 */
}

static void desk_deinit(desk *d)
{
    casework_deinit(&d->w);
    lyt_settings_free(d->s);
}

static lyt_status offer(desk *d, int64_t incident, const char *by, const char *gesture,
                        int64_t amount, lyt_currency currency)
{
    const lyt_person *p = lyt_settings_person(d->s, lyt_str_of(by));
    lyt_giver giver = {p->role, p->is_trained};
    lyt_gift gift = {lyt_str_of(gesture), amount, currency};
    lyt_act act = casework_act(&d->w, incident, by, "");

    act.version = lyt_book_find(d->w.book, incident)->version;
    return lyt_authority_offer(d->w.book, &d->s->authority, d->s->zone, &act, &giver, &gift,
                               &d->w.facts, &d->offer, &d->is_given, &d->w.err);
}

static lyt_status answer(desk *d, int64_t incident, const char *by, int64_t id, lyt_answer what)
{
    const lyt_person *p = lyt_settings_person(d->s, lyt_str_of(by));
    lyt_giver giver = {p->role, p->is_trained};
    lyt_act act = casework_act(&d->w, incident, by, "");

    return lyt_authority_answer(d->w.book, &d->s->authority, d->s->zone, &act, &giver, id, what,
                                &d->w.facts, &d->w.err);
}

Test(authority, SL_08_SL_09_SL_14_within_the_limits_it_is_given_above_it_is_asked_for)
{
    static const struct {
        int line;
        const char *by;
        int64_t amount;
        lyt_currency currency;
        lyt_status want;
        bool given;
        lyt_role asked;
    } rows[] = {
        {__LINE__, "mette", 0, LYT_DKK, LYT_OK, true, 0},
        {__LINE__, "mette", 20000, LYT_DKK, LYT_OK, true, 0},
        {__LINE__, "mette", 20001, LYT_DKK, LYT_OK, false, LYT_ROLE_SUPERVISOR},
        /* euros at 7.46, rounded up */
        {__LINE__, "mette", 2680, LYT_EUR, LYT_OK, true, 0},
        {__LINE__, "mette", 2681, LYT_EUR, LYT_OK, false, LYT_ROLE_SUPERVISOR},
        /* nobody named this one level-headed */
        {__LINE__, "amira", 100, LYT_DKK, LYT_OK, false, LYT_ROLE_SUPERVISOR},
        {__LINE__, "amira", 0, LYT_DKK, LYT_OK, true, 0},
        {__LINE__, "mette", 80001, LYT_DKK, LYT_OK, false, LYT_ROLE_MANAGER},
        {__LINE__, "lise", 80000, LYT_DKK, LYT_OK, true, 0},
        {__LINE__, "lise", 80001, LYT_DKK, LYT_OK, false, LYT_ROLE_MANAGER},
        {__LINE__, "signe", 500000, LYT_DKK, LYT_OK, true, 0},
        {__LINE__, "signe", 500001, LYT_DKK, LYT_ELIMIT, false, 0},
        {__LINE__, "mette", 500001, LYT_DKK, LYT_ELIMIT, false, 0},
        {__LINE__, "mette", -1, LYT_DKK, LYT_EINVAL, false, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t sums[LYT_CURRENCY_COUNT];
        desk d;

        desk_init(&d);
        cr_expect_eq(offer(&d, 1, rows[i].by, "late-checkout", rows[i].amount, rows[i].currency),
                     rows[i].want, "row at line %d: %s", rows[i].line, d.w.err.text);
        if (!rows[i].want) {
            const lyt_offer *o = lyt_book_offer_at(d.w.book, 0);

            cr_expect_eq(d.is_given, rows[i].given, "row at line %d", rows[i].line);
            cr_expect_eq(o->state, rows[i].given ? LYT_OFFER_GIVEN : LYT_OFFER_ASKED);
            cr_expect(rows[i].given || o->role == (int64_t)rows[i].asked, "row at line %d",
                      rows[i].line);
            lyt_ledger_sum(d.w.book, &(lyt_ledger_filter){.incident = 1}, sums);
            cr_expect_eq(sums[rows[i].currency], rows[i].given ? rows[i].amount : 0,
                         "row at line %d: an unapproved offer is none", rows[i].line);
        } else {
            cr_expect_eq(lyt_book_offers(d.w.book), 0);
        }
        desk_deinit(&d);
    }
}

Test(authority, SL_08_SL_14_why_it_may_not_be_approved)
{
    static const struct {
        int line;
        const char *by;
        const char *why;
    } rows[] = {
        {__LINE__, "amira", "offer 1 is your own"},
        {__LINE__, "oskar", "do not name oskar (contact) as that"},
        {__LINE__, "tove", "above what tove (contact) may give: the limit is that per incident"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        desk d;

        desk_init(&d);
        cr_assert_eq(offer(&d, 1, "amira", "late-checkout", 30000, LYT_DKK), LYT_OK);
        cr_expect_eq(answer(&d, 1, rows[i].by, 1, LYT_ANSWER_APPROVE), LYT_ESTATE, "line %d",
                     rows[i].line);
        cr_expect(strstr(d.w.err.text, rows[i].why), "line %d: %s", rows[i].line, d.w.err.text);
        cr_expect_eq(lyt_book_offer_at(d.w.book, 0)->state, LYT_OFFER_ASKED);
        desk_deinit(&d);
    }
}

Test(authority, SL_08_limits_add_up_over_incident_guest_and_month)
{
    desk d;
    int64_t id;

    desk_init(&d);
    /* the incident's: 200 */
    cr_expect_eq(offer(&d, 1, "mette", "fruit-plate", 15000, LYT_DKK), LYT_OK);
    cr_expect(d.is_given);
    cr_expect_eq(offer(&d, 1, "mette", "espresso", 5001, LYT_DKK), LYT_OK);
    cr_expect_not(d.is_given);
    /* the guest's: 600 a year, whoever gave it */
    for (int64_t i = 0; i < 3; i++) {
        static const char *const by[] = {"jonas", "tove", "jonas"};

        id = casework_hear(&d.w, 29000001 + i, &"noise\0wifi\0lift"[i ? 1 + 5 * i : 0], "214",
                           "anna", 2, 10 + i);
        cr_expect_eq(offer(&d, id, by[i], "late-checkout", i < 2 ? 20000 : 5001, LYT_DKK), LYT_OK);
        cr_expect_eq(d.is_given, i < 2, "150 + 200 + 200 + 50.01 > 600");
    }
    /* the giver's month: 4000 kr, and a new month begins anew */
    for (int64_t i = 0; i < 21; i++) {
        char guest[8] = {'g', (char)('a' + i), 0};

        id = casework_hear(&d.w, 29000100 + i, "cold", guest, guest, 2, 100 + i);
        cr_expect_eq(offer(&d, id, "mette", "late-checkout", 20000, LYT_DKK), LYT_OK);
        cr_expect_eq(d.is_given, i < 19, "%lld: 150 were given before", (long long)i);
    }
    id = casework_hear(&d.w, 29000100 + 40 * 1440, "cold", "gz", "gz", 2, 999);
    cr_expect_eq(offer(&d, id, "mette", "late-checkout", 20000, LYT_DKK), LYT_OK);
    cr_expect(d.is_given);
    desk_deinit(&d);
}

Test(authority, SL_08_who_may_approve_and_who_not)
{
    desk d;

    desk_init(&d);
    cr_assert_eq(offer(&d, 1, "mette", "half-night", 70000, LYT_DKK), LYT_OK);
    cr_expect_not(d.is_given);
    cr_expect_eq(answer(&d, 1, "mette", d.offer, LYT_ANSWER_APPROVE), LYT_ESTATE);
    cr_expect(strstr(d.w.err.text, "your own"), "%s", d.w.err.text);
    cr_expect_eq(answer(&d, 1, "jonas", d.offer, LYT_ANSWER_APPROVE), LYT_ESTATE);
    cr_expect(strstr(d.w.err.text, "incident"), "%s", d.w.err.text);
    cr_expect_eq(answer(&d, 1, "jonas", d.offer, LYT_ANSWER_DECLINE), LYT_ESTATE);
    cr_expect_eq(answer(&d, 1, "lise", 7, LYT_ANSWER_APPROVE), LYT_ENOTFOUND);
    cr_expect_eq(answer(&d, 1, "lise", d.offer, LYT_ANSWER_APPROVE), LYT_OK);
    cr_expect_str_eq(lyt_book_offer_at(d.w.book, 0)->decided_by, "lise");
    cr_expect_eq(answer(&d, 1, "signe", d.offer, LYT_ANSWER_DECLINE), LYT_ESTATE);
    cr_expect(strstr(d.w.err.text, "given by lise"), "%s", d.w.err.text);
    desk_deinit(&d);
}

Test(authority, RE_07_of_two_who_give_at_once_one_is_told)
{
    lyt_giver giver = {LYT_ROLE_CONTACT, true};
    lyt_gift gift = {LYT_STR("fruit-plate"), 6000, LYT_DKK};
    lyt_act act;
    int64_t seen;
    desk d;

    desk_init(&d);
    seen = lyt_book_find(d.w.book, 1)->version;
    act = casework_act(&d.w, 1, "mette", "");
    act.version = seen;
    cr_expect_eq(lyt_authority_offer(d.w.book, &d.s->authority, d.s->zone, &act, &giver, &gift,
                                     &d.w.facts, &d.offer, &d.is_given, &d.w.err),
                 LYT_OK);
    act.by = LYT_STR("jonas");
    cr_expect_eq(lyt_authority_offer(d.w.book, &d.s->authority, d.s->zone, &act, &giver, &gift,
                                     &d.w.facts, &d.offer, &d.is_given, &d.w.err),
                 LYT_EBUSY);
    /* without a version, too; and the same thing never twice */
    act.version = 0;
    gift.gesture = LYT_STR("espresso");
    cr_expect_eq(lyt_authority_offer(d.w.book, &d.s->authority, d.s->zone, &act, &giver, &gift,
                                     &d.w.facts, &d.offer, &d.is_given, &d.w.err),
                 LYT_EBUSY);
    cr_expect(strstr(d.w.err.text, "mette gave 'fruit-plate'"), "%s", d.w.err.text);
    cr_expect_eq(offer(&d, 1, "jonas", "fruit-plate", 6000, LYT_DKK), LYT_ESTATE);
    cr_expect_eq(lyt_book_offers(d.w.book), 1);
    desk_deinit(&d);
}

Test(authority, RE_13_the_ledger_adds_up_to_the_incidents)
{
    int64_t all[LYT_CURRENCY_COUNT], by_incident[LYT_CURRENCY_COUNT] = {0, 0}, part[2];
    desk d;

    desk_init(&d);
    for (int64_t i = 0; i < 40; i++) {
        static const char *const people[] = {"mette", "jonas", "tove", "lise", "signe"};
        char guest[8] = {'g', (char)('A' + i), 0};
        int64_t id = casework_hear(&d.w, 29000100 + i, "cold", guest, guest, 2, 100 + i);

        cr_expect_eq(
            offer(&d, id, people[i % 5], "late-checkout", 700 * (i + 1), i % 3 ? LYT_DKK : LYT_EUR),
            LYT_OK, "%s", d.w.err.text);
        if (!d.is_given && i % 2)
            cr_expect_eq(answer(&d, id, "peter", d.offer, LYT_ANSWER_APPROVE), LYT_OK);
    }
    lyt_ledger_sum(d.w.book, &(lyt_ledger_filter){0}, all);
    for (size_t i = 0; i < lyt_book_size(d.w.book); i++) {
        lyt_ledger_sum(d.w.book, &(lyt_ledger_filter){.incident = lyt_book_at(d.w.book, i)->id},
                       part);
        by_incident[0] += part[0];
        by_incident[1] += part[1];
    }
    cr_expect_eq(all[LYT_DKK], by_incident[LYT_DKK]);
    cr_expect_eq(all[LYT_EUR], by_incident[LYT_EUR]);
    cr_expect(all[LYT_DKK] > 0 && all[LYT_EUR] > 0);
    lyt_ledger_sum(d.w.book, &(lyt_ledger_filter){.property = LYT_STR("elsewhere")}, part);
    cr_expect_eq(part[0] + part[1], 0);
    desk_deinit(&d);
}

/* 600 kr a guest count for a year; what was only asked for is nothing yet. */
Test(authority, SL_08_a_guests_limit_is_a_years)
{
    static const struct {
        int line;
        int64_t day;
        const char *scenario, *by;
        bool given;
    } rows[] = {
        {__LINE__, 0, "noise", "mette", true},  {__LINE__, 1, "wifi", "jonas", true},
        {__LINE__, 2, "lift", "tove", true},    {__LINE__, 364, "pool", "jonas", false},
        {__LINE__, 366, "sauna", "tove", true}, {__LINE__, 367, "bar", "jonas", true},
        {__LINE__, 368, "lobby", "mette", true}, {__LINE__, 369, "roof", "mette", false},
    };
    desk d;

    desk_init(&d);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t id = casework_hear(&d.w, 29000001 + rows[i].day * 1440, rows[i].scenario, "214",
                                   "anna", 2, 10 + (int64_t)i);

        cr_assert_eq(offer(&d, id, rows[i].by, "late-checkout", 20000, LYT_DKK), LYT_OK);
        cr_expect_eq(d.is_given, rows[i].given, "line %d", rows[i].line);
    }
    desk_deinit(&d);
}

/* A gesture that waits for an approval, or did not get it, has not been had. */
Test(authority, RE_03_only_what_was_given_counts)
{
    lyt_wish wish = {LYT_STR("anna"), LYT_STR("cold"), 29000002 * (int64_t)60000000, NULL};
    const lyt_gesture *late = NULL;
    desk d;

    desk_init(&d);
    for (size_t i = 0; i < d.s->n_gestures; i++)
        if (strcmp(d.s->gestures[i].id, "late-checkout") == 0)
            late = &d.s->gestures[i]; /* once a stay */
    cr_assert_eq(offer(&d, 1, "amira", "late-checkout", 15000, LYT_DKK), LYT_OK);
    cr_expect_null(lyt_gesture_limit(late, d.w.book, &wish));
    cr_assert_eq(answer(&d, 1, "lise", 1, LYT_ANSWER_DECLINE), LYT_OK);
    cr_expect_null(lyt_gesture_limit(late, d.w.book, &wish));
    cr_assert_eq(offer(&d, 1, "amira", "late-checkout", 15000, LYT_DKK), LYT_OK);
    cr_assert_eq(answer(&d, 1, "lise", 2, LYT_ANSWER_APPROVE), LYT_OK);
    cr_expect_str_eq(lyt_gesture_limit(late, d.w.book, &wish), "stay");
    desk_deinit(&d);
}
