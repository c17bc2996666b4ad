#include "refund.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "watch_inside.h"

static bool has(const lyt_names *names, lyt_str scenario)
{
    for (size_t i = 0; i < names->n; i++)
        if (lyt_str_equal(lyt_str_of(names->item[i]), scenario))
            return true;
    return false;
}

bool lyt_refund_is_for(const lyt_refund_rules *rules, lyt_str scenario, bool pays)
{
    if (!rules->is_there || has(&rules->never, scenario))
        return false;
    return rules->scenarios.n ? has(&rules->scenarios, scenario) : pays;
}

enum { n_languages = 5, english = 1 };

static const struct {
    const char *code, *word, *question, *answer, *call;
} tongues[n_languages] = {
    {"da", "RETUR", "Penge tilbage", "Svar", "Ring"},
    {"en", "REFUND", "Money back", "Answer", "Call"},
    {"sv", "RETUR", "Pengarna tillbaka", "Svara", "Ring"},
    {"nb", "RETUR", "Penger tilbake", "Svar", "Ring"},
    {"de", "ERSTATTUNG", "Geld zurück", "Antworten Sie", "Anruf:"},
};

static size_t tongue_of(lyt_str language)
{
    lyt_str code = lyt_str_slice(language, 0, 2);

    if (lyt_str_equal(code, LYT_STR("no")) || lyt_str_equal(code, LYT_STR("nn")))
        code = LYT_STR("nb");
    for (size_t i = 0; i < n_languages; i++)
        if (lyt_str_equal(lyt_str_of(tongues[i].code), code))
            return i;
    return english;
}

void lyt_refund_say(lyt_buf *out, const lyt_refund_rules *rules, lyt_str language)
{
    size_t i = tongue_of(language);

    if (!rules->is_there)
        return;
    if (rules->link)
        lyt_buf_addf(out, "%s: %s", tongues[i].question, rules->link);
    else
        lyt_buf_addf(out, "%s? %s %s.", tongues[i].question,
                     rules->call ? tongues[i].call : tongues[i].answer,
                     rules->call ? rules->call : tongues[i].word);
}

bool lyt_refund_is_asked(lyt_str text)
{
    static const char *const words[] = {
        "retur",          "refund",          "refusion",           "refusjon",
        "erstattung",     "rückerstattung",  "återbetalning",      "tilbagebetaling",
        "penge tilbage",  "pengene tilbage", "mine penge tilbage", "money back",
        "a refund",       "refund please",   "i want a refund",    "retur tak",
        "geld zurück",    "penger tilbake",  "pengene tilbake",    "pengarna tillbaka",
        "pengar tillbaka"};
    char word[lyt_answer_bare_bytes];

    if (!lyt_answer_bare(word, text))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

const lyt_promise *lyt_refund_find(const lyt_book *book, int64_t incident)
{
    int64_t root = lyt_book_root(book, incident);

    for (size_t i = lyt_book_promises(book); root && i-- > 0;) {
        const lyt_promise *p = lyt_book_promise_at(book, i);

        if (strcmp(p->text, LYT_REFUND_PROMISE) == 0 && lyt_book_root(book, p->incident) == root)
            return p;
    }
    return NULL;
}

static lyt_status may_ask(const lyt_watch *watch, const lyt_case *c, lyt_error *err)
{
    long long id = (long long)c->id;

    if (!watch->settings->refunds.is_there)
        return lyt_error_set(err, LYT_ESTATE,
                             "this house has no way for refunds; write 'refunds' in its settings");
    if (c->is_drill)
        return lyt_error_set(err, LYT_ESTATE,
                             "incident %lld is a drill; nothing is given in it", id);
    if (c->state == LYT_INCIDENT_VOID)
        return lyt_error_set(err, LYT_ESTATE, "incident %lld is %s; reopen it first", id,
                             lyt_incident_state_name(c->state));
    if (lyt_refund_find(watch->book, c->id))
        return lyt_error_set(err, LYT_EEXISTS,
                             "the guest of incident %lld has asked for money back already", id);
    return LYT_OK;
}

/* What a guest still wants something of is not over. */
static lyt_status reopen(const lyt_watch *watch, const lyt_act *act, lyt_facts *out, lyt_error *err)
{
    lyt_act again = *act;

    again.version = 0;
    again.text = LYT_STR("the guest asks for money back");
    return lyt_act_move(watch->book, &again, LYT_INCIDENT_REOPENED, out, err);
}

lyt_status lyt_refund_ask(const lyt_watch *watch, const lyt_act *act, lyt_facts *out,
                          int64_t *promise, lyt_error *err)
{
    lyt_round r = lyt_round_of(watch, act->now_us, out, err);
    const lyt_refund_rules *rules = &watch->settings->refunds;
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_REFUND_ASKED);
    size_t point = lyt_book_point(watch->book), n = out->n;
    char to[lyt_incident_text_max];
    const lyt_case *c;
    lyt_status status = lyt_act_begin(watch->book, act, &c, err);

    if (!status)
        status = may_ask(watch, c, err);
    if (status)
        return status;
    /* the case may move in memory with each fact */
    snprintf(to, sizeof to, "%s", rules->to ? rules->to : c->owner);
    fact.other = (int64_t)lyt_book_promises(watch->book) + 1;
    fact.due_us = act->now_us + rules->answer_us;
    fact.who = lyt_str_of(to);
    if (c->state == LYT_INCIDENT_CLOSED)
        status = reopen(watch, act, out, err);
    if (!status)
        status = lyt_book_emit(watch->book, out, &fact, err);
    if (!status)
        status = lyt_round_tell(&r, act->incident, to, LYT_NOTICE_REFUND_ASKED, fact.other);
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
        return status;
    }
    *promise = fact.other;
    return LYT_OK;
}
