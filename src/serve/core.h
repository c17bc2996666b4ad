/*
 * lyt_core: what the actors of one service share: options that never change,
 * and gauges, which are numbers of one writer each, read by status and limits.
 *
 * Threads   gauges are atomic; nothing else changes after the start.
 */
#ifndef LYT_CORE_H
#define LYT_CORE_H

#include <stdatomic.h>

#include "actor.h"
#include "refusals.h"
#include "service.h"
#include "store.h"

typedef enum lyt_tick {
    LYT_TICK_LEDGER,
    LYT_TICK_PUBLISHER,
    LYT_TICK_REPLAYER,
    LYT_TICK_DISPATCH,
    LYT_TICK_INTAKE,
    LYT_TICK_OUTBOX, /* where there are ways out */
    LYT_TICK_COUNT
} lyt_tick;

/* Who reads the settings of the house, each at its own time (lyt_core_settings()). */
typedef enum lyt_settings_user {
    LYT_SETTINGS_LEDGER,
    LYT_SETTINGS_REPLAYER,
    LYT_SETTINGS_OUTBOX,
    LYT_SETTINGS_USERS
} lyt_settings_user;

typedef struct lyt_gauges {
    _Atomic bool is_up; /* service: all actors are ready, the endpoints are known */
    /* ledger */
    _Atomic int64_t waiting, waiting_bytes; /* accepted, neither classified nor parked */
    _Atomic int64_t last_seq;
    _Atomic int64_t accepted, duplicates, busy;
    _Atomic int64_t fed; /* events of behaviour, notes and stays */
    /* how often the clock on the wall was set, by how much last, and when (monotonic) */
    _Atomic int64_t clock_steps, clock_step_us, clock_step_at_us;
    _Atomic int store_status;  /* lyt_status of the last transaction */
    _Atomic int64_t commit_us; /* when the transaction began that is being committed; 0: none is */
    /* intake */
    lyt_refusals refusals; /* of the ledger's, too */
    _Atomic int64_t in_flight, refused, bad_frames, undelivered, turned_away, urgent;
    /* what the ledger asks just now; NULL: none (lyt_core_ask_judge()) */
    _Atomic(const lyt_judge *) ledger_judge;
    _Atomic(const lyt_judge *) intake_judge; /* what it looks for urgent messages with */
    /* dispatch */
    _Atomic int64_t workers, queued, bad_workers, lost_workers;
    _Atomic(const lyt_judge *) dispatch_judge; /* whose lessons it hands on */
    _Atomic int64_t lost_jobs; /* for want of memory; the ledger hands them out again */
    _Atomic int64_t overrun;   /* publisher: how often somebody on the bus had no more room */
    /* replayer */
    _Atomic int64_t attached, redelivered, dead_letters, slowed;
    /* outbox: sent, failed attempts, dead since the start */
    _Atomic int64_t sent, unsent, way_dead;
    /* the door: keys that nobody has; what a key was not allowed */
    _Atomic int64_t turned_away_keys, not_allowed;
    _Atomic int64_t ticks[LYT_TICK_COUNT]; /* each actor's, once a round */
} lyt_gauges;

/* Something about the service that another thread has seen: the ledger publishes it. */
typedef struct lyt_remark {
    _Atomic int state; /* 0: free, 1: is written, 2: to be published */
    char what[32], note[512];
} lyt_remark;

/* How the last reload went, written by one thread and read by others. */
typedef struct lyt_reload_note {
    atomic_flag is_busy;
    int64_t at_us; /* wall clock; 0: there was none */
    bool is_refused;
    char text[512];
} lyt_reload_note;

typedef struct lyt_core {
    lyt_service_options options; /* with all defaults filled in */
    /* the one that counts now, and where the next one goes (reload) */
    _Atomic(const lyt_judge *) judge;
    _Atomic uint64_t judge_version; /* for who needs nothing else of it */
    lyt_judge judges[2];
    _Atomic int64_t join_min;
    /* NULL: none. What each uses: whoever wants to free others waits until nobody does */
    _Atomic(const lyt_settings *) settings;
    _Atomic(const lyt_settings *) settings_used[LYT_SETTINGS_USERS];
    lyt_reload_note *reload; /* the service's */
    lyt_net *net;
    lyt_gauges gauges;
    lyt_remark remark;
    lyt_endpoints bound;
    _Atomic bool has_http; /* bound.http is known and does not change any more */
    char *database;
    char *access_file;              /* NULL: no keys, no door */
    char secret_key[lyt_key_bytes]; /* the service's */
    int64_t started_us;
} lyt_core;

/* inside one service's net */
#define LYT_ADDRESS_INTAKE "inproc://intake"
#define LYT_ADDRESS_URGENT "inproc://urgent"
#define LYT_ADDRESS_SUBMIT "inproc://submit"
#define LYT_ADDRESS_DISPATCH "inproc://dispatch"
#define LYT_ADDRESS_PUBLISH "inproc://publish"
#define LYT_ADDRESS_REPLAY "inproc://replay"
#define LYT_ADDRESS_OUTBOX "inproc://outbox"
#define LYT_ADDRESS_WORK "inproc://work"

enum {
    lyt_retry_ms = 250,
    lyt_stall_ms = 1000,
    lyt_router_queue = 20000,
    lyt_answer_tag_max = 256
};

/*
 * The actors' bodies; argument is the lyt_core. Dispatch first, then the ledger: it
 * hands out work from the start; the others connect to the ledger.
 */
lyt_status lyt_ledger_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_publisher_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_replayer_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_dispatch_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_outbox_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_intake_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);

/*
 * The settings that count now. An actor that keeps nothing of those before calls lyt_core_settle()
 * once a round, before anything else of it reads settings.
 */
static inline const lyt_settings *lyt_core_settings(const lyt_core *core)
{
    return atomic_load_explicit(&core->settings, memory_order_acquire);
}

static inline void lyt_core_settle(lyt_core *core, lyt_settings_user who, const lyt_settings *used)
{
    atomic_store_explicit(&core->settings_used[who], used, memory_order_release);
}

static inline const lyt_judge *lyt_core_judge(const lyt_core *core)
{
    return atomic_load_explicit(&core->judge, memory_order_acquire);
}

/*
 * The ledger's: the judge that counts now, which does not go until lyt_core_asked_judge(). One that
 * was taken from lyt_core_judge() may be gone at any moment, unless its user says when it takes the
 * next (intake and dispatch).
 */
const lyt_judge *lyt_core_ask_judge(lyt_core *core);
void lyt_core_asked_judge(lyt_core *core);

/* The disk takes its time: a commit has been going on for longer than a second. */
bool lyt_core_is_stalled(const lyt_core *core);

/* A sign of life of one actor, for the watchdog. */
static inline void lyt_core_tick(lyt_core *core, lyt_tick which)
{
    atomic_fetch_add_explicit(&core->gauges.ticks[which], 1, memory_order_relaxed);
}

/* "ok", or what is wrong with the store and what happens meanwhile. Static storage. */
const char *lyt_core_state(const lyt_core *core);

#endif
