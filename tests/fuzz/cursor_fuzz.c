/* Any row of calls on a named subscriber's cursor keeps its promises: the floor never goes back,
 * nothing above the credit is out, and what is out is found when it is due. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "cursor.h"
#include "order.h"

static void check_order(const uint8_t *data, size_t size)
{
    lyt_cursor_order order;

    (void)!lyt_cursor_order_get(&order, (lyt_str){(const char *)data, size});
}

static void step(lyt_cursor *c, unsigned what, int64_t seq, int64_t now, int64_t credit)
{
    lyt_cursor_due due;

    switch (what) {
    case 0:
        if (lyt_cursor_room(c)) {
            if (lyt_cursor_give(c, lyt_cursor_seen(c) + 1, (size_t)seq, now))
                abort();
            if ((int64_t)lyt_cursor_out(c) > credit)
                abort();
        }
        break;
    case 1:
        lyt_cursor_pass(c, lyt_cursor_seen(c) + 1);
        break;
    case 2:
        (void)!lyt_cursor_done(c, seq, NULL);
        break;
    case 3:
        (void)!lyt_cursor_put_off(c, seq, seq % 3 - 1, now);
        break;
    case 4:
        lyt_cursor_lose(c, now);
        if (lyt_cursor_out(c) && !lyt_cursor_find_due(c, now, &due))
            abort();
        break;
    default:
        while (lyt_cursor_find_due(c, now, &due))
            if (due.is_spent)
                (void)!lyt_cursor_done(c, due.seq, NULL);
            else
                lyt_cursor_again(c, due.seq, 1, now);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_cursor_limits limits = {8, 100, 3, 1000};
    lyt_cursor *c = NULL;
    int64_t floor = 0;

    check_order(data, size);
    if (lyt_cursor_new(&c, NULL, 0, &limits))
        return 0;
    for (size_t i = 0; i < size && i < 4096; i++) {
        step(c, data[i] % 6, data[i] / 6, (int64_t)i * 1000, limits.credit);
        if (lyt_cursor_floor(c) < floor || lyt_cursor_floor(c) > lyt_cursor_seen(c))
            abort();
        floor = lyt_cursor_floor(c);
    }
    lyt_cursor_free(c);
    return 0;
}
