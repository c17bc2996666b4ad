/*
 * Random sequences of steps against the reference. LYT_SEQUENCES says how many (default
 * 300; the long run is 100000, in a release build: a minute on a quiet machine, and an hour at
 * most). A
 * sequence that differs is made smaller, step by step, and printed, to become a row of a test.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casework.h"
#include "housework.h"
#include "reference.h"
#include "watch.h"

LYT_SUITE(random);

enum { steps_max = 48, begin_min = 29900000 };

static const char *const places[] = {"", "214", "215", "301"};
static const char *const guests[] = {"", "anna", "bo"};
static const char *const scenarios[] = {"towels-missing", "noise-from-bar"};
static const char *const people[] = {"team", "mette", "jonas", "tove"};

typedef struct both {
    reference ref;
    lyt_book *book;
    lyt_facts facts;
    lyt_watch watch;
    lyt_grouping grouping;
    lyt_error err;
} both;

static lyt_act act_of(const both *b, const step *s)
{
    return (lyt_act){.incident = s->incident,
                     .by = lyt_str_of(people[s->who]),
                     .text = LYT_STR("because"),
                     .now_us = b->ref.now * a_minute};
}

static lyt_status hear_it(both *b, const step *s, int message)
{
    lyt_hearing heard = {.property = LYT_STR("havnen"),
                         .scenario = lyt_str_of(scenarios[s->scenario]),
                         .team = LYT_STR("reception"),
                         .place = lyt_str_of(places[s->place]),
                         .guest = lyt_str_of(guests[s->guest]),
                         .owner = lyt_str_of(people[0]),
                         .severity = 2,
                         .message = message,
                         .now_us = b->ref.now * a_minute};
    int64_t incident;

    return lyt_book_hear(b->book, &heard, &b->grouping, &b->facts, &incident, &b->err);
}

static lyt_status do_it(both *b, const step *s)
{
    static const lyt_incident_state states[STEP_KINDS] = {
        [STEP_WORK] = LYT_INCIDENT_IN_WORK,      [STEP_REMEDY] = LYT_INCIDENT_REMEDIED,
        [STEP_CONFIRM] = LYT_INCIDENT_CONFIRMED, [STEP_CLOSE] = LYT_INCIDENT_CLOSED,
        [STEP_REOPEN] = LYT_INCIDENT_REOPENED,   [STEP_VOID] = LYT_INCIDENT_VOID,
    };
    lyt_act act = act_of(b, s);
    int64_t message = s->message, fresh;

    switch (s->kind) {
    case STEP_HEAR:
        return hear_it(b, s, b->ref.n_messages);
    case STEP_ACK:
        return lyt_act_acknowledge(b->book, &act, 0, &b->facts, &b->err);
    case STEP_ASSIGN:
        return lyt_act_assign(b->book, &act, lyt_str_of(people[s->who]), &b->facts, &b->err);
    case STEP_CAUSE:
    case STEP_ACTION:
        return lyt_act_write(b->book, &act,
                             s->kind == STEP_CAUSE ? LYT_FACT_CAUSE : LYT_FACT_ACTION, &b->facts,
                             &b->err);
    case STEP_ASK:
        return lyt_act_ask(b->book, &act, act.now_us + 720 * a_minute, &b->facts, &b->err);
    case STEP_ANSWER:
        return lyt_act_answer(b->book, &act, s->score, false, &b->facts, &b->err);
    case STEP_MERGE:
        return lyt_act_merge(b->book, &act, s->other, &b->facts, &b->err);
    case STEP_UNMERGE:
        return lyt_act_unmerge(b->book, &act, &b->facts, &b->err);
    case STEP_SPLIT:
        return lyt_act_split(b->book, &act, &message, 1, &b->facts, &fresh, &b->err);
    case STEP_TICK:
        return lyt_watch_tick(&b->watch, act.now_us, &b->facts, &b->err);
    default:
        return lyt_act_move(b->book, &act, states[s->kind], &b->facts, &b->err);
    }
}

static void count_told(const both *b, int64_t id, int *reminders, int *steps)
{
    int64_t last_reminder = -1;

    *reminders = *steps = 0;
    for (size_t i = 0; i < b->facts.n; i++) {
        const lyt_fact *f = &b->facts.items[i];

        if (f->kind != LYT_FACT_TOLD || f->incident != id)
            continue;
        *steps += f->which == LYT_NOTICE_NEXT;
        /* one reminder goes to all who were told */
        if (f->which == LYT_NOTICE_REMINDER && f->at_us != last_reminder) {
            ++*reminders;
            last_reminder = f->at_us;
        }
    }
}

static const char *differs(const both *b, int i)
{
    static const char letters[] = "nawrcxov";
    const reference_case *want = &b->ref.c[i];
    const lyt_case *got = lyt_book_at(b->book, (size_t)i - 1);
    int reminders, steps;

    if (letters[got->state] != want->state)
        return "state";
    if (strcmp(got->owner, people[want->owner]) != 0)
        return "owner";
    if (got->merged != want->merged)
        return "merge";
    if (got->severity != want->severity)
        return "severity";
    if (got->has_cause != want->cause || got->has_action != want->action)
        return "cause or action";
    if (got->is_unconfirmed != want->unconfirmed ||
        got->answer_due_us != want->answer_due * a_minute)
        return "the guest's answer";
    for (int m = 1; m <= b->ref.n_messages; m++)
        if ((want->messages >> m & 1) &&
            lyt_book_case_of(b->book, m, lyt_str_of(got->scenario)) != reference_root(&b->ref, i))
            return "messages";
    count_told(b, i, &reminders, &steps);
    if (reminders != want->n_reminders)
        return "reminders";
    return steps != want->n_steps ? "escalations" : NULL;
}

static const char *rebuilt_differs(const both *b)
{
    lyt_book *again;
    const char *why = NULL;
    lyt_error err;

    cr_assert_eq(lyt_book_new(&again, NULL), LYT_OK);
    for (size_t i = 0; !why && i < b->facts.n; i++) {
        if (lyt_book_fold(again, &b->facts.items[i], &err))
            why = "a fact that cannot be folded";
        lyt_book_mark(again);
    }
    if (!why && lyt_book_hash(again) != lyt_book_hash(b->book))
        why = "the rebuilt book";
    lyt_book_free(again);
    return why;
}

/* What differs after which step; NULL: nothing does. */
static const char *run(const lyt_settings *s, const step *steps, int n, int *at)
{
    static both b;
    const char *why = NULL;

    memset(&b, 0, sizeof b);
    reference_init(&b.ref, begin_min);
    cr_assert_eq(lyt_book_new(&b.book, NULL), LYT_OK);
    cr_assert_eq(lyt_facts_init(&b.facts, NULL), LYT_OK);
    b.watch = (lyt_watch){s, b.book, NULL};
    b.grouping = s->grouping;
    b.grouping.parent_us = 0;
    for (*at = 0; !why && *at < n; ++*at) {
        size_t from = b.facts.n;
        bool want = reference_step(&b.ref, &steps[*at]);
        lyt_status got = do_it(&b, &steps[*at]);

        if (!got && steps[*at].kind != STEP_TICK)
            got = lyt_watch_after(&b.watch, from, &b.facts, &b.err);
        if ((got == LYT_OK) != want)
            why = want ? "allowed, and was refused" : "refused, and was allowed";
        if (!why && (int)lyt_book_size(b.book) != b.ref.n)
            why = "the number of incidents";
        for (int i = 1; !why && i <= b.ref.n; i++)
            why = differs(&b, i);
        lyt_book_mark(b.book);
    }
    if (!why)
        why = rebuilt_differs(&b);
    lyt_facts_deinit(&b.facts);
    lyt_book_free(b.book);
    return why;
}

/* A generator of its own (xorshift, G. Marsaglia 2003), so that a seed names a sequence. */
static uint32_t draw(uint64_t *seed, uint32_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (uint32_t)(*seed >> 33) % below;
}

static int make(uint64_t seed, step steps[steps_max])
{
    int n = 8 + (int)draw(&seed, steps_max - 7);

    for (int i = 0; i < n; i++) {
        static const int waits[] = {0, 0, 1, 5, 11, 16, 45, 130, 800, 3000};
        uint32_t kind = draw(&seed, STEP_KINDS + 9);

        /* more of what makes incidents and time */
        steps[i] = (step){
            .kind = i == 0 || kind >= STEP_KINDS + 4 ? STEP_HEAR
                    : kind >= STEP_KINDS             ? STEP_TICK
                                                     : (step_kind)kind,
            .wait = waits[draw(&seed, 10)],
            .incident = 1 + (int)draw(&seed, 5),
            .other = 1 + (int)draw(&seed, 5),
            .scenario = (int)draw(&seed, 2),
            .place = (int)draw(&seed, 4),
            .guest = (int)draw(&seed, 3),
            .who = 1 + (int)draw(&seed, 3),
            .score = (int)draw(&seed, 12) - 1,
            .message = 1 + (int)draw(&seed, 8),
        };
    }
    return n;
}

/* Leaves out what is not needed to differ. */
static int shrink(const lyt_settings *s, step steps[steps_max], int n)
{
    for (int i = n - 1; i >= 0; i--) {
        step fewer[steps_max];
        int at;

        if (n == 1)
            break;
        memcpy(fewer, steps, (size_t)i * sizeof *fewer);
        memcpy(fewer + i, steps + i + 1, (size_t)(n - i - 1) * sizeof *fewer);
        if (run(s, fewer, n - 1, &at))
            memcpy(steps, fewer, (size_t)--n * sizeof *fewer);
    }
    return n;
}

static void show(const step *steps, int n, const char *why, uint64_t seed)
{
    fprintf(stderr, "seed %llu differs in %s; shrunk to:\n", (unsigned long long)seed, why);
    for (int i = 0; i < n; i++)
        fprintf(stderr, "    {%d, %d, %d, %d, %d, %d, %d, %d, %d, %d},\n", (int)steps[i].kind,
                steps[i].wait, steps[i].incident, steps[i].other, steps[i].scenario, steps[i].place,
                steps[i].guest, steps[i].who, steps[i].score, steps[i].message);
}

static lyt_settings *settings_of_reference(void)
{
    lyt_settings *s = housework_example("hotel");

    s->stale_us = 0; /* what the reference does not know of */
    s->quiet_below = 0;
    return s;
}

Test(random, IN_08_sequences_against_the_reference, .timeout = 3600)
{
    const char *asked = getenv("LYT_SEQUENCES");
    uint64_t sequences = asked ? strtoull(asked, NULL, 10) : 300;
    lyt_settings *s = settings_of_reference();
    size_t n_steps = 0;

    for (uint64_t seed = 1; seed <= sequences; seed++) {
        step steps[steps_max];
        int n = make(seed * 0x9e3779b97f4a7c15U, steps), at;
        const char *why = run(s, steps, n, &at);

        n_steps += (size_t)n;
        if (!why)
            continue;
        n = shrink(s, steps, at < n ? at : n);
        why = run(s, steps, n, &at);
        show(steps, n, why ? why : "nothing any more", seed);
        cr_assert_fail("sequence %llu", (unsigned long long)seed);
    }
    if (asked)
        fprintf(stderr, "%llu sequences, %zu steps: no difference\n", (unsigned long long)sequences,
                n_steps);
    lyt_settings_free(s);
}
