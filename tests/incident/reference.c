#include "reference.h"

#include <string.h>

enum { window = 120, guest_window = 1440, back_after = 10, repeat = 90 * 1440, answer_time = 720 };

void reference_init(reference *r, int now)
{
    memset(r, 0, sizeof *r);
    r->now = now;
}

int reference_root(const reference *r, int incident)
{
    while (r->c[incident].merged)
        incident = r->c[incident].merged;
    return incident;
}

static bool is_in(char state, const char *states)
{
    return strchr(states, state) != NULL;
}

/* Somebody has to take it on: it is told of now, and again, and up the ladder. */
static void arm(reference *r, reference_case *c)
{
    c->remind_due = r->now + 10;
    c->reminded = 0;
    c->step_since = r->now;
    c->stepped = 0;
}

static void disarm(reference_case *c)
{
    c->remind_due = 0;
    c->step_since = -1;
}

static void to(reference *r, reference_case *c, char state)
{
    c->state = state;
    if (state == 'r')
        c->remedied = r->now;
    if (state == 'x' || state == 'v')
        c->closed = r->now;
    if (is_in(state, "cxv"))
        c->answer_due = 0;
    if (state == 'o') {
        c->action = c->unconfirmed = c->asked = false;
        c->answer_due = 0;
        arm(r, c);
    } else if (state != 'c') {
        disarm(c);
    }
}

static bool matches(const reference_case *c, const step *s, bool *by_guest)
{
    *by_guest = s->guest && c->guest == s->guest;
    if (c->scenario != s->scenario)
        return false;
    if (*by_guest)
        return true;
    if (c->place != s->place)
        return false;
    return c->place || !c->guest || !s->guest;
}

static bool hear(reference *r, const step *s)
{
    int m = ++r->n_messages, was_met = 0;

    for (int i = r->n; i >= 1; i--) {
        reference_case *c = &r->c[i];
        bool by_guest;
        int limit;

        if (c->merged || !matches(c, s, &by_guest))
            continue;
        limit = by_guest ? guest_window : window;
        if (is_in(c->state, "nawo") && r->now - c->heard <= limit) {
            c->messages |= (uint64_t)1 << m;
            c->heard = r->now;
            return true;
        }
        if ((is_in(c->state, "rc") &&
             (r->now - c->heard <= limit || r->now - c->remedied <= limit)) ||
            (c->state == 'x' && r->now - c->closed <= back_after)) {
            c->messages |= (uint64_t)1 << m;
            c->heard = r->now;
            to(r, c, 'o');
            return true;
        }
    }
    /* what would have gone on there goes on where it was merged into */
    for (int i = r->n; i >= 1; i--) {
        reference_case *home = &r->c[reference_root(r, i)];
        bool by_guest;

        if (!r->c[i].merged || !matches(&r->c[i], s, &by_guest) ||
            r->now - r->c[i].heard > (by_guest ? guest_window : window) ||
            home->scenario != s->scenario || !is_in(home->state, "nawo"))
            continue;
        home->messages |= (uint64_t)1 << m;
        home->heard = r->now;
        return true;
    }
    for (int i = 1; i <= r->n; i++)
        if (s->guest && r->c[i].guest == s->guest && r->c[i].scenario == s->scenario &&
            r->c[i].state != 'v' && r->now - r->c[i].heard <= repeat)
            was_met = 1;
    r->c[++r->n] = (reference_case){.state = 'n',
                                    .scenario = s->scenario,
                                    .place = s->place,
                                    .guest = s->guest,
                                    .severity = 2 + was_met,
                                    .opened = r->now,
                                    .heard = r->now,
                                    .messages = (uint64_t)1 << m};
    arm(r, &r->c[r->n]);
    return true;
}

static bool acknowledge(reference_case *c, const step *s)
{
    if (is_in(c->state, "no")) {
        c->state = 'a';
    } else if (!is_in(c->state, "aw") || c->owner != s->who) {
        return false;
    }
    c->owner = s->who;
    disarm(c);
    return true;
}

static bool close(reference *r, reference_case *c)
{
    if (!is_in(c->state, "rc") || !c->cause || !c->action)
        return false;
    if (c->state == 'r' && c->guest && !c->unconfirmed)
        return false;
    if (c->state == 'r')
        c->unconfirmed = true;
    to(r, c, 'x');
    return true;
}

static bool answer(reference *r, reference_case *c, const step *s)
{
    if (!is_in(c->state, "rcx"))
        return false;
    c->answer_due = 0;
    c->unconfirmed = false;
    if (s->score >= 0 && s->score <= 6) {
        to(r, c, 'o');
        return true;
    }
    if (c->state == 'r') {
        to(r, c, 'c');
        if (c->cause && c->action)
            to(r, c, 'x');
    }
    return true;
}

static int count(uint64_t set)
{
    int n = 0;

    for (; set; set &= set - 1)
        n++;
    return n;
}

static bool split(reference *r, reference_case *c, const step *s)
{
    uint64_t bit = (uint64_t)1 << s->message;

    if (count(c->messages) < 2 || !(c->messages & bit) || s->message > r->n_messages)
        return false;
    c->messages &= ~bit;
    r->c[++r->n] = (reference_case){.state = 'n',
                                    .owner = c->owner,
                                    .scenario = c->scenario,
                                    .place = c->place,
                                    .severity = c->severity,
                                    .opened = r->now,
                                    .heard = r->now,
                                    .messages = bit};
    arm(r, &r->c[r->n]);
    return true;
}

static bool merge(reference *r, reference_case *c, const step *s)
{
    reference_case *into;

    if (s->other < 1 || s->other > r->n || reference_root(r, s->other) == s->incident)
        return false;
    into = &r->c[s->other];
    if (into->merged || is_in(into->state, "xv"))
        return false;
    c->merged = s->other;
    disarm(c);
    return true;
}

static void tick(reference *r)
{
    static const int ladder[] = {10, 25, 40};

    for (int i = 1; i <= r->n; i++) {
        reference_case *c = &r->c[i];

        if (c->merged)
            continue;
        if (c->remind_due && c->remind_due <= r->now) {
            c->n_reminders++;
            c->remind_due = ++c->reminded < 6 ? r->now + 10 : 0;
        }
        while (c->step_since >= 0 && c->stepped < 3 &&
               c->step_since + ladder[c->stepped] <= r->now) {
            c->stepped++;
            c->n_steps++;
        }
        if (c->answer_due && c->answer_due <= r->now) {
            c->answer_due = 0;
            c->unconfirmed = true;
            if (c->cause && c->action)
                to(r, c, 'x');
        }
    }
}

static bool on_case(reference *r, reference_case *c, const step *s)
{
    switch (s->kind) {
    case STEP_ACK:
        return acknowledge(c, s);
    case STEP_WORK:
        if (!is_in(c->state, "nao"))
            return false;
        if (c->state != 'a')
            c->owner = s->who;
        to(r, c, 'w');
        return true;
    case STEP_REMEDY:
        return is_in(c->state, "nawo") && (to(r, c, 'r'), true);
    case STEP_CONFIRM:
        return c->state == 'r' && (to(r, c, 'c'), true);
    case STEP_CLOSE:
        return close(r, c);
    case STEP_REOPEN:
        return is_in(c->state, "rcxv") && (to(r, c, 'o'), true);
    case STEP_VOID:
        return is_in(c->state, "nawo") && (to(r, c, 'v'), true);
    case STEP_ASSIGN:
        if (c->owner == s->who || is_in(c->state, "xv"))
            return false;
        c->owner = s->who;
        return true;
    case STEP_CAUSE:
        return c->cause = true;
    case STEP_ACTION:
        return c->action = true;
    case STEP_ASK:
        if (c->state != 'r' || c->asked)
            return false;
        c->asked = true;
        c->answer_due = r->now + answer_time;
        return true;
    case STEP_ANSWER:
        return answer(r, c, s);
    case STEP_MERGE:
        return merge(r, c, s);
    case STEP_SPLIT:
        return split(r, c, s);
    default:
        return false;
    }
}

bool reference_step(reference *r, const step *s)
{
    reference_case *c;

    r->now += s->wait;
    if (s->kind == STEP_HEAR)
        return hear(r, s);
    if (s->kind == STEP_TICK) {
        tick(r);
        return true;
    }
    if (s->incident < 1 || s->incident > r->n)
        return false;
    c = &r->c[s->incident];
    if (s->kind == STEP_UNMERGE) {
        if (!c->merged)
            return false;
        c->merged = 0;
        if (is_in(c->state, "no"))
            arm(r, c);
        return true;
    }
    return !c->merged && on_case(r, c, s);
}
