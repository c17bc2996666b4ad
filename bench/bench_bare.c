/*
 * libmicrohttpd answering alone: one thread with epoll, as the service has it, that reads each
 * body and says 200 with nothing in it. What a call to a service costs beyond this is the service's.
 *
 *   bench_bare     says its port on a line, and ends with its input
 */
#include <microhttpd.h>
#include <stdio.h>

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **context)
{
    static char begun;
    struct MHD_Response *response;
    enum MHD_Result result;

    (void)cls;
    (void)url;
    (void)method;
    (void)version;
    (void)data;
    if (!*context) {
        *context = &begun;
        return MHD_YES;
    }
    if (*size) {
        *size = 0;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(void)
{
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL, MHD_OPTION_END);

    if (!daemon) {
        fprintf(stderr, "bench_bare: the server could not be started\n");
        return 1;
    }
    printf("%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (getchar() != EOF)
        ;
    MHD_stop_daemon(daemon);
    return 0;
}
