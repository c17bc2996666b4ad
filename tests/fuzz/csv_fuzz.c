/*
 * A table; when it begins with "{", a mapping up to the first empty line and then the table. Rows
 * end, and each is JSON that the service can read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "charset.h"
#include "csvrows.h"
#include "json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const lyt_inbound *item)
{
    lyt_json *json = NULL;
    lyt_error err;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    if (item->id.len > lyt_inbound_id_max || !item->id.len)
        abort();
    if (lyt_inbound_submission(item, &out) == LYT_OK && !lyt_buf_status(&out) &&
        lyt_json_parse(&json, lyt_buf_str(&out), out.len, &err) == LYT_EFORMAT)
        abort();
    lyt_json_free(json);
    lyt_buf_deinit(&out);
}

static void read_rows(const lyt_csvmap *map, lyt_str text)
{
    lyt_gateway_config config = {.name = {"import", 6}, .gateway = lyt_gateway_find("generic")};
    static lyt_arena *arena;
    lyt_csvrows rows;
    lyt_inbound item;
    lyt_error err = {.text = ""};
    lyt_status status = lyt_csvrows_open(
        &rows, &(lyt_csvrows_options){.text = text, .name = "fuzz", .map = map, .config = &config},
        &err);
    size_t n = 0;

    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 16 << 20))
        abort();
    while (!status || status == LYT_EFORMAT || status == LYT_ENOTFOUND || status == LYT_ELIMIT) {
        if (++n > text.len + 2)
            break;
        lyt_arena_reset(arena);
        status = lyt_csvrows_next(&rows, &item, arena, &err);
        if (!status)
            check(&item);
    }
    if (n > text.len + 2)
        abort();
    lyt_csvrows_close(&rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str bytes = {(const char *)data, size}, mapping = {"{}", 2};
    lyt_csvmap map;
    lyt_error err;
    lyt_buf text;
    size_t mark, gap = 0;
    lyt_charset charset;

    if (lyt_str_begins(bytes, LYT_STR("{"))) {
        while (gap + 1 < size && (data[gap] != '\n' || data[gap + 1] != '\n'))
            gap++;
        mapping = lyt_str_slice(bytes, 0, gap);
        bytes = lyt_str_slice(bytes, gap + 2, size);
    }
    lyt_buf_init(&text, NULL);
    charset = lyt_charset_guess(bytes, &mark);
    lyt_charset_decode(&text, lyt_str_slice(bytes, mark, bytes.len), charset);
    if (lyt_csvmap_parse(&map, mapping, "fuzz", &err) == LYT_OK && !lyt_buf_status(&text))
        read_rows(&map, lyt_buf_str(&text));
    lyt_csvmap_deinit(&map);
    lyt_buf_deinit(&text);
    return 0;
}
