#include "jwt.h"

enum { payload_max = 1 << 20 };

static lyt_str algorithm_of(lyt_digest digest)
{
    return digest == LYT_DIGEST_SHA384   ? LYT_STR("HS384")
           : digest == LYT_DIGEST_SHA512 ? LYT_STR("HS512")
                                         : LYT_STR("HS256");
}

/* A part of the token as JSON; LYT_EFORMAT when it is none. */
static lyt_status read_part(lyt_json **out, lyt_str part, lyt_arena *arena)
{
    lyt_str bytes;
    lyt_status status = lyt_base64url_read(&bytes, part, arena);

    if (!status)
        status = lyt_json_parse(out, bytes, payload_max, NULL);
    if (!status && lyt_json_typeof(*out) != LYT_JSON_OBJECT) {
        lyt_json_free(*out);
        *out = NULL;
        return LYT_EFORMAT;
    }
    return status;
}

/* What is wrong with what was given counts as malformed; memory does not. */
static lyt_status outcome(lyt_status status, const lyt_arena *arena)
{
    return status == LYT_ENOMEM ? LYT_ENOMEM : lyt_arena_status(arena);
}

static bool is_signed(const lyt_secrets *secrets, lyt_digest digest, lyt_str signed_part,
                      lyt_str given)
{
    char text[lyt_signed_text_max];
    bool found = false;

    for (size_t i = 0; i < secrets->n; i++) {
        lyt_signed value = lyt_hmac_of(digest, secrets->keys[i], signed_part);

        if (value.n)
            found |= lyt_same_secret(lyt_base64url(&value, text), given);
    }
    return found;
}

lyt_status lyt_jwt_read(lyt_json **out, lyt_jwt_fault *fault, lyt_str token,
                        const lyt_secrets *secrets, lyt_digest digest, lyt_arena *arena)
{
    size_t first = lyt_str_find(token, '.', 0), second = lyt_str_find(token, '.', first + 1);
    lyt_json *header = NULL;
    lyt_status status;

    *fault = LYT_JWT_MALFORMED;
    if (second >= token.len || lyt_str_find(token, '.', second + 1) < token.len)
        return LYT_OK;
    status = read_part(&header, lyt_str_slice(token, 0, first), arena);
    if (status)
        return outcome(status, arena);
    if (!lyt_str_equal(lyt_json_text(header, "alg"), algorithm_of(digest)) ||
        lyt_json_get(header, "crit"))
        *fault = LYT_JWT_ALGORITHM;
    else if (!is_signed(secrets, digest, lyt_str_slice(token, 0, second),
                        lyt_str_slice(token, second + 1, token.len)))
        *fault = LYT_JWT_SIGNATURE;
    else
        status = read_part(out, lyt_str_slice(token, first + 1, second), arena);
    lyt_json_free(header);
    if (status)
        return outcome(status, arena);
    if (*fault == LYT_JWT_MALFORMED)
        *fault = LYT_JWT_FINE;
    return LYT_OK;
}

static bool same_members(const lyt_json *a, const lyt_json *b)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;

    /* keys carry no NUL: the reader refuses it, and each is there once */
    while (lyt_json_each(a, &cursor, &key, &value))
        if (!lyt_json_same(value, lyt_json_get(b, key.ptr)))
            return false;
    return true;
}

bool lyt_json_same(const lyt_json *a, const lyt_json *b)
{
    lyt_json_type type = lyt_json_typeof(a);
    double x = 0, y = 0;
    int64_t i = 0, k = 0;
    bool p = false, q = false;
    lyt_str s, t;

    if (type != lyt_json_typeof(b) || lyt_json_len(a) != lyt_json_len(b))
        return false;
    switch (type) {
    case LYT_JSON_NONE:
    case LYT_JSON_NULL:
        return true;
    case LYT_JSON_BOOL:
        return lyt_json_bool(a, &p) && lyt_json_bool(b, &q) && p == q;
    case LYT_JSON_INT:
        return lyt_json_int(a, &i) && lyt_json_int(b, &k) && i == k;
    case LYT_JSON_REAL:
        return lyt_json_real(a, &x) && lyt_json_real(b, &y) && !(x < y) && !(x > y);
    case LYT_JSON_STRING:
        return lyt_json_str(a, &s) && lyt_json_str(b, &t) && lyt_str_equal(s, t);
    case LYT_JSON_ARRAY:
        for (size_t n = 0; n < lyt_json_len(a); n++)
            if (!lyt_json_same(lyt_json_at(a, n), lyt_json_at(b, n)))
                return false;
        return true;
    case LYT_JSON_OBJECT:
        return same_members(a, b);
    }
    return false;
}
