/* Any other gateway: fields found by a mapping file (mapping.h). */
#include <stdlib.h>
#include <string.h>

#include "cleantext.h"
#include "htmltext.h"
#include "mapping.h"
#include "receiver.h"
#include "smstext.h"

enum {
    default_window_us = 300 * 1000000,
    matched_max = 512,
    messages_max = 100,
    depth_max = 16,
    challenge_max = 200,
    html_max = 64 * 1024,
};

/* One message to be: a JSON value, or a form. */
typedef struct source {
    lyt_reception *in;
    const lyt_mapping *mapping;
    const lyt_json *json;
    const lyt_webform *form;
    const lyt_json *up[depth_max]; /* what json is within, the whole first */
    size_t n_up, n_read;
} source;

/* "2/to": what json is within two levels up, and "/to" from there. NULL: there is none. */
static const lyt_json *value_at(const source *from, lyt_str pointer)
{
    const lyt_json *json = from->json;
    size_t levels = 0, at = 0;

    while (at < pointer.len && pointer.ptr[at] >= '0' && pointer.ptr[at] <= '9' && levels <= depth_max)
        levels = levels * 10 + (size_t)(pointer.ptr[at++] - '0');
    if (levels > from->n_up)
        return NULL;
    if (levels)
        json = from->up[from->n_up - levels];
    return lyt_pointer_find(json, lyt_str_slice(pointer, at, pointer.len));
}

static lyt_str text_at(const source *from, lyt_str pointer)
{
    if (!pointer.len)
        return (lyt_str){"", 0};
    if (from->form) {
        for (size_t i = 0; i < from->form->n; i++)
            if (lyt_str_equal(from->form->fields[i].name, lyt_str_slice(pointer, 1, pointer.len)))
                return from->form->fields[i].value;
        return (lyt_str){"", 0};
    }
    return lyt_reception_text(from->in, value_at(from, pointer));
}

/* Its first group, or all that fits; empty when it does not. */
static lyt_str matched(const lyt_map_rule *rule, lyt_str text, lyt_arena *arena)
{
    regmatch_t found[2];
    const regmatch_t *group;
    lyt_str whole;

    text = lyt_clean_text(text, matched_max, NULL, arena);
    if (!text.ptr || regexec(&rule->compiled, text.ptr, 2, found, 0))
        return (lyt_str){"", 0};
    group = rule->compiled.re_nsub > 0 ? &found[1] : &found[0];
    if (group->rm_so < 0)
        return (lyt_str){"", 0};
    whole = lyt_str_slice(text, (size_t)group->rm_so, (size_t)group->rm_eo);
    return lyt_arena_copy(arena, whole);
}

/* Empty without memory, which the arena remembers. */
static lyt_str joined(lyt_str before, lyt_str text, lyt_arena *arena)
{
    char *out = lyt_arena_room(arena, before.len + text.len + 1, 1);

    if (!out)
        return (lyt_str){"", 0};
    memcpy(out, before.ptr, before.len);
    memcpy(out + before.len, text.ptr, text.len);
    out[before.len + text.len] = '\0';
    return (lyt_str){out, before.len + text.len};
}

static lyt_str field(const source *from, lyt_mapped which)
{
    const lyt_map_rule *rule = &from->mapping->rules[which];
    lyt_str text = {"", 0};

    if (!rule->is_used)
        return text;
    text = text_at(from, rule->at);
    if (text.len && rule->is_compiled)
        text = matched(rule, text, from->in->arena);
    if (text.len && rule->before.len)
        text = joined(rule->before, text, from->in->arena);
    return text.len ? text : rule->value;
}

/* "4", "4.5", "-1"; NAN for anything else. Never the locale's comma. */
static double number_of(lyt_str text)
{
    double number = 0, unit = 1;
    bool minus, point = false;
    size_t i = 0;

    text = lyt_str_trim(text);
    minus = text.len && text.ptr[0] == '-';
    if (text.len <= (size_t)minus || text.len > 20)
        return (double)NAN;
    for (i = minus; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '.' && !point)
            point = true;
        else if (c < '0' || c > '9')
            return (double)NAN;
        else if (point)
            number += (c - '0') * (unit /= 10);
        else
            number = number * 10 + (c - '0');
    }
    return minus ? -number : number;
}

static int64_t time_of(const lyt_mapping *mapping, lyt_str text)
{
    double number;
    int64_t at;

    if (mapping->time == LYT_MAP_RFC3339) {
        at = lyt_reception_time(text);
        /* one that says its zone needs no help */
        if (at && text.len >= 19 &&
            (lyt_str_find(text, 'Z', 0) < text.len || lyt_str_find(text, '+', 10) < text.len ||
             lyt_str_find(text, '-', 10) < text.len))
            return at;
        return at ? at - mapping->offset_us : 0;
    }
    number = number_of(text);
    if (!(number > 0 && number < 4e12))
        return 0;
    return (int64_t)(number * (mapping->time == LYT_MAP_UNIX ? 1e6 : 1e3));
}

static lyt_str latin1(lyt_str text, lyt_arena *arena)
{
    char *out = lyt_arena_room(arena, text.len + 1, 2);
    size_t n = 0;

    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        n += lyt_clean_put(out + n, (unsigned char)text.ptr[i]);
    return (lyt_str){out, n};
}

/* What a reader of a page sees; empty without memory. */
static lyt_str seen(lyt_str text, lyt_arena *arena)
{
    lyt_str copied = {NULL, 0};
    lyt_buf out;

    text = lyt_clean_text(text, html_max, NULL, arena);
    if (!text.ptr)
        return copied;
    lyt_buf_init(&out, NULL);
    lyt_html_text(&out, text);
    if (!lyt_buf_status(&out))
        copied = lyt_arena_copy(arena, lyt_str_trim(lyt_buf_str(&out)));
    lyt_buf_deinit(&out);
    return copied;
}

/* False: the text is not written as the mapping says. */
static bool decode(lyt_str *text, lyt_map_letters letters, lyt_arena *arena)
{
    lyt_status status = LYT_OK;
    lyt_str bytes = *text;

    switch (letters) {
    case LYT_MAP_PLAIN:
        return true;
    case LYT_MAP_LATIN1:
        *text = latin1(bytes, arena);
        return true;
    case LYT_MAP_BASE64:
        status = lyt_base64_read(text, bytes, arena);
        break;
    case LYT_MAP_HEX:
        status = lyt_hex_read(text, bytes, arena);
        break;
    case LYT_MAP_UCS2_HEX:
        status = lyt_hex_read(&bytes, bytes, arena);
        if (!status)
            *text = lyt_ucs2_text(bytes, arena);
        break;
    case LYT_MAP_HTML:
        *text = seen(bytes, arena);
        return true;
    case LYT_MAP_GSM7_HEX:
        status = lyt_hex_read(&bytes, bytes, arena);
        if (!status)
            *text = lyt_gsm7_text(bytes, arena);
        break;
    }
    return status != LYT_EFORMAT;
}

static void set_part(const source *from, lyt_inbound *item)
{
    double part = number_of(field(from, LYT_MAPPED_PART));
    double parts = number_of(field(from, LYT_MAPPED_PARTS));
    double reference = number_of(field(from, LYT_MAPPED_REFERENCE));
    lyt_str header;
    lyt_udh udh;

    if (part >= 1 && parts >= 2 && parts <= 255 && part <= parts && reference >= 0 &&
        reference <= 65535) {
        item->kind = LYT_INBOUND_PART;
        item->part = (unsigned)part;
        item->parts = (unsigned)parts;
        item->reference = (unsigned)reference;
    } else if (!lyt_hex_read(&header, field(from, LYT_MAPPED_UDH), from->in->arena) && header.len &&
               lyt_udh_parse(&udh, header) && udh.is_part) {
        item->kind = LYT_INBOUND_PART;
        item->part = udh.part;
        item->parts = udh.parts;
        item->reference = udh.reference;
    }
}

static bool is_among(lyt_str word, const lyt_str *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(word, words[i]))
            return true;
    return false;
}

static void set_report(const source *from, lyt_inbound *item, lyt_str status)
{
    const lyt_mapping *mapping = from->mapping;
    lyt_str own = item->to;

    item->kind = LYT_INBOUND_REPORT;
    item->to = item->from;
    item->from = own;
    item->status = status;
    item->error = field(from, LYT_MAPPED_ERROR);
    item->reference_text = field(from, LYT_MAPPED_REFERENCE_TEXT);
    item->report = is_among(status, mapping->delivered, mapping->n_delivered) ? LYT_REPORT_DELIVERED
                   : is_among(status, mapping->failed, mapping->n_failed)     ? LYT_REPORT_FAILED
                                                                              : LYT_REPORT_UNKNOWN;
}

/* Whatever the mapping does not name, of the outermost level. */
static lyt_status keep_rest(const source *from, lyt_inbound *item)
{
    const char *known[LYT_N_MAPPED + 1];
    size_t n = 0;

    for (int i = 0; i < LYT_N_MAPPED; i++) {
        lyt_str at = from->mapping->rules[i].at;

        if (at.len > 1 && lyt_str_find(at, '/', 1) == at.len) {
            lyt_str name = lyt_arena_copy(from->in->arena, lyt_str_slice(at, 1, at.len));

            if (!name.ptr)
                return lyt_arena_status(from->in->arena);
            known[n++] = name.ptr;
        }
    }
    known[n] = NULL;
    return from->form ? lyt_reception_rest(from->in, item, from->form, known)
                      : lyt_reception_rest_json(from->in, item, from->json, known);
}

static bool is_ours(const source *from)
{
    for (size_t i = 0; i < from->mapping->n_when; i++) {
        const lyt_map_condition *when = &from->mapping->when[i];
        bool is_there = from->form ? text_at(from, when->at).len > 0 : value_at(from, when->at) != NULL;

        if (when->is_presence ? is_there != when->there
                              : !lyt_str_equal(text_at(from, when->at), when->is))
            return false;
    }
    return true;
}

static lyt_status read_one(const source *from)
{
    lyt_str text = field(from, LYT_MAPPED_TEXT), status_word = field(from, LYT_MAPPED_STATUS);
    double score = number_of(field(from, LYT_MAPPED_SCORE));
    lyt_reception *in = from->in;
    lyt_inbound *item;

    if (!is_ours(from))
        return LYT_OK;
    if (!text.len && isnan(score) && !status_word.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "neither text, nor score, nor status where the mapping says");
    item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    if (!item)
        return lyt_arena_status(in->arena);
    if (!decode(&text, from->mapping->letters, in->arena))
        return lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED,
                                    "the text is not written in the letters of the mapping");
    item->provider_id = field(from, LYT_MAPPED_ID);
    item->channel = field(from, LYT_MAPPED_CHANNEL);
    item->from = field(from, LYT_MAPPED_FROM);
    item->to = field(from, LYT_MAPPED_TO);
    item->text = text;
    item->lang_hint = field(from, LYT_MAPPED_LANG);
    item->score = score;
    item->scale = number_of(field(from, LYT_MAPPED_SCALE));
    item->property = field(from, LYT_MAPPED_PROPERTY);
    item->place = field(from, LYT_MAPPED_PLACE);
    item->encoding = field(from, LYT_MAPPED_ENCODING);
    item->sent_us = time_of(from->mapping, field(from, LYT_MAPPED_SENT_AT));
    if (text.len)
        set_part(from, item);
    else if (isnan(score))
        set_report(from, item, status_word);
    /* an account of somebody's elsewhere: its name and number stand in the rest once more */
    if (lyt_arena_status(in->arena) || from->mapping->rules[LYT_MAPPED_FROM].before.len)
        return lyt_arena_status(in->arena);
    return keep_rest(from, item);
}

/* What is signed: the mapping's words with body, address and time put in. */
static lyt_status put_in(lyt_reception *in, const lyt_map_signature *how, lyt_str time,
                         lyt_buf *out)
{
    static const char *const marks[] = {"{body}", "{url}", "{time}"};
    const lyt_str values[] = {in->request->body, in->request->url, time};

    for (size_t at = 0; at < how->over.len;) {
        lyt_str rest = lyt_str_slice(how->over, at, how->over.len);
        size_t mark = 0;

        while (mark < 3 && !lyt_str_begins(rest, lyt_str_of(marks[mark])))
            mark++;
        if (mark < 3)
            lyt_buf_add(out, values[mark]);
        else
            lyt_buf_add_char(out, rest.ptr[0]);
        at += mark < 3 ? strlen(marks[mark]) : 1;
    }
    return lyt_buf_status(out);
}

static bool is_fresh(const lyt_reception *in, lyt_str time)
{
    int64_t window_us = in->config->window_us ? in->config->window_us : default_window_us;
    double at = number_of(time) * 1e6;

    return fabs(at - (double)in->request->now_us) <= (double)window_us;
}

/* Every secret is looked at, whichever it is. */
static bool is_secret(const lyt_reception *in, lyt_str given)
{
    bool is_one = false;

    for (size_t i = 0; i < in->config->secrets.n; i++)
        is_one = lyt_same_secret(in->config->secrets.keys[i], given) || is_one;
    return is_one;
}

static lyt_status verify(lyt_reception *in, const lyt_map_signature *how)
{
    lyt_str given, time = {"", 0}, message;
    lyt_status status;
    bool fits = false;
    lyt_buf over;

    if (!how->header.len || in->config->scheme == LYT_SCHEME_NONE)
        return LYT_OK;
    if (!in->config->secrets.n)
        return lyt_reception_refuse(in, LYT_REFUSAL_NOT_CONFIGURED,
                                    "there is no secret to check the signature with");
    if (!lyt_http_header_find(in->request, how->header.ptr, &given) ||
        (how->time_header.len && !lyt_http_header_find(in->request, how->time_header.ptr, &time)))
        return lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE,
                                    "the header of the signature, or of its time, is not there");
    if (how->is_token)
        return is_secret(in, given)
                   ? LYT_OK
                   : lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE, "the token is another's");
    lyt_buf_init(&over, NULL);
    status = put_in(in, how, time, &over);
    message = lyt_buf_str(&over);
    if (!status && lyt_str_begins(given, how->prefix)) {
        given = lyt_str_slice(given, how->prefix.len, given.len);
        fits = how->is_base64
                   ? lyt_is_signed_base64(&in->config->secrets, how->digest, message, given)
                   : lyt_is_signed_hex(&in->config->secrets, how->digest, message, given);
    }
    lyt_buf_deinit(&over);
    if (!status && !fits)
        return lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE, "the signature does not fit");
    if (!status && how->time_header.len && !is_fresh(in, time))
        return lyt_reception_refuse(in, LYT_REFUSAL_STALE, "the signed time is too far from now");
    return status;
}

/* An element of the list is a message; those before it were taken. */
static lyt_status read_list(source *from, const lyt_json *list)
{
    lyt_reception *in = from->in;
    lyt_status status = LYT_OK;

    from->up[from->n_up++] = list;
    for (size_t i = 0; i < lyt_json_len(list) && !status; i++) {
        if (from->n_read++ == messages_max) {
            status = lyt_reception_refuse(in, LYT_REFUSAL_TOO_LARGE, "more than %d messages",
                                          messages_max);
            break;
        }
        from->json = lyt_json_at(list, i);
        status = read_one(from);
        if (in->out->refusal != LYT_REFUSAL_NONE)
            break;
    }
    from->n_up--;
    return status;
}

/*
 * Lists within lists: "*" is any element on the way. Events of other kinds come to the same
 * address and have none of it, so what is not there is no message.
 */
static lyt_status read_within(source *from, const lyt_json *node, lyt_str rest)
{
    size_t end = lyt_str_find(rest, '/', 1);
    lyt_str step = lyt_str_slice(rest, 0, end);
    bool is_any = lyt_str_equal(step, LYT_STR("/*"));
    lyt_status status = LYT_OK;

    if (from->n_up + 1 == depth_max)
        return LYT_OK;
    if (!rest.len)
        return lyt_json_typeof(node) == LYT_JSON_ARRAY ? read_list(from, node) : LYT_OK;
    if (!is_any) {
        const lyt_json *within = lyt_pointer_find(node, step);

        from->up[from->n_up++] = node;
        status = within ? read_within(from, within, lyt_str_slice(rest, end, rest.len)) : LYT_OK;
        from->n_up--;
        return status;
    }
    if (lyt_json_typeof(node) != LYT_JSON_ARRAY)
        return LYT_OK;
    from->up[from->n_up++] = node;
    for (size_t i = 0; i < lyt_json_len(node) && !status; i++) {
        status =
            read_within(from, lyt_json_at(node, i), lyt_str_slice(rest, end, rest.len));
        if (from->in->out->refusal != LYT_REFUSAL_NONE)
            break;
    }
    from->n_up--;
    return status;
}

static bool has_any(lyt_str each)
{
    for (size_t at = 0; at < each.len; at = lyt_str_find(each, '/', at + 1))
        if (lyt_str_equal(lyt_str_slice(each, at, lyt_str_find(each, '/', at + 1)), LYT_STR("/*")))
            return true;
    return false;
}

/* What was asked, given back: letters that no browser and no log makes anything of. */
static lyt_status give_back(lyt_reception *in, lyt_str asked)
{
    for (size_t i = 0; i < asked.len; i++) {
        char c = asked.ptr[i];

        if (asked.len > challenge_max ||
            !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '.'))
            return lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED, "that is no challenge");
    }
    in->out->answer = (lyt_http_answer){.status = 200,
                                        .content_type = LYT_STR("text/plain"),
                                        .body = lyt_arena_copy(in->arena, asked)};
    return lyt_arena_status(in->arena);
}

/* *is_done: it was a challenge, which is answered or refused. */
static lyt_status look_for_challenge(lyt_reception *in, const lyt_mapping *mapping, bool *is_done)
{
    source from = {.in = in, .mapping = mapping};
    lyt_status status;
    lyt_webform form;
    lyt_str asked;

    *is_done = false;
    if (!mapping->challenge.token.len || !lyt_str_equal(in->request->method, LYT_STR("GET")))
        return LYT_OK;
    *is_done = true;
    if (!lyt_reception_form(in, &form, &status))
        return status;
    from.form = &form;
    asked = text_at(&from, mapping->challenge.at);
    if (!asked.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no challenge");
    if (!in->config->secrets.n)
        return lyt_reception_refuse(in, LYT_REFUSAL_NOT_CONFIGURED,
                                    "there is no secret to check the token with");
    if (!is_secret(in, text_at(&from, mapping->challenge.token)))
        return lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE, "the token is another's");
    return give_back(in, asked);
}

static lyt_status read_json(lyt_reception *in, const lyt_mapping *mapping)
{
    source from = {.in = in, .mapping = mapping};
    lyt_str asked;
    const lyt_json *list;
    lyt_status status;

    if (!lyt_reception_json(in, &status))
        return status;
    from.json = in->json;
    asked = mapping->challenge.token.len ? (lyt_str){"", 0} : text_at(&from, mapping->challenge.at);
    if (asked.len)
        return give_back(in, asked);
    if (!mapping->each.len)
        return read_one(&from);
    if (has_any(mapping->each))
        return read_within(&from, in->json, mapping->each);
    list = lyt_pointer_find(in->json, mapping->each);
    if (lyt_json_typeof(list) != LYT_JSON_ARRAY)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "there is no list where the mapping's each says");
    if (lyt_json_len(list) > messages_max)
        return lyt_reception_refuse(in, LYT_REFUSAL_TOO_LARGE, "more than %d messages",
                                    messages_max);
    return read_list(&from, list);
}

static lyt_status receive(lyt_reception *in)
{
    const lyt_mapping *mapping = in->config->mapping;
    source from = {.in = in, .mapping = mapping};
    bool is_challenge;
    lyt_status status;
    lyt_webform form;

    if (!mapping)
        return lyt_reception_refuse(in, LYT_REFUSAL_NOT_CONFIGURED, "there is no mapping");
    in->national_from = mapping->national;
    if (mapping->answer.status)
        in->out->answer = mapping->answer;
    status = look_for_challenge(in, mapping, &is_challenge);
    if (status || is_challenge)
        return status;
    status = verify(in, &mapping->signature);
    if (status || in->out->refusal != LYT_REFUSAL_NONE)
        return status;
    if (mapping->body == LYT_MAP_JSON)
        return read_json(in, mapping);
    if (!lyt_reception_form(in, &form, &status))
        return status;
    from.form = &form;
    return read_one(&from);
}

static lyt_status check(const lyt_gateway_config *config, lyt_error *err)
{
    if (!config->mapping)
        return lyt_error_at(err, LYT_EINVAL, "mapping", 0, 0, "is needed: give the mapping's file");
    if ((config->mapping->signature.header.len || config->mapping->challenge.token.len) && config->scheme != LYT_SCHEME_NONE &&
        !config->secrets.n)
        return lyt_error_at(err, LYT_EINVAL, "secret", 0, 0,
                            "is needed, for the mapping checks a signature");
    return LYT_OK;
}

const lyt_gateway lyt_gateway_mapping = {
    .name = "mapping",
    .channel = "sms",
    .methods = LYT_HTTP_GET | LYT_HTTP_POST,
    .check = check,
    .receive = receive,
    .thanks = {.status = 204},
};
