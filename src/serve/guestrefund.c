#include "guestrefund.h"

#include "guestreply_inner.h"
#include "guestwords.h"
#include "refund.h"

enum { cases_max = 16 };

static int64_t now_of(const lyt_books *books)
{
    return lyt_clock_wall_us(books->core->options.clock);
}

static const lyt_book *book_of(const lyt_books *books)
{
    return lyt_care_book(books->cases->care);
}

bool lyt_guestrefund_is_for(const lyt_books *books, int64_t incident, lyt_str scenario)
{
    const lyt_settings *settings = books->cases ? lyt_cases_settings(books->cases) : NULL;
    const lyt_case *c = settings && incident ? lyt_book_find(book_of(books), incident) : NULL;

    return c && !c->is_drill &&
           lyt_refund_is_for(&settings->refunds, scenario,
                             lyt_guestwords_pays(books->stock ? books->stock->words : NULL,
                                                 scenario));
}

/* Whether a guest may ask in this case, whoever it was opened by. */
static bool may_ask(const lyt_books *books, int64_t incident)
{
    const lyt_case *c = lyt_book_find(book_of(books), incident);

    return c && c->state != LYT_INCIDENT_VOID &&
           lyt_guestrefund_is_for(books, c->id, lyt_str_of(c->scenario));
}

static lyt_status ask(lyt_batch *batch, lyt_books *books, int64_t incident, lyt_str how,
                      lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = now_of(books);
    lyt_care_order order = {
        .verb = LYT_CARE_REFUND,
        .act = {.incident = incident, .by = LYT_STR("guest"), .text = how, .now_us = now_us}};
    lyt_care_reply reply;
    lyt_status status = lyt_care_do(cases->care, &order, &cases->facts, &reply, err);

    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    return status ? status : lyt_cases_publish(batch, books, from, 0, now_us, err);
}

/* What the newest of them is that nobody has asked about. */
typedef struct newest {
    const lyt_books *books;
    int64_t incident;
} newest;

static void consider(newest *n, int64_t incident)
{
    int64_t root = lyt_book_root(book_of(n->books), incident);

    if (root > n->incident && may_ask(n->books, root) &&
        !lyt_refund_find(book_of(n->books), root))
        n->incident = root;
}

static lyt_status consider_told(void *user, const lyt_reply_row *row)
{
    if (row->incident)
        consider(user, row->incident);
    return LYT_OK;
}

/* Cases that the guest opened, and those that others did and the guest was written to about. */
static lyt_status find(lyt_books *books, lyt_str guest, int64_t *out, lyt_error *err)
{
    newest n = {books, 0};
    const lyt_book *book = book_of(books);
    const lyt_case *c = lyt_book_chain(book, lyt_chain_key(LYT_CHAIN_GUEST, guest));
    lyt_status status;

    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_GUEST, c))
        if (lyt_str_equal(lyt_str_of(c->guest), guest))
            consider(&n, c->id);
    status = lyt_store_each_reply_of(books->store, guest, consider_told, &n, err);
    *out = n.incident;
    return status;
}

lyt_status lyt_guestrefund_heard(lyt_batch *batch, lyt_books *books, const lyt_feedback *f,
                                 bool *is_taken, lyt_error *err)
{
    const lyt_settings *settings = books->cases ? lyt_cases_settings(books->cases) : NULL;
    int64_t incident = 0;
    lyt_saying s;
    lyt_status status;

    *is_taken = false;
    if (!settings || !settings->refunds.is_there || !f->sender.len || !lyt_refund_is_asked(f->text))
        return LYT_OK;
    status = find(books, f->sender, &incident, err);
    if (status || !incident)
        return status;
    *is_taken = true;
    status = ask(batch, books, incident, f->channel, err);
    if (status)
        return status;
    s = lyt_guestreply_saying(books, incident, LYT_REPLY_REFUND);
    s.guest = f->sender;
    return lyt_guestreply_consider(batch, books, &s, err);
}

lyt_status lyt_guestrefund_command(lyt_batch *batch, lyt_books *books, lyt_item *item,
                                   lyt_error *err)
{
    const lyt_book *book = book_of(books);
    int64_t ids[cases_max], chosen = 0;
    size_t n = lyt_book_cases_of(book, item->order.incident, ids, cases_max);
    bool is_asked = false;
    lyt_status status = lyt_cases_fresh(books->cases, books->store, err);

    if (status)
        return status;
    for (size_t i = 0; i < n; i++) {
        if (!may_ask(books, ids[i]))
            continue;
        /* one request a message, whatever else failed */
        is_asked = is_asked || lyt_refund_find(book, ids[i]);
        chosen = chosen ? chosen : ids[i];
    }
    item->outcome = is_asked ? LYT_ITEM_DUPLICATE : LYT_ITEM_ACCEPTED;
    if (is_asked)
        return LYT_OK;
    if (!chosen) {
        item->outcome = LYT_ITEM_REFUSED;
        (void)lyt_error_set(&item->why, LYT_ESTATE,
                            "feedback: nothing of message %lld is money given back for",
                            (long long)item->order.incident);
        return LYT_OK;
    }
    return ask(batch, books, chosen, LYT_STR("status page"), err);
}
