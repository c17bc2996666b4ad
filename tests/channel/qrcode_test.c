/* What is drawn is read again here by rules of its own: from the modules back to the text. */
#include <stdio.h>
#include <string.h>

#include "qrdraw.h"
#include "testing.h"

LYT_SUITE(qrcode);

/* ISO/IEC 18004 table 9 once more, as blocks with their sizes; level M. */
typedef struct layout {
    int n_check, blocks[10];
} layout;
static const layout layouts[16] = {
    [1] = {10, {16}},
    [2] = {16, {28}},
    [3] = {26, {44}},
    [4] = {18, {32, 32}},
    [5] = {24, {43, 43}},
    [6] = {16, {27, 27, 27, 27}},
    [7] = {18, {31, 31, 31, 31}},
    [8] = {22, {38, 38, 39, 39}},
    [9] = {22, {36, 36, 36, 37, 37}},
    [10] = {26, {43, 43, 43, 43, 44}},
    [11] = {30, {50, 51, 51, 51, 51}},
    [12] = {22, {36, 36, 36, 36, 36, 36, 37, 37}},
    [13] = {22, {37, 37, 37, 37, 37, 37, 37, 37, 38}},
    [14] = {24, {40, 40, 40, 40, 41, 41, 41, 41, 41}},
    [15] = {24, {41, 41, 41, 41, 41, 42, 42, 42, 42, 42}},
};
static const int centres[16][5] = {
    [2] = {6, 18},          [3] = {6, 22},          [4] = {6, 26},      [5] = {6, 30},
    [6] = {6, 34},          [7] = {6, 22, 38},      [8] = {6, 24, 42},  [9] = {6, 26, 46},
    [10] = {6, 28, 50},     [11] = {6, 30, 54},     [12] = {6, 32, 58}, [13] = {6, 34, 62},
    [14] = {6, 26, 46, 66}, [15] = {6, 26, 48, 70},
};

static bool is_function(int version, int x, int y)
{
    int side = 17 + 4 * version, n = 0;

    if (x == 6 || y == 6)
        return true;
    if ((x < 9 && y < 9) || (x < 9 && y >= side - 8) || (x >= side - 8 && y < 9))
        return true;
    if (version >= 7 && ((x < 6 && y >= side - 11) || (y < 6 && x >= side - 11)))
        return true;
    while (n < 5 && centres[version][n])
        n++;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            int cx = centres[version][i], cy = centres[version][j];
            bool corner =
                (cx == 6 && cy == 6) || (cx == 6 && cy == side - 7) || (cx == side - 7 && cy == 6);

            if (!corner && x >= cx - 2 && x <= cx + 2 && y >= cy - 2 && y <= cy + 2)
                return true;
        }
    return false;
}

static bool is_turned(int mask, int x, int y)
{
    const int i = y, j = x;
    const bool rule[8] = {
        (i + j) % 2 == 0,
        i % 2 == 0,
        j % 3 == 0,
        (i + j) % 3 == 0,
        (i / 2 + j / 3) % 2 == 0,
        (i * j) % 2 + (i * j) % 3 == 0,
        ((i * j) % 2 + (i * j) % 3) % 2 == 0,
        ((i + j) % 2 + (i * j) % 3) % 2 == 0,
    };

    return rule[mask];
}

static unsigned char multiply(unsigned char a, unsigned char b)
{
    unsigned char r = 0;

    for (; b; b >>= 1) {
        if (b & 1)
            r ^= a;
        a = (unsigned char)(a << 1 ^ (a & 0x80 ? 0x1D : 0));
    }
    return r;
}

/* A block without an error gives 0 at every root of the generator. */
static bool has_no_error(const unsigned char *words, int n, int n_check)
{
    unsigned char root = 1;

    for (int k = 0; k < n_check; k++) {
        unsigned char sum = 0;

        for (int i = 0; i < n; i++)
            sum = (unsigned char)(multiply(sum, root) ^ words[i]);
        if (sum)
            return false;
        root = multiply(root, 2);
    }
    return true;
}

/* Level and mask out of the format bits beside the upper left finder; -1: they are damaged. */
static int mask_of(const lyt_qr *qr)
{
    static const int at[15][2] = {{0, 8}, {1, 8}, {2, 8}, {3, 8}, {4, 8}, {5, 8}, {7, 8}, {8, 8},
                                  {8, 7}, {8, 5}, {8, 4}, {8, 3}, {8, 2}, {8, 1}, {8, 0}};
    unsigned bits = 0, rest;

    for (int i = 0; i < 15; i++)
        bits = bits << 1 | qr->dark[at[i][1]][at[i][0]];
    bits ^= 0x5412;
    rest = bits;
    for (int i = 14; i >= 10; i--)
        if (rest >> i & 1)
            rest ^= 0x537u << (i - 10);
    if (rest || bits >> 13)
        return -1;
    return (int)(bits >> 10 & 7);
}

static int read_words(const lyt_qr *qr, int mask, unsigned char *words)
{
    int bit = 0;
    bool up = true;

    memset(words, 0, 700);
    for (int x = qr->side - 1; x > 0; x -= 2, up = !up) {
        if (x == 6)
            x--;
        for (int k = 0; k < qr->side; k++) {
            int y = up ? qr->side - 1 - k : k;

            for (int dx = 0; dx < 2; dx++) {
                if (is_function(qr->version, x - dx, y))
                    continue;
                if (qr->dark[y][x - dx] != is_turned(mask, x - dx, y))
                    words[bit / 8] |= (unsigned char)(0x80 >> bit % 8);
                bit++;
            }
        }
    }
    return bit / 8;
}

/* The text, NUL-terminated; NULL with the reason in *why. */
static const char *decode(const lyt_qr *qr, const char **why)
{
    static unsigned char words[700], data[700];
    static char text[700];
    const layout *l = &layouts[qr->version];
    int mask = mask_of(qr), n_blocks = 0, n_data = 0, at = 0, length, shift;

    *why = "format";
    if (mask < 0 || mask != qr->mask)
        return NULL;
    read_words(qr, mask, words);
    while (n_blocks < 10 && l->blocks[n_blocks])
        n_blocks++;
    for (int b = 0; b < n_blocks; b++) {
        unsigned char block[100];
        int n = 0, all = 0;

        for (int i = 0; i < n_blocks; i++)
            all += l->blocks[i];
        for (int i = 0; i < l->blocks[b]; i++) {
            int before = 0;

            /* what stands before this word: the i-th ones of earlier blocks and whole rows */
            for (int k = 0; k < n_blocks; k++) {
                int row = l->blocks[k] < i ? l->blocks[k] : i;

                before += row + (k < b && i < l->blocks[k]);
            }
            block[n++] = words[before];
        }
        memcpy(data + n_data, block, (size_t)n);
        n_data += n;
        for (int i = 0; i < l->n_check; i++)
            block[n++] = words[all + i * n_blocks + b];
        *why = "an error in a block";
        if (!has_no_error(block, n, l->n_check))
            return NULL;
    }
    *why = "mode";
    if (data[0] >> 4 != 4)
        return NULL;
    shift = qr->version < 10 ? 1 : 2;
    length = shift == 1 ? (data[0] & 15) << 4 | data[1] >> 4
                        : (data[0] & 15) << 12 | data[1] << 4 | data[2] >> 4;
    *why = "length";
    if (length + shift + 1 > n_data)
        return NULL;
    for (at = 0; at < length; at++)
        text[at] = (char)(data[at + shift] << 4 | data[at + shift + 1] >> 4);
    text[at] = '\0';
    return text;
}

static void fill(char *text, size_t n)
{
    static const char pattern[] =
        "https://feedback.example.dk/t/havnen.214?c=K7GZ2QX4AB&x=\xC3\xA6 ";

    for (size_t i = 0; i < n; i++)
        text[i] = pattern[i % (sizeof pattern - 1)];
    text[n] = '\0';
}

Test(qrcode, every_length_is_read_again)
{
    static const struct {
        int version, most;
    } sizes[] = {{1, 14},   {2, 26},   {3, 42},   {4, 62},   {5, 84},
                 {6, 106},  {7, 122},  {8, 152},  {9, 180},  {10, 213},
                 {11, 251}, {12, 287}, {13, 331}, {14, 362}, {15, 412}};
    char text[lyt_qr_text_max + 2];
    const char *why = "";
    lyt_error err;
    lyt_qr qr;

    for (size_t n = 0, i = 0; n <= lyt_qr_text_max; n += n < 30 ? 1 : 7) {
        const char *got;

        while (n > (size_t)sizes[i].most)
            i++;
        fill(text, n);
        cr_assert_eq(lyt_qr_encode(&qr, (lyt_str){text, n}, &err), LYT_OK);
        cr_expect_eq(qr.version, sizes[i].version, "%zu bytes: version %d", n, qr.version);
        got = decode(&qr, &why);
        cr_expect(got && strcmp(got, text) == 0, "%zu bytes: %s", n, got ? got : why);
    }
    fill(text, lyt_qr_text_max + 1);
    cr_expect_eq(lyt_qr_encode(&qr, (lyt_str){text, lyt_qr_text_max + 1}, &err), LYT_ELIMIT);
}

Test(qrcode, the_mask_chosen_has_the_least_penalty)
{
    char text[120];
    const char *why = "";
    lyt_error err;

    for (size_t n = 5; n < 120; n += 23) {
        lyt_qr chosen, other;
        int least = -1;

        fill(text, n);
        cr_assert_eq(lyt_qr_encode(&chosen, (lyt_str){text, n}, &err), LYT_OK);
        for (int mask = 0; mask < 8; mask++) {
            const char *got;

            cr_assert_eq(lyt_qr_encode_masked(&other, (lyt_str){text, n}, mask, &err), LYT_OK);
            got = decode(&other, &why);
            cr_expect(got && strcmp(got, text) == 0, "mask %d: %s", mask, got ? got : why);
            if (least < 0 || lyt_qr_penalty(&other) < least)
                least = lyt_qr_penalty(&other);
        }
        cr_expect_eq(lyt_qr_penalty(&chosen), least);
    }
    cr_expect_eq(lyt_qr_encode_masked(&(lyt_qr){.side = 0}, LYT_STR("x"), 8, &err), LYT_EINVAL);
}

/* Version bits of 7 and above: both copies, against table D.1 of the standard for 7 and 10. */
Test(qrcode, the_version_stands_beside_the_finders)
{
    static const struct {
        size_t bytes;
        unsigned bits;
    } rows[] = {{120, 0x07C94}, {200, 0x0A4D3}};
    char text[256];
    lyt_error err;
    lyt_qr qr;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned right = 0, below = 0;

        fill(text, rows[i].bytes);
        cr_assert_eq(lyt_qr_encode(&qr, (lyt_str){text, rows[i].bytes}, &err), LYT_OK);
        for (int k = 17; k >= 0; k--) {
            right = right << 1 | qr.dark[k / 3][qr.side - 11 + k % 3];
            below = below << 1 | qr.dark[qr.side - 11 + k % 3][k / 3];
        }
        cr_expect_eq(right, rows[i].bits, "%05x", right);
        cr_expect_eq(below, rows[i].bits, "%05x", below);
    }
}

static unsigned u32_at(const lyt_buf *buf, size_t at)
{
    const unsigned char *p = (const unsigned char *)buf->data + at;

    return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3];
}

/* The whole PNG taken apart: chunks, stored blocks, rows, and each pixel against its module. */
Test(qrcode, the_png_shows_what_was_encoded)
{
    lyt_buf png, rows;
    lyt_error err;
    lyt_qr qr;
    size_t at = 33, end, stride;
    int pixels;

    cr_assert_eq(lyt_qr_encode(&qr, LYT_STR("https://feedback.example.dk/t/havnen.214"), &err),
                 LYT_OK);
    lyt_buf_init(&png, NULL);
    lyt_buf_init(&rows, NULL);
    lyt_qr_png(&png, &qr, 20);
    cr_assert_eq(lyt_buf_status(&png), LYT_OK);
    pixels = (qr.side + 8) * 20;
    cr_expect_eq(memcmp(png.data, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16), 0);
    cr_expect_eq(u32_at(&png, 16), (unsigned)pixels);
    cr_expect_eq(u32_at(&png, 20), (unsigned)pixels);
    cr_assert_eq(memcmp(png.data + at + 4, "IDAT", 4), 0);
    end = at + 8 + u32_at(&png, at);
    for (size_t i = at + 10;;) {
        const unsigned char *block = (const unsigned char *)png.data + i;
        size_t n = block[1] | (size_t)block[2] << 8;

        cr_assert_eq((block[3] | block[4] << 8) ^ 0xFFFF, (int)n);
        lyt_buf_add(&rows, (lyt_str){(const char *)block + 5, n});
        i += 5 + n;
        if (block[0]) {
            cr_expect_eq(i + 4, end);
            break;
        }
    }
    stride = (size_t)(pixels + 7) / 8 + 1;
    cr_assert_eq(rows.len, stride * (size_t)pixels);
    for (int y = 0; y < pixels; y++)
        for (int x = 0; x < pixels; x++) {
            int my = y / 20 - 4, mx = x / 20 - 4;
            bool dark = mx >= 0 && my >= 0 && mx < qr.side && my < qr.side && qr.dark[my][mx];
            bool light =
                (unsigned char)rows.data[(size_t)y * stride + 1 + (size_t)x / 8] >> (7 - x % 8) & 1;

            cr_assert_neq(dark, light, "pixel %d, %d", x, y);
        }
    cr_expect_eq(memcmp(png.data + png.len - 8, "IEND\xAE\x42\x60\x82", 8), 0);
    lyt_buf_deinit(&png);
    lyt_buf_deinit(&rows);
}

Test(qrcode, the_svg_has_every_dark_module_and_no_loose_text)
{
    lyt_error err;
    lyt_buf svg;
    lyt_qr qr;
    int dark = 0, drawn = 0;

    cr_assert_eq(lyt_qr_encode(&qr, LYT_STR("x"), &err), LYT_OK);
    lyt_buf_init(&svg, NULL);
    lyt_qr_svg(&svg, &qr, LYT_STR("a<b>&c"));
    cr_assert_eq(lyt_buf_status(&svg), LYT_OK);
    cr_expect(strstr(svg.data, "<title>a&lt;b&gt;&amp;c</title>"));
    for (int y = 0; y < qr.side; y++)
        for (int x = 0; x < qr.side; x++)
            dark += qr.dark[y][x];
    for (const char *m = strstr(svg.data, "d=\"M0 0") + 7; (m = strchr(m, 'M')) != NULL; m++) {
        int x, y, run;

        cr_assert_eq(sscanf(m, "M%d %dh%d", &x, &y, &run), 3);
        for (int i = 0; i < run; i++)
            cr_expect(qr.dark[y - 4][x - 4 + i]);
        drawn += run;
    }
    cr_expect_eq(drawn, dark);
    lyt_buf_deinit(&svg);
}

Test(qrcode, without_memory_the_buffer_says_so)
{
    testing_alloc failing;
    lyt_error err;
    lyt_qr qr;

    cr_assert_eq(lyt_qr_encode(&qr, LYT_STR("x"), &err), LYT_OK);
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_buf png;

        lyt_buf_init(&png, &failing.alloc);
        lyt_qr_png(&png, &qr, 4);
        if (!lyt_buf_status(&png))
            cr_expect(lyt_str_ends(lyt_buf_str(&png), LYT_STR("IEND\xAE\x42\x60\x82")));
        else
            cr_expect_eq(lyt_buf_status(&png), LYT_ENOMEM);
        lyt_buf_deinit(&png);
        cr_expect_eq(failing.live, 0);
    }
}
