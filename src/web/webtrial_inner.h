/* What the files of the trial share: webtrial.c teaches, websave.c keeps. Private to them. */
#ifndef LYT_WEBTRIAL_INNER_H
#define LYT_WEBTRIAL_INNER_H

#include "ownfolder.h"
#include "webread_inner.h"
#include "webtrial.h"

enum { lyt_trial_path_max = 4200 };

typedef struct lyt_trial {
    const lyt_webtrial_options *o;
    lyt_webreader r; /* only what a try needs */
    lyt_sock *pipe, *sock;
    lyt_pack *pack;
    lyt_classifier *classifier;
    uint64_t taught; /* which text that is of; 0: none */
    int64_t used_us;
    bool is_told; /* to stop */
} lyt_trial;

/* The pack's folder as it is on the disk, and the languages behind its name: "+sv". */
lyt_status lyt_trial_find_pack(const lyt_trial *t, char folder[lyt_trial_path_max], char more[64],
                               lyt_error *err);
/*
 * Reads and teaches the pack with that text of the scenario; NULL: with the pack's own. Taught
 * already, nothing is done. A mistake in the text is put as one of what was sent.
 */
lyt_status lyt_trial_teach(lyt_trial *t, lyt_webasked *a, lyt_str scenario, const lyt_str *text);
/* The next one is taught anew. */
void lyt_trial_forget(lyt_trial *t);
/* Goes by the settings there are now. */
void lyt_trial_settle(lyt_trial *t);

/* websave.c: {"ask":"save"} and {"ask":"undo"}. */
lyt_status lyt_trial_save(lyt_trial *t, lyt_webasked *a);

#endif
