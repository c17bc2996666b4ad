#include "waytext.h"

#include "field.h"
#include "watch.h"

static const char *const fields[] = {
#define X(name, text) text,
    LYT_WAY_FIELDS(X)
#undef X
};

const char *lyt_way_field_name(lyt_way_field field)
{
    return field < LYT_WAY_FIELD_COUNT ? fields[field] : "unknown";
}

static lyt_way_field field_of(lyt_str name)
{
    unsigned i = 0;

    while (i < LYT_WAY_FIELD_COUNT && !lyt_str_equal(lyt_str_of(fields[i]), name))
        i++;
    return (lyt_way_field)i;
}

static lyt_status check_field(lyt_str name, bool is_internal, lyt_error *err)
{
    lyt_way_field field = field_of(name);
    const char *near;

    if (field == LYT_WAY_MESSAGE && !is_internal)
        return lyt_error_set(err, LYT_EINVAL,
                             "{message} is all the guest wrote; it goes only through a way that "
                             "says internal: true");
    if (field < LYT_WAY_FIELD_COUNT)
        return LYT_OK;
    near = lyt_nearest_name(name, fields, LYT_WAY_FIELD_COUNT);
    return lyt_error_set(err, LYT_EINVAL, "there is no field {%.*s}; %s%s%s",
                         LYT_STR_ARG(lyt_str_slice(name, 0, 40)),
                         near ? "did you mean {" : "docs/ways-out.md has the list",
                         near ? near : "", near ? "}?" : "");
}

/* Two of the same: the letter itself. */
static bool is_doubled(lyt_str text, size_t at)
{
    return at + 1 < text.len && text.ptr[at + 1] == text.ptr[at];
}

lyt_status lyt_waytext_check(lyt_str text, bool is_internal, lyt_error *err)
{
    bool in_bracket = false;

    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        size_t close;
        lyt_status status;

        if ((c == '{' || c == '[') && is_doubled(text, at)) {
            at++;
            continue;
        }
        if (c == '[' && in_bracket)
            return lyt_error_set(err, LYT_EINVAL, "a [ stands within [ ]; close the first one");
        if (c == '[' || c == ']')
            in_bracket = c == '[';
        if (c != '{')
            continue;
        close = lyt_str_find(text, '}', at);
        if (close == text.len)
            return lyt_error_set(err, LYT_EINVAL, "a { is not closed; write {{ for the letter");
        status = check_field(lyt_str_slice(text, at + 1, close), is_internal, err);
        if (status)
            return status;
        at = close;
    }
    return in_bracket ? lyt_error_set(err, LYT_EINVAL, "a [ is not closed; write [[ for the letter")
                      : LYT_OK;
}

/* Whether a field up to the closing bracket has no value. */
static bool lacks(lyt_str text, size_t at, const lyt_str *values)
{
    for (; at < text.len && text.ptr[at] != ']'; at++) {
        size_t close;
        lyt_way_field field;

        if (text.ptr[at] != '{')
            continue;
        if (is_doubled(text, at)) {
            at++;
            continue;
        }
        close = lyt_str_find(text, '}', at);
        field = field_of(lyt_str_slice(text, at + 1, close));
        if (field < LYT_WAY_FIELD_COUNT && !values[field].len)
            return true;
        at = close;
    }
    return false;
}

void lyt_waytext_fill(lyt_buf *out, lyt_str text, const lyt_str values[LYT_WAY_FIELD_COUNT])
{
    bool in_bracket = false;

    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];

        if ((c == '{' || c == '[') && is_doubled(text, at)) {
            lyt_buf_add_char(out, c);
            at++;
        } else if (c == '[') {
            in_bracket = !lacks(text, at + 1, values);
            if (!in_bracket)
                at = lyt_str_find(text, ']', at);
        } else if (c == ']' && in_bracket) {
            in_bracket = false;
        } else if (c == '{') {
            size_t close = lyt_str_find(text, '}', at);
            lyt_way_field field = field_of(lyt_str_slice(text, at + 1, close));
            lyt_str value = field < LYT_WAY_FIELD_COUNT ? values[field] : (lyt_str){"", 0};

            lyt_buf_add(out, value.len ? value : LYT_STR("–"));
            at = close;
        } else {
            lyt_buf_add_char(out, c);
        }
    }
}

typedef struct words {
    const char *name, *text;
} words;

#define WHAT "{scenario}[ – {place}]"
static const words built_in[LYT_NOTICE_COUNT + 1][LYT_WAY_LANGUAGES] = {
    [LYT_NOTICE_ALARM] = {{"Alarm", WHAT "[: \"{evidence}\"]. Alvor {severity}, sag {incident}."},
                          {"Alarm",
                           WHAT "[: \"{evidence}\"]. Severity {severity}, incident {incident}."}},
    [LYT_NOTICE_REMINDER] = {{"Påmindelse",
                              "Ingen har taget sag {incident} endnu: " WHAT ". Alvor {severity}."},
                             {"Reminder", "Nobody has taken incident {incident} yet: " WHAT
                                          ". Severity {severity}."}},
    [LYT_NOTICE_NEXT] = {{"Eskalering", "Sag {incident} kommer til dig, ingen har taget den: " WHAT
                                        ". Alvor {severity}."},
                         {"Escalation",
                          "Incident {incident} comes to you, nobody has taken it: " WHAT
                          ". Severity {severity}."}},
    [LYT_NOTICE_ACK] = {{"Taget", "Sag {incident} er taget[ af {owner}]: " WHAT "."},
                        {"Taken", "Incident {incident} has been taken[ by {owner}]: " WHAT "."}},
    [LYT_NOTICE_CLOSED] = {{"Lukket", "Sag {incident} er lukket: " WHAT "."},
                           {"Closed", "Incident {incident} is closed: " WHAT "."}},
    [LYT_NOTICE_REOPENED] = {{"Åben igen",
                              "Sag {incident} er åben igen: " WHAT ". Alvor {severity}."},
                             {"Open again",
                              "Incident {incident} is open again: " WHAT ". Severity {severity}."}},
    [LYT_NOTICE_REPEAT] = {{"Samme gæst igen",
                            "Samme gæst har oplevet det før: " WHAT ". Sag {incident}."},
                           {"Same guest again",
                            "The same guest has met this before: " WHAT ". Incident {incident}."}},
    [LYT_NOTICE_WARNING] = {{"Fristen nærmer sig", "Sag {incident} skal videre snart: " WHAT "."},
                            {"Limit is near", "Incident {incident} has to move soon: " WHAT "."}},
    [LYT_NOTICE_MISSED] = {{"Frist overskredet",
                            "En frist for sag {incident} er overskredet: " WHAT "."},
                           {"Limit passed",
                            "A time limit of incident {incident} has passed: " WHAT "."}},
    [LYT_NOTICE_OWNER] = {{"Ny ansvarlig", "Sag {incident} er nu hos {owner}: " WHAT "."},
                          {"New owner", "Incident {incident} is now with {owner}: " WHAT "."}},
    [LYT_NOTICE_APPROVAL] =
        {{"Godkendelse", "Et tilbud til gæsten i sag {incident} venter på godkendelse: " WHAT "."},
         {"Approval",
          "An offer to the guest of incident {incident} waits for approval: " WHAT "."}},
    [LYT_NOTICE_HOLDING] = {{"Ventebesked", "Gæsten i sag {incident} skal have en ventebesked."},
                            {"Holding message",
                             "The guest of incident {incident} is to be told that it takes a "
                             "little longer."}},
    [LYT_NOTICE_MAINTENANCE] =
        {{"Vedligehold", "Gæsten i sag {incident} skal have besked om vedligehold."},
         {"Maintenance", "The guest of incident {incident} is to be told of the maintenance."}},
    [LYT_NOTICE_PROMISE] = {{"Løfte ikke holdt",
                             "Et løfte til gæsten i sag {incident} er ikke holdt: " WHAT "."},
                            {"Promise late",
                             "A promise to the guest of incident {incident} is late: " WHAT "."}},
    [LYT_NOTICE_CAUSE] = {{"Årsag mangler",
                           "Sag {incident} kan lukkes, men årsagen mangler: " WHAT "."},
                          {"Cause missing",
                           "Incident {incident} could be closed, but nobody wrote why: " WHAT "."}},
    [LYT_NOTICE_REFUND_ASKED] =
        {{"Penge tilbage", "Gæsten i sag {incident} beder om penge tilbage; svar gæsten: " WHAT "."},
         {"Money back",
          "The guest of incident {incident} asks for money back; answer the guest: " WHAT "."}},
    [LYT_NOTICE_RECOVERED] = {{"Gæstenotat", "Sag {incident} er afsluttet: " WHAT "."},
                              {"Guest note", "Incident {incident} has ended: " WHAT "."}},
    [LYT_NOTICE_COUNT] = {{"Lyt selv", "Lyt hos {house}: {what}[ ({note})]."},
                          {"Lyt itself", "Lyt at {house}: {what}[ ({note})]."}},
};
#undef WHAT

_Static_assert(LYT_NOTICE_COUNT < 31, "a way's events are bits of 32");

const char *lyt_waytext_event(unsigned event, lyt_way_language language)
{
    const char *name = event <= LYT_NOTICE_COUNT ? built_in[event][language].name : NULL;

    return name ? name : lyt_notice_name((lyt_notice)event);
}

/* What has no words of its own yet is told all the same. */
static const char *text_of(unsigned event, lyt_way_language language)
{
    static const char *const any[LYT_WAY_LANGUAGES] = {
        "{event}, sag {incident}: {scenario}[ – {place}].",
        "{event}, incident {incident}: {scenario}[ – {place}]."};
    const char *text = event <= LYT_NOTICE_COUNT ? built_in[event][language].text : NULL;

    return text ? text : any[language];
}

const char *lyt_waytext_find(const lyt_way *way, unsigned event, lyt_way_language language,
                             bool is_subject)
{
    static const char *const subjects[2][LYT_WAY_LANGUAGES] = {
        {"{event}: {scenario}[ – {place}] (sag {incident})",
         "{event}: {scenario}[ – {place}] (incident {incident})"},
        {"{event}: {what}", "{event}: {what}"},
    };

    for (size_t i = 0; i < way->n_texts; i++) {
        const lyt_way_text *own = &way->texts[i];

        if (own->event == event && own->language == language && (!is_subject || own->subject))
            return is_subject ? own->subject : own->text;
    }
    return is_subject ? subjects[event == LYT_NOTICE_COUNT][language] : text_of(event, language);
}
