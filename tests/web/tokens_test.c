#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing.h"
#include "tokens.h"
#include "weblogin.h"

LYT_SUITE(tokens);

/* SHA-256 of "secret", and of "other" */
#define SECRET "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
#define OTHER "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"

Test(tokens, a_file_of_them)
{
    static const char text[] =
        "# who may do what\n"
        "\n"
        "mette staff " SECRET " property=havnen property=Bakken language=da\n"
        "  pms-1 machine-sender " OTHER "\r\n";
    lyt_tokens *tokens = NULL;
    const lyt_who *who;
    lyt_buf out;

    cr_assert_eq(lyt_tokens_parse(&tokens, NULL, lyt_str_of(text), NULL), LYT_OK);
    cr_expect_eq(lyt_tokens_count(tokens), 2);
    who = lyt_tokens_find(tokens, LYT_STR("secret"));
    cr_assert_not_null(who);
    cr_expect_str_eq(who->person, "mette");
    cr_expect_str_eq(who->language, "da");
    cr_expect(lyt_who_has(who, LYT_STR("havnen")));
    cr_expect(lyt_who_has(who, LYT_STR("bakken")));
    cr_expect_not(lyt_who_has(who, LYT_STR("havne")));
    cr_expect(lyt_who_can(who, LYT_CAN_ACT));
    cr_expect_not(lyt_who_can(who, LYT_CAN_LEAD));
    lyt_buf_init(&out, NULL);
    lyt_tokens_write(&out, who);
    cr_expect_str_eq(out.data,
                     "mette staff " SECRET " property=havnen property=bakken language=da\n");
    lyt_buf_deinit(&out);
    who = lyt_tokens_find(tokens, LYT_STR("other"));
    cr_assert_not_null(who);
    cr_expect(lyt_who_has(who, LYT_STR("anything")));
    cr_expect(lyt_who_can(who, LYT_CAN_SEND));
    cr_expect_not(lyt_who_can(who, LYT_CAN_READ));
    cr_expect_null(lyt_tokens_find(tokens, LYT_STR("secre")));
    cr_expect_null(lyt_tokens_find(tokens, LYT_STR("")));
    cr_expect_null(lyt_tokens_find(tokens, LYT_STR(SECRET)));
    lyt_tokens_free(tokens);
}

Test(tokens, what_is_wrong_is_named_with_its_line)
{
    static const struct {
        int line;
        const char *text;
        uint32_t at;
        const char *says;
    } rows[] = {
        {__LINE__, "Mette staff " SECRET, 1, "a name"},
        {__LINE__, "# x\nmette chef " SECRET, 2, "viewer, staff, manager"},
        {__LINE__, "mette staff", 1, "64 hexadecimal"},
        {__LINE__, "mette staff 00", 1, "64 hexadecimal"},
        {__LINE__, "mette staff lyt_0123", 1, "64 hexadecimal"},
        {__LINE__, "mette staff " SECRET " property=", 1, "property"},
        {__LINE__, "mette staff " SECRET " property=a/b", 1, "property"},
        {__LINE__, "mette staff " SECRET " language=dansk-og-mere", 1, "language"},
        {__LINE__, "mette staff " SECRET " colour=red", 1, "property=NAME"},
        {__LINE__, "mette staff " SECRET "\njens staff " SECRET, 2, "twice"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_tokens *tokens = NULL;
        lyt_error err = {.text = ""};

        cr_expect_eq(lyt_tokens_parse(&tokens, NULL, lyt_str_of(rows[i].text), &err), LYT_EFORMAT,
                     "row at line %d", rows[i].line);
        cr_expect_eq(err.line, rows[i].at, "row at line %d", rows[i].line);
        cr_expect_not_null(strstr(err.text, rows[i].says), "row at line %d: %s", rows[i].line,
                           err.text);
        cr_expect_null(tokens);
    }
}

Test(tokens, too_many_properties)
{
    lyt_tokens *tokens = NULL;
    lyt_error err;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_buf_add_text(&text, "mette staff " SECRET);
    for (int i = 0; i <= lyt_token_properties_max; i++)
        lyt_buf_addf(&text, " property=p%d", i);
    cr_expect_eq(lyt_tokens_parse(&tokens, NULL, lyt_buf_str(&text), &err), LYT_EFORMAT);
    cr_expect_not_null(strstr(err.text, "32"));
    lyt_buf_deinit(&text);
}

Test(tokens, memory_that_ends_is_told)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_tokens *tokens = NULL;
        lyt_status status = lyt_tokens_parse(&tokens, &failing.alloc,
                                             LYT_STR("a staff " SECRET "\nb admin " OTHER), NULL);

        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        cr_expect_eq(status == LYT_OK, tokens != NULL);
        lyt_tokens_free(tokens);
    }
    cr_expect_eq(failing.live, 0);
}

Test(tokens, made_ones_are_all_different_and_known_by_their_hash)
{
    char token[lyt_token_bytes], next[lyt_token_bytes], hash[lyt_token_hash_bytes];

    cr_assert_eq(lyt_token_make(token, NULL), LYT_OK);
    cr_assert_eq(lyt_token_make(next, NULL), LYT_OK);
    cr_expect_str_neq(token, next);
    cr_expect_eq(strlen(token), 52);
    lyt_token_hash(hash, LYT_STR("secret"));
    cr_expect_str_eq(hash, SECRET);
}

Test(tokens, a_file_is_read_again_when_it_changes_and_a_bad_one_changes_nothing)
{
    char folder[64], path[96];
    lyt_tokenfile file;
    bool changed = true;
    lyt_error err = {.text = ""};

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/tokens", folder);
    testing_write(folder, "tokens", LYT_STR("mette staff " SECRET "\n"));
    cr_assert_eq(chmod(path, 0644), 0);
    cr_expect_eq(lyt_tokenfile_open(&file, NULL, lyt_fs_system(), path, &err), LYT_ESTATE);
    cr_expect_not_null(strstr(err.text, "chmod 600"));
    lyt_tokenfile_close(&file);
    cr_assert_eq(chmod(path, 0600), 0);
    cr_assert_eq(lyt_tokenfile_open(&file, NULL, lyt_fs_system(), path, &err), LYT_OK);
    cr_expect_eq(lyt_tokenfile_refresh(&file, &changed, &err), LYT_OK);
    cr_expect_not(changed);
    cr_assert_eq(unlink(path), 0);
    testing_write(folder, "tokens", LYT_STR("nonsense\n"));
    cr_assert_eq(chmod(path, 0600), 0);
    cr_expect_eq(lyt_tokenfile_refresh(&file, &changed, &err), LYT_EFORMAT);
    cr_expect_str_eq(err.file, path);
    cr_expect_not_null(lyt_tokens_find(file.tokens, LYT_STR("secret")));
    cr_expect_eq(lyt_tokenfile_refresh(&file, &changed, &err), LYT_OK, "told once a change");
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(lyt_tokenfile_refresh(&file, &changed, &err), LYT_OK);
    testing_write(folder, "tokens", LYT_STR("jens staff " OTHER "\n"));
    cr_assert_eq(chmod(path, 0600), 0);
    cr_expect_eq(lyt_tokenfile_refresh(&file, &changed, &err), LYT_OK);
    cr_expect(changed);
    cr_expect_null(lyt_tokens_find(file.tokens, LYT_STR("secret")));
    cr_expect_not_null(lyt_tokens_find(file.tokens, LYT_STR("other")));
    lyt_tokenfile_close(&file);
    testing_folder_remove(folder);
}

/* ---- sessions ---- */

static lyt_logins logins;
static const int64_t minute_us = 60 * (int64_t)1000000;

Test(tokens, sessions_live_while_they_are_used_and_a_day_at_most)
{
    char cookie[lyt_token_bytes];
    int64_t now = 1000 * minute_us, made = now;

    memset(&logins, 0, sizeof logins);
    cr_assert_eq(lyt_login_open(&logins, SECRET, now, cookie, NULL), LYT_OK);
    cr_expect_str_eq(lyt_login_find(&logins, lyt_str_of(cookie), now)->token, SECRET);
    cr_expect_null(lyt_login_find(&logins, LYT_STR("lyt_wrong"), now));
    cr_expect_null(lyt_login_find(&logins, (lyt_str){"", 0}, now));
    for (; now - made <= lyt_login_most_min * minute_us; now += 60 * minute_us)
        cr_expect_not_null(lyt_login_find(&logins, lyt_str_of(cookie), now));
    cr_expect_null(lyt_login_find(&logins, lyt_str_of(cookie), now), "a day is the most");

    cr_assert_eq(lyt_login_open(&logins, SECRET, now, cookie, NULL), LYT_OK);
    now += (lyt_login_idle_min + 1) * minute_us;
    cr_expect_null(lyt_login_find(&logins, lyt_str_of(cookie), now), "unused for too long");

    cr_assert_eq(lyt_login_open(&logins, SECRET, now, cookie, NULL), LYT_OK);
    cr_expect_null(
        lyt_login_find(&logins, lyt_str_of(cookie), now - 3 * lyt_login_most_min * minute_us),
        "the clock was set back");

    cr_assert_eq(lyt_login_open(&logins, SECRET, now, cookie, NULL), LYT_OK);
    lyt_login_close(&logins, lyt_str_of(cookie));
    cr_expect_null(lyt_login_find(&logins, lyt_str_of(cookie), now));
}

Test(tokens, the_word_of_a_page_follows_from_its_cookie_and_the_key)
{
    const unsigned char key[32] = {1}, other[32] = {2};
    char one[lyt_csrf_bytes], again[lyt_csrf_bytes], changed[lyt_csrf_bytes];

    lyt_login_csrf(one, key, sizeof key, LYT_STR("lyt_a"));
    lyt_login_csrf(again, key, sizeof key, LYT_STR("lyt_a"));
    cr_expect_eq(strlen(one), 64);
    cr_expect_str_eq(one, again);
    lyt_login_csrf(changed, key, sizeof key, LYT_STR("lyt_b"));
    cr_expect_str_neq(one, changed);
    lyt_login_csrf(changed, other, sizeof other, LYT_STR("lyt_a"));
    cr_expect_str_neq(one, changed);
}

Test(tokens, sessions_go_on_from_a_file_and_a_bad_file_lets_nobody_in)
{
#define LINE SECRET " " SECRET
    static const struct {
        int line;
        const char *text;
        unsigned at; /* the line that is wrong; 0: none is */
        size_t n;    /* sessions */
    } rows[] = {
        {__LINE__, "", 0, 0},
        {__LINE__, "# nothing\n\n", 0, 0},
        {__LINE__, LINE " 60000000000 60000000000\n", 0, 1},
        {__LINE__, LINE " 60000000000 60000000000", 0, 1},
        {__LINE__, LINE " 1 1\n", 0, 0},
        {__LINE__, "#\n" LINE " 60000000000\n", 2, 0},
        {__LINE__, LINE " 60000000000 60000000000 7\n", 1, 0},
        {__LINE__, LINE " -1 60000000000\n", 1, 0},
        {__LINE__, SECRET " x 60000000000 60000000000\n", 1, 0},
        {__LINE__, LINE " 60000000000 60000000000\nnonsense\n", 2, 0},
    };
    char cookie[lyt_token_bytes];
    int64_t now = 1000 * minute_us;
    lyt_error err;
    lyt_buf text;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = 0;

        err.line = 0;
        cr_expect_eq(lyt_logins_read(&logins, lyt_str_of(rows[i].text), now, &err),
                     rows[i].at ? LYT_EFORMAT : LYT_OK, "row at line %d", rows[i].line);
        cr_expect_eq(err.line, rows[i].at, "row at line %d", rows[i].line);
        for (size_t j = 0; j < lyt_logins_max; j++)
            n += logins.rows[j].hash[0] != '\0';
        cr_expect_eq(n, rows[i].n, "row at line %d", rows[i].line);
    }
    memset(&logins, 0, sizeof logins);
    cr_assert_eq(lyt_login_open(&logins, SECRET, now, cookie, NULL), LYT_OK);
    lyt_buf_init(&text, NULL);
    lyt_logins_write(&logins, now, &text);
    cr_expect_null(strstr(text.data, cookie), "the cookie itself stands nowhere");
    cr_assert_eq(lyt_logins_read(&logins, lyt_buf_str(&text), now, &err), LYT_OK);
    cr_expect_not_null(lyt_login_find(&logins, lyt_str_of(cookie), now));
    lyt_buf_deinit(&text);
}

Test(tokens, when_all_places_are_taken_the_one_unused_longest_goes)
{
    char first[lyt_token_bytes], second[lyt_token_bytes], cookie[lyt_token_bytes];

    memset(&logins, 0, sizeof logins);
    cr_assert_eq(lyt_login_open(&logins, SECRET, 1, first, NULL), LYT_OK);
    cr_assert_eq(lyt_login_open(&logins, SECRET, 2, second, NULL), LYT_OK);
    for (int64_t i = 2; i < lyt_logins_max; i++)
        cr_assert_eq(lyt_login_open(&logins, SECRET, 10 + i, cookie, NULL), LYT_OK);
    cr_expect_not_null(lyt_login_find(&logins, lyt_str_of(first), 5000));
    cr_assert_eq(lyt_login_open(&logins, SECRET, 5001, cookie, NULL), LYT_OK);
    cr_expect_not_null(lyt_login_find(&logins, lyt_str_of(first), 5002));
    cr_expect_null(lyt_login_find(&logins, lyt_str_of(second), 5002));
}
