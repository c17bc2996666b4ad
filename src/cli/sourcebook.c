#include "sourcebook.h"

#include <string.h>

#include "fs.h"
#include "topic.h"

lyt_status lyt_sourcebook_open(lyt_sourcebook *book, const char *name, const char *property,
                               const char *place, const char *pseudonyms, lyt_error *err)
{
    char part[64];

    memset(book, 0, sizeof *book);
    if (property && lyt_topic_part(lyt_str_of(property), part, sizeof part))
        return lyt_error_at(err, LYT_EINVAL, "property", 0, 0,
                            "may hold only the letters a to z, digits and \"-\"");
    book->config.name = lyt_str_of(name);
    book->config.gateway = lyt_gateway_find("generic");
    book->config.property = lyt_str_of(property);
    book->config.place = lyt_str_of(place);
    book->config.book = &book->book;
    if (!pseudonyms)
        return LYT_OK;
    return lyt_secrets_load(&book->book.pseudonyms, NULL, lyt_fs_system(), pseudonyms, err);
}

void lyt_sourcebook_close(lyt_sourcebook *book)
{
    lyt_secrets_deinit(&book->book.pseudonyms);
}
