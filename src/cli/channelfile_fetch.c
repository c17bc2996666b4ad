#include <string.h>

#include "channelfile_inside.h"
#include "field.h"

/* Kinds that call with ids only, and where their interface is when the file does not say. */
static const struct {
    const char *kind, *api;
} kinds[] = {{"qualtrics", NULL}, {"surveymonkey", "https://api.surveymonkey.com"}};

/* https, or this very machine; nothing behind the host. */
static bool is_api(lyt_str text)
{
    size_t from = lyt_str_begins(text, LYT_STR("https://"))            ? 8
                  : lyt_str_begins(text, LYT_STR("http://127.0.0.1:")) ? 17
                                                                       : text.len;

    for (size_t i = from; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '-' || c == ':'))
            return false;
    }
    return text.len > from && text.len < 200;
}

lyt_status lyt_cf_fetch(const lyt_channel_reader *r, const lyt_yaml_node *map,
                        lyt_gateway_config *to)
{
    static const lyt_field fields[] = {{"token", LYT_YAML_SCALAR, true},
                                       {"api", LYT_YAML_SCALAR, false}};
    const lyt_yaml_node *fetch = lyt_yaml_get(map, "fetch"), *api;
    lyt_str token = {"", 0};
    size_t kind = 0;
    lyt_status status;

    if (!fetch)
        return LYT_OK;
    while (kind < 2 && strcmp(kinds[kind].kind, lyt_gateway_name(to->gateway)) != 0)
        kind++;
    if (kind == 2)
        return lyt_cf_bad(r, fetch, "only qualtrics and surveymonkey call with ids to be fetched");
    status = lyt_fields_check(r->file, fetch, fields, sizeof fields / sizeof *fields, r->err);
    if (!status)
        status = lyt_cf_text(r, fetch, "token", &token);
    if (!status)
        status = lyt_cf_text(r, fetch, "api", &to->fetch_api);
    if (status)
        return status;
    api = lyt_yaml_get(fetch, "api");
    if (!api && kinds[kind].api)
        to->fetch_api = lyt_str_of(kinds[kind].api);
    else if (!api)
        return lyt_cf_bad(r, fetch,
                          "api is missing: where the account's data centre is, like "
                          "https://fra1.qualtrics.com");
    if (!is_api(to->fetch_api))
        return lyt_cf_bad(r, api, "must be https:// and a host, like https://fra1.qualtrics.com");
    return lyt_cf_path(r, token, &to->fetch_token);
}
