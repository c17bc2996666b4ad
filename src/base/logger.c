#include "logger.h"

#include <unistd.h>

static const char *const level_names[] = {"error", "warn", "info", "debug", "trace"};

lyt_log lyt_log_child(const lyt_log *parent, const char *name)
{
    lyt_log child = {LYT_LOG_ERROR, name, NULL, NULL};

    if (parent) {
        child = *parent;
        child.name = name;
    }
    return child;
}

/* Bare when it is a plain word, else quoted, so that a line is never two lines. */
static void add_value(lyt_buf *out, const char *text)
{
    bool plain = *text != '\0';

    for (const char *p = text; *p; p++)
        plain = plain && (unsigned char)*p > ' ' && *p != '"' && *p != '=' && *p != 0x7F;
    if (plain) {
        lyt_buf_add_text(out, text);
        return;
    }
    lyt_buf_add_char(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            lyt_buf_addf(out, "\\%c", *p);
        else if ((unsigned char)*p < ' ' || *p == 0x7F)
            lyt_buf_addf(out, "\\x%02x", (unsigned char)*p);
        else
            lyt_buf_add_char(out, *p);
    }
    lyt_buf_add_char(out, '"');
}

void lyt_log_line(lyt_buf *out, int64_t wall_us, const lyt_log *log, lyt_log_level level,
                  const char *id, const char *sentence, const lyt_log_field *fields,
                  size_t n_fields)
{
    lyt_clock_format(out, wall_us);
    lyt_buf_addf(out, " %-5s %s", level_names[level], id);
    if (log->name)
        lyt_buf_addf(out, " [%s]", log->name);
    lyt_buf_addf(out, " %s", sentence);
    for (size_t i = 0; i < n_fields; i++) {
        lyt_buf_addf(out, " %s=", fields[i].key);
        if (fields[i].text)
            add_value(out, fields[i].text);
        else
            lyt_buf_add_int(out, fields[i].number);
    }
    lyt_buf_add_char(out, '\n');
}

static void stderr_sink(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                        const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    const lyt_clock *clock = context;
    lyt_buf line;
    lyt_str s;

    lyt_buf_init(&line, NULL);
    lyt_log_line(&line, lyt_clock_wall_us(clock), log, level, id, sentence, fields, n_fields);
    s = lyt_buf_str(&line);
    /* a log that cannot be written has nowhere to say so */
    if (s.len && write(2, s.ptr, s.len) < 0)
        s.len = 0;
    lyt_buf_deinit(&line);
}

lyt_log lyt_log_stderr(lyt_log_level level, const lyt_clock *clock)
{
    return (lyt_log){level, NULL, stderr_sink, (void *)(uintptr_t)clock};
}

void lyt_log_write(const lyt_log *log, lyt_log_level level, const char *id, const char *sentence,
                   const lyt_log_field *fields, size_t n_fields)
{
    if (log && log->sink && level <= log->level)
        log->sink(log->context, log, level, id, sentence, fields, n_fields);
}

lyt_status lyt_log_level_parse(lyt_log_level *out, lyt_str name)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++) {
        if (lyt_str_equal(name, lyt_str_of(level_names[i]))) {
            *out = (lyt_log_level)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}
