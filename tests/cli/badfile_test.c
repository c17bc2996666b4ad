#include <stdlib.h>
#include <sys/stat.h>

#include "running.h"

/*
 * Whatever file a command is given: it ends with 1 and names the file, it never crashes, and says
 * nothing that could be taken for a result.
 */
LYT_SUITE(badfile);

enum { huge_bytes = 5 << 20 };

typedef enum kind {
    MISSING = 1 << 0,
    FOLDER = 1 << 1,
    EMPTY = 1 << 2,
    BINARY = 1 << 3,
    HUGE_LINE = 1 << 4,
    BAD_YAML = 1 << 5,
    BAD_JSON = 1 << 6,
    NOT_UTF8 = 1 << 7,
} kind;

static const struct {
    kind kind;
    const char *name;
} kinds[] = {
    {MISSING, "missing"}, {FOLDER, "folder"},     {EMPTY, "empty"},       {BINARY, "binary"},
    {HUGE_LINE, "huge"},  {BAD_YAML, "bad-yaml"}, {BAD_JSON, "bad-json"}, {NOT_UTF8, "latin1"},
};

/* good: kinds that this command can read. %s: the file. */
static const struct {
    int line;
    const char *words;
    unsigned good;
} rows[] = {
    {__LINE__, "channel check %s", 0},
    {__LINE__, "channel try %s twilio", 0},
    {__LINE__, "classify -m %s -", 0},
    {__LINE__, "demo --day %s", 0},
    {__LINE__, "duty check -s %s", 0},
    {__LINE__, "eval -m %s -", 0},
    {__LINE__, "explain -m %s hello", 0},
    {__LINE__, "fetch surveymonkey --survey 1 --dry-run --token %s",
     BAD_YAML | BAD_JSON | NOT_UTF8},
    {__LINE__, "guest show anna -n %s", EMPTY},
    {__LINE__, "import -n %s", 0},
    {__LINE__, "import -n -f %s -", 0},
    {__LINE__, "language --table %s -", 0},
    {__LINE__, "learn -m %s -", 0},
    {__LINE__, "mail -n %s", BAD_YAML | BAD_JSON},
    {__LINE__, "outbox check -s %s", 0},
    {__LINE__, "pack check %s", 0},
    {__LINE__, "pack show %s", 0},
    {__LINE__, "pack build %s", 0},
    {__LINE__, "restore %s", 0},
    {__LINE__, "retention %s", 0},
    {__LINE__, "route check -s %s", 0},
    {__LINE__, "route test severity=1 -s %s", 0},
    {__LINE__, "send --submit tcp://127.0.0.1:9 --jsonl --timeout 0.2 %s", EMPTY},
    {__LINE__, "tag new --base-url https://a.dk --property x --key %s", 0},
    {__LINE__, "token list --tokens %s", EMPTY},
    {__LINE__, "train -o /nowhere/model %s", EMPTY},
    {__LINE__, "trigger list -s %s", 0},
    {__LINE__, "trigger try -p support %s", EMPTY},
};

static void make_files(char folder[64])
{
    static char huge[huge_bytes];
    char path[128];

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/folder", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    memset(huge, 'a', sizeof huge);
    testing_write(folder, "empty", (lyt_str){"", 0});
    testing_write(folder, "binary", LYT_STR("LYT\0\xc1\x80\xff\xfe\n\x01\x02\0\0\n\x9f\x10"));
    testing_write(folder, "huge", (lyt_str){huge, sizeof huge});
    testing_write(folder, "bad-yaml", LYT_STR("a: 1\nb: [1, 2\nc: {\n"));
    testing_write(folder, "bad-json", LYT_STR("{\"id\":\"1\",\n"));
    testing_write(folder, "latin1", LYT_STR("hello\ncaf\xe9\n"));
    /* as secret as a file of secrets has to be: what is wrong is what stands in it */
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, kinds[i].name);
        if (kinds[i].kind != MISSING && kinds[i].kind != FOLDER)
            cr_assert_eq(chmod(path, 0600), 0);
    }
}

static void try_one(int line, const char *words, const char *path, bool is_good)
{
    char command[512];
    running r;

    snprintf(command, sizeof command, words, path);
    running_run(&r, command, LYT_STR("hello\n"));
    if (!is_good) {
        cr_expect_eq(r.code, LYT_EXIT_FAILED, "line %d: %s gave %d, %s", line, command, r.code,
                     r.err.data);
        cr_expect(running_has(&r.err, path), "line %d: %s does not name the file: %s", line,
                  command, r.err.data);
    }
    cr_expect_not(running_has(&r.err, "(null)"), "line %d: %s", line, r.err.data);
    running_end(&r);
}

Test(badfile, OP_05_every_command_names_it)
{
    char folder[64], path[128];

    make_files(folder);
    snprintf(path, sizeof path, "%s/state", folder);
    setenv("LYT_STATE", path, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            snprintf(path, sizeof path, "%s/%s", folder, kinds[k].name);
            try_one(rows[i].line, rows[i].words, path, (rows[i].good & kinds[k].kind) != 0);
        }
    testing_folder_remove(folder);
}
