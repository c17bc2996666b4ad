#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "delivery.h"
#include "mailin.h"
#include "mailpart.h"
#include "sourcebook.h"
#include "wholefile.h"

typedef struct mail_values {
    bool dry_run, json;
    double timeout;
    const char *key, *place, *property, *pseudonyms, *server_key, *state, *submit;
} mail_values;

static const lyt_option options[] = {
    {.name = "dry-run",
     .letter = 'n',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(mail_values, dry_run),
     .help = "print what would be sent, as JSON, and send nothing"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(mail_values, json),
     .help = "print the service's answer as JSON"},
    LYT_ONLINE_KEY(mail_values),
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(mail_values, place),
     .value = "NAME",
     .help = "room, table or touchpoint"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(mail_values, property),
     .value = "NAME",
     .help = "hotel or desk"},
    LYT_SOURCEBOOK_PSEUDONYMS(mail_values),
    LYT_ONLINE_SERVER_KEY(mail_values),
    LYT_ONLINE_STATE(mail_values),
    LYT_ONLINE_SUBMIT(mail_values),
    LYT_DELIVERY_TIMEOUT(mail_values),
};

enum { mail_arena_bytes = 160 * 1024 * 1024 };

typedef struct posting {
    const lyt_call *call;
    lyt_sourcebook book;
    lyt_arena *arena;
    lyt_delivery delivery;
    bool is_open;
    lyt_error err;
} posting;

static const mail_values *values_of(const posting *p)
{
    return p->call->values;
}

static void on_done(void *user, uint64_t number, bool accepted, lyt_str answer)
{
    posting *p = user;

    (void)number;
    if (values_of(p)->json)
        lyt_console_printf(p->call->console, "%.*s\n", LYT_STR_ARG(answer));
    else if (!accepted)
        lyt_delivery_complain(p->call->console, "the mail", answer);
}

/* Opened with the first mail that has something to say. */
static lyt_status deliver(posting *p, lyt_str json)
{
    const mail_values *v = values_of(p);
    lyt_status status = LYT_OK;

    if (v->dry_run) {
        lyt_console_printf(p->call->console, "%.*s\n", LYT_STR_ARG(json));
        return LYT_OK;
    }
    if (!p->is_open) {
        p->is_open = true;
        status = lyt_delivery_open(&p->delivery,
                                   &(lyt_delivery_options){.state = v->state,
                                                           .submit = v->submit,
                                                           .key = v->key,
                                                           .server_key = v->server_key,
                                                           .timeout_s = v->timeout,
                                                           .on_done = on_done,
                                                           .user = p},
                                   &p->err);
    }
    if (!status)
        status = lyt_delivery_put(&p->delivery, 1, json, &p->err);
    if (!status)
        status = lyt_delivery_drain(&p->delivery, &p->err);
    return status;
}

/* A mail that nobody wrote, or that says nothing, is no failure: a bounce would be answered again.
 */
static lyt_status pass_over(posting *p, const char *name, lyt_status status)
{
    if (values_of(p)->json)
        lyt_console_printf(p->call->console, "{\"status\":\"skipped\",\"why\":\"%s\"}\n",
                           status == LYT_ESTATE ? "automatic" : "empty");
    else
        lyt_console_complain(p->call->console, "%s: passed over: it %s", name, p->err.text);
    return LYT_OK;
}

static lyt_status post(posting *p, const char *path)
{
    const char *name = lyt_wholefile_name(path);
    lyt_inbound item;
    lyt_buf bytes, json;
    lyt_status status;

    lyt_buf_init(&bytes, NULL);
    lyt_buf_init(&json, NULL);
    lyt_arena_reset(p->arena);
    status = lyt_wholefile_read(path, p->call->console->in_fd, lyt_mail_bytes_max, &bytes, &p->err);
    if (!status) {
        status = lyt_mail_receive(&item, lyt_buf_str(&bytes), &p->book.config,
                                  lyt_clock_wall_us(p->call->console->clock), p->arena, &p->err);
        if (status && !p->err.file[0])
            snprintf(p->err.file, sizeof p->err.file, "%s", name);
        if (status == LYT_ESTATE || status == LYT_ENOTFOUND) {
            status = pass_over(p, name, status);
        } else if (!status) {
            status = lyt_inbound_submission(&item, &json);
            if (!status)
                status = lyt_buf_status(&json);
            status = status
                         ? lyt_error_at(&p->err, status, name, 0, 0, "%s", lyt_status_text(status))
                         : deliver(p, lyt_buf_str(&json));
        }
    }
    lyt_buf_deinit(&bytes);
    lyt_buf_deinit(&json);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    static char standard_input[] = "-";
    const mail_values *v = call->values;
    char *one[] = {standard_input};
    char **paths = call->n_operands ? call->operands : one;
    int n = call->n_operands ? call->n_operands : 1;
    posting p = {.call = call};
    lyt_exit code = LYT_EXIT_DONE;
    lyt_status status =
        lyt_sourcebook_open(&p.book, "mail", v->property, v->place, v->pseudonyms, &p.err);

    if (!status)
        status = lyt_arena_new(&p.arena, NULL, "mail", mail_arena_bytes);
    if (status)
        code = status == LYT_EINVAL
                   ? lyt_console_misuse(call->console, "--%s %s", p.err.file, p.err.text)
                   : lyt_console_error(call->console, &p.err);
    for (int i = 0; i < n && !status; i++) {
        memset(&p.err, 0, sizeof p.err);
        if (post(&p, paths[i]))
            code = lyt_console_error(call->console, &p.err);
    }
    if (p.delivery.refused)
        code = LYT_EXIT_FAILED;
    if (!v->json && !v->dry_run && (p.delivery.accepted || p.delivery.duplicate))
        lyt_console_printf(call->console, "%llu accepted, %llu duplicate\n",
                           (unsigned long long)p.delivery.accepted,
                           (unsigned long long)p.delivery.duplicate);
    lyt_delivery_close(&p.delivery);
    lyt_arena_free(p.arena);
    lyt_sourcebook_close(&p.book);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt mail --property havnen < message.eml", "what the mail says, into the service"},
    {"lyt mail --dry-run message.eml", "what would be sent"},
};

const lyt_command lyt_cmd_mail = {
    .name = "mail",
    .summary = "Hand a mail's own words to a running service",
    .usage = "[--property NAME] [FILE…]",
    .description =
        "Reads a mail as it lies in a mailbox, from standard input or files of one each, takes off "
        "quoted mails and signatures, and sends what its writer wrote now, on channel \"email\". "
        "It "
        "ends when that is on the service's disk. The same mail twice is one message, by its "
        "Message-ID.\n\n"
        "The subject of a new conversation comes before the text. What a machine sent (automatic "
        "answers, bounces, lists) and mails with nothing new are passed over, which is no failure.",
    LYT_ROWS(options),
    .values_bytes = sizeof(mail_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
