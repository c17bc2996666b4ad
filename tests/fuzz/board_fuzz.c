/* A board as a service would send it, drawn in several sizes: never a line too long, nor an escape.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "topframe.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(lyt_str text, int rows, int columns)
{
    int n = 0;

    for (size_t at = 0; at < text.len; n++) {
        size_t stop = lyt_str_find(text, '\n', at);
        int wide = 0;

        for (; at < stop; wide++)
            (void)lyt_utf8_next(lyt_str_slice(text, 0, stop), &at);
        if (wide > columns)
            abort();
        at = stop + 1;
    }
    if (n != rows || memchr(text.ptr, 0x1b, text.len))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_json *board = NULL;
    lyt_error err;
    lyt_buf out;

    if (lyt_json_parse(&board, (lyt_str){(const char *)data, size}, 1 << 16, &err))
        return 0;
    lyt_buf_init(&out, NULL);
    for (int i = 0; i < 4; i++) {
        lyt_topframe frame = {.board = board,
                              .now_us = 1795608600000000,
                              .language = (lyt_page_language)(i % 2),
                              .rows = 6 + 6 * i,
                              .columns = 40 + 13 * i,
                              .selected = (size_t)i};

        lyt_buf_reset(&out);
        lyt_topframe_draw(&out, &frame);
        if (!lyt_buf_status(&out))
            look_at(lyt_buf_str(&out), frame.rows, frame.columns);
    }
    lyt_buf_deinit(&out);
    lyt_json_free(board);
    return 0;
}
