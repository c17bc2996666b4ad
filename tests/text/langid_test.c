#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "langid.h"
#include "testing.h"

LYT_SUITE(langid);

static const char english[] =
    "The room was not cleaned today and the heating is broken. We asked at the reception twice "
    "but nobody came. There is no hot water in the shower, and the towels were dirty. Breakfast "
    "was cold when we got there, and the queue was very long. Could you please send someone up "
    "with an extra pillow? The people next door were shouting all night. Thank you for a lovely "
    "stay, the staff were friendly and helpful. My key card does not work any more. The wifi is "
    "far too slow for a meeting. It smells of smoke in the hallway. I would like to check out "
    "later, what does that cost? The lift has been stuck since this morning.";
static const char danish[] =
    "Værelset var ikke gjort rent i dag, og varmen virker ikke. Vi har spurgt i receptionen to "
    "gange, men der kom ingen. Der er ikke noget varmt vand i bruseren, og håndklæderne var "
    "beskidte. Morgenmaden var kold, da vi kom, og køen var meget lang. Kan I sende en op med en "
    "ekstra pude? Naboerne råbte hele natten. Tak for et dejligt ophold, personalet var venligt og "
    "hjælpsomt. Mit nøglekort virker ikke længere. Nettet er alt for langsomt til et møde. Der "
    "lugter af røg på gangen. Jeg vil gerne tjekke senere ud, hvad koster det? Elevatoren har "
    "siddet fast siden i morges.";
static const char german[] =
    "Das Zimmer wurde heute nicht gereinigt und die Heizung ist kaputt. Wir haben zweimal an der "
    "Rezeption gefragt, aber niemand ist gekommen. Es gibt kein warmes Wasser in der Dusche, und "
    "die Handtücher waren schmutzig. Das Frühstück war kalt, als wir kamen.";

enum { en, da, de };

static lyt_langid *trained(void)
{
    lyt_langid_sample samples[] = {{.code = "en", .text = lyt_str_of(english)},
                                   {.code = "da", .text = lyt_str_of(danish)},
                                   {.code = "de", .text = lyt_str_of(german)}};
    lyt_langid *langid = NULL;
    lyt_error err;

    cr_assert_eq(lyt_langid_train(&langid, NULL, samples, 3, &err), LYT_OK, "%s", err.text);
    return langid;
}

static lyt_status attempt(const lyt_langid_sample *samples, size_t n, lyt_error *err)
{
    lyt_langid *langid = NULL;
    lyt_status status = lyt_langid_train(&langid, NULL, samples, n, err);

    cr_expect_eq(langid != NULL, status == LYT_OK);
    lyt_langid_free(langid);
    return status;
}

Test(langid, NL_01_tells_languages_apart)
{
    static const struct {
        int line;
        const char *text;
        int expected;
    } rows[] = {
        {__LINE__, "The shower is broken and there are no towels", en},
        {__LINE__, "Bruseren virker ikke, og der er ingen håndklæder", da},
        {__LINE__, "Die Dusche ist kaputt und wir haben keine Handtücher", de},
        {__LINE__, "nobody came", en},
        {__LINE__, "der kom ingen", da},
        {__LINE__, "VÆRELSET ER IKKE GJORT RENT", da},
        {__LINE__, "THE ROOM IS NOT CLEAN", en},
        {__LINE__, "rm 214: the heating!!! 😡", en},
        {__LINE__, "vær. 214: varmen!!! 😡", da},
        {__LINE__, "", -1},
        {__LINE__, "214", -1},
        {__LINE__, "21:30 – 22:00 … ×÷ 100 % 👍 ☕ ！", -1},
        {__LINE__, "\xff\xfe\x80", -1},
    };
    lyt_langid *langid = trained();

    cr_expect_eq(lyt_langid_languages(langid), 3);
    cr_expect_str_eq(lyt_langid_code(langid, en), "en");
    cr_expect_str_eq(lyt_langid_code(langid, de), "de");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double p[3], most;
        int got = lyt_langid_guess(langid, lyt_str_of(rows[i].text), p);

        cr_expect_eq(got, rows[i].expected, "line %d: %d", rows[i].line, got);
        cr_expect(fabs(p[0] + p[1] + p[2] - 1) < 1e-12, "line %d", rows[i].line);
        most = fmax(p[0], fmax(p[1], p[2]));
        if (got >= 0)
            cr_expect(p[got] >= most && most > 0.5, "line %d: %f", rows[i].line, most);
        else
            cr_expect(most < 0.34, "line %d: %f", rows[i].line, most);
    }
    lyt_langid_free(langid);
}

/* Texts that say the same to the table. */
Test(langid, sees_past_case_and_digits)
{
    static const struct {
        int line;
        const char *a, *b;
    } rows[] = {
        {__LINE__, "VÆRELSET ØÅ", "værelset øå"},
        {__LINE__, "ÀÖØÞ", "àöøþ"},
        {__LINE__, "ŁÓDŹ ŸŽ ĀĶĹŇŊŶİ", "łódź ÿž āķĺňŋŷi"},
        {__LINE__, "the room", "  the\n\t12 «room» 7 "},
        {__LINE__, "not×clean", "not clean"},
    };
    lyt_langid *langid = trained();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double a[3], b[3];

        cr_expect_geq(lyt_langid_guess(langid, lyt_str_of(rows[i].a), a), 0);
        cr_expect_geq(lyt_langid_guess(langid, lyt_str_of(rows[i].b), b), 0);
        cr_expect(memcmp(a, b, sizeof a) == 0, "line %d", rows[i].line);
    }
    lyt_langid_free(langid);
}

Test(langid, much_text_is_no_argument)
{
    lyt_langid_sample samples[41];
    lyt_langid *langid = NULL;
    double p[2];

    samples[0] = (lyt_langid_sample){.code = "da", .text = lyt_str_of(danish)};
    for (size_t i = 1; i < 41; i++)
        samples[i] = (lyt_langid_sample){.code = "en", .text = lyt_str_of(english)};
    cr_assert_eq(lyt_langid_train(&langid, NULL, samples, 41, NULL), LYT_OK);
    cr_expect_eq(lyt_langid_languages(langid), 2);
    cr_expect_eq(lyt_langid_guess(langid, LYT_STR("varmen"), p), 0);
    cr_expect_eq(lyt_langid_guess(langid, LYT_STR("heating"), p), 1);
    /* letters that neither has seen: runs of one row each, none of them met */
    (void)lyt_langid_guess(langid, LYT_STR("\xe6\x97\xa5"), p);
    cr_expect(fabs(p[0] - 0.5) < 0.2, "%f", p[0]);
    lyt_langid_free(langid);
}

Test(langid, refuses_what_cannot_be_learned)
{
    static char codes[13][4];
    lyt_langid_sample many[13];
    lyt_error err;

    cr_expect_eq(attempt(NULL, 0, &err), LYT_EINVAL);
    cr_expect_eq(attempt(&(lyt_langid_sample){.code = "en", .text = LYT_STR(" 12 !")}, 1, &err),
                 LYT_EINVAL);
    cr_expect_eq(attempt(&(lyt_langid_sample){.code = "english", .text = LYT_STR("a")}, 1, &err),
                 LYT_EINVAL);
    cr_expect_eq(attempt(&(lyt_langid_sample){.code = "EN", .text = LYT_STR("a")}, 1, &err),
                 LYT_EINVAL);
    cr_expect_eq(attempt(&(lyt_langid_sample){.code = "e", .text = LYT_STR("a")}, 1, NULL),
                 LYT_EINVAL);
    cr_expect_eq(attempt(&(lyt_langid_sample){.code = NULL, .text = LYT_STR("a")}, 1, &err),
                 LYT_EINVAL);
    cr_expect_eq(attempt(&(lyt_langid_sample){.code = "en", .text = LYT_STR("a")}, 1, &err),
                 LYT_OK);
    for (int i = 0; i < 13; i++) {
        snprintf(codes[i], sizeof codes[i], "a%c", 'a' + i);
        many[i] = (lyt_langid_sample){.code = codes[i], .text = LYT_STR("text")};
    }
    cr_expect_eq(attempt(many, 12, &err), LYT_OK);
    cr_expect_eq(attempt(many, 13, &err), LYT_ELIMIT);
    lyt_langid_free(NULL);
}

/* ---- files ---- */

/* Files that are one piece of memory, which is used as long as the table is. */
static lyt_status memory_map(void *context, const char *path, lyt_map *out, lyt_error *err)
{
    (void)path;
    (void)err;
    *out = *(const lyt_map *)context;
    return LYT_OK;
}

static void memory_unmap(void *context, lyt_map *map)
{
    (void)context;
    free((void *)(uintptr_t)map->data);
}

/* A copy of exactly that size, so that the sanitizer sees a byte read beyond it. */
static lyt_status load_bytes(const void *data, size_t size_bytes, lyt_langid **out, lyt_error *err)
{
    static lyt_map file;
    static const lyt_fs fs = {.map = memory_map, .unmap = memory_unmap, .context = &file};
    void *copy = size_bytes ? malloc(size_bytes) : NULL;
    lyt_status status;

    if (copy)
        memcpy(copy, data, size_bytes);
    file = (lyt_map){copy, size_bytes};
    *out = NULL;
    status = lyt_langid_load(out, NULL, &fs, "table", err);
    cr_expect_eq(*out != NULL, status == LYT_OK);
    return status;
}

static void put(unsigned char *at, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

/* Two languages and 16 buckets, by hand from docs/formats.md. */
enum { head_bytes = 128, small_bytes = head_bytes + 16 * 64 + 8 };

/* A row of the word "any". */
static void any_row(unsigned char *table)
{
    uint64_t hash = 0x776f7264;

    for (const char *c = "yna"; *c; c++)
        hash = lyt_hash_pair(hash, (uint64_t)*c);
    table += (hash & 15) * 64 + 16; /* not the first row of its bucket */
    put(table, hash >> 32 | 1, 4);
    table[4] = 120;
    table[5] = (unsigned char)-120;
}

static void sum_up(unsigned char file[small_bytes])
{
    put(file + small_bytes - 8, lyt_hash64(file, small_bytes - 8, 0), 8);
}

static void small_file(unsigned char file[small_bytes])
{
    memset(file, 0, small_bytes);
    memcpy(file, "LYTLANGS", 8);
    put(file + 8, 2, 4);
    put(file + 12, 2, 4);
    put(file + 16, 4, 4);
    put(file + 20, 4, 4);
    memcpy(file + 24, "en", 2);
    memcpy(file + 32, "da", 2);
    any_row(file + head_bytes);
    sum_up(file);
}

Test(langid, saves_and_loads)
{
    lyt_langid *langid = trained(), *again = NULL;
    const lyt_fs *fs = lyt_fs_system();
    char folder[64], path[128], other[128];
    lyt_buf one, two;
    lyt_error err;
    double a[3], b[3];

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/a", folder);
    snprintf(other, sizeof other, "%s/b", folder);
    lyt_buf_init(&one, NULL);
    lyt_buf_init(&two, NULL);
    cr_assert_eq(lyt_langid_save(langid, fs, path, &err), LYT_OK);
    cr_assert_eq(lyt_langid_load(&again, NULL, fs, path, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_langid_guess(again, LYT_STR("der er koldt"), a), da);
    cr_expect_eq(lyt_langid_guess(langid, LYT_STR("der er koldt"), b), da);
    cr_expect(memcmp(a, b, sizeof a) == 0);
    cr_expect_str_eq(lyt_langid_code(again, da), "da");
    /* the same training and the same table give the same bytes */
    lyt_langid_free(langid);
    langid = trained();
    cr_assert_eq(lyt_langid_save(langid, fs, other, &err), LYT_OK);
    cr_assert_eq(lyt_fs_read(fs, path, 1 << 20, &one, &err), LYT_OK);
    cr_assert_eq(lyt_fs_read(fs, other, 1 << 20, &two, &err), LYT_OK);
    cr_expect(lyt_str_equal(lyt_buf_str(&one), lyt_buf_str(&two)));
    cr_expect(one.len >= head_bytes + (64 << 4) + 8 && one.len <= head_bytes + (64 << 15) + 8);
    cr_expect_eq((one.len - head_bytes - 8) % 64, 0);
    for (size_t i = 0; i < one.len; i += 997) {
        lyt_langid *none;

        one.data[i] ^= 0x10;
        cr_expect_eq(load_bytes(one.data, one.len, &none, &err), LYT_EFORMAT, "byte %zu", i);
        one.data[i] ^= 0x10;
    }
    lyt_buf_deinit(&one);
    lyt_buf_deinit(&two);
    lyt_langid_free(langid);
    lyt_langid_free(again);
    testing_folder_remove(folder);
}

Test(langid, damaged_files)
{
    unsigned char file[small_bytes + 1];
    lyt_langid *langid;
    lyt_error err;
    double p[2];

    small_file(file);
    cr_assert_eq(load_bytes(file, small_bytes, &langid, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_langid_guess(langid, LYT_STR("Any"), p), 0);
    cr_expect(p[0] > 0.99, "%f", p[0]);
    cr_expect_eq(lyt_langid_guess(langid, LYT_STR("many"), p), 0);
    cr_expect(fabs(p[0] - 0.5) < 1e-12, "%f", p[0]);
    cr_expect_str_eq(lyt_langid_code(langid, 1), "da");
    lyt_langid_free(langid);
    for (size_t n = 0; n < small_bytes; n++)
        cr_expect_eq(load_bytes(file, n, &langid, &err), LYT_EFORMAT, "cut at %zu", n);
    file[small_bytes] = 0;
    cr_expect_eq(load_bytes(file, small_bytes + 1, &langid, &err), LYT_EFORMAT);
    for (size_t i = 0; i < small_bytes; i++)
        for (int bit = 0; bit < 8; bit++) {
            file[i] ^= (unsigned char)(1 << bit);
            cr_expect_eq(load_bytes(file, small_bytes, &langid, i & 1 ? &err : NULL), LYT_EFORMAT,
                         "byte %zu bit %d", i, bit);
            file[i] ^= (unsigned char)(1 << bit);
        }
}

/* The checksum is right, what it sums is not. */
Test(langid, forged_files)
{
    static const struct {
        int line;
        size_t at;
        uint64_t value;
        size_t n;
        const char *text;
    } rows[] = {
        {__LINE__, 0, 'X', 1, "byte 0: not a language table (LYTLANGS)"},
        {__LINE__, 8, 1, 4, "byte 8: a version that this program does not know"},
        {__LINE__, 12, 0, 4, "byte 12: number of languages"},
        {__LINE__, 12, 13, 4, "byte 12: number of languages"},
        {__LINE__, 12, UINT32_MAX, 4, "byte 12: number of languages"},
        {__LINE__, 12, 1, 4, "byte 32: not 0"},
        {__LINE__, 16, 3, 4, "byte 16: number of rows"},
        {__LINE__, 16, 16, 4, "byte 16: number of rows"},
        {__LINE__, 16, 64, 4, "byte 16: number of rows"},
        {__LINE__, 16, 5, 4, "byte 1160: not as long as its head says"},
        {__LINE__, 20, 5, 4, "byte 20: length of letter runs"},
        {__LINE__, 24, 'E', 1, "byte 24: no language code"},
        {__LINE__, 25, 0, 1, "byte 24: no language code"},
        {__LINE__, 24, 0x6161616161616161, 8, "byte 24: no language code"},
        {__LINE__, 39, 'x', 1, "byte 32: no language code"},
        {__LINE__, 32, 'e' | 'n' << 8, 2, "byte 32: a language that is there already"},
        {__LINE__, 127, 1, 1, "byte 127: not 0"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char file[small_bytes];
        lyt_langid *langid;
        lyt_error err;

        small_file(file);
        put(file + rows[i].at, rows[i].value, rows[i].n);
        sum_up(file);
        cr_expect_eq(load_bytes(file, small_bytes, &langid, &err), LYT_EFORMAT, "line %d",
                     rows[i].line);
        cr_expect_str_eq(err.text, rows[i].text, "line %d: %s", rows[i].line, err.text);
        cr_expect_str_eq(err.file, "table");
        lyt_langid_free(langid);
    }
}

Test(langid, every_failing_allocation)
{
    lyt_langid_sample sample = {.code = "en", .text = lyt_str_of(english)};
    testing_alloc failing = {.fail_at = 0};
    char folder[64], path[128];

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/table", folder);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_langid *langid = NULL, *again = NULL;
        lyt_error err = {.code = LYT_OK};
        lyt_status status = lyt_langid_train(&langid, &failing.alloc, &sample, 1, &err);

        if (!status)
            status = lyt_langid_save(langid, lyt_fs_system(), path, &err);
        if (!status)
            status = lyt_langid_load(&again, &failing.alloc, lyt_fs_system(), path, &err);
        cr_expect_eq(status, failing.asked < failing.fail_at ? LYT_OK : LYT_ENOMEM);
        cr_expect_eq(err.code, status);
        cr_expect_eq(again != NULL, status == LYT_OK);
        lyt_langid_free(langid);
        lyt_langid_free(again);
    }
    testing_folder_remove(folder);
}

Test(langid, every_failing_file)
{
    lyt_langid *langid = trained(), *again = NULL;
    char folder[64], path[128];
    testing_fs failing;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/table", folder);
    testing_fs_init(&failing, 1, LYT_EFULL);
    cr_expect_eq(lyt_langid_save(langid, &failing.fs, path, &err), LYT_EFULL);
    cr_expect_eq(lyt_langid_load(&again, NULL, lyt_fs_system(), path, &err), LYT_ENOTFOUND);
    testing_fs_init(&failing, 1, LYT_EIO);
    cr_expect_eq(lyt_langid_load(&again, NULL, &failing.fs, path, &err), LYT_EIO);
    cr_expect_str_eq(err.file, path);
    cr_expect_null(again);
    lyt_langid_free(langid);
    testing_folder_remove(folder);
}
