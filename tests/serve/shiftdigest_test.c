#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledgerday.h"
#include "shiftdigest.h"
#include "store_house.h"

/* Digests of shifts, through the ledger: once each, whatever happens. */
LYT_SUITE(shiftdigest);

/* It is 13:00 in Copenhagen, a Tuesday, when the day begins. */
static const char desk_text[] =
    "desk: havnen\npack: hotel\nzone: Europe/Copenhagen\nmanager: boss\n"
    "people:\n"
    "  - {id: mette, name: Mette Holm, role: contact, language: da, channels: [sms]}\n"
    "  - {id: boss, name: B, role: manager, channels: [bus]}\n"
    "teams: [{id: reception}]\n"
    "duties: [{id: desk, shifts: [{from: \"07:00\", to: \"15:00\", who: [boss]}], otherwise: mette}]\n"
    "routes: [{id: all, to: [team]}]\n"
    "ways:\n"
    "  - {id: sms, kind: 46elks, secret: k, from: H, to: [{who: mette, address: \"+4540404422\"},"
    " {who: boss, address: \"+4540404423\"}]}\n"
    "  - {id: ops, kind: slack, secret: k, events: [health]}\n"
    "digests:\n"
    "  - {id: change, at: [\"07:00\", \"15:00\", \"23:00\"], to: desk, way: sms}\n"
    "  - {id: weekly, at: [\"15:00\"], days: [wed], to: boss, way: sms, language: da}\n";

typedef struct heard {
    char text[2000];
} heard;

static lyt_status note_row(void *user, const lyt_outbox_row *row)
{
    heard *h = user;

    snprintf(h->text + strlen(h->text), sizeof h->text - strlen(h->text), "%.*s>%.*s ",
             LYT_STR_ARG(row->way), LYT_STR_ARG(row->who));
    return LYT_OK;
}

static const char *outbox(ledgerday *d)
{
    static heard h;

    h.text[0] = '\0';
    cr_assert_eq(lyt_store_outbox_each(d->books.store, LYT_STR(""), lyt_outbox_any, 0, 100,
                                       note_row, &h, NULL),
                 LYT_OK);
    return h.text;
}

static void look(ledgerday *d)
{
    lyt_shiftdigest_look(&d->books, &d->batch);
    /* a second look before the first has been applied */
    lyt_shiftdigest_look(&d->books, &d->batch);
}

static void add_step(ledgerday *d, const char *word)
{
    if (ledgerday_take(&word, "wait"))
        d->clock.wall_us += atoi(word) * (int64_t)60000000;
    else if (ledgerday_take(&word, "back"))
        d->clock.wall_us -= atoi(word) * (int64_t)60000000;
    look(d);
}

Test(shiftdigest, RP_11_each_goes_once_to_who_takes_over)
{
    static const struct {
        int line;
        const char *day, *rows;
    } rows[] = {
        /* a rule that is new begins with its next time */
        {__LINE__, "now", ""},
        {__LINE__, "now wait119", ""},
        {__LINE__, "now wait120", "sms>mette "},
        {__LINE__, "now wait120 now now wait5", "sms>mette "},
        {__LINE__, "now wait120 restart now restart now", "sms>mette "},
        /* nothing ran at the time: it goes when something does, if that is not hours later */
        {__LINE__, "now restart wait200 now", "sms>mette "},
        {__LINE__, "now restart wait359 now now", "sms>mette "},
        {__LINE__, "now restart wait361 now", ""},
        /* the clock is set back after it went, and comes by again */
        {__LINE__, "now wait121 back60 now wait60", "sms>mette "},
        {__LINE__, "now wait120 wait480", "sms>mette sms>mette "},
        /* the morning is the boss's; of several that were due only the last */
        {__LINE__, "now wait120 wait480 wait480", "sms>mette sms>mette sms>boss "},
        {__LINE__, "now restart wait1090 now", "sms>boss "},
        /* on Wednesday both */
        {__LINE__, "now wait1560", "sms>mette sms>boss "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ledgerday *d = malloc(sizeof *d);

        ledgerday_init(d, desk_text, NULL);
        ledgerday_live(d, rows[i].day, add_step);
        cr_expect_str_eq(outbox(d), rows[i].rows, "row at line %d: %s", rows[i].line, outbox(d));
        ledgerday_deinit(d);
        free(d);
    }
}

static lyt_status take_note(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    (void)seq;
    (void)at_us;
    (void)topic;
    snprintf(((heard *)user)->text, sizeof ((heard *)user)->text, "%.*s", LYT_STR_ARG(json));
    return LYT_OK;
}

Test(shiftdigest, RP_11_in_the_language_of_who_gets_it_and_of_the_rule)
{
    ledgerday *d = malloc(sizeof *d);
    heard h = {""};

    ledgerday_init(d, desk_text, NULL);
    ledgerday_live(d, "now wait120", add_step);
    cr_assert_eq(lyt_store_each_event(d->books.store, 0, LYT_STR("health.digest"), INT64_MAX,
                                      take_note, &h, NULL),
                 LYT_OK);
    cr_expect(strstr(h.text, "Vagtskifte 25.11. kl. 15:00: nye 0, ikke afsluttet 0"), "%s", h.text);
    ledgerday_live(d, "wait960", add_step);
    cr_assert_eq(lyt_store_each_event(d->books.store, 0, LYT_STR("health.digest"), INT64_MAX,
                                      take_note, &h, NULL),
                 LYT_OK);
    cr_expect(strstr(h.text, "Shift 26.11. 07:00: new 0"), "the boss says no language: %s", h.text);
    ledgerday_deinit(d);
    free(d);
}

/* A transaction that fails says nothing, and does not say that it did. */
Test(shiftdigest, RP_11_a_transaction_that_fails_sends_none_and_the_next_one_does)
{
    for (long n = 1, failed = 1; failed; n++) {
        ledgerday *d = malloc(sizeof *d);

        ledgerday_init(d, desk_text, NULL);
        ledgerday_live(d, "now", add_step);
        d->clock.wall_us += (int64_t)120 * 60000000;
        look(d);
        d->alloc.fail_at = d->alloc.asked + n;
        failed = lyt_batch_apply(&d->batch, &d->books, &d->err) != LYT_OK;
        d->alloc.fail_at = 0;
        (void)lyt_batch_reset(&d->batch, false);
        if (failed) {
            cr_expect_str_eq(outbox(d), "", "%ld", n);
            ledgerday_live(d, "now", add_step);
        }
        cr_expect_str_eq(outbox(d), "sms>mette ", "%ld", n);
        ledgerday_deinit(d);
        free(d);
    }
}
