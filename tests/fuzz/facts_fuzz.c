/* A log of facts, one JSON object a line: a book that is the same again, or a refusal. */
#include <stdint.h>
#include <stdlib.h>

#include "book.h"
#include "seen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What can be read is written and read again as the same. */
static void check_text(const lyt_fact *fact)
{
    lyt_json *json = NULL;
    lyt_fact again;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_fact_write(&text, fact);
    if (lyt_json_parse(&json, lyt_buf_str(&text), 1 << 20, NULL) ||
        lyt_fact_read(&again, json, NULL) || again.kind != fact->kind ||
        again.number != fact->number || !lyt_str_equal(again.text, fact->text))
        abort();
    lyt_json_free(json);
    lyt_buf_deinit(&text);
}

static void take_line(lyt_book *book, lyt_str line)
{
    static seen same;
    lyt_json *json = NULL;
    lyt_error err = {0};
    lyt_fact fact;

    if (lyt_json_parse(&json, line, 1 << 16, &err))
        return;
    if (lyt_fact_read(&fact, json, &err) == LYT_OK) {
        uint64_t before = lyt_book_hash(book); /* all of it is read for that: not for every line */

        if (!seen_has(&same, line))
            check_text(&fact);
        seen_add(&same, line);
        if (lyt_book_fold(book, &fact, &err) && lyt_book_hash(book) != before)
            abort();
    }
    lyt_json_free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str rest = {(const char *)data, size};
    lyt_book *book = NULL;
    uint64_t empty;

    if (lyt_book_new(&book, NULL))
        return 0;
    empty = lyt_book_hash(book);
    while (rest.len) {
        size_t end = lyt_str_find(rest, '\n', 0);

        take_line(book, lyt_str_slice(rest, 0, end));
        rest = lyt_str_slice(rest, end + 1, rest.len);
    }
    lyt_book_rollback(book);
    if (lyt_book_hash(book) != empty)
        abort();
    lyt_book_free(book);
    return 0;
}
