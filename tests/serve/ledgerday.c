#include "ledgerday.h"

#include <stdio.h>
#include <string.h>

static void open_books(ledgerday *d)
{
    lyt_store_counts counts;
    lyt_store_options how = {&d->alloc.alloc, d->database, false, 0, 1000};

    cr_assert_eq(lyt_store_open(&d->books.store, &how, &d->err), LYT_OK, "%s", d->err.text);
    cr_assert_eq(lyt_store_count(d->books.store, &counts, NULL), LYT_OK);
    d->books.core = &d->core;
    d->books.last_seq = counts.last_seq;
    cr_assert_eq(lyt_desk_new(&d->books.desk, &d->alloc.alloc, 1), LYT_OK);
    cr_assert_eq(lyt_streams_new(&d->books.streams, &d->alloc.alloc), LYT_OK);
    cr_assert_eq(lyt_keyset_new(&d->books.keys, &d->alloc.alloc, 1, 1000), LYT_OK);
    cr_assert_eq(
        lyt_cases_new(&d->books.cases, &d->alloc.alloc, d->settings, d->books.store, &d->err),
        LYT_OK, "%s", d->err.text);
    if (d->words)
        cr_assert_eq(lyt_cases_learn_words(d->books.cases, d->words, &d->err), LYT_OK);
    cr_assert_eq(lyt_batch_init(&d->batch, &d->alloc.alloc), LYT_OK);
}

static void close_books(ledgerday *d)
{
    lyt_batch_deinit(&d->batch);
    lyt_cases_free(d->books.cases);
    lyt_keyset_free(d->books.keys);
    lyt_streams_free(d->books.streams);
    lyt_desk_free(d->books.desk);
    lyt_store_close(d->books.store);
    memset(&d->books, 0, sizeof d->books);
}

void ledgerday_init(ledgerday *d, const char *desk_text, const lyt_classifier *words)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};

    memset(d, 0, sizeof *d);
    d->words = words;
    testing_folder(d->folder);
    testing_write(d->folder, "desk.yaml", lyt_str_of(desk_text));
    snprintf(d->database, sizeof d->database, "%s/desk.yaml", d->folder);
    cr_assert_eq(lyt_settings_read(&d->settings, d->database, &how, &d->err), LYT_OK, "%u: %s",
                 d->err.line, d->err.text);
    snprintf(d->database, sizeof d->database, "%s/lyt.db", d->folder);
    testing_alloc_init(&d->alloc, 0);
    testing_clock_init(&d->clock, (int64_t)1764072000 * 1000000);
    d->core.options.settings = d->settings;
    d->core.options.clock = &d->clock.clock;
    d->core.options.alloc = &d->alloc.alloc;
    d->core.judge = &d->judge;
    open_books(d);
}

void ledgerday_deinit(ledgerday *d)
{
    close_books(d);
    lyt_settings_free(d->settings);
    testing_folder_remove(d->folder);
    cr_expect_eq(d->alloc.live, 0);
}

void ledgerday_add_order(ledgerday *d, const char *json)
{
    lyt_submission order;
    lyt_buf frame;

    cr_assert_eq(lyt_submission_parse(&order, lyt_str_of(json), &d->err), LYT_OK, "%s: %s", json,
                 d->err.text);
    lyt_buf_init(&frame, NULL);
    order.feedback.received_us = d->clock.wall_us;
    lyt_order_put(&frame, &order);
    cr_assert_eq(lyt_batch_add_order(&d->batch, LYT_STR(""), lyt_buf_str(&frame)), LYT_OK);
    lyt_buf_deinit(&frame);
    lyt_submission_deinit(&order);
}

void ledgerday_add_verdict(ledgerday *d, const lyt_feedback *feedback, const lyt_done_item *done)
{
    lyt_buf slip, part;

    lyt_buf_init(&slip, NULL);
    lyt_buf_init(&part, NULL);
    lyt_slip_put(&slip, feedback, 0);
    lyt_workframe_add_done(&part, done);
    cr_assert_eq(lyt_batch_add_verdict(&d->batch, lyt_buf_str(&slip), lyt_buf_str(&part)), LYT_OK);
    lyt_buf_deinit(&slip);
    lyt_buf_deinit(&part);
}

void ledgerday_add_report(ledgerday *d, lyt_outbox_op op, int64_t row, const char *way,
                          const char *reason)
{
    lyt_outbox_report report = {.op = op,
                                .row = row,
                                .attempts = 1,
                                .at_us = d->clock.wall_us,
                                .due_us = d->clock.wall_us + 5000000,
                                .way = lyt_str_of(way),
                                .reason = lyt_str_of(reason)};
    lyt_buf frame;

    lyt_buf_init(&frame, NULL);
    lyt_outbox_report_put(&frame, &report);
    cr_assert_eq(lyt_batch_add_outbox(&d->batch, lyt_buf_str(&frame)), LYT_OK);
    lyt_buf_deinit(&frame);
}

bool ledgerday_take(const char **word, const char *name)
{
    size_t n = strlen(name);

    if (strncmp(*word, name, n) != 0)
        return false;
    *word += n;
    return true;
}

void ledgerday_apply(ledgerday *d)
{
    cr_assert_eq(lyt_batch_apply(&d->batch, &d->books, &d->err), LYT_OK, "%s", d->err.text);
    (void)lyt_batch_reset(&d->batch, false);
}

void ledgerday_live(ledgerday *d, const char *words, void (*add)(ledgerday *, const char *word))
{
    char room[500], *rest = room;

    cr_assert_lt(strlen(words), sizeof room);
    snprintf(room, sizeof room, "%s", words);
    for (char *word = strtok_r(room, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (strcmp(word, "restart") == 0) {
            close_books(d);
            open_books(d);
            continue;
        }
        add(d, word);
        ledgerday_apply(d);
    }
}

static lyt_status count_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    (void)seq;
    (void)at_us;
    (void)topic;
    (void)json;
    ++*(int *)user;
    return LYT_OK;
}

int ledgerday_events(ledgerday *d, const char *topic)
{
    int n = 0;

    cr_assert_eq(lyt_store_each_event(d->books.store, 0, lyt_str_of(topic), INT64_MAX, count_event,
                                      &n, NULL),
                 LYT_OK);
    return n;
}
