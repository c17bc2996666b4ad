#include <stdio.h>
#include <string.h>

#include "serving.h"
#include "settings.h"

/* A service that knows its house: facts, notices, authority, and all of it after a restart. */
LYT_SUITE(cases);

static const char desk[] =
    "desk: havnen\n"
    "pack: hotel\n"
    "zone: Europe/Copenhagen\n"
    "manager: signe\n"
    "people:\n"
    "  - {id: mette, name: M, role: contact, trained: true, channels: [bus]}\n"
    "  - {id: lise, name: L, role: supervisor, trained: true, channels: [sms]}\n"
    "  - {id: signe, name: S, role: manager, channels: [sms]}\n"
    "teams: [{id: technical}, {id: housekeeping}]\n"
    "ladders: [{id: up, steps: [{after_min: 10, to: lise}]}]\n"
    "routes: [{id: all, to: [team, mette], ladder: up}]\n"
    "clocks: [{acknowledge_min: 5}]\n"
    "authority:\n"
    "  currency: DKK\n"
    "  roles:\n"
    "    contact: {incident: 100, guest: 500, month: 1000}\n"
    "    supervisor: {incident: 900, guest: 900, month: 9000, ask: lise}\n"
    "gestures:\n"
    "  - {id: fruit, name: {en: Fruit, da: Frugt}, kind: extra, cost: 60}\n"
    "  - {id: night, name: {en: A night, da: En nat}, kind: waiver, cost: 700}\n";

static lyt_settings *read_desk(void)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_settings *settings = NULL;
    char folder[64], path[128];
    lyt_error err = {0};

    testing_folder(folder);
    testing_write(folder, "desk.yaml", lyt_str_of(desk));
    snprintf(path, sizeof path, "%s/desk.yaml", folder);
    cr_assert_eq(lyt_settings_read(&settings, path, &how, &err), LYT_OK, "%u: %s", err.line,
                 err.text);
    testing_folder_remove(folder);
    return settings;
}

typedef struct house {
    serving s;
    testing_clock clock;
    lyt_settings *settings;
} house;

static void house_start(house *h)
{
    h->settings = read_desk();
    serving_init(&h->s);
    h->s.options.settings = h->settings;
    serving_start(&h->s);
}

static void expect(house *h, const char *json, const char *part)
{
    const char *answer = serving_submit(&h->s, json);

    cr_expect(strstr(answer, part), "%s: %s", json, answer);
}

static void wait_incidents(house *h, int64_t n)
{
    serving_listen(&h->s);
    serving_until(&h->s, "counts", "open_incidents", n);
}

static int count_heard(const house *h, const char *part)
{
    int n = 0;

    for (const char *at = h->s.heard.data; (at = strstr(at, part)); at++)
        n++;
    return n;
}

Test(cases, a_house_is_told_gives_closes_and_remembers)
{
    house h;

    house_start(&h);
    serving_listen(&h.s);
    expect(&h,
           "{\"id\":\"1\",\"property\":\"havnen\",\"place\":\"214\",\"from\":\"anna\",\"text\":"
           "\"so cold\"}",
           "accepted");
    /* the alarm, the state, and two who are told */
    serving_hear(&h.s, 4);
    cr_expect_eq(count_heard(&h, "alarm.havnen.technical.3.heating-broken"), 1, "%s",
                 h.s.heard.data);
    cr_expect_eq(count_heard(&h, "notice.havnen.technical.alarm"), 1, "%s", h.s.heard.data);
    cr_expect_eq(count_heard(&h, "notice.havnen.mette.alarm"), 1, "%s", h.s.heard.data);
    cr_expect_null(strstr(h.s.json.data, "anna"), "no guest goes onto the bus");
    expect(&h, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"mette\"}", "acknowledged");
    expect(&h, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"lise\"}", "with mette already");
    expect(&h,
           "{\"type\":\"incident.do\",\"verb\":\"offer\",\"incident\":1,\"by\":\"mette\","
           "\"whom\":\"fruit\"}",
           "\"given\":true");
    expect(&h,
           "{\"type\":\"incident.do\",\"verb\":\"offer\",\"incident\":1,\"by\":\"mette\","
           "\"whom\":\"night\"}",
           "already");
    expect(&h,
           "{\"type\":\"incident.do\",\"verb\":\"offer\",\"incident\":1,\"by\":\"stranger\","
           "\"whom\":\"gold\"}",
           "no gesture 'gold'");
    expect(&h,
           "{\"type\":\"incident.resolve\",\"incident\":1,\"by\":\"mette\",\"note\":\"restarted\"}",
           "no cause written down");
    expect(&h,
           "{\"type\":\"incident.do\",\"verb\":\"cause\",\"incident\":1,\"by\":\"mette\",\"note\":"
           "\"boiler\"}",
           "acknowledged");
    serving_stop(&h.s);

    /* only the facts are left */
    serving_start(&h.s);
    expect(&h,
           "{\"type\":\"incident.resolve\",\"incident\":1,\"by\":\"mette\",\"note\":\"restarted\"}",
           "\"state\":\"closed\"");
    expect(&h,
           "{\"id\":\"2\",\"property\":\"havnen\",\"place\":\"214\",\"from\":\"anna\",\"text\":"
           "\"still cold\"}",
           "accepted");
    wait_incidents(&h, 1);
    cr_expect(strstr(serving_ask(&h.s, "{\"request\":\"incident\",\"incident\":1}"),
                     "\"state\":\"reopened\""));
    serving_stop(&h.s);
    serving_deinit(&h.s);
    lyt_settings_free(h.settings);
}

Test(cases, a_state_folder_is_of_a_house_or_not)
{
    lyt_error err = {0};
    house h;

    house_start(&h);
    expect(&h, "{\"id\":\"1\",\"text\":\"dirty\"}", "accepted");
    wait_incidents(&h, 1);
    serving_stop(&h.s);
    h.s.options.settings = NULL;
    cr_expect_eq(lyt_service_start(&h.s.service, &h.s.options, &h.s.at, &err), LYT_ESTATE, "%s",
                 err.text);
    cr_expect(strstr(err.text, "--desk"), "%s", err.text);
    serving_deinit(&h.s);

    serving_init(&h.s);
    serving_start(&h.s);
    expect(&h, "{\"id\":\"1\",\"text\":\"dirty\"}", "accepted");
    wait_incidents(&h, 1);
    expect(
        &h,
        "{\"type\":\"incident.do\",\"verb\":\"note\",\"incident\":1,\"by\":\"m\",\"note\":\"x\"}",
        "start it with --desk");
    serving_stop(&h.s);
    h.s.options.settings = h.settings;
    cr_expect_eq(lyt_service_start(&h.s.service, &h.s.options, &h.s.at, &err), LYT_ESTATE, "%s",
                 err.text);
    serving_deinit(&h.s);
    lyt_settings_free(h.settings);
}

static int64_t shown(void *context)
{
    return ((testing_clock *)context)->wall_us;
}

static int64_t running(void *context)
{
    (void)context;
    return lyt_clock_mono_us(lyt_clock_system());
}

/* The house's clock is the test's; what is due is done within a second of its time. */
Test(cases, SL_05_AL_15_time_brings_the_next_step_and_a_missed_clock)
{
    house h;

    testing_clock_init(&h.clock, 1795597200000000);
    h.clock.clock = (lyt_clock){shown, running, &h.clock};
    h.settings = read_desk();
    serving_init(&h.s);
    h.s.options.settings = h.settings;
    h.s.options.clock = &h.clock.clock;
    serving_start(&h.s);
    serving_listen(&h.s);
    expect(&h, "{\"id\":\"1\",\"property\":\"havnen\",\"text\":\"dirty\"}", "accepted");
    serving_hear(&h.s, 4);
    serving_stop(&h.s);
    h.clock.wall_us += 11 * 60000000LL;
    serving_start(&h.s);
    serving_listen(&h.s);
    /* warned and missed, to the owner and the manager, and the step of the ladder */
    serving_hear(&h.s, 8);
    cr_expect_eq(count_heard(&h, "notice.havnen.lise.escalation"), 1, "%s", h.s.heard.data);
    cr_expect_eq(count_heard(&h, "notice.havnen.signe.clock-missed"), 1, "%s", h.s.heard.data);
    serving_stop(&h.s);
    serving_deinit(&h.s);
    lyt_settings_free(h.settings);
}
