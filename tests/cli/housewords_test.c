#include <stdlib.h>
#include <string.h>

#include "authority.h"
#include "book.h"
#include "fact.h"
#include "gesture.h"
#include "housewords.h"
#include "testing.h"
#include "watch.h"

LYT_SUITE(housewords);

static const lyt_housewords danish = {LYT_PAGE_DA, NULL}, english = {LYT_PAGE_EN, NULL};

Test(housewords, the_language_of_an_environment)
{
    enum { choice_auto, choice_da, choice_en };
    static const struct {
        int line;
        int64_t choice;
        const char *all, *messages, *lang;
        lyt_page_language want;
    } rows[] = {
        {__LINE__, choice_auto, "", "", "da_DK.UTF-8", LYT_PAGE_DA},
        {__LINE__, choice_auto, "", "", "da", LYT_PAGE_DA},
        {__LINE__, choice_auto, "", "da_DK@euro", "en_GB", LYT_PAGE_DA},
        {__LINE__, choice_auto, "C", "da_DK", "da_DK", LYT_PAGE_EN},
        {__LINE__, choice_auto, "", "", "dav_KE", LYT_PAGE_EN},
        {__LINE__, choice_auto, "", "", "sv_SE", LYT_PAGE_EN},
        {__LINE__, choice_auto, "", "", "", LYT_PAGE_EN},
        {__LINE__, choice_da, "en_GB", "", "", LYT_PAGE_DA},
        {__LINE__, choice_en, "da_DK", "", "", LYT_PAGE_EN},
    };

    cr_assert_str_eq(lyt_housewords_languages[choice_da], "da");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("LC_ALL", rows[i].all, 1);
        setenv("LC_MESSAGES", rows[i].messages, 1);
        setenv("LANG", rows[i].lang, 1);
        cr_expect_eq(lyt_housewords_language(rows[i].choice), rows[i].want, "line %d",
                     rows[i].line);
    }
}

/* True for a word that is the same in both languages. */
static bool is_same_in_both(const char *word)
{
    static const char *const words[] = {"alarm", "supervisor"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static void expect_danish(const char *word)
{
    lyt_str given = lyt_str_of(word);

    cr_expect(lyt_str_equal(lyt_housewords_word(&english, given), given));
    cr_expect(is_same_in_both(word) || !lyt_str_equal(lyt_housewords_word(&danish, given), given),
              "'%s' has no Danish word", word);
}

/* OP-10: what a service may say of an incident has a word in both languages. */
Test(housewords, OP_10_every_word_of_the_service_is_there)
{
    /* these are kept for the book's sake and are in no history */
    static const lyt_fact_kind silent[] = {LYT_FACT_MOVED, LYT_FACT_ACK_LIMITED, LYT_FACT_TOLD,
                                           LYT_FACT_HELD,  LYT_FACT_REMIND,      LYT_FACT_LADDER};

    for (int i = 0; i < LYT_INCIDENT_STATE_COUNT; i++)
        expect_danish(lyt_incident_state_name((lyt_incident_state)i));
    for (int i = 0; i < LYT_NOTICE_COUNT; i++)
        expect_danish(lyt_notice_name((lyt_notice)i));
    for (int i = 0; i < LYT_CLOCK_KIND_COUNT; i++)
        expect_danish(lyt_clock_kind_name((lyt_clock_kind)i));
    for (int i = 0; i < LYT_ROLE_COUNT; i++)
        expect_danish(lyt_role_name((lyt_role)i));
    for (unsigned i = 0; i < LYT_NOTE_KIND_COUNT; i++)
        expect_danish(lyt_note_kind_name((lyt_note_kind)i));
    for (int i = 0; i < LYT_FACT_KIND_COUNT; i++) {
        bool is_silent = false;

        for (size_t k = 0; k < sizeof silent / sizeof *silent; k++)
            is_silent = is_silent || silent[k] == (lyt_fact_kind)i;
        if (!is_silent)
            expect_danish(lyt_fact_name((lyt_fact_kind)i));
    }
}

Test(housewords, names_of_scenarios)
{
    static const char answer[] = "{\"scenarios\":[{\"scenario\":\"no-hot-water\",\"da\":\"Intet "
                                 "varmt vand\",\"en\":\"No hot "
                                 "water\"},{\"scenario\":\"own\",\"da\":\"\",\"en\":\"Own\"}]}";
    lyt_housewords words = {LYT_PAGE_DA, NULL};

    cr_assert_eq(lyt_json_parse(&words.names, lyt_str_of(answer), 1000, NULL), LYT_OK);
    cr_expect(lyt_str_equal(lyt_housewords_name(&words, LYT_STR("no-hot-water")),
                            LYT_STR("Intet varmt vand")));
    cr_expect(lyt_str_equal(lyt_housewords_name(&words, LYT_STR("own")), LYT_STR("own")));
    cr_expect(lyt_str_equal(lyt_housewords_name(&words, LYT_STR("other")), LYT_STR("other")));
    cr_expect(lyt_str_equal(lyt_housewords_name(NULL, LYT_STR("own")), LYT_STR("own")));
    cr_expect_str_eq(lyt_housewords_say(&words, "yes", "ja"), "ja");
    cr_expect_str_eq(lyt_housewords_say(NULL, "yes", "ja"), "yes");
    lyt_housewords_close(&words);
    cr_expect(lyt_str_equal(lyt_housewords_name(&words, LYT_STR("no-hot-water")),
                            LYT_STR("no-hot-water")));
}
