/*
 * lyt_normal: one form for what is written in many. NFKC with case folding
 * (Unicode NFKC_Casefold: composed, soft hyphens and zero-width marks gone,
 * full width made plain), curly quotes made straight.
 *
 * Threads   pure functions; ICU's tables behind them are shared and constant.
 */
#ifndef LYT_NORMAL_H
#define LYT_NORMAL_H

#include "arena.h"

/*
 * The folded form of valid UTF-8, in the arena; the input itself when it is
 * folded already. LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_normal_fold(lyt_arena *arena, lyt_str utf8, lyt_str *out);

/*
 * The same for text of ASCII, Latin-1 letters and curly quotes alone, without an
 * arena: writes *len bytes, never more than utf8.len, into out. *changed says
 * whether they differ from the input. False: the text holds something else; out
 * then means nothing.
 */
bool lyt_normal_fold_plain(lyt_str utf8, char *out, size_t *len, bool *changed);

#endif
