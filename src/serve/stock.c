#include "stock.h"

#include <string.h>

#include "field.h"
#include "mem.h"

enum { near_most = 3, severity_usual = 2 };

lyt_status lyt_guest_key_load(lyt_contact_key *out, const lyt_alloc *alloc, const lyt_fs *fs,
                              const lyt_settings *settings, const char *state, lyt_error *err)
{
    const char *own = settings ? settings->replies.key_file : NULL;
    lyt_status status;
    lyt_buf path;

    if (own)
        return lyt_contact_key_load(out, alloc, fs, own, false, err);
    lyt_buf_init(&path, alloc);
    lyt_fs_join(&path, state, "contacts.key");
    status = lyt_buf_status(&path);
    if (status)
        lyt_error_set(err, status, "no memory for a path");
    else
        status = lyt_contact_key_load(out, alloc, fs, path.data, true, err);
    lyt_buf_deinit(&path);
    return status;
}

static bool writes_to_guests(const lyt_settings *settings)
{
    for (size_t i = 0; settings && i < settings->n_ways; i++)
        if (settings->ways[i].for_guests)
            return true;
    return false;
}

static lyt_status take_key(lyt_stock *stock, const lyt_stock_options *o, lyt_error *err)
{
    lyt_status status;

    stock->guests = o->guests;
    if (o->guests || !writes_to_guests(o->settings))
        return LYT_OK;
    status = lyt_guest_key_load(&stock->own, o->alloc, o->fs, o->settings, o->state, err);
    stock->guests = status ? NULL : &stock->own;
    return status;
}

lyt_status lyt_stock_new(lyt_stock **out, const lyt_stock_options *o, lyt_error *err)
{
    lyt_stock *stock = lyt_mem_new(o->alloc, sizeof *stock);
    lyt_status status;

    if (!stock)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for what the service goes by");
    stock->alloc = o->alloc;
    stock->settings = o->settings;
    stock->has_keep = o->keep != NULL;
    if (o->keep)
        stock->keep = *o->keep;
    status = lyt_guestwords_new(&stock->words, o->alloc, o->classifier);
    if (!status)
        status = lyt_out_names_new(&stock->names, o->alloc, o->classifier);
    if (status)
        lyt_error_set(err, status, "no memory for what guests are told");
    else
        status = take_key(stock, o, err);
    if (status)
        lyt_stock_free(stock);
    else
        *out = stock;
    return status;
}

void lyt_stock_free(lyt_stock *stock)
{
    if (!stock)
        return;
    lyt_guestwords_free(stock->words);
    lyt_out_names_free(stock->names);
    lyt_contact_key_deinit(&stock->own);
    lyt_mem_free(stock->alloc, stock);
}

/* What a trigger of the house finds need not be in the pack. */
static bool is_of_trigger(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; settings && i < settings->n_triggers; i++)
        if (settings->triggers[i].scenario &&
            lyt_str_equal(lyt_str_of(settings->triggers[i].scenario), id))
            return true;
    return false;
}

static void say_unknown(const lyt_stock *stock, lyt_str id, lyt_buf *out)
{
    size_t n = lyt_out_names_count(stock->names);
    const char **ids = lyt_mem_array(stock->alloc, n, sizeof *ids);

    lyt_buf_addf(out, "scenario: the pack has no '%.*s'", LYT_STR_ARG(lyt_str_slice(id, 0, 48)));
    for (size_t i = 0; ids && i < n; i++)
        ids[i] = lyt_out_names_id(stock->names, i);
    for (size_t k = 0; ids && k < near_most; k++) {
        const char *near = lyt_nearest_name(id, ids, n);

        if (!near)
            break;
        lyt_buf_addf(out, "%s'%s'", k ? ", " : "; did you mean ", near);
        for (size_t i = 0; i < n; i++)
            if (ids[i] == near)
                ids[i] = ids[--n];
    }
    lyt_buf_add_text(out, "; lyt pack show lists all");
    lyt_mem_free(stock->alloc, ids);
}

void lyt_stock_scenario(const lyt_stock *stock, lyt_str property, lyt_str id, lyt_str *team,
                        int *severity)
{
    const char *whose;

    size_t n = stock ? lyt_out_names_count(stock->names) : 0;

    *team = (lyt_str){"", 0};
    *severity = severity_usual;
    for (size_t i = 0; i < n; i++) {
        if (!lyt_str_equal(lyt_str_of(lyt_out_names_id(stock->names, i)), id))
            continue;
        lyt_out_names_at(stock->names, i, property, &whose, severity);
        *team = lyt_str_of(whose);
    }
}

bool lyt_stock_has_scenario(const lyt_stock *stock, lyt_str id, lyt_buf *out)
{
    size_t n = stock ? lyt_out_names_count(stock->names) : 0;

    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(lyt_str_of(lyt_out_names_id(stock->names, i)), id))
            return true;
    if (!n || is_of_trigger(stock->settings, id))
        return true;
    if (out)
        say_unknown(stock, id, out);
    return false;
}
