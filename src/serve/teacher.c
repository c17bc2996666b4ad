#include "teacher.h"

#include <string.h>
#include <unistd.h>

#include "classify.h"
#include "correctionlog.h"
#include "fs.h"
#include "mem.h"

enum { patience_ms = 2000 };

struct lyt_teacher {
    const lyt_alloc *alloc;
    char *database;
    const lyt_classifier *classifier;
    lyt_session *session;
    lyt_lessons *lessons;
    int64_t seq; /* the last event that was read */
};

typedef struct learning {
    lyt_teacher *teacher;
    lyt_store *store;
    size_t n_new, n_skipped; /* changed; of scenarios that are not there */
    lyt_error *err;
} learning;

/* One correction on its way to a lesson. */
typedef struct correction {
    learning *learning;
    const lyt_corrected *what;
    lyt_status status;
    bool has_words;
} correction;

static void forget(lyt_teacher *t)
{
    lyt_session_free(t->session);
    lyt_lessons_free(t->lessons);
    t->session = NULL;
    t->lessons = NULL;
    t->classifier = NULL;
    t->seq = 0;
}

void lyt_teacher_free(lyt_teacher *teacher)
{
    if (!teacher)
        return;
    forget(teacher);
    lyt_mem_free(teacher->alloc, teacher->database);
    lyt_mem_free(teacher->alloc, teacher);
}

lyt_status lyt_teacher_new(lyt_teacher **out, const lyt_alloc *alloc, const char *state,
                           lyt_error *err)
{
    lyt_teacher *t = lyt_mem_new(alloc, sizeof *t);
    lyt_buf path;

    lyt_buf_init(&path, alloc);
    lyt_fs_join(&path, state, "lyt.db");
    if (t) {
        t->alloc = alloc;
        t->database = lyt_buf_take(&path);
    }
    lyt_buf_deinit(&path);
    if (!t || !t->database) {
        lyt_teacher_free(t);
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a teacher");
    }
    *out = t;
    return LYT_OK;
}

lyt_status lyt_teacher_use(lyt_teacher *t, const lyt_classifier *classifier, lyt_error *err)
{
    forget(t);
    t->classifier = classifier;
    if (lyt_lessons_new(&t->lessons, t->alloc, lyt_classifier_model(classifier)))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for lessons");
    return lyt_session_new_small(&t->session, classifier, err);
}

size_t lyt_teacher_count(const lyt_teacher *teacher)
{
    return lyt_lessons_count(teacher->lessons);
}

static lyt_status learn_text(void *user, const lyt_feedback *feedback, lyt_str verdict)
{
    correction *c = user;
    lyt_teacher *t = c->learning->teacher;
    char id[lyt_lesson_id_bytes], language[8] = "";
    lyt_message message = {.text = feedback->text};

    (void)verdict;
    c->has_words = feedback->text.len > 0;
    if (!c->has_words)
        return LYT_OK;
    if (feedback->language.len == 2) {
        memcpy(language, feedback->language.ptr, 2);
        message.language = language;
    }
    lyt_lesson_id(id, c->what->feedback);
    c->status = lyt_session_learn(t->session, t->lessons, lyt_str_of(id), &message,
                                  c->what->scenarios, c->what->n_scenarios, c->learning->err);
    return LYT_OK;
}

static lyt_status take_back(correction *c)
{
    char id[lyt_lesson_id_bytes];

    lyt_lesson_id(id, c->what->feedback);
    c->learning->n_new += lyt_lessons_unlearn(c->learning->teacher->lessons, lyt_str_of(id));
    return LYT_OK;
}

/* What is gone, or was erased, teaches nothing any more: not even that no words mean something. */
static lyt_status learn_one(correction *c)
{
    lyt_status status = lyt_store_get_feedback(c->learning->store, c->what->feedback, learn_text, c,
                                               c->learning->err);

    if (status == LYT_ENOTFOUND)
        return take_back(c);
    if (status)
        return status;
    if (!c->has_words)
        return take_back(c);
    if (c->status == LYT_ENOTFOUND || c->status == LYT_EINVAL) {
        c->learning->n_skipped++;
        return take_back(c);
    }
    c->learning->n_new += !c->status;
    return c->status;
}

static lyt_status heed(void *user, const lyt_corrected *what)
{
    learning *l = user;
    correction c = {.learning = l, .what = what};
    lyt_status status = what->undone ? take_back(&c) : learn_one(&c);

    if (!status)
        l->teacher->seq = what->seq;
    return status;
}

lyt_status lyt_teacher_learn(lyt_teacher *t, lyt_classifier **out, size_t *skipped, lyt_error *err)
{
    const lyt_store_options options = {
        .alloc = t->alloc, .path = t->database, .read_only = true, .busy_ms = patience_ms};
    learning l = {.teacher = t, .err = err};
    lyt_status status;

    *out = NULL;
    *skipped = 0;
    if (access(t->database, F_OK) < 0)
        return LYT_OK;
    status = lyt_store_open(&l.store, &options, err);
    if (!status)
        status = lyt_corrected_each(l.store, t->seq, heed, &l, err);
    lyt_store_close(l.store);
    *skipped = l.n_skipped;
    if (!status && l.n_new)
        status = lyt_classifier_teach(out, t->classifier, t->lessons, err);
    return status;
}
