#include "digest.h"

enum { days_back = 15 };

bool lyt_digest_due(const lyt_digest_rule *rule, const lyt_zone *zone, int64_t now_us,
                    int64_t *at_us, int64_t *since_us)
{
    int64_t today = lyt_local_at(zone, now_us).days;
    size_t n = 0;

    for (int64_t day = today; day > today - days_back; day--) {
        if (!(rule->days >> lyt_weekday_of(day) & 1U))
            continue;
        for (size_t i = rule->n_at; i-- > 0;) {
            int64_t at = lyt_local_us(zone, day, rule->at_min[i]);

            if (at > now_us)
                continue;
            *(n ? since_us : at_us) = at;
            if (++n == 2)
                return true;
        }
    }
    return false;
}

static bool is_overdue(const lyt_case *c, int64_t now_us)
{
    for (int kind = 0; kind < LYT_CLOCK_KIND_COUNT; kind++)
        if (c->clocks[kind].started_us && !c->clocks[kind].stopped_us && c->clocks[kind].due_us <= now_us)
            return true;
    return false;
}

lyt_digest_counts lyt_digest_count(const lyt_book *book, int64_t since_us, int64_t now_us)
{
    lyt_digest_counts n = {0, 0, 0, 0};

    for (size_t i = 0; i < lyt_book_size(book); i++) {
        const lyt_case *c = lyt_book_at(book, i);

        if (c->is_drill || c->merged || c->state == LYT_INCIDENT_VOID)
            continue;
        n.fresh += c->opened_us > since_us && c->opened_us <= now_us;
        n.open += lyt_case_is_open(c);
        n.overdue += lyt_case_is_open(c) && is_overdue(c, now_us);
    }
    for (size_t i = 0; i < lyt_book_promises(book); i++)
        n.promises += !lyt_book_promise_at(book, i)->kept_us;
    return n;
}

void lyt_digest_write(lyt_buf *out, const lyt_digest_counts *n, const lyt_zone *zone, int64_t at_us,
                      lyt_way_language language)
{
    lyt_local local = lyt_local_at(zone, at_us);
    lyt_date date = lyt_date_of(local.days);

    lyt_buf_addf(out,
                 language == LYT_WAY_DA ? "Vagtskifte %d.%d. kl. %02d:%02d: nye %lld, ikke "
                                          "afsluttet %lld, over fristen %lld, løfter %lld."
                                        : "Shift %d.%d. %02d:%02d: new %lld, not over %lld, overdue "
                                          "%lld, promises %lld.",
                 date.day, date.month, local.minute / 60, local.minute % 60, (long long)n->fresh,
                 (long long)n->open, (long long)n->overdue, (long long)n->promises);
}
