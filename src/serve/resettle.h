/*
 * A stock that is new, for actors that read it at their own time: the pointer changes, and whoever
 * changed it waits until each has said that it uses the new one.
 *
 * Threads   the one that started the service.
 */
#ifndef LYT_RESETTLE_H
#define LYT_RESETTLE_H

#include "core.h"
#include "json.h"

/* NULL: it does not run. */
typedef struct lyt_stock_actors {
    lyt_actor *of[LYT_STOCK_USERS];
} lyt_stock_actors;

void lyt_reload_note_set(lyt_reload_note *note, int64_t at_us, bool is_refused, const char *text);
/* Into the status: which settings count, and what the last reload came to. */
void lyt_reload_write(lyt_jw *jw, const lyt_core *core);

/* A secret of a way that is missing or open to all is found now, not at the first alarm. */
LYT_MUST_USE lyt_status lyt_settings_check_secrets(const lyt_settings *settings,
                                                   const lyt_core *core, lyt_error *err);

/* As lyt_service_restock(). */
LYT_MUST_USE lyt_status lyt_core_restock(lyt_core *core, const lyt_stock *stock,
                                         const lyt_stock_actors *actors, lyt_error *err);

#endif
