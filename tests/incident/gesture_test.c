#include <string.h>

#include "care.h"
#include "housework.h"

LYT_SUITE(gesture);

static const int64_t a_day = (int64_t)86400 * 1000000;

static lyt_notes *notes_of(const lyt_note *rows, size_t n)
{
    lyt_notes *notes;

    cr_assert_eq(lyt_notes_new(&notes, NULL), LYT_OK);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(lyt_notes_add(notes, &rows[i]), LYT_OK);
    return notes;
}

/*
 * The case of the seed: at lunch the salad bar lacked blue cheese and a dressing. On two of
 * the days before the guest had ordered a strawberry smoothie. So the waiter comes, within
 * ten minutes, with an apology and that smoothie.
 */
Test(gesture, RE_04_the_strawberry_smoothie_to_the_letter)
{
    lyt_settings *s = housework_example("hotel");
    int64_t lunch = housework_at("2026-11-25T11:40:00Z");
    const lyt_note rows[] = {
        {LYT_NOTE_ORDER, "anna", "strawberry-smoothie", "bar order 118", lunch - a_day},
        {LYT_NOTE_ORDER, "anna", "strawberry-smoothie", "bar order 97", lunch - 2 * a_day},
        {LYT_NOTE_ORDER, "bo", "espresso", "bar order 98", lunch - 2 * a_day},
    };
    lyt_notes *notes = notes_of(rows, 3);
    lyt_wish wish = {LYT_STR("anna"), LYT_STR("breakfast-run-out"), lunch, NULL};
    lyt_proposal out[10];
    size_t n = lyt_gesture_propose(s->gestures, s->n_gestures, notes, NULL, &wish, out, 10);

    cr_assert(n > 1);
    cr_expect_str_eq(out[0].gesture->id, "strawberry-smoothie");
    cr_expect_str_eq(out[0].gesture->name_da, "En jordbærsmoothie");
    cr_assert_eq(out[0].n_reasons, 2);
    cr_expect_str_eq(out[0].reasons[0].source, "bar order 118");
    cr_expect_str_eq(out[0].reasons[1].source, "bar order 97");
    cr_expect_eq(out[1].weight, 0, "bo's espresso is not anna's");
    /* with nothing known: neutral, and the apology is the first of these */
    wish.guest = LYT_STR("carl");
    n = lyt_gesture_propose(s->gestures, s->n_gestures, notes, NULL, &wish, out, 10);
    cr_assert(n > 0);
    cr_expect_str_eq(out[0].gesture->id, "sorry");
    cr_expect_eq(out[0].n_reasons, 0);
    for (size_t i = 0; i < n; i++)
        cr_expect(i == 0 || out[i].gesture->items.n == 0 || out[i - 1].gesture->items.n > 0 ||
                      i > 1,
                  "tastes come after neutral ones");
    lyt_notes_free(notes);
    lyt_settings_free(s);
}

static bool proposes(const lyt_settings *s, const lyt_notes *notes, const char *guest,
                     const char *scenario, const char *id)
{
    lyt_wish wish = {lyt_str_of(guest), lyt_str_of(scenario), 10 * a_day, NULL};
    lyt_proposal out[16];
    size_t n = lyt_gesture_propose(s->gestures, s->n_gestures, notes, NULL, &wish, out, 16);

    for (size_t i = 0; i < n; i++)
        if (strcmp(out[i].gesture->id, id) == 0)
            return true;
    return false;
}

Test(gesture, RE_05_allergies_diets_faith_and_opt_outs_win)
{
    static const struct {
        int line;
        lyt_note_kind kind;
        const char *item, *gesture;
        bool proposed;
    } rows[] = {
        {__LINE__, LYT_NOTE_ALLERGY, "strawberry", "strawberry-smoothie", false},
        {__LINE__, LYT_NOTE_ALLERGY, "milk", "strawberry-smoothie", false},
        {__LINE__, LYT_NOTE_ALLERGY, "nuts", "strawberry-smoothie", true},
        {__LINE__, LYT_NOTE_DIET, "vegan", "strawberry-smoothie", false},
        {__LINE__, LYT_NOTE_DIET, "lactose-free", "strawberry-smoothie", false},
        {__LINE__, LYT_NOTE_DIET, "halal", "glass-of-wine", false},
        {__LINE__, LYT_NOTE_DIET, "halal", "breakfast", false},
        {__LINE__, LYT_NOTE_DIET, "halal", "strawberry-smoothie", true},
        {__LINE__, LYT_NOTE_DIET, "no-alcohol", "glass-of-wine", false},
        {__LINE__, LYT_NOTE_DIET, "some-new-diet", "strawberry-smoothie", false},
        {__LINE__, LYT_NOTE_DIET, "some-new-diet", "late-checkout", true},
        {__LINE__, LYT_NOTE_DISLIKES, "strawberry-smoothie", "strawberry-smoothie", false},
        {__LINE__, LYT_NOTE_OPT_OUT, "offers", "strawberry-smoothie", false},
        {__LINE__, LYT_NOTE_OPT_OUT, "offers", "late-checkout", false},
        {__LINE__, LYT_NOTE_OPT_OUT, "offers", "sorry", true},
        {__LINE__, LYT_NOTE_OPT_OUT, "late-checkout", "late-checkout", false},
    };
    lyt_settings *s = housework_example("hotel");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_note both[] = {
            {LYT_NOTE_ORDER, "anna", "strawberry-smoothie", "bar", 9 * a_day},
            {rows[i].kind, "anna", rows[i].item, "said so", 9 * a_day},
        };
        lyt_notes *notes = notes_of(both, 2);

        cr_expect_eq(proposes(s, notes, "anna", "food-cold", rows[i].gesture), rows[i].proposed,
                     "row at line %d", rows[i].line);
        cr_expect(proposes(s, notes, "bo", "food-cold", rows[i].gesture),
                  "row at line %d: it is anna's", rows[i].line);
        lyt_notes_free(notes);
    }
    lyt_settings_free(s);
}

Test(gesture, RE_06_notes_weigh_by_age_and_go_with_the_guest)
{
    const lyt_note rows[] = {
        {LYT_NOTE_ORDER, "anna", "espresso", "1", 0},
        {LYT_NOTE_ORDER, "anna", "espresso", "2", 1},
        {LYT_NOTE_ORDER, "anna", "strawberry-smoothie", "3", 95 * a_day},
        {LYT_NOTE_ORDER, "anna", "strawberry-smoothie", "3", 95 * a_day}, /* twice is once */
        {LYT_NOTE_LIKES, "bo", "espresso", "4", 95 * a_day},
    };
    lyt_settings *s = housework_example("hotel");
    lyt_notes *notes = notes_of(rows, 5);
    lyt_wish wish = {LYT_STR("anna"), LYT_STR("food-cold"), 100 * a_day, NULL};
    lyt_proposal out[4];

    cr_expect_eq(lyt_notes_size(notes), 4);
    cr_assert(lyt_gesture_propose(s->gestures, s->n_gestures, notes, NULL, &wish, out, 4) == 4);
    cr_expect_str_eq(out[0].gesture->id, "strawberry-smoothie", "one new before two old");
    cr_expect_eq(out[0].weight, 1024);
    cr_expect_str_eq(out[1].gesture->id, "espresso");
    cr_expect_eq(out[1].weight, 2 * 128);
    /* corrected, then erased */
    cr_expect_eq(lyt_notes_erase(notes, "anna", "strawberry-smoothie"), 1);
    cr_expect_eq(lyt_notes_erase(notes, "anna", NULL), 2);
    cr_expect_eq(lyt_notes_size(notes), 1);
    cr_expect_str_eq(lyt_notes_at(notes, 0).guest, "bo");
    lyt_notes_free(notes);
    lyt_settings_free(s);
}

/* With nothing known what is made for one taste comes last, however little it costs. */
Test(gesture, RE_04_of_a_stranger_the_neutral_ones_come_first)
{
    static const char *const first[] = {"sorry", "fruit-plate", "next-stay"};
    lyt_settings *s = housework_example("hotel");
    lyt_wish wish = {LYT_STR("bo"), LYT_STR("tv-broken"), 100 * a_day, NULL};
    lyt_proposal out[9];
    size_t n = lyt_gesture_propose(s->gestures, s->n_gestures, NULL, NULL, &wish, out, 9);

    cr_assert_eq(n, 7);
    for (size_t i = 0; i < 3; i++)
        cr_expect_str_eq(out[i].gesture->id, first[i]);
    for (size_t i = 3; i < n; i++)
        cr_expect_gt(out[i].gesture->items.n, 0);
    lyt_settings_free(s);
}

Test(gesture, kinds_of_notes_read_back)
{
    for (int i = 0; i < LYT_NOTE_KIND_COUNT; i++) {
        lyt_note_kind kind = LYT_NOTE_ORDER;

        cr_expect_eq(lyt_note_kind_parse(&kind, lyt_str_of(lyt_note_kind_name((lyt_note_kind)i))),
                     LYT_OK);
        cr_expect_eq((int)kind, i);
    }
    cr_expect_eq(lyt_note_kind_parse(&(lyt_note_kind){0}, LYT_STR("hates")), LYT_EINVAL);
}

/* RE-03: how often a guest gets it: in a year, in one stay, in 30 days. */
Test(gesture, RE_03_a_stay_has_a_limit_of_its_own)
{
    static const char text[] =
        "desk: d\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\n"
        "people: [{id: m, name: M, role: manager, trained: true, channels: [bus]}]\n"
        "teams: [{id: t}]\nroutes: [{id: all, to: [m]}]\n"
        "authority: {currency: DKK, roles: {manager: {incident: 900, guest: 9000, month: 9000}}}\n"
        "gestures:\n"
        "  - {id: wine, name: {en: Wine, da: Vin}, kind: extra, cost: 75, per_stay: 1}\n"
        "  - {id: fruit, name: {en: Fruit, da: Frugt}, kind: extra, cost: 60, per_month: 2}\n"
        "  - {id: night, name: {en: Night, da: Nat}, kind: waiver, cost: 60, per_guest: 1}\n";
    static const struct {
        int line;
        const char *guest, *gesture;
        int day;
        lyt_status status;
        const char *limit;
    } rows[] = {
        {__LINE__, "anna", "wine", 1, LYT_OK, ""},
        {__LINE__, "anna", "wine", 2, LYT_ELIMIT, "per stay"},
        {__LINE__, "bo", "wine", 2, LYT_OK, ""},
        /* her next stay, ten days after the first began */
        {__LINE__, "anna", "wine", 11, LYT_OK, ""},
        /* nobody knows bo's stay: 14 days are one */
        {__LINE__, "bo", "wine", 15, LYT_ELIMIT, "per stay"},
        {__LINE__, "bo", "wine", 17, LYT_OK, ""},
        {__LINE__, "bo", "fruit", 17, LYT_OK, ""},
        {__LINE__, "bo", "fruit", 18, LYT_OK, ""},
        {__LINE__, "bo", "fruit", 19, LYT_ELIMIT, "per month"},
        {__LINE__, "bo", "fruit", 49, LYT_OK, ""},
        {__LINE__, "bo", "night", 50, LYT_OK, ""},
        {__LINE__, "bo", "night", 300, LYT_ELIMIT, "per guest"},
        {__LINE__, "", "wine", 300, LYT_OK, ""},
        {__LINE__, "", "wine", 300, LYT_OK, ""},
        {__LINE__, "bo", "night", 415, LYT_ELIMIT, "per guest"},
        {__LINE__, "bo", "night", 416, LYT_OK, ""},
    };
    lyt_error err = {0};
    lyt_settings *s = housework_text(text, LYT_OK, &err);
    lyt_care *care = NULL;
    lyt_facts facts;

    cr_assert_not_null(s, "%u: %s", err.line, err.text);
    cr_assert_eq(lyt_care_new(&care, NULL, s), LYT_OK);
    cr_assert_eq(lyt_facts_init(&facts, NULL), LYT_OK);
    for (int stay = 0; stay < 2; stay++)
        cr_assert_eq(
            lyt_stays_put(lyt_care_stays(care),
                          &(lyt_stay){stay ? "s2" : "s1", "anna", "d", "214",
                                      (1000 + 10 * stay) * a_day, (1004 + 10 * stay) * a_day}),
            LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t now = (1000 + rows[i].day) * a_day, id = 0;
        lyt_care_heard heard = {.property = LYT_STR("d"),
                                .scenario = LYT_STR("x"),
                                .team = LYT_STR("t"),
                                .guest = lyt_str_of(rows[i].guest),
                                .place = lyt_str_of(rows[i].guest[0] ? "" : "305"),
                                .message = (int64_t)i + 1,
                                .now_us = now};
        lyt_care_order order = {.verb = LYT_CARE_OFFER,
                                .act = {.by = LYT_STR("m"), .now_us = now},
                                .whom = lyt_str_of(rows[i].gesture)};
        lyt_wish wish = {heard.guest, heard.scenario, now, lyt_care_stays(care)};
        lyt_care_reply reply;
        lyt_status status;

        cr_assert_eq(lyt_care_hear(care, &heard, &facts, &id, &err), LYT_OK, "%s", err.text);
        order.act.incident = id;
        err.text[0] = 0;
        cr_expect_eq(lyt_gesture_limit(&s->gestures[strcmp(rows[i].gesture, "wine") == 0    ? 0
                                                    : strcmp(rows[i].gesture, "fruit") == 0 ? 1
                                                                                            : 2],
                                       lyt_care_book(care), &wish) != NULL,
                     rows[i].status == LYT_ELIMIT, "line %d", rows[i].line);
        status = lyt_care_do(care, &order, &facts, &reply, &err);
        cr_expect_eq(status, rows[i].status, "line %d: %s", rows[i].line, err.text);
        cr_expect(strstr(err.text, rows[i].limit), "line %d: %s", rows[i].line, err.text);
        /* each is another failure */
        order = (lyt_care_order){
            .verb = LYT_CARE_MOVE,
            .state = LYT_INCIDENT_VOID,
            .act = {.incident = id, .by = LYT_STR("m"), .text = LYT_STR("next"), .now_us = now}};
        cr_assert_eq(lyt_care_do(care, &order, &facts, &reply, &err), LYT_OK, "%s", err.text);
        lyt_facts_reset(&facts);
    }
    lyt_facts_deinit(&facts);
    lyt_care_free(care);
    lyt_settings_free(s);
}
