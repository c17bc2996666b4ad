#define _GNU_SOURCE
#include "testing.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"

#if defined(__SANITIZE_ADDRESS__)
int __lsan_do_recoverable_leak_check(void);
int __lsan_is_turned_off(void) __attribute__((visibility("default")));

static bool is_test;

/*
 * The process that starts the tests is Criterion's own: now and then it loses 48 bytes in a race
 * with the end of a test, which is none of ours.
 */
int __lsan_is_turned_off(void)
{
    return !is_test;
}
#endif

void testing_end(void)
{
#if defined(__SANITIZE_ADDRESS__)
    is_test = true;
    if (__lsan_do_recoverable_leak_check() != 0)
        abort();
#endif
}

static void *failing_resize(void *context, void *ptr, size_t size_bytes)
{
    testing_alloc *failing = context;
    void *now;

    if (size_bytes == 0) {
        failing->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    failing->asked++;
    if (failing->fail_at && failing->asked >= failing->fail_at)
        return NULL;
    now = realloc(ptr, size_bytes);
    failing->live += now && !ptr;
    return now;
}

void testing_alloc_init(testing_alloc *failing, long fail_at)
{
    *failing = (testing_alloc){.alloc = {failing_resize, failing}, .fail_at = fail_at};
}

bool testing_each_failure(testing_alloc *failing, long *n)
{
    if (*n > 1 || failing->fail_at) {
        cr_expect_eq(failing->live, 0, "allocation %ld failing leaves %ld blocks", failing->fail_at,
                     failing->live);
        if (failing->asked < failing->fail_at)
            return false;
    }
    testing_alloc_init(failing, (*n)++);
    return true;
}

static bool fails(void *context)
{
    testing_fs *failing = context;

    return ++failing->asked == failing->fail_at;
}

static lyt_status fail_read(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                            lyt_error *err)
{
    if (fails(context))
        return lyt_error_at(err, ((testing_fs *)context)->status, path, 0, 0, "planned failure");
    return lyt_fs_read(lyt_fs_system(), path, limit_bytes, out, err);
}

static lyt_status fail_write(void *context, const char *path, lyt_str data, lyt_error *err)
{
    if (fails(context))
        return lyt_error_at(err, ((testing_fs *)context)->status, path, 0, 0, "planned failure");
    return lyt_fs_write(lyt_fs_system(), path, data, err);
}

static lyt_status fail_map(void *context, const char *path, lyt_map *out, lyt_error *err)
{
    if (fails(context))
        return lyt_error_at(err, ((testing_fs *)context)->status, path, 0, 0, "planned failure");
    return lyt_fs_map(lyt_fs_system(), path, out, err);
}

static void pass_unmap(void *context, lyt_map *map)
{
    (void)context;
    lyt_fs_unmap(lyt_fs_system(), map);
}

static lyt_status fail_list(void *context, const char *path,
                            lyt_status (*each)(void *user, const char *name), void *user,
                            lyt_error *err)
{
    if (fails(context))
        return lyt_error_at(err, ((testing_fs *)context)->status, path, 0, 0, "planned failure");
    return lyt_fs_list(lyt_fs_system(), path, each, user, err);
}

void testing_fs_init(testing_fs *failing, long fail_at, lyt_status status)
{
    *failing = (testing_fs){
        .fs = {fail_read, fail_write, fail_map, pass_unmap, fail_list, failing},
        .fail_at = fail_at,
        .status = status,
    };
}

static int64_t fixed_wall(void *context)
{
    return ((testing_clock *)context)->wall_us;
}

static int64_t fixed_mono(void *context)
{
    return ((testing_clock *)context)->mono_us;
}

void testing_clock_init(testing_clock *clock, int64_t wall_us)
{
    *clock = (testing_clock){{fixed_wall, fixed_mono, clock}, wall_us, 0};
}

void testing_folder(char path[64])
{
    snprintf(path, 64, "/tmp/lyt-test-XXXXXX");
    cr_assert_not_null(mkdtemp(path));
}

void testing_quick_folder(char path[64])
{
    snprintf(path, 64, "/dev/shm/lyt-test-XXXXXX");
    if (!mkdtemp(path))
        testing_folder(path);
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *walk)
{
    (void)about;
    (void)type;
    (void)walk;
    return remove(path);
}

void testing_folder_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    cr_assert_not_null(value, "%s is not set; run the tests through meson", name);
    return value;
}

const char *testing_tests(void)
{
    return variable("LYT_TESTS");
}

const char *testing_data(void)
{
    return variable("LYT_DATA");
}

void testing_write(const char *folder, const char *name, lyt_str data)
{
    lyt_buf path;
    lyt_error err;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, name);
    cr_assert_eq(lyt_fs_write(lyt_fs_system(), path.data, data, &err), LYT_OK, "%s", err.text);
    lyt_buf_deinit(&path);
}
