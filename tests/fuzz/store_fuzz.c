/*
 * A database that was sound, with bytes changed, cut off or filled: whatever they are, every
 * reader and writer of the store comes to an end with a result or an error, and what cannot be
 * opened is named.
 *
 * The first byte says which reader or writer (storelook.c) has it, the rest is a row of edits of
 * five bytes: what, which of the bytes that are not 0 (three), which byte instead. The database
 * lies in memory and is open already, so that an execution costs one question. What costs far
 * more is for one input in so many, by its hash, so that ten million are a matter of an hour:
 * long questions and opening for one in `seldom` (the others ask a quick one), and for one in
 * `rare` all of it in files, with a log (WAL) and copies.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hash.h"
#include "store_copy.h"
#include "store_inner.h"
#include "store_keep.h"
#include "storefill.h"
#include "storelook.h"
#include "storemem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { edit_bytes = 5, edits_max = 200, file_max = 8 << 20, page_bytes = 4096 };
enum { seldom = 16, rare = 2048 };
enum { at_schema = 40 }; /* where the head of a database says how often its schema changed */

static char folder[64], database[96], wal[112], in_memory[112];
static lyt_buf sound_db, sound_wal, sound_memory;
static uint32_t *full; /* where the bytes of sound_memory that are not 0 are */
static size_t n_full;
static storemem memory;
static lyt_store *store; /* of the memory */

static void must(lyt_status status)
{
    if (status)
        abort();
}

static void clean_up(void)
{
    static const char *const names[] = {
        "",      "-wal",          "-shm",       "-journal",          ".lock",
        ".copy", ".copy-journal", ".copy.part", ".copy.part-journal"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];

        snprintf(path, sizeof path, "%s%s", database, names[i]);
        (void)unlink(path);
    }
}

static void end(void)
{
    char lock[128];

    lyt_store_close(store);
    snprintf(lock, sizeof lock, "%s.lock", in_memory);
    (void)unlink(lock);
    clean_up();
    (void)rmdir(folder);
    free(memory.data);
    free(full);
    lyt_buf_deinit(&sound_db);
    lyt_buf_deinit(&sound_wal);
    lyt_buf_deinit(&sound_memory);
}

static size_t place_of(const uint8_t *edit)
{
    return (size_t)edit[1] << 16 | (size_t)edit[2] << 8 | edit[3];
}

static bool is_edit(size_t i, size_t size)
{
    return i + edit_bytes <= size && i < (size_t)edits_max * edit_bytes;
}

/* The same where nobody wrote but the edits: no edit reaches further than a page. */
static void undo(const uint8_t *data, size_t size)
{
    for (size_t i = 0; is_edit(i, size); i += edit_bytes) {
        size_t at = full[place_of(data + i) % n_full] / page_bytes * page_bytes;
        size_t n = sound_memory.len - at;

        memcpy(memory.data + at, sound_memory.data + at, n < 2 * page_bytes ? n : 2 * page_bytes);
    }
}

static void begin_memory(void)
{
    full = malloc(sound_memory.len * sizeof *full);
    if (!full)
        abort();
    for (size_t i = 0; i < sound_memory.len; i++)
        if (sound_memory.data[i])
            full[n_full++] = (uint32_t)i;
    snprintf(in_memory, sizeof in_memory, "%s/memory-lyt.db", folder);
    storemem_begin(&memory, in_memory, sound_memory.data, sound_memory.len, 3);
    must(lyt_store_open(&store, &(lyt_store_options){.path = in_memory}, NULL));
    storemem_no_files(store->db);
}

/* For files, half of it is in the database and half in its log. */
static void begin(void)
{
    const char *shared = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    storemem_quick();
    snprintf(folder, sizeof folder, "%s/lyt-fuzz-XXXXXX", shared);
    if (!mkdtemp(folder))
        abort();
    snprintf(database, sizeof database, "%s/lyt.db", folder);
    snprintf(wal, sizeof wal, "%s-wal", database);
    lyt_buf_init(&sound_db, NULL);
    lyt_buf_init(&sound_wal, NULL);
    lyt_buf_init(&sound_memory, NULL);
    must(lyt_store_open(&store, &(lyt_store_options){.path = database}, NULL));
    storefill(store, 0, storefill_rows / 2);
    must(lyt_store_checkpoint(store, true, NULL));
    storefill(store, storefill_rows / 2, storefill_rows);
    must(lyt_fs_read(lyt_fs_system(), database, file_max, &sound_db, NULL));
    must(lyt_fs_read(lyt_fs_system(), wal, file_max, &sound_wal, NULL));
    must(lyt_store_checkpoint(store, true, NULL));
    must(lyt_fs_read(lyt_fs_system(), database, file_max, &sound_memory, NULL));
    lyt_store_close(store);
    clean_up();
    begin_memory();
    atexit(end);
}

/* Numbers on which reckonings break, as a row of a table holds them. */
static void put_number(char *at, size_t room, uint8_t which)
{
    static const unsigned char numbers[][8] = {
        {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        {0x80, 0, 0, 0, 0, 0, 0, 0},
        {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        {0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff},
        {0x7f, 0xf0, 0, 0, 0, 0, 0, 0},
        {0x7f, 0xf8, 0, 0, 0, 0, 0, 0},
    };

    memcpy(at, numbers[which % (sizeof numbers / 8)], room < 8 ? room : 8);
}

static size_t change(char *bytes, size_t n, size_t at, const uint8_t *edit)
{
    switch (edit[0] >> 1 & 7) {
    case 0: /* cut */
        return edit[4] > 200 ? at : n;
    case 1: /* a whole page of it */
        memset(bytes + at, edit[4], n - at < page_bytes ? n - at : page_bytes);
        return n;
    case 2: /* in the head of a page, where numbers stand */
        at = at / page_bytes * page_bytes + edit[4] % 12;
        bytes[at < n ? at : 0] = (char)edit[3];
        return n;
    case 3:
        put_number(bytes + at, n - at, edit[4]);
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
    for (size_t i = 0; is_edit(i, size); i += edit_bytes) {
        size_t which = data[i] & 1;

        if (n[which])
            n[which] = change(bytes[which], n[which], place_of(data + i) % n[which], data + i);
    }
    clean_up();
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(i ? wal : database, "wb");

        if (!file || fwrite(bytes[i], 1, n[i], file) != n[i] || fclose(file))
            abort();
        free(bytes[i]);
    }
}

static void use_file(bool read_only)
{
    lyt_store *of_file = NULL;
    lyt_error err = {.text = ""};
    lyt_status status = lyt_store_open(
        &of_file, &(lyt_store_options){.path = database, .read_only = read_only}, &err);
    char copy[112];

    storelook_check(status, &err);
    if (status)
        return;
    /* each text in memory of its own, so that the sanitizer sees who reads one too late */
    if (sqlite3_db_config(of_file->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0) != SQLITE_OK)
        abort();
    for (size_t i = 0; i < storelook_readers(); i++)
        storelook(of_file, i);
    snprintf(copy, sizeof copy, "%s.copy", database);
    if (read_only)
        (void)!lyt_store_copy(of_file, copy, true, &err);
    else
        for (size_t i = storelook_readers(); i < storelook_size(); i++)
            storelook(of_file, i);
    lyt_store_close(of_file);
}

static void in_files(const uint8_t *data, size_t size)
{
    lyt_copy_about about;
    lyt_error err = {.text = ""};

    write_crafted(data, size);
    use_file(true);
    use_file(false);
    storelook_check(lyt_store_verify(database, &about, &err), &err);
}

/* Another handle on the crafted database: all that opening asks of it. */
static void open_anew(void)
{
    lyt_store *another = NULL;
    lyt_error err = {.text = ""};

    storelook_check(
        lyt_store_open(&another, &(lyt_store_options){.path = in_memory, .read_only = true}, &err),
        &err);
    lyt_store_close(another);
}

static void use_memory(size_t which, const uint8_t *data, size_t size)
{
    if (memory.is_written || memory.len != sound_memory.len)
        abort();
    for (size_t i = 0; is_edit(i, size); i += edit_bytes)
        if (memory.len)
            memory.len = change(memory.data, memory.len,
                                full[place_of(data + i) % n_full] % memory.len, data + i);
    /* to read the schema again costs as much as ten questions: that is for those that open */
    if (which < storelook_light() && memory.len >= at_schema + 4)
        memcpy(memory.data + at_schema, sound_memory.data + at_schema, 4);
    storemem_notice(&memory);
    if (which == storelook_size())
        open_anew();
    else
        storelook(store, which);
    if (!sqlite3_get_autocommit(store->db) || sqlite3_txn_state(store->db, NULL) != SQLITE_TXN_NONE)
        abort(); /* whoever comes next would find it locked, or read what was */
    if (memory.is_written || memory.len != sound_memory.len)
        storemem_put_back(&memory, sound_memory.data, sound_memory.len);
    else
        undo(data, size);
    storemem_notice(&memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t lot;
    size_t which;

    if (!sound_db.len)
        begin();
    if (!size)
        return 0;
    lot = lyt_hash64(data, size, 0);
    which = data[0] % (storelook_size() + 1);
    if (which >= storelook_light() && lot % seldom != 0)
        which %= storelook_light();
    use_memory(which, data + 1, size - 1);
    if (lot % rare == 0)
        in_files(data + 1, size - 1);
    return 0;
}
