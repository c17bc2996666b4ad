#include <string.h>

#include "incident.h"
#include "testing.h"

LYT_SUITE(incident);

/* Rows from, columns to, in the order of the states; the contract as people read it. */
static const char *const allowed[] = {
    /*                 n a w r c x o v */
    [LYT_INCIDENT_NEW] = ".+++...+",       [LYT_INCIDENT_ACKNOWLEDGED] = "..++...+",
    [LYT_INCIDENT_IN_WORK] = "...+...+",   [LYT_INCIDENT_REMEDIED] = "....+++.",
    [LYT_INCIDENT_CONFIRMED] = ".....++.", [LYT_INCIDENT_CLOSED] = "......+.",
    [LYT_INCIDENT_REOPENED] = ".+++...+",  [LYT_INCIDENT_VOID] = "......+.",
};

Test(incident, every_pair_of_states_is_decided)
{
    for (int from = 0; from < LYT_INCIDENT_STATE_COUNT; from++) {
        for (int to = 0; to < LYT_INCIDENT_STATE_COUNT; to++) {
            lyt_incident incident = {.id = 7, .state = (lyt_incident_state)from, .updated_us = 1};
            lyt_error err;
            lyt_status got =
                lyt_incident_move(&incident, (lyt_incident_state)to, LYT_STR("Mette"), 5, &err);
            const char *a = lyt_incident_state_name((lyt_incident_state)from);
            const char *b = lyt_incident_state_name((lyt_incident_state)to);

            if (allowed[from][to] == '+') {
                cr_expect_eq(got, LYT_OK, "%s to %s", a, b);
                cr_expect_eq((int)incident.state, to);
                cr_expect_eq(incident.updated_us, 5);
            } else {
                cr_expect_eq(got, LYT_ESTATE, "%s to %s", a, b);
                cr_expect_eq((int)incident.state, from);
                cr_expect_eq(incident.updated_us, 1);
                cr_expect(strstr(err.text, a) && strstr(err.text, b), "%s", err.text);
            }
        }
    }
}

Test(incident, who_acknowledges_owns)
{
    lyt_incident incident = {.id = 7};
    char longest[lyt_incident_text_max + 1];

    cr_expect_eq(lyt_incident_move(&incident, LYT_INCIDENT_ACKNOWLEDGED, LYT_STR("Mette"), 1, NULL),
                 LYT_OK);
    cr_expect_str_eq(incident.owner, "Mette");
    cr_expect_eq(lyt_incident_move(&incident, LYT_INCIDENT_IN_WORK, LYT_STR("Jens"), 2, NULL),
                 LYT_OK);
    cr_expect_str_eq(incident.owner, "Mette");
    memset(longest, 'x', sizeof longest);
    cr_expect_eq(lyt_incident_move(&incident, LYT_INCIDENT_REMEDIED,
                                   (lyt_str){longest, lyt_incident_text_max}, 3, NULL),
                 LYT_ELIMIT);
    cr_expect_eq(incident.state, LYT_INCIDENT_IN_WORK);
}

Test(incident, names_read_back)
{
    for (int i = 0; i < LYT_INCIDENT_STATE_COUNT; i++) {
        lyt_incident_state state = LYT_INCIDENT_NEW;

        cr_expect_eq(lyt_incident_state_parse(
                         &state, lyt_str_of(lyt_incident_state_name((lyt_incident_state)i))),
                     LYT_OK);
        cr_expect_eq((int)state, i);
        cr_expect_eq(lyt_incident_is_open(state),
                     state != LYT_INCIDENT_CLOSED && state != LYT_INCIDENT_VOID);
    }
    cr_expect_eq(lyt_incident_state_parse(&(lyt_incident_state){0}, LYT_STR("open")), LYT_EINVAL);
}
