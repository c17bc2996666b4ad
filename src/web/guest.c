/*
 * The page of a tag (NFC, QR, tablet). It does not ask who it is, and does not keep where the
 * request came from.
 */
#include <stdio.h>
#include <string.h>

#include "guestpage.h"
#include "hash.h"
#include "markup.h"
#include "pseudonym.h"
#include "submission.h"
#include "webapi.h"
#include "weblook.h"
#include "webpages.h"

/* ---- pages with gaps: {{name}} ---- */

static void fill(lyt_buf *out, lyt_str page, const lyt_gap *gaps, size_t n)
{
    size_t done = 0;

    for (size_t at = 0; at + 4 < page.len; at++) {
        size_t end;

        if (page.ptr[at] != '{' || page.ptr[at + 1] != '{')
            continue;
        end = lyt_str_find(page, '}', at);
        for (size_t i = 0; i < n && end + 1 < page.len && page.ptr[end + 1] == '}'; i++) {
            if (!lyt_str_equal(lyt_str_slice(page, at + 2, end), lyt_str_of(gaps[i].name)))
                continue;
            lyt_buf_add(out, lyt_str_slice(page, done, at));
            lyt_markup_add(out, lyt_str_of(gaps[i].value));
            done = end + 2;
            at = end + 1;
            break;
        }
    }
    lyt_buf_add(out, lyt_str_slice(page, done, page.len));
}

void lyt_guest_page(lyt_exchange *x, const char *name, const lyt_gap *gaps, size_t n)
{
    const lyt_webfile *file = lyt_webfile_find(lyt_str_of(name));

    if (!file) {
        lyt_web_error(x, 404, "not-found", NULL, "this page is not built in");
        return;
    }
    fill(&x->out, file->bytes, gaps, n);
    x->is_page = true;
    lyt_web_done(x, 200, file->type);
}

/* ---- tags ---- */

/* Says the same of a tag that is not there and of a wrong check. */
static bool read_tag(lyt_exchange *x, lyt_tap *tap)
{
    lyt_webactor *web = x->web;
    int64_t retry_ms = 0;

    lyt_arena_reset(web->arena);
    if (web->keys.tags &&
        !lyt_tag_read(tap, lyt_buf_str(&x->req.raw), web->keys.tags, web->arena) &&
        tap->verdict == LYT_TAG_RIGHT)
        return true;
    web->count.refused[LYT_WEB_REFUSED_TAG]++;
    if (!lyt_ratelimit_take(&web->per_guess, x->req.source, lyt_web_mono_us(web), &retry_ms))
        x->retry_s = retry_ms / 1000 + 1;
    if (x->req.method != LYT_METHOD_POST)
        lyt_web_plain_page(x, x->retry_s ? 429 : 404,
                           x->retry_s ? LYT_PLAIN_TOO_MANY : LYT_PLAIN_NO_TAG);
    else if (x->retry_s)
        lyt_web_error(x, 429, "rate", NULL, "too many tries; wait a little");
    else
        lyt_web_error(x, 404, "not-found", NULL, "there is nothing at this address");
    return false;
}

void lyt_guest_tag_page(lyt_exchange *x)
{
    char property[lyt_place_max + 1], place[lyt_tag_bytes_max + 1];
    lyt_str language = lyt_webreq_query(&x->req, "lang");
    const lyt_settings *settings = x->web->settings;
    char code[4];
    lyt_tap tap;

    if (!read_tag(x, &tap))
        return;
    snprintf(property, sizeof property, "%.*s", LYT_STR_ARG(tap.property));
    snprintf(place, sizeof place, "%.*s", LYT_STR_ARG(tap.place));
    snprintf(code, sizeof code, "%.*s", language.len == 2 ? 2 : 0,
             language.len ? language.ptr : "");
    lyt_guest_page(x, "kiosk.html",
                   (const lyt_gap[]){{"property", property},
                                     {"place", place},
                                     {"language", code},
                                     {"number", settings ? lyt_settings_call(settings) : ""}},
                   4);
}

/* accepted → {status, id, reference} */
static void answer_guest(lyt_exchange *x)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    char reference[lyt_reference_bytes];
    lyt_json *tree = NULL;
    lyt_jw jw;

    if (!answer.len || lyt_json_parse(&tree, answer, 1 << 16, NULL) ||
        lyt_web_status_of(tree) != 200) {
        lyt_json_free(tree);
        lyt_web_answer_submitted(x);
        return;
    }
    lyt_reference_make(reference, x->web->secret, lyt_json_number(tree, "feedback"));
    lyt_jw_init(&jw, &x->out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "status", lyt_json_text(tree, "status"));
    lyt_jw_kstr(&jw, "id", lyt_json_text(tree, "id"));
    lyt_jw_kstr(&jw, "reference", lyt_str_of(reference));
    if (lyt_json_get(tree, "replayed"))
        lyt_jw_kbool(&jw, "replayed", true);
    lyt_jw_object_end(&jw);
    lyt_json_free(tree);
    lyt_web_done(x, 200, NULL);
}

static void copy(lyt_jw *jw, const lyt_json *tree, const char *from, const char *to)
{
    const lyt_json *value = lyt_json_get(tree, from);

    if (!value || lyt_json_typeof(value) == LYT_JSON_NULL)
        return;
    lyt_jw_key(jw, to);
    lyt_jw_raw(jw, LYT_STR(""));
    lyt_json_write(jw->out, value);
}

/* Whether it was used up is for the ledger to say, which keeps it with the message. */
static void write_tap(lyt_jw *jw, const lyt_tap *tap)
{
    char uid[2 * lyt_tag_uid_bytes + 1];

    for (size_t i = 0; i < lyt_tag_uid_bytes; i++)
        snprintf(uid + 2 * i, 3, "%02X", tap->uid[i]);
    lyt_jw_key(jw, "tap");
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "uid", lyt_str_of(uid));
    lyt_jw_kint(jw, "counter", tap->counter);
    lyt_jw_object_end(jw);
}

/*
 * What a guest typed to be answered by is kept like a number that a message came from: a pseudonym
 * in its place, and the address sealed beside it.
 */
static lyt_status write_contact(lyt_exchange *x, lyt_jw *jw, lyt_str raw)
{
    lyt_webactor *web = x->web;
    const lyt_channelbook *book = web->channels ? &web->channels->book : NULL;
    /* without a key for the house's pseudonyms the server's own makes them */
    lyt_secrets own = {.keys = {{(const char *)web->secret, sizeof web->secret}}, .n = 1};
    const lyt_secrets *keys = book && book->pseudonyms.n ? &book->pseudonyms : &own;
    char room[lyt_pseudonym_bytes], sealed[lyt_contact_sealed_bytes];
    lyt_contact_kind kind = LYT_CONTACT_OTHER;
    lyt_str form =
        lyt_contact_form(raw, book ? book->country : (lyt_str){"", 0}, web->arena, &kind);
    lyt_str guest;
    lyt_status status;

    if (!form.ptr)
        return LYT_ENOMEM;
    if (!form.len)
        return LYT_OK;
    guest = lyt_pseudonym(keys, form, room);
    status = lyt_contact_seal(web->keys.guests, guest, form, sealed);
    if (status)
        return status;
    lyt_jw_kstr(jw, "from", guest);
    lyt_jw_key(jw, "reply_to");
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "sealed", lyt_str_of(sealed));
    lyt_jw_kstr(jw, "kind", lyt_str_of(lyt_contact_kind_name(kind)));
    lyt_jw_kbool(jw, "typed", true);
    lyt_jw_object_end(jw);
    return LYT_OK;
}

static lyt_status write_message(lyt_exchange *x, const lyt_json *tree, const lyt_tap *tap)
{
    static const char *const same[] = {"id", "text", "score", "scale", "sent_at", "lang"};
    lyt_str channel = lyt_json_text(tree, "channel");
    lyt_status status;
    lyt_jw jw;

    lyt_jw_init(&jw, &x->kept);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "channel",
                lyt_str_equal(channel, LYT_STR("kiosk")) ? LYT_STR("kiosk") : LYT_STR("nfc"));
    lyt_jw_kstr(&jw, "property", tap->property);
    lyt_jw_kstr(&jw, "place", tap->place);
    status = write_contact(x, &jw, lyt_json_text(tree, "contact"));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        copy(&jw, tree, same[i], same[i]);
    if (tap->is_signed)
        write_tap(&jw, tap);
    lyt_jw_object_end(&jw);
    return status;
}

static bool may_send(lyt_exchange *x, const lyt_tap *tap)
{
    lyt_webactor *web = x->web;
    uint64_t key = lyt_hash_pair(lyt_hash_str(tap->property, 9), lyt_hash_str(tap->place, 9));
    int64_t retry_ms = 0;

    if (!lyt_ratelimit_take(&web->per_tag, key, lyt_web_mono_us(web), &retry_ms)) {
        web->count.refused[LYT_WEB_REFUSED_RATE]++;
        x->retry_s = retry_ms / 1000 + 1;
        lyt_web_error(x, 429, "rate", NULL, "too many messages from here; wait a little");
        return false;
    }
    return true;
}

void lyt_guest_tag_send(lyt_exchange *x)
{
    lyt_json *tree;
    lyt_tap tap;

    if (!read_tag(x, &tap) || !may_send(x, &tap))
        return;
    tree = lyt_web_object(x);
    if (!tree)
        return;
    if (lyt_json_text(tree, "contact").len > lyt_contact_max)
        lyt_web_error(x, 422, "refused", "contact", "contact: at most %d bytes", lyt_contact_max);
    else if (write_message(x, tree, &tap))
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
    lyt_json_free(tree);
    if (x->is_done || !lyt_web_parts(x, 1))
        return;
    x->then = answer_guest;
    lyt_web_submit(x, 0, lyt_buf_str(&x->kept));
}
