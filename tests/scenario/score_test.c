#include <stdio.h>
#include <string.h>

#include "classify.h"
#include "mem.h"
#include "pack_audit.h"
#include "pack_diff.h"
#include "packtree.h"
#include "testing.h"

LYT_SUITE(score);

/* The small pack, in memory, with something more in the scenario of noise or at havnen. */
typedef struct bed {
    lyt_packtree *tree;
    lyt_pack *pack;
    lyt_classifier *classifier;
    lyt_session *session;
    lyt_error err;
} bed;

#define HEAD                                                                                       \
    "id: noise\nname: {en: Noise, da: Larm}\ndescription: {en: Too loud., da: For meget larm.}\n"  \
    "team: housekeeping\nseverity: 1\n"
#define TAIL                                                                                       \
    "examples:\n  en:\n    fires: [\"Loud music from the bar all night\"]\n    silent: "           \
    "[\"Lovely\"]\n"                                                                               \
    "  da:\n    fires: [\"Der var larm fra baren hele natten\"]\n    silent: [\"Dejligt\"]\n"
#define LOUD "Loud music from the bar all night"

/* text: of noise.yaml; property: of havnen.yaml, NULL as it is. */
static lyt_status load(bed *b, const char *text, const char *property)
{
    char folder[256], lexicons[256];
    lyt_packtree *golden = NULL;
    lyt_status status = LYT_OK;

    memset(b, 0, sizeof *b);
    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_packtree_new(&golden, NULL, NULL), LYT_OK);
    cr_assert_eq(lyt_packtree_new(&b->tree, NULL, NULL), LYT_OK);
    cr_assert_eq(lyt_packtree_take(golden, lyt_fs_system(),
                                   &(lyt_packtree_from){folder, NULL, lexicons}, NULL),
                 LYT_OK);
    for (size_t i = 0; i < lyt_packtree_size(golden); i++) {
        const lyt_packtree_file *file = lyt_packtree_at(golden, i);
        lyt_str bytes = file->bytes;

        if (strcmp(file->path, "pack/scenarios/noise.yaml") == 0)
            bytes = lyt_str_of(text);
        else if (property && strcmp(file->path, "pack/properties/havnen.yaml") == 0)
            bytes = lyt_str_of(property);
        cr_assert_eq(lyt_packtree_add(b->tree, file->path, bytes, NULL), LYT_OK);
    }
    lyt_packtree_free(golden);
    status = lyt_pack_load(
        &b->pack, "pack",
        &(lyt_pack_options){.fs = lyt_packtree_fs(b->tree), .lexicons_folder = "language"},
        &b->err);
    if (status)
        return status;
    cr_assert_eq(lyt_classifier_of_pack(&b->classifier, b->pack, NULL, NULL), LYT_OK);
    cr_assert_eq(lyt_session_new(&b->session, b->classifier, NULL), LYT_OK);
    return LYT_OK;
}

static void unload(bed *b)
{
    lyt_session_free(b->session);
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
    lyt_packtree_free(b->tree);
}

static const lyt_failure *judge(bed *b, const lyt_message *message)
{
    const lyt_verdict *verdict = NULL;

    cr_assert_eq(lyt_classify(b->session, message, &verdict, &b->err), LYT_OK);
    for (size_t i = 0; i < verdict->n_failures; i++)
        if (strcmp(verdict->failures[i].scenario, "noise") == 0)
            return &verdict->failures[i];
    return NULL;
}

Test(score, SC_09_bands_of_every_scale_reach_as_far_as_they_say)
{
    static const struct {
        int line;
        double score, scale;
        const char *usual, *own; /* of the bands below */
    } rows[] = {
        {__LINE__, 0, 10, "critical", "critical"},
        {__LINE__, 6, 10, "critical", "watch"},
        {__LINE__, 6.5, 10, "watch", NULL},
        {__LINE__, 7, 10, "watch", NULL},
        {__LINE__, 8, 10, "watch", NULL},
        {__LINE__, 9, 10, NULL, NULL},
        {__LINE__, 3, 5, "critical", "watch"},
        {__LINE__, 4, 5, "watch", "watch"},
        {__LINE__, 5, 5, NULL, NULL},
        {__LINE__, 2, 4, "critical", "critical"},
        {__LINE__, 3, 4, "watch", "watch"},
        {__LINE__, 4, 4, NULL, NULL},
        {__LINE__, 1, 7, NULL, NULL},
        {__LINE__, 0, 0, NULL, NULL},
    };
    bed usual, own;

    cr_assert_eq(
        load(&usual, HEAD "score: {watch: {severity: 2}, critical: {severity: 3}}\n" TAIL, NULL),
        LYT_OK, "%s", usual.err.text);
    cr_assert_eq(load(&own,
                      HEAD "score:\n  watch: {severity: 2, nps: 6}\n"
                           "  critical: {severity: 3, nps: 3, stars: 2}\n" TAIL,
                      NULL),
                 LYT_OK, "%s", own.err.text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 2; k++) {
            const char *wanted = k ? rows[i].own : rows[i].usual;
            const lyt_failure *f = judge(k ? &own : &usual, &(lyt_message){.text = LYT_STR(LOUD),
                                                                           .score = rows[i].score,
                                                                           .scale = rows[i].scale});

            cr_assert_not_null(f, "row at line %d", rows[i].line);
            cr_expect(wanted ? f->band && strcmp(f->band, wanted) == 0 : !f->band,
                      "row at line %d: %s", rows[i].line, f->band ? f->band : "none");
            cr_expect_eq(f->severity,
                         !wanted          ? 1
                         : *wanted == 'w' ? 2
                                          : 3,
                         "row at line %d: %d", rows[i].line, f->severity);
        }
    unload(&usual);
    unload(&own);
}

Test(score, SC_09_the_evidence_names_the_score)
{
    const lyt_verdict *verdict = NULL;
    const lyt_failure *f;
    lyt_str json;
    bed b;

    cr_assert_eq(load(&b, HEAD "score: {critical: {severity: 3}}\n" TAIL, NULL), LYT_OK);
    f = judge(&b, &(lyt_message){.text = LYT_STR(LOUD), .score = 2.5, .scale = 10});
    cr_assert(f && f->n_evidence > 1);
    cr_expect(
        lyt_str_equal(f->evidence[f->n_evidence - 1].feature, LYT_STR("score:2.5/10:critical")));
    cr_expect(f->evidence[f->n_evidence - 1].weight == 0.0 &&
              f->evidence[f->n_evidence - 1].text.len == 0);
    cr_assert_eq(lyt_classify(b.session,
                              &(lyt_message){.text = LYT_STR(LOUD), .score = 2.5, .scale = 10},
                              &verdict, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_verdict_json(b.session, verdict, &json, NULL), LYT_OK);
    cr_expect_not_null(strstr(json.ptr, "\"band\":\"critical\""));
    /* without a score the words alone are told of */
    f = judge(&b, &(lyt_message){.text = LYT_STR(LOUD)});
    cr_assert(f && !f->band && f->severity == 1);
    for (size_t i = 0; i < f->n_evidence; i++)
        cr_expect_not(lyt_str_begins(f->evidence[i].feature, LYT_STR("score:")));
    unload(&b);
}

/* Words in doubt, whichever way the model leans: what is reported is what the band asks for. */
Test(score, SC_09_a_bad_score_decides_what_words_leave_in_doubt)
{
    static const lyt_message doubtful = {.text = {"It was loud", 11}, .language = "en"};
    lyt_message scored = doubtful;
    const lyt_failure *f;
    bed low, high;

    cr_assert_eq(load(&low, HEAD "score: {critical: {threshold: 0.001}}\n" TAIL, NULL), LYT_OK);
    cr_assert_eq(load(&high, HEAD "score: {critical: {threshold: 0.999}}\n" TAIL, NULL), LYT_OK);
    scored.score = 1;
    scored.scale = 5;
    f = judge(&low, &(lyt_message){
                        .text = LYT_STR("It was loud here at the bar"), .score = 1, .scale = 5});
    cr_assert_not_null(f, "the band asks for nearly nothing");
    cr_expect_eq(f->severity, 1, "and leaves the severity as it is");
    cr_expect_null(judge(&high, &scored));
    /* praise stays praise, whatever the score */
    cr_expect_null(judge(&low, &(lyt_message){.text = LYT_STR("Lovely stay, thank you so much"),
                                              .score = 0,
                                              .scale = 10}));
    /* and no words are no failure: CH-11 */
    cr_expect_null(judge(&low, &(lyt_message){.text = LYT_STR(""), .score = 0, .scale = 10}));
    unload(&low);
    unload(&high);
}

Test(score, SC_09_a_property_has_bands_of_its_own)
{
    lyt_message message = {.text = LYT_STR(LOUD), .property = "havnen", .score = 3, .scale = 10};
    uint64_t versions[2];
    const lyt_failure *f;
    bed b;

    for (int i = 0; i < 2; i++) {
        cr_assert_eq(load(&b, HEAD "score: {watch: {severity: 2}, critical: {severity: 3}}\n" TAIL,
                          i ? "property: havnen\nscenarios:\n  noise:\n    score: {critical: "
                              "{severity: 2, nps: 3}}\n"
                            : "property: havnen\nscenarios:\n  noise: {severity: 1}\n"),
                     LYT_OK, "%s", b.err.text);
        f = judge(&b, &message);
        cr_assert_not_null(f);
        cr_expect_eq(f->severity, i ? 2 : 3);
        versions[i] = f->version;
        message.score = 5;
        f = judge(&b, &message);
        cr_expect_eq(f->severity, i ? 1 : 3, "its watch band is gone, too");
        message.score = 3;
        unload(&b);
    }
    cr_expect_neq(versions[0], versions[1]);
}

Test(score, SC_09_a_mistake_is_named_by_line_and_column)
{
    static const struct {
        int line;
        const char *score;
        unsigned at, column;
        const char *says;
    } rows[] = {
        {__LINE__, "score: 7\n", 6, 8, "map"},
        {__LINE__, "score: {}\n", 6, 8, "name a band"},
        {__LINE__, "score: {critcal: {severity: 3}}\n", 6, 9, "did you mean 'critical'"},
        {__LINE__, "score: {watch: {}}\n", 6, 16, "say what the band changes"},
        {__LINE__, "score: {watch: {nps: 8}}\n", 6, 16, "say what the band changes"},
        {__LINE__, "score: {watch: {severity: 4}}\n", 6, 27, "3"},
        {__LINE__, "score: {watch: {severity: two}}\n", 6, 27, "two"},
        {__LINE__, "score: {watch: {severity: 2, nps: 11}}\n", 6, 35, "10"},
        {__LINE__, "score: {watch: {severity: 2, stars: 6}}\n", 6, 37, "5"},
        {__LINE__, "score: {watch: {severity: 2, smileys: 1.5}}\n", 6, 39, "1.5"},
        {__LINE__, "score: {watch: {severity: 2, star: 3}}\n", 6, 30, "did you mean 'stars'"},
        {__LINE__, "score: {watch: {threshold: 0}}\n", 6, 28, "0.001"},
        {__LINE__, "score:\n  watch: {severity: 2}\n  critical: {severity: 3, nps: 8}\n", 8, 32,
         "must end below watch"},
        {__LINE__, "score:\n  watch: {severity: 2, stars: 2}\n  critical: {severity: 3}\n", 8, 13,
         "stars"},
        {__LINE__, "score:\n  watch: {severity: 3}\n  critical: {severity: 2}\n", 8, 24,
         "less severe"},
    };
    static const struct {
        int line;
        const char *fires;
        const char *says;
    } examples[] = {
        {__LINE__, "{score: 3}", "'text' is missing"},
        {__LINE__, "{text: Loud bar, score: 11}", "10"},
        {__LINE__, "{text: Loud bar, score: 6, scale: 5}", "5"},
        {__LINE__, "{text: Loud bar, score: 6, scale: 7}", "7"},
        {__LINE__, "{text: Loud bar, scale: 5}", "add score"},
        {__LINE__, "{text: Loud bar, severity: 5}", "4"},
        {__LINE__, "{text: Loud bar, scores: 5}", "did you mean 'score'"},
        {__LINE__, "{text: \"\", score: 5}", "text"},
    };
    char text[2000];
    bed b;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text, "%s%s%s", HEAD, rows[i].score, TAIL);
        cr_assert_eq(load(&b, text, NULL), LYT_EFORMAT, "row at line %d", rows[i].line);
        cr_expect(b.err.line == rows[i].at && b.err.column == rows[i].column,
                  "row at line %d: %u:%u %s", rows[i].line, b.err.line, b.err.column, b.err.text);
        cr_expect_not_null(strstr(b.err.text, rows[i].says), "row at line %d: %s", rows[i].line,
                           b.err.text);
        unload(&b);
    }
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        snprintf(text, sizeof text,
                 "%sexamples:\n  en: {fires: [%s], silent: []}\n  da: {fires: [x], silent: []}\n",
                 HEAD, examples[i].fires);
        cr_assert_eq(load(&b, text, NULL), LYT_EFORMAT, "row at line %d", examples[i].line);
        cr_expect(b.err.line == 7 && b.err.column > 15, "row at line %d: %u:%u", examples[i].line,
                  b.err.line, b.err.column);
        cr_expect_not_null(strstr(b.err.text, examples[i].says), "row at line %d: %s",
                           examples[i].line, b.err.text);
        unload(&b);
    }
    snprintf(
        text, sizeof text,
        "%sexamples:\n  en: {fires: [x], silent: [{text: y, severity: 2}]}\n  da: {fires: [x], "
        "silent: []}\n",
        HEAD);
    cr_assert_eq(load(&b, text, NULL), LYT_EFORMAT);
    cr_expect_not_null(strstr(b.err.text, "silent has no severity"), "%s", b.err.text);
    unload(&b);
}

static void count_fault(void *context, const lyt_pack_fault *fault)
{
    int *severity = context;

    *severity = fault->severity;
}

Test(score, SC_09_examples_carry_a_score_and_what_comes_of_it)
{
    static const struct {
        int line;
        const char *fires;
        size_t n_faults;
        int severity;
    } rows[] = {
        {__LINE__, "{text: \"" LOUD "\", score: 6, severity: 3}", 0, -2},
        {__LINE__, "{text: \"" LOUD "\", score: 7, severity: 2}", 0, -2},
        {__LINE__, "{text: \"" LOUD "\", score: 3, scale: 5, severity: 3}", 0, -2},
        {__LINE__, "{text: \"" LOUD "\", severity: 1}", 0, -2},
        {__LINE__, "{text: \"" LOUD "\"}", 0, -2},
        {__LINE__, "{text: \"" LOUD "\", score: 9, severity: 3}", 1, 1},
        {__LINE__, "{text: \"Lovely and quiet\", score: 1, severity: 3}", 1, -1},
    };
    char text[2000];
    bed b;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_pack_checked counts;
        int severity = -2;

        snprintf(text, sizeof text,
                 "%sscore: {watch: {severity: 2}, critical: {severity: 3}}\nexamples:\n"
                 "  en: {fires: [%s], silent: [Lovely]}\n"
                 "  da: {fires: [Der var larm fra baren hele natten], silent: [Dejligt]}\n",
                 HEAD, rows[i].fires);
        cr_assert_eq(load(&b, text, NULL), LYT_OK, "row at line %d: %s", rows[i].line, b.err.text);
        cr_assert_eq(lyt_pack_check(b.pack, count_fault, &severity, &counts, &b.err), LYT_OK);
        cr_expect(counts.n_faults == rows[i].n_faults && severity == rows[i].severity,
                  "row at line %d: %zu faults, %d", rows[i].line, counts.n_faults, severity);
        unload(&b);
    }
}

static void keep_change(void *context, const lyt_pack_change *change)
{
    lyt_buf_addf(context, "%c %s %s '%s': %s -> %s\n", change->sign, change->what, change->scenario,
                 change->key, change->before, change->after);
}

Test(score, SC_09_what_changed_of_a_band_is_told)
{
    lyt_buf out;
    bed a, b;

    cr_assert_eq(load(&a, HEAD "score: {critical: {severity: 3}}\n" TAIL, NULL), LYT_OK);
    cr_assert_eq(
        load(&b, HEAD "score: {watch: {threshold: 0.4}, critical: {severity: 2, nps: 5}}\n" TAIL,
             NULL),
        LYT_OK);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_pack_diff(a.pack, b.pack, keep_change, &out, NULL), LYT_OK);
    cr_expect_not_null(strstr(out.data, "~ score noise 'critical': severity 3, nps 6, stars 3, "
                                        "smileys 2 -> severity 2, nps 5, stars 3, smileys 2\n"),
                       "%s", out.data);
    cr_expect_not_null(strstr(out.data, "+ score noise 'watch':  -> threshold 0.4, nps 8"), "%s",
                       out.data);
    lyt_buf_deinit(&out);
    unload(&a);
    unload(&b);
}
