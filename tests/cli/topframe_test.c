#include <string.h>

#include "testing.h"
#include "topframe.h"
#include "utf8.h"

LYT_SUITE(topframe);

static const char board_text[] =
    "{\"desk\":\"havnen\",\"cases\":["
    "{\"incident\":3,\"state\":\"new\",\"severity\":4,\"scenario\":\"locked-in\",\"place\":"
    "\"lobby\","
    "\"owner\":\"security\",\"opened_at\":\"2026-11-25T12:00:00Z\",\"clocks\":["
    "{\"clock\":\"acknowledge\",\"due\":\"2026-11-25T12:02:00Z\"},"
    "{\"clock\":\"contact\",\"due\":\"2026-11-25T12:05:00Z\"}]},"
    "{\"incident\":5,\"state\":\"reopened\",\"severity\":2,\"scenario\":\"food-cold\",\"place\":"
    "\"\","
    "\"property\":\"havnen\",\"owner\":\"mette\",\"opened_at\":\"2026-11-25T12:05:00Z\",\"clocks\":"
    "["
    "{\"clock\":\"acknowledge\",\"due\":\"2026-11-25T12:15:30Z\"}]},"
    "{\"incident\":9,\"state\":\"new\",\"restricted\":true},"
    "{\"incident\":1,\"state\":\"acknowledged\",\"severity\":1,\"scenario\":\"tv-broken\","
    "\"place\":"
    "\"214\",\"owner\":\"jonas\",\"is_drill\":true,\"opened_at\":\"2026-11-22T12:00:00Z\","
    "\"clocks\":["
    "{\"clock\":\"acknowledge\",\"due\":\"2026-11-25T11:00:00Z\",\"stopped_at\":\"2026-11-25T10:00:"
    "00Z\"},{\"clock\":\"remedy\",\"due\":\"2026-11-25T13:10:05Z\"}]}],\"zone\":\"Europe/Copenhagen\"}";

static const int64_t now_us = 1795608600000000; /* 2026-11-25T12:10:00Z */

typedef struct drawn {
    lyt_json *board;
    lyt_buf out;
} drawn;

static void draw(drawn *d, const char *text, lyt_topframe frame)
{
    lyt_error err = {0};

    lyt_buf_init(&d->out, NULL);
    cr_assert_eq(lyt_json_parse(&d->board, lyt_str_of(text), 1 << 20, &err), LYT_OK, "%s",
                 err.text);
    frame.board = d->board;
    frame.now_us = now_us;
    lyt_topframe_draw(&d->out, &frame);
    cr_assert_eq(lyt_buf_status(&d->out), LYT_OK);
}

static void end(drawn *d)
{
    lyt_json_free(d->board);
    lyt_buf_deinit(&d->out);
}

/* Exactly so many lines, and none longer than the terminal is wide. */
static void expect_size(const drawn *d, int rows, int columns)
{
    lyt_str text = lyt_buf_str(&d->out);
    int n = 0;

    for (size_t at = 0; at < text.len; n++) {
        size_t stop = lyt_str_find(text, '\n', at);
        int wide = 0;

        for (; at < stop; wide++)
            (void)lyt_utf8_next(lyt_str_slice(text, 0, stop), &at);
        cr_expect_leq(wide, columns, "line %d of %d columns: %d", n, columns, wide);
        at = stop + 1;
    }
    cr_expect_eq(n, rows, "%d lines, not %d:\n%s", n, rows, d->out.data);
}

Test(topframe, UI_09_what_nobody_has_with_its_clock_in_both_languages)
{
    static const struct {
        int line;
        lyt_page_language language;
        const char *part;
    } rows[] = {
        {__LINE__, LYT_PAGE_EN, "havnen   4 open, 3 wait for somebody   13:10:00\n"},
        {__LINE__, LYT_PAGE_EN,
         ">!   3   4   10:00  take on 8:00 late  locked-in            lobby  -\n"},
        {__LINE__, LYT_PAGE_EN,
         " !   5   2    5:00  take on 5:30       food-cold            havnen -\n"},
        {__LINE__, LYT_PAGE_EN, " !   9     restricted\n"},
        {__LINE__, LYT_PAGE_EN,
         "     1   1     3 d  remedy 1:00:05     tv-broken            214    drill, jonas\n"},
        {__LINE__, LYT_PAGE_DA, "havnen   4 åbne, 3 venter på nogen   13:10:00\n"},
        {__LINE__, LYT_PAGE_DA, "tages 8:00 sent    locked-in"},
        {__LINE__, LYT_PAGE_DA, "udbedres 1:00:05   tv-broken            214    øvelse, jonas\n"},
        {__LINE__, LYT_PAGE_DA, "fortroligt\n"},
        {__LINE__, LYT_PAGE_DA, "op/ned vælg   a tag den   r udbedret   q slut\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        drawn d;

        draw(&d, board_text,
             (lyt_topframe){.language = rows[i].language, .rows = 24, .columns = 80});
        cr_expect(strstr(d.out.data, rows[i].part), "row at line %d:\n%s", rows[i].line,
                  d.out.data);
        cr_expect_null(strchr(d.out.data, '\x1b'), "no colour was asked for");
        expect_size(&d, 24, 80);
        end(&d);
    }
}

Test(topframe, every_size_holds_and_the_chosen_one_is_seen)
{
    for (int rows = 6; rows < 12; rows++)
        for (int columns = 40; columns < 90; columns += 7)
            for (size_t chosen = 0; chosen < 4; chosen++) {
                drawn d;

                draw(&d, board_text,
                     (lyt_topframe){.rows = rows, .columns = columns, .selected = chosen});
                expect_size(&d, rows, columns);
                cr_expect(strstr(d.out.data, "\n>"), "%d rows, %zu:\n%s", rows, chosen, d.out.data);
                end(&d);
            }
}

Test(topframe, odd_boards_and_what_is_typed)
{
    drawn d;

    draw(&d, "{\"desk\":\"x\",\"cases\":[]}", (lyt_topframe){.rows = 24, .columns = 80});
    cr_expect(strstr(d.out.data, "Nothing is open."));
    expect_size(&d, 24, 80);
    end(&d);
    draw(&d, "{}", (lyt_topframe){.rows = 1, .columns = 1, .language = LYT_PAGE_DA});
    cr_expect(strstr(d.out.data, "Intet er åbent."));
    end(&d);
    /* nothing of a scenario's or place's name is obeyed by the terminal */
    draw(&d,
         "{\"cases\":[{\"incident\":1,\"state\":\"new\",\"scenario\":\"\\u001b[2Jx\",\"place\":"
         "\"a\\nb\",\"clocks\":[{\"clock\":\"x\",\"due\":\"noon\"}]}]}",
         (lyt_topframe){.rows = 24, .columns = 80});
    cr_expect_null(strchr(d.out.data, '\x1b'));
    expect_size(&d, 24, 80);
    end(&d);
    draw(&d, board_text,
         (lyt_topframe){.rows = 24,
                        .columns = 80,
                        .mode = LYT_TOP_CAUSE,
                        .typed = LYT_STR("kedlen gik ud"),
                        .language = LYT_PAGE_DA,
                        .colour = true});
    cr_expect(strstr(d.out.data, "Hvad var årsagen? kedlen gik ud_"));
    cr_expect(strstr(d.out.data, "\x1b[7m"));
    end(&d);
}
