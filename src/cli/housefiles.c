#include "housefiles.h"

#include "datapaths.h"

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

lyt_status lyt_housefiles_read(lyt_housefiles *files, const char *desk, const char *channels,
                               lyt_console *console, lyt_error *err)
{
    lyt_settings_options options = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_status status = LYT_OK;

    *files = (lyt_housefiles){NULL, NULL};
    if (desk)
        status = lyt_settings_read(&files->settings, desk, &options, err);
    if (!status && channels)
        status = read_channels(files, channels, console, err);
    if (status)
        lyt_housefiles_deinit(files);
    return status;
}

void lyt_housefiles_deinit(lyt_housefiles *files)
{
    lyt_settings_free(files->settings);
    lyt_channelfile_free(files->channels);
    *files = (lyt_housefiles){NULL, NULL};
}

const lyt_channels *lyt_housefiles_channels(const lyt_housefiles *files)
{
    return files->channels ? lyt_channelfile_channels(files->channels) : NULL;
}

lyt_status lyt_housefiles_use(lyt_housefiles *fresh, lyt_housefiles *now, lyt_service *service,
                              lyt_web *web, lyt_error *err)
{
    bool is_same = !fresh->settings || fresh->settings->version == now->settings->version;
    lyt_status status = LYT_OK;

    if (!is_same)
        status = lyt_service_resettle(service, fresh->settings, err);
    if (!status)
        status = lyt_web_resettle(web, is_same ? now->settings : fresh->settings,
                                  lyt_housefiles_channels(fresh), err);
    if (status) {
        lyt_error ignored;

        /* the ones before, which the service had a moment ago */
        if (!is_same)
            (void)!lyt_service_resettle(service, now->settings, &ignored);
        return status;
    }
    if (is_same) {
        lyt_settings_free(fresh->settings);
        fresh->settings = now->settings;
        now->settings = NULL;
    }
    return LYT_OK;
}
