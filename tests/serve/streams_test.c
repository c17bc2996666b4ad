#include <stdio.h>
#include <string.h>

#include "streams.h"
#include "testing.h"

LYT_SUITE(streams);

static lyt_status note(void *user, lyt_str topic, int64_t n, int64_t seq)
{
    char *out = user;

    sprintf(out + strlen(out), "%.*s %d %d\n", LYT_STR_ARG(topic), (int)n, (int)seq);
    return LYT_OK;
}

Test(streams, BU_02_counts_each_topic)
{
    char said[200] = "";
    lyt_streams *s;

    cr_assert_eq(lyt_streams_new(&s, NULL), LYT_OK);
    cr_expect_eq(lyt_streams_restore(s, LYT_STR("a"), 7), LYT_OK);
    cr_expect_eq(lyt_streams_count(s, LYT_STR("b")), 0);
    lyt_streams_mark(s);
    cr_expect_eq(lyt_streams_add(s, LYT_STR("a"), 10), LYT_OK);
    cr_expect_eq(lyt_streams_add(s, LYT_STR("b"), 11), LYT_OK);
    cr_expect_eq(lyt_streams_add(s, LYT_STR("a"), 12), LYT_OK);
    cr_expect_eq(lyt_streams_changed(s, note, said), LYT_OK);
    cr_expect_str_eq(said, "a 9 12\nb 1 11\n");
    lyt_streams_rollback(s);
    cr_expect_eq(lyt_streams_count(s, LYT_STR("a")), 7);
    cr_expect_eq(lyt_streams_count(s, LYT_STR("b")), 0);
    said[0] = '\0';
    cr_expect_eq(lyt_streams_changed(s, note, said), LYT_OK);
    cr_expect_str_eq(said, "");
    lyt_streams_free(s);
}

Test(streams, many_topics)
{
    char topic[32];
    lyt_streams *s;

    cr_assert_eq(lyt_streams_new(&s, NULL), LYT_OK);
    for (int round = 1; round <= 3; round++) {
        lyt_streams_mark(s);
        for (int i = 0; i < 5000; i++) {
            snprintf(topic, sizeof topic, "alarm.%d", i);
            cr_assert_eq(lyt_streams_add(s, lyt_str_of(topic), i), LYT_OK);
        }
    }
    for (int i = 0; i < 5000; i++) {
        snprintf(topic, sizeof topic, "alarm.%d", i);
        cr_expect_eq(lyt_streams_count(s, lyt_str_of(topic)), 3);
    }
    lyt_streams_free(s);
}

Test(streams, survives_every_failing_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_streams *s = NULL;
        char topic[32];

        if (lyt_streams_new(&s, &failing.alloc))
            continue;
        lyt_streams_mark(s);
        for (int i = 0; i < 300; i++) {
            snprintf(topic, sizeof topic, "alarm.%d", i);
            if (lyt_streams_add(s, lyt_str_of(topic), i)) {
                cr_expect_eq(lyt_streams_count(s, lyt_str_of(topic)), 0);
                break;
            }
        }
        lyt_streams_free(s);
        cr_expect_eq(failing.live, 0);
    }
}
