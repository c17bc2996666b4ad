#include <stdio.h>
#include <string.h>

#include "pack_diff.h"
#include "testing.h"

LYT_SUITE(pack_diff);

/* The small pack, with some of its files read otherwise. */
static const struct {
    const char *file, *find, *with;
} edits[] = {
    {"pack.yaml", "threshold: 0.5", "threshold: 0.6"},
    {"scenarios/noise.yaml", "severity: 1", "severity: 2"},
    {"lexicons/en.yaml", "- spotless", "- speckless"},
    {"lexicons/da.yaml", "failure:\n", "failure:\n      - helt nyt ord\n"},
    {"lexicons/en.yaml", "weight: 2", "weight: 3"},
    {"training/en.txt", "__label__none", "__label__none never heard before\n__label__none"},
    {"properties/havnen.yaml", "severity: 3", "severity: 4"},
};

static lyt_status read_edited(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                              lyt_error *err)
{
    lyt_buf one, two;
    lyt_status status;

    (void)context;
    lyt_buf_init(&one, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, limit_bytes, &one, err);
    for (size_t i = 0; status == LYT_OK && i < sizeof edits / sizeof *edits; i++) {
        const char *at = one.data ? strstr(one.data, edits[i].find) : NULL;

        if (!lyt_str_ends(lyt_str_of(path), lyt_str_of(edits[i].file)) || !at)
            continue;
        lyt_buf_init(&two, NULL);
        lyt_buf_add(&two, lyt_str_slice(lyt_buf_str(&one), 0, (size_t)(at - one.data)));
        lyt_buf_add_text(&two, edits[i].with);
        lyt_buf_add_text(&two, at + strlen(edits[i].find));
        lyt_buf_deinit(&one);
        one = two;
    }
    if (status == LYT_OK)
        lyt_buf_add(out, lyt_buf_str(&one));
    lyt_buf_deinit(&one);
    return status;
}

static lyt_pack *load(const lyt_fs *fs)
{
    char folder[256], lexicons[256];
    lyt_pack *pack = NULL;
    lyt_error err = {0};

    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(&pack, folder,
                               &(lyt_pack_options){.fs = fs, .lexicons_folder = lexicons}, &err),
                 LYT_OK, "%s:%u %s", err.file, err.line, err.text);
    return pack;
}

static void on_change(void *context, const lyt_pack_change *c)
{
    lyt_buf_addf(context, "%c %s %s %s %s|%s|%s\n", c->sign, c->what, c->scenario, c->language,
                 c->key, c->before, c->after);
}

Test(pack_diff, every_kind_of_change)
{
    static const char *const wanted[] = {
        "~ threshold   |0.5|0.6\n",
        "~ severity noise  |1|2\n",
        "- rule room-not-cleaned en against: spotless|-4|\n",
        "+ rule room-not-cleaned en against: speckless||-4\n",
        " da failure: helt nyt ord||4\n",
        "~ rule room-not-cleaned en failure: hair ~3 shower|sink|2|3\n",
        "+ sentence  en never heard before||none\n",
        "~ property room-not-cleaned  havnen|",
        /* a property's set follows what the pack itself changes */
        "~ property noise  havnen|",
    };
    lyt_fs fs = *lyt_fs_system();
    lyt_pack *before = load(lyt_fs_system()), *after;
    size_t lines = 0;
    lyt_buf said;

    fs.read = read_edited;
    after = load(&fs);
    lyt_buf_init(&said, NULL);
    cr_assert_eq(lyt_pack_diff(before, after, on_change, &said, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        cr_expect(strstr(said.data, wanted[i]), "'%s' is not in\n%s", wanted[i], said.data);
    for (size_t i = 0; i < said.len; i++)
        lines += said.data[i] == '\n';
    cr_expect_eq(lines, sizeof wanted / sizeof *wanted, "%s", said.data);

    lyt_buf_reset(&said);
    cr_assert_eq(lyt_pack_diff(after, after, on_change, &said, NULL), LYT_OK);
    cr_expect_eq(said.len, 0, "%s", said.data);
    lyt_buf_deinit(&said);
    lyt_pack_free(before);
    lyt_pack_free(after);
}
