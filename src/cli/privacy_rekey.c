#include "privacy_rekey.h"

#include <stdio.h>
#include <string.h>

#include "contactseal.h"
#include "found.h"
#include "pseudonym.h"
#include "signing.h"
#include "statefile.h"
#include "store_person.h"
#include "store_rekey.h"
#include "store_reply.h"

enum { read_ahead = 64 * 1024 + 1 /* what lyt_fs_read() asks for beyond what it has read */ };

typedef struct rekeying {
    const lyt_pseudonyms_question *q;
    lyt_statefile file;
    lyt_store *store;
    lyt_secrets keys;
    size_t from; /* so many of the keys are on what is kept */
    lyt_contact_key contacts;
    char contacts_file[lyt_state_path_max + 16];
    bool has_new; /* a key was made */
    bool is_done; /* nothing had to be put on */
    lyt_rekeyed n;
    int64_t n_erased; /* guests of the list of erasures that were there */
    lyt_error err;
} rekeying;

/* ---- the file of keys ---- */

static lyt_status read_keys(rekeying *r)
{
    lyt_secrets_deinit(&r->keys);
    return lyt_secrets_load(&r->keys, NULL, lyt_fs_system(), r->q->pseudonyms, &r->err);
}

static lyt_status add_key(rekeying *r)
{
    lyt_status status;
    lyt_buf before, after;

    if (r->keys.n == lyt_secrets_max)
        return lyt_error_at(&r->err, LYT_ELIMIT, r->q->pseudonyms, 0, 0,
                            "has %d keys, each of which every pseudonym was made with, and there "
                            "cannot be more",
                            lyt_secrets_max);
    lyt_buf_init(&before, NULL);
    lyt_buf_init(&after, NULL);
    /* growing would leave copies of keys in freed memory */
    if (!lyt_buf_reserve(&before, lyt_secret_file_max + read_ahead) ||
        !lyt_buf_reserve(&after, lyt_secret_file_max + read_ahead))
        status = lyt_error_set(&r->err, LYT_ENOMEM, "no memory for the keys");
    else
        status = lyt_fs_read(lyt_fs_system(), r->q->pseudonyms, lyt_secret_file_max, &before,
                             &r->err);
    if (!status)
        status = lyt_contact_key_add(&after, lyt_buf_str(&before), &r->err);
    if (!status)
        status = lyt_secrets_write(r->q->pseudonyms, lyt_buf_str(&after), &r->err);
    lyt_signing_wipe(&before);
    lyt_signing_wipe(&after);
    r->has_new = !status;
    return status ? status : read_keys(r);
}

/*
 * With how many keys what is kept was made. A store that does not say so was written by a service
 * that went by the file as it is: what it has is of all of them. It says so before the file changes.
 */
static lyt_status find_from(rekeying *r)
{
    char mark[lyt_rekey_mark_bytes];
    lyt_status status = lyt_store_rekey_mark(r->store, mark, &r->err);

    if (status)
        return status;
    if (!mark[0]) {
        lyt_pseudonym_mark(&r->keys, r->keys.n, mark);
        r->from = r->keys.n;
        return lyt_store_rekey_set_mark(r->store, lyt_str_of(mark), &r->err);
    }
    r->from = lyt_pseudonym_marked(&r->keys, lyt_str_of(mark));
    return r->from ? LYT_OK
                   : lyt_error_at(&r->err, LYT_ESTATE, r->q->pseudonyms, 0, 0,
                                  "what is kept was made with keys that are not in this file; bring "
                                  "back the file as it was, every line of it");
}

/* ---- what is kept ---- */

static void next(void *user, lyt_str old, char out[lyt_rekey_name_bytes])
{
    const rekeying *r = user;

    for (size_t i = r->from; i < r->keys.n; i++)
        old = lyt_pseudonym_next(r->keys.keys[i], old, out);
}

static bool carry(void *user, lyt_str mark, lyt_str old, char out[lyt_rekey_name_bytes])
{
    const rekeying *r = user;
    size_t from = lyt_pseudonym_marked(&r->keys, mark);

    if (!from)
        return false;
    snprintf(out, lyt_rekey_name_bytes, "%.*s", LYT_STR_ARG(old));
    for (size_t i = from; i < r->keys.n; i++)
        (void)lyt_pseudonym_next(r->keys.keys[i], lyt_str_of(out), out);
    return true;
}

static lyt_status reseal(void *user, lyt_str old, lyt_str fresh, lyt_str sealed, lyt_buf *out)
{
    const rekeying *r = user;
    char address[lyt_contact_max + 1], made[lyt_contact_sealed_bytes];
    lyt_status status = lyt_contact_open(&r->contacts, old, sealed, address);

    if (!status)
        status = lyt_contact_seal(&r->contacts, fresh, lyt_str_of(address), made);
    memset(address, 0, sizeof address);
    if (!status)
        lyt_buf_add_text(out, made);
    return status;
}

/* A house that keeps no addresses has no key for them. */
static lyt_status read_contacts(rekeying *r)
{
    const char *given = r->q->contacts;
    lyt_status status;

    if ((size_t)snprintf(r->contacts_file, sizeof r->contacts_file, "%s%s",
                         given ? given : r->file.folder,
                         given ? "" : "/contacts.key") >= sizeof r->contacts_file)
        return lyt_error_set(&r->err, LYT_ELIMIT, "the path of the key of addresses is too long");
    status = lyt_contact_key_load(&r->contacts, NULL, lyt_fs_system(), r->contacts_file, false,
                                  &r->err);
    if (status != LYT_ENOTFOUND || given)
        return status;
    return LYT_OK;
}

static lyt_status has_contact(void *user, const lyt_contact_row *row)
{
    (void)row;
    *(bool *)user = true;
    return LYT_OK;
}

/* Without the key all addresses would be lost: they are sealed under the pseudonym. */
static lyt_status check_contacts(rekeying *r)
{
    bool has_one = false;
    lyt_status status;

    if (r->contacts.secrets.n)
        return LYT_OK;
    status = lyt_store_each_contact(r->store, (lyt_str){"", 0}, 1, has_contact, &has_one, &r->err);
    if (!status && has_one)
        status = lyt_error_at(&r->err, LYT_ENOTFOUND, r->contacts_file, 0, 0,
                              "the key of guests' addresses is not here, and they are sealed under "
                              "their pseudonyms; say where it is with --contacts FILE");
    return status;
}

static lyt_status put_on(rekeying *r)
{
    char mark[lyt_pseudonym_mark_bytes];

    lyt_pseudonym_mark(&r->keys, r->keys.n, mark);
    return lyt_store_rekey(r->store,
                           &(lyt_rekey_how){.user = r,
                                            .next = next,
                                            .reseal = reseal,
                                            .carry = carry,
                                            .mark = lyt_str_of(mark)},
                           &r->n, &r->err);
}

/*
 * Nothing of what was may be left between what is, nor in what is searched in. And of a copy from before
 * the new key: who was erased since is known by the name that they have only now.
 */
static lyt_status clean(rekeying *r)
{
    char path[lyt_state_path_max + 16];
    lyt_status status;

    snprintf(path, sizeof path, "%s/erasures", r->file.folder);
    status = lyt_erasures_apply(r->store, lyt_fs_system(), path, &r->n_erased, &r->err);
    if (!status)
        status = lyt_store_scrub(r->store, &r->err);
    if (status)
        return status;
    snprintf(path, sizeof path, "%s/found.db", r->file.folder);
    lyt_found_remove(path);
    return lyt_store_rekey_end(r->store, &r->err);
}

static lyt_status rekey(rekeying *r)
{
    bool ends = false;
    lyt_status status = lyt_statefile_find(&r->file, r->q->state, true, &r->err);

    if (!status)
        status = read_keys(r);
    if (!status)
        status = read_contacts(r);
    if (!status)
        status = lyt_statefile_open(&r->store, &r->file, LYT_STORE_WRITES, &r->err);
    if (!status)
        status = check_contacts(r);
    if (!status)
        status = find_from(r);
    if (!status)
        status = lyt_store_rekey_ends(r->store, &ends, &r->err);
    if (status)
        return status;
    r->is_done = ends && r->from == r->keys.n;
    if (!r->is_done && r->from == r->keys.n)
        status = add_key(r);
    if (!status && !r->is_done)
        status = put_on(r);
    return status ? status : clean(r);
}

static void say(const lyt_call *call, const rekeying *r)
{
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (r->q->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "messages", r->n.messages);
        lyt_jw_kint(&jw, "events", r->n.events);
        lyt_jw_kint(&jw, "incidents", r->n.incidents);
        lyt_jw_kint(&jw, "guests", r->n.guests);
        lyt_jw_kint(&jw, "addresses", r->n.addresses);
        lyt_jw_kint(&jw, "unreadable", r->n.unreadable);
        lyt_jw_kint(&jw, "erased_again", r->n_erased);
        lyt_jw_kint(&jw, "keys", (int64_t)r->keys.n);
        lyt_jw_kbool(&jw, "new_key", r->has_new);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&out, '\n');
    } else if (r->is_done) {
        lyt_buf_add_text(&out, "the key was on all of it already; what was left of before is gone\n");
    } else {
        lyt_buf_addf(&out,
                     "%s: %lld messages, %lld events, %lld entries about incidents, %lld other "
                     "rows, %lld addresses; %s has %zu keys now, keep all of them\n",
                     r->has_new ? "a new key is on all pseudonyms"
                                : "the key that was waiting is on all pseudonyms",
                     (long long)r->n.messages, (long long)r->n.events, (long long)r->n.incidents,
                     (long long)r->n.guests, (long long)r->n.addresses, r->q->pseudonyms,
                     r->keys.n);
        if (r->n_erased)
            lyt_buf_addf(&out, "%lld guests who were erased before are erased again\n",
                         (long long)r->n_erased);
        if (r->n.unreadable)
            lyt_buf_addf(&out,
                         "%lld addresses open with none of the keys; they go when their days are "
                         "over\n",
                         (long long)r->n.unreadable);
    }
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

lyt_exit lyt_privacy_rekey(const lyt_call *call, const lyt_pseudonyms_question *question)
{
    rekeying r = {.q = question};
    lyt_status status = rekey(&r);

    if (!status)
        say(call, &r);
    lyt_secrets_deinit(&r.keys);
    lyt_contact_key_deinit(&r.contacts);
    lyt_store_close(r.store);
    return status ? lyt_console_error(call->console, &r.err) : LYT_EXIT_DONE;
}
