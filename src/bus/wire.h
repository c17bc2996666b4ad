/*
 * lyt_wire: numbers and texts in a binary frame, read with every bound checked.
 *
 *   number  fixed width, little-endian; a real is its IEEE 754 bits
 *   text    u32 length, then that many bytes; whether they are UTF-8 is the reader's affair
 *
 * Writing goes into a lyt_buf, whose status tells of failures. Reading keeps its
 * first failure: what is read afterwards is 0 or empty; test lyt_wire_end() once.
 *
 * Threads   plain values; the texts read are borrowed from the frame.
 */
#ifndef LYT_WIRE_H
#define LYT_WIRE_H

#include "buf.h"

typedef struct lyt_wire {
    lyt_str frame;
    size_t at;
    bool bad;
} lyt_wire;

void lyt_wire_put_u8(lyt_buf *out, uint8_t value);
void lyt_wire_put_u32(lyt_buf *out, uint32_t value);
void lyt_wire_put_u64(lyt_buf *out, uint64_t value);
void lyt_wire_put_i64(lyt_buf *out, int64_t value);
void lyt_wire_put_real(lyt_buf *out, double value);
void lyt_wire_put_text(lyt_buf *out, lyt_str value);

lyt_wire lyt_wire_of(lyt_str frame);
uint8_t lyt_wire_u8(lyt_wire *in);
uint32_t lyt_wire_u32(lyt_wire *in);
uint64_t lyt_wire_u64(lyt_wire *in);
int64_t lyt_wire_i64(lyt_wire *in);
double lyt_wire_real(lyt_wire *in);
/* More than max_bytes are a failure. */
lyt_str lyt_wire_bytes(lyt_wire *in, size_t max_bytes);

/* LYT_EFORMAT: something was missing or wrong, or bytes are left over. */
LYT_MUST_USE lyt_status lyt_wire_end(const lyt_wire *in);

#endif
