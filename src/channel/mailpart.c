#include "mailpart.h"

#include <string.h>

#include "charset.h"
#include "htmltext.h"
#include "mimecode.h"

typedef struct part {
    lyt_str head, body;
    lyt_str type; /* "text/plain", small letters */
    lyt_str type_value;
} part;

typedef struct walk {
    lyt_arena *arena;
    lyt_error *err;
    size_t n_parts;
    bool saw_automatic;
} walk;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_same(lyt_str a, const char *small)
{
    lyt_str b = lyt_str_of(small);

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != b.ptr[i])
            return false;
    return true;
}

static bool begins_with(lyt_str s, const char *small)
{
    return is_same(lyt_str_slice(s, 0, lyt_str_of(small).len), small);
}

static lyt_str line_at(lyt_str s, size_t at, size_t *next)
{
    size_t end = lyt_str_find(s, '\n', at);
    lyt_str line = lyt_str_slice(s, at, end);

    *next = end < s.len ? end + 1 : s.len;
    if (lyt_str_ends(line, LYT_STR("\r")))
        line.len--;
    return line;
}

/* Head and body of a message or a part: the first empty line is between them. */
static void cut(lyt_str entity, part *out)
{
    size_t next;

    for (size_t at = 0; at < entity.len; at = next) {
        if (line_at(entity, at, &next).len == 0) {
            out->head = lyt_str_slice(entity, 0, at);
            out->body = lyt_str_slice(entity, next, entity.len);
            return;
        }
    }
    out->head = entity;
    out->body = (lyt_str){"", 0};
}

/* The value of a header with its folded lines in one, not decoded; empty when there is none. */
static lyt_str header(walk *w, lyt_str head, const char *name)
{
    size_t name_bytes = lyt_str_of(name).len, from = head.len, to = head.len, next, n = 0;
    lyt_str value;
    char *joined;

    for (size_t at = 0; at < head.len; at = next) {
        lyt_str line = line_at(head, at, &next);
        bool goes_on = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');

        if (from < head.len && !goes_on)
            break;
        if (from == head.len && line.len > name_bytes && line.ptr[name_bytes] == ':' &&
            begins_with(line, name))
            from = at + name_bytes + 1;
        if (from < head.len)
            to = next;
    }
    value = lyt_str_trim(lyt_str_slice(lyt_str_slice(head, from, to), 0, lyt_mail_header_max));
    joined = lyt_arena_room(w->arena, value.len + 1, 1);
    if (!joined)
        return (lyt_str){"", 0};
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != '\r' && value.ptr[i] != '\n')
            joined[n++] = value.ptr[i];
    joined[n] = '\0';
    return (lyt_str){joined, n};
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\t';
}

static size_t skip_gaps(lyt_str s, size_t at)
{
    while (at < s.len && is_gap(s.ptr[at]))
        at++;
    return at;
}

/* The value at *at, in quotes or not, into out (NULL: stepped over only); returns its length. */
static size_t take_value(lyt_str s, size_t *at, char *out)
{
    bool is_quoted = *at < s.len && s.ptr[*at] == '"';
    size_t n = 0;

    for (*at += is_quoted; *at < s.len; ++*at) {
        char c = s.ptr[*at];

        if (is_quoted ? c == '"' : c == ';' || is_gap(c))
            break;
        if (is_quoted && c == '\\' && *at + 1 < s.len)
            c = s.ptr[++*at];
        if (out)
            out[n] = c;
        n++;
    }
    return n;
}

/* A parameter: `; name=value` or `; name="value"`; empty when there is none. */
static lyt_str parameter(walk *w, lyt_str value, const char *name)
{
    size_t at = lyt_str_find(value, ';', 0);

    while (at < value.len) {
        size_t from = skip_gaps(value, at + 1), end = from, start;

        while (end < value.len && !strchr("=; \t", value.ptr[end]))
            end++;
        at = skip_gaps(value, end);
        if (at >= value.len || value.ptr[at] != '=') {
            at = lyt_str_find(value, ';', at);
            continue;
        }
        start = at = skip_gaps(value, at + 1);
        if (is_same(lyt_str_slice(value, from, end), name)) {
            size_t n = take_value(value, &at, NULL);
            char *text = lyt_arena_room(w->arena, n + 1, 1);

            if (!text)
                break;
            at = start;
            return (lyt_str){text, take_value(value, &at, text)};
        }
        (void)take_value(value, &at, NULL);
        at = lyt_str_find(value, ';', at);
    }
    return (lyt_str){"", 0};
}

static void read_type(walk *w, part *p)
{
    lyt_str value = header(w, p->head, "content-type"), type;
    char *small;

    p->type_value = value;
    type = lyt_str_trim(lyt_str_slice(value, 0, lyt_str_find(value, ';', 0)));
    p->type = LYT_STR("text/plain");
    if (lyt_str_find(type, '/', 0) >= type.len)
        return;
    small = lyt_arena_room(w->arena, type.len + 1, 1);
    if (!small)
        return;
    for (size_t i = 0; i < type.len; i++)
        small[i] = lower(type.ptr[i]);
    p->type = (lyt_str){small, type.len};
}

/* A text part's bytes as UTF-8 text. */
static void add_text(walk *w, const part *p, lyt_buf *out)
{
    lyt_str encoding = header(w, p->head, "content-transfer-encoding");
    lyt_str name = parameter(w, p->type_value, "charset");
    lyt_charset charset;
    lyt_buf bytes, text;
    size_t mark = 0;

    lyt_buf_init(&bytes, out->alloc);
    lyt_buf_init(&text, out->alloc);
    lyt_mime_decode(&bytes, p->body,
                    is_same(encoding, "quoted-printable") ? LYT_TRANSFER_QUOTED
                    : is_same(encoding, "base64")         ? LYT_TRANSFER_BASE64
                                                          : LYT_TRANSFER_PLAIN);
    /* ASCII with letters beyond it is somebody's mistake: then the bytes are asked */
    if (!lyt_charset_find(&charset, name) || is_same(name, "us-ascii") || is_same(name, "utf-8"))
        charset = lyt_charset_guess(lyt_buf_str(&bytes), &mark);
    lyt_charset_decode(&text, lyt_str_slice(lyt_buf_str(&bytes), mark, bytes.len), charset);
    if (lyt_str_equal(p->type, LYT_STR("text/html")))
        lyt_html_text(out, lyt_buf_str(&text));
    else if (is_same(parameter(w, p->type_value, "format"), "flowed"))
        lyt_mime_flowed(out, lyt_buf_str(&text),
                        is_same(parameter(w, p->type_value, "delsp"), "yes"));
    else
        lyt_buf_add(out, lyt_buf_str(&text));
    if (!out->status)
        out->status = bytes.status ? bytes.status : text.status;
    lyt_buf_deinit(&bytes);
    lyt_buf_deinit(&text);
}

/* Whether a line is the boundary, and whether it is the last one. */
static bool is_boundary(lyt_str line, lyt_str boundary, bool *is_last)
{
    lyt_str rest;

    if (!lyt_str_begins(line, LYT_STR("--")) ||
        !lyt_str_begins(lyt_str_slice(line, 2, line.len), boundary))
        return false;
    rest = lyt_str_trim(lyt_str_slice(line, 2 + boundary.len, line.len));
    *is_last = lyt_str_equal(rest, LYT_STR("--"));
    return rest.len == 0 || *is_last;
}

/* The next part of a multipart body from *at on; false: there are no more. */
static bool next_part(lyt_str body, lyt_str boundary, size_t *at, lyt_str *entity)
{
    bool is_last = false, inside = false;
    size_t from = 0, next;

    for (size_t i = *at; i < body.len; i = next) {
        lyt_str line = line_at(body, i, &next);

        if (!is_boundary(line, boundary, &is_last))
            continue;
        if (inside) {
            *entity = lyt_str_slice(body, from, i);
            *at = i;
            return true;
        }
        if (is_last)
            return false;
        inside = true;
        from = next;
    }
    /* a mail cut short has no last boundary */
    *at = body.len;
    *entity = lyt_str_slice(body, from, body.len);
    return inside;
}

static bool is_blank(lyt_str text)
{
    return lyt_str_trim(text).len == 0;
}

static lyt_status add_entity(walk *w, lyt_str entity, int depth, bool *is_plain, lyt_buf *out);

/* All parts one after the other; of alternatives the plain one, else the last that has text. */
static lyt_status add_multipart(walk *w, const part *p, int depth, lyt_buf *out)
{
    lyt_str boundary = parameter(w, p->type_value, "boundary"), entity;
    bool is_choice = lyt_str_equal(p->type, LYT_STR("multipart/alternative")), chosen = false;
    lyt_status status = LYT_OK;
    lyt_buf text, best;
    size_t at = 0;

    if (!boundary.len)
        return LYT_OK;
    lyt_buf_init(&text, out->alloc);
    lyt_buf_init(&best, out->alloc);
    while (!status && !chosen && next_part(p->body, boundary, &at, &entity)) {
        bool is_plain = false;

        lyt_buf_reset(&text);
        status = add_entity(w, entity, depth + 1, &is_plain, &text);
        if (status || is_blank(lyt_buf_str(&text)))
            continue;
        if (is_choice)
            lyt_buf_reset(&best);
        else if (best.len && best.data[best.len - 1] != '\n')
            lyt_buf_add_char(&best, '\n');
        lyt_buf_add(&best, lyt_buf_str(&text));
        chosen = is_choice && is_plain;
    }
    lyt_buf_add(out, lyt_buf_str(&best));
    if (!status)
        status = best.status ? best.status : text.status;
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&best);
    return status;
}

static lyt_status add_entity(walk *w, lyt_str entity, int depth, bool *is_plain, lyt_buf *out)
{
    part p = {.type = {"", 0}};

    if (depth > lyt_mail_depth_max || ++w->n_parts > lyt_mail_parts_max)
        return lyt_error_set(w->err, LYT_ELIMIT,
                             depth > lyt_mail_depth_max ? "parts within parts, %d deep"
                                                        : "more than %d parts",
                             depth > lyt_mail_depth_max ? lyt_mail_depth_max : lyt_mail_parts_max);
    cut(entity, &p);
    read_type(w, &p);
    if (begins_with(header(w, p.head, "content-disposition"), "attachment"))
        return lyt_arena_status(w->arena);
    if (lyt_str_begins(p.type, LYT_STR("multipart/"))) {
        w->saw_automatic = w->saw_automatic || lyt_str_equal(p.type, LYT_STR("multipart/report"));
        return add_multipart(w, &p, depth, out);
    }
    *is_plain = lyt_str_equal(p.type, LYT_STR("text/plain"));
    if (*is_plain || lyt_str_equal(p.type, LYT_STR("text/html")))
        add_text(w, &p, out);
    if (lyt_buf_status(out))
        return lyt_buf_status(out);
    return lyt_arena_status(w->arena);
}

/* "Anna <anna@example.dk>, …" gives the first address; what stands in quotes is a name. */
static lyt_str address_of(lyt_str value)
{
    size_t open = value.len, end = value.len, from = 0;
    bool is_quoted = false;

    for (size_t i = 0; i < value.len && end == value.len; i++) {
        char c = value.ptr[i];

        if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && c == '<')
            open = i + 1;
        else if (!is_quoted && (c == '>' || c == ',' || c == '('))
            end = i;
    }
    if (open < end)
        from = open;
    value = lyt_str_trim(lyt_str_slice(value, from, end));
    return lyt_str_find(value, '@', 0) < value.len && lyt_str_find(value, ' ', 0) == value.len
               ? value
               : (lyt_str){"", 0};
}

/* As UTF-8 in the arena. */
static lyt_str decoded(walk *w, lyt_str value)
{
    lyt_str copy = {"", 0};
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_mime_words(&text, value);
    if (!lyt_buf_status(&text) && text.len)
        copy = lyt_arena_copy(w->arena, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
    return copy.ptr ? copy : (lyt_str){"", 0};
}

static bool is_automatic(walk *w, lyt_str head)
{
    lyt_str submitted = header(w, head, "auto-submitted"),
            precedence = header(w, head, "precedence");

    return (submitted.len && !begins_with(submitted, "no")) || is_same(precedence, "bulk") ||
           is_same(precedence, "junk") || is_same(precedence, "auto_reply") ||
           header(w, head, "x-autoreply").len || header(w, head, "x-autorespond").len ||
           is_same(header(w, head, "return-path"), "<>");
}

static void read_headers(walk *w, lyt_str head, lyt_mail *out)
{
    lyt_str id = header(w, head, "message-id"), language = header(w, head, "content-language");

    out->from = decoded(w, address_of(header(w, head, "from")));
    out->to = decoded(w, address_of(header(w, head, "to")));
    out->subject = decoded(w, header(w, head, "subject"));
    if (lyt_str_begins(id, LYT_STR("<")))
        id = lyt_str_slice(id, 1, lyt_str_find(id, '>', 0));
    out->id = decoded(w, id);
    for (size_t i = 0; i < language.len && i < 2; i++)
        if (lower(language.ptr[i]) < 'a' || lower(language.ptr[i]) > 'z')
            language.len = 0;
    out->language = decoded(w, lyt_str_slice(language, 0, 2));
    if (lyt_mail_date(&out->sent_us, header(w, head, "date")))
        out->sent_us = 0;
    out->is_reply = header(w, head, "in-reply-to").len || header(w, head, "references").len;
    out->is_automatic = is_automatic(w, head);
}

/* The first line that is neither "Name: value" nor the end of one; 0: there is none. */
static uint32_t bad_header_line(lyt_str head)
{
    uint32_t number = 0;
    size_t next;

    for (size_t at = 0; at < head.len; at = next) {
        lyt_str line = line_at(head, at, &next);
        size_t colon = lyt_str_find(line, ':', 0);

        number++;
        if (number > 1 && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
            continue;
        if (colon == 0 || colon == line.len)
            return number;
        for (size_t i = 0; i < colon; i++)
            if (line.ptr[i] <= ' ' || line.ptr[i] > '~')
                return number;
    }
    return 0;
}

lyt_status lyt_mail_read(lyt_mail *out, lyt_str message, lyt_arena *arena, lyt_error *err)
{
    walk w = {.arena = arena, .err = err};
    uint32_t bad, skipped = 0;
    bool is_plain = false, has_mbox_line = false;
    lyt_status status;
    size_t next = 0;
    part top = {.type = {"", 0}};
    lyt_buf text;

    memset(out, 0, sizeof *out);
    /* an mbox's "From " line, and what some pipes put above a mail */
    while (message.len && (line_at(message, 0, &next).len == 0 ||
                           (!has_mbox_line && lyt_str_begins(message, LYT_STR("From "))))) {
        has_mbox_line = has_mbox_line || line_at(message, 0, &next).len > 0;
        message = lyt_str_slice(message, next, message.len);
        skipped++;
    }
    cut(message, &top);
    bad = bad_header_line(top.head);
    if (!top.head.len || bad)
        return lyt_error_at(err, LYT_EFORMAT, NULL, skipped + (bad ? bad : 1), 0,
                            "is no header line \"Name: value\": a mail begins with its headers, "
                            "then an empty line, then the text");
    read_headers(&w, top.head, out);
    lyt_buf_init(&text, NULL);
    status = add_entity(&w, message, 0, &is_plain, &text);
    if (!status)
        status = lyt_buf_status(&text);
    out->is_automatic = out->is_automatic || w.saw_automatic;
    out->text = (lyt_str){"", 0};
    if (!status && text.len)
        out->text = lyt_arena_copy(arena, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
    if (!status)
        status = lyt_arena_status(arena);
    if (status == LYT_ENOMEM)
        return lyt_error_set(err, status, "no memory to read the mail");
    return status;
}
