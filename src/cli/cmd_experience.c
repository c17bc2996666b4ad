#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "deskfile.h"
#include "experience_check.h"
#include "route_pack.h"

typedef struct values {
    bool json;
    const char *file, *language, *pack, *settings;
} values;

static const lyt_option options[] = {
    {.name = "file",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, file),
     .value = "FILE",
     .help = "the steps; default: experience.yaml beside the settings"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "as one JSON object"},
    {.name = "language",
     .letter = 'l',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, language),
     .value = "da|en|sv|nb|de",
     .help = "the guest's; default: that of the settings' replies",
     .verbs = "walk"},
    LYT_DESKFILE_PACK(values),
    LYT_DESKFILE_SETTINGS(values),
};

enum verb { VERB_CHECK, VERB_WALK };
static const char *const verbs[] = {"check", "walk", NULL};

static const lyt_sample samples[] = {
    {"lyt experience check", "is every step that a guest may see thought of, and in order"},
    {"lyt experience walk no-hot-water --language da", "walk through it as a guest would"},
};

typedef struct state {
    const lyt_call *call;
    const values *values;
    lyt_settings *settings;
    lyt_pack *pack;
    lyt_yaml *yaml;
    lyt_arena *arena;
    lyt_showing showings[lyt_showings_max];
    size_t n_showings;
    lyt_experience experience;
    lyt_buf out;
    lyt_jw jw;
} state;

/* experience.yaml lies where the settings lie. */
static void path_of(const state *s, lyt_buf *path)
{
    const char *slash = strrchr(s->settings->file, '/');

    if (s->values->file) {
        lyt_buf_add_text(path, s->values->file);
        return;
    }
    if (slash)
        lyt_buf_add(path, (lyt_str){s->settings->file, (size_t)(slash + 1 - s->settings->file)});
    lyt_buf_add_text(path, "experience.yaml");
}

static lyt_exit load(state *s)
{
    lyt_error err = {0};
    lyt_status status;
    lyt_buf path;
    lyt_exit code = lyt_deskfile_read(s->call, s->values->settings, s->values->pack, &s->settings);

    if (code == LYT_EXIT_DONE)
        code = lyt_route_pack_load(s->call, s->settings, &s->pack);
    if (code != LYT_EXIT_DONE)
        return code;
    lyt_buf_init(&path, NULL);
    path_of(s, &path);
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_yaml_read(&s->yaml, NULL, lyt_fs_system(), path.data, &err);
    if (!status)
        status = lyt_arena_new(&s->arena, NULL, "experience", 4 << 20);
    s->n_showings = lyt_showings(s->showings);
    if (!status)
        status = lyt_experiencefile_read(&s->experience, s->yaml, s->showings, s->n_showings,
                                         s->arena, &err);
    lyt_buf_deinit(&path);
    if (status && !err.code)
        (void)lyt_error_set(&err, status, "out of memory");
    return status ? lyt_console_error(s->call->console, &err) : LYT_EXIT_DONE;
}

static lyt_exit check(state *s)
{
    lyt_experience_found found;
    lyt_exit code;

    if (s->call->n_operands)
        return lyt_console_misuse(s->call->console, "experience check takes no operand");
    code = lyt_experience_check(&found, s->call, &s->experience, s->showings, s->n_showings,
                                s->settings, s->pack);
    if (code != LYT_EXIT_DONE)
        return code;
    if (!s->values->json) {
        lyt_buf_addf(&s->out, "%s: %zu steps, %zu languages, %zu texts read as guests would\n",
                     s->experience.desk, s->experience.n, found.n_languages, found.n_texts);
        return code;
    }
    lyt_jw_init(&s->jw, &s->out);
    lyt_jw_object(&s->jw);
    lyt_jw_kstr(&s->jw, "experience", lyt_str_of(s->experience.desk));
    lyt_jw_kint(&s->jw, "steps", (int64_t)s->experience.n);
    lyt_jw_kint(&s->jw, "languages", (int64_t)found.n_languages);
    lyt_jw_kint(&s->jw, "texts", (int64_t)found.n_texts);
    lyt_jw_object_end(&s->jw);
    lyt_buf_add_char(&s->out, '\n');
    return code;
}

/* ---- walk ---- */

/* What a guest does there: "call", and whom; "answer". */
static void add_can(lyt_buf *out, lyt_jw *jw, unsigned can, const lyt_show_at *at, bool danish)
{
    static const char *const said[LYT_CAN_COUNT][2] = {
        [LYT_CAN_TELL] = {"say what is wrong", "sige, hvad der er galt"},
        [LYT_CAN_CALL] = {"call", "ringe"},
        [LYT_CAN_FOLLOW] = {"follow what happens", "følge, hvad der sker"},
        [LYT_CAN_REFER] = {"refer to it", "henvise til sagen"},
        [LYT_CAN_REPLY] = {"answer", "svare"},
        [LYT_CAN_REFUND] = {"ask for money back", "bede om penge tilbage"},
    };
    const char *number = lyt_settings_call(at->settings);
    bool is_first = true;

    for (int i = 0; i < LYT_CAN_COUNT; i++) {
        if (!(can >> i & 1))
            continue;
        if (jw) {
            lyt_jw_str(jw, lyt_str_of(lyt_guest_can_name((lyt_guest_can)i)));
            continue;
        }
        lyt_buf_addf(out, "%s%s", is_first ? "" : ", ", said[i][danish]);
        if (i == LYT_CAN_CALL && *number)
            lyt_buf_addf(out, " %s", number);
        is_first = false;
    }
}

static void add_lines(state *s, lyt_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);

        if (s->values->json)
            lyt_jw_str(&s->jw, lyt_str_slice(text, at, end));
        else
            lyt_buf_addf(&s->out, "      | %.*s\n", LYT_STR_ARG(lyt_str_slice(text, at, end)));
        at = end + 1;
    }
}

static void write_step(state *s, size_t number, const lyt_experience_step *step,
                       const lyt_show_at *at, lyt_str text, const char *fault)
{
    bool danish = lyt_str_equal(at->language, LYT_STR("da"));
    const char *name = danish ? step->name_da : step->name_en;
    unsigned can = fault ? 0 : lyt_showing_can(step->showing, at, text);
    lyt_buf when, way;

    lyt_buf_init(&when, NULL);
    lyt_buf_init(&way, NULL);
    lyt_showing_when(&when, step->showing, at, danish);
    lyt_showing_way(&way, step->showing, at, danish);
    if (s->values->json) {
        lyt_jw_object(&s->jw);
        lyt_jw_kstr(&s->jw, "step", lyt_str_of(step->showing->id));
        lyt_jw_kstr(&s->jw, "name", lyt_str_of(name));
        lyt_jw_kstr(&s->jw, "when", lyt_buf_str(&when));
        lyt_jw_kstr(&s->jw, "way", lyt_buf_str(&way));
        if (fault)
            lyt_jw_kstr(&s->jw, "none", lyt_str_of(fault));
        lyt_jw_key(&s->jw, "words");
        lyt_jw_array(&s->jw);
        add_lines(s, fault ? (lyt_str){"", 0} : text);
        lyt_jw_array_end(&s->jw);
        lyt_jw_key(&s->jw, "can");
        lyt_jw_array(&s->jw);
        add_can(&s->out, &s->jw, can, at, danish);
        lyt_jw_array_end(&s->jw);
        lyt_jw_object_end(&s->jw);
    } else {
        lyt_buf_addf(&s->out, "%2zu. %s (%s)\n      %.*s; %.*s\n", number, name, step->showing->id,
                     LYT_STR_ARG(lyt_buf_str(&when)), LYT_STR_ARG(lyt_buf_str(&way)));
        if (fault)
            lyt_buf_addf(&s->out, "      %s: %s\n", danish ? "intet" : "nothing", fault);
        else
            add_lines(s, text);
        if (can) {
            lyt_buf_addf(&s->out, "      %s ", danish ? "gæsten kan" : "the guest can");
            add_can(&s->out, NULL, can, at, danish);
            lyt_buf_add_char(&s->out, '\n');
        }
    }
    lyt_buf_deinit(&way);
    lyt_buf_deinit(&when);
}

static lyt_exit walk_steps(state *s, const lyt_show_at *at)
{
    size_t number = 0;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    for (size_t i = 0; i < s->experience.n; i++) {
        const lyt_experience_step *step = &s->experience.steps[i];
        lyt_error why = {.text = ""};
        lyt_status status;

        if (!lyt_showing_is_there(step->showing, at))
            continue;
        lyt_buf_reset(&text);
        status = lyt_showing_write(&text, step->showing, at, &why);
        if (status == LYT_ENOMEM)
            return lyt_console_complain(s->call->console, "out of memory");
        write_step(s, ++number, step, at, lyt_buf_str(&text),
                   !status                    ? NULL
                   : status == LYT_ENOTFOUND ? "no words in this language; a person writes"
                                              : why.text);
    }
    lyt_buf_deinit(&text);
    return LYT_EXIT_DONE;
}

static lyt_exit scenario_of(state *s, const lyt_scenario **out)
{
    const lyt_names *automatic = &s->settings->automatic_replies;
    const char *id = s->call->n_operands ? s->call->operands[0]
                     : automatic->n      ? automatic->item[0]
                                         : lyt_pack_scenario(s->pack, 0)->id;
    char near[96];

    if (s->call->n_operands > 1)
        return lyt_console_misuse(s->call->console, "experience walk takes one scenario");
    *out = lyt_pack_find(s->pack, lyt_str_of(id));
    if (!*out)
        return lyt_console_complain(s->call->console, "the pack has no scenario '%.60s'%s", id,
                                    lyt_route_pack_near(near, s->pack, id));
    return LYT_EXIT_DONE;
}

static lyt_exit walk(state *s)
{
    static const char *const languages[] = {"da", "en", "sv", "nb", "de"};
    const char *language =
        s->values->language ? s->values->language : s->settings->replies.language;
    const lyt_scenario *scenario = NULL;
    lyt_show_at at;
    size_t i = 0;
    lyt_exit code = scenario_of(s, &scenario);

    while (i < 5 && strcmp(languages[i], language) != 0)
        i++;
    if (code != LYT_EXIT_DONE || !scenario)
        return code;
    if (i == 5)
        return lyt_console_misuse(s->call->console,
                                  "--language '%.20s' must be da, en, sv, nb or de", language);
    at = (lyt_show_at){s->settings, s->pack, scenario, lyt_str_of(language),
                       lyt_clock_wall_us(s->call->console->clock), 0};
    if (s->values->json) {
        lyt_jw_init(&s->jw, &s->out);
        lyt_jw_object(&s->jw);
        lyt_jw_kstr(&s->jw, "experience", lyt_str_of(s->experience.desk));
        lyt_jw_kstr(&s->jw, "scenario", lyt_str_of(scenario->id));
        lyt_jw_kstr(&s->jw, "language", lyt_str_of(language));
        lyt_jw_key(&s->jw, "steps");
        lyt_jw_array(&s->jw);
    }
    code = walk_steps(s, &at);
    if (s->values->json) {
        lyt_jw_array_end(&s->jw);
        lyt_jw_object_end(&s->jw);
        lyt_buf_add_char(&s->out, '\n');
    }
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    state s = {.call = call, .values = call->values};
    lyt_exit code;

    lyt_buf_init(&s.out, NULL);
    code = load(&s);
    if (code == LYT_EXIT_DONE)
        code = call->verb == VERB_WALK ? walk(&s) : check(&s);
    if (code == LYT_EXIT_DONE)
        lyt_console_write_buf(call->console, &s.out);
    lyt_buf_deinit(&s.out);
    lyt_arena_free(s.arena);
    lyt_yaml_free(s.yaml);
    lyt_pack_free(s.pack);
    lyt_settings_free(s.settings);
    return code;
}

const lyt_command lyt_cmd_experience = {
    .name = "experience",
    .summary = "Check and walk through what guests see when something failed",
    .usage = "check [--file FILE] [--json]\nwalk [SCENARIO] [--language LANGUAGE] [--json]",
    .description =
        "experience.yaml beside a house's settings lists each step that a guest sees, from the page "
        "where it is told to the last message, in the order they come.\n"
        "\n"
        "check holds it against what the service can show: a step that is not in the file, one that "
        "there is not, or that comes too early, fails, and so does one without words in a language "
        "of the house, without a way to a person, or where a guest can do something else than the "
        "file says. It names file, line and column.\n"
        "\n"
        "walk shows each step of one scenario with the words that the running service would send, "
        "when it comes, by which way, and what the guest can do there. Neither needs a service.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
