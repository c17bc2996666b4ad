/*
 * lyt_mapping: a gateway that nobody wrote code for: where in its JSON, form or query our
 * fields stand, how it signs, and a request of its own to try that with. Filled by whoever reads
 * the mapping file (cli/mappingfile.h); the gateway "mapping" receives by it.
 *
 * Lifetime  texts are borrowed; lyt_mapping_compile() to lyt_mapping_deinit().
 * Threads   read-only once compiled.
 */
#ifndef LYT_MAPPING_H
#define LYT_MAPPING_H

#include <regex.h>

#include "inbound.h"
#include "signing.h"

/* what may be mapped, its name in the file */
#define LYT_MAPPED(X)                                                                              \
    X(ID, "id")                                                                                    \
    X(CHANNEL, "channel")                                                                          \
    X(FROM, "from")                                                                                \
    X(TO, "to")                                                                                    \
    X(TEXT, "text")                                                                                \
    X(LANG, "lang")                                                                                \
    X(SCORE, "score")                                                                              \
    X(SCALE, "scale")                                                                              \
    X(PROPERTY, "property")                                                                        \
    X(PLACE, "place")                                                                              \
    X(SENT_AT, "sent_at")                                                                          \
    X(ENCODING, "encoding")                                                                        \
    X(PART, "part")         /* of a long SMS, from 1 */                                            \
    X(PARTS, "parts")       /* how many it has */                                                  \
    X(REFERENCE, "part_of") /* the number that its parts have in common */                         \
    X(UDH, "udh")           /* or all three as the header of user data, in hex */                  \
    X(STATUS, "status")     /* of a message that we sent */                                        \
    X(ERROR, "error")                                                                              \
    X(REFERENCE_TEXT, "reference")

typedef enum lyt_mapped {
#define X(name, text) LYT_MAPPED_##name,
    LYT_MAPPED(X)
#undef X
        LYT_N_MAPPED
} lyt_mapped;

/* "text" …; static storage. */
const char *lyt_mapped_name(lyt_mapped field);

typedef struct lyt_map_rule {
    bool is_used;
    lyt_str at;        /* JSON pointer, "/from/number"; of a form "/name"; "2/to": two levels up first */
    lyt_str before;    /* put before what was found there: "telegram:" */
    lyt_str value;     /* when at is empty or finds nothing */
    const char *match; /* NULL, or a POSIX extended expression: its first group, or all of it */
    regex_t compiled;
    bool is_compiled;
} lyt_map_rule;

typedef struct lyt_map_condition {
    lyt_str at, is;
    bool is_presence; /* instead of is: whether there is anything there */
    bool there;
} lyt_map_condition;

/* How somebody shows that an address is ours, before they send anything to it. */
typedef struct lyt_map_challenge {
    lyt_str at;    /* what is given back as it is; empty: nobody asks */
    lyt_str token; /* of a query: where one of the secrets stands; empty: the body asks, signed */
} lyt_map_challenge;

typedef enum lyt_map_body { LYT_MAP_JSON, LYT_MAP_FORM } lyt_map_body;

typedef enum lyt_map_time { LYT_MAP_RFC3339, LYT_MAP_UNIX, LYT_MAP_UNIX_MS } lyt_map_time;

typedef enum lyt_map_letters {
    LYT_MAP_PLAIN,
    LYT_MAP_LATIN1,
    LYT_MAP_BASE64,   /* of UTF-8 */
    LYT_MAP_HEX,      /* of UTF-8 */
    LYT_MAP_UCS2_HEX, /* of big-endian units */
    LYT_MAP_GSM7_HEX, /* of septets, one a byte */
    LYT_MAP_HTML,     /* of a page: what a reader sees */
} lyt_map_letters;

typedef struct lyt_map_signature {
    lyt_str header; /* empty: it does not sign */
    lyt_str prefix; /* before the signature: "sha256=" */
    lyt_digest digest;
    bool is_base64;      /* else hex */
    lyt_str over;        /* what is signed: "{time}.{body}"; {body}, {url}, {time} */
    lyt_str time_header; /* where {time} stands: UNIX seconds; empty: none, and no age */
    bool is_token;       /* the header is the secret itself; nothing is signed */
} lyt_map_signature;

/* One expectation of the test request: item 0 unless said otherwise. */
typedef struct lyt_map_expected {
    lyt_str field, value; /* field: of LYT_MAPPED, or kind, keyword */
    uint32_t line, column;
    uint32_t field_line, field_column;
} lyt_map_expected;

typedef struct lyt_map_test {
    lyt_str request; /* as on the wire; line feeds alone will do */
    lyt_str secret;
    lyt_str country; /* of national numbers, for this test */
    int64_t at_us;   /* when it came; 0: long after any signed time, so only for unsigned ones */
    const lyt_map_expected *expected;
    size_t n_expected;
    uint32_t line, column; /* where it stands */
} lyt_map_test;

struct lyt_mapping {
    lyt_str name;
    lyt_map_body body;
    lyt_str each; /* pointer to an array, a message an element; empty: the whole is one. With "*"
                     for any element on the way: "/entry/<any>/messages"; what is not there is none */
    lyt_map_condition *when; /* all must hold, or the message is none of ours */
    size_t n_when;
    lyt_map_rule rules[LYT_N_MAPPED];
    lyt_map_time time;
    int64_t offset_us;                 /* of times that do not say their zone: east of UTC */
    lyt_map_letters letters;           /* of text */
    bool national;                     /* numbers may lack the country's prefix */
    const lyt_str *delivered, *failed; /* words of status */
    size_t n_delivered, n_failed;
    lyt_map_signature signature;
    lyt_map_challenge challenge;
    lyt_http_answer answer; /* status 0: 204 */
    const lyt_map_test *tests;
    size_t n_tests;
};

/*
 * LYT_EFORMAT: an expression is wrong; err->file is the field that it belongs to.
 * LYT_EINVAL: what is missing or does not go together.
 */
LYT_MUST_USE lyt_status lyt_mapping_compile(lyt_mapping *mapping, lyt_error *err);
/* A zeroed one is accepted. */
void lyt_mapping_deinit(lyt_mapping *mapping);

/* RFC 6901. NULL when there is nothing. "" is the whole. */
const lyt_json *lyt_pointer_find(const lyt_json *json, lyt_str pointer);

/*
 * Runs one of the mapping's own tests.
 * LYT_EINVAL: it did not become what is expected; err has line, column and the difference.
 */
LYT_MUST_USE lyt_status lyt_mapping_try(const lyt_mapping *mapping, const lyt_map_test *test,
                                        lyt_arena *arena, lyt_error *err);

#endif
