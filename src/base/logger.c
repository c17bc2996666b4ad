#include "logger.h"

#include <unistd.h>

#include "json.h"
#include "utf8char.h"

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

static void add_member(lyt_jw *jw, const char *key, const char *text)
{
    lyt_buf clean;

    lyt_buf_init(&clean, jw->out->alloc);
    for (size_t n; *text; text += n ? n : 1) {
        n = lyt_utf8_char(text);
        lyt_buf_add(&clean, n ? (lyt_str){text, n} : LYT_STR("\xEF\xBF\xBD"));
    }
    lyt_jw_kstr(jw, key, lyt_buf_str(&clean));
    lyt_buf_deinit(&clean);
}

void lyt_log_json(lyt_buf *out, int64_t wall_us, const lyt_log *log, lyt_log_level level,
                  const char *id, const char *sentence, const lyt_log_field *fields,
                  size_t n_fields)
{
    lyt_buf at;
    lyt_jw jw;

    lyt_buf_init(&at, out->alloc);
    lyt_clock_format(&at, wall_us);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "at", lyt_buf_str(&at));
    lyt_jw_kstr(&jw, "level", lyt_str_of(level_names[level]));
    lyt_jw_kstr(&jw, "id", lyt_str_of(id));
    if (log->name)
        lyt_jw_kstr(&jw, "name", lyt_str_of(log->name));
    add_member(&jw, "text", sentence);
    for (size_t i = 0; i < n_fields; i++)
        if (fields[i].text)
            add_member(&jw, fields[i].key, fields[i].text);
        else
            lyt_jw_kint(&jw, fields[i].key, fields[i].number);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
    lyt_buf_deinit(&at);
}

/* A log that cannot be written has nowhere to say so. */
static void write_line(const lyt_buf *line)
{
    lyt_str s = lyt_buf_str(line);

    if (s.len && write(2, s.ptr, s.len) < 0)
        return;
}

static void stderr_sink(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                        const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    lyt_buf line;

    lyt_buf_init(&line, NULL);
    lyt_log_line(&line, lyt_clock_wall_us(context), log, level, id, sentence, fields, n_fields);
    write_line(&line);
    lyt_buf_deinit(&line);
}

static void stderr_json_sink(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                             const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    lyt_buf line;

    lyt_buf_init(&line, NULL);
    lyt_log_json(&line, lyt_clock_wall_us(context), log, level, id, sentence, fields, n_fields);
    write_line(&line);
    lyt_buf_deinit(&line);
}

lyt_log lyt_log_stderr(lyt_log_level level, const lyt_clock *clock)
{
    return (lyt_log){level, NULL, stderr_sink, (void *)(uintptr_t)clock};
}

lyt_log lyt_log_stderr_json(lyt_log_level level, const lyt_clock *clock)
{
    return (lyt_log){level, NULL, stderr_json_sink, (void *)(uintptr_t)clock};
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
