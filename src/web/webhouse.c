#include "webhouse.h"

enum { beginning_bytes = 300 };

void lyt_jw_texts(lyt_jw *jw, const lyt_lexis *lexis, const lyt_texts_by *texts)
{
    lyt_jw_object(jw);
    for (size_t i = 0; i < lyt_lexis_languages(lexis) && i < lyt_languages_max; i++)
        if (texts->by[i])
            lyt_jw_kstr(jw, lyt_lexis_code(lexis, (lyt_language)i), lyt_str_of(texts->by[i]));
    lyt_jw_object_end(jw);
}

void lyt_jw_teams(lyt_jw *jw, const lyt_pack *pack)
{
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_pack_teams(pack); i++) {
        const lyt_team *team = lyt_pack_team(pack, i);

        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "team", lyt_str_of(team->id));
        lyt_jw_key(jw, "name");
        lyt_jw_texts(jw, lyt_pack_lexis(pack), &team->name);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static void write_gesture(lyt_jw *jw, const lyt_gesture *gesture)
{
    static const char *const currencies[] = {"DKK", "EUR"};

    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "gesture", lyt_str_of(gesture->id));
    lyt_jw_key(jw, "name");
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "en", lyt_str_of(gesture->name_en));
    lyt_jw_kstr(jw, "da", lyt_str_of(gesture->name_da));
    lyt_jw_object_end(jw);
    lyt_jw_kreal(jw, "cost", (double)gesture->cost / 100, 2);
    lyt_jw_kstr(jw, "currency", lyt_str_of(currencies[gesture->currency]));
    lyt_jw_key(jw, "scenarios");
    lyt_jw_array(jw);
    for (size_t i = 0; i < gesture->scenarios.n; i++)
        lyt_jw_str(jw, lyt_str_of(gesture->scenarios.item[i]));
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

void lyt_jw_gestures(lyt_jw *jw, const lyt_settings *settings)
{
    lyt_jw_array(jw);
    for (size_t i = 0; settings && i < settings->n_gestures; i++)
        write_gesture(jw, &settings->gestures[i]);
    lyt_jw_array_end(jw);
}

void lyt_jw_people(lyt_jw *jw, const lyt_settings *settings)
{
    lyt_jw_array(jw);
    for (size_t i = 0; settings && i < settings->n_people; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "person", lyt_str_of(settings->people[i].id));
        lyt_jw_kstr(jw, "name", lyt_str_of(settings->people[i].name));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

void lyt_jw_sla(lyt_jw *jw, const lyt_sla *sla)
{
    const struct {
        const char *name;
        int64_t minutes;
    } rows[] = {
        {"acknowledge", sla->acknowledge_min},
        {"contact", sla->contact_min},
        {"remedy", sla->remedy_min},
        {"close", sla->close_h * 60},
    };

    lyt_jw_object(jw);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].minutes)
            lyt_jw_kint(jw, rows[i].name, rows[i].minutes);
    lyt_jw_object_end(jw);
}

void lyt_jw_beginning(lyt_jw *jw, lyt_str text)
{
    char cut[beginning_bytes + 3];
    size_t n = beginning_bytes;

    if (text.len <= beginning_bytes) {
        lyt_jw_str(jw, text);
        return;
    }
    /* not within a letter: what goes on in UTF-8 begins with the bits 10 */
    while (n > 0 && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        cut[i] = text.ptr[i];
    cut[n] = '\xe2', cut[n + 1] = '\x80', cut[n + 2] = '\xa6';
    lyt_jw_str(jw, (lyt_str){cut, n + 3});
}
