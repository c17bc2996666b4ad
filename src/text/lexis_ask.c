#include "hash.h"
#include "lexis_inner.h"

static uint64_t key_hash(lyt_language which, lyt_str word)
{
    return lyt_hash_str(word, (uint64_t)which);
}

uint32_t *lyt_lexis_slot(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    size_t at = (size_t)key_hash(which, word) & (lexis->n_slots - 1);

    for (;; at = (at + 1) & (lexis->n_slots - 1)) {
        const lyt_lexis_entry *e;

        if (lexis->slots[at] == 0)
            return &lexis->slots[at];
        e = &lexis->entries[lexis->slots[at] - 1];
        if (e->language == which && lyt_str_equal(e->word, word))
            return &lexis->slots[at];
    }
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

bool lyt_lexis_spares_dictionary(const lyt_lexis *lexis, lyt_language which)
{
    const lyt_lexis_language *l = language_at(lexis, which);

    return l && l->spares_dictionary;
}

static const lyt_lexis_entry *entry_of(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    uint32_t slot = *lyt_lexis_slot(lexis, which, word);

    return slot ? &lexis->entries[slot - 1] : NULL;
}

bool lyt_lexis_get(const lyt_lexis *lexis, lyt_language which, lyt_str word, lyt_lexis_word *out)
{
    const lyt_lexis_entry *e = entry_of(lexis, which, word);

    if (!e)
        return false;
    *out = (lyt_lexis_word){e->lemma, e->abbreviation, e->roles, e->polarity, e->longest, e->set};
    return true;
}

size_t lyt_lexis_concepts(const lyt_lexis *lexis)
{
    return lexis->n_concepts;
}

const char *lyt_lexis_concept_name(const lyt_lexis *lexis, size_t index)
{
    return lexis->concepts[index];
}

uint64_t lyt_lexis_concept_key(const lyt_lexis *lexis, size_t index)
{
    return lexis->keys[index];
}

uint64_t lyt_lexis_concept_set(const lyt_lexis *lexis, uint16_t set)
{
    return set < lexis->n_sets ? lexis->sets[set] : 0;
}

uint16_t lyt_lexis_stem_concepts(const lyt_lexis *lexis, lyt_language which, lyt_str stem)
{
    const lyt_lexis_entry *e = which < 0 ? NULL : entry_of(lexis, which + lyt_lexis_stems_of, stem);

    return e ? e->set : 0;
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
        const lyt_lexis_entry *e = entry_of(lexis, (lyt_language)i, word);

        if (e && (e->roles >> role & 1))
            return true;
    }
    return false;
}

lyt_str lyt_lexis_lemma(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    for (size_t i = first_of(which); i < end_of(lexis, which); i++) {
        const lyt_lexis_entry *e = entry_of(lexis, (lyt_language)i, word);

        if (e && e->lemma.len)
            return e->lemma;
    }
    return (lyt_str){NULL, 0};
}

lyt_str lyt_lexis_abbreviation(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    for (size_t i = first_of(which); i < end_of(lexis, which); i++) {
        const lyt_lexis_entry *e = entry_of(lexis, (lyt_language)i, word);

        if (e && e->abbreviation.len)
            return e->abbreviation;
    }
    return (lyt_str){NULL, 0};
}

int lyt_lexis_polarity(const lyt_lexis *lexis, lyt_language which, lyt_str word)
{
    for (size_t i = first_of(which); i < end_of(lexis, which); i++) {
        const lyt_lexis_entry *e = entry_of(lexis, (lyt_language)i, word);

        if (e && e->polarity)
            return e->polarity;
    }
    return 0;
}
