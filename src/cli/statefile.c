#include "statefile.h"

#include <stdio.h>
#include <unistd.h>

enum { patience_ms = 10000, json_bytes_max = 64 * 1024 };

lyt_status lyt_statefile_find(lyt_statefile *out, const char *given, bool must_exist,
                              lyt_error *err)
{
    lyt_status status = lyt_state_folder(out->folder, given, err);

    if (status)
        return status;
    snprintf(out->database, sizeof out->database, "%s/lyt.db", out->folder);
    if (must_exist && access(out->database, F_OK) != 0)
        return lyt_error_at(err, LYT_ENOTFOUND, out->database, 0, 0,
                            "there is no database of Lyt's here; say where with --state DIR");
    return LYT_OK;
}

lyt_status lyt_statefile_open(lyt_store **out, const lyt_statefile *file, lyt_store_mode mode,
                              lyt_error *err)
{
    if (mode == LYT_STORE_BESIDE)
        return lyt_store_open_beside(out, file->database, patience_ms, err);
    return lyt_store_open(out,
                          &(lyt_store_options){.path = file->database,
                                               .read_only = mode == LYT_STORE_READS,
                                               .busy_ms = patience_ms},
                          err);
}

int64_t lyt_statefile_number(const char *folder, const char *file, const char *key)
{
    lyt_json *json = NULL;
    lyt_buf path, text;
    int64_t number = 0;

    lyt_buf_init(&path, NULL);
    lyt_buf_init(&text, NULL);
    lyt_fs_join(&path, folder, file);
    if (!lyt_buf_status(&path) &&
        !lyt_fs_read(lyt_fs_system(), path.data, json_bytes_max, &text, NULL) &&
        !lyt_json_parse(&json, lyt_buf_str(&text), json_bytes_max, NULL))
        (void)lyt_json_int(lyt_json_get(json, key), &number);
    lyt_json_free(json);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&path);
    return number;
}
