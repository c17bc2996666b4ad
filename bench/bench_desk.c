/*
 * What a house's incidents cost in memory: hearing of one more while N are open, asking what is
 * due next, and making the book again from its facts.
 *
 * Usage  bench_desk DESK.yaml [N …]; one line an N.
 */
#include <stdio.h>
#include <stdlib.h>

#include "care.h"
#include "clock.h"
#include "mem.h"

enum { rounds = 200 };

static const int64_t second_us = 1000000;

typedef struct bed {
    lyt_settings *settings;
    lyt_care *care;
    lyt_facts facts;
    lyt_buf log; /* a fact a line */
    size_t n_facts;
    int64_t now_us, message;
} bed;

static void must(lyt_status status, const lyt_error *err)
{
    if (!status)
        return;
    fprintf(stderr, "bench_desk: %s\n", err->text);
    exit(1);
}

static int64_t mono_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

/* An incident in a room of its own; the scenario is one of ten. */
static void hear(bed *b, int64_t n, bool logs)
{
    char place[32], scenario[32], guest[32];
    lyt_error err = {0};
    int64_t incident;
    lyt_care_heard heard = {.property = lyt_str_of(b->settings->id),
                            .team = lyt_str_of(b->settings->manager),
                            .language = LYT_STR("en"),
                            .severity = 2,
                            .message = ++b->message,
                            .now_us = b->now_us};

    snprintf(place, sizeof place, "room-%lld", (long long)n);
    snprintf(scenario, sizeof scenario, "failure-%lld", (long long)(n % 10));
    snprintf(guest, sizeof guest, "guest-%lld", (long long)n);
    heard.place = lyt_str_of(place);
    heard.scenario = lyt_str_of(scenario);
    heard.guest = lyt_str_of(guest);
    must(lyt_care_hear(b->care, &heard, &b->facts, &incident, &err), &err);
    b->n_facts += b->facts.n;
    for (size_t i = 0; logs && i < b->facts.n; i++) {
        lyt_fact_write(&b->log, &b->facts.items[i]);
        lyt_buf_add_char(&b->log, '\n');
    }
    lyt_facts_reset(&b->facts);
    lyt_care_mark(b->care);
}

static void restore(const bed *b)
{
    lyt_care *again = NULL;
    lyt_error err = {0};
    lyt_str rest = lyt_buf_str(&b->log);

    must(lyt_care_new(&again, NULL, b->settings), &err);
    while (rest.len) {
        size_t end = 0;
        lyt_json *json = NULL;
        lyt_fact fact;

        while (rest.ptr[end] != '\n')
            end++;
        must(lyt_json_parse(&json, lyt_str_slice(rest, 0, end), 1 << 20, &err), &err);
        must(lyt_fact_read(&fact, json, &err), &err);
        must(lyt_care_restore(again, &fact, &err), &err);
        lyt_json_free(json);
        rest = lyt_str_slice(rest, end + 1, rest.len);
    }
    if (lyt_book_hash(lyt_care_book(again)) != lyt_book_hash(lyt_care_book(b->care)))
        must(lyt_error_set(&err, LYT_EFORMAT, "the book is another one after its facts"), &err);
    lyt_care_free(again);
}

static void run(lyt_settings *settings, int64_t n)
{
    bed b = {.settings = settings, .now_us = 1750000000 * second_us};
    lyt_error err = {0};
    int64_t began, hear_us, due_us;
    volatile int64_t due = 0;

    lyt_buf_init(&b.log, NULL);
    must(lyt_facts_init(&b.facts, NULL), &err);
    must(lyt_care_new(&b.care, NULL, settings), &err);
    for (int64_t i = 0; i < n; i++, b.now_us += 3 * second_us)
        hear(&b, i, true);
    began = mono_us();
    restore(&b);
    printf("%7lld open, %zu facts: again from facts %.1f ms", (long long)n, b.n_facts,
           (double)(mono_us() - began) / 1000);
    began = mono_us();
    for (int i = 0; i < rounds; i++)
        hear(&b, n + i, false);
    hear_us = mono_us() - began;
    began = mono_us();
    for (int i = 0; i < rounds; i++)
        due += lyt_care_due(b.care, b.now_us) & 1;
    due_us = mono_us() - began;
    (void)due;
    printf(", one more %.1f us, what is due %.2f us\n", (double)hear_us / rounds,
           (double)due_us / rounds);
    lyt_care_free(b.care);
    lyt_facts_deinit(&b.facts);
    lyt_buf_deinit(&b.log);
}

int main(int argc, char **argv)
{
    lyt_settings_options options = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_settings *settings = NULL;
    lyt_error err = {0};

    if (argc < 2) {
        fprintf(stderr, "bench_desk: give a desk.yaml\n");
        return 2;
    }
    must(lyt_settings_read(&settings, argv[1], &options, &err), &err);
    for (int i = 2; i < argc; i++)
        run(settings, strtoll(argv[i], NULL, 10));
    lyt_settings_free(settings);
    return 0;
}
