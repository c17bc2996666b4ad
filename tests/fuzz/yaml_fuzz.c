/* Whatever the bytes: a tree or a refusal with a place, and nothing left behind. */
#include <stdlib.h>

#include "yamldoc.h"

static size_t count(const lyt_yaml_node *node)
{
    size_t n = 0;

    for (; node; node = node->next)
        n += 1 + node->text.len + node->key.len + count(node->first);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_yaml *yaml = NULL;
    lyt_error err = {0};
    lyt_status status =
        lyt_yaml_parse(&yaml, NULL, (lyt_str){(const char *)data, size}, "fuzz.yaml", &err);

    if (status == LYT_OK) {
        if (count(lyt_yaml_root(yaml)) == 0)
            abort();
        lyt_yaml_free(yaml);
    } else if (status == LYT_EFORMAT && err.line == 0) {
        abort();
    }
    return 0;
}
