#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "houseline.h"
#include "housewords.h"
#include "shown.h"

typedef struct values {
    bool json;
    const char *by, *key, *place, *property, *server_key, *state, *text;
    int64_t language, limit, wait;
} values;

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who holds the drill; default: the login name"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(values),
    LYT_HOUSEWORDS_LANGUAGE(values),
    {.name = "limit",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, limit),
     .value = "MS",
     .min = 1,
     .max = 600000,
     .unit = "milliseconds",
     .fallback = "1000",
     .help = "longest from the message to who is told"},
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, place),
     .value = "NAME",
     .help = "where it is said to be"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "hotel or desk; default: the house's own name"},
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    {.name = "text",
     .letter = 't',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, text),
     .value = "WORDS",
     .help = "the message of the guest who is none"},
    {.name = "wait",
     .letter = 'w',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, wait),
     .value = "S",
     .min = 0,
     .max = 86400,
     .unit = "seconds",
     .fallback = "0",
     .help = "for somebody to take it on; 0: only the machine's part is tried"},
};

enum { answer_ms = 10000, told_max = 16, quiet_ms = 300 };

typedef struct drill {
    const lyt_call *call;
    lyt_endpoints at;
    lyt_net *net;
    lyt_asker *submit;
    lyt_subscriber *subscriber;
    char id[64], property[64];
    int64_t sent_us, accepted_us, alarm_us, told_us, acked_us, last_us;
    int64_t incidents[told_max];
    size_t n_incidents;
    char scenario[64], told[told_max][96], acked_by[64];
    size_t n_told;
    bool has_guest; /* somebody told a guest: that must never be */
    lyt_housewords words;
    lyt_buf text;
} drill;

static int64_t mono_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static bool is_ours(const drill *d, int64_t incident)
{
    for (size_t i = 0; i < d->n_incidents; i++)
        if (d->incidents[i] == incident)
            return true;
    return false;
}

static void on_alarm(drill *d, const lyt_json *json)
{
    if (!lyt_str_equal(lyt_json_text(json, "id"), lyt_str_of(d->id)))
        return;
    if (!d->alarm_us) {
        d->alarm_us = mono_us();
        snprintf(d->scenario, sizeof d->scenario, "%.*s",
                 LYT_STR_ARG(lyt_json_text(json, "scenario")));
    }
    if (d->n_incidents < told_max)
        d->incidents[d->n_incidents++] = lyt_json_number(json, "incident");
}

static void on_notice(drill *d, const lyt_json *json)
{
    lyt_str who = lyt_json_text(json, "who");

    if (!is_ours(d, lyt_json_number(json, "incident")) ||
        !lyt_str_equal(lyt_json_text(json, "notice"), LYT_STR("alarm")))
        return;
    d->has_guest = d->has_guest || lyt_str_equal(who, LYT_STR("guest"));
    d->told_us = d->told_us ? d->told_us : mono_us();
    if (d->n_told < told_max)
        snprintf(d->told[d->n_told++], sizeof d->told[0], "%.*s by %.*s", LYT_STR_ARG(who),
                 LYT_STR_ARG(lyt_json_text(json, "channel")));
}

static lyt_status on_event(void *user, int64_t seq, lyt_str topic, lyt_str text)
{
    drill *d = user;
    lyt_json *json = NULL;
    lyt_status status = lyt_json_parse(&json, text, 1 << 20, NULL);

    (void)seq;
    d->last_us = mono_us();
    if (!status && lyt_str_begins(topic, LYT_STR("alarm.")))
        on_alarm(d, json);
    else if (!status && lyt_str_begins(topic, LYT_STR("notice.")))
        on_notice(d, json);
    else if (!status && is_ours(d, lyt_json_number(json, "incident")) && !d->acked_us &&
             lyt_str_equal(lyt_json_text(json, "state"), LYT_STR("acknowledged"))) {
        d->acked_us = mono_us();
        snprintf(d->acked_by, sizeof d->acked_by, "%.*s", LYT_STR_ARG(lyt_json_text(json, "by")));
    }
    lyt_json_free(json);
    return status;
}

static lyt_status send_text(drill *d, lyt_json **answer, lyt_error *err)
{
    lyt_str text, why;
    lyt_status status = lyt_asker_ask(d->submit, lyt_buf_str(&d->text), answer_ms, &text);

    if (status)
        return lyt_error_set(err, status, "the service gave no answer");
    status = lyt_json_parse(answer, text, 1 << 20, err);
    if (!status && lyt_json_str(lyt_json_get(*answer, "error"), &why))
        status = lyt_error_set(err, LYT_EINVAL, "%.*s", LYT_STR_ARG(why));
    return status;
}

static lyt_status begin(drill *d, lyt_error *err)
{
    const values *v = d->call->values;
    lyt_json *answer = NULL;
    lyt_status status;
    lyt_jw jw;

    snprintf(d->id, sizeof d->id, "drill-%llx-%lx",
             (unsigned long long)lyt_clock_wall_us(lyt_clock_system()), (long)getpid());
    lyt_buf_reset(&d->text);
    lyt_jw_init(&jw, &d->text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "id", lyt_str_of(d->id));
    lyt_jw_kstr(&jw, "channel", LYT_STR("drill"));
    lyt_jw_kstr(&jw, "property", lyt_str_of(d->property));
    if (v->place)
        lyt_jw_kstr(&jw, "place", lyt_str_of(v->place));
    lyt_jw_kstr(&jw, "text", lyt_str_of(v->text));
    lyt_jw_object_end(&jw);
    d->sent_us = mono_us();
    status = send_text(d, &answer, err);
    d->accepted_us = mono_us();
    lyt_json_free(answer);
    return status;
}

/* Until all the machine does is done and nothing more comes, and perhaps somebody takes it on. */
static lyt_status listen(drill *d, lyt_error *err)
{
    const values *v = d->call->values;
    int64_t end_us = d->sent_us + v->limit * 1000, person_us = d->sent_us + v->wait * 1000000;

    for (;;) {
        lyt_status status = lyt_subscriber_step(d->subscriber, 20);
        int64_t now = mono_us();
        bool is_told = d->told_us && now - d->last_us > quiet_ms * 1000;
        bool is_over = v->wait ? (d->acked_us || now > person_us)
                               : (is_told || (now > end_us && now - d->last_us > quiet_ms * 1000));

        if (status && status != LYT_ETIMEOUT)
            return lyt_error_set(err, status, "listening: %s", lyt_status_text(status));
        if (is_over || lyt_online_stopped())
            return LYT_OK;
    }
}

/* It was for nothing, and all who were told hear that. */
static lyt_status end(drill *d, lyt_error *err)
{
    const values *v = d->call->values;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < d->n_incidents; i++) {
        lyt_json *answer = NULL;
        lyt_jw jw;

        lyt_buf_reset(&d->text);
        lyt_jw_init(&jw, &d->text);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "type", LYT_STR("incident.do"));
        lyt_jw_kstr(&jw, "verb", LYT_STR("move"));
        lyt_jw_kstr(&jw, "state", LYT_STR("void"));
        lyt_jw_kint(&jw, "incident", d->incidents[i]);
        lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
        lyt_jw_kstr(&jw, "note", LYT_STR("this was a drill / dette var en øvelse"));
        lyt_jw_object_end(&jw);
        status = send_text(d, &answer, err);
        lyt_json_free(answer);
    }
    return status;
}

static bool is_good(const drill *d)
{
    const values *v = d->call->values;

    return d->alarm_us && d->told_us && d->told_us - d->sent_us <= v->limit * 1000 &&
           !d->has_guest && (!v->wait || d->acked_us);
}

static void add_step(lyt_buf *out, const drill *d, const char *title, int64_t at_us)
{
    lyt_shown_cell(out, lyt_str_of(title), 15);
    if (!at_us) {
        lyt_buf_addf(out, "%s\n", lyt_housewords_say(&d->words, "NOT YET", "IKKE ENDNU"));
        return;
    }
    lyt_buf_add_real(out, (double)(at_us - d->sent_us) / 1000, 1);
    lyt_buf_add_text(out, " ms");
}

static void print(const drill *d)
{
    const values *v = d->call->values;
    const lyt_housewords *w = &d->words;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    add_step(&out, d, lyt_housewords_say(w, "on the disk", "på disken"), d->accepted_us);
    lyt_buf_add_char(&out, '\n');
    add_step(&out, d, "alarm", d->alarm_us);
    if (d->alarm_us)
        lyt_buf_addf(&out, "  %.*s, %s %lld\n",
                     LYT_STR_ARG(lyt_housewords_name(w, lyt_str_of(d->scenario))),
                     lyt_housewords_say(w, "incident", "sag"), (long long)d->incidents[0]);
    add_step(&out, d, lyt_housewords_say(w, "told", "besked givet"), d->told_us);
    for (size_t i = 0; i < d->n_told; i++)
        lyt_buf_addf(&out, "%s%s", i ? ", " : "  ", d->told[i]);
    if (d->told_us)
        lyt_buf_add_char(&out, '\n');
    if (v->wait) {
        add_step(&out, d, lyt_housewords_say(w, "taken on", "taget"), d->acked_us);
        if (d->acked_us)
            lyt_buf_addf(&out, "  %s %s\n", lyt_housewords_say(w, "by", "af"), d->acked_by);
    }
    lyt_buf_addf(&out, "%s\n",
                 is_good(d)
                     ? lyt_housewords_say(w, "the chain holds; the incident was taken back",
                                          "kæden holder; sagen er taget tilbage")
                     : lyt_housewords_say(w, "THE CHAIN DOES NOT HOLD", "KÆDEN HOLDER IKKE"));
    lyt_console_write_buf(d->call->console, &out);
    lyt_buf_deinit(&out);
}

static void print_json(const drill *d)
{
    const struct {
        const char *key;
        int64_t at_us;
    } steps[] = {{"accepted_ms", d->accepted_us},
                 {"alarm_ms", d->alarm_us},
                 {"told_ms", d->told_us},
                 {"taken_on_ms", d->acked_us}};
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "id", lyt_str_of(d->id));
    lyt_jw_kbool(&jw, "holds", is_good(d));
    lyt_jw_kstr(&jw, "scenario", lyt_str_of(d->scenario));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].at_us)
            lyt_jw_kreal(&jw, steps[i].key, (double)(steps[i].at_us - d->sent_us) / 1000, 3);
    lyt_jw_key(&jw, "incidents");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < d->n_incidents; i++)
        lyt_jw_int(&jw, d->incidents[i]);
    lyt_jw_array_end(&jw);
    lyt_jw_key(&jw, "told");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < d->n_told; i++)
        lyt_jw_str(&jw, lyt_str_of(d->told[i]));
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(d->call->console, &out);
    lyt_buf_deinit(&out);
}

/* The house's own name, and that there is a house. */
static lyt_status find_house(drill *d, lyt_error *err)
{
    const values *v = d->call->values;
    lyt_json *board = NULL;
    lyt_status status =
        lyt_online_ask(d->net, d->at.replay, LYT_STR("{\"request\":\"board\"}"), &board, err);

    if (!status)
        snprintf(d->property, sizeof d->property, "%.*s",
                 LYT_STR_ARG(v->property ? lyt_str_of(v->property) : lyt_json_text(board, "desk")));
    lyt_json_free(board);
    return status;
}

static lyt_status hold(drill *d, lyt_error *err)
{
    static const lyt_str topics[] = {{"alarm.", 6}, {"notice.", 7}, {"incident.", 9}};
    const values *v = d->call->values;
    lyt_status status = lyt_endpoints_find(&d->at, v->state, err);

    if (!status)
        status = lyt_online_net(&d->net, &d->at, v->key, v->server_key, err);
    if (!status)
        status = find_house(d, err);
    if (!status)
        status = lyt_asker_new(&d->submit, d->net, NULL, d->at.submit, err);
    if (!status)
        status = lyt_subscriber_new(&d->subscriber,
                                    &(lyt_subscriber_options){.net = d->net,
                                                              .bus = d->at.bus,
                                                              .replay = d->at.replay,
                                                              .topics = topics,
                                                              .n_topics = 3,
                                                              .since = -1,
                                                              .on_event = on_event,
                                                              .user = d},
                                    err);
    /* the first heartbeat says from where on it hears */
    while (!status && lyt_subscriber_seq(d->subscriber) < 0 && !lyt_online_stopped()) {
        status = lyt_subscriber_step(d->subscriber, 100);
        status = status == LYT_ETIMEOUT ? LYT_OK : status;
    }
    if (!status)
        status = begin(d, err);
    if (!status)
        status = listen(d, err);
    return status ? status : end(d, err);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    const lyt_houseline line = {v->state, v->key, v->server_key, NULL, false, v->language};
    drill d = {.call = call};
    lyt_error err = {0};
    lyt_status status;

    if (!v->text)
        return lyt_console_misuse(call->console,
                                  "what does the guest who is none say? give --text WORDS");
    lyt_online_catch_signals();
    lyt_buf_init(&d.text, NULL);
    lyt_housewords_open(&d.words, v->json ? NULL : &line, v->language);
    status = hold(&d, &err);
    if (!status && v->json)
        print_json(&d);
    else if (!status)
        print(&d);
    lyt_housewords_close(&d.words);
    lyt_subscriber_free(d.subscriber);
    lyt_asker_free(d.submit);
    lyt_net_free(d.net);
    lyt_buf_deinit(&d.text);
    if (status)
        return lyt_console_error(call->console, &err);
    return is_good(&d) ? LYT_EXIT_DONE : LYT_EXIT_FAILED;
}

static const lyt_sample samples[] = {
    {"lyt drill --text 'Der er ingen varmt vand' --place 214", "the machine's part, in a second"},
    {"lyt drill --text 'No hot water' --place 214 --wait 600", "and whether somebody takes it on"},
};

const lyt_command lyt_cmd_drill = {
    .name = "drill",
    .summary = "Fail on purpose: try the whole chain, and never a guest",
    .usage = "--text WORDS [--place NAME] [--wait S] [--limit MS] [--json]",
    .description =
        "Sends a message on the channel drill through the real chain of a running house and says "
        "when it was on the disk, when the alarm came, who was told and when, and with --wait when "
        "somebody took it on. Then it takes the incident back, and all who were told hear that it "
        "was a drill.\n"
        "\n"
        "A drill is marked on the bus and meets no other incident; nothing is given in it, no "
        "guest "
        "hears of it, and it is in no figure but its own. Holding one needs the right to "
        "command.\n"
        "\n"
        "Ends with 1 when nobody was told within --limit, or nobody took it on within --wait.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
