#include "cmd_pack.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "field.h"
#include "pack_starter.h"

/* Writes a small pack of one scenario, or a copy of another pack under a new name. */

enum { copied_bytes_max = 256 << 20, folder_mode = 0777 };

static const char *const folders[] = {"scenarios", "lexicons", "training", "properties"};

/* The last part of the path: "./packs/spa" is the pack "spa". */
static lyt_str id_of(const char *path)
{
    lyt_str whole = lyt_str_of(path);
    size_t start;

    while (whole.len > 1 && whole.ptr[whole.len - 1] == '/')
        whole.len--;
    for (start = whole.len; start && whole.ptr[start - 1] != '/'; start--)
        ;
    return lyt_str_slice(whole, start, whole.len);
}

static lyt_status make_folder(const char *path, lyt_error *err)
{
    if (mkdir(path, folder_mode) == 0)
        return LYT_OK;
    if (errno == EEXIST)
        return lyt_error_at(err, LYT_EEXISTS, path, 0, 0,
                            "is there already; choose another name, or take it away");
    return lyt_error_at(err, LYT_EIO, path, 0, 0, "this folder cannot be made: %s",
                        strerror(errno));
}

static lyt_status remove_one(void *user, const char *name)
{
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, user, name);
    if (!lyt_buf_status(&path))
        (void)unlink(path.data);
    lyt_buf_deinit(&path);
    return LYT_OK;
}

/* Half a pack is none: all that was made of it goes, and there was nothing before. */
static void take_back(const char *folder)
{
    for (size_t i = 0; i <= sizeof folders / sizeof *folders; i++) {
        lyt_buf path;

        lyt_buf_init(&path, NULL);
        lyt_buf_add_text(&path, folder);
        if (i < sizeof folders / sizeof *folders)
            lyt_buf_addf(&path, "/%s", folders[i]);
        if (!lyt_buf_status(&path)) {
            (void)!lyt_fs_list(lyt_fs_system(), path.data, remove_one, path.data, NULL);
            (void)rmdir(path.data);
        }
        lyt_buf_deinit(&path);
    }
}

static lyt_status write_file(const char *folder, const char *name, lyt_str text, lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, name);
    status = lyt_buf_status(&path);
    status = status ? lyt_error_set(err, status, "out of memory")
                    : lyt_fs_write(lyt_fs_system(), path.data, text, err);
    lyt_buf_deinit(&path);
    return status;
}

static lyt_status make_inner(const char *folder, const char *name, lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, name);
    status = lyt_buf_status(&path);
    status = status ? lyt_error_set(err, status, "out of memory") : make_folder(path.data, err);
    lyt_buf_deinit(&path);
    return status;
}

/* @NAME@ becomes the id. */
static void fill_in(lyt_buf *out, const char *text, lyt_str id)
{
    const lyt_str mark = LYT_STR("@NAME@");

    for (const char *at = text, *next; *at; at = next + mark.len) {
        next = strstr(at, mark.ptr);
        if (!next) {
            lyt_buf_add_text(out, at);
            return;
        }
        lyt_buf_add(out, (lyt_str){at, (size_t)(next - at)});
        lyt_buf_add(out, id);
    }
}

static lyt_status write_starter(const char *folder, lyt_str id, lyt_error *err)
{
    size_t n = 0;
    const lyt_starter_file *files = lyt_pack_starter(&n);
    lyt_status status = LYT_OK;

    for (size_t i = 0; status == LYT_OK && i < 3; i++)
        status = make_inner(folder, folders[i], err);
    for (size_t i = 0; status == LYT_OK && i < n; i++) {
        lyt_buf text;

        lyt_buf_init(&text, NULL);
        fill_in(&text, files[i].text, id);
        status = lyt_buf_status(&text);
        status = status ? lyt_error_set(err, status, "out of memory")
                        : write_file(folder, files[i].path, lyt_buf_str(&text), err);
        lyt_buf_deinit(&text);
    }
    return status;
}

typedef struct copying {
    const char *from, *to; /* folders of both packs */
    const char *inner;     /* "" or one of folders */
    lyt_str id;
    lyt_error *err;
} copying;

/* The copy's own name; everything else of the line, a comment say, is the old pack's. */
static void rename_pack(lyt_buf *out, lyt_str text, lyt_str id)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_slice(text, at, end);

        if (lyt_str_begins(line, LYT_STR("pack:"))) {
            lyt_buf_add_text(out, "pack: ");
            lyt_buf_add(out, id);
        } else {
            lyt_buf_add(out, line);
        }
        lyt_buf_add_char(out, '\n');
        at = end + 1;
    }
}

static bool belongs(lyt_str name)
{
    return lyt_str_ends(name, LYT_STR(".yaml")) || lyt_str_ends(name, LYT_STR(".txt")) ||
           lyt_str_ends(name, LYT_STR(".jsonl"));
}

static lyt_status copy_one(void *user, const char *name)
{
    const copying *c = user;
    bool is_main = strcmp(name, "pack.yaml") == 0 && !*c->inner;
    lyt_buf path, text, renamed, target;
    lyt_status status;

    if (!belongs(lyt_str_of(name)))
        return LYT_OK;
    lyt_buf_init(&path, NULL);
    lyt_buf_init(&text, NULL);
    lyt_buf_init(&renamed, NULL);
    lyt_buf_init(&target, NULL);
    lyt_buf_addf(&path, "%s/%s%s%s", c->from, c->inner, *c->inner ? "/" : "", name);
    lyt_buf_addf(&target, "%s%s%s", c->inner, *c->inner ? "/" : "", name);
    status = lyt_buf_status(&path) ? LYT_ENOMEM : lyt_buf_status(&target);
    if (status)
        (void)lyt_error_set(c->err, status, "out of memory");
    else
        status = lyt_fs_read(lyt_fs_system(), path.data, copied_bytes_max, &text, c->err);
    if (status == LYT_OK && is_main)
        rename_pack(&renamed, lyt_buf_str(&text), c->id);
    if (status == LYT_OK && lyt_buf_status(&renamed))
        status = lyt_error_set(c->err, LYT_ENOMEM, "out of memory");
    if (status == LYT_OK)
        status = write_file(c->to, target.data, lyt_buf_str(is_main ? &renamed : &text), c->err);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&renamed);
    lyt_buf_deinit(&target);
    return status;
}

static lyt_status copy_inner(copying *c, const char *inner)
{
    struct stat about;
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, c->from, inner);
    status = lyt_buf_status(&path);
    if (status)
        (void)lyt_error_set(c->err, status, "out of memory");
    else if (stat(path.data, &about) == 0 && S_ISDIR(about.st_mode)) {
        c->inner = inner;
        status = make_inner(c->to, inner, c->err);
        if (status == LYT_OK)
            status = lyt_fs_list(lyt_fs_system(), path.data, copy_one, c, c->err);
    }
    lyt_buf_deinit(&path);
    return status;
}

static lyt_status copy_pack(const char *from, const char *to, lyt_str id, lyt_error *err)
{
    copying c = {.from = from, .to = to, .inner = "", .id = id, .err = err};
    lyt_status status = lyt_fs_list(lyt_fs_system(), from, copy_one, &c, err);

    for (size_t i = 0; status == LYT_OK && i < sizeof folders / sizeof *folders; i++)
        status = copy_inner(&c, folders[i]);
    return status;
}

lyt_exit lyt_cmd_pack_new(pack_state *state)
{
    lyt_console *console = state->call->console;
    lyt_error err = {0};
    lyt_pack *pack = NULL;
    lyt_status status;
    const char *folder;
    lyt_str id;

    if (state->call->n_operands != 1)
        return lyt_console_misuse(console, "pack new needs one FOLDER");
    folder = state->call->operands[0];
    id = id_of(folder);
    if (!lyt_is_id(id))
        return lyt_console_misuse(console,
                                  "pack new: '%.*s' must be small letters, digits and '-', a "
                                  "letter first, at most %d",
                                  LYT_STR_ARG(id), lyt_id_bytes_max);
    /* nothing is begun with a pack that cannot be read; it knows its folder, "hotel+sv" is hotel's
     */
    if (state->values->from && lyt_cmd_pack_texts(state, state->values->from, &pack, &err))
        return lyt_console_error(console, &err);
    status = make_folder(folder, &err);
    if (status == LYT_OK) {
        status = pack ? copy_pack(lyt_pack_folder(pack), folder, id, &err)
                      : write_starter(folder, id, &err);
        if (status)
            take_back(folder);
    }
    lyt_pack_free(pack);
    if (status)
        return lyt_console_error(console, &err);
    lyt_console_printf(console, "%s\n", folder);
    return LYT_EXIT_DONE;
}
