#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "fs.h"
#include "json.h"
#include "net.h"
#include "newfile.h"
#include "utf8.h"

typedef struct values {
    bool json, service;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print the public key and where the rest is as JSON"},
    {.name = "service",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, service),
     .help = "make the folder of a service's keys: server.key, local.key and access"},
};

/* Makes a pair, writes the file, and gives the public half. */
static lyt_status make_key(const char *path, char public_key[lyt_key_bytes], lyt_error *err)
{
    char secret[lyt_key_bytes], text[200];
    lyt_status status = lyt_key_pair(public_key, secret, err);

    if (status)
        return status;
    snprintf(text, sizeof text,
             "# made by lyt keygen; the secret is for nobody else\npublic %s\nsecret %s\n",
             public_key, secret);
    status = lyt_newfile_secret(path, lyt_str_of(text), err);
    memset(secret, 0, sizeof secret);
    memset(text, 0, sizeof text);
    return status;
}

static lyt_status make_folder(const char *folder, char server[lyt_key_bytes], lyt_error *err)
{
    char local[lyt_key_bytes], access[400];
    lyt_buf path;
    lyt_status status;

    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return lyt_error_at(err, LYT_EIO, folder, 0, 0, "the folder cannot be made");
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, "server.key");
    status = lyt_buf_status(&path);
    if (!status)
        status = make_key(path.data, server, err);
    lyt_buf_reset(&path);
    lyt_fs_join(&path, folder, "local.key");
    if (!status)
        status = lyt_buf_status(&path);
    if (!status)
        status = make_key(path.data, local, err);
    lyt_buf_reset(&path);
    lyt_fs_join(&path, folder, "access");
    if (!status)
        status = lyt_buf_status(&path);
    snprintf(access, sizeof access,
             "# name public-key right...\n"
             "# rights: submit, command, work, ask, topic=PREFIX, all\n"
             "local %s all\n",
             local);
    if (!status)
        status = lyt_newfile_secret(path.data, lyt_str_of(access), err);
    lyt_buf_deinit(&path);
    return status;
}

static void print_json(const lyt_call *call, const char *path, const char *public_key)
{
    const values *v = call->values;
    size_t bad = 0;
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "public", lyt_str_of(public_key));
    /* a path may be any bytes, JSON may not */
    if (lyt_utf8_check(lyt_str_of(path), &bad) == LYT_OK)
        lyt_jw_kstr(&jw, v->service ? "folder" : "file", lyt_str_of(path));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    const char *path = call->operands[0];
    char public_key[lyt_key_bytes];
    lyt_error err = {.text = ""};
    lyt_status status =
        v->service ? make_folder(path, public_key, &err) : make_key(path, public_key, &err);

    if (status)
        return lyt_console_error(call->console, &err);
    if (v->json)
        print_json(call, path, public_key);
    else
        lyt_console_printf(call->console, "%s\n", public_key);
    return LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt keygen --service /etc/lyt/keys", "the keys of a service; prints its public key"},
    {"lyt keygen pager.key", "a key for one who talks to it; its public half goes into access"},
};

const lyt_command lyt_cmd_keygen = {
    .name = "keygen",
    .summary = "Make keys for a service and for those who talk to it",
    .usage = "[--json] FILE\n[--json] --service DIR",
    .description =
        "Makes a CURVE key pair, writes it into FILE, which only its owner can read, and prints "
        "the public half. With --service it makes a folder for lyt serve --keys: the service's "
        "own key, one for the tools of this machine, and the file access, which says who may "
        "do what, a line a key:\n\n"
        "  pager Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID topic=alarm.havnen.\n\n"
        "Rights are submit, command, work, ask, topic=PREFIX and all. Two lines of one name are "
        "two valid keys: add the new one, change over, take the old one away. No file is ever "
        "written over.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
