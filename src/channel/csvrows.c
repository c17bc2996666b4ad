#include "csvrows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "receiver.h"
#include "sha256.h"

/* The longest name of a column: surveys put their whole question there. */
enum { name_bytes_max = 8192 };

static lyt_status refuse_at(const lyt_csvrows *rows, const lyt_csv_field *cell, lyt_error *err,
                            const char *why)
{
    lyt_str shown = lyt_str_slice(cell->text, 0, 60);

    /* not in the middle of a letter */
    while (shown.len && shown.len < cell->text.len && (cell->text.ptr[shown.len] & 0xC0) == 0x80)
        shown.len--;
    return lyt_error_at(err, LYT_EFORMAT, rows->options.name, cell->line, cell->column,
                        "\"%.*s\" %s", LYT_STR_ARG(shown), why);
}

/* What a column is: by the mapping, else by its name. */
static void name_column(lyt_csvrows *rows, lyt_csvcolumn *column)
{
    const lyt_csvmap *map = rows->options.map;
    bool nps = false;

    if (lyt_csvmap_column(map, column->name, &column->field, &column->skip))
        return;
    column->field = lyt_survey_field_guess(column->name, &nps);
    column->skip = map->skips_rest && column->field == LYT_SURVEY_META;
    if (nps && !(rows->scale > 0))
        rows->scale = 10;
}

/* Every column that the mapping names has to be there: a misspelt one would be lost in silence. */
static lyt_status check_mapping(const lyt_csvrows *rows, lyt_error *err)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;

    while (lyt_json_each(rows->options.map->columns, &cursor, &key, &value)) {
        bool found = false;

        for (size_t i = 0; i < rows->n_columns && !found; i++)
            found = lyt_csvmap_is_same(rows->columns[i].name, key);
        if (!found)
            return lyt_error_at(err, LYT_EFORMAT, rows->options.name, 1, 0,
                                "has no column \"%.*s\", which the mapping names",
                                key.len < 100 ? (int)key.len : 100, key.ptr);
    }
    return LYT_OK;
}

static lyt_status read_head(lyt_csvrows *rows, lyt_error *err)
{
    lyt_csv *csv = &rows->csv;
    lyt_status status = lyt_csv_next(csv, err);
    bool useful = false, scored = false;

    if (status == LYT_EEND)
        return lyt_error_at(err, LYT_ENOTFOUND, rows->options.name, 0, 0, "is empty");
    if (status)
        return status;
    rows->n_columns = csv->n_fields;
    rows->columns = lyt_mem_array(rows->options.alloc, csv->n_fields, sizeof *rows->columns);
    lyt_buf_add(&rows->names, lyt_buf_str(&csv->row));
    if (!rows->columns || lyt_buf_status(&rows->names))
        return LYT_ENOMEM;
    rows->scale = rows->options.map->scale;
    for (size_t i = 0; i < rows->n_columns; i++) {
        lyt_csvcolumn *column = &rows->columns[i];
        size_t at = csv->fields[i].text.len ? (size_t)(csv->fields[i].text.ptr - csv->row.data) : 0;

        column->name = lyt_str_trim(
            lyt_str_slice(lyt_buf_str(&rows->names), at, at + csv->fields[i].text.len));
        if (column->name.len > name_bytes_max)
            return lyt_error_at(err, LYT_EFORMAT, rows->options.name, csv->fields[i].line, 0,
                                "column %zu has a name of %zu bytes; the first line is to name the "
                                "columns, in at most %d bytes each",
                                i + 1, column->name.len, name_bytes_max);
        name_column(rows, column);
        /* two scores in one row: the first one, or the one that the mapping names */
        if (column->field == LYT_SURVEY_SCORE && scored)
            column->field = LYT_SURVEY_META;
        scored = scored || (column->field == LYT_SURVEY_SCORE && !column->skip);
        useful = useful || (!column->skip && (column->field == LYT_SURVEY_TEXT ||
                                              column->field == LYT_SURVEY_SCORE));
    }
    status = check_mapping(rows, err);
    if (!status && !useful)
        status = lyt_error_at(err, LYT_EFORMAT, rows->options.name, csv->fields[0].line, 0,
                              "no column is known as text or score: name them in a mapping "
                              "(--format FILE, see docs/surveys.md)");
    return status;
}

lyt_status lyt_csvrows_open(lyt_csvrows *rows, const lyt_csvrows_options *options, lyt_error *err)
{
    lyt_status status;

    memset(rows, 0, sizeof *rows);
    rows->options = *options;
    lyt_buf_init(&rows->names, options->alloc);
    lyt_rowset_init(&rows->seen, options->alloc);
    status = lyt_csv_init(&rows->csv, options->text, options->map->separator, options->alloc);
    if (!status)
        status = read_head(rows, err);
    if (status == LYT_ENOMEM)
        return lyt_error_at(err, status, options->name, 0, 0, "no memory to read it");
    if (status && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", options->name);
    return status;
}

void lyt_csvrows_close(lyt_csvrows *rows)
{
    lyt_csv_deinit(&rows->csv);
    lyt_buf_deinit(&rows->names);
    lyt_rowset_deinit(&rows->seen);
    lyt_mem_free(rows->options.alloc, rows->columns);
    rows->columns = NULL;
}

double lyt_csvrows_done(const lyt_csvrows *rows)
{
    return rows->csv.text.len ? (double)rows->csv.at / (double)rows->csv.text.len : 1;
}

static lyt_status take_score(const lyt_csvrows *rows, lyt_inbound *item, const lyt_csv_field *cell,
                             lyt_error *err)
{
    lyt_str text = lyt_str_trim(cell->text);
    double score = 0;
    bool none = false;

    if (!text.len)
        return LYT_OK;
    if (!lyt_csvmap_value(rows->options.map, text, &score, &none) &&
        !lyt_survey_number(&score, text))
        return refuse_at(rows, cell, err,
                         "is no score: a number, or an answer of \"values\" in the mapping");
    if (none)
        return LYT_OK;
    if (score < 0 || (rows->scale > 0 && score > rows->scale))
        return refuse_at(rows, cell, err, "is outside the scale");
    item->score = score;
    if (!(item->scale > 0))
        item->scale = rows->scale;
    return LYT_OK;
}

static lyt_status take_date(const lyt_csvrows *rows, lyt_inbound *item, const lyt_csv_field *cell,
                            lyt_error *err)
{
    const lyt_csvrows_options *options = &rows->options;
    bool has_zone = false;
    int64_t at;

    if (!lyt_str_trim(cell->text).len)
        return LYT_OK;
    if (lyt_csv_date(&at, &has_zone, cell->text, options->map->dates))
        return refuse_at(
            rows, cell, err,
            options->map->dates == LYT_DATE_DMY
                ? "is no date with day, month, year; --dates mdy takes the other order"
                : "is no date with month, day, year; --dates dmy takes the other order");
    item->sent_us = has_zone || !options->to_utc ? at : options->to_utc(options->context, at);
    return LYT_OK;
}

static lyt_status take_cell(const lyt_csvrows *rows, lyt_inbound *item, size_t index,
                            lyt_arena *arena, lyt_error *err)
{
    const lyt_csv_field *cell = &rows->csv.fields[index];
    const lyt_csvcolumn *column = &rows->columns[index];
    lyt_reception in = {.arena = arena};

    if (column->skip)
        return LYT_OK;
    if (column->field == LYT_SURVEY_SCORE)
        return take_score(rows, item, cell, err);
    if (column->field == LYT_SURVEY_SENT_AT)
        return take_date(rows, item, cell, err);
    if (column->field == LYT_SURVEY_ID) /* the row's own id is made of all of it */
        return lyt_reception_meta(&in, item, LYT_STR("response_id"), lyt_str_trim(cell->text));
    return lyt_survey_set(item, column->field, column->name, cell->text, arena);
}

static void add_to_hash(lyt_sha256 *sha, lyt_str text)
{
    char size[24];

    snprintf(size, sizeof size, "%zu:", text.len);
    lyt_sha256_add(sha, lyt_str_of(size));
    lyt_sha256_add(sha, text);
}

/* 32 hex digits of what the row says, and of how many before it said the same. */
static lyt_status identify(lyt_csvrows *rows, lyt_inbound *item, lyt_arena *arena)
{
    unsigned char hash[lyt_sha256_bytes];
    char number[96], hex[33];
    uint64_t key = 0;
    uint32_t before = 0;
    lyt_sha256 sha;
    lyt_status status;

    for (int pass = 0; pass < 2; pass++) {
        lyt_sha256_init(&sha);
        for (size_t i = 0; i < item->n_meta; i++)
            if (lyt_str_equal(item->meta[i].name, LYT_STR("response_id")))
                add_to_hash(&sha, item->meta[i].value);
        add_to_hash(&sha, item->from);
        add_to_hash(&sha, item->property);
        add_to_hash(&sha, item->place);
        add_to_hash(&sha, item->text);
        snprintf(number, sizeof number, "%a %lld %u", item->score, (long long)item->sent_us,
                 before);
        add_to_hash(&sha, lyt_str_of(number));
        lyt_sha256_end(&sha, hash);
        if (pass)
            break;
        memcpy(&key, hash, sizeof key);
        status = lyt_rowset_add(&rows->seen, key, &before);
        if (status)
            return status;
    }
    for (size_t i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    item->provider_id = lyt_arena_copy(arena, (lyt_str){hex, 32});
    return lyt_arena_status(arena);
}

static lyt_status finish(lyt_csvrows *rows, lyt_inbound *item, lyt_arena *arena)
{
    const lyt_gateway_config *config = rows->options.config;
    const lyt_csvmap *map = rows->options.map;
    lyt_status status;

    if (!item->property.len)
        item->property = lyt_survey_property(map->property, arena);
    if (!item->place.len)
        item->place = map->place;
    if (!item->lang_hint.len)
        item->lang_hint = map->lang;
    if (!item->channel.len)
        item->channel = map->channel.len      ? map->channel
                        : config->channel.len ? config->channel
                                              : LYT_STR("survey");
    status = lyt_survey_add_band(item, arena);
    if (!status)
        status = lyt_inbound_clean(item, false, config, arena);
    if (!status)
        status = identify(rows, item, arena);
    return status ? status : lyt_inbound_settle(item, config, arena);
}

static lyt_status read_row(lyt_csvrows *rows, lyt_inbound *item, lyt_arena *arena, lyt_error *err)
{
    lyt_csv *csv = &rows->csv;
    lyt_status status = lyt_csv_next(csv, err);

    if (status)
        return status;
    memset(item, 0, sizeof *item);
    item->kind = LYT_INBOUND_FEEDBACK;
    item->score = (double)NAN;
    item->received_us = rows->options.now_us;
    for (size_t i = 0; i < csv->n_fields && !status; i++) {
        if (i < rows->n_columns)
            status = take_cell(rows, item, i, arena, err);
        else if (lyt_str_trim(csv->fields[i].text).len)
            status = refuse_at(rows, &csv->fields[i], err,
                               "is one field more than there are columns: is a text with a "
                               "separator in it not in quotes?");
    }
    if (!status)
        status = finish(rows, item, arena);
    if (!status && !item->text.len && isnan(item->score))
        status = lyt_error_at(err, LYT_ENOTFOUND, rows->options.name, csv->fields[0].line, 0,
                              "the row has neither a text nor a score");
    return status;
}

lyt_status lyt_csvrows_next(lyt_csvrows *rows, lyt_inbound *out, lyt_arena *arena, lyt_error *err)
{
    lyt_status status = read_row(rows, out, arena, err);

    if (status == LYT_ENOMEM || (status && status != LYT_EEND && lyt_arena_status(arena)))
        return lyt_error_at(err, status, rows->options.name, rows->csv.line, 0, "%s",
                            lyt_status_text(status));
    if (status && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", rows->options.name);
    return status;
}
