/* A mail: whatever it is, what is taken from it is UTF-8 and not longer than its pieces. */
#include <stdint.h>
#include <stdlib.h>

#include "json.h"
#include "mailin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_gateway_config config = {.name = {"mail", 4}, .gateway = lyt_gateway_find("generic")};
    lyt_str bytes = {(const char *)data, size};
    static lyt_arena *arena;
    lyt_json *json = NULL;
    lyt_inbound item;
    lyt_error err;
    lyt_buf out;

    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 64 << 20))
        abort();
    lyt_arena_reset(arena);
    lyt_buf_init(&out, NULL);
    if (lyt_mail_receive(&item, bytes, &config, 1, arena, &err) == LYT_OK) {
        if (!item.text.len || !item.id.len || item.id.len > lyt_inbound_id_max)
            abort();
        /* jansson refuses what is not UTF-8 */
        if (lyt_inbound_submission(&item, &out) == LYT_OK && !lyt_buf_status(&out) &&
            lyt_json_parse(&json, lyt_buf_str(&out), out.len, &err) == LYT_EFORMAT)
            abort();
    }
    lyt_json_free(json);
    lyt_buf_deinit(&out);
    return 0;
}
