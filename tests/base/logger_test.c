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

Test(logger, levels_by_name)
{
    lyt_log_level level = LYT_LOG_ERROR;

    cr_expect_eq(lyt_log_level_parse(&level, LYT_STR("debug")), LYT_OK);
    cr_expect_eq(level, LYT_LOG_DEBUG);
    cr_expect_eq(lyt_log_level_parse(&level, LYT_STR("loud")), LYT_EINVAL);
}
