#include "guest_ledger.h"

#include "housewords.h"
#include "statefile.h"
#include "store_reply.h"

typedef struct ledger {
    const lyt_ledger_question *q;
    lyt_housewords words;
    lyt_buf out;
} ledger;

/* As serve/guestreply.c and staffreply.c have them. */
static const struct {
    const char *en, *da;
} grounds[] = {
    {"the guest asked for it", "gæsten bad om det"},
    {"the guest complained, and it was remedied", "gæsten klagede, og det blev afhjulpet"},
    {"the guest wrote to the house", "gæsten skrev til huset"},
    {"somebody of the house asked for it", "en fra huset bad om det"},
};

static const char *say(const ledger *l, const char *en, const char *da)
{
    return lyt_housewords_say(&l->words, en, da);
}

static lyt_str ground_of(const ledger *l, lyt_str ground)
{
    for (size_t i = 0; i < sizeof grounds / sizeof *grounds; i++)
        if (lyt_str_equal(ground, lyt_str_of(grounds[i].en)))
            return lyt_str_of(say(l, grounds[i].en, grounds[i].da));
    return ground;
}

static void add_sent(ledger *l, const lyt_json *row)
{
    int64_t incident = lyt_json_number(row, "incident");
    lyt_str kind = lyt_json_text(row, "kind"), state = lyt_json_text(row, "state"),
            ground = ground_of(l, lyt_json_text(row, "ground"));

    lyt_buf_addf(&l->out, "%s %.*s (%.*s)", say(l, "message", "besked"), LYT_STR_ARG(kind),
                 LYT_STR_ARG(state));
    if (incident)
        lyt_buf_addf(&l->out, ", %s %lld", say(l, "case", "sag"), (long long)incident);
    lyt_buf_addf(&l->out, "; %s: %.*s", say(l, "ground", "grundlag"), LYT_STR_ARG(ground));
}

static void add_wish(ledger *l, const lyt_json *row, lyt_str what)
{
    bool stops = lyt_str_equal(what, LYT_STR("stop"));
    lyt_str how = lyt_json_text(row, "how");

    lyt_buf_addf(&l->out, "%s, %s %.*s",
                 stops ? say(l, "wants no messages", "vil ikke have beskeder")
                       : say(l, "wants messages again", "vil have beskeder igen"),
                 say(l, "by", "ved"), LYT_STR_ARG(how));
}

static lyt_status take(void *user, lyt_str text)
{
    ledger *l = user;
    lyt_json *row = NULL;
    lyt_str at, guest, what, by;

    if (l->q->json) {
        lyt_buf_add(&l->out, text);
        lyt_buf_add_char(&l->out, '\n');
        return lyt_buf_status(&l->out);
    }
    if (lyt_json_parse(&row, text, text.len + 1, NULL))
        return LYT_ENOMEM;
    at = lyt_json_text(row, "at");
    guest = lyt_json_text(row, "guest");
    what = lyt_json_text(row, "what");
    by = lyt_json_text(row, "by");
    lyt_buf_addf(&l->out, "%.*s  %.*s  ", LYT_STR_ARG(at), LYT_STR_ARG(guest));
    if (lyt_str_equal(what, LYT_STR("message")))
        add_sent(l, row);
    else
        add_wish(l, row, what);
    if (by.len)
        lyt_buf_addf(&l->out, " (%.*s)", LYT_STR_ARG(by));
    lyt_buf_add_char(&l->out, '\n');
    lyt_json_free(row);
    return lyt_buf_status(&l->out);
}

lyt_exit lyt_guest_ledger(const lyt_call *call, const lyt_ledger_question *question)
{
    ledger l = {.q = question};
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_error err;
    lyt_status status = lyt_statefile_find(&file, question->state, true, &err);

    lyt_buf_init(&l.out, NULL);
    lyt_housewords_open(&l.words, NULL, question->language);
    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, &err);
    if (!status)
        status = lyt_store_each_ledger(
            store, question->guest ? lyt_str_of(question->guest) : (lyt_str){"", 0}, take, &l,
            &err);
    if (!status && lyt_buf_status(&l.out))
        status = lyt_error_set(&err, lyt_buf_status(&l.out), "no memory for the ledger");
    if (!status)
        lyt_console_write_buf(call->console, &l.out);
    lyt_store_close(store);
    lyt_housewords_close(&l.words);
    lyt_buf_deinit(&l.out);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}
