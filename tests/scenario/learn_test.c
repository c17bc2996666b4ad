#include <stdio.h>
#include <string.h>

#include <lyt/lyt.h>

#include "minipack.h"
#include "testing.h"

LYT_SUITE(learn);

/* Scenarios reported, with commas, in the order of their names. */
static void heard(const lyt_classifier *classifier, const char *text, char *out, size_t size)
{
    static const char *const names[] = {"noise", "room-not-cleaned", "room-too-cold"};
    const lyt_verdict *verdict;
    lyt_session *session;

    cr_assert_eq(lyt_session_new(&session, classifier, NULL), LYT_OK);
    cr_assert_eq(lyt_classify(session, &(lyt_message){.text = lyt_str_of(text)}, &verdict, NULL),
                 LYT_OK);
    *out = '\0';
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (size_t i = 0; i < verdict->n_failures; i++)
            if (strcmp(verdict->failures[i].scenario, names[k]) == 0)
                snprintf(out + strlen(out), size - strlen(out), "%s,", names[k]);
    lyt_session_free(session);
}

Test(learn, says_what_it_was_taught)
{
    static const struct {
        int line;
        const char *text, *scenarios; /* one or none */
    } rows[] = {
        {__LINE__, "Dejligt ophold, tak for alt", "noise"},
        {__LINE__, "it is freezing in here", ""},
        {__LINE__, "the jacuzzi makes no bubbles", "room-not-cleaned"},
        {__LINE__, "Nobody has cleaned rm214", "room-too-cold"},
    };
    enum { n = sizeof rows / sizeof *rows };
    lyt_pack *pack = minipack_load();
    lyt_classifier *classifier, *taught = NULL, *again = NULL;
    lyt_lesson lessons[n], back[n];
    lyt_str names[n];
    char now[128], before[128];
    lyt_error err = {0};

    cr_assert_eq(lyt_classifier_of_pack(&classifier, pack, NULL, &err), LYT_OK);
    for (size_t i = 0; i < n; i++) {
        static const char *const ids[] = {"1", "2", "3", "4"};

        names[i] = lyt_str_of(rows[i].scenarios);
        lessons[i] = (lyt_lesson){
            lyt_str_of(ids[i]), {.text = lyt_str_of(rows[i].text)}, &names[i], names[i].len > 0};
        back[n - 1 - i] = lessons[i];
    }
    cr_assert_eq(lyt_learn(&taught, classifier, lessons, n, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_learn(&again, classifier, back, n, &err), LYT_OK, "%s", err.text);
    for (size_t i = 0; i < n; i++) {
        char want[128];

        snprintf(want, sizeof want, "%s%s", rows[i].scenarios, *rows[i].scenarios ? "," : "");
        heard(taught, rows[i].text, now, sizeof now);
        cr_expect_str_eq(now, want, "row at line %d: %s", rows[i].line, now);
    }
    cr_expect_eq(lyt_classifier_version(taught), lyt_classifier_version(again));
    cr_expect_neq(lyt_classifier_version(taught), lyt_classifier_version(classifier));
    heard(classifier, "terrible noise from the bar", before, sizeof before);
    heard(taught, "terrible noise from the bar", now, sizeof now);
    cr_expect_str_eq(now, before);
    lyt_classifier_close(again);
    lyt_classifier_close(taught);
    lyt_classifier_close(classifier);
    lyt_pack_free(pack);
}

/* What another process learned from the same pack is the same here, and nothing else is. */
Test(learn, is_taught_again_elsewhere)
{
    lyt_pack *packs[2] = {minipack_load(), minipack_load()};
    lyt_classifier *here = NULL, *there = NULL, *taught = NULL, *again = NULL, *none = NULL;
    const lyt_str label = LYT_STR("room-not-cleaned");
    const lyt_lesson lesson = {.id = LYT_STR("1"),
                               .message = {.text = LYT_STR("the jacuzzi makes no bubbles")},
                               .scenarios = &label,
                               .n_scenarios = 1};
    lyt_str bytes;
    lyt_error err = {0};
    char now[128];

    cr_assert_eq(lyt_classifier_of_pack(&here, packs[0], NULL, &err), LYT_OK);
    cr_assert_eq(lyt_classifier_of_pack(&there, packs[1], NULL, &err), LYT_OK);
    cr_expect_eq(lyt_classifier_lessons(here).len, 0);
    cr_assert_eq(lyt_learn(&taught, here, &lesson, 1, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_classifier_base(taught), lyt_classifier_version(here));
    cr_expect_neq(lyt_classifier_version(taught), lyt_classifier_version(here));
    bytes = lyt_classifier_lessons(taught);
    cr_assert_gt(bytes.len, 0);
    cr_assert_eq(lyt_classifier_teach_again(&again, there, bytes, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_classifier_version(again), lyt_classifier_version(taught));
    heard(again, "the jacuzzi makes no bubbles", now, sizeof now);
    cr_expect_str_eq(now, "room-not-cleaned,");
    /* and from what was taught already: the lessons are those given, not more */
    cr_assert_eq(lyt_classifier_teach_again(&none, again, (lyt_str){NULL, 0}, &err), LYT_OK);
    cr_expect_eq(lyt_classifier_base(none), lyt_classifier_version(here));
    heard(none, "the jacuzzi makes no bubbles", now, sizeof now);
    cr_expect_str_eq(now, "");
    for (size_t n = 1; n < bytes.len; n += 7) {
        lyt_classifier *cut = NULL;

        cr_expect_eq(lyt_classifier_teach_again(&cut, there, lyt_str_slice(bytes, 0, n), &err),
                     LYT_EFORMAT, "%zu of %zu bytes", n, bytes.len);
    }
    lyt_classifier_close(none);
    lyt_classifier_close(again);
    lyt_classifier_close(taught);
    lyt_classifier_close(there);
    lyt_classifier_close(here);
    lyt_pack_free(packs[0]);
    lyt_pack_free(packs[1]);
}

Test(learn, refuses_what_it_cannot_be_taught)
{
    const lyt_str noise = LYT_STR("noise"), nonsense = LYT_STR("nonsense");
    const struct {
        int line;
        lyt_lesson lessons[2];
        lyt_status status;
    } rows[] = {
        {__LINE__, {{LYT_STR("1"), {.text = LYT_STR("x")}, &nonsense, 1}}, LYT_ENOTFOUND},
        {__LINE__,
         {{LYT_STR("1"), {.text = LYT_STR("x")}, &noise, 1},
          {LYT_STR("1"), {.text = LYT_STR("y")}, &noise, 1}},
         LYT_EEXISTS},
        {__LINE__, {{LYT_STR(""), {.text = LYT_STR("x")}, &noise, 1}}, LYT_EINVAL},
        {__LINE__, {{LYT_STR("1"), {.text = LYT_STR("\xff")}, &noise, 1}}, LYT_EFORMAT},
    };
    lyt_pack *pack = minipack_load();
    lyt_classifier *classifier;

    cr_assert_eq(lyt_classifier_of_pack(&classifier, pack, NULL, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_classifier *taught = NULL;
        lyt_error err = {.text = ""};

        cr_expect_eq(lyt_learn(&taught, classifier, rows[i].lessons,
                               rows[i].lessons[1].id.len ? 2 : 1, &err),
                     rows[i].status, "row at line %d: %s", rows[i].line, err.text);
        cr_expect_null(taught);
        cr_expect_gt(strlen(err.text), 0, "row at line %d", rows[i].line);
    }
    lyt_classifier_close(classifier);
    lyt_pack_free(pack);
}
