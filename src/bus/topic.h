/*
 * lyt_topic: names of events on the bus: parts of [a-z0-9-] with a dot between,
 * lower case. A subscriber chooses by prefix.
 *
 * Threads   pure functions.
 */
#ifndef LYT_TOPIC_H
#define LYT_TOPIC_H

#include "buf.h"

enum { lyt_topic_part_max = 64, lyt_topic_max = 400 };

/*
 * Writes part in lower case into out (at most out_bytes with the NUL).
 * LYT_EFORMAT: a byte that is not a letter, digit or "-" of ASCII. LYT_ELIMIT: too long.
 * An empty part stays empty. out is untouched on failure.
 */
LYT_MUST_USE lyt_status lyt_topic_part(lyt_str part, char *out, size_t out_bytes);

/* Adds ".part"; what may not stand in a topic becomes "-", an empty part "none". */
void lyt_topic_add(lyt_buf *topic, lyt_str part);

/* Whether topic is one as it stands: 1 to 400 bytes of non-empty parts. */
bool lyt_topic_is_valid(lyt_str topic);

#endif
