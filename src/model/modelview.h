/*
 * lyt_model from within: the parts of a model file (docs/formats.md section 3),
 * used where they lie, and what builds them.
 *
 * Invariants, checked by lyt_modelview_open() before anybody reads:
 *  1. every section lies within the file, aligned to 8 bytes;
 *  2. rows are 2^hash_bits of `stride` bytes, stride > n_outputs, a multiple of 4;
 *  3. outputs begin with the labels in order; `none`, if any, is next;
 *  4. all numbers that enter a sum are finite.
 */
#ifndef LYT_MODELVIEW_H
#define LYT_MODELVIEW_H

#include "blend.h"
#include "curve.h"
#include "grams.h"
#include "model.h"
#include "taught.h"
#include "tally.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "model files are used in place and are little-endian"
#endif

enum {
    lyt_modelfile_version = 5,
    lyt_hash_bits_min = 4,
    lyt_hash_bits_max = 22,
    lyt_cues_max = 1 << 20,
    lyt_outputs_max = 2 * lyt_labels_max + 8,
};

/* A kind of output that this version does not know is refused with the version. */
typedef enum lyt_output_kind {
    LYT_OUTPUT_LABEL,    /* this failed */
    LYT_OUTPUT_NONE,     /* nothing failed, of one label a message */
    LYT_OUTPUT_TOPIC,    /* this is spoken of, well or badly */
    LYT_OUTPUT_NEGATIVE, /* something is spoken of badly */
    LYT_OUTPUT_POSITIVE, /* something is spoken of well */
} lyt_output_kind;

/*
 * Which output stands where: labels; none; topics, one a label; negative, positive. One
 * label a message has no topics and no moods. What is scored of clauses too is one run:
 * what says the topic (labels, where topics are not known), then negative.
 */
typedef struct lyt_layout {
    size_t n_labels, n_outputs;
    size_t none;               /* SIZE_MAX where there is none */
    size_t topic;              /* the first of what says the topic */
    size_t negative, positive; /* SIZE_MAX */
    size_t n_in_clauses;       /* outputs from `topic` on; 0 for one label a message */
    bool has_topics;
} lyt_layout;

lyt_layout lyt_layout_of(size_t n_labels, bool is_multi, bool has_none, bool has_topics);
/* Of an output: its kind, and which label it is about (0 where about none). */
lyt_output_kind lyt_layout_kind(const lyt_layout *layout, size_t output, size_t *label);

typedef struct lyt_output {
    uint32_t kind;
    uint32_t label; /* of LYT_OUTPUT_LABEL: its index */
    double bias;    /* of the margin */
    double scale;   /* of a weight's eighth bits */
    /* several labels: logit = slope * margin + offset; slope 0: blended, to which offset adds */
    double slope;
    double offset;
} lyt_output;

typedef struct lyt_model_head {
    uint64_t corpus_hash, lexis_hash, cues_hash, prior_hash;
    uint64_t n_messages, n_features;
    uint32_t n_labels, n_outputs, n_cues, hash_bits;
    uint32_t stride, groups, is_multi, has_none;
    uint32_t has_topics;
    uint32_t is_closed; /* none met no message and stands for "none of these": its weights are
                           lyt_scope's */
    double threshold;
    double micro_f1, detect_f1; /* expected of new messages, by cross-validation; 0: not known */
    lyt_blend blend;
    lyt_curve curve;  /* of one label a message */
    float idf[256];   /* by a row's code, raised to the power that was chosen; [0] unused */
    float weights[8]; /* by group */
} lyt_model_head;

/* What a cue says before any message was seen. */
typedef struct lyt_cue_word {
    float prior;    /* log-odds */
    uint32_t label; /* UINT16_MAX: that nothing failed */
} lyt_cue_word;

typedef struct lyt_word_count {
    uint32_t end; /* of the word in the text of all words */
    uint32_t count;
} lyt_word_count;

struct lyt_model {
    const lyt_alloc *alloc;
    const uint8_t *data;
    size_t size_bytes;
    uint8_t *owned;   /* data, when it was built here */
    const lyt_fs *fs; /* whose map it is */
    lyt_map map;
    const lyt_model_head *head;
    lyt_layout layout;
    const char **labels;
    const lyt_output *outputs;
    const uint8_t *rows;           /* each: code, then a weight an output */
    uint8_t *known;                /* a bit a row: its code is not 0 */
    const float *cues;             /* each: a weight an output */
    const lyt_cue_word *cue_words; /* each: what it says by itself */
    lyt_vocab *vocab;
    uint64_t checksum;
    lyt_str lessons;    /* as they lie in a file */
    char *own_lessons;  /* NULL: they lie in data */
    lyt_taught *taught; /* NULL: no lessons */
    bool is_sharing;    /* all but the lessons is another model's */
};

static inline bool lyt_modelview_knows(const lyt_model *model, size_t row)
{
    return model->known[row / 8] >> row % 8 & 1;
}

/* The parts of a model that is being made. */
typedef struct lyt_model_parts {
    lyt_model_head head;
    const char *const *labels;
    const lyt_output *outputs;
    const uint8_t *rows;
    const float *cues;
    const lyt_cue *said; /* the cues themselves */
    const lyt_vocab *vocab;
} lyt_model_parts;

/* Writes the file's bytes. */
void lyt_modelview_write(const lyt_model_parts *parts, lyt_buf *out);

/*
 * Checks bytes and makes a model of them. data is aligned to 8 and borrowed by
 * the model: set `owned`, or `fs` and `map`, after success to hand it over.
 * LYT_EFORMAT, err->offset is the byte; LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_modelview_open(lyt_model **out, const lyt_alloc *alloc, lyt_str data,
                                           lyt_error *err);

/* What a file's checksum must be; data is at least a head. */
uint64_t lyt_modelview_checksum(lyt_str data);
enum { lyt_modelfile_head_bytes = 32, lyt_modelfile_checksum_at = 24 };

struct lyt_scratch {
    const lyt_alloc *alloc;
    lyt_features features; /* of all groups but the characters; only where lessons look at them */
    lyt_tally tally;
    lyt_grams grams; /* the characters */
    lyt_rows_adder add_rows;
    lyt_row_table table;
    float idf[256];      /* the model's; 0 for the code of what was never met */
    float *sum;          /* stride: of rows, before scale and bias, at 1 + output */
    float *part, *whole; /* the same, of one group in a clause and in the text, before its factor */
    double *margin;      /* n_outputs */
    /* where a text has several clauses: of each, stride sums, layout.n_in_clauses margins and */
    /* the mood's part of their conjunction */
    float *clause_sum;
    float *clause_factor; /* LYT_GROUPS a clause: of the sum of its occurrences there */
    double *clause_margin, *clause_mood;
    size_t cap_clause_sum, cap_clause_factor, cap_clause_margin, cap_clause_mood;
    uint32_t *elsewhere_rows; /* of lyt_addup */
    float *elsewhere_x;
    size_t cap_elsewhere_rows, cap_elsewhere_x;
    lyt_taught_view view;
    bool wants_view;   /* also where the model has no lessons */
    double *bare;      /* lyt_modelview_taught_outputs(): before lessons */
    double *delta;     /* the same: what they add */
    double *z, *power; /* n_outputs; of one label a message: log-odds, e^z up to a factor */
    double *soft;      /* n_labels */
    double mood;       /* of the whole text, as clause_mood */
    double *logit, *probability;
};

/*
 * Margins into scratch->margin and, where the text has several clauses, scratch->clause_margin;
 * leaves features and grams of the text behind. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_modelview_margins(const lyt_model *model, lyt_scratch *scratch,
                                              const lyt_input *input);

/* What a part is a part of; otherwise the input itself. */
static inline const lyt_input *lyt_modelview_whole(const lyt_input *input)
{
    return input->whole ? input->whole : input;
}

/* Outputs that lessons move: taught.h. */
size_t lyt_modelview_taught_outputs(const lyt_model *model);

/* Leaves the view and, in scratch->bare, what the model says without lessons. As lyt_model_score().
 */
LYT_MUST_USE lyt_status lyt_modelview_bare(const lyt_model *model, lyt_scratch *scratch,
                                           const lyt_input *input, lyt_arena *arena);

/* Reads and solves the lessons of a model that is being opened. LYT_EFORMAT, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_modelview_take_lessons(lyt_model *model);

/*
 * What lessons add to an output of the text just scored: scratch->delta, but that a firm cue
 * is lowered for the very words of a lesson only.
 */
double lyt_modelview_taught(const lyt_model *model, const lyt_scratch *scratch,
                            const lyt_input *input, size_t output);

/* What the labels of a prior are called: negative, positive. */
extern const char *const lyt_mood_names[2];

/* Index of the label of that name, n_labels when there is none. */
size_t lyt_modelview_label(const lyt_model *model, const char *name);

/* The clause in which the label's topic is spoken of worst; n_clauses > 1. */
size_t lyt_modelview_best_clause(const lyt_model *model, const lyt_scratch *scratch,
                                 size_t n_clauses, size_t label, double *both);

/* Log-odds of a label of which nothing speaks. */
static const double lyt_unsaid_logit = -3;

/* What a cue adds to a label's logit behind all scorers: its prior, if it is firm. */
double lyt_modelview_firm(const lyt_model *model, const lyt_cue *cue, size_t label);

#endif
