/*
 * lyt_textspace from within: what the files of this room share of a thread's tools.
 */
#ifndef LYT_TEXTSPACE_H
#define LYT_TEXTSPACE_H

#include <libstemmer.h>

#include "hash.h"
#include "text.h"
#include "token.h"
#include "tongues.h"

enum {
    lyt_form_bytes = 32,         /* of word and stem in a record */
    lyt_stemmed_bytes_max = 255, /* longer words are their own stem */
};

/*
 * What is true of a word form whatever the message: a function of the word, the
 * language and the lexis alone, so that it does not matter what is still recorded.
 */
typedef struct lyt_form {
    lyt_str stem;
    uint64_t stem_key; /* as in lyt_token */
    bool lasting;      /* the stem lives as long as the lexis, else until the next look-up */
    bool known;        /* the lexis says something about the word, read this way */
    bool is_listed;    /* it does so in one language or another */
    bool is_short;     /* an abbreviation */
    bool is_plain; /* a word of a dictionary or the lexis, and no compound: there is no more to know
                    */
    bool is_doubtful;  /* a word of a dictionary and no compound, but perhaps a slip */
    bool is_cue;       /* LYT_TOKEN_CUE */
    bool may_be_drawn; /* may have letters that were written more often for emphasis */
    uint8_t cue_set;
    uint16_t row_word;
    uint8_t flags; /* of lyt_token, but that one */
    int8_t polarity;
    uint16_t concepts; /* lyt_lexis_concept_set() */
} lyt_form;

/* How to read a word: in one language, or in that first and then in all others. */
typedef struct lyt_reading {
    lyt_language language; /* -1: none at all */
    bool wide;
} lyt_reading;

typedef struct lyt_form_record {
    const char *lasting;
    uint64_t stem_key;
    uint32_t check;
    uint16_t stem_len;
    uint16_t concepts;
    uint16_t row_word;
    uint8_t word_len;
    uint8_t reading;
    uint8_t flags;
    int8_t polarity;
    uint8_t bits;
    uint8_t cue_set;
    char bytes[lyt_form_bytes];
} lyt_form_record;

typedef struct lyt_insight_record lyt_insight_record;

struct lyt_textspace {
    const lyt_alloc *alloc;
    const lyt_lexis *lexis;
    const lyt_langid *langid;
    uint64_t seed;
    size_t n_languages;
    struct sb_stemmer *stemmers[lyt_languages_max];
    bool drops_endings[lyt_languages_max]; /* writes endings behind an apostrophe: pc'en */
    const lyt_wordbook *words;             /* NULL: no dictionaries */
    lyt_text_counts counts;
    lyt_breaks breaks;
    lyt_tongues tongues;
    lyt_language declared[lyt_languages_max]; /* langid's languages as the lexis numbers them */
    size_t record_rows; /* of forms and of what they say of languages; a power of two */
    lyt_form_record *forms;
    const lyt_vocab *vocab; /* by which doubts in the records were settled; NULL: none yet */
    lyt_insight_record *insights;
    char stem[lyt_stemmed_bytes_max * 2]; /* the last stem that no record holds */
};

/* Never fails; out->stem may point into word. */
void lyt_form_get(lyt_textspace *space, lyt_reading reading, lyt_str word, lyt_form *out);

/* The same of a word whose hash is known; and before that, that it will be asked for. */
static inline uint64_t lyt_form_hash(const lyt_textspace *space, lyt_str word)
{
    return lyt_hash_word(word, space->seed);
}
void lyt_form_get_hashed(lyt_textspace *space, lyt_reading reading, lyt_str word, uint64_t hash,
                         lyt_form *out);
void lyt_form_fetch(const lyt_textspace *space, lyt_reading reading, uint64_t hash);

/*
 * There is no more to find out about the doubtful form on record: the vocab in use knows the word.
 * was_sought: nothing was found to be meant; it stays doubtful, as the
 * search is charged for, and is plain as well.
 */
void lyt_form_settle(lyt_textspace *space, lyt_reading reading, lyt_str word, uint64_t hash,
                     bool was_sought);

/* Before words are read with this vocab: what another one settled is forgotten. */
void lyt_forms_use(lyt_textspace *space, const lyt_vocab *vocab);

/* Whether any language's lexicon says something about the word. */
bool lyt_form_is_known(const lyt_textspace *space, lyt_str word);

/* Room for the records: fixed, taken at the start. */
LYT_MUST_USE lyt_status lyt_forms_init(lyt_textspace *space);

/* How the words of a message are read. */
typedef struct lyt_readings {
    lyt_reading whole;
    const uint8_t *by_token; /* as lyt_told's; NULL: every token as the whole */
} lyt_readings;

/* How the message is read; fills language, likeliest and probability of out. */
LYT_MUST_USE lyt_status lyt_readings_of(lyt_textspace *space, const lyt_raws *raws,
                                        lyt_language hint, lyt_arena *arena, lyt_text *out,
                                        lyt_readings *readings);

lyt_reading lyt_reading_at(const lyt_textspace *space, const lyt_readings *readings, size_t token);

/* Whether a longer stretch of another language begins with this token. */
bool lyt_reading_turns(const lyt_readings *readings, size_t token);

/* What lyt_clauses_find() reads. */
typedef struct lyt_clause_source {
    const lyt_textspace *space;
    lyt_raws *raws;
    const lyt_readings *readings;
} lyt_clause_source;

/* Gives the words of idioms what the idiom says; the tokens' clauses are known. */
void lyt_idioms_find(const lyt_lexis *lexis, lyt_token *tokens, size_t n);

/* Puts tokens into clauses and marks what a negator reaches; fills clauses of out. */
LYT_MUST_USE lyt_status lyt_clauses_find(const lyt_clause_source *source, lyt_token *tokens,
                                         lyt_arena *arena, lyt_text *out);

#endif
