#include "fact.h"

#include <string.h>

#include "mem.h"

enum { arena_bytes = 64 << 20 };

static const char *const names[] = {
#define X(name, text) text,
    LYT_FACT_KINDS(X)
#undef X
};

/* Members of the JSON object beside the kind, in the order they are written. */
typedef struct member {
    const char *key;
    size_t offset;
} member;

static const member numbers[] = {
    {"incident", offsetof(lyt_fact, incident)}, {"at", offsetof(lyt_fact, at_us)},
    {"other", offsetof(lyt_fact, other)},       {"number", offsetof(lyt_fact, number)},
    {"due", offsetof(lyt_fact, due_us)},        {"warn", offsetof(lyt_fact, warn_us)},
    {"which", offsetof(lyt_fact, which)},
};

static const member texts[] = {
    {"by", offsetof(lyt_fact, by)},
    {"who", offsetof(lyt_fact, who)},
    {"text", offsetof(lyt_fact, text)},
    {"property", offsetof(lyt_fact, property)},
    {"scenario", offsetof(lyt_fact, scenario)},
    {"team", offsetof(lyt_fact, team)},
    {"place", offsetof(lyt_fact, place)},
    {"guest", offsetof(lyt_fact, guest)},
    {"language", offsetof(lyt_fact, language)},
};

enum {
    n_numbers = sizeof numbers / sizeof *numbers,
    n_texts = sizeof texts / sizeof *texts,
};

static int64_t *number_at(lyt_fact *fact, size_t i)
{
    return (int64_t *)(void *)((char *)fact + numbers[i].offset);
}

static lyt_str *text_at(lyt_fact *fact, size_t i)
{
    return (lyt_str *)(void *)((char *)fact + texts[i].offset);
}

lyt_status lyt_facts_init(lyt_facts *facts, const lyt_alloc *alloc)
{
    memset(facts, 0, sizeof *facts);
    facts->alloc = alloc;
    return lyt_arena_new(&facts->arena, alloc, "facts", arena_bytes);
}

void lyt_facts_deinit(lyt_facts *facts)
{
    lyt_arena_free(facts->arena);
    lyt_mem_free(facts->alloc, facts->items);
    memset(facts, 0, sizeof *facts);
}

void lyt_facts_reset(lyt_facts *facts)
{
    facts->n = 0;
    lyt_arena_reset(facts->arena);
}

lyt_status lyt_facts_add(lyt_facts *facts, const lyt_fact *fact)
{
    lyt_fact copy = *fact;
    lyt_status status =
        lyt_mem_grow(facts->alloc, &facts->items, &facts->cap, facts->n + 1, sizeof *facts->items);

    for (size_t i = 0; !status && i < n_texts; i++) {
        lyt_str *text = text_at(&copy, i);

        if (text->len)
            *text = lyt_arena_copy(facts->arena, *text);
        else
            *text = (lyt_str){"", 0};
        status = lyt_arena_status(facts->arena);
    }
    if (!status)
        facts->items[facts->n++] = copy;
    return status;
}

const char *lyt_fact_name(lyt_fact_kind kind)
{
    return kind < LYT_FACT_KIND_COUNT ? names[kind] : "unknown";
}

void lyt_fact_write(lyt_buf *out, const lyt_fact *fact)
{
    lyt_fact copy = *fact;
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "fact", lyt_str_of(lyt_fact_name(fact->kind)));
    for (size_t i = 0; i < n_numbers; i++)
        if (*number_at(&copy, i))
            lyt_jw_kint(&jw, numbers[i].key, *number_at(&copy, i));
    for (size_t i = 0; i < n_texts; i++)
        if (text_at(&copy, i)->len)
            lyt_jw_kstr(&jw, texts[i].key, *text_at(&copy, i));
    lyt_jw_object_end(&jw);
}

static lyt_status bad_member(const char *key, lyt_error *err)
{
    return lyt_error_at(err, LYT_EFORMAT, key, 0, 0, "this member of a fact has another type");
}

static lyt_status read_kind(lyt_fact *out, const lyt_json *json, lyt_error *err)
{
    lyt_str name = {"", 0};

    if (!lyt_json_str(lyt_json_get(json, "fact"), &name))
        return lyt_error_at(err, LYT_EFORMAT, "fact", 0, 0, "a fact says of which kind it is");
    for (unsigned i = 0; i < LYT_FACT_KIND_COUNT; i++) {
        if (lyt_str_equal(name, lyt_str_of(names[i]))) {
            out->kind = (lyt_fact_kind)i;
            return LYT_OK;
        }
    }
    return lyt_error_at(err, LYT_EFORMAT, "fact", 0, 0,
                        "there is no kind of fact called '%.*s'; a newer Lyt may have written it",
                        LYT_STR_ARG(lyt_str_slice(name, 0, 40)));
}

lyt_status lyt_fact_read(lyt_fact *out, const lyt_json *json, lyt_error *err)
{
    lyt_fact fact;
    lyt_status status;

    memset(&fact, 0, sizeof fact);
    status = read_kind(&fact, json, err);
    for (size_t i = 0; !status && i < n_numbers; i++) {
        const lyt_json *value = lyt_json_get(json, numbers[i].key);

        if (value && !lyt_json_int(value, number_at(&fact, i)))
            status = bad_member(numbers[i].key, err);
    }
    for (size_t i = 0; !status && i < n_texts; i++) {
        const lyt_json *value = lyt_json_get(json, texts[i].key);

        *text_at(&fact, i) = (lyt_str){"", 0};
        if (value && !lyt_json_str(value, text_at(&fact, i)))
            status = bad_member(texts[i].key, err);
    }
    if (!status)
        *out = fact;
    return status;
}
