/*
 * lyt_guest_contact: where a guest can be reached, opened with the key of the service, on its
 * machine: to call somebody whom no message can be sent to.
 */
#ifndef LYT_GUEST_CONTACT_H
#define LYT_GUEST_CONTACT_H

#include "command.h"
#include "store.h"

typedef struct lyt_contact_question {
    const char *guest; /* "": who message is from */
    int64_t message;
    const char *state;
    const char *key_file; /* NULL: the state folder's */
    bool json;
} lyt_contact_question;

lyt_exit lyt_guest_contact(const lyt_call *call, const lyt_contact_question *question);

/*
 * The address of that guest into out, NUL-terminated; empty: none is kept, or there is no key.
 * LYT_EFORMAT: another key sealed it. Else as lyt_contact_key_load(), lyt_store_get_contact().
 */
LYT_MUST_USE lyt_status lyt_guest_address(char *out, size_t out_bytes, lyt_store *store,
                                          const char *folder, const char *key_file, lyt_str guest,
                                          lyt_error *err);

#endif
