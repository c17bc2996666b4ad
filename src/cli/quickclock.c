#include "quickclock.h"

static int64_t quick_wall_us(void *context)
{
    const lyt_quickclock *q = context;

    return q->wall_us + (lyt_clock_mono_us(lyt_clock_system()) - q->mono_us) * q->speed;
}

static int64_t quick_mono_us(void *context)
{
    (void)context;
    return lyt_clock_mono_us(lyt_clock_system());
}

void lyt_quickclock_init(lyt_quickclock *quick, int64_t speed)
{
    *quick = (lyt_quickclock){.clock = {quick_wall_us, quick_mono_us, quick},
                              .speed = speed,
                              .wall_us = lyt_clock_wall_us(lyt_clock_system()),
                              .mono_us = lyt_clock_mono_us(lyt_clock_system())};
}
