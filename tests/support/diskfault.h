/*
 * diskfault: SQLite's disk, failing when told: a VFS over the system's, the default of this
 * process once installed. A plan makes the calls number first to first + length - 1 fail.
 *
 * Threads   plan and read it from any; calls come from all.
 */
#ifndef LYT_DISKFAULT_H
#define LYT_DISKFAULT_H

typedef enum diskfault_kind {
    DISK_EIO,      /* opening, locking, mapping, sizing, reading, writing, flushing, cutting fail */
    DISK_FULL,     /* writing: no space */
    DISK_SHORT,    /* writing: half of it is written, then it fails */
    DISK_FSYNC,    /* flushing fails */
    DISK_SLOW,     /* flushing takes 30 ms, or as diskfault_slow() says */
    DISK_READONLY, /* writing: the disk may only be read */
    DISK_CORRUPT,  /* writing: the file is damaged */
    DISK_KINDS
} diskfault_kind;

extern const char *const diskfault_names[DISK_KINDS];

void diskfault_install(void);
/* Counting begins anew; first 0: nothing fails. */
void diskfault_plan(diskfault_kind kind, long first, long length);
void diskfault_slow(int ms);
/* Calls of that kind since the plan, and how many were made to fail. */
long diskfault_asked(void);
long diskfault_injected(void);

#endif
