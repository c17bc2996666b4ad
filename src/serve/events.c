#include "events.h"

#include <math.h>

#include "clock.h"
#include "topic.h"

void lyt_jw_ktime(lyt_jw *jw, const char *key, int64_t wall_us)
{
    lyt_jw_key(jw, key);
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_clock_format(jw->out, wall_us);
    lyt_buf_add_char(jw->out, '"');
}

void lyt_jw_feedback(lyt_jw *jw, const lyt_feedback *f)
{
    lyt_jw_kint(jw, "feedback", f->id);
    lyt_jw_kstr(jw, "id", f->source_id);
    lyt_jw_kstr(jw, "channel", f->channel);
    lyt_jw_kstr(jw, "property", f->property);
    lyt_jw_kstr(jw, "place", f->place);
    lyt_jw_kstr(jw, "from", f->sender);
    lyt_jw_kstr(jw, "lang", f->language);
    lyt_jw_kstr(jw, "text", f->text);
    if (!isnan(f->score)) {
        lyt_jw_kreal(jw, "score", f->score, 6);
        if (f->scale > 0)
            lyt_jw_kreal(jw, "scale", f->scale, 6);
    }
    if (f->sent_us)
        lyt_jw_ktime(jw, "sent_at", f->sent_us);
    lyt_jw_ktime(jw, "accepted_at", f->received_us);
}

void lyt_jw_kversion(lyt_jw *jw, const char *key, uint64_t version)
{
    lyt_jw_key(jw, key);
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_buf_addf(jw->out, "%016llx", (unsigned long long)version);
    lyt_buf_add_char(jw->out, '"');
}

static void begin(lyt_jw *jw, const lyt_event_to *to, const char *type)
{
    lyt_jw_init(jw, to->json);
    lyt_jw_object(jw);
    /* first of all, so that a reader finds the numbers without parsing the rest */
    lyt_jw_kint(jw, "seq", to->seq);
    lyt_jw_kint(jw, "stream", lyt_streams_count(to->streams, lyt_buf_str(to->topic)) + 1);
    lyt_jw_kstr(jw, "publisher", lyt_str_of(to->publisher));
    lyt_jw_ktime(jw, "at", to->at_us);
    lyt_jw_kstr(jw, "type", lyt_str_of(type));
}

static void reset(const lyt_event_to *to, const char *type, lyt_str property)
{
    lyt_buf_reset(to->topic);
    lyt_buf_reset(to->json);
    lyt_buf_add_text(to->topic, type);
    lyt_topic_add(to->topic, property);
}

/* What somebody wrote, without what tells who it is about. */
static void add_words(lyt_jw *jw, const lyt_event_to *to, lyt_str text)
{
    lyt_personal found;
    lyt_buf masked;

    if (!lyt_personal_find(&found, text, 0, to->staff)) {
        lyt_jw_str(jw, text);
        return;
    }
    lyt_buf_init(&masked, to->json->alloc);
    lyt_personal_mask(&masked, text, to->staff);
    lyt_jw_str(jw, lyt_buf_str(&masked));
    if (!to->json->status)
        to->json->status = masked.status;
    lyt_buf_deinit(&masked);
}

static void add_kwords(lyt_jw *jw, const lyt_event_to *to, const char *key, lyt_str text)
{
    lyt_jw_key(jw, key);
    add_words(jw, to, text);
}

void lyt_event_alarm(const lyt_event_to *to, const lyt_alarm *alarm)
{
    const lyt_judged_failure *failure = alarm->failure;
    const lyt_slip *slip = alarm->slip;
    char severity = (char)('0' + failure->severity % 10);
    lyt_jw jw;

    reset(to, "alarm", slip->property);
    lyt_topic_add(to->topic, failure->team);
    lyt_topic_add(to->topic, (lyt_str){&severity, 1});
    lyt_topic_add(to->topic, failure->scenario);
    begin(&jw, to, "alarm");
    lyt_jw_kint(&jw, "incident", alarm->incident->id);
    lyt_jw_kstr(&jw, "outcome",
                alarm->outcome == LYT_DESK_OPENED ? LYT_STR("opened") : LYT_STR("joined"));
    lyt_jw_kint(&jw, "feedback", slip->feedback);
    lyt_jw_kstr(&jw, "id", slip->source_id);
    lyt_jw_kstr(&jw, "property", slip->property);
    lyt_jw_kstr(&jw, "place", lyt_str_of(alarm->incident->place));
    lyt_jw_kstr(&jw, "channel", slip->channel);
    lyt_jw_kstr(&jw, "team", failure->team);
    lyt_jw_kint(&jw, "severity", failure->severity);
    lyt_jw_kstr(&jw, "scenario", failure->scenario);
    lyt_jw_kreal(&jw, "probability", failure->probability, 4);
    lyt_jw_kstr(&jw, "language", alarm->language);
    lyt_jw_kint(&jw, "start", failure->start);
    lyt_jw_kint(&jw, "end", failure->end);
    lyt_jw_key(&jw, "evidence");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < failure->n_words; i++)
        add_words(&jw, to, failure->words[i]);
    lyt_jw_array_end(&jw);
    if (failure->version)
        lyt_jw_kversion(&jw, "version", failure->version);
    lyt_jw_kversion(&jw, "pack", alarm->pack);
    lyt_jw_ktime(&jw, "accepted_at", slip->received_us);
    if (alarm->incident->is_drill)
        lyt_jw_kbool(&jw, "drill", true);
    lyt_jw_object_end(&jw);
}

static void write_rule(lyt_jw *jw, const lyt_event_to *to, const lyt_found_alarm *alarm)
{
    const lyt_trigger *rule = alarm->rule;

    lyt_jw_kstr(jw, "trigger", lyt_str_of(rule->id));
    lyt_jw_key(jw, "facts");
    lyt_jw_object(jw);
    for (size_t i = 0; i < rule->facts.n; i++) {
        lyt_str value = lyt_triggers_attr(alarm->triggers, alarm->subject,
                                          lyt_str_of(rule->facts.item[i]), alarm->found_us);

        if (value.len)
            add_kwords(jw, to, rule->facts.item[i], value);
    }
    lyt_jw_object_end(jw);
    if (rule->tips_en)
        lyt_jw_kstr(jw, "tips_en", lyt_str_of(rule->tips_en));
    if (rule->tips_da)
        lyt_jw_kstr(jw, "tips_da", lyt_str_of(rule->tips_da));
}

void lyt_event_found(const lyt_event_to *to, const lyt_found_alarm *alarm)
{
    const lyt_incident *incident = alarm->incident;
    char severity = (char)('0' + incident->severity % 10);
    lyt_jw jw;

    reset(to, "alarm", lyt_str_of(incident->property));
    lyt_topic_add(to->topic, lyt_str_of(incident->team));
    lyt_topic_add(to->topic, (lyt_str){&severity, 1});
    lyt_topic_add(to->topic, lyt_str_of(incident->scenario));
    begin(&jw, to, "alarm");
    lyt_jw_kint(&jw, "incident", incident->id);
    lyt_jw_kstr(&jw, "outcome",
                alarm->outcome == LYT_DESK_OPENED ? LYT_STR("opened") : LYT_STR("joined"));
    lyt_jw_kint(&jw, "feedback", 0);
    lyt_jw_kstr(&jw, "id", LYT_STR(""));
    lyt_jw_kstr(&jw, "property", lyt_str_of(incident->property));
    lyt_jw_kstr(&jw, "place", lyt_str_of(incident->place));
    lyt_jw_kstr(&jw, "channel", LYT_STR("event"));
    lyt_jw_kstr(&jw, "team", lyt_str_of(incident->team));
    lyt_jw_kint(&jw, "severity", incident->severity);
    lyt_jw_kstr(&jw, "scenario", lyt_str_of(incident->scenario));
    lyt_jw_kreal(&jw, "probability", 1, 4);
    lyt_jw_kstr(&jw, "language", LYT_STR("und"));
    lyt_jw_kint(&jw, "start", 0);
    lyt_jw_kint(&jw, "end", 0);
    lyt_jw_key(&jw, "evidence");
    lyt_jw_array(&jw);
    lyt_jw_array_end(&jw);
    lyt_jw_kversion(&jw, "pack", alarm->pack);
    lyt_jw_ktime(&jw, "accepted_at", to->at_us);
    if (alarm->rule)
        write_rule(&jw, to, alarm);
    lyt_jw_object_end(&jw);
}

void lyt_event_incident(const lyt_event_to *to, const lyt_incident *incident, lyt_str by,
                        lyt_str note)
{
    lyt_jw jw;

    reset(to, "incident", lyt_str_of(incident->property));
    lyt_topic_add(to->topic, lyt_str_of(incident->team));
    lyt_topic_add(to->topic, lyt_str_of(lyt_incident_state_name(incident->state)));
    begin(&jw, to, "incident");
    lyt_jw_kint(&jw, "incident", incident->id);
    lyt_jw_kstr(&jw, "state", lyt_str_of(lyt_incident_state_name(incident->state)));
    lyt_jw_kstr(&jw, "scenario", lyt_str_of(incident->scenario));
    lyt_jw_kint(&jw, "severity", incident->severity);
    lyt_jw_kstr(&jw, "property", lyt_str_of(incident->property));
    lyt_jw_kstr(&jw, "place", lyt_str_of(incident->place));
    lyt_jw_kstr(&jw, "team", lyt_str_of(incident->team));
    lyt_jw_kstr(&jw, "by", by);
    add_kwords(&jw, to, "note", note);
    if (incident->is_drill)
        lyt_jw_kbool(&jw, "drill", true);
    lyt_jw_object_end(&jw);
}

void lyt_event_notice(const lyt_event_to *to, const lyt_incident *incident, const lyt_fact *told)
{
    lyt_str notice = lyt_str_of(lyt_notice_name((lyt_notice)told->which));
    lyt_jw jw;

    reset(to, "notice", lyt_str_of(incident->property));
    lyt_topic_add(to->topic, told->who);
    lyt_topic_add(to->topic, notice);
    begin(&jw, to, "notice");
    lyt_jw_kint(&jw, "incident", incident->id);
    lyt_jw_kstr(&jw, "notice", notice);
    lyt_jw_kstr(&jw, "who", told->who);
    lyt_jw_kstr(&jw, "channel", told->text);
    lyt_jw_kint(&jw, "step", told->number);
    lyt_jw_kstr(&jw, "state", lyt_str_of(lyt_incident_state_name(incident->state)));
    lyt_jw_kstr(&jw, "scenario", lyt_str_of(incident->scenario));
    lyt_jw_kint(&jw, "severity", incident->severity);
    lyt_jw_kstr(&jw, "property", lyt_str_of(incident->property));
    lyt_jw_kstr(&jw, "place", lyt_str_of(incident->place));
    lyt_jw_kstr(&jw, "owner", lyt_str_of(incident->owner));
    if (incident->is_drill)
        lyt_jw_kbool(&jw, "drill", true);
    lyt_jw_object_end(&jw);
}

void lyt_event_consent(const lyt_event_to *to, lyt_str property, bool stops, lyt_str how)
{
    lyt_str what = stops ? LYT_STR("opted-out") : LYT_STR("opted-in");
    lyt_jw jw;

    reset(to, "consent", property);
    lyt_topic_add(to->topic, what);
    begin(&jw, to, "consent");
    lyt_jw_kstr(&jw, "what", what);
    lyt_jw_kstr(&jw, "how", how);
    lyt_jw_kstr(&jw, "property", property);
    lyt_jw_object_end(&jw);
}

void lyt_event_answer(const lyt_event_to *to, lyt_str property, lyt_str who)
{
    lyt_jw jw;

    reset(to, "answer", property);
    lyt_topic_add(to->topic, who);
    begin(&jw, to, "answer");
    lyt_jw_kstr(&jw, "who", who);
    lyt_jw_kstr(&jw, "property", property);
    lyt_jw_object_end(&jw);
}

void lyt_event_silence(const lyt_event_to *to, const lyt_silence *silence, lyt_str house,
                       const lyt_fact *what)
{
    bool begins = what->kind == LYT_FACT_SILENCED;
    lyt_str property = silence->property[0] ? lyt_str_of(silence->property) : house;
    lyt_jw jw;

    reset(to, "silence", property);
    begin(&jw, to, "silence");
    lyt_jw_kint(&jw, "silence", silence->id);
    lyt_jw_kstr(&jw, "kind",
                silence->kind == LYT_MAINTENANCE ? LYT_STR("maintenance") : LYT_STR("silence"));
    lyt_jw_kstr(&jw, "state", begins ? LYT_STR("begun") : LYT_STR("ended"));
    lyt_jw_kstr(&jw, "property", property);
    lyt_jw_kstr(&jw, "scenario", lyt_str_of(silence->scenario));
    lyt_jw_kstr(&jw, "place", lyt_str_of(silence->place));
    lyt_jw_kstr(&jw, "by", begins ? lyt_str_of(silence->by) : what->by);
    add_kwords(&jw, to, "reason", lyt_str_of(silence->reason));
    lyt_jw_ktime(&jw, "until", silence->until_us);
    lyt_jw_object_end(&jw);
}

void lyt_event_praise(const lyt_event_to *to, const lyt_slip *slip, lyt_str who, lyt_str word)
{
    lyt_jw jw;

    reset(to, "praise", slip->property);
    lyt_topic_add(to->topic, who);
    begin(&jw, to, "praise");
    lyt_jw_kint(&jw, "feedback", slip->feedback);
    lyt_jw_kstr(&jw, "id", slip->source_id);
    lyt_jw_kstr(&jw, "property", slip->property);
    lyt_jw_kstr(&jw, "place", slip->place);
    lyt_jw_kstr(&jw, "channel", slip->channel);
    lyt_jw_kstr(&jw, "who", who);
    lyt_jw_kstr(&jw, "word", word);
    lyt_jw_object_end(&jw);
}

void lyt_event_parked(const lyt_event_to *to, const lyt_slip *slip, lyt_str reason)
{
    lyt_jw jw;

    reset(to, "parked", slip->property);
    begin(&jw, to, "parked");
    lyt_jw_kint(&jw, "feedback", slip->feedback);
    lyt_jw_kstr(&jw, "id", slip->source_id);
    lyt_jw_kstr(&jw, "property", slip->property);
    lyt_jw_kstr(&jw, "channel", slip->channel);
    add_kwords(&jw, to, "reason", reason);
    lyt_jw_object_end(&jw);
}

void lyt_event_correction(const lyt_event_to *to, const lyt_correction *correction)
{
    lyt_jw jw;

    reset(to, "correction", correction->property);
    begin(&jw, to, "correction");
    lyt_jw_kint(&jw, "feedback", correction->feedback);
    lyt_jw_kstr(&jw, "property", correction->property);
    lyt_jw_kbool(&jw, "undone", !correction->scenarios);
    lyt_jw_key(&jw, "scenarios");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < lyt_json_len(correction->scenarios); i++) {
        lyt_str name;

        if (lyt_json_str(lyt_json_at(correction->scenarios, i), &name))
            lyt_jw_str(&jw, name);
    }
    lyt_jw_array_end(&jw);
    lyt_jw_kstr(&jw, "by", correction->by);
    add_kwords(&jw, to, "note", correction->note);
    lyt_jw_object_end(&jw);
}

void lyt_event_health(const lyt_event_to *to, lyt_str what, lyt_str note)
{
    lyt_jw jw;

    reset(to, "health", what);
    begin(&jw, to, "health");
    lyt_jw_kstr(&jw, "what", what);
    lyt_jw_kstr(&jw, "note", note);
    lyt_jw_object_end(&jw);
}

void lyt_jw_incident(lyt_jw *jw, const lyt_incident *incident)
{
    lyt_jw_kint(jw, "incident", incident->id);
    lyt_jw_kstr(jw, "state", lyt_str_of(lyt_incident_state_name(incident->state)));
    lyt_jw_kint(jw, "severity", incident->severity);
    lyt_jw_kstr(jw, "scenario", lyt_str_of(incident->scenario));
    lyt_jw_kstr(jw, "team", lyt_str_of(incident->team));
    lyt_jw_kstr(jw, "property", lyt_str_of(incident->property));
    lyt_jw_kstr(jw, "place", lyt_str_of(incident->place));
    lyt_jw_ktime(jw, "opened_at", incident->opened_us);
    lyt_jw_ktime(jw, "updated_at", incident->updated_us);
    lyt_jw_ktime(jw, "last_message_at", incident->last_message_us);
    lyt_jw_kint(jw, "messages", incident->n_messages);
    lyt_jw_kstr(jw, "owner", lyt_str_of(incident->owner));
}
