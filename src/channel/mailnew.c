#include "mailnew.h"

#include <string.h>

#include "mailwords.h"

typedef enum line_kind {
    LINE_OWN,
    LINE_DROPPED, /* nothing, or a picture's place: no border between two runs of text */
    LINE_QUOTE,
} line_kind;

typedef struct line {
    lyt_str text;   /* without its end */
    lyt_str folded; /* lyt_mail_fold() */
    line_kind kind;
} line;

typedef struct letter {
    line *lines;
    size_t n;
    bool is_forward;
    lyt_arena *arena;
    size_t forwarded; /* first line of a forwarded mail; n for none */
} letter;

enum { depth_max = 4, attribution_lines = 3, signature_lines_max = 16, signature_line_bytes = 120 };

static bool is_empty(const line *l)
{
    return l->folded.len == 0;
}

static bool is_quote(const line *l)
{
    return lyt_str_begins(l->folded, LYT_STR(">"));
}

static size_t next_full(const letter *m, size_t at)
{
    while (at < m->n && is_empty(&m->lines[at]))
        at++;
    return at;
}

static lyt_status split(letter *m, lyt_str text)
{
    size_t n = 1;
    lyt_buf folded;

    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == '\n';
    m->lines = lyt_arena_array(m->arena, n, sizeof *m->lines);
    if (!m->lines)
        return lyt_arena_status(m->arena);
    lyt_buf_init(&folded, NULL);
    for (size_t at = 0; at < text.len && !folded.status;) {
        size_t end = lyt_str_find(text, '\n', at);
        line *l = &m->lines[m->n++];

        l->text = lyt_str_slice(text, at, end);
        if (lyt_str_ends(l->text, LYT_STR("\r")))
            l->text.len--;
        at = end + 1;
        lyt_buf_reset(&folded);
        lyt_mail_fold(&folded, l->text);
        l->folded = lyt_arena_copy(m->arena, lyt_buf_str(&folded));
    }
    if (folded.status) {
        lyt_buf_deinit(&folded);
        return LYT_ENOMEM;
    }
    lyt_buf_deinit(&folded);
    return lyt_arena_status(m->arena);
}

static void drop(letter *m, size_t from, size_t to, line_kind kind)
{
    for (size_t i = from; i < to && i < m->n; i++)
        m->lines[i].kind = kind;
}

static bool is_quote_next(const letter *m, size_t at)
{
    size_t next = next_full(m, at);

    return next < m->n && is_quote(&m->lines[next]);
}

/* How many lines from `at` on say who wrote what follows: mail clients break such lines. */
static size_t attribution_at(const letter *m, size_t at)
{
    char joined[600];
    size_t len = 0;

    for (size_t i = 0; i < attribution_lines && at + i < m->n; i++) {
        lyt_str part = m->lines[at + i].folded, whole;

        if (!part.len || is_quote(&m->lines[at + i]) || len + part.len + 1 > sizeof joined)
            return 0;
        if (len)
            joined[len++] = ' ';
        memcpy(joined + len, part.ptr, part.len);
        len += part.len;
        if (!lyt_str_ends(part, LYT_STR(":")))
            continue;
        whole = (lyt_str){joined, len};
        return lyt_mail_is_attribution(whole) ||
                       (i == 0 && lyt_mail_names_writer(whole) && is_quote_next(m, at + 1))
                   ? i + 1
                   : 0;
    }
    return 0;
}

/* Lines of a block of From, Sent, To and Subject that begins at `at`; 0 when it is none. */
static size_t header_block_at(const letter *m, size_t at)
{
    unsigned bits = lyt_mail_label(m->lines[at].folded);
    size_t end = at;

    if (!bits)
        return 0;
    for (size_t i = at + 1; i < m->n && i < at + 9; i++) {
        unsigned bit = lyt_mail_label(m->lines[i].folded);

        bits |= bit;
        if (bit)
            end = i;
    }
    if (!(bits & LYT_MAIL_FROM) || !(bits & (LYT_MAIL_SENT | LYT_MAIL_SUBJECT)) ||
        !(bits & (LYT_MAIL_TO | LYT_MAIL_SUBJECT)))
        return 0;
    /* what has no label of ours ("Cc:", "Prioritet:") up to the empty line belongs to it */
    while (end + 1 < m->n && !is_empty(&m->lines[end + 1]) &&
           lyt_str_find(m->lines[end + 1].folded, ':', 0) < 16)
        end++;
    return end + 1 - at;
}

/* "________" above a block of From and Sent. */
static bool is_rule(const line *l)
{
    for (size_t i = 0; i < l->folded.len; i++)
        if (l->folded.ptr[i] != '_' && l->folded.ptr[i] != '-')
            return false;
    return l->folded.len >= 10;
}

/* Everything from `at` on is history; a forwarded mail behind a block begins after the block. */
static size_t end_here(letter *m, size_t at, size_t block, bool is_forward)
{
    size_t above = at;

    if (is_forward)
        m->forwarded = at + block;
    while (above > 0 && (is_empty(&m->lines[above - 1]) || is_rule(&m->lines[above - 1])))
        above--;
    drop(m, above, m->n, LINE_QUOTE);
    return m->n;
}

static size_t take_line(letter *m, size_t at)
{
    lyt_str folded = m->lines[at].folded;
    size_t n;

    if (is_quote(&m->lines[at])) {
        m->lines[at].kind = LINE_QUOTE;
        return at + 1;
    }
    if (lyt_mail_is_forward(folded)) {
        size_t block = next_full(m, at + 1);
        size_t lines = block < m->n ? header_block_at(m, block) : 0;

        return end_here(m, at, block - at + lines, true);
    }
    if (lyt_mail_is_divider(folded)) {
        size_t block = next_full(m, at + 1);
        size_t lines = block < m->n ? header_block_at(m, block) : 0;

        return end_here(m, at, block - at + lines, m->is_forward);
    }
    n = header_block_at(m, at);
    if (n)
        return end_here(m, at, n, m->is_forward);
    n = attribution_at(m, at);
    if (!n)
        return at + 1;
    if (next_full(m, at + n) < m->n && !is_quote_next(m, at + n))
        return end_here(m, at, n, m->is_forward);
    drop(m, at, at + n, LINE_QUOTE);
    return at + n;
}

/* "[cid:image001.png@…]", "[image: logo]", an object's replacement character. */
static bool is_picture(const line *l)
{
    lyt_str s = l->folded;

    return lyt_str_equal(s, LYT_STR("\xEF\xBF\xBC")) ||
           (lyt_str_ends(s, LYT_STR("]")) &&
            (lyt_str_begins(s, LYT_STR("[cid:")) || lyt_str_begins(s, LYT_STR("[image")) ||
             lyt_str_begins(s, LYT_STR("[billede"))));
}

static bool is_postscript(const line *l)
{
    static const char *const begin[] = {"ps:", "ps.", "ps ", "p.s.", "p.s:", "p.s ", "ps!", NULL};

    for (const char *const *b = begin; *b; b++)
        if (lyt_str_begins(l->folded, lyt_str_of(*b)))
            return true;
    return false;
}

/* Drops from..to but for postscripts, each up to the next empty line. */
static void drop_signature(letter *m, size_t from, size_t to)
{
    bool keep = false;

    for (size_t i = from; i < to; i++) {
        if (is_empty(&m->lines[i]))
            keep = false;
        else if (is_postscript(&m->lines[i]))
            keep = true;
        if (!keep && m->lines[i].kind == LINE_OWN)
            m->lines[i].kind = LINE_DROPPED;
    }
}

/* Whether from..to can be name, title, telephone and address: few lines, none of them long. */
static bool looks_like_signature(const letter *m, size_t from, size_t to)
{
    size_t full = 0;

    for (size_t i = from; i < to; i++) {
        const line *l = &m->lines[i];

        if (is_empty(l) || l->kind != LINE_OWN)
            continue;
        if (lyt_mail_is_disclaimer(l->folded) || is_postscript(l))
            return true;
        if (++full > signature_lines_max || l->folded.len > signature_line_bytes)
            return false;
    }
    return true;
}

/* "/Peter", "// Anna": how many a mail in the Nordic countries ends. */
static bool is_slashed_name(const line *l)
{
    lyt_str s = lyt_str_trim(l->text);
    size_t at = 0, words = 0;

    while (at < s.len && s.ptr[at] == '/')
        at++;
    if (at == 0 || at > 2 || s.len > 40)
        return false;
    s = lyt_str_trim(lyt_str_slice(s, at, s.len));
    for (size_t i = 0; i < s.len; i++)
        words += s.ptr[i] == ' ';
    return s.len > 0 && words < 3 && ((s.ptr[0] >= 'A' && s.ptr[0] <= 'Z') || s.ptr[0] == '\xC3');
}

/* One run of lines between quotes. */
static void strip_run(letter *m, size_t from, size_t to)
{
    size_t last = to;

    for (size_t i = from; i < to; i++) {
        const line *l = &m->lines[i];
        bool is_mark =
            lyt_str_equal(l->text, LYT_STR("-- ")) || lyt_str_equal(l->text, LYT_STR("--"));

        if (l->kind != LINE_OWN)
            continue;
        if (is_mark || lyt_mail_is_disclaimer(l->folded) ||
            (lyt_mail_is_signoff(l->folded, l->text) && looks_like_signature(m, i + 1, to))) {
            drop_signature(m, i, to);
            break;
        }
        if (lyt_mail_is_device(l->folded) || is_picture(l))
            m->lines[i].kind = LINE_DROPPED;
    }
    while (last > from && (is_empty(&m->lines[last - 1]) || m->lines[last - 1].kind != LINE_OWN))
        last--;
    if (last > from && is_slashed_name(&m->lines[last - 1]))
        m->lines[last - 1].kind = LINE_DROPPED;
}

static void strip_signatures(letter *m)
{
    for (size_t from = 0; from < m->n;) {
        size_t to = from;

        while (to < m->n && m->lines[to].kind != LINE_QUOTE)
            to++;
        strip_run(m, from, to);
        from = to + 1;
    }
}

/* What is left, paragraphs parted by one empty line. */
static void write_own(const letter *m, lyt_buf *out)
{
    bool gap = out->len > 0;

    for (size_t i = 0; i < m->n; i++) {
        const line *l = &m->lines[i];

        if (l->kind != LINE_OWN || is_empty(l)) {
            gap = gap || out->len > 0;
            continue;
        }
        if (out->len)
            lyt_buf_add_text(out, gap ? "\n\n" : "\n");
        lyt_buf_add(out, lyt_str_trim(l->text));
        gap = false;
    }
}

/* The lines of a forwarded mail as a text of its own, one depth of ">" taken off. */
static lyt_str forwarded_text(const letter *m, lyt_buf *text)
{
    bool quoted = true;

    for (size_t i = m->forwarded; i < m->n; i++)
        quoted = quoted && (is_empty(&m->lines[i]) || is_quote(&m->lines[i]));
    for (size_t i = m->forwarded; i < m->n; i++) {
        lyt_str l = m->lines[i].text;

        if (quoted) {
            l = lyt_str_trim(l);
            l = lyt_str_slice(l, 1, l.len);
            l = lyt_str_begins(l, LYT_STR(" ")) ? lyt_str_slice(l, 1, l.len) : l;
        }
        lyt_buf_add(text, l);
        lyt_buf_add_char(text, '\n');
    }
    return lyt_buf_str(text);
}

static lyt_status read_letter(lyt_buf *out, lyt_str text, bool is_forward, int depth,
                              lyt_arena *arena)
{
    letter m = {.is_forward = is_forward, .arena = arena};
    lyt_status status = split(&m, text);
    lyt_buf inner;

    if (status)
        return status;
    m.forwarded = m.n;
    for (size_t at = 0; at < m.n;)
        at = take_line(&m, at);
    strip_signatures(&m);
    write_own(&m, out);
    if (m.forwarded < m.n && depth < depth_max) {
        lyt_buf_init(&inner, out->alloc);
        text = forwarded_text(&m, &inner);
        status = lyt_buf_status(&inner);
        if (!status)
            status = read_letter(out, text, false, depth + 1, arena);
        lyt_buf_deinit(&inner);
    }
    return status ? status : lyt_buf_status(out);
}

lyt_status lyt_mail_new(lyt_buf *out, lyt_str text, bool is_forward, lyt_arena *arena)
{
    return read_letter(out, text, is_forward, 0, arena);
}
