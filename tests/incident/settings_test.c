#include <stdio.h>
#include <string.h>

#include "housework.h"

LYT_SUITE(settings);

#define HEAD                                                                                       \
    "desk: d\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\n"                                  \
    "people:\n  - {id: m, name: M, role: manager, channels: [bus]}\n"
#define SMS                                                                                        \
    "ways: [{id: sms, kind: 46elks, secret: k, from: H, to: [{who: m, address: \"+4540404422\"}]},"  \
    " {id: chat, kind: slack, secret: k}]\n"
#define TAIL "routes:\n  - {id: all, to: [m]}\n"

Test(settings, IN_02_who_somebody_says_they_are)
{
    static const struct {
        int line;
        const char *name;
        const char *id; /* NULL: nobody of the house */
    } rows[] = {
        {__LINE__, "mette", "mette"},      {__LINE__, "Mette", "mette"},
        {__LINE__, "METTE HOLM", "mette"}, {__LINE__, "Lise Bro", "lise"},
        {__LINE__, "Mette H", NULL},       {__LINE__, "mett", NULL},
        {__LINE__, "mette ", NULL},        {__LINE__, "reception", NULL},
        {__LINE__, "", NULL},
    };
    lyt_settings *s = housework_example("hotel");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_person *p = lyt_settings_called(s, lyt_str_of(rows[i].name));

        if (rows[i].id)
            cr_expect(p && strcmp(p->id, rows[i].id) == 0, "line %d", rows[i].line);
        else
            cr_expect_null(p, "line %d", rows[i].line);
    }
    lyt_settings_free(s);
}

Test(settings, SL_13_RE_03_the_worked_examples_are_read)
{
    lyt_settings *hotel = housework_example("hotel"), *support = housework_example("support");

    cr_expect_eq(hotel->n_people, 10);
    cr_expect_eq(hotel->n_routes, 6);
    cr_expect_eq(hotel->authority.limits[LYT_ROLE_CONTACT].incident, 20000);
    cr_expect_eq(hotel->quiet_from_min, 22 * 60);
    cr_expect_str_eq(hotel->duties[0].covers[0].who, "amira");
    cr_expect_eq(support->n_triggers, 6);
    cr_expect_eq(support->gestures[1].cost, 2000);
    cr_expect_eq(support->gestures[1].currency, LYT_EUR);
    lyt_settings_free(hotel);
    lyt_settings_free(support);
}

Test(settings, SL_13_every_refusal_names_the_place_and_what_to_do)
{
    static const struct {
        int row;
        const char *text;
        uint32_t line;
        const char *says;
    } rows[] = {
        {__LINE__, HEAD "routs:\n  - {id: all, to: [m]}\n", 7, "did you mean 'routes'"},
        {__LINE__, HEAD, 1, "'routes' is missing"},
        {__LINE__, HEAD "routes:\n  - {id: all, severity_min: 2, to: [m]}\n", 8,
         "must take everything"},
        {__LINE__, HEAD "routes:\n  - {id: all, to: [m]}\n  - {id: b, to: [m]}\n", 9,
         "no alarm comes to this route"},
        {__LINE__, HEAD "routes:\n  - {id: all, to: [mm]}\n", 8, "did you mean 'm'"},
        {__LINE__, HEAD "routes:\n  - {id: all, to: [m], ladder: up}\n", 8, "no ladder 'up'"},
        {__LINE__, HEAD "routes:\n  - {id: a, hours: h, to: [m]}\n  - {id: all, to: [m]}\n", 8,
         "no hours 'h'"},
        {__LINE__, HEAD TAIL "quiet: {below: 2, from: \"25:00\", to: \"07:00\"}\n", 9,
         "no time of the day"},
        {__LINE__, HEAD TAIL "quiet: {below: 5, from: \"22:00\", to: \"07:00\"}\n", 9, "0 to 4"},
        {__LINE__, HEAD TAIL "hours:\n  - {id: h}\n", 10, "either 'days' or 'always"},
        {__LINE__, HEAD TAIL "hours:\n  - {id: h, days: {mo: \"08:00-16:00\"}}\n", 10, "is no day"},
        {__LINE__, HEAD TAIL "hours:\n  - {id: h, days: {mon: \"16:00-08:00\"}}\n", 10,
         "no hours of a day"},
        {__LINE__, HEAD TAIL "hours:\n  - {id: h, always: true, holidays_on: [\"2026-02-30\"]}\n",
         10, "write it as"},
        {__LINE__, HEAD TAIL "duties:\n  - {id: d, otherwise: nobody}\n", 10, "no person 'nobody'"},
        {__LINE__,
         HEAD TAIL "duties:\n  - id: d\n    otherwise: m\n    shifts:\n"
                   "      - {from: \"07:00\", to: \"15:00\", who: [m]}\n"
                   "      - {days: [sun], from: \"14:00\", to: \"16:00\", who: [m]}\n",
         14, "line 13 overlap"},
        {__LINE__,
         HEAD TAIL "duties:\n  - id: d\n    otherwise: m\n    covers:\n"
                   "      - {from: \"2026-12-24T15:00\", to: \"2026-12-24T15:00\", who: m}\n",
         13, "not after 'from'"},
        {__LINE__,
         HEAD TAIL "duties:\n  - id: d\n    otherwise: m\n    covers:\n"
                   "      - {from: \"24/12 15:00\", to: \"2026-12-24T15:00\", who: m}\n",
         13, "is no time"},
        {__LINE__, HEAD TAIL "ladders:\n  - {id: l, steps: []}\n", 10, "at least one step"},
        {__LINE__,
         HEAD TAIL "ladders:\n  - {id: l, steps: [{after_min: 9, to: m}, {after_min: 9, to: m}]}\n",
         10, "no later than"},
        {__LINE__, HEAD TAIL "teams:\n  - {id: t, share: turns}\n", 10, "write down 'people'"},
        {__LINE__, HEAD TAIL "teams:\n  - {id: t}\n  - {id: t}\n", 11, "a second time"},
        {__LINE__,
         HEAD TAIL "authority:\n  currency: DKK\n  roles:\n    boss: {incident: 1, guest: 1, "
                   "month: 1}\n",
         12, "contact"},
        {__LINE__,
         HEAD TAIL "authority:\n  currency: DKK\n  roles:\n    contact: {incident: 1.005, guest: "
                   "1, month: 1}\n",
         12, "two decimals"},
        {__LINE__,
         HEAD TAIL "gestures:\n  - {id: g, name: {en: a, da: b}, kind: apology, cost: 5}\n", 10,
         "costs nothing"},
        {__LINE__, HEAD TAIL "gestures:\n  - {id: g, name: {en: a}, kind: extra}\n", 10,
         "'da' is missing"},
        {__LINE__,
         HEAD TAIL "triggers:\n  - {id: t, kind: absence, on: e, none: [f], within_min: 5, makes: g, "
                   "step: room}\n",
         10, "finds no failure, so it has no step"},
        {__LINE__,
         HEAD TAIL "triggers:\n  - {id: t, kind: frequency, on: e, n: 3, within_min: 5, scenario: x, "
                   "step: The Room}\n",
         10, "The Room"},
        {__LINE__, HEAD TAIL "triggers:\n  - {id: t, kind: count, scenario: x}\n", 10,
         "needs 'each'"},
        {__LINE__,
         HEAD TAIL "triggers:\n  - {id: t, kind: frequency, on: e, n: 3, within_min: 5}\n", 10,
         "needs 'scenario'"},
        {__LINE__,
         HEAD TAIL "triggers:\n  - {id: t, kind: change, on: e, attribute: a, scenario: x, "
                   "gesture: g}\n",
         10, "no gesture 'g'"},
        {__LINE__,
         "desk: d\npack: hotel\nzone: Europe/Kobenhavn\nmanager: m\npeople:\n  - {id: m, name: M, "
         "role: manager, channels: [bus]}\n" TAIL,
         3, "cannot be read"},
        {__LINE__,
         "desk: d\npack: hotel\nzone: ../etc/passwd\nmanager: m\npeople:\n  - {id: m, name: M, "
         "role: manager, channels: [bus]}\n" TAIL,
         3, "no time zone"},
        {__LINE__, "desk: d\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\npeople: []\n" TAIL,
         5, "at least one person"},
        {__LINE__, "- a\n- b\n", 1, "must be a map"},
        {__LINE__, HEAD TAIL "drills:\n  - {id: d, text: cold, at: \"24:00\"}\n", 10, "midnight"},
        {__LINE__, HEAD TAIL "drills:\n  - {id: d, text: cold, at: noon}\n", 10, "no time of the"},
        {__LINE__, HEAD TAIL "drills:\n  - {id: d, text: \"\", at: \"10:00\"}\n", 10,
         "what a guest would say"},
        {__LINE__, HEAD TAIL "drills:\n  - {id: d, text: cold, at: \"10:00\", days: [monday]}\n", 10,
         "monday"},
        {__LINE__, HEAD TAIL "drills:\n  - {id: d, at: \"10:00\"}\n", 10, "'text' is missing"},
        {__LINE__, HEAD TAIL "policy: {en: we mend it}\n", 9, "'da' is missing"},
        {__LINE__, HEAD TAIL "refunds: {link: \"http://x.dk\"}\n", 9, "begins with https://"},
        {__LINE__, HEAD TAIL "refunds: {link: \"https://x.dk/{case}\"}\n", 9, "the same for every"},
        {__LINE__, HEAD TAIL "refunds: {call: nine}\n", 9, "a number that a guest calls"},
        {__LINE__, HEAD TAIL "refunds: {call: \"9\", link: \"https://x.dk\"}\n", 9, "one step"},
        {__LINE__, HEAD TAIL "refunds: {to: nobody}\n", 9, "no person, duty or team 'nobody'"},
        {__LINE__, HEAD TAIL "refunds: {answer_h: 0}\n", 9, "1 to 720"},
        {__LINE__, HEAD TAIL "refunds: {answer_h: 721}\n", 9, "1 to 720"},
        {__LINE__, HEAD TAIL "refunds: {scenarios: [a, b], never: [b]}\n", 9, "choose"},
        {__LINE__, HEAD TAIL "refunds: {word: RETUR}\n", 9, "word"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [], to: m, way: sms}\n", 11, "'at' is empty"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: \"15:00\", to: m, way: sms}\n", 11,
         "list"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [\"15:00\", \"07:00\"], to: m, way: sms}\n",
         11, "after the one before"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [\"24:00\"], to: m, way: sms}\n", 11,
         "midnight"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [noon], to: m, way: sms}\n", 11,
         "no time of the"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [\"15:00\"], to: n, way: sms}\n", 11,
         "no person, duty or team 'n'"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [\"15:00\"], to: m, way: mail}\n", 11,
         "no way 'mail'"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [\"15:00\"], to: m, way: chat}\n", 11,
         "has no receivers"},
        {__LINE__, HEAD "  - {id: n, name: N, role: contact, channels: [bus]}\n" TAIL SMS
                        "digests:\n  - {id: d, at: [\"15:00\"], to: n, way: sms}\n",
         12, "no address for 'n'"},
        {__LINE__, HEAD "  - {id: n, name: N, role: contact, channels: [bus]}\n"
                        "duties: [{id: w, otherwise: n}]\n" TAIL SMS
                        "digests:\n  - {id: d, at: [\"15:00\"], to: w, way: sms}\n",
         13, "who may be on 'w'"},
        {__LINE__, HEAD TAIL SMS "digests:\n  - {id: d, at: [\"15:00\"], to: m, way: sms, language: de}\n",
         11, "da"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {0};
        lyt_settings *s = housework_text(rows[i].text, LYT_EFORMAT, &err);

        cr_expect_null(s);
        cr_expect_eq(err.line, rows[i].line, "row at line %d: line %u, %s", rows[i].row, err.line,
                     err.text);
        cr_expect(err.column > 0, "row at line %d", rows[i].row);
        cr_expect(strstr(err.file, "desk.yaml"), "row at line %d: %s", rows[i].row, err.file);
        cr_expect(strstr(err.text, rows[i].says), "row at line %d: %s", rows[i].row, err.text);
        lyt_settings_free(s);
    }
}

Test(settings, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    char path[512];

    snprintf(path, sizeof path, "%s/models/support/desk.yaml", testing_data());
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_settings_options how = {
            .alloc = &failing.alloc, .fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
        lyt_settings *s = NULL;
        lyt_error err;

        if (!lyt_settings_read(&s, path, &how, &err))
            lyt_settings_free(s);
    }
}

Test(settings, AL_20_low_alarms_wait_for_the_morning)
{
    static const struct {
        int line;
        const char *utc;
        int severity;
        const char *until; /* NULL: it need not wait */
    } rows[] = {
        {__LINE__, "2026-11-25T20:59:59Z", 1, NULL},
        {__LINE__, "2026-11-25T21:00:00Z", 1, "2026-11-26T06:00:00Z"},
        {__LINE__, "2026-11-26T05:59:59Z", 1, "2026-11-26T06:00:00Z"},
        {__LINE__, "2026-11-26T06:00:00Z", 1, NULL},
        {__LINE__, "2026-11-25T23:00:00Z", 2, NULL},
        {__LINE__, "2026-11-25T23:00:00Z", 4, NULL},
        /* into summer time: the night is an hour shorter */
        {__LINE__, "2026-03-28T21:00:00Z", 1, "2026-03-29T05:00:00Z"},
    };
    lyt_settings *s = housework_example("hotel");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_settings_quiet_until(s, rows[i].severity, housework_at(rows[i].utc)),
                     rows[i].until ? housework_at(rows[i].until) : 0, "row at line %d",
                     rows[i].line);
    lyt_settings_free(s);
}
