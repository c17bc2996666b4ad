#include <string.h>

#include "remark.h"
#include "testing.h"

LYT_SUITE(remark);

Test(remark, one_waits_and_is_taken_once)
{
    static lyt_remark remark;
    lyt_batch batch;

    cr_assert_eq(lyt_batch_init(&batch, NULL), LYT_OK);
    lyt_remark_take(&remark, &batch);
    cr_expect_eq(batch.n_items, 0);
    cr_expect_eq(lyt_remark_put(&remark, "drift", "more are unclear"), LYT_OK);
    cr_expect_eq(lyt_remark_put(&remark, "drift", "another"), LYT_EBUSY);
    lyt_remark_take(&remark, &batch);
    lyt_remark_take(&remark, &batch);
    cr_assert_eq(batch.n_items, 1);
    cr_expect(lyt_str_equal(batch.items[0].slip, LYT_STR("drift")));
    cr_expect(lyt_str_equal(batch.items[0].part, LYT_STR("more are unclear")));
    cr_expect_eq(lyt_remark_put(&remark, "new-topic", "x"), LYT_OK);
    lyt_batch_deinit(&batch);
}

Test(remark, what_is_too_long_is_cut_between_letters)
{
    static lyt_remark remark;
    char note[700];
    lyt_batch batch;

    cr_assert_eq(lyt_batch_init(&batch, NULL), LYT_OK);
    memset(note, 'a', sizeof note);
    memcpy(note + 509, "\xe2\x82\xac", 3); /* ends at the last byte there is room for, and one */
    note[sizeof note - 1] = '\0';
    cr_assert_eq(lyt_remark_put(&remark, "drift", note), LYT_OK);
    lyt_remark_take(&remark, &batch);
    cr_assert_eq(batch.n_items, 1);
    cr_expect_eq(batch.items[0].part.len, 509);
    lyt_batch_deinit(&batch);
}

Test(remark, without_memory_it_waits)
{
    static lyt_remark remark;
    testing_alloc failing;
    lyt_batch batch;

    testing_alloc_init(&failing, 0);
    cr_assert_eq(lyt_batch_init(&batch, &failing.alloc), LYT_OK);
    cr_assert_eq(lyt_remark_put(&remark, "drift", "more are unclear"), LYT_OK);
    failing.fail_at = failing.asked + 1;
    lyt_remark_take(&remark, &batch);
    cr_expect_eq(batch.n_items, 0);
    failing.fail_at = 0;
    lyt_remark_take(&remark, &batch);
    cr_expect_eq(batch.n_items, 1);
    lyt_batch_deinit(&batch);
    cr_expect_eq(failing.live, 0);
}
