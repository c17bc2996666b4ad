#include <string.h>

#include "catalogue.h"
#include "testing.h"

LYT_SUITE(catalogue);

Test(catalogue, prose)
{
    static const struct {
        int line;
        const char *text, *prose;
    } rows[] = {
        {__LINE__, "the file \"%s\" is open", "the file is open "},
        {__LINE__, "use -a or --all (or nothing at all).", "use or or nothing at all "},
        {__LINE__, "USAGE: it's well-known, c'est l'été!", "it's well-known c'est l'été "},
        {__LINE__, "kan ikke åbne <b>filen</b>, prøv igen:", "kan ikke åbne prøv igen "},
        {__LINE__, "I O a", "I O a "},
        {__LINE__, "' 'quoted' don't- 3x x3 a/b a_b", ""},
        {__LINE__, "ikke\n\tnu", "ikke nu "},
        {__LINE__, "", ""},
        {__LINE__, "([((.,;:!?))", ""},
        {__LINE__,
         "v\xe6relset er \xe5"
         "ben",
         "værelset er åben "}, /* Latin-1 */
        {__LINE__, "l\xe2\x80\x99\xc3\xa9t\xc3\xa9 \xe2\x80\x9ehier\xe2\x80\x9c", "l’été "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_prose_add(&out, lyt_str_of(rows[i].text));
        cr_expect_eq(lyt_buf_status(&out), LYT_OK);
        cr_expect_str_eq(out.data ? out.data : "", rows[i].prose, "line %d: %s", rows[i].line,
                         out.data);
        lyt_buf_deinit(&out);
    }
}

enum { n_texts = 4, file_max = 512 };

static void put(unsigned char *at, uint32_t value, bool swapped)
{
    for (int i = 0; i < 4; i++)
        at[swapped ? 3 - i : i] = (unsigned char)(value >> (8 * i));
}

/* A catalogue by hand: head, plain, with context, plural, untranslated. Returns its size. */
static size_t small_file(unsigned char file[file_max], bool swapped)
{
    static const struct {
        const char *text;
        size_t len;
    } texts[2][n_texts] = {
        {{"", 0}, {"menu\4no room", 12}, {"one day\0many days", 17}, {"same", 4}},
        {{"Content-Type: text/plain", 24},
         {"intet rum", 9},
         {"en dag\0mange dage", 17},
         {"same", 4}},
    };
    size_t at = 28 + 2 * n_texts * 8;

    memset(file, 0, file_max);
    put(file, 0x950412de, swapped);
    put(file + 8, n_texts, swapped);
    put(file + 12, 28, swapped);
    put(file + 16, 28 + n_texts * 8, swapped);
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < n_texts; i++) {
            unsigned char *row = file + 28 + (side * n_texts + i) * 8;

            put(row, (uint32_t)texts[side][i].len, swapped);
            put(row + 4, (uint32_t)at, swapped);
            memcpy(file + at, texts[side][i].text, texts[side][i].len);
            at += texts[side][i].len + 1;
        }
    return at;
}

static lyt_status read_file(const unsigned char *file, size_t size, bool is_original, lyt_buf *out,
                            lyt_error *err)
{
    return lyt_catalogue_add(out, (lyt_str){(const char *)file, size}, "x.mo", is_original, err);
}

Test(catalogue, reads_translations_and_what_they_translate)
{
    for (int swapped = 0; swapped < 2; swapped++)
        for (int original = 0; original < 2; original++) {
            unsigned char file[file_max];
            size_t size = small_file(file, swapped);
            lyt_error err;
            lyt_buf out;

            lyt_buf_init(&out, NULL);
            cr_expect_eq(read_file(file, size, original, &out, &err), LYT_OK);
            cr_expect_str_eq(
                out.data, original ? "no room one day many days " : "intet rum en dag mange dage ",
                "%s", out.data);
            lyt_buf_deinit(&out);
        }
}

Test(catalogue, damaged_files)
{
    static const struct {
        int line;
        size_t at;
        uint32_t value;
        const char *text;
    } rows[] = {
        {__LINE__, 0, 1, "byte 0: no gettext catalogue"},
        {__LINE__, 8, 100, "byte 8: more texts than the file can hold"},
        {__LINE__, 8, UINT32_MAX, "byte 8: more texts than the file can hold"},
        {__LINE__, 12, UINT32_MAX, "byte 8: more texts than the file can hold"},
        {__LINE__, 16, UINT32_MAX - 7, "byte 8: more texts than the file can hold"},
        {__LINE__, 36, UINT32_MAX, "byte 36: a text beyond the end of the file"},
        {__LINE__, 40, 400, "byte 36: a text beyond the end of the file"},
        {__LINE__, 28 + 32 + 8, 300, "byte 68: a text beyond the end of the file"},
    };
    unsigned char file[file_max];
    size_t size = small_file(file, false);
    lyt_error err;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    for (size_t n = 0; n < size; n++)
        (void)(read_file(file, n, false, &out, &err) == LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size = small_file(file, false);
        put(file + rows[i].at, rows[i].value, false);
        cr_expect_eq(read_file(file, size, false, &out, &err), LYT_EFORMAT, "line %d",
                     rows[i].line);
        cr_expect_str_eq(err.text, rows[i].text, "line %d: %s", rows[i].line, err.text);
        cr_expect_str_eq(err.file, "x.mo");
        cr_expect_eq(read_file(file, size, false, &out, NULL), LYT_EFORMAT);
    }
    cr_expect_eq(read_file(file, 27, false, &out, &err), LYT_EFORMAT);
    cr_expect_str_eq(err.text, "byte 27: too short for a gettext catalogue");
    lyt_buf_deinit(&out);
}
