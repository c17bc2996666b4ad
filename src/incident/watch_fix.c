/* Permanent fixes: late ones are told of, and one that did not hold comes back by itself. */
#include <string.h>

#include "watch_inside.h"

static const int64_t day_us = (int64_t)86400 * 1000000;

enum { days_once_more = 7 }; /* to mend what was not mended after all */

lyt_status lyt_watch_fix(const lyt_watch *watch, const lyt_act *act, lyt_str owner, lyt_str place,
                         int64_t due_us, lyt_facts *out, int64_t *fix, lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_FIX_OPENED);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(watch->book, act, &c, err);

    if (status)
        return status;
    if (!lyt_str_trim(act->text).len || !owner.len || due_us <= act->now_us)
        return lyt_error_set(err, LYT_EINVAL,
                             "what is to be mended, who sees to it, and by when? give words, a "
                             "name and a time to come");
    fact.other = (int64_t)lyt_book_fixes(watch->book) + 1;
    fact.due_us = due_us;
    fact.who = owner;
    fact.property = lyt_str_of(c->property);
    fact.scenario = lyt_str_of(c->scenario);
    fact.place = place;
    status = lyt_book_emit(watch->book, out, &fact, err);
    if (!status)
        *fix = fact.other;
    return status;
}

lyt_status lyt_watch_fixed(const lyt_watch *watch, const lyt_act *act, int64_t fix, lyt_facts *out,
                           lyt_error *err)
{
    const lyt_fix *f = fix > 0 ? lyt_book_fix_at(watch->book, (size_t)fix - 1) : NULL;
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_FIX_DONE);

    if (!f)
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no fix %lld", (long long)fix);
    if (!act->by.len)
        return lyt_error_set(err, LYT_EINVAL, "who says so? name somebody");
    if (!lyt_str_trim(act->text).len)
        return lyt_error_set(err, LYT_EINVAL,
                             "what shows that it is mended? a fix is done with its proof");
    if (f->done_us)
        return lyt_error_set(err, LYT_ESTATE, "fix %lld is done already", (long long)fix);
    fact.incident = f->incident;
    fact.other = fix;
    return lyt_book_emit(watch->book, out, &fact, err);
}

static lyt_status tell(const lyt_round *r, int64_t fix, lyt_notice notice)
{
    lyt_fix f = *lyt_book_fix_at(r->book, (size_t)fix - 1);
    lyt_status status = lyt_round_tell(r, f.incident, f.owner, notice, fix);

    if (status || strcmp(f.owner, lyt_settings_who(r->settings, r->book, r->settings->manager,
                                                   r->now_us)) == 0)
        return status;
    return lyt_round_tell(r, f.incident, r->settings->manager, notice, fix);
}

lyt_status lyt_round_fix_late(const lyt_round *r, int64_t fix)
{
    int64_t incident = lyt_book_fix_at(r->book, (size_t)fix - 1)->incident;
    lyt_status status = lyt_round_emit(
        r, (lyt_fact){.kind = LYT_FACT_FIX_LATE, .incident = incident, .other = fix});

    return status ? status : tell(r, fix, LYT_NOTICE_FIX_LATE);
}

static bool ends(const lyt_fix *f, const lyt_case *c)
{
    return f->done_us && c->opened_us > f->done_us && strcmp(f->scenario, c->scenario) == 0 &&
           strcmp(f->property, c->property) == 0 &&
           (!f->place[0] || lyt_place_matches(f->place, lyt_str_of(c->place)));
}

lyt_status lyt_round_fixes_back(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    lyt_status status = LYT_OK;

    /* a parent is the same failures once more */
    if (c->is_parent || c->is_drill)
        return LYT_OK;
    for (size_t i = 0; !status && i < lyt_book_fixes(r->book); i++) {
        const lyt_fix *f = lyt_book_fix_at(r->book, i);
        int64_t incident = f->incident, fix = f->id;

        if (!ends(f, lyt_book_find(r->book, id)))
            continue;
        status = lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_FIX_BACK,
                                              .incident = incident,
                                              .other = fix,
                                              .number = id,
                                              .due_us = r->now_us + days_once_more * day_us});
        if (!status)
            status = tell(r, fix, LYT_NOTICE_FIX_BACK);
    }
    return status;
}
