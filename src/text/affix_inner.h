/*
 * lyt_affix from within: what parsing leaves and expanding reads.
 */
#ifndef LYT_AFFIX_INNER_H
#define LYT_AFFIX_INNER_H

#include "affix.h"
#include "arena.h"
#include "buf.h"

typedef struct lyt_flags {
    const uint16_t *at;
    size_t n;
} lyt_flags;

typedef struct lyt_affix_rule {
    lyt_str strip, add;
    lyt_str condition;
    size_t n_condition; /* letters that the condition looks at */
    lyt_flags next;     /* what its form may take and do */
} lyt_affix_rule;

/* All rules of one flag and one kind. */
typedef struct lyt_affix_class {
    uint32_t first, n; /* rules */
    bool crosses;
} lyt_affix_class;

typedef enum lyt_flag_kind {
    LYT_FLAG_CHAR,
    LYT_FLAG_LONG,
    LYT_FLAG_NUM,
} lyt_flag_kind;

/* Flags with a meaning of their own; 0 for none. */
typedef enum lyt_special_flag {
    LYT_AFF_CIRCUMFIX,
    LYT_AFF_COMPOUND,
    LYT_AFF_COMPOUND_BEGIN,
    LYT_AFF_COMPOUND_END,
    LYT_AFF_COMPOUND_FORBID,
    LYT_AFF_COMPOUND_MIDDLE,
    LYT_AFF_COMPOUND_PERMIT,
    LYT_AFF_FORBIDDEN,
    LYT_AFF_NEED_AFFIX,
    LYT_AFF_ONLY_IN_COMPOUND,
    LYT_AFF_SPECIALS
} lyt_special_flag;

struct lyt_affix {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    char encoding[32]; /* "" for UTF-8 */
    lyt_flag_kind flag_kind;
    bool full_strip;
    uint16_t special[LYT_AFF_SPECIALS];
    lyt_flags *aliases;
    size_t n_aliases, cap_aliases;
    lyt_affix_rule *rules;
    size_t n_rules, cap_rules;
    lyt_affix_class *classes;
    size_t n_classes, cap_classes;
    /* by flag: class + 1, 0 for none; rows of 256 flags as far as there are any */
    uint16_t *suffix_of[256], *prefix_of[256];
};

/* The next field of a line, {NULL, 0} at its end. */
lyt_str lyt_affix_field(lyt_str *line);

/* The next line without its end; false when there is none. */
bool lyt_affix_line(lyt_str text, size_t *at, lyt_str *line);

/* LYT_EFORMAT: no flags of the file's kind. With use_aliases a number is an alias. */
LYT_MUST_USE lyt_status lyt_affix_flags(const lyt_affix *affix, lyt_arena *arena, lyt_str written,
                                        bool use_aliases, lyt_flags *out);

static inline bool lyt_flags_has(lyt_flags flags, uint16_t flag)
{
    for (size_t i = 0; i < flags.n; i++)
        if (flags.at[i] == flag)
            return flag != 0;
    return false;
}

/* UTF-8 of what is written in an encoding ("" for UTF-8) into out. LYT_EFORMAT, LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_affix_decode(const char *encoding, lyt_str bytes, lyt_buf *out);

#endif
