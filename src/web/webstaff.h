/*
 * lyt_webstaff: orders of staff that move nothing, and how who gave them reads why: in the answer to
 * the gateway's call where it texts that back (channel/staffanswer.h), else by a way of the house's own,
 * durably: the gateway hears that all is well when the answer is on the disk.
 *
 * Threads   the web actor's.
 */
#ifndef LYT_WEBSTAFF_H
#define LYT_WEBSTAFF_H

#include "webstate.h"

/*
 * What has to be done with an order: it goes to the service as what it is; the gateway's answer, which is
 * set, is all of it; or what was written into out goes to the service instead.
 */
typedef enum lyt_webstaff_fate {
    LYT_STAFF_GOES_ON,
    LYT_STAFF_ANSWERED,
    LYT_STAFF_TEXTED,
} lyt_webstaff_fate;

/* answer: set with LYT_STAFF_ANSWERED; its parts live in the web actor's arena. */
lyt_webstaff_fate lyt_webstaff_take(lyt_exchange *x, const lyt_inbound *item, lyt_buf *out,
                                    lyt_http_answer *answer);

/*
 * The service refused the order, for that reason. LYT_STAFF_ANSWERED: answer is set; TEXTED: what was
 * written into out is to be sent to the service; GOES_ON: there is no way to say it.
 */
lyt_webstaff_fate lyt_webstaff_refused(lyt_exchange *x, lyt_str why, lyt_buf *out,
                                       lyt_http_answer *answer);

void lyt_webstaff_free(lyt_exchange *x);

#endif
