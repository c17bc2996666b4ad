#include <stddef.h>
#include <string.h>

#include "houseline.h"
#include "housewords.h"
#include "rawterm.h"
#include "refusal.h"
#include "topframe.h"

typedef struct values {
    bool json, once;
    int64_t columns, language, rows;
    const char *by, *key, *server_key, *state;
} values;

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who takes things on; default: the login name"},
    {.name = "columns",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, columns),
     .value = "N",
     .min = 40,
     .max = 500,
     .fallback = "80",
     .help = "with --once: how wide"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "with --once: what the picture is made of, as JSON"},
    LYT_ONLINE_KEY(values),
    LYT_HOUSEWORDS_LANGUAGE(values),
    {.name = "once",
     .letter = '1',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, once),
     .help = "print one picture and end; no terminal is needed"},
    {.name = "rows",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, rows),
     .value = "N",
     .min = 6,
     .max = 500,
     .fallback = "24",
     .help = "with --once: how high"},
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
};

enum { answer_ms = 5000, look_us = 1000000, key_ms = 200, typed_max = 400 };

typedef struct top {
    const lyt_call *call;
    lyt_endpoints at;
    lyt_net *net;
    lyt_asker *replay, *submit;
    lyt_json *board;
    int64_t shown_us, read_us; /* the service's time, and ours when it was read */
    int64_t incident;          /* the chosen one, wherever it moves to */
    size_t selected;
    lyt_top_mode mode;
    lyt_housewords words;
    lyt_buf typed, cause, message, frame;
} top;

static int64_t mono_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

/* The chosen incident stays chosen when the list moves; when it is gone the next one is. */
static void follow_chosen(top *t)
{
    size_t n = lyt_topframe_cases(t->board);

    for (size_t i = 0; t->incident && i < n; i++)
        if (lyt_topframe_incident(t->board, i) == t->incident) {
            t->selected = i;
            return;
        }
    if (t->selected >= n)
        t->selected = n ? n - 1 : 0;
    t->incident = lyt_topframe_incident(t->board, t->selected);
    t->mode = LYT_TOP_LIST;
}

static lyt_status ask(top *t, lyt_asker *asker, lyt_str question, lyt_json **out, lyt_error *err)
{
    lyt_str answer, why;
    lyt_status status = lyt_asker_ask(asker, question, answer_ms, &answer);

    if (status)
        return lyt_error_set(err, status, "%s: is `lyt serve` running?",
                             asker == t->submit ? t->at.submit : t->at.replay);
    status = lyt_json_parse(out, answer, 16U << 20, err);
    if (!status && lyt_json_str(lyt_json_get(*out, "error"), &why)) {
        status = lyt_error_set(err, LYT_EINVAL, "%.*s", LYT_STR_ARG(why));
        lyt_json_free(*out);
        *out = NULL;
    }
    return status;
}

static lyt_status look(top *t, lyt_error *err)
{
    const values *v = t->call->values;
    lyt_json *fresh = NULL;
    lyt_buf question;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_init(&question, NULL);
    lyt_jw_init(&jw, &question);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("board"));
    lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    lyt_jw_object_end(&jw);
    status = ask(t, t->replay, lyt_buf_str(&question), &fresh, err);
    lyt_buf_deinit(&question);
    t->read_us = mono_us();
    if (status)
        return status;
    if (lyt_clock_parse(&t->shown_us, lyt_json_text(fresh, "now")))
        t->shown_us = 0;
    lyt_json_free(t->board);
    t->board = fresh;
    follow_chosen(t);
    return LYT_OK;
}

static void say(top *t, const char *text)
{
    lyt_buf_reset(&t->message);
    lyt_buf_add_text(&t->message, text);
}

/* One order about the chosen incident; what comes of it is the message. */
static bool order(top *t, const char *verb, lyt_str note, const char *said)
{
    const values *v = t->call->values;
    lyt_json *answer = NULL;
    lyt_error err = {.text = ""};
    lyt_buf text;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("incident.do"));
    lyt_jw_kstr(&jw, "verb", lyt_str_of(verb));
    lyt_jw_kint(&jw, "incident", t->incident);
    lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    if (note.len)
        lyt_jw_kstr(&jw, "note", note);
    lyt_jw_object_end(&jw);
    status = ask(t, t->submit, lyt_buf_str(&text), &answer, &err);
    lyt_buf_reset(&text);
    if (status && t->words.language == LYT_PAGE_DA)
        (void)lyt_refusal_say(&text, lyt_str_of(err.text));
    else if (status)
        lyt_buf_add_text(&text, err.text);
    else
        lyt_buf_addf(&text, "%lld %s", (long long)t->incident, said);
    if (!status && lyt_json_get(answer, "owner_unknown"))
        lyt_buf_addf(&text, "; %s",
                     lyt_housewords_say(&t->words,
                                        "nobody of this house has your name, begin with --by",
                                        "ingen i dette hus hedder som du, begynd med --by"));
    lyt_json_free(answer);
    say(t, text.data ? text.data : "");
    lyt_buf_deinit(&text);
    t->read_us = 0; /* look again at once */
    return !status;
}

static void draw(top *t, int rows, int columns, bool colour)
{
    lyt_topframe frame = {.board = t->board,
                          .now_us = t->shown_us + (mono_us() - t->read_us),
                          .language = t->words.language,
                          .words = &t->words,
                          .mode = t->mode,
                          .rows = rows,
                          .columns = columns,
                          .selected = t->selected,
                          .typed = lyt_buf_str(&t->typed),
                          .message = lyt_buf_str(&t->message),
                          .colour = colour};

    lyt_buf_reset(&t->frame);
    lyt_topframe_draw(&t->frame, &frame);
}

static void move(top *t, int by)
{
    size_t n = lyt_topframe_cases(t->board);

    if (by < 0 && t->selected > 0)
        t->selected--;
    if (by > 0 && t->selected + 1 < n)
        t->selected++;
    t->incident = lyt_topframe_incident(t->board, t->selected);
}

static void begin_typing(top *t, lyt_top_mode mode)
{
    t->mode = mode;
    lyt_buf_reset(&t->typed);
    say(t, "");
}

/* False: that is the end. */
static bool on_list(top *t, const lyt_key *key)
{
    char c = key->kind == LYT_KEY_LETTER && !key->bytes[1] ? key->bytes[0] : 0;

    if (key->kind == LYT_KEY_UP || c == 'k')
        move(t, -1);
    else if (key->kind == LYT_KEY_DOWN || c == 'j')
        move(t, 1);
    else if (c == 'a' && t->incident)
        (void)order(t, "ack", (lyt_str){"", 0}, lyt_top_said(t->words.language, false));
    else if (c == 'r' && t->incident)
        begin_typing(t, LYT_TOP_CAUSE);
    return c != 'q' && key->kind != LYT_KEY_END;
}

static void take_back(lyt_buf *typed)
{
    while (typed->len && (typed->data[typed->len - 1] & 0xc0) == 0x80)
        typed->len--;
    if (typed->len)
        typed->len--;
}

static void enter(top *t)
{
    lyt_str typed = lyt_str_trim(lyt_buf_str(&t->typed));

    if (!typed.len)
        return;
    if (t->mode == LYT_TOP_CAUSE) {
        lyt_buf_reset(&t->cause);
        lyt_buf_add(&t->cause, typed);
        begin_typing(t, LYT_TOP_ACTION);
        return;
    }
    if (order(t, "cause", lyt_buf_str(&t->cause), ""))
        (void)order(t, "resolve", typed, lyt_top_said(t->words.language, true));
    t->mode = LYT_TOP_LIST;
}

static bool on_typing(top *t, const lyt_key *key)
{
    if (key->kind == LYT_KEY_ESCAPE)
        t->mode = LYT_TOP_LIST;
    else if (key->kind == LYT_KEY_BACK)
        take_back(&t->typed);
    else if (key->kind == LYT_KEY_ENTER)
        enter(t);
    else if (key->kind == LYT_KEY_LETTER && t->typed.len < typed_max)
        lyt_buf_add_text(&t->typed, key->bytes);
    return key->kind != LYT_KEY_END;
}

/* Until somebody ends it; a service that goes away for a while is waited for. */
static void watch(top *t)
{
    bool goes_on = true;

    while (goes_on && !lyt_online_stopped()) {
        lyt_error err = {.text = ""};
        int rows, columns;
        lyt_key key;

        if (mono_us() - t->read_us >= look_us && look(t, &err))
            say(t, err.text);
        lyt_rawterm_size(&rows, &columns);
        draw(t, rows, columns, t->call->console->colour);
        lyt_rawterm_show(lyt_buf_str(&t->frame));
        key = lyt_rawterm_key(key_ms);
        goes_on = t->mode == LYT_TOP_LIST ? on_list(t, &key) : on_typing(t, &key);
    }
}

static lyt_status connect_all(top *t, lyt_error *err)
{
    const values *v = t->call->values;
    lyt_status status = lyt_endpoints_find(&t->at, v->state, err);

    if (!status)
        status = lyt_online_net(&t->net, &t->at, v->key, v->server_key, err);
    if (!status)
        status = lyt_asker_new(&t->replay, t->net, NULL, t->at.replay, err);
    if (!status)
        status = lyt_asker_new(&t->submit, t->net, NULL, t->at.submit, err);
    return status ? status : look(t, err);
}

static lyt_exit run(const lyt_call *call)
{
    enum { out_fd = 1 };
    const values *v = call->values;
    const lyt_houseline line = {v->state, v->key, v->server_key, NULL, false, v->language};
    top t = {.call = call};
    lyt_error err = {.text = ""};
    lyt_status status;

    if (v->json && !v->once)
        return lyt_console_misuse(call->console, "top: --json goes with --once");
    lyt_buf_init(&t.typed, NULL);
    lyt_buf_init(&t.cause, NULL);
    lyt_buf_init(&t.message, NULL);
    lyt_buf_init(&t.frame, NULL);
    lyt_online_catch_signals();
    lyt_housewords_open(&t.words, &line, v->language);
    status = connect_all(&t, &err);
    if (!status && v->once) {
        if (v->json) {
            lyt_json_write(&t.frame, t.board);
            lyt_buf_add_char(&t.frame, '\n');
        } else {
            draw(&t, (int)v->rows, (int)v->columns, call->console->colour);
        }
        lyt_console_write_buf(call->console, &t.frame);
    } else if (!status) {
        status = lyt_rawterm_begin(call->console->in_fd, out_fd, &err);
        if (!status)
            watch(&t);
        lyt_rawterm_end();
    }
    lyt_housewords_close(&t.words);
    lyt_json_free(t.board);
    lyt_asker_free(t.replay);
    lyt_asker_free(t.submit);
    lyt_net_free(t.net);
    lyt_buf_deinit(&t.typed);
    lyt_buf_deinit(&t.cause);
    lyt_buf_deinit(&t.message);
    lyt_buf_deinit(&t.frame);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt top --by mette", "what is open, live"},
    {"lyt top --once --language da", "one picture, in Danish"},
};

const lyt_command lyt_cmd_top = {
    .name = "top",
    .summary = "The live board of a house in the terminal",
    .usage = "[--by NAME] [--language da|en] [--once [--json]]",
    .description =
        "Shows what is open: what nobody has taken on first, the oldest at the top, with the clock "
        "that runs out next counting down, or up when it is late. The picture is of the "
        "service's state at most a second ago.\n"
        "\n"
        "Keys: up and down (or k and j) choose, a takes the chosen one on, r asks for the cause "
        "and "
        "for what was done and resolves it, q ends. What the service refuses is said at the "
        "bottom. "
        "The terminal is as it was before however it ends. Colour only on a terminal.\n"
        "\n"
        "Needs a service that knows its house (lyt serve --desk).",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
