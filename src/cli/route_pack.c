#include "route_pack.h"

#include <stdio.h>
#include <string.h>

#include "datapaths.h"
#include "field.h"
#include "fs.h"
#include "mem.h"
#include "reply.h"

lyt_exit lyt_route_pack_load(const lyt_call *call, const lyt_settings *settings, lyt_pack **out)
{
    lyt_log log = lyt_console_log(call->console, LYT_LOG_ERROR);
    lyt_datapaths paths;
    lyt_error err = {0};
    lyt_buf folder;
    lyt_exit code;

    *out = NULL;
    lyt_buf_init(&folder, NULL);
    code = lyt_datapaths_find(&paths, call->console);
    if (code == LYT_EXIT_DONE) {
        lyt_pack_options how = lyt_datapaths_options(&paths, call->console, &log);

        lyt_datapaths_pack(&paths, settings->pack, &folder);
        if (lyt_buf_status(&folder))
            code = lyt_console_complain(call->console, "out of memory");
        else if (lyt_pack_load_texts(out, folder.data, &how, &err))
            code = lyt_console_error(call->console, &err);
        lyt_console_progress_end(call->console);
    }
    lyt_buf_deinit(&folder);
    lyt_datapaths_deinit(&paths);
    return code;
}

const char *lyt_route_pack_near(char room[96], const lyt_pack *pack, const char *id)
{
    size_t n = lyt_pack_scenarios(pack);
    const char **ids = lyt_mem_array(NULL, n, sizeof *ids), *near;

    room[0] = '\0';
    for (size_t i = 0; ids && i < n; i++)
        ids[i] = lyt_pack_scenario(pack, i)->id;
    near = ids ? lyt_nearest_name(lyt_str_of(id), ids, n) : NULL;
    if (near)
        snprintf(room, 96, "; did you mean '%s'?", near);
    lyt_mem_free(NULL, ids);
    return room;
}

typedef struct comparing {
    const lyt_call *call;
    const lyt_settings *settings;
    const lyt_pack *pack;
} comparing;

static bool is_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Where that stands as a whole word, at or after `from`; the text's length: nowhere. */
static size_t find_word(lyt_str text, lyt_str word, size_t from)
{
    for (size_t at = from; word.len && at + word.len <= text.len; at++)
        if (memcmp(text.ptr + at, word.ptr, word.len) == 0 &&
            (at == 0 || !is_of_name(text.ptr[at - 1])) &&
            (at + word.len == text.len || !is_of_name(text.ptr[at + word.len])))
            return at;
    return text.len;
}

/*
 * What was read has the names and not their places: the word is looked for in the file, behind the
 * word that it belongs to (the id of a route, a key). A file that is not to be read any more, or
 * says it in another way, has no place (line 0).
 */
static void find_place(const comparing *c, const char *behind, const char *word, lyt_error *err)
{
    enum { settings_bytes_max = 4 << 20 };
    lyt_str text;
    lyt_buf bytes;
    size_t at;

    lyt_buf_init(&bytes, NULL);
    if (!lyt_fs_read(lyt_fs_system(), c->settings->file, settings_bytes_max, &bytes, NULL)) {
        text = lyt_buf_str(&bytes);
        at = find_word(text, lyt_str_of(behind), 0);
        at = find_word(text, lyt_str_of(word), at < text.len ? at : 0);
        for (size_t i = 0; at < text.len && i < at; i++) {
            err->line += text.ptr[i] == '\n';
            /* characters, as the parser counts them */
            err->column = text.ptr[i] == '\n'                             ? 0
                          : ((unsigned char)text.ptr[i] & 0xc0) == 0x80 ? err->column
                                                                       : err->column + 1;
        }
        err->line += at < text.len;
        err->column += at < text.len;
    }
    lyt_buf_deinit(&bytes);
}

/* Complains of a word of the settings, with its place. */
static size_t complain(const comparing *c, const char *behind, const char *word, const char *text)
{
    lyt_error place = {0}, err = {0};

    find_place(c, behind, word, &place);
    (void)lyt_error_at(&err, LYT_EFORMAT, c->settings->file, place.line, place.column, "%s", text);
    (void)lyt_console_error(c->call->console, &err);
    return 1;
}

static size_t check_teams(const comparing *c)
{
    size_t wrong = 0;

    for (size_t i = 0; i < lyt_pack_teams(c->pack); i++) {
        const char *team = lyt_pack_team(c->pack, i)->id;
        char text[160];

        if (lyt_settings_team(c->settings, lyt_str_of(team)))
            continue;
        snprintf(text, sizeof text, "the pack's team '%s' is not among 'teams'; add it", team);
        wrong += complain(c, "", "teams", text);
    }
    return wrong;
}

/* kind, id: of what names it; id may be empty. */
static size_t check_scenario(const comparing *c, const char *kind, const char *id,
                             const char *scenario)
{
    char near[96], text[512];

    if (!scenario || lyt_pack_find(c->pack, lyt_str_of(scenario)))
        return 0;
    snprintf(text, sizeof text, "%s%s%s%s names the scenario '%s', which the pack does not have%s",
             kind, *id ? " '" : "", id, *id ? "'" : "", scenario,
             lyt_route_pack_near(near, c->pack, scenario));
    return complain(c, *id ? id : kind, scenario, text);
}

static size_t check_names(const comparing *c, const char *kind, const char *id,
                          const lyt_names *names)
{
    size_t wrong = 0;

    for (size_t i = 0; i < names->n; i++)
        wrong += check_scenario(c, kind, id, names->item[i]);
    return wrong;
}

/* A step that the pack's journey does not have would be counted nowhere. */
static size_t check_step(const comparing *c, const lyt_trigger *t)
{
    const char *names[lyt_steps_max], *like;
    lyt_error err = {0};
    size_t n = 0;

    if (!t->step)
        return 0;
    for (; n < lyt_pack_steps(c->pack) && n < lyt_steps_max; n++) {
        names[n] = lyt_pack_step(c->pack, n)->id;
        if (strcmp(names[n], t->step) == 0)
            return 0;
    }
    like = lyt_nearest_name(lyt_str_of(t->step), names, n);
    (void)lyt_error_at(&err, LYT_EFORMAT, c->settings->file, t->step_line, t->step_column,
                       "trigger '%s': '%s' is no step of the journey in the pack's pack.yaml%s%s%s",
                       t->id, t->step, like ? "; did you mean '" : "; name it there, or leave it out",
                       like ? like : "", like ? "'?" : "");
    (void)lyt_console_error(c->call->console, &err);
    return 1;
}

static size_t check_scenarios(const comparing *c)
{
    const lyt_settings *s = c->settings;
    size_t wrong = 0;
    char text[160];

    for (size_t i = 0; i < s->n_routes; i++)
        wrong += check_names(c, "route", s->routes[i].id, &s->routes[i].scenarios);
    for (size_t i = 0; i < s->n_triggers; i++) {
        wrong += check_scenario(c, "trigger", s->triggers[i].id, s->triggers[i].scenario);
        wrong += check_step(c, &s->triggers[i]);
    }
    for (size_t i = 0; i < s->n_gestures; i++)
        wrong += check_names(c, "gesture", s->gestures[i].id, &s->gestures[i].scenarios);
    /* one that is misspelt would be shown to everybody */
    wrong += check_names(c, "sensitive", "", &s->sensitive);
    wrong += check_names(c, "messages, automatic:", "", &s->automatic_replies);
    for (size_t i = 0; i < s->automatic_replies.n; i++) {
        const lyt_scenario *found =
            lyt_pack_find(c->pack, lyt_str_of(s->automatic_replies.item[i]));

        if (!found || found->n_messages)
            continue;
        snprintf(text, sizeof text,
                 "messages, automatic: the pack has no message to guests about '%s'", found->id);
        wrong += complain(c, "automatic", found->id, text);
    }
    return wrong;
}

/* A way that a scenario is meant to go out by is the bus, or one of this house. */
static size_t check_channels(const comparing *c)
{
    size_t wrong = 0;

    for (size_t i = 0; i < lyt_pack_scenarios(c->pack); i++) {
        const lyt_scenario *scenario = lyt_pack_scenario(c->pack, i);

        for (size_t k = 0; k < scenario->n_channels; k++) {
            if (strcmp(scenario->channels[k], "bus") == 0 ||
                lyt_settings_way(c->settings, lyt_str_of(scenario->channels[k])))
                continue;
            lyt_console_complain(c->call->console,
                                 "%s: channel '%s' of %s is neither the bus nor among 'ways' of "
                                 "%s; add it there, or take it away",
                                 scenario->file, scenario->channels[k], scenario->id,
                                 c->settings->file);
            wrong++;
        }
    }
    return wrong;
}

enum { sample_incident = 99999 };

/* Every message of the pack, as it would have to go out. */
static size_t check_messages(const comparing *c)
{
    const lyt_settings *s = c->settings;
    const lyt_pack *pack = c->pack;
    const lyt_lexis *lexis = lyt_pack_lexis(pack);
    size_t wrong = 0;

    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        const lyt_scenario *scenario = lyt_pack_scenario(pack, i);

        for (size_t m = 0; m < scenario->n_messages; m++) {
            for (int l = 0; l < (int)lyt_lexis_languages(lexis); l++) {
                const lyt_guest_message *message = &scenario->messages[m];
                lyt_error why = {0};
                lyt_buf text;

                if (!(lyt_pack_languages(pack) & (1U << l)))
                    continue;
                lyt_buf_init(&text, NULL);
                /* as long as it will be, with the number of its case */
                if (lyt_reply_write(
                        &text, s,
                        &(lyt_reply_message){
                            .kind = m ? LYT_REPLY_SOLVED : LYT_REPLY_FIRST,
                            .words = message->text.by[l],
                            .language = lyt_str_of(lyt_lexis_code(lexis, l)),
                            .incident = sample_incident,
                            .has_refund = lyt_refund_is_for(&s->refunds, lyt_str_of(scenario->id),
                                                            lyt_scenario_pays(scenario))},
                        &why)) {
                    lyt_console_complain(c->call->console, "%s: message '%s' (%s): %s",
                                         scenario->file, message->id, lyt_lexis_code(lexis, l),
                                         why.text);
                    wrong++;
                }
                lyt_buf_deinit(&text);
            }
        }
    }
    return wrong;
}

static bool is_named(const lyt_names *names, const char *scenario)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->item[i], scenario) == 0)
            return true;
    return false;
}

/* Who may be given money back is told where to ask, unless the house has decided otherwise. */
static size_t check_refunds(const comparing *c)
{
    const lyt_refund_rules *rules = &c->settings->refunds;
    size_t wrong = check_names(c, "refunds, scenarios:", "", &rules->scenarios) +
                   check_names(c, "refunds, never:", "", &rules->never);

    for (size_t i = 0; i < lyt_pack_scenarios(c->pack); i++) {
        const lyt_scenario *scenario = lyt_pack_scenario(c->pack, i);

        if (!lyt_scenario_pays(scenario) || is_named(&rules->never, scenario->id) ||
            lyt_refund_is_for(rules, lyt_str_of(scenario->id), true))
            continue;
        if (!rules->is_there) {
            lyt_console_complain(c->call->console,
                                 "%s: nothing says where guests ask for money back, which %s and "
                                 "others of the pack may give; write 'refunds'",
                                 c->settings->file, scenario->id);
            return wrong + 1;
        }
        lyt_console_complain(c->call->console,
                             "%s: refunds: '%s' may give money back and is neither under "
                             "'scenarios' nor under 'never'; add it to one of them",
                             c->settings->file, scenario->id);
        wrong++;
    }
    return wrong;
}

size_t lyt_route_pack_compare(const lyt_call *call, const lyt_settings *settings,
                              const lyt_pack *pack)
{
    const comparing c = {call, settings, pack};

    return check_teams(&c) + check_scenarios(&c) + check_channels(&c) + check_messages(&c) +
           check_refunds(&c);
}
