#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datapaths.h"
#include "nudge.h"
#include "online.h"
#include "ownfolder.h"
#include "webcheck.h"
#include "wholefile.h"

typedef struct values {
    bool force, json;
    const char *by, *note, *own, *pack, *state;
} values;

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who does it; default $USER",
     .verbs = "save undo"},
    {.name = "force",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, force),
     .help = "although the check finds errors",
     .verbs = "save undo"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    {.name = "note",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, note),
     .value = "TEXT",
     .help = "why",
     .verbs = "save undo"},
    LYT_ONLINE_OWN(values),
    LYT_ONLINE_PACK(values),
    LYT_ONLINE_STATE(values),
};

enum verb { VERB_CHANGES, VERB_SAVE, VERB_SHOW, VERB_UNDO };
static const char *const verbs[] = {"changes", "save", "show", "undo", NULL};

enum { path_max = 4200 };

typedef struct scenario {
    const lyt_call *call;
    const values *v;
    lyt_datapaths paths;
    lyt_log log;
    char state[lyt_state_path_max], folder[lyt_state_path_max + 8], pack[PATH_MAX];
    lyt_own own;
    lyt_str id;
    lyt_own_change change;
    lyt_buf text; /* that is to count */
    lyt_error err;
} scenario;

/* ---- the pack with the new text, beside what counts ---- */

typedef struct linking {
    const char *from, *to;
    lyt_str but; /* "room-too-cold.yaml" */
} linking;

static lyt_status link_one(void *user, const char *name)
{
    const linking *l = user;
    char old[2 * path_max], new[2 * path_max];

    if (lyt_str_equal(lyt_str_of(name), l->but) ||
        !lyt_str_ends(lyt_str_of(name), LYT_STR(".yaml")))
        return LYT_OK;
    snprintf(old, sizeof old, "%s/%s", l->from, name);
    snprintf(new, sizeof new, "%s/%s", l->to, name);
    return symlink(old, new) == 0 ? LYT_OK : LYT_EIO;
}

static lyt_status unlink_one(void *user, const char *name)
{
    char path[2 * path_max];

    snprintf(path, sizeof path, "%s/%s", (const char *)user, name);
    (void)unlink(path);
    return LYT_OK;
}

/* text NULL: without one of the house's own. */
static lyt_status lay_over(scenario *s, const char *folder, const lyt_str *text)
{
    char real[PATH_MAX], from[PATH_MAX + 16], to[path_max], file[2 * path_max], name[80];
    linking l = {from, to, {name, 0}};
    lyt_status status = LYT_OK;

    l.but.len = (size_t)snprintf(name, sizeof name, "%.*s.yaml", LYT_STR_ARG(s->id));
    snprintf(to, sizeof to, "%s/scenarios", folder);
    snprintf(file, sizeof file, "%s/%s", to, name);
    if (mkdir(to, 0700) != 0)
        return lyt_error_at(&s->err, LYT_EIO, to, 0, 0, "cannot be made: %s", strerror(errno));
    if (realpath(s->folder, real)) {
        snprintf(from, sizeof from, "%s/scenarios", real);
        status = lyt_fs_list(lyt_fs_system(), from, link_one, &l, &s->err);
        status = status == LYT_ENOTFOUND ? LYT_OK : status;
    }
    if (!status && text)
        status = lyt_fs_write(lyt_fs_system(), file, *text, &s->err);
    return status;
}

static lyt_status load_with(scenario *s, const lyt_str *text, lyt_pack **out)
{
    lyt_pack_options how = lyt_datapaths_options(&s->paths, s->call->console, &s->log);
    char folder[lyt_state_path_max + 24], scenarios[lyt_state_path_max + 40];
    lyt_status status;

    snprintf(folder, sizeof folder, "%s/check-XXXXXX", s->state);
    if (!mkdtemp(folder))
        return lyt_error_at(&s->err, LYT_EIO, s->state, 0, 0,
                            "no folder for the check can be made: %s", strerror(errno));
    snprintf(scenarios, sizeof scenarios, "%s/scenarios", folder);
    status = lay_over(s, folder, text);
    how.own_folder = folder;
    if (!status)
        status = lyt_pack_load(out, s->pack, &how, &s->err);
    lyt_console_progress_end(s->call->console);
    (void)!lyt_fs_list(lyt_fs_system(), scenarios, unlink_one, scenarios, NULL);
    (void)rmdir(scenarios);
    (void)rmdir(folder);
    return status;
}

/* ---- save and undo ---- */

static void say_saved(const scenario *s, const lyt_own_state *state, lyt_str findings,
                      size_t n_errors, bool is_saved, bool is_told)
{
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_kbool(&jw, "saved", is_saved);
    lyt_jw_kstr(&jw, "scenario", s->id);
    if (is_saved) {
        lyt_jw_kstr(&jw, "text_version", lyt_str_of(state->version));
        lyt_jw_kbool(&jw, "is_own", state->is_own);
        lyt_jw_kbool(&jw, "service_told", is_told);
    }
    lyt_jw_kint(&jw, "errors", (int64_t)n_errors);
    lyt_jw_key(&jw, "findings");
    lyt_jw_raw(&jw, findings);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&out, '\n');
    if (!s->v->json && is_saved) {
        lyt_buf_reset(&out);
        lyt_buf_addf(&out, "%.*s: version %s %s%s\n", LYT_STR_ARG(s->id), state->version,
                     state->is_own ? "counts from now on" : "of the pack counts again",
                     is_told ? "; the running service reads it" : "");
    }
    if (s->v->json || is_saved)
        lyt_console_write_buf(s->call->console, &out);
    lyt_buf_deinit(&out);
}

static void complain(const scenario *s, lyt_str findings)
{
    lyt_json *list = NULL;

    if (lyt_json_parse(&list, findings, 1 << 20, NULL))
        return;
    for (size_t i = 0; i < lyt_json_len(list); i++) {
        const lyt_json *row = lyt_json_at(list, i);

        lyt_console_complain(
            s->call->console, "%.*s:%lld: %.*s: %.*s", LYT_STR_ARG(lyt_json_text(row, "file")),
            (long long)lyt_json_number(row, "line"), LYT_STR_ARG(lyt_json_text(row, "level")),
            LYT_STR_ARG(lyt_json_text(row, "text")));
    }
    lyt_json_free(list);
}

static lyt_status keep(scenario *s, const lyt_pack *pack, lyt_own_state *state)
{
    lyt_status status =
        s->call->verb == VERB_UNDO
            ? lyt_own_undo(&s->own, &s->change, state, &s->err)
            : lyt_own_save(&s->own, &s->change, lyt_buf_str(&s->text), state, &s->err);

    /* with what was learned the next reading is quick; without it is right all the same */
    if (!status)
        (void)!lyt_pack_save_model(pack, s->folder, NULL);
    return status;
}

/* *failed: the check says no. */
static lyt_status check_and_keep(scenario *s, const lyt_str *text, bool *failed)
{
    lyt_own_state state = {.is_own = false};
    lyt_pack *pack = NULL;
    size_t n_errors = 0;
    lyt_buf findings;
    lyt_status status = load_with(s, text, &pack);

    /* it was read from a copy; whoever mends it has the file that was given */
    if (status && s->call->verb == VERB_SAVE && strstr(s->err.file, "/check-"))
        snprintf(s->err.file, sizeof s->err.file, "%s", lyt_wholefile_name(s->call->operands[1]));
    lyt_buf_init(&findings, NULL);
    if (!status)
        status = lyt_webcheck(pack, NULL, &findings, &n_errors, &s->err);
    *failed = !status && n_errors && !s->v->force;
    if (!status && !*failed)
        status = keep(s, pack, &state);
    if (!status) {
        complain(s, lyt_buf_str(&findings));
        say_saved(s, &state, lyt_buf_str(&findings), n_errors, !*failed,
                  !*failed && lyt_nudge(s->state));
    }
    lyt_buf_deinit(&findings);
    lyt_pack_free(pack);
    return status;
}

static lyt_status change(scenario *s, bool *failed)
{
    const char *user = getenv("USER");
    lyt_own_state now;
    lyt_str text;
    lyt_status status = lyt_own_read(&s->own, s->id, NULL, &now, &s->err);

    if (status)
        return status;
    s->change = (lyt_own_change){.scenario = s->id,
                                 .by = lyt_str_of(s->v->by        ? s->v->by
                                                  : user && *user ? user
                                                                  : "local"),
                                 .note = lyt_str_of(s->v->note ? s->v->note : ""),
                                 .expected = lyt_str_of(now.version),
                                 .now_us = lyt_clock_wall_us(lyt_clock_system())};
    if (s->call->verb == VERB_UNDO)
        status = lyt_own_before(&s->own, s->id, &s->text, &s->err);
    else
        status = lyt_wholefile_read(s->call->operands[1], s->call->console->in_fd, lyt_own_text_max,
                                    &s->text, &s->err);
    text = lyt_buf_str(&s->text);
    if (status)
        return status;
    return check_and_keep(s, s->call->verb == VERB_UNDO && !now.before[0] ? NULL : &text, failed);
}

/* ---- show and changes ---- */

static lyt_status show(scenario *s)
{
    lyt_own_state state;
    lyt_buf text, out;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_buf_init(&out, NULL);
    status = lyt_own_read(&s->own, s->id, &text, &state, &s->err);
    if (!status && s->v->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "scenario", s->id);
        lyt_jw_kstr(&jw, "text_version", lyt_str_of(state.version));
        lyt_jw_kbool(&jw, "is_own", state.is_own);
        lyt_jw_kstr(&jw, "yaml", lyt_buf_str(&text));
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&out, '\n');
    } else if (!status) {
        lyt_buf_add(&out, lyt_buf_str(&text));
    }
    if (!status)
        lyt_console_write_buf(s->call->console, &out);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&out);
    return status;
}

/* "2026-11-26T03:05:14Z  signe  save room-too-cold 0e535f3da75d74bd: why" */
static void add_change(lyt_buf *out, const lyt_json *row)
{
    lyt_str version = lyt_json_text(row, "version"), note = lyt_json_text(row, "note");

    lyt_buf_addf(out, "%.19sZ  %-12.*s %.*s %.*s %.*s%s%.*s\n", lyt_json_text(row, "at").ptr,
                 LYT_STR_ARG(lyt_json_text(row, "by")), LYT_STR_ARG(lyt_json_text(row, "verb")),
                 LYT_STR_ARG(lyt_json_text(row, "scenario")),
                 LYT_STR_ARG(version.len ? version : LYT_STR("to the pack's")),
                 note.len ? ": " : "", LYT_STR_ARG(note));
}

static lyt_status changes(scenario *s)
{
    lyt_buf lines, out;
    lyt_status status;

    lyt_buf_init(&lines, NULL);
    lyt_buf_init(&out, NULL);
    status = lyt_own_changes(&s->own, s->id, &lines, &s->err);
    for (size_t at = 0; !status && !s->v->json && at < lines.len;) {
        size_t end = lyt_str_find(lyt_buf_str(&lines), '\n', at);
        lyt_json *row = NULL;

        if (!lyt_json_parse(&row, lyt_str_slice(lyt_buf_str(&lines), at, end), 1 << 16, NULL) &&
            lyt_json_text(row, "at").len > 19)
            add_change(&out, row);
        lyt_json_free(row);
        at = end + 1;
    }
    if (!status)
        lyt_console_write_buf(s->call->console, s->v->json ? &lines : &out);
    lyt_buf_deinit(&lines);
    lyt_buf_deinit(&out);
    return status;
}

/* ---- the command ---- */

static lyt_exit check_operands(const lyt_call *call)
{
    const values *v = call->values;
    int wanted = call->verb == VERB_SAVE ? 2 : 1;

    if (call->n_operands != wanted && !(call->verb == VERB_CHANGES && !call->n_operands))
        return lyt_console_misuse(call->console, "scenario %s takes %s", verbs[call->verb],
                                  call->verb == VERB_SAVE      ? "an ID and a FILE"
                                  : call->verb == VERB_CHANGES ? "an ID or nothing"
                                                               : "an ID");
    if (v->note && strlen(v->note) > lyt_own_note_max)
        return lyt_console_misuse(call->console, "--note has at most %d bytes", lyt_own_note_max);
    return LYT_EXIT_DONE;
}

/* The pack's folder as it is on the disk: links to it lead there from anywhere. */
static lyt_status find_folders(scenario *s)
{
    lyt_status status = lyt_state_folder(s->state, s->v->state, &s->err);
    char name[256];
    lyt_buf folder;

    /* its files are the same in however many languages it is read */
    snprintf(name, sizeof name, "%.*s", (int)strcspn(s->v->pack, "+"), s->v->pack);

    lyt_buf_init(&folder, NULL);
    if (s->v->own)
        snprintf(s->folder, sizeof s->folder, "%s", s->v->own);
    else
        snprintf(s->folder, sizeof s->folder, "%s/own", s->state);
    lyt_datapaths_pack(&s->paths, name, &folder);
    if (!status && lyt_buf_status(&folder))
        status = lyt_error_set(&s->err, LYT_ENOMEM, "out of memory");
    if (!status && (!realpath(folder.data, s->pack)))
        status = lyt_error_at(&s->err, LYT_ENOTFOUND, folder.data, 0, 0, "there is no such pack");
    lyt_buf_deinit(&folder);
    s->own = (lyt_own){NULL, lyt_fs_system(), s->folder, s->pack};
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    scenario s = {.call = call, .v = call->values};
    lyt_exit code = check_operands(call);
    bool failed = false;
    lyt_status status;

    if (code)
        return code;
    s.log = lyt_console_log(call->console, LYT_LOG_ERROR);
    s.id = lyt_str_of(call->n_operands ? call->operands[0] : "");
    lyt_buf_init(&s.text, NULL);
    code = lyt_datapaths_find(&s.paths, call->console);
    if (code == LYT_EXIT_DONE) {
        status = find_folders(&s);
        if (!status && (call->verb == VERB_SAVE || call->verb == VERB_UNDO))
            status = change(&s, &failed);
        else if (!status)
            status = call->verb == VERB_SHOW ? show(&s) : changes(&s);
        code = status   ? lyt_console_error(call->console, &s.err)
               : failed ? LYT_EXIT_FAILED
                        : LYT_EXIT_DONE;
    }
    lyt_buf_deinit(&s.text);
    lyt_datapaths_deinit(&s.paths);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt scenario show room-too-cold > room-too-cold.yaml", "the file as it counts"},
    {"lyt scenario save room-too-cold room-too-cold.yaml --note 'mild winters'",
     "the changed file counts"},
    {"lyt scenario undo room-too-cold", "the one before counts again"},
    {"lyt scenario changes --json", "who changed what"},
};

const lyt_command lyt_cmd_scenario = {
    .name = "scenario",
    .summary = "Change a pack's scenario for this house, and take it back",
    .usage = "show [--json] ID\nsave [--by NAME] [--note TEXT] [--force] ID FILE\n"
             "undo [--by NAME] [--note TEXT] ID\nchanges [--json] [ID]",
    .description =
        "What the scenario editor on the pages does, from a shell. A changed scenario goes into "
        "the house's own folder (--own, else own in the state folder), where it stands in place "
        "of the pack's; the pack itself is never written.\n\n"
        "save reads FILE ('-': the standard input), teaches the pack with it and checks all of it "
        "as lyt pack check does. With an error nothing is saved, unless --force says so. A "
        "service that runs on the state reads it at once.\n\n"
        "undo brings back the text before, one after the other, at last the pack's own. Every "
        "text that ever counted is kept in the folder, and changes says who changed what, when "
        "and why.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
