#include "houseline.h"

#include <stdlib.h>

#include "housewords.h"
#include "refusal.h"

lyt_status lyt_houseline_try(const lyt_houseline *line, lyt_str question, lyt_json **out,
                             lyt_error *err)
{
    lyt_endpoints at = {.submit = ""};
    const char *endpoint = line->endpoint;
    lyt_net *net = NULL;
    lyt_error ignored;
    lyt_status status = LYT_OK;

    err = err ? err : &ignored;
    *out = NULL;
    if (!endpoint) {
        status = lyt_endpoints_find(&at, line->state, err);
        endpoint = line->submits ? at.submit : at.replay;
    }
    if (!status)
        status = lyt_online_net(&net, &at, line->key, line->server_key, err);
    if (!status)
        status = lyt_online_ask(net, endpoint, question, out, err);
    lyt_net_free(net);
    return status;
}

/* What the service refuses with is in the table of refusal.h; what this machine says is not. */
static lyt_exit complain(const lyt_call *call, const lyt_houseline *line, const lyt_error *err)
{
    lyt_exit code = LYT_EXIT_FAILED;
    lyt_buf danish;

    lyt_buf_init(&danish, NULL);
    if (lyt_housewords_language(line->language) == LYT_PAGE_DA &&
        lyt_refusal_say(&danish, lyt_str_of(err->text)) && !lyt_buf_status(&danish))
        code = lyt_console_complain(call->console, "%s", danish.data);
    else
        code = lyt_console_error(call->console, err);
    lyt_buf_deinit(&danish);
    return code;
}

lyt_exit lyt_houseline_ask(const lyt_call *call, const lyt_houseline *line, lyt_str question,
                           lyt_json **out)
{
    lyt_error err = {0};

    return lyt_houseline_try(line, question, out, &err) ? complain(call, line, &err)
                                                        : LYT_EXIT_DONE;
}

lyt_exit lyt_houseline_show(const lyt_call *call, const lyt_houseline *line,
                            const lyt_buf *question, lyt_houseline_print_fn print, const void *user)
{
    lyt_json *answer = NULL;
    lyt_buf text;
    lyt_exit code;

    if (lyt_buf_status(question))
        return lyt_console_complain(call->console, "out of memory");
    code = lyt_houseline_ask(call, line, lyt_buf_str(question), &answer);
    if (code != LYT_EXIT_DONE)
        return code;
    lyt_buf_init(&text, NULL);
    if (print) {
        print(&text, answer, user);
    } else {
        lyt_json_write(&text, answer);
        lyt_buf_add_char(&text, '\n');
    }
    lyt_console_write_buf(call->console, &text);
    lyt_buf_deinit(&text);
    lyt_json_free(answer);
    return code;
}

int64_t lyt_houseline_number(const char *text)
{
    int64_t number = 0;

    /* by hand: strtoll takes blanks, signs and what is too large */
    for (const char *at = text; *at; at++) {
        if (*at < '0' || *at > '9' || number > INT64_MAX / 10 - 1)
            return 0;
        number = number * 10 + (*at - '0');
    }
    return number;
}

const char *lyt_houseline_who(const char *given)
{
    const char *login = getenv("LOGNAME");

    if (!login || !*login)
        login = getenv("USER");
    return given ? given : login && *login ? login : "unknown";
}

void lyt_houseline_money(lyt_buf *out, int64_t amount, lyt_str currency)
{
    lyt_buf_addf(out, "%lld.%02lld %.*s", (long long)amount / 100, (long long)amount % 100,
                 LYT_STR_ARG(currency));
}

void lyt_houseline_span(lyt_buf *out, double seconds)
{
    static const double minute = 60, hour = 3600, day = 86400;

    if (seconds < 2 * minute)
        lyt_buf_add_real(out, seconds, seconds < 10 ? 1 : 0);
    else
        lyt_buf_add_real(out,
                         seconds / (seconds < 2 * hour  ? minute
                                    : seconds < 2 * day ? hour
                                                        : day),
                         seconds < 2 * hour ? 0 : 1);
    lyt_buf_add_text(out, seconds < 2 * minute ? " s"
                          : seconds < 2 * hour ? " min"
                          : seconds < 2 * day  ? " h"
                                               : " days");
}
