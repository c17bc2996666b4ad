/*
 * Questions on the replay socket: a line each, the first byte who asks (one of four connections),
 * the rest the question. "!" lets time pass: named subscribers get what is theirs, and orders for
 * the ledger are committed. A service with a house, and a log of 24 events.
 *
 * Every question is answered with an object or not at all; what is sent on goes to whoever asked,
 * and is JSON; an order for the ledger can be read.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakenet.h"
#include "order.h"
#include "replay.h"
#include "seen.h"
#include "storefill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { askers = 4, lines_max = 24, orders_max = 64, order_bytes_max = 8192 };

static char folder[64], database[96];
static lyt_stock stock;
static lyt_core core;
static lyt_judge judge;
static lyt_reload_note reload;
static lyt_settings *settings;
static lyt_store *store;
static lyt_replica *replica;
static lyt_sock *replay, *ledger;
static lyt_counted counted;
static lyt_door door;
static int64_t now_us;
static char orders[orders_max][order_bytes_max];
static size_t order_len[orders_max], n_orders;

static void must(lyt_status status)
{
    if (status)
        abort();
}

static int64_t time_now(void *context)
{
    (void)context;
    return now_us;
}

static const lyt_clock fake_clock = {time_now, time_now, NULL};

static void check_json(lyt_str text)
{
    static seen sound;
    lyt_json *tree = NULL;

    if (seen_has(&sound, text))
        return;
    if (lyt_json_parse(&tree, text, 64 << 20, NULL) || lyt_json_typeof(tree) != LYT_JSON_OBJECT)
        abort();
    lyt_json_free(tree);
    seen_add(&sound, text);
}

static void sent(char letter, const lyt_str *frames, size_t n)
{
    if (letter == 'l') {
        if (n != 1 || frames[0].len > order_bytes_max)
            abort();
        if (n_orders < orders_max) {
            memcpy(orders[n_orders], frames[0].ptr, frames[0].len);
            order_len[n_orders++] = frames[0].len;
        }
        return;
    }
    if (n < 2 || n > 4 || frames[0].len != 1 || frames[0].ptr[0] < 'a' ||
        frames[0].ptr[0] >= 'a' + askers)
        abort();
    check_json(frames[n - 1]);
}

static void end(void)
{
    static const char *const names[] = {"", "-wal", "-shm", ".lock"};

    lyt_store_close(store);
    lyt_replica_free(replica);
    lyt_settings_free(settings);
    lyt_sock_close(replay, 0);
    lyt_sock_close(ledger, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];

        snprintf(path, sizeof path, "%s%s", database, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

static void begin_store(void)
{
    const char *shared = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    snprintf(folder, sizeof folder, "%s/lyt-fuzz-XXXXXX", shared);
    if (!mkdtemp(folder))
        abort();
    snprintf(database, sizeof database, "%s/lyt.db", folder);
    must(lyt_store_open(&store, &(lyt_store_options){.path = database}, NULL));
    storefill(store, 0, storefill_rows);
    lyt_store_close(store);
    must(lyt_store_open(&store, &(lyt_store_options){.path = database, .read_only = true}, NULL));
}

static void begin(void)
{
    lyt_settings_options options = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};

    begin_store();
    must(lyt_settings_read(&settings, LYT_FUZZ_DESK, &options, NULL));
    must(lyt_replica_new(&replica, NULL, settings));
    must(lyt_replica_sync(replica, store, NULL));
    must(lyt_sock_open(&replay, NULL, LYT_SOCK_ROUTER, 0, NULL));
    must(lyt_sock_connect(replay, "fake:r", NULL));
    must(lyt_sock_open(&ledger, NULL, LYT_SOCK_DEALER, 0, NULL));
    must(lyt_sock_connect(ledger, "fake:l", NULL));
    core.options.clock = &fake_clock;
    core.options.version = "fuzz";
    core.options.heartbeat_ms = 1000;
    core.judge = &judge;
    core.judge_version = judge.version;
    core.reload = &reload;
    stock.settings = settings;
    core.stock = &stock;
    core.gauges.last_seq = storefill_rows;
    fakenet_tell(sent);
    atexit(end);
}

/* What the ledger committed comes back; what it would refuse was never to be sent. */
static void commit(lyt_named *named)
{
    for (size_t i = 0; i < n_orders; i++) {
        lyt_str order = {orders[i], order_len[i]};
        lyt_cursor_order read;

        must(lyt_cursor_order_get(&read, order));
        lyt_named_committed(named, order);
    }
    n_orders = 0;
}

static void ask(lyt_named *named, lyt_str line, lyt_buf *out)
{
    char id = (char)('a' + (unsigned char)line.ptr[0] % askers);
    lyt_replay_ask question = {.core = &core,
                               .store = store,
                               .door = &door,
                               .named = named,
                               .replica = replica,
                               .counted = &counted,
                               .from = {.head = {{&id, 1}, {"t", 1}}, .n_head = 2, .user = ""},
                               .request = {line.ptr + 1, line.len - 1}};

    must(lyt_replay_answer(&question, out));
    if (!question.is_silent)
        check_json(lyt_buf_str(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str text = {(const char *)data, size};
    lyt_named *named = NULL;
    lyt_named_options options = {&core, store, replay, ledger, &door, NULL};
    size_t at = 0;
    lyt_buf out;

    if (!store) {
        begin();
        options.store = store;
        options.replay = replay;
        options.ledger = ledger;
    }
    n_orders = 0;
    now_us = INT64_C(1700000000000000);
    lyt_buf_init(&out, NULL);
    must(lyt_named_new(&named, &options, NULL));
    for (int i = 0; at < text.len && i < lines_max; i++) {
        size_t end_at = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_slice(text, at, end_at);

        at = end_at + 1;
        if (line.len && line.ptr[0] == '!') {
            now_us += INT64_C(250000) * (1 + (line.len > 1 ? line.ptr[1] & 63 : 0));
            lyt_named_step(named);
            if (lyt_named_wait_ms(named, 1000) < 0 || lyt_named_wait_ms(named, 1000) > 1000)
                abort();
            commit(named);
        } else if (line.len) {
            ask(named, line, &out);
        }
    }
    lyt_named_flush(named);
    lyt_named_free(named);
    lyt_buf_deinit(&out);
    return 0;
}
