#include "mapping.h"

#include <string.h>

enum { token_max = 200, match_max = 200, digits_max = 6 };

#define X(name, text) text,
static const char *const names[] = {LYT_MAPPED(X)};
#undef X

const char *lyt_mapped_name(lyt_mapped field)
{
    return names[field];
}

/* One step of a pointer, "~1" and "~0" undone. False: too long, or a "~" by itself. */
static bool read_token(lyt_str token, char out[token_max + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];

        if (c == '~') {
            if (++i == token.len || (token.ptr[i] != '0' && token.ptr[i] != '1'))
                return false;
            c = token.ptr[i] == '0' ? '~' : '/';
        }
        if (n == token_max || c == '\0')
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return true;
}

static const lyt_json *element(const lyt_json *array, const char *token)
{
    size_t index = 0, n = strlen(token);

    if (n == 0 || n > digits_max || (token[0] == '0' && n > 1))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (token[i] < '0' || token[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(token[i] - '0');
    }
    return index < lyt_json_len(array) ? lyt_json_at(array, index) : NULL;
}

const lyt_json *lyt_pointer_find(const lyt_json *json, lyt_str pointer)
{
    char token[token_max + 1];

    for (size_t at = 0; at < pointer.len && json;) {
        size_t end = lyt_str_find(pointer, '/', at + 1);

        if (pointer.ptr[at] != '/' || !read_token(lyt_str_slice(pointer, at + 1, end), token))
            return NULL;
        json = lyt_json_typeof(json) == LYT_JSON_ARRAY ? element(json, token)
                                                       : lyt_json_get(json, token);
        at = end;
    }
    return json;
}

static lyt_status compile_rule(lyt_map_rule *rule, const char *name, lyt_error *err)
{
    char why[160];
    int code;

    if (!rule->match)
        return LYT_OK;
    if (strlen(rule->match) > match_max)
        return lyt_error_at(err, LYT_EFORMAT, name, 0, 0, "match has at most %d bytes", match_max);
    /* a back reference can make matching take for ever */
    for (const char *c = rule->match; *c; c++)
        if (*c == '\\' && *++c >= '1' && *c <= '9')
            return lyt_error_at(err, LYT_EFORMAT, name, 0, 0, "match may not refer back (\\%c)",
                                *c);
        else if (!*c)
            break;
    code = regcomp(&rule->compiled, rule->match, REG_EXTENDED);
    if (code) {
        regerror(code, &rule->compiled, why, sizeof why);
        return lyt_error_at(err, code == REG_ESPACE ? LYT_ENOMEM : LYT_EFORMAT, name, 0, 0,
                            "match: %s", why);
    }
    rule->is_compiled = true;
    return LYT_OK;
}

static bool has_time(lyt_str over)
{
    for (size_t i = 0; i < over.len; i++)
        if (lyt_str_begins(lyt_str_slice(over, i, over.len), LYT_STR("{time}")))
            return true;
    return false;
}

lyt_status lyt_mapping_compile(lyt_mapping *mapping, lyt_error *err)
{
    const lyt_map_signature *signature = &mapping->signature;
    lyt_status status = LYT_OK;

    if (!mapping->rules[LYT_MAPPED_TEXT].is_used && !mapping->rules[LYT_MAPPED_SCORE].is_used &&
        !mapping->rules[LYT_MAPPED_STATUS].is_used)
        return lyt_error_at(err, LYT_EINVAL, "fields", 0, 0, "needs text, score or status");
    if (mapping->body == LYT_MAP_FORM && mapping->each.len)
        return lyt_error_at(err, LYT_EINVAL, "each", 0, 0, "is for a body of JSON");
    if (signature->is_token && (signature->over.len || signature->time_header.len))
        return lyt_error_at(err, LYT_EINVAL, "signature", 0, 0,
                            "a token is the secret itself: it has no over and no time_header");
    if (mapping->challenge.token.len && !mapping->challenge.at.len)
        return lyt_error_at(err, LYT_EINVAL, "challenge", 0, 0, "needs at: what is given back");
    if (signature->header.len && !signature->over.len && !signature->is_token)
        return lyt_error_at(err, LYT_EINVAL, "signature", 0, 0,
                            "needs over: what is signed, like \"{body}\"");
    if (signature->time_header.len && !has_time(signature->over))
        return lyt_error_at(err, LYT_EINVAL, "signature", 0, 0,
                            "over must hold {time}: a time that is not signed proves nothing");
    for (int i = 0; i < LYT_N_MAPPED && !status; i++)
        status = compile_rule(&mapping->rules[i], names[i], err);
    if (status)
        lyt_mapping_deinit(mapping);
    return status;
}

void lyt_mapping_deinit(lyt_mapping *mapping)
{
    for (int i = 0; i < LYT_N_MAPPED; i++) {
        if (mapping->rules[i].is_compiled)
            regfree(&mapping->rules[i].compiled);
        mapping->rules[i].is_compiled = false;
    }
}
