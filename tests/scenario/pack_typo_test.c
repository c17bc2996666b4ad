#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "pack.h"
#include "testing.h"
#include "yamldoc.h"

LYT_SUITE(pack_typo);

/* The small pack of tests/golden, with one file read as something else. */
typedef struct broken {
    lyt_fs fs;
    char folder[256], lexicons[256];
    const char *file; /* the end of the path that is exchanged */
    lyt_str data;
} broken;

static lyt_status broken_read(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                              lyt_error *err)
{
    broken *b = context;

    if (!b->file || !lyt_str_ends(lyt_str_of(path), lyt_str_of(b->file)))
        return lyt_fs_read(lyt_fs_system(), path, limit_bytes, out, err);
    lyt_buf_add(out, b->data);
    return lyt_buf_status(out);
}

static lyt_status no_write(void *context, const char *path, lyt_str data, lyt_error *err)
{
    (void)context;
    (void)data;
    return lyt_error_at(err, LYT_EIO, path, 0, 0, "nothing is written here");
}

static lyt_status broken_map(void *context, const char *path, lyt_map *out, lyt_error *err)
{
    (void)context;
    return lyt_fs_map(lyt_fs_system(), path, out, err);
}

static void broken_unmap(void *context, lyt_map *map)
{
    (void)context;
    lyt_fs_unmap(lyt_fs_system(), map);
}

static lyt_status broken_list(void *context, const char *path,
                              lyt_status (*each)(void *user, const char *name), void *user,
                              lyt_error *err)
{
    (void)context;
    return lyt_fs_list(lyt_fs_system(), path, each, user, err);
}

static void broken_init(broken *b)
{
    memset(b, 0, sizeof *b);
    b->fs = (lyt_fs){broken_read, no_write, broken_map, broken_unmap, broken_list, b};
    snprintf(b->folder, sizeof b->folder, "%s/golden/minipack", testing_tests());
    snprintf(b->lexicons, sizeof b->lexicons, "%s/golden/minilex", testing_tests());
}

static lyt_status load(broken *b, const char *file, lyt_str data, lyt_error *err)
{
    lyt_pack *pack = NULL;
    lyt_status status;

    b->file = file;
    b->data = data;
    memset(err, 0, sizeof *err);
    status = lyt_pack_load(&pack, b->folder,
                           &(lyt_pack_options){.fs = &b->fs, .lexicons_folder = b->lexicons}, err);
    lyt_pack_free(pack);
    return status;
}

static void original(const broken *b, const char *file, lyt_buf *out)
{
    char path[512];

    lyt_buf_init(out, NULL);
    if (strncmp(file, "minilex/", 8) == 0)
        snprintf(path, sizeof path, "%s/golden/%s", testing_tests(), file);
    else
        snprintf(path, sizeof path, "%s/%s", b->folder, file);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, out, NULL), LYT_OK, "%s", path);
}

/* An x before every key in turn: the file and the key's own place. */
static void break_keys(broken *b, const char *file, lyt_str data, const lyt_yaml_node *map,
                       size_t *n)
{
    for (const lyt_yaml_node *node = map->first; node; node = node->next) {
        if (map->kind == LYT_YAML_MAP) {
            size_t at = 0;
            lyt_error err;
            lyt_status got;
            lyt_buf out;

            for (uint32_t line = 1; line < node->key_line; line++)
                at = lyt_str_find(data, '\n', at) + 1;
            for (uint32_t column = 1; column < node->key_column; column++)
                do
                    at++;
                while (((unsigned char)data.ptr[at] & 0xc0) == 0x80);
            lyt_buf_init(&out, NULL);
            lyt_buf_add(&out, lyt_str_slice(data, 0, at));
            lyt_buf_add_char(&out, 'x');
            lyt_buf_add(&out, lyt_str_slice(data, at, data.len));
            got = load(b, file, lyt_buf_str(&out), &err);
            cr_expect_eq(got, LYT_EFORMAT, "%s: x%s: %s", file, node->key.ptr,
                         lyt_status_name(got));
            cr_expect(lyt_str_ends(lyt_str_of(err.file), lyt_str_of(file)) &&
                          err.line == node->key_line && err.column == node->key_column,
                      "%s: x%s stands at %u:%u, reported at %s:%u:%u: %s", file, node->key.ptr,
                      node->key_line, node->key_column, err.file, err.line, err.column, err.text);
            lyt_buf_deinit(&out);
            (*n)++;
        }
        if (node->kind != LYT_YAML_SCALAR)
            break_keys(b, file, data, node, n);
    }
}

Test(pack_typo, OP_05_every_key_with_a_typo_is_found_where_it_stands)
{
    static const char *const files[] = {"pack.yaml", "scenarios/room-not-cleaned.yaml",
                                        "lexicons/en.yaml", "properties/havnen.yaml"};
    size_t n = 0;
    broken b;

    broken_init(&b);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        lyt_yaml *yaml = NULL;
        lyt_buf data;

        original(&b, files[i], &data);
        cr_assert_eq(lyt_yaml_parse(&yaml, NULL, lyt_buf_str(&data), files[i], NULL), LYT_OK);
        break_keys(&b, files[i], lyt_buf_str(&data), lyt_yaml_root(yaml), &n);
        lyt_yaml_free(yaml);
        lyt_buf_deinit(&data);
    }
    cr_expect_gt(n, 60, "%zu keys", n);
}

static const char long_message[] = "0123456789012345678901234567890123456789012345678901234567890"
                                   "123456789012345678901234567890123456789";

/* `find` becomes `with`; the @ in it is taken out and is where the error must be. */
static const struct {
    int line;
    const char *file, *find, *with, *says;
} typos[] = {
    {__LINE__, "pack.yaml", "pack: minipack", "pack: @Mini pack", "is no id"},
    {__LINE__, "pack.yaml", "pack: minipack\n", "@", "'pack' is missing"},
    {__LINE__, "pack.yaml", "[en, da]", "[en, @xx]", "unknown language 'xx'"},
    {__LINE__, "pack.yaml", "[en, da]", "[en, @en]", "second time"},
    {__LINE__, "pack.yaml", "[en, da]", "@[]", "at least one language"},
    {__LINE__, "pack.yaml", "[en, da]", "@en", "must be a list"},
    {__LINE__, "pack.yaml", "{en: Small hotel, da: Lille hotel}", "@{en: Small}",
     "name is missing in language 'da'"},
    {__LINE__, "pack.yaml", "en: Small hotel", "en: @''", "empty"},
    {__LINE__, "pack.yaml", "threshold: 0.5", "threshold: @1.5", "0.001 to 0.999"},
    {__LINE__, "pack.yaml", "threshold: 0.5", "threshold: @0,5", "decimal"},
    {__LINE__, "pack.yaml", "window_min: 60", "window_min: @1.5", "whole"},
    {__LINE__, "pack.yaml", "id: maintenance", "id: @housekeeping", "second time"},
    {__LINE__, "pack.yaml", "  - id: maintenance\n    name", "  - @name", "'id' is missing"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "shadow: false", "shadow: @no",
     "'no' must be false or true"},
    {__LINE__, "properties/havnen.yaml", "property: havnen", "property: @havn", "must be 'havnen'"},
    {__LINE__, "properties/havnen.yaml", "property: havnen\n", "@", "'property' is missing"},
    {__LINE__, "properties/havnen.yaml", "  noise:", "  @nois:", "did you mean 'noise'"},
    {__LINE__, "properties/havnen.yaml", "  noise:", "  @leak:", "no file of it"},
    {__LINE__, "properties/havnen.yaml", "team: maintenance", "team: @maintenence",
     "did you mean 'maintenance'"},
    {__LINE__, "properties/havnen.yaml", "night-manager", "@Night Manager", "is no id"},
    {__LINE__, "properties/havnen.yaml", "severity: 3", "severity: @5", "0 to 4"},
    {__LINE__, "properties/havnen.yaml", "shadow: true", "shadow: @maybe", "false or true"},
    {__LINE__, "properties/havnen.yaml", "threshold: 0.95", "threshold: @1", "0.001 to 0.999"},
    {__LINE__, "properties/havnen.yaml", "window_min: 30", "window_min: @-1", "whole"},
    {__LINE__, "properties/havnen.yaml", "shadow: true", "@sla: 3", "unknown key 'sla'"},
    {__LINE__, "scenarios/noise.yaml", "id: noise", "id: @nois", "must be 'noise'"},
    {__LINE__, "pack.yaml", "window_min: 60", "window_min: 60\njourney: @[]", "leave it out"},
    {__LINE__, "pack.yaml", "window_min: 60", "window_min: 60\njourney: @stay", "list"},
    {__LINE__, "pack.yaml", "window_min: 60", "window_min: 60\njourney: [@{id: stay}]", "name"},
    {__LINE__, "pack.yaml", "window_min: 60",
     "window_min: 60\njourney: [{id: stay, name: {en: a, da: b}}, {id: @stay, name: {en: a, da: b}}]",
     "stay"},
    {__LINE__, "scenarios/noise.yaml", "team: housekeeping", "team: housekeeping\nstep: @night",
     "'night' is no step of the journey in pack.yaml; name it there, or leave it out"},
    {__LINE__, "scenarios/noise.yaml", "team: housekeeping", "team: @housekeping",
     "did you mean 'housekeeping'"},
    {__LINE__, "scenarios/noise.yaml", "team: housekeeping", "team: @kitchen-and-bar",
     "add it to teams"},
    {__LINE__, "scenarios/noise.yaml", "severity: 1", "severity: @5", "0 to 4"},
    {__LINE__, "scenarios/noise.yaml", "severity: 1", "severity: @high", "whole number"},
    {__LINE__, "scenarios/noise.yaml", "name: {en: Noise, da: Larm}", "name: @Noise",
     "must be a map"},
    {__LINE__, "scenarios/noise.yaml", "id: noise\n", "@", "'id' is missing"},
    {__LINE__, "scenarios/noise.yaml", "team: housekeeping", "team: @[housekeeping]",
     "must be a text"},
    {__LINE__, "scenarios/noise.yaml", ", da: Larm}", ", da: Larm, @de: Krach}",
     "none of the pack's languages"},
    {__LINE__, "scenarios/noise.yaml", "id: noise", "id: noise\n@id: noise", "second time"},
    {__LINE__, "scenarios/noise.yaml", "id: noise", "id: @\xff", "UTF-8"},
    {__LINE__, "scenarios/noise.yaml", "[\"Loud music from the bar all night\"]", "@[]\n",
     "at least one"},
    {__LINE__, "scenarios/noise.yaml", "[\"Loud music from the bar all night\"]", "[@'']", "empty"},
    {__LINE__, "scenarios/noise.yaml", "id: noise", "id: @&a noise", "anchors"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "to: 3", "to: @5", "1 to 4"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "[blod|opkast]", "[blod|@|opkast]",
     "a word is missing"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "da: [blod|opkast]", "da: @blod", "list"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "person: duty-manager", "person: @Duty Manager",
     "is no id"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "channels: [bus]", "channels: [@Bus]",
     "is no id"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "acknowledge_min: 10", "acknowledge_min: @0",
     "1 to"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "contact_min: 20", "contact_min: @9",
     "before acknowledge_min"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "close_h: 24", "close_h: @1",
     "before remedy_min"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "{acknowledge_min: 10, ", "@{",
     "'acknowledge_min' is missing"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "after_min: 60", "after_min: @15", "over 15"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "to: hotel-director", "to: @The director",
     "is no id"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "\"Vi beklager. Reng", "@\"LONG Vi", "1000"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "level: contact", "level: @boss",
     "contact, supervisor or manager"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "amount: 150", "amount: @-1", "whole"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "currency: DKK", "currency: @USD", "DKK or EUR"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "owner: head", "owner: @-head", "is no id"},
    {__LINE__, "lexicons/en.yaml", "language: en", "language: @da", "must be 'en'"},
    {__LINE__, "lexicons/en.yaml", "  noise:", "  @nois:", "did you mean 'noise'"},
    {__LINE__, "lexicons/en.yaml", "nobody ~4 clean", "nobody ~@x clean", "number"},
    {__LINE__, "lexicons/en.yaml", "- spotless", "- spot@;less", "letters, digits"},
    {__LINE__, "lexicons/en.yaml", "weight: 2", "weight: @99", "0 to 20"},
    {__LINE__, "lexicons/en.yaml", "!beer|drink", "!beer @more", "last part"},
    {__LINE__, "lexicons/da.yaml", "- rengøring", "- rengø@{ring", "letters, digits"},
    {__LINE__, "lexicons/da.yaml", "- rengøring", "- \"rengø@{ring\"", "letters, digits"},
    {__LINE__, "training/en.txt", "__label__noise Loud", "@__label__nois Loud", "nois"},
    {__LINE__, "minilex/da.yaml", "stemmer: danish", "stemmer: @danisch", "stemmer"},
    {__LINE__, "minilex/da.yaml", "  2: [dejligt", "  @9: [dejligt", "-4 to 4"},
    {__LINE__, "minilex/da.yaml", "negators:", "@negator:", "did you mean 'negators'"},
    {__LINE__, "minilex/da.yaml", "language: da", "language: @dk", "must be 'da'"},
    {__LINE__, "minilex/da.yaml", "  request:", "  @requests:", "did you mean 'request'"},
    {__LINE__, "minilex/da.yaml", "[stop, afmeld]", "[stop, @'']", "empty"},
    {__LINE__, "minilex/da.yaml", "safety: [ild", "safety: @ild #", "must be a list"},
    {__LINE__, "minilex/en.yaml", "  2: [\":)\"]", "  @5: [\":)\"]", "-4 to 4"},
    {__LINE__, "minilex/en.yaml", "optional: true", "optional: @maybe", "false or true"},
    {__LINE__, "pack.yaml", "[en, da]", "[en, da]\nmore_languages: @en", "must be a list"},
    {__LINE__, "pack.yaml", "[en, da]", "[en, da]\nmore_languages: [@xx]", "unknown language 'xx'"},
    {__LINE__, "pack.yaml", "[en, da]", "[en, da]\nmore_languages: [@da]", "second time"},
    {__LINE__, "pack.yaml", "[en, da]", "[en, da]\nmore_languages: [sv, @sv]", "second time"},
    {__LINE__, "pack.yaml", "[en, da]", "[en, da]\n@more_language: []",
     "did you mean 'more_languages'"},
};

/* Exchanges find for with; false when find is not there. *at: where the @ stood. */
static bool exchange(lyt_str data, const char *find, const char *with, lyt_buf *out, size_t *at)
{
    const char *place = strstr(data.ptr, find);
    size_t before;

    if (!place)
        return false;
    before = (size_t)(place - data.ptr);
    lyt_buf_add(out, lyt_str_slice(data, 0, before));
    for (const char *c = with; *c; c++) {
        if (*c == '@')
            *at = out->len;
        else if (strncmp(c, "LONG", 4) == 0)
            for (int i = 0; i < 10; i++)
                lyt_buf_add_text(out, long_message);
        else
            lyt_buf_add_char(out, *c);
    }
    lyt_buf_add(out, lyt_str_slice(data, before + strlen(find), data.len));
    return true;
}

Test(pack_typo, SC_01_OP_05_every_wrong_value_is_found_where_it_stands)
{
    broken b;

    broken_init(&b);
    for (size_t i = 0; i < sizeof typos / sizeof *typos; i++) {
        uint32_t line = 1, column = 1;
        lyt_buf data, out;
        size_t at = 0;
        lyt_error err;
        lyt_status got;

        original(&b, typos[i].file, &data);
        lyt_buf_init(&out, NULL);
        cr_expect(exchange(lyt_buf_str(&data), typos[i].find, typos[i].with, &out, &at),
                  "row at line %d: nothing to exchange", typos[i].line);
        for (size_t j = 0; j < at; j++) {
            line += out.data[j] == '\n';
            column = out.data[j] == '\n'                           ? 1
                     : ((unsigned char)out.data[j] & 0xc0) == 0x80 ? column
                                                                   : column + 1;
        }
        got = load(&b, typos[i].file, lyt_buf_str(&out), &err);
        cr_expect_eq(got, LYT_EFORMAT, "row at line %d: %s", typos[i].line, lyt_status_name(got));
        cr_expect(lyt_str_ends(lyt_str_of(err.file), lyt_str_of(typos[i].file)) &&
                      err.line == line && err.column == column,
                  "row at line %d: wanted %u:%u, got %s:%u:%u: %s", typos[i].line, line, column,
                  err.file, err.line, err.column, err.text);
        cr_expect(strstr(err.text, typos[i].says), "row at line %d says: %s", typos[i].line,
                  err.text);
        lyt_buf_deinit(&out);
        lyt_buf_deinit(&data);
    }
}
