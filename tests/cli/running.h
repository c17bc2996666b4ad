/* Runs a command line inside the test, with buffers for its streams. */
#ifndef LYT_RUNNING_H
#define LYT_RUNNING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "testing.h"

typedef struct running {
    lyt_exit code;
    lyt_buf out, err;
} running;

enum { running_words_max = 24 };

/* line: words with single spaces between; input {NULL, 0}: stdin is empty. */
static inline void running_run(running *r, const char *line, lyt_str input)
{
    lyt_console console;
    lyt_cli cli = {.console = &console, .version = "9.8.7"};
    char copy[1024], *words[running_words_max] = {"lyt"}, *rest = copy;
    FILE *in = tmpfile();
    int n = 1;

    cr_assert_not_null(in);
    /* whatever the language of who runs the tests */
    setenv("LC_ALL", "C", 1);
    cr_assert_eq(fwrite(input.ptr ? input.ptr : "", 1, input.len, in), input.len);
    rewind(in);
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word; n < running_words_max - 1 && (word = strtok_r(rest, " ", &rest));)
        words[n++] = word;
    lyt_buf_init(&r->out, NULL);
    lyt_buf_init(&r->err, NULL);
    lyt_console_init(&console, &(lyt_console_options){.out = lyt_sink_buf(&r->out),
                                                      .err = lyt_sink_buf(&r->err),
                                                      .in_fd = fileno(in)});
    r->code = lyt_console_finish(&console, lyt_cli_run(&cli, n, words));
    fclose(in);
}

static inline void running_end(running *r)
{
    lyt_buf_deinit(&r->out);
    lyt_buf_deinit(&r->err);
}

static inline bool running_has(const lyt_buf *buf, const char *part)
{
    return strstr(buf->data ? buf->data : "", part) != NULL;
}

/* part NULL: the stream must be empty. */
static inline void running_expect(const lyt_buf *buf, const char *part, int line, const char *name)
{
    if (part)
        cr_expect(running_has(buf, part), "line %d: %s is %s", line, name, buf->data);
    else
        cr_expect_eq(buf->len, 0, "line %d: %s is %s", line, name, buf->data);
}

#endif
