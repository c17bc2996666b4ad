#include "cmd_pack.h"

#include <string.h>
#include <sys/stat.h>

static const lyt_option options[] = {
    {.name = "from",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(pack_values, from),
     .value = "PACK",
     .help = "begin with a copy of this one",
     .verbs = "new"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(pack_values, json),
     .help = "as JSON",
     .verbs = "list check diff show versions"},
    {.name = "names",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(pack_values, names),
     .help = "the names alone, without reading the packs",
     .verbs = "list"},
    {.name = "output",
     .letter = 'o',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(pack_values, output),
     .value = "PATH",
     .help = "where the model goes, else model.lytm in the pack's folder; of a version: the new "
             "folder that it is written to as a pack",
     .verbs = "build show"},
    {.name = "property",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(pack_values, property),
     .value = "ID",
     .help = "as it is at this property",
     .verbs = "show"},
    {.name = "state",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(pack_values, state),
     .value = "DIR",
     .help = "state folder of the service that kept the version",
     .verbs = "diff show versions"},
    {.name = "version",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(pack_values, version),
     .value = "HASH",
     .help = "what a service judged with: the version of a scenario or a pack, as verdicts and "
             "alarms name it",
     .verbs = "show"},
};

enum verb { VERB_BUILD, VERB_CHECK, VERB_DIFF, VERB_LIST, VERB_NEW, VERB_SHOW, VERB_VERSIONS };
static const char *const verbs[] = {"build", "check", "diff", "list",
                                    "new",   "show",  "versions", NULL};

static const lyt_sample samples[] = {
    {"lyt pack list", "the packs that came with Lyt"},
    {"lyt pack new ./spa", "a small pack to begin with"},
    {"lyt pack check ./my-pack", "is it well-formed, and do its examples come out right"},
    {"lyt pack diff hotel ./our-hotel", "what we changed"},
    {"lyt pack show ./our-hotel --property havnen", "who answers for what at one house"},
    {"lyt pack show --version 94f133892b00cccc", "what the scenario said that raised an alarm"},
    {"lyt pack diff 94f133892b00cccc ./our-hotel", "what became of it since"},
    {"lyt pack build ./my-pack", "learn it now instead of at each start"},
};

static lyt_status load(pack_state *state, const char *name, bool only_texts, lyt_pack **out,
                       lyt_error *err)
{
    lyt_pack_options pack_options =
        lyt_datapaths_options(&state->paths, state->call->console, &state->log);
    lyt_status status;
    lyt_buf folder;

    lyt_buf_init(&folder, NULL);
    lyt_datapaths_pack(&state->paths, name, &folder);
    status = lyt_buf_status(&folder);
    if (status)
        lyt_error_set(err, status, "out of memory");
    else
        status = only_texts ? lyt_pack_load_texts(out, folder.data, &pack_options, err)
                            : lyt_pack_load(out, folder.data, &pack_options, err);
    lyt_console_progress_end(state->call->console);
    lyt_buf_deinit(&folder);
    return status;
}

lyt_status lyt_cmd_pack_load(pack_state *state, const char *name, lyt_pack **out, lyt_error *err)
{
    return load(state, name, false, out, err);
}

lyt_status lyt_cmd_pack_texts(pack_state *state, const char *name, lyt_pack **out, lyt_error *err)
{
    return load(state, name, true, out, err);
}

void lyt_cmd_pack_write(pack_state *state)
{
    lyt_console_write_buf(state->call->console, &state->out);
    lyt_buf_reset(&state->out);
}

static void add_languages(const lyt_pack *pack, lyt_buf *out, lyt_jw *jw)
{
    const lyt_lexis *lexis = lyt_pack_lexis(pack);
    bool any = false;

    for (int i = 0; i < (int)lyt_lexis_languages(lexis); i++) {
        if (!(lyt_pack_languages(pack) & (1u << i)))
            continue;
        if (jw)
            lyt_jw_str(jw, lyt_str_of(lyt_lexis_code(lexis, i)));
        else
            lyt_buf_addf(out, "%s%s", any ? "," : "", lyt_lexis_code(lexis, i));
        any = true;
    }
}

static void list_pack(pack_state *state, const lyt_pack *pack)
{
    lyt_jw *jw = &state->jw;

    if (!state->values->json) {
        lyt_buf_addf(&state->out, "%-12s %3zu scenarios  %2zu teams  ", lyt_pack_id(pack),
                     lyt_pack_scenarios(pack), lyt_pack_teams(pack));
        add_languages(pack, &state->out, NULL);
        lyt_buf_add_char(&state->out, '\n');
        return;
    }
    lyt_jw_init(jw, &state->out);
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "pack", lyt_str_of(lyt_pack_id(pack)));
    lyt_jw_kint(jw, "scenarios", (int64_t)lyt_pack_scenarios(pack));
    lyt_jw_kint(jw, "teams", (int64_t)lyt_pack_teams(pack));
    lyt_jw_key(jw, "languages");
    lyt_jw_array(jw);
    add_languages(pack, NULL, jw);
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
    lyt_buf_add_char(&state->out, '\n');
}

typedef struct listing {
    pack_state *state;
    bool failed;
} listing;

static lyt_status list_one(void *user, const char *name)
{
    listing *l = user;
    pack_state *state = l->state;
    lyt_error err = {0};
    lyt_pack *pack = NULL;
    struct stat about;
    lyt_buf path;
    bool is_pack;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, state->paths.packs.data, name);
    lyt_buf_add_text(&path, "/pack.yaml");
    is_pack = !lyt_buf_status(&path) && stat(path.data, &about) == 0;
    if (is_pack && state->values->names) {
        lyt_buf_addf(&state->out, "%s\n", name);
    } else if (is_pack) {
        path.data[path.len - strlen("/pack.yaml")] = '\0';
        if (lyt_cmd_pack_load(state, path.data, &pack, &err)) {
            lyt_console_error(state->call->console, &err);
            l->failed = true;
        } else {
            list_pack(state, pack);
        }
        lyt_pack_free(pack);
    }
    lyt_buf_deinit(&path);
    lyt_cmd_pack_write(state);
    return LYT_OK;
}

static lyt_exit list(pack_state *state)
{
    listing l = {.state = state};
    lyt_error err = {0};

    if (state->call->n_operands)
        return lyt_console_misuse(state->call->console, "pack list takes no operand");
    if (lyt_fs_list(lyt_fs_system(), state->paths.packs.data, list_one, &l, &err))
        return lyt_console_error(state->call->console, &err);
    return l.failed ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
}

static lyt_exit build(pack_state *state)
{
    lyt_pack_options pack_options =
        lyt_datapaths_options(&state->paths, state->call->console, &state->log);
    lyt_buf folder, file;
    lyt_error err = {0};
    lyt_status status;

    if (state->call->n_operands != 1)
        return lyt_console_misuse(state->call->console, "pack build needs one FOLDER or NAME");
    lyt_buf_init(&folder, NULL);
    lyt_buf_init(&file, NULL);
    lyt_datapaths_pack(&state->paths, state->call->operands[0], &folder);
    if (state->values->output)
        lyt_buf_add_text(&file, state->values->output);
    else if (folder.data)
        lyt_fs_join(&file, folder.data, "model.lytm");
    if (lyt_buf_status(&folder) || lyt_buf_status(&file))
        status = lyt_error_set(&err, LYT_ENOMEM, "out of memory");
    else
        status = lyt_pack_build(folder.data, file.data, &pack_options, &err);
    lyt_console_progress_end(state->call->console);
    if (status)
        lyt_console_error(state->call->console, &err);
    else
        lyt_console_printf(state->call->console, "%s\n", file.data);
    lyt_buf_deinit(&folder);
    lyt_buf_deinit(&file);
    return status ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
}

static lyt_exit check_options(const lyt_call *call)
{
    const pack_values *values = call->values;

    if (values->json && values->names)
        return lyt_console_misuse(call->console, "pack: --json and --names exclude one another");
    return LYT_EXIT_DONE;
}

static lyt_exit (*verb_of(const lyt_call *call))(pack_state *)
{
    static lyt_exit (*const runs[])(pack_state *) = {
        [VERB_BUILD] = build, [VERB_CHECK] = lyt_cmd_pack_check, [VERB_DIFF] = lyt_cmd_pack_diff,
        [VERB_LIST] = list,   [VERB_NEW] = lyt_cmd_pack_new,     [VERB_SHOW] = lyt_cmd_pack_show,
        [VERB_VERSIONS] = lyt_cmd_pack_versions,
    };

    return runs[call->verb];
}

static lyt_exit run(const lyt_call *call)
{
    pack_state state = {.call = call, .values = call->values};
    lyt_exit code = check_options(call);

    if (code)
        return code;
    /* that the model is old is what check and build are run for */
    state.log = lyt_console_log(call->console, LYT_LOG_ERROR);
    lyt_buf_init(&state.out, NULL);
    code = lyt_datapaths_find(&state.paths, call->console);
    if (code == LYT_EXIT_DONE)
        code = verb_of(call)(&state);
    lyt_datapaths_deinit(&state.paths);
    lyt_buf_deinit(&state.out);
    return code;
}

const lyt_command lyt_cmd_pack = {
    .name = "pack",
    .summary = "Make, check, compare and build packs of scenarios",
    .usage = "build [-o FILE] FOLDER|NAME\ncheck [--json] FOLDER|NAME...\n"
             "diff [--json] [--state DIR] PACK|HASH PACK|HASH\nlist [--json | --names]\n"
             "new [--from PACK] FOLDER\nshow [--json] [--property ID] FOLDER|NAME\n"
             "show [--json | -o FOLDER] [--state DIR] --version HASH\n"
             "versions [--json] [--state DIR]",
    .description =
        "A pack is a folder of scenarios, rules, sentences to learn from and a model, for one "
        "trade. A name without '/' is a pack that came with Lyt, unless a pack of that name "
        "lies in the current folder.\n"
        "\n"
        "build learns the pack's sentences and rules, writes the model and prints where it is. "
        "A pack that was not built, or was changed since, is learned in memory whenever it is "
        "used, which takes a second or two.\n"
        "\n"
        "check reads the pack as all commands do and names file, line and column of what is "
        "wrong in it. Then it judges every example and every training sentence. Errors: an "
        "example that comes out otherwise than its file says, a guest message without a way to "
        "reach a person or longer than three SMS, a sentence that is both learned and tested. "
        "Warnings: rules that never fire, scenarios that are hard to tell apart, texts not "
        "translated, severities that contradict themselves. The exit code is 0 when there is no "
        "error.\n"
        "\n"
        "diff prints what the second pack has otherwise than the first, one line a change: '+' "
        "added, '-' taken away, '~' changed; scenarios and their fields, rules, messages, "
        "examples, training sentences and properties. The exit code is 0 either way.\n"
        "\n"
        "new makes the folder with a small pack in it, of one scenario in English and Danish; "
        "--from makes it a copy of another pack. The folder's last part is the pack's id.\n"
        "\n"
        "show prints the scenarios as they count: who answers, severity, threshold, window and "
        "version, and up to which score of 10 it has bands; with --property as that property's "
        "file changes them.\n"
        "\n"
        "A service keeps every version that it judged with, for as long as verdicts or alarms are "
        "kept that name it. show --version takes what such a one names: of a scenario it prints "
        "the text, the rules and when it was used; of a pack the scenarios; -o writes the whole "
        "pack to a new folder. The first four digits or more do where they are those of one. diff "
        "takes versions, too: of two of a scenario it prints what changed in that one. versions "
        "lists what is kept and reads all of it: one that is damaged is named, and the exit code "
        "is 1.\n"
        "\n"
        "list prints the packs that came with Lyt.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(pack_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
