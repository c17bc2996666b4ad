#include "replay.h"

#include "askcheck.h"
#include "events.h"
#include "gauges.h"
#include "outbox_answer.h"
#include "resettle.h"
#include "topic.h"

enum {
    request_max = 64 * 1024,
    topics_max = 32,
    events_default = 1000,
    events_max = 10000,
    incidents_default = 1000,
    scanned_max = 20000,    /* rows a page looks at: a rare topic must not hold up the bus */
    answer_bytes = 4 << 20, /* a page ends early rather than grow beyond */
};

typedef struct asked {
    const lyt_core *core;
    lyt_store *store;
    lyt_replay_ask *ask;
    const lyt_json *tree;
    lyt_jw jw;
    lyt_error err;
    /* of "events" */
    lyt_str topics[topics_max];
    size_t n_topics;
    int64_t since, until, limit, last, count, scanned;
    bool only_count, only_open, more;
    bool may_see; /* what is restricted */
} asked;

typedef lyt_status (*answer_fn)(asked *a);

static void optional_int(const asked *a, const char *key, int64_t *value)
{
    (void)lyt_json_int(lyt_json_get(a->tree, key), value);
}

/* A text, a list of texts, or nothing for everything. */
static lyt_status read_topics(asked *a)
{
    const lyt_json *topic = lyt_json_get(a->tree, "topic");

    a->topics[0] = (lyt_str){"", 0};
    a->n_topics = 1;
    if (!topic || lyt_json_str(topic, &a->topics[0]))
        return LYT_OK;
    a->n_topics = lyt_json_typeof(topic) == LYT_JSON_ARRAY ? lyt_json_len(topic) : 0;
    if (a->n_topics < 1 || a->n_topics > topics_max)
        return lyt_error_set(&a->err, LYT_EINVAL, "topic: must be a text or 1 to %d texts",
                             topics_max);
    for (size_t i = 0; i < a->n_topics; i++)
        if (!lyt_json_str(lyt_json_at(topic, i), &a->topics[i]))
            return lyt_error_set(&a->err, LYT_EINVAL, "topic: must be a text or a list of texts");
    return LYT_OK;
}

static bool is_wanted(const asked *a, lyt_str topic)
{
    for (size_t i = 0; i < a->n_topics; i++)
        if (lyt_str_begins(topic, a->topics[i]))
            return lyt_door_hears(a->ask->door, a->ask->from.user, topic);
    return false;
}

static lyt_status one_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    asked *a = user;

    (void)at_us;
    if (seq > a->until)
        return LYT_EEND;
    a->ask->n_rows++;
    if (!a->only_count && ++a->scanned > scanned_max) {
        a->more = true;
        return LYT_EEND;
    }
    if (!is_wanted(a, topic)) {
        a->last = seq;
        return LYT_OK;
    }
    if (!a->only_count && (a->count == a->limit || a->jw.out->len > answer_bytes)) {
        a->more = true;
        return LYT_EEND;
    }
    a->last = seq;
    a->count++;
    if (a->only_count)
        return LYT_OK;
    lyt_jw_object(&a->jw);
    lyt_jw_kstr(&a->jw, "topic", topic);
    lyt_jw_key(&a->jw, "event");
    lyt_jw_raw(&a->jw, json);
    lyt_jw_object_end(&a->jw);
    return lyt_buf_status(a->jw.out);
}

/* "at": from the first event of that time on, instead of a number. */
static lyt_status read_start(asked *a)
{
    lyt_str at = lyt_json_text(a->tree, "at");
    int64_t at_us, seq = 0;
    lyt_status status;

    optional_int(a, "since", &a->since);
    if (!at.len)
        return LYT_OK;
    if (lyt_clock_parse(&at_us, at))
        return lyt_error_set(&a->err, LYT_EINVAL, "at: must be a time like 2026-11-22T05:40:00Z");
    status = lyt_store_seq_at(a->store, at_us, &seq, &a->err);
    if (!status && !seq)
        status = lyt_store_last_seq(a->store, &a->since, &a->err);
    else if (seq - 1 > a->since)
        a->since = seq - 1;
    return status;
}

static lyt_status answer_last(asked *a)
{
    lyt_status status = read_topics(a);

    a->until = INT64_MAX;
    a->limit = INT64_MAX;
    if (status)
        return status;
    lyt_jw_key(&a->jw, "events");
    lyt_jw_array(&a->jw);
    status = lyt_store_each_last(a->store, a->n_topics == 1 ? a->topics[0] : LYT_STR(""), one_event,
                                 a, &a->err);
    lyt_jw_array_end(&a->jw);
    lyt_jw_kint(&a->jw, "count", a->count);
    lyt_jw_kbool(&a->jw, "more", a->more);
    return status;
}

/* Asked after the events were read: what went meanwhile is said to be gone, too. */
static lyt_status write_gone(asked *a, int64_t after)
{
    int64_t gone = 0;
    lyt_status status = lyt_store_events_gone(a->store, &gone, &a->err);

    if (!status && gone > after)
        lyt_jw_kint(&a->jw, "gone", gone);
    return status;
}

static lyt_status answer_events(asked *a)
{
    lyt_status status = read_topics(a);

    a->until = INT64_MAX;
    a->limit = events_default;
    if (!status)
        status = read_start(a);
    if (!status && lyt_json_get(a->tree, "until") &&
        !lyt_json_int(lyt_json_get(a->tree, "until"), &a->until))
        status = lyt_error_set(&a->err, LYT_EINVAL, "until: must be the number of an event");
    optional_int(a, "limit", &a->limit);
    (void)lyt_json_bool(lyt_json_get(a->tree, "count"), &a->only_count);
    if (!status && (a->limit < 1 || a->limit > events_max))
        status = lyt_error_set(&a->err, LYT_EINVAL, "limit: 1 to %d", events_max);
    if (status)
        return status;
    a->last = a->since;
    lyt_jw_key(&a->jw, "events");
    lyt_jw_array(&a->jw);
    status = lyt_store_each_event(a->store, a->since, (lyt_str){"", 0}, INT64_MAX, one_event, a,
                                  &a->err);
    lyt_jw_array_end(&a->jw);
    lyt_jw_kint(&a->jw, "last", a->last);
    lyt_jw_kint(&a->jw, "count", a->count);
    lyt_jw_kbool(&a->jw, "more", a->more);
    return status ? status : write_gone(a, a->since);
}

static bool is_hidden(const asked *a, const lyt_incident *incident)
{
    const lyt_settings *settings = lyt_core_settings(a->core);

    return settings && !a->may_see &&
           lyt_settings_is_sensitive(settings, lyt_str_of(incident->scenario));
}

/* Of what is not for who asks there is a receipt: its number and how far it is. */
static void write_incident(asked *a, const lyt_incident *incident)
{
    lyt_jw_object(&a->jw);
    if (is_hidden(a, incident)) {
        lyt_jw_kint(&a->jw, "incident", incident->id);
        lyt_jw_kstr(&a->jw, "state", lyt_str_of(lyt_incident_state_name(incident->state)));
        lyt_jw_kbool(&a->jw, "restricted", true);
    } else {
        lyt_jw_incident(&a->jw, incident);
        lyt_houseask_beside(&a->jw, a->ask->replica, incident->id);
    }
    lyt_jw_object_end(&a->jw);
}

/* What is merged, and a drill, is in the book alone. */
static lyt_status sync_house(asked *a)
{
    return a->ask->replica ? lyt_replica_sync(a->ask->replica, a->store, &a->err) : LYT_OK;
}

static lyt_status one_incident(void *user, const lyt_incident *incident)
{
    asked *a = user;

    if (!a->only_open || !lyt_houseask_is_merged(a->ask->replica, incident->id))
        write_incident(a, incident);
    return a->jw.out->len > answer_bytes ? LYT_EEND : lyt_buf_status(a->jw.out);
}

/* Whether some event of the incident could be heard by who asks, and is asked for. */
static bool is_incident_wanted(const asked *a, const lyt_incident *incident)
{
    static const char *const kinds[] = {"alarm", "incident"};
    char severity = (char)('0' + incident->severity % 10);
    bool wanted = false;
    lyt_buf topic;

    lyt_buf_init(&topic, a->core->options.alloc);
    for (size_t i = 0; i < 2 && !wanted; i++) {
        lyt_buf_reset(&topic);
        lyt_buf_add_text(&topic, kinds[i]);
        lyt_topic_add(&topic, lyt_str_of(incident->property));
        lyt_topic_add(&topic, lyt_str_of(incident->team));
        if (i == 0) {
            lyt_topic_add(&topic, (lyt_str){&severity, 1});
            lyt_topic_add(&topic, lyt_str_of(incident->scenario));
        } else {
            lyt_topic_add(&topic, lyt_str_of(lyt_incident_state_name(incident->state)));
        }
        wanted = is_wanted(a, lyt_buf_str(&topic));
    }
    lyt_buf_deinit(&topic);
    return wanted;
}

static lyt_status one_of_snapshot(void *user, const lyt_incident *incident)
{
    asked *a = user;

    a->ask->n_rows++;
    if (!is_incident_wanted(a, incident))
        return LYT_OK;
    write_incident(a, incident);
    return lyt_buf_status(a->jw.out);
}

/* The open incidents and the number of the last event, both of one moment. */
static lyt_status answer_snapshot(asked *a)
{
    int64_t seq = 0;
    lyt_status status = read_topics(a);

    if (!status)
        status = lyt_store_begin_read(a->store, &a->err);
    if (status)
        return status;
    status = lyt_store_last_seq(a->store, &seq, &a->err);
    lyt_jw_kint(&a->jw, "seq", seq);
    lyt_jw_kstr(&a->jw, "publisher", lyt_str_of(lyt_store_publisher(a->store)));
    lyt_jw_key(&a->jw, "incidents");
    lyt_jw_array(&a->jw);
    if (!status)
        status = lyt_store_each_incident(a->store, true, INT64_MAX, one_of_snapshot, a, &a->err);
    lyt_jw_array_end(&a->jw);
    lyt_store_rollback(a->store);
    return status;
}

static lyt_status one_parked(void *user, int64_t feedback, int64_t at_us, lyt_str reason)
{
    asked *a = user;

    a->ask->n_rows++;
    lyt_jw_object(&a->jw);
    lyt_jw_kint(&a->jw, "feedback", feedback);
    lyt_jw_ktime(&a->jw, "at", at_us);
    lyt_jw_kstr(&a->jw, "reason", reason);
    lyt_jw_object_end(&a->jw);
    return lyt_buf_status(a->jw.out);
}

static lyt_status answer_parked(asked *a)
{
    int64_t after = 0;
    lyt_status status;

    optional_int(a, "after", &after);
    lyt_jw_key(&a->jw, "parked");
    lyt_jw_array(&a->jw);
    status = lyt_store_each_parked(a->store, after, incidents_default, one_parked, a, &a->err);
    lyt_jw_array_end(&a->jw);
    return status;
}

static lyt_status answer_incidents(asked *a)
{
    int64_t limit = incidents_default;
    lyt_status status;

    optional_int(a, "limit", &limit);
    (void)lyt_json_bool(lyt_json_get(a->tree, "open"), &a->only_open);
    if (limit < 1)
        return lyt_error_set(&a->err, LYT_EINVAL, "limit: must be above 0");
    status = sync_house(a);
    lyt_jw_key(&a->jw, "incidents");
    lyt_jw_array(&a->jw);
    if (!status)
        status = lyt_store_each_incident(a->store, a->only_open, limit, one_incident, a, &a->err);
    lyt_jw_array_end(&a->jw);
    return status;
}

static lyt_status one_history(void *user, int64_t at_us, int64_t feedback_id, lyt_str what,
                              lyt_str by, lyt_str note)
{
    asked *a = user;

    lyt_jw_object(&a->jw);
    lyt_jw_ktime(&a->jw, "at", at_us);
    lyt_jw_kstr(&a->jw, "what", what);
    if (feedback_id)
        lyt_jw_kint(&a->jw, "feedback", feedback_id);
    lyt_jw_kstr(&a->jw, "by", by);
    lyt_jw_kstr(&a->jw, "note", note);
    lyt_jw_object_end(&a->jw);
    return lyt_buf_status(a->jw.out);
}

/* Whoever reads what is restricted is written down. */
static void note_reading(const asked *a, const lyt_incident *incident)
{
    const lyt_settings *settings = lyt_core_settings(a->core);

    if (settings && a->may_see && a->ask->log &&
        lyt_settings_is_sensitive(settings, lyt_str_of(incident->scenario)))
        lyt_log_say(a->ask->log, LYT_LOG_INFO, "LYT-RESTRICTED-READ",
                    "A restricted incident was read.", LYT_KN("incident", incident->id),
                    LYT_KV("by", a->ask->from.user[0] ? a->ask->from.user
                                                      : lyt_json_text(a->tree, "by").ptr));
}

static lyt_status answer_incident(asked *a)
{
    lyt_incident incident;
    int64_t id = 0;
    lyt_status status;

    optional_int(a, "incident", &id);
    status = lyt_store_get_incident(a->store, id, &incident, &a->err);
    if (status == LYT_ENOTFOUND)
        return lyt_error_set(&a->err, status, "there is no incident %lld", (long long)id);
    if (!status)
        status = sync_house(a);
    if (status)
        return status;
    lyt_jw_key(&a->jw, "incident");
    write_incident(a, &incident);
    note_reading(a, &incident);
    lyt_jw_key(&a->jw, "history");
    lyt_jw_array(&a->jw);
    if (!is_hidden(a, &incident))
        status = lyt_store_each_history(a->store, id, one_history, a, &a->err);
    lyt_jw_array_end(&a->jw);
    return status;
}

static lyt_status one_feedback(void *user, const lyt_feedback *f, lyt_str verdict_json)
{
    lyt_jw *jw = &((asked *)user)->jw;

    lyt_jw_key(jw, "feedback");
    lyt_jw_object(jw);
    lyt_jw_feedback(jw, f);
    if (verdict_json.len) {
        lyt_jw_key(jw, "verdict");
        lyt_jw_raw(jw, verdict_json);
    }
    lyt_jw_object_end(jw);
    return lyt_buf_status(jw->out);
}

/* Whether an incident came out of it that is not for who asks. */
static lyt_status is_feedback_hidden(asked *a, int64_t id, bool *hidden)
{
    const lyt_settings *settings = lyt_core_settings(a->core);
    lyt_status status = LYT_OK;

    *hidden = false;
    if (!settings || a->may_see || !settings->sensitive.n)
        return LYT_OK;
    status = lyt_replica_sync(a->ask->replica, a->store, &a->err);
    for (size_t i = 0; !status && i < settings->sensitive.n; i++)
        *hidden = *hidden || lyt_book_case_of(lyt_replica_book(a->ask->replica), id,
                                              lyt_str_of(settings->sensitive.item[i])) != 0;
    return status;
}

static lyt_status answer_feedback(asked *a)
{
    int64_t id = 0;
    bool hidden;
    lyt_status status;

    optional_int(a, "feedback", &id);
    status = is_feedback_hidden(a, id, &hidden);
    if (status)
        return status;
    if (hidden) {
        lyt_jw_key(&a->jw, "feedback");
        lyt_jw_object(&a->jw);
        lyt_jw_kint(&a->jw, "feedback", id);
        lyt_jw_kbool(&a->jw, "restricted", true);
        lyt_jw_object_end(&a->jw);
        return LYT_OK;
    }
    status = lyt_store_get_feedback(a->store, id, one_feedback, a, &a->err);
    if (status == LYT_ENOTFOUND)
        return lyt_error_set(&a->err, status, "there is no feedback %lld", (long long)id);
    return status;
}

static lyt_status answer_outbox(asked *a)
{
    return lyt_outbox_answer_list(a->core, a->store, a->tree, &a->jw, &a->ask->n_rows, &a->err);
}

static lyt_status answer_outbox_row(asked *a)
{
    return lyt_outbox_answer_row(a->core, a->store, a->ask->names, a->tree, &a->jw, &a->err);
}

static void write_counts(asked *a, const lyt_store_counts *counts)
{
    lyt_jw_key(&a->jw, "counts");
    lyt_jw_object(&a->jw);
    lyt_jw_kint(&a->jw, "feedback", counts->feedback);
    lyt_jw_kint(&a->jw, "waiting", counts->waiting);
    lyt_jw_kint(&a->jw, "verdicts", counts->verdicts);
    lyt_jw_kint(&a->jw, "parked", counts->parked);
    lyt_jw_kint(&a->jw, "incidents", counts->incidents);
    lyt_jw_kint(&a->jw, "open_incidents", counts->open_incidents);
    lyt_jw_kint(&a->jw, "events", counts->events);
    lyt_jw_kint(&a->jw, "last_seq", counts->last_seq);
    lyt_jw_kint(&a->jw, "size_bytes", counts->size_bytes);
    lyt_jw_object_end(&a->jw);
}

static void write_endpoints(asked *a)
{
    const lyt_core *core = a->core;

    lyt_jw_key(&a->jw, "endpoints");
    lyt_jw_object(&a->jw);
    lyt_jw_kstr(&a->jw, "submit", lyt_str_of(core->bound.submit));
    lyt_jw_kstr(&a->jw, "work", lyt_str_of(core->bound.work));
    lyt_jw_kstr(&a->jw, "bus", lyt_str_of(core->bound.bus));
    lyt_jw_kstr(&a->jw, "replay", lyt_str_of(core->bound.replay));
    if (atomic_load(&core->has_http))
        lyt_jw_kstr(&a->jw, "http", lyt_str_of(core->bound.http));
    lyt_jw_object_end(&a->jw);
}

static lyt_status answer_status(asked *a)
{
    const lyt_core *core = a->core;
    lyt_store_counts counts;
    lyt_status status =
        lyt_counted_get(a->ask->counted, a->store, core->options.clock, &counts, &a->err);

    lyt_jw_kstr(&a->jw, "state", lyt_str_of(lyt_core_state(core)));
    lyt_jw_kstr(&a->jw, "version", lyt_str_of(core->options.version));
    lyt_jw_kversion(&a->jw, "pack", core->judge_version);
    lyt_reload_write(&a->jw, core);
    lyt_jw_kint(&a->jw, "uptime_ms",
                (lyt_clock_mono_us(core->options.clock) - core->started_us) / 1000);
    lyt_jw_kint(&a->jw, "workers", core->gauges.workers);
    lyt_jw_kint(&a->jw, "waiting", core->gauges.waiting);
    /* a database that cannot be read is when the rest of it is needed most */
    if (status)
        lyt_jw_kstr(&a->jw, "not_counted", lyt_str_of(a->err.text));
    else
        write_counts(a, &counts);
    lyt_gauges_write(&a->jw, a->core);
    if (core->gauges.is_up)
        write_endpoints(a);
    return LYT_OK;
}

static lyt_status answer_scenarios(asked *a)
{
    lyt_out_names_write(&a->jw, a->ask->names);
    return lyt_buf_status(a->jw.out);
}

static lyt_status answer_tree(asked *a)
{
    /* events go by topic: whoever may hear an event may read it again */
    static const struct {
        lyt_str name;
        answer_fn answer;
        bool needs_ask;
    } requests[] = {
        {{"events", 6}, answer_events, false},
        {{"feedback", 8}, answer_feedback, true},
        {{"incident", 8}, answer_incident, true},
        {{"incidents", 9}, answer_incidents, true},
        {{"last", 4}, answer_last, false},
        {{"outbox", 6}, answer_outbox, true},
        {{"outbox-row", 10}, answer_outbox_row, true},
        {{"parked", 6}, answer_parked, true},
        {{"scenarios", 9}, answer_scenarios, true},
        {{"snapshot", 8}, answer_snapshot, false},
        {{"status", 6}, answer_status, true},
    };
    lyt_str name = lyt_json_text(a->tree, "request");
    lyt_status status = LYT_OK;

    if (a->ask->is_spent && !lyt_named_is_word(name)) {
        a->ask->is_put_off = true;
        return LYT_OK;
    }
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        if (!lyt_str_equal(name, requests[i].name))
            continue;
        if (requests[i].needs_ask && !lyt_door_may(a->ask->door, a->ask->from.user, LYT_RIGHT_ASK))
            return lyt_error_set(&a->err, LYT_ESTATE, "this key may not ask for it");
        return requests[i].answer(a);
    }
    if (lyt_door_may(a->ask->door, a->ask->from.user, LYT_RIGHT_ASK) &&
        lyt_houseask_take(&(lyt_houseask){a->core->options.alloc, a->ask->replica, a->store,
                                          a->tree, lyt_clock_wall_us(a->core->options.clock),
                                          a->may_see, &a->jw, &a->err, a->ask->names},
                          &status))
        return status;
    if (lyt_named_take(a->ask->named, &a->ask->from, a->tree, &a->jw, &a->ask->is_silent, &status,
                       &a->err))
        return status;
    return lyt_error_set(
        &a->err, LYT_EINVAL,
        "request: must be events, last, snapshot, incidents, incident, feedback, outbox, "
        "outbox-row, parked, scenarios, status, guest, triggers, case, board, fixes, gestures, "
        "recovery, silences, subscribers, attach, ack, nack, beat, detach, dead, raise or forget");
}

static void write_error(lyt_buf *out, const lyt_error *err)
{
    lyt_jw jw;

    lyt_buf_reset(out);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "error", lyt_str_of(err->text[0] ? err->text : lyt_status_text(err->code)));
    lyt_jw_object_end(&jw);
}

/* By the key; a service without keys takes who asks at their word, as everywhere. */
static bool may_see(const asked *a)
{
    const lyt_settings *settings = lyt_core_settings(a->core);
    lyt_str who =
        a->core->access_file ? lyt_str_of(a->ask->from.user) : lyt_json_text(a->tree, "by");

    return settings && lyt_settings_may_see(settings, who);
}

lyt_status lyt_replay_answer(lyt_replay_ask *ask, lyt_buf *out)
{
    asked a = {.core = ask->core, .store = ask->store, .ask = ask};
    lyt_json *tree = NULL;
    lyt_status status = lyt_json_parse(&tree, ask->request, request_max, &a.err);

    if (!status)
        status = lyt_ask_check(tree, &a.err);
    lyt_buf_reset(out);
    lyt_jw_init(&a.jw, out);
    if (!status) {
        a.tree = tree;
        a.may_see = may_see(&a);
        lyt_jw_object(&a.jw);
        status = answer_tree(&a);
        if (!status)
            lyt_jw_object_end(&a.jw);
    }
    if (status) {
        a.err.code = status;
        write_error(out, &a.err);
        ask->is_silent = false;
    }
    lyt_json_free(tree);
    return lyt_buf_status(out);
}
