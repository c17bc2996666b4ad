/*
 * lyt_channelfile: channels.yaml (docs/channels.md): at which address which gateway calls,
 * with which secrets; what our numbers, shared keywords and the numbers of staff stand for; and
 * what opts out. Paths in it are relative to its folder.
 *
 * Lifetime  lyt_channelfile_read() to lyt_channelfile_free(); to read it anew make another one,
 *           and keep the old one when that fails.
 * Threads   read-only once read: any number may receive by it at once.
 */
#ifndef LYT_CHANNELFILE_H
#define LYT_CHANNELFILE_H

#include "fs.h"
#include "inbound.h"

typedef struct lyt_channelfile lyt_channelfile;

typedef struct lyt_channelfile_options {
    const lyt_fs *fs;
    const lyt_alloc *alloc;
    const char *lexicons; /* folder whose opt_out words count; NULL: only those of the file */
    /*
     * NULL: the first fault ends the reading. Else it is told every fault of a secret, a
     * mapping or what a gateway lacks, and reading goes on; such a gateway refuses everything.
     */
    void (*on_fault)(void *user, const lyt_error *err);
    void *user;
} lyt_channelfile_options;

/*
 * Errors name file, line and column. LYT_EFORMAT: what is wrong and what to do. LYT_ENOTFOUND,
 * LYT_ESTATE (a secret that others may read), LYT_EIO, LYT_ENOMEM. out is untouched then.
 */
LYT_MUST_USE lyt_status lyt_channelfile_read(lyt_channelfile **out, const char *path,
                                             const lyt_channelfile_options *options,
                                             lyt_error *err);
/* NULL is accepted. Secrets are wiped. */
void lyt_channelfile_free(lyt_channelfile *file);

const lyt_channels *lyt_channelfile_channels(const lyt_channelfile *file);

/* The mapping's file of a gateway, and where the gateway stands; NULL and 0 when there is none. */
const char *lyt_channelfile_mapping(const lyt_channelfile *file, size_t gateway);
uint32_t lyt_channelfile_line(const lyt_channelfile *file, size_t gateway);

#endif
