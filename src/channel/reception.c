#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "receiver.h"

lyt_status lyt_reception_refuse(lyt_reception *in, lyt_refusal refusal, const char *format, ...)
{
    va_list args;

    in->out->refusal = refusal;
    in->out->n_items = 0;
    in->out->answer = (lyt_http_answer){.status = lyt_refusal_http(refusal)};
    if (refusal == LYT_REFUSAL_UNAUTHORISED)
        in->out->answer.extra =
            (lyt_http_header){LYT_STR("WWW-Authenticate"), LYT_STR("Basic realm=\"lyt\"")};
    if (refusal == LYT_REFUSAL_METHOD)
        in->out->answer.extra = (lyt_http_header){
            LYT_STR("Allow"),
            in->config->gateway->methods & LYT_HTTP_GET ? LYT_STR("GET, POST") : LYT_STR("POST")};
    if (in->err) {
        char text[sizeof in->err->text];

        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        (void)lyt_error_set(in->err, LYT_EINVAL, "%s", text);
    }
    return LYT_OK;
}

lyt_inbound *lyt_reception_add(lyt_reception *in, lyt_inbound_kind kind)
{
    lyt_received *out = in->out;
    lyt_inbound *item;

    if (lyt_arena_grow(in->arena, &out->items, &out->items_cap, out->n_items + 1,
                       sizeof *out->items))
        return NULL;
    item = &out->items[out->n_items++];
    memset(item, 0, sizeof *item);
    item->kind = kind;
    item->score = (double)NAN;
    return item;
}

lyt_status lyt_reception_meta(lyt_reception *in, lyt_inbound *inbound, lyt_str name, lyt_str value)
{
    lyt_status status;

    if (!value.len || inbound->n_meta == lyt_inbound_meta_max)
        return LYT_OK;
    status = lyt_arena_grow(in->arena, &inbound->meta, &inbound->meta_cap, inbound->n_meta + 1,
                            sizeof *inbound->meta);
    if (!status)
        inbound->meta[inbound->n_meta++] = (lyt_meta){name, value};
    return status;
}

bool lyt_reception_json(lyt_reception *in, lyt_status *status)
{
    lyt_error why = {.text = ""};

    *status = lyt_json_parse(&in->json, in->request->body, lyt_http_body_max, &why);
    if (*status == LYT_ENOMEM)
        return false;
    if (*status || lyt_json_typeof(in->json) != LYT_JSON_OBJECT) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED,
                                       "the body is no JSON object (line %u, column %u)", why.line,
                                       why.column);
        return false;
    }
    return true;
}

bool lyt_reception_form(lyt_reception *in, lyt_webform *out, lyt_status *status)
{
    bool is_get = lyt_str_equal(in->request->method, LYT_STR("GET"));

    *status = LYT_OK;
    if (!is_get && !lyt_http_is_type(in->request, "application/x-www-form-urlencoded")) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_CONTENT_TYPE, "the body should be a form");
        return false;
    }
    *status = lyt_webform_parse(out, is_get ? in->request->query : in->request->body,
                                lyt_http_fields_max, in->arena);
    if (*status && !lyt_arena_status(in->arena))
        *status = lyt_reception_refuse(in, LYT_REFUSAL_TOO_LARGE, "more than %d fields",
                                       lyt_http_fields_max);
    return !*status && in->out->refusal == LYT_REFUSAL_NONE;
}

/* As JSON, in the arena; empty without memory, which the arena remembers. */
static lyt_str written(lyt_reception *in, const lyt_json *value)
{
    lyt_buf out;
    lyt_str text;

    lyt_buf_init(&out, NULL);
    lyt_json_write(&out, value);
    if (lyt_buf_status(&out))
        in->failed = lyt_buf_status(&out);
    text = lyt_arena_copy(in->arena, lyt_buf_str(&out));
    lyt_buf_deinit(&out);
    return text;
}

lyt_str lyt_reception_text(lyt_reception *in, const lyt_json *value)
{
    lyt_str text = {"", 0};

    switch (lyt_json_typeof(value)) {
    case LYT_JSON_STRING:
        (void)lyt_json_str(value, &text);
        break;
    case LYT_JSON_BOOL:
    case LYT_JSON_INT:
    case LYT_JSON_REAL:
        text = written(in, value);
        break;
    case LYT_JSON_NONE:
    case LYT_JSON_NULL:
    case LYT_JSON_ARRAY:
    case LYT_JSON_OBJECT:
        break;
    }
    return text;
}

static bool is_among(lyt_str name, const char *const *known)
{
    for (; *known; known++)
        if (lyt_str_equal(name, lyt_str_of(*known)))
            return true;
    return false;
}

lyt_status lyt_reception_rest(lyt_reception *in, lyt_inbound *inbound, const lyt_webform *form,
                              const char *const *known)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < form->n && !status; i++)
        if (!is_among(form->fields[i].name, known))
            status = lyt_reception_meta(in, inbound, form->fields[i].name, form->fields[i].value);
    return status;
}

lyt_status lyt_reception_rest_json(lyt_reception *in, lyt_inbound *inbound, const lyt_json *object,
                                   const char *const *known)
{
    lyt_status status = LYT_OK;
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;

    while (!status && lyt_json_each(object, &cursor, &key, &value)) {
        lyt_json_type type = lyt_json_typeof(value);
        lyt_str text;

        if (is_among(key, known) || type == LYT_JSON_NULL)
            continue;
        text = type == LYT_JSON_ARRAY || type == LYT_JSON_OBJECT ? written(in, value)
                                                                 : lyt_reception_text(in, value);
        status = lyt_reception_meta(in, inbound, key, text);
    }
    return status;
}

int64_t lyt_reception_time(lyt_str text)
{
    char full[48];
    int64_t at = 0;

    text = lyt_str_trim(text);
    if (text.len < 19 || text.len > 40)
        return 0;
    snprintf(full, sizeof full, "%.*sZ", LYT_STR_ARG(text));
    if (full[10] == ' ')
        full[10] = 'T';
    if (lyt_clock_parse(&at, (lyt_str){full, text.len}) == LYT_OK ||
        lyt_clock_parse(&at, (lyt_str){full, text.len + 1}) == LYT_OK)
        return at;
    /* "+0200" without a colon */
    if (text.len >= 24 && (full[text.len - 5] == '+' || full[text.len - 5] == '-')) {
        memmove(full + text.len - 1, full + text.len - 2, 2);
        full[text.len - 2] = ':';
        if (lyt_clock_parse(&at, (lyt_str){full, text.len + 1}) == LYT_OK)
            return at;
    }
    return 0;
}
