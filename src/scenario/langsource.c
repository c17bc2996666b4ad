#include "langsource.h"

#include <string.h>

#include "datafolder.h"
#include "utf8.h"

enum { file_bytes_max = 64 << 20 };

void lyt_langsource_init(lyt_langsource *source, const lyt_alloc *alloc, const lyt_lexis *lexis)
{
    source->alloc = alloc;
    source->lexis = lexis;
    for (size_t i = 0; i < lyt_languages_max; i++)
        lyt_buf_init(&source->text[i], alloc);
}

void lyt_langsource_deinit(lyt_langsource *source)
{
    for (size_t i = 0; i < lyt_languages_max; i++)
        lyt_buf_deinit(&source->text[i]);
}

static void add(lyt_langsource *source, int language, lyt_str text)
{
    if (language < 0 || language >= lyt_languages_max)
        return;
    lyt_buf_add(&source->text[language], text);
    lyt_buf_add_char(&source->text[language], '\n');
}

void lyt_langsource_add_corpus(lyt_langsource *source, const lyt_corpus *corpus)
{
    for (size_t i = 0; i < lyt_corpus_size(corpus); i++) {
        const lyt_example *example = lyt_corpus_at(corpus, i);

        add(source, example->language, example->text);
    }
}

static void add_lines(lyt_langsource *source, int language, lyt_str data)
{
    for (size_t at = 0; at < data.len;) {
        size_t end = lyt_str_find(data, '\n', at);
        lyt_str line = lyt_str_trim(lyt_str_slice(data, at, end));

        at = end + 1;
        if (lyt_str_begins(line, LYT_STR("#")) || lyt_utf8_check(line, NULL))
            continue;
        while (lyt_str_begins(line, LYT_STR("__label__")))
            line = lyt_str_trim(lyt_str_slice(line, lyt_str_find(line, ' ', 0), line.len));
        if (line.len)
            add(source, language, line);
    }
}

typedef struct walk {
    lyt_langsource *source;
    const lyt_fs *fs;
    const char *folder;
    lyt_error *err;
} walk;

/* A folder that is no pack, or a language it does not have, is passed over. */
static lyt_status add_pack(void *user, const char *name)
{
    walk *w = user;
    lyt_status status = LYT_OK;

    for (int i = 0; status == LYT_OK && i < (int)lyt_lexis_languages(w->source->lexis); i++) {
        lyt_buf path, data;

        lyt_buf_init(&path, w->source->alloc);
        lyt_buf_init(&data, w->source->alloc);
        lyt_fs_join(&path, w->folder, name);
        lyt_buf_addf(&path, "/training/%s.txt", lyt_lexis_code(w->source->lexis, i));
        status = lyt_buf_status(&path);
        if (status)
            lyt_error_set(w->err, status, "%s", lyt_status_text(status));
        else
            status = lyt_fs_read(w->fs, path.data, file_bytes_max, &data, w->err);
        if (status == LYT_OK)
            add_lines(w->source, i, lyt_buf_str(&data));
        else if (status == LYT_ENOTFOUND)
            status = LYT_OK;
        lyt_buf_deinit(&path);
        lyt_buf_deinit(&data);
    }
    return status;
}

lyt_status lyt_langsource_add_packs(lyt_langsource *source, const lyt_fs *fs, const char *folder,
                                    lyt_error *err)
{
    walk w = {source, fs, folder, err};
    lyt_status status = lyt_fs_list(fs, folder, add_pack, &w, err);

    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

static const char table_name[] = "languages.lytl";

lyt_status lyt_langsource_open(lyt_langid **out, const lyt_alloc *alloc,
                               const char *lexicons_folder, lyt_error *err)
{
    const lyt_fs *fs = lyt_fs_system();
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, alloc);
    status = lyt_binary_folder(&path, err);
    if (!status) {
        lyt_buf_addf(&path, "/lexicons/%s", table_name);
        status = lyt_buf_status(&path);
    }
    if (!status)
        status = lyt_langid_load(out, alloc, fs, path.data, err);
    if (status == LYT_ENOTFOUND || status == LYT_EIO) {
        lyt_buf_reset(&path);
        lyt_fs_join(&path, lexicons_folder, table_name);
        status = lyt_buf_status(&path);
        if (!status)
            status = lyt_langid_load(out, alloc, fs, path.data, err);
    }
    if (lyt_buf_status(&path))
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    lyt_buf_deinit(&path);
    return status;
}

lyt_status lyt_langsource_find(lyt_langid **out, const lyt_alloc *alloc, const lyt_lexis *lexis,
                               uint32_t languages, const char *lexicons_folder, lyt_error *err)
{
    lyt_langid *langid = NULL;
    lyt_status status = lyt_langsource_open(&langid, alloc, lexicons_folder, err);
    bool has_all = true;

    *out = NULL;
    if (status)
        return status == LYT_ENOTFOUND ? LYT_OK : status;
    for (int i = 0; i < (int)lyt_lexis_languages(lexis); i++)
        has_all &= !(languages >> i & 1) ||
                   lyt_langid_find(langid, lyt_str_of(lyt_lexis_code(lexis, i))) >= 0;
    if (has_all)
        *out = langid;
    else
        lyt_langid_free(langid);
    return LYT_OK;
}

lyt_status lyt_langsource_train(lyt_langsource *source, lyt_langid **out, lyt_error *err)
{
    lyt_langid_sample samples[lyt_languages_max];
    size_t n = 0;

    *out = NULL;
    for (int i = 0; i < lyt_languages_max; i++) {
        lyt_status status = lyt_buf_status(&source->text[i]);

        if (status)
            return lyt_error_set(err, status, "%s", lyt_status_text(status));
        if (source->text[i].len == 0)
            continue;
        samples[n++] = (lyt_langid_sample){.code = lyt_lexis_code(source->lexis, i),
                                           .text = lyt_buf_str(&source->text[i])};
    }
    return n ? lyt_langid_train(out, source->alloc, samples, n, err) : LYT_OK;
}
