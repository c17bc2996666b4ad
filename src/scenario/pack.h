/*
 * lyt_pack: a folder of scenarios, rules and a model, read and checked
 * (docs/formats.md section 1). Errors name file, line and column.
 *
 * Lifetime  lyt_pack_load() to lyt_pack_free(); all it hands out lives with it.
 * Threads   never changes after load; any number may read.
 */
#ifndef LYT_PACK_H
#define LYT_PACK_H

#include "model.h"
#include "scoreband.h"

enum { lyt_severity_max = 4, lyt_scenarios_max = 256, lyt_steps_max = 32 };

/*
 * A text in each of the pack's languages: by[i] for lyt_lexis language i, NULL for the others.
 * Those of its more_languages that are in use have the English one.
 */
typedef struct lyt_texts_by {
    const char *by[lyt_languages_max];
} lyt_texts_by;

typedef enum lyt_authority { LYT_BY_CONTACT, LYT_BY_SUPERVISOR, LYT_BY_MANAGER } lyt_authority;

/* Where something stands in a file, from 1. */
typedef struct lyt_spot {
    uint32_t line, column;
} lyt_spot;

typedef struct lyt_guest_message {
    const char *id;
    lyt_texts_by text;
    lyt_spot at[lyt_languages_max]; /* of a text that was written; else 0 */
} lyt_guest_message;

typedef struct lyt_compensation {
    const char *id;
    lyt_texts_by name;
    lyt_authority level;
    int64_t amount;
    const char *currency;
} lyt_compensation;

/* What the house promises itself, counted from the message's arrival; all 0 for nothing. */
typedef struct lyt_sla {
    int64_t acknowledge_min; /* somebody has taken it */
    int64_t contact_min;     /* the guest has heard from a person */
    int64_t remedy_min;      /* it is mended or made good */
    int64_t close_h;         /* nothing is left to do */
} lyt_sla;

/* Whom an incident goes to when nobody has taken it by then. */
typedef struct lyt_escalation {
    int64_t after_min;
    const char *to; /* a role or a team */
} lyt_escalation;

/* One test sentence of a scenario. */
typedef struct lyt_scenario_example {
    lyt_language language;
    bool fires;
    const char *text;
    uint32_t line, column; /* in the scenario's file */
    double score, scale;   /* beside the words; scale 0: none */
    int severity;          /* that it must be reported with; -1: any */
} lyt_scenario_example;

typedef struct lyt_scenario {
    const char *id;
    const char *file;
    lyt_texts_by name, description;
    const char *team;   /* an id of lyt_team */
    const char *person; /* NULL for none */
    int step;           /* of the journey; -1: none is named */
    int severity;
    lyt_score_rule score[LYT_SCORE_BANDS]; /* what a score beside the words does */
    bool shadow;        /* judged and told, but raises no alarm */
    bool yields;        /* reported only where nothing else is */
    const uint16_t *beats; /* indices of those that need words of their own beside this one */
    size_t n_beats;
    double threshold;   /* the pack's, unless a property has another */
    int64_t window_min; /* the same */
    lyt_spot team_at, severity_at;
    lyt_sla sla;
    const lyt_escalation *escalations; /* after_min rises */
    size_t n_escalations;
    const char *const *channels;
    size_t n_channels;
    const lyt_guest_message *messages;
    size_t n_messages;
    const lyt_compensation *compensations;
    size_t n_compensations;
    const char *prevention_owner; /* NULL for none */
    lyt_texts_by checklist;       /* what prevents it, a step a line; NULLs: none */
    lyt_texts_by policy; /* what the house stands for when it happens; for staff; NULLs: none */
    const lyt_scenario_example *examples;
    size_t n_examples;
    uint64_t version; /* of its file, its rules, and what is different at the property */
} lyt_scenario;

typedef struct lyt_team {
    const char *id;
    lyt_texts_by name;
} lyt_team;

/* A step of a guest's journey. */
typedef lyt_team lyt_step;

typedef struct lyt_pack lyt_pack;

/* Where the data folder has the general model of moods. */
#define LYT_MOODS_FILE "models/polarity.lytm"
/* Of Swedish and German, too. */
#define LYT_MORE_MOODS_FILE "models/polarity-more.lytm"
/* Beside the tables of words, what the packs' sentences taught of what guests speak of. */
#define LYT_TOPICS_FILE "topics.lytm"

typedef struct lyt_pack_options {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const lyt_log *log;            /* told when a model is trained anew, or words are missing */
    const char *lexicons_folder;   /* the language lexicons */
    const char *words_folder;      /* where the build put the tables of words; NULL for nowhere */
    const char *dictionary_folder; /* Hunspell's, for a table that is missing; NULL: none is made */
    const char *model_folder;      /* where the build put <pack>.lytm; NULL for nowhere */
    const char *moods_file;        /* lyt_train_options.prior; NULL, or no such file: none */
    const char *own_folder;      /* the house's own (ownfolder.h); NULL, or no such folder: none */
    const char *more_moods_file; /* the same of more languages, for a pack that is read in more */
    const char *refined_folder;  /* where lyt refine put models; NULL for nowhere */
    bool (*progress)(void *context, const char *stage, double done);
    void *context;
} lyt_pack_options;

/*
 * Reads the folder. "folder+sv+nb" reads it in Swedish and Norwegian too, if they are among its
 * more_languages; its models are then called model+nb+sv.lytm, and so on. Uses
 * folder/model.lytm, else folder.lytm beside it, else model_folder/<pack>.lytm, when it was
 * trained on exactly these sentences, rules and lexicons; else trains in memory and logs
 * LYT-MODEL-STALE. A scenario without training sentences is judged by its rules alone.
 * scenarios/<id>.yaml of own_folder stands in place of the folder's, or beside them; model.lytm
 * there is looked at first.
 *
 * LYT_ENOTFOUND, LYT_EFORMAT, LYT_EIO, LYT_ENOMEM; err names the place. out untouched.
 */
LYT_MUST_USE lyt_status lyt_pack_load(lyt_pack **out, const char *folder,
                                      const lyt_pack_options *options, lyt_error *err);
/*
 * The same without all that is learned: what people wrote of scenarios, teams and rules, for who
 * shows it. It judges nothing: no session, no model and no hash can be had of it.
 */
LYT_MUST_USE lyt_status lyt_pack_load_texts(lyt_pack **out, const char *folder,
                                            const lyt_pack_options *options, lyt_error *err);
void lyt_pack_free(lyt_pack *pack);

/* What came of options.refined_folder. */
typedef enum lyt_refined_state {
    LYT_REFINED_NONE,
    LYT_REFINED_USED,
    LYT_REFINED_UNFIT, /* there is one, broken or of other rules: the pack's own model is used */
} lyt_refined_state;
lyt_refined_state lyt_pack_refined(const lyt_pack *pack);

/*
 * The tables of words of the languages (bit 1 << language) that the options name; none when
 * they name no folder. Logs LYT-WORDS-MISSING once for a language without a table.
 * LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_words_for(lyt_wordbook **out, const lyt_lexis *lexis,
                                      uint32_t languages, const lyt_pack_options *options,
                                      lyt_error *err);

/* Trains on folder/training and writes folder/model.lytm. */
LYT_MUST_USE lyt_status lyt_pack_build(const char *folder, const char *model_path,
                                       const lyt_pack_options *options, lyt_error *err);

/* Writes what was learned to folder/model.lytm, under the name it is looked for. */
LYT_MUST_USE lyt_status lyt_pack_save_model(const lyt_pack *pack, const char *folder,
                                            lyt_error *err);

const char *lyt_pack_id(const lyt_pack *pack);
/* The folder that it was read from, without the languages behind it. */
const char *lyt_pack_folder(const lyt_pack *pack);
const lyt_lexis *lyt_pack_lexis(const lyt_pack *pack);
const lyt_model *lyt_pack_model(const lyt_pack *pack);
const lyt_wordbook *lyt_pack_words(const lyt_pack *pack);
/* NULL: there is no list of delicate words. */
const struct lyt_delicate *lyt_pack_delicate(const lyt_pack *pack);
/*
 * The table of languages that the build made, or learned from the pack's own sentences where
 * that is not there or lacks one of the pack's languages; NULL when it has no sentence either.
 */
const lyt_langid *lyt_pack_langid(const lyt_pack *pack);
const char *lyt_pack_name(const lyt_pack *pack, lyt_language language);
double lyt_pack_threshold(const lyt_pack *pack);
int64_t lyt_pack_window_min(const lyt_pack *pack);
/* All that decides a verdict. */
uint64_t lyt_pack_hash(const lyt_pack *pack);
/* Bit i: language i of the lexis is one of the pack's. */
uint32_t lyt_pack_languages(const lyt_pack *pack);
/* The same in the order of pack.yaml, which is how likely they are; returns how many. */
size_t lyt_pack_declared(const lyt_pack *pack, const lyt_language **out);

/* Whether it was opened with any of its more_languages. */
bool lyt_pack_has_more(const lyt_pack *pack);

size_t lyt_pack_scenarios(const lyt_pack *pack);
/*
 * The scenarios as they are at a property (properties/<id>.yaml), in the same order; those of
 * the pack itself where it has no file of that property.
 */
const lyt_scenario *lyt_pack_at(const lyt_pack *pack, lyt_str property);
/* Properties with a file of their own, sorted by id. */
size_t lyt_pack_properties(const lyt_pack *pack);
const char *lyt_pack_property(const lyt_pack *pack, size_t index);
/* Sorted by id. */
const lyt_scenario *lyt_pack_scenario(const lyt_pack *pack, size_t index);
/* NULL when there is none. */
const lyt_scenario *lyt_pack_find(const lyt_pack *pack, lyt_str id);
/* Whether an amount of money is among what makes up for it. */
bool lyt_scenario_pays(const lyt_scenario *scenario);
size_t lyt_pack_teams(const lyt_pack *pack);
const lyt_team *lyt_pack_team(const lyt_pack *pack, size_t index);
/* In the order of the journey; none where the pack names none. */
size_t lyt_pack_steps(const lyt_pack *pack);
const lyt_step *lyt_pack_step(const lyt_pack *pack, size_t index);

/* An example sentence that did not come out as the scenario's file says. */
typedef struct lyt_pack_fault {
    const lyt_scenario *scenario;
    const lyt_scenario_example *example;
    const char *language;
    double probability; /* of the scenario */
    int severity;       /* that it was reported with, where that is the fault; else -1 */
} lyt_pack_fault;

typedef struct lyt_pack_checked {
    size_t n_examples, n_faults;
} lyt_pack_checked;

/*
 * Runs every embedded example through a session, without being told its language:
 * `fires` means that this scenario is reported, and with the severity that it names, `silent` that
 * it is not. fault (may be NULL) is called for each that fails.
 * LYT_OK whatever the outcome; LYT_ENOTFOUND (dictionary), LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_pack_check(const lyt_pack *pack,
                                       void (*fault)(void *context, const lyt_pack_fault *fault),
                                       void *context, lyt_pack_checked *out, lyt_error *err);

#endif
