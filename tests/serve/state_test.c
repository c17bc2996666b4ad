#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "diskfault.h"
#include "serving.h"

/* What the service says of itself while its disk or its clock is not well, and that it comes back.
 */
LYT_SUITE(state);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)

static const char status[] = "{\"request\":\"status\"}";

static void until_state(serving *s, const char *part)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + 20000000;

    while (!strstr(serving_ask(s, status), part)) {
        cr_assert_lt(lyt_clock_mono_us(lyt_clock_system()), end_us, "%s", s->json.data);
        (void)!lyt_sock_poll(NULL, 0, NULL, 20);
    }
}

/* Every kind has words of its own; senders are told to wait; it is over without anybody's help. */
Test(state, a_bad_disk_is_named_and_gets_well_by_itself)
{
    static const struct {
        int line;
        diskfault_kind kind;
        const char *says;
    } rows[] = {
        {__LINE__, DISK_FULL, "\"state\":\"disk full"},
        {__LINE__, DISK_READONLY, "\"state\":\"disk is read-only"},
        {__LINE__, DISK_CORRUPT, "\"state\":\"database damaged"},
        {__LINE__, DISK_EIO, "\"state\":\"storing fails"},
    };
    serving s;
    char text[80];

    diskfault_install();
    serving_init(&s);
    serving_start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text, "{\"id\":\"%zu\",\"text\":\"fine\"}", i);
        diskfault_plan(rows[i].kind, 1, 1000000000);
        cr_expect_not_null(strstr(serving_submit(&s, text), "\"status\":\"busy\""),
                           "row at line %d: %s", rows[i].line, s.json.data);
        HAS(s.json.data, "retry_ms");
        /* EIO fails reading, too: the counts are missing, what is wrong is said all the same */
        cr_expect_not_null(strstr(serving_ask(&s, status), rows[i].says), "row at line %d: %s",
                           rows[i].line, s.json.data);
        diskfault_plan(rows[i].kind, 0, 0);
        until_state(&s, "\"state\":\"ok\"");
        HAS(serving_submit(&s, text), "accepted");
    }
    serving_until(&s, "counts", "verdicts", 4);
    serving_deinit(&s);
}

Test(state, a_disk_that_stalls_puts_senders_off_at_once)
{
    lyt_frames *frames;
    lyt_sock *sock;
    serving s;
    lyt_error err;

    diskfault_install();
    serving_init(&s);
    serving_start(&s);
    cr_assert_eq(lyt_sock_open(&sock, s.net, LYT_SOCK_DEALER, 100, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(sock, s.at.submit, &err), LYT_OK);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    diskfault_slow(2500);
    diskfault_plan(DISK_SLOW, 1, 1);
    cr_assert_eq(lyt_sock_send(sock, &LYT_STR("{\"id\":\"first\",\"text\":\"fine\"}"), 1), LYT_OK);
    until_state(&s, "\"state\":\"disk stalls");
    HAS(serving_submit(&s, "{\"id\":\"second\",\"text\":\"fine\"}"), "\"status\":\"busy\"");
    cr_assert_eq(lyt_sock_recv(sock, frames, 20000), LYT_OK);
    cr_expect(lyt_str_begins(lyt_frames_at(frames, 0), LYT_STR("{\"status\":\"accepted\"")));
    HAS(serving_submit(&s, "{\"id\":\"second\",\"text\":\"fine\"}"), "accepted");
    HAS(serving_ask(&s, status), "\"state\":\"ok\"");
    for (int i = 0; i < 2000 && !s.n_going_on; i++)
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
    cr_expect_geq(s.n_stalls, 1);
    cr_expect_geq(s.n_going_on, 1);
    lyt_sock_close(sock, 0);
    lyt_frames_free(frames);
    serving_deinit(&s);
}

Test(state, a_backup_that_locks_the_database_makes_senders_wait)
{
    sqlite3 *other = NULL;
    char path[128];
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    snprintf(path, sizeof path, "%s/lyt.db", s.folder);
    cr_assert_eq(sqlite3_open(path, &other), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    HAS(serving_submit(&s, "{\"id\":\"1\",\"text\":\"cold\"}"), "\"status\":\"busy\"");
    HAS(serving_ask(&s, status), "\"state\":\"database locked");
    cr_assert_eq(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    until_state(&s, "\"state\":\"ok\"");
    HAS(serving_submit(&s, "{\"id\":\"1\",\"text\":\"cold\"}"), "accepted");
    /* one that only reads, however long, stops nobody */
    cr_assert_eq(sqlite3_exec(other, "BEGIN; SELECT count(*) FROM event", NULL, NULL, NULL),
                 SQLITE_OK);
    HAS(serving_submit(&s, "{\"id\":\"2\",\"text\":\"cold\"}"), "accepted");
    serving_hear(&s, 3);
    sqlite3_close(other);
    serving_deinit(&s);
}

static _Atomic int64_t offset_us;

static int64_t stepping_wall(void *context)
{
    (void)context;
    return lyt_clock_wall_us(lyt_clock_system()) + offset_us;
}

static int64_t steady_mono(void *context)
{
    (void)context;
    return lyt_clock_mono_us(lyt_clock_system());
}

Test(state, a_clock_that_steps_neither_doubles_nor_reorders)
{
    static const int64_t steps_us[] = {0, -3600000000, 3600000000, -7200000000, 86400000000};
    lyt_clock clock = {stepping_wall, steady_mono, NULL};
    serving s;
    char text[80];

    serving_init(&s);
    s.options.clock = &clock;
    serving_start(&s);
    serving_listen(&s);
    for (size_t i = 0; i < sizeof steps_us / sizeof *steps_us; i++) {
        offset_us = steps_us[i];
        snprintf(text, sizeof text, "{\"id\":\"%zu\",\"place\":\"%zu\",\"text\":\"cold\"}", i, i);
        HAS(serving_submit(&s, text), "accepted");
        HAS(serving_submit(&s, text), "duplicate");
        HAS(serving_submit(&s, "{\"id\":\"0\",\"place\":\"0\",\"text\":\"cold\"}"), "duplicate");
        serving_hear(&s, 2 * (i + 1));
    }
    /* and after a restart in the past */
    serving_stop(&s);
    offset_us = -3600000000;
    serving_start(&s);
    HAS(serving_submit(&s, "{\"id\":\"3\",\"place\":\"3\",\"text\":\"cold\"}"), "duplicate");
    serving_deinit(&s);
}
