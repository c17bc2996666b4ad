#include <math.h>
#include <stdio.h>
#include <string.h>

#include "charset.h"
#include "csv.h"
#include "csvmap.h"
#include "csvrows.h"
#include "gateways.h"

LYT_SUITE(csv);

/* All rows as "a|b/c|d/", what went wrong as "!line:column". */
static const char *rows_of(lyt_str text, char separator, lyt_buf *out)
{
    lyt_status status;
    lyt_error err;
    lyt_csv csv;

    lyt_buf_reset(out);
    cr_assert_eq(lyt_csv_init(&csv, text, separator, NULL), LYT_OK);
    while ((status = lyt_csv_next(&csv, &err)) != LYT_EEND) {
        if (status) {
            cr_expect_eq(status, LYT_EFORMAT);
            lyt_buf_addf(out, "!%u:%u/", err.line, err.column);
            continue;
        }
        for (size_t i = 0; i < csv.n_fields; i++) {
            if (i)
                lyt_buf_add_char(out, '|');
            lyt_buf_add(out, csv.fields[i].text);
        }
        lyt_buf_add_char(out, '/');
    }
    lyt_csv_deinit(&csv);
    return out->data ? out->data : "";
}

Test(csv, rows_and_fields)
{
    static const struct {
        int line;
        const char *text, *rows;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "a,b\n1,2\n", "a|b/1|2/"},
        {__LINE__, "a;b\r\n1;2", "a|b/1|2/"},
        {__LINE__, "a\tb\n1\t2\n\n\n", "a|b/1|2/"},
        {__LINE__, "a,b\n\"x,y\",\"he said \"\"no\"\"\"\n", "a|b/x,y|he said \"no\"/"},
        {__LINE__, "a,b\n\"two\r\nlines\",2\n", "a|b/two\nlines|2/"},
        {__LINE__, "a,b\n,\n , \n1,\n", "a|b/1|/"},
        {__LINE__, "a;b\n1,5;2,5\n3,5;\"x;y\"\n", "a|b/1,5|2,5/3,5|x;y/"},
        {__LINE__, "Hvad, og hvor, var galt;Karakter\nbaren;3\nbad, gang;2\n",
         "Hvad, og hvor, var galt|Karakter/baren|3/bad, gang|2/"},
        {__LINE__, "a\rb\r", "a/b/"},
        {__LINE__, "a,b\n5\" wide,2\n", "a|b/5\" wide|2/"},
        {__LINE__, "a,b\n\"x\"y,2\n3,4\n", "a|b/!2:4/3|4/"},
        {__LINE__, "a,b\n1,\"open\n3,4\n", "a|b/!2:3/"},
        {__LINE__, "\"\"\n", ""},
        {__LINE__, "a,b\n\"x\" ,2\n", "a|b/x|2/"},
    };
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(rows_of(lyt_str_of(rows[i].text), '\0', &out), rows[i].rows, "line %d: %s",
                         rows[i].line, out.data);
    cr_expect_str_eq(rows_of(LYT_STR("a,b;c\n"), '|', &out), "a,b;c/");
    lyt_buf_deinit(&out);
}

Test(csv, places_are_those_an_editor_shows)
{
    static const char text[] = "navn,tal\n\"\xC3\xA6\n\xC3\xB8\",x\nq,\xC3\xA5,y\n";
    lyt_error err;
    lyt_csv csv;

    cr_assert_eq(lyt_csv_init(&csv, lyt_str_of(text), ',', NULL), LYT_OK);
    cr_assert_eq(lyt_csv_next(&csv, &err), LYT_OK);
    cr_assert_eq(lyt_csv_next(&csv, &err), LYT_OK);
    cr_expect_eq(csv.fields[0].line, 2);
    cr_expect_eq(csv.fields[1].line, 3);
    cr_expect_eq(csv.fields[1].column, 4);
    cr_assert_eq(lyt_csv_next(&csv, &err), LYT_OK);
    cr_expect_eq(csv.fields[2].line, 4);
    cr_expect_eq(csv.fields[2].column, 5);
    lyt_csv_deinit(&csv);
}

Test(csv, too_many_fields_are_told_once)
{
    lyt_buf text;
    lyt_error err;
    lyt_csv csv;

    lyt_buf_init(&text, NULL);
    for (int i = 0; i < 2 * lyt_csv_fields_max; i++)
        lyt_buf_add_char(&text, ',');
    lyt_buf_add_text(&text, "\na,b\n");
    cr_assert_eq(lyt_csv_init(&csv, lyt_buf_str(&text), ',', NULL), LYT_OK);
    cr_expect_eq(lyt_csv_next(&csv, &err), LYT_ELIMIT);
    cr_expect_eq(err.line, 1);
    cr_expect_eq(lyt_csv_next(&csv, &err), LYT_OK);
    cr_expect_eq(csv.n_fields, 2);
    cr_expect_eq(lyt_csv_next(&csv, &err), LYT_EEND);
    lyt_csv_deinit(&csv);
    lyt_buf_deinit(&text);
}

Test(csv, dates)
{
    static const struct {
        int line;
        const char *text;
        lyt_date_order order;
        const char *utc; /* NULL: none */
        bool has_zone;
    } rows[] = {
        {__LINE__, "2025-11-12", LYT_DATE_DMY, "2025-11-12T00:00:00.000000Z", false},
        {__LINE__, "12-11-2025", LYT_DATE_DMY, "2025-11-12T00:00:00.000000Z", false},
        {__LINE__, "11-12-2025", LYT_DATE_MDY, "2025-11-12T00:00:00.000000Z", false},
        {__LINE__, "12.11.2025 14.03", LYT_DATE_DMY, "2025-11-12T14:03:00.000000Z", false},
        {__LINE__, "12. 11. 2025 14:03:05", LYT_DATE_DMY, "2025-11-12T14:03:05.000000Z", false},
        {__LINE__, "12/11/2025 kl. 14.03.05", LYT_DATE_DMY, "2025-11-12T14:03:05.000000Z", false},
        {__LINE__, "1/2/25 9:05", LYT_DATE_DMY, "2025-02-01T09:05:00.000000Z", false},
        {__LINE__, "11/12/2025 2:03:05 PM", LYT_DATE_MDY, "2025-11-12T14:03:05.000000Z", false},
        {__LINE__, "11/12/2025 12:03:05 AM", LYT_DATE_MDY, "2025-11-12T00:03:05.000000Z", false},
        {__LINE__, "2025/11/12 2:03:05 PM GMT+1", LYT_DATE_DMY, "2025-11-12T13:03:05.000000Z",
         true},
        {__LINE__, "2025/11/12 2:03:05 p.m. CET", LYT_DATE_DMY, "2025-11-12T13:03:05.000000Z",
         true},
        {__LINE__, "2025-11-12T14:03:05Z", LYT_DATE_DMY, "2025-11-12T14:03:05.000000Z", true},
        {__LINE__, "2025-11-12T14:03:05.25+05:30", LYT_DATE_DMY, "2025-11-12T08:33:05.250000Z",
         true},
        {__LINE__, "2025-11-12 14:03:05 -0130", LYT_DATE_DMY, "2025-11-12T15:33:05.000000Z", true},
        {__LINE__, "31-11-2025", LYT_DATE_DMY, NULL, false},
        {__LINE__, "12-13-2025", LYT_DATE_DMY, NULL, false},
        {__LINE__, "12-11/2025", LYT_DATE_DMY, NULL, false},
        {__LINE__, "12-11-2025 25:00", LYT_DATE_DMY, NULL, false},
        {__LINE__, "12-11-2025 14:03 maybe", LYT_DATE_DMY, NULL, false},
        {__LINE__, "13:00 PM", LYT_DATE_DMY, NULL, false},
        {__LINE__, "45973", LYT_DATE_DMY, NULL, false},
        {__LINE__, "", LYT_DATE_DMY, NULL, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool has_zone = false;
        int64_t us = 0;
        lyt_status status = lyt_csv_date(&us, &has_zone, lyt_str_of(rows[i].text), rows[i].order);
        lyt_buf text;

        cr_expect_eq(status, rows[i].utc ? LYT_OK : LYT_EFORMAT, "line %d", rows[i].line);
        if (status)
            continue;
        lyt_buf_init(&text, NULL);
        lyt_clock_format(&text, us);
        cr_expect_str_eq(text.data, rows[i].utc, "line %d: %s", rows[i].line, text.data);
        cr_expect_eq(has_zone, rows[i].has_zone, "line %d", rows[i].line);
        lyt_buf_deinit(&text);
    }
}

Test(csv, mappings_that_are_none)
{
    static const struct {
        int line;
        const char *json, *part;
    } rows[] = {
        {__LINE__, "{", "line 1"},
        {__LINE__, "[]", "must be a JSON object"},
        {__LINE__, "{\"colums\": {}}", "colums: is not known"},
        {__LINE__, "{\"columns\": []}", "columns: must be an object"},
        {__LINE__, "{\"columns\": {\"a\": \"texts\"}}", "columns: each column"},
        {__LINE__, "{\"values\": {\"a\": \"5\"}}", "values: each answer"},
        {__LINE__, "{\"dates\": \"ymd\"}", "dates: must be dmy or mdy"},
        {__LINE__, "{\"dates\": 1}", "dates: must be a text"},
        {__LINE__, "{\"separator\": \"ab\"}", "separator: must be"},
        {__LINE__, "{\"scale\": 0}", "scale: must be above 0"},
        {__LINE__, "{\"rest\": \"drop\"}", "rest: must be"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.text = ""};
        lyt_csvmap map;

        cr_expect_neq(lyt_csvmap_parse(&map, lyt_str_of(rows[i].json), "map.json", &err), LYT_OK,
                      "line %d", rows[i].line);
        cr_expect_str_eq(err.file, "map.json");
        if (lyt_str_begins(lyt_str_of(rows[i].part), LYT_STR("line")))
            cr_expect_eq(err.line, 1);
        else
            cr_expect(strstr(err.text, rows[i].part), "line %d: %s", rows[i].line, err.text);
        lyt_csvmap_deinit(&map);
    }
}

typedef struct table {
    gatebed bed;
    lyt_csvmap map;
    lyt_csvrows rows;
    lyt_error err;
} table;

static lyt_status begin(table *t, const char *format, const char *text)
{
    gatebed_init(&t->bed, "generic", NULL);
    t->bed.config.name = LYT_STR("import");
    if (format[0] == '{')
        cr_assert_eq(lyt_csvmap_parse(&t->map, lyt_str_of(format), "map", &t->err), LYT_OK, "%s",
                     t->err.text);
    else
        cr_assert(lyt_csvmap_find(&t->map, lyt_str_of(format)));
    memset(&t->err, 0, sizeof t->err);
    return lyt_csvrows_open(
        &t->rows,
        &(lyt_csvrows_options){
            .text = lyt_str_of(text), .name = "t.csv", .map = &t->map, .config = &t->bed.config},
        &t->err);
}

static void end(table *t)
{
    lyt_csvrows_close(&t->rows);
    lyt_csvmap_deinit(&t->map);
    gatebed_deinit(&t->bed);
}

/* "property|place|text|score/scale|band" of each row; failures as "!line:column". */
static const char *all_rows(table *t, lyt_buf *out)
{
    lyt_inbound item;
    lyt_status status;

    lyt_buf_reset(out);
    while ((status = lyt_csvrows_next(&t->rows, &item, t->bed.arena, &t->err)) != LYT_EEND) {
        if (status == LYT_ENOTFOUND) {
            lyt_buf_addf(out, "-%u;", t->err.line);
            continue;
        }
        if (status) {
            lyt_buf_addf(out, "!%u:%u;", t->err.line, t->err.column);
            continue;
        }
        lyt_buf_addf(out, "%.*s|%.*s|%.*s|", LYT_STR_ARG(item.property), LYT_STR_ARG(item.place),
                     LYT_STR_ARG(item.text));
        if (!isnan(item.score))
            lyt_buf_addf(out, "%d/%d", (int)item.score, (int)item.scale);
        for (size_t i = 0; i < item.n_meta; i++)
            if (lyt_str_equal(item.meta[i].name, LYT_STR("band")))
                lyt_buf_addf(out, " %.*s", LYT_STR_ARG(item.meta[i].value));
        lyt_buf_add_char(out, ';');
    }
    return out->data ? out->data : "";
}

Test(csv, rows_become_feedback)
{
    static const struct {
        int line;
        const char *format, *text, *rows;
    } rows[] = {
        {__LINE__, "auto",
         "Tidsstempel;Hotel;Værelse;Hvor sandsynligt er det, at du vil anbefale os?;Uddyb gerne\n"
         "12-11-2025 14:03;Havnen;214;3;Iskoldt, ingen kom\n"
         "12-11-2025 14:04;Havnen;;10;\n"
         "12-11-2025 14:05;Havnen;;7;\"Fint; men \"\"dyrt\"\"\"\n"
         ";;;;\n"
         "12-11-2025 14:06;Havnen;9;;\n"
         "12-11-2025 14:07;Havnen;9;elleve;x\n"
         "12-13-2025 14:07;Havnen;9;8;x\n"
         "12-11-2025;Havnen;9;11;x\n"
         "12-11-2025;Havnen;9;8;x;y\n"
         "12-11-2025;Havnen;9;8\n",
         "havnen|214|Iskoldt, ingen kom|3/10 detractor;havnen|||10/10 promoter;"
         "havnen||Fint; men \"dyrt\"|7/10 passive;-6;!7:27;!8:1;!9:21;!10:25;havnen|9||8/10 "
         "passive;"},
        {__LINE__,
         "{\"columns\": {\"Q1\": \"score\", \"Q2\": \"text\", \"Q3\": \"text\", \"Alder\": "
         "\"skip\"},"
         " \"values\": {\"Meget tilfreds\": 5, \"utilfreds\": 1, \"Ved ikke\": null},"
         " \"scale\": 5, \"property\": \"Hotel Ålborg\", \"place\": \"lobby\", \"rest\": \"skip\"}",
         "Q1,Q2,Q3,Alder,Andet\nMeget tilfreds,a,b,40,x\n Utilfreds ,,c,41,y\nVed "
         "ikke,d,,42,z\n4,,,,\n",
         "hotel-aalborg|lobby|a\nb|5/5 promoter;hotel-aalborg|lobby|c|1/5 detractor;"
         "hotel-aalborg|lobby|d|;hotel-aalborg|lobby||4/5 passive;"},
    };
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        table t;

        cr_assert_eq(begin(&t, rows[i].format, rows[i].text), LYT_OK, "line %d: %s", rows[i].line,
                     t.err.text);
        cr_expect_str_eq(all_rows(&t, &out), rows[i].rows, "line %d: %s", rows[i].line, out.data);
        end(&t);
    }
    lyt_buf_deinit(&out);
}

Test(csv, tables_that_cannot_be_read)
{
    static const struct {
        int line;
        const char *format, *text, *part;
        lyt_status status;
    } rows[] = {
        {__LINE__, "auto", "", "is empty", LYT_ENOTFOUND},
        {__LINE__, "auto", "\n\n", "is empty", LYT_ENOTFOUND},
        {__LINE__, "auto", "a,b\n1,2\n", "no column is known", LYT_EFORMAT},
        {__LINE__, "{\"columns\": {\"Kommentra\": \"text\"}}", "Kommentar\nx\n",
         "no column \"Kommentra\"", LYT_EFORMAT},
        {__LINE__, "auto", "\"Kommentar\nx\n", "never closed", LYT_EFORMAT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        table t;

        cr_expect_eq(begin(&t, rows[i].format, rows[i].text), rows[i].status, "line %d",
                     rows[i].line);
        cr_expect(strstr(t.err.text, rows[i].part), "line %d: %s", rows[i].line, t.err.text);
        cr_expect_str_eq(t.err.file, "t.csv");
        end(&t);
    }
}

static void ids_of(const char *text, char ids[8][80], size_t *n)
{
    lyt_inbound item;
    table t;

    cr_assert_eq(begin(&t, "auto", text), LYT_OK, "%s", t.err.text);
    for (*n = 0; lyt_csvrows_next(&t.rows, &item, t.bed.arena, &t.err) == LYT_OK; ++*n)
        snprintf(ids[*n], 80, "%.*s", LYT_STR_ARG(item.id));
    end(&t);
}

/* The same file twice gives the same ids; two guests who say the same are two. */
Test(csv, ids_come_from_the_rows)
{
    char first[8][80], again[8][80];
    size_t n, m;

    ids_of("id,score,comment\n1,10,\n2,10,cold\n3,10,\n", first, &n);
    cr_assert_eq(n, 3);
    cr_expect_str_neq(first[0], first[2]);
    cr_expect(lyt_str_begins(lyt_str_of(first[0]), LYT_STR("import:")));
    ids_of("id;comment;extra;score\n1;;x;10\n2;cold;y;10\n3;;z;10\n4;new;;1\n", again, &m);
    cr_assert_eq(m, 4);
    for (size_t i = 0; i < n; i++)
        cr_expect_str_eq(first[i], again[i], "row %zu", i);
    ids_of("score,comment\n10,\n10,\n10,x\n", first, &n);
    cr_expect_str_neq(first[0], first[1]);
    ids_of("score,comment\n10,\n10,\n10,x\n10,\n", again, &m);
    cr_expect_str_eq(first[0], again[0]);
    cr_expect_str_eq(first[1], again[1]);
    cr_expect_str_eq(first[2], again[2]);
    cr_expect_str_neq(again[3], again[1]);
}

Test(csv, without_memory_nothing_is_taken)
{
    testing_alloc failing;
    bool done = false;
    table t;

    cr_assert_eq(begin(&t, "auto", "comment,score\n\"cold\",3\n"), LYT_OK);
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_csvrows_options options = t.rows.options;
        lyt_csvrows rows;
        lyt_arena *arena = NULL;
        lyt_inbound item;
        lyt_status status;

        options.alloc = &failing.alloc;
        status = lyt_csvrows_open(&rows, &options, &t.err);
        if (!status)
            status = lyt_arena_new(&arena, &failing.alloc, "failing", 1 << 20);
        if (!status)
            status = lyt_csvrows_next(&rows, &item, arena, &t.err);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", lyt_status_name(status));
        done = status == LYT_OK;
        lyt_arena_free(arena);
        lyt_csvrows_close(&rows);
        cr_expect_eq(failing.live, 0);
    }
    cr_expect(done);
    end(&t);
}
