#include "client.h"

#include "json.h"
#include "mem.h"
#include "wire.h"

/*
 * A message waits in a slot; its tag is the slot's index and how often the slot
 * was used, so that a late answer to an earlier message finds nobody.
 */
typedef struct slot {
    lyt_buf json;
    uint64_t number;
    uint32_t use;
    bool waiting;
    int64_t due_us; /* when it is sent again */
    int64_t pause_us;
} slot;

struct lyt_sender {
    lyt_sender_options options;
    lyt_sock *sock, *watch;
    lyt_frames *frames;
    lyt_buf tag;
    slot *slots;
    uint32_t *free_slots;
    size_t n_free;
    uint64_t n_resent;
    int64_t next_look_us; /* the slots are walked for what is due then */
    int64_t watch_us;     /* the connection is looked at again then */
    bool was_connected;
};

enum {
    window_default = 100,
    window_max = 10000,
    resend_default_ms = 2000,
    answer_max = 1 << 20,
    watch_ms = 50,
    /* after a connection came back: what ZeroMQ kept goes first, and may be answered by then */
    back_ms = 100,
};

static lyt_status open_sender(lyt_sender *sender, lyt_error *err)
{
    const lyt_sender_options *o = &sender->options;
    lyt_status status;

    sender->slots = lyt_mem_array(o->alloc, o->window, sizeof *sender->slots);
    sender->free_slots = lyt_mem_array(o->alloc, o->window, sizeof *sender->free_slots);
    if (!sender->slots || !sender->free_slots || lyt_frames_new(&sender->frames, o->alloc))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a window of %zu", o->window);
    for (size_t i = 0; i < o->window; i++) {
        lyt_buf_init(&sender->slots[i].json, o->alloc);
        sender->free_slots[sender->n_free++] = (uint32_t)(o->window - 1 - i);
    }
    status = lyt_sock_open(&sender->sock, o->net, LYT_SOCK_DEALER, (int)(2 * o->window + 100), err);
    if (!status)
        status = lyt_sock_watch(sender->sock, &sender->watch, err);
    return status ? status : lyt_sock_connect(sender->sock, o->endpoint, err);
}

lyt_status lyt_sender_new(lyt_sender **out, const lyt_sender_options *options, lyt_error *err)
{
    lyt_sender *sender;
    lyt_status status;

    if (options->window > window_max)
        return lyt_error_set(err, LYT_EINVAL, "window: at most %d", window_max);
    sender = lyt_mem_new(options->alloc, sizeof *sender);
    if (!sender)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a sender");
    sender->options = *options;
    if (!options->window)
        sender->options.window = window_default;
    if (!options->resend_ms)
        sender->options.resend_ms = resend_default_ms;
    if (!options->clock)
        sender->options.clock = lyt_clock_system();
    lyt_buf_init(&sender->tag, options->alloc);
    status = open_sender(sender, err);
    if (status) {
        lyt_sender_free(sender);
        return status;
    }
    *out = sender;
    return LYT_OK;
}

void lyt_sender_free(lyt_sender *sender)
{
    const lyt_alloc *alloc;

    if (!sender)
        return;
    alloc = sender->options.alloc;
    lyt_sock_unwatch(sender->sock, sender->watch);
    lyt_sock_close(sender->sock, 0);
    lyt_frames_free(sender->frames);
    for (size_t i = 0; sender->slots && i < sender->options.window; i++)
        lyt_buf_deinit(&sender->slots[i].json);
    lyt_mem_free(alloc, sender->slots);
    lyt_mem_free(alloc, sender->free_slots);
    lyt_buf_deinit(&sender->tag);
    lyt_mem_free(alloc, sender);
}

static int64_t now_us(const lyt_sender *sender)
{
    return lyt_clock_mono_us(sender->options.clock);
}

/* A queue that is full is as good as a lost message: it is sent again when due. */
static lyt_status send_slot(lyt_sender *sender, uint32_t index)
{
    slot *s = &sender->slots[index];
    lyt_str frames[2];

    lyt_buf_reset(&sender->tag);
    lyt_wire_put_u32(&sender->tag, index);
    lyt_wire_put_u32(&sender->tag, s->use);
    if (lyt_buf_status(&sender->tag))
        return LYT_ENOMEM;
    frames[0] = lyt_buf_str(&sender->tag);
    frames[1] = lyt_buf_str(&s->json);
    s->due_us = now_us(sender) + sender->options.resend_ms * 1000;
    (void)!lyt_sock_send(sender->sock, frames, 2);
    return LYT_OK;
}

lyt_status lyt_sender_send(lyt_sender *sender, uint64_t number, lyt_str json)
{
    uint32_t index;
    slot *s;

    if (sender->n_free == 0)
        return LYT_EBUSY;
    index = sender->free_slots[sender->n_free - 1];
    s = &sender->slots[index];
    lyt_buf_reset(&s->json);
    lyt_buf_add(&s->json, json);
    if (lyt_buf_status(&s->json))
        return lyt_buf_status(&s->json);
    s->number = number;
    s->use++;
    s->pause_us = 0;
    if (send_slot(sender, index))
        return LYT_ENOMEM;
    s->waiting = true;
    sender->n_free--;
    return LYT_OK;
}

static slot *slot_of(lyt_sender *sender, lyt_str tag, uint32_t *index)
{
    lyt_wire in = lyt_wire_of(tag);
    uint32_t use;

    *index = lyt_wire_u32(&in);
    use = lyt_wire_u32(&in);
    if (lyt_wire_end(&in) || *index >= sender->options.window)
        return NULL;
    if (!sender->slots[*index].waiting || sender->slots[*index].use != use)
        return NULL;
    return &sender->slots[*index];
}

/* Each "busy" doubles the pause, up to 2 s, from what the service asked for. */
static void put_off(lyt_sender *sender, slot *s, const lyt_json *answer)
{
    int64_t retry_ms = 100;

    (void)lyt_json_int(lyt_json_get(answer, "retry_ms"), &retry_ms);
    if (retry_ms < 1 || retry_ms > 60000)
        retry_ms = 100;
    s->pause_us = s->pause_us ? s->pause_us * 2 : retry_ms * 1000;
    if (s->pause_us > 2000000)
        s->pause_us = 2000000;
    s->due_us = now_us(sender) + s->pause_us;
    if (s->due_us < sender->next_look_us)
        sender->next_look_us = s->due_us;
}

static void take_answer(lyt_sender *sender)
{
    lyt_str text = lyt_frames_at(sender->frames, 1), status = {NULL, 0};
    lyt_json *answer = NULL;
    uint32_t index;
    slot *s = slot_of(sender, lyt_frames_at(sender->frames, 0), &index);

    if (!s || lyt_json_parse(&answer, text, answer_max, NULL))
        return;
    if (lyt_json_str(lyt_json_get(answer, "status"), &status)) {
        if (lyt_str_equal(status, LYT_STR("busy"))) {
            put_off(sender, s, answer);
        } else {
            s->waiting = false;
            sender->free_slots[sender->n_free++] = index;
            if (sender->options.on_answer)
                sender->options.on_answer(sender->options.user, s->number, status, text);
        }
    }
    lyt_json_free(answer);
}

/* What was under way to a service that is gone would be waited for in vain. */
static void look_at_connection(lyt_sender *sender, int64_t now)
{
    bool is_back = false;

    sender->watch_us = now + watch_ms * 1000;
    while (!lyt_sock_recv(sender->watch, sender->frames, 0)) {
        is_back = sender->was_connected;
        sender->was_connected = true;
    }
    for (uint32_t i = 0; is_back && i < sender->options.window; i++) {
        slot *s = &sender->slots[i];

        if (s->waiting && s->due_us > now + back_ms * 1000)
            s->due_us = now + back_ms * 1000;
    }
    if (is_back && sender->next_look_us > now + back_ms * 1000)
        sender->next_look_us = now + back_ms * 1000;
}

static lyt_status resend_due(lyt_sender *sender)
{
    int64_t now = now_us(sender), next = now + sender->options.resend_ms * 250;

    if (now >= sender->watch_us)
        look_at_connection(sender, now);
    if (now < sender->next_look_us)
        return LYT_OK;
    for (uint32_t i = 0; i < sender->options.window; i++) {
        slot *s = &sender->slots[i];

        if (s->waiting && s->due_us <= now) {
            if (send_slot(sender, i))
                return LYT_ENOMEM;
            sender->n_resent++;
        }
        if (s->waiting && s->due_us < next)
            next = s->due_us;
    }
    sender->next_look_us = next;
    return LYT_OK;
}

/* Waits in stretches, so that what falls due meanwhile is sent. */
static lyt_status wait_answer(lyt_sender *sender, int timeout_ms)
{
    int64_t end_us = now_us(sender) + (int64_t)timeout_ms * 1000;

    for (;;) {
        int64_t now = now_us(sender), wait_us = sender->next_look_us - now;
        lyt_status status;

        if (wait_us > sender->watch_us - now)
            wait_us = sender->watch_us - now;
        if (timeout_ms >= 0 && wait_us > end_us - now)
            wait_us = end_us - now;
        status = lyt_sock_recv(sender->sock, sender->frames,
                               wait_us > 0 ? (int)(wait_us / 1000) + 1 : 0);
        if (status != LYT_EBUSY && status != LYT_ETIMEOUT)
            return status;
        status = resend_due(sender);
        if (status)
            return status;
        if (timeout_ms >= 0 && now_us(sender) >= end_us)
            return LYT_ETIMEOUT;
    }
}

lyt_status lyt_sender_step(lyt_sender *sender, int timeout_ms)
{
    lyt_status status = resend_due(sender);

    if (!status)
        status = wait_answer(sender, timeout_ms);
    for (size_t i = 1; !status; i++) {
        take_answer(sender);
        /* what is there beyond that is of the next step; taken out here it would be lost */
        if (i == sender->options.window)
            return LYT_OK;
        status = lyt_sock_recv(sender->sock, sender->frames, 0);
        if (status == LYT_EBUSY)
            return LYT_OK;
    }
    return status == LYT_ELIMIT ? LYT_OK : status;
}

size_t lyt_sender_pending(const lyt_sender *sender)
{
    return sender->options.window - sender->n_free;
}

uint64_t lyt_sender_resent(const lyt_sender *sender)
{
    return sender->n_resent;
}
