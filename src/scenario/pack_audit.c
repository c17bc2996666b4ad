#include "pack_audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auditing.h"

enum { examples_wanted = 5 };

static void add(lyt_audit *audit, bool is_error, const char *check, lyt_audit_place at,
                const char *format, va_list args)
{
    va_list again;
    char *text;
    int n;

    if (lyt_arena_grow(audit->arena, &audit->items, &audit->cap, audit->n + 1,
                       sizeof *audit->items))
        return;
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = n < 0 ? NULL : lyt_arena_alloc(audit->arena, (size_t)n + 1);
    if (!text)
        return;
    vsnprintf(text, (size_t)n + 1, format, args);
    audit->items[audit->n++] = (lyt_finding){is_error, check, at.file, at.line, at.column, text};
}

void lyt_audit_error(lyt_audit *audit, const char *check, lyt_audit_place at, const char *format,
                     ...)
{
    va_list args;

    va_start(args, format);
    add(audit, true, check, at, format, args);
    va_end(args);
}

void lyt_audit_warn(lyt_audit *audit, const char *check, lyt_audit_place at, const char *format,
                    ...)
{
    va_list args;

    va_start(args, format);
    add(audit, false, check, at, format, args);
    va_end(args);
}

bool lyt_audit_speaks(const lyt_audit *audit, lyt_language language)
{
    return audit->pack->languages & ~audit->pack->more & (1u << language);
}

const char *lyt_audit_code(const lyt_audit *audit, lyt_language language)
{
    return lyt_lexis_code(audit->pack->lexis, language);
}

static int in_order(const void *a, const void *b)
{
    const lyt_finding *x = a, *y = b;
    int order = strcmp(x->file, y->file);

    if (!order)
        order = (x->line > y->line) - (x->line < y->line);
    if (!order)
        order = (x->column > y->column) - (x->column < y->column);
    if (!order)
        order = strcmp(x->check, y->check);
    return order ? order : strcmp(x->text, y->text);
}

static void on_fault(void *context, const lyt_pack_fault *fault)
{
    lyt_audit *audit = context;
    const lyt_scenario_example *example = fault->example;
    lyt_audit_place at = {fault->scenario->file, example->line, example->column};
    int percent = (int)(fault->probability * 100 + 0.5);

    if (fault->severity >= 0)
        lyt_audit_error(audit, "example", at, "'%s' is heard as %s with severity %d, not %d",
                        example->text, fault->scenario->id, fault->severity, example->severity);
    else if (example->fires)
        lyt_audit_error(audit, "example", at,
                        "'%s' is not heard as %s (%d %%); write a rule or training sentences "
                        "that say it so",
                        example->text, fault->scenario->id, percent);
    else
        lyt_audit_error(audit, "example", at,
                        "'%s' is heard as %s (%d %%) and should not be; teach it what it is, or "
                        "narrow the rule that fires",
                        example->text, fault->scenario->id, percent);
}

/* Few examples test little. */
static void count_examples(lyt_audit *audit, const lyt_scenario *scenario)
{
    for (int i = 0; i < lyt_languages_max; i++) {
        size_t n[2] = {0, 0};

        if (!lyt_audit_speaks(audit, i))
            continue;
        for (size_t j = 0; j < scenario->n_examples; j++)
            if (scenario->examples[j].language == i)
                n[scenario->examples[j].fires]++;
        if (n[0] < examples_wanted || n[1] < examples_wanted)
            lyt_audit_warn(audit, "few-examples", (lyt_audit_place){scenario->file, 0, 0},
                           "%zu examples that fire and %zu silent ones in '%s'; write at least %d "
                           "of each",
                           n[1], n[0], lyt_audit_code(audit, i), examples_wanted);
    }
}

/* Rules in one language and none in another: a translation that was forgotten. */
static void compare_languages(lyt_audit *audit)
{
    const lyt_pack *pack = audit->pack;

    for (size_t s = 0; s < pack->n_scenarios; s++) {
        size_t n[lyt_languages_max] = {0}, most = 0;

        for (size_t i = 0; i < lyt_rules_size(pack->rules); i++) {
            const lyt_rule *rule = lyt_rules_at(pack->rules, i);

            if (rule->scenario == s && rule->kind == LYT_RULE_FAILURE && rule->language >= 0)
                n[rule->language]++;
        }
        for (int i = 0; i < lyt_languages_max; i++)
            most = n[i] > most ? n[i] : most;
        for (int i = 0; i < lyt_languages_max && most; i++)
            if (lyt_audit_speaks(audit, i) && !n[i])
                lyt_audit_warn(audit, "translation",
                               (lyt_audit_place){pack->scenarios[s].file, 0, 0},
                               "no failure rule in '%s', %zu in another language; add some to "
                               "lexicons/%s.yaml",
                               lyt_audit_code(audit, i), most, lyt_audit_code(audit, i));
    }
}

static lyt_status look(lyt_audit *audit, lyt_findings *out)
{
    const lyt_pack *pack = audit->pack;
    lyt_status status;

    audit->fired =
        lyt_arena_array(audit->arena, lyt_rules_size(pack->rules) + 1, sizeof *audit->fired);
    if (!audit->fired)
        return lyt_arena_status(audit->arena);
    lyt_audit_messages(audit);
    for (size_t i = 0; i < pack->n_scenarios; i++) {
        count_examples(audit, &pack->scenarios[i]);
        out->n_examples += pack->scenarios[i].n_examples;
    }
    compare_languages(audit);
    status = lyt_audit_sentences(audit);
    if (status == LYT_OK)
        status = lyt_audit_use(audit);
    if (status == LYT_OK)
        status = lyt_audit_severity(audit);
    out->n_sentences = audit->n_sentences;
    return status;
}

static lyt_status audit_with(lyt_audit *audit, const lyt_classifier *classifier, lyt_findings *out)
{
    lyt_pack_checked checked = {0};
    lyt_status status = lyt_session_new(&audit->session, classifier, audit->err);

    if (status == LYT_OK)
        status = lyt_pack_check(audit->pack, on_fault, audit, &checked, audit->err);
    if (status)
        return status;
    status = look(audit, out);
    if (status == LYT_OK)
        status = lyt_arena_status(audit->arena);
    if (status && (!audit->err || !audit->err->text[0]))
        (void)lyt_error_set(audit->err, status, "%s", lyt_status_text(status));
    return status;
}

lyt_status lyt_pack_audit(const lyt_pack *pack, lyt_arena *arena, lyt_findings *out, lyt_error *err)
{
    lyt_audit audit = {.pack = pack, .arena = arena, .err = err};
    lyt_findings found = {NULL, 0, 0, 0, 0, 0};
    lyt_classifier *classifier = NULL;
    lyt_status status = lyt_classifier_of_pack(&classifier, pack, pack->alloc, err);

    if (status == LYT_OK)
        status = audit_with(&audit, classifier, &found);
    lyt_session_free(audit.session);
    lyt_classifier_close(classifier);
    if (status)
        return status;
    if (audit.n)
        qsort(audit.items, audit.n, sizeof *audit.items, in_order);
    found.items = audit.items;
    found.n = audit.n;
    for (size_t i = 0; i < audit.n; i++)
        found.n_errors += audit.items[i].is_error;
    found.n_warnings = audit.n - found.n_errors;
    *out = found;
    return LYT_OK;
}
