#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "minipack.h"
#include "packfile.h"
#include "testing.h"
#include "versionview.h"

LYT_SUITE(versions);

/* The minipack in a folder of the test's, so that it can be changed. */
typedef struct bed {
    char folder[64], pack_folder[96], kept[96], lexicons[256];
    lyt_versions v;
    lyt_error err;
} bed;

static void copy_folder(const char *from, const char *to, const char *part);

typedef struct copying {
    const char *from, *to;
} copying;

static lyt_status copy_one(void *user, const char *name)
{
    const copying *c = user;
    char path[512];
    lyt_buf bytes;

    if (!strchr(name, '.')) {
        copy_folder(c->from, c->to, name);
        return LYT_OK;
    }
    snprintf(path, sizeof path, "%s/%s", c->from, name);
    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &bytes, NULL), LYT_OK);
    testing_write(c->to, name, lyt_buf_str(&bytes));
    lyt_buf_deinit(&bytes);
    return LYT_OK;
}

static void make_folder(const char *path)
{
    char command[512];

    snprintf(command, sizeof command, "mkdir -p '%s'", path);
    cr_assert_eq(system(command), 0);
}

static void copy_folder(const char *from, const char *to, const char *part)
{
    char source[400], target[400];

    snprintf(source, sizeof source, "%s%s%s", from, *part ? "/" : "", part);
    snprintf(target, sizeof target, "%s%s%s", to, *part ? "/" : "", part);
    make_folder(target);
    cr_assert_eq(lyt_fs_list(lyt_fs_system(), source, copy_one, &(copying){source, target}, NULL),
                 LYT_OK);
}

static void bed_init(bed *b)
{
    char from[256];

    memset(b, 0, sizeof *b);
    testing_folder(b->folder);
    snprintf(from, sizeof from, "%s/golden/minipack", testing_tests());
    snprintf(b->pack_folder, sizeof b->pack_folder, "%s/pack", b->folder);
    snprintf(b->kept, sizeof b->kept, "%s/state/versions", b->folder);
    snprintf(b->lexicons, sizeof b->lexicons, "%s/golden/minilex", testing_tests());
    copy_folder(from, b->pack_folder, "");
    b->v = (lyt_versions){NULL, lyt_fs_system(), b->kept};
}

static lyt_pack *load(bed *b)
{
    lyt_pack *pack = NULL;

    cr_assert_eq(
        lyt_pack_load(&pack, b->pack_folder,
                      &(lyt_pack_options){.fs = lyt_fs_system(), .lexicons_folder = b->lexicons},
                      &b->err),
        LYT_OK, "%s: %s", b->err.file, b->err.text);
    return pack;
}

static lyt_packtree *take(bed *b)
{
    lyt_packtree *tree = NULL;

    cr_assert_eq(lyt_packtree_new(&tree, NULL, &b->err), LYT_OK);
    cr_assert_eq(lyt_packtree_take(tree, lyt_fs_system(),
                                   &(lyt_packtree_from){b->pack_folder, NULL, b->lexicons},
                                   &b->err),
                 LYT_OK, "%s: %s", b->err.file, b->err.text);
    return tree;
}

/* Keeps the pack as it lies there, as used from then on; its version. */
static uint64_t keep(bed *b, int64_t at_us)
{
    lyt_pack *pack = load(b);
    lyt_packtree *tree = take(b);
    uint64_t version = lyt_pack_hash(pack);

    cr_assert_eq(lyt_packtree_is_of(tree, pack, &b->err), LYT_OK, "%s", b->err.text);
    cr_assert_eq(lyt_versions_keep(&b->v, pack, tree, at_us, &b->err), LYT_OK, "%s", b->err.text);
    cr_assert_eq(lyt_versions_use(&b->v, version, version, at_us, &b->err), LYT_OK, "%s",
                 b->err.text);
    lyt_packtree_free(tree);
    lyt_pack_free(pack);
    return version;
}

static uint64_t version_of(bed *b, const char *property, const char *scenario)
{
    lyt_pack *pack = load(b);
    size_t at = (size_t)(lyt_pack_find(pack, lyt_str_of(scenario)) - lyt_pack_scenario(pack, 0));
    uint64_t version = lyt_pack_at(pack, lyt_str_of(property))[at].version;

    lyt_pack_free(pack);
    return version;
}

/* Puts a new line in the place of one that begins so. */
static void change(bed *b, const char *file, const char *begin, const char *line)
{
    char path[200], *found, *end;
    lyt_buf text, out;

    snprintf(path, sizeof path, "%s/%s", b->pack_folder, file);
    lyt_buf_init(&text, NULL);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &text, NULL), LYT_OK);
    found = strstr(text.data, begin);
    cr_assert_not_null(found);
    end = strchr(found, '\n');
    lyt_buf_add(&out, (lyt_str){text.data, (size_t)(found - text.data)});
    lyt_buf_add_text(&out, line);
    lyt_buf_add_text(&out, end);
    testing_write(b->pack_folder, file, lyt_buf_str(&out));
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&out);
}

static lyt_status view(bed *b, uint64_t version, lyt_versionview *out)
{
    char text[lyt_version_bytes];

    lyt_version_format(text, version);
    return lyt_versionview_open(out, &b->v, lyt_str_of(text), &b->err);
}

Test(versions, SC_05_what_a_scenario_said_is_shown_after_it_says_something_else)
{
    lyt_versionview seen;
    uint64_t pack[2], noise[2], at_havnen;
    bed b;

    bed_init(&b);
    noise[0] = version_of(&b, "", "noise");
    at_havnen = version_of(&b, "havnen", "noise");
    pack[0] = keep(&b, 1000000);
    change(&b, "scenarios/noise.yaml", "severity: 1", "severity: 3");
    noise[1] = version_of(&b, "", "noise");
    pack[1] = keep(&b, 2000000);
    cr_expect(noise[0] != noise[1] && pack[0] != pack[1]);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(view(&b, noise[i], &seen), LYT_OK, "%s", b.err.text);
        cr_expect_str_eq(seen.found.scenario, "noise");
        cr_assert_not_null(seen.scenario);
        cr_expect_eq(seen.scenario->severity, i ? 3 : 1);
        cr_expect_not_null(strstr(seen.text->bytes.ptr, i ? "severity: 3" : "severity: 1"));
        cr_assert_eq(seen.n_uses, (size_t)1);
        cr_expect_eq(seen.uses[0].from_us, i ? 2000000 : 1000000);
        cr_expect_eq(seen.uses[0].to_us, i ? 0 : 2000000);
        lyt_versionview_close(&seen);
        cr_assert_eq(view(&b, pack[i], &seen), LYT_OK, "%s", b.err.text);
        cr_expect(!*seen.found.scenario && lyt_pack_scenarios(seen.pack) == 3);
        lyt_versionview_close(&seen);
    }
    /* what a property makes of it is a version, too */
    cr_assert_eq(view(&b, at_havnen, &seen), LYT_OK, "%s", b.err.text);
    cr_expect_str_eq(seen.found.property, "havnen");
    cr_expect(seen.scenario->shadow);
    lyt_versionview_close(&seen);
    /* one that did not change was used all the time */
    cr_assert_eq(view(&b, version_of(&b, "", "room-too-cold"), &seen), LYT_OK);
    cr_expect(seen.n_uses == 1 && seen.uses[0].from_us == 1000000 && !seen.uses[0].to_us);
    lyt_versionview_close(&seen);
    testing_folder_remove(b.folder);
}

Test(versions, SC_05_a_pack_that_was_taught_leads_to_what_was_written)
{
    lyt_versionview seen;
    uint64_t pack;
    bed b;

    bed_init(&b);
    pack = keep(&b, 1000000);
    cr_assert_eq(lyt_versions_use(&b.v, 0xabcdef, pack, 1500000, &b.err), LYT_OK);
    cr_assert_eq(lyt_versions_use(&b.v, 0xabcdef, pack, 1600000, &b.err), LYT_OK);
    cr_assert_eq(view(&b, 0xabcdef, &seen), LYT_OK, "%s", b.err.text);
    cr_expect(seen.found.is_taught && seen.n_uses == 1 && seen.uses[0].from_us == 1500000);
    lyt_versionview_close(&seen);
    cr_assert_eq(view(&b, pack, &seen), LYT_OK);
    cr_expect(!seen.found.is_taught && seen.n_uses == 1 && seen.uses[0].from_us == 1000000);
    lyt_versionview_close(&seen);
    testing_folder_remove(b.folder);
}

Test(versions, what_is_no_version_or_several_is_refused)
{
    static const struct {
        int line;
        const char *text;
        lyt_status status;
    } rows[] = {
        {__LINE__, "", LYT_EINVAL},
        {__LINE__, "abc", LYT_EINVAL},
        {__LINE__, "ABCD", LYT_EINVAL},
        {__LINE__, "../../etc/passwd", LYT_EINVAL},
        {__LINE__, "00000000000000000", LYT_EINVAL},
        {__LINE__, "0000", LYT_ENOTFOUND},
        {__LINE__, "feed", LYT_ELIMIT},
        {__LINE__, "feed1", LYT_OK},
    };
    lyt_version_found found;
    uint64_t pack;
    bed b;

    bed_init(&b);
    cr_expect_eq(lyt_versions_find(&b.v, LYT_STR("abcd"), &found, &b.err), LYT_ENOTFOUND);
    pack = keep(&b, 1000000);
    cr_assert_eq(lyt_versions_use(&b.v, 0xfeed100000000000, pack, 1, &b.err), LYT_OK);
    cr_assert_eq(lyt_versions_use(&b.v, 0xfeed200000000000, pack, 2, &b.err), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_versions_find(&b.v, lyt_str_of(rows[i].text), &found, &b.err),
                     rows[i].status, "row at line %d: %s", rows[i].line, b.err.text);
    testing_folder_remove(b.folder);
}

static size_t file_size(bed *b, uint64_t version)
{
    char path[200];
    lyt_map map;
    size_t size;

    snprintf(path, sizeof path, "%s/%016llx.pack", b->kept, (unsigned long long)version);
    cr_assert_eq(lyt_fs_map(lyt_fs_system(), path, &map, &b->err), LYT_OK, "%s", b->err.text);
    size = map.size_bytes;
    lyt_fs_unmap(lyt_fs_system(), &map);
    return size;
}

static bool is_kept(bed *b, uint64_t version)
{
    char name[lyt_version_bytes];
    lyt_version_kept kept;
    bool is;

    lyt_version_format(name, version);
    is = lyt_versions_open(&b->v, name, &kept, NULL, &b->err) == LYT_OK;
    if (is)
        lyt_packtree_free(kept.tree);
    return is;
}

Test(versions, SC_05_what_nothing_goes_by_any_more_goes_and_the_rest_stands_alone)
{
    uint64_t pack[3];
    size_t n = 0;
    bed b;

    bed_init(&b);
    pack[0] = keep(&b, 1000000);
    change(&b, "scenarios/noise.yaml", "severity: 1", "severity: 3");
    pack[1] = keep(&b, 2000000);
    change(&b, "scenarios/noise.yaml", "severity: 3", "severity: 2");
    pack[2] = keep(&b, 3000000);
    cr_expect_lt(file_size(&b, pack[1]), file_size(&b, pack[0]) / 2, "bytes are kept once");
    cr_assert_eq(lyt_versions_let_go(&b.v, 2000000, pack[2], &n, &b.err), LYT_OK);
    cr_expect_eq(n, (size_t)0, "the first was used until then");
    /* the second and the third lean on the first */
    cr_assert_eq(lyt_versions_let_go(&b.v, 2000001, pack[2], &n, &b.err), LYT_OK, "%s", b.err.text);
    cr_expect_eq(n, (size_t)1);
    cr_expect(!is_kept(&b, pack[0]) && is_kept(&b, pack[1]) && is_kept(&b, pack[2]), "%s",
              b.err.text);
    cr_assert_eq(lyt_versions_let_go(&b.v, INT64_MAX, pack[2], &n, &b.err), LYT_OK);
    cr_expect_eq(n, (size_t)1);
    cr_expect(!is_kept(&b, pack[1]) && is_kept(&b, pack[2]), "what is in use stays");
    testing_folder_remove(b.folder);
}

static void damage(bed *b, uint64_t version, size_t at)
{
    char path[200];
    FILE *file;

    snprintf(path, sizeof path, "%s/%016llx.pack", b->kept, (unsigned long long)version);
    file = fopen(path, "r+b");
    cr_assert(file && fseek(file, (long)at, SEEK_SET) == 0 && fputc('~', file) != EOF &&
              fclose(file) == 0);
}

Test(versions, SC_05_a_damaged_copy_is_named_and_mended_when_it_is_used_again)
{
    static const size_t from_start[] = {0, 12, 100};
    lyt_versionview seen;
    uint64_t noise, pack;
    bed b;

    bed_init(&b);
    noise = version_of(&b, "", "noise");
    for (size_t i = 0; i < sizeof from_start / sizeof *from_start; i++) {
        pack = keep(&b, 1000000);
        damage(&b, pack, from_start[i]);
        cr_expect_eq(view(&b, noise, &seen), LYT_EFORMAT);
        cr_expect_not_null(strstr(b.err.file, ".pack"));
        cr_expect_not_null(strstr(b.err.text, "damaged"), "%s", b.err.text);
        cr_expect_not(is_kept(&b, pack));
        cr_expect_eq(keep(&b, 2000000), pack);
        cr_expect(is_kept(&b, pack), "%s", b.err.text);
    }
    /* the last bytes are of a file that has nothing to do with the scenario */
    damage(&b, pack, file_size(&b, pack) - 2);
    cr_expect_not(is_kept(&b, pack));
    cr_expect_not_null(strstr(b.err.text, "pack/training/en.txt"), "%s", b.err.text);
    cr_assert_eq(view(&b, noise, &seen), LYT_OK, "%s", b.err.text);
    cr_expect(seen.damaged.code == LYT_EFORMAT && seen.text->bytes.len > 0);
    lyt_versionview_close(&seen);
    testing_folder_remove(b.folder);
}

Test(versions, SC_05_whoever_writes_while_it_is_read_is_noticed)
{
    static const struct {
        int line;
        const char *file, *begin, *by;
    } rows[] = {
        {__LINE__, "scenarios/noise.yaml", "severity: 1", "severity: 3"},
        {__LINE__, "scenarios/noise.yaml", "severity: 3", "severity: nine"},
        {__LINE__, "scenarios/noise.yaml", "severity: nine", "severity: 1"},
        {__LINE__, "pack.yaml", "threshold: 0.5", "threshold: 0.6"},
        {__LINE__, "properties/havnen.yaml", "    severity: 3", "    severity: 2"},
        {__LINE__, "training/en.txt", "__label__", "__label__none nothing of all this"},
    };
    lyt_packtree *tree = NULL;
    lyt_pack *pack = NULL;
    bed b;

    bed_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        /* what cannot be read is written after the row before was read */
        if (strcmp(rows[i].begin, "severity: nine") != 0) {
            lyt_pack_free(pack);
            pack = load(&b);
            tree = take(&b);
            cr_expect_eq(lyt_packtree_is_of(tree, pack, &b.err), LYT_OK, "row at line %d: %s",
                         rows[i].line, b.err.text);
            lyt_packtree_free(tree);
        }
        change(&b, rows[i].file, rows[i].begin, rows[i].by);
        tree = take(&b);
        cr_expect_eq(lyt_packtree_is_of(tree, pack, &b.err), LYT_EBUSY, "row at line %d",
                     rows[i].line);
        lyt_packtree_free(tree);
    }
    lyt_pack_free(pack);
    testing_folder_remove(b.folder);
}

Test(versions, SC_05_what_comes_or_goes_while_it_is_read_is_noticed)
{
    static const struct {
        int line;
        const char *folder, *file, *text; /* NULL: it goes */
        lyt_status expected;
    } rows[] = {
        {__LINE__, "pack/scenarios", "later.yaml", "id: later", LYT_EBUSY},
        {__LINE__, "pack/properties", "later.yaml", "places: []", LYT_EBUSY},
        {__LINE__, "pack/lexicons", "da.yaml", NULL, LYT_EBUSY},
        {__LINE__, "pack/training", "en.txt", NULL, LYT_EBUSY},
        {__LINE__, "pack/scenarios", "noise.yaml", NULL, LYT_EBUSY},
        {__LINE__, "own/scenarios", "later.yaml", "id: later", LYT_EBUSY},
        /* of a language that the pack is not read in */
        {__LINE__, "pack/training", "fi.txt", "__label__none hei", LYT_OK},
        {__LINE__, "pack/scenarios", "README.md", "read me", LYT_OK},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char own[128], folder[128], path[192];
        lyt_packtree *tree = NULL;
        lyt_pack *pack = NULL;
        bed b;

        bed_init(&b);
        snprintf(own, sizeof own, "%s/own", b.folder);
        snprintf(folder, sizeof folder, "%s/%s", b.folder, rows[i].folder);
        snprintf(path, sizeof path, "%s/%s", folder, rows[i].file);
        cr_assert_eq(lyt_pack_load(&pack, b.pack_folder,
                                   &(lyt_pack_options){.fs = lyt_fs_system(),
                                                       .lexicons_folder = b.lexicons,
                                                       .own_folder = own},
                                   &b.err),
                     LYT_OK, "%s", b.err.text);
        make_folder(own);
        make_folder(folder);
        if (rows[i].text)
            testing_write(folder, rows[i].file, lyt_str_of(rows[i].text));
        else
            cr_assert_eq(remove(path), 0, "%s", path);
        cr_assert_eq(lyt_packtree_new(&tree, NULL, &b.err), LYT_OK);
        cr_assert_eq(lyt_packtree_take(tree, lyt_fs_system(),
                                       &(lyt_packtree_from){b.pack_folder, own, b.lexicons},
                                       &b.err),
                     LYT_OK);
        cr_expect_eq(lyt_packtree_is_of(tree, pack, &b.err), rows[i].expected, "row at line %d",
                     rows[i].line);
        lyt_packtree_free(tree);
        lyt_pack_free(pack);
        testing_folder_remove(b.folder);
    }
}

/* Every call of the disk fails once: what was kept stays, and the next try keeps it. */
Test(versions, SC_05_a_full_disk_leaves_what_was_kept)
{
    uint64_t before, now;
    lyt_packtree *tree;
    lyt_pack *pack;
    testing_fs fs;
    size_t n = 0;
    bed b;

    bed_init(&b);
    before = keep(&b, 1000000);
    change(&b, "scenarios/noise.yaml", "severity: 1", "severity: 3");
    pack = load(&b);
    tree = take(&b);
    now = lyt_pack_hash(pack);
    for (long at = 1;; at++) {
        lyt_versions failing = b.v;
        lyt_status status, used;

        testing_fs_init(&fs, at, LYT_EFULL);
        failing.fs = &fs.fs;
        status = lyt_versions_keep(&failing, pack, tree, 2000000, &b.err);
        used = status ? status : lyt_versions_use(&failing, now, now, 2000000, &b.err);
        cr_expect(is_kept(&b, before), "call %ld: %s", at, b.err.text);
        cr_expect(status || is_kept(&b, now), "call %ld: %s", at, b.err.text);
        if (fs.asked < at) {
            cr_assert_eq(used, LYT_OK);
            break;
        }
    }
    for (long at = 1;; at++) {
        lyt_versions failing = b.v;

        testing_fs_init(&fs, at, LYT_EIO);
        failing.fs = &fs.fs;
        (void)!lyt_versions_let_go(&failing, INT64_MAX, now, &n, &b.err);
        cr_expect(is_kept(&b, now), "call %ld: %s", at, b.err.text);
        if (fs.asked < at)
            break;
    }
    cr_expect_not(is_kept(&b, before));
    lyt_packtree_free(tree);
    lyt_pack_free(pack);
    testing_folder_remove(b.folder);
}

Test(versions, memory_that_ends_anywhere_leaves_what_was_kept)
{
    testing_alloc failing = {.fail_at = 0};
    lyt_packtree *tree;
    lyt_pack *pack;
    uint64_t version;
    bed b;

    bed_init(&b);
    version = keep(&b, 1000000);
    change(&b, "scenarios/noise.yaml", "severity: 1", "severity: 3");
    pack = load(&b);
    tree = take(&b);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_versions v = {&failing.alloc, lyt_fs_system(), b.kept};
        lyt_versionview seen;
        lyt_packtree *again = NULL;
        char name[lyt_version_bytes];

        lyt_version_format(name, version);
        if (!lyt_packtree_new(&again, &failing.alloc, &b.err) &&
            !lyt_packtree_take(again, lyt_fs_system(),
                               &(lyt_packtree_from){b.pack_folder, NULL, b.lexicons}, &b.err))
            (void)!lyt_packtree_is_of(again, pack, &b.err);
        lyt_packtree_free(again);
        (void)!lyt_versions_keep(&v, pack, tree, 2000000, &b.err);
        if (!lyt_versionview_open(&seen, &v, lyt_str_of(name), &b.err))
            lyt_versionview_close(&seen);
        cr_expect(is_kept(&b, version), "allocation %ld", n);
    }
    lyt_packtree_free(tree);
    lyt_pack_free(pack);
    testing_folder_remove(b.folder);
}
