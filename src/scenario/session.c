#include "classify.h"

#include <stdlib.h>
#include <string.h>

#include "datafolder.h"
#include "evidence.h"
#include "kind.h"
#include "mem.h"
#include "place.h"
#include "utf8.h"

enum { arena_bytes_max = 256 << 20 };

/*
 * Log-odds by which a sentence's clauses by themselves are trusted less than a sentence. Of the
 * simulated day's failures, put into one sentence with one, two or three of praise, 86 of 100 are
 * heard, and 70 without clauses; with .5 it is 89, and of praise in reviews 1.8 % raise an alarm
 * for 1.5 %.
 */
static const double doubt_of_pieces = 1;

void lyt_session_free(lyt_session *session)
{
    const lyt_alloc *alloc;

    if (!session)
        return;
    alloc = session->classifier->alloc;
    lyt_textspace_free(session->space);
    lyt_scratch_free(session->scratch);
    lyt_arena_free(session->arena);
    lyt_buf_deinit(&session->json);
    lyt_mem_free(alloc, session);
}

static lyt_status short_of(lyt_error *err, lyt_status status)
{
    return lyt_error_set(err, status, "%s", lyt_status_text(status));
}

static lyt_status session_new(lyt_session **out, const lyt_classifier *classifier, bool is_small,
                              lyt_error *err)
{
    const lyt_alloc *alloc = classifier->alloc;
    lyt_session *session = lyt_mem_new(alloc, sizeof *session);
    const lyt_language *declared = NULL;
    size_t n_declared = 0;
    lyt_status status;

    if (!session)
        return short_of(err, LYT_ENOMEM);
    session->classifier = classifier;
    if (classifier->pack)
        n_declared = lyt_pack_declared(classifier->pack, &declared);
    lyt_buf_init(&session->json, alloc);
    status = lyt_arena_new(&session->arena, alloc, "message", arena_bytes_max);
    if (status == LYT_OK)
        status = is_small ? lyt_scratch_new_small(&session->scratch, alloc, classifier->model)
                          : lyt_scratch_new(&session->scratch, alloc, classifier->model);
    if (status)
        short_of(err, status);
    else
        status = lyt_textspace_new(&session->space,
                                   &(lyt_textspace_options){
                                       .alloc = alloc,
                                       .lexis = classifier->lexis,
                                       .langid = classifier->langid,
                                       .declared = declared,
                                       .n_declared = n_declared,
                                       .words = classifier->words,
                                       .seed = lyt_secret_seed(),
                                       .is_small = is_small,
                                   },
                                   err);
    if (status) {
        lyt_session_free(session);
        return status;
    }
    *out = session;
    return LYT_OK;
}

lyt_status lyt_session_new(lyt_session **out, const lyt_classifier *classifier, lyt_error *err)
{
    return session_new(out, classifier, false, err);
}

lyt_status lyt_session_new_small(lyt_session **out, const lyt_classifier *classifier,
                                 lyt_error *err)
{
    return session_new(out, classifier, true, err);
}

uint32_t lyt_session_unspelled(const lyt_session *session)
{
    uint32_t lacking = 0;

    for (int i = 0; i < lyt_languages_max; i++)
        if (lyt_textspace_lacks_dictionary(session->space, i))
            lacking |= 1u << i;
    return lacking;
}

const char *lyt_session_code(const lyt_session *session, lyt_language language)
{
    return lyt_lexis_code(session->classifier->lexis, language);
}

const char *lyt_session_dictionary(const lyt_session *session, lyt_language language)
{
    return lyt_lexis_dictionary(session->classifier->lexis, language);
}

static lyt_status check_message(const lyt_message *message, lyt_error *err)
{
    size_t bad = 0;

    if (message->text.len > lyt_text_bytes_max)
        return lyt_error_set(err, LYT_ELIMIT, "the text has %zu bytes; at most %d",
                             message->text.len, lyt_text_bytes_max);
    if (lyt_utf8_check(message->text, &bad) == LYT_OK)
        return LYT_OK;
    lyt_error_set(err, LYT_EFORMAT, "byte %zu of the text is no UTF-8, or is a NUL", bad);
    if (err)
        err->offset = bad;
    return LYT_EFORMAT;
}

/* A text and what fired in it, as they are scored; heard: lives as long as the input. */
static void put_heard(lyt_judged *heard, lyt_input *input, const lyt_text *text,
                      const lyt_fired *fired)
{
    *heard = (lyt_judged){.text = *text, .fired = *fired, .input = input};
    *input = (lyt_input){.text = &heard->text, .cues = fired->cues, .n_cues = fired->n_cues};
}

/*
 * The message by itself, its sentences, and all of them as they are scored: inputs[0], those
 * from 1 on, and the last.
 */
static lyt_status split(lyt_session *session, const lyt_sentence *sentences, size_t n,
                        lyt_judged *out)
{
    lyt_judged *heard = lyt_arena_room(session->arena, n + 1, sizeof *heard);
    lyt_input *inputs = lyt_arena_room(session->arena, n + 2, sizeof *inputs);

    if (!heard || !inputs)
        return lyt_arena_status(session->arena);
    put_heard(&heard[0], &inputs[0], &out->text, &out->fired);
    for (size_t i = 0; i < n; i++) {
        const lyt_sentence *sentence = &sentences[i];
        lyt_fired fired = {0};
        lyt_status status = LYT_OK;

        if (session->classifier->pack)
            status = lyt_pack_fired_in(session->classifier->pack, &out->fired, sentence,
                                       session->arena, &fired);
        if (status)
            return status;
        put_heard(&heard[1 + i], &inputs[1 + i], &sentence->text, &fired);
        inputs[1 + i].whole = &inputs[0];
        inputs[1 + i].first = sentence->first;
        inputs[1 + i].doubt = sentence->is_piece ? doubt_of_pieces : 0;
    }
    inputs[n + 1] = inputs[0];
    if (n) {
        inputs[n + 1].parts = inputs + 1;
        inputs[n + 1].n_parts = n;
        out->heard = heard;
        out->n_heard = n + 1;
    }
    out->input = &inputs[n + 1];
    return LYT_OK;
}

/*
 * Of a message that was taken apart. One of one label is judged as a whole: it has one matter. A
 * model alone weighs clauses by itself: held back reviews are read no better with pieces, at a
 * third more instructions.
 */
static lyt_status score(lyt_session *session, lyt_judged *out)
{
    const lyt_model *model = session->classifier->model;
    lyt_sentence *sentences = NULL;
    size_t n = 0;
    lyt_status status = LYT_OK;

    if (lyt_model_is_multi(model))
        status = lyt_sentences_find(&out->text, session->classifier->pack != NULL, session->arena,
                                    &sentences, &n);
    if (!status)
        status = split(session, sentences, n, out);
    if (!status)
        status = lyt_model_score(model, session->scratch, out->input, session->arena, &out->scores);
    for (size_t i = 0; !status && i < out->n_heard; i++)
        out->heard[i].scores = out->scores.heard[i];
    return status;
}

lyt_status lyt_session_read(lyt_session *session, const lyt_message *message, lyt_judged *out,
                            lyt_error *err)
{
    const lyt_classifier *classifier = session->classifier;
    lyt_status status = check_message(message, err);
    lyt_language hint = -1;

    memset(out, 0, sizeof *out);
    if (status)
        return status;
    lyt_arena_reset(session->arena);
    if (message->language)
        hint = lyt_lexis_find(classifier->lexis, lyt_str_of(message->language));
    status = lyt_text_analyze(session->space, lyt_model_vocab(classifier->model), message->text,
                              hint, session->arena, &out->text);
    if (status == LYT_OK && classifier->pack)
        status = lyt_pack_fire(classifier->pack, &out->text, session->arena, &out->fired);
    if (status == LYT_OK)
        status = score(session, out);
    return status ? short_of(err, status) : LYT_OK;
}

typedef struct found {
    size_t label;
    double probability;
    const lyt_scenario *scenario; /* NULL: a model alone */
    size_t index;                 /* of the scenario */
} found;

static int by_probability(const void *a, const void *b)
{
    const found *x = a, *y = b;

    if (x->probability != y->probability)
        return x->probability > y->probability ? -1 : 1;
    return x->label < y->label ? -1 : x->label > y->label;
}

const lyt_scenario *lyt_scored_scenarios(const lyt_pack *pack, const lyt_scenario *scenarios,
                                         const lyt_message *message, lyt_arena *arena)
{
    const size_t n = lyt_pack_scenarios(pack);
    lyt_scenario *own = NULL;

    for (size_t i = 0; message->scale > 0 && i < n; i++) {
        const lyt_score_band band =
            lyt_score_find_band(scenarios[i].score, message->score, message->scale);

        if (band == LYT_IN_NO_BAND || !(scenarios[i].score[band].threshold > 0))
            continue;
        if (!own) {
            own = lyt_arena_room(arena, n, sizeof *own);
            if (!own)
                return NULL;
            memcpy(own, scenarios, n * sizeof *own);
        }
        own[i].threshold = own[i].score[band].threshold;
    }
    return own ? own : scenarios;
}

static size_t find_scenarios(const lyt_pack *pack, const lyt_scenario *scenarios,
                             const lyt_judged *reading, found *out)
{
    const lyt_scores *scores = &reading->scores;
    bool said[lyt_scenarios_max];
    size_t n = 0;

    lyt_pack_decide(pack, scenarios, reading, said);
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        const int label = lyt_pack_label(pack, i);

        if (said[i])
            out[n++] = (found){(size_t)label, scores->probability[label], &scenarios[i], i};
    }
    return n;
}

static lyt_status find_failures(lyt_session *session, const lyt_message *message,
                                const lyt_judged *reading, found **out, size_t *n)
{
    const lyt_classifier *classifier = session->classifier;
    size_t n_labels = lyt_model_about(classifier->model).n_labels;
    size_t n_scenarios = classifier->pack ? lyt_pack_scenarios(classifier->pack) : 0;
    found *list = lyt_arena_room(session->arena, n_labels + n_scenarios, sizeof *list);
    bool *said = lyt_arena_array(session->arena, n_labels + 1, sizeof *said);

    if (!list || !said)
        return lyt_arena_status(session->arena);
    *n = 0;
    *out = list;
    if (reading->text.n_tokens == 0)
        return LYT_OK;
    if (classifier->pack) {
        const lyt_scenario *scenarios = lyt_scored_scenarios(
            classifier->pack,
            lyt_pack_at(classifier->pack, lyt_str_of(message->property ? message->property : "")),
            message, session->arena);

        if (!scenarios)
            return lyt_arena_status(session->arena);
        *n = find_scenarios(classifier->pack, scenarios, reading, list);
    } else {
        lyt_model_decide(classifier->model, &reading->scores, said);
        for (size_t i = 0; i < n_labels; i++)
            if (said[i])
                list[(*n)++] = (found){i, reading->scores.probability[i], NULL, 0};
    }
    qsort(list, *n, sizeof *list, by_probability);
    return LYT_OK;
}

static int severity(const lyt_pack *pack, const lyt_fired *fired, const found *f,
                    lyt_score_band band)
{
    const lyt_rules *rules = lyt_pack_rules(pack);
    int most = f->scenario->severity;

    if (band < LYT_SCORE_BANDS && f->scenario->score[band].severity > most)
        most = f->scenario->score[band].severity;

    for (size_t i = 0; i < fired->n_hits; i++) {
        const lyt_rule *rule = lyt_rules_at(rules, fired->hits[i].rule);

        if (rule->kind == LYT_RULE_RAISE && rule->scenario == f->index && rule->to > most)
            most = rule->to;
    }
    return most;
}

/* What says the label most plainly: the message, or one of its sentences. */
static const lyt_judged *source_of(const lyt_judged *reading, size_t label)
{
    const lyt_judged *best = reading;

    for (size_t i = 0; i < reading->n_heard; i++)
        if (i == 0 || reading->heard[i].scores.logit[label] > best->scores.logit[label])
            best = &reading->heard[i];
    return best;
}

/* Of the message that the session has just read. */
static lyt_status explain(lyt_session *session, const lyt_judged *reading, size_t label,
                          lyt_why *out)
{
    const lyt_model *model = session->classifier->model;
    const lyt_judged *source = source_of(reading, label);
    lyt_reason *reasons = NULL;
    lyt_status status = LYT_OK;

    *out = (lyt_why){.scratch = session->scratch, .input = source->input};
    /* the scratch holds the last of what was scored */
    if (reading->n_heard) {
        lyt_scores scores;

        status = lyt_model_score(model, session->scratch, source->input, session->arena, &scores);
    }
    if (status == LYT_OK)
        status = lyt_model_explain_scored(model, session->scratch, source->input, label,
                                          session->arena, &reasons, &out->n_reasons);
    out->reasons = reasons;
    return status;
}

lyt_status lyt_session_evidence(lyt_session *session, const lyt_judged *reading, size_t label,
                                const lyt_evidence **rows, size_t *n)
{
    lyt_evidence *evidence = NULL;
    lyt_why why;
    lyt_status status = explain(session, reading, label, &why);

    if (status == LYT_OK)
        status = lyt_evidence_rows(&why, false, session->arena, &evidence, n);
    *rows = evidence;
    return status;
}

static void fill_scenario(const lyt_session *session, const lyt_judged *reading, const found *f,
                          lyt_score_band band, lyt_failure *out)
{
    out->probability = f->probability;
    out->scenario = lyt_model_label(session->classifier->model, f->label);
    out->band = lyt_score_band_name(band);
    out->severity = -1;
    out->window_min = -1;
    if (!f->scenario)
        return;
    out->scenario = f->scenario->id;
    out->team = f->scenario->team;
    out->shadow = f->scenario->shadow;
    out->version = f->scenario->version;
    out->window_min = f->scenario->window_min;
    out->severity = severity(session->classifier->pack, &reading->fired, f, band);
}

/* What is to be found out of each failure. */
typedef enum detail {
    DETAIL_ALL,
    DETAIL_SPAN, /* no evidence */
    DETAIL_NONE, /* which it is, and no more */
} detail;

static lyt_status fill_failure(lyt_session *session, const lyt_message *message,
                               const lyt_judged *reading, const found *f, detail wanted,
                               lyt_failure *out)
{
    const lyt_score_band band =
        f->scenario ? lyt_score_find_band(f->scenario->score, message->score, message->scale)
                    : LYT_IN_NO_BAND;
    lyt_evidence *evidence = NULL;
    lyt_why why;
    lyt_status status = LYT_OK;

    fill_scenario(session, reading, f, band, out);
    if (wanted == DETAIL_NONE)
        return LYT_OK;
    status = explain(session, reading, f->label, &why);
    if (status == LYT_OK && wanted == DETAIL_ALL)
        status = lyt_evidence_rows(&why, false, session->arena, &evidence, &out->n_evidence);
    if (status == LYT_OK)
        status = lyt_evidence_span(&why, session->arena, &out->start, &out->end);
    if (status == LYT_OK && wanted == DETAIL_ALL && band < LYT_SCORE_BANDS)
        status = lyt_evidence_add_score(message, band, session->arena, &evidence, &out->n_evidence);
    out->evidence = evidence;
    return status;
}

typedef struct lexcues {
    const lyt_lexcue *items;
    size_t n;
} lexcues;

/* The clause that a word of danger is said in, not denied and not asked; NULL: it is no such word.
 */
static const lyt_clause *danger_in(const lyt_text *text, const lyt_lexcue *cue)
{
    const lyt_clause *clause = &text->clauses[text->tokens[cue->first].clause];

    return (cue->roles >> LYT_WORD_SAFETY & 1) && !cue->negated && !clause->question ? clause
                                                                                     : NULL;
}

/* A word of danger, said of this failure and not denied, makes it danger to people. */
static bool is_dangerous(const lyt_text *text, const lexcues *cues, const lyt_failure *failure)
{
    for (size_t i = 0; i < cues->n; i++) {
        const lyt_clause *clause = danger_in(text, &cues->items[i]);

        if (clause && clause->start < failure->end && failure->start < clause->stop)
            return true;
    }
    return false;
}

/* Where a failure lies decides nothing else than whether it is a dangerous one. */
static detail least_detail(const lyt_text *text, const lexcues *cues)
{
    for (size_t i = 0; i < cues->n; i++)
        if (danger_in(text, &cues->items[i]))
            return DETAIL_SPAN;
    return DETAIL_NONE;
}

/* What kind of message it is, and which of the failures are dangerous. */
static void fill_kind(lyt_verdict *verdict, const lyt_text *text, const lexcues *cues,
                      lyt_failure *failures, size_t n)
{
    size_t first = 0;

    while (first < n && failures[first].shadow)
        first++;
    for (size_t i = 0; i < n; i++)
        if (failures[i].severity >= 0 && is_dangerous(text, cues, &failures[i]))
            failures[i].severity = lyt_severity_max;
    verdict->kind =
        lyt_kind_find(text, cues->items, cues->n, first < n ? failures[first].probability : 0);
}

/* What is said beside the failures: where, when, and words that tell of somebody's health. */
static lyt_status fill_rest(lyt_session *session, const lyt_message *message,
                            const lyt_judged *reading, const lexcues *cues)
{
    const lyt_lexis *lexis = session->classifier->lexis;
    lyt_verdict *verdict = &session->verdict;

    verdict->when = lyt_when_find(&reading->text, cues->items, cues->n);
    verdict->place = message->place ? lyt_arena_copy(session->arena, lyt_str_of(message->place))
                                    : lyt_place_find(lexis, &reading->text);
    if (message->place && !verdict->place.ptr)
        return lyt_arena_status(session->arena);
    return lyt_delicate_find(session->classifier->delicate, &session->plain, &reading->text,
                             session->arena, &verdict->special, &verdict->n_special);
}

static lyt_status fill_verdict(lyt_session *session, const lyt_message *message,
                               const lyt_judged *reading, bool is_bare)
{
    const lyt_lexis *lexis = session->classifier->lexis;
    lyt_verdict *verdict = &session->verdict;
    bool opts_out = lyt_is_opt_out(lexis, &reading->text);
    lyt_failure *failures;
    lexcues cues = {NULL, 0};
    found *list = NULL;
    size_t n = 0;
    detail wanted;
    lyt_status status =
        lyt_lexcues_find(lexis, &reading->text, session->arena, &cues.items, &cues.n);

    if (status == LYT_OK && !opts_out)
        status = find_failures(session, message, reading, &list, &n);
    if (status)
        return status;
    failures = lyt_arena_array(session->arena, n + 1, sizeof *failures);
    if (!failures)
        return lyt_arena_status(session->arena);
    wanted = is_bare ? least_detail(&reading->text, &cues) : DETAIL_ALL;
    for (size_t i = 0; i < n && status == LYT_OK; i++)
        status = fill_failure(session, message, reading, &list[i], wanted, &failures[i]);
    if (status)
        return status;
    *verdict = (lyt_verdict){
        .text = message->text,
        .language = lyt_lexis_code(lexis, reading->text.language),
        .language_probability = reading->text.probability,
        .failures = failures,
        .n_failures = n,
        .version = session->classifier->version,
        .unclear =
            !n && !opts_out && lyt_is_close_call(session->classifier->pack, message, reading),
    };
    fill_kind(verdict, &reading->text, &cues, failures, n);
    if (opts_out)
        verdict->kind = LYT_KIND_OPT_OUT;
    return is_bare ? LYT_OK : fill_rest(session, message, reading, &cues);
}

static lyt_status classify(lyt_session *session, const lyt_message *message, bool is_bare,
                           const lyt_verdict **out, lyt_error *err)
{
    lyt_judged reading;
    lyt_status status = lyt_session_read(session, message, &reading, err);

    if (status)
        return status;
    status = fill_verdict(session, message, &reading, is_bare);
    if (status)
        return short_of(err, status);
    *out = &session->verdict;
    return LYT_OK;
}

lyt_status lyt_classify(lyt_session *session, const lyt_message *message, const lyt_verdict **out,
                        lyt_error *err)
{
    return classify(session, message, false, out, err);
}

lyt_status lyt_classify_bare(lyt_session *session, const lyt_message *message,
                             const lyt_verdict **out, lyt_error *err)
{
    return classify(session, message, true, out, err);
}

static bool find_label(const lyt_model *model, const char *name, size_t *out)
{
    size_t n = lyt_model_about(model).n_labels;

    for (size_t i = 0; i < n; i++)
        if (strcmp(lyt_model_label(model, i), name) == 0) {
            *out = i;
            return true;
        }
    return false;
}

lyt_status lyt_explain(lyt_session *session, const lyt_message *message, const char *scenario,
                       const lyt_evidence **rows, size_t *n_rows, double *log_odds, lyt_error *err)
{
    lyt_judged reading;
    lyt_evidence *evidence = NULL;
    lyt_status status;
    size_t label = 0;
    lyt_why why;

    if (!find_label(session->classifier->model, scenario, &label))
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no scenario '%.64s'", scenario);
    status = lyt_session_read(session, message, &reading, err);
    if (status)
        return status;
    status = explain(session, &reading, label, &why);
    if (status == LYT_OK)
        status = lyt_evidence_rows(&why, true, session->arena, &evidence, n_rows);
    if (status)
        return short_of(err, status);
    *rows = evidence;
    *log_odds = reading.scores.logit[label];
    return LYT_OK;
}
