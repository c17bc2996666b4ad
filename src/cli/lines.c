#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "utf8.h"

enum { read_bytes = 64 * 1024 };

struct lyt_lines {
    lyt_lines_options options;
    const char *name;
    int fd;
    lyt_buf buf;
    size_t start;   /* of the line that comes next */
    size_t scanned; /* no LF between start and here */
    uint32_t number;
    bool is_skipping; /* of a line too long only the end is looked for */
    bool at_end;
};

static lyt_status fail(lyt_error *err, const char *name, const char *doing)
{
    int why = errno;
    char text[128];

    if (strerror_r(why, text, sizeof text) != 0)
        text[0] = '\0';
    return lyt_error_at(err, why == ENOENT || why == ENOTDIR ? LYT_ENOTFOUND : LYT_EIO, name, 0, 0,
                        "cannot %s: %s", doing, text);
}

static lyt_status open_fd(lyt_lines *lines, lyt_error *err)
{
    struct stat about;

    if (strcmp(lines->options.path, "-") == 0) {
        lines->name = "stdin";
        lines->fd = lines->options.in_fd;
    } else {
        lines->name = lines->options.path;
        lines->fd = open(lines->name, O_RDONLY | O_CLOEXEC);
        if (lines->fd < 0)
            return fail(err, lines->name, "open");
    }
    if (fstat(lines->fd, &about) != 0)
        return fail(err, lines->name, "read");
    if (S_ISDIR(about.st_mode))
        return lyt_error_at(err, LYT_EIO, lines->name, 0, 0, "is a folder, not a file");
    return LYT_OK;
}

lyt_status lyt_lines_open(lyt_lines **out, const lyt_lines_options *options, lyt_error *err)
{
    lyt_lines *lines = lyt_mem_new(NULL, sizeof *lines);
    lyt_status status;

    if (!lines)
        return lyt_error_at(err, LYT_ENOMEM, options->path, 0, 0, "no memory to read it");
    lines->options = *options;
    lines->fd = -1;
    lyt_buf_init(&lines->buf, NULL);
    status = open_fd(lines, err);
    if (status)
        lyt_lines_close(lines);
    else
        *out = lines;
    return status;
}

void lyt_lines_close(lyt_lines *lines)
{
    if (!lines)
        return;
    if (lines->fd >= 0 && lines->fd != lines->options.in_fd)
        close(lines->fd);
    lyt_buf_deinit(&lines->buf);
    lyt_mem_free(NULL, lines);
}

const char *lyt_lines_name(const lyt_lines *lines)
{
    return lines->name;
}

/* Forgets the lines that were handed out. */
static void compact(lyt_lines *lines)
{
    size_t left = lines->buf.len - lines->start;

    if (!lines->start)
        return;
    memmove(lines->buf.data, lines->buf.data + lines->start, left);
    lines->buf.len = left;
    lines->scanned -= lines->start;
    lines->start = 0;
}

static lyt_status read_more(lyt_lines *lines, lyt_error *err)
{
    char *at;
    ssize_t n;

    compact(lines);
    at = lyt_buf_reserve(&lines->buf, read_bytes);
    if (!at)
        return lyt_error_at(err, LYT_ENOMEM, lines->name, 0, 0, "no memory to read it");
    if (lines->options.before_read)
        lines->options.before_read(lines->options.context);
    do
        n = read(lines->fd, at, read_bytes);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail(err, lines->name, "read");
    if (n == 0)
        lines->at_end = true;
    lines->buf.len += (size_t)n;
    return LYT_OK;
}

static void hand_out(lyt_lines *lines, size_t end, lyt_line *out)
{
    static const char mark[] = "\xEF\xBB\xBF";
    lyt_str text = lyt_str_slice(lyt_buf_str(&lines->buf), lines->start, end);
    size_t limit = lines->options.limit_bytes;

    if (lines->number == 0 && text.len >= 3 && memcmp(text.ptr, mark, 3) == 0)
        text = lyt_str_slice(text, 3, text.len);
    if (text.len && text.ptr[text.len - 1] == '\r')
        text.len--;
    out->is_long = lines->is_skipping || text.len > limit;
    out->text = lyt_str_slice(text, 0, limit);
    out->number = ++lines->number;
    lines->is_skipping = false;
    lines->start = lines->scanned = end < lines->buf.len ? end + 1 : end;
}

lyt_status lyt_lines_next(lyt_lines *lines, lyt_line *out, lyt_error *err)
{
    /* a byte order mark and a CR may come on top of the limit */
    const size_t enough = lines->options.limit_bytes + 4;

    for (;;) {
        lyt_str all = lyt_buf_str(&lines->buf);
        size_t end = lyt_str_find(all, '\n', lines->scanned);
        lyt_status status;

        if (end < all.len || (lines->at_end && (end > lines->start || lines->is_skipping))) {
            hand_out(lines, end, out);
            return LYT_OK;
        }
        if (lines->at_end)
            return LYT_EEND;
        lines->scanned = end;
        if (end - lines->start > enough) {
            lines->is_skipping = true;
            lines->buf.len = lines->scanned = lines->start + enough;
        }
        status = read_more(lines, err);
        if (status)
            return status;
    }
}

lyt_status lyt_line_check(const lyt_line *line, const char *name, lyt_error *err)
{
    size_t bad = 0;

    if (line->is_long)
        return lyt_error_at(err, LYT_ELIMIT, name, line->number, (uint32_t)line->text.len + 1,
                            "the line is longer than %zu bytes", line->text.len);
    if (!lyt_utf8_check(line->text, &bad))
        return LYT_OK;
    if (line->text.ptr[bad] == '\0')
        return lyt_error_at(err, LYT_EFORMAT, name, line->number, (uint32_t)bad + 1,
                            "a NUL byte in the text");
    return lyt_error_at(err, LYT_EFORMAT, name, line->number, (uint32_t)bad + 1,
                        "byte 0x%02X is not UTF-8 here", (unsigned char)line->text.ptr[bad]);
}
