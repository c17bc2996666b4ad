/*
 * lyt_service: the whole pipeline in one process: intake, ledger, dispatch,
 * workers and publisher, each an actor with a thread of its own.
 *
 *   submit ─► intake ─► ledger ─► dispatch ◄─► workers
 *                │         ├────► publisher ─► bus
 *                │         ├────► replayer ◄─► replay, named subscribers
 *                │         └────► outbox ──► ways out of the house
 *                └◄ answers after commit
 *
 * Promises  acknowledged is committed (synchronous=FULL); one channel and id make one
 *           feedback within 48 hours; events are published after commit, in the order
 *           of their numbers; what was accepted and not classified is done after a restart.
 *
 * Lifetime  lyt_service_start() to lyt_service_stop(); everything in the options outlives it.
 * Threads   start and stop from one thread.
 */
#ifndef LYT_SERVICE_H
#define LYT_SERVICE_H

#include "clock.h"
#include "fs.h"
#include "judge.h"
#include "logger.h"
#include "net.h"
#include "settings.h"
#include "stock.h"
#include "store_keep.h"

typedef struct lyt_service lyt_service;

enum { lyt_endpoint_max = 128, lyt_key_path_max = 512 };

typedef struct lyt_endpoints {
    char submit[lyt_endpoint_max], work[lyt_endpoint_max], bus[lyt_endpoint_max],
        replay[lyt_endpoint_max];
    char http[lyt_endpoint_max]; /* "" where HTTP is not answered */
    /* with keys: what peers must know of the service, and the key file of this machine's tools */
    char server_key[lyt_key_bytes], local_key[lyt_key_path_max];
} lyt_endpoints;

typedef struct lyt_service_options {
    const char *submit, *work, *bus, *replay; /* NULL: tcp://127.0.0.1:7701 to 7704; port *: free */
    /*
     * Folder with server.key (lyt_key_load) and access (lyt_access_parse): every endpoint then
     * asks for a key. NULL: none does.
     */
    const char *keys;
    bool insecure;     /* may listen on addresses that others reach, without keys */
    const char *state; /* folder; made when absent */
    /* exactly one of the two; the judge for tests and other classifiers */
    const lyt_classifier *classifier;
    const lyt_judge *judge;
    size_t n_workers;       /* threads; 0: only remote workers */
    const lyt_clock *clock; /* NULL: the system's */
    const lyt_log *log;     /* NULL: silent; its sink is called by all actors */
    const lyt_alloc *alloc; /* NULL: malloc; used by all actors */
    const lyt_fs *fs;       /* NULL: the system's */
    const char *version;    /* for endpoints.json; NULL: "0" */
    int64_t size_max_mb;    /* of the database; 0: no limit */
    /* of what is accepted and not classified; 0: 10,000, 50,000 messages and 64 MiB */
    int64_t queue_soft, queue_hard, queue_bytes;
    int64_t commit_rows;  /* most a transaction takes; 0: 256 */
    int64_t commit_us;    /* longest it collects; 0: 2000 */
    int64_t heartbeat_ms; /* 0: 1000; workers are dead after three */
    int64_t join_min;     /* a message joins an incident heard of within this time; 0: 120 */
    const lyt_settings *settings; /* of the house; NULL: incidents only open, join and move */
    const lyt_keep_rules *keep;   /* how long what is kept; NULL: for good */
    int64_t silence_min;          /* a busy channel that is silent for so long is told of; 0: 360 */
    int64_t clock_speed; /* how fast the clock on the wall runs, for demonstrations; 0: 1 */
    /*
     * Called by the ledger's thread when corrections were committed: teacher.h makes a
     * classifier of them, which lyt_service_reload() then takes. Must not wait. May be NULL.
     */
    void (*on_correction)(void *context);
    void *on_correction_context;
    int64_t drain_ms;             /* longest stop waits for the queue to empty; 0: 5000 */
    bool has_http; /* endpoints.json is written by lyt_service_set_http(): all is known then */
} lyt_service_options;

/*
 * Returns when all actors are ready. bound (may be NULL) takes the endpoints as they became,
 * which also stand in <state>/endpoints.json while it runs.
 *
 * LYT_EINVAL: an endpoint others reach without keys or `insecure`, or a bad option. LYT_ESTATE: the
 * secret key can be read by others. LYT_EEXISTS: address in use. LYT_EBUSY: another service runs on
 * that state folder. Otherwise as lyt_store_open().
 */
LYT_MUST_USE lyt_status lyt_service_start(lyt_service **out, const lyt_service_options *options,
                                          lyt_endpoints *bound, lyt_error *err);

/*
 * From now on messages are judged by another classifier, each by the one or the other. When it
 * returns LYT_OK nobody uses the old one any more; otherwise it is used as before. Workers of
 * other processes are taught what was corrected; those that have another pack are told to go.
 */
LYT_MUST_USE lyt_status lyt_service_reload(lyt_service *service, const lyt_classifier *classifier,
                                           int64_t join_min, lyt_error *err);
/* The same with a judge, which is copied. */
LYT_MUST_USE lyt_status lyt_service_rejudge(lyt_service *service, const lyt_judge *judge,
                                            int64_t join_min, lyt_error *err);

/*
 * From now on by another stock: settings of the same house, words for guests, keys of their
 * addresses, rules of what is kept. What is decided from now on goes by it, what runs keeps the
 * times it was given. On LYT_OK *stock is the one before, which nobody uses any more, for the
 * caller to free or to give back; otherwise both are as before. A health event ("settings") says
 * when its settings are others, with the version. LYT_ESTATE: it was started without settings, or
 * these are of another house. LYT_ENOTFOUND, LYT_ESTATE, LYT_EIO: a secret of a way. LYT_ETIMEOUT:
 * it was not taken over in time.
 */
LYT_MUST_USE lyt_status lyt_service_restock(lyt_service *service, lyt_stock **stock,
                                            lyt_error *err);
/* For the status: what the last reload came to. */
void lyt_service_note_reload(lyt_service *service, bool is_refused, const char *text);

/*
 * Into *out: a sender's socket for the calling thread, which says and hears what senders over TCP
 * do, with every right and without a network between. Closed before the service is stopped.
 */
LYT_MUST_USE lyt_status lyt_service_open_sender(const lyt_service *service, lyt_sock **out,
                                                lyt_error *err);
/*
 * Whether every actor has shown a sign of life since the last call. While the disk stalls the
 * ledger may be silent for two minutes.
 */
bool lyt_service_is_alive(lyt_service *service);
/*
 * Puts the address where HTTP is answered into endpoints.json and the status. LYT_EIO, LYT_EFULL:
 * it could not be written. From the thread that started the service.
 */
LYT_MUST_USE lyt_status lyt_service_set_http(lyt_service *service, const char *url, lyt_error *err);
/*
 * Has an event health.WHAT published (and sent by the ways out that take such). what: at most
 * 31 bytes; of note the first 511. LYT_EBUSY: the one before waits for the disk still.
 */
LYT_MUST_USE lyt_status lyt_service_remark(lyt_service *service, const char *what,
                                           const char *note);
/* "ok", or what is wrong; static storage. What the status request says as "state". */
const char *lyt_service_state(const lyt_service *service);

/* Whether anybody is there to classify. */
bool lyt_service_has_worker(const lyt_service *service);

/*
 * By how many seconds the clock on the wall was set last (below 0: back), and how many have gone
 * by since; false: it was not, while this service ran.
 */
bool lyt_service_clock_step(const lyt_service *service, int64_t *by_s, int64_t *ago_s);

/*
 * Stops taking messages, finishes what is queued (at most drain_ms), commits, publishes and frees.
 * NULL: LYT_OK. The first actor's failure, if one had failed.
 */
lyt_status lyt_service_stop(lyt_service *service, lyt_error *err);

#endif
