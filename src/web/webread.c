#include "webread.h"

#include <string.h>

#include "cases.h"
#include "mem.h"
#include "topic.h"
#include "webjson.h"
#include "webread_inner.h"

enum {
    question_max = 512 * 1024,
    answer_bytes = 2 << 20, /* a page ends early rather than grow beyond */
    rows_a_step = 2000,
    look_ms = 200,
    scanned_max = 20000, /* events a page looks at */
    settle_ms = 1000,
};

lyt_status lyt_webasked_refuse(lyt_webasked *a, int http, const char *code, lyt_status status,
                               const char *text)
{
    a->http = http;
    a->code = code;
    return lyt_error_set(&a->err, status, "%s", text);
}

bool lyt_webasked_sees(const lyt_webasked *a, lyt_str property)
{
    const lyt_json *list = lyt_json_get(a->tree, "properties");
    lyt_str one;

    for (size_t i = 0; i < lyt_json_len(list); i++)
        if (lyt_json_str(lyt_json_at(list, i), &one) && lyt_str_equal(one, property))
            return true;
    return lyt_json_len(list) == 0;
}

/* ---- what is restricted ---- */

bool lyt_webasked_is_restricted(const lyt_webasked *a, const char *scenario)
{
    const lyt_settings *settings = a->r->settings;

    return settings && lyt_settings_is_sensitive(settings, lyt_str_of(scenario));
}

bool lyt_webasked_is_hidden(const lyt_webasked *a, const char *scenario)
{
    return lyt_webasked_is_restricted(a, scenario) &&
           !lyt_settings_may_see(a->r->settings, lyt_json_text(a->tree, "person"));
}

void lyt_webasked_show(lyt_webasked *a, lyt_webshown kind, int64_t id)
{
    if (a->last_shown[kind] == id)
        return;
    a->last_shown[kind] = id;
    lyt_buf_addf(&a->shown[kind], "%s%lld", a->shown[kind].len ? "," : "", (long long)id);
}

/* On the disk before the answer goes; what cannot be noted is not shown. */
static lyt_status note_shown(lyt_webasked *a)
{
    static const char *const names[] = {"incidents", "messages"};
    lyt_audit *audit = &a->r->audit;
    lyt_error why;

    if (!a->shown[0].len && !a->shown[1].len)
        return lyt_buf_status(&a->shown[0]) ? LYT_ENOMEM : lyt_buf_status(&a->shown[1]);
    lyt_audit_begin(audit, lyt_clock_wall_us(a->r->o->clock), lyt_json_text(a->tree, "person"),
                    "read");
    lyt_jw_kstr(&audit->jw, "of", lyt_json_text(a->tree, "ask"));
    for (size_t i = 0; i < 2; i++) {
        if (!a->shown[i].len)
            continue;
        lyt_jw_key(&audit->jw, names[i]);
        lyt_jw_array(&audit->jw);
        lyt_jw_raw(&audit->jw, lyt_buf_str(&a->shown[i]));
        lyt_jw_array_end(&audit->jw);
    }
    lyt_jw_kstr(&audit->jw, "request", lyt_json_text(a->tree, "request"));
    if (!lyt_buf_status(&a->shown[0]) && !lyt_buf_status(&a->shown[1]) &&
        !lyt_audit_end(audit, &why))
        return LYT_OK;
    return lyt_webasked_refuse(a, 503, "not-noted", LYT_EIO,
                               "what is restricted is not shown while it cannot be noted who saw "
                               "it; is the disk full?");
}

lyt_webrestriction lyt_webasked_restriction(const lyt_webasked *a, int64_t feedback)
{
    const lyt_settings *settings = a->r->settings;
    bool is_restricted = false;

    for (size_t i = 0; settings && a->r->book && i < settings->sensitive.n; i++) {
        const char *scenario = settings->sensitive.item[i];

        if (!lyt_book_case_of(a->r->book, feedback, lyt_str_of(scenario)))
            continue;
        if (lyt_webasked_is_hidden(a, scenario))
            return LYT_WEB_HIDDEN;
        is_restricted = true;
    }
    return is_restricted ? LYT_WEB_NOTED : LYT_WEB_FREE;
}

bool lyt_webasked_is_hidden_message(lyt_webasked *a, int64_t feedback)
{
    lyt_webrestriction restriction = lyt_webasked_restriction(a, feedback);

    if (restriction == LYT_WEB_NOTED)
        lyt_webasked_show(a, LYT_SHOWN_MESSAGE, feedback);
    return restriction == LYT_WEB_HIDDEN;
}

void lyt_webasked_receipt(lyt_webasked *a, const lyt_feedback *feedback)
{
    lyt_jw_object(&a->jw);
    lyt_jw_kint(&a->jw, "feedback", feedback->id);
    lyt_jw_kstr(&a->jw, "property", feedback->property);
    lyt_jw_ktime(&a->jw, "accepted_at", feedback->received_us);
    lyt_jw_kbool(&a->jw, "restricted", true);
    lyt_jw_object_end(&a->jw);
}

/* ---- messages ---- */

static lyt_status one_found(void *user, const lyt_feedback *feedback, lyt_str verdict_json,
                            lyt_str why)
{
    lyt_webasked *a = user;

    a->count++;
    if (lyt_webasked_is_hidden_message(a, feedback->id)) {
        /* found by its words, it is not even told that it is there */
        if (!lyt_json_text(a->tree, "query").len && !why.len)
            lyt_webasked_receipt(a, feedback);
        return lyt_buf_status(a->jw.out);
    }
    if (why.len) {
        lyt_jw_object(&a->jw);
        lyt_jw_kstr(&a->jw, "why", why);
        lyt_jw_key(&a->jw, "message");
    }
    lyt_webasked_message(a, feedback, verdict_json);
    if (why.len)
        lyt_jw_object_end(&a->jw);
    return a->jw.out->len > answer_bytes ? LYT_EEND : lyt_buf_status(a->jw.out);
}

lyt_status lyt_webasked_properties(lyt_webasked *a, lyt_buf *out)
{
    lyt_str property = lyt_json_text(a->tree, "property");
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    if (property.len) {
        lyt_jw_array(&jw);
        lyt_jw_str(&jw, property);
        lyt_jw_array_end(&jw);
    } else {
        lyt_json_write(out, lyt_json_get(a->tree, "properties"));
    }
    return lyt_buf_status(out);
}

static lyt_status read_query(lyt_webasked *a, lyt_found_query *query, lyt_buf *properties)
{
    lyt_status status = lyt_webasked_properties(a, properties);

    query->words = lyt_json_text(a->tree, "query");
    query->since_us = lyt_json_number(a->tree, "since_us");
    query->before = lyt_json_number(a->tree, "before");
    query->limit = lyt_json_number(a->tree, "limit");
    query->properties = lyt_buf_str(properties);
    return status;
}

bool lyt_webreader_take_in(lyt_webreader *r)
{
    /* a full disk: what was taken in before is found all the same, and it is tried again */
    bool ok = r->found && lyt_found_catch_up(r->found, rows_a_step, &r->has_more, NULL) == LYT_OK;

    r->has_more = ok && r->has_more;
    return ok && !r->has_more;
}

/* Those of the pack in use, a JSON list. */
static void write_languages(const lyt_pack *pack, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_array(&jw);
    for (size_t i = 0; i < lyt_lexis_languages(lyt_pack_lexis(pack)); i++)
        lyt_jw_str(&jw, lyt_str_of(lyt_lexis_code(lyt_pack_lexis(pack), (lyt_language)i)));
    lyt_jw_array_end(&jw);
}

static lyt_status answer_found(lyt_webasked *a)
{
    bool is_unclear = lyt_str_equal(lyt_json_text(a->tree, "ask"), LYT_STR("unclear"));
    lyt_found_query query = {.close = 0.6};
    const lyt_pack *pack = a->r->classifier ? lyt_classifier_pack(a->r->classifier) : NULL;
    lyt_buf properties, languages;
    bool is_complete = lyt_webreader_take_in(a->r);
    size_t waiting = 0;
    lyt_status status;

    lyt_buf_init(&properties, a->r->o->alloc);
    lyt_buf_init(&languages, a->r->o->alloc);
    status = read_query(a, &query, &properties);
    if (!status)
        status = lyt_webasked_facts(a);
    if (pack) {
        query.close = lyt_pack_threshold(pack) + 0.1;
        write_languages(pack, &languages);
        query.languages = lyt_buf_str(&languages);
        status = status ? status : lyt_buf_status(&languages);
    }
    lyt_jw_object(&a->jw);
    lyt_jw_key(&a->jw, is_unclear ? "unclear" : "feedback");
    lyt_jw_array(&a->jw);
    if (!status && !is_unclear)
        status = lyt_found_each(a->r->found, &query, one_found, a, &a->err);
    else if (!status)
        status = lyt_webread_unclear(a, &query, &waiting);
    lyt_jw_array_end(&a->jw);
    if (is_unclear)
        lyt_jw_kint(&a->jw, "waiting", (int64_t)waiting);
    lyt_jw_kbool(&a->jw, "complete", is_complete);
    lyt_jw_object_end(&a->jw);
    lyt_buf_deinit(&languages);
    lyt_buf_deinit(&properties);
    return status;
}

static lyt_status one_message(void *user, const lyt_feedback *feedback, lyt_str verdict_json)
{
    lyt_webasked *a = user;

    if (!lyt_webasked_sees(a, feedback->property))
        return LYT_ENOTFOUND;
    lyt_jw_key(&a->jw, "message");
    if (lyt_webasked_is_hidden_message(a, feedback->id))
        lyt_webasked_receipt(a, feedback);
    else
        lyt_webasked_message(a, feedback, verdict_json);
    return lyt_buf_status(a->jw.out);
}

static lyt_status answer_feedback(lyt_webasked *a)
{
    enum { incidents_max = 64 };
    int64_t id = lyt_json_number(a->tree, "id"), incidents[incidents_max];
    size_t n = 0;
    lyt_status status = lyt_webasked_facts(a);

    lyt_jw_object(&a->jw);
    if (!status)
        status = lyt_store_get_feedback(a->r->store, id, one_message, a, &a->err);
    if (status == LYT_ENOTFOUND)
        return lyt_webasked_refuse(a, 404, "not-found", status, "there is no such message");
    (void)lyt_webreader_take_in(a->r);
    if (!status)
        status = lyt_found_incidents(a->r->found, id, incidents, incidents_max, &n, &a->err);
    lyt_jw_key(&a->jw, "incidents");
    lyt_jw_array(&a->jw);
    for (size_t i = 0; i < n; i++)
        lyt_jw_int(&a->jw, incidents[i]);
    lyt_jw_array_end(&a->jw);
    lyt_jw_object_end(&a->jw);
    return status;
}

/* ---- events ---- */

typedef struct paging {
    lyt_webasked *a;
    int64_t last, scanned;
    bool more;
} paging;

/* The second part of a topic is the property; events of the service itself have none. */
static bool sees_topic(const lyt_webasked *a, lyt_str topic)
{
    size_t dot = lyt_str_find(topic, '.', 0);
    lyt_str rest = lyt_str_slice(topic, dot + 1, topic.len);
    bool is_of_house =
        lyt_str_begins(topic, LYT_STR("alarm.")) || lyt_str_begins(topic, LYT_STR("incident.")) ||
        lyt_str_begins(topic, LYT_STR("notice.")) || lyt_str_begins(topic, LYT_STR("parked."));

    if (!is_of_house)
        return lyt_json_len(lyt_json_get(a->tree, "properties")) == 0;
    return lyt_webasked_sees(a, lyt_str_slice(rest, 0, lyt_str_find(rest, '.', 0)));
}

static lyt_status one_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    paging *p = user;

    (void)at_us;
    if (++p->scanned > scanned_max || p->a->jw.out->len > answer_bytes) {
        p->more = true;
        return LYT_EEND;
    }
    p->last = seq;
    if (!sees_topic(p->a, topic))
        return LYT_OK;
    lyt_jw_object(&p->a->jw);
    lyt_jw_kint(&p->a->jw, "seq", seq);
    lyt_jw_kstr(&p->a->jw, "topic", topic);
    lyt_jw_key(&p->a->jw, "event");
    lyt_jw_raw(&p->a->jw, json);
    lyt_jw_object_end(&p->a->jw);
    return lyt_buf_status(p->a->jw.out);
}

static lyt_status answer_events(lyt_webasked *a)
{
    int64_t since = -1;
    paging p = {.a = a};
    lyt_status status = LYT_OK;

    lyt_jw_object(&a->jw);
    if (!lyt_json_int(lyt_json_get(a->tree, "since"), &since))
        status = lyt_found_last_seq(a->r->found, &since, &a->err);
    p.last = since;
    lyt_jw_key(&a->jw, "events");
    lyt_jw_array(&a->jw);
    if (!status)
        status = lyt_store_each_event(a->r->store, since, LYT_STR(""), INT64_MAX, one_event, &p,
                                      &a->err);
    lyt_jw_array_end(&a->jw);
    lyt_jw_kint(&a->jw, "last", p.last);
    lyt_jw_kbool(&a->jw, "more", p.more);
    lyt_jw_object_end(&a->jw);
    return status;
}

/* ---- questions ---- */

static lyt_status answer_tree(lyt_webasked *a)
{
    static const struct {
        lyt_str name;
        lyt_status (*answer)(lyt_webasked *a);
    } rows[] = {
        {{"changes", 7}, lyt_webread_changes},
        {{"events", 6}, answer_events},
        {{"feedback", 8}, answer_feedback},
        {{"find", 4}, answer_found},
        {{"guest", 5}, lyt_webread_guest},
        {{"incident", 8}, lyt_webread_incident},
        {{"incidents", 9}, lyt_webread_incidents},
        {{"property", 8}, lyt_webread_property},
        {{"scenario", 8}, lyt_webread_scenario},
        {{"scenarios", 9}, lyt_webread_scenarios},
        {{"try", 3}, lyt_webread_try},
        {{"unclear", 7}, answer_found},
        {{"version", 7}, lyt_webread_version},
    };
    lyt_str ask = lyt_json_text(a->tree, "ask"), property = lyt_json_text(a->tree, "property");

    /* whatever it is: who may see one property asks of no other */
    if (property.len && !lyt_webasked_sees(a, property))
        return lyt_webasked_refuse(a, 403, "forbidden", LYT_ESTATE,
                                   "property: it is not one of yours");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(ask, rows[i].name))
            return rows[i].answer(a);
    return lyt_error_set(&a->err, LYT_EINVAL, "nobody answers this");
}

static int http_of(lyt_status status)
{
    switch (status) {
    case LYT_ENOTFOUND:
        return 404;
    case LYT_EINVAL:
    case LYT_EFORMAT:
    case LYT_ELIMIT:
        return 422;
    default:
        return 503;
    }
}

static void write_failure(lyt_webasked *a, lyt_status status)
{
    const char *text = a->err.text[0] ? a->err.text : lyt_status_text(status);

    lyt_buf_reset(a->jw.out);
    lyt_jw_init(&a->jw, a->jw.out);
    lyt_jw_object(&a->jw);
    lyt_jw_kint(&a->jw, "http", a->http ? a->http : http_of(status));
    lyt_jw_kstr(&a->jw, "code", lyt_str_of(a->code ? a->code : "failed"));
    lyt_jw_kstr(&a->jw, "message", lyt_str_of(text));
    lyt_jw_object_end(&a->jw);
}

lyt_str lyt_webasked_end(lyt_webasked *a, lyt_status status)
{
    if (!status)
        status = lyt_buf_status(a->jw.out);
    if (status)
        write_failure(a, status);
    return lyt_buf_status(a->jw.out)
               ? LYT_STR("{\"http\":503,\"code\":\"memory\",\"message\":\"no memory for the "
                         "answer; send it again later\"}")
               : lyt_buf_str(a->jw.out);
}

static void answer(lyt_webreader *r)
{
    lyt_webasked a = {.r = r};
    lyt_json *tree = NULL;
    lyt_str frames[2] = {lyt_frames_at(r->frames, 0), {NULL, 0}};
    lyt_status status;

    lyt_buf_init(&a.shown[0], r->o->alloc);
    lyt_buf_init(&a.shown[1], r->o->alloc);
    lyt_buf_reset(&r->out);
    lyt_jw_init(&a.jw, &r->out);
    status = lyt_json_parse(&tree, lyt_frames_at(r->frames, 1), question_max, &a.err);
    a.tree = tree;
    if (!status && !r->found)
        status = lyt_error_set(&a.err, LYT_ENOMEM, "no memory to search");
    if (!status)
        status = answer_tree(&a);
    if (!status)
        status = note_shown(&a);
    frames[1] = lyt_webasked_end(&a, status);
    lyt_buf_deinit(&a.shown[0]);
    lyt_buf_deinit(&a.shown[1]);
    lyt_json_free(tree);
    (void)!lyt_sock_send(r->sock, frames, 2);
}

/* ---- the actor ---- */

/* The classifier may have changed (reload); its session is opened when something is tried. */
static void look_at_classifier(lyt_webreader *r)
{
    const lyt_classifier *wanted = atomic_load(&r->o->wanted);

    if (wanted != r->classifier) {
        lyt_session_free(r->session);
        r->session = NULL;
        r->classifier = wanted;
    }
    atomic_store(&r->o->used, wanted);
}

/* Answers of this round go by the settings that count now. */
static void look_at_settings(lyt_webreader *r)
{
    r->settings = atomic_load(&r->o->settings);
    atomic_store(&r->o->settings_read, r->settings);
}

/* Where its file cannot be made (a full disk) it lies in memory until the next start. */
static lyt_status open_found(lyt_webreader *r, lyt_error *err)
{
    char text[512];
    lyt_error why = {.text = ""};
    lyt_status status = lyt_found_open(&r->found, r->o->alloc, r->o->found, r->o->database, &why);

    if (status && err)
        *err = why;
    if (!status || status == LYT_ENOMEM)
        return status;
    lyt_log_say(&r->log, LYT_LOG_WARN, "LYT-FOUND-IN-MEMORY",
                "What is searched in cannot be kept on the disk.",
                LYT_KV("why", lyt_error_format(&why, text, sizeof text)));
    return lyt_found_open(&r->found, r->o->alloc, ":memory:", r->o->database, err);
}

/* What it spares need not be read; without it, or without memory for it, all facts are. */
static void read_snapshot(lyt_webreader *r)
{
    lyt_book *book = NULL;
    int64_t last;

    if (lyt_snapshot_read(&book, r->o->alloc, r->store, &last))
        return;
    lyt_book_free(r->book);
    r->book = book;
    r->last_fact = last;
}

static lyt_status open_reader(lyt_webreader *r, lyt_error *err)
{
    lyt_store_options options = {r->o->alloc, r->o->database, true, 0, 5000};
    lyt_status status = lyt_frames_new(&r->frames, r->o->alloc);

    if (!status && atomic_load(&r->o->settings))
        status = lyt_book_new(&r->book, r->o->alloc);
    if (status)
        return lyt_error_set(err, status, "no memory for the HTTP reader");
    status = lyt_store_open(&r->store, &options, err);
    if (!status && r->book)
        read_snapshot(r);
    if (!status)
        status = open_found(r, err);
    if (!status)
        status = lyt_sock_open(&r->sock, r->o->net, LYT_SOCK_PAIR, 0, err);
    return status ? status : lyt_sock_bind(r->sock, LYT_ADDRESS_WEB_READER, NULL, 0, err);
}

/*
 * Somebody was erased, or words became too old: what is searched in is made anew without them, once
 * no more go for a moment. Until then it may still find by such a word, and has none to show.
 */
static void look_at_words(lyt_webreader *r)
{
    int64_t now = lyt_clock_mono_us(r->o->clock);

    if (now - r->looked_us < look_ms * (int64_t)1000)
        return;
    r->looked_us = now;
    if (r->found && !lyt_found_is_stale(r->found)) {
        r->stale_us = 0;
        return;
    }
    r->stale_us = r->stale_us ? r->stale_us : now;
    if (now - r->stale_us < settle_ms * (int64_t)1000)
        return;
    r->stale_us = 0;
    r->has_more = true;
    if (r->found && !lyt_found_renew(r->found, NULL))
        return;
    lyt_found_close(r->found);
    r->found = NULL;
    /* without memory it is tried again in a moment */
    (void)!open_found(r, NULL);
}

static void serve(lyt_webreader *r, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, r->sock};

    for (;;) {
        bool ready[2] = {false, false};

        (void)!lyt_sock_poll(socks, 2, ready, r->has_more ? 0 : look_ms);
        atomic_fetch_add(&r->o->ticks, 1);
        if (ready[0] && lyt_actor_told_stop(pipe))
            return;
        look_at_classifier(r);
        look_at_settings(r);
        look_at_words(r);
        if (ready[1] && !lyt_sock_recv(r->sock, r->frames, 0))
            answer(r);
        else if (r->has_more)
            (void)lyt_webreader_take_in(r);
    }
}

lyt_status lyt_webreader_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err)
{
    lyt_webreader r = {.o = options};
    lyt_status status;

    r.log = lyt_log_child(r.o->log, "web/reader");
    lyt_buf_init(&r.out, r.o->alloc);
    lyt_audit_init(&r.audit, r.o->alloc, r.o->state);
    status = open_reader(&r, err);
    if (!status) {
        look_at_classifier(&r);
        r.has_more = true;
        lyt_actor_ready(actor);
        serve(&r, pipe);
    }
    lyt_session_free(r.session);
    lyt_sock_close(r.sock, 0);
    lyt_found_close(r.found);
    lyt_store_close(r.store);
    lyt_book_free(r.book);
    lyt_frames_free(r.frames);
    lyt_audit_deinit(&r.audit);
    lyt_buf_deinit(&r.out);
    return status;
}
