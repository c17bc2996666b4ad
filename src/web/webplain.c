#include "guestplain.h"

#include "markup.h"
#include "webstate.h"

enum { n_languages = 5, english = 1 };

static const char *const codes[n_languages] = {"da", "en", "sv", "nb", "de"};

typedef struct sentences {
    const char *title, *text;
} sentences;

static const sentences pages[LYT_PLAIN_COUNT][n_languages] = {
    [LYT_PLAIN_NO_TAG] = {{"Ikke fundet", "Her er ikke noget. Spørg gerne i receptionen."},
                          {"Not found", "There is nothing here. Please ask at the reception."},
                          {"Hittades inte", "Här finns inget. Fråga gärna i receptionen."},
                          {"Ikke funnet", "Her er det ingenting. Spør gjerne i resepsjonen."},
                          {"Nicht gefunden",
                           "Hier ist nichts. Bitte fragen Sie an der Rezeption."}},
    [LYT_PLAIN_NO_REFERENCE] =
        {{"Ikke fundet", "Vi kender ikke dette nummer. Spørg gerne i receptionen."},
         {"Not found", "We do not know this number. Please ask at the reception."},
         {"Hittades inte", "Vi känner inte till det här numret. Fråga gärna i receptionen."},
         {"Ikke funnet", "Vi kjenner ikke dette nummeret. Spør gjerne i resepsjonen."},
         {"Nicht gefunden", "Wir kennen diese Nummer nicht. Bitte fragen Sie an der Rezeption."}},
    [LYT_PLAIN_NO_PAGE] =
        {{"Ikke fundet", "Her er ingen side. Se efter, om adressen er rigtig."},
         {"Not found", "There is no page here. Please see whether the address is right."},
         {"Hittades inte", "Här finns ingen sida. Se efter om adressen är rätt."},
         {"Ikke funnet", "Her er det ingen side. Se etter om adressen er riktig."},
         {"Nicht gefunden", "Hier ist keine Seite. Bitte sehen Sie nach, ob die Adresse stimmt."}},
    [LYT_PLAIN_LATER] = {{"Prøv igen om lidt", "Vi kan ikke se det lige nu."},
                         {"Try again in a moment", "We cannot see it just now."},
                         {"Försök igen om en stund", "Vi kan inte se det just nu."},
                         {"Prøv igjen om litt", "Vi kan ikke se det akkurat nå."},
                         {"Versuchen Sie es gleich noch einmal",
                          "Wir können es gerade nicht sehen."}},
    [LYT_PLAIN_TOO_MANY] =
        {{"Vent lidt", "Der er prøvet for mange gange herfra. Prøv igen om et øjeblik."},
         {"Wait a little", "There were too many tries from here. Try again in a moment."},
         {"Vänta lite", "Det har gjorts för många försök härifrån. Försök igen om en stund."},
         {"Vent litt", "Det er prøvd for mange ganger herfra. Prøv igjen om et øyeblikk."},
         {"Bitte warten",
          "Von hier gab es zu viele Versuche. Versuchen Sie es gleich noch einmal."}},
    [LYT_PLAIN_HEARD] = {{"Tak", "Vi har fået det. Siden viser, hvad der sker."},
                         {"Thank you", "We have it. The page shows what happens."},
                         {"Tack", "Vi har fått det. Sidan visar vad som händer."},
                         {"Takk", "Vi har fått det. Siden viser hva som skjer."},
                         {"Danke", "Wir haben es. Die Seite zeigt, was geschieht."}},
};

static const char *const calls[n_languages] = {
    "Brug for hjælp? Ring {number}.", "Need help? Call {number}.", "Behöver du hjälp? Ring {number}.",
    "Trenger du hjelp? Ring {number}.", "Brauchen Sie Hilfe? Wählen Sie {number}."};

const char *lyt_plain_name(lyt_plain what)
{
    static const char *const names[] = {
#define X(name, text) text,
        LYT_PLAINS(X)
#undef X
    };

    return names[what];
}

bool lyt_plain_find(lyt_plain_words *out, lyt_plain what, lyt_str language)
{
    for (size_t i = 0; i < n_languages; i++) {
        if (!lyt_str_equal(lyt_str_of(codes[i]), language))
            continue;
        *out = (lyt_plain_words){pages[what][i].title, pages[what][i].text, calls[i]};
        return true;
    }
    return false;
}

/* nb also stands for no and nn; -1: none of ours. */
static int language_of(lyt_str tag)
{
    char code[2] = {0, 0};

    if (tag.len < 2 || (tag.len > 2 && tag.ptr[2] != '-'))
        return -1;
    for (size_t i = 0; i < 2; i++)
        code[i] = (char)(tag.ptr[i] | 0x20);
    if (code[0] == 'n' && (code[1] == 'o' || code[1] == 'n'))
        code[1] = 'b';
    for (int i = 0; i < n_languages; i++)
        if (code[0] == codes[i][0] && code[1] == codes[i][1])
            return i;
    return -1;
}

/* Of the link, else the first of the device's that is one of ours; -1: nobody knows. */
static int pick(const lyt_exchange *x)
{
    lyt_str asked = lyt_webreq_query(&x->req, "lang");
    lyt_str device = lyt_webreq_header(&x->req, "Accept-Language");
    int language = language_of(asked);

    for (size_t at = 0; language < 0 && at < device.len;) {
        size_t end = lyt_str_find(device, ',', at);
        lyt_str one = lyt_str_slice(device, at, end);

        language = language_of(lyt_str_trim(lyt_str_slice(one, 0, lyt_str_find(one, ';', 0))));
        at = end + 1;
    }
    return language;
}

/* The way to a person is on every page, also where there is no other. */
static void write_section(lyt_exchange *x, int language, const sentences *said)
{
    const lyt_settings *settings = x->web->settings;
    const char *number = settings ? lyt_settings_call(settings) : "";
    lyt_str call = lyt_str_of(calls[language]);
    size_t gap = lyt_str_find(call, '{', 0);

    lyt_buf_addf(&x->out, "<section class=\"thanks\" lang=\"%s\"><h1>%s</h1><p>%s</p>",
                 codes[language], said->title, said->text);
    if (*number) {
        lyt_buf_addf(&x->out, "<p>%.*s", LYT_STR_ARG(lyt_str_slice(call, 0, gap)));
        lyt_markup_add(&x->out, lyt_str_of(number));
        lyt_buf_addf(&x->out, "%.*s</p>",
                     LYT_STR_ARG(lyt_str_slice(call, gap + sizeof "{number}" - 1, call.len)));
    }
    lyt_buf_add_text(&x->out, "</section>");
}

void lyt_web_plain_page(lyt_exchange *x, int status, lyt_plain what)
{
    int first = pick(x) < 0 ? 0 : pick(x);
    const sentences *said = pages[what];

    lyt_buf_reset(&x->out);
    lyt_buf_addf(&x->out,
                 "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                 "<meta name=\"robots\" content=\"noindex\"><title>%s</title>"
                 "<link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">"
                 "<link rel=\"stylesheet\" href=\"/assets/kiosk.css\"></head>\n<body><main>",
                 codes[first], said[first].title);
    write_section(x, first, &said[first]);
    if (first != english)
        write_section(x, english, &said[english]);
    lyt_buf_add_text(&x->out, "</main></body></html>\n");
    x->is_page = true;
    lyt_web_done(x, status, "text/html; charset=utf-8");
}
