#include "pack.h"

static void tell(const lyt_pack_options *options, const char *language, lyt_wordbook_origin origin)
{
    const lyt_log_field fields[] = {
        lyt_log_text("language", language),
        lyt_log_text("folder", options->words_folder),
    };

    lyt_log_write(options->log, LYT_LOG_WARN, "LYT-WORDS-MISSING",
                  origin == LYT_WORDBOOK_MADE
                      ? "the table of words is missing or unfit and was made in memory, without "
                        "the packs' texts; lyt words build makes the file"
                      : "neither table of words nor Hunspell dictionary: compounds stay whole and "
                        "only words of the model are corrected",
                  fields, sizeof fields / sizeof *fields);
}

lyt_status lyt_words_for(lyt_wordbook **out, const lyt_lexis *lexis, uint32_t languages,
                         const lyt_pack_options *options, lyt_error *err)
{
    lyt_wordbook_options wanted = {
        .alloc = options->alloc,
        .fs = options->fs ? options->fs : lyt_fs_system(),
        .lexis = lexis,
        .languages = languages,
        .words_folder = options->words_folder,
        .dictionary_folder = options->dictionary_folder,
    };
    lyt_status status;

    *out = NULL;
    if (!options->words_folder && !options->dictionary_folder)
        return LYT_OK;
    status = lyt_wordbook_open(out, &wanted, err);
    for (size_t i = 0; !status && i < lyt_lexis_languages(lexis); i++) {
        lyt_wordbook_origin origin = lyt_wordbook_origin_of(*out, (lyt_language)i);

        if (languages >> i & 1 && origin != LYT_WORDBOOK_MAPPED &&
            lyt_lexis_dictionary(lexis, (lyt_language)i))
            tell(options, lyt_lexis_code(lexis, (lyt_language)i), origin);
    }
    return status;
}
