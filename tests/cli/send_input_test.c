#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "send_input.h"
#include "testing.h"

LYT_SUITE(send_input);

/* All lines as "name:line text|", what went wrong as its status. */
static void drain(lyt_send_input *input, const char *folder, lyt_buf *out)
{
    lyt_status status;
    lyt_error err;
    lyt_str line;

    while ((status = lyt_send_input_next(input, 1000, &line, &err)) != LYT_EEND) {
        const char *name = input->name;
        size_t n = strlen(folder);

        if (strncmp(name, folder, n) == 0)
            name += n + 1;
        if (status)
            lyt_buf_addf(out, "%s:%d %s|", name, (int)input->line, lyt_status_name(status));
        else
            lyt_buf_addf(out, "%s:%d %.*s|", name, (int)input->line, LYT_STR_ARG(line));
    }
}

Test(send_input, lines_of_several_files_in_order)
{
    char folder[64], a[96], b[96], c[96];
    char *paths[] = {a, b, folder, c};
    lyt_send_input input;
    lyt_buf out;

    testing_folder(folder);
    snprintf(a, sizeof a, "%s/a", folder);
    snprintf(b, sizeof b, "%s/none", folder);
    snprintf(c, sizeof c, "%s/c", folder);
    testing_write(folder, "a", LYT_STR("one\r\n\ntwo"));
    testing_write(folder, "c", LYT_STR("three\n"));
    lyt_buf_init(&out, NULL);
    lyt_send_input_init(&input, paths, 4, -1);
    drain(&input, folder, &out);
    cr_expect(strstr(out.data, "a:1 one|a:2 |a:3 two|none:0 LYT_ENOTFOUND|"), "%s", out.data);
    cr_expect(strstr(out.data, "LYT_EIO|c:1 three|"), "%s", out.data);
    lyt_send_input_deinit(&input);
    lyt_buf_deinit(&out);
    testing_folder_remove(folder);
}

Test(send_input, a_line_too_long_is_told_once_and_the_rest_goes_on)
{
    static char big[3 * lyt_send_line_max];
    char folder[64], path[96], *paths[] = {path};
    lyt_send_input input;
    lyt_buf out;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/big", folder);
    memset(big, 'x', sizeof big);
    memcpy(big, "first\n", 6);
    big[sizeof big - 7] = '\n';
    memcpy(big + sizeof big - 6, "last\n\n", 6);
    testing_write(folder, "big", (lyt_str){big, sizeof big - 1});
    lyt_buf_init(&out, NULL);
    lyt_send_input_init(&input, paths, 1, -1);
    drain(&input, folder, &out);
    cr_expect_str_eq(out.data, "big:1 first|big:2 LYT_ELIMIT|big:3 last|");
    lyt_send_input_deinit(&input);
    lyt_buf_deinit(&out);
    testing_folder_remove(folder);
}

Test(send_input, a_silent_pipe_keeps_nobody_waiting)
{
    lyt_send_input input;
    lyt_error err;
    lyt_str line;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    lyt_send_input_init(&input, NULL, 0, ends[0]);
    cr_expect_eq(lyt_send_input_next(&input, 0, &line, &err), LYT_EBUSY);
    cr_assert_eq(write(ends[1], "half", 4), 4);
    cr_expect_eq(lyt_send_input_next(&input, 0, &line, &err), LYT_EBUSY);
    cr_assert_eq(write(ends[1], " done\nnext", 10), 10);
    cr_expect_eq(lyt_send_input_next(&input, 0, &line, &err), LYT_OK);
    cr_expect(lyt_str_equal(line, LYT_STR("half done")));
    cr_expect_eq(lyt_send_input_next(&input, 0, &line, &err), LYT_EBUSY);
    close(ends[1]);
    cr_expect_eq(lyt_send_input_next(&input, 0, &line, &err), LYT_OK);
    cr_expect(lyt_str_equal(line, LYT_STR("next")));
    cr_expect_eq(lyt_send_input_next(&input, 0, &line, &err), LYT_EEND);
    lyt_send_input_deinit(&input);
    close(ends[0]);
}
