#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "online.h"
#include "tokens.h"
#include "topic.h"

typedef struct values {
    bool json;
    const char *language, *person, *role, *tokens;
    lyt_texts property;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    {.name = "language",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, language),
     .value = "XX",
     .help = "the language of the pages for that person",
     .verbs = "new"},
    {.name = "person",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, person),
     .value = "NAME",
     .help = "whose it is, a person or a machine; stands behind all that is done with it",
     .verbs = "new"},
    {.name = "property",
     .type = LYT_OPT_TEXTS,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "only for this property; may be given several times",
     .verbs = "new"},
    {.name = "role",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, role),
     .value = "ROLE",
     .fallback = "viewer",
     .help = "viewer, staff, manager, admin, machine-sender or wall-board",
     .verbs = "new"},
    {.name = "tokens",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, tokens),
     .value = "FILE",
     .help = "the file that `lyt serve --tokens` reads"},
};

typedef enum verb { VERB_LIST, VERB_NEW, VERB_REVOKE } verb;
static const char *const verbs[] = {"list", "new", "revoke", NULL};

enum { id_letters = 12 };

/* ---- the file ---- */

static lyt_status read_tokens(const char *path, lyt_buf *text, lyt_tokens **tokens, lyt_error *err)
{
    lyt_status status = lyt_fs_check_secret(path, err);

    lyt_buf_add_text(text, "");
    if (!status)
        status = lyt_fs_read(lyt_fs_system(), path, lyt_tokens_file_max, text, err);
    if (!status)
        status = lyt_tokens_parse(tokens, NULL, lyt_buf_str(text), err);
    if (status == LYT_EFORMAT)
        snprintf(err->file, sizeof err->file, "%s", path);
    return status;
}

/* Nobody else may read it, not even while it is new. */
static lyt_status write_tokens(const char *path, const lyt_buf *text, lyt_error *err)
{
    mode_t before;
    lyt_status status = lyt_buf_status(text);

    if (status)
        return lyt_error_set(err, status, "no memory for the tokens");
    before = umask(S_IRWXG | S_IRWXO);
    status = lyt_fs_write(lyt_fs_system(), path, lyt_buf_str(text), err);
    (void)umask(before);
    return status;
}

/* ---- new ---- */

/* NULL: all is there, in who. */
static const char *read_wishes(const values *v, lyt_who *who)
{
    memset(who, 0, sizeof *who);
    if (!v->person || !lyt_token_is_name(lyt_str_of(v->person)))
        return "new needs --person NAME: 1 to 48 of a to z, 0 to 9, '-', '.' and '_'";
    snprintf(who->person, sizeof who->person, "%s", v->person);
    if (lyt_web_role_parse(&who->role, lyt_str_of(v->role)))
        return "--role must be viewer, staff, manager, admin, machine-sender or wall-board";
    if (v->language && (!*v->language || strlen(v->language) >= sizeof who->language))
        return "--language is a code like da";
    snprintf(who->language, sizeof who->language, "%s", v->language ? v->language : "");
    for (size_t i = 0; i < v->property.n; i++)
        if (lyt_topic_part(lyt_str_of(v->property.item[i]), who->properties[who->n_properties++],
                           sizeof who->properties[0]) ||
            !*v->property.item[i])
            return "--property has only the letters a to z, digits and '-'";
    return NULL;
}

static void write_row(lyt_jw *jw, const lyt_who *who, const char *token)
{
    lyt_jw_object(jw);
    if (token)
        lyt_jw_kstr(jw, "token", lyt_str_of(token));
    lyt_jw_kstr(jw, "id", (lyt_str){who->hash, id_letters});
    lyt_jw_kstr(jw, "person", lyt_str_of(who->person));
    lyt_jw_kstr(jw, "role", lyt_str_of(lyt_web_role_name(who->role)));
    lyt_jw_key(jw, "properties");
    lyt_jw_array(jw);
    for (size_t i = 0; i < who->n_properties; i++)
        lyt_jw_str(jw, lyt_str_of(who->properties[i]));
    lyt_jw_array_end(jw);
    lyt_jw_kstr(jw, "language", lyt_str_of(who->language));
    lyt_jw_object_end(jw);
}

static lyt_status make(const lyt_call *call, lyt_who *who, lyt_error *err)
{
    const values *v = call->values;
    char token[lyt_token_bytes];
    lyt_tokens *before = NULL;
    lyt_buf text, out;
    lyt_jw jw;
    lyt_status status = lyt_token_make(token, err);

    lyt_buf_init(&text, NULL);
    lyt_buf_init(&out, NULL);
    if (!status)
        status = read_tokens(v->tokens, &text, &before, err);
    if (status == LYT_ENOTFOUND) {
        lyt_buf_add_text(&text, "# name role sha256 property=… language=…  (lyt token)\n");
        status = LYT_OK;
    }
    if (!status) {
        if (text.len && text.data[text.len - 1] != '\n')
            lyt_buf_add_char(&text, '\n');
        lyt_token_hash(who->hash, lyt_str_of(token));
        lyt_tokens_write(&text, who);
        status = write_tokens(v->tokens, &text, err);
    }
    if (!status && v->json) {
        lyt_jw_init(&jw, &out);
        write_row(&jw, who, token);
        lyt_buf_add_char(&out, '\n');
        lyt_console_write_buf(call->console, &out);
    } else if (!status) {
        lyt_console_printf(call->console, "%s\n", token);
    }
    memset(token, 0, sizeof token);
    lyt_tokens_free(before);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&out);
    return status;
}

/* ---- list, revoke ---- */

static void list(const lyt_call *call, const lyt_tokens *tokens)
{
    const values *v = call->values;
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    if (v->json)
        lyt_jw_array(&jw);
    for (size_t i = 0; i < lyt_tokens_count(tokens); i++) {
        const lyt_who *who = lyt_tokens_at(tokens, i);

        if (v->json) {
            write_row(&jw, who, NULL);
            continue;
        }
        lyt_buf_addf(&out, "%.*s  %-20s  %-14s ", id_letters, who->hash, who->person,
                     lyt_web_role_name(who->role));
        for (size_t k = 0; k < who->n_properties; k++)
            lyt_buf_addf(&out, " %s", who->properties[k]);
        lyt_buf_add_text(&out, who->n_properties ? "\n" : " all properties\n");
    }
    if (v->json) {
        lyt_jw_array_end(&jw);
        lyt_buf_add_char(&out, '\n');
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

/* The line of that token goes; comments and all others stay as they are. */
static void without(lyt_buf *out, lyt_str text, const char *hash)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_slice(text, at, end);
        bool is_it = false;

        for (size_t i = 0; i + lyt_token_hash_bytes - 1 <= line.len; i++)
            is_it = is_it || memcmp(line.ptr + i, hash, lyt_token_hash_bytes - 1) == 0;
        if (!is_it || (lyt_str_trim(line).len && lyt_str_trim(line).ptr[0] == '#')) {
            lyt_buf_add(out, line);
            lyt_buf_add_char(out, '\n');
        }
        at = end + 1;
    }
}

static lyt_status revoke(const lyt_call *call, const lyt_tokens *tokens, lyt_str text,
                         lyt_error *err)
{
    const values *v = call->values;
    lyt_str id = lyt_str_of(call->operands[0]);
    const lyt_who *found = NULL;
    lyt_status status;
    lyt_buf out;

    for (size_t i = 0; i < lyt_tokens_count(tokens); i++) {
        if (id.len < 8 || !lyt_str_begins(lyt_str_of(lyt_tokens_at(tokens, i)->hash), id))
            continue;
        if (found)
            return lyt_error_set(err, LYT_EINVAL, "two tokens begin with '%s'; write more of it",
                                 call->operands[0]);
        found = lyt_tokens_at(tokens, i);
    }
    if (!found)
        return lyt_error_set(err, LYT_ENOTFOUND,
                             "no token begins with '%s'; give at least 8 letters of what "
                             "`lyt token list` shows",
                             call->operands[0]);
    lyt_buf_init(&out, NULL);
    lyt_buf_add_text(&out, "");
    without(&out, text, found->hash);
    status = write_tokens(v->tokens, &out, err);
    lyt_buf_reset(&out);
    if (!status && v->json) {
        lyt_jw jw;

        lyt_jw_init(&jw, &out);
        write_row(&jw, found, NULL);
        lyt_buf_add_char(&out, '\n');
    } else if (!status) {
        lyt_buf_addf(&out, "%s has one token less\n", found->person);
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    return status;
}

static lyt_status change(const lyt_call *call, verb what, lyt_error *err)
{
    const values *v = call->values;
    lyt_tokens *tokens = NULL;
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    status = read_tokens(v->tokens, &text, &tokens, err);
    if (!status && what == VERB_LIST)
        list(call, tokens);
    else if (!status)
        status = revoke(call, tokens, lyt_buf_str(&text), err);
    lyt_tokens_free(tokens);
    lyt_buf_deinit(&text);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    verb what = (verb)call->verb;
    lyt_error err = {.text = ""};
    lyt_status status;
    lyt_who who;

    if (what == VERB_REVOKE ? call->n_operands != 1 : call->n_operands != 0)
        return lyt_console_misuse(call->console,
                                  what == VERB_REVOKE ? "which one? revoke takes what list shows"
                                                      : "%s takes options only",
                                  verbs[what]);
    if (!v->tokens)
        return lyt_console_misuse(call->console, "%s needs --tokens FILE", verbs[what]);
    if (what == VERB_NEW) {
        const char *wrong = read_wishes(v, &who);

        if (wrong)
            return lyt_console_misuse(call->console, "%s", wrong);
        status = make(call, &who, &err);
    } else {
        status = change(call, what, &err);
    }
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt token new --tokens tokens --person mette --role staff --property havnen",
     "prints a token, once; the file has only its hash"},
    {"lyt token revoke 3f2a9c41 --tokens tokens", "from the next second on it is not known"},
};

const lyt_command lyt_cmd_token = {
    .name = "token",
    .summary = "Say who may do what over HTTP",
    .usage = "new --tokens FILE --person NAME [--role ROLE] [--property NAME]...\n"
             "list --tokens FILE [--json]\nrevoke ID --tokens FILE",
    .description =
        "A token is a long random word that a person or a machine shows to `lyt serve --tokens "
        "FILE`. It is printed once and kept nowhere; the file has its SHA-256, a line a token, and "
        "only you may read it. A running service reads the file again when it changes.\n\n"
        "Roles: viewer reads; staff also moves incidents and sends messages; manager also "
        "approves, voids and merges, and sees what is unclear; admin everything; machine-sender "
        "only sends messages. Without --property a token is for all of them. Two tokens of one "
        "name are both valid: make the new one, change over, revoke the old one.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
