#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { pending_bytes_max = 64 * 1024, progress_us_min = 100 * 1000 };

static lyt_status write_fd(int fd, lyt_str bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? LYT_EFULL
                   : errno == EPIPE                                     ? LYT_ECLOSED
                                                                        : LYT_EIO;
        bytes = lyt_str_slice(bytes, (size_t)n, bytes.len);
    }
    return LYT_OK;
}

static lyt_status write_stdout(void *context, lyt_str bytes)
{
    (void)context;
    return write_fd(STDOUT_FILENO, bytes);
}

static lyt_status write_stderr(void *context, lyt_str bytes)
{
    (void)context;
    return write_fd(STDERR_FILENO, bytes);
}

static lyt_status write_closed(void *context, lyt_str bytes)
{
    (void)context;
    return bytes.len ? LYT_ECLOSED : LYT_OK;
}

static lyt_status write_buf(void *context, lyt_str bytes)
{
    lyt_buf *buf = context;

    lyt_buf_add(buf, bytes);
    return lyt_buf_status(buf);
}

lyt_sink lyt_sink_buf(lyt_buf *buf)
{
    return (lyt_sink){write_buf, buf, false};
}

void lyt_console_init(lyt_console *console, const lyt_console_options *options)
{
    *console = (lyt_console){
        .out = options->out,
        .err = options->err,
        .in_fd = options->in_fd,
        .colour = options->colour && options->out.is_terminal,
        .clock = options->clock ? options->clock : lyt_clock_system(),
    };
    lyt_buf_init(&console->pending, NULL);
}

/* True when fd was closed; then /dev/null sits there. */
static bool plug(int fd)
{
    int null;

    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
        return false;
    /* descriptors are plugged from 0 up, so that this one is the lowest free */
    null = open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    if (null >= 0 && null != fd) {
        dup2(null, fd);
        close(null);
    }
    return true;
}

void lyt_console_init_system(lyt_console *console)
{
    lyt_console_options options = {.in_fd = STDIN_FILENO};
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

    plug(STDIN_FILENO);
    options.out = plug(STDOUT_FILENO) ? (lyt_sink){write_closed, NULL, false}
                                      : (lyt_sink){write_stdout, NULL, isatty(STDOUT_FILENO) == 1};
    options.err = plug(STDERR_FILENO) ? (lyt_sink){write_closed, NULL, false}
                                      : (lyt_sink){write_stderr, NULL, isatty(STDERR_FILENO) == 1};
    options.colour = !(no_colour && *no_colour) && !(term && strcmp(term, "dumb") == 0);
    lyt_console_init(console, &options);
}

void lyt_console_flush(lyt_console *console)
{
    lyt_str bytes = lyt_buf_str(&console->pending);

    if (!console->out_status)
        console->out_status = lyt_buf_status(&console->pending);
    if (bytes.len && !console->out_status)
        console->out_status = console->out.write(console->out.context, bytes);
    lyt_buf_reset(&console->pending);
}

void lyt_console_write(lyt_console *console, lyt_str bytes)
{
    lyt_buf_add(&console->pending, bytes);
    if (console->pending.len >= pending_bytes_max || lyt_buf_status(&console->pending))
        lyt_console_flush(console);
}

void lyt_console_write_buf(lyt_console *console, const lyt_buf *buf)
{
    if (!console->out_status)
        console->out_status = lyt_buf_status(buf);
    lyt_console_write(console, lyt_buf_str(buf));
}

void lyt_console_printf(lyt_console *console, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    lyt_buf_addv(&console->pending, format, args);
    va_end(args);
    lyt_console_write(console, (lyt_str){NULL, 0});
}

bool lyt_console_ok(const lyt_console *console)
{
    return !console->out_status;
}

static void to_err(lyt_console *console, lyt_str bytes)
{
    if (console->err.write(console->err.context, bytes))
        return; /* nobody is left to hear that err cannot be written */
}

static void clear_progress(lyt_console *console)
{
    if (!console->has_progress)
        return;
    console->has_progress = false;
    to_err(console, LYT_STR("\r\033[K"));
}

void lyt_console_err_write(lyt_console *console, lyt_str bytes)
{
    lyt_console_flush(console);
    clear_progress(console);
    to_err(console, bytes);
}

/* The line in one write, so that two processes on one terminal do not mix theirs. */
static void complain(lyt_console *console, const char *format, va_list args)
{
    lyt_buf line;

    lyt_buf_init(&line, NULL);
    lyt_buf_add_text(&line, "lyt: ");
    lyt_buf_addv(&line, format, args);
    lyt_buf_add_char(&line, '\n');
    if (lyt_buf_status(&line))
        lyt_console_err_write(console, LYT_STR("lyt: out of memory\n"));
    else
        lyt_console_err_write(console, lyt_buf_str(&line));
    lyt_buf_deinit(&line);
}

lyt_exit lyt_console_complain(lyt_console *console, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    complain(console, format, args);
    va_end(args);
    return LYT_EXIT_FAILED;
}

lyt_exit lyt_console_misuse(lyt_console *console, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    complain(console, format, args);
    va_end(args);
    return LYT_EXIT_MISUSE;
}

lyt_exit lyt_console_error(lyt_console *console, const lyt_error *err)
{
    char text[sizeof err->file + sizeof err->text + 32];

    return lyt_console_complain(console, "%s", lyt_error_format(err, text, sizeof text));
}

void lyt_console_progress(lyt_console *console, const char *stage, double done)
{
    int64_t now_us = lyt_clock_mono_us(console->clock);
    lyt_buf line;

    if (!console->err.is_terminal ||
        (console->has_progress && now_us - console->progress_us < progress_us_min))
        return;
    console->progress_us = now_us;
    console->has_progress = true;
    lyt_buf_init(&line, NULL);
    lyt_buf_addf(&line, "\r\033[K%s", stage);
    if (done >= 0)
        lyt_buf_addf(&line, " %d%%", (int)(done * 100));
    to_err(console, lyt_buf_str(&line));
    lyt_buf_deinit(&line);
}

void lyt_console_progress_end(lyt_console *console)
{
    clear_progress(console);
}

bool lyt_console_on_progress(void *context, const char *stage, double done)
{
    lyt_console_progress(context, stage, done);
    return true;
}

static void log_sink(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                     const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    lyt_console *console = context;
    lyt_buf line;

    (void)log;
    (void)level;
    lyt_buf_init(&line, NULL);
    lyt_buf_addf(&line, "lyt: %s: %s", id, sentence);
    for (size_t i = 0; i < n_fields; i++) {
        lyt_buf_addf(&line, " %s=", fields[i].key);
        if (fields[i].text)
            lyt_buf_add_text(&line, fields[i].text);
        else
            lyt_buf_add_int(&line, fields[i].number);
    }
    lyt_buf_add_char(&line, '\n');
    lyt_console_err_write(console, lyt_buf_str(&line));
    lyt_buf_deinit(&line);
}

lyt_log lyt_console_log(lyt_console *console, lyt_log_level level)
{
    return (lyt_log){.level = level, .sink = log_sink, .context = console};
}

static const char *why(lyt_status status)
{
    if (status == LYT_ECLOSED)
        return "the output is closed";
    if (status == LYT_EFULL)
        return "no space left on the device";
    return lyt_status_text(status);
}

lyt_exit lyt_console_finish(lyt_console *console, lyt_exit code)
{
    lyt_console_flush(console);
    clear_progress(console);
    if (console->out_status) {
        lyt_exit failed =
            lyt_console_complain(console, "cannot write the result: %s", why(console->out_status));

        if (code == LYT_EXIT_DONE)
            code = failed;
    }
    lyt_buf_deinit(&console->pending);
    return code;
}

const char *lyt_console_style(const lyt_console *console, lyt_style style)
{
    if (!console->colour)
        return "";
    switch (style) {
    case LYT_STYLE_NONE:
        return "\033[0m";
    case LYT_STYLE_BOLD:
        return "\033[1m";
    case LYT_STYLE_DIM:
        return "\033[2m";
    case LYT_STYLE_HOT:
        return "\033[1;33m";
    }
    return "";
}
