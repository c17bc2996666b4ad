#include "wrap.h"

size_t lyt_wrap_width(lyt_str text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return n;
}

typedef struct setter {
    lyt_buf *out;
    size_t indent, width;
    size_t column; /* 0: nothing in this line yet */
} setter;

static void end_line(setter *s)
{
    if (s->column)
        lyt_buf_add_char(s->out, '\n');
    s->column = 0;
}

static void add_word(setter *s, lyt_str word)
{
    size_t wide = lyt_wrap_width(word);

    if (s->column && s->column + 1 + wide > s->width)
        end_line(s);
    if (s->column) {
        lyt_buf_add_char(s->out, ' ');
        s->column++;
    } else {
        lyt_buf_addf(s->out, "%*s", (int)s->indent, "");
        s->column = s->indent;
    }
    lyt_buf_add(s->out, word);
    s->column += wide;
}

static void add_line(setter *s, lyt_str line)
{
    if (line.len == 0 || line.ptr[0] == ' ') {
        end_line(s);
        lyt_buf_addf(s->out, "%*s%.*s\n", line.len ? (int)s->indent : 0, "", LYT_STR_ARG(line));
        return;
    }
    for (size_t at = 0; at < line.len;) {
        size_t end = lyt_str_find(line, ' ', at);

        if (end > at)
            add_word(s, lyt_str_slice(line, at, end));
        at = end + 1;
    }
}

void lyt_wrap(lyt_buf *out, lyt_str text, size_t indent, size_t width)
{
    setter s = {out, indent, width, 0};

    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);

        add_line(&s, lyt_str_slice(text, at, end));
        at = end + 1;
    }
    end_line(&s);
}
