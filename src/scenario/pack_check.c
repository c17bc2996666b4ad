#include "classify.h"

typedef struct checking {
    const lyt_pack *pack;
    lyt_session *session;
    void (*fault)(void *context, const lyt_pack_fault *fault);
    void *context;
    lyt_pack_checked counts;
    lyt_error *err;
} checking;

static lyt_status check_example(checking *c, size_t scenario, const lyt_scenario_example *example)
{
    lyt_message message = {.text = lyt_str_of(example->text)};
    int label = lyt_pack_label(c->pack, scenario);
    lyt_judged reading;
    lyt_status status = lyt_session_read(c->session, &message, &reading, c->err);
    bool said[lyt_scenarios_max];
    double probability;

    if (status)
        return status;
    lyt_pack_decide(c->pack, lyt_pack_scenario(c->pack, 0), &reading, said);
    probability = label < 0 ? 0 : reading.scores.probability[label];
    c->counts.n_examples++;
    if (said[scenario] == example->fires)
        return LYT_OK;
    c->counts.n_faults++;
    if (c->fault)
        c->fault(c->context,
                 &(lyt_pack_fault){
                     .scenario = lyt_pack_scenario(c->pack, scenario),
                     .example = example,
                     .language = lyt_lexis_code(lyt_pack_lexis(c->pack), example->language),
                     .probability = probability,
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
