#include "htmltext.h"

#include "charset.h"

enum { quotes_max = 8, name_max = 16 };

typedef struct page {
    lyt_buf *out;
    lyt_str html;
    size_t at;
    int quotes;          /* depth of blockquotes */
    bool has_text;       /* something stands on this line */
    bool blank_due;      /* white space that has not been written yet */
    int lines_due;       /* line ends that have not been written yet: 1 a new line, 2 a paragraph */
    bool begun;          /* something was written at all */
    int kept;            /* depth of <pre>: white space is as it is */
    char skip[name_max]; /* the element being left out */
    int skip_depth;
} page;

typedef struct tag {
    char name[name_max]; /* small letters; what is longer is none that we know */
    bool is_end, is_empty;
    lyt_str attributes;
} tag;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* whether name stands in a list of words with a blank before and after each */
static bool is_one_of(const char *name, const char *list)
{
    lyt_str wanted = lyt_str_of(name), words = lyt_str_of(list);

    for (size_t at = 1; at < words.len;) {
        size_t end = lyt_str_find(words, ' ', at);

        if (lyt_str_equal(wanted, lyt_str_slice(words, at, end)))
            return wanted.len > 0;
        at = end + 1;
    }
    return false;
}

/* Whether needle, in small letters, stands in text, whatever the case. */
static bool contains(lyt_str text, const char *needle)
{
    lyt_str wanted = lyt_str_of(needle);

    for (size_t at = 0; at + wanted.len <= text.len; at++) {
        size_t i = 0;

        while (i < wanted.len && lower(text.ptr[at + i]) == wanted.ptr[i])
            i++;
        if (i == wanted.len)
            return true;
    }
    return false;
}

static void begin_line(page *p)
{
    int lines = p->begun ? p->lines_due : 0;

    if (lines) {
        lyt_buf_add_char(p->out, '\n');
        for (int i = 1; i < lines && i < 2; i++) {
            for (int q = 0; q < p->quotes; q++)
                lyt_buf_add_char(p->out, '>');
            lyt_buf_add_char(p->out, '\n');
        }
        p->has_text = false;
    }
    p->lines_due = 0;
    if (!p->has_text) {
        for (int q = 0; q < p->quotes; q++)
            lyt_buf_add_char(p->out, '>');
        if (p->quotes)
            lyt_buf_add_char(p->out, ' ');
    } else if (p->blank_due) {
        lyt_buf_add_char(p->out, ' ');
    }
    p->blank_due = false;
    p->has_text = true;
    p->begun = true;
}

static void want_lines(page *p, int n)
{
    if (p->has_text && p->lines_due < n)
        p->lines_due = n;
    p->blank_due = false;
}

/* <br>: each one counts, up to an empty line. */
static void break_line(page *p)
{
    if (p->has_text && p->lines_due < 2)
        p->lines_due++;
    p->blank_due = false;
}

static tag read_tag(page *p)
{
    tag t = {.name = ""};
    size_t n = 0, from;
    char quote = '\0', before = '\0';

    p->at++;
    if (p->at < p->html.len && p->html.ptr[p->at] == '/') {
        t.is_end = true;
        p->at++;
    }
    for (; p->at < p->html.len; p->at++, n++) {
        char c = lower(p->html.ptr[p->at]);

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':'))
            break;
        if (n < name_max - 1)
            t.name[n] = c;
    }
    if (n >= name_max)
        t.name[0] = '\0';
    for (from = p->at; p->at < p->html.len; p->at++) {
        char c = p->html.ptr[p->at];

        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '>') {
            break;
        } else if ((c == '"' || c == '\'') && before == '=') {
            quote = c;
        }
        before = is_space(c) ? before : c;
    }
    t.attributes = lyt_str_slice(p->html, from, p->at);
    t.is_empty = lyt_str_ends(t.attributes, LYT_STR("/"));
    p->at++;
    return t;
}

/* Elements that no reader sees, or that the client says are a signature. */
static bool is_left_out(const tag *t)
{
    if (is_one_of(t->name, " script style head title noscript template svg "))
        return true;
    return contains(t->attributes, "display:none") || contains(t->attributes, "display: none") ||
           contains(t->attributes, "gmail_signature") || contains(t->attributes, "moz-signature") ||
           contains(t->attributes, "id=\"signature\"") ||
           contains(t->attributes, "id=\"ms-outlook-mobile-signature\"");
}

static void take_tag(page *p, const tag *t)
{
    bool is_void = t->is_empty || is_one_of(t->name, " br hr img meta link input col wbr ");

    if (p->skip_depth) {
        if (!is_void && is_one_of(t->name, p->skip))
            p->skip_depth += t->is_end ? -1 : 1;
        return;
    }
    if (!t->is_end && !is_void && t->name[0] && is_left_out(t)) {
        lyt_str name = lyt_str_of(t->name);

        p->skip[0] = ' ';
        for (size_t i = 0; i < name.len && i < name_max - 2; i++) {
            p->skip[i + 1] = name.ptr[i];
            p->skip[i + 2] = '\0';
        }
        p->skip_depth = 1;
        want_lines(p, 1);
    } else if (is_one_of(t->name, " br ")) {
        break_line(p);
    } else if (is_one_of(t->name, " blockquote ")) {
        want_lines(p, 1);
        /* the line ends that are due belong to the outer one */
        if (p->has_text && p->lines_due) {
            lyt_buf_add_char(p->out, '\n');
            p->has_text = false;
            p->lines_due = 0;
        }
        p->quotes += t->is_end ? (p->quotes > 0 ? -1 : 0) : (p->quotes < quotes_max ? 1 : 0);
    } else if (is_one_of(t->name, " p h1 h2 h3 h4 h5 h6 ul ol table ")) {
        want_lines(p, 2);
    } else if (is_one_of(t->name, " div tr li dt dd section header footer article hr form pre ")) {
        want_lines(p, 1);
        if (is_one_of(t->name, " pre "))
            p->kept += t->is_end ? (p->kept > 0 ? -1 : 0) : 1;
    } else if (is_one_of(t->name, " td th ")) {
        p->blank_due = p->has_text;
    }
}

static void take_entity(page *p)
{
    size_t end = p->at + 1;
    lyt_str name;

    while (end < p->html.len && end - p->at < 12 && p->html.ptr[end] != ';' &&
           !is_space(p->html.ptr[end]) && p->html.ptr[end] != '<' && p->html.ptr[end] != '&')
        end++;
    name = lyt_str_slice(p->html, p->at + 1, end);
    if (lyt_str_equal(name, LYT_STR("nbsp"))) {
        p->blank_due = true;
    } else if (end < p->html.len && p->html.ptr[end] == ';' && name.len) {
        begin_line(p);
        if (!lyt_html_entity(p->out, name)) {
            lyt_buf_add_char(p->out, '&');
            p->at++;
            return;
        }
    } else {
        begin_line(p);
        lyt_buf_add_char(p->out, '&');
        p->at++;
        return;
    }
    p->at = end < p->html.len && p->html.ptr[end] == ';' ? end + 1 : end;
}

/* No-break space is a blank; zero-width space, joiners and marks are nothing. */
static bool take_special(page *p)
{
    lyt_str rest = lyt_str_slice(p->html, p->at, p->html.len);

    if (lyt_str_begins(rest, LYT_STR("\xC2\xA0"))) {
        p->blank_due = true;
        p->at += 2;
        return true;
    }
    if (lyt_str_begins(rest, LYT_STR("\xE2\x80\x8B")) ||
        lyt_str_begins(rest, LYT_STR("\xE2\x80\x8C")) ||
        lyt_str_begins(rest, LYT_STR("\xEF\xBB\xBF"))) {
        p->at += 3;
        return true;
    }
    return false;
}

static void take_text(page *p)
{
    char c = p->html.ptr[p->at];

    if (p->skip_depth) {
        p->at++;
    } else if (c == '&') {
        take_entity(p);
    } else if (c == '\n' && p->kept) {
        break_line(p);
        p->at++;
    } else if (is_space(c)) {
        p->blank_due = true;
        p->at++;
    } else if (!take_special(p)) {
        begin_line(p);
        lyt_buf_add_char(p->out, c);
        p->at++;
    }
}

/* "<!-- … -->", "<!doctype …>", "<?xml …>": nothing of it is text. */
static void skip_declaration(page *p)
{
    bool is_comment = lyt_str_begins(lyt_str_slice(p->html, p->at, p->html.len), LYT_STR("<!--"));

    for (p->at += is_comment ? 4 : 2; p->at < p->html.len; p->at++) {
        if (p->html.ptr[p->at] != '>')
            continue;
        if (!is_comment || (p->html.ptr[p->at - 1] == '-' && p->html.ptr[p->at - 2] == '-'))
            break;
    }
    p->at++;
}

void lyt_html_text(lyt_buf *out, lyt_str html)
{
    page p = {.out = out, .html = html};

    while (p.at < html.len) {
        char c = html.ptr[p.at], next = p.at + 1 < html.len ? html.ptr[p.at + 1] : '\0';

        if (c == '<' && (next == '!' || next == '?')) {
            skip_declaration(&p);
        } else if (c == '<' && (next == '/' || (lower(next) >= 'a' && lower(next) <= 'z'))) {
            tag t = read_tag(&p);

            take_tag(&p, &t);
        } else {
            take_text(&p);
        }
    }
    if (p.begun)
        lyt_buf_add_char(out, '\n');
}

void lyt_html_escape(lyt_buf *out, lyt_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '&')
            lyt_buf_add_text(out, "&amp;");
        else if (text.ptr[i] == '<')
            lyt_buf_add_text(out, "&lt;");
        else if (text.ptr[i] == '>')
            lyt_buf_add_text(out, "&gt;");
        else
            lyt_buf_add_char(out, text.ptr[i]);
    }
}
