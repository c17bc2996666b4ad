#include <stdio.h>
#include <string.h>

#include "refine.h"
#include "testing.h"

LYT_SUITE(refine);

typedef struct house {
    char lexicons[256], folder[256];
    lyt_pack_options options;
    lyt_pack *pack;
} house;

static void open_house(house *h, const char *refined, const lyt_alloc *alloc)
{
    lyt_error err = {0};

    snprintf(h->folder, sizeof h->folder, "%s/golden/minipack", testing_tests());
    snprintf(h->lexicons, sizeof h->lexicons, "%s/golden/minilex", testing_tests());
    h->options = (lyt_pack_options){.alloc = alloc,
                                    .fs = lyt_fs_system(),
                                    .lexicons_folder = h->lexicons,
                                    .refined_folder = refined};
    cr_assert_eq(lyt_pack_load(&h->pack, h->folder, &h->options, &err), LYT_OK, "%s:%u %s",
                 err.file, err.line, err.text);
}

/* What guests of this house call cold; the pack has none of these words. */
static const char *const saunas[] = {
    "The sauna is lukewarm",
    "sauna lukewarm again today",
    "We sat in a lukewarm sauna",
    "your sauna stays lukewarm",
    "Saunaen er lunken",
    "lukewarm sauna on the third floor",
    "the sauna upstairs is lukewarm at best",
    "sauna is lukewarm, second day",
    "a sauna should not be lukewarm",
    "lukewarm, that sauna of yours",
    "Why is the sauna lukewarm?",
    "sauna lukewarm since we came",
};

enum { n_saunas = sizeof saunas / sizeof *saunas };
static const lyt_str cold = {"room-too-cold", 13}, noise = {"noise", 5};

static void fill(lyt_lesson *out, const char *const *texts, size_t n, const lyt_str *scenario)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (lyt_lesson){.message = {.text = lyt_str_of(texts[i])},
                              .scenarios = scenario,
                              .n_scenarios = scenario != NULL};
}

static double probability(const lyt_pack *pack, const char *text, const char *scenario)
{
    lyt_classifier *classifier;
    lyt_session *session;
    lyt_judged reading;
    double p = 0;

    cr_assert_eq(lyt_classifier_of_pack(&classifier, pack, NULL, NULL), LYT_OK);
    cr_assert_eq(lyt_session_new(&session, classifier, NULL), LYT_OK);
    cr_assert_eq(
        lyt_session_read(session, &(lyt_message){.text = lyt_str_of(text)}, &reading, NULL),
        LYT_OK);
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++)
        if (strcmp(lyt_pack_scenario(pack, i)->id, scenario) == 0)
            p = reading.scores.probability[lyt_pack_label(pack, i)];
    lyt_session_free(session);
    lyt_classifier_close(classifier);
    return p;
}

Test(refine, NL_17_others_profit_from_what_was_corrected)
{
    static const char unseen[] = "lukewarm sauna this evening too";
    lyt_lesson lessons[n_saunas];
    lyt_refined found = {0}, again = {0};
    house h;
    lyt_error err = {0};
    double before;

    open_house(&h, NULL, NULL);
    fill(lessons, saunas, n_saunas, &cold);
    before = probability(h.pack, unseen, "room-too-cold");
    cr_assert_eq(lyt_refine(h.pack, lessons, n_saunas, &h.options, &found, &err), LYT_OK, "%s",
                 err.text);
    cr_assert_eq(lyt_refine(h.pack, lessons, n_saunas, &h.options, &again, &err), LYT_OK);
    cr_expect_eq(found.verdict, LYT_REFINE_TAKEN);
    cr_expect_eq(found.n_lessons, n_saunas);
    cr_expect_eq(found.n_skipped, 0);
    cr_expect_eq(found.lessons.n, 3);
    cr_expect_gt(found.lessons.after, found.lessons.before);
    cr_expect_gt(found.sentences.n, 0);
    cr_expect_eq(found.examples.n, 22);
    cr_assert(found.model && again.model);
    cr_expect_eq(lyt_model_about(found.model).content_hash,
                 lyt_model_about(again.model).content_hash);
    lyt_model_free(again.model);
    {
        lyt_pack with = *h.pack;

        lyt_pack_adopt(&with, found.model);
        cr_expect_gt(probability(&with, unseen, "room-too-cold"), before + .3);
    }
    lyt_model_free(found.model);
    lyt_pack_free(h.pack);
}

/* The pack's own complaints of dirt, said to be noise: as if somebody pressed the wrong key. */
Test(refine, lessons_that_harm_the_pack_are_not_taken)
{
    static const char *const wrong[] = {
        "My room was not cleaned",
        "Nobody has cleaned our room",
        "The bathroom is filthy today",
        "the floor is dirty",
        "Dirty room, dirty towels",
        "our room was not cleaned at all",
        "filthy bathroom",
        "hair in the shower, dirty floor",
        "room not cleaned since we came",
        "Værelset var ikke gjort rent",
        "Badeværelset er beskidt",
        "dirty everything",
        "the room is filthy and dirty",
        "The bathroom is filthy",
        "My room was not cleaned today",
        "nobody cleaned my room",
        "everything was dirty in the room",
        "the shower is filthy",
    };
    enum { n = sizeof wrong / sizeof *wrong };
    lyt_lesson lessons[n];
    lyt_refined found = {0};
    house h;

    open_house(&h, NULL, NULL);
    fill(lessons, wrong, n, &noise);
    cr_assert_eq(lyt_refine(h.pack, lessons, n, &h.options, &found, NULL), LYT_OK);
    cr_expect_neq(found.verdict, LYT_REFINE_TAKEN, "lost %zu and gained %zu of %zu examples",
                  found.examples.lost, found.examples.gained, found.examples.n);
    cr_expect_null(found.model);
    lyt_model_free(found.model);
    lyt_pack_free(h.pack);
}

Test(refine, passes_over_what_it_cannot_learn_from)
{
    static const lyt_str unknown = {"no-towels", 9};
    lyt_lesson lessons[n_saunas + 3];
    lyt_refined found = {0};
    house h;

    open_house(&h, NULL, NULL);
    fill(lessons, saunas, 9, &cold);
    fill(lessons + 9, saunas + 9, 1, &unknown);
    lessons[10] = (lyt_lesson){.message = {.text = LYT_STR(" \n ")}};
    lessons[11] = (lyt_lesson){.message = {.text = LYT_STR("\xff")}};
    cr_assert_eq(lyt_refine(h.pack, lessons, 12, &h.options, &found, NULL), LYT_OK);
    cr_expect_eq(found.verdict, LYT_REFINE_FEW);
    cr_expect_eq(found.n_lessons, 9);
    cr_expect_eq(found.n_skipped, 3);
    /* a guest's words are no labels, however they look */
    lessons[9].message.text = LYT_STR("__label__nothing the sauna\nis __label__none");
    lessons[9].scenarios = &cold;
    cr_assert_eq(lyt_refine(h.pack, lessons, 12, &h.options, &found, NULL), LYT_OK);
    cr_expect_eq(found.n_lessons, 10);
    lyt_model_free(found.model);
    lyt_pack_free(h.pack);
}

/* The folder of refined models: used where it fits, passed over where not. */
Test(refine, a_pack_is_opened_with_its_refined_model)
{
    char folder[64], path[256];
    lyt_lesson lessons[n_saunas];
    lyt_refined found = {0};
    lyt_buf name;
    house h, with;
    uint64_t own;

    testing_folder(folder);
    open_house(&h, folder, NULL);
    own = lyt_model_about(lyt_pack_model(h.pack)).content_hash;
    fill(lessons, saunas, n_saunas, &cold);
    cr_assert_eq(lyt_refine(h.pack, lessons, n_saunas, &h.options, &found, NULL), LYT_OK);
    cr_assert_not_null(found.model);
    lyt_buf_init(&name, NULL);
    cr_assert_eq(lyt_pack_refined_path(h.pack, folder, &name), LYT_OK);
    snprintf(path, sizeof path, "%s", name.data);
    lyt_buf_deinit(&name);
    cr_assert_eq(lyt_model_save(found.model, lyt_fs_system(), path, NULL), LYT_OK);
    open_house(&with, folder, NULL);
    cr_expect_eq(lyt_model_about(lyt_pack_model(with.pack)).content_hash,
                 lyt_model_about(found.model).content_hash);
    cr_expect_neq(lyt_pack_hash(with.pack), lyt_pack_hash(h.pack));
    lyt_pack_free(with.pack);
    testing_write(folder, strrchr(path, '/') + 1, LYT_STR("LYTMODEL? no"));
    open_house(&with, folder, NULL);
    cr_expect_eq(lyt_model_about(lyt_pack_model(with.pack)).content_hash, own);
    cr_expect_eq(lyt_pack_hash(with.pack), lyt_pack_hash(h.pack));
    lyt_pack_free(with.pack);
    lyt_model_free(found.model);
    lyt_pack_free(h.pack);
    testing_folder_remove(folder);
}

static bool stop_training(void *context, const char *stage, double done)
{
    (void)stage;
    (void)done;
    return --*(int *)context > 0;
}

Test(refine, can_be_stopped)
{
    lyt_lesson lessons[n_saunas];
    lyt_refined found = {0};
    int calls = 3;
    house h;

    open_house(&h, NULL, NULL);
    h.options.progress = stop_training;
    h.options.context = &calls;
    fill(lessons, saunas, n_saunas, &cold);
    cr_expect_eq(lyt_refine(h.pack, lessons, n_saunas, &h.options, &found, NULL), LYT_ESTATE);
    cr_expect_null(found.model);
    lyt_pack_free(h.pack);
}

/* One allocation in so many fails: each time with LYT_ENOMEM, and nothing stays behind. */
Test(refine, has_no_memory)
{
    lyt_lesson lessons[n_saunas];
    testing_alloc failing;
    long live;
    house h;

    fill(lessons, saunas, n_saunas, &cold);
    testing_alloc_init(&failing, 0);
    open_house(&h, NULL, &failing.alloc);
    live = failing.live;
    for (long n = 1;; n += 1 + n / 8) {
        lyt_refined found = {0};
        lyt_error err = {0};
        lyt_status status;

        failing.asked = 0;
        failing.fail_at = n;
        status = lyt_refine(h.pack, lessons, n_saunas, &h.options, &found, &err);
        if (status == LYT_OK) {
            lyt_model_free(found.model);
            cr_expect_eq(failing.live, live);
            break;
        }
        cr_expect_eq(status, LYT_ENOMEM, "allocation %ld: %s", n, err.text);
        cr_expect_eq(failing.live, live, "allocation %ld: %ld blocks stay", n, failing.live - live);
    }
    failing.fail_at = 0;
    lyt_pack_free(h.pack);
}
