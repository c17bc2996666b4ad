#include <stdio.h>
#include <string.h>

#include "packfile.h"

/* What a pack learns: its sentences, the cues its rules make, and the model of both. */

enum { model_seed = 1 };

static lyt_status read_sentences(lyt_pack *pack, lyt_corpus *corpus, lyt_language language,
                                 lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, pack->alloc);
    lyt_fs_join(&path, pack->folder, "training");
    lyt_buf_addf(&path, "/%s.txt", lyt_lexis_code(pack->lexis, language));
    status = lyt_buf_status(&path);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    else
        status = lyt_corpus_read(corpus, pack->fs, path.data, language, err);
    lyt_buf_deinit(&path);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

lyt_status lyt_pack_open_corpus(lyt_pack *pack, lyt_corpus **out, lyt_error *err)
{
    const char *ids[lyt_scenarios_max];
    lyt_corpus *corpus = NULL;
    lyt_status status = lyt_corpus_new(&corpus, pack->alloc);

    for (size_t i = 0; i < pack->n_scenarios; i++)
        ids[i] = pack->scenarios[i].id;
    if (status == LYT_OK)
        status = lyt_corpus_restrict(corpus, ids, pack->n_scenarios);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    for (int i = 0; status == LYT_OK && i < lyt_languages_max; i++)
        if (pack->languages & (1u << i))
            status = read_sentences(pack, corpus, i, err);
    if (status) {
        lyt_corpus_free(corpus);
        return status;
    }
    *out = corpus;
    return LYT_OK;
}

lyt_status lyt_pack_corpus(lyt_pack *pack, lyt_corpus **out, lyt_error *err)
{
    lyt_corpus *corpus = NULL;
    lyt_status status = lyt_pack_open_corpus(pack, &corpus, err);

    if (status)
        return status;
    status = lyt_corpus_seal(corpus);
    if (status) {
        lyt_corpus_free(corpus);
        return lyt_error_set(err, status, "%s", lyt_status_text(status));
    }
    *out = corpus;
    return LYT_OK;
}

static uint16_t corpus_label(const lyt_corpus *corpus, const char *id)
{
    for (size_t i = 0; i < lyt_corpus_labels(corpus); i++)
        if (lyt_str_equal(lyt_str_of(lyt_corpus_label(corpus, i)), lyt_str_of(id)))
            return (uint16_t)i;
    return UINT16_MAX;
}

lyt_status lyt_pack_make_cues(lyt_pack *pack, const lyt_corpus *corpus)
{
    pack->cues = lyt_arena_array(pack->arena, lyt_rules_cues(pack->rules) + 1, sizeof *pack->cues);
    if (!pack->cues)
        return lyt_arena_status(pack->arena);
    for (size_t i = 0; i < lyt_rules_size(pack->rules); i++) {
        const lyt_rule *rule = lyt_rules_at(pack->rules, i);
        uint16_t label = corpus_label(corpus, pack->scenarios[rule->scenario].id);

        for (uint32_t j = 0; j < lyt_rule_cues(rule->kind); j++)
            pack->cues[rule->cue + j] = (lyt_cue){
                .id = rule->cue + j,
                .label = label,
                .prior = rule->weight * lyt_rule_share(rule->kind, j),
                .value = 1,
                .name = rule->name,
            };
    }
    return LYT_OK;
}

/*
 * One mildly good word ("warm", "ok") makes no praise: rules of weight 6 were right in half of the
 * review sentences where their clause came to 1, as in those where it came to 0; in one of eight
 * where it came to 2 or more.
 */
enum { pleased_from = 2 };

static lyt_clause_kind kind_of(const lyt_clause *clause)
{
    if (clause->negative)
        return LYT_CLAUSE_NEGATIVE;
    if (clause->question)
        return LYT_CLAUSE_QUESTION;
    return clause->polarity >= pleased_from ? LYT_CLAUSE_POSITIVE : LYT_CLAUSE_NEUTRAL;
}

static bool has_cue(const lyt_cue *cues, size_t n, uint32_t id)
{
    for (size_t i = 0; i < n; i++)
        if (cues[i].id == id)
            return true;
    return false;
}

/* One an id: that of the first hit. */
static lyt_status make_cues(const lyt_pack *pack, const lyt_text *text, lyt_arena *arena,
                            lyt_fired *fired)
{
    enum { few = 32 }; /* so many are looked through sooner than a list of all cues is cleared */
    lyt_cue *cues = lyt_arena_array(arena, fired->n_hits + 1, sizeof *cues);
    bool *seen = NULL;

    if (fired->n_hits > few)
        seen = lyt_arena_array(arena, lyt_rules_cues(pack->rules) + 1, sizeof *seen);
    if (!cues || (fired->n_hits > few && !seen))
        return lyt_arena_status(arena);
    fired->n_cues = 0;
    for (size_t i = 0; i < fired->n_hits; i++) {
        const lyt_rule_hit *hit = &fired->hits[i];
        const lyt_rule *rule = lyt_rules_at(pack->rules, hit->rule);
        const uint32_t id =
            rule->cue + lyt_rule_cue_at(rule->kind, kind_of(&text->clauses[hit->clause]));

        if (rule->kind == LYT_RULE_RAISE || (seen ? seen[id] : has_cue(cues, fired->n_cues, id)))
            continue;
        if (seen)
            seen[id] = true;
        cues[fired->n_cues] = pack->cues[id];
        cues[fired->n_cues].first = hit->first;
        cues[fired->n_cues++].end = hit->end;
    }
    fired->cues = cues;
    return LYT_OK;
}

lyt_status lyt_pack_fire(const lyt_pack *pack, const lyt_text *text, lyt_arena *arena,
                         lyt_fired *out)
{
    lyt_status status = lyt_rules_match(pack->rules, text, arena, &out->hits, &out->n_hits);

    return status ? status : make_cues(pack, text, arena, out);
}

lyt_status lyt_pack_fired_in(const lyt_pack *pack, const lyt_fired *fired,
                             const lyt_sentence *sentence, lyt_arena *arena, lyt_fired *out)
{
    lyt_rule_hit *hits = lyt_arena_room(arena, fired->n_hits + 1, sizeof *hits);

    if (!hits)
        return lyt_arena_status(arena);
    *out = (lyt_fired){.hits = hits};
    for (size_t i = 0; i < fired->n_hits; i++) {
        lyt_rule_hit hit = fired->hits[i];

        if (hit.first < sentence->first || hit.end > sentence->end)
            continue;
        hit.first -= sentence->first;
        hit.end -= sentence->first;
        hit.clause -= sentence->first_clause;
        hits[out->n_hits++] = hit;
    }
    return make_cues(pack, &sentence->text, arena, out);
}

static lyt_status find_cues(void *context, const lyt_text *text, lyt_arena *arena,
                            const lyt_cue **out, size_t *n)
{
    lyt_fired fired = {0};
    lyt_status status = lyt_pack_fire(context, text, arena, &fired);

    *out = fired.cues;
    *n = fired.n_cues;
    return status;
}

lyt_status lyt_pack_train(lyt_pack *pack, const lyt_corpus *corpus, const lyt_pack_options *options,
                          lyt_model **out, lyt_error *err)
{
    lyt_textspace *space = NULL;
    lyt_status status = lyt_textspace_new(&space,
                                          &(lyt_textspace_options){.alloc = pack->alloc,
                                                                   .lexis = pack->lexis,
                                                                   .langid = pack->langid,
                                                                   .declared = pack->declared,
                                                                   .n_declared = pack->n_declared,
                                                                   .words = pack->words,
                                                                   .seed = model_seed},
                                          err);

    if (status == LYT_OK)
        status = lyt_model_train(out, corpus,
                                 &(lyt_train_options){.alloc = pack->alloc,
                                                      .lexis = pack->lexis,
                                                      .space = space,
                                                      .seed = model_seed,
                                                      .prior = pack->moods,
                                                      .is_multi = true,
                                                      .fixed_recipe = true,
                                                      .cues = pack->cues,
                                                      .n_cues = lyt_rules_cues(pack->rules),
                                                      .find_cues = find_cues,
                                                      .cues_context = pack,
                                                      .progress = options->progress,
                                                      .context = options->context},
                                 err);
    lyt_textspace_free(space);
    return status;
}

/* But for the sentences. */
static bool is_of_pack(const lyt_pack *pack, const lyt_model *model)
{
    lyt_model_info about = lyt_model_about(model);
    uint32_t n_cues = lyt_rules_cues(pack->rules);

    return about.prior_hash == (pack->moods ? lyt_model_about(pack->moods).content_hash : 0) &&
           about.lexis_hash == lyt_lexis_hash(pack->lexis) && about.n_cues == n_cues &&
           about.cues_hash == lyt_cues_hash(pack->cues, n_cues);
}

static bool is_current(const lyt_pack *pack, const lyt_corpus *corpus, const lyt_model *model)
{
    return lyt_model_about(model).corpus_hash == lyt_corpus_hash(corpus) && is_of_pack(pack, model);
}

/* A model file that is old or broken is passed over: the sentences are here to learn from. */
static lyt_status try_model(lyt_pack *pack, const lyt_corpus *corpus, const char *path,
                            const lyt_pack_options *options, lyt_model **out, lyt_error *err)
{
    lyt_model *model = NULL;
    lyt_error why = {0};
    lyt_status status = lyt_model_load(&model, pack->alloc, pack->fs, path, &why);

    if (status == LYT_ENOTFOUND)
        return LYT_OK;
    if (status == LYT_ENOMEM)
        return lyt_error_set(err, status, "%s", why.text);
    if (status == LYT_OK && is_current(pack, corpus, model)) {
        *out = model;
        return LYT_OK;
    }
    lyt_model_free(model);
    lyt_log_say(options->log, LYT_LOG_WARN, "LYT-MODEL-STALE",
                status ? "The model file cannot be read; the pack is learned anew."
                       : "Sentences, rules or lexicons changed; the pack is learned anew.",
                LYT_KV("file", path), LYT_KV("why", why.text));
    return LYT_OK;
}

/* folder, then a slash and name unless it is NULL, then the pack's suffix and ".lytm" */
static lyt_status try_at(lyt_pack *pack, const lyt_corpus *corpus, const char *folder,
                         const char *name, const lyt_pack_options *options, lyt_model **out,
                         lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, pack->alloc);
    if (name)
        lyt_fs_join(&path, folder, name);
    else
        lyt_buf_add_text(&path, folder);
    lyt_buf_addf(&path, "%s.lytm", pack->suffix);
    status = lyt_buf_status(&path);
    if (status == LYT_OK)
        status = try_model(pack, corpus, path.data, options, out, err);
    else
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    lyt_buf_deinit(&path);
    return status;
}

lyt_status lyt_pack_find_model(lyt_pack *pack, const lyt_corpus *corpus,
                               const lyt_pack_options *options, lyt_model **out, lyt_error *err)
{
    lyt_status status;

    *out = NULL;
    status = options->own_folder
                 ? try_at(pack, corpus, options->own_folder, "model", options, out, err)
                 : LYT_OK;
    if (status == LYT_OK && !*out)
        status = try_at(pack, corpus, pack->folder, "model", options, out, err);
    if (status == LYT_OK && !*out) /* beside the folder: as installed */
        status = try_at(pack, corpus, pack->folder, NULL, options, out, err);
    if (status == LYT_OK && !*out && options->model_folder)
        status = try_at(pack, corpus, options->model_folder, pack->id, options, out, err);
    return status;
}

lyt_status lyt_pack_refined_path(const lyt_pack *pack, const char *folder, lyt_buf *out)
{
    char name[48];

    snprintf(name, sizeof name, "%016llx.lytm",
             (unsigned long long)lyt_model_about(pack->model).content_hash);
    lyt_fs_join(out, folder, name);
    return lyt_buf_status(out);
}

static bool has_labels_of(const lyt_model *model, const lyt_model *other)
{
    const size_t n = lyt_model_about(model).n_labels;

    if (lyt_model_about(other).n_labels != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(lyt_model_label(model, i), lyt_model_label(other, i)) != 0)
            return false;
    return true;
}

lyt_status lyt_pack_find_refined(lyt_pack *pack, const lyt_pack_options *options, lyt_model **out,
                                 lyt_error *err)
{
    lyt_model *model = NULL;
    lyt_buf path;
    lyt_status status;

    *out = NULL;
    if (!options->refined_folder)
        return LYT_OK;
    lyt_buf_init(&path, pack->alloc);
    status = lyt_pack_refined_path(pack, options->refined_folder, &path);
    if (status == LYT_OK)
        status = lyt_model_load(&model, pack->alloc, pack->fs, path.data, NULL);
    lyt_buf_deinit(&path);
    if (status == LYT_ENOMEM)
        return lyt_error_set(err, status, "out of memory");
    if (status == LYT_OK && is_of_pack(pack, model) && has_labels_of(pack->model, model)) {
        *out = model;
        pack->refined = LYT_REFINED_USED;
        return LYT_OK;
    }
    lyt_model_free(model);
    if (status != LYT_ENOTFOUND)
        pack->refined = LYT_REFINED_UNFIT;
    return LYT_OK;
}
