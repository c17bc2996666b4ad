#include "reply.h"

#include <stdio.h>
#include <string.h>

#include "settings.h"
#include "smslen.h"

static const int64_t hour_us = 3600 * (int64_t)1000000;

static const char *const kinds[] = {
#define X(name, text) text,
    LYT_REPLY_KINDS(X)
#undef X
};

const char *lyt_reply_kind_name(lyt_reply_kind kind)
{
    return kind < LYT_REPLY_KIND_COUNT ? kinds[kind] : "unknown";
}

lyt_status lyt_reply_kind_parse(lyt_reply_kind *out, lyt_str name)
{
    for (unsigned i = 0; i < LYT_REPLY_KIND_COUNT; i++) {
        if (lyt_str_equal(lyt_str_of(kinds[i]), name)) {
            *out = (lyt_reply_kind)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}

enum { languages = 5 };

/* nb also stands for what is written no or nn. */
static const char *const codes[languages] = {"da", "en", "sv", "nb", "de"};

static const char *const built_in[LYT_REPLY_KIND_COUNT][languages] = {
    [LYT_REPLY_SOLVED] =
        {"Hilsen fra {house}: Det, du skrev om, er bragt i orden. Er det ikke det, så svar her "
         "eller "
         "ring {contact}.",
         "{house} here: what you wrote about has been put right. If it has not, answer here or "
         "call "
         "{contact}.",
         "Hälsning från {house}: det du skrev om är åtgärdat. Är det inte det, svara här eller "
         "ring "
         "{contact}.",
         "Hilsen fra {house}: Det du skrev om, er i orden nå. Er det ikke det, svar her eller ring "
         "{contact}.",
         "{house}: Was Sie uns schrieben, ist in Ordnung gebracht. Wenn nicht, antworten Sie hier "
         "oder rufen Sie {contact} an."},
    [LYT_REPLY_FOLLOW_UP] =
        {"Hilsen fra {house}: Vi har taget os af det, du skrev om. Er det i orden nu? Svar JA "
         "eller "
         "NEJ, eller ring {contact}.",
         "{house} here: we have seen to what you wrote about. Is it right now? Answer YES or NO, "
         "or "
         "call {contact}.",
         "Hälsning från {house}: vi har tagit hand om det du skrev om. Är det bra nu? Svara JA "
         "eller "
         "NEJ, eller ring {contact}.",
         "Hilsen fra {house}: Vi har tatt oss av det du skrev om. Er det i orden nå? Svar JA eller "
         "NEI, eller ring {contact}.",
         "{house}: Wir haben uns um Ihr Anliegen gekümmert. Ist jetzt alles in Ordnung? Antworten "
         "Sie JA oder NEIN, oder rufen Sie {contact} an."},
    [LYT_REPLY_HOLDING] =
        {"Hilsen fra {house}: Det tager lidt længere end ventet, men vi har ikke glemt dig. Ring "
         "{contact}, hvis det haster.",
         "{house} here: it takes a little longer than we thought, but you are not forgotten. Call "
         "{contact} if it cannot wait.",
         "Hälsning från {house}: det tar lite längre tid än väntat, men vi har inte glömt dig. "
         "Ring "
         "{contact} om det är bråttom.",
         "Hilsen fra {house}: Det tar litt lengre tid enn ventet, men vi har ikke glemt deg. Ring "
         "{contact} hvis det haster.",
         "{house}: Es dauert etwas länger als gedacht, aber wir haben Sie nicht vergessen. Rufen "
         "Sie "
         "{contact} an, wenn es eilt."},
    [LYT_REPLY_MAINTENANCE] =
        {"Hilsen fra {house}: Vi ved det, og der bliver arbejdet på det. Ring {contact}, hvis du "
         "har "
         "brug for hjælp nu.",
         "{house} here: we know of it, and it is being worked on. Call {contact} if you need help "
         "now.",
         "Hälsning från {house}: vi känner till det, och arbete pågår. Ring {contact} om du "
         "behöver "
         "hjälp nu.",
         "Hilsen fra {house}: Vi vet om det, og det jobbes med det. Ring {contact} hvis du trenger "
         "hjelp nå.",
         "{house}: Wir wissen davon, und es wird daran gearbeitet. Rufen Sie {contact} an, wenn "
         "Sie "
         "jetzt Hilfe brauchen."},
    [LYT_REPLY_OPTED_OUT] =
        {"Du får ikke flere beskeder fra {house}. Har du brug for hjælp, så ring {contact}.",
         "You get no more messages from {house}. If you need help, call {contact}.",
         "Du får inga fler meddelanden från {house}. Behöver du hjälp, ring {contact}.",
         "Du får ikke flere meldinger fra {house}. Trenger du hjelp, ring {contact}.",
         "Sie bekommen keine Nachrichten mehr von {house}. Wenn Sie Hilfe brauchen, rufen Sie "
         "{contact} an."},
    [LYT_REPLY_OPTED_IN] =
        {"Du får igen beskeder fra {house}. Skriv STOP, hvis du ikke vil have dem. Hjælp: ring "
         "{contact}.",
         "You get messages from {house} again. Write STOP if you do not want them. Help: call "
         "{contact}.",
         "Du får åter meddelanden från {house}. Skriv STOP om du inte vill ha dem. Hjälp: ring "
         "{contact}.",
         "Du får igjen meldinger fra {house}. Skriv STOP hvis du ikke vil ha dem. Hjelp: ring "
         "{contact}.",
         "Sie bekommen wieder Nachrichten von {house}. Schreiben Sie STOP, wenn Sie keine wollen. "
         "Hilfe: {contact}."},
    [LYT_REPLY_WHICH_ROOM] =
        {"Hilsen fra {house}: Vi har fået din besked (sag {case}). Hvilket værelse gælder det? Svar "
         "med nummeret, eller ring {contact}.",
         "{house} here: we have your message (case {case}). Which room is it about? Answer with its "
         "number, or call {contact}.",
         "Hälsning från {house}: vi har fått ditt meddelande (ärende {case}). Vilket rum gäller det? "
         "Svara med numret, eller ring {contact}.",
         "Hilsen fra {house}: Vi har fått meldingen din (sak {case}). Hvilket rom gjelder det? Svar "
         "med nummeret, eller ring {contact}.",
         "{house}: Ihre Nachricht ist da (Fall {case}). Um welches Zimmer geht es? Antworten Sie mit "
         "der Nummer, oder rufen Sie {contact} an."},
    [LYT_REPLY_REFUND] =
        {"Hilsen fra {house}: Vi har fået din besked om penge tilbage (sag {case}). En af os svarer "
         "dig inden {hours} timer. Ring {contact}, hvis det haster.",
         "{house} here: we have your request for money back (case {case}). One of us answers you "
         "within {hours} hours. Call {contact} if it cannot wait.",
         "Hälsning från {house}: vi har fått din begäran om pengar tillbaka (ärende {case}). En av "
         "oss svarar dig inom {hours} timmar. Ring {contact} om det är bråttom.",
         "Hilsen fra {house}: Vi har fått beskjeden din om penger tilbake (sak {case}). En av oss "
         "svarer deg innen {hours} timer. Ring {contact} hvis det haster.",
         "{house}: Ihr Wunsch nach Erstattung ist da (Fall {case}). Jemand von uns antwortet Ihnen "
         "innerhalb von {hours} Stunden. Rufen Sie {contact} an, wenn es eilt."},
    [LYT_REPLY_AGAIN] =
        {"Det er vi kede af. Sag {case} er åben igen hos {house}, og en af os tager sig af den. Ring "
         "{contact}, hvis det haster.",
         "We are sorry. Case {case} is open again at {house}, and one of us sees to it. Call "
         "{contact} if it cannot wait.",
         "Det är vi ledsna för. Ärende {case} är öppet igen hos {house}, och en av oss tar hand om "
         "det. Ring {contact} om det är bråttom.",
         "Det er vi lei for. Sak {case} er åpen igjen hos {house}, og en av oss tar seg av den. Ring "
         "{contact} hvis det haster.",
         "Das tut uns leid. Fall {case} ist bei {house} wieder offen, und jemand kümmert sich darum. "
         "Rufen Sie {contact} an, wenn es eilt."},
};

/* The other question of a follow-up. Its answer is a number as well, and taken alike. */
static const char *const would_recommend[languages] = {
    "Hilsen fra {house}: Vi har taget os af det, du skrev om. Vil du anbefale os til andre? Svar "
    "med et tal fra 0 (slet ikke) til 10 (helt sikkert), eller ring {contact}.",
    "{house} here: we have seen to what you wrote about. Would you recommend us to others? Answer "
    "with a number from 0 (not at all) to 10 (certainly), or call {contact}.",
    "Hälsning från {house}: vi har tagit hand om det du skrev om. Skulle du rekommendera oss till "
    "andra? Svara med ett tal från 0 (inte alls) till 10 (helt säkert), eller ring {contact}.",
    "Hilsen fra {house}: Vi har tatt oss av det du skrev om. Vil du anbefale oss til andre? Svar "
    "med et tall fra 0 (slett ikke) til 10 (helt sikkert), eller ring {contact}.",
    "{house}: Wir haben uns um Ihr Anliegen gekümmert. Würden Sie uns weiterempfehlen? Antworten "
    "Sie mit einer Zahl von 0 (gar nicht) bis 10 (ganz sicher), oder rufen Sie {contact} an.",
};

/* "(case 12)" */
static const char *const references[languages] = {"sag", "case", "ärende", "sak", "Fall"};

static int language_of(lyt_str language)
{
    lyt_str code = lyt_str_slice(language, 0, 2);

    if (language.len < 2 || (language.len > 2 && language.ptr[2] != '-' && language.ptr[2] != '_'))
        return -1;
    if (lyt_str_equal(code, LYT_STR("no")) || lyt_str_equal(code, LYT_STR("nn")))
        code = LYT_STR("nb");
    for (int i = 0; i < languages; i++)
        if (lyt_str_equal(lyt_str_of(codes[i]), code))
            return i;
    return -1;
}

const char *lyt_reply_words(const lyt_reply_rules *rules, lyt_reply_kind kind, lyt_str language)
{
    int index = language_of(language);

    if (index < 0 || kind >= LYT_REPLY_KIND_COUNT)
        return NULL;
    for (size_t i = 0; i < rules->n_texts; i++)
        if (rules->texts[i].kind == kind && strcmp(rules->texts[i].language, codes[index]) == 0)
            return rules->texts[i].text;
    if (kind == LYT_REPLY_FOLLOW_UP && rules->asks_recommend)
        return would_recommend[index];
    return built_in[kind][index];
}

bool lyt_reply_is_automatic(const lyt_settings *settings, lyt_str scenario)
{
    for (size_t i = 0; i < settings->automatic_replies.n; i++)
        if (lyt_str_equal(lyt_str_of(settings->automatic_replies.item[i]), scenario))
            return true;
    return false;
}

static bool is_quiet(const lyt_reply_rules *rules, int minute)
{
    int from = rules->quiet_from_min, to = rules->quiet_to_min;

    return from < to ? minute >= from && minute < to : from > to && (minute >= from || minute < to);
}

/* What the guest waits for goes at once, whatever the hour: the guest wrote a moment ago. */
static bool can_wait(lyt_reply_kind kind)
{
    return kind == LYT_REPLY_FOLLOW_UP || kind == LYT_REPLY_SOLVED;
}

int64_t lyt_reply_due(const lyt_settings *settings, lyt_reply_kind kind, int64_t now_us)
{
    static const int64_t minute_us = 60 * (int64_t)1000000;
    const lyt_reply_rules *rules = &settings->replies;
    int64_t due = now_us;

    if (kind == LYT_REPLY_FOLLOW_UP && rules->asks)
        due += rules->ask_after_us;
    if (!can_wait(kind) || rules->quiet_from_min == rules->quiet_to_min)
        return due;
    /* a step a minute, so that a night with an hour more or less ends when the clock says so */
    for (int i = 0; i < 2 * 1440; i++) {
        if (!is_quiet(rules, lyt_local_at(settings->zone, due).minute % 1440))
            break;
        due = due - due % minute_us + minute_us;
    }
    return due;
}

/* What the guest hears of the case as it goes on, each time with the way to money back. */
static bool tells_of_refund(lyt_reply_kind kind)
{
    return kind == LYT_REPLY_FIRST || kind == LYT_REPLY_SOLVED || kind == LYT_REPLY_FOLLOW_UP ||
           kind == LYT_REPLY_HOLDING || kind == LYT_REPLY_AGAIN;
}

static lyt_status check_length(lyt_str text, const lyt_message_rules *rules, lyt_error *err)
{
    lyt_sms size = lyt_sms_sent(text);

    if (rules->sms_parts && size.parts > rules->sms_parts)
        return lyt_error_set(
            err, LYT_ELIMIT, "the message takes %zu SMS (%zu %s), at most %zu may go; shorten it",
            size.parts, size.units, size.is_ucs2 ? "UCS-2 units" : "septets", rules->sms_parts);
    return LYT_OK;
}

lyt_status lyt_reply_write(lyt_buf *out, const lyt_settings *settings,
                           const lyt_reply_message *m, lyt_error *err)
{
    const lyt_message_rules open = {{NULL, 0}, 0};
    const lyt_reply_rules *replies = &settings->replies;
    const lyt_names *known = &settings->messages.contact;
    const char *number = lyt_settings_call(settings);
    const char *contact = *number || !known->n ? number : known->item[0];
    int index = language_of(m->language);
    char of_case[24] = "", hours[24];
    size_t from = out->len;
    lyt_buf refund;
    lyt_status status;

    if (m->incident)
        snprintf(of_case, sizeof of_case, "%lld", (long long)m->incident);
    snprintf(hours, sizeof hours, "%lld", (long long)(settings->refunds.answer_us / hour_us));
    lyt_buf_init(&refund, out->alloc);
    if (m->has_refund)
        lyt_refund_say(&refund, &settings->refunds, m->language);
    status = lyt_message_write(
        out, m->words,
        (const lyt_message_value[]){
            {"house", lyt_str_of(replies->house ? replies->house : settings->id)},
            {"contact", lyt_str_of(contact)},
            {"case", lyt_str_of(of_case)},
            {"hours", lyt_str_of(hours)}},
        4, &open, err);
    /* what goes out has to name a person's number, whatever it was made of; "Svar RETUR" is none */
    if (!status && !lyt_buf_status(out) &&
        !lyt_message_has_contact(out->data + from, &settings->messages) &&
        !(replies->call && strstr(out->data + from, replies->call)))
        status = lyt_error_set(err, LYT_EINVAL,
                               "the message names no way to reach a person; add one");
    if (!status && refund.len && tells_of_refund(m->kind))
        lyt_buf_addf(out, " %s", refund.data);
    if (!status && m->kind == LYT_REPLY_FIRST && m->incident && !strstr(m->words, "{case}"))
        lyt_buf_addf(out, " (%s %s)", references[index < 0 ? 1 : index], of_case);
    if (!status && (lyt_buf_status(out) || lyt_buf_status(&refund)))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for a message");
    lyt_buf_deinit(&refund);
    return status ? status
                  : check_length(lyt_str_slice(lyt_buf_str(out), from, out->len),
                                 &settings->messages, err);
}
