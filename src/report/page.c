#include "page.h"

/* Contrast of text and of plot colours against their ground is at least 4.5 and 3 to 1. */
static const char style[] =
    ":root{color-scheme:light dark;--ground:#fff;--text:#1b1f24;--soft:#57606a;--rule:#d0d7de;"
    "--s0:#0b62b8;--s1:#b35900;--s2:#1a7f37;--s3:#8250df}\n"
    "@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--text:#e6edf3;--soft:#9da7b1;"
    "--rule:#3d444d;--s0:#58a6ff;--s1:#f0883e;--s2:#3fb950;--s3:#bc8cff}}\n"
    "body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--ground);color:var(--text);"
    "font:16px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}\n"
    ".sub,.note{color:var(--soft)}\n"
    ".scroll{overflow-x:auto}\n"
    "table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;font-weight:600;padding:.3rem 0}\n"
    "th,td{border-bottom:1px solid var(--rule);padding:.25rem .6rem;text-align:left;"
    "vertical-align:top}\n"
    "th.n,td.n{text-align:right;white-space:nowrap}tbody th{font-weight:400;min-width:7rem}\n"
    "figure{margin:1rem 0}svg{max-width:100%;height:auto;display:block}\n"
    "svg text{fill:var(--text);font:12px system-ui,sans-serif}svg .t{font-weight:600;"
    "font-size:14px}\n"
    "svg .g{stroke:var(--rule);stroke-width:1;fill:none}svg .a{stroke:var(--soft);fill:none}\n"
    "svg .s0{stroke:var(--s0)}svg .s1{stroke:var(--s1)}svg .s2{stroke:var(--s2)}"
    "svg .s3{stroke:var(--s3)}\n"
    "svg .f0{fill:var(--s0)}svg .f1{fill:var(--s1)}svg .f2{fill:var(--s2)}svg .f3{fill:var(--s3)}"
    "\n"
    "svg .l{fill:none;stroke-width:2}\n"
    "@media print{body{max-width:none}figure,tr{break-inside:avoid}}\n";

const char *lyt_page_style(void)
{
    return style;
}

void lyt_page_begin(lyt_buf *out, const lyt_page *page)
{
    lyt_buf_addf(out,
                 "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 /* the reader's browser is to hold the page to its word: nothing from outside */
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                 "style-src 'unsafe-inline'\">\n<title>",
                 page->language == LYT_PAGE_DA ? "da" : "en");
    lyt_markup_add(out, page->title);
    lyt_buf_add_text(out, "</title>\n<style>\n");
    lyt_buf_add_text(out, style);
    lyt_buf_add_text(out, "</style>\n</head>\n<body>\n<main>\n<h1>");
    lyt_markup_add(out, page->title);
    lyt_buf_add_text(out, "</h1>\n");
    if (page->subtitle.len) {
        lyt_buf_add_text(out, "<p class=\"sub\">");
        lyt_markup_add(out, page->subtitle);
        lyt_buf_add_text(out, "</p>\n");
    }
}

void lyt_page_heading(lyt_buf *out, lyt_str text)
{
    lyt_buf_add_text(out, "<h2>");
    lyt_markup_add(out, text);
    lyt_buf_add_text(out, "</h2>\n");
}

void lyt_page_paragraph(lyt_buf *out, lyt_str text)
{
    lyt_buf_add_text(out, "<p>");
    lyt_markup_add(out, text);
    lyt_buf_add_text(out, "</p>\n");
}

void lyt_page_end(lyt_buf *out)
{
    lyt_buf_add_text(out, "</main>\n</body>\n</html>\n");
}
