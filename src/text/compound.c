#include "compound.h"

#include <string.h>

#include "chars.h"
#include "utf8.h"

/* Costs are in tenths. */
enum {
    no_cost = 30000,
    cost_a_part = 20,
    cost_a_rank = 5,   /* for each rank below the highest */
    cost_short = 10,   /* a part of three letters */
    cost_tiny = 16,    /* of two */
    cost_rare = 8,     /* more, when no text has it */
    cost_bare = 12,    /* a noun that the dictionary does not let begin a compound */
    cost_bare_s = 16,  /* the same with an s behind it */
    most_average = 48, /* a part may cost, on average */
    letters_max = lyt_compound_bytes_max,
    rank_max = 7,
};

typedef struct step {
    int cost;      /* of all up to here */
    uint8_t from;  /* letter where the last part begins */
    uint8_t link;  /* bytes at its end that are a link */
    uint8_t parts; /* how many up to here */
} step;

typedef struct splitting {
    const lyt_words *words;
    lyt_str word;
    bool listed;
    size_t n;                             /* letters */
    uint8_t at[letters_max + 1];          /* where each letter begins */
    lyt_word_info first[letters_max + 1]; /* of the word's beginning up to each letter */
    step steps[letters_max + 1];          /* the best way to the letter, a compound's beginning */
} splitting;

static bool is_one_of(lyt_str s, const char *const *list, size_t n)
{
    for (size_t i = 0; s.len && i < n; i++)
        if (list[i][0] == s.ptr[0] && lyt_str_equal(s, lyt_str_of(list[i])))
            return true;
    return false;
}

/* Words that stand first in what was derived, not compounded: "overnatning", "indgang". */
static bool is_one_particle(lyt_str s)
{
    enum { particle_bytes_max = 6 }; /* of the longest here */
    static const char *const particles[] = {
        "ad",    "af",   "alt",  "an",     "and",  "bag",    "be",    "bi",   "bort", "der",
        "efter", "en",   "er",   "et",     "for",  "fra",    "frem",  "før",  "gen",  "hen",
        "her",   "hjem", "hos",  "hvor",   "ind",  "inde",   "inter", "ion",  "kon",  "med",
        "mel",   "mis",  "mod",  "ned",    "nede", "om",     "op",    "over", "per",  "pro",
        "på",    "re",   "sam",  "selv",   "så",   "til",    "tion",  "ud",   "ude",  "under",
        "ved",   "vel",  "være", "ikke",   "det",  "den",    "der",   "din",  "man",  "mit",
        "hun",   "han",  "har",  "hen",    "jer",  "kan",    "men",   "nej",  "sig",  "som",
        "var",   "vor",  "ert",  "ver",    "ent",  "vor",    "auf",   "aus",  "bei",  "ein",
        "mit",   "nach", "vor",  "zer",    "zu",   "från",   "för",   "från", "upp",  "ut",
        "till",  "utan", "in",   "på",     "ge",   "het",    "een",   "van",  "voor", "aan",
        "uit",   "door", "naar", "opp",    "inn",  "ikkje",  "son",   "kom",  "tele", "øde",
        "lige",  "højt", "des",  "sammen", "imod", "gennem", "uden",  "al",   "und",
    };

    return s.len <= particle_bytes_max &&
           is_one_of(s, particles, sizeof particles / sizeof *particles);
}

/* With or without an s: "neds" of "nedslidt". */
static bool is_particle(lyt_str s)
{
    return is_one_particle(s) || (s.len > 2 && s.ptr[s.len - 1] == 's' &&
                                  is_one_particle(lyt_str_slice(s, 0, s.len - 1)));
}

/* Endings of derived words that are words as well. */
static bool is_ending(lyt_str s)
{
    static const char *const endings[] = {
        "agtig",   "let",     "lette",    "due",     "glad",    "glade",  "meste",   "gyldig",
        "gyldigt", "gyldige", "mindelig", "synlig",  "synligt", "te",     "re",      "se",
        "de",      "ne",      "le",       "agtige",  "agtigt",  "bar",    "bare",    "bart",
        "dom",     "domme",   "dommen",   "else",    "elsen",   "elser",  "elserne", "ende",
        "endes",   "ens",     "ent",      "er",      "ere",     "eren",   "eri",     "erier",
        "eriet",   "erne",    "ernes",    "et",      "ets",     "fri",    "frie",    "frit",
        "fuld",    "fulde",   "fuldt",    "fælde",   "hed",     "heden",  "heder",   "hederne",
        "heds",    "ingen",   "inger",    "ion",     "ionen",   "ioner",  "isk",     "ist",
        "iske",    "lig",     "lige",     "ligt",    "ling",    "linger", "lingen",  "løs",
        "løse",    "løst",    "mæssig",   "mæssige", "mæssigt", "ment",   "menter",  "ner",
        "ning",    "ningen",  "ninger",   "ring",    "ringe",   "ringen", "ringer",  "ringerne",
        "rings",   "rede",    "ret",      "rene",    "ren",     "sel",    "skab",    "skaber",
        "skabet",  "som",     "somme",    "somt",    "tale",    "tion",   "tionen",  "tioner",
        "vis",     "vise",    "vist",     "årig",    "årige",   "årigt",  "elle",    "elles",
        "ell",     "eres",    "eret",     "erede",   "erer",    "ner",    "nere",    "lse",
        "ser",     "sen",     "ten",      "tet",     "ter",     "det",    "den",     "der",
        "des",     "ene",     "ners",     "ling",    "keit",    "heit",   "ung",     "ungen",
        "lich",    "bar",     "sam",      "het",     "heten",   "heter",  "nings",   "are",
        "aren",    "arna",    "heid",     "ing",     "ings",    "isme",   "ismen",   "ør",
        "øren",    "ører",    "ens",      "erens",   "ste",     "able",   "lighed",  "ligheden",
        "set",     "ant",     "anter",    "ans",     "and",     "ene",    "enes",    "nede",
    };

    return is_one_of(s, endings, sizeof endings / sizeof *endings);
}

static lyt_str piece(const splitting *s, size_t from, size_t to)
{
    return lyt_str_slice(s->word, s->at[from], s->at[to]);
}

/* Short words are found in everything; those that the texts use are worth more. */
static int length_cost(size_t letters, bool common)
{
    if (letters > 3)
        return 0;
    return (letters == 2 ? cost_tiny : cost_short) + (common ? 0 : cost_rare);
}

static int rank_cost(unsigned rank)
{
    return cost_a_part + (int)(rank_max - rank) * cost_a_rank;
}

static unsigned max_of(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* What the letters from … to cost as a part that is not the last, were it no particle. */
static int cost_of_first(const splitting *s, lyt_str text, size_t letters, lyt_word_info info,
                         uint8_t *link)
{
    lyt_str stem = text;
    lyt_word_info bare;

    if (info & LYT_WORDS_BEGIN && !(info & LYT_WORDS_NAME)) {
        unsigned rank = max_of(lyt_words_first_rank(info), lyt_words_text_rank(info));

        *link = (uint8_t)lyt_words_link(info);
        if (*link >= text.len)
            *link = 0;
        stem.len -= *link;
        rank = max_of(rank, lyt_words_text_rank(lyt_words_get(s->words, stem)));
        if (is_particle(stem))
            return no_cost;
        return rank_cost(rank) + length_cost(letters - *link, lyt_words_text_rank(info) > 0);
    }
    if (letters < 3)
        return no_cost;
    if ((info & LYT_WORDS_WORD) && (info & LYT_WORDS_END) && !(info & LYT_WORDS_NAME))
        return rank_cost(max_of(lyt_words_first_rank(info), lyt_words_text_rank(info))) +
               cost_bare + length_cost(letters, lyt_words_text_rank(info) > 0);
    if (letters < 5 || text.ptr[text.len - 1] != 's')
        return no_cost;
    stem.len--;
    bare = lyt_words_get(s->words, stem);
    if (!(bare & LYT_WORDS_WORD) || !(bare & LYT_WORDS_END) || bare & LYT_WORDS_NAME)
        return no_cost;
    *link = 1;
    return rank_cost(max_of(lyt_words_first_rank(bare), lyt_words_text_rank(bare))) + cost_bare_s;
}

/* The same of any letters; *link as in step. */
static int first_cost(const splitting *s, size_t from, size_t to, lyt_word_info info, uint8_t *link)
{
    const lyt_str text = piece(s, from, to);
    int cost;

    *link = 0;
    if (!info && text.ptr[text.len - 1] != 's')
        return no_cost;
    cost = cost_of_first(s, text, to - from, info, link);
    /* last, as it is asked of a long list */
    return cost < no_cost && is_particle(text) ? no_cost : cost;
}

/* "området" is as common a last part as "område" is. */
static unsigned last_rank(const splitting *s, lyt_str text, lyt_word_info info)
{
    static const char *const endings[] = {"en", "n",  "et",   "t",   "er", "r",
                                          "e",  "ne", "erne", "rne", "ene"};
    unsigned rank = max_of(lyt_words_last_rank(info), lyt_words_text_rank(info));
    lyt_str bare = text;

    if (text.len > 3 && text.ptr[text.len - 1] == 's') {
        bare.len--;
        info = lyt_words_get(s->words, bare);
        if (info & LYT_WORDS_END)
            rank = max_of(rank, max_of(lyt_words_last_rank(info), lyt_words_text_rank(info)));
        else
            bare = text;
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        lyt_str ending = lyt_str_of(endings[i]), stem = bare;

        if (!lyt_str_ends(bare, ending) || bare.len - ending.len < 3)
            continue;
        stem.len -= ending.len;
        info = lyt_words_get(s->words, stem);
        if (info & LYT_WORDS_END)
            rank = max_of(rank, max_of(lyt_words_last_rank(info), lyt_words_text_rank(info)));
    }
    return rank;
}

static int last_cost(const splitting *s, size_t from)
{
    lyt_str text = piece(s, from, s->n);
    lyt_word_info info = lyt_words_get(s->words, text);

    if (!(info & LYT_WORDS_END) || !(info & LYT_WORDS_WORD) || info & LYT_WORDS_NAME ||
        is_particle(text))
        return no_cost;
    /* "brugbar" is in the dictionary; what is not, like "poolbar", ends with a bar */
    if (is_ending(text) && (s->listed || !lyt_str_equal(text, LYT_STR("bar"))))
        return no_cost;
    /* much that is derived ends like a short word: "person-ale", "læk-ker" */
    if (s->listed && s->n - from < 4 && !lyt_words_text_rank(info))
        return no_cost;
    return rank_cost(last_rank(s, text, info)) +
           length_cost(s->n - from, lyt_words_text_rank(info) > 0);
}

static bool begin(splitting *s)
{
    if (s->word.len > lyt_compound_bytes_max)
        return false;
    for (size_t at = 0; at < s->word.len; s->n++) {
        s->at[s->n] = (uint8_t)at;
        if (lyt_char_classify(lyt_utf8_next(s->word, &at)) != LYT_CHAR_LETTER)
            return false;
    }
    s->at[s->n] = (uint8_t)s->word.len;
    return s->n >= lyt_compound_letters_min;
}

/* What the pieces that begin at a letter are, asked for side by side. */
static void ask(const splitting *s, size_t from, lyt_word_info out[letters_max + 1])
{
    uint64_t keys[letters_max + 1];

    for (size_t to = from + 2; to <= s->n; to++)
        keys[to] = lyt_words_fetch(s->words, piece(s, from, to));
    for (size_t to = from + 2; to <= s->n; to++)
        out[to] = lyt_words_fetched(s->words, keys[to]);
}

/* The best way to cover each beginning of the word with parts that are not the last. */
static void cover(splitting *s)
{
    lyt_word_info asked[letters_max + 1];

    for (size_t to = 1; to <= s->n; to++)
        s->steps[to] = (step){.cost = no_cost};
    for (size_t from = 0; from + 2 < s->n; from++) {
        const lyt_word_info *infos = from ? asked : s->first;

        if (s->steps[from].cost >= no_cost || s->steps[from].parts == lyt_compound_parts_max - 1)
            continue;
        if (from)
            ask(s, from, asked);
        for (size_t to = from + 2; to + 2 <= s->n; to++) {
            uint8_t link;
            int cost = first_cost(s, from, to, infos[to], &link);

            if (cost < no_cost && s->steps[from].cost + cost < s->steps[to].cost)
                s->steps[to] = (step){s->steps[from].cost + cost, (uint8_t)from, link,
                                      (uint8_t)(s->steps[from].parts + 1)};
        }
    }
}

/* The letter where the last part of the cheapest whole begins; 0 for none. *cost of all. */
static size_t best_end(const splitting *s, int *cost)
{
    size_t best = 0;

    *cost = no_cost;
    for (size_t from = 2; from + 2 <= s->n; from++) {
        int all = s->steps[from].cost;

        if (all >= no_cost)
            continue;
        all += last_cost(s, from);
        if (all < *cost) {
            *cost = all;
            best = from;
        }
    }
    return best;
}

static void write_parts(const splitting *s, size_t last, lyt_compound *out)
{
    size_t k = out->n = (uint8_t)(s->steps[last].parts + 1);

    out->part[--k].start = s->at[last];
    out->part[k].len = (uint8_t)(s->at[s->n] - s->at[last]);
    for (size_t to = last; k > 0; to = s->steps[to].from) {
        out->part[--k].start = s->at[s->steps[to].from];
        out->part[k].len = (uint8_t)(s->at[to] - s->at[s->steps[to].from] - s->steps[to].link);
    }
}

/* The headword that a listed form belongs to: how many letters of it. */
static size_t headword(const splitting *s)
{
    static const char *const endings[] = {
        "",     "s",  "e",   "n",  "en",  "t",  "et",  "r",   "er",   "ne",   "ene",   "rne",
        "erne", "ns", "ens", "ts", "ets", "rs", "ers", "nes", "enes", "rnes", "ernes",
    };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t cut = strlen(endings[i]), n = s->n - cut;

        if (s->n < cut + 3 || !lyt_str_ends(s->word, lyt_str_of(endings[i])))
            continue;
        if (s->first[n] & LYT_WORDS_ENTRY)
            return n;
        /* the consonant is doubled before an ending: "hotellet" */
        if (cut && s->word.ptr[s->at[n] - 1] == s->word.ptr[s->at[n] - 2] &&
            s->first[n - 1] & LYT_WORDS_ENTRY)
            return n - 1;
    }
    return s->n;
}

/* A form is a compound when its headword is: "telefonen" is none, since "telefon" is none. */
bool lyt_compound_split(const lyt_words *words, lyt_str word, lyt_compound *out)
{
    splitting s = {.words = words, .word = word};
    size_t last;
    int cost;

    out->n = 0;
    if (!begin(&s))
        return false;
    ask(&s, 0, s.first);
    s.listed = s.first[s.n] & LYT_WORDS_WORD;
    if (s.listed) {
        s.n = headword(&s);
        s.word.len = s.at[s.n];
    }
    if (s.n < lyt_compound_letters_min)
        return false;
    cover(&s);
    last = best_end(&s, &cost);
    if (!last || cost > most_average * (s.steps[last].parts + 1))
        return false;
    write_parts(&s, last, out);
    out->cost = (uint8_t)(cost / (s.steps[last].parts + 1));
    out->part[out->n - 1].len = (uint8_t)(word.len - out->part[out->n - 1].start);
    return true;
}

bool lyt_compound_hyphened(lyt_str word, lyt_compound *out)
{
    static const char *const negating[] = {"anti", "ikke", "non", "un", "in"};

    *out = (lyt_compound){.n = 0};
    if (word.len > lyt_compound_bytes_max || lyt_str_find(word, '-', 0) == word.len)
        return false;
    for (size_t at = 0; at < word.len && out->n < lyt_compound_parts_max;) {
        size_t end = lyt_str_find(word, '-', at);
        lyt_str part = lyt_str_slice(word, at, end);

        if (at == 0 && is_one_of(part, negating, sizeof negating / sizeof *negating))
            break;
        if (part.len > 2) {
            out->part[out->n].start = (uint8_t)at;
            out->part[out->n++].len = (uint8_t)part.len;
        }
        at = end + 1;
    }
    return out->n > 0;
}

unsigned lyt_compound_work(lyt_str word)
{
    return word.len > lyt_compound_bytes_max ? 1 : (unsigned)(word.len * word.len / 2 + 1);
}
