#include "send_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void lyt_send_input_init(lyt_send_input *input, char **paths, size_t n_paths, int in_fd)
{
    *input = (lyt_send_input){.paths = paths, .n_paths = n_paths, .in_fd = in_fd, .fd = -1};
    lyt_buf_init(&input->data, NULL);
}

static void leave_file(lyt_send_input *input)
{
    if (input->fd >= 0 && input->fd != input->in_fd)
        close(input->fd);
    input->fd = -1;
}

void lyt_send_input_deinit(lyt_send_input *input)
{
    leave_file(input);
    lyt_buf_deinit(&input->data);
}

const char *lyt_send_input_name(const lyt_send_input *input, size_t index)
{
    const char *path = index < input->n_paths ? input->paths[index] : "-";

    return strcmp(path, "-") == 0 ? "stdin" : path;
}

static lyt_status next_file(lyt_send_input *input, lyt_error *err)
{
    size_t n = input->n_paths ? input->n_paths : 1;
    const char *path;

    if (input->at_path == n)
        return LYT_EEND;
    path = input->n_paths ? input->paths[input->at_path] : "-";
    input->name = lyt_send_input_name(input, input->at_path);
    input->at_path++;
    input->line = 0;
    input->at_end = false;
    lyt_buf_reset(&input->data);
    input->used = 0;
    if (strcmp(path, "-") == 0) {
        input->fd = input->in_fd;
        return LYT_OK;
    }
    input->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0)
        return lyt_error_at(err, errno == ENOENT ? LYT_ENOTFOUND : LYT_EIO, path, 0, 0, "%s",
                            errno == ENOENT   ? "no such file"
                            : errno == EACCES ? "permission denied"
                                              : "cannot be opened");
    return LYT_OK;
}

/* Reads once what is there, waiting for it at most timeout_ms. */
static lyt_status read_more(lyt_send_input *input, int timeout_ms, lyt_error *err)
{
    struct pollfd wait = {.fd = input->fd, .events = POLLIN};
    char *at;
    ssize_t n;

    /* what was given is dropped before more is read, so that the buffer stays one line long */
    if (input->used) {
        memmove(input->data.data, input->data.data + input->used, input->data.len - input->used);
        input->data.len -= input->used;
        input->used = 0;
    }
    if (poll(&wait, 1, timeout_ms) <= 0)
        return LYT_EBUSY;
    at = lyt_buf_reserve(&input->data, 65536);
    if (!at)
        return lyt_error_set(err, LYT_ENOMEM, "no memory to read %s", input->name);
    n = read(input->fd, at, 65536);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return LYT_EBUSY;
    if (n < 0) {
        (void)lyt_error_at(err, LYT_EIO, input->name, 0, 0, "%s",
                           errno == EISDIR ? "is a folder, not a file" : "cannot be read");
        leave_file(input);
        return LYT_EIO;
    }
    input->data.len += (size_t)n;
    input->at_end = n == 0;
    return LYT_OK;
}

/* A whole line of what was read, LYT_EBUSY when there is none yet. */
static lyt_status take_line(lyt_send_input *input, lyt_str *line)
{
    lyt_str rest = lyt_str_slice(lyt_buf_str(&input->data), input->used, input->data.len);
    size_t end = lyt_str_find(rest, '\n', 0);
    bool whole = end < rest.len || (input->at_end && rest.len), skipped = input->skipping;

    if (!whole && rest.len > lyt_send_line_max) {
        /* give back the memory of a line nobody wants, remember to tell at its end */
        input->used = input->data.len;
        input->skipping = true;
        return LYT_EBUSY;
    }
    if (!whole)
        return LYT_EBUSY;
    input->used += end < rest.len ? end + 1 : end;
    input->line++;
    input->skipping = false;
    if (skipped || end > lyt_send_line_max)
        return LYT_ELIMIT;
    *line = lyt_str_slice(rest, 0, end && rest.ptr[end - 1] == '\r' ? end - 1 : end);
    return LYT_OK;
}

lyt_status lyt_send_input_next(lyt_send_input *input, int timeout_ms, lyt_str *line, lyt_error *err)
{
    for (;;) {
        lyt_status status;

        if (input->fd < 0) {
            status = next_file(input, err);
            if (status)
                return status;
        }
        status = take_line(input, line);
        if (status != LYT_EBUSY)
            return status;
        if (input->at_end) {
            leave_file(input);
            if (!input->skipping)
                continue;
            input->skipping = false;
            input->line++;
            return LYT_ELIMIT;
        }
        status = read_more(input, timeout_ms, err);
        if (status)
            return status;
    }
}
