/*
 * lyt_demo_guest: what the guest of the demo sees, by the house's experience.yaml: which step it is,
 * and the words that are sent there.
 *
 * Lifetime  lyt_demo_guest_open() to lyt_demo_guest_close(); settings and pack are borrowed.
 * Threads   one.
 */
#ifndef LYT_DEMO_GUEST_H
#define LYT_DEMO_GUEST_H

#include "experiencefile.h"

typedef struct lyt_demo_guest {
    const lyt_settings *settings;
    const lyt_pack *pack;
    lyt_yaml *yaml;
    lyt_arena *arena;
    lyt_showing showings[lyt_showings_max];
    lyt_experience experience;
} lyt_demo_guest;

/* folder: of the pack. As lyt_experiencefile_read(). */
LYT_MUST_USE lyt_status lyt_demo_guest_open(lyt_demo_guest *out, const char *folder,
                                            const lyt_settings *settings, const lyt_pack *pack,
                                            lyt_error *err);
/* A zeroed one is accepted. */
void lyt_demo_guest_close(lyt_demo_guest *guest);

/*
 * The step of that name, counted from 1 (*step; may be NULL), and its words for a case. LYT_ENOTFOUND:
 * the file has no such step, or it has no words.
 */
LYT_MUST_USE lyt_status lyt_demo_guest_words(lyt_buf *out, const lyt_demo_guest *guest, lyt_str id,
                                             const char *scenario, lyt_str language,
                                             int64_t incident, size_t *step, lyt_error *err);

#endif
