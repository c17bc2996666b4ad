#include "guest_rekey.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "contactseal.h"
#include "housewords.h"
#include "mem.h"
#include "reloadask.h"
#include "signing.h"
#include "statefile.h"
#include "store_reply.h"

enum {
    rows_a_step = 200,
    guest_bytes = 1024,
    reload_s = 600,
    /* what was sealed before the service knew of the new key may be sent to it again for so long */
    under_way_ms = 3000,
    look_ms = 50,
    read_ahead = 64 * 1024 + 1, /* what lyt_fs_read() asks for beyond what it has read */
};

typedef struct rekeying {
    const lyt_rekey_question *q;
    lyt_statefile file;
    char key_file[lyt_state_path_max + 16];
    int folder; /* locked: nobody else does the same */
    lyt_store *store;
    lyt_buf text; /* of the key file */
    lyt_contact_key key;
    lyt_contact_key newest; /* its last one alone; borrowed */
    bool is_running, has_removed;
    int64_t n, n_resealed, n_lost;
    size_t n_old;
    lyt_error err;
} rekeying;

typedef struct sealed_row {
    char guest[guest_bytes], before[lyt_contact_sealed_bytes], after[lyt_contact_sealed_bytes];
} sealed_row;

typedef struct step {
    rekeying *r;
    sealed_row rows[rows_a_step];
    size_t n_rows, n_seen;
    char last[guest_bytes];
} step;

/* ---- the file of keys ---- */

static lyt_status read_keys(rekeying *r)
{
    lyt_status status = LYT_OK;

    lyt_contact_key_deinit(&r->key);
    lyt_signing_wipe(&r->text);
    lyt_buf_init(&r->text, NULL);
    /* growing would leave copies of keys in freed memory */
    if (!lyt_buf_reserve(&r->text, lyt_secret_file_max + read_ahead))
        return lyt_error_set(&r->err, LYT_ENOMEM, "no memory for the keys");
    status = lyt_contact_key_load(&r->key, NULL, lyt_fs_system(), r->key_file, false, &r->err);
    if (!status)
        status = lyt_fs_read(lyt_fs_system(), r->key_file, lyt_secret_file_max, &r->text, &r->err);
    r->newest.secrets = (lyt_secrets){.n = 1};
    if (!status)
        r->newest.secrets.keys[0] = r->key.secrets.keys[r->key.secrets.n - 1];
    return status;
}

static lyt_status write_keys(rekeying *r, bool adds)
{
    lyt_status status = LYT_OK;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    if (!lyt_buf_reserve(&text, lyt_secret_file_max + read_ahead))
        return lyt_error_set(&r->err, LYT_ENOMEM, "no memory for the keys");
    if (adds)
        status = lyt_contact_key_add(&text, lyt_buf_str(&r->text), &r->err);
    else
        lyt_contact_key_drop(&text, lyt_buf_str(&r->text));
    if (!status && lyt_buf_status(&text))
        status = lyt_error_set(&r->err, LYT_ENOMEM, "no memory for the keys");
    if (!status)
        status = lyt_secrets_write(r->key_file, lyt_buf_str(&text), &r->err);
    lyt_signing_wipe(&text);
    return status;
}

/* The service, if one runs there, goes by the file as it is now. */
static lyt_status tell_service(rekeying *r)
{
    lyt_json *answer = NULL;
    lyt_str why;
    lyt_status status = lyt_reload_ask(&answer, r->file.folder, r->q->key, r->q->server_key,
                                       reload_s, &r->err);

    r->is_running = !status;
    if (status == LYT_ENOTFOUND)
        return LYT_OK;
    if (!status && lyt_reload_is_refused(answer, &why))
        status = lyt_error_set(&r->err, LYT_ESTATE,
                               "the service refused its files: %.*s; mend that and call this again",
                               LYT_STR_ARG(why));
    lyt_json_free(answer);
    return status;
}

/* ---- the addresses ---- */

static lyt_status look_at(void *user, const lyt_contact_row *row)
{
    step *s = user;
    char address[lyt_contact_max + 1];
    sealed_row *made = &s->rows[s->n_rows];
    lyt_status status;

    if (row->guest.len >= sizeof made->guest)
        return lyt_error_set(&s->r->err, LYT_EFORMAT, "a pseudonym is longer than it can be");
    snprintf(s->last, sizeof s->last, "%.*s", LYT_STR_ARG(row->guest));
    s->n_seen++;
    s->r->n++;
    if (!lyt_contact_open(&s->r->newest, row->guest, row->sealed, address))
        return LYT_OK;
    status = lyt_contact_open(&s->r->key, row->guest, row->sealed, address);
    if (status == LYT_EFORMAT) {
        s->r->n_lost++;
        return LYT_OK;
    }
    if (!status)
        status = lyt_contact_seal(&s->r->newest, row->guest, lyt_str_of(address), made->after);
    memset(address, 0, sizeof address);
    if (status)
        return lyt_error_set(&s->r->err, status, "an address could not be sealed");
    memcpy(made->guest, s->last, sizeof made->guest);
    snprintf(made->before, sizeof made->before, "%.*s", LYT_STR_ARG(row->sealed));
    s->n_rows++;
    return LYT_OK;
}

/* What was taken away or sealed anew meanwhile is left as it is. */
static lyt_status put(rekeying *r, const step *s)
{
    lyt_status status = s->n_rows ? lyt_store_begin(r->store, &r->err) : LYT_OK;
    int64_t n = 0;

    for (size_t i = 0; !status && i < s->n_rows; i++) {
        bool is_done = false;

        status = lyt_store_reseal_contact(r->store, lyt_str_of(s->rows[i].guest),
                                          lyt_str_of(s->rows[i].before),
                                          lyt_str_of(s->rows[i].after), &is_done, &r->err);
        n += is_done;
    }
    if (!status && s->n_rows)
        status = lyt_store_commit(r->store, &r->err);
    if (status)
        lyt_store_rollback(r->store);
    else
        r->n_resealed += n;
    return status;
}

/* Once over all of them, a few in each transaction: a service that runs is not held up. */
static lyt_status reseal_all(rekeying *r)
{
    step *s = lyt_mem_new(NULL, sizeof *s);
    lyt_status status =
        s ? LYT_OK : lyt_error_set(&r->err, LYT_ENOMEM, "no memory for the addresses");

    r->n = r->n_lost = 0;
    if (!s)
        return status;
    s->r = r;
    do {
        char after[guest_bytes];

        s->n_rows = s->n_seen = 0;
        memcpy(after, s->last, sizeof after);
        status = lyt_store_each_contact(r->store, lyt_str_of(after), rows_a_step, look_at, s,
                                        &r->err);
        if (!status)
            status = put(r, s);
    } while (!status && s->n_seen == rows_a_step);
    lyt_mem_free(NULL, s);
    return status;
}

/* Messages that were sealed with the key before are in the store by then. */
static void wait_for_those_under_way(void)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + under_way_ms * (int64_t)1000;

    while (lyt_clock_mono_us(lyt_clock_system()) < end_us)
        (void)!lyt_sock_poll(NULL, 0, NULL, look_ms);
}

static lyt_status lock(rekeying *r)
{
    r->folder = open(r->file.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->folder >= 0 && flock(r->folder, LOCK_EX | LOCK_NB) == 0)
        return LYT_OK;
    return errno == EWOULDBLOCK
               ? lyt_error_set(&r->err, LYT_EBUSY, "somebody is just doing that; wait for it")
               : lyt_error_at(&r->err, LYT_EIO, r->file.folder, 0, 0, "cannot be locked: %s",
                              strerror(errno));
}

static lyt_status open_all(rekeying *r)
{
    lyt_status status = lyt_statefile_find(&r->file, r->q->state, true, &r->err);

    if (!status)
        status = lock(r);
    if (!status &&
        (size_t)snprintf(r->key_file, sizeof r->key_file, "%s%s",
                         r->q->key_file ? r->q->key_file : r->file.folder,
                         r->q->key_file ? "" : "/contacts.key") >= sizeof r->key_file)
        status = lyt_error_set(&r->err, LYT_ELIMIT, "the path of the keys is too long");
    if (status)
        return status;
    status = read_keys(r);
    if (status == LYT_ENOTFOUND && !r->q->key_file)
        status = lyt_error_at(&r->err, status, r->key_file, 0, 0,
                              "there is no key yet; where the settings name one say so with "
                              "--contacts");
    return status ? status
                  : lyt_statefile_open(&r->store, &r->file, LYT_STORE_BESIDE, &r->err);
}

static lyt_status rekey(rekeying *r)
{
    lyt_status status = open_all(r);

    if (!status && r->key.secrets.n == 1) {
        status = write_keys(r, true);
        if (!status)
            status = read_keys(r);
    }
    if (!status)
        status = tell_service(r);
    if (!status)
        status = reseal_all(r);
    if (!status && r->is_running) {
        wait_for_those_under_way();
        status = reseal_all(r);
    }
    r->n_old = r->key.secrets.n ? r->key.secrets.n - 1 : 0;
    if (status || r->q->keeps_old)
        return status;
    status = write_keys(r, false);
    r->has_removed = !status;
    return status ? status : tell_service(r);
}

static void say(const lyt_call *call, const rekeying *r)
{
    const lyt_housewords w = {lyt_housewords_language(r->q->language), NULL};
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (r->q->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "addresses", r->n);
        lyt_jw_kint(&jw, "resealed", r->n_resealed);
        lyt_jw_kint(&jw, "unreadable", r->n_lost);
        lyt_jw_kint(&jw, "old_keys", (int64_t)r->n_old);
        lyt_jw_kbool(&jw, "old_keys_removed", r->has_removed);
        lyt_jw_kbool(&jw, "service_told", r->is_running);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&out, '\n');
    } else {
        lyt_buf_addf(&out,
                     lyt_housewords_say(&w,
                                        "%lld addresses, %lld of them sealed anew; old keys: %zu, %s\n",
                                        "%lld adresser, %lld af dem forseglet på ny; gamle nøgler: "
                                        "%zu, %s\n"),
                     (long long)r->n, (long long)r->n_resealed, r->n_old,
                     r->has_removed ? lyt_housewords_say(&w, "taken away", "fjernet")
                                    : lyt_housewords_say(&w, "kept", "beholdt"));
        if (r->n_lost)
            lyt_buf_addf(&out,
                         lyt_housewords_say(&w,
                                            "%lld addresses open with none of the keys; they go "
                                            "when their days are over\n",
                                            "%lld adresser åbnes ikke af nogen af nøglerne; de "
                                            "slettes, når deres dage er gået\n"),
                         (long long)r->n_lost);
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

lyt_exit lyt_guest_rekey(const lyt_call *call, const lyt_rekey_question *question)
{
    rekeying r = {.q = question, .folder = -1};
    lyt_status status;

    lyt_buf_init(&r.text, NULL);
    status = rekey(&r);
    if (!status)
        say(call, &r);
    lyt_contact_key_deinit(&r.key);
    lyt_signing_wipe(&r.text);
    lyt_store_close(r.store);
    if (r.folder >= 0)
        (void)close(r.folder);
    return status ? lyt_console_error(call->console, &r.err) : LYT_EXIT_DONE;
}
