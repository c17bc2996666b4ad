/*
 * lyt_webfile: the pages, styles and scripts that are built into the program, made from
 * src/web/pages/ by src/web/embed.c.
 *
 * Threads   constant.
 */
#ifndef LYT_WEBPAGES_H
#define LYT_WEBPAGES_H

#include <lyt/str.h>

typedef struct lyt_webfile {
    const char *name; /* "board.html" */
    const char *type;
    const char *etag; /* with its quotes */
    lyt_str bytes;
} lyt_webfile;

/* Sorted by name; ends with a NULL name. Written by the build. */
extern const lyt_webfile lyt_webfiles[];

/* NULL: none. */
const lyt_webfile *lyt_webfile_find(lyt_str name);

#endif
