/*
 * The input as a file that is to be taken in: all of it, or the store is as it was; then once more.
 * The store is empty before every input: the same input does the same again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fs.h"
#include "store_copy.h"
#include "store_import.h"
#include "store_inner.h"
#include "store_keep.h"
#include "storemem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { file_max = 8 << 20, growth = 8 };

static char folder[64], in_memory[112];
static lyt_store *store;
static storemem memory;
static lyt_buf empty;

static void must(lyt_status status)
{
    if (status)
        abort();
}

static void drop(const char *path)
{
    static const char *const more[] = {"", "-wal", "-shm", ".lock"};
    char name[128];

    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        snprintf(name, sizeof name, "%s%s", path, more[i]);
        (void)unlink(name);
    }
}

static void end(void)
{
    lyt_store_close(store);
    drop(in_memory);
    (void)rmdir(folder);
    free(memory.data);
    lyt_buf_deinit(&empty);
}

static void begin(void)
{
    const char *shared = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    char database[96];

    storemem_quick();
    snprintf(folder, sizeof folder, "%s/lyt-fuzz-XXXXXX", shared);
    if (!mkdtemp(folder))
        abort();
    snprintf(database, sizeof database, "%s/lyt.db", folder);
    snprintf(in_memory, sizeof in_memory, "%s/memory-lyt.db", folder);
    lyt_buf_init(&empty, NULL);
    must(lyt_store_open(&store, &(lyt_store_options){.path = database}, NULL));
    must(lyt_store_checkpoint(store, true, NULL));
    must(lyt_fs_read(lyt_fs_system(), database, file_max, &empty, NULL));
    lyt_store_close(store);
    drop(database);
    storemem_begin(&memory, in_memory, empty.data, empty.len, growth);
    must(lyt_store_open(&store, &(lyt_store_options){.path = in_memory}, NULL));
    storemem_no_files(store->db);
    storemem_put_back(&memory, empty.data, empty.len);
    atexit(end);
}

static void take(const lyt_json *tree)
{
    lyt_imported first, second;
    lyt_error err = {.text = ""};

    if (lyt_store_import(store, tree, &first, &err)) {
        if (!err.text[0])
            abort();
    } else if (lyt_store_import(store, tree, &second, &err) || second.messages ||
               second.incidents || second.others) {
        /* what was taken in is there */
        fprintf(stderr, "%s: %lld %lld %lld\n", err.text, (long long)second.messages,
                (long long)second.incidents, (long long)second.others);
        abort();
    }
    if (!sqlite3_get_autocommit(store->db))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_json *tree = NULL;

    if (lyt_json_parse(&tree, (lyt_str){(const char *)data, size}, 1 << 20, NULL))
        return 0;
    if (!store)
        begin();
    take(tree);
    if (memory.is_written) {
        storemem_put_back(&memory, empty.data, empty.len);
        storemem_notice(&memory);
    }
    lyt_json_free(tree);
    return 0;
}
