#include <stdio.h>
#include <string.h>

#include "fs.h"
#include "json.h"
#include "out_format.h"
#include "smslen.h"
#include "testing.h"

/* Every kind's bytes, held against tests/golden/ways. */
LYT_SUITE(out_format);

static const int64_t at_us = (int64_t)1764072000 * 1000000; /* 2025-11-25T12:00:00Z */

static lyt_out_note sample(lyt_out_step step)
{
    return (lyt_out_note){
        .key = LYT_STR("lyt-0123456789abcdef-7"),
        .thread = LYT_STR("lyt-0123456789abcdef-i3"),
        .event = step == LYT_OUT_OPEN    ? LYT_STR("alarm")
                 : step == LYT_OUT_TAKEN ? LYT_STR("acknowledged")
                                         : LYT_STR("closed"),
        .step = step,
        .text = LYT_STR("Værelset er ikke rengjort – 214: \"<beskidt> & støvet\". Alvor 3, sag 3."),
        .subject = LYT_STR("Alarm: Værelset er ikke rengjort – 214 (sag 3)"),
        .data = LYT_STR("{\"seq\":12,\"incident\":3}"),
        .scenario = LYT_STR("room-not-cleaned"),
        .place = LYT_STR("214"),
        .property = LYT_STR("havnen"),
        .team = LYT_STR("housekeeping"),
        .state = LYT_STR("new"),
        .language = LYT_STR("da"),
        .incident = 3,
        .severity = 3,
        .at_us = at_us,
        .since_us = at_us - 60000000,
        .now_us = at_us + 5000000,
    };
}

/* How it ended, as a system of guests is told. */
static const char ended[] =
    "{\"stay\":\"1dc0c6bf-2ce6-4a9f-af97-af5c01676720\",\"recovered\":true,\"score\":9,\"reopened\":1,"
    "\"gestures\":[{\"gesture\":\"sorry\",\"amount\":0,\"currency\":\"DKK\"},"
    "{\"gesture\":\"breakfast\",\"amount\":33005,\"currency\":\"DKK\"}]}";

typedef struct golden {
    const char *file;
    lyt_out_way way;
    lyt_out_step step;
    const char *to;
} golden;

static const golden goldens[] = {
    {"webhook",
     {.kind = LYT_OUT_WEBHOOK,
      .url = {"https://example.com/lyt", 23},
      .secret = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 38}},
     LYT_OUT_OPEN,
     NULL},
    {"mail",
     {.kind = LYT_OUT_MAIL,
      .url = {"smtps://mail.example.com", 24},
      .from = {"Hotel Havnen, København <lyt@havnen.example>", 45},
      .secret = {"user:password", 13}},
     LYT_OUT_OPEN,
     "mette@havnen.example"},
    {"gatewayapi",
     {.kind = LYT_OUT_GATEWAYAPI, .from = {"Havnen", 6}, .secret = {"t0ken", 5}},
     LYT_OUT_OPEN,
     "+4540404422"},
    {"twilio",
     {.kind = LYT_OUT_TWILIO, .from = {"+4592450000", 11}, .secret = {"AC0123:au7h", 11}},
     LYT_OUT_OPEN,
     "+4540404422"},
    {"twilio-service",
     {.kind = LYT_OUT_TWILIO,
      .from = {"MG0123456789abcdef0123456789abcdef", 34},
      .secret = {"AC0123:au7h", 11}},
     LYT_OUT_OPEN,
     "+4540404422"},
    {"46elks",
     {.kind = LYT_OUT_46ELKS, .from = {"Havnen", 6}, .secret = {"u1:p2", 5}},
     LYT_OUT_OPEN,
     "+46700000000"},
    {"slack",
     {.kind = LYT_OUT_SLACK, .secret = {"https://hooks.slack.example/services/T/B/x", 42}},
     LYT_OUT_OPEN,
     NULL},
    {"teams",
     {.kind = LYT_OUT_TEAMS, .url = {"https://example.com/workflows/", 30}},
     LYT_OUT_OPEN,
     NULL},
    {"alertmanager",
     {.kind = LYT_OUT_ALERTMANAGER,
      .url = {"https://alerts.example.com/", 27},
      .secret = {"lyt:pw", 6},
      .source = {"havnen", 6}},
     LYT_OUT_OPEN,
     NULL},
    {"alertmanager-closed",
     {.kind = LYT_OUT_ALERTMANAGER, .url = {"https://alerts.example.com", 26}},
     LYT_OUT_OVER,
     NULL},
    {"pagerduty",
     {.kind = LYT_OUT_PAGERDUTY, .secret = {"R0UT1NG", 7}, .source = {"havnen", 6}},
     LYT_OUT_OPEN,
     NULL},
    {"pagerduty-acknowledged",
     {.kind = LYT_OUT_PAGERDUTY, .secret = {"R0UT1NG", 7}},
     LYT_OUT_TAKEN,
     NULL},
    {"mews", {.kind = LYT_OUT_MEWS, .secret = {"C1-x:A2-y", 9}}, LYT_OUT_OVER, NULL},
    {"pagerduty-closed", {.kind = LYT_OUT_PAGERDUTY, .secret = {"R0UT1NG", 7}}, LYT_OUT_OVER, NULL},
};

static void show(lyt_buf *out, const lyt_out_request *r)
{
    lyt_buf_addf(out, "%s %.*s\n", r->is_mail ? "SEND" : "POST", LYT_STR_ARG(lyt_buf_str(&r->url)));
    if (r->login.len)
        lyt_buf_addf(out, "login %.*s\n", LYT_STR_ARG(lyt_buf_str(&r->login)));
    if (r->is_mail)
        lyt_buf_addf(out, "from %.*s to %.*s\n", LYT_STR_ARG(lyt_buf_str(&r->mail_from)),
                     LYT_STR_ARG(lyt_buf_str(&r->mail_to)));
    lyt_buf_add(out, lyt_buf_str(&r->headers));
    lyt_buf_add_char(out, '\n');
    /* the files end their lines as all files here do */
    for (size_t i = 0; i < r->body.len; i++)
        if (r->body.data[i] != '\r')
            lyt_buf_add_char(out, r->body.data[i]);
    if (!r->is_mail)
        lyt_buf_add_char(out, '\n');
}

Test(out_format, AL_16_every_kind_has_its_golden_file)
{
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        const golden *g = &goldens[i];
        lyt_out_note note = sample(g->step);
        lyt_out_request request;
        lyt_buf wanted, got;
        char path[300];
        lyt_error err = {0};

        snprintf(path, sizeof path, "%s/golden/ways/%s.txt", testing_tests(), g->file);
        lyt_buf_init(&wanted, NULL);
        lyt_buf_init(&got, NULL);
        lyt_out_request_init(&request, NULL);
        note.to = lyt_str_of(g->to);
        if (g->way.kind == LYT_OUT_MEWS)
            note.data = lyt_str_of(ended);
        cr_expect_eq(lyt_out_write(&request, &g->way, &note, &err), LYT_OK, "%s: %s", g->file,
                     err.text);
        show(&got, &request);
        (void)!lyt_fs_read(lyt_fs_system(), path, 100000, &wanted, &err);
        cr_expect(lyt_str_equal(lyt_buf_str(&got), lyt_buf_str(&wanted)), "%s is now:\n%s", g->file,
                  got.data);
        lyt_out_request_deinit(&request);
        lyt_buf_deinit(&wanted);
        lyt_buf_deinit(&got);
    }
}

Test(out_format, no_memory_is_said)
{
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        testing_alloc failing;

        testing_alloc_init(&failing, 0);
        for (long n = 1; testing_each_failure(&failing, &n);) {
            lyt_out_note note = sample(goldens[i].step);
            lyt_out_request request;
            lyt_status status;

            note.to = lyt_str_of(goldens[i].to);
            if (goldens[i].way.kind == LYT_OUT_MEWS)
                note.data = lyt_str_of(ended);
            lyt_out_request_init(&request, &failing.alloc);
            status = lyt_out_write(&request, &goldens[i].way, &note, NULL);
            cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s: %s", goldens[i].file,
                      lyt_status_name(status));
            lyt_out_request_deinit(&request);
        }
        cr_expect_eq(failing.live, 0);
    }
}

Test(out_format, what_cannot_be_sent_is_refused_and_shows_no_secret)
{
    static const struct {
        int row;
        lyt_out_kind kind;
        const char *url, *from, *to, *secret, *says;
    } rows[] = {
        {__LINE__, LYT_OUT_WEBHOOK, "https://a", "", "", "geheim", "whsec_"},
        {__LINE__, LYT_OUT_WEBHOOK, "", "", "", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "URL"},
        {__LINE__, LYT_OUT_GATEWAYAPI, "", "a", "+4540404422", "", "token"},
        {__LINE__, LYT_OUT_GATEWAYAPI, "", "a", "+4540404422", "geheim\nX: y", "one line"},
        {__LINE__, LYT_OUT_GATEWAYAPI, "", "a", "4540404422", "geheim", "+4512345678"},
        {__LINE__, LYT_OUT_GATEWAYAPI, "", "a", "+45404044ab", "geheim", "+4512345678"},
        {__LINE__, LYT_OUT_GATEWAYAPI, "", "a", "+0540404422", "geheim", "+4512345678"},
        {__LINE__, LYT_OUT_TWILIO, "", "a", "+4540404422", "geheim", "AccountSid"},
        {__LINE__, LYT_OUT_46ELKS, "", "a", "+4540404422", ":geheim", "username"},
        {__LINE__, LYT_OUT_PAGERDUTY, "", "", "", "", "routing key"},
        {__LINE__, LYT_OUT_MEWS, "", "", "", "geheim", "ClientToken:AccessToken"},
        {__LINE__, LYT_OUT_ALERTMANAGER, "https://a", "", "", "geheim", "user:password"},
        {__LINE__, LYT_OUT_SLACK, "", "", "", "https://a geheim", "the URL"},
        {__LINE__, LYT_OUT_MAIL, "smtp://a", "geheim", "a@b", "", "sender's"},
        {__LINE__, LYT_OUT_MAIL, "smtp://a", "a@b", "geheim@", "", "receiver's"},
        {__LINE__, LYT_OUT_MAIL, "smtp://a", "a@b", "c@d\r\nBcc: geheim@x", "", "receiver's"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_out_way way = {rows[i].kind,
                           lyt_str_of(rows[i].url),
                           lyt_str_of(rows[i].from),
                           lyt_str_of(rows[i].secret),
                           {NULL, 0}};
        lyt_out_note note = sample(LYT_OUT_OPEN);
        lyt_out_request request;
        lyt_error err = {0};

        note.to = lyt_str_of(rows[i].to);
        lyt_out_request_init(&request, NULL);
        cr_expect_eq(lyt_out_write(&request, &way, &note, &err), LYT_EINVAL, "row %d", rows[i].row);
        cr_expect_not_null(strstr(err.text, rows[i].says), "row %d: %s", rows[i].row, err.text);
        cr_expect_null(strstr(err.text, "geheim"), "row %d: %s", rows[i].row, err.text);
        lyt_out_request_deinit(&request);
    }
}

Test(out_format, RE_14_a_note_on_a_stay_says_how_it_ended)
{
    static const struct {
        int row;
        const char *language, *data, *has, *lacks;
        lyt_status status;
    } rows[] = {
        {__LINE__, "en", "{\"stay\":\"s\",\"recovered\":true,\"score\":10}",
         "\"RECOVERED. Case 3 is over. The guest gave 10 of 10. (lyt-", "NOT", LYT_OK},
        {__LINE__, "en", "{\"stay\":\"s\",\"recovered\":false,\"reopened\":2}",
         "\"NOT RECOVERED. Case 3 is over. The guest did not answer. Reopened: 2. (lyt-", "Given",
         LYT_OK},
        {__LINE__, "da", "{\"stay\":\"s\",\"recovered\":false,\"score\":3,\"gestures\":[]}",
         "\"IKKE GENOPRETTET. Case 3 is over. Gæsten gav 3 af 10. (lyt-", "Givet", LYT_OK},
        {__LINE__, "da",
         "{\"stay\":\"s\",\"recovered\":true,\"gestures\":[{\"gesture\":\"a\\\"b\",\"amount\":5}]}",
         " Givet: a\\\"b 0.05 .", "Gæsten", LYT_OK},
        {__LINE__, "en", "{\"stay\":\"s\",\"score\":-5,\"reopened\":-1}", "NOT RECOVERED",
         "Reopened", LYT_OK},
        {__LINE__, "en", "{\"stay\":\"s\",\"gestures\":7,\"score\":\"x\"}", "NOT RECOVERED", "gave",
         LYT_OK},
        {__LINE__, "en", "{\"recovered\":true}", "which stay", "", LYT_EINVAL},
        {__LINE__, "en", "{\"stay\":\"\"}", "which stay", "", LYT_EINVAL},
        {__LINE__, "en", "{\"stay\":", "", "", LYT_EFORMAT},
    };
    lyt_out_way way = {.kind = LYT_OUT_MEWS, .secret = LYT_STR("c:a")};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_out_note note = sample(LYT_OUT_OVER);
        lyt_out_request request;
        lyt_error err = {0};
        const char *said;

        note.text = LYT_STR("Case 3 is over.");
        note.language = lyt_str_of(rows[i].language);
        note.data = lyt_str_of(rows[i].data);
        lyt_out_request_init(&request, NULL);
        cr_expect_eq(lyt_out_write(&request, &way, &note, &err), rows[i].status, "row %d: %s",
                     rows[i].row, err.text);
        said = rows[i].status ? err.text : request.body.data;
        cr_expect(strstr(said, rows[i].has), "row %d: %s", rows[i].row, said);
        cr_expect(!rows[i].lacks[0] || !strstr(said, rows[i].lacks), "row %d: %s", rows[i].row,
                  said);
        lyt_out_request_deinit(&request);
    }
}

Test(out_format, what_a_guest_writes_cannot_leave_its_place)
{
    static const char hostile[] = "x\"}],\\\r\nBcc: all@x\n.\r\n.\n<script>&amp;=%0a\x01 end. ";
    static const lyt_out_way json[] = {
        {.kind = LYT_OUT_WEBHOOK,
         .url = {"https://a", 9},
         .secret = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 38}},
        {.kind = LYT_OUT_SLACK, .url = {"https://a", 9}},
        {.kind = LYT_OUT_TEAMS, .url = {"https://a", 9}},
        {.kind = LYT_OUT_ALERTMANAGER, .url = {"https://a", 9}},
        {.kind = LYT_OUT_PAGERDUTY, .secret = {"k", 1}},
        {.kind = LYT_OUT_GATEWAYAPI, .from = {"a", 1}, .secret = {"k", 1}},
        {.kind = LYT_OUT_MEWS, .secret = {"k:l", 3}},
    };
    lyt_out_way mail = {
        .kind = LYT_OUT_MAIL, .url = LYT_STR("smtp://a"), .from = LYT_STR("a@b.example")};
    lyt_out_note note = sample(LYT_OUT_OPEN);
    lyt_out_request request;
    char *body;

    note.text = note.subject = note.place = lyt_str_of(hostile);
    note.to = LYT_STR("+4540404422");
    note.data = lyt_str_of(ended);
    lyt_out_request_init(&request, NULL);
    for (size_t i = 0; i < sizeof json / sizeof *json; i++) {
        lyt_json *tree = NULL;

        cr_assert_eq(lyt_out_write(&request, &json[i], &note, NULL), LYT_OK);
        cr_expect_eq(lyt_json_parse(&tree, lyt_buf_str(&request.body), 100000, NULL), LYT_OK, "%s",
                     request.body.data);
        lyt_json_free(tree);
    }
    note.to = LYT_STR("c@d.example");
    cr_assert_eq(lyt_out_write(&request, &mail, &note, NULL), LYT_OK);
    body = strstr(request.body.data, "\r\n\r\n");
    cr_assert_not_null(body);
    cr_expect_null(strstr(body, "\n."), "%s", body);
    cr_expect_null(strstr(body, " \r\n"), "%s", body);
    *body = '\0';
    cr_expect_null(strstr(request.body.data, "\nBcc:"), "%s", request.body.data);
    /* "x\"}],\  Bcc: a" in base64: the line breaks have become spaces */
    cr_expect_not_null(strstr(request.body.data, "Subject: =?utf-8?B?eCJ9XSxcICBCY2M6IGFs"), "%s",
                       request.body.data);
    lyt_out_request_deinit(&request);
}

Test(out_format, an_sms_is_as_short_as_its_letters_allow)
{
    static const struct {
        int row;
        const char *text, *becomes;
        size_t parts;
    } rows[] = {
        {__LINE__, "Værelset er ikke rengjort", "Værelset er ikke rengjort", 1},
        /* one part either way: nothing is won, the words stay as they are */
        {__LINE__, "Vi beklager – vi kommer", "Vi beklager – vi kommer", 1},
        {__LINE__,
         "Vi beklager – vi sender nogen med det samme, og vi ringer, når det er gjort i dag",
         "Vi beklager - vi sender nogen med det samme, og vi ringer, når det er gjort i dag", 1},
        {__LINE__,
         "“Café crème brûlée” … and so on until it takes more than seventy letters altogether",
         "\"Café crème brulée\" ... and so on until it takes more than seventy letters altogether",
         1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_sms_write(&out, lyt_str_of(rows[i].text));
        cr_expect_str_eq(out.data, rows[i].becomes, "row %d: %s", rows[i].row, out.data);
        cr_expect_eq(lyt_sms_length(lyt_buf_str(&out)).parts, rows[i].parts, "row %d", rows[i].row);
        lyt_buf_deinit(&out);
    }
}

Test(out_format, a_senders_name_is_a_name_whatever_stands_in_it)
{
    static const struct {
        int line;
        const char *from, *header;
    } rows[] = {
        {__LINE__, "lyt@a.example", "From: lyt@a.example\r\n"},
        {__LINE__, "Havnen, 2nd <lyt@a.example>", "From: \"Havnen, 2nd\" <lyt@a.example>\r\n"},
        {__LINE__, "A \"B\" <lyt@a.example>", "From: =?utf-8?B?QSAiQiI=?= <lyt@a.example>\r\n"},
        {__LINE__, "Havnen\\ <lyt@a.example>",
         "From: =?utf-8?B?SGF2bmVuXA==?= <lyt@a.example>\r\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_out_way way = {
            .kind = LYT_OUT_MAIL, .url = LYT_STR("smtp://a"), .from = lyt_str_of(rows[i].from)};
        lyt_out_note note = sample(LYT_OUT_OPEN);
        lyt_out_request request;

        note.to = LYT_STR("m@b.example");
        note.text = LYT_STR("one \r\ntwo\t\nthree");
        lyt_out_request_init(&request, NULL);
        cr_assert_eq(lyt_out_write(&request, &way, &note, NULL), LYT_OK);
        cr_expect_not_null(strstr(request.body.data, rows[i].header), "row at line %d: %s",
                           rows[i].line, request.body.data);
        /* a blank at the end of a line would be lost on its way */
        cr_expect_not_null(strstr(request.body.data, "one=20\r\ntwo=09\r\nthree"),
                           "row at line %d: %s", rows[i].line, request.body.data);
        lyt_out_request_deinit(&request);
    }
}
