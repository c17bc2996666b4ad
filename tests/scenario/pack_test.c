#include <stdio.h>
#include <string.h>

#include "datafolder.h"
#include "pack.h"
#include "testing.h"

LYT_SUITE(pack);

static char folder[256], lexicons[256];

static lyt_pack_options options(const lyt_alloc *alloc, const lyt_fs *fs)
{
    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    return (lyt_pack_options){.alloc = alloc, .fs = fs, .lexicons_folder = lexicons};
}

static lyt_pack *load(void)
{
    lyt_pack_options o = options(NULL, lyt_fs_system());
    lyt_pack *pack = NULL;
    lyt_error err = {0};
    lyt_status status = lyt_pack_load(&pack, folder, &o, &err);

    cr_assert_eq(status, LYT_OK, "%s:%u:%u %s", err.file, err.line, err.column, err.text);
    return pack;
}

Test(pack, SC_12_what_a_pack_says_of_itself)
{
    lyt_pack *pack = load();
    const lyt_scenario *scenario = lyt_pack_find(pack, LYT_STR("room-not-cleaned"));
    lyt_language da = lyt_lexis_find(lyt_pack_lexis(pack), LYT_STR("da"));

    cr_expect_str_eq(lyt_pack_id(pack), "minipack");
    cr_expect_str_eq(lyt_pack_name(pack, da), "Lille hotel");
    cr_expect_null(lyt_pack_name(pack, -1));
    cr_expect_eq(lyt_pack_threshold(pack), 0.5);
    cr_expect_eq(lyt_pack_window_min(pack), 60);
    cr_expect_eq(lyt_pack_languages(pack), 3);
    cr_assert_eq(lyt_pack_scenarios(pack), 3);
    cr_expect_str_eq(lyt_pack_scenario(pack, 0)->id, "noise");
    cr_expect_str_eq(lyt_pack_scenario(pack, 2)->id, "room-too-cold");
    cr_expect_null(lyt_pack_find(pack, LYT_STR("room")));
    cr_assert_eq(lyt_pack_teams(pack), 2);
    cr_expect_str_eq(lyt_pack_team(pack, 1)->name.by[da], "Teknisk afdeling");
    cr_assert_not_null(scenario);
    cr_expect_str_eq(scenario->team, "housekeeping");
    cr_expect_str_eq(scenario->person, "duty-manager");
    cr_expect_eq(scenario->severity, 2);
    cr_expect(scenario->n_channels == 1 && strcmp(scenario->channels[0], "bus") == 0);
    cr_expect(scenario->n_messages == 1 && scenario->messages[0].text.by[da] != NULL);
    cr_expect(scenario->n_compensations == 1 && scenario->compensations[0].amount == 150 &&
              scenario->compensations[0].level == LYT_BY_CONTACT);
    cr_expect_str_eq(scenario->compensations[0].currency, "DKK");
    cr_expect_str_eq(scenario->prevention_owner, "head-housekeeper");
    cr_expect_str_eq(scenario->checklist.by[lyt_lexis_find(lyt_pack_lexis(pack), LYT_STR("en"))],
                     "Room signed off before check-in");
    cr_assert_not_null(scenario->policy.by[da]);
    cr_expect(lyt_str_begins(lyt_str_of(scenario->policy.by[da]), LYT_STR("Ingen venter")));
    cr_expect_null(lyt_pack_scenario(pack, 0)->policy.by[da]);
    cr_expect(scenario->sla.acknowledge_min == 10 && scenario->sla.contact_min == 20 &&
              scenario->sla.remedy_min == 120 && scenario->sla.close_h == 24);
    cr_assert_eq(scenario->n_escalations, 2);
    cr_expect_eq(scenario->escalations[1].after_min, 60);
    cr_expect_str_eq(scenario->escalations[1].to, "hotel-director");
    cr_expect_eq(scenario->n_examples, 8);
    cr_expect(scenario->examples[0].fires && scenario->examples[0].line == 36, "line %u",
              scenario->examples[0].line);
    cr_expect_not_null(lyt_pack_langid(pack));
    lyt_pack_free(pack);
}

static void count_fault(void *context, const lyt_pack_fault *fault)
{
    (void)fault;
    ++*(size_t *)context;
}

Test(pack, SC_03_its_examples_come_out_as_they_say)
{
    lyt_pack *pack = load();
    lyt_pack_checked checked = {0};
    size_t faults = 0;

    cr_assert_eq(lyt_pack_check(pack, count_fault, &faults, &checked, NULL), LYT_OK);
    cr_expect_eq(checked.n_examples, 22);
    cr_expect_eq(checked.n_faults, 0);
    cr_expect_eq(faults, checked.n_faults);
    lyt_pack_free(pack);
}

/* Lines that a pack logged, by id. */
static void count_stale(void *context, const lyt_log *log, lyt_log_level level, const char *id,
                        const char *sentence, const lyt_log_field *fields, size_t n_fields)
{
    (void)log;
    (void)level;
    (void)sentence;
    (void)fields;
    (void)n_fields;
    *(int *)context += strcmp(id, "LYT-MODEL-STALE") == 0;
}

Test(pack, a_built_model_is_used_and_a_stale_one_is_not)
{
    int stale = 0;
    lyt_log log = {LYT_LOG_TRACE, "pack", count_stale, &stale};
    lyt_pack_options o = options(NULL, lyt_fs_system());
    lyt_pack *pack = load();
    uint64_t hash = lyt_pack_hash(pack);
    char built[64], path[96];
    lyt_error err = {0};

    lyt_pack_free(pack);
    testing_folder(built);
    snprintf(path, sizeof path, "%s/minipack.lytm", built);
    cr_assert_eq(lyt_pack_build(folder, path, &o, &err), LYT_OK, "%s", err.text);
    o.log = &log;
    o.model_folder = built;
    cr_assert_eq(lyt_pack_load(&pack, folder, &o, &err), LYT_OK);
    cr_expect_eq(lyt_pack_hash(pack), hash, "the same model, built or learned");
    cr_expect_eq(stale, 0);
    lyt_pack_free(pack);

    testing_write(built, "minipack.lytm", LYT_STR("LYTMODEL but nothing else"));
    cr_assert_eq(lyt_pack_load(&pack, folder, &o, &err), LYT_OK);
    cr_expect_eq(lyt_pack_hash(pack), hash);
    cr_expect_eq(stale, 1);
    lyt_pack_free(pack);
    testing_folder_remove(built);
}

static lyt_status open_swedish(lyt_pack **out, const char *name, lyt_error *err)
{
    lyt_pack_options o = options(NULL, lyt_fs_system());

    snprintf(folder, sizeof folder, "%s/golden/%s", testing_tests(), name);
    memset(err, 0, sizeof *err);
    return lyt_pack_load(out, folder, &o, err);
}

/* Which general model of moods a pack began with. */
static uint64_t prior_of(const char *name, const char *moods, const char *more)
{
    lyt_pack_options o = options(NULL, lyt_fs_system());
    lyt_pack *pack = NULL;
    lyt_error err = {0};
    uint64_t hash;

    snprintf(folder, sizeof folder, "%s/golden/%s", testing_tests(), name);
    o.moods_file = moods;
    o.more_moods_file = more;
    cr_assert_eq(lyt_pack_load(&pack, folder, &o, &err), LYT_OK, "%s", err.text);
    hash = lyt_model_about(lyt_pack_model(pack)).prior_hash;
    lyt_pack_free(pack);
    return hash;
}

Test(pack, more_languages_begin_with_moods_of_more_languages)
{
    char moods[256], more[256];
    uint64_t plain;

    snprintf(moods, sizeof moods, "%s/%s", testing_data(), LYT_MOODS_FILE);
    snprintf(more, sizeof more, "%s/%s", testing_data(), LYT_MORE_MOODS_FILE);
    plain = prior_of("swedepack", moods, more);
    cr_expect_neq(plain, 0);
    cr_expect_eq(prior_of("swedepack", moods, NULL), plain);
    cr_expect_eq(prior_of("swedepack+sv", moods, "/nowhere.lytm"), plain);
    cr_expect_neq(prior_of("swedepack+sv", moods, more), plain);
    cr_expect_eq(prior_of("swedepack+sv", NULL, NULL), 0);
}

Test(pack, more_languages_are_read_only_when_asked_for)
{
    lyt_language en, sv;
    lyt_pack *pack = NULL, *plain = NULL;
    lyt_error err;

    cr_assert_eq(open_swedish(&plain, "swedepack", &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_lexis_languages(lyt_pack_lexis(plain)), 2);
    cr_expect_eq(lyt_pack_languages(plain), 3);
    cr_assert_eq(open_swedish(&pack, "swedepack+sv", &err), LYT_OK, "%s", err.text);
    en = lyt_lexis_find(lyt_pack_lexis(pack), LYT_STR("en"));
    sv = lyt_lexis_find(lyt_pack_lexis(pack), LYT_STR("sv"));
    cr_assert_geq(sv, 0);
    cr_expect_eq(lyt_pack_languages(pack), 7);
    cr_expect_str_eq(lyt_pack_name(pack, sv), lyt_pack_name(pack, en));
    cr_expect_str_eq(lyt_pack_scenario(pack, 0)->messages[0].text.by[sv],
                     "We are sorry. Call reception on 9.");
    cr_expect_str_eq(lyt_pack_team(pack, 0)->name.by[sv], "Housekeeping");
    cr_expect_neq(lyt_pack_hash(pack), lyt_pack_hash(plain));
    lyt_pack_free(pack);
    lyt_pack_free(plain);
    cr_expect_eq(open_swedish(&pack, "swedepack+nb", &err), LYT_EFORMAT);
    cr_expect(strstr(err.text, "none of its more_languages"), "%s", err.text);
    cr_expect_eq(err.line, 3);
    cr_expect_eq(open_swedish(&pack, "minipack+sv", &err), LYT_EFORMAT);
    cr_expect_eq(open_swedish(&pack, "nopack+sv", &err), LYT_ENOTFOUND);
}

Test(pack, a_folder_that_is_not_there)
{
    lyt_pack_options o = options(NULL, lyt_fs_system());
    lyt_pack *pack = NULL;
    lyt_error err = {0};

    cr_expect_eq(lyt_pack_load(&pack, "/nonexistent", &o, &err), LYT_ENOTFOUND);
    cr_expect_str_eq(err.file, "/nonexistent");
    cr_expect_not_null(strstr(err.text, "there is no pack here"), "%s", err.text);
    o.lexicons_folder = "/nonexistent";
    cr_expect_eq(lyt_pack_load(&pack, folder, &o, &err), LYT_ENOTFOUND);
    cr_expect_null(pack);
}

Test(pack, a_failing_file_is_named_and_nothing_stays)
{
    for (long at = 1;; at++) {
        lyt_pack *pack = NULL;
        lyt_error err = {0};
        testing_fs failing;
        lyt_pack_options o;
        lyt_status got;

        testing_fs_init(&failing, at, LYT_EIO);
        o = options(NULL, &failing.fs);
        got = lyt_pack_load(&pack, folder, &o, &err);
        lyt_pack_free(pack);
        if (failing.asked < at)
            break;
        /* a model file that cannot be read is learned anew */
        if (got != LYT_OK) {
            cr_expect_eq(got, LYT_EIO, "call %ld: %s", at, lyt_status_name(got));
            cr_expect(err.file[0] != '\0', "call %ld names no file", at);
        }
        cr_assert_lt(at, 100);
    }
}

/* Every tenth allocation: there are thousands, and learning takes a while each time. */
Test(pack, memory_that_ends_leaves_nothing)
{
    long at = 1, total;
    testing_alloc counting;
    lyt_pack *pack = NULL;
    lyt_pack_options o;

    testing_alloc_init(&counting, 0);
    o = options(&counting.alloc, lyt_fs_system());
    cr_assert_eq(lyt_pack_load(&pack, folder, &o, NULL), LYT_OK);
    lyt_pack_free(pack);
    cr_expect_eq(counting.live, 0);
    total = counting.asked;
    for (int i = 0; i < 150 && at <= total; i++) {
        testing_alloc failing;
        lyt_status got;

        pack = NULL;
        testing_alloc_init(&failing, at);
        o = options(&failing.alloc, lyt_fs_system());
        got = lyt_pack_load(&pack, folder, &o, NULL);
        lyt_pack_free(pack);
        cr_expect(got == LYT_ENOMEM || got == LYT_OK, "allocation %ld: %s", at,
                  lyt_status_name(got));
        cr_expect_eq(failing.live, 0, "allocation %ld leaves %ld", at, failing.live);
        at += 1 + total / 150;
    }
}

Test(pack, the_data_folder_is_where_one_says)
{
    lyt_error err = {0};
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_data_folder(&out, NULL, &err), LYT_OK);
    cr_expect_str_eq(out.data, testing_data());
    lyt_buf_reset(&out);
    cr_expect_eq(lyt_data_folder(&out, "/nonexistent", &err), LYT_ENOTFOUND);
    cr_expect_str_eq(err.file, "/nonexistent");
    lyt_buf_reset(&out);
    cr_expect_eq(lyt_binary_folder(&out, &err), LYT_OK);
    cr_expect_eq(out.data[0], '/');
    lyt_buf_deinit(&out);
}
