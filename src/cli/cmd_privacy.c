#include <stddef.h>
#include <stdio.h>

#include "arena.h"
#include "clock.h"
#include "contactseal.h"
#include "found.h"
#include "guest_contact.h"
#include "json.h"
#include "nudge.h"
#include "privacy_rekey.h"
#include "pseudonym.h"
#include "refinedfolder.h"
#include "statefile.h"
#include "store_import.h"
#include "store_person.h"
#include "wholefile.h"

typedef struct values {
    bool json;
    int64_t message;
    const char *contacts, *pseudonyms, *state;
} values;

static const lyt_option options[] = {
    {.name = "contacts",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, contacts),
     .value = "FILE",
     .help = "export, rekey: the key that opens guests' addresses; default: the state folder's",
     .verbs = "export rekey"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "say what was erased, taken in or re-keyed as JSON (export always is)"},
    {.name = "message",
     .letter = 'm',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, message),
     .value = "NUMBER",
     .min = 1,
     .max = 9e15,
     .help = "the guest that this message is from; without one, this message alone"},
    {.name = "pseudonyms",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, pseudonyms),
     .value = "FILE",
     .help = "the keys that pseudonyms are made with (channels.yaml, pseudonyms): GUEST is a number "
             "or a mail address then; rekey takes a new key",
     .verbs = "erase export rekey"},
    LYT_ONLINE_STATE(values),
};

enum verb { VERB_ERASE, VERB_EXPORT, VERB_IMPORT, VERB_REKEY };
static const char *const verbs[] = {"erase", "export", "import", "rekey", NULL};

enum { import_bytes_max = 256 << 20, guest_max = 1024, address_max = 128, index_wait_ms = 30000 };

static void say(const lyt_call *call, const lyt_erased *erased, size_t n_models, bool is_told,
                bool is_cleared)
{
    const values *v = call->values;
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (v->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "messages", erased->messages);
        lyt_jw_kint(&jw, "events", erased->events);
        lyt_jw_kint(&jw, "incidents", erased->incidents);
        lyt_jw_kint(&jw, "others", erased->others);
        lyt_jw_kint(&jw, "refined_models", (int64_t)n_models);
        lyt_jw_kbool(&jw, "service_told", is_told);
        lyt_jw_kbool(&jw, "search_cleared", is_cleared);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&out, '\n');
    } else {
        lyt_buf_addf(&out,
                     "erased: %lld messages, %lld events, %lld entries about incidents, %lld "
                     "other rows%s%s%s\n",
                     (long long)erased->messages, (long long)erased->events,
                     (long long)erased->incidents, (long long)erased->others,
                     n_models ? "; the refined model" : "",
                     is_told ? "; the service learns anew without them" : "",
                     is_cleared ? "" : "; what is searched in is still being made anew");
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

/* Whether the service that runs there answers HTTP, and has it open. */
static bool has_http(const lyt_statefile *file)
{
    lyt_endpoints at = {.submit = ""};

    return !lyt_endpoints_find(&at, file->folder, NULL) && at.http[0];
}

/*
 * What is searched in is the service's, which makes it anew when words went; without a service the
 * file goes, and is made anew by the next one.
 */
static bool clear_index(const lyt_statefile *file, bool is_running)
{
    const lyt_clock *clock = lyt_clock_system();
    int64_t end_us = lyt_clock_mono_us(clock) + index_wait_ms * (int64_t)1000;
    char path[lyt_state_path_max + 16];
    bool is_clean = false;

    snprintf(path, sizeof path, "%s/found.db", file->folder);
    if (!is_running) {
        lyt_found_remove(path);
        return true;
    }
    while (!is_clean && lyt_clock_mono_us(clock) < end_us) {
        /* one that is just being made cannot be read for a moment */
        if (lyt_found_check(&is_clean, path, file->database, NULL))
            is_clean = false;
        if (!is_clean)
            (void)!lyt_sock_poll(NULL, 0, NULL, 50);
    }
    return is_clean;
}

/* Of what somebody says of themselves the pseudonym; a number as the gateways have it. */
static lyt_status read_guest(const lyt_call *call, lyt_buf *out, bool *is_contact, lyt_error *err)
{
    const values *v = call->values;
    lyt_str given = lyt_str_of(call->operands[0]), form = given;
    char hidden[lyt_pseudonym_bytes];
    lyt_contact_kind kind = LYT_CONTACT_OTHER;
    lyt_secrets keys = {0};
    lyt_arena *arena = NULL;
    lyt_status status = lyt_arena_new(&arena, NULL, "guest", 1 << 16);

    if (!status)
        form = lyt_contact_form(given, LYT_STR(""), arena, &kind);
    if (status || !form.ptr)
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for a guest");
    *is_contact = kind != LYT_CONTACT_OTHER && !v->pseudonyms;
    if (!status && v->pseudonyms && kind == LYT_CONTACT_OTHER)
        status = lyt_error_set(err, LYT_EINVAL,
                               "'%.60s' is neither a mail address nor a number with its country; "
                               "write it like +4540404422",
                               call->operands[0]);
    if (!status && v->pseudonyms)
        status = lyt_secrets_load(&keys, NULL, lyt_fs_system(), v->pseudonyms, err);
    if (!status)
        lyt_buf_add(out, v->pseudonyms ? lyt_pseudonym(&keys, form, hidden) : given);
    if (!status && lyt_buf_status(out))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for a guest");
    lyt_secrets_deinit(&keys);
    lyt_arena_free(arena);
    return status;
}

/* The list first: whoever is in it and was not erased is erased when a copy is brought back. */
static lyt_status erase(const lyt_call *call, lyt_store *store, const lyt_statefile *file,
                        const lyt_who *person, bool is_contact, lyt_error *err)
{
    char list[lyt_state_path_max + 16];
    lyt_refinedfolder refined;
    lyt_erased erased;
    size_t n_models = 0;
    lyt_status status = LYT_OK;

    lyt_refinedfolder_of(&refined, file->folder);
    snprintf(list, sizeof list, "%s/erasures", file->folder);
    if (person->guest.len)
        status = lyt_erasures_add(lyt_fs_system(), list, person->guest,
                                  lyt_clock_wall_us(lyt_clock_system()), err);
    if (!status)
        status = lyt_store_erase(store, person, &erased, err);
    if (!status)
        status = lyt_store_scrub(store, err);
    /* whose words are in one is not known any more */
    if (!status)
        status = lyt_refinedfolder_clear(&refined, NULL, &n_models, err);
    if (!status) {
        bool is_told = lyt_nudge(file->folder);

        say(call, &erased, n_models, is_told, clear_index(file, is_told && has_http(file)));
        if (is_contact && !erased.messages && !erased.incidents && !erased.others)
            status = lyt_error_set(err, LYT_ENOTFOUND,
                                   "nothing is kept under '%.60s'; where numbers and addresses "
                                   "become pseudonyms, give --pseudonyms FILE",
                                   call->operands[0]);
    }
    return status;
}

/* The sealed address is the guest's, too: opened, it is one member more. */
static lyt_status add_address(const lyt_call *call, lyt_store *store, const lyt_statefile *file,
                              const lyt_who *person, lyt_buf *out, lyt_error *err)
{
    const values *v = call->values;
    char address[address_max] = "";
    lyt_status status = LYT_OK;
    lyt_buf one;
    lyt_jw jw;

    if (person->guest.len)
        status = lyt_guest_address(address, sizeof address, store, file->folder, v->contacts,
                                   person->guest, err);
    if (status || !address[0] || !out->len)
        return status;
    lyt_buf_init(&one, NULL);
    lyt_jw_init(&jw, &one);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "address", lyt_str_of(address));
    lyt_jw_object_end(&jw);
    out->len--;
    lyt_buf_add_char(out, ',');
    lyt_buf_add(out, lyt_str_slice(lyt_buf_str(&one), 1, one.len));
    if (lyt_buf_status(&one))
        status = lyt_error_set(err, lyt_buf_status(&one), "no memory for what is kept");
    lyt_buf_deinit(&one);
    return status;
}

static lyt_status export_all(const lyt_call *call, lyt_store *store, const lyt_statefile *file,
                             const lyt_who *person, lyt_error *err)
{
    lyt_status status;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    status = lyt_store_export(store, person, &out, err);
    if (!status)
        status = add_address(call, store, file, person, &out, err);
    lyt_buf_add_char(&out, '\n');
    if (!status)
        lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    return status;
}

static void say_imported(const lyt_call *call, const lyt_imported *n)
{
    const values *v = call->values;
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (v->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "messages", n->messages);
        lyt_jw_kint(&jw, "incidents", n->incidents);
        lyt_jw_kint(&jw, "others", n->others);
        lyt_jw_kint(&jw, "there", n->there);
        lyt_jw_kint(&jw, "left_out", n->left_out);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&out, '\n');
    } else {
        lyt_buf_addf(&out,
                     "taken in: %lld messages, %lld incidents, %lld other rows; %lld were there "
                     "already%s",
                     (long long)n->messages, (long long)n->incidents, (long long)n->others,
                     (long long)n->there, n->left_out ? "" : "\n");
        if (n->left_out)
            lyt_buf_addf(&out,
                         "; %lld incidents are open, or of other guests too, and were left out\n",
                         (long long)n->left_out);
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

/* Who was erased here is not taken in again by mistake. */
static lyt_status check_erasures(const lyt_statefile *file, const lyt_json *tree, lyt_error *err)
{
    lyt_str guest = lyt_json_text(tree, "guest");
    char list[lyt_state_path_max + 16];
    bool has = false;
    lyt_status status;

    snprintf(list, sizeof list, "%s/erasures", file->folder);
    status = guest.len ? lyt_erasures_has(lyt_fs_system(), list, guest, &has, err) : LYT_OK;
    if (!status && has)
        status = lyt_error_at(err, LYT_ESTATE, list, 0, 0,
                              "this guest was erased here; if they want to be known again, write to "
                              "them under a new name");
    return status;
}

/* The service that runs there has its own idea of what is open, and of which ids it knows. */
static lyt_status import_file(const lyt_call *call, lyt_error *err)
{
    const values *v = call->values;
    lyt_json *tree = NULL;
    lyt_store *store = NULL;
    lyt_imported n;
    lyt_statefile file;
    lyt_buf text;
    lyt_status status;

    lyt_buf_init(&text, NULL);
    status = lyt_wholefile_read(call->operands[0], call->console->in_fd, import_bytes_max, &text, err);
    if (!status)
        status = lyt_json_parse(&tree, lyt_buf_str(&text), import_bytes_max, err);
    if (!status)
        status = lyt_statefile_find(&file, v->state, true, err);
    if (!status)
        status = check_erasures(&file, tree, err);
    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_WRITES, err);
    if (!status)
        status = lyt_store_import(store, tree, &n, err);
    if (status && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", lyt_wholefile_name(call->operands[0]));
    lyt_store_close(store);
    lyt_json_free(tree);
    lyt_buf_deinit(&text);
    if (!status)
        say_imported(call, &n);
    return status;
}

static lyt_exit import(const lyt_call *call)
{
    lyt_error err = {0};

    if (((const values *)call->values)->message || !call->n_operands)
        return lyt_console_misuse(call->console, "import takes the FILE that export wrote");
    return import_file(call, &err) ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static lyt_exit rekey(const lyt_call *call)
{
    const values *v = call->values;

    if (call->n_operands || v->message)
        return lyt_console_misuse(call->console, "rekey is about all guests; it takes no GUEST");
    if (!v->pseudonyms)
        return lyt_console_misuse(call->console,
                                  "rekey needs --pseudonyms FILE, the one that channels.yaml names");
    return lyt_privacy_rekey(call, &(lyt_pseudonyms_question){.state = v->state,
                                                              .pseudonyms = v->pseudonyms,
                                                              .contacts = v->contacts,
                                                              .json = v->json});
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    bool erases = call->verb == VERB_ERASE;
    char guest[guest_max] = "";
    bool is_contact = false;
    lyt_buf given;
    lyt_who person = {.feedback = v->message};
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_error err;
    lyt_status status;

    if (call->verb == VERB_IMPORT)
        return import(call);
    if (call->verb == VERB_REKEY)
        return rekey(call);
    if (!call->n_operands == !v->message || (call->n_operands && !call->operands[0][0]))
        return lyt_console_misuse(call->console, "who? give either a GUEST or --message NUMBER");
    lyt_buf_init(&given, NULL);
    status = lyt_statefile_find(&file, v->state, true, &err);
    if (!status && call->n_operands)
        status = read_guest(call, &given, &is_contact, &err);
    if (!status)
        status =
            lyt_statefile_open(&store, &file, erases ? LYT_STORE_BESIDE : LYT_STORE_READS, &err);
    if (!status && v->message)
        status = lyt_store_sender(store, v->message, guest, sizeof guest, &err);
    person.guest = call->n_operands ? lyt_buf_str(&given) : lyt_str_of(guest);
    if (!status)
        status = erases ? erase(call, store, &file, &person, is_contact, &err)
                        : export_all(call, store, &file, &person, &err);
    lyt_store_close(store);
    lyt_buf_deinit(&given);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt privacy export g1f0a", "all that is kept about a guest, as JSON"},
    {"lyt privacy import g1f0a.json", "take it back in, here or in another house"},
    {"lyt privacy erase --message 812", "erase the guest who wrote message 812"},
    {"lyt privacy rekey --pseudonyms secrets/pseudonyms", "another key on every pseudonym"},
    {"lyt privacy erase +4540404422 --pseudonyms secrets/pseudonyms",
     "erase the guest with this number"},
};

const lyt_command lyt_cmd_privacy = {
    .name = "privacy",
    .summary = "Give out, take in, erase or re-key what is kept about guests",
    .usage = "erase GUEST [--pseudonyms FILE] [--json] [--state DIR]\n"
             "erase --message NUMBER [--json] [--state DIR]\n"
             "export GUEST [--pseudonyms FILE] [--state DIR]\n"
             "export --message NUMBER [--state DIR]\n"
             "import FILE [--json] [--state DIR]\n"
             "rekey --pseudonyms FILE [--contacts FILE] [--json] [--state DIR]",
    .description =
        "GUEST is who a message is from, as it is kept: the pseudonym, where numbers become "
        "pseudonyms; with --pseudonyms it is the number or mail address itself. Works beside a "
        "running service, which asks its senders to wait meanwhile; import and rekey want it "
        "stopped.\n\n"
        "Import takes in what export gave out, under new numbers, all of it or nothing, and what is "
        "there already once. Messages are not judged again. Incidents that are open are left out, as "
        "their times have long been due, and so are those of several guests, where facts are kept; what is "
        "sealed (the address) stays behind.\n\n"
        "Erasing takes the guest's words, name and ids out of messages, verdicts, events, facts "
        "and incidents, and writes the database anew, so that no byte of them is left in it, in "
        "its free pages or in its log. Numbers, times and counts stay. The service learns anew "
        "what people corrected, without the guest's words, and what is searched in is made anew "
        "before the command ends; a refined model (lyt refine) is taken away, and made again when "
        "as much has been corrected. A salted hash of the guest goes into "
        "the file erasures in the state folder: lyt restore erases again who is in it. Copies, "
        "and whoever heard the events, are not in its reach.\n\n"
        "Rekey adds a key to the file and puts it on every pseudonym that is kept, in one "
        "transaction, and writes the database anew; no number need be known. Guests stay who they are: "
        "their next message has the new pseudonym, too. Ended in the middle it goes on when called "
        "again; until then a service with other keys than what is kept does not start. Every line of "
        "the file is needed from then on (at most eight). Copies and what export gave out have the old "
        "pseudonyms; a copy that is brought back is brought up to the file by the same command.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 0,
    .max_operands = 1,
    .run = run,
};
