/*
 * The inside of lyt_pack and what its readers share: packfile.c has the small
 * things (texts by language, lists), pack_read.c pack.yaml, pack_read_scenario.c a
 * scenario, pack_read_rules.c a lexicon, pack_learn.c sentences and model.
 */
#ifndef LYT_PACKFILE_H
#define LYT_PACKFILE_H

#include "delicate.h"
#include "field.h"
#include "fslog.h"
#include "pack.h"
#include "rule.h"
#include "sentence.h"

typedef struct lyt_property {
    const char *id;
    const lyt_scenario *scenarios; /* n_scenarios of them */
} lyt_property;

struct lyt_pack {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    lyt_fslog *log; /* all that was read of it */
    lyt_arena *arena;
    const char *folder;
    const char *id;
    lyt_texts_by name, description;
    lyt_lexis *lexis;
    lyt_wordbook *words;
    lyt_delicate *delicate; /* NULL: there is no such list */
    lyt_langid *langid;     /* NULL when there is neither a table nor a sentence to learn from */
    lyt_rules *rules;
    lyt_cue *cues; /* by id, as the model knows them */
    lyt_model *model;
    lyt_model *moods; /* what it learns from beside its sentences; NULL for none */
    double threshold;
    int64_t window_min;
    uint32_t languages, more; /* more: those of them that texts are not written in */
    const char *suffix;       /* "+de+sv" for more, else "" */
    lyt_language declared[lyt_languages_max]; /* the same in the order of pack.yaml */
    size_t n_declared;
    lyt_scenario *scenarios;
    size_t n_scenarios, scenarios_cap;
    lyt_team *teams;
    size_t n_teams;
    lyt_step *steps;
    size_t n_steps;
    lyt_property *properties; /* by id */
    size_t n_properties;
    int label_of[lyt_scenarios_max]; /* scenario's label in the model, -1 for none */
    lyt_refined_state refined;
    uint64_t files_hash;
    uint64_t hash;
};

/* What `beats` names, until all scenarios are read. */
typedef struct lyt_beaten {
    const char *id, *by; /* by: the id of the scenario that names it */
    const char *file;
    lyt_spot at;
} lyt_beaten;

typedef struct lyt_pack_reader {
    lyt_pack *pack;
    lyt_textspace *space; /* to stem the patterns; no dictionaries */
    const char *lexicons; /* folder of the language lexicons */
    const char *own;      /* folder of the house's own scenarios; NULL for none */
    const char *more;     /* "sv+nb": the more_languages to read in; NULL for none */
    const char *file;     /* in hand; lives with the pack */
    lyt_scenario *scenario;
    lyt_beaten *beaten; /* in the pack's arena */
    size_t n_beaten, beaten_cap;
    lyt_error *err;
} lyt_pack_reader;

/* "folder/a" or "folder/a/b" (b NULL), in the pack's arena; NULL without memory. */
const char *lyt_pack_path(lyt_pack_reader *r, const char *a, const char *b);

/* Reads a file, sets r->file, mixes its bytes into *hash. */
LYT_MUST_USE lyt_status lyt_pack_yaml(lyt_pack_reader *r, const char *path, uint64_t *hash,
                                      lyt_yaml **out);

/* err for a status of the arena or the allocator. */
lyt_status lyt_pack_short(lyt_pack_reader *r);

/* A copy with a NUL; sets *out. */
LYT_MUST_USE lyt_status lyt_pack_copy(lyt_pack_reader *r, lyt_str text, const char **out);

/* Language of a code that the pack's texts are written in; LYT_EFORMAT at the node's key. */
LYT_MUST_USE lyt_status lyt_pack_language(lyt_pack_reader *r, const lyt_yaml_node *node,
                                          lyt_language *out);
/* Every language that the pack's texts are written in is a key of map (keys checked by the caller).
 */
LYT_MUST_USE lyt_status lyt_pack_all_languages(lyt_pack_reader *r, const lyt_yaml_node *map,
                                               const char *what);

/* In a language that texts are not written in: the English, else the first there is. */
void lyt_pack_lend_texts(const lyt_pack_reader *r, lyt_texts_by *texts);

/* {en: …, da: …}; bytes_max 0 for no limit. */
LYT_MUST_USE lyt_status lyt_pack_texts(lyt_pack_reader *r, const lyt_yaml_node *map,
                                       const char *what, size_t bytes_max, lyt_texts_by *out);

/*
 * A map whose keys are languages and one key more: that one into *out. Unknown keys come
 * before a missing one, since a typo makes both.
 */
LYT_MUST_USE lyt_status lyt_pack_keyed(lyt_pack_reader *r, const lyt_yaml_node *map,
                                       const char *what, const char *key,
                                       const lyt_yaml_node **out);

size_t lyt_yaml_children(const lyt_yaml_node *node);

/* ids in a list of maps are unique: node is the id in hand, list its list. */
LYT_MUST_USE lyt_status lyt_pack_unique(lyt_pack_reader *r, const lyt_yaml_node *list,
                                        const lyt_yaml_node *id);

/* The names in a folder that end in ".yaml", by what stands before it; in the pack's arena. */
LYT_MUST_USE lyt_status lyt_pack_names(lyt_pack_reader *r, const char *folder, const char ***names,
                                       size_t *n);

/* The id of a team of pack.yaml; LYT_EFORMAT at the node. */
LYT_MUST_USE lyt_status lyt_pack_team_id(lyt_pack_reader *r, const lyt_yaml_node *node,
                                         const char **out);
/* The scenario that is the key of node; LYT_EFORMAT there, with the name it comes near. */
LYT_MUST_USE lyt_status lyt_pack_scenario_of(lyt_pack_reader *r, const lyt_yaml_node *node,
                                             size_t *out);
/* A scalar that is true or false. */
LYT_MUST_USE lyt_status lyt_pack_flag(lyt_pack_reader *r, const lyt_yaml_node *node, bool *out);

LYT_MUST_USE lyt_status lyt_pack_read_main(lyt_pack_reader *r);
/* name: of the file in scenarios/; path: where it lies, in the pack's arena. */
LYT_MUST_USE lyt_status lyt_pack_read_scenario(lyt_pack_reader *r, const char *name,
                                               const char *path);
/* Patterns of a scenario's `raise`. Needs the languages' stemmers. */
LYT_MUST_USE lyt_status lyt_pack_read_raise(lyt_pack_reader *r, const lyt_yaml_node *list,
                                            uint32_t scenario);
/* `beats`: checked here, bound to scenarios by lyt_pack_bind_beats(). */
LYT_MUST_USE lyt_status lyt_pack_read_beats(lyt_pack_reader *r, const lyt_yaml_node *list);
/* `score`, NULL: out stays as it is. */
LYT_MUST_USE lyt_status lyt_pack_read_score(lyt_pack_reader *r, const lyt_yaml_node *node,
                                            lyt_score_rule out[LYT_SCORE_BANDS]);
/* A sentence of `fires` or `silent`, which out says already; with a score, a map. */
LYT_MUST_USE lyt_status lyt_pack_read_example(lyt_pack_reader *r, const lyt_yaml_node *node,
                                              lyt_scenario_example *out);
/* Names become indices, once all scenarios are read and sorted. */
LYT_MUST_USE lyt_status lyt_pack_bind_beats(lyt_pack_reader *r);
/* lexicons/<code>.yaml; scenarios are read and sorted. */
LYT_MUST_USE lyt_status lyt_pack_read_rules(lyt_pack_reader *r, lyt_language language);

/* All of properties/, once scenarios and rules are read; gives every scenario its version. */
LYT_MUST_USE lyt_status lyt_pack_read_properties(lyt_pack_reader *r);

/* The sentences of training/, to which others may be added; empty when there are none. */
LYT_MUST_USE lyt_status lyt_pack_open_corpus(lyt_pack *pack, lyt_corpus **out, lyt_error *err);
/* The same, sealed. */
LYT_MUST_USE lyt_status lyt_pack_corpus(lyt_pack *pack, lyt_corpus **out, lyt_error *err);
/* The table of all cues, once rules and corpus (its labels) are known. */
LYT_MUST_USE lyt_status lyt_pack_make_cues(lyt_pack *pack, const lyt_corpus *corpus);
LYT_MUST_USE lyt_status lyt_pack_train(lyt_pack *pack, const lyt_corpus *corpus,
                                       const lyt_pack_options *options, lyt_model **out,
                                       lyt_error *err);
/* A model file trained on exactly this; NULL in *out when there is none. */
LYT_MUST_USE lyt_status lyt_pack_find_model(lyt_pack *pack, const lyt_corpus *corpus,
                                            const lyt_pack_options *options, lyt_model **out,
                                            lyt_error *err);

/* From now on the pack judges with the model, which is its own to free. */
void lyt_pack_adopt(lyt_pack *pack, lyt_model *model);

/* Where in a folder the refined model lies that began with the pack's present one (refine.h). */
LYT_MUST_USE lyt_status lyt_pack_refined_path(const lyt_pack *pack, const char *folder,
                                              lyt_buf *out);
/* The one that lies there, and pack->refined; NULL in *out when there is none that fits.
 * LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_pack_find_refined(lyt_pack *pack, const lyt_pack_options *options,
                                              lyt_model **out, lyt_error *err);

/* What fired in a text: all rules that did, and the cues they make, one an id. */
typedef struct lyt_fired {
    const lyt_rule_hit *hits;
    size_t n_hits;
    const lyt_cue *cues;
    size_t n_cues;
} lyt_fired;
LYT_MUST_USE lyt_status lyt_pack_fire(const lyt_pack *pack, const lyt_text *text, lyt_arena *arena,
                                      lyt_fired *out);
/* Of what fired in a text, what did within one of its sentences, as if that were all. As above. */
LYT_MUST_USE lyt_status lyt_pack_fired_in(const lyt_pack *pack, const lyt_fired *fired,
                                          const lyt_sentence *sentence, lyt_arena *arena,
                                          lyt_fired *out);
/* Index of the scenario in the model, -1 for none. */
int lyt_pack_label(const lyt_pack *pack, size_t scenario);
const lyt_rules *lyt_pack_rules(const lyt_pack *pack);

#endif
