#include "storefill.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_guest.h"
#include "store_keep.h"
#include "store_outbox.h"
#include "store_reply.h"
#include "store_snapshot.h"

enum { long_bytes = 9000 };

static void must(lyt_status status)
{
    if (status)
        abort();
}

static void fill_message(lyt_store *store, int i)
{
    static char words[long_bytes];
    lyt_feedback f = {.source_id = LYT_STR("id"),
                      .channel = LYT_STR("sms"),
                      .property = LYT_STR("havnen"),
                      .place = LYT_STR("214"),
                      .sender = i % 3 ? LYT_STR("anna") : LYT_STR(""),
                      .text = LYT_STR("it is freezing in here"),
                      .score = i % 2 ? 3 : NAN,
                      .scale = 10,
                      .received_us = i,
                      .mark = i % 8 ? LYT_STR("") : LYT_STR(LYT_MARK_PARTIAL)};
    lyt_incident incident = {.id = i + 1, .state = LYT_INCIDENT_NEW, .team = "technical"};
    int64_t id = 0, seq = 0;
    bool is_fresh = false;
    char fact[256];

    memset(words, 'a' + i % 26, sizeof words);
    if (i % 8 == 5)
        f.text = (lyt_str){words, sizeof words};
    must(lyt_store_add_feedback(store, &f, &id, NULL));
    if (i % 4 == 1)
        must(lyt_store_park(store, id, LYT_STR("two workers died of it"), i, NULL));
    else if (i % 4)
        must(lyt_store_add_verdict(store, id, 1,
                                   LYT_STR("{\"text\":\"it\",\"failures\":[{\"scenario\":"
                                           "\"cold\",\"evidence\":[\"freezing\"]}]}"),
                                   i, NULL));
    must(lyt_store_put_incident(store, &incident, NULL));
    must(lyt_store_add_history(store, i + 1, id, LYT_STR("opened"), LYT_STR(""), LYT_STR("x"), i,
                               NULL));
    snprintf(
        fact, sizeof fact,
        "{\"fact\":\"opened\",\"incident\":%d,\"at\":%d,\"other\":%d,\"number\":2,"
        "\"who\":\"technical\",\"property\":\"havnen\",\"scenario\":\"cold\",\"place\":\"214\","
        "\"guest\":\"anna\"}",
        i + 1, i, (int)id);
    must(lyt_store_add_fact(store, i + 1, lyt_str_of(fact), i, NULL));
    if (i % 6 == 0)
        must(lyt_store_add_fact(store, 0,
                                LYT_STR("{\"fact\":\"found\",\"incident\":0,\"at\":5,\"other\":4,"
                                        "\"number\":2,\"who\":\"214\",\"text\":\"late\"}"),
                                i, NULL));
    must(
        lyt_store_add_event(store, LYT_STR("alarm.x"), LYT_STR("{\"feedback\":1}"), i, &seq, NULL));
    must(lyt_store_put_stream(store, LYT_STR("alarm.x"), seq, seq, NULL));
    must(lyt_store_tap(store, LYT_STR("04a1b2c3d4e5f6"), i + 1, &is_fresh, NULL));
}

static void fill_house(lyt_store *store, int i)
{
    lyt_note note = {.guest = "anna", .item = "nuts", .source = "order 118", .at_us = i};
    lyt_stay stay = {"s1", "anna", "havnen", "214", i, i + 86400};
    lyt_outbox_row row = {.seq = i + 1,
                          .incident = i + 1,
                          .at_us = i,
                          .due_us = i,
                          .give_up_us = i + 1000,
                          .way = LYT_STR("pager"),
                          .who = LYT_STR("desk"),
                          .channel = LYT_STR("sms")};
    lyt_way_row way = {.way = LYT_STR("pager"), .told_us = i, .reason = LYT_STR("no answer")};
    lyt_contact_row contact = {
        LYT_STR("anna"), LYT_STR("phone"), LYT_STR("da"), LYT_STR("sealed"), false, i, i + 86400};
    lyt_consent_row consent = {LYT_STR("anna"), i % 2 == 0,  LYT_STR("sms"),
                               LYT_STR("anna"), LYT_STR(""), i};
    lyt_reply_row reply = {.seq = i + 1,
                           .incident = i + 1,
                           .state = LYT_REPLY_QUEUED,
                           .guest = LYT_STR("anna"),
                           .kind = LYT_STR("acknowledge"),
                           .message = LYT_STR("sorry"),
                           .language = LYT_STR("en"),
                           .text = LYT_STR("We are on our way."),
                           .ground = LYT_STR("wrote to us"),
                           .at_us = i};

    must(
        lyt_store_add_behaviour(store, LYT_STR("room 214"), LYT_STR("{\"type\":\"tv\"}"), i, NULL));
    must(lyt_store_add_note(store, &note, NULL));
    must(lyt_store_put_stay(store, &stay, NULL));
    must(lyt_store_outbox_add(store, &row, NULL));
    must(lyt_store_way_put(store, &way, NULL));
    must(lyt_store_put_contact(store, &contact, NULL));
    must(lyt_store_add_consent(store, &consent, NULL));
    must(lyt_store_add_reply(store, &reply, NULL));
}

void storefill(lyt_store *store, int from, int to)
{
    lyt_cursor_row cursor = {LYT_STR("pager"), LYT_STR("alarm."), LYT_STR(""), 3, 30000, 5};
    lyt_dead_row dead = {2, 5, 1, LYT_STR("not acknowledged")};

    for (int i = from; i < to; i++) {
        must(lyt_store_begin(store, NULL));
        fill_message(store, i);
        fill_house(store, i);
        must(lyt_store_put_cursor(store, &cursor, NULL));
        must(lyt_store_bury(store, LYT_STR("pager"), &dead, NULL));
        must(lyt_store_commit(store, NULL));
    }
    must(lyt_store_put_snapshot(store, to, LYT_STR("sum of the facts"), to, NULL));
    must(lyt_store_keep_done(store, to, NULL));
}
