#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs.h"
#include "httptext.h"
#include "mappingfile.h"
#include "testing.h"

/*
 * Chats and social posts: the mapping files of docs/examples, their own requests, and what must not
 * pass: a changed bit, another's token, and whatever else comes to such an address.
 */
LYT_SUITE(chatgate);

enum { arena_bytes = 8 << 20 };

static const char *const names[] = {"whatsapp", "messenger", "facebook",
                                    "telegram", "slack",     "mastodon"};

typedef struct gate {
    lyt_arena *file, *arena;
    lyt_yaml *yaml;
    lyt_mapping mapping;
    lyt_gateway_config config;
    lyt_channelbook book;
    lyt_http_request request;
    lyt_http_header headers[8]; /* of the request, to be changed */
    lyt_received got;
    lyt_error err;
} gate;

static const lyt_gateway *mapping_kind(void)
{
    return lyt_gateway_find("mapping");
}

static void open_gate(gate *g, const char *name)
{
    char path[300];
    lyt_error err = {.text = ""};

    memset(g, 0, sizeof *g);
    snprintf(path, sizeof path, "%s/docs/examples/channels/mappings/%s.yaml", testing_data(), name);
    cr_assert_eq(lyt_arena_new(&g->file, NULL, "mapping", arena_bytes), LYT_OK);
    cr_assert_eq(lyt_arena_new(&g->arena, NULL, "call", arena_bytes), LYT_OK);
    cr_assert_eq(lyt_yaml_read(&g->yaml, NULL, lyt_fs_system(), path, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_mappingfile_read(&g->mapping, g->yaml, g->file, &err), LYT_OK, "%s:%u %s",
                 err.file, err.line, err.text);
    g->config = (lyt_gateway_config){.name = g->mapping.name,
                                     .gateway = mapping_kind(),
                                     .path = LYT_STR("/"),
                                     .mapping = &g->mapping,
                                     .book = &g->book,
                                     .property = LYT_STR("havnen")};
    g->config.secrets.keys[0] = g->mapping.tests[0].secret;
    g->config.secrets.keys[1] = LYT_STR("meatyhamhock");
    g->config.secrets.n = 2;
}

static void close_gate(gate *g)
{
    lyt_mapping_deinit(&g->mapping);
    lyt_yaml_free(g->yaml);
    lyt_arena_free(g->arena);
    lyt_arena_free(g->file);
}

/* The file's own request, in the file's arena, so that a call may be repeated. */
static void take_own(gate *g)
{
    g->request = (lyt_http_request){.now_us = g->mapping.tests[0].at_us};
    cr_assert_eq(lyt_http_parse(&g->request, g->mapping.tests[0].request, g->file, &g->err), LYT_OK);
    cr_assert_leq(g->request.n_headers, 8);
    for (size_t i = 0; i < g->request.n_headers; i++)
        g->headers[i] = g->request.headers[i];
    g->request.headers = g->headers;
    g->request.url = lyt_http_url(g->file, LYT_STR("https://lyt.example"),
                                  lyt_http_target(&g->request));
}

static void receive(gate *g)
{
    lyt_arena_reset(g->arena);
    cr_assert_eq(lyt_gateway_receive(g->config.gateway, &g->config, &g->request, g->arena, &g->got,
                                     &g->err),
                 LYT_OK);
}

Test(chatgate, CH_13_S3_03_each_file_reads_its_own_request)
{
    size_t n_chat = 0, n_social = 0;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lyt_error err = {.text = ""};
        gate g;

        open_gate(&g, names[i]);
        for (size_t t = 0; t < g.mapping.n_tests; t++)
            cr_expect_eq(lyt_mapping_try(&g.mapping, &g.mapping.tests[t], g.arena, &err), LYT_OK,
                         "%s: %s", names[i], err.text);
        take_own(&g);
        receive(&g);
        cr_assert_eq(g.got.n_items, 1, "%s", names[i]);
        n_chat += lyt_str_equal(g.got.items[0].channel, LYT_STR("chat"));
        n_social += lyt_str_equal(g.got.items[0].channel, LYT_STR("social"));
        /* who it is goes on as a pseudonym, and nothing beside it tells */
        cr_expect(g.got.items[0].from.len > 0, "%s", names[i]);
        if (strcmp(names[i], "whatsapp") != 0)
            cr_expect_eq(g.got.items[0].n_meta, 0, "%s", names[i]);
        close_gate(&g);
    }
    cr_expect_eq(n_chat, 4);
    cr_expect_eq(n_social, 2);
}

static size_t flip_each(gate *g, const char *name, lyt_str *part)
{
    lyt_str kept = *part;
    char *copy = strndup(part->ptr, part->len);
    size_t n = 0;

    part->ptr = copy;
    for (size_t bit = 0; bit < 8 * kept.len; bit++, n++) {
        copy[bit / 8] ^= (char)(1u << bit % 8);
        receive(g);
        cr_expect(g->got.refusal != LYT_REFUSAL_NONE && g->got.n_items == 0 &&
                      g->got.answer.status == 403,
                  "%s: bit %zu passes (%s)", name, bit, lyt_refusal_name(g->got.refusal));
        copy[bit / 8] ^= (char)(1u << bit % 8);
    }
    *part = kept;
    free(copy);
    return n;
}

Test(chatgate, CH_02_CH_13_no_changed_bit_passes)
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        gate g;

        open_gate(&g, names[i]);
        take_own(&g);
        /* a token signs nothing: with it alone the header is what counts */
        if (!g.mapping.signature.is_token)
            n += flip_each(&g, names[i], &g.request.body);
        for (size_t h = 0; h < g.request.n_headers; h++) {
            lyt_http_header *header = &g.headers[h];

            if (!lyt_str_equal(header->name, LYT_STR("Content-Type")) &&
                !lyt_str_equal(header->name, LYT_STR("content-type")))
                n += flip_each(&g, names[i], &header->value);
        }
        receive(&g);
        cr_expect_eq(g.got.refusal, LYT_REFUSAL_NONE, "%s: as it was", names[i]);
        g.request.n_headers = 0;
        receive(&g);
        cr_expect(g.got.answer.status == 403 || g.got.answer.status == 415, "%s: %d", names[i],
                  g.got.answer.status);
        take_own(&g);
        g.config.secrets.keys[0] = LYT_STR("another");
        receive(&g);
        cr_expect_eq(g.got.refusal, LYT_REFUSAL_BAD_SIGNATURE, "%s: another's secret", names[i]);
        g.config.secrets.n = 0;
        receive(&g);
        cr_expect_eq(g.got.refusal, LYT_REFUSAL_NOT_CONFIGURED, "%s: no secret", names[i]);
        close_gate(&g);
    }
    cr_expect_gt(n, 8000);
}

/* Bodies that anybody with the secret may send; unsigned here, so that each row can be its own. */
Test(chatgate, CH_13_CH_18_other_events_are_nothing_and_odd_ones_are_refused)
{
    static const struct {
        int line;
        const char *name, *body;
        size_t n;
        lyt_refusal refusal;
    } rows[] = {
        {__LINE__, "whatsapp", "{\"entry\":[{\"changes\":[{\"value\":{\"statuses\":[{\"id\":\"w\"}]}}]}]}", 0,
         LYT_REFUSAL_NONE},
        {__LINE__, "whatsapp", "{}", 0, LYT_REFUSAL_NONE},
        {__LINE__, "whatsapp", "{\"entry\":{\"changes\":1}}", 0, LYT_REFUSAL_NONE},
        {__LINE__, "whatsapp", "{\"entry\":[1,null,[],{\"changes\":[{\"value\":{\"messages\":{}}}]}]}", 0,
         LYT_REFUSAL_NONE},
        {__LINE__, "whatsapp",
         "{\"entry\":[{\"changes\":[{\"value\":{\"messages\":[{\"type\":\"image\"},{\"type\":\"text\",\"id\":"
         "\"a\",\"text\":{\"body\":\"x\"}}]}}]},{\"changes\":[{\"value\":{\"messages\":[{\"type\":\"text\","
         "\"id\":\"b\",\"text\":{\"body\":\"y\"}}]}}]}]}",
         2, LYT_REFUSAL_NONE},
        {__LINE__, "whatsapp",
         "{\"entry\":[{\"changes\":[{\"value\":{\"messages\":[{\"type\":\"text\",\"text\":{\"body\":7e999}}]}}]}]}",
         0, LYT_REFUSAL_MALFORMED},
        {__LINE__, "whatsapp",
         "{\"entry\":[{\"changes\":[{\"value\":{\"messages\":[{\"type\":\"text\",\"text\":\"no\"}]}}]}]}", 0,
         LYT_REFUSAL_MISSING_FIELD},
        {__LINE__, "whatsapp", "[]", 0, LYT_REFUSAL_MALFORMED},
        {__LINE__, "messenger",
         "{\"entry\":[{\"messaging\":[{\"message\":{\"text\":\"ours\",\"is_echo\":true}},{\"delivery\":{}}]}]}", 0,
         LYT_REFUSAL_NONE},
        {__LINE__, "facebook",
         "{\"entry\":[{\"changes\":[{\"field\":\"feed\",\"value\":{\"item\":\"comment\",\"verb\":\"remove\","
         "\"message\":\"x\"}},{\"field\":\"feed\",\"value\":{\"item\":\"like\"}}]}]}",
         0, LYT_REFUSAL_NONE},
        {__LINE__, "telegram", "{\"update_id\":1,\"edited_message\":{\"text\":\"x\"}}", 0, LYT_REFUSAL_NONE},
        {__LINE__, "telegram", "{\"update_id\":1,\"message\":{\"photo\":[]}}", 0, LYT_REFUSAL_NONE},
        {__LINE__, "slack", "{\"type\":\"event_callback\",\"event\":{\"type\":\"message\",\"bot_id\":\"B\",\"text\":\"x\"}}",
         0, LYT_REFUSAL_NONE},
        {__LINE__, "slack", "{\"type\":\"app_rate_limited\"}", 0, LYT_REFUSAL_NONE},
        {__LINE__, "mastodon", "{\"event\":\"account.created\",\"object\":{\"id\":\"1\"}}", 0, LYT_REFUSAL_NONE},
        {__LINE__, "mastodon",
         "{\"event\":\"status.created\",\"object\":{\"visibility\":\"direct\",\"content\":\"x\"}}", 0,
         LYT_REFUSAL_NONE},
        {__LINE__, "mastodon",
         "{\"event\":\"status.created\",\"object\":{\"visibility\":\"public\",\"content\":"
         "\"<script>evil()</script>&lt;b&gt;kold\"}}",
         1, LYT_REFUSAL_NONE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_http_header type = {LYT_STR("Content-Type"), LYT_STR("application/json")};
        gate g;

        open_gate(&g, rows[i].name);
        g.config.scheme = LYT_SCHEME_NONE;
        g.request = (lyt_http_request){.method = LYT_STR("POST"),
                                       .path = LYT_STR("/"),
                                       .headers = &type,
                                       .n_headers = 1,
                                       .body = lyt_str_of(rows[i].body)};
        receive(&g);
        cr_expect_eq(g.got.refusal, rows[i].refusal, "row at line %d: %s (%s)", rows[i].line,
                     lyt_refusal_name(g.got.refusal), g.err.text);
        cr_expect_eq(g.got.n_items, rows[i].n, "row at line %d: %zu", rows[i].line, g.got.n_items);
        if (rows[i].refusal == LYT_REFUSAL_NONE)
            cr_expect_eq(g.got.answer.status, 200, "row at line %d", rows[i].line);
        if (rows[i].n && strcmp(rows[i].name, "mastodon") == 0)
            cr_expect_str_eq(g.got.items[0].text.ptr, "<b>kold");
        close_gate(&g);
    }
}

Test(chatgate, CH_13_CH_18_deep_and_long_ones_end)
{
    lyt_http_header type = {LYT_STR("Content-Type"), LYT_STR("application/json")};
    lyt_buf body;
    gate g;

    open_gate(&g, "whatsapp");
    g.config.scheme = LYT_SCHEME_NONE;
    lyt_buf_init(&body, NULL);
    lyt_buf_add_text(&body, "{\"entry\":[");
    for (int i = 0; i < 101; i++)
        lyt_buf_addf(&body,
                     "%s{\"changes\":[{\"value\":{\"messages\":[{\"type\":\"text\",\"id\":\"%d\",\"text\":{"
                     "\"body\":\"x\"}}]}}]}",
                     i ? "," : "", i);
    lyt_buf_add_text(&body, "]}");
    g.request = (lyt_http_request){.method = LYT_STR("POST"),
                                   .path = LYT_STR("/"),
                                   .headers = &type,
                                   .n_headers = 1,
                                   .body = lyt_buf_str(&body)};
    receive(&g);
    cr_expect_eq(g.got.refusal, LYT_REFUSAL_TOO_LARGE, "over all lists together");
    cr_expect_eq(g.got.n_items, 0);
    lyt_buf_reset(&body);
    lyt_buf_add_text(&body, "{\"entry\":");
    for (int i = 0; i < 20000; i++)
        lyt_buf_add_char(&body, '[');
    g.request.body = lyt_buf_str(&body);
    receive(&g);
    cr_expect_eq(g.got.refusal, LYT_REFUSAL_MALFORMED);
    lyt_buf_deinit(&body);
    close_gate(&g);
}

Test(chatgate, CH_13_an_address_is_shown_to_be_ours)
{
    static const struct {
        int line;
        const char *name, *query, *back;
        int status;
    } rows[] = {
        {__LINE__, "whatsapp", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock",
         "1158201444", 200},
        {__LINE__, "messenger", "hub.challenge=77&hub.verify_token=meatyhamhock", "77", 200},
        {__LINE__, "facebook", "hub.challenge=77&hub.verify_token=meatyhamhocj", NULL, 403},
        {__LINE__, "facebook", "hub.challenge=77", NULL, 403},
        {__LINE__, "facebook", "hub.challenge=77&hub.verify_token=", NULL, 403},
        {__LINE__, "whatsapp", "hub.verify_token=meatyhamhock", NULL, 400},
        {__LINE__, "whatsapp", "", NULL, 400},
        {__LINE__, "whatsapp", "hub.challenge=%3Cscript%3E&hub.verify_token=meatyhamhock", NULL, 400},
        {__LINE__, "whatsapp", "hub.challenge=a%0d%0ab&hub.verify_token=meatyhamhock", NULL, 400},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gate g;

        open_gate(&g, rows[i].name);
        g.request = (lyt_http_request){.method = LYT_STR("GET"),
                                       .path = LYT_STR("/"),
                                       .query = lyt_str_of(rows[i].query)};
        receive(&g);
        cr_expect_eq(g.got.answer.status, rows[i].status, "row at line %d: %d", rows[i].line,
                     g.got.answer.status);
        cr_expect_eq(g.got.n_items, 0);
        if (rows[i].back)
            cr_expect(lyt_str_equal(g.got.answer.body, lyt_str_of(rows[i].back)), "row at line %d",
                      rows[i].line);
        close_gate(&g);
    }
}
