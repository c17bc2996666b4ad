#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "contactseal.h"
#include "testing.h"

/* Where guests can be written to, and how it is kept (PR-05, CH-15). */
LYT_SUITE(contactseal);

static const lyt_str guest = {"g0123456789abcdef0123456789abcdef", 33};

static lyt_contact_key key_of(const char *lines)
{
    lyt_contact_key key;
    lyt_error err;

    cr_assert_eq(lyt_secrets_parse(&key.secrets, NULL, lyt_str_of(lines), "keys", &err), LYT_OK,
                 "%s", err.text);
    return key;
}

static const char one[] = "0123456789abcdef0123456789abcdef\n";
static const char two[] = "0123456789abcdef0123456789abcdef\nfedcba9876543210fedcba9876543210\n";

Test(contactseal, PR_05_only_the_key_and_the_guest_open_it)
{
    lyt_contact_key old = key_of(one), both = key_of(two),
                    other = key_of("x123456789abcdef0123456789abcdef\n");
    char sealed[lyt_contact_sealed_bytes], again[lyt_contact_sealed_bytes],
        got[lyt_contact_max + 1];

    cr_assert_eq(lyt_contact_seal(&old, guest, LYT_STR("+4540404422"), sealed), LYT_OK);
    cr_assert_eq(lyt_contact_seal(&old, guest, LYT_STR("+4540404422"), again), LYT_OK);
    cr_expect(strcmp(sealed, again) != 0, "the same address is not known again by its seal");
    cr_expect_null(strstr(sealed, "4540404422"));
    cr_expect_eq(lyt_contact_open(&old, guest, lyt_str_of(sealed), got), LYT_OK);
    cr_expect_str_eq(got, "+4540404422");
    cr_expect_eq(lyt_contact_open(&both, guest, lyt_str_of(sealed), got), LYT_OK,
                 "the older key opens");
    cr_expect_eq(lyt_contact_open(&other, guest, lyt_str_of(sealed), got), LYT_EFORMAT);
    cr_expect_eq(lyt_contact_open(&old, LYT_STR("g1"), lyt_str_of(sealed), got), LYT_EFORMAT,
                 "it is nobody else's");
    cr_assert_eq(lyt_contact_seal(&both, guest, LYT_STR("a@b.dk"), sealed), LYT_OK);
    cr_expect_eq(strlen(sealed), strlen(again), "no length tells what it is");
    cr_expect_eq(lyt_contact_open(&old, guest, lyt_str_of(sealed), got), LYT_EFORMAT,
                 "the newest key seals");
    cr_expect_eq(lyt_contact_open(&both, guest, lyt_str_of(sealed), got), LYT_OK);
    cr_expect_str_eq(got, "a@b.dk");
    lyt_contact_key_deinit(&old);
    lyt_contact_key_deinit(&both);
    lyt_contact_key_deinit(&other);
}

Test(contactseal, every_changed_character_is_found_out)
{
    lyt_contact_key key = key_of(one);
    char sealed[lyt_contact_sealed_bytes], got[lyt_contact_max + 1];

    cr_assert_eq(lyt_contact_seal(&key, guest, LYT_STR("+4540404422"), sealed), LYT_OK);
    for (size_t i = 0; i + 1 < sizeof sealed; i++) {
        char was = sealed[i];

        sealed[i] = was == 'A' ? 'B' : 'A';
        cr_expect_eq(lyt_contact_open(&key, guest, lyt_str_of(sealed), got), LYT_EFORMAT, "%zu", i);
        cr_expect_eq(lyt_contact_open(&key, guest, (lyt_str){sealed, i}, got), LYT_EFORMAT);
        sealed[i] = was;
    }
    cr_expect_eq(lyt_contact_open(&key, guest, lyt_str_of(sealed), got), LYT_OK);
    lyt_contact_key_deinit(&key);
}

Test(contactseal, what_cannot_be_sealed_says_so)
{
    lyt_contact_key key = key_of(one), none = {.secrets = {.n = 0}};
    char sealed[lyt_contact_sealed_bytes], address[lyt_contact_max + 2];

    memset(address, '1', sizeof address);
    cr_expect_eq(lyt_contact_seal(&key, guest, (lyt_str){address, lyt_contact_max}, sealed),
                 LYT_OK);
    cr_expect_eq(lyt_contact_seal(&key, guest, (lyt_str){address, lyt_contact_max + 1}, sealed),
                 LYT_ELIMIT);
    cr_expect_eq(lyt_contact_seal(&key, guest, LYT_STR(""), sealed), LYT_ELIMIT);
    cr_expect_eq(lyt_contact_seal(&none, guest, LYT_STR("+4540404422"), sealed), LYT_ESTATE);
    lyt_contact_key_deinit(&key);
}

Test(contactseal, what_guests_write_takes_one_form)
{
    static const struct {
        int line;
        const char *raw, *country, *form;
        lyt_contact_kind kind;
    } rows[] = {
        {__LINE__, " +45 40 40 44 22 ", "", "+4540404422", LYT_CONTACT_PHONE},
        {__LINE__, "0045 40404422", "", "+4540404422", LYT_CONTACT_PHONE},
        {__LINE__, "40 40 44 22", "45", "+4540404422", LYT_CONTACT_PHONE},
        {__LINE__, "40 40 44 22", "", "40 40 44 22", LYT_CONTACT_OTHER},
        {__LINE__, "Anna@Example.ORG", "45", "anna@example.org", LYT_CONTACT_MAIL},
        {__LINE__, "anna@example", "", "anna@example", LYT_CONTACT_OTHER},
        {__LINE__, "a@b@c.dk", "", "a@b@c.dk", LYT_CONTACT_OTHER},
        {__LINE__, "@b.dk", "", "@b.dk", LYT_CONTACT_OTHER},
        {__LINE__, "anna@b.dk\r\nBcc: c@d.dk", "", "anna@b.dk\r\nBcc: c@d.dk", LYT_CONTACT_OTHER},
        {__LINE__, "room 214, Anna", "45", "room 214, Anna", LYT_CONTACT_OTHER},
        {__LINE__, "214", "45", "214", LYT_CONTACT_OTHER},
        {__LINE__, "", "45", "", LYT_CONTACT_OTHER},
    };
    lyt_arena *arena = NULL;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "contact", 1 << 16), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_contact_kind kind = LYT_CONTACT_KIND_COUNT;
        lyt_str form =
            lyt_contact_form(lyt_str_of(rows[i].raw), lyt_str_of(rows[i].country), arena, &kind);

        cr_expect_not_null(form.ptr);
        cr_expect(lyt_str_equal(form, lyt_str_of(rows[i].form)), "line %d: %.*s", rows[i].line,
                  LYT_STR_ARG(form));
        cr_expect_eq(kind, rows[i].kind, "line %d", rows[i].line);
    }
    lyt_arena_free(arena);
}

Test(contactseal, PR_12_a_key_is_made_once_for_its_owner_alone)
{
    char folder[64], path[128];
    lyt_contact_key first, second;
    lyt_error err;
    struct stat about;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/contacts.key", folder);
    cr_expect_eq(lyt_contact_key_load(&first, NULL, lyt_fs_system(), path, false, &err),
                 LYT_ENOTFOUND);
    cr_assert_eq(lyt_contact_key_load(&first, NULL, lyt_fs_system(), path, true, &err), LYT_OK,
                 "%s", err.text);
    cr_assert_eq(lyt_contact_key_load(&second, NULL, lyt_fs_system(), path, true, &err), LYT_OK);
    cr_expect(lyt_str_equal(first.secrets.keys[0], second.secrets.keys[0]));
    cr_expect_eq(first.secrets.keys[0].len, 64);
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600);
    lyt_contact_key_deinit(&first);
    lyt_contact_key_deinit(&second);
    cr_assert_eq(chmod(path, 0644), 0);
    cr_expect_eq(lyt_contact_key_load(&first, NULL, lyt_fs_system(), path, true, &err), LYT_ESTATE);
    testing_write(folder, "short", LYT_STR("abc\n"));
    snprintf(path, sizeof path, "%s/short", folder);
    cr_assert_eq(chmod(path, 0600), 0);
    cr_expect_eq(lyt_contact_key_load(&first, NULL, lyt_fs_system(), path, true, &err),
                 LYT_EFORMAT);
    cr_expect(strstr(err.text, "32 characters"), "%s", err.text);
    testing_folder_remove(folder);
}

Test(contactseal, PR_12_a_key_more_seals_and_the_old_ones_go)
{
    static const struct {
        int line;
        const char *text, *dropped;
        size_t n;
    } rows[] = {
        {__LINE__, "", "", 0},
        {__LINE__, "\n\n", "\n\n", 0},
        {__LINE__, "one", "one\n", 1},
        {__LINE__, "one\ntwo\n", "two\n", 2},
        {__LINE__, "# of may\none\n# of june\ntwo", "# of may\n# of june\ntwo\n", 2},
        {__LINE__, "one\r\ntwo\r\n# end\r\n", "two\r\n# end\r\n", 2},
        {__LINE__, "one\n#two\n", "#two\n", 2},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_secrets read = {.n = 0};
        lyt_buf dropped, added;
        lyt_error err;

        lyt_buf_init(&dropped, NULL);
        lyt_buf_init(&added, NULL);
        lyt_contact_key_drop(&dropped, lyt_str_of(rows[i].text));
        cr_expect(lyt_str_equal(lyt_buf_str(&dropped), lyt_str_of(rows[i].dropped)), "%d: %.*s",
                  rows[i].line, LYT_STR_ARG(lyt_buf_str(&dropped)));
        cr_assert_eq(lyt_contact_key_add(&added, lyt_str_of(rows[i].text), &err), LYT_OK);
        cr_assert_eq(lyt_secrets_parse(&read, NULL, lyt_buf_str(&added), "x", &err), LYT_OK);
        cr_expect_eq(read.n, rows[i].n + 1, "%d", rows[i].line);
        cr_expect_eq(read.keys[read.n - 1].len, 64, "%d", rows[i].line);
        lyt_secrets_deinit(&read);
        lyt_buf_deinit(&dropped);
        lyt_buf_deinit(&added);
    }
}

Test(contactseal, PR_12_secrets_are_written_whole_and_for_their_owner)
{
    char folder[64], path[128], aside[136];
    lyt_secrets read = {.n = 0};
    struct stat about;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/key", folder);
    snprintf(aside, sizeof aside, "%s.new", path);
    /* what a run that was killed left behind */
    testing_write(folder, "key.new", LYT_STR("half of"));
    cr_assert_eq(chmod(aside, 0666), 0);
    testing_write(folder, "key", LYT_STR("before\n"));
    cr_assert_eq(lyt_secrets_write(path, LYT_STR("after\n"), &err), LYT_OK, "%s", err.text);
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600);
    cr_expect_neq(stat(aside, &about), 0);
    cr_assert_eq(lyt_secrets_load(&read, NULL, lyt_fs_system(), path, &err), LYT_OK);
    cr_expect(lyt_str_equal(read.keys[0], LYT_STR("after")));
    lyt_secrets_deinit(&read);
    snprintf(path, sizeof path, "%s/nowhere/key", folder);
    cr_expect_eq(lyt_secrets_write(path, LYT_STR("x"), &err), LYT_EIO);
    cr_expect_str_eq(err.file, path);
    testing_folder_remove(folder);
}

Test(contactseal, kinds_have_names)
{
    lyt_contact_kind kind;

    for (unsigned i = 0; i < LYT_CONTACT_KIND_COUNT; i++) {
        cr_expect_eq(
            lyt_contact_kind_parse(&kind, lyt_str_of(lyt_contact_kind_name((lyt_contact_kind)i))),
            LYT_OK);
        cr_expect_eq(kind, (lyt_contact_kind)i);
    }
    cr_expect_eq(lyt_contact_kind_parse(&kind, LYT_STR("fax")), LYT_EINVAL);
}
