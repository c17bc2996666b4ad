/*
 * lyt_smsjoin: the parts of long SMS, for gateways that hand them on one by one. Parts may come
 * in any order and more than once; what waits longer than the limit comes out with "[…]" where a
 * part is missing. Pure: the time is an argument.
 *
 *   lyt_smsjoin_add(join, &part, now_us);       for each LYT_INBOUND_PART
 *   lyt_smsjoin_save(join, &bytes), write them down, and only then answer the gateway;
 *   while (lyt_smsjoin_next(join, now_us, arena, &whole) == LYT_OK) {
 *       lyt_inbound_settle(&whole, lyt_channels_named(channels, whole.provider), arena);
 *       hand it to the service; on success lyt_smsjoin_drop(join); else stop and try again later
 *   }
 *
 * Lifetime  new to free.
 * Threads   one at a time.
 * Units     microseconds of the wall clock; a step back makes messages wait no longer than the
 *           limit from then on.
 * Limits    no more messages wait, and no more bytes, than the options say: the oldest comes out
 *           as it is when another needs its room.
 */
#ifndef LYT_SMSJOIN_H
#define LYT_SMSJOIN_H

#include "arena.h"
#include "canonical.h"

typedef struct lyt_smsjoin lyt_smsjoin;

typedef struct lyt_smsjoin_options {
    int64_t wait_us;       /* 0: 60 s */
    int64_t remember_us;   /* how long a part that came again is known; 0: 26 h */
    size_t max_waiting;    /* messages; 0: 256 */
    size_t max_bytes;      /* of what waits; 0: 1 MiB */
    size_t max_remembered; /* parts; 0: 4096 */
    uint64_t seed;         /* of the hashes that are remembered: secret, the same over restarts */
    const lyt_alloc *alloc;
} lyt_smsjoin_options;

LYT_MUST_USE lyt_status lyt_smsjoin_new(lyt_smsjoin **out, const lyt_smsjoin_options *options);
/* NULL is accepted. */
void lyt_smsjoin_free(lyt_smsjoin *join);

/*
 * Copies the part. One that is there already, or was a short while ago, changes nothing.
 * LYT_EINVAL: no PART, or no such part of so many. LYT_ELIMIT: full, and lyt_smsjoin_next() must
 * be called first. LYT_ENOMEM. Nothing has changed after any of them.
 */
LYT_MUST_USE lyt_status lyt_smsjoin_add(lyt_smsjoin *join, const lyt_inbound *part, int64_t now_us);

/*
 * The next message that is whole, or has waited long enough: FEEDBACK, not yet settled. The same
 * one until it is dropped; copied into the arena.
 * LYT_EEND: there is none. LYT_ENOMEM, LYT_ELIMIT: of the arena.
 */
LYT_MUST_USE lyt_status lyt_smsjoin_next(lyt_smsjoin *join, int64_t now_us, lyt_arena *arena,
                                         lyt_inbound *out);
/* It has been written down elsewhere. Without lyt_smsjoin_next() before it nothing happens. */
void lyt_smsjoin_drop(lyt_smsjoin *join, int64_t now_us);

/* When the next one will have waited long enough; INT64_MAX: nothing waits. */
int64_t lyt_smsjoin_due_us(const lyt_smsjoin *join);

size_t lyt_smsjoin_waiting(const lyt_smsjoin *join);

/*
 * All of it as JSON, numbers and words of what waits in it: for a file that nobody else can read.
 * Failures of memory are the buffer's.
 */
void lyt_smsjoin_save(const lyt_smsjoin *join, lyt_buf *out);
/*
 * Into an empty one. LYT_EFORMAT: it is none of ours, and join stays empty. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_smsjoin_load(lyt_smsjoin *join, lyt_str saved, lyt_error *err);

#endif
