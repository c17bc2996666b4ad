#include <stddef.h>

#include "housefiles.h"
#include "housewords.h"
#include "page.h"
#include "period.h"
#include "statefile.h"
#include "story.h"

typedef struct values {
    const char *desk, *html, *since, *state, *until;
    int64_t language;
    bool csv, json;
} values;

static const lyt_option options[] = {
    {.name = "csv",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, csv),
     .help = "comma-separated values",
     .verbs = "export"},
    {.name = "desk",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, desk),
     .value = "FILE",
     .help = "the settings of the house that the service has: names, and what is sensitive"},
    {.name = "html",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, html),
     .value = "FILE",
     .help = "write a page as well",
     .verbs = "export"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "one JSON object"},
    LYT_HOUSEWORDS_LANGUAGE(values),
    {.name = "since",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, since),
     .value = "TIME",
     .help = "where the period begins, as lyt report takes it; default: the last year"},
    LYT_ONLINE_STATE(values),
    {.name = "until",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, until),
     .value = "TIME",
     .help = "where it ends"},
};

enum verb { VERB_EXPORT, VERB_LIST };
static const char *const verbs[] = {"export", "list", NULL};

enum { year_days = 366 };

typedef struct listing {
    const lyt_call *call;
    lyt_page_language language;
    lyt_jw *jw; /* NULL: text */
    lyt_buf *out;
    int64_t n;
} listing;

static lyt_status list_one(void *user, const lyt_record *record, lyt_story_fate fate)
{
    listing *l = user;
    lyt_str why = lyt_bi_in(lyt_story_fate_text(fate), l->language);

    l->n++;
    if (!l->jw) {
        lyt_buf_addf(l->out, "%5lld  %.*s  %.*s\n", (long long)record->id,
                     LYT_STR_ARG(record->scenario), LYT_STR_ARG(why));
        return lyt_buf_status(l->out);
    }
    lyt_jw_object(l->jw);
    lyt_jw_kint(l->jw, "incident", record->id);
    lyt_jw_kstr(l->jw, "scenario", record->scenario);
    lyt_jw_kbool(l->jw, "told", fate == LYT_STORY_TOLD);
    lyt_jw_kstr(l->jw, "why", why);
    lyt_jw_object_end(l->jw);
    return lyt_buf_status(l->out);
}

static lyt_status list_all(const lyt_call *call, const lyt_story_ask *ask, lyt_buf *out,
                           lyt_error *err)
{
    bool json = ((const values *)call->values)->json;
    lyt_status status;
    lyt_jw jw;
    listing l = {call, ask->language, json ? &jw : NULL, out, 0};

    lyt_jw_init(&jw, out);
    if (json) {
        lyt_jw_object(&jw);
        lyt_jw_key(&jw, "stories");
        lyt_jw_array(&jw);
    }
    status = lyt_story_each(ask, list_one, &l, err);
    if (json) {
        lyt_jw_array_end(&jw);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(out, '\n');
    } else if (!status && !l.n) {
        lyt_buf_addf(out, "%s\n", ask->language == LYT_PAGE_DA ? "ingen gæst har sagt ja til det"
                                                               : "no guest has consented");
    }
    return status;
}

static lyt_status write_html(const lyt_sheet *sheet, const lyt_story_ask *ask, const char *path,
                             lyt_error *err)
{
    lyt_buf page;
    lyt_status status;

    lyt_buf_init(&page, NULL);
    lyt_page_begin(&page, &(lyt_page){ask->language, lyt_bi_in(sheet->title, ask->language),
                                      {"", 0}});
    lyt_sheet_html(sheet, ask->language, &page);
    lyt_page_end(&page);
    status = lyt_buf_status(&page)
                 ? lyt_error_set(err, lyt_buf_status(&page), "no memory for the page")
                 : lyt_fs_write(lyt_fs_system(), path, lyt_buf_str(&page), err);
    lyt_buf_deinit(&page);
    return status;
}

static lyt_status export_all(const lyt_call *call, const lyt_story_ask *ask, lyt_buf *out,
                             lyt_error *err)
{
    const values *v = call->values;
    lyt_sheet sheet;
    lyt_status status = lyt_story_sheet(&sheet, NULL, ask, err);
    lyt_jw jw;

    if (!status && v->json) {
        lyt_jw_init(&jw, out);
        lyt_jw_object(&jw);
        lyt_sheet_json(&sheet, &jw);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(out, '\n');
    } else if (!status && v->csv) {
        lyt_sheet_csv(&sheet, out);
    } else if (!status) {
        lyt_sheet_text(&sheet, ask->language, out);
    }
    if (!status && v->html)
        status = write_html(&sheet, ask, v->html, err);
    lyt_sheet_deinit(&sheet);
    return status;
}

static lyt_status tell(const lyt_call *call, lyt_story_ask *ask, lyt_buf *out, lyt_error *err)
{
    const values *v = call->values;
    lyt_chronicle *chronicle = NULL;
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_status status = lyt_statefile_find(&file, v->state, true, err);

    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, err);
    if (!status)
        status = lyt_chronicle_read(&chronicle, NULL, store, err);
    ask->chronicle = chronicle;
    ask->store = store;
    if (!status)
        status = call->verb == VERB_LIST ? list_all(call, ask, out, err)
                                         : export_all(call, ask, out, err);
    if (!status && lyt_buf_status(out))
        status = lyt_error_set(err, lyt_buf_status(out), "no memory for the stories");
    lyt_chronicle_free(chronicle);
    lyt_store_close(store);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_housefiles house = {.settings = NULL};
    lyt_story_ask ask = {.language = lyt_housewords_language(v->language)};
    lyt_exit code = LYT_EXIT_DONE;
    lyt_error err = {0};
    lyt_buf out;

    if (!v->desk)
        return lyt_console_misuse(call->console,
                                  "story: give the settings of the house with --desk FILE, so that "
                                  "names of people and what is sensitive stay out");
    if (v->csv && v->json)
        return lyt_console_misuse(call->console, "story: --csv and --json exclude one another");
    if (lyt_housefiles_read(&house, v->desk, NULL, call->console, &err))
        return lyt_console_error(call->console, &err);
    ask.settings = house.settings;
    ask.zone = house.settings->zone;
    lyt_buf_init(&out, NULL);
    if (lyt_period_span(&ask.span.since_us, &ask.span.until_us, v->since, v->until, year_days,
                        ask.zone, lyt_clock_wall_us(call->console->clock), &err))
        code = lyt_console_misuse(call->console, "story: %s", err.text);
    else if (tell(call, &ask, &out, &err))
        code = lyt_console_error(call->console, &err);
    else
        lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    lyt_housefiles_deinit(&house);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt incident consent 7 --by mette --note 'said yes at the desk on Tuesday'",
     "the guest of incident 7 lets it be told"},
    {"lyt story list --desk desk.yaml", "whose consent is there, and what is told of them"},
    {"lyt story export --desk desk.yaml --since 90d --html stories.html",
     "what may be told of the last three months"},
};

const lyt_command lyt_cmd_story = {
    .name = "story",
    .summary = "Tell what was put right, where the guest lets it be told",
    .usage = "export --desk FILE [--since TIME] [--html FILE] [--json | --csv]\n"
             "list --desk FILE [--since TIME] [--until TIME] [--json]",
    .description =
        "A guest's consent is written down with lyt incident consent, and taken back with lyt incident "
        "revoke. A story has what failed, what the guest said, what was done, how long it took "
        "and what the guest said then; no name, place, property or day, and no number or address. "
        "It is told when the guest said that it is right now, and never when the words tell of "
        "somebody's health or the like, or when the settings call the scenario sensitive.\n\n"
        "Reads the state folder, also beside a running service. A guest who is erased, or whose "
        "words are kept no more, is in no story. Read each one before it goes out: a guest's own name "
        "is in no list that Lyt has.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
