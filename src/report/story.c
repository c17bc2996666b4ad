#include "story.h"

#include <math.h>
#include <stdio.h>

#include "personal.h"

static const int64_t week_us = (int64_t)7 * 86400 * 1000000;

lyt_bi lyt_story_fate_text(lyt_story_fate fate)
{
    static const lyt_bi texts[LYT_STORY_FATES] = {
        [LYT_STORY_TOLD] = {"told", "fortælles"},
        [LYT_STORY_NOT_MENDED] = {"not told: not mended, confirmed and closed",
                                  "fortælles ikke: ikke udbedret, bekræftet og lukket"},
        [LYT_STORY_NOT_PLEASED] = {"not told: the guest did not say that it is right now",
                                   "fortælles ikke: gæsten har ikke sagt, at det er i orden nu"},
        [LYT_STORY_NO_WORDS] = {"not told: the guest's words are not kept (any more)",
                                "fortælles ikke: gæstens ord gemmes ikke (mere)"},
        [LYT_STORY_SPECIAL] = {"not told: the words tell of somebody's health or the like",
                               "fortælles ikke: ordene fortæller om nogens helbred eller lignende"},
        [LYT_STORY_SENSITIVE] = {"not told: the settings call it sensitive",
                                 "fortælles ikke: indstillingerne kalder det følsomt"},
    };

    return texts[fate < LYT_STORY_FATES ? fate : LYT_STORY_NOT_MENDED];
}

/* What the messages of an incident say, one after the other, and the first words after the remedy. */
typedef struct telling {
    lyt_buf said, after;
    lyt_buf *to;
    bool is_special;
    lyt_error *err;
} telling;

enum { verdict_bytes_max = 1 << 22 };

static lyt_status take(void *user, const lyt_feedback *feedback, lyt_str verdict)
{
    telling *t = user;
    lyt_json *json = NULL;

    if (verdict.len && lyt_json_parse(&json, verdict, verdict_bytes_max, NULL) == LYT_OK)
        t->is_special = t->is_special || lyt_json_get(json, "special");
    lyt_json_free(json);
    if (!feedback->text.len)
        return LYT_OK;
    if (t->to->len)
        lyt_buf_add_text(t->to, " … ");
    lyt_buf_add(t->to, feedback->text);
    return lyt_buf_status(t->to);
}

static lyt_status read_message(const lyt_story_ask *ask, telling *t, lyt_buf *to, int64_t message)
{
    lyt_status status;

    t->to = to;
    status = lyt_store_get_feedback(ask->store, message, take, t, t->err);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

static lyt_status read_words(const lyt_story_ask *ask, const lyt_record *record, telling *t)
{
    const lyt_chronicle *c = ask->chronicle;
    size_t index = (size_t)(record - c->records);
    int64_t last = 0;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < c->n_alarms; i++) {
        int64_t message = c->alarms[i].message;

        /* what is heard as two failures is one message */
        if (c->alarms[i].record != index || !message || message == last)
            continue;
        last = message;
        status = read_message(ask, t, &t->said, message);
    }
    for (size_t i = 0; !status && record->guest.len && !t->after.len && i < c->n_voices; i++) {
        const lyt_voice *voice = &c->voices[i];

        if (lyt_str_equal(voice->sender, record->guest) && voice->has_text &&
            voice->received_us > record->remedied_us &&
            voice->received_us < record->remedied_us + week_us)
            status = read_message(ask, t, &t->after, voice->id);
    }
    return status;
}

static bool is_pleased(const lyt_record *record)
{
    return !record->is_unconfirmed && (record->score < 0 || record->score > 6);
}

static lyt_story_fate fate_of(const lyt_story_ask *ask, const lyt_record *record, const telling *t)
{
    if (record->is_restricted ||
        (ask->settings && lyt_settings_is_sensitive(ask->settings, record->scenario)))
        return LYT_STORY_SENSITIVE;
    if (!record->remedied_us ||
        (record->state != LYT_INCIDENT_CONFIRMED && record->state != LYT_INCIDENT_CLOSED))
        return LYT_STORY_NOT_MENDED;
    if (!is_pleased(record))
        return LYT_STORY_NOT_PLEASED;
    if (!t->said.len)
        return LYT_STORY_NO_WORDS;
    return t->is_special ? LYT_STORY_SPECIAL : LYT_STORY_TOLD;
}

typedef lyt_status (*told_fn)(void *user, const lyt_record *record, lyt_story_fate fate,
                              const telling *t);

static lyt_status each_telling(const lyt_story_ask *ask, told_fn each, void *user, lyt_error *err)
{
    const lyt_chronicle *c = ask->chronicle;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < c->n_records; i++) {
        const lyt_record *record = &c->records[i];
        telling t = {.err = err};

        if (!record->may_tell_us || record->is_drill ||
            !lyt_extent_has(ask->span, record->opened_us))
            continue;
        lyt_buf_init(&t.said, c->alloc);
        lyt_buf_init(&t.after, c->alloc);
        status = read_words(ask, record, &t);
        if (!status)
            status = each(user, record, fate_of(ask, record, &t), &t);
        lyt_buf_deinit(&t.said);
        lyt_buf_deinit(&t.after);
    }
    if (status == LYT_ENOMEM)
        lyt_error_set(err, status, "no memory for the stories");
    return status;
}

typedef struct forwarding {
    lyt_story_fn each;
    void *user;
} forwarding;

static lyt_status forward(void *user, const lyt_record *record, lyt_story_fate fate,
                          const telling *t)
{
    const forwarding *f = user;

    (void)t;
    return f->each(f->user, record, fate);
}

lyt_status lyt_story_each(const lyt_story_ask *ask, lyt_story_fn each, void *user, lyt_error *err)
{
    return each_telling(ask, forward, &(forwarding){each, user}, err);
}

typedef struct writing {
    const lyt_story_ask *ask;
    lyt_sheet *sheet;
    int n;
} writing;

static void add_masked(const writing *w, lyt_str text)
{
    const lyt_settings *settings = w->ask->settings;
    lyt_buf masked;

    lyt_buf_init(&masked, w->sheet->texts.alloc);
    lyt_personal_mask(&masked, text, settings ? &settings->staff : NULL);
    lyt_sheet_add_text(w->sheet, lyt_buf_str(&masked));
    if (!w->sheet->status)
        w->sheet->status = masked.status;
    lyt_buf_deinit(&masked);
}

/* "2026-11": the day could be told from a register of guests. */
static void add_month(const writing *w, int64_t at_us)
{
    lyt_date date = lyt_date_of(lyt_local_at(w->ask->zone, at_us).days);
    char text[32];
    int n = snprintf(text, sizeof text, "%04d-%02d", date.year, date.month);

    lyt_sheet_add_text(w->sheet, (lyt_str){text, (size_t)n});
}

static lyt_status add_story(void *user, const lyt_record *record, lyt_story_fate fate,
                            const telling *t)
{
    writing *w = user;
    char number[32];

    if (fate != LYT_STORY_TOLD)
        return LYT_OK;
    snprintf(number, sizeof number, "%d", ++w->n);
    lyt_sheet_add_text(w->sheet, lyt_str_of(number));
    add_month(w, record->opened_us);
    lyt_sheet_add_text(w->sheet, record->scenario);
    add_masked(w, lyt_buf_str(&t->said));
    add_masked(w, record->cause);
    add_masked(w, record->action);
    lyt_sheet_add(w->sheet, (double)(record->remedied_us - record->opened_us) / 60e6);
    lyt_sheet_add(w->sheet, (double)record->n_given);
    add_masked(w, lyt_buf_str(&t->after));
    lyt_sheet_add(w->sheet, record->score < 0 ? (double)NAN : (double)record->score);
    return w->sheet->status;
}

lyt_status lyt_story_sheet(lyt_sheet *sheet, const lyt_alloc *alloc, const lyt_story_ask *ask,
                           lyt_error *err)
{
    static const lyt_column columns[] = {
        {"story", {"Story", "Historie"}, LYT_COLUMN_TEXT},
        {"month", {"Month", "Måned"}, LYT_COLUMN_TEXT},
        {"scenario", {"What failed", "Hvad der gik galt"}, LYT_COLUMN_TEXT},
        {"said", {"What the guest said", "Hvad gæsten sagde"}, LYT_COLUMN_TEXT},
        {"cause", {"Why", "Hvorfor"}, LYT_COLUMN_TEXT},
        {"done", {"What was done", "Hvad der blev gjort"}, LYT_COLUMN_TEXT},
        {"remedied_min", {"Put right after", "I orden efter"}, LYT_COLUMN_MINUTES},
        {"gestures", {"Gestures", "Gestusser"}, LYT_COLUMN_COUNT},
        {"after", {"What the guest said then", "Hvad gæsten sagde så"}, LYT_COLUMN_TEXT},
        {"score", {"Score, of 10", "Karakter, af 10"}, LYT_COLUMN_COUNT},
    };
    writing w = {ask, sheet, 0};

    lyt_sheet_init(sheet, alloc, "stories", (lyt_bi){"Success stories", "Gode historier"}, columns,
                   sizeof columns / sizeof *columns);
    sheet->note = (lyt_bi){
        "Of guests who let it be told, without names, numbers, places and days. Read each before it "
        "goes out: a guest's own name, and what only one guest can have met, is in no list.",
        "Af gæster, der har sagt ja til det, uden navne, numre, steder og dage. Læs hver enkelt, før "
        "den går ud: en gæsts eget navn, og det kun én gæst kan have mødt, står på ingen liste.",
    };
    return each_telling(ask, add_story, &w, err);
}
