/*
 * lyt_reload_ask: has the service of a state folder on this machine read its files again, and waits
 * for what comes of it.
 *
 * Threads   any.
 */
#ifndef LYT_RELOADASK_H
#define LYT_RELOADASK_H

#include "json.h"
#include "online.h"

/*
 * *out, the caller's (lyt_json_free): the service's status after it, also when it refused the
 * files. key, server_key: as lyt_online_net(). LYT_ENOTFOUND: no service runs there. LYT_ESTATE: it
 * is somebody else's. LYT_ETIMEOUT. *out is untouched or NULL after a failure.
 */
LYT_MUST_USE lyt_status lyt_reload_ask(lyt_json **out, const char *state, const char *key,
                                       const char *server_key, int64_t wait_s, lyt_error *err);

/* Whether that status says that the files were refused; *why: the reason, borrowed from it. */
bool lyt_reload_is_refused(const lyt_json *status, lyt_str *why);

#endif
