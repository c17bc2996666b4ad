#include <string.h>

#include "bytes.h"
#include "hash.h"
#include "testing.h"

LYT_SUITE(bytes);

enum { longest = 40 };

/* Of each length, the same bytes and those with one of them changed. */
Test(bytes, equal_when_all_are)
{
    char a[longest], b[longest];

    for (size_t n = 0; n <= longest; n++) {
        for (size_t i = 0; i < n; i++)
            a[i] = b[i] = (char)(i * 37 + n);
        cr_expect(lyt_bytes_equal(a, b, n), "%zu", n);
        for (size_t i = 0; i < n; i++) {
            b[i] = (char)(b[i] ^ 0x40);
            cr_expect_not(lyt_bytes_equal(a, b, n), "%zu, byte %zu", n, i);
            b[i] = a[i];
        }
    }
}

/* Features are named by these numbers: they must never change. */
Test(bytes, hashes_of_words)
{
    static const char text[] = "vaerelset var ikke rent, and so was the bathroom";

    for (size_t n = 0; n <= longest; n++)
        for (uint64_t seed = 0; seed < 4; seed++) {
            const lyt_str word = {text, n};

            cr_expect_eq(lyt_hash_word(word, seed), lyt_hash_str(word, seed), "%zu", n);
        }
    cr_expect_eq(lyt_hash_str(LYT_STR("room"), 1), UINT64_C(0xac566a7cd7a0f560));
    cr_expect_eq(lyt_hash_str(LYT_STR("rengøringspersonale"), 2), UINT64_C(0x4420f3dee9731f73));
    cr_expect_eq(lyt_hash_pair(3, 5), UINT64_C(0xc09f6dee1f41d612));
    cr_expect_eq(lyt_hash_pair(3, 5), lyt_hash_join(3, lyt_hash_half(5)));
    cr_expect_neq(lyt_hash_pair(3, 5), lyt_hash_pair(5, 3));
}
