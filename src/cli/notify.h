/*
 * lyt_notify: tells systemd how the service is: a datagram to $NOTIFY_SOCKET (sd_notify(3)).
 * Without that variable nothing happens; failures are of no account.
 *
 * Threads   one at a time.
 */
#ifndef LYT_NOTIFY_H
#define LYT_NOTIFY_H

#include <stdint.h>

/* Lines of NAME=VALUE. */
void lyt_notify(const char *state);
/* The time that belongs to RELOADING=1. */
void lyt_notify_reloading(int64_t mono_us);

#endif
