#include <stddef.h>

#include "houseline.h"
#include "housewords.h"

typedef struct silence_values {
    bool json;
    int64_t language, minutes;
    const char *by, *key, *note, *place, *property, *scenario, *server_key, *state, *submit;
} silence_values;

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(silence_values, by),
     .value = "NAME",
     .help = "who does it; default: the login name"},
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

enum verb { VERB_ADD, VERB_END, VERB_MAINTENANCE };
static const char *const verbs[] = {"add", "end", "maintenance", NULL};

static void write_order(lyt_buf *out, const lyt_call *call, int64_t number)
{
    static const char *const names[] = {"silence", "unsilence", "maintenance"};
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
                     lyt_housewords_say(&w, "minutes", "minutter"));
}

static lyt_exit send(const lyt_call *call, int64_t number)
{
    const silence_values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->submit, true};
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
    {"lyt silence end 3", "now"},
};

const lyt_command lyt_cmd_silence = {
    .name = "silence",
    .summary = "Hold alarms back for a while",
    .usage = "add|maintenance --scenario ID --minutes N --note TEXT\n"
             "add|maintenance --place PATTERN --minutes N --note TEXT\nend N",
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
