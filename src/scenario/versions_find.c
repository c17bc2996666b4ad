#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "versions_inside.h"

/* ---- opening ---- */

/* Files of versions that have been read so far: those that the bytes lie in. */
typedef struct opening {
    const lyt_versions *v;
    lyt_version_read *read;
    size_t n, cap;
} opening;

static lyt_status reach(opening *o, const char *pack, const lyt_versionfile **out, lyt_error *err)
{
    lyt_status status = LYT_OK;
    size_t at = 0;

    while (at < o->n && strcmp(o->read[at].file.pack, pack) != 0)
        at++;
    if (at == o->n) {
        status = lyt_mem_grow(o->v->alloc, &o->read, &o->cap, o->n + 1, sizeof *o->read);
        if (status)
            return lyt_error_set(err, status, "no memory for a kept version");
        status = lyt_versions_read(o->v, pack, &o->read[at], err);
        o->n += status == LYT_OK;
    }
    if (!status)
        *out = &o->read[at].file;
    return status;
}

static lyt_status open_row(opening *o, const char *pack, const lyt_versionfile_row *row,
                           lyt_packtree *tree, lyt_error *err)
{
    const char *where = *row->in ? row->in : pack;
    const lyt_versionfile_row wanted = *row;
    const lyt_versionfile *file = NULL;
    lyt_error why = {.text = ""};
    lyt_status status = reach(o, where, &file, err);
    lyt_str bytes;
    lyt_buf path;

    if (status == LYT_ENOTFOUND)
        return lyt_error_set(err, LYT_EFORMAT,
                             "the kept version %s is damaged: %s lies in version %s, which is gone",
                             pack, wanted.path, where);
    if (status)
        return status;
    status = lyt_versionfile_bytes(file, &wanted, &bytes, &why);
    if (!status)
        return lyt_packtree_add(tree, wanted.path, bytes, err);
    if (lyt_versions_path(o->v, where, ".pack", &path, err) == LYT_OK)
        (void)lyt_error_at(err, status, path.data, 0, 0, "%s", why.text);
    lyt_buf_deinit(&path);
    return status;
}

static bool count_one(void *user, lyt_str property, lyt_str scenario, lyt_str version)
{
    size_t *n = user;

    (void)scenario;
    (void)version;
    *n += property.len == 0;
    return true;
}

static lyt_status open_rows(opening *o, const char *pack, lyt_packtree *tree, lyt_error *damaged,
                            lyt_error *err)
{
    lyt_status status = LYT_OK;

    /* o->read moves as it grows: the first of them is the one in hand */
    for (size_t i = 0; !status && i < o->read[0].file.n_rows; i++) {
        lyt_error why = {.text = ""};

        status = open_row(o, pack, &o->read[0].file.rows[i], tree, &why);
        if (status == LYT_EFORMAT && damaged) {
            if (!damaged->code)
                *damaged = why;
            status = LYT_OK;
        } else if (status && err) {
            *err = why;
        }
    }
    return status;
}

lyt_status lyt_versions_open(const lyt_versions *v, const char *pack, lyt_version_kept *out,
                             lyt_error *damaged, lyt_error *err)
{
    opening o = {.v = v};
    const lyt_versionfile *file = NULL;
    lyt_status status;

    *out = (lyt_version_kept){.tree = NULL};
    if (damaged)
        *damaged = (lyt_error){.code = LYT_OK};
    status = reach(&o, pack, &file, err);
    if (!status)
        status = lyt_packtree_new(&out->tree, v->alloc, err);
    if (!status) {
        snprintf(out->id, sizeof out->id, "%s", file->id);
        snprintf(out->languages, sizeof out->languages, "%s", file->languages);
        lyt_versionfile_each(file, count_one, &out->n_scenarios);
    }
    if (!status)
        status = open_rows(&o, pack, out->tree, damaged, err);
    for (size_t i = 0; i < o.n; i++)
        lyt_versions_forget(v, &o.read[i]);
    lyt_mem_free(v->alloc, o.read);
    if (status) {
        lyt_packtree_free(out->tree);
        out->tree = NULL;
    }
    return status;
}

/* ---- finding ---- */

typedef struct finding {
    const lyt_versions *v;
    lyt_str text;
    const lyt_version_use *uses;
    size_t n_uses;
    lyt_version_found *out;
    const char *pack; /* in hand */
    int64_t last_us;  /* when the one that was found was used last */
    size_t n;         /* different ones that begin so */
    bool has_damaged;
    lyt_error damaged;
} finding;

static bool begins(const finding *f, lyt_str version)
{
    return lyt_str_begins(version, f->text);
}

/* The first, or once more the same; of several packs that have a scenario so, the last one. */
static void note(finding *f, lyt_version_found one, int64_t last_us)
{
    bool is_same = f->n && strcmp(f->out->version, one.version) == 0 &&
                   strcmp(f->out->scenario, one.scenario) == 0;

    if (f->n && !is_same)
        f->n++;
    if (f->n && (!is_same || last_us < f->last_us))
        return;
    f->n = 1;
    *f->out = one;
    f->last_us = last_us;
}

static int64_t last_use(const finding *f, const char *pack)
{
    int64_t last_us = INT64_MIN;

    for (size_t i = 0; i < f->n_uses; i++)
        if (strcmp(f->uses[i].base, pack) == 0)
            last_us = f->uses[i].from_us;
    return last_us;
}

static bool look_at_scenario(void *user, lyt_str property, lyt_str scenario, lyt_str version)
{
    finding *f = user;
    lyt_version_found one = {.is_taught = false};

    if (!begins(f, version) || version.len != lyt_version_digits)
        return true;
    snprintf(one.version, sizeof one.version, "%.*s", LYT_STR_ARG(version));
    snprintf(one.pack, sizeof one.pack, "%s", f->pack);
    snprintf(one.scenario, sizeof one.scenario, "%.*s", LYT_STR_ARG(scenario));
    snprintf(one.property, sizeof one.property, "%.*s", LYT_STR_ARG(property));
    note(f, one, last_use(f, f->pack));
    return true;
}

static lyt_status look_at(finding *f, const char *pack, lyt_error *err)
{
    lyt_version_found one = {.is_taught = false};
    lyt_version_read read;
    lyt_status status;

    if (begins(f, lyt_str_of(pack))) {
        snprintf(one.version, sizeof one.version, "%s", pack);
        snprintf(one.pack, sizeof one.pack, "%s", pack);
        note(f, one, INT64_MAX);
    }
    status = lyt_versions_read(f->v, pack, &read, &f->damaged);
    if (status == LYT_EFORMAT) {
        f->has_damaged = true;
        return LYT_OK;
    }
    if (status) {
        if (err)
            *err = f->damaged;
        return status == LYT_ENOTFOUND ? LYT_OK : status;
    }
    f->pack = pack;
    lyt_versionfile_each(&read.file, look_at_scenario, f);
    lyt_versions_forget(f->v, &read);
    return LYT_OK;
}

static void look_at_taught(finding *f)
{
    for (size_t i = 0; i < f->n_uses; i++) {
        lyt_version_found one = {.is_taught = true};

        if (!begins(f, lyt_str_of(f->uses[i].pack)) ||
            strcmp(f->uses[i].pack, f->uses[i].base) == 0)
            continue;
        memcpy(one.version, f->uses[i].pack, sizeof one.version);
        memcpy(one.pack, f->uses[i].base, sizeof one.pack);
        note(f, one, f->uses[i].from_us);
    }
}

static lyt_status answer(const finding *f, lyt_error *err)
{
    if (f->n > 1)
        return lyt_error_set(err, LYT_ELIMIT, "%.*s: %zu versions begin so; give more digits",
                             LYT_STR_ARG(f->text), f->n);
    if (f->n)
        return LYT_OK;
    if (f->has_damaged) {
        if (err)
            *err = f->damaged;
        return LYT_EFORMAT;
    }
    return lyt_error_set(err, LYT_ENOTFOUND,
                         "%.*s: no such version is kept; lyt pack versions lists those that are",
                         LYT_STR_ARG(f->text));
}

lyt_status lyt_versions_find(const lyt_versions *v, lyt_str text, lyt_version_found *out,
                             lyt_error *err)
{
    finding f = {.v = v, .text = text, .out = out};
    char(*names)[lyt_version_bytes] = NULL;
    lyt_version_use *uses = NULL;
    size_t n = 0;
    lyt_status status;

    if (!lyt_version_is_part(text) || text.len < 4)
        return lyt_error_set(err, LYT_EINVAL,
                             "'%.*s' is no version: it has 16 digits, 0 to 9 and a to f, of which "
                             "the first four or more may be given",
                             LYT_STR_ARG(lyt_str_slice(text, 0, 40)));
    status = lyt_versions_list(v, &names, &n, err);
    if (!status)
        status = lyt_versions_uses(v, &uses, &f.n_uses, err);
    f.uses = uses;
    for (size_t i = 0; i < n && !status; i++)
        status = look_at(&f, names[i], err);
    if (!status)
        look_at_taught(&f);
    lyt_mem_free(v->alloc, uses);
    lyt_mem_free(v->alloc, names);
    return status ? status : answer(&f, err);
}
