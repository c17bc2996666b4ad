#include "refusals.h"

#include <assert.h>

static const char *const kinds[] = {
    "other",     "at",      "attrs",   "author",   "by",       "channel",  "feedback", "frames",
    "from",      "guest",   "id",      "incident", "item",     "json",     "key",      "kind",
    "lang",      "minutes", "note",    "place",    "property", "reply_to", "row",      "scale",
    "scenarios", "score",   "sent_at", "subject",  "tap",      "text",     "type",     "verb",
};

static_assert(sizeof kinds / sizeof *kinds == lyt_refusals_kinds, "a kind a number");

void lyt_refusals_count(lyt_refusals *refusals, lyt_str error)
{
    lyt_str field = lyt_str_slice(error, 0, lyt_str_find(error, ':', 0));
    size_t kind = 0;

    for (size_t i = 1; i < lyt_refusals_kinds && !kind; i++)
        if (lyt_str_equal(field, lyt_str_of(kinds[i])))
            kind = i;
    atomic_fetch_add_explicit(&refusals->n[kind], 1, memory_order_relaxed);
}

void lyt_refusals_write(lyt_jw *jw, const lyt_refusals *refusals)
{
    lyt_jw_key(jw, "refused_by");
    lyt_jw_object(jw);
    for (size_t i = 0; i < lyt_refusals_kinds; i++) {
        int64_t n = atomic_load_explicit(&refusals->n[i], memory_order_relaxed);

        if (n)
            lyt_jw_kint(jw, kinds[i], n);
    }
    lyt_jw_object_end(jw);
}
