#include "corrections.h"

#include <string.h>

enum { property_max = lyt_place_max + 1 };

static lyt_status take_property(void *user, const lyt_feedback *feedback, lyt_str verdict)
{
    lyt_str *property = user;

    (void)verdict;
    property->len = feedback->property.len < property_max ? feedback->property.len : 0;
    memcpy((char *)(uintptr_t)property->ptr, feedback->property.ptr, property->len);
    return feedback->text.len ? LYT_OK : LYT_ESTATE;
}

static lyt_status refuse(lyt_item *item, lyt_status status, const char *what, lyt_str name)
{
    item->outcome = LYT_ITEM_REFUSED;
    lyt_error_set(&item->why, status, what, (int)name.len, name.ptr);
    return LYT_OK;
}

/* NULL: all of them are known. */
static const lyt_json *first_unknown(const lyt_judge *judge, const lyt_json *scenarios)
{
    for (size_t i = 0; judge->knows && i < lyt_json_len(scenarios); i++) {
        const lyt_json *item = lyt_json_at(scenarios, i);
        lyt_str name;

        if (!lyt_json_str(item, &name) || !judge->knows(judge->context, name))
            return item;
    }
    return NULL;
}

static lyt_status keep(lyt_batch *batch, lyt_books *books, lyt_item *item, const lyt_json *order,
                       lyt_str property, lyt_error *err)
{
    const int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    const bool is_undone =
        lyt_str_equal(lyt_json_text(order, "type"), LYT_STR("feedback.uncorrect"));
    const lyt_json *scenarios = is_undone ? NULL : lyt_json_get(order, "scenarios");
    const lyt_json *unknown = first_unknown(lyt_core_ask_judge(books->core), scenarios);
    const lyt_correction correction = {item->order.incident, property, item->order.by,
                                       item->order.note, scenarios};
    lyt_event_to to;
    lyt_str name = {"", 0};

    lyt_core_asked_judge(books->core);
    if (unknown) {
        (void)lyt_json_str(unknown, &name);
        return refuse(item, LYT_ENOTFOUND, "scenarios: there is no scenario '%.*s' in this pack",
                      name);
    }
    to = lyt_batch_event_to(batch, books, now_us);
    lyt_event_correction(&to, &correction);
    item->outcome = LYT_ITEM_CORRECTED;
    return lyt_batch_add_event(batch, books, now_us, err);
}

lyt_status lyt_correction_apply(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    char property_bytes[property_max];
    lyt_str property = {property_bytes, 0};
    lyt_json *order = NULL;
    lyt_error why;
    lyt_status status =
        lyt_store_get_feedback(books->store, item->order.incident, take_property, &property, &why);

    if (status == LYT_ENOTFOUND)
        return refuse(item, status, "feedback: there is no such feedback%.*s", (lyt_str){"", 0});
    if (status == LYT_ESTATE)
        return refuse(item, status, "feedback: it has no words to learn from%.*s",
                      (lyt_str){"", 0});
    if (!status)
        status = lyt_json_parse(&order, item->order.raw, lyt_command_max, &why);
    if (status) {
        if (err)
            *err = why;
        return status;
    }
    status = keep(batch, books, item, order, property, err);
    lyt_json_free(order);
    return status;
}
