#include "tokens.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "mem.h"
#include "sha256.h"
#include "topic.h"
#include "webreq.h"

struct lyt_tokens {
    const lyt_alloc *alloc;
    lyt_who *rows;
    size_t n, cap;
};

static const struct {
    const char *name;
    unsigned can;
} roles[] = {
#define X(role, text, can) [role] = {text, can},
    LYT_WEB_ROLES(X)
#undef X
};

const char *lyt_web_role_name(lyt_web_role role)
{
    return roles[role].name;
}

unsigned lyt_web_role_can(lyt_web_role role)
{
    return roles[role].can;
}

lyt_status lyt_web_role_parse(lyt_web_role *out, lyt_str name)
{
    for (int i = 0; i < LYT_WEB_ROLE_COUNT; i++) {
        if (lyt_str_equal(name, lyt_str_of(roles[i].name))) {
            *out = (lyt_web_role)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}

bool lyt_who_can(const lyt_who *who, lyt_can what)
{
    return (roles[who->role].can & (unsigned)what) == (unsigned)what;
}

bool lyt_who_has(const lyt_who *who, lyt_str property)
{
    for (size_t i = 0; i < who->n_properties; i++)
        if (lyt_str_equal(property, lyt_str_of(who->properties[i])))
            return true;
    return who->n_properties == 0;
}

bool lyt_token_is_name(lyt_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'))
            return false;
    }
    return name.len > 0 && name.len <= lyt_token_name_max;
}

void lyt_token_hash(char out[lyt_token_hash_bytes], lyt_str token)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[lyt_sha256_bytes];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, token);
    lyt_sha256_end(&sha, sum);
    for (size_t i = 0; i < sizeof sum; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[2 * sizeof sum] = '\0';
}

lyt_status lyt_token_make(char out[lyt_token_bytes], lyt_error *err)
{
    unsigned char bytes[24];
    ssize_t n;

    do
        n = getrandom(bytes, sizeof bytes, 0);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof bytes)
        return lyt_error_set(err, LYT_EIO, "the system gives no random bytes");
    memcpy(out, "lyt_", 4);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(out + 4 + 2 * i, 3, "%02x", bytes[i]);
    return LYT_OK;
}

static lyt_str next_word(lyt_str *line)
{
    lyt_str word;
    size_t end = 0;

    *line = lyt_str_trim(*line);
    while (end < line->len && line->ptr[end] != ' ' && line->ptr[end] != '\t')
        end++;
    word = lyt_str_slice(*line, 0, end);
    *line = lyt_str_slice(*line, end, line->len);
    return word;
}

static bool is_hash(lyt_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!((word.ptr[i] >= '0' && word.ptr[i] <= '9') ||
              (word.ptr[i] >= 'a' && word.ptr[i] <= 'f')))
            return false;
    return word.len == lyt_token_hash_bytes - 1;
}

static void copy(char *out, size_t out_bytes, lyt_str text)
{
    snprintf(out, out_bytes, "%.*s", LYT_STR_ARG(text));
}

/* What stands behind name, role and hash. */
static const char *read_more(lyt_who *who, lyt_str word)
{
    size_t equals = lyt_str_find(word, '=', 0);
    lyt_str key = lyt_str_slice(word, 0, equals);
    lyt_str value = lyt_str_slice(word, equals + 1, word.len);

    if (lyt_str_equal(key, LYT_STR("property"))) {
        if (who->n_properties == lyt_token_properties_max)
            return "at most 32 properties; without any it is for all";
        if (!value.len ||
            lyt_topic_part(value, who->properties[who->n_properties], sizeof who->properties[0]))
            return "a property has only the letters a to z, digits and \"-\"";
        who->n_properties++;
        return NULL;
    }
    if (lyt_str_equal(key, LYT_STR("language"))) {
        if (!value.len || value.len >= sizeof who->language)
            return "a language is a code like da";
        copy(who->language, sizeof who->language, value);
        return NULL;
    }
    return "after the hash there may be property=NAME and language=CODE";
}

static const char *read_line(lyt_who *who, lyt_str line)
{
    lyt_str name = next_word(&line), role = next_word(&line), hash = next_word(&line);
    const char *wrong = NULL;

    memset(who, 0, sizeof *who);
    if (!lyt_token_is_name(name))
        return "a name has 1 to 48 of a to z, 0 to 9, \"-\", \".\" and \"_\"";
    copy(who->person, sizeof who->person, name);
    if (lyt_web_role_parse(&who->role, role))
        return "the role must be viewer, staff, manager, admin, machine-sender or wall-board";
    if (!is_hash(hash))
        return "the third word must be a SHA-256 of 64 hexadecimal digits; make it with "
               "lyt token new";
    copy(who->hash, sizeof who->hash, hash);
    for (lyt_str word = next_word(&line); word.len && !wrong; word = next_word(&line))
        wrong = read_more(who, word);
    return wrong;
}

static lyt_status add_line(lyt_tokens *tokens, lyt_str line, uint32_t number, lyt_error *err)
{
    const char *wrong;

    if (lyt_mem_grow(tokens->alloc, &tokens->rows, &tokens->cap, tokens->n + 1,
                     sizeof *tokens->rows))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the tokens");
    wrong = read_line(&tokens->rows[tokens->n], line);
    if (!wrong && lyt_tokens_of_hash(tokens, tokens->rows[tokens->n].hash))
        wrong = "this token stands in the file twice";
    if (wrong)
        return lyt_error_at(err, LYT_EFORMAT, NULL, number, 1, "%s", wrong);
    tokens->n++;
    return LYT_OK;
}

lyt_status lyt_tokens_parse(lyt_tokens **out, const lyt_alloc *alloc, lyt_str text, lyt_error *err)
{
    lyt_tokens *tokens = lyt_mem_new(alloc, sizeof *tokens);
    lyt_status status = LYT_OK;
    uint32_t number = 0;

    if (!tokens)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the tokens");
    tokens->alloc = alloc;
    for (size_t at = 0; !status && at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_trim(lyt_str_slice(text, at, end));

        number++;
        if (line.len && line.ptr[0] != '#')
            status = add_line(tokens, line, number, err);
        at = end + 1;
    }
    if (status)
        lyt_tokens_free(tokens);
    else
        *out = tokens;
    return status;
}

void lyt_tokens_free(lyt_tokens *tokens)
{
    if (!tokens)
        return;
    lyt_mem_free(tokens->alloc, tokens->rows);
    lyt_mem_free(tokens->alloc, tokens);
}

size_t lyt_tokens_count(const lyt_tokens *tokens)
{
    return tokens->n;
}

const lyt_who *lyt_tokens_at(const lyt_tokens *tokens, size_t index)
{
    return &tokens->rows[index];
}

/* All rows are looked at: how long it takes says nothing about where. */
const lyt_who *lyt_tokens_of_hash(const lyt_tokens *tokens, const char *hash)
{
    const lyt_who *found = NULL;

    for (size_t i = 0; i < tokens->n; i++)
        if (lyt_web_equal_secret(lyt_str_of(tokens->rows[i].hash), lyt_str_of(hash)))
            found = &tokens->rows[i];
    return found;
}

const lyt_who *lyt_tokens_find(const lyt_tokens *tokens, lyt_str token)
{
    char hash[lyt_token_hash_bytes];

    if (!token.len || token.len > lyt_token_bytes)
        return NULL;
    lyt_token_hash(hash, token);
    return lyt_tokens_of_hash(tokens, hash);
}

void lyt_tokens_write(lyt_buf *out, const lyt_who *who)
{
    lyt_buf_addf(out, "%s %s %s", who->person, lyt_web_role_name(who->role), who->hash);
    for (size_t i = 0; i < who->n_properties; i++)
        lyt_buf_addf(out, " property=%s", who->properties[i]);
    if (who->language[0])
        lyt_buf_addf(out, " language=%s", who->language);
    lyt_buf_add_char(out, '\n');
}

static bool stamp_of(const char *path, int64_t stamp[4])
{
    struct stat st;

    if (stat(path, &st) < 0)
        return false;
    stamp[0] = (int64_t)st.st_mtim.tv_sec;
    stamp[1] = (int64_t)st.st_mtim.tv_nsec;
    stamp[2] = (int64_t)st.st_size;
    stamp[3] = (int64_t)st.st_ino;
    return true;
}

static lyt_status read_file(lyt_tokenfile *file, lyt_error *err)
{
    lyt_tokens *fresh = NULL;
    lyt_buf text;
    lyt_status status = lyt_fs_check_secret(file->path, err);

    lyt_buf_init(&text, file->alloc);
    lyt_buf_add_text(&text, "");
    if (!status)
        status = lyt_fs_read(file->fs, file->path, lyt_tokens_file_max, &text, err);
    if (!status)
        status = lyt_tokens_parse(&fresh, file->alloc, lyt_buf_str(&text), err);
    lyt_buf_deinit(&text);
    if (status == LYT_EFORMAT && err)
        snprintf(err->file, sizeof err->file, "%s", file->path);
    if (status)
        return status;
    lyt_tokens_free(file->tokens);
    file->tokens = fresh;
    return LYT_OK;
}

lyt_status lyt_tokenfile_open(lyt_tokenfile *file, const lyt_alloc *alloc, const lyt_fs *fs,
                              const char *path, lyt_error *err)
{
    *file = (lyt_tokenfile){.alloc = alloc, .fs = fs, .path = path};
    if (!path)
        return LYT_OK;
    (void)stamp_of(path, file->stamp);
    return read_file(file, err);
}

void lyt_tokenfile_close(lyt_tokenfile *file)
{
    lyt_tokens_free(file->tokens);
    file->tokens = NULL;
}

lyt_status lyt_tokenfile_refresh(lyt_tokenfile *file, bool *changed, lyt_error *err)
{
    int64_t stamp[4];
    lyt_status status;

    *changed = false;
    /* between two names of an editor's rename there is no file for a moment */
    if (!file->path || !stamp_of(file->path, stamp) ||
        memcmp(stamp, file->stamp, sizeof stamp) == 0)
        return LYT_OK;
    memcpy(file->stamp, stamp, sizeof stamp);
    status = read_file(file, err);
    *changed = !status;
    return status;
}
