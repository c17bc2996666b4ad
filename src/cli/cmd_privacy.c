#include <stddef.h>
#include <stdio.h>

#include "clock.h"
#include "found.h"
#include "guest_contact.h"
#include "json.h"
#include "nudge.h"
#include "refinedfolder.h"
#include "statefile.h"
#include "store_person.h"

typedef struct values {
    bool json;
    int64_t message;
    const char *contacts, *state;
} values;

static const lyt_option options[] = {
    {.name = "contacts",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, contacts),
     .value = "FILE",
     .help = "export: the key that opens the guest's address; default: the state folder's"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "say what was erased as JSON (export always is)"},
    {.name = "message",
     .letter = 'm',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, message),
     .value = "NUMBER",
     .min = 1,
     .max = 9e15,
     .help = "the guest that this message is from; without one, this message alone"},
    LYT_ONLINE_STATE(values),
};

enum verb { VERB_ERASE, VERB_EXPORT };
static const char *const verbs[] = {"erase", "export", NULL};

enum { guest_max = 1024, address_max = 128, index_wait_ms = 30000 };

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

/* The list first: whoever is in it and was not erased is erased when a copy is brought back. */
static lyt_status erase(const lyt_call *call, lyt_store *store, const lyt_statefile *file,
                        const lyt_who *person, lyt_error *err)
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

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    bool erases = call->verb == VERB_ERASE;
    char guest[guest_max] = "";
    lyt_who person = {.feedback = v->message};
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_error err;
    lyt_status status;

    if (!call->n_operands == !v->message || (call->n_operands && !call->operands[0][0]))
        return lyt_console_misuse(call->console, "who? give either a GUEST or --message NUMBER");
    status = lyt_statefile_find(&file, v->state, true, &err);
    if (!status)
        status =
            lyt_statefile_open(&store, &file, erases ? LYT_STORE_BESIDE : LYT_STORE_READS, &err);
    if (!status && v->message)
        status = lyt_store_sender(store, v->message, guest, sizeof guest, &err);
    person.guest = call->n_operands ? lyt_str_of(call->operands[0]) : lyt_str_of(guest);
    if (!status)
        status = erases ? erase(call, store, &file, &person, &err)
                        : export_all(call, store, &file, &person, &err);
    lyt_store_close(store);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt privacy export g1f0a", "all that is kept about a guest, as JSON"},
    {"lyt privacy erase --message 812", "erase the guest who wrote message 812"},
};

const lyt_command lyt_cmd_privacy = {
    .name = "privacy",
    .summary = "Give out, or erase, all that is kept about one guest",
    .usage = "erase GUEST | erase --message NUMBER [--json] [--state DIR]\n"
             "export GUEST | export --message NUMBER [--state DIR]",
    .description =
        "GUEST is who a message is from, as it is kept: the pseudonym, where numbers become "
        "pseudonyms. Works beside a running service, which asks its senders to wait meanwhile.\n\n"
        "Erasing takes the guest's words, name and ids out of messages, verdicts, events, facts "
        "and incidents, and writes the database anew, so that no byte of them is left in it, in "
        "its free pages or in its log. Numbers, times and counts stay. The service learns anew "
        "what people corrected, without the guest's words, and what is searched in is made anew "
        "before the command ends; a refined model (lyt refine) is taken away, and made again when "
        "as much has been corrected. A salted hash of the guest goes into "
        "the file erasures in the state folder: lyt restore erases again who is in it. Copies, "
        "and whoever heard the events, are not in its reach.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 0,
    .max_operands = 1,
    .run = run,
};
