#include "ownfolder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"
#include "mem.h"
#include "sha256.h"
#include "utf8.h"

enum { path_max = 4096, changes_max = 64 << 20, line_max = 4096, depth_max = 10000 };

void lyt_own_version(char out[lyt_own_version_bytes], lyt_str text)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[lyt_sha256_bytes];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, text);
    lyt_sha256_end(&sha, sum);
    for (size_t i = 0; i < (lyt_own_version_bytes - 1) / 2; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[lyt_own_version_bytes - 1] = '\0';
}

bool lyt_own_is_name(lyt_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!((name.ptr[i] >= 'a' && name.ptr[i] <= 'z') ||
              (name.ptr[i] >= '0' && name.ptr[i] <= '9') || name.ptr[i] == '-'))
            return false;
    return name.len > 0 && name.len < 64;
}

typedef enum part { PART_SCENARIOS, PART_TEXTS, PART_CHANGES, PART_LOCK } part;

/* One of the folder's own files and folders. False: too long, and err says so. */
static bool path_of(char out[path_max], lyt_error *err, const char *folder, part which)
{
    static const char *const names[] = {"scenarios", "texts", "changes.jsonl", "lock"};

    if ((size_t)snprintf(out, path_max, "%s/%s", folder, names[which]) < path_max)
        return true;
    (void)lyt_error_at(err, LYT_ELIMIT, folder, 0, 0, "this path is too long");
    return false;
}

/* scenarios/<id>.yaml, or with a version texts/<id>.<version>.yaml. */
static bool file_of(char out[path_max], lyt_error *err, const char *folder, lyt_str scenario,
                    const char *version)
{
    int n = snprintf(out, path_max, "%s/%s/%.*s%s%s.yaml", folder, version ? "texts" : "scenarios",
                     LYT_STR_ARG(scenario), version ? "." : "", version ? version : "");

    if ((size_t)n < path_max)
        return true;
    (void)lyt_error_at(err, LYT_ELIMIT, folder, 0, 0, "this path is too long");
    return false;
}

/* ---- what counts now ---- */

static lyt_status read_now(const lyt_own *own, lyt_str scenario, lyt_buf *text, bool *is_own,
                           lyt_error *err)
{
    char path[path_max];
    lyt_status status;

    if (!lyt_own_is_name(scenario))
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no such scenario");
    if (!file_of(path, err, own->folder, scenario, NULL))
        return LYT_ELIMIT;
    status = lyt_fs_read(own->fs, path, lyt_own_text_max, text, err);
    *is_own = status == LYT_OK;
    if (status != LYT_ENOTFOUND)
        return status;
    if (!file_of(path, err, own->pack, scenario, NULL))
        return LYT_ELIMIT;
    status = lyt_fs_read(own->fs, path, lyt_own_text_max, text, err);
    return status == LYT_ENOTFOUND
               ? lyt_error_set(err, status, "there is no scenario '%.*s'", LYT_STR_ARG(scenario))
               : status;
}

/* ---- what was before: the changes, folded ---- */

typedef struct versions {
    char (*items)[lyt_own_version_bytes];
    size_t n, cap;
} versions;

static lyt_status push(const lyt_own *own, versions *stack, lyt_str version)
{
    lyt_status status =
        lyt_mem_grow(own->alloc, &stack->items, &stack->cap, stack->n + 1, sizeof *stack->items);

    if (!status)
        snprintf(stack->items[stack->n++], lyt_own_version_bytes, "%.*s", LYT_STR_ARG(version));
    return status;
}

static bool is_version(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
              (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')))
            return false;
    return text.len == lyt_own_version_bytes - 1;
}

static lyt_status fold_line(const lyt_own *own, lyt_str scenario, lyt_str line, versions *stack,
                            lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_status status = lyt_json_parse(&json, line, line_max, err);
    lyt_str verb = lyt_json_text(json, "verb"), version = lyt_json_text(json, "version");
    lyt_str was = lyt_json_text(json, "was");
    bool is_other = !lyt_str_equal(lyt_json_text(json, "scenario"), scenario);
    bool by_hand = lyt_json_get(json, "by_hand") != NULL;

    if (!status && !is_other && lyt_str_equal(verb, LYT_STR("undo"))) {
        /* what was written by hand had never been laid on top */
        stack->n -= stack->n > 0 && !by_hand;
    } else if (!status && !is_other) {
        if (!is_version(version) || stack->n >= depth_max)
            status = lyt_error_set(err, LYT_EFORMAT, "this is no change that was saved");
        /* somebody had taken the file away: there was the pack's below it */
        if (lyt_json_get(json, "of_pack"))
            stack->n = 0;
        /* what somebody had written by hand is what undo brings back */
        if (!status && by_hand && is_version(was))
            status = push(own, stack, was);
        if (!status)
            status = push(own, stack, version);
    }
    lyt_json_free(json);
    return status;
}

static lyt_status read_changes(const lyt_own *own, lyt_buf *out, lyt_error *err)
{
    char path[path_max];
    lyt_status status;

    if (!path_of(path, err, own->folder, PART_CHANGES))
        return LYT_ELIMIT;
    status = lyt_fs_read(own->fs, path, changes_max, out, err);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

static lyt_status fold(const lyt_own *own, lyt_str scenario, versions *stack, lyt_error *err)
{
    lyt_error why = {.text = ""};
    lyt_status status;
    lyt_buf all;
    unsigned number = 0;

    lyt_buf_init(&all, own->alloc);
    status = read_changes(own, &all, err);
    for (size_t at = 0; !status && at < all.len;) {
        size_t end = lyt_str_find(lyt_buf_str(&all), '\n', at);
        lyt_str line = lyt_str_slice(lyt_buf_str(&all), at, end);

        number++;
        if (line.len)
            status = fold_line(own, scenario, line, stack, &why);
        if (status) {
            char path[path_max];

            (void)path_of(path, NULL, own->folder, PART_CHANGES);
            (void)lyt_error_at(err, status, path, number, 0, "%s", why.text);
        }
        at = end + 1;
    }
    lyt_buf_deinit(&all);
    return status;
}

/* Takes a scenario's present text in and says what lies below it. */
typedef struct standing {
    lyt_buf text;
    versions stack; /* the top one is what counts; empty: the pack's counts */
    char version[lyt_own_version_bytes];
    bool is_own, by_hand;
} standing;

static void standing_deinit(const lyt_own *own, standing *s)
{
    lyt_buf_deinit(&s->text);
    lyt_mem_free(own->alloc, s->stack.items);
}

static lyt_status look(const lyt_own *own, lyt_str scenario, standing *s, lyt_error *err)
{
    lyt_status status;
    bool is_top;

    *s = (standing){.is_own = false};
    lyt_buf_init(&s->text, own->alloc);
    status = read_now(own, scenario, &s->text, &s->is_own, err);
    if (status)
        return status;
    lyt_own_version(s->version, lyt_buf_str(&s->text));
    status = fold(own, scenario, &s->stack, err);
    if (status)
        return status;
    if (!s->is_own) {
        s->stack.n = 0;
        return LYT_OK;
    }
    is_top = s->stack.n && strcmp(s->stack.items[s->stack.n - 1], s->version) == 0;
    s->by_hand = !is_top;
    status = is_top ? LYT_OK : push(own, &s->stack, lyt_str_of(s->version));
    return status ? lyt_error_set(err, status, "no memory for a scenario's versions") : LYT_OK;
}

static void say(const standing *s, lyt_own_state *state)
{
    memset(state, 0, sizeof *state);
    memcpy(state->version, s->version, sizeof state->version);
    state->is_own = s->is_own;
    if (s->stack.n > 1)
        memcpy(state->before, s->stack.items[s->stack.n - 2], sizeof state->before);
}

lyt_status lyt_own_read(const lyt_own *own, lyt_str scenario, lyt_buf *text, lyt_own_state *state,
                        lyt_error *err)
{
    standing s;
    lyt_status status = look(own, scenario, &s, err);

    if (!status) {
        say(&s, state);
        if (text)
            lyt_buf_add(text, lyt_buf_str(&s.text));
        status = text ? lyt_buf_status(text) : LYT_OK;
    }
    standing_deinit(own, &s);
    return status;
}

static lyt_status read_before(const lyt_own *own, lyt_str scenario, const standing *s,
                              lyt_buf *text, lyt_error *err)
{
    char path[path_max];
    bool is_of_pack = s->stack.n < 2;

    if (!s->is_own)
        return lyt_error_set(err, LYT_ESTATE, "nothing of it was changed");
    if (!file_of(path, err, is_of_pack ? own->pack : own->folder, scenario,
                 is_of_pack ? NULL : s->stack.items[s->stack.n - 2]))
        return LYT_ELIMIT;
    return lyt_fs_read(own->fs, path, lyt_own_text_max, text, err);
}

lyt_status lyt_own_before(const lyt_own *own, lyt_str scenario, lyt_buf *text, lyt_error *err)
{
    standing s;
    lyt_status status = look(own, scenario, &s, err);

    if (!status)
        status = read_before(own, scenario, &s, text, err);
    standing_deinit(own, &s);
    return status;
}

lyt_status lyt_own_changes(const lyt_own *own, lyt_str scenario, lyt_buf *out, lyt_error *err)
{
    lyt_status status;
    lyt_buf all;

    lyt_buf_init(&all, own->alloc);
    status = read_changes(own, &all, err);
    for (size_t at = 0; !status && at < all.len;) {
        size_t end = lyt_str_find(lyt_buf_str(&all), '\n', at);
        lyt_str line = lyt_str_slice(lyt_buf_str(&all), at, end);
        lyt_json *json = NULL;

        if (line.len && !lyt_json_parse(&json, line, line_max, NULL) &&
            (!scenario.len || lyt_str_equal(lyt_json_text(json, "scenario"), scenario))) {
            lyt_buf_add(out, line);
            lyt_buf_add_char(out, '\n');
        }
        lyt_json_free(json);
        at = end + 1;
    }
    lyt_buf_deinit(&all);
    return status ? status : lyt_buf_status(out);
}

/* ---- changing ---- */

static lyt_status make_folder(const char *path, lyt_error *err)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return LYT_OK;
    return lyt_error_at(err, LYT_EIO, path, 0, 0, "this folder cannot be made: %s",
                        strerror(errno));
}

static lyt_status make_folders(const lyt_own *own, lyt_error *err)
{
    char path[path_max];
    lyt_status status = make_folder(own->folder, err);

    for (int i = PART_SCENARIOS; !status && i <= PART_TEXTS; i++)
        status = path_of(path, err, own->folder, (part)i) ? make_folder(path, err) : LYT_ELIMIT;
    return status;
}

/* Held until the descriptor is closed; *fd is -1 without it. */
static lyt_status lock(const lyt_own *own, int *fd, lyt_error *err)
{
    char path[path_max];

    *fd = -1;
    if (!path_of(path, err, own->folder, PART_LOCK))
        return LYT_ELIMIT;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be made: %s", strerror(errno));
    while (flock(*fd, LOCK_EX) < 0)
        if (errno != EINTR)
            return lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be locked: %s", strerror(errno));
    return LYT_OK;
}

static lyt_status keep_text(const lyt_own *own, lyt_str scenario, const char *version, lyt_str text,
                            lyt_error *err)
{
    char path[path_max];

    return file_of(path, err, own->folder, scenario, version)
               ? lyt_fs_write(own->fs, path, text, err)
               : LYT_ELIMIT;
}

static lyt_status note_change(const lyt_own *own, const lyt_own_change *change, const char *verb,
                              const char *version, const standing *was, lyt_error *err)
{
    char path[path_max];
    lyt_status status;
    lyt_buf all, at;
    lyt_jw jw;

    lyt_buf_init(&all, own->alloc);
    lyt_buf_init(&at, own->alloc);
    status = read_changes(own, &all, err);
    lyt_clock_format(&at, change->now_us);
    lyt_jw_init(&jw, &all);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "at", lyt_buf_str(&at));
    lyt_jw_kstr(&jw, "by", change->by);
    lyt_jw_kstr(&jw, "verb", lyt_str_of(verb));
    lyt_jw_kstr(&jw, "scenario", change->scenario);
    lyt_jw_kstr(&jw, "version", lyt_str_of(version));
    lyt_jw_kstr(&jw, "was", lyt_str_of(was->version));
    if (was->by_hand)
        lyt_jw_kbool(&jw, "by_hand", true);
    if (!was->is_own)
        lyt_jw_kbool(&jw, "of_pack", true);
    if (change->note.len)
        lyt_jw_kstr(&jw, "note", change->note);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&all, '\n');
    if (!status && (lyt_buf_status(&all) || lyt_buf_status(&at)))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for the list of changes");
    if (!status)
        status = path_of(path, err, own->folder, PART_CHANGES)
                     ? lyt_fs_write(own->fs, path, lyt_buf_str(&all), err)
                     : LYT_ELIMIT;
    lyt_buf_deinit(&at);
    lyt_buf_deinit(&all);
    return status;
}

/* text NULL: the pack's counts again. */
static lyt_status put(const lyt_own *own, lyt_str scenario, const lyt_str *text, lyt_error *err)
{
    char path[path_max];

    if (!file_of(path, err, own->folder, scenario, NULL))
        return LYT_ELIMIT;
    if (text)
        return lyt_fs_write(own->fs, path, *text, err);
    if (unlink(path) == 0 || errno == ENOENT)
        return LYT_OK;
    return lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be taken away: %s", strerror(errno));
}

/*
 * The text is kept first and counts last but one: whenever it ends midway, what counts is whole,
 * and at worst a change stands in the folder as if it had been made by hand.
 */
static lyt_status apply(const lyt_own *own, const lyt_own_change *change, const char *verb,
                        const standing *was, const lyt_str *text, lyt_error *err)
{
    char version[lyt_own_version_bytes] = "";
    lyt_status status = LYT_OK;

    if (was->by_hand)
        status = keep_text(own, change->scenario, was->version, lyt_buf_str(&was->text), err);
    if (!status && text) {
        lyt_own_version(version, *text);
        status = keep_text(own, change->scenario, version, *text, err);
    }
    if (!status)
        status = put(own, change->scenario, text, err);
    return status ? status : note_change(own, change, verb, version, was, err);
}

/* A line of the changes that cannot be read would be in the way of all that come later. */
static lyt_status check_words(const lyt_own_change *change, lyt_error *err)
{
    if (change->by.len > lyt_own_by_max || change->note.len > lyt_own_note_max)
        return lyt_error_set(err, LYT_ELIMIT, "%s: at most %d bytes",
                             change->by.len > lyt_own_by_max ? "by" : "note",
                             change->by.len > lyt_own_by_max ? lyt_own_by_max : lyt_own_note_max);
    if (lyt_utf8_check(change->by, NULL) || lyt_utf8_check(change->note, NULL))
        return lyt_error_set(err, LYT_EINVAL, "%s: must be UTF-8",
                             lyt_utf8_check(change->by, NULL) ? "by" : "note");
    return LYT_OK;
}

static lyt_status check_expected(const lyt_own_change *change, const standing *was, lyt_error *err)
{
    if (lyt_str_equal(change->expected, lyt_str_of(was->version)))
        return LYT_OK;
    return lyt_error_set(err, LYT_EEXISTS,
                         "somebody else has changed it meanwhile; it is version %s now",
                         was->version);
}

lyt_status lyt_own_save(const lyt_own *own, const lyt_own_change *change, lyt_str text,
                        lyt_own_state *state, lyt_error *err)
{
    char version[lyt_own_version_bytes];
    standing was = {.is_own = false};
    int fd = -1;
    lyt_status status = check_words(change, err);

    if (!status)
        status = make_folders(own, err);
    if (!status)
        status = lock(own, &fd, err);
    if (!status)
        status = look(own, change->scenario, &was, err);
    if (!status)
        status = check_expected(change, &was, err);
    /* what counts already is no change */
    lyt_own_version(version, text);
    if (!status && strcmp(version, was.version) != 0)
        status = apply(own, change, "save", &was, &text, err);
    if (!status)
        status = lyt_own_read(own, change->scenario, NULL, state, err);
    standing_deinit(own, &was);
    if (fd >= 0)
        close(fd);
    return status;
}

lyt_status lyt_own_undo(const lyt_own *own, const lyt_own_change *change, lyt_own_state *state,
                        lyt_error *err)
{
    standing was = {.is_own = false};
    lyt_buf before;
    lyt_str text;
    int fd = -1;
    lyt_status status = check_words(change, err);

    lyt_buf_init(&before, own->alloc);
    if (!status)
        status = make_folders(own, err);
    if (!status)
        status = lock(own, &fd, err);
    if (!status)
        status = look(own, change->scenario, &was, err);
    if (!status)
        status = check_expected(change, &was, err);
    if (!status)
        status = read_before(own, change->scenario, &was, &before, err);
    text = lyt_buf_str(&before);
    if (!status)
        status = apply(own, change, "undo", &was, was.stack.n > 1 ? &text : NULL, err);
    if (!status)
        status = lyt_own_read(own, change->scenario, NULL, state, err);
    lyt_buf_deinit(&before);
    standing_deinit(own, &was);
    if (fd >= 0)
        close(fd);
    return status;
}
