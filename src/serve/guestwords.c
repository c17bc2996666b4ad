#include "guestwords.h"

#include "mem.h"
#include "pack.h"

typedef struct spoken {
    char *scenario, *message, *language, *text;
} spoken;

struct lyt_guestwords {
    const lyt_alloc *alloc;
    spoken *rows; /* of one scenario and message next to each other, in the order of the pack */
    size_t n, cap;
    char **paying; /* ids of scenarios */
    size_t n_paying, cap_paying;
};

static lyt_status add(lyt_guestwords *words, const lyt_scenario *scenario,
                      const lyt_guest_message *message, const char *language, const char *text)
{
    spoken *row;
    lyt_status status =
        lyt_mem_grow(words->alloc, &words->rows, &words->cap, words->n + 1, sizeof *words->rows);

    if (status)
        return status;
    row = &words->rows[words->n++];
    *row = (spoken){lyt_mem_strdup(words->alloc, lyt_str_of(scenario->id)),
                    lyt_mem_strdup(words->alloc, lyt_str_of(message->id)),
                    lyt_mem_strdup(words->alloc, lyt_str_of(language)),
                    lyt_mem_strdup(words->alloc, lyt_str_of(text))};
    return row->scenario && row->message && row->language && row->text ? LYT_OK : LYT_ENOMEM;
}

static lyt_status add_paying(lyt_guestwords *words, const lyt_scenario *scenario)
{
    lyt_status status = lyt_mem_grow(words->alloc, &words->paying, &words->cap_paying,
                                     words->n_paying + 1, sizeof *words->paying);
    char *id = status ? NULL : lyt_mem_strdup(words->alloc, lyt_str_of(scenario->id));

    if (!id)
        return LYT_ENOMEM;
    words->paying[words->n_paying++] = id;
    return LYT_OK;
}

static lyt_status add_scenario(lyt_guestwords *words, const lyt_scenario *scenario,
                               const lyt_lexis *lexis)
{
    lyt_status status = lyt_scenario_pays(scenario) ? add_paying(words, scenario) : LYT_OK;

    for (size_t m = 0; m < scenario->n_messages; m++)
        for (int l = 0; !status && l < (int)lyt_lexis_languages(lexis); l++)
            if (scenario->messages[m].text.by[l])
                status = add(words, scenario, &scenario->messages[m], lyt_lexis_code(lexis, l),
                             scenario->messages[m].text.by[l]);
    return status;
}

lyt_status lyt_guestwords_new(lyt_guestwords **out, const lyt_alloc *alloc,
                              const lyt_classifier *classifier)
{
    const lyt_pack *pack = classifier ? lyt_classifier_pack(classifier) : NULL;
    lyt_guestwords *words = lyt_mem_new(alloc, sizeof *words);
    lyt_status status = LYT_OK;

    if (!words)
        return LYT_ENOMEM;
    words->alloc = alloc;
    for (size_t i = 0; pack && !status && i < lyt_pack_scenarios(pack); i++)
        status = add_scenario(words, lyt_pack_scenario(pack, i), lyt_pack_lexis(pack));
    if (status)
        lyt_guestwords_free(words);
    else
        *out = words;
    return status;
}

void lyt_guestwords_free(lyt_guestwords *words)
{
    if (!words)
        return;
    for (size_t i = 0; i < words->n; i++) {
        lyt_mem_free(words->alloc, words->rows[i].scenario);
        lyt_mem_free(words->alloc, words->rows[i].message);
        lyt_mem_free(words->alloc, words->rows[i].language);
        lyt_mem_free(words->alloc, words->rows[i].text);
    }
    for (size_t i = 0; i < words->n_paying; i++)
        lyt_mem_free(words->alloc, words->paying[i]);
    lyt_mem_free(words->alloc, words->paying);
    lyt_mem_free(words->alloc, words->rows);
    lyt_mem_free(words->alloc, words);
}

bool lyt_guestwords_pays(const lyt_guestwords *words, lyt_str scenario)
{
    for (size_t i = 0; words && i < words->n_paying; i++)
        if (lyt_str_equal(lyt_str_of(words->paying[i]), scenario))
            return true;
    return false;
}

const char *lyt_guestwords_find(const lyt_guestwords *words, lyt_str scenario, lyt_str *id,
                                lyt_str language)
{
    for (size_t i = 0; words && i < words->n; i++) {
        const spoken *row = &words->rows[i];

        if (!lyt_str_equal(lyt_str_of(row->scenario), scenario))
            continue;
        if (!id->len)
            *id = lyt_str_of(row->message);
        if (lyt_str_equal(lyt_str_of(row->message), *id) &&
            lyt_str_equal(lyt_str_of(row->language), language))
            return row->text;
    }
    return NULL;
}
