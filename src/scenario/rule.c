#include "ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "normal.h"

enum { rules_bytes_max = 256 << 20, table_first = 1024 };

lyt_status lyt_rules_new(lyt_rules **out, const lyt_alloc *alloc, const lyt_lexis *lexis)
{
    lyt_rules *rules = lyt_mem_new(alloc, sizeof *rules);

    if (!rules)
        return LYT_ENOMEM;
    rules->alloc = alloc;
    rules->lexis = lexis;
    if (lyt_arena_new(&rules->arena, alloc, "rules", rules_bytes_max) ||
        lyt_arena_new(&rules->draft, alloc, "pattern", rules_bytes_max)) {
        lyt_rules_free(rules);
        return LYT_ENOMEM;
    }
    *out = rules;
    return LYT_OK;
}

void lyt_rules_free(lyt_rules *rules)
{
    if (!rules)
        return;
    lyt_mem_free(rules->alloc, rules->rules);
    lyt_mem_free(rules->alloc, rules->compiled);
    lyt_mem_free(rules->alloc, rules->atoms);
    lyt_mem_free(rules->alloc, rules->table);
    lyt_mem_free(rules->alloc, rules->starts);
    lyt_mem_free(rules->alloc, rules->postings);
    lyt_arena_free(rules->draft);
    lyt_arena_free(rules->arena);
    lyt_mem_free(rules->alloc, rules);
}

static uint64_t atom_hash(lyt_word_form form, lyt_language language, lyt_str text)
{
    return lyt_hash_str(text, ((uint64_t)form << 32) ^ (uint64_t)(language + 1));
}

/* Slot of the table that holds the atom, or the empty one where it would go. */
static size_t table_at(const lyt_rules *rules, lyt_word_form form, lyt_language language,
                       lyt_str text)
{
    size_t mask = rules->table_size - 1;
    size_t at = (size_t)atom_hash(form, language, text) & mask;

    for (;; at = (at + 1) & mask) {
        const lyt_atom *atom;

        if (!rules->table[at])
            return at;
        atom = &rules->atoms[rules->table[at] - 1];
        if (atom->form == form && atom->language == language && lyt_str_equal(atom->text, text))
            return at;
    }
}

uint32_t lyt_rules_atom(const lyt_rules *rules, lyt_word_form form, lyt_language language,
                        lyt_str text)
{
    uint32_t found;

    if (!rules->table_size)
        return UINT32_MAX;
    found = rules->table[table_at(rules, form, language, text)];
    return found ? found - 1 : UINT32_MAX;
}

static lyt_status table_grow(lyt_rules *rules)
{
    size_t size = rules->table_size ? rules->table_size * 2 : table_first;
    uint32_t *table = lyt_mem_array(rules->alloc, size, sizeof *table);

    if (!table)
        return LYT_ENOMEM;
    lyt_mem_free(rules->alloc, rules->table);
    rules->table = table;
    rules->table_size = size;
    for (size_t i = 0; i < rules->n_atoms; i++) {
        const lyt_atom *atom = &rules->atoms[i];

        table[table_at(rules, atom->form, atom->language, atom->text)] = (uint32_t)i + 1;
    }
    return LYT_OK;
}

static lyt_status intern(lyt_rules *rules, lyt_word_form form, lyt_language language, lyt_str text,
                         uint32_t *out)
{
    lyt_status status = LYT_OK;
    lyt_str copy;

    *out = lyt_rules_atom(rules, form, language, text);
    if (*out != UINT32_MAX)
        return LYT_OK;
    if ((rules->n_atoms + 1) * 2 > rules->table_size)
        status = table_grow(rules);
    if (status == LYT_OK)
        status = lyt_mem_grow(rules->alloc, &rules->atoms, &rules->atoms_cap, rules->n_atoms + 1,
                              sizeof *rules->atoms);
    if (status)
        return status;
    copy = lyt_arena_copy(rules->arena, text);
    if (!copy.ptr)
        return lyt_arena_status(rules->arena);
    rules->atoms[rules->n_atoms] = (lyt_atom){form, language, copy};
    *out = (uint32_t)rules->n_atoms++;
    rules->table[table_at(rules, form, language, text)] = *out + 1;
    if (form >= LYT_FORM_PREFIX && text.len > rules->longest_affix)
        rules->longest_affix = text.len;
    return LYT_OK;
}

/* What lyt_rules_add() carries from function to function. */
typedef struct compiling {
    lyt_rules *rules;
    lyt_textspace *space;
    lyt_language language;
    lyt_slot_word words[lyt_pattern_words_max * 3];
    size_t n_words;
    bool has_negator;
} compiling;

static lyt_status add_part(compiling *c, lyt_slot_word *word, lyt_word_form form, lyt_str folded)
{
    lyt_str text = folded;

    if (form == LYT_FORM_STEM) {
        text = lyt_textspace_stem(c->space, c->language, folded);
        if (!text.len)
            text = folded;
    }
    return intern(c->rules, form, c->language, text, &word->part[word->n_parts++]);
}

/*
 * What one word of a pattern is in a text when it is not one token: "isn't" is taken apart
 * there, and "air-con" some write with a blank.
 */
static lyt_status add_parts(compiling *c, lyt_word_form form, lyt_str folded)
{
    lyt_slot_word *word = &c->words[c->n_words];
    lyt_arena *draft = c->rules->draft;
    lyt_status status;
    lyt_text text;
    char *blanked;

    lyt_arena_reset(draft);
    blanked = lyt_arena_alloc(draft, folded.len + 1);
    if (!blanked)
        return lyt_arena_status(draft);
    for (size_t i = 0; i < folded.len; i++)
        blanked[i] = folded.ptr[i] == '-' ? ' ' : folded.ptr[i];
    status =
        lyt_text_analyze(c->space, NULL, (lyt_str){blanked, folded.len}, c->language, draft, &text);
    if (status)
        return status;
    *word = (lyt_slot_word){.n_parts = 0};
    for (size_t i = 0; i < text.n_tokens; i++) {
        const lyt_token *token = &text.tokens[i];
        bool first = word->n_parts == 0, last = i + 1 == text.n_tokens;
        lyt_word_form of = form;

        if (token->kind == LYT_TOKEN_PUNCT || token->kind == LYT_TOKEN_EMOJI)
            continue;
        if (word->n_parts == word_parts_max)
            return LYT_OK;
        if ((form == LYT_FORM_PREFIX && !last) || (form == LYT_FORM_SUFFIX && !first))
            of = LYT_FORM_EXACT;
        status = intern(c->rules, of, c->language, of == LYT_FORM_STEM ? token->stem : token->norm,
                        &word->part[word->n_parts++]);
        if (status)
            return status;
    }
    if (word->n_parts > 1)
        c->n_words++;
    return LYT_OK;
}

static lyt_status add_word(compiling *c, const lyt_pattern_word *given)
{
    lyt_str folded;
    lyt_slot_word *word = &c->words[c->n_words];
    lyt_status status = lyt_normal_fold(c->rules->arena, given->text, &folded);

    if (status)
        return status;
    c->has_negator =
        c->has_negator || lyt_lexis_has(c->rules->lexis, c->language, LYT_WORD_NEGATOR, folded);
    *word = (lyt_slot_word){.n_parts = 0};
    c->n_words++;
    status = add_part(c, word, given->form, folded);
    if (status)
        return status;
    if (given->form == LYT_FORM_STEM) {
        /* the form itself, too: a text of unknown language has other stems */
        word = &c->words[c->n_words++];
        *word = (lyt_slot_word){.n_parts = 0};
        status = add_part(c, word, LYT_FORM_EXACT, folded);
    }
    return status ? status : add_parts(c, given->form, folded);
}

static int by_part(const void *a, const void *b)
{
    const lyt_slot_word *x = a, *y = b;

    if (x->part[0] != y->part[0])
        return x->part[0] < y->part[0] ? -1 : 1;
    return x->n_parts > y->n_parts ? -1 : x->n_parts < y->n_parts;
}

static lyt_status compile_words(compiling *c, const lyt_pattern_word *words, size_t n,
                                lyt_slot *out)
{
    lyt_slot_word *copy;

    c->n_words = 0;
    for (size_t i = 0; i < n; i++) {
        lyt_status status = add_word(c, &words[i]);

        if (status)
            return status;
    }
    qsort(c->words, c->n_words, sizeof *c->words, by_part);
    copy = lyt_arena_array(c->rules->arena, c->n_words, sizeof *copy);
    if (!copy)
        return lyt_arena_status(c->rules->arena);
    memcpy(copy, c->words, c->n_words * sizeof *copy);
    *out = (lyt_slot){.words = copy, .n_words = c->n_words};
    for (size_t i = 0; i < c->n_words; i++)
        lyt_atom_mask_add(&out->begins, copy[i].part[0]);
    return LYT_OK;
}

/* The segment to look for first: without a negator (they are everywhere), fewest words. */
static void choose_anchor(lyt_compiled *out, const bool *negators)
{
    size_t best = SIZE_MAX;

    for (uint32_t i = 0; i < out->n_segments; i++) {
        uint32_t slot = out->segments[i].first;
        size_t cost = out->slots[slot].n_words + (negators[slot] ? 1000u : 0u);

        if (cost < best) {
            best = cost;
            out->anchor = i;
        }
    }
}

static lyt_status compile(compiling *c, const lyt_pattern *pattern, lyt_compiled *out)
{
    lyt_arena *arena = c->rules->arena;
    lyt_slot *slots = lyt_arena_array(arena, pattern->n_slots, sizeof *slots);
    lyt_segment *segments = lyt_arena_array(arena, pattern->n_slots, sizeof *segments);
    bool negators[lyt_pattern_slots_max] = {false};
    lyt_status status = LYT_OK;

    if (!slots || !segments)
        return lyt_arena_status(arena);
    for (uint32_t i = 0; i < pattern->n_slots; i++) {
        const lyt_pattern_slot *slot = &pattern->slots[i];

        c->has_negator = false;
        status = compile_words(c, slot->words, slot->n_words, &slots[i]);
        if (status)
            return status;
        negators[i] = c->has_negator;
        out->has_negator = out->has_negator || c->has_negator;
        if (i == 0 || slot->gap != lyt_gap_none)
            segments[out->n_segments++] = (lyt_segment){i, i + 1, slot->gap};
        else
            segments[out->n_segments - 1].end = i + 1;
    }
    if (pattern->n_forbidden)
        status = compile_words(c, pattern->forbidden, pattern->n_forbidden, &out->forbidden);
    out->slots = slots;
    out->segments = segments;
    choose_anchor(out, negators);
    return status;
}

static lyt_str rule_name(lyt_rules *rules, lyt_str pattern)
{
    static const char begin[] = "rule:";
    size_t head = sizeof begin - 1;
    char *name = lyt_arena_alloc(rules->arena, head + pattern.len + 1);

    if (!name)
        return (lyt_str){NULL, 0};
    memcpy(name, begin, head);
    memcpy(name + head, pattern.ptr, pattern.len);
    return (lyt_str){name, head + pattern.len};
}

static uint64_t rule_hash(const lyt_rules *rules, const lyt_rule *rule)
{
    uint64_t hash = lyt_hash_str(rule->name, (uint64_t)rule->kind);
    const char *code = lyt_lexis_code(rules->lexis, rule->language);

    hash = lyt_hash_pair(hash, lyt_hash64(&rule->weight, sizeof rule->weight, rule->scenario));
    return lyt_hash_pair(hash, lyt_hash_str(lyt_str_of(code), (uint64_t)rule->to));
}

lyt_status lyt_rules_add(lyt_rules *rules, lyt_textspace *space, const lyt_rule *rule,
                         lyt_str pattern, size_t *bad, lyt_error *err)
{
    compiling c = {.rules = rules, .space = space, .language = rule->language};
    lyt_pattern parsed;
    lyt_compiled done = {.n_segments = 0};
    lyt_rule copy = *rule;
    lyt_status status = lyt_pattern_parse(&parsed, rules->arena, pattern, bad, err);

    if (status)
        return status;
    status = compile(&c, &parsed, &done);
    copy.name = rule_name(rules, pattern);
    if (status == LYT_OK && !copy.name.ptr)
        status = lyt_arena_status(rules->arena);
    if (status == LYT_OK)
        status = lyt_mem_grow(rules->alloc, &rules->rules, &rules->rules_cap, rules->n_rules + 1,
                              sizeof *rules->rules);
    if (status == LYT_OK)
        status = lyt_mem_grow(rules->alloc, &rules->compiled, &rules->compiled_cap,
                              rules->n_rules + 1, sizeof *rules->compiled);
    if (status)
        return lyt_error_set(err, status, "%s", lyt_status_text(status));
    copy.cue = rules->n_cues;
    rules->n_cues += lyt_rule_cues(rule->kind);
    rules->rules[rules->n_rules] = copy;
    rules->compiled[rules->n_rules++] = done;
    rules->languages |= rule->language >= 0 ? 1u << rule->language : 0u;
    rules->hash = lyt_hash_pair(rules->hash, rule_hash(rules, &copy));
    return LYT_OK;
}

static const lyt_slot *anchor_slot(const lyt_compiled *compiled)
{
    return &compiled->slots[compiled->segments[compiled->anchor].first];
}

lyt_status lyt_rules_seal(lyt_rules *rules)
{
    size_t total = 0;

    for (size_t i = 0; i < rules->n_rules; i++)
        total += anchor_slot(&rules->compiled[i])->n_words;
    rules->starts = lyt_mem_array(rules->alloc, rules->n_atoms + 2, sizeof *rules->starts);
    rules->postings = lyt_mem_array(rules->alloc, total + 1, sizeof *rules->postings);
    if (!rules->starts || !rules->postings)
        return LYT_ENOMEM;
    lyt_arena_free(rules->draft);
    rules->draft = NULL;
    /* counted one place further on, so that filling moves each start to where it belongs */
    for (size_t i = 0; i < rules->n_rules; i++) {
        const lyt_slot *slot = anchor_slot(&rules->compiled[i]);

        for (size_t j = 0; j < slot->n_words; j++)
            rules->starts[slot->words[j].part[0] + 2]++;
    }
    for (size_t a = 2; a < rules->n_atoms + 2; a++)
        rules->starts[a] += rules->starts[a - 1];
    for (size_t i = 0; i < rules->n_rules; i++) {
        const lyt_slot *slot = anchor_slot(&rules->compiled[i]);

        for (size_t j = 0; j < slot->n_words; j++)
            rules->postings[rules->starts[slot->words[j].part[0] + 1]++] = (uint32_t)i;
    }
    return LYT_OK;
}

size_t lyt_rules_size(const lyt_rules *rules)
{
    return rules->n_rules;
}

const lyt_rule *lyt_rules_at(const lyt_rules *rules, size_t index)
{
    return &rules->rules[index];
}

uint32_t lyt_rules_cues(const lyt_rules *rules)
{
    return rules->n_cues;
}

uint64_t lyt_rules_hash(const lyt_rules *rules)
{
    return rules->hash;
}

/*
 * The cues of a failure rule. In a clause that is pleased it says half as much: of 120 sentences
 * of reviews where a rule of weight 6 fired in such a clause, one in eight complained; of those
 * where it fired in a negative one, eight in ten.
 */
enum { failure_stated, failure_asked, failure_amid_praise, failure_cues };

uint32_t lyt_rule_cues(lyt_rule_kind kind)
{
    switch (kind) {
    case LYT_RULE_TOPIC:
        return LYT_CLAUSE_KINDS;
    case LYT_RULE_FAILURE:
        return failure_cues;
    case LYT_RULE_AGAINST:
        return 1;
    case LYT_RULE_RAISE:
        break;
    }
    return 0;
}

uint32_t lyt_rule_cue_at(lyt_rule_kind kind, lyt_clause_kind clause)
{
    if (kind == LYT_RULE_TOPIC)
        return clause;
    if (kind != LYT_RULE_FAILURE)
        return 0;
    return clause == LYT_CLAUSE_QUESTION   ? failure_asked
           : clause == LYT_CLAUSE_POSITIVE ? failure_amid_praise
                                           : failure_stated;
}

float lyt_rule_share(lyt_rule_kind kind, uint32_t cue)
{
    /* docs/formats.md 1.3: 2 in a complaint, 0.25 outside one */
    static const float topic[LYT_CLAUSE_KINDS] = {0.125f, 1.0f, 0.125f, 0.0f};
    static const float failure[failure_cues] = {1.0f, 0.5f, 0.5f};

    if (kind == LYT_RULE_TOPIC)
        return topic[cue];
    return kind == LYT_RULE_FAILURE ? failure[cue] : 1.0f;
}
