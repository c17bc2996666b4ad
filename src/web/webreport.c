#include <math.h>
#include <string.h>

#include "classify.h"
#include "clock.h"
#include "review.h"
#include "webread_inner.h"

/* The figures of `lyt report` for a program, read with a store handle of its own. */

enum { zone_bytes_max = 1 << 20 };

static const int64_t hour_us = 3600 * (int64_t)1000000;

/* The house's, or the one that `lyt report` counts by; without its file UTC. */
static const lyt_zone *find_zone(const lyt_webasked *a, lyt_zone **own)
{
    lyt_buf bytes;
    lyt_str none = {NULL, 0};

    if (a->r->settings)
        return a->r->settings->zone;
    lyt_buf_init(&bytes, a->r->o->alloc);
    if (lyt_fs_read(lyt_fs_system(), "/usr/share/zoneinfo/Europe/Copenhagen", zone_bytes_max,
                    &bytes, NULL) ||
        lyt_zone_read(own, a->r->o->alloc, lyt_buf_str(&bytes), NULL))
        (void)!lyt_zone_read(own, a->r->o->alloc, none, NULL);
    lyt_buf_deinit(&bytes);
    return *own;
}

static const lyt_review_kind *find_page(lyt_str name)
{
    for (size_t i = 0; i < lyt_reviews(); i++)
        if (lyt_str_equal(name, lyt_str_of(lyt_review_at(i)->name)))
            return lyt_review_at(i);
    return NULL;
}

static lyt_status write_review(lyt_webasked *a, const lyt_review *review)
{
    lyt_str table = lyt_json_text(a->tree, "table");
    char name[64];
    lyt_buf csv;
    lyt_status status;

    if (!lyt_json_number(a->tree, "csv")) {
        lyt_review_json(review, a->jw.out);
        return lyt_buf_status(a->jw.out);
    }
    lyt_buf_init(&csv, a->r->o->alloc);
    if (table.len < sizeof name)
        memcpy(name, table.len ? table.ptr : "", table.len);
    name[table.len < sizeof name ? table.len : 0] = '\0';
    status = lyt_review_csv(review, table.len ? name : NULL, &csv);
    if (status == LYT_ENOTFOUND)
        status =
            lyt_webasked_refuse(a, 422, "invalid", status, "table: there is none of that name");
    if (!status)
        status = lyt_buf_status(&csv);
    lyt_jw_object(&a->jw);
    lyt_jw_kstr(&a->jw, "csv", lyt_buf_str(&csv));
    lyt_jw_object_end(&a->jw);
    lyt_buf_deinit(&csv);
    return status;
}

/* Who may not see what is sensitive reads figures in which it is called restricted. */
static lyt_status restrict_to(const lyt_webasked *a, lyt_chronicle *chronicle)
{
    const lyt_settings *settings = a->r->settings;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && settings && i < settings->sensitive.n; i++)
        if (lyt_webasked_is_hidden(a, settings->sensitive.item[i]))
            status = lyt_chronicle_restrict(chronicle, lyt_str_of(settings->sensitive.item[i]));
    return status;
}

/* The journey of the pack that messages are judged by. */
static lyt_status find_journey(const lyt_webasked *a, lyt_journey *out)
{
    const lyt_classifier *classifier = a->r->classifier;
    const lyt_pack *pack = classifier ? lyt_classifier_pack(classifier) : NULL;

    return pack ? lyt_journey_of(out, a->r->o->alloc, pack) : LYT_OK;
}

static lyt_status make_review(lyt_webasked *a, const lyt_review_kind *page, lyt_review_ask *ask)
{
    lyt_journey journey = {.n_rows = 0};
    lyt_store_options options = {a->r->o->alloc, a->r->o->database, true, 0, 5000};
    lyt_chronicle *chronicle = NULL;
    lyt_review *review = NULL;
    lyt_store *store = NULL;
    lyt_status status = lyt_store_open(&store, &options, &a->err);

    if (!status)
        status = lyt_chronicle_read(&chronicle, a->r->o->alloc, store, &a->err);
    lyt_store_close(store);
    ask->chronicle = chronicle;
    ask->journey = &journey;
    if (!status && (find_journey(a, &journey) || restrict_to(a, chronicle) || lyt_review_make(&review, a->r->o->alloc, page, ask)))
        status = lyt_error_set(&a->err, LYT_ENOMEM, "no memory for the report");
    if (!status)
        status = write_review(a, review);
    lyt_review_free(review);
    lyt_chronicle_free(chronicle);
    lyt_journey_deinit(&journey);
    return status;
}

lyt_status lyt_webread_report(lyt_webasked *a)
{
    const lyt_review_kind *page = find_page(lyt_json_text(a->tree, "page"));
    int64_t since = lyt_json_number(a->tree, "since_us");
    lyt_review_ask ask = {.now_us = lyt_clock_wall_us(a->r->o->clock),
                          .shifts = {{7 * 60, 15 * 60, 23 * 60}, 3},
                          .margin = (double)NAN};
    lyt_zone *own = NULL;
    lyt_status status;

    if (!page)
        return lyt_webasked_refuse(a, 404, "not-found", LYT_ENOTFOUND, "there is no such report");
    ask.zone = find_zone(a, &own);
    if (!ask.zone)
        return lyt_error_set(&a->err, LYT_ENOMEM, "no memory for the report");
    if (lyt_str_equal(lyt_json_text(a->tree, "language"), LYT_STR("da")))
        ask.language = LYT_PAGE_DA;
    ask.span.until_us = lyt_json_number(a->tree, "until_us");
    if (!ask.span.until_us)
        ask.span.until_us = ask.now_us;
    ask.span.since_us =
        since ? since : ask.span.until_us - (page->days ? page->days * 24 : 8) * hour_us;
    if (ask.span.since_us >= ask.span.until_us)
        status = lyt_webasked_refuse(a, 422, "invalid", LYT_EINVAL, "since: must be before until");
    else
        status = make_review(a, page, &ask);
    lyt_zone_free(own);
    return status;
}
