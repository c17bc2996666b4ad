#include <math.h>
#include <string.h>

#include "golden.h"
#include "sheet.h"

LYT_SUITE(sheet);

static const lyt_column columns[] = {
    {"team", {"Team", "Hold"}, LYT_COLUMN_TEXT},
    {"alarms", {"Alarms", "Alarmer"}, LYT_COLUMN_COUNT},
    {"f1", {"F1", "F1"}, LYT_COLUMN_REAL},
    {"within", {"Within 24 h", "Inden 24 t"}, LYT_COLUMN_SHARE},
    {"median", {"Median", "Median"}, LYT_COLUMN_MINUTES},
    {"cost", {"Cost", "Pris"}, LYT_COLUMN_MONEY},
};

static void fill(lyt_sheet *sheet, const lyt_alloc *alloc)
{
    lyt_sheet_init(sheet, alloc, "teams", (lyt_bi){"By team", "Efter hold"}, columns, 6);
    sheet->note = (lyt_bi){"Of two <teams>.", "Af to <hold>."};
    lyt_sheet_add_text(sheet, LYT_STR("rengøring"));
    lyt_sheet_add(sheet, 12);
    lyt_sheet_add(sheet, .8125);
    lyt_sheet_add(sheet, .625);
    lyt_sheet_add(sheet, 200);
    lyt_sheet_add(sheet, 1450.5);
    lyt_sheet_add_text(sheet, LYT_STR("=cmd, \"x\" <b>"));
    lyt_sheet_add(sheet, 0);
    lyt_sheet_add_none(sheet, 4);
}

static void all_forms(const lyt_sheet *sheet, lyt_buf *out)
{
    lyt_jw jw;

    lyt_sheet_text(sheet, LYT_PAGE_EN, out);
    lyt_sheet_text(sheet, LYT_PAGE_DA, out);
    lyt_sheet_html(sheet, LYT_PAGE_DA, out);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_sheet_json(sheet, &jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
    lyt_sheet_csv(sheet, out);
}

Test(sheet, RP_12_four_forms_of_the_same_figures)
{
    lyt_sheet sheet;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    fill(&sheet, NULL);
    cr_expect_eq(lyt_sheet_rows(&sheet), 2);
    cr_expect_eq(lyt_sheet_value(&sheet, 0, 1), 12);
    cr_expect(isnan(lyt_sheet_value(&sheet, 1, 2)));
    cr_expect(lyt_str_equal(lyt_sheet_label(&sheet, 0, 0), LYT_STR("rengøring")));
    all_forms(&sheet, &out);
    golden_expect("sheet.txt", &out);
    lyt_sheet_deinit(&sheet);
    lyt_buf_deinit(&out);
}

Test(sheet, without_memory)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_sheet sheet;
        lyt_buf out;

        lyt_buf_init(&out, &failing.alloc);
        fill(&sheet, &failing.alloc);
        all_forms(&sheet, &out);
        if (failing.fail_at && failing.asked >= failing.fail_at)
            cr_expect_eq(lyt_buf_status(&out), LYT_ENOMEM, "%ld", n);
        lyt_sheet_deinit(&sheet);
        lyt_buf_deinit(&out);
        cr_expect_eq(failing.live, 0);
    }
}

/* Causes and what was promised are words of people; a report goes to others. */
Test(sheet, PR_06_what_people_wrote_is_masked)
{
    static const char *const never[] = {"20304050", "anna@mail.dk", "010190", "kro.dk"};
    lyt_sheet sheet;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_sheet_init(&sheet, NULL, "causes", (lyt_bi){"Causes", "Årsager"}, columns, 1);
    lyt_sheet_add_words(&sheet, LYT_STR("boiler, ring 20304050 (anna@mail.dk), 010190-1234"));
    lyt_sheet_add_words(&sheet, LYT_STR("se www.kro.dk/x om 214"));
    lyt_sheet_add_words(&sheet, LYT_STR("2026-11-25"));
    all_forms(&sheet, &out);
    lyt_buf_add_char(&out, '\0');
    cr_assert_eq(lyt_buf_status(&out), LYT_OK);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        cr_expect_null(strstr(out.data, never[i]), "%s is there", never[i]);
    cr_expect(lyt_str_equal(lyt_sheet_label(&sheet, 0, 0),
                            LYT_STR("boiler, ring [phone] ([mail]), [cpr]")));
    cr_expect(lyt_str_equal(lyt_sheet_label(&sheet, 1, 0), LYT_STR("se [link] om 214")));
    cr_expect(lyt_str_equal(lyt_sheet_label(&sheet, 2, 0), LYT_STR("2026-11-25")));
    lyt_sheet_deinit(&sheet);
    lyt_buf_deinit(&out);
}
