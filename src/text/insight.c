#include "insight.h"

#include <string.h>

#include "british.h"
#include "hash.h"
#include "mem.h"
#include "spelling.h"
#include "ways.h"

enum {
    rows = 1 << 13,
    charge_correction = 600,
    slip_of_compound_max = 9, /* for more than one slip, a cut is as likely */
    met_at_home = 3,          /* times that a dictionary's word counts as met, which nobody says */
};

struct lyt_insight_record {
    uint64_t hash;
    const lyt_vocab *vocab; /* that meant was looked for in */
    lyt_compound compound;
    int8_t language;
    uint8_t word_len, meant_len;
    bool known, is_doubtful, corrected, respelt;
    int16_t standing; /* the lyt_vocab_score of a doubtful word as it is written */
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

/* Not only a way to cut the word, but what it is; language: of the message. */
static bool is_sure(const lyt_insight_record *r, lyt_language language)
{
    bool home = r->compound.n == 2 && (r->language == language || language < 0);

    return r->compound.cost <= (home ? lyt_compound_sure : lyt_compound_sure_abroad);
}

/*
 * A dictionary has tens of thousands of names and of words that nobody says, and each language is
 * full of what is a slip in another: "hoel", "roo" and, in a Danish message, "toiler" are words,
 * and hotel, room and toilet are much likelier.
 */
static void doubt(const lyt_textspace *space, lyt_str word, lyt_word_info info,
                  lyt_language language, lyt_language of_message, lyt_insight_record *out)
{
    const bool abroad = of_message >= 0 && language != of_message;
    const lyt_vocab *common = abroad ? lyt_wordbook_common(space->words, language) : NULL;
    int standing;

    if (out->known && !out->is_doubtful)
        return;
    if (abroad)
        standing =
            lyt_vocab_score(0, common ? lyt_vocab_count(common, word) : 0) + lyt_vocab_abroad;
    else
        standing = lyt_vocab_score(0, info & LYT_WORDS_NAME ? 1 : met_at_home);
    out->is_doubtful = abroad || lyt_words_text_rank(info) == 0;
    if (standing < out->standing)
        out->standing = (int16_t)standing;
}

/*
 * The language of the message first. A word that a language has is cut by that language
 * alone, and one that is a headword of some by those: "basement" is no Danish compound
 * where English is spoken too.
 */
static void split(const lyt_textspace *space, lyt_language first, lyt_str word,
                  lyt_insight_record *out)
{
    unsigned asked = LYT_WORDS_WORD;

    for (size_t i = 0; i < space->n_languages; i++) {
        const lyt_words *words = lyt_wordbook_at(space->words, (lyt_language)i);

        if (words && lyt_words_get(words, word) & LYT_WORDS_ENTRY)
            asked = LYT_WORDS_ENTRY;
    }
    for (size_t step = 0; step < space->n_languages; step++) {
        lyt_language language = next_language(first, step);
        const lyt_words *words = lyt_wordbook_at(space->words, language);
        const lyt_word_info info = words ? lyt_words_get(words, word) : 0;

        if (!(info & asked))
            continue;
        doubt(space, word, info, language, first, out);
        out->known = true;
        out->language = (int8_t)language;
        if (lyt_compound_split(words, word, &out->compound))
            return;
    }
    for (size_t step = 0; step < space->n_languages && !out->known; step++) {
        lyt_language language = next_language(first, step);
        const lyt_words *words = lyt_wordbook_at(space->words, language);

        if (!words || !lyt_compound_split(words, word, &out->compound))
            continue;
        out->language = (int8_t)language;
        if (language == first || first < 0 || is_sure(out, first))
            return;
        out->compound.n = 0;
    }
}

static bool is_british(const lyt_textspace *space, lyt_str word)
{
    for (size_t i = 0; i < space->n_languages; i++) {
        const lyt_words *words = lyt_wordbook_at(space->words, (lyt_language)i);

        if (words && lyt_str_equal(lyt_str_of(lyt_words_name(words)), LYT_STR("en_US")) &&
            lyt_british_knows(words, word))
            return true;
    }
    return false;
}

static void split_any(const lyt_textspace *space, lyt_language language, lyt_str word,
                      lyt_insight_record *out)
{
    if (lyt_compound_hyphened(word, &out->compound))
        out->language = (int8_t)language;
    else
        split(space, language, word, out);
    if ((!out->known || out->is_doubtful) && (!out->compound.n || !is_sure(out, language)) &&
        is_british(space, word)) {
        out->known = true;
        out->is_doubtful = false;
        out->compound.n = 0;
    }
}

void lyt_insight_tell(const lyt_textspace *space, lyt_reading reading, lyt_str word, lyt_form *form)
{
    lyt_insight_record r = {.language = -1};

    if (word.len <= lyt_insight_bytes_max)
        split_any(space, reading.wide ? -1 : reading.language, word, &r);
    else
        r.known = true;
    form->is_doubtful = !r.compound.n && !form->is_listed && r.known && r.is_doubtful;
    form->is_plain = !r.compound.n && !form->is_doubtful && (form->known || r.known);
}

static bool holds(const lyt_insight_record *r, uint64_t hash, lyt_str word)
{
    return r->hash == hash && r->word_len == word.len && memcmp(r->bytes, word.ptr, word.len) == 0;
}

static lyt_insight_record *find_record(lyt_textspace *space, lyt_language language, lyt_str word)
{
    uint64_t hash = lyt_hash_str(word, space->seed + (uint64_t)(language + 1) * 2 + 1);
    size_t row = (size_t)hash & (rows - 1);
    lyt_insight_record *r = &space->insights[row];

    for (size_t way = 0; way < lyt_ways; way++)
        if (holds(&space->insights[row ^ way], hash, word))
            return &space->insights[row ^ way];
    lyt_ways_make(space->insights, sizeof *space->insights, row,
                  offsetof(lyt_insight_record, word_len));
    *r = (lyt_insight_record){.hash = hash, .language = -1, .word_len = (uint8_t)word.len};
    memcpy(r->bytes, word.ptr, word.len);
    split_any(space, language, word, r);
    space->counts.splits++;
    return r;
}

static void look_for_meant(lyt_textspace *space, const lyt_vocab *vocab, lyt_language language,
                           lyt_str word, lyt_insight_record *r)
{
    lyt_spelling found = lyt_spelling_find(space->words, vocab, language, word);

    if (r->compound.n && found.slip > slip_of_compound_max)
        found.len = 0;
    if (r->known && found.score > r->standing)
        found.len = 0;
    memcpy(r->bytes + r->word_len, found.bytes, found.len);
    r->meant_len = found.len;
    r->respelt = found.respelt;
    r->vocab = vocab;
    r->corrected = true;
    space->counts.corrections++;
}

static bool charge(lyt_str word, unsigned *work)
{
    const unsigned parts = lyt_compound_work(word);

    if (word.len > lyt_insight_bytes_max || parts > *work)
        return false;
    *work -= parts;
    return true;
}

static bool charge_more(unsigned *work)
{
    if (charge_correction > *work)
        return false;
    *work -= charge_correction;
    return true;
}

void lyt_insight_charge(lyt_str word, unsigned *work)
{
    if (charge(word, work))
        (void)charge_more(work);
}

/* A compound is none when it takes a doubtful cut and is one slip from a word that is used. */
void lyt_insight_get(lyt_textspace *space, const lyt_vocab *vocab, lyt_language language,
                     lyt_str word, lyt_insight_look look, unsigned *work, lyt_insight *out)
{
    lyt_insight_record *r;
    bool correct = look != LYT_INSIGHT_PARTS;

    *out = (lyt_insight){.language = -1};
    if (!charge(word, work))
        return;
    r = find_record(space, language, word);
    correct &= !r->known || (r->is_doubtful && look == LYT_INSIGHT_MEANT);
    correct &= !r->compound.n || !is_sure(r, language);
    if (correct && charge_more(work)) {
        out->was_sought = true;
        if (!r->corrected || r->vocab != vocab)
            look_for_meant(space, vocab, language, word, r);
        out->meant = (lyt_str){r->bytes + r->word_len, r->meant_len};
        out->respelt = r->respelt;
    }
    out->known = r->known;
    out->language = r->language;
    if (!out->meant.len)
        out->compound = r->compound;
}
