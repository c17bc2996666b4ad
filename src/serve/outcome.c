#include "outcome.h"

void lyt_outcome_write(lyt_jw *jw, const lyt_item *item)
{
    switch (item->outcome) {
    case LYT_ITEM_ACCEPTED:
    case LYT_ITEM_DUPLICATE:
        lyt_jw_kstr(jw, "status",
                    item->outcome == LYT_ITEM_ACCEPTED ? LYT_STR("accepted")
                                                       : LYT_STR("duplicate"));
        lyt_jw_kstr(jw, "id", item->order.feedback.source_id);
        if (item->order.feedback.id)
            lyt_jw_kint(jw, "feedback", item->order.feedback.id);
        if (lyt_str_equal(item->order.feedback.mark, LYT_STR(LYT_MARK_REPLAYED)))
            lyt_jw_kbool(jw, "replayed", true);
        break;
    case LYT_ITEM_MOVED:
        lyt_jw_kstr(jw, "status", LYT_STR("accepted"));
        lyt_jw_kstr(jw, "id", item->order.feedback.source_id);
        if (item->order.kind == LYT_SUBMIT_OUTBOX) {
            lyt_jw_kint(jw, "rows", item->reply.number);
            break;
        }
        lyt_jw_kint(jw, "incident", item->incident.id);
        lyt_jw_kstr(jw, "state", lyt_str_of(lyt_incident_state_name(item->incident.state)));
        if (item->reply.number)
            lyt_jw_kint(jw, "number", item->reply.number);
        if (item->reply.number)
            lyt_jw_kbool(jw, "given", item->reply.is_given);
        if (item->reply.is_with_stranger)
            lyt_jw_kbool(jw, "owner_unknown", true);
        break;
    case LYT_ITEM_CORRECTED:
        lyt_jw_kstr(jw, "status", LYT_STR("accepted"));
        lyt_jw_kstr(jw, "id", item->order.feedback.source_id);
        lyt_jw_kint(jw, "feedback", item->order.incident);
        break;
    case LYT_ITEM_REFUSED:
        lyt_jw_kstr(jw, "status", LYT_STR("refused"));
        lyt_jw_kstr(jw, "id", item->order.feedback.source_id);
        if (item->order.kind < LYT_SUBMIT_EVENT)
            lyt_jw_kint(jw, item->order.kind == LYT_SUBMIT_CORRECT ? "feedback" : "incident",
                        item->order.incident);
        lyt_jw_kstr(jw, "error", lyt_str_of(item->why.text));
        break;
    case LYT_ITEM_SKIPPED:
        break;
    }
}
