#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cleantext.h"
#include "contactseal.h"
#include "phone.h"
#include "pseudonym.h"
#include "receiver.h"
#include "sha256.h"
#include "stafforder.h"
#include "wordfold.h"

static lyt_str or_else(lyt_str value, lyt_str fallback)
{
    return value.len ? value : fallback;
}

/* "a" to "z", digits, "-": what the service takes for a property. */
static bool is_property(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-'))
            return false;
    }
    return text.len <= lyt_inbound_place_max;
}

static bool is_channel(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '_' && !is_property(lyt_str_slice(text, i, i + 1)))
            return false;
    return text.len <= lyt_inbound_place_max;
}

static bool is_language(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'))
            return false;
    }
    return text.len <= 16;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The guest's number once more, on its own or within something, with whatever between its digits.
 */
static bool tells_number(lyt_str value, lyt_str from)
{
    if (!lyt_phone_is(from))
        return false;
    for (size_t start = 0; start + from.len - 1 <= value.len; start++) {
        size_t at = start, n = 1;

        if (value.ptr[start] != from.ptr[1])
            continue;
        for (; at < value.len && n < from.len; at++) {
            if (value.ptr[at] == from.ptr[n])
                n++;
            else if (is_digit(value.ptr[at]) || !strchr(" -.()", value.ptr[at]))
                break;
        }
        if (n == from.len)
            return true;
    }
    return false;
}

static void clean(lyt_str *text, size_t max_bytes, lyt_arena *arena)
{
    *text = lyt_clean_text(*text, max_bytes, NULL, arena);
}

static bool has_meta(const lyt_inbound *inbound, size_t n, lyt_str name)
{
    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(inbound->meta[i].name, name))
            return true;
    return false;
}

static void clean_meta(lyt_inbound *inbound, lyt_arena *arena)
{
    size_t n = 0;

    for (size_t i = 0; i < inbound->n_meta; i++) {
        lyt_meta field = inbound->meta[i];

        clean(&field.name, lyt_inbound_field_max, arena);
        clean(&field.value, lyt_inbound_field_max, arena);
        if (field.name.len && !has_meta(inbound, n, field.name) &&
            !tells_number(field.value, inbound->from))
            inbound->meta[n++] = field;
    }
    inbound->n_meta = n;
}

/* A score that the service would refuse is none: a telephone's number, say, in the field of one. */
static void clean_score(lyt_inbound *inbound)
{
    static const double limit = 1e9; /* six decimals of it are still written as a number */
    bool is_number = inbound->score >= 0 && inbound->score < limit;

    if (!is_number || !(inbound->scale >= 0 && inbound->scale < limit))
        inbound->scale = 0;
    if (!is_number || (inbound->scale > 0 && inbound->score > inbound->scale))
        inbound->score = (double)NAN;
}

lyt_status lyt_inbound_clean(lyt_inbound *inbound, bool national, const lyt_gateway_config *config,
                             lyt_arena *arena)
{
    lyt_str country = national && config->book ? config->book->country : (lyt_str){"", 0};
    lyt_str *const short_texts[] = {
        &inbound->provider_id, &inbound->channel, &inbound->keyword, &inbound->lang_hint,
        &inbound->encoding,    &inbound->status,  &inbound->error,   &inbound->reference_text,
        &inbound->from,        &inbound->to,      &inbound->note,    &inbound->property,
    };
    bool cut;

    for (size_t i = 0; i < sizeof short_texts / sizeof *short_texts; i++)
        clean(short_texts[i], lyt_inbound_field_max, arena);
    clean(&inbound->place, lyt_inbound_place_max, arena);
    inbound->text = lyt_clean_text(inbound->text, lyt_inbound_text_max, &cut, arena);
    inbound->partial |= cut;
    if (!lyt_arena_status(arena)) {
        inbound->from = lyt_phone(inbound->from, country, arena);
        inbound->to = lyt_phone(inbound->to, country, arena);
    }
    if (lyt_arena_status(arena))
        return lyt_arena_status(arena);
    clean_meta(inbound, arena);
    clean_score(inbound);
    if (!is_property(inbound->property))
        inbound->property = (lyt_str){"", 0};
    if (!is_channel(inbound->channel))
        inbound->channel = (lyt_str){"", 0};
    if (!is_language(inbound->lang_hint))
        inbound->lang_hint = (lyt_str){"", 0};
    inbound->provider = config->name;
    inbound->channel = or_else(inbound->channel, config->channel);
    if (config->gateway)
        inbound->channel = or_else(inbound->channel, lyt_str_of(config->gateway->channel));
    return lyt_arena_status(arena);
}

static void add_to_hash(lyt_sha256 *sha, lyt_str text)
{
    unsigned char size[4] = {(unsigned char)(text.len >> 24), (unsigned char)(text.len >> 16),
                             (unsigned char)(text.len >> 8), (unsigned char)text.len};

    /* lengths between, so that no two lists of texts run together into the same bytes */
    lyt_sha256_add(sha, (lyt_str){(const char *)size, sizeof size});
    lyt_sha256_add(sha, text);
}

/* The same on every machine, whatever its locale writes for a point or for no number. */
static long long score_key(double score)
{
    if (isnan(score))
        return LLONG_MIN;
    return fabs(score) < 1e9 ? (long long)(score * 1e6) : LLONG_MAX;
}

static lyt_str content_key(const lyt_inbound *inbound, char out[33])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[lyt_sha256_bytes];
    char number[64];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    add_to_hash(&sha, inbound->provider);
    add_to_hash(&sha, or_else(inbound->sender, inbound->from));
    add_to_hash(&sha, inbound->to);
    add_to_hash(&sha, inbound->property);
    add_to_hash(&sha, inbound->place);
    add_to_hash(&sha, inbound->text);
    snprintf(number, sizeof number, "%lld %lld %lld %u", score_key(inbound->score),
             score_key(inbound->scale), (long long)inbound->sent_us, inbound->part);
    add_to_hash(&sha, lyt_str_of(number));
    lyt_sha256_end(&sha, hash);
    for (size_t i = 0; i < 16; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
    out[32] = '\0';
    return (lyt_str){out, 32};
}

/* "twilio:SM0123…"; an id that is too long is told by its hash. */
static lyt_status identify(lyt_inbound *inbound, lyt_arena *arena)
{
    char text[lyt_inbound_id_max + 1], key[33];
    lyt_str own = inbound->provider_id;

    if (!own.len && !inbound->sent_us && inbound->kind != LYT_INBOUND_FEEDBACK)
        return LYT_OK;
    if (!own.len)
        own = content_key(inbound, key);
    if (inbound->provider.len + 1 + own.len > lyt_inbound_id_max) {
        lyt_inbound named = {.provider = inbound->provider, .text = own};

        own = content_key(&named, key);
    }
    snprintf(text, sizeof text, "%.*s:%.*s", LYT_STR_ARG(inbound->provider), LYT_STR_ARG(own));
    inbound->id = lyt_arena_copy(arena, lyt_str_of(text));
    return lyt_arena_status(arena);
}

static void look_up_number(lyt_inbound *inbound, const lyt_channelbook *book)
{
    for (size_t i = 0; i < book->n_numbers; i++) {
        const lyt_own_number *own = &book->numbers[i];

        if (!lyt_str_equal(own->number, inbound->to))
            continue;
        inbound->property = or_else(inbound->property, own->property);
        inbound->place = or_else(inbound->place, own->place);
        inbound->reply_lang = or_else(inbound->reply_lang, own->lang);
        return;
    }
}

/* "HOTEL der er koldt": the word goes, and what it stands for counts before the number's. */
static lyt_status take_keyword(lyt_inbound *inbound, const lyt_channelbook *book, lyt_arena *arena)
{
    lyt_str rest, word = lyt_word_fold(lyt_word_first(inbound->text, &rest), arena);

    if (!word.ptr)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < book->n_keywords && word.len; i++) {
        const lyt_keyword *row = &book->keywords[i];

        if (!lyt_str_equal(row->word, word) ||
            (row->number.len && !lyt_str_equal(row->number, inbound->to)))
            continue;
        inbound->keyword = row->word;
        /* alone it is all that was said */
        inbound->text = or_else(rest, inbound->text);
        inbound->property = or_else(row->property, inbound->property);
        inbound->place = or_else(row->place, inbound->place);
        inbound->reply_lang = or_else(row->lang, inbound->reply_lang);
        break;
    }
    return LYT_OK;
}

/* "stop" is a word of several languages: that of the number, if it is one of them. */
static const lyt_opt_word *find_word(const lyt_opt_word *words, size_t n, lyt_str folded,
                                     lyt_str lang)
{
    const lyt_opt_word *found = NULL;

    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(words[i].text, folded) && (!found || lyt_str_equal(words[i].lang, lang)))
            found = &words[i];
    return found;
}

/* The whole message, never a part of it: "Stop larmen i baren" is a complaint. */
static lyt_status look_for_opt(lyt_inbound *inbound, const lyt_channelbook *book, lyt_arena *arena)
{
    lyt_str folded = lyt_word_fold(inbound->text, arena);
    const lyt_opt_word *out, *in;

    if (!folded.ptr)
        return lyt_arena_status(arena);
    if (!folded.len || !isnan(inbound->score))
        return LYT_OK;
    out = find_word(book->opt_out, book->n_opt_out, folded, inbound->reply_lang);
    in = find_word(book->opt_in, book->n_opt_in, folded, inbound->reply_lang);
    if (out)
        inbound->kind = LYT_INBOUND_OPT_OUT;
    else if (in)
        inbound->kind = LYT_INBOUND_OPT_IN;
    if (out || in)
        inbound->reply_lang = (out ? out : in)->lang;
    return LYT_OK;
}

static const lyt_staff_number *find_staff(const lyt_channelbook *book, lyt_str from)
{
    for (size_t i = 0; i < book->n_staff && from.len; i++)
        if (lyt_str_equal(book->staff[i].number, from))
            return &book->staff[i];
    return NULL;
}

static lyt_status take_order(lyt_inbound *inbound, const lyt_staff_number *staff, lyt_arena *arena)
{
    lyt_stafforder order;
    lyt_status status = lyt_stafforder_parse(&order, inbound->text, arena);

    if (status)
        return status;
    inbound->person = staff->person;
    inbound->channel = LYT_STR("staff");
    inbound->property = or_else(inbound->property, staff->property);
    /* it is written for a guest, who is not the one with this telephone */
    if (order.verb != LYT_STAFF_ACK && order.verb != LYT_STAFF_RESOLVE)
        inbound->sender = (lyt_str){"", 0};
    if (order.verb == LYT_STAFF_NONE)
        return LYT_OK;
    inbound->kind = LYT_INBOUND_STAFF;
    inbound->verb = order.verb;
    inbound->incident = order.incident;
    inbound->within = staff->property;
    inbound->note = lyt_clean_text(order.note, lyt_inbound_note_max, NULL, arena);
    inbound->problem = order.problem;
    return lyt_arena_status(arena);
}

/* What words and numbers say of a message that somebody wrote. */
static lyt_status read_words(lyt_inbound *inbound, const lyt_channelbook *book, lyt_arena *arena)
{
    const lyt_staff_number *staff = find_staff(book, inbound->from);
    lyt_status status = take_keyword(inbound, book, arena);

    look_up_number(inbound, book);
    if (!status && staff)
        status = take_order(inbound, staff, arena);
    else if (!status)
        status = look_for_opt(inbound, book, arena);
    return status;
}

/*
 * Orders, keywords and STOP are things of the telephone. In a survey the number is what somebody
 * typed: a guest who typed that of staff must not give orders, and "Hotel …" is no keyword.
 */
static bool is_telephone(const lyt_gateway_config *config)
{
    return !config->gateway || strcmp(config->gateway->channel, "survey") != 0;
}

lyt_status lyt_inbound_settle(lyt_inbound *inbound, const lyt_gateway_config *config,
                              lyt_arena *arena)
{
    const lyt_channelbook *book = config->book;
    char pseudonym[lyt_pseudonym_bytes];
    lyt_contact_kind kind;
    lyt_status status = LYT_OK;

    if (book) {
        /* one who writes by mail and on the page is one guest, whatever the letters' size */
        const lyt_str form = lyt_contact_form(inbound->from, LYT_STR(""), arena, &kind);

        inbound->sender = lyt_arena_copy(arena, lyt_pseudonym(&book->pseudonyms, form, pseudonym));
        status = lyt_arena_status(arena);
    }
    /* before the keyword goes: copies are copies whatever the settings have become */
    if (!status && !inbound->id.len)
        status = identify(inbound, arena);
    if (!status && book && inbound->kind == LYT_INBOUND_FEEDBACK && is_telephone(config))
        status = read_words(inbound, book, arena);
    else if (!status && book)
        look_up_number(inbound, book);
    inbound->property = or_else(inbound->property, config->property);
    inbound->place = or_else(inbound->place, config->place);
    inbound->lang_hint = or_else(inbound->lang_hint, config->lang);
    inbound->reply_lang = or_else(inbound->reply_lang, config->lang);
    return status;
}
