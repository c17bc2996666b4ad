#include "report_pages.h"

#include <math.h>
#include <string.h>

#include "datapaths.h"
#include "houseline.h"
#include "mayview.h"
#include "period.h"
#include "statefile.h"
#include "zonefile.h"

static lyt_status no_memory(lyt_error *err)
{
    return lyt_error_set(err, LYT_ENOMEM, "out of memory");
}

/* What the house calls sensitive is so here, too: it counts, and has no name. */
static lyt_status hide(lyt_chronicle *chronicle, lyt_store *store, const char *by, lyt_error *err)
{
    lyt_mayview mayview = {.house = NULL};
    lyt_status status =
        lyt_mayview_read(&mayview, store, lyt_str_of(lyt_houseline_who(by)), err);

    for (size_t i = 0; !status && i < mayview.n_hidden; i++)
        if (lyt_chronicle_restrict(chronicle, lyt_mayview_hidden(&mayview, i)))
            status = no_memory(err);
    lyt_mayview_deinit(&mayview);
    return status;
}

/* store: of what was read, to be closed by the caller. */
static lyt_status read_chronicle(lyt_chronicle **out, lyt_store **store, const char *state,
                                 lyt_error *err)
{
    lyt_statefile file;
    lyt_status status = lyt_statefile_find(&file, state, true, err);

    if (!status)
        status = lyt_statefile_open(store, &file, LYT_STORE_READS, err);
    return status ? status : lyt_chronicle_read(out, NULL, *store, err);
}

static lyt_status write_page(const lyt_review *review, const char *path, lyt_error *err)
{
    lyt_buf page;
    lyt_status status;

    lyt_buf_init(&page, NULL);
    lyt_review_html(review, &page);
    status = lyt_buf_status(&page) ? no_memory(err)
                                   : lyt_fs_write(lyt_fs_system(), path, lyt_buf_str(&page), err);
    lyt_buf_deinit(&page);
    return status;
}

static lyt_exit print(const lyt_call *call, const lyt_report_wish *v, const lyt_review *review)
{
    lyt_exit code = LYT_EXIT_DONE;
    lyt_error err = {0};
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    if (v->csv && lyt_review_csv(review, v->table, &out)) {
        lyt_review_tables(review, &out);
        code = lyt_console_misuse(call->console, "report: no table '%s'; there are %s", v->table,
                                  out.data ? out.data : "none");
        lyt_buf_deinit(&out);
        return code;
    }
    if (v->json)
        lyt_review_json(review, &out);
    else if (!v->csv)
        lyt_review_text(review, &out);
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    if (v->html && write_page(review, v->html, &err))
        code = lyt_console_error(call->console, &err);
    return code;
}

/* A name that is misspelt hides nothing, so whoever gave one that is not there hears of it. */
static lyt_status leave_out(const lyt_call *call, lyt_chronicle *chronicle,
                            const lyt_texts *without, lyt_error *err)
{
    for (size_t i = 0; without && i < without->n; i++) {
        size_t n = 0;

        if (lyt_chronicle_leave_out(chronicle, lyt_str_of(without->item[i]), &n))
            return no_memory(err);
        if (!n)
            (void)lyt_console_complain(call->console,
                                       "--without %s: no incident of that scenario is there",
                                       without->item[i]);
    }
    return LYT_OK;
}

static lyt_status restrict_to(lyt_chronicle *chronicle, const lyt_texts *mask, lyt_error *err)
{
    for (size_t i = 0; mask && i < mask->n; i++)
        if (lyt_chronicle_restrict(chronicle, lyt_str_of(mask->item[i])))
            return no_memory(err);
    return LYT_OK;
}

static lyt_exit report(const lyt_call *call, const lyt_report_wish *v, const lyt_review_kind *kind,
                       const lyt_review_ask *ask)
{
    lyt_review_ask full = *ask;
    lyt_chronicle *chronicle = NULL;
    lyt_review *review = NULL;
    lyt_error err = {0};
    lyt_store *store = NULL;
    lyt_exit code;
    lyt_status status = read_chronicle(&chronicle, &store, v->state, &err);

    /* what is left out is so by its name, which it has no more when it is restricted */
    if (!status)
        status = leave_out(call, chronicle, v->without, &err);
    if (!status)
        status = restrict_to(chronicle, v->mask, &err);
    if (!status)
        status = hide(chronicle, store, v->by, &err);
    lyt_store_close(store);
    full.chronicle = chronicle;
    if (!status && lyt_review_make(&review, NULL, kind, &full))
        status = no_memory(&err);
    code = status ? lyt_console_error(call->console, &err) : print(call, v, review);
    lyt_review_free(review);
    lyt_chronicle_free(chronicle);
    return code;
}

/* A pack is read for the one page that asks for its journey. */
static lyt_exit with_journey(const lyt_call *call, const lyt_report_wish *v,
                             const lyt_review_kind *kind, lyt_review_ask *ask)
{
    lyt_log log = lyt_log_stderr(LYT_LOG_WARN, call->console->clock);
    lyt_pack *pack = NULL;
    lyt_journey journey = {.n_rows = 0};
    lyt_datapaths paths;
    lyt_error err = {0};
    lyt_exit code = lyt_datapaths_find(&paths, call->console);
    lyt_buf folder;

    lyt_buf_init(&folder, NULL);
    if (!code) {
        lyt_pack_options how = lyt_datapaths_options(&paths, call->console, &log);

        lyt_datapaths_pack(&paths, v->pack, &folder);
        if (lyt_buf_status(&folder))
            code = lyt_console_complain(call->console, "out of memory");
        else if (lyt_pack_load(&pack, folder.data, &how, &err))
            code = lyt_console_error(call->console, &err);
        else if (lyt_journey_of(&journey, NULL, pack))
            code = lyt_console_complain(call->console, "out of memory");
    }
    if (!code && !journey.n_steps)
        (void)lyt_console_complain(call->console,
                                   "%s names no steps: give its pack.yaml a 'journey' "
                                   "(docs/formats.md, section 1.1)",
                                   folder.data);
    ask->journey = &journey;
    if (!code)
        code = report(call, v, kind, ask);
    lyt_journey_deinit(&journey);
    lyt_pack_free(pack);
    lyt_buf_deinit(&folder);
    lyt_datapaths_deinit(&paths);
    return code;
}

lyt_exit lyt_report_page(const lyt_call *call, const lyt_report_wish *v,
                         const lyt_review_kind *kind)
{
    lyt_review_ask ask = {.language = v->language,
                          .margin = v->margin > 0 ? v->margin : NAN,
                          .now_us = lyt_clock_wall_us(call->console->clock)};
    lyt_zone *zone = NULL;
    lyt_error err = {0};
    lyt_exit code;

    if (v->csv && v->json)
        return lyt_console_misuse(call->console, "report: --csv and --json exclude one another");
    if (v->table && !v->csv)
        return lyt_console_misuse(call->console, "report: --table belongs to --csv");
    if (lyt_period_shifts(&ask.shifts, v->shifts))
        return lyt_console_misuse(call->console,
                                  "report: --shifts '%s' must be times of the day, each after the "
                                  "one before, as 07:00,15:00,23:00",
                                  v->shifts);
    switch (lyt_zonefile_read(&zone, v->zone, &err)) {
    case LYT_OK:
        break;
    case LYT_EINVAL:
        return lyt_console_misuse(call->console, "report: %s", err.text);
    default:
        return lyt_console_error(call->console, &err);
    }
    ask.zone = zone;
    if (lyt_period_span(&ask.span.since_us, &ask.span.until_us, v->since, v->until, kind->days,
                        zone, ask.now_us, &err))
        code = lyt_console_misuse(call->console, "report: %s", err.text);
    else if (kind == &lyt_review_moments)
        code = with_journey(call, v, kind, &ask);
    else
        code = report(call, v, kind, &ask);
    lyt_zone_free(zone);
    return code;
}
