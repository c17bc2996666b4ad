#include "experience_check.h"

#include <stdio.h>
#include <stdarg.h>
#include <string.h>

typedef struct checking {
    const lyt_call *call;
    const lyt_experience *e;
    const lyt_settings *settings;
    const lyt_pack *pack;
    const char *file, *languages[8];
    size_t n_languages, n_texts, wrong, wrong_before, n_more; /* before this step; not said of it */
    int64_t now_us;
} checking;

static void complain(checking *c, const lyt_yaml_node *node, const char *format, ...)
    LYT_PRINTF(3, 4);
static void complain(checking *c, const lyt_yaml_node *node, const char *format, ...)
{
    lyt_error err = {0};
    char text[160];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)lyt_error_at(&err, LYT_EFORMAT, c->file, node->line, node->column, "%s", text);
    (void)lyt_console_error(c->call->console, &err);
    c->wrong++;
}

/* The pack's, as far as Lyt writes to guests in them. */
static void find_languages(checking *c)
{
    static const char *const known[] = {"da", "en", "sv", "nb", "de"};
    const lyt_lexis *lexis = lyt_pack_lexis(c->pack);
    const lyt_names *own = &c->e->languages;

    for (size_t k = 0; k < 5; k++) {
        bool wanted = false;

        for (size_t i = 0; i < own->n; i++)
            wanted = wanted || strcmp(own->item[i], known[k]) == 0;
        for (int l = 0; !own->n && l < (int)lyt_lexis_languages(lexis); l++)
            wanted = wanted || ((lyt_pack_languages(c->pack) & (1U << l)) &&
                                strcmp(lyt_lexis_code(lexis, l), known[k]) == 0);
        if (wanted)
            c->languages[c->n_languages++] = known[k];
    }
    for (size_t i = 0; i < own->n; i++) {
        bool is_known = false;

        for (size_t k = 0; k < c->n_languages; k++)
            is_known = is_known || strcmp(own->item[i], c->languages[k]) == 0;
        if (!is_known)
            complain(c, lyt_yaml_get(c->e->root, "languages"),
                     "'%.20s' is no language that guests are written to in; take da, en, sv, nb or de",
                     own->item[i]);
    }
}

static void check_missing(checking *c, const lyt_showing *showings, size_t n)
{
    const lyt_show_at at = {.settings = c->settings, .pack = c->pack};

    for (size_t i = 0; i < n; i++) {
        const lyt_yaml_node *at_step = NULL;
        bool can = lyt_showing_is_there(&showings[i], &at);

        for (size_t k = 0; k < c->e->n; k++)
            if (c->e->steps[k].showing == &showings[i])
                at_step = c->e->steps[k].node;
        if (can && !at_step)
            complain(c, lyt_yaml_get(c->e->root, "steps"),
                     "a guest may see '%s', which is none of the steps; add it where it comes",
                     showings[i].id);
        if (!can && at_step)
            complain(c, at_step,
                     "no guest sees '%s': the settings have no 'refunds'; take it away, or add them",
                     showings[i].id);
    }
}

static void check_order(checking *c)
{
    for (size_t late = 0; late < c->e->n; late++)
        for (size_t early = late + 1; early < c->e->n; early++)
            if (lyt_showing_is_before(c->e->steps[early].showing->id,
                                      c->e->steps[late].showing->id))
                complain(c, c->e->steps[late].node,
                         "'%s' can only come after '%s', which stands on line %u; move it there",
                         c->e->steps[late].showing->id, c->e->steps[early].showing->id,
                         c->e->steps[early].node->line);
}

static bool is_of_scenarios(const lyt_showing *s)
{
    return s->kind == LYT_SHOWING_MESSAGE &&
           (s->reply == LYT_REPLY_FIRST || s->reply == LYT_REPLY_SOLVED);
}

/* One text; bits of what a guest can do there, 0: it is not there. */
static unsigned read_text(checking *c, const lyt_experience_step *step, const lyt_show_at *at,
                          lyt_buf *text)
{
    const char *scenario = at->scenario ? at->scenario->id : "";
    lyt_error why = {.text = ""};
    enum { said_max = 5 };
    unsigned can;
    lyt_status status;

    if (c->wrong - c->wrong_before >= said_max) {
        c->n_more++;
        return 0;
    }
    lyt_buf_reset(text);
    status = lyt_showing_write(text, step->showing, at, &why);
    c->n_texts++;
    if (status) {
        complain(c, step->node, "'%s'%s%s in '%.*s': %s", step->showing->id,
                 *scenario ? " of " : "", scenario, LYT_STR_ARG(at->language),
                 status == LYT_ENOTFOUND ? "there are no words; write them" : why.text);
        return 0;
    }
    can = lyt_showing_can(step->showing, at, lyt_buf_str(text));
    if (!(can >> LYT_CAN_CALL & 1))
        complain(c, step->node, "'%s'%s%s in '%.*s' names no way to reach a person",
                 step->showing->id, *scenario ? " of " : "", scenario, LYT_STR_ARG(at->language));
    return can;
}

/* What the file says a guest can do, against what the words let a guest do. */
static void check_can(checking *c, const lyt_experience_step *step, unsigned can)
{
    for (int i = 0; i < LYT_CAN_COUNT; i++) {
        bool is_there = can >> i & 1, is_said = step->can >> i & 1;

        if (is_said && !is_there)
            complain(c, step->can_node, "nothing in '%s' lets a guest do '%s'; take it away",
                     step->showing->id, lyt_guest_can_name((lyt_guest_can)i));
        if (!is_said && is_there)
            complain(c, step->can_node, "a guest can '%s' in '%s', too; add it",
                     lyt_guest_can_name((lyt_guest_can)i), step->showing->id);
    }
}

static void check_step(checking *c, const lyt_experience_step *step, lyt_buf *text)
{
    lyt_show_at at = {.settings = c->settings, .pack = c->pack, .now_us = c->now_us};
    unsigned can = 0;

    c->wrong_before = c->wrong;
    c->n_more = 0;

    if (!lyt_showing_is_there(step->showing, &at))
        return;
    for (size_t l = 0; l < c->n_languages; l++) {
        at.language = lyt_str_of(c->languages[l]);
        for (size_t i = 0; i < lyt_pack_scenarios(c->pack); i++) {
            at.scenario = lyt_pack_scenario(c->pack, i);
            if (is_of_scenarios(step->showing) && at.scenario->n_messages)
                can |= read_text(c, step, &at, text);
        }
        at.scenario = NULL;
        if (!is_of_scenarios(step->showing))
            can |= read_text(c, step, &at, text);
    }
    /* where there are no words nobody knows what they let a guest do */
    if (c->n_more)
        complain(c, step->node, "and %zu more texts of '%s', which were not read", c->n_more,
                 step->showing->id);
    if (c->wrong == c->wrong_before)
        check_can(c, step, can);
}

lyt_exit lyt_experience_check(lyt_experience_found *out, const lyt_call *call,
                              const lyt_experience *experience, const lyt_showing *showings,
                              size_t n_showings, const lyt_settings *settings,
                              const lyt_pack *pack)
{
    checking c = {.call = call,
                  .e = experience,
                  .settings = settings,
                  .pack = pack,
                  .file = experience->file,
                  .now_us = lyt_clock_wall_us(call->console->clock)};
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    if (strcmp(experience->desk, settings->id) != 0)
        complain(&c, lyt_yaml_get(experience->root, "experience"),
                 "these are the steps of '%.60s', and the settings those of '%.60s'",
                 experience->desk, settings->id);
    find_languages(&c);
    check_missing(&c, showings, n_showings);
    check_order(&c);
    for (size_t i = 0; i < experience->n; i++)
        check_step(&c, &experience->steps[i], &text);
    lyt_buf_deinit(&text);
    *out = (lyt_experience_found){c.n_languages, c.n_texts};
    return c.wrong ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
}
