#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "secret.h"
#include "signing.h"
#include "testing.h"

LYT_SUITE(secret);

Test(secret, lines_are_secrets)
{
    static const struct {
        int line;
        lyt_str text;
        size_t n; /* 0: refused */
    } rows[] = {
#define ROW(text, n) {__LINE__, {text, sizeof(text) - 1}, n}
        ROW("one\n", 1),
        ROW("one", 1),
        ROW("# the new one\none\r\n\n# the old one\ntwo\n", 2),
        ROW("#one\n", 1),
        ROW(" with blanks \n", 1),
        ROW("", 0),
        ROW("\n\n# nothing\n", 0),
        ROW("a\0b\n", 0),
        ROW("1\n2\n3\n4\n5\n6\n7\n8\n", 8),
        ROW("1\n2\n3\n4\n5\n6\n7\n8\n9\n", 0),
#undef ROW
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.text = ""};
        lyt_secrets secrets;
        lyt_status status = lyt_secrets_parse(&secrets, NULL, rows[i].text, "s", &err);

        cr_expect_eq(status, rows[i].n ? LYT_OK : LYT_EFORMAT, "row at line %d", rows[i].line);
        cr_expect_eq(secrets.n, rows[i].n, "row at line %d", rows[i].line);
        cr_expect_eq(rows[i].n == 0, err.text[0] != '\0');
        lyt_secrets_deinit(&secrets);
    }
    {
        char text[lyt_secret_bytes_max + 2];
        lyt_secrets secrets;
        lyt_error err;

        memset(text, 'x', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        cr_expect_eq(lyt_secrets_parse(&secrets, NULL, lyt_str_of(text), "s", &err), LYT_EFORMAT);
        /* never in what is told */
        cr_expect_null(strstr(err.text, "xxx"));
        cr_expect_eq(err.line, 1);
    }
}

/* PR-12 */
Test(secret, a_file_that_others_may_read_is_refused)
{
    lyt_error err = {.text = ""};
    char folder[64], path[96];
    lyt_secrets secrets;

    testing_folder(folder);
    testing_write(folder, "secret", LYT_STR("hemmelig\n"));
    snprintf(path, sizeof path, "%s/secret", folder);
    for (int mode = 0; mode < 0100; mode++) {
        lyt_status status;

        cr_assert_eq(chmod(path, (mode_t)(0600 | mode)), 0);
        status = lyt_secrets_load(&secrets, NULL, lyt_fs_system(), path, &err);
        cr_expect_eq(status, mode ? LYT_ESTATE : LYT_OK, "mode %o", (unsigned)mode);
        cr_expect_null(strstr(err.text, "hemmelig"));
        if (mode)
            cr_expect_not_null(strstr(err.text, "chmod 600"), "%s", err.text);
        lyt_secrets_deinit(&secrets);
    }
    snprintf(path, sizeof path, "%s/none", folder);
    cr_expect_eq(lyt_secrets_load(&secrets, NULL, lyt_fs_system(), path, &err), LYT_ENOTFOUND);
    testing_folder_remove(folder);
}

Test(secret, faults_leave_nothing)
{
    testing_alloc failing = {.fail_at = 0};
    lyt_secrets secrets;
    testing_fs files;
    char folder[64], path[96];

    testing_folder(folder);
    testing_write(folder, "secret", LYT_STR("hemmelig\n"));
    snprintf(path, sizeof path, "%s/secret", folder);
    cr_assert_eq(chmod(path, 0600), 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        (void)!lyt_secrets_load(&secrets, &failing.alloc, lyt_fs_system(), path, NULL);
        lyt_secrets_deinit(&secrets);
    }
    testing_fs_init(&files, 1, LYT_EIO);
    cr_expect_eq(lyt_secrets_load(&secrets, NULL, &files.fs, path, NULL), LYT_EIO);
    cr_expect_eq(secrets.n, 0);
    testing_folder_remove(folder);
}

Test(secret, comparing_takes_whole_texts)
{
    cr_expect(lyt_same_secret(LYT_STR("abc"), LYT_STR("abc")));
    cr_expect_not(lyt_same_secret(LYT_STR("abc"), LYT_STR("abd")));
    cr_expect_not(lyt_same_secret(LYT_STR("abc"), LYT_STR("ab")));
    cr_expect(lyt_same_secret(LYT_STR(""), LYT_STR("")));
}

/* The newer GatewayAPI's vector, and that one changed letter's case does not pass. */
Test(secret, hex_signatures_are_all_small_or_all_capitals)
{
    static const char good[] = "cb260224ba1b3fc72473cf710b624f00a7cb899dd476fc4dd727666be9c8de53";
    lyt_secrets secrets = {.keys = {{"secret", 6}}, .n = 1};
    lyt_str body = LYT_STR("{\"event_id\":\"x\"}");
    char text[sizeof good];

    cr_expect(lyt_is_signed_hex(&secrets, LYT_DIGEST_SHA256, body, lyt_str_of(good)));
    for (size_t i = 0; good[i]; i++) {
        memcpy(text, good, sizeof good);
        text[i] ^= 0x20;
        cr_expect_not(lyt_is_signed_hex(&secrets, LYT_DIGEST_SHA256, body, lyt_str_of(text)));
    }
    for (size_t i = 0; good[i]; i++)
        text[i] = (char)(good[i] >= 'a' ? good[i] - 32 : good[i]);
    cr_expect(lyt_is_signed_hex(&secrets, LYT_DIGEST_SHA256, body, lyt_str_of(text)));
}

/* Vectors of the gateways for surveys, which use the same letters. */
Test(secret, base64_signatures)
{
    static const struct {
        const char *key, *body, *signature;
        lyt_digest digest;
    } rows[] = {
        {"secret", "{\"event_id\":\"x\"}",
         "yyYCJLobP8ckc89xC2JPAKfLiZ3UdvxN1ydma+nI3lM=", LYT_DIGEST_SHA256},
        {"key&secret", "{\"name\":\"My Webhook\"}",
         "+6gGCzB2eVCSN1/n+fqTQM7GGwQ=", LYT_DIGEST_SHA1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_secrets secrets = {.keys = {lyt_str_of(rows[i].key)}, .n = 1};

        cr_expect(lyt_is_signed_base64(&secrets, rows[i].digest, lyt_str_of(rows[i].body),
                                       lyt_str_of(rows[i].signature)));
    }
}
