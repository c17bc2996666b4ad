/* The input as a kept version of a pack, and as the list of when versions were used. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sha256.h"
#include "versions_inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sum that fits its line lets the fuzzer get past it. */
static void mend(lyt_buf *out, lyt_str input)
{
    static const char digits[] = "0123456789abcdef";
    size_t end = lyt_str_find(input, '\n', 0);
    unsigned char sum[lyt_sha256_bytes];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, lyt_str_slice(input, 0, end));
    lyt_sha256_end(&sha, sum);
    lyt_buf_add_text(out, "LYTPACK 1 ");
    for (size_t i = 0; i < lyt_sha256_bytes; i++) {
        lyt_buf_add_char(out, digits[sum[i] >> 4]);
        lyt_buf_add_char(out, digits[sum[i] & 15]);
    }
    lyt_buf_add_char(out, '\n');
    lyt_buf_add(out, input);
}

static bool each_version(void *user, lyt_str property, lyt_str scenario, lyt_str version)
{
    (void)user, (void)property, (void)scenario, (void)version;
    return true;
}

static void read_file(lyt_str bytes)
{
    lyt_versionfile file;
    lyt_error err;

    if (lyt_versionfile_parse(&file, NULL, bytes, &err))
        return;
    for (size_t i = 0; i < file.n_rows; i++) {
        lyt_str found;

        if (strstr(file.rows[i].path, "/.") || file.rows[i].path[0] == '/')
            abort();
        if (!lyt_versionfile_bytes(&file, &file.rows[i], &found, &err) &&
            (found.ptr < file.bytes.ptr || found.ptr + found.len > file.bytes.ptr + file.bytes.len))
            abort();
    }
    lyt_versionfile_each(&file, each_version, NULL);
    lyt_versionfile_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const lyt_str input = {(const char *)data, size};
    lyt_version_use use, again;
    lyt_buf out;

    read_file(input);
    lyt_buf_init(&out, NULL);
    mend(&out, input);
    read_file(lyt_buf_str(&out));
    lyt_buf_reset(&out);
    if (lyt_version_use_parse(&use, input)) {
        lyt_version_use_format(&out, &use);
        if (lyt_buf_status(&out) ||
            !lyt_version_use_parse(&again, lyt_str_slice(lyt_buf_str(&out), 0, out.len - 1)) ||
            strcmp(use.pack, again.pack) != 0 || strcmp(use.base, again.base) != 0)
            abort();
    }
    lyt_buf_deinit(&out);
    return 0;
}
