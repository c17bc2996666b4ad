#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fs.h"

enum { id_digits = 32, journal_bytes_max = 256 * 1024 * 1024, flush_bytes = 4096 };

/* The first half of the id. False: other letters than hex digits; a short one is still to be told.
 */
static bool read_key(lyt_str id, uint64_t *key)
{
    *key = 0;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        if (i < id_digits / 2)
            *key = *key << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return id.len <= id_digits;
}

static bool key_of(lyt_str id, uint64_t *key)
{
    return id.len == id_digits && read_key(id, key);
}

static lyt_status read_ids(lyt_journal *journal, lyt_str text, lyt_error *err)
{
    uint32_t line = 0, before;
    uint64_t key;

    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str id = lyt_str_slice(text, at, end);

        line++;
        at = end + 1;
        if (!read_key(id, &key))
            return lyt_error_at(err, LYT_EFORMAT, journal->path, line, 0,
                                "is no line of an import journal (32 hex digits); is it another "
                                "file?");
        /* a line cut off was being written when the power went */
        if (id.len == id_digits && lyt_rowset_add(&journal->seen, key, &before))
            return lyt_error_at(err, LYT_ENOMEM, journal->path, line, 0, "no memory to read it");
    }
    /* what comes next begins a line of its own */
    if (text.len && text.ptr[text.len - 1] != '\n')
        lyt_buf_add_char(&journal->pending, '\n');
    return LYT_OK;
}

lyt_status lyt_journal_open(lyt_journal *journal, const char *path, lyt_error *err)
{
    lyt_status status;
    lyt_buf text;

    journal->fd = -1;
    lyt_rowset_init(&journal->seen, NULL);
    lyt_buf_init(&journal->pending, NULL);
    snprintf(journal->path, sizeof journal->path, "%s", path);
    journal->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal->fd < 0)
        return lyt_error_at(err, LYT_EIO, path, 0, 0,
                            "the journal of imports cannot be written (%s): name another with "
                            "--journal FILE",
                            strerror(errno));
    lyt_buf_init(&text, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, journal_bytes_max, &text, err);
    if (!status)
        status = read_ids(journal, lyt_buf_str(&text), err);
    lyt_buf_deinit(&text);
    return status;
}

/* What a full disk did not take is pending still, from where it was cut: no line is there twice. */
static bool flush(lyt_journal *journal)
{
    lyt_buf *pending = &journal->pending;
    size_t at = 0;

    while (at < pending->len) {
        ssize_t n = write(journal->fd, pending->data + at, pending->len - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    if (at)
        memmove(pending->data, pending->data + at, pending->len - at);
    pending->len -= at;
    return pending->len == 0;
}

lyt_status lyt_journal_close(lyt_journal *journal, lyt_error *err)
{
    bool ok =
        journal->fd < 0 || (!journal->pending.status && flush(journal) && fsync(journal->fd) == 0);

    if (journal->fd >= 0)
        ok = close(journal->fd) == 0 && ok;
    journal->fd = -1;
    lyt_rowset_deinit(&journal->seen);
    lyt_buf_deinit(&journal->pending);
    return ok ? LYT_OK
              : lyt_error_at(err, LYT_EIO, journal->path, 0, 0,
                             "could not be written: what was imported now is known to the service "
                             "for 48 hours only");
}

bool lyt_journal_has(const lyt_journal *journal, lyt_str id)
{
    uint64_t key;

    return key_of(id, &key) && lyt_rowset_has(&journal->seen, key);
}

void lyt_journal_add(lyt_journal *journal, lyt_str id)
{
    uint64_t key;
    uint32_t before;

    if (!key_of(id, &key) || lyt_rowset_has(&journal->seen, key))
        return;
    (void)!lyt_rowset_add(&journal->seen, key, &before);
    lyt_buf_add(&journal->pending, id);
    lyt_buf_add_char(&journal->pending, '\n');
    if (journal->pending.len >= flush_bytes)
        (void)flush(journal);
}
