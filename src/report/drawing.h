/* What the plots share. Private to the room. */
#ifndef LYT_DRAWING_H
#define LYT_DRAWING_H

#include "plot.h"

enum { lyt_drawing_width = 720, lyt_drawing_letter = 7 /* wide, about, of 12 pixel text */ };

/* <figure><svg …> with title and description, as high as that. */
void lyt_drawing_begin(lyt_buf *out, const lyt_plot_head *head, double width, double height);
void lyt_drawing_end(lyt_buf *out);
/* anchor: "start", "middle", "end". The text is cut to `letters`, the whole in its <title>. */
void lyt_drawing_text(lyt_buf *out, double x, double y, const char *anchor, lyt_str text,
                      size_t letters);
void lyt_drawing_number(lyt_buf *out, double x, double y, const char *anchor, double value,
                        int decimals, lyt_page_language language);
void lyt_drawing_rule(lyt_buf *out, const char *class, double x1, double y1, double x2, double y2);
/* A length or place: two decimals. */
void lyt_drawing_at(lyt_buf *out, const char *name, double value);
/* What makes a line of that series different from the others without colour. */
const char *lyt_drawing_dash(size_t series);

#endif
