/*
 * The model file, little-endian:
 *
 *   0  "LYTMODEL"   8  u32 version   12  u32 sections   16  u64 size of the file
 *  24  u64 checksum of all bytes from 32   32  the sections' table:
 *      u32 kind, u32 0, u64 offset, u64 size; in the order of the kinds, each once
 */
#include <math.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "modelview.h"
#include "utf8.h"

typedef enum section_kind {
    SECTION_HEAD,
    SECTION_LABELS,
    SECTION_OUTPUTS,
    SECTION_ROWS,
    SECTION_CUES,
    SECTION_WORDS,
    SECTION_LETTERS,
    SECTION_LESSONS,
    N_SECTIONS
} section_kind;

typedef struct file_head {
    char magic[8];
    uint32_t version, n_sections;
    uint64_t size_bytes, checksum;
} file_head;

typedef struct file_section {
    uint32_t kind, zero;
    uint64_t offset, size_bytes;
} file_section;

_Static_assert(sizeof(file_head) == lyt_modelfile_head_bytes, "the head is as documented");
_Static_assert(sizeof(file_section) == 24, "the table is as documented");
_Static_assert(sizeof(lyt_output) == 40, "outputs are as documented");
_Static_assert(sizeof(lyt_model_head) == 1320, "the model's head is as documented");

enum { alignment = 64 };

static const char magic[8] = "LYTMODEL";

uint64_t lyt_modelview_checksum(lyt_str data)
{
    return lyt_hash64(data.ptr + lyt_modelfile_head_bytes, data.len - lyt_modelfile_head_bytes,
                      lyt_modelfile_version);
}

static void align_to(lyt_buf *out, size_t begin)
{
    while ((out->len - begin) % alignment && !out->status)
        lyt_buf_add_char(out, 0);
}

static void add_bytes(lyt_buf *out, const void *data, size_t size_bytes)
{
    lyt_buf_add(out, (lyt_str){data, size_bytes});
}

static void add_words(const lyt_model_parts *parts, lyt_buf *out, bool letters)
{
    const size_t n = lyt_vocab_size(parts->vocab);
    lyt_word_count word = {0, 0};

    for (size_t i = 0; i < n; i++) {
        const lyt_str text = lyt_vocab_word(parts->vocab, i, &word.count);

        word.end += (uint32_t)text.len;
        if (letters)
            lyt_buf_add(out, text);
        else
            add_bytes(out, &word, sizeof word);
    }
}

static void add_section(const lyt_model_parts *parts, section_kind kind, lyt_buf *out)
{
    const lyt_model_head *head = &parts->head;

    switch (kind) {
    case SECTION_HEAD:
        add_bytes(out, head, sizeof *head);
        break;
    case SECTION_LABELS:
        for (size_t i = 0; i < head->n_labels; i++)
            add_bytes(out, parts->labels[i], strlen(parts->labels[i]) + 1);
        break;
    case SECTION_OUTPUTS:
        add_bytes(out, parts->outputs, head->n_outputs * sizeof *parts->outputs);
        break;
    case SECTION_ROWS:
        add_bytes(out, parts->rows, (size_t)head->stride << head->hash_bits);
        break;
    case SECTION_CUES:
        add_bytes(out, parts->cues, (size_t)head->n_cues * head->n_outputs * sizeof *parts->cues);
        for (uint32_t i = 0; i < head->n_cues; i++)
            add_bytes(out, &(lyt_cue_word){parts->said[i].prior, parts->said[i].label},
                      sizeof(lyt_cue_word));
        break;
    case SECTION_WORDS:
    case SECTION_LETTERS:
        add_words(parts, out, kind == SECTION_LETTERS);
        break;
    case SECTION_LESSONS: /* a model is made without any */
    case N_SECTIONS:
        break;
    }
}

void lyt_modelview_write(const lyt_model_parts *parts, lyt_buf *out)
{
    file_head head = {.version = lyt_modelfile_version, .n_sections = N_SECTIONS};
    file_section table[N_SECTIONS] = {{0}};
    const size_t begin = out->len;

    memcpy(head.magic, magic, sizeof magic);
    add_bytes(out, &head, sizeof head);
    add_bytes(out, table, sizeof table);
    for (uint32_t i = 0; i < N_SECTIONS; i++) {
        align_to(out, begin);
        table[i] = (file_section){.kind = i, .offset = out->len - begin};
        add_section(parts, (section_kind)i, out);
        table[i].size_bytes = out->len - begin - table[i].offset;
    }
    if (lyt_buf_status(out))
        return;
    memcpy(out->data + begin + sizeof head, table, sizeof table);
    head.size_bytes = out->len - begin;
    head.checksum = lyt_modelview_checksum((lyt_str){out->data + begin, out->len - begin});
    memcpy(out->data + begin, &head, sizeof head);
}

/* Bytes on their way to a model. */
typedef struct opening {
    lyt_model *model;
    lyt_str data;
    lyt_str section[N_SECTIONS];
    lyt_error *err;
} opening;

static lyt_status malformed(const opening *o, size_t offset, const char *what)
{
    lyt_error_set(o->err, LYT_EFORMAT, "model file: %s at byte %llu", what,
                  (unsigned long long)offset);
    if (o->err)
        o->err->offset = offset;
    return LYT_EFORMAT;
}

static lyt_status bad_section(const opening *o, section_kind kind, const char *what)
{
    return malformed(o, (size_t)(o->section[kind].ptr - o->data.ptr), what);
}

static lyt_status check_head(opening *o)
{
    file_head head;

    if (o->data.len < sizeof head)
        return malformed(o, o->data.len, "too short to be a model");
    memcpy(&head, o->data.ptr, sizeof head);
    if (memcmp(head.magic, magic, sizeof magic) != 0)
        return malformed(o, 0, "not a model (magic is not LYTMODEL)");
    if (head.version != lyt_modelfile_version)
        return malformed(o, 8, "made by another version of lyt");
    if (head.n_sections != N_SECTIONS)
        return malformed(o, 12, "wrong number of sections");
    if (head.size_bytes != o->data.len)
        return malformed(o, 16, "not as long as it says");
    if (head.checksum != lyt_modelview_checksum(o->data))
        return malformed(o, lyt_modelfile_checksum_at, "wrong checksum");
    o->model->checksum = head.checksum;
    return LYT_OK;
}

static lyt_status check_table(opening *o)
{
    size_t at = sizeof(file_head), before = at + N_SECTIONS * sizeof(file_section);

    if (o->data.len < before)
        return malformed(o, o->data.len, "table of sections is cut off");
    for (uint32_t i = 0; i < N_SECTIONS; i++, at += sizeof(file_section)) {
        file_section s;

        memcpy(&s, o->data.ptr + at, sizeof s);
        if (s.kind != i || s.zero)
            return malformed(o, at, "unknown section");
        if (s.offset % alignment || s.offset < before || s.offset > o->data.len)
            return malformed(o, at + 8, "section begins where it must not");
        if (s.size_bytes > o->data.len - s.offset)
            return malformed(o, at + 16, "section ends behind the file");
        o->section[i] = (lyt_str){o->data.ptr + s.offset, s.size_bytes};
        before = s.offset + s.size_bytes;
    }
    return LYT_OK;
}

static bool all_finite(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            return false;
    }
    return true;
}

/* Sums of products of these stay far from a double's end. */
static bool is_sane(double value)
{
    return isfinite(value) && fabs(value) < 1e12;
}

static bool is_sane_blend(const lyt_blend *blend)
{
    const double *values[] = {&blend->topic_slope, &blend->topic_offset, &blend->mood_slope,
                              &blend->mood_offset, &blend->any_threshold};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (!is_sane(*values[i]))
            return false;
    for (size_t i = 0; i < LYT_BLEND_TERMS; i++)
        if (!is_sane(blend->weight[i]))
            return false;
    for (size_t i = 0; i < LYT_ANY_TERMS; i++)
        if (!is_sane(blend->any[i]))
            return false;
    return true;
}

static lyt_status check_model_head(opening *o)
{
    const lyt_str section = o->section[SECTION_HEAD];
    const lyt_model_head *head = (const void *)section.ptr;

    if (section.len != sizeof *head)
        return bad_section(o, SECTION_HEAD, "head has a wrong size");
    if (head->n_labels > lyt_labels_max || head->is_multi > 1 || head->has_none > 1 ||
        head->has_topics > 1 || head->is_closed > 1 || !head->n_labels ||
        (head->is_closed && !head->has_none) ||
        (head->is_multi ? head->has_none : head->has_topics))
        return bad_section(o, SECTION_HEAD, "impossible number of labels");
    o->model->layout =
        lyt_layout_of(head->n_labels, head->is_multi, head->has_none, head->has_topics);
    if (head->n_outputs != o->model->layout.n_outputs)
        return bad_section(o, SECTION_HEAD, "impossible number of outputs");
    if (head->hash_bits < lyt_hash_bits_min || head->hash_bits > lyt_hash_bits_max ||
        head->stride <= head->n_outputs || head->stride > lyt_outputs_max || head->stride % 4 ||
        head->n_cues > lyt_cues_max || head->groups >= 1u << LYT_GROUPS)
        return bad_section(o, SECTION_HEAD, "impossible size of table");
    if (!all_finite(head->idf, 256) || !all_finite(head->weights, 8) ||
        !isfinite(head->threshold) || head->threshold < 0 || head->threshold > 1)
        return bad_section(o, SECTION_HEAD, "number that is none");
    if (!is_sane(head->curve.slope) || !is_sane(head->curve.knee) || !is_sane(head->curve.none))
        return bad_section(o, SECTION_HEAD, "number that is none");
    if (!is_sane_blend(&head->blend) || !is_sane(head->micro_f1) || !is_sane(head->detect_f1))
        return bad_section(o, SECTION_HEAD, "number that is none");
    for (size_t i = 0; i < 256; i++) {
        /* the square of a group must not vanish nor overflow */
        if (i && (head->idf[i] < 1e-3f || head->idf[i] > 1e6f))
            return bad_section(o, SECTION_HEAD, "impossible rarity");
    }
    o->model->head = head;
    return LYT_OK;
}

static lyt_status check_sizes(const opening *o)
{
    const lyt_model_head *head = o->model->head;

    if (o->section[SECTION_OUTPUTS].len != head->n_outputs * sizeof(lyt_output))
        return bad_section(o, SECTION_OUTPUTS, "outputs have a wrong size");
    if (o->section[SECTION_ROWS].len != (size_t)head->stride << head->hash_bits)
        return bad_section(o, SECTION_ROWS, "rows have a wrong size");
    if (o->section[SECTION_CUES].len !=
        head->n_cues * (head->n_outputs * sizeof(float) + sizeof(lyt_cue_word)))
        return bad_section(o, SECTION_CUES, "cues have a wrong size");
    return LYT_OK;
}

static lyt_status take_labels(opening *o)
{
    lyt_str rest = o->section[SECTION_LABELS];
    const size_t n = o->model->head->n_labels;

    o->model->labels = lyt_mem_array(o->model->alloc, n, sizeof *o->model->labels);
    if (!o->model->labels)
        return lyt_error_set(o->err, LYT_ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const size_t end = lyt_str_find(rest, '\0', 0);
        const lyt_str name = lyt_str_slice(rest, 0, end);

        if (end == rest.len || !end || end > lyt_label_bytes_max || lyt_utf8_check(name, NULL))
            return bad_section(o, SECTION_LABELS, "malformed label");
        if (i && lyt_str_compare(lyt_str_of(o->model->labels[i - 1]), name) >= 0)
            return bad_section(o, SECTION_LABELS, "labels are not sorted");
        o->model->labels[i] = rest.ptr;
        rest = lyt_str_slice(rest, end + 1, rest.len);
    }
    return rest.len ? bad_section(o, SECTION_LABELS, "more labels than there are") : LYT_OK;
}

static lyt_status take_outputs(opening *o)
{
    lyt_model *model = o->model;
    const lyt_model_head *head = model->head;

    model->outputs = (const void *)o->section[SECTION_OUTPUTS].ptr;
    model->rows = (const void *)o->section[SECTION_ROWS].ptr;
    model->cues = (const void *)o->section[SECTION_CUES].ptr;
    for (uint32_t i = 0; i < head->n_outputs; i++) {
        const lyt_output *output = &model->outputs[i];
        size_t label;
        const lyt_output_kind kind = lyt_layout_kind(&model->layout, i, &label);

        if (output->kind != (uint32_t)kind || output->label != label)
            return bad_section(o, SECTION_OUTPUTS, "unknown output");
        if (!is_sane(output->bias) || !is_sane(output->scale) || !is_sane(output->slope) ||
            !is_sane(output->offset))
            return bad_section(o, SECTION_OUTPUTS, "number that is none");
    }
    if (!all_finite(model->cues, (size_t)head->n_cues * head->n_outputs))
        return bad_section(o, SECTION_CUES, "number that is none");
    model->cue_words = (const void *)(model->cues + (size_t)head->n_cues * head->n_outputs);
    for (uint32_t i = 0; i < head->n_cues; i++) {
        const lyt_cue_word *word = &model->cue_words[i];

        if (!isfinite(word->prior) || (word->label >= head->n_labels && word->label != UINT16_MAX))
            return bad_section(o, SECTION_CUES, "cue of nothing");
    }
    return LYT_OK;
}

/* A bit a row: a table of rows is megabytes, its bits are near. */
static lyt_status take_known(opening *o)
{
    const size_t n = (size_t)1 << o->model->head->hash_bits;

    o->model->known = lyt_mem_array(o->model->alloc, n / 8 + 1, 1);
    if (!o->model->known)
        return lyt_error_set(o->err, LYT_ENOMEM, "out of memory");
    for (size_t row = 0; row < n; row++)
        o->model->known[row / 8] |=
            (uint8_t)((o->model->rows[row * o->model->head->stride] != 0) << row % 8);
    return LYT_OK;
}

static lyt_status take_words(opening *o)
{
    const lyt_str table = o->section[SECTION_WORDS], letters = o->section[SECTION_LETTERS];
    const size_t n = table.len / sizeof(lyt_word_count);
    lyt_str before = {NULL, 0};
    size_t begin = 0;
    lyt_status status = lyt_vocab_new(&o->model->vocab, o->model->alloc);

    if (status)
        return lyt_error_set(o->err, status, "out of memory");
    if (table.len % sizeof(lyt_word_count))
        return bad_section(o, SECTION_WORDS, "words have a wrong size");
    for (size_t i = 0; i < n; i++) {
        lyt_word_count word;
        lyt_str text;

        memcpy(&word, table.ptr + i * sizeof word, sizeof word);
        if (word.end <= begin || word.end > letters.len || !word.count)
            return bad_section(o, SECTION_WORDS, "malformed word");
        text = lyt_str_slice(letters, begin, word.end);
        if (lyt_utf8_check(text, NULL) || (i && lyt_str_compare(before, text) >= 0))
            return bad_section(o, SECTION_LETTERS, "malformed word");
        status = lyt_vocab_add(o->model->vocab, text, word.count);
        if (status)
            return lyt_error_set(o->err, status, "out of memory");
        before = text;
        begin = word.end;
    }
    if (begin != letters.len)
        return bad_section(o, SECTION_LETTERS, "letters of no word");
    /* a word met once may itself be a slip */
    status = lyt_vocab_seal(o->model->vocab, 2);
    return status ? lyt_error_set(o->err, status, "out of memory") : LYT_OK;
}

static lyt_status take_lessons(opening *o)
{
    lyt_status status;

    o->model->lessons = o->section[SECTION_LESSONS];
    status = lyt_modelview_take_lessons(o->model);
    if (status == LYT_EFORMAT)
        return bad_section(o, SECTION_LESSONS, "malformed lesson");
    return status ? lyt_error_set(o->err, status, "out of memory") : LYT_OK;
}

lyt_status lyt_modelview_open(lyt_model **out, const lyt_alloc *alloc, lyt_str data, lyt_error *err)
{
    static lyt_status (*const steps[])(opening *) = {
        check_head,   check_table, check_model_head, take_labels,
        take_outputs, take_known,  take_words,       take_lessons,
    };
    opening o = {.model = lyt_mem_new(alloc, sizeof *o.model), .data = data, .err = err};
    lyt_status status = LYT_OK;

    if (!o.model)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    o.model->alloc = alloc;
    o.model->data = (const void *)data.ptr;
    o.model->size_bytes = data.len;
    for (size_t i = 0; !status && i < sizeof steps / sizeof *steps; i++) {
        status = steps[i](&o);
        if (!status && steps[i] == check_model_head)
            status = check_sizes(&o);
    }
    if (status) {
        lyt_model_free(o.model);
        return status;
    }
    *out = o.model;
    return LYT_OK;
}

void lyt_model_free(lyt_model *model)
{
    if (!model)
        return;
    lyt_taught_free(model->taught);
    lyt_mem_free(model->alloc, model->own_lessons);
    if (model->is_sharing) {
        lyt_mem_free(model->alloc, model);
        return;
    }
    lyt_vocab_free(model->vocab);
    lyt_mem_free(model->alloc, model->labels);
    lyt_mem_free(model->alloc, model->known);
    lyt_mem_free(model->alloc, model->owned);
    if (model->fs)
        lyt_fs_unmap(model->fs, &model->map);
    lyt_mem_free(model->alloc, model);
}

/* The file with other lessons: they are its last section. */
static lyt_status with_lessons(const lyt_model *model, lyt_buf *out)
{
    const size_t last = sizeof(file_head) + SECTION_LESSONS * sizeof(file_section);
    file_section section;
    file_head head;

    memcpy(&section, model->data + last, sizeof section);
    lyt_buf_add(out, (lyt_str){(const void *)model->data, section.offset});
    lyt_buf_add(out, model->lessons);
    if (lyt_buf_status(out))
        return lyt_buf_status(out);
    section.size_bytes = model->lessons.len;
    memcpy(out->data + last, &section, sizeof section);
    memcpy(&head, out->data, sizeof head);
    head.size_bytes = out->len;
    head.checksum = lyt_modelview_checksum(lyt_buf_str(out));
    memcpy(out->data, &head, sizeof head);
    return LYT_OK;
}

lyt_status lyt_model_save(const lyt_model *model, const lyt_fs *fs, const char *path,
                          lyt_error *err)
{
    lyt_buf file;
    lyt_status status;

    if (!model->is_sharing)
        return lyt_fs_write(fs, path, (lyt_str){(const void *)model->data, model->size_bytes}, err);
    lyt_buf_init(&file, model->alloc);
    status = with_lessons(model, &file);
    status = status ? lyt_error_set(err, status, "%s", lyt_status_text(status))
                    : lyt_fs_write(fs, path, lyt_buf_str(&file), err);
    lyt_buf_deinit(&file);
    return status;
}

lyt_status lyt_model_load(lyt_model **out, const lyt_alloc *alloc, const lyt_fs *fs,
                          const char *path, lyt_error *err)
{
    lyt_model *model;
    lyt_map map;
    lyt_error inner;
    lyt_status status = lyt_fs_map(fs, path, &map, err);

    if (status)
        return status;
    status = lyt_modelview_open(&model, alloc, (lyt_str){map.data, map.size_bytes}, &inner);
    if (status) {
        lyt_error_at(err, status, path, 0, 0, "%s", inner.text);
        if (err)
            err->offset = inner.offset;
        lyt_fs_unmap(fs, &map);
        return status;
    }
    model->fs = fs;
    model->map = map;
    *out = model;
    return LYT_OK;
}

lyt_status lyt_model_load_moods(lyt_model **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                const char *path, lyt_error *err)
{
    lyt_model *model = NULL;
    lyt_status status = path ? lyt_model_load(&model, alloc, fs, path, err) : LYT_ENOTFOUND;

    if (status == LYT_ENOTFOUND) {
        *out = NULL;
        return LYT_OK;
    }
    if (status)
        return status;
    if (!lyt_model_has_moods(model)) {
        lyt_model_free(model);
        return lyt_error_at(err, LYT_EFORMAT, path, 0, 0,
                            "not a model of moods: it has no labels negative and positive");
    }
    *out = model;
    return LYT_OK;
}

bool lyt_model_is_multi(const lyt_model *model)
{
    return model->head->is_multi;
}

lyt_model_info lyt_model_about(const lyt_model *model)
{
    const lyt_model_head *head = model->head;

    return (lyt_model_info){
        .n_labels = head->n_labels,
        .is_multi = head->is_multi,
        .is_closed = head->is_closed,
        .threshold = head->threshold,
        .any_threshold = head->blend.any_threshold,
        .micro_f1 = head->micro_f1,
        .detect_f1 = head->detect_f1,
        .n_messages = head->n_messages,
        .n_features = head->n_features,
        .corpus_hash = head->corpus_hash,
        .lexis_hash = head->lexis_hash,
        .cues_hash = head->cues_hash,
        .prior_hash = head->prior_hash,
        .n_cues = head->n_cues,
        /* lessons change the verdicts, and so what they are said to come from */
        .content_hash =
            model->is_sharing ? lyt_hash_str(model->lessons, model->checksum) : model->checksum,
        .size_bytes = model->size_bytes,
    };
}

bool lyt_model_has_examples(const lyt_model *model, size_t label)
{
    /* of several labels a message, those that were blended: modelview.h */
    return !model->head->is_multi || !(fabs(model->outputs[label].slope) > 0);
}

const char *const lyt_mood_names[2] = {"negative", "positive"};

size_t lyt_modelview_label(const lyt_model *model, const char *name)
{
    size_t i = 0;

    while (i < model->head->n_labels && strcmp(model->labels[i], name) != 0)
        i++;
    return i;
}

bool lyt_model_has_moods(const lyt_model *model)
{
    for (int m = 0; m < 2; m++)
        if (lyt_modelview_label(model, lyt_mood_names[m]) == model->head->n_labels)
            return false;
    return true;
}

const char *lyt_model_label(const lyt_model *model, size_t index)
{
    return model->labels[index];
}

const lyt_vocab *lyt_model_vocab(const lyt_model *model)
{
    return model->vocab;
}
