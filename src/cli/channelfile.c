#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "channelfile_inside.h"
#include "field.h"
#include "mappingfile.h"
#include "mem.h"

enum { arena_bytes = 16 << 20, name_max = 24, kinds_max = 32 };

lyt_status lyt_cf_bad(const lyt_channel_reader *r, const lyt_yaml_node *node, const char *format,
                      ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column, "%s", text);
}

lyt_status lyt_cf_no_memory(const lyt_channel_reader *r)
{
    lyt_status status = lyt_arena_status(r->to->arena);

    return lyt_error_at(r->err, status ? status : LYT_ENOMEM, r->file, 0, 0,
                        "no memory for the channels");
}

size_t lyt_cf_children(const lyt_yaml_node *list)
{
    size_t n = 0;

    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next)
        n++;
    return n;
}

lyt_status lyt_cf_text(const lyt_channel_reader *r, const lyt_yaml_node *map, const char *key,
                       lyt_str *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);
    lyt_status status = node ? lyt_field_text(r->file, node, r->err) : LYT_OK;

    if (!status && node)
        *out = node->text;
    return status;
}

static bool is_made_of(lyt_str text, const char *more, size_t max)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr(more, c)))
            return false;
    }
    return text.len <= max;
}

lyt_status lyt_cf_property(const lyt_channel_reader *r, const lyt_yaml_node *map, lyt_str *out)
{
    lyt_status status = lyt_cf_text(r, map, "property", out);

    if (!status && !is_made_of(*out, "0123456789-", lyt_inbound_place_max))
        status = lyt_cf_bad(r, lyt_yaml_get(map, "property"),
                            "may hold only the letters a to z, digits and \"-\"");
    return status;
}

lyt_status lyt_cf_place(const lyt_channel_reader *r, const lyt_yaml_node *map, lyt_str *out)
{
    lyt_status status = lyt_cf_text(r, map, "place", out);

    if (!status && out->len > lyt_inbound_place_max)
        status =
            lyt_cf_bad(r, lyt_yaml_get(map, "place"), "at most %d bytes", lyt_inbound_place_max);
    return status;
}

lyt_status lyt_cf_lang(const lyt_channel_reader *r, const lyt_yaml_node *map, lyt_str *out)
{
    lyt_status status = lyt_cf_text(r, map, "lang", out);

    if (!status && !is_made_of(*out, "-_", 16))
        status = lyt_cf_bad(r, lyt_yaml_get(map, "lang"), "must be a language like da");
    return status;
}

lyt_status lyt_cf_path(const lyt_channel_reader *r, lyt_str name, const char **out)
{
    lyt_str file = lyt_str_of(r->file), whole;
    size_t folder = file.len;
    char *joined;

    while (folder && file.ptr[folder - 1] != '/')
        folder--;
    if (name.ptr[0] == '/')
        folder = 0;
    joined = lyt_arena_room(r->to->arena, folder + name.len + 1, 1);
    if (!joined)
        return lyt_cf_no_memory(r);
    memcpy(joined, file.ptr, folder);
    memcpy(joined + folder, name.ptr, name.len);
    whole = (lyt_str){joined, folder + name.len};
    joined[whole.len] = '\0';
    *out = joined;
    return LYT_OK;
}

lyt_status lyt_cf_fault(const lyt_channel_reader *r, lyt_status status)
{
    if (!status || status == LYT_ENOMEM || !r->options->on_fault)
        return status;
    r->options->on_fault(r->options->user, r->err);
    return LYT_OK;
}

lyt_status lyt_cf_secrets(const lyt_channel_reader *r, const lyt_yaml_node *map, const char *key,
                          lyt_secrets *out)
{
    lyt_str name = {"", 0};
    const char *path = NULL;
    lyt_status status = lyt_cf_text(r, map, key, &name);

    if (status || !name.len)
        return status;
    status = lyt_cf_path(r, name, &path);
    if (status)
        return status;
    return lyt_cf_fault(r, lyt_secrets_load(out, r->to->alloc, r->options->fs, path, r->err));
}

lyt_status lyt_cf_tree(const lyt_channel_reader *r, const char *path, const lyt_yaml **out)
{
    lyt_channelfile *to = r->to;
    lyt_status status;

    if (to->n_trees == lyt_channelfile_trees_max)
        return lyt_error_at(r->err, LYT_ELIMIT, r->file, 0, 0, "names more than %d files",
                            lyt_channelfile_trees_max);
    status = lyt_yaml_read(&to->trees[to->n_trees], to->alloc, r->options->fs, path, r->err);
    if (status)
        return status;
    *out = to->trees[to->n_trees++];
    return LYT_OK;
}

static lyt_status read_kind(const lyt_channel_reader *r, const lyt_yaml_node *map,
                            const lyt_gateway **out)
{
    const char *names[kinds_max];
    size_t n = 0, index = 0;
    lyt_status status;

    for (; n < lyt_gateways() && n < kinds_max; n++)
        names[n] = lyt_gateway_name(lyt_gateway_at(n));
    status = lyt_field_choice(r->file, lyt_yaml_get(map, "kind"), names, n, &index, r->err);
    if (!status)
        *out = lyt_gateway_at(index);
    return status;
}

static lyt_status read_scheme(const lyt_channel_reader *r, const lyt_yaml_node *map,
                              lyt_scheme *out)
{
    static const char *const names[] = {"none",   "md5hash", "md5",   "sha1",
                                        "sha256", "sha384",  "sha512"};
    const lyt_yaml_node *node = lyt_yaml_get(map, "signature");
    size_t index = 0;
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_field_choice(r->file, node, names, sizeof names / sizeof *names, &index, r->err);
    *out = (lyt_scheme)(LYT_SCHEME_NONE + index);
    return status;
}

static lyt_status read_addresses(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                 lyt_gateway_config *to)
{
    const lyt_yaml_node *list = lyt_yaml_get(map, "addresses");
    lyt_str *items = lyt_arena_array(r->to->arena, lyt_cf_children(list) + 1, sizeof *items);

    if (!items)
        return lyt_cf_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);

        if (!status && !lyt_address_is(node->text))
            status = lyt_cf_bad(r, node,
                                "'%.60s' is no address; write 192.0.2.7, 192.0.2.0/24 or "
                                "2001:db8::/32",
                                node->text.ptr);
        if (status)
            return status;
        items[to->n_addresses++] = node->text;
    }
    to->addresses = items;
    return LYT_OK;
}

static lyt_status read_mapping(const lyt_channel_reader *r, const lyt_yaml_node *map,
                               lyt_gateway_config *to, lyt_channel_extra *extra)
{
    const lyt_yaml *tree = NULL;
    const lyt_yaml_node *node = lyt_yaml_get(map, "mapping");
    lyt_status status = node ? lyt_field_text(r->file, node, r->err) : LYT_OK;

    if (status || !node)
        return status;
    status = lyt_cf_path(r, node->text, &extra->mapping_path);
    if (!status)
        status = lyt_cf_tree(r, extra->mapping_path, &tree);
    if (!status)
        status = lyt_mappingfile_read(&extra->mapping, tree, r->to->arena, r->err);
    if (!status)
        to->mapping = &extra->mapping;
    return lyt_cf_fault(r, status);
}

/* Names and paths tell gateways apart. */
static lyt_status is_new(const lyt_channel_reader *r, const lyt_yaml_node *map, size_t at)
{
    const lyt_gateway_config *to = &r->to->channels.gateways[at];

    for (size_t i = 0; i < at; i++) {
        const lyt_gateway_config *other = &r->to->channels.gateways[i];

        if (lyt_str_equal(other->name, to->name))
            return lyt_cf_bad(r, lyt_yaml_get(map, "name"), "'%s' is here a second time",
                              to->name.ptr);
        if (lyt_str_equal(other->path, to->path))
            return lyt_cf_bad(r, lyt_yaml_get(map, "path"), "'%s' has this path already",
                              other->name.ptr);
    }
    return LYT_OK;
}

static lyt_status read_where(const lyt_channel_reader *r, const lyt_yaml_node *map,
                             lyt_gateway_config *to)
{
    const lyt_yaml_node *name = lyt_yaml_get(map, "name"), *path = lyt_yaml_get(map, "path");
    lyt_status status = lyt_field_id(r->file, name, r->err);

    if (!status && name->text.len > name_max)
        status = lyt_cf_bad(r, name, "at most %d letters", name_max);
    if (!status)
        status = lyt_field_text(r->file, path, r->err);
    if (!status && (path->text.ptr[0] != '/' || !path->text.ptr[1] ||
                    !is_made_of(path->text, "0123456789-_./~", 200)))
        status = lyt_cf_bad(r, path,
                            "'%.60s' is no path; write it like /in/twilio, of letters, digits and "
                            "- _ . ~ /",
                            path->text.ptr);
    to->name = name ? name->text : (lyt_str){"", 0};
    to->path = path ? path->text : (lyt_str){"", 0};
    return status;
}

/* What the kind of gateway itself says of it: at the field that it is about. */
static lyt_status check_gateway(const lyt_channel_reader *r, const lyt_yaml_node *map,
                                const lyt_gateway_config *to)
{
    const lyt_yaml_node *at = map;
    lyt_error why = {.text = ""};
    lyt_status status = lyt_gateway_check(to, &why);

    if (!status)
        return LYT_OK;
    if (lyt_yaml_get(map, why.file))
        at = lyt_yaml_get(map, why.file);
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, at->line, at->column, "%s: %s", why.file,
                        why.text);
}

static lyt_status read_gateway(const lyt_channel_reader *r, const lyt_yaml_node *map, size_t at)
{
    static const lyt_field fields[] = {
        {"name", LYT_YAML_SCALAR, true},       {"kind", LYT_YAML_SCALAR, true},
        {"path", LYT_YAML_SCALAR, true},       {"secret", LYT_YAML_SCALAR, false},
        {"basic", LYT_YAML_SCALAR, false},     {"account", LYT_YAML_SCALAR, false},
        {"signature", LYT_YAML_SCALAR, false}, {"addresses", LYT_YAML_LIST, false},
        {"window_s", LYT_YAML_SCALAR, false},  {"channel", LYT_YAML_SCALAR, false},
        {"property", LYT_YAML_SCALAR, false},  {"place", LYT_YAML_SCALAR, false},
        {"lang", LYT_YAML_SCALAR, false},      {"mapping", LYT_YAML_SCALAR, false},
        {"fetch", LYT_YAML_MAP, false},
    };
    lyt_gateway_config *to = &r->to->channels.gateways[at];
    const lyt_yaml_node *window = lyt_yaml_get(map, "window_s");
    int64_t window_s = 0;
    lyt_status status =
        lyt_fields_check(r->file, map, fields, sizeof fields / sizeof *fields, r->err);

    to->book = &r->to->channels.book;
    r->to->extra[at].line = map->line;
    if (!status)
        status = read_where(r, map, to);
    if (!status)
        status = read_kind(r, map, &to->gateway);
    if (!status)
        status = read_scheme(r, map, &to->scheme);
    if (!status)
        status = read_addresses(r, map, to);
    if (!status && window)
        status = lyt_field_int(r->file, window, 1, 86400, &window_s, r->err);
    to->window_us = window_s * 1000000;
    if (!status)
        status = lyt_cf_text(r, map, "account", &to->account);
    if (!status)
        status = lyt_cf_text(r, map, "channel", &to->channel);
    if (!status)
        status = lyt_cf_property(r, map, &to->property);
    if (!status)
        status = lyt_cf_place(r, map, &to->place);
    if (!status)
        status = lyt_cf_lang(r, map, &to->lang);
    if (!status)
        status = is_new(r, map, at);
    if (!status)
        status = lyt_cf_secrets(r, map, "secret", &to->secrets);
    if (!status)
        status = lyt_cf_secrets(r, map, "basic", &to->basic);
    if (!status)
        status = read_mapping(r, map, to, &r->to->extra[at]);
    if (!status)
        status = lyt_cf_fetch(r, map, to);
    return status;
}

/* Reading went on behind a fault, which has been told. */
static bool has_fault(const lyt_yaml_node *map, const lyt_gateway_config *to)
{
    return (lyt_yaml_get(map, "secret") && !to->secrets.n) ||
           (lyt_yaml_get(map, "basic") && !to->basic.n) ||
           (lyt_yaml_get(map, "mapping") && !to->mapping);
}

static lyt_status read_gateways(const lyt_channel_reader *r, const lyt_yaml_node *list)
{
    lyt_channels *to = &r->to->channels;
    size_t n = lyt_cf_children(list);

    to->gateways = lyt_arena_array(r->to->arena, n + 1, sizeof *to->gateways);
    r->to->extra = lyt_arena_array(r->to->arena, n + 1, sizeof *r->to->extra);
    if (!to->gateways || !r->to->extra)
        return lyt_cf_no_memory(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_gateway_config *gateway = &to->gateways[to->n_gateways];
        lyt_status status = read_gateway(r, node, to->n_gateways++);

        gateway->is_closed = has_fault(node, gateway);
        if (!status && !gateway->is_closed) {
            status = check_gateway(r, node, gateway);
            gateway->is_closed = status != LYT_OK;
            status = lyt_cf_fault(r, status);
        }
        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status read_url(const lyt_channel_reader *r, const lyt_yaml_node *root)
{
    const lyt_yaml_node *node = lyt_yaml_get(root, "public_url");
    lyt_status status = lyt_field_text(r->file, node, r->err);
    size_t from;

    if (status)
        return status;
    from = lyt_str_begins(node->text, LYT_STR("https://"))  ? 8
           : lyt_str_begins(node->text, LYT_STR("http://")) ? 7
                                                            : node->text.len;
    if (from == node->text.len || lyt_str_find(node->text, '?', 0) < node->text.len)
        return lyt_cf_bad(r, node,
                          "'%.80s' is no address; write what gateways call this service by: "
                          "https://feedback.example.dk",
                          node->text.ptr);
    r->to->channels.public_url = node->text;
    return LYT_OK;
}

static lyt_status read_root(const lyt_channel_reader *r, const lyt_yaml_node *root)
{
    static const lyt_field fields[] = {
        {"public_url", LYT_YAML_SCALAR, true}, {"pseudonyms", LYT_YAML_SCALAR, false},
        {"country", LYT_YAML_SCALAR, false},   {"numbers", LYT_YAML_LIST, false},
        {"keywords", LYT_YAML_LIST, false},    {"staff", LYT_YAML_LIST, false},
        {"opt_out", LYT_YAML_MAP, false},      {"gateways", LYT_YAML_LIST, true},
    };
    lyt_status status =
        lyt_fields_check(r->file, root, fields, sizeof fields / sizeof *fields, r->err);

    if (!status)
        status = read_url(r, root);
    if (!status)
        status = lyt_cf_book(r, root);
    return status ? status : read_gateways(r, lyt_yaml_get(root, "gateways"));
}

lyt_status lyt_channelfile_read(lyt_channelfile **out, const char *path,
                                const lyt_channelfile_options *options, lyt_error *err)
{
    lyt_error own = {.text = ""};
    lyt_channelfile *file = lyt_mem_new(options->alloc, sizeof *file);
    lyt_channel_reader r = {file, options, path, err ? err : &own};
    const lyt_yaml *tree = NULL;
    lyt_status status;

    if (!file)
        return lyt_error_at(err, LYT_ENOMEM, path, 0, 0, "no memory for the channels");
    file->alloc = options->alloc;
    status = lyt_arena_new(&file->arena, options->alloc, "channels", arena_bytes);
    if (status)
        (void)lyt_error_at(err, status, path, 0, 0, "no memory for the channels");
    if (!status)
        status = lyt_cf_tree(&r, path, &tree);
    if (!status)
        status = read_root(&r, lyt_yaml_root(tree));
    if (status) {
        lyt_channelfile_free(file);
        return status;
    }
    *out = file;
    return LYT_OK;
}

void lyt_channelfile_free(lyt_channelfile *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < file->channels.n_gateways; i++) {
        lyt_secrets_deinit(&file->channels.gateways[i].secrets);
        lyt_secrets_deinit(&file->channels.gateways[i].basic);
        if (file->channels.gateways[i].mapping)
            lyt_mapping_deinit(&file->extra[i].mapping);
    }
    lyt_secrets_deinit(&file->channels.book.pseudonyms);
    for (size_t i = 0; i < file->n_trees; i++)
        lyt_yaml_free(file->trees[i]);
    lyt_arena_free(file->arena);
    lyt_mem_free(file->alloc, file);
}

const lyt_channels *lyt_channelfile_channels(const lyt_channelfile *file)
{
    return &file->channels;
}

const char *lyt_channelfile_mapping(const lyt_channelfile *file, size_t gateway)
{
    return file->extra[gateway].mapping_path;
}

uint32_t lyt_channelfile_line(const lyt_channelfile *file, size_t gateway)
{
    return file->extra[gateway].line;
}
