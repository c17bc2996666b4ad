#include "packfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "langsource.h"
#include "mem.h"

enum { pack_bytes_max = 256 << 20 };

void lyt_pack_free(lyt_pack *pack)
{
    if (!pack)
        return;
    lyt_model_free(pack->model);
    lyt_model_free(pack->moods);
    lyt_rules_free(pack->rules);
    lyt_langid_free(pack->langid);
    lyt_wordbook_free(pack->words);
    lyt_delicate_free(pack->delicate);
    lyt_lexis_free(pack->lexis);
    lyt_mem_free(pack->alloc, pack->scenarios);
    lyt_fslog_free(pack->log);
    lyt_arena_free(pack->arena);
    lyt_mem_free(pack->alloc, pack);
}

static lyt_status pack_new(lyt_pack **out, const char *folder, const lyt_pack_options *options,
                           lyt_error *err)
{
    lyt_pack *pack = lyt_mem_new(options->alloc, sizeof *pack);

    if (!pack)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    pack->alloc = options->alloc;
    pack->fs = options->fs ? options->fs : lyt_fs_system();
    if (lyt_fslog_new(&pack->log, pack->alloc, pack->fs) == LYT_OK &&
        lyt_arena_new(&pack->arena, pack->alloc, "pack", pack_bytes_max) == LYT_OK)
        pack->folder = lyt_arena_copy(pack->arena, lyt_str_of(folder)).ptr;
    if (!pack->folder) {
        lyt_pack_free(pack);
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    }
    *out = pack;
    return LYT_OK;
}

typedef struct names {
    lyt_arena *arena;
    const char **items;
    size_t n, cap;
} names;

static lyt_status add_name(void *user, const char *name)
{
    names *list = user;
    lyt_status status;
    lyt_str copy;

    if (!lyt_str_ends(lyt_str_of(name), LYT_STR(".yaml")))
        return LYT_OK;
    status =
        lyt_arena_grow(list->arena, &list->items, &list->cap, list->n + 1, sizeof *list->items);
    if (status)
        return status;
    copy = lyt_arena_copy(list->arena, lyt_str_of(name));
    if (!copy.ptr)
        return lyt_arena_status(list->arena);
    list->items[list->n++] = copy.ptr;
    return LYT_OK;
}

/* By id, not by file name: "a.yaml" comes before "a-b.yaml". */
static int by_id(const void *a, const void *b)
{
    lyt_str x = lyt_str_of(*(const char *const *)a), y = lyt_str_of(*(const char *const *)b);

    return lyt_str_compare(lyt_str_slice(x, 0, x.len - 5), lyt_str_slice(y, 0, y.len - 5));
}

lyt_status lyt_pack_names(lyt_pack_reader *r, const char *folder, const char ***out, size_t *n)
{
    names list = {.arena = r->pack->arena};
    lyt_status status = lyt_fs_list(r->pack->fs, folder, add_name, &list, r->err);

    if (lyt_arena_status(r->pack->arena))
        return lyt_pack_short(r);
    if (list.n)
        qsort(list.items, list.n, sizeof *list.items, by_id);
    *out = list.items;
    *n = list.n;
    return status;
}

static const char *own_path(lyt_pack_reader *r, const char *name)
{
    lyt_str folder = lyt_str_of(r->own);
    size_t n = folder.len + strlen(name) + sizeof "/scenarios/";
    char *path = lyt_arena_alloc(r->pack->arena, n);

    if (path)
        snprintf(path, n, "%s/scenarios%s%s", r->own, *name ? "/" : "", name);
    return path;
}

/* The names that the house has scenarios of its own for. */
static lyt_status own_names(lyt_pack_reader *r, const char ***list, size_t *n)
{
    const char *folder = r->own ? own_path(r, "") : NULL;
    lyt_status status;

    *n = 0;
    if (!r->own)
        return LYT_OK;
    if (!folder)
        return lyt_pack_short(r);
    status = lyt_pack_names(r, folder, list, n);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

/* Both lists are in order; the house's own counts where both have a name. */
static lyt_status read_both(lyt_pack_reader *r, const char **list, size_t n, const char **own,
                            size_t n_own)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0, j = 0; status == LYT_OK && (i < n || j < n_own);) {
        int order = i == n ? 1 : j == n_own ? -1 : by_id(&list[i], &own[j]);
        const char *name = order < 0 ? list[i] : own[j];
        const char *path = order < 0 ? lyt_pack_path(r, "scenarios", name) : own_path(r, name);

        status = path ? lyt_pack_read_scenario(r, name, path) : lyt_pack_short(r);
        i += order <= 0;
        j += order >= 0;
    }
    return status;
}

static lyt_status read_scenarios(lyt_pack_reader *r)
{
    const char *folder = lyt_pack_path(r, "scenarios", NULL);
    const char **list = NULL, **own = NULL;
    lyt_status status;
    size_t n = 0, n_own = 0;

    if (!folder)
        return lyt_pack_short(r);
    status = lyt_pack_names(r, folder, &list, &n);
    if (status == LYT_OK && n == 0)
        return lyt_error_at(r->err, LYT_ENOTFOUND, folder, 0, 0,
                            "no scenario (<id>.yaml) in this folder");
    if (status == LYT_OK)
        status = own_names(r, &own, &n_own);
    return status ? status : read_both(r, list, n, own, n_own);
}

/* Everything that people wrote; what is learned from it comes after. */
static lyt_status read_folder(lyt_pack_reader *r)
{
    lyt_pack *pack = r->pack;
    lyt_status status = lyt_pack_read_main(r);

    if (status)
        return status;
    status = lyt_rules_new(&pack->rules, pack->alloc, pack->lexis);
    if (status)
        return lyt_error_set(r->err, status, "%s", lyt_status_text(status));
    status = lyt_textspace_new(
        &r->space,
        &(lyt_textspace_options){.alloc = pack->alloc, .lexis = pack->lexis, .is_small = true},
        r->err);
    if (status)
        return status;
    status = read_scenarios(r);
    if (status == LYT_OK)
        status = lyt_pack_bind_beats(r);
    for (int i = 0; status == LYT_OK && i < lyt_languages_max; i++)
        if (pack->languages & (1u << i))
            status = lyt_pack_read_rules(r, i);
    if (status == LYT_OK)
        status = lyt_pack_read_properties(r);
    if (status)
        return status;
    status = lyt_rules_seal(pack->rules);
    return status ? lyt_error_set(r->err, status, "%s", lyt_status_text(status)) : LYT_OK;
}

static lyt_status learn_language(lyt_pack *pack, const lyt_corpus *corpus,
                                 const lyt_pack_options *options, lyt_error *err)
{
    lyt_langsource source;
    lyt_status status = lyt_langsource_find(&pack->langid, pack->alloc, pack->lexis,
                                            pack->languages, options->lexicons_folder, err);

    if (status || pack->langid)
        return status;
    lyt_langsource_init(&source, pack->alloc, pack->lexis);
    lyt_langsource_add_corpus(&source, corpus);
    status = lyt_langsource_train(&source, &pack->langid, err);
    lyt_langsource_deinit(&source);
    return status;
}

void lyt_pack_adopt(lyt_pack *pack, lyt_model *model)
{
    lyt_model_info about = lyt_model_about(model);

    pack->model = model;
    for (size_t i = 0; i < pack->n_scenarios; i++) {
        pack->label_of[i] = -1;
        for (size_t j = 0; j < about.n_labels; j++)
            if (strcmp(lyt_model_label(model, j), pack->scenarios[i].id) == 0)
                pack->label_of[i] = (int)j;
    }
    pack->hash = lyt_hash_pair(lyt_hash_pair(pack->files_hash, lyt_lexis_hash(pack->lexis)),
                               about.content_hash + lyt_wordbook_hash(pack->words));
    if (pack->delicate)
        pack->hash = lyt_hash_pair(pack->hash, lyt_delicate_hash(pack->delicate));
}

/* With what people corrected in this house, where that was learned in (refine.h). */
static lyt_status refine(lyt_pack *pack, const lyt_pack_options *options, lyt_error *err)
{
    lyt_model *refined = NULL;
    lyt_status status = lyt_pack_find_refined(pack, options, &refined, err);

    if (refined) {
        lyt_model_free(pack->model);
        lyt_pack_adopt(pack, refined);
    }
    return status;
}

/* The general sense of complaint and praise; of more languages where the pack is read in more. */
static lyt_status load_moods(lyt_pack *pack, const lyt_pack_options *options, lyt_error *err)
{
    lyt_status status = LYT_OK;

    if (pack->more)
        status = lyt_model_load_moods(&pack->moods, pack->alloc, pack->fs, options->more_moods_file,
                                      err);
    if (status || pack->moods)
        return status;
    return lyt_model_load_moods(&pack->moods, pack->alloc, pack->fs, options->moods_file, err);
}

/* fresh: learn even where a model file would do. */
static lyt_status learn(lyt_pack *pack, const lyt_pack_options *options, bool fresh, lyt_error *err)
{
    lyt_corpus *corpus = NULL;
    lyt_model *model = NULL;
    lyt_status status = lyt_pack_corpus(pack, &corpus, err);

    if (status)
        return status;
    status = load_moods(pack, options, err);
    if (status) {
        lyt_corpus_free(corpus);
        return status;
    }
    status = lyt_pack_make_cues(pack, corpus);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    if (status == LYT_OK)
        status = learn_language(pack, corpus, options, err);
    if (status == LYT_OK && !fresh)
        status = lyt_pack_find_model(pack, corpus, options, &model, err);
    if (status == LYT_OK && !model) {
        status = lyt_pack_train(pack, corpus, options, &model, err);
        if (status == LYT_EINVAL)
            status = lyt_error_at(err, LYT_EFORMAT, pack->folder, 0, 0,
                                  "nothing to learn from; add sentences to training/ or rules");
    }
    if (status == LYT_OK)
        lyt_pack_adopt(pack, model);
    lyt_corpus_free(corpus);
    return status ? status : refine(pack, options, err);
}

static bool is_pack(const lyt_pack *pack)
{
    lyt_map map = {NULL, 0};
    bool found = false;
    lyt_buf path;

    lyt_buf_init(&path, pack->alloc);
    lyt_fs_join(&path, pack->folder, "pack.yaml");
    if (lyt_buf_status(&path) == LYT_OK && lyt_fs_map(pack->fs, path.data, &map, NULL) == LYT_OK) {
        lyt_fs_unmap(pack->fs, &map);
        found = true;
    }
    lyt_buf_deinit(&path);
    return found;
}

/* Takes "+sv+nb" off the folder, unless the folder is called so. */
static lyt_status split_languages(lyt_pack_reader *r)
{
    lyt_str whole = lyt_str_of(r->pack->folder), folder = whole;

    while (folder.len > 3 && folder.ptr[folder.len - 3] == '+' &&
           folder.ptr[folder.len - 2] >= 'a' && folder.ptr[folder.len - 2] <= 'z' &&
           folder.ptr[folder.len - 1] >= 'a' && folder.ptr[folder.len - 1] <= 'z')
        folder.len -= 3;
    if (folder.len == whole.len || is_pack(r->pack))
        return LYT_OK;
    r->more = r->pack->folder + folder.len + 1;
    return lyt_pack_copy(r, folder, &r->pack->folder);
}

/* How far a pack is opened. */
typedef enum reach {
    REACH_TEXTS, /* what people wrote */
    REACH_MODEL, /* and what was learned of it, from a file where there is one */
    REACH_FRESH, /* and all of it learned anew */
} reach;

static lyt_status open_pack(lyt_pack **out, const char *folder, const lyt_pack_options *options,
                            reach how_far, lyt_error *err)
{
    lyt_pack_reader r = {
        .lexicons = options->lexicons_folder, .own = options->own_folder, .err = err};
    lyt_status status = pack_new(&r.pack, folder, options, err);
    const lyt_fs *fs;

    if (status)
        return status;
    fs = r.pack->fs;
    r.pack->fs = lyt_fslog_fs(r.pack->log);
    status = split_languages(&r);
    if (status == LYT_OK)
        status = read_folder(&r);
    lyt_textspace_free(r.space);
    if (status == LYT_OK && how_far != REACH_TEXTS)
        status = lyt_words_for(&r.pack->words, r.pack->lexis, r.pack->languages, options, err);
    if (status == LYT_OK && how_far != REACH_TEXTS)
        status = lyt_delicate_read(&r.pack->delicate, options->alloc, r.pack->fs, r.lexicons, err);
    if (status == LYT_OK && how_far != REACH_TEXTS)
        status = learn(r.pack, options, how_far == REACH_FRESH, err);
    if (status) {
        lyt_pack_free(r.pack);
        return status;
    }
    r.pack->fs = fs;
    *out = r.pack;
    return LYT_OK;
}

lyt_status lyt_pack_load(lyt_pack **out, const char *folder, const lyt_pack_options *options,
                         lyt_error *err)
{
    return open_pack(out, folder, options, REACH_MODEL, err);
}

lyt_status lyt_pack_load_texts(lyt_pack **out, const char *folder, const lyt_pack_options *options,
                               lyt_error *err)
{
    return open_pack(out, folder, options, REACH_TEXTS, err);
}

lyt_status lyt_pack_build(const char *folder, const char *model_path,
                          const lyt_pack_options *options, lyt_error *err)
{
    lyt_pack *pack = NULL;
    lyt_status status = open_pack(&pack, folder, options, REACH_FRESH, err);
    lyt_buf path;

    if (status)
        return status;
    lyt_buf_init(&path, options->alloc);
    if (model_path)
        lyt_buf_add_text(&path, model_path);
    else
        lyt_buf_addf(&path, "%s/model%s.lytm", pack->folder, pack->suffix);
    status = lyt_buf_status(&path);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    else
        status = lyt_model_save(pack->model, pack->fs, path.data, err);
    lyt_buf_deinit(&path);
    lyt_pack_free(pack);
    return status;
}

lyt_status lyt_pack_save_model(const lyt_pack *pack, const char *folder, lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, pack->alloc);
    lyt_buf_addf(&path, "%s/model%s.lytm", folder, pack->suffix);
    status = lyt_buf_status(&path);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    else
        status = lyt_model_save(pack->model, pack->fs, path.data, err);
    lyt_buf_deinit(&path);
    return status;
}

const char *lyt_pack_folder(const lyt_pack *pack)
{
    return pack->folder;
}

const char *lyt_pack_id(const lyt_pack *pack)
{
    return pack->id;
}

lyt_refined_state lyt_pack_refined(const lyt_pack *pack)
{
    return pack->refined;
}

const lyt_lexis *lyt_pack_lexis(const lyt_pack *pack)
{
    return pack->lexis;
}

const lyt_model *lyt_pack_model(const lyt_pack *pack)
{
    return pack->model;
}

const lyt_delicate *lyt_pack_delicate(const lyt_pack *pack)
{
    return pack->delicate;
}

const lyt_wordbook *lyt_pack_words(const lyt_pack *pack)
{
    return pack->words;
}

const lyt_langid *lyt_pack_langid(const lyt_pack *pack)
{
    return pack->langid;
}

const char *lyt_pack_name(const lyt_pack *pack, lyt_language language)
{
    return language >= 0 && language < lyt_languages_max ? pack->name.by[language] : NULL;
}

const lyt_rules *lyt_pack_rules(const lyt_pack *pack)
{
    return pack->rules;
}

int lyt_pack_label(const lyt_pack *pack, size_t scenario)
{
    return pack->label_of[scenario];
}

double lyt_pack_threshold(const lyt_pack *pack)
{
    return pack->threshold;
}

int64_t lyt_pack_window_min(const lyt_pack *pack)
{
    return pack->window_min;
}

uint64_t lyt_pack_hash(const lyt_pack *pack)
{
    return pack->hash;
}

uint32_t lyt_pack_languages(const lyt_pack *pack)
{
    return pack->languages;
}

bool lyt_pack_has_more(const lyt_pack *pack)
{
    return pack->more != 0;
}

size_t lyt_pack_declared(const lyt_pack *pack, const lyt_language **out)
{
    *out = pack->declared;
    return pack->n_declared;
}

size_t lyt_pack_scenarios(const lyt_pack *pack)
{
    return pack->n_scenarios;
}

const lyt_scenario *lyt_pack_scenario(const lyt_pack *pack, size_t index)
{
    return &pack->scenarios[index];
}

const lyt_scenario *lyt_pack_find(const lyt_pack *pack, lyt_str id)
{
    for (size_t i = 0; i < pack->n_scenarios; i++)
        if (lyt_str_equal(id, lyt_str_of(pack->scenarios[i].id)))
            return &pack->scenarios[i];
    return NULL;
}

const lyt_scenario *lyt_pack_at(const lyt_pack *pack, lyt_str property)
{
    for (size_t i = 0; i < pack->n_properties; i++)
        if (lyt_str_equal(property, lyt_str_of(pack->properties[i].id)))
            return pack->properties[i].scenarios;
    return pack->scenarios;
}

size_t lyt_pack_properties(const lyt_pack *pack)
{
    return pack->n_properties;
}

const char *lyt_pack_property(const lyt_pack *pack, size_t index)
{
    return pack->properties[index].id;
}

size_t lyt_pack_teams(const lyt_pack *pack)
{
    return pack->n_teams;
}

size_t lyt_pack_steps(const lyt_pack *pack)
{
    return pack->n_steps;
}

const lyt_step *lyt_pack_step(const lyt_pack *pack, size_t index)
{
    return &pack->steps[index];
}

const lyt_team *lyt_pack_team(const lyt_pack *pack, size_t index)
{
    return &pack->teams[index];
}

bool lyt_scenario_pays(const lyt_scenario *scenario)
{
    for (size_t i = 0; i < scenario->n_compensations; i++)
        if (scenario->compensations[i].amount > 0)
            return true;
    return false;
}
