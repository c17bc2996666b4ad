/*
 * A guest's address: what is typed becomes one of three kinds, within bounds; what is sealed opens to
 * the same; and nothing that was not sealed opens.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contactseal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const lyt_str guest = {"g0123456789abcdef0123456789abcdef", 33};

static void check_form(lyt_str raw, lyt_str country, const lyt_contact_key *key, lyt_arena *arena)
{
    char sealed[lyt_contact_sealed_bytes], opened[lyt_contact_max + 1];
    lyt_contact_kind kind = LYT_CONTACT_KIND_COUNT;
    lyt_str form = lyt_contact_form(raw, country, arena, &kind);

    if (!form.ptr)
        return;
    if (kind >= LYT_CONTACT_KIND_COUNT || form.len > lyt_contact_max ||
        memchr(form.ptr, '\0', form.len) ||
        (kind != LYT_CONTACT_OTHER &&
         (memchr(form.ptr, '\n', form.len) || memchr(form.ptr, '\r', form.len))))
        abort();
    if (!form.len)
        return;
    if (lyt_contact_seal(key, guest, form, sealed) != LYT_OK)
        return;
    if (lyt_contact_open(key, guest, lyt_str_of(sealed), opened) != LYT_OK ||
        !lyt_str_equal(lyt_str_of(opened), form))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_contact_key key = {
        .secrets = {.keys = {{"0123456789abcdef0123456789abcdef", 32}}, .n = 1}};
    lyt_str input = {(const char *)data, size};
    char opened[lyt_contact_max + 1];
    static lyt_arena *arena;

    if (lyt_contact_open(&key, guest, input, opened) != LYT_EFORMAT)
        abort();
    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 1 << 20))
        abort();
    lyt_arena_reset(arena);
    check_form(input, (lyt_str){"", 0}, &key, arena);
    check_form(input, LYT_STR("45"), &key, arena);
    return 0;
}
