#include "affix_inner.h"

#include <string.h>

#include "utf8.h"

enum { arena_bytes_max = 1 << 20 };

typedef struct expansion {
    const lyt_affix *affix;
    lyt_expanded_each each;
    void *user;
    lyt_arena *arena; /* flags of one word */
    lyt_str word;
    lyt_flags flags; /* of the word */
} expansion;

/* A form under way: at most one prefix and two suffixes. */
typedef struct making {
    lyt_str form;
    const lyt_affix_rule *prefix, *suffix, *second;
    bool crosses;
} making;

static bool matches_one(lyt_str set, uint32_t letter)
{
    size_t at = 1;
    bool negated = set.len > 1 && set.ptr[1] == '^';

    if (set.ptr[0] != '[') {
        at = 0;
        return set.ptr[0] == '.' || lyt_utf8_next(set, &at) == letter;
    }
    for (at += negated; at < set.len - 1;)
        if (lyt_utf8_next(set, &at) == letter)
            return !negated;
    return negated;
}

/* word: the letters that the condition looks at, as many as it has. */
static bool matches(lyt_str condition, lyt_str word)
{
    for (size_t at = 0, to = 0; at < condition.len;) {
        size_t from = at;

        if (condition.ptr[at] == '[')
            at = lyt_str_find(condition, ']', at) + 1;
        else
            (void)lyt_utf8_next(condition, &at);
        if (to >= word.len ||
            !matches_one(lyt_str_slice(condition, from, at), lyt_utf8_next(word, &to)))
            return false;
    }
    return true;
}

/* The last n letters of a word; false when it has fewer. */
static bool last_letters(lyt_str word, size_t n, lyt_str *out)
{
    size_t at = word.len;

    for (; n; n--) {
        if (at == 0)
            return false;
        do
            at--;
        while (at > 0 && ((unsigned char)word.ptr[at] & 0xc0) == 0x80);
    }
    *out = lyt_str_slice(word, at, word.len);
    return true;
}

static bool strips(const expansion *x, size_t word, size_t strip)
{
    return x->affix->full_strip ? strip <= word : strip < word;
}

static bool add_suffix(const expansion *x, const lyt_affix_rule *rule, lyt_str word, char *out,
                       lyt_str *form)
{
    lyt_str end = {NULL, 0};

    if (!strips(x, word.len, rule->strip.len) || !lyt_str_ends(word, rule->strip) ||
        !last_letters(word, rule->n_condition, &end) || !matches(rule->condition, end) ||
        word.len - rule->strip.len + rule->add.len > lyt_expanded_bytes_max)
        return false;
    memcpy(out, word.ptr, word.len - rule->strip.len);
    if (rule->add.len)
        memcpy(out + word.len - rule->strip.len, rule->add.ptr, rule->add.len);
    *form = (lyt_str){out, word.len - rule->strip.len + rule->add.len};
    return form->len > 0;
}

static bool add_prefix(const expansion *x, const lyt_affix_rule *rule, lyt_str word, char *out,
                       lyt_str *form)
{
    lyt_str rest = lyt_str_slice(word, rule->strip.len, word.len);

    if (!strips(x, word.len, rule->strip.len) || !lyt_str_begins(word, rule->strip) ||
        !matches(rule->condition, word) || rest.len + rule->add.len > lyt_expanded_bytes_max)
        return false;
    if (rule->add.len)
        memcpy(out, rule->add.ptr, rule->add.len);
    if (rest.len)
        memcpy(out + rule->add.len, rest.ptr, rest.len);
    *form = (lyt_str){out, rest.len + rule->add.len};
    return form->len > 0;
}

/* Whether the word or any of its affixes has the flag. */
static bool has(const expansion *x, const making *m, lyt_special_flag which)
{
    uint16_t flag = x->affix->special[which];

    return flag &&
           (lyt_flags_has(x->flags, flag) || (m->prefix && lyt_flags_has(m->prefix->next, flag)) ||
            (m->suffix && lyt_flags_has(m->suffix->next, flag)) ||
            (m->second && lyt_flags_has(m->second->next, flag)));
}

static bool rule_has(const expansion *x, const lyt_affix_rule *rule, lyt_special_flag which)
{
    return rule && lyt_flags_has(rule->next, x->affix->special[which]);
}

/* A suffix within a compound, or a prefix, needs a permission. */
static bool may_begin(const expansion *x, const making *m)
{
    const lyt_affix_rule *last = m->second ? m->second : m->suffix;

    if (last && !rule_has(x, last, LYT_AFF_COMPOUND_PERMIT))
        return false;
    return has(x, m, LYT_AFF_COMPOUND_BEGIN) || has(x, m, LYT_AFF_COMPOUND_MIDDLE) ||
           has(x, m, LYT_AFF_COMPOUND);
}

static bool may_end(const expansion *x, const making *m)
{
    if (m->prefix && !rule_has(x, m->prefix, LYT_AFF_COMPOUND_PERMIT))
        return false;
    return has(x, m, LYT_AFF_COMPOUND_END) || has(x, m, LYT_AFF_COMPOUND);
}

static unsigned roles_of(const expansion *x, const making *m)
{
    const lyt_affix_rule *last = m->second ? m->second : m->suffix;
    bool bare = !m->prefix && !last, needs;
    unsigned roles = 0;

    if (lyt_flags_has(x->flags, x->affix->special[LYT_AFF_FORBIDDEN]))
        return bare ? LYT_EXPANDED_FORBIDDEN : 0;
    needs = bare && lyt_flags_has(x->flags, x->affix->special[LYT_AFF_NEED_AFFIX]);
    needs |= last && rule_has(x, last, LYT_AFF_NEED_AFFIX);
    needs |= !last && rule_has(x, m->prefix, LYT_AFF_NEED_AFFIX);
    /* such a suffix comes only with such a prefix; Hunspell lets the prefix come alone */
    needs |= m->suffix &&
             rule_has(x, m->suffix, LYT_AFF_CIRCUMFIX) != rule_has(x, m->prefix, LYT_AFF_CIRCUMFIX);
    if (needs)
        return 0;
    if (!has(x, m, LYT_AFF_ONLY_IN_COMPOUND))
        roles |= LYT_EXPANDED_WORD;
    if (!has(x, m, LYT_AFF_COMPOUND_FORBID)) {
        roles |= may_begin(x, m) ? LYT_EXPANDED_BEGIN : 0;
        roles |= may_end(x, m) ? LYT_EXPANDED_END : 0;
    }
    return roles;
}

static lyt_status emit(const expansion *x, const making *m)
{
    unsigned roles = roles_of(x, m);
    lyt_expanded form = {.form = m->form};

    if (!roles)
        return LYT_OK;
    if (!m->prefix && !m->suffix)
        roles |= LYT_EXPANDED_ENTRY;
    form.roles = (uint8_t)roles;
    if (lyt_str_begins(m->form, x->word))
        form.link = (uint8_t)(m->form.len - x->word.len);
    return x->each(x->user, &form);
}

static const lyt_affix_class *class_of(const lyt_affix *affix, uint16_t *const *of, uint16_t flag)
{
    const uint16_t *row = of[flag >> 8];

    return row && row[flag & 255] ? &affix->classes[row[flag & 255] - 1] : NULL;
}

static lyt_status with_prefixes(const expansion *x, const making *m, lyt_flags flags)
{
    const lyt_affix *a = x->affix;
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < flags.n; i++) {
        const lyt_affix_class *c = class_of(a, a->prefix_of, flags.at[i]);

        if (!c || (m->suffix && (!c->crosses || !m->crosses)))
            continue;
        for (uint32_t r = c->first; r < c->first + c->n && !status; r++) {
            char room[lyt_expanded_bytes_max];
            making longer = *m;

            longer.prefix = &a->rules[r];
            if (add_prefix(x, longer.prefix, m->form, room, &longer.form))
                status = emit(x, &longer);
        }
    }
    return status;
}

/* The form itself, and with each prefix that the word or its suffixes allow. */
static lyt_status emit_all(const expansion *x, const making *m)
{
    lyt_status status = emit(x, m);

    if (!status)
        status = with_prefixes(x, m, x->flags);
    if (!status && m->suffix)
        status = with_prefixes(x, m, m->suffix->next);
    if (!status && m->second)
        status = with_prefixes(x, m, m->second->next);
    return status;
}

static lyt_status with_suffixes(const expansion *x, const making *m, lyt_flags flags)
{
    const lyt_affix *a = x->affix;
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < flags.n; i++) {
        const lyt_affix_class *c = class_of(a, a->suffix_of, flags.at[i]);

        for (uint32_t r = c ? c->first : 0; c && r < c->first + c->n && !status; r++) {
            const lyt_affix_rule *rule = &a->rules[r];
            char room[lyt_expanded_bytes_max];
            making longer = {.suffix = m->suffix ? m->suffix : rule,
                             .second = m->suffix ? rule : NULL,
                             .crosses = c->crosses};

            if (!add_suffix(x, rule, m->form, room, &longer.form))
                continue;
            status = emit_all(x, &longer);
            if (!status && !longer.second)
                status = with_suffixes(x, &longer, rule->next);
        }
    }
    return status;
}

static lyt_status expand_word(expansion *x)
{
    making m = {.form = x->word};
    lyt_status status = emit_all(x, &m);

    return status ? status : with_suffixes(x, &m, x->flags);
}

/* Without what tells of the word's shape and sound: "<tab>…", " st:…". */
static lyt_str without_fields(lyt_str line)
{
    line = lyt_str_slice(line, 0, lyt_str_find(line, '\t', 0));
    for (size_t at = lyt_str_find(line, ' ', 0); at + 3 < line.len;
         at = lyt_str_find(line, ' ', at + 1))
        if (line.ptr[at + 3] == ':')
            return lyt_str_trim(lyt_str_slice(line, 0, at));
    return lyt_str_trim(line);
}

/* "word/flags"; a "\/" belongs to the word. */
static bool cut_entry(lyt_str line, char *word, size_t *len, lyt_str *flags)
{
    size_t at = 0;

    *len = 0;
    *flags = (lyt_str){NULL, 0};
    line = without_fields(line);
    for (; at < line.len && line.ptr[at] != '/'; at++) {
        if (line.ptr[at] == '\\' && at + 1 < line.len && line.ptr[at + 1] == '/')
            at++;
        if (*len == lyt_expanded_bytes_max || line.ptr[at] == ' ')
            return false;
        word[(*len)++] = line.ptr[at];
    }
    if (at < line.len)
        *flags = lyt_str_slice(line, at + 1, line.len);
    return *len > 0;
}

static lyt_status expand_text(expansion *x, lyt_str text, const char *name, lyt_error *err)
{
    char word[lyt_expanded_bytes_max];
    uint32_t number = 0;
    lyt_status status = LYT_OK;
    lyt_str line, flags;

    for (size_t at = 0; !status && lyt_affix_line(text, &at, &line);) {
        size_t len;

        /* the first line says how many there are */
        if (number++ == 0 || !cut_entry(line, word, &len, &flags))
            continue;
        lyt_arena_reset(x->arena);
        status = lyt_affix_flags(x->affix, x->arena, flags, true, &x->flags);
        if (status == LYT_EFORMAT) {
            /* da_DK has one such word: "A/S", with its quotes */
            status = LYT_OK;
            continue;
        }
        if (status)
            return lyt_error_at(err, status, name, number, 0, "%s", lyt_status_text(status));
        x->word = (lyt_str){word, len};
        status = expand_word(x);
    }
    return status;
}

lyt_status lyt_affix_expand(const lyt_affix *affix, lyt_str bytes, const char *name,
                            lyt_expanded_each each, void *user, lyt_error *err)
{
    expansion x = {.affix = affix, .each = each, .user = user};
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, affix->alloc);
    status = lyt_arena_new(&x.arena, affix->alloc, "word", arena_bytes_max);
    if (!status)
        status = lyt_affix_decode(affix->encoding, bytes, &text);
    if (status)
        lyt_error_at(err, status, name, 0, 0, "the words are not in the encoding of the rules");
    else
        status = expand_text(&x, lyt_buf_str(&text), name, err);
    lyt_arena_free(x.arena);
    lyt_buf_deinit(&text);
    return status;
}
