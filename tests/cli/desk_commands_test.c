#include <stdlib.h>

#include "running.h"

/* The commands over a house's settings; the worked examples are what they work on. */
LYT_SUITE(desk_commands);

#define EVENT(id, type, ref, at)                                                                   \
    "{\"id\":\"" id "\",\"type\":\"" type "\",\"subject\":\"anna\",\"ref\":\"" ref                 \
    "\",\"at\":\"2026-11-27T" at "Z\",\"attrs\":{\"needed_at\":\"2026-11-28T08:00:00Z\","          \
    "\"response_rate\":\"31 %\"}}\n"

static const char car[] = EVENT("1", "car-requested", "r1", "06:00:00")
    EVENT("2", "car-requested", "r2", "06:01:00") EVENT("3", "request-rejected", "r1", "06:30:00")
        EVENT("4", "car-requested", "r3", "06:40:00") EVENT("5", "car-requested", "r4", "07:00:00")
            EVENT("6", "request-rejected", "r2", "07:30:00");

static const char notes[] =
    "{\"kind\":\"order\",\"guest\":\"anna\",\"item\":\"strawberry-smoothie\",\"source\":\"bar "
    "order "
    "118\",\"at\":\"2026-11-24T09:10:00Z\"}\n"
    "{\"kind\":\"allergy\",\"guest\":\"bo\",\"item\":\"milk\",\"at\":\"2026-11-24T09:10:00Z\"}\n";

Test(desk_commands, AL_02_AL_09_what_they_say)
{
    static const struct {
        int line;
        const char *words;
        const char *input;
        lyt_exit code;
        const char *out, *err; /* parts; NULL: the stream stays empty */
    } rows[] = {
        {__LINE__, "duty now --at 2026-11-25T10:00", "", 0, "Jonas Friis (jonas)", NULL},
        {__LINE__, "duty now --at 2026-11-25T09:00:00Z --json", "", 0,
         "\"who\":\"jonas\",\"name\":\"Jonas Friis\",\"from\":\"2026-11-25T09:00:00.000000Z\","
         "\"until\":\"2026-11-25T14:00:00.000000Z\"",
         NULL},
        {__LINE__, "duty show front-desk --at 2026-12-24T00:00 --days 1", "", 0,
         "Thu 2026-12-24 15:00 – Thu 2026-12-24 23:00  Amira Nasser (amira)", NULL},
        {__LINE__, "duty show front-desk --at 2026-12-24T00:00 --days 1 -l da", "", 0,
         "tor 2026-12-24 15:00 – tor 2026-12-24 23:00  Amira Nasser (amira)", NULL},
        {__LINE__, "duty show nobody", "", 1, NULL, "there is no duty 'nobody'"},
        {__LINE__, "duty show", "", 2, NULL, "which duty"},
        {__LINE__, "duty now --at noon", "", 2, NULL, "'noon' is no time"},
        {__LINE__, "duty now x", "", 2, NULL, "takes no operand"},
        {__LINE__, "duty check -p support", "", 0, "exactly one at each", NULL},
        {__LINE__, "duty check -p support -l da", "", 0, "1052640 minutter, netop én i hvert", NULL},
        {__LINE__,
         "route test scenario=no-hot-water place=214 team=maintenance "
         "at=2026-11-25T10:00",
         "", 0, "to technician: Bent Krog by sms", NULL},
        {__LINE__, "route test scenario=no-hot-water at=2026-12-25T03:00", "", 0,
         "workshop-open    no: time", NULL},
        {__LINE__, "route test severity=1 at=2026-11-25T23:30 --json", "", 0,
         "\"waits_until\":\"2026-11-26T06:00:00.000000Z\"", NULL},
        {__LINE__, "route test scenario=no-hot-water at=2026-11-25T10:00", "", 0,
         "severity 3, team maintenance", NULL},
        {__LINE__, "route test scenario=no-hot-water severity=1 team=it --json", "", 0,
         "\"severity\":1,\"team\":\"it\"", NULL},
        {__LINE__, "route test scenario=no-hot-watr", "", 1, NULL, "did you mean 'no-hot-water'?"},
        {__LINE__, "route test scenario=xyzzy --json", "", 1, NULL, "the pack has no scenario 'xyzzy'"},
        {__LINE__, "route test scenario=no-hot-water team=maintainance", "", 1, NULL,
         "desk.yaml: there is no team 'maintainance'"},
        {__LINE__, "route test severity=5", "", 2, NULL, "'severity=5' says nothing"},
        {__LINE__, "route test colour=red", "", 2, NULL, "'colour=red' says nothing"},
        {__LINE__, "route test -s /nowhere.yaml", "", 1, NULL, "nowhere.yaml"},
        {__LINE__, "trigger list -p support", "", 0, "no-flat-yet", NULL},
        {__LINE__, "trigger list -p support --json", "", 0, "\"gesture\":\"top-up-20-eur\"", NULL},
        {__LINE__, "trigger try -p support --at 2026-11-27T12:00", car, 0,
         "found no-car-yet anna: no-reply, severity 2", NULL},
        {__LINE__, "trigger try -p support --at 2026-11-27T12:00 --json -", car, 0,
         "siger ja i 31 % af", NULL},
        {__LINE__, "trigger try -p support --at 2026-11-27T11:59", car, 0, NULL, NULL},
        {__LINE__, "trigger try -p support --at noon", car, 2, NULL, "'noon' is no time"},
        {__LINE__, "trigger try -p support --at 2026-11-27T12:00", car, 0,
         "skal bruges 2026-11-28 09:00.", NULL},
        {__LINE__, "trigger try -p support", "{\"id\":\"1\"}\n", 1, NULL,
         "stdin:1: type: this must be a text"},
        {__LINE__, "trigger try -p support", "\n[]\n", 1, NULL, "stdin:2: an event is a JSON"},
        {__LINE__, "trigger try -p support",
         "{\"id\":\"1\",\"type\":\"a\",\"subject\":\"b\",\"at\":\"noon\"}", 1, NULL,
         "at: this must be a time"},
        {__LINE__, "guest propose anna --scenario food-cold --at 2026-11-25T12:40 -n -", notes, 0,
         "strawberry-smoothie  A strawberry smoothie / En jordbærsmoothie, 45.00 DKK, because:\n"
         "    order strawberry-smoothie, Tue 2026-11-24 10:10, bar order 118\n",
         NULL},
        {__LINE__, "guest propose bo --scenario food-cold -n -", notes, 0,
         "never strawberry-smoothie, because of:\n    allergy milk", NULL},
        {__LINE__, "guest propose anna --scenario food-cold --json -n -", notes, 0,
         "\"source\":\"bar order 118\"", NULL},
        {__LINE__, "guest show anna -n -", notes, 0, "order strawberry-smoothie", NULL},
        {__LINE__, "guest propose anna -n -", notes, 2, NULL, "propose needs --scenario"},
        {__LINE__, "guest show anna -n -", "{\"kind\":\"hates\"}", 1, NULL,
         "kind: this must be order"},
        {__LINE__, "guest show", "", 2, NULL, "operand is missing"},
        {__LINE__, "silence add --minutes 5 --note x", "", 2, NULL, "what is to be silent?"},
        {__LINE__, "silence add --scenario a --note x", "", 2, NULL, "an end and a reason"},
        {__LINE__, "silence end", "", 2, NULL, "which one?"},
        {__LINE__, "silence end x", "", 2, NULL, "which one?"},
        {__LINE__, "silence end 1 --state /nowhere", "", 1, NULL, "no service runs"},
        {__LINE__, "incident assign 1", "", 2, NULL, "assign needs --to NAME"},
        {__LINE__, "incident offer 1", "", 2, NULL, "offer needs --gesture ID"},
        {__LINE__, "incident approve 1", "", 2, NULL, "approve needs --offer N"},
        {__LINE__, "incident merge 1", "", 2, NULL, "merge needs --into N"},
        {__LINE__, "incident split 1", "", 2, NULL, "split needs --message N"},
        {__LINE__, "incident void 1", "", 2, NULL, "void needs --note TEXT"},
        {__LINE__, "incident promise 1 --note x", "", 2, NULL, "promise needs --minutes N"},
        {__LINE__, "incident promise 1 --minutes 5", "", 2, NULL, "and --note TEXT"},
        {__LINE__, "incident pause 1 --minutes 5", "", 2, NULL, "and --note TEXT"},
        {__LINE__, "silence list 1", "", 2, NULL, "takes no operand"},
        {__LINE__, "incident work", "", 2, NULL, "which one?"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        running r;

        running_run(&r, rows[i].words, lyt_str_of(rows[i].input));
        cr_expect_eq(r.code, rows[i].code, "row at line %d: %d, %s", rows[i].line, r.code,
                     r.err.data ? r.err.data : "");
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
}

/* strtoll would take most of these for a number, and somebody's incident would be closed. */
Test(desk_commands, what_is_no_number)
{
    static const char *const commands[] = {"incident show %s", "incident ack %s",
                                           "outbox show %s",   "silence end %s",
                                           "fix show %s",      "correct %s --none"};
    static const char *const numbers[] = {"0",
                                          "-1",
                                          "+1",
                                          "1x",
                                          "0x1",
                                          "1.",
                                          "1e3",
                                          "\xd9\xa1",
                                          "9223372036854775808",
                                          "99999999999999999999999"};

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            char line[128];
            running r;

            snprintf(line, sizeof line, commands[i], numbers[k]);
            running_run(&r, line, LYT_STR(""));
            cr_expect_eq(r.code, LYT_EXIT_MISUSE, "%s: %d, %s", line, r.code, r.err.data);
            running_end(&r);
        }
}

/* An option that this verb does not read would be passed over in silence. */
Test(desk_commands, what_does_not_go_together)
{
    static const struct {
        int line;
        const char *words;
        const char *err;
    } rows[] = {
        {__LINE__, "incident list --minutes 5", "incident list: --minutes does not go with it"},
        {__LINE__, "incident list --note x", "--note does not go with it"},
        {__LINE__, "incident ack 1 --score 3", "--score does not go with it"},
        {__LINE__, "incident open wifi-down --version 3", "--version does not go with it"},
        {__LINE__, "outbox show 1 --way sms", "--way does not go with it"},
        {__LINE__, "fix show 1 --owner bent", "--owner does not go with it"},
        {__LINE__, "silence list --by mette", "--by does not go with it"},
        {__LINE__, "silence add --all", "--all does not go with it"},
        {__LINE__, "silence end 1 --minutes 5", "--minutes does not go with it"},
        {__LINE__, "guest show anna --scenario food-cold", "--scenario does not go with it"},
        {__LINE__, "trigger list --at 2026-11-27T12:00", "--at does not go with it"},
        {__LINE__, "duty check --days 3", "--days does not go with it"},
        {__LINE__, "token list --role admin", "--role does not go with it"},
        {__LINE__, "tag check x --place 214", "--place does not go with it"},
        {__LINE__, "channel check x --numbers", "--numbers does not go with it"},
        {__LINE__, "report recovery --csv", "--csv does not go with it"},
        {__LINE__, "report recovery --html x", "--html does not go with it"},
        {__LINE__, "report week --property havnen", "--property does not go with it"},
        {__LINE__, "report gestures --since 13/11", "--since '13/11' is no time"},
        {__LINE__, "report recovery --until soon", "--until 'soon' is no time"},
        {__LINE__, "status --parked --subscribers", "exclude one another"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        running r;

        running_run(&r, rows[i].words, LYT_STR(""));
        cr_expect_eq(r.code, LYT_EXIT_MISUSE, "line %d: %d", rows[i].line, r.code);
        running_expect(&r.out, NULL, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
}
