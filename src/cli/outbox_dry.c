#include "outbox_dry.h"

#include <stdio.h>
#include <string.h>

#include "contactseal.h"
#include "outbox_render.h"
#include "route_pack.h"
#include "smslen.h"
#include "watch.h"

enum { health = LYT_NOTICE_COUNT, sample_number = 12 };

/* Of the form that each kind needs, and known to all: what is shown holds no secret. */
static lyt_str sample_secret(lyt_way_kind kind)
{
    switch (kind) {
    case LYT_WAY_WEBHOOK:
        return LYT_STR("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    case LYT_WAY_TWILIO:
    case LYT_WAY_46ELKS:
    case LYT_WAY_MEWS:
        return LYT_STR("ACCOUNT:SECRET");
    case LYT_WAY_SLACK:
    case LYT_WAY_TEAMS:
        return LYT_STR("https://URL-IN-THE-SECRET");
    case LYT_WAY_MAIL:
    case LYT_WAY_ALERTMANAGER:
        return LYT_STR("");
    case LYT_WAY_GATEWAYAPI:
    case LYT_WAY_PAGERDUTY:
    case LYT_WAY_KIND_COUNT:
        break;
    }
    return LYT_STR("SECRET");
}

static const char *event_name(unsigned event)
{
    return event == health ? "health" : lyt_notice_name((lyt_notice)event);
}

/* How an incident ended, as a way to the house's own system of guests has it. */
static const char sample_note[] =
    "{\"stay\":\"1dc0c6bf-2ce6-4a9f-af97-af5c01676720\",\"recovered\":true,\"score\":9,"
    "\"reopened\":0,\"gestures\":[{\"gesture\":\"fruit-plate\",\"amount\":6000,\"currency\":"
    "\"DKK\"}]}";

static lyt_out_facts sample_facts(const lyt_outbox_dry *dry, const lyt_settings *s,
                                  const lyt_way *way, unsigned event, int64_t now_us)
{
    const char *who = dry->who      ? dry->who
                      : way->n_to   ? way->to[0].who
                      : s->n_people ? s->people[0].id
                                    : "";
    bool is_health = event == health;

    return (lyt_out_facts){
        .event = event,
        .incident = is_health ? 0 : sample_number,
        .severity = (int)dry->severity,
        .at_us = now_us,
        .since_us = now_us,
        .who = lyt_str_of(who),
        .owner = is_health ? LYT_STR("") : lyt_str_of(who),
        .scenario = is_health ? LYT_STR("") : lyt_str_of(dry->scenario),
        .place = is_health ? LYT_STR("") : lyt_str_of(dry->place),
        .property = is_health ? LYT_STR("") : lyt_str_of(s->id),
        .team = is_health || !s->n_teams ? LYT_STR("") : lyt_str_of(s->teams[0].id),
        .state = is_health ? LYT_STR("") : LYT_STR("new"),
        .evidence = is_health ? LYT_STR("") : LYT_STR("…"),
        .what = is_health ? LYT_STR("worker-lost") : LYT_STR(""),
        .note = is_health ? LYT_STR("…") : LYT_STR(""),
        .message = is_health ? LYT_STR("") : LYT_STR("…"),
        .data = event == LYT_NOTICE_RECOVERED ? lyt_str_of(sample_note) : LYT_STR("{}"),
    };
}

static lyt_exit find_event(const lyt_call *call, const lyt_way *way, const char *name,
                           unsigned *out)
{
    const char *names[LYT_NOTICE_COUNT + 1];
    const char *near;
    size_t n = 0;

    for (unsigned i = 0; i <= health; i++) {
        if (!(way->events >> i & 1U) && i != health)
            continue;
        names[n++] = event_name(i);
        if (strcmp(event_name(i), name) == 0) {
            *out = i;
            return LYT_EXIT_DONE;
        }
    }
    near = lyt_nearest_name(lyt_str_of(name), names, n);
    return lyt_console_misuse(call->console, "'%s' does not go by '%s'%s%s%s", name, way->id,
                              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static lyt_exit find_way(const lyt_call *call, const lyt_settings *s, const char *id,
                         const lyt_way **out)
{
    *out = lyt_settings_way(s, lyt_str_of(id));
    if (*out)
        return LYT_EXIT_DONE;
    if (!s->n_ways)
        return lyt_console_complain(
            call->console, "%s has no ways; docs/ways-out.md says how to write them", s->file);
    return lyt_console_complain(call->console, "%s has no way '%s'; the first one is '%s'", s->file,
                                id, s->ways[0].id);
}

/* The signature would be of the made-up secret. */
static void add_headers(lyt_buf *out, lyt_str headers)
{
    for (size_t at = 0; at < headers.len;) {
        size_t end = lyt_str_find(headers, '\n', at);
        lyt_str line = lyt_str_slice(headers, at, end);

        if (lyt_str_begins(line, LYT_STR("webhook-signature:")))
            line = LYT_STR("webhook-signature: v1,SIGNED-WHEN-SENT");
        lyt_buf_add(out, line);
        lyt_buf_add_char(out, '\n');
        at = end + 1;
    }
}

static void print(lyt_buf *out, const lyt_out_job *job, const lyt_out_request *request)
{
    lyt_buf_add_text(out, job->way->kind == LYT_WAY_MAIL ? "SEND " : "POST ");
    lyt_buf_add(out, lyt_buf_str(&request->url));
    lyt_buf_add_char(out, '\n');
    if (request->is_mail)
        lyt_buf_addf(out, "MAIL FROM:%.*s RCPT TO:%.*s\n",
                     LYT_STR_ARG(lyt_buf_str(&request->mail_from)),
                     LYT_STR_ARG(lyt_buf_str(&request->mail_to)));
    if (request->login.len)
        lyt_buf_add_text(out, "Authorization: Basic (from the secret)\n");
    add_headers(out, lyt_buf_str(&request->headers));
    lyt_buf_add_char(out, '\n');
    lyt_buf_add(out, lyt_buf_str(&request->body));
    if (!request->is_mail)
        lyt_buf_add_char(out, '\n');
}

static void print_json(lyt_buf *out, const lyt_out_job *job, const lyt_out_request *request)
{
    lyt_buf part;
    lyt_jw jw;

    lyt_buf_init(&part, NULL);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "way", lyt_str_of(job->way->id));
    lyt_jw_kstr(&jw, "kind", lyt_str_of(lyt_way_kind_name(job->way->kind)));
    lyt_jw_kstr(&jw, "event", lyt_str_of(event_name(job->facts->event)));
    lyt_out_words(&part, job, true);
    lyt_jw_kstr(&jw, "subject", lyt_buf_str(&part));
    lyt_buf_reset(&part);
    lyt_out_words(&part, job, false);
    lyt_jw_kstr(&jw, "text", lyt_buf_str(&part));
    lyt_jw_kstr(&jw, "url", lyt_buf_str(&request->url));
    lyt_buf_reset(&part);
    add_headers(&part, lyt_buf_str(&request->headers));
    lyt_jw_kstr(&jw, "headers", lyt_buf_str(&part));
    lyt_jw_kstr(&jw, "body", lyt_buf_str(&request->body));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
    lyt_buf_deinit(&part);
}

/* What scenarios are called, as the sender knows it. Complains itself. */
static lyt_exit load_names(const lyt_call *call, const lyt_settings *s, lyt_out_names **out)
{
    lyt_pack *pack = NULL;
    lyt_exit code = lyt_route_pack_load(call, s, &pack);

    if (code == LYT_EXIT_DONE && lyt_out_names_of(out, NULL, pack))
        code = lyt_console_complain(call->console, "out of memory");
    lyt_pack_free(pack);
    return code;
}

static lyt_exit try_one(const lyt_call *call, const lyt_outbox_dry *dry, const lyt_settings *s,
                        const lyt_way *way, const lyt_out_names *names, unsigned event)
{
    static const lyt_way_language languages[] = {LYT_WAY_DA, LYT_WAY_EN};
    int64_t now_us = lyt_clock_wall_us(call->console->clock);
    lyt_out_facts facts = sample_facts(dry, s, way, event, now_us);
    lyt_out_job job = {.settings = s,
                       .way = way,
                       .facts = &facts,
                       .names = names,
                       .publisher = "0123456789abcdef",
                       .row = 1,
                       .secret = sample_secret(way->kind),
                       .now_us = now_us};
    lyt_out_request request;
    lyt_buf text;
    lyt_error err;
    lyt_status status;

    if (dry->language)
        job.language = &languages[strcmp(dry->language, "en") == 0];
    lyt_buf_init(&text, NULL);
    lyt_out_request_init(&request, NULL);
    status = lyt_out_compose(&request, &job, &err);
    if (!status) {
        if (dry->json)
            print_json(&text, &job, &request);
        else
            print(&text, &job, &request);
        lyt_console_write_buf(call->console, &text);
    }
    lyt_out_request_deinit(&request);
    lyt_buf_deinit(&text);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static void print_guest_json(lyt_buf *out, const lyt_way *way, lyt_reply_kind kind, lyt_str text,
                             const lyt_out_request *request)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "way", lyt_str_of(way->id));
    lyt_jw_kstr(&jw, "kind", lyt_str_of(lyt_way_kind_name(way->kind)));
    lyt_jw_kstr(&jw, "event", lyt_str_of(lyt_reply_kind_name(kind)));
    lyt_jw_kstr(&jw, "text", text);
    lyt_jw_kint(&jw, "sms", (int64_t)lyt_sms_length(text).parts);
    lyt_jw_kstr(&jw, "url", lyt_buf_str(&request->url));
    lyt_jw_kstr(&jw, "headers", lyt_buf_str(&request->headers));
    lyt_jw_kstr(&jw, "body", lyt_buf_str(&request->body));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

/* Kinds that a way to guests may be tried with; the first reply is the scenario's to say. */
static bool is_to_guests(const lyt_way *way, const char *name, lyt_reply_kind *kind)
{
    return way->for_guests && lyt_reply_kind_parse(kind, lyt_str_of(name)) == LYT_OK &&
           *kind != LYT_REPLY_FIRST;
}

/* What a guest would get, as it would go out. */
static lyt_exit try_guest(const lyt_call *call, const lyt_outbox_dry *dry, const lyt_settings *s,
                          const lyt_way *way, lyt_reply_kind kind)
{
    lyt_str language = lyt_str_of(dry->language ? dry->language : s->replies.language);
    lyt_out_way to = {.kind = (lyt_out_kind)way->kind,
                      .url = lyt_str_of(way->url),
                      .from = lyt_str_of(way->from),
                      .secret = sample_secret(way->kind)};
    lyt_out_note note = {.key = LYT_STR("lyt-0123456789abcdef-1"),
                         .thread = LYT_STR("lyt-0123456789abcdef-g1"),
                         .subject = lyt_str_of(s->replies.house ? s->replies.house : s->id),
                         .to = way->kind == LYT_WAY_MAIL ? LYT_STR("guest@example.com")
                                                         : LYT_STR("+4512345678"),
                         .now_us = lyt_clock_wall_us(call->console->clock)};
    lyt_out_facts facts = {.event = health};
    lyt_out_job job = {.settings = s, .way = way, .facts = &facts};
    lyt_out_request request;
    lyt_buf text, out;
    lyt_error err;
    lyt_status status;

    lyt_buf_init(&text, NULL);
    lyt_buf_init(&out, NULL);
    lyt_out_request_init(&request, NULL);
    status = lyt_reply_write(&text, s,
                             &(lyt_reply_message){.kind = kind,
                                                  .words = lyt_reply_words(&s->replies, kind, language),
                                                  .language = language,
                                                  .incident = sample_number,
                                                  .has_refund = s->refunds.is_there},
                             &err);
    note.text = lyt_buf_str(&text);
    if (!status)
        status = lyt_out_write(&request, &to, &note, &err);
    if (!status && dry->json)
        print_guest_json(&out, way, kind, note.text, &request);
    else if (!status)
        print(&out, &job, &request);
    lyt_console_write_buf(call->console, &out);
    lyt_out_request_deinit(&request);
    lyt_buf_deinit(&out);
    lyt_buf_deinit(&text);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

lyt_exit lyt_outbox_dry_try(const lyt_call *call, const lyt_outbox_dry *dry, const char *way_id,
                            const char *event_id)
{
    lyt_settings *settings = NULL;
    const lyt_way *way = NULL;
    lyt_out_names *names = NULL;
    lyt_reply_kind kind;
    unsigned event = 0;
    lyt_exit code = lyt_deskfile_read(call, dry->settings, dry->pack, &settings);

    if (code == LYT_EXIT_DONE)
        code = find_way(call, settings, way_id, &way);
    if (code == LYT_EXIT_DONE && is_to_guests(way, event_id, &kind)) {
        code = try_guest(call, dry, settings, way, kind);
        lyt_settings_free(settings);
        return code;
    }
    if (code == LYT_EXIT_DONE)
        code = find_event(call, way, event_id, &event);
    if (code == LYT_EXIT_DONE && dry->who && way->n_to &&
        !lyt_way_address(way, lyt_str_of(dry->who)))
        code =
            lyt_console_complain(call->console, "'%s' has no address for '%s'", way->id, dry->who);
    if (code == LYT_EXIT_DONE)
        code = load_names(call, settings, &names);
    if (code == LYT_EXIT_DONE)
        code = try_one(call, dry, settings, way, names, event);
    lyt_out_names_free(names);
    lyt_settings_free(settings);
    return code;
}

static size_t parts_of(const lyt_out_job *job)
{
    lyt_buf words, text;
    size_t parts;

    lyt_buf_init(&words, NULL);
    lyt_buf_init(&text, NULL);
    lyt_out_words(&words, job, false);
    lyt_sms_write(&text, lyt_buf_str(&words));
    parts = lyt_sms_length(lyt_buf_str(&text)).parts;
    lyt_buf_deinit(&words);
    lyt_buf_deinit(&text);
    return parts;
}

/* The longest of its texts, in SMS, whatever fails. */
static size_t most_parts(const lyt_outbox_dry *dry, const lyt_settings *s, const lyt_way *way,
                         const lyt_out_names *names, int64_t now_us)
{
    size_t most = 0;

    for (unsigned event = 0; event <= health; event++) {
        for (size_t i = 0; i < LYT_WAY_LANGUAGES * lyt_out_names_count(names); i++) {
            lyt_way_language spoken = (lyt_way_language)(i % LYT_WAY_LANGUAGES);
            lyt_out_facts facts = sample_facts(dry, s, way, event, now_us);
            lyt_out_job job = {.settings = s,
                               .way = way,
                               .facts = &facts,
                               .names = names,
                               .language = &spoken};
            size_t parts;

            if (!(way->events >> event & 1U))
                continue;
            facts.evidence = facts.message = LYT_STR("dirty towels");
            if (event != health)
                facts.scenario = lyt_str_of(lyt_out_names_id(names, i / LYT_WAY_LANGUAGES));
            parts = parts_of(&job);
            most = parts > most ? parts : most;
        }
    }
    return most;
}

static bool is_sms(lyt_way_kind kind)
{
    return kind == LYT_WAY_GATEWAYAPI || kind == LYT_WAY_TWILIO || kind == LYT_WAY_46ELKS;
}

static void add_check(lyt_jw *jw, lyt_buf *out, const lyt_outbox_dry *dry, const lyt_way *way,
                      const char *problem, size_t parts)
{
    const char *where = way->url ? way->url : "";

    if (!dry->json) {
        lyt_buf_addf(out, "%-16s %-12s %s", way->id, lyt_way_kind_name(way->kind),
                     problem ? problem : "ok");
        if (parts)
            lyt_buf_addf(out, ", at most %zu SMS each", parts);
        lyt_buf_add_char(out, '\n');
        return;
    }
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "way", lyt_str_of(way->id));
    lyt_jw_kstr(jw, "kind", lyt_str_of(lyt_way_kind_name(way->kind)));
    lyt_jw_kstr(jw, "url", lyt_str_of(where));
    lyt_jw_kbool(jw, "ok", !problem);
    if (problem)
        lyt_jw_kstr(jw, "error", lyt_str_of(problem));
    if (parts)
        lyt_jw_kint(jw, "sms", (int64_t)parts);
    lyt_jw_object_end(jw);
}

/* What seals guests' addresses, where the settings name a file for it. */
static lyt_status check_key(const char *path, lyt_error *err)
{
    lyt_contact_key key;
    lyt_status status = lyt_contact_key_load(&key, NULL, lyt_fs_system(), path, false, err);

    if (!status)
        lyt_contact_key_deinit(&key);
    return status;
}

lyt_exit lyt_outbox_dry_check(const lyt_call *call, const lyt_outbox_dry *dry)
{
    int64_t now_us = lyt_clock_wall_us(call->console->clock);
    lyt_settings *s = NULL;
    lyt_out_names *names = NULL;
    lyt_exit code = lyt_deskfile_read(call, dry->settings, dry->pack, &s);
    lyt_buf out, secret;
    lyt_jw jw;

    if (code == LYT_EXIT_DONE && s->n_ways)
        code = load_names(call, s, &names);
    if (code) {
        lyt_settings_free(s);
        return code;
    }
    lyt_buf_init(&out, NULL);
    lyt_buf_init(&secret, NULL);
    lyt_jw_init(&jw, &out);
    if (dry->json)
        lyt_jw_array(&jw);
    for (size_t i = 0; i < s->n_ways; i++) {
        const lyt_way *way = &s->ways[i];
        char problem[512];
        lyt_error err;
        lyt_status status = lyt_out_secret(&secret, lyt_fs_system(), way, &err);

        if (secret.data)
            memset(secret.data, 0, secret.cap);
        if (!status && way->for_guests && s->replies.key_file)
            status = check_key(s->replies.key_file, &err);
        if (status)
            code = LYT_EXIT_FAILED;
        add_check(&jw, &out, dry, way,
                  status ? lyt_error_format(&err, problem, sizeof problem) : NULL,
                  is_sms(way->kind) ? most_parts(dry, s, way, names, now_us) : 0);
    }
    if (dry->json)
        lyt_jw_array_end(&jw);
    if (dry->json)
        lyt_buf_add_char(&out, '\n');
    else if (!s->n_ways)
        lyt_buf_addf(&out, "%s has no ways\n", s->file);
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    lyt_buf_deinit(&secret);
    lyt_out_names_free(names);
    lyt_settings_free(s);
    return code;
}
