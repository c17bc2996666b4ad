#include "guestreply_inner.h"

#include <stdio.h>
#include <string.h>

#include "daycal.h"
#include "guestrefund.h"
#include "guestwords.h"
#include "hash.h"
#include "outbox_plan.h"

static const int64_t day_us = (int64_t)86400 * 1000000;

static int64_t now_of(const lyt_books *books)
{
    return lyt_clock_wall_us(books->core->options.clock);
}

static const lyt_settings *settings_of(const lyt_books *books)
{
    return lyt_cases_settings(books->cases);
}

void lyt_thought_init(lyt_thought *thought, const lyt_alloc *alloc)
{
    memset(thought, 0, sizeof *thought);
    lyt_buf_init(&thought->text, alloc);
    lyt_buf_init(&thought->why, alloc);
}

void lyt_thought_deinit(lyt_thought *thought)
{
    lyt_buf_deinit(&thought->text);
    lyt_buf_deinit(&thought->why);
}

/* ---- whether it may go ---- */

static void hold(lyt_thought *out, lyt_reply_state state, lyt_status refusal, const char *why)
{
    out->state = state;
    out->refusal = refusal;
    lyt_buf_add_text(&out->why, why);
}

static void write_day(lyt_buf *out, const lyt_settings *settings, int64_t at_us)
{
    lyt_date date = lyt_date_of(lyt_local_at(settings->zone, at_us).days);

    lyt_buf_addf(out, "%04d-%02d-%02d", date.year, date.month, date.day);
}

typedef struct found_contact {
    char kind[16], language[20];
    bool is_typed, is_known;
} found_contact;

static lyt_status take_contact(void *user, const lyt_contact_row *row)
{
    found_contact *found = user;

    snprintf(found->kind, sizeof found->kind, "%.*s", LYT_STR_ARG(row->kind));
    snprintf(found->language, sizeof found->language, "%.*s", LYT_STR_ARG(row->language));
    found->is_typed = row->is_typed;
    found->is_known = true;
    return LYT_OK;
}

static lyt_status find_contact(lyt_books *books, lyt_str guest, found_contact *out, lyt_error *err)
{
    lyt_status status;

    memset(out, 0, sizeof *out);
    status = lyt_store_get_contact(books->store, guest, now_of(books), take_contact, out, err);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

/* The first way of the settings by which guests with such an address are written to. */
static const lyt_way *way_for(const lyt_settings *settings, const char *kind)
{
    bool by_mail = strcmp(kind, "mail") == 0;

    for (size_t i = 0; i < settings->n_ways; i++) {
        const lyt_way *way = &settings->ways[i];

        if (way->for_guests && (way->kind == LYT_WAY_MAIL) == by_mail &&
            (by_mail || strcmp(kind, "phone") == 0))
            return way;
    }
    return NULL;
}

/* A house that writes to no guests says nothing about it, either. */
static bool has_ways(const lyt_settings *settings)
{
    return way_for(settings, "phone") || way_for(settings, "mail");
}

/* The template in one language; NULL: none in that. */
static const char *words_in(const lyt_books *books, const lyt_saying *s, lyt_str *message,
                            lyt_str language)
{
    const lyt_guestwords *words = books->stock ? books->stock->words : NULL;
    bool of_scenario = s->kind == LYT_REPLY_FIRST || s->kind == LYT_REPLY_SOLVED;
    const char *text = NULL;

    if (s->own_words.len)
        return NULL;
    if (of_scenario)
        text = lyt_guestwords_find(words, s->scenario, message, language);
    if (text || s->kind == LYT_REPLY_FIRST)
        return text;
    return lyt_reply_words(&settings_of(books)->replies, s->kind, language);
}

/* In the guest's language, else in that of the number that was written to, else in the house's. */
static lyt_status write_words(const lyt_books *books, const lyt_saying *s,
                              const found_contact *contact, lyt_thought *out)
{
    const lyt_settings *settings = settings_of(books);
    const lyt_str languages[] = {s->language, lyt_str_of(contact->language),
                                 lyt_str_of(settings->replies.language)};
    lyt_str message =
        s->message.len || s->kind != LYT_REPLY_SOLVED ? s->message : LYT_STR("solved");
    const char *words = NULL;
    lyt_error why = {.text = ""};
    lyt_status status;
    size_t i = 0;

    for (; i < 3 && !words; i++)
        words = words_in(books, s, &message, languages[i]);
    i = words ? i - 1 : 2;
    snprintf(out->language, sizeof out->language, "%.*s", LYT_STR_ARG(languages[i]));
    snprintf(out->message, sizeof out->message, "%.*s", LYT_STR_ARG(message));
    if (s->own_words.len) {
        /* what somebody wrote is theirs: nothing is put into it or after it */
        lyt_buf_add(&out->text, s->own_words);
        status = lyt_buf_status(&out->text);
    } else {
        status = lyt_reply_write(&out->text, settings,
                                 &(lyt_reply_message){.kind = s->kind,
                                                      .words = words,
                                                      .language = lyt_str_of(out->language),
                                                      .incident = s->incident,
                                                      .has_refund = lyt_guestrefund_is_for(
                                                          books, s->incident, s->scenario)},
                                 &why);
    }
    if (status && status != LYT_ENOMEM) {
        lyt_buf_reset(&out->text);
        hold(out, LYT_REPLY_HELD, status, why.text);
        return LYT_OK;
    }
    return status;
}

/* What needs somebody's eye before it goes. */
static lyt_status decide_by_itself(lyt_books *books, const lyt_saying *s,
                                   const found_contact *contact, lyt_thought *out, lyt_error *err)
{
    const lyt_settings *settings = settings_of(books);
    bool of_scenario = s->kind == LYT_REPLY_FIRST || s->kind == LYT_REPLY_SOLVED;
    int64_t n = 0;
    lyt_status status;

    if (s->heard && s->heard == books->cases->answered) {
        hold(out, LYT_REPLY_DRAFT, LYT_ESTATE, "this message was answered about something else");
        return LYT_OK;
    }
    if ((of_scenario && !lyt_reply_is_automatic(settings, s->scenario)) ||
        lyt_settings_is_sensitive(settings, s->scenario)) {
        hold(out, LYT_REPLY_DRAFT, LYT_ESTATE, "a person decides about this failure");
        return LYT_OK;
    }
    if (contact->is_typed && !settings->replies.answers_typed) {
        hold(out, LYT_REPLY_DRAFT, LYT_ESTATE, "somebody typed this address; a person decides");
        return LYT_OK;
    }
    status = lyt_store_count_replies(books->store, s->guest, now_of(books) - day_us, &n, err);
    if (!status && n >= settings->replies.day_max)
        hold(out, LYT_REPLY_DRAFT, LYT_ESTATE,
             "this guest has had as many messages in 24 hours as may go by themselves");
    return status;
}

lyt_status lyt_guestreply_think(lyt_books *books, const lyt_saying *s, lyt_thought *out,
                                lyt_error *err)
{
    bool is_last_word = s->kind == LYT_REPLY_OPTED_OUT, stops = false;
    found_contact contact;
    int64_t since_us = 0;
    lyt_status status = lyt_store_consent(books->store, s->guest, &stops, &since_us, err);

    if (!status)
        status = find_contact(books, s->guest, &contact, err);
    if (status)
        return status;
    out->state = LYT_REPLY_QUEUED;
    if (stops && !is_last_word) {
        hold(out, LYT_REPLY_HELD, LYT_ESTATE, "this guest wants no messages, since ");
        write_day(&out->why, settings_of(books), since_us);
    } else if (!contact.is_known) {
        hold(out, LYT_REPLY_HELD, LYT_ENOTFOUND,
             "there is no number or address of this guest; call, or go there");
    } else {
        out->way = way_for(settings_of(books), contact.kind);
        if (!out->way)
            hold(out, LYT_REPLY_HELD, LYT_ENOTFOUND,
                 strcmp(contact.kind, "other") == 0
                     ? "what the guest left is neither a number nor a mail address; lyt guest "
                       "contact shows it"
                     : "no way of the settings goes to such an address of guests (guests: true)");
    }
    /* words for whoever looks at it, also where it cannot go */
    if (!stops || is_last_word)
        status = write_words(books, s, &contact, out);
    if (!status && out->state == LYT_REPLY_QUEUED && s->by_itself)
        status = decide_by_itself(books, s, &contact, out, err);
    if (!status && (lyt_buf_status(&out->text) || lyt_buf_status(&out->why)))
        status = LYT_ENOMEM;
    return status == LYT_ENOMEM ? lyt_error_set(err, status, "no memory for a message") : status;
}

/* ---- keeping it ---- */

static const char *ground_of(const lyt_saying *s)
{
    switch (s->kind) {
    case LYT_REPLY_OPTED_OUT:
    case LYT_REPLY_OPTED_IN:
    case LYT_REPLY_REFUND:
        return "the guest asked for it";
    case LYT_REPLY_FOLLOW_UP:
        return "the guest complained, and it was remedied";
    case LYT_REPLY_FIRST:
    case LYT_REPLY_SOLVED:
    case LYT_REPLY_HOLDING:
    case LYT_REPLY_MAINTENANCE:
    case LYT_REPLY_WHICH_ROOM:
    case LYT_REPLY_AGAIN:
    case LYT_REPLY_KIND_COUNT:
        break;
    }
    return "the guest wrote to the house";
}

static unsigned notice_of(lyt_reply_kind kind)
{
    static const lyt_notice notices[LYT_REPLY_KIND_COUNT] = {
        [LYT_REPLY_FIRST] = LYT_NOTICE_REPLY,
        [LYT_REPLY_SOLVED] = LYT_NOTICE_SOLVED,
        [LYT_REPLY_FOLLOW_UP] = LYT_NOTICE_FOLLOW_UP,
        [LYT_REPLY_HOLDING] = LYT_NOTICE_HOLDING,
        [LYT_REPLY_MAINTENANCE] = LYT_NOTICE_MAINTENANCE,
        [LYT_REPLY_OPTED_OUT] = LYT_NOTICE_OPTED_OUT,
        [LYT_REPLY_OPTED_IN] = LYT_NOTICE_OPTED_IN,
        [LYT_REPLY_WHICH_ROOM] = LYT_NOTICE_WHICH_ROOM,
        [LYT_REPLY_REFUND] = LYT_NOTICE_REFUND,
        [LYT_REPLY_AGAIN] = LYT_NOTICE_AGAIN,
    };

    return (unsigned)notices[kind];
}

/* One guest's messages keep their order, and none waits for those of another. */
static lyt_status send(lyt_batch *batch, lyt_books *books, const lyt_saying *s,
                       const lyt_thought *thought, int64_t seq, lyt_error *err)
{
    uint64_t seed = lyt_hash_str(lyt_str_of(lyt_store_publisher(books->store)), 0);
    int64_t now_us = now_of(books), due_us = now_us;
    char lane[24];
    lyt_outbox_row row = {.seq = seq,
                          .incident = s->incident,
                          .event = notice_of(s->kind),
                          .at_us = now_us,
                          .way = lyt_str_of(thought->way->id),
                          .who = LYT_STR(LYT_WATCH_GUEST),
                          .channel = LYT_STR(LYT_WATCH_REPLY)};

    if (!s->by.len)
        due_us = lyt_reply_due(settings_of(books), s->kind, now_us);
    snprintf(lane, sizeof lane, "g%016llx", (unsigned long long)lyt_hash_str(s->guest, seed));
    row.lane = lyt_str_of(lane);
    row.due_us = due_us;
    row.give_up_us = due_us + thought->way->give_up_us;
    batch->n_outbox++;
    return lyt_store_outbox_add(books->store, &row, err);
}

lyt_status lyt_guestreply_note(lyt_books *books, int64_t incident, const char *what, lyt_str note,
                               lyt_error *err)
{
    return incident ? lyt_store_add_history(books->store, incident, 0, lyt_str_of(what),
                                            (lyt_str){"", 0}, note, now_of(books), err)
                    : LYT_OK;
}

lyt_status lyt_guestreply_keep(lyt_batch *batch, lyt_books *books, const lyt_saying *s,
                               const lyt_thought *thought, int64_t seq, lyt_error *err)
{
    bool goes = thought->state == LYT_REPLY_QUEUED;
    lyt_reply_row row = {.seq = goes ? seq : 0,
                         .incident = s->incident,
                         .state = thought->state,
                         .guest = s->guest,
                         .kind = lyt_str_of(lyt_reply_kind_name(s->kind)),
                         .message = lyt_str_of(thought->message),
                         .language = lyt_str_of(thought->language),
                         .text = lyt_buf_str(&thought->text),
                         .why = lyt_buf_str(&thought->why),
                         .by = s->by,
                         .ground = lyt_str_of(ground_of(s)),
                         .at_us = now_of(books)};
    lyt_status status = lyt_store_add_reply(books->store, &row, err);

    if (!status && goes)
        return send(batch, books, s, thought, seq, err);
    if (!status && thought->state == LYT_REPLY_HELD)
        return lyt_guestreply_note(books, s->incident, "reply-held", row.why, err);
    return status;
}

/* ---- saying something ---- */

lyt_status lyt_guestreply_say(lyt_batch *batch, lyt_books *books, const lyt_saying *s,
                              const lyt_thought *thought, lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = now_of(books);
    lyt_care_words words = {.incident = s->incident,
                            .notice = (lyt_notice)notice_of(s->kind),
                            .guest = s->guest,
                            .by = s->by,
                            .now_us = now_us};
    lyt_incident incident;
    lyt_event_to to;
    lyt_status status = lyt_care_tell_guest(cases->care, &words, &cases->facts, err);

    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    if (status)
        return status;
    if (s->heard)
        cases->answered = s->heard;
    incident = lyt_care_incident(cases->care, s->incident);
    (void)lyt_cases_make_neutral(cases, &incident);
    to = lyt_batch_event_to(batch, books, now_us);
    lyt_event_notice(&to, &incident, &cases->facts.items[from]);
    status = lyt_batch_add_event(batch, books, now_us, err);
    return status ? status : lyt_guestreply_keep(batch, books, s, thought, books->last_seq, err);
}

lyt_status lyt_guestreply_consider(lyt_batch *batch, lyt_books *books, const lyt_saying *s,
                                   lyt_error *err)
{
    lyt_thought thought;
    lyt_status status;

    lyt_thought_init(&thought, batch->alloc);
    status = lyt_guestreply_think(books, s, &thought, err);
    if (!status)
        status = thought.state == LYT_REPLY_QUEUED
                     ? lyt_guestreply_say(batch, books, s, &thought, err)
                     : lyt_guestreply_keep(batch, books, s, &thought, 0, err);
    lyt_thought_deinit(&thought);
    return status;
}

lyt_saying lyt_guestreply_saying(const lyt_books *books, int64_t incident, lyt_reply_kind kind)
{
    const lyt_case *c = lyt_book_find(lyt_care_book(books->cases->care), incident);

    return (lyt_saying){.kind = kind,
                        .incident = incident,
                        .guest = lyt_str_of(c->guest),
                        .language = lyt_str_of(c->language),
                        .scenario = lyt_str_of(c->scenario),
                        .property = lyt_str_of(c->property),
                        .by_itself = true};
}

static lyt_status is_one_there(void *user, const lyt_reply_row *row)
{
    if (lyt_str_equal(row->kind, LYT_STR("reply")) || lyt_str_equal(row->kind, LYT_STR("solved")))
        *(bool *)user = true;
    return LYT_OK;
}

static lyt_status say_to_heard(lyt_batch *batch, lyt_books *books, int64_t incident,
                               const lyt_care_heard *heard, lyt_reply_kind kind, lyt_error *err)
{
    const lyt_case *c = lyt_book_find(lyt_care_book(books->cases->care), incident);
    lyt_saying s;
    bool has_one = false;
    found_contact contact;
    lyt_status status;

    if (!heard->guest.len || c->is_drill || !has_ways(settings_of(books)))
        return LYT_OK;
    status = find_contact(books, heard->guest, &contact, err);
    if (!status && contact.is_known)
        status = lyt_store_each_reply(books->store, incident, heard->guest, is_one_there, &has_one,
                                      err);
    /* who heard of it once hears only that it goes on, and who never did has not asked again */
    if (status || !contact.is_known || has_one != (kind == LYT_REPLY_AGAIN))
        return status;
    s = lyt_guestreply_saying(books, incident, kind);
    s.guest = heard->guest;
    s.language = heard->language;
    s.heard = heard->message;
    return lyt_guestreply_consider(batch, books, &s, err);
}

lyt_status lyt_guestreply_heard(lyt_batch *batch, lyt_books *books, int64_t incident,
                                const lyt_care_heard *heard, lyt_error *err)
{
    return say_to_heard(batch, books, incident, heard, LYT_REPLY_FIRST, err);
}

lyt_status lyt_guestreply_again(lyt_batch *batch, lyt_books *books, int64_t incident,
                                const lyt_care_heard *heard, lyt_error *err)
{
    return say_to_heard(batch, books, incident, heard, LYT_REPLY_AGAIN, err);
}

lyt_status lyt_guestreply_which_room(lyt_batch *batch, lyt_books *books, int64_t incident,
                                     const lyt_care_heard *heard, lyt_error *err)
{
    return say_to_heard(batch, books, incident, heard, LYT_REPLY_WHICH_ROOM, err);
}

static bool kind_of(lyt_notice notice, lyt_reply_kind *out)
{
    for (int i = 0; i < LYT_REPLY_KIND_COUNT; i++) {
        *out = (lyt_reply_kind)i;
        if (notice_of(*out) == (unsigned)notice)
            return true;
    }
    return false;
}

lyt_status lyt_guestreply_told(lyt_batch *batch, lyt_books *books, const lyt_fact *told,
                               lyt_error *err)
{
    const lyt_case *c = lyt_book_find(lyt_care_book(books->cases->care), told->incident);
    lyt_thought thought;
    lyt_saying s;
    lyt_reply_kind kind;
    lyt_status status;

    if (!c || !c->guest[0] || !has_ways(settings_of(books)) ||
        !kind_of((lyt_notice)told->which, &kind))
        return LYT_OK;
    s = lyt_guestreply_saying(books, told->incident, kind);
    /* somebody asked the guest, unless the house has it done */
    if (kind == LYT_REPLY_FOLLOW_UP && !settings_of(books)->replies.asks)
        s.by_itself = false;
    lyt_thought_init(&thought, batch->alloc);
    status = lyt_guestreply_think(books, &s, &thought, err);
    if (!status)
        status = lyt_guestreply_keep(batch, books, &s, &thought, books->last_seq, err);
    lyt_thought_deinit(&thought);
    return status;
}
