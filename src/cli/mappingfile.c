#include "mappingfile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "field.h"

typedef struct reader {
    lyt_mapping *to;
    const char *file;
    lyt_arena *arena;
    lyt_error *err;
} reader;

static lyt_status bad(const reader *r, const lyt_yaml_node *node, const char *format, ...)
    LYT_PRINTF(3, 4);

static lyt_status bad(const reader *r, const lyt_yaml_node *node, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column, "%s", text);
}

static lyt_status no_memory(const reader *r)
{
    return lyt_error_at(r->err, lyt_arena_status(r->arena), r->file, 0, 0,
                        "no memory for the mapping");
}

static size_t children(const lyt_yaml_node *list)
{
    size_t n = 0;

    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next)
        n++;
    return n;
}

/* Absent keys leave out untouched, here and below. */
static lyt_status read_text(const reader *r, const lyt_yaml_node *map, const char *key,
                            lyt_str *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);
    lyt_status status = node ? lyt_field_text(r->file, node, r->err) : LYT_OK;

    if (!status && node)
        *out = node->text;
    return status;
}

static lyt_status read_choice(const reader *r, const lyt_yaml_node *map, const char *key,
                              const char *const *names, size_t n, size_t *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);

    return node ? lyt_field_choice(r->file, node, names, n, out, r->err) : LYT_OK;
}

/* "/from/number", or "2/to": two levels up from the message, and from there. */
static lyt_status read_pointer(const reader *r, const lyt_yaml_node *node, lyt_str *out)
{
    size_t digits = 0;
    lyt_status status = lyt_field_text(r->file, node, r->err);

    if (status)
        return status;
    while (node->text.ptr[digits] >= '0' && node->text.ptr[digits] <= '9' && digits < 2)
        digits++;
    if (node->text.ptr[digits] != '/')
        return bad(r, node, "'%.60s' is no place in the message; write it like /from/number",
                   node->text.ptr);
    *out = node->text;
    return LYT_OK;
}

static lyt_status read_rule(const reader *r, const lyt_yaml_node *node, lyt_map_rule *out)
{
    static const lyt_field fields[] = {
        {"at", LYT_YAML_SCALAR, false},
        {"value", LYT_YAML_SCALAR, false},
        {"match", LYT_YAML_SCALAR, false},
        {"before", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *at, *match;
    lyt_status status;

    out->is_used = true;
    if (node->kind == LYT_YAML_SCALAR)
        return read_pointer(r, node, &out->at);
    status = lyt_fields_check(r->file, node, fields, 4, r->err);
    at = lyt_yaml_get(node, "at");
    match = lyt_yaml_get(node, "match");
    if (!status && at)
        status = read_pointer(r, at, &out->at);
    if (!status)
        status = read_text(r, node, "value", &out->value);
    if (!status)
        status = read_text(r, node, "before", &out->before);
    if (!status && match) {
        status = lyt_field_text(r->file, match, r->err);
        out->match = match->text.ptr;
    }
    if (!status && !at && (match || !out->value.len))
        status = bad(r, node, "needs 'at', a place in the message, or 'value', what it always is");
    return status;
}

static lyt_status read_rules(const reader *r, const lyt_yaml_node *map)
{
    const char *names[LYT_N_MAPPED];

    for (int i = 0; i < LYT_N_MAPPED; i++)
        names[i] = lyt_mapped_name((lyt_mapped)i);
    for (const lyt_yaml_node *node = map->first; node; node = node->next) {
        const char *near;
        int field = 0;
        lyt_status status;

        while (field < LYT_N_MAPPED && !lyt_str_equal(node->key, lyt_str_of(names[field])))
            field++;
        if (field == LYT_N_MAPPED) {
            near = lyt_nearest_name(node->key, names, LYT_N_MAPPED);
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->key_line, node->key_column,
                                "'%.60s' is no field%s%s%s", node->key.ptr,
                                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        }
        status = read_rule(r, node, &r->to->rules[field]);
        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status read_when(const reader *r, const lyt_yaml_node *list)
{
    static const lyt_field fields[] = {
        {"at", LYT_YAML_SCALAR, true},
        {"is", LYT_YAML_SCALAR, false},
        {"there", LYT_YAML_SCALAR, false},
    };
    static const char *const truths[] = {"false", "true"};
    size_t n = children(list);

    r->to->when = lyt_arena_array(r->arena, n + 1, sizeof *r->to->when);
    if (!r->to->when)
        return no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_map_condition *condition = &r->to->when[r->to->n_when++];
        lyt_status status = lyt_fields_check(r->file, node, fields, 3, r->err);
        size_t there = 0;

        if (!status)
            status = read_pointer(r, lyt_yaml_get(node, "at"), &condition->at);
        if (!status && !lyt_yaml_get(node, "is") == !lyt_yaml_get(node, "there"))
            status = bad(r, node, "give 'is', what stands there, or 'there', whether anything does");
        if (!status)
            status = read_choice(r, node, "there", truths, 2, &there);
        condition->is_presence = lyt_yaml_get(node, "there") != NULL;
        condition->there = there == 1;
        if (!status)
            status = read_text(r, node, "is", &condition->is);
        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status read_words(const reader *r, const lyt_yaml_node *map, const char *key,
                             const lyt_str **out, size_t *n)
{
    const lyt_yaml_node *list = lyt_yaml_get(map, key);
    lyt_str *words = lyt_arena_array(r->arena, children(list) + 1, sizeof *words);

    if (!words)
        return no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);

        if (status)
            return status;
        words[(*n)++] = node->text;
    }
    *out = words;
    return LYT_OK;
}

static lyt_status read_signature(const reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"header", LYT_YAML_SCALAR, true},  {"prefix", LYT_YAML_SCALAR, false},
        {"digest", LYT_YAML_SCALAR, false}, {"letters", LYT_YAML_SCALAR, false},
        {"over", LYT_YAML_SCALAR, false},    {"time_header", LYT_YAML_SCALAR, false},
    };
    static const char *const digests[] = {"md5", "sha1", "sha256", "sha384", "sha512", "token"};
    static const char *const letters[] = {"hex", "base64"};
    lyt_map_signature *to = &r->to->signature;
    size_t digest = LYT_DIGEST_SHA256, written = 0;
    lyt_status status;

    if (!map)
        return LYT_OK;
    status = lyt_fields_check(r->file, map, fields, 6, r->err);
    if (!status)
        status = read_text(r, map, "header", &to->header);
    if (!status)
        status = read_text(r, map, "prefix", &to->prefix);
    if (!status)
        status = read_choice(r, map, "digest", digests, 6, &digest);
    if (!status)
        status = read_choice(r, map, "letters", letters, 2, &written);
    if (!status)
        status = read_text(r, map, "over", &to->over);
    if (!status)
        status = read_text(r, map, "time_header", &to->time_header);
    to->is_token = digest == 5;
    to->digest = to->is_token ? LYT_DIGEST_SHA256 : (lyt_digest)digest;
    to->is_base64 = written == 1;
    return status;
}

/* "+01:00" */
static lyt_status read_offset(const reader *r, const lyt_yaml_node *node)
{
    char text[40];
    int64_t at = 0;

    if (!node)
        return LYT_OK;
    snprintf(text, sizeof text, "1970-01-02T00:00:00%.10s", node->text.ptr);
    if (node->text.len != 6 || lyt_clock_parse(&at, lyt_str_of(text)))
        return bad(r, node, "'%.40s' is no distance from UTC; write it as \"+01:00\", in quotes",
                   node->text.ptr);
    r->to->offset_us = 86400 * (int64_t)1000000 - at;
    return LYT_OK;
}

static lyt_status read_answer(const reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"status", LYT_YAML_SCALAR, true},
        {"type", LYT_YAML_SCALAR, false},
        {"body", LYT_YAML_SCALAR, false},
    };
    int64_t code = 0;
    lyt_status status;

    if (!map)
        return LYT_OK;
    status = lyt_fields_check(r->file, map, fields, 3, r->err);
    if (!status)
        status = lyt_field_int(r->file, lyt_yaml_get(map, "status"), 200, 299, &code, r->err);
    if (!status)
        status = read_text(r, map, "type", &r->to->answer.content_type);
    if (!status)
        status = read_text(r, map, "body", &r->to->answer.body);
    if (!status && r->to->answer.body.len && !r->to->answer.content_type.len)
        status = bad(r, map, "a body needs a 'type', like application/json");
    r->to->answer.status = (int)code;
    return status;
}

static lyt_status read_challenge(const reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {{"at", LYT_YAML_SCALAR, true},
                                       {"token", LYT_YAML_SCALAR, false}};
    lyt_status status = map ? lyt_fields_check(r->file, map, fields, 2, r->err) : LYT_OK;

    if (!status && map)
        status = read_pointer(r, lyt_yaml_get(map, "at"), &r->to->challenge.at);
    if (!status && map && lyt_yaml_get(map, "token"))
        status = read_pointer(r, lyt_yaml_get(map, "token"), &r->to->challenge.token);
    return status;
}

static lyt_status read_expected(const reader *r, const lyt_yaml_node *map, lyt_map_test *out)
{
    lyt_map_expected *expected = lyt_arena_array(r->arena, children(map) + 1, sizeof *expected);

    if (!expected)
        return no_memory(r);
    for (const lyt_yaml_node *node = map->first; node; node = node->next) {
        if (node->kind != LYT_YAML_SCALAR)
            return bad(r, node, "write what '%.40s' has to be as a text", node->key.ptr);
        expected[out->n_expected++] =
            (lyt_map_expected){node->key, node->text, node->line, node->column,
                               node->key_line, node->key_column};
    }
    if (!out->n_expected)
        return bad(r, map, "expects nothing; write at least the text: text: der er koldt");
    out->expected = expected;
    return LYT_OK;
}

static lyt_status read_test(const reader *r, const lyt_yaml_node *node, lyt_map_test *out)
{
    static const lyt_field fields[] = {
        {"request", LYT_YAML_SCALAR, true},
        {"secret", LYT_YAML_SCALAR, false},
        {"at", LYT_YAML_SCALAR, false},
        {"country", LYT_YAML_SCALAR, false},
        {"expect", LYT_YAML_MAP, true},
    };
    const lyt_yaml_node *at = lyt_yaml_get(node, "at");
    lyt_status status = lyt_fields_check(r->file, node, fields, 5, r->err);

    out->line = node->line;
    out->column = node->column;
    if (!status)
        status = read_text(r, node, "request", &out->request);
    if (!status)
        status = read_text(r, node, "secret", &out->secret);
    if (!status)
        status = read_text(r, node, "country", &out->country);
    if (!status && at && lyt_clock_parse(&out->at_us, at->text))
        status = bad(r, at, "'%.40s' is no time; write it as 2026-11-22T05:40:00Z", at->text.ptr);
    return status ? status : read_expected(r, lyt_yaml_get(node, "expect"), out);
}

static lyt_status read_tests(const reader *r, const lyt_yaml_node *list)
{
    size_t n = children(list);
    lyt_map_test *tests = lyt_arena_array(r->arena, n + 1, sizeof *tests);

    if (!tests)
        return no_memory(r);
    if (!n)
        return bad(r, list, "a mapping needs at least one request to try it with");
    r->to->tests = tests;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_test(r, node, &tests[r->to->n_tests++]);

        if (status)
            return status;
    }
    return LYT_OK;
}

/* Words that say how, not where. */
static lyt_status read_manner(const reader *r, const lyt_yaml_node *root)
{
    static const char *const bodies[] = {"json", "form"};
    static const char *const times[] = {"rfc3339", "unix", "unix-ms"};
    static const char *const letters[] = {"plain", "latin-1",  "base64",
                                          "hex",   "ucs2-hex", "gsm7-hex", "html"};
    static const char *const numbers[] = {"international", "national"};
    size_t body = 0, time = 0, letter = 0, number = 0;
    lyt_status status = read_choice(r, root, "body", bodies, 2, &body);

    if (!status)
        status = read_choice(r, root, "time", times, 3, &time);
    if (!status)
        status = read_choice(r, root, "letters", letters, 7, &letter);
    if (!status)
        status = read_choice(r, root, "numbers", numbers, 2, &number);
    if (!status)
        status = read_offset(r, lyt_yaml_get(root, "utc_offset"));
    r->to->body = (lyt_map_body)body;
    r->to->time = (lyt_map_time)time;
    r->to->letters = (lyt_map_letters)letter;
    r->to->national = number == 1;
    return status;
}

static lyt_status read_root(const reader *r, const lyt_yaml_node *root)
{
    static const lyt_field fields[] = {
        {"name", LYT_YAML_SCALAR, true},        {"body", LYT_YAML_SCALAR, false},
        {"each", LYT_YAML_SCALAR, false},       {"when", LYT_YAML_LIST, false},
        {"fields", LYT_YAML_MAP, true},         {"time", LYT_YAML_SCALAR, false},
        {"utc_offset", LYT_YAML_SCALAR, false}, {"letters", LYT_YAML_SCALAR, false},
        {"numbers", LYT_YAML_SCALAR, false},    {"delivered", LYT_YAML_LIST, false},
        {"failed", LYT_YAML_LIST, false},       {"signature", LYT_YAML_MAP, false},
        {"answer", LYT_YAML_MAP, false},        {"tests", LYT_YAML_LIST, true},
        {"challenge", LYT_YAML_MAP, false},
    };
    const lyt_yaml_node *each = lyt_yaml_get(root, "each");
    lyt_status status =
        lyt_fields_check(r->file, root, fields, sizeof fields / sizeof *fields, r->err);

    if (!status)
        status = lyt_field_id(r->file, lyt_yaml_get(root, "name"), r->err);
    if (!status)
        status = read_text(r, root, "name", &r->to->name);
    if (!status && each)
        status = read_pointer(r, each, &r->to->each);
    if (!status)
        status = read_when(r, lyt_yaml_get(root, "when"));
    if (!status)
        status = read_rules(r, lyt_yaml_get(root, "fields"));
    if (!status)
        status = read_manner(r, root);
    if (!status)
        status = read_words(r, root, "delivered", &r->to->delivered, &r->to->n_delivered);
    if (!status)
        status = read_words(r, root, "failed", &r->to->failed, &r->to->n_failed);
    if (!status)
        status = read_signature(r, lyt_yaml_get(root, "signature"));
    if (!status)
        status = read_challenge(r, lyt_yaml_get(root, "challenge"));
    if (!status)
        status = read_answer(r, lyt_yaml_get(root, "answer"));
    return status ? status : read_tests(r, lyt_yaml_get(root, "tests"));
}

lyt_status lyt_mappingfile_read(lyt_mapping *out, const lyt_yaml *yaml, lyt_arena *arena,
                                lyt_error *err)
{
    reader r = {out, lyt_yaml_name(yaml), arena, err};
    const lyt_yaml_node *root = lyt_yaml_root(yaml), *at = root;
    lyt_error why = {.text = ""};
    lyt_status status;

    memset(out, 0, sizeof *out);
    status = read_root(&r, root);
    if (status)
        return status;
    status = lyt_mapping_compile(out, &why);
    if (!status)
        return LYT_OK;
    /* where the field stands that it is about */
    if (lyt_yaml_get(root, why.file))
        at = lyt_yaml_get(root, why.file);
    else if (lyt_yaml_get(lyt_yaml_get(root, "fields"), why.file))
        at = lyt_yaml_get(lyt_yaml_get(root, "fields"), why.file);
    return lyt_error_at(err, status == LYT_EINVAL ? LYT_EFORMAT : status, r.file, at->line,
                        at->column, "%s: %s", why.file, why.text);
}
