#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <lyt/lyt.h>

#include "classify.h"
#include "hash.h"
#include "testing.h"

LYT_SUITE(repeat);

enum { n_threads = 8, verdicts_each = 1250 };

typedef struct bench {
    testing_alloc counting;
    lyt_pack *pack;
    lyt_classifier *classifier;
} bench;

static void bench_init(bench *b)
{
    char folder[256], lexicons[256];
    lyt_error err = {0};

    memset(b, 0, sizeof *b);
    testing_alloc_init(&b->counting, 0);
    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(
                     &b->pack, folder,
                     &(lyt_pack_options){.fs = lyt_fs_system(), .lexicons_folder = lexicons}, &err),
                 LYT_OK, "%s:%u %s", err.file, err.line, err.text);
}

/* For a test of one thread: all that sessions take is counted. */
static void bench_open(bench *b, bool counted)
{
    cr_assert_eq(
        lyt_classifier_of_pack(&b->classifier, b->pack, counted ? &b->counting.alloc : NULL, NULL),
        LYT_OK);
}

static void bench_deinit(bench *b)
{
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
}

/* Messages that differ in their words and marks, a few of them at a time alike. */
static lyt_str message_at(size_t i, char out[256])
{
    static const char *const rooms[] = {"Værelset", "Our room", "The bathroom", "Badet",
                                        "Room 214"};
    static const char *const says[] = {"var ikke gjort rent",     "was not cleaned",
                                       "is freezing cold",        "er iskoldt",
                                       "is lovely, thank you",    "lugter ikke",
                                       "has hair in the shower?", "er dejligt men koldt"};
    static const char *const ends[] = {"!!!",
                                       " og der var larm fra baren hele natten",
                                       ", and the music was loud",
                                       " :-(",
                                       " 😡",
                                       " http://x.dk #fail"};

    snprintf(out, 256, "%s %s%s %zu", rooms[i % 5], says[i / 5 % 8], ends[i / 40 % 6], i % 977);
    return lyt_str_of(out);
}

typedef struct worker {
    pthread_t thread;
    lyt_session *session;
    size_t first;
    uint64_t hashes[verdicts_each];
} worker;

/* In an order of its own, so that records are warm in one thread and cold in another. */
static void *work(void *context)
{
    worker *w = context;

    for (size_t k = 0; k < verdicts_each; k++) {
        size_t i = (w->first + k * 7) % verdicts_each;
        const lyt_verdict *verdict;
        char text[256];
        lyt_str json;

        w->hashes[i] = 0;
        if (lyt_classify(w->session, &(lyt_message){.text = message_at(i, text)}, &verdict, NULL) ||
            lyt_verdict_json(w->session, verdict, &json, NULL))
            return NULL;
        w->hashes[i] = lyt_hash_str(json, 1);
    }
    return NULL;
}

Test(repeat, NL_28_ten_thousand_verdicts_of_eight_threads_are_the_same_to_the_byte)
{
    static worker workers[n_threads];
    size_t different = 0;
    bench b;

    bench_init(&b);
    bench_open(&b, false);
    for (size_t t = 0; t < n_threads; t++) {
        workers[t].first = t * 157;
        /* every other one keeps little of what it has seen */
        cr_assert_eq((t % 2 ? lyt_session_new_small
                            : lyt_session_new)(&workers[t].session, b.classifier, NULL),
                     LYT_OK);
    }
    for (size_t t = 0; t < n_threads; t++)
        cr_assert_eq(pthread_create(&workers[t].thread, NULL, work, &workers[t]), 0);
    for (size_t t = 0; t < n_threads; t++) {
        pthread_join(workers[t].thread, NULL);
        lyt_session_free(workers[t].session);
    }
    for (size_t i = 0; i < verdicts_each; i++) {
        cr_expect_neq(workers[0].hashes[i], 0, "message %zu has no verdict", i);
        for (size_t t = 1; t < n_threads; t++)
            different += workers[t].hashes[i] != workers[0].hashes[i];
        /* and not all the same thing */
        different += i && workers[0].hashes[i] == workers[0].hashes[i - 1];
    }
    cr_expect_eq(different, 0);
    bench_deinit(&b);
}

Test(repeat, a_warm_session_asks_for_no_memory)
{
    lyt_session *session;
    long asked = 0;
    bench b;

    bench_init(&b);
    bench_open(&b, true);
    cr_assert_eq(lyt_session_new(&session, b.classifier, NULL), LYT_OK);
    for (int round = 0; round < 3; round++) {
        asked = b.counting.asked;
        for (size_t i = 0; i < 500; i++) {
            const lyt_verdict *verdict;
            char text[256];

            cr_assert_eq(
                lyt_classify(session, &(lyt_message){.text = message_at(i, text)}, &verdict, NULL),
                LYT_OK);
        }
    }
    cr_expect_eq(b.counting.asked, asked, "%ld allocations", b.counting.asked - asked);
    lyt_session_free(session);
    bench_deinit(&b);
}

/* Scenarios and their probabilities; the bytes of the text that they point to differ. */
static void describe(lyt_session *session, lyt_str text, lyt_buf *out)
{
    const lyt_verdict *verdict;

    cr_assert_eq(lyt_classify(session, &(lyt_message){.text = text}, &verdict, NULL), LYT_OK);
    lyt_buf_reset(out);
    lyt_buf_addf(out, "%s %.17g", verdict->language, verdict->language_probability);
    for (size_t i = 0; i < verdict->n_failures; i++)
        lyt_buf_addf(out, " %s %.17g %d", verdict->failures[i].scenario,
                     verdict->failures[i].probability, verdict->failures[i].severity);
}

Test(repeat, NL_08_the_verdict_is_the_same_however_it_is_written)
{
    static const struct {
        int line;
        const char *plain, *other;
    } rows[] = {
        {__LINE__, "Værelset var ikke gjort rent", "V\u00e6relset var ikke gjort rent"},
        {__LINE__, "Håndklæderne er beskidte", "Ha\u030andklæderne er beskidte"},
        {__LINE__, "The café's room was not cleaned", "The cafe\u0301's room was not cleaned"},
        {__LINE__, "The room wasn't clean", "The room wasn\u2019t clean"},
        {__LINE__, "The room wasn't clean", "The room wasn\u00b4t clean"},
        {__LINE__, "The room was not cleaned", "The r\u00adoom was not clea\u00adned"},
        {__LINE__, "The room was not cleaned", "The ro\u200bom was n\u2060ot clean\u200ded"},
        {__LINE__, "The room was not cleaned", "\ufeffThe room was not cleaned"},
        {__LINE__, "The room was not cleaned",
         "\uff34\uff48\uff45 \uff52\uff4f\uff4f\uff4d \uff57\uff41\uff53 \uff4e\uff4f\uff54 "
         "\uff43\uff4c\uff45\uff41\uff4e\uff45\uff44"},
        {__LINE__, "the room was not cleaned", "THE ROOM WAS NOT CLEANED"},
        {__LINE__, "\"Loud\" music all night", "\u201cLoud\u201d music all night"},
    };
    lyt_buf plain, other;
    lyt_session *session;
    bench b;

    bench_init(&b);
    bench_open(&b, false);
    lyt_buf_init(&plain, NULL);
    lyt_buf_init(&other, NULL);
    cr_assert_eq(lyt_session_new(&session, b.classifier, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        describe(session, lyt_str_of(rows[i].plain), &plain);
        describe(session, lyt_str_of(rows[i].other), &other);
        cr_expect_str_eq(other.data, plain.data, "line %d: %s not %s", rows[i].line, other.data,
                         plain.data);
    }
    lyt_buf_deinit(&plain);
    lyt_buf_deinit(&other);
    lyt_session_free(session);
    bench_deinit(&b);
}
