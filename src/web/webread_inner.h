/* What the files of the reader share. Private to them. */
#ifndef LYT_WEBREAD_INNER_H
#define LYT_WEBREAD_INNER_H

#include "book.h"
#include "classify.h"
#include "found.h"
#include "json.h"
#include "settings.h"
#include "webaudit.h"
#include "webread.h"

typedef struct lyt_webreader {
    lyt_webreader_options *o;
    lyt_log log;
    lyt_sock *sock;
    lyt_frames *frames;
    lyt_store *store;
    lyt_found *found;
    lyt_book *book; /* the incidents of a house with settings, as far as they were read; or NULL */
    int64_t last_fact;
    const lyt_settings *settings; /* of this round; NULL: none */
    const lyt_classifier *classifier;
    lyt_session *session;
    lyt_buf out;
    lyt_audit audit;
    bool has_more;               /* to take in */
    int64_t looked_us, stale_us; /* at whether words went; since when some have (0: none) */
} lyt_webreader;

/* One question and its answer as it grows. */
typedef struct lyt_webasked {
    lyt_webreader *r;
    const lyt_json *tree;
    lyt_jw jw;
    int http; /* of a failure; 0: none */
    const char *code;
    lyt_error err;
    int64_t count;
    lyt_buf shown[2]; /* numbers of restricted incidents, and of messages, "3,4" */
    int64_t last_shown[2];
} lyt_webasked;

/* What is restricted and shown all the same, since who asks may see it: it is noted who did. */
typedef enum lyt_webshown { LYT_SHOWN_INCIDENT, LYT_SHOWN_MESSAGE } lyt_webshown;
void lyt_webasked_show(lyt_webasked *a, lyt_webshown kind, int64_t id);
/* Whether the settings call it sensitive. */
bool lyt_webasked_is_restricted(const lyt_webasked *a, const char *scenario);

/* Remembers what the client hears, and gives it back as a failure. */
lyt_status lyt_webasked_refuse(lyt_webasked *a, int http, const char *code, lyt_status status,
                               const char *text);
/* What is sent back: the answer as it was written, or why there is none. Borrowed from a->jw.out.
 */
lyt_str lyt_webasked_end(lyt_webasked *a, lyt_status status);
/* Whether who asks may see what is of that property. */
bool lyt_webasked_sees(const lyt_webasked *a, lyt_str property);

/* Whether it is of a failure that the settings call sensitive, and who asks may not see it. */
bool lyt_webasked_is_hidden(const lyt_webasked *a, const char *scenario);
/* What goes for a message that such incidents came out of. */
typedef enum lyt_webrestriction {
    LYT_WEB_FREE,
    LYT_WEB_NOTED,  /* it may be shown, and it is noted that it was */
    LYT_WEB_HIDDEN, /* not for who asks */
} lyt_webrestriction;
lyt_webrestriction lyt_webasked_restriction(const lyt_webasked *a, int64_t feedback);
/*
 * The same of a message that such an incident came out of, before it is shown: one that is not
 * hidden from who asks is noted as shown.
 */
bool lyt_webasked_is_hidden_message(lyt_webasked *a, int64_t feedback);
/* What stands in its place: the number of the message, and that it is restricted. */
void lyt_webasked_receipt(lyt_webasked *a, const lyt_feedback *feedback);
/*
 * webnames.c: a message, in which names of the house's people are asterisks unless who asks leads;
 * and the same of members "text" that were written from there on.
 */
void lyt_webasked_message(lyt_webasked *a, const lyt_feedback *feedback, lyt_str verdict_json);
void lyt_webasked_blot(lyt_webasked *a, size_t from);
/* webread_case.c: the book of the house up to what is committed. */
lyt_status lyt_webasked_facts(lyt_webasked *a);

/*
 * The properties that are asked for, as far as who asks may see them, as a JSON list. LYT_ESTATE:
 * the one that is named is not.
 */
lyt_status lyt_webasked_properties(lyt_webasked *a, lyt_buf *out);

/* Takes in some of what is new; whether all of it is in now. */
bool lyt_webreader_take_in(lyt_webreader *r);

/* webread_case.c */
lyt_status lyt_webread_incidents(lyt_webasked *a);
lyt_status lyt_webread_incident(lyt_webasked *a);
lyt_status lyt_webread_property(lyt_webasked *a);
lyt_status lyt_webread_guest(lyt_webasked *a);
/*
 * webread_unclear.c: the rows of the queue, and how many there are with those beyond the limit, up
 * to 500.
 */
lyt_status lyt_webread_unclear(lyt_webasked *a, lyt_found_query *query, size_t *waiting);
/* webreport.c; needs nothing of the reader but its options */
lyt_status lyt_webread_report(lyt_webasked *a);
/* webread_version.c */
lyt_status lyt_webread_version(lyt_webasked *a);
/* webread_try.c */
lyt_status lyt_webread_scenarios(lyt_webasked *a);
lyt_status lyt_webread_scenario(lyt_webasked *a);
lyt_status lyt_webread_changes(lyt_webasked *a);
lyt_status lyt_webread_try(lyt_webasked *a);

#endif
