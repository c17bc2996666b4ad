/*
 * lyt_pack_audit: all that `lyt pack check` looks for in a pack that could be read
 * (docs/formats.md section 1.7): its examples, messages without a way to reach a person,
 * rules that never fire, scenarios that are hard to tell apart, sentences that stand where
 * they are learned and where they are tested, texts too long for SMS.
 *
 * Threads   one at a time; the pack is only read.
 */
#ifndef LYT_PACK_AUDIT_H
#define LYT_PACK_AUDIT_H

#include "pack.h"

typedef struct lyt_finding {
    bool is_error;     /* else a warning: the pack may be meant so */
    const char *check; /* which check it is of: "contact" */
    const char *file;
    uint32_t line, column; /* from 1; 0: the whole file */
    const char *text;      /* what is wrong and what to do */
} lyt_finding;

typedef struct lyt_findings {
    const lyt_finding *items; /* by file, line and column */
    size_t n, n_errors, n_warnings;
    size_t n_examples, n_sentences; /* judged */
} lyt_findings;

/*
 * All of out lies in the arena; files are borrowed from the pack or lie there too.
 * LYT_OK whatever is found; LYT_EFORMAT:
 * day.jsonl is none; LYT_EIO, LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_pack_audit(const lyt_pack *pack, lyt_arena *arena, lyt_findings *out,
                                       lyt_error *err);

#endif
