#include "insight.h"

#include <math.h>
#include <string.h>

#include "mem.h"

static lyt_status open_stemmers(lyt_textspace *space, lyt_error *err)
{
    static const char *const dropping[] = {"danish", "norwegian", "swedish"};

    for (size_t i = 0; i < space->n_languages; i++) {
        const char *name = lyt_lexis_stemmer(space->lexis, (lyt_language)i);

        space->stemmers[i] = sb_stemmer_new(name, NULL);
        if (!space->stemmers[i])
            return lyt_error_set(err, LYT_ENOTFOUND, "libstemmer has no stemmer %s", name);
        for (size_t k = 0; k < sizeof dropping / sizeof *dropping; k++)
            space->drops_endings[i] |= strcmp(name, dropping[k]) == 0;
    }
    return LYT_OK;
}

static lyt_status open_breaks(lyt_textspace *space, lyt_error *err)
{
    UErrorCode code = U_ZERO_ERROR;

    space->breaks.words = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
    if (U_SUCCESS(code))
        space->breaks.run = utext_openUTF8(NULL, "", 0, &code);
    if (U_FAILURE(code))
        return lyt_error_set(err, LYT_ENOTFOUND, "ICU has no word breaks: %s", u_errorName(code));
    return LYT_OK;
}

/* Where the language stands among the declared ones; SIZE_MAX: it is not declared. */
enum { records_usual = 1 << 16, records_small = 1 << 12 };

static size_t rank_of(const lyt_textspace_options *options, lyt_language language)
{
    for (size_t i = 0; i < options->n_declared; i++)
        if (options->declared[i] == language)
            return i;
    return SIZE_MAX;
}

static lyt_status open_langid(lyt_textspace *space, const lyt_textspace_options *options,
                              lyt_error *err)
{
    size_t n = space->langid ? lyt_langid_languages(space->langid) : 0;
    double bias[lyt_languages_max];
    lyt_status status;

    if (n == 0)
        return LYT_OK;
    for (size_t i = 0; i < n; i++) {
        lyt_language language =
            lyt_lexis_find(space->lexis, lyt_str_of(lyt_langid_code(space->langid, i)));
        size_t rank = options->declared ? rank_of(options, language) : 0;

        space->declared[i] = language;
        bias[i] = language < 0 || rank == SIZE_MAX ? -INFINITY : lyt_langid_bias(rank);
    }
    status = lyt_tongues_init(&space->tongues, space->alloc, space->langid, bias,
                              space->record_rows, space->seed);
    return status ? lyt_error_set(err, status, "no memory for the record of words") : LYT_OK;
}

lyt_status lyt_textspace_new(lyt_textspace **out, const lyt_textspace_options *options,
                             lyt_error *err)
{
    lyt_textspace *space = lyt_mem_new(options->alloc, sizeof *space);
    lyt_status status;

    if (!space)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a workspace");
    space->alloc = options->alloc;
    space->lexis = options->lexis;
    space->langid = options->langid;
    space->seed = options->seed;
    space->record_rows = options->is_small ? records_small : records_usual;
    space->n_languages = lyt_lexis_languages(options->lexis);
    space->words = options->words;
    status = lyt_forms_init(space);
    if (!status)
        status = lyt_insights_init(space);
    if (status)
        lyt_error_set(err, status, "no memory for the record of word forms");
    if (!status)
        status = open_stemmers(space, err);
    if (!status)
        status = open_breaks(space, err);
    if (!status)
        status = open_langid(space, options, err);
    if (status) {
        lyt_textspace_free(space);
        return status;
    }
    *out = space;
    return LYT_OK;
}

void lyt_textspace_free(lyt_textspace *space)
{
    if (!space)
        return;
    for (size_t i = 0; i < space->n_languages; i++)
        sb_stemmer_delete(space->stemmers[i]);
    if (space->breaks.words)
        ubrk_close(space->breaks.words);
    if (space->breaks.run)
        utext_close(space->breaks.run);
    lyt_insights_deinit(space);
    lyt_tongues_deinit(&space->tongues);
    lyt_mem_free(space->alloc, space->forms);
    lyt_mem_free(space->alloc, space);
}

lyt_text_counts lyt_textspace_counts(const lyt_textspace *space)
{
    return space->counts;
}

bool lyt_textspace_lacks_dictionary(const lyt_textspace *space, lyt_language language)
{
    return lyt_wordbook_lacks(space->words, language);
}
