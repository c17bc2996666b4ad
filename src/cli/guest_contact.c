#include "guest_contact.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "contactseal.h"
#include "json.h"
#include "statefile.h"
#include "store_person.h"
#include "store_reply.h"

enum { guest_max = 1024 };

typedef struct found {
    char kind[16], sealed[lyt_contact_sealed_bytes];
    int64_t until_us;
    bool is_typed;
} found;

static lyt_status take(void *user, const lyt_contact_row *row)
{
    found *f = user;

    snprintf(f->kind, sizeof f->kind, "%.*s", LYT_STR_ARG(row->kind));
    snprintf(f->sealed, sizeof f->sealed, "%.*s", LYT_STR_ARG(row->sealed));
    f->until_us = row->until_us;
    f->is_typed = row->is_typed;
    return LYT_OK;
}

static lyt_status find(found *out, lyt_store *store, lyt_str guest, lyt_error *err)
{
    memset(out, 0, sizeof *out);
    return lyt_store_get_contact(store, guest, lyt_clock_wall_us(lyt_clock_system()), take, out,
                                 err);
}

static lyt_status open_it(char *out, const found *f, const char *folder, const char *key_file,
                          lyt_str guest, lyt_error *err)
{
    char path[lyt_state_path_max + 16];
    lyt_contact_key key;
    lyt_status status;

    snprintf(path, sizeof path, "%s/contacts.key", folder);
    status =
        lyt_contact_key_load(&key, NULL, lyt_fs_system(), key_file ? key_file : path, false, err);
    if (status)
        return status;
    status = lyt_contact_open(&key, guest, lyt_str_of(f->sealed), out);
    lyt_contact_key_deinit(&key);
    if (status)
        return lyt_error_at(err, status, key_file ? key_file : path, 0, 0,
                            "does not open this guest's address; name the key of the settings "
                            "with --contacts");
    return LYT_OK;
}

lyt_status lyt_guest_address(char *out, size_t out_bytes, lyt_store *store, const char *folder,
                             const char *key_file, lyt_str guest, lyt_error *err)
{
    char address[lyt_contact_max + 1] = "";
    found f;
    lyt_status status = find(&f, store, guest, err);

    out[0] = '\0';
    if (!status)
        status = open_it(address, &f, folder, key_file, guest, err);
    if (!status)
        snprintf(out, out_bytes, "%s", address);
    return status == LYT_ENOTFOUND && !key_file ? LYT_OK : status;
}

static void say(const lyt_call *call, bool json, const found *f, const char *address)
{
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "kind", lyt_str_of(f->kind));
        lyt_jw_kstr(&jw, "address", lyt_str_of(address));
        lyt_jw_kbool(&jw, "typed", f->is_typed);
        lyt_jw_key(&jw, "until");
        lyt_jw_raw(&jw, LYT_STR("\""));
        lyt_clock_format(&out, f->until_us);
        lyt_buf_add_char(&out, '"');
        lyt_jw_object_end(&jw);
    } else {
        lyt_buf_addf(&out, "%s%s", address, f->is_typed ? "  (typed)" : "");
    }
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

lyt_exit lyt_guest_contact(const lyt_call *call, const lyt_contact_question *q)
{
    char guest[guest_max] = "", address[lyt_contact_max + 1];
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_error err;
    lyt_status status;
    found f;

    if (!q->guest[0] == !q->message)
        return lyt_console_misuse(call->console, "who? give either a GUEST or --message NUMBER");
    snprintf(guest, sizeof guest, "%s", q->guest);
    status = lyt_statefile_find(&file, q->state, true, &err);
    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, &err);
    if (!status && q->message)
        status = lyt_store_sender(store, q->message, guest, sizeof guest, &err);
    if (!status)
        status = find(&f, store, lyt_str_of(guest), &err);
    if (!status)
        status = open_it(address, &f, file.folder, q->key_file, lyt_str_of(guest), &err);
    if (!status)
        say(call, q->json, &f, address);
    memset(address, 0, sizeof address);
    lyt_store_close(store);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}
