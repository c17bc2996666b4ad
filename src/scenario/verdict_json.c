#include "classify.h"

#include "json.h"

/* docs/formats.md, section 5. Keys only ever get more. */

static void write_evidence(lyt_jw *jw, const lyt_evidence *evidence)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "text", evidence->text);
    lyt_jw_kint(jw, "start", evidence->start);
    lyt_jw_kint(jw, "end", evidence->end);
    lyt_jw_kstr(jw, "feature", evidence->feature);
    lyt_jw_kreal(jw, "weight", evidence->weight, 6);
    lyt_jw_object_end(jw);
}

static void write_version(lyt_jw *jw, const char *key, uint64_t version)
{
    static const char hex[] = "0123456789abcdef";
    char text[16];

    for (int i = 0; i < 16; i++)
        text[i] = hex[version >> (60 - 4 * i) & 15];
    lyt_jw_kstr(jw, key, (lyt_str){text, sizeof text});
}

static void write_failure(lyt_jw *jw, const lyt_failure *failure)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "scenario", lyt_str_of(failure->scenario));
    lyt_jw_kreal(jw, "probability", failure->probability, 4);
    if (failure->severity >= 0)
        lyt_jw_kint(jw, "severity", failure->severity);
    if (failure->team)
        lyt_jw_kstr(jw, "team", lyt_str_of(failure->team));
    lyt_jw_kint(jw, "start", failure->start);
    lyt_jw_kint(jw, "end", failure->end);
    lyt_jw_key(jw, "evidence");
    lyt_jw_array(jw);
    for (size_t i = 0; i < failure->n_evidence; i++)
        write_evidence(jw, &failure->evidence[i]);
    lyt_jw_array_end(jw);
    if (failure->band)
        lyt_jw_kstr(jw, "band", lyt_str_of(failure->band));
    if (failure->shadow)
        lyt_jw_kbool(jw, "shadow", true);
    if (failure->version)
        write_version(jw, "version", failure->version);
    lyt_jw_object_end(jw);
}

static void write_special(lyt_jw *jw, const lyt_verdict *verdict)
{
    lyt_jw_key(jw, "special");
    lyt_jw_array(jw);
    for (size_t i = 0; i < verdict->n_special; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "kind", lyt_str_of(verdict->special[i].kind));
        lyt_jw_kint(jw, "start", verdict->special[i].start);
        lyt_jw_kint(jw, "end", verdict->special[i].end);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

lyt_status lyt_verdict_json(lyt_session *session, const lyt_verdict *verdict, lyt_str *out,
                            lyt_error *err)
{
    lyt_status status;
    lyt_jw jw;

    lyt_buf_reset(&session->json);
    lyt_jw_init(&jw, &session->json);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "text", verdict->text);
    lyt_jw_key(&jw, "language");
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "code", lyt_str_of(verdict->language));
    lyt_jw_kreal(&jw, "probability", verdict->language_probability, 4);
    lyt_jw_object_end(&jw);
    if (verdict->place.len)
        lyt_jw_kstr(&jw, "place", verdict->place);
    if (verdict->when.len)
        lyt_jw_kstr(&jw, "when", verdict->when);
    lyt_jw_kstr(&jw, "kind", lyt_str_of(lyt_kind_name(verdict->kind)));
    if (verdict->n_special)
        write_special(&jw, verdict);
    lyt_jw_key(&jw, "failures");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < verdict->n_failures; i++)
        write_failure(&jw, &verdict->failures[i]);
    lyt_jw_array_end(&jw);
    if (verdict->unclear)
        lyt_jw_kbool(&jw, "unclear", true);
    write_version(&jw, "pack", verdict->version);
    lyt_jw_object_end(&jw);
    status = lyt_buf_status(&session->json);
    if (status)
        return lyt_error_set(err, status, "%s", lyt_status_text(status));
    *out = lyt_buf_str(&session->json);
    return LYT_OK;
}
