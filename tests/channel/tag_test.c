#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tag.h"
#include "tagsun.h"
#include "testing.h"

LYT_SUITE(tag);

static const char zero_keys[] =
    "# zero, as in the application note\n"
    "link 0000000000000000000000000000000000000000000000000000000000000000\n"
    "meta 00000000000000000000000000000000\n"
    "file 00000000000000000000000000000000\n";

#define PICC_1 "EF963FF7828658A599F3041510671E88"
#define CMAC_1 "94EED9EE65337086"
#define PICC_2 "4E8D0223F8C17CDCCE5BC24076CFAA0D"
#define ENC_2                                                                                      \
    "B56FED7FF7B23791C0684F17E117C97450723BB5C104E809C8929F0264CB99F9969D07FC32BB2D11995AEF826E35" \
    "5097"
#define CMAC_2 "5FD76DE4BD942DFC"

static lyt_arena *arena;
static lyt_tagkeys keys;

static void begin(const char *text)
{
    lyt_error err;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "tag_test", 1 << 20), LYT_OK);
    cr_assert_eq(lyt_tagkeys_parse(&keys, NULL, lyt_str_of(text), "keys", &err), LYT_OK, "%s",
                 err.text);
}

static void end(void)
{
    lyt_tagkeys_deinit(&keys);
    lyt_arena_free(arena);
}

static const char *uid_of(const lyt_tap *tap, char out[16])
{
    for (int i = 0; i < lyt_tag_uid_bytes; i++)
        sprintf(out + 2 * i, "%02X", tap->uid[i]);
    return out;
}

Test(tag, CH_09_the_vectors_of_the_application_note)
{
    static const struct {
        int line;
        const char *picc, *enc, *cmac, *uid;
        unsigned counter;
    } rows[] = {
        {__LINE__, PICC_1, "", CMAC_1, "04DE5F1EACC040", 61},
        {__LINE__, PICC_2, ENC_2, CMAC_2, "049F50824F1390", 16},
    };
    const char *problem;
    char uid[16];
    lyt_tap tap;

    begin(zero_keys);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memset(&tap, 0, sizeof tap);
        cr_expect(lyt_sun_read(&tap, &keys, lyt_str_of(rows[i].picc), lyt_str_of(rows[i].enc),
                               lyt_str_of(rows[i].cmac), &problem),
                  "line %d: %s", rows[i].line, problem);
        cr_expect_str_eq(uid_of(&tap, uid), rows[i].uid);
        cr_expect_eq(tap.counter, rows[i].counter);
        cr_expect(tap.is_signed);
    }
    /* the second one without its file data, as some take it */
    cr_expect_not(
        lyt_sun_read(&tap, &keys, LYT_STR(PICC_2), LYT_STR(""), LYT_STR(CMAC_2), &problem));
    end();
}

/* The two keys are not the same thing: each, wrong alone, is noticed. */
Test(tag, either_key_wrong_is_noticed)
{
    const char *problem;
    lyt_tap tap;

    begin(zero_keys);
    keys.meta[0] = 1;
    cr_expect_not(
        lyt_sun_read(&tap, &keys, LYT_STR(PICC_1), LYT_STR(""), LYT_STR(CMAC_1), &problem));
    keys.meta[0] = 0;
    keys.file[15] = 1;
    cr_expect_not(
        lyt_sun_read(&tap, &keys, LYT_STR(PICC_1), LYT_STR(""), LYT_STR(CMAC_1), &problem));
    keys.file[15] = 0;
    cr_expect(lyt_sun_read(&tap, &keys, LYT_STR(PICC_1), LYT_STR(""), LYT_STR(CMAC_1), &problem));
    end();
}

static lyt_tag_verdict verdict_of(const char *link)
{
    lyt_tap tap;

    lyt_arena_reset(arena);
    cr_assert_eq(lyt_tag_read(&tap, lyt_str_of(link), &keys, arena), LYT_OK);
    cr_expect_eq(tap.problem == NULL, tap.verdict == LYT_TAG_RIGHT, "%s", link);
    return tap.verdict;
}

/* From the tag's first letter to the link's last, every bit counts. */
Test(tag, every_changed_bit_is_refused)
{
    char link[600], check[lyt_tag_check_letters + 1];
    size_t from, n;

    begin(zero_keys);
    lyt_tag_check(check, keys.link[0], LYT_STR("havnen.214"), true);
    snprintf(link, sizeof link,
             "https://feedback.example.dk/t/havnen.214?c=%s&picc_data=" PICC_2 "&enc=" ENC_2
             "&cmac=" CMAC_2,
             check);
    cr_expect_eq(verdict_of(link), LYT_TAG_RIGHT);
    from = (size_t)(strstr(link, "havnen") - link);
    n = strlen(link);
    for (size_t i = from; i < n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            link[i] = (char)(link[i] ^ 1 << bit);
            if (link[i])
                cr_expect_neq(verdict_of(link), LYT_TAG_RIGHT, "byte %zu bit %d: %s", i, bit, link);
            link[i] = (char)(link[i] ^ 1 << bit);
        }
    }
    cr_expect_eq(verdict_of(link), LYT_TAG_RIGHT);
    end();
}

Test(tag, links_are_made_and_read_again)
{
    static const struct {
        int line;
        const char *property, *place, *path;
    } rows[] = {
        {__LINE__, "havnen", "214", "/t/havnen.214?c="},
        {__LINE__, "havnen", "", "/t/havnen?c="},
        {__LINE__, "hotel-2", "Bar & grill", "/t/hotel-2.Bar%20%26%20grill?c="},
        {__LINE__, "havnen", "værelse 2.14/b", "/t/havnen.v%C3%A6relse%202.14%2Fb?c="},
    };
    lyt_error err;
    lyt_buf out;
    lyt_tap tap;

    begin("link 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    lyt_buf_init(&out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf_reset(&out);
        cr_assert_eq(lyt_tag_link(&out, &keys,
                                  &(lyt_tag_options){LYT_STR("https://feedback.example.dk/"),
                                                     lyt_str_of(rows[i].property),
                                                     lyt_str_of(rows[i].place), false},
                                  &err),
                     LYT_OK, "%s", err.text);
        cr_expect(strstr(out.data, rows[i].path), "line %d: %s", rows[i].line, out.data);
        cr_expect_eq(out.len, strlen("https://feedback.example.dk") + strlen(rows[i].path) + 10);
        cr_assert_eq(lyt_tag_read(&tap, lyt_buf_str(&out), &keys, arena), LYT_OK);
        cr_expect_eq(tap.verdict, LYT_TAG_RIGHT, "line %d: %s", rows[i].line, tap.problem);
        cr_expect(lyt_str_equal(tap.property, lyt_str_of(rows[i].property)));
        cr_expect(lyt_str_equal(tap.place, lyt_str_of(rows[i].place)));
        cr_expect_not(tap.is_signed);
    }
    lyt_buf_deinit(&out);
    end();
}

/* Computed with Python's hmac and base64: a link printed once must be right for ever. */
Test(tag, the_check_code_never_changes)
{
    char check[lyt_tag_check_letters + 1];

    begin("link 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    lyt_tag_check(check, keys.link[0], LYT_STR("havnen.214"), false);
    cr_expect_str_eq(check, "UDDMHRARHL");
    lyt_tag_check(check, keys.link[0], LYT_STR("havnen.v\xC3\xA6relse 2"), false);
    cr_expect_str_eq(check, "2IMVZ5F66L");
    end();
}

Test(tag, a_key_is_changed_without_a_gap)
{
    char link[80], check[lyt_tag_check_letters + 1];

    begin("link 1111111111111111111111111111111111111111111111111111111111111111\n"
          "link 2222222222222222222222222222222222222222222222222222222222222222\n");
    for (size_t i = 0; i < 2; i++) {
        lyt_tag_check(check, keys.link[i], LYT_STR("a.1"), false);
        snprintf(link, sizeof link, "/t/a.1?c=%s", check);
        cr_expect_eq(verdict_of(link), LYT_TAG_RIGHT);
    }
    /* no keys for taps: a signed link cannot be believed */
    lyt_tag_check(check, keys.link[0], LYT_STR("a.1"), true);
    snprintf(link, sizeof link, "/t/a.1?c=%s&picc_data=00&cmac=00", check);
    cr_expect_eq(verdict_of(link), LYT_TAG_FORGED);
    end();
}

/* Cut, emptied or left as it was printed, the link of a signed tag is worth nothing. */
Test(tag, a_signed_link_without_its_tap_is_refused)
{
    lyt_error err;
    lyt_buf out;

    begin(zero_keys);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_tag_link(&out, &keys,
                              &(lyt_tag_options){LYT_STR("https://x.dk"), LYT_STR("havnen"),
                                                 LYT_STR("214"), true},
                              &err),
                 LYT_OK);
    cr_expect_eq(verdict_of(out.data), LYT_TAG_FORGED, "%s", out.data);
    *strstr(out.data, "&cmac") = '\0';
    cr_expect_eq(verdict_of(out.data), LYT_TAG_FORGED, "%s", out.data);
    *strstr(out.data, "&picc_data") = '\0';
    cr_expect_eq(verdict_of(out.data), LYT_TAG_FORGED, "%s", out.data);
    keys.has_sun = false;
    cr_expect_eq(lyt_tag_link(&out, &keys,
                              &(lyt_tag_options){LYT_STR("https://x.dk"), LYT_STR("havnen"),
                                                 LYT_STR("214"), true},
                              &err),
                 LYT_EINVAL);
    cr_expect_str_eq(err.file, "signed");
    lyt_buf_deinit(&out);
    end();
}

Test(tag, what_is_no_link_is_told_apart_from_a_wrong_one)
{
    static const struct {
        int line;
        const char *link;
        lyt_tag_verdict verdict;
    } rows[] = {
        {__LINE__, "", LYT_TAG_MALFORMED},
        {__LINE__, "/t/", LYT_TAG_MALFORMED},
        {__LINE__, "https://x.dk/k/tablet", LYT_TAG_MALFORMED},
        {__LINE__, "t/havnen", LYT_TAG_MALFORMED},
        {__LINE__, "/t/havnen.214", LYT_TAG_WRONG},
        {__LINE__, "/t/havnen.214?c=", LYT_TAG_WRONG},
        {__LINE__, "/t/havnen.214?c=AAAAAAAAAA", LYT_TAG_WRONG},
        {__LINE__, "/t/havnen.214?C=AAAAAAAAAA&c=AAAAAAAAA", LYT_TAG_WRONG},
    };

    begin(zero_keys);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(verdict_of(rows[i].link), rows[i].verdict, "line %d", rows[i].line);
    end();
}

Test(tag, names_that_no_link_can_carry_are_refused)
{
    static const struct {
        int line;
        const char *base, *property, *place, *field;
    } rows[] = {
        {__LINE__, "feedback.example.dk", "havnen", "1", "base-url"},
        {__LINE__, "https://", "havnen", "1", "base-url"},
        {__LINE__, "https://x.dk/?q", "havnen", "1", "base-url"},
        {__LINE__, "https://x.dk", "", "1", "property"},
        {__LINE__, "https://x.dk", "Hotel Havnen", "1", "property"},
        {__LINE__, "https://x.dk", "havnen", "a\nb", "place"},
        {__LINE__, "https://x.dk", "havnen",
         "0123456789012345678901234567890123456789012345678901234567890123", "place"},
    };
    lyt_buf out;
    lyt_error err;

    begin(zero_keys);
    lyt_buf_init(&out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(
            lyt_tag_link(&out, &keys,
                         &(lyt_tag_options){lyt_str_of(rows[i].base), lyt_str_of(rows[i].property),
                                            lyt_str_of(rows[i].place), false},
                         &err),
            LYT_EINVAL, "line %d", rows[i].line);
        cr_expect_str_eq(err.file, rows[i].field);
        cr_expect_eq(out.len, 0);
    }
    lyt_buf_deinit(&out);
    end();
}

Test(tag, an_old_counter_is_no_longer_fresh)
{
    cr_expect(lyt_tag_is_fresh(0, -1));
    cr_expect(lyt_tag_is_fresh(62, 61));
    cr_expect_not(lyt_tag_is_fresh(61, 61));
    cr_expect_not(lyt_tag_is_fresh(16, 61));
    cr_expect(lyt_tag_is_fresh(0xFFFFFF, 0xFFFFFE));
}

Test(tag, key_files_that_are_none)
{
    static const struct {
        int line;
        const char *text, *part;
    } rows[] = {
        {__LINE__, "", "no secret"},
        {__LINE__,
         "meta 00000000000000000000000000000000\n"
         "file 00000000000000000000000000000000\n",
         "no \"link\""},
        {__LINE__, "link 00\n", "key 1 is none"},
        {__LINE__, "link 000000000000000000000000000000000000000000000000000000000000000g\n",
         "key 1 is none"},
        {__LINE__,
         "link 0000000000000000000000000000000000000000000000000000000000000000\n"
         "meta 00000000000000000000000000000000\n",
         "belong together"},
        {__LINE__,
         "link 0000000000000000000000000000000000000000000000000000000000000000\n"
         "sesame open\n",
         "key 2 is none"},
    };
    lyt_tagkeys read;
    lyt_error err;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(lyt_tagkeys_parse(&read, NULL, lyt_str_of(rows[i].text), "keys", &err),
                     LYT_EFORMAT, "line %d", rows[i].line);
        cr_expect(strstr(err.text, rows[i].part), "line %d: %s", rows[i].line, err.text);
        cr_expect_not(strstr(err.text, "0000"), "a key in an error: %s", err.text);
        cr_expect_eq(read.n_links, 0);
    }
}

Test(tag, a_made_key_file_is_read_back_and_nobody_else_may_read_it)
{
    char folder[64], path[96];
    testing_alloc failing;
    lyt_tagkeys made, read;
    lyt_error err;
    lyt_buf text;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/keys", folder);
    lyt_buf_init(&text, NULL);
    cr_assert_eq(lyt_tagkeys_make(&text, &err), LYT_OK);
    testing_write(folder, "keys", lyt_buf_str(&text));
    chmod(path, 0644);
    cr_expect_eq(lyt_tagkeys_load(&read, NULL, lyt_fs_system(), path, &err), LYT_ESTATE);
    chmod(path, 0600);
    cr_assert_eq(lyt_tagkeys_parse(&made, NULL, lyt_buf_str(&text), "made", &err), LYT_OK);
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_status status = lyt_tagkeys_load(&read, &failing.alloc, lyt_fs_system(), path, &err);

        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        cr_expect_eq(failing.live, 0);
        if (!status)
            cr_expect_eq(memcmp(&made, &read, sizeof read), 0);
    }
    lyt_buf_deinit(&text);
    testing_folder_remove(folder);
}
