#include "mailwords.h"
#include "surveyfield.h"

#include <string.h>

static const struct {
    const char *name;
    lyt_survey_field field;
} canonical[] = {
    {"channel", LYT_SURVEY_CHANNEL},   {"from", LYT_SURVEY_FROM},   {"id", LYT_SURVEY_ID},
    {"lang", LYT_SURVEY_LANG},         {"meta", LYT_SURVEY_META},   {"place", LYT_SURVEY_PLACE},
    {"property", LYT_SURVEY_PROPERTY}, {"scale", LYT_SURVEY_SCALE}, {"score", LYT_SURVEY_SCORE},
    {"sent_at", LYT_SURVEY_SENT_AT},   {"text", LYT_SURVEY_TEXT},   {"to", LYT_SURVEY_TO},
};

/* Danish, English, Swedish, Norwegian, German; folded, "_" and "-" as blanks. */
static const struct {
    lyt_survey_field field;
    const char *names; /* parted by "|" */
} aliases[] = {
    {LYT_SURVEY_CHANNEL, "channel|kanal"},
    {LYT_SURVEY_FROM, "from|email|e mail|mail|email address|e mailadresse|mailadresse|phone|"
                      "phone number|telefon|telefonnummer|mobil|mobilnummer|mobile|e post|epost"},
    {LYT_SURVEY_ID,
     "id|response id|responseid|respondent id|respondentid|respondent|svar id|svarid|"
     "submission id|token|respondentnøgle|nøgle|antwort id|record id"},
    {LYT_SURVEY_LANG, "lang|language|sprog|sprogkode|språk|sprache|locale|user language"},
    {LYT_SURVEY_PLACE, "place|room|room number|room no|værelse|værelsesnummer|værelse nr|bord|"
                       "bordnummer|table|table number|rum|rumsnummer|rom|romnummer|zimmer|"
                       "zimmernummer|touchpoint|enhed|lokale"},
    {LYT_SURVEY_PROPERTY, "property|hotel|hotell|hotelnavn|site|afdeling|restaurant|ejendom|"
                          "location|lokation"},
    {LYT_SURVEY_SCALE, "scale|skala"},
    {LYT_SURVEY_SCORE, "score|nps|nps score|rating|bedømmelse|karakter|vurdering|tilfredshed|betyg|"
                       "bewertung|csat|stjerner|stars"},
    {LYT_SURVEY_SENT_AT, "sent at|date|dato|tidsstempel|tidspunkt|timestamp|submitted at|"
                         "submit date (utc)|datum|zeitstempel|tidsstämpel|svardato|besvaret|"
                         "completed|completed at|completed date|end date|enddate|recorded date|"
                         "recordeddate|afsluttet|oprettet|created at|finished at"},
    {LYT_SURVEY_TEXT, "text|comment|comments|kommentar|kommentarer|besked|message|feedback|tekst|"
                      "bemærkning|bemærkninger|uddyb|uddyb gerne|uddybning|fritekst|nachricht|"
                      "anmerkung|anmerkungen|meddelande|tilbagemelding|tilbakemelding|ris og ros"},
    {LYT_SURVEY_TO, "to"},
};

bool lyt_survey_field_parse(lyt_survey_field *out, lyt_str name)
{
    for (size_t i = 0; i < sizeof canonical / sizeof *canonical; i++) {
        if (lyt_str_equal(name, lyt_str_of(canonical[i].name))) {
            *out = canonical[i].field;
            return true;
        }
    }
    return false;
}

static bool is_listed(lyt_str name, const char *list)
{
    while (list) {
        size_t n = 0;

        while (n < name.len && list[n] == name.ptr[n] && list[n] != '|' && list[n])
            n++;
        if (n == name.len && (list[n] == '|' || !list[n]))
            return true;
        list = strchr(list + n, '|');
        if (list)
            list++;
    }
    return false;
}

/* "Hvor sandsynligt er det, at du vil anbefale os?" and its sisters. */
static bool asks_to_recommend(lyt_str s)
{
    static const char *const pairs[][2] = {
        {"sandsynlig", "anbefal"}, {"likely", "recommend"},       {"sannolik", "rekommend"},
        {"sannsynlig", "anbefal"}, {"wahrscheinlich", "empfehl"}, {"wahrscheinlich", "empfiehl"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (lyt_str_has(s, lyt_str_of(pairs[i][0])) && lyt_str_has(s, lyt_str_of(pairs[i][1])))
            return true;
    return lyt_str_equal(s, LYT_STR("nps")) || lyt_str_equal(s, LYT_STR("nps score"));
}

/* A question that is answered with words, as far as its own words tell. */
static bool asks_for_words(lyt_str s)
{
    static const char *const parts[] = {
        "uddyb",         "kommentar",   "hvad kan vi",    "hvad kunne vi", "comment",
        "what could we", "what can we", "tell us",        "fortæl os",     "begrund",
        "berätta",       "fortell oss", "was können wir", "vad kan vi",    "hva kan vi",
        "hvorfor gav",   "why did you"};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (lyt_str_has(s, lyt_str_of(parts[i])))
            return true;
    return false;
}

/* Small letters, "_" and "-" as blanks, without the marks at its end; in text. */
static lyt_str fold_question(lyt_str name, lyt_buf *text)
{
    lyt_str folded;

    lyt_mail_fold(text, name);
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] == '_' || text->data[i] == '-')
            text->data[i] = ' ';
    folded = lyt_buf_str(text);
    while (folded.len && (lyt_str_ends(folded, LYT_STR(":")) || lyt_str_ends(folded, LYT_STR("?"))))
        folded.len--;
    return lyt_str_trim(folded);
}

bool lyt_survey_asks_name(lyt_str name)
{
    lyt_buf text;
    bool found;

    lyt_buf_init(&text, NULL);
    found = is_listed(
        fold_question(name, &text),
        "navn|name|namn|dit navn|your name|what is your name|what's your name|hvad hedder du|"
        "fornavn|efternavn|first name|last name|full name|förnamn|efternamn|etternavn|"
        "vorname|nachname|ihr name|firma|company|virksomhed");
    lyt_buf_deinit(&text);
    return found;
}

lyt_survey_field lyt_survey_field_guess(lyt_str name, bool *nps)
{
    lyt_survey_field found = LYT_SURVEY_META;
    lyt_str folded;
    lyt_buf text;

    if (nps)
        *nps = false;
    lyt_buf_init(&text, NULL);
    folded = fold_question(name, &text);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases && !found; i++)
        if (is_listed(folded, aliases[i].names))
            found = aliases[i].field;
    if (asks_to_recommend(folded)) {
        found = LYT_SURVEY_SCORE;
        if (nps)
            *nps = true;
    } else if (!found && asks_for_words(folded)) {
        found = LYT_SURVEY_TEXT;
    }
    lyt_buf_deinit(&text);
    return found;
}
