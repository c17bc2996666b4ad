#include "classify.h"

#include "datafolder.h"
#include "hash.h"
#include "langsource.h"
#include "lexis_read.h"
#include "mem.h"

void lyt_classifier_close(lyt_classifier *classifier)
{
    if (!classifier)
        return;
    lyt_model_free(classifier->own_model);
    lyt_langid_free(classifier->own_langid);
    lyt_wordbook_free(classifier->own_words);
    lyt_delicate_free(classifier->own_delicate);
    lyt_lexis_free(classifier->own_lexis);
    lyt_pack_free(classifier->own_pack);
    lyt_mem_free(classifier->alloc, classifier);
}

uint64_t lyt_classifier_version(const lyt_classifier *classifier)
{
    return classifier->version;
}

const lyt_pack *lyt_classifier_pack(const lyt_classifier *classifier)
{
    return classifier->pack;
}

const lyt_model *lyt_classifier_model(const lyt_classifier *classifier)
{
    return classifier->model;
}

static lyt_status short_of(lyt_error *err, lyt_status status)
{
    return lyt_error_set(err, status, "%s", lyt_status_text(status));
}

static lyt_status classifier_new(lyt_classifier **out, const lyt_alloc *alloc, lyt_error *err)
{
    lyt_classifier *classifier = lyt_mem_new(alloc, sizeof *classifier);

    if (!classifier)
        return short_of(err, LYT_ENOMEM);
    classifier->alloc = alloc;
    *out = classifier;
    return LYT_OK;
}

static void use_pack(lyt_classifier *classifier, const lyt_pack *pack)
{
    classifier->pack = pack;
    classifier->lexis = lyt_pack_lexis(pack);
    classifier->langid = lyt_pack_langid(pack);
    classifier->model = lyt_pack_model(pack);
    classifier->words = lyt_pack_words(pack);
    classifier->delicate = lyt_pack_delicate(pack);
    classifier->version = classifier->base = lyt_pack_hash(pack);
}

lyt_status lyt_classifier_of_pack(lyt_classifier **out, const lyt_pack *pack,
                                  const lyt_alloc *alloc, lyt_error *err)
{
    lyt_status status = classifier_new(out, alloc, err);

    if (status == LYT_OK)
        use_pack(*out, pack);
    return status;
}

static bool is_pack_folder(const lyt_alloc *alloc, const char *folder)
{
    const lyt_fs *fs = lyt_fs_system();
    lyt_map map = {NULL, 0};
    bool found = false;
    lyt_buf path;

    lyt_buf_init(&path, alloc);
    lyt_fs_join(&path, folder, "pack.yaml");
    if (lyt_buf_status(&path) == LYT_OK && lyt_fs_map(fs, path.data, &map, NULL) == LYT_OK) {
        lyt_fs_unmap(fs, &map);
        found = true;
    }
    lyt_buf_deinit(&path);
    return found;
}

/* A name without "/" is a shipped pack, unless a folder of that name is right here. */
static lyt_status pack_folder(lyt_buf *out, const lyt_alloc *alloc, const char *pack,
                              const char *data)
{
    lyt_str name = lyt_str_of(pack);

    if (lyt_str_find(name, '/', 0) < name.len || is_pack_folder(alloc, pack)) {
        lyt_buf_add_text(out, pack);
    } else {
        lyt_fs_join(out, data, "models");
        lyt_buf_add_char(out, '/');
        lyt_buf_add_text(out, pack);
    }
    return lyt_buf_status(out);
}

typedef struct paths {
    lyt_buf data, lexicons, models, moods, more_moods, pack, words;
} paths;

static void paths_init(paths *p, const lyt_alloc *alloc)
{
    lyt_buf_init(&p->data, alloc);
    lyt_buf_init(&p->lexicons, alloc);
    lyt_buf_init(&p->models, alloc);
    lyt_buf_init(&p->moods, alloc);
    lyt_buf_init(&p->more_moods, alloc);
    lyt_buf_init(&p->pack, alloc);
    lyt_buf_init(&p->words, alloc);
}

static void paths_deinit(paths *p)
{
    lyt_buf_deinit(&p->data);
    lyt_buf_deinit(&p->lexicons);
    lyt_buf_deinit(&p->models);
    lyt_buf_deinit(&p->moods);
    lyt_buf_deinit(&p->more_moods);
    lyt_buf_deinit(&p->pack);
    lyt_buf_deinit(&p->words);
}

static const char *words_folder(const lyt_classifier_options *options, const paths *p)
{
    return options->no_spelling ? NULL : p->words.data;
}

static const char *dictionaries(const lyt_classifier_options *options)
{
    return options->no_spelling ? NULL : LYT_DICTIONARIES;
}

static lyt_status open_pack(lyt_classifier *classifier, const lyt_classifier_options *options,
                            paths *p, lyt_error *err)
{
    lyt_status status = pack_folder(&p->pack, options->alloc, options->pack, p->data.data);

    if (status)
        return short_of(err, status);
    if (lyt_binary_folder(&p->models, err) == LYT_OK)
        lyt_buf_add_text(&p->models, "/models");
    lyt_fs_join(&p->moods, p->data.data, LYT_MOODS_FILE);
    lyt_fs_join(&p->more_moods, p->data.data, LYT_MORE_MOODS_FILE);
    if (lyt_buf_status(&p->models) || lyt_buf_status(&p->moods) || lyt_buf_status(&p->more_moods))
        return short_of(err, LYT_ENOMEM);
    status = lyt_pack_load(&classifier->own_pack, p->pack.data,
                           &(lyt_pack_options){.alloc = options->alloc,
                                               .fs = lyt_fs_system(),
                                               .lexicons_folder = p->lexicons.data,
                                               .words_folder = words_folder(options, p),
                                               .dictionary_folder = dictionaries(options),
                                               .model_folder = p->models.data,
                                               .moods_file = p->moods.data,
                                               .more_moods_file = p->more_moods.data,
                                               .own_folder = options->own,
                                               .refined_folder = options->refined},
                           err);
    if (status == LYT_OK)
        use_pack(classifier, classifier->own_pack);
    return status;
}

/* The table that the build made, else learned from all packs there are: the model has no text. */
static lyt_status learn_language(lyt_classifier *classifier, paths *p, lyt_error *err)
{
    lyt_langsource source;
    lyt_status status =
        lyt_langsource_find(&classifier->own_langid, classifier->alloc, classifier->own_lexis,
                            UINT32_MAX, p->lexicons.data, err);

    if (status || classifier->own_langid)
        return status;
    lyt_fs_join(&p->models, p->data.data, "models");
    if (lyt_buf_status(&p->models))
        return short_of(err, lyt_buf_status(&p->models));
    lyt_langsource_init(&source, classifier->alloc, classifier->own_lexis);
    status = lyt_langsource_add_packs(&source, lyt_fs_system(), p->models.data, err);
    if (status == LYT_OK)
        status = lyt_langsource_train(&source, &classifier->own_langid, err);
    lyt_langsource_deinit(&source);
    return status;
}

/* The usual languages, or all of them when the model was trained with all. */
static lyt_status read_lexis(lyt_classifier *classifier, const char *folder, lyt_error *err)
{
    uint64_t hash = lyt_model_about(classifier->own_model).lexis_hash;
    lyt_lexis *all = NULL;
    lyt_status status = lyt_lexis_read(&classifier->own_lexis, classifier->alloc, lyt_fs_system(),
                                       folder, lyt_usual_languages, 2, err);

    if (status || lyt_lexis_hash(classifier->own_lexis) == hash)
        return status;
    status = lyt_lexis_read(&all, classifier->alloc, lyt_fs_system(), folder, NULL, 0, err);
    if (status == LYT_OK &&
        (lyt_lexis_hash(all) == hash || lyt_lexis_languages(classifier->own_lexis) == 0)) {
        lyt_lexis_free(classifier->own_lexis);
        classifier->own_lexis = all;
        all = NULL;
    }
    lyt_lexis_free(all);
    return status;
}

static lyt_status open_model(lyt_classifier *classifier, const lyt_classifier_options *options,
                             paths *p, lyt_error *err)
{
    lyt_status status = lyt_model_load(&classifier->own_model, options->alloc, lyt_fs_system(),
                                       options->model, err);

    if (status == LYT_OK)
        status = read_lexis(classifier, p->lexicons.data, err);
    if (status == LYT_OK)
        status = lyt_words_for(&classifier->own_words, classifier->own_lexis, UINT32_MAX,
                               &(lyt_pack_options){.alloc = options->alloc,
                                                   .fs = lyt_fs_system(),
                                                   .words_folder = words_folder(options, p),
                                                   .dictionary_folder = dictionaries(options)},
                               err);
    if (status == LYT_OK)
        status = lyt_delicate_read(&classifier->own_delicate, options->alloc, lyt_fs_system(),
                                   p->lexicons.data, err);
    if (status == LYT_OK)
        status = learn_language(classifier, p, err);
    if (status)
        return status;
    classifier->delicate = classifier->own_delicate;
    classifier->words = classifier->own_words;
    classifier->lexis = classifier->own_lexis;
    classifier->langid = classifier->own_langid;
    classifier->model = classifier->own_model;
    classifier->version = lyt_hash_pair(lyt_lexis_hash(classifier->lexis),
                                        lyt_model_about(classifier->model).content_hash +
                                            lyt_wordbook_hash(classifier->words));
    if (classifier->delicate)
        classifier->version =
            lyt_hash_pair(classifier->version, lyt_delicate_hash(classifier->delicate));
    classifier->base = classifier->version;
    return LYT_OK;
}

lyt_status lyt_classifier_open(lyt_classifier **out, const lyt_classifier_options *options,
                               lyt_error *err)
{
    lyt_classifier *classifier = NULL;
    lyt_status status;
    paths p;

    if (!options->pack == !options->model)
        return lyt_error_set(err, LYT_EINVAL, "give either a pack or a model");
    status = classifier_new(&classifier, options->alloc, err);
    if (status)
        return status;
    paths_init(&p, options->alloc);
    status = lyt_data_folder(&p.data, options->data_folder, err);
    if (status == LYT_OK) {
        lyt_fs_join(&p.lexicons, p.data.data, "lexicons");
        lyt_words_folder(&p.words, p.data.data);
        status = lyt_buf_status(&p.lexicons);
        if (!status)
            status = lyt_buf_status(&p.words);
        if (status)
            short_of(err, status);
    }
    if (status == LYT_OK)
        status = options->pack ? open_pack(classifier, options, &p, err)
                               : open_model(classifier, options, &p, err);
    paths_deinit(&p);
    if (status) {
        lyt_classifier_close(classifier);
        return status;
    }
    *out = classifier;
    return LYT_OK;
}
