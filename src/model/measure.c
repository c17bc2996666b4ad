#include "measure.h"

#include "json.h"
#include "mem.h"

enum { n_bins = 15 };

typedef struct tally {
    uint64_t messages, said, right;
} tally;

typedef struct bin {
    uint64_t n, right;
    double sum;
} bin;

struct lyt_measure {
    const lyt_alloc *alloc;
    const char *const *labels;
    size_t n_labels;
    bool is_multi;
    uint64_t messages, exact;
    tally any, none;
    tally *per_label;
    bin bins[n_bins];
};

lyt_status lyt_measure_new(lyt_measure **out, const lyt_alloc *alloc, const char *const *labels,
                           size_t n_labels, bool is_multi)
{
    lyt_measure *m = lyt_mem_new(alloc, sizeof *m);

    if (!m)
        return LYT_ENOMEM;
    m->alloc = alloc;
    m->labels = labels;
    m->n_labels = n_labels;
    m->is_multi = is_multi;
    m->per_label = lyt_mem_array(alloc, n_labels, sizeof *m->per_label);
    if (!m->per_label) {
        lyt_mem_free(alloc, m);
        return LYT_ENOMEM;
    }
    *out = m;
    return LYT_OK;
}

void lyt_measure_free(lyt_measure *measure)
{
    if (!measure)
        return;
    lyt_mem_free(measure->alloc, measure->per_label);
    lyt_mem_free(measure->alloc, measure);
}

static void count(tally *t, bool truth, bool said)
{
    t->messages += truth;
    t->said += said;
    t->right += truth && said;
}

static void add_to_bin(lyt_measure *m, double probability, bool right)
{
    int i;
    bin *b;

    /* NaN goes to the first bin */
    if (!(probability > 0))
        probability = 0;
    if (probability > 1)
        probability = 1;
    i = (int)(probability * n_bins);
    b = &m->bins[i < n_bins ? i : n_bins - 1];
    b->n++;
    b->sum += probability;
    b->right += right;
}

static void calibrate_one(lyt_measure *m, const bool *truth, const double *probability, double none)
{
    double top = none;
    size_t at = m->n_labels;
    bool is_none = true;

    for (size_t i = 0; i < m->n_labels; i++) {
        is_none = is_none && !truth[i];
        if (probability[i] > top) {
            top = probability[i];
            at = i;
        }
    }
    add_to_bin(m, top, at == m->n_labels ? is_none : truth[at]);
}

void lyt_measure_add(lyt_measure *measure, const bool *truth, const bool *said,
                     const double *probability, double none)
{
    bool failed = false, reported = false, exact = true;

    for (size_t i = 0; i < measure->n_labels; i++) {
        count(&measure->per_label[i], truth[i], said[i]);
        failed = failed || truth[i];
        reported = reported || said[i];
        exact = exact && truth[i] == said[i];
        if (probability && measure->is_multi)
            add_to_bin(measure, probability[i], truth[i]);
    }
    if (probability && !measure->is_multi)
        calibrate_one(measure, truth, probability, none);
    count(&measure->any, failed, reported);
    count(&measure->none, !failed, !reported);
    measure->messages++;
    measure->exact += exact;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static double f1(const tally *t)
{
    return share(2 * t->right, t->messages + t->said);
}

lyt_figures lyt_measure_figures(const lyt_measure *measure)
{
    lyt_figures figures = {.messages = measure->messages};
    tally all = {0, 0, 0};
    double sum = 0, apart = 0;
    uint64_t classes = 0, binned = 0;

    for (size_t i = 0; i < measure->n_labels; i++) {
        const tally *t = &measure->per_label[i];

        all.messages += t->messages;
        all.said += t->said;
        all.right += t->right;
        /* a label that is neither there nor said has no F1 */
        classes += t->messages || t->said;
        sum += f1(t);
    }
    if (!measure->is_multi && (measure->none.messages || measure->none.said)) {
        classes++;
        sum += f1(&measure->none);
    }
    for (int i = 0; i < n_bins; i++) {
        double difference = measure->bins[i].sum - (double)measure->bins[i].right;

        binned += measure->bins[i].n;
        apart += difference < 0 ? -difference : difference;
    }
    figures.accuracy = share(measure->exact, measure->messages);
    figures.micro_f1 = f1(&all);
    figures.macro_f1 = classes ? sum / (double)classes : 0;
    figures.detect_f1 = f1(&measure->any);
    figures.precision = share(all.right, all.said);
    figures.recall = share(all.right, all.messages);
    figures.ece = binned ? apart / (double)binned : 0;
    return figures;
}

static void write_tally(lyt_jw *jw, const tally *t)
{
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "messages", (int64_t)t->messages);
    lyt_jw_kint(jw, "said", (int64_t)t->said);
    lyt_jw_kint(jw, "right", (int64_t)t->right);
    lyt_jw_kreal(jw, "precision", share(t->right, t->said), 6);
    lyt_jw_kreal(jw, "recall", share(t->right, t->messages), 6);
    lyt_jw_kreal(jw, "f1", f1(t), 6);
    lyt_jw_object_end(jw);
}

void lyt_measure_members(const lyt_measure *measure, lyt_jw *jw)
{
    lyt_figures figures = lyt_measure_figures(measure);

    lyt_jw_kint(jw, "messages", (int64_t)figures.messages);
    lyt_jw_kreal(jw, "accuracy", figures.accuracy, 6);
    lyt_jw_kreal(jw, "micro_f1", figures.micro_f1, 6);
    lyt_jw_kreal(jw, "macro_f1", figures.macro_f1, 6);
    lyt_jw_kreal(jw, "detect_f1", figures.detect_f1, 6);
    lyt_jw_kreal(jw, "precision", figures.precision, 6);
    lyt_jw_kreal(jw, "recall", figures.recall, 6);
    lyt_jw_kreal(jw, "ece", figures.ece, 6);
    lyt_jw_key(jw, "per_label");
    lyt_jw_object(jw);
    for (size_t i = 0; i < measure->n_labels; i++) {
        lyt_jw_key(jw, measure->labels[i]);
        write_tally(jw, &measure->per_label[i]);
    }
    lyt_jw_object_end(jw);
}

void lyt_measure_json(const lyt_measure *measure, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_measure_members(measure, &jw);
    lyt_jw_object_end(&jw);
}

size_t lyt_measure_labels(const lyt_measure *measure)
{
    return measure->n_labels;
}

const char *lyt_measure_name(const lyt_measure *measure, size_t label)
{
    return measure->labels[label];
}

lyt_label_figures lyt_measure_label(const lyt_measure *measure, size_t label)
{
    const tally *t = &measure->per_label[label];

    return (lyt_label_figures){
        .messages = t->messages,
        .said = t->said,
        .right = t->right,
        .precision = share(t->right, t->said),
        .recall = share(t->right, t->messages),
        .f1 = f1(t),
    };
}

size_t lyt_measure_bins(const lyt_measure *measure)
{
    (void)measure;
    return n_bins;
}

lyt_reliability lyt_measure_bin(const lyt_measure *measure, size_t index)
{
    const bin *b = &measure->bins[index];

    return (lyt_reliability){
        .from = (double)index / n_bins,
        .to = (double)(index + 1) / n_bins,
        .mean = b->n ? b->sum / (double)b->n : 0,
        .n = b->n,
        .right = b->right,
    };
}

static void pad(lyt_buf *out, size_t from, size_t width)
{
    while (out->len - from < width && !out->status)
        lyt_buf_add_char(out, ' ');
}

/* A number of `decimals` decimals, right-aligned in `width`. */
static void add_cell(lyt_buf *out, double value, int decimals, size_t width)
{
    char digits[32];
    uint64_t scaled;
    size_t n = sizeof digits, written;

    for (int i = 0; i < decimals; i++)
        value *= 10;
    scaled = (uint64_t)(value + 0.5);
    for (int i = 0; scaled || i <= decimals; i++) {
        digits[--n] = (char)('0' + scaled % 10);
        scaled /= 10;
        if (decimals && i == decimals - 1)
            digits[--n] = '.';
    }
    written = sizeof digits - n;
    for (size_t i = written; i < width; i++)
        lyt_buf_add_char(out, ' ');
    lyt_buf_add(out, (lyt_str){digits + n, written});
}

static void add_row(lyt_buf *out, const char *name, const tally *t, size_t width)
{
    const size_t from = out->len;

    lyt_buf_add_text(out, name);
    pad(out, from, width);
    add_cell(out, (double)t->messages, 0, 10);
    add_cell(out, (double)t->said, 0, 8);
    add_cell(out, (double)t->right, 0, 8);
    add_cell(out, share(t->right, t->said), 3, 11);
    add_cell(out, share(t->right, t->messages), 3, 8);
    add_cell(out, f1(t), 3, 8);
    lyt_buf_add_char(out, '\n');
}

void lyt_measure_table(const lyt_measure *measure, lyt_buf *out)
{
    const lyt_figures figures = lyt_measure_figures(measure);
    const struct {
        const char *name;
        double value;
    } rows[] = {
        {"accuracy", figures.accuracy},     {"micro F1", figures.micro_f1},
        {"macro F1", figures.macro_f1},     {"detection F1", figures.detect_f1},
        {"precision", figures.precision},   {"recall", figures.recall},
        {"calibration error", figures.ece},
    };
    size_t width = lyt_str_of("calibration error").len, from;

    for (size_t i = 0; i < measure->n_labels; i++) {
        const size_t len = lyt_str_of(measure->labels[i]).len;

        width = len > width ? len : width;
    }
    from = out->len;
    lyt_buf_add_text(out, "messages");
    pad(out, from, width);
    add_cell(out, (double)figures.messages, 0, 10);
    lyt_buf_add_char(out, '\n');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        from = out->len;
        lyt_buf_add_text(out, rows[i].name);
        pad(out, from, width);
        add_cell(out, rows[i].value, 3, 10);
        lyt_buf_add_char(out, '\n');
    }
    lyt_buf_add_char(out, '\n');
    pad(out, out->len, width);
    lyt_buf_add_text(out, "  messages    said   right  precision  recall      F1\n");
    for (size_t i = 0; i < measure->n_labels; i++)
        add_row(out, measure->labels[i], &measure->per_label[i], width);
}
