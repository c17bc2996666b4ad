#include "lookout.h"

#include <string.h>
#include <unistd.h>

#include "choose.h"
#include "classify.h"
#include "hash.h"
#include "mem.h"
#include "store.h"
#include "store_scan.h"

enum { patience_ms = 2000 };

/* Two answers of which neither is twice as likely as the other. */
static const double unclear_from = 0.5;

struct lyt_lookout {
    lyt_lookout_options o;
    lyt_session *session;
    lyt_drift *drift;
    lyt_emerging *emerging;
    int64_t last_id, last_us; /* of the last message that was read; the latest of them */
    size_t n_read, most;
    lyt_error *err;
};

void lyt_lookout_free(lyt_lookout *l)
{
    if (!l)
        return;
    lyt_session_free(l->session);
    lyt_drift_free(l->drift);
    lyt_emerging_free(l->emerging);
    lyt_mem_free(l->o.alloc, l);
}

lyt_status lyt_lookout_new(lyt_lookout **out, const lyt_lookout_options *options, lyt_error *err)
{
    lyt_lookout *l = lyt_mem_new(options->alloc, sizeof *l);
    lyt_status status;

    if (!l)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a lookout");
    l->o = *options;
    status = lyt_session_new_small(&l->session, options->classifier, err);
    if (!status &&
        (lyt_drift_new(&l->drift, options->alloc,
                       lyt_model_about(lyt_classifier_model(options->classifier)).n_labels) ||
         lyt_emerging_new(&l->emerging, options->alloc)))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for a lookout");
    if (status) {
        lyt_lookout_free(l);
        return status;
    }
    *out = l;
    return LYT_OK;
}

const char *lyt_lookout_label(const lyt_lookout *l, uint16_t label)
{
    return lyt_model_label(lyt_classifier_model(l->o.classifier), label);
}

/* The most probable of the scenarios that are reported, as a label of the model. */
static int reported(const lyt_lookout *l, const lyt_judged *reading, lyt_str property)
{
    const lyt_pack *pack = lyt_classifier_pack(l->o.classifier);
    bool said[lyt_scenarios_max];
    int best = -1;

    lyt_pack_decide(pack, lyt_pack_at(pack, property), reading, said);
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        const int label = lyt_pack_label(pack, i);

        if (said[i] && label >= 0 &&
            (best < 0 || reading->scores.probability[label] > reading->scores.probability[best]))
            best = label;
    }
    return best;
}

static bool is_word(const lyt_token *token)
{
    return token->kind == LYT_TOKEN_WORD || token->kind == LYT_TOKEN_HASHTAG;
}

static lyt_status note_words(lyt_lookout *l, const lyt_judged_row *row, const lyt_judged *reading,
                             int label, double *unknown)
{
    const lyt_vocab *vocab = lyt_model_vocab(lyt_classifier_model(l->o.classifier));
    lyt_emerging_word words[lyt_emerging_words_max];
    lyt_emerging_message message = {.id = row->id,
                                    .at_us = row->received_us,
                                    .sender = row->sender.len ? lyt_hash_str(row->sender, 0) : 0,
                                    .words = words,
                                    .label = label};
    size_t n = 0, n_unknown = 0;

    for (size_t i = 0; i < reading->text.n_tokens; i++) {
        const lyt_token *token = &reading->text.tokens[i];
        bool is_known;

        if (!is_word(token))
            continue;
        is_known = lyt_vocab_count(vocab, token->norm) > 0;
        n++;
        n_unknown += !is_known;
        if (!(token->flags & (LYT_TOKEN_STOP | LYT_TOKEN_NEGATOR)) &&
            message.n_words < lyt_emerging_words_max)
            words[message.n_words++] = (lyt_emerging_word){token->stem, token->norm, is_known};
    }
    *unknown = n ? (double)n_unknown / (double)n : 0;
    return lyt_emerging_add(l->emerging, &message);
}

static lyt_status look_at(lyt_lookout *l, const lyt_judged_row *row)
{
    char language[8] = "";
    lyt_message message = {.text = row->text};
    lyt_drift_seen seen = {.at_us = row->received_us};
    lyt_drift_change change;
    lyt_judged reading;
    lyt_status status;
    int label;

    if (row->language.len == 2) {
        memcpy(language, row->language.ptr, 2);
        message.language = language;
    }
    status = lyt_session_read(l->session, &message, &reading, l->err);
    if (status || !reading.text.n_tokens)
        return status;
    label = reported(l, &reading, row->property);
    if (note_words(l, row, &reading, label, &seen.unknown))
        return lyt_error_set(l->err, LYT_ENOMEM, "no memory for the words of a message");
    seen.label = label < 0 ? lyt_drift_none : (uint16_t)label;
    seen.anything = 1 - reading.scores.none;
    seen.is_unclear =
        lyt_doubt(&reading.scores,
                  lyt_model_about(lyt_classifier_model(l->o.classifier)).n_labels) >= unclear_from;
    if (l->o.on_seen)
        l->o.on_seen(l->o.context, &seen);
    if (lyt_drift_note(l->drift, &seen, &change) && l->o.on_change)
        l->o.on_change(l->o.context, &change, seen.at_us);
    return LYT_OK;
}

static lyt_status each(void *user, const lyt_judged_row *row)
{
    lyt_lookout *l = user;
    lyt_status status;

    if (l->n_read == l->most)
        return LYT_EEND;
    status = look_at(l, row);
    if (status)
        return status;
    l->last_id = row->id;
    if (row->received_us > l->last_us)
        l->last_us = row->received_us;
    l->n_read++;
    return LYT_OK;
}

lyt_status lyt_lookout_read(lyt_lookout *l, size_t most, size_t *n, lyt_error *err)
{
    const lyt_store_options options = {
        .alloc = l->o.alloc, .path = l->o.database, .read_only = true, .busy_ms = patience_ms};
    lyt_store *store = NULL;
    lyt_status status;

    *n = 0;
    if (access(l->o.database, F_OK) != 0)
        return LYT_OK;
    l->n_read = 0;
    l->most = most;
    l->err = err;
    status = lyt_store_open(&store, &options, err);
    if (!status)
        status = lyt_store_each_judged(store, l->o.since_us, l->last_id, each, l, err);
    lyt_store_close(store);
    *n = l->n_read;
    return status;
}

int64_t lyt_lookout_last_us(const lyt_lookout *l)
{
    return l->last_us;
}

lyt_status lyt_lookout_topics(lyt_lookout *l, int64_t days_us, const lyt_emerging_topic **out,
                              size_t *n)
{
    return lyt_emerging_find(l->emerging, l->last_us, days_us, out, n);
}
