#include "address.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct block {
    unsigned char bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned bits;
} block;

enum { text_max = 64, mapped_bits = 96 };

static bool read_bits(lyt_str text, unsigned most, unsigned *out)
{
    unsigned bits = 0;

    if (!text.len || text.len > 3)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        bits = bits * 10 + (unsigned)(text.ptr[i] - '0');
    }
    *out = bits;
    return bits <= most;
}

static bool read_block(lyt_str text, block *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    size_t slash = lyt_str_find(text, '/', 0);
    char address[text_max];
    unsigned bits = 0;

    if (slash >= text_max)
        return false;
    memcpy(address, slash ? text.ptr : "", slash);
    address[slash] = '\0';
    memcpy(out->bytes, mapped, sizeof mapped);
    out->bits = 128;
    if (inet_pton(AF_INET, address, out->bytes + sizeof mapped) == 1) {
        if (slash < text.len) {
            if (!read_bits(lyt_str_slice(text, slash + 1, text.len), 32, &bits))
                return false;
            out->bits = mapped_bits + bits;
        }
        return true;
    }
    if (inet_pton(AF_INET6, address, out->bytes) != 1)
        return false;
    return slash == text.len ||
           read_bits(lyt_str_slice(text, slash + 1, text.len), 128, &out->bits);
}

bool lyt_address_is(lyt_str text)
{
    block ignored;

    return read_block(text, &ignored);
}

bool lyt_address_covers(lyt_str text, lyt_str address)
{
    block all, one;

    if (lyt_str_find(address, '/', 0) < address.len || !read_block(text, &all) ||
        !read_block(address, &one))
        return false;
    for (unsigned bit = 0; bit < all.bits; bit++) {
        unsigned mask = 0x80u >> bit % 8;

        if ((all.bytes[bit / 8] & mask) != (one.bytes[bit / 8] & mask))
            return false;
    }
    return true;
}
