#include "staffreply.h"

#include <stdio.h>

#include "guestreply.h"
#include "topic.h"

/* As long as an address of a guest where the settings say nothing. */
static const int64_t keep_us = (int64_t)14 * 86400 * 1000000;

typedef struct answer {
    lyt_str who, text;
    lyt_reply_to to;
    const lyt_way *way;
    char property[lyt_place_max + 1];
    char name[sizeof LYT_STAFFREPLY_NAME + lyt_answered_max];
} answer;

static lyt_status read_answer(answer *a, const lyt_settings *settings, const lyt_json *tree,
                              lyt_error *why)
{
    a->who = lyt_json_text(tree, "who");
    a->text = lyt_json_text(tree, "text");
    a->way = settings ? lyt_settings_sms_way(settings, a->who) : NULL;
    snprintf(a->name, sizeof a->name, "%s%.*s", LYT_STAFFREPLY_NAME, LYT_STR_ARG(a->who));
    if (lyt_topic_part(lyt_json_text(tree, "property"), a->property, sizeof a->property) ||
        !a->property[0])
        snprintf(a->property, sizeof a->property, "%s", settings ? settings->id : "default");
    if (lyt_reply_to_read(&a->to, tree, why))
        return LYT_EINVAL;
    if (!a->way)
        return lyt_error_set(why, LYT_ENOTFOUND, "who: the settings have no way that texts");
    if (!lyt_way_address(a->way, a->who) && !a->to.sealed.len)
        return lyt_error_set(why, LYT_ENOTFOUND, "who: no way has a number of %.*s",
                             LYT_STR_ARG(a->who));
    return LYT_OK;
}

static lyt_status keep_number(lyt_books *books, const answer *a, int64_t now_us, lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    lyt_contact_row row = {.guest = lyt_str_of(a->name),
                           .kind = a->to.kind,
                           .language = a->to.language,
                           .sealed = a->to.sealed,
                           .seen_us = now_us,
                           .until_us = now_us + (settings ? settings->replies.keep_us : keep_us)};

    return lyt_way_address(a->way, a->who) ? LYT_OK
                                           : lyt_store_put_contact(books->store, &row, err);
}

static lyt_status send(lyt_batch *batch, lyt_books *books, const answer *a, int64_t now_us,
                       lyt_error *err)
{
    lyt_reply_row words = {.seq = books->last_seq,
                           .state = LYT_REPLY_QUEUED,
                           .guest = lyt_str_of(a->name),
                           .kind = LYT_STR(LYT_WATCH_ANSWER),
                           .language = a->to.language,
                           .text = a->text,
                           .ground = LYT_STR("somebody of the house asked for it"),
                           .at_us = now_us};
    lyt_outbox_row row = {.seq = books->last_seq,
                          .event = LYT_NOTICE_REPLY,
                          .way = lyt_str_of(a->way->id),
                          .who = a->who,
                          .channel = LYT_STR(LYT_WATCH_ANSWER),
                          .lane = lyt_str_of(a->name),
                          .at_us = now_us,
                          .due_us = now_us,
                          .give_up_us = now_us + a->way->give_up_us};
    lyt_status status = lyt_store_add_reply(books->store, &words, err);

    batch->n_outbox++;
    return status ? status : lyt_store_outbox_add(books->store, &row, err);
}

lyt_status lyt_staffreply(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    const lyt_settings *settings = books->cases ? lyt_cases_settings(books->cases) : NULL;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_event_to to = lyt_batch_event_to(batch, books, now_us);
    lyt_json *tree = NULL;
    answer a;
    lyt_status status = lyt_json_parse(&tree, item->order.raw, lyt_command_max, &item->why);

    item->outcome = LYT_ITEM_REFUSED;
    if (status == LYT_EFORMAT || (!status && read_answer(&a, settings, tree, &item->why))) {
        lyt_json_free(tree);
        return LYT_OK;
    }
    item->outcome = LYT_ITEM_ACCEPTED;
    if (!status)
        status = keep_number(books, &a, now_us, err);
    if (!status) {
        lyt_event_answer(&to, lyt_str_of(a.property), a.who);
        status = lyt_batch_add_event(batch, books, now_us, err);
    }
    if (!status)
        status = send(batch, books, &a, now_us, err);
    lyt_json_free(tree);
    return status;
}
