#include <stdlib.h>
#include <sys/stat.h>

#include "running.h"

/* The commands that need no service, as functions; tests/e2e/cli_test.py has the rest. */
LYT_SUITE(offline);

/* as an initializer */
#define BYTES(literal)                                                                             \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static const char training[] = "__label__cold The room was cold\n"
                               "__label__cold It is freezing in here\n"
                               "__label__cold __label__noise Cold room and loud bar\n"
                               "__label__cold so cold at night\n"
                               "__label__noise The bar is loud all night\n"
                               "__label__noise Loud music until four\n"
                               "__label__none Thank you for a lovely stay\n"
                               "__label__none thanks\n"
                               "__label__none What time is breakfast?\n"
                               "__label__none The view is great\n";

static const char lexicon[] = "language: en\n"
                              "stemmer: english\n"
                              "negators: [not]\n"
                              "breakers: [but]\n"
                              "stop: [the, a, is]\n"
                              "lemmas: {feet: foot}\n"
                              "abbreviations: {rm: room}\n"
                              "polarity: {-2: [bad]}\n"
                              "place: {words: [room], suffixes: [], never_before: [kr], "
                              "never_after: [at]}\n";

/*
 * A folder with training sentences, bad ones, a model, and data of its own: without a
 * dictionary and packs to learn languages from, which is what takes the time; $ in a row's words
 * stands for it.
 */
static void prepare(char folder[64])
{
    running r;
    char line[256];
    lyt_buf often;

    testing_folder(folder);
    snprintf(line, sizeof line, "%s/models", folder);
    cr_assert_eq(mkdir(line, 0700), 0);
    snprintf(line, sizeof line, "%s/models/tiny", folder);
    cr_assert_eq(mkdir(line, 0700), 0);
    testing_write(line, "pack.yaml", LYT_STR("pack: tiny\n"));
    snprintf(line, sizeof line, "%s/lexicons", folder);
    cr_assert_eq(mkdir(line, 0700), 0);
    testing_write(line, "en.yaml", lyt_str_of(lexicon));
    cr_assert_eq(setenv("LYT_DATA", folder, 1), 0);

    lyt_buf_init(&often, NULL);
    for (int i = 0; i < 3; i++)
        lyt_buf_add_text(&often, training);
    testing_write(folder, "good.txt", lyt_buf_str(&often));
    lyt_buf_deinit(&often);
    testing_write(folder, "bad.txt", LYT_STR("__label__cold a\nno label\n"));
    testing_write(folder, "text.lytm", LYT_STR("this is no model"));
    testing_write(folder, "messages.txt", LYT_STR("so cold\r\n\r\nthanks"));
    snprintf(line, sizeof line, "train -o %s/m.lytm %s/good.txt", folder, folder);
    running_run(&r, line, (lyt_str){0});
    cr_assert_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
    running_expect(&r.out, "labels     2\n", __LINE__, "stdout");
    running_end(&r);
}

static void fill_in(char *out, size_t out_bytes, const char *words, const char *folder)
{
    size_t n = 0;

    for (; *words && n + 65 < out_bytes; words++)
        n += (size_t)snprintf(out + n, out_bytes - n, *words == '$' ? "%s" : "%.1s",
                              *words == '$' ? folder : words);
}

Test(offline, command_lines)
{
    static const struct {
        int line;
        const char *words;
        lyt_str input;
        lyt_exit code;
        const char *out, *err; /* parts; NULL: the stream stays empty */
    } rows[] = {
        {__LINE__, "classify -m $/m.lytm", BYTES("so cold"), 0, "cold 0.", NULL},
        {__LINE__, "classify -m $/m.lytm", BYTES(""), 0, NULL, NULL},
        {__LINE__, "classify -m $/m.lytm", BYTES("\n\n"), 0, "\n\n", NULL},
        {__LINE__, "classify -m $/m.lytm $/messages.txt", BYTES(""), 0, "\"\n\n-\n", NULL},
        {__LINE__, "classify -jm $/m.lytm", BYTES("cold"), 0, "\"scenario\":\"cold\"", NULL},
        {__LINE__, "classify -m $/m.lytm", BYTES("a\xFF\nthanks"), 1,
         "error: byte 0xFF is not UTF-8 here\n-\n", "lyt: stdin:1:2: byte 0xFF"},
        {__LINE__, "classify -jm $/m.lytm", BYTES("a\0"), 1, "{\"error\":\"a NUL byte",
         "lyt: stdin:1:2: a NUL"},
        {__LINE__, "classify -m $/text.lytm", BYTES("a"), 1, NULL, "text.lytm"},
        {__LINE__, "classify -m $/none.lytm", BYTES("a"), 1, NULL, "none.lytm"},
        {__LINE__, "classify -m $/m.lytm $/none", BYTES("a"), 1, NULL, "none: cannot open"},
        {__LINE__, "classify -m $/m.lytm $", BYTES("a"), 1, NULL, "is a folder"},
        {__LINE__, "classify -m a -p b", BYTES("a"), 2, NULL, "exclude one another"},
        {__LINE__, "classify --language DA", BYTES("a"), 2, NULL, "two small letters"},
        {__LINE__, "explain -m $/m.lytm so cold", BYTES(""), 0, "sum, the log-odds", NULL},
        {__LINE__, "explain -jm $/m.lytm so cold", BYTES(""), 0, "\"text\":\"so cold\"", NULL},
        {__LINE__, "explain -m $/m.lytm", BYTES("so cold\n"), 0, "cold probability 0.", NULL},
        {__LINE__, "explain -m $/m.lytm -s noise thanks", BYTES(""), 0, "noise probab", NULL},
        {__LINE__, "explain -m $/m.lytm -s nothing thanks", BYTES(""), 1, NULL, "'nothing'"},
        {__LINE__, "explain -m $/m.lytm", BYTES("\xFF"), 1, NULL, "stdin:1:1:"},
        {__LINE__, "explain -m a -p b c", BYTES(""), 2, NULL, "exclude one another"},
        {__LINE__, "train -o $/x.lytm $/bad.txt", BYTES(""), 1, NULL, "bad.txt:2:1:"},
        {__LINE__, "train -o $/x.lytm $/none.txt", BYTES(""), 1, NULL, "none.txt"},
        {__LINE__, "train -o $/x/y.lytm $/good.txt", BYTES(""), 1, NULL, "y.lytm"},
        {__LINE__, "train -o $/x.lytm -l xx $/good.txt", BYTES(""), 1, NULL, "'xx'"},
        {__LINE__, "train -o $/x.lytm --seed -1 $/good.txt", BYTES(""), 2, NULL, "--seed"},
        {__LINE__, "train -o $/x.lytm", BYTES(""), 2, NULL, "operand is missing"},
        {__LINE__, "train $/good.txt", BYTES(""), 2, NULL, "-o MODEL"},
        {__LINE__, "eval -m $/m.lytm $/good.txt", BYTES(""), 0, "cold", NULL},
        {__LINE__, "eval -jm $/m.lytm $/good.txt", BYTES(""), 0, "\"messages\":30", NULL},
        {__LINE__, "eval -m $/m.lytm $/bad.txt", BYTES(""), 1, NULL, "bad.txt:2:1:"},
        {__LINE__, "eval -m $/m.lytm $/messages.txt $/bad.txt", BYTES(""), 1, NULL,
         "messages.txt:1:1:"},
        {__LINE__, "eval -m $/m.lytm", BYTES(""), 2, NULL, "operand is missing"},
        {__LINE__, "pack list --names", BYTES(""), 0, "tiny\n", NULL},
        {__LINE__, "pack list", BYTES(""), 1, NULL, "tiny/pack.yaml:1:"},
        {__LINE__, "pack check tiny", BYTES(""), 1, NULL, "tiny/pack.yaml:1:"},
        {__LINE__, "classify -p tiny", BYTES("a"), 1, NULL, "tiny/pack.yaml:1:"},
        {__LINE__, "pack check $/nothing", BYTES(""), 1, NULL, "nothing"},
        {__LINE__, "pack build nothing", BYTES(""), 1, NULL, "nothing"},
        {__LINE__, "pack", BYTES(""), 2, NULL, "say what to do"},
        {__LINE__, "pack chekc hotel", BYTES(""), 2, NULL, "did you mean 'check'?"},
        {__LINE__, "pack check", BYTES(""), 2, NULL, "needs a FOLDER"},
        {__LINE__, "pack build a b", BYTES(""), 2, NULL, "needs one FOLDER"},
        {__LINE__, "pack list hotel", BYTES(""), 2, NULL, "no operand"},
        {__LINE__, "pack new $/spa", BYTES(""), 0, "/spa\n", NULL},
        {__LINE__, "pack new $/spa", BYTES(""), 1, NULL, "is there already"},
        {__LINE__, "pack new $/9x", BYTES(""), 2, NULL, "'9x' must be small letters"},
        {__LINE__, "pack new", BYTES(""), 2, NULL, "needs one FOLDER"},
        {__LINE__, "pack new --from tiny $/tiny2", BYTES(""), 1, NULL, "tiny/pack.yaml:1:"},
        {__LINE__, "pack check $/spa", BYTES(""), 1, NULL, "unknown language 'da'"},
        {__LINE__, "pack diff tiny", BYTES(""), 2, NULL, "needs two packs"},
        {__LINE__, "pack diff tiny tiny", BYTES(""), 1, NULL, "tiny/pack.yaml:1:"},
        {__LINE__, "pack show", BYTES(""), 2, NULL, "needs one FOLDER"},
        {__LINE__, "pack show --property x tiny", BYTES(""), 1, NULL, "tiny/pack.yaml:1:"},
        {__LINE__, "pack list --json --names", BYTES(""), 2, NULL, "exclude one another"},
        {__LINE__, "pack show --from x tiny", BYTES(""), 2, NULL, "does not go with it"},
        {__LINE__, "pack check --property x tiny", BYTES(""), 2, NULL, "does not go with it"},
        {__LINE__, "whatif", BYTES(""), 2, NULL, "operand is missing"},
        {__LINE__, "whatif --last 3x tiny", BYTES(""), 2, NULL, "--last '3x'"},
        {__LINE__, "whatif --state $/none tiny", BYTES(""), 1, NULL, "none/lyt.db"},
        {__LINE__, "pack list -o x", BYTES(""), 2, NULL, "does not go with it"},
        {__LINE__, "pack check --names hotel", BYTES(""), 2, NULL, "does not go with it"},
        {__LINE__, "pack build --json hotel", BYTES(""), 2, NULL, "does not go with it"},
    };
    char folder[64], words[512];

    prepare(folder);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        running r;

        fill_in(words, sizeof words, rows[i].words, folder);
        running_run(&r, words, rows[i].input);
        cr_expect_eq((int)r.code, (int)rows[i].code, "line %d: exit code %d, %s", rows[i].line,
                     r.code, r.err.data);
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
    testing_folder_remove(folder);
}
