#include "topframe.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "housetime.h"
#include "utf8.h"

enum { rows_min = 6, columns_min = 40, head_rows = 2, foot_rows = 2 };

typedef enum word {
    WORD_OPEN,
    WORD_WAIT,
    WORD_HEAD,
    WORD_KEYS,
    WORD_NOTHING,
    WORD_NOBODY,
    WORD_LATE,
    WORD_RESTRICTED,
    WORD_CAUSE,
    WORD_ACTION,
    WORD_MORE,
    WORD_ACKED,
    WORD_RESOLVED,
    WORD_DRILL,
    WORD_COUNT
} word;

static const char *const words[][WORD_COUNT] = {
    [LYT_PAGE_EN] =
        {
            [WORD_OPEN] = "open",
            [WORD_WAIT] = "wait for somebody",
            [WORD_HEAD] = "   No Sev  Since  Clock              What                 Where  Who",
            [WORD_KEYS] = "up/down choose   a take on   r put right   q end",
            [WORD_NOTHING] = "Nothing is open.",
            [WORD_NOBODY] = "-",
            [WORD_LATE] = "late",
            [WORD_RESTRICTED] = "restricted",
            [WORD_CAUSE] = "Why was it?",
            [WORD_ACTION] = "What was done?",
            [WORD_MORE] = "more",
            [WORD_ACKED] = "taken on",
            [WORD_RESOLVED] = "put right",
            [WORD_DRILL] = "drill",
        },
    [LYT_PAGE_DA] =
        {
            [WORD_OPEN] = "åbne",
            [WORD_WAIT] = "venter på nogen",
            [WORD_HEAD] = "   Nr Alv  Siden  Ur                 Hvad                 Hvor   Hvem",
            [WORD_KEYS] = "op/ned vælg   a tag den   r udbedret   q slut",
            [WORD_NOTHING] = "Intet er åbent.",
            [WORD_NOBODY] = "-",
            [WORD_LATE] = "sent",
            [WORD_RESTRICTED] = "fortroligt",
            [WORD_CAUSE] = "Hvad var årsagen?",
            [WORD_ACTION] = "Hvad blev der gjort?",
            [WORD_MORE] = "flere",
            [WORD_ACKED] = "taget",
            [WORD_RESOLVED] = "udbedret",
            [WORD_DRILL] = "øvelse",
        },
};

/* The names of clocks on the wire, in the order of their meaning, and for people. */
static const char *const clocks[][2][2] = {
    {{"acknowledge", "take on"}, {"acknowledge", "tages"}},
    {{"contact", "contact"}, {"contact", "kontakt"}},
    {{"remedy", "remedy"}, {"remedy", "udbedres"}},
    {{"close", "close"}, {"close", "lukkes"}},
};

static const char *say(const lyt_topframe *f, word w)
{
    return words[f->language][w];
}

const char *lyt_top_said(lyt_page_language language, bool resolved)
{
    return words[language][resolved ? WORD_RESOLVED : WORD_ACKED];
}

size_t lyt_topframe_cases(const lyt_json *board)
{
    return lyt_json_len(lyt_json_get(board, "cases"));
}

int64_t lyt_topframe_incident(const lyt_json *board, size_t index)
{
    const lyt_json *cases = lyt_json_get(board, "cases");

    return index < lyt_json_len(cases) ? lyt_json_number(lyt_json_at(cases, index), "incident") : 0;
}

/* Adds at most so many code points, without what a terminal would obey, and fills up. */
static void add_cell(lyt_buf *out, lyt_str text, int columns, bool fill)
{
    int n = 0;

    for (size_t at = 0; at < text.len && n < columns; n++) {
        size_t from = at;
        uint32_t letter = lyt_utf8_next(text, &at);

        if (letter < ' ' || (letter >= 0x7f && letter < 0xa0))
            lyt_buf_add_char(out, '?');
        else
            lyt_buf_add(out, lyt_str_slice(text, from, at));
    }
    for (; fill && n < columns; n++)
        lyt_buf_add_char(out, ' ');
}

static void add_line(lyt_buf *out, const lyt_topframe *f, lyt_str text, const char *style)
{
    bool styled = f->colour && style[0];

    if (styled)
        lyt_buf_add_text(out, style);
    add_cell(out, text, f->columns, styled);
    if (styled)
        lyt_buf_add_text(out, "\x1b[0m");
    lyt_buf_add_char(out, '\n');
}

static int64_t time_of(const lyt_json *json, const char *key)
{
    int64_t us = 0;

    return lyt_clock_parse(&us, lyt_json_text(json, key)) ? 0 : us;
}

/* "4:05", "1:04:05", "3 d" */
static void add_span(lyt_buf *out, int64_t us)
{
    long long s = (long long)(us < 0 ? -us : us) / 1000000;

    if (s >= 2 * 86400)
        lyt_buf_addf(out, "%lld d", s / 86400);
    else if (s >= 3600)
        lyt_buf_addf(out, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    else
        lyt_buf_addf(out, "%lld:%02lld", s / 60, s % 60);
}

/* The clock that runs out next, or did. */
static const lyt_json *next_clock(const lyt_json *c, int64_t *due_us)
{
    const lyt_json *rows = lyt_json_get(c, "clocks"), *best = NULL;

    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i);
        int64_t due = time_of(row, "due");

        if (lyt_json_get(row, "stopped_at") || !due || (best && due >= *due_us))
            continue;
        best = row;
        *due_us = due;
    }
    return best;
}

static const char *clock_name(const lyt_topframe *f, lyt_str name)
{
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        if (lyt_str_equal(name, lyt_str_of(clocks[i][0][0])))
            return clocks[i][f->language == LYT_PAGE_DA][1];
    return "";
}

static void add_clock(lyt_buf *out, const lyt_topframe *f, const lyt_json *c, bool *late)
{
    int64_t due = 0;
    const lyt_json *clock = next_clock(c, &due);
    lyt_buf cell;

    *late = clock && f->now_us > due;
    lyt_buf_init(&cell, NULL);
    lyt_buf_add_text(&cell, "");
    if (clock) {
        lyt_buf_addf(&cell, "%s ", clock_name(f, lyt_json_text(clock, "clock")));
        add_span(&cell, due - f->now_us);
        if (*late)
            lyt_buf_addf(&cell, " %s", say(f, WORD_LATE));
    }
    add_cell(out, lyt_buf_str(&cell), 18, true);
    lyt_buf_deinit(&cell);
}

static void add_row(lyt_buf *out, const lyt_topframe *f, const lyt_json *c, bool selected)
{
    lyt_str state = lyt_json_text(c, "state"), place = lyt_json_text(c, "place");
    bool waits = lyt_str_equal(state, LYT_STR("new")) || lyt_str_equal(state, LYT_STR("reopened"));
    bool is_hidden = lyt_json_get(c, "restricted") != NULL, late = false;
    int64_t severity = lyt_json_number(c, "severity");
    lyt_buf line, since;

    lyt_buf_init(&line, NULL);
    lyt_buf_init(&since, NULL);
    lyt_buf_addf(&line, "%s%c%4lld", selected ? ">" : " ", waits ? '!' : ' ',
                 (long long)lyt_json_number(c, "incident"));
    if (is_hidden) {
        lyt_buf_addf(&line, "     %s", say(f, WORD_RESTRICTED));
    } else {
        add_span(&since, f->now_us - time_of(c, "opened_at"));
        lyt_buf_addf(&line, "%4lld %7s  ", (long long)severity, since.data ? since.data : "");
        add_clock(&line, f, c, &late);
        lyt_buf_add_char(&line, ' ');
        add_cell(&line, lyt_housewords_name(f->words, lyt_json_text(c, "scenario")), 20, true);
        lyt_buf_add_char(&line, ' ');
        add_cell(&line, place.len ? place : lyt_json_text(c, "property"), 6, true);
        lyt_buf_add_char(&line, ' ');
        if (lyt_json_get(c, "is_drill"))
            lyt_buf_addf(&line, "%s, ", say(f, WORD_DRILL));
        lyt_buf_add(&line, waits ? lyt_str_of(say(f, WORD_NOBODY)) : lyt_json_text(c, "owner"));
    }
    add_line(out, f, lyt_buf_str(&line),
             selected        ? "\x1b[7m"
             : late && waits ? "\x1b[1;31m"
             : severity >= 3 ? "\x1b[31m"
             : waits         ? "\x1b[1m"
                             : "");
    lyt_buf_deinit(&line);
    lyt_buf_deinit(&since);
}

static void add_head(lyt_buf *out, const lyt_topframe *f)
{
    size_t n = lyt_topframe_cases(f->board), waiting = 0;
    lyt_housetime house;
    lyt_buf line, time, local;

    for (size_t i = 0; i < n; i++) {
        lyt_str state = lyt_json_text(lyt_json_at(lyt_json_get(f->board, "cases"), i), "state");

        waiting +=
            lyt_str_equal(state, LYT_STR("new")) || lyt_str_equal(state, LYT_STR("reopened"));
    }
    lyt_buf_init(&line, NULL);
    lyt_buf_init(&time, NULL);
    lyt_buf_init(&local, NULL);
    lyt_clock_format(&time, f->now_us);
    lyt_housetime_open(&house, f->board);
    lyt_housetime_add_seconds(&local, &house, lyt_buf_str(&time));
    lyt_buf_addf(&line, "%.*s   %zu %s, %zu %s   ", LYT_STR_ARG(lyt_json_text(f->board, "desk")), n,
                 say(f, WORD_OPEN), waiting, say(f, WORD_WAIT));
    lyt_buf_add(&line, lyt_str_slice(lyt_buf_str(&local), 11, 19));
    lyt_buf_add_text(&line, house.is_utc ? " UTC" : "");
    lyt_housetime_close(&house);
    add_line(out, f, lyt_buf_str(&line), "\x1b[1m");
    add_line(out, f, lyt_str_of(say(f, WORD_HEAD)), "\x1b[2m");
    lyt_buf_deinit(&line);
    lyt_buf_deinit(&time);
    lyt_buf_deinit(&local);
}

static void add_foot(lyt_buf *out, const lyt_topframe *f)
{
    lyt_buf line;

    lyt_buf_init(&line, NULL);
    lyt_buf_add_text(&line, "");
    if (f->mode == LYT_TOP_LIST)
        lyt_buf_add(&line, f->message);
    else
        lyt_buf_addf(&line, "%s %.*s_", say(f, f->mode == LYT_TOP_CAUSE ? WORD_CAUSE : WORD_ACTION),
                     LYT_STR_ARG(f->typed));
    add_line(out, f, lyt_buf_str(&line), f->mode == LYT_TOP_LIST ? "" : "\x1b[1m");
    add_line(out, f, lyt_str_of(say(f, WORD_KEYS)), "\x1b[2m");
    lyt_buf_deinit(&line);
}

void lyt_topframe_draw(lyt_buf *out, const lyt_topframe *given)
{
    lyt_topframe f = *given;
    const lyt_json *cases = lyt_json_get(f.board, "cases");
    size_t n = lyt_json_len(cases), room, first = 0;

    f.rows = f.rows < rows_min ? rows_min : f.rows;
    f.columns = f.columns < columns_min ? columns_min : f.columns;
    room = (size_t)(f.rows - head_rows - foot_rows);
    add_head(out, &f);
    if (f.selected >= room)
        first = f.selected - room + 1;
    for (size_t i = first; i < n && i - first < room; i++) {
        if (i - first + 1 == room && i + 1 < n && i != f.selected) {
            char more[32];

            snprintf(more, sizeof more, "      … %zu %s", n - i, say(&f, WORD_MORE));
            add_line(out, &f, lyt_str_of(more), "\x1b[2m");
            break;
        }
        add_row(out, &f, lyt_json_at(cases, i), i == f.selected);
    }
    if (!n)
        add_line(out, &f, lyt_str_of(say(&f, WORD_NOTHING)), "");
    for (size_t i = n ? (n - first < room ? n - first : room) : 1; i < room; i++)
        lyt_buf_add_char(out, '\n');
    add_foot(out, &f);
}
