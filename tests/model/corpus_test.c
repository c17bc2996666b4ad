#include <stdio.h>
#include <string.h>

#include "corpus.h"
#include "mem.h"
#include "testing.h"

LYT_SUITE(corpus);

static lyt_corpus *corpus_of(const char *data)
{
    lyt_corpus *corpus;

    cr_assert_eq(lyt_corpus_new(&corpus, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_parse(corpus, lyt_str_of(data), "t", -1, NULL), LYT_OK);
    return corpus;
}

Test(corpus, errors_name_the_place)
{
    char long_label[100] = "__label__";
    static const char nul[] = "__label__a b\0c";
    struct {
        int line;
        lyt_str data;
        uint32_t at_line, at_column;
        const char *says;
    } rows[] = {
        {__LINE__, LYT_STR("no label here"), 1, 1, "no label"},
        {__LINE__, LYT_STR("\n# c\n  text"), 3, 3, "no label"},
        {__LINE__, LYT_STR("__label__a ok\n__label__a"), 2, 11, "no text"},
        {__LINE__, LYT_STR("__label__a   \t \r\n"), 1, 11, "no text"},
        {__LINE__, LYT_STR("__label__ text"), 1, 1, "without a name"},
        {__LINE__, LYT_STR("__label__a __label__none t"), 1, 12, "'none'"},
        {__LINE__, LYT_STR("__label__none __label__a t"), 1, 15, "'none'"},
        {__LINE__, LYT_STR("__label__a x\xff"), 1, 13, "UTF-8"},
        {__LINE__, {nul, sizeof nul - 1}, 1, 13, "UTF-8"},
        {__LINE__, {long_label, 0}, 1, 1, "64 bytes"},
    };
    const size_t n = sizeof rows / sizeof *rows;

    memset(long_label + 9, 'x', 65);
    strcpy(long_label + 74, " text");
    rows[n - 1].data.len = strlen(long_label);
    for (size_t i = 0; i < n; i++) {
        lyt_corpus *corpus = corpus_of("__label__b before");
        lyt_error err = {0};

        cr_expect_eq(lyt_corpus_parse(corpus, rows[i].data, "file.txt", -1, &err), LYT_EFORMAT);
        cr_expect_str_eq(err.file, "file.txt");
        cr_expect_eq(err.line, rows[i].at_line, "row at line %d: line %u", rows[i].line, err.line);
        cr_expect_eq(err.column, rows[i].at_column, "row at line %d: column %u", rows[i].line,
                     err.column);
        cr_expect_not_null(strstr(err.text, rows[i].says), "row at line %d: %s", rows[i].line,
                           err.text);
        cr_expect_eq(lyt_corpus_size(corpus), 1, "row at line %d", rows[i].line);
        cr_expect_eq(lyt_corpus_labels(corpus), 1, "row at line %d", rows[i].line);
        lyt_corpus_free(corpus);
    }
}

Test(corpus, reads_labels_and_text)
{
    lyt_corpus *corpus = corpus_of("# a comment\n\n__label__z __label__b __label__z  two \r\n"
                                   "__label__none\tfine, __label__b is no label here\n"
                                   "  __label__b one");
    const lyt_example *first;

    cr_expect(lyt_corpus_is_multi(corpus));
    cr_assert_eq(lyt_corpus_seal(corpus), LYT_OK);
    cr_assert_eq(lyt_corpus_size(corpus), 3);
    cr_assert_eq(lyt_corpus_labels(corpus), 2);
    cr_expect_str_eq(lyt_corpus_label(corpus, 0), "b");
    cr_expect_str_eq(lyt_corpus_label(corpus, 1), "z");
    first = lyt_corpus_at(corpus, 0);
    cr_expect(lyt_str_equal(first->text, LYT_STR("two")));
    cr_assert_eq(first->n_labels, 2);
    cr_expect_eq(first->labels[0], 0);
    cr_expect_eq(first->labels[1], 1);
    cr_expect_eq(lyt_corpus_at(corpus, 1)->n_labels, 0);
    cr_expect(lyt_str_equal(lyt_corpus_at(corpus, 1)->text,
                            LYT_STR("fine, __label__b is no label here")));
    cr_expect_eq(lyt_corpus_at(corpus, 2)->labels[0], 0);
    lyt_corpus_free(corpus);
}

Test(corpus, seal_sorts_over_several_files_and_drops_doubles)
{
    lyt_corpus *corpus = corpus_of("__label__c one\n__label__a two\n");

    cr_assert_eq(lyt_corpus_parse(corpus,
                                  LYT_STR("__label__b three\n__label__a two\n"
                                          "__label__c two\n__label__c __label__a four"),
                                  "u", 3, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_corpus_seal(corpus), LYT_OK);
    cr_assert_eq(lyt_corpus_size(corpus), 5);
    cr_expect_str_eq(lyt_corpus_label(corpus, lyt_corpus_at(corpus, 0)->labels[0]), "c");
    cr_expect_str_eq(lyt_corpus_label(corpus, lyt_corpus_at(corpus, 1)->labels[0]), "a");
    cr_expect_str_eq(lyt_corpus_label(corpus, lyt_corpus_at(corpus, 2)->labels[0]), "b");
    cr_expect_str_eq(lyt_corpus_label(corpus, lyt_corpus_at(corpus, 3)->labels[0]), "c");
    cr_expect_eq(lyt_corpus_at(corpus, 4)->labels[0], 0);
    cr_expect_eq(lyt_corpus_at(corpus, 4)->labels[1], 2);
    cr_expect_eq(lyt_corpus_at(corpus, 4)->language, 3);
    cr_expect_eq(lyt_corpus_parse(corpus, LYT_STR("__label__a x"), "v", 0, NULL), LYT_ESTATE);
    lyt_corpus_free(corpus);
}

Test(corpus, opinions_are_topics_and_the_bad_ones_failures)
{
    lyt_corpus *corpus = corpus_of("__label__food:positive __label__room:negative a\n"
                                   "__label__food:neutral b\n"
                                   "__label__room:negative __label__room:positive c\n"
                                   "__label__none d\n"
                                   "__label__food e\n");
    static const struct {
        size_t n_labels, n_topics;
        bool positive;
    } want[] = {{1, 2, true}, {0, 1, false}, {1, 1, true}, {0, 0, false}, {1, 1, false}};

    cr_assert_eq(lyt_corpus_seal(corpus), LYT_OK);
    cr_expect_eq(lyt_corpus_labels(corpus), 2);
    cr_expect(lyt_corpus_has_opinions(corpus));
    cr_expect(lyt_corpus_is_multi(corpus));
    for (size_t i = 0; i < 5; i++) {
        const lyt_example *example = lyt_corpus_at(corpus, i);

        cr_expect(example->n_labels == want[i].n_labels && example->n_topics == want[i].n_topics &&
                      example->is_positive == want[i].positive,
                  "line %zu", i + 1);
    }
    cr_expect_str_eq(lyt_corpus_label(corpus, lyt_corpus_at(corpus, 0)->labels[0]), "room");
    lyt_corpus_free(corpus);
}

Test(corpus, a_mood_needs_a_topic)
{
    lyt_corpus *corpus = corpus_of("__label__a b");
    lyt_error err = {0};

    cr_expect_eq(lyt_corpus_parse(corpus, LYT_STR("__label__:positive x"), "f", -1, &err),
                 LYT_EFORMAT);
    cr_expect(err.line == 1 && err.column == 1);
    cr_expect_not_null(strstr(err.text, "without a topic"));
    lyt_corpus_free(corpus);
}

/* 60 lines of one label; in the second language the same ones, two of them missing. */
static lyt_corpus *translated(const char *second, size_t missing)
{
    static char lines[2][8000];
    lyt_corpus *corpus;

    for (int file = 0; file < 2; file++) {
        size_t at = 0;

        for (size_t i = 0; i < 60 - (file ? missing : 0); i++)
            at +=
                (size_t)snprintf(lines[file] + at, sizeof lines[file] - at, "__label__%s %s %zu\n",
                                 i % 2 ? "a" : "b", file ? second : "word", i);
    }
    cr_assert_eq(lyt_corpus_new(&corpus, NULL), LYT_OK);
    for (int file = 0; file < 2; file++)
        cr_assert_eq(lyt_corpus_parse(corpus, lyt_str_of(lines[file]), "t", file, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_seal(corpus), LYT_OK);
    return corpus;
}

static size_t common_kin(const lyt_corpus *corpus)
{
    size_t common = 0;

    for (size_t i = 0; i < 50; i++)
        common += lyt_corpus_at(corpus, i)->kin == lyt_corpus_at(corpus, 60 + i)->kin;
    return common;
}

Test(corpus, translations_are_kin_and_other_files_are_not)
{
    lyt_corpus *parallel = translated("ord", 1), *other = translated("ord", 9);

    cr_expect_gt(common_kin(parallel), 25);
    cr_expect_eq(common_kin(other), 0);
    lyt_corpus_free(parallel);
    lyt_corpus_free(other);
}

Test(corpus, restricted_to_known_labels)
{
    static const char *const labels[] = {"b", "none", "a"};
    lyt_corpus *corpus;
    lyt_error err = {0};

    cr_assert_eq(lyt_corpus_new(&corpus, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_restrict(corpus, labels, 3), LYT_OK);
    cr_expect_eq(
        lyt_corpus_parse(corpus, LYT_STR("__label__a x\n__label__a __label__c y"), "t", 0, &err),
        LYT_EFORMAT);
    cr_expect_eq(err.line, 2);
    cr_expect_eq(err.column, 12);
    cr_expect_not_null(strstr(err.text, "'c'"));
    cr_expect_eq(lyt_corpus_parse(corpus, LYT_STR("__label__none x"), "t", 0, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_seal(corpus), LYT_OK);
    cr_expect_eq(lyt_corpus_labels(corpus), 2);
    cr_expect_str_eq(lyt_corpus_label(corpus, 0), "a");
    lyt_corpus_free(corpus);
}

Test(corpus, one_label_too_many)
{
    lyt_corpus *corpus;
    lyt_buf data;
    lyt_error err = {0};

    lyt_buf_init(&data, NULL);
    for (int i = 0; i <= lyt_labels_max; i++)
        lyt_buf_addf(&data, "__label__l%d text\n", i);
    cr_assert_eq(lyt_corpus_new(&corpus, NULL), LYT_OK);
    cr_expect_eq(lyt_corpus_parse(corpus, lyt_buf_str(&data), "t", 0, &err), LYT_EFORMAT);
    cr_expect_eq(err.line, lyt_labels_max + 1);
    cr_expect_eq(lyt_corpus_labels(corpus), 0);
    lyt_corpus_free(corpus);
    lyt_buf_deinit(&data);
}

Test(corpus, hash_tells_what_differs)
{
    static const char *const variants[] = {
        "__label__a x\n__label__b y",
        "__label__b y\n__label__a x",
        "__label__a x\n__label__b z",
        "__label__a x\n__label__c y",
        "__label__a x\n__label__a __label__b y",
        "__label__a x\n__label__none y",
    };
    enum { n = sizeof variants / sizeof *variants };
    uint64_t hashes[n];

    for (size_t i = 0; i < n; i++) {
        lyt_corpus *corpus = corpus_of(variants[i]), *again = corpus_of(variants[i]);

        cr_assert_eq(lyt_corpus_seal(corpus), LYT_OK);
        cr_assert_eq(lyt_corpus_seal(again), LYT_OK);
        hashes[i] = lyt_corpus_hash(corpus);
        cr_expect_eq(hashes[i], lyt_corpus_hash(again));
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(hashes[i], hashes[j], "%zu and %zu", i, j);
        lyt_corpus_free(corpus);
        lyt_corpus_free(again);
    }
}

Test(corpus, files_fail_by_name)
{
    lyt_corpus *corpus;
    testing_fs failing;
    lyt_error err = {0};
    char folder[64], path[80];

    testing_folder(folder);
    testing_write(folder, "a.txt", LYT_STR("__label__a x\nwrong"));
    snprintf(path, sizeof path, "%s/a.txt", folder);
    cr_assert_eq(lyt_corpus_new(&corpus, NULL), LYT_OK);
    cr_expect_eq(lyt_corpus_read(corpus, lyt_fs_system(), path, 0, &err), LYT_EFORMAT);
    cr_expect_str_eq(err.file, path);
    cr_expect_eq(err.line, 2);
    cr_expect_eq(lyt_corpus_read(corpus, lyt_fs_system(), "/nowhere/x", 0, &err), LYT_ENOTFOUND);
    testing_fs_init(&failing, 1, LYT_EIO);
    cr_expect_eq(lyt_corpus_read(corpus, &failing.fs, path, 0, &err), LYT_EIO);
    cr_expect_eq(lyt_corpus_size(corpus), 0);
    lyt_corpus_free(corpus);
    testing_folder_remove(folder);
}

Test(corpus, survives_every_failed_allocation)
{
    static const char *const labels[] = {"a", "b"};
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_corpus *corpus = NULL;
        lyt_status status = lyt_corpus_new(&corpus, &failing.alloc);

        if (!status)
            status = lyt_corpus_restrict(corpus, labels, 2);
        if (!status)
            status = lyt_corpus_parse(
                corpus, LYT_STR("__label__b __label__a x\n__label__none y\n__label__none y"), "t",
                0, NULL);
        if (!status)
            status = lyt_corpus_seal(corpus);
        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
        if (!status)
            cr_expect_eq(lyt_corpus_size(corpus), 2);
        lyt_corpus_free(corpus);
    }
}
