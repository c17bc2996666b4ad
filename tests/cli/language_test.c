#include <stdlib.h>
#include <sys/stat.h>

#include "langid.h"
#include "lang_learn.h"
#include "running.h"

/* `lyt language`: tables from recipes, and what they are asked. */
LYT_SUITE(language);

static const char danish[] = "language: da\n"
                             "common: [og, det, er, ikke, jeg, der, vi, ingen, koldt, kom, hele, "
                             "natten, værelset, virker, beskidt]\n";
static const char english[] = "language: en\n"
                              "common: [the, and, is, not, there, was, nobody, cold, came, all, "
                              "night, room, works, dirty, so]\n";

/* Two recipes that need nothing of this machine but a word list of a line or two. */
static void prepare(char folder[64])
{
    char path[128], text[1024];
    static const char *const words[] = {"da", "en"};

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/recipes", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    testing_write(folder, "da.words", LYT_STR("hus\nmorgen\nkoldest\n"));
    testing_write(folder, "en.words", LYT_STR("house\nmorning\ncolder\n"));
    for (size_t i = 0; i < 2; i++) {
        snprintf(text, sizeof text, "%swords: %s/%s.words\n", i ? english : danish, folder,
                 words[i]);
        snprintf(path, sizeof path, "recipes/%s.yaml", words[i]);
        testing_write(folder, path, lyt_str_of(text));
    }
    testing_write(folder, "recipes/README.md", LYT_STR("no recipe"));
}

static void learn(const char *folder)
{
    char line[256];
    running r;

    snprintf(line, sizeof line, "language --learn %s/recipes -o %s/table", folder, folder);
    running_run(&r, line, (lyt_str){0});
    cr_assert_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
    /* said, but no reason to leave the language out: the word list is there */
    running_expect(&r.err, "language da: learned without running text", __LINE__, "stderr");
    running_expect(&r.out, NULL, __LINE__, "stdout");
    running_end(&r);
}

/* as an initializer */
#define BYTES(literal)                                                                             \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

Test(language, command_lines)
{
    static const struct {
        int line;
        const char *words;
        lyt_str input;
        lyt_exit code;
        const char *out, *err; /* parts; NULL: the stream stays empty */
    } rows[] = {
        {__LINE__, "", BYTES("der kom ingen\n"), 0, "da\t1.0000\n", NULL},
        {__LINE__, "", BYTES("nobody came"), 0, "en\t1.0000\n", NULL},
        {__LINE__, "", BYTES("\n214\n\n"), 0, "\nund\t0.0000\n\n", NULL},
        {__LINE__, "", BYTES(""), 0, NULL, NULL},
        {__LINE__, "--among en", BYTES("der kom ingen\n"), 0, "en\t1.0000\n", NULL},
        {__LINE__, "--among en,da", BYTES("qqq\n"), 0, "en\t0.6667\n", NULL},
        {__LINE__, "--among da,en", BYTES("qqq\n"), 0, "da\t0.6667\n", NULL},
        {__LINE__, "--json", BYTES("nobody came\n"), 0,
         "{\"text\":\"nobody came\",\"language\":{\"code\":\"en\",\"probability\":", NULL},
        {__LINE__, "-j --among da,en", BYTES("so dirty and cold, og det virker ikke\n"), 0,
         "\"clauses\":[{\"start\":0,\"end\":18,\"language\":{\"code\":\"en\",", NULL},
        {__LINE__, "-j", BYTES("214"), 0,
         "\"language\":{\"code\":\"und\",\"probability\":0},\"clauses\":[{\"start\":0,\"end\":3,",
         NULL},
        {__LINE__, "", BYTES("a\xFF\nder kom ingen"), 1, "error: byte 0xFF is not UTF-8 here\nda\t",
         "stdin:1:2: byte 0xFF"},
        {__LINE__, "--json", BYTES("a\0"), 1, "{\"error\":\"a NUL byte", "stdin:1:2: a NUL"},
        {__LINE__, "none.txt", BYTES(""), 1, NULL, "none.txt: cannot open"},
        {__LINE__, "--among da,xx", BYTES(""), 2, NULL, "no language 'xx'; it has da, en"},
        {__LINE__, "--among da,da", BYTES(""), 2, NULL, "'da' stands twice"},
        {__LINE__, "--among da,", BYTES(""), 2, NULL, "no language ''"},
        {__LINE__, "--learn x", BYTES(""), 2, NULL, "go together"},
        {__LINE__, "--output x", BYTES(""), 2, NULL, "go together"},
        {__LINE__, "--learn x --output y", BYTES(""), 2, NULL, "nothing else but --output"},
    };
    char folder[64], words[512];

    prepare(folder);
    learn(folder);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        running r;

        snprintf(words, sizeof words, "language --table %s/table %s", folder, rows[i].words);
        running_run(&r, words, rows[i].input);
        cr_expect_eq((int)r.code, (int)rows[i].code, "line %d: exit code %d, %s", rows[i].line,
                     r.code, r.err.data);
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
    testing_folder_remove(folder);
}

/* Tables and recipes that cannot be used; $ stands for the folder. */
Test(language, refusals)
{
    static const struct {
        int line;
        const char *recipe; /* of da; NULL: as prepared */
        const char *err;
        lyt_exit code;
    } rows[] = {
        {__LINE__, "language: en\ncommon: [a]\n", "da.yaml:1:11: language must be 'da'", 1},
        {__LINE__, "language: da\n", "da.yaml:1:1: ", 1},
        {__LINE__, "language: da\ncommon: [a]\nword: x\n", "da.yaml:3:1: ", 1},
        {__LINE__, "language: da\ncommon: [a, '']\n", "da.yaml:2:13: ", 1},
        {__LINE__, "language: da\ncommon: [[a]]\n", "da.yaml:2:10: ", 1},
        {__LINE__, "language: da\ncommon: a\n", "da.yaml:2:9: ", 1},
        {__LINE__, "language: da\ncommon: [a\n", "da.yaml:", 1},
        /* not on this machine: said, and left out */
        {__LINE__, "language: da\nwords: /none\npackage: wnone\ncommon: [a]\n",
         "language da: left out, its word list is not on this machine; to have it, install wnone",
         0},
        {__LINE__, "language: da\nwords: /none\ncommon: [a]\n", "install /none", 0},
        {__LINE__, "language: da\nlocales: [none]\ncommon: [a]\n",
         "language da: left out, /usr/share/locale has no text of it", 0},
    };
    char folder[64], line[256];
    running r;

    prepare(folder);
    snprintf(line, sizeof line, "language --learn %s/recipes -o %s/table", folder, folder);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        testing_write(folder, "recipes/da.yaml", lyt_str_of(rows[i].recipe));
        running_run(&r, line, (lyt_str){0});
        cr_expect_eq((int)r.code, (int)rows[i].code, "line %d: %s", rows[i].line, r.err.data);
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
    snprintf(line, sizeof line, "language --table %s/table --among da", folder);
    running_run(&r, line, LYT_STR("a"));
    cr_expect_eq(r.code, LYT_EXIT_MISUSE);
    running_expect(&r.err, "no language 'da'; it has en", __LINE__, "stderr");
    running_end(&r);

    snprintf(line, sizeof line, "language --table %s/da.words", folder);
    running_run(&r, line, LYT_STR("a"));
    cr_expect_eq(r.code, LYT_EXIT_FAILED);
    running_expect(&r.err, "da.words: byte 0: not a language table", __LINE__, "stderr");
    running_end(&r);

    snprintf(line, sizeof line, "language --learn %s -o %s/table", folder, folder);
    running_run(&r, line, (lyt_str){0});
    cr_expect_eq(r.code, LYT_EXIT_FAILED);
    running_expect(&r.err, "no recipe (<language>.yaml) in this folder", __LINE__, "stderr");
    running_end(&r);
    testing_folder_remove(folder);
}

Test(language, the_same_words_give_the_same_table)
{
    char folder[64], path[128];
    lyt_buf one, two;

    prepare(folder);
    snprintf(path, sizeof path, "%s/table", folder);
    lyt_buf_init(&one, NULL);
    lyt_buf_init(&two, NULL);
    learn(folder);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 24, &one, NULL), LYT_OK);
    learn(folder);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 24, &two, NULL), LYT_OK);
    cr_expect(lyt_str_equal(lyt_buf_str(&one), lyt_buf_str(&two)));
    lyt_buf_deinit(&one);
    lyt_buf_deinit(&two);
    testing_folder_remove(folder);
}

/* Every file it reads fails once. */
Test(language, every_failing_file)
{
    char folder[64], path[128];

    prepare(folder);
    snprintf(path, sizeof path, "%s/recipes", folder);
    for (long n = 1; n <= 5; n++) { /* the folder, then recipe and words of each */
        lyt_langid *langid = NULL;
        testing_fs failing;
        lyt_error err = {0};

        testing_fs_init(&failing, n, LYT_EIO);
        cr_expect_eq(lyt_lang_learn(&langid, &failing.fs, path, NULL, &err), LYT_EIO, "%ld", n);
        cr_expect_eq(err.code, LYT_EIO);
        cr_expect_null(langid);
    }
    testing_folder_remove(folder);
}
