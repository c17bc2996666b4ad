#include <stdio.h>
#include <string.h>

#include "auditing.h"
#include "mem.h"
#include "testing.h"

LYT_SUITE(pack_audit);

enum { audit_bytes = 64 << 20 };

/* The small pack with one file read as something else. */
typedef struct changed {
    lyt_fs fs;
    const char *file;
    lyt_buf data;
} changed;

static lyt_status read_changed(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                               lyt_error *err)
{
    changed *c = context;

    if (!c->file || !lyt_str_ends(lyt_str_of(path), lyt_str_of(c->file)))
        return lyt_fs_read(lyt_fs_system(), path, limit_bytes, out, err);
    lyt_buf_add(out, lyt_buf_str(&c->data));
    return lyt_buf_status(out);
}

static lyt_pack *load(changed *c, const char *file, const char *find, const char *with)
{
    char folder[256], lexicons[256], path[512];
    lyt_pack *pack = NULL;
    lyt_error err = {0};

    c->fs = *lyt_fs_system();
    c->fs.read = read_changed;
    c->fs.context = c;
    c->file = file;
    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    lyt_buf_init(&c->data, NULL);
    if (file) {
        lyt_buf data;
        lyt_str all;
        size_t at;

        lyt_buf_init(&data, NULL);
        snprintf(path, sizeof path, "%s/%s", folder, file);
        if (*find)
            cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &data, NULL), LYT_OK);
        all = lyt_buf_str(&data);
        at = *find ? (size_t)(strstr(data.data, find) - data.data) : 0;
        lyt_buf_add(&c->data, lyt_str_slice(all, 0, at));
        lyt_buf_add_text(&c->data, with);
        if (all.len)
            lyt_buf_add(&c->data, lyt_str_slice(all, at + strlen(find), all.len));
        lyt_buf_deinit(&data);
    }
    cr_assert_eq(lyt_pack_load(&pack, folder,
                               &(lyt_pack_options){.fs = &c->fs, .lexicons_folder = lexicons},
                               &err),
                 LYT_OK, "%s:%u %s", err.file, err.line, err.text);
    return pack;
}

static const lyt_finding *find(const lyt_findings *found, const char *check, const char *file,
                               uint32_t line, uint32_t column)
{
    for (size_t i = 0; i < found->n; i++) {
        const lyt_finding *one = &found->items[i];

        if (strcmp(one->check, check) == 0 && one->line == line && one->column == column &&
            lyt_str_ends(lyt_str_of(one->file), lyt_str_of(file)))
            return one;
    }
    return NULL;
}

#define MESSAGE "We are sorry. Housekeeping is on the way."
#define LONG40 "Reply here, we are on the way to you now"
#define LONG160 LONG40 LONG40 LONG40 LONG40

/* What is changed in the pack, and the finding that it makes. */
static const struct {
    int row;
    const char *file, *find, *with;
    const char *check, *at;
    uint32_t line, column;
    bool is_error;
    const char *says;
} rows[] = {
    {__LINE__, NULL, "", "", "contact", "room-not-cleaned.yaml", 20, 9, true, "in 'en'"},
    {__LINE__, NULL, "", "", "contact", "room-not-cleaned.yaml", 21, 9, true, "in 'da'"},
    {__LINE__, NULL, "", "", "few-examples", "noise.yaml", 0, 0, false, "at least 5"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", MESSAGE, LONG160 "!", "sms-length",
     "room-not-cleaned.yaml", 20, 9, false, "2 SMS"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", MESSAGE, LONG160 LONG160 LONG160, "sms-length",
     "room-not-cleaned.yaml", 20, 9, true, "at most 3"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", MESSAGE, LONG40 LONG40 "…", "sms-length",
     "room-not-cleaned.yaml", 20, 9, false, "'…' is not in GSM-7"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", MESSAGE, "Vi beklager. Rengøringen er på vej.",
     "translation", "room-not-cleaned.yaml", 20, 9, false, "the same in"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "to: 3", "to: 2", "raise",
     "room-not-cleaned.yaml", 11, 10, false, "severity 2 already"},
    {__LINE__, "scenarios/room-too-cold.yaml", "severity: 2", "severity: 4", "danger",
     "room-too-cold.yaml", 5, 11, false, "weight of 6"},
    {__LINE__, "lexicons/en.yaml", "- spotless", "- speckless", "never-fires", "en.yaml", 12, 9,
     false, "'speckless' of room-not-cleaned"},
    {__LINE__, "scenarios/room-not-cleaned.yaml", "The bathroom is filthy",
     "We loved the cosy breakfast", "example", "room-not-cleaned.yaml", 37, 9, true,
     "is not heard as room-not-cleaned"},
};

Test(pack_audit, what_it_finds_and_where)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_finding *one;
        lyt_findings found;
        lyt_arena *arena = NULL;
        lyt_error err = {0};
        lyt_pack *pack;
        changed c;

        pack = load(&c, rows[i].file, rows[i].find, rows[i].with);
        cr_assert_eq(lyt_arena_new(&arena, NULL, "audit", audit_bytes), LYT_OK);
        cr_assert_eq(lyt_pack_audit(pack, arena, &found, &err), LYT_OK, "%s", err.text);
        one = find(&found, rows[i].check, rows[i].at, rows[i].line, rows[i].column);
        cr_expect(one, "row at line %d: not found", rows[i].row);
        if (one)
            cr_expect(one->is_error == rows[i].is_error && strstr(one->text, rows[i].says),
                      "row at line %d: %s", rows[i].row, one->text);
        lyt_arena_free(arena);
        lyt_pack_free(pack);
        lyt_buf_deinit(&c.data);
    }
}

/* Noise heard by the rules of another scenario, and no longer by its own. */
Test(pack_audit, NL_25_two_scenarios_that_are_heard_as_one)
{
    static const char own[] = "      - loud|noisy ~3 music|bar|party\n"
                              "      - \"*noise ~4 all|whole\"\n",
                      others[] = "      - not|never|nobody ~4 clean|cleaned\n"
                                 "      - dirty|filthy room|bathroom|floor\n"
                                 "      - room|bathroom|floor ~2 dirty|filthy\n"
                                 "      - {match: \"hair ~3 shower|sink\", weight: 2}\n";
    static const struct {
        int row;
        const char *with;
        bool is_told;
    } rules[] = {{__LINE__, own, false}, {__LINE__, others, true}};

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        lyt_findings found;
        lyt_arena *arena = NULL;
        lyt_error err = {0};
        bool is_told = false;
        lyt_pack *pack;
        changed c;

        pack = load(&c, "lexicons/en.yaml", own, rules[i].with);
        cr_assert_eq(lyt_arena_new(&arena, NULL, "audit", audit_bytes), LYT_OK);
        cr_assert_eq(lyt_pack_audit(pack, arena, &found, &err), LYT_OK, "%s", err.text);
        for (size_t j = 0; j < found.n; j++)
            is_told |= strcmp(found.items[j].check, "shared-rules") == 0 &&
                       strstr(found.items[j].text, "noise and room-not-cleaned");
        cr_expect_eq(is_told, rules[i].is_told, "row at line %d", rules[i].row);
        lyt_arena_free(arena);
        lyt_pack_free(pack);
        lyt_buf_deinit(&c.data);
    }
}

/* A sentence of the day that is learned too, whatever its case and marks. */
Test(pack_audit, what_is_learned_and_tested)
{
    static const struct {
        int row;
        const char *day;
        uint32_t line; /* of the finding, 0 for none */
    } days[] = {
        {__LINE__, "{\"text\":\"Something nobody ever wrote here\"}\n", 0},
        {__LINE__, "\n{\"text\":\"  MY ROOM WAS NOT CLEANED TODAY!!\",\"language\":\"en\"}\n", 2},
        {__LINE__, "{\"text\":\"ok\"}\n", 0},
    };

    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        lyt_findings found;
        lyt_arena *arena = NULL;
        lyt_error err = {0};
        lyt_pack *pack;
        bool is_there = false;
        changed c;

        pack = load(&c, "day.jsonl", "", days[i].day);
        cr_assert_eq(lyt_arena_new(&arena, NULL, "audit", audit_bytes), LYT_OK);
        cr_assert_eq(lyt_pack_audit(pack, arena, &found, &err), LYT_OK, "%s", err.text);
        for (size_t j = 0; j < found.n; j++)
            is_there |= strcmp(found.items[j].check, "learned-and-tested") == 0 &&
                        lyt_str_ends(lyt_str_of(found.items[j].file), LYT_STR("day.jsonl"));
        cr_expect_eq(is_there, days[i].line > 0, "row at line %d", days[i].row);
        if (days[i].line) {
            const lyt_finding *one =
                find(&found, "learned-and-tested", "day.jsonl", days[i].line, 1);

            cr_expect(one && one->is_error, "row at line %d", days[i].row);
        }
        lyt_arena_free(arena);
        lyt_pack_free(pack);
        lyt_buf_deinit(&c.data);
    }
}

Test(pack_audit, a_way_to_reach_a_person)
{
    static const struct {
        int row;
        const char *language, *text;
        bool has;
    } texts[] = {
        {__LINE__, "en", "Call reception on 9 any time.", true},
        {__LINE__, "en", "REPLY here and a person phones you.", true},
        {__LINE__, "en", "We are sorry, somebody is on the way.", false},
        {__LINE__, "en", "We bring 2 towels within 30 minutes.", false},
        {__LINE__, "en", "Help: +45 33 12 34 56", true},
        {__LINE__, "en", "Write to desk@example.com", true},
        {__LINE__, "en", "See https://example.com/help", true},
        {__LINE__, "en", "We recalled the callous deskman.", false},
        {__LINE__, "da", "Ring til receptionen på 9.", true},
        {__LINE__, "da", "Svar her, så hjælper vi.", true},
        {__LINE__, "da", "Vi beklager og er på vej.", false},
        {__LINE__, "sv", "Svara här så hjälper vi dig.", true},
        {__LINE__, "nb", "Ta kontakt med resepsjonen.", true},
        {__LINE__, "de", "Antworten Sie hier.", true},
        {__LINE__, "de", "Wir sind unterwegs.", false},
    };
    lyt_arena *arena = NULL;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "audit", audit_bytes), LYT_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_eq(lyt_audit_has_contact(arena, texts[i].language, lyt_str_of(texts[i].text)),
                     texts[i].has, "row at line %d", texts[i].row);
    lyt_arena_free(arena);
}

Test(pack_audit, memory_ends)
{
    testing_alloc failing;
    lyt_arena *arena = NULL;
    lyt_findings found;
    lyt_pack *pack;
    changed c;

    pack = load(&c, NULL, "", "");
    testing_alloc_init(&failing, 0);
    pack->alloc = &failing.alloc;
    for (long n = 1;; n += 1 + n / 8) {
        lyt_error err = {0};
        lyt_status status;

        failing.fail_at = n;
        failing.asked = 0;
        if (lyt_arena_new(&arena, &failing.alloc, "audit", audit_bytes))
            continue;
        status = lyt_pack_audit(pack, arena, &found, &err);
        lyt_arena_free(arena);
        cr_expect_eq(failing.live, 0, "at allocation %ld", n);
        if (status == LYT_OK)
            break;
        cr_assert_eq(status, LYT_ENOMEM, "at allocation %ld: %s", n, err.text);
    }
    pack->alloc = NULL;
    lyt_pack_free(pack);
    lyt_buf_deinit(&c.data);
}
