#include "webjson.h"

#include "webhouse.h"

void lyt_jw_message(lyt_jw *jw, const lyt_feedback *f, lyt_str verdict_json)
{
    lyt_jw_object(jw);
    lyt_jw_feedback(jw, f);
    if (f->author.len)
        lyt_jw_kstr(jw, "author", f->author);
    if (lyt_str_equal(f->mark, LYT_STR(LYT_MARK_REPLAYED)))
        lyt_jw_kbool(jw, LYT_MARK_REPLAYED, true);
    if (lyt_str_equal(f->mark, LYT_STR(LYT_MARK_PARTIAL)))
        lyt_jw_kbool(jw, LYT_MARK_PARTIAL, true);
    if (verdict_json.len) {
        lyt_jw_key(jw, "verdict");
        lyt_jw_raw(jw, verdict_json);
    }
    lyt_jw_object_end(jw);
}

static void optional_time(lyt_jw *jw, const char *key, int64_t wall_us)
{
    if (wall_us)
        lyt_jw_ktime(jw, key, wall_us);
}

static void optional_number(lyt_jw *jw, const char *key, int64_t number)
{
    if (number)
        lyt_jw_kint(jw, key, number);
}

static void write_clocks(lyt_jw *jw, const lyt_case *c)
{
    lyt_jw_key(jw, "clocks");
    lyt_jw_array(jw);
    for (int i = 0; i < LYT_CLOCK_KIND_COUNT; i++) {
        const lyt_case_clock *clock = &c->clocks[i];

        if (!clock->started_us)
            continue;
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "clock", lyt_str_of(lyt_clock_kind_name((lyt_clock_kind)i)));
        lyt_jw_ktime(jw, "started_at", clock->started_us);
        optional_time(jw, "due_at", clock->due_us);
        optional_time(jw, "stopped_at", clock->stopped_us);
        lyt_jw_kbool(jw, "missed", clock->is_missed);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static void write_offers(lyt_jw *jw, const lyt_book *book, int64_t incident)
{
    static const char *const states[] = {"asked", "given", "declined", "withdrawn"};
    static const char *const currencies[] = {"DKK", "EUR"};

    lyt_jw_key(jw, "offers");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *offer = lyt_book_offer_at(book, i);

        if (offer->incident != incident)
            continue;
        lyt_jw_object(jw);
        lyt_jw_kint(jw, "offer", offer->id);
        lyt_jw_kstr(jw, "gesture", lyt_str_of(offer->gesture));
        lyt_jw_kreal(jw, "amount", (double)offer->amount / 100, 2);
        lyt_jw_kstr(jw, "currency", lyt_str_of(currencies[offer->currency]));
        lyt_jw_kstr(jw, "state", lyt_str_of(states[offer->state]));
        lyt_jw_kstr(jw, "by", lyt_str_of(offer->by));
        lyt_jw_kstr(jw, "decided_by", lyt_str_of(offer->decided_by));
        lyt_jw_ktime(jw, "at", offer->at_us);
        optional_time(jw, "due_at", offer->due_us);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static void write_promises(lyt_jw *jw, const lyt_book *book, int64_t incident)
{
    lyt_jw_key(jw, "promises");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_book_promises(book); i++) {
        const lyt_promise *promise = lyt_book_promise_at(book, i);

        if (promise->incident != incident)
            continue;
        lyt_jw_object(jw);
        lyt_jw_kint(jw, "promise", promise->id);
        lyt_jw_kstr(jw, "text", lyt_str_of(promise->text));
        lyt_jw_kstr(jw, "by", lyt_str_of(promise->by));
        lyt_jw_ktime(jw, "due_at", promise->due_us);
        optional_time(jw, "kept_at", promise->kept_us);
        lyt_jw_kbool(jw, "late", promise->is_late);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

void lyt_jw_case(lyt_jw *jw, const lyt_book *book, const lyt_case *c)
{
    if (!c)
        return;
    lyt_jw_kint(jw, "version", c->version);
    lyt_jw_kstr(jw, "language", lyt_str_of(c->language));
    optional_number(jw, "parent", c->parent);
    optional_number(jw, "merged", c->merged);
    optional_number(jw, "repeat_of", c->repeat_of);
    optional_time(jw, "contacted_at", c->contacted_us);
    optional_time(jw, "paused_until", c->pause_until_us);
    lyt_jw_kbool(jw, "has_cause", c->has_cause);
    lyt_jw_kbool(jw, "has_action", c->has_action);
    write_clocks(jw, c);
    write_offers(jw, book, c->id);
    write_promises(jw, book, c->id);
}

static void write_texts(lyt_jw *jw, const char *key, const lyt_lexis *lexis,
                        const lyt_texts_by *texts)
{
    lyt_jw_key(jw, key);
    lyt_jw_texts(jw, lexis, texts);
}

static void write_more(lyt_jw *jw, const lyt_lexis *lexis, const lyt_scenario *s)
{
    static const char *const levels[] = {"contact", "supervisor", "manager"};

    write_texts(jw, "description", lexis, &s->description);
    lyt_jw_key(jw, "limits_min");
    lyt_jw_sla(jw, &s->sla);
    lyt_jw_key(jw, "channels");
    lyt_jw_array(jw);
    for (size_t i = 0; i < s->n_channels; i++)
        lyt_jw_str(jw, lyt_str_of(s->channels[i]));
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "messages");
    lyt_jw_array(jw);
    for (size_t i = 0; i < s->n_messages; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "message", lyt_str_of(s->messages[i].id));
        write_texts(jw, "text", lexis, &s->messages[i].text);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "compensations");
    lyt_jw_array(jw);
    for (size_t i = 0; i < s->n_compensations; i++) {
        const lyt_compensation *c = &s->compensations[i];

        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "compensation", lyt_str_of(c->id));
        write_texts(jw, "name", lexis, &c->name);
        lyt_jw_kstr(jw, "level", lyt_str_of(levels[c->level]));
        lyt_jw_kint(jw, "amount", c->amount);
        lyt_jw_kstr(jw, "currency", lyt_str_of(c->currency));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "examples");
    lyt_jw_array(jw);
    for (size_t i = 0; i < s->n_examples; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "text", lyt_str_of(s->examples[i].text));
        lyt_jw_kstr(jw, "language", lyt_str_of(lyt_lexis_code(lexis, s->examples[i].language)));
        lyt_jw_kbool(jw, "fires", s->examples[i].fires);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    if (s->policy.by[0])
        write_texts(jw, "policy", lexis, &s->policy);
}

void lyt_jw_scenario_members(lyt_jw *jw, const lyt_lexis *lexis, const lyt_scenario *s,
                             bool is_full)
{
    lyt_jw_kstr(jw, "scenario", lyt_str_of(s->id));
    write_texts(jw, "name", lexis, &s->name);
    lyt_jw_kstr(jw, "team", lyt_str_of(s->team));
    if (s->person)
        lyt_jw_kstr(jw, "person", lyt_str_of(s->person));
    lyt_jw_kint(jw, "severity", s->severity);
    lyt_jw_kreal(jw, "threshold", s->threshold, 4);
    lyt_jw_kint(jw, "window_min", s->window_min);
    lyt_jw_kscore(jw, s->score);
    lyt_jw_kbool(jw, "shadow", s->shadow);
    lyt_jw_kversion(jw, "version", s->version);
    if (is_full)
        write_more(jw, lexis, s);
}

void lyt_jw_scenario(lyt_jw *jw, const lyt_lexis *lexis, const lyt_scenario *s, bool is_full)
{
    lyt_jw_object(jw);
    lyt_jw_scenario_members(jw, lexis, s, is_full);
    lyt_jw_object_end(jw);
}
