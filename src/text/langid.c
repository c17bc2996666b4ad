#include "langid_inner.h"

#include <math.h>
#include <string.h>

#include "hash.h"
#include "letters.h"
#include "mem.h"

static const uint32_t word_mark = ' '; /* never a letter */
static const uint64_t run_seed = 0x6c616e67, word_seed = 0x776f7264;
/*
 * The runs of a word overlap, so their sum counts the same letters several
 * times and says 1.000 to everything; the words of a message are of one topic, so ten
 * say less than ten times as much as one. Fitted so that .9 means 90 % (lexicons/README.md).
 */
static const double tempering = 0.2, fading_words = 12;

/* ---- letters ---- */

/* Lower case of Latin letters (ASCII, Latin-1, Latin Extended-A); others have none or stay. */
static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
        return c + 0x20;
    if (c < 0x100 || c > 0x17e)
        return c;
    if (c == 0x130)
        return 'i';
    if (c == 0x178)
        return 0xff;
    /* pairs, upper case first: at even numbers but for two stretches */
    if ((c >= 0x139 && c <= 0x148) || c >= 0x179)
        return c + (c & 1);
    return c == 0x138 || c == 0x149 ? c : c | 1;
}

/* Of any script; digits, marks and pictures are none. */
static bool is_letter(uint32_t c)
{
    if (c < 0xc0)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == 0xaa || c == 0xb5 ||
               c == 0xba;
    if (c == 0xd7 || c == 0xf7 || c >= 0x110000)
        return false;
    return !((c >= 0x2000 && c <= 0x2bff) || (c >= 0x2e00 && c <= 0x303f) ||
             (c >= 0xd800 && c <= 0xf8ff) || (c >= 0xfe00 && c <= 0xfe6f) ||
             (c >= 0xff00 && c <= 0xff20) || (c >= 0xfff0 && c <= 0xffff) ||
             (c >= 0x1f000 && c <= 0x1faff) || c >= 0xe0000);
}

bool lyt_langid_next_word(lyt_str text, size_t *at, lyt_langid_word_letters *out)
{
    bool first_is_capital = false;

    out->n = 0;
    out->capital = false;
    while (*at < text.len && out->n <= lyt_langid_letters_max) {
        size_t next = *at;
        uint32_t c = lyt_letters_next(text, &next), small = lower(c);

        if (!is_letter(c)) {
            *at = next;
            if (out->n)
                break;
            continue;
        }
        *at = next;
        if (!out->n)
            out->at[out->n++] = word_mark;
        out->at[out->n++] = small;
        if (out->n == 2)
            first_is_capital = small != c;
        if (out->n == 3)
            out->capital = first_is_capital && small == c;
    }
    if (!out->n)
        return false;
    out->at[out->n++] = word_mark;
    return true;
}

size_t lyt_langid_runs(const lyt_langid_word_letters *word,
                       lyt_langid_run runs[lyt_langid_runs_max])
{
    uint64_t whole = word_seed;
    size_t n = 0;

    for (size_t end = 1; end < word->n; end++) {
        uint64_t hash = lyt_hash_pair(run_seed, word->at[end]);

        for (size_t i = 1; i < lyt_langid_run_max && i <= end; i++) {
            hash = lyt_hash_pair(hash, word->at[end - i]);
            runs[n++] = (lyt_langid_run){hash, (unsigned)i - 1};
        }
    }
    for (size_t i = word->n - 1; i-- > 1;)
        whole = lyt_hash_pair(whole, word->at[i]);
    runs[n++] = (lyt_langid_run){whole, lyt_langid_word_kind};
    return n;
}

bool lyt_langid_is_code(lyt_str code)
{
    if (code.len < 2 || code.len > 3)
        return false;
    for (size_t i = 0; i < code.len; i++)
        if (code.ptr[i] < 'a' || code.ptr[i] > 'z')
            return false;
    return true;
}

/* ---- asking ---- */

void lyt_langid_free(lyt_langid *langid)
{
    if (!langid)
        return;
    lyt_mem_free(langid->alloc, langid->own);
    if (langid->map.data)
        lyt_fs_unmap(langid->fs, &langid->map);
    lyt_mem_free(langid->alloc, langid);
}

size_t lyt_langid_languages(const lyt_langid *langid)
{
    return langid->n_languages;
}

const char *lyt_langid_code(const lyt_langid *langid, size_t index)
{
    return langid->codes[index];
}

int lyt_langid_find(const lyt_langid *langid, lyt_str code)
{
    for (size_t i = 0; i < langid->n_languages; i++)
        if (lyt_str_equal(lyt_str_of(langid->codes[i]), code))
            return (int)i;
    return -1;
}

static void add_word(const lyt_langid *langid, const lyt_langid_word_letters *word, int32_t *sum)
{
    size_t mask = ((size_t)1 << langid->bits) - 1;
    lyt_langid_run runs[lyt_langid_runs_max];
    size_t n = lyt_langid_runs(word, runs);

    for (size_t i = 0; i < n; i++) {
        const unsigned char *row =
            langid->buckets + ((size_t)runs[i].hash & mask) * lyt_langid_bucket_bytes;
        uint32_t check = lyt_langid_check(runs[i].hash);

        for (size_t k = 0; k < lyt_langid_rows; k++, row += lyt_langid_row_bytes) {
            if (lyt_langid_row_check(row) != check)
                continue;
            for (size_t l = 0; l < lyt_languages_max; l++)
                sum[l] += (int8_t)row[lyt_langid_check_bytes + l];
            break;
        }
    }
}

void lyt_langid_word(const lyt_langid *langid, lyt_str word, int16_t *evidence)
{
    int32_t sum[lyt_languages_max] = {0};
    lyt_langid_word_letters letters;

    for (size_t at = 0; lyt_langid_next_word(word, &at, &letters);)
        add_word(langid, &letters, sum);
    for (size_t l = 0; l < lyt_languages_max; l++) {
        int32_t v = l < langid->n_languages ? sum[l] : 0;

        evidence[l] = (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
    }
}

double lyt_langid_unit(void)
{
    return tempering / lyt_langid_eighths;
}

double lyt_langid_bias(size_t rank)
{
    enum { last = 4 };

    return -log(2) * (double)(rank < last ? rank : last);
}

int lyt_langid_decide(const int32_t *evidence, const double *bias, size_t n, size_t words,
                      double *probability)
{
    double unit = lyt_langid_unit() / sqrt(1 + (double)words / fading_words);
    double sum = 0, top = -INFINITY;
    int best = -1;

    for (size_t l = 0; l < n; l++) {
        probability[l] = unit * evidence[l] + (bias ? bias[l] : 0);
        if (probability[l] > top) {
            top = probability[l];
            best = (int)l;
        }
    }
    for (size_t l = 0; l < n; l++)
        sum += probability[l] = exp(probability[l] - top);
    for (size_t l = 0; l < n; l++)
        probability[l] /= sum;
    return best;
}

int lyt_langid_guess(const lyt_langid *langid, lyt_str text, double *probability)
{
    int32_t evidence[lyt_languages_max] = {0};
    lyt_langid_word_letters word;
    size_t words = 0;
    int best;

    for (size_t at = 0; lyt_langid_next_word(text, &at, &word); words++) {
        int32_t own[lyt_languages_max] = {0};
        int32_t part = words && word.capital ? 2 : 1; /* a name says half as much */

        add_word(langid, &word, own);
        for (size_t l = 0; l < langid->n_languages; l++)
            evidence[l] += own[l] / part;
    }
    best = lyt_langid_decide(evidence, NULL, langid->n_languages, words, probability);
    return words ? best : -1;
}
