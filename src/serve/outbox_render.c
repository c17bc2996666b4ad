#include "outbox_render.h"

#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "daycal.h"
#include "mem.h"
#include "secret.h"
#include "watch.h"

_Static_assert((int)LYT_WAY_KIND_COUNT == (int)LYT_OUT_KIND_COUNT &&
                   (int)LYT_WAY_PAGERDUTY == (int)LYT_OUT_PAGERDUTY &&
                   (int)LYT_WAY_46ELKS == (int)LYT_OUT_46ELKS &&
                   (int)LYT_WAY_ALERTMANAGER == (int)LYT_OUT_ALERTMANAGER,
               "the kinds of ways are in one order");

enum { alarm_bytes_max = 1 << 20, number_bytes = 24, words_shown = 6 };

typedef struct named {
    char *id, *team, *name[LYT_WAY_LANGUAGES];
    char *prevents, *steps[LYT_WAY_LANGUAGES]; /* who prevents it, and how; NULL: not said */
    int severity;
} named;

/* What a property has otherwise than the pack: whose a scenario is there, and how grave. */
typedef struct elsewhere {
    char *property, *team;
    size_t row;
    int severity;
} elsewhere;

struct lyt_out_names {
    const lyt_alloc *alloc;
    elsewhere *others;
    size_t n_others, cap_others;
    size_t n;
    named rows[];
};

static char *copy_name(const lyt_alloc *alloc, const lyt_scenario *scenario, const lyt_lexis *lexis,
                       lyt_str code)
{
    lyt_language language = lyt_lexis_find(lexis, code);
    const char *name = (size_t)language < lyt_languages_max ? scenario->name.by[language] : NULL;

    return lyt_mem_strdup(alloc, lyt_str_of(name ? name : scenario->id));
}

/* false without memory. */
static bool copy_prevention(const lyt_alloc *alloc, const lyt_scenario *scenario,
                            const lyt_lexis *lexis, named *row)
{
    static const char *const codes[] = {[LYT_WAY_DA] = "da", [LYT_WAY_EN] = "en"};

    if (!scenario->prevention_owner)
        return true;
    row->prevents = lyt_mem_strdup(alloc, lyt_str_of(scenario->prevention_owner));
    if (!row->prevents)
        return false;
    for (size_t k = 0; k < LYT_WAY_LANGUAGES; k++) {
        lyt_language language = lyt_lexis_find(lexis, lyt_str_of(codes[k]));
        const char *steps =
            (size_t)language < lyt_languages_max ? scenario->checklist.by[language] : NULL;

        if (!steps)
            continue;
        row->steps[k] = lyt_mem_strdup(alloc, lyt_str_of(steps));
        if (!row->steps[k])
            return false;
    }
    return true;
}

static lyt_status copy_others(lyt_out_names *names, const lyt_pack *pack, const char *property)
{
    const lyt_scenario *here = lyt_pack_at(pack, lyt_str_of(property));

    for (size_t i = 0; i < names->n; i++) {
        elsewhere *other;

        if (here[i].severity == names->rows[i].severity &&
            strcmp(here[i].team, names->rows[i].team) == 0)
            continue;
        if (lyt_mem_grow(names->alloc, &names->others, &names->cap_others, names->n_others + 1,
                         sizeof *names->others))
            return LYT_ENOMEM;
        other = &names->others[names->n_others++];
        *other = (elsewhere){.property = lyt_mem_strdup(names->alloc, lyt_str_of(property)),
                             .team = lyt_mem_strdup(names->alloc, lyt_str_of(here[i].team)),
                             .row = i,
                             .severity = here[i].severity};
        if (!other->property || !other->team)
            return LYT_ENOMEM;
    }
    return LYT_OK;
}

lyt_status lyt_out_names_new(lyt_out_names **out, const lyt_alloc *alloc,
                             const lyt_classifier *classifier)
{
    return lyt_out_names_of(out, alloc, classifier ? lyt_classifier_pack(classifier) : NULL);
}

lyt_status lyt_out_names_of(lyt_out_names **out, const lyt_alloc *alloc, const lyt_pack *pack)
{
    size_t n = pack ? lyt_pack_scenarios(pack) : 0;
    lyt_out_names *names = lyt_mem_new(alloc, sizeof *names + n * sizeof *names->rows);

    if (!names)
        return LYT_ENOMEM;
    names->alloc = alloc;
    for (; names->n < n; names->n++) {
        const lyt_scenario *scenario = lyt_pack_scenario(pack, names->n);
        named *row = &names->rows[names->n];

        row->id = lyt_mem_strdup(alloc, lyt_str_of(scenario->id));
        row->team = lyt_mem_strdup(alloc, lyt_str_of(scenario->team));
        row->severity = scenario->severity;
        row->name[LYT_WAY_DA] = copy_name(alloc, scenario, lyt_pack_lexis(pack), LYT_STR("da"));
        row->name[LYT_WAY_EN] = copy_name(alloc, scenario, lyt_pack_lexis(pack), LYT_STR("en"));
        if (!row->id || !row->team || !row->name[LYT_WAY_DA] || !row->name[LYT_WAY_EN] ||
            !copy_prevention(alloc, scenario, lyt_pack_lexis(pack), row)) {
            names->n++;
            lyt_out_names_free(names);
            return LYT_ENOMEM;
        }
    }
    for (size_t i = 0; pack && i < lyt_pack_properties(pack); i++) {
        if (!copy_others(names, pack, lyt_pack_property(pack, i)))
            continue;
        lyt_out_names_free(names);
        return LYT_ENOMEM;
    }
    *out = names;
    return LYT_OK;
}

void lyt_out_names_free(lyt_out_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < names->n; i++) {
        lyt_mem_free(names->alloc, names->rows[i].id);
        lyt_mem_free(names->alloc, names->rows[i].team);
        lyt_mem_free(names->alloc, names->rows[i].prevents);
        for (size_t k = 0; k < LYT_WAY_LANGUAGES; k++) {
            lyt_mem_free(names->alloc, names->rows[i].name[k]);
            lyt_mem_free(names->alloc, names->rows[i].steps[k]);
        }
    }
    for (size_t i = 0; i < names->n_others; i++) {
        lyt_mem_free(names->alloc, names->others[i].property);
        lyt_mem_free(names->alloc, names->others[i].team);
    }
    lyt_mem_free(names->alloc, names->others);
    lyt_mem_free(names->alloc, names);
}

size_t lyt_out_names_count(const lyt_out_names *names)
{
    return names ? names->n : 0;
}

const char *lyt_out_names_id(const lyt_out_names *names, size_t index)
{
    return names->rows[index].id;
}

void lyt_out_names_at(const lyt_out_names *names, size_t index, lyt_str property,
                      const char **team, int *severity)
{
    *team = names->rows[index].team;
    *severity = names->rows[index].severity;
    for (size_t i = 0; i < names->n_others; i++) {
        const elsewhere *other = &names->others[i];

        if (other->row != index || !lyt_str_equal(lyt_str_of(other->property), property))
            continue;
        *team = other->team;
        *severity = other->severity;
    }
}

void lyt_out_names_write(lyt_jw *jw, const lyt_out_names *names)
{
    lyt_jw_key(jw, "scenarios");
    lyt_jw_array(jw);
    for (size_t i = 0; names && i < names->n; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "scenario", lyt_str_of(names->rows[i].id));
        lyt_jw_kstr(jw, "da", lyt_str_of(names->rows[i].name[LYT_WAY_DA]));
        lyt_jw_kstr(jw, "en", lyt_str_of(names->rows[i].name[LYT_WAY_EN]));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static void write_steps(lyt_jw *jw, const char *key, const char *steps)
{
    lyt_str all = lyt_str_of(steps ? steps : "");

    lyt_jw_key(jw, key);
    lyt_jw_array(jw);
    for (size_t at = 0; at < all.len;) {
        size_t end = lyt_str_find(all, '\n', at);

        lyt_jw_str(jw, lyt_str_slice(all, at, end));
        at = end + 1;
    }
    lyt_jw_array_end(jw);
}

void lyt_out_names_write_prevention(lyt_jw *jw, const lyt_out_names *names, lyt_str id)
{
    for (size_t i = 0; names && i < names->n; i++) {
        const named *row = &names->rows[i];

        if (!row->prevents || !lyt_str_equal(lyt_str_of(row->id), id))
            continue;
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "scenario", id);
        lyt_jw_kstr(jw, "owner", lyt_str_of(row->prevents));
        write_steps(jw, "da", row->steps[LYT_WAY_DA]);
        write_steps(jw, "en", row->steps[LYT_WAY_EN]);
        lyt_jw_object_end(jw);
    }
}

static lyt_str name_of(const lyt_out_names *names, lyt_str id, lyt_way_language language)
{
    for (size_t i = 0; names && i < names->n; i++)
        if (lyt_str_equal(lyt_str_of(names->rows[i].id), id))
            return lyt_str_of(names->rows[i].name[language]);
    return id;
}

typedef struct reading {
    lyt_buf *text;
    lyt_json **tree;
    lyt_error *err;
} reading;

static lyt_status take_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    reading *r = user;

    (void)seq;
    (void)at_us;
    (void)topic;
    if (r->text)
        lyt_buf_add(r->text, json);
    return lyt_json_parse(r->tree, json, alarm_bytes_max, r->err);
}

static lyt_status take_message(void *user, const lyt_feedback *feedback, lyt_str verdict)
{
    (void)verdict;
    lyt_buf_add(user, feedback->text);
    return LYT_OK;
}

static void add_evidence(lyt_buf *out, const lyt_json *words)
{
    for (size_t i = 0; i < lyt_json_len(words) && i < words_shown; i++) {
        lyt_str word;

        if (!lyt_json_str(lyt_json_at(words, i), &word))
            continue;
        if (out->len)
            lyt_buf_add_text(out, ", ");
        lyt_buf_add(out, word);
    }
}

/* The alarm may be gone or never have been (a trigger found it): then it has no evidence. */
static lyt_status read_alarm(lyt_out_sheet *s, lyt_store *store, int64_t seq, bool is_internal,
                             lyt_error *err)
{
    reading r = {NULL, &s->alarm, err};
    int64_t feedback;
    lyt_status status = lyt_store_get_event(store, seq, take_event, &r, err);

    if (status)
        return status == LYT_ENOTFOUND ? LYT_OK : status;
    add_evidence(&s->evidence, lyt_json_get(s->alarm, "evidence"));
    feedback = lyt_json_number(s->alarm, "feedback");
    if (!is_internal || !feedback)
        return LYT_OK;
    status = lyt_store_get_feedback(store, feedback, take_message, &s->message, err);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

static lyt_status read_incident(lyt_out_sheet *s, lyt_store *store, int64_t id, lyt_error *err)
{
    lyt_status status = lyt_store_get_incident(store, id, &s->incident, err);

    if (status)
        return status;
    s->facts.team = lyt_str_of(s->incident.team);
    s->facts.since_us = s->incident.opened_us;
    return LYT_OK;
}

static bool shows_scenario(const lyt_out_sheet *s)
{
    return lyt_str_equal(lyt_json_text(s->event, "scenario"), lyt_str_of(s->incident.scenario));
}

static void fill_facts(lyt_out_sheet *s, const lyt_outbox_row *row)
{
    lyt_out_facts *f = &s->facts;

    f->event = row->event;
    f->incident = row->incident;
    f->severity = (int)lyt_json_number(s->event, "severity");
    (void)lyt_json_bool(lyt_json_get(s->event, "drill"), &f->is_drill);
    f->at_us = row->at_us;
    f->who = lyt_json_text(s->event, "who");
    f->owner = lyt_json_text(s->event, "owner");
    f->scenario = lyt_json_text(s->event, "scenario");
    f->place = lyt_json_text(s->event, "place");
    f->property = lyt_json_text(s->event, "property");
    f->state = lyt_json_text(s->event, "state");
    f->what = lyt_json_text(s->event, "what");
    f->note = lyt_json_text(s->event, "note");
    f->evidence = lyt_buf_str(&s->evidence);
    f->message = lyt_buf_str(&s->message);
    f->data = lyt_buf_str(&s->data);
    if (!f->since_us)
        f->since_us = row->at_us;
}

lyt_status lyt_out_sheet_read(lyt_out_sheet *s, const lyt_alloc *alloc, lyt_store *store,
                              const lyt_outbox_row *row, bool is_internal, lyt_error *err)
{
    reading r = {&s->data, &s->event, err};
    lyt_status status;

    memset(s, 0, sizeof *s);
    s->alloc = alloc;
    lyt_buf_init(&s->data, alloc);
    lyt_buf_init(&s->evidence, alloc);
    lyt_buf_init(&s->message, alloc);
    status = lyt_store_get_event(store, row->seq, take_event, &r, err);
    if (!status && row->incident)
        status = read_incident(s, store, row->incident, err);
    if (!status && row->alarm_seq && shows_scenario(s))
        status = read_alarm(s, store, row->alarm_seq, is_internal, err);
    if (!status)
        fill_facts(s, row);
    if (!status &&
        (lyt_buf_status(&s->data) || lyt_buf_status(&s->evidence) || lyt_buf_status(&s->message)))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for what is to be sent");
    if (status)
        lyt_out_sheet_deinit(s);
    return status;
}

void lyt_out_sheet_deinit(lyt_out_sheet *s)
{
    lyt_json_free(s->event);
    lyt_json_free(s->alarm);
    s->event = s->alarm = NULL;
    lyt_buf_deinit(&s->data);
    lyt_buf_deinit(&s->evidence);
    lyt_buf_deinit(&s->message);
}

/* A person is written to in the person's language, if that is one of the two. */
static lyt_way_language language_of(const lyt_out_job *job)
{
    const lyt_person *person = lyt_way_is_addressed(job->way->kind)
                                   ? lyt_settings_person(job->settings, job->facts->who)
                                   : NULL;

    if (job->language)
        return *job->language;
    if (!person || !person->language)
        return job->way->language;
    if (strcmp(person->language, "da") == 0)
        return LYT_WAY_DA;
    return strcmp(person->language, "en") == 0 ? LYT_WAY_EN : job->way->language;
}

/* Who somebody is, for those within the house; others see what the bus shows, the id. */
static lyt_str shown(const lyt_out_job *job, lyt_str id)
{
    const lyt_person *person =
        job->way->is_internal ? lyt_settings_person(job->settings, id) : NULL;

    return person ? lyt_str_of(person->name) : id;
}

void lyt_out_words(lyt_buf *out, const lyt_out_job *job, bool is_subject)
{
    const lyt_out_facts *f = job->facts;
    lyt_way_language language = language_of(job);
    lyt_local local = lyt_local_at(job->settings->zone, f->at_us);
    lyt_date date = lyt_date_of(local.days);
    char incident[number_bytes], severity[number_bytes], time[number_bytes], day[40];
    lyt_str values[LYT_WAY_FIELD_COUNT] = {{NULL, 0}};

    snprintf(incident, sizeof incident, "%lld", (long long)f->incident);
    snprintf(severity, sizeof severity, "%d", f->severity);
    snprintf(time, sizeof time, "%02d:%02d", local.minute / 60 % 24, local.minute % 60);
    snprintf(day, sizeof day, "%04d-%02d-%02d", date.year, date.month, date.day);
    values[LYT_WAY_EVENT] = lyt_str_of(lyt_waytext_event(f->event, language));
    if (f->incident) {
        values[LYT_WAY_INCIDENT] = lyt_str_of(incident);
        values[LYT_WAY_SEVERITY] = lyt_str_of(severity);
    }
    values[LYT_WAY_SCENARIO] = name_of(job->names, f->scenario, language);
    values[LYT_WAY_PLACE] = f->place;
    values[LYT_WAY_PROPERTY] = f->property;
    values[LYT_WAY_TEAM] = f->team;
    values[LYT_WAY_STATE] = f->state;
    values[LYT_WAY_OWNER] = shown(job, f->owner);
    values[LYT_WAY_WHO] = shown(job, f->who);
    values[LYT_WAY_EVIDENCE] = f->evidence;
    values[LYT_WAY_TIME] = lyt_str_of(time);
    values[LYT_WAY_DATE] = lyt_str_of(day);
    values[LYT_WAY_HOUSE] = lyt_str_of(job->settings->id);
    values[LYT_WAY_WHAT] = f->what;
    values[LYT_WAY_NOTE] = f->note;
    if (job->way->is_internal)
        values[LYT_WAY_MESSAGE] = f->message;
    /* figures, in whole sentences: they need no words around them */
    if (f->event == LYT_NOTICE_COUNT && lyt_str_equal(f->what, LYT_STR("digest"))) {
        lyt_buf_add(out, f->note);
        return;
    }
    if (f->is_drill)
        lyt_buf_add_text(out, language == LYT_WAY_DA ? "ØVELSE: " : "DRILL: ");
    lyt_waytext_fill(out, lyt_str_of(lyt_waytext_find(job->way, f->event, language, is_subject)),
                     values);
}

static lyt_out_step step_of(unsigned event)
{
    return event == LYT_NOTICE_ACK      ? LYT_OUT_TAKEN
           : event == LYT_NOTICE_CLOSED ? LYT_OUT_OVER
                                        : LYT_OUT_OPEN;
}

lyt_status lyt_out_compose(lyt_out_request *out, const lyt_out_job *job, lyt_error *err)
{
    const lyt_out_facts *f = job->facts;
    bool is_health = f->event == LYT_NOTICE_COUNT;
    const char *address = lyt_way_address(job->way, f->who);
    char key[64], thread[64];
    lyt_out_way way = {.kind = (lyt_out_kind)job->way->kind,
                       .url = lyt_str_of(job->way->url),
                       .from = lyt_str_of(job->way->from),
                       .secret = job->secret,
                       .source = lyt_str_of(job->settings->id)};
    lyt_out_note note = {.event = is_health ? LYT_STR("health")
                                            : lyt_str_of(lyt_notice_name((lyt_notice)f->event)),
                         .step = step_of(f->event),
                         .data = f->data,
                         .to = lyt_str_of(address),
                         .scenario = is_health ? f->what : f->scenario,
                         .place = f->place,
                         .property = f->property,
                         .team = f->team,
                         .state = f->state,
                         .language = job->way->language == LYT_WAY_DA ? LYT_STR("da")
                                                                      : LYT_STR("en"),
                         .incident = f->incident,
                         .severity = is_health ? 3 : f->severity,
                         .at_us = f->at_us,
                         .since_us = f->since_us,
                         .now_us = job->now_us,
                         /* four repetitions may be lost on the way */
                         .stands_us = 5 * job->way->repeat_us};
    lyt_buf text, subject;
    lyt_status status;

    snprintf(key, sizeof key, "lyt-%s-%lld", job->publisher, (long long)job->row);
    if (is_health)
        snprintf(thread, sizeof thread, "lyt-%s-%.*s", job->publisher,
                 LYT_STR_ARG(lyt_str_slice(f->what, 0, 32)));
    else
        snprintf(thread, sizeof thread, "lyt-%s-i%lld", job->publisher, (long long)f->incident);
    note.key = lyt_str_of(key);
    note.thread = lyt_str_of(thread);
    lyt_buf_init(&text, out->body.alloc);
    lyt_buf_init(&subject, out->body.alloc);
    lyt_out_words(&text, job, false);
    lyt_out_words(&subject, job, true);
    note.text = lyt_buf_str(&text);
    note.subject = lyt_buf_str(&subject);
    status = lyt_buf_status(&text) ? lyt_buf_status(&text) : lyt_buf_status(&subject);
    if (status)
        status = lyt_error_set(err, status, "no memory for what is to be sent");
    else
        status = lyt_out_write(out, &way, &note, err);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&subject);
    return status;
}

lyt_status lyt_out_secret(lyt_buf *out, const lyt_fs *fs, const lyt_way *way, lyt_error *err)
{
    lyt_secrets secrets = {.n = 0};
    lyt_error why;
    lyt_status status;

    lyt_buf_reset(out);
    if (!way->secret_file)
        return LYT_OK;
    status = lyt_secrets_load(&secrets, out->alloc, fs, way->secret_file, err);
    if (status)
        return status;
    for (size_t i = 0; i < secrets.n; i++) {
        if (i)
            lyt_buf_add_char(out, '\n');
        lyt_buf_add(out, secrets.keys[i]);
    }
    lyt_secrets_deinit(&secrets);
    if (lyt_buf_status(out))
        return lyt_error_set(err, lyt_buf_status(out), "no memory for a secret");
    status = lyt_out_check_secret((lyt_out_kind)way->kind, lyt_buf_str(out), &why);
    return status ? lyt_error_at(err, status, way->secret_file, 0, 0, "%s", why.text) : LYT_OK;
}
