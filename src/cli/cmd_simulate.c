#include <stddef.h>
#include <string.h>

#include "classify.h"
#include "datapaths.h"
#include "deskfile.h"
#include "mem.h"
#include "recovery_text.h"
#include "simweek.h"

typedef struct values {
    bool json;
    int64_t complaints, days, events, feedback, rooms, seed;
    const char *pack, *settings;
} values;

#define NUMBER(field, low, high, usual, text)                                                      \
    {                                                                                              \
        .name = #field, .type = LYT_OPT_INT, .offset = offsetof(values, field), .value = "N",      \
        .min = (low), .max = (high), .fallback = (usual), .help = text                             \
    }

static const lyt_option options[] = {
    NUMBER(complaints, 1, 100, "30", "of a hundred messages so many complain"),
    NUMBER(days, 1, 60, "7", "how long"),
    NUMBER(events, 0, 1000000, "20000", "what guests do"),
    NUMBER(feedback, 0, 1000000, "5000", "what guests say"),
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    {.name = "pack",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, pack),
     .value = "PACK",
     .fallback = "hotel",
     .help = "whose sentences guests say, and whose model judges them"},
    NUMBER(rooms, 1, 396, "200", "of the house"),
    NUMBER(seed, 0, 1e15, "1", "the same seed makes the same week"),
    {.name = "settings",
     .letter = 's',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, settings),
     .value = "FILE",
     .help = "of the house; default: week.yaml of the pack"},
};

enum verb { VERB_WEEK };
static const char *const verbs[] = {"week", NULL};

typedef struct simulation {
    const lyt_call *call;
    lyt_settings *settings;
    lyt_classifier *classifier;
    lyt_week_text *texts;
    size_t n_texts, cap_texts;
    lyt_week week;
    lyt_week_faults faults;
    int64_t took_ms;
} simulation;

/* What guests say: the pack's own test sentences, those that fire a scenario and those that do not.
 */
static lyt_status take_texts(simulation *sim, lyt_error *err)
{
    const lyt_pack *pack = lyt_classifier_pack(sim->classifier);
    const lyt_lexis *lexis = lyt_pack_lexis(pack);
    bool has[2] = {false, false};

    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        const lyt_scenario *s = lyt_pack_scenario(pack, i);

        for (size_t k = 0; k < s->n_examples; k++) {
            const lyt_scenario_example *example = &s->examples[k];

            if (example->scale > 0) /* guests of the week give no scores */
                continue;
            if (lyt_mem_grow(NULL, &sim->texts, &sim->cap_texts, sim->n_texts + 1,
                             sizeof *sim->texts))
                return lyt_error_set(err, LYT_ENOMEM, "no memory for the sentences");
            sim->texts[sim->n_texts++] = (lyt_week_text){
                example->text, lyt_lexis_code(lexis, example->language), example->fires};
            has[example->fires] = true;
        }
    }
    return has[0] && has[1]
               ? LYT_OK
               : lyt_error_set(err, LYT_ENOTFOUND, "the pack has no test sentences of both sorts");
}

static lyt_exit read_settings(simulation *sim)
{
    const values *v = sim->call->values;
    lyt_datapaths paths;
    lyt_exit code;
    lyt_buf path;

    if (v->settings)
        return lyt_deskfile_read(sim->call, v->settings, v->pack, &sim->settings);
    lyt_buf_init(&path, NULL);
    code = lyt_datapaths_find(&paths, sim->call->console);
    if (code == LYT_EXIT_DONE)
        lyt_datapaths_pack(&paths, v->pack, &path);
    lyt_buf_add_text(&path, "/week.yaml");
    if (code == LYT_EXIT_DONE && lyt_buf_status(&path))
        code = lyt_console_complain(sim->call->console, "out of memory");
    if (code == LYT_EXIT_DONE)
        code = lyt_deskfile_read(sim->call, path.data, v->pack, &sim->settings);
    lyt_datapaths_deinit(&paths);
    lyt_buf_deinit(&path);
    return code;
}

static lyt_status simulate(simulation *sim, lyt_error *err)
{
    const values *v = sim->call->values;
    lyt_judge judge = lyt_judge_of(sim->classifier);
    int64_t began = lyt_clock_mono_us(lyt_clock_system());
    lyt_week_options o = {.settings = sim->settings,
                          .judge = &judge,
                          .words = sim->classifier,
                          .texts = sim->texts,
                          .n_texts = sim->n_texts,
                          .seed = (uint64_t)v->seed,
                          .n_feedback = v->feedback,
                          .n_events = v->events,
                          .n_rooms = v->rooms,
                          .n_days = v->days,
                          .complaint_percent = v->complaints,
                          .progress = lyt_console_on_progress,
                          .context = sim->call->console};
    lyt_date monday = {2026, 11, 23};
    lyt_status status;

    o.from_us = lyt_local_us(sim->settings->zone, lyt_date_days(monday), 0);
    status = lyt_week_run(&sim->week, &o, err);
    lyt_console_progress_end(sim->call->console);
    if (!status)
        status = lyt_week_check(&sim->faults, &sim->week, sim->settings, err);
    sim->took_ms = (lyt_clock_mono_us(lyt_clock_system()) - began) / 1000;
    return status;
}

static bool is_good(const simulation *sim)
{
    const lyt_week_faults *f = &sim->faults;

    return !f->open_incidents && !f->open_offers && !f->open_promises && !f->above_authority &&
           !f->clocks_wrong && !f->unsent && !f->not_arrived && !f->out_of_order &&
           !f->malformed && f->rebuilt;
}

static lyt_status write_figures(lyt_jw *jw, const simulation *sim)
{
    lyt_recovery what = {.book = lyt_care_book(sim->week.care),
                         .settings = sim->settings,
                         .findings = sim->week.findings,
                         .n_findings = sim->week.n_findings};

    return lyt_recovery_write(jw, &what);
}

static void write_counts(lyt_jw *jw, const simulation *sim)
{
    const lyt_week *w = &sim->week;
    const struct {
        const char *key;
        int64_t value;
    } rows[] = {{"feedback", w->n_feedback},      {"failures_heard", w->n_failures},
                {"events", w->n_events},          {"guests", w->n_guests},
                {"facts", w->n_facts},   {"notices", w->n_told},
                {"orders_refused", w->n_refused}, {"people", (int64_t)sim->settings->n_people}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        lyt_jw_kint(jw, rows[i].key, rows[i].value);
    lyt_jw_key(jw, "told");
    lyt_jw_object(jw);
    for (int i = 0; i < LYT_NOTICE_COUNT; i++)
        if (w->told[i])
            lyt_jw_kint(jw, lyt_notice_name((lyt_notice)i), w->told[i]);
    lyt_jw_object_end(jw);
}

static void write_outbox(lyt_jw *jw, const simulation *sim)
{
    const lyt_simhouse_outbox *o = &sim->faults.outbox;
    lyt_simpost_counts c = lyt_simpost_count(lyt_simhouse_post(sim->week.house));
    const struct {
        const char *key;
        int64_t value;
    } rows[] = {{"made", o->made},
                {"sent", o->states[LYT_OUTBOX_SENT]},
                {"attempts", o->attempts},
                {"tried_again", o->tried_again},
                {"died", o->died},
                {"looked_after", sim->week.n_looked_after},
                {"dropped", o->states[LYT_OUTBOX_DROPPED]},
                {"dead", o->states[LYT_OUTBOX_DEAD]},
                {"left", o->states[LYT_OUTBOX_WAITING] + o->states[LYT_OUTBOX_FAILED]},
                {"not_arrived", o->not_arrived},
                {"out_of_order", o->out_of_order},
                {"malformed", c.malformed},
                {"refused_for_now", c.refused_for_now},
                {"refused_for_good", c.refused_for_good},
                {"lost", c.lost},
                {"unanswered", c.unanswered},
                {"arrived_again", c.again}};

    lyt_jw_key(jw, "outbox");
    lyt_jw_object(jw);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        lyt_jw_kint(jw, rows[i].key, rows[i].value);
    lyt_jw_object_end(jw);
}

static void write_faults(lyt_jw *jw, const simulation *sim)
{
    const lyt_week_faults *f = &sim->faults;

    lyt_jw_key(jw, "left");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "open_incidents", f->open_incidents);
    lyt_jw_kint(jw, "open_offers", f->open_offers);
    lyt_jw_kint(jw, "open_promises", f->open_promises);
    lyt_jw_kint(jw, "above_authority", f->above_authority);
    lyt_jw_kint(jw, "clocks_unsaid", f->clocks_wrong);
    lyt_jw_kint(jw, "unsent", f->unsent);
    lyt_jw_kbool(jw, "rebuilt", f->rebuilt);
    lyt_jw_object_end(jw);
}

static lyt_status print_json(simulation *sim, lyt_buf *out)
{
    lyt_jw jw;
    lyt_status status;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "seed", ((const values *)sim->call->values)->seed);
    lyt_jw_kbool(&jw, "good", is_good(sim));
    write_counts(&jw, sim);
    lyt_jw_kint(&jw, "gifts", sim->faults.n_offers);
    write_outbox(&jw, sim);
    write_faults(&jw, sim);
    lyt_jw_key(&jw, "book");
    lyt_jw_raw(&jw, LYT_STR("\""));
    lyt_buf_addf(out, "%016llx", (unsigned long long)lyt_book_hash(lyt_care_book(sim->week.care)));
    lyt_buf_add_char(out, '"');
    lyt_jw_key(&jw, "figures");
    lyt_jw_object(&jw);
    status = write_figures(&jw, sim);
    if (status)
        return status;
    lyt_jw_object_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
    return LYT_OK;
}

static void say(lyt_buf *out, const char *what, int64_t n, const char *none, const char *some)
{
    lyt_buf_addf(out, "%-28s ", what);
    if (n)
        lyt_buf_addf(out, "%lld %s\n", (long long)n, some);
    else
        lyt_buf_addf(out, "%s\n", none);
}

static void print_outbox(simulation *sim, lyt_buf *out)
{
    const lyt_simhouse_outbox *o = &sim->faults.outbox;
    lyt_simpost_counts c = lyt_simpost_count(lyt_simhouse_post(sim->week.house));

    lyt_buf_addf(out, "outbox     %lld made, %lld sent, %lld dropped, %lld dead, %lld left\n",
                 (long long)o->made, (long long)o->states[LYT_OUTBOX_SENT],
                 (long long)o->states[LYT_OUTBOX_DROPPED], (long long)o->states[LYT_OUTBOX_DEAD],
                 (long long)(o->states[LYT_OUTBOX_WAITING] + o->states[LYT_OUTBOX_FAILED]));
    lyt_buf_addf(out,
                 "           %lld attempts, %lld of them again: %lld refused for now, %lld lost, %lld"
                 " arrived unanswered (%lld came twice, with the same key)\n",
                 (long long)o->attempts, (long long)o->tried_again, (long long)c.refused_for_now,
                 (long long)c.lost, (long long)c.unanswered, (long long)c.again);
    lyt_buf_addf(out,
                 "           %lld dead letters, %lld refused for good; %lld tried again or dropped "
                 "by hand\n",
                 (long long)o->died, (long long)c.refused_for_good,
                 (long long)sim->week.n_looked_after);
}

static void print_faults(simulation *sim, lyt_buf *out)
{
    const lyt_week_faults *f = &sim->faults;

    lyt_buf_add_char(out, '\n');
    say(out, "left open", f->open_incidents + f->open_offers + f->open_promises, "nothing",
        "incidents, offers or promises");
    say(out, "left in the outbox", f->unsent, "nothing", "rows");
    say(out, "sent and not arrived", f->not_arrived, "none", "rows");
    say(out, "arrived out of order", f->out_of_order, "none", "rows");
    say(out, "malformed requests", f->malformed, "none", "of them");
    lyt_buf_addf(out, "%-28s ", "gifts within authority");
    lyt_buf_addf(out, "%s of %lld\n", f->above_authority ? "not all" : "all",
                 (long long)f->n_offers);
    say(out, "gifts above authority", f->above_authority, "none", "of them");
    say(out, "clocks missed unsaid", f->clocks_wrong, "none", "of them");
    say(out, "the facts make the same book", !f->rebuilt, "yes", "no");
    lyt_buf_addf(out, "book                         %016llx, seed %lld, in ",
                 (unsigned long long)lyt_book_hash(lyt_care_book(sim->week.care)),
                 (long long)((const values *)sim->call->values)->seed);
    lyt_buf_add_real(out, (double)sim->took_ms / 1000, 1);
    lyt_buf_add_text(out, " s\n");
}

static lyt_status print_text(simulation *sim, lyt_buf *out, lyt_error *err)
{
    const lyt_week *w = &sim->week;
    lyt_json *figures = NULL;
    lyt_buf json;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_init(&json, NULL);
    lyt_jw_init(&jw, &json);
    lyt_jw_object(&jw);
    status = write_figures(&jw, sim);
    if (!status) {
        lyt_jw_object_end(&jw);
        status = lyt_json_parse(&figures, lyt_buf_str(&json), 64U << 20, err);
    }
    lyt_buf_addf(out,
                 "%lld messages with %lld failures, %lld events of %lld guests, %zu people; %lld "
                 "facts, %lld notices:",
                 (long long)w->n_feedback, (long long)w->n_failures, (long long)w->n_events,
                 (long long)w->n_guests, sim->settings->n_people, (long long)w->n_facts,
                 (long long)w->n_told);
    for (int i = 0; i < LYT_NOTICE_COUNT; i++)
        if (w->told[i])
            lyt_buf_addf(out, " %lld %s", (long long)w->told[i], lyt_notice_name((lyt_notice)i));
    lyt_buf_add_text(out, "\n\n");
    if (!status)
        lyt_recovery_text(out, figures, NULL);
    print_outbox(sim, out);
    print_faults(sim, out);
    lyt_json_free(figures);
    lyt_buf_deinit(&json);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    simulation sim = {.call = call};
    lyt_error err = {0};
    lyt_buf out;
    lyt_exit code = LYT_EXIT_DONE;
    lyt_status status =
        lyt_classifier_open(&sim.classifier, &(lyt_classifier_options){.pack = v->pack}, &err);

    lyt_buf_init(&out, NULL);
    if (!status)
        status = take_texts(&sim, &err);
    if (!status)
        code = read_settings(&sim);
    if (!status && code == LYT_EXIT_DONE)
        status = simulate(&sim, &err);
    if (!status && code == LYT_EXIT_DONE)
        status = v->json ? print_json(&sim, &out) : print_text(&sim, &out, &err);
    if (!status && code == LYT_EXIT_DONE && !is_good(&sim))
        code = LYT_EXIT_FAILED;
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    lyt_week_free(&sim.week);
    lyt_settings_free(sim.settings);
    lyt_mem_free(NULL, sim.texts);
    lyt_classifier_close(sim.classifier);
    return status ? lyt_console_error(call->console, &err) : code;
}

static const lyt_sample samples[] = {
    {"lyt simulate week", "200 rooms, 5,000 messages, 20,000 events, 40 people"},
    {"lyt simulate week --seed 7 --complaints 60 --json", "a worse one, for a program"},
};

const lyt_command lyt_cmd_simulate = {
    .name = "simulate",
    .summary = "Live through a week of a hotel in seconds",
    .usage = "week [--seed N] [--days N] [--feedback N] [--json]",
    .description =
        "Guests come and go, say the pack's test sentences and open doors and order; staff take on "
        "what they are told of when they have time, give, promise, are asked for approval, forget "
        "some. The real classifier judges what is said, and the house's settings decide all the "
        "rest, by the code that a service runs: each order is a transaction in a database of its "
        "own, and what is to go out goes through the outbox, by SMS, mail, webhook and the rest of "
        "the settings' ways, to receivers in this process. Those read it as receivers of their "
        "kind do, and are not always well: ways are out for half an hour, attempts and answers "
        "are lost, some letters are refused for good. Who is told by SMS acts when it has "
        "arrived. Only the time is the simulation's, and nothing leaves the machine. The same "
        "seed makes the same week to the last fact.\n"
        "\n"
        "Prints the figures of recovery (lyt report) and of the outbox, and counts once more, "
        "apart from the code that decided: what is left open or in the outbox, what was said to "
        "be sent and did not arrive or came out of order, gifts above the authority of who gave "
        "them, clocks missed and nobody told, and whether the facts alone make the same book "
        "again. Ends with 1 when any of it is not as it should be. No service is needed.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
