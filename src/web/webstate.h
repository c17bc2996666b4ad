/*
 * The inside of lyt_web (web.h): one thread that listens, and everything it keeps. A request is
 * an exchange; while somebody else works on it its connection sleeps.
 *
 *   connection ─► listener ─► exchange ─► route ─► handler ─┬─ answers at once
 *                                                           ├─ lyt_web_submit() ─► intake
 *                                                           ├─ lyt_web_ask() ────► replay
 *                                                           └─ lyt_web_look() ───► reader
 *
 * Threads   all of it belongs to the web actor.
 */
#ifndef LYT_WEBSTATE_H
#define LYT_WEBSTATE_H

#include "actor.h"
#include "json.h"
#include "guestplain.h"
#include "guestref.h"
#include "ratelimit.h"
#include "smsjoin.h"
#include "tag.h"
#include "web.h"
#include "webcount.h"
#include "weblogin.h"
#include "webroute.h"

typedef struct lyt_exchange lyt_exchange;
typedef struct lyt_webstream lyt_webstream;
typedef void (*lyt_then)(lyt_exchange *x);

enum {
    lyt_request_id_max = 64,
    lyt_lines_max = 1000, /* messages in one request */
    lyt_answer_ms = 10000,
    lyt_device_days = 400,       /* as long as browsers keep a cookie; each page gives it anew */
    lyt_trial_ms = 90000,        /* a scenario that reads differently is taught first */
    lyt_busy_patience_ms = 2000, /* so long "busy" is tried again before the client hears of it */
};

struct lyt_exchange {
    struct lyt_webactor *web;
    void *connection; /* the listener's */
    lyt_webreq req;
    const lyt_webroute *route;
    lyt_str args[lyt_route_args_max];
    lyt_who who;
    bool is_known;  /* who is somebody */
    bool by_cookie; /* and was known by a session */
    bool by_device; /* and is a wall board */
    char csrf[lyt_csrf_bytes];
    char id[lyt_request_id_max + 1];
    bool is_too_long, is_handled, is_done, is_suspended;
    int64_t began_us;

    /* the answer */
    int status;
    const char *type;
    lyt_buf out;
    lyt_str fixed; /* instead of out: bytes that never change */
    char etag[24];
    char cookie[160];
    char type_room[64], more_name[32], more_value[96]; /* a gateway's answer */
    int64_t retry_s;
    bool may_keep;         /* browsers may keep it */
    bool is_page;          /* goes with a policy of what it may load */
    lyt_webstream *stream; /* instead of out: events as they come */

    /* what is under way */
    size_t n_pending;
    lyt_then then;
    lyt_buf *parts; /* answers, one a question */
    size_t n_parts;
    const lyt_gateway_config *gate;
    char staff_lang[4]; /* "da" or "en": what a gateway hears of is an order of staff; "" none */
    struct lyt_webstaff *staff; /* who gave it, where the gateway texts nothing back; or NULL */
    int64_t number;             /* the handler's own */
    lyt_buf kept;               /* the handler's own */
    lyt_exchange *next, *prev;
};

typedef enum lyt_ask_kind {
    LYT_ASK_SUBMIT,
    LYT_ASK_REPLAY,
    LYT_ASK_READER,
    LYT_ASK_TRIAL,
} lyt_ask_kind;

typedef struct lyt_slot {
    lyt_exchange *x; /* NULL: free, or given up */
    lyt_ask_kind kind;
    size_t part;
    uint32_t use;
    bool waits; /* was told to come again; due_us says when */
    int64_t due_us, give_up_us;
    lyt_buf json; /* of LYT_ASK_SUBMIT, to send again */
} lyt_slot;

/* What came of a gateway's calls. */
typedef struct lyt_gatecount {
    int64_t refused[LYT_N_REFUSALS], kinds[LYT_INBOUND_N_KINDS], not_taken;
} lyt_gatecount;

typedef struct lyt_webactor {
    const lyt_web_options *o;
    const lyt_alloc *alloc;
    const lyt_clock *clock;
    lyt_log log;
    lyt_net *net;
    struct lyt_listener *listener;
    lyt_sock *submit, *replay, *reader, *trial, *ear;
    lyt_frames *frames;
    lyt_buf tag;
    lyt_slot *slots;
    size_t n_slots, cap_slots;
    uint32_t *free_slots;
    size_t n_free, cap_free;
    int64_t next_look_us;
    lyt_exchange *exchanges; /* all of them */
    size_t n_exchanges;
    lyt_tokenfile tokens;
    lyt_tokenfile devices; /* wall boards that stay logged in: webkeep.c */
    char *sessions_path, *devices_path;
    int64_t sessions_us;  /* when they were written last */
    lyt_tagkeys own_tags; /* as they were at the start */
    lyt_contact_key own_guests;
    lyt_webkeys own_keys, keys;              /* of the start, and of this turn */
    unsigned char secret[lyt_web_key_bytes]; /* what references are checked with */
    lyt_arena *arena;                        /* of one call of a gateway, or of a tag */
    lyt_smsjoin *parts;                      /* of long SMS, until all have come */
    const lyt_settings *settings;            /* of this turn; NULL: none */
    const lyt_channels *channels;            /* that gateways are known by; NULL: none */
    lyt_gatecount *gates;                    /* one a gateway */
    lyt_gatecount gone;                      /* of gateways that are no more */
    bool has_whole;                          /* a message of parts is on its way to the service */
    char url[lyt_web_url_max];
    lyt_logins logins;
    lyt_ratelimit per_token, per_tag, per_guess, per_refund;
    lyt_webcount count;
    lyt_webstream *streams;
    int64_t heard_seq; /* last event that came from the ear */
    int64_t second_us;
    uint64_t n_requests, id_seed;
    bool stopping;
} lyt_webactor;

static inline int64_t lyt_web_mono_us(const lyt_webactor *web)
{
    return lyt_clock_mono_us(web->clock);
}

/* ---- answers: webanswer.c ---- */

/* Whether who asks reads Danish rather than English: what a person may see is said so. */
bool lyt_web_is_danish(const lyt_exchange *x);
/* Answers with out as it stands. type NULL: JSON. */
void lyt_web_done(lyt_exchange *x, int status, const char *type);
/*
 * Answers {"error":{"code","message","field"}}; field NULL for none. The message, given in English,
 * is said in the language of who asks (refusal.h).
 */
void lyt_web_error(lyt_exchange *x, int status, const char *code, const char *field,
                   const char *format, ...) LYT_PRINTF(5, 6);
/* The status and code that an error's text "<field>: <what to do>" is answered with. */
void lyt_web_refuse(lyt_exchange *x, int status, const char *code, lyt_str text);
/* A page of a few sentences for guests: webplain.c. In the guest's language and in English, or where nobody knows it in Danish and English. */
void lyt_web_plain_page(lyt_exchange *x, int status, lyt_plain what);

/* A cookie that only we and no script reads: api_session.c. */
void lyt_web_set_cookie(lyt_exchange *x, const char *name, const char *cookie, int64_t seconds);

/* ---- questions to others: webslots.c ---- */

/* Room for n answers. False: no memory, and the exchange is answered. */
bool lyt_web_parts(lyt_exchange *x, size_t n);
/*
 * Each sends a question whose answer goes into x->parts[part]; x->then is called when all have
 * come. An answer that never comes is left empty.
 */
void lyt_web_submit(lyt_exchange *x, size_t part, lyt_str json);
void lyt_web_ask(lyt_exchange *x, size_t part, lyt_str json);
void lyt_web_look(lyt_exchange *x, size_t part, lyt_str json);
void lyt_web_ask_trial(lyt_exchange *x, size_t part, lyt_str json);
/* Takes what has come, and sends again what is due. */
void lyt_web_take_answers(lyt_webactor *web, lyt_sock *from);
void lyt_web_look_at_slots(lyt_webactor *web);
int64_t lyt_web_slots_wait_ms(const lyt_webactor *web);
/* Nobody waits for the answers any more. */
void lyt_web_forget(lyt_exchange *x);
void lyt_web_free_slots(lyt_webactor *web);
/* What a message's sender hears: the HTTP status of an answer of the submit socket. */
int lyt_web_status_of(const lyt_json *answer);

/* ---- what gateways send: webgate.c ---- */

LYT_MUST_USE lyt_status lyt_webgate_open(lyt_webactor *web, lyt_error *err);
void lyt_webgate_close(lyt_webactor *web);
/* Other channels: gateways of the same name keep their counts. LYT_ENOMEM: as before. */
LYT_MUST_USE lyt_status lyt_webgate_change(lyt_webactor *web, const lyt_channels *channels);
/* Once a second: long SMS whose parts do not come any more. */
void lyt_webgate_tick(lyt_webactor *web);
void lyt_webgate_write(const lyt_webactor *web, lyt_buf *out);

/* ---- what outlives the process: webkeep.c ---- */

/* Sessions and wall boards as they were left. */
LYT_MUST_USE lyt_status lyt_webkeep_open(lyt_webactor *web, lyt_error *err);
void lyt_webkeep_close(lyt_webactor *web);
/* Once a second. */
void lyt_webkeep_tick(lyt_webactor *web);
/* Somebody came or went: at once. A disk that is full is logged, and it counts all the same. */
void lyt_webkeep_sessions(lyt_webactor *web);
/* Who has that token, be it a person's, a machine's or a wall board's; NULL: nobody. */
const lyt_who *lyt_web_who_of_hash(const lyt_webactor *web, const char *hash);
/* Adds a wall board, or takes the one of that hash away. LYT_EIO, LYT_EFULL, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_webkeep_device(lyt_webactor *web, const lyt_who *added,
                                           const char *removed, lyt_error *err);

/* ---- who it is: webdoor.c ---- */

/* Finds out who asks; false: it has been answered (401, 403, 429). */
bool lyt_web_admit(lyt_exchange *x);
/* Whether who asks may do it there; else answers 403 and says false. */
bool lyt_web_may(lyt_exchange *x, lyt_can what);
void lyt_web_properties(const lyt_exchange *x, lyt_jw *jw);

/* ---- the exchange: exchange.c ---- */

lyt_exchange *lyt_exchange_new(lyt_webactor *web, lyt_str target);
void lyt_exchange_free(lyt_exchange *x);
/* Headers are there: what can be said already is said. */
void lyt_exchange_begin(lyt_exchange *x, int64_t length_bytes);
/* All of it is there. */
void lyt_exchange_handle(lyt_exchange *x);
/* The answer is ready; wakes the connection. */
void lyt_exchange_finish(lyt_exchange *x);

/* ---- streams of events: webstream.c ---- */

void lyt_webstream_open(lyt_exchange *x, int64_t since, bool has_since);
void lyt_webstream_free(lyt_webstream *stream);
/* Bytes that are there, at most room; 0: none now, the stream sleeps; -1: it has ended. */
long lyt_webstream_read(lyt_webstream *stream, char *to, size_t room);
/* An event came from the bus. */
void lyt_webstream_hear(lyt_webactor *web, lyt_str frame_seq, lyt_str topic, lyt_str json);
/* Heartbeats; and ends all when the service stops. */
void lyt_webstream_tick(lyt_webactor *web);

#endif
