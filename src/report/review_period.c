/* The pages on a period as a whole, and on scenarios and teams. */
#include "review.h"

static const lyt_review_grouping by_scenario = {
    .key = "scenarios",
    .title = {"What failed", "Hvad der gik galt"},
    .heading = {"Scenario", "Scenarie"},
    .by = LYT_BY_SCENARIO,
    .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_BRIEF,
    .is_ranked = true,
};
static const lyt_review_grouping by_team = {
    .key = "teams",
    .title = {"Whose it was", "Hvem der skulle rette det"},
    .heading = {"Team", "Hold"},
    .by = LYT_BY_TEAM,
    .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_BRIEF,
    .is_ranked = true,
};
static const lyt_review_grouping by_property = {
    .key = "properties",
    .title = {"Where", "Hvor"},
    .heading = {"Property", "Ejendom"},
    .by = LYT_BY_PROPERTY,
    .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_BRIEF | LYT_FIGURES_BANDS,
    .hides_small = true,
    .is_ranked = true,
};
static const lyt_review_grouping by_channel = {
    .key = "channels",
    .title = {"How it was said", "Hvordan det blev sagt"},
    .heading = {"Channel", "Kanal"},
    .by = LYT_BY_CHANNEL,
    .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_BANDS,
    .is_ranked = true,
};

static lyt_status fill_period(lyt_review *review, const lyt_review_ask *ask,
                              const lyt_review_grouping *by_time)
{
    static const lyt_review_grouping *const groupings[] = {&by_scenario, &by_team, &by_property,
                                                           &by_channel};
    lyt_status status =
        lyt_review_totals(review, ask, LYT_FIGURES_COUNTS | LYT_FIGURES_GUESTS | LYT_FIGURES_TIMES);

    if (!status)
        status = lyt_review_groups(review, ask, by_time);
    if (status)
        return status;
    lyt_review_bars(review, "messages");
    lyt_review_bars(review, "alarms");
    for (size_t i = 0; !status && i < sizeof groupings / sizeof *groupings; i++) {
        status = lyt_review_groups(review, ask, groupings[i]);
        if (!status)
            lyt_review_bars(review, "incidents");
    }
    return status;
}

static lyt_status fill_day(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_review_grouping by_hour = {
        .key = "hours",
        .title = {"Hour by hour", "Time for time"},
        .heading = {"Hour", "Time"},
        .by = LYT_BY_HOUR,
        .figures = LYT_FIGURES_COUNTS,
    };

    return fill_period(review, ask, &by_hour);
}

static lyt_status fill_week(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_review_grouping by_day = {
        .key = "days",
        .title = {"Day by day", "Dag for dag"},
        .heading = {"Day", "Dag"},
        .by = LYT_BY_DAY,
        .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_BRIEF | LYT_FIGURES_BANDS,
    };

    return fill_period(review, ask, &by_day);
}

static lyt_status fill_scenario(lyt_review *review, const lyt_review_ask *ask)
{
    lyt_review_grouping full = by_scenario;
    lyt_status status;

    full.figures = LYT_FIGURES_COUNTS | LYT_FIGURES_GUESTS | LYT_FIGURES_TIMES | LYT_FIGURES_BANDS |
                   LYT_FIGURES_COST;
    status = lyt_review_groups(review, ask, &full);
    if (!status)
        lyt_review_bars(review, "incidents");
    return status;
}

static lyt_status fill_team(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_review_grouping pace = {
        .key = "pace",
        .title = {"On the spot, same day, within 24 hours",
                  "På stedet, samme dag, inden for 24 timer"},
        .heading = {"Team", "Hold"},
        .by = LYT_BY_TEAM,
        .figures = LYT_FIGURES_PACE,
        .is_ranked = true,
    };
    static const lyt_review_grouping owners = {
        .key = "owners",
        .title = {"Who had it", "Hvem havde sagen"},
        .heading = {"Person", "Person"},
        .by = LYT_BY_OWNER,
        .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_BRIEF,
        .is_ranked = true,
    };
    lyt_review_grouping full = by_team;
    lyt_status status;

    full.figures = LYT_FIGURES_COUNTS | LYT_FIGURES_TIMES;
    status = lyt_review_groups(review, ask, &full);
    if (status)
        return status;
    lyt_review_bars(review, "incidents");
    lyt_review_bars(review, "open");
    status = lyt_review_groups(review, ask, &pace);
    return status ? status : lyt_review_groups(review, ask, &owners);
}

static lyt_status fill_place(lyt_review *review, const lyt_review_ask *ask)
{
    static const lyt_review_grouping places = {
        .key = "places",
        .title = {"Rooms and places", "Værelser og steder"},
        .heading = {"Place", "Sted"},
        .by = LYT_BY_PLACE,
        .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_GUESTS | LYT_FIGURES_BRIEF,
        .hides_small = true,
        .is_ranked = true,
    };
    static const lyt_review_grouping hours = {
        .key = "hours",
        .title = {"Hour of the day", "Time på dagen"},
        .heading = {"Hour", "Time"},
        .by = LYT_BY_HOUR,
        .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_GUESTS | LYT_FIGURES_BRIEF,
        .hides_small = true,
    };
    static const lyt_review_grouping shifts = {
        .key = "shifts",
        .title = {"Shifts", "Vagter"},
        .heading = {"Shift", "Vagt"},
        .by = LYT_BY_SHIFT,
        .figures = LYT_FIGURES_COUNTS | LYT_FIGURES_GUESTS | LYT_FIGURES_BRIEF | LYT_FIGURES_PACE,
        .hides_small = true,
    };
    lyt_status status = lyt_review_groups(review, ask, &by_property);

    if (!status)
        status = lyt_review_groups(review, ask, &shifts);
    if (status)
        return status;
    lyt_review_bars(review, "incidents");
    status = lyt_review_groups(review, ask, &places);
    if (status)
        return status;
    lyt_review_bars(review, "incidents");
    status = lyt_review_groups(review, ask, &hours);
    if (!status)
        lyt_review_bars(review, "incidents");
    return status;
}

const lyt_review_kind lyt_review_day = {"day", {"The day", "Dagen"}, 1, fill_day};
const lyt_review_kind lyt_review_week = {"week", {"The week", "Ugen"}, 7, fill_week};
const lyt_review_kind lyt_review_scenario = {
    "scenario", {"Scenarios", "Scenarier"}, 30, fill_scenario};
const lyt_review_kind lyt_review_team = {"team", {"Teams", "Hold"}, 30, fill_team};
const lyt_review_kind lyt_review_place = {
    "place",
    {"Properties, shifts, rooms and hours", "Ejendomme, vagter, værelser og timer"},
    30,
    fill_place};
