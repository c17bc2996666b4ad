/* The input as a kept verdict: skimmed and parsed say the same, or it is not skimmed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "verdict_skim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { most = 8 };

/* A string of the tree with an escape in it is told otherwise by the two: it has none then. */
static bool is_same(lyt_str skimmed, lyt_str parsed)
{
    return lyt_str_equal(skimmed, parsed);
}

static void compare(const lyt_json *json, lyt_str kind, const lyt_skimmed *found, size_t n)
{
    const lyt_json *failures = lyt_json_get(json, "failures");
    size_t len = lyt_json_len(failures);

    if (!is_same(kind, lyt_json_text(json, "kind")) || n != (len < most ? len : most))
        abort();
    for (size_t i = 0; i < n; i++) {
        const lyt_json *failure = lyt_json_at(failures, i);
        bool shadow = false;

        (void)lyt_json_bool(lyt_json_get(failure, "shadow"), &shadow);
        if (!is_same(found[i].scenario, lyt_json_text(failure, "scenario")) ||
            !is_same(found[i].team, lyt_json_text(failure, "team")) || shadow != found[i].shadow ||
            found[i].severity != lyt_json_number(failure, "severity"))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const lyt_str input = {(const char *)data, size};
    lyt_skimmed found[most];
    lyt_json *json = NULL;
    lyt_str kind;
    size_t n;

    if (!lyt_verdict_skim(input, &kind, found, most, &n))
        return 0;
    if (n > most)
        abort();
    /* what is no JSON at all was never written by a service */
    if (!lyt_json_parse(&json, input, 1 << 20, NULL))
        compare(json, kind, found, n);
    lyt_json_free(json);
    return 0;
}
