#include "affix_inner.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "mem.h"
#include "utf8.h"

enum { arena_bytes_max = 64 << 20, classes_max = 60000, decoded_max = 1 << 30 };

typedef struct parser {
    lyt_affix *affix;
    const char *name;
    uint32_t line;
    lyt_error *err;
    /* the class whose rules are being read */
    lyt_affix_class *open;
    uint32_t rules_left;
    uint16_t open_flag;
    bool open_suffix;
    uint32_t aliases_left;
} parser;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

lyt_str lyt_affix_field(lyt_str *line)
{
    size_t from = 0, to;

    while (from < line->len && is_blank(line->ptr[from]))
        from++;
    for (to = from; to < line->len && !is_blank(line->ptr[to]);)
        to++;
    if (from == to)
        return (lyt_str){NULL, 0};
    *line = (lyt_str){line->ptr + to, line->len - to};
    return (lyt_str){line->ptr - (to - from), to - from};
}

bool lyt_affix_line(lyt_str text, size_t *at, lyt_str *line)
{
    size_t end;

    if (*at >= text.len)
        return false;
    end = lyt_str_find(text, '\n', *at);
    *line = lyt_str_slice(text, *at, end);
    *at = end + 1;
    if (line->len && line->ptr[line->len - 1] == '\r')
        line->len--;
    return true;
}

static bool parse_number(lyt_str s, uint32_t max, uint32_t *out)
{
    uint32_t value = 0;

    if (s.len == 0 || s.len > 9)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        value = value * 10 + (uint32_t)(s.ptr[i] - '0');
    }
    *out = value;
    return value <= max;
}

static lyt_status add_numbers(lyt_str written, uint16_t *out, size_t *n)
{
    for (size_t at = 0; at <= written.len;) {
        size_t end = lyt_str_find(written, ',', at);
        uint32_t value;

        if (!parse_number(lyt_str_trim(lyt_str_slice(written, at, end)), UINT16_MAX, &value) ||
            value == 0)
            return LYT_EFORMAT;
        out[(*n)++] = (uint16_t)value;
        at = end + 1;
    }
    return LYT_OK;
}

static lyt_status add_letters(lyt_str written, bool pairs, uint16_t *out, size_t *n)
{
    for (size_t at = 0; at < written.len;) {
        uint32_t flag = lyt_utf8_next(written, &at);

        if (pairs) {
            uint32_t second = at < written.len ? lyt_utf8_next(written, &at) : 0;

            if (flag > 0xff || second > 0xff || second == 0)
                return LYT_EFORMAT;
            flag = flag << 8 | second;
        }
        if (flag > UINT16_MAX)
            return LYT_EFORMAT;
        out[(*n)++] = (uint16_t)flag;
    }
    return LYT_OK;
}

lyt_status lyt_affix_flags(const lyt_affix *affix, lyt_arena *arena, lyt_str written,
                           bool use_aliases, lyt_flags *out)
{
    uint16_t *flags;
    size_t n = 0;
    uint32_t alias;
    lyt_status status;

    *out = (lyt_flags){NULL, 0};
    if (written.len == 0)
        return LYT_OK;
    if (use_aliases && affix->n_aliases) {
        if (!parse_number(written, (uint32_t)affix->n_aliases, &alias) || alias == 0)
            return LYT_EFORMAT;
        *out = affix->aliases[alias - 1];
        return LYT_OK;
    }
    flags = lyt_arena_array(arena, written.len + 1, sizeof *flags);
    if (!flags)
        return lyt_arena_status(arena);
    if (affix->flag_kind == LYT_FLAG_NUM)
        status = add_numbers(written, flags, &n);
    else
        status = add_letters(written, affix->flag_kind == LYT_FLAG_LONG, flags, &n);
    *out = (lyt_flags){flags, n};
    return status;
}

lyt_status lyt_affix_decode(const char *encoding, lyt_str bytes, lyt_buf *out)
{
    static const char mark[] = "\xef\xbb\xbf";
    UErrorCode code = U_ZERO_ERROR;
    int32_t need;
    char *room;

    if (encoding[0] == '\0') {
        if (lyt_str_begins(bytes, LYT_STR("\xef\xbb\xbf")))
            bytes = lyt_str_slice(bytes, sizeof mark - 1, bytes.len);
        lyt_buf_add(out, bytes);
        return lyt_utf8_check(bytes, NULL) ? LYT_EFORMAT : lyt_buf_status(out);
    }
    if (bytes.len > decoded_max / 4)
        return LYT_ELIMIT;
    need = ucnv_convert("UTF-8", encoding, NULL, 0, bytes.ptr, (int32_t)bytes.len, &code);
    if (code == U_FILE_ACCESS_ERROR)
        return LYT_ENOTFOUND;
    if (U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR)
        return LYT_EFORMAT;
    room = lyt_buf_reserve(out, (size_t)need + 1);
    if (!room)
        return lyt_buf_status(out);
    code = U_ZERO_ERROR;
    out->len += (size_t)ucnv_convert("UTF-8", encoding, room, need + 1, bytes.ptr,
                                     (int32_t)bytes.len, &code);
    return U_FAILURE(code) || lyt_utf8_check(lyt_buf_str(out), NULL) ? LYT_EFORMAT : LYT_OK;
}

static lyt_status bad(const parser *p, lyt_status status, const char *what)
{
    return lyt_error_at(p->err, status, p->name, p->line, 0, "%s", what);
}

/* ---- single settings ---- */

static lyt_status read_flag_kind(parser *p, lyt_str value)
{
    static const struct {
        const char *name;
        lyt_flag_kind kind;
    } kinds[] = {{"long", LYT_FLAG_LONG}, {"num", LYT_FLAG_NUM}, {"UTF-8", LYT_FLAG_CHAR}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (lyt_str_equal(value, lyt_str_of(kinds[i].name))) {
            p->affix->flag_kind = kinds[i].kind;
            return LYT_OK;
        }
    return bad(p, LYT_EFORMAT, "FLAG is none of long, num, UTF-8");
}

static lyt_status read_special(parser *p, lyt_str key, lyt_str value)
{
    static const struct {
        const char *name;
        lyt_special_flag flag;
    } names[] = {
        {"CIRCUMFIX", LYT_AFF_CIRCUMFIX},
        {"COMPOUNDBEGIN", LYT_AFF_COMPOUND_BEGIN},
        {"COMPOUNDEND", LYT_AFF_COMPOUND_END},
        {"COMPOUNDFLAG", LYT_AFF_COMPOUND},
        {"COMPOUNDFORBIDFLAG", LYT_AFF_COMPOUND_FORBID},
        {"COMPOUNDLAST", LYT_AFF_COMPOUND_END},
        {"COMPOUNDMIDDLE", LYT_AFF_COMPOUND_MIDDLE},
        {"COMPOUNDPERMITFLAG", LYT_AFF_COMPOUND_PERMIT},
        {"FORBIDDENWORD", LYT_AFF_FORBIDDEN},
        {"NEEDAFFIX", LYT_AFF_NEED_AFFIX},
        {"ONLYINCOMPOUND", LYT_AFF_ONLY_IN_COMPOUND},
        {"PSEUDOROOT", LYT_AFF_NEED_AFFIX},
    };
    lyt_flags flags;
    lyt_status status;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!lyt_str_equal(key, lyt_str_of(names[i].name)))
            continue;
        status = lyt_affix_flags(p->affix, p->affix->arena, value, false, &flags);
        if (status || flags.n != 1)
            return bad(p, status == LYT_ENOMEM ? status : LYT_EFORMAT, "one flag must stand here");
        p->affix->special[names[i].flag] = flags.at[0];
        return LYT_OK;
    }
    return LYT_OK;
}

/* ---- PFX and SFX ---- */

static lyt_status open_class(parser *p, bool suffix, uint16_t flag, lyt_str crosses, lyt_str count)
{
    lyt_affix *a = p->affix;
    uint16_t **of = suffix ? &a->suffix_of[flag >> 8] : &a->prefix_of[flag >> 8];
    lyt_status status;

    if (!parse_number(count, UINT32_MAX, &p->rules_left))
        return bad(p, LYT_EFORMAT, "how many rules follow must stand here");
    if (!*of)
        *of = lyt_arena_array(a->arena, 256, sizeof **of);
    if (!*of)
        return bad(p, lyt_arena_status(a->arena), "out of memory");
    if ((*of)[flag & 255])
        return bad(p, LYT_EFORMAT, "the flag has rules already");
    if (a->n_classes == classes_max)
        return bad(p, LYT_ELIMIT, "too many kinds of affixes");
    status =
        lyt_mem_grow(a->alloc, &a->classes, &a->cap_classes, a->n_classes + 1, sizeof *a->classes);
    if (status)
        return bad(p, status, "out of memory");
    p->open = &a->classes[a->n_classes++];
    *p->open = (lyt_affix_class){.first = (uint32_t)a->n_rules,
                                 .crosses = lyt_str_equal(crosses, LYT_STR("Y"))};
    p->open_flag = flag;
    p->open_suffix = suffix;
    (*of)[flag & 255] = (uint16_t)a->n_classes;
    return LYT_OK;
}

/* Letters that a condition looks at: a set in brackets is one. False when a bracket is open. */
static bool count_condition(lyt_str condition, size_t *n)
{
    *n = 0;
    for (size_t at = 0; at < condition.len; ++*n) {
        if (condition.ptr[at] == '[') {
            at = lyt_str_find(condition, ']', at);
            if (at == condition.len)
                return false;
            at++;
        } else {
            (void)lyt_utf8_next(condition, &at);
        }
    }
    return true;
}

static lyt_str unless(lyt_str s, const char *nothing)
{
    return lyt_str_equal(s, lyt_str_of(nothing)) ? (lyt_str){NULL, 0} : s;
}

static lyt_status read_rule(parser *p, lyt_str strip, lyt_str add, lyt_str condition)
{
    lyt_affix *a = p->affix;
    size_t slash = lyt_str_find(add, '/', 0);
    lyt_affix_rule rule = {.strip = lyt_arena_copy(a->arena, unless(strip, "0"))};
    lyt_status status;

    rule.add = lyt_arena_copy(a->arena, unless(lyt_str_slice(add, 0, slash), "0"));
    rule.condition = lyt_arena_copy(a->arena, unless(condition, "."));
    status = lyt_arena_status(a->arena);
    if (status)
        return bad(p, status, "out of memory");
    if (!count_condition(rule.condition, &rule.n_condition))
        return bad(p, LYT_EFORMAT, "a ] is missing");
    status = lyt_affix_flags(a, a->arena, lyt_str_slice(add, slash + 1, add.len), true, &rule.next);
    if (status)
        return bad(p, status, "the flags after / cannot be read");
    status = lyt_mem_grow(a->alloc, &a->rules, &a->cap_rules, a->n_rules + 1, sizeof *a->rules);
    if (status)
        return bad(p, status, "out of memory");
    a->rules[a->n_rules++] = rule;
    p->open->n++;
    p->rules_left--;
    return LYT_OK;
}

static lyt_status read_affix(parser *p, bool suffix, lyt_str rest)
{
    lyt_str flag = lyt_affix_field(&rest), strip = lyt_affix_field(&rest);
    lyt_str add = lyt_affix_field(&rest), condition = lyt_affix_field(&rest);
    lyt_flags flags;
    lyt_status status;

    if (!add.len)
        return bad(p, LYT_EFORMAT, "the line is too short");
    status = lyt_affix_flags(p->affix, p->affix->arena, flag, false, &flags);
    if (status || flags.n != 1)
        return bad(p, status == LYT_ENOMEM ? status : LYT_EFORMAT, "one flag must stand here");
    if (p->rules_left && p->open_suffix == suffix && p->open_flag == flags.at[0])
        return read_rule(p, strip, add, condition);
    p->rules_left = 0;
    return open_class(p, suffix, flags.at[0], strip, add);
}

static lyt_status read_alias(parser *p, lyt_str value)
{
    lyt_affix *a = p->affix;
    lyt_status status;

    if (!p->aliases_left) {
        if (a->n_aliases || !parse_number(value, 10000000, &p->aliases_left))
            return bad(p, LYT_EFORMAT, "how many AF lines follow must stand here");
        return LYT_OK;
    }
    status =
        lyt_mem_grow(a->alloc, &a->aliases, &a->cap_aliases, a->n_aliases + 1, sizeof *a->aliases);
    if (!status)
        status = lyt_affix_flags(a, a->arena, value, false, &a->aliases[a->n_aliases]);
    if (status)
        return bad(p, status, "the flags cannot be read");
    a->n_aliases++;
    p->aliases_left--;
    return LYT_OK;
}

static lyt_status read_line(parser *p, lyt_str line)
{
    lyt_str rest = line, key = lyt_affix_field(&rest), after = rest, value;

    if (!key.len || key.ptr[0] == '#')
        return LYT_OK;
    if (lyt_str_equal(key, LYT_STR("SFX")) || lyt_str_equal(key, LYT_STR("PFX")))
        return read_affix(p, key.ptr[0] == 'S', rest);
    value = lyt_affix_field(&after);
    if (lyt_str_equal(key, LYT_STR("AF")))
        return read_alias(p, value);
    if (lyt_str_equal(key, LYT_STR("FLAG")))
        return read_flag_kind(p, value);
    if (lyt_str_equal(key, LYT_STR("FULLSTRIP")))
        p->affix->full_strip = true;
    return read_special(p, key, value);
}

/* SET stands before anything that is not ASCII. */
static lyt_status find_encoding(parser *p, lyt_str bytes)
{
    lyt_str line;

    for (size_t at = 0; lyt_affix_line(bytes, &at, &line);) {
        lyt_str key = lyt_affix_field(&line), value = lyt_affix_field(&line);

        if (!lyt_str_equal(key, LYT_STR("SET")) && !lyt_str_equal(key, LYT_STR("\xef\xbb\xbfSET")))
            continue;
        if (value.len == 0 || value.len >= sizeof p->affix->encoding)
            return bad(p, LYT_EFORMAT, "SET names no encoding");
        if (!lyt_str_equal(value, LYT_STR("UTF-8")))
            memcpy(p->affix->encoding, value.ptr, value.len);
        return LYT_OK;
    }
    memcpy(p->affix->encoding, "ISO8859-1", sizeof "ISO8859-1");
    return LYT_OK;
}

static lyt_status parse(parser *p, lyt_str bytes, lyt_buf *text)
{
    lyt_status status = find_encoding(p, bytes);
    lyt_str line;

    if (status)
        return status;
    status = lyt_affix_decode(p->affix->encoding, bytes, text);
    if (status)
        return bad(p, status, "the file is not in the encoding that SET names");
    for (size_t at = 0; !status && lyt_affix_line(lyt_buf_str(text), &at, &line);) {
        p->line++;
        status = read_line(p, line);
    }
    return status;
}

void lyt_affix_free(lyt_affix *affix)
{
    if (!affix)
        return;
    lyt_arena_free(affix->arena);
    lyt_mem_free(affix->alloc, affix->aliases);
    lyt_mem_free(affix->alloc, affix->rules);
    lyt_mem_free(affix->alloc, affix->classes);
    lyt_mem_free(affix->alloc, affix);
}

lyt_status lyt_affix_parse(lyt_affix **out, const lyt_alloc *alloc, lyt_str bytes, const char *name,
                           lyt_error *err)
{
    lyt_affix *affix = lyt_mem_new(alloc, sizeof *affix);
    parser p = {.affix = affix, .name = name, .err = err};
    lyt_status status = LYT_ENOMEM;
    lyt_buf text;

    if (!affix)
        return bad(&p, LYT_ENOMEM, "out of memory");
    lyt_buf_init(&text, alloc);
    affix->alloc = alloc;
    if (lyt_arena_new(&affix->arena, alloc, "affixes", arena_bytes_max))
        bad(&p, LYT_ENOMEM, "out of memory");
    else
        status = parse(&p, bytes, &text);
    lyt_buf_deinit(&text);
    if (status) {
        lyt_affix_free(affix);
        return status;
    }
    *out = affix;
    return LYT_OK;
}
