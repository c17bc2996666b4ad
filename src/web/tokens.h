/*
 * lyt_tokens: who may do what over HTTP. A text file, a line a token; the token itself is not in
 * it, only its SHA-256:
 *
 *   # name  role            sha256     what it is for
 *   mette   staff           9f86d0…    property=havnen language=da
 *   pms     machine-sender  2c26b4…    property=havnen
 *
 * Roles: wall-board sees the board and nothing else, and stays logged in; viewer reads; staff also moves incidents and sends; manager also approves and sees what
 * is unclear; admin everything; machine-sender only sends messages in. Without property= a token
 * is for all properties. Two lines of one name are two valid tokens: so one is changed without a
 * gap.
 *
 * lyt_tokenfile is the copy of such a file, read again when it has changed.
 *
 * Lifetime  lyt_tokens_parse() to lyt_tokens_free(); lyt_tokenfile_open() to _close().
 * Threads   each belongs to one thread.
 */
#ifndef LYT_TOKENS_H
#define LYT_TOKENS_H

#include <stdint.h>

#include "fs.h"

/* role, its name, what it can do */
#define LYT_WEB_ROLES(X)                                                                           \
    X(LYT_WEB_VIEWER, "viewer", LYT_CAN_WATCH | LYT_CAN_READ)                                      \
    X(LYT_WEB_STAFF, "staff", LYT_CAN_WATCH | LYT_CAN_READ | LYT_CAN_ACT | LYT_CAN_SEND)           \
    X(LYT_WEB_MANAGER, "manager",                                                                  \
      LYT_CAN_WATCH | LYT_CAN_READ | LYT_CAN_ACT | LYT_CAN_SEND | LYT_CAN_LEAD)                    \
    X(LYT_WEB_ADMIN, "admin",                                                                      \
      LYT_CAN_WATCH | LYT_CAN_READ | LYT_CAN_ACT | LYT_CAN_SEND | LYT_CAN_LEAD | LYT_CAN_RUN)      \
    X(LYT_WEB_SENDER, "machine-sender", LYT_CAN_SEND)                                              \
    X(LYT_WEB_WALL, "wall-board", LYT_CAN_WATCH)

typedef enum lyt_can {
    LYT_CAN_READ = 1, /* incidents, messages, events */
    LYT_CAN_ACT = 2,  /* move incidents */
    LYT_CAN_SEND = 4, /* messages in */
    LYT_CAN_LEAD = 8, /* approve, decline, void, merge; what is unclear */
    LYT_CAN_RUN = 16, /* how the service is */
    LYT_CAN_WATCH = 32, /* the board: open incidents, events, what scenarios are called */
} lyt_can;

typedef enum lyt_web_role {
#define X(name, text, can) name,
    LYT_WEB_ROLES(X)
#undef X
        LYT_WEB_ROLE_COUNT
} lyt_web_role;

const char *lyt_web_role_name(lyt_web_role role);
unsigned lyt_web_role_can(lyt_web_role role);
/* LYT_EINVAL leaves out untouched. */
LYT_MUST_USE lyt_status lyt_web_role_parse(lyt_web_role *out, lyt_str name);

enum {
    lyt_token_name_max = 48,
    lyt_token_properties_max = 32,
    lyt_token_property_max = 63,
    lyt_token_hash_bytes = 65,
    lyt_token_bytes = 64, /* of a token as it is handed out, with its NUL */
    lyt_tokens_file_max = 1 << 20,
};

/* Who somebody is, with all that follows from it. A plain value. */
typedef struct lyt_who {
    char person[lyt_token_name_max + 1];
    lyt_web_role role;
    char language[8];                /* "" not said */
    char hash[lyt_token_hash_bytes]; /* of the token; "" when there are none */
    size_t n_properties;             /* 0: all */
    char properties[lyt_token_properties_max][lyt_token_property_max + 1];
} lyt_who;

bool lyt_who_can(const lyt_who *who, lyt_can what);
bool lyt_who_has(const lyt_who *who, lyt_str property);

typedef struct lyt_tokens lyt_tokens;

/* LYT_EFORMAT: err has line and what to do. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_tokens_parse(lyt_tokens **out, const lyt_alloc *alloc, lyt_str text,
                                         lyt_error *err);
void lyt_tokens_free(lyt_tokens *tokens);
size_t lyt_tokens_count(const lyt_tokens *tokens);
const lyt_who *lyt_tokens_at(const lyt_tokens *tokens, size_t index);
/* Whose token that is; NULL: nobody's. */
const lyt_who *lyt_tokens_find(const lyt_tokens *tokens, lyt_str token);
/* The same by its hash. */
const lyt_who *lyt_tokens_of_hash(const lyt_tokens *tokens, const char *hash);

/* The line of a token, with its newline. */
void lyt_tokens_write(lyt_buf *out, const lyt_who *who);
/* 64 hexadecimal digits of the SHA-256. */
void lyt_token_hash(char out[lyt_token_hash_bytes], lyt_str token);
/* A new token of the system's random bytes. LYT_EIO: there are none. */
LYT_MUST_USE lyt_status lyt_token_make(char out[lyt_token_bytes], lyt_error *err);
/* Whether that may be the name of a person or a machine: 1 to 48 of a to z, 0 to 9, "-._". */
bool lyt_token_is_name(lyt_str name);

typedef struct lyt_tokenfile {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const char *path; /* NULL: no tokens */
    lyt_tokens *tokens;
    int64_t stamp[4];
} lyt_tokenfile;

/* path is borrowed. LYT_ESTATE: others may read the file; err says how to mend that. */
LYT_MUST_USE lyt_status lyt_tokenfile_open(lyt_tokenfile *file, const lyt_alloc *alloc,
                                           const lyt_fs *fs, const char *path, lyt_error *err);
void lyt_tokenfile_close(lyt_tokenfile *file);
/*
 * Reads it again if it has changed: *changed. A bad file leaves all as it was and says why, once
 * a change.
 */
LYT_MUST_USE lyt_status lyt_tokenfile_refresh(lyt_tokenfile *file, bool *changed, lyt_error *err);

#endif
