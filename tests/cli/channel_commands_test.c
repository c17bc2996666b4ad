#include <stdlib.h>
#include <sys/stat.h>

#include "channelfile.h"
#include "running.h"
#include "submission.h"

LYT_SUITE(channel_commands);

enum { path_max = 200 };

static void put(const char *folder, const char *name, const char *text, mode_t mode)
{
    char path[path_max];

    testing_write(folder, name, lyt_str_of(text));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(chmod(path, mode), 0);
}

/* A folder with secrets and a mapping, for the rows below. */
static void house(char folder[64])
{
    testing_folder(folder);
    put(folder, "good", "hemmelig\n", 0600);
    put(folder, "open", "hemmelig\n", 0644);
    put(folder, "empty", "# nothing yet\n", 0600);
    put(folder, "map.yaml",
        "name: other\nfields: {text: /t, from: /f}\ntests:\n  - request: |-\n      POST /x "
        "HTTP/1.1\n\n      {\"t\": \"koldt\", \"f\": \"4540404422\"}\n    expect: {text: koldt}\n",
        0644);
    put(folder, "wrong.yaml",
        "name: other\nfields: {text: /t}\ntests:\n  - request: |-\n      POST /x HTTP/1.1\n\n      "
        "{\"t\": \"varmt\"}\n    expect:\n      text: koldt\n",
        0644);
    put(folder, "typo.yaml", "name: other\nfields:\n  txet: /t\ntests: []\n", 0644);
}

static void check(running *r, const char *folder, const char *text, const char *options)
{
    char line[300];

    put(folder, "channels.yaml", text, 0644);
    snprintf(line, sizeof line, "channel check %s/channels.yaml%s", folder, options);
    running_run(r, line, (lyt_str){0});
}

#define HEAD "public_url: https://a.dk\npseudonyms: good\n"
#define GATE "gateways:\n  - {name: t, kind: twilio, path: /in/t, secret: good}\n"

/* Every fault, where it stands and what it says. */
Test(channel_commands, what_is_wrong_and_where)
{
    static const struct {
        int line;
        const char *text, *complaint; /* after the folder */
    } rows[] = {
        {__LINE__, "a: [", "channels.yaml:2:1: did not find"},
        {__LINE__, "gateways: []\n", "channels.yaml:1:1: "},
        {__LINE__, HEAD "gatways: []\n" GATE, "channels.yaml:3:1: "},
        {__LINE__, "public_url: a.dk\n" GATE, "channels.yaml:1:13: 'a.dk' is no address"},
        {__LINE__, "public_url: https://a.dk?x\n" GATE, "channels.yaml:1:13: "},
        {__LINE__, HEAD "country: dk\n" GATE, "channels.yaml:3:10: "},
        {__LINE__, HEAD "numbers:\n  - {number: \"+4592450000\"}\n  - {number: 4592450000}\n" GATE,
         "channels.yaml:5:5: +4592450000 is here a second time"},
        {__LINE__, HEAD "numbers:\n  - {number: \"1\", property: a.b}\n" GATE,
         "channels.yaml:4:29: may hold only"},
        {__LINE__, HEAD "keywords:\n  - {word: two words}\n" GATE,
         "channels.yaml:4:12: 'two words' is not one word"},
        {__LINE__, HEAD "keywords:\n  - {word: Spa}\n  - {word: SPA}\n" GATE,
         "channels.yaml:5:5: the word 'spa' is here a second time"},
        {__LINE__, HEAD "staff:\n  - {number: \"1204\", person: jonas}\n" GATE,
         "channels.yaml:4:14: '1204' is no number of a phone"},
        {__LINE__, HEAD "staff:\n  - {number: \"+4520202020\", person: Jonas B}\n" GATE,
         "channels.yaml:4:37: "},
        {__LINE__, HEAD "opt_out: {languages: [xx]}\n" GATE,
         "channels.yaml:3:23: there is no lexicon of 'xx'"},
        {__LINE__, HEAD "opt_out: {languages: [../x]}\n" GATE, "channels.yaml:3:23: "},
        {__LINE__, HEAD "opt_out: {words: {da: [farvel], dansk: [slut]}}\n" GATE,
         "channels.yaml:3:33: 'dansk' is no language"},
        {__LINE__, HEAD "opt_out: {again: {EN: [start]}}\n" GATE, "channels.yaml:3:19: "},
        {__LINE__, HEAD "opt_out: {words: {da: [\"!\"]}}\n" GATE,
         "channels.yaml:3:24: there is no word in"},
        {__LINE__, HEAD "gateways:\n  - {name: t, kind: twillio, path: /in/t}\n",
         "channels.yaml:4:21: 'twillio' must be 46elks, formbricks"},
        {__LINE__, HEAD "gateways:\n  - {name: t, kind: twilio, path: in}\n",
         "channels.yaml:4:35: 'in' is no path"},
        {__LINE__, HEAD "gateways:\n  - {name: t, kind: twilio, path: /a?b, secret: good}\n",
         "channels.yaml:4:35: '/a?b' is no path"},
        {__LINE__, HEAD "gateways:\n  - {name: T, kind: twilio, path: /t}\n",
         "channels.yaml:4:12: "},
        {__LINE__, HEAD GATE "  - {name: t, kind: 46elks, path: /u, basic: good}\n",
         "channels.yaml:5:12: 't' is here a second time"},
        {__LINE__, HEAD GATE "  - {name: u, kind: 46elks, path: /in/t, basic: good}\n",
         "channels.yaml:5:35: 't' has this path already"},
        {__LINE__, HEAD "gateways:\n  - {name: t, kind: twilio, path: /t, addresses: [x]}\n",
         "channels.yaml:4:51: 'x' is no address"},
    };
    char folder[64];
    running r;

    house(folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check(&r, folder, rows[i].text, "");
        cr_expect_eq(r.code, LYT_EXIT_FAILED, "row at line %d", rows[i].line);
        running_expect(&r.err, rows[i].complaint, rows[i].line, "stderr");
        running_end(&r);
        check(&r, folder, rows[i].text, " --json");
        cr_expect_eq(r.code, LYT_EXIT_FAILED, "row at line %d", rows[i].line);
        running_expect(&r.out, "\"errors\":1", rows[i].line, "stdout");
        running_end(&r);
    }
    testing_folder_remove(folder);
}

/* Faults of what the file names: all of them are told, and the secrets are not. */
Test(channel_commands, what_is_wrong_around_it)
{
    static const struct {
        int line;
        const char *gateway, *finding;
    } rows[] = {
        {__LINE__, "kind: twilio, secret: open", "open: error: others may read this secret"},
        {__LINE__, "kind: twilio, secret: none", "none: error: "},
        {__LINE__, "kind: twilio, secret: empty", "empty: error: holds no secret"},
        {__LINE__, "kind: twilio", "channels.yaml:4:5: error: secret: is needed"},
        {__LINE__, "kind: twilio, secret: good, signature: sha512",
         "error: signature: is none that this kind of gateway has"},
        {__LINE__, "kind: mapping", "error: mapping: is needed"},
        {__LINE__, "kind: mapping, mapping: none.yaml", "none.yaml: error: "},
        {__LINE__, "kind: mapping, mapping: typo.yaml",
         "typo.yaml:3:3: error: 'txet' is no field; did you mean 'text'?"},
        {__LINE__, "kind: mapping, mapping: wrong.yaml",
         "wrong.yaml:9:13: error: text became \"varmt\", not \"koldt\""},
        {__LINE__, "kind: mapping, mapping: map.yaml",
         "map.yaml: warning: has neither id nor sent_at"},
        {__LINE__, "kind: 46elks", "warning: nothing keeps strangers from writing here"},
        {__LINE__, "kind: 46elks, basic: open", "open: error: others may read this secret"},
    };
    char folder[64], text[400];
    running r;

    house(folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text, HEAD "gateways:\n  - {name: t, path: /in/t, %s}\n",
                 rows[i].gateway);
        check(&r, folder, text, "");
        cr_expect_eq(r.code, strstr(rows[i].finding, "warning") ? LYT_EXIT_DONE : LYT_EXIT_FAILED,
                     "row at line %d", rows[i].line);
        running_expect(&r.out, rows[i].finding, rows[i].line, "stdout");
        cr_expect_not(running_has(&r.out, "hemmelig"), "row at line %d", rows[i].line);
        running_end(&r);
    }
    check(&r, folder,
          HEAD
          "gateways:\n  - {name: a, path: /a, kind: twilio, secret: open}\n  - {name: b, path: "
          "/b, kind: mapping, mapping: wrong.yaml}\n  - {name: c, path: /c, kind: mapping, "
          "mapping: map.yaml, secret: good}\n",
          "");
    running_expect(&r.out, "3 gateways, 2 tests of mappings: 2 errors, 3 warnings", __LINE__,
                   "stdout");
    running_end(&r);
    testing_folder_remove(folder);
}

static const char stop[] = "POST /in/t HTTP/1.1\r\nContent-Type: "
                           "application/x-www-form-urlencoded\r\n\r\nid=1&from=%2B4540404422&to="
                           "1204&message=HOTEL+afmeld";

Test(channel_commands, a_request_is_tried)
{
    char folder[64], line[300];
    running r;

    house(folder);
    put(folder, "channels.yaml",
        HEAD
        "keywords:\n  - {word: hotel, number: \"1204\", property: havnen}\ngateways:\n  - "
        "{name: t, kind: 46elks, path: /in/t}\n  - {name: s, kind: twilio, path: /in/s, secret: "
        "good}\n",
        0644);
    snprintf(line, sizeof line, "channel try %s/channels.yaml t", folder);
    running_run(&r, line, lyt_str_of(stop));
    cr_expect_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
    /* the lexicons' words, and the number only when asked for */
    running_expect(&r.out, "opt-out\n", __LINE__, "stdout");
    running_expect(&r.out, "  property   havnen\n", __LINE__, "stdout");
    running_expect(&r.out, "answered 204\n", __LINE__, "stdout");
    cr_expect_not(running_has(&r.out, "40404422"));
    running_end(&r);
    snprintf(line, sizeof line, "channel try %s/channels.yaml t --json --numbers", folder);
    running_run(&r, line, lyt_str_of(stop));
    running_expect(&r.out, "\"from\":\"+4540404422\"", __LINE__, "stdout");
    running_end(&r);
    snprintf(line, sizeof line, "channel try %s/channels.yaml s", folder);
    running_run(&r, line, lyt_str_of(stop));
    cr_expect_eq(r.code, LYT_EXIT_FAILED);
    running_expect(&r.err, "refused (no-signature): ", __LINE__, "stderr");
    running_expect(&r.out, "answered 403\n", __LINE__, "stdout");
    running_end(&r);
    snprintf(line, sizeof line, "channel try %s/channels.yaml t", folder);
    running_run(&r, line, LYT_STR("hello\n"));
    cr_expect_eq(r.code, LYT_EXIT_FAILED);
    running_expect(&r.err, "stdin:1: must be like", __LINE__, "stderr");
    running_end(&r);
    snprintf(line, sizeof line, "channel try %s/channels.yaml nobody", folder);
    running_run(&r, line, lyt_str_of(stop));
    running_expect(&r.err, "there is no gateway 'nobody'", __LINE__, "stderr");
    running_end(&r);
    snprintf(line, sizeof line, "channel try %s/channels.yaml t --at noon", folder);
    running_run(&r, line, lyt_str_of(stop));
    cr_expect_eq(r.code, LYT_EXIT_MISUSE);
    running_end(&r);
    testing_folder_remove(folder);
}

static lyt_arena *new_arena(void)
{
    lyt_arena *arena;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "channel test", 64 << 20), LYT_OK);
    return arena;
}

/* A form with that text and fields beside it; what came of it as the service reads it. */
static void submit(lyt_str body, lyt_arena *arena, lyt_submission *out)
{
    static const lyt_staff_number staff[] = {{{"+4520202020", 11}, {"jonas", 5}, {"", 0}}};
    lyt_channelbook book = {.staff = staff, .n_staff = 1};
    lyt_gateway_config config = {.name = LYT_STR("elks"),
                                 .gateway = lyt_gateway_find("46elks"),
                                 .property = LYT_STR("havnen"),
                                 .book = &book};
    lyt_http_header header = {LYT_STR("Content-Type"),
                              LYT_STR("application/x-www-form-urlencoded")};
    lyt_http_request request = {.method = LYT_STR("POST"),
                                .headers = &header,
                                .n_headers = 1,
                                .body = body,
                                .now_us = 1795326000000000};
    lyt_received got;
    lyt_error err = {.text = ""};
    lyt_buf json;

    lyt_buf_init(&json, NULL);
    cr_assert_eq(lyt_gateway_receive(config.gateway, &config, &request, arena, &got, &err), LYT_OK);
    cr_assert_eq(got.n_items, 1, "%s", err.text);
    cr_assert_eq(lyt_inbound_submission(&got.items[0], &json), LYT_OK);
    /* kept by the arena: the submission points into it */
    cr_assert_eq(lyt_submission_parse(out, lyt_arena_copy(arena, lyt_buf_str(&json)), &err), LYT_OK,
                 "%s", err.text);
    lyt_buf_deinit(&json);
}

/* The worst that fits through the door: 64 KiB of quotes, and as many fields beside it. */
Test(channel_commands, the_service_takes_whatever_was_taken)
{
    lyt_arena *arena = new_arena();
    lyt_submission got;
    lyt_buf body;

    submit(LYT_STR("id=1&from=4540404422&message=Koldt+p%C3%A5+214&created=2018-07-13T13:57:23"),
           arena, &got);
    cr_expect_eq(got.kind, LYT_SUBMIT_FEEDBACK);
    cr_expect(lyt_str_equal(got.feedback.text, LYT_STR("Koldt på 214")));
    cr_expect(lyt_str_equal(got.feedback.source_id, LYT_STR("elks:1")));
    cr_expect(lyt_str_equal(got.feedback.channel, LYT_STR("sms")));
    cr_expect(lyt_str_equal(got.feedback.property, LYT_STR("havnen")));
    cr_expect_eq(got.feedback.sent_us, 1531490243000000);
    lyt_submission_deinit(&got);
    submit(LYT_STR("id=2&from=4520202020&message=L%C3%98ST+123+ny+radiator"), arena, &got);
    cr_expect_eq(got.kind, LYT_SUBMIT_RESOLVE);
    cr_expect_eq(got.incident, 123);
    cr_expect(lyt_str_equal(got.by, LYT_STR("jonas")));
    cr_expect(lyt_str_equal(got.note, LYT_STR("ny radiator")));
    lyt_submission_deinit(&got);
    lyt_buf_init(&body, NULL);
    lyt_buf_add_text(&body, "id=3&from=4540404422");
    for (int field = 0; field < 100; field++) {
        lyt_buf_addf(&body, "&%d", field);
        for (int i = 0; i < 300; i++)
            lyt_buf_add_char(&body, '"');
        lyt_buf_add_char(&body, '=');
        for (int i = 0; i < 300; i++)
            lyt_buf_add_char(&body, '"');
    }
    lyt_buf_add_text(&body, "&message=");
    for (int i = 0; i < 100000; i++)
        lyt_buf_add_char(&body, '"');
    submit(lyt_buf_str(&body), arena, &got);
    cr_expect_eq(got.feedback.text.len, 65536);
    lyt_submission_deinit(&got);
    lyt_buf_deinit(&body);
    lyt_arena_free(arena);
}

/* The example of docs/channels.md, with secrets made for it. */
Test(channel_commands, CH_20_the_worked_example_is_in_order)
{
    static const char *const secrets[] = {"pseudonyms", "twilio", "gatewayapi", "gatewayapi-status",
                                          "vonage",     "elks",   "telephone"};
    char folder[64], line[300];
    running r;

    testing_folder(folder);
    snprintf(line, sizeof line, "cp -r %s/docs/examples/channels/. %s && mkdir %s/secrets",
             testing_data(), folder, folder);
    cr_assert_eq(system(line), 0);
    snprintf(line, sizeof line, "%s/secrets", folder);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        put(line, secrets[i], "x\n", 0600);
    snprintf(line, sizeof line, "channel check %s/channels.yaml", folder);
    running_run(&r, line, (lyt_str){0});
    cr_expect_eq(r.code, LYT_EXIT_DONE, "%s", r.out.data);
    running_expect(&r.out, "10 gateways, 4 tests of mappings: 0 errors, 0 warnings\n", __LINE__,
                   "stdout");
    running_end(&r);
    testing_folder_remove(folder);
}

/* Memory or files that fail anywhere: an error, nothing leaks, no secret stays. */
Test(channel_commands, faults_leave_nothing)
{
    testing_alloc failing = {.fail_at = 0};
    char folder[64], path[path_max];
    lyt_status status = LYT_EIO;

    house(folder);
    put(folder, "channels.yaml",
        HEAD GATE "  - {name: m, kind: mapping, path: /m, mapping: map.yaml, secret: good}\n",
        0644);
    snprintf(path, sizeof path, "%s/channels.yaml", folder);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_channelfile_options how = {.fs = lyt_fs_system(), .alloc = &failing.alloc};
        lyt_channelfile *file = NULL;
        lyt_error err = {.text = ""};

        if (lyt_channelfile_read(&file, path, &how, &err))
            cr_expect(err.text[0]);
        lyt_channelfile_free(file);
    }
    for (long n = 1; status; n++) {
        lyt_channelfile *file = NULL;
        lyt_error err = {.text = ""};
        testing_fs files;

        testing_fs_init(&files, n, LYT_EIO);
        status =
            lyt_channelfile_read(&file, path, &(lyt_channelfile_options){.fs = &files.fs}, &err);
        cr_expect(!status || err.text[0]);
        lyt_channelfile_free(file);
        cr_assert_lt(n, 20);
    }
    testing_folder_remove(folder);
}
