#include "askcheck.h"

static const struct {
    const char *key;
    lyt_json_type type;
    const char *what;
} members[] = {
    {"after", LYT_JSON_INT, "a whole number"},
    {"all", LYT_JSON_BOOL, "true or false"},
    {"at", LYT_JSON_STRING, "a time like 2026-11-22T05:40:00Z"},
    {"by", LYT_JSON_STRING, "a text"},
    {"count", LYT_JSON_BOOL, "true or false"},
    {"decided_by", LYT_JSON_STRING, "a text"},
    {"feedback", LYT_JSON_INT, "the number of a message"},
    {"fix", LYT_JSON_INT, "the number of a fix"},
    {"from", LYT_JSON_STRING, "a time like 2026-11-22T05:40:00Z"},
    {"guest", LYT_JSON_STRING, "a text"},
    {"incident", LYT_JSON_INT, "the number of an incident"},
    {"limit", LYT_JSON_INT, "a whole number"},
    {"name", LYT_JSON_STRING, "a text"},
    {"open", LYT_JSON_BOOL, "true or false"},
    {"property", LYT_JSON_STRING, "a text"},
    {"request", LYT_JSON_STRING, "a text"},
    {"row", LYT_JSON_INT, "the number of a row"},
    {"scenario", LYT_JSON_STRING, "a text"},
    {"since", LYT_JSON_INT, "the number of an event"},
    {"state", LYT_JSON_STRING, "a text"},
    {"trigger", LYT_JSON_STRING, "a text"},
    {"way", LYT_JSON_STRING, "a text"},
};

lyt_status lyt_ask_check(const lyt_json *request, lyt_error *err)
{
    if (lyt_json_typeof(request) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EINVAL, "json: must be an object");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const lyt_json *given = lyt_json_get(request, members[i].key);
        lyt_json_type type = lyt_json_typeof(given);

        if (given && type != members[i].type && type != LYT_JSON_NULL)
            return lyt_error_set(err, LYT_EINVAL, "%s: must be %s", members[i].key,
                                 members[i].what);
    }
    return LYT_OK;
}
