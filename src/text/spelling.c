#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "hash.h"
#include "mem.h"
#include "textspace.h"

/* Verdicts are kept: a known Danish compound costs Hunspell milliseconds. */
enum { spell_rows = 1 << 12, encoded_bytes_max = 128 };

_Static_assert(sizeof(lyt_spell_record) == 56, "no padding");

/*
 * Hunspell before 1.7.2 counts the users of one table for all its handles in a plain int
 * (hunspell issue 727): two threads that open or close at once free it under a third.
 * The count is the process's, so this must be too. Asking needs no lock.
 */
static pthread_mutex_t handles = PTHREAD_MUTEX_INITIALIZER;

static Hunhandle *open_words(const char *rules, const char *words)
{
    Hunhandle *handle;

    pthread_mutex_lock(&handles);
    handle = Hunspell_create(rules, words);
    pthread_mutex_unlock(&handles);
    return handle;
}

static void close_words(Hunhandle *handle)
{
    pthread_mutex_lock(&handles);
    Hunspell_destroy(handle);
    pthread_mutex_unlock(&handles);
}

static lyt_status open_one(lyt_textspace *space, const char *folder, lyt_language language,
                           lyt_error *err)
{
    const char *name = lyt_lexis_dictionary(space->lexis, language);
    lyt_dictionary *d = &space->dictionaries[space->n_dictionaries];
    lyt_buf rules, words;
    lyt_status status;
    const char *missing = NULL;

    lyt_buf_init(&rules, space->alloc);
    lyt_buf_init(&words, space->alloc);
    lyt_buf_addf(&rules, "%s/%s.aff", folder, name);
    lyt_buf_addf(&words, "%s/%s.dic", folder, name);
    status = lyt_buf_status(&rules);
    if (!status)
        status = lyt_buf_status(&words);
    if (status) {
        status = lyt_error_set(err, status, "no memory for a dictionary's path");
        goto out;
    }
    if (access(rules.data, R_OK))
        missing = rules.data;
    else if (access(words.data, R_OK))
        missing = words.data;
    if (missing && lyt_lexis_spares_dictionary(space->lexis, language)) {
        space->lacks_dictionary[language] = true;
        goto out;
    }
    if (missing) {
        status = lyt_error_at(err, LYT_ENOTFOUND, missing, 0, 0,
                              "no Hunspell dictionary %s; Debian has it in hunspell-%.2s or "
                              "hunspell-%.2s-… ",
                              name, name, name);
        goto out;
    }
    d->words = open_words(rules.data, words.data);
    if (!d->words) {
        status = lyt_error_at(err, LYT_ENOMEM, words.data, 0, 0, "Hunspell did not load it");
        goto out;
    }
    space->n_dictionaries++;
    if (strcmp(Hunspell_get_dic_encoding(d->words), "UTF-8") != 0) {
        UErrorCode code = U_ZERO_ERROR;

        d->encoding = ucnv_open(Hunspell_get_dic_encoding(d->words), &code);
        if (U_FAILURE(code))
            status = lyt_error_at(err, LYT_ENOTFOUND, rules.data, 0, 0, "encoding %s is not known",
                                  Hunspell_get_dic_encoding(d->words));
    }
out:
    lyt_buf_deinit(&rules);
    lyt_buf_deinit(&words);
    return status;
}

lyt_status lyt_spelling_open(lyt_textspace *space, const char *folder, lyt_error *err)
{
    space->spelled = lyt_mem_array(space->alloc, spell_rows, sizeof *space->spelled);
    if (!space->spelled)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the record of spellings");
    for (size_t i = 0; i < space->n_languages; i++) {
        lyt_language language = (lyt_language)i;
        lyt_status status;

        if (!lyt_lexis_dictionary(space->lexis, language))
            continue;
        status = open_one(space, folder, language, err);
        if (status)
            return status;
    }
    return LYT_OK;
}

void lyt_spelling_close(lyt_textspace *space)
{
    for (size_t i = 0; i < space->n_dictionaries; i++) {
        close_words(space->dictionaries[i].words);
        ucnv_close(space->dictionaries[i].encoding);
    }
    lyt_mem_free(space->alloc, space->spelled);
}

static bool ask(lyt_textspace *space, const lyt_dictionary *d, const char *word, size_t len)
{
    char encoded[encoded_bytes_max];
    UErrorCode code = U_ZERO_ERROR;

    space->spells++;
    if (!d->encoding)
        return Hunspell_spell(d->words, word) != 0;
    ucnv_fromAlgorithmic(d->encoding, UCNV_UTF8, encoded, sizeof encoded, word, (int32_t)len,
                         &code);
    return U_SUCCESS(code) && Hunspell_spell(d->words, encoded) != 0;
}

bool lyt_spelling_accepts(lyt_textspace *space, lyt_str word)
{
    uint64_t hash = lyt_hash_str(word, space->seed);
    lyt_spell_record *r = &space->spelled[hash & (spell_rows - 1)];
    char text[sizeof r->bytes + 1];
    bool accepted = false;

    if (r->hash == hash && r->word_len == word.len && memcmp(r->bytes, word.ptr, word.len) == 0)
        return r->accepted;
    memcpy(text, word.ptr, word.len);
    text[word.len] = '\0';
    for (size_t i = 0; i < space->n_dictionaries && !accepted; i++)
        accepted = ask(space, &space->dictionaries[i], text, word.len);
    *r = (lyt_spell_record){.hash = hash, .word_len = (uint8_t)word.len, .accepted = accepted};
    memcpy(r->bytes, word.ptr, word.len);
    return accepted;
}
