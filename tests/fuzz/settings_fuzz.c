/* A house's settings: read whole, or refused with a place. Files come from memory. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct memory {
    lyt_str yaml;
} memory;

/* The last zone that there is; most inputs name the same. */
static char zone_path[256];
static lyt_buf zone;

static lyt_status read_zone(const char *path, size_t limit_bytes, lyt_buf *out, lyt_error *err)
{
    size_t len = strlen(path);
    lyt_status status;

    if (strcmp(path, zone_path) == 0) {
        lyt_buf_add(out, lyt_buf_str(&zone));
        return lyt_buf_status(out);
    }
    status = lyt_fs_read(lyt_fs_system(), path, limit_bytes, out, err);
    if (!status && len < sizeof zone_path) {
        memcpy(zone_path, path, len + 1);
        lyt_buf_reset(&zone);
        lyt_buf_add(&zone, lyt_buf_str(out));
        if (lyt_buf_status(&zone))
            abort();
    }
    return status;
}

static lyt_status read_memory(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                              lyt_error *err)
{
    const memory *m = context;

    if (!lyt_str_ends(lyt_str_of(path), LYT_STR(".yaml")))
        return read_zone(path, limit_bytes, out, err);
    if (m->yaml.len > limit_bytes)
        return lyt_error_set(err, LYT_ELIMIT, "too long");
    lyt_buf_add(out, m->yaml);
    return lyt_buf_status(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memory m = {{(const char *)data, size}};
    lyt_fs fs = {.read = read_memory, .context = &m};
    lyt_settings_options options = {.fs = &fs, .zone_folder = "/usr/share/zoneinfo"};
    lyt_settings *settings = NULL;
    lyt_error err = {0};
    lyt_status status = lyt_settings_read(&settings, "fuzz.yaml", &options, &err);

    if (status == LYT_EFORMAT && (err.line == 0 || !err.text[0]))
        abort();
    if (!status) {
        if (!settings->n_routes || !settings->n_people)
            abort();
        for (size_t i = 0; i < settings->n_duties; i++)
            if (!lyt_settings_person(
                    settings, lyt_str_of(lyt_rota_on(&settings->duties[i], settings->zone, 0))))
                abort();
        lyt_settings_free(settings);
    }
    return 0;
}
