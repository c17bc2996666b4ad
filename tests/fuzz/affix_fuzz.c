/*
 * The input is a dictionary: rules up to a line "====", words behind it. Whatever it says, every
 * form is short, has a role and is UTF-8.
 */
#include <stdint.h>
#include <stdlib.h>

#include "affix.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { forms_max = 20000 };

static lyt_status check(void *user, const lyt_expanded *e)
{
    size_t *n = user;

    if (e->form.len == 0 || e->form.len > lyt_expanded_bytes_max || e->roles == 0 ||
        e->link > e->form.len)
        abort();
    return ++*n > forms_max ? LYT_ELIMIT : LYT_OK;
}

static size_t find_cut(lyt_str all)
{
    for (size_t at = 0; at < all.len; at = lyt_str_find(all, '\n', at) + 1)
        if (lyt_str_begins(lyt_str_slice(all, at, all.len), LYT_STR("====\n")))
            return at;
    return all.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str all = {(const char *)data, size};
    size_t cut = find_cut(all), n = 0;
    lyt_affix *affix = NULL;
    lyt_error err;

    if (lyt_affix_parse(&affix, NULL, lyt_str_slice(all, 0, cut), "fuzz.aff", &err))
        return 0;
    (void)!lyt_affix_expand(affix, lyt_str_slice(all, cut + 5, size), "fuzz.dic", check, &n, &err);
    lyt_affix_free(affix);
    return 0;
}
