/*
 * What a house hears beside failures: scores, which triggers look at as events of a stream, and
 * praise, which goes to whom it is about.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "cases_inner.h"
#include "utf8.h"

enum { verdict_max = 1 << 20, subject_max = 2 * lyt_incident_text_max };

static const int64_t hour_us = 3600 * (int64_t)1000000;

static bool is_watched(const lyt_settings *settings, const char *type)
{
    for (size_t i = 0; i < settings->n_triggers; i++)
        if (settings->triggers[i].on && strcmp(settings->triggers[i].on, type) == 0)
            return true;
    return false;
}

static lyt_attr attr(const char *key, lyt_str value)
{
    return (lyt_attr){lyt_str_of(key), value};
}

/* The event as it stands in the store: what comes from elsewhere has the same form. */
static void write_event(lyt_buf *out, const lyt_behaviour *event)
{
    lyt_jw jw;

    lyt_buf_reset(out);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "id", event->id);
    lyt_jw_kstr(&jw, "type", event->type);
    lyt_jw_kstr(&jw, "subject", event->subject);
    lyt_jw_key(&jw, "at");
    lyt_jw_raw(&jw, LYT_STR("\""));
    lyt_clock_format(out, event->at_us);
    lyt_buf_add_char(out, '"');
    lyt_jw_key(&jw, "attrs");
    lyt_jw_object(&jw);
    for (size_t i = 0; i < event->n_attrs; i++) {
        lyt_jw_key_str(&jw, event->attrs[i].key);
        lyt_jw_str(&jw, event->attrs[i].value);
    }
    lyt_jw_object_end(&jw);
    lyt_jw_object_end(&jw);
}

static lyt_status take(lyt_batch *batch, lyt_books *books, const lyt_behaviour *event,
                       lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_status status = lyt_care_event(cases->care, event, now_us, &cases->facts, err);

    if (status)
        return status == LYT_EEXISTS ? LYT_OK : status;
    write_event(&cases->text, event);
    status = lyt_buf_status(&cases->text);
    if (status)
        return lyt_error_set(err, status, "no memory for a score");
    status = lyt_store_add_behaviour(books->store, event->subject, lyt_buf_str(&cases->text),
                                     event->at_us, err);
    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    return status ? status : lyt_cases_publish(batch, books, from, 0, now_us, err);
}

lyt_status lyt_cases_scored(lyt_batch *batch, lyt_books *books, const lyt_feedback *f,
                            lyt_error *err)
{
    const lyt_settings *settings = books->cases ? lyt_care_settings(books->cases->care) : NULL;
    int score = isnan(f->score) ? -1 : lyt_answer_score(f->score, f->scale);
    char id[32], number[16], subject[subject_max];
    lyt_behaviour event = {.type = LYT_STR("score"), .subject = f->property};
    lyt_status status = LYT_OK;

    if (!settings || score < 0 || lyt_str_equal(f->channel, LYT_STR(LYT_CHANNEL_DRILL)))
        return LYT_OK;
    snprintf(id, sizeof id, "feedback-%lld", (long long)f->id);
    snprintf(number, sizeof number, "%d", score);
    event.id = lyt_str_of(id);
    event.at_us = f->received_us;
    event.attrs[0] = attr("score", lyt_str_of(number));
    event.attrs[1] = attr("channel", f->channel);
    event.attrs[2] = attr("property", f->property);
    event.n_attrs = 3;
    if (is_watched(settings, "score"))
        status = take(batch, books, &event, err);
    if (status || !f->place.len || !is_watched(settings, "score-at"))
        return status;
    snprintf(subject, sizeof subject, "%.*s/%.*s", LYT_STR_ARG(f->property), LYT_STR_ARG(f->place));
    event.type = LYT_STR("score-at");
    event.subject = lyt_str_of(subject);
    event.attrs[event.n_attrs++] = attr("place", f->place);
    return take(batch, books, &event, err);
}

/* Whether a word of the text begins so; small letters of ASCII count as their capitals. */
static bool has_word(lyt_str text, const char *word)
{
    size_t n = strlen(word);
    bool at_start = true;

    for (size_t i = 0; i + n <= text.len; i++) {
        size_t k = 0;
        unsigned char c = (unsigned char)text.ptr[i];

        while (at_start && k < n) {
            unsigned char a = (unsigned char)text.ptr[i + k];

            a = a >= 'A' && a <= 'Z' ? (unsigned char)(a - 'A' + 'a') : a;
            if (a != (unsigned char)word[k])
                break;
            k++;
        }
        if (at_start && k == n)
            return true;
        at_start = c < '0' || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') || (c > 'z' && c < 0x80);
    }
    return false;
}

static const char *word_in(const lyt_good_news *rule, lyt_str text)
{
    for (size_t i = 0; i < rule->words.n; i++)
        if (has_word(text, rule->words.item[i]))
            return rule->words.item[i];
    return rule->words.n ? NULL : "";
}

/* Whether so much good news may still be told within the hour. */
static bool may_tell(lyt_cases *cases, size_t rule, int64_t per_hour, int64_t now_us)
{
    lyt_news_count *count = &cases->news[rule];

    if (now_us - count->since_us >= hour_us || now_us < count->since_us)
        *count = (lyt_news_count){now_us, 0};
    return count->n++ < per_hour;
}

static lyt_status tell(lyt_batch *batch, lyt_books *books, const lyt_slip *slip, lyt_str text,
                       lyt_error *err)
{
    const lyt_settings *settings = lyt_care_settings(books->cases->care);
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);

    for (size_t i = 0; i < settings->n_good_news; i++) {
        const lyt_good_news *rule = &settings->good_news[i];
        const char *word = word_in(rule, text);
        lyt_event_to to;

        if (!word)
            continue;
        if (!may_tell(books->cases, i, rule->per_hour, now_us))
            return LYT_OK;
        to = lyt_batch_event_to(batch, books, now_us);
        lyt_event_praise(&to, slip,
                         lyt_str_of(lyt_settings_who(settings, lyt_care_book(books->cases->care),
                                                     rule->to, now_us)),
                         lyt_str_of(word));
        return lyt_batch_add_event(batch, books, now_us, err);
    }
    return LYT_OK;
}

lyt_status lyt_cases_praised(lyt_batch *batch, lyt_books *books, const lyt_slip *slip,
                             lyt_str verdict, lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_status status = LYT_OK;

    if (!books->cases || !lyt_care_settings(books->cases->care)->n_good_news ||
        lyt_str_equal(slip->channel, LYT_STR(LYT_CHANNEL_DRILL)))
        return LYT_OK;
    /* a verdict that is no JSON is a judge's own affair */
    if (lyt_json_parse(&json, verdict, verdict_max, NULL))
        return LYT_OK;
    if (lyt_str_equal(lyt_json_text(json, "kind"), LYT_STR("praise")))
        status = tell(batch, books, slip, lyt_json_text(json, "text"), err);
    lyt_json_free(json);
    return status;
}
