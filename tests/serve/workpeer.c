#include "workpeer.h"

void peer_open(peer *p, serving *s)
{
    lyt_error err;

    p->number = 0;
    cr_assert_eq(lyt_sock_open(&p->sock, s->net, LYT_SOCK_DEALER, 1000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(p->sock, s->at.work, &err), LYT_OK);
    cr_assert_eq(lyt_frames_new(&p->frames, NULL), LYT_OK);
    lyt_buf_init(&p->out, NULL);
}

void peer_say(peer *p, lyt_str frame)
{
    cr_assert_eq(lyt_sock_send(p->sock, &frame, 1), LYT_OK);
}

void peer_ready(peer *p, uint32_t credit)
{
    lyt_workframe_ready(&p->out, &(lyt_work_ready){credit, 7, p->number, 0});
    peer_say(p, lyt_buf_str(&p->out));
}

lyt_str peer_wait(peer *p, lyt_workframe_type wanted)
{
    lyt_workframe_type type;

    do {
        cr_assert_eq(lyt_sock_recv(p->sock, p->frames, 20000), LYT_OK);
        cr_assert_eq(lyt_workframe_type_of(lyt_frames_at(p->frames, 0), &type), LYT_OK);
    } while (type != wanted);
    return lyt_frames_at(p->frames, 0);
}

void peer_close(peer *p)
{
    lyt_sock_close(p->sock, 0);
    lyt_frames_free(p->frames);
    lyt_buf_deinit(&p->out);
}

lyt_status peer_note_work(void *user, const lyt_work_item *item)
{
    *(int64_t *)user = item->id;
    return LYT_OK;
}

int64_t peer_work(peer *p)
{
    int64_t id = 0;

    cr_assert_eq(lyt_workframe_each_work(peer_wait(p, LYT_WORK_WORK), peer_note_work, &id), LYT_OK);
    return id;
}

void peer_done(peer *p, int64_t id, const char *scenario)
{
    lyt_done_item done = {.id = id, .pack = 7};

    done.judgement.json = LYT_STR("{\"by\":\"a peer\"}");
    done.judgement.n_failures = 1;
    done.judgement.failures[0] =
        (lyt_judged_failure){lyt_str_of(scenario), LYT_STR(""), 1, 4, 0, 4, {{"cold", 4}}, 1, 0, 0};
    lyt_workframe_begin(&p->out, LYT_WORK_DONE);
    lyt_workframe_add_done(&p->out, &done);
    lyt_workframe_count(&p->out, 1);
    peer_say(p, lyt_buf_str(&p->out));
}
