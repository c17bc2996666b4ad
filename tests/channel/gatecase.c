#include "gatecase.h"

#include <stdio.h>
#include <string.h>

#include "httptext.h"

static lyt_str line_of(lyt_str text, size_t *at)
{
    size_t end = lyt_str_find(text, '\n', *at);
    lyt_str line = lyt_str_slice(text, *at, end);

    *at = end + 1;
    return line;
}

static lyt_scheme scheme_of(lyt_str name)
{
    static const char *const names[] = {"",     "none",   "md5hash", "md5",
                                        "sha1", "sha256", "sha384",  "sha512"};

    for (int i = 1; i < 8; i++)
        if (lyt_str_equal(name, lyt_str_of(names[i])))
            return (lyt_scheme)i;
    cr_assert_fail("no such scheme: %.*s", LYT_STR_ARG(name));
    return LYT_SCHEME_DEFAULT;
}

static void set(gatecase *tried, lyt_str key, lyt_str value)
{
    lyt_gateway_config *config = &tried->bed.config;

    if (lyt_str_equal(key, LYT_STR("kind"))) {
        char kind[32];

        snprintf(kind, sizeof kind, "%.*s", LYT_STR_ARG(value));
        gatebed_init(&tried->bed, kind, NULL);
        tried->bed.config.name = value;
    } else if (lyt_str_equal(key, LYT_STR("secret"))) {
        config->secrets.keys[config->secrets.n++] = value;
    } else if (lyt_str_equal(key, LYT_STR("basic"))) {
        config->basic.keys[config->basic.n++] = value;
    } else if (lyt_str_equal(key, LYT_STR("account"))) {
        config->account = value;
    } else if (lyt_str_equal(key, LYT_STR("scheme"))) {
        config->scheme = scheme_of(value);
    } else if (lyt_str_equal(key, LYT_STR("flip"))) {
        tried->flip = value;
    } else if (lyt_str_equal(key, LYT_STR("now"))) {
        cr_assert_eq(lyt_clock_parse(&tried->bed.request.now_us, value), LYT_OK);
    } else {
        cr_assert_fail("%s: %.*s", tried->name, LYT_STR_ARG(key));
    }
}

static void load(gatecase *tried, const char *path)
{
    lyt_error err = {.text = ""};
    lyt_str text, request;
    size_t at = 0, from;

    lyt_buf_init(&tried->file, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &tried->file, &err), LYT_OK, "%s",
                 err.text);
    text = lyt_buf_str(&tried->file);
    for (;;) {
        lyt_str line = line_of(text, &at);
        size_t colon = lyt_str_find(line, ':', 0);

        if (lyt_str_equal(line, LYT_STR("--- request")))
            break;
        cr_assert_lt(at, text.len, "%s: no request", path);
        if (line.ptr[0] != '#')
            set(tried, lyt_str_slice(line, 0, colon),
                lyt_str_trim(lyt_str_slice(line, colon + 1, line.len)));
    }
    from = at;
    while (!lyt_str_begins(lyt_str_slice(text, at, text.len), LYT_STR("\n--- expect\n")))
        cr_assert_lt(++at, text.len, "%s: no expectation", path);
    request = lyt_str_slice(text, from, at);
    tried->expected = lyt_str_trim(lyt_str_slice(text, at + 12, text.len));
    cr_assert_eq(lyt_arena_new(&tried->arena, NULL, "gatecase", 1 << 20), LYT_OK);
    cr_assert_eq(lyt_http_parse(&tried->bed.request, request, tried->arena, &err), LYT_OK, "%s: %s",
                 path, err.text);
    tried->bed.request.url = lyt_http_url(tried->arena, LYT_STR("https://feedback.example.dk"),
                                          lyt_http_target(&tried->bed.request));
}

static lyt_status try_file(void *user, const char *name)
{
    void (**each)(gatecase *) = user;
    gatecase tried = {.name = ""};
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    lyt_buf_addf(&path, "%s/golden/channel/%s", testing_tests(), name);
    snprintf(tried.name, sizeof tried.name, "%s", name);
    load(&tried, path.data);
    (*each)(&tried);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&tried.file);
    lyt_arena_free(tried.arena);
    gatebed_deinit(&tried.bed);
    return LYT_OK;
}

void gatecase_each(void (*each)(gatecase *tried))
{
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    lyt_buf_addf(&path, "%s/golden/channel", testing_tests());
    cr_assert_eq(lyt_fs_list(lyt_fs_system(), path.data, try_file, &each, NULL), LYT_OK);
    lyt_buf_deinit(&path);
}
