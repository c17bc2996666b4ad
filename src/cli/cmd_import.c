#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "charset.h"
#include "csvrows.h"
#include "delivery.h"
#include "fs.h"
#include "journal.h"
#include "shown.h"
#include "sourcebook.h"
#include "wholefile.h"
#include "zonefile.h"

typedef struct import_values {
    bool again, dry_run, json;
    double scale, timeout;
    const char *dates, *format, *journal, *key, *place, *property, *pseudonyms, *server_key, *since,
        *state, *submit, *zone;
} import_values;

static const lyt_option options[] = {
    {.name = "again",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(import_values, again),
     .help = "send also what the journal says was imported before"},
    {.name = "dates",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(import_values, dates),
     .value = "dmy|mdy",
     .help = "the order of a date's numbers, instead of the format's"},
    {.name = "dry-run",
     .letter = 'n',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(import_values, dry_run),
     .help = "print what would be sent, a JSON object a line, and send nothing"},
    {.name = "format",
     .letter = 'f',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(import_values, format),
     .value = "NAME|FILE",
     .fallback = "auto",
     .help = "auto, enalyzer, google-forms, surveyxact, or a mapping file"},
    {.name = "journal",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(import_values, journal),
     .value = "FILE",
     .help = "which rows were imported; default: imported in the service's state folder"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(import_values, json),
     .help = "print the counts as JSON"},
    LYT_ONLINE_KEY(import_values),
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(import_values, place),
     .value = "NAME",
     .help = "room, table or touchpoint of rows that do not say"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(import_values, property),
     .value = "NAME",
     .help = "hotel or desk of rows that do not say"},
    LYT_SOURCEBOOK_PSEUDONYMS(import_values),
    {.name = "scale",
     .type = LYT_OPT_REAL,
     .offset = offsetof(import_values, scale),
     .value = "N",
     .min = 1,
     .max = 1000,
     .help = "the best score there is, where neither mapping nor question says it"},
    LYT_ONLINE_SERVER_KEY(import_values),
    {.name = "since",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(import_values, since),
     .value = "DATE",
     .help =
         "leave out rows from before: 2025-11-01, or with a time; rows without a date are taken"},
    LYT_ONLINE_STATE(import_values),
    LYT_ONLINE_SUBMIT(import_values),
    LYT_DELIVERY_TIMEOUT(import_values),
    {.name = "zone",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(import_values, zone),
     .value = "NAME",
     .help = "time zone of the file's times: Europe/Copenhagen; default: this machine's"},
};

enum { import_bytes_max = 256 * 1024 * 1024, row_arena_bytes = 4 * 1024 * 1024 };

typedef struct importing {
    const lyt_call *call;
    lyt_sourcebook book;
    lyt_csvmap map;
    lyt_zone *zone;
    lyt_journal journal;
    bool has_journal;
    lyt_delivery delivery;
    lyt_arena *arena;
    lyt_buf json;
    int64_t since_us;                            /* 0: from all times */
    uint64_t rows, before, older, empty, unread; /* rows that came; of them sent earlier; … */
    lyt_error err;
} importing;

static const import_values *values_of(const importing *m)
{
    return m->call->values;
}

static int64_t to_utc(void *context, int64_t local_us)
{
    int64_t second = local_us / 1000000, rest = local_us % 1000000;

    if (rest < 0) {
        second--;
        rest += 1000000;
    }
    return lyt_zone_utc(context, second) * 1000000 + rest;
}

/* A name of ours, or a mapping file. */
static lyt_status load_map(importing *m)
{
    const import_values *v = values_of(m);
    lyt_status status = LYT_OK;
    lyt_buf text;

    if (!lyt_csvmap_find(&m->map, lyt_str_of(v->format))) {
        lyt_buf_init(&text, NULL);
        status = lyt_fs_read(lyt_fs_system(), v->format, lyt_csvmap_bytes_max, &text, &m->err);
        if (status == LYT_ENOTFOUND)
            (void)lyt_error_at(&m->err, status, v->format, 0, 0,
                               "is neither a format (%s) nor a mapping file", lyt_csvmap_names());
        if (!status)
            status = lyt_csvmap_parse(&m->map, lyt_buf_str(&text), v->format, &m->err);
        lyt_buf_deinit(&text);
    }
    if (!status && v->scale > 0 && !(m->map.scale > 0))
        m->map.scale = v->scale;
    if (!status && v->dates)
        m->map.dates = strcmp(v->dates, "mdy") == 0 ? LYT_DATE_MDY : LYT_DATE_DMY;
    return status;
}

static lyt_status open_journal(importing *m)
{
    const import_values *v = values_of(m);
    char folder[lyt_state_path_max];
    lyt_status status = LYT_OK;
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    if (v->journal) {
        lyt_buf_add_text(&path, v->journal);
    } else {
        status = lyt_state_folder(folder, v->state, &m->err);
        if (!status)
            lyt_fs_join(&path, folder, "imported");
    }
    if (!status)
        status = lyt_buf_status(&path);
    if (!status) {
        m->has_journal = true;
        status = lyt_journal_open(&m->journal, path.data, &m->err);
    }
    lyt_buf_deinit(&path);
    return status;
}

/* "import:<32 digits>" of the service's answer goes into the journal. */
static void on_done(void *user, uint64_t number, bool accepted, lyt_str answer)
{
    importing *m = user;
    lyt_json *json = NULL;
    char what[40];

    if (!accepted) {
        snprintf(what, sizeof what, "row %llu", (unsigned long long)number);
        lyt_delivery_complain(m->call->console, what, answer);
        return;
    }
    if (lyt_json_parse(&json, answer, 64 * 1024, NULL) == LYT_OK) {
        lyt_str id = lyt_json_text(json, "id");

        if (lyt_str_begins(id, LYT_STR("import:")))
            lyt_journal_add(&m->journal, lyt_str_slice(id, 7, id.len));
    }
    lyt_json_free(json);
}

static lyt_status open_service(importing *m)
{
    const import_values *v = values_of(m);

    return lyt_delivery_open(&m->delivery,
                             &(lyt_delivery_options){.state = v->state,
                                                     .submit = v->submit,
                                                     .key = v->key,
                                                     .server_key = v->server_key,
                                                     .timeout_s = v->timeout,
                                                     .on_done = on_done,
                                                     .user = m},
                             &m->err);
}

static lyt_status read_since(importing *m)
{
    const char *text = values_of(m)->since;
    bool has_zone = false;
    int64_t at_us = 0;

    if (!text)
        return LYT_OK;
    if (lyt_csv_date(&at_us, &has_zone, lyt_str_of(text), m->map.dates))
        return lyt_error_set(&m->err, LYT_EINVAL, "--since takes a date like 2025-11-01, not %s",
                             text);
    m->since_us = has_zone ? at_us : to_utc(m->zone, at_us);
    return LYT_OK;
}

static lyt_status send_row(importing *m, const lyt_inbound *item)
{
    lyt_status status;

    if (item->sent_us && item->sent_us < m->since_us) {
        m->older++;
        return LYT_OK;
    }
    if (m->has_journal && !values_of(m)->again && lyt_journal_has(&m->journal, item->provider_id)) {
        m->before++;
        return LYT_OK;
    }
    lyt_buf_reset(&m->json);
    status = lyt_inbound_submission(item, &m->json);
    if (!status)
        status = lyt_buf_status(&m->json);
    if (status)
        return lyt_error_set(&m->err, status, "%s", lyt_status_text(status));
    if (values_of(m)->dry_run) {
        lyt_console_printf(m->call->console, "%.*s\n", LYT_STR_ARG(lyt_buf_str(&m->json)));
        return lyt_console_ok(m->call->console) ? LYT_OK : LYT_ECLOSED;
    }
    return lyt_delivery_put(&m->delivery, m->rows, lyt_buf_str(&m->json), &m->err);
}

static lyt_status send_rows(importing *m, lyt_csvrows *rows, const char *name)
{
    lyt_status status = LYT_OK;

    while (!status) {
        lyt_inbound item;
        lyt_status got;

        lyt_arena_reset(m->arena);
        memset(&m->err, 0, sizeof m->err);
        got = lyt_csvrows_next(rows, &item, m->arena, &m->err);
        if (got == LYT_EEND)
            break;
        m->rows++;
        if (got == LYT_ENOTFOUND) {
            m->empty++;
        } else if (got == LYT_EFORMAT || got == LYT_ELIMIT) {
            m->unread++;
            lyt_console_progress_end(m->call->console);
            (void)lyt_console_error(m->call->console, &m->err);
        } else {
            status = got ? got : send_row(m, &item);
        }
        lyt_console_progress(m->call->console, name, lyt_csvrows_done(rows));
    }
    lyt_console_progress_end(m->call->console);
    return status;
}

static lyt_status import_file(importing *m, const char *path)
{
    const char *name = lyt_wholefile_name(path);
    lyt_csvrows rows;
    lyt_charset charset;
    lyt_buf bytes, text;
    lyt_status status;
    size_t mark;

    lyt_buf_init(&bytes, NULL);
    lyt_buf_init(&text, NULL);
    memset(&m->err, 0, sizeof m->err);
    status = lyt_wholefile_read(path, m->call->console->in_fd, import_bytes_max, &bytes, &m->err);
    if (!status) {
        charset = lyt_charset_guess(lyt_buf_str(&bytes), &mark);
        lyt_charset_decode(&text, lyt_str_slice(lyt_buf_str(&bytes), mark, bytes.len), charset);
        status = lyt_buf_status(&text);
    }
    lyt_buf_deinit(&bytes);
    if (!status) {
        status = lyt_csvrows_open(
            &rows,
            &(lyt_csvrows_options){.text = lyt_buf_str(&text),
                                   .name = name,
                                   .map = &m->map,
                                   .config = &m->book.config,
                                   .to_utc = to_utc,
                                   .context = m->zone,
                                   .now_us = lyt_clock_wall_us(m->call->console->clock)},
            &m->err);
        if (!status)
            status = send_rows(m, &rows, name);
        lyt_csvrows_close(&rows);
    }
    lyt_buf_deinit(&text);
    return status;
}

static void print_counts(importing *m)
{
    const lyt_shown_count counts[] = {
        {"rows", "rows", m->rows},
        {"accepted", "accepted", m->delivery.accepted},
        {"duplicate", "duplicate", m->delivery.duplicate},
        {"before", "imported before", m->before},
        {"older", "older", m->older},
        {"empty", "without text or score", m->empty},
        {"refused", "refused", m->delivery.refused},
        {"unread", "not read", m->unread},
    };
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_shown_counts(&out, values_of(m)->json, counts, sizeof counts / sizeof *counts);
    lyt_console_write_buf(m->call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_status prepare(importing *m)
{
    const import_values *v = values_of(m);
    lyt_status status =
        lyt_sourcebook_open(&m->book, "import", v->property, v->place, v->pseudonyms, &m->err);

    if (!status)
        status = load_map(m);
    if (!status)
        status = lyt_zonefile_read(&m->zone, v->zone, &m->err);
    if (!status)
        status = read_since(m);
    if (!status && !v->dry_run)
        status = open_service(m);
    if (!status && !v->dry_run)
        status = open_journal(m);
    if (!status)
        status = lyt_arena_new(&m->arena, NULL, "import", row_arena_bytes);
    return status;
}

static lyt_exit finish(importing *m, lyt_exit code)
{
    lyt_delivery_close(&m->delivery);
    memset(&m->err, 0, sizeof m->err);
    if (m->has_journal && lyt_journal_close(&m->journal, &m->err))
        code = lyt_console_error(m->call->console, &m->err);
    lyt_arena_free(m->arena);
    lyt_zone_free(m->zone);
    lyt_csvmap_deinit(&m->map);
    lyt_sourcebook_close(&m->book);
    lyt_buf_deinit(&m->json);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    const import_values *v = call->values;
    importing m = {.call = call};
    lyt_exit code = LYT_EXIT_DONE;
    lyt_status status;

    if (v->dates && strcmp(v->dates, "dmy") != 0 && strcmp(v->dates, "mdy") != 0)
        return lyt_console_misuse(call->console, "--dates takes dmy or mdy, not %s", v->dates);
    lyt_buf_init(&m.json, NULL);
    status = prepare(&m);
    if (status)
        return finish(&m, status == LYT_EINVAL
                              ? lyt_console_misuse(call->console, "%s%s%s", m.err.file,
                                                   m.err.file[0] ? ": " : "", m.err.text)
                              : lyt_console_error(call->console, &m.err));
    for (int i = 0; i < call->n_operands && !lyt_online_stopped(); i++)
        if (import_file(&m, call->operands[i]))
            code = lyt_console_error(call->console, &m.err);
    if (!v->dry_run && lyt_delivery_drain(&m.delivery, &m.err))
        code = lyt_console_error(call->console, &m.err);
    if (m.unread || m.delivery.refused)
        code = LYT_EXIT_FAILED;
    if (!v->dry_run)
        print_counts(&m);
    return finish(&m, code);
}

static const lyt_sample samples[] = {
    {"lyt import --dry-run answers.csv", "what the rows say, and what is wrong with some"},
    {"lyt import -p havnen -f enalyzer --zone Europe/Copenhagen answers.csv",
     "into the running service"},
    {"lyt import -f mapping.json answers.csv", "with columns named in a mapping"},
};

const lyt_command lyt_cmd_import = {
    .name = "import",
    .summary = "Hand the rows of a survey's CSV to a running service",
    .usage = "[--format NAME|FILE] [--dry-run] FILE…",
    .description =
        "Reads tables as survey systems and spreadsheets export them: commas, semicolons or tabs, "
        "UTF-8, UTF-16 or Windows-1252, which is found out. Columns are known by their names in "
        "Danish, English, Swedish, Norwegian and German, or by a mapping (docs/surveys.md). A "
        "score "
        "from 0 to 10 gets its band: 0-6 detractor, 7-8 passive, 9-10 promoter.\n\n"
        "The same file twice changes nothing: a row's id is made of what it says, and a journal in "
        "the service's state folder remembers what was imported. A row that cannot be read is "
        "complained of with file, line and column, and the others go on; it ends with 1 then.\n\n"
        "Rows are messages like any other, and what they say opens incidents now: --since leaves "
        "out what can no longer be mended.",
    LYT_ROWS(options),
    .values_bytes = sizeof(import_values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = -1,
    .run = run,
};
