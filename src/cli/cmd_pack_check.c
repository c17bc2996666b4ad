#include "cmd_pack.h"

#include "pack_audit.h"

enum { check_bytes_max = 512 << 20 };

static void add_place(lyt_buf *out, const lyt_finding *finding)
{
    lyt_buf_add_text(out, finding->file);
    if (finding->line)
        lyt_buf_addf(out, ":%u", finding->line);
    if (finding->line && finding->column)
        lyt_buf_addf(out, ":%u", finding->column);
}

/* Errors first: they are what has to be mended. */
static void add_text(pack_state *state, const lyt_findings *found)
{
    for (int errors = 1; errors >= 0; errors--)
        for (size_t i = 0; i < found->n; i++) {
            const lyt_finding *finding = &found->items[i];

            if (finding->is_error != (errors == 1))
                continue;
            add_place(&state->out, finding);
            lyt_buf_addf(&state->out, ": %s: %s [%s]\n", errors ? "error" : "warning",
                         finding->text, finding->check);
        }
    lyt_buf_addf(&state->out,
                 "%s: %zu scenarios, %zu teams, %zu examples, %zu sentences: %zu errors, %zu "
                 "warnings\n",
                 lyt_pack_id(state->pack), lyt_pack_scenarios(state->pack),
                 lyt_pack_teams(state->pack), found->n_examples, found->n_sentences,
                 found->n_errors, found->n_warnings);
}

static void add_finding(lyt_jw *jw, const lyt_finding *finding)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "level", finding->is_error ? LYT_STR("error") : LYT_STR("warning"));
    lyt_jw_kstr(jw, "check", lyt_str_of(finding->check));
    lyt_jw_kstr(jw, "file", lyt_str_of(finding->file));
    if (finding->line)
        lyt_jw_kint(jw, "line", finding->line);
    if (finding->line && finding->column)
        lyt_jw_kint(jw, "column", finding->column);
    lyt_jw_kstr(jw, "text", lyt_str_of(finding->text));
    lyt_jw_object_end(jw);
}

static void add_json(pack_state *state, const lyt_findings *found)
{
    lyt_jw *jw = &state->jw;

    lyt_jw_init(jw, &state->out);
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "pack", lyt_str_of(lyt_pack_id(state->pack)));
    lyt_jw_key(jw, "findings");
    lyt_jw_array(jw);
    for (size_t i = 0; i < found->n; i++)
        add_finding(jw, &found->items[i]);
    lyt_jw_array_end(jw);
    lyt_jw_kint(jw, "scenarios", (int64_t)lyt_pack_scenarios(state->pack));
    lyt_jw_kint(jw, "teams", (int64_t)lyt_pack_teams(state->pack));
    lyt_jw_kint(jw, "examples", (int64_t)found->n_examples);
    lyt_jw_kint(jw, "sentences", (int64_t)found->n_sentences);
    lyt_jw_kint(jw, "errors", (int64_t)found->n_errors);
    lyt_jw_kint(jw, "warnings", (int64_t)found->n_warnings);
    lyt_jw_object_end(jw);
    lyt_buf_add_char(&state->out, '\n');
}

static lyt_exit check_pack(pack_state *state, const char *name)
{
    lyt_findings found = {NULL, 0, 0, 0, 0, 0};
    lyt_arena *arena = NULL;
    lyt_error err = {0};
    lyt_pack *pack = NULL;
    lyt_exit code = LYT_EXIT_FAILED;

    if (lyt_cmd_pack_load(state, name, &pack, &err))
        return lyt_console_error(state->call->console, &err);
    state->pack = pack;
    if (lyt_arena_new(&arena, NULL, "check", check_bytes_max)) {
        (void)lyt_error_set(&err, LYT_ENOMEM, "out of memory");
        (void)lyt_console_error(state->call->console, &err);
    } else if (lyt_pack_audit(pack, arena, &found, &err)) {
        (void)lyt_console_error(state->call->console, &err);
    } else {
        if (state->values->json)
            add_json(state, &found);
        else
            add_text(state, &found);
        code = found.n_errors ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
    }
    lyt_cmd_pack_write(state);
    lyt_arena_free(arena);
    lyt_pack_free(pack);
    return code;
}

lyt_exit lyt_cmd_pack_check(pack_state *state)
{
    lyt_exit code = LYT_EXIT_DONE;

    if (!state->call->n_operands)
        return lyt_console_misuse(state->call->console, "pack check needs a FOLDER or NAME");
    for (int i = 0; i < state->call->n_operands; i++)
        if (check_pack(state, state->call->operands[i]))
            code = LYT_EXIT_FAILED;
    return code;
}
