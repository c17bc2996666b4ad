#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "smsjoin_inside.h"

enum { saved_max = 16 << 20, version = 1 };

typedef struct text_row {
    const char *key;
    size_t offset;
} text_row;

static const text_row texts[] = {
    {"provider", offsetof(lyt_inbound, provider)}, {"channel", offsetof(lyt_inbound, channel)},
    {"from", offsetof(lyt_inbound, from)},         {"to", offsetof(lyt_inbound, to)},
    {"lang", offsetof(lyt_inbound, lang_hint)},    {"property", offsetof(lyt_inbound, property)},
    {"place", offsetof(lyt_inbound, place)},       {"encoding", offsetof(lyt_inbound, encoding)},
};

static lyt_str *text_at(lyt_inbound *inbound, const text_row *row)
{
    return (lyt_str *)(void *)((char *)inbound + row->offset);
}

void lyt_smsjoin_head(const lyt_inbound *part, lyt_buf *out)
{
    lyt_inbound copy = *part;
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        lyt_jw_kstr(&jw, texts[i].key, *text_at(&copy, &texts[i]));
    lyt_jw_kint(&jw, "received", part->received_us);
    lyt_jw_key(&jw, "meta");
    lyt_jw_object(&jw);
    for (size_t i = 0; i < part->n_meta; i++) {
        lyt_jw_key_str(&jw, part->meta[i].name);
        lyt_jw_str(&jw, part->meta[i].value);
    }
    lyt_jw_object_end(&jw);
    lyt_jw_object_end(&jw);
}

static lyt_status read_meta(const lyt_json *meta, lyt_arena *arena, lyt_inbound *out)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key, text;
    size_t n = lyt_json_len(meta);

    out->meta = n ? lyt_arena_array(arena, n, sizeof *out->meta) : NULL;
    if (n && !out->meta)
        return lyt_arena_status(arena);
    out->meta_cap = n;
    while (out->n_meta < n && lyt_json_each(meta, &cursor, &key, &value)) {
        if (!lyt_json_str(value, &text))
            continue;
        out->meta[out->n_meta].name = lyt_arena_copy(arena, key);
        out->meta[out->n_meta++].value = lyt_arena_copy(arena, text);
    }
    return lyt_arena_status(arena);
}

lyt_status lyt_smsjoin_head_read(lyt_str head, lyt_arena *arena, lyt_inbound *out)
{
    lyt_json *tree = NULL;
    lyt_status status = lyt_json_parse(&tree, head, saved_max, NULL);

    memset(out, 0, sizeof *out);
    out->score = (double)NAN;
    if (status)
        return status;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *text_at(out, &texts[i]) = lyt_arena_copy(arena, lyt_json_text(tree, texts[i].key));
    out->received_us = lyt_json_number(tree, "received");
    status = lyt_arena_status(arena);
    if (!status)
        status = read_meta(lyt_json_get(tree, "meta"), arena, out);
    lyt_json_free(tree);
    return status;
}

/* 64 bits do not fit a JSON number of every reader: hex. */
static void khash(lyt_jw *jw, const char *key, uint64_t value)
{
    char text[17];

    snprintf(text, sizeof text, "%016llx", (unsigned long long)value);
    lyt_jw_kstr(jw, key, lyt_str_of(text));
}

static void save_waiting(lyt_jw *jw, const lyt_waiting *set)
{
    lyt_jw_object(jw);
    khash(jw, "key", set->key);
    lyt_jw_kint(jw, "parts", set->parts);
    lyt_jw_kint(jw, "since", set->since_us);
    lyt_jw_kint(jw, "sent", set->sent_us);
    lyt_jw_kbool(jw, "due", set->is_due);
    lyt_jw_kbool(jw, "late", set->is_late);
    lyt_jw_key(jw, "head");
    lyt_jw_raw(jw, lyt_str_of(set->head));
    lyt_jw_key(jw, "pieces");
    lyt_jw_array(jw);
    for (unsigned i = 0; i < set->parts; i++) {
        if (!set->pieces[i].text)
            continue;
        lyt_jw_object(jw);
        lyt_jw_kint(jw, "part", i + 1);
        lyt_jw_kstr(jw, "id", lyt_str_of(set->pieces[i].id));
        lyt_jw_kstr(jw, "text", lyt_str_of(set->pieces[i].text));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

void lyt_smsjoin_save(const lyt_smsjoin *join, lyt_buf *out)
{
    size_t ring = join->options.max_remembered;
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "smsjoin", version);
    lyt_jw_key(&jw, "waiting");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < join->n_waiting; i++)
        save_waiting(&jw, join->waiting[i]);
    lyt_jw_array_end(&jw);
    lyt_jw_key(&jw, "gone");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < join->n_gone; i++) {
        /* the oldest first, so that it is the first to be forgotten again */
        const lyt_gone *gone = &join->gone[(join->next_gone + ring - join->n_gone + i) % ring];

        lyt_jw_object(&jw);
        khash(&jw, "hash", gone->hash);
        lyt_jw_kint(&jw, "at", gone->at_us);
        lyt_jw_object_end(&jw);
    }
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
}

static bool hash_of(const lyt_json *object, const char *key, uint64_t *out)
{
    lyt_str text = lyt_json_text(object, key);
    uint64_t value = 0;

    if (text.len != 16)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        value = value << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *out = value;
    return true;
}

static lyt_status load_pieces(lyt_smsjoin *join, lyt_waiting *set, const lyt_json *pieces)
{
    for (size_t i = 0; i < lyt_json_len(pieces); i++) {
        const lyt_json *from = lyt_json_at(pieces, i);
        int64_t part = lyt_json_number(from, "part");
        lyt_piece *piece;

        if (part < 1 || part > set->parts || set->pieces[part - 1].text)
            return LYT_EFORMAT;
        piece = &set->pieces[part - 1];
        piece->text = lyt_mem_strdup(join->options.alloc, lyt_json_text(from, "text"));
        piece->id = lyt_mem_strdup(join->options.alloc, lyt_json_text(from, "id"));
        if (!piece->text || !piece->id)
            return LYT_ENOMEM;
        join->bytes += strlen(piece->text) + strlen(piece->id) + 2;
        set->n_have++;
    }
    return set->n_have ? LYT_OK : LYT_EFORMAT;
}

static lyt_status load_waiting(lyt_smsjoin *join, const lyt_json *from)
{
    const lyt_alloc *alloc = join->options.alloc;
    const lyt_json *head = lyt_json_get(from, "head");
    int64_t parts = lyt_json_number(from, "parts");
    lyt_waiting *set;
    lyt_buf text;

    if (join->n_waiting == join->options.max_waiting || parts < 2 ||
        parts > lyt_smsjoin_parts_max || lyt_json_typeof(head) != LYT_JSON_OBJECT)
        return LYT_EFORMAT;
    set = lyt_mem_new(alloc, sizeof *set);
    if (!set)
        return LYT_ENOMEM;
    join->waiting[join->n_waiting++] = set;
    lyt_buf_init(&text, alloc);
    lyt_json_write(&text, head);
    set->head = lyt_buf_take(&text);
    lyt_buf_deinit(&text);
    set->pieces = lyt_mem_array(alloc, (size_t)parts, sizeof *set->pieces);
    set->parts = set->pieces ? (unsigned)parts : 0;
    if (!set->head || !set->pieces)
        return LYT_ENOMEM;
    join->bytes += strlen(set->head) + 1;
    if (!hash_of(from, "key", &set->key) || !lyt_json_bool(lyt_json_get(from, "due"), &set->is_due))
        return LYT_EFORMAT;
    (void)lyt_json_bool(lyt_json_get(from, "late"), &set->is_late);
    set->since_us = lyt_json_number(from, "since");
    set->sent_us = lyt_json_number(from, "sent");
    /* so that adding the limit cannot overflow */
    if (set->since_us < 0 || set->since_us > INT64_MAX / 2)
        return LYT_EFORMAT;
    return load_pieces(join, set, lyt_json_get(from, "pieces"));
}

static lyt_status load_all(lyt_smsjoin *join, const lyt_json *tree)
{
    const lyt_json *waiting = lyt_json_get(tree, "waiting"), *gone = lyt_json_get(tree, "gone");
    lyt_status status = LYT_OK;

    if (lyt_json_number(tree, "smsjoin") != version)
        return LYT_EFORMAT;
    for (size_t i = 0; i < lyt_json_len(waiting) && !status; i++)
        status = load_waiting(join, lyt_json_at(waiting, i));
    for (size_t i = 0; i < lyt_json_len(gone) && !status; i++) {
        const lyt_json *from = lyt_json_at(gone, i);

        if (join->n_gone == join->options.max_remembered ||
            !hash_of(from, "hash", &join->gone[join->n_gone].hash))
            return LYT_EFORMAT;
        join->gone[join->n_gone++].at_us = lyt_json_number(from, "at");
    }
    join->next_gone = join->n_gone % join->options.max_remembered;
    return status;
}

lyt_status lyt_smsjoin_load(lyt_smsjoin *join, lyt_str saved, lyt_error *err)
{
    lyt_json *tree = NULL;
    lyt_status status = lyt_json_parse(&tree, saved, saved_max, err);

    if (status)
        return status;
    status = load_all(join, tree);
    lyt_json_free(tree);
    if (!status)
        return LYT_OK;
    lyt_smsjoin_empty(join);
    return lyt_error_set(err, status, "%s",
                         status == LYT_ENOMEM ? "out of memory"
                                              : "is not what waits of long messages");
}
