/* Chains and due times of the book against a look at every case. */
#include <stdio.h>
#include <string.h>

#include "casework.h"
#include "watch.h"

LYT_SUITE(bookindex);

enum { steps = 4000, names_max = 40 };

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

typedef bool (*belongs_fn)(const lyt_case *c, const lyt_case *like);

static bool same_guest(const lyt_case *c, const lyt_case *like)
{
    return like->guest[0] && strcmp(c->guest, like->guest) == 0;
}

static bool same_kind(const lyt_case *c, const lyt_case *like)
{
    return strcmp(c->property, like->property) == 0 && strcmp(c->scenario, like->scenario) == 0 &&
           c->is_drill == like->is_drill;
}

static bool same_place(const lyt_case *c, const lyt_case *like)
{
    return same_kind(c, like) && strcmp(c->place, like->place) == 0 &&
           (like->place[0] || !c->guest[0] == !like->guest[0]);
}

static bool same_parent(const lyt_case *c, const lyt_case *like)
{
    return like->parent && c->parent == like->parent;
}

static bool same_merged(const lyt_case *c, const lyt_case *like)
{
    return like->merged && c->merged == like->merged;
}

static bool same_team(const lyt_case *c, const lyt_case *like)
{
    return strcmp(c->team, like->team) == 0;
}

static bool same_owner(const lyt_case *c, const lyt_case *like)
{
    return lyt_case_is_open(like) && lyt_case_is_open(c) && strcmp(c->owner, like->owner) == 0;
}

static bool open_drill(const lyt_case *c, const lyt_case *like)
{
    return like->is_drill && lyt_case_is_open(like) && c->is_drill && lyt_case_is_open(c);
}

static uint64_t key_of(lyt_chain chain, const lyt_case *c)
{
    uint64_t kind =
        lyt_chain_key_kind(lyt_str_of(c->property), lyt_str_of(c->scenario), c->is_drill);

    switch (chain) {
    case LYT_CHAIN_GUEST:
        return lyt_chain_key(chain, lyt_str_of(c->guest));
    case LYT_CHAIN_KIND:
        return kind;
    case LYT_CHAIN_PLACE:
        return lyt_chain_key_place(kind, lyt_str_of(c->place), c->guest[0] != 0);
    case LYT_CHAIN_PARENT:
        return lyt_chain_key_number(chain, c->parent);
    case LYT_CHAIN_MERGED:
        return lyt_chain_key_number(chain, c->merged);
    case LYT_CHAIN_DRILL:
        return lyt_chain_key_number(chain, 1);
    case LYT_CHAIN_TEAM:
        return lyt_chain_key(chain, lyt_str_of(c->team));
    default:
        return lyt_chain_key(chain, lyt_str_of(c->owner));
    }
}

/* The chain of what c has, against a look at every case; false prints nothing. */
static bool is_right(const lyt_book *book, lyt_chain chain, belongs_fn belongs, const lyt_case *c)
{
    const lyt_case *one = lyt_book_chain(book, key_of(chain, c));
    int64_t last = INT64_MAX;
    size_t found = 0, expected = 0;

    for (size_t i = 0; i < lyt_book_size(book); i++)
        expected += belongs(lyt_book_at(book, i), c);
    if (!expected)
        return !one || !belongs(one, c);
    for (; one; one = lyt_book_chain_next(book, chain, one), found++) {
        if (!belongs(one, c) || one->touched >= last)
            return false;
        last = one->touched;
    }
    return found == expected && found == lyt_book_chain_size(book, key_of(chain, c));
}

static void check(const lyt_book *book, int step)
{
    static const belongs_fn belongs[LYT_CHAIN_COUNT] = {same_guest,  same_kind,   same_place,
                                                        same_parent, same_merged, same_team,
                                                        same_owner,  open_drill};
    const lyt_case *first = NULL, *c;

    for (size_t i = 0; i < lyt_book_size(book); i++) {
        c = lyt_book_at(book, i);
        if (lyt_case_due(c) != INT64_MAX && (!first || lyt_case_due(c) < lyt_case_due(first)))
            first = c;
        for (int chain = 0; chain < LYT_CHAIN_COUNT; chain++)
            cr_assert(is_right(book, (lyt_chain)chain, belongs[chain], c),
                      "step %d: chain %d of incident %lld", step, chain, (long long)c->id);
    }
    cr_assert_eq(lyt_book_first_due(book), first, "step %d: what is due first", step);
}

static lyt_str name_of(char *out, const char *what, unsigned number)
{
    snprintf(out, names_max, "%s-%u", what, number);
    return number ? lyt_str_of(out) : (lyt_str){"", 0};
}

static void hear_one(casework *w, unsigned *seed, int64_t message)
{
    char scenario[names_max], place[names_max], guest[names_max], owner[names_max];
    lyt_hearing heard = {.property = LYT_STR("havnen"), .severity = 2, .message = message};
    int64_t incident;

    heard.scenario = name_of(scenario, "failure", 1 + next_random(seed) % 3);
    heard.place = name_of(place, "room", next_random(seed) % 6);
    heard.guest = name_of(guest, "guest", next_random(seed) % 5);
    heard.team = heard.owner = name_of(owner, "person", 1 + next_random(seed) % 3);
    heard.is_drill = next_random(seed) % 9 == 0;
    heard.now_us = w->now_us;
    cr_assert_eq(lyt_book_hear(w->book, &heard, &w->grouping, &w->facts, &incident, &w->err),
                 LYT_OK);
}

/* A fact as it may come; one that cannot be is refused. */
static void change_one(casework *w, unsigned *seed)
{
    static const lyt_fact_kind kinds[] = {
        LYT_FACT_MOVED,         LYT_FACT_MERGED, LYT_FACT_UNMERGED,     LYT_FACT_LINKED,
        LYT_FACT_OWNED,         LYT_FACT_REMIND, LYT_FACT_LADDER,       LYT_FACT_STALE,
        LYT_FACT_CLOCK_STARTED, LYT_FACT_TAKEN,  LYT_FACT_CLOCK_STOPPED};
    char who[names_max];
    size_t n = lyt_book_size(w->book);
    lyt_fact fact = {.kind = kinds[next_random(seed) % (sizeof kinds / sizeof *kinds)],
                     .incident = (int64_t)(next_random(seed) % n) + 1,
                     .other = (int64_t)(next_random(seed) % n) + 1,
                     .number = (int64_t)(next_random(seed) % 60),
                     .at_us = w->now_us};

    fact.who = name_of(who, "person", 1 + next_random(seed) % 3);
    fact.which = next_random(seed) % (fact.kind == LYT_FACT_MOVED ? LYT_INCIDENT_STATE_COUNT : 4);
    fact.due_us = next_random(seed) % 3 ? w->now_us + (int64_t)(next_random(seed) % 1000) : 0;
    fact.warn_us = fact.due_us / 2;
    (void)!lyt_book_emit(w->book, &w->facts, &fact, &w->err);
}

Test(bookindex, IN_08_chains_hold_what_a_look_at_every_case_finds)
{
    casework w;
    unsigned seed = 7;
    size_t marked = 0, point = 0, kept = 0;

    casework_init(&w);
    for (int step = 0; step < steps; step++) {
        w.now_us += (int64_t)(next_random(&seed) % 40) * a_minute / 10;
        if (step % 5 == 0 || !lyt_book_size(w.book))
            hear_one(&w, &seed, step + 1);
        else
            change_one(&w, &seed);
        switch (next_random(&seed) % 12) {
        case 0:
            lyt_book_mark(w.book);
            marked = w.facts.n;
            point = 0;
            kept = w.facts.n;
            break;
        case 1:
            lyt_book_rollback(w.book);
            w.facts.n = marked;
            point = 0;
            kept = w.facts.n;
            break;
        case 2:
            point = lyt_book_point(w.book);
            kept = w.facts.n;
            break;
        case 3:
            lyt_book_back_to(w.book, point);
            w.facts.n = kept;
            break;
        default:
            break;
        }
        if (step % 10 == 0 || step < 200)
            check(w.book, step);
    }
    check(w.book, steps);
    casework_deinit(&w);
}
