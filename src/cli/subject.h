/*
 * lyt_subject: what classify and explain classify with, from -p PACK or
 * -m MODEL, and the messages they are given: operands are files, none or "-" is stdin.
 */
#ifndef LYT_SUBJECT_H
#define LYT_SUBJECT_H

#include <lyt/classifier.h>

#include "command.h"
#include "lines.h"

typedef struct lyt_subject {
    lyt_classifier *classifier;
    lyt_session *session;
} lyt_subject;

/* Rows of the options that both commands share; fields of the command's values struct. */
#define LYT_SUBJECT_MODEL(values)                                                                  \
    {                                                                                              \
        .name = "model", .letter = 'm', .type = LYT_OPT_TEXT, .offset = offsetof(values, model),   \
        .value = "MODEL", .help = "judge with a model file alone"                                  \
    }
#define LYT_SUBJECT_PACK(values)                                                                   \
    {                                                                                              \
        .name = "pack", .letter = 'p', .type = LYT_OPT_TEXT, .offset = offsetof(values, pack),     \
        .value = "PACK", .help = "a shipped pack's name or a pack's folder"                        \
    }
#define LYT_SUBJECT_LANGUAGE(values)                                                               \
    {                                                                                              \
        .name = "language", .letter = 'l', .type = LYT_OPT_TEXT,                                   \
        .offset = offsetof(values, language), .value = "XX",                                       \
        .help = "what language the text is in (da, en); guessed when not given"                    \
    }
#define LYT_SUBJECT_JSON(values)                                                                   \
    {                                                                                              \
        .name = "json", .letter = 'j', .type = LYT_OPT_FLAG, .offset = offsetof(values, json),     \
        .help = "one JSON object a line"                                                           \
    }

/*
 * pack and model: at most one, none is the pack "hotel"; language: NULL or two letters;
 * anything else is misuse. Complains itself. LYT_EXIT_DONE: to be closed by the caller.
 */
lyt_exit lyt_subject_open(const lyt_call *call, const char *pack, const char *model,
                          lyt_subject *out);
/* A zeroed one is accepted. */
void lyt_subject_close(lyt_subject *subject);

/* Gives an error of the library, which knows only an offset, the line's place. */
void lyt_subject_place(lyt_error *err, const lyt_line *line, const char *name);

/* LYT_EXIT_MISUSE with a complaint unless NULL or two lower case letters. */
lyt_exit lyt_subject_check_language(const lyt_call *call, const char *language);

/*
 * Every line of every file, in order; a file that cannot be read is complained of and passed
 * over. each() says whether the line went well. LYT_EXIT_FAILED when anything did not;
 * ends early when results cannot be written.
 */
lyt_exit lyt_subject_lines(const lyt_call *call, char **paths, int n_paths,
                           bool (*each)(void *context, const lyt_line *line, const char *name),
                           void *context);

/* Adds what comes of a line to out, without a line's end; else err says why not. */
typedef lyt_status (*lyt_judge_fn)(void *context, const lyt_line *line, const char *name,
                                   lyt_buf *out, lyt_error *err);

/*
 * A result for each line of the operands' files: what judge makes of it, the error in its place
 * (as JSON or words) where it cannot, an empty line for an empty one. As lyt_subject_lines.
 */
lyt_exit lyt_subject_judge(const lyt_call *call, bool json, lyt_judge_fn judge, void *context);

#endif
