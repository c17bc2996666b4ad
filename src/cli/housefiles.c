#include "housefiles.h"

#include <string.h>

#include "datapaths.h"
#include "mem.h"
#include "pseudonymmark.h"

static lyt_status read_channels(lyt_housefiles *files, const char *path, lyt_console *console,
                                lyt_error *err)
{
    lyt_datapaths paths;
    lyt_status status = LYT_ENOTFOUND;

    if (lyt_datapaths_find(&paths, console) == LYT_EXIT_DONE)
        status = lyt_channelfile_read(
            &files->channels, path,
            &(lyt_channelfile_options){.fs = lyt_fs_system(), .lexicons = paths.lexicons.data},
            err);
    else
        (void)lyt_error_set(err, status, "the lexicons are needed to read %s", path);
    lyt_datapaths_deinit(&paths);
    return status;
}

lyt_status lyt_housefiles_read(lyt_housefiles *files, const lyt_housepaths *paths,
                               lyt_console *console, lyt_error *err)
{
    lyt_settings_options options = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_status status = LYT_OK;

    memset(files, 0, sizeof *files);
    if (paths->desk)
        status = lyt_settings_read(&files->settings, paths->desk, &options, err);
    if (!status && paths->channels)
        status = read_channels(files, paths->channels, console, err);
    if (!status && paths->retention)
        status = lyt_keep_read(&files->keep, NULL, lyt_fs_system(), paths->retention, err);
    files->has_keep = paths->retention != NULL;
    if (status)
        lyt_housefiles_deinit(files);
    return status;
}

lyt_status lyt_housefiles_read_keys(lyt_housefiles *files, const lyt_housepaths *paths,
                                    lyt_error *err)
{
    lyt_housekeys *keys = lyt_mem_new(NULL, sizeof *keys);
    lyt_status status = keys ? LYT_OK : lyt_error_set(err, LYT_ENOMEM, "no memory for the keys");

    files->keys = keys;
    if (!status && paths->tag_keys)
        status = lyt_tagkeys_load(&keys->tags, NULL, lyt_fs_system(), paths->tag_keys, err);
    if (!status)
        status = lyt_guest_key_load(&keys->guests, NULL, lyt_fs_system(), files->settings,
                                    paths->state, err);
    if (status)
        lyt_housefiles_deinit(files);
    else
        keys->web = (lyt_webkeys){&keys->guests, paths->tag_keys ? &keys->tags : NULL};
    return status;
}

void lyt_housefiles_deinit(lyt_housefiles *files)
{
    lyt_stock_free(files->stock);
    lyt_settings_free(files->settings);
    lyt_channelfile_free(files->channels);
    if (files->keys) {
        lyt_tagkeys_deinit(&files->keys->tags);
        lyt_contact_key_deinit(&files->keys->guests);
        lyt_mem_free(NULL, files->keys);
    }
    memset(files, 0, sizeof *files);
}

static void warn(const lyt_pack *pack, const lyt_log *log, const char *where, const char *scenario)
{
    if (scenario && !lyt_pack_find(pack, lyt_str_of(scenario)))
        lyt_log_say(log, LYT_LOG_WARN, "LYT-SETTINGS-SCENARIO",
                    "The settings name a scenario that the pack does not have; lyt route check "
                    "says which were meant.",
                    LYT_KV("where", where), LYT_KV("scenario", scenario));
}

void lyt_housefiles_warn(const lyt_housefiles *files, const lyt_classifier *classifier,
                         const lyt_log *log)
{
    const lyt_settings *s = files->settings;
    const lyt_pack *pack = lyt_classifier_pack(classifier);

    if (!s || !pack)
        return;
    for (size_t i = 0; i < s->sensitive.n; i++)
        warn(pack, log, "sensitive", s->sensitive.item[i]);
    for (size_t i = 0; i < s->automatic_replies.n; i++)
        warn(pack, log, "messages, automatic", s->automatic_replies.item[i]);
    for (size_t i = 0; i < s->n_routes; i++)
        for (size_t k = 0; k < s->routes[i].scenarios.n; k++)
            warn(pack, log, s->routes[i].id, s->routes[i].scenarios.item[k]);
}

const lyt_channels *lyt_housefiles_channels(const lyt_housefiles *files)
{
    return files->channels ? lyt_channelfile_channels(files->channels) : NULL;
}

lyt_status lyt_housefiles_check_guests(const lyt_housefiles *files, const char *state,
                                       lyt_error *err)
{
    const lyt_channels *channels = lyt_housefiles_channels(files);

    return channels ? lyt_pseudonyms_check(state, &channels->book.pseudonyms, err) : LYT_OK;
}

static lyt_status restock(lyt_housefiles *fresh, lyt_housefiles *now, const lyt_settings *settings,
                          const lyt_classifier *classifier, lyt_service *service, lyt_error *err)
{
    lyt_status status = LYT_OK;

    if (!fresh->stock)
        status =
            lyt_stock_new(&fresh->stock,
                          &(lyt_stock_options){.fs = lyt_fs_system(),
                                               .classifier = classifier,
                                               .settings = settings,
                                               .keep = fresh->has_keep ? &fresh->keep : NULL,
                                               .guests = &fresh->keys->guests},
                          err);
    if (!status)
        status = lyt_service_restock(service, &fresh->stock, err);
    if (status)
        return status;
    now->stock = fresh->stock;
    fresh->stock = NULL;
    return LYT_OK;
}

lyt_status lyt_housefiles_use(lyt_housefiles *fresh, lyt_housefiles *now,
                              const lyt_classifier *classifier, lyt_service *service, lyt_web *web,
                              lyt_error *err)
{
    bool is_same = !fresh->settings ||
                   (now->settings && fresh->settings->version == now->settings->version);
    const lyt_settings *settings = is_same ? now->settings : fresh->settings;
    lyt_status status = restock(fresh, now, settings, classifier, service, err);

    if (status)
        return status;
    status = lyt_web_resettle(web,
                              &(lyt_webhouse){.settings = settings,
                                              .channels = lyt_housefiles_channels(fresh),
                                              .keys = fresh->keys ? &fresh->keys->web : NULL},
                              err);
    if (status) {
        lyt_error ignored;

        /* what the service had a moment ago */
        if (!lyt_service_restock(service, &now->stock, &ignored)) {
            fresh->stock = now->stock;
            now->stock = NULL;
        }
        return status;
    }
    if (is_same) {
        lyt_settings_free(fresh->settings);
        fresh->settings = now->settings;
        now->settings = NULL;
    }
    return LYT_OK;
}
