#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "online.h"
#include "webaudit.h"

typedef struct values {
    bool json;
    int64_t incident, message;
    const char *person, *since, *state;
} values;

static const lyt_option options[] = {
    {.name = "incident",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, incident),
     .value = "N",
     .min = 1,
     .max = 1e12,
     .help = "only who was shown this incident"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "the lines as they were written, a JSON object each"},
    {.name = "message",
     .letter = 'm',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, message),
     .value = "N",
     .min = 1,
     .max = 1e12,
     .help = "only who was shown this message"},
    {.name = "person",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, person),
     .value = "NAME",
     .help = "only what this person was shown or did"},
    {.name = "since",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, since),
     .value = "TIME",
     .help = "from that time on: 2026-11-01T00:00:00Z"},
    LYT_ONLINE_STATE(values),
};

typedef struct showing {
    const lyt_call *call;
    const values *v;
    int64_t since_us;
} showing;

static bool has_number(const lyt_json *line, const char *name, int64_t wanted)
{
    const lyt_json *list = lyt_json_get(line, name);
    int64_t number;

    for (size_t i = 0; i < lyt_json_len(list); i++)
        if (lyt_json_int(lyt_json_at(list, i), &number) && number == wanted)
            return true;
    return false;
}

static bool is_wanted(const showing *s, const lyt_json *line)
{
    const values *v = s->v;
    int64_t at_us = 0;

    if (s->since_us &&
        (lyt_clock_parse(&at_us, lyt_json_text(line, "at")) || at_us < s->since_us))
        return false;
    if (v->person && !lyt_str_equal(lyt_json_text(line, "person"), lyt_str_of(v->person)))
        return false;
    if (v->incident && !has_number(line, "incidents", v->incident))
        return false;
    return !v->message || has_number(line, "messages", v->message);
}

static void add_numbers(lyt_buf *out, const lyt_json *line, const char *name, const char *one)
{
    const lyt_json *list = lyt_json_get(line, name);
    int64_t number;

    for (size_t i = 0; i < lyt_json_len(list); i++)
        if (lyt_json_int(lyt_json_at(list, i), &number))
            lyt_buf_addf(out, "%s%lld", i ? ", " : one, (long long)number);
}

/* "2026-11-26T03:05:14Z  signe  read (incident): incident 12, message 88" */
static void add_line(lyt_buf *out, const lyt_json *line)
{
    lyt_str of = lyt_json_text(line, "of"), name = lyt_json_text(line, "name");

    lyt_buf_addf(out, "%.19sZ  %-16.*s %.*s", lyt_json_text(line, "at").ptr,
                 LYT_STR_ARG(lyt_json_text(line, "person")),
                 LYT_STR_ARG(lyt_json_text(line, "what")));
    if (of.len)
        lyt_buf_addf(out, " (%.*s)", LYT_STR_ARG(of));
    if (name.len)
        lyt_buf_addf(out, " %.*s", LYT_STR_ARG(name));
    add_numbers(out, line, "incidents", " incident ");
    add_numbers(out, line, "messages", " message ");
    lyt_buf_add_char(out, '\n');
}

static lyt_status show(void *user, const lyt_json *line, lyt_str text)
{
    showing *s = user;
    lyt_status status;
    lyt_buf out;

    if (!is_wanted(s, line) || lyt_json_text(line, "at").len < 20)
        return LYT_OK;
    lyt_buf_init(&out, NULL);
    if (s->v->json)
        lyt_buf_addf(&out, "%.*s\n", LYT_STR_ARG(text));
    else
        add_line(&out, line);
    status = lyt_buf_status(&out);
    if (!status)
        lyt_console_write_buf(s->call->console, &out);
    lyt_buf_deinit(&out);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    showing s = {.call = call, .v = call->values};
    char folder[lyt_state_path_max];
    lyt_error err;
    lyt_status status;

    if (s.v->since && lyt_clock_parse(&s.since_us, lyt_str_of(s.v->since)))
        return lyt_console_misuse(call->console, "--since takes a time like 2026-11-22T05:40:00Z");
    status = lyt_state_folder(folder, s.v->state, &err);
    if (!status)
        status = lyt_audit_each(folder, show, &s, &err);
    if (status == LYT_ENOTFOUND)
        lyt_error_at(&err, status, folder, 0, 0,
                     "there is no such folder, so nothing was shown; say where with --state DIR");
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt access --incident 12", "who was shown incident 12"},
    {"lyt access --person signe --since 2026-11-01T00:00:00Z --json",
     "what signe was shown since the first"},
};

const lyt_command lyt_cmd_access = {
    .name = "access",
    .summary = "Who was shown what is restricted, and who let wall boards in",
    .usage = "[--incident N | --message N] [--person NAME] [--since TIME] [--json]",
    .description =
        "What the settings call sensitive is seen only by people of the roles they name, and each "
        "time one of them is shown it over HTTP that is written into the state folder first, in a "
        "file a month (access-2026-11.jsonl): who, when, which incidents and messages, and by "
        "which request. What cannot be written down is not shown. Wall boards that were let in or "
        "taken away stand there, too.\n\n"
        "Works beside a running service and without one. Files of months that are past may be "
        "taken away.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 0,
    .run = run,
};
