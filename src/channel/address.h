/*
 * Who may call: addresses and their blocks, IPv4 and IPv6.
 *
 * Threads   pure functions.
 */
#ifndef LYT_ADDRESS_H
#define LYT_ADDRESS_H

#include <lyt/str.h>

/* "192.0.2.7", "192.0.2.0/24", "2001:db8::/32" */
bool lyt_address_is(lyt_str block);

/* An IPv4 address written as IPv6 ("::ffff:192.0.2.7") is the IPv4 one. */
bool lyt_address_covers(lyt_str block, lyt_str address);

#endif
