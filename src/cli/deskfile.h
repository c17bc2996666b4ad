/*
 * lyt_deskfile: the settings of a house for the commands that show or try them: which file,
 * times as people write them, and time in the house's zone.
 */
#ifndef LYT_DESKFILE_H
#define LYT_DESKFILE_H

#include "command.h"
#include "json.h"
#include "markup.h"
#include "settings.h"

/* Rows for the options of a command whose values have `pack` and `settings`. */
#define LYT_DESKFILE_PACK(values_type)                                                             \
    {                                                                                              \
        .name = "pack", .letter = 'p', .type = LYT_OPT_TEXT,                                       \
        .offset = offsetof(values_type, pack), .value = "NAME|FOLDER", .fallback = "hotel",        \
        .help = "the pack whose desk.yaml is read"                                                 \
    }
#define LYT_DESKFILE_SETTINGS(values_type)                                                         \
    {                                                                                              \
        .name = "settings", .letter = 's', .type = LYT_OPT_TEXT,                                   \
        .offset = offsetof(values_type, settings), .value = "FILE",                                \
        .help = "the settings, instead of the pack's desk.yaml"                                    \
    }

/* Reads the file; complains itself. Owned by the caller, also after a failure (NULL then). */
lyt_exit lyt_deskfile_read(const lyt_call *call, const char *settings, const char *pack,
                           lyt_settings **out);

/*
 * "2026-12-24T15:00" in the house's zone, or RFC 3339; NULL is now. Complains itself.
 */
lyt_exit lyt_deskfile_time(const lyt_call *call, const lyt_settings *settings, const char *text,
                           int64_t *out);

/* key: "2026-12-24T14:00:00.000000Z" */
void lyt_deskfile_ktime(lyt_jw *jw, const char *key, int64_t at_us);

/* "Thu 2026-12-24 15:00", in the house's zone. */
void lyt_deskfile_local(lyt_buf *out, const lyt_settings *settings, int64_t at_us,
                        lyt_page_language language);

#endif
