/*
 * lyt_mail_receive: a mail to the house, into feedback: what its writer wrote now (mailnew.h), its
 * subject before it when it begins a conversation, its sender's address as pseudonym, channel
 * "email".
 *
 * Threads   pure function.
 */
#ifndef LYT_MAILIN_H
#define LYT_MAILIN_H

#include "inbound.h"

/*
 * config: name, property, place, lang and book count; its gateway may be any.
 * out: in the arena, cleaned and settled like what lyt_gateway_receive() gives. The id is made of
 * the Message-ID, so that the same mail twice is one feedback.
 *
 * LYT_EFORMAT: no mail; err has the line. LYT_ESTATE: an automatic answer, a bounce or a list;
 * nobody wrote it for us. LYT_ENOTFOUND: nothing new in it. LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_mail_receive(lyt_inbound *out, lyt_str message,
                                         const lyt_gateway_config *config, int64_t now_us,
                                         lyt_arena *arena, lyt_error *err);

#endif
