#include "webroute.h"

#include "webapi.h"

static const lyt_webroute routes[] = {
    {LYT_METHOD_GET, "/", LYT_ENTRY_OPEN, 0, lyt_site_page},
    {LYT_METHOD_GET, "/login", LYT_ENTRY_OPEN, 0, lyt_site_page},
    {LYT_METHOD_GET, "/incident/{id}", LYT_ENTRY_OPEN, 0, lyt_site_page},
    {LYT_METHOD_GET, "/unclear", LYT_ENTRY_OPEN, 0, lyt_site_page},
    {LYT_METHOD_GET, "/scenarios", LYT_ENTRY_OPEN, 0, lyt_site_page},
    {LYT_METHOD_GET, "/search", LYT_ENTRY_OPEN, 0, lyt_site_page},
    {LYT_METHOD_GET, "/assets/{file}", LYT_ENTRY_OPEN, 0, lyt_site_asset},
    {LYT_METHOD_GET, "/healthz", LYT_ENTRY_OPEN, 0, lyt_api_healthz},
    {LYT_METHOD_GET, "/readyz", LYT_ENTRY_OPEN, 0, lyt_api_readyz},
    {LYT_METHOD_GET, "/metrics", LYT_ENTRY_LOGIN, 0, lyt_api_metrics},
    {LYT_METHOD_GET, "/in/{gateway}", LYT_ENTRY_OPEN, 0, lyt_api_gateway},
    {LYT_METHOD_POST, "/in/{gateway}", LYT_ENTRY_OPEN, 0, lyt_api_gateway},
    {LYT_METHOD_GET, "/t/{tag}", LYT_ENTRY_OPEN, 0, lyt_guest_tag_page},
    {LYT_METHOD_POST, "/t/{tag}", LYT_ENTRY_OPEN, 0, lyt_guest_tag_send},
    {LYT_METHOD_GET, "/s/{reference}", LYT_ENTRY_OPEN, 0, lyt_guest_status},
    {LYT_METHOD_POST, "/s/{reference}/refund", LYT_ENTRY_OPEN, 0, lyt_guest_refund},
    {LYT_METHOD_POST, "/api/v1/session", LYT_ENTRY_OPEN, 0, lyt_api_session_open},
    {LYT_METHOD_DELETE, "/api/v1/session", LYT_ENTRY_LOGIN, 0, lyt_api_session_close},
    {LYT_METHOD_GET, "/api/v1/me", LYT_ENTRY_LOGIN, 0, lyt_api_me},
    {LYT_METHOD_GET, "/api/v1/devices", LYT_ENTRY_CAN, LYT_CAN_LEAD, lyt_api_devices},
    {LYT_METHOD_POST, "/api/v1/devices", LYT_ENTRY_CAN, LYT_CAN_LEAD, lyt_api_device_add},
    {LYT_METHOD_DELETE, "/api/v1/devices/{id}", LYT_ENTRY_CAN, LYT_CAN_LEAD,
     lyt_api_device_remove},
    {LYT_METHOD_POST, "/api/v1/feedback", LYT_ENTRY_CAN, LYT_CAN_SEND, lyt_api_feedback_add},
    {LYT_METHOD_GET, "/api/v1/feedback", LYT_ENTRY_CAN, LYT_CAN_READ, lyt_api_feedback_find},
    {LYT_METHOD_GET, "/api/v1/feedback/{id}", LYT_ENTRY_CAN, LYT_CAN_READ, lyt_api_feedback_one},
    {LYT_METHOD_POST, "/api/v1/feedback/{id}/{action}", LYT_ENTRY_CAN, LYT_CAN_LEAD,
     lyt_api_feedback_correct},
    {LYT_METHOD_GET, "/api/v1/unclear", LYT_ENTRY_CAN, LYT_CAN_READ, lyt_api_unclear},
    {LYT_METHOD_GET, "/api/v1/incidents", LYT_ENTRY_CAN, LYT_CAN_WATCH, lyt_api_incidents},
    {LYT_METHOD_GET, "/api/v1/incidents/{id}", LYT_ENTRY_CAN, LYT_CAN_READ, lyt_api_incident},
    {LYT_METHOD_POST, "/api/v1/incidents/{id}/{action}", LYT_ENTRY_CAN, LYT_CAN_ACT,
     lyt_api_incident_do},
    {LYT_METHOD_GET, "/api/v1/events", LYT_ENTRY_CAN, LYT_CAN_WATCH, lyt_api_events},
    {LYT_METHOD_GET, "/api/v1/reports/{page}", LYT_ENTRY_CAN, LYT_CAN_LEAD, lyt_api_report},
    {LYT_METHOD_GET, "/api/v1/scenarios", LYT_ENTRY_CAN, LYT_CAN_WATCH, lyt_api_scenarios},
    {LYT_METHOD_GET, "/api/v1/scenarios/{id}", LYT_ENTRY_CAN, LYT_CAN_READ, lyt_api_scenario},
    {LYT_METHOD_GET, "/api/v1/scenarios/{id}/changes", LYT_ENTRY_CAN, LYT_CAN_LEAD,
     lyt_api_scenario_changes},
    {LYT_METHOD_POST, "/api/v1/scenarios/{id}/{action}", LYT_ENTRY_CAN, LYT_CAN_LEAD,
     lyt_api_scenario_do},
    {LYT_METHOD_GET, "/api/v1/versions/{version}", LYT_ENTRY_CAN, LYT_CAN_READ, lyt_api_version},
    {LYT_METHOD_POST, "/api/v1/try", LYT_ENTRY_CAN, LYT_CAN_READ, lyt_api_try},
    {LYT_METHOD_GET, "/api/v1/status", LYT_ENTRY_LOGIN, 0, lyt_api_status},
    {LYT_METHOD_GET, "/api/v1/openapi.json", LYT_ENTRY_OPEN, 0, lyt_api_openapi},
};

size_t lyt_webroutes(void)
{
    return sizeof routes / sizeof *routes;
}

const lyt_webroute *lyt_webroute_at(size_t index)
{
    return &routes[index];
}

size_t lyt_webroute_index(const lyt_webroute *row)
{
    return (size_t)(row - routes);
}

static bool matches(lyt_str path, const lyt_webreq *req, lyt_str args[lyt_route_args_max])
{
    size_t at = 1, n_args = 0, i = 0;

    for (; at < path.len; i++) {
        size_t end = lyt_str_find(path, '/', at);
        lyt_str part = lyt_str_slice(path, at, end);

        if (i == req->n_segments)
            return false;
        if (part.ptr[0] == '{') {
            if (!req->segments[i].len)
                return false;
            args[n_args++] = req->segments[i];
        } else if (!lyt_str_equal(part, req->segments[i])) {
            return false;
        }
        at = end + 1;
    }
    return i == req->n_segments;
}

const lyt_webroute *lyt_webroute_find(const lyt_webreq *req, lyt_str args[lyt_route_args_max],
                                      bool *is_known)
{
    *is_known = false;
    for (size_t i = 0; i < lyt_webroutes(); i++) {
        if (!matches(lyt_str_of(routes[i].path), req, args))
            continue;
        if (routes[i].method == req->method)
            return &routes[i];
        *is_known = true;
    }
    return NULL;
}
