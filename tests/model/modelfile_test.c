#include "modelbed.h"
#include "modelview.h"

LYT_SUITE(modelfile);

typedef struct file {
    bed b;
    lyt_model *model;
    lyt_buf bytes;
} file;

static void file_open(file *f)
{
    lyt_train_options options;

    bed_open(&f->b, "__label__a cold\n__label__b noise\n__label__a __label__b cold noise\n"
                    "__label__none lovely bed\n__label__none good food\n");
    options = bed_options(&f->b);
    options.hash_bits = 5;
    f->model = bed_train(&f->b, &options);
    lyt_buf_init(&f->bytes, NULL);
    lyt_buf_add(&f->bytes, (lyt_str){(const void *)f->model->data, f->model->size_bytes});
    cr_assert_eq(lyt_buf_status(&f->bytes), LYT_OK);
}

static void file_close(file *f)
{
    lyt_buf_deinit(&f->bytes);
    lyt_model_free(f->model);
    bed_close(&f->b);
}

/* A copy of just the right size, so that the sanitizer sees a byte too many. */
static lyt_status open_copy(lyt_str bytes, lyt_error *err)
{
    char *copy = lyt_mem_new(NULL, bytes.len);
    lyt_model *model = NULL;
    lyt_status status;

    cr_assert_not_null(copy);
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    status = lyt_modelview_open(&model, NULL, (lyt_str){copy, bytes.len}, err);
    lyt_model_free(model);
    lyt_mem_free(NULL, copy);
    return status;
}

static void fix_checksum(lyt_buf *bytes)
{
    const uint64_t sum = lyt_modelview_checksum(lyt_buf_str(bytes));

    memcpy(bytes->data + lyt_modelfile_checksum_at, &sum, sizeof sum);
}

Test(modelfile, whole_file_opens)
{
    file f;

    file_open(&f);
    cr_expect_eq(open_copy(lyt_buf_str(&f.bytes), NULL), LYT_OK);
    fix_checksum(&f.bytes);
    cr_expect_eq(open_copy(lyt_buf_str(&f.bytes), NULL), LYT_OK);
    file_close(&f);
}

Test(modelfile, cut_anywhere)
{
    file f;

    file_open(&f);
    for (size_t len = 0; len < f.bytes.len; len++) {
        lyt_error err = {0};

        cr_expect_eq(open_copy(lyt_str_slice(lyt_buf_str(&f.bytes), 0, len), &err), LYT_EFORMAT,
                     "%zu bytes", len);
        cr_expect_gt(strlen(err.text), 0);
    }
    lyt_buf_add_char(&f.bytes, 0);
    cr_expect_eq(open_copy(lyt_buf_str(&f.bytes), NULL), LYT_EFORMAT, "one byte more");
    file_close(&f);
}

Test(modelfile, any_byte_changed)
{
    file f;

    file_open(&f);
    for (size_t at = 0; at < f.bytes.len; at++) {
        f.bytes.data[at] ^= 0x55;
        cr_expect_eq(open_copy(lyt_buf_str(&f.bytes), NULL), LYT_EFORMAT, "byte %zu", at);
        f.bytes.data[at] ^= 0x55;
    }
    file_close(&f);
}

/* With the right checksum a changed byte may be a valid model; it must then be a safe one. */
Test(modelfile, any_byte_changed_by_somebody_who_can_count)
{
    static const unsigned char masks[] = {0x01, 0x80, 0xff};
    size_t refused = 0;
    file f;

    file_open(&f);
    for (size_t at = 0; at < f.bytes.len; at++) {
        for (size_t m = 0; m < sizeof masks; m++) {
            lyt_model *model = NULL;
            const lyt_text text = bed_text(&f.b, "cold noise");
            const lyt_input input = {.text = &text};
            lyt_scratch *scratch;
            lyt_scores scores;

            f.bytes.data[at] ^= (char)masks[m];
            fix_checksum(&f.bytes);
            if (lyt_modelview_open(&model, NULL, lyt_buf_str(&f.bytes), NULL)) {
                refused++;
            } else {
                cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
                cr_expect_eq(lyt_model_score(model, scratch, &input, f.b.arena, &scores), LYT_OK);
                cr_expect(scores.probability[0] >= 0 && scores.probability[0] <= 1, "byte %zu", at);
                lyt_scratch_free(scratch);
                lyt_model_free(model);
            }
            f.bytes.data[at] ^= (char)masks[m];
        }
    }
    cr_expect_gt(refused, 500);
    file_close(&f);
}

Test(modelfile, errors_say_what_and_where)
{
    static const struct {
        int line;
        size_t at;
        uint64_t offset;
        const char *says;
    } rows[] = {
        {__LINE__, 0, 0, "magic"},
        {__LINE__, 8, 8, "version"},
        {__LINE__, 12, 12, "number of sections"},
        {__LINE__, 16, 16, "as long as"},
        {__LINE__, 24, 24, "checksum"},
        {__LINE__, 300, 24, "checksum"},
    };
    file f;

    file_open(&f);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {0};

        f.bytes.data[rows[i].at] ^= 1;
        cr_expect_eq(open_copy(lyt_buf_str(&f.bytes), &err), LYT_EFORMAT);
        cr_expect_not_null(strstr(err.text, rows[i].says), "row at line %d: %s", rows[i].line,
                           err.text);
        cr_expect_eq(err.offset, rows[i].offset, "row at line %d", rows[i].line);
        f.bytes.data[rows[i].at] ^= 1;
    }
    file_close(&f);
}

Test(modelfile, load_and_save_fail_by_name)
{
    testing_fs failing;
    lyt_model *model = NULL;
    lyt_error err = {0};
    char folder[64], path[80];
    file f;

    file_open(&f);
    testing_folder(folder);
    testing_write(folder, "no.lytm", LYT_STR("this is no model, it is a letter"));
    testing_write(folder, "empty.lytm", LYT_STR(""));
    snprintf(path, sizeof path, "%s/no.lytm", folder);
    cr_expect_eq(lyt_model_load(&model, NULL, lyt_fs_system(), path, &err), LYT_EFORMAT);
    cr_expect_str_eq(err.file, path);
    snprintf(path, sizeof path, "%s/empty.lytm", folder);
    cr_expect_eq(lyt_model_load(&model, NULL, lyt_fs_system(), path, &err), LYT_EFORMAT);
    snprintf(path, sizeof path, "%s/absent.lytm", folder);
    cr_expect_eq(lyt_model_load(&model, NULL, lyt_fs_system(), path, &err), LYT_ENOTFOUND);
    testing_fs_init(&failing, 1, LYT_EFULL);
    cr_expect_eq(lyt_model_save(f.model, &failing.fs, path, &err), LYT_EFULL);
    cr_expect_null(model);
    testing_folder_remove(folder);
    file_close(&f);
}

Test(modelfile, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    file f;

    file_open(&f);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_model *model = NULL;
        const lyt_status status =
            lyt_modelview_open(&model, &failing.alloc, lyt_buf_str(&f.bytes), NULL);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
        lyt_model_free(model);
    }
    file_close(&f);
}
