/* What tells quickly that a word begins no row of words and is no cue. See lexis.h. */
#include "hash.h"
#include "lexis_inner.h"
#include "mem.h"

/* Of two words and more, a slot of LYT_ROW_TELLS bits by what they hash to: two slots a byte. */
enum { row_word_bits = 1 << 16, row_slots = 1 << 17 };

_Static_assert((int)LYT_ROW_TELLS <= 4, "two slots a byte");

static size_t slot_of_row(uint32_t row)
{
    return row >> 15;
}

/* 1 to 65535. */
static uint16_t row_number(lyt_str word)
{
    const uint16_t number = (uint16_t)lyt_hash_word(word, 3);

    return number ? number : 1;
}

static bool has_bit(const uint64_t *bits, size_t at)
{
    return bits[at / 64] >> at % 64 & 1;
}

static void set_bit(uint64_t *bits, size_t at)
{
    bits[at / 64] |= 1ull << at % 64;
}

static void note_words(lyt_lexis *lexis, lyt_row_kind kind, lyt_str row)
{
    uint32_t so_far = 0;
    size_t n = 0;

    for (size_t begin = 0; begin < row.len;) {
        const size_t end = lyt_str_find(row, ' ', begin);
        const uint16_t number = row_number(lyt_str_slice(row, begin, end));
        unsigned tells;
        size_t at;

        set_bit(lexis->row_words, number);
        begin = end + 1;
        if (n++ == 0) {
            so_far = lyt_row_of(number);
            continue;
        }
        so_far = lyt_row_with(so_far, number);
        at = slot_of_row(so_far);
        tells = begin < row.len ? LYT_ROW_BEGINS(kind) : LYT_ROW_IS(kind);
        lexis->rows[at / 2] |= (uint8_t)(tells << at % 2 * 4);
    }
}

lyt_status lyt_lexis_note_rows(lyt_lexis *lexis)
{
    lexis->row_words = lyt_mem_array(lexis->alloc, row_word_bits / 64, sizeof *lexis->row_words);
    lexis->cue_words = lyt_mem_array(lexis->alloc, row_word_bits / 64, sizeof *lexis->cue_words);
    lexis->rows = lyt_mem_array(lexis->alloc, row_slots / 2, sizeof *lexis->rows);
    if (!lexis->row_words || !lexis->cue_words || !lexis->rows)
        return LYT_ENOMEM;
    for (size_t i = 0; i < lexis->n_entries; i++) {
        const lyt_lexis_entry *e = &lexis->entries[i];

        if (e->language >= lyt_lexis_stems_of || lyt_str_find(e->word, ' ', 0) == e->word.len)
            continue;
        if (e->roles & (LYT_CUE_ROLES | 1u << LYT_WORD_OPT_OUT))
            note_words(lexis, LYT_ROW_CUE, e->word);
        if (e->has_polarity || e->concepts)
            note_words(lexis, LYT_ROW_IDIOM, e->word);
    }
    return LYT_OK;
}

uint16_t lyt_lexis_row_word(const lyt_lexis *lexis, lyt_str word)
{
    const uint16_t number = row_number(word);

    return has_bit(lexis->row_words, number) ? number : 0;
}

static uint32_t cue_roles_of(const lyt_lexis *lexis, lyt_str word)
{
    const uint32_t aside = 1u << LYT_WORD_ASIDE;
    uint32_t roles = 0;

    for (size_t i = 0; i < lexis->n_languages; i++) {
        const lyt_lexis_entry *e = lyt_lexis_entry_of(lexis, (lyt_language)i, word);
        const uint32_t own = e ? e->roles & LYT_CUE_ROLES : 0;

        roles |= own & aside;
        if (!(roles & ~aside))
            roles |= own;
    }
    return roles;
}

/* cue_sets_max where it is not among them. */
static size_t find_cue_set(const lyt_lexis *lexis, uint32_t roles)
{
    for (size_t i = 0; i < lexis->n_cue_sets; i++)
        if (lexis->cue_sets[i] == roles)
            return i;
    return lyt_cue_sets_max;
}

void lyt_lexis_note_cues(lyt_lexis *lexis)
{
    lexis->cue_sets[0] = 0;
    lexis->n_cue_sets = 1;
    for (size_t i = 0; i < lexis->n_entries; i++) {
        const lyt_lexis_entry *e = &lexis->entries[i];
        const uint16_t number = row_number(e->word);
        uint32_t roles;

        if (!(e->roles & LYT_CUE_ROLES))
            continue;
        set_bit(lexis->cue_words, number);
        roles = cue_roles_of(lexis, e->word);
        if (lexis->n_cue_sets < lyt_cue_sets_max && find_cue_set(lexis, roles) == lyt_cue_sets_max)
            lexis->cue_sets[lexis->n_cue_sets++] = roles;
    }
}

uint8_t lyt_lexis_cue_set(const lyt_lexis *lexis, lyt_str word)
{
    const size_t set = find_cue_set(lexis, cue_roles_of(lexis, word));

    return set < lyt_cue_sets_max ? (uint8_t)set : 0;
}

uint32_t lyt_lexis_cue_roles(const lyt_lexis *lexis, uint8_t set)
{
    return set < lexis->n_cue_sets ? lexis->cue_sets[set] : 0;
}

bool lyt_lexis_may_be_cue(const lyt_lexis *lexis, lyt_str word)
{
    return has_bit(lexis->cue_words, row_number(word));
}

unsigned lyt_lexis_row_tells(const lyt_lexis *lexis, uint32_t row)
{
    const size_t at = slot_of_row(row);

    return (unsigned)lexis->rows[at / 2] >> at % 2 * 4 & ((1u << LYT_ROW_TELLS) - 1);
}
