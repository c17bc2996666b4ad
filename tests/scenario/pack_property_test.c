#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "kind.h"
#include "minipack.h"
#include "testing.h"

LYT_SUITE(pack_property);

static const lyt_scenario *at(const lyt_pack *pack, const char *property, const char *id)
{
    return lyt_pack_at(pack, lyt_str_of(property)) +
           (lyt_pack_find(pack, lyt_str_of(id)) - lyt_pack_scenario(pack, 0));
}

Test(pack_property, SC_08_a_property_changes_what_its_file_names)
{
    lyt_pack *pack = minipack_load();
    const lyt_scenario *base = at(pack, "elsewhere", "room-not-cleaned");
    const lyt_scenario *here = at(pack, "havnen", "room-not-cleaned");

    cr_assert_eq(lyt_pack_properties(pack), 1);
    cr_expect_str_eq(lyt_pack_property(pack, 0), "havnen");
    cr_expect_eq(base, lyt_pack_find(pack, LYT_STR("room-not-cleaned")));
    cr_expect_str_eq(base->team, "housekeeping");
    cr_expect(base->severity == 2 && base->threshold == 0.5 && base->window_min == 60);
    cr_expect_str_eq(here->team, "maintenance");
    cr_expect_str_eq(here->person, "night-manager");
    cr_expect(here->severity == 3 && here->threshold == 0.95 && here->window_min == 30);
    cr_expect_neq(here->version, base->version);
    cr_expect(at(pack, "havnen", "noise")->shadow && !at(pack, "", "noise")->shadow);
    cr_expect_eq(at(pack, "havnen", "room-too-cold")->version,
                 at(pack, "", "room-too-cold")->version, "what is not named stays");
    lyt_pack_free(pack);
}

typedef struct bed {
    lyt_pack *pack;
    lyt_classifier *classifier;
    lyt_session *session;
} bed;

static void bed_init(bed *b)
{
    b->pack = minipack_load();
    cr_assert_eq(lyt_classifier_of_pack(&b->classifier, b->pack, NULL, NULL), LYT_OK);
    cr_assert_eq(lyt_session_new(&b->session, b->classifier, NULL), LYT_OK);
}

static void bed_deinit(bed *b)
{
    lyt_session_free(b->session);
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
}

static const lyt_failure *failure(const lyt_verdict *verdict, const char *scenario)
{
    for (size_t i = 0; i < verdict->n_failures; i++)
        if (strcmp(verdict->failures[i].scenario, scenario) == 0)
            return &verdict->failures[i];
    return NULL;
}

static const char both[] = "My room was not cleaned and there was loud music from the bar";

Test(pack_property, SC_07_a_scenario_on_trial_is_told_and_never_alarms)
{
    lyt_message message = {.text = lyt_str_of(both), .property = "havnen"};
    const lyt_verdict *verdict = NULL;
    const lyt_failure *noise, *dirty;
    bed b;

    bed_init(&b);
    cr_assert_eq(lyt_classify(b.session, &message, &verdict, NULL), LYT_OK);
    noise = failure(verdict, "noise");
    dirty = failure(verdict, "room-not-cleaned");
    cr_assert(noise && dirty);
    cr_expect(noise->shadow && !dirty->shadow);
    cr_expect(!lyt_failure_alarms(verdict->kind, noise->severity, noise->shadow));
    cr_expect(lyt_failure_alarms(verdict->kind, dirty->severity, dirty->shadow));
    cr_expect(!lyt_failure_alarms(LYT_KIND_COMPLAINT, 4, true), "not even danger");
    cr_expect_str_eq(dirty->team, "maintenance");
    cr_expect_eq(dirty->severity, 3);
    message.property = "elsewhere";
    cr_assert_eq(lyt_classify(b.session, &message, &verdict, NULL), LYT_OK);
    cr_expect(!failure(verdict, "noise")->shadow);
    cr_expect_eq(failure(verdict, "room-not-cleaned")->severity, 2);
    bed_deinit(&b);
}

Test(pack_property, the_threshold_is_that_of_the_property)
{
    static const lyt_token token = {.norm = {"room", 4}};
    double probability[3] = {0}, logit[3] = {-9, -9, -9};
    lyt_judged reading = {
        .text = {.tokens = &token, .n_tokens = 1},
        .scores = {.logit = logit, .probability = probability, .none = 0.1},
    };
    lyt_pack *pack = minipack_load();
    bool said[lyt_scenarios_max];
    size_t index =
        (size_t)(lyt_pack_find(pack, LYT_STR("room-not-cleaned")) - lyt_pack_scenario(pack, 0));

    probability[lyt_pack_label(pack, index)] = 0.9;
    logit[lyt_pack_label(pack, index)] = log(0.9 / 0.1);
    lyt_pack_decide(pack, lyt_pack_at(pack, LYT_STR("")), &reading, said);
    cr_expect(said[index]);
    lyt_pack_decide(pack, lyt_pack_at(pack, LYT_STR("havnen")), &reading, said);
    cr_expect(!said[index], "0.9 is below 0.95, and so is that anything failed");
    reading.scores.none = 0.01;
    lyt_pack_decide(pack, lyt_pack_at(pack, LYT_STR("havnen")), &reading, said);
    cr_expect(said[index], "the best one, where that anything failed is sure");
    lyt_pack_free(pack);
}

/* Whatever sentences taught about "me" alone, it wakes nobody. */
Test(pack_property, a_small_word_or_two_say_nothing)
{
    enum { S = LYT_TOKEN_STOP };
    static const struct {
        int line;
        lyt_token tokens[4];
        size_t n, n_cues;
        bool says;
    } rows[] = {
        {__LINE__, {{.norm = {"me", 2}, .flags = S}}, 1, 0, false},
        {__LINE__, {{.norm = {"me", 2}, .flags = S}}, 1, 1, true},
        {__LINE__, {{.norm = {"ill", 3}, .flags = S, .polarity = -3}}, 1, 0, true},
        {__LINE__, {{.norm = {"room", 4}}}, 1, 0, true},
        {__LINE__, {{.norm = {"!", 1}, .kind = LYT_TOKEN_PUNCT}}, 1, 0, false},
        {__LINE__,
         {{.norm = {"and", 3}, .flags = S}, {.norm = {"me", 2}, .flags = S | LYT_TOKEN_BREAKER}},
         2,
         0,
         false},
        {__LINE__,
         {{.norm = {"no", 2}, .flags = LYT_TOKEN_NEGATOR},
          {.norm = {"no", 2}, .flags = LYT_TOKEN_NEGATOR},
          {.norm = {"no", 2}, .flags = LYT_TOKEN_NEGATOR}},
         3,
         0,
         false},
        {__LINE__,
         {{.norm = {"is", 2}, .flags = S},
          {.norm = {"anyone", 6}, .flags = S},
          {.norm = {"there", 5}, .flags = S}},
         3,
         0,
         true},
    };
    lyt_pack *pack = minipack_load();
    const size_t at =
        (size_t)(lyt_pack_find(pack, LYT_STR("room-not-cleaned")) - lyt_pack_scenario(pack, 0));
    double probability[3] = {0}, logit[3] = {-9, -9, -9};

    probability[lyt_pack_label(pack, at)] = 0.99;
    logit[lyt_pack_label(pack, at)] = log(0.99 / 0.01);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_judged reading = {
            .text = {.tokens = rows[i].tokens, .n_tokens = rows[i].n},
            .fired = {.n_cues = rows[i].n_cues},
            .scores = {.logit = logit, .probability = probability, .none = 0.001},
        };
        bool said[lyt_scenarios_max];

        lyt_pack_decide(pack, lyt_pack_at(pack, LYT_STR("")), &reading, said);
        cr_expect_eq(said[at], rows[i].says, "row at line %d", rows[i].line);
    }
    lyt_pack_free(pack);
}

Test(pack_property, SC_05_a_verdict_names_the_version_and_the_trial)
{
    lyt_message message = {.text = lyt_str_of(both), .property = "havnen"};
    const lyt_verdict *verdict = NULL;
    const lyt_json *failures;
    lyt_json *json = NULL;
    lyt_str line;
    bed b;

    bed_init(&b);
    cr_assert_eq(lyt_classify(b.session, &message, &verdict, NULL), LYT_OK);
    cr_assert_eq(lyt_verdict_json(b.session, verdict, &line, NULL), LYT_OK);
    cr_assert_eq(lyt_json_parse(&json, line, 1 << 20, NULL), LYT_OK);
    failures = lyt_json_get(json, "failures");
    cr_assert_eq(lyt_json_len(failures), verdict->n_failures);
    for (size_t i = 0; i < verdict->n_failures; i++) {
        const lyt_scenario *scenario = at(b.pack, "havnen", verdict->failures[i].scenario);
        const lyt_json *one = lyt_json_at(failures, i);
        char version[17];
        bool shadow = false;

        snprintf(version, sizeof version, "%016llx", (unsigned long long)scenario->version);
        cr_expect(lyt_str_equal(lyt_json_text(one, "version"), lyt_str_of(version)));
        cr_expect_eq(lyt_json_bool(lyt_json_get(one, "shadow"), &shadow), scenario->shadow,
                     "the key is there when it is true");
    }
    lyt_json_free(json);
    bed_deinit(&b);
}
