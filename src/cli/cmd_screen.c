/*
 * Wall boards that were let in on the page: who they are, and taking one away. They stand in the file
 * `devices` of the state folder, which the pages read again within a second of a change.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "houseline.h"
#include "json.h"
#include "online.h"
#include "secret.h"
#include "tokens.h"
#include "webaudit.h"

typedef struct values {
    bool json;
    const char *by, *property, *state;
} values;

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who takes it away; default: the login name",
     .verbs = "remove"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    {.name = "property",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "only those that show this property",
     .verbs = "list"},
    LYT_ONLINE_STATE(values),
};

enum verb { VERB_LIST, VERB_REMOVE };
static const char *const verbs[] = {"list", "remove", NULL};

enum { id_letters = 12, id_least = 8 };

static const char prefix[] = "wall.";

typedef struct screens {
    const values *v;
    char folder[lyt_state_path_max], path[lyt_state_path_max + 16];
    lyt_buf text;
    lyt_tokens *tokens; /* NULL: none was let in yet */
    lyt_error err;
} screens;

static lyt_status read_screens(screens *s)
{
    lyt_status status = lyt_state_folder(s->folder, s->v->state, &s->err);

    if (status)
        return status;
    snprintf(s->path, sizeof s->path, "%s/devices", s->folder);
    status = lyt_fs_check_secret(s->path, &s->err);
    if (!status)
        status = lyt_fs_read(lyt_fs_system(), s->path, lyt_tokens_file_max, &s->text, &s->err);
    if (status == LYT_ENOTFOUND)
        return LYT_OK;
    if (!status)
        status = lyt_tokens_parse(&s->tokens, NULL, lyt_buf_str(&s->text), &s->err);
    if (status == LYT_EFORMAT && !s->err.file[0]) {
        lyt_error why = s->err;

        return lyt_error_at(&s->err, status, s->path, why.line, why.column, "%s", why.text);
    }
    return status;
}

static bool is_screen(const lyt_who *who)
{
    return lyt_str_begins(lyt_str_of(who->person), lyt_str_of(prefix));
}

static void write_row(lyt_jw *jw, const lyt_who *who)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "device", (lyt_str){who->hash, id_letters});
    lyt_jw_kstr(jw, "name", lyt_str_of(who->person + strlen(prefix)));
    lyt_jw_key(jw, "properties");
    lyt_jw_array(jw);
    for (size_t i = 0; i < who->n_properties; i++)
        lyt_jw_str(jw, lyt_str_of(who->properties[i]));
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

static void list(const lyt_call *call, const screens *s)
{
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    if (s->v->json)
        lyt_jw_array(&jw);
    for (size_t i = 0; s->tokens && i < lyt_tokens_count(s->tokens); i++) {
        const lyt_who *who = lyt_tokens_at(s->tokens, i);

        if (!is_screen(who) ||
            (s->v->property && !lyt_who_has(who, lyt_str_of(s->v->property))))
            continue;
        if (s->v->json) {
            write_row(&jw, who);
            continue;
        }
        lyt_buf_addf(&out, "%.*s  %-32s ", id_letters, who->hash, who->person + strlen(prefix));
        for (size_t k = 0; k < who->n_properties; k++)
            lyt_buf_addf(&out, " %s", who->properties[k]);
        lyt_buf_add_text(&out, who->n_properties ? "\n" : " all properties\n");
    }
    if (s->v->json) {
        lyt_jw_array_end(&jw);
        lyt_buf_add_char(&out, '\n');
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

static const lyt_who *find(screens *s, const char *id)
{
    const lyt_who *found = NULL;

    for (size_t i = 0; s->tokens && i < lyt_tokens_count(s->tokens); i++) {
        const lyt_who *who = lyt_tokens_at(s->tokens, i);

        if (!is_screen(who) || strlen(id) < id_least ||
            !lyt_str_begins(lyt_str_of(who->hash), lyt_str_of(id)))
            continue;
        if (found) {
            (void)lyt_error_set(&s->err, LYT_EINVAL, "two screens begin with '%s'; write more of it",
                                id);
            return NULL;
        }
        found = who;
    }
    if (!found)
        (void)lyt_error_set(&s->err, LYT_ENOTFOUND,
                            "no screen begins with '%s'; give at least %d letters of what `lyt "
                            "screen list` shows",
                            id, id_least);
    return found;
}

/* As the pages note it (api_device.c): before it happens. */
static lyt_status note(screens *s, const lyt_who *who)
{
    lyt_audit audit;
    lyt_status status;

    lyt_audit_init(&audit, NULL, s->folder);
    lyt_audit_begin(&audit, lyt_clock_wall_us(lyt_clock_system()),
                    lyt_str_of(lyt_houseline_who(s->v->by)), "device-removed");
    lyt_jw_kstr(&audit.jw, "device", (lyt_str){who->hash, id_letters});
    lyt_jw_kstr(&audit.jw, "name", lyt_str_of(who->person + strlen(prefix)));
    status = lyt_audit_end(&audit, &s->err);
    lyt_audit_deinit(&audit);
    return status;
}

/* The file without the line that has the hash. */
static lyt_status write_without(screens *s, const lyt_who *gone)
{
    lyt_str text = lyt_buf_str(&s->text), hash = lyt_str_of(gone->hash);
    lyt_status status;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at), from = at;
        lyt_str line = lyt_str_slice(text, at, end);
        bool is_it = false;

        for (; !is_it && from + hash.len <= end; from++)
            is_it = lyt_str_equal(lyt_str_slice(text, from, from + hash.len), hash);
        if (!is_it) {
            lyt_buf_add(&out, line);
            lyt_buf_add_char(&out, '\n');
        }
        at = end + 1;
    }
    status = lyt_buf_status(&out)
                 ? lyt_error_set(&s->err, lyt_buf_status(&out), "no memory for the screens")
                 : lyt_secrets_write(s->path, lyt_buf_str(&out), &s->err);
    lyt_buf_deinit(&out);
    return status;
}

static lyt_status drop(const lyt_call *call, screens *s)
{
    const lyt_who *found = find(s, call->operands[0]);
    lyt_status status;
    lyt_buf out;
    lyt_jw jw;

    if (!found)
        return s->err.code;
    status = note(s, found);
    if (!status)
        status = write_without(s, found);
    if (status)
        return status;
    lyt_buf_init(&out, NULL);
    if (s->v->json) {
        lyt_jw_init(&jw, &out);
        write_row(&jw, found);
        lyt_buf_add_char(&out, '\n');
    } else {
        lyt_buf_addf(&out, "%s sees nothing any more\n", found->person + strlen(prefix));
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    return LYT_OK;
}

static lyt_exit run(const lyt_call *call)
{
    bool drops = call->verb == VERB_REMOVE;
    screens s = {.v = call->values};
    lyt_status status;

    if (call->n_operands != (drops ? 1 : 0))
        return lyt_console_misuse(call->console, drops
                                                     ? "which one? remove takes what list shows"
                                                     : "list takes options only");
    lyt_buf_init(&s.text, NULL);
    lyt_buf_add_text(&s.text, "");
    status = read_screens(&s);
    if (!status && drops)
        status = drop(call, &s);
    else if (!status)
        list(call, &s);
    lyt_tokens_free(s.tokens);
    lyt_buf_deinit(&s.text);
    return status ? lyt_console_error(call->console, &s.err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt screen list", "the wall boards that were let in on the page"},
    {"lyt screen remove 3f2a9c41d07b --by signe", "it sees nothing any more, within a second"},
};

const lyt_command lyt_cmd_screen = {
    .name = "screen",
    .summary = "List the wall boards that stay logged in; take one away",
    .usage = "list [--property NAME] [--json] [--state DIR]\n"
             "remove ID [--by NAME] [--json] [--state DIR]",
    .description =
        "A browser on a wall is let in by whoever leads the house, on the page itself (\"Let this "
        "screen stay logged in\"), and has a token of its own from then on, which shows the board and "
        "nothing else. These commands show who was let in so and take a screen away, also while no "
        "service runs; who did it stands in the log of access (lyt access), as when it is done on the "
        "page. A screen whose token was typed in is in the file of tokens: lyt token list, lyt token "
        "revoke.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
