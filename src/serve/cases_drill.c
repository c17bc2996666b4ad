/*
 * Drills by a timetable: nobody waits for what comes of them, so they end by themselves, and
 * everybody may know how it went and what changed since the last one.
 */
#include <stdio.h>

#include "cases_inner.h"
#include "outbox_plan.h"

static const int64_t end_default_us = (int64_t)30 * 60 * 1000000;

/* The message that a drill came of. */
typedef struct drill_message {
    char id[lyt_drill_id_max];
    int64_t received_us;
} drill_message;

static lyt_status take_message(void *user, const lyt_feedback *f, lyt_str verdict)
{
    drill_message *m = user;

    (void)verdict;
    m->received_us = f->received_us;
    snprintf(m->id, sizeof m->id, "%.*s", LYT_STR_ARG(f->source_id));
    return LYT_OK;
}

static const lyt_drill_rule *rule_of(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; i < settings->n_drills; i++)
        if (lyt_str_equal(lyt_str_of(settings->drills[i].id), lyt_drill_rule_of(id)))
            return &settings->drills[i];
    return NULL;
}

/* The oldest drill that is by a timetable and whose time is over; NULL: none. */
static const lyt_case *find_over(const lyt_cases *cases, lyt_store *store, int64_t now_us,
                                 drill_message *message)
{
    const lyt_book *book = lyt_care_book(cases->care);
    const lyt_case *c = lyt_book_chain(book, lyt_chain_key_number(LYT_CHAIN_DRILL, 1));
    const lyt_case *oldest = NULL;

    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_DRILL, c)) {
        const lyt_drill_rule *rule;
        drill_message m = {"", 0};

        if ((oldest && c->id > oldest->id) || !lyt_incident_may_move(c->state, LYT_INCIDENT_VOID) ||
            lyt_store_get_feedback(store, lyt_book_first_message(book, c->id), take_message, &m,
                                   NULL) ||
            !lyt_drill_rule_of(lyt_str_of(m.id)).len)
            continue;
        rule = rule_of(lyt_care_settings(cases->care), lyt_str_of(m.id));
        if (now_us - c->opened_us < (rule ? rule->end_us : end_default_us))
            continue;
        oldest = c;
        *message = m;
    }
    return oldest;
}

bool lyt_cases_has_drill_over(const lyt_cases *cases, lyt_store *store, int64_t now_us)
{
    drill_message message;

    return cases && find_over(cases, store, now_us, &message);
}

/* How long it was until somebody took it on; -1: nobody did, or nobody had to. */
static int64_t taken_us(const lyt_case *c)
{
    const lyt_case_clock *clock = &c->clocks[LYT_CLOCK_ACK];
    bool is_taken = clock->stopped_us && (!c->closed_us || clock->stopped_us < c->closed_us);

    return is_taken ? clock->stopped_us - clock->started_us : -1;
}

/* The drill of the same failure before this one; NULL: none. */
static const lyt_case *before(const lyt_book *book, const lyt_case *one)
{
    lyt_str property = lyt_str_of(one->property), scenario = lyt_str_of(one->scenario);
    const lyt_case *c = lyt_book_chain(book, lyt_chain_key_kind(property, scenario, true));
    const lyt_case *last = NULL;

    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_KIND, c))
        if (c->is_drill && c->id < one->id && (!last || c->id > last->id) &&
            lyt_str_equal(lyt_str_of(c->scenario), scenario) &&
            lyt_str_equal(lyt_str_of(c->property), property))
            last = c;
    return last;
}

static void add_minutes(lyt_buf *out, int64_t us)
{
    lyt_buf_add_real(out, (double)us / 60e6, 1);
    lyt_buf_add_text(out, " min");
}

/* Without the failure's name, which may be for few. */
static void write_report(lyt_buf *out, const lyt_book *book, const lyt_case *c,
                         const drill_message *message)
{
    const lyt_case_clock *clock = &c->clocks[LYT_CLOCK_ACK];
    const lyt_case *last = before(book, c);
    int64_t took = taken_us(c), took_last = last ? taken_us(last) : -1;

    lyt_buf_addf(out, "drill %.*s: heard after ",
                 LYT_STR_ARG(lyt_drill_rule_of(lyt_str_of(message->id))));
    lyt_buf_add_real(out, (double)(c->opened_us - message->received_us) / 1e6, 1);
    lyt_buf_add_text(out, took < 0 ? " s, nobody took it" : " s, taken after ");
    if (took >= 0)
        add_minutes(out, took);
    if (clock->due_us) {
        lyt_buf_add_text(out, " (limit ");
        add_minutes(out, clock->due_us - clock->started_us);
        lyt_buf_add_char(out, ')');
    }
    lyt_buf_add_text(out, !last           ? "; the first"
                          : took_last < 0 ? "; the last time nobody took it"
                                          : "; the last time after ");
    if (took_last >= 0)
        add_minutes(out, took_last);
    if (took >= 0 && took_last >= 0 && took != took_last) {
        lyt_buf_add_text(out, ", so ");
        add_minutes(out, took > took_last ? took - took_last : took_last - took);
        lyt_buf_add_text(out, took > took_last ? " slower" : " faster");
    }
}

static lyt_status end_one(lyt_batch *batch, lyt_books *books, const lyt_case *c,
                          const drill_message *message, lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_care_order order = {.verb = LYT_CARE_MOVE,
                            .act = {.incident = c->id,
                                    .by = LYT_STR("lyt"),
                                    .text = LYT_STR("this was a drill / dette var en øvelse"),
                                    .now_us = now_us},
                            .state = LYT_INCIDENT_VOID};
    lyt_care_reply reply;
    lyt_buf report;
    lyt_event_to to;
    lyt_status status;

    lyt_buf_init(&report, cases->alloc);
    write_report(&report, lyt_care_book(cases->care), c, message);
    status = lyt_buf_status(&report);
    if (!status)
        status = lyt_care_do(cases->care, &order, &cases->facts, &reply, err);
    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    if (!status)
        status = lyt_cases_publish(batch, books, from, 0, now_us, err);
    if (!status) {
        to = lyt_batch_event_to(batch, books, now_us);
        lyt_event_health(&to, LYT_STR("drill"), lyt_buf_str(&report));
        status = lyt_batch_add_event(batch, books, now_us, err);
    }
    if (!status)
        status = lyt_outbox_health(batch, books, (lyt_str){"", 0}, err);
    lyt_buf_deinit(&report);
    return status;
}

lyt_status lyt_cases_end_drills(lyt_batch *batch, lyt_books *books, lyt_error *err)
{
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    drill_message message;
    const lyt_case *c;
    lyt_status status = LYT_OK;

    while (!status && (c = find_over(books->cases, books->store, now_us, &message)))
        status = end_one(batch, books, c, &message, err);
    return status;
}
