/*
 * Questions under way. Each lies in a slot; its tag is the slot's index and how often the slot was
 * used, so that an answer that comes too late finds nobody.
 */
#include "mem.h"
#include "webstate.h"
#include "wire.h"

bool lyt_web_parts(lyt_exchange *x, size_t n)
{
    x->parts = lyt_mem_array(x->web->alloc, n, sizeof *x->parts);
    if (!x->parts) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return false;
    }
    x->n_parts = n;
    for (size_t i = 0; i < n; i++)
        lyt_buf_init(&x->parts[i], x->web->alloc);
    return true;
}

static lyt_status take_slot(lyt_webactor *web, uint32_t *index)
{
    lyt_status status;

    if (web->n_free) {
        *index = web->free_slots[--web->n_free];
        return LYT_OK;
    }
    status = lyt_mem_grow(web->alloc, &web->slots, &web->cap_slots, web->n_slots + 1,
                          sizeof *web->slots);
    if (!status)
        status = lyt_mem_grow(web->alloc, &web->free_slots, &web->cap_free, web->n_slots + 1,
                              sizeof *web->free_slots);
    if (status)
        return status;
    *index = (uint32_t)web->n_slots++;
    web->slots[*index] = (lyt_slot){.x = NULL};
    lyt_buf_init(&web->slots[*index].json, web->alloc);
    return LYT_OK;
}

static void leave_slot(lyt_webactor *web, uint32_t index)
{
    lyt_slot *slot = &web->slots[index];

    slot->x = NULL;
    slot->waits = false;
    slot->use++;
    /* what was long does not stay for ever */
    if (slot->json.cap > 4096)
        lyt_buf_deinit(&slot->json);
    web->free_slots[web->n_free++] = index;
}

/* An answer has come, or never will: the exchange goes on when it was the last. */
static void deliver(lyt_webactor *web, uint32_t index, lyt_str answer)
{
    lyt_exchange *x = web->slots[index].x;
    lyt_buf *part = &x->parts[web->slots[index].part];

    leave_slot(web, index);
    lyt_buf_reset(part);
    lyt_buf_add(part, answer);
    x->n_pending--;
    if (!x->n_pending && x->then)
        x->then(x);
}

static lyt_status send_slot(lyt_webactor *web, uint32_t index, lyt_str json)
{
    const lyt_slot *slot = &web->slots[index];
    lyt_sock *const to[] = {web->submit, web->replay, web->reader, web->trial};
    lyt_str frames[2];

    lyt_buf_reset(&web->tag);
    lyt_wire_put_u32(&web->tag, index);
    lyt_wire_put_u32(&web->tag, slot->use);
    frames[0] = lyt_buf_str(&web->tag);
    frames[1] = json;
    return lyt_buf_status(&web->tag) ? LYT_ENOMEM : lyt_sock_send(to[slot->kind], frames, 2);
}

static void ask(lyt_exchange *x, lyt_ask_kind kind, size_t part, lyt_str json)
{
    lyt_webactor *web = x->web;
    int64_t now = lyt_web_mono_us(web);
    uint32_t index = 0;
    lyt_slot *slot;

    x->n_pending++;
    if (take_slot(web, &index)) {
        x->n_pending--;
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return;
    }
    slot = &web->slots[index];
    slot->x = x;
    slot->kind = kind;
    slot->part = part;
    slot->give_up_us = now + (kind == LYT_ASK_TRIAL ? lyt_trial_ms : lyt_answer_ms) * (int64_t)1000;
    if (slot->give_up_us < web->next_look_us || !web->next_look_us)
        web->next_look_us = slot->give_up_us;
    lyt_buf_reset(&slot->json);
    if (kind == LYT_ASK_SUBMIT)
        lyt_buf_add(&slot->json, json);
    if (!lyt_buf_status(&slot->json) && !send_slot(web, index, json))
        return;
    /* a full queue or no memory: a message is tried again, a question has no answer */
    if (kind == LYT_ASK_SUBMIT && !lyt_buf_status(&slot->json)) {
        slot->waits = true;
        slot->due_us = now + 100000;
    } else {
        slot->give_up_us = now;
    }
    web->next_look_us = now;
}

void lyt_web_submit(lyt_exchange *x, size_t part, lyt_str json)
{
    ask(x, LYT_ASK_SUBMIT, part, json);
}

void lyt_web_ask(lyt_exchange *x, size_t part, lyt_str json)
{
    ask(x, LYT_ASK_REPLAY, part, json);
}

void lyt_web_look(lyt_exchange *x, size_t part, lyt_str json)
{
    ask(x, LYT_ASK_READER, part, json);
}

void lyt_web_ask_trial(lyt_exchange *x, size_t part, lyt_str json)
{
    ask(x, LYT_ASK_TRIAL, part, json);
}

/* {"status":"busy", … "retry_ms":N} of the submit socket; 0: it is none. */
static int64_t retry_ms_of(lyt_str answer)
{
    lyt_json *tree = NULL;
    int64_t ms = 0;

    if (!lyt_str_begins(answer, LYT_STR("{\"status\":\"busy\"")) ||
        lyt_json_parse(&tree, answer, 4096, NULL))
        return 0;
    ms = lyt_json_number(tree, "retry_ms");
    lyt_json_free(tree);
    return ms < 1 ? 1 : ms > 1000 ? 1000 : ms;
}

static void take_one(lyt_webactor *web)
{
    lyt_wire tag = lyt_wire_of(lyt_frames_at(web->frames, 0));
    lyt_str answer = lyt_frames_at(web->frames, 1);
    uint32_t index = lyt_wire_u32(&tag), use = lyt_wire_u32(&tag);
    int64_t now, retry_ms;
    lyt_slot *slot;

    if (lyt_wire_end(&tag) || index >= web->n_slots)
        return;
    slot = &web->slots[index];
    if (!slot->x || slot->use != use)
        return;
    retry_ms = slot->kind == LYT_ASK_SUBMIT ? retry_ms_of(answer) : 0;
    now = lyt_web_mono_us(web);
    if (retry_ms && !web->stopping &&
        now + retry_ms * 1000 <
            slot->give_up_us - (lyt_answer_ms - lyt_busy_patience_ms) * (int64_t)1000) {
        slot->waits = true;
        slot->due_us = now + retry_ms * 1000;
        if (slot->due_us < web->next_look_us)
            web->next_look_us = slot->due_us;
        return;
    }
    deliver(web, index, answer);
}

void lyt_web_take_answers(lyt_webactor *web, lyt_sock *from)
{
    enum { burst = 512 };

    for (size_t i = 0; i < burst; i++) {
        lyt_status status = lyt_sock_recv(from, web->frames, 0);

        if (status && status != LYT_ELIMIT)
            return;
        if (!status && lyt_frames_count(web->frames) == 2)
            take_one(web);
    }
}

void lyt_web_look_at_slots(lyt_webactor *web)
{
    int64_t now = lyt_web_mono_us(web), next = 0;

    if (!web->next_look_us || now < web->next_look_us)
        return;
    for (uint32_t i = 0; i < web->n_slots; i++) {
        lyt_slot *slot = &web->slots[i];
        int64_t due;

        if (!slot->x)
            continue;
        if (now >= slot->give_up_us) {
            deliver(web, i, (lyt_str){"", 0});
            continue;
        }
        if (slot->waits && now >= slot->due_us) {
            slot->waits = send_slot(web, i, lyt_buf_str(&slot->json)) != LYT_OK;
            slot->due_us = now + 100000;
        }
        due = slot->waits ? slot->due_us : slot->give_up_us;
        next = !next || due < next ? due : next;
    }
    web->next_look_us = next;
}

int64_t lyt_web_slots_wait_ms(const lyt_webactor *web)
{
    int64_t left_us = web->next_look_us - lyt_web_mono_us(web);

    return !web->next_look_us ? 1000 : left_us <= 0 ? 0 : left_us / 1000 + 1;
}

void lyt_web_forget(lyt_exchange *x)
{
    lyt_webactor *web = x->web;

    for (uint32_t i = 0; x->n_pending && i < web->n_slots; i++)
        if (web->slots[i].x == x)
            leave_slot(web, i);
}

void lyt_web_free_slots(lyt_webactor *web)
{
    for (size_t i = 0; i < web->n_slots; i++)
        lyt_buf_deinit(&web->slots[i].json);
    lyt_mem_free(web->alloc, web->slots);
    lyt_mem_free(web->alloc, web->free_slots);
}

int lyt_web_status_of(const lyt_json *answer)
{
    lyt_str status = lyt_json_text(answer, "status");

    if (lyt_str_equal(status, LYT_STR("accepted")) || lyt_str_equal(status, LYT_STR("duplicate")))
        return 200;
    return lyt_str_equal(status, LYT_STR("refused")) ? 422 : 503;
}
