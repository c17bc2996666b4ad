#include <stdio.h>
#include <string.h>

#include "charset.h"
#include "gateways.h"
#include "htmltext.h"
#include "mailin.h"
#include "mailnew.h"
#include "mailpart.h"
#include "mimecode.h"

LYT_SUITE(mail);

static void begin(gatebed *bed)
{
    gatebed_init(bed, "generic", NULL);
    bed->config.name = LYT_STR("mail");
}

static lyt_status receive(gatebed *bed, lyt_inbound *out, lyt_str message)
{
    memset(&bed->err, 0, sizeof bed->err);
    return lyt_mail_receive(out, message, &bed->config, bed->request.now_us, bed->arena, &bed->err);
}

typedef struct tally {
    size_t n, danish;
} tally;

static lyt_status check_golden(void *user, const char *name)
{
    lyt_str base = lyt_str_of(name);
    char path[512];
    tally *seen = user;
    lyt_buf mail, wanted;
    lyt_error err;
    lyt_inbound got;
    lyt_status status;
    gatebed bed;

    if (!lyt_str_ends(base, LYT_STR(".eml")))
        return LYT_OK;
    begin(&bed);
    lyt_buf_init(&mail, NULL);
    lyt_buf_init(&wanted, NULL);
    snprintf(path, sizeof path, "%s/golden/mail/%s", testing_tests(), name);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &mail, &err), LYT_OK, "%s", err.text);
    memcpy(path + strlen(path) - 4, ".txt", 4);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &wanted, &err), LYT_OK, "%s",
                 err.text);
    status = receive(&bed, &got, lyt_buf_str(&mail));
    cr_expect_eq(status, LYT_OK, "%s: %s", name, bed.err.text);
    if (!status) {
        cr_expect(lyt_str_equal(got.text, lyt_str_trim(lyt_buf_str(&wanted))), "%s: got\n%.*s\n",
                  name, LYT_STR_ARG(got.text));
        cr_expect(lyt_str_equal(got.channel, LYT_STR("email")));
        cr_expect(lyt_str_begins(got.id, LYT_STR("mail:golden-")));
        cr_expect_eq(got.sent_us, 1762974660000000, "%s: %lld", name, (long long)got.sent_us);
        cr_expect(lyt_str_find(got.from, '@', 0) < got.from.len, "%s", name);
    }
    seen->n++;
    seen->danish += strstr(name, "-da-") != NULL;
    lyt_buf_deinit(&mail);
    lyt_buf_deinit(&wanted);
    gatebed_deinit(&bed);
    return LYT_OK;
}

/* CH-13: thirty mails, half of them Danish; only the new text is kept. */
Test(mail, CH_13_golden)
{
    tally seen = {0, 0};
    char folder[256];
    lyt_error err;

    snprintf(folder, sizeof folder, "%s/golden/mail", testing_tests());
    cr_assert_eq(lyt_fs_list(lyt_fs_system(), folder, check_golden, &seen, &err), LYT_OK);
    cr_expect_eq(seen.n, (size_t)30);
    cr_expect_eq(seen.danish, (size_t)15);
}

Test(mail, what_is_no_feedback_is_told)
{
    static const struct {
        int line;
        const char *mail;
        lyt_status status;
        const char *part;
        unsigned at;
    } rows[] = {
        {__LINE__, "", LYT_EFORMAT, "no header line", 1},
        {__LINE__, "Hello, this is no mail\n\nreally\n", LYT_EFORMAT, "no header line", 1},
        {__LINE__, "From: a@b.dk\nSubject: x\nnonsense\n\ntext", LYT_EFORMAT, "no header line", 3},
        {__LINE__, "From MAILER Wed Nov 12\nFrom a@b.dk\n\ntext", LYT_EFORMAT, "no header line", 2},
        {__LINE__, "From: a@b.dk\nAuto-Submitted: auto-replied\n\nI am away", LYT_ESTATE,
         "by a machine", 0},
        {__LINE__, "From: a@b.dk\nPrecedence: bulk\n\nOur newsletter", LYT_ESTATE, "by a machine",
         0},
        {__LINE__, "Return-Path: <>\nFrom: a@b.dk\n\nundelivered", LYT_ESTATE, "by a machine", 0},
        {__LINE__,
         "From: a@b.dk\nContent-Type: multipart/report; boundary=x\n\n--x\n\nfailed\n--x--\n",
         LYT_ESTATE, "by a machine", 0},
        {__LINE__, "From: a@b.dk\n\n\n", LYT_ENOTFOUND, "nothing new", 0},
        {__LINE__, "From: a@b.dk\nSubject: Re: x\n\n> old\n\n-- \nAnna\n", LYT_ENOTFOUND,
         "nothing new", 0},
        {__LINE__, "From: a@b.dk\nContent-Type: multipart/mixed\n\nno boundary", LYT_ENOTFOUND,
         "nothing new", 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_inbound got;
        gatebed bed;

        begin(&bed);
        cr_expect_eq(receive(&bed, &got, lyt_str_of(rows[i].mail)), rows[i].status, "line %d: %s",
                     rows[i].line, bed.err.text);
        cr_expect(strstr(bed.err.text, rows[i].part), "line %d: %s", rows[i].line, bed.err.text);
        cr_expect_eq(bed.err.line, rows[i].at, "line %d: line %u", rows[i].line, bed.err.line);
        gatebed_deinit(&bed);
    }
}

/* A value that begins on the next line, one that is empty, parameters of all kinds. */
Test(mail, headers_as_they_may_be_folded)
{
    static const struct {
        int line;
        const char *mail, *text;
    } rows[] = {
        {__LINE__, "Subject:\r\n Koldt\r\n\tbad\r\nFrom: a@b.dk\r\n\r\nnu", "Koldt\tbad\n\nnu"},
        {__LINE__, "Subject:\r\nFrom: a@b.dk\r\n\r\nnu", "nu"},
        {__LINE__, "From: a@b.dk\nSubject:", ""},
        {__LINE__,
         "From: a@b.dk\nContent-Type: text/plain; charset ; x=; charset = \"utf\\-8\" ; "
         "y\n\n\xC3\xA6",
         "æ"},
        {__LINE__,
         "From: a@b.dk\nContent-Type: multipart/mixed; a=\"b; boundary=z\"; Boundary=q\n\n"
         "--z\n\nno\n--q\n\nyes\n--q--\n",
         "yes"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_inbound got = {.text = {"", 0}};
        gatebed bed;

        begin(&bed);
        cr_expect_eq(receive(&bed, &got, lyt_str_of(rows[i].mail)),
                     *rows[i].text ? LYT_OK : LYT_ENOTFOUND, "line %d: %s", rows[i].line,
                     bed.err.text);
        cr_expect(lyt_str_equal(got.text, lyt_str_of(rows[i].text)), "line %d: %.*s", rows[i].line,
                  LYT_STR_ARG(got.text));
        gatebed_deinit(&bed);
    }
}

/* A mail without an id of its own is known by its content; with one, by that. */
Test(mail, the_same_mail_twice_is_one)
{
    lyt_inbound a, b, c;
    gatebed bed;

    begin(&bed);
    cr_assert_eq(receive(&bed, &a, LYT_STR("From: a@b.dk\n\ncold")), LYT_OK);
    cr_assert_eq(receive(&bed, &b, LYT_STR("From: a@b.dk\nX: y\n\ncold\n")), LYT_OK);
    cr_assert_eq(receive(&bed, &c, LYT_STR("From: a@b.dk\nMessage-ID: <1@b>\n\ncold")), LYT_OK);
    cr_expect(lyt_str_equal(a.id, b.id));
    cr_expect(lyt_str_equal(c.id, LYT_STR("mail:1@b")));
    gatebed_deinit(&bed);
}

Test(mail, the_address_is_hidden_behind_a_pseudonym)
{
    lyt_channelbook book = {.pseudonyms = {.keys = {{"key", 3}}, .n = 1}};
    lyt_inbound got;
    lyt_buf out;
    gatebed bed;

    begin(&bed);
    bed.config.book = &book;
    cr_assert_eq(receive(&bed, &got, LYT_STR("From: Anna <anna@example.dk>\n\ncold")), LYT_OK);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_inbound_submission(&got, &out), LYT_OK);
    cr_expect_not(strstr(out.data, "anna@"), "%s", out.data);
    cr_expect(strstr(out.data, "\"from\":\"g"), "%s", out.data);
    lyt_buf_deinit(&out);
    gatebed_deinit(&bed);
}

Test(mail, dates)
{
    static const struct {
        const char *text;
        lyt_status status;
        int64_t s;
    } rows[] = {
        {"Wed, 12 Nov 2025 20:11:00 +0100", LYT_OK, 1762974660},
        {"12 Nov 2025 19:11 GMT", LYT_OK, 1762974660},
        {"Wed, 12 Nov 2025 20:11:00 +0100 (CET)", LYT_OK, 1762974660},
        {"12 nov 25 14:11:00 EST", LYT_OK, 1762974660},
        {"Wed,\r\n 12 Nov 2025 20:11:00 +0100", LYT_OK, 1762974660},
        {"", LYT_EFORMAT, 0},
        {"yesterday", LYT_EFORMAT, 0},
        {"32 Nov 2025 20:11:00 +0100", LYT_EFORMAT, 0},
        {"12 Foo 2025 20:11:00 +0100", LYT_EFORMAT, 0},
        {"12 Nov 2025 25:11:00 +0100", LYT_EFORMAT, 0},
        {"12 Nov 2025", LYT_EFORMAT, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at = 0;

        cr_expect_eq(lyt_mail_date(&at, lyt_str_of(rows[i].text)), rows[i].status, "%s",
                     rows[i].text);
        cr_expect_eq(at, rows[i].s * 1000000, "%s", rows[i].text);
    }
}

static const char *buffered(lyt_buf *out)
{
    lyt_buf_add_char(out, '\0');
    cr_assert_eq(lyt_buf_status(out), LYT_OK);
    return out->data;
}

Test(mail, encoded_words)
{
    static const struct {
        const char *raw, *text;
    } rows[] = {
        {"plain", "plain"},
        {"=?utf-8?Q?K=C3=B8ligt_v=C3=A6relse?=", "Køligt værelse"},
        {"=?ISO-8859-1?q?K=F8ligt?= nu", "Køligt nu"},
        {"=?utf-8?B?w6Y=?= =?utf-8?B?w7g=?=", "æø"},
        {"=?utf-8?B?w6Y=?= x =?utf-8?B?w7g=?=", "æ x ø"},
        {"=?windows-1252?Q?=80_5?=", "€ 5"},
        {"=?utf-8*da?Q?=C3=A6?=", "æ"},
        {"r\xE5t", "råt"},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"=?utf-8?Q?no end", "=?utf-8?Q?no end"},
        {"a =? b", "a =? b"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_mime_words(&out, lyt_str_of(rows[i].raw));
        cr_expect_str_eq(buffered(&out), rows[i].text);
        lyt_buf_deinit(&out);
    }
}

Test(mail, transfer_encodings)
{
    static const struct {
        lyt_transfer transfer;
        const char *raw, *text;
    } rows[] = {
        {LYT_TRANSFER_QUOTED, "a=\r\nb=20=3D", "ab ="},
        {LYT_TRANSFER_QUOTED, "100 % = all=zz", "100 % = all=zz"},
        {LYT_TRANSFER_QUOTED, "end=", "end"},
        {LYT_TRANSFER_QUOTED, "soft=  \nend", "softend"},
        {LYT_TRANSFER_BASE64, "SGVq\r\nIGRpZw==\r\n", "Hej dig"},
        {LYT_TRANSFER_BASE64, "SG*Vq", "Hej"},
        {LYT_TRANSFER_PLAIN, "a=20", "a=20"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_mime_decode(&out, lyt_str_of(rows[i].raw), rows[i].transfer);
        cr_expect_str_eq(buffered(&out), rows[i].text);
        lyt_buf_deinit(&out);
    }
}

Test(mail, html_as_text)
{
    static const struct {
        int line;
        const char *html, *text;
    } rows[] = {
        {__LINE__, "a<br>b<p>c</p>d", "a\nb\n\nc\n\nd\n"},
        {__LINE__, "a &lt;b&gt; &amp; &#230;&#xF8;&aring; &nope; & x", "a <b> & æøå &nope; & x\n"},
        {__LINE__, "x<blockquote>q1<br>q2<blockquote>q3</blockquote></blockquote>y",
         "x\n> q1\n> q2\n>> q3\ny\n"},
        {__LINE__, "<style>p{}</style><title>t</title>seen<span style=\"display:none\">not</span>",
         "seen\n"},
        {__LINE__, "<a title=\"a > b\">link</a> 1 < 2 and 3 > 2", "link 1 < 2 and 3 > 2\n"},
        {__LINE__, "<pre>one\ntwo</pre>", "one\ntwo\n"},
        {__LINE__, "<td>a</td><td>b</td>", "a b\n"},
        {__LINE__, "<!-- a > b --><b>c</b><", "c<\n"},
        {__LINE__, "<div", ""},
        {__LINE__, "&#128;&#0;&#x110000;", "\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD\n"},
        {__LINE__, "  \n ", ""},
        {__LINE__,
         "a\xC2\xA0\xE2\x80\x8B"
         "b",
         "a b\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_html_text(&out, lyt_str_of(rows[i].html));
        cr_expect_str_eq(buffered(&out), rows[i].text, "line %d: %s", rows[i].line, out.data);
        lyt_buf_deinit(&out);
    }
}

Test(mail, charsets)
{
    static const struct {
        int line;
        const char *bytes;
        size_t n;
        lyt_charset charset;
        const char *text;
    } rows[] = {
        {__LINE__, "\xEF\xBB\xBF\xC3\xA6", 5, LYT_CHARSET_UTF8, "æ"},
        {__LINE__, "\xE6\xF8\xE5 \x80", 5, LYT_CHARSET_WINDOWS_1252, "æøå €"},
        {__LINE__, "\xFF\xFE\xE6\x00", 4, LYT_CHARSET_UTF16_LE, "æ"},
        {__LINE__, "\xFE\xFF\xD8\x3D\xDE\x00", 6, LYT_CHARSET_UTF16_BE, "😀"},
        {__LINE__, "a\0b\0\xE6\0", 6, LYT_CHARSET_UTF16_LE, "abæ"},
        {__LINE__, "\0a\0b\0;", 6, LYT_CHARSET_UTF16_BE, "ab;"},
        {__LINE__, "plain", 5, LYT_CHARSET_UTF8, "plain"},
        {__LINE__, "\xFF\xFE\x3D\xD8x\0\x01", 7, LYT_CHARSET_UTF16_LE, "\xEF\xBF\xBDx\xEF\xBF\xBD"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str bytes = {rows[i].bytes, rows[i].n};
        size_t mark;
        lyt_charset charset = lyt_charset_guess(bytes, &mark);
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_expect_eq(charset, rows[i].charset, "line %d", rows[i].line);
        lyt_charset_decode(&out, lyt_str_slice(bytes, mark, bytes.len), charset);
        cr_expect_str_eq(buffered(&out), rows[i].text, "line %d: %s", rows[i].line, out.data);
        lyt_buf_deinit(&out);
    }
}

/* What a client puts around words, and what guests write that looks like it. */
Test(mail, what_is_new)
{
    static const struct {
        int line;
        const char *text, *kept;
    } rows[] = {
        {__LINE__, "Fra: mandag\nTil: onsdag\nVærelse: 214",
         "Fra: mandag\nTil: onsdag\nVærelse: 214"},
        {__LINE__, "Receptionisten skrev:\nkom igen i morgen",
         "Receptionisten skrev:\nkom igen i morgen"},
        {__LINE__, "Hilsner fra os alle, men der var koldt",
         "Hilsner fra os alle, men der var koldt"},
        {__LINE__, "Best Western\nwas better", "Best Western\nwas better"},
        {__LINE__, "Koldt.\n/Peter", "Koldt."},
        {__LINE__, "Enten/eller\n/ikke et navn men en sti/fil.txt",
         "Enten/eller\n/ikke et navn men en sti/fil.txt"},
        {__LINE__, "a\n\n\n\nb", "a\n\nb"},
        {__LINE__, "cold\n[cid:image001.png@01D]\n\nMvh\n\nAnna\n[image: logo]", "cold"},
        {__LINE__, "*Fra:* X <x@y.dk>\n*Sendt:* i dag\n*Til:* Y\n*Emne:* Z\n\nold", ""},
        {__LINE__, "new\n\nDen 12. nov. 2025 kl. 14.03 skrev X <x@y.dk>:\nold without marks",
         "new"},
        {__LINE__, "Hotel Havnen skrev:\n> gammelt\n\nnyt", "nyt"},
        {__LINE__, "Jeg sagde det i går. Hotellet skrev:\n\n> gammelt\n\nnyt",
         "Jeg sagde det i går. Hotellet skrev:\n\nnyt"},
        {__LINE__,
         "new\n\nDen onsdag den 12. november 2025 kl. 14.03.11 CET skrev Hotel Havnen "
         "<a@b.dk>:\n\nold",
         "new"},
        {__LINE__, "new\n\nOn Wed, 12 Nov 2025, 14:03 Hotel Havnen, <a@b.dk> wrote:\n\n> old",
         "new"},
        {__LINE__, "new\n\nHotel Havnen <a@b.dk> skrev den 12-11-2025 14:03:\n\nold", "new"},
        {__LINE__, "MVH er en tv-kanal\nMVH", "MVH er en tv-kanal"},
        {__LINE__, "", ""},
        {__LINE__, "\n\n\n", ""},
        {__LINE__, ">\n>>> deep\n> ", ""},
        {__LINE__,
         "new\n---------- Forwarded message ---------\nFrom: a@b.dk\nDate: today\nSubject: s\nTo: "
         "c\n\n> quoted\n\nold\nRegards\nBo",
         "new\n\nold"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_arena *arena = NULL;
        lyt_buf out;

        cr_assert_eq(lyt_arena_new(&arena, NULL, "mail", 1 << 20), LYT_OK);
        lyt_buf_init(&out, NULL);
        cr_expect_eq(lyt_mail_new(&out, lyt_str_of(rows[i].text), false, arena), LYT_OK);
        cr_expect_str_eq(buffered(&out), rows[i].kept, "line %d: %s", rows[i].line, out.data);
        lyt_buf_deinit(&out);
        lyt_arena_free(arena);
    }
}

Test(mail, hostile_mails_end_in_an_answer)
{
    lyt_inbound got;
    lyt_buf mail;
    gatebed bed;

    begin(&bed);
    lyt_buf_init(&mail, NULL);
    lyt_buf_add_text(&mail, "From: a@b.dk\nContent-Type: multipart/mixed; boundary=b0\n\n");
    for (int i = 0; i < 40; i++)
        lyt_buf_addf(&mail, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i + 1);
    cr_expect_eq(receive(&bed, &got, lyt_buf_str(&mail)), LYT_ELIMIT, "%s", bed.err.text);
    lyt_buf_reset(&mail);
    lyt_buf_add_text(&mail, "From: a@b.dk\nContent-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 1000; i++)
        lyt_buf_add_text(&mail, "--b\n\nx\n");
    lyt_arena_reset(bed.arena);
    cr_expect_eq(receive(&bed, &got, lyt_buf_str(&mail)), LYT_ELIMIT, "%s", bed.err.text);
    lyt_buf_reset(&mail);
    lyt_buf_add_text(&mail, "From: a@b.dk\nContent-Type: text/html\n\n");
    for (int i = 0; i < 20000; i++)
        lyt_buf_add_text(&mail, "<blockquote>");
    lyt_buf_add_text(&mail, "x");
    lyt_arena_reset(bed.arena);
    cr_expect_eq(receive(&bed, &got, lyt_buf_str(&mail)), LYT_ENOTFOUND, "%s", bed.err.text);
    lyt_buf_reset(&mail);
    lyt_buf_add_text(&mail, "From: a@b.dk\nSubject: fwd: x\n\nnew\n");
    for (int i = 0; i < 2000; i++)
        lyt_buf_add_text(&mail,
                         "---------- Forwarded message ---------\nFrom: a@b.dk\nSubject: y\n\n");
    lyt_arena_reset(bed.arena);
    cr_expect_eq(receive(&bed, &got, lyt_buf_str(&mail)), LYT_OK, "%s", bed.err.text);
    lyt_buf_deinit(&mail);
    gatebed_deinit(&bed);
}

Test(mail, without_memory_nothing_is_taken)
{
    static const char mail[] =
        "From: a@b.dk\nSubject: =?utf-8?Q?=C3=A6?=\nContent-Type: text/html\n\n"
        "<p>cold &amp; dark</p>";
    testing_alloc failing;
    bool done = false;
    gatebed bed;

    begin(&bed);
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_arena *arena = NULL;
        lyt_inbound got;
        lyt_status status;

        if (lyt_arena_new(&arena, &failing.alloc, "failing", 1 << 20))
            continue;
        status = lyt_mail_receive(&got, lyt_str_of(mail), &bed.config, 0, arena, &bed.err);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", lyt_status_name(status));
        done = status == LYT_OK;
        if (done)
            cr_expect(lyt_str_equal(got.text, LYT_STR("\xC3\xA6\n\ncold & dark")), "%.*s",
                      LYT_STR_ARG(got.text));
        lyt_arena_free(arena);
    }
    cr_expect(done);
    gatebed_deinit(&bed);
}
