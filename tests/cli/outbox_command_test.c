#include <sys/stat.h>

#include "running.h"

/* lyt outbox where no service is needed: what would go out, and what is wrong with a way. */
LYT_SUITE(outbox_command);

static const char desk[] =
    "desk: havnen\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\n"
    "people:\n  - {id: m, name: M, role: manager, language: da, channels: [sms]}\n"
    "routes:\n  - {id: all, to: [m]}\n"
    "ways:\n"
    "  - {id: sms, kind: gatewayapi, secret: token, from: Havnen, to: [{who: m, address: "
    "\"+4540404422\"}]}\n"
    "  - {id: hooks, kind: webhook, url: \"https://example.com/x\", secret: key}\n"
    "  - {id: pd, kind: pagerduty, secret: token, texts: [{event: alarm, language: en, subject: "
    "\"{scenario}!\", text: x}]}\n"
    "  - {id: mail, kind: mail, url: \"smtps://m.example\", from: h@x.dk, to: [{who: m, address: "
    "m@x.dk}]}\n"
    "  - {id: guests, kind: 46elks, secret: pair, from: Havnen, guests: true}\n"
    "messages: {contact: [\"9\"], sms_parts: 2}\n"
    "replies: {house: Hotel Havnen, language: da, key: contacts}\n";

static void write_desk(char folder[64], mode_t mode)
{
    char path[128];

    testing_folder(folder);
    testing_write(folder, "desk.yaml", lyt_str_of(desk));
    testing_write(folder, "token", LYT_STR("geheim\n"));
    testing_write(folder, "key", LYT_STR("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"));
    snprintf(path, sizeof path, "%s/token", folder);
    cr_assert_eq(chmod(path, mode), 0);
    testing_write(folder, "pair", LYT_STR("user:geheim\n"));
    testing_write(folder, "contacts", LYT_STR("geheim-0123456789abcdef0123456789abcdef\n"));
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder,
                 (const char *const[]){"key", "pair", "contacts"}[i]);
        cr_assert_eq(chmod(path, 0600), 0);
    }
}

Test(outbox_command, AL_21_a_dry_run_needs_no_service)
{
    static const struct {
        int line;
        const char *words; /* DESK: the file */
        lyt_exit code;
        const char *out, *err;
    } rows[] = {
        {__LINE__, "outbox try sms alarm -s DESK", 0, "Alvor 2, sag 12.", NULL},
        {__LINE__, "outbox try sms alarm -s DESK", 0, "Authorization: Basic (from the secret)",
         NULL},
        {__LINE__, "outbox try sms alarm -s DESK --language en --severity 4 --place 9", 0,
         "Room not cleaned – 9: \\\"…\\\". Severity 4, incident 12.", NULL},
        {__LINE__, "outbox try sms closed -s DESK --json", 0,
         "\"text\":\"Sag 12 er lukket: Værelset er ikke gjort rent – 214.\"", NULL},
        {__LINE__, "outbox try hooks alarm -s DESK", 0, "webhook-signature: v1,SIGNED-WHEN-SENT",
         NULL},
        {__LINE__, "outbox try pd alarm -s DESK", 0, "\"summary\":\"Room not cleaned!\"", NULL},
        {__LINE__, "outbox try pd acknowledged -s DESK", 0, "\"event_action\":\"acknowledge\"",
         NULL},
        {__LINE__, "outbox try mail reminder -s DESK", 0, "SEND smtps://m.example", NULL},
        {__LINE__, "outbox try hooks health -s DESK", 0, "Lyt at havnen: worker-lost (…).", NULL},
        {__LINE__, "outbox try pd owner -s DESK", 2, NULL, "'owner' does not go by 'pd'"},
        {__LINE__, "outbox try sms alrm -s DESK", 2, NULL, "did you mean 'alarm'?"},
        {__LINE__, "outbox try fax alarm -s DESK", 1, NULL, "no way 'fax'; the first one is 'sms'"},
        {__LINE__, "outbox try sms alarm -s DESK --who x", 1, NULL, "no address for 'x'"},
        {__LINE__, "outbox try sms", 2, NULL, "try takes a way and an event"},
        {__LINE__, "outbox try sms alarm -p hotel", 1, NULL, "has no ways"},
        {__LINE__, "outbox try sms alarm -s /nowhere.yaml", 1, NULL, "nowhere.yaml"},
        {__LINE__, "outbox check -s DESK", 0, "gatewayapi   ok, at most 1 SMS each", NULL},
        {__LINE__, "outbox check -s DESK --json", 0, "\"way\":\"pd\",\"kind\":\"pagerduty\"", NULL},
        {__LINE__, "outbox try guests follow-up -s DESK", 0,
         "to=%2B4512345678&message=Hilsen%20fra%20Hotel%20Havnen", NULL},
        {__LINE__, "outbox try guests follow-up -s DESK --language en --json", 0,
         "Is it right now? Answer YES or NO, or call 9.\",\"sms\":1", NULL},
        {__LINE__, "outbox try guests reply -s DESK", 2, NULL, "'reply' does not go by 'guests'"},
        {__LINE__, "outbox try sms follow-up -s DESK", 2, NULL, "'follow-up' does not go by 'sms'"},
        {__LINE__, "outbox check sms -s DESK", 2, NULL, "checks all ways"},
        {__LINE__, "outbox check -p hotel", 0, "has no ways", NULL},
        {__LINE__, "outbox list 3", 2, NULL, "show N shows one"},
        {__LINE__, "outbox show", 2, NULL, "which one?"},
        {__LINE__, "outbox show x", 2, NULL, "'x' is no number of the outbox"},
        {__LINE__, "outbox retry", 2, NULL, "or --way NAME"},
        {__LINE__, "outbox drop 3 --way sms", 2, NULL, "not both"},
        {__LINE__, "outbox list --state /nowhere", 1, NULL, "no service runs"},
        {__LINE__, "outbox retry 3 --state /nowhere", 1, NULL, "no service runs"},
    };
    char folder[64];

    write_desk(folder, 0600);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *desk_at = strstr(rows[i].words, "DESK");
        char words[300];
        running r;

        if (desk_at)
            snprintf(words, sizeof words, "%.*s%s/desk.yaml%s", (int)(desk_at - rows[i].words),
                     rows[i].words, folder, desk_at + 4);
        else
            snprintf(words, sizeof words, "%s", rows[i].words);
        running_run(&r, words, LYT_STR(""));
        cr_expect_eq(r.code, rows[i].code, "row at line %d: %d, %s", rows[i].line, r.code,
                     r.err.data ? r.err.data : "");
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        cr_expect(!running_has(&r.out, "geheim") && !running_has(&r.err, "geheim"), "line %d",
                  rows[i].line);
        running_end(&r);
    }
    testing_folder_remove(folder);
}

Test(outbox_command, PR_12_a_secret_that_others_may_read_fails_the_check)
{
    char folder[64], words[200];
    running r;

    write_desk(folder, 0640);
    snprintf(words, sizeof words, "outbox check -s %s/desk.yaml", folder);
    running_run(&r, words, LYT_STR(""));
    cr_expect_eq(r.code, LYT_EXIT_FAILED);
    cr_expect(running_has(&r.out, "chmod 600"), "%s", r.out.data);
    cr_expect(running_has(&r.out, "webhook      ok"), "the others are checked all the same: %s",
              r.out.data);
    running_end(&r);
    testing_folder_remove(folder);
}
