#include "simhouse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "outbox_send.h"

enum { path_max = 512, join_min = 120 };

/* The store is asked again only when something is due: nobody sets this clock. */
static const int64_t look_us = (int64_t)3600 * 1000000;

typedef struct sim_way {
    char url[lyt_incident_text_max + 40], secret[path_max];
} sim_way;

struct lyt_simhouse {
    lyt_simhouse_options o;
    int64_t now_us;
    lyt_clock clock;
    char folder[path_max - 80], database[path_max];
    lyt_settings settings; /* those of the options, with ways into the simulation */
    lyt_way *ways;
    sim_way *ends;
    lyt_core core;
    lyt_judge judge;
    lyt_stock *stock;
    lyt_books books;
    lyt_batch batch;
    lyt_simpost *post;
    lyt_sender sender;
    lyt_done_item *done;
    lyt_buf frame, slip;
    int64_t n_feedback, died;
};

static int64_t read_clock(void *context)
{
    return ((const lyt_simhouse *)context)->now_us;
}

/* The same waits each time; how much longer than the table they are matters to nobody here. */
static double half(void *context)
{
    (void)context;
    return .5;
}

static lyt_status make_folder(lyt_simhouse *h, lyt_error *err)
{
    const char *folder = getenv("TMPDIR");
    int n = snprintf(h->folder, sizeof h->folder, "%s/lyt-simulate-XXXXXX",
                     folder && *folder ? folder : "/tmp");

    if (n < 0 || (size_t)n >= sizeof h->folder || !mkdtemp(h->folder)) {
        h->folder[0] = '\0';
        return lyt_error_set(err, LYT_EIO, "cannot make a folder in %s", folder ? folder : "/tmp");
    }
    snprintf(h->database, sizeof h->database, "%s/lyt.db", h->folder);
    return LYT_OK;
}

static lyt_status drop_file(void *folder, const char *name)
{
    char path[2 * path_max];

    snprintf(path, sizeof path, "%s/%s", (const char *)folder, name);
    (void)unlink(path);
    return LYT_OK;
}

/* Nothing goes into the world: each way ends here, with a secret of its kind. */
static lyt_status end_ways(lyt_simhouse *h, lyt_error *err)
{
    const lyt_settings *s = h->o.settings;

    h->settings = *s;
    h->ways = lyt_mem_array(NULL, s->n_ways + 1, sizeof *h->ways);
    h->ends = lyt_mem_array(NULL, s->n_ways + 1, sizeof *h->ends);
    if (!h->ways || !h->ends)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the ways out");
    for (size_t i = 0; i < s->n_ways; i++) {
        sim_way *to = &h->ends[i];
        const char *secret = lyt_simpost_secret(s->ways[i].kind);
        lyt_status status;

        snprintf(to->url, sizeof to->url, "%s://%s.simulated.example",
                 s->ways[i].kind == LYT_WAY_MAIL ? "smtps" : "https", s->ways[i].id);
        snprintf(to->secret, sizeof to->secret, "%s/secret-%zu", h->folder, i);
        status = lyt_secrets_write(to->secret, lyt_str_of(secret), err);
        if (status)
            return status;
        h->ways[i] = s->ways[i];
        h->ways[i].url = to->url;
        h->ways[i].secret_file = to->secret;
    }
    h->settings.ways = h->ways;
    return LYT_OK;
}

static lyt_status open_books(lyt_simhouse *h, lyt_error *err)
{
    lyt_books *b = &h->books;
    lyt_stock_options stock = {.fs = lyt_fs_system(),
                               .state = h->folder,
                               .classifier = h->o.words,
                               .settings = &h->settings};
    lyt_status status = lyt_store_open_hasty(&b->store, NULL, h->database, err);

    if (!status)
        status = lyt_cases_new(&b->cases, NULL, &h->settings, b->store, err);
    if (!status)
        status = lyt_stock_new(&h->stock, &stock, err);
    if (status)
        return status;
    if (lyt_desk_new(&b->desk, NULL, 1) || lyt_streams_new(&b->streams, NULL) ||
        lyt_keyset_new(&b->keys, NULL, 1, lyt_keep_keys_us) || lyt_batch_init(&h->batch, NULL))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the books");
    h->done = lyt_mem_new(NULL, sizeof *h->done);
    if (!h->done)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for verdicts");
    b->core = &h->core;
    b->stock = h->stock;
    h->core.options = (lyt_service_options){.settings = &h->settings,
                                            .clock = &h->clock,
                                            .fs = lyt_fs_system()};
    h->core.join_min = join_min;
    h->core.judge = &h->judge;
    h->core.judge_version = h->judge.version;
    h->core.stock = h->stock;
    h->core.has_house = true;
    return LYT_OK;
}

static lyt_status open_sender(lyt_simhouse *h, lyt_error *err)
{
    lyt_simpost_options post = {
        .ways = h->ways, .n_ways = h->settings.n_ways, .clock = &h->clock, .seed = h->o.seed};
    lyt_sender_options how = {.core = &h->core,
                              .settings = &h->settings,
                              .store = h->books.store,
                              .chance = half,
                              .look_us = look_us};

    if (lyt_simpost_new(&h->post, &post))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the receivers");
    how.carrier = lyt_simpost_carrier(h->post);
    return lyt_sender_init(&h->sender, &how, err);
}

lyt_status lyt_simhouse_open(lyt_simhouse **out, const lyt_simhouse_options *options,
                             lyt_error *err)
{
    lyt_simhouse *h = lyt_mem_new(NULL, sizeof *h);
    lyt_status status;

    if (!h)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a house");
    h->o = *options;
    h->now_us = options->from_us;
    h->clock = (lyt_clock){read_clock, read_clock, h};
    h->judge.version = options->pack;
    lyt_buf_init(&h->frame, NULL);
    lyt_buf_init(&h->slip, NULL);
    status = make_folder(h, err);
    if (!status)
        status = end_ways(h, err);
    if (!status)
        status = open_books(h, err);
    if (!status)
        status = open_sender(h, err);
    if (status)
        lyt_simhouse_close(h);
    else
        *out = h;
    return status;
}

void lyt_simhouse_close(lyt_simhouse *h)
{
    if (!h)
        return;
    lyt_sender_deinit(&h->sender);
    lyt_simpost_free(h->post);
    lyt_batch_deinit(&h->batch);
    lyt_cases_free(h->books.cases);
    lyt_stock_free(h->stock);
    lyt_keyset_free(h->books.keys);
    lyt_streams_free(h->books.streams);
    lyt_desk_free(h->books.desk);
    lyt_store_close(h->books.store);
    lyt_mem_free(NULL, h->done);
    lyt_mem_free(NULL, h->ways);
    lyt_mem_free(NULL, h->ends);
    lyt_buf_deinit(&h->frame);
    lyt_buf_deinit(&h->slip);
    if (h->folder[0]) {
        (void)!lyt_fs_list(lyt_fs_system(), h->folder, drop_file, h->folder, NULL);
        (void)rmdir(h->folder);
    }
    lyt_mem_free(NULL, h);
}

void lyt_simhouse_set_clock(lyt_simhouse *h, int64_t now_us)
{
    h->now_us = now_us > h->now_us ? now_us : h->now_us;
}

const lyt_care *lyt_simhouse_care(const lyt_simhouse *h)
{
    return lyt_cases_care(h->books.cases);
}

const lyt_simpost *lyt_simhouse_post(const lyt_simhouse *h)
{
    return h->post;
}

lyt_store *lyt_simhouse_store(const lyt_simhouse *h)
{
    return h->books.store;
}

bool lyt_simhouse_seal(const lyt_simhouse *h, const char *guest, const char *address,
                       char out[lyt_contact_sealed_bytes])
{
    return h->stock->guests &&
           !lyt_contact_seal(h->stock->guests, lyt_str_of(guest), lyt_str_of(address), out);
}

/* What stands in the batch, and whoever has to hear of it. */
static lyt_status apply(lyt_simhouse *h, lyt_error *err)
{
    lyt_status status = lyt_batch_apply(&h->batch, &h->books, err);
    const lyt_facts *facts = lyt_cases_facts(h->books.cases);

    if (!status && h->batch.n_outbox)
        lyt_sender_wake(&h->sender);
    for (size_t i = 0; !status && i < facts->n; i++)
        status = h->o.on_fact(h->o.context, &facts->items[i]);
    return status;
}

static lyt_status add_order(lyt_simhouse *h, lyt_str json, lyt_error *err)
{
    lyt_submission order;
    lyt_status status = lyt_submission_parse(&order, json, err);

    lyt_buf_reset(&h->frame);
    order.feedback.received_us = h->now_us;
    if (!status) {
        lyt_order_put(&h->frame, &order);
        status = lyt_buf_status(&h->frame);
    }
    if (!status)
        status = lyt_batch_add_order(&h->batch, (lyt_str){"", 0}, lyt_buf_str(&h->frame));
    if (!status && order.kind == LYT_SUBMIT_FEEDBACK) {
        order.feedback.id = ++h->n_feedback;
        lyt_buf_reset(&h->slip);
        lyt_slip_put(&h->slip, &order.feedback, 0);
        status = lyt_buf_status(&h->slip);
    }
    lyt_submission_deinit(&order);
    return status == LYT_ENOMEM ? lyt_error_set(err, status, "no memory for an order") : status;
}

lyt_status lyt_simhouse_order(lyt_simhouse *h, lyt_str json, lyt_care_reply *reply, bool *is_done,
                              lyt_error *err)
{
    lyt_status status = add_order(h, json, err);

    if (!status)
        status = apply(h, err);
    if (!status) {
        *is_done = h->batch.items[0].outcome != LYT_ITEM_REFUSED;
        if (reply)
            *reply = h->batch.items[0].reply;
    }
    (void)lyt_batch_reset(&h->batch, false);
    return status;
}

lyt_status lyt_simhouse_say(lyt_simhouse *h, lyt_str json, const lyt_judgement *judgement,
                            lyt_error *err)
{
    lyt_status status = add_order(h, json, err);

    h->done->id = h->n_feedback;
    h->done->pack = h->judge.version;
    h->done->judgement = *judgement;
    lyt_buf_reset(&h->frame);
    if (!status) {
        lyt_workframe_add_done(&h->frame, h->done);
        status = lyt_buf_status(&h->frame);
    }
    if (!status)
        status = lyt_batch_add_verdict(&h->batch, lyt_buf_str(&h->slip), lyt_buf_str(&h->frame));
    if (!status)
        status = apply(h, err);
    (void)lyt_batch_reset(&h->batch, false);
    return status;
}

static bool take_report(void *house, const lyt_outbox_report *report)
{
    lyt_simhouse *h = house;

    lyt_buf_reset(&h->frame);
    lyt_outbox_report_put(&h->frame, report);
    if (lyt_buf_status(&h->frame) || lyt_batch_add_outbox(&h->batch, lyt_buf_str(&h->frame)))
        return false;
    h->died += report->op == LYT_OUTBOX_OP_DEAD || report->op == LYT_OUTBOX_OP_GONE;
    return true;
}

static lyt_status tell_arrived(void *house, const lyt_outbox_row *row)
{
    const lyt_simhouse *h = house;

    return h->o.on_arrived(h->o.context, row);
}

/* What has ended since, as the ledger writes it down; *n: how many reports that were. */
static lyt_status write_reports(lyt_simhouse *h, size_t *n, lyt_error *err)
{
    lyt_status status = LYT_OK;

    lyt_sender_take(&h->sender);
    lyt_sender_report(&h->sender, take_report, h);
    *n = h->batch.n_items;
    if (*n)
        status = apply(h, err);
    for (size_t i = 0; !status && i < *n; i++) {
        lyt_outbox_report report;

        if (h->batch.items[i].kind == LYT_ITEM_OUTBOX &&
            !lyt_outbox_report_get(&report, h->batch.items[i].part))
            lyt_sender_stands(&h->sender, report.row);
    }
    (void)lyt_batch_reset(&h->batch, false);
    return status;
}

static lyt_status tell_arrivals(lyt_simhouse *h, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (int64_t row = lyt_simpost_arrived(h->post); !status && row;
         row = lyt_simpost_arrived(h->post))
        status = lyt_store_outbox_get(h->books.store, row, tell_arrived, h, err);
    return status;
}

static int64_t sender_due(const lyt_simhouse *h)
{
    int64_t due = lyt_sender_due(&h->sender), answer = lyt_simpost_due(h->post);

    return due < answer ? due : answer;
}

lyt_status lyt_simhouse_go(lyt_simhouse *h, lyt_error *err)
{
    lyt_status status = LYT_OK;

    if (lyt_cases_due(h->books.cases, h->now_us) <= h->now_us) {
        status = lyt_batch_add_tick(&h->batch);
        if (!status)
            status = apply(h, err);
        (void)lyt_batch_reset(&h->batch, false);
    }
    /* what cannot be sent ends at once, and its report makes other rows */
    while (!status) {
        size_t n = 0;

        status = write_reports(h, &n, err);
        if (status || (!n && sender_due(h) > h->now_us))
            break;
        lyt_sender_start(&h->sender);
        status = tell_arrivals(h, err);
    }
    return status;
}

int64_t lyt_simhouse_due(const lyt_simhouse *h)
{
    int64_t due = lyt_cases_due(h->books.cases, h->now_us), send = sender_due(h);

    return due < send ? due : send;
}

typedef struct lane {
    uint64_t name;
    int64_t row, rank;
} lane;

typedef struct walk {
    const lyt_simhouse *house;
    lyt_simhouse_outbox *out;
    lane *lanes;
    size_t n, cap;
    int64_t last;
} walk;

static uint64_t add_hash(uint64_t hash, lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
    return (hash ^ 0xff) * 0x100000001b3u;
}

static lyt_status count_row(void *user, const lyt_outbox_row *row)
{
    walk *w = user;
    int64_t rank = lyt_simpost_rank(w->house->post, row->id);
    uint64_t name = add_hash(add_hash(0xcbf29ce484222325u, row->way), row->lane);

    w->last = row->id;
    w->out->made++;
    w->out->states[row->state]++;
    w->out->not_arrived += row->state == LYT_OUTBOX_SENT && !rank;
    if (!rank || !row->incident)
        return LYT_OK;
    if (lyt_mem_grow(NULL, &w->lanes, &w->cap, w->n + 1, sizeof *w->lanes))
        return LYT_ENOMEM;
    w->lanes[w->n++] = (lane){(name ^ (uint64_t)row->incident) * 0x100000001b3u, row->id, rank};
    return LYT_OK;
}

static int by_lane(const void *a, const void *b)
{
    const lane *x = a, *y = b;

    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

lyt_status lyt_simhouse_count_outbox(lyt_simhouse_outbox *out, const lyt_simhouse *h,
                                     lyt_error *err)
{
    enum { page = 1000 };
    lyt_simpost_counts counts = lyt_simpost_count(h->post);
    walk w = {.house = h, .out = out};
    lyt_status status;
    int64_t before, tried = 0;

    memset(out, 0, sizeof *out);
    do {
        before = w.last;
        status = lyt_store_outbox_each(h->books.store, (lyt_str){"", 0}, lyt_outbox_any, w.last,
                                       page, count_row, &w, err);
    } while (!status && w.last > before);
    if (w.n)
        qsort(w.lanes, w.n, sizeof *w.lanes, by_lane);
    for (size_t i = 1; i < w.n; i++)
        out->out_of_order +=
            w.lanes[i].name == w.lanes[i - 1].name && w.lanes[i].rank < w.lanes[i - 1].rank;
    lyt_mem_free(NULL, w.lanes);
    for (int64_t row = 1; row <= w.last; row++)
        tried += lyt_simpost_tries(h->post, row) > 0;
    out->attempts = counts.attempts;
    out->tried_again = counts.attempts - tried;
    out->died = h->died;
    return status;
}

lyt_status lyt_simhouse_rebuild(bool *same, const lyt_simhouse *h, lyt_error *err)
{
    lyt_cases *again = NULL;
    lyt_status status = lyt_cases_new(&again, NULL, &h->settings, h->books.store, err);

    *same = !status && lyt_book_hash(lyt_care_book(lyt_cases_care(again))) ==
                           lyt_book_hash(lyt_care_book(lyt_cases_care(h->books.cases)));
    lyt_cases_free(again);
    return status;
}
