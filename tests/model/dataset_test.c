#include "dataset.h"

#include "modelbed.h"

LYT_SUITE(dataset);

enum { many = 12000 };

/* So many messages, "nice pool 7" and the like, and another behind them; how many features. */
static uint64_t features_of(int n_alike, const char *other)
{
    lyt_train_options options;
    lyt_dataset *set;
    uint64_t n;
    lyt_buf lines;
    bed b;

    lyt_buf_init(&lines, NULL);
    for (int i = 0; i < n_alike; i++)
        lyt_buf_addf(&lines, "__label__none nice pool %d\n", i);
    lyt_buf_add_text(&lines, other);
    cr_assert_eq(lyt_buf_status(&lines), LYT_OK);
    bed_open(&b, lines.data);
    options = bed_options(&b);
    cr_assert_eq(lyt_dataset_new(&set, b.corpus, &options, NULL), LYT_OK);
    cr_assert_eq(set->n, (size_t)n_alike + (*other != 0));
    n = set->n_features;
    lyt_dataset_free(set);
    bed_close(&b);
    lyt_buf_deinit(&lines);
    return n;
}

static uint64_t more_by(const char *message, int among)
{
    return features_of(among, message) - features_of(among, "");
}

/* Of one message alone: its stem counts, its characters never, two in a row while there are few. */
Test(dataset, keeps_what_one_message_alone_has_while_there_are_few)
{
    static const char one[] = "__label__none nice lamp\n";

    /* "lamp"; it behind "nice" and at the end */
    cr_expect_eq(more_by(one, 100), 1 + 2);
    cr_expect_eq(more_by(one, many - 2), 1 + 2);
    cr_expect_eq(more_by(one, many), 1);
}
