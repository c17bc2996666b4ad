/*
 * Runs a fuzz harness over files instead of under the fuzzer, so that the kept corpus
 * (and every finding added to it) is part of the normal tests. Folders are read one deep.
 */
#include <stdint.h>
#include <stdio.h>

#include "fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct walk {
    const char *folder;
    unsigned long n;
} walk;

static lyt_status replay(const char *path)
{
    lyt_error err;
    lyt_buf data;
    lyt_status status;

    lyt_buf_init(&data, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, 1 << 24, &data, &err);
    if (!status)
        (void)LLVMFuzzerTestOneInput((const uint8_t *)data.data, data.len);
    else
        fprintf(stderr, "%s: %s\n", path, err.text);
    lyt_buf_deinit(&data);
    return status;
}

static lyt_status each(void *user, const char *name)
{
    walk *at = user;
    lyt_buf path;
    lyt_status status;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, at->folder, name);
    status = path.data ? replay(path.data) : LYT_ENOMEM;
    lyt_buf_deinit(&path);
    at->n++;
    return status;
}

int main(int argc, char **argv)
{
    unsigned long n = 0;

    /* what every harness must stand: nothing at all */
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        walk at = {argv[i], 0};
        lyt_error err = {.text = ""};

        if (lyt_fs_list(lyt_fs_system(), argv[i], each, &at, &err)) {
            fprintf(stderr, "%s: %s\n", argv[i], err.text);
            return 1;
        }
        n += at.n;
    }
    printf("%lu inputs\n", n);
    return n == 0;
}
