/*
 * lyt_json: reads JSON (jansson behind it), and lyt_jw writes it into a lyt_buf.
 *
 * Reading refuses what hostile senders try: too long, too deep, a key twice,
 * invalid UTF-8, trailing bytes. Values found are borrowed from the tree.
 *
 * Lifetime  lyt_json_parse() to lyt_json_free().
 * Threads   a tree belongs to one thread at a time.
 */
#ifndef LYT_JSON_H
#define LYT_JSON_H

#include <stdint.h>

#include "buf.h"

typedef struct lyt_json lyt_json;

typedef enum lyt_json_type {
    LYT_JSON_NONE, /* of NULL: absent */
    LYT_JSON_NULL,
    LYT_JSON_BOOL,
    LYT_JSON_INT,
    LYT_JSON_REAL,
    LYT_JSON_STRING,
    LYT_JSON_ARRAY,
    LYT_JSON_OBJECT,
} lyt_json_type;

enum { lyt_json_depth_max = 32 };

/*
 * LYT_ELIMIT: longer than limit_bytes or nested deeper than lyt_json_depth_max.
 * LYT_EFORMAT: not JSON, or a key twice; err (may be NULL) has line and column.
 * LYT_ENOMEM. out is owned by the caller.
 */
LYT_MUST_USE lyt_status lyt_json_parse(lyt_json **out, lyt_str text, size_t limit_bytes,
                                       lyt_error *err);
void lyt_json_free(lyt_json *json);

lyt_json_type lyt_json_typeof(const lyt_json *json);
/* "string", "array" …, for error texts. */
const char *lyt_json_type_name(lyt_json_type type);

/* Member of an object, NULL when absent or json is no object (NULL included). */
const lyt_json *lyt_json_get(const lyt_json *json, const char *key);
/* Elements of an array or members of an object; 0 for anything else. */
size_t lyt_json_len(const lyt_json *json);
const lyt_json *lyt_json_at(const lyt_json *json, size_t index);

/* False, out untouched, when json is not of that type. An int is a real, too. */
bool lyt_json_str(const lyt_json *json, lyt_str *out);
bool lyt_json_int(const lyt_json *json, int64_t *out);
bool lyt_json_real(const lyt_json *json, double *out);
bool lyt_json_bool(const lyt_json *json, bool *out);

/* Member key of an object: its text or number, empty or 0 when it has none of that type. */
lyt_str lyt_json_text(const lyt_json *json, const char *key);
int64_t lyt_json_number(const lyt_json *json, const char *key);

/*
 * Walks an object: start with *cursor NULL; false at the end.
 * key and value are borrowed.
 */
bool lyt_json_each(const lyt_json *json, void **cursor, lyt_str *key, const lyt_json **value);

/* Writes the tree into out, compact, keys in the order they were read; numbers to nine decimals. */
void lyt_json_write(lyt_buf *out, const lyt_json *json);

/*
 * The writer: commas are its own affair. A wrong nesting is our bug (assert).
 * Failures are the buffer's (lyt_buf_status).
 */
typedef struct lyt_jw {
    lyt_buf *out;
    unsigned depth;
    bool key_open;
    bool has_item[lyt_json_depth_max + 1];
} lyt_jw;

void lyt_jw_init(lyt_jw *jw, lyt_buf *out);
void lyt_jw_object(lyt_jw *jw);
void lyt_jw_object_end(lyt_jw *jw);
void lyt_jw_array(lyt_jw *jw);
void lyt_jw_array_end(lyt_jw *jw);
void lyt_jw_key(lyt_jw *jw, const char *key);
void lyt_jw_key_str(lyt_jw *jw, lyt_str key);

/* value must be valid UTF-8 */
void lyt_jw_str(lyt_jw *jw, lyt_str value);
void lyt_jw_int(lyt_jw *jw, int64_t value);
/* At most `decimals` decimals; not a number is null. */
void lyt_jw_real(lyt_jw *jw, double value, int decimals);
void lyt_jw_bool(lyt_jw *jw, bool value);
void lyt_jw_null(lyt_jw *jw);
/* Bytes that are JSON already. */
void lyt_jw_raw(lyt_jw *jw, lyt_str json);
/* A tree that was read, however deep; NULL is null. */
void lyt_jw_value(lyt_jw *jw, const lyt_json *value);
/* All members of an object into the one that is open; nothing of what is no object. */
void lyt_jw_members(lyt_jw *jw, const lyt_json *object);

/* key and value in one */
void lyt_jw_kstr(lyt_jw *jw, const char *key, lyt_str value);
void lyt_jw_kint(lyt_jw *jw, const char *key, int64_t value);
void lyt_jw_kreal(lyt_jw *jw, const char *key, double value, int decimals);
void lyt_jw_kbool(lyt_jw *jw, const char *key, bool value);

#endif
