#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "webstate.h"

void lyt_web_done(lyt_exchange *x, int status, const char *type)
{
    if (x->is_done)
        return;
    x->status = status;
    x->type = type ? type : "application/json";
    if (lyt_buf_status(&x->out)) {
        x->status = 503;
        x->type = "application/json";
        x->fixed =
            LYT_STR("{\"error\":{\"code\":\"memory\",\"message\":\"no memory for the answer\"}}");
    }
    lyt_exchange_finish(x);
}

static void write_error(lyt_exchange *x, const char *code, lyt_str field, lyt_str message)
{
    lyt_jw jw;

    lyt_buf_reset(&x->out);
    lyt_jw_init(&jw, &x->out);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "error");
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "code", lyt_str_of(code));
    lyt_jw_kstr(&jw, "message", message);
    if (field.len)
        lyt_jw_kstr(&jw, "field", field);
    lyt_jw_object_end(&jw);
    lyt_jw_object_end(&jw);
}

void lyt_web_error(lyt_exchange *x, int status, const char *code, const char *field,
                   const char *format, ...)
{
    char text[400];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    write_error(x, code, lyt_str_of(field), lyt_str_of(text));
    lyt_web_done(x, status, NULL);
}

/* "score: must lie between 0 and scale" */
void lyt_web_refuse(lyt_exchange *x, int status, const char *code, lyt_str text)
{
    size_t colon = lyt_str_find(text, ':', 0), i = 0;
    lyt_str field = {NULL, 0};

    while (i < colon && ((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') || text.ptr[i] == '_'))
        i++;
    if (colon < text.len && i == colon && colon > 0)
        field = lyt_str_slice(text, 0, colon);
    write_error(x, code, field, text);
    lyt_web_done(x, status, NULL);
}

void lyt_web_plain_page(lyt_exchange *x, int status, const char *title_da, const char *text_da,
                        const char *title_en, const char *text_en)
{
    lyt_buf_reset(&x->out);
    lyt_buf_addf(&x->out,
                 "<!doctype html>\n<html lang=\"da\"><head><meta charset=\"utf-8\">"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                 "<meta name=\"robots\" content=\"noindex\"><title>%s / %s</title>"
                 "<link rel=\"stylesheet\" href=\"/assets/kiosk.css\"></head>\n<body><main>"
                 "<section class=\"thanks\"><h1>%s</h1><p>%s</p></section>"
                 "<section class=\"thanks\" "
                 "lang=\"en\"><h1>%s</h1><p>%s</p></section></main></body></html>\n",
                 title_da, title_en, title_da, text_da, title_en, text_en);
    x->is_page = true;
    lyt_web_done(x, status, "text/html; charset=utf-8");
}
