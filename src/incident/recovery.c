#include "recovery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "recovery_inside.h"

enum { percent = 100 };

bool lyt_recovery_counts(const lyt_recovery *r, const lyt_case *c)
{
    return !c->is_drill && !c->merged && c->opened_us >= r->from_us &&
           (!r->until_us || c->opened_us < r->until_us) &&
           (!r->property.len || lyt_str_equal(lyt_str_of(c->property), r->property));
}

/* What turned out to be nothing has no clock that anybody had to keep. */
static bool is_measured(const lyt_recovery *r, const lyt_case *c)
{
    return lyt_recovery_counts(r, c) && c->state != LYT_INCIDENT_VOID;
}

lyt_trial lyt_trial_of(int64_t n1, int64_t yes1, int64_t n2, int64_t yes2)
{
    static const double z = 1.959963985;
    double a = (double)(yes1 + 1) / (double)(n1 + 2), b = (double)(yes2 + 1) / (double)(n2 + 2);
    double half = z * sqrt(a * (1 - a) / (double)(n1 + 2) + b * (1 - b) / (double)(n2 + 2));

    return (lyt_trial){.difference = (double)yes1 / (double)n1 - (double)yes2 / (double)n2,
                       .low = fmax(-1, a - b - half),
                       .high = fmin(1, a - b + half)};
}

/* Wilson and Hilferty's cube for the bounds of a count. */
lyt_rate lyt_rate_of(int64_t n, int64_t time_us)
{
    static const double z = 1.959963985, month_us = 30 * 86400e6;
    double k = (double)n, per = month_us / (double)(time_us > 0 ? time_us : 1), low = 0, high;

    if (n > 0)
        low = k * pow(1 - 1 / (9 * k) - z / (3 * sqrt(k)), 3);
    high = (k + 1) * pow(1 - 1 / (9 * (k + 1)) + z / (3 * sqrt(k + 1)), 3);
    return (lyt_rate){k * per, fmax(0, low) * per, high * per};
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int64_t lyt_recovery_median(int64_t *values, size_t n)
{
    if (!n)
        return 0;
    qsort(values, n, sizeof *values, by_size);
    return values[n / 2];
}

static bool is_of(const lyt_case *c, lyt_recovery_by by, const char *name)
{
    switch (by) {
    case LYT_BY_TEAM:
        return strcmp(c->team, name) == 0;
    case LYT_BY_PERSON:
        return strcmp(c->owner, name) == 0;
    case LYT_BY_PROPERTY:
        return strcmp(c->property, name) == 0;
    case LYT_BY_ALL:
        break;
    }
    return true;
}

static void write_clock(lyt_jw *jw, const lyt_recovery *r, lyt_recovery_by by, const char *name,
                        int kind, int64_t *times)
{
    int64_t met = 0, missed = 0, running = 0;
    size_t n = 0;

    for (size_t i = 0; i < lyt_book_size(r->book); i++) {
        const lyt_case *c = lyt_book_at(r->book, i);
        const lyt_case_clock *clock = &c->clocks[kind];

        if (!is_measured(r, c) || !clock->started_us || !is_of(c, by, name))
            continue;
        missed += clock->is_missed;
        met += !clock->is_missed && clock->stopped_us;
        running += !clock->is_missed && !clock->stopped_us;
        if (clock->stopped_us)
            times[n++] = clock->stopped_us - clock->started_us;
    }
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "clock", lyt_str_of(lyt_clock_kind_name((lyt_clock_kind)kind)));
    lyt_jw_kint(jw, "met", met);
    lyt_jw_kint(jw, "missed", missed);
    lyt_jw_kint(jw, "running", running);
    if (met + missed)
        lyt_jw_kreal(jw, "met_percent", percent * (double)met / (double)(met + missed), 1);
    if (n)
        lyt_jw_kreal(jw, "median_s", (double)lyt_recovery_median(times, n) / 1e6, 1);
    lyt_jw_object_end(jw);
}

static void write_clocks(lyt_jw *jw, const lyt_recovery *r, lyt_recovery_by by, const char *name,
                         int64_t *times)
{
    lyt_jw_key(jw, "clocks");
    lyt_jw_array(jw);
    for (int kind = 0; kind < LYT_CLOCK_KIND_COUNT; kind++)
        write_clock(jw, r, by, name, kind, times);
    lyt_jw_array_end(jw);
}

static const char *name_of(const lyt_case *c, lyt_recovery_by by)
{
    return by == LYT_BY_TEAM ? c->team : by == LYT_BY_PERSON ? c->owner : c->property;
}

/* The first incident in the figures with that name. */
static bool is_first(const lyt_recovery *r, size_t index, lyt_recovery_by by)
{
    const lyt_case *c = lyt_book_at(r->book, index);

    if (!is_measured(r, c))
        return false;
    for (size_t i = 0; i < index; i++)
        if (is_measured(r, lyt_book_at(r->book, i)) &&
            is_of(lyt_book_at(r->book, i), by, name_of(c, by)))
            return false;
    return true;
}

static void write_groups(lyt_jw *jw, const lyt_recovery *r, lyt_recovery_by by, const char *key,
                         const char *of, int64_t *times)
{
    lyt_jw_key(jw, key);
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_book_size(r->book); i++) {
        const char *name = name_of(lyt_book_at(r->book, i), by);
        int64_t n = 0;

        if (!is_first(r, i, by))
            continue;
        for (size_t k = i; k < lyt_book_size(r->book); k++)
            n +=
                is_measured(r, lyt_book_at(r->book, k)) && is_of(lyt_book_at(r->book, k), by, name);
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, of, lyt_str_of(name));
        lyt_jw_kint(jw, "incidents", n);
        write_clocks(jw, r, by, name, times);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

typedef struct totals {
    int64_t opened, open, closed, confirmed, unconfirmed, reopened, voided, parents, repeats,
        without_words, drills, speed[LYT_SPEED_LATER + 1];
} totals;

static void count_case(totals *t, const lyt_recovery *r, const lyt_case *c)
{
    lyt_watch watch = {.settings = r->settings};

    t->opened++;
    t->open += lyt_case_is_open(c);
    t->voided += c->state == LYT_INCIDENT_VOID;
    t->closed += c->state == LYT_INCIDENT_CLOSED;
    t->confirmed += lyt_case_is_confirmed(c);
    t->unconfirmed += c->is_unconfirmed;
    t->reopened += c->n_reopened > 0;
    t->parents += c->is_parent;
    t->repeats += c->repeat_of != 0;
    t->without_words += !c->n_messages && !c->is_parent;
    if (c->state != LYT_INCIDENT_VOID)
        t->speed[lyt_watch_speed(&watch, c)]++;
}

static void write_totals(lyt_jw *jw, const totals *t)
{
    const struct {
        const char *key;
        int64_t value;
    } rows[] = {{"opened", t->opened},
                {"open", t->open},
                {"closed", t->closed},
                {"confirmed", t->confirmed},
                {"unconfirmed", t->unconfirmed},
                {"reopened", t->reopened},
                {"void", t->voided},
                {"parents", t->parents},
                {"repeats", t->repeats},
                {"without_words", t->without_words},
                {"drills", t->drills}};

    lyt_jw_key(jw, "incidents");
    lyt_jw_object(jw);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        lyt_jw_kint(jw, rows[i].key, rows[i].value);
    lyt_jw_object_end(jw);
}

static void write_speed(lyt_jw *jw, const totals *t)
{
    int64_t quick = t->speed[LYT_SPEED_ON_THE_SPOT] + t->speed[LYT_SPEED_SAME_DAY] +
                    t->speed[LYT_SPEED_24_H],
            done = quick + t->speed[LYT_SPEED_LATER];

    lyt_jw_key(jw, "speed");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "on_the_spot", t->speed[LYT_SPEED_ON_THE_SPOT]);
    lyt_jw_kint(jw, "same_day", t->speed[LYT_SPEED_SAME_DAY]);
    lyt_jw_kint(jw, "within_24_h", t->speed[LYT_SPEED_24_H]);
    lyt_jw_kint(jw, "later", t->speed[LYT_SPEED_LATER]);
    lyt_jw_kint(jw, "not_yet", t->speed[LYT_SPEED_NOT_YET]);
    if (done)
        lyt_jw_kreal(jw, "within_24_h_percent", percent * (double)quick / (double)done, 1);
    lyt_jw_kbool(jw, "majority_within_24_h", done > 0 && 2 * quick > done);
    lyt_jw_object_end(jw);
}

lyt_status lyt_recovery_write(lyt_jw *jw, const lyt_recovery *r)
{
    int64_t *times = lyt_mem_array(r->alloc, lyt_book_size(r->book) + 1, sizeof *times);
    totals t = {0};

    if (!times)
        return LYT_ENOMEM;
    for (size_t i = 0; i < lyt_book_size(r->book); i++) {
        const lyt_case *c = lyt_book_at(r->book, i);

        if (lyt_recovery_counts(r, c))
            count_case(&t, r, c);
        t.drills += c->is_drill && c->opened_us >= r->from_us &&
                    (!r->until_us || c->opened_us < r->until_us);
    }
    write_totals(jw, &t);
    write_speed(jw, &t);
    write_clocks(jw, r, LYT_BY_ALL, "", times);
    write_groups(jw, r, LYT_BY_TEAM, "teams", "team", times);
    write_groups(jw, r, LYT_BY_PERSON, "people", "person", times);
    write_groups(jw, r, LYT_BY_PROPERTY, "properties", "property", times);
    lyt_recovery_write_remedies(jw, r, times);
    lyt_mem_free(r->alloc, times);
    return LYT_OK;
}
