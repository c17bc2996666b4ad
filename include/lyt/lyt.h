/* All of Lyt's public headers. */
#ifndef LYT_LYT_H
#define LYT_LYT_H

#include <lyt/alloc.h>
#include <lyt/classifier.h>
#include <lyt/status.h>
#include <lyt/str.h>

#endif
