#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <lyt/status.h>

#include "utf8char.h"

const char *lyt_status_name(lyt_status status)
{
    switch (status) {
#define X(name, text)                                                                              \
    case name:                                                                                     \
        return #name;
        LYT_STATUS_LIST(X)
#undef X
    }
    return "LYT_UNKNOWN";
}

const char *lyt_status_text(lyt_status status)
{
    switch (status) {
#define X(name, text)                                                                              \
    case name:                                                                                     \
        return text;
        LYT_STATUS_LIST(X)
#undef X
    }
    return "unknown status";
}

/* Cuts at a character. */
static void cut_utf8(char *text, size_t size_bytes)
{
    size_t len = strlen(text), back = 0;

    if (len + 1 < size_bytes)
        return;
    while (back < 3 && back < len && ((unsigned char)text[len - 1 - back] & 0xC0) == 0x80)
        back++;
    if (back < len && ((unsigned char)text[len - 1 - back] & 0xC0) == 0xC0) {
        unsigned char lead = (unsigned char)text[len - 1 - back];
        size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;

        if (back < want)
            text[len - 1 - back] = '\0';
    }
}

/* A name from a file may be in the middle of the text, cut where a letter was, or in Latin-1. */
static void mend_utf8(char *text)
{
    while (*text) {
        const size_t n = lyt_utf8_char(text);

        if (!n)
            *text = '?';
        text += n ? n : 1;
    }
}

static void fill(lyt_error *err, lyt_status code, const char *format, va_list args)
{
    err->code = code;
    err->line = err->column = 0;
    err->offset = 0;
    err->file[0] = '\0';
    vsnprintf(err->text, sizeof err->text, format, args);
    cut_utf8(err->text, sizeof err->text);
    mend_utf8(err->text);
}

lyt_status lyt_error_set(lyt_error *err, lyt_status code, const char *format, ...)
{
    va_list args;

    if (err) {
        va_start(args, format);
        fill(err, code, format, args);
        va_end(args);
    }
    return code;
}

lyt_status lyt_error_at(lyt_error *err, lyt_status code, const char *file, uint32_t line,
                        uint32_t column, const char *format, ...)
{
    va_list args;

    if (err) {
        va_start(args, format);
        fill(err, code, format, args);
        va_end(args);
        err->line = line;
        err->column = column;
        snprintf(err->file, sizeof err->file, "%s", file ? file : "");
        cut_utf8(err->file, sizeof err->file);
        mend_utf8(err->file);
    }
    return code;
}

char *lyt_error_format(const lyt_error *err, char *out, unsigned long out_bytes)
{
    const char *text = err->text[0] ? err->text : lyt_status_text(err->code);

    if (!err->file[0] && !err->line)
        snprintf(out, out_bytes, "%s", text);
    else if (!err->line)
        snprintf(out, out_bytes, "%s: %s", err->file, text);
    else if (!err->column)
        snprintf(out, out_bytes, "%s:%u: %s", err->file, err->line, text);
    else
        snprintf(out, out_bytes, "%s:%u:%u: %s", err->file, err->line, err->column, text);
    if (out_bytes)
        cut_utf8(out, out_bytes);
    return out;
}
