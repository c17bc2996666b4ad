/*
 * How a house comes to its incidents: at the start from the last snapshot and the facts after it,
 * or from all facts where there is none that can be read; and with settings that are new.
 */
#include "book_save.h"
#include "cases_inner.h"
#include "guestreply.h"
#include "mem.h"
#include "store_house.h"
#include "store_snapshot.h"

enum { fact_bytes_max = 1 << 20 };

/* Fewer than these are read quickly enough. */
static const int64_t unsaved_min = 20000;

void lyt_cases_free(lyt_cases *cases)
{
    if (!cases)
        return;
    lyt_care_free(cases->care);
    if (cases->facts.arena)
        lyt_facts_deinit(&cases->facts);
    lyt_buf_deinit(&cases->text);
    lyt_mem_free(cases->alloc, cases->news);
    lyt_mem_free(cases->alloc, cases);
}

typedef struct restoring {
    lyt_cases *cases;
    lyt_care *care;
    lyt_error *err;
} restoring;

static lyt_status read_fact(const restoring *r, lyt_str text, lyt_json **tree, lyt_fact *fact)
{
    lyt_status status = lyt_json_parse(tree, text, fact_bytes_max, r->err);

    return status ? status : lyt_fact_read(fact, *tree, r->err);
}

static lyt_status restore_fact(void *user, int64_t number, lyt_str text)
{
    restoring *r = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = read_fact(r, text, &json, &fact);

    (void)number;
    if (!status)
        status = lyt_care_restore(r->care, &fact, r->err);
    lyt_json_free(json);
    r->cases->n_unsaved++;
    return status;
}

static lyt_status restore_found(void *user, lyt_str text)
{
    restoring *r = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = read_fact(r, text, &json, &fact);

    if (!status)
        status = lyt_care_restore_found(r->care, &fact);
    lyt_json_free(json);
    return status;
}

lyt_status lyt_snapshot_read(lyt_book **out, const lyt_alloc *alloc, lyt_store *store,
                             int64_t *last)
{
    lyt_status status;
    lyt_buf bytes;

    lyt_buf_init(&bytes, alloc);
    status = lyt_store_get_snapshot(store, last, &bytes, NULL);
    if (!status)
        status = lyt_book_load(out, alloc, lyt_buf_str(&bytes), NULL);
    if (status)
        *last = 0;
    lyt_buf_deinit(&bytes);
    return status;
}

static lyt_status restore_incidents(restoring *r, lyt_store *store)
{
    lyt_book *book = NULL;
    int64_t last = 0;
    lyt_status status = lyt_snapshot_read(&book, r->cases->alloc, store, &last);

    if (status == LYT_ENOMEM)
        return lyt_error_set(r->err, status, "no memory for the incidents");
    if (!status) {
        lyt_care_set_book(r->care, book);
        status = lyt_store_each_found(store, last, restore_found, r, r->err);
    } else {
        /* none, or one of no use: the facts are there */
        status = LYT_OK;
    }
    return status ? status : lyt_store_each_fact_after(store, last, restore_fact, r, r->err);
}

static lyt_status count_fact(void *user, lyt_str text)
{
    (void)text;
    ++*(size_t *)user;
    return LYT_EEND;
}

static lyt_status check_without(lyt_store *store, lyt_error *err)
{
    size_t n = 0;
    lyt_status status = lyt_store_each_fact(store, count_fact, &n, err);

    if (!status && n)
        status = lyt_error_set(err, LYT_ESTATE,
                               "this state folder is of a house with settings; start with --desk");
    return status;
}

static lyt_status new_news(lyt_cases *cases, const lyt_settings *settings, lyt_news_count **out)
{
    *out = lyt_mem_array(cases->alloc, settings->n_good_news + 1, sizeof **out);
    return *out ? LYT_OK : LYT_ENOMEM;
}

static lyt_status begin(lyt_cases *cases, const lyt_settings *settings)
{
    lyt_status status = lyt_facts_init(&cases->facts, cases->alloc);

    if (!status)
        status = new_news(cases, settings, &cases->news);
    return status ? status : lyt_care_new(&cases->care, cases->alloc, settings);
}

static void add_names(lyt_jw *jw, const char *key, const lyt_settings *s, bool are_people)
{
    size_t n = are_people ? s->n_people : s->sensitive.n;

    lyt_jw_key(jw, key);
    lyt_jw_array(jw);
    for (size_t i = 0; i < n; i++)
        if (!are_people || s->may_see[s->people[i].role])
            lyt_jw_str(jw, lyt_str_of(are_people ? s->people[i].id : s->sensitive.item[i]));
    lyt_jw_array_end(jw);
}

/* For who reads the database without the settings. */
static lyt_status keep_house(const lyt_alloc *alloc, const lyt_settings *settings,
                             lyt_store *store, lyt_error *err)
{
    lyt_status status;
    lyt_buf json;
    lyt_jw jw;

    lyt_buf_init(&json, alloc);
    lyt_jw_init(&jw, &json);
    lyt_jw_object(&jw);
    add_names(&jw, "scenarios", settings, false);
    add_names(&jw, "people", settings, true);
    lyt_jw_object_end(&jw);
    status = lyt_buf_status(&json);
    status = status ? lyt_error_set(err, status, "no memory for who may see what")
                    : lyt_store_put_house(store, lyt_buf_str(&json), err);
    lyt_buf_deinit(&json);
    return status;
}

lyt_status lyt_cases_new(lyt_cases **out, const lyt_alloc *alloc, const lyt_settings *settings,
                         lyt_store *store, lyt_error *err)
{
    int64_t last = 0;
    restoring r = {NULL, NULL, err};
    lyt_status status;

    *out = NULL;
    if (!settings)
        return check_without(store, err);
    r.cases = lyt_mem_new(alloc, sizeof *r.cases);
    if (!r.cases)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the incidents");
    r.cases->alloc = alloc;
    lyt_buf_init(&r.cases->text, alloc);
    status = begin(r.cases, settings);
    r.care = r.cases->care;
    if (status)
        lyt_error_set(err, status, "no memory for the incidents");
    else
        status = lyt_store_facts_changed(store, &r.cases->n_changed, err);
    if (!status)
        status = restore_incidents(&r, store);
    if (!status)
        status = lyt_cases_restore_feed(r.cases, store, err);
    if (!status)
        status = lyt_store_last_incident(store, &last, err);
    if (!status && last && !lyt_book_size(lyt_care_book(r.care)))
        status = lyt_error_set(err, LYT_ESTATE,
                               "the incidents of this state folder are of a service without "
                               "--desk; take another folder");
    if (!status)
        status = keep_house(alloc, settings, store, err);
    if (status)
        lyt_cases_free(r.cases);
    else
        *out = r.cases;
    return status;
}

const lyt_personal_names *lyt_cases_staff(const lyt_cases *cases)
{
    const lyt_settings *settings = lyt_cases_settings(cases);

    return settings ? &settings->staff : NULL;
}

const lyt_facts *lyt_cases_facts(const lyt_cases *cases)
{
    return &cases->facts;
}

const lyt_care *lyt_cases_care(const lyt_cases *cases)
{
    return cases->care;
}

const lyt_settings *lyt_cases_settings(const lyt_cases *cases)
{
    return cases ? lyt_care_settings(cases->care) : NULL;
}

lyt_status lyt_cases_resettle(lyt_cases *cases, const lyt_settings *settings, lyt_store *store,
                              lyt_error *err)
{
    restoring r = {cases, NULL, err};
    lyt_care *before = cases->care;
    lyt_news_count *news = NULL;
    int64_t last = 0;
    lyt_status status = lyt_care_new(&r.care, cases->alloc, settings);

    if (!status)
        status = new_news(cases, settings, &news);
    if (status)
        lyt_error_set(err, status, "no memory for the new settings");
    if (!status)
        status = lyt_store_last_fact(store, &last, err);
    if (!status)
        status = lyt_store_each_found(store, last, restore_found, &r, err);
    if (!status) {
        cases->care = r.care;
        status = lyt_cases_restore_feed(cases, store, err);
        cases->care = status ? before : r.care;
    }
    if (!status) {
        status = keep_house(cases->alloc, settings, store, err);
        cases->care = status ? before : r.care;
    }
    if (status) {
        lyt_care_free(r.care);
        lyt_mem_free(cases->alloc, news);
        return status;
    }
    lyt_care_inherit(cases->care, before);
    lyt_care_free(before);
    lyt_mem_free(cases->alloc, cases->news);
    cases->news = news;
    cases->is_stale = false;
    return LYT_OK;
}

bool lyt_cases_want_saving(const lyt_cases *cases)
{
    return cases && cases->n_unsaved >= unsaved_min;
}

void lyt_cases_let_go(lyt_cases *cases)
{
    if (!cases)
        return;
    cases->n_unsaved = unsaved_min;
    cases->is_stale = true;
}

typedef struct refolding {
    lyt_book *book;
    lyt_error *err;
} refolding;

static lyt_status fold_one(void *user, lyt_str text)
{
    refolding *r = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = lyt_json_parse(&json, text, fact_bytes_max, r->err);

    if (!status)
        status = lyt_fact_read(&fact, json, r->err);
    if (!status)
        status = lyt_book_fold(r->book, &fact, r->err);
    lyt_book_mark(r->book);
    lyt_json_free(json);
    return status;
}

/* What the facts add up to now that some of them were changed. */
static lyt_status write_anew(const lyt_cases *cases, lyt_store *store, lyt_buf *bytes,
                             lyt_error *err)
{
    refolding r = {NULL, err};
    lyt_status status = lyt_book_new(&r.book, cases->alloc);

    if (!status)
        status = lyt_store_each_fact(store, fold_one, &r, err);
    if (!status)
        status = lyt_book_save(r.book, bytes);
    lyt_book_free(r.book);
    return status == LYT_ENOMEM
               ? lyt_error_set(err, status, "no memory for the sum of what happened")
               : status;
}

static lyt_status write_sum(const lyt_cases *cases, lyt_buf *bytes, lyt_error *err)
{
    lyt_status status = lyt_book_save(lyt_care_book(cases->care), bytes);

    return status ? lyt_error_set(err, status, "no memory for the sum of what happened") : LYT_OK;
}

lyt_status lyt_cases_save(lyt_cases *cases, lyt_store *store, int64_t now_us, bool is_last,
                          lyt_error *err)
{
    int64_t last = 0, n_changed = 0;
    bool is_changed;
    lyt_status status;
    lyt_buf bytes;

    if (!cases || !cases->n_unsaved)
        return LYT_OK;
    status = lyt_store_facts_changed(store, &n_changed, err);
    is_changed = n_changed != cases->n_changed;
    if (status || (is_changed && !is_last))
        return status;
    lyt_buf_init(&bytes, cases->alloc);
    status = is_changed ? write_anew(cases, store, &bytes, err) : write_sum(cases, &bytes, err);
    if (!status)
        status = lyt_store_last_fact(store, &last, err);
    if (!status)
        status = lyt_store_put_snapshot(store, last, lyt_buf_str(&bytes), now_us, err);
    if (!status)
        cases->n_unsaved = 0;
    lyt_buf_deinit(&bytes);
    return status;
}
