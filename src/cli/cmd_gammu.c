#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channelfile.h"
#include "contactseal.h"
#include "datapaths.h"
#include "delivery.h"
#include "gammuin.h"
#include "phone.h"
#include "refusal.h"
#include "stafforder.h"
#include "staffreply.h"

typedef struct gammu_values {
    bool dry_run, json;
    double timeout;
    const char *channels, *contacts, *key, *number, *place, *property, *server_key, *state, *submit;
} gammu_values;

static const lyt_option options[] = {
    {.name = "channels",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(gammu_values, channels),
     .value = "FILE",
     .help = "channels.yaml: numbers, staff, keywords, words that opt out, pseudonyms"},
    {.name = "contacts",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(gammu_values, contacts),
     .value = "FILE",
     .help = "what seals the number, to answer by (replies, key); default: the state folder's"},
    {.name = "dry-run",
     .letter = 'n',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(gammu_values, dry_run),
     .help = "print what would be sent, as JSON, and send nothing"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(gammu_values, json),
     .help = "print the service's answer as JSON"},
    LYT_ONLINE_KEY(gammu_values),
    {.name = "number",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(gammu_values, number),
     .value = "NUMBER",
     .help = "the modem's own, which channels.yaml may say a property of"},
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(gammu_values, place),
     .value = "NAME",
     .help = "room, table or touchpoint"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(gammu_values, property),
     .value = "NAME",
     .help = "hotel or desk"},
    LYT_ONLINE_SERVER_KEY(gammu_values),
    LYT_ONLINE_STATE(gammu_values),
    LYT_ONLINE_SUBMIT(gammu_values),
    LYT_DELIVERY_TIMEOUT(gammu_values),
};

enum { gammu_arena_bytes = 16 << 20 };

typedef struct handing {
    const lyt_call *call;
    const gammu_values *v;
    lyt_channelfile *file;
    lyt_gateway_config config;
    lyt_arena *arena;
    lyt_delivery delivery;
    bool is_accepted; /* the last of what was handed over */
    lyt_buf said;     /* what the service answered to it */
    lyt_error err;
} handing;

/* gammu-smsd closes them: what is opened next would be written to as the standard output. */
static void keep_standard_files(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        (void)close(fd);
}

static const char *get(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

static void on_done(void *user, uint64_t number, bool accepted, lyt_str answer)
{
    handing *h = user;

    (void)number;
    h->is_accepted = accepted;
    lyt_buf_reset(&h->said);
    lyt_buf_add(&h->said, answer);
}

static void report(const handing *h)
{
    if (h->v->json)
        lyt_console_printf(h->call->console, "%.*s\n", LYT_STR_ARG(lyt_buf_str(&h->said)));
    else if (!h->is_accepted)
        lyt_delivery_complain(h->call->console, "the message", lyt_buf_str(&h->said));
}

static lyt_status read_channels(handing *h)
{
    lyt_datapaths paths;
    lyt_status status = LYT_ENOTFOUND;

    if (!h->v->channels)
        return LYT_OK;
    if (lyt_datapaths_find(&paths, h->call->console) == LYT_EXIT_DONE)
        status = lyt_channelfile_read(
            &h->file, h->v->channels,
            &(lyt_channelfile_options){.fs = lyt_fs_system(), .lexicons = paths.lexicons.data},
            &h->err);
    else
        (void)lyt_error_set(&h->err, status, "the lexicons are needed to read %s", h->v->channels);
    lyt_datapaths_deinit(&paths);
    return status;
}

static lyt_status hand_over(handing *h, lyt_str json)
{
    lyt_status status = LYT_OK;

    h->is_accepted = true;
    if (h->v->dry_run) {
        lyt_console_printf(h->call->console, "%.*s\n", LYT_STR_ARG(json));
        return LYT_OK;
    }
    if (!h->delivery.sender)
        status = lyt_delivery_open(&h->delivery,
                                   &(lyt_delivery_options){.state = h->v->state,
                                                           .submit = h->v->submit,
                                                           .key = h->v->key,
                                                           .server_key = h->v->server_key,
                                                           .timeout_s = h->v->timeout,
                                                           .on_done = on_done,
                                                           .user = h},
                                   &h->err);
    if (!status)
        status = lyt_delivery_put(&h->delivery, 1, json, &h->err);
    return status ? status : lyt_delivery_drain(&h->delivery, &h->err);
}

/*
 * The number of a guest (or of staff, by the name that they are texted back under), sealed as at the
 * service's own door, so that it can be answered. Where the key is not this user's to read, or there is
 * none, they are heard all the same.
 */
static lyt_status seal_as(handing *h, lyt_inbound *item, lyt_str name)
{
    char folder[lyt_state_path_max], path[lyt_state_path_max + 16],
        sealed[lyt_contact_sealed_bytes];
    lyt_contact_key key;
    lyt_status status = LYT_OK;

    if (!name.len || !lyt_phone_is(item->from))
        return LYT_OK;
    if (h->v->contacts)
        snprintf(path, sizeof path, "%s", h->v->contacts);
    else if (!lyt_state_folder(folder, h->v->state, NULL))
        snprintf(path, sizeof path, "%s/contacts.key", folder);
    else
        return LYT_OK;
    status = lyt_contact_key_load(&key, NULL, lyt_fs_system(), path, false, &h->err);
    if (status)
        return h->v->contacts ? status : LYT_OK;
    status = lyt_contact_seal(&key, name, item->from, sealed);
    lyt_contact_key_deinit(&key);
    if (status)
        return lyt_error_set(&h->err, status, "the number could not be sealed");
    item->sealed = lyt_arena_copy(h->arena, lyt_str_of(sealed));
    item->sealed_kind = lyt_str_of(lyt_contact_kind_name(LYT_CONTACT_PHONE));
    return lyt_arena_status(h->arena);
}

/* Somebody of the house reads why: by a way of the service's, if it has one (serve/staffreply.h). */
static lyt_status text_back(handing *h, lyt_inbound *item, lyt_str words)
{
    char name[sizeof LYT_STAFFREPLY_NAME + lyt_answered_max];
    lyt_status status;
    lyt_buf json;
    lyt_jw jw;

    snprintf(name, sizeof name, "%s%.*s", LYT_STAFFREPLY_NAME, LYT_STR_ARG(item->person));
    status = seal_as(h, item, lyt_str_of(name));
    if (status)
        return status;
    lyt_buf_init(&json, NULL);
    lyt_jw_init(&jw, &json);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("staff.answer"));
    lyt_jw_kstr(&jw, "who", item->person);
    if (item->property.len)
        lyt_jw_kstr(&jw, "property", item->property);
    lyt_jw_kstr(&jw, "text", words);
    if (item->sealed.len) {
        lyt_jw_key(&jw, "reply_to");
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "kind", item->sealed_kind);
        lyt_jw_kstr(&jw, "sealed", item->sealed);
        lyt_jw_kstr(&jw, "lang", item->reply_lang);
        lyt_jw_object_end(&jw);
    }
    lyt_jw_object_end(&jw);
    status = lyt_buf_status(&json) ? lyt_error_set(&h->err, LYT_ENOMEM, "no memory for an answer")
                                   : hand_over(h, lyt_buf_str(&json));
    lyt_buf_deinit(&json);
    /* what they sent is of nobody whom a guest's address could be kept of */
    item->sealed = (lyt_str){"", 0};
    return status;
}

static bool is_danish(const lyt_inbound *item)
{
    return lyt_str_begins(item->reply_lang, LYT_STR("da"));
}

/* An order that is none: true when who gave it reads why, and there is nothing else to hand over. */
static bool is_explained(handing *h, lyt_inbound *item, lyt_status *status)
{
    const char *words =
        item->kind == LYT_INBOUND_STAFF && item->verb == LYT_STAFF_UNCLEAR
            ? lyt_staff_problem_text(item->problem, is_danish(item) ? LYT_STR("da") : LYT_STR("en"))
            : NULL;

    *status = LYT_OK;
    if (!words || h->v->dry_run)
        return false;
    *status = text_back(h, item, lyt_str_of(words));
    return !*status && h->is_accepted;
}

/* An order that the service refused: the same, in the service's words. */
static lyt_status explain_refusal(handing *h, lyt_inbound *item)
{
    lyt_json *answer = NULL;
    lyt_status status = LYT_OK;
    lyt_buf words, first;

    if (lyt_json_parse(&answer, lyt_buf_str(&h->said), 1 << 16, NULL))
        return LYT_OK;
    lyt_buf_init(&words, NULL);
    lyt_buf_init(&first, NULL);
    lyt_buf_add(&first, lyt_buf_str(&h->said));
    if (is_danish(item))
        (void)lyt_refusal_say(&words, lyt_json_text(answer, "error"));
    else
        lyt_buf_add(&words, lyt_json_text(answer, "error"));
    if (words.len)
        status = text_back(h, item, lyt_buf_str(&words));
    /* nobody could be told: whoever reads the modem's log is */
    if (!h->is_accepted) {
        lyt_buf_reset(&h->said);
        lyt_buf_add(&h->said, lyt_buf_str(&first));
    }
    lyt_buf_deinit(&first);
    lyt_buf_deinit(&words);
    lyt_json_free(answer);
    return status;
}

static lyt_status take(handing *h, lyt_inbound *item)
{
    bool is_order = item->kind == LYT_INBOUND_STAFF;
    lyt_status status;
    lyt_buf json;

    if (is_explained(h, item, &status))
        return LYT_OK;
    if (!status && !item->person.len)
        status = seal_as(h, item, item->sender);
    if (status)
        return status;
    lyt_inbound_as_told(item);
    lyt_buf_init(&json, NULL);
    status = lyt_inbound_submission(item, &json);
    if (!status)
        status = lyt_buf_status(&json);
    if (status)
        (void)lyt_error_set(&h->err, status, "%s", lyt_status_text(status));
    else
        status = hand_over(h, lyt_buf_str(&json));
    lyt_buf_deinit(&json);
    if (!status && is_order && !h->is_accepted)
        status = explain_refusal(h, item);
    return status;
}

static lyt_status receive(handing *h)
{
    lyt_gammu_env env = {.get = get,
                         .ids = (const char *const *)h->call->operands,
                         .n_ids = (size_t)h->call->n_operands,
                         .to = lyt_str_of(h->v->number ? h->v->number : "")};
    lyt_inbound item;
    lyt_status status = read_channels(h);

    h->config = (lyt_gateway_config){.name = LYT_STR("gammu"),
                                     .channel = LYT_STR("sms"),
                                     .property = lyt_str_of(h->v->property ? h->v->property : ""),
                                     .place = lyt_str_of(h->v->place ? h->v->place : "")};
    if (h->file)
        h->config.book = &lyt_channelfile_channels(h->file)->book;
    if (!status)
        status = lyt_arena_new(&h->arena, NULL, "gammu", gammu_arena_bytes);
    if (!status)
        status = lyt_gammu_receive(&item, &env, &h->config,
                                   lyt_clock_wall_us(h->call->console->clock), h->arena, &h->err);
    return status ? status : take(h, &item);
}

static lyt_exit run(const lyt_call *call)
{
    handing h = {.call = call, .v = call->values, .is_accepted = true};
    lyt_exit code = LYT_EXIT_DONE;
    lyt_status status;

    lyt_buf_init(&h.said, NULL);
    keep_standard_files();
    status = receive(&h);
    if (status == LYT_ENOTFOUND && !h.err.file[0] && !h.delivery.sender && h.arena)
        lyt_console_complain(call->console, "passed over: %s", h.err.text);
    else if (status)
        code = lyt_console_error(call->console, &h.err);
    else if (h.said.len)
        report(&h);
    if (!h.is_accepted)
        code = LYT_EXIT_FAILED;
    lyt_buf_deinit(&h.said);
    lyt_delivery_close(&h.delivery);
    lyt_arena_free(h.arena);
    lyt_channelfile_free(h.file);
    return code;
}

static const lyt_sample samples[] = {
    {"RunOnReceive = lyt gammu --channels /etc/lyt/channels.yaml --state /var/lib/lyt",
     "in gammu-smsdrc: what the modem receives goes to the service"},
};

const lyt_command lyt_cmd_gammu = {
    .name = "gammu",
    .summary = "Hand an SMS of a modem on the spot to a running service",
    .usage = "[--channels FILE] [--number NUMBER] [ID…]",
    .description =
        "The program for RunOnReceive of gammu-smsd: it reads the message from the environment, "
        "as gammu-smsd puts it there, and ends when it is on the service's disk, so that a house "
        "without a line to the net hears its guests all the same. ID is what gammu-smsd calls the "
        "message, which it adds by itself; handed over twice it is one message.\n\n"
        "With --channels numbers become pseudonyms, staff give orders (OK 123), and keywords "
        "count, as with any other gateway, and STOP alone is that guest's wish to get no more "
        "messages; without it nothing of the sender is kept. So that a guest can be answered the "
        "number is sealed with the service's key, where the user may read that. What has no text, as a delivery report, is passed over.",
    LYT_ROWS(options),
    .values_bytes = sizeof(gammu_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
