#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gateways.h"
#include "receiver.h"
#include "qualtricsdetails.h"
#include "surveydetails.h"
#include "surveyfield.h"

LYT_SUITE(survey);

#define BODY_TYPEFORM "{\"event_id\":\"x\"}"
#define BODY_MONKEY "{\"name\":\"My Webhook\"}"
#define BODY_HOOK "{\"test\": 2432232314}"
#define HOOK_SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

typedef struct vector {
    int line;
    const char *kind, *secret, *body;
    const char *names[3], *values[3];
    int64_t now_s; /* 0: the bed's */
} vector;

static const vector vectors[] = {
    {__LINE__,
     "typeform",
     "secret",
     BODY_TYPEFORM,
     {"Typeform-Signature"},
     {"sha256=yyYCJLobP8ckc89xC2JPAKfLiZ3UdvxN1ydma+nI3lM="},
     0},
    {__LINE__,
     "surveymonkey",
     "key&secret",
     BODY_MONKEY,
     {"Sm-Signature"},
     {"+6gGCzB2eVCSN1/n+fqTQM7GGwQ="},
     0},
    {__LINE__,
     "generic",
     HOOK_SECRET,
     BODY_HOOK,
     {"webhook-id", "webhook-timestamp", "webhook-signature"},
     {"msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
     1614265330},
    {__LINE__,
     "formbricks",
     HOOK_SECRET,
     BODY_HOOK,
     {"webhook-id", "webhook-timestamp", "webhook-signature"},
     {"msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
     1614265330},
};

static void begin(gatebed *bed, const vector *v)
{
    gatebed_init(bed, v->kind, v->secret);
    gatebed_json(bed, v->body);
    for (int i = 0; i < 3 && v->names[i]; i++)
        gatebed_header(bed, v->names[i], v->values[i]);
    if (v->now_s)
        bed->request.now_us = v->now_s * 1000000;
}

/* Signed well and no message: it lacks a field. What is signed badly gets no further than that. */
static bool passed(const gatebed *bed)
{
    return bed->got.refusal == LYT_REFUSAL_MISSING_FIELD || bed->got.refusal == LYT_REFUSAL_NONE;
}

Test(survey, every_vector_verifies_and_no_other_secret_does)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        gatebed bed;

        begin(&bed, &vectors[i]);
        gatebed_receive(&bed);
        cr_expect(passed(&bed), "line %d: %s", vectors[i].line, bed.err.text);
        /* a second secret, old or new, may have signed it, too */
        bed.config.secrets.keys[1] = bed.config.secrets.keys[0];
        bed.config.secrets.keys[0] = LYT_STR("whsec_AAAAAAAAAAAAAAAAAAAAAAAA");
        bed.config.secrets.n = 2;
        gatebed_receive(&bed);
        cr_expect(passed(&bed), "line %d: %s", vectors[i].line, bed.err.text);
        bed.config.secrets.n = 1;
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_BAD_SIGNATURE, "line %d", vectors[i].line);
        cr_expect_eq(bed.got.answer.status, 403);
        bed.request.n_headers = 1;
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NO_SIGNATURE, "line %d", vectors[i].line);
        gatebed_deinit(&bed);
    }
}

/* Flips each bit of text in turn, which is what `slot` is made to point at. */
static void flip_each(gatebed *bed, const vector *v, const char *text, lyt_str *slot,
                      const char *what)
{
    char copy[256];
    size_t n = strlen(text);

    cr_assert_lt(n, sizeof copy);
    memcpy(copy, text, n + 1);
    for (size_t i = 0; i < n * 8; i++) {
        copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
        *slot = (lyt_str){copy, n};
        gatebed_receive(bed);
        cr_expect_not(passed(bed), "line %d: %s, bit %zu: %s", v->line, what, i, copy);
        cr_expect_eq(bed->got.answer.status, 403);
        cr_expect_eq(bed->got.n_items, 0);
        copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
    }
    *slot = (lyt_str){copy, n};
    gatebed_receive(bed);
    cr_expect(passed(bed), "line %d: %s as it was", v->line, what);
    *slot = lyt_str_of(text);
}

Test(survey, every_changed_bit_is_refused)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const vector *v = &vectors[i];
        gatebed bed;

        begin(&bed, v);
        flip_each(&bed, v, v->body, &bed.request.body, "body");
        for (int h = 0; h < 3 && v->names[h]; h++)
            flip_each(&bed, v, v->values[h], &bed.headers[h + 1].value, v->names[h]);
        gatebed_deinit(&bed);
    }
}

Test(survey, a_signature_is_good_for_five_minutes)
{
    static const struct {
        int line;
        int64_t off_s, window_s;
        bool passes;
    } rows[] = {
        {__LINE__, 300, 0, true},   {__LINE__, 301, 0, false}, {__LINE__, -300, 0, true},
        {__LINE__, -301, 0, false}, {__LINE__, 11, 10, false}, {__LINE__, 3600, 7200, true},
    };
    const vector *v = &vectors[2];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gatebed bed;

        begin(&bed, v);
        bed.request.now_us += rows[i].off_s * 1000000;
        bed.config.window_us = rows[i].window_s * 1000000;
        gatebed_receive(&bed);
        if (rows[i].passes)
            cr_expect(passed(&bed), "line %d: %s", rows[i].line, bed.err.text);
        else
            cr_expect_eq(bed.got.refusal, LYT_REFUSAL_STALE, "line %d", rows[i].line);
        gatebed_deinit(&bed);
    }
}

Test(survey, one_of_several_signatures_is_enough)
{
    const vector *v = &vectors[2];
    gatebed bed;

    begin(&bed, v);
    gatebed_header(&bed, "webhook-signature",
                   "v1a,AAAA v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,x");
    gatebed_receive(&bed);
    cr_expect(passed(&bed), "%s", bed.err.text);
    gatebed_header(&bed, "webhook-signature", "v1,AAAA v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlN");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_BAD_SIGNATURE);
    gatebed_deinit(&bed);
}

Test(survey, settings_that_cannot_work_are_told)
{
    static const struct {
        int line;
        const char *kind, *secret, *path, *field;
    } rows[] = {
        {__LINE__, "generic", "whsec_!!!", "/in", "secret"},
        {__LINE__, "formbricks", "whsec_AAAA", "/in", "secret"},
        {__LINE__, "typeform", NULL, "/in", "secret"},
        {__LINE__, "surveymonkey", NULL, "/in", "secret"},
        {__LINE__, "qualtrics", NULL, "/in/qualtrics", "path"},
        {__LINE__, "qualtrics", NULL, "/in/q-7hd82nxk20sma93kd8", ""},
        {__LINE__, "generic", HOOK_SECRET, "/in", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.file = ""};
        lyt_status status;
        gatebed bed;

        gatebed_init(&bed, rows[i].kind, rows[i].secret);
        bed.config.path = lyt_str_of(rows[i].path);
        status = lyt_gateway_check(&bed.config, &err);
        cr_expect_eq(status, *rows[i].field ? LYT_EINVAL : LYT_OK, "line %d", rows[i].line);
        cr_expect_str_eq(err.file, rows[i].field, "line %d", rows[i].line);
        gatebed_deinit(&bed);
    }
}

/* SurveyMonkey asks with HEAD when a webhook is set up. */
Test(survey, registration_is_answered)
{
    gatebed bed;

    gatebed_init(&bed, "surveymonkey", "key&secret");
    bed.request.method = LYT_STR("HEAD");
    gatebed_receive(&bed);
    cr_expect_eq(bed.got.answer.status, 200);
    cr_expect_eq(bed.got.refusal, LYT_REFUSAL_NONE);
    cr_expect_eq(bed.got.n_items, 0);
    gatebed_deinit(&bed);
}

/* "name: value" of the head of a golden file. */
static lyt_str head_value(lyt_str head, const char *name)
{
    for (size_t at = 0; at < head.len;) {
        size_t end = lyt_str_find(head, '\n', at);
        lyt_str line = lyt_str_slice(head, at, end);
        size_t colon = lyt_str_find(line, ':', 0);

        if (lyt_str_equal(lyt_str_slice(line, 0, colon), lyt_str_of(name)))
            return lyt_str_trim(lyt_str_slice(line, colon + 1, line.len));
        at = end + 1;
    }
    return (lyt_str){"", 0};
}

static size_t find_text(lyt_str text, const char *part)
{
    const char *found = strstr(text.ptr, part);

    cr_assert_not_null(found, "no %s in a golden file", part);
    return (size_t)(found - text.ptr);
}

/* One golden file: head, empty line, body, "=====", what comes of it. */
static lyt_status check_golden(void *user, const char *name)
{
    char folder[256], path[512], kind[64], type[64];
    lyt_str all, head, body, wanted;
    lyt_error err = {.text = ""};
    const char *got;
    lyt_buf file;
    gatebed bed;
    size_t gap, line;

    snprintf(folder, sizeof folder, "%s/golden/survey", testing_tests());
    snprintf(path, sizeof path, "%s/%s", folder, name);
    lyt_buf_init(&file, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &file, &err), LYT_OK, "%s", err.text);
    all = lyt_buf_str(&file);
    gap = find_text(all, "\n\n");
    line = find_text(all, "\n=====\n");
    head = lyt_str_slice(all, 0, gap);
    body = lyt_str_slice(all, gap + 2, line);
    wanted = lyt_str_trim(lyt_str_slice(all, line + 7, all.len));
    snprintf(kind, sizeof kind, "%.*s", LYT_STR_ARG(head_value(head, "gateway")));
    snprintf(type, sizeof type, "%.*s", LYT_STR_ARG(head_value(head, "type")));
    gatebed_init(&bed, kind, NULL);
    bed.config.scheme = LYT_SCHEME_NONE;
    gatebed_header(&bed, "Content-Type", type);
    bed.request.body = body;
    gatebed_receive(&bed);
    got = gatebed_written(&bed);
    cr_expect(lyt_str_equal(lyt_str_of(got), wanted), "%s: got\n%s\n", name, got);
    gatebed_deinit(&bed);
    lyt_buf_deinit(&file);
    ++*(size_t *)user;
    return LYT_OK;
}

Test(survey, CH_10_golden)
{
    char folder[256];
    size_t n = 0;
    lyt_error err;

    snprintf(folder, sizeof folder, "%s/golden/survey", testing_tests());
    cr_assert_eq(lyt_fs_list(lyt_fs_system(), folder, check_golden, &n, &err), LYT_OK);
    cr_expect_geq(n, (size_t)25);
}

/* A guest who types the number of staff into a form gives no orders; "Hotel" is no keyword there.
 */
Test(survey, what_a_form_says_is_no_order)
{
    static const lyt_staff_number staff[] = {{{"+4520202020", 11}, {"jonas", 5}, {"", 0}}};
    static const lyt_keyword keywords[] = {{.word = {"hotel", 5}, .property = {"other", 5}}};
    static const lyt_opt_word words[] = {{{"en", 2}, {"stop", 4}}};
    static const lyt_channelbook book = {.staff = staff,
                                         .n_staff = 1,
                                         .keywords = keywords,
                                         .n_keywords = 1,
                                         .opt_out = words,
                                         .n_opt_out = 1};
    static const char *const texts[] = {"OK 123", "Hotel was dirty", "stop"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char body[400];
        gatebed bed;

        snprintf(
            body, sizeof body,
            "{\"event_id\":\"e\",\"event_type\":\"form_response\",\"form_response\":{\"answers\":["
            "{\"type\":\"phone_number\",\"phone_number\":\"+4520202020\",\"field\":{}},"
            "{\"type\":\"text\",\"text\":\"%s\",\"field\":{}}]}}",
            texts[i]);
        gatebed_init(&bed, "typeform", NULL);
        bed.config.scheme = LYT_SCHEME_NONE;
        bed.config.book = &book;
        gatebed_json(&bed, body);
        gatebed_receive(&bed);
        cr_assert_eq(bed.got.n_items, 1, "%s", bed.err.text);
        cr_expect_eq(bed.got.items[0].kind, LYT_INBOUND_FEEDBACK, "%s", texts[i]);
        cr_expect(lyt_str_equal(bed.got.items[0].text, lyt_str_of(texts[i])), "%s", texts[i]);
        cr_expect(lyt_str_equal(bed.got.items[0].channel, LYT_STR("survey")));
        gatebed_deinit(&bed);
    }
}

static const char details[] =
    "{\"id\":\"9876543210\",\"survey_id\":\"555666777\",\"date_modified\":\"2026-11-22T05:10:30+00:"
    "00\","
    "\"custom_variables\":{\"property\":\"havnen\",\"room\":\"305\"},\"pages\":[{\"id\":\"1\","
    "\"questions\":[{\"id\":\"10\",\"family\":\"matrix\",\"subtype\":\"nps\",\"heading\":\"How "
    "likely are "
    "you to recommend us?\",\"answers\":[{\"choice_id\":\"7\",\"row_id\":\"1\",\"choice_metadata\":"
    "{\"weight\":\"6\"},\"simple_text\":\"6\"}]},{\"id\":\"11\",\"heading\":\"Why?\",\"answers\":"
    "[{\"text\":\"The lift was broken\"}]},{\"id\":\"12\",\"heading\":\"Purpose\",\"answers\":"
    "[{\"choice_id\":\"3\",\"simple_text\":\"Business\"}]}]}]}";

Test(survey, what_was_fetched_becomes_the_same_message)
{
    lyt_inbound item;
    lyt_error err = {.text = ""};
    lyt_buf out;
    gatebed bed;

    gatebed_init(&bed, "surveymonkey", "key&secret");
    cr_assert_eq(lyt_surveymonkey_details(&item, lyt_str_of(details), &bed.config,
                                          bed.request.now_us, bed.arena, &err),
                 LYT_OK, "%s", err.text);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_inbound_submission(&item, &out), LYT_OK);
    cr_expect_str_eq(
        out.data,
        "{\"type\":\"feedback\",\"id\":\"surveymonkey:9876543210\",\"channel\":\"survey\","
        "\"property\":\"havnen\",\"place\":\"305\",\"text\":\"The lift was broken\",\"score\":6,"
        "\"scale\":10,\"sent_at\":\"2026-11-22T05:10:30.000000Z\",\"provider\":\"surveymonkey\","
        "\"provider_id\":\"9876543210\",\"received_at\":\"2026-11-22T05:40:00.000000Z\",\"meta\":"
        "{\"survey_id\":\"555666777\",\"Purpose\":\"Business\",\"band\":\"detractor\"}}");
    lyt_buf_deinit(&out);
    cr_expect_eq(lyt_surveymonkey_details(&item, LYT_STR("{\"id\":\"1\",\"pages\":[]}"),
                                          &bed.config, 0, bed.arena, &err),
                 LYT_ENOTFOUND);
    cr_expect_eq(
        lyt_surveymonkey_details(&item, LYT_STR("{\"error\":{}}"), &bed.config, 0, bed.arena, &err),
        LYT_EFORMAT);
    gatebed_deinit(&bed);
}

/* Of Qualtrics: a score of 10 by its NPS group, words, what was embedded; nothing of who and where. */
static const char qualtrics[] =
    "{\"meta\":{\"httpStatus\":\"200 - OK\"},\"result\":{\"responseId\":\"R_1abc\",\"values\":{"
    "\"startDate\":\"2026-11-22T05:05:00Z\",\"endDate\":\"2026-11-22T05:10:00Z\",\"status\":0,"
    "\"ipAddress\":\"192.0.2.7\",\"progress\":100,\"duration\":300,\"finished\":1,"
    "\"recordedDate\":\"2026-11-22T05:10:30Z\",\"_recordId\":\"R_1abc\",\"recipientEmail\":"
    "\"guest@example.dk\",\"locationLatitude\":\"55.6\",\"distributionChannel\":\"anonymous\","
    "\"userLanguage\":\"DA\",\"QID1\":3,\"QID1_NPS_GROUP\":1,\"QID2_TEXT\":\"Elevatoren var i "
    "stykker\",\"QID3\":2,\"QID4_TEXT\":\"Badet var koldt\",\"property\":\"havnen\",\"room\":"
    "\"305\"},\"labels\":{\"QID3\":\"Business\"}}}";

Test(survey, what_qualtrics_keeps_becomes_the_same_message)
{
    static const struct {
        int line;
        const char *json;
        lyt_status status;
    } rows[] = {
        {__LINE__, "{}", LYT_EFORMAT},
        {__LINE__, "[", LYT_EFORMAT},
        {__LINE__, "{\"result\":{\"responseId\":\"R_1\"}}", LYT_EFORMAT},
        {__LINE__, "{\"result\":{\"responseId\":\"R_1\",\"values\":[]}}", LYT_EFORMAT},
        {__LINE__, "{\"result\":{\"responseId\":\"R_1\",\"values\":{\"QID1\":3}}}", LYT_ENOTFOUND},
        {__LINE__,
         "{\"result\":{\"responseId\":\"R_1\",\"values\":{\"finished\":0,\"QID1_TEXT\":\"a\"}}}",
         LYT_ENOTFOUND},
        {__LINE__, "{\"result\":{\"responseId\":\"R_1\",\"values\":{\"QID1_TEXT\":\"a\"}}}", LYT_OK},
        {__LINE__, "{\"result\":{\"responseId\":\"R_1\",\"values\":{\"score\":4}}}", LYT_OK},
    };
    lyt_inbound item;
    lyt_error err = {.text = ""};
    lyt_buf out;
    gatebed bed;

    gatebed_init(&bed, "qualtrics", NULL);
    cr_assert_eq(lyt_qualtrics_details(&item, lyt_str_of(qualtrics), &bed.config,
                                       bed.request.now_us, bed.arena, &err),
                 LYT_OK, "%s", err.text);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_inbound_submission(&item, &out), LYT_OK);
    cr_expect_str_eq(
        out.data,
        "{\"type\":\"feedback\",\"id\":\"qualtrics:R_1abc\",\"channel\":\"survey\",\"property\":"
        "\"havnen\",\"place\":\"305\",\"text\":\"Elevatoren var i stykker\\nBadet var koldt\",\"lang\":"
        "\"da\",\"score\":3,\"scale\":10,\"sent_at\":\"2026-11-22T05:10:30.000000Z\",\"provider\":"
        "\"qualtrics\",\"provider_id\":\"R_1abc\",\"received_at\":\"2026-11-22T05:40:00.000000Z\","
        "\"meta\":{\"QID3\":\"2\",\"band\":\"detractor\"}}");
    lyt_buf_deinit(&out);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_qualtrics_details(&item, lyt_str_of(rows[i].json), &bed.config, 0, bed.arena,
                                           &err),
                     rows[i].status, "row at line %d: %s", rows[i].line, err.text);
    gatebed_deinit(&bed);
}

Test(survey, CH_11_bands)
{
    static const struct {
        double score, scale;
        const char *band;
    } rows[] = {
        {0, 10, "detractor"}, {6, 10, "detractor"}, {7, 10, "passive"},  {8, 10, "passive"},
        {9, 10, "promoter"},  {10, 10, "promoter"}, {1, 5, "detractor"}, {3, 5, "detractor"},
        {4, 5, "passive"},    {5, 5, "promoter"},   {2, 4, "detractor"}, {3, 4, "passive"},
        {4, 4, "promoter"},   {3, 0, ""},           {11, 10, ""},        {0, 5, ""},
        {50, 100, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(lyt_survey_band(rows[i].score, rows[i].scale), rows[i].band, "%g of %g",
                         rows[i].score, rows[i].scale);
    cr_expect_str_eq(lyt_survey_band((double)NAN, 10), "");
}

Test(survey, what_a_question_asks_for)
{
    static const struct {
        const char *name;
        lyt_survey_field field;
    } rows[] = {
        {"Kommentar", LYT_SURVEY_TEXT},
        {"Hvor sandsynligt er det, at du vil anbefale os?", LYT_SURVEY_SCORE},
        {"How likely are you to recommend us to a friend?", LYT_SURVEY_SCORE},
        {"Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", LYT_SURVEY_SCORE},
        {"Hvad kan vi gøre bedre?", LYT_SURVEY_TEXT},
        {"VÆRELSE", LYT_SURVEY_PLACE},
        {"room_number", LYT_SURVEY_PLACE},
        {"Tidsstempel", LYT_SURVEY_SENT_AT},
        {"E-mail", LYT_SURVEY_FROM},
        {"Hotel:", LYT_SURVEY_PROPERTY},
        {"Har du børn med?", LYT_SURVEY_META},
        {"", LYT_SURVEY_META},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_survey_field_guess(lyt_str_of(rows[i].name), NULL), rows[i].field, "%s",
                     rows[i].name);
}

Test(survey, numbers_that_answers_begin_with)
{
    static const struct {
        const char *text;
        bool is_number;
        double value;
    } rows[] = {
        {"8", true, 8},
        {" 8,5 ", true, 8.5},
        {"8.25", true, 8.25},
        {"10 - meget", true, 10},
        {"4/5", true, 4},
        {"-1", true, -1},
        {"0 (slet ikke)", true, 0},
        {"", false, 0},
        {"meget", false, 0},
        {"214b", false, 0},
        {"12-11-2025", false, 0},
        {".5", false, 0},
        {"1.2.3", false, 0},
        {"99999999999999999999", false, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double got = 0;

        cr_expect_eq(lyt_survey_number(&got, lyt_str_of(rows[i].text)), rows[i].is_number, "%s",
                     rows[i].text);
        cr_expect_float_eq(got, rows[i].value, 1e-9, "%s: %g", rows[i].text, got);
    }
}

/* The arena's memory ends at every point there is: an error each time, and never half a message. */
Test(survey, without_memory_nothing_is_taken)
{
    testing_alloc failing;
    gatebed bed;
    bool done = false;

    gatebed_init(&bed, "typeform", NULL);
    bed.config.scheme = LYT_SCHEME_NONE;
    gatebed_json(&bed, "{\"event_id\":\"e\",\"event_type\":\"form_response\",\"form_response\":"
                       "{\"hidden\":{\"property\":\"H \xC3\x85\",\"x\":\"y\"},\"answers\":["
                       "{\"type\":\"text\",\"text\":\"a\",\"field\":{\"ref\":\"r\"}},"
                       "{\"type\":\"text\",\"text\":\"b\",\"field\":{\"ref\":\"q\"}}]}}");
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_arena *arena = NULL;
        lyt_received got;
        lyt_status status;

        if (lyt_arena_new(&arena, &failing.alloc, "failing", 1 << 20))
            continue;
        status = lyt_gateway_receive(bed.config.gateway, &bed.config, &bed.request, arena, &got,
                                     &bed.err);
        done = status == LYT_OK;
        cr_expect(status == LYT_OK ||
                  (status == LYT_ENOMEM && got.n_items == 0 && got.answer.status == 503));
        if (done)
            cr_expect(lyt_str_equal(got.items[0].text, LYT_STR("a\nb")));
        lyt_arena_free(arena);
    }
    cr_expect(done);
    gatebed_deinit(&bed);
}
