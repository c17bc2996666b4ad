#include "incident_show.h"

#include "housetime.h"
#include "markup.h"
#include "shown.h"

static void print_open_row(lyt_buf *out, const lyt_json *row, const lyt_housewords *w)
{
    lyt_str place = lyt_json_text(row, "place"), owner = lyt_json_text(row, "owner");
    int64_t n = lyt_json_number(row, "messages");

    lyt_buf_addf(out, "%5lld  %s %lld  ", (long long)lyt_json_number(row, "incident"),
                 lyt_housewords_say(w, "sev", "alv"), (long long)lyt_json_number(row, "severity"));
    lyt_shown_cell(out, lyt_housewords_word(w, lyt_json_text(row, "state")), 12);
    lyt_buf_add_text(out, "  ");
    lyt_shown_cell(out, lyt_json_text(row, "team"), 20);
    lyt_buf_add_text(out, "  ");
    lyt_shown_cell(out, lyt_housewords_name(w, lyt_json_text(row, "scenario")), 24);
    lyt_buf_add_text(out, "  ");
    lyt_plain_add(out, lyt_json_text(row, "property"));
    lyt_buf_add_text(out, place.len ? "/" : "");
    lyt_plain_add(out, place);
    lyt_buf_addf(out, "  %lld %s", (long long)n,
                 n == 1 ? lyt_housewords_say(w, "message", "besked")
                        : lyt_housewords_say(w, "messages", "beskeder"));
    if (owner.len)
        lyt_buf_addf(out, "  %s ", lyt_housewords_say(w, "owner", "ejer"));
    lyt_plain_add(out, owner);
    if (lyt_json_number(row, "merged"))
        lyt_buf_addf(out, "  %s %lld", lyt_housewords_say(w, "merged into", "lagt sammen med"),
                     (long long)lyt_json_number(row, "merged"));
    if (lyt_json_get(row, "drill"))
        lyt_buf_addf(out, "  %s", lyt_housewords_say(w, "drill", "øvelse"));
    lyt_buf_add_char(out, '\n');
}

void lyt_incident_row(lyt_buf *out, const lyt_json *row, const lyt_housewords *w)
{
    if (!lyt_json_get(row, "restricted")) {
        print_open_row(out, row, w);
        return;
    }
    lyt_buf_addf(out, "%5lld         ", (long long)lyt_json_number(row, "incident"));
    lyt_shown_cell(out, lyt_housewords_word(w, lyt_json_text(row, "state")), 12);
    lyt_buf_addf(
        out, "  %s\n",
        lyt_housewords_say(w, "restricted: not for everybody to see", "fortroligt: ikke for alle"));
}

/* A notice has the way it went as its note, and who got it where else stands who did it. */
static bool is_notice(const lyt_json *row)
{
    static const char *const ways[] = {"bus", "sms", "mail"};
    lyt_str note = lyt_json_text(row, "note");

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (lyt_str_equal(note, lyt_str_of(ways[i])))
            return true;
    return false;
}

/* Of an incident with very many messages the first are shown with their words. */
enum { messages_max = 40, message_chars_max = 400 };

/* What the service said of one: the row and its history, the house's case, the messages. */
typedef struct known {
    lyt_json *answer, *found; /* found NULL: no house */
    lyt_json *messages[messages_max];
    size_t n_messages;
} known;

/* What is shown of one, and how. */
typedef struct showing {
    lyt_buf *out;
    const lyt_housewords *words;
    const lyt_housetime *time;
    const known *known;
} showing;

static const char *say(const showing *s, const char *en, const char *da)
{
    return lyt_housewords_say(s->words, en, da);
}

/* What Lyt itself noted of an event: "facts: …", "advice: …"; the rest is the house's own words. */
static void add_note(const showing *s, lyt_str note)
{
    static const struct {
        const char *begins, *da;
    } kinds[] = {{"facts: ", "oplysninger: "}, {"advice: ", "råd: "}};

    lyt_buf_add_text(s->out, "  \"");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (s->words->language == LYT_PAGE_DA &&
            lyt_str_begins(note, lyt_str_of(kinds[i].begins))) {
            lyt_buf_add_text(s->out, kinds[i].da);
            note = lyt_str_slice(note, lyt_str_of(kinds[i].begins).len, note.len);
        }
    /* what somebody wrote must not steer the terminal of whoever reads it */
    lyt_plain_add(s->out, note);
    lyt_buf_add_char(s->out, '"');
}

static void print_who(const showing *s, const lyt_json *row)
{
    lyt_str what = lyt_json_text(row, "what"), by = lyt_json_text(row, "by");
    bool owns = lyt_str_equal(what, LYT_STR("owned"));
    bool finds = lyt_str_equal(what, LYT_STR("found")) || lyt_str_equal(what, LYT_STR("unfound"));
    bool is_doer = !owns && !finds; /* else it is whose it is, or what it is about */

    if (owns)
        lyt_buf_addf(s->out, "%s ", say(s, "now with", "ligger nu hos"));
    else if (finds)
        lyt_buf_addf(s->out, "%.*s  %s ", LYT_STR_ARG(lyt_housewords_word(s->words, what)),
                     say(s, "about", "om"));
    else
        lyt_buf_addf(s->out, "%.*s", LYT_STR_ARG(lyt_housewords_word(s->words, what)));
    if (lyt_json_number(row, "feedback"))
        lyt_buf_addf(s->out, "  %s %lld", say(s, "feedback", "besked"),
                     (long long)lyt_json_number(row, "feedback"));
    if (is_doer && by.len)
        lyt_buf_add_text(s->out, say(s, "  by ", "  af "));
    lyt_plain_add(s->out, by);
}

/* What the guest wrote, under the line that says that it was heard. */
static void print_message(const showing *s, int64_t feedback)
{
    for (size_t i = 0; feedback && i < s->known->n_messages; i++) {
        const lyt_json *row = lyt_json_get(s->known->messages[i], "feedback");
        lyt_str text = lyt_json_text(row, "text");
        size_t end = message_chars_max;

        if (lyt_json_number(row, "feedback") != feedback || !text.len)
            continue;
        while (end < text.len && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
            end--;
        lyt_buf_add_text(s->out, "           » ");
        lyt_plain_add(s->out, lyt_str_slice(text, 0, end));
        lyt_buf_add_text(s->out, text.len > end ? " …\n" : "\n");
        return;
    }
}

static void print_step(const showing *s, const lyt_json *row)
{
    const lyt_housewords *w = s->words;
    lyt_str by = lyt_json_text(row, "by"), note = lyt_json_text(row, "note");
    lyt_str what = lyt_json_text(row, "what");

    lyt_buf_add_text(s->out, "       ");
    lyt_housetime_add_seconds(s->out, s->time, lyt_json_text(row, "at"));
    lyt_buf_add_text(s->out, "  ");
    if (is_notice(row)) {
        lyt_buf_addf(s->out, "%.*s  %s %.*s %s %.*s\n", LYT_STR_ARG(lyt_housewords_word(w, what)),
                     say(s, "to", "til"), LYT_STR_ARG(by), say(s, "by", "med"), LYT_STR_ARG(note));
        return;
    }
    /* a message to the guest */
    if (lyt_str_equal(note, LYT_STR("reply"))) {
        lyt_buf_addf(s->out, "%.*s  %s\n", LYT_STR_ARG(lyt_housewords_word(w, what)),
                     say(s, "to the guest", "til gæsten"));
        return;
    }
    if (lyt_str_begins(what, LYT_STR("clock-"))) {
        lyt_buf_addf(s->out, "%.*s  %.*s\n", LYT_STR_ARG(lyt_housewords_word(w, what)),
                     LYT_STR_ARG(lyt_housewords_word(w, note)));
        return;
    }
    print_who(s, row);
    if (note.len)
        add_note(s, note);
    lyt_buf_add_char(s->out, '\n');
    print_message(s, lyt_json_number(row, "feedback"));
}

/* "       acknowledged until 2026-11-26 15:30", where there is such a time. */
static void print_until(const showing *s, const lyt_json *found, const char *key, const char *en,
                        const char *da)
{
    lyt_str at = lyt_json_text(found, key);

    if (!at.len)
        return;
    lyt_buf_addf(s->out, "       %s ", say(s, en, da));
    lyt_housetime_add(s->out, s->time, at);
    lyt_buf_add_char(s->out, '\n');
}

static void print_other(const showing *s, const lyt_json *found, const char *key, const char *en,
                        const char *da)
{
    long long number = (long long)lyt_json_number(found, key);

    if (number)
        lyt_buf_addf(s->out, "       %s %lld\n", say(s, en, da), number);
}

static void print_clock(const showing *s, const lyt_json *clock)
{
    lyt_str stopped = lyt_json_text(clock, "stopped_at");
    bool missed = false;

    (void)lyt_json_bool(lyt_json_get(clock, "missed"), &missed);
    lyt_buf_addf(s->out, "       ");
    lyt_shown_cell(s->out, lyt_housewords_word(s->words, lyt_json_text(clock, "clock")), 12);
    lyt_buf_addf(s->out, " %s ", say(s, "by", "senest"));
    lyt_housetime_add(s->out, s->time, lyt_json_text(clock, "due"));
    if (missed)
        lyt_buf_add_text(s->out, say(s, ", missed", ", overskredet"));
    if (stopped.len) {
        lyt_buf_add_text(s->out, say(s, ", done ", ", sket "));
        lyt_housetime_add(s->out, s->time, stopped);
    }
    lyt_buf_add_char(s->out, '\n');
}

static void print_offer(const showing *s, const lyt_json *offer)
{
    lyt_str state = lyt_json_text(offer, "state"), decided = lyt_json_text(offer, "decided_by");
    bool waits = lyt_str_equal(state, LYT_STR("waiting"));

    lyt_buf_addf(s->out, "       %s %lld: ", say(s, "offer", "tilbud"),
                 (long long)lyt_json_number(offer, "offer"));
    lyt_plain_add(s->out, lyt_json_text(offer, "gesture"));
    lyt_buf_add_text(s->out, ", ");
    lyt_houseline_money(s->out, lyt_json_number(offer, "amount"), lyt_json_text(offer, "currency"));
    lyt_buf_addf(s->out, ", %s ", say(s, "by", "af"));
    lyt_plain_add(s->out, lyt_json_text(offer, "by"));
    if (waits) {
        lyt_buf_addf(s->out, ", %s\n", say(s, "waits for approval", "venter på godkendelse"));
        return;
    }
    lyt_buf_addf(s->out, ", %.*s", LYT_STR_ARG(lyt_housewords_word(s->words, state)));
    if (decided.len && !lyt_str_equal(decided, lyt_json_text(offer, "by"))) {
        lyt_buf_addf(s->out, " %s ", say(s, "by", "af"));
        lyt_plain_add(s->out, decided);
    }
    lyt_buf_add_char(s->out, '\n');
}

static void print_promise(const showing *s, const lyt_json *promise)
{
    bool late = false;

    (void)lyt_json_bool(lyt_json_get(promise, "late"), &late);
    lyt_buf_addf(s->out, "       %s %lld: \"", say(s, "promise", "løfte"),
                 (long long)lyt_json_number(promise, "promise"));
    lyt_plain_add(s->out, lyt_json_text(promise, "text"));
    lyt_buf_addf(s->out, "\", %s ", say(s, "by", "af"));
    lyt_plain_add(s->out, lyt_json_text(promise, "by"));
    lyt_buf_addf(s->out, ", %s ", say(s, "due", "senest"));
    lyt_housetime_add(s->out, s->time, lyt_json_text(promise, "due"));
    lyt_buf_add_text(s->out, lyt_json_get(promise, "kept_at") ? say(s, ", kept", ", holdt")
                             : late ? say(s, ", late", ", for sent")
                                    : "");
    lyt_buf_add_char(s->out, '\n');
}

/* What the house's book knows beside the row: how it stands now. */
static void print_case(const showing *s, const lyt_json *found)
{
    static const struct {
        const char *key;
        void (*print)(const showing *s, const lyt_json *row);
    } lists[] = {{"clocks", print_clock}, {"offers", print_offer}, {"promises", print_promise}};

    if (!lyt_json_number(found, "version"))
        return; /* no house, or what only some may see */
    lyt_buf_addf(s->out, "       %s %lld%s%s%s\n", say(s, "version", "version"),
                 (long long)lyt_json_number(found, "version"),
                 s->time->name[0] ? say(s, ", times of ", ", tider i ") : "", s->time->name,
                 s->time->is_utc ? say(s, " are UTC here", " er UTC her") : "");
    print_other(s, found, "parent", "belongs to the common cause", "hører til den fælles årsag");
    print_other(s, found, "repeat_of", "the same failure to the same guest as in",
                "samme fejl for samme gæst som i");
    print_until(s, found, "acknowledged_until", "taken on until", "taget indtil");
    print_until(s, found, "paused_until", "paused until", "på pause indtil");
    print_until(s, found, "answer_due", "the guest may answer until", "gæsten kan svare indtil");
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        const lyt_json *rows = lyt_json_get(found, lists[k].key);

        for (size_t i = 0; i < lyt_json_len(rows); i++)
            lists[k].print(s, lyt_json_at(rows, i));
    }
}

static void write_json(lyt_buf *out, const known *k)
{
    static const char *const keys[] = {"incident", "history", "case", "zone"};
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const lyt_json *value = lyt_json_get(i < 2 ? k->answer : k->found, keys[i]);

        if (!value)
            continue;
        lyt_jw_key(&jw, keys[i]);
        lyt_jw_value(&jw, value);
    }
    lyt_jw_key(&jw, "messages");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < k->n_messages; i++)
        lyt_jw_value(&jw, lyt_json_get(k->messages[i], "feedback"));
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static void write_question(lyt_buf *out, const char *request, const char *of, int64_t number,
                           const char *by)
{
    lyt_jw jw;

    lyt_buf_reset(out);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", lyt_str_of(request));
    lyt_jw_kint(&jw, of, number);
    lyt_jw_kstr(&jw, "by", lyt_str_of(by));
    lyt_jw_object_end(&jw);
}

static void print_text(lyt_buf *out, const known *k, const lyt_houseline *line)
{
    const lyt_json *history = lyt_json_get(k->answer, "history");
    lyt_housewords words;
    lyt_housetime time;

    lyt_housewords_open(&words, line, line->language);
    lyt_housetime_open(&time, k->found);
    lyt_incident_row(out, lyt_json_get(k->answer, "incident"), &words);
    print_case(&(showing){out, &words, &time, k}, lyt_json_get(k->found, "case"));
    for (size_t i = 0; i < lyt_json_len(history); i++)
        print_step(&(showing){out, &words, &time, k}, lyt_json_at(history, i));
    lyt_housetime_close(&time);
    lyt_housewords_close(&words);
}

/* One that is not kept any more, or not for everybody, is left out. */
static void ask_messages(known *k, const lyt_houseline *line, const char *by, lyt_buf *text)
{
    const lyt_json *history = lyt_json_get(k->answer, "history");

    for (size_t i = 0; i < lyt_json_len(history) && k->n_messages < messages_max; i++) {
        int64_t feedback = lyt_json_number(lyt_json_at(history, i), "feedback");

        if (!feedback)
            continue;
        write_question(text, "feedback", "feedback", feedback, by);
        if (!lyt_houseline_try(line, lyt_buf_str(text), &k->messages[k->n_messages], NULL))
            k->n_messages++;
    }
}

lyt_exit lyt_incident_show(const lyt_call *call, const lyt_houseline *line, int64_t incident,
                           const char *by, bool json)
{
    known k = {.answer = NULL};
    lyt_buf text;
    lyt_exit code;

    lyt_buf_init(&text, NULL);
    write_question(&text, "incident", "incident", incident, by);
    code = lyt_houseline_ask(call, line, lyt_buf_str(&text), &k.answer);
    if (code == LYT_EXIT_DONE) {
        write_question(&text, "case", "incident", incident, by);
        /* a service without settings of a house knows no more than it said */
        if (lyt_houseline_try(line, lyt_buf_str(&text), &k.found, NULL))
            k.found = NULL;
        ask_messages(&k, line, by, &text);
        lyt_buf_reset(&text);
        if (json)
            write_json(&text, &k);
        else
            print_text(&text, &k, line);
        lyt_console_write_buf(call->console, &text);
    }
    for (size_t i = 0; i < k.n_messages; i++)
        lyt_json_free(k.messages[i]);
    lyt_json_free(k.answer);
    lyt_json_free(k.found);
    lyt_buf_deinit(&text);
    return code;
}
