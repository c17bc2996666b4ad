#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "access.h"
#include "testing.h"

LYT_SUITE(access);

#define KEY_A "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define KEY_B "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static lyt_access *parsed(const char *text)
{
    lyt_access *access = NULL;
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_access_parse(&access, NULL, lyt_str_of(text), &err), LYT_OK, "%s", err.text);
    return access;
}

Test(access, holders_and_rights)
{
    lyt_access *a = parsed("# who may what\n"
                           "\n"
                           "gateway " KEY_A " submit\r\n"
                           "pager\t" KEY_B "\ttopic=alarm.havnen. topic=incident.havnen. ask\n");

    cr_expect_str_eq(lyt_access_holder(a, LYT_STR(KEY_A)), "gateway");
    cr_expect_str_eq(lyt_access_holder(a, LYT_STR(KEY_B)), "pager");
    cr_expect_null(lyt_access_holder(a, LYT_STR("nobody's")));
    cr_expect(lyt_access_may(a, LYT_STR("gateway"), LYT_RIGHT_SUBMIT));
    cr_expect_not(lyt_access_may(a, LYT_STR("gateway"), LYT_RIGHT_ASK));
    cr_expect_not(lyt_access_may(a, LYT_STR("pager"), LYT_RIGHT_SUBMIT));
    cr_expect(lyt_access_may(a, LYT_STR("pager"), LYT_RIGHT_ASK));
    cr_expect_not(lyt_access_may(a, LYT_STR(""), LYT_RIGHT_ASK));
    lyt_access_free(a);
}

Test(access, a_wish_is_narrowed_to_what_is_allowed)
{
    static const struct {
        int line;
        const char *wanted;
        const char *granted;
    } rows[] = {
        {__LINE__, "", "alarm.havnen. incident.havnen. "},
        {__LINE__, "alarm.", "alarm.havnen. "},
        {__LINE__, "alarm.havnen.", "alarm.havnen. "},
        {__LINE__, "alarm.havnen.front-desk.", "alarm.havnen.front-desk. "},
        {__LINE__, "alarm.byen.", ""},
        {__LINE__, "alarm.havneny", ""},
        {__LINE__, "heartbeat", ""},
    };
    lyt_access *a = parsed("pager " KEY_B " topic=alarm.havnen. topic=incident.havnen.");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str granted[lyt_access_topics_max];
        size_t n = lyt_access_narrow(a, LYT_STR("pager"), lyt_str_of(rows[i].wanted), granted);
        char text[200] = "";

        for (size_t k = 0; k < n; k++)
            sprintf(text + strlen(text), "%.*s ", LYT_STR_ARG(granted[k]));
        cr_expect_str_eq(text, rows[i].granted, "row at line %d: %s", rows[i].line, text);
    }
    cr_expect(lyt_access_hears(a, LYT_STR("pager"), LYT_STR("alarm.havnen.x.2.y")));
    cr_expect_not(lyt_access_hears(a, LYT_STR("pager"), LYT_STR("alarm.byen.x.2.y")));
    lyt_access_free(a);
}

Test(access, a_bad_file_is_named_by_line)
{
    static const struct {
        int line;
        const char *text;
        unsigned at;
        const char *says;
    } rows[] = {
        {__LINE__, "pager", 1, "public key"},
        {__LINE__, "\npager short", 2, "public key"},
        {__LINE__, "Pager " KEY_A, 1, "a name is"},
        {__LINE__, "pager " KEY_A "\npager " KEY_B " reed", 2, "\"reed\" is no right"},
        {__LINE__, "pager " KEY_A " topics=x", 1, "is no right"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_access *a = NULL;
        lyt_error err = {.text = ""};

        cr_expect_eq(lyt_access_parse(&a, NULL, lyt_str_of(rows[i].text), &err), LYT_EFORMAT,
                     "row at line %d", rows[i].line);
        cr_expect_eq(err.line, rows[i].at, "row at line %d", rows[i].line);
        cr_expect_not_null(strstr(err.text, rows[i].says), "row at line %d: %s", rows[i].line,
                           err.text);
        cr_expect_null(a);
    }
}

Test(access, a_door_reads_its_file_again_and_keeps_the_old_one_when_it_is_bad)
{
    char folder[64], path[128];
    bool changed = true;
    lyt_door door;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/access", folder);
    testing_write(folder, "access", LYT_STR("pager " KEY_A " ask"));
    cr_assert_eq(lyt_door_open(&door, NULL, lyt_fs_system(), path, &err), LYT_OK);
    cr_expect(lyt_door_may(&door, "pager", LYT_RIGHT_ASK));
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_OK);
    cr_expect_not(changed);
    testing_write(folder, "access", LYT_STR("pager " KEY_A " nonsense, longer"));
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_EFORMAT);
    cr_expect_str_eq(err.file, path);
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_OK);
    cr_expect(lyt_door_may(&door, "pager", LYT_RIGHT_ASK));
    testing_write(folder, "access", LYT_STR("other " KEY_A " ask"));
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_OK);
    cr_expect(changed);
    cr_expect_not(lyt_door_knows(&door, "pager"));
    cr_expect(lyt_door_knows(&door, "other"));
    /* for a moment there is none while an editor writes it; then it is gone, which is said once */
    cr_assert_eq(remove(path), 0);
    for (int i = 1; i < 10; i++) {
        cr_expect_eq(lyt_door_refresh(&door, &changed, &err),
                     i == lyt_door_missed_most ? LYT_EIO : LYT_OK, "look %d", i);
        cr_expect_not(changed);
    }
    cr_expect(lyt_door_knows(&door, "other"));
    testing_write(folder, "access", LYT_STR("third " KEY_A " ask"));
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_OK);
    cr_expect(changed);
    lyt_door_close(&door);
    testing_folder_remove(folder);
}

/* Who can write the file can let anybody in. */
Test(access, PR_12_a_file_that_everybody_may_write_is_refused)
{
    char folder[64], path[128];
    bool changed = true;
    lyt_door door;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/access", folder);
    testing_write(folder, "access", LYT_STR("pager " KEY_A " ask"));
    cr_assert_eq(chmod(path, 0642), 0);
    cr_expect_eq(lyt_door_open(&door, NULL, lyt_fs_system(), path, &err), LYT_ESTATE);
    cr_expect_str_eq(err.file, path);
    lyt_door_close(&door);
    cr_assert_eq(chmod(path, 0664), 0);
    cr_assert_eq(lyt_door_open(&door, NULL, lyt_fs_system(), path, &err), LYT_OK);
    cr_assert_eq(chmod(path, 0666), 0);
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_ESTATE);
    cr_expect_not(changed);
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_OK);
    cr_expect(lyt_door_may(&door, "pager", LYT_RIGHT_ASK));
    cr_assert_eq(chmod(path, 0600), 0);
    cr_expect_eq(lyt_door_refresh(&door, &changed, &err), LYT_OK);
    cr_expect(changed);
    lyt_door_close(&door);
    testing_folder_remove(folder);
}

Test(access, a_secret_key_that_others_may_read_is_refused)
{
    char folder[64], path[128], public_key[lyt_key_bytes], secret[lyt_key_bytes],
        read[lyt_key_bytes];
    char text[128];
    lyt_error err = {.text = ""};

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/server.key", folder);
    cr_assert_eq(lyt_key_pair(public_key, secret, &err), LYT_OK);
    snprintf(text, sizeof text, "public %s\nsecret %s\n", public_key, secret);
    testing_write(folder, "server.key", lyt_str_of(text));
    chmod(path, 0640);
    cr_expect_eq(lyt_key_load(read, lyt_fs_system(), path, &err), LYT_ESTATE);
    cr_expect_null(strstr(err.text, secret));
    chmod(path, 0600);
    cr_expect_eq(lyt_key_load(read, lyt_fs_system(), path, &err), LYT_OK);
    cr_expect_str_eq(read, secret);
    testing_write(folder, "server.key", LYT_STR("nothing\n"));
    chmod(path, 0600);
    cr_expect_eq(lyt_key_load(read, lyt_fs_system(), path, &err), LYT_EFORMAT);
    testing_folder_remove(folder);
}
