/*
 * What the tests of a house's settings share: the zone of Copenhagen from the system, the
 * worked examples, settings from a text.
 */
#ifndef LYT_HOUSEWORK_H
#define LYT_HOUSEWORK_H

#include "settings.h"
#include "testing.h"

void housework_zone_bytes(lyt_buf *out); /* initialised here */
lyt_zone *housework_zone(void);
/* models/<pack>/desk.yaml */
lyt_settings *housework_example(const char *pack);
/* A file with that text; expects `want`. */
lyt_settings *housework_text(const char *text, lyt_status want, lyt_error *err);
/* "2026-11-25T09:00:00Z" */
int64_t housework_at(const char *text);

#endif
