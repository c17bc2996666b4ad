#include <stdio.h>
#include <string.h>

#include "json.h"
#include "listener.h"
#include "testing.h"
#include "webpages.h"
#include "webroute.h"

LYT_SUITE(webroute);

Test(webroute, paths_find_their_row)
{
    static const struct {
        int line;
        lyt_method method;
        const char *target, *path; /* NULL: none */
        bool is_known;
        const char *first;
    } rows[] = {
        {__LINE__, LYT_METHOD_GET, "/", "/", true, NULL},
        {__LINE__, LYT_METHOD_GET, "/healthz", "/healthz", true, NULL},
        {__LINE__, LYT_METHOD_POST, "/healthz", NULL, true, NULL},
        {__LINE__, LYT_METHOD_OTHER, "/healthz", NULL, true, NULL},
        {__LINE__, LYT_METHOD_GET, "/healthz/", NULL, false, NULL},
        {__LINE__, LYT_METHOD_GET, "/nothing", NULL, false, NULL},
        {__LINE__, LYT_METHOD_GET, "/api/v1/incidents", "/api/v1/incidents", true, NULL},
        {__LINE__, LYT_METHOD_GET, "/api/v1/incidents/7", "/api/v1/incidents/{id}", true, "7"},
        {__LINE__, LYT_METHOD_GET, "/api/v1/incidents/", NULL, false, NULL},
        {__LINE__, LYT_METHOD_POST, "/api/v1/incidents/7/ack", "/api/v1/incidents/{id}/{action}",
         true, "7"},
        {__LINE__, LYT_METHOD_GET, "/api/v1/incidents/7/ack", NULL, true, NULL},
        {__LINE__, LYT_METHOD_GET, "/t/havnen.214?c=x", "/t/{tag}", true, "havnen.214"},
        {__LINE__, LYT_METHOD_POST, "/in/twilio", "/in/{gateway}", true, "twilio"},
        {__LINE__, LYT_METHOD_GET, "/assets/..%2fweb.key", "/assets/{file}", true, "../web.key"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str args[lyt_route_args_max];
        const lyt_webroute *row;
        bool is_known = false;
        lyt_webreq req;

        lyt_webreq_init(&req, NULL);
        cr_assert_eq(lyt_webreq_target(&req, lyt_str_of(rows[i].target)), LYT_OK);
        req.method = rows[i].method;
        row = lyt_webroute_find(&req, args, &is_known);
        cr_expect_eq(row != NULL, rows[i].path != NULL, "row at line %d", rows[i].line);
        if (row && rows[i].path)
            cr_expect_str_eq(row->path, rows[i].path, "row at line %d", rows[i].line);
        if (!row)
            cr_expect_eq(is_known, rows[i].is_known, "row at line %d", rows[i].line);
        if (row && rows[i].first)
            cr_expect(lyt_str_equal(args[0], lyt_str_of(rows[i].first)), "row at line %d",
                      rows[i].line);
        lyt_webreq_deinit(&req);
    }
    cr_expect_leq(lyt_webroutes(), (size_t)lyt_webroutes_max);
}

static const char *small(lyt_method method)
{
    return method == LYT_METHOD_GET ? "get" : method == LYT_METHOD_POST ? "post" : "delete";
}

/* docs/openapi.json says all of the table, and nothing that is not in it. */
Test(webroute, OP_14_the_description_is_of_these_routes)
{
    lyt_json *doc = NULL;
    const lyt_json *paths, *methods;
    void *cursor = NULL;
    size_t described = 0;
    lyt_str path;
    lyt_error err = {.text = ""};
    lyt_buf text, name;

    lyt_buf_init(&text, NULL);
    lyt_buf_init(&name, NULL);
    lyt_fs_join(&name, testing_data(), "docs/openapi.json");
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), name.data, 1 << 20, &text, &err), LYT_OK, "%s",
                 err.text);
    cr_assert_eq(lyt_json_parse(&doc, lyt_buf_str(&text), 1 << 20, &err), LYT_OK, "%s", err.text);
    paths = lyt_json_get(doc, "paths");
    while (lyt_json_each(paths, &cursor, &path, &methods))
        described += lyt_json_len(methods);
    cr_expect_eq(described, lyt_webroutes());
    for (size_t i = 0; i < lyt_webroutes(); i++) {
        const lyt_webroute *row = lyt_webroute_at(i);
        const lyt_json *what = lyt_json_get(lyt_json_get(paths, row->path), small(row->method));
        const lyt_json *security = lyt_json_get(what, "security");

        cr_expect_not_null(what, "%s %s", small(row->method), row->path);
        /* what is open says so; all else asks for a token, and says what happens without */
        cr_expect_eq(security != NULL, row->entry == LYT_ENTRY_OPEN, "%s", row->path);
        if (row->entry != LYT_ENTRY_OPEN)
            cr_expect_not_null(lyt_json_get(lyt_json_get(what, "responses"), "401"), "%s",
                               row->path);
    }
    lyt_json_free(doc);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&name);
}

Test(webroute, files_that_are_built_in)
{
    const lyt_webfile *file = lyt_webfile_find(LYT_STR("kiosk.html"));

    cr_assert_not_null(file);
    cr_expect_str_eq(file->type, "text/html; charset=utf-8");
    cr_expect_eq(strlen(file->etag), 18);
    cr_expect_null(lyt_webfile_find(LYT_STR("web.key")));
    cr_expect_null(lyt_webfile_find(LYT_STR("")));
    for (file = lyt_webfiles; file[1].name; file++)
        cr_expect_lt(strcmp(file[0].name, file[1].name), 0);
}

Test(webroute, addresses_to_listen_at)
{
    static const struct {
        int line;
        const char *text, *host; /* NULL: refused */
        int port;
        bool is_local;
    } rows[] = {
        {__LINE__, "127.0.0.1:7700", "127.0.0.1", 7700, true},
        {__LINE__, "127.0.0.1:*", "127.0.0.1", 0, true},
        {__LINE__, "[::1]:80", "::1", 80, true},
        {__LINE__, "localhost:1", "localhost", 1, true},
        {__LINE__, "0.0.0.0:443", "0.0.0.0", 443, false},
        {__LINE__, "192.0.2.7:443", "192.0.2.7", 443, false},
        {__LINE__, "[::]:443", "::", 443, false},
        {__LINE__, "127.0.0.1", NULL, 0, false},
        {__LINE__, ":7700", NULL, 0, false},
        {__LINE__, "127.0.0.1:", NULL, 0, false},
        {__LINE__, "127.0.0.1:x", NULL, 0, false},
        {__LINE__, "127.0.0.1:70000", NULL, 0, false},
        {__LINE__, "127.0.0.1:-1", NULL, 0, false},
        {__LINE__, "", NULL, 0, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char host[64] = "";
        int port = 0;
        lyt_error err = {.text = ""};
        lyt_status status = lyt_listen_parse(rows[i].text, host, &port, &err);

        cr_expect_eq(status == LYT_OK, rows[i].host != NULL, "row at line %d", rows[i].line);
        if (!rows[i].host) {
            cr_expect_not_null(strstr(err.text, "127.0.0.1:7700"));
            continue;
        }
        cr_expect_str_eq(host, rows[i].host, "row at line %d", rows[i].line);
        cr_expect_eq(port, rows[i].port, "row at line %d", rows[i].line);
        cr_expect_eq(lyt_listen_is_local(host), rows[i].is_local, "row at line %d", rows[i].line);
    }
}
