/*
 * A text is read word by word; a word is put between two marks and every run of
 * 1 to 4 letters of it (a mark alone is none) picks a row of the table. A row has a
 * log-probability for each language; their sums are compared.
 *
 *   row        the low bits of the hash of the run's letters
 *   p(row)     (f N + a) / (N + a R): f the row's share of the language's runs, R rows,
 *              N the runs of the language with fewest of them, so that much text
 *              in one language does not lend it the runs that nobody has seen
 *   file       docs/formats.md, section 4
 */
#include "langid.h"

#include <math.h>
#include <string.h>

#include "hash.h"
#include "letters.h"
#include "lexis.h"
#include "mem.h"

enum {
    format_version = 1,
    run_max = 4,
    train_row_bits = 14,
    row_bits_min = 4,
    row_bits_max = 20,
    code_bytes = 8,
    head_bytes = 24,
    sum_bytes = 8,
    word_mark = ' ' /* never a letter */
};

static const char magic[] = "LYTLANG1";
static const uint64_t run_seed = 0x6c616e67;
static const double smoothing = 0.1;
/*
 * The runs of a word overlap, so their sum counts the same letters several
 * times and says 1.000 to everything.
 */
static const double tempering = 0.15;

struct lyt_langid {
    const lyt_alloc *alloc;
    size_t n_languages;
    unsigned row_bits;
    char codes[lyt_languages_max][code_bytes];
    float *log_p; /* [row][language] */
};

static size_t n_rows(const lyt_langid *langid)
{
    return (size_t)1 << langid->row_bits;
}

/* ---- reading a text ---- */

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

typedef struct reader {
    lyt_str text;
    size_t at;
    uint32_t last[run_max]; /* newest first; 0 before the word's mark */
    bool in_word;
} reader;

/* The next letter or mark, letter 0 at the end. A word is mark, letters, mark. */
static uint32_t next_letter(reader *in)
{
    while (in->at < in->text.len) {
        size_t at = in->at;
        uint32_t c = lyt_letters_next(in->text, &at);

        if (is_letter(c)) {
            if (!in->in_word) {
                in->in_word = true;
                memset(in->last, 0, sizeof in->last);
                return word_mark;
            }
            in->at = at;
            return lower(c);
        }
        in->at = at;
        if (in->in_word)
            break;
    }
    if (!in->in_word)
        return 0;
    in->in_word = false;
    return word_mark;
}

/* Hashes of the runs that end at the next letter; SIZE_MAX at the end of the text. */
static size_t next_runs(reader *in, uint64_t runs[run_max])
{
    uint32_t c = next_letter(in);
    uint64_t hash = run_seed;
    size_t n = 0;

    if (!c)
        return SIZE_MAX;
    memmove(in->last + 1, in->last, (run_max - 1) * sizeof in->last[0]);
    in->last[0] = c;
    for (size_t i = 0; i < run_max && in->last[i]; i++) {
        hash = lyt_hash_pair(hash, in->last[i]);
        if (i > 0 || c != word_mark)
            runs[n++] = hash;
    }
    return n;
}

/* ---- training ---- */

static bool is_code(lyt_str code)
{
    if (code.len < 2 || code.len > 3)
        return false;
    for (size_t i = 0; i < code.len; i++)
        if (code.ptr[i] < 'a' || code.ptr[i] > 'z')
            return false;
    return true;
}

static bool has_letter(lyt_str text)
{
    reader in = {.text = text};

    return next_letter(&in) != 0;
}

static lyt_status language_of(lyt_langid *langid, const char *code, size_t *out, lyt_error *err)
{
    if (!is_code(lyt_str_of(code)))
        return lyt_error_set(err, LYT_EINVAL, "\"%.16s\" is no language code", code ? code : "");
    for (*out = 0; *out < langid->n_languages; ++*out)
        if (strcmp(langid->codes[*out], code) == 0)
            return LYT_OK;
    if (langid->n_languages == lyt_languages_max)
        return lyt_error_set(err, LYT_ELIMIT, "more than %d languages", (int)lyt_languages_max);
    memcpy(langid->codes[langid->n_languages++], code, strlen(code));
    return LYT_OK;
}

/* counts: [row][lyt_languages_max] */
static lyt_status count_runs(lyt_langid *langid, const lyt_langid_sample *samples, size_t n,
                             uint64_t *counts, lyt_error *err)
{
    for (size_t i = 0; i < n; i++) {
        reader in = {.text = samples[i].text};
        uint64_t runs[run_max];
        size_t language = 0, n_runs;
        lyt_status status;

        if (!has_letter(samples[i].text))
            continue;
        status = language_of(langid, samples[i].code, &language, err);
        if (status)
            return status;
        while ((n_runs = next_runs(&in, runs)) != SIZE_MAX)
            for (size_t k = 0; k < n_runs; k++)
                counts[(runs[k] & (n_rows(langid) - 1)) * lyt_languages_max + language]++;
    }
    if (!langid->n_languages)
        return lyt_error_set(err, LYT_EINVAL, "no language has text to learn from");
    return LYT_OK;
}

static lyt_status fill_table(lyt_langid *langid, const uint64_t *counts)
{
    double total[lyt_languages_max] = {0}, fewest = INFINITY;
    size_t n = langid->n_languages, rows = n_rows(langid);

    langid->log_p = lyt_mem_array(langid->alloc, rows * n, sizeof *langid->log_p);
    if (!langid->log_p)
        return LYT_ENOMEM;
    for (size_t row = 0; row < rows; row++)
        for (size_t l = 0; l < n; l++)
            total[l] += (double)counts[row * lyt_languages_max + l];
    for (size_t l = 0; l < n; l++)
        fewest = fmin(fewest, total[l]);
    for (size_t row = 0; row < rows; row++)
        for (size_t l = 0; l < n; l++) {
            double share = (double)counts[row * lyt_languages_max + l] / total[l];
            double p = (share * fewest + smoothing) / (fewest + smoothing * (double)rows);

            langid->log_p[row * n + l] = (float)log(p);
        }
    return LYT_OK;
}

lyt_status lyt_langid_train(lyt_langid **out, const lyt_alloc *alloc,
                            const lyt_langid_sample *samples, size_t n, lyt_error *err)
{
    lyt_langid *langid = lyt_mem_new(alloc, sizeof *langid);
    uint64_t *counts = NULL;
    lyt_status status = LYT_ENOMEM;

    if (!langid)
        goto end;
    langid->alloc = alloc;
    langid->row_bits = train_row_bits;
    counts = lyt_mem_array(alloc, n_rows(langid) * lyt_languages_max, sizeof *counts);
    if (!counts)
        goto end;
    status = count_runs(langid, samples, n, counts, err);
    if (status)
        goto end;
    status = fill_table(langid, counts);
    if (status)
        goto end;
    *out = langid;
    langid = NULL;
end:
    if (status == LYT_ENOMEM)
        (void)lyt_error_set(err, LYT_ENOMEM, "no memory for a language table");
    lyt_mem_free(alloc, counts);
    lyt_langid_free(langid);
    return status;
}

void lyt_langid_free(lyt_langid *langid)
{
    if (!langid)
        return;
    lyt_mem_free(langid->alloc, langid->log_p);
    lyt_mem_free(langid->alloc, langid);
}

/* ---- the file ---- */

static void put_le(lyt_buf *out, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lyt_buf_add_char(out, (char)(value >> (8 * i) & 0xff));
}

static uint64_t get_le(const unsigned char *p, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}

lyt_status lyt_langid_save(const lyt_langid *langid, const lyt_fs *fs, const char *path,
                           lyt_error *err)
{
    size_t n = langid->n_languages;
    lyt_status status;
    lyt_buf out;

    lyt_buf_init(&out, langid->alloc);
    lyt_buf_add(&out, lyt_str_of(magic));
    put_le(&out, format_version, 4);
    put_le(&out, n, 4);
    put_le(&out, langid->row_bits, 4);
    put_le(&out, run_max, 4);
    for (size_t l = 0; l < n; l++)
        lyt_buf_add(&out, (lyt_str){langid->codes[l], code_bytes});
    for (size_t i = 0; i < n_rows(langid) * n; i++) {
        uint32_t bits;

        memcpy(&bits, &langid->log_p[i], sizeof bits);
        put_le(&out, bits, sizeof bits);
    }
    put_le(&out, lyt_hash64(out.data, out.len, 0), sum_bytes);
    status = lyt_buf_status(&out);
    if (status)
        (void)lyt_error_at(err, status, path, 0, 0, "no memory to write the language table");
    else
        status = lyt_fs_write(fs, path, lyt_buf_str(&out), err);
    lyt_buf_deinit(&out);
    return status;
}

/* A file that is being read: what the helpers need to complain. */
typedef struct source {
    const unsigned char *data;
    size_t size_bytes;
    const char *path;
    lyt_error *err;
} source;

static lyt_status refuse(const source *in, size_t offset, const char *why)
{
    (void)lyt_error_at(in->err, LYT_EFORMAT, in->path, 0, 0, "byte %zu: %s", offset, why);
    if (in->err)
        in->err->offset = offset;
    return LYT_EFORMAT;
}

static lyt_status read_head(const source *in, lyt_langid *langid)
{
    const unsigned char *p = in->data;
    uint64_t n, bits;
    size_t body;

    if (in->size_bytes < 8 || memcmp(p, magic, 8) != 0)
        return refuse(in, 0, "not a language table (LYTLANG1)");
    if (in->size_bytes < head_bytes + sum_bytes)
        return refuse(in, in->size_bytes, "cut short");
    if (get_le(p + 8, 4) != format_version)
        return refuse(in, 8, "a version that this program does not know");
    n = get_le(p + 12, 4);
    if (n < 1 || n > lyt_languages_max)
        return refuse(in, 12, "number of languages");
    bits = get_le(p + 16, 4);
    if (bits < row_bits_min || bits > row_bits_max)
        return refuse(in, 16, "number of rows");
    if (get_le(p + 20, 4) != run_max)
        return refuse(in, 20, "length of letter runs");
    body = (size_t)n * (code_bytes + ((size_t)1 << bits) * sizeof(float));
    if (in->size_bytes != head_bytes + body + sum_bytes)
        return refuse(in, in->size_bytes, "not as long as its head says");
    body += head_bytes;
    if (get_le(p + body, sum_bytes) != lyt_hash64(p, body, 0))
        return refuse(in, body, "wrong checksum: the file is damaged");
    langid->n_languages = (size_t)n;
    langid->row_bits = (unsigned)bits;
    return LYT_OK;
}

static lyt_status read_codes(const source *in, lyt_langid *langid)
{
    static const char zeros[code_bytes];

    for (size_t l = 0; l < langid->n_languages; l++) {
        size_t at = head_bytes + l * code_bytes, len;
        char *code = langid->codes[l];

        memcpy(code, in->data + at, code_bytes);
        len = lyt_str_find((lyt_str){code, code_bytes}, '\0', 0);
        if (!is_code((lyt_str){code, len}) || memcmp(code + len, zeros, code_bytes - len) != 0)
            return refuse(in, at, "no language code");
        for (size_t k = 0; k < l; k++)
            if (strcmp(langid->codes[k], code) == 0)
                return refuse(in, at, "a language that is there already");
    }
    return LYT_OK;
}

static lyt_status read_table(const source *in, lyt_langid *langid)
{
    size_t from = head_bytes + langid->n_languages * code_bytes;
    size_t n = n_rows(langid) * langid->n_languages;

    langid->log_p = lyt_mem_array(langid->alloc, n, sizeof *langid->log_p);
    if (!langid->log_p)
        return lyt_error_at(in->err, LYT_ENOMEM, in->path, 0, 0, "no memory for a language table");
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)get_le(in->data + from + 4 * i, 4);

        memcpy(&langid->log_p[i], &bits, sizeof bits);
        /* also false for what is no number */
        if (!(langid->log_p[i] <= 0 && langid->log_p[i] >= -1000))
            return refuse(in, from + 4 * i, "no log-probability");
    }
    return LYT_OK;
}

lyt_status lyt_langid_load(lyt_langid **out, const lyt_alloc *alloc, const lyt_fs *fs,
                           const char *path, lyt_error *err)
{
    lyt_langid *langid = NULL;
    lyt_map map;
    source in;
    lyt_status status = lyt_fs_map(fs, path, &map, err);

    if (status)
        return status;
    in = (source){map.data, map.size_bytes, path, err};
    langid = lyt_mem_new(alloc, sizeof *langid);
    if (!langid) {
        status = lyt_error_at(err, LYT_ENOMEM, path, 0, 0, "no memory for a language table");
        goto end;
    }
    langid->alloc = alloc;
    status = read_head(&in, langid);
    if (!status)
        status = read_codes(&in, langid);
    if (!status)
        status = read_table(&in, langid);
    if (status)
        goto end;
    *out = langid;
    langid = NULL;
end:
    lyt_langid_free(langid);
    lyt_fs_unmap(fs, &map);
    return status;
}

/* ---- asking ---- */

size_t lyt_langid_languages(const lyt_langid *langid)
{
    return langid->n_languages;
}

const char *lyt_langid_code(const lyt_langid *langid, size_t index)
{
    return langid->codes[index];
}

/* From log-probabilities to probabilities, in place. */
static void weigh(double *p, size_t n, int best)
{
    double top = p[best], sum = 0;

    for (size_t l = 0; l < n; l++)
        sum += p[l] = exp(tempering * (p[l] - top));
    for (size_t l = 0; l < n; l++)
        p[l] /= sum;
}

/* Most bytes of most texts are plain letters; they need no look at what they stand for. */
static size_t plain_end(lyt_str text, size_t at)
{
    while (at < text.len && (unsigned char)((text.ptr[at] | 0x20) - 'a') < 26)
        at++;
    return at;
}

/* And between words, blanks and plain marks. */
static size_t gap_end(lyt_str text, size_t at)
{
    while (at < text.len && (unsigned char)text.ptr[at] < 0x80 &&
           (unsigned char)((text.ptr[at] | 0x20) - 'a') >= 26)
        at++;
    return at;
}

bool lyt_langid_next_word(lyt_str text, size_t *at, lyt_str *word)
{
    size_t start = *at, end;

    for (;; start = end) {
        start = gap_end(text, start);
        if (start == text.len)
            return false;
        end = start;
        if (is_letter(lyt_letters_next(text, &end)))
            break;
    }
    for (;;) {
        size_t next;

        end = next = plain_end(text, end);
        if (end == text.len || !is_letter(lyt_letters_next(text, &next)))
            break;
        end = next;
    }
    *word = lyt_str_slice(text, start, end);
    *at = end;
    return true;
}

void lyt_langid_word(const lyt_langid *langid, lyt_str word, float *log_p)
{
    reader in = {.text = word};
    size_t n = langid->n_languages, n_runs;
    uint64_t runs[run_max];
    double sum[lyt_languages_max] = {0};

    while ((n_runs = next_runs(&in, runs)) != SIZE_MAX)
        for (size_t k = 0; k < n_runs; k++) {
            const float *row = &langid->log_p[(runs[k] & (n_rows(langid) - 1)) * n];

            for (size_t l = 0; l < n; l++)
                sum[l] += (double)row[l];
        }
    for (size_t l = 0; l < n; l++)
        log_p[l] = (float)sum[l];
}

int lyt_langid_weigh(const lyt_langid *langid, double *log_p, bool any_word)
{
    int best = 0;

    for (size_t l = 1; l < langid->n_languages; l++)
        if (log_p[l] > log_p[best])
            best = (int)l;
    weigh(log_p, langid->n_languages, best);
    return any_word ? best : -1;
}

int lyt_langid_guess(const lyt_langid *langid, lyt_str text, double *probability)
{
    bool any = false;
    lyt_str word;

    for (size_t l = 0; l < langid->n_languages; l++)
        probability[l] = 0;
    for (size_t at = 0; lyt_langid_next_word(text, &at, &word); any = true) {
        float log_p[lyt_languages_max];

        /* word by word, so that the sums are those of lyt_langcache */
        lyt_langid_word(langid, word, log_p);
        for (size_t l = 0; l < langid->n_languages; l++)
            probability[l] += (double)log_p[l];
    }
    return lyt_langid_weigh(langid, probability, any);
}
