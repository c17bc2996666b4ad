/*
 * JSON Web Tokens, signed with a shared secret (HS256, HS384, HS512); nothing else is taken,
 * least of all "none".
 *
 * Threads   pure functions.
 */
#ifndef LYT_JWT_H
#define LYT_JWT_H

#include "json.h"
#include "signing.h"

typedef enum lyt_jwt_fault {
    LYT_JWT_FINE,
    LYT_JWT_MALFORMED, /* not three parts of base64url with JSON in the first two */
    LYT_JWT_ALGORITHM, /* another one than asked for */
    LYT_JWT_SIGNATURE,
} lyt_jwt_fault;

/*
 * The claims (owned by the caller) of a token that was signed with one of the secrets; out only
 * with LYT_JWT_FINE. The payload is not parsed before the signature has been checked.
 *
 * LYT_ENOMEM, LYT_ELIMIT: of the arena. LYT_OK: fault says how it went.
 */
LYT_MUST_USE lyt_status lyt_jwt_read(lyt_json **out, lyt_jwt_fault *fault, lyt_str token,
                                     const lyt_secrets *secrets, lyt_digest digest,
                                     lyt_arena *arena);

/* Deep; members in any order; 1 and 1.0 are not the same. */
bool lyt_json_same(const lyt_json *a, const lyt_json *b);

#endif
