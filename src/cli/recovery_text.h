/* lyt_recovery_text: the figures of recovery (incident/recovery.h, as JSON) for people. Pure. */
#ifndef LYT_RECOVERY_TEXT_H
#define LYT_RECOVERY_TEXT_H

#include "housewords.h"

void lyt_recovery_text(lyt_buf *out, const lyt_json *figures, const lyt_housewords *words);

#endif
