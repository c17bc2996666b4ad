#include "qrdraw.h"

#include <string.h>

#include "htmltext.h"

enum { quiet = 4, stored_max = 65535 };

void lyt_qr_svg(lyt_buf *out, const lyt_qr *qr, lyt_str title)
{
    int side = qr->side + 2 * quiet;

    lyt_buf_addf(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                 "shape-rendering=\"crispEdges\">\n<title>",
                 side, side);
    lyt_html_escape(out, title);
    lyt_buf_addf(out, "</title>\n<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>\n<path d=\"", side,
                 side);
    for (int y = 0; y < qr->side; y++) {
        for (int x = 0, run; x < qr->side; x += run) {
            for (run = 1; x + run < qr->side && qr->dark[y][x + run] == qr->dark[y][x];)
                run++;
            if (qr->dark[y][x])
                lyt_buf_addf(out, "M%d %dh%dv1h-%dz", x + quiet, y + quiet, run, run);
        }
    }
    lyt_buf_add_text(out, "\"/>\n</svg>\n");
}

static void put_u32(lyt_buf *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        lyt_buf_add_char(out, (char)(value >> shift & 0xFF));
}

/* CRC of ISO 3309, PNG (third edition) annex D. */
static uint32_t crc32_of(lyt_str bytes)
{
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    return crc ^ 0xFFFFFFFF;
}

/* RFC 1950, section 8.2. */
static uint32_t adler32_of(lyt_str bytes)
{
    uint32_t a = 1, b = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        a = (a + (unsigned char)bytes.ptr[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static void put_chunk(lyt_buf *out, const char *type, lyt_str data)
{
    size_t from = out->len + 4;

    put_u32(out, (uint32_t)data.len);
    lyt_buf_add_text(out, type);
    lyt_buf_add(out, data);
    put_u32(out, crc32_of(lyt_str_slice(lyt_buf_str(out), from, out->len)));
}

/* A zlib stream of stored blocks (RFC 1951, section 3.2.4): no compressor is needed for it. */
static void put_stored(lyt_buf *out, lyt_str bytes)
{
    lyt_buf_add(out, LYT_STR("\x78\x01"));
    for (size_t at = 0; at < bytes.len;) {
        size_t n = bytes.len - at < stored_max ? bytes.len - at : stored_max;

        lyt_buf_add_char(out, at + n == bytes.len);
        lyt_buf_add_char(out, (char)(n & 0xFF));
        lyt_buf_add_char(out, (char)(n >> 8));
        lyt_buf_add_char(out, (char)(~n & 0xFF));
        lyt_buf_add_char(out, (char)(~n >> 8 & 0xFF));
        lyt_buf_add(out, lyt_str_slice(bytes, at, at + n));
        at += n;
    }
    put_u32(out, adler32_of(bytes));
}

/* Rows of pixels, each behind its filter (0: none); a set bit is light. */
static void put_pixels(lyt_buf *out, const lyt_qr *qr, int scale)
{
    int pixels = (qr->side + 2 * quiet) * scale;

    for (int y = 0; y < pixels; y++) {
        unsigned char byte = 0;
        int my = y / scale - quiet;

        lyt_buf_add_char(out, 0);
        for (int x = 0; x < pixels; x++) {
            int mx = x / scale - quiet;
            bool dark = mx >= 0 && my >= 0 && mx < qr->side && my < qr->side && qr->dark[my][mx];

            byte |= (unsigned char)(!dark << (7 - x % 8));
            if (x % 8 == 7 || x + 1 == pixels) {
                lyt_buf_add_char(out, (char)byte);
                byte = 0;
            }
        }
    }
}

void lyt_qr_png(lyt_buf *out, const lyt_qr *qr, int scale)
{
    uint32_t pixels;
    lyt_buf rows, packed;

    scale = scale < 1 ? 1 : scale > 64 ? 64 : scale;
    pixels = (uint32_t)((qr->side + 2 * quiet) * scale);
    lyt_buf_init(&rows, out->alloc);
    lyt_buf_init(&packed, out->alloc);
    lyt_buf_add(out, LYT_STR("\x89PNG\r\n\x1a\n"));
    put_u32(&packed, pixels);
    put_u32(&packed, pixels);
    /* one bit, grey, the only compression, filter and order there is */
    lyt_buf_add(&packed, LYT_STR("\1\0\0\0\0"));
    put_chunk(out, "IHDR", lyt_buf_str(&packed));
    put_pixels(&rows, qr, scale);
    lyt_buf_reset(&packed);
    put_stored(&packed, lyt_buf_str(&rows));
    put_chunk(out, "IDAT", lyt_buf_str(&packed));
    put_chunk(out, "IEND", (lyt_str){NULL, 0});
    if (!out->status)
        out->status = rows.status ? rows.status : packed.status;
    lyt_buf_deinit(&rows);
    lyt_buf_deinit(&packed);
}
