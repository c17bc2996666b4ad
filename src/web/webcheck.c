#include "webcheck.h"

#include <string.h>

#include "json.h"
#include "pack_audit.h"

enum { check_bytes_max = 512 << 20, findings_max = 20 };

static void write_finding(lyt_jw *jw, const lyt_finding *finding)
{
    const char *slash = strrchr(finding->file, '/');

    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "level", finding->is_error ? LYT_STR("error") : LYT_STR("warning"));
    lyt_jw_kstr(jw, "check", lyt_str_of(finding->check));
    /* where it lies on this machine is nobody's business */
    lyt_jw_kstr(jw, "file", lyt_str_of(slash ? slash + 1 : finding->file));
    if (finding->line)
        lyt_jw_kint(jw, "line", finding->line);
    if (finding->line && finding->column)
        lyt_jw_kint(jw, "column", finding->column);
    lyt_jw_kstr(jw, "text", lyt_str_of(finding->text));
    lyt_jw_object_end(jw);
}

/* Errors first; more than anybody would read are left out. */
static void write_findings(lyt_jw *jw, const lyt_findings *found)
{
    size_t n = 0;

    lyt_jw_array(jw);
    for (int errors = 1; errors >= 0; errors--)
        for (size_t i = 0; i < found->n && n < findings_max; i++)
            if (found->items[i].is_error == (errors == 1)) {
                write_finding(jw, &found->items[i]);
                n++;
            }
    lyt_jw_array_end(jw);
}

lyt_status lyt_webcheck(const lyt_pack *pack, const lyt_alloc *alloc, lyt_buf *out,
                        size_t *n_errors, lyt_error *err)
{
    lyt_findings found = {NULL, 0, 0, 0, 0, 0};
    lyt_arena *arena = NULL;
    lyt_jw jw;
    lyt_status status = lyt_arena_new(&arena, alloc, "check", check_bytes_max);

    if (status)
        (void)lyt_error_set(err, status, "no memory to check the scenario");
    else
        status = lyt_pack_audit(pack, arena, &found, err);
    if (!status) {
        *n_errors = found.n_errors;
        lyt_jw_init(&jw, out);
        write_findings(&jw, &found);
        status = lyt_buf_status(out);
    }
    lyt_arena_free(arena);
    return status;
}
