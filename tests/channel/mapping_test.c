#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateways.h"
#include "mapping.h"

LYT_SUITE(mapping);

/* One with the fields that the tests need, over {"t":…,"f":…} and more. */
static lyt_mapping plain_mapping(void)
{
    static const struct {
        lyt_mapped field;
        const char *at;
    } places[] = {
        {LYT_MAPPED_TEXT, "/t"},
        {LYT_MAPPED_FROM, "/f"},
        {LYT_MAPPED_TO, "/o"},
        {LYT_MAPPED_ID, "/i"},
        {LYT_MAPPED_SENT_AT, "/s"},
        {LYT_MAPPED_SCORE, "/score"},
        {LYT_MAPPED_SCALE, "/scale"},
        {LYT_MAPPED_PLACE, "/hidden/room"},
        {LYT_MAPPED_PART, "/part"},
        {LYT_MAPPED_PARTS, "/parts"},
        {LYT_MAPPED_REFERENCE, "/of"},
        {LYT_MAPPED_UDH, "/udh"},
        {LYT_MAPPED_STATUS, "/status"},
        {LYT_MAPPED_ERROR, "/error"},
        {LYT_MAPPED_REFERENCE_TEXT, "/ref"},
    };
    lyt_mapping mapping = {.name = LYT_STR("other")};

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        mapping.rules[places[i].field].is_used = true;
        mapping.rules[places[i].field].at = lyt_str_of(places[i].at);
    }
    mapping.rules[LYT_MAPPED_PROPERTY].is_used = true;
    mapping.rules[LYT_MAPPED_PROPERTY].value = LYT_STR("havnen");
    mapping.rules[LYT_MAPPED_PLACE].match = "room-([0-9]+)|^lobby$";
    return mapping;
}

static void open_bed(gatebed *bed, lyt_mapping *mapping)
{
    lyt_error err = {.text = ""};

    gatebed_init(bed, "mapping", NULL);
    cr_assert_eq(lyt_mapping_compile(mapping, &err), LYT_OK, "%s: %s", err.file, err.text);
    bed->config.mapping = mapping;
}

static void close_bed(gatebed *bed, lyt_mapping *mapping)
{
    lyt_mapping_deinit(mapping);
    gatebed_deinit(bed);
}

/* What each row adds to the message, as part of it is written. */
Test(mapping, fields_are_found)
{
    static const struct {
        int line;
        const char *body, *part;
    } rows[] = {
        {__LINE__, "{\"t\":\"koldt\",\"f\":\"4540404422\",\"o\":1204,\"i\":7}",
         "\"id\":\"mapping:7\",\"channel\":\"sms\",\"from\":\"+4540404422\",\"property\":"
         "\"havnen\","
         "\"text\":\"koldt\""},
        {__LINE__, "{\"t\":\"a\",\"o\":1204}", "\"to\":\"1204\""},
        {__LINE__, "{\"t\":\"a\",\"hidden\":{\"room\":\"x-room-214!\"}}", "\"place\":\"214\""},
        {__LINE__, "{\"t\":\"a\",\"x\":{\"y\":[1]},\"z\":null}",
         "\"meta\":{\"x\":\"{\\\"y\\\":[1]}\"}"},
        {__LINE__, "{\"score\":4,\"scale\":\"5\"}", "\"score\":4,\"scale\":5"},
        {__LINE__, "{\"score\":\"4.5\",\"scale\":5}", "\"score\":4.5,\"scale\":5"},
        {__LINE__, "{\"t\":\"a\",\"score\":-1,\"scale\":5}", "\"text\":\"a\",\"provider\""},
        {__LINE__, "{\"t\":\"a\",\"score\":\"4,5\",\"scale\":5}", "\"text\":\"a\",\"provider\""},
        {__LINE__, "{\"t\":\"a\",\"s\":\"2026-11-22T06:39:58+01:00\"}",
         "\"sent_at\":\"2026-11-22T05:39:58.000000Z\""},
        {__LINE__, "{\"t\":\"a\",\"s\":\"2026-11-22 06:39:58+0100\"}",
         "\"sent_at\":\"2026-11-22T05:39:58.000000Z\""},
        {__LINE__, "{\"t\":\"a\",\"s\":\"soon\"}", "\"text\":\"a\",\"provider\""},
        {__LINE__, "{\"t\":\"a\",\"part\":2,\"parts\":\"3\",\"of\":17}",
         "\"kind\":\"part\",\"channel\""},
        {__LINE__, "{\"t\":\"a\",\"part\":4,\"parts\":3,\"of\":17}", "\"kind\":\"feedback\""},
        {__LINE__, "{\"t\":\"a\",\"udh\":\"050003110202\"}", "\"part\":2,\"reference\":17"},
        {__LINE__, "{\"t\":\"a\",\"udh\":\"05\"}", "\"kind\":\"feedback\""},
        {__LINE__, "{\"status\":\"DELIVRD\",\"f\":\"Havnen\",\"o\":\"4540404422\",\"ref\":\"c1\"}",
         "\"kind\":\"report\""},
        {__LINE__, "{\"status\":\"DELIVRD\",\"f\":\"Havnen\",\"o\":\"4540404422\",\"ref\":\"c1\"}",
         "\"from\":\"+4540404422\",\"property\":\"havnen\",\"report\":\"delivered\",\"status\":"
         "\"DELIVRD\",\"reference\":\"c1\""},
        {__LINE__, "{\"status\":\"EXPIRED\",\"error\":8}",
         "\"report\":\"failed\",\"status\":\"EXPIRED\",\"error\":\"8\""},
        {__LINE__, "{\"status\":\"ENROUTE\"}", "\"report\":\"unknown\""},
        {__LINE__, "{\"f\":\"45\"}", "\"refusal\":\"missing-field\""},
        {__LINE__, "[]", "\"refusal\":\"malformed\""},
    };
    static const lyt_str delivered[] = {{"DELIVRD", 7}}, failed[] = {{"EXPIRED", 7}};
    lyt_mapping mapping = plain_mapping();
    gatebed bed;

    mapping.delivered = delivered;
    mapping.failed = failed;
    mapping.n_delivered = mapping.n_failed = 1;
    open_bed(&bed, &mapping);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gatebed_json(&bed, rows[i].body);
        gatebed_receive(&bed);
        cr_expect_not_null(strstr(gatebed_written(&bed), rows[i].part), "row at line %d: %s",
                           rows[i].line, gatebed_written(&bed));
    }
    close_bed(&bed, &mapping);
}

Test(mapping, forms_lists_and_conditions)
{
    lyt_map_condition when = {LYT_STR("/kind"), LYT_STR("sms"), false, false};
    lyt_mapping mapping = plain_mapping();
    gatebed bed;

    mapping.each = LYT_STR("/list");
    mapping.when = &when;
    mapping.n_when = 1;
    mapping.answer = (lyt_http_answer){.status = 200};
    open_bed(&bed, &mapping);
    gatebed_json(&bed, "{\"list\":[{\"kind\":\"sms\",\"t\":\"a\"},{\"kind\":\"call\"},{\"kind\":"
                       "\"sms\",\"t\":\"b\"}]}");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.n_items, 2);
    cr_expect_str_eq(bed.got.items[1].text.ptr, "b");
    cr_expect_eq(bed.got.answer.status, 200);
    /* two messages, two ids, though the gateway gives none */
    cr_expect_not(lyt_str_equal(bed.got.items[0].id, bed.got.items[1].id));
    gatebed_json(&bed, "{\"list\":[{\"kind\":\"sms\",\"t\":\"a\"},{\"kind\":\"sms\"}]}");
    gatebed_receive(&bed);
    /* one that cannot be read refuses all: they come again together */
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_MISSING_FIELD);
    cr_expect_eq(bed.got.n_items, 0);
    gatebed_json(&bed, "{\"list\":{}}");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_MISSING_FIELD);
    gatebed_json(&bed, "{\"list\":[]}");
    gatebed_receive(&bed);
    cr_expect(bed.got.refusal == LYT_REFUSAL_NONE && !bed.got.n_items);
    close_bed(&bed, &mapping);

    mapping = plain_mapping();
    mapping.body = LYT_MAP_FORM;
    open_bed(&bed, &mapping);
    gatebed_form(&bed, "t=koldt+p%C3%A5+214&f=4540404422&extra=1");
    gatebed_receive(&bed);
    cr_expect_str_eq(bed.got.items[0].text.ptr, "koldt på 214");
    cr_expect_eq(bed.got.items[0].n_meta, 1);
    bed.request.method = LYT_STR("GET");
    bed.request.query = LYT_STR("t=koldt&f=4540404422");
    gatebed_receive(&bed);
    cr_expect_str_eq(bed.got.items[0].text.ptr, "koldt");
    close_bed(&bed, &mapping);
}

Test(mapping, letters_and_times)
{
    static const struct {
        int line;
        lyt_map_letters letters;
        const char *written, *text; /* NULL: refused */
    } rows[] = {
        {__LINE__, LYT_MAP_PLAIN, "æ", "æ"},
        {__LINE__, LYT_MAP_LATIN1, "%e6%F8", "æø"},
        {__LINE__, LYT_MAP_BASE64, "w6bDuA==", "æø"},
        {__LINE__, LYT_MAP_BASE64, "w6bDuA", NULL},
        {__LINE__, LYT_MAP_HEX, "c3a6", "æ"},
        {__LINE__, LYT_MAP_HEX, "c3a", NULL},
        {__LINE__, LYT_MAP_UCS2_HEX, "00E600F8", "æø"},
        {__LINE__, LYT_MAP_UCS2_HEX, "æ", NULL},
        {__LINE__, LYT_MAP_GSM7_HEX, "1d0c0f", "æøå"},
        {__LINE__, LYT_MAP_GSM7_HEX, "x", NULL},
    };
    static const struct {
        int line;
        lyt_map_time time;
        int64_t offset_us;
        const char *written;
        int64_t at_us;
    } times[] = {
        {__LINE__, LYT_MAP_UNIX, 0, "1795326000", 1795326000000000},
        {__LINE__, LYT_MAP_UNIX_MS, 0, "1795326000123", 1795326000123000},
        {__LINE__, LYT_MAP_UNIX, 0, "x", 0},
        {__LINE__, LYT_MAP_UNIX, 0, "-5", 0},
        {__LINE__, LYT_MAP_UNIX, 0, "99999999999999", 0},
        {__LINE__, LYT_MAP_RFC3339, 3600 * (int64_t)1000000, "2026-11-22 06:40:00",
         1795326000000000},
        /* one that says its zone needs no help */
        {__LINE__, LYT_MAP_RFC3339, 3600 * (int64_t)1000000, "2026-11-22T05:40:00Z",
         1795326000000000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_mapping mapping = plain_mapping();
        char body[100];
        gatebed bed;

        mapping.body = LYT_MAP_FORM;
        mapping.letters = rows[i].letters;
        open_bed(&bed, &mapping);
        snprintf(body, sizeof body, "t=%s", rows[i].written);
        gatebed_form(&bed, body);
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, rows[i].text ? LYT_REFUSAL_NONE : LYT_REFUSAL_MALFORMED,
                     "row at line %d", rows[i].line);
        if (rows[i].text && bed.got.n_items)
            cr_expect_str_eq(bed.got.items[0].text.ptr, rows[i].text, "row at line %d: %s",
                             rows[i].line, bed.got.items[0].text.ptr);
        close_bed(&bed, &mapping);
    }
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        lyt_mapping mapping = plain_mapping();
        char body[100];
        gatebed bed;

        mapping.time = times[i].time;
        mapping.offset_us = times[i].offset_us;
        open_bed(&bed, &mapping);
        snprintf(body, sizeof body, "{\"t\":\"a\",\"s\":\"%s\"}", times[i].written);
        gatebed_json(&bed, body);
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.items[0].sent_us, times[i].at_us, "row at line %d: %lld",
                     times[i].line, (long long)bed.got.items[0].sent_us);
        close_bed(&bed, &mapping);
    }
}

static void flip_each(gatebed *bed, lyt_str *part, const char *what)
{
    lyt_str kept = *part;
    char *copy = strndup(part->ptr, part->len);

    part->ptr = copy;
    for (size_t bit = 0; bit < 8 * kept.len; bit++) {
        copy[bit / 8] ^= (char)(1u << bit % 8);
        gatebed_receive(bed);
        cr_expect_eq(bed->got.answer.status, 403, "bit %zu of %s: %s", bit, what,
                     lyt_refusal_name(bed->got.refusal));
        copy[bit / 8] ^= (char)(1u << bit % 8);
    }
    free(copy);
    *part = kept;
}

/* CH-02 for a gateway that nobody wrote code for. */
Test(mapping, signatures)
{
    for (int is_base64 = 0; is_base64 < 2; is_base64++) {
        lyt_mapping mapping = plain_mapping();
        char signature[lyt_signed_text_max], value[lyt_signed_text_max + 8];
        lyt_signed made;
        gatebed bed;

        mapping.signature = (lyt_map_signature){.header = LYT_STR("X-Sign"),
                                                .prefix = LYT_STR("v0="),
                                                .digest = LYT_DIGEST_SHA512,
                                                .is_base64 = is_base64,
                                                .over = LYT_STR("{time}.{url}.{body}"),
                                                .time_header = LYT_STR("X-Time")};
        open_bed(&bed, &mapping);
        gatebed_json(&bed, "{\"t\":\"koldt\"}");
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NOT_CONFIGURED);
        bed.config.secrets.keys[0] = LYT_STR("hemmelig");
        bed.config.secrets.n = 1;
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NO_SIGNATURE);
        made = lyt_hmac_of(LYT_DIGEST_SHA512, LYT_STR("hemmelig"),
                           LYT_STR("1795325999.https://feedback.example.dk/in.{\"t\":\"koldt\"}"));
        snprintf(value, sizeof value, "v0=%s",
                 is_base64 ? lyt_base64(&made, signature).ptr
                           : lyt_hex(&made, false, signature).ptr);
        gatebed_header(&bed, "X-Time", "1795325999");
        gatebed_header(&bed, "X-Sign", value);
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NONE, "%s", bed.err.text);
        flip_each(&bed, &bed.request.body, "body");
        flip_each(&bed, &bed.request.url, "url");
        for (size_t i = 1; i < bed.request.n_headers; i++)
            flip_each(&bed, &bed.headers[i].value, "header");
        bed.request.now_us += 301 * (int64_t)1000000;
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_STALE);
        bed.config.window_us = 600 * (int64_t)1000000;
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NONE);
        bed.config.secrets.n = 0;
        cr_expect_eq(lyt_gateway_check(&bed.config, &bed.err), LYT_EINVAL);
        cr_expect_str_eq(bed.err.file, "secret");
        close_bed(&bed, &mapping);
    }
}

Test(mapping, what_makes_no_mapping)
{
    static const struct {
        int line;
        const char *match, *over, *time_header, *each, *field;
        lyt_status status;
    } rows[] = {
        {__LINE__, "room-[0-9", NULL, NULL, NULL, "place", LYT_EFORMAT},
        {__LINE__, "(a)\\1", NULL, NULL, NULL, "place", LYT_EFORMAT},
        {__LINE__, "a\\\\1", NULL, NULL, NULL, NULL, LYT_OK},
        {__LINE__, "a\\", NULL, NULL, NULL, "place", LYT_EFORMAT},
        {__LINE__, NULL, "", NULL, NULL, "signature", LYT_EINVAL},
        {__LINE__, NULL, "{body}", "X-Time", NULL, "signature", LYT_EINVAL},
        {__LINE__, NULL, "{body}{time}", "X-Time", NULL, NULL, LYT_OK},
        {__LINE__, NULL, NULL, NULL, "/list", "each", LYT_EINVAL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_mapping mapping = plain_mapping();
        lyt_error err = {.file = ""};

        if (rows[i].match)
            mapping.rules[LYT_MAPPED_PLACE].match = rows[i].match;
        if (rows[i].over) {
            mapping.signature.header = LYT_STR("X-Sign");
            mapping.signature.over = lyt_str_of(rows[i].over);
            mapping.signature.time_header = lyt_str_of(rows[i].time_header);
        }
        if (rows[i].each) {
            mapping.each = lyt_str_of(rows[i].each);
            mapping.body = LYT_MAP_FORM;
        }
        cr_expect_eq(lyt_mapping_compile(&mapping, &err), rows[i].status, "row at line %d: %s",
                     rows[i].line, err.text);
        if (rows[i].field)
            cr_expect_str_eq(err.file, rows[i].field, "row at line %d: %s", rows[i].line, err.file);
        lyt_mapping_deinit(&mapping);
    }
    {
        lyt_mapping empty = {.name = LYT_STR("empty")};
        lyt_error err;

        cr_expect_eq(lyt_mapping_compile(&empty, &err), LYT_EINVAL);
        cr_expect_str_eq(err.file, "fields");
    }
}

Test(mapping, its_own_tests_are_run)
{
    static const struct {
        int line;
        const char *request, *field, *value, *why; /* NULL: passes */
    } rows[] = {
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\"}", "text", "a", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\"}", "property", "havnen", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\"}", "text", "b",
         "text became \"a\", not \"b\""},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\"}", "txt", "a", "\"txt\" is no field"},
        {__LINE__, "POST /x HTTP/1.1\n\n{}", "text", "a", "is refused (missing-field)"},
        {__LINE__, "hello", "text", "a", "line 1, is no HTTP"},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"\",\"status\":\"\"}", "text", "a", "is refused"},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"score\":4,\"scale\":5}", "score", "4", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"score\":4,\"scale\":5}", "scale", "5", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\"}", "score", "", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\",\"s\":\"2026-11-22T05:40:00Z\"}", "sent_at",
         "2026-11-22T06:40:00+01:00", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\"}", "sent_at", "", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\",\"part\":1,\"parts\":2,\"of\":7}", "part", "1",
         NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\",\"part\":1,\"parts\":2,\"of\":7}", "parts",
         "2", NULL},
        {__LINE__, "POST /x HTTP/1.1\n\n{\"t\":\"a\",\"part\":1,\"parts\":2,\"of\":7}", "part_of",
         "7", NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_map_expected expected = {lyt_str_of(rows[i].field), lyt_str_of(rows[i].value), 9, 5, 9, 5};
        lyt_map_test test = {.request = lyt_str_of(rows[i].request),
                             .expected = &expected,
                             .n_expected = 1,
                             .line = 7,
                             .column = 3};
        lyt_mapping mapping = plain_mapping();
        lyt_error err = {.text = ""};
        lyt_status status;
        gatebed bed;

        open_bed(&bed, &mapping);
        status = lyt_mapping_try(&mapping, &test, bed.arena, &err);
        cr_expect_eq(status == LYT_OK, rows[i].why == NULL, "row at line %d: %s", rows[i].line,
                     err.text);
        if (rows[i].why) {
            cr_expect_not_null(strstr(err.text, rows[i].why), "row at line %d: %s", rows[i].line,
                               err.text);
            cr_expect(err.line == 7 || err.line == 9, "row at line %d", rows[i].line);
        }
        close_bed(&bed, &mapping);
    }
}

Test(mapping, gateways_are_found_by_path_and_name)
{
    lyt_gateway_config gateways[] = {
        {.name = LYT_STR("a"), .path = LYT_STR("/in/a")},
        {.name = LYT_STR("b"), .path = LYT_STR("/in/b")},
    };
    lyt_channels channels = {.gateways = gateways, .n_gateways = 2};

    cr_expect_eq(lyt_channels_at(&channels, LYT_STR("/in/b")), &gateways[1]);
    cr_expect_null(lyt_channels_at(&channels, LYT_STR("/in/")));
    cr_expect_null(lyt_channels_at(&channels, LYT_STR("/in/a/")));
    cr_expect_eq(lyt_channels_named(&channels, LYT_STR("a")), &gateways[0]);
    cr_expect_null(lyt_channels_named(&channels, LYT_STR("c")));
    gateways[0].gateway = lyt_gateway_find("mapping");
    cr_expect_eq(lyt_gateway_check(&gateways[0], NULL), LYT_EINVAL);
}
