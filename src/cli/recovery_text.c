#include "recovery_text.h"

#include "houseline.h"
#include "shown.h"

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
static void add_members(lyt_buf *out, const char *title, const lyt_json *of,
                        const lyt_housewords *w)
{
    const lyt_json *value;
    void *cursor = NULL;
    bool any = false;
    int64_t number;
    lyt_str key, word;

    lyt_shown_cell(out, lyt_str_of(title), 11);
    while (lyt_json_each(of, &cursor, &key, &value)) {
        /* shares and medians are said in words of their own, also where they are whole numbers */
        if (!lyt_json_int(value, &number) || lyt_str_ends(key, LYT_STR("_percent")) ||
            lyt_str_ends(key, LYT_STR("_s")))
            continue;
        lyt_buf_addf(out, "%s%lld ", any ? ", " : "", (long long)number);
        word = lyt_housewords_word(w, key);
        for (size_t i = 0; i < word.len; i++)
            lyt_buf_add_char(out, word.ptr[i] == '_' ? ' ' : word.ptr[i]);
        any = true;
    }
}

static void add_clock(lyt_buf *out, const char *title, const lyt_json *clock,
                      const lyt_housewords *w)
{
    lyt_shown_cell(out, lyt_str_of(title), 11);
    lyt_shown_cell(out, lyt_housewords_word(w, lyt_json_text(clock, "clock")), 12);
    lyt_buf_addf(out, " %lld %s, %lld %s", (long long)lyt_json_number(clock, "met"),
                 lyt_housewords_say(w, "met", "nået"), (long long)lyt_json_number(clock, "missed"),
                 lyt_housewords_say(w, "missed", "overskredet"));
    add_share(out, clock, "met_percent");
    if (lyt_json_number(clock, "running"))
        lyt_buf_addf(out, ", %lld %s", (long long)lyt_json_number(clock, "running"),
                     lyt_housewords_say(w, "running", "i gang"));
    add_median(out, clock);
    lyt_buf_add_char(out, '\n');
}

static void add_groups(lyt_buf *out, const lyt_json *groups, const char *of, const char *title,
                       const lyt_housewords *w)
{
    for (size_t i = 0; i < lyt_json_len(groups); i++) {
        const lyt_json *group = lyt_json_at(groups, i), *clocks = lyt_json_get(group, "clocks");
        int64_t n;
        bool any;

        lyt_shown_cell(out, lyt_str_of(i ? "" : title), 11);
        lyt_shown_cell(out, lyt_json_text(group, of), 18);
        n = lyt_json_number(group, "incidents");
        lyt_buf_addf(out, " %3lld %s", (long long)n,
                     n == 1 ? lyt_housewords_say(w, "incident", "sag")
                            : lyt_housewords_say(w, "incidents", "sager"));
        any = false;
        for (size_t k = 0; k < lyt_json_len(clocks); k++) {
            const lyt_json *clock = lyt_json_at(clocks, k);
            double share;

            if (!lyt_json_real(lyt_json_get(clock, "met_percent"), &share))
                continue;
            lyt_buf_addf(out, "%s %.*s ", any ? "" : lyt_housewords_say(w, ", met:", ", nået:"),
                         LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(clock, "clock"))));
            lyt_buf_add_real(out, share, 0);
            lyt_buf_add_text(out, " %");
            any = true;
        }
        lyt_buf_add_char(out, '\n');
    }
}

static void add_offers(lyt_buf *out, const lyt_json *offers, const lyt_housewords *w)
{
    const lyt_json *sums = lyt_json_get(offers, "sums"), *value;
    void *cursor = NULL;
    int64_t amount;
    lyt_str key;

    add_members(out, lyt_housewords_say(w, "gestures", "gestus"), offers, w);
    while (lyt_json_each(sums, &cursor, &key, &value)) {
        if (!lyt_json_int(value, &amount) || !amount)
            continue;
        lyt_buf_add_text(out, ", ");
        lyt_houseline_money(out, amount, key);
    }
    lyt_buf_add_char(out, '\n');
    add_members(out, lyt_housewords_say(w, "decided by", "besluttet"),
                lyt_json_get(offers, "decided_by"), w);
    if (lyt_json_get(offers, "decided_at_contact_percent"))
        lyt_buf_add_text(out, lyt_housewords_say(w, "; near the guest", "; tæt på gæsten"));
    add_share(out, offers, "decided_at_contact_percent");
    lyt_buf_add_char(out, '\n');
}

static void add_gestures(lyt_buf *out, const lyt_json *gestures, const lyt_housewords *w)
{
    for (size_t i = 0; i < lyt_json_len(gestures); i++) {
        const lyt_json *g = lyt_json_at(gestures, i);
        bool enough = false;
        double score;

        lyt_shown_cell(out, lyt_str_of(i ? "" : lyt_housewords_say(w, "what works", "virker")), 11);
        lyt_shown_cell(out, lyt_json_text(g, "gesture"), 20);
        lyt_buf_addf(out, " %s %lld, ", lyt_housewords_say(w, "used", "brugt"),
                     (long long)lyt_json_number(g, "used"));
        lyt_houseline_money(out, lyt_json_number(g, "cost"), lyt_json_text(g, "currency"));
        lyt_buf_addf(out, ", %lld %s %lld %s", (long long)lyt_json_number(g, "confirmed"),
                     lyt_housewords_say(w, "of", "af"), (long long)lyt_json_number(g, "asked"),
                     lyt_housewords_say(w, "asked said yes", "spurgte sagde ja"));
        if (lyt_json_real(lyt_json_get(g, "mean_score"), &score)) {
            lyt_buf_add_text(out, lyt_housewords_say(w, ", score ", ", karakter "));
            lyt_buf_add_real(out, score, 1);
        }
        (void)lyt_json_bool(lyt_json_get(g, "enough_to_rank"), &enough);
        if (!enough)
            lyt_buf_add_text(
                out, lyt_housewords_say(w, " (too few to rank)", " (for få til en rækkefølge)"));
        lyt_buf_add_char(out, '\n');
    }
}

static void add_trials(lyt_buf *out, const lyt_json *trials, const lyt_housewords *w)
{
    for (size_t i = 0; i < lyt_json_len(trials); i++) {
        const lyt_json *t = lyt_json_at(trials, i);
        double d, low, high;

        lyt_shown_cell(out, lyt_str_of(i ? "" : lyt_housewords_say(w, "triggers", "udløsere")), 11);
        lyt_shown_cell(out, lyt_json_text(t, "trigger"), 20);
        lyt_buf_addf(out, " %s %lld, %lld %s", lyt_housewords_say(w, "acted for", "handlede for"),
                     (long long)lyt_json_number(t, "acted"),
                     (long long)lyt_json_number(t, "acted_succeeded"),
                     lyt_housewords_say(w, "of them succeeded", "af dem lykkedes"));
        if (lyt_json_number(t, "held_out"))
            lyt_buf_addf(out, "; %s %lld, %lld %s",
                         lyt_housewords_say(w, "held out", "holdt udenfor"),
                         (long long)lyt_json_number(t, "held_out"),
                         (long long)lyt_json_number(t, "held_out_succeeded"),
                         lyt_housewords_say(w, "succeeded", "lykkedes"));
        if (lyt_json_number(t, "asked"))
            lyt_buf_addf(out, "; %lld %s %lld %s", (long long)lyt_json_number(t, "confirmed"),
                         lyt_housewords_say(w, "of", "af"),
                         (long long)lyt_json_number(t, "asked"),
                         lyt_housewords_say(w, "asked are glad", "spurgte er glade"));
        if (lyt_json_real(lyt_json_get(t, "mean_score"), &d)) {
            lyt_buf_add_text(out, lyt_housewords_say(w, ", score ", ", karakter "));
            lyt_buf_add_real(out, d, 1);
        }
        if (lyt_json_real(lyt_json_get(t, "difference"), &d) &&
            lyt_json_real(lyt_json_get(t, "low"), &low) &&
            lyt_json_real(lyt_json_get(t, "high"), &high)) {
            lyt_buf_add_text(out, lyt_housewords_say(w, "; difference ", "; forskel "));
            lyt_buf_add_real(out, 100 * d, 1);
            lyt_buf_add_text(out, lyt_housewords_say(w, " points (", " point ("));
            lyt_buf_add_real(out, 100 * low, 1);
            lyt_buf_add_text(out, lyt_housewords_say(w, " to ", " til "));
            lyt_buf_add_real(out, 100 * high, 1);
            lyt_buf_add_text(out, ")");
        }
        lyt_buf_add_char(out, '\n');
    }
}

void lyt_recovery_text(lyt_buf *out, const lyt_json *f, const lyt_housewords *w)
{
    const lyt_json *clocks = lyt_json_get(f, "clocks");

    add_members(out, lyt_housewords_say(w, "incidents", "sager"), lyt_json_get(f, "incidents"), w);
    lyt_buf_add_char(out, '\n');
    add_members(out, lyt_housewords_say(w, "put right", "udbedret"), lyt_json_get(f, "speed"), w);
    if (lyt_json_get(lyt_json_get(f, "speed"), "within_24_h_percent"))
        lyt_buf_add_text(
            out, lyt_housewords_say(w, "; within 24 h or sooner", "; inden 24 timer eller før"));
    add_share(out, lyt_json_get(f, "speed"), "within_24_h_percent");
    lyt_buf_add_char(out, '\n');
    for (size_t i = 0; i < lyt_json_len(clocks); i++)
        add_clock(out, i ? "" : lyt_housewords_say(w, "clocks", "ure"), lyt_json_at(clocks, i), w);
    add_groups(out, lyt_json_get(f, "teams"), "team", lyt_housewords_say(w, "teams", "hold"), w);
    add_groups(out, lyt_json_get(f, "people"), "person", lyt_housewords_say(w, "people", "folk"),
               w);
    add_groups(out, lyt_json_get(f, "properties"), "property",
               lyt_housewords_say(w, "properties", "huse"), w);
    add_offers(out, lyt_json_get(f, "offers"), w);
    add_members(out, lyt_housewords_say(w, "apology", "beklagelse"), lyt_json_get(f, "apology"),
                w);
    add_median(out, lyt_json_get(f, "apology"));
    lyt_buf_add_char(out, '\n');
    add_members(out, lyt_housewords_say(w, "promises", "løfter"), lyt_json_get(f, "promises"), w);
    lyt_buf_add_char(out, '\n');
    add_members(out, lyt_housewords_say(w, "money back", "penge tilbage"),
                lyt_json_get(f, "refunds"), w);
    lyt_buf_add_char(out, '\n');
    add_members(out, lyt_housewords_say(w, "fixes", "løsninger"), lyt_json_get(f, "fixes"), w);
    lyt_buf_add_char(out, '\n');
    add_gestures(out, lyt_json_get(f, "gestures"), w);
    add_trials(out, lyt_json_get(f, "triggers"), w);
}
