#include <string.h>

#include "store_keep.h"
#include "testing.h"

LYT_SUITE(keepfile);

Test(keepfile, bad_files_are_refused_with_their_place)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "retention.yaml"},
        {"retention: 3\n", "retention"},
        {"retention: {text: 0}\n", "1"},
        {"retention: {text: -4}\n", "1"},
        {"retention: {text: soon}\n", "soon"},
        {"retention: {txt: 4}\n", "text"},
        {"retention: {text: 36501}\n", "36500"},
        {"retention: {verdicts: 10}\n", "verdicts would go before"},
        {"retention: {text: 20, verdicts: 10}\n", "verdicts would go before"},
        {"retention: {text: always, verdicts: 10}\n", "verdicts would go before"},
        {"retention: {text: 5}\nproperties: {a: {events: 3}}\n", "events"},
        {"retention: {text: 5}\nproperties: {a: {verdicts: 3}}\n", "verdicts would go before"},
        {"retention: {text: 5}\nproperties: [a]\n", "properties"},
        {"retention: {text: 5}\nproperties: {a: 3}\n", "a"},
        {"retention: {text: 5}\nmore: 3\n", "more"},
        {"properties: {a: {text: 3}}\n", "retention"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_keep_rules rules;
        lyt_error err = {.text = ""};
        char said[600];

        cr_expect_neq(
            lyt_keep_parse(&rules, NULL, lyt_str_of(rows[i].text), "retention.yaml", &err), LYT_OK,
            "%s", rows[i].text);
        lyt_error_format(&err, said, sizeof said);
        cr_expect_not_null(strstr(said, "retention.yaml"), "%s: %s", rows[i].text, said);
        cr_expect_not_null(strstr(said, rows[i].says), "%s: %s", rows[i].text, said);
    }
}
