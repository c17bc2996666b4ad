#include "ruleset.h"

#include <string.h>

/*
 * The search. A text's words get the atoms they match; from a word that begins
 * a rule's anchor segment the other segments are placed beside it, nearest first.
 * A hostile text could make that try every combination, so the steps are counted:
 * ordinary messages take some hundred.
 */
enum { steps_a_try = 2000, steps_a_text = 4 << 20, atoms_a_word = 48 };

typedef struct found_word {
    uint32_t token;
    uint32_t clause;
    const uint32_t *atoms; /* ascending */
    size_t n_atoms;
    lyt_atom_mask mask; /* the same */
} found_word;

typedef struct search {
    const lyt_rules *rules;
    const lyt_text *text;
    lyt_arena *arena;
    found_word *words;
    size_t n_words;
    uint32_t *clause_done; /* by rule: clause + 1 of its last hit */
    size_t steps, all_steps;
    lyt_rule_hit *hits;
    size_t n_hits, hits_cap;
    /* the rule in hand */
    const lyt_compiled *compiled;
    size_t from[lyt_pattern_slots_max], to[lyt_pattern_slots_max]; /* words, by segment */
    bool placed[lyt_pattern_slots_max];
    size_t clause_first, clause_end; /* words */
    lyt_atom_mask clause_mask;       /* of all of them */
} search;

static bool is_word(const lyt_token *token)
{
    return token->kind != LYT_TOKEN_PUNCT && token->kind != LYT_TOKEN_EMOJI;
}

typedef struct atom_set {
    uint32_t atoms[atoms_a_word];
    size_t n;
} atom_set;

static void add_atom(atom_set *set, uint32_t atom)
{
    size_t at = set->n;

    if (atom == UINT32_MAX || set->n == atoms_a_word)
        return;
    while (at > 0 && set->atoms[at - 1] >= atom) {
        if (set->atoms[at - 1] == atom)
            return;
        at--;
    }
    memmove(&set->atoms[at + 1], &set->atoms[at], (set->n - at) * sizeof *set->atoms);
    set->atoms[at] = atom;
    set->n++;
}

static void add_forms(atom_set *set, const lyt_rules *rules, lyt_language language, lyt_str word)
{
    size_t longest = word.len < rules->longest_affix ? word.len : rules->longest_affix;

    add_atom(set, lyt_rules_atom(rules, LYT_FORM_EXACT, language, word));
    for (size_t n = 1; n <= longest; n++) {
        add_atom(set, lyt_rules_atom(rules, LYT_FORM_PREFIX, language, lyt_str_slice(word, 0, n)));
        add_atom(set, lyt_rules_atom(rules, LYT_FORM_SUFFIX, language,
                                     lyt_str_slice(word, word.len - n, word.len)));
    }
}

static lyt_status find_atoms(const search *s, const lyt_token *token, found_word *word)
{
    atom_set set = {.n = 0};
    uint32_t *copy;

    for (int language = 0; language < lyt_languages_max; language++) {
        if (!(s->rules->languages & (1u << language)) ||
            (s->text->language >= 0 && s->text->language != language))
            continue;
        add_atom(&set, lyt_rules_atom(s->rules, LYT_FORM_STEM, language, token->stem));
        for (size_t i = 0; i < token->n_extras; i++)
            add_atom(&set,
                     lyt_rules_atom(s->rules, LYT_FORM_STEM, language, token->extras[i].stem));
        add_forms(&set, s->rules, language, token->norm);
        if (token->corrected.len)
            add_forms(&set, s->rules, language, token->corrected);
    }
    if (!set.n)
        return LYT_OK;
    copy = lyt_arena_array(s->arena, set.n, sizeof *copy);
    if (!copy)
        return lyt_arena_status(s->arena);
    memcpy(copy, set.atoms, set.n * sizeof *copy);
    word->atoms = copy;
    word->n_atoms = set.n;
    for (size_t i = 0; i < set.n; i++)
        lyt_atom_mask_add(&word->mask, set.atoms[i]);
    return LYT_OK;
}

static lyt_status find_words(search *s)
{
    s->words = lyt_arena_array(s->arena, s->text->n_tokens + 1, sizeof *s->words);
    if (!s->words)
        return lyt_arena_status(s->arena);
    for (uint32_t i = 0; i < s->text->n_tokens; i++) {
        const lyt_token *token = &s->text->tokens[i];
        found_word *word = &s->words[s->n_words];
        lyt_status status;

        if (!is_word(token))
            continue;
        word->token = i;
        word->clause = token->clause;
        status = find_atoms(s, token, word);
        if (status)
            return status;
        s->n_words++;
    }
    return LYT_OK;
}

static bool has_atom(const found_word *word, uint32_t atom)
{
    for (size_t i = 0; i < word->n_atoms; i++)
        if (word->atoms[i] == atom)
            return true;
    return false;
}

/* Index of the first of the slot's words that begins with atom or a greater one. */
static size_t slot_find(const lyt_slot *slot, uint32_t atom)
{
    size_t low = 0, high = slot->n_words;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (slot->words[middle].part[0] < atom)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many words from `at` fill the slot, 0 for none; the longest way. */
static size_t fill_slot(const search *s, const lyt_slot *slot, size_t at)
{
    const found_word *word = &s->words[at];
    size_t best = 0;

    if (!lyt_atom_mask_meets(&slot->begins, &word->mask))
        return 0;
    for (size_t i = 0; i < word->n_atoms; i++)
        for (size_t j = slot_find(slot, word->atoms[i]);
             j < slot->n_words && slot->words[j].part[0] == word->atoms[i]; j++) {
            const lyt_slot_word *way = &slot->words[j];
            size_t k = 1;

            while (k < way->n_parts && at + k < s->clause_end &&
                   has_atom(&s->words[at + k], way->part[k]))
                k++;
            if (k == way->n_parts && k > best)
                best = k;
        }
    return best;
}

/* Words that the segment takes when it begins at `at`; 0 when it does not stand there. */
static size_t fill_segment(const search *s, const lyt_segment *segment, size_t at)
{
    size_t now = at;

    for (uint32_t i = segment->first; i < segment->end; i++) {
        size_t n = now < s->clause_end ? fill_slot(s, &s->compiled->slots[i], now) : 0;

        if (!n)
            return 0;
        now += n;
    }
    return now - at;
}

static bool is_free(const search *s, size_t from, size_t to)
{
    for (uint32_t i = 0; i < s->compiled->n_segments; i++)
        if (s->placed[i] && from < s->to[i] && s->from[i] < to)
            return false;
    return true;
}

static bool place_rest(search *s, uint32_t done);

static bool place_at(search *s, uint32_t segment, size_t from, size_t n, uint32_t done)
{
    if (!is_free(s, from, from + n))
        return false;
    s->from[segment] = from;
    s->to[segment] = from + n;
    s->placed[segment] = true;
    if (place_rest(s, done + 1))
        return true;
    s->placed[segment] = false;
    return false;
}

/* Segments in the order anchor, those behind it, those before it. */
static uint32_t segment_of(const lyt_compiled *compiled, uint32_t done)
{
    uint32_t behind = compiled->n_segments - compiled->anchor;

    return done < behind ? compiled->anchor + done : compiled->n_segments - 1 - done;
}

static bool place_before(search *s, uint32_t segment, size_t neighbour, size_t gap, uint32_t done)
{
    const lyt_segment *wanted = &s->compiled->segments[segment];
    size_t start = s->from[neighbour];
    size_t reach = gap + (size_t)(wanted->end - wanted->first) * word_parts_max;

    for (size_t back = 1; back <= reach && back <= start - s->clause_first; back++) {
        size_t from = start - back;
        size_t n = fill_segment(s, wanted, from);

        s->steps++;
        if (n && from + n <= start && start - (from + n) <= gap &&
            place_at(s, segment, from, n, done))
            return true;
    }
    return false;
}

static bool place_rest(search *s, uint32_t done)
{
    const lyt_compiled *compiled = s->compiled;
    uint32_t segment, neighbour;
    size_t gap;

    if (done == compiled->n_segments)
        return true;
    segment = segment_of(compiled, done);
    neighbour = segment > compiled->anchor ? segment - 1 : segment + 1;
    gap = (size_t)compiled->segments[segment > compiled->anchor ? segment : segment + 1].gap;
    for (size_t i = 0; i <= gap && s->to[neighbour] + i < s->clause_end; i++) {
        size_t from = s->to[neighbour] + i;
        size_t n = fill_segment(s, &compiled->segments[segment], from);

        if (s->steps++ > steps_a_try)
            return false;
        if (n && place_at(s, segment, from, n, done))
            return true;
    }
    return s->steps <= steps_a_try && place_before(s, segment, neighbour, gap, done);
}

static bool is_negated(const search *s)
{
    for (uint32_t i = 0; i < s->compiled->n_segments; i++)
        for (size_t at = s->from[i]; at < s->to[i]; at++)
            if (s->text->tokens[s->words[at].token].flags & LYT_TOKEN_NEGATED)
                return true;
    return false;
}

static bool is_forbidden(const search *s)
{
    if (!s->compiled->forbidden.n_words)
        return false;
    for (size_t at = s->clause_first; at < s->clause_end; at++)
        if (fill_slot(s, &s->compiled->forbidden, at))
            return true;
    return false;
}

static lyt_status add_hit(search *s, uint32_t rule)
{
    size_t first = s->from[0], end = s->to[0];
    lyt_status status =
        lyt_arena_grow(s->arena, &s->hits, &s->hits_cap, s->n_hits + 1, sizeof *s->hits);

    if (status)
        return status;
    for (uint32_t i = 1; i < s->compiled->n_segments; i++) {
        first = s->from[i] < first ? s->from[i] : first;
        end = s->to[i] > end ? s->to[i] : end;
    }
    s->clause_done[rule] = s->words[first].clause + 1;
    s->hits[s->n_hits++] = (lyt_rule_hit){
        .rule = rule,
        .first = s->words[first].token,
        .end = s->words[end - 1].token + 1,
        .clause = s->words[first].clause,
    };
    return LYT_OK;
}

/* Whether the clause may have a word for each slot; most rules lack one, and need no search. */
static bool may_fire(const search *s, const lyt_compiled *compiled)
{
    const uint32_t n_slots = compiled->segments[compiled->n_segments - 1].end;

    for (uint32_t i = 0; i < n_slots; i++)
        if (!lyt_atom_mask_meets(&compiled->slots[i].begins, &s->clause_mask))
            return false;
    return true;
}

static lyt_status try_rule(search *s, uint32_t rule, size_t at)
{
    const lyt_compiled *compiled = &s->rules->compiled[rule];
    bool topic = s->rules->rules[rule].kind == LYT_RULE_TOPIC;
    bool fires;
    size_t n;

    if (s->clause_done[rule] == s->words[at].clause + 1 || !may_fire(s, compiled))
        return LYT_OK;
    s->compiled = compiled;
    n = fill_segment(s, &compiled->segments[compiled->anchor], at);
    if (!n)
        return LYT_OK;
    memset(s->placed, 0, sizeof s->placed);
    s->steps = 0;
    fires = place_at(s, compiled->anchor, at, n, 0);
    s->all_steps += s->steps + 1;
    if (!fires || is_forbidden(s) || (!topic && !compiled->has_negator && is_negated(s)))
        return LYT_OK;
    return add_hit(s, rule);
}

static lyt_status search_word(search *s, size_t at)
{
    const found_word *word = &s->words[at];

    for (size_t i = 0; i < word->n_atoms; i++)
        for (uint32_t j = s->rules->starts[word->atoms[i]];
             j < s->rules->starts[word->atoms[i] + 1]; j++) {
            lyt_status status = try_rule(s, s->rules->postings[j], at);

            if (status || s->all_steps > steps_a_text)
                return status;
        }
    return LYT_OK;
}

lyt_status lyt_rules_match(const lyt_rules *rules, const lyt_text *text, lyt_arena *arena,
                           const lyt_rule_hit **out, size_t *n)
{
    search s = {.rules = rules, .text = text, .arena = arena};
    lyt_status status = find_words(&s);

    *out = NULL;
    *n = 0;
    if (status)
        return status;
    s.clause_done = lyt_arena_array(arena, rules->n_rules + 1, sizeof *s.clause_done);
    if (!s.clause_done)
        return lyt_arena_status(arena);
    for (size_t at = 0; at < s.n_words && s.all_steps <= steps_a_text; at++) {
        if (at >= s.clause_end) {
            s.clause_first = at;
            s.clause_mask = (lyt_atom_mask){{0}};
            for (; s.clause_end < s.n_words && s.words[s.clause_end].clause == s.words[at].clause;
                 s.clause_end++)
                for (size_t i = 0; i < 4; i++)
                    s.clause_mask.bits[i] |= s.words[s.clause_end].mask.bits[i];
        }
        status = search_word(&s, at);
        if (status)
            return status;
    }
    *out = s.hits;
    *n = s.n_hits;
    return LYT_OK;
}
