#include "versionkeeper.h"

#include <stdio.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "datafolder.h"
#include "store_oldest.h"

enum { again_s = 10, day_s = 86400, first_look_s = 60 };

static const int64_t second_us = 1000000;

lyt_status lyt_versionkeeper_init(lyt_versionkeeper *k, const char *state, const char *own,
                                  const lyt_log *log, lyt_error *err)
{
    *k = (lyt_versionkeeper){.own = own, .log = log, .is_noted = true};
    lyt_buf_init(&k->waiting, NULL);
    if ((size_t)snprintf(k->folder, sizeof k->folder, "%s/versions", state) >= sizeof k->folder)
        return lyt_error_set(err, LYT_ELIMIT, "%s: the path is too long", state);
    k->versions = (lyt_versions){.fs = lyt_fs_system(), .folder = k->folder};
    return LYT_OK;
}

void lyt_versionkeeper_deinit(lyt_versionkeeper *k)
{
    lyt_buf_deinit(&k->waiting);
}

/* Once, until it goes well again. */
static void complain(lyt_versionkeeper *k, const lyt_error *err)
{
    char text[512];

    if (!k->has_complained)
        lyt_log_say(k->log, LYT_LOG_WARN, "LYT-VERSION-NOT-KEPT",
                    "A version of the pack could not be kept; it is tried again.",
                    LYT_KV("why", lyt_error_format(err, text, sizeof text)));
    k->has_complained = true;
}

static lyt_status take(lyt_versionkeeper *k, const lyt_pack *pack, lyt_packtree **out,
                       lyt_error *err)
{
    lyt_buf data, lexicons;
    lyt_status status;

    lyt_buf_init(&data, NULL);
    lyt_buf_init(&lexicons, NULL);
    status = lyt_data_folder(&data, NULL, err);
    if (!status)
        lyt_fs_join(&lexicons, data.data, "lexicons");
    if (!status && lyt_buf_status(&lexicons))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory to keep a pack");
    if (!status)
        status = lyt_packtree_new(out, NULL, err);
    if (!status)
        status = lyt_packtree_take(
            *out, k->versions.fs,
            &(lyt_packtree_from){lyt_pack_folder(pack), k->own, lexicons.data}, err);
    if (!status)
        status = lyt_packtree_is_of(*out, pack, err);
    lyt_buf_deinit(&data);
    lyt_buf_deinit(&lexicons);
    return status;
}

/*
 * Reading a pack takes some 30 MB for a moment, which the C library keeps for the next time; that
 * is the next reload.
 */
static void give_back(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}

lyt_status lyt_versionkeeper_keep(lyt_versionkeeper *k, const lyt_classifier *classifier,
                                  bool may_wait, int64_t now_us, lyt_error *err)
{
    const lyt_pack *pack = lyt_classifier_pack(classifier);
    lyt_packtree *tree = NULL;
    lyt_buf file;
    lyt_status status;

    if (lyt_versions_has(&k->versions, lyt_pack_hash(pack))) {
        give_back();
        return LYT_OK;
    }
    lyt_buf_init(&file, NULL);
    status = take(k, pack, &tree, err);
    if (!status)
        status = lyt_versions_prepare(&k->versions, pack, tree, now_us, &file, err);
    if (!status && file.len) {
        status = lyt_versions_put(&k->versions, lyt_pack_hash(pack), &file, err);
        if (status && status != LYT_ENOMEM && may_wait) {
            complain(k, err);
            lyt_buf_deinit(&k->waiting);
            k->waiting = file;
            k->waiting_for = lyt_pack_hash(pack);
            lyt_buf_init(&file, NULL);
            status = LYT_OK;
        }
    }
    lyt_packtree_free(tree);
    lyt_buf_deinit(&file);
    give_back();
    return status;
}

static void note_use(lyt_versionkeeper *k)
{
    lyt_error err = {.text = ""};

    k->is_noted = lyt_versions_use(&k->versions, k->version, k->base, k->since_us, &err) == LYT_OK;
    if (!k->is_noted)
        complain(k, &err);
}

void lyt_versionkeeper_use(lyt_versionkeeper *k, const lyt_classifier *classifier, int64_t now_us)
{
    k->version = lyt_classifier_version(classifier);
    k->base = lyt_classifier_base(classifier);
    k->since_us = now_us;
    note_use(k);
}

static void try_again(lyt_versionkeeper *k)
{
    lyt_error err = {.text = ""};

    if (k->waiting.len) {
        if (lyt_versions_put(&k->versions, k->waiting_for, &k->waiting, &err))
            return;
        lyt_buf_deinit(&k->waiting);
        lyt_buf_init(&k->waiting, NULL);
    }
    if (!k->is_noted)
        note_use(k);
    if (k->is_noted && k->has_complained) {
        lyt_log_say(k->log, LYT_LOG_INFO, "LYT-VERSION-KEPT",
                    "The version of the pack is kept now.");
        k->has_complained = false;
    }
}

static void let_go(lyt_versionkeeper *k, const char *database)
{
    int64_t oldest_us = 0;
    size_t n = 0;
    lyt_error err = {.text = ""};
    lyt_status status = lyt_store_oldest(database, &oldest_us, &err);
    char text[512];

    if (!status && oldest_us != INT64_MAX)
        status = lyt_versions_let_go(&k->versions, oldest_us, k->base, &n, &err);
    if (status)
        lyt_log_say(k->log, LYT_LOG_WARN, "LYT-VERSIONS-STAY",
                    "Versions of the pack that nothing goes by any more could not be let go of.",
                    LYT_KV("why", lyt_error_format(&err, text, sizeof text)));
    else if (n)
        lyt_log_say(k->log, LYT_LOG_INFO, "LYT-VERSIONS-GONE",
                    "Versions of the pack that nothing goes by any more are gone.",
                    LYT_KN("versions", (int64_t)n));
}

void lyt_versionkeeper_look(lyt_versionkeeper *k, const char *database, bool has_rules,
                            int64_t mono_us)
{
    if (!k->look_us)
        k->look_us = mono_us + first_look_s * second_us;
    if ((k->waiting.len || !k->is_noted) && mono_us >= k->again_us) {
        k->again_us = mono_us + again_s * second_us;
        try_again(k);
    }
    if (k->waiting.len || !k->is_noted || mono_us < k->look_us)
        return;
    k->look_us = mono_us + day_s * second_us;
    if (has_rules)
        let_go(k, database);
}
