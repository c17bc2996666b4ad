#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "refusal.h"
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

bool lyt_web_is_danish(const lyt_exchange *x)
{
    return lyt_refusal_is_danish(lyt_webreq_header(&x->req, "Accept-Language"));
}

static void write_error(lyt_exchange *x, const char *code, lyt_str field, lyt_str message)
{
    lyt_buf danish;
    lyt_jw jw;

    lyt_buf_init(&danish, x->web->alloc);
    if (lyt_web_is_danish(x))
        (void)lyt_refusal_say(&danish, message);
    /* without memory for it the English is better than nothing */
    if (danish.len && !lyt_buf_status(&danish))
        message = lyt_buf_str(&danish);
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
    lyt_buf_deinit(&danish);
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
