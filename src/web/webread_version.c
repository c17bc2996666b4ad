#include <stdio.h>

#include "versionview.h"
#include "webread_inner.h"

enum { path_max = 4200 };

/* What a version said that an alarm named; the text for who may try another one. */
lyt_status lyt_webread_version(lyt_webasked *a)
{
    char folder[path_max];
    lyt_versions versions = {a->r->o->alloc, lyt_fs_system(), folder};
    lyt_versionview view;
    bool with_text = false;
    lyt_status status;

    if ((size_t)snprintf(folder, sizeof folder, "%s/versions", a->r->o->state) >= sizeof folder)
        return lyt_error_set(&a->err, LYT_ELIMIT, "the path of the versions is too long");
    status = lyt_versionview_open(&view, &versions, lyt_json_text(a->tree, "version"), &a->err);
    if (status == LYT_EFORMAT) /* it is not the fault of who asks */
        return lyt_webasked_refuse(a, 503, "damaged", status,
                                   "the kept copy of it is damaged; lyt pack versions names the "
                                   "file");
    if (status == LYT_ENOTFOUND)
        return lyt_webasked_refuse(a, 404, "not-found", status, "no such version is kept any more");
    if (status)
        return status;
    (void)lyt_json_bool(lyt_json_get(a->tree, "yaml"), &with_text);
    lyt_jw_versionview(&a->jw, &view, with_text);
    lyt_versionview_close(&view);
    return LYT_OK;
}
