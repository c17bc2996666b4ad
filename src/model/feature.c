#include "feature.h"

#include <string.h>

#include "featurewalk.h"
#include "mem.h"

enum { gram_min = 3, gram_max = 5, had_max = 256 };

void lyt_features_init(lyt_features *features, const lyt_alloc *alloc)
{
    *features = (lyt_features){.alloc = alloc};
}

void lyt_features_deinit(lyt_features *features)
{
    lyt_mem_free(features->alloc, features->items);
    lyt_mem_free(features->alloc, features->keys);
    *features = (lyt_features){.alloc = features->alloc};
}

/* Beside other words a misspelt one is what it was taken for: as written nobody has met it. */
static uint64_t key_of(const lyt_token *token)
{
    for (size_t i = 0; i < token->n_extras; i++)
        if (token->extras[i].kind == LYT_EXTRA_MEANT)
            return lyt_walk_extra_key(token, i);
    return lyt_walk_own_key(token);
}

void lyt_walk_begin(lyt_walk *walk, const lyt_text *text)
{
    walk->text = text;
    for (size_t i = 0; i < text->n_tokens; i++)
        walk->keys[i] = key_of(&text->tokens[i]);
}

lyt_str lyt_feature_word(const lyt_token *token)
{
    if (token->kind != LYT_TOKEN_WORD && token->kind != LYT_TOKEN_HASHTAG)
        return (lyt_str){NULL, 0};
    return token->flags & (LYT_TOKEN_RESPELT | LYT_TOKEN_CORRECTED) ? token->corrected
                                                                    : token->norm;
}

/* A number below 256, so that few words of a message have the same. */
static unsigned number_of(lyt_str word)
{
    const unsigned char *p = (const unsigned char *)word.ptr;
    const uint32_t letters =
        p[0] + 31u * p[word.len - 1] + 1021u * p[word.len / 2] + 8191u * (uint32_t)word.len;

    return letters * 2654435761u >> 24;
}

uint8_t lyt_feature_first(lyt_had *had, const lyt_text *text, size_t i, lyt_str word)
{
    const size_t from = i > had_max ? i - had_max : 0;
    unsigned number;

    if (!word.len)
        return LYT_FIRST_OF_BOTH;
    number = number_of(word);
    if (!(had->letters[number / 64] >> number % 64 & 1)) {
        had->letters[number / 64] |= UINT64_C(1) << number % 64;
        return LYT_FIRST_OF_BOTH;
    }
    for (size_t k = i; k-- > from;)
        if (lyt_str_equal(lyt_feature_word(&text->tokens[k]), word))
            return text->tokens[k].clause == text->tokens[i].clause ? 0 : LYT_FIRST_OF_CLAUSE;
    return LYT_FIRST_OF_BOTH;
}

uint64_t lyt_feature_hash(lyt_group group, uint64_t key)
{
    return lyt_hash_pair(key, (uint64_t)group + 1);
}

size_t lyt_feature_grams_room(lyt_str word)
{
    return (word.len + 2) * (gram_max - gram_min + 1);
}

size_t lyt_walk_most(const lyt_text *text)
{
    const size_t per_clause = lyt_walk_spoken * (lyt_walk_spoken + 1) / 2;
    size_t need = text->n_tokens * 3 + lyt_walk_polarity, spoken = 0;

    for (size_t i = 0; i < text->n_tokens; i++) {
        need += text->tokens[i].n_extras;
        if (text->tokens[i].concepts) /* few have any, and to count costs a call */
            spoken += (size_t)__builtin_popcountll(text->tokens[i].concepts);
    }
    return need + spoken +
           (spoken < lyt_walk_spoken ? spoken * (spoken + 1) / 2
                                     : (spoken / lyt_walk_spoken + 1) * 2 * per_clause);
}

/* An upper bound, so that nobody need ask for room after this. */
static lyt_status make_room(lyt_features *features, const lyt_text *text, unsigned groups)
{
    size_t need = lyt_walk_most(text), keys = 0;

    for (size_t i = 0; (groups >> LYT_GROUP_CHAR & 1) && i < text->n_tokens; i++) {
        const size_t grams = lyt_feature_grams_room(lyt_feature_word(&text->tokens[i]));

        need += grams;
        keys = keys < grams ? grams : keys;
    }
    if (lyt_mem_grow(features->alloc, &features->items, &features->cap, need,
                     sizeof *features->items))
        return LYT_ENOMEM;
    return lyt_mem_grow(features->alloc, &features->keys, &features->cap_keys,
                        text->n_tokens + keys, sizeof *features->keys);
}

LYT_WALKING void list(void *to, const lyt_met_feature *met)
{
    lyt_features *features = to;

    features->items[features->n++] = (lyt_feature){
        .hash = lyt_feature_hash(met->group, met->key),
        .token = (uint16_t)met->token,
        .other = (uint16_t)met->other,
        .clause = (uint16_t)met->clause,
        .group = (uint8_t)met->group,
        .value = (int8_t)met->value,
        .extra = (uint8_t)met->extra,
        .is_part = met->is_part,
        .first = LYT_FIRST_OF_BOTH,
    };
}

static size_t next_char(lyt_str word, size_t at)
{
    do
        at++;
    while (at < word.len && ((unsigned char)word.ptr[at] & 0xc0) == 0x80);
    return at;
}

/*
 * Characters from `begin` up to each length of a gram. The word's ends count as
 * one character each; they enter by the seed, so that no copy is needed.
 */
static size_t grams_at(lyt_str word, size_t begin, bool from_start, uint64_t *keys)
{
    size_t end = begin, n_keys = 0;

    for (unsigned n = from_start ? 1 : 0; n < gram_max; n++) {
        if (end >= word.len) {
            /* the end mark is the last character of this gram */
            if (n + 1 >= gram_min)
                keys[n_keys++] = lyt_hash64(word.ptr + begin, word.len - begin, from_start ? 6 : 5);
            break;
        }
        end = next_char(word, end);
        if (n + 1 >= gram_min)
            keys[n_keys++] = lyt_hash64(word.ptr + begin, end - begin, from_start ? 4 : 3);
    }
    return n_keys;
}

size_t lyt_feature_grams(lyt_str word, uint64_t *keys)
{
    size_t n;

    if (!word.len)
        return 0;
    n = grams_at(word, 0, true, keys);
    for (size_t at = 0; at < word.len; at = next_char(word, at))
        n += grams_at(word, at, false, keys + n);
    return n;
}

static void list_chars(lyt_features *features, const lyt_text *text)
{
    lyt_had had = {0};
    uint64_t *keys;

    if (!text->n_tokens)
        return; /* no keys either */
    keys = features->keys + text->n_tokens;
    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_str word = lyt_feature_word(&text->tokens[i]);
        const uint8_t first = lyt_feature_first(&had, text, i, word);
        const size_t n = lyt_feature_grams(word, keys);

        for (size_t k = 0; k < n; k++) {
            list(features, &(lyt_met_feature){.group = LYT_GROUP_CHAR,
                                              .key = keys[k],
                                              .token = i,
                                              .other = lyt_no_token,
                                              .clause = text->tokens[i].clause});
            features->items[features->n - 1].first = first;
        }
    }
}

static void list_group(lyt_features *features, const lyt_walk *walk, lyt_group group)
{
    switch (group) {
    case LYT_GROUP_STEM:
        lyt_walk_stems(walk, list, features);
        return;
    case LYT_GROUP_BIGRAM:
        lyt_walk_bigrams(walk, list, features);
        return;
    case LYT_GROUP_CHAR:
        list_chars(features, walk->text);
        return;
    case LYT_GROUP_POLARITY:
        lyt_walk_polarities(walk, list, features);
        return;
    case LYT_GROUP_CONCEPT:
        lyt_walk_concepts(walk, list, features);
        return;
    case LYT_GROUPS:
        return;
    }
}

lyt_status lyt_features_find(lyt_features *features, const lyt_text *text, unsigned groups)
{
    lyt_status status = make_room(features, text, groups);
    lyt_walk walk = {.keys = features->keys};

    if (status)
        return status;
    features->n = 0;
    lyt_walk_begin(&walk, text);
    for (unsigned g = 0; g < LYT_GROUPS; g++) {
        if (groups >> g & 1)
            list_group(features, &walk, (lyt_group)g);
        features->ends[g] = features->n;
    }
    return LYT_OK;
}

/* Writes into the arena by hand: a buffer would ask another allocator. */
typedef struct writer {
    char *at;
} writer;

static void write_text(writer *w, lyt_str s)
{
    if (s.len)
        memcpy(w->at, s.ptr, s.len);
    w->at += s.len;
}

static size_t stem_bytes(const lyt_text *text, uint16_t token)
{
    return token == lyt_no_token ? 1 : lyt_walk_stem(&text->tokens[token]).len + 4;
}

static void write_stem(writer *w, const lyt_text *text, uint16_t token, lyt_str absent)
{
    if (token == lyt_no_token) {
        write_text(w, absent);
        return;
    }
    if (text->tokens[token].flags & LYT_TOKEN_NEGATED)
        write_text(w, LYT_STR("not "));
    write_text(w, lyt_walk_stem(&text->tokens[token]));
}

lyt_str lyt_feature_polarity_name(int value)
{
    static const char *const names[] = {"polarity:-4", "polarity:-3", "polarity:-2",
                                        "polarity:-1", "polarity:0",  "polarity:1",
                                        "polarity:2",  "polarity:3",  "polarity:4"};

    return value < -4 || value > 4 ? LYT_STR("polarity") : lyt_str_of(names[value + 4]);
}

static lyt_str name_of_extra(const lyt_token *token, size_t extra, lyt_arena *arena)
{
    lyt_str stem = token->extras[extra].stem;
    writer w = {lyt_arena_alloc(arena, stem.len + 16)};
    char *name = w.at;

    if (!name)
        return (lyt_str){NULL, 0};
    write_text(&w,
               token->extras[extra].kind == LYT_EXTRA_PART ? LYT_STR("part:") : LYT_STR("stem:"));
    if (token->flags & LYT_TOKEN_NEGATED)
        write_text(&w, LYT_STR("not "));
    write_text(&w, stem);
    return (lyt_str){name, (size_t)(w.at - name)};
}

lyt_str lyt_feature_name(const lyt_feature *feature, const lyt_text *text, lyt_arena *arena)
{
    static const char *const prefix[] = {"stem:", "bigram:", "char", "polarity", "concept:"};
    writer w;
    char *name;

    if (feature->group == LYT_GROUP_CHAR)
        return LYT_STR("char");
    if (feature->group == LYT_GROUP_POLARITY)
        return feature->token == lyt_no_token ? LYT_STR("polarity")
                                              : lyt_feature_polarity_name(feature->value);
    if (feature->extra)
        return name_of_extra(&text->tokens[feature->token], feature->extra - 1u, arena);
    name = lyt_arena_room(
        arena, 16 + stem_bytes(text, feature->token) + stem_bytes(text, feature->other), 1);
    if (!name)
        return (lyt_str){NULL, 0};
    w.at = name;
    write_text(&w, lyt_str_of(prefix[feature->group]));
    write_stem(&w, text, feature->token, LYT_STR("^"));
    if (feature->group != LYT_GROUP_STEM &&
        !(feature->group == LYT_GROUP_CONCEPT && feature->other == lyt_no_token)) {
        write_text(&w, LYT_STR("+"));
        write_stem(&w, text, feature->other, LYT_STR("$"));
    }
    return (lyt_str){name, (size_t)(w.at - name)};
}
