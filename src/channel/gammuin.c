#include "gammuin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "receiver.h"

enum { messages_max = 255 };

static lyt_str value(const lyt_gammu_env *env, const char *format_head, int n, const char *tail)
{
    char name[64];
    const char *text;

    if (n)
        snprintf(name, sizeof name, "%s%d%s", format_head, n, tail);
    else
        snprintf(name, sizeof name, "%s", format_head);
    text = env->get(env->context, name);
    return lyt_str_of(text ? text : "");
}

/* A count from 0 to messages_max; -1: it is none. */
static int count_of(lyt_str text)
{
    int n = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || n > messages_max)
            return -1;
        n = 10 * n + (text.ptr[i] - '0');
    }
    return n <= messages_max ? n : -1;
}

static lyt_status join(lyt_buf *out, const lyt_gammu_env *env, const char *head, int n)
{
    for (int i = 1; i <= n; i++)
        lyt_buf_add(out, value(env, head, i, "_TEXT"));
    return lyt_buf_status(out);
}

/* The ids of all its parts, so that the same message handed over twice is one. */
static void add_ids(lyt_buf *out, const lyt_gammu_env *env)
{
    lyt_str phone = value(env, "PHONE_ID", 0, "");

    if (env->n_ids && phone.len)
        lyt_buf_addf(out, "%.*s/", LYT_STR_ARG(phone));
    for (size_t i = 0; i < env->n_ids; i++)
        lyt_buf_addf(out, "%s%s", i ? "+" : "", env->ids[i]);
}

lyt_status lyt_gammu_receive(lyt_inbound *out, const lyt_gammu_env *env,
                             const lyt_gateway_config *config, int64_t now_us, lyt_arena *arena,
                             lyt_error *err)
{
    int n = count_of(value(env, "SMS_MESSAGES", 0, ""));
    int n_parts = count_of(value(env, "DECODED_PARTS", 0, ""));
    lyt_inbound item;
    lyt_buf text, ids;
    lyt_status status;

    if (n < 1 || n_parts < 0 || !value(env, "SMS_", 1, "_NUMBER").len)
        return lyt_error_set(err, LYT_EFORMAT,
                             "there is no SMS_MESSAGES or no SMS_1_NUMBER: run it by RunOnReceive "
                             "of gammu-smsd");
    memset(&item, 0, sizeof item);
    item.kind = LYT_INBOUND_FEEDBACK;
    item.score = (double)NAN;
    item.from = value(env, "SMS_", 1, "_NUMBER");
    item.to = env->to;
    item.received_us = now_us;
    lyt_buf_init(&text, NULL);
    lyt_buf_init(&ids, NULL);
    add_ids(&ids, env);
    status = join(&text, env, "DECODED_", n_parts);
    /* it decodes what it could put together; else there are the parts as they came */
    if (!status && !text.len)
        status = join(&text, env, "SMS_", n);
    item.text = lyt_buf_str(&text);
    item.provider_id = lyt_buf_str(&ids);
    status = status ? status : lyt_buf_status(&ids);
    if (status)
        (void)lyt_error_set(err, status, "no memory for a message");
    else if (!text.len)
        status = lyt_error_set(err, LYT_ENOTFOUND, "there is no text in it");
    if (!status)
        status = lyt_inbound_clean(&item, true, config, arena);
    if (!status)
        status = lyt_inbound_settle(&item, config, arena);
    if (!status)
        *out = item;
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&ids);
    return status;
}
