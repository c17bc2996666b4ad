#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "packfile.h"
#include "versions_inside.h"
#include "versionview.h"

/* ---- when it was used ---- */

typedef struct having {
    const lyt_version_found *found;
    bool has;
} having;

static bool is_it(void *user, lyt_str property, lyt_str scenario, lyt_str version)
{
    having *h = user;

    (void)property;
    h->has = lyt_str_equal(version, lyt_str_of(h->found->version)) &&
             lyt_str_equal(scenario, lyt_str_of(h->found->scenario));
    return !h->has;
}

/* One that is damaged or gone is not known to have it. */
static bool has_scenario(const lyt_versions *v, const char *pack, const lyt_version_found *found)
{
    having h = {.found = found};
    lyt_version_read read;

    if (lyt_versions_read(v, pack, &read, NULL))
        return false;
    lyt_versionfile_each(&read.file, is_it, &h);
    lyt_versions_forget(v, &read);
    return h.has;
}

static bool is_of(const lyt_versions *v, const lyt_version_use *use, const lyt_version_found *found)
{
    if (*found->scenario)
        return has_scenario(v, use->base, found);
    return strcmp(found->is_taught ? use->pack : use->base, found->version) == 0;
}

/* In place: the uses of all become those of this one. */
static void pick_uses(const lyt_versions *v, lyt_versionview *view)
{
    size_t n = 0;
    bool was_it = false, is_it_now = false;

    for (size_t i = 0; i < view->n_uses; i++) {
        const lyt_version_use use = view->uses[i];

        /* corrections make version after version of one pack: it is asked once */
        if (!i || !*view->found.scenario || strcmp(use.base, view->uses[i - 1].base) != 0)
            is_it_now = is_of(v, &use, &view->found);
        if (is_it_now && was_it)
            view->uses[n - 1].to_us = use.to_us;
        else if (is_it_now)
            view->uses[n++] = use;
        was_it = is_it_now;
    }
    view->n_uses = n;
}

/* ---- what it said ---- */

static const lyt_packtree_file *find_text(const lyt_versionview *view)
{
    static const char *const roots[] = {"own", "pack"};
    const lyt_packtree_file *file = NULL;
    char path[128];

    for (size_t i = 0; i < 2 && !file; i++) {
        snprintf(path, sizeof path, "%s/scenarios/%s.yaml", roots[i], view->found.scenario);
        file = lyt_packtree_find(view->kept.tree, path);
    }
    return file;
}

static lyt_status open_kept(lyt_versionview *view, const lyt_versions *v, lyt_error *err)
{
    lyt_status status = lyt_versions_open(v, view->found.pack, &view->kept, &view->damaged, err);
    const lyt_scenario *of_pack;

    if (status)
        return status;
    view->why.text[0] = '\0';
    status = lyt_packtree_open(view->kept.tree, view->kept.languages, &view->pack, &view->why);
    if (status == LYT_ENOMEM)
        return lyt_error_set(err, status, "no memory for a kept version");
    if (!*view->found.scenario)
        return LYT_OK;
    view->text = find_text(view);
    if (!view->text) {
        if (err)
            *err = view->damaged;
        return LYT_EFORMAT;
    }
    of_pack = view->pack ? lyt_pack_find(view->pack, lyt_str_of(view->found.scenario)) : NULL;
    if (of_pack)
        view->scenario = &lyt_pack_at(
            view->pack,
            lyt_str_of(view->found.property))[of_pack - lyt_pack_scenario(view->pack, 0)];
    return LYT_OK;
}

lyt_status lyt_versionview_open(lyt_versionview *out, const lyt_versions *v, lyt_str text,
                                lyt_error *err)
{
    lyt_status status;

    *out = (lyt_versionview){.alloc = v->alloc};
    status = lyt_versions_find(v, text, &out->found, err);
    if (!status)
        status = lyt_versions_uses(v, &out->uses, &out->n_uses, err);
    if (!status)
        status = open_kept(out, v, err);
    if (status)
        lyt_versionview_close(out);
    else
        pick_uses(v, out);
    return status;
}

void lyt_versionview_close(lyt_versionview *view)
{
    lyt_pack_free(view->pack);
    lyt_packtree_free(view->kept.tree);
    lyt_mem_free(view->alloc, view->uses);
    *view = (lyt_versionview){.alloc = view->alloc};
}

void lyt_versionview_rules(const lyt_versionview *view,
                           void (*each)(void *user, const lyt_rule *rule, const char *kind,
                                        lyt_str pattern),
                           void *user)
{
    static const char *const kinds[] = {
        [LYT_RULE_FAILURE] = "failure",
        [LYT_RULE_TOPIC] = "topic",
        [LYT_RULE_AGAINST] = "against",
        [LYT_RULE_RAISE] = "raise",
    };
    const lyt_rules *rules = view->pack ? lyt_pack_rules(view->pack) : NULL;

    for (size_t i = 0; view->scenario && i < lyt_rules_size(rules); i++) {
        const lyt_rule *rule = lyt_rules_at(rules, i);

        if (strcmp(lyt_pack_scenario(view->pack, rule->scenario)->id, view->found.scenario) == 0)
            each(user, rule, kinds[rule->kind],
                 lyt_str_slice(rule->name, sizeof "rule:" - 1, rule->name.len));
    }
}

/* ---- as JSON ---- */

static void add_ktime(lyt_jw *jw, const char *key, int64_t wall_us)
{
    lyt_jw_key(jw, key);
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_clock_format(jw->out, wall_us);
    lyt_buf_add_char(jw->out, '"');
}

static void add_uses(lyt_jw *jw, const lyt_versionview *view)
{
    lyt_jw_key(jw, "used");
    lyt_jw_array(jw);
    for (size_t i = 0; i < view->n_uses; i++) {
        lyt_jw_object(jw);
        add_ktime(jw, "from", view->uses[i].from_us);
        if (view->uses[i].to_us)
            add_ktime(jw, "to", view->uses[i].to_us);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

typedef struct ruling {
    lyt_jw *jw;
    const lyt_pack *pack;
} ruling;

static void add_rule(void *user, const lyt_rule *rule, const char *kind, lyt_str pattern)
{
    const ruling *r = user;

    lyt_jw_object(r->jw);
    lyt_jw_kstr(r->jw, "language",
                lyt_str_of(lyt_lexis_code(lyt_pack_lexis(r->pack), rule->language)));
    lyt_jw_kstr(r->jw, "kind", lyt_str_of(kind));
    lyt_jw_kstr(r->jw, "pattern", pattern);
    if (rule->kind == LYT_RULE_RAISE)
        lyt_jw_kint(r->jw, "to", rule->to);
    else
        lyt_jw_kreal(r->jw, "weight", (double)rule->weight, 4);
    lyt_jw_object_end(r->jw);
}

static void add_scenario(lyt_jw *jw, const lyt_versionview *view, bool with_text)
{
    const lyt_scenario *s = view->scenario;
    ruling r = {jw, view->pack};

    lyt_jw_kstr(jw, "scenario", lyt_str_of(view->found.scenario));
    if (*view->found.property)
        lyt_jw_kstr(jw, "property", lyt_str_of(view->found.property));
    if (s) {
        lyt_jw_kstr(jw, "team", lyt_str_of(s->team));
        if (s->person)
            lyt_jw_kstr(jw, "person", lyt_str_of(s->person));
        lyt_jw_kint(jw, "severity", s->severity);
        lyt_jw_kreal(jw, "threshold", s->threshold, 4);
        lyt_jw_kint(jw, "window_min", s->window_min);
        lyt_jw_kscore(jw, s->score);
        lyt_jw_kbool(jw, "shadow", s->shadow);
        lyt_jw_key(jw, "rules");
        lyt_jw_array(jw);
        lyt_versionview_rules(view, add_rule, &r);
        lyt_jw_array_end(jw);
    }
    if (with_text)
        lyt_jw_kstr(jw, "yaml", view->text->bytes);
}

static void add_pack(lyt_jw *jw, const lyt_versionview *view)
{
    const lyt_packtree *tree = view->kept.tree;

    lyt_jw_key(jw, "scenarios");
    lyt_jw_array(jw);
    for (size_t i = 0; view->pack && i < lyt_pack_scenarios(view->pack); i++)
        lyt_jw_str(jw, lyt_str_of(lyt_pack_scenario(view->pack, i)->id));
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "files");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_packtree_size(tree); i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "path", lyt_str_of(lyt_packtree_at(tree, i)->path));
        lyt_jw_kint(jw, "bytes", (int64_t)lyt_packtree_at(tree, i)->bytes.len);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

void lyt_jw_versionview(lyt_jw *jw, const lyt_versionview *view, bool with_text)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "version", lyt_str_of(view->found.version));
    lyt_jw_kstr(jw, "id", lyt_str_of(view->kept.id));
    lyt_jw_kstr(jw, "pack", lyt_str_of(view->found.pack));
    if (*view->kept.languages)
        lyt_jw_kstr(jw, "languages", lyt_str_of(view->kept.languages));
    lyt_jw_kbool(jw, "taught", view->found.is_taught);
    add_uses(jw, view);
    if (*view->found.scenario)
        add_scenario(jw, view, with_text);
    else
        add_pack(jw, view);
    if (view->damaged.code)
        lyt_jw_kstr(jw, "damaged", lyt_str_of(view->damaged.text));
    if (!view->pack)
        lyt_jw_kstr(jw, "unreadable", lyt_str_of(view->why.text));
    lyt_jw_object_end(jw);
}
