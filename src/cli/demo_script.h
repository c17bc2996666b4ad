/*
 * lyt_script: a line of recovery.jsonl filled in: "@incident:lunch" is the number of the incident
 * that the step `as` lunch opened, "@-51h" a time so long ago, and so on.
 *
 * Threads   pure.
 */
#ifndef LYT_DEMO_SCRIPT_H
#define LYT_DEMO_SCRIPT_H

#include "json.h"

enum { lyt_script_names_max = 32, lyt_script_name_bytes = 32 };

typedef struct lyt_script_name {
    char name[lyt_script_name_bytes];
    int64_t incident;
    char scenario[64], language[16], proposal[64];
} lyt_script_name;

typedef struct lyt_script {
    lyt_script_name names[lyt_script_names_max];
    size_t n_names;
    int64_t now_us; /* of the service */
    /* adds the message to the guest of that incident; LYT_ENOTFOUND: there is none */
    lyt_status (*message)(void *context, const lyt_script_name *name, lyt_buf *out);
    void *context;
} lyt_script;

/* NULL: no room for another name. */
lyt_script_name *lyt_script_name_of(lyt_script *script, lyt_str name);

/* JSON with all of that filled in. LYT_EINVAL: a word after @ that is not known; err has it. */
LYT_MUST_USE lyt_status lyt_script_fill(lyt_script *script, const lyt_json *json, lyt_buf *out,
                                        lyt_error *err);

/* Whether every member of the pattern is so in what is there, or in something inside it. */
bool lyt_script_is_in(const lyt_json *there, const lyt_json *pattern);
/* The same, but not inside. */
bool lyt_script_is(const lyt_json *there, const lyt_json *pattern);

#endif
