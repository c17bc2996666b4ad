#include "json.h"
#include "logger.h"
#include "testing.h"

LYT_SUITE(logger);

static void into_buf(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                     const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    lyt_log_line(context, 0, log, level, id, sentence, fields, n_fields);
}

Test(logger, one_line_with_fields)
{
    lyt_buf out;
    lyt_log top, child;

    lyt_buf_init(&out, NULL);
    top = (lyt_log){LYT_LOG_INFO, NULL, into_buf, &out};
    child = lyt_log_child(&top, "ledger");
    lyt_log_say(&child, LYT_LOG_WARN, "LYT-QUEUE-FULL", "The queue is full.", LYT_KN("n", 3),
                LYT_KV("who", "a b\n\"c\""));
    cr_expect_str_eq(out.data,
                     "1970-01-01T00:00:00.000000Z warn  LYT-QUEUE-FULL [ledger] The queue is "
                     "full. n=3 who=\"a b\\x0a\\\"c\\\"\"\n");
    lyt_buf_reset(&out);
    lyt_log_say(&child, LYT_LOG_DEBUG, "LYT-X", "Not written.");
    lyt_log_say(NULL, LYT_LOG_ERROR, "LYT-X", "Nobody listens.");
    cr_expect_eq(out.len, 0);
    lyt_buf_deinit(&out);
}

static void into_json(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                      const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    lyt_log_json(context, 0, log, level, id, sentence, fields, n_fields);
}

/* Whatever a path holds, a line is JSON that can be read. */
Test(logger, one_object_a_line)
{
    static const struct {
        int line;
        const char *text, *written;
    } rows[] = {
        {__LINE__, "a b\n\"c\"", "a b\\n\\\"c\\\""},
        {__LINE__, "sm\xc3\xb8r", "sm\xc3\xb8r"},
        {__LINE__, "caf\xe9", "caf\xef\xbf\xbd"},
        {__LINE__, "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
        {__LINE__, "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {__LINE__, "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {__LINE__, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {__LINE__, "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    lyt_buf out, want;
    lyt_log log;

    lyt_buf_init(&out, NULL);
    lyt_buf_init(&want, NULL);
    log = (lyt_log){LYT_LOG_INFO, "ledger", into_json, &out};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_json *json = NULL;

        lyt_buf_reset(&out);
        lyt_buf_reset(&want);
        lyt_log_say(&log, LYT_LOG_WARN, "LYT-X", "Said.", LYT_KN("n", 3),
                    LYT_KV("file", rows[i].text));
        lyt_buf_addf(&want,
                     "{\"at\":\"1970-01-01T00:00:00.000000Z\",\"level\":\"warn\",\"id\":\"LYT-X\","
                     "\"name\":\"ledger\",\"text\":\"Said.\",\"n\":3,\"file\":\"%s\"}\n",
                     rows[i].written);
        cr_expect_str_eq(out.data, want.data, "row at line %d: %s", rows[i].line, out.data);
        cr_expect_eq(lyt_json_parse(&json, lyt_buf_str(&out), 1000, NULL), LYT_OK);
        lyt_json_free(json);
    }
    lyt_buf_deinit(&out);
    lyt_buf_deinit(&want);
}

Test(logger, levels_by_name)
{
    lyt_log_level level = LYT_LOG_ERROR;

    cr_expect_eq(lyt_log_level_parse(&level, LYT_STR("debug")), LYT_OK);
    cr_expect_eq(level, LYT_LOG_DEBUG);
    cr_expect_eq(lyt_log_level_parse(&level, LYT_STR("loud")), LYT_EINVAL);
}
