#include "guest_online.h"

static void add_note(lyt_buf *out, const lyt_json *note)
{
    lyt_str source = lyt_json_text(note, "source");

    lyt_buf_addf(out, "    %.*s %.*s, %.*s%s%.*s\n", LYT_STR_ARG(lyt_json_text(note, "kind")),
                 LYT_STR_ARG(lyt_json_text(note, "item")),
                 LYT_STR_ARG(lyt_str_slice(lyt_json_text(note, "at"), 0, 16)),
                 source.len ? ", " : "", LYT_STR_ARG(source));
}

static void print_proposals(lyt_buf *out, const lyt_json *answer)
{
    const lyt_json *rows = lyt_json_get(answer, "proposals"),
                   *never = lyt_json_get(answer, "never");

    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i), *reasons = lyt_json_get(row, "reasons");

        lyt_buf_addf(out, "%-20.*s %.*s / %.*s, ", LYT_STR_ARG(lyt_json_text(row, "gesture")),
                     LYT_STR_ARG(lyt_json_text(row, "name_en")),
                     LYT_STR_ARG(lyt_json_text(row, "name_da")));
        lyt_houseline_money(out, lyt_json_number(row, "cost"), lyt_json_text(row, "currency"));
        lyt_buf_add_text(out, lyt_json_len(reasons) ? ", because:\n" : "\n");
        for (size_t k = 0; k < lyt_json_len(reasons); k++)
            add_note(out, lyt_json_at(reasons, k));
    }
    for (size_t i = 0; i < lyt_json_len(never); i++) {
        const lyt_json *row = lyt_json_at(never, i);

        lyt_buf_addf(out, "never %.*s, because of:\n", LYT_STR_ARG(lyt_json_text(row, "gesture")));
        add_note(out, lyt_json_get(row, "because"));
    }
}

static void print_known(lyt_buf *out, const lyt_json *answer)
{
    const lyt_json *notes = lyt_json_get(answer, "notes"), *stays = lyt_json_get(answer, "stays"),
                   *incidents = lyt_json_get(answer, "incidents");
    bool may = false;

    (void)lyt_json_bool(lyt_json_get(answer, "may_ask_review"), &may);
    for (size_t i = 0; i < lyt_json_len(notes); i++)
        add_note(out, lyt_json_at(notes, i));
    for (size_t i = 0; i < lyt_json_len(stays); i++) {
        const lyt_json *s = lyt_json_at(stays, i);

        lyt_buf_addf(out, "    stays at %.*s/%.*s, %.*s to %.*s\n",
                     LYT_STR_ARG(lyt_json_text(s, "property")),
                     LYT_STR_ARG(lyt_json_text(s, "place")),
                     LYT_STR_ARG(lyt_str_slice(lyt_json_text(s, "arrives"), 0, 16)),
                     LYT_STR_ARG(lyt_str_slice(lyt_json_text(s, "departs"), 0, 16)));
    }
    for (size_t i = 0; i < lyt_json_len(incidents); i++) {
        const lyt_json *c = lyt_json_at(incidents, i);

        lyt_buf_addf(
            out, "    incident %lld, %.*s, %.*s, %.*s\n", (long long)lyt_json_number(c, "incident"),
            LYT_STR_ARG(lyt_json_text(c, "scenario")), LYT_STR_ARG(lyt_json_text(c, "state")),
            LYT_STR_ARG(lyt_str_slice(lyt_json_text(c, "opened_at"), 0, 16)));
    }
    lyt_buf_add_text(out, may ? "may be asked for a review\n"
                              : "not to be asked for a review: something is open or unconfirmed\n");
}

static void print(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_guest_question *q = user;

    if (q->scenario)
        print_proposals(out, answer);
    else
        print_known(out, answer);
}

lyt_exit lyt_guest_online(const lyt_call *call, const lyt_guest_question *q)
{
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
    code = lyt_houseline_show(call, &q->line, &text, q->json ? NULL : print, q);
    lyt_buf_deinit(&text);
    return code;
}

static void print_forgotten(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_guest_question *q = user;

    (void)answer;
    lyt_buf_addf(out, "nothing is kept of %s%s%s any more\n", q->guest, q->item ? " and " : "",
                 q->item ? q->item : "");
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
