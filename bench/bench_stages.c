/*
 * Where the time of a verdict goes: each stage alone, warm, over all messages of the
 * files given, by a model file. CPU time; the median of several runs. Prints a name, a
 * tab and ns a message a line, for speed.py.
 *
 * Stages that need what others made are timed together with those and the others' time
 * is taken off, so small ones may come out a little below zero on a busy machine.
 */
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "bed.h"
#include "classify.h"
#include "modelview.h"
#include "textspace.h"
#include "utf8.h"

typedef struct bench {
    lyt_session *session;
    lyt_arena *arena;
    const lyt_model *model;
    bed_lines lines;
    lyt_text text; /* of the message in hand */
} bench;

static void must(lyt_status status)
{
    if (!status)
        return;
    fprintf(stderr, "bench_stages: %s\n", lyt_status_text(status));
    exit(1);
}

static void check_bytes(bench *b, lyt_str message)
{
    (void)b;
    must(lyt_utf8_check(message, NULL));
}

static void scan(bench *b, lyt_str message)
{
    lyt_raws raws;

    lyt_arena_reset(b->arena);
    must(lyt_raw_scan(b->arena, &b->session->space->breaks, message, &raws));
}

static void tell_language(bench *b, lyt_str message)
{
    lyt_raws raws;
    lyt_text text = {.original = message};

    lyt_arena_reset(b->arena);
    must(lyt_raw_scan(b->arena, &b->session->space->breaks, message, &raws));
    {
        lyt_readings readings;

        must(lyt_readings_of(b->session->space, &raws, -1, b->arena, &text, &readings));
    }
}

static void analyze(bench *b, lyt_str message)
{
    lyt_arena_reset(b->arena);
    must(lyt_text_analyze(b->session->space, lyt_model_vocab(b->model), message, -1, b->arena,
                          &b->text));
}

static bool by_clause(const bench *b)
{
    return b->model->layout.n_in_clauses && b->text.n_clauses > 1;
}

static void find_features(bench *b, lyt_str message)
{
    lyt_scratch *scratch = b->session->scratch;

    analyze(b, message);
    must(lyt_tally_find(
        &scratch->tally, &b->text, b->model->head->groups & ~(1u << LYT_GROUP_CHAR),
        &(lyt_tally_rows){scratch->table, b->model->known, 64 - b->model->head->hash_bits},
        by_clause(b)));
}

static void collect(bench *b, lyt_str message)
{
    const lyt_model_head *head = b->model->head;
    lyt_scratch *scratch = b->session->scratch;

    find_features(b, message);
    must(lyt_tally_weigh(&scratch->tally,
                         &(lyt_weighing){b->model->rows, head->stride, scratch->idf, head->weights},
                         by_clause(b)));
}

static void margins(bench *b, lyt_str message)
{
    lyt_input input = {.text = &b->text};

    analyze(b, message);
    must(lyt_modelview_margins(b->model, b->session->scratch, &input));
}

static void score(bench *b, lyt_str message)
{
    lyt_input input = {.text = &b->text};
    lyt_scores scores;

    analyze(b, message);
    must(lyt_model_score(b->model, b->session->scratch, &input, b->arena, &scores));
}

static void judge(bench *b, lyt_str message)
{
    lyt_judged judged;

    must(lyt_session_read(b->session, &(lyt_message){.text = message}, &judged, NULL));
}

static void verdict(bench *b, lyt_str message)
{
    const lyt_verdict *out;

    must(lyt_classify(b->session, &(lyt_message){.text = message}, &out, NULL));
}

typedef struct stage {
    const char *name;
    void (*run)(bench *b, lyt_str message);
} stage;

/* The median of several runs over all messages, ns a message. */
static double time_of(bench *b, const stage *s)
{
    double ns[bed_runs];

    for (int i = -1; i < bed_runs; i++) {
        double start = bed_cpu_ns();

        for (size_t k = 0; k < b->lines.n; k++)
            s->run(b, b->lines.items[k]);
        if (i >= 0)
            ns[i] = (bed_cpu_ns() - start) / (double)b->lines.n;
    }
    return bed_time_of(ns, bed_runs).minimum;
}

int main(int argc, char **argv)
{
    static const stage stages[] = {
        {"utf8", check_bytes}, {"scan", scan},           {"+language", tell_language},
        {"analyze", analyze},  {"+find", find_features}, {"+collect", collect},
        {"+margins", margins}, {"+score", score},        {"+rules", judge},
        {"verdict", verdict},
    };
    bench b = {.lines = {NULL, 0, 0}};
    lyt_classifier *classifier;

    if (argc < 3) {
        fprintf(stderr, "usage: bench_stages PACK|MODEL.lytm FILE…\n");
        return 2;
    }
    for (int i = 2; i < argc; i++)
        bed_read(&b.lines, argv[i]);
    classifier = bed_open(argv[1], NULL);
    b.session = bed_session(classifier);
    b.model = lyt_classifier_model(classifier);
    must(lyt_arena_new(&b.arena, NULL, "bench", 64 << 20));
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        printf("%s\t%.1f\n", stages[i].name, time_of(&b, &stages[i]));
    lyt_arena_free(b.arena);
    lyt_session_free(b.session);
    lyt_classifier_close(classifier);
    return 0;
}
