#include <stddef.h>

#include "houseline.h"
#include "housewords.h"

typedef struct correct_values {
    bool json, none, undo;
    int64_t language;
    const char *by, *key, *note, *scenarios, *server_key, *state, *submit;
} correct_values;

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(correct_values, by),
     .value = "NAME",
     .help = "who corrects; default: the login name"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(correct_values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(correct_values),
    LYT_HOUSEWORDS_LANGUAGE(correct_values),
    {.name = "none",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(correct_values, none),
     .help = "nothing had failed"},
    {.name = "note",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(correct_values, note),
     .value = "TEXT",
     .help = "why"},
    {.name = "scenario",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(correct_values, scenarios),
     .value = "ID,…",
     .help = "what had failed; several with commas between them"},
    LYT_ONLINE_SERVER_KEY(correct_values),
    LYT_ONLINE_STATE(correct_values),
    LYT_ONLINE_SUBMIT(correct_values),
    {.name = "undo",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(correct_values, undo),
     .help = "take the correction back, as if there had been none"},
};

static void write_scenarios(lyt_jw *jw, lyt_str list)
{
    lyt_jw_key(jw, "scenarios");
    lyt_jw_array(jw);
    for (size_t begin = 0; begin < list.len;) {
        const size_t end = lyt_str_find(list, ',', begin);
        const lyt_str name = lyt_str_slice(list, begin, end);

        if (name.len)
            lyt_jw_str(jw, name);
        begin = end + 1;
    }
    lyt_jw_array_end(jw);
}

static void write_order(lyt_buf *out, const correct_values *v, int64_t feedback)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", v->undo ? LYT_STR("feedback.uncorrect") : LYT_STR("feedback.correct"));
    lyt_jw_kint(&jw, "feedback", feedback);
    lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    if (v->note)
        lyt_jw_kstr(&jw, "note", lyt_str_of(v->note));
    if (!v->undo)
        write_scenarios(&jw, v->scenarios ? lyt_str_of(v->scenarios) : LYT_STR(""));
    lyt_jw_object_end(&jw);
}

static void print(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_call *call = user;
    const correct_values *v = call->values;
    const lyt_housewords w = {lyt_housewords_language(v->language), NULL};

    (void)answer;
    lyt_buf_addf(out, "%s %s: %s\n", lyt_housewords_say(&w, "feedback", "besked"),
                 call->operands[0],
                 v->undo ? lyt_housewords_say(&w, "the correction is taken back",
                                              "rettelsen er taget tilbage")
                         : lyt_housewords_say(&w, "corrected, and learned from",
                                              "rettet, og der er lært af det"));
}

static lyt_exit send(const lyt_call *call, int64_t feedback)
{
    const correct_values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->submit, true, 0};
    lyt_buf order;
    lyt_exit code;

    lyt_buf_init(&order, NULL);
    write_order(&order, v, feedback);
    code = lyt_houseline_show(call, &line, &order, v->json ? NULL : print, call);
    lyt_buf_deinit(&order);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    const correct_values *v = call->values;
    const int64_t feedback = lyt_houseline_number(call->operands[0]);

    if (!feedback)
        return lyt_console_misuse(call->console,
                                  "correct: '%s' is not the number of a feedback (alarms say it)",
                                  call->operands[0]);
    if (v->none + v->undo + (v->scenarios != NULL) != 1)
        return lyt_console_misuse(
            call->console,
            "correct: give one of --scenario ID (what had failed), --none and --undo");
    return send(call, feedback);
}

static const lyt_sample samples[] = {
    {"lyt correct 17 --none", "the guest was joking: nothing had failed"},
    {"lyt correct 17 --scenario noise-from-bar,room-too-cold", "what should have been heard"},
    {"lyt correct 17 --undo", "as it was before"},
};

const lyt_command lyt_cmd_correct = {
    .name = "correct",
    .summary = "Correct what was heard in a message, and have it learned",
    .usage = "FEEDBACK --scenario ID[,ID…] | --none | --undo",
    .description =
        "Tells a running service that a message was understood wrongly. From a moment later on "
        "the same words are understood as corrected, words like them lean the same way, and "
        "others stay as they are; no restart is needed. The number of the message stands in its "
        "alarm ('feedback'). Corrections are kept with everything else and learned again after "
        "a restart or with a new pack; one that is taken back leaves nothing behind. What a "
        "safety word says is unlearned for the very same words only.\n\n"
        "Incidents that are open already stay as they are: see incident merge, resolve and void. "
        "Workers of other machines are taught the same.",
    LYT_ROWS(options),
    .values_bytes = sizeof(correct_values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
