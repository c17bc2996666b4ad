#include "packfile.h"

#include <string.h>

#include "hash.h"

enum { file_bytes_max = 4 << 20 };

const char *lyt_pack_path(lyt_pack_reader *r, const char *a, const char *b)
{
    const char *folder = r->pack->folder;
    size_t n = strlen(folder) + strlen(a) + (b ? strlen(b) : 0) + 3;
    char *path = lyt_arena_alloc(r->pack->arena, n);
    lyt_buf buf;

    if (!path)
        return NULL;
    lyt_buf_init(&buf, r->pack->alloc);
    lyt_fs_join(&buf, folder, a);
    if (b) {
        lyt_buf_add_char(&buf, '/');
        lyt_buf_add_text(&buf, b);
    }
    if (lyt_buf_status(&buf) || buf.len >= n)
        path = NULL;
    else
        memcpy(path, buf.data, buf.len);
    lyt_buf_deinit(&buf);
    return path;
}

lyt_status lyt_pack_short(lyt_pack_reader *r)
{
    lyt_status status = lyt_arena_status(r->pack->arena);

    if (!status)
        status = LYT_ENOMEM;
    return lyt_error_set(r->err, status, "%s", lyt_status_text(status));
}

lyt_status lyt_pack_yaml(lyt_pack_reader *r, const char *path, uint64_t *hash, lyt_yaml **out)
{
    lyt_status status;
    lyt_buf data;

    if (!path)
        return lyt_pack_short(r);
    r->file = path;
    lyt_buf_init(&data, r->pack->alloc);
    status = lyt_fs_read(r->pack->fs, path, file_bytes_max, &data, r->err);
    if (status == LYT_OK) {
        *hash = lyt_hash_pair(*hash, lyt_hash_str(lyt_buf_str(&data), 0));
        status = lyt_yaml_parse(out, r->pack->alloc, lyt_buf_str(&data), path, r->err);
    }
    lyt_buf_deinit(&data);
    return status;
}

lyt_status lyt_pack_copy(lyt_pack_reader *r, lyt_str text, const char **out)
{
    lyt_str copy = lyt_arena_copy(r->pack->arena, text);

    if (!copy.ptr)
        return lyt_pack_short(r);
    *out = copy.ptr;
    return LYT_OK;
}

lyt_status lyt_pack_language(lyt_pack_reader *r, const lyt_yaml_node *node, lyt_language *out)
{
    lyt_language language = lyt_lexis_find(r->pack->lexis, node->key);

    if (language >= 0 && r->pack->languages & ~r->pack->more & (1u << language)) {
        *out = language;
        return LYT_OK;
    }
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->key_line, node->key_column,
                        "'%.*s' is none of the pack's languages; add it to languages in pack.yaml "
                        "or take it away here",
                        LYT_STR_ARG(lyt_str_slice(node->key, 0, 48)));
}

lyt_status lyt_pack_all_languages(lyt_pack_reader *r, const lyt_yaml_node *map, const char *what)
{
    for (int i = 0; i < lyt_languages_max; i++) {
        const char *code = lyt_lexis_code(r->pack->lexis, i);

        if (r->pack->languages & ~r->pack->more & (1u << i) && !lyt_yaml_get(map, code))
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, map->line, map->column,
                                "%s is missing in language '%s'; add it", what, code);
    }
    return LYT_OK;
}

static lyt_status read_text(lyt_pack_reader *r, const lyt_yaml_node *node, size_t bytes_max,
                            lyt_texts_by *out)
{
    lyt_language language = -1;
    lyt_status status = lyt_pack_language(r, node, &language);

    if (status == LYT_OK)
        status = lyt_field_text(r->file, node, r->err);
    if (status)
        return status;
    if (bytes_max && node->text.len > bytes_max)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                            "the text has %zu bytes; at most %zu", node->text.len, bytes_max);
    return lyt_pack_copy(r, node->text, &out->by[language]);
}

void lyt_pack_lend_texts(const lyt_pack_reader *r, lyt_texts_by *texts)
{
    lyt_language english = lyt_lexis_find(r->pack->lexis, LYT_STR("en"));
    const char *lent = english >= 0 ? texts->by[english] : NULL;

    for (int i = 0; i < lyt_languages_max && !lent; i++)
        lent = texts->by[i];
    for (int i = 0; i < lyt_languages_max; i++)
        if (r->pack->more & (1u << i))
            texts->by[i] = lent;
}

lyt_status lyt_pack_texts(lyt_pack_reader *r, const lyt_yaml_node *map, const char *what,
                          size_t bytes_max, lyt_texts_by *out)
{
    lyt_status status = lyt_field_kind(r->file, map, LYT_YAML_MAP, what, r->err);

    for (const lyt_yaml_node *node = map->first; node && status == LYT_OK; node = node->next)
        status = read_text(r, node, bytes_max, out);
    if (status == LYT_OK)
        status = lyt_pack_all_languages(r, map, what);
    lyt_pack_lend_texts(r, out);
    return status;
}

lyt_status lyt_pack_keyed(lyt_pack_reader *r, const lyt_yaml_node *map, const char *what,
                          const char *key, const lyt_yaml_node **out)
{
    lyt_status status = lyt_field_kind(r->file, map, LYT_YAML_MAP, what, r->err);

    *out = lyt_yaml_get(map, key);
    for (const lyt_yaml_node *node = map->first; node && status == LYT_OK; node = node->next) {
        lyt_language language;

        if (node == *out || lyt_pack_language(r, node, &language) == LYT_OK)
            continue;
        if (!*out && lyt_nearest_name(node->key, &key, 1))
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->key_line, node->key_column,
                                "unknown key '%.*s'; did you mean '%s'?",
                                LYT_STR_ARG(lyt_str_slice(node->key, 0, 48)), key);
        return LYT_EFORMAT;
    }
    if (status == LYT_OK && !*out)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, map->line, map->column,
                            "key '%s' is missing; add it", key);
    return status;
}

size_t lyt_yaml_children(const lyt_yaml_node *node)
{
    size_t n = 0;

    for (const lyt_yaml_node *child = node ? node->first : NULL; child; child = child->next)
        n++;
    return n;
}

lyt_status lyt_pack_unique(lyt_pack_reader *r, const lyt_yaml_node *list, const lyt_yaml_node *id)
{
    for (const lyt_yaml_node *item = list->first; item; item = item->next) {
        const lyt_yaml_node *other = lyt_yaml_get(item, "id");

        if (other == id)
            return LYT_OK;
        if (other && lyt_str_equal(other->text, id->text))
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, id->line, id->column,
                                "id '%s' is here a second time; choose another", id->text.ptr);
    }
    return LYT_OK;
}
