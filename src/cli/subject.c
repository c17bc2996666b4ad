#include "subject.h"

#include <string.h>

#include "classify.h"
#include "shown.h"

static const char default_pack[] = "hotel";

lyt_exit lyt_subject_check_language(const lyt_call *call, const char *language)
{
    if (!language || (strlen(language) == 2 && language[0] >= 'a' && language[0] <= 'z' &&
                      language[1] >= 'a' && language[1] <= 'z'))
        return LYT_EXIT_DONE;
    return lyt_console_misuse(call->console,
                              "%s: --language takes two small letters (ISO 639-1), not '%s'",
                              call->command->name, language);
}

static void tell_unspelled(lyt_console *console, const lyt_session *session)
{
    uint32_t lacking = lyt_session_unspelled(session);

    for (int i = 0; i < lyt_languages_max; i++)
        if (lacking & (1u << i))
            lyt_console_complain(console,
                                 "no Hunspell dictionary %s: messages in '%s' are read without "
                                 "spelling (Debian: hunspell-%.2s)",
                                 lyt_session_dictionary(session, i), lyt_session_code(session, i),
                                 lyt_session_dictionary(session, i));
}

lyt_exit lyt_subject_open(const lyt_call *call, const char *pack, const char *model,
                          lyt_subject *out)
{
    lyt_classifier_options options = {.pack = pack, .model = model};
    lyt_error err = {0};

    if (pack && model)
        return lyt_console_misuse(call->console, "%s: --pack and --model exclude one another",
                                  call->command->name);
    if (!pack && !model)
        options.pack = default_pack;
    *out = (lyt_subject){0};
    lyt_console_progress(call->console, "loading", -1);
    if (!lyt_classifier_open(&out->classifier, &options, &err) &&
        !lyt_session_new(&out->session, out->classifier, &err)) {
        lyt_console_progress_end(call->console);
        tell_unspelled(call->console, out->session);
        return LYT_EXIT_DONE;
    }
    lyt_subject_close(out);
    return lyt_console_error(call->console, &err);
}

void lyt_subject_close(lyt_subject *subject)
{
    lyt_session_free(subject->session);
    lyt_classifier_close(subject->classifier);
    *subject = (lyt_subject){0};
}

void lyt_subject_place(lyt_error *err, const lyt_line *line, const char *name)
{
    char text[sizeof err->text];
    uint64_t offset = err->offset;

    memcpy(text, err->text, sizeof text);
    lyt_error_at(err, err->code, name, line->number, (uint32_t)offset + 1, "%s", text);
}

static void flush(void *context)
{
    lyt_console_flush(context);
}

/* False when anything in the file went wrong. */
static bool read_file(const lyt_call *call, const char *path,
                      bool (*each)(void *context, const lyt_line *line, const char *name),
                      void *context)
{
    lyt_lines_options options = {
        .path = path,
        .in_fd = call->console->in_fd,
        .limit_bytes = lyt_text_bytes_max,
        .before_read = flush,
        .context = call->console,
    };
    lyt_lines *lines = NULL;
    lyt_line line;
    lyt_error err = {0};
    lyt_status status = lyt_lines_open(&lines, &options, &err);
    bool went_well = true;

    while (!status && lyt_console_ok(call->console)) {
        status = lyt_lines_next(lines, &line, &err);
        if (!status && !each(context, &line, lyt_lines_name(lines)))
            went_well = false;
    }
    lyt_lines_close(lines);
    if (status && status != LYT_EEND) {
        lyt_console_error(call->console, &err);
        went_well = false;
    }
    return went_well;
}

lyt_exit lyt_subject_lines(const lyt_call *call, char **paths, int n_paths,
                           bool (*each)(void *context, const lyt_line *line, const char *name),
                           void *context)
{
    bool went_well = true;

    if (n_paths == 0)
        went_well = read_file(call, "-", each, context);
    for (int i = 0; i < n_paths && lyt_console_ok(call->console); i++)
        went_well = read_file(call, paths[i], each, context) && went_well;
    return went_well ? LYT_EXIT_DONE : LYT_EXIT_FAILED;
}

typedef struct judging {
    const lyt_call *call;
    bool json;
    lyt_judge_fn judge;
    void *context;
    lyt_buf out; /* of one line */
} judging;

static bool judge_line(void *context, const lyt_line *line, const char *name)
{
    judging *j = context;
    lyt_error err = {0};
    bool went_well = true;

    lyt_buf_reset(&j->out);
    if ((line->text.len || line->is_long) && j->judge(j->context, line, name, &j->out, &err)) {
        lyt_console_error(j->call->console, &err);
        lyt_shown_error(&j->out, j->json, &err);
        went_well = false;
    }
    lyt_buf_add_char(&j->out, '\n');
    lyt_console_write_buf(j->call->console, &j->out);
    return went_well;
}

lyt_exit lyt_subject_judge(const lyt_call *call, bool json, lyt_judge_fn judge, void *context)
{
    judging j = {.call = call, .json = json, .judge = judge, .context = context};
    lyt_exit code;

    lyt_buf_init(&j.out, NULL);
    code = lyt_subject_lines(call, call->operands, call->n_operands, judge_line, &j);
    lyt_buf_deinit(&j.out);
    return code;
}
