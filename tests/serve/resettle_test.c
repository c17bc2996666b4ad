/* Settings that are new while a service runs: who held the old ones would read freed memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "housing.h"

LYT_SUITE(resettle);

enum { rounds = 12, file_max = 1 << 20 };

/* The house with one text in place of another, in a file of the service's folder. */
static lyt_settings *changed(const house *h, const char *from, const char *to)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_settings *settings = NULL;
    lyt_error err = {0};
    char path[512];
    lyt_buf text, made;
    const char *at;

    lyt_buf_init(&text, NULL);
    lyt_buf_init(&made, NULL);
    snprintf(path, sizeof path, "%s/models/hotel/desk.yaml", testing_data());
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, file_max, &text, NULL), LYT_OK);
    at = strstr(text.data, from);
    cr_assert_not_null(at);
    lyt_buf_add(&made, (lyt_str){text.data, (size_t)(at - text.data)});
    lyt_buf_add_text(&made, to);
    lyt_buf_add_text(&made, at + strlen(from));
    testing_write(h->s.folder, "desk.yaml", lyt_buf_str(&made));
    snprintf(path, sizeof path, "%s/desk.yaml", h->s.folder);
    cr_assert_eq(lyt_settings_read(&settings, path, &how, &err), LYT_OK, "%s", err.text);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&made);
    return settings;
}

/* LYT_OK: the service goes by them, and what it went by is gone. */
static lyt_status restock(lyt_service *service, const lyt_settings *settings, lyt_error *err)
{
    lyt_stock *stock = NULL;
    lyt_status status;

    cr_assert_eq(lyt_stock_new(&stock,
                               &(lyt_stock_options){.fs = lyt_fs_system(), .settings = settings},
                               err),
                 LYT_OK, "%s", err->text);
    status = lyt_service_restock(service, &stock, err);
    lyt_stock_free(stock);
    return status;
}

Test(resettle, SL_13_new_settings_count_and_nobody_holds_the_old_ones)
{
    house h;
    lyt_error err = {0};
    int64_t n_before;

    housing_init(&h, "hotel", "2026-11-25T09:00:00Z");
    n_before = serving_number(&h.s, "{\"request\":\"status\"}", "counts", "events");
    for (int i = 0; i < rounds; i++) {
        char json[256], want[64], stale[80];
        lyt_settings *next;

        snprintf(stale, sizeof stale, "owner_idle_min: %d", 60 + i);
        next = changed(&h, "owner_idle_min: 45", stale);
        cr_assert_eq(restock(h.s.service, next, &err), LYT_OK, "%s", err.text);
        lyt_settings_free(h.settings);
        h.settings = next;
        snprintf(want, sizeof want, "\"settings\":\"%016llx\"", (unsigned long long)next->version);
        housing_ask(&h, "{\"request\":\"status\"}", want);
        snprintf(
            json, sizeof json,
            "{\"id\":\"m%d\",\"property\":\"havnen\",\"place\":\"%d\",\"from\":\"g%d\",\"text\":"
            "\"so cold\"}",
            i, 200 + i, i);
        housing_submit(&h, json, "\"accepted\"");
        serving_until(&h.s, "counts", "waiting", 0);
        housing_ask(&h, "{\"request\":\"board\"}", "\"desk\":\"havnen\"");
        housing_ask(&h, "{\"request\":\"case\",\"incident\":1}", "\"choices\"");
        housing_ask(&h, "{\"request\":\"outbox\"}", "\"outbox\"");
        housing_submit(
            &h,
            "{\"type\":\"incident.do\",\"verb\":\"note\",\"incident\":1,\"by\":\"mette\","
            "\"note\":\"x\"}",
            "\"status\"");
    }
    cr_expect_geq(serving_number(&h.s, "{\"request\":\"status\"}", "counts", "events"),
                  n_before + rounds, "each is an event");
    housing_deinit(&h);
}

Test(resettle, SL_13_of_another_house_or_without_one_they_are_refused)
{
    lyt_error err = {0};
    lyt_settings *other;
    serving plain;
    house h;

    housing_init(&h, "hotel", "2026-11-25T09:00:00Z");
    other = changed(&h, "desk: havnen", "desk: skoven");
    cr_expect_eq(restock(h.s.service, other, &err), LYT_ESTATE);
    cr_expect(strstr(err.text, "of 'havnen', not of 'skoven'"), "%s", err.text);
    lyt_service_note_reload(h.s.service, true, err.text);
    housing_ask(&h, "{\"request\":\"status\"}", "not of 'skoven'");
    serving_init(&plain);
    serving_start(&plain);
    cr_expect_eq(restock(plain.service, other, &err), LYT_ESTATE);
    cr_expect(strstr(err.text, "--desk"), "%s", err.text);
    cr_expect_eq(restock(h.s.service, NULL, &err), LYT_ESTATE, "a house stays one");
    cr_expect_eq(restock(plain.service, NULL, &err), LYT_OK, "rules of what is kept, say");
    serving_stop(&plain);
    serving_deinit(&plain);
    lyt_settings_free(other);
    housing_deinit(&h);
}
