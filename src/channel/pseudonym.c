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
