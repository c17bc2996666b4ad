/*
 * A saved book: what is no book is refused, what is one is saved as the same bytes again. The
 * input is what stands behind the head, so that the checksum is no wall; whole files are tried too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "book_save.h"
#include "hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { head_bytes = 24 };

static void try_bytes(lyt_str bytes)
{
    lyt_book *book = NULL;
    lyt_error err = {0};
    lyt_buf again;

    if (lyt_book_load(&book, NULL, bytes, &err))
        return;
    lyt_buf_init(&again, NULL);
    if (lyt_book_save(book, &again) || !lyt_str_equal(lyt_buf_str(&again), bytes))
        abort();
    lyt_buf_deinit(&again);
    lyt_book_free(book);
}

static void put_fixed(char *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (char)(value >> (8 * i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_buf whole;
    char head[head_bytes] = "LYTBOOK\1";

    try_bytes((lyt_str){(const char *)data, size});
    put_fixed(head + 8, size);
    put_fixed(head + 16, lyt_hash64(data, size, 0));
    lyt_buf_init(&whole, NULL);
    lyt_buf_add(&whole, (lyt_str){head, head_bytes});
    lyt_buf_add(&whole, (lyt_str){(const char *)data, size});
    if (!lyt_buf_status(&whole))
        try_bytes(lyt_buf_str(&whole));
    lyt_buf_deinit(&whole);
    return 0;
}
