#include <stddef.h>
#include <stdlib.h>

#include "json.h"
#include "online.h"

typedef struct values {
    bool all, json;
    const char *by, *key, *note, *replay, *server_key, *state, *submit;
} values;

static const lyt_option options[] = {
    {.name = "all",
     .letter = 'a',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, all),
     .help = "list closed ones, too"},
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who does it; default: the login name"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(values),
    {.name = "note",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, note),
     .value = "TEXT",
     .help = "what was done; needed to resolve"},
    LYT_ONLINE_REPLAY(values),
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    LYT_ONLINE_SUBMIT(values),
};

typedef enum verb { VERB_LIST, VERB_SHOW, VERB_ACK, VERB_RESOLVE } verb;
static const char *const verbs[] = {"list", "show", "ack", "resolve", NULL};

static void print_row(lyt_buf *out, const lyt_json *row)
{
    lyt_str place = lyt_json_text(row, "place"), owner = lyt_json_text(row, "owner");

    lyt_buf_addf(
        out, "%5lld  sev %lld  %-12.*s  %-20.*s  %-24.*s  %.*s%s%.*s",
        (long long)lyt_json_number(row, "incident"), (long long)lyt_json_number(row, "severity"),
        LYT_STR_ARG(lyt_json_text(row, "state")), LYT_STR_ARG(lyt_json_text(row, "team")),
        LYT_STR_ARG(lyt_json_text(row, "scenario")), LYT_STR_ARG(lyt_json_text(row, "property")),
        place.len ? "/" : "", LYT_STR_ARG(place));
    lyt_buf_addf(out, "  %lld message%s%s%.*s\n", (long long)lyt_json_number(row, "messages"),
                 lyt_json_number(row, "messages") == 1 ? "" : "s", owner.len ? "  owner " : "",
                 LYT_STR_ARG(owner));
}

static void print_one(lyt_buf *out, const lyt_json *json)
{
    const lyt_json *history = lyt_json_get(json, "history");

    print_row(out, lyt_json_get(json, "incident"));
    for (size_t i = 0; i < lyt_json_len(history); i++) {
        const lyt_json *row = lyt_json_at(history, i);
        lyt_str by = lyt_json_text(row, "by"), note = lyt_json_text(row, "note");

        lyt_buf_addf(out, "       %.*s  %.*s", LYT_STR_ARG(lyt_json_text(row, "at")),
                     LYT_STR_ARG(lyt_json_text(row, "what")));
        if (lyt_json_number(row, "feedback"))
            lyt_buf_addf(out, "  feedback %lld", (long long)lyt_json_number(row, "feedback"));
        if (by.len)
            lyt_buf_addf(out, "  by %.*s", LYT_STR_ARG(by));
        if (note.len)
            lyt_buf_addf(out, "  \"%.*s\"", LYT_STR_ARG(note));
        lyt_buf_add_char(out, '\n');
    }
}

static void print(lyt_buf *out, const lyt_json *json, verb what)
{
    const lyt_json *rows = lyt_json_get(json, "incidents");

    switch (what) {
    case VERB_LIST:
        for (size_t i = 0; i < lyt_json_len(rows); i++)
            print_row(out, lyt_json_at(rows, i));
        if (!lyt_json_len(rows))
            lyt_buf_add_text(out, "no incidents\n");
        break;
    case VERB_SHOW:
        print_one(out, json);
        break;
    case VERB_ACK:
    case VERB_RESOLVE:
        lyt_buf_addf(out, "incident %lld is %.*s\n", (long long)lyt_json_number(json, "incident"),
                     LYT_STR_ARG(lyt_json_text(json, "state")));
        break;
    }
}

static const char *who(const values *v)
{
    const char *login = getenv("LOGNAME");

    if (!login || !*login)
        login = getenv("USER");
    return v->by ? v->by : login && *login ? login : "unknown";
}

static void question(lyt_buf *out, const values *v, verb what, int64_t id)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    if (what == VERB_LIST) {
        lyt_jw_kstr(&jw, "request", LYT_STR("incidents"));
        lyt_jw_kbool(&jw, "open", !v->all);
    } else if (what == VERB_SHOW) {
        lyt_jw_kstr(&jw, "request", LYT_STR("incident"));
        lyt_jw_kint(&jw, "incident", id);
    } else {
        lyt_jw_kstr(&jw, "type",
                    what == VERB_ACK ? LYT_STR("incident.ack") : LYT_STR("incident.resolve"));
        lyt_jw_kint(&jw, "incident", id);
        lyt_jw_kstr(&jw, "by", lyt_str_of(who(v)));
        if (v->note)
            lyt_jw_kstr(&jw, "note", lyt_str_of(v->note));
    }
    lyt_jw_object_end(&jw);
}

static lyt_exit ask(const lyt_call *call, verb what, int64_t id)
{
    const values *v = call->values;
    bool moves = what == VERB_ACK || what == VERB_RESOLVE;
    const char *endpoint = moves ? v->submit : v->replay;
    lyt_net *net = NULL;
    lyt_json *json = NULL;
    lyt_endpoints at = {.submit = ""};
    lyt_error err;
    lyt_buf text;
    lyt_status status = LYT_OK;

    lyt_buf_init(&text, NULL);
    question(&text, v, what, id);
    if (!endpoint) {
        status = lyt_endpoints_find(&at, v->state, &err);
        endpoint = moves ? at.submit : at.replay;
    }
    if (!status)
        status = lyt_online_net(&net, &at, v->key, v->server_key, &err);
    if (!status)
        status = lyt_online_ask(net, endpoint, lyt_buf_str(&text), &json, &err);
    if (!status) {
        lyt_buf_reset(&text);
        if (v->json)
            lyt_json_write(&text, json);
        else
            print(&text, json, what);
        if (v->json)
            lyt_buf_add_char(&text, '\n');
        lyt_console_write_buf(call->console, &text);
    }
    lyt_buf_deinit(&text);
    lyt_json_free(json);
    lyt_net_free(net);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    verb what = (verb)call->verb;
    long long id = 0;
    char *end = NULL;

    if (what == VERB_LIST && call->n_operands)
        return lyt_console_misuse(call->console, "list takes no number; incident show N shows one");
    if (what != VERB_LIST && call->n_operands != 1)
        return lyt_console_misuse(call->console, "which one? %s takes the number of an incident",
                                  verbs[what]);
    if (what != VERB_LIST)
        id = strtoll(call->operands[0], &end, 10);
    if (end && (*end || id < 1))
        return lyt_console_misuse(call->console, "'%s' is no number of an incident",
                                  call->operands[0]);
    if (what == VERB_RESOLVE && !v->note)
        return lyt_console_misuse(call->console, "what was done? resolve needs --note TEXT");
    return ask(call, what, id);
}

static const lyt_sample samples[] = {
    {"lyt incident list", "what is open"},
    {"lyt incident ack 12 --by Mette", "take it on"},
    {"lyt incident resolve 12 --by Mette --note 'New kettle in 214'",
     "say that it is mended, and how"},
};

const lyt_command lyt_cmd_incident = {
    .name = "incident",
    .summary = "List, show, acknowledge or resolve incidents",
    .usage = "list [--all] [--json]\nshow N [--json]\nack N [--by NAME]\nresolve N --note TEXT "
             "[--by NAME]",
    .description =
        "An alarm opens an incident; later messages on the same scenario and place join it. "
        "Acknowledging says who has taken it on, resolving what was done; both are on the "
        "disk before the command ends, and everybody on the bus is told.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
