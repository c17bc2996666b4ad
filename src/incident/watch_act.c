/* Commands whose meaning is time: pauses, silences, promises, the first contact. */
#include <string.h>

#include "watch_inside.h"

lyt_status lyt_watch_contacted(const lyt_watch *watch, const lyt_act *act, lyt_facts *out,
                               lyt_error *err)
{
    lyt_round r = lyt_round_of(watch, act->now_us, out, err);
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_CONTACTED);
    const lyt_case *c;
    size_t point = lyt_book_point(watch->book), n = out->n;
    lyt_status status = lyt_act_begin(watch->book, act, &c, err);

    if (!status && c->contacted_us)
        return lyt_error_set(err, LYT_EEXISTS, "the guest of incident %lld was spoken to before",
                             (long long)c->id);
    if (!status)
        status = lyt_book_emit(watch->book, out, &fact, err);
    if (!status)
        status = lyt_round_stop_clock(&r, act->incident, LYT_CLOCK_CONTACT);
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
    }
    return status;
}

lyt_status lyt_watch_pause(const lyt_watch *watch, const lyt_act *act, int64_t until_us,
                           lyt_facts *out, lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_PAUSED);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(watch->book, act, &c, err);
    int64_t left;

    if (status)
        return status;
    left = watch->settings->pause_max_us - c->paused_us;
    if (!lyt_case_is_open(c) || c->paused_at_us)
        return lyt_error_set(err, LYT_ESTATE, "incident %lld is %s", (long long)c->id,
                             c->paused_at_us ? "paused already"
                                             : lyt_incident_state_name(c->state));
    if (!lyt_str_trim(act->text).len || until_us <= act->now_us)
        return lyt_error_set(err, LYT_EINVAL,
                             "a pause needs a reason and an end that is still to come");
    if (until_us - act->now_us > left)
        return lyt_error_set(err, LYT_ELIMIT,
                             "incident %lld may be paused for %lld minutes more, not longer",
                             (long long)c->id, (long long)(left / 60000000));
    fact.due_us = until_us;
    return lyt_book_emit(watch->book, out, &fact, err);
}

/* The open time that was left when it stood still begins now. */
static lyt_status go_on(const lyt_round *r, const lyt_case *c, int64_t paused_at_us, int kind)
{
    const lyt_case_clock *clock = &c->clocks[kind];
    const lyt_clock_rule *rule = lyt_settings_clock(r->settings, c->severity);
    const lyt_opening *hours = rule ? rule->hours : NULL;
    int64_t due = clock->due_us, warn = clock->warn_us;

    if (!clock->started_us || clock->stopped_us || clock->is_missed)
        return LYT_OK;
    if (hours) {
        const lyt_zone *zone = r->settings->zone;

        due = lyt_opening_add(hours, zone, r->now_us,
                              lyt_opening_between(hours, zone, paused_at_us, due));
        warn = warn <= paused_at_us
                   ? warn
                   : lyt_opening_add(hours, zone, r->now_us,
                                     lyt_opening_between(hours, zone, paused_at_us, warn));
    } else {
        due += r->now_us - paused_at_us;
        warn += warn <= paused_at_us ? 0 : r->now_us - paused_at_us;
    }
    return lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_CLOCK_STARTED,
                                        .incident = c->id,
                                        .which = kind,
                                        .due_us = due,
                                        .warn_us = warn});
}

lyt_status lyt_round_resume(const lyt_round *r, int64_t id, lyt_str by)
{
    int64_t since = lyt_book_find(r->book, id)->paused_at_us;
    lyt_status status = lyt_round_emit(
        r, (lyt_fact){
               .kind = LYT_FACT_RESUMED, .incident = id, .number = r->now_us - since, .by = by});

    for (int kind = 0; !status && kind < LYT_CLOCK_KIND_COUNT; kind++)
        status = go_on(r, lyt_book_find(r->book, id), since, kind);
    return status;
}

lyt_status lyt_watch_resume(const lyt_watch *watch, const lyt_act *act, lyt_facts *out,
                            lyt_error *err)
{
    lyt_round r = lyt_round_of(watch, act->now_us, out, err);
    size_t point = lyt_book_point(watch->book), n = out->n;
    const lyt_case *c;
    lyt_status status = lyt_act_begin(watch->book, act, &c, err);

    if (status)
        return status;
    if (!c->paused_at_us)
        return lyt_error_set(err, LYT_ESTATE, "incident %lld is not paused", (long long)c->id);
    status = lyt_round_resume(&r, c->id, act->by);
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
    }
    return status;
}

static bool covers(const char *matcher, const char *text, bool is_pattern)
{
    return !matcher[0] ||
           (is_pattern ? lyt_place_matches(matcher, lyt_str_of(text)) : strcmp(matcher, text) == 0);
}

const lyt_silence *lyt_round_silence(const lyt_round *r, const lyt_case *c)
{
    for (size_t i = 0; i < lyt_book_silences(r->book); i++) {
        const lyt_silence *s = lyt_book_silence_at(r->book, i);

        if (r->now_us >= s->from_us && r->now_us < s->until_us &&
            covers(s->property, c->property, false) && covers(s->scenario, c->scenario, false) &&
            covers(s->place, c->place, true))
            return s;
    }
    return NULL;
}

int64_t lyt_round_untold_repeat(const lyt_case *c)
{
    bool waited = c->held_why == LYT_HELD_QUIET || c->held_why == LYT_HELD_SILENCE;

    /* held a second time it was told of the first time */
    return waited && !c->n_reopened && c->state != LYT_INCIDENT_VOID ? c->repeat_of : 0;
}

lyt_status lyt_round_repeat(const lyt_round *r, int64_t id, int64_t before)
{
    return lyt_round_tell(r, id, r->settings->manager, LYT_NOTICE_REPEAT, before);
}

lyt_status lyt_watch_silence(const lyt_watch *watch, const lyt_hush *hush, int64_t now_us,
                             lyt_facts *out, int64_t *silence, lyt_error *err)
{
    lyt_fact fact = {.kind = LYT_FACT_SILENCED,
                     .at_us = now_us,
                     .other = (int64_t)lyt_book_silences(watch->book) + 1,
                     .due_us = hush->until_us,
                     .which = hush->kind,
                     .by = hush->by,
                     .text = hush->reason,
                     .property = hush->property,
                     .scenario = hush->scenario,
                     .place = hush->place};
    lyt_status status;

    if (!hush->property.len && !hush->scenario.len && !hush->place.len)
        return lyt_error_set(err, LYT_EINVAL,
                             "what is to be silent? name a property, a scenario or a place");
    if (!hush->by.len || !lyt_str_trim(hush->reason).len)
        return lyt_error_set(err, LYT_EINVAL, "a silence needs an author and a reason");
    if (hush->until_us <= now_us)
        return lyt_error_set(err, LYT_EINVAL, "a silence needs an end that is still to come");
    status = lyt_book_emit(watch->book, out, &fact, err);
    if (!status)
        *silence = fact.other;
    return status;
}

lyt_status lyt_watch_unsilence(const lyt_watch *watch, int64_t silence, lyt_str by, int64_t now_us,
                               lyt_facts *out, lyt_error *err)
{
    lyt_round r = lyt_round_of(watch, now_us, out, err);
    size_t point = lyt_book_point(watch->book), n = out->n;
    const lyt_silence *s =
        silence > 0 ? lyt_book_silence_at(watch->book, (size_t)silence - 1) : NULL;
    lyt_status status;

    if (!s)
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no silence %lld", (long long)silence);
    if (!by.len)
        return lyt_error_set(err, LYT_EINVAL, "who ends it? name somebody");
    if (s->until_us <= now_us)
        return lyt_error_set(err, LYT_ESTATE, "silence %lld is over already", (long long)silence);
    status =
        lyt_round_emit(&r, (lyt_fact){.kind = LYT_FACT_UNSILENCED, .other = silence, .by = by});
    for (size_t i = 0; !status && i < lyt_book_size(watch->book); i++) {
        const lyt_case *c = lyt_book_at(watch->book, i);

        if (c->held_why == LYT_HELD_SILENCE && c->silence == silence && lyt_round_is_waiting(c))
            status = lyt_round_alarm(&r, c->id);
    }
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
    }
    return status;
}

lyt_status lyt_watch_promise(const lyt_watch *watch, const lyt_act *act, int64_t due_us,
                             lyt_facts *out, int64_t *promise, lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_PROMISED);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(watch->book, act, &c, err);

    if (status)
        return status;
    if (!lyt_str_trim(act->text).len || due_us <= act->now_us)
        return lyt_error_set(err, LYT_EINVAL,
                             "what is promised, and by when? give words and a time to come");
    fact.other = (int64_t)lyt_book_promises(watch->book) + 1;
    fact.due_us = due_us;
    status = lyt_book_emit(watch->book, out, &fact, err);
    if (!status)
        *promise = fact.other;
    return status;
}

lyt_status lyt_watch_kept(const lyt_watch *watch, const lyt_act *act, int64_t promise,
                          lyt_facts *out, lyt_error *err)
{
    const lyt_promise *p =
        promise > 0 ? lyt_book_promise_at(watch->book, (size_t)promise - 1) : NULL;
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_KEPT);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(watch->book, act, &c, err);

    if (status)
        return status;
    if (!p || p->incident != c->id)
        return lyt_error_set(err, LYT_ENOTFOUND, "incident %lld has no promise %lld",
                             (long long)c->id, (long long)promise);
    if (p->kept_us)
        return lyt_error_set(err, LYT_ESTATE, "promise %lld was kept already", (long long)promise);
    fact.other = promise;
    return lyt_book_emit(watch->book, out, &fact, err);
}

static const char *next_channel(const lyt_watch *watch, lyt_str who, lyt_str channel)
{
    const lyt_person *person = lyt_settings_person(watch->settings, who);

    for (size_t i = 0; person && i + 1 < person->channels.n; i++)
        if (lyt_str_equal(lyt_str_of(person->channels.item[i]), channel))
            return person->channels.item[i + 1];
    return NULL;
}

lyt_status lyt_watch_unsent(const lyt_watch *watch, int64_t incident, lyt_str who, lyt_str channel,
                            int64_t now_us, lyt_facts *out, lyt_error *err)
{
    lyt_round r = lyt_round_of(watch, now_us, out, err);
    size_t point = lyt_book_point(watch->book), n = out->n;
    const char *next = next_channel(watch, who, channel);
    lyt_notice notice = LYT_NOTICE_ALARM;
    lyt_status status;

    if (!lyt_book_find(watch->book, incident))
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no incident %lld", (long long)incident);
    for (size_t i = 0; i < lyt_book_told(watch->book); i++) {
        const lyt_told *told = lyt_book_told_at(watch->book, i);

        if (told->incident == incident && lyt_str_equal(lyt_str_of(told->who), who) &&
            lyt_str_equal(lyt_str_of(told->channel), channel))
            notice = (lyt_notice)told->last;
    }
    if (next)
        status = lyt_round_emit(&r, (lyt_fact){.kind = LYT_FACT_TOLD,
                                               .incident = incident,
                                               .which = notice,
                                               .who = who,
                                               .text = lyt_str_of(next)});
    else
        status = lyt_round_is_waiting(lyt_book_find(watch->book, incident))
                     ? lyt_round_step(&r, incident)
                     : LYT_OK;
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
    }
    return status;
}

lyt_status lyt_watch_apply_limits(const lyt_watch *watch, int64_t now_us, lyt_facts *out,
                                  lyt_error *err)
{
    lyt_round r = lyt_round_of(watch, now_us, out, err);
    size_t point = lyt_book_point(watch->book), n = out->n;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < lyt_book_size(watch->book); i++) {
        const lyt_case *c = lyt_book_at(watch->book, i);
        const lyt_clock_rule *rule = lyt_settings_clock(watch->settings, c->severity);

        for (int kind = 0; rule && !status && kind < LYT_CLOCK_KIND_COUNT; kind++) {
            const lyt_case_clock *clock = &c->clocks[kind];
            const lyt_opening *hours = rule->hours;
            int64_t limit = rule->limit_us[kind],
                    warn = limit / 100 * watch->settings->warn_percent, from;

            if (!clock->started_us || clock->stopped_us || clock->is_missed || !limit)
                continue;
            from = clock->started_us + c->paused_us;
            status = lyt_round_emit(
                &r, (lyt_fact){
                        .kind = LYT_FACT_CLOCK_STARTED,
                        .incident = c->id,
                        .which = kind,
                        .due_us = hours ? lyt_opening_add(hours, watch->settings->zone, from, limit)
                                        : from + limit,
                        .warn_us = hours ? lyt_opening_add(hours, watch->settings->zone, from, warn)
                                         : from + warn});
        }
    }
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
    }
    return status;
}

lyt_speed lyt_watch_speed(const lyt_watch *watch, const lyt_case *c)
{
    static const int64_t hour_us = (int64_t)3600 * 1000000;
    const lyt_zone *zone = watch->settings->zone;
    int64_t took = c->remedied_us - c->opened_us;

    if (!c->remedied_us)
        return LYT_SPEED_NOT_YET;
    if (took <= hour_us)
        return LYT_SPEED_ON_THE_SPOT;
    if (lyt_local_at(zone, c->opened_us).days == lyt_local_at(zone, c->remedied_us).days)
        return LYT_SPEED_SAME_DAY;
    return took <= 24 * hour_us ? LYT_SPEED_24_H : LYT_SPEED_LATER;
}
