/* When a guest is shown something, by which clock or state, and by which way. */
#include <stdio.h>
#include <string.h>

#include "showing.h"

static const int64_t minute_us = 60 * (int64_t)1000000;

/* %s is a time that the settings have; without one, what stands behind the bar goes alone. */
static const struct {
    const char *id, *en, *da;
} moments[] = {
    {"form", "the guest taps a tag, follows its link, or stands at the tablet",
     "gæsten rører et mærke, følger dets link eller står ved tabletten"},
    {"thanks", "at once, when the message is on the disk",
     "straks, når beskeden er gemt"},
    {"status-received", "from then on, by the reference",
     "fra da af, med referencen"},
    {"reply", "in the moment of the alarm, once a guest and case",
     "i samme øjeblik som alarmen, én gang pr. gæst og sag"},
    {"which-room", "instead of it, where the guest has several rooms and the words name none",
     "i stedet for den, når gæsten har flere værelser, og ordene ikke nævner noget"},
    {"due-contact", "until somebody has spoken to the guest%s",
     "indtil nogen har talt med gæsten%s"},
    {"status-in-work", "when somebody takes it%s", "når nogen tager den%s"},
    {"due-promise", "when somebody has promised something, until it is kept",
     "når nogen har lovet noget, indtil det er holdt"},
    {"due-late", "when that time is over", "når den tid er forbi"},
    {"maintenance", "instead, while what failed is being worked on as planned",
     "i stedet, mens der arbejdes planlagt på det"},
    {"holding", "when an approval is not answered%s", "når en godkendelse ikke er besvaret%s"},
    {"solved", "when the common cause of several cases is mended",
     "når den fælles årsag til flere sager er udbedret"},
    {"status-done", "when it is mended%s", "når det er udbedret%s"},
    {"follow-up", "after it is mended%s", "efter at det er udbedret%s"},
    {"again", "when the guest answers no, 0 to 6, or a complaint",
     "når gæsten svarer nej, 0 til 6 eller klager"},
    {"refund-open", "as long as the case is not void", "så længe sagen ikke er annulleret"},
    {"refund", "when the guest answers with the word", "når gæsten svarer med ordet"},
    {"heard", "behind the button, where the browser does not go back by itself",
     "bag knappen, hvor browseren ikke selv går tilbage"},
    {"refund-asked", "when the guest has asked; a person answers%s",
     "når gæsten har bedt om det; et menneske svarer%s"},
    {"refund-answered", "when that person has", "når det er sket"},
    {"opted-out", "after STOP, once", "efter STOP, én gang"},
    {"opted-in", "after START, once", "efter START, én gang"},
    {"no-tag", "a link of a tag that is none of ours", "et link fra et mærke, som ikke er vores"},
    {"no-reference", "a reference that is none of ours", "en reference, som ikke er vores"},
    {"no-page", "an address that is none of ours", "en adresse, som ikke er vores"},
    {"later", "the service cannot say just now", "tjenesten kan ikke sige det lige nu"},
    {"too-many", "too many tries from there", "for mange forsøg derfra"},
};

static int64_t limit_of(const lyt_show_at *at, lyt_clock_kind kind)
{
    const lyt_clock_rule *rule =
        lyt_settings_clock(at->settings, at->scenario ? at->scenario->severity : 2);

    return rule ? rule->limit_us[kind] : 0;
}

/* The time of the settings that it is about; 0: none. */
static int64_t time_of(const char *id, const lyt_show_at *at)
{
    const lyt_settings *s = at->settings;

    if (strcmp(id, "due-contact") == 0)
        return limit_of(at, LYT_CLOCK_CONTACT);
    if (strcmp(id, "status-in-work") == 0)
        return limit_of(at, LYT_CLOCK_ACK);
    if (strcmp(id, "status-done") == 0)
        return limit_of(at, LYT_CLOCK_REMEDY);
    if (strcmp(id, "holding") == 0)
        return s->authority.approval_us;
    if (strcmp(id, "refund-asked") == 0)
        return s->refunds.answer_us;
    if (strcmp(id, "follow-up") == 0)
        return s->replies.asks ? s->replies.ask_after_us : 0;
    return 0;
}

static void write_time(char room[48], int64_t us, const char *id, bool danish)
{
    long long minutes = (long long)(us / minute_us);
    bool is_after = strcmp(id, "follow-up") == 0;

    room[0] = '\0';
    if (is_after && !us)
        snprintf(room, 48, "%s", danish ? ", når nogen spørger" : ", when somebody asks");
    else if (us)
        snprintf(room, 48, danish ? ", %s %lld %s" : ", %s %lld %s",
                 is_after ? (danish ? "om" : "in") : (danish ? "inden" : "within"),
                 minutes % 60 || minutes < 120 ? minutes : minutes / 60,
                 minutes % 60 || minutes < 120 ? "min" : danish ? "timer" : "h");
}

void lyt_showing_when(lyt_buf *out, const lyt_showing *s, const lyt_show_at *at, bool danish)
{
    char time[48];

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        lyt_str text = lyt_str_of(danish ? moments[i].da : moments[i].en);
        size_t gap = lyt_str_find(text, '%', 0);

        if (strcmp(moments[i].id, s->id) != 0)
            continue;
        write_time(time, time_of(s->id, at), s->id, danish);
        lyt_buf_add(out, lyt_str_slice(text, 0, gap));
        if (gap < text.len)
            lyt_buf_add_text(out, time);
        return;
    }
}

/* The ways that guests are written to by; false: none. */
static bool add_ways(lyt_buf *out, const lyt_settings *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_ways; i++)
        if (s->ways[i].for_guests)
            lyt_buf_addf(out, "%s%s (%s)", n++ ? ", " : "", s->ways[i].id,
                         lyt_way_kind_name(s->ways[i].kind));
    return n > 0;
}

void lyt_showing_way(lyt_buf *out, const lyt_showing *s, const lyt_show_at *at, bool danish)
{
    const char *scenario = at->scenario ? at->scenario->id : "";
    bool of_scenario = s->reply == LYT_REPLY_FIRST || s->reply == LYT_REPLY_SOLVED;

    if (s->kind != LYT_SHOWING_MESSAGE) {
        lyt_buf_add_text(out, danish ? "side" : "page");
        return;
    }
    if (!add_ways(out, at->settings)) {
        lyt_buf_add_text(out, danish ? "ingen vej til gæster i indstillingerne: personalet siger det"
                                     : "no way to guests in the settings: staff say it");
        return;
    }
    if (lyt_settings_is_sensitive(at->settings, lyt_str_of(scenario)) ||
        (of_scenario && !lyt_reply_is_automatic(at->settings, lyt_str_of(scenario))))
        lyt_buf_add_text(out, danish ? ", udkast: et menneske sender den"
                                     : ", a draft: a person sends it");
    else
        lyt_buf_add_text(out, danish ? ", af sig selv" : ", by itself");
}

bool lyt_showing_is_before(const char *first, const char *second)
{
    static const char *const pairs[][2] = {
        {"form", "thanks"},
        {"thanks", "status-received"},
        {"form", "reply"},
        {"form", "which-room"},
        {"status-received", "status-in-work"},
        {"status-in-work", "status-done"},
        {"status-received", "due-contact"},
        {"due-contact", "due-late"},
        {"due-promise", "due-late"},
        {"reply", "maintenance"},
        {"reply", "holding"},
        {"reply", "solved"},
        {"reply", "follow-up"},
        {"status-done", "follow-up"},
        {"follow-up", "again"},
        {"status-received", "refund-open"},
        {"refund-open", "refund"},
        {"refund-open", "heard"},
        {"refund-open", "refund-asked"},
        {"refund-asked", "refund-answered"},
        {"reply", "opted-out"},
        {"opted-out", "opted-in"},
        {"form", "no-tag"},
        {"form", "no-page"},
        {"status-received", "no-reference"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i][0], first) == 0 && strcmp(pairs[i][1], second) == 0)
            return true;
    return false;
}
