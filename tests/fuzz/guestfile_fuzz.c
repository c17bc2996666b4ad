/* The input as a file that is to be taken in: all of it, or the store is as it was; then once more. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { fresh_after = 200 };

static char folder[64], database[96];
static lyt_store *store;
static int n_taken;

static void end(void)
{
    static const char *const names[] = {"", "-wal", "-shm", ".lock"};
    char path[128];

    lyt_store_close(store);
    store = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s%s", database, names[i]);
        (void)unlink(path);
    }
}

static void leave(void)
{
    end();
    (void)rmdir(folder);
}

static void begin(void)
{
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/tmp/lyt-fuzz-XXXXXX");
        if (!mkdtemp(folder))
            abort();
        snprintf(database, sizeof database, "%s/lyt.db", folder);
        (void)atexit(leave);
    }
    if (n_taken++ % fresh_after == 0)
        end();
    if (!store && lyt_store_open(&store, &(lyt_store_options){.path = database}, NULL))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_imported first, second;
    lyt_json *tree = NULL;
    lyt_error err = {.text = ""};

    if (lyt_json_parse(&tree, (lyt_str){(const char *)data, size}, 1 << 20, NULL))
        return 0;
    begin();
    if (lyt_store_import(store, tree, &first, &err)) {
        if (!err.text[0])
            abort();
    } else if (lyt_store_import(store, tree, &second, &err) || second.messages || second.incidents ||
               second.others) {
        /* what was taken in is there */
        fprintf(stderr, "%s: %lld %lld %lld\n", err.text, (long long)second.messages,
                (long long)second.incidents, (long long)second.others);
        abort();
    }
    lyt_json_free(tree);
    return 0;
}
