/* The guests of a simulated week: stays, orders they are known for, what they say and do. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "simweek_inside.h"

static const int64_t hour_us = 60 * 60 * (int64_t)1000000;

enum { day_h = 24, first_room = 101, floors = 4, evening_h = 14, morning_h = 10 };

static int room_of(const lyt_weekrun *run, int64_t index)
{
    int64_t a_floor = (run->o->n_rooms + floors - 1) / floors;

    return (int)(first_room - 1 + 100 * (index / a_floor) + 1 + index % a_floor);
}

static void add_time(lyt_jw *jw, const char *key, int64_t at_us)
{
    char text[40];
    lyt_buf time;

    lyt_buf_init(&time, NULL);
    lyt_clock_format(&time, at_us);
    snprintf(text, sizeof text, "%s", lyt_buf_status(&time) ? "" : time.data);
    lyt_buf_deinit(&time);
    lyt_jw_kstr(jw, key, lyt_str_of(text));
}

static void begin(lyt_weekrun *run, lyt_jw *jw)
{
    lyt_buf_reset(&run->json);
    lyt_jw_init(jw, &run->json);
    lyt_jw_object(jw);
}

/* What other systems tell of guests; that it is refused would be a fault of this file. */
static lyt_status feed(lyt_weekrun *run, lyt_jw *jw)
{
    bool done = false;
    lyt_status status;

    lyt_jw_object_end(jw);
    status = lyt_week_order(run, NULL, &done);
    return status || done ? status
                          : lyt_error_set(run->err, LYT_EINVAL, "the house does not take %s",
                                          run->json.data);
}

static lyt_status add_stay(lyt_weekrun *run, int room, int64_t from_us, int64_t to_us)
{
    lyt_lodging *s;
    char id[16], place[8], number[16];
    lyt_jw jw;

    if (lyt_mem_grow(NULL, &run->stays, &run->cap_stays, run->n_stays + 1, sizeof *run->stays))
        return lyt_error_set(run->err, LYT_ENOMEM, "no memory for the guests");
    s = &run->stays[run->n_stays++];
    memset(s, 0, sizeof *s);
    snprintf(s->guest, sizeof s->guest, "g%zu", run->n_stays);
    snprintf(id, sizeof id, "s%zu", run->n_stays);
    snprintf(place, sizeof place, "%d", room);
    snprintf(number, sizeof number, "+4520%06zu", run->n_stays);
    s->room = room;
    s->from_us = from_us;
    s->to_us = to_us;
    /* the others write on the tablet in the hall */
    if (lyt_week_chance(run, 70) &&
        !lyt_simhouse_seal(run->week->house, s->guest, number, s->sealed))
        s->sealed[0] = '\0';
    begin(run, &jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("stay"));
    lyt_jw_kstr(&jw, "id", lyt_str_of(id));
    lyt_jw_kstr(&jw, "guest", lyt_str_of(s->guest));
    lyt_jw_kstr(&jw, "property", lyt_str_of(run->o->settings->id));
    lyt_jw_kstr(&jw, "place", lyt_str_of(place));
    add_time(&jw, "arrives", from_us);
    add_time(&jw, "departs", to_us);
    return feed(run, &jw);
}

/* What some are known to like. */
static lyt_status add_taste(lyt_weekrun *run, const lyt_lodging *s)
{
    static const char *const items[] = {"strawberry-smoothie", "espresso", "red-wine",
                                        "late-checkout"};
    const char *item = items[lyt_week_draw(run, 4)];
    bool is_allergic = lyt_week_chance(run, 4);
    lyt_jw jw;

    begin(run, &jw);
    lyt_jw_kstr(&jw, "kind", is_allergic ? LYT_STR("allergy") : LYT_STR("order"));
    lyt_jw_kstr(&jw, "guest", lyt_str_of(s->guest));
    lyt_jw_kstr(&jw, "item", lyt_str_of(is_allergic ? "milk" : item));
    lyt_jw_kstr(&jw, "source", is_allergic ? LYT_STR("said so") : LYT_STR("bar"));
    add_time(&jw, "at", s->from_us);
    return feed(run, &jw);
}

static lyt_status make_stays(lyt_weekrun *run)
{
    int64_t end_us = run->o->from_us + run->o->n_days * day_h * hour_us;
    lyt_status status = LYT_OK;

    for (int64_t i = 0; !status && i < run->o->n_rooms; i++) {
        int64_t from = run->o->from_us - (int64_t)lyt_week_draw(run, 3) * day_h * hour_us;

        while (!status && from < end_us) {
            int64_t nights = 1 + (int64_t)lyt_week_draw(run, 4);
            int64_t to = from + nights * day_h * hour_us;

            status = add_stay(run, room_of(run, i), from + evening_h * hour_us,
                              to + morning_h * hour_us);
            if (!status && lyt_week_chance(run, 30))
                status = add_taste(run, &run->stays[run->n_stays - 1]);
            from = to;
        }
    }
    return status;
}

/* A moment of the week; few at night. */
static int64_t any_time(lyt_weekrun *run)
{
    for (;;) {
        int64_t at = (int64_t)lyt_week_draw(run, (uint64_t)(run->o->n_days * day_h * 60));
        int64_t hour = at / 60 % day_h;

        if ((hour >= 7 && hour < 23) || lyt_week_chance(run, 15))
            return run->o->from_us + at * lyt_week_minute_us +
                   (int64_t)lyt_week_draw(run, 60000000);
    }
}

/* Somebody who is in the house then; -1: nobody was found. */
static int guest_at(lyt_weekrun *run, int64_t at_us)
{
    for (int tries = 0; tries < 60; tries++) {
        size_t i = (size_t)lyt_week_draw(run, run->n_stays);

        if (run->stays[i].from_us <= at_us && at_us < run->stays[i].to_us)
            return (int)i;
    }
    return -1;
}

static lyt_status add_deed(lyt_weekrun *run, lyt_deed deed)
{
    /* some come late, and so out of order */
    int64_t late =
        lyt_week_chance(run, 10) ? (int64_t)lyt_week_draw(run, 8 * 60) * (int64_t)1000000 : 0;

    if ((int64_t)run->n_deeds >= run->o->n_events)
        return LYT_OK;
    if (lyt_mem_grow(NULL, &run->deeds, &run->cap_deeds, run->n_deeds + 1, sizeof *run->deeds))
        return LYT_ENOMEM;
    deed.number = (int64_t)run->n_deeds + 1;
    run->deeds[run->n_deeds++] = deed;
    return lyt_week_plan(run, deed.at_us + late, LYT_TODO_DO, deed.number - 1, "");
}

static lyt_status order(lyt_weekrun *run, int guest, int64_t at_us)
{
    int64_t promised = at_us + 40 * lyt_week_minute_us,
            comes = at_us + lyt_week_minutes(run, 15, 38) * lyt_week_minute_us;
    uint64_t luck = lyt_week_draw(run, 100);
    int room = run->stays[guest].room;
    lyt_status status = add_deed(run, (lyt_deed){.type = "order-placed",
                                                 .at_us = at_us,
                                                 .promised_us = promised,
                                                 .ref = (int64_t)run->n_deeds + 1,
                                                 .guest = guest,
                                                 .room = room});

    if (luck < 5)
        comes = promised + lyt_week_minutes(run, 2, 40) * lyt_week_minute_us;
    if (status || luck == 5) /* it never comes */
        return status;
    return add_deed(run, (lyt_deed){.type = "order-delivered",
                                    .at_us = comes,
                                    .ref = (int64_t)run->n_deeds,
                                    .guest = guest,
                                    .room = room});
}

static lyt_status card(lyt_weekrun *run, int guest, int64_t at_us)
{
    int room = run->stays[guest].room;
    lyt_status status = LYT_OK;

    for (int64_t i = 0; !status && i < 3; i++)
        status = add_deed(run, (lyt_deed){.type = "door-refused",
                                          .at_us = at_us + i * lyt_week_minute_us,
                                          .guest = guest,
                                          .room = room});
    if (status || lyt_week_chance(run, 50))
        return status;
    return add_deed(run, (lyt_deed){.type = "door-opened",
                                    .at_us = at_us + 6 * lyt_week_minute_us,
                                    .guest = guest,
                                    .room = room});
}

static lyt_status radiators(lyt_weekrun *run, int64_t at_us)
{
    int floor = 1 + (int)lyt_week_draw(run, floors);
    lyt_status status = LYT_OK;

    for (int64_t i = 0; !status && i < 4; i++)
        status = add_deed(run, (lyt_deed){.type = "radiator-cold",
                                          .at_us = at_us + 2 * i * lyt_week_minute_us,
                                          .guest = -1,
                                          .room = floor});
    return status;
}

static lyt_status make_deeds(lyt_weekrun *run)
{
    lyt_status status = LYT_OK;

    while (!status && (int64_t)run->n_deeds < run->o->n_events) {
        int64_t at = any_time(run);
        int guest = guest_at(run, at);
        uint64_t what = lyt_week_draw(run, 1000);

        if (guest < 0)
            continue;
        if (what < 120)
            status = order(run, guest, at);
        else if (what < 135)
            status = card(run, guest, at);
        else if (what < 137)
            status = radiators(run, at);
        else
            status = add_deed(run, (lyt_deed){.type = "door-opened",
                                              .at_us = at,
                                              .guest = guest,
                                              .room = run->stays[guest].room});
    }
    return status;
}

lyt_status lyt_week_make(lyt_weekrun *run)
{
    static const int64_t look_h = 9, looks_after_d = 12;
    lyt_status status = make_stays(run);

    if (!status)
        status = make_deeds(run);
    for (int64_t i = 0; !status && i < run->o->n_feedback; i++)
        status = lyt_week_plan(run, any_time(run), LYT_TODO_SAY, i + 1, "");
    /* each morning somebody looks at what could not be sent */
    for (int64_t day = 1; !status && day <= run->o->n_days + looks_after_d; day++)
        status = lyt_week_plan(run, run->o->from_us + (day * day_h + look_h) * hour_us,
                               LYT_TODO_LOOK, 0, "");
    run->week->n_guests = (int64_t)run->n_stays;
    return status;
}

static const lyt_week_text *any_text(lyt_weekrun *run)
{
    bool complains = lyt_week_chance(run, (uint64_t)run->o->complaint_percent);

    for (;;) {
        const lyt_week_text *t = &run->o->texts[lyt_week_draw(run, run->o->n_texts)];

        if (t->complains == complains)
            return t;
    }
}

static void write_message(lyt_weekrun *run, const lyt_week_text *text, int64_t number, int guest)
{
    const lyt_lodging *stay = guest >= 0 ? &run->stays[guest] : NULL;
    bool is_sms = stay && stay->sealed[0];
    char id[24], place[8];
    lyt_jw jw;

    begin(run, &jw);
    snprintf(id, sizeof id, "m%lld", (long long)number);
    lyt_jw_kstr(&jw, "id", lyt_str_of(id));
    lyt_jw_kstr(&jw, "channel", is_sms ? LYT_STR("sms") : LYT_STR("tablet"));
    lyt_jw_kstr(&jw, "property", lyt_str_of(run->o->settings->id));
    lyt_jw_kstr(&jw, "text", lyt_str_of(text->text));
    lyt_jw_kstr(&jw, "lang", lyt_str_of(text->language));
    if (stay) {
        snprintf(place, sizeof place, "%d", stay->room);
        lyt_jw_kstr(&jw, "from", lyt_str_of(stay->guest));
        lyt_jw_kstr(&jw, "place", lyt_str_of(place));
    }
    if (is_sms) {
        lyt_jw_key(&jw, "reply_to");
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "sealed", lyt_str_of(stay->sealed));
        lyt_jw_kstr(&jw, "kind", LYT_STR("phone"));
        lyt_jw_kstr(&jw, "lang", lyt_str_of(text->language));
        lyt_jw_object_end(&jw);
    }
    lyt_jw_object_end(&jw);
}

lyt_status lyt_week_say(lyt_weekrun *run, int64_t number)
{
    int guest = guest_at(run, run->now_us);
    const lyt_week_text *text = any_text(run);
    lyt_question question = {lyt_str_of(text->text), lyt_str_of(text->language), {"", 0},
                             lyt_str_of(run->o->settings->id), NAN, 0};
    char place[8] = "";
    lyt_status status;

    if (guest >= 0)
        snprintf(place, sizeof place, "%d", run->stays[guest].room);
    question.place = lyt_str_of(place);
    status = run->o->judge->judge(run->session, &question, run->judgement, run->err);
    if (status)
        return status;
    run->week->n_feedback++;
    run->week->n_failures += (int64_t)run->judgement->n_failures;
    write_message(run, text, number, guest);
    return lyt_simhouse_say(run->week->house, lyt_buf_str(&run->json), run->judgement, run->err);
}

lyt_status lyt_week_do(lyt_weekrun *run, const lyt_deed *deed)
{
    char id[24], ref[24], place[16], floor[16];
    const char *where;
    lyt_jw jw;

    snprintf(id, sizeof id, "e%lld", (long long)deed->number);
    snprintf(ref, sizeof ref, "o%lld", (long long)deed->ref);
    snprintf(floor, sizeof floor, "floor-%d", deed->room);
    snprintf(place, sizeof place, "%d", deed->room);
    where = deed->guest >= 0 ? place : floor;
    begin(run, &jw);
    lyt_jw_kstr(&jw, "id", lyt_str_of(id));
    lyt_jw_kstr(&jw, "type", lyt_str_of(deed->type));
    lyt_jw_kstr(&jw, "subject",
                lyt_str_of(deed->guest >= 0 ? run->stays[deed->guest].guest : floor));
    add_time(&jw, "at", deed->at_us);
    if (deed->ref)
        lyt_jw_kstr(&jw, "ref", lyt_str_of(ref));
    lyt_jw_key(&jw, "attrs");
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "property", lyt_str_of(run->o->settings->id));
    lyt_jw_kstr(&jw, "place", lyt_str_of(where));
    if (deed->promised_us)
        add_time(&jw, "promised_at", deed->promised_us);
    lyt_jw_object_end(&jw);
    run->week->n_events++;
    return feed(run, &jw);
}
