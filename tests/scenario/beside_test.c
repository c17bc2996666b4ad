#include <stdio.h>
#include <string.h>

#include "beside.h"
#include "testing.h"

LYT_SUITE(beside);

typedef struct bench {
    lyt_pack *pack;
    lyt_classifier *classifier;
    lyt_session *session;
    size_t dirty, cold, noise;
    lyt_scenario scenarios[lyt_scenarios_max];
} bench;

static size_t index_of(const bench *b, const char *id)
{
    return (size_t)(lyt_pack_find(b->pack, lyt_str_of(id)) - lyt_pack_scenario(b->pack, 0));
}

static void bench_init(bench *b)
{
    char folder[256], lexicons[256];
    lyt_error err = {0};

    memset(b, 0, sizeof *b);
    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(
                     &b->pack, folder,
                     &(lyt_pack_options){.fs = lyt_fs_system(), .lexicons_folder = lexicons}, &err),
                 LYT_OK, "%s:%u %s", err.file, err.line, err.text);
    cr_assert_eq(lyt_classifier_of_pack(&b->classifier, b->pack, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_session_new(&b->session, b->classifier, &err), LYT_OK);
    for (size_t i = 0; i < lyt_pack_scenarios(b->pack); i++) {
        b->scenarios[i] = *lyt_pack_scenario(b->pack, i);
        b->scenarios[i].threshold = 0.5;
        b->scenarios[i].shadow = false;
    }
    b->dirty = index_of(b, "room-not-cleaned");
    b->cold = index_of(b, "room-too-cold");
    b->noise = index_of(b, "noise");
}

static void bench_deinit(bench *b)
{
    lyt_session_free(b->session);
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
}

/* Whether "too cold" stays beside "not cleaned" of 0.9, and whether that one does. */
static bool stays(const bench *b, const char *text, double cold, bool *dirty_stays)
{
    double as_if[lyt_scenarios_max] = {0};
    bool said[lyt_scenarios_max] = {false};
    lyt_judged reading;

    cr_assert_eq(
        lyt_session_read(b->session, &(lyt_message){.text = lyt_str_of(text)}, &reading, NULL),
        LYT_OK);
    as_if[lyt_pack_label(b->pack, b->dirty)] = 0.9;
    as_if[lyt_pack_label(b->pack, b->cold)] = cold;
    reading.scores = (lyt_scores){.probability = as_if, .none = 0};
    said[b->dirty] = said[b->cold] = true;
    lyt_beside_settle(b->pack, b->scenarios, &reading, said);
    *dirty_stays = said[b->dirty];
    return said[b->cold];
}

Test(beside, NL_10_a_second_failure_needs_words_of_its_own)
{
    static const struct {
        int line;
        const char *text;
        double cold;
        bool stays;
    } rows[] = {
        {__LINE__, "dirty bathroom", 0.6, false}, /* no rule, no clause of its own */
        {__LINE__, "dirty bathroom", 0.75, true}, /* as good as sure */
        {__LINE__, "dirty bathroom. we all slept badly", 0.6, true},
        {__LINE__, "the heating is dead and the dirty bathroom smells", 0.6, true},
        {__LINE__, "dirty cold bathroom heater dead", 0.6, true},
        {__LINE__, "dirty room", 0.69, false},
    };
    bench b;

    bench_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool dirty_stays = false;

        cr_expect_eq(stays(&b, rows[i].text, rows[i].cold, &dirty_stays), rows[i].stays,
                     "line %d", rows[i].line);
        cr_expect(dirty_stays, "line %d", rows[i].line);
    }
    bench_deinit(&b);
}

Test(beside, what_is_beaten_needs_them_however_sure_it_is)
{
    uint16_t list[1];
    bool dirty_stays = false;
    bench b;

    bench_init(&b);
    list[0] = (uint16_t)b.cold;
    b.scenarios[b.dirty].beats = list;
    b.scenarios[b.dirty].n_beats = 1;
    cr_expect(!stays(&b, "dirty bathroom", 0.99, &dirty_stays));
    cr_expect(dirty_stays);
    cr_expect(stays(&b, "dirty bathroom and the heating is dead", 0.99, &dirty_stays));
    /* the other way round the surer one goes, too */
    list[0] = (uint16_t)b.dirty;
    b.scenarios[b.dirty].n_beats = 0;
    b.scenarios[b.cold].beats = list;
    b.scenarios[b.cold].n_beats = 1;
    cr_expect(stays(&b, "the heating is dead", 0.8, &dirty_stays));
    cr_expect(!dirty_stays);
    bench_deinit(&b);
}

Test(beside, who_yields_is_told_only_alone_and_danger_and_trials_are_left_alone)
{
    static const char both[] = "dirty bathroom and the heating is dead";
    bool dirty_stays = false;
    bench b;

    bench_init(&b);
    b.scenarios[b.cold].yields = true;
    cr_expect(!stays(&b, both, 0.99, &dirty_stays));
    cr_expect(dirty_stays);
    b.scenarios[b.dirty].shadow = true; /* on trial: it takes nobody's place */
    cr_expect(stays(&b, both, 0.99, &dirty_stays));
    cr_expect(dirty_stays);
    b.scenarios[b.dirty].shadow = false;
    b.scenarios[b.dirty].yields = true; /* both: neither gives way */
    cr_expect(stays(&b, both, 0.99, &dirty_stays));
    b.scenarios[b.dirty].yields = false;
    b.scenarios[b.cold].severity = lyt_severity_max;
    cr_expect(stays(&b, "dirty bathroom", 0.5, &dirty_stays));
    b.scenarios[b.cold].severity = 2;
    b.scenarios[b.cold].shadow = true;
    cr_expect(stays(&b, "dirty bathroom", 0.5, &dirty_stays));
    bench_deinit(&b);
}
