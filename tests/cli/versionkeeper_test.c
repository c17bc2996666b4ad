#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"
#include "testing.h"
#include "versionkeeper.h"

LYT_SUITE(versionkeeper);

static const int64_t day = (int64_t)86400 * 1000000, minute = 60 * (int64_t)1000000;

typedef struct bed {
    char state[64], pack[96], database[96];
    lyt_versionkeeper keeper;
    lyt_error err;
} bed;

static void bed_init(bed *b)
{
    char command[600];

    memset(b, 0, sizeof *b);
    testing_folder(b->state);
    snprintf(b->pack, sizeof b->pack, "%s/pack", b->state);
    snprintf(b->database, sizeof b->database, "%s/lyt.db", b->state);
    snprintf(command, sizeof command, "cp -r '%s/golden/minipack' '%s'", testing_tests(), b->pack);
    cr_assert_eq(system(command), 0);
    cr_assert_eq(lyt_versionkeeper_init(&b->keeper, b->state, NULL, NULL, &b->err), LYT_OK);
}

static void bed_deinit(bed *b)
{
    lyt_versionkeeper_deinit(&b->keeper);
    testing_folder_remove(b->state);
}

static void severity(bed *b, int from, int to)
{
    char command[400];

    snprintf(command, sizeof command,
             "sed -i 's/^severity: %d/severity: %d/' '%s/scenarios/noise.yaml'", from, to, b->pack);
    cr_assert_eq(system(command), 0);
}

/* The pack as it lies there is kept and used from then on. */
static uint64_t serve(bed *b, int64_t at_us)
{
    lyt_classifier *classifier = NULL;
    uint64_t version;

    cr_assert_eq(
        lyt_classifier_open(
            &classifier, &(lyt_classifier_options){.pack = b->pack, .no_spelling = true}, &b->err),
        LYT_OK, "%s", b->err.text);
    cr_assert_eq(lyt_versionkeeper_keep(&b->keeper, classifier, true, at_us, &b->err), LYT_OK, "%s",
                 b->err.text);
    lyt_versionkeeper_use(&b->keeper, classifier, at_us);
    version = lyt_classifier_version(classifier);
    lyt_classifier_close(classifier);
    return version;
}

static bool is_kept(bed *b, uint64_t version)
{
    char name[lyt_version_bytes];
    lyt_version_kept kept;
    bool is;

    lyt_version_format(name, version);
    is = lyt_versions_open(&b->keeper.versions, name, &kept, NULL, &b->err) == LYT_OK;
    if (is)
        lyt_packtree_free(kept.tree);
    return is;
}

static void message(bed *b, int64_t at_us)
{
    lyt_feedback f = {.source_id = LYT_STR("s"),
                      .channel = LYT_STR("sms"),
                      .score = NAN,
                      .property = LYT_STR("havnen"),
                      .text = LYT_STR("x"),
                      .received_us = at_us};
    lyt_store *store = NULL;
    int64_t id;

    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = b->database}, &b->err),
                 LYT_OK);
    cr_assert_eq(lyt_store_add_feedback(store, &f, &id, &b->err), LYT_OK);
    lyt_store_close(store);
}

Test(versionkeeper, SC_05_versions_go_with_the_messages_that_they_judged)
{
    uint64_t first, second;
    bed b;

    bed_init(&b);
    first = serve(&b, 10 * day);
    severity(&b, 1, 3);
    second = serve(&b, 20 * day);
    cr_expect_neq(first, second);
    message(&b, 25 * day);
    lyt_versionkeeper_look(&b.keeper, b.database, false, minute);
    lyt_versionkeeper_look(&b.keeper, b.database, false, 3 * minute);
    cr_expect(is_kept(&b, first) && is_kept(&b, second), "nothing ever goes");
    lyt_versionkeeper_look(&b.keeper, b.database, true, 4 * minute);
    cr_expect(is_kept(&b, first), "once a day");
    lyt_versionkeeper_look(&b.keeper, b.database, true, 2 * day);
    cr_expect(!is_kept(&b, first) && is_kept(&b, second));
    bed_deinit(&b);
}

Test(versionkeeper, SC_05_a_message_of_then_keeps_the_version_of_then)
{
    uint64_t first;
    bed b;

    bed_init(&b);
    first = serve(&b, 10 * day);
    severity(&b, 1, 3);
    (void)serve(&b, 20 * day);
    message(&b, 21 * day); /* with two days to spare, it may have been judged by the first */
    lyt_versionkeeper_look(&b.keeper, b.database, true, minute);
    lyt_versionkeeper_look(&b.keeper, b.database, true, 3 * minute);
    cr_expect(is_kept(&b, first));
    bed_deinit(&b);
}

Test(versionkeeper, SC_05_what_cannot_be_written_waits)
{
    char way[128];
    uint64_t version;
    FILE *file;
    bed b;

    bed_init(&b);
    snprintf(way, sizeof way, "%s/versions", b.state);
    file = fopen(way, "w");
    cr_assert(file && fclose(file) == 0);
    version = serve(&b, 10 * day);
    cr_expect_not(is_kept(&b, version));
    severity(&b, 1, 3); /* what was read is kept, not what lies there now */
    lyt_versionkeeper_look(&b.keeper, b.database, false, minute);
    cr_expect_not(is_kept(&b, version));
    cr_assert_eq(unlink(way), 0);
    lyt_versionkeeper_look(&b.keeper, b.database, false, minute + 1);
    cr_expect_not(is_kept(&b, version), "it is not tried all the time");
    lyt_versionkeeper_look(&b.keeper, b.database, false, 2 * minute);
    cr_expect(is_kept(&b, version), "%s", b.err.text);
    bed_deinit(&b);
}
