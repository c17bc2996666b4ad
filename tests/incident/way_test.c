#include <stdio.h>
#include <string.h>

#include "housework.h"
#include "watch.h"
#include "waytext.h"

/* Ways out of the house: how they are written down, what goes which way, and in which words. */
LYT_SUITE(way);

#define HEAD                                                                                       \
    "desk: d\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\n"                                  \
    "people:\n  - {id: m, name: M, role: manager, channels: [sms, bus]}\n"                         \
    "  - {id: n, name: N, role: contact, channels: [bus]}\n"                                       \
    "duties: [{id: desk-duty, otherwise: n}]\nteams: [{id: t}]\nroutes:\n  - {id: all, to: [m]}\n"
#define SMS                                                                                        \
    "  - {id: sms, kind: gatewayapi, secret: k, from: D, to: [{who: m, address: "                  \
    "\"+4540404422\"}, "                                                                           \
    "{who: t, address: \"+4540404423\"}]}\n"

Test(way, AL_16_ways_are_read_with_all_they_say)
{
    lyt_error err = {0};
    lyt_settings *s = housework_text(
        HEAD "ways:\n" SMS
             "  - {id: hooks, kind: webhook, url: \"https://example.com/x\", secret: /etc/k, "
             "events: [alarm, health], severity_min: 2, who: [t], language: da, internal: true, "
             "give_up_min: 60, timeout_s: 5, ca: own.pem, texts: [{event: alarm, language: da, "
             "subject: \"{event}\", text: \"{message}\"}]}\n"
             "  - {id: pd, kind: pagerduty, secret: r}\n",
        LYT_OK, &err);
    const lyt_way *sms, *hooks, *pd;

    cr_assert_not_null(s, "%u: %s", err.line, err.text);
    cr_assert_eq(s->n_ways, 3);
    sms = lyt_settings_way(s, LYT_STR("sms"));
    hooks = lyt_settings_way(s, LYT_STR("hooks"));
    pd = lyt_settings_way(s, LYT_STR("pd"));
    cr_expect_eq(sms->kind, LYT_WAY_GATEWAYAPI);
    cr_expect_str_eq(lyt_way_address(sms, LYT_STR("m")), "+4540404422");
    cr_expect_null(lyt_way_address(sms, LYT_STR("n")));
    cr_expect(sms->secret_file[0] == '/' && strstr(sms->secret_file, "/k"),
              "beside the settings: %s", sms->secret_file);
    cr_expect_eq(sms->give_up_us, (int64_t)600 * 1000000);
    cr_expect_eq(sms->events >> LYT_NOTICE_COUNT & 1, 0, "health only where it is asked for");
    cr_expect_str_eq(hooks->secret_file, "/etc/k");
    cr_expect_eq(hooks->events, 1U << LYT_NOTICE_ALARM | 1U << LYT_NOTICE_COUNT);
    cr_expect_eq(hooks->give_up_us, (int64_t)3600 * 1000000);
    cr_expect_eq(hooks->timeout_us, (int64_t)5 * 1000000);
    cr_expect(hooks->is_internal && !hooks->allows_private);
    cr_expect_eq(hooks->language, LYT_WAY_DA);
    cr_expect_str_eq(lyt_waytext_find(hooks, LYT_NOTICE_ALARM, LYT_WAY_DA, true), "{event}");
    cr_expect_str_eq(lyt_waytext_find(hooks, LYT_NOTICE_ALARM, LYT_WAY_DA, false), "{message}");
    cr_expect_eq(pd->events, 1U << LYT_NOTICE_ALARM | 1U << LYT_NOTICE_REMINDER |
                                 1U << LYT_NOTICE_NEXT | 1U << LYT_NOTICE_ACK |
                                 1U << LYT_NOTICE_CLOSED | 1U << LYT_NOTICE_REOPENED);
    lyt_settings_free(s);
}

Test(way, AL_21_every_refusal_names_the_place_and_what_to_do)
{
    static const struct {
        int row;
        const char *way, *says;
    } rows[] = {
        {__LINE__, "{id: sms, kind: webhok}", "must be webhook, mail"},
        {__LINE__, "{id: bus, kind: slack, secret: k}", "the bus is there already"},
        {__LINE__, "{id: a, kind: webhook, secret: k}", "write 'url'"},
        {__LINE__, "{id: a, kind: webhook, url: \"https://x\"}", "'secret' is missing"},
        {__LINE__, "{id: a, kind: webhook, url: \"http://x\", secret: k}", "allow_private"},
        {__LINE__, "{id: a, kind: webhook, url: \"ftp://x\", secret: k}", "https://"},
        {__LINE__, "{id: a, kind: webhook, url: \"file:///etc/passwd\", secret: k}", "https://"},
        {__LINE__, "{id: a, kind: webhook, url: \"https:///x\", secret: k}", "names no host"},
        {__LINE__, "{id: a, kind: webhook, url: \"https://u:p@x/\", secret: k}", "no password"},
        {__LINE__, "{id: a, kind: webhook, url: \"https://x/ y\", secret: k}", "no space"},
        {__LINE__,
         "{id: a, kind: mail, url: \"https://x\", from: a@b, to: [{who: m, address: a@b}]}",
         "smtp://"},
        {__LINE__,
         "{id: a, kind: mail, url: \"smtps://x\", from: a@b, to: [{who: m, address: ab}]}",
         "no mail address"},
        {__LINE__,
         "{id: a, kind: mail, url: \"smtps://x\", from: a@b, to: [{who: m, address: \"a@b, "
         "c@d\"}]}",
         "no mail address"},
        {__LINE__, "{id: a, kind: mail, url: \"smtps://x\", to: [{who: m, address: a@b}]}",
         "'from' is missing"},
        {__LINE__, "{id: a, kind: twilio, secret: k, from: D}", "to whom?"},
        {__LINE__, "{id: a, kind: twilio, secret: k, from: D, to: []}", "to whom?"},
        {__LINE__,
         "{id: a, kind: twilio, secret: k, from: D, to: [{who: m, address: \"40404422\"}]}",
         "+4512345678"},
        {__LINE__,
         "{id: a, kind: twilio, secret: k, from: D, to: [{who: x, address: \"+4540404422\"}]}",
         "no person, duty or team 'x'"},
        {__LINE__,
         "{id: a, kind: twilio, secret: k, from: D, to: [{who: m, address: \"+4540404422\"}, {who: "
         "m, address: \"+4540404423\"}]}",
         "already"},
        {__LINE__,
         "{id: sms, kind: twilio, secret: k, from: D, to: [{who: n, address: \"+4540404422\"}]}",
         "'m' is told on the channel 'sms'"},
        {__LINE__, "{id: a, kind: slack, secret: k, to: [{who: m, address: x}]}", "one receiver"},
        {__LINE__, "{id: a, kind: slack}", "'url', or a file"},
        {__LINE__, "{id: a, kind: slack, secret: k, url: \"https://x\"}", "'url', or a file"},
        {__LINE__, "{id: a, kind: pagerduty, secret: k, events: [owner]}", "alarm"},
        {__LINE__, "{id: a, kind: slack, secret: k, events: [holding]}", "alarm"},
        {__LINE__, "{id: a, kind: slack, secret: k, events: []}", "nothing would go out"},
        {__LINE__, "{id: a, kind: slack, secret: k, who: [z]}", "no person, duty or team 'z'"},
        {__LINE__, "{id: a, kind: slack, secret: k, who: [desk-duty]}", "is a duty"},
        {__LINE__, "{id: a, kind: slack, secret: k, give_up_min: 0}", "1 to 10000"},
        {__LINE__,
         "{id: a, kind: slack, secret: k, texts: [{event: alarm, language: de, text: x}]}", "da"},
        {__LINE__,
         "{id: a, kind: slack, secret: k, texts: [{event: alarm, language: da, text: \"{plce}\"}]}",
         "did you mean {place}?"},
        {__LINE__,
         "{id: a, kind: slack, secret: k, texts: [{event: alarm, language: da, text: "
         "\"{message}\"}]}",
         "internal: true"},
        {__LINE__,
         "{id: a, kind: slack, secret: k, texts: [{event: alarm, language: da, text: "
         "\"[{place\"}]}",
         "not closed"},
        {__LINE__,
         "{id: a, kind: slack, secret: k, texts: [{event: alarm, language: da, subject: \"[x\", "
         "text: "
         "x}]}",
         "not closed"},
        {__LINE__,
         "{id: a, kind: slack, secret: k, texts: [{event: alarm, language: da, text: \"[a[b]]\"}]}",
         "within"},
        {__LINE__,
         "{id: a, kind: slack, secret: k, texts: [{event: alarm, language: da, text: x}, {event: "
         "alarm, language: da, text: y}]}",
         "already"},
        {__LINE__, "{id: a, kind: mews}", "'secret' is missing"},
        {__LINE__, "{id: a, kind: mews, secret: k, events: [alarm]}", "recovered"},
        {__LINE__, "{id: a, kind: mews, secret: k, to: [{who: m, address: x}]}", "one receiver"},
        {__LINE__, "{id: a, kind: slack, secret: k, events: [recovered]}", "alarm"},
        {__LINE__, "{id: a, kind: slack, secret: k, repeat_s: 5}", "only an Alertmanager"},
        {__LINE__, "{id: a, kind: slack, secret: k, url_: x}", "did you mean 'url'"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048];
        lyt_error err = {0};

        snprintf(text, sizeof text, "%sways:\n  - %s\n", HEAD, rows[i].way);
        cr_expect_null(housework_text(text, LYT_EFORMAT, &err), "row %d", rows[i].row);
        cr_expect_eq(err.line, 13, "row %d: line %u: %s", rows[i].row, err.line, err.text);
        cr_expect_not_null(strstr(err.text, rows[i].says), "row %d: %s", rows[i].row, err.text);
    }
}

Test(way, AL_16_each_notice_goes_the_ways_that_want_it)
{
    static const struct {
        int row;
        const char *way; /* more of it */
        unsigned event;
        int severity;
        const char *who, *channel;
        bool is_person, goes;
    } rows[] = {
        /* with receivers: a person by the channel, a team always */
        {__LINE__, NULL, LYT_NOTICE_ALARM, 2, "m", "sms", true, true},
        {__LINE__, NULL, LYT_NOTICE_ALARM, 2, "m", "bus", true, false},
        {__LINE__, NULL, LYT_NOTICE_ALARM, 2, "t", "bus", false, true},
        {__LINE__, NULL, LYT_NOTICE_ALARM, 2, "n", "sms", true, false},
        {__LINE__, NULL, LYT_NOTICE_COUNT, 0, "", "", false, false},
        /* with one receiver: by events, severity and who, whatever the channel */
        {__LINE__, "", LYT_NOTICE_ALARM, 0, "n", "bus", true, true},
        {__LINE__, "", LYT_NOTICE_ALARM, 0, "m", "sms", true, true},
        {__LINE__, "", LYT_NOTICE_OWNER, 0, "m", "sms", true, true},
        {__LINE__, "", LYT_NOTICE_COUNT, 0, "", "", false, false},
        {__LINE__, ", events: [alarm]", LYT_NOTICE_OWNER, 4, "m", "sms", true, false},
        {__LINE__, ", severity_min: 3", LYT_NOTICE_ALARM, 2, "m", "bus", true, false},
        {__LINE__, ", severity_min: 3", LYT_NOTICE_ALARM, 3, "m", "bus", true, true},
        /* whose channel it is wants it however small */
        {__LINE__, ", severity_min: 3", LYT_NOTICE_ALARM, 2, "m", "chat", true, true},
        {__LINE__, ", who: [t]", LYT_NOTICE_ALARM, 2, "m", "bus", true, false},
        {__LINE__, ", who: [t]", LYT_NOTICE_ALARM, 2, "m", "chat", true, true},
        {__LINE__, ", who: [t]", LYT_NOTICE_ALARM, 2, "t", "bus", false, true},
        {__LINE__, ", who: [t], events: [health]", LYT_NOTICE_COUNT, 0, "", "", false, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        lyt_error err = {0};
        lyt_settings *s;
        lyt_way_notice notice = {rows[i].event, rows[i].severity, lyt_str_of(rows[i].who),
                                 lyt_str_of(rows[i].channel), rows[i].is_person};

        if (rows[i].way)
            snprintf(text, sizeof text, "%sways:\n  - {id: chat, kind: slack, secret: k%s}\n", HEAD,
                     rows[i].way);
        else
            snprintf(text, sizeof text, "%sways:\n%s", HEAD, SMS);
        s = housework_text(text, LYT_OK, &err);
        cr_assert_not_null(s, "row %d: %s", rows[i].row, err.text);
        cr_expect_eq(lyt_way_takes(&s->ways[0], &notice), rows[i].goes, "row %d", rows[i].row);
        lyt_settings_free(s);
    }
}

Test(way, AL_21_templates_are_filled_in)
{
    static const struct {
        int row;
        const char *template_text, *becomes;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "{place}", "214"},
        {__LINE__, "i {place}: {evidence}", "i 214: –"},
        {__LINE__, "a[ i {place}]b", "a i 214b"},
        {__LINE__, "a[ ({evidence})]b", "ab"},
        {__LINE__, "a[ {place} {evidence}]b", "ab"},
        {__LINE__, "a[ x]b", "a xb"},
        {__LINE__, "{{place}} [[x]", "{place}} [x]"},
        {__LINE__, "a] {place} ]", "a] 214 ]"},
        {__LINE__, "[{{x} {place}]", "{x} 214"},
        {__LINE__, "{place}{place}", "214214"},
    };
    lyt_str values[LYT_WAY_FIELD_COUNT] = {{NULL, 0}};

    values[LYT_WAY_PLACE] = LYT_STR("214");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str text = lyt_str_of(rows[i].template_text);
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_buf_add_text(&out, "");
        cr_expect_eq(lyt_waytext_check(text, false, NULL), LYT_OK, "row %d", rows[i].row);
        lyt_waytext_fill(&out, text, values);
        cr_expect_str_eq(out.data, rows[i].becomes, "row %d: %s", rows[i].row, out.data);
        lyt_buf_deinit(&out);
    }
}

Test(way, AL_21_the_words_that_come_with_lyt_are_in_order_in_both_languages)
{
    lyt_way way = {.id = "w"};

    for (unsigned event = 0; event <= LYT_NOTICE_COUNT; event++) {
        for (int language = 0; language < LYT_WAY_LANGUAGES; language++) {
            lyt_way_language spoken = (lyt_way_language)language;
            const char *text = lyt_waytext_find(&way, event, spoken, false);
            const char *subject = lyt_waytext_find(&way, event, spoken, true);

            cr_assert(text && subject && lyt_waytext_event(event, spoken), "%u", event);
            cr_expect_eq(lyt_waytext_check(lyt_str_of(text), false, NULL), LYT_OK, "%s", text);
            cr_expect_eq(lyt_waytext_check(lyt_str_of(subject), false, NULL), LYT_OK, "%s",
                         subject);
        }
        cr_expect_str_neq(lyt_waytext_find(&way, event, LYT_WAY_DA, false),
                          lyt_waytext_find(&way, event, LYT_WAY_EN, false), "%u", event);
    }
}

Test(way, AL_16_the_example_in_the_documentation_is_read)
{
    static const char head[] =
        "desk: d\npack: hotel\nzone: Europe/Copenhagen\nmanager: mette\n"
        "people:\n  - {id: mette, name: M, role: manager, channels: [sms, mail]}\n"
        "teams: [{id: housekeeping}]\nroutes:\n  - {id: all, to: [mette]}\n";
    char path[512];
    lyt_error err = {0};
    lyt_buf doc, text;
    lyt_settings *s;
    const char *from, *to;

    snprintf(path, sizeof path, "%s/docs/ways-out.md", testing_data());
    lyt_buf_init(&doc, NULL);
    lyt_buf_init(&text, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &doc, &err), LYT_OK);
    from = strstr(doc.data, "```yaml\n");
    to = from ? strstr(from + 8, "```") : NULL;
    cr_assert_not_null(to);
    lyt_buf_add_text(&text, head);
    lyt_buf_add(&text, (lyt_str){from + 8, (size_t)(to - from - 8)});
    s = housework_text(text.data, LYT_OK, &err);
    cr_assert_not_null(s, "line %u: %s", err.line, err.text);
    cr_expect_eq(s->n_ways, 6);
    lyt_settings_free(s);
    lyt_buf_deinit(&doc);
    lyt_buf_deinit(&text);
}

Test(way, UI_08_who_of_the_house_is_texted_by_which_way)
{
#define GUESTS "  - {id: g, kind: twilio, secret: k, from: \"+4592450000\", guests: true}\n"
#define MAIL "  - {id: mail, kind: mail, url: \"smtps://h\", from: \"a@b.dk\", to: [{who: m, address: \"m@b.dk\"}]}\n"
    static const struct {
        int line;
        const char *ways, *who, *id; /* NULL: none */
    } rows[] = {
        {__LINE__, "ways:\n" SMS GUESTS, "m", "sms"},
        {__LINE__, "ways:\n" GUESTS SMS, "m", "sms"},
        {__LINE__, "ways:\n" SMS GUESTS, "n", "g"},
        {__LINE__, "ways:\n" SMS, "n", "sms"},
        {__LINE__, "ways:\n" MAIL, "m", NULL},
        {__LINE__, "ways:\n" MAIL GUESTS, "m", "g"},
        {__LINE__, "ways: [{id: c, kind: slack, secret: k}]\n", "m", NULL},
        {__LINE__, "", "m", NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048];
        lyt_error err = {0};
        const lyt_way *way;
        lyt_settings *s;

        snprintf(text, sizeof text, "%smessages: {contact: [\"9\"]}\n%s", HEAD, rows[i].ways);
        s = housework_text(text, LYT_OK, &err);
        cr_assert_not_null(s, "row at line %d: %u: %s", rows[i].line, err.line, err.text);
        way = lyt_settings_sms_way(s, lyt_str_of(rows[i].who));
        cr_expect_str_eq(way ? way->id : "", rows[i].id ? rows[i].id : "", "row at line %d",
                         rows[i].line);
        lyt_settings_free(s);
    }
}

Test(way, survives_every_failed_allocation)
{
    char folder[64], path[128];
    testing_alloc failing;

    testing_folder(folder);
    testing_write(folder, "desk.yaml",
                  LYT_STR(HEAD
                          "ways:\n" SMS
                          "  - {id: c, kind: slack, secret: k, who: [t], events: [alarm], texts: "
                          "[{event: alarm, language: da, subject: s, text: x}]}\n"));
    snprintf(path, sizeof path, "%s/desk.yaml", folder);
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_settings_options how = {
            .alloc = &failing.alloc, .fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
        lyt_settings *s = NULL;

        if (!lyt_settings_read(&s, path, &how, NULL))
            lyt_settings_free(s);
    }
    cr_expect_eq(failing.live, 0);
    testing_folder_remove(folder);
}
