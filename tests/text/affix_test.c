#include <hunspell.h>
#include <stdio.h>
#include <string.h>

#include "affix.h"
#include "arena.h"
#include "hash.h"
#include "testing.h"

LYT_SUITE(affix);

/* Forms of a small dictionary, with what they may do. */
typedef struct forms {
    char text[256][64];
    uint8_t roles[256];
    uint8_t link[256];
    size_t n;
} forms;

static lyt_status note(void *user, const lyt_expanded *e)
{
    forms *f = user;
    size_t i = 0;

    cr_assert_lt(e->form.len, sizeof f->text[0]);
    while (i < f->n && !lyt_str_equal(lyt_str_of(f->text[i]), e->form))
        i++;
    cr_assert_lt(i, sizeof f->roles);
    if (i == f->n) {
        memcpy(f->text[f->n++], e->form.ptr, e->form.len);
        f->link[i] = e->link;
    }
    f->roles[i] |= e->roles;
    return LYT_OK;
}

static const char *roles_of(const forms *f, const char *word)
{
    static const char *const names[16] = {"",  "W",  "B",  "WB",  "E",  "WE",  "BE",  "WBE",
                                          "F", "WF", "BF", "WBF", "EF", "WEF", "BEF", "WBEF"};

    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->text[i], word) == 0)
            return names[f->roles[i] & 15];
    return "-";
}

static void expand(forms *f, const char *rules, const char *words)
{
    lyt_affix *affix = NULL;
    lyt_error err = {0};

    memset(f, 0, sizeof *f);
    cr_assert_eq(lyt_affix_parse(&affix, NULL, lyt_str_of(rules), "test.aff", &err), LYT_OK, "%s",
                 err.text);
    cr_assert_eq(lyt_affix_expand(affix, lyt_str_of(words), "test.dic", note, f, &err), LYT_OK,
                 "%s", err.text);
    lyt_affix_free(affix);
}

static const char tiny_rules[] =
    "SET UTF-8\n"
    "# no rule\n"
    "NEEDAFFIX n\nCIRCUMFIX c\nFORBIDDENWORD f\nONLYINCOMPOUND o\n"
    "COMPOUNDBEGIN b\nCOMPOUNDEND e\nCOMPOUNDPERMITFLAG p\n"
    "PFX U Y 2\nPFX U 0 u .\nPFX U a æ a[^b]\n"
    "PFX G N 1\nPFX G 0 ge/c .\n"
    "SFX S Y 3\nSFX S 0 er [^e]\nSFX S 0 r e\nSFX S y ier/T [^aeiou]y\n"
    "SFX T Y 1\nSFX T 0 s .\n"
    "SFX C N 1\nSFX C 0 t/c .\n"
    "SFX L Y 1\nSFX L 0 s/bop .\n"
    "SFX E Y 1\nSFX E 0 0/e .\n"
    "SFX N Y 1\nSFX N 0 ling/nT .\n";
static const char tiny_words[] = "12\nhus/SLE\nren/US\nalp/U\ndry/S\nstem/n\nroot/nS\nmake/GC\n"
                                 "\xC3\xA6ske/S po:noun\nbad/f\nbads/S\nkilde/N\nout\\/in\n";

Test(affix, makes_every_form)
{
    static const struct {
        int line;
        const char *word, *roles; /* "-": not made */
    } rows[] = {
        {__LINE__, "hus", "WE"},       {__LINE__, "huser", "W"},  {__LINE__, "huss", "B"},
        {__LINE__, "ren", "W"},        {__LINE__, "uren", "W"},   {__LINE__, "urener", "W"},
        {__LINE__, "alp", "W"},        {__LINE__, "ualp", "W"},   {__LINE__, "ælp", "W"},
        {__LINE__, "dry", "W"},        {__LINE__, "drier", "W"},  {__LINE__, "driers", "W"},
        {__LINE__, "dryer", "W"},      {__LINE__, "stem", "-"},   {__LINE__, "root", "-"},
        {__LINE__, "rooter", "W"},     {__LINE__, "make", "W"},   {__LINE__, "gemake", "W"},
        {__LINE__, "maket", "-"},      {__LINE__, "æske", "W"},   {__LINE__, "æsker", "W"},
        {__LINE__, "bad", "F"},        {__LINE__, "kilde", "W"},  {__LINE__, "kildeling", "-"},
        {__LINE__, "kildelings", "W"}, {__LINE__, "out/in", "W"}, {__LINE__, "12", "-"},
    };
    forms f;

    expand(&f, tiny_rules, tiny_words);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(roles_of(&f, rows[i].word), rows[i].roles, "line %d: %s is %s",
                         rows[i].line, rows[i].word, roles_of(&f, rows[i].word));
}

Test(affix, tells_the_link_from_the_word)
{
    forms f;

    expand(&f, tiny_rules, tiny_words);
    for (size_t i = 0; i < f.n; i++) {
        if (strcmp(f.text[i], "huss") == 0)
            cr_expect_eq(f.link[i], 1);
        if (strcmp(f.text[i], "hus") == 0)
            cr_expect_eq(f.link[i], 0);
    }
}

Test(affix, all_kinds_of_flags)
{
    static const struct {
        int line;
        const char *rules, *words, *form;
    } rows[] = {
        {__LINE__, "SET UTF-8\nFLAG num\nSFX 1000 Y 1\nSFX 1000 0 s/7,8 .\n", "1\nhat/3,1000\n",
         "hats"},
        {__LINE__, "SET UTF-8\nFLAG long\nSFX Aa Y 1\nSFX Aa 0 s .\n", "1\nhat/ZzAa\n", "hats"},
        {__LINE__, "SET UTF-8\nFLAG UTF-8\nSFX ø Y 1\nSFX ø 0 s .\n", "1\nhat/ø\n", "hats"},
        {__LINE__, "SET UTF-8\nAF 2\nAF XY\nAF XA\nSFX A Y 1\nSFX A 0 s .\n", "1\nhat/2\n", "hats"},
        {__LINE__, "SET ISO8859-1\nSFX A Y 1\nSFX A \xE5 \xE6r [\xE5\xF8]\n", "1\nh\xE5/A\n",
         "hær"},
        {__LINE__, "SFX A Y 1\r\nSFX A 0 s .\r\n", "1\r\nhat/A\r\n", "hats"},
        {__LINE__, "\xEF\xBB\xBFSET UTF-8\nSFX A Y 1\nSFX A 0 s .\n", "1\nhat/A\n", "hats"},
    };
    forms f;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expand(&f, rows[i].rules, rows[i].words);
        cr_expect_str_eq(roles_of(&f, rows[i].form), "W", "line %d", rows[i].line);
    }
}

Test(affix, says_what_is_wrong_and_where)
{
    static const struct {
        int line;
        const char *rules;
        lyt_status status;
        uint32_t at;
    } rows[] = {
        {__LINE__, "SET UTF-8\nSFX A\n", LYT_EFORMAT, 2},
        {__LINE__, "SFX A Y many\n", LYT_EFORMAT, 1},
        {__LINE__, "SFX A Y 1\nSFX A 0 s [ab\n", LYT_EFORMAT, 2},
        {__LINE__, "FLAG num\nSFX A Y 1\n", LYT_EFORMAT, 2},
        {__LINE__, "FLAG odd\n", LYT_EFORMAT, 1},
        {__LINE__, "FLAG num\nSFX 0 Y 1\n", LYT_EFORMAT, 2},
        {__LINE__, "FLAG num\nSFX 70000 Y 1\n", LYT_EFORMAT, 2},
        {__LINE__, "SFX AB Y 1\n", LYT_EFORMAT, 1},
        {__LINE__, "SFX A Y 1\nSFX A 0 s .\nSFX A Y 1\n", LYT_EFORMAT, 3},
        {__LINE__, "AF 1\nAF X\nAF Y\n", LYT_EFORMAT, 3},
        {__LINE__, "NEEDAFFIX\n", LYT_EFORMAT, 1},
        {__LINE__, "SET UTF-8\n# \xff\n", LYT_EFORMAT, 0},
        {__LINE__, "SET no-such-code\n", LYT_ENOTFOUND, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_affix *affix = NULL;
        lyt_error err = {0};

        cr_expect_eq(lyt_affix_parse(&affix, NULL, lyt_str_of(rows[i].rules), "x.aff", &err),
                     rows[i].status, "line %d: %s", rows[i].line, err.text);
        cr_expect_null(affix, "line %d", rows[i].line);
        cr_expect_eq(err.line, rows[i].at, "line %d: %u", rows[i].line, err.line);
        cr_expect_str_eq(err.file, "x.aff");
    }
}

/* ---- what Hunspell says ---- */

static void write_pair(const char *folder, const char *rules, const char *words, Hunhandle **out)
{
    char affix[128], dic[128];

    testing_write(folder, "o.aff", lyt_str_of(rules));
    testing_write(folder, "o.dic", lyt_str_of(words));
    snprintf(affix, sizeof affix, "%s/o.aff", folder);
    snprintf(dic, sizeof dic, "%s/o.dic", folder);
    *out = Hunspell_create(affix, dic);
    cr_assert_not_null(*out);
}

/* Every way to put prefixes, words and suffixes together: a word for us is one for Hunspell. */
Test(affix, agrees_with_hunspell_on_all_combinations)
{
    static const char *const before[] = {"", "u", "ge", "æ"};
    static const char *const stems[] = {"hus",  "ren",  "alp",  "lp",  "dry",  "dr",   "stem",
                                        "root", "make", "æske", "bad", "bads", "kilde"};
    static const char *const after[] = {"",  "er",   "r",     "ier",  "s",
                                        "t", "ling", "lings", "iers", "ers"};
    char folder[64], word[128];
    Hunhandle *oracle;
    forms f;
    size_t made = 0;

    testing_folder(folder);
    write_pair(folder, tiny_rules, tiny_words, &oracle);
    expand(&f, tiny_rules, tiny_words);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        for (size_t j = 0; j < sizeof stems / sizeof *stems; j++)
            for (size_t k = 0; k < sizeof after / sizeof *after; k++) {
                bool ours;

                snprintf(word, sizeof word, "%s%s%s", before[i], stems[j], after[k]);
                ours = strchr(roles_of(&f, word), 'W') != NULL;
                made += ours;
                /* what Hunspell puts together is not in our list */
                if (strchr(roles_of(&f, stems[j]), 'E') || strstr(word, "huss"))
                    continue;
                cr_expect_eq(ours, Hunspell_spell(oracle, word) != 0, "%s: %d", word, ours);
            }
    cr_expect_gt(made, 20);
    Hunspell_destroy(oracle);
    testing_folder_remove(folder);
}

typedef struct sampling {
    Hunhandle *oracle;
    size_t seen, asked, refused;
    char first[lyt_expanded_bytes_max + 1];
} sampling;

enum { sample_every = 401 };

static lyt_status ask(void *user, const lyt_expanded *e)
{
    sampling *s = user;
    char word[lyt_expanded_bytes_max + 1];

    /* a long word that Hunspell has to put together takes it milliseconds */
    if (!(e->roles & LYT_EXPANDED_WORD) || lyt_hash_str(e->form, 0) % sample_every != 0)
        return LYT_OK;
    memcpy(word, e->form.ptr, e->form.len);
    word[e->form.len] = '\0';
    s->asked++;
    if (!Hunspell_spell(s->oracle, word)) {
        if (!s->refused)
            snprintf(s->first, sizeof s->first, "%s", word);
        s->refused++;
    }
    return LYT_OK;
}

static void read_dictionary(const char *name, const char *ending, lyt_buf *out)
{
    char path[128];
    lyt_error err;

    snprintf(path, sizeof path, "/usr/share/hunspell/%s%s", name, ending);
    lyt_buf_init(out, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 64 << 20, out, &err), LYT_OK, "%s", err.text);
}

/* Forms of the real dictionaries, as far as they are here: Hunspell accepts them all. */
Test(affix, hunspell_accepts_the_forms_of_dictionaries)
{
    static const char *const names[] = {"da_DK", "en_US"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char rules[128], words[128];
        lyt_affix *affix = NULL;
        lyt_buf aff, dic;
        sampling s = {0};
        lyt_error err = {0};

        read_dictionary(names[i], ".aff", &aff);
        read_dictionary(names[i], ".dic", &dic);
        snprintf(rules, sizeof rules, "/usr/share/hunspell/%s.aff", names[i]);
        snprintf(words, sizeof words, "/usr/share/hunspell/%s.dic", names[i]);
        s.oracle = Hunspell_create(rules, words);
        cr_assert_eq(lyt_affix_parse(&affix, NULL, lyt_buf_str(&aff), names[i], &err), LYT_OK, "%s",
                     err.text);
        cr_assert_eq(lyt_affix_expand(affix, lyt_buf_str(&dic), names[i], ask, &s, &err), LYT_OK);
        cr_expect_gt(s.asked, 300);
        cr_expect_eq(s.refused, 0, "%s: %zu of %zu refused, first %s", names[i], s.refused, s.asked,
                     s.first);
        Hunspell_destroy(s.oracle);
        lyt_affix_free(affix);
        lyt_buf_deinit(&aff);
        lyt_buf_deinit(&dic);
    }
}

Test(affix, every_failing_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_affix *affix = NULL;
        forms f = {.n = 0};
        lyt_status status =
            lyt_affix_parse(&affix, &failing.alloc, lyt_str_of(tiny_rules), "a", NULL);

        if (!status)
            status = lyt_affix_expand(affix, lyt_str_of(tiny_words), "w", note, &f, NULL);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", lyt_status_name(status));
        lyt_affix_free(affix);
    }
}
