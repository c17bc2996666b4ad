#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scarcity.h"
#include "serving.h"
#include "settings.h"

/*
 * A whole service with ways out whose memory fails, one allocation at a time. The receiver is a
 * port of this machine where nobody listens, so every attempt is a real one and fails.
 */
LYT_SUITE(outbox_fault);

static const char desk_text[] =
    "desk: havnen\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\n"
    "people:\n  - {id: m, name: M, role: manager, channels: [bus]}\n"
    "teams: [{id: technical}]\n"
    "grouping: {parent_places: 1000}\n"
    "routes: [{id: all, to: [team]}]\n"
    "ways:\n"
    "  - {id: hooks, kind: webhook, url: \"http://127.0.0.1:1/\", secret: k, allow_private: true}\n"
    "  - {id: alerts, kind: alertmanager, url: \"http://127.0.0.1:1/\", allow_private: true}\n";

static lyt_settings *begin(serving *s, char desk[64])
{
    lyt_settings_options how = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_settings *settings = NULL;
    char path[128];
    lyt_error err = {0};

    testing_folder(desk);
    testing_write(desk, "desk.yaml", lyt_str_of(desk_text));
    testing_write(desk, "k", LYT_STR("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    snprintf(path, sizeof path, "%s/k", desk);
    cr_assert_eq(chmod(path, 0600), 0);
    snprintf(path, sizeof path, "%s/desk.yaml", desk);
    cr_assert_eq(lyt_settings_read(&settings, path, &how, &err), LYT_OK, "%u: %s", err.line,
                 err.text);
    serving_init(s);
    s->options.settings = settings;
    s->options.alloc = &scarcity;
    return settings;
}

Test(outbox_fault, memory_that_fails_at_each_step_of_the_start)
{
    enum { stride = 17 };
    serving s;
    char desk[64];
    lyt_settings *settings = begin(&s, desk);
    lyt_error err = {0};
    long failed, n = 1;

    do {
        lyt_service *service = NULL;
        lyt_status status;

        failed = scarcity_failed();
        scarcity_fail(n);
        n += stride;
        status = lyt_service_start(&service, &s.options, NULL, &err);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "allocation %ld: %s %s", n,
                  lyt_status_name(status), err.text);
        (void)!lyt_service_stop(service, NULL);
        cr_expect_eq(scarcity_live(), 0, "allocation %ld failing leaves %ld blocks", n,
                     scarcity_live());
    } while (scarcity_failed() != failed);
    scarcity_fail(0);
    serving_deinit(&s);
    lyt_settings_free(settings);
    testing_folder_remove(desk);
}

/* How many rows of the way there are in that state. */
static int64_t rows(serving *s, size_t way, const char *state)
{
    const char *text = serving_ask(s, "{\"request\":\"outbox\",\"limit\":1}");
    lyt_json *tree = NULL;
    int64_t n;

    cr_assert_eq(lyt_json_parse(&tree, lyt_str_of(text), 1 << 24, NULL), LYT_OK, "%s", text);
    n = lyt_json_number(lyt_json_at(lyt_json_get(tree, "ways"), way), state);
    lyt_json_free(tree);
    return n;
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    (void)number;
    (void)answer;
    cr_expect(lyt_str_equal(status, LYT_STR("accepted")) ||
                  lyt_str_equal(status, LYT_STR("duplicate")),
              "%.*s", LYT_STR_ARG(status));
    ++*(int *)user;
}

/* A sender that asks again by id when it hears "busy", or nothing. */
static lyt_sender *sender_of(serving *s, int *n_answered)
{
    lyt_sender_options sending = {.net = s->net,
                                  .endpoint = s->at.submit,
                                  .window = 1,
                                  .resend_ms = 500,
                                  .on_answer = on_answer,
                                  .user = n_answered};
    lyt_sender *sender = NULL;
    lyt_error err;

    cr_assert_eq(lyt_sender_new(&sender, &sending, &err), LYT_OK);
    return sender;
}

Test(outbox_fault, AL_16_nothing_is_lost_when_memory_fails_while_it_is_sent)
{
    enum { messages = 120 };
    serving s;
    char desk[64], json[200];
    lyt_settings *settings = begin(&s, desk);
    lyt_sender *sender;
    int n_answered = 0;
    long hit = 0;

    serving_start(&s);
    serving_listen(&s);
    sender = sender_of(&s, &n_answered);
    for (int i = 0; i < messages; i++) {
        long failed = scarcity_failed();

        snprintf(json, sizeof json,
                 "{\"id\":\"%d\",\"property\":\"havnen\",\"place\":\"%d\",\"text\":\"so cold\"}", i,
                 i);
        /* anywhere between the intake and the outbox */
        scarcity_fail(1 + (i * 37) % 150);
        cr_assert_eq(lyt_sender_send(sender, (uint64_t)i, lyt_str_of(json)), LYT_OK);
        for (int look = 0; look < 20 && scarcity_failed() == failed; look++)
            (void)!lyt_sender_step(sender, 1);
        scarcity_fail(0);
        hit += scarcity_failed() - failed;
        while (n_answered <= i)
            (void)!lyt_sender_step(sender, 20);
    }
    lyt_sender_free(sender);
    cr_expect_gt(hit, 10, "%ld", hit);
    serving_until(&s, "counts", "incidents", messages);
    /* a row for each of them, and each was tried: none waits for ever */
    for (size_t way = 0; way < 2; way++) {
        while (rows(&s, way, "waiting"))
            (void)!lyt_sock_poll(NULL, 0, NULL, 20);
        cr_expect_eq(rows(&s, way, "failed"), messages);
    }
    serving_deinit(&s);
    lyt_settings_free(settings);
    testing_folder_remove(desk);
    cr_expect_eq(scarcity_live(), 0);
}
