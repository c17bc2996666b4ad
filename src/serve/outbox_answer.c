#include "outbox_answer.h"

#include "events.h"
#include "guestsend.h"
#include "outbox_render.h"
#include "watch.h"

enum { rows_default = 200, rows_max = 10000 };

typedef struct answering {
    const lyt_core *core;
    lyt_store *store;
    lyt_jw *jw;
    size_t n;
    lyt_error *err;
    const lyt_out_names *names;
} answering;

static void write_zone(const answering *a)
{
    const lyt_settings *settings = lyt_core_settings(a->core);

    if (settings)
        lyt_jw_kstr(a->jw, "zone", lyt_str_of(settings->zone_name));
}

static lyt_str event_name(unsigned event)
{
    return event >= LYT_NOTICE_COUNT ? LYT_STR("health")
                                     : lyt_str_of(lyt_notice_name((lyt_notice)event));
}

static void write_row(lyt_jw *jw, const lyt_outbox_row *row)
{
    lyt_jw_kint(jw, "row", row->id);
    lyt_jw_kstr(jw, "way", row->way);
    lyt_jw_kstr(jw, "state", lyt_str_of(lyt_outbox_state_name(row->state)));
    lyt_jw_kstr(jw, "event", event_name(row->event));
    lyt_jw_kint(jw, "seq", row->seq);
    lyt_jw_kint(jw, "incident", row->incident);
    lyt_jw_kstr(jw, "who", row->who);
    lyt_jw_kint(jw, "attempts", row->attempts);
    lyt_jw_ktime(jw, "at", row->at_us);
    if (row->state < LYT_OUTBOX_SENT) {
        lyt_jw_ktime(jw, "due_at", row->due_us);
        lyt_jw_ktime(jw, "gives_up_at", row->give_up_us);
    }
    if (row->last_us)
        lyt_jw_ktime(jw, "changed_at", row->last_us);
    lyt_jw_kstr(jw, "reason", row->reason);
}

static lyt_status one_row(void *user, const lyt_outbox_row *row)
{
    answering *a = user;

    lyt_jw_object(a->jw);
    write_row(a->jw, row);
    lyt_jw_object_end(a->jw);
    a->n++;
    return LYT_OK;
}

static lyt_status one_way(void *user, const lyt_way_row *row)
{
    answering *a = user;
    const lyt_settings *settings = lyt_core_settings(a->core);
    const lyt_way *way = settings ? lyt_settings_way(settings, row->way) : NULL;
    lyt_jw *jw = a->jw;

    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "way", row->way);
    lyt_jw_kstr(jw, "kind", lyt_str_of(way ? lyt_way_kind_name(way->kind) : NULL));
    lyt_jw_kstr(jw, "state",
                !way              ? LYT_STR("unknown")
                : row->stopped_us ? LYT_STR("stopped")
                : row->told_us    ? LYT_STR("failing")
                                  : LYT_STR("ok"));
    if (row->told_us)
        lyt_jw_ktime(jw, "since", row->told_us);
    lyt_jw_kstr(jw, "reason", row->reason);
    for (unsigned i = 0; i < LYT_OUTBOX_STATE_COUNT; i++)
        lyt_jw_kint(jw, lyt_outbox_state_name((lyt_outbox_state)i), row->counts[i]);
    lyt_jw_object_end(jw);
    a->n++;
    return LYT_OK;
}

static lyt_status state_of(const lyt_json *question, int *out, lyt_error *err)
{
    lyt_str name = lyt_json_text(question, "state");
    lyt_outbox_state state;
    bool all = false;

    (void)lyt_json_bool(lyt_json_get(question, "all"), &all);
    *out = all ? lyt_outbox_any : lyt_outbox_open;
    if (!name.len)
        return LYT_OK;
    if (lyt_outbox_state_parse(&state, name))
        return lyt_error_set(err, LYT_EINVAL,
                             "state: must be waiting, failed, sent, dead or dropped");
    *out = (int)state;
    return LYT_OK;
}

lyt_status lyt_outbox_answer_list(const lyt_core *core, lyt_store *store, const lyt_json *question,
                                  lyt_jw *jw, size_t *n, lyt_error *err)
{
    answering a = {core, store, jw, 0, err, NULL};
    int64_t after = 0, limit = rows_default;
    int state;
    lyt_status status = state_of(question, &state, err);

    (void)lyt_json_int(lyt_json_get(question, "after"), &after);
    (void)lyt_json_int(lyt_json_get(question, "limit"), &limit);
    if (!status && (limit < 1 || limit > rows_max))
        status = lyt_error_set(err, LYT_EINVAL, "limit: 1 to %d", rows_max);
    if (status)
        return status;
    lyt_jw_key(jw, "ways");
    lyt_jw_array(jw);
    status = lyt_store_each_way(store, one_way, &a, err);
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "outbox");
    lyt_jw_array(jw);
    if (!status)
        status = lyt_store_outbox_each(store, lyt_json_text(question, "way"), state, after, limit,
                                       one_row, &a, err);
    lyt_jw_array_end(jw);
    write_zone(&a);
    *n = a.n;
    return status;
}

/* What a guest is told of a failure says which it was. */
static bool hides(const answering *a, const lyt_outbox_row *row)
{
    lyt_incident incident;

    return row->incident &&
           (lyt_store_get_incident(a->store, row->incident, &incident, NULL) ||
            lyt_settings_is_sensitive(lyt_core_settings(a->core), lyt_str_of(incident.scenario)));
}

/* The words as they go out. */
static lyt_status write_words(const answering *a, const lyt_outbox_row *row)
{
    const lyt_settings *settings = lyt_core_settings(a->core);
    const lyt_way *way = settings ? lyt_settings_way(settings, row->way) : NULL;
    lyt_out_sheet sheet;
    lyt_out_job job = {.settings = settings,
                       .way = way,
                       .facts = &sheet.facts,
                       .names = a->names,
                       .row = row->id};
    lyt_buf text;
    lyt_status status;

    if (!way)
        return LYT_OK;
    if (lyt_guestsend_is(row)) {
        if (hides(a, row))
            return LYT_OK;
        lyt_buf_init(&text, a->core->options.alloc);
        status = lyt_guestsend_note(&text, a->store, row->seq, a->err);
        if (!status)
            lyt_jw_kstr(a->jw, "text", lyt_buf_str(&text));
        lyt_buf_deinit(&text);
        return status == LYT_ENOTFOUND ? LYT_OK : status;
    }
    status =
        lyt_out_sheet_read(&sheet, a->core->options.alloc, a->store, row, way->is_internal, a->err);
    if (status)
        return status == LYT_ENOTFOUND ? LYT_OK : status;
    lyt_buf_init(&text, a->core->options.alloc);
    lyt_out_words(&text, &job, true);
    lyt_jw_kstr(a->jw, "subject", lyt_buf_str(&text));
    lyt_buf_reset(&text);
    lyt_out_words(&text, &job, false);
    lyt_jw_kstr(a->jw, "text", lyt_buf_str(&text));
    status = lyt_buf_status(&text);
    lyt_buf_deinit(&text);
    lyt_out_sheet_deinit(&sheet);
    return status ? lyt_error_set(a->err, status, "no memory for an answer") : LYT_OK;
}

static lyt_status whole_row(void *user, const lyt_outbox_row *row)
{
    answering *a = user;

    write_row(a->jw, row);
    return write_words(a, row);
}

lyt_status lyt_outbox_answer_row(const lyt_core *core, lyt_store *store, const lyt_out_names *names,
                                 const lyt_json *question, lyt_jw *jw, lyt_error *err)
{
    answering a = {core, store, jw, 0, err, names};

    write_zone(&a);
    return lyt_store_outbox_get(store, lyt_json_number(question, "row"), whole_row, &a, err);
}
