#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auditing.h"
#include "hash.h"
#include "json.h"
#include "normal.h"

/* All sentences of a pack with their places, and those that are learned and tested at once. */

enum { day_bytes_max = 64 << 20, line_bytes_max = 1 << 20 };

static lyt_status keep(lyt_audit *audit, lyt_audit_sentence sentence)
{
    lyt_status status = lyt_arena_grow(audit->arena, &audit->sentences, &audit->sentences_cap,
                                       audit->n_sentences + 1, sizeof *audit->sentences);

    if (status == LYT_OK)
        audit->sentences[audit->n_sentences++] = sentence;
    return status;
}

static const char *path_of(lyt_audit *audit, const char *name)
{
    lyt_str copy = {NULL, 0};
    lyt_buf path;

    lyt_buf_init(&path, audit->pack->alloc);
    lyt_fs_join(&path, audit->pack->folder, name);
    if (lyt_buf_status(&path) == LYT_OK)
        copy = lyt_arena_copy(audit->arena, lyt_buf_str(&path));
    lyt_buf_deinit(&path);
    return copy.ptr;
}

/* Calls each() for every line; LYT_ENOTFOUND is no file. The text lies in the arena. */
static lyt_status each_line(lyt_audit *audit, const char *path, lyt_language language,
                            lyt_status (*each)(lyt_audit *audit, lyt_audit_sentence line))
{
    lyt_audit_sentence line = {.file = path, .language = language};
    lyt_status status;
    lyt_buf data;
    lyt_str all;

    if (!path)
        return LYT_ENOMEM;
    lyt_buf_init(&data, audit->pack->alloc);
    status = lyt_fs_read(audit->pack->fs, path, day_bytes_max, &data, audit->err);
    all = status ? (lyt_str){NULL, 0} : lyt_arena_copy(audit->arena, lyt_buf_str(&data));
    lyt_buf_deinit(&data);
    if (status == LYT_OK && !all.ptr)
        status = lyt_arena_status(audit->arena);
    for (size_t at = 0; status == LYT_OK && at < all.len;) {
        size_t end = lyt_str_find(all, '\n', at);

        line.line++;
        line.text = lyt_str_slice(all, at, end);
        at = end + 1;
        status = each(audit, line);
    }
    return status;
}

static lyt_status training_line(lyt_audit *audit, lyt_audit_sentence line)
{
    lyt_str text = line.text;
    size_t at = 0;

    if (!text.len || text.ptr[0] == '#')
        return LYT_OK;
    while (lyt_str_begins(lyt_str_slice(text, at, text.len), LYT_STR("__label__"))) {
        at = lyt_str_find(text, ' ', at);
        while (at < text.len && text.ptr[at] == ' ')
            at++;
    }
    line.text = lyt_str_slice(text, at, text.len);
    line.column = (uint32_t)at + 1;
    return line.text.len ? keep(audit, line) : LYT_OK;
}

static lyt_status day_line(lyt_audit *audit, lyt_audit_sentence line)
{
    lyt_json *json = NULL;
    lyt_error why = {0};
    lyt_status status;
    lyt_str text;

    if (!line.text.len)
        return LYT_OK;
    status = lyt_json_parse(&json, line.text, line_bytes_max, &why);
    if (status)
        return lyt_error_at(audit->err, status, line.file, line.line, why.column, "%s", why.text);
    text = lyt_json_text(json, "text");
    line.language = lyt_lexis_find(audit->pack->lexis, lyt_json_text(json, "language"));
    line.is_test = true;
    line.column = 1;
    if (text.len) {
        line.text = lyt_arena_copy(audit->arena, text);
        status = line.text.ptr ? keep(audit, line) : lyt_arena_status(audit->arena);
    }
    lyt_json_free(json);
    return status;
}

static lyt_status collect(lyt_audit *audit)
{
    const lyt_pack *pack = audit->pack;
    lyt_status status = LYT_OK;
    char name[64];

    for (size_t i = 0; status == LYT_OK && i < pack->n_scenarios; i++)
        for (size_t j = 0; status == LYT_OK && j < pack->scenarios[i].n_examples; j++) {
            const lyt_scenario_example *example = &pack->scenarios[i].examples[j];

            status = keep(audit, (lyt_audit_sentence){lyt_str_of(example->text),
                                                      pack->scenarios[i].file, example->line,
                                                      example->column, example->language, true});
        }
    if (status == LYT_OK)
        status = each_line(audit, path_of(audit, "day.jsonl"), -1, day_line);
    if (status == LYT_ENOTFOUND)
        status = LYT_OK;
    for (int i = 0; status == LYT_OK && i < lyt_languages_max; i++) {
        if (!(pack->languages & (1u << i)))
            continue;
        snprintf(name, sizeof name, "training/%s.txt", lyt_audit_code(audit, i));
        status = each_line(audit, path_of(audit, name), i, training_line);
        if (status == LYT_ENOTFOUND)
            status = LYT_OK;
    }
    return status;
}

static bool is_letter(unsigned char c)
{
    return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Of the letters and digits alone, in one case: "It's COLD!!" and "its cold" are the same. */
static lyt_status normal_hash(lyt_arena *arena, lyt_str text, uint64_t *out, bool *is_sentence)
{
    lyt_str folded = text;
    lyt_status status = lyt_normal_fold(arena, text, &folded);
    bool gap = false;
    char *kept;
    size_t n = 0;

    if (status)
        return status;
    kept = lyt_arena_alloc(arena, folded.len * 2 + 1);
    if (!kept)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < folded.len; i++) {
        unsigned char c = (unsigned char)folded.ptr[i];

        if (is_letter(c)) {
            if (gap && n)
                kept[n++] = ' ';
            kept[n++] = (char)c;
            gap = false;
        } else if (c != '\'') {
            gap = true;
        }
    }
    *out = lyt_hash_str((lyt_str){kept, n}, 0);
    *is_sentence = lyt_str_find((lyt_str){kept, n}, ' ', 0) < n;
    return LYT_OK;
}

typedef struct known {
    uint64_t hash;
    uint32_t sentence;
} known;

static int by_hash(const void *a, const void *b)
{
    const known *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->sentence < y->sentence ? -1 : x->sentence > y->sentence;
}

#define LEARNED_TOO                                                                                \
    "'%.*s' stands in training/%s too, line %u: a test must be new to the model; change one of "   \
    "them"

/* One finding a sentence of a test that is also learned from. */
static void report_double(lyt_audit *audit, const lyt_audit_sentence *test,
                          const lyt_audit_sentence *learned)
{
    const char *slash = strrchr(learned->file, '/');
    lyt_audit_place at = {test->file, test->line, test->column};

    if (lyt_str_ends(lyt_str_of(test->file), LYT_STR("day.jsonl")))
        lyt_audit_error(audit, "learned-and-tested", at, LEARNED_TOO,
                        LYT_STR_ARG(lyt_str_slice(test->text, 0, 200)),
                        slash ? slash + 1 : learned->file, learned->line);
    else
        lyt_audit_warn(audit, "learned-and-tested", at, LEARNED_TOO,
                       LYT_STR_ARG(lyt_str_slice(test->text, 0, 200)),
                       slash ? slash + 1 : learned->file, learned->line);
}

static lyt_status find_doubles(lyt_audit *audit)
{
    known *list = lyt_arena_array(audit->arena, audit->n_sentences + 1, sizeof *list);
    lyt_arena *arena = NULL;
    lyt_status status;
    size_t n = 0;

    if (!list)
        return lyt_arena_status(audit->arena);
    status = lyt_arena_new(&arena, audit->pack->alloc, "fold", line_bytes_max * 4);
    for (size_t i = 0; status == LYT_OK && i < audit->n_sentences; i++) {
        bool is_sentence = false;

        list[n].sentence = (uint32_t)i;
        status = normal_hash(arena, audit->sentences[i].text, &list[n].hash, &is_sentence);
        n += is_sentence; /* "ok" is in every file there is */
        lyt_arena_reset(arena);
    }
    lyt_arena_free(arena);
    if (status)
        return status;
    qsort(list, n, sizeof *list, by_hash);
    for (size_t first = 0, end; first < n; first = end) {
        const lyt_audit_sentence *learned = NULL;

        for (end = first; end < n && list[end].hash == list[first].hash; end++)
            if (!learned && !audit->sentences[list[end].sentence].is_test)
                learned = &audit->sentences[list[end].sentence];
        for (size_t i = first; learned && i < end; i++)
            if (audit->sentences[list[i].sentence].is_test)
                report_double(audit, &audit->sentences[list[i].sentence], learned);
    }
    return LYT_OK;
}

lyt_status lyt_audit_sentences(lyt_audit *audit)
{
    lyt_status status = collect(audit);

    return status ? status : find_doubles(audit);
}
