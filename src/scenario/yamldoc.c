#include "yamldoc.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "arena.h"
#include "mem.h"

/*
 * libyaml's events, put into a tree. Nothing but what packs use gets through, so
 * that two people who read a file see the same: no anchors, no tags, no key twice.
 */
enum {
    depth_max = 16,
    file_bytes_max = 4 << 20,
    tree_bytes_max = 512 << 20, /* a node a byte is the worst a file can do */
};

struct lyt_yaml {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    const char *name;
    const lyt_yaml_node *root;
};

typedef struct open_node {
    lyt_yaml_node *node;
    lyt_yaml_node *last; /* child */
    size_t n_children;
    bool has_key;
    lyt_str key;
    uint32_t key_line, key_column;
} open_node;

typedef struct reader {
    lyt_yaml *yaml;
    lyt_str data;
    lyt_error *err;
    open_node stack[depth_max];
    size_t depth;
    size_t n_documents;
    size_t char_index, byte_index; /* how far byte_of() has counted */
} reader;

static uint32_t line_of(yaml_mark_t mark)
{
    return (uint32_t)mark.line + 1;
}

static uint32_t column_of(yaml_mark_t mark)
{
    return (uint32_t)mark.column + 1;
}

static lyt_status refuse(const reader *r, yaml_mark_t mark, const char *text)
{
    return lyt_error_at(r->err, LYT_EFORMAT, r->yaml->name, line_of(mark), column_of(mark), "%s",
                        text);
}

/* libyaml's reader knows the byte only; people want line and column. */
static lyt_status refuse_byte(const reader *r, size_t at)
{
    uint32_t line = 1, column = 1;

    for (size_t i = 0; i < at && i < r->data.len; i++) {
        unsigned char c = (unsigned char)r->data.ptr[i];

        if (c == '\n') {
            line++;
            column = 1;
        } else if ((c & 0xc0) != 0x80) {
            column++;
        }
    }
    return lyt_error_at(r->err, LYT_EFORMAT, r->yaml->name, line, column,
                        "no valid UTF-8 here, or a control character; save the file as UTF-8");
}

static lyt_status parser_failed(const reader *r, const yaml_parser_t *parser)
{
    const char *context = parser->context ? parser->context : "";
    const char *problem = parser->problem ? parser->problem : "not YAML";

    if (parser->error == YAML_MEMORY_ERROR)
        return lyt_error_set(r->err, LYT_ENOMEM, "out of memory");
    if (parser->error == YAML_READER_ERROR)
        return refuse_byte(r, parser->problem_offset);
    return lyt_error_at(r->err, LYT_EFORMAT, r->yaml->name, line_of(parser->problem_mark),
                        column_of(parser->problem_mark), "%s%s%s; quote texts that hold : # or |",
                        problem, *context ? " " : "", context);
}

static bool same_letters(const reader *r, size_t at, lyt_str text)
{
    return at <= r->data.len && text.len <= r->data.len - at &&
           (text.len == 0 || memcmp(r->data.ptr + at, text.ptr, text.len) == 0) &&
           !memchr(text.len ? text.ptr : "", '\n', text.len);
}

/* libyaml's index counts characters; events come in order, so one walk finds them all. */
static size_t byte_of(reader *r, yaml_mark_t mark)
{
    while (r->char_index < mark.index && r->byte_index < r->data.len) {
        r->byte_index++;
        while (r->byte_index < r->data.len &&
               ((unsigned char)r->data.ptr[r->byte_index] & 0xc0) == 0x80)
            r->byte_index++;
        r->char_index++;
    }
    return r->byte_index;
}

/* A scalar's text column, when its letters stand in the file as they are in the text. */
static uint32_t text_column(reader *r, const yaml_event_t *event, lyt_str text)
{
    yaml_scalar_style_t style = event->data.scalar.style;
    size_t quote =
        style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;

    if (style != YAML_PLAIN_SCALAR_STYLE && !quote)
        return 0;
    return same_letters(r, byte_of(r, event->start_mark) + quote, text)
               ? column_of(event->start_mark) + (uint32_t)quote
               : 0;
}

static int by_key(const void *a, const void *b)
{
    const lyt_yaml_node *x = *(const lyt_yaml_node *const *)a;
    const lyt_yaml_node *y = *(const lyt_yaml_node *const *)b;
    int order = lyt_str_compare(x->key, y->key);

    if (order)
        return order;
    if (x->key_line != y->key_line)
        return x->key_line < y->key_line ? -1 : 1;
    return x->key_column < y->key_column ? -1 : x->key_column > y->key_column;
}

/* Sorted, not pair by pair: a lexicon has thousands of keys, a hostile file a million. */
static lyt_status no_key_twice(const reader *r, const lyt_yaml_node *map, size_t n)
{
    const lyt_yaml_node **nodes;
    const lyt_yaml_node *bad = NULL;
    size_t at = 0;

    if (n < 2)
        return LYT_OK;
    nodes = lyt_mem_array(r->yaml->alloc, n, sizeof *nodes);
    if (!nodes)
        return lyt_error_set(r->err, LYT_ENOMEM, "out of memory");
    for (const lyt_yaml_node *node = map->first; node; node = node->next)
        nodes[at++] = node;
    qsort(nodes, n, sizeof *nodes, by_key);
    for (size_t i = 1; i < n; i++)
        if (lyt_str_equal(nodes[i - 1]->key, nodes[i]->key) &&
            (!bad || nodes[i]->key_line < bad->key_line))
            bad = nodes[i];
    lyt_mem_free(r->yaml->alloc, nodes);
    if (!bad)
        return LYT_OK;
    return lyt_error_at(r->err, LYT_EFORMAT, r->yaml->name, bad->key_line, bad->key_column,
                        "key '%.*s' is here a second time; keep one of the two",
                        LYT_STR_ARG(lyt_str_slice(bad->key, 0, 48)));
}

static lyt_status add_node(reader *r, const yaml_event_t *event, lyt_yaml_kind kind,
                           lyt_yaml_node **out)
{
    open_node *in = r->depth ? &r->stack[r->depth - 1] : NULL;
    lyt_yaml_node *node = lyt_arena_alloc(r->yaml->arena, sizeof *node);

    if (!node)
        return lyt_error_set(r->err, lyt_arena_status(r->yaml->arena), "%s: too much in one file",
                             r->yaml->name);
    node->kind = kind;
    node->line = line_of(event->start_mark);
    node->column = column_of(event->start_mark);
    if (!in) {
        r->yaml->root = node;
    } else {
        node->key = in->key;
        node->key_line = in->key_line;
        node->key_column = in->key_column;
        in->key = (lyt_str){NULL, 0};
        in->has_key = false;
        if (in->last)
            in->last->next = node;
        else
            in->node->first = node;
        in->last = node;
        in->n_children++;
    }
    *out = node;
    return LYT_OK;
}

static bool wants_key(const reader *r)
{
    const open_node *in = r->depth ? &r->stack[r->depth - 1] : NULL;

    return in && in->node->kind == LYT_YAML_MAP && !in->has_key;
}

static lyt_status open_kind(reader *r, const yaml_event_t *event, lyt_yaml_kind kind)
{
    lyt_yaml_node *node = NULL;
    lyt_status status;

    if (wants_key(r))
        return refuse(r, event->start_mark, "a key must be a plain text");
    if (r->depth == depth_max)
        return lyt_error_at(r->err, LYT_ELIMIT, r->yaml->name, line_of(event->start_mark),
                            column_of(event->start_mark), "nested deeper than %d", depth_max);
    status = add_node(r, event, kind, &node);
    if (status == LYT_OK)
        r->stack[r->depth++] = (open_node){.node = node};
    return status;
}

static lyt_status close_kind(reader *r)
{
    const open_node *in = &r->stack[--r->depth];

    return in->node->kind == LYT_YAML_MAP ? no_key_twice(r, in->node, in->n_children) : LYT_OK;
}

static lyt_status add_scalar(reader *r, const yaml_event_t *event)
{
    lyt_str given = {(const char *)event->data.scalar.value, event->data.scalar.length};
    bool as_key = wants_key(r);
    lyt_yaml_node *node = NULL;
    lyt_status status;
    lyt_str text;

    if (given.len && memchr(given.ptr, '\0', given.len))
        return refuse(r, event->start_mark, "a text must not hold a NUL");
    text = lyt_arena_copy(r->yaml->arena, given);
    if (!text.ptr)
        return lyt_error_set(r->err, lyt_arena_status(r->yaml->arena), "%s: too much in one file",
                             r->yaml->name);
    if (as_key) {
        open_node *in = &r->stack[r->depth - 1];

        in->has_key = true;
        in->key = text;
        in->key_line = line_of(event->start_mark);
        in->key_column = column_of(event->start_mark);
        return LYT_OK;
    }
    status = add_node(r, event, LYT_YAML_SCALAR, &node);
    if (status)
        return status;
    node->text = text;
    node->text_column = text_column(r, event, text);
    return LYT_OK;
}

static lyt_status begin_document(reader *r, const yaml_event_t *event)
{
    if (r->n_documents++)
        return refuse(r, event->start_mark, "a second document begins here; one a file");
    if (event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        return refuse(r, event->start_mark,
                      "directives (%YAML, %TAG) are not taken; leave them out");
    return LYT_OK;
}

static lyt_status take_event(reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return begin_document(r, event);
    case YAML_ALIAS_EVENT:
        return refuse(r, event->start_mark, "no aliases (*name) in a pack; write it out");
    case YAML_SCALAR_EVENT:
        if (event->data.scalar.anchor || event->data.scalar.tag)
            return refuse(r, event->start_mark,
                          "anchors (&name), aliases (*name) and tags (!name) are not taken; write "
                          "it out, or quote the text");
        return add_scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
        if (event->data.sequence_start.anchor || event->data.sequence_start.tag)
            return refuse(r, event->start_mark,
                          "anchors (&name), aliases (*name) and tags (!name) are not taken; write "
                          "it out, or quote the text");
        return open_kind(r, event, LYT_YAML_LIST);
    case YAML_MAPPING_START_EVENT:
        if (event->data.mapping_start.anchor || event->data.mapping_start.tag)
            return refuse(r, event->start_mark,
                          "anchors (&name), aliases (*name) and tags (!name) are not taken; write "
                          "it out, or quote the text");
        return open_kind(r, event, LYT_YAML_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_kind(r);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return LYT_OK;
}

static lyt_status read_events(reader *r, yaml_parser_t *parser)
{
    lyt_status status = LYT_OK;
    bool ended = false;

    while (status == LYT_OK && !ended) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event))
            return parser_failed(r, parser);
        ended = event.type == YAML_STREAM_END_EVENT;
        status = take_event(r, &event);
        yaml_event_delete(&event);
    }
    return status;
}

static lyt_status yaml_new(lyt_yaml **out, const lyt_alloc *alloc, const char *name)
{
    lyt_yaml *yaml = lyt_mem_new(alloc, sizeof *yaml);

    if (!yaml)
        return LYT_ENOMEM;
    yaml->alloc = alloc;
    if (lyt_arena_new(&yaml->arena, alloc, "yaml", tree_bytes_max)) {
        lyt_mem_free(alloc, yaml);
        return LYT_ENOMEM;
    }
    yaml->name = lyt_arena_copy(yaml->arena, lyt_str_of(name)).ptr;
    if (!yaml->name) {
        lyt_yaml_free(yaml);
        return LYT_ENOMEM;
    }
    *out = yaml;
    return LYT_OK;
}

lyt_status lyt_yaml_parse(lyt_yaml **out, const lyt_alloc *alloc, lyt_str data, const char *name,
                          lyt_error *err)
{
    reader r = {.err = err};
    yaml_parser_t parser;
    lyt_status status;

    /* the mark that editors of Windows put in front of UTF-8 */
    if (lyt_str_begins(data, LYT_STR("\xef\xbb\xbf")))
        data = lyt_str_slice(data, 3, data.len);
    r.data = data;
    if (data.len > file_bytes_max)
        return lyt_error_at(err, LYT_ELIMIT, name, 0, 0, "over %d bytes", file_bytes_max);
    if (yaml_new(&r.yaml, alloc, name))
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    if (!yaml_parser_initialize(&parser)) {
        lyt_yaml_free(r.yaml);
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)(data.len ? data.ptr : ""),
                                 data.len);
    status = read_events(&r, &parser);
    yaml_parser_delete(&parser);
    if (status == LYT_OK && !r.yaml->root)
        status = lyt_error_at(err, LYT_EFORMAT, name, 1, 1, "the file is empty");
    if (status) {
        lyt_yaml_free(r.yaml);
        return status;
    }
    *out = r.yaml;
    return LYT_OK;
}

lyt_status lyt_yaml_read(lyt_yaml **out, const lyt_alloc *alloc, const lyt_fs *fs, const char *path,
                         lyt_error *err)
{
    lyt_status status;
    lyt_buf data;

    lyt_buf_init(&data, alloc);
    status = lyt_fs_read(fs, path, file_bytes_max, &data, err);
    if (status == LYT_OK)
        status = lyt_yaml_parse(out, alloc, lyt_buf_str(&data), path, err);
    lyt_buf_deinit(&data);
    return status;
}

void lyt_yaml_free(lyt_yaml *yaml)
{
    if (!yaml)
        return;
    lyt_arena_free(yaml->arena);
    lyt_mem_free(yaml->alloc, yaml);
}

const lyt_yaml_node *lyt_yaml_root(const lyt_yaml *yaml)
{
    return yaml->root;
}

const char *lyt_yaml_name(const lyt_yaml *yaml)
{
    return yaml->name;
}

const lyt_yaml_node *lyt_yaml_get(const lyt_yaml_node *node, const char *key)
{
    if (!node || node->kind != LYT_YAML_MAP)
        return NULL;
    for (const lyt_yaml_node *child = node->first; child; child = child->next)
        if (lyt_str_equal(child->key, lyt_str_of(key)))
            return child;
    return NULL;
}
