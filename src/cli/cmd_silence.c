#include <stddef.h>

#include "houseline.h"
#include "housetime.h"
#include "housewords.h"
#include "markup.h"

typedef struct silence_values {
    bool all, json;
    int64_t language, minutes;
    const char *by, *key, *note, *place, *property, *replay, *scenario, *server_key, *state,
        *submit;
} silence_values;

static const lyt_option options[] = {
    {.name = "all",
     .letter = 'a',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(silence_values, all),
     .help = "list those that are over, too",
     .verbs = "list"},
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(silence_values, by),
     .value = "NAME",
     .help = "who does it; default: the login name",
     .verbs = "-list"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(silence_values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(silence_values),
    LYT_HOUSEWORDS_LANGUAGE(silence_values),
    {.name = "minutes",
     .type = LYT_OPT_INT,
     .offset = offsetof(silence_values, minutes),
     .value = "N",
     .min = 0,
     .max = 525600,
     .fallback = "0",
     .help = "how long from now",
     .verbs = "add maintenance"},
    {.name = "note",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(silence_values, note),
     .value = "TEXT",
     .help = "why",
     .verbs = "add maintenance"},
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(silence_values, place),
     .value = "PATTERN",
     .help = "? is one letter, * any: '2*'",
     .verbs = "add maintenance"},
    {.name = "property",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(silence_values, property),
     .value = "NAME",
     .help = "of this property only",
     .verbs = "add maintenance"},
    LYT_ONLINE_REPLAY(silence_values),
    {.name = "scenario",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(silence_values, scenario),
     .value = "ID",
     .help = "of this scenario only",
     .verbs = "add maintenance"},
    LYT_ONLINE_SERVER_KEY(silence_values),
    LYT_ONLINE_STATE(silence_values),
    LYT_ONLINE_SUBMIT(silence_values),
};

enum verb { VERB_ADD, VERB_END, VERB_LIST, VERB_MAINTENANCE };
static const char *const verbs[] = {"add", "end", "list", "maintenance", NULL};

static void write_order(lyt_buf *out, const lyt_call *call, int64_t number)
{
    static const char *const names[] = {
        [VERB_ADD] = "silence", [VERB_END] = "unsilence", [VERB_MAINTENANCE] = "maintenance"};
    const silence_values *v = call->values;
    const struct {
        const char *key, *value;
    } texts[] = {{"note", v->note},
                 {"place", v->place},
                 {"property", v->property},
                 {"scenario", v->scenario}};
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("incident.do"));
    lyt_jw_kstr(&jw, "verb", lyt_str_of(names[call->verb]));
    lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value)
            lyt_jw_kstr(&jw, texts[i].key, lyt_str_of(texts[i].value));
    if (v->minutes)
        lyt_jw_kint(&jw, "minutes", v->minutes);
    if (number)
        lyt_jw_kint(&jw, "other", number);
    lyt_jw_object_end(&jw);
}

static void print(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_call *call = user;
    const silence_values *v = call->values;
    const lyt_housewords w = {lyt_housewords_language(v->language), NULL};

    if (call->verb == VERB_END)
        lyt_buf_addf(out, "%s %s %s\n", lyt_housewords_say(&w, "silence", "ro nr."),
                     call->operands[0], lyt_housewords_say(&w, "is over", "er forbi"));
    else
        lyt_buf_addf(out, "%s %lld, %s %lld %s\n", lyt_housewords_say(&w, "silence", "ro nr."),
                     (long long)lyt_json_number(answer, "number"),
                     lyt_housewords_say(&w, "for", "i"), (long long)v->minutes,
                     v->minutes == 1 ? lyt_housewords_say(&w, "minute", "minut")
                                     : lyt_housewords_say(&w, "minutes", "minutter"));
}

/* "1  no-hot-water at 2*  until 2026-11-26 15:00  by lise  "new pipes"" */
static void print_silence(lyt_buf *out, const lyt_json *row, const lyt_housewords *w,
                          const lyt_housetime *time)
{
    lyt_str scenario = lyt_json_text(row, "scenario"), place = lyt_json_text(row, "place"),
            property = lyt_json_text(row, "property");
    bool holds = false;

    (void)lyt_json_bool(lyt_json_get(row, "holds"), &holds);
    lyt_buf_addf(out, "%5lld  ", (long long)lyt_json_number(row, "silence"));
    if (lyt_str_equal(lyt_json_text(row, "kind"), LYT_STR("maintenance")))
        lyt_buf_add_text(out, lyt_housewords_say(w, "maintenance: ", "vedligehold: "));
    lyt_plain_add(out, scenario.len ? lyt_housewords_name(w, scenario)
                                    : lyt_str_of(lyt_housewords_say(w, "all", "alt")));
    if (place.len || property.len)
        lyt_buf_addf(out, " %s ", lyt_housewords_say(w, "at", "på"));
    lyt_plain_add(out, property);
    lyt_buf_add_text(out, place.len && property.len ? "/" : "");
    lyt_plain_add(out, place);
    lyt_buf_addf(out, "  %s ", holds ? lyt_housewords_say(w, "until", "indtil")
                                     : lyt_housewords_say(w, "over since", "forbi siden"));
    lyt_housetime_add(out, time, lyt_json_text(row, "until"));
    lyt_buf_addf(out, "  %s ", lyt_housewords_say(w, "by", "af"));
    lyt_plain_add(out, lyt_json_text(row, "by"));
    lyt_buf_add_text(out, "  \"");
    lyt_plain_add(out, lyt_json_text(row, "reason"));
    lyt_buf_add_text(out, "\"\n");
}

static void print_list(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_json *rows = lyt_json_get(answer, "silences");
    lyt_housetime time;

    lyt_housetime_open(&time, answer);
    for (size_t i = 0; i < lyt_json_len(rows); i++)
        print_silence(out, lyt_json_at(rows, i), user, &time);
    if (!lyt_json_len(rows))
        lyt_buf_addf(out, "%s\n",
                     lyt_housewords_say(user, "nothing is held back", "intet holdes tilbage"));
    lyt_housetime_close(&time);
}

static lyt_exit list(const lyt_call *call)
{
    const silence_values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->replay, false, v->language};
    lyt_housewords words;
    lyt_buf text;
    lyt_exit code;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("silences"));
    lyt_jw_kbool(&jw, "all", v->all);
    lyt_jw_object_end(&jw);
    lyt_housewords_open(&words, v->json ? NULL : &line, v->language);
    code = lyt_houseline_show(call, &line, &text, v->json ? NULL : print_list, &words);
    lyt_housewords_close(&words);
    lyt_buf_deinit(&text);
    return code;
}

static lyt_exit send(const lyt_call *call, int64_t number)
{
    const silence_values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->submit, true, v->language};
    lyt_buf order;
    lyt_exit code;

    lyt_buf_init(&order, NULL);
    write_order(&order, call, number);
    code = lyt_houseline_show(call, &line, &order, v->json ? NULL : print, call);
    lyt_buf_deinit(&order);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    const silence_values *v = call->values;

    if (call->verb == VERB_END) {
        int64_t number = call->n_operands ? lyt_houseline_number(call->operands[0]) : 0;

        if (!number)
            return lyt_console_misuse(call->console,
                                      "which one? end takes the number of a silence");
        return send(call, number);
    }
    if (call->n_operands)
        return lyt_console_misuse(call->console, "%s takes no operand", verbs[call->verb]);
    if (call->verb == VERB_LIST)
        return list(call);
    if (!v->place && !v->property && !v->scenario)
        return lyt_console_misuse(call->console,
                                  "what is to be silent? give --scenario, --place or --property");
    if (!v->minutes || !v->note)
        return lyt_console_misuse(call->console,
                                  "a silence needs an end and a reason: --minutes N --note TEXT");
    return send(call, 0);
}

static const lyt_sample samples[] = {
    {"lyt silence add --scenario no-hot-water --place '2*' --minutes 60 --note 'new pipes'",
     "no alarm of it from the second floor for an hour"},
    {"lyt silence maintenance --scenario lift-broken --minutes 120 --note 'yearly check'",
     "and guests who write get the reply for maintenance"},
    {"lyt silence list", "what is held back, by whom, and until when"},
    {"lyt silence end 3", "now"},
};

const lyt_command lyt_cmd_silence = {
    .name = "silence",
    .summary = "Hold alarms back for a while",
    .usage = "add|maintenance --scenario ID --minutes N --note TEXT\n"
             "add|maintenance --place PATTERN --minutes N --note TEXT\nend N\nlist [--all] [--json]",
    .description =
        "Needs a service that knows its house (lyt serve --desk). Incidents are opened all the "
        "same; nobody is told of them until the silence is over, and then at once of those that "
        "are still open. Severity 4 is never held back.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(silence_values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
