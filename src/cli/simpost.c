#include "simpost.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "out_sign.h"

enum {
    thousand = 1000,
    flights_max = 64,
    outage_per_mille = 60, /* hours in which a way is out for a while */
    lost_per_mille = 12,
    unanswered_per_mille = 6,
    stumbles_per_mille = 15,
    never_per_mille = 3,
    retry_after_s = 120,
};

static const int64_t second_us = 1000000;
static const int64_t minute_us = (int64_t)60 * 1000000;
static const int64_t hour_us = (int64_t)3600 * 1000000;

typedef struct flight {
    bool is_used;
    int64_t at_us;
    uint64_t order;
    lyt_posted posted;
} flight;

/* What is known of a row of the outbox here. */
typedef struct parcel {
    int64_t tries, rank;
} parcel;

struct lyt_simpost {
    lyt_simpost_options o;
    flight flights[flights_max];
    uint64_t n_orders;
    parcel *parcels; /* by row, from 1 */
    size_t n_parcels, cap_parcels;
    int64_t *arrived; /* rows in the order they arrived */
    size_t n_arrived, cap_arrived, n_told;
    lyt_simpost_counts counts;
};

const char *lyt_simpost_secret(lyt_way_kind kind)
{
    switch (kind) {
    case LYT_WAY_WEBHOOK:
        return "whsec_c2ltdWxhdGVkLXNlY3JldC1vZi0zMi1ieXRlcy4uLi4=";
    case LYT_WAY_MAIL:
    case LYT_WAY_ALERTMANAGER:
    case LYT_WAY_TWILIO:
    case LYT_WAY_46ELKS:
    case LYT_WAY_MEWS:
        return "simulated:secret";
    case LYT_WAY_SLACK:
    case LYT_WAY_TEAMS:
        return "https://chat.simulated.example/hook";
    case LYT_WAY_GATEWAYAPI:
    case LYT_WAY_PAGERDUTY:
    case LYT_WAY_KIND_COUNT:
        break;
    }
    return "simulated-secret";
}

lyt_status lyt_simpost_new(lyt_simpost **out, const lyt_simpost_options *options)
{
    lyt_simpost *post = lyt_mem_new(NULL, sizeof *post);

    if (!post)
        return LYT_ENOMEM;
    post->o = *options;
    *out = post;
    return LYT_OK;
}

void lyt_simpost_free(lyt_simpost *post)
{
    if (!post)
        return;
    lyt_mem_free(NULL, post->parcels);
    lyt_mem_free(NULL, post->arrived);
    lyt_mem_free(NULL, post);
}

/* splitmix64's finish: the same fate for the same attempt, whenever it is made. */
static uint64_t fate(const lyt_simpost *post, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t z = post->o.seed * 0x9e3779b97f4a7c15u + a * 0xbf58476d1ce4e5b9u +
                 b * 0x94d049bb133111ebu + c * 0xd6e8feb86659fd93u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The line of that header; empty: there is none. */
static lyt_str header(const lyt_out_request *request, const char *name)
{
    lyt_str all = lyt_buf_str(&request->headers), key = lyt_str_of(name);

    for (size_t at = 0; at < all.len;) {
        size_t end = lyt_str_find(all, '\n', at);
        lyt_str line = lyt_str_slice(all, at, end);

        if (lyt_str_begins(line, key) && line.len > key.len + 2)
            return lyt_str_slice(line, key.len + 2, line.len);
        at = end + 1;
    }
    return (lyt_str){"", 0};
}

/* "lyt-PUBLISHER-ROW", which every kind has somewhere. */
static int64_t row_of(const lyt_out_request *request)
{
    lyt_str key = header(request, "Idempotency-Key");
    int64_t row = 0;
    const char *at = NULL;

    if (request->is_mail) {
        at = request->body.data ? strstr(request->body.data, "Message-ID: <") : NULL;
        if (!at)
            return 0;
        at += sizeof "Message-ID: <" - 1;
        key = (lyt_str){at, strcspn(at, "@>")};
    }
    for (size_t i = key.len, unit = 1; i > 0 && unit < 1000000000; i--, unit *= 10) {
        if (key.ptr[i - 1] < '0' || key.ptr[i - 1] > '9')
            break;
        row += (key.ptr[i - 1] - '0') * (int64_t)unit;
    }
    return row;
}

static bool is_signed(const lyt_out_request *request)
{
    lyt_str id = header(request, "webhook-id"), time = header(request, "webhook-timestamp");
    long long time_s = 0;
    char digits[24];
    lyt_buf wanted;
    bool is_same;

    snprintf(digits, sizeof digits, "%.*s", LYT_STR_ARG(time));
    if (sscanf(digits, "%lld", &time_s) != 1)
        return false;
    lyt_buf_init(&wanted, NULL);
    is_same = !lyt_out_sign(&wanted, lyt_str_of(lyt_simpost_secret(LYT_WAY_WEBHOOK)), id, time_s,
                            lyt_buf_str(&request->body)) &&
              lyt_str_equal(lyt_buf_str(&wanted), header(request, "webhook-signature"));
    lyt_buf_deinit(&wanted);
    return is_same;
}

static bool is_json(const lyt_out_request *request)
{
    lyt_json *tree = NULL;
    bool is_good = !lyt_json_parse(&tree, lyt_buf_str(&request->body), 1U << 20, NULL);

    is_good = is_good && lyt_json_typeof(tree) == LYT_JSON_OBJECT;
    lyt_json_free(tree);
    return is_good;
}

static bool has_login(const lyt_out_request *request)
{
    return lyt_str_equal(lyt_buf_str(&request->login), LYT_STR("simulated:secret"));
}

/* Whether a receiver of that kind could make anything of it. */
static bool is_well_formed(const lyt_way *way, const lyt_out_request *request)
{
    if (!request->url.len || !request->body.len || request->is_mail != (way->kind == LYT_WAY_MAIL))
        return false;
    switch (way->kind) {
    case LYT_WAY_WEBHOOK:
        return is_signed(request) && is_json(request);
    case LYT_WAY_MAIL:
        return request->mail_from.len && request->mail_to.len &&
               strstr(request->body.data, "\r\n\r\n");
    case LYT_WAY_TWILIO:
    case LYT_WAY_46ELKS:
        return has_login(request) && strstr(request->body.data, "%2B45") != NULL;
    case LYT_WAY_GATEWAYAPI:
    case LYT_WAY_SLACK:
    case LYT_WAY_TEAMS:
    case LYT_WAY_PAGERDUTY:
    case LYT_WAY_MEWS:
        return is_json(request);
    case LYT_WAY_ALERTMANAGER:
    case LYT_WAY_KIND_COUNT:
        break;
    }
    return true;
}

static parcel *parcel_of(lyt_simpost *post, int64_t row)
{
    size_t n = (size_t)row + 1;

    if (n > post->n_parcels) {
        if (lyt_mem_grow(NULL, &post->parcels, &post->cap_parcels, n, sizeof *post->parcels))
            return NULL;
        memset(post->parcels + post->n_parcels, 0, (n - post->n_parcels) * sizeof *post->parcels);
        post->n_parcels = n;
    }
    return &post->parcels[row];
}

static lyt_status arrive(lyt_simpost *post, int64_t row, parcel *p)
{
    if (p->rank) {
        post->counts.again++;
        return LYT_OK;
    }
    if (lyt_mem_grow(NULL, &post->arrived, &post->cap_arrived, post->n_arrived + 1,
                     sizeof *post->arrived))
        return LYT_ENOMEM;
    post->arrived[post->n_arrived++] = row;
    p->rank = (int64_t)post->n_arrived;
    return LYT_OK;
}

/* The way whose turn it is in that hour, for ten to forty minutes of it. */
static bool is_out(const lyt_simpost *post, size_t way, int64_t now_us)
{
    uint64_t luck = fate(post, 1, way, (uint64_t)(now_us / hour_us));
    int64_t minute = now_us % hour_us / minute_us, from = (int64_t)(luck >> 20) % 20;

    return luck % thousand < outage_per_mille &&
           minute >= from && minute < from + 10 + (int64_t)(luck >> 40) % 30;
}

static void answer(lyt_posted *posted, const lyt_way *way, int status, const char *words)
{
    bool is_mail = way->kind == LYT_WAY_MAIL;

    posted->result.is_answered = true;
    posted->result.is_mail = is_mail;
    posted->result.status = status;
    snprintf(posted->reason, sizeof posted->reason, "answered %d%s%s", status, *words ? ": " : "",
             words);
}

/* What becomes of an attempt that a receiver could take. */
static lyt_status meet(lyt_simpost *post, size_t index, int64_t row, lyt_posted *posted)
{
    const lyt_way *way = &post->o.ways[index];
    bool is_mail = way->kind == LYT_WAY_MAIL;
    parcel *p = parcel_of(post, row);
    uint64_t luck, mark = 0;

    if (!p)
        return LYT_ENOMEM;
    luck = fate(post, 2, (uint64_t)row, (uint64_t)++p->tries) % thousand;
    if (is_out(post, index, lyt_clock_wall_us(post->o.clock))) {
        answer(posted, way, is_mail ? 421 : 503, "not now");
        posted->result.retry_after_us = is_mail ? 0 : retry_after_s * second_us;
        post->counts.refused_for_now++;
        return LYT_OK;
    }
    if (luck < (mark += lost_per_mille)) {
        snprintf(posted->reason, sizeof posted->reason, "no answer in time");
        post->counts.lost++;
        return LYT_OK;
    }
    if (luck < (mark += stumbles_per_mille)) {
        answer(posted, way, is_mail ? 451 : 500, "stumbled");
        post->counts.refused_for_now++;
        return LYT_OK;
    }
    if (fate(post, 3, (uint64_t)row, 0) % thousand < never_per_mille) {
        answer(posted, way, is_mail ? 550 : 400, "never");
        post->counts.refused_for_good++;
        return LYT_OK;
    }
    if (luck < mark + unanswered_per_mille) {
        snprintf(posted->reason, sizeof posted->reason, "no answer in time");
        post->counts.unanswered++;
    } else {
        answer(posted, way, is_mail ? 250 : 200, "");
    }
    return arrive(post, row, p);
}

/* Which of the ways it goes by: whoever composed it named it nowhere else than in its form. */
static const lyt_way *way_of(const lyt_simpost *post, const lyt_out_request *request, size_t *index)
{
    for (*index = 0; *index < post->o.n_ways; ++*index) {
        const lyt_way *way = &post->o.ways[*index];
        lyt_str url = lyt_str_of(way->url ? way->url : "");

        if (url.len && lyt_str_begins(lyt_buf_str(&request->url), url))
            return way;
    }
    return NULL;
}

static lyt_status take_request(void *context, const lyt_out_request *request,
                               const lyt_post_options *options)
{
    lyt_simpost *post = context;
    flight *free = NULL;
    size_t index = 0;
    const lyt_way *way = way_of(post, request, &index);
    int64_t row = row_of(request), took_us;
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < flights_max && !free; i++)
        if (!post->flights[i].is_used)
            free = &post->flights[i];
    if (!free)
        return LYT_ENOMEM;
    *free = (flight){.is_used = true, .order = ++post->n_orders, .posted.tag = options->tag};
    free->posted.result.is_patient = options->is_patient;
    post->counts.attempts++;
    if (way && row > 0 && is_well_formed(way, request)) {
        status = meet(post, index, row, &free->posted);
    } else {
        post->counts.malformed++;
        free->posted.result.is_answered = true;
        free->posted.result.status = 400;
        snprintf(free->posted.reason, sizeof free->posted.reason, "answered 400: no such form");
    }
    if (status)
        return free->is_used = false, status;
    /* a line takes its time, and one that does not answer takes all of it */
    took_us = (int64_t)(fate(post, 4, post->n_orders, 0) % (2 * 1000000)) + 40000;
    if (!free->posted.result.is_answered)
        took_us = options->timeout_ms * 1000;
    free->at_us = lyt_clock_wall_us(post->o.clock) + took_us;
    return LYT_OK;
}

static flight *next_flight(lyt_simpost *post)
{
    flight *next = NULL;

    for (size_t i = 0; i < flights_max; i++) {
        flight *f = &post->flights[i];

        if (f->is_used && (!next || f->at_us < next->at_us ||
                           (f->at_us == next->at_us && f->order < next->order)))
            next = f;
    }
    return next;
}

static bool take_answer(void *context, lyt_posted *out)
{
    lyt_simpost *post = context;
    flight *f = next_flight(post);

    if (!f || f->at_us > lyt_clock_wall_us(post->o.clock))
        return false;
    *out = f->posted;
    f->is_used = false;
    return true;
}

lyt_carrier lyt_simpost_carrier(lyt_simpost *post)
{
    return (lyt_carrier){take_request, take_answer, post};
}

int64_t lyt_simpost_due(const lyt_simpost *post)
{
    int64_t due = INT64_MAX;

    for (size_t i = 0; i < flights_max; i++)
        if (post->flights[i].is_used && post->flights[i].at_us < due)
            due = post->flights[i].at_us;
    return due;
}

int64_t lyt_simpost_arrived(lyt_simpost *post)
{
    return post->n_told < post->n_arrived ? post->arrived[post->n_told++] : 0;
}

int64_t lyt_simpost_rank(const lyt_simpost *post, int64_t row)
{
    return row > 0 && (size_t)row < post->n_parcels ? post->parcels[row].rank : 0;
}

int64_t lyt_simpost_tries(const lyt_simpost *post, int64_t row)
{
    return row > 0 && (size_t)row < post->n_parcels ? post->parcels[row].tries : 0;
}

lyt_simpost_counts lyt_simpost_count(const lyt_simpost *post)
{
    return post->counts;
}
