#include "access.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"

typedef struct holder {
    char name[lyt_access_name_max + 1];
    unsigned rights;
    lyt_str topics[lyt_access_topics_max];
    size_t n_topics;
} holder;

typedef struct key {
    char text[lyt_key_bytes];
    size_t holder;
} key;

struct lyt_access {
    const lyt_alloc *alloc;
    char *text; /* the topics point into it */
    holder *holders;
    size_t n_holders, cap_holders;
    key *keys;
    size_t n_keys, cap_keys;
};

/* The next word of a line, which it is taken from; empty at its end. */
static lyt_str next_word(lyt_str *line)
{
    size_t from = 0, to;

    while (from < line->len && (line->ptr[from] == ' ' || line->ptr[from] == '\t'))
        from++;
    to = from;
    while (to < line->len && line->ptr[to] != ' ' && line->ptr[to] != '\t')
        to++;
    *line = (lyt_str){line->ptr + to, line->len - to};
    return (lyt_str){line->ptr - (to - from), to - from};
}

static bool is_name(lyt_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return name.len > 0 && name.len <= lyt_access_name_max;
}

static holder *find_holder(const lyt_access *access, lyt_str name)
{
    for (size_t i = 0; i < access->n_holders; i++)
        if (lyt_str_equal(lyt_str_of(access->holders[i].name), name))
            return &access->holders[i];
    return NULL;
}

static lyt_status holder_of(lyt_access *access, lyt_str name, holder **out)
{
    lyt_status status;

    *out = find_holder(access, name);
    if (*out)
        return LYT_OK;
    status = lyt_mem_grow(access->alloc, &access->holders, &access->cap_holders,
                          access->n_holders + 1, sizeof *access->holders);
    if (status)
        return status;
    *out = &access->holders[access->n_holders++];
    memset(*out, 0, sizeof **out);
    memcpy((*out)->name, name.ptr, name.len);
    return LYT_OK;
}

static unsigned right_of(lyt_str word)
{
    static const struct {
        const char *word;
        unsigned right;
    } rows[] = {{"submit", LYT_RIGHT_SUBMIT},
                {"command", LYT_RIGHT_COMMAND},
                {"work", LYT_RIGHT_WORK},
                {"ask", LYT_RIGHT_ASK},
                {"all", LYT_RIGHT_EVERY}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(word, lyt_str_of(rows[i].word)))
            return rows[i].right;
    return 0;
}

static lyt_status add_right(holder *h, lyt_str word, uint32_t line, lyt_error *err)
{
    static const lyt_str lead = {"topic=", 6};
    unsigned right = right_of(word);
    bool is_topic = lyt_str_begins(word, lead);

    if (!right && !is_topic)
        return lyt_error_at(err, LYT_EFORMAT, NULL, line, 0,
                            "\"%.*s\" is no right: submit, command, work, ask, topic=PREFIX or all",
                            (int)(word.len < 40 ? word.len : 40), word.ptr);
    h->rights |= right;
    if (!is_topic && right != LYT_RIGHT_EVERY)
        return LYT_OK;
    if (h->n_topics == lyt_access_topics_max)
        return lyt_error_at(err, LYT_EFORMAT, NULL, line, 0, "at most %d topics a name",
                            lyt_access_topics_max);
    h->topics[h->n_topics++] =
        is_topic ? lyt_str_slice(word, lead.len, word.len) : (lyt_str){word.ptr, 0};
    return LYT_OK;
}

static lyt_status read_line(lyt_access *access, lyt_str text, uint32_t line, lyt_error *err)
{
    lyt_str name = next_word(&text), public_key = next_word(&text), word;
    lyt_status status;
    holder *h = NULL;

    if (!name.len || name.ptr[0] == '#')
        return LYT_OK;
    if (!is_name(name))
        return lyt_error_at(err, LYT_EFORMAT, NULL, line, 1,
                            "a name is 1 to %d of a to z, digits, \"-\" and \"_\"",
                            lyt_access_name_max);
    if (!lyt_key_is_valid(public_key))
        return lyt_error_at(err, LYT_EFORMAT, NULL, line, 0,
                            "after the name comes its public key, 40 letters (lyt keygen)");
    status = holder_of(access, name, &h);
    if (!status)
        status = lyt_mem_grow(access->alloc, &access->keys, &access->cap_keys, access->n_keys + 1,
                              sizeof *access->keys);
    if (status)
        return lyt_error_set(err, status, "no memory for the keys");
    memcpy(access->keys[access->n_keys].text, public_key.ptr, public_key.len);
    access->keys[access->n_keys].text[public_key.len] = '\0';
    access->keys[access->n_keys++].holder = (size_t)(h - access->holders);
    while (!status && (word = next_word(&text)).len)
        status = add_right(h, word, line, err);
    return status;
}

lyt_status lyt_access_parse(lyt_access **out, const lyt_alloc *alloc, lyt_str text, lyt_error *err)
{
    lyt_access *access = lyt_mem_new(alloc, sizeof *access);
    lyt_status status = LYT_OK;
    size_t at = 0;

    if (!access || !(access->text = lyt_mem_strdup(alloc, text))) {
        lyt_mem_free(alloc, access);
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the keys");
    }
    access->alloc = alloc;
    for (uint32_t line = 1; !status && at < text.len; line++) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str row = {access->text + at, end - at};

        if (row.len && row.ptr[row.len - 1] == '\r')
            row.len--;
        status = read_line(access, row, line, err);
        at = end + 1;
    }
    if (status) {
        lyt_access_free(access);
        return status;
    }
    *out = access;
    return LYT_OK;
}

void lyt_access_free(lyt_access *access)
{
    if (!access)
        return;
    lyt_mem_free(access->alloc, access->text);
    lyt_mem_free(access->alloc, access->holders);
    lyt_mem_free(access->alloc, access->keys);
    lyt_mem_free(access->alloc, access);
}

const char *lyt_access_holder(const lyt_access *access, lyt_str public_key)
{
    for (size_t i = 0; i < access->n_keys; i++)
        if (lyt_str_equal(lyt_str_of(access->keys[i].text), public_key))
            return access->holders[access->keys[i].holder].name;
    return NULL;
}

bool lyt_access_may(const lyt_access *access, lyt_str name, lyt_right right)
{
    const holder *h = find_holder(access, name);

    return h && (h->rights & (unsigned)right);
}

size_t lyt_access_narrow(const lyt_access *access, lyt_str name, lyt_str wanted,
                         lyt_str granted[lyt_access_topics_max])
{
    const holder *h = find_holder(access, name);
    size_t n = 0;

    for (size_t i = 0; h && i < h->n_topics; i++) {
        if (lyt_str_begins(wanted, h->topics[i])) {
            granted[0] = wanted;
            return 1;
        }
        if (lyt_str_begins(h->topics[i], wanted))
            granted[n++] = h->topics[i];
    }
    return n;
}

bool lyt_access_hears(const lyt_access *access, lyt_str name, lyt_str topic)
{
    const holder *h = find_holder(access, name);

    for (size_t i = 0; h && i < h->n_topics; i++)
        if (lyt_str_begins(topic, h->topics[i]))
            return true;
    return false;
}

/* Whoever may write it decides who comes in. */
static lyt_status check_mode(const lyt_door *door, lyt_error *err)
{
    if (!door->stamp[lyt_door_stamp - 1])
        return LYT_OK;
    return lyt_error_at(
        err, LYT_ESTATE, door->path, 0, 0,
        "everybody on this machine may write it, and so let anybody in; chmod o-w it");
}

/* What tells one state of the file from another without reading it. */
static lyt_status stamp_of(const char *path, int64_t stamp[lyt_door_stamp], lyt_error *err)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return lyt_error_at(err, LYT_EIO, path, 0, 0, "the keys cannot be read");
    stamp[0] = (int64_t)st.st_mtim.tv_sec;
    stamp[1] = (int64_t)st.st_mtim.tv_nsec;
    stamp[2] = (int64_t)st.st_size;
    stamp[3] = (int64_t)st.st_ino;
    stamp[4] = (int64_t)(st.st_mode & S_IWOTH);
    return LYT_OK;
}

static lyt_status read_file(lyt_door *door, lyt_error *err)
{
    lyt_access *access = NULL;
    lyt_buf text;
    lyt_status status;

    status = check_mode(door, err);
    if (status)
        return status;
    lyt_buf_init(&text, door->alloc);
    lyt_buf_add_text(&text, "");
    status = lyt_fs_read(door->fs, door->path, lyt_access_file_max, &text, err);
    if (!status)
        status = lyt_access_parse(&access, door->alloc, lyt_buf_str(&text), err);
    lyt_buf_deinit(&text);
    if (status == LYT_EFORMAT && err)
        snprintf(err->file, sizeof err->file, "%s", door->path);
    if (status)
        return status;
    lyt_access_free(door->access);
    door->access = access;
    return LYT_OK;
}

lyt_status lyt_door_open(lyt_door *door, const lyt_alloc *alloc, const lyt_fs *fs, const char *path,
                         lyt_error *err)
{
    lyt_status status = LYT_OK;

    *door = (lyt_door){.alloc = alloc, .fs = fs, .path = path};
    if (path)
        status = stamp_of(path, door->stamp, err);
    if (path && !status)
        status = read_file(door, err);
    return status;
}

void lyt_door_close(lyt_door *door)
{
    lyt_access_free(door->access);
    door->access = NULL;
}

lyt_status lyt_door_refresh(lyt_door *door, bool *changed, lyt_error *err)
{
    int64_t stamp[lyt_door_stamp];
    lyt_status status;

    *changed = false;
    if (!door->path)
        return LYT_OK;
    /* between two names of an editor's rename there is no file for a moment */
    status = stamp_of(door->path, stamp, err);
    door->n_missed = status ? door->n_missed + 1 : 0;
    if (status)
        return door->n_missed == lyt_door_missed_most ? status : LYT_OK;
    if (memcmp(stamp, door->stamp, sizeof stamp) == 0)
        return LYT_OK;
    memcpy(door->stamp, stamp, sizeof stamp);
    status = read_file(door, err);
    *changed = !status;
    return status;
}

bool lyt_door_may(const lyt_door *door, const char *user, lyt_right right)
{
    return !door->path || lyt_access_may(door->access, lyt_str_of(user), right);
}

size_t lyt_door_narrow(const lyt_door *door, const char *user, lyt_str wanted,
                       lyt_str granted[lyt_access_topics_max])
{
    if (door->path)
        return lyt_access_narrow(door->access, lyt_str_of(user), wanted, granted);
    granted[0] = wanted;
    return 1;
}

bool lyt_door_hears(const lyt_door *door, const char *user, lyt_str topic)
{
    return !door->path || lyt_access_hears(door->access, lyt_str_of(user), topic);
}

bool lyt_door_knows(const lyt_door *door, const char *user)
{
    return !door->path || find_holder(door->access, lyt_str_of(user)) != NULL;
}

lyt_status lyt_key_load(char secret_key[lyt_key_bytes], const lyt_fs *fs, const char *path,
                        lyt_error *err)
{
    lyt_buf text;
    lyt_status status = lyt_fs_check_secret(path, err);
    lyt_str rest;
    bool found = false;

    if (status)
        return status;
    lyt_buf_init(&text, NULL);
    lyt_buf_add_text(&text, "");
    status = lyt_fs_read(fs, path, 4096, &text, err);
    rest = lyt_buf_str(&text);
    for (size_t at = 0; !status && !found && at < rest.len;) {
        size_t end = lyt_str_find(rest, '\n', at);
        lyt_str line = lyt_str_slice(rest, at, end);

        if (lyt_str_equal(next_word(&line), LYT_STR("secret"))) {
            lyt_str word = next_word(&line);

            found = lyt_key_is_valid(word);
            if (found) {
                memcpy(secret_key, word.ptr, word.len);
                secret_key[word.len] = '\0';
            }
        }
        at = end + 1;
    }
    /* the key does not stay behind in freed memory; a plain memset() the compiler may leave out */
    for (size_t i = 0; i < text.len; i++)
        ((volatile char *)text.data)[i] = 0;
    lyt_buf_deinit(&text);
    if (!status && !found)
        status = lyt_error_at(err, LYT_EFORMAT, path, 0, 0,
                              "holds no line \"secret KEY\"; make one with lyt keygen");
    return status;
}
