/*
 * lyt_yaml: a YAML file as a tree with places (libyaml behind it). Refuses what
 * packs do not need: anchors, aliases, tags, several documents, a key twice,
 * nesting over 16, files over 4 MiB.
 *
 * Lifetime  lyt_yaml_read() to lyt_yaml_free(); nodes and texts live with the tree.
 * Threads   one at a time.
 */
#ifndef LYT_YAMLDOC_H
#define LYT_YAMLDOC_H

#include "fs.h"

typedef struct lyt_yaml lyt_yaml;

typedef enum lyt_yaml_kind { LYT_YAML_SCALAR, LYT_YAML_LIST, LYT_YAML_MAP } lyt_yaml_kind;

typedef struct lyt_yaml_node {
    lyt_yaml_kind kind;
    uint32_t line, column; /* from 1 */
    lyt_str text;          /* of a scalar; NUL-terminated */
    uint32_t text_column;  /* where the text itself begins on that line, behind a quote;
                              0 when it does not stand there letter by letter */
    lyt_str key;           /* within a map; NUL-terminated */
    uint32_t key_line, key_column;
    const struct lyt_yaml_node *first; /* children in order; NULL for none */
    const struct lyt_yaml_node *next;  /* sibling */
} lyt_yaml_node;

/* LYT_EFORMAT names file, line and column; LYT_ENOTFOUND, LYT_EIO, LYT_ENOMEM, LYT_ELIMIT. */
LYT_MUST_USE lyt_status lyt_yaml_read(lyt_yaml **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                      const char *path, lyt_error *err);
/* The same from memory; name is for errors, copied. */
LYT_MUST_USE lyt_status lyt_yaml_parse(lyt_yaml **out, const lyt_alloc *alloc, lyt_str data,
                                       const char *name, lyt_error *err);
void lyt_yaml_free(lyt_yaml *yaml);

const lyt_yaml_node *lyt_yaml_root(const lyt_yaml *yaml);
const char *lyt_yaml_name(const lyt_yaml *yaml);

/* NULL when absent or node is no map. */
const lyt_yaml_node *lyt_yaml_get(const lyt_yaml_node *node, const char *key);

#endif
