/* The settings file's ways out (way.h). */
#include <string.h>

#include "settings_file.h"
#include "watch.h"
#include "waytext.h"

enum { health = LYT_NOTICE_COUNT, events_all = LYT_NOTICE_COUNT + 1, ways_max = 64 };

static const int64_t second_us = 1000000;
/* The whole table of retries, and a little; a person who is told hours later is told wrongly. */
static const int64_t days4_us = (int64_t)4 * 86400 * 1000000;
static const int64_t minutes10_us = (int64_t)600 * 1000000;

static uint32_t bit(unsigned event)
{
    return (uint32_t)1 << event;
}

/* What each kind can make something of. */
static uint32_t events_of(lyt_way_kind kind)
{
    uint32_t all = bit(events_all) - 1;

    if (kind == LYT_WAY_ALERTMANAGER || kind == LYT_WAY_PAGERDUTY)
        return bit(LYT_NOTICE_ALARM) | bit(LYT_NOTICE_REMINDER) | bit(LYT_NOTICE_NEXT) |
               bit(LYT_NOTICE_REOPENED) | bit(LYT_NOTICE_ACK) | bit(LYT_NOTICE_CLOSED) |
               bit(health);
    if (lyt_way_is_records(kind))
        return bit(LYT_NOTICE_RECOVERED);
    if (kind != LYT_WAY_WEBHOOK)
        all &= ~bit(LYT_NOTICE_RECOVERED);
    /* what guests are told is no news for the house */
    return all & ~bit(LYT_NOTICE_HOLDING) & ~bit(LYT_NOTICE_MAINTENANCE) &
           ~bit(LYT_NOTICE_FOLLOW_UP) & ~bit(LYT_NOTICE_REPLY) & ~bit(LYT_NOTICE_SOLVED) &
           ~bit(LYT_NOTICE_OPTED_OUT) & ~bit(LYT_NOTICE_OPTED_IN) & ~bit(LYT_NOTICE_WHICH_ROOM) & ~bit(LYT_NOTICE_REFUND) & ~bit(LYT_NOTICE_AGAIN);
}

static lyt_status read_event(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_way_kind kind,
                             unsigned *out)
{
    const char *names[events_all];
    size_t n = 0, index = 0;
    unsigned of[events_all];
    lyt_status status;

    for (unsigned i = 0; i < events_all; i++) {
        if (!(events_of(kind) & bit(i)))
            continue;
        of[n] = i;
        names[n++] = i == health ? "health" : lyt_notice_name((lyt_notice)i);
    }
    status = lyt_field_choice(r->file, node, names, n, &index, r->err);
    if (!status)
        *out = of[index];
    return status;
}

static lyt_status read_events(lyt_settings_reader *r, const lyt_yaml_node *list, lyt_way *out)
{
    out->events = events_of(out->kind) & ~bit(health);
    if (!lyt_way_is_records(out->kind))
        out->events &= ~bit(LYT_NOTICE_RECOVERED);
    if (!list)
        return LYT_OK;
    out->events = 0;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        unsigned event = 0;
        lyt_status status = read_event(r, node, out->kind, &event);

        if (status)
            return status;
        out->events |= bit(event);
    }
    return out->events ? LYT_OK : lyt_rs_bad(r, list, "'events' is empty; nothing would go out");
}

static bool is_number(const char *text)
{
    size_t n = strlen(text);

    return text[0] == '+' && text[1] != '0' && n > 5 && n < 17 &&
           strspn(text + 1, "0123456789") == n - 1;
}

static bool is_mail(const char *text)
{
    const char *at = strchr(text, '@');

    if (!at || at == text || !at[1] || strchr(at + 1, '@') || strpbrk(text, "<>()[],;:\\\" "))
        return false;
    for (; *text; text++)
        if (*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

/* A person or a team: who has a duty is told as the person. */
static lyt_status check_who(lyt_settings_reader *r, const lyt_yaml_node *node)
{
    lyt_status status = lyt_rs_whom_is(r, node, LYT_RS_TARGET);

    if (!status && lyt_settings_duty(r->to, node->text))
        status = lyt_rs_bad(r, node, "'%s' is a duty; name the people who have it, or a team",
                            node->text.ptr);
    return status;
}

static lyt_status read_receiver(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_way *way,
                                lyt_way_receiver *out)
{
    static const lyt_field fields[] = {
        {"who", LYT_YAML_SCALAR, true},
        {"address", LYT_YAML_SCALAR, true},
    };
    const lyt_yaml_node *address = lyt_yaml_get(node, "address");
    bool by_mail = way->kind == LYT_WAY_MAIL;
    lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

    if (!status)
        status = check_who(r, lyt_yaml_get(node, "who"));
    if (!status)
        status = lyt_rs_text(r, node, "who", &out->who);
    if (!status)
        status = lyt_rs_text(r, node, "address", &out->address);
    if (status)
        return status;
    if (by_mail ? !is_mail(out->address) : !is_number(out->address))
        return lyt_rs_bad(r, address,
                          by_mail ? "this is no mail address; write mette@havnen.dk"
                                  : "write the number as \"+4512345678\", in quotes");
    if (lyt_way_address(way, lyt_str_of(out->who)))
        return lyt_rs_bad(r, node, "'%s' has an address here already", out->who);
    return LYT_OK;
}

static lyt_status read_to(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_way *out)
{
    const lyt_yaml_node *list = lyt_yaml_get(node, "to");
    bool is_addressed = lyt_way_is_addressed(out->kind);
    lyt_way_receiver *to;

    if (!list || !list->first)
        return is_addressed && !out->for_guests
                   ? lyt_rs_bad(r, list ? list : node,
                                "to whom? write 'to' with who and address of each")
                   : LYT_OK;
    if (!is_addressed)
        return lyt_rs_bad(r, list, "a way of kind %s has one receiver, its URL; leave out 'to'",
                          lyt_way_kind_name(out->kind));
    to = lyt_arena_array(r->to->arena, lyt_rs_children(list), sizeof *to);
    if (!to)
        return lyt_rs_no_memory(r);
    out->to = to;
    for (const lyt_yaml_node *one = list->first; one; one = one->next) {
        lyt_status status = read_receiver(r, one, out, &to[out->n_to]);

        if (status)
            return status;
        out->n_to++;
    }
    return LYT_OK;
}

static lyt_status read_text(lyt_settings_reader *r, const lyt_yaml_node *node, const lyt_way *way,
                            lyt_way_text *out)
{
    static const lyt_field fields[] = {
        {"event", LYT_YAML_SCALAR, true},
        {"language", LYT_YAML_SCALAR, true},
        {"subject", LYT_YAML_SCALAR, false},
        {"text", LYT_YAML_SCALAR, true},
    };
    static const char *const languages[] = {"da", "en"};
    static const char *const keys[] = {"subject", "text"};
    lyt_error why;
    size_t language = 0;
    lyt_status status = lyt_fields_check(r->file, node, fields, 4, r->err);

    if (!status)
        status = read_event(r, lyt_yaml_get(node, "event"), way->kind, &out->event);
    if (!status)
        status = lyt_field_choice(r->file, lyt_yaml_get(node, "language"), languages, 2, &language,
                                  r->err);
    out->language = (lyt_way_language)language;
    if (!status)
        status = lyt_rs_text(r, node, "subject", &out->subject);
    if (!status)
        status = lyt_rs_text(r, node, "text", &out->text);
    for (size_t i = 0; !status && i < 2; i++) {
        const lyt_yaml_node *text = lyt_yaml_get(node, keys[i]);

        if (text && lyt_waytext_check(text->text, way->is_internal, &why))
            status = lyt_rs_bad(r, text, "%s", why.text);
    }
    return status;
}

static lyt_status read_texts(lyt_settings_reader *r, const lyt_yaml_node *list, lyt_way *out)
{
    lyt_way_text *texts;

    if (!list)
        return LYT_OK;
    texts = lyt_arena_array(r->to->arena, lyt_rs_children(list) + 1, sizeof *texts);
    if (!texts)
        return lyt_rs_no_memory(r);
    out->texts = texts;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_text(r, node, out, &texts[out->n_texts]);

        for (size_t i = 0; !status && i < out->n_texts; i++)
            if (texts[i].event == texts[out->n_texts].event &&
                texts[i].language == texts[out->n_texts].language)
                status = lyt_rs_bad(r, node, "this event has a text in this language already");
        if (status)
            return status;
        out->n_texts++;
    }
    return LYT_OK;
}

lyt_status lyt_rs_path(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                       const char **out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);
    const char *slash = strrchr(r->file, '/');
    size_t folder = slash ? (size_t)(slash - r->file) + 1 : 0;
    lyt_status status = lyt_rs_text(r, map, key, out);
    char *path;

    if (status || !node || node->text.ptr[0] == '/')
        return status;
    path = lyt_arena_alloc(r->to->arena, folder + node->text.len + 1);
    if (!path)
        return lyt_rs_no_memory(r);
    memcpy(path, r->file, folder);
    memcpy(path + folder, node->text.ptr, node->text.len + 1);
    *out = path;
    return LYT_OK;
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static lyt_status check_url(lyt_settings_reader *r, const lyt_yaml_node *node, const lyt_way *way)
{
    bool by_mail = way->kind == LYT_WAY_MAIL;
    const char *url = way->url, *host = strstr(url, "://");

    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c > '~')
            return lyt_rs_bad(r, node, "a URL has only plain letters, and no space");
    if (by_mail && !begins(url, "smtp://") && !begins(url, "smtps://"))
        return lyt_rs_bad(r, node, "write the mail server as smtp://HOST:587 or smtps://HOST");
    if (!by_mail && !begins(url, "https://") && !begins(url, "http://"))
        return lyt_rs_bad(r, node, "write the URL with https:// before it");
    if (!host || !host[3] || strchr("/:?#", host[3]))
        return lyt_rs_bad(r, node, "this URL names no host");
    if (strchr(host + 3, '@'))
        return lyt_rs_bad(r, node, "no password in a URL; write it into the file under 'secret'");
    if (begins(url, "http://") && !way->allows_private)
        return lyt_rs_bad(r, node,
                          "without TLS anybody on the way reads along; write https://, or "
                          "allow_private: true for a receiver in the house");
    return LYT_OK;
}

static lyt_status check_way(lyt_settings_reader *r, const lyt_yaml_node *node, const lyt_way *way)
{
    const lyt_yaml_node *url = lyt_yaml_get(node, "url");
    bool has_secret_url = way->kind == LYT_WAY_SLACK || way->kind == LYT_WAY_TEAMS;
    bool has_own_url = way->kind == LYT_WAY_GATEWAYAPI || way->kind == LYT_WAY_TWILIO ||
                       way->kind == LYT_WAY_46ELKS || way->kind == LYT_WAY_PAGERDUTY ||
                       way->kind == LYT_WAY_MEWS;
    bool needs_secret = has_own_url || way->kind == LYT_WAY_WEBHOOK;

    if (url) {
        lyt_status status = check_url(r, url, way);

        if (status)
            return status;
    }
    if (!url && !has_own_url && !has_secret_url)
        return lyt_rs_bad(r, node, "where to? write 'url'");
    if (has_secret_url && !url == !way->secret_file)
        return lyt_rs_bad(r, node, "write the URL under 'url', or a file with it under 'secret'");
    if (needs_secret && !way->secret_file)
        return lyt_rs_bad(r, node, "'secret' is missing: a file that only you can read");
    if (lyt_way_is_addressed(way->kind) && !way->from)
        return lyt_rs_bad(r, node, "'from' is missing: who it comes from");
    return LYT_OK;
}

static lyt_status read_numbers(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_way *out)
{
    static const char *const languages[] = {"da", "en"};
    const lyt_yaml_node *language = lyt_yaml_get(node, "language");
    int64_t severity = 0, timeout_s = 20, give_up_min = 0, repeat_s = 60;
    size_t index = LYT_WAY_EN;
    lyt_status status = lyt_rs_int(r, node, "severity_min", 0, 4, &severity);

    out->give_up_us = lyt_way_is_addressed(out->kind) ? minutes10_us : days4_us;
    if (!status)
        status = lyt_rs_int(r, node, "give_up_min", 1, 10000, &give_up_min);
    if (give_up_min)
        out->give_up_us = give_up_min * lyt_rs_minute_us;
    if (!status)
        status = lyt_rs_int(r, node, "timeout_s", 1, 60, &timeout_s);
    if (!status && lyt_yaml_get(node, "repeat_s") && out->kind != LYT_WAY_ALERTMANAGER)
        status = lyt_rs_bad(r, lyt_yaml_get(node, "repeat_s"),
                            "only an Alertmanager has to be told again of what is open");
    if (!status)
        status = lyt_rs_int(r, node, "repeat_s", 1, 3600, &repeat_s);
    if (!status && language)
        status = lyt_field_choice(r->file, language, languages, 2, &index, r->err);
    if (!status)
        status = lyt_rs_bool(r, node, "internal", &out->is_internal);
    if (!status)
        status = lyt_rs_bool(r, node, "allow_private", &out->allows_private);
    if (!status)
        status = lyt_rs_bool(r, node, "guests", &out->for_guests);
    if (!status && out->for_guests && !lyt_way_is_addressed(out->kind))
        status = lyt_rs_bad(r, lyt_yaml_get(node, "guests"),
                            "guests are written to by SMS or mail; this way is of kind %s",
                            lyt_way_kind_name(out->kind));
    out->severity_min = (int)severity;
    out->timeout_us = timeout_s * second_us;
    out->repeat_us = repeat_s * second_us;
    out->language = (lyt_way_language)index;
    return status;
}

static lyt_status read_way(lyt_settings_reader *r, const lyt_yaml_node *list,
                           const lyt_yaml_node *node, lyt_way *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},           {"kind", LYT_YAML_SCALAR, true},
        {"url", LYT_YAML_SCALAR, false},         {"secret", LYT_YAML_SCALAR, false},
        {"from", LYT_YAML_SCALAR, false},        {"to", LYT_YAML_LIST, false},
        {"events", LYT_YAML_LIST, false},        {"severity_min", LYT_YAML_SCALAR, false},
        {"who", LYT_YAML_LIST, false},           {"language", LYT_YAML_SCALAR, false},
        {"internal", LYT_YAML_SCALAR, false},    {"allow_private", LYT_YAML_SCALAR, false},
        {"give_up_min", LYT_YAML_SCALAR, false}, {"timeout_s", LYT_YAML_SCALAR, false},
        {"ca", LYT_YAML_SCALAR, false},          {"texts", LYT_YAML_LIST, false},
        {"repeat_s", LYT_YAML_SCALAR, false},    {"guests", LYT_YAML_SCALAR, false},
    };
    static const char *const kinds[] = {
#define X(name, text) text,
        LYT_WAY_KINDS(X)
#undef X
    };
    const lyt_yaml_node *who = lyt_yaml_get(node, "who");
    size_t kind = 0;
    lyt_status status =
        lyt_fields_check(r->file, node, fields, sizeof fields / sizeof *fields, r->err);

    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status && strcmp(out->id, "bus") == 0)
        status = lyt_rs_bad(r, node, "the bus is there already; name this way otherwise");
    if (!status)
        status = lyt_field_choice(r->file, lyt_yaml_get(node, "kind"), kinds, LYT_WAY_KIND_COUNT,
                                  &kind, r->err);
    out->kind = (lyt_way_kind)kind;
    if (!status)
        status = read_numbers(r, node, out);
    if (!status)
        status = lyt_rs_text(r, node, "url", &out->url);
    if (!status)
        status = lyt_rs_path(r, node, "secret", &out->secret_file);
    if (!status)
        status = lyt_rs_path(r, node, "ca", &out->ca_file);
    if (!status)
        status = lyt_rs_text(r, node, "from", &out->from);
    if (!status)
        status = check_way(r, node, out);
    if (!status)
        status = read_to(r, node, out);
    if (!status)
        status = read_events(r, lyt_yaml_get(node, "events"), out);
    for (const lyt_yaml_node *w = who ? who->first : NULL; !status && w; w = w->next)
        status = check_who(r, w);
    if (!status)
        status = lyt_rs_names(r, node, "who", &out->who);
    return status ? status : read_texts(r, lyt_yaml_get(node, "texts"), out);
}

/* Whoever is told on a way must have an address there. */
static lyt_status check_channels(lyt_settings_reader *r, const lyt_yaml_node *node,
                                 const lyt_way *way)
{
    const lyt_settings *s = r->to;

    for (size_t i = 0; lyt_way_is_addressed(way->kind) && i < s->n_people; i++)
        for (size_t k = 0; k < s->people[i].channels.n; k++)
            if (strcmp(s->people[i].channels.item[k], way->id) == 0 &&
                !lyt_way_address(way, lyt_str_of(s->people[i].id)))
                return lyt_rs_bad(r, node,
                                  "'%s' is told on the channel '%s'; add the address under 'to'",
                                  s->people[i].id, way->id);
    return LYT_OK;
}

lyt_status lyt_rs_ways(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_way *ways = lyt_arena_array(r->to->arena, n + 1, sizeof *ways);

    if (!ways)
        return lyt_rs_no_memory(r);
    if (n > ways_max)
        return lyt_rs_bad(r, list, "at most %d ways", ways_max);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = read_way(r, list, node, &ways[i]);

        if (!status)
            status = check_channels(r, node, &ways[i]);
        if (status)
            return status;
    }
    r->to->ways = ways;
    r->to->n_ways = n;
    return LYT_OK;
}
