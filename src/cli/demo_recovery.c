#include "demo_recovery.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "child.h"
#include "datapaths.h"
#include "demo_guest.h"
#include "demo_script.h"
#include "deskfile.h"
#include "mem.h"
#include "pack.h"

enum { patterns_max = 16, patience_s = 30, answer_ms = 10000, line_bytes = 64 * 1024 };

typedef struct play {
    const lyt_call *call;
    lyt_demo_recovery *demo;
    lyt_script script;
    lyt_net *net;
    lyt_endpoints at;
    lyt_asker *submit, *replay;
    lyt_subscriber *subscriber;
    lyt_settings *settings;
    lyt_pack *pack;
    lyt_demo_guest guest;
    lyt_datapaths paths;
    /* of the step */
    const lyt_json *step;
    bool met[patterns_max];
    lyt_script_name *name;
    lyt_buf text, line;
    lyt_error *err;
} play;

static int64_t mono_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static lyt_status ask(play *p, lyt_asker *asker, lyt_str question, lyt_json **out)
{
    lyt_str answer, why;
    lyt_status status = lyt_asker_ask(asker, question, answer_ms, &answer);

    if (status)
        return lyt_error_set(p->err, status, "the service gave no answer");
    status = lyt_json_parse(out, answer, 16U << 20, p->err);
    if (!status && lyt_json_str(lyt_json_get(*out, "error"), &why)) {
        status = lyt_error_set(p->err, LYT_EINVAL, "the service refused: %.*s", LYT_STR_ARG(why));
        lyt_json_free(*out);
        *out = NULL;
    }
    return status;
}

/* The receipt that the guest gets, as the service would write it. */
static lyt_status message(void *context, const lyt_script_name *name, lyt_buf *out)
{
    play *p = context;
    lyt_error why;

    return lyt_demo_guest_words(out, &p->guest, LYT_STR("reply"), name->scenario,
                                lyt_str_of(name->language), name->incident, NULL, &why);
}

/* Which step of the guest's it is, and what stands there. */
static lyt_status see(play *p, lyt_str id, lyt_str name)
{
    const lyt_script_name *n = lyt_script_name_of(&p->script, name);
    size_t step = 0;
    lyt_status status;

    if (!n || !n->incident)
        return lyt_error_set(p->err, LYT_EINVAL, "sees: no incident has that name yet");
    lyt_buf_reset(&p->text);
    status = lyt_demo_guest_words(&p->text, &p->guest, id, n->scenario, lyt_str_of(n->language),
                                  n->incident, &step, p->err);
    if (!status && !p->demo->quiet)
        lyt_console_printf(p->call->console, "        the guest sees, step %zu (%s): %s\n", step,
                           p->guest.experience.steps[step - 1].name_en, p->text.data);
    return status;
}

static void note_name(play *p, const lyt_json *event)
{
    lyt_script_name *n = p->name;

    if (!n || n->incident || !lyt_str_equal(lyt_json_text(event, "type"), LYT_STR("alarm")))
        return;
    n->incident = lyt_json_number(event, "incident");
    snprintf(n->scenario, sizeof n->scenario, "%.*s",
             LYT_STR_ARG(lyt_json_text(event, "scenario")));
    snprintf(n->language, sizeof n->language, "%.*s",
             LYT_STR_ARG(lyt_json_text(event, "language")));
}

/* Which of the step's patterns it is; those with a name wait until the name is known. */
static lyt_status meet(play *p, const lyt_json *event)
{
    const lyt_json *until = lyt_json_get(p->step, "until");
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < lyt_json_len(until) && i < patterns_max; i++) {
        lyt_json *pattern = NULL;

        if (p->met[i] || lyt_script_fill(&p->script, lyt_json_at(until, i), &p->text, NULL))
            continue;
        status = lyt_json_parse(&pattern, lyt_buf_str(&p->text), line_bytes, p->err);
        if (!status)
            p->met[i] = lyt_script_is(event, pattern);
        lyt_json_free(pattern);
    }
    return status;
}

static lyt_status on_event(void *user, int64_t seq, lyt_str topic, lyt_str text)
{
    play *p = user;
    lyt_json *event = NULL;
    lyt_status status = lyt_json_parse(&event, text, 1 << 20, p->err);

    (void)seq;
    if (!status && !lyt_str_begins(topic, LYT_STR("health."))) {
        note_name(p, event);
        status = meet(p, event);
        if (!p->demo->quiet) {
            lyt_buf_reset(&p->line);
            lyt_online_event_line(p->call->console, text, &p->line);
            lyt_console_write_buf(p->call->console, &p->line);
        }
    }
    lyt_json_free(event);
    return status;
}

static bool all_met(const play *p)
{
    for (size_t i = 0; i < lyt_json_len(lyt_json_get(p->step, "until")) && i < patterns_max; i++)
        if (!p->met[i])
            return false;
    return true;
}

static lyt_status wait_until(play *p)
{
    int64_t end_us = mono_us() + patience_s * 1000000LL;
    lyt_status status = LYT_OK;

    while (!status && !all_met(p) && !lyt_online_stopped()) {
        status = lyt_subscriber_step(p->subscriber, 50);
        if (status == LYT_ETIMEOUT)
            status = LYT_OK;
        if (!status && !all_met(p) && mono_us() > end_us)
            status = lyt_error_set(p->err, LYT_ETIMEOUT, "what should have followed did not come");
        lyt_console_flush(p->call->console);
    }
    return status;
}

/* What the service's clock shows; times of the script are counted from it. */
static lyt_status look_at_clock(play *p)
{
    lyt_json *answer = NULL;
    lyt_status status = ask(p, p->replay, LYT_STR("{\"request\":\"board\"}"), &answer);

    if (!status && lyt_clock_parse(&p->script.now_us, lyt_json_text(answer, "now")))
        status = lyt_error_set(p->err, LYT_EFORMAT, "the service shows no time");
    lyt_json_free(answer);
    return status;
}

static void print_answer(play *p, const lyt_json *sent, const lyt_json *answer)
{
    lyt_str verb = lyt_json_text(sent, "verb"), note = lyt_json_text(sent, "note"),
            words = lyt_json_text(sent, "text"), type = lyt_json_text(sent, "type"),
            whom = lyt_json_text(sent, "whom");
    bool given = false;

    if (p->demo->quiet)
        return;
    (void)lyt_json_bool(lyt_json_get(answer, "given"), &given);
    lyt_console_printf(
        p->call->console, "        > %.*s%s%.*s%s%.*s%s%.*s%s: %.*s%s\n",
        LYT_STR_ARG(words.len ? lyt_json_text(sent, "from") : lyt_json_text(sent, "by")),
        words.len || lyt_json_text(sent, "by").len ? " " : "",
        LYT_STR_ARG(words.len  ? LYT_STR("writes")
                    : verb.len ? verb
                               : type),
        whom.len ? " " : "", LYT_STR_ARG(whom), words.len || note.len ? " \"" : "",
        LYT_STR_ARG(words.len ? words : note), words.len || note.len ? "\"" : "",
        LYT_STR_ARG(lyt_json_text(answer, "status")), given ? ", given" : "");
}

static lyt_status send_one(play *p, const lyt_json *what)
{
    lyt_json *sent = NULL, *answer = NULL;
    lyt_status status = look_at_clock(p);

    if (!status)
        status = lyt_script_fill(&p->script, what, &p->text, p->err);
    if (!status)
        status = lyt_json_parse(&sent, lyt_buf_str(&p->text), line_bytes, p->err);
    if (!status)
        status = ask(p, p->submit, lyt_buf_str(&p->text), &answer);
    if (!status)
        print_answer(p, sent, answer);
    if (!status && !lyt_str_equal(lyt_json_text(answer, "status"), LYT_STR("accepted")))
        status = lyt_error_set(p->err, LYT_EINVAL, "the service said %.*s",
                               LYT_STR_ARG(lyt_json_text(answer, "status")));
    lyt_json_free(sent);
    lyt_json_free(answer);
    return status;
}

/* The proposals for that incident, first of them to be given. */
static lyt_status show(play *p, lyt_str name)
{
    lyt_script_name *n = lyt_script_name_of(&p->script, name);
    lyt_json *answer = NULL;
    const lyt_json *first, *reasons;
    lyt_status status;

    if (!n || !n->incident)
        return lyt_error_set(p->err, LYT_EINVAL, "show: no incident has that name yet");
    lyt_buf_reset(&p->text);
    lyt_buf_addf(&p->text, "{\"request\":\"case\",\"incident\":%lld}", (long long)n->incident);
    status = ask(p, p->replay, lyt_buf_str(&p->text), &answer);
    first = lyt_json_at(lyt_json_get(lyt_json_get(answer, "choices"), "proposals"), 0);
    if (!status && !first)
        status = lyt_error_set(p->err, LYT_ENOTFOUND, "the house has no gesture for it");
    if (!status)
        snprintf(n->proposal, sizeof n->proposal, "%.*s",
                 LYT_STR_ARG(lyt_json_text(first, "gesture")));
    reasons = lyt_json_get(first, "reasons");
    if (!status && !p->demo->quiet)
        lyt_console_printf(p->call->console, "        proposed: %.*s\n",
                           LYT_STR_ARG(lyt_json_text(first, "name_en")));
    for (size_t i = 0; !status && !p->demo->quiet && i < lyt_json_len(reasons); i++) {
        const lyt_json *r = lyt_json_at(reasons, i);

        lyt_console_printf(p->call->console, "          because of %.*s %.*s, %.*s, %.*s\n",
                           LYT_STR_ARG(lyt_json_text(r, "kind")),
                           LYT_STR_ARG(lyt_json_text(r, "item")),
                           LYT_STR_ARG(lyt_str_slice(lyt_json_text(r, "at"), 0, 16)),
                           LYT_STR_ARG(lyt_json_text(r, "source")));
    }
    lyt_json_free(answer);
    return status;
}

static lyt_status expect(play *p, const lyt_json *what)
{
    int64_t end_us = mono_us() + patience_s * 1000000LL;
    lyt_json *asked = NULL, *answer = NULL;
    bool is_so = false;
    lyt_status status = lyt_script_fill(&p->script, what, &p->text, p->err);

    if (!status)
        status = lyt_json_parse(&asked, lyt_buf_str(&p->text), line_bytes, p->err);
    while (!status && !is_so && !lyt_online_stopped()) {
        status = ask(p, p->replay, lyt_buf_str(&p->text), &answer);
        is_so = !status && lyt_script_is_in(answer, lyt_json_get(asked, "has"));
        lyt_json_free(answer);
        answer = NULL;
        if (!status && !is_so && mono_us() > end_us)
            status = lyt_error_set(p->err, LYT_ESTATE, "it is not as it should be now");
        if (!status && !is_so && lyt_subscriber_step(p->subscriber, 20) == LYT_EFORMAT)
            status = lyt_error_set(p->err, LYT_EFORMAT, "the service's events are not understood");
    }
    lyt_json_free(asked);
    return status;
}

static lyt_status play_step(play *p)
{
    const lyt_json *what = lyt_json_get(p->step, "do"), *then = lyt_json_get(p->step, "expect");
    lyt_str as = lyt_json_text(p->step, "as"), shown = lyt_json_text(p->step, "show");
    lyt_str sees = lyt_json_text(p->step, "sees");
    lyt_status status = LYT_OK;

    memset(p->met, 0, sizeof p->met);
    p->name = as.len ? lyt_script_name_of(&p->script, as) : NULL;
    if (!p->demo->quiet)
        lyt_console_printf(p->call->console, "\n%s%.*s%s\n",
                           lyt_console_style(p->call->console, LYT_STYLE_BOLD),
                           LYT_STR_ARG(lyt_json_text(p->step, "title")),
                           lyt_console_style(p->call->console, LYT_STYLE_NONE));
    if (shown.len)
        status = show(p, shown);
    for (size_t i = 0; !status && i < lyt_json_len(what); i++)
        status = send_one(p, lyt_json_at(what, i));
    if (!status)
        status = wait_until(p);
    if (!status && then)
        status = expect(p, then);
    if (!status && sees.len)
        status = see(p, sees, lyt_json_text(p->step, "of"));
    return status;
}

static lyt_status play_lines(play *p, lyt_str data, const char *path)
{
    uint32_t number = 0;
    lyt_status status = LYT_OK;

    for (size_t at = 0; !status && at < data.len && !lyt_online_stopped();) {
        size_t end = lyt_str_find(data, '\n', at);
        lyt_str line = lyt_str_trim(lyt_str_slice(data, at, end));
        lyt_json *step = NULL;
        lyt_error why = {.code = LYT_OK};

        at = end + 1;
        number++;
        if (!line.len)
            continue;
        p->demo->n_steps++;
        p->err = &why;
        status = lyt_json_parse(&step, line, line_bytes, &why);
        p->step = step;
        if (!status)
            status = play_step(p);
        if (status)
            lyt_console_complain(p->call->console, "%s:%u: \"%.*s\": %s", path, number,
                                 LYT_STR_ARG(lyt_json_text(step, "title")), why.text);
        else
            p->demo->n_done++;
        lyt_json_free(step);
        p->step = NULL;
    }
    return status;
}

static lyt_status take_figures(play *p, lyt_error *err)
{
    lyt_json *answer = NULL;
    lyt_status status;

    p->err = err;
    status = ask(p, p->replay, LYT_STR("{\"request\":\"recovery\"}"), &answer);
    if (!status)
        lyt_json_write(&p->demo->figures, answer);
    lyt_json_free(answer);
    return status;
}

static lyt_status connect_all(play *p, lyt_error *err)
{
    lyt_status status = lyt_net_new(&p->net, NULL, err);

    if (!status)
        status = lyt_asker_new(&p->submit, p->net, NULL, p->at.submit, err);
    if (!status)
        status = lyt_asker_new(&p->replay, p->net, NULL, p->at.replay, err);
    if (!status)
        status = lyt_subscriber_new(&p->subscriber,
                                    &(lyt_subscriber_options){.net = p->net,
                                                              .bus = p->at.bus,
                                                              .replay = p->at.replay,
                                                              .on_event = on_event,
                                                              .user = p},
                                    err);
    return status;
}

static lyt_status load(play *p, const char *desk, lyt_error *err)
{
    lyt_log log = lyt_console_log(p->call->console, LYT_LOG_ERROR);
    lyt_pack_options how;
    lyt_status status;

    if (lyt_deskfile_read(p->call, desk, p->demo->pack, &p->settings) ||
        lyt_datapaths_find(&p->paths, p->call->console))
        return lyt_error_set(err, LYT_EFORMAT, "the demo needs the house's settings");
    how = lyt_datapaths_options(&p->paths, p->call->console, &log);
    status = lyt_pack_load_texts(&p->pack, p->demo->folder, &how, err);
    return status ? status
                  : lyt_demo_guest_open(&p->guest, p->demo->folder, p->settings, p->pack, err);
}

static void close_all(play *p)
{
    lyt_subscriber_free(p->subscriber);
    lyt_asker_free(p->submit);
    lyt_asker_free(p->replay);
    lyt_net_free(p->net);
    lyt_demo_guest_close(&p->guest);
    lyt_pack_free(p->pack);
    lyt_settings_free(p->settings);
    lyt_datapaths_deinit(&p->paths);
    lyt_buf_deinit(&p->text);
    lyt_buf_deinit(&p->line);
}

static lyt_status run(play *p, const char *desk, lyt_str script, const char *path, lyt_error *err)
{
    lyt_demo_recovery *demo = p->demo;
    char *arguments[] = {"lyt",          "serve",
                         "--pack",       (char *)(uintptr_t)demo->pack,
                         "--desk",       (char *)(uintptr_t)desk,
                         "--state",      (char *)(uintptr_t)demo->state,
                         "--speed",      "600",
                         "--free-ports", "--log",
                         "warn",         NULL};
    lyt_child child = {0};
    lyt_error ended;
    lyt_status status = load(p, desk, err), end;

    if (!status)
        status = lyt_child_start(&child, arguments, demo->state, 120, &p->at, err);
    if (!status)
        status = connect_all(p, err);
    if (!status && play_lines(p, script, path))
        status = lyt_error_set(err, LYT_ESTATE, "the demo stopped at step %zu", demo->n_steps);
    if (!status)
        status = take_figures(p, err);
    end = lyt_child_end(&child, &ended);
    if (!status && end)
        *err = ended;
    return status ? status : end;
}

lyt_status lyt_demo_recovery_run(const lyt_call *call, lyt_demo_recovery *demo, lyt_error *err)
{
    int64_t began_us = mono_us();
    play p = {.call = call, .demo = demo, .script = {.message = message}};
    lyt_buf script, path, desk;
    lyt_status status;

    p.script.context = &p;
    lyt_buf_init(&script, NULL);
    lyt_buf_init(&path, NULL);
    lyt_buf_init(&desk, NULL);
    lyt_buf_init(&p.text, NULL);
    lyt_buf_init(&p.line, NULL);
    lyt_fs_join(&path, demo->folder, "recovery.jsonl");
    lyt_fs_join(&desk, demo->folder, "desk.yaml");
    status = lyt_fs_read(lyt_fs_system(), path.data, 1U << 20, &script, err);
    if (!status && mkdir(demo->state, 0700) != 0)
        status = lyt_error_at(err, LYT_EIO, demo->state, 0, 0, "cannot make the folder");
    if (!status)
        status = run(&p, desk.data, lyt_buf_str(&script), path.data, err);
    demo->took_ms = (mono_us() - began_us) / 1000;
    close_all(&p);
    lyt_buf_deinit(&script);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&desk);
    return status;
}
