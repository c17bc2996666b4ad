/* Events and notes of other systems, one JSON object a line, into triggers that look at them. */
#include <stdint.h>
#include <stdlib.h>

#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const none[] = {"b"};
static const lyt_trigger rules[] = {
    {.id = "count",
     .kind = LYT_TRIGGER_COUNT,
     .each = {{"a", 2}},
     .n_each = 1,
     .none = {none, 1},
     .need = "n",
     .need_us = 3600000000LL,
     .within_us = 60000000000LL,
     .scenario = "x"},
    {.id = "absence",
     .kind = LYT_TRIGGER_ABSENCE,
     .on = "a",
     .none = {none, 1},
     .until = "n",
     .by_ref = true,
     .scenario = "x"},
    {.id = "spike",
     .kind = LYT_TRIGGER_SPIKE,
     .on = "a",
     .n = 2,
     .times = 2,
     .within_us = 60000000,
     .scenario = "x"},
    {.id = "change", .kind = LYT_TRIGGER_CHANGE, .on = "a", .attr = "n", .scenario = "x"},
};

static void on_found(void *context, const lyt_finding *finding)
{
    if (!finding->rule || !finding->subject.len)
        abort();
    ++*(size_t *)context;
}

static void take_line(lyt_triggers *triggers, lyt_str line)
{
    lyt_json *json = NULL;
    lyt_error err = {0};
    lyt_feed_event read;
    lyt_note note;
    lyt_stay stay;
    size_t n = 0, point = lyt_triggers_point(triggers), events = lyt_triggers_events(triggers);

    if (lyt_json_parse(&json, line, 1 << 16, &err))
        return;
    if (lyt_feed_read_event(&read, json, &err) == LYT_OK) {
        (void)!lyt_triggers_take(triggers, &read.event, read.event.at_us, on_found, &n, &err);
        /* taken back, nothing is left of it; once more it is taken as before */
        lyt_triggers_back_to(triggers, point);
        if (lyt_triggers_events(triggers) > events)
            abort();
        (void)!lyt_triggers_take(triggers, &read.event, read.event.at_us, on_found, &n, &err);
        lyt_triggers_mark(triggers);
    }
    if (lyt_feed_read_note(&note, json, &err) == LYT_OK && (!note.guest[0] || !note.item[0]))
        abort();
    if (lyt_feed_read_stay(&stay, json, &err) == LYT_OK &&
        (!stay.guest[0] || !stay.id[0] || stay.to_us <= stay.from_us))
        abort();
    lyt_json_free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str rest = {(const char *)data, size};
    lyt_triggers *triggers = NULL;
    lyt_error err;
    size_t n = 0;

    if (lyt_triggers_new(&triggers, NULL, rules, sizeof rules / sizeof *rules, 600000000))
        return 0;
    while (rest.len) {
        size_t end = lyt_str_find(rest, '\n', 0);

        take_line(triggers, lyt_str_slice(rest, 0, end));
        rest = lyt_str_slice(rest, end + 1, rest.len);
    }
    (void)!lyt_triggers_tick(triggers, INT64_MAX / 4, on_found, &n, &err);
    lyt_triggers_free(triggers);
    return 0;
}
