#include <stdio.h>
#include <string.h>

#include "fetchspool.h"
#include "testing.h"

LYT_SUITE(fetchspool);

static lyt_status add_response(void *user, const char *name, const lyt_fetch_item *item)
{
    lyt_buf *heard = user;

    cr_expect(lyt_str_ends(lyt_str_of(name), LYT_STR(".json")));
    lyt_buf_addf(heard, "%.*s/%.*s/%.*s@%lld ", LYT_STR_ARG(item->gateway),
                 LYT_STR_ARG(item->survey), LYT_STR_ARG(item->response), (long long)item->heard_us);
    return LYT_OK;
}

static lyt_status take_out(void *user, const char *name, const lyt_fetch_item *item)
{
    lyt_fetchspool_remove(user, name, lyt_str_equal(item->response, LYT_STR("R_2")));
    return LYT_OK;
}

static const char *all(const char *folder, lyt_buf *heard)
{
    lyt_buf_reset(heard);
    lyt_buf_add_text(heard, "");
    cr_assert_eq(lyt_fetchspool_each(lyt_fs_system(), folder, add_response, heard, NULL), LYT_OK);
    return heard->data;
}

static lyt_status put(const char *folder, const char *response)
{
    lyt_error err;

    return lyt_fetchspool_put(
        lyt_fs_system(), folder,
        &(lyt_fetch_item){LYT_STR("q"), LYT_STR("SV_1"), lyt_str_of(response), 1000000}, &err);
}

Test(fetchspool, each_is_in_it_once_until_it_is_taken_out)
{
    static const char *const bad[] = {
        "",    "../x",     "a b",
        "a/b", "\xc3\xa6", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
    char folder[64], spool[80];
    lyt_buf heard;

    testing_folder(folder);
    snprintf(spool, sizeof spool, "%s/fetch", folder);
    lyt_buf_init(&heard, NULL);
    cr_expect_str_eq(all(spool, &heard), "", "no folder is none");
    cr_assert_eq(put(spool, "R_1"), LYT_OK);
    cr_assert_eq(put(spool, "R_1"), LYT_OK);
    cr_expect_str_eq(all(spool, &heard), "q/SV_1/R_1@1000000 ");
    cr_assert_eq(put(spool, "R_2"), LYT_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(put(spool, bad[i]), LYT_EINVAL, "%s", bad[i]);
    /* files that are none are passed over */
    testing_write(spool, "0.json", LYT_STR("nonsense"));
    testing_write(spool, "1.json",
                  LYT_STR("{\"gateway\":\"../q\",\"survey\":\"s\",\"response\":\"r\","
                          "\"heard_at\":\"2026-11-22T05:10:30Z\"}"));
    testing_write(spool, "2.txt", LYT_STR("{}"));
    all(spool, &heard);
    cr_expect(strstr(heard.data, "R_1") && strstr(heard.data, "R_2") && !strstr(heard.data, ".."));
    cr_assert_eq(lyt_fetchspool_each(lyt_fs_system(), spool, take_out, spool, NULL), LYT_OK);
    cr_expect_str_eq(all(spool, &heard), "");
    lyt_buf_deinit(&heard);
    testing_folder_remove(folder);
}

Test(fetchspool, what_is_not_on_the_disk_is_said)
{
    char folder[64], spool[80];
    testing_fs failing;
    lyt_buf heard;
    lyt_error err;

    testing_folder(folder);
    snprintf(spool, sizeof spool, "%s/fetch", folder);
    lyt_buf_init(&heard, NULL);
    testing_fs_init(&failing, 1, LYT_EFULL);
    cr_expect_eq(lyt_fetchspool_put(&failing.fs, spool,
                                    &(lyt_fetch_item){LYT_STR("q"), LYT_STR("s"), LYT_STR("r"), 1},
                                    &err),
                 LYT_EFULL);
    cr_expect_str_eq(all(spool, &heard), "");
    lyt_buf_deinit(&heard);
    testing_folder_remove(folder);
}
