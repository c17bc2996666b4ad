#include "webstaff.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "phone.h"
#include "refusal.h"
#include "staffanswer.h"
#include "stafforder.h"
#include "submission.h"

/* as serve/staffreply.h has it */
#define STAFF_NAME "staff."

/* Whom the answer goes to. */
struct lyt_webstaff {
    char who[lyt_answered_max + 1], property[lyt_place_max + 1];
    char sealed[lyt_contact_sealed_bytes]; /* the number; empty: it could not be sealed */
};

/* Without memory, or a way, nobody is told: as without this at all. */
static void remember(lyt_exchange *x, const lyt_inbound *item)
{
    const lyt_webactor *web = x->web;
    char name[sizeof STAFF_NAME + lyt_answered_max];

    if (x->staff || !web->settings || item->person.len > lyt_answered_max ||
        !lyt_settings_sms_way(web->settings, item->person))
        return;
    x->staff = lyt_mem_new(web->alloc, sizeof *x->staff);
    if (!x->staff)
        return;
    snprintf(x->staff->who, sizeof x->staff->who, "%.*s", LYT_STR_ARG(item->person));
    snprintf(x->staff->property, sizeof x->staff->property, "%.*s", LYT_STR_ARG(item->property));
    snprintf(name, sizeof name, "%s%s", STAFF_NAME, x->staff->who);
    if (!web->keys.guests || !lyt_phone_is(item->from) ||
        lyt_contact_seal(web->keys.guests, lyt_str_of(name), item->from, x->staff->sealed))
        x->staff->sealed[0] = '\0';
}

static void write_answer(const lyt_exchange *x, lyt_str text, lyt_buf *out)
{
    lyt_jw jw;

    lyt_buf_reset(out);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("staff.answer"));
    lyt_jw_kstr(&jw, "who", lyt_str_of(x->staff->who));
    if (x->staff->property[0])
        lyt_jw_kstr(&jw, "property", lyt_str_of(x->staff->property));
    lyt_jw_kstr(&jw, "text", text);
    if (x->staff->sealed[0]) {
        lyt_jw_key(&jw, "reply_to");
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "kind", lyt_str_of(lyt_contact_kind_name(LYT_CONTACT_PHONE)));
        lyt_jw_kstr(&jw, "sealed", lyt_str_of(x->staff->sealed));
        lyt_jw_kstr(&jw, "lang", lyt_str_of(x->staff_lang));
        lyt_jw_object_end(&jw);
    }
    lyt_jw_object_end(&jw);
}

static lyt_webstaff_fate say(lyt_exchange *x, lyt_str text, lyt_buf *out, lyt_http_answer *answer)
{
    if (lyt_staff_answer(x->gate, text, x->web->arena, answer))
        return LYT_STAFF_ANSWERED;
    if (!x->staff)
        return LYT_STAFF_GOES_ON;
    write_answer(x, text, out);
    return LYT_STAFF_TEXTED;
}

lyt_webstaff_fate lyt_webstaff_take(lyt_exchange *x, const lyt_inbound *item, lyt_buf *out,
                                    lyt_http_answer *answer)
{
    bool is_danish = lyt_str_begins(item->reply_lang, LYT_STR("da"));
    const char *text;

    if (item->verb == LYT_STAFF_NONE)
        return LYT_STAFF_GOES_ON;
    snprintf(x->staff_lang, sizeof x->staff_lang, "%s", is_danish ? "da" : "en");
    if (!lyt_staff_can_answer(x->gate))
        remember(x, item);
    text = item->verb == LYT_STAFF_UNCLEAR
               ? lyt_staff_problem_text(item->problem, lyt_str_of(x->staff_lang))
               : NULL;
    return text ? say(x, lyt_str_of(text), out, answer) : LYT_STAFF_GOES_ON;
}

lyt_webstaff_fate lyt_webstaff_refused(lyt_exchange *x, lyt_str why, lyt_buf *out,
                                       lyt_http_answer *answer)
{
    lyt_webstaff_fate fate = LYT_STAFF_GOES_ON;
    lyt_buf said;

    if (!x->gate || !x->staff_lang[0])
        return fate;
    lyt_buf_init(&said, x->web->alloc);
    if (strcmp(x->staff_lang, "da") == 0)
        (void)lyt_refusal_say(&said, why);
    else
        lyt_buf_add(&said, why);
    lyt_arena_reset(x->web->arena);
    if (!lyt_buf_status(&said))
        fate = say(x, lyt_buf_str(&said), out, answer);
    lyt_buf_deinit(&said);
    return fate;
}

void lyt_webstaff_free(lyt_exchange *x)
{
    lyt_mem_free(x->web->alloc, x->staff);
    x->staff = NULL;
}
