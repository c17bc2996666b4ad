/* Merging, splitting and parents: no message is ever in no incident. */
#include <string.h>

#include "act.h"

static lyt_status missing(int64_t id, lyt_error *err)
{
    return lyt_error_set(err, LYT_ENOTFOUND, "there is no incident %lld", (long long)id);
}

lyt_status lyt_act_merge(lyt_book *book, const lyt_act *act, int64_t into, lyt_facts *out,
                         lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_MERGED);
    const lyt_case *c, *target = lyt_book_find(book, into);
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (status)
        return status;
    if (!target)
        return missing(into, err);
    if (lyt_book_root(book, into) == c->id)
        return lyt_error_set(err, LYT_ESTATE, "incident %lld cannot go into itself",
                             (long long)c->id);
    if (!lyt_case_is_open(target))
        return lyt_error_set(
            err, LYT_ESTATE, "incident %lld is %s; merge into one that is open", (long long)into,
            target->merged ? "merged itself" : lyt_incident_state_name(target->state));
    if (strcmp(c->property, target->property) != 0)
        return lyt_error_set(err, LYT_ESTATE, "incidents %lld and %lld are of different properties",
                             (long long)c->id, (long long)into);
    if (c->is_drill != target->is_drill)
        return lyt_error_set(err, LYT_ESTATE,
                             "incident %lld is a drill; it meets no failure of a guest's",
                             (long long)(c->is_drill ? c->id : into));
    fact.other = into;
    return lyt_book_emit(book, out, &fact, err);
}

lyt_status lyt_act_unmerge(lyt_book *book, const lyt_act *act, lyt_facts *out, lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_UNMERGED);
    const lyt_case *c = lyt_book_find(book, act->incident);

    if (!c)
        return missing(act->incident, err);
    if (!c->merged)
        return lyt_error_set(err, LYT_ESTATE, "incident %lld is not merged into another",
                             (long long)c->id);
    if (!act->by.len)
        return lyt_error_set(err, LYT_EINVAL, "who does it? name somebody");
    fact.other = c->merged;
    return lyt_book_emit(book, out, &fact, err);
}

static lyt_status split(lyt_book *book, const lyt_act *act, const lyt_case *c,
                        const int64_t *messages, size_t n, lyt_facts *out, lyt_error *err)
{
    int64_t from = c->id, id = lyt_book_next_id(book);
    lyt_case copy = *c; /* opening may move the incidents in memory */
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_OPENED);
    lyt_status status;

    fact.incident = id;
    fact.number = copy.severity;
    fact.which = copy.is_drill ? 2 : 0;
    fact.who = lyt_str_of(copy.owner);
    fact.property = lyt_str_of(copy.property);
    fact.scenario = lyt_str_of(copy.scenario);
    fact.team = lyt_str_of(copy.team);
    fact.place = lyt_str_of(copy.place);
    fact.language = lyt_str_of(copy.language);
    status = lyt_book_emit(book, out, &fact, err);
    for (size_t i = 0; !status && i < n; i++) {
        fact = lyt_act_fact(act, LYT_FACT_TAKEN);
        fact.incident = id;
        fact.other = from;
        fact.number = messages[i];
        status = lyt_book_emit(book, out, &fact, err);
        if (status == LYT_EFORMAT)
            status = lyt_error_set(err, LYT_ENOTFOUND, "message %lld is not in incident %lld",
                                   (long long)messages[i], (long long)from);
    }
    return status;
}

lyt_status lyt_act_split(lyt_book *book, const lyt_act *act, const int64_t *messages, size_t n,
                         lyt_facts *out, int64_t *incident, lyt_error *err)
{
    size_t point = lyt_book_point(book), before = out->n;
    int64_t id = lyt_book_next_id(book);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (status)
        return status;
    if (!n || c->n_messages <= (int64_t)n)
        return lyt_error_set(err, LYT_ESTATE,
                             "a split takes out at least one message and leaves at least one; "
                             "incident %lld has %lld",
                             (long long)c->id, (long long)c->n_messages);
    status = split(book, act, c, messages, n, out, err);
    if (status) {
        lyt_book_back_to(book, point);
        out->n = before;
        return status;
    }
    *incident = id;
    return LYT_OK;
}

lyt_status lyt_act_link(lyt_book *book, const lyt_act *act, int64_t parent, lyt_facts *out,
                        lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, parent ? LYT_FACT_LINKED : LYT_FACT_UNLINKED);
    const lyt_case *c, *p = lyt_book_find(book, parent);
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (status)
        return status;
    if (!parent && !c->parent)
        return lyt_error_set(err, LYT_ESTATE, "incident %lld has no parent", (long long)c->id);
    if (parent && !p)
        return missing(parent, err);
    if (parent && (!p->is_parent || c->is_parent || !lyt_case_is_open(p)))
        return lyt_error_set(err, LYT_ESTATE,
                             "incident %lld is no open parent, or %lld is a parent itself",
                             (long long)parent, (long long)c->id);
    fact.other = parent ? parent : c->parent;
    return lyt_book_emit(book, out, &fact, err);
}
