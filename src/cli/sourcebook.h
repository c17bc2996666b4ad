/*
 * lyt_sourcebook: where messages come from that a command reads itself, as room channel wants to
 * know it: the name they are known by, property and place, the key of pseudonyms.
 *
 * Lifetime  lyt_sourcebook_open() to lyt_sourcebook_close(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_SOURCEBOOK_H
#define LYT_SOURCEBOOK_H

#include "inbound.h"

#define LYT_SOURCEBOOK_PSEUDONYMS(values)                                                          \
    {                                                                                              \
        .name = "pseudonyms", .type = LYT_OPT_TEXT, .offset = offsetof(values, pseudonyms),        \
        .value = "FILE",                                                                           \
        .help = "key that turns addresses into pseudonyms, the gateways' own; without it nothing " \
                "of the sender is kept"                                                            \
    }

typedef struct lyt_sourcebook {
    lyt_gateway_config config;
    lyt_channelbook book;
} lyt_sourcebook;

/*
 * name: "mail", "import"; property and place may be NULL; pseudonyms: path of the key file, or
 * NULL. Errors as lyt_secrets_load(); LYT_EINVAL: no property's name (err->file is "property").
 */
LYT_MUST_USE lyt_status lyt_sourcebook_open(lyt_sourcebook *book, const char *name,
                                            const char *property, const char *place,
                                            const char *pseudonyms, lyt_error *err);
void lyt_sourcebook_close(lyt_sourcebook *book);

#endif
