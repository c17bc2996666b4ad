/*
 * lyt_option: one row an option; parser, --help, man page, completion and
 * validation all come from the rows.
 *
 * A table is a static const array of rows, sorted by name. Values go into the
 * caller's struct at the row's offset:
 *
 *   LYT_OPT_FLAG    bool            --json
 *   LYT_OPT_INT     int64_t         --window 100
 *   LYT_OPT_REAL    double          --threshold 0.5
 *   LYT_OPT_TEXT    const char *    --pack hotel      (borrowed from argv; NULL when not given)
 *   LYT_OPT_TEXTS   lyt_texts       --property a --property b
 *   LYT_OPT_CHOICE  int64_t         --order seq       (index into choices)
 *
 * Threads   tables are constant; parsing writes only what it is given.
 */
#ifndef LYT_OPTION_H
#define LYT_OPTION_H

#include <stdint.h>

#include "buf.h"

typedef enum lyt_option_type {
    LYT_OPT_FLAG,
    LYT_OPT_INT,
    LYT_OPT_REAL,
    LYT_OPT_TEXT,
    LYT_OPT_TEXTS,
    LYT_OPT_CHOICE,
} lyt_option_type;

enum { lyt_texts_max = 32 };

typedef struct lyt_texts {
    const char *item[lyt_texts_max];
    size_t n;
} lyt_texts;

typedef struct lyt_option {
    const char *name; /* without the dashes */
    char letter;      /* short form, 0 for none */
    lyt_option_type type;
    size_t offset;
    const char *value;          /* what the help calls the value: "DIR"; NULL for a flag */
    const char *unit;           /* "ms"; NULL for none */
    double min, max;            /* of numbers, both inclusive; both 0: no range */
    const char *fallback;       /* the default, as on the command line; NULL for none */
    const char *help;           /* one line, no full stop */
    const char *const *choices; /* NULL-terminated, for LYT_OPT_CHOICE */
    const char
        *verbs; /* "add done": goes with these; "-list show": not with these; NULL: with all */
} lyt_option;

/* Writes every row's default into values. LYT_EINVAL: a default breaks its own rule (our bug). */
LYT_MUST_USE lyt_status lyt_options_default(const lyt_option *table, size_t n, void *values,
                                            lyt_error *err);

/*
 * Sets one option from text, as a file or --name=text would.
 * LYT_ENOTFOUND: no such option. LYT_EINVAL: bad value; err names option and range.
 */
LYT_MUST_USE lyt_status lyt_options_set(const lyt_option *table, size_t n, void *values,
                                        lyt_str name, const char *text, lyt_error *err);

/*
 * Reads argv[0 … argc): "--name value", "--name=value", "-n value", "-nvalue", flags
 * alone or in a row ("-jq"), "--" ends the options. Operands are moved to the
 * front of argv, in order, and counted in n_operands.
 *
 * LYT_EINVAL: unknown option, missing or bad value; err says which and what is allowed.
 */
LYT_MUST_USE lyt_status lyt_options_parse(const lyt_option *table, size_t n, void *values, int argc,
                                          char **argv, int *n_operands, lyt_error *err);

/*
 * The first row whose value differs from its default although it does not go with the verb; NULL
 * when there is none. values as parsed, defaults as lyt_options_default() made them.
 */
const lyt_option *lyt_options_stray(const lyt_option *table, size_t n, const void *values,
                                    const void *defaults, const char *verb);

/* Adds what an option is and may be, without its default: "add: most lines (1 to 100 lines)". */
void lyt_option_meaning(const lyt_option *option, lyt_buf *out);

/*
 * Adds the rows as --help shows them: two columns, meaning and default in the second, and no line
 * longer than 80 characters.
 */
void lyt_options_help(const lyt_option *table, size_t n, lyt_buf *out);

#endif
