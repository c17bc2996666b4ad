#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateways.h"

LYT_SUITE(hostile_gate);

/* CH-18, by whoever may write here: taken and made fit, or refused; never more. */
Test(hostile_gate, CH_18_odd_bytes_are_refused_or_made_fit)
{
    static const struct {
        int line;
        const char *kind;
        bool is_json;
        const char *body;
        lyt_refusal refusal;
        const char *text; /* NULL: nothing came of it */
    } rows[] = {
#define ROW(kind, is_json, body, refusal, text)                                                    \
    {__LINE__, kind, is_json, body, LYT_REFUSAL_##refusal, text}
        ROW("46elks", false, "from=%2B4540404422&message=a%00b", NONE, "ab"),
        ROW("46elks", false, "from=%2B4540404422&message=a%ffb", NONE,
            "a\xef\xbf\xbd"
            "b"),
        ROW("46elks", false, "from=%2B4540404422&message=a\xff", NONE, "a\xef\xbf\xbd"),
        ROW("46elks", false, "from=%2B4540404422&message=%ed%a0%80", NONE,
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"),
        ROW("46elks", false, "from=%2B4540404422&message=a%1b%5bm", NONE, "a [m"),
        ROW("46elks", false, "from=%2B4540404422&message=A%cc%8ar", NONE, "A\xcc\x8ar"),
        ROW("46elks", false, "from=%2B4540404422&message=", NONE, NULL),
        ROW("46elks", false, "from=%2B4540404422&message=%00", NONE, NULL),
        ROW("46elks", false, "message=a", MISSING_FIELD, NULL),
        ROW("46elks", false, "from=&message=a", MISSING_FIELD, NULL),
        ROW("46elks", false, "", MISSING_FIELD, NULL),
        ROW("46elks", false, "%%%===&&&", MISSING_FIELD, NULL),
        ROW("gatewayapi", true, "", MALFORMED, NULL),
        ROW("gatewayapi", true, "[]", MALFORMED, NULL),
        ROW("gatewayapi", true, "{\"message\":\"a\",\"message\":\"b\",\"msisdn\":1}", MALFORMED,
            NULL),
        ROW("gatewayapi", true, "{\"message\":\"\xff\",\"msisdn\":1}", MALFORMED, NULL),
        ROW("gatewayapi", true, "{\"message\":\"\\ud800\",\"msisdn\":1}", MALFORMED, NULL),
        ROW("gatewayapi", true, "{\"message\":\"\\u0000\",\"msisdn\":1}", MALFORMED, NULL),
        ROW("gatewayapi", true, "{\"message\":\"a\",\"msisdn\":1e400}", MALFORMED, NULL),
        ROW("gatewayapi", true, "{\"message\":\"a\",\"msisdn\":99999999999999999999}", MALFORMED,
            NULL),
        ROW("gatewayapi", true, "{\"message\":\"a\",\"msisdn\":\"4540404422\"}", MISSING_FIELD,
            NULL),
        ROW("gatewayapi", true, "{\"message\":7,\"msisdn\":4540404422}", MISSING_FIELD, NULL),
        ROW("gatewayapi", true, "{\"message\":\"a\",\"msisdn\":4540404422,\"senttime\":-5}", NONE,
            "a"),
        ROW("gatewayapi", true,
            "{\"message\":\"a\",\"msisdn\":4540404422,\"senttime\":9223372036854775807}", NONE,
            "a"),
        ROW("gatewayapi", true,
            "{\"message\":\"a\",\"msisdn\":4540404422,\"id\":{\"a\":[1]},\"udh\":[]}", NONE, "a"),
        ROW("gatewayapi-mobile", true, "{\"event_type\":\"x\",\"event\":[]}", MISSING_FIELD, NULL),
        ROW("vonage", true, "{\"messageId\":1,\"msisdn\":true,\"text\":null}", NONE, NULL),
        ROW("vonage", false, "messageId=1&msisdn=45&type=binary&data=0", MALFORMED, NULL),
        ROW("vonage", false, "messageId=1&msisdn=45&type=binary&data=ff&udh=zz", MALFORMED, NULL),
        ROW("vonage", false, "messageId=1&msisdn=45&type=binary&data=ff", NONE, "[1 bytes]"),
        ROW("vonage", false, "messageId=1&msisdn=45&type=binary&data=c3a6", NONE, "æ"),
        ROW("vonage", false,
            "messageId=1&msisdn=45&text=a&concat=true&concat-ref=x&concat-total=2&concat-part=1",
            NONE, "a"),
        ROW("vonage", false,
            "messageId=1&msisdn=45&text=a&concat=true&concat-ref=1&concat-total=2&concat-part=3",
            NONE, "a"),
        ROW("vonage-messages", true, "{\"message_uuid\":\"1\",\"from\":{\"id\":1},\"text\":\"a\"}",
            NONE, "a"),
        ROW("vonage-messages", true,
            "{\"message_uuid\":\"1\",\"from\":\"45\",\"message_type\":\"\\u0001\"}", NONE, "[ ]"),
        ROW("mapping", true, "{}", NOT_CONFIGURED, NULL),
#undef ROW
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gatebed bed;

        gatebed_init(&bed, rows[i].kind, NULL);
        bed.config.scheme = LYT_SCHEME_NONE;
        if (rows[i].is_json)
            gatebed_json(&bed, rows[i].body);
        else
            gatebed_form(&bed, rows[i].body);
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, rows[i].refusal, "row at line %d: %s", rows[i].line,
                     lyt_refusal_name(bed.got.refusal));
        cr_expect_eq(bed.got.n_items, rows[i].text != NULL, "row at line %d", rows[i].line);
        if (rows[i].text && bed.got.n_items)
            cr_expect_str_eq(bed.got.items[0].text.ptr, rows[i].text, "row at line %d: %s",
                             rows[i].line, bed.got.items[0].text.ptr);
        /* nothing of it in what may be logged */
        cr_expect_null(strstr(bed.err.text, "4040"), "row at line %d", rows[i].line);
        gatebed_deinit(&bed);
    }
}

Test(hostile_gate, size_and_depth_have_limits)
{
    size_t big = 1 << 20;
    char *body = malloc(big + 1);
    gatebed bed;

    cr_assert_not_null(body);
    gatebed_init(&bed, "46elks", NULL);
    memset(body, 'x', big);
    body[big] = '\0';
    memcpy(body, "from=45&message=", 16);
    gatebed_form(&bed, body);
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_TOO_LARGE);
    cr_expect_eq(bed.got.answer.status, 413);
    bed.request.body.len = 200000;
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NONE);
    cr_expect_eq(bed.got.items[0].text.len, 65536);
    cr_expect(bed.got.items[0].partial);
    for (size_t i = 0; i < 1200; i += 2)
        memcpy(body + i, "a&", 2);
    bed.request.body.len = 1200;
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_TOO_LARGE);
    gatebed_deinit(&bed);

    gatebed_init(&bed, "gatewayapi", NULL);
    bed.config.scheme = LYT_SCHEME_NONE;
    memset(body, '[', 10000);
    memset(body + 10000, ']', 10000);
    body[20000] = '\0';
    gatebed_json(&bed, body);
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_MALFORMED);
    gatebed_deinit(&bed);
    free(body);
}

Test(hostile_gate, who_may_call)
{
    static const lyt_str addresses[] = {{"192.0.2.0/24", 12}, {"2001:db8::1", 11}};
    gatebed bed;

    gatebed_init(&bed, "46elks", NULL);
    gatebed_form(&bed, "from=%2B4540404422&message=a&id=1");
    bed.config.addresses = addresses;
    bed.config.n_addresses = 2;
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_ADDRESS);
    bed.request.remote = LYT_STR("192.0.3.1");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_ADDRESS);
    bed.request.remote = LYT_STR("::ffff:192.0.2.9");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NONE);
    bed.config.basic.keys[0] = LYT_STR("lyt:a");
    bed.config.basic.keys[1] = LYT_STR("lyt:b");
    bed.config.basic.n = 2;
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_UNAUTHORISED);
    cr_expect(lyt_str_equal(bed.got.answer.extra.name, LYT_STR("WWW-Authenticate")));
    gatebed_header(&bed, "Authorization", "Basic bHl0OmI="); /* lyt:b, the second of the two */
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NONE);
    gatebed_header(&bed, "Authorization", "Basic bHl0OmM=");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_UNAUTHORISED);
    bed.config.is_closed = true;
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NOT_CONFIGURED);
    bed.request.method = LYT_STR("PUT");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_METHOD);
    cr_expect(lyt_str_equal(bed.got.answer.extra.name, LYT_STR("Allow")));
    gatebed_deinit(&bed);
}

/* No gateway is ever answered words that it would text to a guest. */
Test(hostile_gate, answers_are_empty)
{
    for (size_t i = 0; i < lyt_gateways(); i++) {
        const char *kind = lyt_gateway_name(lyt_gateway_at(i));
        bool says_xml = strcmp(kind, "twilio") == 0;
        gatebed bed;

        cr_expect_eq(lyt_gateway_find(kind), lyt_gateway_at(i));
        gatebed_init(&bed, kind, "secret");
        gatebed_form(&bed, "a=b");
        gatebed_receive(&bed);
        /* a refusal has no body at all */
        cr_expect_neq(bed.got.refusal, LYT_REFUSAL_NONE, "%s", kind);
        cr_expect_eq(bed.got.answer.body.len, 0, "%s", kind);
        bed.config.scheme = LYT_SCHEME_NONE;
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.answer.body.len, 0, "%s", kind);
        if (says_xml) {
            gatebed_form(&bed, "MessageSid=SM1&From=%2B45&Body=a");
            gatebed_receive(&bed);
            cr_expect(lyt_str_equal(bed.got.answer.body, LYT_STR("<Response/>")));
        }
        gatebed_deinit(&bed);
    }
    cr_expect_null(lyt_gateway_find("nobody"));
}

Test(hostile_gate, names_are_told)
{
    for (int i = 0; i < LYT_N_REFUSALS; i++)
        for (int k = 0; k < i; k++)
            cr_expect_str_neq(lyt_refusal_name((lyt_refusal)i), lyt_refusal_name((lyt_refusal)k));
    for (int i = 0; i < LYT_INBOUND_N_KINDS; i++)
        for (int k = 0; k < i; k++)
            cr_expect_str_neq(lyt_inbound_kind_name((lyt_inbound_kind)i),
                              lyt_inbound_kind_name((lyt_inbound_kind)k));
}
