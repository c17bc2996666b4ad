#include "personal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

LYT_SUITE(personal);

static const char *const frames[] = {
    "%s",
    "Ring til mig på %s, tak.",
    "Værelse 214 er koldt. %s",
    "%s hedder jeg her (kl. 21.30)!",
    "The bill has (%s) on it, why?",
    "vær214:%s;kom straks",
    "Jeg er\n%s\nog venter siden 24.12.2025",
};

static void mask(lyt_buf *out, const char *text, const lyt_personal_names *names)
{
    lyt_buf_reset(out);
    lyt_personal_mask(out, lyt_str_of(text), names);
    lyt_buf_add_char(out, '\0');
    cr_assert_eq(lyt_buf_status(out), LYT_OK);
}

/* Nothing of an item is left: no three letters or digits in a row that are in it and not in the frame. */
static bool is_gone(const char *item, const char *masked, const char *frame)
{
    for (size_t i = 0; i + 3 <= strlen(item); i++) {
        char part[4] = {item[i], item[i + 1], item[i + 2], '\0'};

        if (strpbrk(part, " -.@/:()") || strstr(frame, part))
            continue;
        if (strstr(masked, part) && !strstr("[cpr][card][number][phone][mail][link]", part))
            return false;
    }
    return true;
}

static void try_item(int line, const char *kind, const char *item)
{
    lyt_buf masked;
    char text[1024], mark[520], plain[1024];

    lyt_buf_init(&masked, NULL);
    snprintf(mark, sizeof mark, "[%s]", kind);
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        snprintf(text, sizeof text, frames[i], item);
        snprintf(plain, sizeof plain, frames[i], mark);
        mask(&masked, text, NULL);
        /* a mail address glued to other words takes them along */
        if (i == 5 ? !is_gone(item, masked.data, frames[i]) : strcmp(masked.data, plain) != 0)
            cr_expect_fail("personal.txt:%d: \"%s\" became \"%s\"", line, text, masked.data);
    }
    lyt_buf_deinit(&masked);
}

Test(personal, PR_06_three_hundred_items)
{
    char path[512], row[512];
    size_t n = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/golden/personal.txt", getenv("LYT_TESTS"));
    file = fopen(path, "r");
    cr_assert_not_null(file);
    for (int line = 1; fgets(row, sizeof row, file); line++) {
        char *item = strchr(row, ' ');

        row[strcspn(row, "\n")] = '\0';
        if (row[0] == '#')
            continue;
        cr_assert_not_null(item, "line %d", line);
        *item++ = '\0';
        try_item(line, row, item);
        n++;
    }
    fclose(file);
    cr_expect_eq(n, 300);
}

Test(personal, PR_06_what_is_none_stays)
{
    static const struct {
        int line;
        const char *text;
    } rows[] = {
        {__LINE__, ""},
        {__LINE__, "Værelset er ikke gjort rent, 214 og 215"},
        {__LINE__, "rooms 214, 215, 216, 217 and 218 have no heating"},
        {__LINE__, "fra kl. 21.30-23.45 i går, 24.12.2025"},
        {__LINE__, "since 2025-12-24 14:05 nobody came, 24/12/2025, 1-2-2026, 24.12.25"},
        {__LINE__, "1.000.000 kr, 12.000.000 kr, 2.500,00 kr., 45 000 kr"},
        {__LINE__, "10 10 9 8 7 10 10 er mine karakterer"},
        {__LINE__, "24/7, 1-2 gange, 3 x 20 cm, 5-10 min"},
        {__LINE__, "ticket 1234567, 555.123, 2025-2026"},
        {__LINE__, "god.De kom, fint.Det var, nej.No way, clean.It was"},
        {__LINE__, "@ 214, a@b, @7, user@, @dk"},
        {__LINE__, "wi-fi 802.11, v1.2.3, 16.3 grader, -5"},
        {__LINE__, "+ 2 håndklæder (214) + 1"},
        {__LINE__, "((((((((((++++++++++--------"},
    };
    lyt_buf masked;

    lyt_buf_init(&masked, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mask(&masked, rows[i].text, NULL);
        cr_expect_str_eq(masked.data, rows[i].text, "line %d: became \"%s\"", rows[i].line,
                         masked.data);
    }
    lyt_buf_deinit(&masked);
}

Test(personal, PR_06_several_and_kinds)
{
    static const struct {
        int line;
        const char *text, *masked;
    } rows[] = {
        {__LINE__, "20304050 og anna@mail.dk, se hotel.dk/x", "[phone] og [mail], se [link]"},
        {__LINE__, "room 214 20304050", "room 214 [phone]"},
        {__LINE__, "24.12.2025 20 30 40 50", "24.12.2025 [phone]"},
        {__LINE__, "konto 1234 56789012345678", "konto [number]"},
        {__LINE__, "tlf20304050tak", "tlf[phone]tak"},
        {__LINE__, "010190-1234/20304050", "[cpr]/[phone]"},
        {__LINE__, "4111 1111 1111 1111 kort", "[card] kort"},
        /* one digit off is no card, and too long for a phone */
        {__LINE__, "4111 1111 1111 1112", "[number]"},
        /* no day of the year has that number */
        {__LINE__, "320190-1234", "[phone]"},
        {__LINE__, "http:// x", "http:// x"},
        {__LINE__, "(se www.kro.dk).", "(se [link])."},
        {__LINE__, "\xff\xfe 20304050 \xc3", "\xff\xfe [phone] \xc3"},
    };
    lyt_buf masked;

    lyt_buf_init(&masked, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mask(&masked, rows[i].text, NULL);
        cr_expect_str_eq(masked.data, rows[i].masked, "line %d: became \"%s\"", rows[i].line,
                         masked.data);
    }
    lyt_buf_deinit(&masked);
}

Test(personal, PR_06_names_of_staff)
{
    static const lyt_str people[] = {{"Mette Holm", 10}, {"Bo", 2}, {"Åse", 4}, {"Søren", 6},
                                     {"Jean-Luc", 8}};
    static const lyt_personal_names names = {people, sizeof people / sizeof *people};
    static const struct {
        int line;
        const char *text, *masked, *blotted;
    } rows[] = {
        {__LINE__, "Mette var uhøflig", "[name] var uhøflig", "***** var uhøflig"},
        {__LINE__, "mettes tone, METTE!", "[name] tone, [name]!", "****** tone, *****!"},
        {__LINE__, "Mette Holm's desk", "[name] [name]'s desk", "***** ****'s desk"},
        {__LINE__, "vi skal bo her, spurgte Bo", "vi skal bo her, spurgte [name]",
         "vi skal bo her, spurgte **"},
        {__LINE__, "ÅSE og SØREN og sørens", "[name] og [name] og [name]",
         "**** og ****** og *******"},
        {__LINE__, "Luc and jean-luc", "[name] and [name]-luc", "*** and ****-luc"},
        {__LINE__, "mettet, holmen, Mettelise", "mettet, holmen, Mettelise",
         "mettet, holmen, Mettelise"},
        {__LINE__, "mette 20304050", "[name] [phone]", "***** 20304050"},
    };
    lyt_buf masked;
    char text[128];

    lyt_buf_init(&masked, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mask(&masked, rows[i].text, &names);
        cr_expect_str_eq(masked.data, rows[i].masked, "line %d: became \"%s\"", rows[i].line,
                         masked.data);
        snprintf(text, sizeof text, "%s", rows[i].text);
        (void)lyt_personal_blot_names(text, strlen(text), &names);
        cr_expect_str_eq(text, rows[i].blotted, "line %d: became \"%s\"", rows[i].line, text);
        cr_expect_eq(strlen(text), strlen(rows[i].text), "line %d", rows[i].line);
    }
    lyt_buf_deinit(&masked);
}

/* What was masked has nothing left to mask, and what was found never overlaps. */
Test(personal, PR_06_any_bytes)
{
    static const char bytes[] = "0123456789 -.+()@/aeM\xc3\xb8\xe2\x80\x93[]:w,";
    uint32_t seed = 17;
    char text[96];
    lyt_buf masked;

    lyt_buf_init(&masked, NULL);
    for (int round = 0; round < 20000; round++) {
        size_t len = 0, at = 0;
        lyt_personal found;

        for (; len < sizeof text; len++) {
            seed = seed * 1664525 + 1013904223;
            text[len] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        while (lyt_personal_find(&found, (lyt_str){text, len}, at, NULL)) {
            cr_assert(found.start >= at && found.end > found.start && found.end <= len);
            at = found.end;
        }
        lyt_buf_reset(&masked);
        lyt_personal_mask(&masked, (lyt_str){text, len}, NULL);
        cr_assert_eq(lyt_buf_status(&masked), LYT_OK);
    }
    lyt_buf_deinit(&masked);
}
