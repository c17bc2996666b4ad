#include <stdio.h>
#include <string.h>

#include "diskfault.h"
#include "store.h"
#include "testing.h"

LYT_SUITE(disk);

enum { transactions = 6 };

static lyt_status open_store(lyt_store **out, const char *path, lyt_error *err)
{
    return lyt_store_open(out, &(lyt_store_options){.path = path, .busy_ms = 1000}, err);
}

/* One message and its event in one transaction. */
static lyt_status keep(lyt_store *store, int i, lyt_error *err)
{
    char id[16];
    lyt_feedback feedback = {.channel = LYT_STR("sms"),
                             .property = LYT_STR("default"),
                             .place = LYT_STR(""),
                             .sender = LYT_STR(""),
                             .language = LYT_STR(""),
                             .text = LYT_STR("cold"),
                             .received_us = i};
    int64_t number = 0, seq = 0;
    lyt_status status = lyt_store_begin(store, err);

    snprintf(id, sizeof id, "m%d", i);
    feedback.source_id = lyt_str_of(id);
    if (!status)
        status = lyt_store_add_feedback(store, &feedback, &number, err);
    if (!status)
        status = lyt_store_add_event(store, LYT_STR("alarm.x"), LYT_STR("{}"), i, &seq, err);
    if (!status)
        status = lyt_store_put_stream(store, LYT_STR("alarm.x"), seq, seq, err);
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    return status;
}

typedef struct seen {
    bool is_there[transactions];
    size_t n;
    int64_t id;
} seen;

static lyt_status note(void *user, const lyt_feedback *feedback)
{
    seen *s = user;
    int i = -1;

    cr_expect_eq(sscanf(feedback->source_id.ptr, "m%d", &i), 1);
    cr_assert(i >= 0 && i < transactions);
    cr_expect_not(s->is_there[i], "m%d twice", i);
    cr_expect_eq(feedback->id, s->id + 1);
    s->id = feedback->id;
    s->is_there[i] = true;
    s->n++;
    return LYT_OK;
}

/*
 * Call number n of the disk fails, for every n until it is past the last. What the store said
 * it had kept is there afterwards, once; a message and its event are there both or neither; and
 * the store works again as soon as the disk does.
 */
Test(disk, what_was_said_to_be_kept_is_kept_whichever_call_fails, .timeout = 1000000)
{
    diskfault_install();
    for (diskfault_kind kind = DISK_EIO; kind < DISK_KINDS; kind++) {
        bool is_past = false;

        for (long n = 1; !is_past; n++) {
            bool is_kept[transactions] = {false};
            lyt_store *store = NULL;
            lyt_store_counts counts;
            seen s = {.n = 0};
            lyt_error err = {.text = ""};
            char folder[64], path[128];

            testing_quick_folder(folder);
            snprintf(path, sizeof path, "%s/lyt.db", folder);
            diskfault_plan(kind, n, 1);
            (void)!open_store(&store, path, &err);
            for (int i = 0; store && i < transactions; i++)
                is_kept[i] = keep(store, i, &err) == LYT_OK;
            is_past = diskfault_asked() < n;
            /* what only takes its time is no failure */
            for (int i = 0; kind == DISK_SLOW && i < transactions; i++)
                cr_expect(is_kept[i], "%s call %ld: %s", diskfault_names[kind], n, err.text);
            /* the disk is well again; nothing need be opened anew */
            diskfault_plan(kind, 0, 0);
            for (int i = 0; store && i < transactions; i++)
                if (!is_kept[i])
                    cr_expect_eq(keep(store, i, &err), LYT_OK, "%s call %ld: %s",
                                 diskfault_names[kind], n, err.text);
            lyt_store_close(store);
            cr_assert_eq(open_store(&store, path, &err), LYT_OK, "%s call %ld: %s",
                         diskfault_names[kind], n, err.text);
            cr_expect_eq(lyt_store_each_recent(store, 0, note, &s, &err), LYT_OK);
            cr_expect_eq(lyt_store_count(store, &counts, &err), LYT_OK);
            cr_expect_eq(counts.feedback, counts.events, "%s call %ld", diskfault_names[kind], n);
            cr_expect_eq(counts.last_seq, counts.events);
            cr_expect(s.n == transactions || s.n == 0, "%s call %ld: %zu", diskfault_names[kind], n,
                      s.n);
            lyt_store_close(store);
            testing_folder_remove(folder);
        }
    }
}
