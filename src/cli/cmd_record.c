#include <stddef.h>
#include <stdlib.h>

#include "artrecord.h"
#include "housefiles.h"
#include "housewords.h"
#include "statefile.h"

typedef struct values {
    bool json;
    int64_t language;
    const char *channels, *controller, *desk, *retention, *state;
} values;

static const lyt_option options[] = {
    {.name = "channels",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, channels),
     .value = "FILE",
     .help = "the channels.yaml that the service has"},
    {.name = "controller",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, controller),
     .value = "TEXT",
     .help = "who answers for it: name and how to reach them"},
    {.name = "desk",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, desk),
     .value = "FILE",
     .help = "the settings of the house that the service has"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "one JSON object"},
    LYT_HOUSEWORDS_LANGUAGE(values),
    {.name = "retention",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, retention),
     .value = "FILE",
     .help = "the rules of retention that the service has"},
    LYT_ONLINE_STATE(values),
};

static const lyt_sample samples[] = {
    {"lyt record --desk desk.yaml --channels channels.yaml --retention retention.yaml > record.md",
     "the record, from the very files that lyt serve is given"},
    {"lyt record --language da --controller 'Hotel Havnen ApS, Kajen 1' --retention retention.yaml",
     "in Danish, with who answers for it"},
};

static lyt_status write(const values *v, lyt_artrecord *record, lyt_buf *out, lyt_error *err)
{
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_status status = lyt_statefile_find(&file, v->state, true, err);

    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, err);
    record->store = store;
    record->database = file.database;
    if (!status)
        status = lyt_artrecord_write(record, out, err);
    lyt_store_close(store);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_artrecord record = {.controller = v->controller,
                            .version = call->cli->version,
                            .now_us = lyt_clock_wall_us(call->console->clock),
                            .language = lyt_housewords_language(v->language),
                            .json = v->json};
    const lyt_housepaths paths = {
        .desk = v->desk, .channels = v->channels, .retention = v->retention};
    lyt_housefiles house;
    lyt_error err = {0};
    lyt_status status = lyt_housefiles_read(&house, &paths, call->console, &err);
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    record.rules = house.has_keep ? &house.keep : NULL;
    record.settings = house.settings;
    record.channels = lyt_housefiles_channels(&house);
    if (!status)
        status = write(v, &record, &out, &err);
    if (!status)
        lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    lyt_housefiles_deinit(&house);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

const lyt_command lyt_cmd_record = {
    .name = "record",
    .summary = "Write the record of processing (GDPR, Article 30)",
    .usage = "[--desk FILE] [--channels FILE] [--retention FILE] [--json]",
    .description =
        "Writes, as Markdown in English or Danish, what is kept and in which fields, of whom, what "
        "for, how long, who gets it and where it comes from. Nothing in it is a claim of its own: "
        "fields are those of the database of the state folder, days those of the rules of "
        "retention, recipients the people and ways of the settings and the named subscribers, "
        "sources the gateways; give it the files that lyt serve has. A table that Lyt has no "
        "words for is told with its fields, so that nothing is left out.\n\n"
        "What Lyt cannot know stands in it as a gap to be filled in: grounds, agreements, copies. "
        "Secrets, numbers and addresses of people are not shown.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
