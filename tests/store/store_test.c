#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "store_snapshot.h"
#include "testing.h"

LYT_SUITE(store);

static lyt_store *open_at(const char *folder, int64_t size_max_mb)
{
    char path[128];
    lyt_store *store = NULL;
    lyt_error err;

    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(
                     &store, &(lyt_store_options){.path = path, .size_max_mb = size_max_mb}, &err),
                 LYT_OK, "%s", err.text);
    return store;
}

static int64_t add(lyt_store *store, const char *id, const char *text, int64_t at_us)
{
    lyt_feedback feedback = {
        .source_id = lyt_str_of(id),
        .channel = LYT_STR("sms"),
        .property = LYT_STR("havnen"),
        .text = lyt_str_of(text),
        .score = NAN,
        .received_us = at_us,
    };
    lyt_error err;
    int64_t number = 0;

    cr_assert_eq(lyt_store_add_feedback(store, &feedback, &number, &err), LYT_OK, "%s", err.text);
    return number;
}

static lyt_status note_id(void *user, const lyt_feedback *feedback)
{
    lyt_buf_addf(user, "%lld:%.*s ", (long long)feedback->id, LYT_STR_ARG(feedback->source_id));
    return LYT_OK;
}

static lyt_status note_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    lyt_buf_addf(user, "%lld@%lld %.*s %.*s|", (long long)seq, (long long)at_us, LYT_STR_ARG(topic),
                 LYT_STR_ARG(json));
    return LYT_OK;
}

static lyt_status note_history(void *user, int64_t at_us, int64_t feedback_id, lyt_str what,
                               lyt_str by, lyt_str note)
{
    lyt_buf_addf(user, "%lld %lld %.*s %.*s %.*s|", (long long)at_us, (long long)feedback_id,
                 LYT_STR_ARG(what), LYT_STR_ARG(by), LYT_STR_ARG(note));
    return LYT_OK;
}

static lyt_status note_feedback(void *user, const lyt_feedback *feedback, lyt_str verdict)
{
    lyt_buf_addf(user, "%.*s %.*s %d %.*s", LYT_STR_ARG(feedback->channel),
                 LYT_STR_ARG(feedback->text), isnan(feedback->score) != 0, LYT_STR_ARG(verdict));
    return LYT_OK;
}

static lyt_status stop_at_first(void *user, const lyt_feedback *feedback)
{
    (void)feedback;
    return *(lyt_status *)user;
}

Test(store, keeps_what_was_committed_and_nothing_else)
{
    char folder[64];
    lyt_store *store;
    lyt_store_counts counts;
    lyt_buf seen;
    int64_t seq = 0;

    testing_folder(folder);
    lyt_buf_init(&seen, NULL);
    store = open_at(folder, 0);
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    cr_expect_eq(add(store, "a", "one", 10), 1);
    cr_expect_eq(add(store, "b", "two", 20), 2);
    cr_expect_eq(lyt_store_add_event(store, LYT_STR("alarm.x"), LYT_STR("{}"), 11, &seq, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    cr_expect_eq(add(store, "c", "three", 30), 3);
    cr_expect_eq(lyt_store_add_event(store, LYT_STR("alarm.y"), LYT_STR("{}"), 12, &seq, NULL),
                 LYT_OK);
    cr_expect_eq(seq, 2);
    lyt_store_rollback(store);
    lyt_store_rollback(store);
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    cr_expect_eq(add(store, "d", "four", 40), 3, "a rolled back number is given again");
    cr_expect_eq(lyt_store_add_event(store, LYT_STR("incident.z"), LYT_STR("{}"), 13, &seq, NULL),
                 LYT_OK);
    cr_expect_eq(seq, 2);
    cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
    lyt_store_close(store);

    store = open_at(folder, 0);
    cr_expect_eq(lyt_store_each_waiting(store, 0, 10, note_id, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data, "1:a 2:b 3:d ");
    lyt_buf_reset(&seen);
    cr_expect_eq(lyt_store_each_event(store, 0, LYT_STR(""), 10, note_event, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data, "1@11 alarm.x {}|2@13 incident.z {}|");
    lyt_buf_reset(&seen);
    cr_expect_eq(lyt_store_each_event(store, 1, LYT_STR("inc"), 10, note_event, &seen, NULL),
                 LYT_OK);
    cr_expect_str_eq(seen.data, "2@13 incident.z {}|");
    lyt_buf_reset(&seen);
    cr_expect_eq(lyt_store_each_recent(store, 20, note_id, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data, "2:b 3:d ");
    cr_expect_eq(lyt_store_count(store, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 3);
    cr_expect_eq(counts.waiting, 3);
    cr_expect_eq(counts.last_seq, 2);
    lyt_store_close(store);
    lyt_buf_deinit(&seen);
    testing_folder_remove(folder);
}

Test(store, a_verdict_ends_the_waiting_once)
{
    char folder[64];
    lyt_store *store;
    lyt_store_counts counts;
    lyt_error err;
    lyt_buf seen;

    testing_folder(folder);
    lyt_buf_init(&seen, NULL);
    store = open_at(folder, 0);
    (void)add(store, "a", "one", 1);
    (void)add(store, "b", "two", 2);
    (void)add(store, "c", "three", 3);
    cr_expect_eq(lyt_store_add_verdict(store, 1, UINT64_MAX, LYT_STR("{\"v\":1}"), 5, NULL),
                 LYT_OK);
    cr_expect_eq(lyt_store_park(store, 3, LYT_STR("poison"), 5, NULL), LYT_OK);
    cr_expect_eq(lyt_store_add_verdict(store, 1, 7, LYT_STR("{}"), 6, &err), LYT_EEXISTS);
    lyt_store_rollback(store);
    cr_expect_eq(lyt_store_add_verdict(store, 3, 7, LYT_STR("{}"), 6, &err), LYT_EEXISTS);
    lyt_store_rollback(store);
    cr_expect_eq(lyt_store_each_waiting(store, 0, 10, note_id, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data, "2:b ");
    lyt_buf_reset(&seen);
    cr_expect_eq(lyt_store_get_feedback(store, 1, note_feedback, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data, "sms one 1 {\"v\":1}");
    cr_expect_eq(lyt_store_get_feedback(store, 9, note_feedback, &seen, &err), LYT_ENOTFOUND);
    cr_expect_eq(lyt_store_count(store, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.waiting, 1);
    cr_expect_eq(counts.parked, 1);
    cr_expect_eq(counts.verdicts, 1);
    lyt_store_close(store);
    lyt_buf_deinit(&seen);
    testing_folder_remove(folder);
}

static lyt_status note_incident(void *user, const lyt_incident *incident)
{
    lyt_buf_addf(user, "%lld %s %s %s %s %d %lld %s|", (long long)incident->id,
                 lyt_incident_state_name(incident->state), incident->scenario, incident->property,
                 incident->place, incident->severity, (long long)incident->n_messages,
                 incident->owner);
    return LYT_OK;
}

Test(store, incidents_come_back_as_they_were)
{
    lyt_incident incident = {
        7, LYT_INCIDENT_NEW, 3, "cold", "maintenance", "havnen", "214", 1, 2, 3, 4, "Mette", false};
    lyt_incident again;
    char folder[64];
    lyt_store *store;
    lyt_buf seen;

    testing_folder(folder);
    lyt_buf_init(&seen, NULL);
    store = open_at(folder, 0);
    cr_expect_eq(lyt_store_put_incident(store, &incident, NULL), LYT_OK);
    cr_expect_eq(lyt_store_get_incident(store, 7, &again, NULL), LYT_OK);
    cr_expect_eq(memcmp(&again, &incident, sizeof again), 0);
    incident.id = 8;
    incident.state = LYT_INCIDENT_VOID;
    cr_expect_eq(lyt_store_put_incident(store, &incident, NULL), LYT_OK);
    incident.id = 7;
    incident.state = LYT_INCIDENT_IN_WORK;
    incident.n_messages = 5;
    cr_expect_eq(lyt_store_put_incident(store, &incident, NULL), LYT_OK);
    cr_expect_eq(lyt_store_each_incident(store, true, 10, note_incident, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data, "7 in-work cold havnen 214 3 5 Mette|");
    lyt_buf_reset(&seen);
    cr_expect_eq(lyt_store_each_incident(store, false, 10, note_incident, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data,
                     "7 in-work cold havnen 214 3 5 Mette|8 void cold havnen 214 3 4 Mette|");
    cr_expect_eq(lyt_store_get_incident(store, 9, &again, NULL), LYT_ENOTFOUND);
    cr_expect_eq(
        lyt_store_add_history(store, 7, 3, LYT_STR("opened"), LYT_STR(""), LYT_STR(""), 1, NULL),
        LYT_OK);
    cr_expect_eq(lyt_store_add_history(store, 7, 0, LYT_STR("in-work"), LYT_STR("Jens"),
                                       LYT_STR("p\xc3\xa5 vej"), 2, NULL),
                 LYT_OK);
    lyt_buf_reset(&seen);
    cr_expect_eq(lyt_store_each_history(store, 7, note_history, &seen, NULL), LYT_OK);
    cr_expect_str_eq(seen.data, "1 3 opened  |2 0 in-work Jens p\xc3\xa5 vej|");
    lyt_store_close(store);
    lyt_buf_deinit(&seen);
    testing_folder_remove(folder);
}

Test(store, a_full_disk_takes_back_the_batch_and_no_more)
{
    char folder[64], big[60000];
    lyt_store_counts counts;
    lyt_status status = LYT_OK;
    lyt_store *store;
    lyt_error err;
    int64_t committed = 0;

    testing_folder(folder);
    memset(big, 'x', sizeof big);
    store = open_at(folder, 1);
    while (committed < 100) {
        lyt_feedback feedback = {.source_id = LYT_STR("a"), .text = {big, sizeof big}, .score = 1};
        int64_t id;

        cr_assert_eq(lyt_store_begin(store, &err), LYT_OK);
        status = lyt_store_add_feedback(store, &feedback, &id, &err);
        if (!status)
            status = lyt_store_commit(store, &err);
        if (status)
            break;
        committed++;
    }
    cr_expect_eq(status, LYT_EFULL, "%s: %s", lyt_status_name(status), err.text);
    lyt_store_rollback(store);
    cr_expect_gt(committed, 5);
    cr_expect_eq(lyt_store_count(store, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, committed);
    cr_assert_eq(lyt_store_begin(store, &err), LYT_OK, "it goes on: %s", err.text);
    cr_expect_eq(lyt_store_park(store, 1, LYT_STR(""), 1, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_store_commit(store, &err), LYT_OK, "%s", err.text);
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(store, one_writer_many_readers)
{
    char folder[64], path[128];
    lyt_store *store, *other = NULL, *reader = NULL;
    lyt_store_counts counts;
    lyt_error err;
    int64_t id;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    store = open_at(folder, 0);
    cr_expect_eq(lyt_store_open(&other, &(lyt_store_options){.path = path}, &err), LYT_EBUSY);
    cr_expect(strstr(err.text, "another lyt"), "%s", err.text);
    cr_expect_null(other);
    cr_assert_eq(
        lyt_store_open(&reader, &(lyt_store_options){.path = path, .read_only = true}, &err),
        LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    (void)add(store, "a", "one", 1);
    cr_expect_eq(lyt_store_count(reader, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 0);
    cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
    cr_expect_eq(lyt_store_count(reader, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 1);
    cr_expect_neq(lyt_store_add_feedback(reader, &(lyt_feedback){.score = 1}, &id, &err), LYT_OK);
    lyt_store_close(reader);
    lyt_store_close(store);
    store = open_at(folder, 0);
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(store, what_is_not_ours_is_refused_with_the_reason)
{
    static const struct {
        int line;
        const char *sql, *text;
    } rows[] = {
        {__LINE__, "CREATE TABLE x(a)", "not one of Lyt's"},
        {__LINE__, "PRAGMA application_id=0x4C595431; PRAGMA user_version=99", "newer Lyt"},
    };
    char folder[64], path[128];
    lyt_store *store = NULL;
    lyt_error err;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sqlite3 *db;

        testing_folder(folder);
        snprintf(path, sizeof path, "%s/lyt.db", folder);
        cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
        cr_assert_eq(sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        cr_expect_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, &err), LYT_EFORMAT,
                     "row at line %d", rows[i].line);
        cr_expect(strstr(err.text, rows[i].text), "row at line %d: %s", rows[i].line, err.text);
        cr_expect_str_eq(err.file, path);
        testing_folder_remove(folder);
    }
    testing_folder(folder);
    testing_write(folder, "lyt.db", LYT_STR("this is no database, whatever its name may say here"));
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_expect_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, &err), LYT_EFORMAT);
    testing_folder_remove(folder);
    cr_expect_eq(lyt_store_open(&store, &(lyt_store_options){.path = "/nowhere/lyt.db"}, &err),
                 LYT_EIO);
    cr_expect(strstr(err.text, "no such folder"), "%s", err.text);
    cr_expect_null(store);
}

static lyt_status count_text(void *user, lyt_str json)
{
    *(size_t *)user += json.len > 0;
    return LYT_OK;
}

/* As Lyt left it before there were snapshots: it is brought up once, and has all that it had. */
Test(store, OP_13_a_state_of_an_older_schema_is_brought_up)
{
    lyt_store_options reads = {.read_only = true};
    char folder[64], path[128], from[512];
    lyt_store *store = NULL;
    lyt_store_counts counts;
    lyt_error err = {.text = ""};
    size_t n_facts = 0, n_found = 0;
    int64_t last = 0;
    lyt_buf sql;
    sqlite3 *db;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    snprintf(from, sizeof from, "%s/golden/store/schema-6.sql", testing_tests());
    lyt_buf_init(&sql, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), from, 1 << 20, &sql, NULL), LYT_OK);
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql.data, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    reads.path = path;
    cr_expect_eq(lyt_store_open(&store, &reads, &err), LYT_EFORMAT);
    cr_expect(strstr(err.text, "start the service"), "%s", err.text);
    store = open_at(folder, 0);
    cr_assert_eq(lyt_store_count(store, &counts, NULL), LYT_OK);
    cr_expect(counts.feedback == 2 && counts.verdicts == 2 && counts.incidents == 2 &&
              counts.events == 10);
    cr_expect_eq(lyt_store_each_fact(store, count_text, &n_facts, NULL), LYT_OK);
    cr_expect_eq(n_facts, 26);
    cr_assert_eq(lyt_store_last_fact(store, &last, NULL), LYT_OK);
    cr_expect_eq(last, 26);
    cr_expect_eq(lyt_store_each_found(store, last, count_text, &n_found, NULL), LYT_OK);
    cr_expect_eq(n_found, 0);
    cr_expect_eq(lyt_store_put_snapshot(store, last, LYT_STR("sum"), 1, NULL), LYT_OK);
    lyt_store_close(store);
    cr_expect_eq(lyt_store_open(&store, &reads, &err), LYT_OK, "%s", err.text);
    lyt_store_close(store);
    lyt_buf_deinit(&sql);
    testing_folder_remove(folder);
}

Test(store, a_killed_writer_leaves_whole_batches)
{
    char folder[64];
    lyt_store_counts counts;
    lyt_store *store;
    int64_t id;
    pid_t child;

    testing_folder(folder);
    child = fork();
    if (child == 0) {
        char path[128];

        snprintf(path, sizeof path, "%s/lyt.db", folder);
        if (lyt_store_open(&store, &(lyt_store_options){.path = path}, NULL))
            _exit(1);
        for (int i = 0; i < 4; i++) {
            if (lyt_store_begin(store, NULL))
                _exit(2);
            for (int j = 0; j < 5; j++)
                if (lyt_store_add_feedback(store, &(lyt_feedback){.score = 1}, &id, NULL))
                    _exit(3);
            if (i < 3 && lyt_store_commit(store, NULL))
                _exit(4);
        }
        _exit(0); /* in the middle of the fourth batch, nothing closed */
    }
    waitpid(child, &(int){0}, 0);
    store = open_at(folder, 0);
    cr_expect_eq(lyt_store_count(store, &counts, NULL), LYT_OK);
    cr_expect_eq(counts.feedback, 15);
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(store, a_walk_can_be_stopped)
{
    char folder[64];
    lyt_store *store;
    lyt_error err;

    testing_folder(folder);
    store = open_at(folder, 0);
    (void)add(store, "a", "one", 1);
    (void)add(store, "b", "two", 1);
    cr_expect_eq(lyt_store_each_waiting(store, 0, 9, stop_at_first, &(lyt_status){LYT_EEND}, &err),
                 LYT_OK);
    cr_expect_eq(
        lyt_store_each_waiting(store, 0, 9, stop_at_first, &(lyt_status){LYT_ENOMEM}, &err),
        LYT_ENOMEM);
    lyt_store_close(store);
    testing_folder_remove(folder);
}

typedef struct teller {
    lyt_error *err;
    lyt_status status;
    bool tells;
} teller;

static lyt_status tell(void *user, const lyt_feedback *feedback)
{
    const teller *t = user;

    (void)feedback;
    return t->tells ? lyt_error_at(t->err, t->status, "desk.yaml", 3, 7, "the lift knows why")
                    : t->status;
}

Test(store, what_ended_a_walk_says_so_itself)
{
    static const struct {
        lyt_status status;
        bool tells;
        lyt_status is;
        const char *says;
    } rows[] = {
        {LYT_ENOMEM, true, LYT_ENOMEM, "desk.yaml:3:7: the lift knows why"},
        {LYT_EEXISTS, true, LYT_EEXISTS, "desk.yaml:3:7: the lift knows why"},
        {LYT_ENOMEM, false, LYT_ENOMEM, "the walk was stopped: "},
        {LYT_EEXISTS, false, LYT_EFORMAT, "lyt.db: the database is damaged: a row is there twice"},
    };
    char folder[64], text[512];
    lyt_store *store;

    testing_folder(folder);
    store = open_at(folder, 0);
    (void)add(store, "a", "one", 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        /* what stands there from a call before is not taken for the callback's */
        lyt_error err = {.code = rows[i].status, .text = "of another call"};
        teller t = {&err, rows[i].status, rows[i].tells};

        cr_expect_eq(lyt_store_each_waiting(store, 0, 9, tell, &t, &err), rows[i].is, "row %zu", i);
        cr_expect(strstr(lyt_error_format(&err, text, sizeof text), rows[i].says), "row %zu: %s", i,
                  text);
        cr_expect_eq(lyt_store_each_waiting(store, 0, 9, tell,
                                            &(teller){NULL, rows[i].status, rows[i].tells}, NULL),
                     rows[i].is == LYT_EEXISTS ? LYT_EFORMAT : rows[i].is, "row %zu", i);
    }
    lyt_store_close(store);
    testing_folder_remove(folder);
}

/* Counters of tags rise only, whatever a batch that was taken back had seen. */
Test(store, a_tag_counts_upwards)
{
    static const struct {
        int line;
        const char *uid;
        int64_t counter;
        bool is_fresh, commits;
    } rows[] = {
        {__LINE__, "04DE5F1EACC040", 61, true, true},
        {__LINE__, "04DE5F1EACC040", 61, false, true},
        {__LINE__, "04DE5F1EACC040", 60, false, true},
        {__LINE__, "049F50824F1390", 0, true, true},
        {__LINE__, "04DE5F1EACC040", 70, true, false},
        {__LINE__, "04DE5F1EACC040", 62, true, true},
        {__LINE__, "049F50824F1390", 16777215, true, true},
    };
    char folder[64], path[96];
    lyt_store *store = NULL;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_fresh = !rows[i].is_fresh;

        /* opened anew each time: nothing of it is in memory only */
        cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, NULL), LYT_OK);
        cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
        cr_assert_eq(lyt_store_tap(store, lyt_str_of(rows[i].uid), rows[i].counter, &is_fresh, NULL),
                     LYT_OK);
        cr_expect_eq(is_fresh, rows[i].is_fresh, "row at line %d", rows[i].line);
        if (rows[i].commits)
            cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
        else
            lyt_store_rollback(store);
        lyt_store_close(store);
    }
    testing_folder_remove(folder);
}
