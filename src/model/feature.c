#include "feature.h"

#include <string.h>

#include "hash.h"
#include "mem.h"

enum {
    pair_span = 8,
    gram_min = 3,
    gram_max = 5,
    polarity_per_text = 40, /* more than the summary of a text can give */
    spoken_max = 20,        /* concepts of a clause, negated ones apart, that are put in pairs */
    value_offset = 16,
};

/* What stands before the first and behind the last token. */
static const uint64_t begin_key = 0x6265, end_key = 0x656e;

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

static lyt_str stem_of(const lyt_token *token)
{
    return token->stem.len ? token->stem : token->norm;
}

static uint64_t key_of_stem(const lyt_token *token, lyt_str stem)
{
    return lyt_hash_word(stem, (token->flags & LYT_TOKEN_NEGATED) ? 2 : 1);
}

/* Beside other words a misspelt one is what it was taken for: as written nobody has met it. */
static uint64_t key_of(const lyt_token *token)
{
    for (size_t i = 0; i < token->n_extras; i++)
        if (token->extras[i].kind == LYT_EXTRA_MEANT)
            return key_of_stem(token, token->extras[i].stem);
    return key_of_stem(token, stem_of(token));
}

lyt_str lyt_feature_word(const lyt_token *token)
{
    if (token->kind != LYT_TOKEN_WORD && token->kind != LYT_TOKEN_HASHTAG)
        return (lyt_str){NULL, 0};
    return token->flags & (LYT_TOKEN_RESPELT | LYT_TOKEN_CORRECTED) ? token->corrected
                                                                    : token->norm;
}

static inline uint64_t hash_of(lyt_group group, uint64_t key)
{
    return lyt_hash_pair(key, (uint64_t)group + 1);
}

uint64_t lyt_feature_hash(lyt_group group, uint64_t key)
{
    return hash_of(group, key);
}

size_t lyt_feature_grams_room(lyt_str word)
{
    return (word.len + 2) * (gram_max - gram_min + 1);
}

static bool is_content(const lyt_token *token)
{
    const unsigned empty = LYT_TOKEN_STOP | LYT_TOKEN_NEGATOR | LYT_TOKEN_BREAKER;

    return token->kind != LYT_TOKEN_PUNCT && !(token->flags & empty);
}

/* An upper bound, so that nobody need ask for room after this. */
static lyt_status make_room(lyt_features *features, const lyt_text *text, unsigned groups)
{
    const size_t per_clause = spoken_max * (spoken_max + 1) / 2;
    size_t need = text->n_tokens * (3 + pair_span) + polarity_per_text;
    size_t spoken = 0, keys = 0;

    for (size_t i = 0; i < text->n_tokens; i++) {
        const size_t grams = groups >> LYT_GROUP_CHAR & 1
                                 ? lyt_feature_grams_room(lyt_feature_word(&text->tokens[i]))
                                 : 0;

        need += grams + text->tokens[i].n_extras;
        keys = keys < grams ? grams : keys;
        for (uint64_t rest = text->tokens[i].concepts; rest; rest &= rest - 1)
            spoken++;
    }
    need += spoken + (spoken < spoken_max ? spoken * (spoken + 1) / 2
                                          : (spoken / spoken_max + 1) * 2 * per_clause);
    return lyt_mem_grow(features->alloc, &features->items, &features->cap, need,
                        sizeof *features->items)
               ? LYT_ENOMEM
               : lyt_mem_grow(features->alloc, &features->keys, &features->cap_keys,
                              text->n_tokens + keys, sizeof *features->keys);
}

/* Where the next occurrence goes. */
typedef struct sink {
    lyt_feature *at;
    lyt_feature_rows ahead;
} sink;

static sink sink_of(const lyt_features *features)
{
    return (sink){features->items + features->n, features->ahead};
}

static void keep(lyt_features *features, const sink *s)
{
    features->n = (size_t)(s->at - features->items);
}

/* value and extra of a feature that has neither. */
typedef struct detail {
    int8_t value;
    uint8_t extra;
    bool is_part;
} detail;
static const detail plain = {0, 0, false};

static inline void put(sink *s, lyt_group group, uint64_t key, size_t token, size_t other,
                       unsigned clause, detail more)
{
    const uint64_t hash = hash_of(group, key);
    const uint8_t *row =
        s->ahead.rows ? s->ahead.rows + (hash >> s->ahead.shift) * s->ahead.stride : NULL;

    __builtin_prefetch(row);
    *s->at++ = (lyt_feature){
        .hash = hash,
        .row = row,
        .token = (uint16_t)token,
        .other = (uint16_t)other,
        .clause = (uint16_t)clause,
        .group = (uint8_t)group,
        .value = more.value,
        .extra = more.extra,
        .is_part = more.is_part,
    };
}

/* That both tokens stand in. */
static unsigned shared_clause(const lyt_text *text, size_t a, size_t b)
{
    return text->tokens[a].clause == text->tokens[b].clause ? text->tokens[a].clause
                                                            : (unsigned)lyt_no_clause;
}

static void find_stems(lyt_features *features, const lyt_text *text)
{
    sink s = sink_of(features);

    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *token = &text->tokens[i];
        const uint64_t key =
            token->n_extras ? key_of_stem(token, stem_of(token)) : features->keys[i];

        put(&s, LYT_GROUP_STEM, key, i, lyt_no_token, token->clause, plain);
        for (size_t k = 0; k < token->n_extras; k++)
            put(&s, LYT_GROUP_STEM, key_of_stem(token, token->extras[k].stem), i, lyt_no_token,
                token->clause,
                (detail){0, (uint8_t)(k + 1), token->extras[k].kind == LYT_EXTRA_PART});
    }
    keep(features, &s);
}

static void find_bigrams(lyt_features *features, const lyt_text *text)
{
    const size_t n = text->n_tokens;
    const uint64_t *keys = features->keys;
    sink s = sink_of(features);

    if (!n)
        return;
    put(&s, LYT_GROUP_BIGRAM, lyt_hash_pair(begin_key, keys[0]), lyt_no_token, 0,
        text->tokens[0].clause, plain);
    for (size_t i = 1; i < n; i++)
        put(&s, LYT_GROUP_BIGRAM, lyt_hash_pair(keys[i - 1], keys[i]), i - 1, i,
            shared_clause(text, i - 1, i), plain);
    put(&s, LYT_GROUP_BIGRAM, lyt_hash_pair(keys[n - 1], end_key), n - 1, lyt_no_token,
        text->tokens[n - 1].clause, plain);
    keep(features, &s);
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

static void find_chars(lyt_features *features, const lyt_text *text)
{
    uint64_t *keys = features->keys + text->n_tokens;
    sink s = sink_of(features);

    for (size_t i = 0; i < text->n_tokens; i++) {
        const size_t n = lyt_feature_grams(lyt_feature_word(&text->tokens[i]), keys);

        for (size_t k = 0; k < n; k++)
            put(&s, LYT_GROUP_CHAR, keys[k], i, lyt_no_token, text->tokens[i].clause, plain);
    }
    keep(features, &s);
}

/* A content word that a later one may go with. */
typedef struct partner {
    uint64_t key, half;
    uint16_t token, clause;
} partner;

static void find_pairs(lyt_features *features, const lyt_text *text)
{
    partner last[pair_span];
    size_t seen = 0;
    sink s = sink_of(features);

    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *token = &text->tokens[i];
        partner now;

        if (!is_content(token))
            continue;
        now = (partner){features->keys[i], lyt_hash_half(features->keys[i]), (uint16_t)i,
                        token->clause};
        for (size_t j = seen > pair_span ? seen - pair_span : 0; j < seen; j++) {
            const partner *other = &last[j % pair_span];
            const uint64_t key = other->key < now.key ? lyt_hash_join(other->key, now.half)
                                                      : lyt_hash_join(now.key, other->half);

            if (other->key != now.key)
                put(&s, LYT_GROUP_PAIR, key, other->token, i,
                    other->clause == now.clause ? now.clause : (unsigned)lyt_no_clause, plain);
        }
        last[seen++ % pair_span] = now;
    }
    keep(features, &s);
}

typedef enum summary {
    SUM_VALUE = 1,
    SUM_NEGATIVE,
    SUM_POSITIVE,
    SUM_WHICH,
    SUM_NET,
    SUM_CLAUSES,
} summary;

static void put_polarity(sink *s, summary what, int value, size_t token, int sign, unsigned clause)
{
    const uint64_t key = ((uint64_t)what << 8) + (uint64_t)(value + value_offset);

    put(s, LYT_GROUP_POLARITY, key, token, lyt_no_token, clause, (detail){(int8_t)sign, 0, false});
}

static void put_steps(sink *s, summary what, int sum, int sign)
{
    const unsigned clause = lyt_no_clause;

    static const int steps[] = {1, 2, 3, 4, 6, 8};

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (sum >= steps[i])
            put_polarity(s, what, steps[i], lyt_no_token, sign, clause);
    }
}

static void find_polarity(lyt_features *features, const lyt_text *text)
{
    int negative = 0, positive = 0, net, complaining = 0;
    sink s = sink_of(features);

    for (size_t i = 0; i < text->n_tokens; i++) {
        const int value = text->tokens[i].polarity;

        if (!value)
            continue;
        if (value < 0)
            negative -= value;
        else
            positive += value;
        put_polarity(&s, SUM_VALUE, value, i, value, text->tokens[i].clause);
    }
    put_steps(&s, SUM_NEGATIVE, negative, -1);
    put_steps(&s, SUM_POSITIVE, positive, 1);
    put_polarity(&s, SUM_WHICH, (negative > 0) + 2 * (positive > 0), lyt_no_token, 0,
                 lyt_no_clause);
    net = positive - negative;
    net = net < -4 ? -4 : net > 4 ? 4 : net;
    put_polarity(&s, SUM_NET, net, lyt_no_token, net, lyt_no_clause);
    for (size_t i = 0; i < text->n_clauses; i++)
        complaining += text->clauses[i].negative;
    if (complaining)
        put_polarity(&s, SUM_CLAUSES, complaining > 1 ? 2 : 1, lyt_no_token, -1, lyt_no_clause);
    keep(features, &s);
}

/* What a clause speaks of, each once; negated apart. */
typedef struct spoken {
    uint64_t keys[spoken_max];
    uint16_t tokens[spoken_max];
    size_t n;
} spoken;

enum { mood_none = 1, mood_good, mood_bad, negated_concept = 8 };

static void speak(spoken *s, uint64_t key, size_t token)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->keys[i] == key)
            return;
    if (s->n == spoken_max)
        return;
    s->keys[s->n] = key;
    s->tokens[s->n++] = (uint16_t)token;
}

static void put_spoken(sink *to, const lyt_clause *clause, unsigned number, const spoken *s)
{
    const uint64_t mood = clause->negative       ? mood_bad
                          : clause->polarity > 0 ? mood_good
                                                 : mood_none;

    for (size_t i = 0; i < s->n; i++) {
        put(to, LYT_GROUP_CONCEPT, lyt_hash_pair(s->keys[i], mood), s->tokens[i], lyt_no_token,
            number, plain);
        for (size_t j = 0; j < i; j++) {
            const uint64_t a = s->keys[i], b = s->keys[j];

            put(to, LYT_GROUP_CONCEPT, a < b ? lyt_hash_pair(a, b) : lyt_hash_pair(b, a),
                s->tokens[j], s->tokens[i], number, plain);
        }
    }
}

static void find_concepts(lyt_features *features, const lyt_text *text)
{
    sink to = sink_of(features);

    for (size_t c = 0; c < text->n_clauses; c++) {
        const lyt_clause *clause = &text->clauses[c];
        spoken s = {.n = 0};

        for (size_t i = clause->first; i < clause->end; i++) {
            const bool negated = text->tokens[i].flags & LYT_TOKEN_NEGATED;

            for (uint64_t rest = text->tokens[i].concepts; rest; rest &= rest - 1) {
                const uint64_t name =
                    lyt_lexis_concept_key(text->lexis, (size_t)__builtin_ctzll(rest));
                const uint64_t key = negated ? lyt_hash_pair(name, negated_concept) : name;

                put(&to, LYT_GROUP_CONCEPT, key, i, lyt_no_token, (unsigned)c, plain);
                speak(&s, key, i);
            }
        }
        put_spoken(&to, clause, (unsigned)c, &s);
    }
    keep(features, &to);
}

lyt_status lyt_features_find(lyt_features *features, const lyt_text *text, unsigned groups)
{
    static void (*const find[LYT_GROUPS])(lyt_features *, const lyt_text *) = {
        find_stems, find_bigrams, find_chars, find_pairs, find_polarity, find_concepts,
    };
    lyt_status status = make_room(features, text, groups);

    if (status)
        return status;
    features->n = 0;
    for (size_t i = 0; i < text->n_tokens; i++)
        features->keys[i] = key_of(&text->tokens[i]);
    for (unsigned g = 0; g < LYT_GROUPS; g++) {
        if (groups >> g & 1)
            find[g](features, text);
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
    return token == lyt_no_token ? 1 : stem_of(&text->tokens[token]).len + 4;
}

static void write_stem(writer *w, const lyt_text *text, uint16_t token, lyt_str absent)
{
    if (token == lyt_no_token) {
        write_text(w, absent);
        return;
    }
    if (text->tokens[token].flags & LYT_TOKEN_NEGATED)
        write_text(w, LYT_STR("not "));
    write_text(w, stem_of(&text->tokens[token]));
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
    static const char *const prefix[] = {"stem:", "bigram:",  "char",
                                         "pair:", "polarity", "concept:"};
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
