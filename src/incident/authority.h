/*
 * lyt_authority: who may give a guest how much. Each role has limits per incident, guest
 * (what was given to the same guest within a year) and month (what the same person
 * gave in that local calendar month). Within them nobody is asked; above them the offer
 * becomes a request to the lowest role that may give so much, and no offer before that
 * one has agreed. A request without an answer goes upwards.
 *
 * Threads   one at a time, as the book.
 * Units     amounts are øre or cents. Limits are in one currency; the other is converted
 *           at the house's rate, rounded up.
 */
#ifndef LYT_AUTHORITY_H
#define LYT_AUTHORITY_H

#include "act.h"
#include "zone.h"

#define LYT_ROLES(X)                                                                               \
    X(LYT_ROLE_AUTOMATIC, "automatic") /* Lyt itself, on a trigger */                              \
    X(LYT_ROLE_CONTACT, "contact")                                                                 \
    X(LYT_ROLE_SUPERVISOR, "supervisor")                                                           \
    X(LYT_ROLE_MANAGER, "manager")

typedef enum lyt_role {
#define X(name, text) name,
    LYT_ROLES(X)
#undef X
        LYT_ROLE_COUNT
} lyt_role;

const char *lyt_role_name(lyt_role role);
const char *lyt_currency_name(lyt_currency currency);

typedef struct lyt_limits {
    int64_t incident, guest, month;
} lyt_limits;

typedef struct lyt_authority_rules {
    lyt_limits limits[LYT_ROLE_COUNT];
    bool needs_training[LYT_ROLE_COUNT];
    const char *ask[LYT_ROLE_COUNT]; /* duty or person that answers for the role; NULL: nobody */
    lyt_currency currency;
    int64_t ore_per_eur;
    int64_t approval_us; /* how long each is waited for */
} lyt_authority_rules;

/* Who acts, as the settings know them. */
typedef struct lyt_giver {
    lyt_role role;
    bool is_trained;
} lyt_giver;

typedef struct lyt_gift {
    lyt_str gesture;
    int64_t amount;
    lyt_currency currency;
} lyt_gift;

/*
 * Which limit that amount would break for that person: "incident", "guest", "month", "training";
 * NULL: none, it may be given. by empty: for the role, whoever has it; the month is not
 * looked at.
 */
const char *lyt_authority_breaks(const lyt_book *book, const lyt_authority_rules *rules,
                                 const lyt_zone *zone, const lyt_giver *giver, lyt_str by,
                                 int64_t incident, const lyt_gift *gift, int64_t now_us);

/*
 * Gives it, or asks for approval when it is above act->by's limits. LYT_ELIMIT: above what
 * anybody may give. LYT_EBUSY: somebody else gave or asked for something in this incident;
 * to give both, act on the version that shows the first. LYT_ESTATE: the same gesture twice.
 * *offer: its number; *is_given: not only asked for.
 */
LYT_MUST_USE lyt_status lyt_authority_offer(lyt_book *book, const lyt_authority_rules *rules,
                                            const lyt_zone *zone, const lyt_act *act,
                                            const lyt_giver *giver, const lyt_gift *gift,
                                            lyt_facts *out, int64_t *offer, bool *is_given,
                                            lyt_error *err);

typedef enum lyt_answer { LYT_ANSWER_APPROVE, LYT_ANSWER_DECLINE, LYT_ANSWER_WITHDRAW } lyt_answer;

/*
 * act->incident is the offer's. Approving needs limits of one's own that allow it, and
 * another person than who asked; withdrawing is for what is not wanted any more.
 */
LYT_MUST_USE lyt_status lyt_authority_answer(lyt_book *book, const lyt_authority_rules *rules,
                                             const lyt_zone *zone, const lyt_act *act,
                                             const lyt_giver *giver, int64_t offer,
                                             lyt_answer answer, lyt_facts *out, lyt_error *err);

/* The request is overdue: it goes to the next role up, or to the highest once more. */
LYT_MUST_USE lyt_status lyt_authority_raise(lyt_book *book, const lyt_authority_rules *rules,
                                            const lyt_zone *zone, int64_t offer, int64_t now_us,
                                            lyt_facts *out, lyt_error *err);

/* What was given. Empty texts and 0 match all. */
typedef struct lyt_ledger_filter {
    int64_t from_us, until_us; /* of giving, until exclusive */
    lyt_str property, scenario, decided_by, guest;
    int64_t incident;
} lyt_ledger_filter;

bool lyt_ledger_has(const lyt_book *book, const lyt_ledger_filter *filter, const lyt_offer *offer);
void lyt_ledger_sum(const lyt_book *book, const lyt_ledger_filter *filter,
                    int64_t sums[LYT_CURRENCY_COUNT]);

#endif
