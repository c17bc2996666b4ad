/*
 * What a question on the replay socket may hold: members of the right kind. Passing over one
 * that is not would answer another question than the one that was meant.
 *
 * Threads   pure.
 */
#ifndef LYT_ASKCHECK_H
#define LYT_ASKCHECK_H

#include "json.h"

/* LYT_EINVAL: err names the member. null is as good as not given; "topic" is not looked at. */
LYT_MUST_USE lyt_status lyt_ask_check(const lyt_json *request, lyt_error *err);

#endif
