/* What a service goes by beside its classifier: whose it is, and what it says of a scenario. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ledgerday.h"
#include "stock.h"
#include "testing.h"

LYT_SUITE(stock);

typedef struct bed {
    char folder[64];
    lyt_pack *pack;
    lyt_classifier *classifier;
    lyt_settings *settings;
    lyt_error err;
} bed;

static const char desk_text[] =
    "desk: havnen\npack: hotel\nzone: Europe/Copenhagen\nmanager: mette\n"
    "people: [{id: mette, name: M, role: contact, channels: [bus]}]\n"
    "teams: [{id: reception}]\n"
    "routes: [{id: all, to: [mette]}]\n"
    "triggers:\n"
    "  - {id: unlucky, kind: count, each: [{type: rejected, n: 2}], within_min: 600, again_min: 60,"
    " scenario: no-luck, team: reception, severity: 1}\n"
    "ways:\n"
    "  - {id: sms, kind: gatewayapi, url: \"http://127.0.0.1:9/rest/mtsms\", secret: s, from: H,"
    " guests: true, allow_private: true}\n"
    "replies: {house: Hotel, key: addresses}\n"
    "messages: {contact: [\"9\"]}\n";

static void bed_init(bed *b)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    char pack[256], lexicons[256], desk[128];
    lyt_pack_options o = {.fs = lyt_fs_system(), .lexicons_folder = lexicons};

    memset(b, 0, sizeof *b);
    testing_folder(b->folder);
    snprintf(pack, sizeof pack, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(&b->pack, pack, &o, &b->err), LYT_OK, "%s", b->err.text);
    cr_assert_eq(lyt_classifier_of_pack(&b->classifier, b->pack, NULL, &b->err), LYT_OK);
    testing_write(b->folder, "desk.yaml", lyt_str_of(desk_text));
    snprintf(desk, sizeof desk, "%s/desk.yaml", b->folder);
    cr_assert_eq(lyt_settings_read(&b->settings, desk, &how, &b->err), LYT_OK, "%u: %s",
                 b->err.line, b->err.text);
}

static void bed_deinit(bed *b)
{
    lyt_settings_free(b->settings);
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
    testing_folder_remove(b->folder);
}

static void write_key(const bed *b, const char *text)
{
    char path[128];

    testing_write(b->folder, "addresses", lyt_str_of(text));
    snprintf(path, sizeof path, "%s/addresses", b->folder);
    cr_assert_eq(chmod(path, 0600), 0);
}

static lyt_status make(const bed *b, const lyt_alloc *alloc, lyt_stock **out, lyt_error *err)
{
    return lyt_stock_new(out,
                         &(lyt_stock_options){.alloc = alloc,
                                              .fs = lyt_fs_system(),
                                              .state = b->folder,
                                              .classifier = b->classifier,
                                              .settings = b->settings},
                         err);
}

Test(stock, IN_10_a_scenario_that_nobody_knows_is_named_with_those_that_are_near)
{
    static const struct {
        int line;
        const char *id;
        bool is_known;
        const char *says;
    } rows[] = {
        {__LINE__, "room-too-cold", true, ""},
        {__LINE__, "no-luck", true, ""}, /* of a trigger */
        {__LINE__, "room-to-cold", false, "did you mean 'room-too-cold'"},
        {__LINE__, "xyzzy", false, "the pack has no 'xyzzy'; lyt pack show"},
        {__LINE__, "", false, "the pack has no ''"},
        {__LINE__, "Room-too-cold", false, "did you mean 'room-too-cold'"},
    };
    lyt_stock *stock = NULL;
    lyt_buf text;
    bed b;

    bed_init(&b);
    write_key(&b, "0123456789abcdef0123456789abcdef\n");
    cr_assert_eq(make(&b, NULL, &stock, &b.err), LYT_OK, "%s", b.err.text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf_init(&text, NULL);
        cr_expect_eq(lyt_stock_has_scenario(stock, lyt_str_of(rows[i].id), &text),
                     rows[i].is_known, "%d", rows[i].line);
        lyt_buf_add_char(&text, '\0');
        cr_expect(strstr(text.data, rows[i].says), "%d: %s", rows[i].line, text.data);
        lyt_buf_deinit(&text);
    }
    lyt_stock_free(stock);
    cr_expect(lyt_stock_has_scenario(NULL, LYT_STR("anything"), NULL), "nobody knows better");
    bed_deinit(&b);
}

Test(stock, SC_08_whose_a_scenario_is_and_how_grave_is_the_propertys)
{
    static const struct {
        int line;
        const char *property, *id, *team;
        int severity;
    } rows[] = {
        {__LINE__, "havnen", "room-not-cleaned", "maintenance", 3},
        {__LINE__, "skoven", "room-not-cleaned", "housekeeping", 2},
        {__LINE__, "", "room-not-cleaned", "housekeeping", 2},
        /* the file of the property says nothing of it, or nothing of these */
        {__LINE__, "havnen", "noise", "housekeeping", 1},
        {__LINE__, "havnen", "room-too-cold", "maintenance", 2},
        {__LINE__, "havnen", "xyzzy", "", 2},
    };
    lyt_stock *stock = NULL;
    bed b;

    bed_init(&b);
    write_key(&b, "0123456789abcdef0123456789abcdef\n");
    cr_assert_eq(make(&b, NULL, &stock, &b.err), LYT_OK, "%s", b.err.text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str team;
        int severity;

        lyt_stock_scenario(stock, lyt_str_of(rows[i].property), lyt_str_of(rows[i].id), &team,
                           &severity);
        cr_expect(lyt_str_equal(team, lyt_str_of(rows[i].team)), "%d: %.*s", rows[i].line,
                  LYT_STR_ARG(team));
        cr_expect_eq(severity, rows[i].severity, "%d: %d", rows[i].line, severity);
    }
    lyt_stock_free(stock);
    bed_deinit(&b);
}

/* The same through the ledger: what staff open weighs what words of a guest would. */
Test(stock, SC_08_IN_10_what_staff_open_is_as_grave_as_at_that_property)
{
    static const struct {
        int line;
        const char *more;
        int severity;
        const char *team;
    } rows[] = {
        {__LINE__, ",\"property\":\"havnen\"", 3, "maintenance"},
        {__LINE__, "", 3, "maintenance"}, /* the desk's own */
        {__LINE__, ",\"property\":\"skoven\"", 2, "housekeeping"},
        {__LINE__, ",\"property\":\"havnen\",\"other\":1,\"whom\":\"reception\"", 1, "reception"},
    };
    static const char desk[] = "desk: havnen\npack: hotel\nzone: Europe/Copenhagen\nmanager: mette\n"
                               "people: [{id: mette, name: M, role: contact, channels: [bus]}]\n"
                               "teams: [{id: reception}, {id: maintenance}, {id: housekeeping}]\n"
                               "routes: [{id: all, to: [team]}]\n";
    bed b;

    bed_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ledgerday *d = malloc(sizeof *d);
        const lyt_case *c;
        char json[300];

        ledgerday_init(d, desk, b.classifier);
        snprintf(json, sizeof json,
                 "{\"type\":\"incident.do\",\"verb\":\"open\",\"by\":\"mette\",\"scenario\":"
                 "\"room-not-cleaned\",\"place\":\"214\"%s}",
                 rows[i].more);
        ledgerday_add_order(d, json);
        ledgerday_apply(d);
        c = lyt_book_find(lyt_care_book(lyt_cases_care(d->books.cases)), 1);
        cr_assert(c, "%d", rows[i].line);
        cr_expect_eq(c->severity, rows[i].severity, "%d: %d", rows[i].line, c->severity);
        cr_expect_str_eq(c->team, rows[i].team, "%d", rows[i].line);
        ledgerday_deinit(d);
        free(d);
    }
    bed_deinit(&b);
}

Test(stock, SL_13_a_key_that_is_no_good_is_named_and_nothing_is_made)
{
    lyt_stock *stock = NULL;
    bed b;

    bed_init(&b);
    cr_expect_eq(make(&b, NULL, &stock, &b.err), LYT_ENOTFOUND);
    cr_expect(strstr(b.err.file, "addresses"), "%s", b.err.file);
    write_key(&b, "too-short\n");
    cr_expect_eq(make(&b, NULL, &stock, &b.err), LYT_EFORMAT);
    cr_expect(strstr(b.err.text, "32 characters"), "%s", b.err.text);
    cr_expect_null(stock);
    bed_deinit(&b);
}

Test(stock, survives_every_failed_allocation)
{
    testing_alloc failing;
    lyt_status status = LYT_ENOMEM;
    long at = 0;
    bed b;

    bed_init(&b);
    write_key(&b, "0123456789abcdef0123456789abcdef\n");
    while (status) {
        lyt_stock *stock = NULL;

        testing_alloc_init(&failing, ++at);
        status = make(&b, &failing.alloc, &stock, &b.err);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%ld: %s", at, b.err.text);
        lyt_stock_free(stock);
        cr_assert_eq(failing.live, 0, "allocation %ld", at);
    }
    cr_expect_gt(at, 5);
    bed_deinit(&b);
}
