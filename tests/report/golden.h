/*
 * Compares what was written with a file of tests/golden/report. A difference is written to
 * $LYT_GOLDEN_OUT/<name> when that is set, to be looked at and, when it is right, copied.
 */
#ifndef LYT_GOLDEN_H
#define LYT_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "testing.h"

static inline void golden_expect(const char *name, const lyt_buf *got)
{
    const char *folder = getenv("LYT_GOLDEN_OUT");
    char path[512];
    lyt_buf want;
    size_t at = 0;
    lyt_error err = {0};

    lyt_buf_init(&want, NULL);
    snprintf(path, sizeof path, "%s/golden/report/%s", testing_tests(), name);
    cr_expect_eq(lyt_buf_status(got), LYT_OK, "%s", name);
    cr_expect_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 24, &want, &err), LYT_OK, "%s", err.text);
    while (at < got->len && at < want.len && got->data[at] == want.data[at])
        at++;
    cr_expect(at == got->len && at == want.len, "%s differs from byte %zu on: %.60s", name, at,
              got->data ? got->data + (at > 20 ? at - 20 : 0) : "");
    if (folder && (at != got->len || at != want.len)) {
        snprintf(path, sizeof path, "%s/%s", folder, name);
        cr_expect_eq(lyt_fs_write(lyt_fs_system(), path, lyt_buf_str(got), NULL), LYT_OK);
    }
    lyt_buf_deinit(&want);
}

#endif
