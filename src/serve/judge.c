#include "judge.h"

#include <math.h>
#include <string.h>

#include "classify.h"
#include "kind.h"
#include "mem.h"
#include "personal.h"

/* classifier.h takes language, place and property as C strings; all are short. */
enum { hint_bytes = 64, alarm_words = 4, usual_scale = 10 };

typedef struct real_session {
    lyt_session *inner;
} real_session;

static lyt_status real_open(void *context, void **session, lyt_error *err)
{
    real_session *real = lyt_mem_new(NULL, sizeof *real);
    lyt_status status;

    if (!real)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a session");
    status = lyt_session_new(&real->inner, context, err);
    if (status)
        lyt_mem_free(NULL, real);
    else
        *session = real;
    return status;
}

static void real_free(void *session)
{
    real_session *real = session;

    if (!real)
        return;
    lyt_session_free(real->inner);
    lyt_mem_free(NULL, real);
}

static const char *hint(lyt_str text, char room[hint_bytes])
{
    if (text.len == 0 || text.len >= hint_bytes)
        return NULL;
    memcpy(room, text.ptr, text.len);
    room[text.len] = '\0';
    return room;
}

/* Cut at a character, as an alarm shows it. */
static lyt_str cut(lyt_str word, size_t max_bytes)
{
    size_t n = word.len;

    if (n > max_bytes) {
        n = max_bytes;
        while (n > 0 && ((unsigned char)word.ptr[n] & 0xC0) == 0x80)
            n--;
    }
    return lyt_str_slice(word, 0, n);
}

static bool overlaps(const lyt_failure *from, size_t index, const size_t *chosen, size_t n)
{
    const lyt_evidence *row = &from->evidence[index];

    for (size_t i = 0; i < n; i++) {
        const lyt_evidence *other = &from->evidence[chosen[i]];

        if (row->start < other->end && other->start < row->end)
            return true;
    }
    return false;
}

/* Who is told must not learn of somebody's health from it: such a word is not even replaced. */
static bool is_special(const lyt_verdict *verdict, const lyt_evidence *row)
{
    for (size_t i = 0; i < verdict->n_special; i++)
        if (row->start < verdict->special[i].end && verdict->special[i].start < row->end)
            return true;
    return false;
}

/*
 * The word, or the mark of what it is a part of: a phone in four words is none of them. Found in
 * the whole text, since a few digits by themselves are a room.
 */
static lyt_str shown(const lyt_verdict *verdict, const lyt_evidence *row)
{
    lyt_personal found;

    for (size_t at = 0; lyt_personal_find(&found, verdict->text, at, NULL); at = found.end)
        if (row->start < found.end && found.start < row->end)
            return lyt_str_of(lyt_personal_mark(found.kind));
    return cut(row->text, lyt_judged_word_bytes);
}

static bool is_shown(const lyt_judged_failure *to, lyt_str word)
{
    for (size_t i = 0; i < to->n_words; i++)
        if (lyt_str_equal(to->words[i], word))
            return true;
    return false;
}

/* "6/10", of the last row: what it was judged by beside the words. */
static void add_score(lyt_judged_failure *to, const lyt_failure *from)
{
    static const lyt_str mark = {"score:", 6};
    lyt_str feature;

    if (!from->band || !from->n_evidence)
        return;
    feature = from->evidence[from->n_evidence - 1].feature;
    if (lyt_str_begins(feature, mark))
        to->words[to->n_words++] =
            lyt_str_slice(feature, mark.len, lyt_str_find(feature, ':', mark.len));
}

/*
 * The few words that an alarm shows: the heaviest evidence, each stretch of text once. What
 * weighs less than a fifth of the heaviest gave nothing away.
 */
static void copy_words(lyt_judged_failure *to, const lyt_failure *from, const lyt_verdict *verdict)
{
    size_t chosen[alarm_words];

    to->n_words = 0;
    for (size_t i = 0; i < from->n_evidence && to->n_words < alarm_words; i++) {
        const lyt_evidence *row = &from->evidence[i];
        lyt_str word;

        if (row->end <= row->start || row->weight < from->evidence[0].weight / 5 ||
            row->weight <= 0 || overlaps(from, i, chosen, to->n_words) || is_special(verdict, row))
            continue;
        word = shown(verdict, row);
        if (word.ptr != row->text.ptr && is_shown(to, word))
            continue;
        chosen[to->n_words] = i;
        to->words[to->n_words++] = word;
    }
    add_score(to, from);
}

static void copy_failure(lyt_judged_failure *to, const lyt_failure *from,
                         const lyt_verdict *verdict)
{
    to->scenario = cut(lyt_str_of(from->scenario), 63);
    to->team = cut(lyt_str_of(from->team), 63);
    to->probability = from->probability;
    to->severity = from->severity < 0 ? 0 : from->severity;
    to->start = from->start;
    to->end = from->end;
    to->version = from->version;
    to->window_min = from->window_min > 0 ? (uint32_t)from->window_min : 0;
    copy_words(to, from, verdict);
}

static bool alarms(const lyt_verdict *verdict, const lyt_failure *failure)
{
    return lyt_failure_alarms(verdict->kind, failure->severity, failure->shadow);
}

static lyt_status real_judge(void *session, const lyt_question *question, lyt_judgement *out,
                             lyt_error *err)
{
    real_session *real = session;
    char language_room[hint_bytes], place_room[hint_bytes], property_room[hint_bytes];
    lyt_message message = {
        .text = question->text,
        .language = hint(question->language, language_room),
        .place = hint(question->place, place_room),
        .property = hint(question->property, property_room),
        .score = isnan(question->score) ? 0 : question->score,
        .scale = isnan(question->score) ? 0 : question->scale > 0 ? question->scale : usual_scale,
    };
    const lyt_verdict *verdict;
    lyt_status status = lyt_classify(real->inner, &message, &verdict, err);

    if (status)
        return status;
    out->n_failures = 0;
    for (size_t i = 0; i < verdict->n_failures && out->n_failures < lyt_judged_failures_max; i++)
        if (alarms(verdict, &verdict->failures[i]))
            copy_failure(&out->failures[out->n_failures++], &verdict->failures[i], verdict);
    out->language = lyt_str_of(verdict->language);
    out->place = cut(verdict->place, 63);
    return lyt_verdict_json(real->inner, verdict, &out->json, err);
}

static bool real_knows(void *context, lyt_str scenario)
{
    const lyt_classifier *classifier = context;
    const lyt_model *model = lyt_classifier_model(classifier);

    for (size_t i = 0; i < lyt_model_about(model).n_labels; i++)
        if (lyt_str_equal(lyt_str_of(lyt_model_label(model, i)), scenario))
            return true;
    return false;
}

static lyt_status real_teach(void *context, lyt_str lessons, lyt_judge *out, lyt_error *err)
{
    lyt_classifier *taught = NULL;
    lyt_status status = lyt_classifier_teach_again(&taught, context, lessons, err);

    if (!status)
        *out = lyt_judge_of(taught);
    return status;
}

static void real_forget(void *context)
{
    lyt_classifier_close(context);
}

lyt_judge lyt_judge_of(const lyt_classifier *classifier)
{
    return (lyt_judge){
        .context = (void *)(uintptr_t)classifier,
        .version = lyt_classifier_version(classifier),
        .base = lyt_classifier_base(classifier),
        .lessons = lyt_classifier_lessons(classifier),
        .open = real_open,
        .judge = real_judge,
        .free = real_free,
        .knows = real_knows,
        .teach = real_teach,
        .forget = real_forget,
    };
}
