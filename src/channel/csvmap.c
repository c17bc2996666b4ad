#include "csvmap.h"

#include <string.h>

#include "mailwords.h"

static const struct {
    const char *name;
    lyt_date_order dates;
} formats[] = {
    {"auto", LYT_DATE_DMY},
    {"enalyzer", LYT_DATE_MDY}, /* its help pages: MM-DD-YYYY, whatever the language */
    {"google-forms", LYT_DATE_DMY},
    {"surveyxact", LYT_DATE_DMY},
};

bool lyt_csvmap_find(lyt_csvmap *out, lyt_str name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (!lyt_str_equal(name, lyt_str_of(formats[i].name)))
            continue;
        memset(out, 0, sizeof *out);
        out->dates = formats[i].dates;
        return true;
    }
    return false;
}

const char *lyt_csvmap_names(void)
{
    return "auto, enalyzer, google-forms, surveyxact";
}

void lyt_csvmap_deinit(lyt_csvmap *map)
{
    lyt_json_free(map->tree);
    memset(map, 0, sizeof *map);
}

static lyt_status refuse(lyt_error *err, const char *name, lyt_str key, const char *why)
{
    return lyt_error_at(err, LYT_EFORMAT, name, 0, 0, "%.*s: %s", key.len < 80 ? (int)key.len : 80,
                        key.len ? key.ptr : "", why);
}

static bool same(lyt_str a, const char *b)
{
    return lyt_str_equal(a, lyt_str_of(b));
}

static const char *check_columns(const lyt_json *columns)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str name, field;

    if (lyt_json_typeof(columns) != LYT_JSON_OBJECT)
        return "must be an object: {\"column\": \"text\"}";
    while (lyt_json_each(columns, &cursor, &name, &value)) {
        lyt_survey_field known;

        if (!lyt_json_str(value, &field) ||
            (!same(field, "skip") && !lyt_survey_field_parse(&known, field)))
            return "each column is one of text, score, scale, property, place, from, id, lang, "
                   "sent_at, channel, to, meta, skip";
    }
    return NULL;
}

static const char *check_values(const lyt_json *values)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str name;
    double number;

    if (lyt_json_typeof(values) != LYT_JSON_OBJECT)
        return "must be an object: {\"Meget tilfreds\": 5}";
    while (lyt_json_each(values, &cursor, &name, &value))
        if (lyt_json_typeof(value) != LYT_JSON_NULL &&
            (!lyt_json_real(value, &number) || number < 0))
            return "each answer stands for a number from 0 on, or for null";
    return NULL;
}

/* What is wrong with the member; NULL: nothing. */
static const char *take(lyt_csvmap *out, lyt_str key, const lyt_json *value)
{
    lyt_str text = {"", 0};
    bool is_text = lyt_json_str(value, &text);

    if (same(key, "columns")) {
        out->columns = value;
        return check_columns(value);
    }
    if (same(key, "values")) {
        out->values = value;
        return check_values(value);
    }
    if (same(key, "scale"))
        return lyt_json_real(value, &out->scale) && out->scale > 0 ? NULL : "must be above 0";
    if (!is_text)
        return same(key, "separator") || same(key, "dates") || same(key, "rest") ||
                       same(key, "channel") || same(key, "property") || same(key, "place") ||
                       same(key, "lang")
                   ? "must be a text"
                   : "is not known; there are separator, dates, scale, rest, columns, values, "
                     "channel, property, place, lang";
    if (same(key, "separator")) {
        out->separator = text.len ? text.ptr[0] : '\0';
        return text.len == 1 && strchr(",;\t|", text.ptr[0])
                   ? NULL
                   : "must be \",\", \";\", \"|\" or a tab";
    }
    if (same(key, "dates")) {
        out->dates = same(text, "mdy") ? LYT_DATE_MDY : LYT_DATE_DMY;
        return same(text, "mdy") || same(text, "dmy") ? NULL : "must be dmy or mdy";
    }
    if (same(key, "rest")) {
        out->skips_rest = same(text, "skip");
        return same(text, "skip") || same(text, "meta") ? NULL : "must be skip or meta";
    }
    if (same(key, "channel"))
        out->channel = text;
    else if (same(key, "property"))
        out->property = text;
    else if (same(key, "place"))
        out->place = text;
    else if (same(key, "lang"))
        out->lang = text;
    else
        return "is not known; there are separator, dates, scale, rest, columns, values, channel, "
               "property, place, lang";
    return NULL;
}

lyt_status lyt_csvmap_parse(lyt_csvmap *out, lyt_str json, const char *name, lyt_error *err)
{
    const lyt_json *value;
    lyt_error why = {.text = ""};
    lyt_status status;
    void *cursor = NULL;
    lyt_str key;

    memset(out, 0, sizeof *out);
    status = lyt_json_parse(&out->tree, json, lyt_csvmap_bytes_max, &why);
    if (status)
        return lyt_error_at(err, status, name, why.line, why.column, "%s", why.text);
    if (lyt_json_typeof(out->tree) != LYT_JSON_OBJECT)
        return lyt_error_at(err, LYT_EFORMAT, name, 1, 1, "must be a JSON object");
    while (lyt_json_each(out->tree, &cursor, &key, &value)) {
        const char *problem = take(out, key, value);

        if (problem)
            return refuse(err, name, key, problem);
    }
    return LYT_OK;
}

bool lyt_csvmap_is_same(lyt_str a, lyt_str b)
{
    lyt_buf one, other;
    bool is_same;

    lyt_buf_init(&one, NULL);
    lyt_buf_init(&other, NULL);
    lyt_mail_fold(&one, a);
    lyt_mail_fold(&other, b);
    is_same = lyt_str_equal(lyt_buf_str(&one), lyt_buf_str(&other));
    lyt_buf_deinit(&one);
    lyt_buf_deinit(&other);
    return is_same;
}

static const lyt_json *find_alike(const lyt_json *object, lyt_str name)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;

    while (lyt_json_each(object, &cursor, &key, &value))
        if (lyt_csvmap_is_same(key, name))
            return value;
    return NULL;
}

bool lyt_csvmap_column(const lyt_csvmap *map, lyt_str name, lyt_survey_field *field, bool *skip)
{
    const lyt_json *value = find_alike(map->columns, name);
    lyt_str text = {"", 0};

    *skip = false;
    if (!value)
        return false;
    (void)lyt_json_str(value, &text);
    *skip = same(text, "skip");
    *field = LYT_SURVEY_META;
    (void)lyt_survey_field_parse(field, text);
    return true;
}

bool lyt_csvmap_value(const lyt_csvmap *map, lyt_str answer, double *value, bool *none)
{
    const lyt_json *found = find_alike(map->values, answer);

    *none = found && lyt_json_typeof(found) == LYT_JSON_NULL;
    return found && (*none || lyt_json_real(found, value));
}
