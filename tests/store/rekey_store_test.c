#include <stdio.h>
#include <string.h>

#include "store_guest.h"
#include "store_rekey.h"
#include "store_reply.h"
#include "testing.h"

/* Another key on every pseudonym: which words are ones, and all of it or nothing. */
LYT_SUITE(rekey_store);

#define OLD "g0123456789abcdef0123456789abcdef"
#define NEW "gfedcba9876543210fedcba9876543210"

static lyt_store *open_at(const char *folder, const lyt_alloc *alloc)
{
    char path[128];
    lyt_store *store = NULL;
    lyt_error err;

    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.alloc = alloc, .path = path}, &err),
                 LYT_OK, "%s", err.text);
    return store;
}

/* Each digit becomes what is missing to 15: twice is as before. */
static void turn(void *user, lyt_str old, char out[lyt_rekey_name_bytes])
{
    static const char digits[] = "0123456789abcdef";

    (void)user;
    memcpy(out, old.ptr, old.len);
    for (size_t i = 1; i < old.len; i++)
        out[i] = digits[15 - (strchr(digits, old.ptr[i]) - digits)];
    out[old.len] = '\0';
}

/* user: what comes of it, or LYT_OK: the address in brackets. */
static lyt_status reseal(void *user, lyt_str old, lyt_str fresh, lyt_str sealed, lyt_buf *out)
{
    lyt_status status = *(const lyt_status *)user;

    (void)old;
    (void)fresh;
    if (!status)
        lyt_buf_addf(out, "[%.*s]", LYT_STR_ARG(sealed));
    return status;
}

static lyt_status rekey(lyt_store *store, lyt_status sealing, lyt_rekeyed *n, lyt_error *err)
{
    return lyt_store_rekey(store,
                           &(lyt_rekey_how){.user = &sealing,
                                            .next = turn,
                                            .reseal = reseal,
                                            .mark = LYT_STR("0123456789abcdef")},
                           n, err);
}

static lyt_status keep_note(void *user, int64_t at_us, int64_t feedback, lyt_str what, lyt_str by,
                            lyt_str note)
{
    (void)at_us;
    (void)feedback;
    (void)what;
    (void)by;
    snprintf(user, 256, "%.*s", LYT_STR_ARG(note));
    return LYT_OK;
}

Test(rekey_store, PR_05_what_is_a_pseudonym_and_what_is_not)
{
    static const struct {
        int line;
        const char *before, *after;
    } rows[] = {
        {__LINE__, OLD, NEW},
        {__LINE__, "ring til " OLD ", eller " OLD ".", "ring til " NEW ", eller " NEW "."},
        {__LINE__, "(" OLD ")", "(" NEW ")"},
        {__LINE__, "\"" OLD "\"", "\"" NEW "\""},
        {__LINE__, "æ" OLD "ø", "æ" NEW "ø"}, /* bytes of other letters are no letters of a name */
        {__LINE__, OLD OLD, OLD OLD},
        {__LINE__, OLD "0", OLD "0"},
        {__LINE__, OLD "x", OLD "x"},
        {__LINE__, "x" OLD, "x" OLD},
        {__LINE__, "G0123456789abcdef0123456789abcdef", "G0123456789abcdef0123456789abcdef"},
        {__LINE__, "g0123456789ABCDEF0123456789abcdef", "g0123456789ABCDEF0123456789abcdef"},
        {__LINE__, "g0123456789abcdef0123456789abcde", "g0123456789abcdef0123456789abcde"},
        {__LINE__, "gæst", "gæst"},
        {__LINE__, "g", "g"},
        {__LINE__, "gg" OLD " " OLD, "gg" OLD " " NEW},
    };
    char folder[64];
    lyt_rekeyed n;
    lyt_store *store;
    lyt_error err;

    testing_folder(folder);
    store = open_at(folder, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_assert_eq(lyt_store_add_history(store, (int64_t)i + 1, 0, LYT_STR("note"), LYT_STR("mette"),
                                           lyt_str_of(rows[i].before), 1, &err),
                     LYT_OK);
    cr_assert_eq(rekey(store, LYT_OK, &n, &err), LYT_OK, "%s", err.text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char note[256] = "";

        cr_assert_eq(lyt_store_each_history(store, (int64_t)i + 1, keep_note, note, &err), LYT_OK);
        cr_expect_str_eq(note, rows[i].after, "line %d", rows[i].line);
    }
    cr_expect_eq(n.incidents, 6);
    lyt_store_close(store);
}

static lyt_status keep_contact(void *user, const lyt_contact_row *row)
{
    snprintf(user, 128, "%.*s %.*s", LYT_STR_ARG(row->guest), LYT_STR_ARG(row->sealed));
    return LYT_OK;
}

static const char *contact_of(lyt_store *store)
{
    static char room[128];

    room[0] = '\0';
    (void)!lyt_store_each_contact(store, (lyt_str){"", 0}, 9, keep_contact, room, NULL);
    return room;
}

static void fill(lyt_store *store)
{
    lyt_note note = {.guest = OLD, .kind = LYT_NOTE_ORDER, .item = "smoothie", .source = "", .at_us = 1};
    lyt_contact_row contact = {.guest = LYT_STR(OLD),
                               .kind = LYT_STR("phone"),
                               .language = LYT_STR("da"),
                               .sealed = LYT_STR("1.x"),
                               .seen_us = 1,
                               .until_us = 9};
    lyt_error err;

    cr_assert_eq(lyt_store_add_note(store, &note, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_store_put_contact(store, &contact, &err), LYT_OK, "%s", err.text);
}

Test(rekey_store, PR_05_all_of_it_or_nothing)
{
    char folder[64], mark[lyt_rekey_mark_bytes];
    bool ends = true;
    lyt_rekeyed n;
    lyt_store *store;
    lyt_error err;

    testing_folder(folder);
    store = open_at(folder, NULL);
    fill(store);
    cr_expect_eq(lyt_store_rekey_mark(store, mark, &err), LYT_OK);
    cr_expect_str_eq(mark, "");
    cr_expect_eq(lyt_store_rekey_set_mark(store, LYT_STR("aaaabbbbccccdddd"), &err), LYT_OK);
    /* an address that cannot be sealed: nothing of the rest has happened, either */
    cr_expect_neq(rekey(store, LYT_ENOMEM, &n, &err), LYT_OK);
    cr_expect(strstr(err.text, "sealed"), "%s", err.text);
    cr_expect_str_eq(contact_of(store), OLD " 1.x");
    cr_expect_eq(lyt_store_rekey_mark(store, mark, &err), LYT_OK);
    cr_expect_str_eq(mark, "aaaabbbbccccdddd");
    cr_expect_eq(lyt_store_rekey_ends(store, &ends, &err), LYT_OK);
    cr_expect(!ends);
    /* one that nobody can open stays as it is, under the new name */
    cr_expect_eq(rekey(store, LYT_EFORMAT, &n, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(n.addresses, 1);
    cr_expect_eq(n.unreadable, 1);
    cr_expect_eq(n.guests, 1);
    cr_expect_str_eq(contact_of(store), NEW " 1.x");
    cr_expect_eq(lyt_store_rekey_ends(store, &ends, &err), LYT_OK);
    cr_expect(ends);
    cr_expect_eq(lyt_store_rekey_end(store, &err), LYT_OK);
    cr_expect_eq(rekey(store, LYT_OK, &n, &err), LYT_OK, "%s", err.text);
    cr_expect_str_eq(contact_of(store), OLD " [1.x]");
    cr_expect_eq(lyt_store_rekey_mark(store, mark, &err), LYT_OK);
    cr_expect_str_eq(mark, "0123456789abcdef");
    lyt_store_close(store);
}

Test(rekey_store, PR_05_memory_that_ends_leaves_all_as_it_was)
{
    char folder[64];
    testing_alloc failing;
    lyt_store *store;
    lyt_error err;

    testing_folder(folder);
    store = open_at(folder, NULL);
    fill(store);
    lyt_store_close(store);
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        char path[128];
        lyt_rekeyed done;
        const char *before;
        lyt_status status;

        snprintf(path, sizeof path, "%s/lyt.db", folder);
        store = NULL;
        if (lyt_store_open(&store, &(lyt_store_options){.alloc = &failing.alloc, .path = path}, &err))
            continue;
        before = contact_of(store)[1] == '0' ? OLD : NEW;
        status = rekey(store, LYT_EFORMAT, &done, &err);
        cr_expect_eq(strncmp(contact_of(store), before, 33) == 0, status != LYT_OK, "n %ld", n);
        lyt_store_close(store);
    }
    cr_expect_eq(failing.live, 0);
    testing_folder_remove(folder);
}
