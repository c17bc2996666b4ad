#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "keptpack.h"
#include "mem.h"
#include "shown.h"

/* The versions that a service kept: all of them, or one of them in full. */

/* ---- all of them ---- */

typedef struct kept_row {
    const char *name;
    lyt_version_kept kept;
    lyt_error why; /* of a damaged one */
    bool is_sound;
    int64_t from_us, to_us; /* 0: never, still */
    bool is_used;
} kept_row;

static void find_use(kept_row *row, const lyt_version_use *uses, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(uses[i].base, row->name) != 0)
            continue;
        if (!row->is_used)
            row->from_us = uses[i].from_us;
        row->to_us = uses[i].to_us;
        row->is_used = true;
    }
}

static void add_row_text(lyt_buf *out, const kept_row *row)
{
    lyt_buf_addf(out, "%s  ", row->name);
    if (row->is_sound)
        lyt_buf_addf(out, "%-12s %3zu scenarios  ", row->kept.id, row->kept.n_scenarios);
    else
        lyt_buf_addf(out, "damaged: %s  ", row->why.text);
    if (!row->is_used) {
        lyt_buf_add_text(out, "never used\n");
        return;
    }
    lyt_clock_format(out, row->from_us);
    lyt_buf_add_text(out, " to ");
    if (row->to_us)
        lyt_clock_format(out, row->to_us);
    else
        lyt_buf_add_text(out, "now");
    lyt_buf_add_char(out, '\n');
}

static void add_time(lyt_jw *jw, const char *key, int64_t wall_us)
{
    lyt_jw_key(jw, key);
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_clock_format(jw->out, wall_us);
    lyt_buf_add_char(jw->out, '"');
}

static void add_row_json(lyt_jw *jw, const kept_row *row)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "version", lyt_str_of(row->name));
    if (row->is_sound) {
        lyt_jw_kstr(jw, "id", lyt_str_of(row->kept.id));
        lyt_jw_kint(jw, "scenarios", (int64_t)row->kept.n_scenarios);
    } else {
        lyt_jw_kstr(jw, "damaged", lyt_str_of(row->why.text));
    }
    if (row->is_used)
        add_time(jw, "from", row->from_us);
    if (row->is_used && row->to_us)
        add_time(jw, "to", row->to_us);
    lyt_jw_object_end(jw);
}

static lyt_status list_rows(pack_state *state, const lyt_versions *versions,
                            char (*names)[lyt_version_bytes], size_t n, bool *all_sound,
                            lyt_error *err)
{
    lyt_version_use *uses = NULL;
    size_t n_uses = 0;
    lyt_status status = lyt_versions_uses(versions, &uses, &n_uses, err);

    for (size_t i = 0; i < n && !status; i++) {
        kept_row row = {.name = names[i]};
        lyt_status opened = lyt_versions_open(versions, names[i], &row.kept, NULL, &row.why);

        row.is_sound = opened == LYT_OK;
        *all_sound = *all_sound && row.is_sound;
        find_use(&row, uses, n_uses);
        if (opened && opened != LYT_EFORMAT && opened != LYT_ENOTFOUND) {
            if (err)
                *err = row.why;
            status = opened;
        } else if (state->values->json) {
            add_row_json(&state->jw, &row);
        } else {
            add_row_text(&state->out, &row);
            /* which file it is stands on the standard error */
            if (opened)
                (void)lyt_console_error(state->call->console, &row.why);
        }
        lyt_packtree_free(row.kept.tree);
    }
    lyt_mem_free(NULL, uses);
    return status;
}

lyt_exit lyt_cmd_pack_versions(pack_state *state)
{
    char folder[lyt_state_path_max + 16], (*names)[lyt_version_bytes] = NULL;
    lyt_versions versions;
    lyt_error err = {0};
    bool all_sound = true;
    size_t n = 0;
    lyt_status status = lyt_keptversions_find(&versions, folder, state->values->state, &err);

    if (state->call->n_operands)
        return lyt_console_misuse(state->call->console, "pack versions takes no operand");
    if (!status)
        status = lyt_versions_list(&versions, &names, &n, &err);
    if (state->values->json) {
        lyt_jw_init(&state->jw, &state->out);
        lyt_jw_object(&state->jw);
        lyt_jw_key(&state->jw, "versions");
        lyt_jw_array(&state->jw);
    }
    if (!status)
        status = list_rows(state, &versions, names, n, &all_sound, &err);
    if (state->values->json) {
        lyt_jw_array_end(&state->jw);
        lyt_jw_object_end(&state->jw);
        lyt_buf_add_char(&state->out, '\n');
    }
    lyt_mem_free(NULL, names);
    if (status) {
        lyt_buf_reset(&state->out);
        return lyt_console_error(state->call->console, &err);
    }
    lyt_cmd_pack_write(state);
    return all_sound ? LYT_EXIT_DONE : LYT_EXIT_FAILED;
}

/* ---- one of them ---- */

static void add_uses(lyt_buf *out, const lyt_versionview *view)
{
    for (size_t i = 0; i < view->n_uses; i++) {
        lyt_buf_add_text(out, "# used from ");
        lyt_clock_format(out, view->uses[i].from_us);
        if (view->uses[i].to_us) {
            lyt_buf_add_text(out, " to ");
            lyt_clock_format(out, view->uses[i].to_us);
        }
        lyt_buf_add_char(out, '\n');
    }
}

typedef struct ruling {
    lyt_buf *out;
    const lyt_pack *pack;
} ruling;

static void add_rule(void *user, const lyt_rule *rule, const char *kind, lyt_str pattern)
{
    const ruling *r = user;

    if (rule->kind == LYT_RULE_RAISE)
        return; /* it stands in the scenario's own file */
    lyt_buf_addf(r->out, "#   %s %s ", lyt_lexis_code(lyt_pack_lexis(r->pack), rule->language),
                 kind);
    lyt_shown_fixed(r->out, (double)rule->weight, 1);
    lyt_buf_addf(r->out, "  %.*s\n", LYT_STR_ARG(pattern));
}

static void add_scenario(lyt_buf *out, const lyt_versionview *view)
{
    const lyt_scenario *s = view->scenario;
    ruling r = {out, view->pack};

    if (s && *view->found.property)
        lyt_buf_addf(out, "# at property %s: team %s, person %s, severity %d, threshold ",
                     view->found.property, s->team, s->person ? s->person : "-", s->severity);
    else if (s)
        lyt_buf_add_text(out, "# threshold ");
    if (s) {
        lyt_shown_fixed(out, s->threshold, 2);
        lyt_buf_addf(out, ", window %lld min%s\n", (long long)s->window_min,
                     s->shadow ? ", on trial (shadow)" : "");
    }
    lyt_buf_add(out, view->text->bytes);
    if (view->text->bytes.len && view->text->bytes.ptr[view->text->bytes.len - 1] != '\n')
        lyt_buf_add_char(out, '\n');
    lyt_buf_add_text(out, "# its rules:\n");
    lyt_versionview_rules(view, add_rule, &r);
}

/* pack/… as it was, and the house's own scenarios in place of the pack's. */
static lyt_status write_out(const lyt_versionview *view, const char *folder, lyt_error *err)
{
    static const char *const parts[] = {"", "/lexicons", "/properties", "/scenarios", "/training"};
    static const char *const roots[] = {"pack", "own"};
    lyt_status status = LYT_OK;
    char path[4096];

    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++) {
        snprintf(path, sizeof path, "%s%s", folder, parts[i]);
        if (mkdir(path, 0777) != 0)
            status = lyt_error_at(err, errno == EEXIST ? LYT_EEXISTS : LYT_EIO, path, 0, 0, "%s",
                                  strerror(errno));
    }
    for (size_t r = 0; r < 2; r++)
        for (size_t i = 0; i < lyt_packtree_size(view->kept.tree) && !status; i++) {
            const lyt_packtree_file *file = lyt_packtree_at(view->kept.tree, i);
            size_t root = strlen(roots[r]);

            if (strncmp(file->path, roots[r], root) != 0 || file->path[root] != '/')
                continue;
            if ((size_t)snprintf(path, sizeof path, "%s%s", folder, file->path + root) >=
                sizeof path)
                status = lyt_error_at(err, LYT_ELIMIT, folder, 0, 0, "this path is too long");
            else
                status = lyt_fs_write(lyt_fs_system(), path, file->bytes, err);
        }
    return status;
}

/* What could not be shown is told; what could was shown. */
static lyt_exit said_all(pack_state *state, const lyt_versionview *view)
{
    if (view->damaged.code)
        return lyt_console_error(state->call->console, &view->damaged);
    return view->pack ? LYT_EXIT_DONE : lyt_console_error(state->call->console, &view->why);
}

static lyt_exit show_view(pack_state *state, const lyt_versionview *view)
{
    const lyt_version_found *found = &view->found;
    lyt_buf *out = &state->out;

    if (state->values->json) {
        lyt_jw_init(&state->jw, out);
        lyt_jw_versionview(&state->jw, view, true);
        lyt_buf_add_char(out, '\n');
        lyt_cmd_pack_write(state);
        return said_all(state, view);
    }
    if (*found->scenario)
        lyt_buf_addf(out, "# scenario %s, version %s, of pack %s %s\n", found->scenario,
                     found->version, view->kept.id, found->pack);
    else
        lyt_buf_addf(out, "# pack %s%s, version %s%s%s%s\n", view->kept.id, view->kept.languages,
                     found->version, found->is_taught ? ": " : "",
                     found->is_taught ? found->pack : "",
                     found->is_taught ? " with what people corrected" : "");
    add_uses(out, view);
    if (*found->scenario)
        add_scenario(out, view);
    else if (view->pack)
        lyt_cmd_pack_show_scenarios(state, view->pack);
    lyt_cmd_pack_write(state);
    return said_all(state, view);
}

lyt_exit lyt_cmd_pack_show_version(pack_state *state)
{
    char folder[lyt_state_path_max + 16];
    lyt_versions versions;
    lyt_versionview view;
    lyt_error err = {0};
    lyt_exit code = LYT_EXIT_DONE;
    lyt_status status = lyt_keptversions_find(&versions, folder, state->values->state, &err);

    if (state->call->n_operands)
        return lyt_console_misuse(state->call->console,
                                  "pack show takes a version or a pack, not both");
    if (!status)
        status = lyt_versionview_open(&view, &versions, lyt_str_of(state->values->version), &err);
    if (status == LYT_EINVAL)
        return lyt_console_misuse(state->call->console, "pack show: %s", err.text);
    if (status)
        return lyt_console_error(state->call->console, &err);
    if (state->values->output && view.damaged.code)
        code = lyt_console_error(state->call->console, &view.damaged);
    else if (state->values->output)
        status = write_out(&view, state->values->output, &err);
    else
        code = show_view(state, &view);
    lyt_versionview_close(&view);
    return status ? lyt_console_error(state->call->console, &err) : code;
}
