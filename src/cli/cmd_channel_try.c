#include "cmd_channel.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "httptext.h"
#include "stafforder.h"

enum { request_max = 1 << 20, try_bytes = 16 << 20, read_bytes = 64 * 1024 };

/* All of stdin. False: complained. */
static bool read_all(const lyt_call *call, lyt_buf *out)
{
    ssize_t n = 1;

    out->limit = request_max + read_bytes;
    while (n) {
        char *at = lyt_buf_reserve(out, read_bytes);

        if (!at || out->len > request_max) {
            (void)lyt_console_complain(call->console, "stdin: more than %d bytes", request_max);
            return false;
        }
        n = read(call->console->in_fd, at, read_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            (void)lyt_console_complain(call->console, "stdin: cannot be read");
            return false;
        }
        out->len += (size_t)n;
    }
    return true;
}

static void kanswer(channel_state *state, const lyt_http_answer *answer)
{
    lyt_jw *jw = &state->jw;

    lyt_jw_key(jw, "answer");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "status", answer->status);
    if (answer->content_type.len)
        lyt_jw_kstr(jw, "content_type", answer->content_type);
    lyt_jw_kstr(jw, "body", answer->body);
    lyt_jw_object_end(jw);
}

static void add_json(channel_state *state, const lyt_received *got, const lyt_error *err)
{
    lyt_jw *jw = &state->jw;

    lyt_jw_init(jw, &state->out);
    lyt_jw_object(jw);
    if (got->refusal) {
        lyt_jw_kstr(jw, "refusal", lyt_str_of(lyt_refusal_name(got->refusal)));
        lyt_jw_kstr(jw, "error", lyt_str_of(err->text));
    }
    lyt_jw_key(jw, "items");
    lyt_jw_array(jw);
    for (size_t i = 0; i < got->n_items; i++)
        lyt_inbound_write(&got->items[i], state->values->numbers, jw);
    lyt_jw_array_end(jw);
    kanswer(state, &got->answer);
    lyt_jw_object_end(jw);
    lyt_buf_add_char(&state->out, '\n');
}

static void add_line(lyt_buf *out, const char *name, lyt_str value)
{
    if (value.len)
        lyt_buf_addf(out, "  %-10s %.*s\n", name, LYT_STR_ARG(value));
}

static void add_part(lyt_buf *out, const lyt_inbound *item)
{
    if (item->kind == LYT_INBOUND_PART)
        lyt_buf_addf(out, "  %-10s %u of %u, of message %u\n", "part", item->part, item->parts,
                     item->reference);
    if (item->kind == LYT_INBOUND_REPORT)
        add_line(out, "report", lyt_str_of(lyt_report_state_name(item->report)));
    if (item->verb == LYT_STAFF_ACK || item->verb == LYT_STAFF_RESOLVE)
        lyt_buf_addf(out, "  %-10s %s incident %lld\n", "order",
                     item->verb == LYT_STAFF_ACK ? "takes on" : "resolves",
                     (long long)item->incident);
    add_line(out, "note", item->note);
    add_line(
        out, "problem",
        lyt_str_of(item->problem ? lyt_staff_problem_text(item->problem, LYT_STR("en")) : NULL));
}

static void add_item(channel_state *state, const lyt_inbound *item)
{
    lyt_buf *out = &state->out, time;

    lyt_buf_init(&time, NULL);
    if (item->sent_us)
        lyt_clock_format(&time, item->sent_us);
    lyt_buf_addf(out, "%s\n", lyt_inbound_kind_name(item->kind));
    add_line(out, "id", item->id);
    add_line(out, "channel", item->channel);
    if (state->values->numbers)
        add_line(out, "from", item->from);
    add_line(out, "sender", item->sender);
    add_line(out, "to", item->to);
    add_line(out, "keyword", item->keyword);
    add_line(out, "property", item->property);
    add_line(out, "place", item->place);
    add_line(out, "person", item->person);
    add_line(out, "text", item->text);
    add_line(out, "lang", item->lang_hint);
    add_line(out, "sent", lyt_buf_str(&time));
    add_line(out, "status", item->status);
    add_line(out, "error", item->error);
    add_part(out, item);
    for (size_t i = 0; i < item->n_meta; i++)
        lyt_buf_addf(out, "  meta       %.*s: %.*s\n", LYT_STR_ARG(item->meta[i].name),
                     LYT_STR_ARG(item->meta[i].value));
    lyt_buf_deinit(&time);
}

static void add_text(channel_state *state, const lyt_received *got)
{
    for (size_t i = 0; i < got->n_items; i++)
        add_item(state, &got->items[i]);
    if (!got->n_items && !got->refusal)
        lyt_buf_add_text(&state->out, "nothing: it is taken, and means nothing to us\n");
    lyt_buf_addf(&state->out, "answered %d", got->answer.status);
    if (got->answer.body.len)
        lyt_buf_addf(&state->out, " %.*s", LYT_STR_ARG(got->answer.body));
    lyt_buf_add_char(&state->out, '\n');
}

static lyt_exit show(channel_state *state, const lyt_received *got, const lyt_error *err)
{
    if (state->values->json) {
        add_json(state, got, err);
    } else {
        if (got->refusal)
            (void)lyt_console_complain(state->call->console, "refused (%s): %s",
                                       lyt_refusal_name(got->refusal), err->text);
        add_text(state, got);
    }
    return got->refusal ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
}

static lyt_exit receive(channel_state *state, const lyt_channels *channels,
                        const lyt_gateway_config *gateway, lyt_arena *arena)
{
    lyt_http_request request = {.now_us = lyt_clock_wall_us(state->call->console->clock)};
    lyt_exit code = LYT_EXIT_FAILED;
    lyt_error err = {.text = ""};
    lyt_received got;
    lyt_status status = LYT_OK;
    lyt_buf text;

    if (state->values->at && lyt_clock_parse(&request.now_us, lyt_str_of(state->values->at)))
        return lyt_console_misuse(state->call->console,
                                  "'%s' is no time; write it as 2026-11-22T05:40:00Z",
                                  state->values->at);
    lyt_buf_init(&text, NULL);
    if (read_all(state->call, &text)) {
        status = lyt_http_parse(&request, lyt_buf_str(&text), arena, &err);
        if (status) {
            memcpy(err.file, "stdin", sizeof "stdin");
        } else {
            request.url = lyt_http_url(arena, channels->public_url, lyt_http_target(&request));
            status = lyt_gateway_receive(gateway->gateway, gateway, &request, arena, &got, &err);
        }
        code = status ? lyt_console_error(state->call->console, &err) : show(state, &got, &err);
    }
    lyt_buf_deinit(&text);
    return code;
}

lyt_exit lyt_cmd_channel_try(channel_state *state)
{
    lyt_channelfile_options how = {.fs = lyt_fs_system(), .lexicons = state->lexicons};
    const lyt_gateway_config *gateway;
    lyt_channelfile *file = NULL;
    lyt_arena *arena = NULL;
    lyt_error err = {.text = ""};
    lyt_exit code;

    if (state->call->n_operands != 2)
        return lyt_console_misuse(state->call->console,
                                  "channel try needs a FILE and the name of a GATEWAY in it");
    if (lyt_channelfile_read(&file, state->call->operands[0], &how, &err))
        return lyt_console_error(state->call->console, &err);
    gateway =
        lyt_channels_named(lyt_channelfile_channels(file), lyt_str_of(state->call->operands[1]));
    if (!gateway)
        code = lyt_console_complain(state->call->console, "%s: there is no gateway '%s' in it",
                                    state->call->operands[0], state->call->operands[1]);
    else if (lyt_arena_new(&arena, NULL, "channel try", try_bytes))
        code = lyt_console_complain(state->call->console, "out of memory");
    else
        code = receive(state, lyt_channelfile_channels(file), gateway, arena);
    lyt_arena_free(arena);
    lyt_channelfile_free(file);
    return code;
}
