#include "watchtower.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "lookback.h"
#include "mem.h"
#include "store.h"

enum {
    rows_a_look = 300,
    waiting_most = 16, /* of what is to be told; more is said by lyt drift and lyt topics */
    known_most = 512,  /* topics that were told */
    events_most = 1000,
    patience_ms = 2000,
};

static const int64_t day_us = (int64_t)86400 * 1000000;
static const int64_t look_back_days = 30, window_days = 2;
static const int64_t each_us = (int64_t)6 * 3600 * 1000000; /* of the messages' time */

typedef struct told {
    const char *what;
    char note[512];
} told;

struct lyt_watchtower {
    lyt_watchtower_options o;
    char database[lyt_state_path_max + 16];
    lyt_lookout *lookout;
    int64_t next_topics_us;     /* by the messages' times */
    uint64_t known[known_most]; /* first words of topics that were told; a ring */
    size_t n_known;
    told waiting[waiting_most];
    size_t n_waiting;
    bool is_failing;
};

void lyt_watchtower_free(lyt_watchtower *t)
{
    if (!t)
        return;
    lyt_lookout_free(t->lookout);
    lyt_mem_free(t->o.alloc, t);
}

static bool is_known(const lyt_watchtower *t, uint64_t hash)
{
    const size_t n = t->n_known < known_most ? t->n_known : known_most;

    for (size_t i = 0; i < n; i++)
        if (t->known[i] == hash)
            return true;
    return false;
}

static void know(lyt_watchtower *t, lyt_str word)
{
    const uint64_t hash = lyt_hash_str(word, 0);

    if (!is_known(t, hash))
        t->known[t->n_known++ % known_most] = hash;
}

/* "scooter, charger: 14 messages …": what was told before a restart is not told again. */
static lyt_status know_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    lyt_watchtower *t = user;
    lyt_json *event = NULL;
    lyt_str note;

    (void)seq;
    (void)topic;
    if (at_us < t->o.now_us - look_back_days * day_us)
        return LYT_OK;
    if (lyt_json_parse(&event, json, 1 << 16, NULL) == LYT_OK) {
        note = lyt_json_text(event, "note");
        note = lyt_str_slice(note, 0, lyt_str_find(note, ':', 0));
        know(t, lyt_str_slice(note, 0, lyt_str_find(note, ',', 0)));
    }
    lyt_json_free(event);
    return LYT_OK;
}

static lyt_status know_all(lyt_watchtower *t, lyt_error *err)
{
    const lyt_store_options options = {
        .alloc = t->o.alloc, .path = t->database, .read_only = true, .busy_ms = patience_ms};
    lyt_store *store = NULL;
    lyt_status status = lyt_store_open(&store, &options, err);

    if (!status)
        status = lyt_store_each_event(store, 0, LYT_STR("health.new-topic"), events_most,
                                      know_event, t, err);
    lyt_store_close(store);
    /* a service that was never started has told nothing */
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

lyt_status lyt_watchtower_new(lyt_watchtower **out, const lyt_watchtower_options *options,
                              lyt_error *err)
{
    lyt_watchtower *t = lyt_mem_new(options->alloc, sizeof *t);
    lyt_status status = LYT_OK;

    if (!t)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a lookout");
    t->o = *options;
    if ((size_t)snprintf(t->database, sizeof t->database, "%s/lyt.db", options->state) >=
        sizeof t->database)
        status = lyt_error_set(err, LYT_ELIMIT, "the path of the state folder is too long");
    if (!status)
        status = know_all(t, err);
    if (status) {
        lyt_watchtower_free(t);
        return status;
    }
    *out = t;
    return LYT_OK;
}

static told *to_tell(lyt_watchtower *t, const char *what, lyt_str note)
{
    told *next = &t->waiting[t->n_waiting];

    if (t->n_waiting == waiting_most)
        return NULL;
    t->n_waiting++;
    next->what = what;
    snprintf(next->note, sizeof next->note, "%.*s", LYT_STR_ARG(note));
    return next;
}

static void on_change(void *context, const lyt_drift_change *change, int64_t at_us)
{
    lyt_watchtower *t = context;
    lyt_buf note;

    if (at_us < t->o.now_us)
        return;
    lyt_buf_init(&note, t->o.alloc);
    lyt_lookback_change(&note, t->lookout, change);
    (void)to_tell(t, "drift", lyt_buf_str(&note));
    lyt_buf_deinit(&note);
}

lyt_status lyt_watchtower_use(lyt_watchtower *t, const lyt_classifier *classifier, int64_t now_us,
                              lyt_error *err)
{
    const lyt_lookout_options options = {.alloc = t->o.alloc,
                                         .classifier = classifier,
                                         .database = t->database,
                                         .since_us = now_us - look_back_days * day_us,
                                         .on_change = on_change,
                                         .context = t};

    lyt_lookout_free(t->lookout);
    t->lookout = NULL;
    t->o.now_us = now_us;
    return lyt_lookout_new(&t->lookout, &options, err);
}

static void look_for_topics(lyt_watchtower *t)
{
    const int64_t last_us = lyt_lookout_last_us(t->lookout);
    const lyt_emerging_topic *topics = NULL;
    size_t n = 0;
    lyt_buf note;

    /* of messages that came after the start */
    if (last_us < t->o.now_us || last_us < t->next_topics_us ||
        lyt_lookout_topics(t->lookout, window_days * day_us, &topics, &n))
        return;
    t->next_topics_us = last_us + each_us;
    for (size_t i = 0; i < n; i++) {
        if (is_known(t, lyt_hash_str(topics[i].words[0], 0)))
            continue;
        lyt_buf_init(&note, t->o.alloc);
        lyt_lookback_topic(&note, &topics[i]);
        if (to_tell(t, "new-topic", lyt_buf_str(&note)))
            know(t, topics[i].words[0]);
        lyt_buf_deinit(&note);
    }
}

static void tell(lyt_watchtower *t, lyt_service *service)
{
    if (!t->n_waiting || lyt_service_remark(service, t->waiting[0].what, t->waiting[0].note))
        return;
    lyt_log_say(t->o.log, LYT_LOG_WARN, "LYT-LOOKOUT", "Messages have become others.",
                LYT_KV("what", t->waiting[0].what), LYT_KV("note", t->waiting[0].note));
    memmove(t->waiting, t->waiting + 1, --t->n_waiting * sizeof *t->waiting);
}

void lyt_watchtower_look(lyt_watchtower *t, lyt_service *service)
{
    lyt_error err;
    size_t n = 0;
    lyt_status status;

    if (!t->lookout)
        return;
    status = lyt_lookout_read(t->lookout, rows_a_look, &n, &err);
    if (status && !t->is_failing)
        lyt_log_say(t->o.log, LYT_LOG_WARN, "LYT-LOOKOUT-FAILED",
                    "What was judged could not be looked at; it is tried again.",
                    LYT_KV("why", err.text));
    t->is_failing = status != LYT_OK;
    if (n < rows_a_look)
        look_for_topics(t);
    tell(t, service);
}
