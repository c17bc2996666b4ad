#include "housing.h"

#include <stdio.h>
#include <string.h>

static int64_t shown(void *context)
{
    return ((testing_clock *)context)->wall_us;
}

static int64_t running(void *context)
{
    (void)context;
    return lyt_clock_mono_us(lyt_clock_system());
}

int64_t housing_at(const char *utc)
{
    int64_t us = 0;

    cr_assert_eq(lyt_clock_parse(&us, lyt_str_of(utc)), LYT_OK);
    return us;
}

/* The worked example of a pack, with a clock that the test sets. */
void housing_init(house *h, const char *pack, const char *utc)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_error err = {0};
    char path[512];

    snprintf(path, sizeof path, "%s/models/%s/desk.yaml", testing_data(), pack);
    cr_assert_eq(lyt_settings_read(&h->settings, path, &how, &err), LYT_OK, "%s", err.text);
    testing_clock_init(&h->clock, housing_at(utc));
    h->clock.clock = (lyt_clock){shown, running, &h->clock};
    serving_init(&h->s);
    h->s.options.settings = h->settings;
    h->s.options.clock = &h->clock.clock;
    serving_start(&h->s);
}

void housing_deinit(house *h)
{
    serving_stop(&h->s);
    serving_deinit(&h->s);
    lyt_settings_free(h->settings);
}

void housing_submit(house *h, const char *json, const char *part)
{
    const char *answer = serving_submit(&h->s, json);

    cr_expect(strstr(answer, part), "%s: %s", json, answer);
}

void housing_ask(house *h, const char *json, const char *part)
{
    const char *answer = serving_ask(&h->s, json);

    cr_expect(strstr(answer, part), "%s\nhas no %s:\n%s", json, part, answer);
}

void housing_event(house *h, const char *id, const char *type, const char *subject, const char *ref,
                   const char *utc, const char *attrs)
{
    char json[1024];

    snprintf(json, sizeof json,
             "{\"id\":\"%s\",\"type\":\"%s\",\"subject\":\"%s\",\"ref\":\"%s\",\"at\":\"%s\","
             "\"attrs\":{%s}}",
             id, type, subject, ref, utc, attrs);
    housing_submit(h, json, "\"accepted\"");
}

int64_t housing_found(house *h, const char *trigger)
{
    char json[128];
    lyt_json *tree = NULL;
    int64_t n;

    snprintf(json, sizeof json, "{\"request\":\"triggers\",\"trigger\":\"%s\"}", trigger);
    cr_assert_eq(lyt_json_parse(&tree, lyt_str_of(serving_ask(&h->s, json)), 1 << 20, NULL),
                 LYT_OK);
    n = lyt_json_number(lyt_json_at(lyt_json_get(tree, "triggers"), 0), "found");
    lyt_json_free(tree);
    return n;
}
