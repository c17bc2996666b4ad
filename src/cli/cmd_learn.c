#include <stdio.h>
#include <string.h>

#include "classify.h"
#include "corpus.h"
#include "hash.h"
#include "json.h"
#include "mem.h"
#include "subject.h"

typedef struct learn_values {
    const char *language, *model, *output;
    bool json, list, unlearn;
} learn_values;

static const lyt_option options[] = {
    LYT_SUBJECT_JSON(learn_values),
    LYT_SUBJECT_LANGUAGE(learn_values),
    {.name = "list",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(learn_values, list),
     .help = "print the ids of the lessons a model has; learns nothing"},
    LYT_SUBJECT_MODEL(learn_values),
    {.name = "output",
     .letter = 'o',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(learn_values, output),
     .value = "FILE",
     .help = "write the model that has learned there; default: where it came from"},
    {.name = "unlearn",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(learn_values, unlearn),
     .help = "take lessons back; operands are their ids"},
};

static const lyt_sample samples[] = {
    {"lyt learn -m hotel.lytm corrections.txt", "lines as train reads them, each a lesson"},
    {"echo '__label__none Pool was freezing, just how we like it' | lyt learn -m hotel.lytm -",
     "that nothing failed there"},
    {"lyt learn -m hotel.lytm --list", "what it was taught"},
    {"lyt learn -m hotel.lytm --unlearn 5d1f0c6a9be2a310", "as if it had never been taught"},
};

enum { id_room = 24 };

typedef struct learning {
    const lyt_call *call;
    const learn_values *values;
    lyt_subject subject;
    lyt_lessons *lessons;
    lyt_corpus *corpus;
    lyt_classifier *taught;
    lyt_session *after; /* of taught */
    lyt_buf out;        /* JSON */
} learning;

/* The same words are the same lesson: to teach them again is to correct oneself. */
static void id_of(const lyt_example *example, char out[id_room])
{
    snprintf(out, id_room, "%016llx", (unsigned long long)lyt_hash_str(example->text, 0));
}

static lyt_exit open_lessons(learning *l)
{
    const char *model = l->values->model;
    lyt_exit code;

    if (!model)
        return lyt_console_misuse(l->call->console, "%s: which model? Give it with --model",
                                  l->call->command->name);
    code = lyt_subject_check_language(l->call, l->values->language);
    if (!code)
        code = lyt_subject_open(l->call, NULL, model, &l->subject);
    if (!code && lyt_lessons_new(&l->lessons, NULL, lyt_classifier_model(l->subject.classifier)))
        code = lyt_console_error(l->call->console,
                                 &(lyt_error){.code = LYT_ENOMEM, .text = "out of memory"});
    return code;
}

static void close_all(learning *l)
{
    lyt_session_free(l->after);
    lyt_classifier_close(l->taught);
    lyt_lessons_free(l->lessons);
    lyt_corpus_free(l->corpus);
    lyt_subject_close(&l->subject);
    lyt_buf_deinit(&l->out);
}

static lyt_status teach_one(learning *l, const lyt_example *example, lyt_error *err)
{
    const lyt_message message = {.text = example->text, .language = l->values->language};
    lyt_str labels[lyt_labels_max];
    char id[id_room];

    id_of(example, id);
    for (size_t i = 0; i < example->n_labels; i++)
        labels[i] = lyt_str_of(lyt_corpus_label(l->corpus, example->labels[i]));
    return lyt_session_learn(l->subject.session, l->lessons, lyt_str_of(id), &message, labels,
                             example->n_labels, err);
}

/* Only the model's own labels are read: another one is named with its line. */
static lyt_status read_lessons(learning *l, lyt_error *err)
{
    const lyt_model *model = lyt_classifier_model(l->subject.classifier);
    const size_t n = lyt_model_about(model).n_labels;
    const char *names[lyt_labels_max];
    lyt_status status = lyt_corpus_new(&l->corpus, NULL);

    for (size_t i = 0; i < n; i++)
        names[i] = lyt_model_label(model, i);
    if (!status)
        status = lyt_corpus_restrict(l->corpus, names, n);
    if (status)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    for (int i = 0; !status && i < l->call->n_operands; i++)
        status = lyt_corpus_read(
            l->corpus, lyt_fs_system(),
            strcmp(l->call->operands[i], "-") == 0 ? "/dev/stdin" : l->call->operands[i], -1, err);
    if (!status && !lyt_corpus_size(l->corpus))
        return lyt_error_at(err, LYT_EFORMAT, l->call->operands[0], 0, 0,
                            "there is no lesson: a line is __label__ROOM-COLD, a space, the text");
    return status;
}

static lyt_status teach(learning *l, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < lyt_corpus_size(l->corpus); i++) {
        lyt_console_progress(l->call->console, "learning",
                             (double)i / (double)lyt_corpus_size(l->corpus));
        status = teach_one(l, lyt_corpus_at(l->corpus, i), err);
    }
    lyt_console_progress_end(l->call->console);
    return status;
}

static lyt_status save(learning *l, lyt_error *err)
{
    const char *path = l->values->output ? l->values->output : l->values->model;
    lyt_status status = lyt_classifier_teach(&l->taught, l->subject.classifier, l->lessons, err);

    if (!status)
        status = lyt_session_new(&l->after, l->taught, err);
    return status ? status
                  : lyt_model_save(lyt_classifier_model(l->taught), lyt_fs_system(), path, err);
}

/* Whether a model says exactly the labels of an example. */
static lyt_status is_right(lyt_session *session, const lyt_model *model, const learning *l,
                           const lyt_example *example, bool *out, lyt_error *err)
{
    const lyt_message message = {.text = example->text, .language = l->values->language};
    bool said[lyt_labels_max] = {false};
    lyt_judged reading;
    lyt_status status = lyt_session_read(session, &message, &reading, err);

    if (status)
        return status;
    if (reading.text.n_tokens)
        lyt_model_decide(model, &reading.scores, said);
    *out = true;
    for (size_t i = 0; i < lyt_model_about(model).n_labels; i++) {
        bool truth = false;

        for (size_t j = 0; j < example->n_labels; j++)
            truth |= strcmp(lyt_corpus_label(l->corpus, example->labels[j]),
                            lyt_model_label(model, i)) == 0;
        *out = *out && truth == said[i];
    }
    return LYT_OK;
}

/* Of each lesson: was it right before, is it now? */
static lyt_status report(learning *l, lyt_error *err)
{
    const lyt_model *before = lyt_classifier_model(l->subject.classifier),
                    *now = lyt_classifier_model(l->taught);
    const size_t n = lyt_corpus_size(l->corpus);
    size_t n_before = 0, n_now = 0;
    lyt_jw json;

    lyt_jw_init(&json, &l->out);
    lyt_jw_object(&json);
    lyt_jw_key(&json, "lessons");
    lyt_jw_array(&json);
    for (size_t i = 0; i < n; i++) {
        const lyt_example *example = lyt_corpus_at(l->corpus, i);
        bool was = false, is = false;
        char id[id_room];
        lyt_status status = is_right(l->subject.session, before, l, example, &was, err);

        if (!status)
            status = is_right(l->after, now, l, example, &is, err);
        if (status)
            return status;
        n_before += was;
        n_now += is;
        id_of(example, id);
        lyt_jw_object(&json);
        lyt_jw_key(&json, "id");
        lyt_jw_str(&json, lyt_str_of(id));
        lyt_jw_key(&json, "right_before");
        lyt_jw_bool(&json, was);
        lyt_jw_key(&json, "right");
        lyt_jw_bool(&json, is);
        lyt_jw_object_end(&json);
    }
    lyt_jw_array_end(&json);
    lyt_jw_key(&json, "lessons_in_all");
    lyt_jw_int(&json, (int64_t)lyt_lessons_count(l->lessons));
    lyt_jw_object_end(&json);
    lyt_buf_add_char(&l->out, '\n');
    if (l->values->json)
        lyt_console_write_buf(l->call->console, &l->out);
    else
        lyt_console_printf(l->call->console,
                           "lessons  %zu, right before %zu, right now %zu\nin all   %zu\n", n,
                           n_before, n_now, lyt_lessons_count(l->lessons));
    return LYT_OK;
}

static lyt_exit list_lessons(learning *l)
{
    const size_t n = lyt_lessons_count(l->lessons);
    lyt_jw json;

    if (!l->values->json) {
        for (size_t i = 0; i < n; i++) {
            const lyt_str id = lyt_lessons_id(l->lessons, i);

            lyt_console_printf(l->call->console, "%.*s\n", (int)id.len, id.ptr);
        }
        return LYT_EXIT_DONE;
    }
    lyt_jw_init(&json, &l->out);
    lyt_jw_object(&json);
    lyt_jw_key(&json, "lessons");
    lyt_jw_array(&json);
    for (size_t i = 0; i < n; i++)
        lyt_jw_str(&json, lyt_lessons_id(l->lessons, i));
    lyt_jw_array_end(&json);
    lyt_jw_object_end(&json);
    lyt_buf_add_char(&l->out, '\n');
    lyt_console_write_buf(l->call->console, &l->out);
    return LYT_EXIT_DONE;
}

static lyt_exit unlearn(learning *l)
{
    const lyt_call *call = l->call;
    lyt_error err = {0};
    lyt_exit code = LYT_EXIT_DONE;

    for (int i = 0; !code && i < call->n_operands; i++)
        if (!lyt_lessons_unlearn(l->lessons, lyt_str_of(call->operands[i])))
            code = lyt_console_complain(
                call->console, "the model has no lesson '%s'; nothing was changed (learn --list)",
                call->operands[i]);
    if (!code && save(l, &err))
        code = lyt_console_error(call->console, &err);
    if (!code && l->values->json)
        code = list_lessons(l);
    else if (!code)
        lyt_console_printf(call->console, "in all   %zu\n", lyt_lessons_count(l->lessons));
    return code;
}

static lyt_exit learn(learning *l)
{
    lyt_error err = {0};

    return read_lessons(l, &err) || teach(l, &err) || save(l, &err) || report(l, &err)
               ? lyt_console_error(l->call->console, &err)
               : LYT_EXIT_DONE;
}

static lyt_exit run(const lyt_call *call)
{
    learning l = {.call = call, .values = call->values};
    lyt_exit code;

    lyt_buf_init(&l.out, NULL);
    if (l.values->list && (l.values->unlearn || call->n_operands))
        code = lyt_console_misuse(call->console, "learn: --list stands alone");
    else if (!l.values->list && !call->n_operands)
        code = lyt_console_misuse(call->console, "learn: give %s",
                                  l.values->unlearn ? "the ids of lessons (learn --list)"
                                                    : "a FILE of lessons, or - for stdin");
    else
        code = open_lessons(&l);
    if (!code)
        code = l.values->list ? list_lessons(&l) : l.values->unlearn ? unlearn(&l) : learn(&l);
    close_all(&l);
    return code;
}

const lyt_command lyt_cmd_learn = {
    .name = "learn",
    .summary = "Teach a model corrections, at once and exactly",
    .usage = "-m MODEL [-o FILE] [--json] [--language XX] FILE...\n-m MODEL --unlearn ID...\n"
             "-m MODEL --list",
    .description =
        "Reads lines as train does, each a message and what should have been said of it "
        "('none' where nothing failed). From then on the model says it of that message, and "
        "messages of the same words lean the same way; others stay as they are. Lessons lie in "
        "the model's file beside what training made, in the order of their ids: the same "
        "lessons are the same file to the byte, in whatever order they were taught, and one "
        "taken back with --unlearn leaves nothing behind. The id of a lesson is a hash of its "
        "text; the same text taught again replaces the lesson.",
    LYT_ROWS(options),
    .values_bytes = sizeof(learn_values),
    LYT_ROWS(samples),
    .min_operands = 0,
    .max_operands = -1,
    .run = run,
};
