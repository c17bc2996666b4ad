#include "mailwords.h"

void lyt_mail_fold(lyt_buf *out, lyt_str line)
{
    bool blank = false, begun = false;

    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        unsigned char next = i + 1 < line.len ? (unsigned char)line.ptr[i + 1] : 0;

        if (c == ' ' || (c >= '\t' && c <= '\r') || (c == 0xC2 && next == 0xA0)) {
            i += c == 0xC2;
            blank = begun;
            continue;
        }
        if (c == '*')
            continue;
        if (blank)
            lyt_buf_add_char(out, ' ');
        blank = false;
        begun = true;
        if (c >= 'A' && c <= 'Z') {
            c |= 0x20;
        } else if (c == 0xC3 && next >= 0x80 && next <= 0x9E && next != 0x97) {
            /* À to Þ, but for the sign of multiplication */
            lyt_buf_add_char(out, (char)c);
            c = next | 0x20;
            i++;
        }
        lyt_buf_add_char(out, (char)c);
    }
}

static bool contains_any(lyt_str s, const char *const *list)
{
    for (; *list; list++)
        if (lyt_str_has(s, lyt_str_of(*list)))
            return true;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A year, a time of day or an address: what a line about a mail has, and a sentence seldom. */
static bool is_dated(lyt_str s)
{
    for (size_t i = 0; i + 4 <= s.len; i++) {
        lyt_str at = lyt_str_slice(s, i, s.len);

        if (at.len >= 4 &&
            (lyt_str_begins(at, LYT_STR("20")) || lyt_str_begins(at, LYT_STR("19"))) &&
            is_digit(at.ptr[2]) && is_digit(at.ptr[3]))
            return true;
        if (at.len >= 5 && is_digit(at.ptr[0]) && is_digit(at.ptr[1]) &&
            (at.ptr[2] == ':' || at.ptr[2] == '.') && is_digit(at.ptr[3]) && is_digit(at.ptr[4]))
            return true;
    }
    return lyt_str_has(s, lyt_str_of("@"));
}

static bool has_verb(lyt_str s)
{
    static const char *const verbs[] = {" wrote",   " writes",   " skrev",   " skriver",
                                        " schrieb", " schreibt", " a écrit", NULL};

    return s.len < 400 && lyt_str_ends(s, LYT_STR(":")) && contains_any(s, verbs);
}

bool lyt_mail_names_writer(lyt_str s)
{
    static const char *const ends[] = {". ", "! ", "? ", NULL};

    /* a sentence before it is the guest's own */
    return has_verb(s) && s.len < 80 && !contains_any(s, ends);
}

bool lyt_mail_is_attribution(lyt_str s)
{
    return has_verb(s) && is_dated(s);
}

/* Between dashes, underscores, equals signs or hashes. */
static lyt_str between_dashes(lyt_str s)
{
    while (s.len && (s.ptr[0] == '-' || s.ptr[0] == '_' || s.ptr[0] == '=' || s.ptr[0] == '#'))
        s = lyt_str_slice(s, 1, s.len);
    while (s.len && (s.ptr[s.len - 1] == '-' || s.ptr[s.len - 1] == '_' ||
                     s.ptr[s.len - 1] == '=' || s.ptr[s.len - 1] == '#'))
        s.len--;
    return lyt_str_trim(s);
}

/* Every line of every mail is asked about all of the phrases below: nearly always one letter tells.
 */
static bool begins(lyt_str s, const char *with)
{
    return s.len && s.ptr[0] == with[0] && lyt_str_begins(s, lyt_str_of(with));
}

static bool is_one_of(lyt_str s, const char *const *list)
{
    for (; *list; list++)
        if (lyt_str_equal(s, lyt_str_of(*list)))
            return true;
    return false;
}

bool lyt_mail_is_divider(lyt_str s)
{
    static const char *const between[] = {"original message",        "original-nachricht",
                                          "oprindelig besked",       "oprindelig meddelelse",
                                          "opprinnelig melding",     "ursprungligt meddelande",
                                          "ursprüngliche nachricht", "originalmeddelelse",
                                          "originalmelding",         NULL};
    static const char *const above[] = {"above this line",       "over denne linje",
                                        "ovanför denna rad",     "over denne linjen",
                                        "oberhalb dieser zeile", NULL};
    lyt_str inner = between_dashes(s);

    return (inner.len + 4 <= s.len && is_one_of(inner, between)) ||
           (s.len < 100 && contains_any(s, above) && inner.len < s.len);
}

bool lyt_mail_is_forward(lyt_str s)
{
    static const char *const between[] = {"forwarded message",          "videresendt besked",
                                          "videresendt meddelelse",     "videresendt melding",
                                          "vidarebefordrat meddelande", "vidarebefordrat brev",
                                          "weitergeleitete nachricht",  NULL};
    static const char *const alone[] = {"begin forwarded message:",
                                        "start på videresendt besked:",
                                        "start på videresendt melding:",
                                        "påbegynt videresendt meddelelse:",
                                        "vidarebefordrat brev:",
                                        "anfang der weitergeleiteten nachricht:",
                                        NULL};
    lyt_str inner = between_dashes(s);

    return (inner.len + 4 <= s.len && is_one_of(inner, between)) || is_one_of(s, alone);
}

static const struct {
    const char *label;
    unsigned bit;
} labels[] = {
    {"fra:", LYT_MAIL_FROM},        {"from:", LYT_MAIL_FROM},       {"från:", LYT_MAIL_FROM},
    {"von:", LYT_MAIL_FROM},        {"sendt:", LYT_MAIL_SENT},      {"sent:", LYT_MAIL_SENT},
    {"date:", LYT_MAIL_SENT},       {"dato:", LYT_MAIL_SENT},       {"datum:", LYT_MAIL_SENT},
    {"skickat:", LYT_MAIL_SENT},    {"gesendet:", LYT_MAIL_SENT},   {"til:", LYT_MAIL_TO},
    {"to:", LYT_MAIL_TO},           {"till:", LYT_MAIL_TO},         {"an:", LYT_MAIL_TO},
    {"emne:", LYT_MAIL_SUBJECT},    {"subject:", LYT_MAIL_SUBJECT}, {"ämne:", LYT_MAIL_SUBJECT},
    {"betreff:", LYT_MAIL_SUBJECT},
};

unsigned lyt_mail_label(lyt_str s)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (begins(s, labels[i].label))
            return labels[i].bit;
    return 0;
}

bool lyt_mail_is_device(lyt_str s)
{
    static const char *const begin[] = {"sendt fra min ",
                                        "sendt fra mail",
                                        "sendt fra outlook",
                                        "sendt fra yahoo",
                                        "sendt fra proton",
                                        "sendt via ",
                                        "sent from my ",
                                        "sent from mail",
                                        "sent from outlook",
                                        "sent from yahoo",
                                        "sent from proton",
                                        "sent from samsung",
                                        "sent via ",
                                        "sent with ",
                                        "skickat från min ",
                                        "skickat från mail",
                                        "skickat från outlook",
                                        "skickades från ",
                                        "sendt fra iphone",
                                        "sent from iphone",
                                        "hent outlook ",
                                        "get outlook ",
                                        "hämta outlook ",
                                        "få outlook ",
                                        "outlook für ",
                                        "skaff deg outlook",
                                        "gesendet mit ",
                                        "gesendet von ",
                                        "von meinem ",
                                        "von meiner ",
                                        "diese nachricht wurde von mein",
                                        "last ned outlook",
                                        "laden sie outlook",
                                        NULL};

    if (s.len > 90)
        return false;
    for (const char *const *b = begin; *b; b++) {
        if (!begins(s, *b))
            continue;
        /* "von meinem iphone gesendet", but "von meinem zimmer aus …" is the guest's */
        return !lyt_str_begins(s, LYT_STR("von mein")) || lyt_str_ends(s, LYT_STR(" gesendet"));
    }
    return false;
}

/* Longer ones before what they begin with. */
static const char *const signoffs[] = {
    /* Danish, Norwegian */
    "med venlig hilsen", "med venlige hilsner", "med vennlig hilsen", "venlig hilsen",
    "venlige hilsner", "vennlig hilsen", "vennlige hilsener", "de bedste hilsner",
    "de bedste hilsener", "bedste hilsner", "bedste hilsener", "mange hilsner", "mange hilsener",
    "kærlig hilsen", "kærlige hilsner", "kære hilsner", "på forhånd tak", "på forhånd mange tak",
    "på forhånd takk", "beste hilsen", "beste hilsener", "hilsen", "hilsner", "med hilsen",
    "m.v.h.", "m.v.h", "mvh.", "mvh", "v.h.", "vh.", "vh", "dbh", "kh.", "kh",
    /* English */
    "with kind regards", "with best regards", "kind regards", "kindest regards", "best regards",
    "warm regards", "warmest regards", "many regards", "regards", "best wishes", "with best wishes",
    "all the best", "yours sincerely", "yours faithfully", "yours truly", "sincerely yours",
    "sincerely", "yours", "cheers", "best", "many thanks", "thanks in advance", "thanks again",
    "br.", "br",
    /* Swedish */
    "med vänlig hälsning", "med vänliga hälsningar", "vänlig hälsning", "vänliga hälsningar",
    "bästa hälsningar", "många hälsningar", "varma hälsningar", "hälsningar", "tack på förhand",
    /* German */
    "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß",
    "mit besten grüßen", "mit besten grüssen", "freundliche grüße", "freundliche grüsse",
    "viele grüße", "viele grüsse", "beste grüße", "beste grüsse", "liebe grüße", "liebe grüsse",
    "herzliche grüße", "schöne grüße", "gruß", "grüße", "vielen dank im voraus", "mfg", "vg", "lg",
    NULL};

static bool is_capital(lyt_str word)
{
    unsigned char c = (unsigned char)word.ptr[0],
                  next = word.len > 1 ? (unsigned char)word.ptr[1] : 0;

    return (c >= 'A' && c <= 'Z') || (c == 0xC3 && next >= 0x80 && next <= 0x9E);
}

/* A name: up to five words with capitals, small ones between them ("og", "fra", "von"). */
static bool is_name(lyt_str text)
{
    static const char *const between[] = {"&",    "og",  "and", "och", "und", "fra", "from",
                                          "från", "von", "van", "de",  "af",  "/",   NULL};
    size_t words = 0, capitals = 0;

    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, ' ', at);
        lyt_str word = lyt_str_slice(text, at, end);

        at = end + 1;
        if (!word.len)
            continue;
        words++;
        if (is_capital(word))
            capitals++;
        else if (!is_one_of(word, between))
            return false;
    }
    return words == 0 || (words <= 5 && capitals > 0);
}

static bool is_mark(char c)
{
    return c == ',' || c == '.' || c == '!' || c == ';' || c == ' ' || c == '-' || c == '\t' ||
           c == '*';
}

bool lyt_mail_is_signoff(lyt_str folded, lyt_str raw)
{
    static const char *const words[] = {"best", "yours", "cheers", "br", "lg", "vg", NULL};
    lyt_str own = lyt_str_trim(raw);

    while (own.len && own.ptr[0] == '*')
        own = lyt_str_slice(own, 1, own.len);
    for (const char *const *phrase = signoffs; *phrase; phrase++) {
        lyt_str p, rest = own;
        bool has_comma;

        if (!begins(folded, *phrase))
            continue;
        p = lyt_str_of(*phrase);
        has_comma = folded.len > p.len && folded.ptr[p.len] == ',';
        /* "Best Western" is no greeting */
        if (is_one_of(p, words) && folded.len > p.len && !has_comma)
            continue;
        if (folded.len > p.len && !is_mark(folded.ptr[p.len]))
            continue;
        /* what follows in the line as it was written: folding keeps the length but for blanks */
        if (rest.len < p.len)
            continue;
        rest = lyt_str_slice(rest, p.len, rest.len);
        while (rest.len && is_mark(rest.ptr[0]))
            rest = lyt_str_slice(rest, 1, rest.len);
        while (rest.len && is_mark(rest.ptr[rest.len - 1]))
            rest.len--;
        if (is_name(rest))
            return true;
    }
    return false;
}

bool lyt_mail_is_disclaimer(lyt_str s)
{
    static const char *const begin[] = {"this e-mail",
                                        "this email",
                                        "this message and any",
                                        "the information in this e-mail",
                                        "the information contained in this",
                                        "denne e-mail",
                                        "denne mail kan",
                                        "denne mail er",
                                        "denne e-post",
                                        "denna e-post",
                                        "diese e-mail",
                                        "der inhalt dieser e-mail",
                                        "confidentiality notice",
                                        "fortrolighed:",
                                        NULL};
    static const char *const about[] = {"confidential", "fortrolig",  "konfidentiel",
                                        "vertraulich",  "intended",   "tiltænkt",
                                        "avsedd",       "privileged", NULL};

    for (const char *const *b = begin; *b; b++)
        if (begins(s, *b))
            return contains_any(s, about);
    return false;
}

lyt_str lyt_mail_subject(lyt_str subject, bool *replies, bool *forwards)
{
    static const struct {
        const char *prefix;
        bool is_forward;
    } prefixes[] = {
        {"re:", false}, {"sv:", false}, {"aw:", false}, {"antw:", false}, {"fwd:", true},
        {"fw:", true},  {"vs:", true},  {"vb:", true},  {"wg:", true},    {"videresendt:", true},
    };
    bool found = true;

    while (found) {
        found = false;
        subject = lyt_str_trim(subject);
        for (size_t i = 0; !found && i < sizeof prefixes / sizeof *prefixes; i++) {
            lyt_str p = lyt_str_of(prefixes[i].prefix);
            bool same = subject.len >= p.len;

            for (size_t j = 0; same && j < p.len; j++) {
                char c = subject.ptr[j];

                same = (c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c) == p.ptr[j];
            }
            if (!same)
                continue;
            found = true;
            subject = lyt_str_slice(subject, p.len, subject.len);
            if (prefixes[i].is_forward && forwards)
                *forwards = true;
            if (!prefixes[i].is_forward && replies)
                *replies = true;
        }
    }
    return subject;
}
