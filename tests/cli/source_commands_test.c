#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "journal.h"
#include "newfile.h"
#include "running.h"

/* tag, mail and import as far as they need no service; tests/e2e/survey_test.py has the rest. */
LYT_SUITE(source_commands);

typedef struct row {
    int line;
    const char *words; /* $ stands for the folder */
    const char *input;
    lyt_exit code;
    const char *out, *err; /* parts; NULL: the stream stays empty */
} row;

static void fill(char *out, size_t n, const char *words, const char *folder)
{
    size_t at = 0;

    for (const char *w = words; *w && at + 1 < n; w++) {
        if (*w == '$')
            at += (size_t)snprintf(out + at, n - at, "%s", folder);
        else
            out[at++] = *w;
    }
    out[at < n ? at : n - 1] = '\0';
}

static void run_rows(const row *rows, size_t n, const char *folder)
{
    for (size_t i = 0; i < n; i++) {
        char words[900];
        running r;

        fill(words, sizeof words, rows[i].words, folder);
        running_run(&r, words, lyt_str_of(rows[i].input));
        cr_expect_eq(r.code, rows[i].code, "line %d: code %d\n%s", rows[i].line, (int)r.code,
                     r.err.data);
        running_expect(&r.out, rows[i].out, rows[i].line, "out");
        running_expect(&r.err, rows[i].err, rows[i].line, "err");
        running_end(&r);
    }
}

static const char keys[] =
    "link 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
    "meta 00000000000000000000000000000000\nfile 00000000000000000000000000000000\n";

static void prepare(char folder[64])
{
    char path[96];

    testing_folder(folder);
    unsetenv("LYT_TAG_KEY");
    unsetenv("LYT_STATE");
    testing_write(folder, "tag.key", lyt_str_of(keys));
    snprintf(path, sizeof path, "%s/tag.key", folder);
    cr_assert_eq(chmod(path, 0600), 0);
    testing_write(folder, "rooms", LYT_STR("101\n\n102 b\n"));
    testing_write(folder, "bad-rooms", LYT_STR("101\na\tb\n"));
    testing_write(folder, "open.key", lyt_str_of(keys));
    snprintf(path, sizeof path, "%s/open.key", folder);
    cr_assert_eq(chmod(path, 0644), 0);
    snprintf(path, sizeof path, "%s/codes", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
}

#define NEW "tag new --key $/tag.key --base-url https://f.dk "

Test(source_commands, tag)
{
    static const row rows[] = {
        {__LINE__, "tag", "", 2, NULL, "tag: say what to do"},
        {__LINE__, "tag key $/made", "", 0, "keep a copy", NULL},
        {__LINE__, "tag key $/made", "", 1, NULL, "is there already, and is not written over"},
        {__LINE__, "tag key", "", 2, NULL, "takes one FILE"},
        {__LINE__, NEW "-p havnen --place 214", "", 0, "https://f.dk/t/havnen.214?c=", NULL},
        {__LINE__, NEW "-p havnen --json", "", 0,
         "{\"property\":\"havnen\",\"place\":\"\",\"url\":\"https://f.dk/t/havnen?c=", NULL},
        {__LINE__, NEW "-p havnen --place 1 --place 2", "", 0,
         "2\thttps://f.dk/t/havnen.2?c=", NULL},
        {__LINE__, NEW "-p havnen --places $/rooms --qr $/codes", "", 0,
         "102 b\thttps://f.dk/t/havnen.102%20b?c=", NULL},
        {__LINE__, NEW "-p havnen --place 1 --qr $/a.svg --json", "", 0, "a.svg\"}", NULL},
        {__LINE__, NEW "-p havnen --place 1 --qr $/a.png --scale 3", "", 0, "https://", NULL},
        {__LINE__, NEW "-p havnen --place 1 --signed", "", 0,
         "&picc_data=00000000000000000000000000000000&cmac=0000000000000000", NULL},
        {__LINE__, NEW "-p havnen --place 1 --qr $/a.gif", "", 2, NULL, "ends in .svg or .png"},
        {__LINE__, NEW "-p havnen --signed --qr $/a.svg", "", 2, NULL, "cannot sign"},
        {__LINE__, NEW "-p havnen --place 1 --places $/rooms", "", 2, NULL, "either"},
        {__LINE__, NEW "-p havnen --places $/bad-rooms", "", 1, "101",
         "bad-rooms:2: must be a name"},
        {__LINE__, NEW "-p havnen --places $/none", "", 1, NULL, "none"},
        {__LINE__, NEW "-p Hotel", "", 1, NULL, "property: may hold only"},
        {__LINE__, NEW, "", 2, NULL, "needs --base-url and --property"},
        {__LINE__, "tag new --base-url https://f.dk -p a", "", 1, NULL, "which keys?"},
        {__LINE__, "tag new --key $/open.key --base-url https://f.dk -p a", "", 1, NULL,
         "open.key"},
        {__LINE__, "tag new --key $/rooms --base-url https://f.dk -p a", "", 1, NULL, "rooms"},
        {__LINE__, "tag new --key $/tag.key --base-url f.dk -p a", "", 1, NULL,
         "base-url: must be"},
        {__LINE__, "tag check --key $/tag.key", "", 2, NULL, "takes links"},
        {__LINE__, "tag check --key $/tag.key /t/a.1?c=AAAAAAAAAA x", "", 1,
         "wrong: the check code c is wrong\nmalformed: ", NULL},
        {__LINE__, "tag check --key $/tag.key --json x", "", 1,
         "{\"verdict\":\"malformed\",\"problem\":\"", NULL},
    };
    char folder[64];

    prepare(folder);
    run_rows(rows, sizeof rows / sizeof *rows, folder);
    testing_folder_remove(folder);
}

/* What one makes, the other takes; the files are pictures; the keys are nobody else's. */
Test(source_commands, what_tag_makes)
{
    char folder[64], words[600], path[128];
    struct stat about;
    running r, checked;
    lyt_error err;
    lyt_buf svg;

    prepare(folder);
    fill(words, sizeof words, "tag key $/made", folder);
    running_run(&r, words, (lyt_str){NULL, 0});
    running_end(&r);
    snprintf(path, sizeof path, "%s/made", folder);
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600);
    fill(words, sizeof words,
         "tag new --key $/made --base-url https://f.dk -p havnen --place 214 --qr $/q.svg", folder);
    running_run(&r, words, (lyt_str){NULL, 0});
    cr_assert_eq(r.code, 0);
    r.out.data[r.out.len - 1] = '\0';
    snprintf(words, sizeof words, "tag check --key %s/made %s", folder, r.out.data);
    running_run(&checked, words, (lyt_str){NULL, 0});
    cr_expect_eq(checked.code, 0);
    cr_expect_str_eq(checked.out.data, "right: property havnen, place 214\n");
    running_end(&checked);
    running_end(&r);
    lyt_buf_init(&svg, NULL);
    snprintf(path, sizeof path, "%s/q.svg", folder);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &svg, &err), LYT_OK);
    cr_expect(running_has(&svg, "<title>havnen 214</title>"));
    lyt_buf_deinit(&svg);
    testing_folder_remove(folder);
}

Test(source_commands, mail)
{
    static const char mail[] =
        "From: Anna <anna@example.dk>\r\nSubject: Re: x\r\nMessage-ID: <1@a>\r\n"
        "\r\nStill cold\r\n\r\n> old\r\n";
    static const row rows[] = {
        {__LINE__, "mail --dry-run -p havnen --place 214", mail, 0,
         "{\"type\":\"feedback\",\"id\":\"mail:1@a\",\"channel\":\"email\",\"property\":\"havnen\","
         "\"place\":\"214\",\"text\":\"Still cold\"",
         NULL},
        {__LINE__, "mail --dry-run --pseudonyms $/p.key", mail, 0, "\"from\":\"g", NULL},
        {__LINE__, "mail --dry-run --pseudonyms $/none", mail, 1, NULL, "none"},
        {__LINE__, "mail --dry-run", "no mail at all", 1, NULL, "stdin:1: is no header line"},
        {__LINE__, "mail --dry-run", "From: a@b\nAuto-Submitted: auto-replied\n\naway", 0, NULL,
         "stdin: passed over: it was sent by a machine"},
        {__LINE__, "mail --dry-run --json", "From: a@b\n\n> old", 0,
         "{\"status\":\"skipped\",\"why\":\"empty\"}\n", NULL},
        {__LINE__, "mail --dry-run $/m1 $/none $/m1", "", 1, "\"text\":\"cold\"", "none"},
        {__LINE__, "mail --dry-run -p Håvnen!", mail, 2, NULL, "--property may hold only"},
        {__LINE__, "mail --state $/empty", mail, 1, NULL, "no service runs in this state"},
    };
    char folder[64], path[96];

    prepare(folder);
    testing_write(folder, "m1", LYT_STR("From: a@b\n\ncold"));
    testing_write(folder, "p.key", LYT_STR("0123456789abcdef0123456789abcdef\n"));
    snprintf(path, sizeof path, "%s/p.key", folder);
    cr_assert_eq(chmod(path, 0600), 0);
    run_rows(rows, sizeof rows / sizeof *rows, folder);
    testing_folder_remove(folder);
}

/* The address never leaves without a key for pseudonyms, and with one not as it is. */
Test(source_commands, mail_tells_nobodys_address)
{
    char folder[64], words[200];
    running r;

    prepare(folder);
    testing_write(folder, "m", LYT_STR("From: anna@example.dk\n\ncold"));
    fill(words, sizeof words, "mail --dry-run $/m", folder);
    running_run(&r, words, (lyt_str){NULL, 0});
    cr_expect_eq(r.code, 0);
    cr_expect_not(running_has(&r.out, "anna"), "%s", r.out.data);
    running_end(&r);
    testing_folder_remove(folder);
}

Test(source_commands, import)
{
    static const char table[] = "Tidsstempel;V\xC3\xA6relse;NPS;Kommentar\n"
                                "12-11-2025 14:03;214;3;koldt\n"
                                "12-11-2025 14:04;215;x;varmt\n"
                                ";;;\n"
                                "13-07-2025 14:04;216;;\n";
    static const row rows[] = {
        {__LINE__, "import --dry-run -p havnen --zone Europe/Copenhagen -", table, 1,
         "\"place\":\"214\",\"text\":\"koldt\",\"score\":3,\"scale\":10,"
         "\"sent_at\":\"2025-11-12T13:03:00.000000Z\"",
         "stdin:3:22: \"x\" is no score"},
        {__LINE__, "import --dry-run --zone Europe/Copenhagen $/summer", "", 0,
         "\"sent_at\":\"2025-07-13T12:04:00.000000Z\"", NULL},
        {__LINE__, "import --dry-run $/wide", "", 0, "\"text\":\"k\xC3\xB8ligt\"", NULL},
        {__LINE__, "import --dry-run $/west", "", 0, "\"text\":\"k\xC3\xB8ligt\"", NULL},
        {__LINE__, "import --dry-run -f enalyzer --zone UTC $/us", "", 0,
         "\"sent_at\":\"2025-11-12T00:00:00.000000Z\"", NULL},
        {__LINE__, "import --dry-run --dates mdy --zone UTC $/us", "", 0, "2025-11-12T00", NULL},
        {__LINE__, "import --dry-run --since 2025-07-14 --zone UTC $/summer", "", 0, NULL, NULL},
        {__LINE__, "import --dry-run --since 13-07-2025 --zone UTC $/summer", "", 0, "varmt", NULL},
        {__LINE__, "import --dry-run --since yesterday $/summer", "", 2, NULL, "--since takes"},
        {__LINE__, "import --dry-run --scale 5 $/stars", "", 0,
         "\"scale\":5,\"provider\":\"import\"", NULL},
        {__LINE__, "import --dry-run -f $/map $/us", "", 0, "\"property\":\"havnen\"", NULL},
        {__LINE__, "import --dry-run -f $/bad-map $/us", "", 1, NULL, "bad-map: dates: must be"},
        {__LINE__, "import --dry-run -f none $/us", "", 1, NULL, "neither a format (auto, "},
        {__LINE__, "import --dry-run --dates ymd $/us", "", 2, NULL, "--dates takes dmy or mdy"},
        {__LINE__, "import --dry-run --zone ../passwd $/us", "", 2, NULL,
         "--zone '../passwd' must"},
        {__LINE__, "import --dry-run --zone Nowhere/Else $/us", "", 1, NULL, "Nowhere/Else"},
        {__LINE__, "import --dry-run $/none", "", 1, NULL, "none"},
        {__LINE__, "import --dry-run $/map", "", 1, NULL, "map:1: no column is known"},
        {__LINE__, "import", "", 2, NULL, "import"},
        {__LINE__, "import --state $/empty $/us", "", 1, NULL, "no service runs in this state"},
    };
    char folder[64];

    prepare(folder);
    testing_write(folder, "summer", LYT_STR("Dato,Kommentar\n13-07-2025 14:04,varmt\n"));
    testing_write(
        folder, "wide",
        (lyt_str){"\xFF\xFEK\0o\0m\0m\0e\0n\0t\0a\0r\0\n\0k\0\xF8\0l\0i\0g\0t\0\n\0", 34});
    testing_write(folder, "west", LYT_STR("Kommentar\nk\xF8ligt\n"));
    testing_write(folder, "us", LYT_STR("Comment,Date\ncold,11-12-2025\n"));
    testing_write(folder, "stars", LYT_STR("stars\n4\n"));
    testing_write(folder, "map", LYT_STR("{\"property\": \"Havnen\",\n \"dates\": \"mdy\"}"));
    testing_write(folder, "bad-map", LYT_STR("{\"dates\": \"ymd\"}"));
    run_rows(rows, sizeof rows / sizeof *rows, folder);
    testing_folder_remove(folder);
}

Test(source_commands, fetch)
{
    static const row rows[] = {
        {__LINE__, "fetch", "", 2, NULL, "fetch: say what to do"},
        {__LINE__, "fetch surveymonkey", "", 2, NULL, "needs --survey and --token"},
        {__LINE__, "fetch surveymonkey --survey 1/2 --token x", "", 2, NULL, "takes a number"},
        {__LINE__, "fetch surveymonkey --survey 1 --token $/none", "", 1, NULL, "none"},
        {__LINE__, "fetch surveymonkey --survey 1 --token $/tag.key --state $/empty", "", 1, NULL,
         "no service runs"},
        {__LINE__, "fetch surveymonkey --survey 1 --token $/tag.key --cursor $/rooms --dry-run", "",
         1, NULL, "rooms:1: must be the time"},
        {__LINE__,
         "fetch surveymonkey --survey 1 --token $/tag.key --cursor $/new --dry-run --api "
         "http://127.0.0.1.example.com",
         "", 2, NULL, "over https only"},
        {__LINE__,
         "fetch surveymonkey --survey 1 --token $/tag.key --cursor $/new --dry-run --api "
         "http://localhost:x@example.com",
         "", 2, NULL, "over https only"},
        {__LINE__,
         "fetch surveymonkey --survey 1 --token $/tag.key --cursor $/new --dry-run --api "
         "http://127.0.0.1:1/",
         "", 1, NULL, "127.0.0.1 port 1"},
    };
    char folder[64];

    prepare(folder);
    run_rows(rows, sizeof rows / sizeof *rows, folder);
    testing_folder_remove(folder);
}

Test(source_commands, the_journal_remembers)
{
    static const char a[] = "0123456789abcdef0123456789abcdef",
                      b[] = "f123456789abcdef0123456789abcdef";
    char folder[64], path[96];
    lyt_journal journal;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/imported", folder);
    for (int round = 0; round < 3; round++) {
        cr_assert_eq(lyt_journal_open(&journal, path, &err), LYT_OK, "%s", err.text);
        cr_expect_eq(lyt_journal_has(&journal, lyt_str_of(a)), round > 0);
        cr_expect_not(lyt_journal_has(&journal, lyt_str_of(b)));
        lyt_journal_add(&journal, lyt_str_of(a));
        lyt_journal_add(&journal, LYT_STR("no id"));
        cr_expect(lyt_journal_has(&journal, lyt_str_of(a)));
        cr_assert_eq(lyt_journal_close(&journal, &err), LYT_OK);
    }
    /* cut off in the middle of a line, as by a power cut: what comes next is not glued to it */
    testing_write(folder, "imported", LYT_STR("0123456789abcdef0123456789abcdef\nf123"));
    cr_assert_eq(lyt_journal_open(&journal, path, &err), LYT_OK, "%s", err.text);
    lyt_journal_add(&journal, lyt_str_of(b));
    cr_assert_eq(lyt_journal_close(&journal, &err), LYT_OK);
    cr_assert_eq(lyt_journal_open(&journal, path, &err), LYT_OK, "%s", err.text);
    cr_expect(lyt_journal_has(&journal, lyt_str_of(a)));
    cr_expect(lyt_journal_has(&journal, lyt_str_of(b)));
    cr_assert_eq(lyt_journal_close(&journal, &err), LYT_OK);
    testing_write(folder, "imported", LYT_STR("id,comment\n1,cold\n"));
    cr_assert_eq(lyt_journal_open(&journal, path, &err), LYT_EFORMAT);
    cr_expect_eq(err.line, 1);
    cr_assert_eq(lyt_journal_close(&journal, &err), LYT_OK);
    snprintf(path, sizeof path, "%s/none/imported", folder);
    cr_assert_eq(lyt_journal_open(&journal, path, &err), LYT_EIO);
    cr_assert_eq(lyt_journal_close(&journal, &err), LYT_OK);
    testing_folder_remove(folder);
}

/* Files of this process have at most so many bytes, as on a disk that is full then. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

Test(source_commands, a_full_disk_leaves_the_journal_whole)
{
    enum { n = 131, line_bytes = 33 };
    char folder[64], path[96], id[40];
    struct stat about;
    lyt_journal journal;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/imported", folder);
    cr_assert_eq(lyt_journal_open(&journal, path, &err), LYT_OK, "%s", err.text);
    /* it is written when there is a page of it: three lines and a piece of one fit */
    limit_files(100);
    for (int i = 0; i < n; i++) {
        snprintf(id, sizeof id, "%016x%016x", i, i);
        lyt_journal_add(&journal, lyt_str_of(id));
    }
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_eq(about.st_size, 100);
    limit_files(RLIM_INFINITY);
    cr_assert_eq(lyt_journal_close(&journal, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_size, n * line_bytes, "%ld bytes", (long)about.st_size);
    cr_assert_eq(lyt_journal_open(&journal, path, &err), LYT_OK, "%u: %s", err.line, err.text);
    for (int i = 0; i < n; i++) {
        snprintf(id, sizeof id, "%016x%016x", i, i);
        cr_expect(lyt_journal_has(&journal, lyt_str_of(id)), "%s", id);
    }
    cr_assert_eq(lyt_journal_close(&journal, &err), LYT_OK);
    testing_folder_remove(folder);
}

Test(source_commands, half_a_secret_is_not_left_behind)
{
    char folder[64], path[96];
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/key", folder);
    limit_files(4);
    cr_expect_eq(lyt_newfile_secret(path, LYT_STR("0123456789"), &err), LYT_EIO);
    limit_files(RLIM_INFINITY);
    cr_expect_eq(lyt_newfile_secret(path, LYT_STR("0123456789"), &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_newfile_secret(path, LYT_STR("0123456789"), &err), LYT_EEXISTS);
    testing_folder_remove(folder);
}
