/*
 * lyt_langsource: what tells which language a message is in: the table that the build made,
 * or running text by language, gathered from training sentences without their
 * labels, to learn from.
 *
 * Lifetime  init to deinit, caller's storage.
 * Threads   one at a time; the lexis is borrowed until deinit.
 */
#ifndef LYT_LANGSOURCE_H
#define LYT_LANGSOURCE_H

#include "corpus.h"
#include "langid.h"
#include "lexis.h"

typedef struct lyt_langsource {
    const lyt_alloc *alloc;
    const lyt_lexis *lexis;
    lyt_buf text[lyt_languages_max];
} lyt_langsource;

void lyt_langsource_init(lyt_langsource *source, const lyt_alloc *alloc, const lyt_lexis *lexis);
void lyt_langsource_deinit(lyt_langsource *source);

void lyt_langsource_add_corpus(lyt_langsource *source, const lyt_corpus *corpus);

/* Every <folder>/<pack>/training/<lang>.txt there is; no folder adds nothing. */
LYT_MUST_USE lyt_status lyt_langsource_add_packs(lyt_langsource *source, const lyt_fs *fs,
                                                 const char *folder, lyt_error *err);

/*
 * The table that the build made: <folder of the binary>/lexicons/languages.lytl, else
 * <lexicons_folder>/languages.lytl. NULL in *out when there is none, or when it lacks one of
 * the lexis's languages (bits of languages). LYT_EFORMAT: it is damaged.
 */
LYT_MUST_USE lyt_status lyt_langsource_find(lyt_langid **out, const lyt_alloc *alloc,
                                            const lyt_lexis *lexis, uint32_t languages,
                                            const char *lexicons_folder, lyt_error *err);

/* The same for whoever has no lexis; LYT_ENOTFOUND when there is none. */
LYT_MUST_USE lyt_status lyt_langsource_open(lyt_langid **out, const lyt_alloc *alloc,
                                            const char *lexicons_folder, lyt_error *err);

/* NULL in *out when nothing was gathered. */
LYT_MUST_USE lyt_status lyt_langsource_train(lyt_langsource *source, lyt_langid **out,
                                             lyt_error *err);

#endif
