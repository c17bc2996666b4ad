/*
 * The inside of lyt_found: found.c makes the file and keeps it up to date, found_read.c asks it.
 */
#ifndef LYT_FOUND_INNER_H
#define LYT_FOUND_INNER_H

#include <sqlite3.h>

#include "found.h"

typedef enum found_sql {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_MARKS,
    SQL_MARK,
    SQL_MARK_EVENT,
    SQL_STALE,
    SQL_ADD_WORDS,
    SQL_ADD_JOINED,
    SQL_ADD_CORRECTED,
    SQL_SEARCH,
    SQL_LIST,
    SQL_UNCLEAR,
    SQL_CASES,
    SQL_INCIDENTS,
    SQL_FACTS,
    SQL_LAST_SEQ,
    SQL_ALL
} found_sql;

struct lyt_found {
    const lyt_alloc *alloc;
    sqlite3 *db;
    sqlite3_stmt *kept[SQL_ALL];
    int64_t last_feedback, last_history, last_event;
    char *path, *database;
};

/* What SQLite said, as a status and in err. */
lyt_status lyt_found_fail(const lyt_found *found, int code, const char *doing, lyt_error *err);

/* A statement that is prepared once and kept, with nothing bound; NULL with err set. */
sqlite3_stmt *lyt_found_statement(lyt_found *found, found_sql which, lyt_error *err);

#endif
