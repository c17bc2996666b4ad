/* The tables of lyt_quality. Private to the room. */
#ifndef LYT_QUALITY_SHEETS_H
#define LYT_QUALITY_SHEETS_H

#include "quality.h"
#include "sheet.h"

enum { lyt_quality_mistakes_max = 20, lyt_quality_thresholds = 19, lyt_quality_recalls = 20 };

/* Each initialises and fills the sheet; the caller ends it with lyt_sheet_deinit(). */
typedef void (*lyt_quality_sheet)(const lyt_quality *quality, lyt_page_language language,
                                  const lyt_alloc *alloc, lyt_sheet *sheet);
void lyt_quality_totals(const lyt_quality *quality, lyt_page_language language,
                        const lyt_alloc *alloc, lyt_sheet *sheet);
void lyt_quality_labels(const lyt_quality *quality, lyt_page_language language,
                        const lyt_alloc *alloc, lyt_sheet *sheet);
void lyt_quality_bins(const lyt_quality *quality, lyt_page_language language,
                      const lyt_alloc *alloc, lyt_sheet *sheet);
void lyt_quality_mistakes(const lyt_quality *quality, lyt_page_language language,
                          const lyt_alloc *alloc, lyt_sheet *sheet);
/* The same with every mistake there is. */
void lyt_quality_all_mistakes(const lyt_quality *quality, lyt_page_language language,
                              const lyt_alloc *alloc, lyt_sheet *sheet);
void lyt_quality_recall(const lyt_quality *quality, lyt_page_language language,
                        const lyt_alloc *alloc, lyt_sheet *sheet);
void lyt_quality_sweep(const lyt_quality *quality, lyt_page_language language,
                       const lyt_alloc *alloc, lyt_sheet *sheet);
void lyt_quality_worst(const lyt_quality *quality, lyt_page_language language,
                       const lyt_alloc *alloc, lyt_sheet *sheet);

/* n_labels is none. */
lyt_str lyt_quality_name(const lyt_quality *quality, size_t label, lyt_page_language language);
/* "noise, cold", or none. */
void lyt_quality_names(const lyt_quality *quality, const bool *labels, lyt_page_language language,
                       lyt_buf *out);
/* "cold: so cold (stem:cold) +1.20; …" */
void lyt_quality_clues(const lyt_quality *quality, const lyt_wrong *wrong,
                       lyt_page_language language, lyt_buf *out);

#endif
