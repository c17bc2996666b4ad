/* How guests are answered (reply.h): `replies` of the settings file. */
#include <string.h>

#include "settings_file.h"
#include "watch.h"

enum { sample_incident = 99999 };

static const int64_t day_us = (int64_t)86400 * 1000000;

static lyt_status read_language(lyt_settings_reader *r, const lyt_yaml_node *map, const char **out)
{
    static const char *const languages[] = {"da", "en", "sv", "nb", "de"};
    const lyt_yaml_node *node = lyt_yaml_get(map, "language");
    size_t index = 0;
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_field_choice(r->file, node, languages, 5, &index, r->err);
    if (!status)
        *out = languages[index];
    return status;
}

/* What a follow-up asks. */
static lyt_status read_ask(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const char *const questions[] = {"right", "recommend"};
    const lyt_yaml_node *node = lyt_yaml_get(map, "ask");
    size_t index = 0;
    lyt_status status =
        node ? lyt_field_choice(r->file, node, questions, 2, &index, r->err) : LYT_OK;

    if (!status)
        r->to->replies.asks_recommend = index == 1;
    return status;
}

/* The words, filled in as they will be: what would stop them then stops them here. */
static lyt_status check_text(lyt_settings_reader *r, const lyt_yaml_node *node,
                             const lyt_reply_text *text)
{
    lyt_error why = {0};
    lyt_buf out;
    lyt_status status;

    lyt_buf_init(&out, r->to->alloc);
    status = lyt_reply_write(&out, r->to,
                             &(lyt_reply_message){.kind = text->kind,
                                                  .words = text->text,
                                                  .language = lyt_str_of(text->language),
                                                  .incident = sample_incident,
                                                  .has_refund = r->to->refunds.is_there},
                             &why);
    lyt_buf_deinit(&out);
    if (status == LYT_ENOMEM)
        return lyt_rs_no_memory(r);
    return status ? lyt_rs_bad(r, node, "%s", why.text) : LYT_OK;
}

static lyt_status read_text(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_reply_text *out)
{
    static const lyt_field fields[] = {
        {"for", LYT_YAML_SCALAR, true},
        {"language", LYT_YAML_SCALAR, true},
        {"text", LYT_YAML_SCALAR, true},
    };
    /* the first reply is the scenario's to say */
    const char *names[LYT_REPLY_KIND_COUNT];
    size_t kind = 0;
    lyt_status status = lyt_fields_check(r->file, node, fields, 3, r->err);

    for (unsigned i = LYT_REPLY_SOLVED; i < LYT_REPLY_KIND_COUNT; i++)
        names[i - 1] = lyt_reply_kind_name((lyt_reply_kind)i);
    if (!status)
        status = lyt_field_choice(r->file, lyt_yaml_get(node, "for"), names,
                                  LYT_REPLY_KIND_COUNT - 1, &kind, r->err);
    out->kind = (lyt_reply_kind)(kind + 1);
    if (!status)
        status = read_language(r, node, &out->language);
    if (!status)
        status = lyt_rs_text(r, node, "text", &out->text);
    return status ? status : check_text(r, lyt_yaml_get(node, "text"), out);
}

static lyt_status read_texts(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    lyt_reply_text *texts;
    size_t n = 0;

    if (!list)
        return LYT_OK;
    texts = lyt_arena_array(r->to->arena, lyt_rs_children(list) + 1, sizeof *texts);
    if (!texts)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_text(r, node, &texts[n]);

        for (size_t i = 0; !status && i < n; i++)
            if (texts[i].kind == texts[n].kind && texts[i].language == texts[n].language)
                status = lyt_rs_bad(r, node, "there is a text for this in this language already");
        if (status)
            return status;
        n++;
    }
    r->to->replies.texts = texts;
    r->to->replies.n_texts = n;
    return LYT_OK;
}

static lyt_status read_quiet(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {{"from", LYT_YAML_SCALAR, true},
                                       {"to", LYT_YAML_SCALAR, true}};
    lyt_status status = map ? lyt_fields_check(r->file, map, fields, 2, r->err) : LYT_OK;

    if (!map || status)
        return status;
    status = lyt_rs_minute(r, map, "from", &r->to->replies.quiet_from_min);
    if (!status)
        status = lyt_rs_minute(r, map, "to", &r->to->replies.quiet_to_min);
    r->to->replies.quiet_to_min %= 1440;
    return status;
}

static bool has_guests(const lyt_settings *s)
{
    for (size_t i = 0; i < s->n_ways; i++)
        if (s->ways[i].for_guests)
            return true;
    return false;
}

/* What only some may see is answered by a person who may. */
static lyt_status check_automatic(lyt_settings_reader *r, const lyt_yaml_node *root)
{
    const lyt_yaml_node *messages = lyt_yaml_get(root, "messages"),
                        *list = messages ? lyt_yaml_get(messages, "automatic") : NULL;

    for (const lyt_yaml_node *one = list ? list->first : NULL; one; one = one->next)
        if (lyt_settings_is_sensitive(r->to, one->text))
            return lyt_rs_bad(r, one, "'%s' is sensitive; a person answers such a guest",
                              one->text.ptr);
    return LYT_OK;
}

/* Between which hours nothing goes out that can wait, and how much goes at all. */
static lyt_status read_numbers(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    lyt_reply_rules *to = &r->to->replies;
    int64_t keep_days = 14;
    lyt_status status = lyt_rs_int(r, map, "keep_days", 1, 90, &keep_days);

    to->keep_us = keep_days * day_us;
    if (!status)
        status = lyt_rs_time(r, map, "ask_after_min", 10080, lyt_rs_minute_us, &to->ask_after_us);
    to->asks = lyt_yaml_get(map, "ask_after_min") != NULL;
    if (!status)
        status = lyt_rs_int(r, map, "a_day", 1, 1000, &to->day_max);
    if (!status)
        status = lyt_rs_bool(r, map, "to_typed", &to->answers_typed);
    if (!status)
        status = lyt_rs_bool(r, map, "confirm", &to->confirms);
    return status ? status : read_quiet(r, lyt_yaml_get(map, "not_between"));
}

lyt_status lyt_rs_replies(lyt_settings_reader *r, const lyt_yaml_node *root)
{
    static const lyt_field fields[] = {
        {"key", LYT_YAML_SCALAR, false},           {"house", LYT_YAML_SCALAR, false},
        {"language", LYT_YAML_SCALAR, false},      {"keep_days", LYT_YAML_SCALAR, false},
        {"ask_after_min", LYT_YAML_SCALAR, false}, {"a_day", LYT_YAML_SCALAR, false},
        {"not_between", LYT_YAML_MAP, false},      {"to_typed", LYT_YAML_SCALAR, false},
        {"confirm", LYT_YAML_SCALAR, false},       {"texts", LYT_YAML_LIST, false},
        {"call", LYT_YAML_SCALAR, false},          {"ask", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *map = lyt_yaml_get(root, "replies");
    lyt_reply_rules *to = &r->to->replies;
    lyt_status status = check_automatic(r, root);

    /* words of the house's own are held against where guests ask for money back */
    if (!status)
        status = lyt_rs_refunds(r, lyt_yaml_get(root, "refunds"));

    *to =
        (lyt_reply_rules){.language = "en", .keep_us = 14 * day_us, .day_max = 6, .confirms = true};
    if (!status && map)
        status = lyt_fields_check(r->file, map, fields, sizeof fields / sizeof *fields, r->err);
    if (!status && has_guests(r->to) && !r->to->messages.contact.n)
        status = lyt_rs_bad(r, map ? map : root,
                            "guests are written to, so write under 'messages' in 'contact' how "
                            "they reach a person");
    if (status || !map)
        return status;
    status = lyt_rs_path(r, map, "key", &to->key_file);
    if (!status)
        status = lyt_rs_text(r, map, "house", &to->house);
    if (!status)
        status = lyt_rs_text(r, map, "call", &to->call);
    if (!status)
        status = read_language(r, map, &to->language);
    if (!status)
        status = read_ask(r, map);
    if (!status)
        status = read_numbers(r, map);
    return status ? status : read_texts(r, lyt_yaml_get(map, "texts"));
}
