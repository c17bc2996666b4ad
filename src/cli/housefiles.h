/*
 * lyt_housefiles: what a running service reads of files beside its pack, at the start and again when
 * it is told to: desk.yaml, channels.yaml, retention.yaml, the keys of tags and those of guests'
 * addresses. All of them are read and checked before any is used.
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

/* Paths; NULL: there is none. */
typedef struct lyt_housepaths {
    const char *desk, *channels, *retention, *tag_keys;
    const char *state; /* the service's folder, which may have the key of addresses */
} lyt_housepaths;

typedef struct lyt_housekeys {
    lyt_tagkeys tags;
    lyt_contact_key guests;
    lyt_webkeys web; /* points to both */
} lyt_housekeys;

typedef struct lyt_housefiles {
    lyt_settings *settings;    /* NULL: without desk.yaml */
    lyt_channelfile *channels; /* NULL: without channels.yaml */
    bool has_keep;
    lyt_keep_rules keep; /* retention.yaml */
    lyt_housekeys *keys; /* NULL until lyt_housefiles_read_keys() */
    lyt_stock *stock; /* of these files, while the service goes by others */
} lyt_housefiles;

/*
 * Errors as of lyt_settings_read(), lyt_channelfile_read(), lyt_keep_read(); LYT_ENOTFOUND: the
 * lexicons, which have the words of who wants no more messages. files is left empty then.
 */
LYT_MUST_USE lyt_status lyt_housefiles_read(lyt_housefiles *files, const lyt_housepaths *paths,
                                            lyt_console *console, lyt_error *err);
/*
 * The keys too, which the pages read by themselves when they start. Errors as of
 * lyt_tagkeys_load() and lyt_contact_key_load(), LYT_ENOMEM; files is left empty then.
 */
LYT_MUST_USE lyt_status lyt_housefiles_read_keys(lyt_housefiles *files,
                                                 const lyt_housepaths *paths, lyt_error *err);
/* A zeroed one is accepted. */
void lyt_housefiles_deinit(lyt_housefiles *files);

/*
 * Says in the log which scenarios the settings name and the pack does not have: nothing can come of
 * them, and one that was to be restricted is shown to all.
 */
void lyt_housefiles_warn(const lyt_housefiles *files, const lyt_classifier *classifier,
                         const lyt_log *log);

/* NULL: none. */
const lyt_channels *lyt_housefiles_channels(const lyt_housefiles *files);

/* Guests must be who they were in that state folder: lyt_pseudonyms_check(). */
LYT_MUST_USE lyt_status lyt_housefiles_check_guests(const lyt_housefiles *files, const char *state,
                                                    lyt_error *err);

/*
 * Service and pages go by fresh from now on, and by the words of that classifier; on LYT_OK nobody
 * uses `now` any more, otherwise nobody uses fresh. Settings that are those of now, byte by byte,
 * are not taken over again: they go into fresh from now. fresh is what was read with its keys, or
 * was `now` in the call before. Errors as of lyt_stock_new(), lyt_service_restock() and
 * lyt_web_resettle().
 */
LYT_MUST_USE lyt_status lyt_housefiles_use(lyt_housefiles *fresh, lyt_housefiles *now,
                                           const lyt_classifier *classifier,
                                           lyt_service *service, lyt_web *web, lyt_error *err);

#endif
