/*
 * lyt_manual: man pages and shell completion, from the rows of the commands.
 *
 * Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_MANUAL_H
#define LYT_MANUAL_H

#include "command.h"

/* lyt-NAME(1) in man(7) macros; command NULL: lyt(1). */
void lyt_manual_page(const lyt_command *command, const char *version, lyt_buf *out);

/* The rows themselves, with a newline; command NULL: {"version", "commands": [...]} with all. */
void lyt_manual_json(const lyt_command *command, const char *version, lyt_buf *out);

/* For bash: source it, or put it in bash-completion's folder under the name lyt. */
void lyt_manual_completion(lyt_buf *out);

#endif
