#include "letters.h"

#include <string.h>

enum {
    cost_slip = 11,
    cost_missing = 8,
    cost_needless = 9,
    cost_double = 4,
    cost_swapped = 7,
    cost_mark = 2,
    cost_digraph = 1,
    cost_sound = 6,
    cost_near = 8,
    cost_begin = 2, /* more, at the word's beginning */
    cost_begin_missing = 1,
    cost_prefix = cost_missing + cost_begin_missing, /* at least, to lose or to gain one */
};

/* ---- sound ---- */

static uint32_t bare(uint32_t c)
{
    static const struct {
        uint32_t marked;
        char plain;
    } table[] = {{0xe6, 'a'}, {0xf8, 'o'}, {0xe5, 'a'}, {0xe4, 'a'}, {0xf6, 'o'}, {0xfc, 'u'},
                 {0xe9, 'e'}, {0xe8, 'e'}, {0xea, 'e'}, {0xe0, 'a'}, {0xe1, 'a'}, {0xf3, 'o'}};

    if (c < 0xe0) /* nearly all that is asked about */
        return c;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].marked == c)
            return (uint32_t)table[i].plain;
    return c;
}

static bool is_digraph(uint32_t a, uint32_t b)
{
    return (a == 'a' && b == 'e') || (a == 'o' && b == 'e') || (a == 'a' && b == 'a');
}

static uint32_t sound_of(uint32_t c)
{
    switch (c) {
    case 'c':
    case 'q':
        return 'k';
    case 'w':
        return 'v';
    case 'z':
        return 's';
    default:
        return bare(c);
    }
}

/* apart: p and h of a word that has them together by a slip. Whether any letters were `poor`. */
static bool sound(const lyt_letters *word, bool poor, bool apart, lyt_letters *out)
{
    bool was_poor = false;

    out->n = 0;
    for (size_t i = 0; i < word->n; i++) {
        uint32_t next = i + 1 < word->n ? word->at[i + 1] : 0, c = sound_of(word->at[i]);

        if (!apart && word->at[i] == 'p' && next == 'h') {
            c = 'f';
            i++;
        } else if (poor && is_digraph(word->at[i], next)) {
            was_poor = true;
            i++;
        }
        if (!out->n || out->at[out->n - 1] != c)
            out->at[out->n++] = c;
    }
    return was_poor;
}

bool lyt_letters_sound(const lyt_letters *word, bool poor, lyt_letters *out)
{
    return sound(word, poor, false, out);
}

bool lyt_letters_sound_apart(const lyt_letters *word, lyt_letters *out)
{
    bool together = false;

    for (size_t i = 1; i < word->n; i++)
        together |= word->at[i - 1] == 'p' && word->at[i] == 'h';
    (void)sound(word, false, true, out);
    return together;
}

/* ---- slips ---- */

/* A bit a letter, for those from a to z. */
#define LETTER(c) (UINT32_C(1) << ((c) - 'a'))

static uint32_t bit_of(uint32_t letter)
{
    return letter >= 'a' && letter <= 'z' ? LETTER(letter) : 0;
}

static bool is_vowel(uint32_t c)
{
    const uint32_t vowels =
        LETTER('a') | LETTER('e') | LETTER('i') | LETTER('o') | LETTER('u') | LETTER('y');

    return (bit_of(bare(c)) & vowels) != 0;
}

/* Letters that sound alike, somewhere. */
static bool sound_alike(uint32_t a, uint32_t b)
{
    static const uint32_t like['z' - 'a' + 1] = {
        ['b' - 'a'] = LETTER('p'),
        ['c' - 'a'] = LETTER('k') | LETTER('s'),
        ['d' - 'a'] = LETTER('t'),
        ['f' - 'a'] = LETTER('v'),
        ['g' - 'a'] = LETTER('k'),
        ['i' - 'a'] = LETTER('j') | LETTER('y'),
        ['j' - 'a'] = LETTER('i'),
        ['k' - 'a'] = LETTER('c') | LETTER('g') | LETTER('q'),
        ['p' - 'a'] = LETTER('b'),
        ['q' - 'a'] = LETTER('k'),
        ['s' - 'a'] = LETTER('c') | LETTER('x') | LETTER('z'),
        ['t' - 'a'] = LETTER('d'),
        ['v' - 'a'] = LETTER('f') | LETTER('w'),
        ['w' - 'a'] = LETTER('v'),
        ['x' - 'a'] = LETTER('s'),
        ['y' - 'a'] = LETTER('i'),
        ['z' - 'a'] = LETTER('s'),
    };

    return a >= 'a' && a <= 'z' && (like[a - 'a'] & bit_of(b));
}

/* On the keyboard: one more than its row, and its column. */
static unsigned key_of(uint32_t letter)
{
    static const unsigned char keys['z' - 'a' + 1] = {
        ['q' - 'a'] = 0x10, ['w' - 'a'] = 0x11, ['e' - 'a'] = 0x12, ['r' - 'a'] = 0x13,
        ['t' - 'a'] = 0x14, ['y' - 'a'] = 0x15, ['u' - 'a'] = 0x16, ['i' - 'a'] = 0x17,
        ['o' - 'a'] = 0x18, ['p' - 'a'] = 0x19, ['a' - 'a'] = 0x20, ['s' - 'a'] = 0x21,
        ['d' - 'a'] = 0x22, ['f' - 'a'] = 0x23, ['g' - 'a'] = 0x24, ['h' - 'a'] = 0x25,
        ['j' - 'a'] = 0x26, ['k' - 'a'] = 0x27, ['l' - 'a'] = 0x28, ['z' - 'a'] = 0x30,
        ['x' - 'a'] = 0x31, ['c' - 'a'] = 0x32, ['v' - 'a'] = 0x33, ['b' - 'a'] = 0x34,
        ['n' - 'a'] = 0x35, ['m' - 'a'] = 0x36,
    };

    return letter >= 'a' && letter <= 'z' ? keys[letter - 'a'] : 0;
}

static bool are_neighbours(uint32_t a, uint32_t b)
{
    int key[2] = {(int)key_of(a), (int)key_of(b)};
    int rows = (key[0] >> 4) - (key[1] >> 4), columns = (key[0] & 15) - (key[1] & 15);

    return key[0] && key[1] && rows >= -1 && rows <= 1 && columns >= -1 && columns <= 1;
}

/* "å" is no "æ" without its mark: "årlig" is a year, "ærlig" is honest. */
static bool are_two_letters(uint32_t a, uint32_t b)
{
    return (a == 0xe5 && b != 'a') || (b == 0xe5 && a != 'a');
}

/* A letter for another. */
static int wrong(uint32_t written, uint32_t meant)
{
    if (written == meant)
        return 0;
    if (bare(written) == bare(meant))
        return are_two_letters(written, meant) ? cost_near : cost_mark;
    if ((written == 'e' && meant == 0xe6) || (written == 0xe6 && meant == 'e') ||
        (written == 'o' && meant == 0xe5) || (written == 0xe5 && meant == 'o'))
        return cost_double;
    if (sound_alike(written, meant))
        return cost_sound;
    if ((is_vowel(written) && is_vowel(meant)) || are_neighbours(written, meant))
        return cost_near;
    return cost_slip;
}

static bool doubles(const lyt_letters *word, size_t at)
{
    return (at > 0 && word->at[at - 1] == word->at[at]) ||
           (at + 1 < word->n && word->at[at + 1] == word->at[at]);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static bool is_marked(uint32_t meant, uint32_t first, uint32_t second)
{
    if (meant < 0xe0) /* nearly all that is asked about */
        return false;
    return (meant == 0xe6 && first == 'a' && second == 'e') ||
           (meant == 0xf8 && first == 'o' && second == 'e') ||
           (meant == 0xe5 && first == 'a' && second == 'a') ||
           (meant == 0xe4 && first == 'a' && second == 'e') ||
           (meant == 0xf6 && first == 'o' && second == 'e') ||
           (meant == 0xfc && first == 'u' && second == 'e');
}

/* Ways that end with more than one letter on either side; cost: by letters of both taken. */
static int longer_ways(const lyt_letters *w, const lyt_letters *m, size_t i, size_t j,
                       int cost[][lyt_letters_compared_max + 1])
{
    int best = 1000;

    if (i > 1 && is_marked(m->at[j - 1], w->at[i - 2], w->at[i - 1]))
        best = cost[i - 2][j - 1] + cost_digraph;
    if (j > 1 && is_marked(w->at[i - 1], m->at[j - 2], m->at[j - 1]))
        best = least(best, cost[i - 1][j - 2] + cost_digraph);
    if (i > 1 && j > 1 && w->at[i - 1] == m->at[j - 2] && w->at[i - 2] == m->at[j - 1])
        best = least(best, cost[i - 2][j - 2] + cost_swapped + (i == 2 ? cost_begin_missing : 0));
    return best;
}

/* What it costs to have one letter less, or one more: of one that stands twice little. */
static void weigh_doubles(const lyt_letters *word, int else_cost, int *out)
{
    for (size_t i = 0; i < word->n; i++)
        out[i] = doubles(word, i) ? cost_double : else_cost;
}

int lyt_letters_slip(const lyt_letters *written, const lyt_letters *meant, int limit)
{
    int cost[lyt_letters_compared_max + 1][lyt_letters_compared_max + 1];
    int needless[lyt_letters_compared_max], missing[lyt_letters_compared_max];
    size_t longer = written->n > meant->n ? written->n : meant->n;
    size_t shorter = written->n + meant->n - longer;

    /* the cheapest way to lose a letter is ae for æ */
    if (longer > lyt_letters_compared_max || (int)(longer - shorter) * cost_digraph > limit)
        return limit + 1;
    weigh_doubles(written, cost_needless, needless);
    weigh_doubles(meant, cost_missing, missing);
    for (size_t i = 0; i <= written->n; i++) {
        int row_best = 1000;

        for (size_t j = 0; j <= meant->n; j++) {
            int begin = i <= 1 && j <= 1 ? cost_begin : 0, best = i + j ? 1000 : 0;

            if (i)
                best = least(best, cost[i - 1][j] + begin + needless[i - 1]);
            if (j)
                best =
                    least(best, cost[i][j - 1] + (begin ? cost_begin_missing : 0) + missing[j - 1]);
            if (i && j) {
                int letter = wrong(written->at[i - 1], meant->at[j - 1]);

                best = least(best, cost[i - 1][j - 1] + letter + (letter > cost_mark ? begin : 0));
                best = least(best, longer_ways(written, meant, i, j, cost));
            }
            cost[i][j] = best;
            row_best = least(row_best, best);
        }
        /* a swap or a digraph may jump over one row, so one is let pass */
        if (row_best > limit + cost_swapped)
            return limit + 1;
    }
    return least(cost[written->n][meant->n], limit + 1);
}

int lyt_letters_slip_limit(size_t n)
{
    return n <= 4 ? 10 : n == 5 ? 11 : n <= 7 ? 15 : n <= 9 ? 14 : 19;
}

/* ---- negation ---- */

static int slip_of(lyt_str written, lyt_str meant)
{
    lyt_letters w, m;

    if (!lyt_letters_spell(written, &w) || !lyt_letters_spell(meant, &m))
        return 1000;
    return lyt_letters_slip(&w, &m, 40);
}

/* "nclean" has lost the u of "unclean": the prefix is un-, not u-. */
static bool lost_first(lyt_str written, lyt_str meant,
                       bool (*is_known)(const void *context, lyt_str word), const void *context)
{
    return is_known && lyt_str_begins(meant, LYT_STR("un")) && meant.len == written.len + 1 &&
           is_known(context, lyt_str_slice(meant, 2, meant.len));
}

/*
 * "nclean" is one letter from "clean" and one from "unclean"; to take away what may be the
 * rest of a prefix would turn the meaning round. Only where the negated word is known, so
 * that "nbreakfast" still finds "breakfast".
 */
static bool is_remnant(lyt_str written, lyt_str meant, lyt_str prefix,
                       bool (*is_known)(const void *context, lyt_str word), const void *context)
{
    char negated[4 * lyt_letters_max + 8];

    if (!is_known || prefix.len != 2 || written.len != meant.len + 1 ||
        !lyt_str_ends(written, meant) || !memchr(prefix.ptr, written.ptr[0], prefix.len) ||
        prefix.len + meant.len > sizeof negated)
        return false;
    memcpy(negated, prefix.ptr, prefix.len);
    memcpy(negated + prefix.len, meant.ptr, meant.len);
    return is_known(context, (lyt_str){negated, prefix.len + meant.len});
}

bool lyt_letters_turn_meaning(lyt_str written, lyt_str meant,
                              bool (*is_known)(const void *context, lyt_str word),
                              const void *context)
{
    static const char *const prefixes[] = {"dis", "ikke", "im", "in", "ir",
                                           "mis", "non",  "u",  "un"};
    int cost = slip_of(written, meant);

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        lyt_str prefix = lyt_str_of(prefixes[i]);
        bool written_has = lyt_str_begins(written, prefix);
        bool meant_has = lyt_str_begins(meant, prefix);

        if (written_has && !meant_has &&
            slip_of(lyt_str_slice(written, prefix.len, written.len), meant) + cost_prefix <= cost)
            return true;
        if (meant_has && !written_has &&
            slip_of(written, lyt_str_slice(meant, prefix.len, meant.len)) + cost_prefix <= cost &&
            !(prefix.len == 1 && lost_first(written, meant, is_known, context)))
            return true;
        if (is_remnant(written, meant, prefix, is_known, context))
            return true;
    }
    return false;
}
