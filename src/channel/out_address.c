#include "out_address.h"

#include <string.h>

typedef struct range {
    unsigned char bytes[16];
    unsigned bits;
} range;

static const range ranges4[] = {
    {{0}, 8},             /* this network */
    {{10}, 8},            /* private */
    {{100, 64}, 10},      /* shared by a provider's customers */
    {{127}, 8},           /* this machine */
    {{169, 254}, 16},     /* this cable; cloud machines keep their secrets there */
    {{172, 16}, 12},      /* private */
    {{192, 0, 0}, 24},    /* protocols */
    {{192, 0, 2}, 24},    /* examples */
    {{192, 88, 99}, 24},  /* 6to4 relays */
    {{192, 168}, 16},     /* private */
    {{198, 18}, 15},      /* measurements */
    {{198, 51, 100}, 24}, /* examples */
    {{203, 0, 113}, 24},  /* examples */
    {{224}, 4},           /* multicast */
    {{240}, 4},           /* reserved, and 255.255.255.255 */
};

static const range ranges6[] = {
    {{0x00, 0x64, 0xff, 0x9b, 0, 1}, 48}, /* translation within a network */
    {{0x01, 0x00}, 64},                   /* discarded */
    {{0x20, 0x01, 0x00, 0x00}, 23},       /* protocols, Teredo */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},       /* examples */
    {{0x20, 0x02}, 16},                   /* 6to4: an IPv4 address within */
    {{0x3f, 0xff}, 20},                   /* examples */
    {{0x5f, 0x00}, 16},                   /* segment routing */
    {{0xfc}, 7},                          /* private */
    {{0xfe, 0x80}, 10},                   /* this cable */
    {{0xfe, 0xc0}, 10},                   /* private, of old */
    {{0xff}, 8},                          /* multicast */
};

static bool lies_in(const unsigned char *bytes, const range *r)
{
    unsigned whole = r->bits / 8, rest = r->bits % 8;
    unsigned mask = rest ? (0xff00U >> rest) & 0xffU : 0;

    return memcmp(bytes, r->bytes, whole) == 0 &&
           (!rest || (bytes[whole] & mask) == (r->bytes[whole] & mask));
}

static bool is_private4(const unsigned char *bytes)
{
    for (size_t i = 0; i < sizeof ranges4 / sizeof *ranges4; i++)
        if (lies_in(bytes, &ranges4[i]))
            return true;
    return false;
}

bool lyt_out_is_private(const unsigned char *bytes, size_t n)
{
    static const unsigned char zeros[12] = {0};
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    static const unsigned char translated[12] = {0x00, 0x64, 0xff, 0x9b};

    if (n == 4)
        return is_private4(bytes);
    if (n != 16)
        return true;
    /* an IPv4 address in other clothes is as private as it is; ::1 and :: lie in 0.0.0.0/8 */
    if (memcmp(bytes, zeros, 12) == 0 || memcmp(bytes, mapped, 12) == 0 ||
        memcmp(bytes, translated, 12) == 0)
        return is_private4(bytes + 12);
    for (size_t i = 0; i < sizeof ranges6 / sizeof *ranges6; i++)
        if (lies_in(bytes, &ranges6[i]))
            return true;
    return false;
}
