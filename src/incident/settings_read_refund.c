/* Where guests ask for money back (refund.h): `refunds` of the settings file. */
#include <string.h>

#include "settings_file.h"

static const int64_t hour_us = (int64_t)3600 * 1000000;

enum { answer_h_max = 720, link_max = 120, call_max = 24 };

static lyt_status check_link(lyt_settings_reader *r, const lyt_yaml_node *node)
{
    if (!node)
        return LYT_OK;
    if (!lyt_str_begins(node->text, LYT_STR("https://")) || node->text.len > link_max)
        return lyt_rs_bad(r, node, "must be a link that begins with https:// and has at most %d "
                                   "letters; a guest's phone warns of any other",
                          link_max);
    for (size_t i = 0; i < node->text.len; i++)
        if ((unsigned char)node->text.ptr[i] <= ' ' || strchr("\"'<>{}", node->text.ptr[i]))
            return lyt_rs_bad(r, node, "a link has no spaces, quotes, brackets or fields; it is the "
                                       "same for every guest");
    return LYT_OK;
}

static lyt_status check_call(lyt_settings_reader *r, const lyt_yaml_node *node)
{
    if (!node)
        return LYT_OK;
    for (size_t i = 0; i < node->text.len; i++)
        if (!strchr("+0123456789 ()-", node->text.ptr[i]))
            return lyt_rs_bad(r, node, "must be a number that a guest calls");
    if (!node->text.len || node->text.len > call_max)
        return lyt_rs_bad(r, node, "must be a number of at most %d letters", call_max);
    return LYT_OK;
}

/* One that is said to be paid back and not to be is a slip of the pen. */
static lyt_status check_both(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    const lyt_yaml_node *never = lyt_yaml_get(map, "never");
    const lyt_names *scenarios = &r->to->refunds.scenarios;

    for (const lyt_yaml_node *one = never ? never->first : NULL; one; one = one->next)
        for (size_t i = 0; i < scenarios->n; i++)
            if (lyt_str_equal(one->text, lyt_str_of(scenarios->item[i])))
                return lyt_rs_bad(r, one, "'%s' stands under 'scenarios', too; choose",
                                  one->text.ptr);
    return LYT_OK;
}

lyt_status lyt_rs_refunds(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"link", LYT_YAML_SCALAR, false},    {"call", LYT_YAML_SCALAR, false},
        {"to", LYT_YAML_SCALAR, false},      {"answer_h", LYT_YAML_SCALAR, false},
        {"scenarios", LYT_YAML_LIST, false}, {"never", LYT_YAML_LIST, false},
    };
    lyt_refund_rules *to = &r->to->refunds;
    int64_t answer_h = 24;
    lyt_status status;

    *to = (lyt_refund_rules){.answer_us = answer_h * hour_us};
    if (!map)
        return LYT_OK;
    to->is_there = true;
    status = lyt_fields_check(r->file, map, fields, sizeof fields / sizeof *fields, r->err);
    if (!status)
        status = check_link(r, lyt_yaml_get(map, "link"));
    if (!status)
        status = check_call(r, lyt_yaml_get(map, "call"));
    if (!status && lyt_yaml_get(map, "link") && lyt_yaml_get(map, "call"))
        status = lyt_rs_bad(r, lyt_yaml_get(map, "call"),
                            "one step, not two: give 'link' or 'call'; without both a guest answers "
                            "with a word");
    if (!status)
        status = lyt_rs_text(r, map, "link", &to->link);
    if (!status)
        status = lyt_rs_text(r, map, "call", &to->call);
    if (!status && lyt_yaml_get(map, "to"))
        status = lyt_rs_whom_is(r, lyt_yaml_get(map, "to"), LYT_RS_TARGET);
    if (!status)
        status = lyt_rs_text(r, map, "to", &to->to);
    if (!status)
        status = lyt_rs_int(r, map, "answer_h", 1, answer_h_max, &answer_h);
    to->answer_us = answer_h * hour_us;
    if (!status)
        status = lyt_rs_names(r, map, "scenarios", &to->scenarios);
    if (!status)
        status = lyt_rs_names(r, map, "never", &to->never);
    return status ? status : check_both(r, map);
}
