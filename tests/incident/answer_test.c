#include <math.h>

#include "answer.h"
#include "testing.h"

LYT_SUITE(answer);

Test(answer, IN_04_a_number_a_yes_a_no_and_nothing_else)
{
    static const struct {
        int line;
        const char *text;
        bool is_one;
        int score;
        bool complains;
    } rows[] = {
        {__LINE__, "9", true, 9, false},
        {__LINE__, " 10! ", true, 10, false},
        {__LINE__, "0", true, 0, false},
        {__LINE__, "8/10", true, 8, false},
        {__LINE__, "7 ud af 10", true, 7, false},
        {__LINE__, "6 out of 10.", true, 6, false},
        {__LINE__, "Ja tak!", true, -1, false},
        {__LINE__, "YES", true, -1, false},
        {__LINE__, "ok", true, -1, false},
        {__LINE__, "Nej", true, -1, true},
        {__LINE__, "still not", true, -1, true},
        {__LINE__, "næ", true, -1, true},
        {__LINE__, "11", false, 0, false},
        {__LINE__, "214", false, 0, false},
        {__LINE__, "10 minutter og stadig koldt", false, 0, false},
        {__LINE__, "9 af 12", false, 0, false},
        {__LINE__, "yes but it is cold", false, 0, false},
        {__LINE__, "", false, 0, false},
        {__LINE__, " ?! ", false, 0, false},
        {__LINE__, "-1", false, 0, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_guest_answer got = {-2, false};

        cr_expect_eq(lyt_answer_read(&got, lyt_str_of(rows[i].text)), rows[i].is_one,
                     "row at line %d", rows[i].line);
        if (!rows[i].is_one)
            continue;
        cr_expect_eq(got.score, rows[i].score, "row at line %d: %d", rows[i].line, got.score);
        cr_expect_eq(got.complains, rows[i].complains, "row at line %d", rows[i].line);
    }
}

Test(answer, a_score_of_any_scale)
{
    cr_expect_eq(lyt_answer_score(9, 0), 9);
    cr_expect_eq(lyt_answer_score(4, 5), 8);
    cr_expect_eq(lyt_answer_score(1, 4), 3);
    cr_expect_eq(lyt_answer_score(11, 0), -1);
    cr_expect_eq(lyt_answer_score((double)NAN, 10), -1);
}
