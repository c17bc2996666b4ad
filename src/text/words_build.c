/*
 * Forms are counted under the 64-bit hash of their folded text; the text itself is
 * needed only for the headwords, which are cut in two wherever both halves are words:
 * that tells which words compounds are made of.
 */
#include <string.h>

#include "affix.h"
#include "arena.h"
#include "chars.h"
#include "mem.h"
#include "normal.h"
#include "utf8.h"
#include "words_inner.h"

enum {
    scratch_bytes_max = 1 << 20,
    forms_max = 1 << 26,
    first_cap = 1 << 9,
    first_letters_min = 2,
    last_letters_min = 3,
    text_word_min = 5, /* how often a text has a word that counts although no dictionary has it */
    fill = 85,         /* per cent of a table's room */
    /* all that is said of counts is of texts of so many words; what longer ones have counts in
       proportion, or each of their rare slips would become a word */
    words_counted = 200000,
};

enum { was_lower = 1, was_upper = 2, is_forbidden = 4 };

/* key 0: free */
typedef struct form {
    uint64_t key;
    uint16_t info;
    uint8_t seen;
    uint8_t link; /* 0xff until a form that begins a compound is seen */
    uint32_t first, last, text;
} form;

typedef struct builder {
    const lyt_alloc *alloc;
    form *forms;
    size_t n, cap;  /* a power of two */
    lyt_buf heads;  /* headwords in lower case, each ended by a line feed */
    lyt_buf met;    /* words of the texts, the same way, in the order of their first time */
    uint64_t n_met; /* how many there are, each time counted */
    lyt_arena *scratch;
} builder;

static form *slot_of(const builder *b, uint64_t key)
{
    size_t at = (size_t)key & (b->cap - 1);

    while (b->forms[at].key && b->forms[at].key != key)
        at = (at + 1) & (b->cap - 1);
    return &b->forms[at];
}

static form *find(const builder *b, lyt_str word)
{
    form *f = slot_of(b, lyt_words_key(word));

    return f->key ? f : NULL;
}

static lyt_status grow(builder *b)
{
    builder wider = *b;

    wider.cap = b->cap ? b->cap * 2 : first_cap;
    if (wider.cap > forms_max)
        return LYT_ELIMIT;
    wider.forms = lyt_mem_array(b->alloc, wider.cap, sizeof *wider.forms);
    if (!wider.forms)
        return LYT_ENOMEM;
    for (size_t i = 0; i < b->cap; i++)
        if (b->forms[i].key)
            *slot_of(&wider, b->forms[i].key) = b->forms[i];
    lyt_mem_free(b->alloc, b->forms);
    *b = wider;
    return LYT_OK;
}

/* *changed: the word was not in lower case. */
static lyt_status fold(builder *b, lyt_str word, char room[lyt_expanded_bytes_max], lyt_str *out,
                       bool *changed)
{
    size_t len;
    lyt_status status;

    if (lyt_normal_fold_plain(word, room, &len, changed)) {
        *out = *changed ? (lyt_str){room, len} : word;
        return LYT_OK;
    }
    lyt_arena_reset(b->scratch);
    status = lyt_normal_fold(b->scratch, word, out);
    *changed = !lyt_str_equal(word, *out);
    return status;
}

/* The form of a word, new when it is not there. */
static lyt_status keep(builder *b, lyt_str word, form **out)
{
    uint64_t key = lyt_words_key(word);

    if (2 * (b->n + 1) > b->cap) {
        lyt_status status = grow(b);

        if (status)
            return status;
    }
    *out = slot_of(b, key);
    if (!(*out)->key) {
        **out = (form){.key = key, .link = 0xff};
        b->n++;
    }
    return LYT_OK;
}

static lyt_status add_form(void *user, const lyt_expanded *e)
{
    builder *b = user;
    char room[lyt_expanded_bytes_max];
    bool changed;
    lyt_str word;
    form *f;
    lyt_status status = fold(b, e->form, room, &word, &changed);

    if (status || word.len == 0)
        return status;
    status = keep(b, word, &f);
    if (status)
        return status;
    if (e->roles & LYT_EXPANDED_FORBIDDEN) {
        f->seen |= is_forbidden;
        return LYT_OK;
    }
    if (e->roles & LYT_EXPANDED_WORD) {
        f->info |= LYT_WORDS_WORD;
        f->seen |= changed ? was_upper : was_lower;
    }
    if (e->roles & LYT_EXPANDED_BEGIN) {
        f->info |= LYT_WORDS_BEGIN;
        f->link = e->link < f->link ? e->link : f->link;
    }
    if (e->roles & LYT_EXPANDED_END)
        f->info |= LYT_WORDS_END;
    if (!(e->roles & LYT_EXPANDED_ENTRY) || f->info & LYT_WORDS_ENTRY)
        return LYT_OK;
    f->info |= LYT_WORDS_ENTRY;
    lyt_buf_add(&b->heads, word);
    lyt_buf_add_char(&b->heads, '\n');
    return lyt_buf_status(&b->heads);
}

static bool may_be_first(const form *f)
{
    return f && (f->info & (LYT_WORDS_BEGIN | LYT_WORDS_END));
}

/* Every cut of a headword into two words counts for both of them. */
static void count_halves(builder *b, lyt_str head)
{
    size_t letters = 0, all = 0;

    for (size_t at = 0; at < head.len; all++)
        (void)lyt_utf8_next(head, &at);
    for (size_t at = 0; at < head.len;) {
        form *first, *last;

        (void)lyt_utf8_next(head, &at);
        letters++;
        if (letters < first_letters_min || all - letters < last_letters_min)
            continue;
        last = find(b, lyt_str_slice(head, at, head.len));
        if (!last || !(last->info & LYT_WORDS_END))
            continue;
        first = find(b, lyt_str_slice(head, 0, at));
        /* a link that the dictionary does not give the word by itself */
        if (!may_be_first(first) && at > 1 && head.ptr[at - 1] == 's')
            first = find(b, lyt_str_slice(head, 0, at - 1));
        if (!may_be_first(first))
            continue;
        first->first++;
        last->last++;
    }
}

static void count_compounds(builder *b)
{
    lyt_str heads = lyt_buf_str(&b->heads);

    for (size_t at = 0; at < heads.len;) {
        size_t end = lyt_str_find(heads, '\n', at);

        count_halves(b, lyt_str_slice(heads, at, end));
        at = end + 1;
    }
}

static bool is_letter(uint32_t c)
{
    lyt_char_class k = lyt_char_classify(c);

    return k == LYT_CHAR_LETTER || k == LYT_CHAR_MARK || k == LYT_CHAR_OTHER;
}

static lyt_status count_text(builder *b, const lyt_words_text *source)
{
    lyt_str text = source->utf8;
    char room[lyt_expanded_bytes_max];
    lyt_status status = LYT_OK;

    for (size_t at = 0; at < text.len && !status;) {
        size_t from = at, to = at;
        bool changed;
        lyt_str word;
        form *f;

        while (at < text.len && is_letter(lyt_utf8_next(text, &at)))
            to = at;
        word = lyt_str_slice(text, from, to);
        if (word.len == 0 || word.len > sizeof room)
            continue;
        status = fold(b, word, room, &word, &changed);
        f = status ? NULL : find(b, word);
        if (!status && !f && !source->only_known)
            status = keep(b, word, &f);
        if (f && !f->text) {
            lyt_buf_add(&b->met, word);
            lyt_buf_add_char(&b->met, '\n');
        }
        if (f && f->text < UINT32_MAX)
            f->text++;
        b->n_met++;
    }
    return status;
}

static unsigned rank_of(uint32_t count, const uint32_t steps[7])
{
    unsigned rank = 0;

    while (rank < 7 && count >= steps[rank])
        rank++;
    return rank;
}

/* How often the texts have a word. */
static uint32_t count_of(const builder *b, const form *f)
{
    return b->n_met > words_counted ? (uint32_t)(f->text * (uint64_t)words_counted / b->n_met)
                                    : f->text;
}

/* 0: not in the table after all. */
static uint16_t info_of(const builder *b, const form *f)
{
    static const uint32_t compounds[7] = {1, 2, 4, 8, 16, 40, 100};
    static const uint32_t texts[7] = {1, 2, 4, 9, 21, 61, 201};
    const uint32_t count = count_of(b, f);
    unsigned info = f->info;

    if (f->seen & is_forbidden && !(f->seen & was_upper))
        return 0;
    if (!info && count >= text_word_min)
        info = LYT_WORDS_WORD | LYT_WORDS_END;
    if (!(f->seen & was_lower) && f->seen & was_upper)
        info |= LYT_WORDS_NAME;
    if (info & LYT_WORDS_BEGIN)
        info |= (f->link < 3u ? f->link : 3u) << 4;
    info |= rank_of(f->first, compounds) << 6;
    info |= rank_of(f->last, compounds) << 9;
    info |= rank_of(count, texts) << 12;
    return (info & (LYT_WORDS_WORD | LYT_WORDS_BEGIN | LYT_WORDS_END)) ? (uint16_t)info : 0;
}

/* False when a look-up would have to go too far. */
static bool place(lyt_words_bucket *buckets, uint32_t n, uint64_t key, uint16_t info)
{
    uint32_t at = lyt_words_bucket_of(key, n);

    for (unsigned walk = 0; walk < lyt_bucket_walk; walk++) {
        for (unsigned i = 0; i < lyt_bucket_forms; i++)
            if (!buckets[at].tag[i]) {
                buckets[at].tag[i] = lyt_words_tag(key);
                buckets[at].info[i] = info;
                return true;
            }
        buckets[at].more = 1;
        at = at + 1 == n ? 0 : at + 1;
    }
    return false;
}

static bool place_all(const builder *b, lyt_words_bucket *buckets, uint32_t n, uint32_t *placed)
{
    *placed = 0;
    for (size_t i = 0; i < b->cap; i++) {
        uint16_t info = b->forms[i].key ? info_of(b, &b->forms[i]) : 0;

        if (!info)
            continue;
        if (!place(buckets, n, b->forms[i].key, info))
            return false;
        ++*placed;
    }
    return true;
}

static uint64_t source_hash(const lyt_words_source *source)
{
    uint64_t hash = lyt_hash_pair(lyt_hash_str(source->affix, 1), lyt_hash_str(source->words, 2));

    for (size_t i = 0; i < source->n_texts; i++)
        hash = lyt_hash_pair(
            hash, lyt_hash_str(source->texts[i].utf8, source->texts[i].only_known ? 4 : 3));
    return hash;
}

static void add_common(const builder *b, lyt_buf *out)
{
    lyt_str met = lyt_buf_str(&b->met);

    for (size_t at = 0, end; at < met.len; at = end + 1) {
        lyt_str word;
        const form *f;
        char head[lyt_common_head];

        end = lyt_str_find(met, '\n', at);
        word = lyt_str_slice(met, at, end);
        f = find(b, word);
        if (!f || !count_of(b, f) ||
            (info_of(b, f) & (LYT_WORDS_WORD | LYT_WORDS_NAME)) != LYT_WORDS_WORD)
            continue;
        for (int i = 0; i < 4; i++)
            head[i] = (char)(count_of(b, f) >> 8 * i & 0xff);
        head[4] = (char)word.len;
        lyt_buf_add(out, (lyt_str){head, sizeof head});
        lyt_buf_add(out, word);
    }
}

static lyt_status write_table(const builder *b, const lyt_words_source *source, lyt_buf *out)
{
    uint32_t n = (uint32_t)(b->n * 100 / (fill * lyt_bucket_forms)) + 1;
    lyt_words_head head = {.version = lyt_words_version, .source_hash = source_hash(source)};
    lyt_str name = lyt_str_of(source->name);
    bool fits = false;
    size_t buckets_end;

    memcpy(head.magic, lyt_words_magic, sizeof head.magic);
    memcpy(head.name, name.ptr, name.len);
    for (; !fits; n += n / 8 + 1) {
        size_t size = sizeof head + (size_t)n * sizeof(lyt_words_bucket);
        char *room;

        lyt_buf_reset(out);
        room = lyt_buf_reserve(out, size);
        if (!room)
            return lyt_buf_status(out);
        memset(room, 0, size);
        fits = place_all(b, (lyt_words_bucket *)(void *)(room + sizeof head), n, &head.n_forms);
        out->len = size;
        head.n_buckets = n;
    }
    buckets_end = out->len;
    add_common(b, out);
    if (lyt_buf_status(out))
        return lyt_buf_status(out);
    head.common_bytes = (uint32_t)(out->len - buckets_end);
    head.size_bytes = out->len;
    memcpy(out->data, &head, sizeof head);
    head.checksum = lyt_hash64(out->data + lyt_words_checked_from,
                               out->len - lyt_words_checked_from, lyt_words_version);
    memcpy(out->data, &head, sizeof head);
    return LYT_OK;
}

static lyt_status build(builder *b, const lyt_words_source *source, const lyt_affix *affix,
                        lyt_buf *out, lyt_error *err)
{
    lyt_status status = lyt_affix_expand(affix, source->words, source->name, add_form, b, err);

    if (status)
        return status == LYT_EFORMAT ? status
                                     : lyt_error_set(err, status, "%s", lyt_status_text(status));
    count_compounds(b);
    for (size_t i = 0; i < source->n_texts && !status; i++)
        status = count_text(b, &source->texts[i]);
    if (!status)
        status = write_table(b, source, out);
    return status ? lyt_error_set(err, status, "%s", lyt_status_text(status)) : LYT_OK;
}

lyt_status lyt_words_build(const lyt_words_source *source, const lyt_alloc *alloc, lyt_buf *out,
                           lyt_error *err)
{
    builder b = {.alloc = alloc};
    lyt_affix *affix = NULL;
    lyt_status status;

    if (strlen(source->name) >= lyt_words_name_bytes)
        return lyt_error_set(err, LYT_ELIMIT, "the name '%s' is too long", source->name);
    status = lyt_affix_parse(&affix, alloc, source->affix, source->name, err);
    if (status)
        return status;
    lyt_buf_init(&b.heads, alloc);
    lyt_buf_init(&b.met, alloc);
    status = grow(&b);
    if (!status)
        status = lyt_arena_new(&b.scratch, alloc, "words", scratch_bytes_max);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    else
        status = build(&b, source, affix, out, err);
    lyt_arena_free(b.scratch);
    lyt_buf_deinit(&b.heads);
    lyt_buf_deinit(&b.met);
    lyt_mem_free(alloc, b.forms);
    lyt_affix_free(affix);
    return status;
}
