#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "fs.h"
#include "json.h"
#include "lines.h"
#include "newfile.h"
#include "qrdraw.h"
#include "tag.h"

typedef struct tag_values {
    bool json, is_signed;
    int64_t scale;
    const char *base_url, *key, *places, *property, *qr;
    lyt_texts place;
} tag_values;

static const lyt_option options[] = {
    {.name = "base-url",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(tag_values, base_url),
     .value = "URL",
     .help = "what guests reach the house's pages by: https://feedback.example.dk",
     .verbs = "new"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(tag_values, json),
     .help = "print JSON, an object a link"},
    {.name = "key",
     .letter = 'k',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(tag_values, key),
     .value = "FILE",
     .help = "the keys that lyt tag key made; default $LYT_TAG_KEY"},
    {.name = "place",
     .type = LYT_OPT_TEXTS,
     .offset = offsetof(tag_values, place),
     .value = "NAME",
     .help = "room, table or touchpoint",
     .verbs = "new"},
    {.name = "places",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(tag_values, places),
     .value = "FILE",
     .help = "a place a line",
     .verbs = "new"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(tag_values, property),
     .value = "NAME",
     .help = "hotel or desk",
     .verbs = "new"},
    {.name = "qr",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(tag_values, qr),
     .value = "FILE|DIR",
     .help = "draw the QR code into FILE.svg or FILE.png; of several places into a folder, as SVG",
     .verbs = "new"},
    {.name = "scale",
     .type = LYT_OPT_INT,
     .offset = offsetof(tag_values, scale),
     .value = "N",
     .min = 1,
     .max = 64,
     .unit = "pixels",
     .fallback = "10",
     .help = "how big a module of a PNG is",
     .verbs = "new"},
    {.name = "signed",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(tag_values, is_signed),
     .help = "a link for an NTAG 424 DNA, zeros where the tag writes its data",
     .verbs = "new"},
};

enum verb { VERB_CHECK, VERB_KEY, VERB_NEW };
static const char *const verbs[] = {"check", "key", "new", NULL};

typedef struct making {
    const lyt_call *call;
    lyt_tagkeys keys;
    bool has_folder; /* --qr is one */
    lyt_error err;
} making;

static const tag_values *values_of(const making *m)
{
    return m->call->values;
}

static lyt_status load_keys(making *m)
{
    const char *path = values_of(m)->key;

    if (!path)
        path = getenv("LYT_TAG_KEY");
    if (!path || !*path)
        return lyt_error_set(&m->err, LYT_EINVAL,
                             "which keys? Give --key FILE or $LYT_TAG_KEY (lyt tag key makes one)");
    return lyt_tagkeys_load(&m->keys, NULL, lyt_fs_system(), path, &m->err);
}

static lyt_status make_keys(making *m, const char *path)
{
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    status = lyt_tagkeys_make(&text, &m->err);
    if (!status)
        status = lyt_newfile_secret(path, lyt_buf_str(&text), &m->err);
    if (text.data)
        memset(text.data, 0, text.cap);
    lyt_buf_deinit(&text);
    if (status)
        return status;
    if (values_of(m)->json)
        lyt_console_printf(m->call->console, "{\"key\":true}\n");
    else
        lyt_console_printf(m->call->console,
                           "made; keep a copy: without it printed links are worth nothing\n");
    return LYT_OK;
}

/* Where the picture goes: the file itself, or "<tag>.svg" in the folder. */
static lyt_status picture_path(const making *m, lyt_str link, lyt_buf *out)
{
    size_t from = link.len, end = lyt_str_find(link, '?', 0);

    if (!m->has_folder) {
        lyt_buf_add_text(out, values_of(m)->qr);
        return lyt_buf_status(out);
    }
    for (size_t i = 0; i < end; i++)
        if (link.ptr[i] == '/')
            from = i + 1;
    lyt_buf_addf(out, "%s/%.*s.svg", values_of(m)->qr, (int)(end - from), link.ptr + from);
    return lyt_buf_status(out);
}

static lyt_status draw(making *m, lyt_str link, lyt_str title, lyt_buf *path)
{
    lyt_status status = picture_path(m, link, path);
    lyt_buf picture;
    lyt_qr qr;

    if (!status)
        status = lyt_qr_encode(&qr, link, &m->err);
    if (status)
        return status;
    lyt_buf_init(&picture, NULL);
    if (lyt_str_ends(lyt_buf_str(path), LYT_STR(".png")))
        lyt_qr_png(&picture, &qr, (int)values_of(m)->scale);
    else
        lyt_qr_svg(&picture, &qr, title);
    status = lyt_buf_status(&picture);
    if (!status)
        status = lyt_fs_write(lyt_fs_system(), path->data, lyt_buf_str(&picture), &m->err);
    lyt_buf_deinit(&picture);
    return status;
}

static void print_link(const making *m, lyt_str place, lyt_str link, lyt_str picture)
{
    const tag_values *v = values_of(m);
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    if (v->json) {
        lyt_jw_init(&jw, &out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "property", lyt_str_of(v->property));
        lyt_jw_kstr(&jw, "place", place);
        lyt_jw_kstr(&jw, "url", link);
        lyt_jw_kbool(&jw, "signed", v->is_signed);
        if (picture.len)
            lyt_jw_kstr(&jw, "qr", picture);
        lyt_jw_object_end(&jw);
    } else {
        if (v->places || v->place.n > 1)
            lyt_buf_addf(&out, "%.*s\t", LYT_STR_ARG(place));
        lyt_buf_add(&out, link);
    }
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(m->call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_status make_link(making *m, lyt_str place)
{
    const tag_values *v = values_of(m);
    lyt_buf link, title, path;
    lyt_status status;

    lyt_buf_init(&link, NULL);
    lyt_buf_init(&title, NULL);
    lyt_buf_init(&path, NULL);
    status = lyt_tag_link(&link, &m->keys,
                          &(lyt_tag_options){.base = lyt_str_of(v->base_url),
                                             .property = lyt_str_of(v->property),
                                             .place = place,
                                             .is_signed = v->is_signed},
                          &m->err);
    lyt_buf_addf(&title, "%s %.*s", v->property, LYT_STR_ARG(place));
    if (!status && v->qr)
        status = draw(m, lyt_buf_str(&link), lyt_str_trim(lyt_buf_str(&title)), &path);
    if (!status)
        print_link(m, place, lyt_buf_str(&link), lyt_buf_str(&path));
    lyt_buf_deinit(&link);
    lyt_buf_deinit(&title);
    lyt_buf_deinit(&path);
    return status;
}

static lyt_status make_listed(making *m)
{
    const lyt_console *console = m->call->console;
    lyt_lines *lines = NULL;
    lyt_line line;
    lyt_status status = lyt_lines_open(&lines,
                                       &(lyt_lines_options){.path = values_of(m)->places,
                                                            .in_fd = console->in_fd,
                                                            .limit_bytes = 256},
                                       &m->err);

    while (!status && (status = lyt_lines_next(lines, &line, &m->err)) == LYT_OK) {
        const char *name = lyt_lines_name(lines);
        lyt_str place = lyt_str_trim(line.text);

        status = lyt_line_check(&line, name, &m->err);
        if (!status && place.len)
            status = make_link(m, place);
        if (status && m->err.file[0] && strcmp(m->err.file, "place") == 0)
            (void)lyt_error_at(&m->err, status, name, line.number, 0,
                               "must be a name of at most 63 bytes, without control characters");
    }
    lyt_lines_close(lines);
    return status == LYT_EEND ? LYT_OK : status;
}

static lyt_exit make_links(making *m)
{
    const tag_values *v = values_of(m);
    lyt_str qr = lyt_str_of(v->qr);
    lyt_status status;

    if (!v->property || !v->base_url)
        return lyt_console_misuse(m->call->console, "lyt tag new needs --base-url and --property");
    if (v->places && v->place.n)
        return lyt_console_misuse(m->call->console, "either --place or --places");
    m->has_folder = v->qr && (v->places || v->place.n > 1);
    if (v->qr && v->is_signed)
        return lyt_console_misuse(m->call->console,
                                  "a QR code cannot sign: --signed is for NFC tags");
    if (v->qr && !m->has_folder && !lyt_str_ends(qr, LYT_STR(".svg")) &&
        !lyt_str_ends(qr, LYT_STR(".png")))
        return lyt_console_misuse(m->call->console, "--qr takes a file that ends in .svg or .png");
    status = load_keys(m);
    if (!status && v->places)
        status = make_listed(m);
    else if (!status && !v->place.n)
        status = make_link(m, (lyt_str){"", 0});
    for (size_t i = 0; i < v->place.n && !status; i++)
        status = make_link(m, lyt_str_of(v->place.item[i]));
    return status ? lyt_console_error(m->call->console, &m->err) : LYT_EXIT_DONE;
}

static void write_tap(const lyt_tap *tap, bool json, lyt_buf *out)
{
    static const char *const names[] = {"right", "malformed", "wrong", "forged"};
    char uid[2 * lyt_tag_uid_bytes + 1] = "";
    lyt_jw jw;

    for (size_t i = 0; tap->is_signed && i < lyt_tag_uid_bytes; i++)
        snprintf(uid + 2 * i, 3, "%02X", tap->uid[i]);
    if (!json) {
        lyt_buf_addf(out, "%s: ", names[tap->verdict]);
        if (tap->problem)
            lyt_buf_add_text(out, tap->problem);
        else
            lyt_buf_addf(out, "property %.*s%s%.*s", LYT_STR_ARG(tap->property),
                         tap->place.len ? ", place " : "", LYT_STR_ARG(tap->place));
        if (tap->is_signed)
            lyt_buf_addf(out, ", tap %u of tag %s", (unsigned)tap->counter, uid);
        lyt_buf_add_char(out, '\n');
        return;
    }
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "verdict", lyt_str_of(names[tap->verdict]));
    if (tap->problem)
        lyt_jw_kstr(&jw, "problem", lyt_str_of(tap->problem));
    else
        lyt_jw_kstr(&jw, "property", tap->property);
    if (!tap->problem)
        lyt_jw_kstr(&jw, "place", tap->place);
    lyt_jw_kbool(&jw, "signed", tap->is_signed);
    if (tap->is_signed)
        lyt_jw_kstr(&jw, "uid", lyt_str_of(uid));
    if (tap->is_signed)
        lyt_jw_kint(&jw, "counter", tap->counter);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static lyt_exit check_links(making *m)
{
    lyt_exit code = LYT_EXIT_DONE;
    lyt_arena *arena = NULL;
    lyt_status status = load_keys(m);
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    if (!status)
        status = lyt_arena_new(&arena, NULL, "tag", 1 << 20);
    for (int i = 0; i < m->call->n_operands && !status; i++) {
        lyt_tap tap;

        lyt_arena_reset(arena);
        lyt_buf_reset(&out);
        status = lyt_tag_read(&tap, lyt_str_of(m->call->operands[i]), &m->keys, arena);
        if (status)
            break;
        write_tap(&tap, values_of(m)->json, &out);
        lyt_console_write_buf(m->call->console, &out);
        if (tap.verdict != LYT_TAG_RIGHT)
            code = LYT_EXIT_FAILED;
    }
    lyt_buf_deinit(&out);
    lyt_arena_free(arena);
    return status ? lyt_console_error(m->call->console, &m->err) : code;
}

static lyt_exit run(const lyt_call *call)
{
    making m = {.call = call};
    lyt_exit code = LYT_EXIT_MISUSE;

    if (call->verb == VERB_KEY && call->n_operands == 1)
        code = make_keys(&m, call->operands[0]) ? lyt_console_error(call->console, &m.err)
                                                : LYT_EXIT_DONE;
    else if (call->verb == VERB_NEW && call->n_operands == 0)
        code = make_links(&m);
    else if (call->verb == VERB_CHECK && call->n_operands > 0)
        code = check_links(&m);
    else
        lyt_console_misuse(call->console, call->verb == VERB_KEY ? "lyt tag key takes one FILE"
                                          : call->verb == VERB_CHECK
                                              ? "lyt tag check takes links"
                                              : "lyt tag new takes options only");
    lyt_tagkeys_deinit(&m.keys);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt tag key /etc/lyt/tag.key", "the keys of a house's tags, once"},
    {"lyt tag new --base-url https://feedback.example.dk -p havnen --place 214 --qr 214.svg",
     "a link and its QR code"},
    {"lyt tag new --base-url https://feedback.example.dk -p havnen --places rooms.txt --qr codes",
     "of every room, pictures in a folder"},
    {"lyt tag check 'https://feedback.example.dk/t/havnen.214?c=K7GZ2QX4AB'", "what a link is"},
};

const lyt_command lyt_cmd_tag = {
    .name = "tag",
    .summary = "Make and check the links of QR codes and NFC tags",
    .usage = "key FILE\nnew --base-url URL --property NAME [--place NAME] [--qr FILE]\n"
             "check LINK…",
    .description =
        "A tag's link says which property and place it hangs at, and carries a check code that "
        "only the holder of the key can make: nobody invents feedback from room 999. It holds "
        "nothing of a guest.\n\n"
        "With --signed the link is for an NTAG 424 DNA, which writes a new signature at each tap: "
        "put it on the tag with the offsets of the zeros, and the keys \"meta\" and \"file\" of "
        "the "
        "key file into it (docs/tags.md). Such a link without its tap is refused.\n\n"
        "lyt tag check ends with 1 when a link is not right.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(tag_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
