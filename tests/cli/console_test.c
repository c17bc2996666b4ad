#include <string.h>

#include "console.h"
#include "testing.h"

LYT_SUITE(console);

typedef struct screen {
    lyt_buf out, err;
    testing_clock clock;
    lyt_console console;
} screen;

static void open_screen(screen *s, bool is_terminal, bool colour)
{
    lyt_console_options options = {.colour = colour};

    lyt_buf_init(&s->out, NULL);
    lyt_buf_init(&s->err, NULL);
    testing_clock_init(&s->clock, 0);
    options.out = lyt_sink_buf(&s->out);
    options.err = lyt_sink_buf(&s->err);
    options.out.is_terminal = options.err.is_terminal = is_terminal;
    options.clock = &s->clock.clock;
    lyt_console_init(&s->console, &options);
}

/* Gives the exit code that comes of `code`. */
static lyt_exit close_screen(screen *s, lyt_exit code)
{
    code = lyt_console_finish(&s->console, code);
    lyt_buf_deinit(&s->out);
    lyt_buf_deinit(&s->err);
    return code;
}

Test(console, results_and_complaints_stay_apart_and_in_order)
{
    screen s;

    open_screen(&s, false, true);
    lyt_console_write(&s.console, LYT_STR("one\n"));
    cr_expect_eq(s.out.len, 0, "written before it has to be");
    cr_expect_eq(lyt_console_complain(&s.console, "it is %d", 3), LYT_EXIT_FAILED);
    cr_expect_str_eq(s.out.data, "one\n", "a complaint comes behind the results before it");
    cr_expect_eq(lyt_console_misuse(&s.console, "not so"), LYT_EXIT_MISUSE);
    lyt_console_printf(&s.console, "%s\n", "two");
    lyt_console_flush(&s.console);
    cr_expect_str_eq(s.out.data, "one\ntwo\n");
    cr_expect_str_eq(s.err.data, "lyt: it is 3\nlyt: not so\n");
    cr_expect_eq(close_screen(&s, LYT_EXIT_DONE), LYT_EXIT_DONE);
}

Test(console, an_error_names_its_place)
{
    screen s;
    lyt_error err;

    open_screen(&s, false, false);
    (void)lyt_error_at(&err, LYT_EFORMAT, "a.txt", 3, 7, "no label");
    cr_expect_eq(lyt_console_error(&s.console, &err), LYT_EXIT_FAILED);
    cr_expect_str_eq(s.err.data, "lyt: a.txt:3:7: no label\n");
    close_screen(&s, LYT_EXIT_DONE);
}

Test(console, much_is_written_before_the_end)
{
    screen s;

    open_screen(&s, false, false);
    for (int i = 0; i < 10000; i++)
        lyt_console_write(&s.console, LYT_STR("0123456789"));
    cr_expect_gt(s.out.len, 0);
    lyt_console_flush(&s.console);
    cr_expect_eq(s.out.len, 100000);
    close_screen(&s, LYT_EXIT_DONE);
}

static lyt_status refuse(void *context, lyt_str bytes)
{
    (void)bytes;
    return *(lyt_status *)context;
}

Test(console, lost_results_are_a_failure)
{
    static const struct {
        int line;
        lyt_status status;
        lyt_exit before, after;
        const char *says;
    } rows[] = {
        {__LINE__, LYT_EFULL, LYT_EXIT_DONE, LYT_EXIT_FAILED, "no space left on the device"},
        {__LINE__, LYT_ECLOSED, LYT_EXIT_DONE, LYT_EXIT_FAILED, "the output is closed"},
        {__LINE__, LYT_EIO, LYT_EXIT_FAILED, LYT_EXIT_FAILED, "reading or writing failed"},
        {__LINE__, LYT_EIO, LYT_EXIT_MISUSE, LYT_EXIT_MISUSE, "reading or writing failed"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        screen s;
        lyt_status status = rows[i].status;

        open_screen(&s, false, false);
        s.console.out = (lyt_sink){refuse, &status, false};
        lyt_console_write(&s.console, LYT_STR("x"));
        cr_expect(lyt_console_ok(&s.console));
        lyt_console_flush(&s.console);
        cr_expect_not(lyt_console_ok(&s.console), "line %d", rows[i].line);
        cr_expect_eq(lyt_console_finish(&s.console, rows[i].before), rows[i].after, "line %d",
                     rows[i].line);
        cr_expect(strstr(s.err.data, rows[i].says), "line %d: %s", rows[i].line, s.err.data);
        close_screen(&s, LYT_EXIT_DONE);
    }
}

/* A text that ran out of memory must not be taken for a short one. */
Test(console, a_broken_buffer_is_a_lost_result)
{
    screen s;
    lyt_buf broken;

    open_screen(&s, false, false);
    lyt_buf_init(&broken, NULL);
    broken.limit = 3;
    lyt_buf_add_text(&broken, "abcdef");
    lyt_console_write_buf(&s.console, &broken);
    lyt_buf_deinit(&broken);
    cr_expect_eq(close_screen(&s, LYT_EXIT_DONE), LYT_EXIT_FAILED);
}

Test(console, progress_only_on_a_terminal)
{
    screen s;

    open_screen(&s, false, false);
    lyt_console_progress(&s.console, "training", 0.5);
    cr_expect_eq(s.err.len, 0);
    close_screen(&s, LYT_EXIT_DONE);

    open_screen(&s, true, false);
    lyt_console_progress(&s.console, "training", 0.5);
    cr_expect_str_eq(s.err.data, "\r\033[Ktraining 50%");
    s.clock.mono_us = 50 * 1000;
    lyt_console_progress(&s.console, "training", 0.6);
    cr_expect_str_eq(s.err.data, "\r\033[Ktraining 50%", "twice within a tenth of a second");
    s.clock.mono_us = 150 * 1000;
    cr_expect(lyt_console_on_progress(&s.console, "training", 0.7));
    cr_expect_str_eq(s.err.data, "\r\033[Ktraining 50%\r\033[Ktraining 70%");
    lyt_buf_reset(&s.err);
    lyt_console_complain(&s.console, "stop");
    cr_expect_str_eq(s.err.data, "\r\033[Klyt: stop\n", "the complaint has a line of its own");
    close_screen(&s, LYT_EXIT_DONE);
}

Test(console, colour_only_on_a_terminal_that_wants_it)
{
    static const struct {
        int line;
        bool is_terminal, colour;
        const char *bold;
    } rows[] = {
        {__LINE__, true, true, "\033[1m"},
        {__LINE__, true, false, ""},
        {__LINE__, false, true, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        screen s;

        open_screen(&s, rows[i].is_terminal, rows[i].colour);
        cr_expect_str_eq(lyt_console_style(&s.console, LYT_STYLE_BOLD), rows[i].bold, "line %d",
                         rows[i].line);
        close_screen(&s, LYT_EXIT_DONE);
    }
}

Test(console, log_lines_are_complaints)
{
    screen s;
    lyt_log log;

    open_screen(&s, false, false);
    log = lyt_console_log(&s.console, LYT_LOG_WARN);
    lyt_log_say(&log, LYT_LOG_WARN, "LYT-MODEL-STALE", "The model is trained anew.",
                LYT_KV("pack", "hotel"), LYT_KN("n", 3));
    lyt_log_say(&log, LYT_LOG_INFO, "LYT-X", "Not said.");
    cr_expect_str_eq(s.err.data,
                     "lyt: LYT-MODEL-STALE: The model is trained anew. pack=hotel n=3\n");
    close_screen(&s, LYT_EXIT_DONE);
}
