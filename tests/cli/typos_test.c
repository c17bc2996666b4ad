#include <sys/stat.h>

#include "running.h"
#include "yamldoc.h"

/*
 * Every key of a house's files with a typo, and every value that is something else: the command that
 * reads the file ends with 1 and names file, line and column of the one that is wrong.
 */
LYT_SUITE(typos);

typedef struct planting {
    const char *command; /* %s: the file */
    const char *file;    /* what is changed, as errors name it */
    lyt_buf text;
    size_t n;
} planting;

/* Columns count letters. */
static size_t place_of(lyt_str text, uint32_t line, uint32_t column)
{
    size_t at = 0;

    while (--line)
        at = lyt_str_find(text, '\n', at) + 1;
    while (--column)
        do
            at++;
        while (((unsigned char)text.ptr[at] & 0xc0) == 0x80);
    return at;
}

/* Without waiting for the disk, a thousand times. */
static void write_quickly(const char *path, lyt_str text)
{
    FILE *file = fopen(path, "wb");

    cr_assert(file && fwrite(text.ptr, 1, text.len, file) == text.len && !fclose(file), "%s", path);
}

static void try_with(planting *p, size_t at, size_t len, const char *with, uint32_t line,
                     uint32_t column)
{
    const lyt_str text = lyt_buf_str(&p->text);
    char command[512], place[512];
    lyt_buf changed;
    running r;

    lyt_buf_init(&changed, NULL);
    lyt_buf_add(&changed, lyt_str_slice(text, 0, at));
    lyt_buf_add_text(&changed, with);
    lyt_buf_add(&changed, lyt_str_slice(text, at + len, text.len));
    write_quickly(p->file, lyt_buf_str(&changed));
    snprintf(command, sizeof command, p->command, p->file);
    snprintf(place, sizeof place, "%s:%u:%u: ", p->file, line, column);
    running_run(&r, command, (lyt_str){NULL, 0});
    cr_expect_eq(r.code, LYT_EXIT_FAILED, "%s with '%s' at %u:%u gave %d", p->file, with, line,
                 column, r.code);
    /* a report of a whole check is a result, and no complaint */
    cr_expect(running_has(&r.err, place) || running_has(&r.out, place), "%s is not named: %s%s",
              place, r.err.data ? r.err.data : "", r.out.data ? r.out.data : "");
    running_end(&r);
    lyt_buf_deinit(&changed);
    p->n++;
}

static void plant(planting *p, const lyt_yaml_node *node)
{
    const lyt_str text = lyt_buf_str(&p->text);

    for (const lyt_yaml_node *child = node->first; child; child = child->next) {
        if (node->kind == LYT_YAML_MAP) {
            size_t at = place_of(text, child->key_line, child->key_column);

            try_with(p, at, 0, "qx-", child->key_line, child->key_column);
        }
        /* what stands there as it is meant: neither in quotes nor over several lines */
        if (child->kind == LYT_YAML_SCALAR && child->text_column == child->column)
            try_with(p, place_of(text, child->line, child->column), child->text.len, "[1]",
                     child->line, child->column);
        else if (child->kind != LYT_YAML_SCALAR)
            plant(p, child);
    }
}

static void plant_all(const char *command, const char *file, size_t at_least)
{
    planting p = {.command = command, .file = file};
    lyt_yaml *yaml = NULL;
    running r;
    char line[512];
    lyt_error err = {.text = ""};

    lyt_buf_init(&p.text, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), file, 1 << 20, &p.text, &err), LYT_OK, "%s", err.text);
    /* as it is nothing of it is complained of by its place */
    snprintf(line, sizeof line, command, file);
    running_run(&r, line, (lyt_str){NULL, 0});
    snprintf(line, sizeof line, "%s:", file);
    cr_expect_not(running_has(&r.err, line), "%s", r.err.data);
    cr_expect_not(running_has(&r.out, line), "%s", r.out.data);
    running_end(&r);
    cr_assert_eq(lyt_yaml_parse(&yaml, NULL, lyt_buf_str(&p.text), file, &err), LYT_OK, "%s",
                 err.text);
    plant(&p, lyt_yaml_root(yaml));
    write_quickly(file, lyt_buf_str(&p.text));
    fprintf(stderr, "typos: %zu planted in %s\n", p.n, file);
    cr_expect_geq(p.n, at_least);
    lyt_yaml_free(yaml);
    lyt_buf_deinit(&p.text);
}

static void copy(const char *from, const char *folder, const char *name)
{
    char path[512];
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    snprintf(path, sizeof path, "%s/%s", testing_data(), from);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &text, NULL), LYT_OK, "%s", path);
    testing_write(folder, name, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
}

/* Of the example's gateways: nobody but their owner may read them. */
static void make_secrets(const char *folder)
{
    static const char *const names[] = {"pseudonyms", "twilio", "gatewayapi", "gatewayapi-status",
                                        "vonage",     "elks",   "telephone"};
    char path[160];

    snprintf(path, sizeof path, "%s/secrets", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        testing_write(path, names[i], LYT_STR("abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdef\n"));
        snprintf(path, sizeof path, "%s/secrets/%s", folder, names[i]);
        cr_assert_eq(chmod(path, 0600), 0);
        snprintf(path, sizeof path, "%s/secrets", folder);
    }
}

Test(typos, OP_05_every_key_and_value_of_a_house, .timeout = 600)
{
    char folder[64], path[128];

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/desk.yaml", folder);
    copy("models/hotel/desk.yaml", folder, "desk.yaml");
    plant_all("trigger list -s %s", path, 700);
    copy("models/support/desk.yaml", folder, "desk.yaml");
    plant_all("trigger list -s %s", path, 400);
    testing_folder_remove(folder);
}

Test(typos, OP_05_every_key_and_value_of_gateways_and_retention, .timeout = 600)
{
    static const char *const mappings[] = {"infobip", "telnyx", "lekab", "android-gateway"};
    char folder[64], path[128], command[160], name[96];

    testing_folder(folder);
    copy("docs/examples/channels/channels.yaml", folder, "channels.yaml");
    snprintf(path, sizeof path, "%s/mappings", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "docs/examples/channels/mappings/%s.yaml", mappings[i]);
        snprintf(path, sizeof path, "mappings/%s.yaml", mappings[i]);
        copy(name, folder, path);
    }
    make_secrets(folder);
    snprintf(path, sizeof path, "%s/channels.yaml", folder);
    plant_all("channel check %s", path, 100);
    /* the file that names the mapping is what is checked */
    snprintf(command, sizeof command, "channel check %s/channels.yaml", folder);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/mappings/%s.yaml", folder, mappings[i]);
        plant_all(command, path, 20);
    }
    /* properties may be called what they like, so that none stands here */
    testing_write(folder, "retention.yaml",
                  LYT_STR("retention: {text: 30, special: 20, verdicts: 99, events: 30, incidents: "
                          "30,\n  outbox: 9, behaviour: 9, notes: 9, stays: 9, access: 9}\n"));
    snprintf(path, sizeof path, "%s/state", folder);
    setenv("LYT_STATE", path, 1);
    snprintf(path, sizeof path, "%s/retention.yaml", folder);
    plant_all("retention %s --dry-run", path, 20);
    testing_folder_remove(folder);
}
