#include "token_oracle.h"

#include <stdlib.h>
#include <unicode/uchar.h>

#include "chars.h"
#include "text.h"
#include "utf8.h"

enum { beyond = 8 };

typedef struct letter {
    uint32_t c;
    uint32_t mark; /* the same, of a full-width form its plain twin */
    size_t start;
    lyt_char_class k;
    int special; /* number of the token that ICU knows nothing of, from 1; 0 for none */
    bool icu;    /* a break of ICU's before it */
    bool ours;   /* a token begins or ended right before it */
} letter;

typedef struct reading {
    letter *at; /* n, and some behind the end */
    size_t n;
    size_t begin;         /* of the token in hand */
    bool is_behind_uncut; /* the one before it is of those that no n't is cut from */
} reading;

bool token_oracle_open(token_oracle *oracle)
{
    UErrorCode code = U_ZERO_ERROR;

    *oracle = (token_oracle){NULL, NULL, 0, 0};
    oracle->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
    return U_SUCCESS(code);
}

void token_oracle_close(token_oracle *oracle)
{
    if (oracle->breaks)
        ubrk_close(oracle->breaks);
    if (oracle->text)
        utext_close(oracle->text);
}

static bool is_gap(const letter *l)
{
    return l->k == LYT_CHAR_SPACE || l->k == LYT_CHAR_NEWLINE;
}

static bool is_hung(const letter *l)
{
    return l->k == LYT_CHAR_MARK || l->k == LYT_CHAR_IGNORABLE;
}

static bool is_alnum(const letter *l)
{
    return l->k == LYT_CHAR_LETTER || l->k == LYT_CHAR_DIGIT;
}

/* The first at i or behind it that can be seen. */
static const letter *seen_from(const letter *l)
{
    while (l->k == LYT_CHAR_IGNORABLE)
        l++;
    return l;
}

/* The letter before i, or behind it, that is no combining or invisible mark. */
static size_t base_before(const reading *r, size_t i)
{
    while (i > 0 && is_hung(&r->at[i - 1]))
        i--;
    return i ? i - 1 : SIZE_MAX;
}

/* ---- the rules; each answers for the place before letter i ---- */

enum { icu_decides = -1, joined = 0, parted = 1, no_matter = 2 };

/* What lies between the token's beginning and letter i. */
typedef struct so_far {
    size_t letters, uppers, digits;
    bool dotted, capital, other, pointed; /* pointed: figures with marks between */
} so_far;

static bool is_point(const letter *l)
{
    return l->mark == '.' || l->mark == ',' || l->mark == ':' || l->mark == '/';
}

static so_far count(const reading *r, size_t i)
{
    so_far n = {0, 0, 0, false, false, false, false};

    for (size_t k = r->begin; k < i; k++) {
        const letter *l = &r->at[k];
        bool upper = l->k == LYT_CHAR_LETTER && lyt_char_is_upper(l->c);

        n.capital |= upper && n.letters == 0;
        n.letters += l->k == LYT_CHAR_LETTER;
        n.uppers += upper;
        n.digits += l->k == LYT_CHAR_DIGIT;
        n.other |= l->k == LYT_CHAR_OTHER;
        n.dotted |= l->mark == '.' && n.letters;
        n.pointed |= n.digits && !n.letters && is_point(l);
    }
    return n;
}

/* Whether i goes on a stretch of another script's letters, figures among them. */
static bool is_in_other_run(const reading *r, size_t i)
{
    bool found = false;

    for (size_t k = i; k > 0 && !r->at[k - 1].special; k--) {
        const letter *l = &r->at[k - 1];

        if (l->k != LYT_CHAR_OTHER && l->k != LYT_CHAR_DIGIT && !is_hung(l))
            break;
        found |= l->k == LYT_CHAR_OTHER;
    }
    return found;
}

/* The token in hand is of figures with which a stretch of another script ends: "拢20,50". */
static bool are_figures_behind_run(const reading *r)
{
    const letter *l = &r->at[r->begin];

    while (l->k == LYT_CHAR_DIGIT || (is_hung(l) && l > &r->at[r->begin]))
        l++;
    return l > &r->at[r->begin] && l->k != LYT_CHAR_OTHER;
}

/* Abbreviations of short parts: f.eks, p.m, U.S.A */
static bool is_abbreviation(const reading *r, size_t dot, const so_far *n)
{
    const letter *l = seen_from(&r->at[dot + 1]);
    size_t part = 0;

    if (n->digits || n->letters > 6)
        return false;
    for (; part < 4 && l->k == LYT_CHAR_LETTER; part++, l = seen_from(l + 1))
        if (lyt_char_is_upper(l->c) && (part || n->uppers < n->letters))
            return false;
    if (part == 0 || part > 3 || is_alnum(l))
        return false;
    return part == 1 ? n->letters <= 2 || n->dotted : n->letters == 1 && !n->capital;
}

static bool is_not_clitic(const reading *r, size_t i)
{
    const letter *n = &r->at[i], *end = seen_from(n + 3 < &r->at[r->n + beyond] ? n + 3 : n);

    return (n->mark | 0x20) == 'n' && n[1].k == LYT_CHAR_APOSTROPHE && (n[2].mark | 0x20) == 't' &&
           !is_alnum(end) && end->k != LYT_CHAR_MARK;
}

/* A word ends with the n't that was cut from it. */
static bool is_behind_clitic(const reading *r, size_t m)
{
    size_t before = base_before(r, r->begin);

    return before != SIZE_MAX && is_alnum(&r->at[before]) && !r->at[before].special &&
           !r->is_behind_uncut && is_not_clitic(r, r->begin) && m > r->begin + 2;
}

/* Whether the mark at m holds together what stands on either side. */
static bool holds(const reading *r, size_t m)
{
    const letter *mark = &r->at[m], *next = seen_from(&r->at[m + 1]);
    size_t before = base_before(r, m);
    so_far n;

    if (before == SIZE_MAX || before < r->begin || !is_alnum(&r->at[before]))
        return false;
    n = count(r, m);
    if (n.other || is_behind_clitic(r, m))
        return false;
    if (n.digits && !n.letters && is_point(mark) && mark[1].k == LYT_CHAR_DIGIT)
        return true;
    if (n.pointed)
        return false;
    if (mark->mark == '.')
        return is_abbreviation(r, m, &n);
    if (mark->mark == '/' || mark->mark == '&')
        return n.letters == 1 && !n.digits && next->k == LYT_CHAR_LETTER &&
               !is_alnum(seen_from(next + 1));
    if (mark->k != LYT_CHAR_APOSTROPHE && mark->k != LYT_CHAR_HYPHEN && mark->mark != '_')
        return false;
    return next->k == LYT_CHAR_LETTER || (next->k == LYT_CHAR_DIGIT && n.letters);
}

/* Word_Break properties that join letters or figures. */
static bool wb_joins(uint32_t c)
{
    switch (u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK)) {
    case U_WB_MIDLETTER:
    case U_WB_MIDNUM:
    case U_WB_MIDNUMLET:
    case U_WB_SINGLE_QUOTE:
    case U_WB_DOUBLE_QUOTE:
    case U_WB_EXTENDNUMLET:
    case U_WB_FORMAT: /* signs that stand before figures in some scripts */
        return true;
    default: /* marks of scripts without spaces */
        return u_getIntPropertyValue((UChar32)c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT ||
               u_hasBinaryProperty((UChar32)c, UCHAR_RADICAL) /* of Han signs */;
    }
}

static bool wb_hangs(uint32_t c)
{
    int property = u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK);

    return property == U_WB_EXTEND || property == U_WB_FORMAT || property == U_WB_ZWJ;
}

static bool wb_is_letter(uint32_t c)
{
    switch (u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK)) {
    case U_WB_ALETTER:
    case U_WB_HEBREW_LETTER:
    case U_WB_KATAKANA:
    case U_WB_NUMERIC:
        return true;
    default:
        return false;
    }
}

static bool is_flag_letter(uint32_t c)
{
    return c >= 0x1F1E6 && c <= 0x1F1FF;
}

/* Letters in circles and squares, and figures of no use as such: letters to ICU, marks to us. */
static bool is_drawn_letter(const letter *l)
{
    return (l->k == LYT_CHAR_PUNCT || l->k == LYT_CHAR_EMOJI) && wb_is_letter(l->c);
}

static bool is_picture(const letter *l)
{
    return (l->k == LYT_CHAR_EMOJI && !is_drawn_letter(l)) ||
           (l->k == LYT_CHAR_PUNCT && lyt_char_is_text_emoji(l->c));
}

/* Marks that ICU joins by, and those that it does not know as apostrophe or hyphen. */
static bool is_our_mark(const letter *l)
{
    return l->k == LYT_CHAR_APOSTROPHE || l->k == LYT_CHAR_HYPHEN ||
           (l->k == LYT_CHAR_PUNCT &&
            (l->mark == '/' || l->mark == '&' || l->mark == '@' || wb_joins(l->c)));
}

/* ½ ² ① and the like: figures to us, marks to ICU. */
static bool is_small_figure(const letter *l)
{
    return l->k == LYT_CHAR_DIGIT && u_charType((UChar32)l->c) != U_DECIMAL_DIGIT_NUMBER;
}

/* Between letters and figures, combining marks left out. */
static int rule_of_letters(const reading *r, size_t i, const letter *before)
{
    const letter *l = &r->at[i];
    so_far n = count(r, i);

    /* a letter of another script that to ICU hangs on what is before it */
    if (before->k == LYT_CHAR_OTHER && wb_hangs(before->c) && before == &r->at[r->begin])
        return wb_hangs(l->c) ? icu_decides : parted;
    if (is_in_other_run(r, i) && !are_figures_behind_run(r))
        return l->k == LYT_CHAR_LETTER ? parted : icu_decides;
    if (l->k == LYT_CHAR_OTHER)
        return parted;
    if (before->k == LYT_CHAR_DIGIT && l->k == LYT_CHAR_LETTER && n.pointed)
        return parted;
    if (is_not_clitic(r, i) && i > r->begin)
        return parted;
    if (is_small_figure(before) || is_small_figure(l))
        return joined;
    /* what cannot be seen does not part a word */
    for (const letter *hung = &r->at[i - 1]; hung > before; hung--)
        if (!wb_hangs(hung->c))
            return joined;
    return icu_decides;
}

static int rule_of_hung(const reading *r, size_t i)
{
    size_t before = base_before(r, i);

    if (before == SIZE_MAX || before < r->begin || is_gap(&r->at[before]) || r->at[before].special)
        return no_matter;
    return is_in_other_run(r, i) && !are_figures_behind_run(r) ? icu_decides : joined;
}

/* White space parts, also that which ICU joins figures by, and combining marks hang on none. */
static int rule_of_gap(const reading *r, size_t i)
{
    const letter *l = &r->at[i], *gap = is_gap(l) ? l : &r->at[i - 1];

    if (is_hung(l))
        return l->k == LYT_CHAR_IGNORABLE ? no_matter : parted;
    return wb_joins(gap->c) || wb_hangs(l->c) ? parted : icu_decides;
}

/* A colour of skin, on a flag or half of one; what hangs between them does not matter. */
static bool is_on_flag(const reading *r, size_t i)
{
    size_t at = i;

    while (at > 0 &&
           (is_hung(&r->at[at]) || (r->at[at].k == LYT_CHAR_EMOJI && wb_hangs(r->at[at].c))))
        at--;
    return at < i && is_flag_letter(r->at[at].c);
}

/* A picture, or a mark that is one as the token in hand goes on: the second of "👩‍‼". */
static bool is_of_picture(const reading *r, size_t at)
{
    const letter *l = &r->at[at];

    return l->k == LYT_CHAR_EMOJI ||
           (is_picture(l) && r->begin < at && r->at[r->begin].k == LYT_CHAR_EMOJI);
}

/* Invisible letters that hang on no word, and a joiner that has no picture before it. */
static bool is_hanging_loose(const reading *r, const letter *hung, const letter *l, size_t at)
{
    const letter *before = &r->at[at];

    if (wb_is_letter(hung->c) && !is_alnum(before) && before->k != LYT_CHAR_OTHER)
        return true;
    if (is_of_picture(r, at))
        return false;
    return is_picture(l) ||
           (hung->c == 0x200D && before->k == LYT_CHAR_PUNCT && lyt_char_is_text_emoji(l->c));
}

/* Between two halves of a flag there may be what ICU lets hang, also signs of another script. */
static bool is_within_flag(const reading *r, size_t i)
{
    if (!is_flag_letter(r->at[r->begin].c))
        return false;
    for (size_t k = r->begin + 1; k < i; k++)
        if (!wb_hangs(r->at[k].c))
            return false;
    while (i < r->n && wb_hangs(r->at[i].c))
        i++;
    return is_flag_letter(r->at[i].c);
}

static int rule_at(const reading *r, size_t i)
{
    const letter *l = &r->at[i], *before;
    size_t at = base_before(r, i);

    if (is_gap(l) && (is_gap(&r->at[i - 1]) || is_hung(&r->at[i - 1])))
        return no_matter;
    if (l->special || r->at[i - 1].special)
        return l->special == r->at[i - 1].special ? joined : parted;
    if (is_gap(l) || is_gap(&r->at[i - 1]))
        return rule_of_gap(r, i);
    if (is_within_flag(r, i))
        return joined;
    if (is_hung(l))
        return rule_of_hung(r, i);
    if (at == SIZE_MAX || is_gap(&r->at[at]) || r->at[at].special)
        return parted;
    before = &r->at[at];
    /* a run of one mark; the first of them may have ended a picture instead */
    if (before->c == l->c && r->at[r->begin].c == l->c && !is_alnum(l) && l->k != LYT_CHAR_OTHER &&
        l->k != LYT_CHAR_EMOJI)
        return joined;
    if (r->at[i - 1].c == 0x200D && (l->k == LYT_CHAR_EMOJI || lyt_char_is_text_emoji(l->c)) &&
        is_of_picture(r, at) && !is_flag_letter(before->c))
        return is_on_flag(r, at) && !wb_hangs(l->c) && !is_flag_letter(l->c) ? parted : icu_decides;
    if (is_alnum(l) && r->begin < at && holds(r, at))
        return joined;
    for (const letter *hung = &r->at[i - 1]; hung > before; hung--)
        if (is_hanging_loose(r, hung, l, at))
            return parted;
    if (is_flag_letter(before->c) && !is_flag_letter(l->c) && !wb_hangs(l->c))
        return parted;
    if (l->k == LYT_CHAR_EMOJI || before->k == LYT_CHAR_EMOJI)
        return is_of_picture(r, at) && ((l->k == LYT_CHAR_EMOJI && wb_hangs(l->c)) ||
                                        (!is_drawn_letter(before) && is_picture(l)))
                   ? icu_decides
                   : parted;
    if (is_alnum(l) || l->k == LYT_CHAR_OTHER) {
        if (is_alnum(before) || before->k == LYT_CHAR_OTHER)
            return rule_of_letters(r, i, before);
        return is_our_mark(before) || is_drawn_letter(before) || wb_hangs(l->c) ? parted
                                                                                : icu_decides;
    }
    if (holds(r, i))
        return joined;
    if (is_drawn_letter(l) || is_drawn_letter(before))
        return parted;
    return is_our_mark(l) || is_our_mark(before) ? parted : icu_decides;
}

static void read_letters(lyt_str text, reading *r)
{
    r->n = 0;
    for (size_t at = 0; at < text.len; r->n++) {
        letter *l = &r->at[r->n];

        *l = (letter){.start = at};
        l->c = lyt_utf8_next(text, &at);
        l->k = lyt_char_classify(l->c);
        l->mark = lyt_char_narrow(l->c);
    }
    for (size_t i = 0; i < beyond; i++)
        r->at[r->n + i] = (letter){.c = ' ', .start = text.len, .k = LYT_CHAR_SPACE};
}

static letter *letter_at(const reading *r, size_t start)
{
    size_t low = 0, high = r->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (r->at[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return &r->at[low];
}

static bool is_special(const lyt_raw *raw, const letter *first)
{
    switch ((lyt_token_kind)raw->kind) {
    case LYT_TOKEN_URL:
    case LYT_TOKEN_MENTION:
    case LYT_TOKEN_HASHTAG:
        return true;
    case LYT_TOKEN_EMOJI: /* a picture is ICU's, an emoticon is not */
        return first->k != LYT_CHAR_EMOJI;
    case LYT_TOKEN_PUNCT:
        return raw->marks & LYT_RAW_ENTITY;
    case LYT_TOKEN_WORD:
        return first->c == 0xB0; /* °C */
    case LYT_TOKEN_NUMBER:
        break;
    }
    return false;
}

static void read_tokens(reading *r, const lyt_raws *raws)
{
    for (size_t i = 0; i < raws->n; i++) {
        letter *first = letter_at(r, raws->items[i].start), *end = letter_at(r, raws->items[i].end);

        first->ours = end->ours = true;
        for (letter *l = first; l < end && is_special(&raws->items[i], first); l++)
            l->special = (int)i + 1;
    }
}

static bool read_breaks(token_oracle *oracle, lyt_str text, reading *r)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t to;

    oracle->text = utext_openUTF8(oracle->text, text.ptr, (int64_t)text.len, &code);
    ubrk_setUText(oracle->breaks, oracle->text, &code);
    if (U_FAILURE(code))
        return false;
    for (to = ubrk_first(oracle->breaks); to != UBRK_DONE; to = ubrk_next(oracle->breaks))
        letter_at(r, (size_t)to)->icu = true;
    return true;
}

bool token_oracle_agrees(token_oracle *oracle, lyt_str text, const lyt_raws *raws, size_t *bad)
{
    reading r = {malloc((text.len + beyond) * sizeof(letter)), 0, 0, false};
    bool same = r.at != NULL;

    if (!same)
        return false;
    read_letters(text, &r);
    read_tokens(&r, raws);
    same = read_breaks(oracle, text, &r);
    for (size_t i = 1; i < r.n && same; i++) {
        int rule = rule_at(&r, i);

        oracle->places++;
        oracle->by_rule += rule >= 0;
        same = r.at[i].ours == (rule < 0 ? r.at[i].icu : rule > 0) || rule == no_matter;
        *bad = r.at[i].start;
        if (r.at[i].ours) {
            so_far n = count(&r, i);

            r.is_behind_uncut = n.pointed || n.other; /* "4/7", "ћ4" */
            r.begin = i;
        }
    }
    free(r.at);
    return same;
}
