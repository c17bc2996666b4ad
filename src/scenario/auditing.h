/* What the files of lyt_pack_audit() share: the list of findings and the sentences. */
#ifndef LYT_AUDITING_H
#define LYT_AUDITING_H

#include "classify.h"
#include "pack_audit.h"

/* A sentence of training/, of the examples or of day.jsonl. */
typedef struct lyt_audit_sentence {
    lyt_str text;
    const char *file;
    uint32_t line, column;
    lyt_language language;
    bool is_test; /* else it is learned from */
} lyt_audit_sentence;

typedef struct lyt_audit {
    const lyt_pack *pack;
    lyt_arena *arena;
    lyt_finding *items;
    size_t n, cap;
    lyt_audit_sentence *sentences;
    size_t n_sentences, sentences_cap;
    lyt_session *session;
    uint32_t *fired; /* by rule: sentences it fired in */
    lyt_error *err;
} lyt_audit;

/* Where a finding stands. */
typedef struct lyt_audit_place {
    const char *file;
    uint32_t line, column;
} lyt_audit_place;

/* A finding that could not be kept shows in the arena's status. */
void lyt_audit_error(lyt_audit *audit, const char *check, lyt_audit_place at, const char *format,
                     ...) LYT_PRINTF(4, 5);
void lyt_audit_warn(lyt_audit *audit, const char *check, lyt_audit_place at, const char *format,
                    ...) LYT_PRINTF(4, 5);

/* Whether the pack writes its texts in the language (a bit of its languages, not of more). */
bool lyt_audit_speaks(const lyt_audit *audit, lyt_language language);
const char *lyt_audit_code(const lyt_audit *audit, lyt_language language);

/* Guests' messages: contact, sms, translation. */
void lyt_audit_messages(lyt_audit *audit);
/* Whether a text for guests says how to reach a person. Folds within the arena. */
bool lyt_audit_has_contact(lyt_arena *arena, const char *language, lyt_str text);

/* Collects all sentences and says which stand in training and in a test. */
LYT_MUST_USE lyt_status lyt_audit_sentences(lyt_audit *audit);

/* Judges them all: rules that never fire, patterns that a space took apart, scenarios alike. */
LYT_MUST_USE lyt_status lyt_audit_use(lyt_audit *audit);

/* Severities and raises that contradict themselves or the lexicons' words of danger. */
LYT_MUST_USE lyt_status lyt_audit_severity(lyt_audit *audit);

/* The same pattern with slots taken apart otherwise than its writer may have meant. */
typedef struct lyt_splits lyt_splits;
LYT_MUST_USE lyt_status lyt_splits_new(lyt_splits **out, lyt_audit *audit);
void lyt_splits_free(lyt_splits *splits);
LYT_MUST_USE lyt_status lyt_splits_see(lyt_splits *splits, const lyt_text *text, lyt_arena *arena);
void lyt_splits_report(const lyt_splits *splits, lyt_audit *audit);

/* Which scenarios are reported together and by which words. */
typedef struct lyt_alike lyt_alike;
LYT_MUST_USE lyt_status lyt_alike_new(lyt_alike **out, lyt_audit *audit);
/* said: of lyt_pack_decide(). */
LYT_MUST_USE lyt_status lyt_alike_see(lyt_alike *alike, lyt_audit *audit,
                                      const lyt_audit_sentence *sentence, const lyt_judged *reading,
                                      const bool *said);
LYT_MUST_USE lyt_status lyt_alike_report(lyt_alike *alike, lyt_audit *audit);

#endif
