#include "qrparts.h"

#include <string.h>

/* Table 9, level M: correction words of each block; blocks and data words of the first group, then
 * of the second, whose blocks hold one data word more. Annex E: alignment patterns. */
static const struct {
    unsigned char n_check, n_short, data, n_long;
    unsigned char alignment[lyt_qr_alignments_max];
} versions[lyt_qr_version_max + 1] = {
    [1] = {10, 1, 16, 0, {0}},
    [2] = {16, 1, 28, 0, {6, 18}},
    [3] = {26, 1, 44, 0, {6, 22}},
    [4] = {18, 2, 32, 0, {6, 26}},
    [5] = {24, 2, 43, 0, {6, 30}},
    [6] = {16, 4, 27, 0, {6, 34}},
    [7] = {18, 4, 31, 0, {6, 22, 38}},
    [8] = {22, 2, 38, 2, {6, 24, 42}},
    [9] = {22, 3, 36, 2, {6, 26, 46}},
    [10] = {26, 4, 43, 1, {6, 28, 50}},
    [11] = {30, 1, 50, 4, {6, 30, 54}},
    [12] = {22, 6, 36, 2, {6, 32, 58}},
    [13] = {22, 8, 37, 1, {6, 34, 62}},
    [14] = {24, 4, 40, 5, {6, 26, 46, 66}},
    [15] = {24, 5, 41, 5, {6, 26, 48, 70}},
};

enum { check_max = 30, data_max = 415, blocks_max = 10 };

static size_t data_words(int version)
{
    return (size_t)versions[version].data * (versions[version].n_short + versions[version].n_long) +
           versions[version].n_long;
}

/* GF(256) of section 7.5.2: x^8 + x^4 + x^3 + x^2 + 1. */
static unsigned char times(unsigned a, unsigned b)
{
    unsigned product = 0;

    for (int i = 7; i >= 0; i--) {
        product = (product << 1) ^ ((product >> 7) * 0x11D);
        product ^= (b >> i & 1) * a;
    }
    return (unsigned char)product;
}

/* The generator polynomial of n roots, without its leading 1; highest power first. */
static void generator(unsigned char out[check_max], size_t n)
{
    unsigned root = 1;

    memset(out, 0, n);
    out[n - 1] = 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            out[j] = times(out[j], root);
            if (j + 1 < n)
                out[j] ^= out[j + 1];
        }
        root = times(root, 2);
    }
}

/* The remainder of the data by the generator: the correction words, section 7.5.2. */
static void correction(unsigned char *out, size_t n, const unsigned char *data, size_t len)
{
    unsigned char gen[check_max];

    generator(gen, n);
    memset(out, 0, n);
    for (size_t i = 0; i < len; i++) {
        unsigned factor = (unsigned)(data[i] ^ out[0]);

        memmove(out, out + 1, n - 1);
        out[n - 1] = 0;
        for (size_t j = 0; j < n; j++)
            out[j] ^= times(gen[j], factor);
    }
}

static void put_bits(unsigned char *words, size_t *bit, unsigned value, int n)
{
    for (int i = n - 1; i >= 0; i--, ++*bit)
        words[*bit / 8] |= (unsigned char)((value >> i & 1) << (7 - *bit % 8));
}

/* Mode, count, bytes, terminator and padding, section 7.4. */
static void fill_data(unsigned char *data, int version, lyt_str text)
{
    size_t n = data_words(version), bit = 0;

    memset(data, 0, n);
    put_bits(data, &bit, 4, 4);
    put_bits(data, &bit, (unsigned)text.len, version < 10 ? 8 : 16);
    for (size_t i = 0; i < text.len; i++)
        put_bits(data, &bit, (unsigned char)text.ptr[i], 8);
    /* the terminator is four zero bits, or what room there is; so is what fills the byte */
    for (size_t at = (bit + 4 + 7) / 8, pad = 0; at < n; at++, pad++)
        data[at] = pad % 2 ? 0x11 : 0xEC;
}

int lyt_qr_codewords(unsigned char *words, size_t *n, lyt_str text)
{
    unsigned char data[data_max], check[blocks_max][check_max];
    size_t starts[blocks_max + 1] = {0}, n_blocks, n_check, at = 0;
    int version = 1;

    while (version <= lyt_qr_version_max && data_words(version) < text.len + (version < 10 ? 2 : 3))
        version++;
    if (version > lyt_qr_version_max)
        return 0;
    n_check = versions[version].n_check;
    n_blocks = (size_t)versions[version].n_short + versions[version].n_long;
    fill_data(data, version, text);
    for (size_t b = 0; b < n_blocks; b++) {
        starts[b + 1] = starts[b] + versions[version].data + (b >= versions[version].n_short);
        correction(check[b], n_check, data + starts[b], starts[b + 1] - starts[b]);
    }
    /* interleaved, section 7.6 */
    for (size_t i = 0; i <= versions[version].data; i++)
        for (size_t b = 0; b < n_blocks; b++)
            if (starts[b] + i < starts[b + 1])
                words[at++] = data[starts[b] + i];
    for (size_t i = 0; i < n_check; i++)
        for (size_t b = 0; b < n_blocks; b++)
            words[at++] = check[b][i];
    *n = at;
    return version;
}

/* The remainder of a BCH code: value shifted by n bits, by a polynomial of n + 1 bits. */
static uint32_t bch(uint32_t value, uint32_t polynomial, int n)
{
    uint32_t rest = value;

    for (int i = 0; i < n; i++)
        rest = (rest << 1) ^ ((rest >> (n - 1)) * polynomial);
    return value << n | rest;
}

uint32_t lyt_qr_format_bits(int mask)
{
    /* level M is 00, so that the data are the mask's number alone */
    return bch((uint32_t)mask, 0x537, 10) ^ 0x5412;
}

uint32_t lyt_qr_version_bits(int version)
{
    return bch((uint32_t)version, 0x1F25, 12);
}

bool lyt_qr_is_masked(int mask, int x, int y)
{
    switch (mask) {
    case 0:
        return (x + y) % 2 == 0;
    case 1:
        return y % 2 == 0;
    case 2:
        return x % 3 == 0;
    case 3:
        return (x + y) % 3 == 0;
    case 4:
        return (x / 3 + y / 2) % 2 == 0;
    case 5:
        return x * y % 2 + x * y % 3 == 0;
    case 6:
        return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
        return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

const unsigned char *lyt_qr_alignment(int version)
{
    return versions[version].alignment;
}
