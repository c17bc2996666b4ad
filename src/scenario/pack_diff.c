#include "pack_diff.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packfile.h"

/* Both packs become sorted lists of facts; what is not in both is a change. */

enum { diff_bytes_max = 512 << 20 };

typedef struct fact {
    const char *what, *scenario, *language, *key, *value;
} fact;

typedef struct facts {
    const lyt_pack *pack;
    lyt_arena *arena;
    fact *items;
    size_t n, cap;
} facts;

static const char *format(lyt_arena *arena, const char *text, ...) LYT_PRINTF(2, 3);
static const char *format(lyt_arena *arena, const char *text, ...)
{
    va_list args;
    char *out;
    int n;

    va_start(args, text);
    n = vsnprintf(NULL, 0, text, args);
    va_end(args);
    out = n < 0 ? NULL : lyt_arena_alloc(arena, (size_t)n + 1);
    if (!out)
        return "";
    va_start(args, text);
    vsnprintf(out, (size_t)n + 1, text, args);
    va_end(args);
    return out;
}

/* "0.5", whatever the locale. */
static const char *real(lyt_arena *arena, double value)
{
    const char *out = "";
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_buf_add_real(&text, value, 4);
    if (lyt_buf_status(&text) == LYT_OK)
        out = lyt_arena_copy(arena, lyt_buf_str(&text)).ptr;
    lyt_buf_deinit(&text);
    return out ? out : "";
}

static void add(facts *f, fact one)
{
    if (lyt_arena_grow(f->arena, &f->items, &f->cap, f->n + 1, sizeof *f->items) == LYT_OK)
        f->items[f->n++] = one;
}

static void add_texts(facts *f, const char *what, const char *scenario, const char *key,
                      const lyt_texts_by *texts)
{
    for (int i = 0; i < lyt_languages_max; i++)
        if (texts->by[i] && f->pack->languages & ~f->pack->more & (1u << i))
            add(f, (fact){what, scenario, lyt_lexis_code(f->pack->lexis, i), key, texts->by[i]});
}

static void add_head(facts *f)
{
    const lyt_pack *pack = f->pack;

    add(f, (fact){"threshold", "", "", "", real(f->arena, pack->threshold)});
    add(f, (fact){"window_min", "", "", "", format(f->arena, "%lld", (long long)pack->window_min)});
    add_texts(f, "name", "", "", &pack->name);
    add_texts(f, "description", "", "", &pack->description);
    for (int i = 0; i < lyt_languages_max; i++)
        if (pack->languages & (1u << i))
            add(f, (fact){"language", "", "", lyt_lexis_code(pack->lexis, i), ""});
    for (size_t i = 0; i < pack->n_teams; i++) {
        add(f, (fact){"team", "", "", pack->teams[i].id, ""});
        add_texts(f, "team-name", "", pack->teams[i].id, &pack->teams[i].name);
    }
}

/* With the score beside it: the same words with another one are another example. */
static const char *example_text(lyt_arena *arena, const lyt_scenario_example *example)
{
    const char *scored = example->scale > 0
                             ? format(arena, " (score %s of %s)", real(arena, example->score),
                                      real(arena, example->scale))
                             : "";
    const char *severe =
        example->severity >= 0 ? format(arena, " (severity %d)", example->severity) : "";

    return *scored || *severe ? format(arena, "%s%s%s", example->text, scored, severe)
                              : example->text;
}

static void add_lists(facts *f, const lyt_scenario *s)
{
    for (size_t i = 0; i < s->n_channels; i++)
        add(f, (fact){"channel", s->id, "", s->channels[i], ""});
    for (size_t i = 0; i < s->n_messages; i++)
        add_texts(f, "message", s->id, s->messages[i].id, &s->messages[i].text);
    for (size_t i = 0; i < s->n_compensations; i++) {
        const lyt_compensation *c = &s->compensations[i];

        add(f, (fact){"compensation", s->id, "", c->id,
                      format(f->arena, "level %d, %lld %s", (int)c->level, (long long)c->amount,
                             c->currency)});
        add_texts(f, "compensation-name", s->id, c->id, &c->name);
    }
    for (size_t i = 0; i < s->n_escalations; i++)
        add(f, (fact){"escalate", s->id, "", s->escalations[i].to,
                      format(f->arena, "after %lld min", (long long)s->escalations[i].after_min)});
    for (size_t i = 0; i < s->n_examples; i++)
        add(f, (fact){"example", s->id, lyt_lexis_code(f->pack->lexis, s->examples[i].language),
                      example_text(f->arena, &s->examples[i]),
                      s->examples[i].fires ? "fires" : "silent"});
}

static const char *band_text(lyt_arena *arena, const lyt_score_rule *rule)
{
    return format(arena, "%s%s%s%s, nps %lld, stars %lld, smileys %lld",
                  rule->severity >= 0 ? format(arena, "severity %d", rule->severity) : "",
                  rule->severity >= 0 && rule->threshold > 0 ? ", " : "",
                  rule->threshold > 0 ? "threshold " : "",
                  rule->threshold > 0 ? real(arena, rule->threshold) : "",
                  (long long)rule->upto[LYT_SCALE_NPS], (long long)rule->upto[LYT_SCALE_STARS],
                  (long long)rule->upto[LYT_SCALE_SMILEYS]);
}

static void add_bands(facts *f, const lyt_scenario *s)
{
    for (int i = 0; i < LYT_SCORE_BANDS; i++)
        if (s->score[i].is_set)
            add(f, (fact){"score", s->id, "", lyt_score_band_name((lyt_score_band)i),
                          band_text(f->arena, &s->score[i])});
}

static void add_scenario(facts *f, const lyt_scenario *s)
{
    add(f, (fact){"scenario", s->id, "", "", ""});
    add_texts(f, "name", s->id, "", &s->name);
    add_texts(f, "description", s->id, "", &s->description);
    add_texts(f, "policy", s->id, "", &s->policy);
    add(f, (fact){"responder", s->id, "", "", s->team});
    if (s->person)
        add(f, (fact){"person", s->id, "", "", s->person});
    if (s->prevention_owner)
        add(f, (fact){"prevention", s->id, "", "", s->prevention_owner});
    add_texts(f, "checklist", s->id, "", &s->checklist);
    add(f, (fact){"yields", s->id, "", "", s->yields ? "true" : "false"});
    for (size_t i = 0; i < s->n_beats; i++)
        add(f, (fact){"beats", s->id, "", lyt_pack_scenario(f->pack, s->beats[i])->id, ""});
    if (s->step >= 0)
        add(f, (fact){"step", s->id, "", "", lyt_pack_step(f->pack, (size_t)s->step)->id});
    add(f, (fact){"severity", s->id, "", "", format(f->arena, "%d", s->severity)});
    add(f, (fact){"shadow", s->id, "", "", s->shadow ? "true" : "false"});
    add_bands(f, s);
    add(f, (fact){"sla", s->id, "", "",
                  format(f->arena, "%lld, %lld, %lld min, %lld h",
                         (long long)s->sla.acknowledge_min, (long long)s->sla.contact_min,
                         (long long)s->sla.remedy_min, (long long)s->sla.close_h)});
    add_lists(f, s);
}

static void add_rules(facts *f)
{
    static const char *const kinds[] = {
        [LYT_RULE_FAILURE] = "failure",
        [LYT_RULE_TOPIC] = "topic",
        [LYT_RULE_AGAINST] = "against",
        [LYT_RULE_RAISE] = "raise",
    };

    for (size_t i = 0; i < lyt_rules_size(f->pack->rules); i++) {
        const lyt_rule *rule = lyt_rules_at(f->pack->rules, i);
        lyt_str name = lyt_str_slice(rule->name, sizeof "rule:" - 1, rule->name.len);

        add(f, (fact){"rule", f->pack->scenarios[rule->scenario].id,
                      lyt_lexis_code(f->pack->lexis, rule->language),
                      format(f->arena, "%s: %.*s", kinds[rule->kind], LYT_STR_ARG(name)),
                      rule->kind == LYT_RULE_RAISE ? format(f->arena, "to %d", rule->to)
                                                   : real(f->arena, (double)rule->weight)});
    }
}

static const char *bands_text(lyt_arena *arena, const lyt_scenario *s)
{
    const char *out = "";

    for (int i = 0; i < LYT_SCORE_BANDS; i++)
        if (s->score[i].is_set)
            out = format(arena, "%s, %s: %s", out, lyt_score_band_name((lyt_score_band)i),
                         band_text(arena, &s->score[i]));
    return out;
}

static void add_properties(facts *f)
{
    for (size_t p = 0; p < f->pack->n_properties; p++)
        for (size_t i = 0; i < f->pack->n_scenarios; i++) {
            const lyt_scenario *s = &f->pack->properties[p].scenarios[i];

            if (s->version == f->pack->scenarios[i].version)
                continue;
            add(f, (fact){"property", s->id, "", f->pack->properties[p].id,
                          format(f->arena, "%s, %s, severity %d, threshold %s, window %lld%s%s",
                                 s->team, s->person ? s->person : "-", s->severity,
                                 real(f->arena, s->threshold), (long long)s->window_min,
                                 s->shadow ? ", shadow" : "", bands_text(f->arena, s))});
        }
}

static lyt_status add_sentences(facts *f, lyt_error *err)
{
    lyt_corpus *corpus = NULL;
    /* reading sentences changes nothing of a pack */
    lyt_status status = lyt_pack_corpus((lyt_pack *)(uintptr_t)f->pack, &corpus, err);

    for (size_t i = 0; status == LYT_OK && i < lyt_corpus_size(corpus); i++) {
        const lyt_example *example = lyt_corpus_at(corpus, i);
        lyt_str text = lyt_arena_copy(f->arena, example->text);
        const char *labels = example->n_labels ? "" : "none";

        for (size_t j = 0; j < example->n_labels; j++)
            labels = format(f->arena, "%s%s%s", labels, j ? " " : "",
                            lyt_corpus_label(corpus, example->labels[j]));
        if (text.ptr)
            add(f, (fact){"sentence", "", lyt_lexis_code(f->pack->lexis, example->language),
                          text.ptr, labels});
    }
    lyt_corpus_free(corpus);
    return status;
}

static int same_thing(const fact *a, const fact *b)
{
    int order = strcmp(a->what, b->what);

    if (!order)
        order = strcmp(a->scenario, b->scenario);
    if (!order)
        order = strcmp(a->language, b->language);
    return order ? order : strcmp(a->key, b->key);
}

static int in_order(const void *a, const void *b)
{
    const fact *x = a, *y = b;
    int order = same_thing(x, y);

    return order ? order : strcmp(x->value, y->value);
}

static lyt_status collect(facts *f, lyt_error *err)
{
    lyt_status status;

    add_head(f);
    for (size_t i = 0; i < f->pack->n_scenarios; i++)
        add_scenario(f, &f->pack->scenarios[i]);
    add_rules(f);
    add_properties(f);
    status = add_sentences(f, err);
    if (status == LYT_OK && lyt_arena_status(f->arena))
        status = lyt_error_set(err, lyt_arena_status(f->arena), "out of memory");
    if (status == LYT_OK)
        qsort(f->items, f->n, sizeof *f->items, in_order);
    return status;
}

/* What is of a scenario that the other pack lacks is told by that one line, but for its rules. */
static bool goes_without_saying(const fact *one, const lyt_pack *other)
{
    return *one->scenario && strcmp(one->what, "scenario") != 0 && strcmp(one->what, "rule") != 0 &&
           !lyt_pack_find(other, lyt_str_of(one->scenario));
}

static void tell(void (*each)(void *context, const lyt_pack_change *change), void *context,
                 char sign, const fact *a, const fact *b)
{
    const fact *one = a ? a : b;
    lyt_pack_change change = {
        sign,     one->what,         one->scenario,     one->language,
        one->key, a ? a->value : "", b ? b->value : "",
    };

    each(context, &change);
}

static void compare(const facts *a, const facts *b,
                    void (*each)(void *context, const lyt_pack_change *change), void *context)
{
    size_t i = 0, j = 0;

    while (i < a->n || j < b->n) {
        int order = i == a->n ? 1 : j == b->n ? -1 : same_thing(&a->items[i], &b->items[j]);

        if (order < 0) {
            if (!goes_without_saying(&a->items[i], b->pack))
                tell(each, context, '-', &a->items[i], NULL);
            i++;
        } else if (order > 0) {
            if (!goes_without_saying(&b->items[j], a->pack))
                tell(each, context, '+', NULL, &b->items[j]);
            j++;
        } else {
            if (strcmp(a->items[i].value, b->items[j].value) != 0)
                tell(each, context, '~', &a->items[i], &b->items[j]);
            i++;
            j++;
        }
    }
}

lyt_status lyt_pack_diff(const lyt_pack *before, const lyt_pack *after,
                         void (*each)(void *context, const lyt_pack_change *change), void *context,
                         lyt_error *err)
{
    lyt_arena *arena = NULL;
    facts a = {.pack = before}, b = {.pack = after};
    lyt_status status = lyt_arena_new(&arena, before->alloc, "diff", diff_bytes_max);

    if (status)
        return lyt_error_set(err, status, "out of memory");
    a.arena = arena;
    b.arena = arena;
    status = collect(&a, err);
    if (status == LYT_OK)
        status = collect(&b, err);
    if (status == LYT_OK)
        compare(&a, &b, each, context);
    lyt_arena_free(arena);
    return status;
}
