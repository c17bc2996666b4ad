#include <stdio.h>
#include <string.h>

#include "housework.h"
#include "smslen.h"
#include "watch.h"

/* What Lyt writes to guests by itself: words, bounds, and when. */
LYT_SUITE(reply);

#define HEAD                                                                                       \
    "desk: d\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\n"                                  \
    "people:\n  - {id: m, name: M, role: manager, channels: [bus]}\n"                              \
    "teams: [{id: t}]\nroutes:\n  - {id: all, to: [m]}\n"
#define CONTACT "messages: {contact: [\"9\"], sms_parts: 2, automatic: [no-hot-water]}\n"
#define WAY "ways:\n  - {id: g, kind: twilio, secret: k, from: \"+4592450000\", guests: true}\n"

static lyt_settings *read(const char *text)
{
    lyt_error err = {0};
    lyt_settings *s = housework_text(text, LYT_OK, &err);

    cr_assert_not_null(s, "%u: %s", err.line, err.text);
    return s;
}

static const char *const codes[] = {"da", "en", "sv", "nb", "de"};

static void check_messages(const lyt_settings *s)
{
    for (int kind = LYT_REPLY_SOLVED; kind < LYT_REPLY_KIND_COUNT; kind++) {
        for (size_t i = 0; i < 5; i++) {
            const char *words =
                lyt_reply_words(&s->replies, (lyt_reply_kind)kind, lyt_str_of(codes[i]));
            lyt_error err = {0};
            lyt_buf out;

            cr_assert_not_null(words, "%d in %s", kind, codes[i]);
            lyt_buf_init(&out, NULL);
            cr_expect_eq(lyt_reply_write(&out, s,
                                         &(lyt_reply_message){.kind = (lyt_reply_kind)kind,
                                                              .words = words,
                                                              .language = lyt_str_of(codes[i]),
                                                              .incident = 4711,
                                                              .has_refund = true},
                                         &err),
                         LYT_OK, "%d in %s: %s", kind, codes[i], err.text);
            cr_expect(strstr(out.data, "Hotel Kong Frederiks Havn"), "%s", out.data);
            cr_expect(strstr(out.data, "9"), "%s", out.data);
            cr_expect_null(strchr(out.data, '{'), "%s", out.data);
            cr_expect(!lyt_sms_length(lyt_buf_str(&out)).is_ucs2, "7-bit letters: %s", out.data);
            lyt_buf_deinit(&out);
        }
    }
}

Test(reply, RE_02_RE_11_every_message_in_five_languages_names_a_person_and_fits)
{
    /* with either question of the follow-up */
    lyt_settings *both[] = {
        read(HEAD CONTACT WAY "refunds: {answer_h: 48}\n"
                              "replies: {house: Hotel Kong Frederiks Havn}\n"),
        read(HEAD CONTACT WAY "refunds: {answer_h: 48}\n"
                              "replies: {house: Hotel Kong Frederiks Havn, ask: recommend}\n")};

    for (size_t b = 0; b < 2; b++) {
        check_messages(both[b]);
        lyt_settings_free(both[b]);
    }
}

Test(reply, S4_10_the_follow_up_asks_what_the_house_wants_to_know)
{
    static const struct {
        int line;
        const char *replies, *language, *says, *says_not;
    } rows[] = {
        {__LINE__, "{house: H}", "da", "i orden nu", "anbefale"},
        {__LINE__, "{ask: right}", "en", "right now", "recommend"},
        {__LINE__, "{ask: recommend}", "da", "anbefale os", "i orden nu"},
        {__LINE__, "{ask: recommend}", "en", "recommend us", "right now"},
        {__LINE__, "{ask: recommend}", "sv", "rekommendera oss", "bra nu"},
        {__LINE__, "{ask: recommend}", "nb", "anbefale oss", "i orden nå"},
        {__LINE__, "{ask: recommend}", "de", "weiterempfehlen", "in Ordnung"},
        /* the house's own words are left as they are */
        {__LINE__,
         "{ask: recommend, texts: [{for: follow-up, language: da, text: \"Nå? Ring 9\"}]}", "da",
         "Nå? Ring 9", "anbefale"},
        {__LINE__,
         "{ask: recommend, texts: [{for: follow-up, language: da, text: \"Nå? Ring 9\"}]}", "en",
         "from 0 (not at all) to 10", "Nå?"},
    };
    lyt_settings *s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[800];
        const char *words;

        snprintf(text, sizeof text, HEAD CONTACT WAY "replies: %s\n", rows[i].replies);
        s = read(text);
        words = lyt_reply_words(&s->replies, LYT_REPLY_FOLLOW_UP, lyt_str_of(rows[i].language));
        cr_expect(strstr(words, rows[i].says), "line %d: %s", rows[i].line, words);
        cr_expect_null(strstr(words, rows[i].says_not), "line %d: %s", rows[i].line, words);
        words = lyt_reply_words(&s->replies, LYT_REPLY_SOLVED, lyt_str_of(rows[i].language));
        cr_expect_null(strstr(words, "0 ("), "only the follow-up: %s", words);
        lyt_settings_free(s);
    }
}

Test(reply, RE_02_languages_are_those_that_are_known)
{
    static const struct {
        int line;
        const char *language;
        bool known;
    } rows[] = {
        {__LINE__, "da", true},   {__LINE__, "da-DK", true}, {__LINE__, "nb_NO", true},
        {__LINE__, "no", true},   {__LINE__, "nn", true},    {__LINE__, "fr", false},
        {__LINE__, "und", false}, {__LINE__, "", false},     {__LINE__, "d", false},
        {__LINE__, "dan", false},
    };
    lyt_reply_rules none = {.n_texts = 0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_reply_words(&none, LYT_REPLY_HOLDING, lyt_str_of(rows[i].language)) !=
                         NULL,
                     rows[i].known, "line %d", rows[i].line);
    cr_expect_str_eq(lyt_reply_words(&none, LYT_REPLY_HOLDING, LYT_STR("nn")),
                     lyt_reply_words(&none, LYT_REPLY_HOLDING, LYT_STR("nb")));
    cr_expect_null(lyt_reply_words(&none, LYT_REPLY_FIRST, LYT_STR("da")),
                   "that is the scenario's to say");
}

Test(reply, CH_15_the_first_reply_has_a_reference)
{
    static const struct {
        int line;
        const char *words, *language;
        int64_t incident;
        lyt_status status;
        const char *out;
    } rows[] = {
        {__LINE__, "Sorry. Call 9.", "en", 12, LYT_OK, "Sorry. Call 9. (case 12)"},
        {__LINE__, "Beklager. Ring 9.", "da", 12, LYT_OK, "Beklager. Ring 9. (sag 12)"},
        {__LINE__, "Ring 9.", "sv-SE", 12, LYT_OK, "Ring 9. (ärende 12)"},
        {__LINE__, "9, sag {case}: tak", "da", 7, LYT_OK, "9, sag 7: tak"},
        {__LINE__, "{house}: 9", "da", 0, LYT_OK, "d: 9"},
        {__LINE__, "Sag {case}, ring 9", "da", 0, LYT_EINVAL, "{case}, which is not known here"},
        {__LINE__, "Ring {contact} til {room}", "da", 1, LYT_EINVAL, "{room}, which is not a name"},
        {__LINE__, "Sorry.", "en", 12, LYT_EINVAL, "names no way to reach a person"},
        {__LINE__, NULL, "en", 12, LYT_EINVAL, "not there in the guest's language"},
    };
    lyt_settings *s = read(HEAD CONTACT);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.text = ""};
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_expect_eq(lyt_reply_write(&out, s,
                                     &(lyt_reply_message){LYT_REPLY_FIRST, rows[i].words,
                                                          lyt_str_of(rows[i].language),
                                                          rows[i].incident, false},
                                     &err),
                     rows[i].status, "line %d: %s", rows[i].line, err.text);
        if (rows[i].status)
            cr_expect(strstr(err.text, rows[i].out), "line %d: %s", rows[i].line, err.text);
        else
            cr_expect_str_eq(out.data, rows[i].out, "line %d", rows[i].line);
        lyt_buf_deinit(&out);
    }
    lyt_settings_free(s);
}

Test(reply, RE_02_what_is_too_long_for_the_house_does_not_go)
{
    lyt_settings *s = read(HEAD CONTACT);
    char words[320];
    lyt_error err = {0};
    lyt_buf out;

    memset(words, 'a', sizeof words);
    words[0] = '9';
    words[sizeof words - 1] = 0;
    lyt_buf_init(&out, NULL);
    cr_expect_eq(lyt_reply_write(
                     &out, s,
                     &(lyt_reply_message){LYT_REPLY_SOLVED, words, LYT_STR("da"), 1, false}, &err),
                 LYT_ELIMIT);
    cr_expect(strstr(err.text, "3 SMS") && strstr(err.text, "at most 2"), "%s", err.text);
    lyt_buf_deinit(&out);
    lyt_settings_free(s);
}

Test(reply, what_can_wait_waits_for_the_morning)
{
    static const struct {
        int line;
        lyt_reply_kind kind;
        const char *now, *due;
    } rows[] = {
        {__LINE__, LYT_REPLY_FOLLOW_UP, "2026-06-10T12:00:00Z", "2026-06-10T12:15:00Z"},
        /* 22:50 in Copenhagen: 15 minutes later it is night */
        {__LINE__, LYT_REPLY_FOLLOW_UP, "2026-06-10T20:50:00Z", "2026-06-11T06:00:00Z"},
        {__LINE__, LYT_REPLY_FOLLOW_UP, "2026-06-11T05:59:00Z", "2026-06-11T06:14:00Z"},
        {__LINE__, LYT_REPLY_SOLVED, "2026-06-11T01:00:00Z", "2026-06-11T06:00:00Z"},
        {__LINE__, LYT_REPLY_FIRST, "2026-06-11T01:00:00Z", "2026-06-11T01:00:00Z"},
        {__LINE__, LYT_REPLY_OPTED_OUT, "2026-06-11T01:00:00Z", "2026-06-11T01:00:00Z"},
        /* the nights that are an hour longer and shorter end by the clock on the wall */
        {__LINE__, LYT_REPLY_SOLVED, "2026-10-24T22:30:00Z", "2026-10-25T07:00:00Z"},
        {__LINE__, LYT_REPLY_SOLVED, "2026-03-28T23:30:00Z", "2026-03-29T06:00:00Z"},
    };
    lyt_settings *s = read(HEAD CONTACT WAY "replies: {ask_after_min: 15, not_between: "
                                            "{from: \"23:00\", to: \"08:00\"}}\n");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_reply_due(s, rows[i].kind, housework_at(rows[i].now)),
                     housework_at(rows[i].due), "line %d", rows[i].line);
    lyt_settings_free(s);
}

Test(reply, the_settings_say_it_all)
{
    lyt_settings *s =
        read(HEAD CONTACT WAY "replies:\n  key: secrets/contacts\n  house: Hotel Havnen\n"
                              "  call: 33 11 22 33\n"
                              "  language: da\n  keep_days: 3\n  a_day: 2\n  to_typed: true\n"
                              "  confirm: false\n  texts:\n"
                              "    - {for: holding, language: da, text: \"Vent lidt, ring 9\"}\n");

    cr_expect(strstr(s->replies.key_file, "/secrets/contacts") && s->replies.key_file[0] == '/');
    cr_expect_str_eq(s->replies.house, "Hotel Havnen");
    cr_expect_str_eq(s->replies.call, "33 11 22 33");
    cr_expect_eq(s->replies.keep_us, (int64_t)3 * 86400 * 1000000);
    cr_expect(s->replies.day_max == 2 && s->replies.answers_typed && !s->replies.confirms);
    cr_expect(!s->replies.asks);
    cr_expect_str_eq(lyt_reply_words(&s->replies, LYT_REPLY_HOLDING, LYT_STR("da")),
                     "Vent lidt, ring 9");
    cr_expect(strstr(lyt_reply_words(&s->replies, LYT_REPLY_HOLDING, LYT_STR("en")), "{house}"));
    cr_expect(lyt_reply_is_automatic(s, LYT_STR("no-hot-water")));
    cr_expect(!lyt_reply_is_automatic(s, LYT_STR("theft")));
    cr_expect(s->ways[0].for_guests && s->ways[0].n_to == 0);
    lyt_settings_free(s);
    s = read(HEAD);
    cr_expect(s->replies.day_max == 6 && s->replies.confirms && !s->replies.answers_typed);
    cr_expect_str_eq(s->replies.language, "en");
    lyt_settings_free(s);
}

Test(reply, every_refusal_names_the_place_and_what_to_do)
{
    static const struct {
        int line;
        const char *text;
        unsigned at;
        const char *advice;
    } rows[] = {
        {__LINE__, HEAD WAY, 1, "write under 'messages' in 'contact'"},
        {__LINE__, HEAD WAY "replies: {house: H}\n", 12, "write under 'messages' in 'contact'"},
        {__LINE__, HEAD CONTACT "replies: {keep_days: 0}\n", 11, "1 to 90"},
        {__LINE__, HEAD CONTACT "replies: {keep_days: 91}\n", 11, "1 to 90"},
        {__LINE__, HEAD CONTACT "replies: {language: fr}\n", 11, "da, en, sv, nb"},
        {__LINE__, HEAD CONTACT "replies: {ask: nps}\n", 11, "right or recommend"},
        {__LINE__, HEAD CONTACT "replies:\n  house: H\n  ask: [recommend]\n", 13, "ask"},
        {__LINE__, HEAD CONTACT "replies: {houses: H}\n", 11, "houses"},
        {__LINE__, HEAD CONTACT "replies: {not_between: {from: \"23:00\"}}\n", 11, "'to'"},
        {__LINE__, HEAD CONTACT "replies: {texts: [{for: reply, language: da, text: \"9\"}]}\n", 11,
         "solved"},
        {__LINE__, HEAD CONTACT "replies: {texts: [{for: solved, language: da, text: \"Tak\"}]}\n",
         11, "names no way to reach a person"},
        {__LINE__,
         HEAD CONTACT "replies: {texts: [{for: solved, language: da, text: \"9 {room}\"}]}\n", 11,
         "{room}"},
        {__LINE__,
         HEAD CONTACT "replies:\n  texts:\n    - {for: solved, language: da, text: \"9\"}\n"
                      "    - {for: solved, language: da, text: \"8 9\"}\n",
         14, "already"},
        {__LINE__,
         HEAD "messages: {contact: [\"9\"], automatic: [a, theft]}\n"
              "sensitive: {scenarios: [theft], roles: [manager]}\n",
         10, "'theft' is sensitive; a person answers"},
        {__LINE__,
         HEAD CONTACT "ways:\n  - {id: g, kind: slack, url: \"https://a.b\", guests: true}\n", 12,
         "guests are written to by SMS or mail"},
        {__LINE__,
         HEAD CONTACT "ways:\n  - {id: g, kind: slack, url: \"https://a.b\", events: "
                      "[recovered]}\n",
         12, "alarm"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.text = ""};

        cr_expect_null(housework_text(rows[i].text, LYT_EFORMAT, &err), "line %d", rows[i].line);
        cr_expect(strstr(err.text, rows[i].advice), "line %d: %s", rows[i].line, err.text);
        cr_expect_eq(err.line, rows[i].at, "line %d: %u, %s", rows[i].line, err.line, err.text);
    }
}

Test(reply, kinds_have_names)
{
    lyt_reply_kind kind;

    for (unsigned i = 0; i < LYT_REPLY_KIND_COUNT; i++) {
        lyt_str name = lyt_str_of(lyt_reply_kind_name((lyt_reply_kind)i));

        cr_expect_eq(lyt_reply_kind_parse(&kind, name), LYT_OK);
        cr_expect_eq(kind, (lyt_reply_kind)i);
    }
    cr_expect_eq(lyt_reply_kind_parse(&kind, LYT_STR("alarm")), LYT_EINVAL);
}
