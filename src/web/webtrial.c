#define _XOPEN_SOURCE 700 /* realpath */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datafolder.h"
#include "hash.h"
#include "webtrial_inner.h"

enum { question_max = 512 * 1024, look_ms = 500, path_bytes = lyt_trial_path_max };
static const int64_t idle_us = 600 * (int64_t)1000000;

void lyt_trial_settle(lyt_trial *t)
{
    t->r.settings = atomic_load(&t->r.o->settings);
    atomic_store(&t->r.o->settings_tried, t->r.settings);
}

void lyt_trial_forget(lyt_trial *t)
{
    lyt_session_free(t->r.session);
    lyt_classifier_close(t->classifier);
    lyt_pack_free(t->pack);
    t->r.session = NULL;
    t->r.classifier = t->classifier = NULL;
    t->pack = NULL;
    t->taught = 0;
}

/* ---- a folder like the house's own, but for one scenario ---- */

/* "hotel+sv" is the folder of hotel, and "+sv" behind it. */
lyt_status lyt_trial_find_pack(const lyt_trial *t, char folder[lyt_trial_path_max], char more[64],
                               lyt_error *err)
{
    const char *name = t->o->pack, *plus = strchr(name, '+');
    char path[path_bytes], real[PATH_MAX];
    size_t n = plus ? (size_t)(plus - name) : strlen(name);
    lyt_buf data;
    lyt_status status;

    lyt_buf_init(&data, t->r.o->alloc);
    status = lyt_data_folder(&data, NULL, err);
    snprintf(more, 64, "%s", plus ? plus : "");
    snprintf(path, sizeof path, "%.*s/pack.yaml", (int)n, name);
    if (!status && access(path, R_OK) != 0)
        snprintf(path, sizeof path, "%s/models/%.*s/pack.yaml", data.data, (int)n, name);
    lyt_buf_deinit(&data);
    if (status)
        return status;
    path[strlen(path) - strlen("/pack.yaml")] = '\0';
    if (!realpath(path, real) || strlen(real) >= path_bytes)
        return lyt_error_set(err, LYT_ENOTFOUND, "the pack's folder is not there any more");
    snprintf(folder, path_bytes, "%s", real);
    return LYT_OK;
}

/* Links to everything in `from` that ends so, but what is called `but`. None there: none. */
static bool link_all(const char *from, const char *to, const char *but, const char *end)
{
    DIR *dir = opendir(from);
    struct dirent *entry;
    bool ok = true;

    while (dir && ok && (entry = readdir(dir))) {
        char old[2 * path_bytes], new[2 * path_bytes];

        if (strcmp(entry->d_name, but) == 0 ||
            !lyt_str_ends(lyt_str_of(entry->d_name), lyt_str_of(end)))
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

/* text NULL: without one of the house's own. */
static lyt_status lay_over(const lyt_trial *t, lyt_str scenario, const lyt_str *text,
                           const char *folder, lyt_error *err)
{
    char real[PATH_MAX], from[2 * path_bytes], to[2 * path_bytes], name[80];
    bool has_own = t->o->own && realpath(t->o->own, real);

    snprintf(name, sizeof name, "%.*s.yaml", LYT_STR_ARG(scenario));
    snprintf(from, sizeof from, "%s/scenarios", has_own ? real : "");
    snprintf(to, sizeof to, "%s/scenarios", folder);
    if (mkdir(to, 0700) != 0 ||
        (has_own && (!link_all(real, folder, "", ".lytm") || !link_all(from, to, name, ".yaml"))))
        return lyt_error_set(err, LYT_EIO, "no folder for the trial could be made");
    if (!text)
        return LYT_OK;
    snprintf(to, sizeof to, "%s/scenarios/%s", folder, name);
    return lyt_fs_write(lyt_fs_system(), to, *text, err);
}

/* ---- teaching ---- */

/* False ends it: the service is being stopped. */
static bool goes_on(void *context, const char *stage, double done)
{
    lyt_trial *t = context;

    (void)stage;
    (void)done;
    t->is_told = t->is_told || lyt_actor_told_stop(t->pipe);
    return !t->is_told;
}

static lyt_status read_pack(lyt_trial *t, const char *folder, const char *own, lyt_error *err)
{
    lyt_buf data, lexicons, moods, more_moods, words, models;
    lyt_pack_options options = {
        .alloc = t->r.o->alloc, .fs = lyt_fs_system(), .progress = goes_on, .context = t};
    lyt_buf *const all[] = {&data, &lexicons, &moods, &more_moods, &words, &models};
    const size_t n = sizeof all / sizeof *all;
    lyt_status status;

    for (size_t i = 0; i < n; i++)
        lyt_buf_init(all[i], t->r.o->alloc);
    status = lyt_data_folder(&data, NULL, err);
    if (!status) {
        lyt_fs_join(&lexicons, data.data, "lexicons");
        lyt_fs_join(&moods, data.data, LYT_MOODS_FILE);
        lyt_fs_join(&more_moods, data.data, LYT_MORE_MOODS_FILE);
        lyt_words_folder(&words, data.data);
        if (lyt_binary_folder(&models, err) == LYT_OK)
            lyt_buf_add_text(&models, "/models");
    }
    for (size_t i = 0; i < n && !status; i++)
        if (lyt_buf_status(all[i]))
            status = lyt_error_set(err, LYT_ENOMEM, "no memory for the trial");
    options.own_folder = own;
    options.lexicons_folder = lexicons.data;
    options.moods_file = moods.data;
    options.more_moods_file = more_moods.data;
    options.model_folder = models.data;
    options.words_folder = t->o->no_spelling ? NULL : words.data;
    options.dictionary_folder = t->o->no_spelling ? NULL : LYT_DICTIONARIES;
    if (!status)
        status = lyt_pack_load(&t->pack, folder, &options, err);
    for (size_t i = 0; i < n; i++)
        lyt_buf_deinit(all[i]);
    return status;
}

static lyt_status read_laid_over(lyt_trial *t, lyt_str scenario, const lyt_str *text,
                                 lyt_error *err)
{
    char pack[path_bytes], named[path_bytes + 64], folder[path_bytes], scenarios[path_bytes + 16],
        more[64];
    lyt_status status = lyt_trial_find_pack(t, pack, more, err);

    snprintf(folder, sizeof folder, "%s/trial-XXXXXX", t->o->state);
    if (!status && !mkdtemp(folder))
        status = lyt_error_set(err, LYT_EIO, "no folder for the trial could be made");
    if (status)
        return status;
    snprintf(named, sizeof named, "%s%s", pack, more);
    snprintf(scenarios, sizeof scenarios, "%s/scenarios", folder);
    status = lay_over(t, scenario, text, folder, err);
    if (!status)
        status = read_pack(t, named, folder, err);
    remove_all(scenarios);
    remove_all(folder);
    return status;
}

static lyt_status teach(lyt_trial *t, lyt_str scenario, const lyt_str *text, lyt_error *err)
{
    lyt_status status;

    lyt_trial_forget(t);
    status = read_laid_over(t, scenario, text, err);
    if (!status)
        status = lyt_classifier_of_pack(&t->classifier, t->pack, t->r.o->alloc, err);
    if (!status)
        status = lyt_session_new_small(&t->r.session, t->classifier, err);
    t->r.classifier = t->classifier;
    if (status)
        lyt_trial_forget(t);
    return status;
}

/*
 * Where in the text that was sent it is wrong, or, when it made another file wrong, where there;
 * the folder has no name for who sent it.
 */
static void place_error(lyt_webasked *a, lyt_str scenario, lyt_status status)
{
    char text[sizeof a->err.text], end[80];
    lyt_str file = lyt_str_of(a->err.file);
    size_t name = file.len;

    if (status != LYT_EFORMAT && status != LYT_ELIMIT)
        return;
    snprintf(end, sizeof end, "/%.*s.yaml", LYT_STR_ARG(scenario));
    while (name > 0 && file.ptr[name - 1] != '/')
        name--;
    if (!file.len || lyt_str_ends(file, lyt_str_of(end)))
        snprintf(text, sizeof text, "scenario_yaml: line %u, column %u: %.200s", a->err.line,
                 a->err.column, a->err.text);
    else
        snprintf(text, sizeof text, "scenario_yaml: with it, %.60s line %u is wrong: %.150s",
                 file.ptr + name, a->err.line, a->err.text);
    (void)lyt_error_set(&a->err, status, "%s", text);
    a->http = 422;
    a->code = "invalid";
}

lyt_status lyt_trial_teach(lyt_trial *t, lyt_webasked *a, lyt_str scenario, const lyt_str *text)
{
    uint64_t id = lyt_hash_pair(lyt_hash_str(scenario, atomic_load(&t->r.o->reloads)),
                                text ? lyt_hash_str(*text, 1) : 0) |
                  1;
    lyt_status status = LYT_OK;

    if (id != t->taught) {
        status = teach(t, scenario, text, &a->err);
        place_error(a, scenario, status);
        t->taught = status ? 0 : id;
    }
    t->used_us = lyt_clock_mono_us(t->r.o->clock);
    return status;
}

static lyt_status answer_tree(lyt_trial *t, lyt_webasked *a)
{
    lyt_str ask = lyt_json_text(a->tree, "ask");
    lyt_str text = lyt_json_text(a->tree, "scenario_yaml");
    lyt_status status;

    if (lyt_str_equal(ask, LYT_STR("report")))
        return lyt_webread_report(a);
    if (lyt_str_equal(ask, LYT_STR("save")) || lyt_str_equal(ask, LYT_STR("undo")))
        return lyt_trial_save(t, a);
    status = lyt_trial_teach(t, a, lyt_json_text(a->tree, "scenario"), &text);
    return status ? status : lyt_webread_try(a);
}

static void answer(lyt_trial *t)
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
    lyt_trial t = {.o = options, .pipe = pipe};
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
        lyt_trial_settle(&t);
        if (!t.is_told && ready[1] && !lyt_sock_recv(t.sock, t.r.frames, 0))
            answer(&t);
        else if (t.taught && lyt_clock_mono_us(t.r.o->clock) - t.used_us > idle_us)
            lyt_trial_forget(&t);
    }
    lyt_trial_forget(&t);
    lyt_sock_close(t.sock, 0);
    lyt_frames_free(t.r.frames);
    lyt_buf_deinit(&t.r.out);
    return status;
}
