#include "client.h"

#include "json.h"
#include "mem.h"
#include "wire.h"

struct lyt_asker {
    const lyt_alloc *alloc;
    lyt_sock *sock;
    lyt_frames *frames;
    lyt_buf tag;
    uint64_t asked;
};

enum { asker_queue = 100 };

lyt_status lyt_asker_new(lyt_asker **out, lyt_net *net, const lyt_alloc *alloc,
                         const char *endpoint, lyt_error *err)
{
    lyt_asker *asker = lyt_mem_new(alloc, sizeof *asker);
    lyt_status status;

    if (!asker)
        return lyt_error_set(err, LYT_ENOMEM, "no memory to ask");
    asker->alloc = alloc;
    lyt_buf_init(&asker->tag, alloc);
    status = lyt_frames_new(&asker->frames, alloc);
    if (status)
        lyt_error_set(err, status, "no memory to ask");
    if (!status)
        status = lyt_sock_open(&asker->sock, net, LYT_SOCK_DEALER, asker_queue, err);
    if (!status)
        status = lyt_sock_connect(asker->sock, endpoint, err);
    if (status) {
        lyt_asker_free(asker);
        return status;
    }
    *out = asker;
    return LYT_OK;
}

void lyt_asker_free(lyt_asker *asker)
{
    if (!asker)
        return;
    lyt_sock_close(asker->sock, 0);
    lyt_frames_free(asker->frames);
    lyt_buf_deinit(&asker->tag);
    lyt_mem_free(asker->alloc, asker);
}

/* {"busy":true,"retry_ms":N}: the service has answered us enough for now. */
static int64_t put_off_ms(lyt_str answer)
{
    lyt_json *tree = NULL;
    int64_t ms = 0;

    if (!lyt_str_begins(answer, LYT_STR("{\"busy\":")) || lyt_json_parse(&tree, answer, 4096, NULL))
        return 0;
    ms = lyt_json_number(tree, "retry_ms");
    lyt_json_free(tree);
    return ms < 1 ? 1 : ms > 10000 ? 10000 : ms;
}

lyt_status lyt_asker_ask(lyt_asker *asker, lyt_str json, int timeout_ms, lyt_str *answer)
{
    const lyt_clock *clock = lyt_clock_system();
    int64_t end_us = lyt_clock_mono_us(clock) + (int64_t)timeout_ms * 1000;
    lyt_status status;
    lyt_str frames[2];

    lyt_buf_reset(&asker->tag);
    lyt_wire_put_u64(&asker->tag, ++asker->asked);
    if (lyt_buf_status(&asker->tag))
        return LYT_ENOMEM;
    frames[0] = lyt_buf_str(&asker->tag);
    frames[1] = json;
    status = lyt_sock_send(asker->sock, frames, 2);
    if (status)
        return status;
    for (;;) {
        int64_t left_ms = (end_us - lyt_clock_mono_us(clock) + 999) / 1000;

        status = lyt_sock_recv(asker->sock, asker->frames, left_ms > 0 ? (int)left_ms : 0);
        if (status == LYT_EBUSY && left_ms <= 0)
            return LYT_ETIMEOUT;
        if (status == LYT_EBUSY || status == LYT_ELIMIT)
            continue;
        if (status)
            return status;
        /* an answer to an earlier question that came too late is passed over */
        if (lyt_frames_count(asker->frames) == 2 &&
            lyt_str_equal(lyt_frames_at(asker->frames, 0), frames[0])) {
            int64_t pause_ms = put_off_ms(lyt_frames_at(asker->frames, 1));

            if (!pause_ms) {
                *answer = lyt_frames_at(asker->frames, 1);
                return LYT_OK;
            }
            (void)!lyt_sock_poll(NULL, 0, NULL, pause_ms);
            status = lyt_sock_send(asker->sock, frames, 2);
            if (status)
                return status;
        }
    }
}
