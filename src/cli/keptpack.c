#include "keptpack.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "packfile.h"

lyt_status lyt_keptversions_find(lyt_versions *out, char folder[lyt_state_path_max + 16],
                                 const char *state, lyt_error *err)
{
    char found[lyt_state_path_max];
    lyt_status status = lyt_state_folder(found, state, err);

    if (status)
        return status;
    snprintf(folder, lyt_state_path_max + 16, "%s/versions", found);
    *out = (lyt_versions){.fs = lyt_fs_system(), .folder = folder};
    if (access(folder, F_OK) != 0)
        return lyt_error_at(err, LYT_ENOTFOUND, folder, 0, 0,
                            "no version of a pack was kept here; say where with --state DIR");
    return LYT_OK;
}

static bool is_pack(const pack_state *state, const char *name)
{
    lyt_buf path;
    bool is;

    lyt_buf_init(&path, NULL);
    lyt_datapaths_pack(&state->paths, name, &path);
    lyt_buf_add_text(&path, "/pack.yaml");
    is = !lyt_buf_status(&path) && access(path.data, F_OK) == 0;
    lyt_buf_deinit(&path);
    return is;
}

/* What a property changes of the scenario is part of the version: it takes the pack's place. */
static void lay_over(lyt_versionview *view)
{
    const lyt_scenario *of_pack = lyt_pack_find(view->pack, lyt_str_of(view->found.scenario));

    if (of_pack && view->scenario)
        view->pack->scenarios[of_pack - view->pack->scenarios] = *view->scenario;
}

static lyt_status open_version(pack_state *state, const char *name, lyt_keptpack *out,
                               lyt_error *err)
{
    char folder[lyt_state_path_max + 16];
    lyt_versions versions;
    lyt_status status = lyt_keptversions_find(&versions, folder, state->values->state, err);

    if (!status)
        status = lyt_versionview_open(&out->view, &versions, lyt_str_of(name), err);
    if (status)
        return status;
    if (out->view.damaged.code || !out->view.pack) {
        if (err)
            *err = out->view.damaged.code ? out->view.damaged : out->view.why;
        return LYT_EFORMAT;
    }
    out->pack = out->view.pack;
    if (*out->view.found.scenario) {
        out->scenario = out->view.found.scenario;
        lay_over(&out->view);
    }
    return LYT_OK;
}

lyt_status lyt_keptpack_open(pack_state *state, const char *name, lyt_keptpack *out, lyt_error *err)
{
    lyt_status status;

    *out = (lyt_keptpack){.loaded = NULL};
    if (strlen(name) >= 4 && lyt_version_is_part(lyt_str_of(name)) && !is_pack(state, name))
        return open_version(state, name, out, err);
    status = lyt_cmd_pack_texts(state, name, &out->loaded, err);
    out->pack = out->loaded;
    return status;
}

void lyt_keptpack_close(lyt_keptpack *pack)
{
    lyt_pack_free(pack->loaded);
    lyt_versionview_close(&pack->view);
    *pack = (lyt_keptpack){.loaded = NULL};
}
