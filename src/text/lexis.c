#include "lexis_inner.h"

#include <string.h>

#include "hash.h"
#include "mem.h"
#include "normal.h"
#include "utf8.h"

enum { lexis_bytes_max = 256 << 20, slots_first = 256 };

lyt_status lyt_lexis_new(lyt_lexis **out, const lyt_alloc *alloc)
{
    lyt_lexis *lexis = lyt_mem_new(alloc, sizeof *lexis);

    if (!lexis)
        return LYT_ENOMEM;
    lexis->alloc = alloc;
    lexis->n_slots = slots_first;
    lexis->slots = lyt_mem_array(alloc, lexis->n_slots, sizeof *lexis->slots);
    if (!lexis->slots || lyt_arena_new(&lexis->arena, alloc, "lexis", lexis_bytes_max) ||
        lyt_arena_new(&lexis->scratch, alloc, "lexis scratch", lexis_bytes_max)) {
        lyt_lexis_free(lexis);
        return LYT_ENOMEM;
    }
    *out = lexis;
    return LYT_OK;
}

void lyt_lexis_free(lyt_lexis *lexis)
{
    if (!lexis)
        return;
    lyt_arena_free(lexis->arena);
    lyt_arena_free(lexis->scratch);
    lyt_mem_free(lexis->alloc, lexis->entries);
    lyt_mem_free(lexis->alloc, lexis->slots);
    lyt_mem_free(lexis->alloc, lexis->sets);
    lyt_mem_free(lexis->alloc, lexis->row_words);
    lyt_mem_free(lexis->alloc, lexis->rows);
    lyt_mem_free(lexis->alloc, lexis->cue_words);
    lyt_mem_free(lexis->alloc, lexis);
}

static lyt_status check_stemmer(const char *name)
{
    struct sb_stemmer *stemmer = sb_stemmer_new(name, NULL);

    if (stemmer) {
        sb_stemmer_delete(stemmer);
        return LYT_OK;
    }
    for (const char **known = sb_stemmer_list(); *known; known++)
        if (strcmp(*known, name) == 0)
            return LYT_ENOMEM;
    return LYT_EINVAL;
}

lyt_status lyt_lexis_add_language(lyt_lexis *lexis, lyt_str code, lyt_str stemmer,
                                  lyt_str dictionary, lyt_language *out)
{
    lyt_lexis_language *row;
    lyt_status status;

    if (lexis->sealed)
        return LYT_ESTATE;
    if (lyt_lexis_find(lexis, code) >= 0)
        return LYT_EEXISTS;
    if (lexis->n_languages == lyt_languages_max)
        return LYT_ELIMIT;
    row = &lexis->languages[lexis->n_languages];
    row->code = lyt_arena_copy(lexis->arena, code).ptr;
    row->stemmer = lyt_arena_copy(lexis->arena, stemmer).ptr;
    row->dictionary = dictionary.ptr ? lyt_arena_copy(lexis->arena, dictionary).ptr : NULL;
    status = lyt_arena_status(lexis->arena);
    if (!status)
        status = check_stemmer(row->stemmer);
    if (status)
        return status;
    *out = (lyt_language)lexis->n_languages++;
    return LYT_OK;
}

static uint64_t key_hash(lyt_language which, lyt_str word)
{
    return lyt_hash_word(word, (uint64_t)which);
}

/* The slot of the word, or the empty one where it belongs. */
static lyt_lexis_slot *slot_in(const lyt_lexis *lexis, lyt_lexis_slot *slots, size_t n_slots,
                               lyt_language which, lyt_str word)
{
    const uint64_t hash = key_hash(which, word);
    const uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = (size_t)hash & (n_slots - 1);

    for (;; at = (at + 1) & (n_slots - 1)) {
        const lyt_lexis_entry *e;

        if (slots[at].entry == 0)
            return &slots[at];
        if (slots[at].tag != tag)
            continue;
        e = &lexis->entries[slots[at].entry - 1];
        if (e->language == which && lyt_str_equal(e->word, word))
            return &slots[at];
    }
}

static lyt_lexis_slot *slot_of(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    return slot_in(lexis, lexis->slots, lexis->n_slots, which, word);
}

static void fill_slot(lyt_lexis_slot *slot, lyt_language which, lyt_str word, size_t index)
{
    *slot = (lyt_lexis_slot){(uint32_t)(key_hash(which, word) >> 32), (uint32_t)index + 1};
}

static lyt_status grow_slots(lyt_lexis *lexis)
{
    const size_t n = lexis->n_slots * 2;
    lyt_lexis_slot *grown = lyt_mem_array(lexis->alloc, n, sizeof *grown);

    if (!grown)
        return LYT_ENOMEM;
    for (size_t i = 0; i < lexis->n_entries; i++) {
        const lyt_lexis_entry *e = &lexis->entries[i];

        fill_slot(slot_in(lexis, grown, n, e->language, e->word), e->language, e->word, i);
    }
    lyt_mem_free(lexis->alloc, lexis->slots);
    lexis->slots = grown;
    lexis->n_slots = n;
    return LYT_OK;
}

/* Folded, with single spaces between its parts; lives in the scratch until the next word. */
static lyt_status tidy(lyt_lexis *lexis, lyt_str word, lyt_str *out)
{
    lyt_status status;
    char *row;
    size_t n = 0;

    if (lyt_utf8_check(word, NULL))
        return LYT_EFORMAT;
    status = lyt_normal_fold(lexis->scratch, lyt_str_trim(word), out);
    if (status)
        return status;
    row = lyt_arena_alloc(lexis->scratch, out->len + 1);
    if (!row)
        return lyt_arena_status(lexis->scratch);
    for (size_t i = 0; i < out->len; i++) {
        char c = out->ptr[i];
        bool space = c == ' ' || (c >= '\t' && c <= '\r');

        if (!space)
            row[n++] = c;
        else if (n && row[n - 1] != ' ')
            row[n++] = ' ';
    }
    while (n && row[n - 1] == ' ')
        n--;
    *out = (lyt_str){row, n};
    return n ? LYT_OK : LYT_EFORMAT;
}

/* The entry of a word that tidy() has folded; out is good until the next one is added. */
lyt_status lyt_lexis_entry_for(lyt_lexis *lexis, lyt_language which, lyt_str folded,
                               lyt_lexis_entry **out)
{
    lyt_lexis_slot *slot = slot_of(lexis, which, folded);
    lyt_status status;
    lyt_str kept;

    if (slot->entry == 0) {
        if ((lexis->n_entries + 1) * 2 > lexis->n_slots) {
            status = grow_slots(lexis);
            if (status)
                return status;
        }
        status = lyt_mem_grow(lexis->alloc, &lexis->entries, &lexis->entries_cap,
                              lexis->n_entries + 1, sizeof *lexis->entries);
        if (status)
            return status;
        kept = lyt_arena_copy(lexis->arena, folded);
        if (!kept.ptr)
            return lyt_arena_status(lexis->arena);
        lexis->entries[lexis->n_entries++] =
            (lyt_lexis_entry){.word = kept, .language = (int8_t)which};
        slot = slot_of(lexis, which, kept);
        fill_slot(slot, which, kept, lexis->n_entries - 1);
    }
    *out = &lexis->entries[slot->entry - 1];
    return LYT_OK;
}

/* So that nobody has to try rows of words where none begins. */
static lyt_status note_row(lyt_lexis *lexis, lyt_language which, lyt_str folded)
{
    size_t first = lyt_str_find(folded, ' ', 0), n = 1;
    lyt_status status;
    lyt_lexis_entry *e;

    if (first >= folded.len)
        return LYT_OK;
    for (size_t i = first; i < folded.len; i++)
        n += folded.ptr[i] == ' ';
    status = lyt_lexis_entry_for(lexis, which, lyt_str_slice(folded, 0, first), &e);
    if (status == LYT_OK && n > e->longest)
        e->longest = n < UINT8_MAX ? (uint8_t)n : UINT8_MAX;
    return status;
}

lyt_status lyt_lexis_find_or_add(lyt_lexis *lexis, lyt_language which, lyt_str word,
                                 lyt_lexis_entry **out)
{
    lyt_status status;
    lyt_str folded;

    if (lexis->sealed)
        return LYT_ESTATE;
    if (which < 0 || (size_t)which >= lexis->n_languages)
        return LYT_EINVAL;
    status = tidy(lexis, word, &folded);
    if (status == LYT_OK)
        status = note_row(lexis, which, folded);
    return status ? status : lyt_lexis_entry_for(lexis, which, folded, out);
}

lyt_status lyt_lexis_add_word(lyt_lexis *lexis, lyt_language which, lyt_word_role role,
                              lyt_str word)
{
    lyt_lexis_entry *e;
    lyt_status status = lyt_lexis_find_or_add(lexis, which, word, &e);

    lyt_arena_reset(lexis->scratch);
    if (status)
        return status;
    e->roles |= 1u << role;
    return LYT_OK;
}

static lyt_status add_meaning(lyt_lexis *lexis, lyt_language which, lyt_str form, lyt_str meaning,
                              bool is_lemma)
{
    lyt_str folded, kept = {NULL, 0};
    lyt_lexis_entry *e;
    lyt_status status = lyt_lexis_find_or_add(lexis, which, form, &e);

    if (!status)
        status = tidy(lexis, meaning, &folded);
    if (!status) {
        kept = lyt_arena_copy(lexis->arena, folded);
        status = lyt_arena_status(lexis->arena);
    }
    lyt_arena_reset(lexis->scratch);
    if (status)
        return status;
    if (is_lemma)
        e->lemma = kept;
    else
        e->abbreviation = kept;
    return LYT_OK;
}

lyt_status lyt_lexis_add_lemma(lyt_lexis *lexis, lyt_language which, lyt_str surface, lyt_str lemma)
{
    return add_meaning(lexis, which, surface, lemma, true);
}

lyt_status lyt_lexis_add_abbreviation(lyt_lexis *lexis, lyt_language which, lyt_str form,
                                      lyt_str meaning)
{
    return add_meaning(lexis, which, form, meaning, false);
}

lyt_status lyt_lexis_add_polarity(lyt_lexis *lexis, lyt_language which, lyt_str word, int value)
{
    lyt_lexis_entry *e;
    lyt_status status;

    if (value < -4 || value > 4)
        return LYT_EINVAL;
    status = lyt_lexis_find_or_add(lexis, which, word, &e);
    lyt_arena_reset(lexis->scratch);
    if (status)
        return status;
    e->polarity = (int8_t)value;
    e->has_polarity = true;
    return LYT_OK;
}

static uint64_t text_hash(const char *text)
{
    return lyt_hash_str(lyt_str_of(text), 0);
}

/* As note_row(), of the rows that count as one word of a message. */
static void note_idioms(lyt_lexis *lexis)
{
    for (size_t i = 0; i < lexis->n_entries; i++) {
        const lyt_lexis_entry *e = &lexis->entries[i];
        size_t first = lyt_str_find(e->word, ' ', 0), n = 1;
        lyt_lexis_entry *head;

        if (first >= e->word.len || !(e->has_polarity || e->concepts))
            continue;
        for (size_t k = first; k < e->word.len; k++)
            n += e->word.ptr[k] == ' ';
        head =
            &lexis->entries[slot_of(lexis, e->language, lyt_str_slice(e->word, 0, first))->entry -
                            1];
        if (n > head->idiom)
            head->idiom = n < UINT8_MAX ? (uint8_t)n : UINT8_MAX;
    }
}

/* Sums are the same in any order; codes stand for languages, whose numbers are not. */
lyt_status lyt_lexis_seal(lyt_lexis *lexis)
{
    uint64_t sum = lyt_hash64("lexis", 5, lexis->n_languages);

    lyt_status status = lexis->sealed ? LYT_ESTATE : lyt_lexis_spread_concepts(lexis);

    if (!status)
        status = lyt_lexis_number_sets(lexis);
    if (!status)
        note_idioms(lexis);
    if (!status)
        status = lyt_lexis_note_rows(lexis);
    if (!status)
        lyt_lexis_note_cues(lexis);
    if (status)
        return status;
    for (size_t i = 0; i < lexis->n_languages; i++) {
        const lyt_lexis_language *l = &lexis->languages[i];

        sum += lyt_hash_pair(text_hash(l->code),
                             lyt_hash_pair(text_hash(l->stemmer), text_hash(l->dictionary)));
    }
    for (size_t i = 0; i < lexis->n_entries; i++) {
        const lyt_lexis_entry *e = &lexis->entries[i];
        uint64_t h, spoken = 0;

        if (e->language >= lyt_lexis_stems_of)
            continue;
        h = lyt_hash_str(e->word, text_hash(lexis->languages[e->language].code));
        for (size_t c = 0; c < lexis->n_concepts; c++)
            spoken += e->concepts >> c & 1 ? text_hash(lexis->concepts[c]) : 0;
        h = lyt_hash_pair(h, spoken);
        h = lyt_hash_pair(h, lyt_hash_str(e->lemma, 1));
        h = lyt_hash_pair(h, lyt_hash_str(e->abbreviation, 2));
        sum += lyt_hash_pair(h, (uint64_t)e->has_polarity << 48 | (uint64_t)e->roles << 16 |
                                    (uint64_t)e->longest << 8 | (uint8_t)e->polarity);
    }
    lexis->hash = sum;
    lexis->sealed = true;
    return LYT_OK;
}

uint64_t lyt_lexis_hash(const lyt_lexis *lexis)
{
    return lexis->hash;
}

size_t lyt_lexis_languages(const lyt_lexis *lexis)
{
    return lexis->n_languages;
}

lyt_language lyt_lexis_find(const lyt_lexis *lexis, lyt_str code)
{
    for (size_t i = 0; i < lexis->n_languages; i++)
        if (lyt_str_equal(lyt_str_of(lexis->languages[i].code), code))
            return (lyt_language)i;
    return -1;
}

static const lyt_lexis_language *language_at(const lyt_lexis *lexis, lyt_language which)
{
    return which >= 0 && (size_t)which < lexis->n_languages ? &lexis->languages[which] : NULL;
}

const char *lyt_lexis_code(const lyt_lexis *lexis, lyt_language which)
{
    const lyt_lexis_language *l = language_at(lexis, which);

    return l ? l->code : "und";
}

const char *lyt_lexis_stemmer(const lyt_lexis *lexis, lyt_language which)
{
    const lyt_lexis_language *l = language_at(lexis, which);

    return l ? l->stemmer : NULL;
}

const char *lyt_lexis_dictionary(const lyt_lexis *lexis, lyt_language which)
{
    const lyt_lexis_language *l = language_at(lexis, which);

    return l ? l->dictionary : NULL;
}

lyt_status lyt_lexis_spare_dictionary(lyt_lexis *lexis, lyt_language which)
{
    if (lexis->sealed)
        return LYT_ESTATE;
    if (!language_at(lexis, which))
        return LYT_EINVAL;
    lexis->languages[which].spares_dictionary = true;
    return LYT_OK;
}

bool lyt_lexis_spares_dictionary(const lyt_lexis *lexis, lyt_language which)
{
    const lyt_lexis_language *l = language_at(lexis, which);

    return l && l->spares_dictionary;
}

const lyt_lexis_entry *lyt_lexis_entry_of(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    const lyt_lexis_slot *slot = slot_of(lexis, which, word);

    return slot->entry ? &lexis->entries[slot->entry - 1] : NULL;
}

bool lyt_lexis_get(const lyt_lexis *lexis, lyt_language which, lyt_str word, lyt_lexis_word *out)
{
    const lyt_lexis_entry *e = lyt_lexis_entry_of(lexis, which, word);

    if (!e)
        return false;
    *out = (lyt_lexis_word){.lemma = e->lemma,
                            .abbreviation = e->abbreviation,
                            .roles = e->roles,
                            .polarity = e->polarity,
                            .has_polarity = e->has_polarity,
                            .concepts = e->set,
                            .longest = e->longest,
                            .idiom = e->idiom};
    return true;
}

/* Languages to ask: `which` alone, or all of them for -1. */
static size_t first_of(lyt_language which)
{
    return which < 0 ? 0 : (size_t)which;
}

static size_t end_of(const lyt_lexis *lexis, lyt_language which)
{
    return which < 0 || (size_t)which >= lexis->n_languages ? lexis->n_languages
                                                            : (size_t)which + 1;
}

bool lyt_lexis_has(const lyt_lexis *lexis, lyt_language which, lyt_word_role role, lyt_str word)
{
    for (size_t i = first_of(which); i < end_of(lexis, which); i++) {
        const lyt_lexis_entry *e = lyt_lexis_entry_of(lexis, (lyt_language)i, word);

        if (e && (e->roles >> role & 1))
            return true;
    }
    return false;
}

lyt_str lyt_lexis_lemma(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    for (size_t i = first_of(which); i < end_of(lexis, which); i++) {
        const lyt_lexis_entry *e = lyt_lexis_entry_of(lexis, (lyt_language)i, word);

        if (e && e->lemma.len)
            return e->lemma;
    }
    return (lyt_str){NULL, 0};
}

lyt_str lyt_lexis_abbreviation(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    for (size_t i = first_of(which); i < end_of(lexis, which); i++) {
        const lyt_lexis_entry *e = lyt_lexis_entry_of(lexis, (lyt_language)i, word);

        if (e && e->abbreviation.len)
            return e->abbreviation;
    }
    return (lyt_str){NULL, 0};
}

int lyt_lexis_polarity(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    for (size_t i = first_of(which); i < end_of(lexis, which); i++) {
        const lyt_lexis_entry *e = lyt_lexis_entry_of(lexis, (lyt_language)i, word);

        if (e && e->polarity)
            return e->polarity;
    }
    return 0;
}
