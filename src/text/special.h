/*
 * lyt_special: tokens that are no words: addresses, tags, emoticons, entities.
 *
 * Each function says where the thing that begins at `at` ends, or returns `at`
 * when there is none. None looks further than the thing itself, or a fixed
 * number of bytes, so a message costs linear time.
 *
 * Threads   pure functions.
 */
#ifndef LYT_SPECIAL_H
#define LYT_SPECIAL_H

#include <lyt/str.h>

/* http://…, https://…, www.… */
size_t lyt_special_url(lyt_str s, size_t at);

/* hotel.dk/menu, booking.com: only under top-level domains that are no words. */
size_t lyt_special_domain(lyt_str s, size_t at);

size_t lyt_special_mail(lyt_str s, size_t at);

/* @name */
size_t lyt_special_mention(lyt_str s, size_t at);

/* #tag: must hold a letter first, so that "#214" is a number. */
size_t lyt_special_hashtag(lyt_str s, size_t at);

/* &amp; &#39; */
size_t lyt_special_entity(lyt_str s, size_t at);

/* What an entity stands for, or the entity itself. */
lyt_str lyt_special_entity_text(lyt_str entity);

/* :-) <3 ^^ ; glued: a letter or digit touches it on the left. */
size_t lyt_special_emoticon(lyt_str s, size_t at, bool glued);

/* Pictures with their modifiers and joiners, flags, keycaps. */
size_t lyt_special_emoji(lyt_str s, size_t at);

#endif
