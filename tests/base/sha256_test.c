#include <stdio.h>
#include <string.h>

#include "sha256.h"
#include "testing.h"

LYT_SUITE(sha256);

static void hex(char out[65], lyt_sha256 *sha)
{
    unsigned char sum[lyt_sha256_bytes];

    lyt_sha256_end(sha, sum);
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* the standard's own examples */
Test(sha256, known_sums)
{
    static const struct {
        int line;
        const char *text;
        const char *sum;
    } rows[] = {
        {__LINE__, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {__LINE__, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {__LINE__, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {__LINE__,
         "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrl"
         "mnop"
         "qrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_sha256 sha;
        char sum[65];

        lyt_sha256_init(&sha);
        lyt_sha256_add(&sha, lyt_str_of(rows[i].text));
        hex(sum, &sha);
        cr_expect_str_eq(sum, rows[i].sum, "row at line %d: %s", rows[i].line, sum);
    }
}

/* another of the standard's, in pieces that begin and end anywhere in a block */
Test(sha256, a_million_letters)
{
    char letters[997], sum[65];
    size_t left = 1000000;
    lyt_sha256 sha;

    memset(letters, 'a', sizeof letters);
    lyt_sha256_init(&sha);
    for (size_t n = 1; left; n = n % sizeof letters + 1) {
        const size_t now = n < left ? n : left;

        lyt_sha256_add(&sha, (lyt_str){letters, now});
        left -= now;
    }
    hex(sum, &sha);
    cr_expect_str_eq(sum, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

Test(sha256, every_split_gives_the_same)
{
    char text[130], whole[65], parts[65];
    lyt_sha256 sha;

    memset(text, 'x', sizeof text);
    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, (lyt_str){text, sizeof text});
    hex(whole, &sha);
    for (size_t at = 0; at <= sizeof text; at++) {
        lyt_sha256_init(&sha);
        lyt_sha256_add(&sha, (lyt_str){text, at});
        lyt_sha256_add(&sha, (lyt_str){text + at, sizeof text - at});
        hex(parts, &sha);
        cr_expect_str_eq(parts, whole, "split at %zu", at);
    }
}
