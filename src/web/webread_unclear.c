/*
 * The queue of what is unclear, in the order of what a person's word teaches most (model/choose.h):
 * what could not be judged at all comes first, then what the classifier doubts, no two that say the
 * same, and what many guests say before what nobody else does.
 */
#include "choose.h"
#include "mem.h"
#include "webjson.h"
#include "webread_inner.h"

#include <string.h>

enum { pool_max = 500, arena_bytes = 64 << 20, likely_max = 4 };

/* Less likely ones are no help to choose among. */
static const double likely_from = 0.02;

typedef struct entry {
    int64_t id;
    lyt_str json;
    bool is_noted; /* when it is shown */
} entry;

typedef struct queue {
    lyt_webasked *a;
    lyt_arena *arena;
    entry entries[pool_max];
    lyt_candidate candidates[pool_max];
    size_t n, n_parked; /* those that could not be judged stand in front */
    bool only_counts;
} queue;

/* What may have failed, the likeliest first; the scores are of the classifier's own labels. */
static void write_likely(queue *q, lyt_jw *jw, const lyt_scores *scores)
{
    const lyt_pack *pack = lyt_classifier_pack(q->a->r->classifier);
    size_t likely[likely_max], n = 0;

    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        const int label = lyt_pack_label(pack, i);
        size_t at = n;

        if (label < 0 || scores->probability[label] < likely_from)
            continue;
        while (at > 0 && scores->probability[lyt_pack_label(pack, likely[at - 1])] <
                             scores->probability[label])
            at--;
        if (at == likely_max)
            continue;
        n += n < likely_max;
        memmove(likely + at + 1, likely + at, (n - at - 1) * sizeof *likely);
        likely[at] = i;
    }
    for (size_t i = 0; i < n; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "scenario", lyt_str_of(lyt_pack_scenario(pack, likely[i])->id));
        lyt_jw_kreal(jw, "probability", scores->probability[lyt_pack_label(pack, likely[i])], 4);
        lyt_jw_object_end(jw);
    }
}

/* {"why":…,"message":{…},"likely":[…]}; reading: NULL where it could not be read. */
static lyt_status write_entry(queue *q, entry *out, const lyt_feedback *feedback,
                              lyt_str verdict_json, lyt_str why, const lyt_judged *reading)
{
    lyt_status status;
    lyt_buf text;
    lyt_jw jw;

    lyt_buf_init(&text, q->a->r->o->alloc);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "why", why);
    lyt_jw_key(&jw, "message");
    lyt_jw_message(&jw, feedback, verdict_json);
    lyt_jw_key(&jw, "likely");
    lyt_jw_array(&jw);
    if (reading)
        write_likely(q, &jw, &reading->scores);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    status = lyt_buf_status(&text);
    if (!status)
        out->json = lyt_arena_copy(q->arena, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
    return status ? status : lyt_arena_status(q->arena);
}

/*
 * Where there is nothing to judge with, or a message cannot be read any more, *is_read is false:
 * it is as doubtful as can be, and like nothing else.
 */
static lyt_status read_doubt(queue *q, const lyt_feedback *feedback, lyt_judged *reading,
                             bool *is_read, lyt_candidate *out)
{
    lyt_webreader *r = q->a->r;
    lyt_message message = {.text = feedback->text};
    lyt_status status;

    *is_read = false;
    *out = (lyt_candidate){.worth = 1};
    if (!r->session)
        return LYT_OK;
    status = lyt_session_read(r->session, &message, reading, NULL);
    if (status == LYT_ENOMEM)
        return status;
    if (status || !reading->text.n_tokens)
        return LYT_OK;
    *is_read = true;
    out->worth =
        lyt_worth(&reading->scores, lyt_model_about(lyt_classifier_model(r->classifier)).n_labels);
    return lyt_choose_keys(&reading->text, r->o->alloc, q->arena, out);
}

static lyt_status one(void *user, const lyt_feedback *feedback, lyt_str verdict_json, lyt_str why)
{
    queue *q = user;
    entry *next = &q->entries[q->n];
    lyt_webrestriction restriction = lyt_webasked_restriction(q->a, feedback->id);
    lyt_judged reading;
    bool could_not, is_read;
    lyt_status status;

    if (restriction == LYT_WEB_HIDDEN)
        return LYT_OK;
    if (q->n == pool_max)
        return LYT_EEND;
    if (q->only_counts) {
        q->n++;
        return LYT_OK;
    }
    *next = (entry){.id = feedback->id, .is_noted = restriction == LYT_WEB_NOTED};
    could_not = lyt_str_equal(why, LYT_STR("parked")) || lyt_str_equal(why, LYT_STR("language"));
    status = read_doubt(q, feedback, &reading, &is_read, &q->candidates[q->n]);
    if (!status)
        /* what is heard in words that are not understood is chance */
        status = write_entry(q, next, feedback, verdict_json, why,
                             is_read && !could_not ? &reading : NULL);
    if (status)
        return status;
    q->n_parked += could_not && q->n_parked == q->n;
    q->n++;
    return LYT_OK;
}

static void show(queue *q, size_t index)
{
    lyt_jw_raw(&q->a->jw, q->entries[index].json);
    if (q->entries[index].is_noted)
        lyt_webasked_show(q->a, LYT_SHOWN_MESSAGE, q->entries[index].id);
}

static lyt_status write_queue(queue *q, size_t limit)
{
    size_t chosen[pool_max], n = 0, n_parked = q->n_parked < limit ? q->n_parked : limit;
    lyt_status status = lyt_choose(q->candidates + n_parked, q->n - n_parked, limit - n_parked,
                                   q->a->r->o->alloc, chosen, &n);

    if (status)
        return lyt_error_set(&q->a->err, status, "no memory for the queue");
    for (size_t i = 0; i < n_parked; i++)
        show(q, i);
    for (size_t i = 0; i < n; i++)
        show(q, n_parked + chosen[i]);
    return lyt_buf_status(q->a->jw.out);
}

static lyt_status open_queue(queue **out, lyt_webasked *a)
{
    queue *q = lyt_mem_new(a->r->o->alloc, sizeof *q);
    lyt_status status = q ? LYT_OK : LYT_ENOMEM;

    if (!status) {
        q->a = a;
        status = lyt_arena_new(&q->arena, a->r->o->alloc, "unclear", arena_bytes);
    }
    *out = q;
    if (status)
        return lyt_error_set(&a->err, status, "no memory for the queue");
    if (a->r->session || !a->r->classifier)
        return LYT_OK;
    return lyt_session_new_small(&a->r->session, a->r->classifier, &a->err);
}

lyt_status lyt_webread_unclear(lyt_webasked *a, lyt_found_query *query, size_t *waiting)
{
    int64_t limit = query->limit < pool_max ? query->limit : pool_max;
    queue *q = NULL;
    lyt_status status = open_queue(&q, a);

    query->limit = pool_max;
    if (!status) {
        q->only_counts = limit == 0;
        status = lyt_found_each_unclear(a->r->found, query, one, q, &a->err);
    }
    if (!status && !q->only_counts)
        status = write_queue(q, (size_t)limit);
    *waiting = q ? q->n : 0;
    if (q)
        lyt_arena_free(q->arena);
    lyt_mem_free(a->r->o->alloc, q);
    return status;
}
