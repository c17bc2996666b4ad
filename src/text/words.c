#include "words_inner.h"

#include <string.h>

#include "mem.h"

struct lyt_words {
    const lyt_alloc *alloc;
    const lyt_fs *fs; /* NULL: the bytes are somebody else's */
    lyt_map map;
    const lyt_words_head *head;
    const lyt_words_bucket *buckets;
    uint32_t n_buckets;
};

static uint32_t count_at(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;

    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Whether the list's last word ends where the list does. */
static bool is_list(lyt_str list)
{
    size_t at = 0;

    while (at + lyt_common_head <= list.len)
        at += lyt_common_head + (unsigned char)list.ptr[at + 4];
    return at == list.len;
}

static lyt_status check(const lyt_words_head *head, lyt_str bytes, const char *name, lyt_error *err)
{
    const char *what = NULL;

    if (bytes.len < sizeof *head || memcmp(head->magic, lyt_words_magic, sizeof head->magic) != 0)
        what = "this is no table of words";
    else if (head->version != lyt_words_version)
        what = "another version of Lyt made this table; build it again";
    else if (head->size_bytes != bytes.len || head->n_buckets == 0 ||
             bytes.len != sizeof *head + (uint64_t)head->n_buckets * sizeof(lyt_words_bucket) +
                              head->common_bytes ||
             memchr(head->name, '\0', sizeof head->name) == NULL)
        what = "the table's size is not the one it names";
    else if (!is_list((lyt_str){bytes.ptr + bytes.len - head->common_bytes, head->common_bytes}))
        what = "the table's list of common words is cut";
    else if (head->checksum != lyt_hash64(bytes.ptr + lyt_words_checked_from,
                                          bytes.len - lyt_words_checked_from, lyt_words_version))
        what = "the table is damaged: its checksum is another";
    return what ? lyt_error_at(err, LYT_EFORMAT, name, 0, 0, "%s", what) : LYT_OK;
}

lyt_status lyt_words_of(lyt_words **out, const lyt_alloc *alloc, lyt_str bytes, const char *name,
                        lyt_error *err)
{
    const void *start = bytes.ptr;
    const lyt_words_head *head = start;
    lyt_status status = check(head, bytes, name, err);
    lyt_words *words;

    if (status)
        return status;
    words = lyt_mem_new(alloc, sizeof *words);
    if (!words)
        return lyt_error_at(err, LYT_ENOMEM, name, 0, 0, "out of memory");
    words->alloc = alloc;
    words->head = head;
    words->buckets = (const lyt_words_bucket *)(head + 1);
    words->n_buckets = head->n_buckets;
    *out = words;
    return LYT_OK;
}

lyt_status lyt_words_open(lyt_words **out, const lyt_alloc *alloc, const lyt_fs *fs,
                          const char *path, lyt_error *err)
{
    lyt_map map = {NULL, 0};
    lyt_status status = lyt_fs_map(fs, path, &map, err);

    if (status)
        return status;
    status = lyt_words_of(out, alloc, (lyt_str){map.data, map.size_bytes}, path, err);
    if (status) {
        lyt_fs_unmap(fs, &map);
        return status;
    }
    (*out)->fs = fs;
    (*out)->map = map;
    return LYT_OK;
}

void lyt_words_free(lyt_words *words)
{
    if (!words)
        return;
    if (words->fs)
        lyt_fs_unmap(words->fs, &words->map);
    lyt_mem_free(words->alloc, words);
}

uint64_t lyt_words_fetch(const lyt_words *words, lyt_str word)
{
    uint64_t key = lyt_words_key(word);

    __builtin_prefetch(&words->buckets[lyt_words_bucket_of(key, words->n_buckets)]);
    return key;
}

lyt_word_info lyt_words_fetched(const lyt_words *words, uint64_t fetched)
{
    uint32_t at = lyt_words_bucket_of(fetched, words->n_buckets), tag = lyt_words_tag(fetched);

    for (unsigned walk = 0; walk < lyt_bucket_walk; walk++) {
        const lyt_words_bucket *bucket = &words->buckets[at];

        for (unsigned i = 0; i < lyt_bucket_forms; i++)
            if (bucket->tag[i] == tag)
                return bucket->info[i];
        if (!bucket->more)
            return 0;
        at = at + 1 == words->n_buckets ? 0 : at + 1;
    }
    return 0;
}

lyt_word_info lyt_words_get(const lyt_words *words, lyt_str word)
{
    return lyt_words_fetched(words, lyt_words_key(word));
}

bool lyt_words_common(const lyt_words *words, size_t *at, lyt_str *word, uint32_t *count)
{
    const char *list = (const char *)&words->buckets[words->n_buckets];

    if (*at >= words->head->common_bytes)
        return false;
    *count = count_at(list + *at);
    *word = (lyt_str){list + *at + lyt_common_head, (unsigned char)list[*at + 4]};
    *at += lyt_common_head + word->len;
    return true;
}

size_t lyt_words_size(const lyt_words *words)
{
    return (size_t)words->head->n_forms;
}

const char *lyt_words_name(const lyt_words *words)
{
    return words->head->name;
}

uint64_t lyt_words_hash(const lyt_words *words)
{
    return words->head->source_hash;
}
