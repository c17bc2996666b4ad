#include "incident.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"

static const char *const names[] = {
#define X(name, text) text,
    LYT_INCIDENT_STATES(X)
#undef X
};

#define BIT(state) (1U << LYT_INCIDENT_##state)

/*
 * The one table of moves: row = from, bits = where to. Work may be skipped over
 * (a team that mends at once), never walked back except by reopening; void is for
 * what was no failure after all. What a guest never confirmed closes, too, as unconfirmed.
 */
static const unsigned moves[LYT_INCIDENT_STATE_COUNT] = {
    [LYT_INCIDENT_NEW] = BIT(ACKNOWLEDGED) | BIT(IN_WORK) | BIT(REMEDIED) | BIT(VOID),
    [LYT_INCIDENT_ACKNOWLEDGED] = BIT(IN_WORK) | BIT(REMEDIED) | BIT(VOID),
    [LYT_INCIDENT_IN_WORK] = BIT(REMEDIED) | BIT(VOID),
    [LYT_INCIDENT_REMEDIED] = BIT(CONFIRMED) | BIT(CLOSED) | BIT(REOPENED),
    [LYT_INCIDENT_CONFIRMED] = BIT(CLOSED) | BIT(REOPENED),
    [LYT_INCIDENT_CLOSED] = BIT(REOPENED),
    [LYT_INCIDENT_REOPENED] = BIT(ACKNOWLEDGED) | BIT(IN_WORK) | BIT(REMEDIED) | BIT(VOID),
    [LYT_INCIDENT_VOID] = BIT(REOPENED),
};

const char *lyt_incident_state_name(lyt_incident_state state)
{
    return state < LYT_INCIDENT_STATE_COUNT ? names[state] : "unknown";
}

lyt_status lyt_incident_state_parse(lyt_incident_state *out, lyt_str name)
{
    for (unsigned i = 0; i < LYT_INCIDENT_STATE_COUNT; i++) {
        if (lyt_str_equal(name, lyt_str_of(names[i]))) {
            *out = (lyt_incident_state)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}

bool lyt_incident_is_open(lyt_incident_state state)
{
    return state != LYT_INCIDENT_CLOSED && state != LYT_INCIDENT_VOID;
}

bool lyt_incident_may_move(lyt_incident_state from, lyt_incident_state to)
{
    return from < LYT_INCIDENT_STATE_COUNT && to < LYT_INCIDENT_STATE_COUNT &&
           (moves[from] >> to & 1U);
}

static lyt_status refuse(const lyt_incident *incident, lyt_incident_state to, lyt_error *err)
{
    lyt_buf allowed;
    lyt_status status;

    lyt_buf_init(&allowed, NULL);
    for (unsigned i = 0; i < LYT_INCIDENT_STATE_COUNT; i++)
        if (lyt_incident_may_move(incident->state, (lyt_incident_state)i))
            lyt_buf_addf(&allowed, "%s%s", allowed.len ? ", " : "", names[i]);
    status = lyt_error_set(err, LYT_ESTATE,
                           "incident %lld is %s and cannot become %s; it may become %.*s",
                           (long long)incident->id, lyt_incident_state_name(incident->state),
                           lyt_incident_state_name(to), LYT_STR_ARG(lyt_buf_str(&allowed)));
    lyt_buf_deinit(&allowed);
    return status;
}

lyt_status lyt_incident_move(lyt_incident *incident, lyt_incident_state to, lyt_str by,
                             int64_t now_us, lyt_error *err)
{
    if (!lyt_incident_may_move(incident->state, to))
        return refuse(incident, to, err);
    if (by.len >= sizeof incident->owner)
        return lyt_error_set(err, LYT_ELIMIT, "the name of who did it is longer than %d bytes",
                             lyt_incident_text_max - 1);
    incident->state = to;
    incident->updated_us = now_us;
    if (to == LYT_INCIDENT_ACKNOWLEDGED || (to == LYT_INCIDENT_IN_WORK && !incident->owner[0]))
        snprintf(incident->owner, sizeof incident->owner, "%.*s", LYT_STR_ARG(by));
    return LYT_OK;
}
