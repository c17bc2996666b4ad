#include "clock.h"
#include "testing.h"

LYT_SUITE(clock);

Test(clock, reads_and_writes_rfc3339)
{
    static const struct {
        int line;
        const char *text;
        int64_t us; /* -1: refused */
        const char *again;
    } rows[] = {
        {__LINE__, "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000Z"},
        {__LINE__, "2026-11-22T05:40:00Z", 1795326000000000, "2026-11-22T05:40:00.000000Z"},
        {__LINE__, "2026-11-22T06:40:00+01:00", 1795326000000000, "2026-11-22T05:40:00.000000Z"},
        {__LINE__, "2024-02-29 23:59:59.5z", 1709251199500000, "2024-02-29T23:59:59.500000Z"},
        {__LINE__, "2024-02-30T00:00:00Z", -1, NULL},
        {__LINE__, "2023-02-29T00:00:00Z", -1, NULL},
        {__LINE__, "2026-13-01T00:00:00Z", -1, NULL},
        {__LINE__, "2026-11-22T24:00:00Z", -1, NULL},
        {__LINE__, "2026-11-22T05:40:00", -1, NULL},
        {__LINE__, "2026-11-22T05:40:00.Z", -1, NULL},
        {__LINE__, "2026-11-22T05:40:00Zx", -1, NULL},
        {__LINE__, "2026-11-22T05:40:00+1:00", -1, NULL},
        {__LINE__, "", -1, NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t us = -1;
        lyt_buf buf;

        (void)!lyt_clock_parse(&us, lyt_str_of(rows[i].text));
        cr_expect_eq(us, rows[i].us, "row at line %d: %lld", rows[i].line, (long long)us);
        if (!rows[i].again)
            continue;
        lyt_buf_init(&buf, NULL);
        lyt_clock_format(&buf, us);
        cr_expect_str_eq(buf.data, rows[i].again, "row at line %d", rows[i].line);
        lyt_buf_deinit(&buf);
    }
}

Test(clock, before_1970_too)
{
    lyt_buf buf;

    lyt_buf_init(&buf, NULL);
    lyt_clock_format(&buf, -1000);
    cr_expect_str_eq(buf.data, "1969-12-31T23:59:59.999000Z");
    lyt_buf_deinit(&buf);
}
