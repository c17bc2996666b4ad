#include "insight.h"

#include <string.h>

#include "hash.h"
#include "mem.h"
#include "spelling.h"

/* Each word in one of two rows. */
enum { rows = 1 << 12, charge_correction = 600 };

struct lyt_insight_record {
    uint64_t hash;
    const lyt_vocab *vocab; /* that meant was looked for in */
    lyt_compound compound;
    int8_t language;
    uint8_t word_len, meant_len;
    bool known, corrected, respelt;
    char bytes[lyt_insight_bytes_max + lyt_spelling_bytes_max];
};

lyt_status lyt_insights_init(lyt_textspace *space)
{
    space->insights = lyt_mem_array(space->alloc, rows, sizeof *space->insights);
    return space->insights ? LYT_OK : LYT_ENOMEM;
}

void lyt_insights_deinit(lyt_textspace *space)
{
    lyt_mem_free(space->alloc, space->insights);
}

static lyt_language next_language(lyt_language first, size_t step)
{
    if (first < 0)
        return (lyt_language)step;
    if (step == 0)
        return first;
    return (lyt_language)step <= first ? (lyt_language)step - 1 : (lyt_language)step;
}

/*
 * The language of the message first. A word that a language has is cut by that language
 * alone: "basement" is no Danish compound where English is spoken too.
 */
static void split(const lyt_textspace *space, lyt_language first, lyt_str word, lyt_insight *out)
{
    for (size_t step = 0; step < space->n_languages; step++) {
        lyt_language language = next_language(first, step);
        const lyt_words *words = lyt_wordbook_at(space->words, language);

        if (!words || !(lyt_words_get(words, word) & LYT_WORDS_WORD))
            continue;
        out->known = true;
        out->language = language;
        if (lyt_compound_split(words, word, &out->compound))
            return;
    }
    for (size_t step = 0; step < space->n_languages && !out->known; step++) {
        lyt_language language = next_language(first, step);
        const lyt_words *words = lyt_wordbook_at(space->words, language);

        if (words && lyt_compound_split(words, word, &out->compound)) {
            out->language = language;
            return;
        }
    }
}

static void read_record(const lyt_insight_record *r, lyt_insight *out)
{
    *out = (lyt_insight){
        .known = r->known,
        .compound = r->compound,
        .language = r->language,
        .respelt = r->respelt,
    };
    if (r->meant_len)
        out->meant = (lyt_str){r->bytes + r->word_len, r->meant_len};
}

static bool holds(const lyt_insight_record *r, uint64_t hash, lyt_str word)
{
    return r->hash == hash && r->word_len == word.len && memcmp(r->bytes, word.ptr, word.len) == 0;
}

void lyt_insight_get(lyt_textspace *space, const lyt_vocab *vocab, lyt_language language,
                     lyt_str word, bool correct, unsigned *work, lyt_insight *out)
{
    uint64_t hash = lyt_hash_str(word, space->seed + (uint64_t)(language + 1) * 2 + 1);
    size_t row = (size_t)hash & (rows - 1);
    lyt_insight_record *r = &space->insights[row];
    unsigned charge = lyt_compound_work(word);

    *out = (lyt_insight){.language = -1};
    if (word.len > lyt_insight_bytes_max || charge > *work)
        return;
    *work -= charge;
    if (!holds(r, hash, word) && holds(&space->insights[row ^ 1], hash, word))
        r = &space->insights[row ^ 1];
    if (!holds(r, hash, word)) {
        if (r->word_len)
            space->insights[row ^ 1] = *r;
        split(space, language, word, out);
        *r = (lyt_insight_record){.hash = hash,
                                  .compound = out->compound,
                                  .language = (int8_t)out->language,
                                  .known = out->known,
                                  .word_len = (uint8_t)word.len};
        memcpy(r->bytes, word.ptr, word.len);
        space->counts.splits++;
    }
    if (correct && !r->known && !r->compound.n) {
        if (charge_correction > *work)
            correct = false;
        else
            *work -= charge_correction;
    }
    if (correct && !r->known && !r->compound.n && (!r->corrected || r->vocab != vocab)) {
        lyt_spelling found = lyt_spelling_find(space->words, vocab, word);

        memcpy(r->bytes + r->word_len, found.bytes, found.len);
        r->meant_len = found.len;
        r->respelt = found.respelt;
        r->vocab = vocab;
        r->corrected = true;
        space->counts.corrections++;
    }
    read_record(r, out);
    if (!correct)
        out->meant = (lyt_str){NULL, 0};
}
