#include <stddef.h>

#include "json.h"
#include "statefile.h"
#include "store_copy.h"

typedef struct values {
    bool check, force, json;
    const char *state;
} values;

static const lyt_option options[] = {
    {.name = "check",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, check),
     .help = "copy nothing: read all of an existing FILE and say whether it is sound"},
    {.name = "force",
     .letter = 'f',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, force),
     .help = "replace FILE when it is there"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "say what the copy holds as JSON"},
    LYT_ONLINE_STATE(values),
};

static void say(const lyt_call *call, const char *path, const lyt_copy_about *about,
                const char *hash)
{
    const values *v = call->values;
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (v->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "file", lyt_str_of(path));
        lyt_jw_kint(&jw, "schema", about->schema);
        lyt_jw_kint(&jw, "messages", about->n_feedback);
        lyt_jw_kint(&jw, "events", about->n_events);
        lyt_jw_kint(&jw, "last_seq", about->last_seq);
        lyt_jw_kstr(&jw, "hash", lyt_str_of(hash));
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&out, '\n');
    } else {
        lyt_buf_addf(&out,
                     "%s: %lld messages, %lld events, the last is number %lld; sound\nhash %s\n",
                     path, (long long)about->n_feedback, (long long)about->n_events,
                     (long long)about->last_seq, hash);
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    const char *path = call->operands[0];
    char hash[lyt_store_hash_bytes];
    lyt_copy_about about;
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_error err;
    lyt_status status = LYT_OK;

    if (!v->check)
        status = lyt_statefile_find(&file, v->state, true, &err);
    if (!status && !v->check)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, &err);
    if (!status && !v->check)
        status = lyt_store_copy(store, path, v->force, &err);
    lyt_store_close(store);
    if (!status)
        status = lyt_store_verify(path, &about, &err);
    if (!status)
        status = lyt_store_hash(path, hash, &err);
    if (status)
        return lyt_console_error(call->console, &err);
    say(call, path, &about, hash);
    return LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt backup /srv/copies/lyt-today.db", "a whole copy, while the service goes on"},
    {"lyt backup --check /srv/copies/lyt-today.db", "whether a copy can be brought back"},
};

const lyt_command lyt_cmd_backup = {
    .name = "backup",
    .summary = "Copy all that a service keeps into one file, while it runs",
    .usage = "FILE [--force] [--json] [--state DIR]\n--check FILE [--json]",
    .description =
        "Writes what is committed at this moment into FILE, which is then read from end to end "
        "to be sure. The service is not held up. FILE appears when all of it is on the disk, "
        "or not at all. The hash is that of every row: lyt restore says the same one of what it "
        "brought back, where nobody was erased since. Keys, packs and settings are files of their "
        "own, and the list of who was erased (erasures in the state folder) belongs beside the "
        "copies: lyt restore needs it. So do the folders own and versions there: the house's own "
        "scenarios, and what past verdicts went by.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
