#include "wire.h"

#include <string.h>

static void put_number(lyt_buf *out, uint64_t value, size_t n)
{
    char bytes[8];

    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(unsigned char)(value >> (8 * i));
    lyt_buf_add(out, (lyt_str){bytes, n});
}

void lyt_wire_put_u8(lyt_buf *out, uint8_t value)
{
    put_number(out, value, 1);
}

void lyt_wire_put_u32(lyt_buf *out, uint32_t value)
{
    put_number(out, value, 4);
}

void lyt_wire_put_u64(lyt_buf *out, uint64_t value)
{
    put_number(out, value, 8);
}

void lyt_wire_put_i64(lyt_buf *out, int64_t value)
{
    put_number(out, (uint64_t)value, 8);
}

void lyt_wire_put_real(lyt_buf *out, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_number(out, bits, 8);
}

void lyt_wire_put_text(lyt_buf *out, lyt_str value)
{
    put_number(out, value.len, 4);
    lyt_buf_add(out, value);
}

lyt_wire lyt_wire_of(lyt_str frame)
{
    return (lyt_wire){frame, 0, false};
}

static uint64_t number(lyt_wire *in, size_t n)
{
    uint64_t value = 0;

    if (in->bad || in->frame.len - in->at < n) {
        in->bad = true;
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)(unsigned char)in->frame.ptr[in->at + i] << (8 * i);
    in->at += n;
    return value;
}

uint8_t lyt_wire_u8(lyt_wire *in)
{
    return (uint8_t)number(in, 1);
}

uint32_t lyt_wire_u32(lyt_wire *in)
{
    return (uint32_t)number(in, 4);
}

uint64_t lyt_wire_u64(lyt_wire *in)
{
    return number(in, 8);
}

int64_t lyt_wire_i64(lyt_wire *in)
{
    return (int64_t)number(in, 8);
}

double lyt_wire_real(lyt_wire *in)
{
    uint64_t bits = number(in, 8);
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

lyt_str lyt_wire_bytes(lyt_wire *in, size_t max_bytes)
{
    size_t n = lyt_wire_u32(in);
    lyt_str value;

    if (in->bad || n > max_bytes || n > in->frame.len - in->at) {
        in->bad = true;
        return (lyt_str){NULL, 0};
    }
    value = (lyt_str){in->frame.ptr + in->at, n};
    in->at += n;
    return value;
}

lyt_status lyt_wire_end(const lyt_wire *in)
{
    return in->bad || in->at != in->frame.len ? LYT_EFORMAT : LYT_OK;
}
