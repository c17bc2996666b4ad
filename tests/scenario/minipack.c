#include "minipack.h"

#include <stdio.h>

#include "testing.h"

lyt_pack *minipack_load(void)
{
    char folder[256], lexicons[256];
    lyt_pack *pack = NULL;
    lyt_error err = {0};

    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(
                     &pack, folder,
                     &(lyt_pack_options){.fs = lyt_fs_system(), .lexicons_folder = lexicons}, &err),
                 LYT_OK, "%s:%u %s", err.file, err.line, err.text);
    return pack;
}

void minijudge_init(minijudge *judge)
{
    lyt_error err = {0};

    *judge = (minijudge){.pack = minipack_load()};
    cr_assert_eq(lyt_classifier_of_pack(&judge->classifier, judge->pack, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_session_new(&judge->session, judge->classifier, &err), LYT_OK);
}

void minijudge_deinit(minijudge *judge)
{
    lyt_session_free(judge->session);
    lyt_classifier_close(judge->classifier);
    lyt_pack_free(judge->pack);
}
