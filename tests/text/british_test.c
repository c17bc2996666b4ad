#include "british.h"
#include "testing.h"

LYT_SUITE(british);

Test(british, knows_what_is_spelled_another_way)
{
    static const char list[] = "9\norganized\ncolor\ncenter\nmoldy\nlicense\ngray\ntraveling\n"
                               "catalog\nfloor\n";
    static const struct {
        int line;
        const char *word;
        bool known;
    } rows[] = {
        {__LINE__, "organised", true},  {__LINE__, "colour", true},
        {__LINE__, "centre", true},     {__LINE__, "mouldy", true},
        {__LINE__, "licence", true},    {__LINE__, "grey", true},
        {__LINE__, "travelling", true}, {__LINE__, "catalogue", true},
        {__LINE__, "collour", false},   {__LINE__, "organizsed", false},
        {__LINE__, "", false},          {__LINE__, "our", false},
    };
    lyt_words_source source = {
        .name = "en_US", .affix = LYT_STR("SET UTF-8\n"), .words = {list, sizeof list - 1}};
    lyt_words *words = NULL;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_words_build(&source, NULL, &out, NULL), LYT_OK);
    cr_assert_eq(lyt_words_of(&words, NULL, lyt_buf_str(&out), "en_US", NULL), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_british_knows(words, lyt_str_of(rows[i].word)), rows[i].known, "line %d",
                     rows[i].line);
    lyt_words_free(words);
    lyt_buf_deinit(&out);
}
