#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "deskfile.h"
#include "housewords.h"

typedef struct duty_values {
    const char *at;
    int64_t days;
    bool json;
    const char *pack, *settings;
    int64_t language;
} duty_values;

static const lyt_option options[] = {
    {.name = "at",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(duty_values, at),
     .value = "TIME",
     .help = "2026-12-24T15:00 (local) or RFC 3339, instead of now",
     .verbs = "now show"},
    {.name = "days",
     .type = LYT_OPT_INT,
     .offset = offsetof(duty_values, days),
     .value = "N",
     .min = 1,
     .max = 60,
     .fallback = "7",
     .help = "how many days from there",
     .verbs = "show"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(duty_values, json),
     .help = "one JSON object a line"},
    LYT_HOUSEWORDS_LANGUAGE(duty_values),
    LYT_DESKFILE_PACK(duty_values),
    LYT_DESKFILE_SETTINGS(duty_values),
};

enum verb { VERB_CHECK, VERB_NOW, VERB_SHOW };
static const char *const verbs[] = {"check", "now", "show", NULL};

static const lyt_sample samples[] = {
    {"lyt duty now -p hotel", "who is on duty, and until when"},
    {"lyt duty show front-desk --at 2026-12-23T00:00 --days 4", "who has the desk over Christmas"},
    {"lyt duty check --settings desk.yaml", "is there exactly one at each minute of two years"},
};

typedef struct duty_state {
    const lyt_call *call;
    const duty_values *values;
    const lyt_settings *settings;
    lyt_page_language language;
    lyt_buf out;
} duty_state;

static void add_line(duty_state *state, const lyt_rota *duty, int64_t from_us, int64_t until_us)
{
    const char *who = lyt_rota_on(duty, state->settings->zone, from_us);
    const lyt_person *person = lyt_settings_person(state->settings, lyt_str_of(who));
    bool ends = until_us != INT64_MAX;
    lyt_jw jw;

    if (!state->values->json) {
        lyt_buf_addf(&state->out, "%-18s ", duty->id);
        lyt_deskfile_local(&state->out, state->settings, from_us, state->language);
        lyt_buf_add_text(&state->out, " – ");
        if (ends)
            lyt_deskfile_local(&state->out, state->settings, until_us, state->language);
        else
            lyt_buf_addf(&state->out, "%-20s", state->language == LYT_PAGE_DA ? "frem" : "on");
        lyt_buf_addf(&state->out, "  %s (%s)\n", person->name, who);
        return;
    }
    lyt_jw_init(&jw, &state->out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "duty", lyt_str_of(duty->id));
    lyt_jw_kstr(&jw, "who", lyt_str_of(who));
    lyt_jw_kstr(&jw, "name", lyt_str_of(person->name));
    lyt_deskfile_ktime(&jw, "from", from_us);
    if (ends)
        lyt_deskfile_ktime(&jw, "until", until_us);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&state->out, '\n');
}

static lyt_exit now(duty_state *state, int64_t at_us)
{
    const lyt_settings *s = state->settings;

    if (state->call->n_operands)
        return lyt_console_misuse(state->call->console, "duty now takes no operand");
    for (size_t i = 0; i < s->n_duties; i++)
        add_line(state, &s->duties[i], at_us, lyt_rota_until(&s->duties[i], s->zone, at_us));
    return LYT_EXIT_DONE;
}

static lyt_exit show(duty_state *state, int64_t at_us)
{
    const lyt_settings *s = state->settings;
    const char *name = state->call->n_operands ? state->call->operands[0] : "";
    const lyt_rota *duty = lyt_settings_duty(s, lyt_str_of(name));
    int64_t end_us = at_us + state->values->days * 86400 * (int64_t)1000000;

    if (state->call->n_operands != 1)
        return lyt_console_misuse(state->call->console, "which duty? name one of `lyt duty now`");
    if (!duty)
        return lyt_console_complain(state->call->console, "%s: there is no duty '%s'", s->file,
                                    name);
    while (at_us < end_us) {
        int64_t until_us = lyt_rota_until(duty, s->zone, at_us);

        add_line(state, duty, at_us, until_us < end_us ? until_us : end_us);
        at_us = until_us;
    }
    return LYT_EXIT_DONE;
}

/* Two years, minute by minute: the promise that an alarm always has somebody to go to. */
static lyt_exit check(duty_state *state, int64_t at_us)
{
    enum { two_years_minutes = 2 * 365 * 1440 + 1440 };
    const lyt_settings *s = state->settings;
    bool failed = false;
    lyt_jw jw;

    if (state->call->n_operands)
        return lyt_console_misuse(state->call->console, "duty check takes no operand");
    for (size_t i = 0; i < s->n_duties; i++) {
        int64_t by_default = 0, nobody = 0;

        for (int64_t m = 0; m < two_years_minutes; m++) {
            const char *who =
                lyt_rota_on(&s->duties[i], s->zone, at_us + m * 60 * (int64_t)1000000);

            nobody += !lyt_settings_person(s, lyt_str_of(who));
            by_default += who == s->duties[i].otherwise;
        }
        failed = failed || nobody;
        if (!state->values->json) {
            bool is_danish = state->language == LYT_PAGE_DA;

            lyt_buf_addf(&state->out, "%-18s %d %s, ", s->duties[i].id, two_years_minutes,
                         is_danish ? "minutter" : "minutes");
            if (nobody)
                lyt_buf_addf(&state->out, "%lld %s\n", (long long)nobody,
                             is_danish ? "af dem uden nogen" : "of them without anybody");
            else
                lyt_buf_addf(&state->out, "%s %lld\n",
                             is_danish ? "netop én i hvert, efter otherwise i"
                                       : "exactly one at each, by default in",
                             (long long)by_default);
            continue;
        }
        lyt_jw_init(&jw, &state->out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "duty", lyt_str_of(s->duties[i].id));
        lyt_jw_kint(&jw, "minutes", two_years_minutes);
        lyt_jw_kint(&jw, "nobody", nobody);
        lyt_jw_kint(&jw, "by_default", by_default);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&state->out, '\n');
    }
    return failed ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
}

static lyt_exit run(const lyt_call *call)
{
    duty_state state = {.call = call, .values = call->values};
    lyt_settings *settings;
    int64_t at_us = 0;
    lyt_exit code = lyt_deskfile_read(call, state.values->settings, state.values->pack, &settings);

    state.settings = settings;
    state.language = lyt_housewords_language(state.values->language);
    lyt_buf_init(&state.out, NULL);
    if (code == LYT_EXIT_DONE)
        code = lyt_deskfile_time(call, settings, state.values->at, &at_us);
    if (code == LYT_EXIT_DONE)
        code = call->verb == VERB_NOW    ? now(&state, at_us)
               : call->verb == VERB_SHOW ? show(&state, at_us)
                                         : check(&state, at_us);
    lyt_console_write_buf(call->console, &state.out);
    lyt_buf_deinit(&state.out);
    lyt_settings_free(settings);
    return code;
}

const lyt_command lyt_cmd_duty = {
    .name = "duty",
    .summary = "Show and check who is on duty",
    .usage = "now [--at TIME] [--json]\nshow DUTY [--at TIME] [--days N] [--json]\ncheck [--json]",
    .description =
        "Duties are part of a house's settings (desk.yaml). At each minute exactly one person "
        "has a duty: by a cover, a holiday, a shift, or by default. All times are those of the "
        "house's zone, also in the nights on which clocks change.\n"
        "\n"
        "check goes through two years minute by minute. No service is needed for any of this.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(duty_values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
