#include "serving.h"

#include <string.h>

#include "mem.h"

enum { patience_ms = 20000, step_ms = 50 };

typedef struct fake {
    lyt_buf json;
} fake;

static lyt_status fake_open(void *context, void **session, lyt_error *err)
{
    fake *f = lyt_mem_new(NULL, sizeof *f);

    (void)context;
    if (!f)
        return lyt_error_set(err, LYT_ENOMEM, "no memory");
    lyt_buf_init(&f->json, NULL);
    *session = f;
    return LYT_OK;
}

static void fake_free(void *session)
{
    fake *f = session;

    if (!f)
        return;
    lyt_buf_deinit(&f->json);
    lyt_mem_free(NULL, f);
}

static void find(lyt_judgement *out, lyt_str text, const char *word, const lyt_judged_failure *is)
{
    lyt_str w = lyt_str_of(word);

    for (size_t i = 0; i + w.len <= text.len; i++) {
        if (!lyt_str_begins(lyt_str_slice(text, i, text.len), w))
            continue;
        out->failures[out->n_failures] = *is;
        out->failures[out->n_failures].start = (uint32_t)i;
        out->failures[out->n_failures].end = (uint32_t)(i + w.len);
        out->failures[out->n_failures].words[0] = w;
        out->failures[out->n_failures++].n_words = 1;
        return;
    }
}

static lyt_status fake_judge(void *session, const lyt_question *question, lyt_judgement *out,
                             lyt_error *err)
{
    lyt_str text = question->text;
    static const lyt_judged_failure cold = {
        {"heating-broken", 14}, {"technical", 9}, 0.9, 3, 0, 0, {{NULL, 0}}, 0, 0, 0};
    static const lyt_judged_failure dirty = {
        {"room-not-cleaned", 16}, {"housekeeping", 12}, 0.8, 2, 0, 0, {{NULL, 0}}, 0, 0, 0};
    fake *f = session;
    lyt_jw jw;

    if (lyt_str_begins(text, LYT_STR("unspeakable")))
        return lyt_error_set(err, LYT_EFORMAT, "cannot be judged");
    out->n_failures = 0;
    find(out, text, "cold", &cold);
    find(out, text, "dirty", &dirty);
    out->language = question->language.len ? question->language : LYT_STR("en");
    out->place = question->place;
    lyt_buf_reset(&f->json);
    lyt_jw_init(&jw, &f->json);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "text", text);
    lyt_jw_kint(&jw, "n", (int64_t)out->n_failures);
    if (lyt_str_begins(text, LYT_STR("thank")))
        lyt_jw_kstr(&jw, "kind", LYT_STR("praise"));
    lyt_jw_object_end(&jw);
    out->json = lyt_buf_str(&f->json);
    return lyt_buf_status(&f->json);
}

const lyt_judge serving_judge = {
    .version = 7, .open = fake_open, .judge = fake_judge, .free = fake_free};

/* Called by several actors: the log is only written at states that come one after the other. */
static void note(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                 const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    serving *s = context;

    (void)log;
    (void)level;
    (void)sentence;
    (void)fields;
    (void)n_fields;
    s->n_stalls += strcmp(id, "LYT-DISK-STALLS") == 0;
    s->n_going_on += strcmp(id, "LYT-DISK-GOES-ON") == 0;
    if (strncmp(id, "LYT-STORE", 9) == 0)
        lyt_buf_addf(&s->said, "%s\n", id);
}

void serving_init(serving *s)
{
    lyt_error err;

    memset(s, 0, sizeof *s);
    testing_folder(s->folder);
    lyt_buf_init(&s->said, NULL);
    lyt_buf_init(&s->heard, NULL);
    lyt_buf_init(&s->json, NULL);
    lyt_buf_add_text(&s->said, "");
    lyt_buf_add_text(&s->heard, "");
    cr_assert_eq(lyt_net_new(&s->net, NULL, &err), LYT_OK);
    s->log = (lyt_log){LYT_LOG_INFO, NULL, note, s};
    s->options = (lyt_service_options){
        .submit = "tcp://127.0.0.1:*",
        .work = "tcp://127.0.0.1:*",
        .bus = "tcp://127.0.0.1:*",
        .replay = "tcp://127.0.0.1:*",
        .state = s->folder,
        .judge = &serving_judge,
        .n_workers = 2,
        .log = &s->log,
        .heartbeat_ms = 300,
    };
}

void serving_start(serving *s)
{
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_service_start(&s->service, &s->options, &s->at, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_asker_new(&s->submit, s->net, NULL, s->at.submit, &err), LYT_OK);
    cr_assert_eq(lyt_asker_new(&s->replay, s->net, NULL, s->at.replay, &err), LYT_OK);
}

void serving_stop(serving *s)
{
    lyt_error err = {.text = ""};

    lyt_asker_free(s->submit);
    lyt_asker_free(s->replay);
    lyt_subscriber_free(s->sub);
    s->submit = s->replay = NULL;
    s->sub = NULL;
    cr_expect_eq(lyt_service_stop(s->service, &err), LYT_OK, "%s", err.text);
    s->service = NULL;
}

void serving_deinit(serving *s)
{
    if (s->service)
        serving_stop(s);
    lyt_net_free(s->net);
    lyt_buf_deinit(&s->said);
    lyt_buf_deinit(&s->heard);
    lyt_buf_deinit(&s->json);
    testing_folder_remove(s->folder);
}

/* zmq's data carries no NUL, so the answer is moved to a buffer. */
static const char *ask(serving *s, lyt_asker *asker, const char *json)
{
    lyt_str answer = {NULL, 0};

    cr_assert_eq(lyt_asker_ask(asker, lyt_str_of(json), patience_ms, &answer), LYT_OK,
                 "no answer to %s", json);
    lyt_buf_reset(&s->json);
    lyt_buf_add(&s->json, answer);
    return s->json.data;
}

const char *serving_submit(serving *s, const char *json)
{
    return ask(s, s->submit, json);
}

const char *serving_ask(serving *s, const char *json)
{
    return ask(s, s->replay, json);
}

int64_t serving_number(serving *s, const char *request, const char *key, const char *then)
{
    const char *text = serving_ask(s, request);
    lyt_json *tree = NULL;
    int64_t number = -1;

    cr_assert_eq(lyt_json_parse(&tree, lyt_str_of(text), 1 << 24, NULL), LYT_OK);
    (void)lyt_json_int(then ? lyt_json_get(lyt_json_get(tree, key), then) : lyt_json_get(tree, key),
                       &number);
    lyt_json_free(tree);
    return number;
}

static lyt_status on_event(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    serving *s = user;

    cr_expect_eq(seq, s->last_seq + 1, "event %lld after %lld", (long long)seq,
                 (long long)s->last_seq);
    s->last_seq = seq;
    if (lyt_str_begins(topic, LYT_STR("health."))) {
        s->n_health++;
        return LYT_OK;
    }
    lyt_buf_addf(&s->heard, "%.*s\n", LYT_STR_ARG(topic));
    lyt_buf_reset(&s->json);
    lyt_buf_add(&s->json, json);
    s->n_heard++;
    return LYT_OK;
}

void serving_listen(serving *s)
{
    lyt_subscriber_options options = {
        .net = s->net,
        .bus = s->at.bus,
        .replay = s->at.replay,
        .since = s->last_seq,
        .on_event = on_event,
        .user = s,
    };
    lyt_error err;

    cr_assert_eq(lyt_subscriber_new(&s->sub, &options, &err), LYT_OK);
}

static lyt_status step(serving *s)
{
    lyt_status status;

    if (!s->sub)
        return lyt_sock_poll(NULL, 0, NULL, step_ms) == LYT_ETIMEOUT ? LYT_OK : LYT_EIO;
    status = lyt_subscriber_step(s->sub, step_ms);
    return status == LYT_ETIMEOUT ? LYT_OK : status;
}

void serving_hear(serving *s, size_t n)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + (int64_t)patience_ms * 1000;

    while (s->n_heard < n && lyt_clock_mono_us(lyt_clock_system()) < end_us)
        cr_assert_eq(step(s), LYT_OK);
    cr_assert_geq(s->n_heard, n, "heard %zu of %zu events:\n%s", s->n_heard, n, s->heard.data);
}

void serving_until(serving *s, const char *key, const char *then, int64_t value)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + (int64_t)patience_ms * 1000;
    int64_t is;

    do {
        is = serving_number(s, "{\"request\":\"status\"}", key, then);
        if (is == value)
            return;
        cr_assert_eq(step(s), LYT_OK);
    } while (lyt_clock_mono_us(lyt_clock_system()) < end_us);
    cr_assert_fail("%s %s is %lld, not %lld: %s", key, then ? then : "", (long long)is,
                   (long long)value, s->json.data);
}
