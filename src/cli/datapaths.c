#define _XOPEN_SOURCE 700 /* realpath */
#include "datapaths.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datafolder.h"

void lyt_datapaths_deinit(lyt_datapaths *paths)
{
    lyt_buf_deinit(&paths->lexicons);
    lyt_buf_deinit(&paths->packs);
    lyt_buf_deinit(&paths->built_models);
    lyt_buf_deinit(&paths->words);
    lyt_buf_deinit(&paths->moods);
    lyt_buf_deinit(&paths->more_moods);
}

/* "build/release/../../models" is not what anyone wants to read before an error. */
static void shorten(lyt_buf *path)
{
    char *real = lyt_buf_status(path) ? NULL : realpath(path->data, NULL);

    if (real) {
        lyt_buf_reset(path);
        lyt_buf_add_text(path, real);
    }
    free(real);
}

lyt_exit lyt_datapaths_find(lyt_datapaths *out, lyt_console *console)
{
    lyt_error err = {0};
    lyt_status status;
    lyt_buf data;

    lyt_buf_init(&data, NULL);
    lyt_buf_init(&out->lexicons, NULL);
    lyt_buf_init(&out->packs, NULL);
    lyt_buf_init(&out->built_models, NULL);
    lyt_buf_init(&out->words, NULL);
    lyt_buf_init(&out->moods, NULL);
    lyt_buf_init(&out->more_moods, NULL);
    out->dictionaries = LYT_DICTIONARIES;
    status = lyt_data_folder(&data, NULL, &err);
    if (!status)
        status = lyt_binary_folder(&out->built_models, &err);
    if (!status) {
        shorten(&data);
        lyt_fs_join(&out->lexicons, data.data, "lexicons");
        lyt_fs_join(&out->packs, data.data, "models");
        lyt_fs_join(&out->moods, data.data, LYT_MOODS_FILE);
        lyt_fs_join(&out->more_moods, data.data, LYT_MORE_MOODS_FILE);
        lyt_buf_add_text(&out->built_models, "/models");
        lyt_words_folder(&out->words, data.data);
        if (lyt_buf_status(&out->lexicons) || lyt_buf_status(&out->packs) ||
            lyt_buf_status(&out->built_models) || lyt_buf_status(&out->words) ||
            lyt_buf_status(&out->moods))
            status = lyt_error_set(&err, LYT_ENOMEM, "out of memory");
    }
    lyt_buf_deinit(&data);
    return status ? lyt_console_error(console, &err) : LYT_EXIT_DONE;
}

static bool is_pack_folder(const char *folder)
{
    struct stat about;
    lyt_buf path;
    bool is;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, "pack.yaml");
    is = !lyt_buf_status(&path) && stat(path.data, &about) == 0;
    lyt_buf_deinit(&path);
    return is;
}

void lyt_datapaths_pack(const lyt_datapaths *paths, const char *name, lyt_buf *out)
{
    if (strchr(name, '/') || is_pack_folder(name))
        lyt_buf_add_text(out, name);
    else
        lyt_fs_join(out, paths->packs.data, name);
}

lyt_pack_options lyt_datapaths_options(const lyt_datapaths *paths, lyt_console *console,
                                       const lyt_log *log)
{
    return (lyt_pack_options){
        .fs = lyt_fs_system(),
        .log = log,
        .lexicons_folder = paths->lexicons.data,
        .words_folder = paths->words.data,
        .dictionary_folder = paths->dictionaries,
        .model_folder = paths->built_models.data,
        .moods_file = paths->moods.data,
        .more_moods_file = paths->more_moods.data,
        .progress = lyt_console_on_progress,
        .context = console,
    };
}
