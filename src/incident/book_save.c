/*
 * One list of fields serves writing and reading: a carrier goes over them and either adds to its
 * bytes or takes from them. What was read is checked as a whole before anybody looks at it, since
 * the rest of the room trusts that numbers of incidents lead somewhere.
 */
#include "book_save.h"

#include <stdlib.h>
#include <string.h>

#include "authority.h"
#include "book_inside.h"
#include "hash.h"
#include "mem.h"

enum { head_bytes = 24, version_now = 1, number_bytes_max = 10 };

static const char magic[] = "LYTBOOK";

typedef struct carrier {
    lyt_buf *out; /* NULL: it reads */
    lyt_str in;
    size_t at;
    bool is_bad;
} carrier;

static void put_number(lyt_buf *out, int64_t number)
{
    uint64_t rest = ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
    char *to = lyt_buf_reserve(out, number_bytes_max);
    size_t n = 0;

    if (!to)
        return;
    for (; rest > 127; rest >>= 7)
        to[n++] = (char)(rest | 128);
    to[n++] = (char)rest;
    out->len += n;
    out->data[out->len] = '\0';
}

static int64_t get_number(carrier *c)
{
    uint64_t folded = 0;

    for (unsigned shift = 0; shift < 64 && c->at < c->in.len; shift += 7) {
        unsigned char byte = (unsigned char)c->in.ptr[c->at++];

        /* one way to write a number: no empty byte at its end, nothing beyond 64 bits */
        if ((shift == 63 && byte > 1) || (!byte && shift))
            break;
        folded |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return (int64_t)(folded >> 1) ^ (folded & 1 ? -1 : 0);
    }
    c->is_bad = true;
    return 0;
}

static void number(carrier *c, int64_t *value)
{
    if (c->out)
        put_number(c->out, *value);
    else if (!c->is_bad)
        *value = get_number(c);
}

static void small(carrier *c, int *value, int64_t least, int64_t most)
{
    int64_t wide = *value;

    number(c, &wide);
    if (c->out)
        return;
    c->is_bad = c->is_bad || wide < least || wide > most;
    *value = c->is_bad ? 0 : (int)wide;
}

static void flag(carrier *c, bool *value)
{
    int as_number = *value;

    small(c, &as_number, 0, 1);
    if (!c->out)
        *value = as_number != 0;
}

static void count(carrier *c, size_t *n)
{
    int64_t wide = (int64_t)*n;

    number(c, &wide);
    /* each has a byte at least */
    c->is_bad = c->is_bad || (!c->out && (wide < 0 || (uint64_t)wide > c->in.len - c->at));
    if (!c->out)
        *n = c->is_bad ? 0 : (size_t)wide;
}

static void text(carrier *c, char *value, size_t size_bytes)
{
    size_t len = c->out ? strlen(value) : 0;

    count(c, &len);
    if (c->out) {
        lyt_buf_add(c->out, (lyt_str){value, len});
        return;
    }
    if (!c->is_bad && (len >= size_bytes || memchr(c->in.ptr + c->at, 0, len)))
        c->is_bad = true;
    if (c->is_bad)
        return;
    memcpy(value, c->in.ptr + c->at, len);
    memset(value + len, 0, size_bytes - len);
    c->at += len;
}

#define TEXT(c, field) text((c), (field), sizeof(field))

static void carry_clock(carrier *c, lyt_case_clock *clock)
{
    number(c, &clock->started_us);
    number(c, &clock->stopped_us);
    number(c, &clock->due_us);
    number(c, &clock->warn_us);
    flag(c, &clock->is_warned);
    flag(c, &clock->is_missed);
}

static void carry_timers(carrier *c, lyt_case *one)
{
    int64_t *const timers[] = {&one->ack_until_us, &one->held_until_us, &one->remind_us,
                               &one->step_us,      &one->stale_us,      &one->pause_until_us,
                               &one->held_why,     &one->silence,       &one->n_reminders,
                               &one->n_steps,      &one->paused_at_us,  &one->paused_us,
                               &one->contacted_us, &one->first_told};

    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        number(c, timers[i]);
    for (int i = 0; i < LYT_CLOCK_KIND_COUNT; i++)
        carry_clock(c, &one->clocks[i]);
}

static void carry_case(carrier *c, lyt_case *one)
{
    int64_t *const numbers[] = {
        &one->id,         &one->version,       &one->touched,     &one->opened_us,
        &one->updated_us, &one->heard_us,      &one->remedied_us, &one->closed_us,
        &one->n_messages, &one->parent,        &one->merged,      &one->repeat_of,
        &one->n_reopened, &one->answer_due_us, &one->asked_us,    &one->score};
    bool *const flags[] = {&one->is_parent, &one->is_drill, &one->has_cause, &one->has_action,
                           &one->is_unconfirmed};
    int state = (int)one->state;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        number(c, numbers[i]);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        flag(c, flags[i]);
    small(c, &state, 0, LYT_INCIDENT_STATE_COUNT - 1);
    small(c, &one->severity, INT32_MIN, INT32_MAX);
    if (!c->out)
        one->state = (lyt_incident_state)state;
    TEXT(c, one->property);
    TEXT(c, one->scenario);
    TEXT(c, one->team);
    TEXT(c, one->place);
    TEXT(c, one->guest);
    TEXT(c, one->language);
    TEXT(c, one->owner);
    TEXT(c, one->changed_by);
    carry_timers(c, one);
}

static void carry_told(carrier *c, lyt_told *told)
{
    number(c, &told->incident);
    number(c, &told->last);
    TEXT(c, told->who);
    TEXT(c, told->channel);
}

static void carry_silence(carrier *c, lyt_silence *s)
{
    int kind = (int)s->kind;

    number(c, &s->id);
    number(c, &s->from_us);
    number(c, &s->until_us);
    small(c, &kind, LYT_SILENCE, LYT_MAINTENANCE);
    if (!c->out)
        s->kind = (lyt_silence_kind)kind;
    flag(c, &s->is_ended);
    TEXT(c, s->property);
    TEXT(c, s->scenario);
    TEXT(c, s->place);
    TEXT(c, s->by);
    TEXT(c, s->reason);
}

static void carry_offer(carrier *c, lyt_offer *o)
{
    int currency = (int)o->currency, state = (int)o->state;

    number(c, &o->id);
    number(c, &o->incident);
    number(c, &o->amount);
    small(c, &currency, 0, LYT_CURRENCY_COUNT - 1);
    small(c, &state, LYT_OFFER_ASKED, LYT_OFFER_WITHDRAWN);
    if (!c->out) {
        o->currency = (lyt_currency)currency;
        o->state = (lyt_offer_state)state;
    }
    number(c, &o->role);
    number(c, &o->at_us);
    number(c, &o->due_us);
    number(c, &o->given_us);
    TEXT(c, o->gesture);
    TEXT(c, o->by);
    TEXT(c, o->decided_by);
}

static void carry_promise(carrier *c, lyt_promise *p)
{
    number(c, &p->id);
    number(c, &p->incident);
    number(c, &p->due_us);
    number(c, &p->kept_us);
    flag(c, &p->is_late);
    TEXT(c, p->by);
    TEXT(c, p->text);
}

static void carry_fix(carrier *c, lyt_fix *f)
{
    int64_t *const numbers[] = {&f->id,      &f->incident,      &f->opened_us, &f->due_us,
                                &f->done_us, &f->first_done_us, &f->n_back};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        number(c, numbers[i]);
    flag(c, &f->is_late);
    TEXT(c, f->property);
    TEXT(c, f->scenario);
    TEXT(c, f->place);
    TEXT(c, f->owner);
    TEXT(c, f->text);
    TEXT(c, f->proof);
}

/* Room for what comes, when it is read. */
static bool begin(carrier *c, const lyt_alloc *alloc, void *items, size_t *n, size_t *cap,
                  size_t item_bytes, bool *has_memory)
{
    void *begin_of;

    count(c, n);
    if (c->out || c->is_bad || !*n)
        return !c->is_bad;
    /* far fewer than there are bytes: an item in memory is much larger than its shortest bytes */
    *has_memory = *has_memory && !lyt_mem_grow(alloc, items, cap, *n, item_bytes);
    if (!*has_memory)
        *n = 0;
    memcpy(&begin_of, items, sizeof begin_of);
    if (*n)
        memset(begin_of, 0, *n * item_bytes);
    return *has_memory;
}

#define EACH(items, n, cap, carry)                                                                 \
    if (begin(c, book->alloc, &book->items, &book->n, &book->cap, sizeof *book->items,             \
              &has_memory))                                                                        \
        for (size_t i = 0; i < book->n; i++)                                                       \
    carry(c, &book->items[i])

static void carry_row(carrier *c, lyt_book_row *row)
{
    number(c, &row->message);
    number(c, &row->incident);
}

/* False: no memory. */
static bool carry(carrier *c, lyt_book *book)
{
    bool has_memory = true;

    number(c, &book->n_touched);
    EACH(cases, n, cap, carry_case);
    EACH(rows, n_rows, cap_rows, carry_row);
    EACH(told, n_told, cap_told, carry_told);
    EACH(silences, n_silences, cap_silences, carry_silence);
    EACH(offers, n_offers, cap_offers, carry_offer);
    EACH(promises, n_promises, cap_promises, carry_promise);
    EACH(fixes, n_fixes, cap_fixes, carry_fix);
    return has_memory;
}

static void put_fixed(char *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (char)(value >> (8 * i));
}

static uint64_t get_fixed(const char *from)
{
    uint64_t value = 0;

    for (int i = 7; i >= 0; i--)
        value = value << 8 | (unsigned char)from[i];
    return value;
}

lyt_status lyt_book_save(const lyt_book *book, lyt_buf *out)
{
    lyt_book view = *book; /* a carrier that writes changes nothing */
    carrier c = {.out = out};
    size_t from = out->len, len;
    char *head = lyt_buf_reserve(out, head_bytes);

    if (!head)
        return lyt_buf_status(out);
    memset(head, 0, head_bytes);
    out->len += head_bytes;
    (void)carry(&c, &view);
    if (lyt_buf_status(out))
        return lyt_buf_status(out);
    head = out->data + from;
    len = out->len - from - head_bytes;
    memcpy(head, magic, sizeof magic - 1);
    head[sizeof magic - 1] = version_now;
    put_fixed(head + 8, len);
    put_fixed(head + 16, lyt_hash64(head + head_bytes, len, 0));
    return LYT_OK;
}

/* ---- what was read ---- */

static bool leads(const lyt_book *book, int64_t incident)
{
    return lyt_book_find(book, incident) != NULL;
}

/* Follows merges to their end: in at most as many steps as there are cases. */
static bool merges_end(const lyt_book *book, const lyt_case *c)
{
    for (size_t steps = 0; c && steps <= book->n; steps++) {
        if (!c->merged)
            return true;
        c = lyt_book_find(book, c->merged);
    }
    return false;
}

static bool are_cases_right(const lyt_book *book)
{
    for (size_t i = 0; i < book->n; i++) {
        const lyt_case *c = &book->cases[i];

        if (c->id != (int64_t)i + 1 || !c->owner[0] || c->touched < 1 ||
            c->touched > book->n_touched || c->first_told < 0 ||
            (uint64_t)c->first_told > book->n_told || !merges_end(book, c))
            return false;
    }
    for (size_t i = 0; i < book->n_rows; i++)
        if (!leads(book, book->rows[i].incident))
            return false;
    for (size_t i = 0; i < book->n_told; i++)
        if (!leads(book, book->told[i].incident))
            return false;
    return true;
}

static bool is_rest_right(const lyt_book *book)
{
    for (size_t i = 0; i < book->n_silences; i++)
        if (book->silences[i].id != (int64_t)i + 1)
            return false;
    for (size_t i = 0; i < book->n_offers; i++)
        if (book->offers[i].id != (int64_t)i + 1 || !leads(book, book->offers[i].incident) ||
            book->offers[i].role < 0 || book->offers[i].role >= LYT_ROLE_COUNT)
            return false;
    for (size_t i = 0; i < book->n_promises; i++)
        if (book->promises[i].id != (int64_t)i + 1 || !leads(book, book->promises[i].incident))
            return false;
    for (size_t i = 0; i < book->n_fixes; i++)
        if (book->fixes[i].id != (int64_t)i + 1 || !leads(book, book->fixes[i].incident) ||
            !book->fixes[i].owner[0])
            return false;
    return true;
}

typedef struct turn {
    int64_t touched;
    size_t at;
} turn;

static int by_touch(const void *a, const void *b)
{
    const turn *one = a, *other = b;

    return (one->touched > other->touched) - (one->touched < other->touched);
}

/* In the order in which they were changed, so that each comes to the front. */
static lyt_status make_index(lyt_book *book)
{
    size_t n = book->n;
    turn *turns = lyt_mem_array(book->alloc, n + 1, sizeof *turns);
    lyt_status status = turns ? LYT_OK : LYT_ENOMEM;

    if (!status)
        status = lyt_book_index_reserve(book);
    for (size_t i = 0; !status && i < n; i++) {
        turns[i] = (turn){book->cases[i].touched, i};
        lyt_book_index_absent(book, i);
    }
    if (!status && n)
        qsort(turns, n, sizeof *turns, by_touch);
    for (size_t i = 0; !status && i < n; i++) {
        if (i && turns[i].touched == turns[i - 1].touched)
            status = LYT_EFORMAT;
        if (!status)
            status = lyt_book_index_reserve(book);
        if (!status)
            lyt_book_index_add(book, turns[i].at);
    }
    lyt_mem_free(book->alloc, turns);
    return status;
}

static lyt_status check_head(lyt_str bytes, lyt_error *err)
{
    if (bytes.len < head_bytes || memcmp(bytes.ptr, magic, sizeof magic - 1) != 0)
        return lyt_error_set(err, LYT_EFORMAT, "byte 0: this is no book of incidents");
    if (bytes.ptr[sizeof magic - 1] != version_now)
        return lyt_error_set(err, LYT_EFORMAT, "byte 7: version %d is not known, only %d",
                             bytes.ptr[sizeof magic - 1], version_now);
    if (get_fixed(bytes.ptr + 8) != bytes.len - head_bytes)
        return lyt_error_set(err, LYT_EFORMAT, "byte 8: it is cut off or longer than it says");
    if (get_fixed(bytes.ptr + 16) != lyt_hash64(bytes.ptr + head_bytes, bytes.len - head_bytes, 0))
        return lyt_error_set(err, LYT_EFORMAT, "byte 16: the checksum is that of other bytes");
    return LYT_OK;
}

lyt_status lyt_book_load(lyt_book **out, const lyt_alloc *alloc, lyt_str bytes, lyt_error *err)
{
    carrier c = {.in = bytes, .at = head_bytes};
    lyt_book *book = NULL;
    lyt_status status = check_head(bytes, err);

    if (status)
        return status;
    if (lyt_book_new(&book, alloc) || !carry(&c, book))
        status = LYT_ENOMEM;
    if (!status &&
        (c.is_bad || c.at != bytes.len || !are_cases_right(book) || !is_rest_right(book)))
        status = LYT_EFORMAT;
    if (!status)
        status = make_index(book);
    if (!status) {
        lyt_book_mark(book);
        *out = book;
        return LYT_OK;
    }
    lyt_book_free(book);
    return status == LYT_EFORMAT
               ? lyt_error_set(err, status, "byte %zu: this cannot be in a book", c.at)
               : lyt_error_set(err, status, "no memory for the book of incidents");
}
