#include "way.h"

static const char *const kinds[] = {
#define X(name, text) text,
    LYT_WAY_KINDS(X)
#undef X
};

const char *lyt_way_kind_name(lyt_way_kind kind)
{
    return kind < LYT_WAY_KIND_COUNT ? kinds[kind] : "unknown";
}

bool lyt_way_is_addressed(lyt_way_kind kind)
{
    switch (kind) {
    case LYT_WAY_MAIL:
    case LYT_WAY_GATEWAYAPI:
    case LYT_WAY_TWILIO:
    case LYT_WAY_46ELKS:
        return true;
    case LYT_WAY_WEBHOOK:
    case LYT_WAY_SLACK:
    case LYT_WAY_TEAMS:
    case LYT_WAY_ALERTMANAGER:
    case LYT_WAY_PAGERDUTY:
    case LYT_WAY_MEWS:
    case LYT_WAY_KIND_COUNT:
        break;
    }
    return false;
}

bool lyt_way_is_board(lyt_way_kind kind)
{
    return !lyt_way_is_addressed(kind) && !lyt_way_is_records(kind) && kind != LYT_WAY_WEBHOOK;
}

bool lyt_way_is_records(lyt_way_kind kind)
{
    return kind == LYT_WAY_MEWS;
}

const char *lyt_way_address(const lyt_way *way, lyt_str who)
{
    for (size_t i = 0; i < way->n_to; i++)
        if (lyt_str_equal(lyt_str_of(way->to[i].who), who))
            return way->to[i].address;
    return NULL;
}

static bool has_name(const lyt_names *names, lyt_str who)
{
    for (size_t i = 0; i < names->n; i++)
        if (lyt_str_equal(lyt_str_of(names->item[i]), who))
            return true;
    return names->n == 0;
}

bool lyt_way_takes(const lyt_way *way, const lyt_way_notice *notice)
{
    bool is_named = lyt_str_equal(lyt_str_of(way->id), notice->channel);

    if (!(way->events >> notice->event & 1U))
        return false;
    if (!notice->who.len) /* of the service itself: to all who want to hear of it */
        return true;
    if (notice->severity < way->severity_min && !is_named)
        return false;
    if (lyt_way_is_addressed(way->kind))
        return lyt_way_address(way, notice->who) && (is_named || !notice->is_person);
    return is_named || has_name(&way->who, notice->who);
}
