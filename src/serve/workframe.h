/*
 * lyt_workframe: what workers and dispatch say to each other; one binary frame
 * a message, little-endian (lyt_wire.h), grammar in docs/protocol.abnf.
 *
 *   byte 0  type    byte 1  version (3)    then the type's own fields
 *
 * Decoding checks every bound: LYT_EFORMAT for anything that is not a frame.
 *
 * Threads   pure functions; what is read is borrowed from the frame.
 */
#ifndef LYT_WORKFRAME_H
#define LYT_WORKFRAME_H

#include "judge.h"
#include "wire.h"

typedef enum lyt_workframe_type {
    LYT_WORK_READY = 1,     /* worker: my credit, and what decides my verdicts */
    LYT_WORK_WORK = 2,      /* dispatch: a batch of messages */
    LYT_WORK_DONE = 3,      /* worker: a batch of verdicts */
    LYT_WORK_HEARTBEAT = 4, /* both, each second */
    LYT_WORK_HELLO = 5,     /* dispatch: I do not know you, say READY */
    LYT_WORK_LEAVE = 6,     /* worker: I go; give my work to others */
    LYT_WORK_REFUSED = 7,   /* dispatch: why I do not listen to you */
    LYT_WORK_LESSONS = 8,   /* dispatch: learn these, then say READY */
} lyt_workframe_type;

enum {
    lyt_work_version = 3,
    lyt_work_credit_max = 1000,
    lyt_work_batch_max = 64,
    lyt_work_lessons_max = 1 << 30, /* bytes */
};

typedef struct lyt_work_item {
    int64_t id;
    lyt_str language, place, property, text;
    double score, scale; /* as of lyt_question */
} lyt_work_item;

typedef struct lyt_done_item {
    int64_t id;
    bool failed;    /* could not be judged; reason says why */
    lyt_str reason; /* at most 500 bytes */
    uint64_t pack;
    lyt_judgement judgement;
} lyt_done_item;

/* LYT_EFORMAT: empty, of another version or of no known type. */
LYT_MUST_USE lyt_status lyt_workframe_type_of(lyt_str frame, lyt_workframe_type *type);

/* Starts a frame; a batch's count is written last, by lyt_workframe_count(). */
void lyt_workframe_begin(lyt_buf *out, lyt_workframe_type type);
void lyt_workframe_count(lyt_buf *out, uint32_t n);

/*
 * worker: a number of its own for as long as it lives; base: the pack without lessons. 0: it does
 * not say, and the frame is shorter.
 */
typedef struct lyt_work_ready {
    uint32_t credit;
    uint64_t pack, worker, base;
} lyt_work_ready;
void lyt_workframe_ready(lyt_buf *out, const lyt_work_ready *ready);
LYT_MUST_USE lyt_status lyt_workframe_get_ready(lyt_str frame, lyt_work_ready *out);

/* pack: the version that the pack `base` has with these lessons (lyt_judge). */
void lyt_workframe_lessons(lyt_buf *out, uint64_t pack, uint64_t base, lyt_str lessons);
LYT_MUST_USE lyt_status lyt_workframe_get_lessons(lyt_str frame, uint64_t *pack, uint64_t *base,
                                                  lyt_str *lessons);

void lyt_workframe_refused(lyt_buf *out, lyt_str reason);

/* After lyt_workframe_begin(out, LYT_WORK_WORK). */
void lyt_workframe_add_work(lyt_buf *out, const lyt_work_item *item);
/* After lyt_workframe_begin(out, LYT_WORK_DONE). */
void lyt_workframe_add_done(lyt_buf *out, const lyt_done_item *item);

/*
 * Calls each() for every item in order; it ends the walk with anything but LYT_OK.
 * part: the item's bytes alone, for lyt_workframe_get_done_item(). A frame that is wrong
 * anywhere is refused before the first call.
 */
LYT_MUST_USE lyt_status lyt_workframe_each_work(
    lyt_str frame, lyt_status (*each)(void *user, const lyt_work_item *item), void *user);
LYT_MUST_USE lyt_status lyt_workframe_each_done(
    lyt_str frame, lyt_status (*each)(void *user, const lyt_done_item *item, lyt_str part),
    void *user);
/* Whether it is a batch of verdicts, and each of them a JSON object. LYT_EFORMAT. */
LYT_MUST_USE lyt_status lyt_workframe_check_done(lyt_str frame);
LYT_MUST_USE lyt_status lyt_workframe_get_done_item(lyt_done_item *out, lyt_str part);

#endif
