#include "cmd_channel.h"

#include <stddef.h>
#include <string.h>

#include "datapaths.h"
#include "mapping.h"
#include "mem.h"

enum { try_bytes = 8 << 20, quiet_path_min = 16, faults_max = 200 };

static const lyt_option options[] = {
    {.name = "at",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(channel_values, at),
     .value = "TIME",
     .help = "when the request came, like 2026-11-22T05:40:00Z, instead of now",
     .verbs = "try"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(channel_values, json),
     .help = "one JSON object"},
    {.name = "numbers",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(channel_values, numbers),
     .help = "show the guest's number, too, not only what stands for it",
     .verbs = "try"},
};

enum verb { VERB_CHECK, VERB_TRY };
static const char *const verbs[] = {"check", "try", NULL};

static const lyt_sample samples[] = {
    {"lyt channel check channels.yaml", "are files, secrets and mappings in order?"},
    {"lyt channel try channels.yaml twilio < request.txt", "what becomes of a request"},
};

typedef struct fault {
    lyt_error err;
    bool is_warning;
} fault;

typedef struct check_state {
    channel_state *state;
    fault *faults;
    size_t n, n_errors;
    size_t n_tests;
} check_state;

static void add_fault(check_state *check, const lyt_error *err, bool is_warning)
{
    check->n_errors += !is_warning;
    if (check->n < faults_max) {
        check->faults[check->n].err = *err;
        check->faults[check->n++].is_warning = is_warning;
    }
}

static void on_fault(void *user, const lyt_error *err)
{
    add_fault(user, err, false);
}

static void warn(check_state *check, const char *file, uint32_t line, const char *text)
{
    lyt_error err = {.text = ""};

    (void)lyt_error_at(&err, LYT_EINVAL, file, line, 0, "%s", text);
    add_fault(check, &err, true);
}

static void run_tests(check_state *check, const lyt_channelfile *file, size_t at)
{
    const lyt_mapping *mapping = lyt_channelfile_channels(file)->gateways[at].mapping;
    lyt_error err = {.text = ""};
    lyt_arena *arena = NULL;

    if (!mapping)
        return;
    if (lyt_arena_new(&arena, NULL, "channel check", try_bytes)) {
        (void)lyt_error_set(&err, LYT_ENOMEM, "out of memory");
        add_fault(check, &err, false);
        return;
    }
    for (size_t i = 0; i < mapping->n_tests; i++) {
        const lyt_map_test *test = &mapping->tests[i];
        lyt_error why = {.text = ""};

        lyt_arena_reset(arena);
        check->n_tests++;
        if (lyt_mapping_try(mapping, test, arena, &why) == LYT_OK)
            continue;
        (void)lyt_error_at(&err, LYT_EINVAL, lyt_channelfile_mapping(file, at),
                           why.line ? why.line : test->line, why.line ? why.column : test->column,
                           "%s", why.text);
        add_fault(check, &err, false);
    }
    lyt_arena_free(arena);
}

/* Whether anything but knowing the address keeps strangers out. */
static bool is_open(const lyt_gateway_config *gateway)
{
    size_t last = gateway->path.len;

    while (last && gateway->path.ptr[last - 1] != '/')
        last--;
    return (!gateway->secrets.n || gateway->scheme == LYT_SCHEME_NONE) && !gateway->basic.n &&
           !gateway->n_addresses && gateway->path.len - last < quiet_path_min;
}

static bool tells_copies(const lyt_mapping *mapping)
{
    return !mapping || mapping->rules[LYT_MAPPED_ID].is_used ||
           mapping->rules[LYT_MAPPED_SENT_AT].is_used;
}

static void look_around(check_state *check, const lyt_channelfile *file, const char *path)
{
    const lyt_channels *channels = lyt_channelfile_channels(file);

    if (!channels->book.pseudonyms.n)
        warn(check, path, 0,
             "there is no 'pseudonyms' key: messages carry no sender, so that no two of one guest "
             "are known to belong together");
    if (lyt_str_begins(channels->public_url, LYT_STR("http://")))
        warn(check, path, 0,
             "public_url begins with http://: what guests write travels in the open");
    for (size_t i = 0; i < channels->n_gateways; i++) {
        run_tests(check, file, i);
        if (!tells_copies(channels->gateways[i].mapping))
            warn(check, lyt_channelfile_mapping(file, i), 0,
                 "has neither id nor sent_at: the same words of the same sender within 48 hours "
                 "are taken for a copy, and are one message");
        if (is_open(&channels->gateways[i]) && !channels->gateways[i].is_closed)
            warn(check, path, lyt_channelfile_line(file, i),
                 "nothing keeps strangers from writing here: give a secret, basic, addresses, or "
                 "a path whose last part is 16 letters that nobody can guess");
    }
}

static void add_findings(check_state *check)
{
    lyt_jw *jw = &check->state->jw;

    lyt_jw_key(jw, "findings");
    lyt_jw_array(jw);
    for (size_t i = 0; i < check->n; i++) {
        const lyt_error *err = &check->faults[i].err;

        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "level",
                    check->faults[i].is_warning ? LYT_STR("warning") : LYT_STR("error"));
        lyt_jw_kstr(jw, "file", lyt_str_of(err->file));
        if (err->line)
            lyt_jw_kint(jw, "line", err->line);
        if (err->column)
            lyt_jw_kint(jw, "column", err->column);
        lyt_jw_kstr(jw, "text", lyt_str_of(err->text));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static void add_gateways(check_state *check, const lyt_channelfile *file)
{
    const lyt_channels *channels = lyt_channelfile_channels(file);
    lyt_jw *jw = &check->state->jw;
    lyt_buf url;

    lyt_buf_init(&url, NULL);
    lyt_jw_key(jw, "gateways");
    lyt_jw_array(jw);
    for (size_t i = 0; i < channels->n_gateways; i++) {
        const lyt_gateway_config *gateway = &channels->gateways[i];

        lyt_buf_reset(&url);
        lyt_buf_add(&url, channels->public_url);
        lyt_buf_add(&url, gateway->path);
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "name", gateway->name);
        lyt_jw_kstr(jw, "kind", lyt_str_of(lyt_gateway_name(gateway->gateway)));
        lyt_jw_kstr(jw, "url", lyt_buf_str(&url));
        lyt_jw_kint(jw, "secrets", (int64_t)gateway->secrets.n);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_buf_deinit(&url);
}

static void add_json(check_state *check, const lyt_channelfile *file)
{
    lyt_jw *jw = &check->state->jw;

    lyt_jw_init(jw, &check->state->out);
    lyt_jw_object(jw);
    add_findings(check);
    if (file)
        add_gateways(check, file);
    lyt_jw_kint(jw, "tests", (int64_t)check->n_tests);
    lyt_jw_kint(jw, "errors", (int64_t)check->n_errors);
    lyt_jw_kint(jw, "warnings", (int64_t)(check->n - check->n_errors));
    lyt_jw_object_end(jw);
    lyt_buf_add_char(&check->state->out, '\n');
}

static void add_text(check_state *check, const lyt_channelfile *file)
{
    const lyt_channels *channels = lyt_channelfile_channels(file);
    lyt_buf *out = &check->state->out;

    for (int errors = 1; errors >= 0; errors--)
        for (size_t i = 0; i < check->n; i++) {
            const lyt_error *err = &check->faults[i].err;

            if (check->faults[i].is_warning == (errors == 1))
                continue;
            lyt_buf_add_text(out, err->file);
            if (err->line)
                lyt_buf_addf(out, ":%u", err->line);
            if (err->line && err->column)
                lyt_buf_addf(out, ":%u", err->column);
            lyt_buf_addf(out, ": %s: %s\n", errors ? "error" : "warning", err->text);
        }
    for (size_t i = 0; i < channels->n_gateways; i++)
        lyt_buf_addf(out, "%-24s %-18s %.*s%.*s\n", channels->gateways[i].name.ptr,
                     lyt_gateway_name(channels->gateways[i].gateway),
                     LYT_STR_ARG(channels->public_url), LYT_STR_ARG(channels->gateways[i].path));
    lyt_buf_addf(out, "%zu gateways, %zu tests of mappings: %zu errors, %zu warnings\n",
                 channels->n_gateways, check->n_tests, check->n_errors, check->n - check->n_errors);
}

static lyt_exit check(channel_state *state)
{
    check_state check = {.state = state};
    lyt_channelfile_options how = {
        .fs = lyt_fs_system(), .lexicons = state->lexicons, .on_fault = on_fault, .user = &check};
    const char *path = state->call->operands[0];
    lyt_channelfile *file = NULL;
    lyt_error err = {.text = ""};

    if (state->call->n_operands != 1)
        return lyt_console_misuse(state->call->console, "channel check needs one FILE");
    check.faults = lyt_mem_array(NULL, faults_max, sizeof *check.faults);
    if (!check.faults)
        return lyt_console_complain(state->call->console, "out of memory");
    if (lyt_channelfile_read(&file, path, &how, &err)) {
        if (!state->values->json) {
            lyt_mem_free(NULL, check.faults);
            return lyt_console_error(state->call->console, &err);
        }
        add_fault(&check, &err, false);
    } else {
        look_around(&check, file, path);
    }
    if (state->values->json)
        add_json(&check, file);
    else
        add_text(&check, file);
    lyt_channelfile_free(file);
    lyt_mem_free(NULL, check.faults);
    return check.n_errors ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
}

static lyt_exit run(const lyt_call *call)
{
    channel_state state = {.call = call, .values = call->values};
    lyt_datapaths paths;
    lyt_exit code;

    code = lyt_datapaths_find(&paths, call->console);
    lyt_buf_init(&state.out, NULL);
    if (code == LYT_EXIT_DONE) {
        state.lexicons = paths.lexicons.data;
        code = call->verb == VERB_CHECK ? check(&state) : lyt_cmd_channel_try(&state);
    }
    lyt_console_write_buf(call->console, &state.out);
    lyt_buf_deinit(&state.out);
    lyt_datapaths_deinit(&paths);
    return code;
}

const lyt_command lyt_cmd_channel = {
    .name = "channel",
    .summary = "Check how gateways are connected, and try a request",
    .usage = "check FILE\ntry FILE GATEWAY < REQUEST",
    .description =
        "check reads a channels.yaml with all it names: secrets (and whether others may read "
        "them), mappings, and the requests that a mapping has to be tried with. It says which "
        "address to give to which gateway.\n\n"
        "try reads one HTTP request from stdin as it was on the wire (request line, headers, an "
        "empty line, the body) and shows what it becomes, or why it is refused, and what the "
        "gateway is answered. Nothing is stored or sent. The number of the guest is shown only "
        "with "
        "--numbers. A signature that holds a time is too old an hour later; --at says when it "
        "came.\n\n"
        "docs/channels.md has the file, and how to connect each gateway.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(channel_values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = 2,
    .run = run,
};
