#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "ownfolder.h"
#include "pack.h"
#include "testing.h"

LYT_SUITE(own);

typedef struct bed {
    char folder[64], own_folder[80], pack[256], lexicons[256];
    lyt_own own;
    lyt_error err;
} bed;

static void bed_init(bed *b)
{
    testing_folder(b->folder);
    snprintf(b->own_folder, sizeof b->own_folder, "%s/own", b->folder);
    snprintf(b->pack, sizeof b->pack, "%s/golden/minipack", testing_tests());
    snprintf(b->lexicons, sizeof b->lexicons, "%s/golden/minilex", testing_tests());
    b->own = (lyt_own){NULL, lyt_fs_system(), b->own_folder, b->pack};
}

static lyt_own_state state_of(bed *b, const char *id)
{
    lyt_own_state state = {.is_own = false};

    cr_assert_eq(lyt_own_read(&b->own, lyt_str_of(id), NULL, &state, &b->err), LYT_OK, "%s",
                 b->err.text);
    return state;
}

static void text_of(bed *b, const char *id, lyt_buf *out)
{
    lyt_own_state state;

    lyt_buf_init(out, NULL);
    cr_assert_eq(lyt_own_read(&b->own, lyt_str_of(id), out, &state, &b->err), LYT_OK);
}

static lyt_status save(bed *b, const char *id, const char *text, const char *from)
{
    lyt_own_state state;

    return lyt_own_save(&b->own,
                        &(lyt_own_change){.scenario = lyt_str_of(id),
                                          .by = LYT_STR("signe"),
                                          .note = LYT_STR("why"),
                                          .expected = lyt_str_of(from),
                                          .now_us = 1000000},
                        lyt_str_of(text), &state, &b->err);
}

static lyt_status undo(bed *b, const char *id)
{
    lyt_own_state state = state_of(b, id), after;

    return lyt_own_undo(&b->own,
                        &(lyt_own_change){.scenario = lyt_str_of(id),
                                          .by = LYT_STR("lise"),
                                          .note = {"", 0},
                                          .expected = lyt_str_of(state.version),
                                          .now_us = 2000000},
                        &after, &b->err);
}

/* By hand: what somebody with an editor does. */
static void write_by_hand(bed *b, const char *text)
{
    char folder[100];

    snprintf(folder, sizeof folder, "%s/scenarios", b->own_folder);
    testing_write(folder, "noise.yaml", lyt_str_of(text));
}

static void expect_text(bed *b, int line, const char *text)
{
    lyt_buf now;

    text_of(b, "noise", &now);
    cr_expect(lyt_str_equal(lyt_buf_str(&now), lyt_str_of(text)), "at line %d: %.40s", line,
              now.data);
    lyt_buf_deinit(&now);
}

Test(own, SC_05_saves_lie_on_each_other_and_go_one_after_the_other)
{
    char first[lyt_own_version_bytes];
    lyt_own_state state;
    lyt_buf of_pack;
    bed b;

    bed_init(&b);
    state = state_of(&b, "noise");
    memcpy(first, state.version, sizeof first);
    cr_expect(!state.is_own && strlen(state.version) == 16 && !state.before[0]);
    text_of(&b, "noise", &of_pack);
    cr_expect_eq(undo(&b, "noise"), LYT_ESTATE, "nothing was changed");
    cr_expect_eq(save(&b, "noise", "a\n", "0000000000000000"), LYT_EEXISTS);
    cr_expect_not_null(strstr(b.err.text, first), "it says which one there is");
    cr_assert_eq(save(&b, "noise", "a\n", first), LYT_OK, "%s", b.err.text);
    cr_expect_eq(save(&b, "noise", "b\n", first), LYT_EEXISTS, "made from another one");
    cr_assert_eq(save(&b, "noise", "b\n", state_of(&b, "noise").version), LYT_OK);
    /* the same once more is no change */
    cr_assert_eq(save(&b, "noise", "b\n", state_of(&b, "noise").version), LYT_OK);
    cr_assert_eq(save(&b, "noise", "a\n", state_of(&b, "noise").version), LYT_OK);
    expect_text(&b, __LINE__, "a\n");
    cr_assert_eq(undo(&b, "noise"), LYT_OK, "%s", b.err.text);
    expect_text(&b, __LINE__, "b\n");
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    expect_text(&b, __LINE__, "a\n");
    cr_expect_str_eq(state_of(&b, "noise").before, "");
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    expect_text(&b, __LINE__, of_pack.data);
    cr_expect_not(state_of(&b, "noise").is_own);
    cr_expect_str_eq(state_of(&b, "noise").version, first);
    cr_expect_eq(undo(&b, "noise"), LYT_ESTATE);
    lyt_buf_deinit(&of_pack);
    testing_folder_remove(b.folder);
}

Test(own, what_is_changed_by_hand_is_a_version_of_its_own)
{
    lyt_own_state state;
    bed b;

    bed_init(&b);
    cr_assert_eq(save(&b, "noise", "a\n", state_of(&b, "noise").version), LYT_OK);
    write_by_hand(&b, "hand\n");
    state = state_of(&b, "noise");
    cr_expect_eq(state.is_own, true);
    cr_expect_str_neq(state.before, "");
    cr_assert_eq(undo(&b, "noise"), LYT_OK, "%s", b.err.text);
    expect_text(&b, __LINE__, "a\n");
    write_by_hand(&b, "hand\n");
    cr_assert_eq(save(&b, "noise", "b\n", state_of(&b, "noise").version), LYT_OK);
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    expect_text(&b, __LINE__, "hand\n");
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    expect_text(&b, __LINE__, "a\n");
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    cr_expect_not(state_of(&b, "noise").is_own);
    testing_folder_remove(b.folder);
}

Test(own, a_file_that_was_taken_away_by_hand_leaves_nothing_below_it)
{
    char path[200];
    bed b;

    bed_init(&b);
    cr_assert_eq(save(&b, "noise", "a\n", state_of(&b, "noise").version), LYT_OK);
    snprintf(path, sizeof path, "%s/scenarios/noise.yaml", b.own_folder);
    cr_assert_eq(remove(path), 0);
    cr_expect_not(state_of(&b, "noise").is_own);
    cr_assert_eq(save(&b, "noise", "b\n", state_of(&b, "noise").version), LYT_OK);
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    cr_expect_not(state_of(&b, "noise").is_own, "not what was before it was taken away");
    testing_folder_remove(b.folder);
}

Test(own, changes_are_told_with_who_and_why)
{
    lyt_buf lines;
    size_t n = 0;
    bed b;

    bed_init(&b);
    cr_assert_eq(save(&b, "noise", "a\n", state_of(&b, "noise").version), LYT_OK);
    cr_assert_eq(save(&b, "room-too-cold", "c\n", state_of(&b, "room-too-cold").version), LYT_OK);
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    lyt_buf_init(&lines, NULL);
    cr_assert_eq(lyt_own_changes(&b.own, LYT_STR("noise"), &lines, &b.err), LYT_OK);
    for (size_t i = 0; i < lines.len; i++)
        n += lines.data[i] == '\n';
    cr_expect_eq(n, 2);
    cr_expect(strstr(lines.data, "\"by\":\"signe\",\"verb\":\"save\"") &&
              strstr(lines.data, "\"note\":\"why\"") && strstr(lines.data, "\"verb\":\"undo\""));
    lyt_buf_reset(&lines);
    cr_assert_eq(lyt_own_changes(&b.own, (lyt_str){"", 0}, &lines, &b.err), LYT_OK);
    cr_expect_not_null(strstr(lines.data, "room-too-cold"));
    lyt_buf_deinit(&lines);
    testing_folder_remove(b.folder);
}

Test(own, names_and_damaged_lists_are_refused)
{
    static const struct {
        int line;
        const char *list;
        unsigned at; /* the line that is wrong */
    } rows[] = {
        {__LINE__, "nonsense\n", 1},
        {__LINE__, "{\"scenario\":\"other\"}\n\n{\"scenario\":\"noise\",\"verb\":\"save\"}\n", 3},
        {__LINE__, "{\"scenario\":\"noise\",\"verb\":\"save\",\"version\":\"../../etc/pass\"}\n",
         1},
    };
    static const char *const names[] = {
        "",  "..",        "a/b",
        "A", "none-such", "x12345678901234567890123456789012345678901234567890123456789012345"};
    lyt_own_state state;
    bed b;

    bed_init(&b);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect_eq(lyt_own_read(&b.own, lyt_str_of(names[i]), NULL, &state, &b.err),
                     LYT_ENOTFOUND, "%s", names[i]);
    cr_assert_eq(save(&b, "noise", "a\n", state_of(&b, "noise").version), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        testing_write(b.own_folder, "changes.jsonl", lyt_str_of(rows[i].list));
        cr_expect_eq(lyt_own_read(&b.own, LYT_STR("noise"), NULL, &state, &b.err), LYT_EFORMAT,
                     "row at line %d", rows[i].line);
        cr_expect_eq(b.err.line, rows[i].at, "row at line %d: %u", rows[i].line, b.err.line);
        cr_expect_not_null(strstr(b.err.file, "changes.jsonl"), "row at line %d", rows[i].line);
    }
    testing_folder_remove(b.folder);
}

Test(own, who_and_why_are_words_that_can_be_read_again)
{
    static char long_words[lyt_own_note_max + 2];
    const struct {
        int line;
        lyt_str by, note;
        lyt_status status;
    } rows[] = {
        {__LINE__, LYT_STR("s\xf8ren"), LYT_STR(""), LYT_EINVAL},
        {__LINE__, LYT_STR("signe"), LYT_STR("v\xe6rre"), LYT_EINVAL},
        {__LINE__, {long_words, lyt_own_by_max + 1}, LYT_STR(""), LYT_ELIMIT},
        {__LINE__, LYT_STR("signe"), {long_words, lyt_own_note_max + 1}, LYT_ELIMIT},
        {__LINE__, {long_words, lyt_own_by_max}, {long_words, lyt_own_note_max}, LYT_OK},
    };
    bed b;

    bed_init(&b);
    memset(long_words, '\1', sizeof long_words - 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_own_state before = state_of(&b, "noise");
        lyt_own_change change = {.scenario = LYT_STR("noise"),
                                 .by = rows[i].by,
                                 .note = rows[i].note,
                                 .expected = lyt_str_of(before.version),
                                 .now_us = 1000000};
        lyt_own_state after;

        cr_expect_eq(lyt_own_save(&b.own, &change, LYT_STR("a\n"), &after, &b.err), rows[i].status,
                     "row at line %d: %s", rows[i].line, b.err.text);
        after = state_of(&b, "noise");
        cr_expect_eq(strcmp(before.version, after.version) != 0, rows[i].status == LYT_OK,
                     "row at line %d", rows[i].line);
    }
    cr_expect_eq(undo(&b, "noise"), LYT_OK);
    testing_folder_remove(b.folder);
}

/* Whichever reading or writing fails: what counts is the text before or the new one, whole. */
Test(own, a_failure_midway_leaves_one_of_the_two)
{
    for (long n = 1; n < 20; n++) {
        testing_fs failing;
        lyt_status status;
        lyt_buf now;
        bed b;

        bed_init(&b);
        cr_assert_eq(save(&b, "noise", "a\n", state_of(&b, "noise").version), LYT_OK);
        testing_fs_init(&failing, n, LYT_EFULL);
        b.own.fs = &failing.fs;
        {
            char version[lyt_own_version_bytes];

            lyt_own_version(version, LYT_STR("a\n"));
            status = save(&b, "noise", "b\n", version);
        }
        b.own.fs = lyt_fs_system();
        text_of(&b, "noise", &now);
        cr_expect(lyt_str_equal(lyt_buf_str(&now), LYT_STR("b\n")) ||
                      (status && lyt_str_equal(lyt_buf_str(&now), LYT_STR("a\n"))),
                  "call %ld", n);
        lyt_buf_deinit(&now);
        /* and there is a way on from there */
        cr_expect_eq(save(&b, "noise", "c\n", state_of(&b, "noise").version), LYT_OK,
                     "call %ld: %s", n, b.err.text);
        testing_folder_remove(b.folder);
        if (!status)
            break;
    }
}

Test(own, memory_that_ends_is_said)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_own_state state = {.is_own = false};
        bed b;

        bed_init(&b);
        cr_assert_eq(save(&b, "noise", "a\n", state_of(&b, "noise").version), LYT_OK);
        b.own.alloc = &failing.alloc;
        (void)!lyt_own_read(&b.own, LYT_STR("noise"), NULL, &state, &b.err);
        (void)!save(&b, "noise", "b\n", state.version);
        testing_folder_remove(b.folder);
    }
}

static lyt_status load(bed *b, lyt_pack **out)
{
    return lyt_pack_load(out, b->pack,
                         &(lyt_pack_options){.fs = lyt_fs_system(),
                                             .lexicons_folder = b->lexicons,
                                             .own_folder = b->own_folder},
                         &b->err);
}

Test(own, a_pack_is_read_with_what_the_house_changed)
{
    lyt_pack *pack = NULL, *plain = NULL;
    const char *at;
    lyt_buf text;
    bed b;

    bed_init(&b);
    /* no such folder: the pack as it came */
    cr_assert_eq(load(&b, &plain), LYT_OK, "%s", b.err.text);
    text_of(&b, "noise", &text);
    at = strstr(text.data, "severity: ");
    cr_assert_not_null(at);
    text.data[at - text.data + 10] = '4';
    cr_assert_eq(save(&b, "noise", text.data, state_of(&b, "noise").version), LYT_OK);
    cr_assert_eq(load(&b, &pack), LYT_OK, "%s", b.err.text);
    cr_expect_eq(lyt_pack_scenarios(pack), lyt_pack_scenarios(plain));
    cr_expect_eq(lyt_pack_find(pack, LYT_STR("noise"))->severity, 4);
    cr_expect_not_null(strstr(lyt_pack_find(pack, LYT_STR("noise"))->file, b.own_folder));
    cr_expect_neq(lyt_pack_hash(pack), lyt_pack_hash(plain));
    /* what was learned is found again under its name, and looked at first */
    cr_assert_eq(lyt_pack_save_model(pack, b.own_folder, &b.err), LYT_OK, "%s", b.err.text);
    lyt_pack_free(pack);
    cr_assert_eq(load(&b, &pack), LYT_OK, "%s", b.err.text);
    cr_expect_eq(lyt_pack_find(pack, LYT_STR("noise"))->severity, 4);
    lyt_pack_free(pack);
    /* a mistake in it is named there */
    cr_assert_eq(save(&b, "noise", "id: noise\n", state_of(&b, "noise").version), LYT_OK);
    cr_expect_eq(load(&b, &pack), LYT_EFORMAT);
    cr_expect_not_null(strstr(b.err.file, "own/scenarios/noise.yaml"));
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    cr_assert_eq(undo(&b, "noise"), LYT_OK);
    cr_assert_eq(load(&b, &pack), LYT_OK, "%s", b.err.text);
    cr_expect_eq(lyt_pack_hash(pack), lyt_pack_hash(plain), "as if nothing had been");
    lyt_pack_free(pack);
    lyt_pack_free(plain);
    lyt_buf_deinit(&text);
    testing_folder_remove(b.folder);
}
