#define _GNU_SOURCE /* memmem */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "found.h"
#include "store_person.h"
#include "testing.h"

LYT_SUITE(found);

typedef struct bed {
    char folder[64], database[96], path[96];
    lyt_store *store;
    lyt_found *found;
    lyt_buf heard;
    const char *language; /* of what is added; NULL: not said */
} bed;

static void open_found(bed *b)
{
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_found_open(&b->found, NULL, b->path, b->database, &err), LYT_OK, "%s",
                 err.text);
}

static void bed_init(bed *b)
{
    lyt_error err = {.text = ""};

    memset(b, 0, sizeof *b);
    testing_folder(b->folder);
    snprintf(b->database, sizeof b->database, "%s/lyt.db", b->folder);
    snprintf(b->path, sizeof b->path, "%s/found.db", b->folder);
    lyt_buf_init(&b->heard, NULL);
    cr_assert_eq(lyt_store_open(&b->store, &(lyt_store_options){.path = b->database}, &err), LYT_OK,
                 "%s", err.text);
    open_found(b);
}

static void bed_deinit(bed *b)
{
    lyt_found_close(b->found);
    lyt_store_close(b->store);
    lyt_buf_deinit(&b->heard);
    testing_folder_remove(b->folder);
}

static int64_t add(bed *b, const char *property, const char *text, const char *verdict)
{
    static int n;
    char id[16];
    lyt_feedback feedback = {.channel = LYT_STR("sms"),
                             .property = lyt_str_of(property),
                             .text = lyt_str_of(text),
                             .language = lyt_str_of(b->language ? b->language : ""),
                             .score = NAN,
                             .received_us = 1000 + n};
    int64_t number = 0;

    snprintf(id, sizeof id, "m%d", n++);
    feedback.source_id = lyt_str_of(id);
    cr_assert_eq(lyt_store_add_feedback(b->store, &feedback, &number, NULL), LYT_OK);
    if (verdict && strcmp(verdict, "parked") == 0)
        cr_assert_eq(lyt_store_park(b->store, number, LYT_STR("too odd"), 1, NULL), LYT_OK);
    else if (verdict)
        cr_assert_eq(lyt_store_add_verdict(b->store, number, 1, lyt_str_of(verdict), 1, NULL),
                     LYT_OK);
    return number;
}

static void catch_up(bed *b)
{
    bool more = true;

    while (more)
        cr_assert_eq(lyt_found_catch_up(b->found, 2, &more, NULL), LYT_OK);
}

static lyt_status note(void *user, const lyt_feedback *feedback, lyt_str verdict_json, lyt_str why)
{
    bed *b = user;

    (void)verdict_json;
    lyt_buf_addf(&b->heard, "%s%lld%s%.*s", b->heard.len ? " " : "", (long long)feedback->id,
                 why.len ? ":" : "", LYT_STR_ARG(why));
    return LYT_OK;
}

static const char *search(bed *b, const char *words, const char *properties, int64_t before)
{
    lyt_found_query query = {.words = lyt_str_of(words),
                             .properties = lyt_str_of(properties),
                             .before = before,
                             .limit = 100};
    lyt_error err = {.text = ""};

    lyt_buf_reset(&b->heard);
    lyt_buf_add_text(&b->heard, "");
    cr_expect_eq(lyt_found_each(b->found, &query, note, b, &err), LYT_OK, "%s: %s", words,
                 err.text);
    return b->heard.data;
}

Test(found, words)
{
    static const struct {
        int line;
        const char *words, *properties, *found;
        int64_t before;
    } rows[] = {
        {__LINE__, "", "[]", "6 5 4 3 2 1", 0},
        {__LINE__, "", "[]", "3 2 1", 4},
        {__LINE__, "lift", "[]", "1", 0},
        {__LINE__, "LIFT stuck", "[]", "1", 0},
        {__LINE__, "stuck lift", "[]", "1", 0},
        {__LINE__, "lift våd", "[]", "", 0},
        {__LINE__, "våd", "[]", "3", 0},
        {__LINE__, "vad", "[]", "4", 0}, /* å is no a */
        {__LINE__, "hånd", "[]", "5", 0},
        {__LINE__, "ær", "[]", "", 0},
        {__LINE__, "the", "[\"bakken\"]", "2", 0},
        {__LINE__, "the", "[\"havnen\",\"bakken\"]", "2 1", 0},
        {__LINE__, "the", "[\"nowhere\"]", "", 0},
        /* what means something to FTS5 is a word here, or nothing */
        {__LINE__, "lift OR pool", "[]", "", 0},
        {__LINE__, "\"lift\" *", "[]", "1", 0},
        {__LINE__, "-lift", "[]", "1", 0},
        {__LINE__, "(lift)", "[]", "1", 0},
        {__LINE__, "text:lift", "[]", "", 0},
        {__LINE__, "^lift", "[]", "1", 0},
        {__LINE__, "\"", "[]", "6 5 4 3 2 1", 0},
        {__LINE__, "wi-fi", "[]", "6", 0},
    };
    bed b;

    bed_init(&b);
    add(&b, "havnen", "The lift is stuck", NULL);
    add(&b, "bakken", "The pool is cold", NULL);
    add(&b, "havnen", "Alt er vådt", NULL);
    add(&b, "havnen", "vad er det", NULL);
    add(&b, "bakken", "Ingen håndklæder på værelset", NULL);
    add(&b, "bakken", "no wi-fi", NULL);
    catch_up(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(search(&b, rows[i].words, rows[i].properties, rows[i].before),
                         rows[i].found, "row at line %d: %s", rows[i].line, b.heard.data);
    bed_deinit(&b);
}

/* Whatever is typed is a search, and never an error. */
Test(found, any_three_letters_can_be_searched_for)
{
    static const char odd[] = "a \"'*()^:+-{}[]~|&!%,;.<>=#@$_\\/?\t\n\xc3";
    char text[4] = "";
    bed b;

    bed_init(&b);
    add(&b, "havnen", "The lift is stuck", NULL);
    catch_up(&b);
    for (size_t i = 0; i < sizeof odd - 1; i++)
        for (size_t k = 0; k < sizeof odd - 1; k++)
            for (size_t l = 0; l < sizeof odd - 1; l += 3) {
                text[0] = odd[i];
                text[1] = odd[k];
                text[2] = odd[l];
                (void)search(&b, text, "[]", 0);
            }
    bed_deinit(&b);
}

#define VERDICT(kind, failures) "{\"kind\":\"" kind "\",\"failures\":[" failures "]}"
#define FAILURE(p) "{\"scenario\":\"x\",\"probability\":" p "}"

Test(found, what_is_unclear_the_most_doubtful_first)
{
    lyt_found_query query = {.properties = LYT_STR("[]"), .limit = 100, .close = 0.6};
    bed b;

    bed_init(&b);
    add(&b, "havnen", "a", VERDICT("complaint", FAILURE("0.59")));
    add(&b, "havnen", "b", VERDICT("complaint", FAILURE("0.97")));
    add(&b, "havnen", "c", VERDICT("complaint", FAILURE("0.51") "," FAILURE("0.2")));
    add(&b, "havnen", "d", VERDICT("complaint", ""));
    add(&b, "havnen", "e", VERDICT("praise", ""));
    add(&b, "bakken", "f", "parked");
    add(&b, "havnen", "g", NULL);
    add(&b, "bakken", "h", VERDICT("complaint", ""));
    /* a close call of whatever kind */
    add(&b, "havnen", "i", "{\"kind\":\"other\",\"failures\":[],\"unclear\":true}");
    add(&b, "havnen", "j", VERDICT("other", ""));
    lyt_buf_reset(&b.heard);
    cr_expect_eq(lyt_found_each_unclear(b.found, &query, note, &b, NULL), LYT_OK);
    cr_expect_str_eq(b.heard.data, "6:parked 9:abstained 8:abstained 4:abstained 3:close 1:close");
    query.properties = LYT_STR("[\"bakken\"]");
    lyt_buf_reset(&b.heard);
    cr_expect_eq(lyt_found_each_unclear(b.found, &query, note, &b, NULL), LYT_OK);
    cr_expect_str_eq(b.heard.data, "6:parked 8:abstained");
    bed_deinit(&b);
}

/* A guest who chose German on the page, where the pack has no German: somebody has to read it. */
Test(found, UI_04_a_language_that_is_not_read_is_unclear)
{
    static const struct {
        int line;
        const char *language, *read, *found;
    } rows[] = {
        {__LINE__, "de", "[\"da\",\"en\"]", "1:language 2:abstained"},
        {__LINE__, "de-AT", "[\"da\",\"en\"]", "1:language 2:abstained"},
        {__LINE__, "DE", "[\"da\",\"de\"]", "2:abstained"},
        {__LINE__, "da", "[\"da\",\"en\"]", "2:abstained"},
        {__LINE__, "", "[\"da\",\"en\"]", "2:abstained"},
        {__LINE__, "de", "", "2:abstained"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_found_query query = {.properties = LYT_STR("[]"),
                                 .limit = 100,
                                 .close = 0.6,
                                 .languages = lyt_str_of(rows[i].read)};
        bed b;

        bed_init(&b);
        b.language = rows[i].language;
        add(&b, "havnen", "Die Heizung geht nicht", VERDICT("other", ""));
        b.language = "";
        add(&b, "havnen", "rot", VERDICT("complaint", ""));
        b.language = rows[i].language;
        /* what was heard was heard, and a score says nothing in any language */
        add(&b, "havnen", "Wifi kaputt", VERDICT("complaint", FAILURE("0.97")));
        add(&b, "havnen", "", VERDICT("other", ""));
        cr_expect_eq(lyt_found_each_unclear(b.found, &query, note, &b, NULL), LYT_OK);
        cr_expect_str_eq(b.heard.data, rows[i].found, "line %d: %s", rows[i].line, b.heard.data);
        bed_deinit(&b);
    }
}

static void put_incident(bed *b, int64_t id, lyt_incident_state state, const char *team,
                         const char *property, int64_t feedback)
{
    lyt_incident incident = {.id = id, .state = state, .severity = 2, .n_messages = 1};

    snprintf(incident.team, sizeof incident.team, "%s", team);
    snprintf(incident.property, sizeof incident.property, "%s", property);
    cr_assert_eq(lyt_store_put_incident(b->store, &incident, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_history(b->store, id, feedback, LYT_STR("opened"), LYT_STR(""),
                                       LYT_STR(""), 1, NULL),
                 LYT_OK);
}

static const char *cases(bed *b, const lyt_found_cases *wanted)
{
    int64_t ids[8];
    size_t n = 0;

    cr_expect_eq(lyt_found_cases_ids(b->found, wanted, ids, 8, &n, NULL), LYT_OK);
    lyt_buf_reset(&b->heard);
    lyt_buf_add_text(&b->heard, "");
    for (size_t i = 0; i < n; i++)
        lyt_buf_addf(&b->heard, "%s%lld", i ? " " : "", (long long)ids[i]);
    return b->heard.data;
}

Test(found, incidents_and_whose_they_are)
{
    lyt_found_cases all = {.state = -1, .properties = LYT_STR("[]"), .limit = 8}, some = all;
    int64_t ids[4];
    size_t n = 0;
    bed b;

    bed_init(&b);
    put_incident(&b, 1, LYT_INCIDENT_NEW, "it", "havnen", 5);
    put_incident(&b, 2, LYT_INCIDENT_CLOSED, "it", "havnen", 5);
    put_incident(&b, 3, LYT_INCIDENT_NEW, "bar", "bakken", 6);
    put_incident(&b, 4, LYT_INCIDENT_ACKNOWLEDGED, "it", "bakken", 6);
    catch_up(&b);
    cr_expect_str_eq(cases(&b, &all), "4 3 2 1");
    some.only_open = true;
    cr_expect_str_eq(cases(&b, &some), "4 3 1");
    some.team = LYT_STR("it");
    cr_expect_str_eq(cases(&b, &some), "4 1");
    some.before = 4;
    cr_expect_str_eq(cases(&b, &some), "1");
    some = all;
    some.state = LYT_INCIDENT_NEW;
    some.limit = 1;
    cr_expect_str_eq(cases(&b, &some), "3");
    some = all;
    some.properties = LYT_STR("[\"havnen\"]");
    cr_expect_str_eq(cases(&b, &some), "2 1");
    cr_expect_eq(lyt_found_incidents(b.found, 5, ids, 4, &n, NULL), LYT_OK);
    cr_expect(n == 2 && ids[0] == 1 && ids[1] == 2);
    cr_expect_eq(lyt_found_incidents(b.found, 7, ids, 4, &n, NULL), LYT_OK);
    cr_expect_eq(n, 0);
    bed_deinit(&b);
}

/* What lies beside the database can be lost, damaged, or of another database. */
Test(found, it_is_made_anew_when_it_is_of_no_use)
{
    bed b;

    bed_init(&b);
    add(&b, "havnen", "The lift is stuck", NULL);
    catch_up(&b);
    for (int i = 0; i < 2; i++) {
        lyt_found_close(b.found);
        cr_assert_eq(unlink(b.path), 0);
        if (i)
            testing_write(b.folder, "found.db",
                          LYT_STR("this is no database at all, by any means"));
        open_found(&b);
        cr_expect_str_eq(search(&b, "lift", "[]", 0), "");
        catch_up(&b);
        cr_expect_str_eq(search(&b, "lift", "[]", 0), "1");
    }
    /* what was taken in is there without doing so again */
    lyt_found_close(b.found);
    open_found(&b);
    cr_expect_str_eq(search(&b, "lift", "[]", 0), "1");
    lyt_found_close(b.found);
    lyt_store_close(b.store);
    cr_assert_eq(unlink(b.database), 0);
    cr_assert_eq(lyt_store_open(&b.store, &(lyt_store_options){.path = b.database}, NULL), LYT_OK);
    open_found(&b);
    cr_expect_str_eq(search(&b, "lift", "[]", 0), "");
    add(&b, "havnen", "The lift works", NULL);
    catch_up(&b);
    cr_expect_str_eq(search(&b, "lift", "[]", 0), "1");
    bed_deinit(&b);
}

/* Somebody is erased: what was made of the words goes, too, whoever has it open. */
Test(found, words_that_went_are_in_it_no_more)
{
    static const char word[] = "zxquibble";
    lyt_erased erased;
    bool is_clean = false;
    lyt_buf bytes;
    bed b;

    bed_init(&b);
    add(&b, "havnen", "I am zxquibble and it is cold", NULL);
    add(&b, "havnen", "The lift is stuck", NULL);
    catch_up(&b);
    cr_expect_not(lyt_found_is_stale(b.found));
    cr_expect_str_eq(search(&b, word, "[]", 0), "1");
    cr_assert_eq(lyt_found_check(&is_clean, b.path, b.database, NULL), LYT_OK);
    cr_expect(is_clean);

    cr_assert_eq(lyt_store_erase(b.store, &(lyt_who){.feedback = 1}, &erased, NULL), LYT_OK);
    cr_expect(lyt_found_is_stale(b.found));
    cr_assert_eq(lyt_found_check(&is_clean, b.path, b.database, NULL), LYT_OK);
    cr_expect_not(is_clean);
    cr_assert_eq(lyt_found_renew(b.found, NULL), LYT_OK);
    cr_expect_not(lyt_found_is_stale(b.found));
    catch_up(&b);
    cr_expect_str_eq(search(&b, word, "[]", 0), "");
    cr_expect_str_eq(search(&b, "lift", "[]", 0), "2");
    cr_assert_eq(lyt_found_check(&is_clean, b.path, b.database, NULL), LYT_OK);
    cr_expect(is_clean);
    lyt_found_close(b.found);
    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), b.path, 1 << 20, &bytes, NULL), LYT_OK);
    cr_expect_null(memmem(bytes.data, bytes.len, "quibble", 7));
    lyt_buf_deinit(&bytes);

    /* one that was not open meanwhile is made anew when it is opened */
    cr_assert_eq(lyt_store_erase(b.store, &(lyt_who){.feedback = 2}, &erased, NULL), LYT_OK);
    open_found(&b);
    cr_expect_str_eq(search(&b, "lift", "[]", 0), "");
    catch_up(&b);
    cr_expect_str_eq(search(&b, "lift", "[]", 0), "");
    lyt_found_remove(b.path);
    cr_assert_eq(lyt_found_check(&is_clean, b.path, b.database, NULL), LYT_OK);
    cr_expect(is_clean, "there is none");
    bed_deinit(&b);
}

Test(found, it_only_reads_the_database)
{
    char elsewhere[128];
    lyt_found *found = NULL;
    lyt_error err = {.text = ""};
    bed b;

    bed_init(&b);
    snprintf(elsewhere, sizeof elsewhere, "%s/nothing.db", b.folder);
    cr_expect_neq(lyt_found_open(&found, NULL, b.path, elsewhere, &err), LYT_OK);
    cr_expect_neq(access(elsewhere, F_OK), 0, "it made a database");
    cr_expect_null(found);
    bed_deinit(&b);
}

/* For a folder that nothing may be written in, and for lyt find, it is not on the disk. */
Test(found, in_memory_it_leaves_no_file)
{
    char here[4096];
    bed b;

    bed_init(&b);
    lyt_found_close(b.found);
    cr_assert_not_null(getcwd(here, sizeof here));
    cr_assert_eq(chdir(b.folder), 0);
    snprintf(b.path, sizeof b.path, ":memory:");
    open_found(&b);
    cr_expect_neq(access(":memory:", F_OK), 0);
    cr_assert_eq(chdir(here), 0);
    bed_deinit(&b);
}
