#include "option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wrap.h"

static void *slot(const lyt_option *option, void *values)
{
    return (char *)values + option->offset;
}

static bool has_range(const lyt_option *option)
{
    return option->min != 0 || option->max != 0;
}

static lyt_status bad_number(const lyt_option *option, const char *text, lyt_error *err)
{
    lyt_buf says;
    lyt_status status;

    lyt_buf_init(&says, NULL);
    if (has_range(option)) {
        lyt_buf_add_text(&says, " from ");
        lyt_buf_add_real(&says, option->min, 6);
        lyt_buf_add_text(&says, " to ");
        lyt_buf_add_real(&says, option->max, 6);
    }
    if (option->unit)
        lyt_buf_addf(&says, " (%s)", option->unit);
    status = lyt_error_set(err, LYT_EINVAL, "--%s takes a %s%.*s, not '%s'", option->name,
                           option->type == LYT_OPT_INT ? "whole number" : "number",
                           LYT_STR_ARG(lyt_buf_str(&says)), text);
    lyt_buf_deinit(&says);
    return status;
}

static lyt_status set_number(const lyt_option *option, void *values, const char *text,
                             lyt_error *err)
{
    char *end = NULL;
    int64_t whole = 0;
    double real;

    errno = 0;
    if (option->type == LYT_OPT_INT) {
        whole = strtoll(text, &end, 10);
        real = (double)whole;
    } else {
        real = strtod(text, &end);
    }
    /* strtod also reads "nan", which no comparison refuses */
    if (errno || end == text || *end || real != real ||
        (has_range(option) && (real < option->min || real > option->max)))
        return bad_number(option, text, err);
    if (option->type == LYT_OPT_INT)
        memcpy(slot(option, values), &whole, sizeof whole);
    else
        memcpy(slot(option, values), &real, sizeof real);
    return LYT_OK;
}

static lyt_status set_choice(const lyt_option *option, void *values, const char *text,
                             lyt_error *err)
{
    lyt_buf all;
    lyt_status status;

    for (int64_t i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], text) == 0) {
            memcpy(slot(option, values), &i, sizeof i);
            return LYT_OK;
        }
    }
    lyt_buf_init(&all, NULL);
    for (size_t i = 0; option->choices[i]; i++)
        lyt_buf_addf(&all, "%s%s", i ? ", " : "", option->choices[i]);
    status = lyt_error_set(err, LYT_EINVAL, "--%s takes one of %.*s, not '%s'", option->name,
                           LYT_STR_ARG(lyt_buf_str(&all)), text);
    lyt_buf_deinit(&all);
    return status;
}

static lyt_status set_texts(const lyt_option *option, void *values, const char *text,
                            lyt_error *err)
{
    lyt_texts *texts = slot(option, values);

    if (texts->n == lyt_texts_max)
        return lyt_error_set(err, LYT_EINVAL, "--%s may be given at most %d times", option->name,
                             lyt_texts_max);
    texts->item[texts->n++] = text;
    return LYT_OK;
}

static lyt_status set(const lyt_option *option, void *values, const char *text, lyt_error *err)
{
    bool flag;

    switch (option->type) {
    case LYT_OPT_FLAG:
        flag = strcmp(text, "true") == 0;
        if (!flag && strcmp(text, "false") != 0)
            return lyt_error_set(err, LYT_EINVAL, "--%s is true or false, not '%s'", option->name,
                                 text);
        memcpy(slot(option, values), &flag, sizeof flag);
        return LYT_OK;
    case LYT_OPT_INT:
    case LYT_OPT_REAL:
        return set_number(option, values, text, err);
    case LYT_OPT_TEXT:
        memcpy(slot(option, values), &text, sizeof text);
        return LYT_OK;
    case LYT_OPT_TEXTS:
        return set_texts(option, values, text, err);
    case LYT_OPT_CHOICE:
        return set_choice(option, values, text, err);
    }
    return LYT_EINVAL;
}

lyt_status lyt_options_default(const lyt_option *table, size_t n, void *values, lyt_error *err)
{
    for (size_t i = 0; i < n; i++) {
        lyt_status status = LYT_OK;

        if (table[i].fallback)
            status = set(&table[i], values, table[i].fallback, err);
        if (status)
            return status;
    }
    return LYT_OK;
}

static const lyt_option *find(const lyt_option *table, size_t n, lyt_str name)
{
    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(lyt_str_of(table[i].name), name))
            return &table[i];
    return NULL;
}

static const lyt_option *find_letter(const lyt_option *table, size_t n, char letter)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].letter && table[i].letter == letter)
            return &table[i];
    return NULL;
}

lyt_status lyt_options_set(const lyt_option *table, size_t n, void *values, lyt_str name,
                           const char *text, lyt_error *err)
{
    const lyt_option *option = find(table, n, name);

    if (!option)
        return lyt_error_set(err, LYT_ENOTFOUND, "no option --%.*s", LYT_STR_ARG(name));
    return set(option, values, text, err);
}

/* argv[*at] is "--…". Steps *at over a value that stands alone. */
static lyt_status parse_long(const lyt_option *table, size_t n, void *values, int argc, char **argv,
                             int *at, lyt_error *err)
{
    lyt_str word = lyt_str_of(argv[*at] + 2);
    size_t equals = lyt_str_find(word, '=', 0);
    const lyt_option *option = find(table, n, lyt_str_slice(word, 0, equals));
    const char *text = equals < word.len ? word.ptr + equals + 1 : NULL;

    if (!option)
        return lyt_error_set(err, LYT_EINVAL, "unknown option --%.*s",
                             LYT_STR_ARG(lyt_str_slice(word, 0, equals)));
    if (!text && option->type == LYT_OPT_FLAG)
        text = "true";
    if (!text && *at + 1 < argc)
        text = argv[++*at];
    if (!text)
        return lyt_error_set(err, LYT_EINVAL, "--%s needs %s", option->name,
                             option->value ? option->value : "a value");
    return set(option, values, text, err);
}

/* argv[*at] is "-…": letters of flags, the last one may take a value. */
static lyt_status parse_short(const lyt_option *table, size_t n, void *values, int argc,
                              char **argv, int *at, lyt_error *err)
{
    for (const char *p = argv[*at] + 1; *p; p++) {
        const lyt_option *option = find_letter(table, n, *p);
        const char *text = NULL;
        lyt_status status;

        if (!option)
            return lyt_error_set(err, LYT_EINVAL, "unknown option -%c", *p);
        if (option->type == LYT_OPT_FLAG) {
            status = set(option, values, "true", err);
            if (status)
                return status;
            continue;
        }
        if (p[1])
            text = p + 1;
        else if (*at + 1 < argc)
            text = argv[++*at];
        if (!text)
            return lyt_error_set(err, LYT_EINVAL, "-%c (--%s) needs %s", option->letter,
                                 option->name, option->value ? option->value : "a value");
        return set(option, values, text, err);
    }
    return LYT_OK;
}

lyt_status lyt_options_parse(const lyt_option *table, size_t n, void *values, int argc, char **argv,
                             int *n_operands, lyt_error *err)
{
    int kept = 0;
    bool only_operands = false;

    for (int at = 0; at < argc; at++) {
        char *word = argv[at];
        lyt_status status = LYT_OK;

        if (only_operands || word[0] != '-' || !word[1])
            argv[kept++] = word; /* kept <= at: never overwrites what is still to be read */
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else if (word[1] == '-')
            status = parse_long(table, n, values, argc, argv, &at, err);
        else
            status = parse_short(table, n, values, argc, argv, &at, err);
        if (status)
            return status;
    }
    *n_operands = kept;
    return LYT_OK;
}

static size_t slot_bytes(const lyt_option *option)
{
    switch (option->type) {
    case LYT_OPT_FLAG:
        return sizeof(bool);
    case LYT_OPT_INT:
    case LYT_OPT_CHOICE:
        return sizeof(int64_t);
    case LYT_OPT_REAL:
        return sizeof(double);
    case LYT_OPT_TEXT:
        return sizeof(const char *);
    case LYT_OPT_TEXTS:
        return sizeof(lyt_texts);
    }
    return 0;
}

static bool goes_with(const char *verbs, const char *verb)
{
    bool excludes = verbs[0] == '-';
    lyt_str rest = lyt_str_of(verbs + excludes), wanted = lyt_str_of(verb);

    for (size_t at = 0; at < rest.len;) {
        size_t end = lyt_str_find(rest, ' ', at);

        if (lyt_str_equal(lyt_str_slice(rest, at, end), wanted))
            return !excludes;
        at = end + 1;
    }
    return excludes;
}

const lyt_option *lyt_options_stray(const lyt_option *table, size_t n, const void *values,
                                    const void *defaults, const char *verb)
{
    for (size_t i = 0; i < n; i++) {
        const lyt_option *o = &table[i];

        if (o->verbs && !goes_with(o->verbs, verb) &&
            memcmp((const char *)values + o->offset, (const char *)defaults + o->offset,
                   slot_bytes(o)) != 0)
            return o;
    }
    return NULL;
}

static void add_verbs(const char *verbs, lyt_buf *out)
{
    for (const char *at = verbs; *at; at++) {
        if (*at == ' ')
            lyt_buf_add_char(out, ',');
        lyt_buf_add_char(out, *at);
    }
    lyt_buf_add_text(out, ": ");
}

/* Bounds that nobody can mean are none. */
enum { help_column = 30, help_width = 80 };
static const double endless = 1e12;

static void add_range(const lyt_option *option, lyt_buf *out)
{
    lyt_buf_add_real(out, option->min, 6);
    if (option->max >= endless) {
        lyt_buf_add_text(out, " or more");
    } else {
        lyt_buf_add_text(out, " to ");
        lyt_buf_add_real(out, option->max, option->max < 1e9 ? 6 : 0);
    }
}

void lyt_option_meaning(const lyt_option *option, lyt_buf *out)
{
    if (option->verbs && option->verbs[0] != '-')
        add_verbs(option->verbs, out);
    lyt_buf_add_text(out, option->help);
    if (has_range(option) || option->unit) {
        lyt_buf_add_text(out, " (");
        if (has_range(option))
            add_range(option, out);
        if (option->unit)
            lyt_buf_addf(out, "%s%s", has_range(option) ? " " : "", option->unit);
        lyt_buf_add_char(out, ')');
    }
    for (size_t i = 0; option->choices && option->choices[i]; i++)
        lyt_buf_addf(out, "%s%s", i ? ", " : ": ", option->choices[i]);
    if (option->type == LYT_OPT_TEXTS)
        lyt_buf_add_text(out, " (may be repeated)");
}

static void help_row(const lyt_option *option, lyt_buf *out)
{
    size_t start = out->len, used;
    lyt_buf text, set;

    lyt_buf_add_text(out, "  ");
    if (option->letter)
        lyt_buf_addf(out, "-%c, ", option->letter);
    else
        lyt_buf_add_text(out, "    ");
    lyt_buf_addf(out, "--%s", option->name);
    if (option->type != LYT_OPT_FLAG)
        lyt_buf_addf(out, " %s", option->value ? option->value : "VALUE");
    used = lyt_wrap_width(lyt_str_slice(lyt_buf_str(out), start, out->len));
    lyt_buf_init(&text, out->alloc);
    lyt_buf_init(&set, out->alloc);
    lyt_option_meaning(option, &text);
    if (option->fallback)
        lyt_buf_addf(&text, " [%s]", option->fallback);
    lyt_wrap(&set, lyt_buf_str(&text), help_column, help_width);
    if (used > help_column - 2) {
        lyt_buf_add_char(out, '\n');
        used = 0;
    }
    if (lyt_buf_status(&text) || lyt_buf_status(&set))
        out->status = LYT_ENOMEM;
    else
        lyt_buf_add(out, lyt_str_slice(lyt_buf_str(&set), used, set.len));
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&set);
}

void lyt_options_help(const lyt_option *table, size_t n, lyt_buf *out)
{
    for (size_t i = 0; i < n; i++)
        help_row(&table[i], out);
}
