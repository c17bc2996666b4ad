#include "buf.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

enum { first_bytes = 64 }; /* from there on it doubles */

void lyt_buf_init(lyt_buf *buf, const lyt_alloc *alloc)
{
    *buf = (lyt_buf){.alloc = alloc};
}

void lyt_buf_deinit(lyt_buf *buf)
{
    lyt_mem_free(buf->alloc, buf->data);
    lyt_buf_init(buf, buf->alloc);
}

void lyt_buf_reset(lyt_buf *buf)
{
    buf->len = 0;
    buf->status = LYT_OK;
    if (buf->data)
        buf->data[0] = '\0';
}

lyt_status lyt_buf_status(const lyt_buf *buf)
{
    return buf->status;
}

char *lyt_buf_reserve(lyt_buf *buf, size_t n)
{
    size_t need;

    if (buf->status)
        return NULL;
    if (n > SIZE_MAX - buf->len - 1) {
        buf->status = LYT_ENOMEM;
        return NULL;
    }
    if (buf->limit && buf->len + n > buf->limit) {
        buf->status = LYT_ELIMIT;
        return NULL;
    }
    need = buf->len + n + 1;
    buf->status =
        lyt_mem_grow(buf->alloc, &buf->data, &buf->cap, need < first_bytes ? first_bytes : need, 1);
    return buf->status ? NULL : buf->data + buf->len;
}

void lyt_buf_add(lyt_buf *buf, lyt_str s)
{
    char *at = lyt_buf_reserve(buf, s.len);

    if (!at)
        return;
    if (s.len)
        memcpy(at, s.ptr, s.len);
    buf->len += s.len;
    buf->data[buf->len] = '\0';
}

void lyt_buf_add_text(lyt_buf *buf, const char *text)
{
    lyt_buf_add(buf, lyt_str_of(text));
}

void lyt_buf_add_char(lyt_buf *buf, char c)
{
    lyt_buf_add(buf, (lyt_str){&c, 1});
}

void lyt_buf_add_int(lyt_buf *buf, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        digits[--at] = '-';
    lyt_buf_add(buf, (lyt_str){digits + at, sizeof digits - at});
}

void lyt_buf_add_real(lyt_buf *buf, double value, int decimals)
{
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    char digits[10];
    double scaled;
    uint64_t whole, part;
    int n = decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;

    scaled = nearbyint(fabs(value) * power[n]);
    /* beyond 2^53 the last digits mean nothing; nobody writes such numbers here */
    if (!(scaled < 9007199254740992.0)) {
        lyt_buf_add(buf, LYT_STR("null"));
        return;
    }
    whole = (uint64_t)scaled / (uint64_t)power[n];
    part = (uint64_t)scaled % (uint64_t)power[n];
    if (value < 0 && scaled > 0)
        lyt_buf_add_char(buf, '-');
    lyt_buf_add_int(buf, (int64_t)whole);
    for (int i = n - 1; i >= 0; i--) {
        digits[i] = (char)('0' + part % 10);
        part /= 10;
    }
    while (n > 0 && digits[n - 1] == '0')
        n--;
    if (n > 0) {
        lyt_buf_add_char(buf, '.');
        lyt_buf_add(buf, (lyt_str){digits, (size_t)n});
    }
}

void lyt_buf_addv(lyt_buf *buf, const char *format, va_list args)
{
    va_list again;
    char *at;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0)
        return;
    at = lyt_buf_reserve(buf, (size_t)n);
    if (!at)
        return;
    vsnprintf(at, (size_t)n + 1, format, args);
    buf->len += (size_t)n;
}

void lyt_buf_addf(lyt_buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    lyt_buf_addv(buf, format, args);
    va_end(args);
}

lyt_str lyt_buf_str(const lyt_buf *buf)
{
    return (lyt_str){buf->data, buf->len};
}

char *lyt_buf_take(lyt_buf *buf)
{
    char *data;

    lyt_buf_add(buf, LYT_STR("")); /* so that even an empty one has its NUL */
    if (buf->status)
        return NULL;
    data = buf->data;
    lyt_buf_init(buf, buf->alloc);
    return data;
}
