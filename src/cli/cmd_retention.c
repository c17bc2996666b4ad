#include <stddef.h>
#include <stdlib.h>

#include "accesslog.h"
#include "clock.h"
#include "statefile.h"
#include "store_keep.h"

typedef struct values {
    bool check, dry_run, json;
    const char *at, *state;
} values;

static const lyt_option options[] = {
    {.name = "at",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, at),
     .value = "TIME",
     .help = "as if it were then: 2026-11-25T03:00:00Z"},
    {.name = "check",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, check),
     .help = "end with 1 when something is there that should have gone a day ago"},
    {.name = "dry-run",
     .letter = 'n',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, dry_run),
     .help = "list what would go, and let nothing go"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "one JSON object a line"},
    LYT_ONLINE_STATE(values),
};

enum { rows_a_step = 500 };

typedef struct listing {
    const values *v;
    lyt_buf out;
    int64_t n;
} listing;

static lyt_status write_due(listing *l, const char *kind, const lyt_keep_due *due)
{
    lyt_buf oldest;
    lyt_jw jw;

    l->n += due->n;
    lyt_buf_init(&oldest, NULL);
    if (due->oldest_us)
        lyt_clock_format(&oldest, due->oldest_us);
    if (l->v->json) {
        lyt_jw_init(&jw, &l->out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "kind", lyt_str_of(kind));
        lyt_jw_kstr(&jw, "property", due->property);
        lyt_jw_kint(&jw, "days", due->days);
        lyt_jw_kint(&jw, "rows", due->n);
        lyt_jw_kstr(&jw, "oldest", lyt_buf_str(&oldest));
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&l->out, '\n');
    } else {
        lyt_buf_addf(&l->out, "%-10s %-16.*s %5lld days %9lld", kind,
                     LYT_STR_ARG(due->property.len ? due->property : LYT_STR("(others)")),
                     (long long)due->days, (long long)due->n);
        if (due->oldest_us)
            lyt_buf_addf(&l->out, "  oldest %.*s", LYT_STR_ARG(lyt_buf_str(&oldest)));
        lyt_buf_add_char(&l->out, '\n');
    }
    lyt_buf_deinit(&oldest);
    return lyt_buf_status(&l->out);
}

static lyt_status list(void *user, const lyt_keep_due *due)
{
    return write_due(user, lyt_keep_name(due->kind), due);
}

/* Files of who was shown what: those that are too old are listed, and go unless it only looks. */
static lyt_status let_access_go(listing *l, const lyt_keep_rules *rules, const char *folder,
                                int64_t now_us, bool only_looks, lyt_error *err)
{
    const int64_t day_us = (int64_t)86400 * 1000000;
    lyt_accesslog_due found;
    lyt_status status;

    if (!rules->access_days)
        return LYT_OK;
    status = lyt_accesslog_drop(lyt_fs_system(), folder, now_us - rules->access_days * day_us,
                                !only_looks, &found, err);
    if (status)
        return status;
    return write_due(l, "access",
                     &(lyt_keep_due){.days = rules->access_days,
                                     .n = found.n,
                                     .oldest_us = found.oldest_us});
}

static lyt_status let_go(lyt_store *store, const lyt_keep_rules *rules, int64_t now_us,
                         lyt_error *err)
{
    lyt_keep_run run = {.rules = rules, .now_us = now_us};
    bool is_done = false;
    lyt_status status = LYT_OK;

    while (!status && !is_done)
        status = lyt_store_keep_step(store, &run, rows_a_step, &is_done, err);
    if (!status)
        status = lyt_store_keep_done(store, now_us, err);
    if (!status)
        status = lyt_store_checkpoint(store, true, err);
    return status;
}

static lyt_status work(const values *v, const char *rules_file, listing *l, lyt_error *err)
{
    const int64_t day_us = (int64_t)86400 * 1000000;
    int64_t now_us = lyt_clock_wall_us(lyt_clock_system());
    bool only_looks = v->dry_run || v->check;
    lyt_keep_rules *rules = calloc(1, sizeof *rules);
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_status status;

    if (!rules)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the rules");
    status = lyt_keep_read(rules, NULL, lyt_fs_system(), rules_file, err);
    if (!status && v->at && lyt_clock_parse(&now_us, lyt_str_of(v->at)))
        status = lyt_error_set(err, LYT_EINVAL, "--at: must be a time like 2026-11-25T03:00:00Z");
    if (!status)
        status = lyt_statefile_find(&file, v->state, true, err);
    if (!status)
        status = lyt_statefile_open(&store, &file, only_looks ? LYT_STORE_READS : LYT_STORE_WRITES,
                                    err);
    if (!status)
        status = lyt_store_each_due(store, rules, v->check ? now_us - day_us : now_us, list, l, err);
    if (!status && !only_looks)
        status = let_go(store, rules, now_us, err);
    if (!status)
        status = let_access_go(l, rules, file.folder, v->check ? now_us - day_us : now_us,
                               only_looks, err);
    lyt_store_close(store);
    free(rules);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    listing l = {.v = v};
    lyt_error err;
    lyt_status status;

    lyt_buf_init(&l.out, NULL);
    status = work(v, call->operands[0], &l, &err);
    if (!status)
        lyt_console_write_buf(call->console, &l.out);
    lyt_buf_deinit(&l.out);
    if (status)
        return lyt_console_error(call->console, &err);
    if (v->check && l.n)
        return lyt_console_complain(call->console,
                                    "%lld rows should have gone a day ago; does the service run "
                                    "with --retention?",
                                    (long long)l.n);
    return LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt retention retention.yaml --dry-run", "what would go if it were let go of now"},
    {"lyt retention retention.yaml --check", "for cron: complain when the daily run does not work"},
};

const lyt_command lyt_cmd_retention = {
    .name = "retention",
    .summary = "Let go of what is too old, or list it",
    .usage = "FILE [--dry-run | --check] [--at TIME] [--json] [--state DIR]",
    .description =
        "A service that runs with --retention FILE lets go of what is too old once a day, by "
        "itself. This command lists what that is, checks that it happened, or does it on a state "
        "folder that no service uses.\n\n"
        "FILE says how many days what is kept (\"always\", or left out: for good), and what is "
        "different at a property:\n\n"
        "retention: {text: 90, verdicts: 730, events: 60, incidents: 365, outbox: 90, behaviour: 30, "
        "notes: 730, stays: 365, access: 730}\n\n"
        "properties: {havnen: {text: 30}}\n\n"
        "text is what guests wrote and who they were, verdicts what is left of their messages "
        "after that, events the log of the bus, incidents what people wrote about closed "
        "incidents, outbox what was sent out of the house, behaviour what guests did, notes what is "
        "known of them, stays those that are over, access the files that say who was shown what is "
        "restricted (whole months). What belongs to an incident that is open stays.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
