/* What the service counts since it started, as its status says it: "queue":{…}. */
#ifndef LYT_GAUGES_H
#define LYT_GAUGES_H

#include "core.h"
#include "json.h"

void lyt_gauges_write(lyt_jw *jw, const lyt_core *core);

#endif
