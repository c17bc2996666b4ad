#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serving.h"

/*
 * A service is started on databases that somebody changed: it says which file is bad, or it
 * runs and answers. $LYT_SEED repeats a run; $LYT_TORTURE_S above 10 tries ten times as many.
 */
LYT_SUITE(crafted);

enum { file_max = 8 << 20, page_bytes = 4096 };

static uint64_t state;

/* xorshift64*, G. Marsaglia / S. Vigna. */
static uint64_t pick(uint64_t n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * 2685821657736338717ULL >> 33) % n;
}

static void path_of(const serving *s, const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", s->folder, name);
}

/* One that was in use: open incidents, a named subscriber, events, and something still waiting. */
static void make_sound(serving *s, lyt_buf *out)
{
    char path[128], json[160];
    lyt_error err = {.text = ""};

    serving_start(s);
    for (int i = 0; i < 40; i++) {
        snprintf(json, sizeof json, "{\"id\":\"c%d\",\"place\":\"%d\",\"text\":\"cold and dirty\"}", i,
                 i);
        serving_submit(s, json);
    }
    serving_until(s, "waiting", NULL, 0);
    serving_stop(s);
    path_of(s, "lyt.db", path);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, file_max, out, &err), LYT_OK, "%s", err.text);
}

/* Single bytes, whole pages, heads of pages, or its end cut off. */
static size_t craft(char *bytes, size_t n)
{
    size_t n_edits = 1 + pick(12), at;

    for (size_t i = 0; i < n_edits; i++) {
        at = pick(n);
        switch (pick(8)) {
        case 0:
            memset(bytes + at / page_bytes * page_bytes, (int)pick(256), page_bytes);
            break;
        case 1:
        case 2:
            bytes[at / page_bytes * page_bytes + pick(12)] = (char)pick(256);
            break;
        default:
            bytes[at] = (char)pick(256);
            break;
        }
    }
    return pick(10) ? n : 1 + pick(n);
}

static void put(const serving *s, lyt_str data)
{
    static const char *const beside[] = {"lyt.db-wal", "lyt.db-shm", "lyt.db-journal"};
    char path[128];
    FILE *file;

    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        path_of(s, beside[i], path);
        (void)unlink(path);
    }
    path_of(s, "lyt.db", path);
    file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(data.ptr, 1, data.len, file), data.len);
    cr_assert_eq(fclose(file), 0);
}

/* It answers a question and a message, whatever that answer is. */
static void use(serving *s)
{
    lyt_error err;

    cr_assert_eq(lyt_asker_new(&s->submit, s->net, NULL, s->at.submit, &err), LYT_OK);
    cr_assert_eq(lyt_asker_new(&s->replay, s->net, NULL, s->at.replay, &err), LYT_OK);
    serving_ask(s, "{\"request\":\"status\"}");
    serving_ask(s, "{\"request\":\"events\",\"since\":0}");
    serving_ask(s, "{\"request\":\"snapshot\"}");
    serving_ask(s, "{\"request\":\"incident\",\"incident\":3}");
    serving_submit(s, "{\"id\":\"new\",\"place\":\"1\",\"text\":\"cold\"}");
    lyt_asker_free(s->submit);
    lyt_asker_free(s->replay);
    s->submit = s->replay = NULL;
}

Test(crafted, a_service_names_the_file_or_runs, .timeout = 1000000)
{
    const char *seed = getenv("LYT_SEED"), *longer = getenv("LYT_TORTURE_S");
    int n = longer && strtod(longer, NULL) > 10 ? 600 : 60, n_refused = 0;
    lyt_buf sound, crafted;
    uint64_t began;
    serving s;

    began = seed && *seed ? strtoull(seed, NULL, 10)
                          : (uint64_t)lyt_clock_mono_us(lyt_clock_system()) % 1000000007;
    state = began * 2 + 1;
    serving_init(&s);
    s.options.drain_ms = 100;
    lyt_buf_init(&sound, NULL);
    lyt_buf_init(&crafted, NULL);
    make_sound(&s, &sound);
    for (int i = 0; i < n; i++) {
        lyt_error err = {.text = ""};
        char said[600];
        size_t len;

        lyt_buf_reset(&crafted);
        lyt_buf_add(&crafted, lyt_buf_str(&sound));
        len = craft(crafted.data, crafted.len);
        put(&s, (lyt_str){crafted.data, len});
        if (lyt_service_start(&s.service, &s.options, &s.at, &err)) {
            lyt_error_format(&err, said, sizeof said);
            cr_expect_not_null(strstr(said, "lyt.db"), "seed %llu, %d: %s",
                               (unsigned long long)began, i, said);
            n_refused++;
            continue;
        }
        use(&s);
        (void)!lyt_service_stop(s.service, &err);
        s.service = NULL;
    }
    fprintf(stderr, "crafted: seed %llu, %d databases, %d refused\n", (unsigned long long)began, n,
            n_refused);
    cr_expect_gt(n_refused, 0);
    cr_expect_lt(n_refused, n);
    lyt_buf_deinit(&sound);
    lyt_buf_deinit(&crafted);
    lyt_net_free(s.net);
    lyt_buf_deinit(&s.said);
    lyt_buf_deinit(&s.heard);
    lyt_buf_deinit(&s.json);
    testing_folder_remove(s.folder);
}
