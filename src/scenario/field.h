/*
 * lyt_field: what keys a map of a pack's file may have. Every refusal names
 * file, line, column and what to do; an unknown key is answered with the nearest
 * known one.
 *
 * Threads   pure functions.
 */
#ifndef LYT_FIELD_H
#define LYT_FIELD_H

#include "yamldoc.h"

typedef struct lyt_field {
    const char *key;
    lyt_yaml_kind kind;
    bool required;
} lyt_field;

enum { lyt_id_bytes_max = 48 };

/*
 * All three: LYT_EFORMAT or LYT_OK. node is what should be a map with these
 * keys; for texts and ids a scalar.
 */
LYT_MUST_USE lyt_status lyt_fields_check(const char *file, const lyt_yaml_node *node,
                                         const lyt_field *fields, size_t n, lyt_error *err);
LYT_MUST_USE lyt_status lyt_field_kind(const char *file, const lyt_yaml_node *node,
                                       lyt_yaml_kind kind, const char *what, lyt_error *err);
/* kebab-case, [a-z][a-z0-9-]*, at most lyt_id_bytes_max */
LYT_MUST_USE lyt_status lyt_field_id(const char *file, const lyt_yaml_node *node, lyt_error *err);
/* A scalar with something in it. */
LYT_MUST_USE lyt_status lyt_field_text(const char *file, const lyt_yaml_node *node, lyt_error *err);

/* Whole and decimal numbers within min and max, both inclusive; "." whatever the locale. */
LYT_MUST_USE lyt_status lyt_field_int(const char *file, const lyt_yaml_node *node, int64_t min,
                                      int64_t max, int64_t *out, lyt_error *err);
LYT_MUST_USE lyt_status lyt_field_real(const char *file, const lyt_yaml_node *node, double min,
                                       double max, double *out, lyt_error *err);

/* Index of the scalar among names. what: "a level", for the refusal. */
LYT_MUST_USE lyt_status lyt_field_choice(const char *file, const lyt_yaml_node *node,
                                         const char *const *names, size_t n, size_t *out,
                                         lyt_error *err);

bool lyt_is_id(lyt_str text);

/* The names[i] that word was most likely meant to be; NULL when none is near. */
const char *lyt_nearest_name(lyt_str word, const char *const *names, size_t n);

#endif
