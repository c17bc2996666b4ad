/*
 * lyt_keptpack: the packs that `lyt pack` compares: a folder, a shipped one, or a version that a
 * service kept.
 *
 * Lifetime  lyt_keptpack_open() to lyt_keptpack_close(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_KEPTPACK_H
#define LYT_KEPTPACK_H

#include "cmd_pack.h"
#include "online.h"
#include "versionview.h"

/* <state>/versions of a service. LYT_ENOTFOUND: it has none yet. folder has the versions' path. */
LYT_MUST_USE lyt_status lyt_keptversions_find(lyt_versions *out,
                                              char folder[lyt_state_path_max + 16],
                                              const char *state, lyt_error *err);

typedef struct lyt_keptpack {
    lyt_pack *loaded;     /* of a folder */
    lyt_versionview view; /* of a version */
    const lyt_pack *pack; /* what there is of the two */
    const char *scenario; /* where it is a scenario's version; NULL */
} lyt_keptpack;

/* A name that is no pack and can be a version is one. Errors as of both. */
LYT_MUST_USE lyt_status lyt_keptpack_open(pack_state *state, const char *name, lyt_keptpack *out,
                                          lyt_error *err);
/* An empty one is accepted. */
void lyt_keptpack_close(lyt_keptpack *pack);

#endif
