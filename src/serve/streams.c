#include "streams.h"

#include "hash.h"
#include "mem.h"

/*
 * Rows are only ever added, so that a row's index is its name for ever; the table beside
 * them (open addressing, linear probing, at most half full) holds index + 1, 0 for none.
 */
typedef struct row {
    char *topic;
    size_t topic_len;
    uint64_t hash;
    int64_t n, seq;
    int64_t n_marked;
    bool is_changed;
} row;

struct lyt_streams {
    const lyt_alloc *alloc;
    row *rows;
    size_t n_rows, cap_rows;
    uint32_t *table;
    size_t n_table;
    uint32_t *changed;
    size_t n_changed, cap_changed;
};

enum { table_first = 256 };

lyt_status lyt_streams_new(lyt_streams **out, const lyt_alloc *alloc)
{
    lyt_streams *s = lyt_mem_new(alloc, sizeof *s);

    if (!s)
        return LYT_ENOMEM;
    s->alloc = alloc;
    s->n_table = table_first;
    s->table = lyt_mem_array(alloc, s->n_table, sizeof *s->table);
    if (!s->table) {
        lyt_mem_free(alloc, s);
        return LYT_ENOMEM;
    }
    *out = s;
    return LYT_OK;
}

void lyt_streams_free(lyt_streams *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_rows; i++)
        lyt_mem_free(s->alloc, s->rows[i].topic);
    lyt_mem_free(s->alloc, s->rows);
    lyt_mem_free(s->alloc, s->table);
    lyt_mem_free(s->alloc, s->changed);
    lyt_mem_free(s->alloc, s);
}

static lyt_str topic_of(const row *r)
{
    return (lyt_str){r->topic, r->topic_len};
}

/* The cell that holds the topic, or the free one where it belongs. */
static uint32_t *cell_of(const lyt_streams *s, lyt_str topic, uint64_t hash)
{
    size_t at = (size_t)hash & (s->n_table - 1);

    while (s->table[at]) {
        const row *r = &s->rows[s->table[at] - 1];

        if (r->hash == hash && lyt_str_equal(topic_of(r), topic))
            break;
        at = (at + 1) & (s->n_table - 1);
    }
    return &s->table[at];
}

static lyt_status grow_table(lyt_streams *s)
{
    size_t n = s->n_table * 2;
    uint32_t *table = lyt_mem_array(s->alloc, n, sizeof *table);

    if (!table)
        return LYT_ENOMEM;
    lyt_mem_free(s->alloc, s->table);
    s->table = table;
    s->n_table = n;
    for (size_t i = 0; i < s->n_rows; i++)
        *cell_of(s, topic_of(&s->rows[i]), s->rows[i].hash) = (uint32_t)i + 1;
    return LYT_OK;
}

static lyt_status row_of(lyt_streams *s, lyt_str topic, row **out)
{
    uint64_t hash = lyt_hash_str(topic, 0);
    uint32_t *cell = cell_of(s, topic, hash);
    lyt_status status;
    row *r;

    if (*cell) {
        *out = &s->rows[*cell - 1];
        return LYT_OK;
    }
    if ((s->n_rows + 1) * 2 > s->n_table) {
        if (grow_table(s))
            return LYT_ENOMEM;
        cell = cell_of(s, topic, hash);
    }
    status = lyt_mem_grow(s->alloc, &s->rows, &s->cap_rows, s->n_rows + 1, sizeof *s->rows);
    if (status)
        return status;
    r = &s->rows[s->n_rows];
    *r = (row){lyt_mem_strdup(s->alloc, topic), topic.len, hash, 0, 0, 0, false};
    if (!r->topic)
        return LYT_ENOMEM;
    *cell = (uint32_t)++s->n_rows;
    *out = r;
    return LYT_OK;
}

lyt_status lyt_streams_restore(lyt_streams *s, lyt_str topic, int64_t n)
{
    row *r = NULL;
    lyt_status status = row_of(s, topic, &r);

    if (!status)
        r->n = n;
    return status;
}

int64_t lyt_streams_count(const lyt_streams *s, lyt_str topic)
{
    uint32_t cell = *cell_of(s, topic, lyt_hash_str(topic, 0));

    return cell ? s->rows[cell - 1].n : 0;
}

lyt_status lyt_streams_add(lyt_streams *s, lyt_str topic, int64_t seq)
{
    row *r = NULL;
    lyt_status status = row_of(s, topic, &r);

    if (!status)
        status = lyt_mem_grow(s->alloc, &s->changed, &s->cap_changed, s->n_changed + 1,
                              sizeof *s->changed);
    if (status)
        return status;
    if (!r->is_changed) {
        r->is_changed = true;
        r->n_marked = r->n;
        s->changed[s->n_changed++] = (uint32_t)(r - s->rows);
    }
    r->n++;
    r->seq = seq;
    return LYT_OK;
}

lyt_status lyt_streams_changed(const lyt_streams *s,
                               lyt_status (*each)(void *user, lyt_str topic, int64_t n,
                                                  int64_t seq),
                               void *user)
{
    for (size_t i = 0; i < s->n_changed; i++) {
        const row *r = &s->rows[s->changed[i]];
        lyt_status status = each(user, topic_of(r), r->n, r->seq);

        if (status)
            return status;
    }
    return LYT_OK;
}

void lyt_streams_mark(lyt_streams *s)
{
    for (size_t i = 0; i < s->n_changed; i++)
        s->rows[s->changed[i]].is_changed = false;
    s->n_changed = 0;
}

void lyt_streams_rollback(lyt_streams *s)
{
    for (size_t i = 0; i < s->n_changed; i++)
        s->rows[s->changed[i]].n = s->rows[s->changed[i]].n_marked;
    lyt_streams_mark(s);
}
