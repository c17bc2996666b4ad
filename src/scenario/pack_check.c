#include "classify.h"

#include <string.h>

typedef struct checking {
    const lyt_pack *pack;
    lyt_session *session;
    void (*fault)(void *context, const lyt_pack_fault *fault);
    void *context;
    lyt_pack_checked counts;
    lyt_error *err;
} checking;

/* Of the scenario in the message, which has it. */
static lyt_status find_severity(checking *c, size_t scenario, const lyt_message *message, int *out)
{
    const lyt_verdict *verdict = NULL;
    lyt_status status = lyt_classify(c->session, message, &verdict, c->err);

    for (size_t i = 0; !status && i < verdict->n_failures; i++)
        if (strcmp(verdict->failures[i].scenario, lyt_pack_scenario(c->pack, scenario)->id) == 0)
            *out = verdict->failures[i].severity;
    return status;
}

static lyt_status check_example(checking *c, size_t scenario, const lyt_scenario_example *example)
{
    lyt_message message = {
        .text = lyt_str_of(example->text), .score = example->score, .scale = example->scale};
    int severity = -1;
    int label = lyt_pack_label(c->pack, scenario);
    lyt_judged reading;
    lyt_status status = lyt_session_read(c->session, &message, &reading, c->err);
    bool said[lyt_scenarios_max];
    const lyt_scenario *scenarios;
    double probability;

    if (status)
        return status;
    scenarios =
        lyt_scored_scenarios(c->pack, lyt_pack_scenario(c->pack, 0), &message, c->session->arena);
    if (!scenarios)
        return lyt_error_set(c->err, LYT_ENOMEM, "no memory for an example");
    lyt_pack_decide(c->pack, scenarios, &reading, said);
    probability = label < 0 ? 0 : reading.scores.probability[label];
    c->counts.n_examples++;
    if (said[scenario] == example->fires) {
        if (example->severity >= 0)
            status = find_severity(c, scenario, &message, &severity);
        if (status || severity == example->severity)
            return status;
    }
    c->counts.n_faults++;
    if (c->fault)
        c->fault(c->context,
                 &(lyt_pack_fault){
                     .scenario = lyt_pack_scenario(c->pack, scenario),
                     .example = example,
                     .language = lyt_lexis_code(lyt_pack_lexis(c->pack), example->language),
                     .probability = probability,
                     .severity = severity,
                 });
    return LYT_OK;
}

lyt_status lyt_pack_check(const lyt_pack *pack,
                          void (*fault)(void *context, const lyt_pack_fault *fault), void *context,
                          lyt_pack_checked *out, lyt_error *err)
{
    checking c = {.pack = pack, .fault = fault, .context = context, .err = err};
    lyt_classifier *classifier = NULL;
    lyt_status status = lyt_classifier_of_pack(&classifier, pack, pack->alloc, err);

    if (status == LYT_OK)
        status = lyt_session_new(&c.session, classifier, err);
    for (size_t i = 0; status == LYT_OK && i < lyt_pack_scenarios(pack); i++) {
        const lyt_scenario *scenario = lyt_pack_scenario(pack, i);

        for (size_t j = 0; status == LYT_OK && j < scenario->n_examples; j++)
            status = check_example(&c, i, &scenario->examples[j]);
    }
    lyt_session_free(c.session);
    lyt_classifier_close(classifier);
    if (status == LYT_OK)
        *out = c.counts;
    return status;
}
