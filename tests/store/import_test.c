#include <math.h>
#include <stdio.h>
#include <string.h>

#include "store_guest.h"
#include "store_import.h"
#include "store_person.h"
#include "testing.h"

LYT_SUITE(import);

typedef struct house {
    char folder[64];
    lyt_store *store;
} house;

static lyt_status open_house(house *h, const lyt_alloc *alloc)
{
    char path[128];

    snprintf(path, sizeof path, "%s/lyt.db", h->folder);
    return lyt_store_open(&h->store, &(lyt_store_options){.path = path, .alloc = alloc}, NULL);
}

static void begin(house *h)
{
    memset(h, 0, sizeof *h);
    testing_folder(h->folder);
    cr_assert_eq(open_house(h, NULL), LYT_OK);
}

static void end(house *h)
{
    lyt_store_close(h->store);
    testing_folder_remove(h->folder);
}

static lyt_status take(house *h, const char *text, lyt_imported *out, lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_status status;

    cr_assert_eq(lyt_json_parse(&json, lyt_str_of(text), 1 << 20, NULL), LYT_OK, "%s", text);
    status = lyt_store_import(h->store, json, out, err);
    lyt_json_free(json);
    return status;
}

#define MESSAGE(more) "{\"feedback\":1,\"from\":\"g\",\"text\":\"cold\",\"accepted_us\":5" more "}"
#define INCIDENT(more)                                                                             \
    "{\"incident\":3,\"scenario\":\"cold\",\"property\":\"h\",\"severity\":2,\"opened_us\":5,"        \
    "\"updated_us\":9" more "}"

/* Each is refused, named by list, row and member, and leaves nothing behind. */
Test(import, PR_03_bad_rows_are_named)
{
    static const struct {
        int line;
        const char *text, *says;
    } rows[] = {
        {__LINE__, "[]", "\"guest\" and \"messages\""},
        {__LINE__, "{\"messages\":[]}", "\"guest\""},
        {__LINE__, "{\"guest\":7,\"messages\":[]}", "\"guest\""},
        {__LINE__, "{\"guest\":\"g\",\"messages\":{}}", "messages: must be a list"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[7]}", "messages[0]: must be an object"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[{}]}", "messages[0].feedback: must be a number"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[" MESSAGE("") "," MESSAGE(",\"channel\":7") "]}",
         "messages[1].channel: must be a text"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[" MESSAGE(",\"sent_us\":-1") "]}",
         "messages[0].sent_us: must be a whole number"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[" MESSAGE(",\"score\":\"3\"") "]}",
         "messages[0].score: must be a number"},
        {__LINE__, "{\"guest\":\"other\",\"messages\":[" MESSAGE("") "]}",
         "messages[0].from: must be the guest that the file is of"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[],\"incidents\":[" INCIDENT("") "]}",
         "incidents[0].state: must be the name of a state"},
        {__LINE__,
         "{\"guest\":\"g\",\"messages\":[],\"incidents\":[" INCIDENT(
             ",\"state\":\"closed\",\"team\":7") "]}",
         "incidents[0].team: must be a text"},
        {__LINE__,
         "{\"guest\":\"g\",\"messages\":[" MESSAGE("") "],\"incidents\":[" INCIDENT(
             ",\"state\":\"closed\"") "],\"facts\":[{\"fact\":\"moved\",\"incident\":3,\"at\":5,"
                                      "\"which\":5}]}",
         "cannot be"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[],\"notes\":[{\"kind\":\"order\"}]}",
         "notes[0].at_us: must be a number"},
        {__LINE__,
         "{\"guest\":\"g\",\"messages\":[],\"stays\":[{\"from_us\":1,\"to_us\":2}]}",
         "stays[0].id: must be"},
        {__LINE__, "{\"guest\":\"g\",\"messages\":[],\"behaviour\":[{\"at\":\"soon\"}]}",
         "behaviour[0].at: must be a time"},
    };
    house h;

    begin(&h);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.text = ""};
        lyt_imported n;
        char sender[32];

        cr_expect_eq(take(&h, rows[i].text, &n, &err), LYT_EFORMAT, "line %d", rows[i].line);
        cr_expect_not_null(strstr(err.text, rows[i].says), "line %d: %s", rows[i].line, err.text);
        cr_expect_eq(lyt_store_sender(h.store, 1, sender, sizeof sender, NULL), LYT_ENOTFOUND,
                     "line %d left something", rows[i].line);
    }
    end(&h);
}

static const char whole[] =
    "{\"guest\":\"g\",\"messages\":[" MESSAGE(
        ",\"id\":\"x\",\"channel\":\"sms\",\"score\":3,\"scale\":10,\"author\":\"lise\",\"verdict\":"
        "{\"text\":\"cold\",\"failures\":[],\"pack\":\"00000000000000ff\"}") "],"
    "\"incidents\":[" INCIDENT(
        ",\"state\":\"closed\",\"team\":\"t\",\"owner\":\"lise\",\"history\":[{\"at_us\":5,\"what\":"
        "\"opened\",\"feedback\":1,\"by\":\"\",\"note\":\"\"}]") "],"
    "\"facts\":[],\"notes\":[{\"kind\":\"order\",\"item\":\"tea\",\"source\":\"bar\",\"at_us\":4}],"
    "\"stays\":[{\"id\":\"s\",\"property\":\"h\",\"place\":\"2\",\"from_us\":1,\"to_us\":2}],"
    "\"consent\":[{\"what\":\"stop\",\"how\":\"word\",\"by\":\"\",\"at_us\":6}],"
    "\"sent\":[{\"kind\":\"reply\",\"state\":\"queued\",\"lang\":\"en\",\"text\":\"sorry\",\"why\":\"\","
    "\"by\":\"\",\"ground\":\"answer\",\"at_us\":7}],"
    "\"behaviour\":[{\"id\":\"e\",\"type\":\"late\",\"subject\":\"g\",\"at\":\"2026-11-27T11:00:00Z\"}]}";

Test(import, PR_03_all_of_it_once)
{
    lyt_error err = {.text = ""};
    lyt_imported n;
    lyt_buf out;
    house h;

    begin(&h);
    cr_expect_eq(take(&h, whole, &n, &err), LYT_OK, "%s", err.text);
    cr_expect(n.messages == 1 && n.incidents == 1 && n.others == 5 && !n.there && !n.left_out,
              "%lld %lld %lld", (long long)n.messages, (long long)n.incidents, (long long)n.others);
    cr_expect_eq(take(&h, whole, &n, &err), LYT_OK, "%s", err.text);
    cr_expect(!n.messages && !n.incidents && !n.others && n.there == 7, "%lld", (long long)n.there);
    lyt_buf_init(&out, NULL);
    cr_expect_eq(lyt_store_export(h.store, &(lyt_who){.guest = LYT_STR("g")}, &out, NULL), LYT_OK);
    /* what waited to be sent then is not sent now */
    cr_expect_not_null(strstr(out.data, "\"state\":\"dropped\""), "%s", out.data);
    cr_expect_not_null(strstr(out.data, "\"author\":\"lise\""), "%s", out.data);
    cr_expect_not_null(strstr(out.data, "\"state\":\"closed\",\"open\":false"), "%s", out.data);
    lyt_buf_deinit(&out);
    end(&h);
}

Test(import, CH_18_a_sender_that_cannot_be_is_damage_and_says_of_which_file)
{
    char sender[32], narrow[1] = "";
    lyt_error err = {.text = ""};
    lyt_imported n;
    house h;

    begin(&h);
    cr_assert_eq(take(&h, whole, &n, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_store_sender(h.store, 1, sender, sizeof sender, &err), LYT_OK);
    cr_expect_str_eq(sender, "g");
    cr_expect_eq(lyt_store_sender(h.store, 1, narrow, sizeof narrow, &err), LYT_EFORMAT);
    cr_expect_not_null(strstr(err.text, "the sender of message 1"), "%s", err.text);
    cr_expect_not_null(strstr(err.file, h.folder), "%s", err.file);
    end(&h);
}

Test(import, PR_03_memory_that_ends_leaves_nothing)
{
    testing_alloc failing = {.fail_at = 0};
    long n = 1;
    house h;

    begin(&h);
    lyt_store_close(h.store);
    while (testing_each_failure(&failing, &n)) {
        lyt_imported taken = {0};
        lyt_error err = {.text = ""};
        lyt_status status;

        h.store = NULL;
        if (open_house(&h, &failing.alloc) != LYT_OK)
            continue;
        status = take(&h, whole, &taken, &err);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", err.text);
        lyt_store_close(h.store);
    }
    cr_expect_gt(n, 3);
    cr_assert_eq(open_house(&h, NULL), LYT_OK);
    end(&h);
}
