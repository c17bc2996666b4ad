/* What the files of the named subscribers share. Private to the room. */
#ifndef LYT_NAMED_INNER_H
#define LYT_NAMED_INNER_H

#include "cursor.h"
#include "named.h"

typedef struct lyt_named_member {
    char id[256], tag[lyt_answer_tag_max], user[lyt_id_max];
    size_t id_len, tag_len;
    bool has_delimiter, has_tag;
    size_t subscriber; /* index */
    int64_t seen_us, silence_us, blocked_us;
    uint64_t order; /* of attaching; the lowest of a name is active */
} lyt_named_member;

typedef struct lyt_subscriber_row {
    char name[lyt_id_max + 1], owner[lyt_id_max];
    char *topics; /* as kept */
    lyt_str prefixes[lyt_access_topics_max];
    size_t n_prefixes;
    lyt_cursor_limits limits;
    lyt_cursor *cursor;
    bool is_new, is_on_way; /* an order of it is at the ledger */
    int64_t kept_floor;
    int64_t lost_from, lost_to; /* kept no more before it could be given; 0: nothing, or said */
} lyt_subscriber_row;

struct lyt_named {
    lyt_named_options o;
    const lyt_alloc *alloc;
    lyt_named_member *members;
    size_t n_members, cap_members;
    lyt_subscriber_row *subscribers;
    size_t n_subscribers, cap_subscribers;
    uint64_t n_attached;
    int64_t beat_us;
    bool is_behind; /* somebody may get more at once */
    lyt_buf out, order;
    lyt_jw jw;
    /* of one delivery */
    lyt_subscriber_row *to;
    const lyt_named_member *by;
    size_t n_given;
    bool is_empty; /* the log had nothing after what was seen */
    int64_t now_us;
};

enum {
    lyt_named_members_max = 1000,
    lyt_named_rows_max = 1000,
    lyt_named_credit = 100,
    lyt_named_wait_ms_usual = 30000,
    lyt_named_most = 5,
    lyt_named_bytes_out = 10 << 20,
    lyt_named_beats_until_gone = 3,
};

/* LYT_ELIMIT: there are too many. */
lyt_status lyt_named_add(lyt_named *named, const lyt_cursor_row *row, lyt_subscriber_row **out);
/* Cuts topics into prefixes. */
void lyt_named_split(lyt_subscriber_row *row);
lyt_subscriber_row *lyt_named_find(const lyt_named *named, lyt_str name);
lyt_named_member *lyt_named_find_member(const lyt_named *named, lyt_str id);
lyt_named_member *lyt_named_active(const lyt_named *named, const lyt_subscriber_row *row);
/* What it had is due at once, for whoever comes next under that name. */
void lyt_named_drop_member(lyt_named *named, lyt_named_member *member, const char *why);
void lyt_named_send_order(lyt_named *named, const lyt_cursor_order *order);
lyt_cursor_row lyt_named_row_of(const lyt_subscriber_row *row);

#endif
