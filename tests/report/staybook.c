#include "staybook.h"

#include <math.h>
#include <stdio.h>

#include "clock.h"

int64_t staybook_us(int64_t minute)
{
    int64_t monday_us = 0;

    cr_assert_eq(lyt_clock_parse(&monday_us, LYT_STR("2026-11-23T00:00:00+01:00")), LYT_OK);
    return monday_us + minute * 60 * 1000000;
}

/* scale 0: without a score. */
static const struct {
    int minute;
    const char *channel, *property, *place, *sender, *text;
    double score, scale;
} voices[] = {
    {60, "sms", "havnen", "214", "anna", "loud", 0, 0},
    {70, "sms", "havnen", "214", "anna", "still loud", 0, 0},
    {500, "nfc", "havnen", "", "", "", 4, 10},
    {1500, "survey", "havnen", "305", "bo", "", 9, 10},
    {1600, "survey", "skoven", "12", "carl", "", 8, 10},
    {1700, "sms", "skoven", "", "carl", "cold in 12", 0, 0},
    {3000, "sms", "havnen", "214", "anna", "thanks", 10, 10},
    {3100, "tablet", "havnen", "", "", "loud", 3, 5},
    {9000, "sms", "havnen", "214", "dora", "loud", 0, 0},
    {9300, "drill", "havnen", "101", "", "loud", 0, 0},
    {9400, "drill", "havnen", "101", "", "loud", 0, 0},
    {9500, "drill", "havnen", "101", "", "loud", 0, 0},
};

/* Facts, in the order of the log. */
static const struct {
    lyt_fact_kind kind;
    int64_t incident, minute, other, number, due, which;
    const char *by, *who, *text, *property, *scenario, *team, *place, *guest;
} facts[] = {
    {LYT_FACT_OPENED, 1, 60, 1, 2, 0, 0, "", "bent", "", "havnen", "noise", "bar", "214", "anna"},
    {LYT_FACT_CLOCK_STARTED, 1, 60, 0, 0, 90, LYT_CLOCK_ACK, "", "", "", "", "", "", "", ""},
    {LYT_FACT_HEARD, 1, 70, 2, 2, 0, 0, "", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 1, 75, 0, 0, 0, LYT_INCIDENT_ACKNOWLEDGED, "bent", "", "", "", "", "", "", ""},
    {LYT_FACT_CLOCK_STOPPED, 1, 75, 0, 0, 0, LYT_CLOCK_ACK, "", "", "", "", "", "", "", ""},
    {LYT_FACT_CONTACTED, 1, 80, 0, 0, 0, 0, "bent", "", "", "", "", "", "", ""},
    {LYT_FACT_OFFERED, 1, 85, 1, 15000, 0, LYT_DKK, "bent", "late-checkout", "", "", "", "", "",
     ""},
    {LYT_FACT_CAUSE, 1, 90, 0, 0, 0, 0, "bent", "", "bar open late", "", "", "", "", ""},
    {LYT_FACT_ACTION, 1, 91, 0, 0, 0, 0, "bent", "", "music off", "", "", "", "", ""},
    {LYT_FACT_MOVED, 1, 100, 0, 0, 0, LYT_INCIDENT_REMEDIED, "bent", "", "", "", "", "", "", ""},
    {LYT_FACT_ASKED, 1, 101, 0, 0, 2000, 0, "", "", "", "", "", "", "", ""},
    {LYT_FACT_ANSWERED, 1, 130, 0, 9, 0, 0, "", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 1, 130, 0, 0, 0, LYT_INCIDENT_CONFIRMED, "", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 1, 160, 0, 0, 0, LYT_INCIDENT_CLOSED, "", "", "", "", "", "", "", ""},
    {LYT_FACT_OPENED, 2, 1700, 6, 3, 0, 0, "", "oskar", "", "skoven", "cold", "maintenance", "12",
     "carl"},
    {LYT_FACT_MOVED, 2, 1730, 0, 0, 0, LYT_INCIDENT_IN_WORK, "oskar", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 2, 2000, 0, 0, 0, LYT_INCIDENT_REMEDIED, "oskar", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 2, 2100, 0, 0, 0, LYT_INCIDENT_REOPENED, "carl", "", "still", "", "", "", "",
     ""},
    {LYT_FACT_APPROVAL_ASKED, 2, 2200, 2, 90000, 2300, LYT_DKK, "oskar", "a-night", "", "", "", "",
     "", ""},
    {LYT_FACT_CAUSE, 2, 4500, 0, 0, 0, 0, "oskar", "", "valve stuck", "", "", "", "", ""},
    {LYT_FACT_MOVED, 2, 4600, 0, 0, 0, LYT_INCIDENT_REMEDIED, "oskar", "", "", "", "", "", "", ""},
    {LYT_FACT_UNANSWERED, 2, 4690, 0, 0, 0, 0, "", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 2, 4700, 0, 0, 0, LYT_INCIDENT_CLOSED, "", "", "", "", "", "", "", ""},
    /* nothing had failed */
    {LYT_FACT_OPENED, 3, 3100, 8, 2, 0, 0, "", "bent", "", "havnen", "noise", "bar", "", ""},
    {LYT_FACT_MOVED, 3, 3110, 0, 0, 0, LYT_INCIDENT_VOID, "bent", "", "a child", "", "", "", "",
     ""},
    {LYT_FACT_OPENED, 4, 9000, 9, 2, 0, 0, "", "bent", "", "havnen", "noise", "bar", "214", "dora"},
    {LYT_FACT_REPEAT, 4, 9000, 1, 3, 0, 0, "", "", "", "", "", "", "", ""},
    {LYT_FACT_CLOCK_STARTED, 4, 9000, 0, 0, 9030, LYT_CLOCK_ACK, "", "", "", "", "", "", "", ""},
    {LYT_FACT_PROMISED, 4, 9005, 1, 0, 9100, 0, "bent", "", "a quiet room", "", "", "", "", ""},
    /* staff saw it, and found that it was the same */
    {LYT_FACT_OPENED, 5, 9010, 0, 2, 0, 0, "lise", "bent", "", "havnen", "noise", "bar", "101", ""},
    {LYT_FACT_MERGED, 5, 9020, 4, 0, 0, 0, "lise", "", "", "", "", "", "", ""},
    /* the parent of many is no incident of its own */
    {LYT_FACT_OPENED, 6, 9030, 0, 2, 0, 1, "", "bent", "", "havnen", "noise", "bar", "", ""},
    {LYT_FACT_LINKED, 4, 9030, 6, 0, 0, 0, "", "", "", "", "", "", "", ""},
    /* three drills, which are in no figure but their own */
    {LYT_FACT_OPENED, 7, 9301, 10, 2, 0, 2, "", "bent", "", "havnen", "noise", "bar", "101", ""},
    {LYT_FACT_CLOCK_STARTED, 7, 9301, 0, 0, 9316, LYT_CLOCK_ACK, "", "", "", "", "", "", "", ""},
    {LYT_FACT_TOLD, 7, 9302, 0, 0, 0, 0, "", "bent", "sms", "", "", "", "", ""},
    {LYT_FACT_TOLD, 7, 9303, 0, 0, 0, 1, "", "bent", "sms", "", "", "", "", ""},
    {LYT_FACT_MOVED, 7, 9310, 0, 0, 0, LYT_INCIDENT_ACKNOWLEDGED, "bent", "", "", "", "", "", "",
     ""},
    {LYT_FACT_OPENED, 8, 9400, 11, 2, 0, 2, "", "bent", "", "havnen", "noise", "bar", "101", ""},
    {LYT_FACT_CLOCK_STARTED, 8, 9400, 0, 0, 9415, LYT_CLOCK_ACK, "", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 8, 9420, 0, 0, 0, LYT_INCIDENT_ACKNOWLEDGED, "bent", "", "", "", "", "", "",
     ""},
    {LYT_FACT_OPENED, 9, 9500, 12, 2, 0, 2, "", "bent", "", "havnen", "noise", "bar", "101", ""},
    {LYT_FACT_CLOCK_STARTED, 9, 9500, 0, 0, 9515, LYT_CLOCK_ACK, "", "", "", "", "", "", "", ""},
    {LYT_FACT_MOVED, 9, 9501, 0, 0, 0, LYT_INCIDENT_VOID, "bent", "", "a drill", "", "", "", "",
     ""},
    /* three fixes, of which one is done */
    {LYT_FACT_FIX_OPENED, 1, 9600, 1, 0, 20000, 0, "lise", "peter", "shut the bar at ten", "havnen",
     "noise", "", "2??", ""},
    {LYT_FACT_FIX_OPENED, 2, 5000, 2, 0, 7000, 0, "lise", "oskar", "a new valve", "skoven", "cold", "",
     "12", ""},
    {LYT_FACT_FIX_OPENED, 2, 9602, 3, 0, 9900, 0, "lise", "tove", "a round each day", "skoven", "cold",
     "", "", ""},
    {LYT_FACT_FIX_DONE, 2, 9650, 3, 0, 0, 0, "tove", "", "done for a week", "", "", "", "", ""},
};

static void add_voices(staybook *s)
{
    for (size_t i = 0; i < sizeof voices / sizeof *voices; i++) {
        lyt_feedback feedback = {
            .source_id = LYT_STR("x"),
            .channel = lyt_str_of(voices[i].channel),
            .property = lyt_str_of(voices[i].property),
            .place = lyt_str_of(voices[i].place),
            .sender = lyt_str_of(voices[i].sender),
            .text = lyt_str_of(voices[i].text),
            .score = voices[i].scale > 0 ? voices[i].score : NAN,
            .scale = voices[i].scale,
            .received_us = staybook_us(voices[i].minute),
        };
        int64_t id = 0;

        cr_assert_eq(lyt_store_add_feedback(s->store, &feedback, &id, NULL), LYT_OK);
        cr_assert_eq(lyt_store_add_verdict(s->store, id, 1, LYT_STR("{}"), 1, NULL), LYT_OK);
    }
}

static int64_t when(int64_t minute)
{
    return minute ? staybook_us(minute) : 0;
}

static void add_facts(staybook *s)
{
    lyt_buf json;

    lyt_buf_init(&json, NULL);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        lyt_fact fact = {
            .kind = facts[i].kind,
            .incident = facts[i].incident,
            .at_us = staybook_us(facts[i].minute),
            .other = facts[i].other,
            .number = facts[i].number,
            .due_us = when(facts[i].due),
            .which = facts[i].which,
            .by = lyt_str_of(facts[i].by),
            .who = lyt_str_of(facts[i].who),
            .text = lyt_str_of(facts[i].text),
            .property = lyt_str_of(facts[i].property),
            .scenario = lyt_str_of(facts[i].scenario),
            .team = lyt_str_of(facts[i].team),
            .place = lyt_str_of(facts[i].place),
            .guest = lyt_str_of(facts[i].guest),
        };

        lyt_buf_reset(&json);
        lyt_fact_write(&json, &fact);
        cr_assert_eq(
            lyt_store_add_fact(s->store, fact.incident, lyt_buf_str(&json), fact.at_us, NULL),
            LYT_OK);
    }
    lyt_buf_deinit(&json);
}

/* The first three incidents again, as a service without settings keeps them. */
static void add_history(staybook *s)
{
    static const struct {
        int64_t incident, feedback;
        int minute;
        const char *what, *by, *note;
    } steps[] = {
        {1, 1, 60, "opened", "", ""},           {1, 2, 70, "joined", "", ""},
        {1, 0, 75, "acknowledged", "bent", ""}, {1, 0, 100, "remedied", "bent", "music off"},
        {1, 0, 100, "confirmed", "bent", ""},   {1, 0, 160, "closed", "bent", ""},
        {2, 6, 1700, "opened", "", ""},         {2, 0, 1730, "in-work", "oskar", ""},
        {2, 0, 2000, "remedied", "oskar", ""},  {2, 0, 2100, "reopened", "oskar", ""},
        {3, 8, 3100, "opened", "", ""},         {3, 0, 3110, "void", "bent", "a child"},
    };
    static const struct {
        lyt_incident_state state;
        const char *scenario, *team, *property, *place, *owner;
        int minute;
    } incidents[] = {
        {LYT_INCIDENT_CLOSED, "noise", "bar", "havnen", "214", "bent", 60},
        {LYT_INCIDENT_REOPENED, "cold", "maintenance", "skoven", "12", "oskar", 1700},
        {LYT_INCIDENT_VOID, "noise", "bar", "havnen", "", "bent", 3100},
    };

    for (size_t i = 0; i < sizeof incidents / sizeof *incidents; i++) {
        lyt_incident incident = {.id = (int64_t)i + 1,
                                 .state = incidents[i].state,
                                 .severity = 2,
                                 .opened_us = staybook_us(incidents[i].minute)};

        snprintf(incident.scenario, sizeof incident.scenario, "%s", incidents[i].scenario);
        snprintf(incident.team, sizeof incident.team, "%s", incidents[i].team);
        snprintf(incident.property, sizeof incident.property, "%s", incidents[i].property);
        snprintf(incident.place, sizeof incident.place, "%s", incidents[i].place);
        snprintf(incident.owner, sizeof incident.owner, "%s", incidents[i].owner);
        cr_assert_eq(lyt_store_put_incident(s->store, &incident, NULL), LYT_OK);
    }
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        cr_assert_eq(lyt_store_add_history(s->store, steps[i].incident, steps[i].feedback,
                                           lyt_str_of(steps[i].what), lyt_str_of(steps[i].by),
                                           lyt_str_of(steps[i].note), staybook_us(steps[i].minute),
                                           NULL),
                     LYT_OK);
}

static lyt_zone *copenhagen(void)
{
    lyt_zone *zone = NULL;
    lyt_buf bytes;

    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), "/usr/share/zoneinfo/Europe/Copenhagen", 1 << 20,
                             &bytes, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_zone_read(&zone, NULL, lyt_buf_str(&bytes), NULL), LYT_OK);
    lyt_buf_deinit(&bytes);
    return zone;
}

void staybook_init(staybook *s, bool has_desk)
{
    testing_folder(s->folder);
    snprintf(s->path, sizeof s->path, "%s/lyt.db", s->folder);
    cr_assert_eq(lyt_store_open(&s->store, &(lyt_store_options){.path = s->path}, NULL), LYT_OK);
    cr_assert_eq(lyt_store_begin(s->store, NULL), LYT_OK);
    add_voices(s);
    if (has_desk)
        add_facts(s);
    else
        add_history(s);
    cr_assert_eq(lyt_store_commit(s->store, NULL), LYT_OK);
    s->zone = copenhagen();
    s->week = (lyt_extent){staybook_us(0), staybook_us(7 * 1440)};
}

void staybook_deinit(staybook *s)
{
    lyt_zone_free(s->zone);
    lyt_store_close(s->store);
    testing_folder_remove(s->folder);
}

lyt_chronicle *staybook_read(const staybook *s)
{
    lyt_chronicle *chronicle = NULL;
    lyt_error err = {0};

    cr_assert_eq(lyt_chronicle_read(&chronicle, NULL, s->store, &err), LYT_OK, "%s", err.text);
    return chronicle;
}
