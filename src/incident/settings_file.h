/*
 * What the readers of the settings file share. Sections are read in the order of their
 * references, whatever their order in the file: people, hours, duties, teams …, so that a name
 * can be checked where it stands.
 */
#ifndef LYT_SETTINGS_FILE_H
#define LYT_SETTINGS_FILE_H

#include "field.h"
#include "settings.h"

typedef struct lyt_settings_reader {
    lyt_settings *to;
    const char *file;
    lyt_error *err;
} lyt_settings_reader;

/* LYT_EFORMAT at the node. */
lyt_status lyt_rs_bad(const lyt_settings_reader *r, const lyt_yaml_node *node, const char *format,
                      ...) LYT_PRINTF(3, 4);
lyt_status lyt_rs_no_memory(const lyt_settings_reader *r);

size_t lyt_rs_children(const lyt_yaml_node *list);

/* All below: a key that is absent leaves out untouched. */
LYT_MUST_USE lyt_status lyt_rs_text(lyt_settings_reader *r, const lyt_yaml_node *map,
                                    const char *key, const char **out);
LYT_MUST_USE lyt_status lyt_rs_id(lyt_settings_reader *r, const lyt_yaml_node *list,
                                  const lyt_yaml_node *map, const char **out);
LYT_MUST_USE lyt_status lyt_rs_names(lyt_settings_reader *r, const lyt_yaml_node *map,
                                     const char *key, lyt_names *out);
LYT_MUST_USE lyt_status lyt_rs_int(lyt_settings_reader *r, const lyt_yaml_node *map,
                                   const char *key, int64_t min, int64_t max, int64_t *out);
/* Minutes (or hours, days: unit_us) to microseconds. */
LYT_MUST_USE lyt_status lyt_rs_time(lyt_settings_reader *r, const lyt_yaml_node *map,
                                    const char *key, int64_t max, int64_t unit_us, int64_t *out);
/* "22:00" to minutes of the day; 24:00 is 1440. */
LYT_MUST_USE lyt_status lyt_rs_minute(lyt_settings_reader *r, const lyt_yaml_node *map,
                                      const char *key, int *out);
LYT_MUST_USE lyt_status lyt_rs_minute_of(lyt_settings_reader *r, const lyt_yaml_node *node,
                                         int *out);
/* true or false */
LYT_MUST_USE lyt_status lyt_rs_bool(lyt_settings_reader *r, const lyt_yaml_node *map,
                                    const char *key, bool *out);
/* 45.50 to 4550 */
LYT_MUST_USE lyt_status lyt_rs_money(lyt_settings_reader *r, const lyt_yaml_node *map,
                                     const char *key, int64_t *out);
LYT_MUST_USE lyt_status lyt_rs_currency(lyt_settings_reader *r, const lyt_yaml_node *map,
                                        lyt_currency *out);

/* A text must name a person; with targets also a duty or team, and with of_scenario "team". */
typedef enum lyt_rs_whom { LYT_RS_PERSON, LYT_RS_TARGET, LYT_RS_TARGET_OR_TEAM } lyt_rs_whom;
LYT_MUST_USE lyt_status lyt_rs_whom_is(lyt_settings_reader *r, const lyt_yaml_node *node,
                                       lyt_rs_whom whom);
/* Bit 0: Mondays; a list that is absent or empty means all days. */
LYT_MUST_USE lyt_status lyt_rs_days(lyt_settings_reader *r, const lyt_yaml_node *list,
                                    unsigned *out);
LYT_MUST_USE lyt_status lyt_rs_hours_named(lyt_settings_reader *r, const lyt_yaml_node *map,
                                           const lyt_opening **out);

static const int64_t lyt_rs_minute_us = 60 * (int64_t)1000000;

LYT_MUST_USE lyt_status lyt_rs_hours(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_duties(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_routes(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_authority(lyt_settings_reader *r, const lyt_yaml_node *map);
LYT_MUST_USE lyt_status lyt_rs_gestures(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_triggers(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_drills(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_digests(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_ways(lyt_settings_reader *r, const lyt_yaml_node *list);
LYT_MUST_USE lyt_status lyt_rs_refunds(lyt_settings_reader *r, const lyt_yaml_node *map);
/* root: it is compared with the messages, what is sensitive, and the ways. */
LYT_MUST_USE lyt_status lyt_rs_replies(lyt_settings_reader *r, const lyt_yaml_node *root);
/* A file named in the settings lies where the settings lie, unless it says otherwise. */
LYT_MUST_USE lyt_status lyt_rs_path(lyt_settings_reader *r, const lyt_yaml_node *map,
                                    const char *key, const char **out);

#endif
