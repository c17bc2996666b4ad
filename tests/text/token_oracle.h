/*
 * What the tokens of a message must be: ICU's word breaks, then the rules of
 * docs/tokens.md, one after the other. For tests; slow and simple.
 */
#ifndef LYT_TOKEN_ORACLE_H
#define LYT_TOKEN_ORACLE_H

#include <stdbool.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "token.h"

typedef struct token_oracle {
    UBreakIterator *breaks;
    UText *text;
    /* places between two characters looked at so far, and those that a rule decided */
    unsigned long places, by_rule;
} token_oracle;

/* False when ICU has no word breaks. */
bool token_oracle_open(token_oracle *oracle);
void token_oracle_close(token_oracle *oracle);

/*
 * Compares the boundaries of tokens with what they must be; *bad is the byte where they first
 * differ. What is no word to ICU (addresses, tags, entities, emoticons) is taken from the
 * tokens: tests/golden/tokens.txt is where that is held to account.
 */
bool token_oracle_agrees(token_oracle *oracle, lyt_str text, const lyt_raws *raws, size_t *bad);

#endif
