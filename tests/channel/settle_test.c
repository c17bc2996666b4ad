#include <math.h>
#include <string.h>

#include "gateways.h"
#include "pseudonym.h"
#include "receiver.h"
#include "stafforder.h"
#include "wordfold.h"

LYT_SUITE(settle);

#define S(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static const lyt_own_number numbers[] = {
    {S("+4592450000"), S("havnen"), S(""), S("da")},
    {S("1204"), S("kaeden"), S(""), S("")},
};
static const lyt_keyword keywords[] = {
    {S("1204"), S("hotel"), S("havnen"), S(""), S("da")},
    {S("1204"), S("bår"), S("havnen"), S("bar"), S("")},
    {S(""), S("spa"), S(""), S("spa"), S("")},
};
static const lyt_staff_number staff[] = {{S("+4520202020"), S("jonas"), S("havnen")}};
static const lyt_opt_word opt_out[] = {
    {S("da"), S("stop")},    {S("da"), S("afmeld")}, {S("da"), S("nej tak")},
    {S("en"), S("opt-out")}, {S("en"), S("stop")},
};
static const lyt_opt_word opt_in[] = {{S("en"), S("start")}};

static lyt_channelbook book_of_house(void)
{
    return (lyt_channelbook){.numbers = numbers,
                             .n_numbers = 2,
                             .keywords = keywords,
                             .n_keywords = 3,
                             .staff = staff,
                             .n_staff = 1,
                             .opt_out = opt_out,
                             .n_opt_out = 5,
                             .opt_in = opt_in,
                             .n_opt_in = 1,
                             .pseudonyms = {.keys = {S("the key of the house")}, .n = 1}};
}

/* A message of that text, settled; in the bed's arena. */
static lyt_inbound settled(gatebed *bed, const char *from, const char *to, const char *text)
{
    lyt_inbound message = {.kind = LYT_INBOUND_FEEDBACK,
                           .provider = LYT_STR("46elks"),
                           .from = lyt_str_of(from),
                           .to = lyt_str_of(to),
                           .text = lyt_str_of(text),
                           .score = (double)NAN};

    cr_assert_eq(lyt_inbound_settle(&message, &bed->config, bed->arena), LYT_OK);
    return message;
}

/* CH-06: the whole message, trimmed and without its final mark; never a part of one. */
Test(settle, CH_06_opting_out_is_a_whole_message)
{
    static const struct {
        int line;
        const char *text;
        lyt_inbound_kind kind;
    } rows[] = {
        {__LINE__, "STOP", LYT_INBOUND_OPT_OUT},
        {__LINE__, " stop. ", LYT_INBOUND_OPT_OUT},
        {__LINE__, "Stop!!", LYT_INBOUND_OPT_OUT},
        {__LINE__, "\"Stop\"", LYT_INBOUND_OPT_OUT},
        {__LINE__, "AFMELD", LYT_INBOUND_OPT_OUT},
        {__LINE__, "Nej\n tak", LYT_INBOUND_OPT_OUT},
        {__LINE__, "opt-out", LYT_INBOUND_OPT_OUT},
        {__LINE__, "Start", LYT_INBOUND_OPT_IN},
        {__LINE__, "Stop larmen i baren", LYT_INBOUND_FEEDBACK},
        {__LINE__, "STOP 12345", LYT_INBOUND_FEEDBACK},
        {__LINE__, "stop. larmen", LYT_INBOUND_FEEDBACK},
        {__LINE__, "nonstop", LYT_INBOUND_FEEDBACK},
        {__LINE__, "stopstop", LYT_INBOUND_FEEDBACK},
        {__LINE__, "!", LYT_INBOUND_FEEDBACK},
    };
    lyt_channelbook book = book_of_house();
    gatebed bed;

    gatebed_init(&bed, "46elks", NULL);
    bed.config.book = &book;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_inbound got = settled(&bed, "+4540404422", "+4592450000", rows[i].text);

        cr_expect_eq(got.kind, rows[i].kind, "row at line %d: %s", rows[i].line,
                     lyt_inbound_kind_name(got.kind));
        cr_expect(lyt_str_equal(got.property, LYT_STR("havnen")), "row at line %d", rows[i].line);
    }
    gatebed_deinit(&bed);
}

/* "stop" is Danish as well as English: answered in the language of the number. */
Test(settle, opting_out_is_answered_in_a_language)
{
    lyt_own_number english = {S("+4592450001"), S("havnen"), S(""), S("en")};
    lyt_channelbook book = book_of_house();
    lyt_inbound got;
    gatebed bed;

    gatebed_init(&bed, "46elks", NULL);
    bed.config.book = &book;
    got = settled(&bed, "+4540404422", "+4592450000", "stop");
    cr_expect(lyt_str_equal(got.reply_lang, LYT_STR("da")));
    book.numbers = &english;
    book.n_numbers = 1;
    got = settled(&bed, "+4540404422", "+4592450001", "stop");
    cr_expect(lyt_str_equal(got.reply_lang, LYT_STR("en")));
    got = settled(&bed, "+4540404422", "+4592450001", "afmeld");
    cr_expect(lyt_str_equal(got.reply_lang, LYT_STR("da")));
    /* what a guest writes in is for the guest to choose */
    got = settled(&bed, "+4540404422", "+4592450001", "der er koldt");
    cr_expect_eq(got.lang_hint.len, 0);
    cr_expect(lyt_str_equal(got.reply_lang, LYT_STR("en")));
    gatebed_deinit(&bed);
}

/* CH-07: the word goes, where it was leased, and says whose message it is. */
Test(settle, CH_07_keywords_of_shared_numbers)
{
    static const struct {
        int line;
        const char *to, *text, *rest, *keyword, *property, *place;
        lyt_inbound_kind kind;
    } rows[] = {
#define ROW(to, text, rest, keyword, property, place, kind)                                        \
    {__LINE__, to, text, rest, keyword, property, place, LYT_INBOUND_##kind}
        ROW("1204", "HOTEL der er koldt på 214", "der er koldt på 214", "hotel", "havnen", "",
            FEEDBACK),
        ROW("1204", " Hotel: koldt", "koldt", "hotel", "havnen", "", FEEDBACK),
        ROW("1204", "hotel", "hotel", "hotel", "havnen", "", FEEDBACK),
        ROW("1204", "HOTEL STOP", "STOP", "hotel", "havnen", "", OPT_OUT),
        ROW("1204", "BÅR larmer", "larmer", "bår", "havnen", "bar", FEEDBACK),
        ROW("1204", "BA\u030AR larmer", "larmer", "bår", "havnen", "bar", FEEDBACK),
        ROW("1204", "hoteller larmer", "hoteller larmer", "", "kaeden", "", FEEDBACK),
        ROW("+4592450000", "hotel larmer", "hotel larmer", "", "havnen", "", FEEDBACK),
        ROW("+4592450000", "spa er koldt", "er koldt", "spa", "havnen", "spa", FEEDBACK),
        ROW("9999", "koldt", "koldt", "", "", "", FEEDBACK),
#undef ROW
    };
    lyt_channelbook book = book_of_house();
    gatebed bed;

    gatebed_init(&bed, "46elks", NULL);
    bed.config.book = &book;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_inbound got = settled(&bed, "+4540404422", rows[i].to, rows[i].text);

        cr_expect_eq(got.kind, rows[i].kind, "row at line %d", rows[i].line);
        cr_expect(lyt_str_equal(got.text, lyt_str_of(rows[i].rest)), "row at line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(got.text));
        cr_expect(lyt_str_equal(got.keyword, lyt_str_of(rows[i].keyword)), "row at line %d",
                  rows[i].line);
        cr_expect(lyt_str_equal(got.property, lyt_str_of(rows[i].property)), "row at line %d",
                  rows[i].line);
        cr_expect(lyt_str_equal(got.place, lyt_str_of(rows[i].place)), "row at line %d",
                  rows[i].line);
    }
    bed.config.property = LYT_STR("paa-vejen");
    cr_expect(lyt_str_equal(settled(&bed, "+4540404422", "9999", "koldt").property,
                            LYT_STR("paa-vejen")));
    gatebed_deinit(&bed);
}

/* UI-08 */
Test(settle, CH_12_UI_08_orders_of_staff)
{
    static const struct {
        int line;
        const char *text;
        lyt_staff_verb verb;
        int64_t incident;
        const char *note, *problem;
    } rows[] = {
        {__LINE__, "OK 123", LYT_STAFF_ACK, 123, "", NULL},
        {__LINE__, " ok #123 ", LYT_STAFF_ACK, 123, "", NULL},
        {__LINE__, "Ok, 123.", LYT_STAFF_ACK, 123, "", NULL},
        {__LINE__, "ok 7 er på vej", LYT_STAFF_ACK, 7, "er på vej", NULL},
        {__LINE__, "LØST 123 ny radiator", LYT_STAFF_RESOLVE, 123, "ny radiator", NULL},
        {__LINE__, "løst 123: ny radiator", LYT_STAFF_RESOLVE, 123, "ny radiator", NULL},
        {__LINE__, "Solved 5 towels brought", LYT_STAFF_RESOLVE, 5, "towels brought", NULL},
        {__LINE__, "OK123", LYT_STAFF_ACK, 123, "", NULL},
        {__LINE__, "løst#123 ny radiator", LYT_STAFF_RESOLVE, 123, "ny radiator", NULL},
        {__LINE__, "LØST123", LYT_STAFF_UNCLEAR, 123, "", "no-note"},
        {__LINE__, "ok12a", LYT_STAFF_NONE, 0, "", NULL},
        {__LINE__, "OK0", LYT_STAFF_UNCLEAR, 0, "", "bad-number"},
        {__LINE__, "214", LYT_STAFF_NONE, 0, "", NULL},
        {__LINE__, "LØST 123", LYT_STAFF_UNCLEAR, 123, "", "no-note"},
        {__LINE__, "OK", LYT_STAFF_UNCLEAR, 0, "", "no-number"},
        {__LINE__, "OK 12a", LYT_STAFF_UNCLEAR, 0, "", "bad-number"},
        {__LINE__, "OK 0", LYT_STAFF_UNCLEAR, 0, "", "bad-number"},
        {__LINE__, "OK -5", LYT_STAFF_UNCLEAR, 0, "", "bad-number"},
        {__LINE__, "OK 99999999999999999999", LYT_STAFF_UNCLEAR, 0, "", "bad-number"},
        {__LINE__, "ok men der er stadig koldt", LYT_STAFF_NONE, 0, "", NULL},
        {__LINE__, "Der er koldt på 214", LYT_STAFF_NONE, 0, "", NULL},
        {__LINE__, "", LYT_STAFF_NONE, 0, "", NULL},
    };
    lyt_arena *arena;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "staff", 1 << 20), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_stafforder got;

        cr_assert_eq(lyt_stafforder_parse(&got, lyt_str_of(rows[i].text), arena), LYT_OK);
        cr_expect_eq(got.verb, rows[i].verb, "row at line %d: %d", rows[i].line, got.verb);
        cr_expect_eq(got.incident, rows[i].incident, "row at line %d", rows[i].line);
        cr_expect(lyt_str_equal(got.note, lyt_str_of(rows[i].note)), "row at line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(got.note));
        cr_expect((got.problem == NULL) == (rows[i].problem == NULL) &&
                      (!got.problem || strcmp(got.problem, rows[i].problem) == 0),
                  "row at line %d", rows[i].line);
        if (got.problem) {
            const char *da = lyt_staff_problem_text(got.problem, LYT_STR("da"));
            const char *en = lyt_staff_problem_text(got.problem, LYT_STR("en"));

            cr_expect(da && en && strcmp(da, en) != 0, "row at line %d", rows[i].line);
        }
    }
    cr_expect_null(lyt_staff_problem_text("nothing", LYT_STR("da")));
    lyt_arena_free(arena);
}

/* Only from a registered number; anybody else's "OK 123" is what a guest says. */
Test(settle, only_registered_numbers_give_orders)
{
    lyt_channelbook book = book_of_house();
    lyt_inbound got;
    gatebed bed;
    lyt_buf json;

    gatebed_init(&bed, "46elks", NULL);
    bed.config.book = &book;
    lyt_buf_init(&json, NULL);
    got = settled(&bed, "+4540404422", "+4592450000", "OK 123");
    cr_expect_eq(got.kind, LYT_INBOUND_FEEDBACK);
    got = settled(&bed, "+4520202020", "+4592450000", "LØST 123 ny radiator");
    cr_expect_eq(got.kind, LYT_INBOUND_STAFF);
    cr_assert_eq(lyt_inbound_submission(&got, &json), LYT_OK);
    cr_expect_not_null(strstr(json.data, "{\"type\":\"incident.resolve\""), "%s", json.data);
    cr_expect_not_null(
        strstr(
            json.data,
            "\"incident\":123,\"by\":\"jonas\",\"property\":\"havnen\",\"note\":\"ny radiator\""),
        "%s", json.data);
    lyt_buf_reset(&json);
    /* what they report themselves is feedback that names them (CH-12) */
    got = settled(&bed, "+4520202020", "+4592450000", "Der er koldt på 214");
    cr_expect_eq(got.kind, LYT_INBOUND_FEEDBACK);
    cr_expect(lyt_str_equal(got.channel, LYT_STR("staff")));
    cr_expect(lyt_str_equal(got.person, LYT_STR("jonas")));
    /* an unclear order moves nothing */
    got = settled(&bed, "+4520202020", "+4592450000", "LØST 123");
    cr_expect_eq(got.kind, LYT_INBOUND_STAFF);
    cr_expect_eq(lyt_inbound_submission(&got, &json), LYT_EINVAL);
    cr_expect_eq(json.len, 0);
    lyt_buf_deinit(&json);
    gatebed_deinit(&bed);
}

/* PR-05: how a store and a file of keys know each other, without saying anything of the keys. */
Test(settle, PR_05_the_mark_says_with_how_many_of_the_keys)
{
    lyt_secrets keys = {.keys = {S("one"), S("two"), S("three")}, .n = 3};
    char mark[lyt_pseudonym_mark_bytes];

    lyt_pseudonym_mark(&keys, 0, mark);
    cr_expect_str_eq(mark, "");
    cr_expect_eq(lyt_pseudonym_marked(&keys, lyt_str_of(mark)), 0);
    for (size_t n = 1; n <= keys.n; n++) {
        lyt_pseudonym_mark(&keys, n, mark);
        cr_expect_eq(strlen(mark), 16);
        cr_expect_eq(strspn(mark, "0123456789abcdef"), 16);
        cr_expect_eq(lyt_pseudonym_marked(&keys, lyt_str_of(mark)), n);
    }
    /* the first key is part of every one of them */
    keys.keys[0] = LYT_STR("other");
    cr_expect_eq(lyt_pseudonym_marked(&keys, lyt_str_of(mark)), 0);
    keys.keys[0] = LYT_STR("one");
    keys.n = 2;
    cr_expect_eq(lyt_pseudonym_marked(&keys, lyt_str_of(mark)), 0);
}

/* PR-05: the number is never in what is handed on, and a key is added without knowing it. */
Test(settle, PR_05_pseudonyms_hide_numbers)
{
    char first[lyt_pseudonym_bytes], both[lyt_pseudonym_bytes], again[lyt_pseudonym_bytes];
    lyt_secrets keys = {.keys = {S("one"), S("two")}, .n = 1};
    lyt_str made = lyt_pseudonym(&keys, LYT_STR("+4540404422"), first);
    lyt_channelbook book = book_of_house();
    lyt_inbound got;
    gatebed bed;
    lyt_buf json;

    cr_expect_eq(made.len, 33);
    keys.keys[0] = LYT_STR("other");
    cr_expect_not(lyt_str_equal(made, lyt_pseudonym(&keys, LYT_STR("+4540404422"), again)));
    keys.keys[0] = LYT_STR("one");
    keys.n = 2;
    cr_expect(lyt_str_equal(lyt_pseudonym(&keys, LYT_STR("+4540404422"), both),
                            lyt_pseudonym_next(keys.keys[1], made, again)));
    cr_expect_eq(lyt_pseudonym(&keys, LYT_STR(""), both).len, 0);
    keys.n = 0;
    cr_expect_eq(lyt_pseudonym(&keys, LYT_STR("+4540404422"), both).len, 0);

    gatebed_init(&bed, "46elks", NULL);
    bed.config.book = &book;
    got = settled(&bed, "+4540404422", "+4592450000", "koldt");
    lyt_buf_init(&json, NULL);
    cr_assert_eq(lyt_inbound_submission(&got, &json), LYT_OK);
    cr_expect_null(strstr(json.data, "40404422"), "%s", json.data);
    cr_expect_not_null(strstr(json.data, "\"from\":\"g"), "%s", json.data);
    lyt_buf_deinit(&json);
    gatebed_deinit(&bed);
}

/* CH-03: a copy has the same id; without the gateway's own, the content decides. */
Test(settle, CH_03_ids_tell_copies)
{
    lyt_channelbook book = book_of_house();
    lyt_inbound one, same, later, long_one;
    lyt_str ids[4];
    gatebed bed;

    gatebed_init(&bed, "46elks", NULL);
    bed.config.book = &book;
    one = settled(&bed, "+4540404422", "+4592450000", "koldt");
    same = settled(&bed, "+4540404422", "+4592450000", "koldt");
    cr_expect(one.id.len == 39 && lyt_str_equal(one.id, same.id), "%.*s", LYT_STR_ARG(one.id));
    cr_expect_not(lyt_str_equal(one.id, settled(&bed, "+4540404423", "+4592450000", "koldt").id));
    cr_expect_not(lyt_str_equal(one.id, settled(&bed, "+4540404422", "+4592450000", "Koldt").id));
    later = (lyt_inbound){.kind = LYT_INBOUND_FEEDBACK,
                          .provider = LYT_STR("46elks"),
                          .from = LYT_STR("+4540404422"),
                          .to = LYT_STR("+4592450000"),
                          .text = LYT_STR("koldt"),
                          .score = (double)NAN,
                          .sent_us = 1};
    cr_assert_eq(lyt_inbound_settle(&later, &bed.config, bed.arena), LYT_OK);
    cr_expect_not(lyt_str_equal(one.id, later.id));
    /* nobody knows who the guests are: not the same words of two rooms, nor 3 of 5 and 3 of 7 */
    for (int i = 0; i < 4; i++) {
        static const char *const places[] = {"214", "215", "214", "214"};
        lyt_inbound other = {.kind = LYT_INBOUND_FEEDBACK,
                             .provider = LYT_STR("46elks"),
                             .text = LYT_STR("koldt"),
                             .property = lyt_str_of(i == 2 ? "strand" : "havnen"),
                             .place = lyt_str_of(places[i]),
                             .score = 3,
                             .scale = i == 3 ? 7 : 5};

        cr_assert_eq(lyt_inbound_settle(&other, &bed.config, bed.arena), LYT_OK);
        for (int k = 0; k < i; k++)
            cr_expect_not(lyt_str_equal(ids[k], other.id), "rows %d and %d", k, i);
        ids[i] = other.id;
    }
    long_one = (lyt_inbound){.kind = LYT_INBOUND_FEEDBACK,
                             .provider = LYT_STR("46elks"),
                             .score = (double)NAN,
                             .text = LYT_STR("x"),
                             .provider_id = LYT_STR("0123456789012345678901234567890123456789"
                                                    "0123456789012345678901234567890123456789")};
    cr_assert_eq(lyt_inbound_settle(&long_one, &bed.config, bed.arena), LYT_OK);
    cr_expect(long_one.id.len <= 64 && lyt_str_begins(long_one.id, LYT_STR("46elks:")));
    gatebed_deinit(&bed);
}

Test(settle, words_made_alike)
{
    static const struct {
        int line;
        const char *text, *folded;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "  Stop.  ", "stop"},
        {__LINE__, "LØST", "løst"},
        {__LINE__, "A\u030Ar", "år"},
        {__LINE__, "\u00c5R", "år"},
        {__LINE__, "«stop»", "stop"},
        {__LINE__, "nej \t\n tak", "nej tak"},
        {__LINE__, "\u00a0stop\u200b", "stop"},
        {__LINE__, "a . b", "a . b"},
        {__LINE__, "...", ""},
        {__LINE__, "S\xffTOP", "stop"},
    };
    lyt_arena *arena;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "fold", 1 << 20), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str got = lyt_word_fold(lyt_str_of(rows[i].text), arena);

        cr_expect(lyt_str_equal(got, lyt_str_of(rows[i].folded)), "row at line %d: '%.*s'",
                  rows[i].line, LYT_STR_ARG(got));
    }
    lyt_arena_free(arena);
}

/* CH-18: the service takes no score below 0, above its scale, or that JSON does not write as a
 * number. */
Test(settle, CH_18_a_score_that_is_none)
{
    static const struct {
        int line;
        double score, scale;
        bool is_kept;
        double kept_scale;
    } rows[] = {
        {__LINE__, 4, 5, true, 5},
        {__LINE__, 0, 0, true, 0},
        {__LINE__, 11, 10, false, 10},
        {__LINE__, -5, 0, false, 0},
        {__LINE__, 46706861004, 0, false, 0},
        {__LINE__, 999999999, 0, true, 0},
        {__LINE__, 3, 1e12, true, 0},
        {__LINE__, 3, -1, true, 0},
        {__LINE__, (double)INFINITY, 5, false, 0},
        {__LINE__, (double)NAN, 5, false, 0},
    };
    gatebed bed;

    gatebed_init(&bed, "46elks", NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_inbound item = {.kind = LYT_INBOUND_FEEDBACK,
                            .text = LYT_STR("cold"),
                            .score = rows[i].score,
                            .scale = rows[i].scale};

        cr_assert_eq(lyt_inbound_clean(&item, false, &bed.config, bed.arena), LYT_OK);
        cr_expect_eq(!isnan(item.score), rows[i].is_kept, "line %d: %g", rows[i].line, item.score);
        cr_expect(fabs(item.scale - rows[i].kept_scale) < 1e-9, "line %d: of %g", rows[i].line,
                  item.scale);
    }
    gatebed_deinit(&bed);
}
