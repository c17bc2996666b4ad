/*
 * Invariants: a waiting message has room for parts 2 to 255, has at least one, and its bytes are
 * counted in `bytes`; `shown` is what lyt_smsjoin_next() gave last, or none.
 * Of what has left only hashes are kept: of each part, so that a copy is known, and of what parts
 * have in common, so that one that comes too late goes out at once instead of waiting for others.
 */
#include "smsjoin_inside.h"

#include <string.h>

#include "hash.h"
#include "mem.h"

enum { late_us = 600 * 1000000 };

static void waiting_free(const lyt_smsjoin *join, lyt_waiting *set)
{
    if (set->pieces)
        for (unsigned i = 0; i < set->parts; i++) {
            lyt_mem_free(join->options.alloc, set->pieces[i].text);
            lyt_mem_free(join->options.alloc, set->pieces[i].id);
        }
    lyt_mem_free(join->options.alloc, set->pieces);
    lyt_mem_free(join->options.alloc, set->head);
    lyt_mem_free(join->options.alloc, set);
}

lyt_status lyt_smsjoin_new(lyt_smsjoin **out, const lyt_smsjoin_options *options)
{
    lyt_smsjoin *join = lyt_mem_new(options->alloc, sizeof *join);

    if (!join)
        return LYT_ENOMEM;
    join->options = *options;
    if (!options->wait_us)
        join->options.wait_us = 60 * (int64_t)1000000;
    if (!options->remember_us)
        join->options.remember_us = 26 * (int64_t)3600 * 1000000;
    if (!options->max_waiting)
        join->options.max_waiting = 256;
    if (!options->max_bytes)
        join->options.max_bytes = 1 << 20;
    if (!options->max_remembered)
        join->options.max_remembered = 4096;
    join->waiting = lyt_mem_array(options->alloc, join->options.max_waiting, sizeof *join->waiting);
    join->gone = lyt_mem_array(options->alloc, join->options.max_remembered, sizeof *join->gone);
    if (!join->waiting || !join->gone) {
        lyt_smsjoin_free(join);
        return LYT_ENOMEM;
    }
    *out = join;
    return LYT_OK;
}

void lyt_smsjoin_empty(lyt_smsjoin *join)
{
    for (size_t i = 0; i < join->n_waiting; i++)
        waiting_free(join, join->waiting[i]);
    join->n_waiting = join->bytes = join->n_gone = join->next_gone = 0;
    join->shown = NULL;
}

void lyt_smsjoin_free(lyt_smsjoin *join)
{
    const lyt_alloc *alloc;

    if (!join)
        return;
    alloc = join->options.alloc;
    lyt_smsjoin_empty(join);
    lyt_mem_free(alloc, join->waiting);
    lyt_mem_free(alloc, join->gone);
    lyt_mem_free(alloc, join);
}

static uint64_t key_of(const lyt_smsjoin *join, const lyt_inbound *part)
{
    uint64_t seed = join->options.seed;
    uint64_t key =
        lyt_hash_pair(lyt_hash_str(part->provider, seed), lyt_hash_str(part->from, seed));

    key = lyt_hash_pair(key, lyt_hash_str(part->to, seed));
    return lyt_hash_pair(key, (uint64_t)part->reference << 8 | part->parts);
}

static uint64_t piece_hash(const lyt_smsjoin *join, uint64_t key, unsigned part, lyt_str text)
{
    return lyt_hash_pair(lyt_hash_pair(key, part), lyt_hash_str(text, join->options.seed));
}

static bool is_gone(const lyt_smsjoin *join, uint64_t hash, int64_t since_us)
{
    for (size_t i = 0; i < join->n_gone; i++)
        if (join->gone[i].hash == hash && join->gone[i].at_us >= since_us)
            return true;
    return false;
}

static void remember(lyt_smsjoin *join, uint64_t hash, int64_t now_us)
{
    size_t at = join->next_gone;

    join->gone[at].hash = hash;
    join->gone[at].at_us = now_us;
    join->next_gone = (at + 1) % join->options.max_remembered;
    if (join->n_gone < join->options.max_remembered)
        join->n_gone++;
}

static bool holds(const lyt_waiting *set, unsigned part, lyt_str text)
{
    const char *own = part <= set->parts ? set->pieces[part - 1].text : NULL;

    return own && lyt_str_equal(lyt_str_of(own), text);
}

/* The one that this part belongs to: one that holds the very same, or else has its place free. */
static lyt_waiting *find(const lyt_smsjoin *join, uint64_t key, unsigned part, lyt_str text)
{
    for (size_t i = 0; i < join->n_waiting; i++)
        if (join->waiting[i]->key == key && holds(join->waiting[i], part, text))
            return join->waiting[i];
    for (size_t i = 0; i < join->n_waiting; i++) {
        lyt_waiting *set = join->waiting[i];

        if (set->key == key && !set->is_late && part <= set->parts && !set->pieces[part - 1].text)
            return set;
    }
    return NULL;
}

static lyt_waiting *oldest(const lyt_smsjoin *join)
{
    lyt_waiting *found = NULL;

    for (size_t i = 0; i < join->n_waiting; i++)
        if (!join->waiting[i]->is_due && (!found || join->waiting[i]->since_us < found->since_us))
            found = join->waiting[i];
    return found;
}

/* The oldest goes first when another needs its room; LYT_ELIMIT: all must be taken out first. */
static lyt_status make_room(lyt_smsjoin *join, size_t bytes, bool is_new)
{
    lyt_waiting *set;

    if ((is_new && join->n_waiting == join->options.max_waiting) ||
        join->bytes + bytes > 2 * join->options.max_bytes)
        return LYT_ELIMIT;
    if ((is_new && join->n_waiting + 1 == join->options.max_waiting) ||
        join->bytes + bytes > join->options.max_bytes) {
        set = oldest(join);
        if (set)
            set->is_due = true;
    }
    return LYT_OK;
}

static lyt_status begin(lyt_smsjoin *join, const lyt_inbound *part, uint64_t key, int64_t now_us,
                        lyt_waiting **out)
{
    const lyt_alloc *alloc = join->options.alloc;
    lyt_waiting *set = lyt_mem_new(alloc, sizeof *set);
    lyt_buf head;

    if (!set)
        return LYT_ENOMEM;
    lyt_buf_init(&head, alloc);
    lyt_smsjoin_head(part, &head);
    set->key = key;
    set->parts = part->parts;
    set->since_us = now_us;
    set->pieces = lyt_mem_array(alloc, part->parts, sizeof *set->pieces);
    set->head = lyt_buf_take(&head);
    lyt_buf_deinit(&head);
    if (!set->pieces || !set->head) {
        waiting_free(join, set);
        return LYT_ENOMEM;
    }
    *out = set;
    return LYT_OK;
}

/* Its bytes, as they are counted. */
static size_t cost(const lyt_piece *piece)
{
    return piece->text ? strlen(piece->text) + strlen(piece->id) + 2 : 0;
}

static lyt_status put(const lyt_smsjoin *join, lyt_waiting *set, const lyt_inbound *part)
{
    lyt_piece *piece = &set->pieces[part->part - 1];
    char *text = lyt_mem_strdup(join->options.alloc, part->text);
    char *id = lyt_mem_strdup(join->options.alloc, part->provider_id);

    if (!text || !id) {
        lyt_mem_free(join->options.alloc, text);
        lyt_mem_free(join->options.alloc, id);
        return LYT_ENOMEM;
    }
    piece->text = text;
    piece->id = id;
    if (part->sent_us && (!set->sent_us || part->sent_us < set->sent_us))
        set->sent_us = part->sent_us;
    set->n_have++;
    set->is_due |= set->n_have == set->parts;
    return LYT_OK;
}

lyt_status lyt_smsjoin_add(lyt_smsjoin *join, const lyt_inbound *part, int64_t now_us)
{
    uint64_t key = key_of(join, part);
    lyt_waiting *set, *made = NULL;
    lyt_status status;

    if (part->kind != LYT_INBOUND_PART || part->parts < 2 || part->parts > lyt_smsjoin_parts_max ||
        part->part < 1 || part->part > part->parts)
        return LYT_EINVAL;
    if (is_gone(join, piece_hash(join, key, part->part, part->text),
                now_us - join->options.remember_us))
        return LYT_OK;
    set = find(join, key, part->part, part->text);
    if (set && set->pieces[part->part - 1].text)
        return LYT_OK;
    status = make_room(join, part->text.len + part->provider_id.len, !set);
    if (!status && !set) {
        status = begin(join, part, key, now_us, &made);
        set = made;
    }
    if (status)
        return status;
    status = put(join, set, part);
    if (status) {
        if (made)
            waiting_free(join, made);
        return status;
    }
    if (made) {
        join->waiting[join->n_waiting++] = made;
        join->bytes += strlen(made->head) + 1;
        /* the others have gone out without it */
        made->is_late = made->is_due |= is_gone(join, key, now_us - late_us);
    }
    join->bytes += cost(&set->pieces[part->part - 1]);
    return LYT_OK;
}

static bool is_due(const lyt_smsjoin *join, lyt_waiting *set, int64_t now_us)
{
    if (now_us < set->since_us)
        set->since_us = now_us;
    return set->is_due || now_us - set->since_us >= join->options.wait_us;
}

/* Its texts in order, "[…]" for each stretch that is missing. */
static void write_text(const lyt_waiting *set, lyt_buf *out)
{
    bool in_gap = false;

    for (unsigned i = 0; i < set->parts; i++) {
        const lyt_piece *piece = &set->pieces[i];

        if (piece->text)
            lyt_buf_add_text(out, piece->text);
        else if (!in_gap)
            lyt_buf_add_text(out, "[…]");
        in_gap = !piece->text;
    }
}

static lyt_str first_id(const lyt_waiting *set)
{
    unsigned i = 0;

    while (i + 1 < set->parts && !set->pieces[i].text)
        i++;
    return lyt_str_of(set->pieces[i].id);
}

static lyt_status show(const lyt_waiting *set, lyt_arena *arena, lyt_inbound *out)
{
    lyt_status status = lyt_smsjoin_head_read(lyt_str_of(set->head), arena, out);
    lyt_buf text;

    if (status)
        return status;
    lyt_buf_init(&text, NULL);
    write_text(set, &text);
    status = lyt_buf_status(&text);
    if (!status) {
        out->text = lyt_arena_copy(arena, lyt_buf_str(&text));
        out->provider_id = lyt_arena_copy(arena, first_id(set));
        status = lyt_arena_status(arena);
    }
    lyt_buf_deinit(&text);
    out->kind = LYT_INBOUND_FEEDBACK;
    out->parts = set->parts;
    out->partial = set->n_have < set->parts;
    out->sent_us = set->sent_us;
    return status;
}

lyt_status lyt_smsjoin_next(lyt_smsjoin *join, int64_t now_us, lyt_arena *arena, lyt_inbound *out)
{
    lyt_status status;

    if (!join->shown) {
        for (size_t i = 0; i < join->n_waiting && !join->shown; i++)
            if (is_due(join, join->waiting[i], now_us))
                join->shown = join->waiting[i];
        if (!join->shown)
            return LYT_EEND;
    }
    status = show(join->shown, arena, out);
    /* from here on nothing is added to it: what was shown is what is dropped */
    join->shown->is_late = true;
    return status;
}

void lyt_smsjoin_drop(lyt_smsjoin *join, int64_t now_us)
{
    lyt_waiting *set = join->shown;
    size_t at = 0;

    if (!set)
        return;
    while (join->waiting[at] != set)
        at++;
    memmove(&join->waiting[at], &join->waiting[at + 1],
            (join->n_waiting - at - 1) * sizeof *join->waiting);
    join->n_waiting--;
    join->shown = NULL;
    for (unsigned i = 0; i < set->parts; i++) {
        if (!set->pieces[i].text)
            continue;
        join->bytes -= cost(&set->pieces[i]);
        remember(join, piece_hash(join, set->key, i + 1, lyt_str_of(set->pieces[i].text)), now_us);
    }
    if (set->n_have < set->parts)
        remember(join, set->key, now_us);
    join->bytes -= strlen(set->head) + 1;
    waiting_free(join, set);
}

int64_t lyt_smsjoin_due_us(const lyt_smsjoin *join)
{
    int64_t due = INT64_MAX;

    for (size_t i = 0; i < join->n_waiting; i++) {
        const lyt_waiting *set = join->waiting[i];
        int64_t at = set->is_due ? set->since_us : set->since_us + join->options.wait_us;

        if (at < due)
            due = at;
    }
    return due;
}

size_t lyt_smsjoin_waiting(const lyt_smsjoin *join)
{
    return join->n_waiting;
}
