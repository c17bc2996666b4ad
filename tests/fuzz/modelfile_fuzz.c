/* A model file, and what it then says of a text. The checksum is mended, so that bytes get in. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "modelview.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const lyt_model *model)
{
    static const lyt_token tokens[] = {
        {.norm = {"cold", 4}, .stem = {"cold", 4}, .kind = LYT_TOKEN_WORD, .polarity = -2},
        {.norm = {"room", 4}, .stem = {"room", 4}, .kind = LYT_TOKEN_WORD},
    };
    static const lyt_clause clause = {.end = 2, .negative = true};
    const lyt_text text = {.tokens = tokens, .n_tokens = 2, .clauses = &clause, .n_clauses = 1};
    const lyt_cue cue = {.id = 0, .value = 1};
    const lyt_input input = {.text = &text, .cues = &cue, .n_cues = 1};
    lyt_scratch *scratch = NULL;
    lyt_arena *arena = NULL;
    lyt_scores scores;
    lyt_reason *rows;
    size_t n;

    if (!lyt_scratch_new(&scratch, NULL, model) && !lyt_arena_new(&arena, NULL, "fuzz", 1 << 20) &&
        !lyt_model_score(model, scratch, &input, arena, &scores) &&
        lyt_model_explain(model, scratch, &input, 0, arena, &rows, &n))
        abort();
    lyt_arena_free(arena);
    lyt_scratch_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = lyt_mem_new(NULL, size);
    lyt_model *model;

    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    if (size >= lyt_modelfile_head_bytes) {
        const uint64_t length = size, sum = lyt_modelview_checksum((lyt_str){copy, size});

        memcpy(copy + 16, &length, sizeof length);
        memcpy(copy + lyt_modelfile_checksum_at, &sum, sizeof sum);
    }
    if (!lyt_modelview_open(&model, NULL, (lyt_str){copy, size}, NULL)) {
        use(model);
        lyt_model_free(model);
    }
    lyt_mem_free(NULL, copy);
    return 0;
}
