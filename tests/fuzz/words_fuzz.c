/*
 * The input as a table of words, as it is and with its checksum and sizes put right, so that what
 * lies behind the checks is reached as well.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "words_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(lyt_str bytes)
{
    lyt_words *words = NULL;
    uint32_t count;
    lyt_str word;

    if (lyt_words_of(&words, NULL, bytes, "fuzz", NULL))
        return;
    for (size_t at = 0; lyt_words_common(words, &at, &word, &count);)
        if (word.ptr + word.len > bytes.ptr + bytes.len)
            abort();
    for (size_t i = 0; i + 4 < bytes.len; i += 13)
        (void)lyt_words_get(words, lyt_str_slice(bytes, i, i + 4));
    lyt_words_free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_words_head head;
    char *bytes = malloc(size + 1);

    if (!bytes)
        abort();
    memcpy(bytes, data, size);
    ask((lyt_str){bytes, size});
    if (size > sizeof head + sizeof(lyt_words_bucket)) {
        memcpy(&head, bytes, sizeof head);
        memcpy(head.magic, lyt_words_magic, sizeof head.magic);
        head.version = lyt_words_version;
        head.size_bytes = size;
        head.common_bytes %= (uint32_t)(size - sizeof head - sizeof(lyt_words_bucket) + 1);
        head.common_bytes +=
            (uint32_t)((size - sizeof head - head.common_bytes) % sizeof(lyt_words_bucket));
        head.n_buckets =
            (uint32_t)((size - sizeof head - head.common_bytes) / sizeof(lyt_words_bucket));
        head.name[sizeof head.name - 1] = '\0';
        memcpy(bytes, &head, sizeof head);
        head.checksum = lyt_hash64(bytes + lyt_words_checked_from, size - lyt_words_checked_from,
                                   lyt_words_version);
        memcpy(bytes, &head, sizeof head);
        ask((lyt_str){bytes, size});
    }
    free(bytes);
    return 0;
}
