/* What versions.c (keeping) and versions_find.c (finding and opening) share. Private to them. */
#ifndef LYT_VERSIONS_INSIDE_H
#define LYT_VERSIONS_INSIDE_H

#include "versions.h"

/* A version's file, mapped and read. */
typedef struct lyt_version_read {
    lyt_map map;
    lyt_versionfile file;
} lyt_version_read;

/* folder/name and end, into out, which is initialised in any case. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_versions_path(const lyt_versions *v, const char *name, const char *end,
                                          lyt_buf *out, lyt_error *err);
/* LYT_ENOTFOUND; LYT_EFORMAT: damaged, with the path. out is left empty then. */
LYT_MUST_USE lyt_status lyt_versions_read(const lyt_versions *v, const char *pack,
                                          lyt_version_read *out, lyt_error *err);
/* An empty one is accepted. */
void lyt_versions_forget(const lyt_versions *v, lyt_version_read *read);

/* A line of used.jsonl; false: it is none. */
bool lyt_version_use_parse(lyt_version_use *out, lyt_str line);
void lyt_version_use_format(lyt_buf *out, const lyt_version_use *use);
LYT_MUST_USE lyt_status lyt_versions_write_used(const lyt_versions *v, const lyt_buf *text,
                                                lyt_error *err);

#endif
