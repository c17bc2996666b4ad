/*
 * lyt_settings: all that a house decides for itself: people, hours, duties, teams, routes,
 * ladders, clocks, grouping, reminders, quiet hours, authority, gestures, triggers. One YAML
 * file (docs/formats.md section 9); settings_read.c reads and checks it.
 *
 * Names are resolved and checked when the settings are read: every team, duty, person, ladder
 * or calendar that is named exists.
 *
 * Lifetime  lyt_settings_read() to lyt_settings_free(); all texts live with it.
 * Threads   never changes after reading; any number may read.
 */
#ifndef LYT_SETTINGS_H
#define LYT_SETTINGS_H

#include "authority.h"
#include "digest.h"
#include "drilltime.h"
#include "fs.h"
#include "gesture.h"
#include "hear.h"
#include "message.h"
#include "personal.h"
#include "refund.h"
#include "reply.h"
#include "route.h"
#include "trigger.h"
#include "way.h"

typedef struct lyt_person {
    const char *id;
    const char *name;
    lyt_role role;
    bool is_trained; /* level-headed and named so; without it no authority where it is asked for */
    const char *language;
    lyt_names channels; /* in the order they are tried; at least one */
} lyt_person;

typedef enum lyt_share { LYT_SHARE_ALL, LYT_SHARE_TURNS, LYT_SHARE_FREE } lyt_share;

/* A team is told as a whole on the bus; whose the incident is says `share`. */
typedef struct lyt_crew {
    const char *id;
    lyt_share share;
    lyt_names people; /* may be empty: then it belongs to the team */
} lyt_crew;

typedef struct lyt_area {
    const char *id;
    lyt_names places; /* patterns */
} lyt_area;

enum { lyt_ladder_steps_max = 8 };

typedef struct lyt_ladder {
    const char *id;
    struct {
        int64_t after_us; /* since it was opened (or reopened) */
        const char *to;   /* a team, duty or person */
    } steps[lyt_ladder_steps_max];
    size_t n;
} lyt_ladder;

/* Limits for incidents of these severities; the first that fits counts. 0: no limit. */
typedef struct lyt_clock_rule {
    int severity_min, severity_max;
    int64_t limit_us[LYT_CLOCK_KIND_COUNT];
    const lyt_opening *hours;
} lyt_clock_rule;

/* Praise in which one of the words is goes to somebody, so often an hour at most. */
typedef struct lyt_good_news {
    const char *to;
    lyt_names words; /* beginnings of words, in small letters; none: any praise */
    int64_t per_hour;
} lyt_good_news;

typedef struct lyt_settings lyt_settings;

struct lyt_settings {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    const char *file;
    uint64_t version; /* hash of the file's bytes */
    const char *id;
    const char *pack;
    const char *zone_name;
    lyt_zone *zone;
    const lyt_person *people;
    size_t n_people;
    lyt_personal_names staff; /* their names, to be taken out of what goes further */
    const lyt_opening *hours;
    size_t n_hours;
    const lyt_rota *duties;
    size_t n_duties;
    const lyt_crew *teams;
    size_t n_teams;
    const lyt_area *areas;
    size_t n_areas;
    const lyt_route *routes; /* the last matches all */
    size_t n_routes;
    const lyt_ladder *ladders;
    size_t n_ladders;
    const lyt_clock_rule *clocks;
    size_t n_clocks;
    int warn_percent; /* of the limit; the owner is told once */
    lyt_grouping grouping;
    int64_t remind_us; /* between reminders; 0: none */
    int64_t remind_max;
    int quiet_below; /* severities below wait for the end of the quiet hours; 0: none do */
    int quiet_from_min, quiet_to_min;
    int64_t answer_us;    /* how long a guest has to answer the follow-up */
    int64_t stale_us;     /* an owner who does nothing for so long loses it; 0: never */
    int64_t pause_max_us; /* all pauses of an incident together */
    const char *policy_en, *policy_da; /* what the house stands for when it failed; NULL: not said */
    const char *manager;  /* a duty or person: repeat failures, what nobody took */
    lyt_authority_rules authority;
    const lyt_gesture *gestures;
    size_t n_gestures;
    const lyt_trigger *triggers;
    size_t n_triggers;
    lyt_message_rules messages;  /* to guests */
    lyt_names automatic_replies; /* scenarios whose first message goes by itself */
    lyt_reply_rules replies;
    lyt_refund_rules refunds;
    const lyt_good_news *good_news; /* the first that matches */
    size_t n_good_news;
    lyt_names sensitive; /* scenarios that only people of these roles see */
    bool may_see[LYT_ROLE_COUNT];
    const lyt_drill_rule *drills; /* by a timetable */
    size_t n_drills;
    const lyt_digest_rule *digests; /* of shifts */
    size_t n_digests;
    const lyt_way *ways; /* out of the house, beside the bus */
    size_t n_ways;
};

typedef struct lyt_settings_options {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const char *zone_folder; /* "/usr/share/zoneinfo" */
} lyt_settings_options;

/*
 * LYT_ENOTFOUND, LYT_EIO, LYT_ENOMEM; LYT_EFORMAT: err names file, line, column and what to
 * do. out untouched.
 */
LYT_MUST_USE lyt_status lyt_settings_read(lyt_settings **out, const char *path,
                                          const lyt_settings_options *options, lyt_error *err);
/* NULL is accepted. */
void lyt_settings_free(lyt_settings *settings);

/* NULL: none of that name. */
const lyt_person *lyt_settings_person(const lyt_settings *settings, lyt_str id);
/*
 * The same of what somebody calls themself: the id or the whole name, with capitals or without
 * (of A to Z).
 */
const lyt_person *lyt_settings_called(const lyt_settings *settings, lyt_str name);
const lyt_rota *lyt_settings_duty(const lyt_settings *settings, lyt_str id);
const lyt_crew *lyt_settings_team(const lyt_settings *settings, lyt_str id);
const lyt_ladder *lyt_settings_ladder(const lyt_settings *settings, const char *id);
const lyt_way *lyt_settings_way(const lyt_settings *settings, lyt_str id);
/*
 * The way by which somebody of the house is texted: one that has their number, else one that guests
 * are written to by, else any that texts. NULL: none does.
 */
const lyt_way *lyt_settings_sms_way(const lyt_settings *settings, lyt_str who);
const lyt_opening *lyt_settings_hours(const lyt_settings *settings, lyt_str id);

/*
 * Who is meant by a team, duty or person at that moment: a person's id, or the team's where
 * all share. Never NULL: what no one is called is given back.
 */
const char *lyt_settings_who(const lyt_settings *settings, const lyt_book *book, const char *to,
                             int64_t now_us);

/* The areas a place lies in, at most max. */
size_t lyt_settings_areas(const lyt_settings *settings, lyt_str place, lyt_str *out, size_t max);

/* The number that guests call: of `replies`, else the first in `contact` that is one; "": none. */
const char *lyt_settings_call(const lyt_settings *settings);

bool lyt_settings_is_sensitive(const lyt_settings *settings, lyt_str scenario);
/* Whether that person sees what is sensitive. */
bool lyt_settings_may_see(const lyt_settings *settings, lyt_str person);

/* The limits for that severity; NULL: none. */
const lyt_clock_rule *lyt_settings_clock(const lyt_settings *settings, int severity);

/* The end of the quiet hours when an alarm of that severity has to wait now; 0: it need not. */
int64_t lyt_settings_quiet_until(const lyt_settings *settings, int severity, int64_t now_us);

#endif
