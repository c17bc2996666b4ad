#include "clockstep.h"

static const int64_t least_us = (int64_t)30 * 1000000;

int64_t lyt_clockstep_look(lyt_clockstep *step, const lyt_clock *clock, int64_t speed)
{
    int64_t wall_us = lyt_clock_wall_us(clock), mono_us = lyt_clock_mono_us(clock);
    int64_t by_us = wall_us - step->wall_us - (mono_us - step->mono_us) * speed;
    bool is_step = step->has_begun && (by_us >= least_us || by_us <= -least_us);

    *step = (lyt_clockstep){true, wall_us, mono_us};
    return is_step ? by_us : 0;
}

void lyt_clockstep_say(lyt_buf *out, int64_t by_us)
{
    enum { second_us = 1000000 };
    int64_t size_us = by_us < 0 ? -by_us : by_us;

    lyt_buf_addf(out, "%lld s %s", (long long)((size_us + second_us / 2) / second_us),
                 by_us < 0 ? "back" : "forwards");
}
