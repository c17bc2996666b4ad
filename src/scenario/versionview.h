/*
 * lyt_versionview: a version that an alarm named, opened so that it can be shown: when it was used,
 * and what the scenario or the pack said then.
 *
 * Lifetime  lyt_versionview_open() to lyt_versionview_close(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_VERSIONVIEW_H
#define LYT_VERSIONVIEW_H

#include "rule.h"
#include "versions.h"

typedef struct lyt_versionview {
    const lyt_alloc *alloc;
    lyt_version_found found;
    lyt_version_kept kept;
    lyt_version_use *uses; /* of this version, those right behind one another in one */
    size_t n_uses;
    lyt_pack *pack; /* what it says; NULL: this Lyt cannot read it, and why */
    lyt_error why;
    lyt_error damaged;             /* the first file of it that is; its code is LYT_OK without */
    const lyt_scenario *scenario;  /* as it was at the property; NULL of a pack, or without one */
    const lyt_packtree_file *text; /* the scenario's; NULL of a pack */
} lyt_versionview;

/*
 * text: as of lyt_versions_find(), and its errors. What is damaged of the kept copy is left out;
 * LYT_EFORMAT: that is what was asked for. out is left empty then.
 */
LYT_MUST_USE lyt_status lyt_versionview_open(lyt_versionview *out, const lyt_versions *versions,
                                             lyt_str text, lyt_error *err);
/* An empty one is accepted. */
void lyt_versionview_close(lyt_versionview *view);

/* Calls each() for the scenario's rules in their order; kind: "failure", "topic" … */
void lyt_versionview_rules(const lyt_versionview *view,
                           void (*each)(void *user, const lyt_rule *rule, const char *kind,
                                        lyt_str pattern),
                           void *user);

/* As one JSON object (docs/formats.md section 1.8); with_text: with the scenario's own text. */
void lyt_jw_versionview(lyt_jw *jw, const lyt_versionview *view, bool with_text);

#endif
