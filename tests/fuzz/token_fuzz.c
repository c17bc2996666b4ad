/*
 * Any bytes, those that are no UTF-8 left out: the boundaries of their tokens are those of
 * ICU's word breaks after the documented rules.
 */
#include <stdlib.h>

#include "token_oracle.h"
#include "valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static token_oracle oracle;
    static lyt_breaks breaks;
    static lyt_arena *arena;
    UErrorCode code = U_ZERO_ERROR;
    char *bytes = malloc(size + 1);
    lyt_raws raws;
    lyt_str text;
    size_t bad;

    if (!bytes)
        abort();
    if (!arena) {
        breaks.words = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
        breaks.run = utext_openUTF8(NULL, "", 0, &code);
        if (U_FAILURE(code) || !token_oracle_open(&oracle) ||
            lyt_arena_new(&arena, NULL, "fuzz", 64 << 20))
            abort();
    }
    lyt_arena_reset(arena);
    text = (lyt_str){bytes, keep_valid(data, size, bytes)};
    if (lyt_raw_scan(arena, &breaks, text, &raws) == LYT_OK &&
        !token_oracle_agrees(&oracle, text, &raws, &bad))
        abort();
    free(bytes);
    return 0;
}
