#include "mayview.h"

#include <string.h>

enum { house_max = 1 << 20 };

static bool is_in(const lyt_json *list, lyt_str name)
{
    for (size_t i = 0; i < lyt_json_len(list); i++) {
        lyt_str text;

        if (lyt_json_str(lyt_json_at(list, i), &text) && lyt_str_equal(text, name))
            return true;
    }
    return false;
}

lyt_status lyt_mayview_read(lyt_mayview *out, lyt_store *store, lyt_str by, lyt_error *err)
{
    lyt_status status;
    lyt_buf text;
    lyt_jw jw;

    memset(out, 0, sizeof *out);
    lyt_buf_init(&text, NULL);
    lyt_buf_init(&out->hidden, NULL);
    status = lyt_store_get_house(store, &text, err);
    if (!status && lyt_buf_status(&text))
        status = lyt_error_set(err, lyt_buf_status(&text), "no memory for who may see what");
    if (!status && text.len)
        status = lyt_json_parse(&out->house, lyt_buf_str(&text), house_max, err);
    lyt_buf_deinit(&text);
    lyt_jw_init(&jw, &out->hidden);
    lyt_jw_array(&jw);
    if (!status && !is_in(lyt_json_get(out->house, "people"), by))
        out->n_hidden = lyt_json_len(lyt_json_get(out->house, "scenarios"));
    for (size_t i = 0; i < out->n_hidden; i++)
        lyt_jw_str(&jw, lyt_mayview_hidden(out, i));
    lyt_jw_array_end(&jw);
    if (!status && lyt_buf_status(&out->hidden))
        status = lyt_error_set(err, lyt_buf_status(&out->hidden), "no memory for what is hidden");
    if (status)
        lyt_mayview_deinit(out);
    return status;
}

void lyt_mayview_deinit(lyt_mayview *mayview)
{
    lyt_json_free(mayview->house);
    lyt_buf_deinit(&mayview->hidden);
    memset(mayview, 0, sizeof *mayview);
}

lyt_str lyt_mayview_hidden(const lyt_mayview *mayview, size_t index)
{
    lyt_str name = {"", 0};

    (void)lyt_json_str(lyt_json_at(lyt_json_get(mayview->house, "scenarios"), index), &name);
    return name;
}
