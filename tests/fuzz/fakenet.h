/*
 * Sockets without a network, in place of net.h's: what they receive is written in a script, what
 * is sent goes nowhere. For harnesses of what reads frames from somebody whom it asked.
 *
 * A script is a row of lines: a letter that says for which endpoint ("fake:LETTER"), then the
 * frames, with a 0x1f between. A frame that is "=" is the first frame that endpoint sent last.
 *
 * Threads   one.
 */
#ifndef LYT_FUZZ_FAKENET_H
#define LYT_FUZZ_FAKENET_H

#include "net.h"

/* From here on all sockets receive from that script; borrowed until the next. */
void fakenet_begin(lyt_str script);
/* What every socket sends goes there, too; NULL: nowhere. */
typedef void (*fakenet_fn)(char letter, const lyt_str *frames, size_t n);
void fakenet_tell(fakenet_fn told);
/* Whether an endpoint has messages left. */
bool fakenet_has(char letter);

#endif
