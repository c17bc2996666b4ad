#include <string.h>

#include "auditing.h"
#include "normal.h"
#include "smslen.h"

/* What a guest is sent: a way to reach a person, a text that is translated, an SMS that fits. */

enum { phone_digits = 5, parts_max = 3 };

/*
 * Words that say how a person is reached, folded; * at the end: any word that begins so. A
 * message needs one of them, an address, or a phone number.
 */
static const struct {
    const char *language;
    const char *words;
} contact[] = {
    {"en", " call ring phone reply text write contact ask tell reception* desk email mail speak "
           "dial visit line number extension "},
    {"da", " ring* svar* skriv* kontakt* spørg* sig reception* telefon* tlf mail e-mail henvend* "
           "kig* tal nummer lokal* "},
    {"sv", " ring* svara skriv* kontakta reception* telefon* tfn mejla mail hör fråga säg prata "
           "nummer anknytning "},
    {"nb", " ring* svar* skriv* kontakt* resepsjon* telefon* tlf e-post spør si snakk nummer "},
    {"de", " ruf* anruf* antwort* schreib* kontakt* rezeption* telefon* melde* mail frag* sag* "
           "sprech* wähl* nummer durchwahl "},
};

static bool is_word(unsigned char c)
{
    return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static bool is_listed(const char *list, lyt_str word)
{
    for (const char *at = list; *at; at++) {
        const char *end = strchr(at, ' ');
        size_t n;

        if (!end)
            break;
        n = (size_t)(end - at);
        if (n && at[n - 1] == '*' && word.len >= n - 1 && memcmp(at, word.ptr, n - 1) == 0)
            return true;
        if (n == word.len && memcmp(at, word.ptr, n) == 0)
            return true;
        at = end;
    }
    return false;
}

/* "+45 33 12 34 56", "33-12-34-56": digits with nothing but blanks and hyphens between. */
static bool has_phone(lyt_str text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c >= '0' && c <= '9')
            n++;
        else if (c != ' ' && c != '-')
            n = 0;
        if (n >= phone_digits)
            return true;
    }
    return false;
}

bool lyt_audit_has_contact(lyt_arena *arena, const char *language, lyt_str text)
{
    const char *list = NULL;
    lyt_str folded = text;

    for (size_t i = 0; i < sizeof contact / sizeof *contact; i++)
        if (strcmp(contact[i].language, language) == 0)
            list = contact[i].words;
    if (lyt_normal_fold(arena, text, &folded))
        return false;
    if (has_phone(folded) || lyt_str_find(folded, '@', 0) < folded.len || strstr(text.ptr, "://") ||
        strstr(text.ptr, "www."))
        return true;
    for (size_t i = 0; list && i < folded.len;) {
        size_t start = i;

        while (i < folded.len && is_word((unsigned char)folded.ptr[i]))
            i++;
        if (i > start && is_listed(list, lyt_str_slice(folded, start, i)))
            return true;
        i += i == start;
    }
    return false;
}

static void check_length(lyt_audit *audit, lyt_audit_place at, const char *id, lyt_str text)
{
    lyt_sms sms = lyt_sms_length(text);
    const char *alphabet = sms.is_ucs2 ? "UCS-2" : "GSM-7";
    size_t n = 1;

    while (sms.first_other + n < text.len &&
           ((unsigned char)text.ptr[sms.first_other + n] & 0xC0) == 0x80)
        n++;
    if (sms.parts > parts_max)
        lyt_audit_error(audit, "sms-length", at,
                        "message '%s' takes %zu SMS (%zu units of %s); at most %d: shorten it", id,
                        sms.parts, sms.units, alphabet, parts_max);
    else if (sms.parts > 1 && sms.is_ucs2)
        lyt_audit_warn(audit, "sms-length", at,
                       "message '%s' takes %zu SMS: '%.*s' is not in GSM-7, which leaves 70 "
                       "characters; write it otherwise",
                       id, sms.parts, (int)n, text.ptr + sms.first_other);
    else if (sms.parts > 1)
        lyt_audit_warn(audit, "sms-length", at,
                       "message '%s' takes %zu SMS (%zu units of %s); one holds 160", id, sms.parts,
                       sms.units, alphabet);
}

static void check_message(lyt_audit *audit, const lyt_scenario *scenario,
                          const lyt_guest_message *message)
{
    for (int i = 0; i < lyt_languages_max; i++) {
        lyt_audit_place at = {scenario->file, message->at[i].line, message->at[i].column};

        if (!lyt_audit_speaks(audit, i) || !message->text.by[i])
            continue;
        check_length(audit, at, message->id, lyt_str_of(message->text.by[i]));
        if (!lyt_audit_has_contact(audit->arena, lyt_audit_code(audit, i),
                                   lyt_str_of(message->text.by[i])))
            lyt_audit_error(audit, "contact", at,
                            "message '%s' names no way to reach a person in '%s'; say whom to "
                            "call, where to write, or to reply",
                            message->id, lyt_audit_code(audit, i));
        for (int j = 0; j < i; j++)
            if (lyt_audit_speaks(audit, j) && message->text.by[j] &&
                strcmp(message->text.by[i], message->text.by[j]) == 0)
                lyt_audit_warn(audit, "translation", at,
                               "message '%s' is the same in '%s' and '%s'; translate it",
                               message->id, lyt_audit_code(audit, j), lyt_audit_code(audit, i));
    }
}

void lyt_audit_messages(lyt_audit *audit)
{
    for (size_t i = 0; i < audit->pack->n_scenarios; i++) {
        const lyt_scenario *scenario = &audit->pack->scenarios[i];

        for (size_t j = 0; j < scenario->n_messages; j++)
            check_message(audit, scenario, &scenario->messages[j]);
    }
}
