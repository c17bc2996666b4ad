#include <stdio.h>
#include <string.h>

#include "diskfault.h"
#include "housing.h"

/* Scores, praise, silences; and a disk that fails while all of it goes on. */
LYT_SUITE(news);

/* Half of the last scores at a place are bad: once, and again only when it was clear meanwhile. */
Test(news, AL_17_CH_11_SC_09_scores_of_a_place_over_a_threshold)
{
    /* the score of 10, and how often it was found after that */
    static const struct {
        int line, score, found;
    } rows[] = {{__LINE__, 2, 0},  {__LINE__, 9, 0},  {__LINE__, 3, 0}, {__LINE__, 9, 0},
                {__LINE__, 1, 1},  {__LINE__, 2, 1},  {__LINE__, 9, 1}, {__LINE__, 9, 1},
                {__LINE__, 9, 1},  {__LINE__, 9, 1},  {__LINE__, 9, 1}, {__LINE__, 10, 1},
                {__LINE__, 10, 1}, {__LINE__, 10, 1}, {__LINE__, 9, 1}, {__LINE__, 9, 1},
                {__LINE__, 0, 1}};
    house h;

    housing_init(&h, "hotel", "2026-11-25T11:40:00Z");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char json[256];

        snprintf(json, sizeof json,
                 "{\"id\":\"k%zu\",\"channel\":\"tablet\",\"property\":\"havnen\",\"place\":"
                 "\"lobby\",\"score\":%d,\"scale\":10}",
                 i, rows[i].score);
        housing_submit(&h, json, "accepted");
        cr_expect_eq(housing_found(&h, "unhappy-place"), rows[i].found, "row at line %d",
                     rows[i].line);
        h.clock.wall_us += 5000000;
    }
    housing_ask(
        &h, "{\"request\":\"case\",\"incident\":1}",
        "\"scenario\":\"stay-disappointing\",\"team\":\"duty-manager\",\"property\":\"havnen\","
        "\"place\":\"lobby\"");
    /* a score invents no scenario of its own, and nobody is asked whether it is right now */
    housing_ask(&h, "{\"request\":\"guest\",\"guest\":\"havnen/lobby\"}", "\"incidents\":[]");
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"alarm.\"}",
                "\"facts\":{\"place\":\"lobby\"");
    /* other places have scores of their own; an hour later all are forgotten, also by a restart */
    for (int i = 0; i < 4; i++) {
        char json[256];

        snprintf(
            json, sizeof json,
            "{\"id\":\"m%d\",\"property\":\"havnen\",\"place\":\"spa\",\"score\":1,\"scale\":4}",
            i);
        housing_submit(&h, json, "accepted");
    }
    cr_expect_eq(housing_found(&h, "unhappy-place"), 2);
    serving_stop(&h.s);
    h.clock.wall_us += 3600000000LL;
    serving_start(&h.s);
    cr_expect_eq(housing_found(&h, "unhappy-place"), 2);
    housing_submit(
        &h, "{\"id\":\"z\",\"property\":\"havnen\",\"place\":\"spa\",\"score\":1,\"scale\":4}",
        "accepted");
    cr_expect_eq(housing_found(&h, "unhappy-place"), 2, "one is not enough to tell");
    housing_deinit(&h);
}

/* Good news goes to whom it is about, so often an hour, and tells nobody by notice. */
Test(news, AL_19_good_news)
{
    house h;

    housing_init(&h, "hotel", "2026-11-25T23:40:00Z");
    for (int i = 0; i < 9; i++) {
        char json[256];

        snprintf(json, sizeof json,
                 "{\"id\":\"p%d\",\"property\":\"havnen\",\"from\":\"anna\",\"text\":\"%s\"}", i,
                 i == 8   ? "thank you for nothing that anybody knows"
                 : i == 7 ? "thank the cleaners"
                          : "thank the Reception for me");
        housing_submit(&h, json, "accepted");
        serving_until(&h.s, "waiting", NULL, 0);
    }
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"praise.havnen.reception\",\"count\":true}",
                "\"count\":6");
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"praise.havnen.\"}", "\"word\":\"clean\"");
    cr_expect_null(strstr(h.s.json.data, "anna"));
    cr_expect_null(strstr(h.s.json.data, "for me"));
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"praise.\",\"count\":true}", "\"count\":8");
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"notice.\",\"count\":true}", "\"count\":0");
    h.clock.wall_us += 3600000000LL;
    housing_submit(&h, "{\"id\":\"q\",\"property\":\"havnen\",\"text\":\"thank the reception\"}",
                   "accepted");
    serving_until(&h.s, "waiting", NULL, 0);
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"praise.\",\"count\":true}", "\"count\":9");
    housing_deinit(&h);
}

/* Whether its answer is that nothing can be kept now. */
static bool is_busy(house *h, const char *json)
{
    return strstr(serving_submit(&h->s, json), "\"busy\"") != NULL;
}

/*
 * The disk fails at every write in turn, while the fourth try fails that makes an offer: who sent
 * it hears "busy", sends again, and in the end there is one offer and one note, on the disk, too.
 */
Test(news, BT_01_what_could_not_be_kept_was_not_taken)
{
    static const char event_json[] =
        "{\"id\":\"4\",\"type\":\"booking-failed\",\"subject\":\"bo\",\"at\":\"2026-11-27T11:59:00Z"
        "\"}";
    static const char note_json[] = "{\"kind\":\"order\",\"guest\":\"bo\",\"item\":\"tea\",\"at\":"
                                    "\"2026-11-24T09:05:00Z\"}";
    int n_failed = 0;

    diskfault_install();
    for (long first = 1; first < 12; first++) {
        house h;
        bool failed = false;

        housing_init(&h, "support", "2026-11-27T12:00:00Z");
        for (int i = 1; i < 4; i++) {
            char id[16];

            snprintf(id, sizeof id, "%d", i);
            housing_event(&h, id, "booking-failed", "bo", "", "2026-11-25T10:00:00Z", "");
        }
        diskfault_plan(DISK_FULL, first, 2);
        while (is_busy(&h, event_json))
            failed = true;
        cr_expect(strstr(h.s.json.data, "\"accepted\""), "%s", h.s.json.data);
        while (is_busy(&h, note_json))
            failed = true;
        cr_expect(strstr(h.s.json.data, "\"accepted\""), "%s", h.s.json.data);
        diskfault_plan(DISK_FULL, 0, 0);
        n_failed += failed;
        housing_submit(&h, event_json, "\"duplicate\"");
        housing_submit(&h, note_json, "\"duplicate\"");
        serving_stop(&h.s);
        serving_start(&h.s);
        housing_submit(&h, event_json, "\"duplicate\"");
        housing_submit(&h, note_json, "\"duplicate\"");
        housing_ask(&h, "{\"request\":\"gestures\"}", "\"sums\":{\"DKK\":0,\"EUR\":2000}");
        cr_expect_eq(housing_found(&h, "no-flat-yet"), 1);
        housing_deinit(&h);
    }
    cr_expect_gt(n_failed, 3, "%d runs had a failure", n_failed);
}

/* Planned maintenance begins and ends before everybody's ears, also when nobody ends it. */
Test(news, AL_08_begin_and_end_are_published)
{
    house h;

    housing_init(&h, "hotel", "2026-11-25T11:40:00Z");
    housing_submit(
        &h,
        "{\"type\":\"incident.do\",\"verb\":\"maintenance\",\"by\":\"signe\",\"scenario\":"
        "\"no-hot-water\",\"minutes\":30,\"note\":\"a new boiler\"}",
        "\"number\":1");
    housing_submit(
        &h,
        "{\"type\":\"incident.do\",\"verb\":\"silence\",\"by\":\"signe\",\"property\":\"skoven\","
        "\"minutes\":60,\"note\":\"closed\"}",
        "\"number\":2");
    housing_ask(
        &h, "{\"request\":\"events\",\"topic\":\"silence.havnen\"}",
        "\"kind\":\"maintenance\",\"state\":\"begun\",\"property\":\"havnen\",\"scenario\":"
        "\"no-hot-water\",\"place\":\"\",\"by\":\"signe\",\"reason\":\"a new boiler\",\"until\":"
        "\"2026-11-25T12:10:00.000000Z\"");
    housing_submit(&h,
                   "{\"type\":\"incident.do\",\"verb\":\"unsilence\",\"by\":\"lise\",\"other\":2}",
                   "accepted");
    housing_ask(
        &h, "{\"request\":\"events\",\"topic\":\"silence.skoven\"}",
        "\"state\":\"ended\",\"property\":\"skoven\",\"scenario\":\"\",\"place\":\"\",\"by\":"
        "\"lise\"");
    serving_stop(&h.s);
    h.clock.wall_us += 31 * 60000000LL;
    serving_start(&h.s);
    serving_listen(&h.s);
    serving_hear(&h.s, 4);
    housing_ask(
        &h, "{\"request\":\"events\",\"topic\":\"silence.havnen\"}",
        "\"state\":\"ended\",\"property\":\"havnen\",\"scenario\":\"no-hot-water\",\"place\":\"\","
        "\"by\":\"\"");
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"silence.\",\"count\":true}",
                "\"count\":4");
    housing_deinit(&h);
}
