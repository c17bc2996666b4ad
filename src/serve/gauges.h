/*
 * What the service counts since it started, as its status says it: "queue":{…}.
 *
 * Threads   any: the gauges are atomic. Each number is of its own moment.
 */
#ifndef LYT_GAUGES_H
#define LYT_GAUGES_H

#include "core.h"
#include "json.h"

void lyt_gauges_write(lyt_jw *jw, const lyt_core *core);

#endif
