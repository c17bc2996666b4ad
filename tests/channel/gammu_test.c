#include <stdio.h>
#include <string.h>

#include "gammuin.h"
#include "testing.h"

LYT_SUITE(gammu);

enum { arena_bytes = 16 << 20 };

enum { lines_max = 16 };

typedef struct variables {
    char room[512];
    const char *lines[lines_max]; /* "NAME=value" */
    size_t n;
} variables;

static void set(variables *v, const char *text)
{
    v->n = 0;
    snprintf(v->room, sizeof v->room, "%s", text);
    for (char *at = v->room; *at && v->n < lines_max;) {
        char *end = strchr(at, '\n');

        v->lines[v->n++] = at;
        if (!end)
            break;
        *end = '\0';
        at = end + 1;
    }
}

static const char *get(void *context, const char *name)
{
    const variables *v = context;
    size_t n = strlen(name);

    for (size_t i = 0; i < v->n; i++)
        if (strncmp(v->lines[i], name, n) == 0 && v->lines[i][n] == '=')
            return v->lines[i] + n + 1;
    return NULL;
}

Test(gammu, what_its_variables_say)
{
    static const struct {
        int line;
        const char *env;
        lyt_status status;
        const char *text, *id;
    } rows[] = {
        {__LINE__,
         "SMS_MESSAGES=1\nSMS_1_CLASS=-1\nSMS_1_NUMBER=+4540404422\nSMS_1_TEXT=Der er koldt\n"
         "DECODED_PARTS=0\nPHONE_ID=modem1\n",
         LYT_OK, "Der er koldt", "gammu:modem1/IN1+IN2"},
        {__LINE__, "SMS_MESSAGES=1\nSMS_1_NUMBER=+4540404422\nSMS_1_TEXT=Der er koldt\n", LYT_OK,
         "Der er koldt", "gammu:IN1+IN2"},
        /* what it put together counts, not the parts beside it */
        {__LINE__,
         "SMS_MESSAGES=2\nSMS_1_NUMBER=+4540404422\nSMS_1_TEXT=Der er \nSMS_2_NUMBER=+4540404422\n"
         "SMS_2_TEXT=koldt\nDECODED_PARTS=1\nDECODED_1_TEXT=Der er koldt\n",
         LYT_OK, "Der er koldt", "gammu:IN1+IN2"},
        {__LINE__,
         "SMS_MESSAGES=2\nSMS_1_NUMBER=+4540404422\nSMS_1_TEXT=Der er \nSMS_2_TEXT=koldt\n"
         "DECODED_PARTS=0\n",
         LYT_OK, "Der er koldt", "gammu:IN1+IN2"},
        {__LINE__, "SMS_MESSAGES=1\nSMS_1_NUMBER=+4540404422\nDECODED_PARTS=0\n", LYT_ENOTFOUND, "",
         ""},
        {__LINE__, "", LYT_EFORMAT, "", ""},
        {__LINE__, "SMS_MESSAGES=0\nSMS_1_NUMBER=+45\nSMS_1_TEXT=a\n", LYT_EFORMAT, "", ""},
        {__LINE__, "SMS_MESSAGES=-1\nSMS_1_NUMBER=+45\nSMS_1_TEXT=a\n", LYT_EFORMAT, "", ""},
        {__LINE__, "SMS_MESSAGES=99999999999\nSMS_1_NUMBER=+45\nSMS_1_TEXT=a\n", LYT_EFORMAT, "",
         ""},
        {__LINE__, "SMS_MESSAGES=1\nSMS_1_TEXT=a\n", LYT_EFORMAT, "", ""},
        {__LINE__, "SMS_MESSAGES=1\nSMS_1_NUMBER=+45\nSMS_1_TEXT=a\nDECODED_PARTS=x\n", LYT_EFORMAT,
         "", ""},
    };
    static const char *const ids[] = {"IN1", "IN2"};
    lyt_gateway_config config = {.name = LYT_STR("gammu"), .channel = LYT_STR("sms")};
    lyt_arena *arena = NULL;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "gammu", arena_bytes), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        variables env;
        lyt_gammu_env from = {.get = get, .context = &env, .ids = ids, .n_ids = 2};
        lyt_inbound item;
        lyt_error err = {.text = ""};

        set(&env, rows[i].env);
        lyt_arena_reset(arena);
        cr_expect_eq(lyt_gammu_receive(&item, &from, &config, 1, arena, &err), rows[i].status,
                     "row at line %d: %s", rows[i].line, err.text);
        if (rows[i].status)
            continue;
        cr_expect(lyt_str_equal(item.text, lyt_str_of(rows[i].text)), "row at line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(item.text));
        cr_expect(lyt_str_equal(item.id, lyt_str_of(rows[i].id)), "row at line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(item.id));
        cr_expect(lyt_str_equal(item.channel, LYT_STR("sms")), "row at line %d", rows[i].line);
        cr_expect_eq(item.sender.len, 0, "without a key nothing of the number is kept");
    }
    lyt_arena_free(arena);
}
