/*
 * The trial: what would be heard if a scenario read differently. It lays the scenario's new text
 * over the pack in a folder of its own, reads and teaches that, and judges with it; the service
 * goes on with the pack as it is. The same text is taught only once, and forgotten after ten idle
 * minutes.
 *
 *   {"ask":"trial","scenario":"room-too-cold","scenario_yaml":"…","text":"…"}  →  as "try"
 *   {"ask":"save","scenario":…,"scenario_yaml":"…","version":"…","note":"…"}  →
 *     {"saved":true,"version":…} or, when `lyt pack check` would complain,
 *     {"saved":false,"findings":[…]}
 *   {"ask":"undo","scenario":…,"version":"…"}  →  the same, with the text before
 *   {"ask":"report","page":"week",…}  →  as lyt report --json: counting takes a while, too
 *
 * What is saved goes into the house's own folder (ownfolder.h), never into the pack, and counts
 * when the answer is given.
 *
 * Threads   an actor of its own, since teaching takes seconds; a stop ends it midway.
 */
#ifndef LYT_WEBTRIAL_H
#define LYT_WEBTRIAL_H

#include "actor.h"
#include "webread.h"

#define LYT_ADDRESS_WEB_TRIAL "inproc://web-trial"

enum { lyt_trial_yaml_max = 128 * 1024 };

typedef struct lyt_webtrial_options {
    lyt_webreader_options *read; /* allocator, clock, log, net, settings */
    const char *pack;  /* as it was opened: "hotel", "./my-hotel", "hotel+sv"; NULL: none */
    const char *state; /* folder to make the other one in */
    const char *own;   /* the house's own scenarios; NULL: none, and nothing is saved */
    bool no_spelling;
    lyt_web_reload_fn reload; /* NULL: nothing is saved */
    void *reload_context;
} lyt_webtrial_options;

lyt_status lyt_webtrial_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err);

#endif
