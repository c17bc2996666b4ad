/*
 * What the readers of channels.yaml share: for channelfile.c and channelfile_book.c only.
 */
#ifndef LYT_CHANNELFILE_INSIDE_H
#define LYT_CHANNELFILE_INSIDE_H

#include "channelfile.h"
#include "mapping.h"
#include "yamldoc.h"

enum { lyt_channelfile_trees_max = 64 };

typedef struct lyt_channel_extra {
    lyt_mapping mapping;
    const char *mapping_path; /* NULL: none */
    uint32_t line;
} lyt_channel_extra;

struct lyt_channelfile {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    lyt_yaml *trees[lyt_channelfile_trees_max]; /* texts point into them */
    size_t n_trees;
    lyt_channels channels;
    lyt_channel_extra *extra; /* a gateway each */
};

typedef struct lyt_channel_reader {
    lyt_channelfile *to;
    const lyt_channelfile_options *options;
    const char *file;
    lyt_error *err;
} lyt_channel_reader;

lyt_status lyt_cf_bad(const lyt_channel_reader *r, const lyt_yaml_node *node, const char *format,
                      ...) LYT_PRINTF(3, 4);
lyt_status lyt_cf_no_memory(const lyt_channel_reader *r);
size_t lyt_cf_children(const lyt_yaml_node *list);
/* Absent keys leave out untouched. */
LYT_MUST_USE lyt_status lyt_cf_text(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                    const char *key, lyt_str *out);
/* Of what the service takes for it: letters, digits, "-". */
LYT_MUST_USE lyt_status lyt_cf_property(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                        lyt_str *out);
LYT_MUST_USE lyt_status lyt_cf_place(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                     lyt_str *out);
LYT_MUST_USE lyt_status lyt_cf_lang(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                    lyt_str *out);
/* A secret file's path, relative to the file's folder. */
LYT_MUST_USE lyt_status lyt_cf_secrets(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                       const char *key, lyt_secrets *out);
/* The same for any file: NUL-terminated, in the arena. */
LYT_MUST_USE lyt_status lyt_cf_path(const lyt_channel_reader *r, lyt_str name, const char **out);
/*
 * A fault that the file may live with: told to on_fault and LYT_OK, or returned.
 * node: where it is due to, when the error itself names another file.
 */
lyt_status lyt_cf_fault(const lyt_channel_reader *r, lyt_status status);

/* A tree that is kept. */
LYT_MUST_USE lyt_status lyt_cf_tree(const lyt_channel_reader *r, const char *path,
                                    const lyt_yaml **out);

/* fetch: {token, api}; checked against the kind */
LYT_MUST_USE lyt_status lyt_cf_fetch(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                     lyt_gateway_config *to);

/* numbers, keywords, staff, opt_out, pseudonyms, country */
LYT_MUST_USE lyt_status lyt_cf_book(const lyt_channel_reader *r, const lyt_yaml_node *root);

#endif
