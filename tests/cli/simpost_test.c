#include <stdio.h>
#include <string.h>

#include "out_format.h"
#include "simpost.h"
#include "testing.h"

/* The receivers of a simulated week: they take what a real one would, and nothing else. */
LYT_SUITE(simpost);

static const lyt_way ways[] = {
    {.id = "a", .kind = LYT_WAY_WEBHOOK, .url = "https://a.simulated.example"},
    {.id = "b", .kind = LYT_WAY_MAIL, .url = "smtps://b.simulated.example"},
    {.id = "c", .kind = LYT_WAY_46ELKS, .url = "https://c.simulated.example"},
    {.id = "d", .kind = LYT_WAY_GATEWAYAPI, .url = "https://d.simulated.example"},
    {.id = "e", .kind = LYT_WAY_PAGERDUTY, .url = "https://e.simulated.example"},
    {.id = "f", .kind = LYT_WAY_SLACK, .url = "https://f.simulated.example"},
    {.id = "g", .kind = LYT_WAY_TEAMS, .url = "https://g.simulated.example"},
    {.id = "h", .kind = LYT_WAY_TWILIO, .url = "https://h.simulated.example"},
};
enum { n_ways = sizeof ways / sizeof *ways };

static void compose(lyt_out_request *out, const lyt_way *way, const char *key)
{
    lyt_out_way to = {.kind = (lyt_out_kind)way->kind,
                      .url = lyt_str_of(way->url),
                      .from = way->kind == LYT_WAY_MAIL ? LYT_STR("lyt@havnen.example")
                                                        : LYT_STR("Havnen"),
                      .secret = lyt_str_of(lyt_simpost_secret(way->kind)),
                      .source = LYT_STR("havnen")};
    lyt_out_note note = {.key = lyt_str_of(key),
                         .thread = LYT_STR("lyt-0123456789abcdef-i1"),
                         .event = LYT_STR("alarm"),
                         .text = LYT_STR("No hot water in 214"),
                         .subject = LYT_STR("No hot water"),
                         .data = LYT_STR("{}"),
                         .to = way->kind == LYT_WAY_MAIL ? LYT_STR("m@havnen.example")
                                                         : LYT_STR("+4540404422"),
                         .incident = 1,
                         .severity = 3,
                         .at_us = 1000000,
                         .now_us = 1000000};
    lyt_error err = {0};

    cr_assert_eq(lyt_out_write(out, &to, &note, &err), LYT_OK, "%s: %s", way->id, err.text);
}

/* Sends it until somebody has it or never will; how many attempts that were. */
static int send_all(lyt_simpost *post, testing_clock *clock, const lyt_out_request *request,
                    lyt_posted *posted)
{
    lyt_carrier c = lyt_simpost_carrier(post);
    int n = 0;

    do {
        cr_assert_eq(c.send(c.context, request,
                            &(lyt_post_options){.tag = 7, .timeout_ms = 20000}),
                     LYT_OK);
        cr_assert_not(c.take(c.context, posted), "an answer takes its time");
        clock->wall_us = lyt_simpost_due(post);
        cr_assert(c.take(c.context, posted));
        cr_assert_eq(posted->tag, 7);
        clock->wall_us += (int64_t)600 * 1000000;
    } while (++n < 100 && (!posted->result.is_answered || posted->result.status >= 500 ||
                           posted->result.status == 421 || posted->result.status == 451));
    return n;
}

Test(simpost, each_kind_is_taken_and_with_its_key_once)
{
    testing_clock clock;
    lyt_simpost *post = NULL;
    lyt_out_request request;
    int64_t n_tried = 0;

    testing_clock_init(&clock, (int64_t)1764072000 * 1000000);
    lyt_out_request_init(&request, NULL);
    cr_assert_eq(lyt_simpost_new(&post, &(lyt_simpost_options){ways, n_ways, &clock.clock, 1}),
                 LYT_OK);
    for (int64_t row = 1; row <= 800; row++) {
        const lyt_way *way = &ways[row % n_ways];
        lyt_posted posted;
        char key[64];

        snprintf(key, sizeof key, "lyt-0123456789abcdef-%lld", (long long)row);
        compose(&request, way, key);
        n_tried += send_all(post, &clock, &request, &posted);
        if (posted.result.status == 400 || posted.result.status == 550) {
            cr_expect_eq(lyt_simpost_rank(post, row), 0);
            continue;
        }
        cr_expect_eq(lyt_simpost_arrived(post), row, "%s", way->id);
        cr_expect_eq(lyt_simpost_arrived(post), 0);
        /* the same again is known by its key */
        (void)send_all(post, &clock, &request, &posted);
        cr_expect_eq(lyt_simpost_arrived(post), 0);
    }
    cr_expect_eq(lyt_simpost_count(post).malformed, 0);
    cr_expect_gt(n_tried, 800);
    cr_expect_gt(lyt_simpost_count(post).again, 700);
    lyt_simpost_free(post);
    lyt_out_request_deinit(&request);
}

static void swap_first(lyt_buf *buf, const char *from, char to)
{
    char *at = buf->len ? strstr(buf->data, from) : NULL;

    cr_assert(at, "%s", from);
    *at = to;
}

Test(simpost, what_no_receiver_could_take_is_counted)
{
    static const struct {
        int row, way;
        char part; /* b body, h headers, l login, u url */
        const char *from;
    } rows[] = {
        {__LINE__, 0, 'b', "water"},       /* the signature is of other words */
        {__LINE__, 0, 'h', "v1,"},         /* no signature */
        {__LINE__, 0, 'h', "Idempotency"}, /* no key */
        {__LINE__, 1, 'b', "Message-ID"},  /* no key */
        {__LINE__, 2, 'l', "simulated"},   /* another login */
        {__LINE__, 2, 'b', "2B45"},        /* no number */
        {__LINE__, 3, 'b', "{"},           /* no JSON */
        {__LINE__, 4, 'b', "{"},
        {__LINE__, 5, 'u', "https"}, /* nobody's address */
    };
    testing_clock clock;
    lyt_simpost *post = NULL;
    lyt_out_request request;

    testing_clock_init(&clock, (int64_t)1764072000 * 1000000);
    lyt_out_request_init(&request, NULL);
    cr_assert_eq(lyt_simpost_new(&post, &(lyt_simpost_options){ways, n_ways, &clock.clock, 1}),
                 LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_posted posted;

        compose(&request, &ways[rows[i].way], "lyt-0123456789abcdef-1");
        swap_first(rows[i].part == 'b'   ? &request.body
                   : rows[i].part == 'h' ? &request.headers
                   : rows[i].part == 'l' ? &request.login
                                         : &request.url,
                   rows[i].from, '#');
        (void)send_all(post, &clock, &request, &posted);
        cr_expect_eq(posted.result.status, 400, "row %d", rows[i].row);
        cr_expect_eq(lyt_simpost_count(post).malformed, (int64_t)i + 1, "row %d", rows[i].row);
    }
    lyt_simpost_free(post);
    lyt_out_request_deinit(&request);
}
