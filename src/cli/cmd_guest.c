#include <stddef.h>
#include <string.h>

#include "deskfile.h"
#include "feed.h"
#include "guest_contact.h"
#include "guest_ledger.h"
#include "guest_online.h"
#include "guest_rekey.h"
#include "housewords.h"
#include "lines.h"

typedef struct guest_values {
    const char *at, *by, *contacts;
    int64_t message;
    bool json, keep_old;
    const char *item;
    int64_t language;
    const char *key, *server_key, *state, *replay, *submit;
    const char *notes;
    const char *pack;
    const char *scenario;
    const char *settings;
} guest_values;

static const lyt_option options[] = {
    {.name = "at",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(guest_values, at),
     .value = "TIME",
     .help = "2026-11-25T12:40 (local) or RFC 3339, instead of now"},
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(guest_values, by),
     .value = "NAME",
     .help = "stop, start: who says so for the guest; default: the login name"},
    {.name = "contacts",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(guest_values, contacts),
     .value = "FILE",
     .help = "contact, rekey: the key of the settings (replies, key); default: the state folder's"},
    {.name = "item",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(guest_values, item),
     .value = "NAME",
     .help = "only this",
     .verbs = "forget"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(guest_values, json),
     .help = "one JSON object a line"},
    {.name = "keep-old",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(guest_values, keep_old),
     .help = "the old keys stay in the file",
     .verbs = "rekey"},
    LYT_ONLINE_KEY(guest_values),
    LYT_HOUSEWORDS_LANGUAGE(guest_values),
    {.name = "message",
     .letter = 'm',
     .type = LYT_OPT_INT,
     .offset = offsetof(guest_values, message),
     .value = "NUMBER",
     .min = 0,
     .max = 9e15,
     .fallback = "0",
     .help = "contact: the guest that this message is from"},
    {.name = "notes",
     .letter = 'n',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(guest_values, notes),
     .value = "FILE",
     .help = "what is known of guests, as JSON lines (- for stdin), instead of a service's",
     .verbs = "propose show"},
    LYT_DESKFILE_PACK(guest_values),
    LYT_ONLINE_REPLAY(guest_values),
    {.name = "scenario",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(guest_values, scenario),
     .value = "ID",
     .help = "what failed",
     .verbs = "propose"},
    LYT_ONLINE_SERVER_KEY(guest_values),
    LYT_DESKFILE_SETTINGS(guest_values),
    LYT_ONLINE_STATE(guest_values),
    LYT_ONLINE_SUBMIT(guest_values),
};

enum verb {
    VERB_CONTACT,
    VERB_FORGET,
    VERB_LEDGER,
    VERB_PROPOSE,
    VERB_REKEY,
    VERB_SHOW,
    VERB_START,
    VERB_STOP
};
static const char *const verbs[] = {"contact", "forget", "ledger", "propose", "rekey",
                                    "show",    "start",  "stop",   NULL};

static const lyt_sample samples[] = {
    {"lyt guest propose anna --scenario food-cold", "which gesture suits this guest, and why"},
    {"lyt guest show anna", "what the running service knows of the guest"},
    {"lyt guest propose anna --scenario food-cold -n orders.jsonl", "without a service"},
    {"lyt guest stop g1f0a --by mette", "the guest told mette: no more messages"},
    {"lyt guest contact --message 812", "where the guest of that message can be reached"},
    {"lyt guest ledger", "who wants no messages, since when, and on which ground each message went"},
    {"lyt guest rekey", "another key for the addresses of guests, also while the service runs"},
};

enum { line_bytes = 64 * 1024, proposals_max = 16 };

typedef struct guest_state {
    const lyt_call *call;
    const guest_values *values;
    const lyt_settings *settings;
    lyt_notes *notes;
    int64_t now_us;
    lyt_buf out;
    lyt_housewords words;
} guest_state;

static lyt_status take_line(guest_state *state, const lyt_line *line, const char *name,
                            lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_error why = {0};
    lyt_note note;
    lyt_status status = lyt_line_check(line, name, err);

    if (status)
        return status;
    status = lyt_json_parse(&json, line->text, line_bytes, &why);
    if (!status)
        status = lyt_feed_read_note(&note, json, &why);
    if (!status && lyt_notes_add(state->notes, &note))
        status = lyt_error_set(&why, LYT_ELIMIT, "a text in it is longer than 64 bytes");
    lyt_json_free(json);
    return status ? lyt_error_at(err, status, name, line->number, why.column, "%s%s%s", why.file,
                                 why.file[0] ? ": " : "", why.text)
                  : LYT_OK;
}

static lyt_exit read_notes(guest_state *state)
{
    lyt_lines_options how = {.path = state->values->notes,
                             .in_fd = state->call->console->in_fd,
                             .limit_bytes = line_bytes};
    lyt_lines *lines = NULL;
    lyt_error err = {0};
    lyt_line line;
    lyt_status status;

    if (lyt_notes_new(&state->notes, NULL))
        return lyt_console_complain(state->call->console, "out of memory");
    status = lyt_lines_open(&lines, &how, &err);
    while (!status) {
        status = lyt_lines_next(lines, &line, &err);
        if (!status && lyt_str_trim(line.text).len)
            status = take_line(state, &line, lyt_lines_name(lines), &err);
    }
    lyt_lines_close(lines);
    return status == LYT_EEND ? LYT_EXIT_DONE : lyt_console_error(state->call->console, &err);
}

static void add_note(guest_state *state, const lyt_note *note, lyt_jw *jw)
{
    lyt_buf at;

    if (!jw) {
        lyt_buf_addf(&state->out, "    %.*s %s, ",
                     LYT_STR_ARG(lyt_housewords_word(&state->words,
                                                     lyt_str_of(lyt_note_kind_name(note->kind)))),
                     note->item);
        lyt_deskfile_local(&state->out, state->settings, note->at_us, state->words.language);
        lyt_buf_addf(&state->out, "%s%s\n", note->source[0] ? ", " : "", note->source);
        return;
    }
    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, note->at_us);
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "kind", lyt_str_of(lyt_note_kind_name(note->kind)));
    lyt_jw_kstr(jw, "item", lyt_str_of(note->item));
    lyt_jw_kstr(jw, "at", lyt_buf_str(&at));
    lyt_jw_kstr(jw, "source", lyt_str_of(note->source));
    lyt_jw_object_end(jw);
    lyt_buf_deinit(&at);
}

static void add_proposal(guest_state *state, const lyt_proposal *p)
{
    lyt_jw jw;

    if (!state->values->json) {
        lyt_buf_addf(&state->out, "%-20s %s / %s, %lld.%02lld %s%s\n", p->gesture->id,
                     p->gesture->name_en, p->gesture->name_da, (long long)p->gesture->cost / 100,
                     (long long)p->gesture->cost % 100, lyt_currency_name(p->gesture->currency),
                     p->n_reasons ? lyt_housewords_say(&state->words, ", because:", ", fordi:")
                                  : "");
        for (size_t i = 0; i < p->n_reasons; i++)
            add_note(state, &p->reasons[i], NULL);
        return;
    }
    lyt_jw_init(&jw, &state->out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "gesture", lyt_str_of(p->gesture->id));
    lyt_jw_kstr(&jw, "name_en", lyt_str_of(p->gesture->name_en));
    lyt_jw_kstr(&jw, "name_da", lyt_str_of(p->gesture->name_da));
    lyt_jw_kint(&jw, "cost", p->gesture->cost);
    lyt_jw_kstr(&jw, "currency", lyt_str_of(lyt_currency_name(p->gesture->currency)));
    lyt_jw_kint(&jw, "weight", p->weight);
    lyt_jw_key(&jw, "reasons");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < p->n_reasons; i++)
        add_note(state, &p->reasons[i], &jw);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&state->out, '\n');
}

static void propose(guest_state *state, const char *guest)
{
    lyt_wish wish = {lyt_str_of(guest), lyt_str_of(state->values->scenario), state->now_us, NULL};
    lyt_proposal proposals[proposals_max];
    size_t n = lyt_gesture_propose(state->settings->gestures, state->settings->n_gestures,
                                   state->notes, NULL, &wish, proposals, proposals_max);

    for (size_t i = 0; i < n; i++)
        add_proposal(state, &proposals[i]);
    for (size_t i = 0; !state->values->json && i < state->settings->n_gestures; i++) {
        const lyt_gesture *gesture = &state->settings->gestures[i];
        lyt_note why;

        if (!lyt_gesture_forbidden(gesture, state->notes, wish.guest, &why))
            continue;
        lyt_buf_addf(&state->out, "%s %s, %s:\n",
                     lyt_housewords_say(&state->words, "never", "aldrig"), gesture->id,
                     lyt_housewords_say(&state->words, "because of", "på grund af"));
        add_note(state, &why, NULL);
    }
}

static void show(guest_state *state, const char *guest)
{
    for (size_t i = 0; i < lyt_notes_size(state->notes); i++) {
        lyt_note note = lyt_notes_at(state->notes, i);
        lyt_jw jw;

        if (strcmp(note.guest, guest) != 0)
            continue;
        lyt_jw_init(&jw, &state->out);
        add_note(state, &note, state->values->json ? &jw : NULL);
        if (state->values->json)
            lyt_buf_add_char(&state->out, '\n');
    }
}

static lyt_exit ask_service(const lyt_call *call)
{
    const guest_values *v = call->values;
    bool says = call->verb == VERB_STOP || call->verb == VERB_START;
    bool forgets = call->verb == VERB_FORGET || says;
    lyt_guest_question question = {
        .line = {v->state, v->key, v->server_key, forgets ? v->submit : v->replay, forgets,
                 v->language},
        .guest = call->operands[0],
        .scenario = call->verb == VERB_PROPOSE ? v->scenario : NULL,
        .item = v->item,
        .by = lyt_houseline_who(v->by),
        .stops = call->verb == VERB_STOP,
        .language = v->language,
        .json = v->json};

    if (forgets && v->notes)
        return lyt_console_misuse(call->console, "%s is about a running service; no --notes",
                                  verbs[call->verb]);
    if (says)
        return lyt_guest_consent(call, &question);
    return forgets ? lyt_guest_forget(call, &question) : lyt_guest_online(call, &question);
}

static lyt_exit rekey(const lyt_call *call)
{
    const guest_values *v = call->values;

    if (call->n_operands)
        return lyt_console_misuse(call->console, "rekey is about all guests; it takes no GUEST");
    return lyt_guest_rekey(call, &(lyt_rekey_question){.state = v->state,
                                                       .key = v->key,
                                                       .server_key = v->server_key,
                                                       .key_file = v->contacts,
                                                       .keeps_old = v->keep_old,
                                                       .json = v->json,
                                                       .language = v->language});
}

static lyt_exit run(const lyt_call *call)
{
    guest_state state = {.call = call, .values = call->values};
    lyt_settings *settings = NULL;
    lyt_exit code = LYT_EXIT_DONE;

    if (call->verb == VERB_PROPOSE && !state.values->scenario)
        return lyt_console_misuse(call->console, "what failed? propose needs --scenario ID");
    if (call->verb == VERB_CONTACT)
        return lyt_guest_contact(
            call, &(lyt_contact_question){call->n_operands ? call->operands[0] : "",
                                          state.values->message, state.values->state,
                                          state.values->contacts, state.values->json});
    if (call->verb == VERB_REKEY)
        return rekey(call);
    if (call->verb == VERB_LEDGER)
        return lyt_guest_ledger(
            call, &(lyt_ledger_question){state.values->state,
                                         call->n_operands ? call->operands[0] : NULL,
                                         state.values->json, state.values->language});
    if (!call->n_operands)
        return lyt_console_misuse(call->console, "an operand is missing: %s takes a GUEST",
                                  verbs[call->verb]);
    if (call->verb == VERB_FORGET || call->verb == VERB_STOP || call->verb == VERB_START ||
        !state.values->notes)
        return ask_service(call);
    lyt_housewords_open(&state.words, NULL, state.values->language);
    code = lyt_deskfile_read(call, state.values->settings, state.values->pack, &settings);
    state.settings = settings;
    lyt_buf_init(&state.out, NULL);
    if (code == LYT_EXIT_DONE)
        code = lyt_deskfile_time(call, settings, state.values->at, &state.now_us);
    if (code == LYT_EXIT_DONE)
        code = read_notes(&state);
    if (code == LYT_EXIT_DONE && call->verb == VERB_PROPOSE)
        propose(&state, call->operands[0]);
    else if (code == LYT_EXIT_DONE)
        show(&state, call->operands[0]);
    lyt_console_write_buf(call->console, &state.out);
    lyt_buf_deinit(&state.out);
    lyt_notes_free(state.notes);
    lyt_settings_free(settings);
    return code;
}

const lyt_command lyt_cmd_guest = {
    .name = "guest",
    .summary = "Show what is known of a guest, and which gesture suits",
    .usage = "propose GUEST --scenario ID [--notes FILE] [--at TIME] [--json]\n"
             "show GUEST [--notes FILE] [--json]\nforget GUEST [--item NAME]\n"
             "stop|start GUEST [--by NAME]\ncontact GUEST | contact --message N [--contacts FILE]\n"
             "ledger [GUEST] [--json]\nrekey [--contacts FILE] [--keep-old]",
    .description =
        "After a failure a guest's own preferences choose the gesture: what they ordered or "
        "said they like comes first, with that as the reason. What an allergy, a diet, a faith "
        "or an opt-out speaks against is never proposed. With nothing known the gesture is a "
        "neutral one.\n"
        "\n"
        "A note: {\"kind\":\"order\",\"guest\":\"anna\",\"item\":\"strawberry-smoothie\","
        "\"source\":\"bar order 118\",\"at\":\"2026-11-24T09:10:00Z\"}; kinds are order, likes, "
        "dislikes, allergy, diet and opt-out.\n"
        "\n"
        "Asks a running service that knows its house, which was told by lyt event; with --notes "
        "it reads a file and the settings instead, and no service is needed. show also says where "
        "the guest stays, what failed, and whether they may be asked for a review. forget takes "
        "notes, stays and the address back, of the disk, too.\n"
        "\n"
        "stop says for a guest that no more messages are wanted, as the guest's own STOP does, "
        "and start the opposite. contact opens, on the machine of the service and with its key, "
        "the number or mail address that a guest is answered by, to call them.\n"
        "\n"
        "ledger lists, of one guest or all, who wanted no more messages and who did again, and each message "
        "that went with the ground it went on: guests are written to about what they wrote, never to "
        "advertise. It reads the state folder, with or without a service.\n"
        "\n"
        "rekey gives these addresses another key: the key file takes a new one, the service is told, "
        "each address is sealed anew, and the old keys go. Ended in the middle nothing is lost; "
        "called again it goes on. A backup from before has addresses that the new key does not open: "
        "they are days old at most (replies, keep_days).",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(guest_values),
    LYT_ROWS(samples),
    .min_operands = 0,
    .max_operands = 1,
    .run = run,
};
