/*
 * The files of a state before SQLite has them. Private to the room.
 *
 * Threads   any.
 */
#ifndef LYT_STORE_FILE_H
#define LYT_STORE_FILE_H

/*
 * An empty file that its owner alone may read, where there is none: what guests wrote stands in it,
 * and its log (WAL) gets its mode. Where it cannot be made SQLite says why.
 */
void lyt_store_make_private(const char *path);

#endif
