#include "guestsend.h"

#include <stdio.h>
#include <string.h>

#include "guestreply.h"
#include "out_retry.h"
#include "staffreply.h"
#include "watch.h"

bool lyt_guestsend_is(const lyt_outbox_row *row)
{
    return lyt_str_equal(row->who, LYT_STR(LYT_WATCH_GUEST)) ||
           lyt_str_equal(row->channel, LYT_STR(LYT_WATCH_ANSWER));
}

typedef struct message {
    lyt_buf text;
    char guest[lyt_incident_text_max], kind[20];
} message;

static lyt_status take_reply(void *user, const lyt_reply_row *row)
{
    message *m = user;

    snprintf(m->guest, sizeof m->guest, "%.*s", LYT_STR_ARG(row->guest));
    snprintf(m->kind, sizeof m->kind, "%.*s", LYT_STR_ARG(row->kind));
    lyt_buf_add(&m->text, row->text);
    return lyt_buf_status(&m->text);
}

typedef struct opening {
    const lyt_contact_key *key;
    char address[lyt_contact_max + 1];
} opening;

static lyt_status take_contact(void *user, const lyt_contact_row *row)
{
    opening *o = user;

    return lyt_contact_open(o->key, row->guest, row->sealed, o->address);
}

/* The way has the number of that person, who is none of the guests. */
static bool has_own_number(const lyt_guestsend *job, const message *m, opening *o)
{
    lyt_str guest = lyt_str_of(m->guest), lead = LYT_STR(LYT_STAFFREPLY_NAME);
    const char *address = lyt_str_begins(guest, lead)
                              ? lyt_way_address(job->way, lyt_str_slice(guest, lead.len, guest.len))
                              : NULL;

    if (address)
        snprintf(o->address, sizeof o->address, "%s", address);
    return address != NULL;
}

static lyt_status find_address(const lyt_guestsend *job, const message *m, opening *o,
                               lyt_error *err)
{
    bool is_last_word = strcmp(m->kind, lyt_reply_kind_name(LYT_REPLY_OPTED_OUT)) == 0;
    bool stops = false;
    int64_t at_us = 0;
    lyt_status status;

    if (has_own_number(job, m, o))
        return LYT_OK;
    if (!job->key)
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no key that opens guests' addresses");
    status = lyt_store_consent(job->store, lyt_str_of(m->guest), &stops, &at_us, err);
    if (!status && stops && !is_last_word)
        return lyt_error_set(err, LYT_ENOTFOUND, "this guest wants no messages");
    if (!status)
        status = lyt_store_get_contact(job->store, lyt_str_of(m->guest), job->now_us, take_contact,
                                       o, err);
    if (status == LYT_EFORMAT)
        return lyt_error_set(err, LYT_ENOTFOUND, "the guest's address was sealed with another key");
    return status;
}

static lyt_status write_request(lyt_out_request *out, const lyt_guestsend *job, const message *m,
                                const char *address, lyt_error *err)
{
    const char *house = job->settings->replies.house;
    const char *publisher = lyt_store_publisher(job->store);
    char key[64], thread[64];
    lyt_out_way way = {.kind = (lyt_out_kind)job->way->kind,
                       .url = lyt_str_of(job->way->url),
                       .from = lyt_str_of(job->way->from),
                       .secret = job->secret,
                       .source = lyt_str_of(job->settings->id)};
    lyt_out_note note = {.event = lyt_str_of(m->kind),
                         .text = lyt_buf_str(&m->text),
                         .subject = lyt_str_of(house ? house : job->settings->id),
                         .to = lyt_str_of(address),
                         .incident = job->row->incident,
                         .at_us = job->row->at_us,
                         .since_us = job->row->at_us,
                         .now_us = job->now_us};

    snprintf(key, sizeof key, "lyt-%s-%lld", publisher, (long long)job->row->id);
    /* those of one guest are one thread in a mail program */
    if (job->row->incident)
        snprintf(thread, sizeof thread, "lyt-%s-g%lld", publisher, (long long)job->row->incident);
    else
        snprintf(thread, sizeof thread, "%s", key);
    note.key = lyt_str_of(key);
    note.thread = lyt_str_of(thread);
    return lyt_out_write(out, &way, &note, err);
}

lyt_status lyt_guestsend_compose(lyt_out_request *out, const lyt_guestsend *job, lyt_error *err)
{
    message m = {.guest = ""};
    opening o = {.key = job->key};
    lyt_status status;

    lyt_buf_init(&m.text, job->alloc);
    status = lyt_store_get_reply(job->store, job->row->seq, take_reply, &m, err);
    if (!status)
        status = find_address(job, &m, &o, err);
    if (!status)
        status = write_request(out, job, &m, o.address, err);
    memset(&o, 0, sizeof o);
    lyt_buf_deinit(&m.text);
    if (status == LYT_ENOMEM && err)
        (void)lyt_error_set(err, status, "no memory for a message");
    return status;
}

lyt_status lyt_guestsend_note(lyt_buf *out, lyt_store *store, int64_t seq, lyt_error *err)
{
    message m = {.guest = ""};
    lyt_status status;

    lyt_buf_init(&m.text, out->alloc);
    status = lyt_store_get_reply(store, seq, take_reply, &m, err);
    if (!status) {
        lyt_buf_reset(out);
        lyt_buf_add(out, lyt_buf_str(&m.text));
        status = lyt_buf_status(out);
    }
    lyt_buf_deinit(&m.text);
    return status;
}

void lyt_guestsend_reason(char *room, size_t room_bytes, lyt_way_kind kind,
                          const lyt_out_result *result, const char *reason)
{
    /* "attempt to send to unsubscribed recipient": Twilio heard a STOP and kept it */
    if (kind == LYT_WAY_TWILIO && result->is_answered && strstr(reason, "21610"))
        snprintf(room, room_bytes, "%s", LYT_GUEST_OPTED_OUT);
    else if (result->is_answered)
        snprintf(room, room_bytes, "answered %d", result->status);
    else if (kind == LYT_WAY_MAIL)
        snprintf(room, room_bytes, "the mail server did not answer as it should");
    else if (reason != room)
        snprintf(room, room_bytes, "%s", reason);
}
