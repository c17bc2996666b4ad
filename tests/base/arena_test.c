#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "testing.h"

LYT_SUITE(arena);

Test(arena, gives_aligned_zeroed_memory_up_to_its_cap)
{
    lyt_arena *arena;
    char *p;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 100000), LYT_OK);
    for (size_t n = 1; n <= 400; n++) {
        p = lyt_arena_alloc(arena, n);
        cr_assert_not_null(p);
        cr_expect_eq((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            cr_assert_eq(p[i], 0);
        memset(p, 0xAA, n);
    }
    cr_expect_eq(lyt_arena_used(arena), 400 * 401 / 2);
    cr_expect_null(lyt_arena_alloc(arena, 20000));
    cr_expect_eq(lyt_arena_status(arena), LYT_ELIMIT);
    cr_expect_null(lyt_arena_alloc(arena, 1), "a failed arena gives no more until its reset");
    lyt_arena_reset(arena);
    cr_expect_not_null(lyt_arena_alloc(arena, 20000));
    cr_expect_null(lyt_arena_array(arena, SIZE_MAX / 2, 3));
    lyt_arena_free(arena);
}

Test(arena, a_warm_arena_asks_for_nothing)
{
    testing_alloc counting;
    lyt_arena *arena;
    long asked;

    testing_alloc_init(&counting, 0);
    cr_assert_eq(lyt_arena_new(&arena, &counting.alloc, "test", 1 << 20), LYT_OK);
    for (int i = 0; i < 4; i++) {
        lyt_arena_reset(arena);
        cr_assert_not_null(lyt_arena_alloc(arena, 50000));
        cr_assert_not_null(lyt_arena_alloc(arena, 200));
    }
    asked = counting.asked;
    lyt_arena_reset(arena);
    cr_assert_not_null(lyt_arena_alloc(arena, 50000));
    cr_assert_not_null(lyt_arena_alloc(arena, 200));
    cr_expect_eq(counting.asked, asked);
    lyt_arena_free(arena);
    cr_expect_eq(counting.live, 0);
}

Test(arena, grows_arrays_and_copies)
{
    lyt_arena *arena;
    int *items = NULL;
    size_t cap = 0;
    lyt_str copy;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 1 << 20), LYT_OK);
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(lyt_arena_grow(arena, &items, &cap, (size_t)i + 1, sizeof *items), LYT_OK);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(items[i], i);
    copy = lyt_arena_copy(arena, LYT_STR("vask"));
    cr_expect_str_eq(copy.ptr, "vask");
    /* room is as good as an array, but for what lies in it */
    items = lyt_arena_room(arena, 1000, sizeof *items);
    cr_assert_not_null(items);
    memset(items, 0x55, 1000 * sizeof *items);
    lyt_arena_reset(arena);
    items = lyt_arena_array(arena, 1000, sizeof *items);
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(items[i], 0);
    cr_expect_null(lyt_arena_room(arena, SIZE_MAX / 2, 3));
    cr_expect_eq(lyt_arena_status(arena), LYT_ELIMIT);
    lyt_arena_free(arena);
}

Test(arena, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_arena *arena;

        if (lyt_arena_new(&arena, &failing.alloc, "test", 1 << 20))
            continue;
        if (!lyt_arena_alloc(arena, 100000))
            cr_expect_eq(lyt_arena_status(arena), LYT_ENOMEM);
        lyt_arena_free(arena);
    }
}
