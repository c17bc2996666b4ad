#include "qrcode.h"

#include <string.h>

#include "qrparts.h"

/* What is drawn, beside whether a module is taken by a pattern (and so carries no data). */
typedef struct canvas {
    lyt_qr *qr;
    bool taken[lyt_qr_side_max][lyt_qr_side_max];
} canvas;

static void set(canvas *c, int x, int y, bool dark)
{
    if (x < 0 || y < 0 || x >= c->qr->side || y >= c->qr->side)
        return;
    c->qr->dark[y][x] = dark;
    c->taken[y][x] = true;
}

/* Finder pattern with its separator, section 6.3.3 and 6.3.4; (x, y) is its middle. */
static void draw_finder(canvas *c, int x, int y)
{
    for (int dy = -4; dy <= 4; dy++) {
        for (int dx = -4; dx <= 4; dx++) {
            int ring = dx * dx > dy * dy ? (dx < 0 ? -dx : dx) : (dy < 0 ? -dy : dy);

            set(c, x + dx, y + dy, ring != 2 && ring != 4);
        }
    }
}

/* Alignment pattern, section 6.3.6. */
static void draw_alignment(canvas *c, int x, int y)
{
    for (int dy = -2; dy <= 2; dy++)
        for (int dx = -2; dx <= 2; dx++)
            set(c, x + dx, y + dy, dx == 2 || dx == -2 || dy == 2 || dy == -2 || (!dx && !dy));
}

/* 15 bits beside the finders, section 7.9.1; the dark module is always dark. */
static void draw_format(canvas *c, int mask)
{
    uint32_t bits = lyt_qr_format_bits(mask);
    int side = c->qr->side;

    for (int i = 0; i < 15; i++) {
        bool dark = bits >> i & 1;

        /* around the upper left finder, over the timing pattern's row and column */
        if (i < 8)
            set(c, 8, i < 6 ? i : i + 1, dark);
        else
            set(c, i == 8 ? 7 : 14 - i, 8, dark);
        /* the second copy: below the upper right one, beside the lower left one */
        if (i < 8)
            set(c, side - 1 - i, 8, dark);
        else
            set(c, 8, side - 15 + i, dark);
    }
    set(c, 8, side - 8, true);
}

/* 18 bits from version 7 on, section 7.10. */
static void draw_version(canvas *c)
{
    uint32_t bits = lyt_qr_version_bits(c->qr->version);

    for (int i = 0; c->qr->version >= 7 && i < 18; i++) {
        int far = c->qr->side - 11 + i % 3, near = i / 3;

        set(c, far, near, bits >> i & 1);
        set(c, near, far, bits >> i & 1);
    }
}

static void draw_patterns(canvas *c)
{
    const unsigned char *at = lyt_qr_alignment(c->qr->version);
    int side = c->qr->side, n = 0;

    /* timing, section 6.3.5 */
    for (int i = 0; i < side; i++) {
        set(c, 6, i, i % 2 == 0);
        set(c, i, 6, i % 2 == 0);
    }
    draw_finder(c, 3, 3);
    draw_finder(c, side - 4, 3);
    draw_finder(c, 3, side - 4);
    while (n < lyt_qr_alignments_max && at[n])
        n++;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (!((i == 0 && j == 0) || (i == 0 && j == n - 1) || (i == n - 1 && j == 0)))
                draw_alignment(c, at[i], at[j]);
    draw_format(c, 0);
    draw_version(c);
}

/* Codewords in columns of two, upwards and downwards in turn, section 7.7.3. */
static void draw_codewords(canvas *c, const unsigned char *words, size_t n)
{
    int side = c->qr->side;
    size_t bit = 0;

    for (int right = side - 1; right > 0; right -= 2) {
        if (right == 6)
            right = 5;
        for (int i = 0; i < side; i++) {
            bool upwards = ((right + 1) & 2) == 0;
            int y = upwards ? side - 1 - i : i;

            for (int x = right; x > right - 2; x--) {
                if (c->taken[y][x])
                    continue;
                c->qr->dark[y][x] = bit < n * 8 && (words[bit / 8] >> (7 - bit % 8) & 1);
                bit++;
            }
        }
    }
}

static void apply_mask(canvas *c, int mask)
{
    for (int y = 0; y < c->qr->side; y++)
        for (int x = 0; x < c->qr->side; x++)
            if (!c->taken[y][x] && lyt_qr_is_masked(mask, x, y))
                c->qr->dark[y][x] = !c->qr->dark[y][x];
    draw_format(c, mask);
    c->qr->mask = mask;
}

static bool module(const lyt_qr *qr, bool is_column, int line, int at)
{
    return is_column ? qr->dark[at][line] : qr->dark[line][at];
}

/* Runs of five and more (N1 = 3), and what looks like a finder with four light beside it (N3). */
static int line_penalty(const lyt_qr *qr, bool is_column, int line)
{
    static const bool finder[11] = {1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0};
    int sum = 0, run = 0;

    for (int at = 0; at < qr->side; at++) {
        bool same =
            at > 0 && module(qr, is_column, line, at) == module(qr, is_column, line, at - 1);

        run = same ? run + 1 : 1;
        sum += run == 5 ? 3 : run > 5;
    }
    for (int at = 0; at + 11 <= qr->side; at++) {
        bool ahead = true, behind = true;

        for (int i = 0; i < 11; i++) {
            ahead = ahead && module(qr, is_column, line, at + i) == finder[i];
            behind = behind && module(qr, is_column, line, at + i) == finder[10 - i];
        }
        sum += 40 * (ahead + behind);
    }
    return sum;
}

int lyt_qr_penalty(const lyt_qr *qr)
{
    int sum = 0, dark = 0, all = qr->side * qr->side, off;

    for (int i = 0; i < qr->side; i++)
        sum += line_penalty(qr, false, i) + line_penalty(qr, true, i);
    for (int y = 0; y < qr->side; y++) {
        for (int x = 0; x < qr->side; x++) {
            bool is_dark = qr->dark[y][x];

            dark += is_dark;
            if (x && y && qr->dark[y][x - 1] == is_dark && qr->dark[y - 1][x] == is_dark &&
                qr->dark[y - 1][x - 1] == is_dark)
                sum += 3; /* N2: a block of two by two */
        }
    }
    /* N4: ten for each full five per cent away from half */
    off = dark * 20 - all * 10;
    return sum + 10 * ((off < 0 ? -off : off) / all);
}

static lyt_status draw(lyt_qr *out, lyt_str text, int mask, lyt_error *err)
{
    unsigned char words[lyt_qr_words_max];
    size_t n = 0;
    canvas c = {.qr = out};
    lyt_qr best;

    memset(out, 0, sizeof *out);
    out->version = lyt_qr_codewords(words, &n, text);
    if (!out->version)
        return lyt_error_set(err, LYT_ELIMIT, "%zu bytes are too long for a QR code (at most %d)",
                             text.len, lyt_qr_text_max);
    out->side = 17 + 4 * out->version;
    draw_patterns(&c);
    draw_codewords(&c, words, n);
    if (mask >= 0) {
        apply_mask(&c, mask);
        return LYT_OK;
    }
    best = *out;
    for (int i = 0, least = 0; i < 8; i++) {
        canvas tried = c;
        lyt_qr qr = *out;
        int penalty;

        tried.qr = &qr;
        apply_mask(&tried, i);
        penalty = lyt_qr_penalty(&qr);
        if (i == 0 || penalty < least) {
            least = penalty;
            best = qr;
        }
    }
    *out = best;
    return LYT_OK;
}

lyt_status lyt_qr_encode(lyt_qr *out, lyt_str text, lyt_error *err)
{
    return draw(out, text, -1, err);
}

lyt_status lyt_qr_encode_masked(lyt_qr *out, lyt_str text, int mask, lyt_error *err)
{
    if (mask < 0 || mask > 7)
        return lyt_error_set(err, LYT_EINVAL, "a mask is 0 to 7, not %d", mask);
    return draw(out, text, mask, err);
}
