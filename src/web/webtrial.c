#define _XOPEN_SOURCE 700 /* realpath */
#include "webtrial.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datafolder.h"
#include "hash.h"
#include "webread_inner.h"

typedef struct state {
    const lyt_webtrial_options *o;
    lyt_webreader r; /* only what a try needs */
    lyt_sock *pipe, *sock;
    lyt_pack *pack;
    lyt_classifier *classifier;
    uint64_t taught; /* which text that is of; 0: none */
    int64_t used_us;
    bool is_told; /* to stop */
} state;

enum { question_max = 512 * 1024, look_ms = 500, path_bytes = 4200 };
static const int64_t idle_us = 600 * (int64_t)1000000;

static void forget(state *t)
{
    lyt_session_free(t->r.session);
    lyt_classifier_close(t->classifier);
    lyt_pack_free(t->pack);
    t->r.session = NULL;
    t->r.classifier = t->classifier = NULL;
    t->pack = NULL;
    t->taught = 0;
}

/* ---- a folder like the pack's, but for one scenario ---- */

/* "hotel+sv" is the folder of hotel, and "+sv" behind it. */
static lyt_status find_pack(const state *t, const char *data, char *folder, char *more,
                            lyt_error *err)
{
    const char *name = t->o->pack, *plus = strchr(name, '+');
    char path[path_bytes], real[PATH_MAX];
    size_t n = plus ? (size_t)(plus - name) : strlen(name);

    snprintf(more, 64, "%s", plus ? plus : "");
    snprintf(path, sizeof path, "%.*s/pack.yaml", (int)n, name);
    if (access(path, R_OK) != 0)
        snprintf(path, sizeof path, "%s/models/%.*s/pack.yaml", data, (int)n, name);
    path[strlen(path) - strlen("/pack.yaml")] = '\0';
    if (!realpath(path, real) || strlen(real) >= path_bytes)
        return lyt_error_set(err, LYT_ENOTFOUND, "the pack's folder is not there any more");
    snprintf(folder, path_bytes, "%s", real);
    return LYT_OK;
}

/* Links to everything in `from` but what is called `but`. */
static bool link_all(const char *from, const char *to, const char *but)
{
    DIR *dir = opendir(from);
    struct dirent *entry;
    bool ok = dir != NULL;

    while (ok && (entry = readdir(dir))) {
        char old[2 * path_bytes], new[2 * path_bytes];

        if (entry->d_name[0] == '.' || strcmp(entry->d_name, but) == 0)
            continue;
        snprintf(old, sizeof old, "%s/%s", from, entry->d_name);
        snprintf(new, sizeof new, "%s/%s", to, entry->d_name);
        ok = symlink(old, new) == 0;
    }
    if (dir)
        closedir(dir);
    return ok;
}

static void remove_all(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        char path[2 * path_bytes];

        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)unlink(path);
    }
    if (dir)
        closedir(dir);
    (void)rmdir(folder);
}

static lyt_status lay_over(const lyt_webasked *a, const char *pack, const char *folder,
                           lyt_error *err)
{
    char from[2 * path_bytes], to[2 * path_bytes], file[300], name[256];
    lyt_str scenario = lyt_json_text(a->tree, "scenario");

    snprintf(name, sizeof name, "%.*s.yaml", LYT_STR_ARG(scenario));
    snprintf(from, sizeof from, "%s/scenarios", pack);
    snprintf(to, sizeof to, "%s/scenarios", folder);
    snprintf(file, sizeof file, "/%s", name);
    if (!link_all(pack, folder, "scenarios") || mkdir(to, 0700) != 0 || !link_all(from, to, name))
        return lyt_error_set(err, LYT_EIO, "no folder for the trial could be made");
    snprintf(to + strlen(to), sizeof to - strlen(to), "%s", file);
    return lyt_fs_write(lyt_fs_system(), to, lyt_json_text(a->tree, "scenario_yaml"), err);
}

/* ---- teaching ---- */

/* False ends it: the service is being stopped. */
static bool goes_on(void *context, const char *stage, double done)
{
    state *t = context;

    (void)stage;
    (void)done;
    t->is_told = t->is_told || lyt_actor_told_stop(t->pipe);
    return !t->is_told;
}

static lyt_status read_pack(state *t, const char *folder, const char *data, lyt_error *err)
{
    lyt_buf lexicons, moods, more_moods, words, models;
    lyt_pack_options options = {
        .alloc = t->r.o->alloc, .fs = lyt_fs_system(), .progress = goes_on, .context = t};
    lyt_buf *const all[] = {&lexicons, &moods, &more_moods, &words, &models};
    const size_t n = sizeof all / sizeof *all;
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < n; i++)
        lyt_buf_init(all[i], t->r.o->alloc);
    lyt_fs_join(&lexicons, data, "lexicons");
    lyt_fs_join(&moods, data, LYT_MOODS_FILE);
    lyt_fs_join(&more_moods, data, LYT_MORE_MOODS_FILE);
    lyt_words_folder(&words, data);
    if (lyt_binary_folder(&models, err) == LYT_OK)
        lyt_buf_add_text(&models, "/models");
    for (size_t i = 0; i < n && !status; i++)
        status = lyt_buf_status(all[i]);
    options.lexicons_folder = lexicons.data;
    options.moods_file = moods.data;
    options.more_moods_file = more_moods.data;
    options.model_folder = models.data;
    options.words_folder = t->o->no_spelling ? NULL : words.data;
    options.dictionary_folder = t->o->no_spelling ? NULL : LYT_DICTIONARIES;
    if (!status)
        status = lyt_pack_load(&t->pack, folder, &options, err);
    else
        (void)lyt_error_set(err, status, "no memory for the trial");
    for (size_t i = 0; i < n; i++)
        lyt_buf_deinit(all[i]);
    return status;
}

static lyt_status teach(state *t, lyt_webasked *a)
{
    char pack[path_bytes], folder[path_bytes], named[path_bytes + 64], scenarios[path_bytes + 16],
        more[64];
    lyt_buf data;
    lyt_status status;

    forget(t);
    lyt_buf_init(&data, t->r.o->alloc);
    status = lyt_data_folder(&data, NULL, &a->err);
    if (!status)
        status = find_pack(t, data.data, pack, more, &a->err);
    snprintf(folder, sizeof folder, "%s/trial-XXXXXX", t->o->state);
    if (!status && !mkdtemp(folder))
        status = lyt_error_set(&a->err, LYT_EIO, "no folder for the trial could be made");
    if (!status) {
        snprintf(named, sizeof named, "%s%s", folder, more);
        snprintf(scenarios, sizeof scenarios, "%s/scenarios", folder);
        status = lay_over(a, pack, folder, &a->err);
        if (!status)
            status = read_pack(t, named, data.data, &a->err);
        remove_all(scenarios);
        remove_all(folder);
    }
    if (!status)
        status = lyt_classifier_of_pack(&t->classifier, t->pack, t->r.o->alloc, &a->err);
    if (!status)
        status = lyt_session_new(&t->r.session, t->classifier, &a->err);
    t->r.classifier = t->classifier;
    lyt_buf_deinit(&data);
    if (status)
        forget(t);
    return status;
}

/* Where in the text that was sent it is wrong: the file has no name for who sent it. */
static void place_error(lyt_webasked *a, lyt_status status)
{
    char text[sizeof a->err.text];

    if (status != LYT_EFORMAT)
        return;
    snprintf(text, sizeof text, "scenario_yaml: line %u, column %u: %.200s", a->err.line,
             a->err.column, a->err.text);
    (void)lyt_error_set(&a->err, status, "%s", text);
    a->http = 422;
    a->code = "invalid";
}

static lyt_status answer_tree(state *t, lyt_webasked *a)
{
    uint64_t text;
    lyt_status status = LYT_OK;

    if (lyt_str_equal(lyt_json_text(a->tree, "ask"), LYT_STR("report")))
        return lyt_webread_report(a);
    text = lyt_hash_pair(lyt_hash_str(lyt_json_text(a->tree, "scenario"), 1),
                         lyt_hash_str(lyt_json_text(a->tree, "scenario_yaml"), 1)) |
           1;
    if (text != t->taught) {
        status = teach(t, a);
        place_error(a, status);
        t->taught = status ? 0 : text;
    }
    t->used_us = lyt_clock_mono_us(t->r.o->clock);
    return status ? status : lyt_webread_try(a);
}

static void answer(state *t)
{
    lyt_webasked a = {.r = &t->r};
    lyt_json *tree = NULL;
    lyt_str frames[2] = {lyt_frames_at(t->r.frames, 0), {NULL, 0}};
    lyt_status status;

    lyt_buf_reset(&t->r.out);
    lyt_jw_init(&a.jw, &t->r.out);
    status = lyt_json_parse(&tree, lyt_frames_at(t->r.frames, 1), question_max, &a.err);
    a.tree = tree;
    if (!status)
        status = answer_tree(t, &a);
    frames[1] = lyt_webasked_end(&a, status);
    lyt_json_free(tree);
    (void)!lyt_sock_send(t->sock, frames, 2);
}

lyt_status lyt_webtrial_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err)
{
    state t = {.o = options, .pipe = pipe};
    lyt_status status;

    t.r.o = t.o->read;
    lyt_buf_init(&t.r.out, t.r.o->alloc);
    status = lyt_frames_new(&t.r.frames, t.r.o->alloc);
    if (status)
        (void)lyt_error_set(err, status, "no memory for trials");
    if (!status)
        status = lyt_sock_open(&t.sock, t.r.o->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_bind(t.sock, LYT_ADDRESS_WEB_TRIAL, NULL, 0, err);
    if (!status)
        lyt_actor_ready(actor);
    while (!status && !t.is_told) {
        lyt_sock *const socks[] = {pipe, t.sock};
        bool ready[2] = {false, false};

        (void)!lyt_sock_poll(socks, 2, ready, look_ms);
        t.is_told = t.is_told || (ready[0] && lyt_actor_told_stop(pipe));
        t.r.settings = atomic_load(&t.r.o->settings);
        atomic_store(&t.r.o->settings_tried, t.r.settings);
        if (!t.is_told && ready[1] && !lyt_sock_recv(t.sock, t.r.frames, 0))
            answer(&t);
        else if (t.taught && lyt_clock_mono_us(t.r.o->clock) - t.used_us > idle_us)
            forget(&t);
    }
    forget(&t);
    lyt_sock_close(t.sock, 0);
    lyt_frames_free(t.r.frames);
    lyt_buf_deinit(&t.r.out);
    return status;
}
