#include "review.h"

#include <assert.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "page.h"
#include "plot.h"

enum { texts_bytes = 64 << 20 };

struct lyt_review {
    const lyt_alloc *alloc;
    const lyt_review_kind *kind;
    lyt_page_language language;
    lyt_extent span;
    lyt_arena *texts;
    lyt_buf period; /* "2026-11-18 00:00 – 2026-11-25 00:00" */
    lyt_review_part parts[lyt_review_parts_max];
    size_t n_parts;
};

static const lyt_review_kind *const kinds[] = {
#define X(name) &lyt_review_##name,
    LYT_REVIEWS(X)
#undef X
};

size_t lyt_reviews(void)
{
    return sizeof kinds / sizeof *kinds;
}

const lyt_review_kind *lyt_review_at(size_t index)
{
    return kinds[index];
}

void lyt_review_moment(lyt_buf *out, const lyt_zone *zone, int64_t at_us)
{
    lyt_local local = lyt_local_at(zone, at_us);
    lyt_date date = lyt_date_of(local.days);

    lyt_buf_addf(out, "%04d-%02d-%02d %02d:%02d", date.year, date.month, date.day,
                 local.minute / 60, local.minute % 60);
}

void *lyt_review_room(lyt_review *review, size_t size_bytes)
{
    return lyt_arena_alloc(review->texts, size_bytes);
}

const lyt_alloc *lyt_review_alloc(const lyt_review *review)
{
    return review->alloc;
}

lyt_sheet *lyt_review_add(lyt_review *review, const char *key, lyt_bi title,
                          const lyt_column *columns, size_t n_columns)
{
    lyt_review_part *part = &review->parts[review->n_parts];

    assert(review->n_parts < lyt_review_parts_max);
    review->n_parts++;
    lyt_sheet_init(&part->sheet, review->alloc, key, title, columns, n_columns);
    return &part->sheet;
}

void lyt_review_bars(lyt_review *review, const char *column)
{
    lyt_review_part *part = &review->parts[review->n_parts - 1];

    for (size_t i = 0; i < part->sheet.n_columns; i++)
        if (strcmp(part->sheet.columns[i].key, column) == 0 &&
            part->n_bars < sizeof part->bars / sizeof *part->bars)
            part->bars[part->n_bars++] = i;
}

static lyt_status fill(lyt_review *review, const lyt_review_ask *ask)
{
    lyt_status status = review->kind->fill(review, ask);

    lyt_review_moment(&review->period, ask->zone, ask->span.since_us);
    lyt_buf_add_text(&review->period, " – ");
    lyt_review_moment(&review->period, ask->zone, ask->span.until_us);
    for (size_t i = 0; !status && i < review->n_parts; i++)
        status = review->parts[i].sheet.status;
    if (!status)
        status = lyt_arena_status(review->texts);
    return status ? status : lyt_buf_status(&review->period);
}

lyt_status lyt_review_make(lyt_review **out, const lyt_alloc *alloc, const lyt_review_kind *kind,
                           const lyt_review_ask *ask)
{
    lyt_review *review = lyt_mem_new(alloc, sizeof *review);
    lyt_status status;

    if (!review)
        return LYT_ENOMEM;
    review->alloc = alloc;
    review->kind = kind;
    review->language = ask->language;
    review->span = ask->span;
    lyt_buf_init(&review->period, alloc);
    status = lyt_arena_new(&review->texts, alloc, "report", texts_bytes);
    if (!status)
        status = fill(review, ask);
    if (status)
        lyt_review_free(review);
    else
        *out = review;
    return status;
}

void lyt_review_free(lyt_review *review)
{
    if (!review)
        return;
    for (size_t i = 0; i < review->n_parts; i++)
        lyt_sheet_deinit(&review->parts[i].sheet);
    lyt_buf_deinit(&review->period);
    lyt_arena_free(review->texts);
    lyt_mem_free(review->alloc, review);
}

void lyt_review_text(const lyt_review *review, lyt_buf *out)
{
    lyt_buf_add(out, lyt_bi_in(review->kind->title, review->language));
    lyt_buf_add_text(out, ", ");
    lyt_buf_add(out, lyt_buf_str(&review->period));
    lyt_buf_add_char(out, '\n');
    for (size_t i = 0; i < review->n_parts; i++) {
        lyt_buf_add_char(out, '\n');
        lyt_sheet_text(&review->parts[i].sheet, review->language, out);
    }
}

static void jw_time(lyt_jw *jw, const char *key, int64_t at_us)
{
    lyt_jw_key(jw, key);
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_clock_format(jw->out, at_us);
    lyt_buf_add_char(jw->out, '"');
}

void lyt_review_json(const lyt_review *review, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "report", lyt_str_of(review->kind->name));
    jw_time(&jw, "since", review->span.since_us);
    jw_time(&jw, "until", review->span.until_us);
    for (size_t i = 0; i < review->n_parts; i++)
        lyt_sheet_json(&review->parts[i].sheet, &jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

lyt_status lyt_review_csv(const lyt_review *review, const char *table, lyt_buf *out)
{
    for (size_t i = 0; i < review->n_parts; i++) {
        if (table && strcmp(review->parts[i].sheet.key, table) != 0)
            continue;
        lyt_sheet_csv(&review->parts[i].sheet, out);
        return LYT_OK;
    }
    return LYT_ENOTFOUND;
}

void lyt_review_tables(const lyt_review *review, lyt_buf *out)
{
    for (size_t i = 0; i < review->n_parts; i++) {
        if (i)
            lyt_buf_add_text(out, ", ");
        lyt_buf_add_text(out, review->parts[i].sheet.key);
    }
}

/* More bars than these nobody reads; the table has all rows. */
enum { bars_max = 40 };

static void draw(const lyt_review *review, const lyt_review_part *part, lyt_buf *out)
{
    const lyt_sheet *sheet = &part->sheet;
    size_t n = lyt_sheet_rows(sheet) < bars_max ? lyt_sheet_rows(sheet) : bars_max;
    lyt_str names[bars_max], series[lyt_plot_series_max];
    double values[bars_max * lyt_plot_series_max];
    char id[80];
    lyt_buf text;

    if (!part->n_bars || !n)
        return;
    lyt_buf_init(&text, out->alloc);
    lyt_buf_addf(&text, "plot-%s", sheet->key);
    if (text.len < sizeof id && !text.status)
        memcpy(id, text.data, text.len + 1);
    else
        id[0] = '\0';
    lyt_buf_reset(&text);
    for (size_t s = 0; s < part->n_bars; s++) {
        series[s] = lyt_bi_in(sheet->columns[part->bars[s]].title, review->language);
        lyt_buf_add_text(&text, s ? ", " : "");
        lyt_buf_add(&text, series[s]);
        for (size_t i = 0; i < n; i++)
            values[s * n + i] = lyt_sheet_value(sheet, i, part->bars[s]);
    }
    for (size_t i = 0; i < n; i++)
        names[i] = lyt_sheet_label(sheet, i, 0);
    lyt_plot_bars(
        out,
        &(lyt_bars){.head = {id, lyt_buf_str(&text), lyt_bi_in(sheet->title, review->language),
                             review->language},
                    .names = names,
                    .n = n,
                    .series = series,
                    .n_series = part->n_bars,
                    .values = values,
                    .decimals = sheet->columns[part->bars[0]].kind == LYT_COLUMN_COUNT ? 0 : 2});
    if (!out->status)
        out->status = text.status;
    lyt_buf_deinit(&text);
}

void lyt_review_html(const lyt_review *review, lyt_buf *out)
{
    lyt_page page = {review->language, lyt_bi_in(review->kind->title, review->language),
                     lyt_buf_str(&review->period)};

    lyt_page_begin(out, &page);
    for (size_t i = 0; i < review->n_parts; i++) {
        const lyt_review_part *part = &review->parts[i];

        lyt_page_heading(out, lyt_bi_in(part->sheet.title, review->language));
        draw(review, part, out);
        lyt_sheet_html(&part->sheet, review->language, out);
    }
    lyt_page_end(out);
}
