#include <string.h>

#include "staybook.h"
#include "store_person.h"
#include "story.h"

LYT_SUITE(story);

static void add_fact(const staybook *s, lyt_fact_kind kind, int64_t incident, int64_t minute,
                     const char *text)
{
    lyt_fact fact = {.kind = kind,
                     .incident = incident,
                     .at_us = staybook_us(minute),
                     .by = LYT_STR("lise"),
                     .text = lyt_str_of(text)};
    lyt_buf json;

    lyt_buf_init(&json, NULL);
    lyt_fact_write(&json, &fact);
    cr_assert_eq(lyt_store_add_fact(s->store, incident, lyt_buf_str(&json), fact.at_us, NULL), LYT_OK);
    lyt_buf_deinit(&json);
}

static lyt_str bent = {"Bent Krog", 9};

/* Who works there; and that what is cold is sensitive, where `cold` says so. */
static lyt_settings settings_of(bool cold)
{
    static const char *sensitive[] = {"cold"};
    lyt_settings settings;

    memset(&settings, 0, sizeof settings);
    settings.staff = (lyt_personal_names){&bent, 1};
    if (cold)
        settings.sensitive = (lyt_names){sensitive, 1};
    return settings;
}

static lyt_status add_fate(void *user, const lyt_record *record, lyt_story_fate fate)
{
    lyt_buf_addf(user, "%lld:%d;", (long long)record->id, (int)fate);
    return lyt_buf_status(user);
}

static lyt_story_ask ask_of(const staybook *s, const lyt_chronicle *c, const lyt_settings *settings)
{
    return (lyt_story_ask){
        .chronicle = c, .store = s->store, .settings = settings, .zone = s->zone, .span = s->week};
}

static void expect_fates(const staybook *s, const lyt_settings *settings, const char *wanted,
                         int line)
{
    lyt_chronicle *c = staybook_read(s);
    lyt_story_ask ask = ask_of(s, c, settings);
    lyt_error err = {.text = ""};
    lyt_buf got;

    lyt_buf_init(&got, NULL);
    lyt_buf_add_text(&got, "");
    cr_expect_eq(lyt_story_each(&ask, add_fate, &got, &err), LYT_OK, "%s", err.text);
    cr_expect(lyt_str_equal(lyt_buf_str(&got), lyt_str_of(wanted)), "line %d: %.*s", line,
              LYT_STR_ARG(lyt_buf_str(&got)));
    lyt_buf_deinit(&got);
    lyt_chronicle_free(c);
}

Test(story, RP_07_only_with_consent_and_as_long_as_it_holds)
{
    lyt_settings plain = settings_of(false), cold = settings_of(true);
    staybook s;

    staybook_init(&s, true);
    expect_fates(&s, &plain, "", __LINE__);
    /* 1: mended, and 9 of 10; 2: nobody answered; 3: no failure; 4: not mended; 7: a drill */
    for (int64_t i = 1; i <= 7; i++)
        add_fact(&s, LYT_FACT_CONSENTED, i, 9700, "at the desk");
    expect_fates(&s, &plain, "1:0;2:2;3:1;4:1;", __LINE__);
    expect_fates(&s, &cold, "1:0;2:5;3:1;4:1;", __LINE__);
    add_fact(&s, LYT_FACT_REVOKED, 1, 9710, "");
    expect_fates(&s, &plain, "2:2;3:1;4:1;", __LINE__);
    add_fact(&s, LYT_FACT_CONSENTED, 1, 9720, "by mail");
    expect_fates(&s, &plain, "1:0;2:2;3:1;4:1;", __LINE__);
    staybook_deinit(&s);
}

Test(story, RP_07_what_failed_what_was_done_what_was_said)
{
    static const char *const never[] = {"anna", "214", "havnen", "bent", "Bent", "Krog",
                                        "20304050", "-23", "00:", "lise"};
    lyt_settings plain = settings_of(false);
    lyt_error err = {.text = ""};
    lyt_story_ask ask;
    lyt_chronicle *c;
    lyt_sheet sheet;
    staybook s;
    lyt_buf out;

    staybook_init(&s, true);
    add_fact(&s, LYT_FACT_CONSENTED, 1, 9700, "at the desk");
    add_fact(&s, LYT_FACT_ACTION, 1, 9701, "Bent turned it down; guest's phone 20304050");
    c = staybook_read(&s);
    ask = ask_of(&s, c, &plain);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_story_sheet(&sheet, NULL, &ask, &err), LYT_OK, "%s", err.text);
    lyt_sheet_csv(&sheet, &out);
    lyt_buf_add_char(&out, '\0');
    cr_assert_eq(lyt_buf_status(&out), LYT_OK);
    cr_expect_str_eq(out.data,
                     "story,month,scenario,said,cause,done,remedied_min,gestures,after,score\r\n"
                     "1,2026-11,noise,loud … still loud,bar open late,"
                     "[name] turned it down; guest's phone [phone],40,1,thanks,9\r\n");
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        cr_expect_null(strstr(out.data, never[i]), "%s is there", never[i]);
    lyt_sheet_deinit(&sheet);
    lyt_buf_deinit(&out);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(story, RP_07_no_words_no_story_and_none_of_health)
{
    lyt_settings plain = settings_of(false);
    lyt_feedback sick = {.source_id = LYT_STR("y"),
                         .channel = LYT_STR("sms"),
                         .property = LYT_STR("havnen"),
                         .sender = LYT_STR("anna"),
                         .text = LYT_STR("my asthma is better now"),
                         .received_us = staybook_us(2900)};
    lyt_erased erased;
    int64_t id = 0;
    lyt_buf json;
    staybook s;

    lyt_buf_init(&json, NULL);
    staybook_init(&s, true);
    add_fact(&s, LYT_FACT_CONSENTED, 1, 9700, "at the desk");
    cr_assert_eq(lyt_store_add_feedback(s.store, &sick, &id, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_verdict(s.store, id, 1,
                                       LYT_STR("{\"special\":[{\"kind\":\"health\"}]}"), 1, NULL),
                 LYT_OK);
    /* it came later in the log than the thanks, which are what is quoted */
    expect_fates(&s, &plain, "1:0;", __LINE__);
    lyt_fact_write(&json, &(lyt_fact){.kind = LYT_FACT_HEARD,
                                      .incident = 1,
                                      .other = id,
                                      .number = 2,
                                      .at_us = staybook_us(9730)});
    cr_assert_eq(lyt_store_add_fact(s.store, 1, lyt_buf_str(&json), staybook_us(9730), NULL),
                 LYT_OK);
    expect_fates(&s, &plain, "1:4;", __LINE__);
    /* once the guest's words are gone nothing is left to tell */
    cr_assert_eq(lyt_store_erase(s.store, &(lyt_who){.guest = LYT_STR("anna")}, &erased, NULL),
                 LYT_OK);
    expect_fates(&s, &plain, "1:3;", __LINE__);
    lyt_buf_deinit(&json);
    staybook_deinit(&s);
}

/* A store whose memory ends somewhere gives no story, and no half one. */
Test(story, memory_that_ends)
{
    lyt_settings plain = settings_of(false);
    testing_alloc failing = {.fail_at = 0};
    lyt_chronicle *c;
    long n = 1;
    staybook s;

    staybook_init(&s, true);
    add_fact(&s, LYT_FACT_CONSENTED, 1, 9700, "at the desk");
    c = staybook_read(&s);
    while (testing_each_failure(&failing, &n)) {
        lyt_story_ask ask = ask_of(&s, c, &plain);
        lyt_error err = {.text = ""};
        lyt_sheet sheet;
        lyt_status status = lyt_story_sheet(&sheet, &failing.alloc, &ask, &err);

        cr_expect(status == LYT_ENOMEM || lyt_sheet_rows(&sheet) == 1);
        lyt_sheet_deinit(&sheet);
    }
    cr_expect_gt(n, 2);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}
