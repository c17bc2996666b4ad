#include "confusion.h"
#include "testing.h"

LYT_SUITE(confusion);

enum { A, B, C, NONE, n_labels = NONE };

Test(confusion, each_kind_of_message)
{
    static const struct {
        int line;
        bool truth[n_labels], said[n_labels];
        int cells[4][2], n; /* that count one */
    } rows[] = {
        {__LINE__, {0, 0, 0}, {0, 0, 0}, {{NONE, NONE}}, 1},
        {__LINE__, {1, 0, 0}, {1, 0, 0}, {{A, A}}, 1},
        {__LINE__, {1, 0, 0}, {0, 1, 0}, {{A, B}}, 1},
        {__LINE__, {1, 0, 0}, {0, 0, 0}, {{A, NONE}}, 1},
        {__LINE__, {0, 0, 0}, {0, 0, 1}, {{NONE, C}}, 1},
        {__LINE__, {1, 0, 0}, {1, 1, 0}, {{A, A}, {NONE, B}}, 2},
        {__LINE__, {1, 1, 0}, {1, 0, 0}, {{A, A}, {B, NONE}}, 2},
        {__LINE__, {1, 1, 0}, {1, 0, 1}, {{A, A}, {B, C}}, 2},
        {__LINE__, {1, 1, 0}, {0, 0, 1}, {{A, C}, {B, C}}, 2},
        {__LINE__, {0, 1, 0}, {1, 0, 1}, {{B, A}, {B, C}}, 2},
        {__LINE__, {1, 1, 1}, {1, 1, 1}, {{A, A}, {B, B}, {C, C}}, 3},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_confusion *c;
        uint64_t sum = 0;

        cr_assert_eq(lyt_confusion_new(&c, NULL, n_labels), LYT_OK);
        cr_expect_eq(lyt_confusion_labels(c), (size_t)n_labels);
        lyt_confusion_add(c, rows[i].truth, rows[i].said);
        for (size_t t = 0; t <= n_labels; t++)
            for (size_t s = 0; s <= n_labels; s++)
                sum += lyt_confusion_at(c, t, s);
        cr_expect_eq(sum, (uint64_t)rows[i].n, "line %d: %d cells", rows[i].line, (int)sum);
        for (int k = 0; k < rows[i].n; k++)
            cr_expect_eq(
                lyt_confusion_at(c, (size_t)rows[i].cells[k][0], (size_t)rows[i].cells[k][1]), 1,
                "line %d: cell %d", rows[i].line, k);
        lyt_confusion_free(c);
    }
}

Test(confusion, most_frequent_mistakes_first)
{
    static const struct {
        bool truth[n_labels], said[n_labels];
        int n;
    } rows[] = {
        {{1, 0, 0}, {1, 0, 0}, 9}, {{1, 0, 0}, {0, 1, 0}, 2}, {{0, 1, 0}, {0, 0, 0}, 5},
        {{0, 0, 1}, {1, 0, 0}, 2}, {{0, 0, 0}, {0, 0, 1}, 3},
    };
    static const lyt_mistake wanted[] = {{B, NONE, 5}, {NONE, C, 3}, {A, B, 2}, {C, A, 2}};
    lyt_confusion *c;
    lyt_mistake got[8];

    cr_assert_eq(lyt_confusion_new(&c, NULL, n_labels), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < rows[i].n; k++)
            lyt_confusion_add(c, rows[i].truth, rows[i].said);
    for (size_t max = 0; max <= 8; max++) {
        size_t n = lyt_confusion_mistakes(c, got, max);

        cr_assert_eq(n, max < 4 ? max : 4);
        for (size_t i = 0; i < n; i++)
            cr_expect(got[i].truth == wanted[i].truth && got[i].said == wanted[i].said &&
                          got[i].n == wanted[i].n,
                      "%zu of %zu: %zu, %zu", i, max, got[i].truth, got[i].said);
    }
    lyt_confusion_free(c);
}

Test(confusion, without_memory)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_confusion *c = NULL;

        if (lyt_confusion_new(&c, &failing.alloc, n_labels) == LYT_OK)
            lyt_confusion_free(c);
        cr_expect_eq(failing.live, 0);
    }
}
