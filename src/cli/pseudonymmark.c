#include "pseudonymmark.h"

#include "pseudonym.h"
#include "statefile.h"
#include "store_rekey.h"

_Static_assert((int)lyt_rekey_mark_bytes == (int)lyt_pseudonym_mark_bytes, "of one length");
_Static_assert((int)lyt_rekey_name_bytes == (int)lyt_pseudonym_bytes, "of one length");

static lyt_status compare(lyt_store *store, const lyt_secrets *keys, lyt_error *err)
{
    char now[lyt_pseudonym_mark_bytes], kept[lyt_rekey_mark_bytes];
    lyt_status status = lyt_store_rekey_mark(store, kept, err);

    lyt_pseudonym_mark(keys, keys->n, now);
    if (status)
        return status;
    if (!kept[0])
        return lyt_store_rekey_set_mark(store, lyt_str_of(now), err);
    if (lyt_str_equal(lyt_str_of(kept), lyt_str_of(now)))
        return LYT_OK;
    return lyt_error_set(err, LYT_ESTATE,
                         lyt_pseudonym_marked(keys, lyt_str_of(kept))
                             ? "pseudonyms: the file has a key that what is kept was not made with "
                               "yet; stop the service and let 'lyt privacy rekey' put it on"
                             : "pseudonyms: what is kept was made with keys that are not in this "
                               "file; bring back the file as it was, every line of it");
}

lyt_status lyt_pseudonyms_check(const char *state, const lyt_secrets *keys, lyt_error *err)
{
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_status status;

    if (!keys->n)
        return LYT_OK;
    status = lyt_statefile_find(&file, state, true, err);
    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_BESIDE, err);
    if (!status)
        status = compare(store, keys, err);
    lyt_store_close(store);
    return status;
}
