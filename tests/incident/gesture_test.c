#include <string.h>

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
    lyt_wish wish = {LYT_STR("anna"), LYT_STR("breakfast-run-out"), lunch};
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
    lyt_wish wish = {lyt_str_of(guest), lyt_str_of(scenario), 10 * a_day};
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
    lyt_wish wish = {LYT_STR("anna"), LYT_STR("food-cold"), 100 * a_day};
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
