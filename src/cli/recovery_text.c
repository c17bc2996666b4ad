#include "recovery_text.h"

#include "houseline.h"

static void add_share(lyt_buf *out, const lyt_json *of, const char *key)
{
    double share;

    if (!lyt_json_real(lyt_json_get(of, key), &share))
        return;
    lyt_buf_add_text(out, " (");
    lyt_buf_add_real(out, share, 1);
    lyt_buf_add_text(out, " %)");
}

static void add_median(lyt_buf *out, const lyt_json *of)
{
    double seconds;

    if (!lyt_json_real(lyt_json_get(of, "median_s"), &seconds))
        return;
    lyt_buf_add_text(out, ", median ");
    lyt_houseline_span(out, seconds);
}

/* "12 opened, 3 open, …": the members in their order, with words for spaces. */
static void add_members(lyt_buf *out, const char *title, const lyt_json *of)
{
    const lyt_json *value;
    void *cursor = NULL;
    bool any = false;
    int64_t number;
    lyt_str key;

    lyt_buf_addf(out, "%-11s", title);
    while (lyt_json_each(of, &cursor, &key, &value)) {
        if (!lyt_json_int(value, &number) || lyt_str_ends(key, LYT_STR("_percent")))
            continue;
        lyt_buf_addf(out, "%s%lld ", any ? ", " : "", (long long)number);
        for (size_t i = 0; i < key.len; i++)
            lyt_buf_add_char(out, key.ptr[i] == '_' ? ' ' : key.ptr[i]);
        any = true;
    }
}

static void add_clock(lyt_buf *out, const char *title, const lyt_json *clock)
{
    lyt_buf_addf(out, "%-11s%-12.*s %lld met, %lld missed", title,
                 LYT_STR_ARG(lyt_json_text(clock, "clock")),
                 (long long)lyt_json_number(clock, "met"),
                 (long long)lyt_json_number(clock, "missed"));
    add_share(out, clock, "met_percent");
    if (lyt_json_number(clock, "running"))
        lyt_buf_addf(out, ", %lld running", (long long)lyt_json_number(clock, "running"));
    add_median(out, clock);
    lyt_buf_add_char(out, '\n');
}

static void add_groups(lyt_buf *out, const lyt_json *groups, const char *of, const char *title)
{
    for (size_t i = 0; i < lyt_json_len(groups); i++) {
        const lyt_json *group = lyt_json_at(groups, i), *clocks = lyt_json_get(group, "clocks");

        lyt_buf_addf(out, "%-11s%-18.*s %3lld incidents, met:", i ? "" : title,
                     LYT_STR_ARG(lyt_json_text(group, of)),
                     (long long)lyt_json_number(group, "incidents"));
        for (size_t k = 0; k < lyt_json_len(clocks); k++) {
            const lyt_json *clock = lyt_json_at(clocks, k);
            double share;

            if (!lyt_json_real(lyt_json_get(clock, "met_percent"), &share))
                continue;
            lyt_buf_addf(out, " %.*s ", LYT_STR_ARG(lyt_json_text(clock, "clock")));
            lyt_buf_add_real(out, share, 0);
            lyt_buf_add_text(out, " %");
        }
        lyt_buf_add_char(out, '\n');
    }
}

static void add_offers(lyt_buf *out, const lyt_json *offers)
{
    const lyt_json *sums = lyt_json_get(offers, "sums"), *value;
    void *cursor = NULL;
    int64_t amount;
    lyt_str key;

    add_members(out, "gestures", offers);
    while (lyt_json_each(sums, &cursor, &key, &value)) {
        if (!lyt_json_int(value, &amount) || !amount)
            continue;
        lyt_buf_add_text(out, ", ");
        lyt_houseline_money(out, amount, key);
    }
    lyt_buf_add_char(out, '\n');
    add_members(out, "decided by", lyt_json_get(offers, "decided_by"));
    if (lyt_json_get(offers, "decided_at_contact_percent"))
        lyt_buf_add_text(out, "; near the guest");
    add_share(out, offers, "decided_at_contact_percent");
    lyt_buf_add_char(out, '\n');
}

static void add_gestures(lyt_buf *out, const lyt_json *gestures)
{
    for (size_t i = 0; i < lyt_json_len(gestures); i++) {
        const lyt_json *g = lyt_json_at(gestures, i);
        bool enough = false;
        double score;

        lyt_buf_addf(out, "%-11s%-20.*s used %lld, ", i ? "" : "what works",
                     LYT_STR_ARG(lyt_json_text(g, "gesture")),
                     (long long)lyt_json_number(g, "used"));
        lyt_houseline_money(out, lyt_json_number(g, "cost"), lyt_json_text(g, "currency"));
        lyt_buf_addf(out, ", %lld of %lld asked said yes",
                     (long long)lyt_json_number(g, "confirmed"),
                     (long long)lyt_json_number(g, "asked"));
        if (lyt_json_real(lyt_json_get(g, "mean_score"), &score)) {
            lyt_buf_add_text(out, ", score ");
            lyt_buf_add_real(out, score, 1);
        }
        (void)lyt_json_bool(lyt_json_get(g, "enough_to_rank"), &enough);
        lyt_buf_add_text(out, enough ? "\n" : " (too few to rank)\n");
    }
}

static void add_trials(lyt_buf *out, const lyt_json *trials)
{
    for (size_t i = 0; i < lyt_json_len(trials); i++) {
        const lyt_json *t = lyt_json_at(trials, i);
        double d, low, high;

        lyt_buf_addf(out, "%-11s%-20.*s acted for %lld, %lld of them succeeded",
                     i ? "" : "triggers", LYT_STR_ARG(lyt_json_text(t, "trigger")),
                     (long long)lyt_json_number(t, "acted"),
                     (long long)lyt_json_number(t, "acted_succeeded"));
        if (lyt_json_number(t, "held_out"))
            lyt_buf_addf(out, "; held out %lld, %lld succeeded",
                         (long long)lyt_json_number(t, "held_out"),
                         (long long)lyt_json_number(t, "held_out_succeeded"));
        if (lyt_json_real(lyt_json_get(t, "difference"), &d) &&
            lyt_json_real(lyt_json_get(t, "low"), &low) &&
            lyt_json_real(lyt_json_get(t, "high"), &high)) {
            lyt_buf_add_text(out, "; difference ");
            lyt_buf_add_real(out, 100 * d, 1);
            lyt_buf_add_text(out, " points (");
            lyt_buf_add_real(out, 100 * low, 1);
            lyt_buf_add_text(out, " to ");
            lyt_buf_add_real(out, 100 * high, 1);
            lyt_buf_add_text(out, ")");
        }
        lyt_buf_add_char(out, '\n');
    }
}

void lyt_recovery_text(lyt_buf *out, const lyt_json *f)
{
    const lyt_json *clocks = lyt_json_get(f, "clocks");

    add_members(out, "incidents", lyt_json_get(f, "incidents"));
    lyt_buf_add_char(out, '\n');
    add_members(out, "put right", lyt_json_get(f, "speed"));
    if (lyt_json_get(lyt_json_get(f, "speed"), "within_24_h_percent"))
        lyt_buf_add_text(out, "; within 24 h or sooner");
    add_share(out, lyt_json_get(f, "speed"), "within_24_h_percent");
    lyt_buf_add_char(out, '\n');
    for (size_t i = 0; i < lyt_json_len(clocks); i++)
        add_clock(out, i ? "" : "clocks", lyt_json_at(clocks, i));
    add_groups(out, lyt_json_get(f, "teams"), "team", "teams");
    add_groups(out, lyt_json_get(f, "people"), "person", "people");
    add_groups(out, lyt_json_get(f, "properties"), "property", "properties");
    add_offers(out, lyt_json_get(f, "offers"));
    add_members(out, "apology", lyt_json_get(f, "apology"));
    add_median(out, lyt_json_get(f, "apology"));
    lyt_buf_add_char(out, '\n');
    add_members(out, "promises", lyt_json_get(f, "promises"));
    lyt_buf_add_char(out, '\n');
    add_members(out, "fixes", lyt_json_get(f, "fixes"));
    lyt_buf_add_char(out, '\n');
    add_gestures(out, lyt_json_get(f, "gestures"));
    add_trials(out, lyt_json_get(f, "triggers"));
}
