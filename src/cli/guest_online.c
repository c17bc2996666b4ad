#include "guest_online.h"

#include "housetime.h"
#include "housewords.h"

typedef struct printing {
    const lyt_guest_question *q;
    lyt_housewords words;
} printing;

static void add_note(lyt_buf *out, const lyt_json *note, const lyt_housewords *w,
                     const lyt_housetime *time)
{
    lyt_str source = lyt_json_text(note, "source");

    lyt_buf_addf(out, "    %.*s ",
                 LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(note, "kind"))));
    lyt_plain_add(out, lyt_json_text(note, "item"));
    lyt_buf_add_text(out, ", ");
    lyt_housetime_add(out, time, lyt_json_text(note, "at"));
    if (source.len)
        lyt_buf_add_text(out, ", ");
    lyt_plain_add(out, source);
    lyt_buf_add_char(out, '\n');
}

/* Both names in English: whoever gives it says it to the guest in the guest's language. */
static void add_gesture(lyt_buf *out, const lyt_json *row, const lyt_housewords *w)
{
    lyt_str en = lyt_json_text(row, "name_en"), da = lyt_json_text(row, "name_da");
    bool is_danish = w->language == LYT_PAGE_DA;

    lyt_buf_addf(out, "%-20.*s %.*s / %.*s, ", LYT_STR_ARG(lyt_json_text(row, "gesture")),
                 LYT_STR_ARG(is_danish ? da : en), LYT_STR_ARG(is_danish ? en : da));
    lyt_houseline_money(out, lyt_json_number(row, "cost"), lyt_json_text(row, "currency"));
}

static void print_proposals(lyt_buf *out, const lyt_json *answer, const lyt_housewords *w,
                            const lyt_housetime *time)
{
    const lyt_json *rows = lyt_json_get(answer, "proposals"),
                   *never = lyt_json_get(answer, "never");

    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i), *reasons = lyt_json_get(row, "reasons");

        add_gesture(out, row, w);
        lyt_buf_add_text(out, lyt_json_len(reasons)
                                  ? lyt_housewords_say(w, ", because:\n", ", fordi:\n")
                                  : "\n");
        for (size_t k = 0; k < lyt_json_len(reasons); k++)
            add_note(out, lyt_json_at(reasons, k), w, time);
    }
    for (size_t i = 0; i < lyt_json_len(never); i++) {
        const lyt_json *row = lyt_json_at(never, i);

        lyt_buf_addf(out, "%s %.*s, %s:\n", lyt_housewords_say(w, "never", "aldrig"),
                     LYT_STR_ARG(lyt_json_text(row, "gesture")),
                     lyt_housewords_say(w, "because of", "på grund af"));
        add_note(out, lyt_json_get(row, "because"), w, time);
    }
}

static void print_known(lyt_buf *out, const lyt_json *answer, const lyt_housewords *w,
                        const lyt_housetime *time)
{
    const lyt_json *notes = lyt_json_get(answer, "notes"), *stays = lyt_json_get(answer, "stays"),
                   *incidents = lyt_json_get(answer, "incidents");
    bool may = false;

    (void)lyt_json_bool(lyt_json_get(answer, "may_ask_review"), &may);
    for (size_t i = 0; i < lyt_json_len(notes); i++)
        add_note(out, lyt_json_at(notes, i), w, time);
    for (size_t i = 0; i < lyt_json_len(stays); i++) {
        const lyt_json *s = lyt_json_at(stays, i);

        lyt_buf_addf(
            out, "    %s %.*s/%.*s, ", lyt_housewords_say(w, "stays at", "bor på"),
            LYT_STR_ARG(lyt_json_text(s, "property")), LYT_STR_ARG(lyt_json_text(s, "place")));
        lyt_housetime_add(out, time, lyt_json_text(s, "arrives"));
        lyt_buf_addf(out, " %s ", lyt_housewords_say(w, "to", "til"));
        lyt_housetime_add(out, time, lyt_json_text(s, "departs"));
        lyt_buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < lyt_json_len(incidents); i++) {
        const lyt_json *c = lyt_json_at(incidents, i);

        lyt_buf_addf(out, "    %s %lld, %.*s, %.*s, ", lyt_housewords_say(w, "incident", "sag"),
                     (long long)lyt_json_number(c, "incident"),
                     LYT_STR_ARG(lyt_housewords_name(w, lyt_json_text(c, "scenario"))),
                     LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(c, "state"))));
        lyt_housetime_add(out, time, lyt_json_text(c, "opened_at"));
        lyt_buf_add_char(out, '\n');
    }
    if (!lyt_json_len(notes) && !lyt_json_len(stays) && !lyt_json_len(incidents))
        lyt_buf_addf(out, "%s\n",
                     lyt_housewords_say(w, "nothing is known of this guest",
                                        "der vides ikke noget om denne gæst"));
    if (lyt_json_text(answer, "stopped_at").len) {
        lyt_buf_addf(out, "%s ",
                     lyt_housewords_say(w, "wants no messages, since", "vil ikke have beskeder, siden"));
        lyt_housetime_add(out, time, lyt_json_text(answer, "stopped_at"));
        lyt_buf_add_char(out, '\n');
    }
    lyt_buf_addf(
        out, "%s\n",
        may ? lyt_housewords_say(w, "may be asked for a review", "må bedes om en anmeldelse")
            : lyt_housewords_say(
                  w, "not to be asked for a review: something is open or unconfirmed",
                  "må ikke bedes om en anmeldelse: noget er åbent eller ikke bekræftet"));
}

static void print(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const printing *p = user;
    lyt_housetime time;

    lyt_housetime_open(&time, answer);
    if (p->q->scenario)
        print_proposals(out, answer, &p->words, &time);
    else
        print_known(out, answer, &p->words, &time);
    lyt_housetime_close(&time);
}

lyt_exit lyt_guest_online(const lyt_call *call, const lyt_guest_question *q)
{
    printing p = {.q = q};
    lyt_exit code;
    lyt_buf text;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("guest"));
    lyt_jw_kstr(&jw, "guest", lyt_str_of(q->guest));
    if (q->scenario)
        lyt_jw_kstr(&jw, "scenario", lyt_str_of(q->scenario));
    lyt_jw_object_end(&jw);
    lyt_housewords_open(&p.words, q->json ? NULL : &q->line, q->language);
    code = lyt_houseline_show(call, &q->line, &text, q->json ? NULL : print, &p);
    lyt_housewords_close(&p.words);
    lyt_buf_deinit(&text);
    return code;
}

static void print_consent(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_guest_question *q = user;
    const lyt_housewords w = {lyt_housewords_language(q->language), NULL};

    (void)answer;
    lyt_buf_addf(out, "%s %s\n", q->guest,
                 q->stops ? lyt_housewords_say(&w, "gets no more messages",
                                               "får ikke flere beskeder")
                          : lyt_housewords_say(&w, "may be written to", "må der skrives til"));
}

lyt_exit lyt_guest_consent(const lyt_call *call, const lyt_guest_question *q)
{
    lyt_exit code;
    lyt_buf text;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", q->stops ? LYT_STR("guest.stop") : LYT_STR("guest.start"));
    lyt_jw_kstr(&jw, "guest", lyt_str_of(q->guest));
    lyt_jw_kstr(&jw, "by", lyt_str_of(q->by));
    lyt_jw_kstr(&jw, "how", LYT_STR("staff"));
    lyt_jw_object_end(&jw);
    code = lyt_houseline_show(call, &q->line, &text, q->json ? NULL : print_consent, q);
    lyt_buf_deinit(&text);
    return code;
}

static void print_forgotten(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_guest_question *q = user;
    const lyt_housewords w = {lyt_housewords_language(q->language), NULL};

    (void)answer;
    lyt_buf_addf(out, "%s %s", lyt_housewords_say(&w, "nothing is kept of", "intet gemmes om"),
                 q->guest);
    if (q->item)
        lyt_buf_addf(out, " %s %s", lyt_housewords_say(&w, "and", "og"), q->item);
    lyt_buf_addf(out, " %s\n", lyt_housewords_say(&w, "any more", "mere"));
}

lyt_exit lyt_guest_forget(const lyt_call *call, const lyt_guest_question *q)
{
    lyt_exit code;
    lyt_buf text;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("guest.forget"));
    lyt_jw_kstr(&jw, "guest", lyt_str_of(q->guest));
    if (q->item)
        lyt_jw_kstr(&jw, "item", lyt_str_of(q->item));
    lyt_jw_object_end(&jw);
    code = lyt_houseline_show(call, &q->line, &text, q->json ? NULL : print_forgotten, q);
    lyt_buf_deinit(&text);
    return code;
}
