#include "housewords.h"

#include <stdlib.h>
#include <string.h>

#include "houseline.h"

enum { choice_auto, choice_da };

const char *const lyt_housewords_languages[] = {"auto", "da", "en", NULL};

/* Words as the service has them, the same as on the pages (web/pages/words.js). */
static const struct {
    const char *word, *da;
} danish[] = {
    /* states and moves of an incident */
    {"new", "ny"},
    {"acknowledged", "taget"},
    {"in-work", "i arbejde"},
    {"remedied", "udbedret"},
    {"confirmed", "bekræftet"},
    {"closed", "lukket"},
    {"reopened", "genåbnet"},
    {"void", "annulleret"},
    /* what else happens to one */
    {"opened", "åbnet"},
    {"heard", "en besked mere"},
    {"owned", "ligger hos"},
    {"noted", "note"},
    {"cause", "årsag"},
    {"action", "hvad der blev gjort"},
    {"asked", "gæsten spurgt"},
    {"answered", "gæsten svarede"},
    {"unanswered", "gæsten svarede ikke"},
    {"repeat", "samme fejl for samme gæst før"},
    {"merged", "lagt sammen med en anden"},
    {"unmerged", "skilt igen"},
    {"taken", "en besked fra en anden sag"},
    {"linked", "hører til en fælles årsag"},
    {"unlinked", "hører ikke til en fælles årsag mere"},
    {"contacted", "talte med gæsten"},
    {"clock-started", "ur startet"},
    {"clock-stopped", "ur standset"},
    {"clock-warned", "fristen nærmer sig"},
    {"clock-missed", "fristen overskredet"},
    {"paused", "sat på pause"},
    {"resumed", "fortsat"},
    {"silenced", "holdt tilbage"},
    {"unsilenced", "ikke holdt tilbage mere"},
    {"offered", "givet"},
    {"approval-asked", "bedt om godkendelse"},
    {"approval-raised", "godkendelsen gik opad"},
    {"approved", "godkendt"},
    {"declined", "afvist"},
    {"withdrawn", "trukket tilbage"},
    {"promised", "lovet"},
    {"kept", "holdt"},
    {"late", "for sent"},
    {"stale", "intet er sket længe"},
    {"found", "fundet af en udløser"},
    {"unfound", "ikke sådan mere"},
    {"fix-opened", "varig løsning begyndt"},
    {"fix-done", "varig løsning færdig"},
    {"consented", "gæsten siger ja til at det fortælles"},
    {"revoked", "gæsten siger nej til at det fortælles"},
    {"refund-asked", "gæsten beder om penge tilbage"},
    {"refund-request", "gæsten beder om penge tilbage; svar"},
    {"again", "besked til gæsten om at sagen er åben igen"},
    {"refund", "svar til gæsten om penge tilbage"},
    /* what people are told */
    {"alarm", "alarm"},
    {"reminder", "påmindelse"},
    {"escalation", "næste trin"},
    {"repeat-failure", "gentagen fejl"},
    {"clock-warning", "fristen nærmer sig"},
    {"owner", "den er din"},
    {"approval", "godkendelse"},
    {"holding", "det tager lidt længere"},
    {"reply", "svar til gæsten"},
    {"solved", "besked til gæsten om at det er bragt i orden"},
    {"opted-out", "besked til gæsten om at der ikke kommer flere"},
    {"opted-in", "besked til gæsten om at der kommer beskeder igen"},
    {"which-room", "spørgsmål til gæsten om hvilket værelse det gælder"},
    {"recovered", "notat til husets gæstesystem"},
    {"maintenance", "der arbejdes på det"},
    {"promise-late", "løfte forsinket"},
    {"cause-missing", "årsagen mangler"},
    {"follow-up", "er det i orden nu?"},
    {"fix-late", "varig løsning forsinket"},
    {"fix-reopened", "fejlen er tilbage"},
    /* messages to guests */
    {"draft", "udkast"},
    {"held", "kan ikke sendes"},
    {"queued", "på vej"},
    {"sent", "sendt"},
    {"dead", "opgivet"},
    {"dropped", "ikke sendt"},
    /* clocks and roles */
    {"acknowledge", "tages"},
    {"contact", "kontakt"},
    {"remedy", "udbedres"},
    {"close", "lukkes"},
    {"automatic", "automatisk"},
    {"supervisor", "supervisor"},
    {"manager", "leder"},
    /* what is known of guests */
    {"order", "bestilling"},
    {"likes", "kan lide"},
    {"dislikes", "bryder sig ikke om"},
    {"allergy", "allergi"},
    {"diet", "kost"},
    {"opt-out", "vil ikke"},
    /* figures */
    {"open", "åbne"},
    {"done", "færdig"},
    {"unconfirmed", "ikke bekræftet"},
    {"parents", "fælles årsager"},
    {"repeats", "gentagelser"},
    {"without_words", "uden ord"},
    {"drills", "øvelser"},
    {"on_the_spot", "på stedet"},
    {"same_day", "samme dag"},
    {"within_24_h", "inden 24 timer"},
    {"later", "senere"},
    {"not_yet", "ikke endnu"},
    {"waiting", "venter"},
    {"given", "givet"},
    {"gestures", "gestus"},
    {"within_10_min", "inden 10 min"},
};

/* "da", "da_DK.UTF-8"; nothing else begins with these two letters and goes on so. */
static bool is_danish(const char *locale)
{
    return strncmp(locale, "da", 2) == 0 && (!locale[2] || strchr("_.@-", locale[2]));
}

lyt_page_language lyt_housewords_language(int64_t choice)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    if (choice != choice_auto)
        return choice == choice_da ? LYT_PAGE_DA : LYT_PAGE_EN;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *locale = getenv(names[i]);

        if (locale && *locale)
            return is_danish(locale) ? LYT_PAGE_DA : LYT_PAGE_EN;
    }
    return LYT_PAGE_EN;
}

static lyt_status ask_names(lyt_json **out, const lyt_houseline *line)
{
    lyt_houseline to = *line;

    to.endpoint = line->submits ? NULL : line->endpoint;
    to.submits = false;
    return lyt_houseline_try(&to, LYT_STR("{\"request\":\"scenarios\"}"), out, NULL);
}

void lyt_housewords_open(lyt_housewords *words, const lyt_houseline *line, int64_t choice)
{
    *words = (lyt_housewords){lyt_housewords_language(choice), NULL};
    if (line && words->language == LYT_PAGE_DA && ask_names(&words->names, line))
        words->names = NULL;
}

void lyt_housewords_close(lyt_housewords *words)
{
    lyt_json_free(words->names);
    words->names = NULL;
}

const char *lyt_housewords_say(const lyt_housewords *words, const char *en, const char *da)
{
    return words && words->language == LYT_PAGE_DA ? da : en;
}

lyt_str lyt_housewords_word(const lyt_housewords *words, lyt_str word)
{
    if (!words || words->language != LYT_PAGE_DA)
        return word;
    for (size_t i = 0; i < sizeof danish / sizeof *danish; i++)
        if (lyt_str_equal(word, lyt_str_of(danish[i].word)))
            return lyt_str_of(danish[i].da);
    return word;
}

lyt_str lyt_housewords_name(const lyt_housewords *words, lyt_str scenario)
{
    const lyt_json *rows = words ? lyt_json_get(words->names, "scenarios") : NULL;

    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i);
        lyt_str name = lyt_json_text(row, "da");

        if (lyt_str_equal(lyt_json_text(row, "scenario"), scenario))
            return name.len ? name : scenario;
    }
    return scenario;
}
