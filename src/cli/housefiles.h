/*
 * lyt_housefiles: desk.yaml and channels.yaml of a running service, read at the start and again
 * when it is told to: all of them are read and checked before any is used.
 *
 * Lifetime  plain; lyt_housefiles_read() to lyt_housefiles_deinit(), which the service and the
 *           pages must not outlive.
 * Threads   the one that started the service.
 */
#ifndef LYT_HOUSEFILES_H
#define LYT_HOUSEFILES_H

#include "channelfile.h"
#include "command.h"
#include "web.h"

typedef struct lyt_housefiles {
    lyt_settings *settings;    /* NULL: without desk.yaml */
    lyt_channelfile *channels; /* NULL: without channels.yaml */
} lyt_housefiles;

/*
 * desk, channels: paths; NULL: none. Errors as of lyt_settings_read() and lyt_channelfile_read();
 * LYT_ENOTFOUND: the lexicons, which have the words of who wants no more messages. files is left
 * empty then.
 */
LYT_MUST_USE lyt_status lyt_housefiles_read(lyt_housefiles *files, const char *desk,
                                            const char *channels, lyt_console *console,
                                            lyt_error *err);
void lyt_housefiles_deinit(lyt_housefiles *files);

/* NULL: none. */
const lyt_channels *lyt_housefiles_channels(const lyt_housefiles *files);

/*
 * Service and pages go by fresh from now on; on LYT_OK nobody uses `now` any more, otherwise nobody
 * uses fresh. Settings that are those of now, byte by byte, are not taken over again: they go into
 * fresh from now. Errors as of lyt_service_resettle() and lyt_web_resettle().
 */
LYT_MUST_USE lyt_status lyt_housefiles_use(lyt_housefiles *fresh, lyt_housefiles *now,
                                           lyt_service *service, lyt_web *web, lyt_error *err);

#endif
