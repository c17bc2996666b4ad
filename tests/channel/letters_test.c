#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "address.h"
#include "cleantext.h"
#include "formdata.h"
#include "httptext.h"
#include "jwt.h"
#include "mapping.h"
#include "phone.h"
#include "signing.h"
#include "smslen.h"
#include "smstext.h"
#include "testing.h"

LYT_SUITE(letters);

static lyt_arena *new_arena(void)
{
    lyt_arena *arena;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "letters", 8 << 20), LYT_OK);
    return arena;
}

Test(letters, forms)
{
    static const struct {
        int line;
        const char *text, *fields; /* "[name|value]" each */
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "a=1&b=2", "[a|1][b|2]"},
        {__LINE__, "&&a=1&", "[a|1]"},
        {__LINE__, "a", "[a|]"},
        {__LINE__, "=1", "[|1]"},
        {__LINE__, "a=b=c", "[a|b=c]"},
        {__LINE__, "a+b=c+d", "[a b|c d]"},
        {__LINE__, "a=%C3%a6%2B", "[a|æ+]"},
        {__LINE__, "a=%", "[a|%]"},
        {__LINE__, "a=%4", "[a|%4]"},
        {__LINE__, "a=%zz%41", "[a|%zzA]"},
        {__LINE__, "a=1&a=2", "[a|1][a|2]"},
        {__LINE__, "%61=%26&b=%3d", "[a|&][b|=]"},
    };
    lyt_arena *arena = new_arena();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char got[200] = "";
        lyt_webform form;

        cr_assert_eq(lyt_webform_parse(&form, lyt_str_of(rows[i].text), 10, arena), LYT_OK);
        for (size_t k = 0; k < form.n; k++) {
            strcat(strcat(strcat(got, "["), form.fields[k].name.ptr), "|");
            strcat(strcat(got, form.fields[k].value.ptr), "]");
        }
        cr_expect_str_eq(got, rows[i].fields, "row at line %d: %s", rows[i].line, got);
    }
    {
        lyt_webform form;

        cr_expect_eq(lyt_webform_parse(&form, LYT_STR("a&b&c"), 2, arena), LYT_ELIMIT);
        cr_assert_eq(lyt_webform_parse(&form, LYT_STR("b=2&a=2&a=1"), 3, arena), LYT_OK);
        lyt_webform_sort(&form);
        cr_expect_str_eq(form.fields[0].value.ptr, "1");
        cr_expect_str_eq(form.fields[2].name.ptr, "b");
    }
    lyt_arena_free(arena);
}

Test(letters, numbers_in_one_form)
{
    static const struct {
        int line;
        const char *raw, *country, *number;
    } rows[] = {
        {__LINE__, "+4540404422", "", "+4540404422"},
        {__LINE__, "4540404422", "", "+4540404422"},
        {__LINE__, "004540404422", "", "+4540404422"},
        {__LINE__, " +45 40 40 44 22 ", "", "+4540404422"},
        {__LINE__, "(+45) 4040-4422", "", "+4540404422"},
        {__LINE__, "1204", "", "1204"},
        {__LINE__, "451204", "", "451204"},
        {__LINE__, "40404422", "45", "+4540404422"},
        {__LINE__, "0701234567", "46", "+46701234567"},
        {__LINE__, "1204", "45", "1204"},
        {__LINE__, "+4640404422", "45", "+4640404422"},
        {__LINE__, "Havnen", "", "Havnen"},
        {__LINE__, "45+40404422", "", "45+40404422"},
        {__LINE__, "", "", ""},
        {__LINE__, "12345678901234567890123456", "", "12345678901234567890123456"},
    };
    lyt_arena *arena = new_arena();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str got = lyt_phone(lyt_str_of(rows[i].raw), lyt_str_of(rows[i].country), arena);

        cr_expect(lyt_str_equal(got, lyt_str_of(rows[i].number)), "row at line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(got));
    }
    cr_expect(lyt_phone_is(LYT_STR("+4540404422")));
    cr_expect_not(lyt_phone_is(LYT_STR("4540404422")));
    cr_expect_not(lyt_phone_is(LYT_STR("+1204")));
    cr_expect_not(lyt_phone_is(LYT_STR("+1234567890123456")));
    lyt_arena_free(arena);
}

Test(letters, addresses)
{
    static const struct {
        int line;
        const char *block, *address;
        bool covers;
    } rows[] = {
        {__LINE__, "192.0.2.7", "192.0.2.7", true},
        {__LINE__, "192.0.2.7", "192.0.2.8", false},
        {__LINE__, "192.0.2.0/24", "192.0.2.255", true},
        {__LINE__, "192.0.2.0/24", "192.0.3.0", false},
        {__LINE__, "46.36.205.80/28", "46.36.205.95", true},
        {__LINE__, "46.36.205.80/28", "46.36.205.96", false},
        {__LINE__, "0.0.0.0/0", "10.1.2.3", true},
        {__LINE__, "0.0.0.0/0", "2001:db8::1", false},
        {__LINE__, "2001:db8::/32", "2001:db8:1::1", true},
        {__LINE__, "2001:db8::/32", "2001:db9::1", false},
        {__LINE__, "192.0.2.7", "::ffff:192.0.2.7", true},
        {__LINE__, "192.0.2.7", "", false},
        {__LINE__, "192.0.2.7", "192.0.2.7/1", false},
        {__LINE__, "192.0.2.7/33", "192.0.2.7", false},
        {__LINE__, "192.0.2/24", "192.0.2.7", false},
        {__LINE__, "host", "192.0.2.7", false},
        {__LINE__, "192.0.2.0/", "192.0.2.7", false},
        {__LINE__, "192.0.2.0/x", "192.0.2.7", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_address_covers(lyt_str_of(rows[i].block), lyt_str_of(rows[i].address)),
                     rows[i].covers, "row at line %d", rows[i].line);
    cr_expect(lyt_address_is(LYT_STR("192.0.2.0/24")));
    cr_expect_not(lyt_address_is(LYT_STR("192.0.2.0/33")));
}

Test(letters, text_made_fit)
{
    static const struct {
        int line;
        lyt_str text;
        const char *clean;
    } rows[] = {
#define ROW(text, clean) {__LINE__, {text, sizeof(text) - 1}, clean}
        ROW("æøå 😀", "æøå 😀"),
        ROW("a\0b", "ab"),
        ROW("a\x01\x7f\xc2\x85z", "a   z"),
        ROW("a\r\n\tb", "a\r\n\tb"),
        ROW("\xff", "\xef\xbf\xbd"),
        ROW("\xc3", "\xef\xbf\xbd"),
        ROW("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"),
        ROW("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"),
        ROW("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"),
        ROW("\xe6r", "\xef\xbf\xbdr"),
#undef ROW
    };
    lyt_arena *arena = new_arena();
    bool cut;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str got = lyt_clean_text(rows[i].text, 100, &cut, arena);

        cr_expect_str_eq(got.ptr, rows[i].clean, "row at line %d: %s", rows[i].line, got.ptr);
        cr_expect_not(cut);
    }
    cr_expect_str_eq(lyt_clean_text(LYT_STR("abæ"), 3, &cut, arena).ptr, "ab");
    cr_expect(cut);
    lyt_arena_free(arena);
}

Test(letters, base64_and_hex_are_written_in_one_way_only)
{
    static const struct {
        int line;
        lyt_status (*read)(lyt_str *, lyt_str, lyt_arena *);
        const char *text, *bytes; /* NULL: refused */
    } rows[] = {
        {__LINE__, lyt_base64_read, "", ""},           {__LINE__, lyt_base64_read, "Zg==", "f"},
        {__LINE__, lyt_base64_read, "Zm8=", "fo"},     {__LINE__, lyt_base64_read, "Zm9v", "foo"},
        {__LINE__, lyt_base64_read, "Zh==", NULL},     {__LINE__, lyt_base64_read, "Zm9=", NULL},
        {__LINE__, lyt_base64_read, "Zm8", NULL},      {__LINE__, lyt_base64_read, "Z===", NULL},
        {__LINE__, lyt_base64_read, "Zm 9", NULL},     {__LINE__, lyt_base64_read, "Zm_-", NULL},
        {__LINE__, lyt_base64url_read, "Zm8", "fo"},   {__LINE__, lyt_base64url_read, "Zm8=", NULL},
        {__LINE__, lyt_base64url_read, "Zm9", NULL},   {__LINE__, lyt_base64url_read, "Z", NULL},
        {__LINE__, lyt_base64url_read, "fn5-", "~~~"}, {__LINE__, lyt_hex_read, "666F", "fo"},
        {__LINE__, lyt_hex_read, "666", NULL},         {__LINE__, lyt_hex_read, "6g", NULL},
    };
    lyt_arena *arena = new_arena();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str got = {"", 0};
        lyt_status status = rows[i].read(&got, lyt_str_of(rows[i].text), arena);

        cr_expect_eq(status, rows[i].bytes ? LYT_OK : LYT_EFORMAT, "row at line %d", rows[i].line);
        if (rows[i].bytes)
            cr_expect_str_eq(got.ptr, rows[i].bytes, "row at line %d", rows[i].line);
    }
    lyt_arena_free(arena);
}

/* Every letter that fits a septet, out of its own count of septets. */
Test(letters, gsm7_agrees_with_what_goes_out)
{
    static const char extension[] = "\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65";
    lyt_arena *arena = new_arena();
    char septets[2];

    for (int septet = 0; septet < 128; septet++) {
        lyt_str text;
        lyt_sms sms;

        if (septet == 0x1b)
            continue;
        septets[0] = (char)septet;
        text = lyt_gsm7_text((lyt_str){septets, 1}, arena);
        sms = lyt_sms_length(text);
        cr_expect(!sms.is_ucs2 && sms.units == 1, "septet %02x: %s", (unsigned)septet, text.ptr);
    }
    septets[0] = 0x1b;
    for (const char *c = extension; *c; c++) {
        lyt_str text;
        lyt_sms sms;

        septets[1] = *c;
        text = lyt_gsm7_text((lyt_str){septets, 2}, arena);
        sms = lyt_sms_length(text);
        cr_expect(!sms.is_ucs2 && sms.units == 2, "septet %02x: %s", (unsigned)*c, text.ptr);
    }
    cr_expect_str_eq(lyt_gsm7_text(LYT_STR("a\x1b"), arena).ptr, "a ");
    cr_expect_str_eq(lyt_gsm7_text(LYT_STR("\xe6\x1d\x0c\x0f"), arena).ptr, "\xef\xbf\xbdæøå");
    /* "hello" packed, as 23.038 packs it */
    cr_expect_str_eq(lyt_gsm7_unpack(LYT_STR("\xe8\x32\x9b\xfd\x06"), 0, 5, arena).ptr, "hello");
    cr_expect_eq(lyt_gsm7_unpack(LYT_STR("\xe8"), 0, 5, arena).len, 1);
    cr_expect_eq(lyt_gsm7_unpack(LYT_STR("\xe8"), 9, 5, arena).len, 0);
    lyt_arena_free(arena);
}

Test(letters, ucs2)
{
    lyt_arena *arena = new_arena();

    cr_expect_str_eq(lyt_ucs2_text(LYT_STR("\0r\0u\0m\0 \xd8\x3d\xde\x00"), arena).ptr, "rum 😀");
    cr_expect_str_eq(lyt_ucs2_text(LYT_STR("\xd8\x3d\0r"), arena).ptr, "\xef\xbf\xbdr");
    cr_expect_str_eq(lyt_ucs2_text(LYT_STR("\xde\x00"), arena).ptr, "\xef\xbf\xbd");
    cr_expect_str_eq(lyt_ucs2_text(LYT_STR("\0r\0"), arena).ptr, "r");
    lyt_arena_free(arena);
}

Test(letters, headers_of_user_data)
{
    static const struct {
        int line;
        lyt_str header;
        bool is, is_part;
        unsigned reference, parts, part;
    } rows[] = {
#define ROW(header, is, is_part, reference, parts, part)                                           \
    {__LINE__, {header, sizeof(header) - 1}, is, is_part, reference, parts, part}
        ROW("\x05\x00\x03\xaa\x03\x02", true, true, 0xaa, 3, 2),
        ROW("\x06\x08\x04\x12\x34\x03\x01", true, true, 0x1234, 3, 1),
        ROW("\x05\x00\x03\xaa\x03\x02rest", true, true, 0xaa, 3, 2),
        ROW("\x0b\x05\x04\x0b\x84\x23\xf0\x00\x03\x11\x02\x02", true, true, 0x11, 2, 2),
        ROW("\x06\x05\x04\x0b\x84\x23\xf0", true, false, 0, 0, 0),
        ROW("\x05\x00\x03\xaa\x03\x04", true, false, 0, 0, 0),
        ROW("\x05\x00\x03\xaa\x03\x00", true, false, 0, 0, 0),
        ROW("\x05\x00\x03\xaa\x01\x01", true, false, 0, 0, 0),
        ROW("\x05\x00\x03\xaa\x03", false, false, 0, 0, 0),
        ROW("\x05\x00\x04\xaa\x03\x02", false, false, 0, 0, 0),
        ROW("\x06\x00\x03\xaa\x03\x02\x00", false, false, 0xaa, 3, 2),
        ROW("", false, false, 0, 0, 0),
        ROW("\x00", false, false, 0, 0, 0),
#undef ROW
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_udh got;
        bool is = lyt_udh_parse(&got, rows[i].header);

        cr_expect_eq(is, rows[i].is, "row at line %d", rows[i].line);
        if (!is)
            continue;
        cr_expect_eq(got.is_part, rows[i].is_part, "row at line %d", rows[i].line);
        cr_expect(got.reference == rows[i].reference && got.parts == rows[i].parts &&
                      got.part == rows[i].part,
                  "row at line %d", rows[i].line);
    }
}

Test(letters, json_pointers)
{
    static const struct {
        int line;
        const char *pointer, *found; /* NULL: nothing */
    } rows[] = {
        {__LINE__, "/a/b/1", "2"},    {__LINE__, "/x~1y", "3"},    {__LINE__, "/m~0n", "4"},
        {__LINE__, "/a/b/2", NULL},   {__LINE__, "/a/b/01", NULL}, {__LINE__, "/a/b/-", NULL},
        {__LINE__, "/a/b/", NULL},    {__LINE__, "a", NULL},       {__LINE__, "/", "5"},
        {__LINE__, "/m~n", NULL},     {__LINE__, "/m~", NULL},     {__LINE__, "/a/c/d", NULL},
        {__LINE__, "/a/b/1/x", NULL},
    };
    lyt_json *tree;

    cr_assert_eq(lyt_json_parse(&tree,
                                LYT_STR("{\"a\":{\"b\":[1,2],\"c\":null},\"x/y\":3,\"m~n\":4,"
                                        "\"\":5}"),
                                1000, NULL),
                 LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_json *found = lyt_pointer_find(tree, lyt_str_of(rows[i].pointer));
        int64_t number = 0;

        cr_expect_eq(found != NULL, rows[i].found != NULL, "row at line %d", rows[i].line);
        if (found && lyt_json_int(found, &number))
            cr_expect_eq(number, atol(rows[i].found), "row at line %d", rows[i].line);
    }
    cr_expect_eq(lyt_pointer_find(tree, LYT_STR("")), tree);
    lyt_json_free(tree);
}

Test(letters, json_that_is_the_same)
{
    static const struct {
        int line;
        const char *a, *b;
        bool same;
    } rows[] = {
        {__LINE__, "{\"a\":1,\"b\":[1,2]}", "{ \"b\": [1, 2], \"a\": 1 }", true},
        {__LINE__, "{\"a\":1}", "{\"a\":1.0}", false},
        {__LINE__, "{\"a\":1}", "{\"a\":\"1\"}", false},
        {__LINE__, "{\"a\":1}", "{\"a\":1,\"b\":2}", false},
        {__LINE__, "{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false},
        {__LINE__, "[1,2]", "[2,1]", false},
        {__LINE__, "[null]", "[false]", false},
        {__LINE__, "[true]", "[false]", false},
        {__LINE__, "[1.5,\"\\u00e6\",null]", "[1.5,\"æ\",null]", true},
        {__LINE__, "{\"a\":null}", "{\"b\":null}", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_json *a = NULL, *b = NULL;

        cr_assert_eq(lyt_json_parse(&a, lyt_str_of(rows[i].a), 100, NULL), LYT_OK);
        cr_assert_eq(lyt_json_parse(&b, lyt_str_of(rows[i].b), 100, NULL), LYT_OK);
        cr_expect_eq(lyt_json_same(a, b), rows[i].same, "row at line %d", rows[i].line);
        cr_expect_eq(lyt_json_same(b, a), rows[i].same, "row at line %d", rows[i].line);
        lyt_json_free(a);
        lyt_json_free(b);
    }
}

Test(letters, requests_as_text)
{
    lyt_arena *arena = new_arena();
    lyt_http_request request = {.n_headers = 0};
    lyt_error err = {.text = ""};
    lyt_str value;

    cr_assert_eq(lyt_http_parse(&request,
                                LYT_STR("POST /in/x?a=1 HTTP/1.1\r\nHost: h\r\nContent-Length: "
                                        "3\r\n\r\nabcde"),
                                arena, &err),
                 LYT_OK);
    cr_expect(lyt_str_equal(request.method, LYT_STR("POST")));
    cr_expect(lyt_str_equal(request.path, LYT_STR("/in/x")));
    cr_expect(lyt_str_equal(request.query, LYT_STR("a=1")));
    cr_expect(lyt_str_equal(lyt_http_target(&request), LYT_STR("/in/x?a=1")));
    cr_expect(lyt_str_equal(request.body, LYT_STR("abc")));
    cr_expect(lyt_http_header_find(&request, "HOST", &value) && lyt_str_equal(value, LYT_STR("h")));
    cr_assert_eq(lyt_http_parse(&request, LYT_STR("GET / HTTP/1.1\nA: b\n\nx\n"), arena, &err),
                 LYT_OK);
    cr_expect(lyt_str_equal(request.body, LYT_STR("x\n")));
    cr_expect_eq(lyt_http_parse(&request, LYT_STR("hello"), arena, &err), LYT_EFORMAT);
    cr_expect_eq(err.line, 1);
    cr_expect_eq(lyt_http_parse(&request, LYT_STR("GET / HTTP/1.1\nA: b\nno\n"), arena, &err),
                 LYT_EFORMAT);
    cr_expect_eq(err.line, 3);
    cr_expect_eq(lyt_http_parse(&request, LYT_STR(""), arena, &err), LYT_EFORMAT);
    lyt_arena_free(arena);
}
