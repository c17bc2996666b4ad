/* The input as channels.yaml, with no other file to be found. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "channelfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lyt_status read_input(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                             lyt_error *err)
{
    const lyt_str *input = context;

    (void)limit_bytes;
    if (strcmp(path, "channels.yaml") != 0)
        return lyt_error_at(err, LYT_ENOTFOUND, path, 0, 0, "there is no other file");
    lyt_buf_add(out, *input);
    return lyt_buf_status(out);
}

static void on_fault(void *user, const lyt_error *err)
{
    (void)user;
    if (!err->text[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str input = {(const char *)data, size};
    lyt_fs fs = *lyt_fs_system();
    lyt_channelfile_options how = {.fs = &fs, .on_fault = on_fault};
    lyt_channelfile *file = NULL;
    lyt_error err = {.text = ""};

    fs.read = read_input;
    fs.context = &input;
    if (lyt_channelfile_read(&file, "channels.yaml", &how, &err)) {
        if (!err.text[0])
            abort();
        return 0;
    }
    for (size_t i = 0; i < lyt_channelfile_channels(file)->n_gateways; i++) {
        const lyt_gateway_config *gateway = &lyt_channelfile_channels(file)->gateways[i];

        /* no secret could be read: whoever needs one is closed */
        if (lyt_gateway_check(gateway, NULL) && !gateway->is_closed)
            abort();
    }
    lyt_channelfile_free(file);
    return 0;
}
