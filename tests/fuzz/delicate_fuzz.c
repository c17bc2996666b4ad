/* The input as a list of delicate words, and as a text that is looked at with it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "delicate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input;
static size_t input_size;

static lyt_status read_it(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                          lyt_error *err)
{
    (void)context, (void)path, (void)err;
    if (input_size > limit_bytes)
        return LYT_ELIMIT;
    lyt_buf_add(out, (lyt_str){(const char *)input, input_size});
    return lyt_buf_status(out);
}

static lyt_status list_it(void *context, const char *path,
                          lyt_status (*each)(void *user, const char *name), void *user,
                          lyt_error *err)
{
    (void)context, (void)path, (void)err;
    return each(user, "da.yaml");
}

/* Words as they would be cut: what is between blanks. */
static size_t cut(lyt_str text, lyt_token *tokens, size_t max)
{
    size_t n = 0;

    for (size_t at = 0; at < text.len && n < max;) {
        size_t end = lyt_str_find(text, ' ', at);

        tokens[n++] = (lyt_token){.start = (uint32_t)at,
                                  .end = (uint32_t)end,
                                  .kind = LYT_TOKEN_WORD,
                                  .norm = lyt_str_slice(text, at, end)};
        at = end + 1;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const lyt_fs fs = {.read = read_it, .list = list_it};
    static lyt_token tokens[256];
    lyt_text text = {.tokens = tokens};
    lyt_delicate *delicate = NULL;
    static lyt_arena *arena;
    const lyt_mention *found;
    lyt_error err;
    size_t n;

    input = data;
    input_size = size;
    if (lyt_delicate_read(&delicate, NULL, &fs, "x", &err))
        return 0;
    text.n_tokens = cut((lyt_str){(const char *)data, size}, tokens, 256);
    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 1 << 20))
        abort();
    lyt_arena_reset(arena);
    if (lyt_delicate_find(delicate, NULL, &text, arena, &found, &n) == LYT_OK)
        for (size_t i = 0; i < n; i++)
            if (found[i].start > found[i].end || found[i].end > size ||
                (i && found[i].start < found[i - 1].end))
                abort();
    lyt_delicate_free(delicate);
    return 0;
}
