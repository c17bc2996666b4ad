#include "webcount.h"

#include <string.h>

static const char *const refusals[] = {
#define X(name, text) text,
    LYT_WEB_REFUSALS(X)
#undef X
};

/* microseconds; the last bucket has no end */
static const int64_t bounds_us[lyt_webcount_times] = {500,   1000,   2500,   5000,    10000,
                                                      25000, 100000, 500000, 2500000, 10000000};

void lyt_webcount_answer(lyt_webcount *count, const lyt_webroute *route, int status,
                         int64_t took_us)
{
    size_t row = route ? lyt_webroute_index(route) : lyt_webroutes_max, i = 0;

    count->by_route[row][status >= 100 && status < 600 ? status / 100 : 5]++;
    while (i < lyt_webcount_times && took_us > bounds_us[i])
        i++;
    count->times[i]++;
    count->n_times++;
    count->time_us += took_us;
}

static void write_route(lyt_buf *out, const char *method, const char *path, const int64_t by[6])
{
    for (int digit = 1; digit < 6; digit++)
        if (by[digit])
            lyt_buf_addf(out,
                         "lyt_http_requests_total{method=\"%s\",route=\"%s\",status=\"%dxx\"}"
                         " %lld\n",
                         method, path, digit, (long long)by[digit]);
}

static void write_requests(const lyt_webcount *count, lyt_buf *out)
{
    lyt_buf_add_text(out, "# HELP lyt_http_requests_total Requests that were answered.\n"
                          "# TYPE lyt_http_requests_total counter\n");
    for (size_t i = 0; i < lyt_webroutes(); i++) {
        const lyt_webroute *row = lyt_webroute_at(i);

        write_route(out, lyt_method_name(row->method), row->path, count->by_route[i]);
    }
    write_route(out, "", "", count->by_route[lyt_webroutes_max]);
    lyt_buf_add_text(out, "# HELP lyt_http_refused_total Requests that were not taken, by why.\n"
                          "# TYPE lyt_http_refused_total counter\n");
    for (size_t i = 0; i < LYT_WEB_REFUSED_COUNT; i++)
        lyt_buf_addf(out, "lyt_http_refused_total{why=\"%s\"} %lld\n", refusals[i],
                     (long long)count->refused[i]);
}

static void write_times(const lyt_webcount *count, lyt_buf *out)
{
    int64_t sum = 0;

    lyt_buf_add_text(out, "# HELP lyt_http_answer_seconds From request complete to answer.\n"
                          "# TYPE lyt_http_answer_seconds histogram\n");
    for (size_t i = 0; i < lyt_webcount_times; i++) {
        sum += count->times[i];
        lyt_buf_add_text(out, "lyt_http_answer_seconds_bucket{le=\"");
        lyt_buf_add_real(out, (double)bounds_us[i] / 1e6, 6);
        lyt_buf_addf(out, "\"} %lld\n", (long long)sum);
    }
    lyt_buf_addf(out, "lyt_http_answer_seconds_bucket{le=\"+Inf\"} %lld\n",
                 (long long)count->n_times);
    lyt_buf_add_text(out, "lyt_http_answer_seconds_sum ");
    lyt_buf_add_real(out, (double)count->time_us / 1e6, 6);
    lyt_buf_addf(out, "\nlyt_http_answer_seconds_count %lld\n", (long long)count->n_times);
}

static void write_gauge(lyt_buf *out, const char *name, int64_t value)
{
    lyt_buf_addf(out, "# TYPE %s gauge\n%s %lld\n", name, name, (long long)value);
}

static void add_name(lyt_buf *name, lyt_str key)
{
    lyt_buf_add_char(name, '_');
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        lyt_buf_add_char(name, fits ? c : '_');
    }
}

/* Numbers under their path; texts are of no use to who draws curves. */
static void write_tree(const lyt_json *tree, lyt_buf *name, lyt_buf *out)
{
    const lyt_json *value;
    void *cursor = NULL;
    size_t mark = name->len;
    lyt_str key;
    double number;

    while (lyt_json_each(tree, &cursor, &key, &value)) {
        add_name(name, key);
        if (lyt_json_typeof(value) == LYT_JSON_OBJECT) {
            write_tree(value, name, out);
        } else if (lyt_json_real(value, &number) && !lyt_buf_status(name)) {
            lyt_buf_addf(out, "# TYPE %s untyped\n%s ", name->data, name->data);
            lyt_json_write(out, value);
            lyt_buf_add_char(out, '\n');
        }
        if (!lyt_buf_status(name)) {
            name->len = mark;
            name->data[mark] = '\0';
        }
    }
}

static void write_state(const lyt_json *status, lyt_buf *out)
{
    bool is_ok = lyt_str_equal(lyt_json_text(status, "state"), LYT_STR("ok"));

    lyt_buf_add_text(out, "# HELP lyt_up Whether all is well: messages are taken and stored.\n");
    write_gauge(out, "lyt_up", is_ok);
}

void lyt_webcount_write(const lyt_webcount *count, const lyt_json *status, lyt_buf *out)
{
    lyt_buf name;

    write_requests(count, out);
    write_times(count, out);
    write_gauge(out, "lyt_http_connections", count->connections);
    write_gauge(out, "lyt_http_streams", count->streams);
    lyt_buf_addf(out,
                 "# TYPE lyt_http_stream_events_total counter\n"
                 "lyt_http_stream_events_total %lld\n",
                 (long long)count->events);
    write_state(status, out);
    lyt_buf_init(&name, out->alloc);
    lyt_buf_add_text(&name, "lyt");
    write_tree(status, &name, out);
    lyt_buf_deinit(&name);
}
