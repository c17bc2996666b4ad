#include "demo_day.h"

#include <string.h>

#include "mem.h"

static lyt_status need(const lyt_json *json, const char *key, const char **out, const char *path,
                       uint32_t line, lyt_error *err)
{
    lyt_str text;

    if (!lyt_json_str(lyt_json_get(json, key), &text))
        return lyt_error_at(err, LYT_EFORMAT, path, line, 0, "has no text \"%s\"", key);
    *out = text.ptr; /* jansson keeps a NUL behind it, and none inside */
    return LYT_OK;
}

static lyt_status read_truth(lyt_day_message *message, const char *path, uint32_t line,
                             lyt_error *err)
{
    const lyt_json *truth = lyt_json_get(message->source, "truth");
    lyt_str id;

    if (lyt_json_typeof(truth) != LYT_JSON_ARRAY)
        return lyt_error_at(err, LYT_EFORMAT, path, line, 0, "has no list \"truth\"");
    message->truth = lyt_mem_array(NULL, lyt_json_len(truth) + 1, sizeof *message->truth);
    if (!message->truth)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the day");
    for (size_t i = 0; i < lyt_json_len(truth); i++) {
        if (!lyt_json_str(lyt_json_at(truth, i), &id))
            return lyt_error_at(err, LYT_EFORMAT, path, line, 0, "\"truth\" holds more than texts");
        message->truth[message->n_truth++] = id.ptr;
    }
    return LYT_OK;
}

static lyt_status compose(lyt_day_message *message, lyt_error *err)
{
    static const struct {
        const char *from, *to;
    } keys[] = {{"id", "id"},       {"channel", "channel"}, {"property", "property"},
                {"place", "place"}, {"text", "text"},       {"score", "score"}};
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const lyt_json *given = lyt_json_get(message->source, keys[i].from);

        if (!given)
            continue;
        lyt_jw_key(&jw, keys[i].to);
        lyt_jw_value(&jw, given);
    }
    lyt_jw_object_end(&jw);
    message->submission = lyt_buf_take(&out);
    lyt_buf_deinit(&out);
    return message->submission ? LYT_OK : lyt_error_set(err, LYT_ENOMEM, "no memory for the day");
}

static lyt_status read_line(lyt_day_message *message, lyt_str text, const char *path, uint32_t line,
                            lyt_error *err)
{
    lyt_error why;
    lyt_status status = lyt_json_parse(&message->source, text, 65536, &why);

    if (status)
        return lyt_error_at(err, status, path, line, why.column, "%s", why.text);
    status = need(message->source, "id", &message->id, path, line, err);
    if (!status)
        status = need(message->source, "at", &message->at, path, line, err);
    if (!status)
        status = need(message->source, "text", &message->text, path, line, err);
    if (!status)
        status = read_truth(message, path, line, err);
    return status ? status : compose(message, err);
}

static lyt_status read_lines(lyt_day *day, lyt_str data, const char *path, lyt_error *err)
{
    size_t cap = 0, at = 0;
    uint32_t line = 0;

    while (at < data.len) {
        size_t end = lyt_str_find(data, '\n', at);
        lyt_str text = lyt_str_trim(lyt_str_slice(data, at, end));
        lyt_status status;

        at = end + 1;
        line++;
        if (!text.len)
            continue;
        status = lyt_mem_grow(NULL, &day->messages, &cap, day->n + 1, sizeof *day->messages);
        if (status)
            return lyt_error_set(err, status, "no memory for the day");
        day->messages[day->n] = (lyt_day_message){.id = NULL};
        status = read_line(&day->messages[day->n++], text, path, line, err);
        if (status)
            return status;
    }
    return day->n ? LYT_OK : lyt_error_at(err, LYT_EFORMAT, path, 0, 0, "holds no message");
}

lyt_status lyt_day_read(lyt_day *out, const char *path, lyt_error *err)
{
    lyt_day day = {NULL, 0};
    lyt_buf data;
    lyt_status status;

    lyt_buf_init(&data, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, 16U << 20, &data, err);
    if (!status)
        status = read_lines(&day, lyt_buf_str(&data), path, err);
    lyt_buf_deinit(&data);
    if (status)
        lyt_day_free(&day);
    else
        *out = day;
    return status;
}

void lyt_day_free(lyt_day *day)
{
    for (size_t i = 0; i < day->n; i++) {
        lyt_day_message *message = &day->messages[i];

        for (size_t j = 0; j < message->n_heard; j++)
            lyt_mem_free(NULL, message->heard[j]);
        lyt_mem_free(NULL, message->heard);
        lyt_mem_free(NULL, message->truth);
        lyt_mem_free(NULL, message->submission);
        lyt_json_free(message->source);
    }
    lyt_mem_free(NULL, day->messages);
    *day = (lyt_day){NULL, 0};
}

lyt_day_message *lyt_day_find(const lyt_day *day, lyt_str id)
{
    for (size_t i = 0; i < day->n; i++)
        if (lyt_str_equal(lyt_str_of(day->messages[i].id), id))
            return &day->messages[i];
    return NULL;
}

static bool holds(const char *const *list, size_t n, const char *scenario)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], scenario) == 0)
            return true;
    return false;
}

bool lyt_day_is_true(const lyt_day_message *message, const char *scenario)
{
    return holds(message->truth, message->n_truth, scenario);
}

bool lyt_day_was_heard(const lyt_day_message *message, const char *scenario)
{
    return holds(message->heard, message->n_heard, scenario);
}

lyt_status lyt_day_heard(lyt_day_message *message, lyt_str scenario)
{
    char *copy = lyt_mem_strdup(NULL, scenario);
    lyt_status status = copy ? LYT_OK : LYT_ENOMEM;

    if (!status && !lyt_day_was_heard(message, copy)) {
        status = lyt_mem_grow(NULL, &message->heard, &message->cap_heard, message->n_heard + 1,
                              sizeof *message->heard);
        if (!status) {
            message->heard[message->n_heard++] = copy;
            return LYT_OK;
        }
    }
    lyt_mem_free(NULL, copy);
    return status;
}

lyt_day_score lyt_day_count(const lyt_day *day)
{
    lyt_day_score score = {0, 0, 0, 0};

    for (size_t i = 0; i < day->n; i++) {
        const lyt_day_message *message = &day->messages[i];

        score.truth += message->n_truth;
        for (size_t j = 0; j < message->n_truth; j++)
            score.found += lyt_day_was_heard(message, message->truth[j]);
        for (size_t j = 0; j < message->n_heard; j++)
            score.wrong += !lyt_day_is_true(message, message->heard[j]);
    }
    score.missed = score.truth - score.found;
    return score;
}
