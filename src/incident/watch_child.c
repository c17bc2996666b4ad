/* What children and their parents owe each other, and what is a danger only now. */
#include "pack.h"
#include "watch_inside.h"

static bool is_held_child(const lyt_case *c, int64_t parent)
{
    return c->parent == parent && c->held_why == LYT_HELD_PARENT && lyt_round_is_waiting(c);
}

/* The first child above that number which its parent holds back; 0: none. */
static int64_t held_child(const lyt_book *book, int64_t parent, int64_t above)
{
    const lyt_case *c = lyt_book_chain(book, lyt_chain_key_number(LYT_CHAIN_PARENT, parent));
    int64_t first = 0;

    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_PARENT, c))
        if (c->id > above && (!first || c->id < first) && is_held_child(c, parent))
            first = c->id;
    return first;
}

/* Children speak for themselves again when their parent is over. */
lyt_status lyt_round_free_children(const lyt_round *r, int64_t parent)
{
    int64_t child = held_child(r->book, parent, 0);
    lyt_status status = LYT_OK;

    for (; !status && child; child = held_child(r->book, parent, child))
        status = lyt_round_alarm(r, child);
    return status;
}

/* A danger that is heard of a child is one of the parent: that is who speaks for it. */
static lyt_status raise_parent(const lyt_round *r, int64_t parent)
{
    if (lyt_book_find(r->book, parent)->severity >= lyt_severity_max)
        return LYT_OK;
    return lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_HEARD,
                                        .incident = parent,
                                        .number = lyt_severity_max,
                                        .which = 1});
}

lyt_status lyt_round_danger(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    const lyt_case *parent = c->parent ? lyt_book_find(r->book, c->parent) : NULL;
    lyt_status status = LYT_OK;

    if (!lyt_case_is_open(c))
        return LYT_OK;
    if (parent && lyt_case_is_open(parent)) {
        id = parent->id;
        status = raise_parent(r, id);
    }
    if (status)
        return status;
    /* whoever has it thought it was something smaller; the others of the gravest routes never heard */
    return lyt_round_is_waiting(lyt_book_find(r->book, id))
               ? lyt_round_alarm(r, id)
               : lyt_round_tell_routes(r, id, LYT_NOTICE_ALARM);
}
