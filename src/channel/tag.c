#include "tag.h"

#include <string.h>

#include "formdata.h"
#include "signing.h"
#include "tagsun.h"

void lyt_tag_check(char out[lyt_tag_check_letters + 1],
                   const unsigned char key[lyt_tag_link_key_bytes], lyt_str tag, bool is_signed)
{
    /* RFC 4648, section 6 */
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", mark[] = "\nsigned";
    char text[lyt_tag_bytes_max + sizeof mark];
    size_t n = tag.len < lyt_tag_bytes_max ? tag.len : lyt_tag_bytes_max;
    lyt_signed code;

    if (n)
        memcpy(text, tag.ptr, n);
    if (is_signed)
        memcpy(text + n, mark, sizeof mark - 1);
    code = lyt_hmac_of(LYT_DIGEST_SHA256, (lyt_str){(const char *)key, lyt_tag_link_key_bytes},
                       (lyt_str){text, is_signed ? n + sizeof mark - 1 : n});

    for (size_t i = 0; i < lyt_tag_check_letters; i++) {
        size_t bit = 5 * i;
        unsigned two = (unsigned)code.bytes[bit / 8] << 8 | code.bytes[bit / 8 + 1];

        out[i] = letters[two >> (11 - bit % 8) & 31];
    }
    out[lyt_tag_check_letters] = '\0';
}

static bool is_property(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return text.len > 0 && text.len < 64;
}

static bool is_place(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F)
            return false;
    return text.len < 64;
}

/* "http://" or "https://", then a host: letters, digits, dots, dashes, a port, a path. */
static bool is_base(lyt_str base)
{
    size_t from = lyt_str_begins(base, LYT_STR("https://"))  ? 8
                  : lyt_str_begins(base, LYT_STR("http://")) ? 7
                                                             : base.len;

    for (size_t i = from; i < base.len; i++) {
        char c = base.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c && strchr(".-:/_~[]", c))))
            return false;
    }
    return from < base.len && base.len <= 160;
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

static lyt_status check_options(const lyt_tagkeys *keys, const lyt_tag_options *options,
                                lyt_error *err)
{
    if (!is_base(options->base))
        return lyt_error_at(err, LYT_EINVAL, "base-url", 0, 0,
                            "must be like https://feedback.example.dk");
    if (!is_property(options->property))
        return lyt_error_at(err, LYT_EINVAL, "property", 0, 0,
                            "may hold only the letters a to z, digits and \"-\", at most 63");
    if (!is_place(options->place))
        return lyt_error_at(err, LYT_EINVAL, "place", 0, 0,
                            "must be a name of at most 63 bytes, without control characters");
    if (options->is_signed && !keys->has_sun)
        return lyt_error_at(err, LYT_EINVAL, "signed", 0, 0,
                            "the key file has no \"meta\" and \"file\" keys for signed taps");
    return LYT_OK;
}

lyt_status lyt_tag_link(lyt_buf *out, const lyt_tagkeys *keys, const lyt_tag_options *options,
                        lyt_error *err)
{
    char tag[lyt_tag_bytes_max], check[lyt_tag_check_letters + 1];
    lyt_status status = check_options(keys, options, err);
    lyt_str base = options->base, place = options->place;
    size_t n = options->property.len;

    if (status)
        return status;
    memcpy(tag, options->property.ptr, n);
    if (place.len) {
        tag[n++] = '.';
        memcpy(tag + n, place.ptr, place.len);
        n += place.len;
    }
    while (base.len && base.ptr[base.len - 1] == '/')
        base.len--;
    lyt_buf_add(out, base);
    lyt_buf_add_text(out, "/t/");
    for (size_t i = 0; i < n; i++) {
        if (is_unreserved(tag[i]))
            lyt_buf_add_char(out, tag[i]);
        else
            lyt_buf_addf(out, "%%%02X", (unsigned)(unsigned char)tag[i]);
    }
    lyt_tag_check(check, keys->link[0], (lyt_str){tag, n}, options->is_signed);
    lyt_buf_addf(out, "?c=%s", check);
    if (options->is_signed)
        lyt_buf_add_text(out, "&picc_data=00000000000000000000000000000000&cmac=0000000000000000");
    return lyt_buf_status(out);
}

static bool is_checked(const lyt_tagkeys *keys, lyt_str tag, lyt_str given, bool is_signed)
{
    char check[lyt_tag_check_letters + 1];
    bool found = false;

    for (size_t i = 0; i < keys->n_links; i++) {
        lyt_tag_check(check, keys->link[i], tag, is_signed);
        found |= lyt_same_secret((lyt_str){check, lyt_tag_check_letters}, given);
    }
    return found;
}

static void refuse(lyt_tap *out, lyt_tag_verdict verdict, const char *problem)
{
    out->verdict = verdict;
    out->problem = problem;
}

/* The part after "/t/" of the path, and the query. False: there is none. */
static bool find_tag(lyt_str link, lyt_str *tag, lyt_str *query)
{
    size_t mark, end = lyt_str_find(link, '#', 0);

    link = lyt_str_slice(lyt_str_trim(link), 0, end);
    mark = lyt_str_find(link, '?', 0);
    *query = lyt_str_slice(link, mark + 1, link.len);
    link = lyt_str_slice(link, 0, mark);
    for (size_t i = link.len; i > 2; i--) {
        if (link.ptr[i - 1] != '/')
            continue;
        *tag = lyt_str_slice(link, i, link.len);
        return tag->len > 0 && link.ptr[i - 2] == 't' && link.ptr[i - 3] == '/';
    }
    return false;
}

static void read_tap(lyt_tap *out, const lyt_webform *query, const lyt_tagkeys *keys)
{
    lyt_str picc_data = lyt_webform_get(query, "picc_data"), cmac = lyt_webform_get(query, "cmac");
    const char *problem = NULL;

    if (!picc_data.len || !cmac.len)
        refuse(out, LYT_TAG_FORGED, "the taps of this tag are signed, and this one is not");
    else if (!keys->has_sun)
        refuse(out, LYT_TAG_FORGED, "the key file has no \"meta\" and \"file\" for signed taps");
    else if (!lyt_sun_read(out, keys, picc_data, lyt_webform_get(query, "enc"), cmac, &problem))
        refuse(out, LYT_TAG_FORGED, problem);
}

lyt_status lyt_tag_read(lyt_tap *out, lyt_str link, const lyt_tagkeys *keys, lyt_arena *arena)
{
    lyt_str raw = {"", 0}, rest = {"", 0}, tag;
    bool is_plain, is_signed;
    lyt_webform query;
    lyt_status status;
    size_t dot;

    memset(out, 0, sizeof *out);
    out->property = out->place = (lyt_str){"", 0};
    if (!find_tag(link, &raw, &rest)) {
        refuse(out, LYT_TAG_MALFORMED, "a link of a tag is like https://host/t/havnen.214?c=…");
        return LYT_OK;
    }
    tag = lyt_percent_decode(raw, false, arena);
    if (!tag.ptr)
        return lyt_arena_status(arena);
    status = lyt_webform_parse(&query, rest, 32, arena);
    if (status && lyt_arena_status(arena))
        return status;
    if (status || tag.len > lyt_tag_bytes_max) {
        refuse(out, LYT_TAG_MALFORMED, "the link is too long, or has too many parameters");
        return LYT_OK;
    }
    is_plain = is_checked(keys, tag, lyt_webform_get(&query, "c"), false);
    is_signed = is_checked(keys, tag, lyt_webform_get(&query, "c"), true);
    if (!is_plain && !is_signed) {
        refuse(out, LYT_TAG_WRONG,
               lyt_webform_has(&query, "c") ? "the check code c is wrong"
                                            : "the check code c is missing");
        return LYT_OK;
    }
    dot = lyt_str_find(tag, '.', 0);
    out->property = lyt_str_slice(tag, 0, dot);
    out->place = lyt_str_slice(tag, dot + 1, tag.len);
    if (is_signed)
        read_tap(out, &query, keys);
    return LYT_OK;
}

bool lyt_tag_is_fresh(uint32_t counter, int64_t last)
{
    return (int64_t)counter > last;
}
