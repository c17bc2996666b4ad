#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "period.h"
#include "running.h"
#include "store.h"

/* `lyt report`: periods, forms and errors; tests/report has the figures. */
LYT_SUITE(report);

static lyt_zone *copenhagen(void)
{
    lyt_zone *zone = NULL;
    lyt_buf bytes;

    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), "/usr/share/zoneinfo/Europe/Copenhagen", 1 << 20,
                             &bytes, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_zone_read(&zone, NULL, lyt_buf_str(&bytes), NULL), LYT_OK);
    lyt_buf_deinit(&bytes);
    return zone;
}

static int64_t at(const char *text)
{
    int64_t us = 0;

    cr_assert_eq(lyt_clock_parse(&us, lyt_str_of(text)), LYT_OK, "%s", text);
    return us;
}

Test(report, times_as_people_write_them)
{
    static const struct {
        int line;
        const char *text, *want; /* NULL: no time */
    } rows[] = {
        {__LINE__, "2026-11-24", "2026-11-23T23:00:00Z"},
        {__LINE__, "2026-07-01", "2026-06-30T22:00:00Z"},
        {__LINE__, "2026-11-24T14:30", "2026-11-24T13:30:00Z"},
        {__LINE__, "2026-11-24T14:30:00Z", "2026-11-24T14:30:00Z"},
        {__LINE__, "today", "2026-11-24T23:00:00Z"},
        {__LINE__, "yesterday", "2026-11-23T23:00:00Z"},
        {__LINE__, "7d", "2026-11-18T11:00:00Z"},
        {__LINE__, "12h", "2026-11-24T23:00:00Z"},
        {__LINE__, "90m", "2026-11-25T09:30:00Z"},
        {__LINE__, "", NULL},
        {__LINE__, "0d", NULL},
        {__LINE__, "7", NULL},
        {__LINE__, "7x", NULL},
        {__LINE__, "7dd", NULL},
        {__LINE__, "99999999d", NULL},
        {__LINE__, "-7d", NULL},
        {__LINE__, "2026-13-01", NULL},
        {__LINE__, "2026-02-30", NULL},
        {__LINE__, "2026-11-24T25:00", NULL},
        {__LINE__, "tomorrow", NULL},
    };
    lyt_zone *zone = copenhagen();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t us = -1;
        lyt_status status = lyt_period_time(&us, rows[i].text, zone, at("2026-11-25T11:00:00Z"));

        cr_expect_eq(status, rows[i].want ? LYT_OK : LYT_EFORMAT, "line %d", rows[i].line);
        cr_expect_eq(us, rows[i].want ? at(rows[i].want) : -1, "line %d", rows[i].line);
    }
    lyt_zone_free(zone);
}

Test(report, periods)
{
    static const struct {
        int line;
        const char *since, *until;
        int days;
        const char *from, *to; /* NULL: refused */
    } rows[] = {
        {__LINE__, NULL, NULL, 1, "2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z"},
        {__LINE__, NULL, NULL, 7, "2026-11-18T23:00:00Z", "2026-11-25T23:00:00Z"},
        {__LINE__, NULL, NULL, 0, "2026-11-25T03:00:07.5Z", "2026-11-25T11:00:07.5Z"},
        {__LINE__, "2026-11-02", NULL, 7, "2026-11-01T23:00:00Z", "2026-11-08T23:00:00Z"},
        {__LINE__, "2026-11-02", NULL, 30, "2026-11-01T23:00:00Z", "2026-11-25T23:00:00Z"},
        {__LINE__, NULL, "2026-11-09", 7, "2026-11-01T23:00:00Z", "2026-11-08T23:00:00Z"},
        {__LINE__, "2026-11-02", "2026-11-03", 7, "2026-11-01T23:00:00Z", "2026-11-02T23:00:00Z"},
        /* the week the clocks go back has an hour more */
        {__LINE__, "2026-10-19", NULL, 7, "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z"},
        {__LINE__, "6h", NULL, 0, "2026-11-25T05:00:07.5Z", "2026-11-25T11:00:07.5Z"},
        /* to the second */
        {__LINE__, "1d", NULL, 1, "2026-11-24T11:00:07.5Z", "2026-11-25T11:00:07.5Z"},
        {__LINE__, "2026-11-03", "2026-11-03", 7, NULL, NULL},
        {__LINE__, "2026-11-04", "2026-11-03", 7, NULL, NULL},
        {__LINE__, "x", NULL, 7, NULL, NULL},
        {__LINE__, NULL, "x", 7, NULL, NULL},
    };
    lyt_zone *zone = copenhagen();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t since = 0, until = 0;
        lyt_error err = {0};
        lyt_status status = lyt_period_span(&since, &until, rows[i].since, rows[i].until,
                                            rows[i].days, zone, at("2026-11-25T11:00:07.5Z"), &err);

        cr_expect_eq(!status, rows[i].from != NULL, "line %d: %s", rows[i].line, err.text);
        if (rows[i].from)
            cr_expect(since == at(rows[i].from) && until == at(rows[i].to), "line %d",
                      rows[i].line);
        else
            cr_expect_neq(err.text[0], '\0', "line %d", rows[i].line);
    }
    lyt_zone_free(zone);
}

Test(report, shifts_as_people_write_them)
{
    static const struct {
        int line;
        const char *text;
        size_t n; /* 0: refused */
        int first, last;
    } rows[] = {
        {__LINE__, "07:00,15:00,23:00", 3, 420, 1380},
        {__LINE__, "00:00", 1, 0, 0},
        {__LINE__, "06:30,23:59", 2, 390, 1439},
        {__LINE__, "01:00,02:00,03:00,04:00,05:00,06:00,07:00,08:00", 8, 60, 480},
        {__LINE__, "01:00,02:00,03:00,04:00,05:00,06:00,07:00,08:00,09:00", 0, 0, 0},
        {__LINE__, "", 0, 0, 0},
        {__LINE__, "7:00", 0, 0, 0},
        {__LINE__, "07:0", 0, 0, 0},
        {__LINE__, "24:00", 0, 0, 0},
        {__LINE__, "07:60", 0, 0, 0},
        {__LINE__, "07:00,", 0, 0, 0},
        {__LINE__, "07:00;15:00", 0, 0, 0},
        {__LINE__, "15:00,07:00", 0, 0, 0},
        {__LINE__, "07:00,07:00", 0, 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_shifts shifts = {.n = 0};
        lyt_status status = lyt_period_shifts(&shifts, rows[i].text);

        cr_expect_eq(status, rows[i].n ? LYT_OK : LYT_EFORMAT, "line %d", rows[i].line);
        cr_assert_eq(shifts.n, rows[i].n, "line %d", rows[i].line);
        if (shifts.n)
            cr_expect(shifts.from_min[0] == rows[i].first &&
                          shifts.from_min[shifts.n - 1] == rows[i].last,
                      "line %d", rows[i].line);
    }
}

/* One message and one incident, at 2026-11-24 12:00 local. */
static void prepare(char folder[64])
{
    lyt_store *store = NULL;
    char path[96];
    int64_t id = 0, noon = at("2026-11-24T11:00:00Z");
    lyt_feedback feedback = {.source_id = LYT_STR("1"),
                             .channel = LYT_STR("sms"),
                             .property = LYT_STR("havnen"),
                             .text = LYT_STR("=HYPERLINK(\"x\")"),
                             .score = 3,
                             .scale = 10,
                             .received_us = noon};
    lyt_incident incident = {.id = 1,
                             .state = LYT_INCIDENT_CLOSED,
                             .severity = 2,
                             .scenario = "noise",
                             .team = "bar",
                             .property = "havnen",
                             .place = "=214",
                             .opened_us = noon};

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, NULL), LYT_OK);
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_feedback(store, &feedback, &id, NULL), LYT_OK);
    cr_assert_eq(lyt_store_put_incident(store, &incident, NULL), LYT_OK);
    cr_assert_eq(
        lyt_store_add_history(store, 1, 1, LYT_STR("opened"), LYT_STR(""), LYT_STR(""), noon, NULL),
        LYT_OK);
    cr_assert_eq(lyt_store_add_history(store, 1, 0, LYT_STR("remedied"), LYT_STR("bent"),
                                       LYT_STR(""), noon + 1800000000, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
    lyt_store_close(store);
    testing_write(folder, "text",
                  LYT_STR("this is no database, but it is long enough to be one, "
                          "if only it began as one does: SQLite format 3"));
}

Test(report, command_lines)
{
    static const struct {
        int line;
        const char *words;
        lyt_exit code;
        const char *out, *err;
    } rows[] = {
        {__LINE__, "report day --since 2026-11-24", 0, "this period            1", NULL},
        {__LINE__, "report day --since 2026-11-24", 0, "12           1", NULL},
        {__LINE__, "report day --since 2026-11-24 --zone UTC", 0, "11           1", NULL},
        {__LINE__, "report week --since 2026-11-23", 0, "2026-11-24", NULL},
        {__LINE__, "report week --since 2026-11-25", 0, "the one before         1", NULL},
        {__LINE__, "report team --since 2026-11-23 --until 2026-11-25", 0, "30 min", NULL},
        {__LINE__, "report team --since 2026-11-23 --until 2026-11-25 --csv", 0,
         "name,messages,alarms,", NULL},
        {__LINE__, "report team --since 2026-11-23 --until 2026-11-25 --csv --table pace", 0,
         "bar,1,0,0,0,0,1\r\n", NULL},
        {__LINE__, "report incidents --since 2026-11-23 --until 2026-11-25 --csv", 0, ",'=214,",
         NULL},
        {__LINE__, "report scenario --since 2026-11-23 --until 2026-11-25 --json", 0,
         "{\"report\":\"scenario\",\"since\":\"2026-11-22T23:00:00.000000Z\"", NULL},
        {__LINE__, "report nps --since 2026-11-23 --until 2026-11-25 --language da", 0,
         "Tilfredse og meget tilfredse", NULL},
        {__LINE__, "report shift", 0, "As one SMS", NULL},
        {__LINE__, "report cause", 0, "Causes as written down", NULL},
        {__LINE__, "report cost", 0, "What a recovery costs", NULL},
        {__LINE__, "report place", 0, "Rooms and places", NULL},
        {__LINE__, "report week --since 2026-11-23 --without noise", 0,
         "this period            1       1       0          0", NULL},
        {__LINE__, "report week --since 2026-11-23 --without noise --without cold", 0,
         "this period            1       1       0          0",
         "--without cold: no incident of that scenario is there"},
        {__LINE__, "report", 2, NULL, "say what to do"},
        {__LINE__, "report dya", 2, NULL, "did you mean 'day'?"},
        {__LINE__, "report day week", 2, NULL, "week"},
        {__LINE__, "report day --since x", 2, NULL, "--since 'x' is no time"},
        {__LINE__, "report day --since 2026-11-24 --until 2026-11-23", 2, NULL,
         "must be before --until"},
        {__LINE__, "report day --csv --json", 2, NULL, "exclude one another"},
        {__LINE__, "report day --table teams", 2, NULL, "--table belongs to --csv"},
        {__LINE__, "report day --csv --table nothing", 2, NULL,
         "no table 'nothing'; there are totals, hours, scenarios, teams, properties, channels"},
        {__LINE__, "report day --zone ../../etc/passwd", 2, NULL, "must be a name as"},
        {__LINE__, "report day --zone /etc/passwd", 2, NULL, "must be a name as"},
        {__LINE__, "report day --zone Nowhere/At-all", 1, NULL, "Nowhere/At-all"},
        {__LINE__, "report place --shifts 25:00", 2, NULL, "--shifts '25:00' must be"},
        {__LINE__, "report day --margin -1", 2, NULL, "--margin"},
        {__LINE__, "report day --language sv", 2, NULL, "--language"},
        {__LINE__, "report day --html $/none/page.html", 1, "this period", "none/page.html"},
    };
    char folder[64], words[512], line[640];

    prepare(folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *dollar = strchr(rows[i].words, '$');
        running r;

        if (dollar)
            snprintf(words, sizeof words, "%.*s%s%s", (int)(dollar - rows[i].words), rows[i].words,
                     folder, dollar + 1);
        else
            snprintf(words, sizeof words, "%s", rows[i].words);
        snprintf(line, sizeof line, "%s --state %s", words, folder);
        running_run(&r, line, (lyt_str){0});
        cr_expect_eq((int)r.code, (int)rows[i].code, "line %d: %d, %s", rows[i].line, r.code,
                     r.err.data);
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
    testing_folder_remove(folder);
}

Test(report, what_is_no_state_is_told)
{
    char folder[64], line[256], path[96];
    running r;
    lyt_buf bytes;

    prepare(folder);
    snprintf(line, sizeof line, "report day --state %s/none", folder);
    running_run(&r, line, (lyt_str){0});
    cr_expect_eq(r.code, LYT_EXIT_FAILED);
    running_expect(&r.err, "none/lyt.db", __LINE__, "stderr");
    running_end(&r);

    lyt_buf_init(&bytes, NULL);
    snprintf(path, sizeof path, "%s/text", folder);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &bytes, NULL), LYT_OK);
    testing_write(folder, "lyt.db", lyt_buf_str(&bytes));
    lyt_buf_deinit(&bytes);
    snprintf(line, sizeof line, "report day --state %s", folder);
    running_run(&r, line, (lyt_str){0});
    cr_expect_eq(r.code, LYT_EXIT_FAILED);
    running_expect(&r.err, "lyt.db", __LINE__, "stderr");
    running_end(&r);
    testing_folder_remove(folder);
}

Test(report, a_page_in_a_file)
{
    char folder[64], line[256], path[96];
    running r;
    lyt_buf page;

    prepare(folder);
    lyt_buf_init(&page, NULL);
    snprintf(path, sizeof path, "%s/page.html", folder);
    snprintf(line, sizeof line, "report week --since 2026-11-23 --language da --html %s --state %s",
             path, folder);
    running_run(&r, line, (lyt_str){0});
    cr_expect_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 24, &page, NULL), LYT_OK);
    cr_expect(running_has(&page, "<html lang=\"da\">"));
    cr_expect(running_has(&page, "id=\"plot-days\""));
    cr_expect_not(running_has(&page, "HYPERLINK"), "no guest's words in figures");
    running_end(&r);
    lyt_buf_deinit(&page);
    testing_folder_remove(folder);
}
