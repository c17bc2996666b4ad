#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "statefile.h"
#include "store_copy.h"
#include "store_person.h"
#include "store_rekey.h"
#include "store_reply.h"

typedef struct values {
    bool force, json;
    const char *erasures, *state;
} values;

static const lyt_option options[] = {
    {.name = "erasures",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, erasures),
     .value = "FILE",
     .help = "list of who was erased; default erasures in the state folder"},
    {.name = "force",
     .letter = 'f',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, force),
     .help = "replace the database that is there"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "say what was brought back as JSON"},
    LYT_ONLINE_STATE(values),
};

typedef struct erasing {
    const char *list;
    int64_t n;
    lyt_buf consents; /* what guests of the database that is replaced do not want */
    char mark[lyt_rekey_mark_bytes]; /* of its pseudonyms (store_rekey.h) */
} erasing;

/*
 * Guests who wanted no more messages since the copy was made still do not. A database that is not
 * there, or cannot be read any more, has nothing to say of it.
 */
static void read_consents(erasing *e, const lyt_statefile *file)
{
    lyt_store *store = NULL;

    if (lyt_statefile_open(&store, file, LYT_STORE_READS, NULL))
        return;
    if (lyt_store_write_consents(store, &e->consents, NULL) ||
        lyt_store_rekey_mark(store, e->mark, NULL))
        lyt_buf_reset(&e->consents);
    lyt_store_close(store);
}

/*
 * The copy may be of before pseudonyms got another key: then the mark stands before each of what is
 * brought back, until lyt privacy rekey makes them what the others become.
 */
static lyt_status under_mark(lyt_buf *out, const erasing *e, lyt_store *copy, lyt_error *err)
{
    static const char lead[] = "{\"guest\":\"";
    lyt_str lines = lyt_buf_str(&e->consents);
    char mark[lyt_rekey_mark_bytes];
    lyt_status status = lyt_store_rekey_mark(copy, mark, err);
    bool is_same = !e->mark[0] || !mark[0] || strcmp(mark, e->mark) == 0;

    for (size_t at = 0; !status && at < lines.len;) {
        size_t end = lyt_str_find(lines, '\n', at), from = at + sizeof lead - 1;
        lyt_str line = lyt_str_slice(lines, at, end);

        if (!is_same && lyt_str_begins(line, lyt_str_of(lead)) &&
            lyt_store_is_pseudonym(lyt_str_slice(lines, from, lyt_str_find(lines, '"', from)))) {
            lyt_buf_add_text(out, lead);
            lyt_buf_add_text(out, e->mark);
            line = lyt_str_slice(lines, from, end);
        }
        lyt_buf_add(out, line);
        lyt_buf_add_char(out, '\n');
        at = end + 1;
    }
    return status ? status : lyt_buf_status(out);
}

static lyt_status erase_again(void *user, lyt_store *store, lyt_error *err)
{
    erasing *e = user;
    lyt_buf lines;
    int64_t n = 0;
    lyt_status status = lyt_erasures_apply(store, lyt_fs_system(), e->list, &e->n, err);

    lyt_buf_init(&lines, NULL);
    if (!status)
        status = under_mark(&lines, e, store, err);
    if (!status)
        status = lyt_store_take_consents(store, lyt_buf_str(&lines), &n, err);
    lyt_buf_deinit(&lines);
    return status;
}

static void say(const lyt_call *call, const lyt_statefile *file, int64_t n_erased, const char *hash)
{
    const values *v = call->values;
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (v->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "database", lyt_str_of(file->database));
        lyt_jw_kint(&jw, "erased_again", n_erased);
        lyt_jw_kstr(&jw, "hash", lyt_str_of(hash));
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&out, '\n');
    } else {
        lyt_buf_addf(&out, "%s is back; %lld guests erased again\nhash %s\n", file->database,
                     (long long)n_erased, hash);
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    char list[lyt_state_path_max + 16], hash[lyt_store_hash_bytes];
    erasing e = {.list = v->erasures ? v->erasures : list};
    lyt_statefile file;
    lyt_error err;
    lyt_status status = lyt_statefile_find(&file, v->state, false, &err);

    lyt_buf_init(&e.consents, NULL);
    if (!status && mkdir(file.folder, 0700) < 0 && errno != EEXIST)
        status = lyt_error_at(&err, LYT_EIO, file.folder, 0, 0, "the folder cannot be made");
    if (!status) {
        snprintf(list, sizeof list, "%s/erasures", file.folder);
        read_consents(&e, &file);
        status =
            lyt_store_restore(call->operands[0], file.database, v->force, erase_again, &e, &err);
    }
    lyt_buf_deinit(&e.consents);
    if (status == LYT_EEXISTS)
        return lyt_console_complain(
            call->console, "%s is there already; --force replaces it for good", file.database);
    if (!status)
        status = lyt_store_hash(file.database, hash, &err);
    if (status)
        return lyt_console_error(call->console, &err);
    say(call, &file, e.n, hash);
    return LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt restore /srv/copies/lyt-monday.db --state /srv/lyt", "on a machine that has none"},
    {"lyt restore monday.db --force --erasures list", "instead of a damaged one"},
};

const lyt_command lyt_cmd_restore = {
    .name = "restore",
    .summary = "Bring a copy back, erasing again who was erased since",
    .usage = "FILE [--force] [--erasures LIST] [--json] [--state DIR]",
    .description =
        "Reads FILE (lyt backup) from end to end, and makes it the database of a state folder that "
        "no service uses; a damaged one, one of a newer Lyt or one of another program is refused "
        "and nothing is changed. Guests who are in the list of erasures are erased in it "
        "before it counts, and those who wanted no more messages since it was made are not written "
        "to (--force: as the database that is replaced knows). Its log of events gets a name of "
        "its own, so that subscribers see that "
        "numbers may mean other events than before. The hash is that of every row, as lyt backup "
        "says it of the copy; where somebody was erased again it is another.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
