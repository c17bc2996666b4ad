#include <string.h>

#include "careread.h"
#include "testing.h"

LYT_SUITE(careread);

Test(careread, orders_are_read_or_refused_by_member)
{
    static const struct {
        int line;
        const char *json;
        const char *says; /* of the refusal; NULL: it is read */
        lyt_care_verb verb;
        int64_t until_us;
    } rows[] = {
        {__LINE__, "{\"verb\":\"ack\",\"incident\":7,\"by\":\"mette\",\"minutes\":2}", NULL,
         LYT_CARE_ACK, 125000000},
        {__LINE__,
         "{\"verb\":\"promise\",\"incident\":7,\"by\":\"m\",\"note\":\"x\",\"until\":"
         "\"1970-01-01T00:01:00Z\"}",
         NULL, LYT_CARE_PROMISE, 60000000},
        {__LINE__, "{\"verb\":\"move\",\"incident\":7,\"by\":\"m\",\"state\":\"in-work\"}", NULL,
         LYT_CARE_MOVE, 0},
        {__LINE__, "{\"verb\":\"silence\",\"by\":\"m\",\"place\":\"2*\",\"minutes\":1}", NULL,
         LYT_CARE_SILENCE, 65000000},
        {__LINE__, "{\"verb\":\"answer\",\"incident\":1,\"by\":\"g\",\"score\":9}", NULL,
         LYT_CARE_ANSWER, 0},
        {__LINE__, "{\"verb\":\"open\",\"by\":\"m\",\"scenario\":\"x\",\"place\":\"Søen æøå 2\"}",
         NULL, LYT_CARE_OPEN, 0},
        {__LINE__, "{\"verb\":\"open\",\"by\":\"m\",\"scenario\":\"x\",\"place\":\"a\\nb\"}",
         "place: has a line break", 0, 0},
        {__LINE__, "{\"verb\":\"ack\",\"incident\":7,\"by\":\"m\\u001b[31m\"}", "by: has", 0, 0},
        {__LINE__, "{\"verb\":\"ack\",\"incident\":7,\"by\":\"m\\u009b\"}", "by: has", 0, 0},
        {__LINE__, "[]", "json: must be an object", 0, 0},
        {__LINE__, "{\"incident\":7,\"by\":\"m\"}", "verb: must be", 0, 0},
        {__LINE__, "{\"verb\":\"dance\",\"incident\":7,\"by\":\"m\"}", "verb: must be", 0, 0},
        {__LINE__, "{\"verb\":\"ack\",\"by\":\"m\"}", "incident: must be", 0, 0},
        {__LINE__, "{\"verb\":\"ack\",\"incident\":0,\"by\":\"m\"}", "incident: must be", 0, 0},
        {__LINE__, "{\"verb\":\"ack\",\"incident\":7}", "by: must name", 0, 0},
        {__LINE__, "{\"verb\":\"ack\",\"incident\":7,\"by\":4}", "by: must be a text", 0, 0},
        {__LINE__, "{\"verb\":\"move\",\"incident\":7,\"by\":\"m\",\"state\":\"gone\"}",
         "state:", 0, 0},
        {__LINE__, "{\"verb\":\"answer\",\"incident\":7,\"by\":\"m\",\"score\":11}", "score:", 0,
         0},
        {__LINE__, "{\"verb\":\"answer\",\"incident\":7,\"by\":\"m\",\"complains\":1}",
         "complains:", 0, 0},
        {__LINE__, "{\"verb\":\"ack\",\"incident\":7,\"by\":\"m\",\"until\":\"noon\"}", "until:", 0,
         0},
        {__LINE__,
         "{\"verb\":\"ack\",\"incident\":7,\"by\":\"m\",\"minutes\":1,\"until\":"
         "\"1970-01-01T00:01:00Z\"}",
         "not both", 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_json *json = NULL;
        lyt_care_order order;
        lyt_error err = {0};
        lyt_status got;

        cr_assert_eq(lyt_json_parse(&json, lyt_str_of(rows[i].json), 4096, &err), LYT_OK);
        got = lyt_care_order_read(&order, json, 5000000, &err);
        if (rows[i].says) {
            cr_expect_neq(got, LYT_OK, "row at line %d", rows[i].line);
            cr_expect(strstr(err.text, rows[i].says), "row at line %d: %s", rows[i].line, err.text);
        } else {
            cr_expect_eq(got, LYT_OK, "row at line %d: %s", rows[i].line, err.text);
            cr_expect_eq(order.verb, rows[i].verb, "row at line %d", rows[i].line);
            cr_expect_eq(order.until_us, rows[i].until_us, "row at line %d", rows[i].line);
            cr_expect_eq(order.act.now_us, 5000000);
        }
        lyt_json_free(json);
    }
}
