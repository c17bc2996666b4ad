/*
 * lyt_experiencefile: experience.yaml, the steps of a guest whose stay went wrong, in the order they
 * come (docs/formats.md section 9). What each says is the service's affair; the file says that it was
 * thought of, what it is called, and what a guest can do there.
 *
 * Lifetime  names live as long as yaml and arena.
 * Threads   plain values.
 */
#ifndef LYT_EXPERIENCEFILE_H
#define LYT_EXPERIENCEFILE_H

#include "showing.h"
#include "yamldoc.h"

typedef struct lyt_experience_step {
    const lyt_yaml_node *node, *can_node;
    const lyt_showing *showing; /* of the list that it was read with */
    const char *name_en, *name_da;
    unsigned can; /* bits of lyt_guest_can */
} lyt_experience_step;

typedef struct lyt_experience {
    const char *file, *desk;
    const lyt_yaml_node *root;
    lyt_names languages; /* none: the pack's */
    const lyt_experience_step *steps;
    size_t n;
} lyt_experience;

/*
 * yaml: the file, kept by the caller. LYT_EFORMAT names file, line and column: also a step that there
 * is not, or is there twice. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_experiencefile_read(lyt_experience *out, const lyt_yaml *yaml,
                                                const lyt_showing *showings, size_t n_showings,
                                                lyt_arena *arena, lyt_error *err);

#endif
