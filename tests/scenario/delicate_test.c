#include "delicate.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lexis_read.h"
#include "testing.h"

LYT_SUITE(delicate);

/* The lists that come with Lyt, on messages as guests write them. */
Test(delicate, PR_07_mentions)
{
    static const struct {
        int line;
        const char *text, *words; /* "kind:words;…" */
    } rows[] = {
        {__LINE__, "Jeg er nøddeallergiker og fik nødder", "health:nøddeallergiker;"},
        {__LINE__, "Min søn har astma, og der er støv overalt", "health:astma;"},
        {__LINE__, "MIN MOR SIDDER I KØRESTOL", "health:KØRESTOL;"},
        {__LINE__, "Vi blev syge af maden og kastede op", "health:syge;health:kastede op;"},
        {__LINE__, "Min mand er døv og kan ikke høre alarmen", "health:døv;"},
        {__LINE__, "Der var ikke halal som lovet", "belief:halal;"},
        {__LINE__, "My wife is allergic to feathers", "health:allergic;"},
        {__LINE__, "No gluten-free bread, no gluten free cake", "health:gluten-free;health:gluten free;"},
        {__LINE__, "I am diabetic and my insulin needs a fridge", "health:diabetic;health:insulin;"},
        {__LINE__, "my heart condition is no joke", "health:heart condition;"},
        {__LINE__, "We asked for a wheelchair-accessible room", "health:wheelchair-accessible;"},
        {__LINE__, "They were rude because we are gay", "orientation:gay;"},
        {__LINE__, "racist remarks at the desk", "origin:racist;"},
        {__LINE__, "Min fru är gravid", "health:gravid;"},
        {__LINE__, "Ich bin schwerbehindert", "health:schwerbehindert;"},
        {__LINE__, "I am sick of waiting", ""},
        {__LINE__, "Sick of it. My dad is sick", "health:sick;"},
        {__LINE__, "Great hospitality, a hospitable house", ""},
        {__LINE__, "Værelset var koldt og beskidt", ""},
        {__LINE__, "Receptionisten var sur, opvasken larmede", ""},
        {__LINE__, "the roller blind is broken, wifi disabled", ""},
        {__LINE__, "", ""},
    };
    const size_t n_rows = sizeof rows / sizeof *rows;
    static lyt_delicate_plain plain;
    lyt_delicate *delicate = NULL;
    lyt_textspace *space = NULL;
    lyt_lexis *lexis = NULL;
    lyt_arena *arena = NULL;
    lyt_error err = {.text = ""};
    char folder[512];

    snprintf(folder, sizeof folder, "%s/lexicons", testing_data());
    cr_assert_eq(lyt_delicate_read(&delicate, NULL, lyt_fs_system(), folder, &err), LYT_OK,
                 "%s:%u %s", err.file, err.line, err.text);
    cr_assert_not_null(delicate);
    cr_assert_eq(
        lyt_lexis_read(&lexis, NULL, lyt_fs_system(), folder, lyt_usual_languages, 2, &err),
        LYT_OK, "%s", err.text);
    cr_assert_eq(
        lyt_textspace_new(&space, &(lyt_textspace_options){.lexis = lexis, .seed = 7}, &err),
        LYT_OK);
    cr_assert_eq(lyt_arena_new(&arena, NULL, "message", 64 << 20), LYT_OK);
    /* without a record of words, with an empty one, with one that has them all */
    for (size_t k = 0; k < 3 * n_rows; k++) {
        const size_t i = k % n_rows;
        const lyt_mention *found;
        char got[256] = "";
        size_t len = 0, n;
        lyt_text text;

        lyt_arena_reset(arena);
        cr_assert_eq(lyt_text_analyze(space, NULL, lyt_str_of(rows[i].text), -1, arena, &text),
                     LYT_OK);
        cr_assert_eq(
            lyt_delicate_find(delicate, k < n_rows ? NULL : &plain, &text, arena, &found, &n),
            LYT_OK);
        for (size_t f = 0; f < n; f++)
            len += (size_t)snprintf(
                got + len, sizeof got - len, "%s:%.*s;", found[f].kind,
                LYT_STR_ARG(lyt_str_slice(text.original, found[f].start, found[f].end)));
        cr_expect_str_eq(got, rows[i].words, "line %d: \"%s\" has %s", rows[i].line, rows[i].text,
                         got);
    }
    lyt_arena_free(arena);
    lyt_textspace_free(space);
    lyt_lexis_free(lexis);
    lyt_delicate_free(delicate);
}

static lyt_status read_one(const char *folder, const char *yaml, const lyt_alloc *alloc,
                           lyt_delicate **out, lyt_error *err)
{
    char path[128];

    snprintf(path, sizeof path, "%s/delicate", folder);
    (void)mkdir(path, 0700);
    testing_write(path, "da.yaml", lyt_str_of(yaml));
    return lyt_delicate_read(out, alloc, lyt_fs_system(), folder, err);
}

Test(delicate, PR_07_bad_lists_are_named)
{
    static const struct {
        int line;
        const char *yaml, *says;
        unsigned at_line, at_column;
    } rows[] = {
        {__LINE__, "health: [a b c d e]\n", "four words", 1, 10},
        {__LINE__, "health:\n  - ab*\n", "three letters", 2, 5},
        {__LINE__, "health: ['*ab']\n", "three letters", 1, 10},
        {__LINE__, "health: ['a*b']\n", "three letters", 1, 10},
        {__LINE__, "health: ['*']\n", "three letters", 1, 10},
        {__LINE__, "health: [flu, \"\\uFEFF\"]\n", "can be seen", 1, 15},
        {__LINE__, "health: [one, {a: b}]\n", "", 1, 15},
        {__LINE__, "helth: [allergy]\n", "health", 1, 1},
        {__LINE__, "health: allergy\n", "", 1, 9},
        {__LINE__, "health: [a\n", "", 2, 1},
    };
    char folder[64];

    testing_folder(folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.text = ""};
        lyt_delicate *delicate = NULL;

        cr_expect_eq(read_one(folder, rows[i].yaml, NULL, &delicate, &err), LYT_EFORMAT, "line %d",
                     rows[i].line);
        cr_expect(strstr(err.text, rows[i].says) && err.line == rows[i].at_line &&
                      err.column == rows[i].at_column,
                  "line %d: %u:%u: %s", rows[i].line, err.line, err.column, err.text);
        cr_expect_null(delicate);
    }
    testing_folder_remove(folder);
}

Test(delicate, what_it_depends_on)
{
    lyt_error err = {.text = ""};
    lyt_delicate *a = NULL, *b = NULL;
    char folder[64];

    testing_folder(folder);
    cr_expect_eq(lyt_delicate_read(&a, NULL, lyt_fs_system(), folder, &err), LYT_OK);
    cr_expect_null(a, "no folder, no list");
    cr_expect_eq(lyt_delicate_hash(NULL), 0);
    cr_assert_eq(read_one(folder, "health: [flu, fever]\n", NULL, &a, &err), LYT_OK);
    cr_assert_eq(read_one(folder, "health: [fever, flu]\n", NULL, &b, &err), LYT_OK);
    cr_expect_eq(lyt_delicate_hash(a), lyt_delicate_hash(b));
    lyt_delicate_free(b);
    cr_assert_eq(read_one(folder, "belief: [fever, flu]\n", NULL, &b, &err), LYT_OK);
    cr_expect_neq(lyt_delicate_hash(a), lyt_delicate_hash(b));
    lyt_delicate_free(a);
    lyt_delicate_free(b);
    testing_folder_remove(folder);
}

Test(delicate, memory_that_ends)
{
    char folder[64];
    testing_alloc failing = {.fail_at = 0};
    long n = 1;

    testing_folder(folder);
    while (testing_each_failure(&failing, &n)) {
        lyt_error err = {.text = ""};
        lyt_delicate *delicate = NULL;
        lyt_status status = read_one(folder, "health: [flu, hay fever, '*allergi*']\nnever: [sick of]\n",
                                     &failing.alloc, &delicate, &err);

        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", err.text);
        lyt_delicate_free(delicate);
    }
    cr_expect_gt(n, 4);
    testing_folder_remove(folder);
}
