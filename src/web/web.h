/*
 * lyt_web: the HTTP side of a service: gateways, API, pages for guests and staff, metrics. It
 * talks to the service as any sender and subscriber does, through its endpoints, and reads the
 * database with a handle of its own.
 *
 * Promises  a message is answered 2xx only when it is on the disk. A slow or hostile client holds
 *           up nobody else. No address of a guest is ever written down.
 *
 * Lifetime  lyt_web_start() to lyt_web_stop(), within the service's; all options outlive it.
 * Threads   start, reload and stop from one thread.
 */
#ifndef LYT_WEB_H
#define LYT_WEB_H

#include "contactseal.h"
#include "inbound.h"
#include "service.h"
#include "tagkeys.h"

typedef struct lyt_web lyt_web;

enum { lyt_web_url_max = 128 };

/*
 * Reads the pack again with what was saved, and returns when it is in use. Called from a thread of
 * lyt_web's. A failure leaves the one before in use; err says why.
 */
typedef lyt_status (*lyt_web_reload_fn)(void *context, lyt_error *err);

typedef struct lyt_web_options {
    const lyt_alloc *alloc; /* NULL: malloc */
    const lyt_clock *clock; /* NULL: the system's */
    const lyt_fs *fs;       /* NULL: the system's */
    const lyt_log *log;     /* NULL: silent */
    const char *listen; /* "127.0.0.1:7700", "[::1]:7700", "0.0.0.0:443"; port 0 or *: a free one */
    const lyt_service *service;
    const lyt_endpoints *at; /* of the service */
    const char *state;       /* the service's folder; web.key and found.db are made in it */
    const char *tokens;      /* file of tokens; NULL: only this machine may come, and may do all */
    const char *tag_keys;    /* what links of tags are checked with (tagkeys.h); NULL: no tags */
    const lyt_channels *channels;     /* gateways, at their paths "/in/…"; NULL: none */
    const char *tls_cert, *tls_key;   /* both or none */
    bool insecure;                    /* may listen where others reach it, without tokens */
    const lyt_classifier *classifier; /* NULL: nothing can be tried */
    const char *pack; /* what it was made of, to try scenarios that read differently; NULL: not */
    bool no_spelling; /* and without tables of words */
    const char *own;  /* folder of the house's own scenarios (ownfolder.h); NULL: none is saved */
    lyt_web_reload_fn reload; /* NULL: none is saved */
    void *reload_context;
    const lyt_settings *settings; /* of the house; NULL: none */
    const char *version;
    int64_t connections_max; /* 0: 1024 */
    int64_t patience_ms;     /* longest a client takes over a request; 0: 15000 */
    double a_second, burst;  /* requests of a token, a tag, a gateway; 0: 200, 400 */
} lyt_web_options;

/*
 * Returns when it listens; url takes where: "http://127.0.0.1:7700".
 *
 * LYT_EINVAL: a bad address, or one that others reach without tokens and `insecure`. LYT_EEXISTS:
 * address in use. LYT_ESTATE: a secret that others may read. LYT_ENOTFOUND, LYT_EFORMAT: tokens,
 * tags, certificate; err names the file. LYT_ENOMEM, LYT_EIO.
 */
LYT_MUST_USE lyt_status lyt_web_start(lyt_web **out, const lyt_web_options *options,
                                      char url[lyt_web_url_max], lyt_error *err);

/*
 * From now on tries are judged by another classifier; when it returns nobody uses the old one any
 * more. web NULL: nothing to do.
 */
void lyt_web_reload(lyt_web *web, const lyt_classifier *classifier);

/* What it reads of files by itself at its start, and is given when they are read again. */
typedef struct lyt_webkeys {
    const lyt_contact_key *guests; /* what seals where guests can be written to */
    const lyt_tagkeys *tags;       /* NULL: no tags */
} lyt_webkeys;

typedef struct lyt_webhouse {
    const lyt_settings *settings; /* NULL: none */
    const lyt_channels *channels; /* NULL: none */
    const lyt_webkeys *keys;      /* NULL: those of its start */
} lyt_webhouse;

/* What counts now. web NULL: nothing. */
lyt_webhouse lyt_web_house(const lyt_web *web);
/*
 * From now on by other settings of the house, channels and keys, which may be those that count
 * already; when it returns LYT_OK nobody uses the ones before any more, otherwise they are used as
 * before. Where there were no settings or channels there can be none (NULL). What a gateway sent
 * and is being kept is answered. web NULL: nothing to do. LYT_ETIMEOUT: no memory for them.
 */
LYT_MUST_USE lyt_status lyt_web_resettle(lyt_web *web, const lyt_webhouse *house, lyt_error *err);

/* Whether it has shown a sign of life since the last call. */
bool lyt_web_is_alive(lyt_web *web);

/* Answers what is under way, then frees. NULL: LYT_OK. */
lyt_status lyt_web_stop(lyt_web *web, lyt_error *err);

#endif
