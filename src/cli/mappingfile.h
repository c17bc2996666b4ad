/*
 * A mapping file (docs/channels.md): YAML into lyt_mapping.
 *
 * Lifetime  the mapping's texts live as long as yaml and arena; lyt_mapping_deinit() it.
 * Threads   as lyt_mapping.
 */
#ifndef LYT_MAPPINGFILE_H
#define LYT_MAPPINGFILE_H

#include "mapping.h"
#include "yamldoc.h"

/*
 * yaml: the file, kept by the caller. LYT_EFORMAT names file, line and column. LYT_ENOMEM,
 * LYT_ELIMIT of the arena. out needs no deinit after a failure.
 */
LYT_MUST_USE lyt_status lyt_mappingfile_read(lyt_mapping *out, const lyt_yaml *yaml,
                                             lyt_arena *arena, lyt_error *err);

#endif
