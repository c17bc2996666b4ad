/*
 * LYT_UNWATCHED: a function that the sanitizers leave alone. For the few inner loops that are
 * nearly all of what a test waits for, where a check a number makes them three times as long, and
 * where every index is seen to be within bounds: by itself, or because all of them were looked at
 * before.
 */
#ifndef LYT_UNWATCHED_H
#define LYT_UNWATCHED_H

#if defined(__GNUC__)
#define LYT_UNWATCHED __attribute__((no_sanitize("address"), no_sanitize("undefined")))
#else
#define LYT_UNWATCHED
#endif

#endif
