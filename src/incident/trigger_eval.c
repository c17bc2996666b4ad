#include <string.h>

#include "clock.h"
#include "mem.h"
#include "trigger_inside.h"

static bool is(lyt_str text, const char *name)
{
    return name && lyt_str_equal(text, lyt_str_of(name));
}

static bool among(const lyt_names *names, lyt_str text)
{
    for (size_t i = 0; i < names->n; i++)
        if (is(text, names->item[i]))
            return true;
    return false;
}

lyt_str lyt_kept_attr(const lyt_kept *event, const char *key)
{
    for (size_t i = 0; key && i < event->n_attrs; i++)
        if (is(event->attrs[i].key, key))
            return event->attrs[i].value;
    return (lyt_str){"", 0};
}

/* The time in an attribute; false when it has none that can be read. */
static bool time_in(const lyt_kept *event, const char *key, int64_t *out)
{
    lyt_str value = lyt_kept_attr(event, key);

    return value.len && lyt_clock_parse(out, value) == LYT_OK;
}

/* A time that may yet come, or false when it has. */
static bool is_still_to_come(lyt_eval *eval, int64_t at_us)
{
    if (at_us <= eval->now_us)
        return false;
    if (at_us < eval->next_us)
        eval->next_us = at_us;
    return true;
}

static const lyt_found *last_of(const lyt_eval *eval, size_t rule)
{
    for (size_t i = eval->found.n; i-- > 0;)
        if (eval->found.items[i].rule == rule)
            return &eval->found.items[i];
    return NULL;
}

/* The last finding that is too old to change counts, too. */
static bool is_too_soon(lyt_eval *eval, size_t rule, int64_t at_us)
{
    const lyt_found_list *old = &eval->subject->found;
    const lyt_found *last = last_of(eval, rule);
    int64_t again = eval->rules[rule].again_us;

    if (last && (again == INT64_MAX || at_us - last->at_us < again))
        return true;
    for (size_t i = 0; i < old->n; i++)
        if (old->items[i].is_frozen && old->items[i].rule == rule &&
            (again == INT64_MAX || at_us - old->items[i].at_us < again))
            return true;
    return false;
}

static lyt_status add(lyt_eval *eval, size_t rule, int64_t at_us, int severity, size_t n_counted)
{
    lyt_status status = lyt_mem_grow(eval->alloc, &eval->found.items, &eval->found.cap,
                                     eval->found.n + 1, sizeof *eval->found.items);

    if (!status)
        eval->found.items[eval->found.n++] = (lyt_found){
            .rule = (uint32_t)rule, .severity = severity, .at_us = at_us, .n_counted = n_counted};
    return status;
}

static lyt_status add_mark(lyt_eval *eval, lyt_mark mark)
{
    size_t at = eval->n_marks;
    lyt_status status = lyt_mem_grow(eval->alloc, &eval->marks, &eval->cap_marks, eval->n_marks + 1,
                                     sizeof *eval->marks);

    if (status)
        return status;
    while (at > 0 && eval->marks[at - 1].at_us > mark.at_us)
        at--;
    memmove(eval->marks + at + 1, eval->marks + at, (eval->n_marks - at) * sizeof *eval->marks);
    eval->marks[at] = mark;
    eval->n_marks++;
    return LYT_OK;
}

static bool ends(const lyt_trigger *rule, const lyt_mark *mark, const lyt_kept *event)
{
    return among(&rule->none, mark->type) &&
           (!rule->by_ref || lyt_str_equal(mark->event->ref, event->ref));
}

/* Whether something that ends the rule for that event came at or after it, before `until`. */
static bool is_ended(const lyt_eval *eval, const lyt_trigger *rule, const lyt_kept *event,
                     int64_t until_us)
{
    for (size_t i = 0; i < eval->n_marks; i++)
        if (eval->marks[i].at_us >= event->at_us && eval->marks[i].at_us < until_us &&
            ends(rule, &eval->marks[i], event))
            return true;
    return false;
}

/* The moment at which silence after the event is one; false: it never is. */
static bool silent_at(lyt_eval *eval, const lyt_trigger *rule, const lyt_kept *event,
                      int64_t *at_us)
{
    if (rule->until ? !time_in(event, rule->until, at_us)
                    : (*at_us = event->at_us + rule->within_us, false))
        return false;
    return !is_ended(eval, rule, event, *at_us) && !is_still_to_come(eval, *at_us);
}

static lyt_status absence(lyt_eval *eval, size_t r)
{
    const lyt_trigger *rule = &eval->rules[r];
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < eval->subject->n; i++) {
        const lyt_kept *event = eval->subject->events[i];
        int64_t at;

        if (!is(event->type, rule->on) || !silent_at(eval, rule, event, &at))
            continue;
        if (rule->makes)
            status = add_mark(eval, (lyt_mark){at, lyt_str_of(rule->makes), event, true});
        else if (!is_too_soon(eval, r, at))
            status = add(eval, r, at, rule->severity, 1);
    }
    return status;
}

/* Marks of one of the types, after the last that ends the rule, within the window before `at`. */
static int64_t count_type(const lyt_eval *eval, const lyt_trigger *rule, const char *type,
                          int64_t at_us)
{
    int64_t n = 0;

    for (size_t i = eval->n_marks; i-- > 0;) {
        const lyt_mark *mark = &eval->marks[i];

        if (mark->at_us > at_us)
            continue;
        if (at_us - mark->at_us >= rule->within_us || among(&rule->none, mark->type))
            break;
        n += is(mark->type, type);
    }
    return n;
}

static bool count_holds(const lyt_eval *eval, const lyt_trigger *rule, int64_t at_us,
                        size_t *n_counted)
{
    *n_counted = 0;
    for (size_t k = 0; k < rule->n_each; k++) {
        int64_t n = count_type(eval, rule, rule->each[k].type, at_us);

        if (n < rule->each[k].n)
            return false;
        *n_counted += (size_t)n;
    }
    return true;
}

/* By when the subject needs it, as last said at that time. */
static bool needed_at(const lyt_eval *eval, const char *key, int64_t at_us, int64_t *out)
{
    for (size_t i = eval->subject->n; i-- > 0;)
        if (eval->subject->events[i]->at_us <= at_us && time_in(eval->subject->events[i], key, out))
            return true;
    return false;
}

static int severity_near(const lyt_trigger *rule, int64_t left_us)
{
    int severity = rule->severity;

    for (size_t i = 0; i < rule->n_steps; i++)
        if (left_us <= rule->steps[i].before_us)
            severity = rule->steps[i].severity;
    return severity;
}

static lyt_status count_at(lyt_eval *eval, size_t r, int64_t at_us)
{
    const lyt_trigger *rule = &eval->rules[r];
    int severity = rule->severity;
    int64_t need = 0;
    size_t n;

    if (!count_holds(eval, rule, at_us, &n))
        return LYT_OK;
    if (rule->need) {
        if (!needed_at(eval, rule->need, at_us, &need) || need < at_us)
            return LYT_OK;
        /* it may be too early yet; then it is found when the time has come, if it still holds */
        if (rule->need_us && need - at_us > rule->need_us) {
            at_us = need - rule->need_us;
            if (is_still_to_come(eval, at_us) || !count_holds(eval, rule, at_us, &n))
                return LYT_OK;
        }
        severity = severity_near(rule, need - at_us);
    }
    return is_too_soon(eval, r, at_us) ? LYT_OK : add(eval, r, at_us, severity, n);
}

/* A success ends all that was found of the rule until then. */
static void end_all(lyt_eval *eval, size_t rule, int64_t at_us)
{
    for (size_t i = 0; i < eval->found.n; i++)
        if (eval->found.items[i].rule == rule && eval->found.items[i].at_us <= at_us)
            eval->found.items[i].is_ended = true;
}

static lyt_status count(lyt_eval *eval, size_t r)
{
    const lyt_trigger *rule = &eval->rules[r];
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < eval->n_marks; i++) {
        const lyt_mark *mark = &eval->marks[i];
        bool is_one = false;

        if (among(&rule->none, mark->type))
            end_all(eval, r, mark->at_us);
        for (size_t k = 0; k < rule->n_each; k++)
            is_one = is_one || is(mark->type, rule->each[k].type);
        /* of several at one time the last has them all before it */
        if (is_one && (i + 1 == eval->n_marks || eval->marks[i + 1].at_us > mark->at_us ||
                       !among(&rule->none, eval->marks[i + 1].type)))
            status = count_at(eval, r, mark->at_us);
    }
    return status;
}

static lyt_status deadline(lyt_eval *eval, size_t r)
{
    const lyt_trigger *rule = &eval->rules[r];
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < eval->subject->n; i++) {
        const lyt_kept *event = eval->subject->events[i];
        int64_t need;

        if (!is(event->type, rule->on) || !time_in(event, rule->need, &need))
            continue;
        for (size_t k = 0; !status && k < rule->n_steps; k++) {
            int64_t at = need - rule->steps[k].before_us;

            /* a step that was past when it began is left to the next */
            if (at < event->at_us && k + 1 < rule->n_steps &&
                need - rule->steps[k + 1].before_us <= event->at_us)
                continue;
            at = at < event->at_us ? event->at_us : at;
            if (need >= at && !is_ended(eval, rule, event, at) && !is_still_to_come(eval, at))
                status = add(eval, r, at, rule->steps[k].severity, 1);
        }
    }
    return status;
}

/* Events of the rule's type after `from` and not after `to`. */
static int64_t between(const lyt_eval *eval, const lyt_trigger *rule, int64_t from_us,
                       int64_t to_us)
{
    int64_t n = 0;

    for (size_t i = 0; i < eval->n_marks; i++)
        n += is(eval->marks[i].type, rule->on) && eval->marks[i].at_us > from_us &&
             eval->marks[i].at_us <= to_us;
    return n;
}

static bool is_spike(const lyt_eval *eval, const lyt_trigger *rule, int64_t at_us, int64_t now)
{
    int64_t before = between(eval, rule, at_us - 2 * rule->within_us, at_us - rule->within_us);

    /* without a whole window before there is nothing to compare with */
    return eval->subject->first_us <= at_us - 2 * rule->within_us && now >= rule->n &&
           now >= rule->times * (before ? before : 1);
}

/* Whether the value at mark i was there before within the window; *any: whether any was. */
static bool was_seen(const lyt_eval *eval, const lyt_trigger *rule, size_t i, bool *any)
{
    lyt_str value = lyt_kept_attr(eval->marks[i].event, rule->attr);

    *any = false;
    for (size_t j = 0; j < i; j++) {
        const lyt_mark *mark = &eval->marks[j];

        if (!is(mark->type, rule->on) ||
            (rule->within_us && eval->marks[i].at_us - mark->at_us >= rule->within_us))
            continue;
        *any = true;
        if (lyt_str_equal(lyt_kept_attr(mark->event, rule->attr), value))
            return true;
    }
    return false;
}

static bool has_changed(const lyt_eval *eval, const lyt_trigger *rule, size_t i)
{
    lyt_str value = lyt_kept_attr(eval->marks[i].event, rule->attr);

    for (size_t j = i; j-- > 0;) {
        const lyt_mark *mark = &eval->marks[j];

        if (!is(mark->type, rule->on))
            continue;
        return (!rule->within_us || eval->marks[i].at_us - mark->at_us < rule->within_us) &&
               !lyt_str_equal(lyt_kept_attr(mark->event, rule->attr), value);
    }
    return false;
}

static int64_t different(const lyt_eval *eval, const lyt_trigger *rule, int64_t at_us)
{
    int64_t n = 0;

    for (size_t i = 0; i < eval->n_marks; i++) {
        const lyt_mark *mark = &eval->marks[i];
        bool is_first = true;

        if (!is(mark->type, rule->on) || mark->at_us > at_us ||
            at_us - mark->at_us >= rule->within_us)
            continue;
        for (size_t j = 0; j < i && is_first; j++)
            is_first = !(is(eval->marks[j].type, rule->on) &&
                         at_us - eval->marks[j].at_us < rule->within_us &&
                         lyt_str_equal(lyt_kept_attr(eval->marks[j].event, rule->attr),
                                       lyt_kept_attr(mark->event, rule->attr)));
        n += is_first;
    }
    return n;
}

/* The rules that look at each event of their type as it comes. */
static bool holds_at(const lyt_eval *eval, const lyt_trigger *rule, size_t i, int64_t *n)
{
    int64_t at = eval->marks[i].at_us;
    bool any;

    *n = between(eval, rule, at - rule->within_us, at);
    switch (rule->kind) {
    case LYT_TRIGGER_FREQUENCY:
        return *n >= rule->n;
    case LYT_TRIGGER_SPIKE:
        return is_spike(eval, rule, at, *n);
    case LYT_TRIGGER_NEW_TERM:
        return !was_seen(eval, rule, i, &any) && any;
    case LYT_TRIGGER_CARDINALITY:
        *n = different(eval, rule, at);
        return *n > rule->n;
    case LYT_TRIGGER_CHANGE:
        return has_changed(eval, rule, i);
    default:
        return false;
    }
}

static lyt_status at_each(lyt_eval *eval, size_t r)
{
    const lyt_trigger *rule = &eval->rules[r];
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < eval->n_marks; i++) {
        int64_t n;

        if (is(eval->marks[i].type, rule->on) && holds_at(eval, rule, i, &n) &&
            !is_too_soon(eval, r, eval->marks[i].at_us))
            status = add(eval, r, eval->marks[i].at_us, rule->severity, (size_t)n);
    }
    return status;
}

static lyt_status flatline(lyt_eval *eval, size_t r)
{
    const lyt_trigger *rule = &eval->rules[r];
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < eval->n_marks; i++) {
        int64_t at = eval->marks[i].at_us + rule->within_us, n;

        if (!is(eval->marks[i].type, rule->on))
            continue;
        n = between(eval, rule, at - rule->within_us, at);
        if (n < rule->n && !is_still_to_come(eval, at) && !is_too_soon(eval, r, at))
            status = add(eval, r, at, rule->severity, (size_t)n);
    }
    return status;
}

/* The numbers of the rule's attribute in the window before, as it slides over the events. */
typedef struct window {
    size_t from;
    int64_t n, low, sum;
} window;

/* A whole number in the rule's attribute. */
static bool number_in(const lyt_mark *mark, const lyt_trigger *rule, int64_t *out)
{
    lyt_str text = lyt_kept_attr(mark->event, rule->attr);
    size_t i = text.len && text.ptr[0] == '-';
    int64_t value = 0;

    if (!is(mark->type, rule->on) || i == text.len || text.len > 15)
        return false;
    for (size_t k = i; k < text.len; k++) {
        if (text.ptr[k] < '0' || text.ptr[k] > '9')
            return false;
        value = 10 * value + (text.ptr[k] - '0');
    }
    *out = i ? -value : value;
    return true;
}

static void add_number(window *w, const lyt_trigger *rule, int64_t value, int64_t by)
{
    w->n += by;
    w->low += value <= rule->at_most ? by : 0;
    w->sum += by * value;
}

static void slide(const lyt_eval *eval, const lyt_trigger *rule, window *w, int64_t at_us)
{
    int64_t value;

    for (; at_us - eval->marks[w->from].at_us >= rule->within_us; w->from++)
        if (number_in(&eval->marks[w->from], rule, &value))
            add_number(w, rule, value, -1);
}

static bool is_over(const lyt_trigger *rule, const window *w)
{
    if (rule->kind == LYT_TRIGGER_SHARE)
        return 100 * w->low > rule->percent * w->n;
    return rule->at_least == INT64_MIN ? w->sum <= rule->at_most * w->n
                                       : w->sum >= rule->at_least * w->n;
}

static bool is_clear(const lyt_trigger *rule, const window *w)
{
    if (w->n < rule->n)
        return true;
    if (rule->kind == LYT_TRIGGER_SHARE)
        return 100 * w->low <= rule->clear * w->n;
    return rule->at_least == INT64_MIN ? w->sum >= rule->clear * w->n
                                       : w->sum <= rule->clear * w->n;
}

static lyt_status threshold(lyt_eval *eval, size_t r)
{
    const lyt_trigger *rule = &eval->rules[r];
    lyt_status status = LYT_OK;
    window w = {0, 0, 0, 0};
    bool was_over = false;

    for (size_t i = 0; !status && i < eval->n_marks; i++) {
        int64_t value, at = eval->marks[i].at_us;

        if (!number_in(&eval->marks[i], rule, &value))
            continue;
        add_number(&w, rule, value, 1);
        slide(eval, rule, &w, at);
        if (was_over) {
            was_over = !is_clear(rule, &w);
        } else if (w.n >= rule->n && is_over(rule, &w)) {
            was_over = true;
            if (!is_too_soon(eval, r, at))
                status = add(eval, r, at, rule->severity, (size_t)w.n);
        }
    }
    return status;
}

static lyt_status by_kind(lyt_eval *eval, size_t r)
{
    switch (eval->rules[r].kind) {
    case LYT_TRIGGER_COUNT:
        return count(eval, r);
    case LYT_TRIGGER_ABSENCE:
        return eval->rules[r].makes ? LYT_OK : absence(eval, r);
    case LYT_TRIGGER_DEADLINE:
        return deadline(eval, r);
    case LYT_TRIGGER_FLATLINE:
        return flatline(eval, r);
    case LYT_TRIGGER_FREQUENCY:
    case LYT_TRIGGER_SPIKE:
    case LYT_TRIGGER_NEW_TERM:
    case LYT_TRIGGER_CARDINALITY:
    case LYT_TRIGGER_CHANGE:
        return at_each(eval, r);
    case LYT_TRIGGER_SHARE:
    case LYT_TRIGGER_MEAN:
        return threshold(eval, r);
    case LYT_TRIGGER_KIND_COUNT:
        break;
    }
    return LYT_OK;
}

lyt_status lyt_trigger_evaluate(lyt_eval *eval)
{
    lyt_status status = LYT_OK;

    eval->n_marks = eval->found.n = 0;
    eval->next_us = INT64_MAX;
    for (size_t i = 0; !status && i < eval->subject->n; i++) {
        const lyt_kept *event = eval->subject->events[i];

        status = add_mark(eval, (lyt_mark){event->at_us, event->type, event, false});
    }
    /* silence first: what it makes is counted like any event */
    for (size_t r = 0; !status && r < eval->n_rules; r++)
        if (eval->rules[r].kind == LYT_TRIGGER_ABSENCE && eval->rules[r].makes)
            status = absence(eval, r);
    for (size_t r = 0; !status && r < eval->n_rules; r++)
        status = by_kind(eval, r);
    return status;
}
