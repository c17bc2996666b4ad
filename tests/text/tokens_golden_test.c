#include <stdlib.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "buf.h"
#include "chars.h"
#include "textbed.h"
#include "utf8.h"

LYT_SUITE(tokens_golden);

/*
 * tests/golden/tokens.txt: a message, a tab, its tokens: kind (w n p e u m h, as in the
 * enum), a colon, the normal form. \u{…} and \n stand for what cannot be seen.
 */
enum { golden_min = 200 };

static void unescape(lyt_str s, lyt_buf *out)
{
    lyt_buf_reset(out);
    for (size_t at = 0; at < s.len;) {
        if (lyt_str_begins(lyt_str_slice(s, at, s.len), LYT_STR("\\u{"))) {
            char *end, bytes[4];
            uint32_t c = (uint32_t)strtoul(s.ptr + at + 3, &end, 16);

            lyt_buf_add(out, (lyt_str){bytes, lyt_utf8_put(bytes, c)});
            at = (size_t)(end - s.ptr) + 1;
        } else if (lyt_str_begins(lyt_str_slice(s, at, s.len), LYT_STR("\\n"))) {
            lyt_buf_add_char(out, '\n');
            at += 2;
        } else {
            lyt_buf_add_char(out, s.ptr[at++]);
        }
    }
}

static void describe(const lyt_text *text, lyt_buf *out)
{
    lyt_buf_reset(out);
    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *t = &text->tokens[i];

        lyt_buf_addf(out, "%s%c:%.*s", i ? " " : "", "wnpeumh"[t->kind], LYT_STR_ARG(t->norm));
    }
    lyt_buf_add_text(out, "");
}

typedef struct golden {
    textbed bed;
    lyt_vocab *vocab;
    lyt_buf file, message, said, other, said_other;
    size_t at;
    lyt_str tokens; /* of the row in hand, as the file has them */
    unsigned line;
} golden;

static void golden_open(golden *g)
{
    static const char *const words[] = {"long", "nej", "hmm", "soo"};
    lyt_buf *bufs[] = {&g->file, &g->message, &g->said, &g->other, &g->said_other};
    lyt_buf path;
    lyt_error err;

    memset(g, 0, sizeof *g);
    textbed_open(&g->bed, NULL);
    cr_assert_eq(lyt_vocab_new(&g->vocab, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_assert_eq(lyt_vocab_add(g->vocab, lyt_str_of(words[i]), 3), LYT_OK);
    cr_assert_eq(lyt_vocab_seal(g->vocab, 1), LYT_OK);
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        lyt_buf_init(bufs[i], NULL);
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, testing_tests(), "golden/tokens.txt");
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path.data, 1 << 20, &g->file, &err), LYT_OK, "%s",
                 err.text);
    lyt_buf_deinit(&path);
}

static void golden_close(golden *g)
{
    lyt_buf *bufs[] = {&g->file, &g->message, &g->said, &g->other, &g->said_other};

    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        lyt_buf_deinit(bufs[i]);
    lyt_vocab_free(g->vocab);
    textbed_close(&g->bed);
}

static void take_apart(golden *g, const lyt_buf *message, lyt_buf *said)
{
    lyt_arena_reset(g->bed.arena);
    cr_assert_eq(lyt_text_analyze(g->bed.space, g->vocab, lyt_buf_str(message), textbed_da,
                                  g->bed.arena, &g->bed.text),
                 LYT_OK);
    describe(&g->bed.text, said);
}

/* The next row's message, taken apart into `said`. */
static bool golden_next(golden *g)
{
    lyt_str file = lyt_buf_str(&g->file), line;

    do {
        size_t end = lyt_str_find(file, '\n', g->at);

        if (g->at >= file.len)
            return false;
        line = lyt_str_slice(file, g->at, end);
        g->at = end + 1;
        g->line++;
    } while (line.len == 0 || lyt_str_begins(line, LYT_STR("// ")));
    unescape(lyt_str_slice(line, 0, lyt_str_find(line, '\t', 0)), &g->message);
    g->tokens = lyt_str_slice(line, lyt_str_find(line, '\t', 0) + 1, line.len);
    take_apart(g, &g->message, &g->said);
    return true;
}

Test(tokens_golden, NL_03_are_what_they_always_were)
{
    size_t n = 0;
    golden g;

    for (golden_open(&g); golden_next(&g); n++)
        cr_expect(lyt_str_equal(lyt_buf_str(&g.said), g.tokens), "line %u: %s", g.line,
                  g.said.data);
    cr_expect_geq(n, golden_min);
    golden_close(&g);
}

/* Writes the message in another way into other; false: that way does not suit it. */
typedef bool (*rewriter)(const golden *g, lyt_buf *other);

static bool normalize(const golden *g, lyt_buf *other, const UNormalizer2 *form)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar units[512], formed[1024];
    char bytes[3000];
    int32_t n, len;

    u_strFromUTF8(units, 512, &n, g->message.data, (int32_t)g->message.len, &code);
    n = unorm2_normalize(form, units, n, formed, 1024, &code);
    u_strToUTF8(bytes, sizeof bytes, &len, formed, n, &code);
    cr_assert(U_SUCCESS(code));
    lyt_buf_add(other, (lyt_str){bytes, (size_t)len});
    return true;
}

static bool as_nfd(const golden *g, lyt_buf *other)
{
    UErrorCode code = U_ZERO_ERROR;

    return normalize(g, other, unorm2_getNFDInstance(&code));
}

static bool as_nfc(const golden *g, lyt_buf *other)
{
    UErrorCode code = U_ZERO_ERROR;

    return normalize(g, other, unorm2_getNFCInstance(&code));
}

/* Behind every letter that another letter follows in the same word. */
static bool with(const golden *g, lyt_buf *other, uint32_t unseen)
{
    lyt_str message = lyt_buf_str(&g->message);
    size_t before = 0;
    char bytes[4];

    for (size_t i = 0; i < g->bed.text.n_tokens; i++) {
        const lyt_token *t = &g->bed.text.tokens[i];

        lyt_buf_add(other, lyt_str_slice(message, before, t->start));
        before = t->end;
        for (size_t at = t->start; at < t->end;) {
            size_t from = at, next;
            lyt_char_class k = lyt_char_classify(lyt_utf8_next(message, &at));

            lyt_buf_add(other, lyt_str_slice(message, from, at));
            next = at;
            if (t->kind == LYT_TOKEN_WORD && k == LYT_CHAR_LETTER && at < t->end &&
                lyt_char_classify(lyt_utf8_next(message, &next)) == LYT_CHAR_LETTER)
                lyt_buf_add(other, (lyt_str){bytes, lyt_utf8_put(bytes, unseen)});
        }
    }
    lyt_buf_add(other, lyt_str_slice(message, before, message.len));
    return true;
}

static bool with_soft_hyphens(const golden *g, lyt_buf *other)
{
    return with(g, other, 0xAD);
}

static bool with_zero_width(const golden *g, lyt_buf *other)
{
    return with(g, other, 0x200B);
}

static bool with_joiners(const golden *g, lyt_buf *other)
{
    return with(g, other, 0x2060);
}

static bool has_specials(const golden *g)
{
    for (size_t i = 0; i < g->bed.text.n_tokens; i++) {
        const lyt_token *t = &g->bed.text.tokens[i];

        if (t->kind > LYT_TOKEN_PUNCT || (t->kind == LYT_TOKEN_PUNCT && t->end - t->start > 3) ||
            lyt_str_begins(t->norm, LYT_STR("\xC2\xB0")))
            return true;
    }
    return false;
}

static bool with_curly_quotes(const golden *g, lyt_buf *other)
{
    for (size_t i = 0; i < g->message.len; i++) {
        char c = g->message.data[i];

        if (c == '\'')
            lyt_buf_add_text(other, "\xE2\x80\x99");
        else if (c == '"')
            lyt_buf_add_text(other, "\xE2\x80\x9C");
        else
            lyt_buf_add_char(other, c);
    }
    return !has_specials(g);
}

static bool in_full_width(const golden *g, lyt_buf *other)
{
    for (size_t i = 0; i < g->message.len; i++) {
        unsigned char c = (unsigned char)g->message.data[i];
        char bytes[4];

        if (c > ' ' && c < 0x7F)
            lyt_buf_add(other, (lyt_str){bytes, lyt_utf8_put(bytes, c + 0xFEE0u)});
        else
            lyt_buf_add_char(other, (char)c);
    }
    return !has_specials(g);
}

/* Offsets are of the guest's own bytes: what they enclose folds to the same form. */
static void check_offsets(const golden *g)
{
    size_t before = 0;

    for (size_t i = 0; i < g->bed.text.n_tokens; i++) {
        const lyt_token *t = &g->bed.text.tokens[i];
        lyt_str own = lyt_str_slice(g->bed.text.original, t->start, t->end);

        cr_expect(t->start >= before && t->end > t->start && t->end <= g->bed.text.original.len);
        cr_expect_eq(lyt_utf8_check(own, NULL), LYT_OK);
        before = t->end;
    }
}

Test(tokens_golden, NL_03_are_the_same_however_it_is_written)
{
    static const struct {
        const char *name;
        rewriter rewrite;
        size_t least; /* rows that it suits */
    } ways[] = {
        {"NFD", as_nfd, 200},
        {"NFC", as_nfc, 200},
        {"soft hyphens", with_soft_hyphens, 200},
        {"zero-width spaces", with_zero_width, 200},
        {"word joiners", with_joiners, 200},
        {"curly quotes", with_curly_quotes, 120},
        {"full width", in_full_width, 120},
    };

    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        size_t suited = 0;
        golden g;

        for (golden_open(&g); golden_next(&g);) {
            lyt_buf_reset(&g.other);
            if (!ways[w].rewrite(&g, &g.other))
                continue;
            suited++;
            take_apart(&g, &g.other, &g.said_other);
            cr_expect_str_eq(g.said_other.data, g.said.data, "line %u in %s: %s not %s", g.line,
                             ways[w].name, g.said_other.data, g.said.data);
            check_offsets(&g);
        }
        cr_expect_geq(suited, ways[w].least, "%s suits %zu rows", ways[w].name, suited);
        golden_close(&g);
    }
}
