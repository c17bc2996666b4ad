#include <stdio.h>
#include <string.h>

#include "store_person.h"
#include "store_reply.h"
#include "store_outbox.h"
#include "testing.h"

/* Where guests can be written to, whether they want it, and what was written. */
LYT_SUITE(reply_store);

static lyt_store *open_at(const char *folder)
{
    char path[128];
    lyt_store *store = NULL;
    lyt_error err;

    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, &err), LYT_OK, "%s",
                 err.text);
    return store;
}

static lyt_status put(lyt_store *store, const char *guest, const char *sealed, bool typed,
                      int64_t seen_us, int64_t until_us)
{
    lyt_contact_row row = {.guest = lyt_str_of(guest),
                           .kind = LYT_STR("phone"),
                           .language = LYT_STR("da"),
                           .sealed = lyt_str_of(sealed),
                           .is_typed = typed,
                           .seen_us = seen_us,
                           .until_us = until_us};

    return lyt_store_put_contact(store, &row, NULL);
}

static lyt_status keep_sealed(void *user, const lyt_contact_row *row)
{
    snprintf(user, 32, "%.*s%s", LYT_STR_ARG(row->sealed), row->is_typed ? "*" : "");
    return LYT_OK;
}

static const char *sealed_of(lyt_store *store, const char *guest, int64_t now_us)
{
    static char room[32];

    room[0] = 0;
    if (lyt_store_get_contact(store, lyt_str_of(guest), now_us, keep_sealed, room, NULL))
        return "none";
    return room;
}

Test(reply_store, CH_15_an_address_has_its_own_end)
{
    char folder[64];
    lyt_store *store;
    int64_t n = 0;

    testing_folder(folder);
    store = open_at(folder);
    cr_expect_str_eq(sealed_of(store, "g1", 5), "none");
    cr_assert_eq(put(store, "g1", "a", false, 5, 100), LYT_OK);
    cr_assert_eq(put(store, "g2", "b", true, 5, 50), LYT_OK);
    cr_expect_str_eq(sealed_of(store, "g1", 5), "a");
    cr_expect_str_eq(sealed_of(store, "g2", 5), "b*");
    cr_expect_str_eq(sealed_of(store, "g1", 100), "none", "its time is over");
    /* what was typed does not take the place of what was sent from, the other way round it does */
    cr_assert_eq(put(store, "g1", "c", true, 6, 200), LYT_OK);
    cr_expect_str_eq(sealed_of(store, "g1", 6), "a");
    cr_assert_eq(put(store, "g2", "d", false, 6, 60), LYT_OK);
    cr_expect_str_eq(sealed_of(store, "g2", 6), "d");
    cr_assert_eq(put(store, "g1", "e", true, 101, 300), LYT_OK);
    cr_expect_str_eq(sealed_of(store, "g1", 101), "e*", "what was sent from is gone");
    cr_assert_eq(lyt_store_end_contact(store, LYT_STR("g1"), 150, NULL), LYT_OK);
    cr_assert_eq(lyt_store_end_contact(store, LYT_STR("g1"), 400, NULL), LYT_OK);
    cr_expect_str_eq(sealed_of(store, "g1", 149), "e*");
    cr_expect_str_eq(sealed_of(store, "g1", 150), "none", "an end is never put off");
    cr_assert_eq(lyt_store_drop_contacts(store, 60, 0, &n, NULL), LYT_OK);
    cr_expect_eq(n, 1);
    cr_assert_eq(lyt_store_drop_contacts(store, 1000, 0, &n, NULL), LYT_OK);
    cr_expect_eq(n, 1);
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(reply_store, OP_12_an_address_that_a_wrong_clock_saw_goes_in_its_time)
{
    const int64_t day = (int64_t)86400 * 1000000, far = 30000 * day;
    char folder[64];
    lyt_store *store;
    int64_t n = 0;

    testing_folder(folder);
    store = open_at(folder);
    cr_assert_eq(put(store, "g1", "a", false, far, far + 14 * day), LYT_OK);
    cr_assert_eq(put(store, "g2", "b", false, 2 * day, 16 * day), LYT_OK);
    cr_assert_eq(lyt_store_drop_contacts(store, 3 * day, 0, &n, NULL), LYT_OK);
    cr_expect_eq(n, 0, "14 days from now");
    cr_expect_str_eq(sealed_of(store, "g1", 3 * day), "a");
    cr_assert_eq(lyt_store_drop_contacts(store, 16 * day, 0, &n, NULL), LYT_OK);
    cr_expect_eq(n, 1, "the other");
    cr_assert_eq(lyt_store_drop_contacts(store, 17 * day, 0, &n, NULL), LYT_OK);
    cr_expect_eq(n, 1);
    /* an hour's step is none */
    cr_assert_eq(put(store, "g3", "c", false, 18 * day + day / 24, 32 * day), LYT_OK);
    cr_assert_eq(lyt_store_drop_contacts(store, 18 * day, 0, &n, NULL), LYT_OK);
    cr_assert_eq(lyt_store_drop_contacts(store, 32 * day - 1, 0, &n, NULL), LYT_OK);
    cr_expect_eq(n, 0, "its end is as it was");
    lyt_store_close(store);
    testing_folder_remove(folder);
}

static lyt_status say(lyt_store *store, const char *guest, bool stops, const char *id,
                      int64_t at_us)
{
    lyt_consent_row row = {.guest = lyt_str_of(guest),
                           .stops = stops,
                           .how = LYT_STR("sms"),
                           .by = LYT_STR(""),
                           .source_id = lyt_str_of(id),
                           .at_us = at_us};

    return lyt_store_add_consent(store, &row, NULL);
}

static bool stops(lyt_store *store, const char *guest)
{
    bool said = false;
    int64_t at_us;

    cr_assert_eq(lyt_store_consent(store, lyt_str_of(guest), &said, &at_us, NULL), LYT_OK);
    return said;
}

#define PSEUDONYM "g0123456789abcdef0123456789abcdef"

static lyt_status list_sealed(void *user, const lyt_contact_row *row)
{
    char *list = user;

    snprintf(list + strlen(list), 64 - strlen(list), "%.*s=%.*s ", LYT_STR_ARG(row->guest),
             LYT_STR_ARG(row->sealed));
    return LYT_OK;
}

Test(reply_store, CH_15_addresses_are_sealed_anew_where_they_are_what_they_were)
{
    char folder[64], list[64] = "";
    lyt_store *store;
    bool is_done = true;

    testing_folder(folder);
    store = open_at(folder);
    cr_assert_eq(put(store, "g2", "b", false, 5, 100), LYT_OK);
    cr_assert_eq(put(store, "g1", "a", true, 5, 1), LYT_OK);
    cr_assert_eq(put(store, "g3", "c", false, 5, 100), LYT_OK);
    cr_assert_eq(lyt_store_each_contact(store, LYT_STR(""), 2, list_sealed, list, NULL), LYT_OK);
    cr_expect_str_eq(list, "g1=a g2=b ", "in order, past their time or not");
    list[0] = '\0';
    cr_assert_eq(lyt_store_each_contact(store, LYT_STR("g2"), 2, list_sealed, list, NULL), LYT_OK);
    cr_expect_str_eq(list, "g3=c ");
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_reseal_contact(store, LYT_STR("g2"), LYT_STR("x"), LYT_STR("y"),
                                          &is_done, NULL),
                 LYT_OK);
    cr_expect_not(is_done, "somebody was faster");
    cr_assert_eq(lyt_store_reseal_contact(store, LYT_STR("g1"), LYT_STR("a"), LYT_STR("A"),
                                          &is_done, NULL),
                 LYT_OK);
    cr_expect(is_done);
    cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
    list[0] = '\0';
    cr_assert_eq(lyt_store_each_contact(store, LYT_STR(""), 9, list_sealed, list, NULL), LYT_OK);
    cr_expect_str_eq(list, "g1=A g2=b g3=c ");
    cr_expect_str_eq(sealed_of(store, "g1", 0), "A*", "typed as it was");
    lyt_store_close(store);
    testing_folder_remove(folder);
}

Test(reply_store, CH_06_PR_09_what_guests_want_is_kept_for_good)
{
    char folder[64];
    lyt_store *store, *other;
    lyt_who person = {.guest = LYT_STR(PSEUDONYM)};
    lyt_erased erased;
    lyt_buf lines;
    int64_t n = 0;

    testing_folder(folder);
    store = open_at(folder);
    cr_expect(!stops(store, PSEUDONYM));
    cr_assert_eq(say(store, PSEUDONYM, true, "tw:1", 10), LYT_OK);
    cr_expect_eq(say(store, PSEUDONYM, true, "tw:1", 11), LYT_EEXISTS, "a copy");
    cr_assert_eq(say(store, "anna", true, "", 10), LYT_OK);
    cr_assert_eq(say(store, "bo", true, "", 10), LYT_OK);
    cr_assert_eq(say(store, "bo", false, "", 12), LYT_OK);
    cr_expect(stops(store, PSEUDONYM) && stops(store, "anna") && !stops(store, "bo"));
    /* neither an erasure nor retention lets go of it; a name that is no pseudonym goes */
    cr_assert_eq(lyt_store_erase(store, &person, &erased, NULL), LYT_OK);
    cr_expect(stops(store, PSEUDONYM));
    person.guest = LYT_STR("anna");
    cr_assert_eq(lyt_store_erase(store, &person, &erased, NULL), LYT_OK);
    cr_expect(!stops(store, "anna"));
    cr_assert_eq(lyt_store_drop_contacts(store, INT64_MAX, INT64_MAX, &n, NULL), LYT_OK);
    cr_expect(stops(store, PSEUDONYM));
    lyt_store_close(store);
    store = open_at(folder);
    cr_expect(stops(store, PSEUDONYM));
    /* and a copy of before hears of it */
    lyt_buf_init(&lines, NULL);
    cr_assert_eq(lyt_store_write_consents(store, &lines, NULL), LYT_OK);
    lyt_store_close(store);
    testing_folder_remove(folder);
    testing_folder(folder);
    other = open_at(folder);
    cr_assert_eq(say(other, PSEUDONYM, false, "", 5), LYT_OK);
    cr_assert_eq(lyt_store_take_consents(other, lyt_buf_str(&lines), &n, NULL), LYT_OK);
    cr_expect(n == 1 && stops(other, PSEUDONYM) && !stops(other, "bo"));
    cr_assert_eq(lyt_store_take_consents(other, lyt_buf_str(&lines), &n, NULL), LYT_OK);
    cr_expect_eq(n, 0, "once");
    cr_assert_eq(say(other, PSEUDONYM, false, "", 20), LYT_OK);
    cr_assert_eq(lyt_store_take_consents(other, lyt_buf_str(&lines), &n, NULL), LYT_OK);
    cr_expect(n == 0 && !stops(other, PSEUDONYM), "the guest has said something since");
    cr_expect_eq(lyt_store_take_consents(other, LYT_STR("{\"guest\":"), &n, NULL), LYT_EFORMAT);
    lyt_buf_deinit(&lines);
    lyt_store_close(other);
    testing_folder_remove(folder);
}

static lyt_status add(lyt_store *store, int64_t seq, int64_t incident, const char *guest,
                      const char *kind, lyt_reply_state state)
{
    lyt_reply_row row = {.seq = seq,
                         .incident = incident,
                         .state = state,
                         .guest = lyt_str_of(guest),
                         .kind = lyt_str_of(kind),
                         .text = LYT_STR("Beklager"),
                         .by = LYT_STR(""),
                         .at_us = 100 + seq};
    lyt_outbox_row out = {.way = LYT_STR("w"), .seq = seq, .incident = incident, .event = 3};

    if (seq)
        cr_assert_eq(lyt_store_outbox_add(store, &out, NULL), LYT_OK);
    return lyt_store_add_reply(store, &row, NULL);
}

static lyt_status note_reply(void *user, const lyt_reply_row *row)
{
    char *list = user;

    sprintf(list + strlen(list), "%.*s:%s ", LYT_STR_ARG(row->kind),
            lyt_reply_state_name(row->state));
    return LYT_OK;
}

static const char *replies(lyt_store *store, int64_t incident, const char *guest)
{
    static char list[400];

    list[0] = 0;
    cr_assert_eq(lyt_store_each_reply(store, incident, lyt_str_of(guest), note_reply, list, NULL),
                 LYT_OK);
    return list;
}

static lyt_status count_row(void *user, const lyt_outbox_row *row)
{
    *(int *)user += row->state == LYT_OUTBOX_DROPPED;
    return LYT_OK;
}

Test(reply_store, what_was_written_and_what_became_of_it)
{
    char folder[64];
    lyt_store *store;
    int64_t n = 0;
    int dropped = 0;

    testing_folder(folder);
    store = open_at(folder);
    cr_assert_eq(add(store, 1, 7, "g1", "reply", LYT_REPLY_QUEUED), LYT_OK);
    cr_assert_eq(add(store, 2, 7, "g1", "follow-up", LYT_REPLY_QUEUED), LYT_OK);
    cr_assert_eq(add(store, 3, 7, "g2", "reply", LYT_REPLY_QUEUED), LYT_OK);
    cr_assert_eq(add(store, 0, 7, "g3", "reply", LYT_REPLY_DRAFT), LYT_OK);
    cr_assert_eq(add(store, 0, 8, "g3", "reply", LYT_REPLY_HELD), LYT_OK);
    cr_expect_eq(add(store, 0, 8, "g3", "reply", LYT_REPLY_HELD), LYT_OK, "those have no event");
    cr_expect_str_eq(replies(store, 7, ""),
                     "reply:queued follow-up:queued reply:queued reply:draft ");
    cr_expect_str_eq(replies(store, 7, "g1"), "reply:queued follow-up:queued ");
    cr_assert_eq(lyt_store_put_reply(store, 1, LYT_REPLY_SENT, LYT_STR(""), NULL), LYT_OK);
    cr_assert_eq(
        lyt_store_outbox_put(store, &(lyt_outbox_row){.id = 1, .state = LYT_OUTBOX_SENT}, NULL),
        LYT_OK);
    /* only what has not gone is overtaken, and only of those kinds */
    cr_assert_eq(lyt_store_overtake_replies(store, LYT_STR(""), 7, LYT_STR("follow-up holding"),
                                            LYT_STR("over"), 500, NULL),
                 LYT_OK);
    cr_expect_str_eq(replies(store, 7, ""),
                     "reply:sent follow-up:dropped reply:queued reply:draft ");
    cr_assert_eq(lyt_store_overtake_replies(store, LYT_STR("g2"), 0, LYT_STR(""), LYT_STR("stop"),
                                            500, NULL),
                 LYT_OK);
    cr_expect_str_eq(replies(store, 7, "g2"), "reply:dropped ");
    cr_assert_eq(
        lyt_store_outbox_each(store, LYT_STR(""), lyt_outbox_any, 0, 10, count_row, &dropped, NULL),
        LYT_OK);
    cr_expect_eq(dropped, 2);
    cr_assert_eq(lyt_store_drop_drafts(store, 7, LYT_STR("g9"), LYT_STR(""), NULL), LYT_OK);
    cr_expect_str_eq(replies(store, 7, "g3"), "reply:draft ");
    cr_assert_eq(lyt_store_drop_drafts(store, 7, LYT_STR(""), LYT_STR("reply"), NULL), LYT_OK);
    cr_expect_str_eq(replies(store, 7, "g3"), "");
    cr_assert_eq(lyt_store_count_replies(store, LYT_STR("g1"), 101, &n, NULL), LYT_OK);
    cr_expect_eq(n, 1, "only the second is as new");
    cr_expect_eq(lyt_store_get_reply(store, 99, note_reply, (char[100]){""}, NULL), LYT_ENOTFOUND);
    cr_expect_eq(lyt_store_get_reply(store, 0, note_reply, (char[100]){""}, NULL), LYT_ENOTFOUND);
    cr_assert_eq(lyt_store_follow_outbox(store, LYT_STR(""), 3, NULL), LYT_OK);
    cr_expect_str_eq(replies(store, 7, "g2"), "reply:dropped ", "no row of a guest's");
    cr_assert_eq(lyt_store_drop_contacts(store, 0, 103, &n, NULL), LYT_OK);
    cr_expect_eq(n, 4, "two sent long ago, two that were held");
    lyt_store_close(store);
    testing_folder_remove(folder);
}
