#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "guestref.h"
#include "ratelimit.h"
#include "testing.h"
#include "webcount.h"

LYT_SUITE(webcount);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in\n%s", part, text)

Test(webcount, OP_04_as_prometheus_reads_it)
{
    static const char status[] = "{\"state\":\"ok\",\"version\":\"1\",\"workers\":2,"
                                 "\"counts\":{\"feedback\":3,\"odd-name\":4},\"real\":1.5}";
    lyt_webcount count;
    lyt_json *tree = NULL;
    lyt_buf out;
    size_t lines = 0;

    memset(&count, 0, sizeof count);
    lyt_webcount_answer(&count, lyt_webroute_at(0), 200, 400);
    lyt_webcount_answer(&count, lyt_webroute_at(0), 200, 3000);
    lyt_webcount_answer(&count, NULL, 404, 20000000);
    count.refused[LYT_WEB_REFUSED_RATE] = 7;
    cr_assert_eq(lyt_json_parse(&tree, lyt_str_of(status), 4096, NULL), LYT_OK);
    lyt_buf_init(&out, NULL);
    lyt_webcount_write(&count, tree, &out);
    cr_assert_eq(lyt_buf_status(&out), LYT_OK);
    HAS(out.data, "lyt_http_requests_total{method=\"GET\",route=\"/\",status=\"2xx\"} 2\n");
    HAS(out.data, "lyt_http_requests_total{method=\"\",route=\"\",status=\"4xx\"} 1\n");
    HAS(out.data, "lyt_http_refused_total{why=\"rate\"} 7\n");
    HAS(out.data, "lyt_http_answer_seconds_bucket{le=\"0.0005\"} 1\n");
    HAS(out.data, "lyt_http_answer_seconds_bucket{le=\"0.005\"} 2\n");
    HAS(out.data, "lyt_http_answer_seconds_bucket{le=\"+Inf\"} 3\n");
    HAS(out.data, "lyt_http_answer_seconds_sum 20.0034\n");
    HAS(out.data, "lyt_up 1\n");
    HAS(out.data, "\nlyt_workers 2\n");
    HAS(out.data, "\nlyt_counts_feedback 3\n");
    HAS(out.data, "\nlyt_counts_odd_name 4\n");
    HAS(out.data, "\nlyt_real 1.5\n");
    /* every sample has a type before it, and none comes twice */
    for (char *line = strtok(out.data, "\n"); line; line = strtok(NULL, "\n"))
        lines += line[0] != '#';
    cr_expect_gt(lines, (size_t)30);
    lyt_buf_deinit(&out);
    lyt_json_free(tree);
}

Test(webcount, without_a_service_it_is_not_up)
{
    lyt_webcount count;
    lyt_buf out;

    memset(&count, 0, sizeof count);
    lyt_buf_init(&out, NULL);
    lyt_webcount_write(&count, NULL, &out);
    HAS(out.data, "lyt_up 0\n");
    lyt_buf_deinit(&out);
}

/* ---- limits of rate ---- */

static lyt_ratelimit limit;

Test(webcount, a_bucket_fills_up_with_time)
{
    int64_t now = 1000000, retry_ms = 0;

    memset(&limit, 0, sizeof limit);
    limit.a_second = 2;
    limit.burst = 3;
    for (int i = 0; i < 3; i++)
        cr_expect(lyt_ratelimit_take(&limit, 17, now, NULL));
    cr_expect_not(lyt_ratelimit_has(&limit, 17, now));
    cr_expect_not(lyt_ratelimit_take(&limit, 17, now, &retry_ms));
    cr_expect(retry_ms >= 500 && retry_ms <= 502, "%lld", (long long)retry_ms);
    cr_expect(lyt_ratelimit_take(&limit, 18, now, NULL), "somebody else has a bucket of their own");
    now += 500000;
    cr_expect(lyt_ratelimit_take(&limit, 17, now, NULL));
    cr_expect_not(lyt_ratelimit_take(&limit, 17, now, NULL));
    now += 3600 * (int64_t)1000000;
    for (int i = 0; i < 3; i++)
        cr_expect(lyt_ratelimit_take(&limit, 17, now, NULL));
    cr_expect_not(lyt_ratelimit_take(&limit, 17, now, NULL), "never more than the burst");
    cr_expect(lyt_ratelimit_take(&limit, 0, now, NULL));
}

/* Whoever has many addresses pushes out others, but no row is ever written beyond the table. */
Test(webcount, many_keys)
{
    memset(&limit, 0, sizeof limit);
    limit.a_second = 1;
    limit.burst = 1;
    for (uint64_t key = 1; key < 20000; key++)
        cr_expect(lyt_ratelimit_take(&limit, key, (int64_t)key, NULL));
    cr_expect_not(lyt_ratelimit_take(&limit, 19999, 20000, NULL));
}

/* ---- references ---- */

Test(webcount, references_are_ours_alone)
{
    static const int64_t numbers[] = {1, 2, 3, 255, 256, 65536, 1234567890, (INT64_C(1) << 48) - 1};
    unsigned char key[lyt_web_key_bytes] = {1, 2, 3}, other[lyt_web_key_bytes] = {1, 2, 4};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[lyt_reference_bytes], next[lyt_reference_bytes];
        int64_t number = 0;

        lyt_reference_make(text, key, numbers[i]);
        cr_expect_eq(strlen(text), 24);
        cr_expect(lyt_reference_read(&number, key, lyt_str_of(text)));
        cr_expect_eq(number, numbers[i]);
        cr_expect_not(lyt_reference_read(&number, other, lyt_str_of(text)));
        lyt_reference_make(next, key, numbers[i] + 1);
        cr_expect_str_neq(text, next);
        /* any letter that is another one makes it none */
        for (size_t at = 0; at < 24; at++) {
            char kept = text[at];

            text[at] = kept == 'a' ? 'b' : 'a';
            cr_expect_not(lyt_reference_read(&number, key, lyt_str_of(text)), "%s", text);
            text[at] = kept;
        }
        cr_expect_not(lyt_reference_read(&number, key, (lyt_str){text, 23}));
        text[0] = '1';
        cr_expect_not(lyt_reference_read(&number, key, lyt_str_of(text)));
    }
}

/* RFC 4231, test case 2, and 6 with a key longer than a block. */
Test(webcount, hmac_as_the_rfc_says)
{
    static const unsigned char jefe[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e};
    static const unsigned char large[] = {0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f};
    unsigned char out[32], key[131];

    lyt_hmac_sha256(out, (const unsigned char *)"Jefe", 4, LYT_STR("what do ya want "),
                    LYT_STR("for nothing?"));
    cr_expect_eq(memcmp(out, jefe, sizeof jefe), 0);
    memset(key, 0xaa, sizeof key);
    lyt_hmac_sha256(out, key, sizeof key,
                    LYT_STR("Test Using Larger Than Block-Size Key - Hash Key First"), LYT_STR(""));
    cr_expect_eq(memcmp(out, large, sizeof large), 0);
}

Test(webcount, a_key_is_made_once_and_kept_from_others)
{
    unsigned char key[lyt_web_key_bytes], again[lyt_web_key_bytes];
    char folder[64], path[96], command[256];
    lyt_error err = {.text = ""};

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/web.key", folder);
    cr_assert_eq(lyt_web_key_load(key, lyt_fs_system(), folder, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_web_key_load(again, lyt_fs_system(), folder, &err), LYT_OK);
    cr_expect_eq(memcmp(key, again, sizeof key), 0);
    snprintf(command, sizeof command, "chmod 640 %s", path);
    cr_assert_eq(system(command), 0);
    cr_expect_eq(lyt_web_key_load(again, lyt_fs_system(), folder, &err), LYT_ESTATE);
    snprintf(command, sizeof command, "chmod 600 %s; printf x > %s", path, path);
    cr_assert_eq(system(command), 0);
    cr_expect_eq(lyt_web_key_load(again, lyt_fs_system(), folder, &err), LYT_EFORMAT);
    testing_folder_remove(folder);
}

Test(webcount, half_a_key_is_not_left_behind)
{
    unsigned char key[lyt_web_key_bytes];
    struct rlimit files;
    char folder[64];
    lyt_error err = {.text = ""};

    testing_folder(folder);
    /* as on a disk that is full in the middle of it */
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &files);
    files.rlim_cur = lyt_web_key_bytes / 2;
    setrlimit(RLIMIT_FSIZE, &files);
    cr_expect_eq(lyt_web_key_load(key, lyt_fs_system(), folder, &err), LYT_EIO);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_FSIZE, &files);
    cr_expect_eq(lyt_web_key_load(key, lyt_fs_system(), folder, &err), LYT_OK, "%s", err.text);
    testing_folder_remove(folder);
}
