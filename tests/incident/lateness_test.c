#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care.h"
#include "casework.h"

/*
 * BT-11, as people meet it: what becomes of incidents and gifts when events come late and out of
 * order. Who was told of a failure is not told again because it was a minute earlier, nothing is
 * given twice, and what a late success takes back is what it would have kept from coming up.
 */
LYT_SUITE(lateness);

static const char desk_text[] =
    "desk: havnen\npack: hotel\nzone: Europe/Copenhagen\nmanager: mette\n"
    "people: [{id: mette, name: M, role: manager, trained: true, channels: [bus]}]\n"
    "teams: [{id: care, people: [mette]}]\n"
    "routes: [{id: all, to: [team]}]\n"
    "authority:\n  currency: DKK\n  ore_per_eur: 746\n  approval_min: 10\n  roles:\n"
    "    automatic: {incident: 500, guest: 5000, month: 50000}\n"
    "    manager: {incident: 5000, guest: 12000, month: 80000}\n"
    "gestures: [{id: top-up, name: {en: T, da: T}, kind: top-up, cost: 100, automatic: true}]\n"
    "grouping: {window_min: 120, guest_window_min: 1440, reopen_min: 10, repeat_days: 1,"
    " parent_places: 50, parent_min: 30}\n"
    "triggers:\n"
    /* three failures, no success */
    "  - {id: unlucky, kind: count, each: [{type: f, n: 3}], none: [s], within_min: 60,"
    " again_min: 600, scenario: no-luck, team: care, severity: 1, gesture: top-up}\n"
    /* the same, found again sooner */
    "  - {id: again, kind: count, each: [{type: g, n: 2}], none: [s], within_min: 60,"
    " again_min: 20, scenario: bad-again, team: care, severity: 1}\n"
    "  - {id: often, kind: frequency, on: h, n: 3, within_min: 15, again_min: 120,"
    " scenario: too-often, team: care, severity: 2}\n"
    "  - {id: silent, kind: absence, on: o, none: [d], within_min: 30, again_min: 60,"
    " scenario: never-came, team: care, severity: 2}\n";

typedef struct house {
    char folder[64];
    lyt_settings *s;
    lyt_care *care;
    lyt_facts facts;
    lyt_error err;
} house;

static const int64_t start_us = (int64_t)1764072000 * 1000000;

static void house_init(house *h)
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    char path[128];

    memset(h, 0, sizeof *h);
    testing_folder(h->folder);
    testing_write(h->folder, "desk.yaml", lyt_str_of(desk_text));
    snprintf(path, sizeof path, "%s/desk.yaml", h->folder);
    cr_assert_eq(lyt_settings_read(&h->s, path, &how, &h->err), LYT_OK, "%u: %s", h->err.line,
                 h->err.text);
    cr_assert_eq(lyt_care_new(&h->care, NULL, h->s), LYT_OK);
    cr_assert_eq(lyt_facts_init(&h->facts, NULL), LYT_OK);
}

static void house_deinit(house *h)
{
    lyt_care_free(h->care);
    lyt_facts_deinit(&h->facts);
    lyt_settings_free(h->s);
    testing_folder_remove(h->folder);
}

/* One event: what, of whom, at which minute; and when it comes. */
typedef struct arrival {
    char type, subject;
    int at_min, comes_min;
} arrival;

static lyt_behaviour behaviour_of(const arrival *a, char id[24], char subject[2], char type[2])
{
    snprintf(id, 24, "%c%c%d", a->type, a->subject, a->at_min);
    subject[0] = a->subject;
    type[0] = a->type;
    subject[1] = type[1] = 0;
    return (lyt_behaviour){.id = lyt_str_of(id),
                           .type = lyt_str_of(type),
                           .subject = lyt_str_of(subject),
                           .at_us = start_us + a->at_min * a_minute};
}

static void take(house *h, const arrival *a)
{
    char id[24], subject[2], type[2];
    lyt_behaviour event = behaviour_of(a, id, subject, type);
    int64_t now = start_us + a->comes_min * a_minute;

    /* nothing else goes on: what is due is done before */
    while (lyt_care_due(h->care, now) <= now) {
        size_t n = h->facts.n;

        cr_assert_eq(lyt_care_tick(h->care, now, &h->facts, &h->err), LYT_OK);
        if (h->facts.n == n)
            break;
    }
    cr_assert_eq(lyt_care_event(h->care, &event, now, &h->facts, &h->err), LYT_OK, "%s: %s", id,
                 h->err.text);
    lyt_care_mark(h->care);
}

static void wait_until(house *h, int minute)
{
    int64_t end = start_us + minute * a_minute;

    for (;;) {
        int64_t due = lyt_care_due(h->care, start_us);

        if (due > end)
            break;
        cr_assert_eq(lyt_care_tick(h->care, due, &h->facts, &h->err), LYT_OK);
        lyt_care_mark(h->care);
    }
}

typedef struct outcome {
    int open, none, gifts, told;
} outcome;

static outcome outcome_of(const house *h, char subject)
{
    const lyt_book *book = lyt_care_book(h->care);
    outcome o = {0, 0, 0, 0};

    for (size_t i = 0; i < lyt_book_size(book); i++) {
        const lyt_case *c = lyt_book_at(book, i);

        if (subject && c->guest[0] != subject)
            continue;
        o.none += c->state == LYT_INCIDENT_VOID;
        o.open += c->state != LYT_INCIDENT_VOID;
    }
    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *of = lyt_book_offer_at(book, i);

        o.gifts += of->state == LYT_OFFER_GIVEN &&
                   (!subject || lyt_book_find(book, of->incident)->guest[0] == subject);
    }
    for (size_t i = 0; i < h->facts.n; i++)
        o.told += h->facts.items[i].kind == LYT_FACT_TOLD &&
                  h->facts.items[i].which == LYT_NOTICE_ALARM &&
                  lyt_str_equal(h->facts.items[i].who, LYT_STR("care"));
    return o;
}

/* "f0 f9 f5@12": an event of anna's at minute 0 that comes then; one of minute 5 that comes at 12 */
static void live(house *h, const char *words)
{
    int now = 0;

    for (const char *at = words; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        arrival a = {*at, 'a', atoi(at + 1), 0};
        const char *late = memchr(at, '@', strcspn(at, " "));

        a.comes_min = late ? atoi(late + 1) : a.at_min;
        now = a.comes_min > now ? a.comes_min : now;
        a.comes_min = now;
        take(h, &a);
    }
    wait_until(h, now + 300);
}

Test(lateness, BT_11_what_comes_late_changes_no_more_than_it_must)
{
    static const struct {
        int line;
        const char *words;
        outcome wanted;
    } rows[] = {
        /* in order: found at the third */
        {__LINE__, "f0 f4 f8", {1, 0, 1, 1}},
        {__LINE__, "f0 f4 f8 f9", {1, 0, 1, 1}},
        /* the other way round it is found at the third that comes, and moved: told once, given once */
        {__LINE__, "f9@10 f8@10 f4@10 f0@10", {1, 0, 1, 1}},
        {__LINE__, "f8@10 f4@10 f0@10", {1, 0, 1, 1}},
        {__LINE__, "f9@10 f8@10 f7@10 f6@10 f5@10 f4@10 f3@10 f2@10 f1@10", {1, 0, 1, 1}},
        {__LINE__, "f1 f5 f9 f3@10 f2@11 f0@10", {1, 0, 1, 1}},
        /* a success between: nothing was ever found; coming late it takes back what was */
        {__LINE__, "f0 f4 s6 f8", {0, 0, 0, 0}},
        {__LINE__, "f0 f4 f8 s6@9", {0, 1, 1, 1}},
        {__LINE__, "s6 f8 f0@9 f4@9", {0, 0, 0, 0}},
        {__LINE__, "f8@9 f4@9 f0@9 s6@9", {0, 1, 1, 1}},
        /* a success after it takes it back, whenever it comes */
        {__LINE__, "f0 f4 f8 s9", {0, 1, 1, 1}},
        {__LINE__, "f0 f8 s9 f4@10", {0, 0, 0, 0}},
        /* taken back and so again: told again, and not paid again */
        {__LINE__, "f0 f4 f8 s6@9 f9 f10 f11", {1, 1, 1, 2}},
        /* two findings of one case; late ones move both, and the case stays */
        {__LINE__, "g0 g5 g30 g35", {1, 0, 0, 1}},
        {__LINE__, "g0 g30 g5@31 g35", {1, 0, 0, 1}},
        {__LINE__, "g35@40 g30@40 g33@40 g32@40 g31@40", {1, 0, 0, 1}},
        /* one of the two is not so: the other is */
        {__LINE__, "g0 g5 g29 g4@30 g3@30", {1, 0, 0, 1}},
        /* a success after the first: the second is one of its own */
        {__LINE__, "g0 g5 s6 g30 g35", {1, 1, 0, 2}},
        {__LINE__, "g0 g5 g30 g35 s6@36", {1, 0, 0, 1}},
        {__LINE__, "h0 h5 h9", {1, 0, 0, 1}},
        {__LINE__, "h12@13 h9@13 h5@13 h0@13", {1, 0, 0, 1}},
        {__LINE__, "h0 h12 h9@13 h11@13 h5@13", {1, 0, 0, 1}},
        /* silence: something came after all, and is only told late */
        {__LINE__, "o0", {1, 0, 0, 1}},
        {__LINE__, "o0 d10", {0, 0, 0, 0}},
        {__LINE__, "o0 d10@20", {0, 0, 0, 0}},
        {__LINE__, "o0 f35 d28@36", {0, 1, 0, 1}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        house h;
        outcome o;

        house_init(&h);
        live(&h, rows[i].words);
        o = outcome_of(&h, 0);
        cr_expect(memcmp(&o, &rows[i].wanted, sizeof o) == 0,
                  "row at line %d (%s): %d open, %d none, %d gifts, %d alarms", rows[i].line,
                  rows[i].words, o.open, o.none, o.gifts, o.told);
        house_deinit(&h);
    }
}

/* A number for this order; the same each time. */
static unsigned draw(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 16) % n;
}

static int by_arrival(const void *a, const void *b)
{
    const arrival *x = a, *y = b;

    return x->comes_min != y->comes_min ? x->comes_min - y->comes_min
                                        : (x->at_min + x->type) - (y->at_min + y->type);
}

/* The same house from its facts and events, as after a restart. */
static void restart(house *h, const arrival *all, size_t n)
{
    lyt_care *again;

    cr_assert_eq(lyt_care_new(&again, NULL, h->s), LYT_OK);
    for (size_t i = 0; i < h->facts.n; i++)
        cr_assert_eq(lyt_care_restore(again, &h->facts.items[i], &h->err), LYT_OK, "%s",
                     h->err.text);
    for (size_t i = 0; i < n; i++) {
        char id[24], subject[2], type[2];
        lyt_behaviour event = behaviour_of(&all[i], id, subject, type);

        cr_assert_eq(lyt_care_restore_event(again, &event), LYT_OK);
    }
    cr_expect_eq(lyt_book_hash(lyt_care_book(again)), lyt_book_hash(lyt_care_book(h->care)));
    lyt_care_free(h->care);
    h->care = again;
}

static const char subjects[] = "abcde";

static void live_in_order(house *h, const arrival *events, size_t n, bool restarts, unsigned seed)
{
    size_t at = restarts ? draw(&seed, (unsigned)n) : n;

    house_init(h);
    for (size_t i = 0; i < n; i++) {
        if (i == at)
            restart(h, events, i);
        take(h, &events[i]);
    }
    wait_until(h, 24 * 60);
}

/* Days of five guests, each lived in order and in many orders within the ten minutes' lateness. */
Test(lateness, BT_11_every_order_comes_to_the_same)
{
    enum { n_events = 70, days = 40, orders = 8 };
    static const char types[] = "fffgggghhhhoodds";
    unsigned seed = 11;
    int found = 0, moved = 0;

    for (int day = 0; day < days; day++) {
        arrival events[n_events];
        outcome first[sizeof subjects];

        for (int order = 0; order < orders; order++) {
            arrival late[n_events];
            house h;

            for (int i = 0; !order && i < n_events; i++)
                events[i] = (arrival){types[draw(&seed, sizeof types - 1)],
                                      subjects[draw(&seed, 5)], 2 * i, 2 * i};
            memcpy(late, events, sizeof late);
            for (int i = 0; order && i < n_events; i++)
                late[i].comes_min += (int)draw(&seed, 11);
            qsort(late, n_events, sizeof *late, by_arrival);
            live_in_order(&h, late, n_events, order % 2 == 1, seed);
            for (size_t i = 0; subjects[i]; i++) {
                outcome o = outcome_of(&h, subjects[i]);

                if (!order)
                    first[i] = o;
                cr_expect_eq(o.open, first[i].open, "day %d, order %d, %c: %d cases, not %d", day,
                             order, subjects[i], o.open, first[i].open);
                /* paid for once for each time that it was so; one that was none in the end, too */
                cr_expect_leq(o.gifts, first[i].gifts > 1 ? first[i].gifts : 1, "day %d, order %d",
                              day, order);
                found += o.open;
            }
            for (size_t i = 0; i < h.facts.n; i++)
                moved += h.facts.items[i].kind == LYT_FACT_FOUND && h.facts.items[i].due_us;
            house_deinit(&h);
        }
    }
    cr_expect_gt(found, 300, "%d: there is something to compare", found);
    cr_expect_gt(moved, 10, "%d: late ones move what was found", moved);
}
