#include "demo_guest.h"

#include <string.h>

lyt_status lyt_demo_guest_open(lyt_demo_guest *out, const char *folder,
                               const lyt_settings *settings, const lyt_pack *pack, lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    memset(out, 0, sizeof *out);
    out->settings = settings;
    out->pack = pack;
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, "experience.yaml");
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_yaml_read(&out->yaml, NULL, lyt_fs_system(), path.data, err);
    if (!status)
        status = lyt_arena_new(&out->arena, NULL, "steps", 4 << 20);
    if (!status)
        status = lyt_experiencefile_read(&out->experience, out->yaml, out->showings,
                                         lyt_showings(out->showings), out->arena, err);
    lyt_buf_deinit(&path);
    return status;
}

void lyt_demo_guest_close(lyt_demo_guest *guest)
{
    lyt_arena_free(guest->arena);
    lyt_yaml_free(guest->yaml);
}

lyt_status lyt_demo_guest_words(lyt_buf *out, const lyt_demo_guest *guest, lyt_str id,
                                const char *scenario, lyt_str language, int64_t incident,
                                size_t *step, lyt_error *err)
{
    lyt_show_at at = {.settings = guest->settings,
                      .pack = guest->pack,
                      .scenario = lyt_pack_find(guest->pack, lyt_str_of(scenario)),
                      .language = language,
                      .incident = incident};

    for (size_t i = 0; i < guest->experience.n; i++) {
        const lyt_showing *showing = guest->experience.steps[i].showing;
        lyt_buf lines;
        lyt_status status;

        if (!lyt_str_equal(lyt_str_of(showing->id), id))
            continue;
        lyt_buf_init(&lines, NULL);
        status = lyt_showing_write(&lines, showing, &at, err);
        lyt_buf_add(out, lyt_str_trim(lyt_buf_str(&lines)));
        lyt_buf_deinit(&lines);
        if (step)
            *step = i + 1;
        return status ? status : lyt_buf_status(out);
    }
    return lyt_error_set(err, LYT_ENOTFOUND, "experience.yaml has no step '%.*s'",
                         LYT_STR_ARG(lyt_str_slice(id, 0, 40)));
}
