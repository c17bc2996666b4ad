#include <string.h>

#include "classify.h"
#include "hash.h"
#include "mem.h"

static lyt_status label_of(const lyt_classifier *classifier, lyt_str name, size_t *out,
                           lyt_error *err)
{
    const size_t n = lyt_model_about(classifier->model).n_labels;

    for (size_t i = 0; i < n; i++) {
        if (lyt_str_equal(lyt_str_of(lyt_model_label(classifier->model, i)), name)) {
            *out = i;
            return LYT_OK;
        }
    }
    return lyt_error_set(err, LYT_ENOTFOUND, "there is no %s '%.*s'",
                         classifier->pack ? "scenario" : "label", (int)name.len, name.ptr);
}

lyt_status lyt_session_learn(lyt_session *session, lyt_lessons *lessons, lyt_str id,
                             const lyt_message *message, const lyt_str *labels, size_t n_labels,
                             lyt_error *err)
{
    bool truth[lyt_labels_max] = {false};
    lyt_judged reading;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < n_labels; i++) {
        size_t label = 0;

        status = label_of(session->classifier, labels[i], &label, err);
        if (!status)
            truth[label] = true;
    }
    if (!status)
        status = lyt_session_read(session, message, &reading, err);
    if (status)
        return status;
    return lyt_lessons_learn(lessons, id, reading.input, truth, session->scratch, session->arena,
                             err);
}

lyt_status lyt_classifier_teach(lyt_classifier **out, const lyt_classifier *classifier,
                                const lyt_lessons *lessons, lyt_error *err)
{
    lyt_classifier *taught = lyt_mem_new(classifier->alloc, sizeof *taught);
    lyt_model *model;
    lyt_status status;

    if (!taught)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    status = lyt_model_teach(&model, classifier->model, lessons, err);
    if (status) {
        lyt_mem_free(classifier->alloc, taught);
        return status;
    }
    *taught = (lyt_classifier){
        .alloc = classifier->alloc,
        .own_model = model,
        .pack = classifier->pack,
        .lexis = classifier->lexis,
        .langid = classifier->langid,
        .model = model,
        .words = classifier->words,
        .delicate = classifier->delicate,
        .version = lyt_hash_pair(classifier->base, lyt_model_about(model).content_hash),
        .base = classifier->base,
    };
    *out = taught;
    return LYT_OK;
}

uint64_t lyt_classifier_base(const lyt_classifier *classifier)
{
    return classifier->base;
}

lyt_str lyt_classifier_lessons(const lyt_classifier *classifier)
{
    return classifier->version == classifier->base ? (lyt_str){NULL, 0}
                                                   : lyt_model_lessons(classifier->model);
}

lyt_status lyt_classifier_teach_again(lyt_classifier **out, const lyt_classifier *classifier,
                                      lyt_str bytes, lyt_error *err)
{
    lyt_lessons *lessons = NULL;
    lyt_status status = lyt_lessons_read(&lessons, classifier->alloc, classifier->model, bytes);

    if (status)
        return lyt_error_set(err, status, "lessons of another model, or damaged: %s",
                             lyt_status_text(status));
    status = lyt_classifier_teach(out, classifier, lessons, err);
    lyt_lessons_free(lessons);
    return status;
}

static lyt_status learn_all(lyt_session *session, lyt_lessons *lessons, const lyt_lesson *list,
                            size_t n, lyt_error *err)
{
    lyt_status status = LYT_OK;

    while (lyt_lessons_count(lessons))
        (void)lyt_lessons_unlearn(lessons, lyt_lessons_id(lessons, 0));
    for (size_t i = 0; !status && i < n; i++) {
        status = lyt_session_learn(session, lessons, list[i].id, &list[i].message,
                                   list[i].scenarios, list[i].n_scenarios, err);
        if (!status && lyt_lessons_count(lessons) <= i)
            status = lyt_error_set(err, LYT_EEXISTS, "two lessons have the id '%.*s'",
                                   (int)list[i].id.len, list[i].id.ptr);
    }
    return status;
}

lyt_status lyt_learn(lyt_classifier **out, const lyt_classifier *classifier, const lyt_lesson *list,
                     size_t n, lyt_error *err)
{
    lyt_session *session = NULL;
    lyt_lessons *lessons = NULL;
    lyt_status status = lyt_session_new(&session, classifier, err);

    if (!status && lyt_lessons_new(&lessons, classifier->alloc, classifier->model))
        status = lyt_error_set(err, LYT_ENOMEM, "out of memory");
    if (!status)
        status = learn_all(session, lessons, list, n, err);
    if (!status)
        status = lyt_classifier_teach(out, classifier, lessons, err);
    lyt_lessons_free(lessons);
    lyt_session_free(session);
    return status;
}
