#include <math.h>
#include <stdio.h>
#include <string.h>

#include <lyt/lyt.h>

#include "json.h"
#include "minipack.h"
#include "testing.h"

LYT_SUITE(verdict);

/* A verdict as tests/golden/verdicts.txt has it: no figure that a compiler may round otherwise. */
static void describe(const lyt_verdict *verdict, lyt_buf *out)
{
    lyt_buf_addf(out, "> %.*s\n", LYT_STR_ARG(verdict->text));
    lyt_buf_addf(out, "%s", verdict->language);
    if (verdict->place.len)
        lyt_buf_addf(out, " at %.*s", LYT_STR_ARG(verdict->place));
    lyt_buf_addf(out, ", %s\n", lyt_kind_name(verdict->kind));
    for (size_t i = 0; i < verdict->n_failures; i++) {
        const lyt_failure *f = &verdict->failures[i];
        lyt_str span = lyt_str_slice(verdict->text, f->start, f->end);

        lyt_buf_addf(out, "%s %d %s \"%.*s\"\n", f->scenario, f->severity, f->team,
                     LYT_STR_ARG(span));
    }
}

Test(verdict, golden)
{
    lyt_buf golden, said;
    char path[256];
    size_t at = 0;
    minijudge b;

    minijudge_init(&b);
    lyt_buf_init(&golden, NULL);
    lyt_buf_init(&said, NULL);
    snprintf(path, sizeof path, "%s/golden/verdicts.txt", testing_tests());
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &golden, NULL), LYT_OK);
    while (at < golden.len) {
        lyt_str whole = lyt_buf_str(&golden);
        size_t end = lyt_str_find(whole, '\n', at);
        lyt_str line = lyt_str_slice(whole, at, end);
        const lyt_verdict *verdict = NULL;

        at = end + 1;
        if (!lyt_str_begins(line, LYT_STR("> ")))
            continue;
        line = lyt_str_slice(line, 2, line.len);
        cr_assert_eq(lyt_classify(b.session, &(lyt_message){.text = line}, &verdict, NULL), LYT_OK);
        describe(verdict, &said);
    }
    cr_expect_str_eq(said.data, golden.data);
    lyt_buf_deinit(&golden);
    lyt_buf_deinit(&said);
    minijudge_deinit(&b);
}

/* "dirty room" of weight 4, wherever it is said. */
Test(verdict, what_a_failure_rule_says_depends_on_the_mood_of_its_clause)
{
    static const struct {
        int line;
        const char *text;
        float prior;
    } rows[] = {
        {__LINE__, "The dirty room", 4},
        {__LINE__, "A dirty room, lovely staff, nice food", 4}, /* other clauses are pleased */
        {__LINE__, "Is it a nice dirty room?", 2},
        {__LINE__, "A nice dirty room", 4}, /* good and bad weigh the same */
        {__LINE__, "Such a pity, what a nice and lovely dirty room", 2},
        {__LINE__, "A lovely and nice dirty room", 2},
    };
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        float prior = 0;
        lyt_judged reading;

        cr_assert_eq(lyt_session_read(b.session, &(lyt_message){.text = lyt_str_of(rows[i].text)},
                                      &reading, NULL),
                     LYT_OK);
        for (size_t j = 0; j < reading.fired.n_cues; j++)
            if (lyt_str_begins(reading.fired.cues[j].name, LYT_STR("rule:dirty|filthy ")))
                prior = reading.fired.cues[j].prior;
        cr_expect_eq(prior, rows[i].prior, "line %d: %g", rows[i].line, (double)prior);
    }
    minijudge_deinit(&b);
}

/* A text read as if it were as probable that the room was not cleaned; "at" is that scenario. */
typedef struct as_if {
    size_t at;
    double probability[lyt_scenarios_max], logit[lyt_scenarios_max];
    lyt_judged reading;
} as_if;

static void read_as_if(const minijudge *b, const char *text, double probability, double none,
                       as_if *out)
{
    const lyt_scenario *dirty = lyt_pack_find(b->pack, LYT_STR("room-not-cleaned"));

    memset(out, 0, sizeof *out);
    out->at = (size_t)(dirty - lyt_pack_scenario(b->pack, 0));
    cr_assert(lyt_pack_label(b->pack, out->at) >= 0);
    cr_assert_eq(
        lyt_session_read(b->session, &(lyt_message){.text = lyt_str_of(text)}, &out->reading, NULL),
        LYT_OK);
    out->probability[lyt_pack_label(b->pack, out->at)] = probability;
    for (size_t i = 0; i < lyt_scenarios_max; i++)
        out->logit[i] = out->probability[i] > 0
                            ? log(out->probability[i] / (1 - out->probability[i]))
                            : -INFINITY;
    out->reading.scores =
        (lyt_scores){.logit = out->logit, .probability = out->probability, .none = none};
}

/* Whether the pack says that the room was not cleaned, were that as probable and as severe. */
static bool is_said(const minijudge *b, const char *text, double probability, double none,
                    int severity)
{
    lyt_scenario scenarios[lyt_scenarios_max];
    bool said[lyt_scenarios_max];
    as_if a;

    read_as_if(b, text, probability, none, &a);
    for (size_t i = 0; i < lyt_pack_scenarios(b->pack); i++)
        scenarios[i] = *lyt_pack_scenario(b->pack, i);
    scenarios[a.at].severity = severity;
    lyt_pack_decide(b->pack, scenarios, &a.reading, said);
    for (size_t i = 0; i < lyt_pack_scenarios(b->pack); i++)
        cr_expect(i == a.at || !said[i], "%s", text);
    return said[a.at];
}

Test(verdict, NL_12_what_is_plain_is_said_and_what_is_set_aside_must_be_plainer)
{
    static const struct {
        int line;
        const char *text;
        double probability, none;
        bool said, said_of_danger;
    } rows[] = {
        {__LINE__, "Nice staff", 0.8, 0.1, true, true},
        {__LINE__, "Nice staff", 0.8, 0.35, false, true},       /* either alone would do */
        {__LINE__, "The room is dirty", 0.8, 0.25, true, true}, /* a bad word makes it plainer */
        {__LINE__, "The room is never dirty", 0.8, 0.25, false, true}, /* one that is denied not */
        {__LINE__, "Nice staff", 0.95, 0.35, true, true},
        {__LINE__, "Nice staff", 0.9, 0.75, false, true}, /* nothing seems to have failed */
        {__LINE__, "Nice staff", 0.95, 0.85, false, false},
        {__LINE__, "We feared the noise", 0.8, 0.1, false, true},
        {__LINE__, "We feared the noise", 0.97, 0.01, true, true},
        /* a negative end */
        {__LINE__, "We feared the noise and it was loud", 0.8, 0.1, true, true},
        {__LINE__, "The heating, fixed at once", 0.8, 0.1, false, true},
        {__LINE__, "The heating, fixed at last", 0.8, 0.1, true, true},
        {__LINE__, "Nice staff", 0.45, 0.01, true, true},   /* plainly something: the best one */
        {__LINE__, "Nice staff", 0.15, 0.01, false, false}, /* but no one knows what */
    };
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double p = rows[i].probability, none = rows[i].none;

        cr_expect_eq(is_said(&b, rows[i].text, p, none, 3), rows[i].said, "line %d", rows[i].line);
        cr_expect_eq(is_said(&b, rows[i].text, p, none, 4), rows[i].said_of_danger, "line %d",
                     rows[i].line);
    }
    minijudge_deinit(&b);
}

Test(verdict, NL_14_a_close_call_is_for_a_person_to_read)
{
    static const struct {
        int line;
        const char *text;
        double probability, none;
        bool close;
    } rows[] = {
        {__LINE__, "Nice staff", 0.8, 0.35, true},
        {__LINE__, "Nice staff", 0.5, 0.85, true}, /* either alone would do */
        {__LINE__, "Nice staff", 0.15, 0.4, true},
        {__LINE__, "Nice staff", 0.5, 0.9, false},
        {__LINE__, "Nice staff", 0.1, 0.5, false},
        {__LINE__, "Nice staff", 0.02, 0.98, false},
        {__LINE__, "", 0.8, 0.35, false},
        {__LINE__, "the", 0.8, 0.35, false}, /* the beginning of a message, or a pocket's */
    };
    const lyt_message message = {.property = NULL};
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        as_if a;

        read_as_if(&b, rows[i].text, rows[i].probability, rows[i].none, &a);
        cr_expect_eq(lyt_is_close_call(b.pack, &message, &a.reading), rows[i].close, "line %d",
                     rows[i].line);
        cr_expect_not(lyt_is_close_call(NULL, &message, &a.reading));
    }
    minijudge_deinit(&b);
}

/* In the verdict and its JSON: only where nothing is told. */
Test(verdict, NL_14_what_is_unclear_says_so)
{
    static const struct {
        int line;
        const char *text;
        bool failed, unclear;
    } rows[] = {
        {__LINE__, "My room was not cleaned today", true, false},
        {__LINE__, "noise outside", false, true},
        {__LINE__, "Breakfast was lovely", false, false},
        {__LINE__, "STOP", false, false},
    };
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_message message = {.text = lyt_str_of(rows[i].text)};
        const lyt_verdict *verdict = NULL;
        lyt_str json;

        cr_assert_eq(lyt_classify(b.session, &message, &verdict, NULL), LYT_OK);
        cr_expect_eq(verdict->n_failures > 0, rows[i].failed, "line %d", rows[i].line);
        cr_expect_eq(verdict->unclear, rows[i].unclear, "line %d", rows[i].line);
        cr_assert_eq(lyt_verdict_json(b.session, verdict, &json, NULL), LYT_OK);
        cr_expect_eq(strstr(json.ptr, ",\"unclear\":true,\"pack\":\"") != NULL, rows[i].unclear,
                     "line %d", rows[i].line);
    }
    minijudge_deinit(&b);
}

Test(verdict, danger_lifts_the_failure_it_is_said_of)
{
    static const struct {
        const char *text;
        int severity;
        lyt_kind kind;
    } rows[] = {
        {"The dirty room is on fire", 4, LYT_KIND_COMPLAINT},
        {"A dirty room, no blood though", 2, LYT_KIND_COMPLAINT},
        {"The room is dirty. Is there a gas leak?", 2, LYT_KIND_COMPLAINT},
        {"Beskidt badeværelse og det lugter af gas", 4, LYT_KIND_COMPLAINT},
        {"STOP", -1, LYT_KIND_OPT_OUT},
    };
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_verdict *verdict = NULL;
        int severity = -1;

        cr_assert_eq(lyt_classify(b.session, &(lyt_message){.text = lyt_str_of(rows[i].text)},
                                  &verdict, NULL),
                     LYT_OK);
        for (size_t j = 0; j < verdict->n_failures; j++)
            if (strcmp(verdict->failures[j].scenario, "room-not-cleaned") == 0)
                severity = verdict->failures[j].severity;
        cr_expect_eq(severity, rows[i].severity, "%s: %d", rows[i].text, severity);
        cr_expect_eq(verdict->kind, rows[i].kind, "%s: %s", rows[i].text,
                     lyt_kind_name(verdict->kind));
    }
    minijudge_deinit(&b);
}

static const char *const texts[] = {
    "V\xc3\xa6relset var ikke gjort rent og der var larm fra baren hele natten",
    "The heating is broken in 214 and it is freezing",
    "My romm was not claened \xf0\x9f\x98\xa1!!!",
    "Loud music. Blood in the dirty bathroom! http://x.dk @me #rent",
    "thank you",
    "214",
    "\xf0\x9f\x98\xa1",
    " ",
    "",
};

Test(verdict, evidence_is_the_guests_own_words_and_sums_to_the_log_odds)
{
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        lyt_message message = {.text = lyt_str_of(texts[i])};
        const lyt_verdict *verdict = NULL;

        cr_assert_eq(lyt_classify(b.session, &message, &verdict, NULL), LYT_OK);
        for (size_t j = 0; j < verdict->n_failures; j++) {
            const lyt_failure *f = &verdict->failures[j];

            cr_expect(f->start < f->end && f->end <= message.text.len, "%s", texts[i]);
            cr_expect(f->n_evidence >= 1 && f->n_evidence <= 12, "%s", texts[i]);
            cr_expect(f->probability >= 0.5 && f->probability <= 1);
            cr_expect(j == 0 || f[-1].probability >= f->probability);
            for (size_t k = 0; k < f->n_evidence; k++) {
                const lyt_evidence *e = &f->evidence[k];

                cr_expect(lyt_str_equal(e->text, lyt_str_slice(message.text, e->start, e->end)));
                cr_expect(k == 0 || e[-1].weight >= e->weight);
            }
        }
        for (size_t j = 0; j < lyt_pack_scenarios(b.pack); j++) {
            const lyt_evidence *rows = NULL;
            double log_odds = 0, sum = 0;
            size_t n = 0;

            cr_assert_eq(lyt_explain(b.session, &message, lyt_pack_scenario(b.pack, j)->id, &rows,
                                     &n, &log_odds, NULL),
                         LYT_OK);
            for (size_t k = 0; k < n; k++)
                sum += rows[k].weight;
            cr_expect(fabs(sum - log_odds) < 1e-6, "%s: %f, %f", texts[i], sum, log_odds);
        }
    }
    minijudge_deinit(&b);
}

Test(verdict, severity_rises_and_a_known_place_stands)
{
    static const struct {
        int row;
        const char *text, *place;
        int severity;
        const char *found;
    } rows[] = {
        {__LINE__, "My room was not cleaned today", NULL, 2, ""},
        {__LINE__, "My room was not cleaned today, there is blood in 214", NULL, 3, "214"},
        {__LINE__, "My room was not cleaned today, there is blood in 214", "305", 3, "305"},
        {__LINE__, "My room was not cleaned today, no blood though", NULL, 2, ""},
    };
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_verdict *verdict = NULL;

        cr_assert_eq(lyt_classify(b.session,
                                  &(lyt_message){.text = lyt_str_of(rows[i].text),
                                                 .language = "en",
                                                 .place = rows[i].place},
                                  &verdict, NULL),
                     LYT_OK);
        cr_assert_geq(verdict->n_failures, 1, "row at line %d", rows[i].row);
        cr_expect_eq(verdict->failures[0].severity, rows[i].severity, "row at line %d",
                     rows[i].row);
        cr_expect(lyt_str_equal(verdict->place, lyt_str_of(rows[i].found)), "row at line %d",
                  rows[i].row);
    }
    minijudge_deinit(&b);
}

Test(verdict, json_is_one_line_with_the_keys_in_order)
{
    static const char *const keys[] = {"{\"text\":",
                                       "\"language\":{\"code\":\"en\",",
                                       "\"probability\":",
                                       "\"place\":\"214\"",
                                       "\"failures\":[{\"scenario\":\"room-too-cold\"",
                                       "\"severity\":2",
                                       "\"team\":\"maintenance\"",
                                       "\"start\":",
                                       "\"end\":",
                                       "\"evidence\":[{\"text\":",
                                       "\"feature\":\"",
                                       "\"weight\":",
                                       "\"pack\":\""};
    const lyt_verdict *verdict = NULL;
    lyt_json *json = NULL;
    const char *at;
    lyt_str text;
    minijudge b;

    minijudge_init(&b);
    cr_assert_eq(
        lyt_classify(b.session, &(lyt_message){.text = lyt_str_of(texts[1])}, &verdict, NULL),
        LYT_OK);
    cr_assert_eq(lyt_verdict_json(b.session, verdict, &text, NULL), LYT_OK);
    cr_expect_eq(memchr(text.ptr, '\n', text.len), NULL);
    at = text.ptr;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        at = strstr(at, keys[i]);
        cr_assert_not_null(at, "%s is not where it should be in %s", keys[i], text.ptr);
    }
    cr_assert_eq(lyt_json_parse(&json, text, 1 << 20, NULL), LYT_OK);
    cr_expect(lyt_json_str(lyt_json_get(json, "pack"), &text) && text.len == 16);
    lyt_json_free(json);
    minijudge_deinit(&b);
}

Test(verdict, the_same_text_gives_the_same_bytes_in_every_session)
{
    lyt_session *other = NULL;
    lyt_buf first;
    minijudge b;

    minijudge_init(&b);
    lyt_buf_init(&first, NULL);
    cr_assert_eq(lyt_session_new(&other, b.classifier, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        lyt_message message = {.text = lyt_str_of(texts[i])};
        const lyt_verdict *verdict = NULL;
        lyt_str json;

        lyt_buf_reset(&first);
        cr_assert_eq(lyt_classify(b.session, &message, &verdict, NULL), LYT_OK);
        cr_assert_eq(lyt_verdict_json(b.session, verdict, &json, NULL), LYT_OK);
        lyt_buf_add(&first, json);
        for (size_t j = 0; j < 3; j++)
            cr_assert_eq(
                lyt_classify(other, &(lyt_message){.text = lyt_str_of(texts[j])}, &verdict, NULL),
                LYT_OK);
        cr_assert_eq(lyt_classify(other, &message, &verdict, NULL), LYT_OK);
        cr_assert_eq(lyt_verdict_json(other, verdict, &json, NULL), LYT_OK);
        cr_expect(lyt_str_equal(lyt_buf_str(&first), json), "%s", texts[i]);
    }
    lyt_session_free(other);
    lyt_buf_deinit(&first);
    minijudge_deinit(&b);
}

Test(verdict, hostile_texts)
{
    const lyt_verdict *verdict = NULL;
    const lyt_evidence *rows;
    lyt_error err = {0};
    double log_odds;
    lyt_buf text;
    size_t n;
    minijudge b;

    minijudge_init(&b);
    lyt_buf_init(&text, NULL);
    cr_expect_eq(
        lyt_classify(b.session, &(lyt_message){.text = LYT_STR("caf\xff")}, &verdict, &err),
        LYT_EFORMAT);
    cr_expect_eq(err.offset, 3);
    cr_expect_eq(lyt_classify(b.session, &(lyt_message){.text = {"a\0b", 3}}, &verdict, &err),
                 LYT_EFORMAT);
    cr_expect_eq(err.offset, 1);
    for (int i = 0; i < 8000; i++)
        lyt_buf_add_text(&text, "not cold ");
    cr_expect_eq(
        lyt_classify(b.session, &(lyt_message){.text = lyt_buf_str(&text)}, &verdict, &err),
        LYT_ELIMIT);
    text.len = 36000;
    cr_expect_eq(
        lyt_classify(b.session, &(lyt_message){.text = lyt_buf_str(&text)}, &verdict, &err), LYT_OK,
        "%s", err.text);
    cr_expect_eq(lyt_explain(b.session, &(lyt_message){.text = LYT_STR("x")}, "nothing", &rows, &n,
                             &log_odds, &err),
                 LYT_ENOTFOUND);
    lyt_buf_deinit(&text);
    minijudge_deinit(&b);
}

Test(verdict, a_model_alone_has_labels_and_no_teams)
{
    lyt_classifier *classifier = NULL;
    lyt_session *session = NULL;
    const lyt_verdict *verdict = NULL;
    char folder[64], path[96], pack[256], lexicons[256];
    lyt_error err = {0};
    lyt_str json;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/m.lytm", folder);
    snprintf(pack, sizeof pack, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_build(
                     pack, path,
                     &(lyt_pack_options){.fs = lyt_fs_system(), .lexicons_folder = lexicons}, &err),
                 LYT_OK);
    cr_assert_eq(lyt_classifier_open(&classifier,
                                     &(lyt_classifier_options){.model = path, .no_spelling = true},
                                     &err),
                 LYT_OK, "%s: %s", err.file, err.text);
    cr_assert_eq(lyt_session_new(&session, classifier, &err), LYT_OK);
    cr_assert_eq(lyt_classify(session,
                              &(lyt_message){.text = LYT_STR("My room was not cleaned today")},
                              &verdict, &err),
                 LYT_OK);
    for (size_t i = 0; i < verdict->n_failures; i++)
        cr_expect(verdict->failures[i].severity == -1 && !verdict->failures[i].team);
    cr_assert_eq(lyt_verdict_json(session, verdict, &json, &err), LYT_OK);
    cr_expect_null(strstr(json.ptr, "severity"));
    lyt_session_free(session);
    lyt_classifier_close(classifier);
    testing_folder_remove(folder);
}

Test(verdict, what_a_classifier_cannot_be_opened_with)
{
    static const struct {
        int row;
        lyt_classifier_options options;
        lyt_status status;
    } rows[] = {
        {__LINE__, {.no_spelling = true}, LYT_EINVAL},
        {__LINE__, {.pack = "hotel", .model = "x"}, LYT_EINVAL},
        {__LINE__, {.pack = "no-such-pack", .no_spelling = true}, LYT_ENOTFOUND},
        {__LINE__, {.pack = "/nonexistent", .no_spelling = true}, LYT_ENOTFOUND},
        {__LINE__, {.model = "/nonexistent", .no_spelling = true}, LYT_ENOTFOUND},
        {__LINE__, {.model = "/etc/passwd", .no_spelling = true}, LYT_EFORMAT},
        {__LINE__, {.pack = "hotel", .data_folder = "/nonexistent"}, LYT_ENOTFOUND},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_classifier *classifier = NULL;
        lyt_error err = {0};
        lyt_status got = lyt_classifier_open(&classifier, &rows[i].options, &err);

        cr_expect_eq(got, rows[i].status, "row at line %d: %s %s", rows[i].row,
                     lyt_status_name(got), err.text);
        cr_expect(err.text[0] != '\0');
        cr_expect_null(classifier);
        lyt_classifier_close(classifier);
    }
}
