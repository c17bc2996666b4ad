/* What people do when they have heard of something, and who looks at what could not be sent. */
#include <stdio.h>
#include <string.h>

#include "simweek_inside.h"
#include "watch.h"

enum { letters_max = 256 };

lyt_status lyt_week_heard(lyt_weekrun *run, lyt_notice notice, int64_t incident, const char *who)
{
    uint64_t cares = 0;

    switch (notice) {
    case LYT_NOTICE_ALARM:
        cares = 85;
        break;
    case LYT_NOTICE_REMINDER:
        cares = 50;
        break;
    case LYT_NOTICE_NEXT:
    case LYT_NOTICE_REOPENED:
        cares = 95;
        break;
    case LYT_NOTICE_MISSED:
        cares = 100;
        break;
    case LYT_NOTICE_APPROVAL:
        return lyt_week_chance(run, 90) ? lyt_week_plan(run, lyt_week_free_at(run, who, 1, 9),
                                                        LYT_TODO_DECIDE, incident, who)
                                        : LYT_OK;
    case LYT_NOTICE_CAUSE:
        return lyt_week_plan(run, lyt_week_free_at(run, who, 10, 90), LYT_TODO_CLOSE, incident, who);
    case LYT_NOTICE_FOLLOW_UP:
        return lyt_week_chance(run, 65)
                   ? lyt_week_plan(
                         run, run->now_us + lyt_week_minutes(run, 20, 480) * lyt_week_minute_us,
                         LYT_TODO_ANSWER, incident, "guest")
                   : LYT_OK;
    default:
        return LYT_OK;
    }
    if (!lyt_week_chance(run, cares))
        return LYT_OK;
    return lyt_week_plan(run, lyt_week_free_at(run, who, 1, 7), LYT_TODO_TAKE, incident, who);
}

static bool is_guest(lyt_str who)
{
    return lyt_str_equal(who, LYT_STR(LYT_WATCH_GUEST));
}

/* What may be read of it before it is there counts for nothing: who is told by SMS has a phone. */
bool lyt_week_goes_out(const lyt_weekrun *run, const lyt_fact *told)
{
    const lyt_settings *s = run->o->settings;
    const lyt_way *way;

    for (size_t i = 0; is_guest(told->who) && i < s->n_ways; i++)
        if (s->ways[i].for_guests)
            return true;
    way = lyt_settings_way(s, told->text);
    return way && lyt_way_is_addressed(way->kind) && lyt_way_address(way, told->who);
}

static lyt_status look_soon(lyt_weekrun *run)
{
    if (run->is_looking)
        return LYT_OK;
    run->is_looking = true;
    return lyt_week_plan(run, run->now_us + lyt_week_minutes(run, 20, 90) * lyt_week_minute_us,
                         LYT_TODO_LOOK, 0, "");
}

lyt_status lyt_week_arrived(void *context, const lyt_outbox_row *row)
{
    lyt_weekrun *run = context;
    const lyt_way *way = lyt_settings_way(run->o->settings, row->way);
    char who[lyt_incident_text_max];

    if (row->event >= LYT_NOTICE_COUNT)
        return look_soon(run);
    if (!is_guest(row->who) && !lyt_str_equal(row->channel, row->way))
        return LYT_OK;
    if (!way || !lyt_way_is_addressed(way->kind))
        return LYT_OK;
    snprintf(who, sizeof who, "%.*s", LYT_STR_ARG(row->who));
    return lyt_week_heard(run, (lyt_notice)row->event, row->incident, who);
}

typedef struct letters {
    const lyt_weekrun *run;
    struct {
        int64_t row;
        bool drops;
    } all[letters_max];
    size_t n;
} letters;

/* To a person it comes too late now; what a receiver will never take is not tried again. */
static lyt_status take_letter(void *user, const lyt_outbox_row *row)
{
    letters *l = user;
    const lyt_way *way = lyt_settings_way(l->run->o->settings, row->way);

    if (row->state != LYT_OUTBOX_DEAD)
        return LYT_OK;
    l->all[l->n].row = row->id;
    l->all[l->n++].drops = is_guest(row->who) || !way || lyt_way_is_addressed(way->kind) ||
                           lyt_str_begins(row->reason, LYT_STR("answered 4"));
    return l->n == letters_max ? LYT_EEND : LYT_OK;
}

lyt_status lyt_week_look(lyt_weekrun *run)
{
    letters l = {.run = run};
    lyt_status status =
        lyt_store_outbox_each(lyt_simhouse_store(run->week->house), (lyt_str){"", 0},
                              LYT_OUTBOX_DEAD, 0, letters_max, take_letter, &l, run->err);

    run->is_looking = false;
    for (size_t i = 0; !status && i < l.n; i++) {
        bool done;

        lyt_buf_reset(&run->json);
        lyt_buf_addf(&run->json, "{\"type\":\"outbox.%s\",\"row\":%lld,\"by\":\"%s\"}",
                     l.all[i].drops ? "drop" : "retry", (long long)l.all[i].row,
                     run->o->settings->people[0].id);
        status = lyt_week_order(run, NULL, &done);
        run->week->n_looked_after += !status && done;
    }
    /* another page of them */
    return status || l.n < letters_max ? status : look_soon(run);
}
