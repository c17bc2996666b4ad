#include "wordbook.h"

#include "hash.h"
#include "mem.h"

enum { dictionary_bytes_max = 256 << 20 };

typedef struct shelf {
    lyt_words *words;
    lyt_vocab *common;
    lyt_buf made; /* the table's bytes, when it is in memory */
    lyt_wordbook_origin origin;
    bool wanted;
} shelf;

struct lyt_wordbook {
    const lyt_alloc *alloc;
    shelf shelves[lyt_languages_max];
    size_t n;
};

static lyt_status read_part(const lyt_fs *fs, const char *folder, const char *name,
                            const char *ending, lyt_buf *out, lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, out->alloc);
    lyt_fs_join(&path, folder, name);
    lyt_buf_add_text(&path, ending);
    status = lyt_buf_status(&path);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    else
        status = lyt_fs_read(fs, path.data, dictionary_bytes_max, out, err);
    lyt_buf_deinit(&path);
    return status;
}

lyt_status lyt_wordbook_make(const lyt_fs *fs, const lyt_alloc *alloc,
                             const char *dictionary_folder, const char *name,
                             const lyt_words_text *texts, size_t n_texts, lyt_buf *out,
                             lyt_error *err)
{
    lyt_words_source source = {.name = name, .texts = texts, .n_texts = n_texts};
    lyt_buf affix, words;
    lyt_status status;

    lyt_buf_init(&affix, alloc);
    lyt_buf_init(&words, alloc);
    status = read_part(fs, dictionary_folder, name, ".aff", &affix, err);
    if (!status)
        status = read_part(fs, dictionary_folder, name, ".dic", &words, err);
    source.affix = lyt_buf_str(&affix);
    source.words = lyt_buf_str(&words);
    if (!status)
        status = lyt_words_build(&source, alloc, out, err);
    lyt_buf_deinit(&affix);
    lyt_buf_deinit(&words);
    return status;
}

static lyt_status open_file(lyt_wordbook *book, shelf *s, const lyt_wordbook_options *options,
                            const char *name, lyt_error *err)
{
    lyt_buf path;
    lyt_status status;

    lyt_buf_init(&path, book->alloc);
    lyt_fs_join(&path, options->words_folder, name);
    lyt_buf_add_text(&path, ".lytw");
    status = lyt_buf_status(&path);
    if (status)
        lyt_error_set(err, status, "%s", lyt_status_text(status));
    else
        status = lyt_words_open(&s->words, book->alloc, options->fs, path.data, err);
    lyt_buf_deinit(&path);
    if (!status)
        s->origin = LYT_WORDBOOK_MAPPED;
    return status;
}

static lyt_status make(lyt_wordbook *book, shelf *s, const lyt_wordbook_options *options,
                       const char *name, lyt_error *err)
{
    lyt_status status = lyt_wordbook_make(options->fs, book->alloc, options->dictionary_folder,
                                          name, NULL, 0, &s->made, err);

    if (!status)
        status = lyt_words_of(&s->words, book->alloc, lyt_buf_str(&s->made), name, err);
    if (!status)
        s->origin = LYT_WORDBOOK_MADE;
    return status;
}

static lyt_status learn_common(const lyt_wordbook *book, shelf *s, lyt_error *err)
{
    lyt_status status = lyt_vocab_new(&s->common, book->alloc);
    uint32_t count;
    lyt_str word;

    for (size_t at = 0; !status && lyt_words_common(s->words, &at, &word, &count);)
        status = word.len ? lyt_vocab_add(s->common, word, count) : LYT_OK;
    if (!status)
        status = lyt_vocab_seal(s->common, 1);
    return status ? lyt_error_set(err, status, "%s", lyt_status_text(status)) : LYT_OK;
}

/* LYT_OK as well when there is neither table nor dictionary. */
static lyt_status fill(lyt_wordbook *book, shelf *s, const lyt_wordbook_options *options,
                       const char *name, lyt_error *err)
{
    lyt_status status = LYT_ENOTFOUND;

    if (options->words_folder)
        status = open_file(book, s, options, name, err);
    if (status && status != LYT_ENOMEM && options->dictionary_folder)
        status = make(book, s, options, name, err);
    if (!status)
        status = learn_common(book, s, err);
    return status == LYT_ENOMEM ? status : LYT_OK;
}

lyt_status lyt_wordbook_open(lyt_wordbook **out, const lyt_wordbook_options *options,
                             lyt_error *err)
{
    lyt_wordbook *book = lyt_mem_new(options->alloc, sizeof *book);
    lyt_status status = LYT_OK;

    if (!book)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    book->alloc = options->alloc;
    book->n = lyt_lexis_languages(options->lexis);
    for (size_t i = 0; i < book->n; i++)
        lyt_buf_init(&book->shelves[i].made, options->alloc);
    for (size_t i = 0; i < book->n && !status; i++) {
        const char *name = lyt_lexis_dictionary(options->lexis, (lyt_language)i);

        book->shelves[i].wanted = name && options->languages >> i & 1;
        if (book->shelves[i].wanted)
            status = fill(book, &book->shelves[i], options, name, err);
    }
    if (status) {
        lyt_wordbook_free(book);
        return status;
    }
    *out = book;
    return LYT_OK;
}

void lyt_wordbook_free(lyt_wordbook *book)
{
    if (!book)
        return;
    for (size_t i = 0; i < book->n; i++) {
        lyt_vocab_free(book->shelves[i].common);
        lyt_words_free(book->shelves[i].words);
        lyt_buf_deinit(&book->shelves[i].made);
    }
    lyt_mem_free(book->alloc, book);
}

const lyt_words *lyt_wordbook_at(const lyt_wordbook *book, lyt_language language)
{
    return book && language >= 0 && (size_t)language < book->n ? book->shelves[language].words
                                                               : NULL;
}

const lyt_vocab *lyt_wordbook_common(const lyt_wordbook *book, lyt_language language)
{
    return lyt_wordbook_at(book, language) ? book->shelves[language].common : NULL;
}

lyt_wordbook_origin lyt_wordbook_origin_of(const lyt_wordbook *book, lyt_language language)
{
    return lyt_wordbook_at(book, language) ? book->shelves[language].origin : LYT_WORDBOOK_NONE;
}

bool lyt_wordbook_lacks(const lyt_wordbook *book, lyt_language language)
{
    return book && language >= 0 && (size_t)language < book->n && book->shelves[language].wanted &&
           !book->shelves[language].words;
}

bool lyt_wordbook_knows(const lyt_wordbook *book, lyt_str word)
{
    for (size_t i = 0; book && i < book->n; i++)
        if (book->shelves[i].words && lyt_words_get(book->shelves[i].words, word) & LYT_WORDS_WORD)
            return true;
    return false;
}

uint64_t lyt_wordbook_hash(const lyt_wordbook *book)
{
    uint64_t hash = 0;

    for (size_t i = 0; book && i < book->n; i++)
        if (book->shelves[i].words)
            hash = lyt_hash_pair(hash, lyt_words_hash(book->shelves[i].words));
    return hash;
}
