#include "report_house.h"

#include "houseline.h"
#include "recovery_text.h"

static void print_gestures(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_json *rows = lyt_json_get(answer, "gestures"), *sums = lyt_json_get(answer, "sums");
    const lyt_json *sum;
    void *cursor = NULL;
    lyt_str currency;
    int64_t amount;

    (void)user;
    lyt_buf_add_text(out,
                     "date,property,incident,scenario,gesture,amount,currency,by,decided_by\n");
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i);
        int64_t cents = lyt_json_number(row, "amount");

        lyt_buf_addf(out, "%.*s,%.*s,%lld,%.*s,%.*s,%lld.%02lld,%.*s,%.*s,%.*s\n",
                     LYT_STR_ARG(lyt_str_slice(lyt_json_text(row, "at"), 0, 10)),
                     LYT_STR_ARG(lyt_json_text(row, "property")),
                     (long long)lyt_json_number(row, "incident"),
                     LYT_STR_ARG(lyt_json_text(row, "scenario")),
                     LYT_STR_ARG(lyt_json_text(row, "gesture")), (long long)cents / 100,
                     (long long)cents % 100, LYT_STR_ARG(lyt_json_text(row, "currency")),
                     LYT_STR_ARG(lyt_json_text(row, "by")),
                     LYT_STR_ARG(lyt_json_text(row, "decided_by")));
    }
    while (lyt_json_each(sums, &cursor, &currency, &sum))
        if (lyt_json_int(sum, &amount) && amount)
            lyt_buf_addf(out, "sum,,,,,%lld.%02lld,%.*s,,\n", (long long)amount / 100,
                         (long long)amount % 100, LYT_STR_ARG(currency));
}

static void print_recovery(lyt_buf *out, const lyt_json *answer, const void *user)
{
    (void)user;
    lyt_recovery_text(out, answer);
}

static void add(lyt_jw *jw, const char *key, const char *value)
{
    if (value)
        lyt_jw_kstr(jw, key, lyt_str_of(value));
}

lyt_exit lyt_report_house(const lyt_call *call, const lyt_house_wish *v, bool gestures)
{
    lyt_houseline line = {v->state, v->key, v->server_key, v->replay, false};
    lyt_exit code;
    lyt_buf text;
    lyt_jw jw;

    if (v->scenario && !gestures)
        return lyt_console_misuse(call->console, "--scenario is for report gestures");
    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", gestures ? LYT_STR("gestures") : LYT_STR("recovery"));
    add(&jw, "from", v->from);
    add(&jw, "until", v->until);
    add(&jw, "property", v->property);
    add(&jw, "scenario", v->scenario);
    lyt_jw_object_end(&jw);
    code = lyt_houseline_show(call, &line, &text,
                              v->json    ? NULL
                              : gestures ? print_gestures
                                         : print_recovery,
                              NULL);
    lyt_buf_deinit(&text);
    return code;
}
