/*
 * The note on a guest's stay in Mews (Connector API, serviceOrderNotes/add): how a failure ended,
 * beside the reservation. The first words are the flag that a person, or a filter, looks for. Mews
 * knows of no key for repetitions, so the note ends with ours: one that was sent twice is seen to be.
 */
#include "out_inner.h"

enum { data_bytes_max = 1 << 16 };

typedef struct mews_words {
    const char *recovered, *not_recovered, *said, *silent, *given, *reopened;
} mews_words;

static const mews_words words_da = {"GENOPRETTET", "IKKE GENOPRETTET", " Gæsten gav %d af 10.",
                                    " Gæsten svarede ikke.", " Givet:", " Genåbnet: %d."};
static const mews_words words_en = {"RECOVERED", "NOT RECOVERED", " The guest gave %d of 10.",
                                    " The guest did not answer.", " Given:", " Reopened: %d."};

/* Numbers of the data are small ones, and what is none is left out. */
static int number(const lyt_json *data, const char *key, int fallback)
{
    int64_t value = fallback;

    (void)lyt_json_int(lyt_json_get(data, key), &value);
    return value >= 0 && value <= 1000000 ? (int)value : fallback;
}

static void add_number(lyt_buf *out, const char *format, int value)
{
    for (const char *c = format; *c; c++) {
        if (c[0] == '%' && c[1] == 'd') {
            lyt_buf_addf(out, "%d", value);
            c++;
        } else {
            lyt_buf_add_char(out, *c);
        }
    }
}

static void add_gestures(lyt_buf *out, const lyt_json *list, const mews_words *w)
{
    for (size_t i = 0; i < lyt_json_len(list); i++) {
        const lyt_json *one = lyt_json_at(list, i);
        int amount = number(one, "amount", 0);

        lyt_buf_addf(out, "%s %.*s", i ? "," : w->given,
                     LYT_STR_ARG(lyt_json_text(one, "gesture")));
        if (amount)
            lyt_buf_addf(out, " %d.%02d %.*s", amount / 100, amount % 100,
                         LYT_STR_ARG(lyt_json_text(one, "currency")));
    }
    if (lyt_json_len(list))
        lyt_buf_add_char(out, '.');
}

static void write_text(lyt_buf *out, const lyt_out_note *note, const lyt_json *data)
{
    const mews_words *w =
        lyt_str_equal(note->language, LYT_STR("da")) ? &words_da : &words_en;
    int score = number(data, "score", -1), reopened = number(data, "reopened", 0);
    bool is_recovered = false;

    (void)lyt_json_bool(lyt_json_get(data, "recovered"), &is_recovered);
    lyt_buf_addf(out, "%s. %.*s", is_recovered ? w->recovered : w->not_recovered,
                 LYT_STR_ARG(note->text));
    if (score >= 0)
        add_number(out, w->said, score);
    else if (!is_recovered)
        lyt_buf_add_text(out, w->silent);
    if (reopened)
        add_number(out, w->reopened, reopened);
    add_gestures(out, lyt_json_get(data, "gestures"), w);
    lyt_buf_addf(out, " (%.*s)", LYT_STR_ARG(note->key));
}

static void write_body(lyt_out_request *out, const lyt_out_way *way, lyt_str stay, lyt_str text)
{
    size_t colon = lyt_str_find(way->secret, ':', 0);
    lyt_jw jw;

    lyt_jw_init(&jw, &out->body);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "ClientToken", lyt_str_slice(way->secret, 0, colon));
    lyt_jw_kstr(&jw, "AccessToken", lyt_str_slice(way->secret, colon + 1, way->secret.len));
    lyt_jw_kstr(&jw, "Client", LYT_STR("Lyt"));
    lyt_jw_key(&jw, "ServiceOrderNotes");
    lyt_jw_array(&jw);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "ServiceOrderId", stay);
    lyt_jw_kstr(&jw, "Text", text);
    lyt_jw_object_end(&jw);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
}

lyt_status lyt_out_mews(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                        lyt_error *err)
{
    lyt_json *data = NULL;
    lyt_status status = lyt_json_parse(&data, note->data, data_bytes_max, err);
    lyt_buf text;

    if (!status && !lyt_json_text(data, "stay").len)
        status = lyt_error_set(err, LYT_EINVAL, "nobody knows which stay it is about");
    if (status) {
        lyt_json_free(data);
        return status;
    }
    lyt_buf_init(&text, out->body.alloc);
    write_text(&text, note, data);
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    lyt_out_header(out, "Content-Type", LYT_STR("application/json"));
    write_body(out, way, lyt_json_text(data, "stay"), lyt_buf_str(&text));
    status = lyt_buf_status(&text);
    if (status)
        lyt_error_set(err, status, "no memory for a note");
    lyt_buf_deinit(&text);
    lyt_json_free(data);
    return status;
}
