#include "workframe.h"

#include "json.h"
#include "submission.h"
#include "utf8.h"

enum { count_at = 2, reason_max = 500 };

lyt_status lyt_workframe_type_of(lyt_str frame, lyt_workframe_type *type)
{
    if (frame.len < 2 || frame.ptr[0] < LYT_WORK_READY || frame.ptr[0] > LYT_WORK_LESSONS ||
        frame.ptr[1] != lyt_work_version)
        return LYT_EFORMAT;
    *type = (lyt_workframe_type)frame.ptr[0];
    return LYT_OK;
}

void lyt_workframe_begin(lyt_buf *out, lyt_workframe_type type)
{
    lyt_buf_reset(out);
    lyt_wire_put_u8(out, (uint8_t)type);
    lyt_wire_put_u8(out, lyt_work_version);
    if (type == LYT_WORK_WORK || type == LYT_WORK_DONE)
        lyt_wire_put_u32(out, 0);
}

void lyt_workframe_count(lyt_buf *out, uint32_t n)
{
    if (lyt_buf_status(out))
        return;
    for (size_t i = 0; i < 4; i++)
        out->data[count_at + i] = (char)(unsigned char)(n >> (8 * i));
}

void lyt_workframe_ready(lyt_buf *out, const lyt_work_ready *ready)
{
    lyt_workframe_begin(out, LYT_WORK_READY);
    lyt_wire_put_u32(out, ready->credit);
    lyt_wire_put_u64(out, ready->pack);
    if (ready->worker || ready->base)
        lyt_wire_put_u64(out, ready->worker);
    if (ready->base)
        lyt_wire_put_u64(out, ready->base);
}

/* The frame behind type and version. */
static lyt_wire body_of(lyt_str frame)
{
    lyt_wire in = lyt_wire_of(frame);

    (void)lyt_wire_u8(&in);
    (void)lyt_wire_u8(&in);
    return in;
}

lyt_status lyt_workframe_get_ready(lyt_str frame, lyt_work_ready *out)
{
    lyt_wire in = body_of(frame);

    out->credit = lyt_wire_u32(&in);
    out->pack = lyt_wire_u64(&in);
    out->worker = in.at < frame.len ? lyt_wire_u64(&in) : 0;
    out->base = in.at < frame.len ? lyt_wire_u64(&in) : 0;
    if (lyt_wire_end(&in) || out->credit < 1 || out->credit > lyt_work_credit_max)
        return LYT_EFORMAT;
    return LYT_OK;
}

void lyt_workframe_lessons(lyt_buf *out, uint64_t pack, uint64_t base, lyt_str lessons)
{
    lyt_workframe_begin(out, LYT_WORK_LESSONS);
    lyt_wire_put_u64(out, pack);
    lyt_wire_put_u64(out, base);
    lyt_wire_put_text(out, lessons);
}

lyt_status lyt_workframe_get_lessons(lyt_str frame, uint64_t *pack, uint64_t *base,
                                     lyt_str *lessons)
{
    lyt_wire in = body_of(frame);

    *pack = lyt_wire_u64(&in);
    *base = lyt_wire_u64(&in);
    *lessons = lyt_wire_bytes(&in, lyt_work_lessons_max);
    return lyt_wire_end(&in);
}

void lyt_workframe_refused(lyt_buf *out, lyt_str reason)
{
    lyt_workframe_begin(out, LYT_WORK_REFUSED);
    lyt_wire_put_text(out, lyt_str_slice(reason, 0, reason_max));
}

void lyt_workframe_add_work(lyt_buf *out, const lyt_work_item *item)
{
    lyt_wire_put_i64(out, item->id);
    lyt_wire_put_text(out, item->language);
    lyt_wire_put_text(out, item->place);
    lyt_wire_put_text(out, item->property);
    lyt_wire_put_text(out, item->text);
    lyt_wire_put_real(out, item->score);
    lyt_wire_put_real(out, item->scale);
}

static void add_failure(lyt_buf *out, const lyt_judged_failure *failure)
{
    lyt_wire_put_text(out, failure->scenario);
    lyt_wire_put_text(out, failure->team);
    lyt_wire_put_real(out, failure->probability);
    lyt_wire_put_u8(out, (uint8_t)failure->severity);
    lyt_wire_put_u32(out, failure->start);
    lyt_wire_put_u32(out, failure->end);
    lyt_wire_put_i64(out, (int64_t)failure->version);
    lyt_wire_put_u32(out, failure->window_min);
    lyt_wire_put_u8(out, (uint8_t)failure->n_words);
    for (size_t i = 0; i < failure->n_words; i++)
        lyt_wire_put_text(out, failure->words[i]);
}

void lyt_workframe_add_done(lyt_buf *out, const lyt_done_item *item)
{
    const lyt_judgement *j = &item->judgement;

    lyt_wire_put_i64(out, item->id);
    lyt_wire_put_u8(out, item->failed);
    if (item->failed) {
        lyt_wire_put_text(out, item->reason);
        return;
    }
    lyt_wire_put_u64(out, item->pack);
    lyt_wire_put_text(out, j->json);
    lyt_wire_put_text(out, j->language);
    lyt_wire_put_text(out, j->place);
    lyt_wire_put_u8(out, (uint8_t)j->n_failures);
    for (size_t i = 0; i < j->n_failures; i++)
        add_failure(out, &j->failures[i]);
}

/* A remote worker is a border, too: what it says ends up in events. */
static lyt_str get_text(lyt_wire *in, size_t max_bytes)
{
    lyt_str text = lyt_wire_bytes(in, max_bytes);

    if (lyt_utf8_check(text, NULL)) {
        in->bad = true;
        return (lyt_str){NULL, 0};
    }
    return text;
}

static lyt_work_item get_work(lyt_wire *in)
{
    lyt_work_item item;

    item.id = lyt_wire_i64(in);
    item.language = get_text(in, lyt_id_max);
    item.place = get_text(in, lyt_place_max);
    item.property = get_text(in, lyt_place_max);
    item.text = get_text(in, lyt_text_max);
    item.score = lyt_wire_real(in);
    item.scale = lyt_wire_real(in);
    return item;
}

static void get_failure(lyt_wire *in, lyt_judged_failure *failure)
{
    failure->scenario = get_text(in, lyt_place_max);
    failure->team = get_text(in, lyt_place_max);
    failure->probability = lyt_wire_real(in);
    failure->severity = lyt_wire_u8(in);
    failure->start = lyt_wire_u32(in);
    failure->end = lyt_wire_u32(in);
    failure->version = (uint64_t)lyt_wire_i64(in);
    failure->window_min = lyt_wire_u32(in);
    failure->n_words = lyt_wire_u8(in);
    /* written so that not-a-number fails, too */
    if (!(failure->probability >= 0 && failure->probability <= 1) || failure->severity > 4 ||
        failure->start > failure->end || failure->n_words > lyt_judged_words_max ||
        !failure->scenario.len) {
        in->bad = true;
        failure->n_words = 0;
    }
    for (size_t i = 0; i < failure->n_words; i++)
        failure->words[i] = get_text(in, lyt_judged_word_bytes);
}

static void get_done(lyt_wire *in, lyt_done_item *item)
{
    lyt_judgement *j = &item->judgement;
    uint8_t outcome;

    item->id = lyt_wire_i64(in);
    outcome = lyt_wire_u8(in);
    item->failed = outcome == 1;
    item->reason = (lyt_str){NULL, 0};
    j->n_failures = 0;
    if (outcome > 1)
        in->bad = true;
    if (item->failed) {
        item->reason = get_text(in, reason_max);
        return;
    }
    item->pack = lyt_wire_u64(in);
    j->json = get_text(in, lyt_judged_json_bytes);
    j->language = get_text(in, lyt_id_max);
    j->place = get_text(in, lyt_place_max);
    j->n_failures = lyt_wire_u8(in);
    if (j->n_failures > lyt_judged_failures_max) {
        in->bad = true;
        j->n_failures = 0;
    }
    for (size_t i = 0; i < j->n_failures && !in->bad; i++)
        get_failure(in, &j->failures[i]);
}

static lyt_wire batch_of(lyt_str frame, uint32_t *n)
{
    lyt_wire in = body_of(frame);

    *n = lyt_wire_u32(&in);
    if (*n < 1 || *n > lyt_work_batch_max) {
        in.bad = true;
        *n = 0;
    }
    return in;
}

lyt_status lyt_workframe_each_work(lyt_str frame,
                                   lyt_status (*each)(void *user, const lyt_work_item *item),
                                   void *user)
{
    uint32_t n;
    lyt_wire check = batch_of(frame, &n), in = check;

    for (uint32_t i = 0; i < n && !check.bad; i++)
        (void)get_work(&check);
    if (lyt_wire_end(&check))
        return LYT_EFORMAT;
    for (uint32_t i = 0; i < n; i++) {
        lyt_work_item item = get_work(&in);
        lyt_status status = each(user, &item);

        if (status)
            return status;
    }
    return LYT_OK;
}

lyt_status lyt_workframe_each_done(lyt_str frame,
                                   lyt_status (*each)(void *user, const lyt_done_item *item,
                                                      lyt_str part),
                                   void *user)
{
    uint32_t n;
    lyt_wire check = batch_of(frame, &n), in = check;
    lyt_done_item item;

    for (uint32_t i = 0; i < n && !check.bad; i++)
        get_done(&check, &item);
    if (lyt_wire_end(&check))
        return LYT_EFORMAT;
    for (uint32_t i = 0; i < n; i++) {
        size_t from = in.at;
        lyt_status status;

        get_done(&in, &item);
        status = each(user, &item, lyt_str_slice(frame, from, in.at));
        if (status)
            return status;
    }
    return LYT_OK;
}

lyt_status lyt_workframe_get_done_item(lyt_done_item *out, lyt_str part)
{
    lyt_wire in = lyt_wire_of(part);

    get_done(&in, out);
    return lyt_wire_end(&in);
}

static lyt_status check_json(void *user, const lyt_done_item *item, lyt_str part)
{
    lyt_json *tree = NULL;
    bool is_object;

    (void)user;
    (void)part;
    if (item->failed)
        return LYT_OK;
    if (lyt_json_parse(&tree, item->judgement.json, lyt_judged_json_bytes, NULL))
        return LYT_EFORMAT;
    is_object = lyt_json_typeof(tree) == LYT_JSON_OBJECT;
    lyt_json_free(tree);
    return is_object ? LYT_OK : LYT_EFORMAT;
}

lyt_status lyt_workframe_check_done(lyt_str frame)
{
    return lyt_workframe_each_done(frame, check_json, NULL);
}
