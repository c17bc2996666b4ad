#include <stdio.h>
#include <string.h>

#include "store_outbox.h"
#include "testing.h"
#include "watch.h"

LYT_SUITE(outbox_store);

static lyt_store *open_at(const char *folder)
{
    char path[128];
    lyt_store *store = NULL;
    lyt_error err;

    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, &err), LYT_OK, "%s",
                 err.text);
    return store;
}

static lyt_status add(lyt_store *store, const char *way, int64_t seq, int64_t incident,
                      const char *lane, int64_t due_us)
{
    lyt_outbox_row row = {.way = lyt_str_of(way),
                          .seq = seq,
                          .incident = incident,
                          .lane = lyt_str_of(lane),
                          .event = 3,
                          .who = LYT_STR("m"),
                          .channel = LYT_STR("sms"),
                          .at_us = 5,
                          .due_us = due_us,
                          .give_up_us = 1000};

    return lyt_store_outbox_add(store, &row, NULL);
}

static void put(lyt_store *store, int64_t id, lyt_outbox_state state, int64_t due_us)
{
    lyt_outbox_row row = {.id = id,
                          .state = state,
                          .due_us = due_us,
                          .attempts = 1,
                          .last_us = 9,
                          .give_up_us = 1000,
                          .reason = LYT_STR("why")};

    cr_assert_eq(lyt_store_outbox_put(store, &row, NULL), LYT_OK);
}

static lyt_status note_id(void *user, const lyt_outbox_row *row)
{
    char *list = user;

    sprintf(list + strlen(list), "%lld ", (long long)row->id);
    return LYT_OK;
}

static lyt_status keep_row(void *user, const lyt_outbox_row *row)
{
    *(lyt_outbox_row *)user = *row;
    return LYT_OK;
}

static const char *heads(lyt_store *store, const char *way)
{
    static char list[200];

    list[0] = '\0';
    cr_assert_eq(lyt_store_outbox_heads(store, lyt_str_of(way), 100, note_id, list, NULL), LYT_OK);
    return list;
}

static const char *rows(lyt_store *store, const char *way, int state)
{
    static char list[200];

    list[0] = '\0';
    cr_assert_eq(lyt_store_outbox_each(store, lyt_str_of(way), state, 0, 100, note_id, list, NULL),
                 LYT_OK);
    return list;
}

Test(outbox_store, AL_16_one_event_goes_one_way_once)
{
    char folder[64];
    lyt_store *store;

    testing_folder(folder);
    store = open_at(folder);
    cr_expect_eq(add(store, "a", 1, 1, "", 1), LYT_OK);
    cr_expect_eq(add(store, "b", 1, 1, "", 1), LYT_OK);
    cr_expect_eq(add(store, "a", 1, 1, "", 1), LYT_EEXISTS);
    cr_expect_eq(add(store, "a", 2, 1, "", 1), LYT_OK);
    lyt_store_close(store);
    /* and after a restart */
    store = open_at(folder);
    cr_expect_eq(add(store, "b", 1, 1, "", 1), LYT_EEXISTS);
    cr_expect_str_eq(rows(store, "", lyt_outbox_any), "1 2 3 ");
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(outbox_store, AL_16_lanes_keep_their_order)
{
    char folder[64];
    lyt_store *store;

    testing_folder(folder);
    store = open_at(folder);
    cr_assert_eq(add(store, "a", 1, 1, "", 10), LYT_OK); /* 1 */
    cr_assert_eq(add(store, "a", 2, 1, "", 20), LYT_OK); /* 2: behind 1 */
    cr_assert_eq(add(store, "a", 3, 2, "", 5), LYT_OK);  /* 3: another incident */
    cr_assert_eq(add(store, "a", 4, 1, "x", 1), LYT_OK); /* 4: another receiver */
    cr_assert_eq(add(store, "b", 1, 1, "", 1), LYT_OK);  /* 5: another way */
    cr_expect_str_eq(heads(store, "a"), "4 3 1 ");
    put(store, 1, LYT_OUTBOX_FAILED, 500);
    cr_expect_str_eq(heads(store, "a"), "4 3 1 ", "what failed is still before what comes after");
    put(store, 4, LYT_OUTBOX_SENT, 1);
    put(store, 3, LYT_OUTBOX_DEAD, 1);
    cr_expect_str_eq(heads(store, "a"), "1 ");
    put(store, 1, LYT_OUTBOX_DEAD, 500);
    cr_expect_str_eq(heads(store, "a"), "2 ", "the dead hold up nobody");
    cr_expect_str_eq(heads(store, "b"), "5 ");
    cr_expect_str_eq(rows(store, "a", LYT_OUTBOX_DEAD), "1 3 ");
    cr_expect_str_eq(rows(store, "", lyt_outbox_open), "1 2 3 5 ");
    cr_expect_str_eq(rows(store, "", LYT_OUTBOX_SENT), "4 ");
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(outbox_store, what_is_kept_comes_back)
{
    char folder[64];
    lyt_store *store;
    lyt_outbox_row row;

    testing_folder(folder);
    store = open_at(folder);
    cr_assert_eq(lyt_store_outbox_add(store,
                                      &(lyt_outbox_row){.way = LYT_STR("a"),
                                                        .seq = 7,
                                                        .alarm_seq = 6,
                                                        .incident = 3,
                                                        .event = 4,
                                                        .who = LYT_STR("mette"),
                                                        .channel = LYT_STR("sms"),
                                                        .at_us = 1,
                                                        .due_us = 2,
                                                        .give_up_us = 3},
                                      NULL),
                 LYT_OK);
    /* a later notice of that incident is of the same alarm */
    cr_assert_eq(add(store, "a", 9, 3, "", 2), LYT_OK);
    cr_assert_eq(add(store, "a", 10, 4, "", 2), LYT_OK);
    cr_assert_eq(lyt_store_outbox_get(store, 1, keep_row, &row, NULL), LYT_OK);
    cr_expect(row.seq == 7 && row.alarm_seq == 6 && row.incident == 3 && row.event == 4 &&
              row.at_us == 1 && row.due_us == 2 && row.give_up_us == 3 && !row.attempts &&
              row.state == LYT_OUTBOX_WAITING);
    cr_assert_eq(lyt_store_outbox_get(store, 2, keep_row, &row, NULL), LYT_OK);
    cr_expect_eq(row.alarm_seq, 6);
    cr_assert_eq(lyt_store_outbox_get(store, 3, keep_row, &row, NULL), LYT_OK);
    cr_expect_eq(row.alarm_seq, 0);
    /* of the service itself */
    cr_assert_eq(lyt_store_outbox_add(
                     store,
                     &(lyt_outbox_row){.way = LYT_STR("a"), .seq = 11, .event = LYT_NOTICE_COUNT},
                     NULL),
                 LYT_OK);
    cr_assert_eq(lyt_store_outbox_get(store, 4, keep_row, &row, NULL), LYT_OK);
    cr_expect(row.event == LYT_NOTICE_COUNT && row.alarm_seq == 0);
    cr_expect_eq(lyt_store_outbox_get(store, 5, keep_row, &row, NULL), LYT_ENOTFOUND);
    lyt_store_close(store);
    testing_folder_remove(folder);
}

static lyt_status note_way(void *user, const lyt_way_row *row)
{
    char *list = user;

    sprintf(list + strlen(list), "%.*s %lld/%lld/%lld %s ", LYT_STR_ARG(row->way),
            (long long)row->counts[0], (long long)row->counts[3], (long long)row->counts[4],
            row->stopped_us ? "stopped"
            : row->told_us  ? "failing"
                            : "ok");
    return LYT_OK;
}

Test(outbox_store, a_whole_way_is_dropped_tried_again_or_buried)
{
    char folder[64], list[300] = "";
    lyt_store *store;
    int64_t n = 0, told, stopped;

    testing_folder(folder);
    store = open_at(folder);
    for (int64_t i = 1; i <= 5; i++)
        cr_assert_eq(add(store, "a", i, i, "", 1), LYT_OK);
    cr_assert_eq(add(store, "b", 1, 1, "", 1), LYT_OK);
    put(store, 1, LYT_OUTBOX_SENT, 1);
    put(store, 2, LYT_OUTBOX_FAILED, 1);
    cr_assert_eq(lyt_store_outbox_bury(store, LYT_STR("a"), LYT_STR("x"), 9, &n, NULL), LYT_OK);
    cr_expect_eq(n, 4);
    cr_expect_str_eq(rows(store, "a", LYT_OUTBOX_DEAD), "2 3 4 5 ");
    cr_assert_eq(lyt_store_outbox_again(store, LYT_STR("a"), LYT_STR("x"), 9, 99, &n, NULL),
                 LYT_OK);
    cr_expect_eq(n, 4);
    cr_expect_str_eq(rows(store, "a", LYT_OUTBOX_WAITING), "2 3 4 5 ");
    put(store, 3, LYT_OUTBOX_DEAD, 1);
    cr_assert_eq(lyt_store_outbox_drop(store, LYT_STR("a"), LYT_STR("x"), 9, &n, NULL), LYT_OK);
    cr_expect_eq(n, 4);
    cr_expect_str_eq(rows(store, "a", LYT_OUTBOX_DROPPED), "2 3 4 5 ");
    cr_expect_str_eq(rows(store, "b", LYT_OUTBOX_WAITING), "6 ", "another way is left alone");
    cr_assert_eq(lyt_store_way_get(store, LYT_STR("a"), &told, &stopped, NULL), LYT_OK);
    cr_expect(!told && !stopped);
    cr_assert_eq(lyt_store_way_put(store,
                                   &(lyt_way_row){.way = LYT_STR("c"),
                                                  .told_us = 5,
                                                  .stopped_us = 6,
                                                  .reason = LYT_STR("gone")},
                                   NULL),
                 LYT_OK);
    cr_assert_eq(lyt_store_way_get(store, LYT_STR("c"), &told, &stopped, NULL), LYT_OK);
    cr_expect(told == 5 && stopped == 6);
    cr_assert_eq(lyt_store_each_way(store, note_way, list, NULL), LYT_OK);
    cr_expect_str_eq(list, "a 0/0/4 ok b 1/0/0 ok c 0/0/0 stopped ");
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(outbox_store, AL_10_what_is_overtaken_goes_nowhere)
{
    char folder[64];
    lyt_store *store;

    testing_folder(folder);
    store = open_at(folder);
    cr_assert_eq(add(store, "a", 1, 1, "", 1), LYT_OK);
    cr_assert_eq(add(store, "a", 2, 1, "", 1), LYT_OK);
    cr_assert_eq(add(store, "a", 3, 2, "", 1), LYT_OK);
    put(store, 1, LYT_OUTBOX_SENT, 1);
    cr_assert_eq(lyt_store_outbox_overtake(store, 1, 1U << 2, 7, NULL), LYT_OK);
    cr_expect_str_eq(rows(store, "a", LYT_OUTBOX_DROPPED), "", "events of other kinds go on");
    cr_assert_eq(lyt_store_outbox_overtake(store, 1, 1U << 3, 7, NULL), LYT_OK);
    cr_expect_str_eq(rows(store, "a", LYT_OUTBOX_DROPPED), "2 ");
    cr_expect_str_eq(rows(store, "a", LYT_OUTBOX_WAITING), "3 ", "and other incidents");
    lyt_store_close(store);
    testing_folder_remove(folder);
}

static lyt_outbox_row row_of(lyt_store *store, int64_t id)
{
    lyt_outbox_row row = {.id = 0};

    cr_assert_eq(lyt_store_outbox_get(store, id, keep_row, &row, NULL), LYT_OK);
    return row;
}

Test(outbox_store, OP_12_what_waits_waits_as_long_when_the_clock_is_set)
{
    char folder[64];
    lyt_store *store;
    lyt_error err;

    testing_folder(folder);
    store = open_at(folder);
    cr_assert_eq(add(store, "a", 1, 1, "", 10), LYT_OK);
    cr_assert_eq(add(store, "a", 2, 2, "", 10), LYT_OK);
    cr_assert_eq(add(store, "a", 3, 3, "", 10), LYT_OK);
    put(store, 2, LYT_OUTBOX_FAILED, 50);
    put(store, 3, LYT_OUTBOX_SENT, 50);
    cr_assert_eq(lyt_store_outbox_shift(store, 3600, &err), LYT_OK);
    cr_expect_eq(row_of(store, 1).due_us, 3610);
    cr_expect_eq(row_of(store, 1).give_up_us, 4600);
    cr_expect_eq(row_of(store, 2).due_us, 3650);
    cr_expect_eq(row_of(store, 3).due_us, 50, "that one is over");
    cr_assert_eq(lyt_store_outbox_shift(store, -3600, &err), LYT_OK);
    cr_expect_eq(row_of(store, 1).due_us, 10);
    cr_expect_eq(row_of(store, 2).give_up_us, 1000);
    /* set back while nothing ran: to 7, and what is kept is of 5, and of 9 */
    cr_assert_eq(lyt_store_outbox_catch(store, 7, &err), LYT_OK);
    cr_expect_eq(row_of(store, 1).due_us, 10, "its time is not yet to come");
    cr_expect_eq(row_of(store, 1).give_up_us, 1000);
    cr_expect_eq(row_of(store, 2).due_us, 7);
    cr_expect_eq(row_of(store, 2).give_up_us, 998);
    cr_expect_eq(row_of(store, 3).due_us, 50);
    lyt_store_close(store);
    testing_folder_remove(folder);
}
