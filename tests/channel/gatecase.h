/*
 * A case out of tests/golden/channel: settings, a request as it was on the wire, and what has to
 * come of it.
 */
#ifndef LYT_TEST_GATECASE_H
#define LYT_TEST_GATECASE_H

#include "gateways.h"

typedef struct gatecase {
    gatebed bed;
    char name[64];
    lyt_buf file;
    lyt_arena *arena; /* of the parsed request, beside the bed's own */
    lyt_str flip;     /* what must not bear a changed bit: "body url x-twilio-signature" */
    lyt_str expected; /* JSON */
} gatecase;

/* Calls each(user, case) for every file; fails the test when one cannot be read. */
void gatecase_each(void (*each)(gatecase *tried));

#endif
