#include "incident_choices.h"

#include <stdio.h>

#include "datapaths.h"
#include "housewords.h"
#include "pack.h"
#include "shown.h"

/* The scenario's messages in every language they are written in. */
static void add_messages(lyt_buf *out, lyt_jw *jw, const lyt_pack *pack, lyt_str scenario,
                         const lyt_housewords *w)
{
    const lyt_scenario *s = lyt_pack_find(pack, scenario);
    const lyt_lexis *lexis = lyt_pack_lexis(pack);

    for (size_t m = 0; s && m < s->n_messages; m++) {
        for (int l = 0; l < (int)lyt_lexis_languages(lexis); l++) {
            const char *text = s->messages[m].text.by[l];

            if (!text)
                continue;
            if (!jw) {
                lyt_buf_addf(out, "%s (%s, %s): %s\n", lyt_housewords_say(w, "say", "sig"),
                             s->messages[m].id, lyt_lexis_code(lexis, l), text);
                continue;
            }
            lyt_jw_object(jw);
            lyt_jw_kstr(jw, "message", lyt_str_of(s->messages[m].id));
            lyt_jw_kstr(jw, "language", lyt_str_of(lyt_lexis_code(lexis, l)));
            lyt_jw_kstr(jw, "text", lyt_str_of(text));
            lyt_jw_object_end(jw);
        }
    }
}

/* What the guest was told, and what lies ready. */
static void add_replies(lyt_buf *out, const lyt_json *rows, const lyt_housewords *w)
{
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i);
        lyt_str why = lyt_json_text(row, "why");

        lyt_buf_addf(out, "%.*s (%.*s): %.*s%s%.*s%s\n",
                     LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(row, "state"))),
                     LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(row, "kind"))),
                     LYT_STR_ARG(lyt_json_text(row, "text")), why.len ? " (" : "", LYT_STR_ARG(why),
                     why.len ? ")" : "");
    }
}

static void add_reason(lyt_buf *out, const lyt_json *note, const lyt_housewords *w)
{
    lyt_buf_addf(out, "%.*s ", LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(note, "kind"))));
    lyt_plain_add(out, lyt_json_text(note, "item"));
}

/* What the house stands for: in general, and when this happens. */
static void add_policy(lyt_buf *out, lyt_jw *jw, lyt_str whose, lyt_str language, lyt_str text,
                       const lyt_housewords *w)
{
    if (!text.len)
        return;
    if (!jw) {
        lyt_buf_addf(out, "%s (%.*s, %.*s): %.*s\n", lyt_housewords_say(w, "policy", "politik"),
                     LYT_STR_ARG(lyt_str_equal(whose, LYT_STR("house"))
                                     ? lyt_str_of(lyt_housewords_say(w, "house", "huset"))
                                     : whose),
                     LYT_STR_ARG(language), LYT_STR_ARG(text));
        return;
    }
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "of", whose);
    lyt_jw_kstr(jw, "language", language);
    lyt_jw_kstr(jw, "text", text);
    lyt_jw_object_end(jw);
}

static void add_policies(lyt_buf *out, lyt_jw *jw, const lyt_json *choices, const lyt_pack *pack,
                         lyt_str scenario, const lyt_housewords *w)
{
    const lyt_json *house = lyt_json_get(choices, "policy");
    const lyt_scenario *s = lyt_pack_find(pack, scenario);
    const lyt_lexis *lexis = lyt_pack_lexis(pack);
    const lyt_json *text;
    void *cursor = NULL;
    lyt_str language, words;

    while (lyt_json_each(house, &cursor, &language, &text))
        if (lyt_json_str(text, &words))
            add_policy(out, jw, LYT_STR("house"), language, words, w);
    for (int l = 0; s && l < (int)lyt_lexis_languages(lexis); l++)
        if (s->policy.by[l])
            add_policy(out, jw, scenario, lyt_str_of(lyt_lexis_code(lexis, l)),
                       lyt_str_of(s->policy.by[l]), w);
}

static void add_proposals(lyt_buf *out, const lyt_json *rows, const lyt_housewords *w)
{
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i), *reasons = lyt_json_get(row, "reasons");

        lyt_buf_addf(out, "%s: %-20.*s %.*s, ", lyt_housewords_say(w, "give", "giv"),
                     LYT_STR_ARG(lyt_json_text(row, "gesture")),
                     LYT_STR_ARG(lyt_json_text(row, lyt_housewords_say(w, "name_en", "name_da"))));
        lyt_houseline_money(out, lyt_json_number(row, "cost"), lyt_json_text(row, "currency"));
        for (size_t k = 0; k < lyt_json_len(reasons); k++) {
            lyt_buf_add_text(out,
                             k ? "; " : lyt_housewords_say(w, ", because of ", ", på grund af "));
            add_reason(out, lyt_json_at(reasons, k), w);
        }
        lyt_buf_add_char(out, '\n');
    }
}

static void add_never(lyt_buf *out, const lyt_json *rows, const lyt_housewords *w)
{
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i), *why = lyt_json_get(row, "because");

        lyt_buf_addf(out, "%s: %.*s, ", lyt_housewords_say(w, "never", "aldrig"),
                     LYT_STR_ARG(lyt_json_text(row, "gesture")));
        add_reason(out, why, w);
        lyt_buf_add_char(out, '\n');
    }
}

static void add_limits(lyt_buf *out, const lyt_json *choices, const lyt_housewords *w)
{
    const lyt_json *limits = lyt_json_get(choices, "limits"),
                   *contact = lyt_json_get(choices, "contact");
    lyt_str currency = lyt_json_text(choices, "currency"), word;

    for (size_t i = 0; i < lyt_json_len(limits); i++) {
        const lyt_json *row = lyt_json_at(limits, i);
        bool trained = false;

        (void)lyt_json_bool(lyt_json_get(row, "needs_training"), &trained);
        lyt_buf_addf(out, "%s: ", lyt_housewords_say(w, "may give", "må give"));
        lyt_shown_cell(out, lyt_housewords_word(w, lyt_json_text(row, "role")), 12);
        lyt_houseline_money(out, lyt_json_number(row, "incident"), currency);
        lyt_buf_add_text(out, lyt_housewords_say(w, " an incident, ", " pr. sag, "));
        lyt_houseline_money(out, lyt_json_number(row, "guest"), currency);
        lyt_buf_add_text(out, lyt_housewords_say(w, " a guest, ", " pr. gæst, "));
        lyt_houseline_money(out, lyt_json_number(row, "month"), currency);
        lyt_buf_add_text(out, lyt_housewords_say(w, " a month", " om måneden"));
        if (trained)
            lyt_buf_add_text(out,
                             lyt_housewords_say(w, "; trained people only", "; kun for oplærte"));
        lyt_buf_add_char(out, '\n');
    }
    lyt_buf_addf(out, "%s:", lyt_housewords_say(w, "contact", "kontakt"));
    for (size_t i = 0; i < lyt_json_len(contact); i++)
        if (lyt_json_str(lyt_json_at(contact, i), &word))
            lyt_buf_addf(out, " %.*s", LYT_STR_ARG(word));
    lyt_buf_add_char(out, '\n');
}

/* With what the house has changed, where its state lies on this machine. */
static lyt_exit load(const lyt_call *call, const lyt_choices *c, lyt_pack **pack)
{
    lyt_log log = lyt_console_log(call->console, LYT_LOG_ERROR);
    char state[lyt_state_path_max], own[lyt_state_path_max + 8];
    lyt_error err = {0};
    lyt_datapaths paths;
    lyt_buf folder;
    lyt_exit code = lyt_datapaths_find(&paths, call->console);

    lyt_buf_init(&folder, NULL);
    if (code == LYT_EXIT_DONE) {
        lyt_pack_options how = lyt_datapaths_options(&paths, call->console, &log);

        if (!c->line.endpoint && !lyt_state_folder(state, c->line.state, NULL)) {
            snprintf(own, sizeof own, "%s/own", state);
            how.own_folder = own;
        }
        lyt_datapaths_pack(&paths, c->pack, &folder);
        if (lyt_buf_status(&folder))
            code = lyt_console_complain(call->console, "out of memory");
        else if (lyt_pack_load_texts(pack, folder.data, &how, &err))
            code = lyt_console_error(call->console, &err);
        lyt_console_progress_end(call->console);
    }
    lyt_buf_deinit(&folder);
    lyt_datapaths_deinit(&paths);
    return code;
}

static void print(const lyt_call *call, const lyt_choices *c, const lyt_json *answer,
                  const lyt_pack *pack, const lyt_housewords *w)
{
    const lyt_json *choices = lyt_json_get(answer, "choices"),
                   *found = lyt_json_get(answer, "case");
    lyt_str scenario = lyt_json_text(found, "scenario");
    lyt_buf text;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    if (lyt_json_get(found, "restricted") && !c->json) {
        lyt_buf_addf(&text, "%s\n",
                     lyt_housewords_say(w, "restricted: not for everybody to see",
                                        "fortroligt: ikke for alle"));
    } else if (c->json) {
        lyt_jw_init(&jw, &text);
        lyt_jw_object(&jw);
        lyt_jw_key(&jw, "answer");
        lyt_jw_value(&jw, answer);
        lyt_jw_key(&jw, "messages");
        lyt_jw_array(&jw);
        add_messages(&text, &jw, pack, scenario, w);
        lyt_jw_array_end(&jw);
        lyt_jw_key(&jw, "policies");
        lyt_jw_array(&jw);
        add_policies(&text, &jw, choices, pack, scenario, w);
        lyt_jw_array_end(&jw);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&text, '\n');
    } else {
        lyt_buf_addf(&text, "%s %lld, %.*s, %s %lld, %.*s\n",
                     lyt_housewords_say(w, "incident", "sag"),
                     (long long)lyt_json_number(found, "incident"),
                     LYT_STR_ARG(lyt_housewords_name(w, scenario)),
                     lyt_housewords_say(w, "severity", "alvor"),
                     (long long)lyt_json_number(found, "severity"),
                     LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(found, "state"))));
        add_replies(&text, lyt_json_get(found, "replies"), w);
        add_policies(&text, NULL, choices, pack, scenario, w);
        add_messages(&text, NULL, pack, scenario, w);
        add_proposals(&text, lyt_json_get(choices, "proposals"), w);
        add_never(&text, lyt_json_get(choices, "never"), w);
        add_limits(&text, choices, w);
    }
    lyt_console_write_buf(call->console, &text);
    lyt_buf_deinit(&text);
}

lyt_exit lyt_incident_choices(const lyt_call *call, const lyt_choices *c)
{
    lyt_json *answer = NULL;
    lyt_pack *pack = NULL;
    lyt_housewords words;
    lyt_buf text;
    lyt_exit code;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("case"));
    lyt_jw_kint(&jw, "incident", c->incident);
    lyt_jw_kstr(&jw, "by", lyt_str_of(c->by));
    lyt_jw_object_end(&jw);
    code = lyt_houseline_ask(call, &c->line, lyt_buf_str(&text), &answer);
    if (code == LYT_EXIT_DONE)
        code = load(call, c, &pack);
    lyt_housewords_open(&words, c->json ? NULL : &c->line, c->language);
    if (code == LYT_EXIT_DONE)
        print(call, c, answer, pack, &words);
    lyt_housewords_close(&words);
    lyt_json_free(answer);
    lyt_pack_free(pack);
    lyt_buf_deinit(&text);
    return code;
}
