/*
 * lyt_out_address: which addresses are nobody's on the open network: those of this
 * machine, of the house, and what standards keep for themselves (RFC 6890 and its
 * successors). A way out does not go there unless the settings allow it, so that a URL that
 * somebody wrote cannot make Lyt speak with what stands behind the firewall.
 *
 * Threads   pure functions.
 */
#ifndef LYT_OUT_ADDRESS_H
#define LYT_OUT_ADDRESS_H

#include <lyt/str.h>

/* bytes: 4 or 16 of them, in network order; anything else is private. */
bool lyt_out_is_private(const unsigned char *bytes, size_t n);

#endif
