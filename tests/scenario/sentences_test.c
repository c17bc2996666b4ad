#include <math.h>
#include <string.h>

#include <lyt/lyt.h>

#include "minipack.h"
#include "testing.h"

LYT_SUITE(sentences);

static bool reports(const lyt_verdict *verdict, const char *scenario, lyt_str span)
{
    for (size_t i = 0; i < verdict->n_failures; i++) {
        const lyt_failure *f = &verdict->failures[i];

        if (strcmp(f->scenario, scenario) == 0)
            return f->start >= (size_t)(span.ptr - verdict->text.ptr) &&
                   f->end <= (size_t)(span.ptr - verdict->text.ptr) + span.len;
    }
    return false;
}

static const char letter[] =
    "Lovely bed and so nice and warm here. Thank you for everything. My room was not cleaned "
    "today. "
    "Slept well, it was quiet all night. Loud music from the bar on Sunday night. See you again.";

/* What is said once is heard among much else, and lies in the sentence that says it. */
Test(sentences, NL_10_each_is_heard_in_a_long_message)
{
    const lyt_verdict *verdict = NULL;
    const char *dirty = strstr(letter, "My room"), *loud = strstr(letter, "Loud");
    minijudge b;

    minijudge_init(&b);
    cr_assert_eq(
        lyt_classify(b.session, &(lyt_message){.text = lyt_str_of(letter)}, &verdict, NULL),
        LYT_OK);
    cr_expect_eq(verdict->n_failures, 2);
    cr_expect(reports(verdict, "room-not-cleaned",
                      (lyt_str){dirty, strlen("My room was not cleaned today.")}));
    cr_expect(reports(verdict, "noise",
                      (lyt_str){loud, strlen("Loud music from the bar on Sunday night.")}));
    minijudge_deinit(&b);
}

Test(sentences, NL_15_have_evidence_that_adds_up)
{
    static const char *const scenarios[] = {"room-not-cleaned", "noise", "room-too-cold"};
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < 3; i++) {
        const lyt_evidence *rows;
        double sum = 0, log_odds;
        size_t n;

        cr_assert_eq(lyt_explain(b.session, &(lyt_message){.text = lyt_str_of(letter)},
                                 scenarios[i], &rows, &n, &log_odds, NULL),
                     LYT_OK);
        for (size_t k = 0; k < n; k++) {
            sum += rows[k].weight;
            cr_expect_leq(rows[k].end, strlen(letter));
        }
        cr_expect(fabs(sum - log_odds) < 1e-6, "%s: %g, not %g", scenarios[i], sum, log_odds);
    }
    minijudge_deinit(&b);
}

Test(sentences, NL_17_a_correction_of_a_long_message_is_right_at_once)
{
    const lyt_str noise = LYT_STR("noise");
    const lyt_lesson list[] = {
        {.id = LYT_STR("1"),
         .message = {.text = lyt_str_of(letter)},
         .scenarios = &noise,
         .n_scenarios = 1},
    };
    const lyt_verdict *verdict = NULL;
    lyt_classifier *taught = NULL;
    lyt_session *session = NULL;
    minijudge b;

    minijudge_init(&b);
    cr_assert_eq(lyt_learn(&taught, b.classifier, list, 1, NULL), LYT_OK);
    cr_assert_eq(lyt_session_new(&session, taught, NULL), LYT_OK);
    cr_assert_eq(lyt_classify(session, &(lyt_message){.text = lyt_str_of(letter)}, &verdict, NULL),
                 LYT_OK);
    cr_expect_eq(verdict->n_failures, 1);
    cr_expect_str_eq(verdict->failures[0].scenario, "noise");
    lyt_session_free(session);
    lyt_classifier_close(taught);
    minijudge_deinit(&b);
}

/* Neither does half of a sentence raise what the other half sets aside. */
Test(sentences, NL_12_of_what_is_set_aside_no_piece_is_heard)
{
    static const struct {
        int line;
        const char *message;
        bool is_heard;
    } rows[] = {
        {__LINE__, "My room was not cleaned today", true},
        {__LINE__,
         "My room was not cleaned today and I told the nice man in the house of it at noon", true},
        {__LINE__,
         "My room was not cleaned today and I told the nice man in the house and it was fixed at "
         "once",
         false},
        /* another sentence sets nothing aside in this one */
        {__LINE__,
         "My room was not cleaned today and I told the nice man in the house of it at noon. The "
         "other bed was fixed at once",
         true},
    };
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_verdict *verdict = NULL;

        cr_assert_eq(lyt_classify(b.session, &(lyt_message){.text = lyt_str_of(rows[i].message)},
                                  &verdict, NULL),
                     LYT_OK);
        cr_expect_eq(verdict->n_failures > 0, rows[i].is_heard, "row at line %d", rows[i].line);
    }
    minijudge_deinit(&b);
}

enum { dirty, cold, noise, n_scenarios };

/* What a hearing thinks: log-odds of each scenario, and the probability that nothing failed. */
typedef struct thought {
    double logit[n_scenarios];
    double none;
    size_t n_tokens;
} thought;

typedef struct minds {
    lyt_judged heard[4];
    lyt_input inputs[4];
    double logit[4][n_scenarios], probability[4][n_scenarios];
} minds;

static void think(const lyt_pack *pack, const lyt_text *text, const size_t *at,
                  const thought *thoughts, size_t n, minds *out)
{
    for (size_t h = 0; h < n; h++) {
        for (size_t k = 0; k < n_scenarios; k++) {
            const int label = lyt_pack_label(pack, at[k]);

            out->logit[h][label] = thoughts[h].logit[k];
            out->probability[h][label] = 1 / (1 + exp(-thoughts[h].logit[k]));
        }
        out->inputs[h] = (lyt_input){.text = &out->heard[h].text};
        out->heard[h] = (lyt_judged){
            .text = *text,
            .input = &out->inputs[h],
            .scores = {.logit = out->logit[h],
                       .probability = out->probability[h],
                       .none = thoughts[h].none},
        };
        out->heard[h].text.n_tokens = thoughts[h].n_tokens;
    }
}

Test(sentences, add_what_they_are_sure_of_to_what_the_message_says)
{
    enum { S = 6, L = 14 }; /* tokens of a short one and of a long one */
    static const struct {
        int line;
        thought thoughts[3];
        bool said[n_scenarios];
        enum { AS_ANY, YIELDS, ON_TRIAL } cold;
    } rows[] = {
        /* the message alone */
        {__LINE__,
         {{{3, -9, -9}, .01, L}, {{-9, -9, -9}, .99, S}, {{-9, -9, -9}, .99, S}},
         {true, false, false},
         AS_ANY},
        /* a sentence alone, where the message says nothing */
        {__LINE__,
         {{{-2, -9, -9}, .9, L}, {{3, -9, -9}, .01, S}, {{-9, -9, -9}, .99, S}},
         {true, false, false},
         AS_ANY},
        /* a short one that is not sure of something else */
        {__LINE__,
         {{{3, -2, -9}, .01, L}, {{3, -9, -9}, .01, S}, {{-9, .8, -9}, .01, S}},
         {true, false, false},
         AS_ANY},
        {__LINE__,
         {{{3, -2, -9}, .01, L}, {{3, -9, -9}, .01, S}, {{-9, 1.2, -9}, .01, S}},
         {true, true, false},
         AS_ANY},
        /* a long one */
        {__LINE__,
         {{{3, -2, -9}, .01, L}, {{3, -9, -9}, .01, S}, {{-9, .8, -9}, .01, L}},
         {true, true, false},
         AS_ANY},
        /* where the message says nothing the surest is what others are beside */
        {__LINE__,
         {{{-2, -2, -9}, .9, L}, {{.8, -9, -9}, .01, S}, {{-9, .9, -9}, .01, S}},
         {false, true, false},
         AS_ANY},
        {__LINE__,
         {{{-2, -2, -9}, .9, L}, {{1.1, -9, -9}, .01, S}, {{-9, 1.2, -9}, .01, S}},
         {true, true, false},
         AS_ANY},
        /* noise is danger here, and heard as soon as a sentence reports it */
        {__LINE__,
         {{{3, -9, -2}, .01, L}, {{3, -9, -9}, .01, S}, {{-9, -9, .1}, .5, S}},
         {true, false, true},
         AS_ANY},
        {__LINE__,
         {{{3, -9, -2}, .01, L}, {{3, -9, -9}, .01, S}, {{-9, -9, .1}, .9, S}},
         {true, false, false},
         AS_ANY},
        /* cold yields to what anybody else says, or is on trial: it takes nobody's place */
        {__LINE__,
         {{{-9, 3, -9}, .01, L}, {{-9, 3, -9}, .01, S}, {{.8, -9, -9}, .01, S}},
         {true, false, false},
         YIELDS},
        {__LINE__,
         {{{-9, 3, -9}, .01, L}, {{-9, 3, -9}, .01, S}, {{.8, -9, -9}, .01, S}},
         {true, true, false},
         ON_TRIAL},
        {__LINE__,
         {{{-9, -2, -9}, .9, L}, {{-9, 3, -9}, .01, S}, {{-9, -9, -9}, .99, S}},
         {false, true, false},
         YIELDS},
        {__LINE__,
         {{{-9, 3, -9}, .01, L}, {{-9, 3, -9}, .01, S}, {{2, -9, -9}, .01, S}},
         {true, false, false},
         YIELDS},
    };
    static const lyt_token tokens[14] = {{.norm = {"room", 4}}};
    const lyt_text text = {.tokens = tokens, .n_tokens = 14};
    size_t at[n_scenarios];
    lyt_scenario scenarios[n_scenarios];
    lyt_pack *pack = minipack_load();

    for (size_t i = 0; i < n_scenarios; i++) {
        static const char *const ids[] = {"room-not-cleaned", "room-too-cold", "noise"};

        at[i] = (size_t)(lyt_pack_find(pack, lyt_str_of(ids[i])) - lyt_pack_scenario(pack, 0));
        scenarios[at[i]] = *lyt_pack_find(pack, lyt_str_of(ids[i]));
        scenarios[at[i]].threshold = 0.5;
    }
    scenarios[at[noise]].severity = lyt_severity_max;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_judged reading = {.text = text};
        bool said[lyt_scenarios_max];
        minds m;

        scenarios[at[cold]].yields = rows[i].cold == YIELDS;
        scenarios[at[cold]].shadow = rows[i].cold == ON_TRIAL;
        think(pack, &text, at, rows[i].thoughts, 3, &m);
        reading.heard = m.heard;
        reading.n_heard = 3;
        lyt_pack_decide(pack, scenarios, &reading, said);
        for (size_t k = 0; k < n_scenarios; k++)
            cr_expect_eq(said[at[k]], rows[i].said[k], "row at line %d, scenario %zu", rows[i].line,
                         k);
    }
    /* of a lesson's own words all of it together counts: what the first row's hearings say is not
     */
    for (int taught = 0; taught < 2; taught++) {
        static const thought all = {{-9, 3, -9}, .01, L};
        lyt_judged reading = {.text = text};
        bool said[lyt_scenarios_max];
        minds m, together;

        think(pack, &text, at, rows[0].thoughts, 3, &m);
        think(pack, &text, at, &all, 1, &together);
        reading.scores = together.heard[0].scores;
        reading.scores.is_taught = taught;
        reading.heard = m.heard;
        reading.n_heard = 3;
        lyt_pack_decide(pack, scenarios, &reading, said);
        cr_expect_eq(said[at[dirty]], !taught);
        cr_expect_eq(said[at[cold]], taught);
    }
    lyt_pack_free(pack);
}
