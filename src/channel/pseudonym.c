#include "pseudonym.h"

#include <string.h>

#include "signing.h"

lyt_str lyt_pseudonym_next(lyt_str key, lyt_str old, char out[lyt_pseudonym_bytes])
{
    lyt_signed value = lyt_hmac_of(LYT_DIGEST_SHA256, key, old);
    char text[lyt_signed_text_max];

    lyt_hex(&value, false, text);
    out[0] = 'g';
    memcpy(out + 1, text, lyt_pseudonym_bytes - 2);
    out[lyt_pseudonym_bytes - 1] = '\0';
    return (lyt_str){out, lyt_pseudonym_bytes - 1};
}

lyt_str lyt_pseudonym(const lyt_secrets *keys, lyt_str from, char out[lyt_pseudonym_bytes])
{
    lyt_str made = from;

    if (!keys->n || !from.len)
        return (lyt_str){"", 0};
    for (size_t i = 0; i < keys->n; i++)
        made = lyt_pseudonym_next(keys->keys[i], made, out);
    return made;
}

void lyt_pseudonym_mark(const lyt_secrets *keys, size_t n, char out[lyt_pseudonym_mark_bytes])
{
    char name[lyt_pseudonym_bytes] = "";
    lyt_str made = LYT_STR("lyt: of which keys");

    for (size_t i = 0; i < n && i < keys->n; i++)
        made = lyt_pseudonym_next(keys->keys[i], made, name);
    /* without the letter at its beginning it is no pseudonym itself */
    memcpy(out, n ? name + 1 : "", n ? lyt_pseudonym_mark_bytes - 1 : 0);
    out[n ? lyt_pseudonym_mark_bytes - 1 : 0] = '\0';
}

size_t lyt_pseudonym_marked(const lyt_secrets *keys, lyt_str mark)
{
    char made[lyt_pseudonym_mark_bytes];

    for (size_t n = keys->n; n > 0; n--) {
        lyt_pseudonym_mark(keys, n, made);
        if (lyt_str_equal(lyt_str_of(made), mark))
            return n;
    }
    return 0;
}
