#include "zonefile.h"

#include <string.h>

#include "fs.h"

enum { zone_bytes_max = 1 << 20 };

/* A name is a path below the database's folder and must not lead out of it. */
static bool is_zone_name(const char *name)
{
    return *name && *name != '/' && *name != '.' && !strstr(name, "..");
}

lyt_status lyt_zonefile_read(lyt_zone **out, const char *name, lyt_error *err)
{
    lyt_buf path, bytes;
    lyt_status status;

    if (name && strcmp(name, "UTC") == 0)
        return lyt_zone_read(out, NULL, (lyt_str){NULL, 0}, err);
    if (name && !is_zone_name(name))
        return lyt_error_set(err, LYT_EINVAL, "--zone '%s' must be a name as Europe/Copenhagen",
                             name);
    lyt_buf_init(&path, NULL);
    lyt_buf_init(&bytes, NULL);
    if (name)
        lyt_fs_join(&path, "/usr/share/zoneinfo", name);
    else
        lyt_buf_add_text(&path, "/etc/localtime");
    status = lyt_buf_status(&path);
    status = status ? lyt_error_set(err, status, "out of memory")
                    : lyt_fs_read(lyt_fs_system(), path.data, zone_bytes_max, &bytes, err);
    if (status == LYT_ENOTFOUND && !name)
        status = LYT_OK;
    if (!status)
        status = lyt_zone_read(out, NULL, lyt_buf_str(&bytes), err);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&bytes);
    return status;
}
