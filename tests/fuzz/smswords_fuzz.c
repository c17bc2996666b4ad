/* The input as all that is read letter by letter: forms, headers, hex, words, orders, numbers. */
#include <stdint.h>
#include <stdlib.h>

#include "address.h"
#include "cleantext.h"
#include "formdata.h"
#include "httptext.h"
#include "phone.h"
#include "signing.h"
#include "smstext.h"
#include "stafforder.h"
#include "wordfold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_valid(lyt_str text)
{
    size_t len;

    for (size_t at = 0; at < text.len; at += len)
        if (!(len = lyt_clean_char(text, at, NULL)))
            abort();
}

static void try_words(lyt_str input, lyt_arena *arena)
{
    lyt_str clean = lyt_clean_text(input, 1000, NULL, arena), rest, first, folded;
    lyt_stafforder order;

    must_be_valid(clean);
    if (clean.len > 1000)
        abort();
    first = lyt_word_first(clean, &rest);
    if (first.len + rest.len > clean.len)
        abort();
    folded = lyt_word_fold(clean, arena);
    must_be_valid(folded);
    /* what is folded stays as it is */
    if (!lyt_str_equal(folded, lyt_word_fold(folded, arena)))
        abort();
    if (lyt_stafforder_parse(&order, clean, arena))
        abort();
    if ((order.verb == LYT_STAFF_ACK || order.verb == LYT_STAFF_RESOLVE) && order.incident < 1)
        abort();
    if ((order.verb == LYT_STAFF_UNCLEAR) != (order.problem != NULL))
        abort();
    (void)lyt_phone(clean, LYT_STR("45"), arena);
    (void)lyt_address_covers(input, LYT_STR("192.0.2.7"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str input = {(const char *)data, size}, out;
    lyt_http_request request = {.n_headers = 0};
    static lyt_arena *arena;
    lyt_webform form;
    lyt_udh udh;

    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 64 << 20))
        abort();
    lyt_arena_reset(arena);
    if (lyt_webform_parse(&form, input, 100, arena) == LYT_OK) {
        lyt_webform_sort(&form);
        for (size_t i = 1; i < form.n; i++)
            if (lyt_str_compare(form.fields[i - 1].name, form.fields[i].name) > 0)
                abort();
    }
    if (lyt_http_parse(&request, input, arena, NULL) == LYT_OK &&
        (request.body.len > size || request.path.ptr[0] != '/'))
        abort();
    if (lyt_udh_parse(&udh, input) &&
        (udh.bytes > size || (udh.is_part && (udh.part < 1 || udh.part > udh.parts))))
        abort();
    must_be_valid(lyt_ucs2_text(input, arena));
    must_be_valid(lyt_gsm7_text(input, arena));
    (void)lyt_gsm7_unpack(input, size % 17, size, arena);
    (void)!lyt_hex_read(&out, input, arena);
    (void)!lyt_base64_read(&out, input, arena);
    if (lyt_base64url_read(&out, input, arena) == LYT_OK && out.len != size * 3 / 4)
        abort();
    try_words(input, arena);
    return 0;
}
