#include "shiftdigest.h"

#include <stdio.h>
#include <string.h>

#include "outbox_plan.h"
#include "store_house.h"

enum { name_max = 16 + lyt_incident_text_max };

static int64_t now_of(const lyt_books *books)
{
    return lyt_clock_wall_us(books->core->options.clock);
}

static void name_of(const lyt_digest_rule *rule, char name[name_max])
{
    snprintf(name, name_max, "digest.%s", rule->id);
}

static const lyt_digest_rule *find(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; i < settings->n_digests; i++)
        if (lyt_str_equal(lyt_str_of(settings->digests[i].id), id))
            return &settings->digests[i];
    return NULL;
}

void lyt_shiftdigest_look(lyt_books *books, lyt_batch *batch)
{
    const lyt_settings *s = lyt_cases_settings(books->cases);

    for (size_t i = 0; s && i < s->n_digests; i++) {
        int64_t at_us, since_us, done_us;
        char name[name_max];

        name_of(&s->digests[i], name);
        /* when the store cannot say now it is asked a second later */
        if (!lyt_digest_due(&s->digests[i], s->zone, now_of(books), &at_us, &since_us) ||
            lyt_store_get_mark(books->store, name, &done_us, NULL) || done_us >= at_us)
            continue;
        (void)!lyt_batch_add_digest(batch, lyt_str_of(s->digests[i].id));
    }
}

static lyt_way_language language_of(const lyt_settings *s, const lyt_digest_rule *rule, lyt_str who)
{
    const lyt_person *person = lyt_settings_person(s, who);
    const lyt_way *way = lyt_settings_way(s, lyt_str_of(rule->way));

    if (rule->has_language)
        return rule->language;
    if (person && person->language)
        return strcmp(person->language, "da") == 0 ? LYT_WAY_DA : LYT_WAY_EN;
    return way ? way->language : LYT_WAY_EN;
}

/* The figures on the bus, and out of the house to whoever takes over. */
static lyt_status send(lyt_batch *batch, lyt_books *books, const lyt_digest_rule *rule,
                       int64_t at_us, int64_t since_us, lyt_error *err)
{
    const lyt_settings *s = lyt_cases_settings(books->cases);
    const lyt_book *book = lyt_care_book(lyt_cases_care(books->cases));
    const lyt_way *way = lyt_settings_way(s, lyt_str_of(rule->way));
    int64_t now_us = now_of(books);
    lyt_str who = lyt_str_of(lyt_settings_who(s, book, rule->to, at_us));
    lyt_digest_counts counts = lyt_digest_count(book, since_us, now_us);
    lyt_status status;
    lyt_event_to to;
    lyt_buf text;

    lyt_buf_init(&text, batch->alloc);
    lyt_digest_write(&text, &counts, s->zone, at_us, language_of(s, rule, who));
    status = lyt_buf_status(&text);
    if (status) {
        status = lyt_error_set(err, status, "no memory for a digest");
    } else {
        to = lyt_batch_event_to(batch, books, now_us);
        lyt_event_health(&to, LYT_STR(LYT_HEALTH_DIGEST), lyt_buf_str(&text));
        status = lyt_batch_add_event(batch, books, now_us, err);
    }
    lyt_buf_deinit(&text);
    return status ? status : lyt_outbox_digest(batch, books, way, who, err);
}

lyt_status lyt_shiftdigest_apply(lyt_batch *batch, lyt_books *books, lyt_str id, lyt_error *err)
{
    const lyt_settings *s = lyt_cases_settings(books->cases);
    const lyt_digest_rule *rule = s ? find(s, id) : NULL;
    int64_t now_us = now_of(books), at_us, since_us, done_us;
    char name[name_max];
    lyt_status status;

    /* other settings came between */
    if (!rule || !lyt_digest_due(rule, s->zone, now_us, &at_us, &since_us))
        return LYT_OK;
    name_of(rule, name);
    status = lyt_store_get_mark(books->store, name, &done_us, err);
    if (status || done_us >= at_us)
        return status;
    if (done_us && now_us - at_us <= lyt_digest_late_us)
        status = send(batch, books, rule, at_us, since_us, err);
    return status ? status : lyt_store_put_mark(books->store, name, at_us, err);
}
