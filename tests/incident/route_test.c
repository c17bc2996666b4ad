#include <stdio.h>
#include <string.h>

#include "housework.h"

LYT_SUITE(route);

Test(route, AL_01_first_match_wins_unless_it_goes_on)
{
    static const struct {
        int line;
        const char *pack, *scenario, *place, *language, *utc;
        int severity;
        const char *routes; /* ids, in order */
    } rows[] = {
        {__LINE__, "hotel", "danger", "214", "da", "2026-11-25T09:00:00Z", 4, "danger"},
        {__LINE__, "hotel", "staff-rude", "", "en", "2026-11-25T09:00:00Z", 2, "manager-hears all"},
        {__LINE__, "hotel", "staff-rude", "412", "en", "2026-11-25T09:00:00Z", 2,
         "manager-hears suites"},
        {__LINE__, "hotel", "no-hot-water", "214", "da", "2026-11-25T09:00:00Z", 2,
         "workshop-open"},
        {__LINE__, "hotel", "no-hot-water", "214", "da", "2026-11-25T05:59:59Z", 2,
         "workshop-shut"},
        {__LINE__, "hotel", "no-hot-water", "214", "da", "2026-11-25T06:00:00Z", 2,
         "workshop-open"},
        {__LINE__, "hotel", "no-hot-water", "214", "da", "2026-12-25T09:00:00Z", 2,
         "workshop-shut"},
        {__LINE__, "hotel", "no-hot-water", "214", "da", "2026-12-24T09:00:00Z", 2,
         "workshop-shut"},
        {__LINE__, "hotel", "towels-missing", "401", "da", "2026-11-25T09:00:00Z", 2, "suites"},
        {__LINE__, "hotel", "towels-missing", "401", "da", "2026-11-25T09:00:00Z", 1, "all"},
        {__LINE__, "hotel", "towels-missing", "", "da", "2026-11-25T09:00:00Z", 2, "all"},
        {__LINE__, "support", "long-hold", "", "en", "2026-11-25T09:00:00Z", 1, "english"},
        {__LINE__, "support", "long-hold", "", "en", "2026-11-25T22:00:00Z", 2, "closed"},
        {__LINE__, "support", "long-hold", "", "da", "2026-11-25T09:00:00Z", 1, "all"},
        {__LINE__, "support", "outage", "", "en", "2026-11-25T09:00:00Z", 3, "outage"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_settings *s = housework_example(rows[i].pack);
        lyt_routed what = {.property = LYT_STR("havnen"),
                           .scenario = lyt_str_of(rows[i].scenario),
                           .place = lyt_str_of(rows[i].place),
                           .language = lyt_str_of(rows[i].language),
                           .severity = rows[i].severity,
                           .now_us = housework_at(rows[i].utc)};
        size_t found[lyt_routes_found_max];
        size_t n = lyt_route_find(s->routes, s->n_routes, s->zone, &what, found);
        char got[256] = "";

        for (size_t k = 0; k < n; k++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", k ? " " : "",
                     s->routes[found[k]].id);
        cr_expect_str_eq(got, rows[i].routes, "row at line %d: %s", rows[i].line, got);
        lyt_settings_free(s);
    }
}

/* All scenarios × places × severities × hours: never into nothing. */
Test(route, AL_15_everything_has_a_receiver)
{
    static const char *const scenarios[] = {"danger", "no-hot-water", "staff-rude", "nobody-knows"};
    static const char *const places[] = {"", "101", "214", "412", "lobby"};
    static const char *const packs[] = {"hotel", "support"};
    size_t n_cases = 0;

    for (size_t p = 0; p < 2; p++) {
        lyt_settings *s = housework_example(packs[p]);

        for (size_t i = 0; i < 4 * 5 * 5 * 24; i++) {
            lyt_routed what = {.property = LYT_STR("havnen"),
                               .scenario = lyt_str_of(scenarios[i % 4]),
                               .place = lyt_str_of(places[i / 4 % 5]),
                               .language = LYT_STR("da"),
                               .severity = (int)(i / 20 % 5),
                               .now_us = housework_at("2026-11-25T00:00:00Z") +
                                         (int64_t)(i / 100) * 3600000000};
            size_t found[lyt_routes_found_max];
            size_t n = lyt_route_find(s->routes, s->n_routes, s->zone, &what, found);

            cr_assert(n > 0 && s->routes[found[n - 1]].n_to > 0);
            n_cases++;
        }
        lyt_settings_free(s);
    }
    cr_expect(n_cases >= 1000);
}

Test(route, places_match_patterns)
{
    static const struct {
        int line;
        const char *pattern, *place;
        bool matches;
    } rows[] = {
        {__LINE__, "2??", "214", true},
        {__LINE__, "2??", "2144", false},
        {__LINE__, "2*", "2", true},
        {__LINE__, "2*", "12", false},
        {__LINE__, "*", "", true},
        {__LINE__, "?", "", false},
        {__LINE__, "*bar*", "rooftop-bar-2", true},
        {__LINE__, "a*b*c", "axxbxxbc", true},
        {__LINE__, "a*b*c", "axxbxxb", false},
        {__LINE__, "", "", true},
        {__LINE__, "", "x", false},
        {__LINE__, "**a", "bba", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_place_matches(rows[i].pattern, lyt_str_of(rows[i].place)), rows[i].matches,
                     "row at line %d", rows[i].line);
}

Test(route, AL_18_turns_and_the_one_who_is_free)
{
    lyt_settings *s = housework_example("hotel");
    int64_t n[2] = {0, 0};
    lyt_book *book;
    lyt_facts facts;
    lyt_error err;

    cr_assert_eq(lyt_book_new(&book, NULL), LYT_OK);
    cr_assert_eq(lyt_facts_init(&facts, NULL), LYT_OK);
    for (int64_t i = 0; i < 1000; i++) {
        const char *who = lyt_settings_who(s, book, "housekeeping", 0);
        lyt_fact fact = {.kind = LYT_FACT_OPENED,
                         .incident = i + 1,
                         .team = LYT_STR("housekeeping"),
                         .who = lyt_str_of(who)};

        n[strcmp(who, "amira") != 0]++;
        cr_assert_eq(lyt_book_emit(book, &facts, &fact, &err), LYT_OK);
        lyt_book_mark(book);
    }
    cr_expect_leq(n[0] > n[1] ? n[0] - n[1] : n[1] - n[0], 1);
    lyt_facts_deinit(&facts);
    lyt_book_free(book);
    lyt_settings_free(s);

    s = housework_example("support");
    cr_assert_eq(lyt_book_new(&book, NULL), LYT_OK);
    cr_assert_eq(lyt_facts_init(&facts, NULL), LYT_OK);
    for (int64_t i = 0; i < 3; i++) {
        static const char *const order[] = {"freja", "noah", "ida"};
        const char *who = lyt_settings_who(s, book, "customer-care", 0);
        lyt_fact fact = {.kind = LYT_FACT_OPENED, .incident = i + 1, .who = lyt_str_of(who)};

        cr_expect_str_eq(who, order[i]);
        cr_assert_eq(lyt_book_emit(book, &facts, &fact, &err), LYT_OK);
    }
    lyt_facts_deinit(&facts);
    lyt_book_free(book);
    lyt_settings_free(s);
}
