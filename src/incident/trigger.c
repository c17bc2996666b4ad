#include "trigger.h"

#include <string.h>

#include "clock.h"
#include "daycal.h"
#include "hash.h"
#include "mem.h"
#include "opening.h"
#include "trigger_inside.h"

enum { text_max = 256 };

static const int64_t day_us = (int64_t)86400 * 1000000;

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

lyt_status lyt_triggers_new(lyt_triggers **out, const lyt_alloc *alloc, const lyt_trigger *rules,
                            size_t n, int64_t lateness_us)
{
    lyt_triggers *t = lyt_mem_new(alloc, sizeof *t);

    if (!t)
        return LYT_ENOMEM;
    t->alloc = alloc;
    t->rules = rules;
    t->n_rules = n;
    t->lateness_us = lateness_us;
    t->reach_us = 30 * day_us; /* for times that stand in attributes */
    for (size_t i = 0; i < n; i++)
        t->reach_us = most(t->reach_us, 2 * rules[i].within_us);
    t->reach_us += lateness_us;
    *out = t;
    return LYT_OK;
}

static void free_subject(lyt_triggers *t, lyt_subject *s)
{
    for (size_t i = 0; i < s->n; i++)
        lyt_mem_free(t->alloc, s->events[i]);
    lyt_mem_free(t->alloc, s->events);
    lyt_mem_free(t->alloc, s->found.items);
    lyt_mem_free(t->alloc, s->name);
}

void lyt_triggers_free(lyt_triggers *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n; i++)
        free_subject(t, &t->subjects[i]);
    lyt_mem_free(t->alloc, t->subjects);
    lyt_triggers_mark(t);
    lyt_mem_free(t->alloc, t->undo);
    lyt_mem_free(t->alloc, t->eval.marks);
    lyt_mem_free(t->alloc, t->eval.found.items);
    lyt_mem_free(t->alloc, t);
}

/* Where the name is among the subjects, or belongs. */
static size_t subject_place(const lyt_triggers *t, lyt_str name)
{
    size_t low = 0, high = t->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (lyt_str_compare(lyt_str_of(t->subjects[middle].name), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

lyt_subject *lyt_triggers_subject(const lyt_triggers *t, lyt_str name)
{
    size_t at = subject_place(t, name);

    return at < t->n && lyt_str_equal(lyt_str_of(t->subjects[at].name), name) ? &t->subjects[at]
                                                                              : NULL;
}

lyt_subject *lyt_triggers_subject_get(lyt_triggers *t, lyt_str name, int64_t at_us)
{
    lyt_subject *s = lyt_triggers_subject(t, name);
    size_t at = subject_place(t, name);
    char *copy;

    if (s)
        return s;
    if (lyt_mem_grow(t->alloc, &t->subjects, &t->cap, t->n + 1, sizeof *t->subjects))
        return NULL;
    copy = lyt_mem_strdup(t->alloc, name);
    if (!copy)
        return NULL;
    memmove(t->subjects + at + 1, t->subjects + at, (t->n - at) * sizeof *t->subjects);
    t->subjects[at] = (lyt_subject){.name = copy, .first_us = at_us, .due_us = INT64_MAX};
    t->n++;
    return &t->subjects[at];
}

static lyt_str put(char **to, lyt_str text)
{
    lyt_str out = {*to, text.len};

    if (text.len)
        memcpy(*to, text.ptr, text.len);
    *to += text.len;
    return out;
}

static lyt_kept *keep(lyt_triggers *t, const lyt_behaviour *event)
{
    size_t bytes = event->id.len + event->type.len + event->ref.len;
    lyt_kept *kept;
    char *to;

    for (size_t i = 0; i < event->n_attrs; i++)
        bytes += event->attrs[i].key.len + event->attrs[i].value.len;
    kept = lyt_mem_new(t->alloc, sizeof *kept + bytes);
    if (!kept)
        return NULL;
    to = (char *)(kept + 1);
    kept->at_us = event->at_us;
    kept->id = put(&to, event->id);
    kept->type = put(&to, event->type);
    kept->ref = put(&to, event->ref);
    kept->n_attrs = event->n_attrs;
    for (size_t i = 0; i < event->n_attrs; i++) {
        kept->attrs[i].key = put(&to, event->attrs[i].key);
        kept->attrs[i].value = put(&to, event->attrs[i].value);
    }
    return kept;
}

lyt_status lyt_triggers_insert(lyt_triggers *t, lyt_subject *s, const lyt_behaviour *event)
{
    size_t at = s->n;
    lyt_kept *kept;

    for (size_t i = 0; i < s->n; i++)
        if (lyt_str_equal(s->events[i]->id, event->id))
            return LYT_EEXISTS;
    if (lyt_mem_grow(t->alloc, &s->events, &s->cap, s->n + 1, sizeof(lyt_kept *)))
        return LYT_ENOMEM;
    kept = keep(t, event);
    if (!kept || lyt_triggers_remember_added(t, s, kept)) {
        lyt_mem_free(t->alloc, kept);
        return LYT_ENOMEM;
    }
    while (at > 0 && (s->events[at - 1]->at_us > kept->at_us ||
                      (s->events[at - 1]->at_us == kept->at_us &&
                       lyt_str_compare(s->events[at - 1]->id, kept->id) > 0)))
        at--;
    memmove(s->events + at + 1, s->events + at, (s->n - at) * sizeof(lyt_kept *));
    s->events[at] = kept;
    s->n++;
    if (kept->at_us < s->first_us)
        s->first_us = kept->at_us;
    return LYT_OK;
}

/* What a report says beside the finding itself. */
typedef struct teller {
    int64_t now_us;
    lyt_finding_fn found;
    void *context;
} teller;

static void report(lyt_triggers *t, const lyt_subject *s, const lyt_found *f, int64_t was_us,
                   const teller *to)
{
    const lyt_trigger *rule = &t->rules[f->rule];
    uint64_t draw = lyt_hash_str(lyt_str_of(s->name), lyt_hash_str(lyt_str_of(rule->id), 0));
    lyt_finding finding = {
        .rule = rule,
        .subject = lyt_str_of(s->name),
        .at_us = f->at_us,
        .was_us = was_us,
        .severity = f->severity,
        .is_withdrawn = f->is_told_ended,
        .is_held_out = (int)(draw % 100) < rule->hold_out,
        .n_counted = f->n_counted,
    };

    to->found(to->context, &finding);
}

static bool is_same(const lyt_found *a, const lyt_found *b)
{
    return a->rule == b->rule && a->at_us == b->at_us && a->severity == b->severity;
}

static lyt_found *find_same(const lyt_found_list *list, const lyt_found *f)
{
    for (size_t i = 0; i < list->n; i++)
        if (is_same(&list->items[i], f))
            return &list->items[i];
    return NULL;
}

/* Told, and no more there; not for a success that came after it. */
static bool has_gone(const lyt_triggers *t, const lyt_found *old)
{
    return !old->is_frozen && !old->is_told_ended && !find_same(&t->eval.found, old);
}

/* There, and nobody has heard of it, or that it is so after all. */
static bool has_come(const lyt_found *old, const lyt_found *now, int64_t changeable_us)
{
    if (now->is_ended)
        return false;
    return old ? old->is_told_ended && !old->is_frozen : now->at_us >= changeable_us;
}

/* The first of that rule that came and stands for nothing that went yet. */
static lyt_found *came_instead(lyt_triggers *t, lyt_subject *s, const lyt_found *gone,
                               int64_t changeable_us)
{
    for (size_t i = 0; i < t->eval.found.n; i++) {
        lyt_found *now = &t->eval.found.items[i];

        if (now->rule == gone->rule && !now->is_paired &&
            has_come(find_same(&s->found, now), now, changeable_us))
            return now;
    }
    return NULL;
}

/*
 * An event that came late can make a rule come true earlier than it was told. That is no other
 * failure: what went and what came in its place, each in the order of time, are one.
 */
static void move_gone(lyt_triggers *t, lyt_subject *s, int64_t changeable_us, const teller *to)
{
    for (size_t i = 0; i < t->eval.found.n; i++)
        t->eval.found.items[i].is_paired = false;
    for (size_t i = 0; i < s->found.n; i++) {
        lyt_found *old = &s->found.items[i], *again;
        lyt_found *now = has_gone(t, old) ? came_instead(t, s, old, changeable_us) : NULL;
        lyt_found moved;

        if (!now)
            continue;
        now->is_paired = true;
        moved = *now;
        moved.is_told = true;
        moved.told_us = old->told_us;
        again = find_same(&s->found, now);
        report(t, s, &moved, old->at_us, to);
        old->is_told_ended = true;
        /* one that was there before takes its place again; else this one is now that */
        if (again) {
            again->is_told_ended = false;
            again->told_us = old->told_us;
        } else {
            *old = moved;
        }
    }
}

/*
 * What was told and is not so (any more), or is so after all. It stays in the list. All of it is
 * known before the first is reported: whoever hears of one may ask what still stands.
 */
static void withdraw_gone(lyt_triggers *t, lyt_subject *s, const teller *to)
{
    for (size_t i = 0; i < s->found.n; i++) {
        lyt_found *old = &s->found.items[i];
        const lyt_found *now = find_same(&t->eval.found, old);
        bool is_over = !now || now->is_ended;

        old->is_changed = !old->is_frozen && is_over != old->is_told_ended;
        if (!old->is_changed)
            continue;
        old->is_told_ended = is_over;
        if (!is_over)
            old->told_us = to->now_us;
    }
    for (size_t i = 0; i < s->found.n; i++)
        if (s->found.items[i].is_changed)
            report(t, s, &s->found.items[i], 0, to);
}

static lyt_status tell_new(lyt_triggers *t, lyt_subject *s, int64_t changeable_us, const teller *to)
{
    for (size_t i = 0; i < t->eval.found.n; i++) {
        lyt_found f = t->eval.found.items[i];
        lyt_status status;

        if (f.at_us < changeable_us || find_same(&s->found, &f))
            continue;
        status = lyt_mem_grow(t->alloc, &s->found.items, &s->found.cap, s->found.n + 1,
                              sizeof *s->found.items);
        if (status)
            return status;
        f.is_told = true;
        f.is_told_ended = f.is_ended;
        f.told_us = to->now_us;
        s->found.items[s->found.n++] = f;
        /* what was over before anybody heard of it is nobody's business */
        if (!f.is_ended)
            report(t, s, &f, 0, to);
    }
    return LYT_OK;
}

/* Events that cannot matter any more go; findings that cannot change stay as they are. */
static void forget(lyt_triggers *t, lyt_subject *s, int64_t now_us)
{
    size_t n = 0;

    for (size_t i = 0; i < s->found.n; i++)
        s->found.items[i].is_frozen |= s->found.items[i].at_us < now_us - t->reach_us;
    while (n < s->n && s->events[n]->at_us < now_us - 2 * t->reach_us)
        lyt_mem_free(t->alloc, s->events[n++]);
    if (n)
        memmove(s->events, s->events + n, (s->n - n) * sizeof(lyt_kept *));
    s->n -= n;
}

static lyt_status look(lyt_triggers *t, lyt_subject *s, int64_t now_us, lyt_finding_fn found,
                       void *context)
{
    const teller to = {now_us, found, context};
    lyt_status status;

    if (lyt_triggers_remember_found(t, s))
        return LYT_ENOMEM;
    forget(t, s, now_us);
    t->eval.alloc = t->alloc;
    t->eval.rules = t->rules;
    t->eval.n_rules = t->n_rules;
    t->eval.subject = s;
    t->eval.now_us = now_us;
    status = lyt_trigger_evaluate(&t->eval);
    if (status)
        return status;
    move_gone(t, s, now_us - t->reach_us, &to);
    withdraw_gone(t, s, &to);
    s->due_us = t->eval.next_us;
    return tell_new(t, s, now_us - t->reach_us, &to);
}

bool lyt_behaviour_is_too_long(const lyt_behaviour *event)
{
    bool is_long = event->id.len > text_max || event->type.len > text_max ||
                   event->ref.len > text_max || event->subject.len > text_max ||
                   event->n_attrs > lyt_attrs_max;

    for (size_t i = 0; !is_long && i < event->n_attrs; i++)
        is_long = event->attrs[i].key.len > text_max || event->attrs[i].value.len > text_max;
    return is_long;
}

lyt_status lyt_triggers_take(lyt_triggers *t, const lyt_behaviour *event, int64_t now_us,
                             lyt_finding_fn found, void *context, lyt_error *err)
{
    lyt_subject *s;
    lyt_status status;

    if (!event->id.len || !event->type.len || !event->subject.len)
        return lyt_error_set(err, LYT_EINVAL, "an event has an id, a type and a subject");
    if (lyt_behaviour_is_too_long(event))
        return lyt_error_set(err, LYT_ELIMIT,
                             "an event has at most %d attributes, and %d bytes in each text",
                             lyt_attrs_max, text_max);
    if (event->at_us < now_us - t->reach_us)
        return lyt_error_set(err, LYT_ELIMIT, "the event is too old to matter to any trigger");
    s = lyt_triggers_subject_get(t, event->subject, event->at_us);
    status = s ? lyt_triggers_insert(t, s, event) : LYT_ENOMEM;
    if (!status)
        status = look(t, s, now_us, found, context);
    if (status == LYT_EEXISTS)
        return lyt_error_set(err, status, "the event was here before");
    return status ? lyt_error_set(err, status, "no memory for an event") : LYT_OK;
}

lyt_status lyt_triggers_tick(lyt_triggers *t, int64_t now_us, lyt_finding_fn found, void *context,
                             lyt_error *err)
{
    for (size_t i = 0; i < t->n; i++) {
        lyt_status status = LYT_OK;

        if (t->subjects[i].due_us <= now_us)
            status = look(t, &t->subjects[i], now_us, found, context);
        if (status)
            return lyt_error_set(err, status, "no memory to look at what did not happen");
    }
    return LYT_OK;
}

int64_t lyt_triggers_due(const lyt_triggers *t, int64_t now_us)
{
    int64_t due = INT64_MAX;

    for (size_t i = 0; i < t->n; i++)
        if (t->subjects[i].due_us < due)
            due = t->subjects[i].due_us;
    return due < now_us ? now_us : due;
}

lyt_str lyt_triggers_attr(const lyt_triggers *t, lyt_str subject, lyt_str key, int64_t at_us)
{
    const lyt_subject *s = lyt_triggers_subject(t, subject);

    for (size_t i = s ? s->n : 0; i-- > 0;) {
        const lyt_kept *event = s->events[i];

        for (size_t k = 0; event->at_us <= at_us && k < event->n_attrs; k++)
            if (lyt_str_equal(event->attrs[k].key, key))
                return event->attrs[k].value;
    }
    return (lyt_str){"", 0};
}

void lyt_trigger_value(lyt_buf *out, lyt_str value, const lyt_zone *zone)
{
    int64_t at_us;
    lyt_local local;
    lyt_date date;

    if (!zone || lyt_clock_parse(&at_us, value)) {
        lyt_buf_add(out, value);
        return;
    }
    local = lyt_local_at(zone, at_us);
    date = lyt_date_of(local.days);
    lyt_buf_addf(out, "%04d-%02d-%02d %02d:%02d", date.year, date.month, date.day,
                 local.minute / 60, local.minute % 60);
}

void lyt_trigger_fill(lyt_buf *out, const char *script, const lyt_triggers *t,
                      const lyt_finding *finding, const lyt_zone *zone)
{
    lyt_str rest = lyt_str_of(script);

    while (rest.len) {
        size_t open = lyt_str_find(rest, '{', 0), close = lyt_str_find(rest, '}', open);
        lyt_str key, value;

        lyt_buf_add(out, lyt_str_slice(rest, 0, open));
        if (close == rest.len) {
            lyt_buf_add(out, lyt_str_slice(rest, open, rest.len));
            return;
        }
        key = lyt_str_slice(rest, open + 1, close);
        value = lyt_str_equal(key, LYT_STR("subject"))
                    ? finding->subject
                    : lyt_triggers_attr(t, finding->subject, key, finding->at_us);
        if (value.len)
            lyt_trigger_value(out, value, zone);
        else
            lyt_buf_add_text(out, "–");
        rest = lyt_str_slice(rest, close + 1, rest.len);
    }
}

bool lyt_triggers_stands(const lyt_triggers *t, const lyt_finding *finding, int64_t since_us)
{
    const lyt_subject *s = lyt_triggers_subject(t, finding->subject);
    const char *scenario = finding->rule->scenario;

    for (size_t i = 0; s && scenario && i < s->found.n; i++) {
        const lyt_found *f = &s->found.items[i];
        const lyt_trigger *rule = &t->rules[f->rule];

        if (!f->is_told_ended && f->told_us >= since_us && rule->scenario &&
            strcmp(rule->scenario, scenario) == 0)
            return true;
    }
    return false;
}

size_t lyt_triggers_events(const lyt_triggers *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++)
        n += t->subjects[i].n;
    return n;
}
