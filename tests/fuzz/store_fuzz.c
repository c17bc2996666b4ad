/*
 * A database that was sound, and its log (WAL), with bytes changed, cut off or filled: whatever
 * they are, every reader and writer of the store comes to an end with a result or an error, and
 * what cannot be opened is named. The input is a row of edits of five bytes: what, where (three),
 * which byte.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_copy.h"
#include "store_keep.h"
#include "store_person.h"
#include "store_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { rows = 60, edit_bytes = 5, edits_max = 200, file_max = 8 << 20 };

static char folder[64], database[96], wal[112];
static lyt_buf sound_db, sound_wal;

static void must(lyt_status status)
{
    if (status)
        abort();
}

static void clean_up(void)
{
    static const char *const names[] = {"", "-wal", "-shm", "-journal", ".lock", ".copy",
                                        ".copy-journal", ".copy.part", ".copy.part-journal"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];

        snprintf(path, sizeof path, "%s%s", database, names[i]);
        (void)unlink(path);
    }
}

static void end(void)
{
    clean_up();
    (void)rmdir(folder);
    lyt_buf_deinit(&sound_db);
    lyt_buf_deinit(&sound_wal);
}

static void fill(lyt_store *store, int from, int to)
{
    for (int i = from; i < to; i++) {
        lyt_feedback f = {.source_id = LYT_STR("id"),
                          .channel = LYT_STR("sms"),
                          .property = LYT_STR("havnen"),
                          .sender = i % 3 ? LYT_STR("anna") : LYT_STR(""),
                          .text = LYT_STR("it is freezing in here"),
                          .score = i % 2 ? 3 : NAN,
                          .received_us = i};
        lyt_incident incident = {.id = i + 1, .state = LYT_INCIDENT_NEW, .team = "technical"};
        int64_t id = 0, seq = 0;

        must(lyt_store_begin(store, NULL));
        must(lyt_store_add_feedback(store, &f, &id, NULL));
        if (i % 4)
            must(lyt_store_add_verdict(store, id, 1,
                                       LYT_STR("{\"text\":\"it\",\"failures\":[{\"scenario\":"
                                               "\"cold\",\"evidence\":[]}]}"),
                                       i, NULL));
        must(lyt_store_put_incident(store, &incident, NULL));
        must(lyt_store_add_history(store, i + 1, id, LYT_STR("opened"), LYT_STR(""), LYT_STR("x"),
                                   i, NULL));
        must(lyt_store_add_fact(store, i + 1, LYT_STR("{\"fact\":\"opened\",\"guest\":\"anna\"}"),
                                i, NULL));
        must(lyt_store_add_event(store, LYT_STR("alarm.x"), LYT_STR("{\"feedback\":1}"), i, &seq,
                                 NULL));
        must(lyt_store_put_stream(store, LYT_STR("alarm.x"), seq, seq, NULL));
        must(lyt_store_commit(store, NULL));
    }
}

/* Half of it in the database, half in its log. */
static void begin(void)
{
    const char *shared = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    lyt_cursor_row cursor = {LYT_STR("pager"), LYT_STR("alarm."), LYT_STR(""), 3, 30000, 5};
    lyt_dead_row dead = {2, 5, 1, LYT_STR("not acknowledged")};
    lyt_store *store = NULL;

    snprintf(folder, sizeof folder, "%s/lyt-fuzz-XXXXXX", shared);
    if (!mkdtemp(folder))
        abort();
    snprintf(database, sizeof database, "%s/lyt.db", folder);
    snprintf(wal, sizeof wal, "%s-wal", database);
    lyt_buf_init(&sound_db, NULL);
    lyt_buf_init(&sound_wal, NULL);
    must(lyt_store_open(&store, &(lyt_store_options){.path = database}, NULL));
    fill(store, 0, rows / 2);
    must(lyt_store_put_cursor(store, &cursor, NULL));
    must(lyt_store_bury(store, LYT_STR("pager"), &dead, NULL));
    must(lyt_store_checkpoint(store, true, NULL));
    fill(store, rows / 2, rows);
    must(lyt_fs_read(lyt_fs_system(), database, file_max, &sound_db, NULL));
    must(lyt_fs_read(lyt_fs_system(), wal, file_max, &sound_wal, NULL));
    lyt_store_close(store);
    atexit(end);
}

static size_t change(char *bytes, size_t n, const uint8_t *edit)
{
    size_t at = ((size_t)edit[1] << 16 | (size_t)edit[2] << 8 | edit[3]) % n;

    switch (edit[0] >> 1 & 7) {
    case 0: /* cut */
        return edit[4] > 200 ? at : n;
    case 1: /* a whole page of it */
        memset(bytes + at, edit[4], n - at < 4096 ? n - at : 4096);
        return n;
    case 2: /* in the head of a page, where numbers stand */
        at = at / 4096 * 4096 + edit[4] % 12;
        bytes[at < n ? at : 0] = (char)edit[3];
        return n;
    default:
        bytes[at] = (char)edit[4];
        return n;
    }
}

static void write_crafted(const uint8_t *data, size_t size)
{
    char *const bytes[2] = {malloc(sound_db.len), malloc(sound_wal.len)};
    size_t n[2] = {sound_db.len, sound_wal.len};

    if (!bytes[0] || !bytes[1])
        abort();
    memcpy(bytes[0], sound_db.data, n[0]);
    memcpy(bytes[1], sound_wal.data, n[1]);
    for (size_t i = 0; i + edit_bytes <= size && i < (size_t)edits_max * edit_bytes;
         i += edit_bytes) {
        size_t which = data[i] & 1;

        if (n[which])
            n[which] = change(bytes[which], n[which], data + i);
    }
    clean_up();
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(i ? wal : database, "wb");

        if (!file || fwrite(bytes[i], 1, n[i], file) != n[i] || fclose(file))
            abort();
        free(bytes[i]);
    }
}

/* Every byte of what is handed out is looked at. */
static volatile unsigned sum;

static void see(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        sum += (unsigned char)text.ptr[i];
}

static lyt_status see_feedback(void *user, const lyt_feedback *f)
{
    (void)user;
    see(f->text);
    see(f->sender);
    see(f->property);
    return LYT_OK;
}

static lyt_status see_one(void *user, const lyt_feedback *f, lyt_str verdict)
{
    see(verdict);
    return see_feedback(user, f);
}

static lyt_status see_incident(void *user, const lyt_incident *i)
{
    (void)user;
    see(lyt_str_of(i->scenario));
    see(lyt_str_of(i->owner));
    if (i->state >= LYT_INCIDENT_STATE_COUNT)
        abort();
    return LYT_OK;
}

static lyt_status see_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    (void)user;
    (void)seq;
    (void)at_us;
    see(topic);
    see(json);
    return LYT_OK;
}

static lyt_status see_history(void *user, int64_t at_us, int64_t feedback, lyt_str what, lyt_str by,
                              lyt_str note)
{
    see(note);
    return see_event(user, at_us, feedback, what, by);
}

static lyt_status see_text(void *user, lyt_str text)
{
    (void)user;
    see(text);
    return LYT_OK;
}

static lyt_status see_stream(void *user, lyt_str topic, int64_t n, int64_t seq)
{
    (void)n;
    (void)seq;
    return see_text(user, topic);
}

static lyt_status see_cursor(void *user, const lyt_cursor_row *row)
{
    see(row->name);
    return see_text(user, row->topics);
}

static lyt_status see_dead(void *user, const lyt_dead_row *row)
{
    return see_text(user, row->reason);
}

static lyt_status see_judged(void *user, const lyt_judged_row *row)
{
    see(row->text);
    return see_text(user, row->verdict);
}

static lyt_status see_due(void *user, const lyt_keep_due *due)
{
    return see_text(user, due->property);
}

/* A walk that fails says why and in which file. */
static void check(lyt_status status, const lyt_error *err)
{
    if (status && status != LYT_ENOTFOUND && status != LYT_ENOMEM && !err->text[0])
        abort();
    if ((status == LYT_EFORMAT || status == LYT_EIO) && !strstr(err->file, "lyt.db"))
        abort();
}

static void read_all(lyt_store *store)
{
    lyt_store_counts counts;
    lyt_incident incident;
    lyt_error err = {.text = ""};
    int64_t number;

    check(lyt_store_count(store, &counts, &err), &err);
    check(lyt_store_last_seq(store, &number, &err), &err);
    check(lyt_store_seq_at(store, 20, &number, &err), &err);
    check(lyt_store_events_gone(store, &number, &err), &err);
    check(lyt_store_each_waiting(store, 0, 1000, see_feedback, NULL, &err), &err);
    check(lyt_store_each_recent(store, 0, see_feedback, NULL, &err), &err);
    check(lyt_store_each_incident(store, false, 1000, see_incident, NULL, &err), &err);
    check(lyt_store_each_event(store, 0, LYT_STR(""), 1000, see_event, NULL, &err), &err);
    check(lyt_store_each_last(store, LYT_STR("alarm."), see_event, NULL, &err), &err);
    check(lyt_store_each_stream(store, see_stream, NULL, &err), &err);
    check(lyt_store_each_cursor(store, see_cursor, NULL, &err), &err);
    check(lyt_store_each_dead(store, LYT_STR("pager"), 0, 100, see_dead, NULL, &err), &err);
    check(lyt_store_each_fact(store, see_text, NULL, &err), &err);
    check(lyt_store_each_judged(store, 0, 0, see_judged, NULL, &err), &err);
    for (int64_t id = 1; id <= rows; id += 7) {
        check(lyt_store_get_incident(store, id, &incident, &err), &err);
        check(lyt_store_get_feedback(store, id, see_one, NULL, &err), &err);
        check(lyt_store_get_event(store, id, see_event, NULL, &err), &err);
        check(lyt_store_each_history(store, id, see_history, NULL, &err), &err);
    }
}

static void write_some(lyt_store *store)
{
    static const lyt_keep_rules rules = {.rows = {{"", {1, 2, 1, 1}}}, .n = 1};
    lyt_keep_run run = {.rules = &rules, .now_us = INT64_C(1000000) * 86400 * 30};
    lyt_feedback f = {.text = LYT_STR("new"), .score = NAN};
    lyt_who who = {.guest = LYT_STR("anna")};
    bool is_done = false;
    lyt_erased erased;
    lyt_error err = {.text = ""};
    int64_t id = 0, seq = 0;
    lyt_status status = lyt_store_begin(store, &err);

    if (!status)
        status = lyt_store_add_feedback(store, &f, &id, &err);
    if (!status)
        status = lyt_store_add_event(store, LYT_STR("a"), LYT_STR("{}"), 1, &seq, &err);
    if (!status)
        status = lyt_store_commit(store, &err);
    if (status)
        lyt_store_rollback(store);
    check(status == LYT_EEXISTS ? LYT_OK : status, &err);
    check(lyt_store_each_due(store, &rules, run.now_us, see_due, NULL, &err), &err);
    status = LYT_OK;
    for (int i = 0; !status && !is_done && i < 100; i++)
        status = lyt_store_keep_step(store, &run, 50, &is_done, &err);
    if (!status && !is_done)
        abort();
    status = lyt_store_erase(store, &who, &erased, &err);
    if (!status)
        (void)!lyt_store_scrub(store, &err);
}

static void use(bool read_only)
{
    lyt_store *store = NULL;
    lyt_error err = {.text = ""};
    lyt_status status = lyt_store_open(
        &store, &(lyt_store_options){.path = database, .read_only = read_only}, &err);
    lyt_buf out;
    char copy[112];

    check(status, &err);
    if (status)
        return;
    read_all(store);
    lyt_buf_init(&out, NULL);
    (void)!lyt_store_export(store, &(lyt_who){.guest = LYT_STR("anna")}, &out, &err);
    lyt_buf_deinit(&out);
    snprintf(copy, sizeof copy, "%s.copy", database);
    if (read_only)
        (void)!lyt_store_copy(store, copy, true, &err);
    else
        write_some(store);
    lyt_store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_copy_about about;
    lyt_error err = {.text = ""};

    if (!sound_db.len)
        begin();
    write_crafted(data, size);
    use(true);
    use(false);
    check(lyt_store_verify(database, &about, &err), &err);
    return 0;
}
