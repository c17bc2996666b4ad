#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "datapaths.h"
#include "lessonlist.h"
#include "nudge.h"
#include "refine.h"
#include "refinedfolder.h"
#include "statefile.h"

typedef struct values {
    bool dry_run, forget, json;
    const char *own, *pack, *state;
} values;

static const lyt_option options[] = {
    {.name = "dry-run",
     .letter = 'n',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, dry_run),
     .help = "say what it would come to, and keep nothing"},
    {.name = "forget",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, forget),
     .help = "take the refined models away; the pack is as it came"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    LYT_ONLINE_OWN(values),
    LYT_ONLINE_PACK(values),
    LYT_ONLINE_STATE(values),
};

typedef struct refining {
    const lyt_call *call;
    const values *v;
    lyt_statefile file;
    lyt_refinedfolder folder;
    lyt_datapaths paths;
    lyt_log log;
    lyt_pack *pack;
    lyt_lessonlist *lessons;
    lyt_refined found;
    bool is_told; /* the running service */
} refining;

/* In the order of lyt_refine_verdict: for programs, and for people. */
static const char *const verdict_names[] = {"taken", "few", "lessons", "sentences", "examples"};
static const char *const verdict_texts[] = {
    "Not worse anywhere: the refined model is taken.",
    "Too few corrections to tell anything: there must be 10.",
    "Of corrections held back fewer come out right: the model stays as it was.",
    "The pack's own sentences come out worse: the model stays as it was.",
    "The scenarios' examples come out worse: the model stays as it was.",
};

static lyt_status open_all(refining *r, lyt_error *err)
{
    lyt_pack_options how = lyt_datapaths_options(&r->paths, r->call->console, &r->log);
    char own[lyt_state_path_max + 8];
    lyt_status status = LYT_OK;
    lyt_buf folder;

    /* as the service reads it, or what is refined would not fit */
    snprintf(own, sizeof own, "%s%s", r->v->own ? r->v->own : r->file.folder,
             r->v->own ? "" : "/own");
    how.own_folder = own;
    lyt_buf_init(&folder, NULL);
    lyt_datapaths_pack(&r->paths, r->v->pack, &folder);
    if (lyt_buf_status(&folder))
        status = lyt_error_set(err, LYT_ENOMEM, "out of memory");
    if (!status)
        status = lyt_lessonlist_read(&r->lessons, NULL, r->file.database, err);
    if (!status)
        status = lyt_pack_load(&r->pack, folder.data, &how, err);
    lyt_buf_deinit(&folder);
    return status;
}

/* The model under the name that the service looks for; those of other versions of the pack go. */
static lyt_status keep(refining *r, lyt_error *err)
{
    lyt_status status = lyt_refinedfolder_make(&r->folder, err);
    size_t gone = 0;
    lyt_buf path;

    if (status)
        return status;
    lyt_buf_init(&path, NULL);
    if (lyt_pack_refined_path(r->pack, r->folder.path, &path))
        status = lyt_error_set(err, LYT_ENOMEM, "out of memory");
    if (!status && r->found.model)
        status = lyt_model_save(r->found.model, lyt_fs_system(), path.data, err);
    if (!status)
        status = lyt_refinedfolder_clear(&r->folder, strrchr(path.data, '/') + 1, &gone, err);
    if (!status)
        status = lyt_refinedfolder_set_last(&r->folder, r->found.n_lessons,
                                            verdict_names[r->found.verdict],
                                            lyt_clock_wall_us(lyt_clock_system()), err);
    lyt_buf_deinit(&path);
    if (!status && r->found.model)
        r->is_told = lyt_nudge(r->file.folder);
    return status;
}

static void add_score(lyt_jw *jw, const char *name, const lyt_refine_score *score)
{
    lyt_jw_key(jw, name);
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "messages", (int64_t)score->n);
    lyt_jw_kint(jw, "before", (int64_t)score->before);
    lyt_jw_kint(jw, "after", (int64_t)score->after);
    lyt_jw_kint(jw, "lost", (int64_t)score->lost);
    lyt_jw_kint(jw, "gained", (int64_t)score->gained);
    lyt_jw_object_end(jw);
}

static void write_json(const refining *r, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "verdict", lyt_str_of(verdict_names[r->found.verdict]));
    lyt_jw_kint(&jw, "corrections", (int64_t)r->found.n_lessons);
    lyt_jw_kint(&jw, "skipped", (int64_t)r->found.n_skipped);
    add_score(&jw, "held_back_corrections", &r->found.lessons);
    add_score(&jw, "held_back_sentences", &r->found.sentences);
    add_score(&jw, "examples", &r->found.examples);
    lyt_jw_kbool(&jw, "kept", r->found.model && !r->v->dry_run);
    lyt_jw_kbool(&jw, "service_told", r->is_told);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static void write_score(lyt_buf *out, const char *name, const lyt_refine_score *score)
{
    if (score->n)
        lyt_buf_addf(out, "%-24s %7zu %7zu %7zu %7zu %7zu\n", name, score->n, score->before,
                     score->after, score->gained, score->lost);
}

static void write_text(const refining *r, lyt_buf *out)
{
    const lyt_refined *found = &r->found;

    lyt_buf_addf(out, "%zu corrections", found->n_lessons);
    if (found->n_skipped)
        lyt_buf_addf(out, ", %zu passed over (no such scenario in this pack, or no words)",
                     found->n_skipped);
    lyt_buf_add_char(out, '\n');
    if (found->sentences.n)
        lyt_buf_addf(out, "%-24s %7s %7s %7s %7s %7s\n", "wholly right", "of", "before", "after",
                     "gained", "lost");
    write_score(out, "held-back corrections", &found->lessons);
    write_score(out, "held-back sentences", &found->sentences);
    write_score(out, "examples of scenarios", &found->examples);
    lyt_buf_addf(out, "%s\n", verdict_texts[found->verdict]);
    if (found->model && r->v->dry_run)
        lyt_buf_add_text(out, "Nothing was kept (--dry-run).\n");
    else if (found->model)
        lyt_buf_addf(out, "%s\n",
                     r->is_told ? "The running service uses it from now on."
                                : "A service uses it from its next start on.");
}

static void say(const refining *r)
{
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    if (r->v->json)
        write_json(r, &out);
    else
        write_text(r, &out);
    lyt_console_write_buf(r->call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_status refine(refining *r, lyt_error *err)
{
    lyt_pack_options how = lyt_datapaths_options(&r->paths, r->call->console, &r->log);
    const lyt_lesson *lessons;
    size_t n = 0;
    lyt_status status = open_all(r, err);

    if (status)
        return status;
    lessons = lyt_lessonlist_items(r->lessons, &n);
    status = lyt_refine(r->pack, lessons, n, &how, &r->found, err);
    lyt_console_progress_end(r->call->console);
    if (!status && !r->v->dry_run)
        status = keep(r, err);
    if (!status)
        say(r);
    return status;
}

static lyt_status forget(refining *r, lyt_error *err)
{
    size_t n = 0;
    lyt_status status = lyt_refinedfolder_clear(&r->folder, NULL, &n, err);
    lyt_buf out;

    if (status)
        return status;
    r->is_told = n && lyt_nudge(r->file.folder);
    lyt_buf_init(&out, NULL);
    lyt_buf_addf(&out,
                 r->v->json ? "{\"forgotten\":%zu,\"service_told\":%s}\n"
                            : "%zu refined models forgotten%s\n",
                 n,
                 r->v->json   ? (r->is_told ? "true" : "false")
                 : r->is_told ? "; the running service uses the pack as it came"
                              : "");
    lyt_console_write_buf(r->call->console, &out);
    lyt_buf_deinit(&out);
    return LYT_OK;
}

static lyt_exit run(const lyt_call *call)
{
    refining r = {
        .call = call, .v = call->values, .log = lyt_log_stderr(LYT_LOG_WARN, lyt_clock_system())};
    lyt_error err = {0};
    lyt_status status;

    if (r.v->forget && r.v->dry_run)
        return lyt_console_misuse(call->console, "refine: --forget and --dry-run exclude one "
                                                 "another");
    status = lyt_statefile_find(&r.file, r.v->state, true, &err);
    if (status)
        return lyt_console_error(call->console, &err);
    lyt_refinedfolder_of(&r.folder, r.file.folder);
    if (lyt_datapaths_find(&r.paths, call->console)) {
        lyt_datapaths_deinit(&r.paths);
        return LYT_EXIT_FAILED;
    }
    status = r.v->forget ? forget(&r, &err) : refine(&r, &err);
    lyt_model_free(r.found.model);
    lyt_pack_free(r.pack);
    lyt_lessonlist_free(r.lessons);
    lyt_datapaths_deinit(&r.paths);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt refine", "learn in what was corrected in the hotel whose service runs here"},
    {"lyt refine -p ./our-hotel --dry-run", "whether that would be any worse"},
    {"lyt refine --forget", "as before all that"},
};

const lyt_command lyt_cmd_refine = {
    .name = "refine",
    .summary = "Train the model anew with what people corrected",
    .usage = "[-p PACK] [--state DIR] [--dry-run] [--json]\n"
             "--forget [--state DIR]",
    .description =
        "A correction is right at once, for its message and for words like its own; here all "
        "corrections that a service has kept become training sentences, so that other messages "
        "profit, too. One in five, and one in five of the pack's own sentences, are held back, "
        "and the model trained with corrections is taken only if of these corrections as many "
        "come out right as without, of the sentences no more turn wrong than chance explains "
        "(McNemar's test), and the same holds for the examples of the scenarios, of which no one "
        "of severity 4 may be lost.\n\n"
        "The model goes into the folder 'refined' of the state folder and is of this version of "
        "the pack: with another pack, or other sentences, the pack is as it came until the next "
        "run. A running service goes over to it between two messages. serve does all this by "
        "itself (--refine). Workers of other machines need the folder, too (worker "
        "--refined).\n\n"
        "Words of guests are in such a model. 'privacy erase' takes it away; the next run "
        "learns without who was erased.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 0,
    .run = run,
};
