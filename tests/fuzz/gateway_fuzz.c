/*
 * The input as a request to each gateway, unsigned, so that all of it is read: first byte the
 * kind, second byte how it comes. What is taken keeps its promises to the service: valid UTF-8,
 * bounded fields, JSON that can be read, and the number of a guest nowhere in it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleantext.h"
#include "mapping.h"
#include "phone.h"
#include "submission.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lyt_mapping a_mapping(void)
{
    lyt_mapping mapping = {.name = LYT_STR("any"), .each = LYT_STR("/list")};

    for (int i = 0; i < LYT_N_MAPPED; i++) {
        static const char *const places[] = {"/a", "/b", "/c/0", "/d/e"};

        mapping.rules[i].is_used = true;
        mapping.rules[i].at = lyt_str_of(places[i % 4]);
    }
    mapping.rules[LYT_MAPPED_PLACE].match = "room-([0-9]+)";
    return mapping;
}

static void check_text(lyt_str text, size_t max)
{
    uint32_t code;
    size_t len;

    if (text.len > max)
        abort();
    for (size_t at = 0; at < text.len; at += len)
        if (!(len = lyt_clean_char(text, at, &code)) || !code)
            abort();
}

static bool holds(lyt_str text, lyt_str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++)
        if (memcmp(text.ptr + i, part.ptr, part.len) == 0)
            return true;
    return false;
}

static void check_item(const lyt_inbound *item)
{
    lyt_submission submission;
    lyt_json *tree = NULL;
    lyt_error err;
    lyt_buf json;

    check_text(item->text, lyt_inbound_text_max);
    check_text(item->id, lyt_inbound_id_max);
    check_text(item->place, lyt_inbound_place_max);
    check_text(item->property, lyt_inbound_place_max);
    check_text(item->channel, lyt_inbound_place_max);
    check_text(item->from, lyt_inbound_field_max);
    if (item->kind == LYT_INBOUND_PART &&
        (item->part < 1 || item->part > item->parts || item->parts > 255))
        abort();
    lyt_buf_init(&json, NULL);
    if (lyt_inbound_submission(item, &json) == LYT_OK) {
        if (lyt_json_parse(&tree, lyt_buf_str(&json), 1 << 20, NULL))
            abort();
        /* the service takes all of it */
        if (lyt_submission_parse(&submission, lyt_buf_str(&json), &err))
            abort();
        lyt_submission_deinit(&submission);
        if (item->kind == LYT_INBOUND_FEEDBACK && !item->text.len && !(item->score <= item->score))
            abort();
        /* a number within the guest's own words is the guest's to tell */
        for (size_t i = 0; i < item->n_meta; i++)
            if (lyt_phone_is(item->from) &&
                holds(item->meta[i].value, lyt_str_slice(item->from, 1, item->from.len)))
                abort();
        lyt_json_free(tree);
    }
    lyt_buf_deinit(&json);
}

static void receive(const lyt_gateway *gateway, unsigned how, lyt_str input, lyt_arena *arena,
                    const lyt_mapping *mapping)
{
    static const char *const types[] = {"application/x-www-form-urlencoded", "application/json"};
    static const lyt_own_number numbers[] = {{{"1204", 4}, {"havnen", 6}, {"", 0}, {"da", 2}}};
    static const lyt_keyword keywords[] = {{{"", 0}, {"hotel", 5}, {"h", 1}, {"1", 1}, {"", 0}}};
    static const lyt_staff_number staff[] = {{{"+4520202020", 11}, {"jonas", 5}, {"", 0}}};
    static const lyt_opt_word stop[] = {{{"da", 2}, {"stop", 4}}};
    lyt_channelbook book = {.numbers = numbers,
                            .n_numbers = 1,
                            .keywords = keywords,
                            .n_keywords = 1,
                            .staff = staff,
                            .n_staff = 1,
                            .opt_out = stop,
                            .n_opt_out = 1,
                            .country = LYT_STR("45"),
                            .pseudonyms = {.keys = {{"key", 3}}, .n = 1}};
    lyt_gateway_config config = {.name = LYT_STR("any"),
                                 .gateway = gateway,
                                 .mapping = mapping,
                                 .scheme = LYT_SCHEME_NONE,
                                 .book = &book};
    lyt_http_header header = {LYT_STR("Content-Type"), lyt_str_of(types[how & 1])};
    lyt_http_request request = {.method = how & 2 ? LYT_STR("GET") : LYT_STR("POST"),
                                .url = LYT_STR("https://lyt.example/"),
                                .headers = &header,
                                .n_headers = 1,
                                .now_us = 1795326000000000};
    lyt_error err = {.text = ""};
    lyt_received got;

    if (how & 2)
        request.query = input;
    else
        request.body = input;
    if (lyt_gateway_receive(gateway, &config, &request, arena, &got, &err))
        return;
    if ((got.refusal != LYT_REFUSAL_NONE) != (err.text[0] != '\0') || got.answer.status < 200)
        abort();
    if (got.refusal && got.n_items)
        abort();
    for (size_t i = 0; i < got.n_items; i++)
        check_item(&got.items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lyt_mapping mapping;
    static lyt_arena *arena;
    bool is_each;

    if (!arena) {
        mapping = a_mapping();
        if (lyt_mapping_compile(&mapping, NULL) || lyt_arena_new(&arena, NULL, "fuzz", 16 << 20))
            abort();
    }
    if (size < 2)
        return 0;
    lyt_arena_reset(arena);
    mapping.letters = (lyt_map_letters)(data[1] >> 4 & 7) % (LYT_MAP_GSM7_HEX + 1);
    is_each = !(data[1] & 4);
    mapping.each = is_each ? LYT_STR("/list") : (lyt_str){"", 0};
    mapping.body = !is_each && !(data[1] & 1) ? LYT_MAP_FORM : LYT_MAP_JSON;
    mapping.national = data[1] & 8;
    receive(lyt_gateway_at(data[0] % lyt_gateways()), data[1],
            (lyt_str){(const char *)data + 2, size - 2}, arena, &mapping);
    return 0;
}
