/* What a service goes by beside its classifier: whose it is, and what it says of a scenario. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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
