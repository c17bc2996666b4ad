/*
 * lyt_zonefile: a time zone by its name in the system's time zone database, for the commands that
 * read local times and are given no settings of a house.
 */
#ifndef LYT_ZONEFILE_H
#define LYT_ZONEFILE_H

#include "zone.h"

/*
 * name: "Europe/Copenhagen", "UTC"; NULL: the machine's own, UTC where it has none. *out is the
 * caller's (lyt_zone_free). LYT_EINVAL: no name of a zone. LYT_ENOTFOUND; LYT_EIO, LYT_EFORMAT,
 * LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_zonefile_read(lyt_zone **out, const char *name, lyt_error *err);

#endif
