#include "token.h"

#include <string.h>

#include "chars.h"
#include "letterrun.h"
#include "special.h"
#include "text.h"
#include "utf8.h"

typedef struct scanner {
    lyt_arena *arena;
    lyt_breaks *breaks;
    lyt_raws *out;
    lyt_str s;
    size_t at;
    unsigned gap;     /* LYT_RAW_LINE, LYT_RAW_SPACE: what lies before the next token */
    bool after_alnum; /* a letter or digit ends right here */
} scanner;

static char byte_at(lyt_str s, size_t at)
{
    return at < s.len ? s.ptr[at] : '\0';
}

static lyt_char_class class_after(lyt_str s, size_t at)
{
    return at < s.len ? lyt_char_classify(lyt_utf8_next(s, &at)) : LYT_CHAR_SPACE;
}

/* Where the next character that can be seen begins: soft hyphens and the like skipped. */
static size_t seen_from(lyt_str s, size_t at)
{
    while (at < s.len && (unsigned char)s.ptr[at] >= 0x80) {
        size_t next = at;

        if (lyt_char_classify(lyt_utf8_next(s, &next)) != LYT_CHAR_IGNORABLE)
            break;
        at = next;
    }
    return at;
}

static lyt_char_class seen_after(lyt_str s, size_t at)
{
    return class_after(s, seen_from(s, at));
}

static bool is_extending(lyt_char_class k)
{
    return k == LYT_CHAR_MARK || k == LYT_CHAR_IGNORABLE;
}

static lyt_status make_room(scanner *sc)
{
    if (sc->out->n == lyt_tokens_max)
        return LYT_ELIMIT;
    return lyt_arena_grow(sc->arena, &sc->out->items, &sc->out->cap, sc->out->n + 1,
                          sizeof *sc->out->items);
}

static lyt_status add(scanner *sc, size_t start, size_t end, lyt_token_kind kind, unsigned marks)
{
    if (sc->out->n == sc->out->cap) {
        lyt_status status = make_room(sc);

        if (status)
            return status;
    }
    sc->out->items[sc->out->n++] = (lyt_raw){
        .start = (uint32_t)start,
        .end = (uint32_t)end,
        .kind = (uint8_t)kind,
        .marks = (uint16_t)(marks | sc->gap),
    };
    sc->gap = 0;
    sc->at = end;
    sc->after_alnum = kind == LYT_TOKEN_WORD || kind == LYT_TOKEN_NUMBER;
    return LYT_OK;
}

/* One word as it is scanned. */
typedef struct word {
    size_t start, end;
    size_t letters, uppers, digits;
    size_t clitic; /* where n't begins, 0 for nowhere */
    bool dotted, capital;
    bool grows; /* holds a letter whose normal form is others */
} word;

/* "f.eks", "p.m", "U.S.A": short parts, one of them a single letter. at: behind the stop. */
static bool is_dotted(lyt_str s, const word *w, size_t at)
{
    size_t part = 0;

    if (w->digits || w->letters > 6)
        return false;
    for (at = seen_from(s, at); part <= 3 && class_after(s, at) == LYT_CHAR_LETTER;
         at = seen_from(s, at)) {
        bool upper = lyt_char_is_upper(lyt_utf8_next(s, &at));

        /* "ok.I asked" */
        if (upper && (part || w->uppers < w->letters))
            return false;
        part++;
    }
    if (part == 0 || part > 3 || lyt_char_is_alnum(class_after(s, at)))
        return false;
    if (part == 1)
        return w->letters <= 2 || w->dotted;
    return w->letters == 1 && !w->capital;
}

/* "w/o", "a/c", "B&B": one letter on either side. */
static bool is_letter_pair(lyt_str s, const word *w, size_t next)
{
    next = seen_from(s, next);
    if (w->letters != 1 || w->digits || class_after(s, next) != LYT_CHAR_LETTER)
        return false;
    lyt_utf8_next(s, &next);
    return !lyt_char_is_alnum(seen_after(s, next));
}

/* Whether a mark inside a word keeps it together; next is where it ends. */
static bool joins(lyt_str s, const word *w, uint32_t c, lyt_char_class k, size_t next)
{
    lyt_char_class after;

    c = lyt_char_narrow(c);
    if (c == '.')
        return is_dotted(s, w, next);
    if (c == '/' || c == '&')
        return is_letter_pair(s, w, next);
    if (k != LYT_CHAR_APOSTROPHE && k != LYT_CHAR_HYPHEN && c != '_')
        return false;
    after = seen_after(s, next);
    /* "2-3 dage" is two numbers */
    return after == LYT_CHAR_LETTER || (after == LYT_CHAR_DIGIT && w->letters);
}

/* Where the character that ends at `at` begins. at > 0. */
static size_t step_back(lyt_str s, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80);
    return at;
}

static bool is_letter_of(lyt_str s, size_t at, char letter)
{
    return at < s.len && (lyt_char_narrow(lyt_utf8_next(s, &at)) | 0x20) == (unsigned char)letter;
}

/* n't at the end of a word that is more than that; *cut is where the n stands. */
static bool is_clitic(lyt_str s, size_t start, size_t apostrophe, size_t next, size_t *cut)
{
    lyt_char_class k = LYT_CHAR_PUNCT;

    if (apostrophe == start)
        return false;
    *cut = step_back(s, apostrophe);
    if (*cut == start || !is_letter_of(s, *cut, 'n') || !is_letter_of(s, next, 't'))
        return false;
    for (size_t at = *cut; at > start && is_extending(k = class_after(s, at = step_back(s, at)));)
        continue;
    if (!lyt_char_is_alnum(k))
        return false;
    lyt_utf8_next(s, &next);
    k = seen_after(s, next);
    return !lyt_char_is_alnum(k) && k != LYT_CHAR_MARK;
}

/*
 * Most letters by far are plain ones, or U+00C0 to U+00FF; they need no look at
 * Unicode's tables.
 */
static void scan_plain(lyt_str s, word *w)
{
    const lyt_letter_run run = lyt_letter_run_at(s, w->end);

    w->capital |= w->letters == 0 && run.capital;
    w->letters += run.n;
    w->uppers += run.uppers;
    w->end += run.n;
    for (; w->end < s.len; w->end++, w->letters++) {
        unsigned char c = (unsigned char)s.ptr[w->end], d;
        bool upper = c < 'a';

        if ((unsigned char)((c | 0x20) - 'a') >= 26) {
            d = (unsigned char)byte_at(s, w->end + 1);
            if (c != 0xC3 || d == 0x97 || d == 0xB7)
                return;
            w->end++;
            w->grows |= d == 0x9F;
            upper = d < 0x9F;
        }
        w->uppers += upper;
        w->capital |= upper && w->letters == 0;
    }
}

/* t stands at `at`, and the word ends with it. */
static void end_with_clitic(lyt_str s, word *w, size_t at)
{
    w->letters++;
    w->uppers += lyt_char_is_upper(lyt_utf8_next(s, &at));
    w->end = seen_from(s, at);
}

static void scan_word(lyt_str s, word *w)
{
    for (;;) {
        size_t next;

        scan_plain(s, w);
        if (w->end == s.len)
            return;
        next = w->end;
        uint32_t c = lyt_utf8_next(s, &next);
        lyt_char_class k = lyt_char_classify(c);

        if (k == LYT_CHAR_LETTER) {
            bool upper = lyt_char_is_upper(c);

            w->capital |= upper && w->letters == 0;
            w->letters++;
            w->uppers += upper;
        } else if (k == LYT_CHAR_DIGIT) {
            w->digits++;
        } else if (!is_extending(k)) {
            if (!joins(s, w, c, k, next))
                return;
            w->dotted |= lyt_char_narrow(c) == '.';
            if (k == LYT_CHAR_APOSTROPHE && is_clitic(s, w->start, w->end, next, &w->clitic)) {
                end_with_clitic(s, w, next);
                return;
            }
            w->clitic = 0;
        }
        w->end = next;
    }
}

static unsigned word_marks(const word *w)
{
    return (unsigned)((w->capital ? LYT_RAW_CAPITAL : 0) | (w->digits ? LYT_RAW_DIGIT : 0) |
                      (w->dotted ? LYT_RAW_DOTTED : 0) |
                      (w->letters > 1 && w->uppers == w->letters ? LYT_RAW_UPPER : 0));
}

static void count_letters(scanner *sc, size_t letters)
{
    sc->out->items[sc->out->n - 1].letters = letters > UINT16_MAX ? UINT16_MAX : (uint16_t)letters;
}

static lyt_status add_word(scanner *sc, const word *w)
{
    lyt_status status;

    if (!w->clitic) {
        status = add(sc, w->start, w->end, LYT_TOKEN_WORD, word_marks(w));
        if (!status)
            count_letters(sc, w->letters);
        return status;
    }
    status = add(sc, w->start, w->clitic, LYT_TOKEN_WORD, word_marks(w));
    if (status)
        return status;
    count_letters(sc, w->letters - 2);
    status = add(sc, w->clitic, w->end, LYT_TOKEN_WORD,
                 LYT_RAW_CLITIC | (word_marks(w) & LYT_RAW_UPPER));
    if (!status)
        count_letters(sc, 2);
    return status;
}

static bool is_laugh(lyt_str s)
{
    return s.len == 2 && (s.ptr[0] | 0x20) == 'x' && s.ptr[1] == 'D';
}

/* A word, or the address that begins like one. */
static lyt_status take_word(scanner *sc, word *w)
{
    size_t end = w->start;
    char c;

    scan_word(sc->s, w);
    c = byte_at(sc->s, w->end);
    if (c == '@' || c == '.' || c == '+' || c == '_' || c == '%' || w->dotted)
        end = lyt_special_mail(sc->s, w->start);
    if (end > w->start)
        return add(sc, w->start, end, LYT_TOKEN_MENTION, 0);
    if (c == '.' || w->dotted)
        end = lyt_special_domain(sc->s, w->start);
    if (end > w->start)
        return add(sc, w->start, end, LYT_TOKEN_URL, 0);
    if (is_laugh(lyt_str_slice(sc->s, w->start, w->end)))
        return add(sc, w->start, w->end, LYT_TOKEN_EMOJI, 0);
    return add_word(sc, w);
}

/* Digits with . , : / between digits; a word if letters touch plain digits. */
static lyt_status take_number(scanner *sc)
{
    word w = {.start = sc->at, .end = sc->at};
    bool plain = true;
    size_t end = sc->at;

    while (end < sc->s.len) {
        size_t next = end;
        uint32_t c = lyt_char_narrow(lyt_utf8_next(sc->s, &next));
        lyt_char_class k = lyt_char_classify(c);
        bool between = c == '.' || c == ',' || c == ':' || c == '/';

        if (k == LYT_CHAR_DIGIT)
            w.digits++;
        else if (between && class_after(sc->s, next) == LYT_CHAR_DIGIT)
            plain = false;
        else if (!is_extending(k))
            break;
        end = next;
    }
    w.end = end;
    if (plain && end < sc->s.len) {
        size_t next = end;
        uint32_t c = lyt_utf8_next(sc->s, &next);
        lyt_char_class k = lyt_char_classify(c);

        if (k == LYT_CHAR_LETTER || c == '@' || joins(sc->s, &w, c, k, next))
            return take_word(sc, &w);
    }
    return add(sc, sc->at, end, LYT_TOKEN_NUMBER, LYT_RAW_DIGIT);
}

static bool is_all_figures(lyt_str s, size_t at, size_t end)
{
    bool first = true;

    for (; at < end; first = false) {
        lyt_char_class k = lyt_char_classify(lyt_utf8_next(s, &at));

        if (k != LYT_CHAR_DIGIT && (first || !is_extending(k)))
            return false;
    }
    return true;
}

/* Words of a script that is not Latin, found by ICU. */
static lyt_status take_other(scanner *sc)
{
    UErrorCode code = U_ZERO_ERROR;
    size_t start = sc->at, end = sc->at;
    int32_t from, to;

    while (end < sc->s.len) {
        size_t next = end;
        lyt_char_class k = lyt_char_classify(lyt_utf8_next(sc->s, &next));

        if (k != LYT_CHAR_OTHER && k != LYT_CHAR_DIGIT && !is_extending(k))
            break;
        end = next;
    }
    sc->breaks->run =
        utext_openUTF8(sc->breaks->run, sc->s.ptr + start, (int64_t)(end - start), &code);
    ubrk_setUText(sc->breaks->words, sc->breaks->run, &code);
    if (U_FAILURE(code))
        return LYT_ENOMEM;
    from = ubrk_first(sc->breaks->words);
    while ((to = ubrk_next(sc->breaks->words)) != UBRK_DONE) {
        /* figures at the end may go on outside the run: "拢20,50" */
        if (from > 0 && is_all_figures(sc->s, start + (size_t)from, end)) {
            end = start + (size_t)from;
            break;
        }
        int32_t rule = ubrk_getRuleStatus(sc->breaks->words);
        lyt_token_kind kind = rule < UBRK_WORD_NONE_LIMIT     ? LYT_TOKEN_PUNCT
                              : rule < UBRK_WORD_NUMBER_LIMIT ? LYT_TOKEN_NUMBER
                                                              : LYT_TOKEN_WORD;
        lyt_status status = add(sc, start + (size_t)from, start + (size_t)to, kind, 0);

        if (status)
            return status;
        from = to;
    }
    sc->at = end;
    return LYT_OK;
}

/* One mark or a run of the same, each with the combining marks on it. */
static lyt_status take_punct(scanner *sc)
{
    size_t end = sc->at, next = sc->at;
    uint32_t first = lyt_utf8_next(sc->s, &end);
    bool mark = lyt_char_classify(first) == LYT_CHAR_MARK;

    for (next = end; next < sc->s.len; end = next) {
        uint32_t c = lyt_utf8_next(sc->s, &next);

        if (c != first && !is_extending(lyt_char_classify(c)))
            break;
        if (mark && lyt_char_classify(c) != LYT_CHAR_MARK)
            break;
    }
    return add(sc, sc->at, end, LYT_TOKEN_PUNCT, 0);
}

/* "°C" is one word; it stands after numbers that are no rooms. */
static size_t degree_end(lyt_str s, size_t at)
{
    char unit = byte_at(s, at + 2);

    if (byte_at(s, at) != '\xC2' || byte_at(s, at + 1) != '\xB0')
        return at;
    if ((unit != 'C' && unit != 'F' && unit != 'c' && unit != 'f') ||
        lyt_char_is_alnum(class_after(s, at + 3)))
        return at;
    return at + 3;
}

/* Things that a first mark announces; *taken when there was one. */
static lyt_status take_special(scanner *sc, bool *taken)
{
    static const struct {
        char first;
        lyt_token_kind kind;
        unsigned marks;
        size_t (*end)(lyt_str s, size_t at);
    } rows[] = {
        {'@', LYT_TOKEN_MENTION, 0, lyt_special_mention},
        {'#', LYT_TOKEN_EMOJI, 0, lyt_special_emoji},
        {'#', LYT_TOKEN_HASHTAG, 0, lyt_special_hashtag},
        {'&', LYT_TOKEN_PUNCT, LYT_RAW_ENTITY, lyt_special_entity},
        {'\xC2', LYT_TOKEN_WORD, 0, degree_end},
    };
    size_t end;

    *taken = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (sc->s.ptr[sc->at] != rows[i].first)
            continue;
        end = rows[i].end(sc->s, sc->at);
        if (end > sc->at)
            return add(sc, sc->at, end, rows[i].kind, rows[i].marks);
    }
    end = lyt_special_emoticon(sc->s, sc->at, sc->after_alnum);
    if (end == sc->at && (unsigned char)sc->s.ptr[sc->at] >= 0x80)
        end = lyt_special_emoji(sc->s, sc->at);
    if (end > sc->at)
        return add(sc, sc->at, end, LYT_TOKEN_EMOJI, 0);
    *taken = false;
    return LYT_OK;
}

/* One mark of those that nothing special begins with, and nothing can hang on to. */
static bool is_single_mark(lyt_str s, size_t at)
{
    char c = s.ptr[at];
    unsigned char next = (unsigned char)byte_at(s, at + 1);

    return (c == '.' || c == ',' || c == '!' || c == '?') && next < 0x80 && next != c;
}

static lyt_status take_mark(scanner *sc)
{
    bool taken;
    lyt_status status;

    if (is_single_mark(sc->s, sc->at))
        return add(sc, sc->at, sc->at + 1, LYT_TOKEN_PUNCT, LYT_RAW_FOLDED);
    status = take_special(sc, &taken);
    return status || taken ? status : take_punct(sc);
}

/* Whether nothing that follows can still belong to a word of letters that ends at `at`. */
static bool ends_plainly(lyt_str s, size_t at)
{
    char after = byte_at(s, at + 1);

    if (at == s.len)
        return true;
    switch (s.ptr[at]) {
    case ' ':
    case '\n':
    case ',':
    case ';':
    case '!':
    case '?':
    case ')':
        return true;
    case '.':
        return at + 1 == s.len || after == ' ' || after == '\n';
    default:
        return false;
    }
}

static lyt_status take_plain_word(scanner *sc, const word *w)
{
    const unsigned folded = LYT_RAW_LETTERS | (w->uppers || w->grows ? 0 : LYT_RAW_FOLDED);
    lyt_status status = add(sc, w->start, w->end, LYT_TOKEN_WORD, word_marks(w) | folded);

    if (!status)
        count_letters(sc, w->letters);
    return status;
}

static lyt_status take_letters(scanner *sc)
{
    word w = {.start = sc->at, .end = sc->at};
    char c = sc->s.ptr[sc->at];
    size_t end = sc->at;

    scan_plain(sc->s, &w);
    if (ends_plainly(sc->s, w.end) && !is_laugh((lyt_str){sc->s.ptr + w.start, w.end - w.start}))
        return take_plain_word(sc, &w);
    if (c == 'h' || c == 'H' || c == 'w' || c == 'W')
        end = lyt_special_url(sc->s, sc->at);
    w = (word){.start = sc->at, .end = sc->at};
    return end > sc->at ? add(sc, sc->at, end, LYT_TOKEN_URL, 0) : take_word(sc, &w);
}

static lyt_status take_digits(scanner *sc)
{
    size_t end = lyt_special_emoji(sc->s, sc->at);

    return end > sc->at ? add(sc, sc->at, end, LYT_TOKEN_EMOJI, 0) : take_number(sc);
}

static lyt_status take_next(scanner *sc)
{
    size_t next = sc->at;

    switch (lyt_char_classify(lyt_utf8_next(sc->s, &next))) {
    case LYT_CHAR_NEWLINE:
        sc->gap |= LYT_RAW_LINE | LYT_RAW_SPACE;
        sc->after_alnum = false;
        sc->at = next;
        return LYT_OK;
    case LYT_CHAR_SPACE:
        sc->gap |= LYT_RAW_SPACE;
        sc->after_alnum = false;
        sc->at = next;
        return LYT_OK;
    case LYT_CHAR_IGNORABLE:
        sc->at = next;
        return LYT_OK;
    case LYT_CHAR_LETTER:
        return take_letters(sc);
    case LYT_CHAR_DIGIT:
        return take_digits(sc);
    case LYT_CHAR_OTHER:
        return take_other(sc);
    case LYT_CHAR_PUNCT:
    case LYT_CHAR_MARK:
    case LYT_CHAR_APOSTROPHE:
    case LYT_CHAR_HYPHEN:
    case LYT_CHAR_EMOJI:
        break;
    }
    return take_mark(sc);
}

lyt_status lyt_raw_scan(lyt_arena *arena, lyt_breaks *breaks, lyt_str utf8, lyt_raws *out)
{
    scanner sc = {.arena = arena, .breaks = breaks, .out = out, .s = utf8, .gap = LYT_RAW_SPACE};
    size_t likely = utf8.len / 4 + 8;
    lyt_status status;

    if (likely > lyt_tokens_max)
        likely = lyt_tokens_max;
    *out = (lyt_raws){NULL, 0, 0};
    status = lyt_arena_grow(arena, &out->items, &out->cap, likely, sizeof *out->items);
    while (!status && sc.at < utf8.len) {
        if (utf8.ptr[sc.at] != ' ') {
            status = take_next(&sc);
            continue;
        }
        sc.gap |= LYT_RAW_SPACE;
        sc.after_alnum = false;
        sc.at++;
    }
    return status;
}
