#include "store_keep.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "store_inner.h"

/*
 * A step looks at rows in an order that a mark (time, number) goes on from, so that rows that
 * must stay are looked at once in a run, and then changes one row after the other.
 */
enum { rows_most = 1000, incidents_most = 20 };

static const int64_t day_us = (int64_t)86400 * 1000000;

static const char *const names[] = {
#define X(name, text) text,
    LYT_KEEP_KINDS(X)
#undef X
};

const char *lyt_keep_name(lyt_keep_kind kind)
{
    return kind < LYT_KEEP_KIND_COUNT ? names[kind] : "unknown";
}

/* ?4 is a property, or empty for all but those in the JSON list ?5. */
#define OF_RULE                                                                                    \
    "(CASE WHEN ?4 = '' THEN property NOT IN (SELECT value FROM json_each(?5))"                    \
    " ELSE property = ?4 END)"
/* Of the feedback f: judged, and no incident that it belongs to is open. */
#define MAY_GO                                                                                     \
    "(EXISTS (SELECT 1 FROM verdict v WHERE v.feedback_id = f.id) AND NOT EXISTS (SELECT 1"        \
    " FROM history h JOIN incident i ON i.id = h.incident_id"                                      \
    " WHERE h.feedback_id = f.id AND h.feedback_id > 0 AND i.open = 1))"
/* It tells of somebody's health, belief, origin or love life. */
#define IS_SPECIAL                                                                                 \
    "EXISTS (SELECT 1 FROM verdict s WHERE s.feedback_id = f.id AND json_valid(s.json)"            \
    " AND json_extract(s.json, '$.special') IS NOT NULL)"
/* A correction whose feedback has words yet: they are what it teaches. */
#define IS_LESSON                                                                                  \
    "(e.topic >= 'correction.' AND e.topic < 'correction/' AND json_valid(e.json) AND EXISTS"      \
    " (SELECT 1 FROM feedback f WHERE f.id = json_extract(e.json, '$.feedback')"                   \
    " AND f.text <> ''))"
/* Kinds of facts whose text is a name of the settings; of what was found, who is the guest. */
#define NAMES "('told', 'silenced', 'found', 'unfound')"
#define IS_FOUND "(json_extract(json, '$.fact') IN ('found', 'unfound'))"
/* Facts with what somebody wrote, or with who it was about. */
#define HAS_WORDS                                                                                  \
    "(json_valid(json) AND (json_extract(json, '$.guest') IS NOT NULL OR"                          \
    " (json_extract(json, '$.who') IS NOT NULL AND " IS_FOUND ") OR"                               \
    " (json_extract(json, '$.text') IS NOT NULL AND json_extract(json, '$.fact')"                  \
    " NOT IN " NAMES ")))"
/* Of the outbox: it waits for nothing, and no incident that it is about is open. */
#define IS_OUT                                                                                     \
    "(o.state >= 2 AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = o.incident"               \
    " AND i.open = 1))"
#define CASE_HAS_WORDS                                                                             \
    "(EXISTS (SELECT 1 FROM history h WHERE h.incident_id = c.id) OR EXISTS (SELECT 1 FROM fact"   \
    " WHERE incident_id = c.id AND " HAS_WORDS "))"

/*
 * When a row came, at the latest. What is dated after now (?7) was dated by a clock that was wrong;
 * it came no later than the next row that is dated well. That is looked for among those right
 * after it, then further and further on, so that few are asked however long the clock was wrong.
 * Without one its date counts.
 */
#define CAME_BEFORE(table, key, at, date, number)                                                  \
    "iif(" date " <= ?7, " date ", ifnull((WITH RECURSIVE ahead(k) AS (VALUES(1) UNION ALL"        \
    " SELECT iif(k < 64, k + 1, k * 2) FROM ahead WHERE k < 1099511627776)"                        \
    " SELECT n." at " FROM ahead JOIN " table                                                      \
    " n ON n." key " = (SELECT min(m." key ") FROM " table " m WHERE m." key " >= " number         \
    " + ahead.k) WHERE n." at " <= ?7 ORDER BY ahead.k LIMIT 1), " date "))"
#define CAME(table, key, at, row) CAME_BEFORE(table, key, at, row "." at, row "." key)
#define FEEDBACK_CAME CAME("feedback", "id", "received_us", "f")
#define EVENT_CAME CAME("event", "seq", "at_us", "e")
#define OUTBOX_CAME CAME("outbox", "id", "at_us", "o")
#define BEHAVIOUR_CAME CAME("behaviour", "id", "at_us", "b")
#define NOTE_CAME CAME("note", "id", "at_us", "t")
/* An incident was changed last when its last step was written. */
#define CASE_CAME                                                                                  \
    CAME_BEFORE("history", "id", "at_us", "c.updated_us",                                          \
                "(SELECT max(id) FROM history WHERE incident_id = c.id)")

/* Of words: those that are too old by their date, and those whose date says nothing. */
#define LOOK_AT_WORDS(when)                                                                        \
    "SELECT id, received_us, " OF_RULE " AND " when MAY_GO ", received_us FROM feedback f"         \
    " WHERE (received_us, id) > (?1, ?2) AND received_us < ?3 AND " LYT_STORE_HAS_WORDS            \
    " ORDER BY received_us, id LIMIT ?6"
#define LOOK_AT_ODD_WORDS(when)                                                                    \
    "SELECT id, received_us, " OF_RULE " AND " when MAY_GO " AND " FEEDBACK_CAME                   \
    " < ?3, received_us FROM feedback f WHERE received_us >= max(?7 + 1, ?1)"                      \
    " AND (received_us > ?1 OR id > ?2)"                                                           \
    " AND " LYT_STORE_HAS_WORDS " ORDER BY received_us, id LIMIT ?6"
#define LOOK_AT_ALL_WORDS(when)                                                                    \
    "SELECT * FROM (" LOOK_AT_WORDS(when) ") UNION ALL SELECT * FROM (" LOOK_AT_ODD_WORDS(when)    \
    ") LIMIT ?6"

/*
 * ?1, ?2 the mark, ?3 the time before which rows are too old, ?6 how many rows. Number, date,
 * whether it goes, when it came.
 */
static const char *const look_sql[LYT_KEEP_KIND_COUNT] = {
    [LYT_KEEP_TEXT] = LOOK_AT_ALL_WORDS(""),
    [LYT_KEEP_SPECIAL] = LOOK_AT_ALL_WORDS(IS_SPECIAL " AND "),
    [LYT_KEEP_VERDICTS] = "SELECT id, received_us, " FEEDBACK_CAME " < ?3 AND " OF_RULE
                          " AND " MAY_GO ", " FEEDBACK_CAME
                          " FROM feedback f WHERE id > ?2 ORDER BY id LIMIT ?6",
    [LYT_KEEP_EVENTS] = "SELECT seq, at_us, NOT " IS_LESSON ", " EVENT_CAME
                        " FROM event e WHERE seq > ?2 ORDER BY seq LIMIT ?6",
    [LYT_KEEP_INCIDENTS] =
        "SELECT id, 0, open = 0 AND " CASE_CAME " < ?3 AND " OF_RULE " AND " CASE_HAS_WORDS ", 0"
        " FROM incident c WHERE id > ?2 ORDER BY id LIMIT ?6",
    [LYT_KEEP_OUTBOX] = "SELECT id, at_us, " OUTBOX_CAME " < ?3 AND " IS_OUT ", " OUTBOX_CAME
                        " FROM outbox o WHERE id > ?2 ORDER BY id LIMIT ?6",
    [LYT_KEEP_BEHAVIOUR] = "SELECT id, at_us, " BEHAVIOUR_CAME " < ?3, " BEHAVIOUR_CAME
                           " FROM behaviour b WHERE id > ?2 ORDER BY id LIMIT ?6",
    [LYT_KEEP_NOTES] = "SELECT id, at_us, " NOTE_CAME " < ?3, 0 FROM note t WHERE id > ?2"
                       " ORDER BY id LIMIT ?6",
    /* they have no numbers: all that are too old go at once */
    [LYT_KEEP_STAYS] = "SELECT 0, 0, 1, 0 FROM (SELECT 1 FROM stay WHERE ?2 = 0 AND to_us < ?3"
                       " AND " OF_RULE " LIMIT 1) LIMIT ?6",
};

/* The second half of each OR is asked of what is dated after now alone. */
#define IS_OLD_WORD "(received_us < ?3 OR (received_us > ?7 AND " FEEDBACK_CAME " < ?3))"

static const char *const due_sql[LYT_KEEP_KIND_COUNT] = {
    [LYT_KEEP_TEXT] = "SELECT count(*), ifnull(min(received_us), 0) FROM feedback f WHERE"
                      " " IS_OLD_WORD " AND " LYT_STORE_HAS_WORDS " AND " OF_RULE " AND " MAY_GO,
    [LYT_KEEP_SPECIAL] = "SELECT count(*), ifnull(min(received_us), 0) FROM feedback f WHERE"
                         " " IS_OLD_WORD " AND " LYT_STORE_HAS_WORDS " AND " OF_RULE
                         " AND " IS_SPECIAL " AND " MAY_GO,
    [LYT_KEEP_VERDICTS] = "SELECT count(*), ifnull(min(received_us), 0) FROM feedback f WHERE"
                          " " IS_OLD_WORD " AND " OF_RULE " AND " MAY_GO,
    [LYT_KEEP_EVENTS] = "SELECT count(*), ifnull(min(at_us), 0) FROM event e WHERE seq <"
                        " ifnull((SELECT e.seq FROM event e WHERE at_us >= ?3 AND (at_us <= ?7 OR"
                        " " EVENT_CAME " >= ?3) ORDER BY seq LIMIT 1), 9223372036854775807)"
                        " AND NOT " IS_LESSON,
    [LYT_KEEP_INCIDENTS] = "SELECT count(*), ifnull(min(updated_us), 0) FROM incident c WHERE open"
                           " = 0 AND " CASE_CAME " < ?3 AND " OF_RULE " AND " CASE_HAS_WORDS,
    [LYT_KEEP_OUTBOX] = "SELECT count(*), ifnull(min(at_us), 0) FROM outbox o"
                        " WHERE " OUTBOX_CAME " < ?3 AND " IS_OUT,
    [LYT_KEEP_BEHAVIOUR] = "SELECT count(*), ifnull(min(at_us), 0) FROM behaviour b"
                           " WHERE " BEHAVIOUR_CAME " < ?3",
    [LYT_KEEP_NOTES] = "SELECT count(*), ifnull(min(at_us), 0) FROM note t"
                       " WHERE " NOTE_CAME " < ?3",
    [LYT_KEEP_STAYS] = "SELECT count(*), ifnull(min(to_us), 0) FROM stay WHERE to_us < ?3"
                       " AND " OF_RULE,
};

/* What is done to a row of that number. */
static const char *const go_sql[LYT_KEEP_KIND_COUNT][5] = {
    [LYT_KEEP_TEXT] = {LYT_STORE_BLANK_FEEDBACK, LYT_STORE_BLANK_VERDICT, NULL},
    [LYT_KEEP_SPECIAL] = {LYT_STORE_BLANK_FEEDBACK, LYT_STORE_BLANK_VERDICT, NULL},
    [LYT_KEEP_VERDICTS] = {"DELETE FROM verdict WHERE feedback_id = ?1",
                           "DELETE FROM feedback WHERE id = ?1", LYT_STORE_NOTE_GONE("feedback")},
    [LYT_KEEP_EVENTS] = {"DELETE FROM event WHERE seq = ?1", LYT_STORE_NOTE_GONE("event"), NULL},
    [LYT_KEEP_INCIDENTS] = {"DELETE FROM history WHERE incident_id = ?1",
                            "UPDATE fact SET json = CASE WHEN " IS_FOUND
                            " THEN json_remove(json, '$.guest', '$.who')"
                            " WHEN json_extract(json, '$.fact') IN " NAMES
                            " THEN json_remove(json, '$.guest')"
                            " ELSE json_remove(json, '$.guest', '$.text') END"
                            " WHERE incident_id = ?1 AND " HAS_WORDS,
                            LYT_STORE_DROP_SNAPSHOT, LYT_STORE_NOTE_FACTS, NULL},
    [LYT_KEEP_OUTBOX] = {"INSERT INTO outbox_gone(way, day, state, n) SELECT way,"
                         " at_us / 86400000000, state, 1 FROM outbox WHERE id = ?1"
                         " ON CONFLICT(way, day, state) DO UPDATE SET n = n + 1",
                         "DELETE FROM outbox WHERE id = ?1", NULL},
    [LYT_KEEP_BEHAVIOUR] = {"DELETE FROM behaviour WHERE id = ?1", NULL},
    [LYT_KEEP_NOTES] = {"DELETE FROM note WHERE id = ?1", NULL},
    [LYT_KEEP_STAYS] = {"DELETE FROM stay WHERE to_us < ?3 AND " OF_RULE, NULL},
};

static lyt_status prepare(lyt_store *store, sqlite3_stmt **out, const char *text, lyt_error *err)
{
    int code = sqlite3_prepare_v2(store->db, text, -1, out, NULL);

    return code == SQLITE_OK ? LYT_OK : lyt_store_fail(store, code, "prepare a statement", err);
}

static lyt_status bind_rule(lyt_store *store, sqlite3_stmt *s, const lyt_keep_rules *rules,
                            size_t row, lyt_error *err)
{
    lyt_buf others;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_init(&others, store->alloc);
    lyt_jw_init(&jw, &others);
    lyt_jw_array(&jw);
    for (size_t i = 1; row == 0 && i < rules->n; i++)
        lyt_jw_str(&jw, lyt_str_of(rules->rows[i].property));
    lyt_jw_array_end(&jw);
    status = lyt_buf_status(&others);
    if (status) {
        lyt_error_set(err, status, "no memory for a rule");
    } else {
        sqlite3_bind_text(s, 4, rules->rows[row].property, -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 5, others.data, (int)others.len, SQLITE_TRANSIENT);
    }
    lyt_buf_deinit(&others);
    return status;
}

static int64_t limit_us(const lyt_keep_run *run)
{
    return run->now_us - run->rules->rows[run->row].days[run->kind] * day_us;
}

/* A clock that stepped back leaves older rows behind younger ones, so a little further. */
static bool is_past(const lyt_keep_run *run, int64_t at_us)
{
    bool is_by_time = run->kind == LYT_KEEP_VERDICTS || run->kind == LYT_KEEP_OUTBOX ||
                      run->kind == LYT_KEEP_BEHAVIOUR;

    return (is_by_time && at_us >= limit_us(run) + 2 * day_us) ||
           (run->kind == LYT_KEEP_EVENTS && at_us >= limit_us(run));
}

typedef struct findings {
    int64_t going[rows_most];
    size_t n_going;
    int64_t n_seen, after_us, after_id;
    int64_t n_gone; /* of what goes at once; else as many as are going */
    bool is_end;
} findings;

static lyt_status look(lyt_store *store, const lyt_keep_run *run, int64_t most, findings *out,
                       lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = SQLITE_DONE;
    lyt_status status = prepare(store, &s, look_sql[run->kind], err);

    if (!status)
        status = bind_rule(store, s, run->rules, run->row, err);
    if (!status) {
        sqlite3_bind_int64(s, 1, run->after_us);
        sqlite3_bind_int64(s, 2, run->after_id);
        sqlite3_bind_int64(s, 3, limit_us(run));
        sqlite3_bind_int64(s, 6, most);
        sqlite3_bind_int64(s, 7, run->now_us);
        while (!out->is_end && (code = sqlite3_step(s)) == SQLITE_ROW) {
            int64_t id = sqlite3_column_int64(s, 0), at_us = sqlite3_column_int64(s, 1);

            out->is_end = is_past(run, sqlite3_column_int64(s, 3));
            if (out->is_end)
                break;
            if (sqlite3_column_int(s, 2))
                out->going[out->n_going++] = id;
            out->after_us = at_us;
            out->after_id = id;
            out->n_seen++;
        }
        if (!out->is_end && code != SQLITE_DONE)
            status = lyt_store_fail(store, code, "look for what is too old", err);
    }
    sqlite3_finalize(s);
    out->is_end = out->is_end || out->n_seen < most;
    return status;
}

static lyt_status let_go(lyt_store *store, const lyt_keep_run *run, findings *found, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t k = 0; !status && go_sql[run->kind][k] && found->n_going; k++) {
        sqlite3_stmt *s = NULL;

        status = prepare(store, &s, go_sql[run->kind][k], err);
        for (size_t i = 0; !status && i < found->n_going; i++) {
            if (sqlite3_bind_parameter_count(s) > 1)
                status = bind_rule(store, s, run->rules, run->row, err);
            if (sqlite3_bind_parameter_count(s) > 1)
                sqlite3_bind_int64(s, 3, limit_us(run));
            else if (sqlite3_bind_parameter_count(s) > 0)
                sqlite3_bind_int64(s, 1, found->going[i]);
            if (!status)
                status = lyt_store_run(store, s, "let go of what is too old", err);
            if (!status && run->kind == LYT_KEEP_STAYS)
                found->n_gone = sqlite3_changes(store->db);
        }
        sqlite3_finalize(s);
    }
    if (!status && found->n_going &&
        (run->kind == LYT_KEEP_TEXT || run->kind == LYT_KEEP_SPECIAL ||
         run->kind == LYT_KEEP_VERDICTS)) {
        sqlite3_stmt *s = NULL;

        status = prepare(store, &s, LYT_STORE_NOTE_BLANKED, err);
        if (!status)
            status = lyt_store_run(store, s, "note that words went", err);
        sqlite3_finalize(s);
    }
    return status;
}

static const bool is_of_all[LYT_KEEP_KIND_COUNT] = {
    [LYT_KEEP_EVENTS] = true,
    [LYT_KEEP_OUTBOX] = true,
    [LYT_KEEP_BEHAVIOUR] = true,
    [LYT_KEEP_NOTES] = true,
};

static bool is_at_rule(const lyt_keep_run *run)
{
    return run->kind == LYT_KEEP_KIND_COUNT || (run->rules->rows[run->row].days[run->kind] > 0 &&
                                                /* what knows of no property */
                                                (run->row == 0 || !is_of_all[run->kind]));
}

static void go_on(lyt_keep_run *run)
{
    run->after_id = 0;
    run->after_us = INT64_MIN;
    do {
        if (++run->row < run->rules->n)
            continue;
        run->row = 0;
        run->kind++;
    } while (!is_at_rule(run));
}

lyt_status lyt_store_keep_step(lyt_store *store, lyt_keep_run *run, int64_t most, bool *is_done,
                               lyt_error *err)
{
    findings found = {.n_going = 0};
    lyt_status status;

    if (run->kind == 0 && run->row == 0 && !run->after_id) {
        run->after_us = INT64_MIN;
        if (!is_at_rule(run))
            go_on(run);
    }
    *is_done = run->kind == LYT_KEEP_KIND_COUNT;
    if (*is_done)
        return LYT_OK;
    if (run->kind == LYT_KEEP_INCIDENTS && most > incidents_most)
        most = incidents_most;
    most = most > rows_most ? rows_most : most;
    status = look(store, run, most, &found, err);
    if (!status && found.n_going) {
        status = lyt_store_begin(store, err);
        if (!status)
            status = let_go(store, run, &found, err);
        if (!status)
            status = lyt_store_commit(store, err);
        if (status)
            lyt_store_rollback(store);
    }
    if (status)
        return status;
    run->n_gone[run->kind] += run->kind == LYT_KEEP_STAYS ? found.n_gone : (int64_t)found.n_going;
    run->after_us = found.after_us;
    run->after_id = found.after_id;
    if (found.is_end)
        go_on(run);
    *is_done = run->kind == LYT_KEEP_KIND_COUNT;
    return LYT_OK;
}

static lyt_status count_due(lyt_store *store, const lyt_keep_run *run, lyt_keep_due *due,
                            lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code;
    lyt_status status = prepare(store, &s, due_sql[run->kind], err);

    if (!status)
        status = bind_rule(store, s, run->rules, run->row, err);
    if (!status) {
        sqlite3_bind_int64(s, 3, limit_us(run));
        sqlite3_bind_int64(s, 7, run->now_us);
        code = sqlite3_step(s);
        if (code != SQLITE_ROW)
            status = lyt_store_fail(store, code, "count what is too old", err);
        due->n = sqlite3_column_int64(s, 0);
        due->oldest_us = sqlite3_column_int64(s, 1);
    }
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_each_due(lyt_store *store, const lyt_keep_rules *rules, int64_t now_us,
                              lyt_keep_due_fn each, void *user, lyt_error *err)
{
    lyt_keep_run run = {.rules = rules, .now_us = now_us};
    lyt_status status = LYT_OK;

    for (run.row = 0; !status && run.row < rules->n; run.row++) {
        for (run.kind = 0; !status && run.kind < LYT_KEEP_KIND_COUNT; run.kind++) {
            lyt_keep_due due = {.kind = (lyt_keep_kind)run.kind,
                                .property = lyt_str_of(rules->rows[run.row].property),
                                .days = rules->rows[run.row].days[run.kind]};

            if (!is_at_rule(&run))
                continue;
            status = count_due(store, &run, &due, err);
            if (!status)
                status = each(user, &due);
        }
    }
    return status == LYT_EEND ? LYT_OK : status;
}

static lyt_status about_number(lyt_store *store, const char *key, int64_t *out, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code;
    lyt_status status =
        prepare(store, &s, "SELECT CAST(value AS INTEGER) FROM about WHERE key = ?1", err);

    *out = 0;
    if (status)
        return status;
    sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
    code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(s, 0);
    else if (code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read the database", err);
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_events_gone(lyt_store *store, int64_t *seq, lyt_error *err)
{
    return about_number(store, "gone.event", seq, err);
}

lyt_status lyt_store_keep_time(lyt_store *store, int64_t *at_us, lyt_error *err)
{
    return about_number(store, "retention", at_us, err);
}

lyt_status lyt_store_keep_done(lyt_store *store, int64_t now_us, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = prepare(store, &s,
                                "INSERT INTO about(key, value) VALUES('retention', ?1)"
                                " ON CONFLICT(key) DO UPDATE SET value = ?1",
                                err);
    char text[24];

    if (status)
        return status;
    snprintf(text, sizeof text, "%lld", (long long)now_us);
    sqlite3_bind_text(s, 1, text, -1, SQLITE_STATIC);
    status = lyt_store_run(store, s, "note the end of a run", err);
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_checkpoint(lyt_store *store, bool empties, lyt_error *err)
{
    int code = sqlite3_wal_checkpoint_v2(
        store->db, NULL, empties ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL,
        NULL);

    return code == SQLITE_OK ? LYT_OK
                             : lyt_store_fail(store, code, "move the log into the database", err);
}
