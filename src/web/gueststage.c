#include "gueststage.h"

static const lyt_stage stages[] = {
    {LYT_STAGE_STATE, "received", "stepReceived",
     "Vi har fået din besked, og nogen læser den nu.",
     "We have your message, and somebody is reading it now.", "Modtaget", "Received"},
    {LYT_STAGE_STATE, "in-work", "stepWork", "En af os har taget sig af det, du skrev om.",
     "One of us is looking after what you wrote about.", "Vi er på sagen", "We are on it"},
    {LYT_STAGE_STATE, "done", "stepDone",
     "Vi mener, at det er bragt i orden. Er det ikke det, så sig endelig til.",
     "We believe it has been put right. If it has not, please do tell us.", "Bragt i orden",
     "Put right"},
    {LYT_STAGE_DUE, "contact", "dueContact", "En af os taler med dig senest",
     "One of us will be in touch by", NULL, NULL},
    {LYT_STAGE_DUE, "promise", "duePromise", "Vi har lovet, at du hører fra os senest",
     "We have promised to get back to you by", NULL, NULL},
    {LYT_STAGE_DUE, "late", "dueLate",
     "Det er blevet senere, end vi sagde, og det beklager vi. Vi havde sagt",
     "It has taken longer than we said, and we are sorry. We had said", NULL, NULL},
    {LYT_STAGE_REFUND, "open", "refundAsk", "Bed om penge tilbage", "Ask for a refund", NULL, NULL},
    {LYT_STAGE_REFUND, "asked", "refundAsked",
     "Du har bedt om penge tilbage. En af os svarer dig.",
     "You have asked for money back. One of us will answer you.", NULL, NULL},
    {LYT_STAGE_REFUND, "answered", "refundAnswered", "Vi har svaret dig om penge tilbage.",
     "We have answered you about money back.", NULL, NULL},
};

size_t lyt_stages(void)
{
    return sizeof stages / sizeof *stages;
}

const lyt_stage *lyt_stage_at(size_t index)
{
    return &stages[index];
}

const lyt_stage *lyt_stage_find(lyt_stage_kind kind, lyt_str id)
{
    for (size_t i = 0; i < lyt_stages(); i++)
        if (stages[i].kind == kind && lyt_str_equal(lyt_str_of(stages[i].id), id))
            return &stages[i];
    return NULL;
}
