#include "servedpack.h"

#include "classify.h"

/* One log line each would be a flood where a lexicon was broken. */
enum { told_max = 5 };

/* Once, here: workers read messages without a word about it. */
static lyt_status tell_unspelled(const lyt_classifier *classifier, const lyt_log *log,
                                 lyt_error *err)
{
    lyt_session *session = NULL;
    lyt_status status = lyt_session_new_small(&session, classifier, err);

    for (int i = 0; status == LYT_OK && i < lyt_languages_max; i++)
        if (lyt_session_unspelled(session) & (1u << i))
            lyt_log_say(log, LYT_LOG_WARN, "LYT-NO-DICTIONARY",
                        "A language is read without spelling.",
                        LYT_KV("language", lyt_session_code(session, i)),
                        LYT_KV("dictionary", lyt_session_dictionary(session, i)));
    lyt_session_free(session);
    return status;
}

typedef struct trial {
    const lyt_servedpack_options *o;
    bool only_tells;
    size_t n_refused, n_told;
    lyt_error *err;
} trial;

static bool is_own(const trial *t, const lyt_scenario *scenario)
{
    return t->o->own && lyt_str_begins(lyt_str_of(scenario->file), lyt_str_of(t->o->own));
}

static void add_fault(void *context, const lyt_pack_fault *fault)
{
    trial *t = context;
    const lyt_scenario *scenario = fault->scenario;
    const lyt_scenario_example *example = fault->example;

    if (!t->only_tells && !is_own(t, scenario)) {
        if (t->n_refused++ == 0)
            (void)!lyt_error_at(t->err, LYT_ESTATE, scenario->file, example->line, example->column,
                                "the example '%.60s' %s %s; mend it, or serve with --force",
                                example->text,
                                fault->severity >= 0 ? "has another severity than it says in"
                                : example->fires     ? "does not raise"
                                                     : "raises",
                                scenario->id);
    } else if (t->n_told++ < told_max) {
        lyt_log_say(t->o->log, LYT_LOG_WARN, "LYT-EXAMPLE-WRONG",
                    "An example does not come out as its scenario says. Try: lyt pack check",
                    LYT_KV("scenario", scenario->id), LYT_KV("example", example->text));
    }
}

/* Every sentence that the scenarios are tested with. */
static lyt_status try_examples(const lyt_servedpack_options *o, const lyt_classifier *classifier,
                               lyt_error *err)
{
    const lyt_pack *pack = lyt_classifier_pack(classifier);
    trial t = {.o = o, .err = err};
    lyt_pack_checked counts;
    lyt_status status;

    t.only_tells = o->force || o->no_spelling || lyt_pack_has_more(pack) ||
                   lyt_pack_refined(pack) == LYT_REFINED_USED;
    status = lyt_pack_check(pack, add_fault, &t, &counts, err);
    return status ? status : t.n_refused ? LYT_ESTATE : LYT_OK;
}

static lyt_status load(const lyt_servedpack_options *o, lyt_classifier **out, lyt_error *err)
{
    const lyt_classifier_options options = {
        .pack = o->pack, .own = o->own, .refined = o->refined, .no_spelling = o->no_spelling};
    lyt_status status = lyt_classifier_open(out, &options, err);

    if (status)
        return status;
    if (lyt_pack_refined(lyt_classifier_pack(*out)) == LYT_REFINED_UNFIT)
        lyt_log_say(o->log, LYT_LOG_WARN, "LYT-REFINED-UNFIT",
                    "The refined model cannot be used; the pack's own is. Try: lyt refine",
                    LYT_KV("folder", o->refined));
    status = try_examples(o, *out, err);
    if (status)
        return status;
    return lyt_pack_has_more(lyt_classifier_pack(*out)) ? tell_unspelled(*out, o->log, err)
                                                        : LYT_OK;
}

void lyt_servedpack_close(lyt_servedpack *p)
{
    lyt_classifier_close(p->taught);
    lyt_teacher_free(p->teacher);
    lyt_classifier_close(p->classifier);
    *p = (lyt_servedpack){NULL, NULL, NULL};
}

lyt_status lyt_servedpack_learn(lyt_servedpack *p, const lyt_log *log, lyt_classifier **out,
                                lyt_error *err)
{
    size_t skipped = 0;
    lyt_status status = lyt_teacher_learn(p->teacher, out, &skipped, err);

    if (skipped)
        lyt_log_say(log, LYT_LOG_WARN, "LYT-LESSONS-SKIPPED",
                    "Corrections name scenarios that this pack does not have.",
                    LYT_KN("corrections", (int64_t)skipped));
    return status;
}

lyt_status lyt_servedpack_open(lyt_servedpack *out, const lyt_servedpack_options *options,
                               lyt_error *err)
{
    lyt_status status;

    *out = (lyt_servedpack){NULL, NULL, NULL};
    status = load(options, &out->classifier, err);
    if (!status)
        status = lyt_teacher_new(&out->teacher, NULL, options->state, err);
    if (!status)
        status = lyt_teacher_use(out->teacher, out->classifier, err);
    if (!status)
        status = lyt_servedpack_learn(out, options->log, &out->taught, err);
    if (status)
        lyt_servedpack_close(out);
    return status;
}

const lyt_classifier *lyt_servedpack_best(const lyt_servedpack *p)
{
    return p->taught ? p->taught : p->classifier;
}
