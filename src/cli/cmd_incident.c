#include <stddef.h>

#include "housewords.h"
#include "incident_choices.h"
#include "incident_show.h"
#include "shown.h"

typedef struct values {
    bool all, complains, json;
    int64_t into, language, message, minutes, offer, promise, score, severity, version;
    const char *by, *gesture, *key, *note, *pack, *place, *property, *replay, *say, *server_key,
        *state, *submit, *to;
} values;

#define NUMBER(field, letters, goes_with, text)                                                    \
    {                                                                                              \
        .name = letters, .type = LYT_OPT_INT, .offset = offsetof(values, field), .value = "N",     \
        .min = 0, .max = 1e15, .fallback = "0", .help = text, .verbs = goes_with                   \
    }

static const lyt_option options[] = {
    {.name = "all",
     .letter = 'a',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, all),
     .help = "list closed ones, too",
     .verbs = "list"},
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who does it; default: the login name"},
    {.name = "complains",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, complains),
     .help = "the guest's words complain",
     .verbs = "answer"},
    {.name = "gesture",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, gesture),
     .value = "ID",
     .help = "one of the house's gestures",
     .verbs = "offer"},
    NUMBER(into, "into", "merge", "the incident it goes into"),
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(values),
    LYT_HOUSEWORDS_LANGUAGE(values),
    NUMBER(message, "message", "split", "the feedback that gets an incident of its own"),
    NUMBER(minutes, "minutes", "ack pause promise", "how long from now"),
    {.name = "note",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, note),
     .value = "TEXT",
     .help = "what was done, why, or what is promised",
     .verbs = "-list show choices limits"},
    NUMBER(offer, "offer", "approve decline withdraw", "which one"),
    {.name = "pack",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, pack),
     .value = "PACK",
     .fallback = "hotel",
     .help = "whose messages to guests are shown",
     .verbs = "choices"},
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, place),
     .value = "NAME",
     .help = "where",
     .verbs = "open"},
    NUMBER(promise, "promise", "kept", "which one"),
    {.name = "property",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "which house; default: the settings' own",
     .verbs = "open"},
    LYT_ONLINE_REPLAY(values),
    {.name = "say",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, say),
     .value = "ID",
     .help = "reply: a message of the scenario, as choices shows them"},
    {.name = "score",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, score),
     .value = "N",
     .min = -1,
     .max = 10,
     .fallback = "-1",
     .help = "0 to 10; -1 for none",
     .verbs = "answer"},
    LYT_ONLINE_SERVER_KEY(values),
    {.name = "severity",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, severity),
     .value = "N",
     .min = -1,
     .max = 4,
     .fallback = "-1",
     .help = "0 remark to 4 danger to people; -1: as the scenario has it",
     .verbs = "open"},
    LYT_ONLINE_STATE(values),
    LYT_ONLINE_SUBMIT(values),
    {.name = "to",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, to),
     .value = "NAME",
     .help = "whose it is now, or the team that gets it",
     .verbs = "assign open"},
    NUMBER(version, "version", "-list show choices limits open",
           "only if nobody changed it since; 0: whatever it is"),
};

typedef enum verb {
    VERB_LIST,
    VERB_SHOW,
    VERB_ACK,
    VERB_ACTION,
    VERB_ANSWER,
    VERB_APPROVE,
    VERB_ASK,
    VERB_ASSIGN,
    VERB_CAUSE,
    VERB_CHOICES,
    VERB_CLOSE,
    VERB_CONFIRM,
    VERB_CONSENT,
    VERB_CONTACTED,
    VERB_DECLINE,
    VERB_KEPT,
    VERB_LIMITS,
    VERB_MERGE,
    VERB_NOTE,
    VERB_OFFER,
    VERB_OPEN,
    VERB_PAUSE,
    VERB_PROMISE,
    VERB_REFUND,
    VERB_REMEDY,
    VERB_REOPEN,
    VERB_REPLY,
    VERB_RESOLVE,
    VERB_RESUME,
    VERB_REVOKE,
    VERB_SPLIT,
    VERB_UNMERGE,
    VERB_VOID,
    VERB_WITHDRAW,
    VERB_WORK,
} verb;

static const char *const verbs[] = {
    "list", "show", "ack", "action", "answer", "approve", "ask", "assign", "cause", "choices",
    "close", "confirm", "consent", "contacted", "decline", "kept", "limits", "merge", "note",
    "offer", "open", "pause", "promise", "refund", "remedy", "reopen", "reply", "resolve", "resume",
    "revoke", "split", "unmerge", "void", "withdraw", "work", NULL};

/* What is sent for a verb (NULL: its own name), and the one thing it cannot do without. */
typedef enum need { NEED_NOTHING, NEED_NOTE, NEED_TO, NEED_GESTURE, NEED_OTHER, NEED_MINUTES } need;

typedef struct sending {
    const char *verb, *state;
    need needs;
    const char *missing; /* "--into N" */
} sending;

static const sending sendings[] = {
    [VERB_ACTION] = {NULL, NULL, NEED_NOTE, "--note TEXT"},
    [VERB_APPROVE] = {NULL, NULL, NEED_OTHER, "--offer N"},
    [VERB_ASSIGN] = {NULL, NULL, NEED_TO, "--to NAME"},
    [VERB_CAUSE] = {NULL, NULL, NEED_NOTE, "--note TEXT"},
    [VERB_CLOSE] = {"move", "closed", NEED_NOTHING, NULL},
    [VERB_CONFIRM] = {"move", "confirmed", NEED_NOTHING, NULL},
    [VERB_CONSENT] = {NULL, NULL, NEED_NOTE, "--note TEXT"},
    [VERB_DECLINE] = {NULL, NULL, NEED_OTHER, "--offer N"},
    [VERB_KEPT] = {NULL, NULL, NEED_OTHER, "--promise N"},
    [VERB_MERGE] = {NULL, NULL, NEED_OTHER, "--into N"},
    [VERB_NOTE] = {NULL, NULL, NEED_NOTE, "--note TEXT"},
    [VERB_OFFER] = {NULL, NULL, NEED_GESTURE, "--gesture ID"},
    [VERB_PAUSE] = {NULL, NULL, NEED_MINUTES, "--minutes N and --note TEXT"},
    [VERB_PROMISE] = {NULL, NULL, NEED_MINUTES, "--minutes N and --note TEXT"},
    [VERB_REMEDY] = {"move", "remedied", NEED_NOTHING, NULL},
    [VERB_REOPEN] = {"move", "reopened", NEED_NOTE, "--note TEXT"},
    [VERB_RESOLVE] = {NULL, NULL, NEED_NOTE, "--note TEXT"},
    [VERB_SPLIT] = {NULL, NULL, NEED_OTHER, "--message N"},
    [VERB_VOID] = {"move", "void", NEED_NOTE, "--note TEXT"},
    [VERB_WITHDRAW] = {NULL, NULL, NEED_OTHER, "--offer N"},
    [VERB_WORK] = {"move", "in-work", NEED_NOTHING, NULL},
};

/* What an answer is printed with. */
typedef struct printing {
    verb what;
    int64_t into;
    lyt_housewords words;
} printing;

/* What got a number of its own. */
static void print_number(lyt_buf *out, const lyt_json *json, const printing *p)
{
    const lyt_housewords *w = &p->words;
    long long number = (long long)lyt_json_number(json, "number");
    bool given = false;

    if (!number)
        return;
    (void)lyt_json_bool(lyt_json_get(json, "given"), &given);
    if (p->what == VERB_OFFER)
        lyt_buf_addf(
            out, "%s %lld %s\n", lyt_housewords_say(w, "offer", "tilbud"), number,
            given ? lyt_housewords_say(w, "is given", "er givet")
                  : lyt_housewords_say(w, "is above your authority: approval was asked for",
                                       "er over det du må give: der er bedt om godkendelse"));
    else if (p->what == VERB_SPLIT)
        lyt_buf_addf(out, "%s %lld\n",
                     lyt_housewords_say(w, "its own incident is", "dens egen sag er"), number);
    else
        lyt_buf_addf(out, "%s %lld\n", lyt_housewords_say(w, "promise", "løfte"), number);
}

static void print(lyt_buf *out, const lyt_json *json, const void *user)
{
    const printing *p = user;
    const lyt_housewords *w = &p->words;
    const lyt_json *rows = lyt_json_get(json, "incidents");

    switch (p->what) {
    case VERB_LIST:
        for (size_t i = 0; i < lyt_json_len(rows); i++)
            lyt_incident_row(out, lyt_json_at(rows, i), w);
        if (!lyt_json_len(rows))
            lyt_buf_addf(out, "%s\n", lyt_housewords_say(w, "no incidents", "ingen sager"));
        break;
    case VERB_REPLY:
        lyt_buf_addf(out, "%s: %lld\n",
                     lyt_housewords_say(w, "the guest is written to, of incident",
                                        "gæsten får en besked, i sag"),
                     (long long)lyt_json_number(json, "incident"));
        break;
    case VERB_LIMITS:
        lyt_buf_addf(out, "%s\n",
                     lyt_housewords_say(w, "the settings' limits count for what is open",
                                        "indstillingernes frister gælder for det der er åbent"));
        break;
    case VERB_MERGE:
        lyt_buf_addf(out, "%s %lld %s %lld\n", lyt_housewords_say(w, "incident", "sag"),
                     (long long)lyt_json_number(json, "incident"),
                     lyt_housewords_say(w, "went into", "er lagt sammen med"), (long long)p->into);
        break;
    default:
        lyt_buf_addf(out, "%s %lld %s %.*s\n", lyt_housewords_say(w, "incident", "sag"),
                     (long long)lyt_json_number(json, "incident"),
                     lyt_housewords_say(w, "is", "er"),
                     LYT_STR_ARG(lyt_housewords_word(w, lyt_json_text(json, "state"))));
        print_number(out, json, p);
        /* a slip in --by would make an owner whom no notice reaches */
        if (lyt_json_get(json, "owner_unknown") && (p->what == VERB_ACK || p->what == VERB_WORK))
            lyt_buf_addf(out, "%s\n",
                         lyt_housewords_say(w,
                                            "nobody of this house has that name: no notice reaches "
                                            "its owner; incident assign gives it to somebody",
                                            "ingen i dette hus hedder det: ingen besked når den, "
                                            "der har den; incident assign giver den videre"));
        break;
    }
}

static int64_t other_of(const values *v, verb what)
{
    switch (what) {
    case VERB_MERGE:
        return v->into;
    case VERB_SPLIT:
        return v->message;
    case VERB_KEPT:
        return v->promise;
    default:
        return v->offer;
    }
}

static const sending *sending_of(verb what)
{
    static const sending plain = {NULL, NULL, NEED_NOTHING, NULL};

    return what < sizeof sendings / sizeof *sendings ? &sendings[what] : &plain;
}

static void write_order(lyt_jw *jw, const values *v, verb what, int64_t id)
{
    const sending *s = sending_of(what);
    const char *whom = what == VERB_OFFER ? v->gesture : what == VERB_REPLY ? v->say : v->to;

    lyt_jw_kstr(jw, "type", LYT_STR("incident.do"));
    lyt_jw_kstr(jw, "verb", lyt_str_of(s->verb ? s->verb : verbs[what]));
    lyt_jw_kint(jw, "incident", id);
    lyt_jw_kstr(jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    if (s->state)
        lyt_jw_kstr(jw, "state", lyt_str_of(s->state));
    if (v->note)
        lyt_jw_kstr(jw, "note", lyt_str_of(v->note));
    if (whom)
        lyt_jw_kstr(jw, "whom", lyt_str_of(whom));
    if (other_of(v, what))
        lyt_jw_kint(jw, "other", other_of(v, what));
    if (v->minutes)
        lyt_jw_kint(jw, "minutes", v->minutes);
    if (v->version)
        lyt_jw_kint(jw, "version", v->version);
    if (v->score >= 0)
        lyt_jw_kint(jw, "score", v->score);
    if (v->complains)
        lyt_jw_kbool(jw, "complains", true);
}

/* What staff saw: the operand is what failed, not a number. */
static void write_opening(lyt_jw *jw, const values *v, const char *scenario)
{
    lyt_jw_kstr(jw, "type", LYT_STR("incident.do"));
    lyt_jw_kstr(jw, "verb", LYT_STR("open"));
    lyt_jw_kstr(jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    lyt_jw_kstr(jw, "scenario", lyt_str_of(scenario));
    if (v->severity >= 0)
        lyt_jw_kint(jw, "other", v->severity);
    if (v->place)
        lyt_jw_kstr(jw, "place", lyt_str_of(v->place));
    if (v->property)
        lyt_jw_kstr(jw, "property", lyt_str_of(v->property));
    if (v->to)
        lyt_jw_kstr(jw, "whom", lyt_str_of(v->to));
    if (v->note)
        lyt_jw_kstr(jw, "note", lyt_str_of(v->note));
}

static void question(lyt_buf *out, const values *v, verb what, int64_t id, const char *operand)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    if (what == VERB_LIMITS) {
        lyt_jw_kstr(&jw, "type", LYT_STR("incident.do"));
        lyt_jw_kstr(&jw, "verb", LYT_STR("limits"));
        lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    } else if (what == VERB_OPEN) {
        write_opening(&jw, v, operand);
    } else if (what == VERB_LIST) {
        lyt_jw_kstr(&jw, "request", LYT_STR("incidents"));
        lyt_jw_kbool(&jw, "open", !v->all);
        lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    } else if ((what == VERB_RESOLVE && !v->version) ||
               (what == VERB_ACK && !v->minutes && !v->version)) {
        lyt_jw_kstr(&jw, "type",
                    what == VERB_ACK ? LYT_STR("incident.ack") : LYT_STR("incident.resolve"));
        lyt_jw_kint(&jw, "incident", id);
        lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
        if (v->note)
            lyt_jw_kstr(&jw, "note", lyt_str_of(v->note));
    } else {
        write_order(&jw, v, what, id);
    }
    lyt_jw_object_end(&jw);
}

static lyt_exit ask(const lyt_call *call, verb what, int64_t id)
{
    const values *v = call->values;
    bool moves = what != VERB_LIST;
    lyt_houseline line = {v->state, v->key, v->server_key, moves ? v->submit : v->replay, moves,
                          v->language};
    printing p = {.what = what, .into = v->into};
    lyt_buf text;
    lyt_exit code;

    lyt_buf_init(&text, NULL);
    question(&text, v, what, id, call->n_operands ? call->operands[0] : "");
    lyt_housewords_open(&p.words, moves || v->json ? NULL : &line, v->language);
    code = lyt_houseline_show(call, &line, &text, v->json ? NULL : print, &p);
    lyt_housewords_close(&p.words);
    lyt_buf_deinit(&text);
    return code;
}

/* What the verb cannot do without; NULL: it is all there. */
static const char *missing(const values *v, verb what)
{
    const sending *s = sending_of(what);

    switch (s->needs) {
    case NEED_NOTHING:
        return NULL;
    case NEED_NOTE:
        return v->note ? NULL : s->missing;
    case NEED_TO:
        return v->to ? NULL : s->missing;
    case NEED_GESTURE:
        return v->gesture ? NULL : s->missing;
    case NEED_OTHER:
        return other_of(v, what) ? NULL : s->missing;
    case NEED_MINUTES:
        return v->minutes && v->note ? NULL : s->missing;
    }
    return NULL;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    verb what = (verb)call->verb;
    int64_t id = 0;

    if (what == VERB_LIMITS)
        return call->n_operands ? lyt_console_misuse(call->console, "limits takes no number")
                                : ask(call, what, 0);
    if (what == VERB_LIST && call->n_operands)
        return lyt_console_misuse(call->console, "list takes no number; incident show N shows one");
    if (what != VERB_LIST && call->n_operands != 1)
        return lyt_console_misuse(call->console, "which one? %s takes %s", verbs[what],
                                  what == VERB_OPEN ? "what failed, a scenario"
                                                    : "the number of an incident");
    if (what == VERB_OPEN)
        return ask(call, what, 0);
    if (what != VERB_LIST)
        id = lyt_houseline_number(call->operands[0]);
    if (what != VERB_LIST && !id)
        return lyt_console_misuse(call->console, "'%s' is no number of an incident",
                                  call->operands[0]);
    if (what == VERB_RESOLVE && !v->note)
        return lyt_console_misuse(call->console, "what was done? resolve needs --note TEXT");
    if (missing(v, what))
        return lyt_console_misuse(call->console, "%s needs %s", verbs[what], missing(v, what));
    if (what == VERB_REPLY && v->say && v->note)
        return lyt_console_misuse(call->console, "which words? give --say or --note, not both");
    if (what == VERB_CHOICES)
        return lyt_incident_choices(
            call, &(lyt_choices){{v->state, v->key, v->server_key, v->replay, false, v->language},
                                 v->pack,
                                 lyt_houseline_who(v->by),
                                 id,
                                 v->language,
                                 v->json});
    if (what == VERB_SHOW)
        return lyt_incident_show(
            call, &(lyt_houseline){v->state, v->key, v->server_key, v->replay, false, v->language},
            id, lyt_houseline_who(v->by), v->json);
    return ask(call, what, id);
}

static const lyt_sample samples[] = {
    {"lyt incident list", "what is open"},
    {"lyt incident ack 12 --by Mette", "take it on"},
    {"lyt incident resolve 12 --by Mette --note 'New kettle in 214'",
     "say that it is mended, and how"},
    {"lyt incident offer 12 --gesture fruit-plate --by mette", "give, or ask for approval"},
    {"lyt incident reply 12 --by mette", "send the guest the draft that lies ready"},
    {"lyt incident promise 12 --minutes 60 --note 'A new kettle by noon'", "and be held to it"},
};

const lyt_command lyt_cmd_incident = {
    .name = "incident",
    .summary = "List and show incidents, and do what there is to do",
    .usage = "list [--all] [--json]\nshow N [--json]\nchoices N [--pack PACK] [--json]\nack N "
             "[--minutes N] [--by NAME]\n"
             "resolve N --note TEXT [--by NAME]\n"
             "work|remedy|confirm|close|ask|contacted|unmerge|resume|revoke N\n"
             "void|reopen|note|cause|action|consent N --note TEXT\nassign N --to NAME\n"
             "answer N [--score N] [--complains]\noffer N --gesture ID\n"
             "approve|decline|withdraw N --offer N\npromise N --minutes N --note TEXT\n"
             "open SCENARIO [--place NAME] [--to TEAM]\nkept N --promise N\npause N --minutes N "
             "--note TEXT\nmerge N --into N\n"
             "split N --message N\nreply N [--say ID | --note TEXT]\nlimits",
    .description =
        "An alarm opens an incident; later messages on the same scenario and place join it. "
        "Acknowledging says who has taken it on, resolving what was done; both are on the "
        "disk before the command ends, and everybody on the bus is told.\n"
        "\n"
        "After the settings got new time limits, the clocks that run keep the old ones; limits "
        "gives all that is open the new ones, too.\n"
        "\n"
        "reply writes to the guest by the way of the settings that goes to guests: the draft "
        "that lies ready, a message of the scenario, or words of your own. It is refused, and "
        "says why, where the guest wants no messages or left no address.\n"
        "\n"
        "choices shows what may be said to the guest and given, and by whom. What the house keeps "
        "restricted (sensitive in its settings) is shown to people of the named roles alone, by "
        "their key, or --by where the service has no keys.\n"
        "\n"
        "All but list, show, ack and resolve need a service that knows its house (lyt serve "
        "--desk). There an incident closes only with a cause and an action written down; an offer "
        "above the authority of --by becomes a request to who may approve it; and --version "
        "refuses what somebody else changed meanwhile. The service takes --by at its word.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
