#include "tongues.h"

#include <math.h>
#include <string.h>

#include "bytes.h"
#include "hash.h"
#include "mem.h"
#include "normal.h"
#include "text.h"
#include "ways.h"

/*
 * The record: 2^16 rows of 32 bytes (64 where more languages are possible than fit), each
 * word in one of four neighbours (lyt_ways), two of which share a cache line. A row is the word's
 * evidence for each possible language, its length (0: empty) and its bytes; a word too long
 * for that is worked out each time. 2 MiB hold what the guests of a house write.
 */
enum { row_bytes_small = 32, row_bytes_large = 64, turn_words = 3 };
/* So many languages leave 19 bytes of a small row for the word. */
enum { word_room_min = 6 };

/*
 * Nats that a change of language costs, within a sentence and behind a mark that ends a
 * clause: a name or loan word in the middle of a sentence pays twice.
 */
static const double change = 4, change_after_mark = 2;

/* A token with letters. */
typedef struct word {
    uint32_t token;
    bool after_mark;
    int16_t evidence[lyt_languages_max];
} word;

typedef struct words {
    word *items;
    size_t n;
} words;

/* What all words say together, for each possible language. */
typedef struct total {
    int32_t sum[lyt_languages_max];
    int32_t most; /* if each word were of the language that it speaks for most */
    size_t words;
} total;

lyt_status lyt_tongues_init(lyt_tongues *tongues, const lyt_alloc *alloc, const lyt_langid *langid,
                            const double *bias, size_t record_rows, uint64_t seed)
{
    *tongues =
        (lyt_tongues){.alloc = alloc, .langid = langid, .record_rows = record_rows, .seed = seed};
    for (size_t l = 0; l < lyt_langid_languages(langid); l++) {
        if (!(bias[l] > -INFINITY))
            continue;
        tongues->bias[tongues->n_possible] = bias[l];
        tongues->possible[tongues->n_possible++] = (uint8_t)l;
    }
    tongues->row_bytes = tongues->n_possible > word_room_min ? row_bytes_large : row_bytes_small;
    tongues->records = lyt_mem_array(alloc, record_rows, tongues->row_bytes);
    return tongues->records ? LYT_OK : LYT_ENOMEM;
}

void lyt_tongues_deinit(lyt_tongues *tongues)
{
    lyt_mem_free(tongues->alloc, tongues->records);
    tongues->records = NULL;
}

static void ask(const lyt_tongues *tongues, lyt_str written, int16_t *out)
{
    int16_t all[lyt_languages_max];

    lyt_langid_word(tongues->langid, written, all);
    for (size_t k = 0; k < tongues->n_possible; k++)
        out[k] = all[tongues->possible[k]];
}

/*
 * The word as it is folded, so that it does not matter how it is written; as it stands where
 * that takes more than the arena has.
 */
static lyt_str plain_form(lyt_arena *arena, lyt_str written)
{
    lyt_str folded;

    for (size_t i = 0; i < written.len; i++) {
        unsigned char c = (unsigned char)written.ptr[i];

        if (c >= 0x80 && c != 0xC3)
            return lyt_normal_fold(arena, written, &folded) ? written : folded;
        i += c == 0xC3;
    }
    return written;
}

static unsigned char *row_at(const lyt_tongues *tongues, size_t row)
{
    return tongues->records + row * tongues->row_bytes;
}

/* Borrowed until the next call; long_word: room for what no row can hold. */
static const int16_t *evidence_of(lyt_tongues *tongues, lyt_str written, uint64_t hash,
                                  int16_t *long_word)
{
    const size_t len_at = tongues->n_possible * sizeof(int16_t);
    size_t row;
    unsigned char *first;

    if (written.len > tongues->row_bytes - len_at - 1) {
        ask(tongues, written, long_word);
        return long_word;
    }
    row = (size_t)hash & (tongues->record_rows - 1);
    first = row_at(tongues, row);
    for (size_t way = 0; way < lyt_ways; way++) {
        const unsigned char *r = row_at(tongues, row ^ way);

        if (r[len_at] == written.len &&
            lyt_bytes_equal((const char *)r + len_at + 1, written.ptr, written.len))
            return (const int16_t *)(const void *)r;
    }
    lyt_ways_make(tongues->records, tongues->row_bytes, row, len_at);
    ask(tongues, written, (int16_t *)(void *)first);
    first[len_at] = (unsigned char)written.len;
    memcpy(first + len_at + 1, written.ptr, written.len);
    return (const int16_t *)(const void *)first;
}

/* The same of a raw token, which is plain or has to be folded. */
static const int16_t *evidence_at(lyt_tongues *tongues, lyt_str text, const lyt_raw *raw,
                                  lyt_arena *arena, int16_t *long_word)
{
    lyt_str written = {text.ptr + raw->start, raw->end - raw->start};
    uint64_t hash = raw->hash;

    if (!(raw->marks & LYT_RAW_LETTERS)) {
        written = plain_form(arena, written);
        hash = lyt_hash_word(written, tongues->seed);
    }
    return evidence_of(tongues, written, hash, long_word);
}

/* The rows of all plain words are asked for before the first is read. */
static void fetch(const lyt_tongues *tongues, lyt_str text, const lyt_raws *raws)
{
    for (size_t i = 0; i < raws->n; i++) {
        lyt_raw *raw = &raws->items[i];

        if (!(raw->marks & LYT_RAW_LETTERS))
            continue;
        raw->hash =
            lyt_hash_word((lyt_str){text.ptr + raw->start, raw->end - raw->start}, tongues->seed);
        __builtin_prefetch(tongues->records +
                           (raw->hash & (tongues->record_rows - 1)) * tongues->row_bytes);
    }
}

/* A name says half as much of the language around it. */
static bool is_name(const lyt_raw *raw, size_t nth)
{
    return nth > 0 && (raw->marks & LYT_RAW_CAPITAL) && !(raw->marks & LYT_RAW_UPPER) &&
           raw->letters > 1;
}

static bool has_tongue(const lyt_raw *raw)
{
    return raw->kind == LYT_TOKEN_WORD || raw->kind == LYT_TOKEN_HASHTAG;
}

static void add_up(lyt_tongues *tongues, lyt_str text, const lyt_raws *raws, lyt_arena *arena,
                   total *out)
{
    int16_t long_word[lyt_languages_max];

    *out = (total){.words = 0};
    fetch(tongues, text, raws);
    for (size_t i = 0; i < raws->n; i++) {
        const lyt_raw *raw = &raws->items[i];
        const int16_t *evidence;
        int most = INT16_MIN;
        bool name;

        if (!has_tongue(raw))
            continue;
        evidence = evidence_at(tongues, text, raw, arena, long_word);
        name = is_name(raw, out->words++);
        for (size_t k = 0; k < tongues->n_possible; k++) {
            int value = name ? evidence[k] / 2 : evidence[k];

            out->sum[k] += value;
            most = value > most ? value : most;
        }
        out->most += most;
    }
}

/* The same again, word by word. */
static void gather(lyt_tongues *tongues, lyt_str text, const lyt_raws *raws, lyt_arena *arena,
                   words *out)
{
    int16_t long_word[lyt_languages_max];
    bool after_mark = false;

    for (size_t i = 0; i < raws->n; i++) {
        const lyt_raw *raw = &raws->items[i];
        const int16_t *evidence;
        word *w = &out->items[out->n];
        int part;

        if (raw->kind == LYT_TOKEN_PUNCT && strchr(".!?;,:(", text.ptr[raw->start]))
            after_mark = true;
        if (!has_tongue(raw))
            continue;
        evidence = evidence_at(tongues, text, raw, arena, long_word);
        part = is_name(raw, out->n++) ? 2 : 1;
        w->token = (uint32_t)i;
        w->after_mark = after_mark || (raw->marks & LYT_RAW_LINE);
        after_mark = false;
        for (size_t k = 0; k < tongues->n_possible; k++)
            w->evidence[k] = (int16_t)(evidence[k] / part);
    }
}

/* The language of each word, as an index into possible; room: n words x possible. */
static void find_way(const lyt_tongues *tongues, const words *in, uint8_t *room, uint8_t *way)
{
    double value[lyt_languages_max], unit = lyt_langid_unit();
    size_t n = tongues->n_possible, last = 0;

    for (size_t k = 0; k < n; k++)
        value[k] = tongues->bias[k];
    for (size_t i = 0; i < in->n; i++) {
        const word *w = &in->items[i];
        double cost = w->after_mark ? change_after_mark : change;

        last = 0;
        for (size_t k = 1; k < n; k++)
            if (value[k] > value[last])
                last = k;
        for (size_t k = 0; k < n; k++) {
            bool changes = i > 0 && value[last] - cost > value[k];

            room[i * n + k] = (uint8_t)(changes ? last : k);
        }
        cost = i > 0 ? value[last] - cost : -INFINITY;
        for (size_t k = 0; k < n; k++)
            value[k] = fmax(value[k], cost) + unit * w->evidence[k];
    }
    last = 0;
    for (size_t k = 1; k < n; k++)
        if (value[k] > value[last])
            last = k;
    for (size_t i = in->n; i-- > 0;) {
        way[i] = (uint8_t)last;
        last = room[i * n + last];
    }
}

/* One past the last word of the stretch of one language that begins at word i. */
static size_t stretch_end(const uint8_t *way, size_t n, size_t i)
{
    size_t end = i + 1;

    while (end < n && way[end] == way[i])
        end++;
    return end;
}

/* What stands between two words goes with the one before. */
static void spread(const lyt_tongues *tongues, const words *in, const uint8_t *way, size_t n_tokens,
                   uint8_t *by_token)
{
    uint8_t language = tongues->possible[way[0]];
    size_t at = 0, before = 0;

    for (size_t i = 0; i < in->n;) {
        size_t end = stretch_end(way, in->n, i);
        bool turns = before >= turn_words && end - i >= turn_words;

        while (at < in->items[i].token)
            by_token[at++] = language;
        language = tongues->possible[way[i]];
        by_token[at++] = (uint8_t)(language | (turns ? lyt_tongue_turn : 0));
        before = end - i;
        i = end;
    }
    while (at < n_tokens)
        by_token[at++] = language;
}

/* Which way is cheapest; by_token of out stays NULL when it never changes its language. */
static lyt_status part(lyt_tongues *tongues, lyt_str text, const lyt_raws *raws, lyt_arena *arena,
                       lyt_told *out)
{
    words list = {lyt_arena_array(arena, out->words, sizeof *list.items), 0};
    uint8_t *room = lyt_arena_alloc(arena, out->words * tongues->n_possible);
    uint8_t *way = lyt_arena_alloc(arena, out->words);
    uint8_t *by_token = lyt_arena_alloc(arena, raws->n);

    if (!list.items || !room || !way || !by_token)
        return lyt_arena_status(arena);
    gather(tongues, text, raws, arena, &list);
    find_way(tongues, &list, room, way);
    if (stretch_end(way, list.n, 0) == list.n)
        return LYT_OK;
    spread(tongues, &list, way, raws->n, by_token);
    out->by_token = by_token;
    return LYT_OK;
}

lyt_status lyt_tongues_read(lyt_tongues *tongues, lyt_str text, const lyt_raws *raws,
                            lyt_arena *arena, lyt_told *out)
{
    double probability[lyt_languages_max];
    total all;
    int best;

    *out = (lyt_told){.best = -1};
    if (tongues->n_possible == 0)
        return LYT_OK;
    add_up(tongues, text, raws, arena, &all);
    if (all.words == 0)
        return LYT_OK;
    best = lyt_langid_decide(all.sum, tongues->bias, tongues->n_possible, all.words, probability);
    out->words = all.words;
    out->best = tongues->possible[best];
    out->probability = probability[best];
    /* no other way could gain what one change costs */
    if ((all.most - all.sum[best]) * lyt_langid_unit() <= change_after_mark)
        return LYT_OK;
    return part(tongues, text, raws, arena, out);
}
