/*
 * Patterns are sorted by what their first word begins with (without its "*"). Two bitmaps, of
 * words' beginnings and of their insides, hold the first bytes of all of them, so that most words
 * of a message cost a bit a letter.
 */
#include "delicate.h"

#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "hash.h"
#include "mem.h"
#include "normal.h"

enum {
    row_words_max = 4,
    key_bytes = 3, /* of a word: what is looked up; shorter patterns have themselves */
    map_bits = 1 << 15,
    file_arena_bytes = 4 << 20,
    kind_never = 4,
};

static const char *const kinds[] = {"health", "belief", "origin", "orientation", "never"};
enum { n_kinds = sizeof kinds / sizeof *kinds };

typedef struct part {
    lyt_str letters; /* without "*" */
    bool is_open;    /* "*" at the end */
} part;

typedef struct pattern {
    part words[row_words_max];
    size_t n_words;
    bool is_inside; /* "*" at the beginning of the first word */
    uint8_t kind;
} pattern;

struct lyt_delicate {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    pattern *patterns;
    uint32_t *windows; /* of their heads, ascending */
    size_t n, cap;
    uint64_t hash;
    uint64_t begins[map_bits / 64], inside[map_bits / 64];
};

void lyt_delicate_free(lyt_delicate *d)
{
    if (!d)
        return;
    lyt_mem_free(d->alloc, d->patterns);
    lyt_mem_free(d->alloc, d->windows);
    lyt_arena_free(d->arena);
    lyt_mem_free(d->alloc, d);
}

uint64_t lyt_delicate_hash(const lyt_delicate *d)
{
    return d ? d->hash : 0;
}

/* ---- reading ---- */

typedef struct reading {
    lyt_delicate *d;
    const lyt_fs *fs;
    const char *folder, *file;
    size_t n_files;
    lyt_error *err;
} reading;

static lyt_status bad(const reading *r, const lyt_yaml_node *node, const char *what)
{
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column, "%s", what);
}

static lyt_status no_memory(const reading *r)
{
    return lyt_error_set(r->err, LYT_ENOMEM, "no memory for the words of %s", r->file);
}

/* One word of a pattern, its "*" taken off. */
static bool read_word(lyt_str word, bool is_first, pattern *to)
{
    part *out = &to->words[to->n_words];

    if (is_first && word.len && word.ptr[0] == '*') {
        to->is_inside = true;
        word = lyt_str_slice(word, 1, word.len);
    }
    if (word.len && word.ptr[word.len - 1] == '*') {
        out->is_open = true;
        word.len--;
    }
    out->letters = word;
    to->n_words++;
    /* two letters with any ending would be half of the language */
    return word.len > 0 && !memchr(word.ptr, '*', word.len) &&
           (word.len > 2 || (!out->is_open && !to->is_inside));
}

/* "gluten free" is "gluten-free", too, which is one word of a text. */
static lyt_status add_pattern(reading *r, const pattern *new)
{
    lyt_delicate *d = r->d;
    const part *a = &new->words[0], *b = &new->words[1];
    bool is_pair = new->n_words == 2 && !a->is_open;
    size_t len = a->letters.len + 1 + b->letters.len;
    char *joined = is_pair ? lyt_arena_alloc(d->arena, len) : NULL;

    if (lyt_arena_status(d->arena) ||
        lyt_mem_grow(d->alloc, &d->patterns, &d->cap, d->n + 2, sizeof *d->patterns))
        return no_memory(r);
    d->patterns[d->n++] = *new;
    if (!joined)
        return LYT_OK;
    memcpy(joined, a->letters.ptr, a->letters.len);
    joined[a->letters.len] = '-';
    memcpy(joined + a->letters.len + 1, b->letters.ptr, b->letters.len);
    d->patterns[d->n] = *new;
    d->patterns[d->n].n_words = 1;
    d->patterns[d->n++].words[0] = (part){{joined, len}, b->is_open};
    return LYT_OK;
}

static lyt_status read_pattern(reading *r, const lyt_yaml_node *node, size_t kind)
{
    lyt_delicate *d = r->d;
    pattern new = {.kind = (uint8_t)kind};
    lyt_str folded;
    lyt_status status = lyt_field_text(r->file, node, r->err);

    if (status)
        return status;
    if (lyt_normal_fold(d->arena, node->text, &folded))
        return no_memory(r);
    folded = lyt_arena_copy(d->arena, folded);
    for (size_t at = 0; at < folded.len;) {
        size_t end = lyt_str_find(folded, ' ', at);

        if (new.n_words == row_words_max)
            return bad(r, node, "at most four words");
        if (!read_word(lyt_str_slice(folded, at, end), at == 0, &new))
            return bad(r, node,
                       "a word is three letters at least where a * stands before or after it, "
                       "and has none within");
        at = end + 1;
    }
    if (!new.n_words)
        return bad(r, node, "a word of letters; nothing of this one can be seen");
    return add_pattern(r, &new);
}

static lyt_status read_tree(reading *r, const lyt_yaml_node *root)
{
    lyt_field fields[n_kinds];
    lyt_status status;

    for (size_t i = 0; i < n_kinds; i++)
        fields[i] = (lyt_field){kinds[i], LYT_YAML_LIST, false};
    status = lyt_fields_check(r->file, root, fields, n_kinds, r->err);
    for (size_t i = 0; !status && i < n_kinds; i++) {
        const lyt_yaml_node *list = lyt_yaml_get(root, kinds[i]);

        for (const lyt_yaml_node *node = list ? list->first : NULL; node && !status;
             node = node->next)
            status = read_pattern(r, node, i);
    }
    return status;
}

static lyt_status read_file(void *user, const char *name)
{
    reading *r = user;
    lyt_yaml *yaml = NULL;
    lyt_buf path;
    lyt_status status;

    if (!lyt_str_ends(lyt_str_of(name), LYT_STR(".yaml")))
        return LYT_OK;
    r->n_files++;
    lyt_buf_init(&path, r->d->alloc);
    lyt_fs_join(&path, r->folder, name);
    r->file = path.data;
    if (lyt_buf_status(&path))
        status = lyt_error_set(r->err, LYT_ENOMEM, "no memory for a path");
    else
        status = lyt_yaml_read(&yaml, r->d->alloc, r->fs, path.data, r->err);
    if (!status)
        status = read_tree(r, lyt_yaml_root(yaml));
    lyt_yaml_free(yaml);
    lyt_buf_deinit(&path);
    return status;
}

/* ---- looking ---- */

/* The letters before it moved on by one: what comes at `at`, or nothing behind the end. */
static uint32_t window_next(uint32_t window, lyt_str word, size_t at)
{
    const uint32_t whole = UINT32_MAX >> (32 - 8 * key_bytes);

    return (window << 8 | (at < word.len ? (unsigned char)word.ptr[at] : 0)) & whole;
}

static uint32_t window_first(lyt_str word)
{
    uint32_t window = 0;

    for (size_t i = 0; i < key_bytes; i++)
        window = window_next(window, word, i);
    return window;
}

static uint32_t key_of(uint32_t window)
{
    return (window * 2654435761u) >> 17; /* 15 bits: map_bits */
}

static bool is_marked(const uint64_t *map, uint32_t key)
{
    return map[key / 64] >> (key % 64) & 1;
}

static lyt_str head(const pattern *p)
{
    return p->words[0].letters;
}

static int by_head(const void *a, const void *b)
{
    return lyt_str_compare(head(a), head(b));
}

static lyt_status seal(lyt_delicate *d)
{
    uint64_t sum = lyt_hash64("delicate", 8, d->n);

    d->windows = lyt_mem_array(d->alloc, d->n, sizeof *d->windows);
    if (!d->windows)
        return LYT_ENOMEM;
    if (d->n)
        qsort(d->patterns, d->n, sizeof *d->patterns, by_head);
    for (size_t i = 0; i < d->n; i++) {
        const pattern *p = &d->patterns[i];
        const uint32_t key = key_of(d->windows[i] = window_first(head(p)));
        uint64_t h = p->kind + (uint64_t)p->is_inside * 8;

        for (size_t w = 0; w < p->n_words; w++)
            h = lyt_hash_str(p->words[w].letters, h + p->words[w].is_open);
        sum += h;
        d->begins[key / 64] |= UINT64_C(1) << (key % 64);
        if (p->is_inside)
            d->inside[key / 64] |= UINT64_C(1) << (key % 64);
    }
    d->hash = sum;
    return LYT_OK;
}

/* Whether the letters stand in the word at `at` as the part asks for. */
static bool fits(lyt_str word, size_t at, const part *p)
{
    return word.len - at >= p->letters.len &&
           memcmp(word.ptr + at, p->letters.ptr, p->letters.len) == 0 &&
           (p->is_open || word.len - at == p->letters.len);
}

static bool is_joint(const lyt_token *token)
{
    return token->kind == LYT_TOKEN_PUNCT && lyt_str_equal(token->norm, LYT_STR("-"));
}

/* The token after the row, whose first word fits; `first` when it is none. */
static size_t row_end(const pattern *p, const lyt_text *text, size_t first)
{
    size_t i = first;

    for (size_t w = 1; w < p->n_words; w++) {
        i++;
        if (i < text->n_tokens && is_joint(&text->tokens[i]))
            i++;
        if (i >= text->n_tokens || !fits(text->tokens[i].norm, 0, &p->words[w]))
            return first;
    }
    return i + 1;
}

/* The first pattern whose head begins with the window, or is behind it. */
static size_t first_pattern(const lyt_delicate *d, uint32_t window)
{
    size_t from = 0, to = d->n;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (d->windows[middle] < window)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

typedef struct best {
    size_t end;
    uint8_t kind;
    bool may_begin; /* it is the first word of a pattern, whatever comes behind it */
} best;

/* window: of the word at `at`; a head that goes on where the word ends does not fit in it. */
static void look(const lyt_delicate *d, const lyt_text *text, size_t first, size_t at,
                 uint32_t window, best *out)
{
    const lyt_str word = text->tokens[first].norm;

    for (size_t i = first_pattern(d, window); i < d->n && d->windows[i] == window; i++) {
        const pattern *p = &d->patterns[i];
        size_t end;

        if ((at > 0 && !p->is_inside) || !fits(word, at, &p->words[0]))
            continue;
        out->may_begin = true;
        end = row_end(p, text, first);
        /* of two as long what is none wins */
        if (end > first && (end > out->end || (end == out->end && p->kind == kind_never)))
            *out = (best){end, p->kind, true};
    }
}

static best find_at(const lyt_delicate *d, const lyt_text *text, size_t first)
{
    const lyt_token *token = &text->tokens[first];
    const lyt_str word = token->norm;
    best found = {first, kind_never, false};
    uint32_t window;

    window = window_first(word);
    if (is_marked(d->begins, key_of(window)))
        look(d, text, first, 0, window, &found);
    /* no pattern stands within fewer letters than it has: read_word() */
    for (size_t at = 1; at + key_bytes <= word.len; at++) {
        window = window_next(window, word, at + key_bytes - 1);
        if (is_marked(d->inside, key_of(window)))
            look(d, text, first, at, window, &found);
    }
    return found;
}

/* False for a word that no pattern begins with. */
static bool find_new(const lyt_delicate *d, lyt_delicate_plain *plain, const lyt_text *text,
                     size_t first, best *out)
{
    const lyt_token *token = &text->tokens[first];
    uint64_t *known = plain ? &plain->hash[token->hash % lyt_delicate_plain_words] : NULL;

    if (token->kind != LYT_TOKEN_WORD && token->kind != LYT_TOKEN_HASHTAG)
        return false;
    if (known && token->hash && *known == token->hash)
        return false;
    *out = find_at(d, text, first);
    if (known && !out->may_begin)
        *known = token->hash;
    return out->end > first;
}

lyt_status lyt_delicate_find(const lyt_delicate *d, lyt_delicate_plain *plain, const lyt_text *text,
                             lyt_arena *arena, const lyt_mention **out, size_t *n)
{
    lyt_mention *mentions = NULL;

    *out = NULL;
    *n = 0;
    for (size_t i = 0; d && i < text->n_tokens;) {
        best found;

        if (!find_new(d, plain, text, i, &found)) {
            i++;
            continue;
        }
        if (found.kind != kind_never) {
            if (!mentions)
                mentions = lyt_arena_array(arena, text->n_tokens - i, sizeof *mentions);
            if (!mentions)
                return lyt_arena_status(arena);
            mentions[(*n)++] = (lyt_mention){kinds[found.kind], text->tokens[i].start,
                                             text->tokens[found.end - 1].end};
        }
        i = found.end;
    }
    *out = mentions;
    return LYT_OK;
}

lyt_status lyt_delicate_read(lyt_delicate **out, const lyt_alloc *alloc, const lyt_fs *fs,
                             const char *lexicons_folder, lyt_error *err)
{
    reading r = {.fs = fs, .err = err, .file = "delicate"};
    lyt_error why;
    lyt_buf folder;
    lyt_status status;

    *out = NULL;
    r.d = lyt_mem_new(alloc, sizeof *r.d);
    if (!r.d)
        return no_memory(&r);
    r.d->alloc = alloc;
    lyt_buf_init(&folder, alloc);
    lyt_fs_join(&folder, lexicons_folder, "delicate");
    status = lyt_arena_new(&r.d->arena, alloc, "delicate", file_arena_bytes);
    if (!status)
        status = lyt_buf_status(&folder);
    if (status) {
        (void)no_memory(&r);
    } else {
        r.folder = folder.data;
        r.err = &why;
        status = lyt_fs_list(fs, folder.data, read_file, &r, &why);
        if (status && err)
            *err = why;
    }
    lyt_buf_deinit(&folder);
    if (status) {
        lyt_delicate_free(r.d);
        return status == LYT_ENOTFOUND && !r.n_files ? LYT_OK : status;
    }
    status = seal(r.d);
    if (status) {
        r.file = "delicate"; /* the last one's path is gone */
        (void)no_memory(&r);
        lyt_delicate_free(r.d);
        return status;
    }
    *out = r.d;
    return LYT_OK;
}
