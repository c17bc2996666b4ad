/*
 * Any text: its features name tokens that there are, group after group, the same at
 * every finding, and a word's characters are found the same way alone as in the text.
 */
#include <stdlib.h>

#include "feature.h"
#include "valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { all_groups = (1 << LYT_GROUPS) - 1 };

static lyt_textspace *make_space(void)
{
    lyt_textspace *space;
    lyt_lexis *lexis;
    lyt_language en;

    if (lyt_lexis_new(&lexis, NULL) ||
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), (lyt_str){NULL, 0}, &en) ||
        lyt_lexis_add_word(lexis, en, LYT_WORD_NEGATOR, LYT_STR("not")) ||
        lyt_lexis_add_polarity(lexis, en, LYT_STR("bad"), -2) || lyt_lexis_seal(lexis) ||
        lyt_textspace_new(&space, &(lyt_textspace_options){.lexis = lexis}, NULL))
        abort();
    return space;
}

static void check(const lyt_features *found, const lyt_text *text)
{
    unsigned group = 0;

    for (size_t i = 0; i < found->n; i++) {
        const lyt_feature *f = &found->items[i];

        if (f->group < group || f->group >= LYT_GROUPS ||
            (f->token != lyt_no_token && f->token >= text->n_tokens) ||
            (f->other != lyt_no_token && f->other >= text->n_tokens))
            abort();
        group = f->group;
    }
}

static void check_characters(const lyt_features *found, const lyt_text *text)
{
    size_t at = 0;

    while (at < found->n && found->items[at].group < LYT_GROUP_CHAR)
        at++;
    for (size_t i = 0; i < text->n_tokens; i++) {
        lyt_str word = lyt_feature_word(&text->tokens[i]);
        uint64_t *keys = malloc((lyt_feature_grams_room(word) + 1) * sizeof *keys);
        size_t n = keys ? lyt_feature_grams(word, keys) : 0;

        if (!keys || n > lyt_feature_grams_room(word) || at + n > found->n)
            abort();
        for (size_t k = 0; k < n; k++, at++)
            if (found->items[at].group != LYT_GROUP_CHAR || found->items[at].token != i ||
                found->items[at].hash != lyt_feature_hash(LYT_GROUP_CHAR, keys[k]))
                abort();
        free(keys);
    }
    if (at < found->n && found->items[at].group == LYT_GROUP_CHAR)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lyt_textspace *space;
    static lyt_arena *arena;
    lyt_features first, again;
    char *bytes = malloc(size + 1);
    lyt_text text;

    if (!bytes || (!arena && lyt_arena_new(&arena, NULL, "fuzz", 64 << 20)))
        abort();
    space = space ? space : make_space();
    lyt_arena_reset(arena);
    lyt_features_init(&first, NULL);
    lyt_features_init(&again, NULL);
    if (lyt_text_analyze(space, NULL, (lyt_str){bytes, keep_valid(data, size, bytes)}, 0, arena,
                         &text) == LYT_OK) {
        if (lyt_features_find(&first, &text, all_groups) ||
            lyt_features_find(&again, &text, all_groups) || first.n != again.n)
            abort();
        for (size_t i = 0; i < first.n; i++)
            if (first.items[i].hash != again.items[i].hash)
                abort();
        check(&first, &text);
        check_characters(&first, &text);
    }
    lyt_features_deinit(&first);
    lyt_features_deinit(&again);
    free(bytes);
    return 0;
}
