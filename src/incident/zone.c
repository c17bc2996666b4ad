#include "zone.h"

#include <string.h>

#include "daycal.h"
#include "mem.h"

enum {
    header_bytes = 44,
    changes_max = 4096,
    types_max = 256,
    day_s = 86400,
};

/* When a footer rule's summer begins or ends: RFC 8536 section 3.3.1 (POSIX TZ). */
typedef struct rule {
    enum { RULE_MONTH_WEEK, RULE_JULIAN, RULE_DAY } form;
    int month, week, day;
    int64_t time_s; /* local, may be negative or over a day */
} rule;

struct lyt_zone {
    const lyt_alloc *alloc;
    int64_t *at;     /* of the changes, ascending */
    int64_t *offset; /* from at[i] on */
    size_t n;
    int64_t first; /* offset before the first change */
    bool has_footer, has_summer;
    int64_t standard, summer;
    rule begins, ends;
};

typedef struct reader {
    const unsigned char *data;
    size_t len, at;
    lyt_error *err;
} reader;

static lyt_status damaged(const reader *r, const char *what)
{
    lyt_status status =
        lyt_error_set(r->err, LYT_EFORMAT, "this is no zone file of version 2 or later: %s", what);

    if (r->err)
        r->err->offset = r->at;
    return status;
}

static int64_t big_endian(const unsigned char *at, size_t bytes)
{
    uint64_t value = at[0] & 0x80U ? UINT64_MAX : 0;

    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

typedef struct counts {
    size_t utc, standard, leaps, changes, types, letters;
} counts;

static lyt_status read_header(reader *r, counts *out)
{
    size_t *fields[] = {&out->utc,     &out->standard, &out->leaps,
                        &out->changes, &out->types,    &out->letters};

    if (r->len - r->at < header_bytes)
        return damaged(r, "it ends within a header");
    if (memcmp(r->data + r->at, "TZif", 4) != 0)
        return damaged(r, "it does not begin with TZif");
    if (r->data[r->at + 4] < '2')
        return damaged(r, "its version is 1");
    for (size_t i = 0; i < 6; i++) {
        int64_t value = big_endian(r->data + r->at + 20 + 4 * i, 4);

        if (value < 0 || value > changes_max)
            return damaged(r, "a count is too high");
        *fields[i] = (size_t)value;
    }
    if (out->types == 0 || out->types > types_max)
        return damaged(r, "it has no local times");
    r->at += header_bytes;
    return LYT_OK;
}

static size_t block_bytes(const counts *c, size_t time_bytes)
{
    return c->changes * (time_bytes + 1) + c->types * 6 + c->letters + c->leaps * (time_bytes + 4) +
           c->standard + c->utc;
}

static lyt_status read_changes(reader *r, lyt_zone *zone, const counts *c)
{
    const unsigned char *times = r->data + r->at, *index = times + 8 * c->changes,
                        *types = index + c->changes;

    zone->n = c->changes;
    zone->first = big_endian(types, 4);
    zone->at = lyt_mem_array(zone->alloc, c->changes + 1, sizeof *zone->at);
    zone->offset = lyt_mem_array(zone->alloc, c->changes + 1, sizeof *zone->offset);
    if (!zone->at || !zone->offset)
        return lyt_error_set(r->err, LYT_ENOMEM, "no memory for a time zone");
    for (size_t i = 0; i < c->changes; i++) {
        zone->at[i] = big_endian(times + 8 * i, 8);
        if (index[i] >= c->types)
            return damaged(r, "a change names a local time that is not there");
        if (i && zone->at[i] <= zone->at[i - 1])
            return damaged(r, "its changes are not in order");
        zone->offset[i] = big_endian(types + 6 * (size_t)index[i], 4);
    }
    for (size_t i = 0; i < c->types; i++) {
        int64_t offset = big_endian(types + 6 * i, 4);

        if (offset < -2 * day_s || offset > 2 * day_s)
            return damaged(r, "a local time is days away from UTC");
    }
    return LYT_OK;
}

/* The footer: "CET-1CEST,M3.5.0,M10.5.0/3". */
static bool peek(const reader *r, char c)
{
    return r->at < r->len && r->data[r->at] == (unsigned char)c;
}

static bool skip_name(reader *r)
{
    size_t from = r->at;

    if (peek(r, '<')) {
        while (r->at < r->len && r->data[r->at] != '>')
            r->at++;
        if (r->at == r->len)
            return false;
        r->at++;
        return true;
    }
    while (r->at < r->len && ((r->data[r->at] | 0x20) >= 'a' && (r->data[r->at] | 0x20) <= 'z'))
        r->at++;
    return r->at - from >= 3;
}

static bool read_number(reader *r, int64_t max, int64_t *out)
{
    size_t from = r->at;
    int64_t value = 0;

    while (r->at < r->len && r->data[r->at] >= '0' && r->data[r->at] <= '9' && value <= max)
        value = value * 10 + (r->data[r->at++] - '0');
    *out = value;
    return r->at > from && value <= max;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(reader *r, int64_t *out)
{
    int64_t sign = 1, part, total;

    if (peek(r, '-'))
        sign = -1;
    if (peek(r, '-') || peek(r, '+'))
        r->at++;
    if (!read_number(r, 167, &part))
        return false;
    total = part * 3600;
    for (int64_t unit = 60; unit && peek(r, ':'); unit /= 60) {
        r->at++;
        if (!read_number(r, 59, &part))
            return false;
        total += part * unit;
    }
    *out = sign * total;
    return true;
}

static bool read_rule_day(reader *r, rule *out)
{
    int64_t month, week, day;

    if (peek(r, 'M')) {
        r->at++;
        if (!read_number(r, 12, &month) || !peek(r, '.') || (r->at++, !read_number(r, 5, &week)) ||
            !peek(r, '.') || (r->at++, !read_number(r, 6, &day)) || month < 1 || week < 1)
            return false;
        *out = (rule){RULE_MONTH_WEEK, (int)month, (int)week, (int)day, 0};
        return true;
    }
    out->form = peek(r, 'J') ? RULE_JULIAN : RULE_DAY;
    r->at += peek(r, 'J');
    if (!read_number(r, 365, &day))
        return false;
    out->day = (int)day;
    return true;
}

static bool read_rule(reader *r, rule *out)
{
    if (!peek(r, ','))
        return false;
    r->at++;
    if (!read_rule_day(r, out))
        return false;
    out->time_s = 2 * 3600;
    if (!peek(r, '/'))
        return true;
    r->at++;
    return read_time(r, &out->time_s);
}

static lyt_status read_footer(reader *r, lyt_zone *zone)
{
    int64_t west;

    if (!peek(r, '\n'))
        return damaged(r, "its footer is missing");
    r->at++;
    if (peek(r, '\n'))
        return LYT_OK; /* no rule: the last change stays */
    if (!skip_name(r) || !read_time(r, &west))
        return damaged(r, "its footer's standard time cannot be read");
    zone->has_footer = true;
    zone->standard = -west;
    if (peek(r, '\n'))
        return LYT_OK;
    zone->has_summer = true;
    zone->summer = zone->standard + 3600;
    if (!skip_name(r))
        return damaged(r, "its footer's summer time cannot be read");
    if (!peek(r, ',')) {
        if (!read_time(r, &west))
            return damaged(r, "its footer's summer time cannot be read");
        zone->summer = -west;
    }
    if (!read_rule(r, &zone->begins) || !read_rule(r, &zone->ends) || !peek(r, '\n'))
        return damaged(r, "its footer's rules cannot be read");
    return LYT_OK;
}

static lyt_status read_file(reader *r, lyt_zone *zone)
{
    counts c;
    lyt_status status = read_header(r, &c);

    if (status)
        return status;
    if (r->len - r->at < block_bytes(&c, 4))
        return damaged(r, "it ends within its first block");
    r->at += block_bytes(&c, 4);
    status = read_header(r, &c);
    if (status)
        return status;
    if (r->len - r->at < block_bytes(&c, 8))
        return damaged(r, "it ends within its second block");
    status = read_changes(r, zone, &c);
    r->at += block_bytes(&c, 8);
    return status ? status : read_footer(r, zone);
}

lyt_status lyt_zone_read(lyt_zone **out, const lyt_alloc *alloc, lyt_str bytes, lyt_error *err)
{
    lyt_zone *zone = lyt_mem_new(alloc, sizeof *zone);
    reader r = {(const unsigned char *)bytes.ptr, bytes.len, 0, err};
    lyt_status status = LYT_OK;

    if (!zone)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a time zone");
    zone->alloc = alloc;
    if (bytes.ptr)
        status = read_file(&r, zone);
    if (status)
        lyt_zone_free(zone);
    else
        *out = zone;
    return status;
}

void lyt_zone_free(lyt_zone *zone)
{
    if (!zone)
        return;
    lyt_mem_free(zone->alloc, zone->at);
    lyt_mem_free(zone->alloc, zone->offset);
    lyt_mem_free(zone->alloc, zone);
}

/* The day of that year on which the rule falls. */
static int64_t rule_day(const rule *r, int year)
{
    int64_t first = lyt_date_days((lyt_date){year, 1, 1}), day;
    bool is_leap = lyt_date_is_valid((lyt_date){year, 2, 29});
    int weekday;

    if (r->form == RULE_DAY)
        return first + r->day;
    if (r->form == RULE_JULIAN)
        return first + r->day - 1 + (is_leap && r->day > 59);
    first = lyt_date_days((lyt_date){year, r->month, 1});
    weekday = (lyt_weekday_of(first) + 1) % 7; /* from Sunday, as the rule counts */
    day = first + (r->day - weekday + 7) % 7 + 7 * (r->week - 1);
    while (lyt_date_of(day).month != r->month)
        day -= 7;
    return day;
}

static int64_t by_footer(const lyt_zone *zone, int64_t utc_s)
{
    int64_t local = utc_s + zone->standard, days = local / day_s - (local % day_s < 0);
    int year = lyt_date_of(days).year;
    int64_t begins, ends;

    if (!zone->has_summer)
        return zone->standard;
    begins = rule_day(&zone->begins, year) * day_s + zone->begins.time_s - zone->standard;
    ends = rule_day(&zone->ends, year) * day_s + zone->ends.time_s - zone->summer;
    if (begins < ends)
        return utc_s >= begins && utc_s < ends ? zone->summer : zone->standard;
    return utc_s >= begins || utc_s < ends ? zone->summer : zone->standard;
}

int64_t lyt_zone_offset(const lyt_zone *zone, int64_t utc_s)
{
    size_t low = 0, high = zone->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (zone->at[middle] <= utc_s)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->n && zone->has_footer)
        return by_footer(zone, utc_s);
    return low ? zone->offset[low - 1] : zone->first;
}

int64_t lyt_zone_utc(const lyt_zone *zone, int64_t local_s)
{
    int64_t before = lyt_zone_offset(zone, local_s - day_s);
    int64_t after = lyt_zone_offset(zone, local_s + day_s);
    int64_t low, high;

    /* with the offset of before, and that of after, where the clock may have changed between */
    if (lyt_zone_offset(zone, local_s - before) == before)
        return local_s - before;
    if (lyt_zone_offset(zone, local_s - after) == after)
        return local_s - after;
    /* skipped: the change itself, between the two */
    low = local_s - (before > after ? before : after);
    high = local_s - (before > after ? after : before);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (lyt_zone_offset(zone, middle) == before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
