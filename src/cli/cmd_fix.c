#include <stddef.h>

#include "houseline.h"
#include "housetime.h"
#include "housewords.h"
#include "shown.h"

typedef struct values {
    bool all, json;
    const char *by, *key, *note, *owner, *place, *replay, *server_key, *state, *submit;
    int64_t days, language;
} values;

static const lyt_option options[] = {
    {.name = "all",
     .letter = 'a',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, all),
     .help = "list those that are done, too",
     .verbs = "list"},
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who does it; default: the login name",
     .verbs = "add done"},
    {.name = "days",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, days),
     .value = "N",
     .min = 1,
     .max = 365,
     .fallback = "14",
     .help = "by when it is to be mended",
     .verbs = "add"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(values),
    LYT_HOUSEWORDS_LANGUAGE(values),
    {.name = "note",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, note),
     .value = "TEXT",
     .help = "what is to be mended, or what shows that it is",
     .verbs = "add done"},
    {.name = "owner",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, owner),
     .value = "NAME",
     .help = "who sees to it",
     .verbs = "add"},
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, place),
     .value = "PATTERN",
     .help = "where the failure is to end, as 2\?\?; default: everywhere",
     .verbs = "add"},
    LYT_ONLINE_REPLAY(values),
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    LYT_ONLINE_SUBMIT(values),
};

enum verb { VERB_LIST, VERB_ADD, VERB_DONE, VERB_SHOW };
static const char *const verbs[] = {"list", "add", "done", "show", NULL};

static void write_rate(lyt_buf *out, const char *title, const lyt_json *rate,
                       const lyt_housewords *w)
{
    double per = 0, low = 0, high = 0, days = 0;

    (void)lyt_json_real(lyt_json_get(rate, "per_30_days"), &per);
    (void)lyt_json_real(lyt_json_get(rate, "low"), &low);
    (void)lyt_json_real(lyt_json_get(rate, "high"), &high);
    (void)lyt_json_real(lyt_json_get(rate, "days"), &days);
    lyt_buf_add_text(out, "        ");
    lyt_shown_cell(out, lyt_str_of(title), 8);
    lyt_buf_addf(out, "%lld %s ", (long long)lyt_json_number(rate, "incidents"),
                 lyt_housewords_say(w, "in", "på"));
    if (days < 1) {
        lyt_buf_add_text(out, lyt_housewords_say(w, "less than a day\n", "mindre end en dag\n"));
        return;
    }
    lyt_buf_add_real(out, days, 1);
    lyt_buf_add_text(out, lyt_housewords_say(w, " days: ", " dage: "));
    lyt_buf_add_real(out, per, 2);
    lyt_buf_add_text(out, lyt_housewords_say(w, " in 30 days (", " på 30 dage ("));
    lyt_buf_add_real(out, low, 2);
    lyt_buf_add_text(out, lyt_housewords_say(w, " to ", " til "));
    lyt_buf_add_real(out, high, 2);
    lyt_buf_add_text(out, ")\n");
}

static void print_head(lyt_buf *out, const lyt_json *fix, const lyt_housewords *w,
                       const lyt_housetime *time)
{
    lyt_str place = lyt_json_text(fix, "place"), state = lyt_json_text(fix, "state");

    lyt_buf_addf(out, "%5lld  ", (long long)lyt_json_number(fix, "fix"));
    lyt_shown_cell(out,
                   lyt_str_equal(state, LYT_STR("open"))
                       ? lyt_str_of(lyt_housewords_say(w, "open", "åben"))
                       : lyt_housewords_word(w, state),
                   w->language == LYT_PAGE_DA ? 6 : 5); /* "færdig", "open" */
    lyt_buf_add_char(out, ' ');
    lyt_shown_cell(out, lyt_json_text(fix, "owner"), 12);
    lyt_buf_add_char(out, ' ');
    lyt_shown_cell(out, lyt_housewords_name(w, lyt_json_text(fix, "scenario")), 24);
    lyt_buf_addf(out, " %.*s%s%.*s  %s ", LYT_STR_ARG(lyt_json_text(fix, "property")),
                 place.len ? "/" : "", LYT_STR_ARG(place), lyt_housewords_say(w, "due", "senest"));
    lyt_housetime_add_day(out, time, lyt_json_text(fix, "due"));
    lyt_buf_add_text(out, "  \"");
    lyt_plain_add(out, lyt_json_text(fix, "what"));
    lyt_buf_add_text(out, "\"\n");
}

/* What the scenario's file says prevents it: who sees to that, and the steps. */
static void print_prevention(lyt_buf *out, const lyt_json *all, lyt_str scenario,
                             const lyt_housewords *w)
{
    for (size_t i = 0; i < lyt_json_len(all); i++) {
        const lyt_json *row = lyt_json_at(all, i);
        const lyt_json *steps = lyt_json_get(row, lyt_housewords_say(w, "en", "da"));

        if (!lyt_str_equal(lyt_json_text(row, "scenario"), scenario))
            continue;
        lyt_buf_addf(out, "        %s ", lyt_housewords_say(w, "prevention:", "forebyggelse:"));
        lyt_plain_add(out, lyt_json_text(row, "owner"));
        lyt_buf_add_char(out, '\n');
        for (size_t k = 0; k < lyt_json_len(steps); k++) {
            lyt_str step = {"", 0};

            (void)lyt_json_str(lyt_json_at(steps, k), &step);
            lyt_buf_add_text(out, "          - ");
            lyt_plain_add(out, step);
            lyt_buf_add_char(out, '\n');
        }
    }
}

static void print_fix(lyt_buf *out, const lyt_json *fix, const lyt_json *prevention,
                      const lyt_housewords *w, const lyt_housetime *time)
{
    lyt_str proof = lyt_json_text(fix, "proof");
    bool shown = false, better = false;

    print_head(out, fix, w, time);
    print_prevention(out, prevention, lyt_json_text(fix, "scenario"), w);
    if (proof.len) {
        lyt_buf_addf(out, "        %-7s \"", lyt_housewords_say(w, "proof", "bevis"));
        lyt_plain_add(out, proof);
        lyt_buf_add_text(out, "\"\n");
    }
    if (lyt_json_number(fix, "reopened"))
        lyt_buf_addf(
            out, "        %s %lld %s\n", lyt_housewords_say(w, "came back", "kom igen"),
            (long long)lyt_json_number(fix, "reopened"),
            lyt_housewords_say(w, "times after it was done", "gange efter den var færdig"));
    if (!lyt_json_get(fix, "before"))
        return;
    write_rate(out, lyt_housewords_say(w, "before", "før"), lyt_json_get(fix, "before"), w);
    write_rate(out, lyt_housewords_say(w, "after", "efter"), lyt_json_get(fix, "after"), w);
    (void)lyt_json_bool(lyt_json_get(fix, "is_shown"), &shown);
    (void)lyt_json_bool(lyt_json_get(fix, "is_better"), &better);
    lyt_buf_addf(out, "        %s\n",
                 shown    ? lyt_housewords_say(w, "the figures show that it holds",
                                               "tallene viser at den holder")
                 : better ? lyt_housewords_say(w, "better, but too early to tell",
                                               "bedre, men for tidligt at sige")
                          : lyt_housewords_say(w, "NO BETTER than before", "IKKE BEDRE end før"));
}

static void print_fixes(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_json *fixes = lyt_json_get(answer, "fixes");
    lyt_housetime time;

    lyt_housetime_open(&time, answer);
    for (size_t i = 0; i < lyt_json_len(fixes); i++)
        print_fix(out, lyt_json_at(fixes, i), lyt_json_get(answer, "prevention"), user, &time);
    lyt_housetime_close(&time);
    if (!lyt_json_len(fixes))
        lyt_buf_addf(out, "%s\n", lyt_housewords_say(user, "no fixes", "ingen varige løsninger"));
}

static lyt_exit ask(const lyt_call *call, int64_t number)
{
    const values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->replay, false, v->language};
    lyt_housewords words;
    lyt_buf text;
    lyt_exit code;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("fixes"));
    lyt_jw_kbool(&jw, "all", v->all);
    if (number)
        lyt_jw_kint(&jw, "fix", number);
    lyt_jw_object_end(&jw);
    lyt_housewords_open(&words, v->json ? NULL : &line, v->language);
    code = lyt_houseline_show(call, &line, &text, v->json ? NULL : print_fixes, &words);
    lyt_housewords_close(&words);
    lyt_buf_deinit(&text);
    return code;
}

static void print_done(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_call *call = user;
    const values *v = call->values;
    const lyt_housewords w = {lyt_housewords_language(v->language), NULL};

    if (call->verb == VERB_ADD)
        lyt_buf_addf(out, "%s %lld\n", lyt_housewords_say(&w, "fix", "varig løsning"),
                     (long long)lyt_json_number(answer, "number"));
    else
        lyt_buf_addf(out, "%s %s %s\n", lyt_housewords_say(&w, "fix", "varig løsning"),
                     call->operands[0], lyt_housewords_say(&w, "is done", "er færdig"));
}

static lyt_exit command(const lyt_call *call, int64_t number)
{
    const values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->submit, true, v->language};
    bool adds = call->verb == VERB_ADD;
    lyt_buf text;
    lyt_exit code;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("incident.do"));
    lyt_jw_kstr(&jw, "verb", adds ? LYT_STR("fix") : LYT_STR("fixed"));
    lyt_jw_kint(&jw, adds ? "incident" : "other", number);
    lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    lyt_jw_kstr(&jw, "note", lyt_str_of(v->note));
    if (adds) {
        lyt_jw_kstr(&jw, "whom", lyt_str_of(v->owner));
        lyt_jw_kint(&jw, "minutes", v->days * 24 * 60);
    }
    if (adds && v->place)
        lyt_jw_kstr(&jw, "place", lyt_str_of(v->place));
    lyt_jw_object_end(&jw);
    code = lyt_houseline_show(call, &line, &text, v->json ? NULL : print_done, call);
    lyt_buf_deinit(&text);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    int64_t number = 0;

    if (call->verb == VERB_LIST)
        return call->n_operands ? lyt_console_misuse(call->console, "fix list takes no number")
                                : ask(call, 0);
    if (call->n_operands == 1)
        number = lyt_houseline_number(call->operands[0]);
    if (!number)
        return lyt_console_misuse(call->console, "which one? %s takes the number of %s",
                                  verbs[call->verb],
                                  call->verb == VERB_ADD ? "an incident" : "a fix");
    if (call->verb == VERB_SHOW)
        return ask(call, number);
    if (!v->note || (call->verb == VERB_ADD && !v->owner))
        return lyt_console_misuse(call->console,
                                  call->verb == VERB_ADD
                                      ? "add needs --owner NAME and --note TEXT: who mends what?"
                                      : "done needs --note TEXT: what shows that it is mended?");
    return command(call, number);
}

static const lyt_sample samples[] = {
    {"lyt fix add 12 --owner bent --days 14 --note 'New mixer valves on floor 2' --place '2\?\?'",
     "so that it does not happen again"},
    {"lyt fix done 3 --note 'Valves in, 60 degrees measured in 20 rooms'", "with its proof"},
    {"lyt fix list --all", "and whether they hold"},
};

const lyt_command lyt_cmd_fix = {
    .name = "fix",
    .summary = "Mend causes for good, and see whether it held",
    .usage = "list [--all] [--json]\nadd INCIDENT --owner NAME --note TEXT [--days N]\n"
             "done FIX --note PROOF\nshow FIX [--json]",
    .description =
        "A fix comes out of an incident and is to end failures of its kind, in the whole house or "
        "at one place. It has an owner and a day; owner and manager are told when it is late. A "
        "new incident of the kind after it was done opens it again by itself, and is counted. "
        "What is shown of one that is done is how often the failure came before and comes now, "
        "with the bounds in which the rate lies (95 %).\n"
        "\n"
        "Needs a service that knows its house (lyt serve --desk).",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
