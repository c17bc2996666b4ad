#include "store_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_file.h"
#include "store_inner.h"

enum { path_max = 4096 };

static lyt_status name_of(char out[path_max], const char *path, const char *ending, lyt_error *err)
{
    if ((size_t)snprintf(out, path_max, "%s%s", path, ending) >= path_max)
        return lyt_error_at(err, LYT_ELIMIT, path, 0, 0, "the path is too long");
    return LYT_OK;
}

static lyt_status fail(sqlite3 *db, int code, const char *path, const char *doing, lyt_error *err)
{
    lyt_store as = {.db = db};
    lyt_error why = {.text = ""};
    lyt_status status = lyt_store_fail(&as, code, doing, &why);

    return lyt_error_at(err, status, path, 0, 0, "%s", why.text);
}

static lyt_status sync_path(const char *path, lyt_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_bad = fd < 0 || fsync(fd) != 0;

    if (fd >= 0)
        close(fd);
    return is_bad ? lyt_error_at(err, errno == ENOSPC ? LYT_EFULL : LYT_EIO, path, 0, 0,
                                 "cannot be brought to the disk")
                  : LYT_OK;
}

/* The file, then its name in the folder. */
static lyt_status move_in(const char *fresh, const char *path, lyt_error *err)
{
    char folder[path_max];
    lyt_status status = sync_path(fresh, err);

    if (!status && rename(fresh, path) != 0)
        status = lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be put in place");
    if (!status)
        status = name_of(folder, path, "", err);
    return status ? status : sync_path(dirname(folder), err);
}

static void remove_all(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".lock"};
    char name[path_max];

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (!name_of(name, path, endings[i], NULL))
            (void)unlink(name);
}

/* All pages in one go: what is read is of one moment, and nobody has to wait for it. */
static lyt_status copy_pages(sqlite3 *from, const char *path, lyt_error *err)
{
    sqlite3 *to = NULL;
    sqlite3_backup *backup;
    lyt_status status = LYT_OK;
    int code;

    lyt_store_make_private(path);
    code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code == SQLITE_OK) {
        backup = sqlite3_backup_init(to, "main", from, "main");
        code = backup ? sqlite3_backup_step(backup, -1) : sqlite3_extended_errcode(to);
        if (backup)
            sqlite3_backup_finish(backup);
        code = code == SQLITE_DONE ? SQLITE_OK : code == SQLITE_OK ? SQLITE_BUSY : code;
    }
    /* one file that needs no others beside it */
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        status = fail(to, code, path, "copy the database", err);
    sqlite3_close(to);
    return status;
}

lyt_status lyt_store_copy(lyt_store *store, const char *path, bool replaces, lyt_error *err)
{
    char fresh[path_max];
    lyt_status status = name_of(fresh, path, ".part", err);

    if (status)
        return status;
    if (!replaces && access(path, F_OK) == 0)
        return lyt_error_at(err, LYT_EEXISTS, path, 0, 0, "is there already");
    remove_all(fresh);
    status = copy_pages(store->db, fresh, err);
    if (!status)
        status = move_in(fresh, path, err);
    if (status)
        remove_all(fresh);
    return status;
}

static lyt_status number(sqlite3 *db, const char *text, int64_t *out)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db, text, -1, &s, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return code == SQLITE_ROW ? LYT_OK : LYT_EFORMAT;
}

static lyt_status check_pages(sqlite3 *db, const char *path, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &s, NULL);
    lyt_status status = LYT_OK;

    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code != SQLITE_ROW)
        status = fail(db, code, path, "check the database", err);
    else if (!lyt_str_equal(lyt_store_column_str(s, 0), LYT_STR("ok")))
        status = lyt_error_at(err, LYT_EFORMAT, path, 0, 0, "is damaged: %.150s",
                              (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return status;
}

static lyt_status check_version(sqlite3 *db, const char *path, lyt_copy_about *out, lyt_error *err)
{
    int64_t application = 0;

    if (number(db, "PRAGMA application_id", &application) || application != application_id)
        return lyt_error_at(err, LYT_EFORMAT, path, 0, 0, "is no database of Lyt's");
    if (number(db, "PRAGMA user_version", &out->schema) || out->schema > lyt_store_schema_now())
        return lyt_error_at(err, LYT_EFORMAT, path, 0, 0,
                            "was written by a newer Lyt (schema %lld, this one knows %d)",
                            (long long)out->schema, lyt_store_schema_now());
    if (number(db, "SELECT count(*) FROM feedback", &out->n_feedback) ||
        number(db, "SELECT count(*) FROM event", &out->n_events) ||
        number(db, "SELECT ifnull(max(seq), 0) FROM event", &out->last_seq) ||
        number(db, "SELECT ifnull(max(received_us), 0) FROM feedback", &out->newest_us))
        return lyt_error_at(err, LYT_EFORMAT, path, 0, 0, "is damaged: a table is missing");
    return LYT_OK;
}

lyt_status lyt_store_verify(const char *path, lyt_copy_about *out, lyt_error *err)
{
    sqlite3 *db = NULL;
    lyt_status status = LYT_OK;
    int code;

    if (access(path, F_OK) != 0)
        return lyt_error_at(err, LYT_ENOTFOUND, path, 0, 0, "there is no such file");
    code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA cell_size_check=1; SELECT count(*) FROM sqlite_schema",
                            NULL, NULL, NULL);
    if (code != SQLITE_OK)
        status = fail(db, code, path, "open the database", err);
    if (!status)
        status = check_pages(db, path, err);
    if (!status)
        status = check_version(db, path, out, err);
    sqlite3_close(db);
    return status;
}

/* Brought up to date, and with a log of its own. */
static lyt_status make_ours(const char *path,
                            lyt_status (*prepare)(void *user, lyt_store *store, lyt_error *err),
                            void *user, lyt_error *err)
{
    lyt_store *store = NULL;
    lyt_status status = lyt_store_open(&store, &(lyt_store_options){.path = path}, err);
    int code;

    if (status)
        return status;
    code = sqlite3_exec(store->db,
                        "UPDATE about SET value = lower(hex(randomblob(8)))"
                        " WHERE key = 'publisher'",
                        NULL, NULL, NULL);
    if (code != SQLITE_OK)
        status = fail(store->db, code, path, "name the log anew", err);
    if (!status && prepare)
        status = prepare(user, store, err);
    if (!status) {
        code = sqlite3_exec(store->db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
        if (code != SQLITE_OK)
            status = fail(store->db, code, path, "close the database", err);
    }
    lyt_store_close(store);
    return status;
}

static lyt_status copy_file(const char *from, const char *to, lyt_error *err)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(from, &db, SQLITE_OPEN_READONLY, NULL);
    lyt_status status = code == SQLITE_OK ? copy_pages(db, to, err)
                                          : fail(db, code, from, "open the database", err);

    sqlite3_close(db);
    return status;
}

/* Closing moves what stands in the log into the database, so that its end costs nothing. */
static void fold_log(const char *path)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        (void)sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(db);
}

lyt_status lyt_store_restore(const char *copy, const char *path, bool replaces,
                             lyt_status (*prepare)(void *user, lyt_store *store, lyt_error *err),
                             void *user, lyt_error *err)
{
    char fresh[path_max], name[path_max];
    lyt_copy_about about;
    lyt_error why = {.text = ""};
    int lock = -1;
    lyt_status status = lyt_store_verify(copy, &about, err);

    if (!status)
        status = name_of(fresh, path, ".part", err);
    if (status)
        return status;
    status = lyt_store_lock(&lock, path, &why);
    if (status)
        lyt_error_at(err, status, path, 0, 0, "%s", why.text);
    else if (!replaces && access(path, F_OK) == 0)
        status = lyt_error_at(err, LYT_EEXISTS, path, 0, 0, "is there already");
    if (!status) {
        remove_all(fresh);
        status = copy_file(copy, fresh, err);
        if (!status)
            status = make_ours(fresh, prepare, user, err);
        /* an old log beside a new database would be taken for its own */
        if (!status)
            fold_log(path);
        if (!status && !name_of(name, path, "-wal", NULL))
            (void)unlink(name);
        if (!status && !name_of(name, path, "-shm", NULL))
            (void)unlink(name);
        if (!status)
            status = move_in(fresh, path, err);
        remove_all(fresh);
    }
    if (lock >= 0)
        close(lock);
    return status;
}
