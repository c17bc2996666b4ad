/* The small pack of the tests (golden/minipack with golden/minilex), and who judges with it. */
#ifndef LYT_MINIPACK_H
#define LYT_MINIPACK_H

#include "classify.h"

/* The caller's; fails the test when it cannot be read. */
lyt_pack *minipack_load(void);

typedef struct minijudge {
    lyt_pack *pack;
    lyt_classifier *classifier;
    lyt_session *session;
} minijudge;

void minijudge_init(minijudge *judge);
void minijudge_deinit(minijudge *judge);

#endif
